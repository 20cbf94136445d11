/* Scenario files: every fault gives its message, and a good file becomes what it says.
 *
 * tests/bad-scenarios holds one small file for each fault.  The lines "//! ..." at its top are the messages that it must
 * give, all of them, in this order, less the folder's name. */
#include "folder.h"
#include "testing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "scenario/text.h"

#define CORPUS "tests/bad-scenarios/"
#define SMALL CORPUS "parts/small.cfg"
#define W21 "tests/worlds/w21.cfg"
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* ---- small tools ------------------------------------------------------------------------------------------- */

/* A scenario on top of a world of the repository. */
static const char *write_scenario(const char *name, const char *world, const char *text)
{
    char here[1024];
    assert_non_null(getcwd(here, sizeof here));
    char *all = message_text("title = \"%s\";\nbase = \"%s/%s\";\n%s", name, here, world, text);
    const char *path = write_file(name, all);
    free(all);
    return path;
}

/* All messages, a line each; `folder` and CORPUS are left out.  The caller frees. */
static char *lines_of(const struct messages *messages)
{
    char *all = message_text("%s", "");
    for (size_t k = 0; k < messages->count; k++) {
        char *line = message_format(&messages->list[k]), *at = line, *part;
        size_t corpus = strlen(CORPUS), own = strlen(folder) + 1;
        for (part = strstr(at, CORPUS); part != NULL; part = strstr(part, CORPUS))
            memmove(part, part + corpus, strlen(part + corpus) + 1);
        for (part = strstr(at, folder); part != NULL; part = strstr(part, folder))
            memmove(part, part + own, strlen(part + own) + 1);
        char *more = message_text("%s%s\n", all, line);
        free(all);
        free(line);
        all = more;
    }
    return all;
}

/* Loads, and prepares every arm if the file is good; status and lines. */
static enum status try(const char *file, const struct scenario_options *options, char **lines)
{
    struct messages messages = {0};
    struct scenario *scenario;
    struct timespec begin, end;
    alarm(20); /* a file that hangs fails the whole test */
    clock_gettime(CLOCK_MONOTONIC, &begin);
    enum status status = scenario_load(file, options, &scenario, &messages);
    for (size_t arm = 0; status == STATUS_OK && arm < scenario->arms; arm++) {
        struct world *world;
        status = scenario_world(scenario, arm, 0, 0, &world, &messages);
        world_free(world);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    alarm(0);
    double seconds = (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
    if (seconds > 4) /* one second, and room for sanitizers on a busy machine */
        fail_msg("%s took %.1f seconds", file, seconds);
    if (status != STATUS_OK && messages.errors == 0)
        fail_msg("%s is refused without a word", file);
    *lines = lines_of(&messages);
    message_clear(&messages);
    scenario_free(scenario);
    return status;
}

/* One scenario that must be refused with exactly these lines. */
static void refused(const char *file, const struct scenario_options *options, enum status expected,
                    const char *lines)
{
    static const struct scenario_options none = {.design = true};
    char *found;
    enum status status = try(file, options ? options : &none, &found);
    if (strcmp(found, lines) != 0)
        fail_msg("%s\nexpected:\n%sfound:\n%s", file, lines, found);
    assert_int_equal(status, expected);
    free(found);
}

static double value_of(const struct world *world, const char *path)
{
    struct selection where;
    char *why;
    if (parameter_select(world->cast, path, &where, &why) != STATUS_OK)
        fail_msg("%s: %s", path, why);
    double value = parameter_values((struct world *)world, where.row)[where.slot[0]];
    parameter_selection_free(&where);
    return value;
}

static struct scenario *load_text(const char *name, const char *world, const char *text)
{
    return testing_load(write_scenario(name, world, text), NULL, 0);
}

/* ---- faults -------------------------------------------------------------------------------------------------- */

static int is_bad(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".cfg") == 0;
}

/* The lines that a file says it must give. */
static char *expected_of(const char *path)
{
    FILE *in = fopen(path, "r");
    char line[1024], *all = message_text("%s", "");
    assert_non_null(in);
    while (fgets(line, sizeof line, in) != NULL) {
        char *mark = strncmp(line, "\xef\xbb\xbf", 3) == 0 ? line + 3 : line;
        if (strncmp(mark, "//! ", 4) != 0)
            break;
        char *more = message_text("%s%s", all, mark + 4);
        free(all);
        all = more;
    }
    fclose(in);
    return all;
}

static void corpus(void **unused)
{
    (void)unused;
    struct dirent **entry;
    const struct scenario_options options = {.design = true};
    int count = scandir(CORPUS, &entry, is_bad, alphasort), wrong = 0;
    assert_true(count >= 140);
    for (int k = 0; k < count; k++) {
        char *path = message_text("%s%s", CORPUS, entry[k]->d_name), *expected = expected_of(path), *found;
        if (strcmp(entry[k]->d_name, "empty.cfg") == 0) {
            free(expected);
            expected = message_text(
                "empty.cfg: error: title: is missing (allowed: a string)\nempty.cfg: error: states: is "
                "missing: a file without base must declare its states (allowed: a group)\n");
        }
        enum status status = try(path, &options, &found);
        if (status != STATUS_INVALID || expected[0] == '\0' || strcmp(expected, found) != 0) {
            print_error("%s, status %d\nexpected:\n%sfound:\n%s", path, (int)status, expected, found);
            wrong++;
        }
        free(path);
        free(expected);
        free(found);
        free(entry[k]);
    }
    free(entry);
    assert_int_equal(wrong, 0);
}

/* A text of `count` times `piece` between two ends; the caller frees. */
static char *repeated(const char *before, const char *piece, size_t count, const char *after)
{
    size_t length = strlen(piece), head = strlen(before);
    char *text = malloc(head + count * length + strlen(after) + 1);
    assert_non_null(text);
    strcpy(text, before);
    for (size_t k = 0; k < count; k++)
        memcpy(text + head + k * length, piece, length);
    strcpy(text + head + count * length, after);
    return text;
}

static void sizes(void **unused)
{
    (void)unused;
    const struct {
        const char *before, *piece;
        size_t count;
        const char *after, *lines;
    } table[] = {
        {"// ", "0123456789", 200000, "\n",
         "made.cfg: error: is too large (allowed: 1 MiB with all includes)\n"},
        {"title = \"", "0123456789", 7168, "\";\n",
         "made.cfg:1: error: string is too long (allowed: 64 KiB)\n"},
        {"title = \"a\";\n", "a = 1;\n", 20000, "",
         "made.cfg:10001: error: too many settings (allowed: 10000 with all includes)\n"},
        {"title = \"a\";\nx = ", "{ a = ", 100, "",
         "made.cfg:2: error: groups are nested too deeply (allowed: 64)\n"},
        {"title = \"a\";\nx = ", "( ", 100, "",
         "made.cfg:2: error: groups are nested too deeply (allowed: 64)\n"},
        {"title = \"a\";\nstates = { * = { };\n", "", 0, "};\n",
         "made.cfg:2: error: states: holds 0 states (allowed: 2..1000)\n"},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        char *text = repeated(table[k].before, table[k].piece, table[k].count, table[k].after);
        refused(write_file("made.cfg", text), NULL, STATUS_INVALID, table[k].lines);
        free(text);
    }
    char *text = message_text("title = \"a\";\nstates = {\n"), *more;
    for (int k = 0; k < 1001; k++, free(text), text = more)
        more = message_text("%sS%d = { };\n", text, k);
    more = message_text("%s};\n", text);
    refused(write_file("made.cfg", more), NULL, STATUS_INVALID,
            "made.cfg:2: error: states: holds 1001 states (allowed: 2..1000)\n");
    free(text);
    free(more);
}

/* The largest that is allowed is allowed. */
static void sizes_allowed(void **unused)
{
    (void)unused;
    struct messages messages = {0};
    char *read, *text = repeated("title = \"", "a", 65536, "\";\n");
    assert_int_equal(text_read(write_file("made.cfg", text), 1, &read, &messages), STATUS_OK);
    assert_string_equal(read, text);
    free(text);
    free(read);
    text = repeated("", "a = 1;", 10000, "");
    assert_int_equal(text_read(write_file("made.cfg", text), 1, &read, &messages), STATUS_OK);
    free(text);
    free(read);
    text = repeated("a = ", "(", 64, "");
    assert_int_equal(text_read(write_file("made.cfg", text), 1, &read, &messages), STATUS_OK);
    free(text);
    free(read);
    assert_int_equal(messages.count, 0);
    const struct scenario_options options = {0};
    char *lines;
    assert_int_equal(try(write_scenario("made.cfg", SMALL, ""), &options, &lines), STATUS_OK);
    free(lines);
}

/* A thousand messages are shown; the number of errors is still right. */
static void many_errors(void **unused)
{
    (void)unused;
    struct messages messages = {0};
    struct scenario *scenario;
    const struct scenario_options options = {.design = true};
    char *text = repeated("events = (\n{ }", ",\n{ }", 4999, ");\n");
    assert_int_equal(scenario_load(write_scenario("made.cfg", SMALL, text), &options, &scenario, &messages),
                     STATUS_INVALID);
    assert_int_equal(messages.count, 1001);
    assert_int_equal(messages.errors, 10000);
    assert_string_equal(messages.list[1000].text, "and more errors, which are not shown");
    message_clear(&messages);
    free(text);
}

static void special_files(void **unused)
{
    (void)unused;
    char *pipe = message_text("%s/pipe.cfg", folder);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    refused(pipe, NULL, STATUS_INVALID, "pipe.cfg: error: is a pipe or a device (allowed: a regular file)\n");
    refused(write_file("made.cfg", "title = \"a\";\n@include \"pipe.cfg\"\n"), NULL, STATUS_INVALID,
            "made.cfg:2: error: include of pipe.cfg: is a pipe or a device (allowed: a regular file)\n");
    refused(write_file("made.cfg", "title = \"a\";\nbase = \"pipe.cfg\";\n"), NULL, STATUS_INVALID,
            "made.cfg:2: error: base: no regular file: pipe.cfg\n");
    free(pipe);
}

static void unreadable_files(void **unused)
{
    (void)unused;
    refused("/dev/null", NULL, STATUS_INVALID,
            "/dev/null: error: is a pipe or a device (allowed: a regular file)\n");
    refused("tests", NULL, STATUS_INVALID, "tests: error: is a directory (allowed: a regular file)\n");
    refused("tests/none.cfg", NULL, STATUS_IO, "tests/none.cfg: error: No such file or directory\n");
    refused("tests/testing.h/a.cfg", NULL, STATUS_IO, "tests/testing.h/a.cfg: error: Not a directory\n");
    refused("", NULL, STATUS_IO, ": error: No such file or directory\n");
}

/* A chain of exactly 16 files is read, 17 are not. */
static void long_chain(void **unused)
{
    (void)unused;
    char name[32], base[64], *lines;
    const struct scenario_options options = {0};
    write_scenario("link-1.cfg", SMALL, "");
    for (int k = 2; k <= 16; k++) {
        snprintf(name, sizeof name, "link-%d.cfg", k);
        snprintf(base, sizeof base, "title = \"a\"; base = \"link-%d.cfg\";", k - 1);
        const char *path = write_file(name, base);
        if (k == 15) /* with the world */
            assert_int_equal(try(path, &options, &lines), STATUS_OK);
        else if (k == 16) {
            char *expected, here[1024];
            assert_non_null(getcwd(here, sizeof here));
            expected = message_text(
                "link-1.cfg:2: error: base: the chain of files is too long (allowed: 16), at %s/%s\n", here,
                "parts/small.cfg");
            refused(path, NULL, STATUS_INVALID, expected);
            free(expected);
            continue;
        } else
            continue;
        free(lines);
    }
}

static void command_line(void **unused)
{
    (void)unused;
    const struct {
        const char *set, *lines;
    } table[] = {
        {"model.noise", "--set: error: model.noise: is not of the form PATH=VALUE\n"},
        {"", "--set: error: is not of the form PATH=VALUE\n"},
        {"=1", "--set: error: a path begins with model, states, dyads, institutions or issues, not ''\n"},
        {"model.nose=1", "--set: error: model.nose: unknown name 'nose' (did you mean 'noise'?)\n"},
        {"modl.noise=1", "--set: error: modl.noise: a path begins with model, states, dyads, institutions or "
                         "issues, not 'modl' (did "
                         "you mean 'model'?)\n"},
        {"model.noise=", "--set: error: model.noise: '' is not allowed (allowed: true or false)\n"},
        {"model.noise=maybe", "--set: error: model.noise: 'maybe' is not allowed (allowed: true or false)\n"},
        {"model.noise=0.5", "--set: error: model.noise: 0.5 is not allowed (allowed: true or false)\n"},
        {"model.threat.norm=9", "--set: error: model.threat.norm: 9 is not allowed (allowed: 2..8)\n"},
        {"model.threat.norm=nan", "--set: error: model.threat.norm: nan is not allowed (allowed: 2..8)\n"},
        {"model.threat.norm=inf", "--set: error: model.threat.norm: inf is not allowed (allowed: 2..8)\n"},
        {"model.threat.norm=0x4", "--set: error: model.threat.norm: '0x4' is not allowed (allowed: 2..8)\n"},
        {"model.threat.norm=4,5", "--set: error: model.threat.norm: '4,5' is not allowed (allowed: 2..8)\n"},
        {"model.flow.integrator=rk5",
         "--set: error: model.flow.integrator: 'rk5' is not allowed (did you mean 'rk4'? allowed: "
         "one of: rk4 rkf45)\n"},
        {"institutions.CSTO.leader=rus",
         "--set: error: institutions.CSTO.leader: 'rus' is not allowed (did you mean 'RUS'? "
         "allowed: the code of a state, or none)\n"},
        {"states.XXXX.arms.spending=1",
         "--set: error: states.XXXX.arms.spending: unknown state 'XXXX' (allowed: the states of "
         "the world, *, poles, region, theatre, deciders)\n"},
        {"dyads.RUS.*.alignment=0",
         "--set: error: dyads.RUS.*.alignment: shares sum to 0 (allowed: more than 0, at most 1)\n"},
        {"states.UZB.arms.spending=8",
         "--set: error: states.UZB.arms.spending: the first burden is 0.1143 of GDP (allowed: less "
         "than security_seeking.burden_ceiling, 0.1)\n"},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        const struct scenario_options options = {.set = &table[k].set, .sets = 1};
        refused(SMALL, &options, STATUS_INVALID, table[k].lines);
    }
    const char *several[] = {"model.nose=1", "a", "model.threat.norm=9"};
    const struct scenario_options all = {.set = several, .sets = 3, .seed = "-1", .replicates = "0"};
    refused(SMALL, &all, STATUS_INVALID,
            "--set: error: model.nose: unknown name 'nose' (did you mean 'noise'?)\n"
            "--set: error: a: is not of the form PATH=VALUE\n"
            "--set: error: model.threat.norm: 9 is not allowed (allowed: 2..8)\n"
            "--seed: error: '-1' is no seed (allowed: 0..18446744073709551615)\n"
            "--replicates: error: '0' is not allowed (allowed: 1..4294967295)\n");
    static const char *const seeds[] = {
        "", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616", "99999999999999999999999"};
    for (size_t k = 0; k < COUNT(seeds); k++) {
        const struct scenario_options options = {.seed = seeds[k]};
        char *line =
            message_text("--seed: error: '%s' is no seed (allowed: 0..18446744073709551615)\n", seeds[k]);
        refused(SMALL, &options, STATUS_INVALID, line);
        free(line);
    }
    static const char *const counts[] = {"", "-1", "4294967296", "1e3", "18446744073709551617"};
    for (size_t k = 0; k < COUNT(counts); k++) {
        const struct scenario_options options = {.replicates = counts[k]};
        char *line =
            message_text("--replicates: error: '%s' is not allowed (allowed: 1..4294967295)\n", counts[k]);
        refused(SMALL, &options, STATUS_INVALID, line);
        free(line);
    }
}

/* What was said of another file before does not spoil a good one. */
static void one_list_for_many_files(void **unused)
{
    (void)unused;
    struct messages messages = {0};
    struct scenario *scenario;
    const struct scenario_options options = {0};
    assert_int_equal(scenario_load(CORPUS "one-state.cfg", &options, &scenario, &messages), STATUS_INVALID);
    assert_null(scenario);
    assert_int_equal(scenario_load(SMALL, &options, &scenario, &messages), STATUS_OK);
    assert_int_equal(messages.errors, 1);
    assert_non_null(scenario->world);
    scenario_free(scenario);
    message_clear(&messages);
}

/* ---- good files: the head -------------------------------------------------------------------------------------- */

static void numbers(void **unused)
{
    (void)unused;
    struct scenario *scenario =
        load_text("numbers.cfg", SMALL,
                  "world = { states = { UZB = { economy = { gdp = 70; }; arms = { spending = 2L; }; };\n"
                  "  KAZ = { economy = { gdp = 1.97e2; }; arms = { spending = 0x2; }; }; };\n"
                  "  model = { noise = 0; threat = { norm = 4; }; }; };\n");
    assert_true(value_of(scenario->world, "states.UZB.economy.gdp") == 70);
    assert_true(value_of(scenario->world, "states.UZB.arms.spending") == 2);
    assert_true(value_of(scenario->world, "states.KAZ.economy.gdp") == 197);
    assert_true(value_of(scenario->world, "states.KAZ.arms.spending") == 2);
    assert_true(scenario->world->model.noise == 0);
    assert_true(scenario->world->model.norm == 4);
    scenario_free(scenario);
}

static void seeds(void **unused)
{
    (void)unused;
    const struct {
        const char *text;
        uint64_t seed;
    } table[] = {
        {"", 1},
        {"seed = 0;", 0},
        {"seed = 2147483647;", 2147483647},
        {"seed = 4294967296L;", 4294967296},
        {"seed = 9223372036854775807L;", INT64_MAX},
        {"seed = \"0\";", 0},
        {"seed = \"4294967296\";", 4294967296},
        {"seed = \"18446744073709551615\";", UINT64_MAX},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        struct scenario *scenario = load_text("seed.cfg", SMALL, table[k].text);
        assert_true(scenario->seed == table[k].seed && scenario->world->seed == table[k].seed);
        scenario_free(scenario);
    }
    struct messages messages = {0};
    struct scenario *scenario;
    const struct scenario_options options = {.seed = "18446744073709551615", .replicates = "4294967295"};
    assert_int_equal(scenario_load(SMALL, &options, &scenario, &messages), STATUS_OK);
    assert_true(scenario->seed == UINT64_MAX && scenario->world->seed == UINT64_MAX &&
                scenario->replicates == 4294967295);
    scenario_free(scenario);
}

static void head(void **unused)
{
    (void)unused;
    struct scenario *scenario = load_text(
        "the-name.x.cfg", SMALL,
        "description = \"caf\xc3\xa9 \\\"so\\\" \\x41 \xe2\x82\xac \xf0\x9f\x99\x82\";\n"
        "time = { start = \"2020Q2\"; end = \"2020Q2\"; steps_per_quarter = 4; };\nreplicates = 7; seed = 5;\n"
        "record = { every = 4; variables = [\"gdp\", \"alignment\"]; };\n");
    assert_string_equal(scenario->name, "the-name.x");
    assert_string_equal(scenario->title, "the-name.x.cfg");
    assert_string_equal(scenario->description, "caf\xc3\xa9 \"so\" A \xe2\x82\xac \xf0\x9f\x99\x82");
    assert_true(scenario->dated && scenario->start == 4 * 2020 + 1 && scenario->end == scenario->start);
    assert_int_equal(scenario->world->quarter, scenario->start);
    assert_true(scenario->world->dt == 0.0625 && scenario->world->steps_per_quarter == 4);
    assert_int_equal(scenario->replicates, 7);
    assert_int_equal(scenario->every, 4);
    assert_int_equal(scenario->records, 2);
    assert_string_equal(variable_table[scenario->record[1]].name, "alignment");
    assert_int_equal(scenario->files, 2);
    assert_false(scenario->changes_something);
    scenario_free(scenario);
    scenario = testing_load(SMALL, NULL, 0);
    size_t recorded = 0; /* a world without issues has nothing to record of them */
    for (size_t v = 0; v < variable_count; v++)
        recorded += variable_length(scenario->cast, &variable_table[v]) > 0;
    assert_int_equal(scenario->records, recorded);
    assert_int_equal(recorded, variable_count - 2);
    assert_string_equal(scenario->cast->name[0], "Uzbekistan");
    assert_string_equal(scenario->cast->body_title[0], "Collective Security Treaty Organization");
    scenario_free(scenario);
}

static void quarters(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"",        "2021",    "2021Q", "2021Q0", "2021Q5", "2021q1", "2021Q12",
                                      " 2021Q1", "2021Q1 ", "21Q1",  "-021Q1", "2021-1", "abcdQ1", "20211"};
    long quarter = -1;
    char text[16];
    for (size_t k = 0; k < COUNT(bad); k++)
        assert_false(scenario_quarter(bad[k], &quarter));
    for (long q = 0; q < 40000; q += 7) {
        scenario_quarter_text(q, text);
        assert_true(scenario_quarter(text, &quarter));
        assert_int_equal(quarter, q);
    }
    assert_true(scenario_quarter("2021Q3", &quarter));
    assert_int_equal(quarter, 4 * 2021 + 2);
}

static void includes(void **unused)
{
    (void)unused;
    write_file("seed.cfg", "seed = 3; // a word\n");
    write_file("gdp.cfg", "gdp = 71.0;\n");
    write_file("words.cfg", "\"gdp\",\n\"growth\"");
    struct scenario *scenario =
        load_text("includes.cfg", SMALL,
                  "@include \"seed.cfg\" // a word\n"
                  "record = { variables = [\n  @include \"words.cfg\"\n  , \"burden\"]; };\n"
                  "world = { states = { UZB = { economy = {\n\t@include\t\"gdp.cfg\"\t\n}; }; }; };");
    assert_int_equal(scenario->seed, 3);
    assert_int_equal(scenario->records, 3);
    assert_true(value_of(scenario->world, "states.UZB.economy.gdp") == 71);
    scenario_free(scenario);
    write_file("deep-9.cfg", "seed = 9;");
    for (int k = 8; k >= 1; k--) {
        char name[32], text[64];
        snprintf(name, sizeof name, "deep-%d.cfg", k);
        snprintf(text, sizeof text, "@include \"deep-%d.cfg\"\n", k + 1);
        write_file(name, text);
    }
    scenario = load_text("includes.cfg", SMALL, "@include \"deep-1.cfg\"\n"); /* as deep as is allowed */
    assert_int_equal(scenario->seed, 9);
    scenario_free(scenario);
}

/* ---- good files: chains, arms, claims ----------------------------------------------------------------------------- */

static void chain(void **unused)
{
    (void)unused;
    write_scenario(
        "first.cfg", SMALL,
        "time = { start = \"2020Q1\"; end = \"2025Q4\"; };\nseed = 4; replicates = 2;\n"
        "world = { states = { UZB = { economy = { gdp = 71.0; }; }; KAZ = { economy = { gdp = 198.0; }; }; }; "
        "};\n"
        "set = { dyads = { UZB = { RUS = { tie = 0.5; }; }; }; };\n"
        "events = ( { at = \"2020Q2\"; path = \"states.UZB.economy.shock\"; set = 0.1; note = \"n\"; } );\n");
    struct scenario *scenario = testing_load(
        write_file("second.cfg",
                   "title = \"second\"; base = \"first.cfg\"; seed = 5;\n"
                   "world = { states = { KAZ = { economy = { gdp = 199.0; }; }; }; };\n"
                   "set = { dyads = { UZB = { RUS = { tie = 0.7; }; }; }; };\n"
                   "events = ( { at = \"2021Q2\"; path = \"states.KAZ.economy.shock\"; add = -2.5; over = "
                   "\"3Q\"; source = \"s\"; } );\n"),
        NULL, 0);
    assert_int_equal(scenario->files, 3);
    assert_int_equal(scenario->arms, 2);
    assert_int_equal(scenario->seed, 5);
    assert_int_equal(scenario->replicates, 2);
    assert_true(scenario->dated && scenario->changes_something);
    const struct changes *own = &scenario->arm[0].events, *before = &scenario->arm[1].events;
    assert_int_equal(before->count, 1); /* the baseline keeps what came before */
    assert_int_equal(own->count, 2);
    assert_string_equal(own->remark[0].path, "states.UZB.economy.shock");
    assert_string_equal(own->remark[0].note, "n");
    assert_string_equal(own->remark[1].source, "s");
    assert_null(own->remark[1].note);
    assert_string_equal(before->remark[0].path, "states.UZB.economy.shock");
    assert_true(own->list[1].how == CHANGE_ADD && own->list[1].value == -2.5 && own->list[1].parts == 3);
    assert_int_equal(own->list[1].at, 4 * 2021 + 1);
    assert_int_equal(scenario->arm[0].plan.count, 2);
    assert_int_equal(scenario->arm[0].plan.ramps, 1);
    assert_int_equal(scenario->arm[1].plan.count, 1);
    for (size_t arm = 0; arm < 2; arm++) {
        struct world *world = testing_world(scenario, arm);
        assert_true(value_of(world, "states.UZB.economy.gdp") == 71);
        assert_true(value_of(world, "states.KAZ.economy.gdp") ==
                    199); /* the later file has the last word, in both arms */
        assert_true(value_of(world, "dyads.UZB.RUS.tie") == (arm == 0 ? 0.7 : 0.5));
        assert_ptr_equal(world->plan, &scenario->arm[arm].plan);
        world_free(world);
    }
    scenario_free(scenario);
}

/* `world` is made before calibration, `set` after: it leaves what was calibrated as it was. */
static void before_and_after(void **unused)
{
    (void)unused;
    static const char change[] = "states = { UZB = { security_seeking = { offensive = 0.9; arms_reaction = "
                                 "0.5; }; economy = { gdp = 60; }; }; };";
    char *before = message_text("world = { %s };", change), *after = message_text("set = { %s };", change);
    struct scenario *plain = load_text("plain.cfg", W21, ""), *early = load_text("early.cfg", W21, before),
                    *late = load_text("late.cfg", W21, after);
    struct world *p = testing_world(plain, 0), *e = testing_world(early, 0), *l = testing_world(late, 0),
                 *b = testing_world(late, 1);
    size_t n = plain->cast->states;
    assert_memory_equal(l->set.grievance, p->set.grievance, n * sizeof(double));
    assert_memory_equal(l->load.reaction_scale, p->load.reaction_scale, n * sizeof(double));
    assert_memory_equal(b->set.offensive, p->set.offensive, n * sizeof(double));
    assert_true(l->set.arms_reaction[0] == 0.5 && e->set.arms_reaction[0] == 0.5 && l->set.offensive[0] == 0.9);
    assert_true(l->now.gdp[0] == 60 && e->now.gdp[0] == 60 && l->load.gdp_at_load[0] == 70 &&
                e->load.gdp_at_load[0] == 60);
    assert_true(l->now.burden[0] == p->now.burden[0] && e->now.burden[0] == 1.8 / 60);
    assert_true(e->set.grievance[0] != p->set.grievance[0]);
    assert_true(late->changes_something && !early->changes_something);
    world_free(p);
    world_free(e);
    world_free(l);
    world_free(b);
    scenario_free(plain);
    scenario_free(early);
    scenario_free(late);
    free(before);
    free(after);
}

static const char arms_text[] =
    "time = { start = \"2020Q1\"; end = \"2025Q4\"; };\n"
    "set = { dyads = { UZB = { RUS = { tie = 0.5; }; }; }; };\n"
    "events = ( { at = \"2020Q2\"; path = \"states.UZB.economy.shock\"; set = 0.1; } );\n"
    "branches = {\n"
    "  harder = { events = ( { at = \"2020Q3\"; path = \"states.UZB.economy.shock\"; scale = 2; } ); };\n"
    "  apart  = { from = \"baseline\"; world = { states = { UZB = { economy = { gdp = 90.0; }; }; }; };\n"
    "             set = { dyads = { UZB = { RUS = { tie = -1; }; }; }; }; note = \"n\"; };\n"
    "};\n"
    "claims = (\n"
    "  { id = \"1\"; text = \"t\"; quantity = \"gdp[UZB]\"; at = \"2021Q1\"; expect = \"increase\"; source = "
    "\"s\"; },\n"
    "  { id = \"2\"; text = \"t\"; quantity = \"gdp[UZB]\"; at = \"2021Q1..2022Q4\"; expect = \"no_change\"; "
    "source = \"s\";\n"
    "    branch = \"harder\"; versus = \"apart\"; },\n"
    "  { id = \"3\"; text = \"t\"; quantity = \"concentration\"; at = \"2025Q4\"; expect = \"not_decrease\"; "
    "source = \"s\";\n"
    "    branch = \"baseline\"; versus = \"start\"; },\n"
    "  { id = \"4\"; text = \"t\"; quantity = \"gdp[UZB|KAZ]\"; at = \"2025Q4\"; expect = \"not_increase\"; "
    "source = \"s\";\n"
    "    versus = \"scenario\"; against = { branch = \"apart\"; versus = \"baseline\"; factor = 2; }; },\n"
    "  { id = \"5\"; text = \"t\"; quantity = \"gdp[UZB]\"; at = \"2020Q1\"; expect = \"decrease\"; source = "
    "\"s\";\n"
    "    against = { branch = \"harder\"; versus = \"scenario\"; }; }\n"
    ");\n";

/* How much, in points or per cent, and in how many runs. */
static void asked(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        double least, relative, low, high;
    } table[] = {
        {"least = 0.03;", 0.03, NAN, NAN, NAN},
        {"least = 2;", 2, NAN, NAN, NAN},
        {"least = 0;", 0, NAN, NAN, NAN},
        {"least = \"10 %\";", NAN, 0.1, NAN, NAN},
        {"least = \"0.5%\"; runs = [0.8, 1.0];", NAN, 0.005, 0.8, 1},
        {"runs = [0, 1];", NAN, NAN, 0, 1},
        {"runs = [0.0, 0.0];", NAN, NAN, 0, 0},
        {"runs = (0, 0.4);", NAN, NAN, 0, 0.4},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        char *text =
            message_text("time = { start = \"2020Q1\"; end = \"2020Q4\"; };\n"
                         "claims = ( { id = \"1\"; text = \"t\"; quantity = \"gdp[!UZB]\"; at = \"2020Q4\"; "
                         "expect = \"increase\"; versus = \"start\"; source = \"s\"; %s } );\n",
                         table[k].text);
        struct scenario *scenario = load_text("asked.cfg", SMALL, text);
        const double found[] = {scenario->claim[0].least, scenario->claim[0].least_relative,
                                scenario->claim[0].runs_low, scenario->claim[0].runs_high},
                     expected[] = {table[k].least, table[k].relative, table[k].low, table[k].high};
        for (size_t j = 0; j < 4; j++)
            if (isnan(expected[j]) ? !isnan(found[j]) : !(fabs(found[j] - expected[j]) <= 1e-15))
                fail_msg("%s: number %zu is %g", table[k].text, j, found[j]);
        scenario_free(scenario);
        free(text);
    }
}

static void branches(void **unused)
{
    (void)unused;
    struct scenario *scenario = load_text("arms.cfg", SMALL, arms_text);
    assert_int_equal(scenario->arms, 4);
    assert_string_equal(scenario->arm[0].name, "");
    assert_string_equal(scenario->arm[1].name, "baseline");
    assert_string_equal(scenario->arm[2].name, "harder");
    assert_string_equal(scenario->arm[3].name, "apart");
    const size_t events[] = {1, 0, 2, 0}, sets[] = {1, 0, 1, 1};
    const double ties[] = {0.5, 0, 0.5, -1}, gdp[] = {70, 70, 70, 90};
    for (size_t arm = 0; arm < 4; arm++) {
        struct world *world = testing_world(scenario, arm);
        assert_int_equal(scenario->arm[arm].events.count, events[arm]);
        assert_int_equal(scenario->arm[arm].plan.count, events[arm]);
        assert_int_equal(scenario->arm[arm].set.count, sets[arm]);
        assert_true(value_of(world, "dyads.UZB.RUS.tie") == ties[arm]);
        assert_true(value_of(world, "states.UZB.economy.gdp") == gdp[arm]);
        world_free(world);
    }
    assert_int_equal(scenario->arm[2].events.list[1].how, CHANGE_SCALE);
    scenario_free(scenario);
}

static void claims(void **unused)
{
    (void)unused;
    struct scenario *scenario = load_text("arms.cfg", SMALL, arms_text);
    const struct {
        size_t arm, versus, against_arm, against_versus;
        bool against;
        double factor;
        enum expectation expect;
        long first, last;
    } table[] = {
        {0, 1, 0, 0, false, 1, EXPECT_INCREASE, 8084, 8084},
        {2, 3, 0, 0, false, 1, EXPECT_NO_CHANGE, 8084, 8091},
        {1, SCENARIO_VERSUS_START, 0, 0, false, 1, EXPECT_NOT_DECREASE, 8103, 8103},
        {0, 0, 3, 1, true, 2, EXPECT_NOT_INCREASE, 8103, 8103},
        {0, 1, 2, 0, true, 1, EXPECT_DECREASE, 8080, 8080},
    };
    assert_int_equal(scenario->claims, COUNT(table));
    for (size_t k = 0; k < COUNT(table); k++) {
        const struct claim *claim = &scenario->claim[k];
        assert_int_equal(claim->arm, table[k].arm);
        assert_int_equal(claim->versus, table[k].versus);
        assert_int_equal(claim->against, table[k].against);
        assert_int_equal(claim->against_arm, table[k].against_arm);
        assert_int_equal(claim->against_versus, table[k].against_versus);
        assert_true(claim->factor == table[k].factor);
        assert_int_equal(claim->expect, table[k].expect);
        assert_int_equal(claim->first, table[k].first);
        assert_int_equal(claim->last, table[k].last);
        assert_true(isnan(claim->least) && isnan(claim->least_relative) && isnan(claim->runs_low) &&
                    isnan(claim->runs_high)); /* nothing is asked */
        assert_true(claim->line > 0 && claim->file != NULL && claim->id[0] == '1' + (char)k);
    }
    assert_string_equal(scenario->claim[0].versus_text, "baseline");
    static const char *const words[] = {"increase", "decrease", "not_decrease", "not_increase", "no_change"};
    for (size_t k = 0; k < COUNT(words); k++)
        assert_string_equal(scenario_expectation_word((enum expectation)k), words[k]);
    scenario_free(scenario);
}

/* ---- good files: assignments ---------------------------------------------------------------------------------------- */

/* How many places hold a value. */
static size_t holding(const struct world *world, const double *values, size_t length, double value)
{
    size_t count = 0;
    (void)world;
    for (size_t e = 0; e < length; e++)
        count += values[e] == value;
    return count;
}

static void selectors(void **unused)
{
    (void)unused;
    const struct {
        const char *path;
        size_t places;
    } table[] = {
        {"states.*.alignment.autonomy", 14},
        {"states.poles.alignment.autonomy", 5},
        {"states.region.alignment.autonomy", 5},
        {"states.theatre.alignment.autonomy", 6},
        {"states.deciders.alignment.autonomy", 5},
        {"states.UZB.alignment.autonomy", 1},
        {"dyads.*.*.tie", 14 * 13},
        {"dyads.region.region.tie", 5 * 4},
        {"dyads.region.poles.tie", 25},
        {"dyads.theatre.UZB.tie", 5},
        {"dyads.RUS.*.tie", 13},
        {"dyads.poles.theatre.presence", 30},
        {"dyads.UZB.*.alignment", 7},
        {"dyads.*.CA.alignment", 5},
        {"dyads.RUS.*.alignment", 5},
        {"dyads.*.self.alignment", 14},
        {"dyads.region.poles.alignment", 25},
        {"institutions.*.slack", 5},
        {"institutions.*.members.*", 70},
        {"institutions.CSTO.members.region", 5},
        {"institutions.*.members.UZB", 5},
        {"model.threat.norm", 1},
        {"issues.*.stake", 3},
        {"issues.*.trust.UZB.TJK", 3},
        {"issues.water.trust.region.region", 20},
        {"issues.ct.trust.*.*", 14 * 13},
        {"dyads.*.*.contiguous", 14 * 13 / 2}, /* both directions are one place */
    };
    struct scenario *scenario = testing_load(W21, NULL, 0);
    for (size_t k = 0; k < COUNT(table); k++) {
        struct selection where;
        char *why;
        assert_int_equal(parameter_select(scenario->cast, table[k].path, &where, &why), STATUS_OK);
        if (where.count != table[k].places)
            fail_msg("%s: %zu places, not %zu", table[k].path, where.count, table[k].places);
        parameter_selection_free(&where);
    }
    scenario_free(scenario);
    scenario = load_text("selectors.cfg", W21,
                         "world = { states = { * = { alignment = { autonomy = 4.5; }; };\n"
                         "    poles = { alignment = { autonomy = 5.5; }; }; };\n"
                         "  dyads = { region = { poles = { tie = 0.25; }; }; }; };\n");
    assert_int_equal(holding(scenario->world, scenario->world->set.autonomy, 14, 4.5), 9);
    assert_int_equal(holding(scenario->world, scenario->world->set.autonomy, 14, 5.5), 5);
    assert_int_equal(holding(scenario->world, scenario->world->set.tie, 196, 0.25), 25);
    scenario_free(scenario);
}

static void later_wins(void **unused)
{
    (void)unused;
    struct scenario *scenario =
        load_text("later.cfg", SMALL,
                  "world = ( { path = \"states.UZB.alignment.autonomy\"; value = 2; },\n"
                  "  { path = \"states.*.alignment.autonomy\"; value = 3; source = \"s\"; },\n"
                  "  { path = \"states.RUS.alignment.autonomy\"; value = 4; } );\n"
                  "states = { KAZ = { alignment = { autonomy = 9.0; }; }; };\n");
    assert_true(value_of(scenario->world, "states.UZB.alignment.autonomy") == 3);
    assert_true(value_of(scenario->world, "states.KAZ.alignment.autonomy") ==
                3); /* `world` comes after the trees */
    assert_true(value_of(scenario->world, "states.RUS.alignment.autonomy") == 4);
    scenario_free(scenario);
}

static void symmetric(void **unused)
{
    (void)unused;
    struct scenario *scenario =
        load_text("symmetric.cfg", SMALL,
                  "world = { dyads = { RUS = { UZB = { contiguous = true; distance = 7; }; }; UZB = { KAZ = { "
                  "contiguous = "
                  "false; }; }; }; };\nset = { dyads = { KAZ = { RUS = { distance = 5; }; }; }; };\n");
    struct world *world = testing_world(scenario, 0);
    static const char *const pairs[][2] = {{"dyads.UZB.RUS.", "dyads.RUS.UZB."},
                                           {"dyads.UZB.KAZ.", "dyads.KAZ.UZB."},
                                           {"dyads.RUS.KAZ.", "dyads.KAZ.RUS."}};
    const double contiguous[] = {1, 0, 1}, distance[] = {7, -1, 5};
    for (size_t k = 0; k < 3; k++)
        for (size_t d = 0; d < 2; d++) {
            char path[64];
            snprintf(path, sizeof path, "%scontiguous", pairs[k][d]);
            assert_true(value_of(world, path) == contiguous[k]);
            snprintf(path, sizeof path, "%sdistance", pairs[k][d]);
            assert_true(distance[k] < 0 ? value_of(world, path) > 0 : value_of(world, path) == distance[k]);
        }
    assert_int_equal(world->next_to.first[1], 1); /* UZB: now next to RUS alone */
    assert_int_equal(world->next_to.to[0], 2);
    world_free(world);
    scenario_free(scenario);
}

static void members(void **unused)
{
    (void)unused;
    const struct {
        const char *text;
        double in[3]; /* UZB, KAZ, RUS */
    } table[] = {
        {"", {0, 1, 1}},
        {"world = { institutions = { CSTO = { members = [\"UZB\"]; }; }; };",
         {1, 0, 0}}, /* the list, and nobody else */
        {"world = { institutions = { CSTO = { members = []; }; }; };", {0, 0, 0}},
        {"world = { institutions = { CSTO = { members = { UZB = true; RUS = false; }; }; }; };", {1, 1, 0}},
        {"set = { institutions = { * = { members = (\"KAZ\", \"UZB\"); }; }; };", {1, 1, 0}},
        {"set = { institutions = { CSTO = { members = { region = false; }; }; }; };", {0, 0, 1}},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        struct scenario *scenario = load_text("members.cfg", SMALL, table[k].text);
        struct world *world = testing_world(scenario, 0);
        for (size_t i = 0; i < 3; i++)
            assert_true(world->now.members[i] == table[k].in[i]);
        assert_true(world->set.leader[0] == 2);
        world_free(world);
        scenario_free(scenario);
    }
}

/* Export shares given in part are filled up and sum to one. */
static void export_shares(void **unused)
{
    (void)unused;
    struct scenario *scenario =
        load_text("exports.cfg", SMALL, "world = { dyads = { UZB = { RUS = { export_share = 0.9; }; }; }; };");
    struct world *world = testing_world(scenario, 0);
    char *wrong = world_check(world);
    if (wrong != NULL)
        fail_msg("%s", wrong);
    assert_close(world->now.export_share[2] / world->now.export_share[1], 0.9 / 0.4, 1e-12);
    world_free(world);
    scenario_free(scenario);
}

/* ---- --set ------------------------------------------------------------------------------------------------------- */

/* A path of the row in W21. */
static char *example(const struct parameter *row)
{
    const char *to = row->shape == SHAPE_OPTION ? "self" : "RUS";
    switch (row->shape) {
    case SHAPE_MODEL:
        return message_text("model.%s", row->path);
    case SHAPE_STATE:
        return message_text("states.UZB.%s", row->path);
    case SHAPE_BODY:
        return message_text("institutions.SCO.%s", row->path);
    case SHAPE_MEMBER:
        return message_text("institutions.SCO.%s.UZB", row->path);
    case SHAPE_ISSUE:
        return message_text("issues.water.%s", row->path);
    case SHAPE_PLAY:
        return message_text("issues.water.%s.UZB.TJK", row->path);
    default:
        return message_text("dyads.UZB.%s.%s", to, row->path);
    }
}

static void set_one(const struct parameter *row, double value)
{
    struct messages messages = {0};
    struct scenario *scenario;
    struct cast cast = {.states = 0};
    char *path = example(row),
         *text = row->flags & F_STATE ? message_text("KAZ") : parameter_show(row, &cast, value);
    char *set = message_text("%s=%s", path, text);
    const struct scenario_options options = {.set = (const char *const *)&set, .sets = 1};
    enum status status = scenario_load(W21, &options, &scenario, &messages);
    if (status != STATUS_OK)
        fail_msg("%s: %s", set, messages.list[0].text);
    if (scenario != NULL) {
        double found = value_of(scenario->world, path);
        if (found != (row->flags & F_STATE ? (double)cast_state(scenario->cast, "KAZ") : value))
            fail_msg("%s gives %.17g", set, found);
        struct world *world;
        status = scenario_world(scenario, 0, 0, 0, &world, &messages); /* a burden may be refused, in words */
        assert_true(status == STATUS_OK || (status == STATUS_INVALID && messages.errors > 0));
        for (size_t k = 0; world != NULL && k < parameter_count; k++)
            for (size_t e = 0; !(parameter_table[k].flags & F_STATE) &&
                               e < world_length(world->cast, parameter_table[k].shape);
                 e++)
                if (!isfinite(parameter_values(world, &parameter_table[k])[e]))
                    fail_msg("%s: %s is not finite", set, parameter_table[k].path);
        world_free(world);
    }
    message_clear(&messages);
    scenario_free(scenario);
    free(path);
    free(text);
    free(set);
}

static void set_everything(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < parameter_count; k++) {
        if (strncmp(parameter_table[k].path, "synthetic.", 10) == 0)
            continue; /* of a world without states of its own: test_synthetic.c */
        set_one(&parameter_table[k], parameter_table[k].low);
        if (!(parameter_table[k].flags & F_STATE))
            set_one(&parameter_table[k], parameter_table[k].high);
    }
}

static void set_last_word(void **unused)
{
    (void)unused;
    const struct {
        const char *text, *set, *path;
        double value[2]; /* scenario, baseline */
    } table[] = {
        {"set = { dyads = { UZB = { RUS = { tie = 0.5; }; }; }; };",
         "dyads.UZB.RUS.tie=1.5",
         "dyads.UZB.RUS.tie",
         {1.5, 1.5}},
        {"set = { dyads = { UZB = { RUS = { tie = 0.5; }; }; }; };",
         "dyads.*.*.tie=1.5",
         "dyads.UZB.RUS.tie",
         {1.5, 1.5}},
        {"set = { dyads = { * = { * = { tie = 0.5; }; }; }; };",
         "dyads.UZB.RUS.tie=1.5",
         "dyads.UZB.RUS.tie",
         {1.5, 1.5}},
        {"set = { dyads = { UZB = { RUS = { tie = 0.5; }; }; }; };",
         "dyads.RUS.UZB.tie=1.5",
         "dyads.UZB.RUS.tie",
         {0.5, 0}},
        {"set = { dyads = { UZB = { RUS = { distance = 5; }; }; }; };",
         "dyads.RUS.UZB.distance=7",
         "dyads.UZB.RUS.distance",
         {7, 7}},
        {"world = { model = { threat = { norm = 4; }; }; };",
         "model.threat.norm=5",
         "model.threat.norm",
         {5, 5}},
        {"set = { model = { threat = { norm = 4; }; }; };",
         "model.threat.spill=0.1",
         "model.threat.norm",
         {4, 3}},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        struct scenario *scenario =
            testing_load(write_scenario("last.cfg", SMALL, table[k].text), &table[k].set, 1);
        for (size_t arm = 0; arm < 2; arm++) {
            struct world *world = testing_world(scenario, arm);
            if (value_of(world, table[k].path) != table[k].value[arm])
                fail_msg("%s, %s: arm %zu has %g", table[k].text, table[k].set, arm,
                         value_of(world, table[k].path));
            world_free(world);
        }
        scenario_free(scenario);
    }
    const char *set = "states.UZB.economy.gdp=95"; /* over a branch's world too */
    struct scenario *scenario = testing_load(write_scenario("last.cfg", SMALL, arms_text), &set, 1);
    for (size_t arm = 0; arm < scenario->arms; arm++) {
        struct world *world = testing_world(scenario, arm);
        assert_true(value_of(world, "states.UZB.economy.gdp") == 95);
        world_free(world);
    }
    scenario_free(scenario);
}

/* ---- sweeps --------------------------------------------------------------------------------------------------------- */

static struct scenario *load_sweep(const char *design, const char *more)
{
    char *text =
        message_text("set = { dyads = { UZB = { RUS = { tie = 0.5; }; }; }; };\n"
                     "sweep = { design = \"%s\"; replicates = 9; parameters = (\n"
                     "  { path = \"states.UZB.alignment.autonomy\"; values = [1, 2, 3]; },\n"
                     "  { path = \"dyads.UZB.RUS.tie\"; values = (-1, 0.25, 1L); },\n"
                     "  { path = \"model.flow.integrator\"; values = [\"rk4\", \"rkf45\"%s]; } ); };\n",
                     design, more);
    struct messages messages = {0};
    struct scenario *scenario;
    const struct scenario_options options = {.design = true};
    assert_int_equal(scenario_load(write_scenario("sweep.cfg", SMALL, text), &options, &scenario, &messages),
                     STATUS_OK);
    free(text);
    return scenario;
}

static void sweep(void **unused)
{
    (void)unused;
    const double autonomy[] = {1, 2, 3}, tie[] = {-1, 0.25, 1};
    struct scenario *scenario = load_sweep("grid", "");
    assert_int_equal(scenario->points, 18);
    assert_int_equal(scenario->replicates, 9);
    for (size_t point = 0; point < 18; point++) { /* the last factor runs fastest */
        assert_true(scenario_factor(scenario, 0, point) == autonomy[point / 6]);
        assert_true(scenario_factor(scenario, 1, point) == tie[point / 2 % 3]);
        assert_true(scenario_factor(scenario, 2, point) == (double)(point % 2));
        struct messages messages = {0};
        struct world *world;
        assert_int_equal(scenario_world(scenario, 0, point, 0, &world, &messages), STATUS_OK);
        assert_true(world->set.autonomy[0] == autonomy[point / 6]);
        assert_true(value_of(world, "dyads.UZB.RUS.tie") ==
                    tie[point / 2 % 3]); /* over the scenario's own `set` */
        assert_true(world->model.integrator == (double)(point % 2));
        world_free(world);
    }
    scenario_free(scenario);
    scenario = load_sweep("list", ", \"rk4\"");
    assert_int_equal(scenario->points, 3);
    for (size_t point = 0; point < 3; point++) {
        assert_true(scenario_factor(scenario, 0, point) == autonomy[point]);
        assert_true(scenario_factor(scenario, 1, point) == tie[point]);
    }
    scenario_free(scenario);
    scenario = load_text("sweep.cfg", SMALL, "sweep = { wrong = 1; };"); /* not looked at without being asked */
    assert_true(scenario->design == DESIGN_NONE && scenario->points == 1);
    scenario_free(scenario);
}

/* A file that is no more than a sweep sweeps the scenario under it: that one's events, claims and baseline; its record
 * gives no rows, which would be many.  With an event of its own it is a scenario, and what is under it its baseline and its record. */
static void sweep_of_a_scenario(void **unused)
{
    (void)unused;
    static const char *const own[] = {
        "", "events = ( { at = \"2022Q1\"; path = \"dyads.UZB.RUS.tie\"; set = 0.1; } );"};
    char *under =
        message_text("time = { start = \"2021Q1\"; end = \"2022Q4\"; };\n"
                     "events = ( { at = \"2021Q3\"; path = \"dyads.UZB.RUS.tie\"; set = 0.5; } );\n"
                     "claims = ( { id = \"1\"; text = \"t\"; quantity = \"alignment[UZB,RUS]\"; "
                     "at = \"2022Q4\"; expect = \"increase\"; versus = \"baseline\"; source = \"s\"; } );\n"
                     "record = { variables = [\"gdp\"]; };\n");
    write_scenario("under.cfg", SMALL, under);
    free(under);
    for (size_t k = 0; k < 2; k++) {
        char *text = message_text("title = \"sweep\";\nbase = \"under.cfg\";\n%s\n"
                                  "sweep = { design = \"grid\"; parameters = ( { path = "
                                  "\"states.UZB.alignment.autonomy\"; values = [1, 2]; } ); };\n",
                                  own[k]);
        struct messages messages = {0};
        struct scenario *scenario;
        const struct scenario_options options = {.design = true};
        assert_int_equal(scenario_load(write_file("over.cfg", text), &options, &scenario, &messages),
                         STATUS_OK);
        assert_int_equal(scenario->points, 2);
        assert_int_equal(scenario->arm[0].events.count, 1 + k);
        assert_int_equal(scenario->arm[1].events.count, k);
        assert_true(scenario->changes_something);
        assert_int_equal(scenario->claims, 1 - k);
        assert_int_equal(scenario->records, k);
        if (k == 0)
            assert_non_null(strstr(scenario->claim[0].file, "under.cfg"));
        scenario_free(scenario);
        free(text);
    }
}

/* A design that leaves a state without any alignment is refused where it happens. */
static void sweep_to_nothing(void **unused)
{
    (void)unused;
    struct messages messages = {0};
    struct scenario *scenario;
    struct world *world;
    const struct scenario_options options = {.design = true};
    const char *path = write_scenario(
        "sweep.cfg", SMALL,
        "sweep = { design = \"grid\"; parameters = ( { path = \"dyads.UZB.*.alignment\"; values = "
        "[0.1, 0.0]; } ); };");
    assert_int_equal(scenario_load(path, &options, &scenario, &messages), STATUS_OK);
    assert_int_equal(scenario_world(scenario, 0, 0, 0, &world, &messages), STATUS_OK);
    world_free(world);
    assert_int_equal(scenario_world(scenario, 0, 1, 0, &world, &messages), STATUS_INVALID);
    assert_null(world);
    char *lines = lines_of(&messages);
    assert_string_equal(
        lines, "sweep.cfg: error: dyads.UZB.*.alignment: shares sum to 0 (allowed: more than 0, at most 1)\n");
    free(lines);
    message_clear(&messages);
    scenario_free(scenario);
}

/* ---- the effective configuration ------------------------------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void same_changes(const struct scenario *a, const struct changes *x, const struct changes *y)
{
    (void)a;
    assert_int_equal(x->count, y->count);
    for (size_t k = 0; k < x->count; k++) {
        const struct change *c = &x->list[k], *d = &y->list[k];
        assert_ptr_equal(c->where.row, d->where.row);
        assert_int_equal(c->where.count, d->where.count);
        assert_memory_equal(c->where.slot, d->where.slot, c->where.count * sizeof(size_t));
        assert_true(c->how == d->how && c->at == d->at && c->parts == d->parts);
        assert_memory_equal(&c->value, &d->value, sizeof c->value);
        assert_true(same_text(x->remark[k].path, y->remark[k].path) &&
                    same_text(x->remark[k].note, y->remark[k].note) &&
                    same_text(x->remark[k].source, y->remark[k].source));
    }
}

static void same_worlds(struct world *a, struct world *b)
{
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        if (memcmp(parameter_values(a, row), parameter_values(b, row),
                   world_length(a->cast, row->shape) * sizeof(double)) != 0)
            fail_msg("%s differs", row->path);
    }
    size_t n = a->cast->states;
    assert_memory_equal(a->load.reaction_scale, b->load.reaction_scale, n * sizeof(double));
    assert_memory_equal(a->load.presence_at_load, b->load.presence_at_load, n * n * sizeof(double));
    assert_memory_equal(a->load.weight_at_load, b->load.weight_at_load, n * n * sizeof(double));
    assert_memory_equal(a->next_to.first, b->next_to.first, (n + 1) * sizeof(size_t));
    assert_true(a->quarter == b->quarter && a->seed == b->seed && a->dt == b->dt);
}

static struct scenario *load_effective(const char *text)
{
    struct messages messages = {0};
    struct scenario *scenario;
    const struct scenario_options options = {.effective = true};
    assert_int_equal(scenario_load(write_file("effective.cfg", text), &options, &scenario, &messages),
                     STATUS_OK);
    return scenario;
}

/* The file that a scenario writes of itself, loaded: the same worlds of every arm to the bit, at load and 8 steps on. */
static void round_trip(const char *path, const char *const *set, size_t sets)
{
    struct scenario *first = testing_load(path, set, sets);
    char *text = scenario_effective(first);
    assert_non_null(text);
    struct scenario *second = load_effective(text);
    char *again = scenario_effective(second);
    assert_string_equal(text, again);
    assert_int_equal(first->cast->options, second->cast->options);
    for (size_t i = 0; i < first->cast->states; i++) {
        assert_string_equal(first->cast->code[i], second->cast->code[i]);
        assert_string_equal(first->cast->name[i], second->cast->name[i]);
    }
    assert_true(same_text(first->title, second->title) && same_text(first->description, second->description));
    assert_true(first->seed == second->seed && first->replicates == second->replicates &&
                first->every == second->every);
    assert_true(first->start == second->start && first->end == second->end);
    assert_int_equal(first->records, second->records);
    assert_memory_equal(first->record, second->record, first->records * sizeof *first->record);
    assert_int_equal(first->arms, second->arms);
    assert_int_equal(first->changes_something, second->changes_something);
    for (size_t arm = 0; arm < first->arms; arm++) {
        assert_string_equal(first->arm[arm].name, second->arm[arm].name);
        if (sets == 0) {
            same_changes(first, &first->arm[arm].world, &second->arm[arm].world);
            same_changes(first, &first->arm[arm].set, &second->arm[arm].set);
        }
        same_changes(first, &first->arm[arm].events, &second->arm[arm].events);
        struct world *a = testing_world(first, arm), *b = testing_world(second, arm);
        same_worlds(a, b);
        testing_steps(a, 8);
        testing_steps(b, 8);
        same_worlds(a, b);
        world_free(a);
        world_free(b);
    }
    scenario_free(first);
    scenario_free(second);
    free(text);
    free(again);
}

static void effective(void **unused)
{
    (void)unused;
    round_trip(W21, NULL, 0);
    round_trip("tests/worlds/w92.cfg", NULL, 0);
    round_trip("scenarios/worlds/central-asia-2021.cfg", NULL, 0);
    round_trip(SMALL, NULL, 0);
}

static void effective_scenario(void **unused)
{
    (void)unused;
    static const char text[] =
        "description = \"a \\\"word\\\" and a \\\\ and a\nline, caf\xc3\xa9\";\nseed = "
        "\"18446744073709551615\"; replicates = 3000000000L;\n"
        "time = { start = \"2021Q1\"; end = \"2024Q4\"; steps_per_quarter = 2; };\n"
        "record = { every = 2; variables = [\"hostility\", \"gdp\"]; };\n"
        "world = { states = { UZB = { arms = { grievance = 1e-17; }; alignment = { indecision = 1e-12; }; };\n"
        "    EU = { security_seeking = { burden_ceiling = 1000000000L; }; }; };\n"
        "  dyads = { UZB = { RUS = { alignment = 0.1; export_share = 0.3; debt = 1234567.891; tie = -0.1; }; "
        "}; };\n"
        "  institutions = { SCO = { leader = \"none\"; decision_rule = \"consultative\"; open = true; }; };\n"
        "  model = { flow = { integrator = \"rkf45\"; }; }; };\n"
        "set = { dyads = { UZB = { * = { trade_share = 0.1; }; RUS = { presence = 0.3; }; }; };\n"
        "  institutions = { SCO = { members = [\"RUS\", \"UZB\"]; leader = \"RUS\"; }; };\n"
        "  model = { noise = false; arms = { depreciation = 0.1; }; }; };\n"
        "events = ( { at = \"2021Q2\"; path = \"states.region.economy.shock\"; add = -0.1; over = \"3Q\"; note "
        "= \"a \\\"n\\\"\"; },\n"
        "  { at = \"2021Q3\"; path = \"dyads.USA.theatre.presence\"; scale = 1e-3; source = \"s\"; },\n"
        "  { at = \"2021Q4\"; path = \"institutions.CSTO.members.KAZ\"; set = false; },\n"
        "  { at = \"2022Q1\"; path = \"institutions.CSTO.decision_rule\"; set = \"simple_majority\"; } );\n";
    const char *set[] = {"dyads.RUS.UZB.presence=0.9", "dyads.UZB.RUS.presence=0.6", "model.noise=false"};
    char *path = message_text("%s", write_scenario("whole.cfg", W21, text));
    round_trip(path, NULL, 0);
    round_trip(path, set, 3);
    free(path);
}

/* What the baseline has of the files below, and what branches begin with and add. */
static void effective_arms(void **unused)
{
    (void)unused;
    const char *set[] = {"dyads.UZB.RUS.tie=0.4", "dyads.KAZ.RUS.tie=0.8", "states.UZB.economy.gdp=95",
                         "dyads.UZB.RUS.alignment=0.9", "dyads.UZB.self.alignment=0.9"};
    write_scenario("below.cfg", SMALL, arms_text);
    for (size_t k = 0; k < 4; k++) {
        char *text = message_text(
            "title = \"above\"; base = \"below.cfg\";\n%s%s",
            k & 1
                ? "set = { dyads = { KAZ = { RUS = { tie = 0.7; }; }; UZB = { RUS = { tie = 0.6; }; }; }; };\n"
                  "events = ( { at = \"2020Q2\"; path = \"states.UZB.economy.shock\"; scale = 3; } );\n"
                : "",
            k & 2 ? "branches = { a = { set = { dyads = { UZB = { RUS = { tie = 0.9; }; }; }; }; };\n"
                    "  b = { from = \"baseline\"; world = { states = { UZB = { economy = { gdp = 80.0; }; }; "
                    "}; };\n"
                    "        events = ( { at = \"2020Q3\"; path = \"states.UZB.economy.shock\"; set = 0; } ); "
                    "};\n"
                    "  c = { note = \"nothing of its own\"; }; };\n"
                  : "");
        char *path = message_text("%s", write_file("above.cfg", text));
        round_trip(path, NULL, 0);
        round_trip(path, set, COUNT(set)); /* shares that only the command line may give, too */
        free(path);
        free(text);
    }
    struct scenario *scenario =
        load_text("block.cfg", SMALL,
                  "time = { start = \"2020Q1\"; end = \"2025Q4\"; };\n"
                  "baseline = { set = { dyads = { UZB = { RUS = { tie = 0.5; }; }; }; }; };\n"
                  "set = { dyads = { UZB = { RUS = { tie = 0.7; }; }; }; };\n");
    for (size_t arm = 0; arm < 2; arm++) {
        struct world *world = testing_world(scenario, arm);
        assert_true(value_of(world, "dyads.UZB.RUS.tie") == (arm == 0 ? 0.7 : 0.5));
        world_free(world);
    }
    scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus),
        cmocka_unit_test(sizes),
        cmocka_unit_test(sizes_allowed),
        cmocka_unit_test(many_errors),
        cmocka_unit_test(special_files),
        cmocka_unit_test(unreadable_files),
        cmocka_unit_test(long_chain),
        cmocka_unit_test(command_line),
        cmocka_unit_test(one_list_for_many_files),
        cmocka_unit_test(numbers),
        cmocka_unit_test(seeds),
        cmocka_unit_test(head),
        cmocka_unit_test(quarters),
        cmocka_unit_test(includes),
        cmocka_unit_test(chain),
        cmocka_unit_test(before_and_after),
        cmocka_unit_test(branches),
        cmocka_unit_test(claims),
        cmocka_unit_test(asked),
        cmocka_unit_test(selectors),
        cmocka_unit_test(later_wins),
        cmocka_unit_test(symmetric),
        cmocka_unit_test(members),
        cmocka_unit_test(export_shares),
        cmocka_unit_test(set_everything),
        cmocka_unit_test(set_last_word),
        cmocka_unit_test(sweep),
        cmocka_unit_test(sweep_of_a_scenario),
        cmocka_unit_test(sweep_to_nothing),
        cmocka_unit_test(effective),
        cmocka_unit_test(effective_scenario),
        cmocka_unit_test(effective_arms),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
