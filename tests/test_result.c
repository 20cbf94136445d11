/* Result files: what is written is read back, equal input gives equal bytes, a failed writing leaves nothing, and no
 * damaged file harms its reader.  With an argument, a path, it leaves a result file there and ends. */
#include "folder.h"

#include "result/result.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUNS 70 /* more than one portion of 64 */
#define TIMES 4
#define FAILED_RUN 3
#define VARIABLES 128
#define LENGTH(list) (sizeof(list) / sizeof(list)[0])

static struct messages messages;

/* ---- a small cast and what is written of it --------------------------------------------------------------- */

static char *codes[] = {"UZB", "AUT", "RUS"};
static char *names[] = {"Oʻzbekiston", "Österreich", "Россия"};
static char *bodies[] = {"ODKB"};
static char *titles[] = {"Организация Договора"};
static char *issues[] = {"вода", "граница"};
static size_t poles[] = {1, 2};
static const double time_values[TIMES] = {2021.0, 2021.25, 2021.5, 2021.75};
static const char *const quarters[TIMES] = {"2020Q4", "2021Q1", "2021Q2", "2021Q3"};
static const char *const arms[] = {"", "baseline", "branches/без помощи"};

static struct cast *small_cast(bool with_body)
{
    struct cast *cast = calloc(1, sizeof *cast);
    *cast = (struct cast){.states = LENGTH(codes), .reference_place = CAST_NONE, .danger_source = CAST_NONE};
    cast->code = calloc(cast->states, sizeof *cast->code);
    cast->name = calloc(cast->states, sizeof *cast->name);
    for (size_t i = 0; i < cast->states; i++) {
        cast->code[i] = strdup(codes[i]);
        cast->name[i] = strdup(names[i]);
    }
    cast->role[ROLE_POLES].count = LENGTH(poles);
    cast->role[ROLE_POLES].state = malloc(sizeof poles);
    memcpy(cast->role[ROLE_POLES].state, poles, sizeof poles);
    if (with_body) {
        cast->bodies = 1;
        cast->body = calloc(1, sizeof *cast->body);
        cast->body_title = calloc(1, sizeof *cast->body_title);
        cast->body[0] = strdup(bodies[0]);
        cast->body_title[0] = strdup(titles[0]);
        cast->issues = LENGTH(issues);
        cast->issue = calloc(cast->issues, sizeof *cast->issue);
        cast->issue_title = calloc(cast->issues, sizeof *cast->issue_title);
        for (size_t k = 0; k < cast->issues; k++) {
            cast->issue[k] = strdup(issues[k]);
            cast->issue_title[k] = strdup(issues[k]);
        }
    }
    assert_true(cast_complete(cast));
    return cast;
}

/* The value at a place, different everywhere; runs that failed have none. */
static double value_at(size_t arm, size_t run, size_t time, const struct variable *variable, size_t e)
{
    if (run == FAILED_RUN)
        return NAN;
    if (variable->flag)
        return (double)((run + time + e) % 5);
    return (double)arm * 1e6 + (double)run * 1e3 + (double)time * 100 + (double)e + (double)variable->shape / 8;
}

static struct result_plan plan_of(const struct cast *cast, const size_t *variable)
{
    static char long_text[100000]; /* longer than an attribute of fixed length may be */
    static const struct result_text attributes[] = {
        {"title", "Выход из Афганистана"},
        {"source", "equipoise 0.1"},
        {"config", long_text},
        {"config_effective", "a = 1;"},
    };
    static const struct result_text provenance[] = {{"schema_version", "1"}, {"software", "{}"}};
    memset(long_text, 'x', sizeof long_text - 1);
    return (struct result_plan){
        .cast = cast,
        .runs = RUNS,
        .times = TIMES,
        .time = time_values,
        .quarter = quarters,
        .variable = variable,
        .variables = variable_count,
        .arm = arms,
        .arms = LENGTH(arms),
        .attribute = attributes,
        .attributes = LENGTH(attributes),
        .provenance = provenance,
        .provenances = LENGTH(provenance),
        .seed = UINT64_MAX,
    };
}

static void write_rows(struct result_writer *writer, const struct result_plan *plan, size_t arm, size_t first,
                       size_t count)
{
    double *rows[VARIABLES] = {0};
    for (size_t v = 0; v < plan->variables; v++) {
        const struct variable *variable = &variable_table[plan->variable[v]];
        size_t length = variable_length(plan->cast, variable), k = 0;
        rows[v] = malloc((count * plan->times * length + 1) * sizeof **rows);
        for (size_t r = first; r < first + count; r++)
            for (size_t t = 0; t < plan->times; t++)
                for (size_t e = 0; e < length; e++)
                    rows[v][k++] = value_at(arm, r, t, variable, e);
    }
    assert_int_equal(result_rows(writer, arm, first, count, (const double *const *)rows, &messages), STATUS_OK);
    for (size_t v = 0; v < plan->variables; v++)
        free(rows[v]);
}

static double effects[2][RUNS], levels[2][RUNS];
static const struct result_claim claims[] = {
    {.id = "000-12",
     .text = "Угроза растёт",
     .quantity = "threat_nonstate[UZB]",
     .at = "2021Q3",
     .expect = "increase",
     .versus = "baseline",
     .source = "000.txt",
     .unit = "1",
     .effect = effects[0],
     .level = levels[0],
     .least = NAN,
     .least_relative = 0.1,
     .runs_low = 0.8,
     .runs_high = 1,
     .branch = "",
     .against = "",
     .mean = 0.125,
     .low = -1e-3,
     .high = 1.0 / 3,
     .bound = 0.005,
     .right = 0.975,
     .verdict = "supported"},
    {.id = "000-12",
     .text = "the share falls",
     .quantity = "alignment[UZB,RUS]",
     .at = "2021Q1..2021Q3",
     .expect = "decrease",
     .versus = "start",
     .source = "001.txt",
     .unit = "share",
     .share = true,
     .effect = effects[1],
     .level = levels[1],
     .least = 0.03,
     .least_relative = NAN,
     .runs_low = NAN,
     .runs_high = NAN,
     .branch = "без помощи",
     .against = "0.5 x (scenario - baseline)",
     .mean = NAN,
     .low = NAN,
     .high = NAN,
     .bound = NAN,
     .right = NAN,
     .verdict = NULL},
};

static void write_tables(struct result_writer *writer)
{
    double status[RUNS], point[RUNS], autonomy[RUNS];
    int64_t seed[RUNS];
    const char *text[RUNS];
    for (size_t r = 0; r < RUNS; r++) {
        status[r] = r == FAILED_RUN;
        point[r] = (double)(r / 10);
        autonomy[r] = (double)r / RUNS;
        seed[r] = INT64_MAX - (int64_t)r;
        text[r] = r == FAILED_RUN ? "переполнение" : "";
        effects[0][r] = r == FAILED_RUN ? NAN : 0.5 + (double)r;
        effects[1][r] = -(double)r;
        levels[0][r] = 2 * (double)r;
        levels[1][r] = 1;
    }
    const struct result_column columns[] = {
        {.name = "status", .long_name = "how the run ended", .number = status, .meanings = "ok failed"},
        {.name = "status_message", .long_name = "why the run failed", .text = text},
        {.name = "seed", .long_name = "seed of the run", .integer = seed},
        {.name = "point", .long_name = "point of the design", .number = point, .whole = true},
    };
    const struct result_column swept[] = {
        {.name = "states.*.alignment.autonomy", .unit = "1", .long_name = "autonomy", .number = autonomy},
    };
    assert_int_equal(result_columns(writer, columns, LENGTH(columns), false, &messages), STATUS_OK);
    assert_int_equal(result_columns(writer, swept, LENGTH(swept), true, &messages), STATUS_OK);
    assert_int_equal(result_claims(writer, claims, LENGTH(claims), &messages), STATUS_OK);
}

static struct result_writer *written(const struct result_plan *plan, size_t portion)
{
    struct result_writer *writer = NULL;
    assert_int_equal(result_begin(plan, &writer, &messages), STATUS_OK);
    for (size_t arm = 0; arm < plan->arms; arm++)
        for (size_t first = 0; first < plan->runs; first += portion)
            write_rows(writer, plan, arm, first, first + portion > plan->runs ? plan->runs - first : portion);
    write_tables(writer);
    return writer;
}

static enum status write_result(const char *path, bool with_body, bool force, size_t portion)
{
    size_t variable[VARIABLES];
    struct cast *cast = small_cast(with_body);
    for (size_t v = 0; v < variable_count; v++)
        variable[v] = v;
    struct result_plan plan = plan_of(cast, variable);
    enum status status = result_publish(written(&plan, portion), path, force, &messages);
    cast_free(cast);
    return status;
}

/* A file with one variable of every shape and kind: all that there is to damage, and quick to read. */
static enum status write_small_file(const char *path)
{
    size_t variable[VARIABLES], count = 0;
    struct cast *cast = small_cast(true);
    for (size_t v = 0; v < variable_count; v++) {
        bool seen = false;
        for (size_t k = 0; k < count; k++)
            seen = seen || (variable_table[variable[k]].shape == variable_table[v].shape &&
                            variable_table[variable[k]].flag == variable_table[v].flag);
        if (!seen)
            variable[count++] = v;
    }
    assert_true(count >= 9);
    struct result_plan plan = plan_of(cast, variable);
    plan.variables = count;
    enum status status = result_publish(written(&plan, 64), path, false, &messages);
    cast_free(cast);
    return status;
}

/* ---- helpers ---------------------------------------------------------------------------------------------- */

static unsigned char *file_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size + 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static int folder_is_empty(void)
{
    return rmdir(folder) == 0 && mkdir(folder, 0700) == 0;
}

static int tear_down(void **state)
{
    message_clear(&messages);
    return remove_folder(state);
}

static void assert_refused(enum status status, const char *fragment)
{
    assert_int_equal(status, STATUS_IO);
    assert_true(messages.count > 0);
    assert_non_null(strstr(messages.list[messages.count - 1].text, fragment));
    assert_non_null(messages.list[messages.count - 1].file);
    message_clear(&messages);
}

/* ---- round trip ------------------------------------------------------------------------------------------- */

static void assert_variable(struct result_reader *reader, size_t arm, const struct result_found *found)
{
    static double room[TIMES * 64];
    const struct variable *variable = variable_find(found->name);
    struct cast *cast = small_cast(true);
    assert_non_null(variable);
    assert_string_equal(found->unit, variable->unit);
    assert_string_equal(found->long_name, variable->long_name);
    assert_string_equal(found->dimension[0], "run");
    assert_string_equal(found->dimension[1], "time");
    size_t length = variable_length(cast, variable), product = 1;
    for (size_t d = 2; d < found->dimensions; d++)
        product *= found->length[d];
    assert_int_equal(product, length);
    for (size_t run = 0; run < RUNS; run++) {
        assert_int_equal(result_read(reader, arms[arm], found->name, run, room), STATUS_OK);
        for (size_t t = 0; t < TIMES; t++)
            for (size_t e = 0; e < length; e++) {
                double expected = value_at(arm, run, t, variable, e);
                if (variable->flag && isnan(expected))
                    expected = 0;
                double value = room[t * length + e];
                assert_true(isnan(expected) ? isnan(value) : value == expected);
            }
    }
    assert_int_equal(result_read(reader, arms[arm], found->name, RUNS, room), STATUS_FAILED);
    cast_free(cast);
}

static void assert_labels(struct result_reader *reader, const char *dimension, const char *const *expected,
                          size_t expected_count)
{
    size_t count;
    const char *const *label = result_labels(reader, dimension, &count);
    assert_non_null(label);
    assert_int_equal(count, expected_count);
    for (size_t k = 0; k < count; k++)
        assert_string_equal(label[k], expected[k]);
    assert_ptr_equal(result_labels(reader, dimension, &count), label);
}

static void test_round_trip(void **state)
{
    static const char *const options[] = {"self", "AUT", "RUS"};
    struct result_reader *reader;
    const struct result_found *found;
    const char *const *arm;
    size_t count;
    (void)state;

    const char *path = in_folder("a.h5");
    assert_int_equal(write_result(path, true, false, 64), STATUS_OK);
    assert_int_equal(result_open(path, &reader, &messages), STATUS_OK);
    assert_int_equal(messages.count, 0);

    assert_labels(reader, "state", (const char *const *)codes, LENGTH(codes));
    assert_labels(reader, "state_to", (const char *const *)codes, LENGTH(codes));
    assert_labels(reader, "state_name", (const char *const *)names, LENGTH(names));
    assert_labels(reader, "institution", (const char *const *)bodies, LENGTH(bodies));
    assert_labels(reader, "pole", options, LENGTH(options));
    assert_labels(reader, "quarter", quarters, TIMES);
    assert_labels(reader, "issue", (const char *const *)issues, LENGTH(issues));
    assert_null(result_labels(reader, "nothing", &count));
    assert_null(result_labels(reader, "time", &count));

    assert_string_equal(result_attribute(reader, "title"), "Выход из Афганистана");
    assert_string_equal(result_attribute(reader, "seed_text"), "18446744073709551615");
    assert_string_equal(result_attribute(reader, "Conventions"), "CF-1.8");
    assert_int_equal(strlen(result_attribute(reader, "config")), 99999);
    assert_int_equal(strlen(result_attribute(reader, "results_digest")), 16);
    assert_null(result_attribute(reader, "nothing"));

    assert_int_equal(result_arms(reader, &arm), LENGTH(arms));
    for (size_t a = 0; a < LENGTH(arms); a++) {
        assert_string_equal(arm[a], arms[a]);
        assert_int_equal(result_variables(reader, arm[a], &found, &count), STATUS_OK);
        assert_int_equal(count, variable_count);
        for (size_t v = 0; v < count; v++) {
            assert_string_equal(found[v].name, variable_table[v].name);
            assert_variable(reader, a, &found[v]);
        }
    }
    assert_int_equal(result_variables(reader, "branches/other", &found, &count), STATUS_FAILED);
    result_close(reader);
    result_close(NULL);
}

static void test_columns(void **state)
{
    struct result_reader *reader;
    const struct result_found *found;
    double *number;
    size_t count;
    (void)state;

    const char *path = in_folder("a.h5");
    assert_int_equal(write_result(path, true, false, 64), STATUS_OK);
    assert_int_equal(result_open(path, &reader, &messages), STATUS_OK);
    static const char *const columns[] = {"run", "time", "status", "seed", "point"};
    for (size_t c = 0; c < LENGTH(columns); c++) {
        assert_int_equal(result_column(reader, columns[c], &number, &count), STATUS_OK);
        assert_int_equal(count, c == 1 ? TIMES : RUNS);
        for (size_t k = 0; k < count; k++) {
            double expected[] = {(double)k, time_values[k % TIMES], k == FAILED_RUN,
                                 (double)(INT64_MAX - (int64_t)k), (double)(k / 10)};
            assert_true(number[k] == expected[c]);
        }
        free(number);
    }
    assert_int_equal(result_column(reader, "status_message", &number, &count), STATUS_FAILED);
    assert_null(number);
    assert_int_equal(result_column(reader, "nothing", &number, &count), STATUS_FAILED);
    const char *const *text = result_labels(reader, "status_message", &count);
    assert_int_equal(count, RUNS);
    assert_string_equal(text[FAILED_RUN], "переполнение");
    assert_string_equal(text[0], "");

    assert_int_equal(result_variables(reader, "parameters", &found, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_string_equal(found[0].name, "states.*.alignment.autonomy");
    assert_int_equal(result_column(reader, "parameters/states.*.alignment.autonomy", &number, &count),
                     STATUS_OK);
    assert_true(number[35] == 35.0 / RUNS);
    free(number);
    result_close(reader);
}

static void test_claims(void **state)
{
    struct result_reader *reader;
    const struct result_claim *claim;
    size_t count, runs;
    (void)state;

    const char *path = in_folder("a.h5");
    assert_int_equal(write_result(path, true, false, 64), STATUS_OK);
    assert_int_equal(result_open(path, &reader, &messages), STATUS_OK);
    assert_int_equal(result_read_claims(reader, &claim, &count, &runs), STATUS_OK);
    assert_int_equal(count, LENGTH(claims));
    assert_int_equal(runs, RUNS);
    assert_string_equal(claim[0].id, "000-12");
    assert_string_equal(claim[1].id, "000-12#2");
    for (size_t k = 0; k < count; k++) {
        assert_string_equal(claim[k].text, claims[k].text);
        assert_string_equal(claim[k].quantity, claims[k].quantity);
        assert_string_equal(claim[k].at, claims[k].at);
        assert_string_equal(claim[k].expect, claims[k].expect);
        assert_string_equal(claim[k].versus, claims[k].versus);
        assert_string_equal(claim[k].source, claims[k].source);
        assert_string_equal(claim[k].unit, claims[k].unit);
        assert_int_equal(claim[k].share, claims[k].share);
        assert_string_equal(claim[k].branch, claims[k].branch);
        assert_string_equal(claim[k].against, claims[k].against);
        assert_string_equal(claim[k].verdict, claims[k].verdict ? claims[k].verdict : ""); /* nobody judged */
        assert_memory_equal(claim[k].level, levels[k], sizeof levels[k]);
        for (size_t r = 0; r < RUNS; r++)
            assert_true(isnan(effects[k][r]) ? isnan(claim[k].effect[r]) : claim[k].effect[r] == effects[k][r]);
    }
    /* what the runs say of it together is in the file, to the bit */
    static const struct {
        const char *name;
        size_t offset;
    } judged[] = {{"claims/mean", offsetof(struct result_claim, mean)},
                  {"claims/low", offsetof(struct result_claim, low)},
                  {"claims/high", offsetof(struct result_claim, high)},
                  {"claims/bound", offsetof(struct result_claim, bound)},
                  {"claims/right", offsetof(struct result_claim, right)},
                  {"claims/least", offsetof(struct result_claim, least)},
                  {"claims/least_relative", offsetof(struct result_claim, least_relative)},
                  {"claims/runs_low", offsetof(struct result_claim, runs_low)},
                  {"claims/runs_high", offsetof(struct result_claim, runs_high)}};
    for (size_t j = 0; j < LENGTH(judged); j++) {
        double *number, expected;
        assert_int_equal(result_column(reader, judged[j].name, &number, &count), STATUS_OK);
        assert_int_equal(count, LENGTH(claims));
        for (size_t k = 0; k < count; k++) {
            double read;
            memcpy(&expected, (const char *)&claims[k] + judged[j].offset, sizeof expected);
            memcpy(&read, (const char *)&claim[k] + judged[j].offset, sizeof read);
            assert_true(isnan(expected) ? isnan(number[k]) : number[k] == expected);
            assert_true(isnan(expected) ? isnan(read) : read == expected);
        }
        free(number);
    }
    result_close(reader);
}

static void test_without_bodies(void **state)
{
    struct result_reader *reader;
    const struct result_found *found;
    size_t count;
    (void)state;
    const char *path = in_folder("a.h5");
    assert_int_equal(write_result(path, false, false, 64), STATUS_OK);
    assert_int_equal(result_open(path, &reader, &messages), STATUS_OK);
    assert_null(result_labels(reader, "institution", &count));
    assert_int_equal(result_variables(reader, "baseline", &found, &count), STATUS_OK);
    assert_null(result_labels(reader, "issue", &count));
    assert_int_equal(result_variables(reader, "baseline", &found, &count), STATUS_OK);
    struct cast *bare = small_cast(false); /* without bodies and issues, what is said of them is left out */
    size_t left = 0;
    for (size_t v = 0; v < variable_count; v++)
        left += variable_length(bare, &variable_table[v]) > 0;
    cast_free(bare);
    assert_int_equal(count, left);
    assert_true(left < variable_count);
    result_close(reader);
}

static void test_one_run_no_rows_no_claims(void **state)
{
    struct result_reader *reader;
    struct result_writer *writer;
    const struct result_claim *claim;
    double room[3 * TIMES];
    size_t variable = 0, count, runs;
    (void)state;
    struct cast *cast = small_cast(true);
    struct result_plan plan = plan_of(cast, &variable);
    plan.variables = plan.runs = plan.arms = 1;
    const char *path = in_folder("a.h5");
    assert_int_equal(result_begin(&plan, &writer, &messages), STATUS_OK);
    assert_int_equal(result_claims(writer, NULL, 0, &messages), STATUS_OK);
    assert_int_equal(result_publish(writer, path, false, &messages), STATUS_OK);
    assert_int_equal(result_open(path, &reader, &messages), STATUS_OK);
    assert_int_equal(result_read_claims(reader, &claim, &count, &runs), STATUS_OK);
    assert_int_equal(count, 0);
    assert_int_equal(runs, 1);
    assert_int_equal(result_read(reader, "", variable_table[0].name, 0, room), STATUS_OK);
    assert_true(isnan(room[0]) && isnan(room[3 * TIMES - 1]));
    result_close(reader);

    assert_int_equal(result_begin(&plan, &writer, &messages), STATUS_OK);
    result_abandon(writer);
    result_abandon(NULL);
    cast_free(cast);
}

static void test_refused_row_is_not_published(void **state)
{
    struct result_writer *writer;
    double row[3 * TIMES] = {0};
    const double *rows[] = {row};
    size_t variable = 0;
    (void)state;
    struct cast *cast = small_cast(true);
    struct result_plan plan = plan_of(cast, &variable);
    plan.variables = plan.arms = 1;
    assert_int_equal(result_begin(&plan, &writer, &messages), STATUS_OK);
    assert_int_equal(result_rows(writer, 0, RUNS, 1, rows, &messages), STATUS_FAILED);
    assert_int_equal(messages.count, 1);
    assert_null(strstr(messages.list[0].text, "out of memory")); /* the reason is HDF5's own */
    assert_int_equal(result_publish(writer, in_folder("a.h5"), false, &messages), STATUS_FAILED);
    assert_true(folder_is_empty());
    cast_free(cast);
}

/* ---- publishing ------------------------------------------------------------------------------------------- */

static void test_equal_input_gives_equal_bytes(void **state)
{
    size_t size[2];
    (void)state;
    assert_int_equal(write_result(in_folder("a.h5"), true, false, 64), STATUS_OK);
    char *dirty[64];
    for (size_t k = 0; k < LENGTH(dirty); k++) /* memory is not clean the second time */
        memset(dirty[k] = malloc((k + 1) * 997), 0x5a, (k + 1) * 997);
    for (size_t k = 0; k < LENGTH(dirty); k++)
        free(dirty[k]);
    sleep(1); /* nor is it the same second */
    assert_int_equal(write_result(in_folder("b.h5"), true, false, 64), STATUS_OK);
    unsigned char *a = file_bytes(in_folder("a.h5"), &size[0]), *b = file_bytes(in_folder("b.h5"), &size[1]);
    assert_int_equal(size[0], size[1]);
    assert_memory_equal(a, b, size[0]);
    free(a);
    free(b);
}

static void test_digest_does_not_depend_on_portions(void **state)
{
    struct result_reader *a, *b;
    (void)state;
    assert_int_equal(write_result(in_folder("a.h5"), true, false, 64), STATUS_OK);
    assert_int_equal(write_result(in_folder("b.h5"), true, false, 7), STATUS_OK);
    assert_int_equal(result_open(in_folder("a.h5"), &a, &messages), STATUS_OK);
    assert_int_equal(result_open(in_folder("b.h5"), &b, &messages), STATUS_OK);
    assert_string_equal(result_attribute(a, "results_digest"), result_attribute(b, "results_digest"));
    result_close(a);
    result_close(b);
}

static void test_existing_file(void **state)
{
    struct stat info;
    (void)state;
    const char *path = in_folder("a.h5");
    write_bytes(path, "old", 3);
    assert_refused(result_possible(path, false, &messages), "exists");
    assert_int_equal(result_possible(path, true, &messages), STATUS_OK);
    assert_refused(write_result(path, true, false, 64), "exists");
    stat(path, &info);
    assert_int_equal(info.st_size, 3);
    assert_int_equal(write_result(path, true, true, 64), STATUS_OK);
    stat(path, &info);
    assert_true(info.st_size > 3);
    unlink(path);
    assert_true(folder_is_empty());

    assert_int_equal(symlink("nowhere", path), 0);
    assert_refused(result_possible(path, false, &messages), "exists");
    assert_refused(result_possible("/dev/null", true, &messages), "not a regular file");
}

static void test_folders(void **state)
{
    char long_name[300];
    (void)state;
    assert_refused(result_possible(folder, false, &messages), "is a directory");
    assert_refused(write_result(folder, true, true, 64), "is a directory");
    assert_refused(write_result(in_folder("missing/a.h5"), true, true, 64), strerror(ENOENT));
    assert_refused(result_possible(in_folder("missing/"), true, &messages), "no file name");
    assert_refused(result_possible("", true, &messages), "no file name");
    write_bytes(in_folder("file"), "x", 1);
    assert_refused(write_result(in_folder("file/a.h5"), true, true, 64), strerror(ENOTDIR));
    unlink(in_folder("file"));
    memset(long_name, 'a', sizeof long_name);
    long_name[250] = '\0';
    assert_refused(result_possible(in_folder(long_name), true, &messages), strerror(ENAMETOOLONG));
    assert_true(folder_is_empty());
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(write_result("plain.h5", true, false, 64), STATUS_OK);
    assert_int_equal(unlink("plain.h5"), 0);
    assert_int_equal(chdir("/"), 0);
    assert_true(folder_is_empty());
}

static void test_read_only_folder(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); /* permissions do not bind root */
    chmod(folder, 0500);
    assert_refused(result_possible(in_folder("a.h5"), false, &messages), strerror(EACCES));
    assert_refused(write_result(in_folder("a.h5"), true, false, 64), strerror(EACCES));
    chmod(folder, 0700);
    assert_true(folder_is_empty());
}

static void test_full_disk(void **state)
{
    struct rlimit before, small;
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    for (rlim_t bytes = 0; bytes <= 40000; bytes += 20000) {
        small = before;
        small.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &small);
        enum status status = write_result(in_folder("a.h5"), true, false, 64);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_refused(status, strerror(EFBIG));
        assert_true(folder_is_empty());
    }
}

/* A process that was killed leaves its temporary file; in a container the next one may have the same number. */
static void test_stale_temporary(void **state)
{
    char stale[32];
    (void)state;
    snprintf(stale, sizeof stale, "a.h5.tmp.%ld", (long)getpid());
    write_bytes(in_folder(stale), "half a file", 11);
    assert_int_equal(write_result(in_folder("a.h5"), true, false, 64), STATUS_OK);
    unlink(in_folder("a.h5"));
    assert_true(folder_is_empty());
}

/* Of two processes with one output, one publishes and the other is refused. */
static void test_two_processes(void **state)
{
    int word, refused = 0;
    pid_t child[4];
    (void)state;
    for (size_t k = 0; k < LENGTH(child); k++)
        if ((child[k] = fork()) == 0)
            _exit(write_result(in_folder("a.h5"), true, false, 64) == STATUS_OK ? 0 : 4);
    for (size_t k = 0; k < LENGTH(child); k++) {
        waitpid(child[k], &word, 0);
        refused += WIFEXITED(word) && WEXITSTATUS(word) == 4;
    }
    assert_int_equal(refused, LENGTH(child) - 1);
    assert_int_equal(unlink(in_folder("a.h5")), 0);
    assert_true(folder_is_empty());
}

/* ---- files that are no results ---------------------------------------------------------------------------- */

static void test_not_a_result(void **state)
{
    struct result_reader *reader;
    (void)state;
    assert_refused(result_open(in_folder("missing"), &reader, &messages), strerror(ENOENT));
    assert_null(reader);
    assert_refused(result_open(folder, &reader, &messages), "is a directory");
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_refused(result_open(in_folder("pipe"), &reader, &messages), "not a regular file");
    write_bytes(in_folder("text"), "not HDF5", 8);
    assert_int_equal(result_open(in_folder("text"), &reader, &messages), STATUS_UNREADABLE);
    assert_non_null(strstr(messages.list[0].text, "is damaged or not an Equipoise result"));
    write_bytes(in_folder("empty"), "", 0);
    assert_int_equal(result_open(in_folder("empty"), &reader, &messages), STATUS_UNREADABLE);
}

/* Opens and, if that works, reads what a command would read; no outcome is wrong but a crash. */
static enum status read_everything(const char *path)
{
    static double room[1 << 16];
    struct result_reader *reader;
    const struct result_found *found;
    const struct result_claim *claim;
    const char *const *arm;
    size_t count, runs;
    enum status status = result_open(path, &reader, &messages);
    message_clear(&messages);
    if (status != STATUS_OK)
        return status;
    size_t many = result_arms(reader, &arm);
    for (size_t a = 0; a < many; a++) {
        if (result_variables(reader, arm[a], &found, &count) != STATUS_OK)
            continue;
        for (size_t v = 0; v < count; v++) {
            size_t length = 1;
            for (size_t d = 1; d < found[v].dimensions; d++)
                length *= found[v].length[d];
            for (size_t r = 0; length <= LENGTH(room) && r < found[v].length[0]; r += 23)
                (void)result_read(reader, arm[a], found[v].name, r, room);
        }
    }
    (void)result_attribute(reader, "config");
    (void)result_labels(reader, "state", &count);
    (void)result_read_claims(reader, &claim, &count, &runs);
    result_close(reader);
    return status;
}

#define SEAL 38 /* bytes of the last line: a checksum */

static void test_damaged_files(void **state)
{
    size_t size, unreadable = 0;
    unsigned random = 20210815;
    (void)state;
    assert_int_equal(write_small_file(in_folder("a.h5")), STATUS_OK);
    unsigned char *bytes = file_bytes(in_folder("a.h5"), &size);
    assert_int_equal(read_everything(in_folder("a.h5")), STATUS_OK);

    for (size_t k = 0; k < 20; k++) {
        write_bytes(in_folder("b.h5"), bytes, size * k / 20);
        assert_int_equal(read_everything(in_folder("b.h5")), STATUS_UNREADABLE);
    }
    for (size_t k = 0; k < 20; k++) { /* the checksum sees every change */
        bytes[size * k / 20] ^= 1;
        write_bytes(in_folder("b.h5"), bytes, size);
        bytes[size * k / 20] ^= 1;
        assert_int_equal(read_everything(in_folder("b.h5")), STATUS_UNREADABLE);
    }

    size -= SEAL; /* as another program leaves a file that it changes; now HDF5 itself meets the damage */
    write_bytes(in_folder("b.h5"), bytes, size);
    assert_int_equal(read_everything(in_folder("b.h5")), STATUS_OK);
    write_bytes(in_folder("b.h5"), bytes, size - 1);
    assert_int_equal(read_everything(in_folder("b.h5")), STATUS_UNREADABLE);
    for (size_t k = 0; k < 200; k++) {
        random = random * 1664525u + 1013904223u;
        size_t at = (size_t)((double)random / 4294967296.0 * (double)(k % 2 ? size : size / 16));
        unsigned char was = bytes[at];
        bytes[at] ^= (unsigned char)(1u << (random >> 8) % 8);
        write_bytes(in_folder("b.h5"), bytes, size);
        bytes[at] = was;
        enum status status = read_everything(in_folder("b.h5"));
        assert_true(status == STATUS_OK || status == STATUS_UNREADABLE);
        unreadable += status == STATUS_UNREADABLE;
    }
    assert_true(unreadable > 0);
    free(bytes);
}

static void test_child_signal_ignored(void **state)
{
    (void)state;
    assert_int_equal(write_result(in_folder("a.h5"), true, false, 64), STATUS_OK);
    signal(SIGCHLD, SIG_IGN);
    enum status status = read_everything(in_folder("a.h5"));
    signal(SIGCHLD, SIG_DFL);
    assert_int_equal(status, STATUS_OK);
}

static void test_library(void **state)
{
    char room[32];
    (void)state;
    result_library(room, sizeof room);
    assert_non_null(strchr(room, '.'));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, tear_down)

int main(int argc, char **argv)
{
    if (argc > 1)
        return (int)write_result(argv[1], true, true, 64);
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),
        TEST(test_columns),
        TEST(test_claims),
        TEST(test_without_bodies),
        TEST(test_one_run_no_rows_no_claims),
        TEST(test_refused_row_is_not_published),
        TEST(test_equal_input_gives_equal_bytes),
        TEST(test_digest_does_not_depend_on_portions),
        TEST(test_existing_file),
        TEST(test_folders),
        TEST(test_read_only_folder),
        TEST(test_full_disk),
        TEST(test_stale_temporary),
        TEST(test_two_processes),
        TEST(test_not_a_result),
        TEST(test_damaged_files),
        TEST(test_child_signal_ignored),
        TEST(test_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
