/* Scenario files at random: good files with bytes changed, pieces lost, doubled or exchanged.  Whatever comes out is loaded
 * or refused in words; nothing crashes (sanitizers), nothing hangs (alarm).
 *
 * Use: test_fuzz_scenario [cases [seed]].  A case that dies leaves its file in the folder that is printed first. */
#include "testing.h"

#include <ctype.h>
#include <unistd.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static uint64_t luck = 20210101;
static size_t cases = 7000;

/* splitmix64 */
static size_t below(size_t limit)
{
    uint64_t z = luck += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (size_t)((z ^ (z >> 31)) % limit);
}

static const char rich[] =
    "title = \"rich\"; description = \"caf\xc3\xa9 \\\"x\\\" \\x41\";\nseed = \"18446744073709551615\"; "
    "replicates = 3000000000L;\n"
    "base = \"%s/tests/worlds/w21.cfg\";\n"
    "time = { start = \"2021Q1\"; end = \"2024Q4\"; steps_per_quarter = 2; };\n"
    "@include \"part.cfg\"\n"
    "record = { every = 2; variables = [\"hostility\", \"gdp\"]; };\n"
    "world = { states = { UZB = { arms = { grievance = 1e-17; }; }; region = { alignment = { autonomy = 2; }; "
    "}; };\n"
    "  dyads = { UZB = { RUS = { alignment = 0.1; export_share = 0.3; debt = 1234567.891; }; * = { tie = -0.1; "
    "}; }; };\n"
    "  institutions = { SCO = { leader = \"none\"; decision_rule = \"consultative\"; members = [\"RUS\", "
    "\"UZB\"]; }; }; };\n"
    "set = ( { path = \"dyads.UZB.*.trade_share\"; value = 0.1; }, { path = \"model.arms.depreciation\"; value "
    "= 0.1; } );\n"
    "events = ( { at = \"2021Q2\"; path = \"states.region.economy.shock\"; add = -0.1; over = \"3Q\"; note = "
    "\"n\"; },\n"
    "  { at = \"2021Q3\"; path = \"dyads.USA.theatre.presence\"; scale = 0.5; source = \"s\"; },\n"
    "  { at = \"2021Q4\"; path = \"institutions.CSTO.members.KAZ\"; set = false; } );\n"
    "branches = { other = { from = \"baseline\"; world = { model = { threat = { norm = 4; }; }; }; events = "
    "(); }; };\n"
    "claims = ( { id = \"1\"; text = \"t\"; quantity = \"alignment[UZB|KAZ,RUS+CHN]\"; at = "
    "\"2022Q1..2023Q4\"; expect = "
    "\"increase\"; source = \"s\"; versus = \"start\"; against = { branch = \"other\"; versus = \"baseline\"; "
    "factor = 2; }; } );\n"
    "sweep = { design = \"grid\"; replicates = 9; parameters = ( { path = \"states.UZB.alignment.autonomy\"; "
    "values = [1.0, 2.0]; },\n"
    "  { path = \"model.flow.integrator\"; values = [\"rk4\", \"rkf45\"]; } ); };\n";

/* Sweeps, short enough for most of what is changed to be in them. */
static const char drawn[] =
    "title = \"drawn\"; base = \"%s/tests/bad-scenarios/parts/small.cfg\";\n"
    "sweep = { design = \"sobol\"; samples = 4; second_order = true; replicates = 2; parameters = (\n"
    "  { path = \"states.UZB.alignment.autonomy\"; range = [0.5, 4.0]; scale = \"log\"; name = \"a\"; },\n"
    "  { paths = [\"states.KAZ.alignment.autonomy\", \"states.RUS.alignment.autonomy\"]; distribution = "
    "\"normal\"; mean = 1.0; sd = 0.5; range = [0.0, 3.0]; note = \"n\"; },\n"
    "  { path = \"states.UZB.domestic.regime_gap\"; distribution = \"lognormal\"; median = 0.2; sigma = 0.5; "
    "},\n"
    "  { path = \"states.KAZ.domestic.regime_gap\"; distribution = \"triangular\"; mode = 0.2; range = [0.1, "
    "0.5]; },\n"
    "  { path = \"states.RUS.domestic.regime_gap\"; distribution = \"beta\"; alpha = 2.0; beta = 3.0; range = "
    "[0.1, "
    "0.5]; },\n"
    "  { path = \"model.noise\"; values = [true, false]; } ); };\n";
static const char trajectories[] =
    "title = \"trajectories\"; base = \"%s/tests/bad-scenarios/parts/small.cfg\";\n"
    "sweep = { design = \"morris\"; samples = 5; levels = 4; parameters = (\n"
    "  { path = \"states.UZB.alignment.autonomy\"; range = [0.5, 4.0]; },\n"
    "  { path = \"model.flow.integrator\"; values = [\"rk4\", \"rkf45\"]; } ); };\n";
static const char stepped[] =
    "title = \"stepped\"; base = \"%s/tests/bad-scenarios/parts/small.cfg\";\n"
    "sweep = { design = \"grid\"; parameters = (\n"
    "  { path = \"states.UZB.alignment.autonomy\"; range = [0.5, 4.0]; steps = 3; scale = \"log\"; },\n"
    "  { path = \"model.threat.distance_scale\"; range = [1000, 4000]; steps = 2; } ); };\n";
static const char listed[] = "title = \"listed\"; base = \"%s/tests/bad-scenarios/parts/small.cfg\";\n"
                             "sweep = { design = \"list\"; points = \"points.csv\"; };\n";
static const char points[] = "states.UZB.alignment.autonomy,\"model.noise\",model.flow.integrator\n"
                             "0.5,true,rk4\n1.5,false,rkf45\n\"2\",1,rk4\n";

struct text {
    char *bytes;
    size_t length;
};

static struct text slurp(const char *path)
{
    struct text text = {malloc(1 << 20), 0};
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text.length = fread(text.bytes, 1, 1 << 20, in);
    fclose(in);
    return text;
}

/* A token or a blank: where it begins at or after a place, and where it ends. */
static size_t token(const struct text *t, size_t at, size_t *end)
{
    while (at < t->length && isspace((unsigned char)t->bytes[at]))
        at++;
    *end = at + (at < t->length);
    if (at < t->length && (isalnum((unsigned char)t->bytes[at]) || t->bytes[at] == '"'))
        while (*end < t->length && !strchr("=;,(){}[]\n ", t->bytes[*end]))
            ++*end;
    return at;
}

/* Digits, letters, quotes, or a sign of its own. */
static int kind(char c)
{
    return isdigit((unsigned char)c) ? '0' : isalpha((unsigned char)c) ? 'a' : c;
}

/* Puts a piece in the place of [at, end). */
static void splice(struct text *t, size_t at, size_t end, const char *piece, size_t length)
{
    char *fresh = malloc(t->length + length + 1);
    memcpy(fresh, t->bytes, at);
    memcpy(fresh + at, piece, length);
    memcpy(fresh + at + length, t->bytes + end, t->length - end);
    t->length += length - (end - at);
    free(t->bytes);
    t->bytes = fresh;
}

static void mutate(struct text *t)
{
    static const char *const words[] = {"\"",
                                        "{",
                                        "}",
                                        "(",
                                        ")",
                                        "[",
                                        "]",
                                        ";",
                                        ",",
                                        "=",
                                        "*",
                                        "/*",
                                        "*/",
                                        "//",
                                        "#",
                                        "\n",
                                        "\\",
                                        "\\x00",
                                        "@include \"part.cfg\"\n",
                                        "@include \"a.cfg\"\n",
                                        "@include \".\"\n",
                                        "1e400",
                                        "4294967296",
                                        "-1",
                                        "nan",
                                        "true",
                                        "\"\"",
                                        "\"self\"",
                                        "\"*\"",
                                        "none",
                                        "region",
                                        "UZB",
                                        "RUS",
                                        "0",
                                        "1000000000L",
                                        "..",
                                        "2021Q5",
                                        "\xff",
                                        "\xc3",
                                        "[]",
                                        "()",
                                        "{}",
                                        "0x7fffffff",
                                        "1.5",
                                        "name",
                                        "base",
                                        "states"};
    if (t->length == 0)
        return;
    size_t at, other, end, other_end, tries = 100;
    at = token(t, below(t->length), &end);
    bool alike = below(4) > 0; /* a number for a number goes further than a bracket */
    do
        other = token(t, below(t->length), &other_end);
    while (alike && --tries > 0 &&
           (at == t->length || other == t->length || kind(t->bytes[at]) != kind(t->bytes[other])));
    char *piece = malloc(other_end - other + 1);
    memcpy(piece, t->bytes + other, other_end - other);
    switch (below(10)) {
    case 0: /* a bit */
        if (at < t->length)
            t->bytes[at] = (char)(t->bytes[at] ^ (1 << below(8)));
        break;
    case 1: /* any byte */
        if (at < t->length)
            t->bytes[at] = (char)below(256);
        break;
    case 2: /* a token lost */
        splice(t, at, end, "", 0);
        break;
    case 3: /* a stretch lost */
        splice(t, at, at + below(t->length - at + 1) / (1 + below(40)), "", 0);
        break;
    case 4: /* a token put in the place of another */
    case 8:
    case 9:
        splice(t, at, end, piece, other_end - other);
        break;
    case 5: /* a token doubled somewhere */
        splice(t, at, at, piece, other_end - other);
        break;
    case 6: /* a stretch doubled */
        free(piece);
        end = at + below(t->length - at + 1) / (1 + below(100));
        piece = malloc(end - at + 1);
        memcpy(piece, t->bytes + at, end - at);
        splice(t, end, end, piece, end - at);
        break;
    default: { /* a word that means something */
        const char *word = words[below(COUNT(words))];
        splice(t, at, below(2) ? end : at, word, strlen(word));
    }
    }
    free(piece);
}

/* Loads `path` after `changed`, the same file or one that it rests on, was written with faults. */
static void one_case(const char *path, const char *changed, const struct text *from, size_t *read,
                     size_t *loaded)
{
    struct text text = {malloc(from->length + 1), from->length};
    memcpy(text.bytes, from->bytes, from->length);
    for (size_t k = below(2) ? 1 : 1 + below(4); k > 0; k--)
        mutate(&text);
    FILE *out = fopen(changed, "w");
    assert_non_null(out);
    fwrite(text.bytes, 1, text.length, out);
    fclose(out);
    free(text.bytes);

    struct messages messages = {0};
    struct scenario *scenario;
    const struct scenario_options options = {.design = true};
    alarm(10);
    enum status status = scenario_load(path, &options, &scenario, &messages);
    assert_true(status == STATUS_OK || status == STATUS_INVALID);
    assert_true((status == STATUS_OK) == (messages.errors == 0) && (status == STATUS_OK) == (scenario != NULL));
    *loaded += status == STATUS_OK;
    *read += scenario != NULL || (messages.count > 0 && messages.list[0].path != NULL);
    for (size_t f = 0; scenario != NULL && f < scenario->factors; f++) {
        double value = scenario_factor(scenario, f, scenario->points - 1);
        assert_true(scenario->factor[f].where.row->flags & F_STATE || isfinite(value));
    }
    for (size_t arm = 0; scenario != NULL && arm < scenario->arms; arm++) {
        struct world *world;
        status = scenario_world(scenario, arm, scenario->points - 1, 0, &world, &messages);
        assert_true((status == STATUS_OK) == (world != NULL));
        assert_true(status == STATUS_OK || (status == STATUS_INVALID && messages.errors > 0));
        world_free(world);
    }
    if (scenario != NULL) {
        char *effective = scenario_effective(scenario);
        assert_non_null(effective);
        free(effective);
    }
    for (size_t k = 0; k < messages.count; k++) {
        char *line = message_format(&messages.list[k]);
        assert_true(line != NULL && strstr(line, "error: ") != NULL && messages.list[k].text[0] != '\0');
        free(line);
    }
    alarm(0);
    scenario_free(scenario);
    message_clear(&messages);
}

static void put(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static struct text based(const char *form)
{
    char here[1024], *text;
    assert_non_null(getcwd(here, sizeof here));
    text = message_text("%s", form);
    char *at = strstr(text, "%s"), *whole = NULL;
    assert_non_null(at);
    *at = '\0';
    whole = message_text("%s%s%s", text, here, at + 2);
    free(text);
    return (struct text){whole, strlen(whole)};
}

static void fuzz(void **unused)
{
    (void)unused;
    char folder[64] = "/tmp/equipoise-fuzz-XXXXXX", path[96], part[96], list[96], csv[96];
    assert_non_null(mkdtemp(folder));
    print_message("%s, seed %llu\n", folder, (unsigned long long)luck);
    snprintf(path, sizeof path, "%s/a.cfg", folder);
    snprintf(part, sizeof part, "%s/part.cfg", folder);
    snprintf(list, sizeof list, "%s/list.cfg", folder);
    snprintf(csv, sizeof csv, "%s/points.csv", folder);
    put(part, "model = { noise = false; };\n");
    put(csv, points);
    struct text from[] = {slurp("tests/worlds/w21.cfg"),
                          slurp("tests/bad-scenarios/parts/small.cfg"),
                          based(rich),
                          based(drawn),
                          based(trajectories),
                          based(stepped),
                          based(listed)};
    size_t read = 0, loaded = 0;
    for (size_t k = 0; k < cases; k++)
        one_case(path, path, &from[k % COUNT(from)], &read, &loaded);
    print_message("%zu cases: %zu got past the syntax, %zu were good files\n", cases, read, loaded);
    assert_true(read > cases / 4 && loaded > cases / 50 &&
                loaded < cases / 2); /* not all dead at the door, none untouched */
    put(list, from[COUNT(from) - 1].bytes);
    const struct text good = {(char *)points, strlen(points)};
    read = loaded = 0;
    for (size_t k = 0; k < cases / 5; k++)
        one_case(list, csv, &good, &read, &loaded);
    print_message("%zu lists of points, %zu of them good\n", cases / 5, loaded);
    assert_true(loaded > cases / 250 && loaded < cases / 10);
    for (size_t k = 0; k < COUNT(from); k++)
        free(from[k].bytes);
    remove(path);
    remove(part);
    remove(list);
    remove(csv);
    assert_int_equal(rmdir(folder), 0);
}

int main(int count, char **argument)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fuzz)};
    if (count > 1)
        cases = strtoul(argument[1], NULL, 10);
    if (count > 2)
        luck = strtoull(argument[2], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
