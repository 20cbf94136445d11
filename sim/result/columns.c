/* Tables beside the variables: what was given to each run, how it ended, and the claims. */
#include "result/writer.h"

#include <hdf5_hl.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN_CHUNK 65536

/* Whole numbers of a column in room for `runs` of them; what is none becomes 0. */
static void as_integers(const struct result_column *column, size_t runs, int64_t *out)
{
    for (size_t r = 0; r < runs; r++)
        if (column->integer != NULL)
            out[r] = column->integer[r];
        else
            out[r] = fabs(column->number[r]) < 0x1p63 ? (int64_t)llround(column->number[r]) : 0;
}

static hid_t write_numbers(hid_t group, const struct result_column *column, size_t runs)
{
    hsize_t length = runs, chunk = runs < COLUMN_CHUNK ? runs : COLUMN_CHUNK;
    bool whole = column->whole || column->integer != NULL || column->meanings != NULL;
    hid_t file_type = column->meanings != NULL ? H5T_STD_I8LE : whole ? H5T_STD_I64LE : H5T_IEEE_F64LE;
    hid_t type = whole ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;

    int64_t *integer = whole ? malloc((runs + 1) * sizeof *integer) : NULL;
    if (whole && integer == NULL)
        return -1;
    if (whole)
        as_integers(column, runs, integer);
    hid_t dataset = result_h5_create(group, column->name, file_type, 1, &length, runs > 0 ? &chunk : NULL);
    bool ok = dataset >= 0 &&
              H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                       whole ? (const void *)integer : column->number) >= 0 &&
              (column->meanings == NULL || result_h5_meanings(dataset, column->meanings));
    free(integer);
    if (ok)
        return dataset;
    result_h5_close(dataset);
    return -1;
}

static bool link_run(hid_t group)
{
    return H5Lcreate_soft("/run", group, "run", H5P_DEFAULT, H5P_DEFAULT) >= 0;
}

enum status result_columns(struct result_writer *writer, const struct result_column *column, size_t count,
                           bool parameters, struct messages *messages)
{
    if (parameters && count > 0 && writer->parameters < 0) {
        writer->parameters = result_h5_group(writer->file, "parameters");
        if (writer->parameters < 0 || !link_run(writer->parameters))
            return result_writer_fails(writer, "parameters", messages);
    }
    hid_t group = parameters ? writer->parameters : writer->file;
    size_t runs = writer->plan->runs;
    for (size_t k = 0; k < count; k++) {
        const struct result_column *c = &column[k];
        hid_t dataset = c->text != NULL ? result_h5_texts(group, c->name, runs, c->text)
                                        : write_numbers(group, c, runs);
        bool ok = dataset >= 0 && result_h5_describe(dataset, c->unit, c->long_name ? c->long_name : c->name) &&
                  (!parameters || result_h5_text(dataset, "path", c->name)) &&
                  result_layout_attach(dataset, writer->scale[RESULT_AXIS_RUN], 0);
        result_h5_close(dataset);
        if (!ok)
            return result_writer_fails(writer, c->name, messages);
    }
    return STATUS_OK;
}

/* ---- claims -------------------------------------------------------------------------------------------- */

static bool taken(char *const *id, size_t count, const char *candidate)
{
    for (size_t k = 0; k < count; k++)
        if (strcmp(id[k], candidate) == 0)
            return true;
    return false;
}

static void free_ids(char **id, size_t count)
{
    for (size_t k = 0; id != NULL && k < count; k++)
        free(id[k]);
    free(id);
}

/* Labels must differ to be selected by: a second "000-12" is "000-12#2". */
static char **unique_ids(const struct result_claim *claim, size_t count)
{
    char **id = calloc(count + 1, sizeof *id);
    for (size_t k = 0; id != NULL && k < count; k++) {
        const char *wanted = claim[k].id != NULL ? claim[k].id : "";
        id[k] = message_text("%s", wanted);
        for (unsigned n = 2; id[k] != NULL && taken(id, k, id[k]); n++) {
            free(id[k]);
            id[k] = message_text("%s#%u", wanted, n);
        }
        if (id[k] == NULL) {
            free_ids(id, count);
            return NULL;
        }
    }
    return id;
}

static const struct {
    const char *name, *long_name;
    size_t offset;
} claim_texts[] = {
    {"text", "what the text says", offsetof(struct result_claim, text)},
    {"quantity", "quantity that the claim is about", offsetof(struct result_claim, quantity)},
    {"at", "quarter or range of quarters", offsetof(struct result_claim, at)},
    {"expect", "expected change", offsetof(struct result_claim, expect)},
    {"versus", "what is compared with", offsetof(struct result_claim, versus)},
    {"source", "where the claim comes from", offsetof(struct result_claim, source)},
    {"unit", "unit of effect and level", offsetof(struct result_claim, unit)},
};

static bool write_claim_texts(hid_t group, hid_t scale, const struct result_claim *claim, size_t count)
{
    const char **text = malloc((count + 1) * sizeof *text);
    bool ok = text != NULL;
    for (size_t f = 0; ok && f < sizeof claim_texts / sizeof claim_texts[0]; f++) {
        for (size_t k = 0; k < count; k++) {
            const char *const *member =
                (const char *const *)(const void *)((const char *)&claim[k] + claim_texts[f].offset);
            text[k] = *member != NULL ? *member : "";
        }
        hid_t dataset = result_h5_texts(group, claim_texts[f].name, count, text);
        ok = dataset >= 0 && result_h5_describe(dataset, "1", claim_texts[f].long_name) &&
             result_layout_attach(dataset, scale, 0);
        result_h5_close(dataset);
    }
    free(text);
    return ok;
}

static bool write_shares(hid_t group, hid_t scale, const struct result_claim *claim, size_t count)
{
    hsize_t length = count;
    int8_t *share = malloc(count + 1);
    hid_t dataset = share == NULL ? -1 : result_h5_create(group, "share", H5T_STD_I8LE, 1, &length, &length);
    for (size_t k = 0; share != NULL && k < count; k++)
        share[k] = claim[k].share;
    bool ok = dataset >= 0 && H5Dwrite(dataset, H5T_NATIVE_INT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, share) >= 0 &&
              result_h5_describe(dataset, "1", "whether the quantity is a share") &&
              result_h5_text(dataset, "dtype", "bool") && result_layout_attach(dataset, scale, 0);
    result_h5_close(dataset);
    free(share);
    return ok;
}

/* Numbers [claim][run]; which: 0 effect, 1 level. */
static bool write_effects(struct result_writer *writer, hid_t group, hid_t scale, const char *name,
                          const char *long_name, const double *(*of)(const struct result_claim *),
                          const struct result_claim *claim, size_t count)
{
    size_t runs = writer->plan->runs;
    hsize_t length[2] = {count, runs}, chunk[2] = {1, runs < COLUMN_CHUNK ? runs : COLUMN_CHUNK};
    double *table = malloc((count * runs + 1) * sizeof *table);
    hid_t dataset = table == NULL ? -1 : result_h5_create(group, name, H5T_IEEE_F64LE, 2, length, chunk);
    for (size_t k = 0; table != NULL && k < count; k++)
        for (size_t r = 0; r < runs; r++)
            table[k * runs + r] = of(&claim[k]) != NULL ? of(&claim[k])[r] : NAN;
    bool ok = dataset >= 0 && H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, table) >= 0 &&
              result_h5_describe(dataset, "see unit", long_name) && result_layout_attach(dataset, scale, 0) &&
              result_layout_attach(dataset, writer->scale[RESULT_AXIS_RUN], 1);
    result_h5_close(dataset);
    free(table);
    return ok;
}

static const double *effect_of(const struct result_claim *claim)
{
    return claim->effect;
}

static const double *level_of(const struct result_claim *claim)
{
    return claim->level;
}

enum status result_claims(struct result_writer *writer, const struct result_claim *claim, size_t count,
                          struct messages *messages)
{
    if (count == 0)
        return STATUS_OK;
    hid_t group = result_h5_group(writer->file, "claims"), scale = -1;
    char **id = unique_ids(claim, count);
    bool ok = group >= 0 && id != NULL;
    if (ok)
        scale = result_h5_texts(group, "claim", count, (const char *const *)id);
    ok = ok && scale >= 0 && H5DSset_scale(scale, "claim") >= 0 && result_h5_describe(scale, "1", "claim") &&
         link_run(group) &&
         write_effects(writer, group, scale, "effect", "scenario less comparison", effect_of, claim, count) &&
         write_effects(writer, group, scale, "level", "level of the comparison", level_of, claim, count) &&
         write_claim_texts(group, scale, claim, count) && write_shares(group, scale, claim, count);
    if (!ok)
        result_writer_fails(writer, "claims", messages);
    free_ids(id, count);
    result_h5_close(scale);
    result_h5_close(group);
    return ok ? STATUS_OK : STATUS_FAILED;
}
