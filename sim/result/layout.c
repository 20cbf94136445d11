/* The layout of a result file: which axes there are, which datasets, and what describes them. */
#include "result/writer.h"

#include <hdf5_hl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *unit, *long_name;
} axes[RESULT_AXES] = {
    [RESULT_AXIS_RUN] = {"run", "1", "number of the run"},
    [RESULT_AXIS_TIME] = {"time", "year", "decimal year at the end of the step"},
    [RESULT_AXIS_STATE] = {"state", "1", "code of the state"},
    [RESULT_AXIS_STATE_TO] = {"state_to", "1", "code of the other state"},
    [RESULT_AXIS_POLE] = {"pole", "1", "what a state can lean on: itself, a pole, or the bloc"},
    [RESULT_AXIS_INSTITUTION] = {"institution", "1", "code of the institution"},
    [RESULT_AXIS_PROVINCE] = {"province", "1", "code of the state whose own province it is"},
    [RESULT_AXIS_ISSUE] = {"issue", "1", "issue over which states meet"},
};

/* The axes of a shape after run and time; the first RESULT_AXIS_RUN ends the list. */
static const enum result_axis shape_axes[][4] = {
    [SHAPE_MODEL] = {RESULT_AXIS_RUN},
    [SHAPE_STATE] = {RESULT_AXIS_STATE},
    [SHAPE_DYAD] = {RESULT_AXIS_STATE, RESULT_AXIS_STATE_TO},
    [SHAPE_FELT] = {RESULT_AXIS_STATE, RESULT_AXIS_STATE_TO},
    [SHAPE_OPTION] = {RESULT_AXIS_STATE, RESULT_AXIS_POLE},
    [SHAPE_BODY] = {RESULT_AXIS_INSTITUTION},
    [SHAPE_MEMBER] = {RESULT_AXIS_STATE, RESULT_AXIS_INSTITUTION},
    [SHAPE_PROVINCE] = {RESULT_AXIS_PROVINCE},
    [SHAPE_PLAY] = {RESULT_AXIS_STATE, RESULT_AXIS_STATE_TO, RESULT_AXIS_ISSUE},
};

static const struct {
    const char *variable, *meanings;
} flags[] = {{"membership", "outside inside"},
             {"hosting", "absent based"},
             {"alive", "dead alive"},
             {"behaviour", "non-aligned bandwagoning balancing buck-passing hedging leaning dead"},
             {"is_pole", "no yes"},
             {"pact", "none allied"},
             {"war", "none won lost conquest joined"},
             {"polarity", "hegemony unipolar bipolar multipolar diffuse"}};

const char *result_meaning(const char *variable, int value, int *length)
{
    for (size_t k = 0; k < sizeof flags / sizeof flags[0]; k++) {
        const char *word = flags[k].meanings;
        if (strcmp(flags[k].variable, variable) != 0)
            continue;
        for (; value > 0 && word != NULL; value--)
            word = (word = strchr(word, ' ')) != NULL ? word + 1 : NULL;
        *length = word != NULL ? (int)strcspn(word, " ") : 0;
        return value < 0 ? NULL : word;
    }
    return NULL;
}

size_t result_layout_length(const struct result_plan *plan, enum result_axis axis)
{
    switch (axis) {
    case RESULT_AXIS_RUN:
        return plan->runs;
    case RESULT_AXIS_TIME:
        return plan->times;
    case RESULT_AXIS_STATE:
    case RESULT_AXIS_STATE_TO:
    case RESULT_AXIS_PROVINCE:
        return plan->cast->states;
    case RESULT_AXIS_POLE:
        return plan->cast->options;
    case RESULT_AXIS_ISSUE:
        return plan->cast->issues;
    default:
        return plan->cast->bodies;
    }
}

/* Axes that a world may lack, with all that lies along them; that of provinces serves only maps. */
static bool lacks(const struct result_plan *plan, enum result_axis axis)
{
    bool mapped = false;
    for (size_t v = 0; v < plan->variables; v++)
        mapped = mapped || variable_table[plan->variable[v]].shape == SHAPE_PROVINCE;
    return (axis == RESULT_AXIS_INSTITUTION && plan->cast->bodies == 0) ||
           (axis == RESULT_AXIS_ISSUE && plan->cast->issues == 0) || (axis == RESULT_AXIS_PROVINCE && !mapped);
}

bool result_layout_attach(hid_t dataset, hid_t scale, unsigned axis)
{
    return scale >= 0 && H5DSattach_scale(dataset, scale, axis) >= 0;
}

static hid_t numbers(hid_t file, const char *name, hid_t file_type, hid_t type, size_t count, const void *value)
{
    hsize_t length = count;
    hid_t dataset = result_h5_create(file, name, file_type, 1, &length, NULL);
    if (dataset >= 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0)
        return dataset;
    result_h5_close(dataset);
    return -1;
}

static hid_t run_numbers(hid_t file, size_t runs)
{
    int64_t *run = malloc((runs + 1) * sizeof *run);
    if (run == NULL)
        return -1;
    for (size_t r = 0; r < runs; r++)
        run[r] = (int64_t)r;
    hid_t dataset = numbers(file, "run", H5T_STD_I64LE, H5T_NATIVE_INT64, runs, run);
    free(run);
    return dataset;
}

static hid_t axis_values(struct result_writer *writer, enum result_axis axis)
{
    const struct result_plan *plan = writer->plan;
    const struct cast *cast = plan->cast;
    const char *name = axes[axis].name;
    switch (axis) {
    case RESULT_AXIS_RUN:
        return run_numbers(writer->file, plan->runs);
    case RESULT_AXIS_TIME:
        return numbers(writer->file, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, plan->times, plan->time);
    case RESULT_AXIS_STATE:
    case RESULT_AXIS_STATE_TO:
    case RESULT_AXIS_PROVINCE:
        return result_h5_texts(writer->file, name, cast->states, (const char *const *)cast->code);
    case RESULT_AXIS_POLE:
        return result_h5_texts(writer->file, name, cast->options, (const char *const *)cast->option);
    case RESULT_AXIS_ISSUE:
        return result_h5_texts(writer->file, name, cast->issues, (const char *const *)cast->issue);
    default:
        return result_h5_texts(writer->file, name, cast->bodies, (const char *const *)cast->body);
    }
}

/* Labels along an axis that has other values already. */
static bool beside(struct result_writer *writer, enum result_axis axis, const char *name, const char *long_name,
                   const char *const *text)
{
    hid_t dataset = result_h5_texts(writer->file, name, result_layout_length(writer->plan, axis), text);
    bool ok = dataset >= 0 && result_h5_describe(dataset, "1", long_name) &&
              result_layout_attach(dataset, writer->scale[axis], 0);
    result_h5_close(dataset);
    return ok;
}

bool result_layout_axes(struct result_writer *writer)
{
    const struct cast *cast = writer->plan->cast;
    for (enum result_axis axis = 0; axis < RESULT_AXES; axis++) {
        if (lacks(writer->plan, axis))
            continue;
        hid_t scale = writer->scale[axis] = axis_values(writer, axis);
        if (scale < 0 || H5DSset_scale(scale, axes[axis].name) < 0 ||
            !result_h5_describe(scale, axes[axis].unit, axes[axis].long_name))
            return false;
    }
    return beside(writer, RESULT_AXIS_TIME, "quarter", "quarter that ends with the step",
                  writer->plan->quarter) &&
           beside(writer, RESULT_AXIS_STATE, "state_name", "name of the state",
                  (const char *const *)cast->name) &&
           (cast->bodies == 0 || beside(writer, RESULT_AXIS_INSTITUTION, "institution_name",
                                        "name of the institution", (const char *const *)cast->body_title));
}

/* Chunks hold whole records of so many runs, a power of two up to 64, as stay below a mebibyte: the writer comes
 * with 64 runs at a time, so that none is compressed twice, and who reads one run need not unpack all. */
static void choose_chunk(hsize_t *chunk, int rank, const hsize_t *length, size_t size)
{
    hsize_t bytes = size, runs = 64;
    for (int d = 1; d < rank; d++) {
        chunk[d] = length[d];
        bytes *= length[d];
    }
    while (runs > 1 && runs * bytes > 1 << 20)
        runs /= 2;
    chunk[0] = runs < length[0] ? runs : length[0];
    while (bytes > 1u << 30 && chunk[1] > 1) { /* HDF5 allows less than 4 GiB */
        bytes /= 2;
        chunk[1] = (chunk[1] + 1) / 2;
    }
}

static bool describe(hid_t dataset, const struct variable *variable, bool of_state, bool of_institution)
{
    const char *meanings = "no yes";
    for (size_t k = 0; k < sizeof flags / sizeof flags[0]; k++)
        if (strcmp(flags[k].variable, variable->name) == 0)
            meanings = flags[k].meanings;
    const char *symbol = variable->symbol != NULL && variable->symbol[0] != '\0' ? variable->symbol : NULL;
    const char *coordinates = of_state && of_institution ? "quarter state_name institution_name"
                              : of_state                 ? "quarter state_name"
                              : of_institution           ? "quarter institution_name"
                                                         : "quarter";
    return result_h5_describe(dataset, variable->unit, variable->long_name) &&
           result_h5_text(dataset, "symbol", symbol) && result_h5_text(dataset, "coordinates", coordinates) &&
           (!variable->flag || result_h5_meanings(dataset, meanings));
}

static bool make_variable(struct result_writer *writer, hid_t group, const struct variable *variable,
                          hid_t *out)
{
    const struct result_plan *plan = writer->plan;
    enum result_axis axis[RESULT_H5_RANK] = {RESULT_AXIS_RUN, RESULT_AXIS_TIME};
    hsize_t length[RESULT_H5_RANK], chunk[RESULT_H5_RANK];
    bool of_state = false, of_institution = false, empty = false, lacking = false;
    int rank = 2;

    for (int k = 0; shape_axes[variable->shape][k] != RESULT_AXIS_RUN; k++)
        axis[rank++] = shape_axes[variable->shape][k];
    for (int d = 0; d < rank; d++) {
        length[d] = result_layout_length(plan, axis[d]);
        of_state = of_state || axis[d] == RESULT_AXIS_STATE;
        of_institution = of_institution || axis[d] == RESULT_AXIS_INSTITUTION;
        empty = empty || length[d] == 0;
        lacking = lacking || lacks(plan, axis[d]);
    }
    if (lacking)
        return true;
    choose_chunk(chunk, rank, length, variable->flag ? 1 : sizeof(double));

    hid_t dataset = result_h5_create(group, variable->name, variable->flag ? H5T_STD_I8LE : H5T_IEEE_F64LE,
                                     rank, length, empty ? NULL : chunk);
    bool ok = dataset >= 0 && describe(dataset, variable, of_state, of_institution);
    for (int d = 0; ok && d < rank; d++)
        ok = result_layout_attach(dataset, writer->scale[axis[d]], (unsigned)d);
    *out = dataset;
    return ok;
}

bool result_layout_link_run(hid_t group)
{
    return H5Lcreate_soft("/run", group, "run", H5P_DEFAULT, H5P_DEFAULT) >= 0;
}

/* Whoever opens a group alone finds the axes by these links. */
static bool link_axes(struct result_writer *writer, hid_t group)
{
    static const char *const others[] = {"quarter", "state_name", "institution_name"};
    size_t count = writer->plan->cast->bodies > 0 ? 3 : 2;
    bool ok = true;
    for (size_t k = 0; ok && k < RESULT_AXES + count; k++) {
        const char *name = k < RESULT_AXES ? axes[k].name : others[k - RESULT_AXES];
        char target[32];
        snprintf(target, sizeof target, "/%s", name);
        if (k >= RESULT_AXES || writer->scale[k] >= 0)
            ok = H5Lcreate_soft(target, group, name, H5P_DEFAULT, H5P_DEFAULT) >= 0;
    }
    return ok;
}

/* The group of an arm, its parent made as needed. */
static hid_t arm_group(struct result_writer *writer, const char *name)
{
    static const char parent[] = "branches";
    if (strncmp(name, parent, sizeof parent - 1) == 0 && name[sizeof parent - 1] == '/' &&
        H5Lexists(writer->file, parent, H5P_DEFAULT) == 0)
        result_h5_close(result_h5_group(writer->file, parent));
    return result_h5_group(writer->file, name);
}

bool result_layout_arm(struct result_writer *writer, size_t arm)
{
    const struct result_plan *plan = writer->plan;
    bool root = plan->arm[arm][0] == '\0';
    hid_t group = root ? writer->file : arm_group(writer, plan->arm[arm]);
    bool ok = group >= 0;

    for (size_t v = 0; ok && v < plan->variables; v++)
        ok = make_variable(writer, group, &variable_table[plan->variable[v]],
                           &writer->dataset[arm * plan->variables + v]);
    ok = ok && (root || link_axes(writer, group));
    if (!root)
        result_h5_close(group);
    return ok;
}
