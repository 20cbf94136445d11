/* What a claim speaks of: names, labels, sums and means. */
#include "testing.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define W21 "tests/worlds/w21.cfg"

static struct scenario *scenario;
static const struct cast *cast;

static int load(void **unused)
{
    (void)unused;
    scenario = testing_load(W21, NULL, 0);
    cast = scenario->cast;
    return 0;
}

static int drop(void **unused)
{
    (void)unused;
    scenario_free(scenario);
    return 0;
}

static size_t state(const char *code)
{
    return cast_state(cast, code);
}

static struct quantity parse(const char *text)
{
    struct quantity quantity;
    char *why;
    if (quantity_parse(cast, text, &quantity, &why) != STATUS_OK)
        fail_msg("%s: %s", text, why);
    return quantity;
}

/* One element with weight one: the position in the variable's record. */
static void single(const char *text, const char *name, size_t element)
{
    struct quantity quantity = parse(text);
    assert_string_equal(variable_table[quantity.variable].name, name);
    assert_int_equal(quantity.count, 1);
    assert_int_equal(quantity.element[0], element);
    assert_true(quantity.weight[0] == 1);
    quantity_free(&quantity);
    assert_true(quantity.element == NULL && quantity.weight == NULL && quantity.count == 0);
}

static void elements(void **unused)
{
    (void)unused;
    size_t n = cast->states;
    single("concentration", "concentration", 0);
    single("gdp[UZB]", "gdp", state("UZB"));
    single("gdp[EU]", "gdp", state("EU"));
    single(" gdp [ TUR ] ", "gdp", state("TUR"));
    single("alignment[UZB,self]", "alignment", 0);
    single("alignment[KAZ,CA]", "alignment", state("KAZ") * cast->options + cast->bloc_option);
    single("alignment[KAZ, TUR]", "alignment", state("KAZ") * cast->options + cast_option(cast, "TUR"));
    single("hostility[UZB,RUS]", "hostility", state("UZB") * n + state("RUS"));
    single("influence[CHN,KAZ]", "influence", state("CHN") * n + state("KAZ")); /* records are from, to */
    single("membership[KAZ,CIS]", "membership", state("KAZ") * cast->bodies + cast_body(cast, "CIS"));
    single("provision[CIS]", "provision", cast_body(cast, "CIS"));
    single("trust[UZB,TJK,border]", "trust",
           (state("UZB") * n + state("TJK")) * cast->issues + cast_issue(cast, "border"));
}

/* Every variable can be named, with as many labels as it has axes. */
static void every_variable(void **unused)
{
    (void)unused;
    for (size_t v = 0; v < variable_count; v++) {
        const struct variable *variable = &variable_table[v];
        const char *labels = variable->shape == SHAPE_MODEL      ? ""
                             : variable->shape == SHAPE_STATE    ? "[RUS]"
                             : variable->shape == SHAPE_PROVINCE ? "[RUS]"
                             : variable->shape == SHAPE_OPTION   ? "[RUS,self]"
                             : variable->shape == SHAPE_MEMBER   ? "[RUS,CSTO]"
                             : variable->shape == SHAPE_BODY     ? "[CSTO]"
                             : variable->shape == SHAPE_PLAY     ? "[RUS,UZB,ct]"
                                                                 : "[RUS,UZB]";
        char *text = message_text("%s%s", variable->name, labels);
        struct quantity quantity = parse(text);
        assert_int_equal(quantity.variable, v);
        assert_int_equal(quantity.count, 1);
        assert_true(quantity.element[0] < variable_length(cast, variable));
        quantity_free(&quantity);
        free(text);
    }
}

static double value(const char *text, const double *record)
{
    struct quantity quantity = parse(text);
    double found = quantity_value(&quantity, record);
    quantity_free(&quantity);
    return found;
}

static void sums_and_means(void **unused)
{
    (void)unused;
    double record[14 * 14];
    for (size_t e = 0; e < COUNT(record); e++)
        record[e] = (double)(e * e) + 1;
    size_t n = cast->states, u = state("UZB"), k = state("KAZ"), r = state("RUS");
    double all = 0, row = 0;
    for (size_t i = 0; i < n; i++) {
        all += record[i] / (double)n;
        row += record[u * n + i] / (double)n;
    }
    assert_close(value("gdp[UZB+KAZ]", record), record[u] + record[k], 1e-15);
    assert_close(value("gdp[UZB|KAZ]", record), (record[u] + record[k]) / 2, 1e-15);
    assert_close(value("gdp[UZB|KAZ|RUS]", record), (record[u] + record[k] + record[r]) / 3, 1e-15);
    assert_close(value("gdp[UZB+UZB]", record), 2 * record[u], 1e-15);
    assert_close(value("gdp[*]", record), all, 1e-14);
    assert_close(value("gdp[UZB|*]", record), (record[u] + all) / 2, 1e-14);
    assert_close(value("gdp[*|UZB]", record), (record[u] + all) / 2, 1e-14); /* in either order */
    assert_close(value("gdp[*+UZB]", record), record[u] + all, 1e-14);
    assert_close(value("hostility[UZB,*]", record), row, 1e-14);
    assert_close(value("hostility[UZB|KAZ,RUS+KAZ]", record),
                 (record[u * n + r] + record[u * n + k] + record[k * n + r] + record[k * n + k]) / 2, 1e-14);
    double shares[14 * 7] = {0};
    shares[0] = 0.5;
    shares[u * cast->options + 1] = 0.3;
    shares[u * cast->options + 2] = 0.2;
    assert_close(value("alignment[UZB,RUS+CHN]", shares), 0.5, 1e-15);
    assert_close(value("alignment[UZB,*]", shares), 1.0 / (double)cast->options, 1e-15);
    double plays[14 * 14 * 3] = {0}; /* three labels: state, other state, issue */
    plays[(u * n + k) * 3 + 1] = 0.5;
    plays[(k * n + u) * 3 + 1] = 0.25;
    plays[(u * n + k) * 3 + 2] = 0.125;
    assert_close(value("cooperation[UZB,KAZ,border]", plays), 0.5, 1e-15);
    assert_close(value("cooperation[UZB|KAZ,UZB+KAZ,border]", plays), 0.375, 1e-15);
    assert_close(value("cooperation[UZB,KAZ,border+ct]", plays), 0.625, 1e-15);
    assert_close(value("cooperation[UZB,KAZ,*]", plays), 0.625 / 3, 1e-15);
}

/* !A!B: the mean over all but these, each axis and issue alike; a diagonal counts as the 0 that stands in it. */
static void leaving_out(void **unused)
{
    (void)unused;
    double record[14 * 14];
    for (size_t e = 0; e < COUNT(record); e++)
        record[e] = (double)(e * e) + 1;
    size_t n = cast->states, u = state("UZB"), k = state("KAZ"), r = state("RUS"), o = cast->options;
    double all = 0, row = 0;
    for (size_t i = 0; i < n; i++) {
        all += record[i];
        row += record[u * n + i];
    }
    double but_u = (all - record[u]) / (double)(n - 1),
           but_both = (all - record[u] - record[k]) / (double)(n - 2);
    assert_close(value("gdp[!UZB]", record), but_u, 1e-14);
    assert_close(value("gdp[ !UZB ! KAZ ]", record), but_both, 1e-14);
    assert_close(value("gdp[!KAZ!UZB!KAZ]", record), but_both, 1e-14);
    assert_close(value("gdp[!UZB|RUS]", record), (but_u + record[r]) / 2, 1e-14);
    assert_close(value("gdp[RUS+!UZB!KAZ]", record), record[r] + but_both, 1e-14);
    assert_close(value("hostility[UZB,!KAZ]", record), (row - record[u * n + k]) / (double)(n - 1), 1e-14);
    double shares[14 * 7];
    for (size_t e = 0; e < COUNT(shares); e++)
        shares[e] = (double)(e % 11) + 0.5;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; i != r && c < o; c++)
            if (c == cast_option(cast, "USA") || c == cast_option(cast, "CHN"))
                sum += shares[i * o + c];
    assert_close(value("alignment[!RUS,USA+CHN]", shares), sum / (double)(n - 1), 1e-14);
    sum = 0;
    for (size_t c = 1; c < o; c++)
        sum += shares[u * o + c];
    assert_close(value("alignment[UZB,!self]", shares), sum / (double)(o - 1), 1e-14);
    double plays[14 * 14 * 3] = {[(4 * 14 + 5) * 3 + 1] = 0.5}; /* of three issues two are left */
    char *text = message_text("cooperation[%s,%s,!%s]", cast->code[4], cast->code[5], cast->issue[0]);
    assert_close(value(text, plays), 0.25, 1e-15);
    free(text);
    /* what cannot be stands in the record as 0, so that * and ! may count it */
    struct world *world = testing_world(scenario, 0);
    testing_steps(world, 4);
    for (size_t i = 0; i < n; i++) {
        assert_true(world->now.hostility[i * n + i] == 0 && world->derived.threat[i * n + i] == 0);
        for (size_t c = 1; c < o; c++)
            assert_true(cast_can_choose(cast, i, c) || world->now.alignment[i * o + c] == 0);
    }
    world_free(world);
}

static void refused(const struct cast *of, const char *text, const char *expected)
{
    struct quantity quantity;
    char *why;
    assert_int_equal(quantity_parse(of, text, &quantity, &why), STATUS_INVALID);
    if (why == NULL || strcmp(why, expected) != 0)
        fail_msg("%s: %s", text, why ? why : "no word");
    assert_true(quantity.element == NULL && quantity.weight == NULL && quantity.count == 0);
    free(why);
}

static void refusals(void **unused)
{
    (void)unused;
    const struct {
        const char *text, *why;
    } table[] = {
        {"", "unknown quantity '' (see: equipoise parameters --variables)"},
        {"gpd[UZB]", "unknown quantity 'gpd' (did you mean 'gdp'?)"},
        {"zzz", "unknown quantity 'zzz' (see: equipoise parameters --variables)"},
        {"gdp", "'gdp' takes 1 label, not 0 (form: gdp[state])"},
        {"gdp[UZB,RUS]", "'gdp' takes 1 label, not 2 (form: gdp[state])"},
        {"alignment[UZB]", "'alignment' takes 2 labels, not 1 (form: alignment[state,pole])"},
        {"hostility[UZB]", "'hostility' takes 2 labels, not 1 (form: hostility[state,state])"},
        {"membership[UZB]", "'membership' takes 2 labels, not 1 (form: membership[state,institution])"},
        {"concentration[UZB]", "'concentration' takes 0 labels, not 1 (form: concentration)"},
        {"gdp[UZB", "'gdp[UZB' is no quantity (form: name, name[label] or name[label,label])"},
        {"gdp[]", "'gdp[]' is no quantity (form: name, name[label] or name[label,label])"},
        {"gdp[", "'gdp[' is no quantity (form: name, name[label] or name[label,label])"},
        {"gdp[UZB,RUS,KAZ]", "'gdp' takes 1 label, not 3 (form: gdp[state])"},
        {"gdp[UZB,RUS,KAZ,TJK]",
         "'gdp[UZB,RUS,KAZ,TJK]' is no quantity (form: name, name[label] or name[label,label])"},
        {"provision[UZB]", "unknown institution 'UZB' (allowed: each institution of the world, *)"},
        {"cooperation[UZB,TJK]", "'cooperation' takes 3 labels, not 2 (form: cooperation[state,state,issue])"},
        {"trust[UZB,TJK,watr]", "unknown issue 'watr' (did you mean 'water'?)"},
        {"trust[UZB,water,TJK]", "unknown state 'water' (allowed: each state of the world, *)"},
        {"gdp[UZB]x", "'gdp[UZB]x' is no quantity (form: name, name[label] or name[label,label])"},
        {"gdp]", "unknown quantity 'gdp]' (did you mean 'gdp'?)"},
        {"gdp[UZX]", "unknown state 'UZX' (did you mean 'UZB'?)"},
        {"gdp[Mars]", "unknown state 'Mars' (allowed: each state of the world, *)"},
        {"gdp[UZB+]", "unknown state '' (allowed: each state of the world, *)"},
        {"gdp[|UZB]", "unknown state '' (allowed: each state of the world, *)"},
        {"alignment[UZB,]", "unknown pole '' (allowed: each pole of the world, *)"},
        {"alignment[UZB,KAZ]", "unknown pole 'KAZ' (allowed: each pole of the world, *)"},
        {"membership[UZB,CSTX]", "unknown institution 'CSTX' (did you mean 'CSTO'?)"},
        {"gdp[!UZX]", "unknown state 'UZX' (did you mean 'UZB'?)"},
        {"gdp[!UZB!KAX]", "unknown state 'KAX' (did you mean 'KAZ'?)"},
        {"gdp[UZB!KAZ]", "unknown state 'UZB!KAZ' (allowed: each state of the world, *)"},
        {"gdp[!]", "unknown state '' (allowed: each state of the world, *)"},
        {"gdp[!UZB!]", "unknown state '' (allowed: each state of the world, *)"},
        {"gdp[!*]", "a label with ! leaves out every state (allowed: one or more stay)"},
        {"alignment[UZB,!KAZ]", "unknown pole 'KAZ' (allowed: each pole of the world, *)"},
        {"gdp[UZB+KAZ|RUS]", "'UZB+KAZ|RUS' mixes + and | (allowed: + for the sum or | for the mean)"},
    };
    for (size_t k = 0; k < COUNT(table); k++)
        refused(cast, table[k].text, table[k].why);
}

/* Without institutions there is nothing to take a mean of. */
static void no_institutions(void **unused)
{
    (void)unused;
    struct cast *bare = calloc(1, sizeof *bare);
    bare->states = 2;
    bare->code = calloc(2, sizeof *bare->code);
    bare->code[0] = strdup("A");
    bare->code[1] = strdup("B");
    assert_true(cast_complete(bare));
    refused(bare, "membership[A,*]", "unknown institution '*' (allowed: each institution of the world, *)");
    refused(bare, "membership[A,X]", "unknown institution 'X' (allowed: each institution of the world, *)");
    cast_free(bare);
}

/* In a world: the same number as in the array. */
static void in_a_world(void **unused)
{
    (void)unused;
    struct world *world = testing_world(scenario, 0);
    size_t n = cast->states;
    testing_steps(world, 1);
    assert_true(testing_value(world, "gdp[CHN]") == world->now.gdp[state("CHN")]);
    assert_true(testing_value(world, "hostility[UZB,RUS]") ==
                world->now.hostility[state("UZB") * n + state("RUS")]);
    assert_true(testing_value(world, "influence[CHN,KAZ]") ==
                world->now.influence[state("KAZ") * n + state("CHN")]);
    assert_true(testing_value(world, "presence[RUS,TJK]") == 0.9);
    assert_true(testing_value(world, "membership[UZB,CSTO]") == 0 &&
                testing_value(world, "membership[KAZ,CSTO]") == 1);
    assert_close(testing_value(world, "alignment[UZB,*]"), 1.0 / 7, 1e-12);
    size_t uzb = state("UZB"), tjk = state("TJK"), water = cast_issue(cast, "water"),
           csto = cast_body(cast, "CSTO");
    assert_true(testing_value(world, "trust[UZB,TJK,water]") == world->now.trust[(water * n + uzb) * n + tjk]);
    assert_true(testing_value(world, "cooperation[TJK,UZB,water]") ==
                world->derived.willing[(water * n + tjk) * n + uzb]);
    assert_true(testing_value(world, "provision[CSTO]") == world->derived.provision[csto]);
    assert_true(testing_value(world, "override[KAZ,CSTO]") == world->derived.override[csto * n + state("KAZ")]);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements),    cmocka_unit_test(every_variable), cmocka_unit_test(sums_and_means),
        cmocka_unit_test(leaving_out), cmocka_unit_test(refusals),       cmocka_unit_test(no_institutions),
        cmocka_unit_test(in_a_world),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
