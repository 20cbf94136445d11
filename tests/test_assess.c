/* Claims put to the test (design, D.3): other parameters, and the world without what a claim names. */
#include "testing.h"

#include "evidence/assess.h"
#include "model/parameters.h"

#define W21 "tests/worlds/w21.cfg"
#define SMALL "tests/scenarios/ablation.cfg"
#define COUNT(list) (sizeof(list) / sizeof(list)[0])
enum { DRAWS = 300 };

static const struct parameter *row_of(const char *path)
{
    for (size_t k = 0; k < parameter_count; k++)
        if (strcmp(parameter_table[k].path, path) == 0)
            return &parameter_table[k];
    fail_msg("no row %s", path);
    return NULL;
}

static double first_of(struct world *world, const char *path)
{
    return parameter_values(world, row_of(path))[0];
}

static struct scenario *drawn(size_t draw, const char *seed)
{
    struct messages messages = {0};
    struct scenario *scenario;
    const struct scenario_options options = {.seed = seed};
    assert_int_equal(scenario_load(W21, &options, &scenario, &messages), STATUS_OK);
    message_clear(&messages);
    assess_perturb(scenario, draw);
    return scenario;
}

/* ---- other parameters ------------------------------------------------------------------------------------------------ */

/* Every number stays in its range, the dilemma keeps its order, and what is no parameter of behaviour stays to the byte:
 * data, start values, switches, words, reference values, and the character of states. */
static void ranges_and_order(void **unused)
{
    (void)unused;
    struct scenario *plain = testing_load(W21, NULL, 0);
    size_t moved = 0;
    for (size_t draw = 0; draw < DRAWS; draw++) {
        struct scenario *s = drawn(draw, NULL);
        const struct model_settings *m = &s->world->model;
        assert_true(m->temptation > m->reward && m->reward > m->punishment && m->punishment > m->sucker);
        for (size_t k = 0; k < parameter_count; k++) {
            const struct parameter *row = &parameter_table[k];
            const double *a = parameter_values(s->world, row), *b = parameter_values(plain->world, row);
            size_t length = world_length(s->cast, row->shape);
            bool same = memcmp(a, b, length * sizeof *a) == 0;
            for (size_t e = 0; e < length; e++)
                if (!isnan(a[e]) && !(row->flags & (F_STATE | F_WORD)) &&
                    !(a[e] >= row->low && a[e] <= row->high))
                    fail_msg("draw %zu: %s = %.17g is out of range", draw, row->path, a[e]);
            unsigned fixed = F_SWITCH | F_WORD | F_STATE | F_STOCK | F_REQUIRED | F_LOAD | F_FIXED;
            if (!same && (row->flags & fixed ||
                          (row->shape != SHAPE_MODEL && row->shape != SHAPE_STATE && row->shape != SHAPE_DYAD)))
                fail_msg("draw %zu: %s is no parameter of behaviour and moves", draw, row->path);
            moved += !same;
        }
        scenario_free(s);
    }
    scenario_free(plain);
    assert_true(moved / DRAWS > 60);
}

/* One factor a row, exp(0.3 z): the logarithms of free rows have mean 0 and deviation 0.3, and all states share it. */
static void log_normal(void **unused)
{
    (void)unused;
    static const char *const free_rows[] = {
        "alignment.entrapment_fear", "arms.depreciation", "cooperation.common_gain",
        "spillover.import_rate",     "domestic.swing",    "belief.reputation_memory",
        "threat_perception.memory"};
    double sum = 0, squares = 0, cross = 0, count = 0;
    struct scenario *plain = testing_load(W21, NULL, 0);
    for (size_t draw = 0; draw < DRAWS; draw++) {
        struct scenario *s = drawn(draw, NULL);
        double before = 0;
        for (size_t r = 0; r < COUNT(free_rows); r++) {
            double z = log(first_of(s->world, free_rows[r]) / first_of(plain->world, free_rows[r])) / 0.3;
            sum += z;
            squares += z * z;
            cross += z * before;
            before = z;
            count++;
        }
        const double *eps = parameter_values(s->world, row_of("alignment.entrapment_fear")),
                     *was = parameter_values(plain->world, row_of("alignment.entrapment_fear"));
        for (size_t i = 1; i < s->cast->states; i++)
            assert_close(eps[i] / was[i], eps[0] / was[0], 1e-12);
        scenario_free(s);
    }
    scenario_free(plain);
    assert_true(fabs(sum / count) < 4.5 / sqrt(count) && fabs(squares / count - 1) < 4.5 * sqrt(2 / count));
    assert_true(fabs(cross / count) < 4.5 / sqrt(count)); /* row by row */
}

/* The order of the dilemma holds also where the draw would turn it round: pay-offs that start close together. */
static void order_of_the_dilemma(void **unused)
{
    (void)unused;
    const char *set[] = {"model.cooperation.temptation=0.32", "model.cooperation.reward=0.31",
                         "model.cooperation.punishment=0.3", "model.cooperation.sucker=0.29"};
    for (size_t draw = 0; draw < 100; draw++) {
        struct scenario *s = testing_load(W21, set, COUNT(set));
        assess_perturb(s, draw);
        const struct model_settings *m = &s->world->model;
        assert_true(m->temptation > m->reward && m->reward > m->punishment && m->punishment > m->sucker);
        scenario_free(s);
    }
}

static bool equal(struct scenario *a, struct scenario *b)
{
    for (size_t k = 0; k < parameter_count; k++)
        if (memcmp(parameter_values(a->world, &parameter_table[k]),
                   parameter_values(b->world, &parameter_table[k]),
                   world_length(a->cast, parameter_table[k].shape) * sizeof(double)) != 0)
            return false;
    return true;
}

/* The same draw gives the same numbers; another draw, or another seed, gives others. */
static void identity(void **unused)
{
    (void)unused;
    struct scenario *a = drawn(0, "5"), *again = drawn(0, "5"), *next = drawn(1, "5"), *other = drawn(0, "6");
    assert_true(equal(a, again) && !equal(a, next) && !equal(a, other) && !equal(next, other));
    scenario_free(a);
    scenario_free(again);
    scenario_free(next);
    scenario_free(other);
}

/* D.3 perturbs every parameter of C.14 that has a range: so also the discount d, the rates of crises and of influence; and
 * rho, not its complement, by the factor: 0.12 exp(0.3 z), which never comes near 0. */
static void every_range(void **unused)
{
    (void)unused;
    static const char *const rows[] = {"cooperation.shadow_of_the_future",
                                       "crisis_rate",
                                       "patron.influence_rate",
                                       "alignment.inertia",
                                       "security_seeking.arms_reaction",
                                       "commitment.notice",
                                       "crisis.unrest_rate",
                                       "threat_perception.misperception"};
    struct scenario *plain = testing_load(W21, NULL, 0), *s = drawn(3, NULL);
    int wrong = 0;
    for (size_t r = 0; r < COUNT(rows); r++) {
        size_t bytes = world_length(s->cast, row_of(rows[r])->shape) * sizeof(double);
        if (memcmp(parameter_values(s->world, row_of(rows[r])), parameter_values(plain->world, row_of(rows[r])),
                   bytes) == 0) {
            print_error("%s has a range in C.14 and is not perturbed\n", rows[r]);
            wrong++;
        }
    }
    scenario_free(s);
    double least = 1, most = 0;
    for (size_t draw = 0; draw < DRAWS; draw++) {
        s = drawn(draw, NULL);
        double rho = 1 - first_of(s->world, "alignment.inertia");
        least = fmin(least, rho);
        most = fmax(most, rho);
        scenario_free(s);
    }
    scenario_free(plain);
    if (!(least >= 0.12 * exp(-0.3 * 4.5) && most <= 0.12 * exp(0.3 * 4.5))) {
        print_error("rho lies between %.4f and %.4f in %d draws, 0.12 exp(0.3 z) does not\n", least, most,
                    (int)DRAWS);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* ---- without what carries it ------------------------------------------------------------------------------------------- */

/* What breaks: it names something that was taken away, it held, and does no more. */
static void breaking(void **unused)
{
    (void)unused;
    for (enum verdict with = VERDICT_SUPPORTED; with <= VERDICT_UNKNOWN; with++)
        for (enum verdict without = VERDICT_SUPPORTED; without <= VERDICT_UNKNOWN; without++)
            for (int ablated = 0; ablated < 2; ablated++) {
                const struct assessment a = {
                    .finding.verdict = with, .ablated = ablated, .without.verdict = without};
                assert_true(assess_breaks(&a) ==
                            (ablated && with == VERDICT_SUPPORTED && without != VERDICT_SUPPORTED));
            }
}

static enum status assess(const char *file, bool ablate, size_t draws, struct scenario **scenario,
                          struct assessment **list)
{
    struct messages messages = {0};
    int signal;
    const struct scenario_options given = {0};
    const struct assess_options how = {.scenario = &given, .threads = 2, .ablate = ablate, .perturb = draws};
    enum status status = assess_scenario(file, &how, scenario, list, &signal, &messages);
    message_clear(&messages);
    return status;
}

static void ablation(void **unused)
{
    (void)unused;
    static const struct {
        const char *id;
        enum verdict verdict;
        bool ablated, breaks;
    } expected[] = {
        {"carried", VERDICT_SUPPORTED, true, true},    {"idle", VERDICT_SUPPORTED, true, false},
        {"mechanism", VERDICT_SUPPORTED, true, true},  {"unnamed", VERDICT_SUPPORTED, false, false},
        {"false", VERDICT_NOT_SUPPORTED, true, false}, {"edge", VERDICT_NOT_SUPPORTED, false, false},
        {"most", VERDICT_SUPPORTED, true, true},       {"never", VERDICT_SUPPORTED, false, false},
        {"huge", VERDICT_TOO_SMALL, false, false}};
    struct scenario *s;
    struct assessment *list;
    assert_int_equal(assess(SMALL, true, 0, &s, &list), STATUS_OK);
    assert_int_equal(s->claims, COUNT(expected));
    for (size_t k = 0; k < s->claims; k++) {
        assert_string_equal(s->claim[k].id, expected[k].id);
        if (list[k].finding.verdict != expected[k].verdict || list[k].ablated != expected[k].ablated ||
            assess_breaks(&list[k]) != expected[k].breaks)
            fail_msg("%s: %s, ablated %d, breaks %d", s->claim[k].id, verdict_word(list[k].finding.verdict),
                     list[k].ablated, assess_breaks(&list[k]));
        assert_int_equal(list[k].finding.runs, 4);
        assert_int_equal(list[k].draws, 0);
    }
    assert_true(fabs(list[0].without.effect) <
                fabs(list[0].finding.effect) / 20); /* what is left comes through arms */
    /* paired: what plays no part in it changes the effect by what trade does to development alone */
    assert_true(fabs(list[1].without.effect - list[1].finding.effect) < 1e-3 && list[1].without.effect < 0);
    assert_true(list[1].finding.effect == list[3].finding.effect);
    free(list);
    scenario_free(s);
}

/* Draws are counted, the sign is judged draw by draw, and the same draws give the same count; nothing else changes. */
static void perturbation(void **unused)
{
    (void)unused;
    struct scenario *s, *t;
    struct assessment *list, *again;
    assert_int_equal(assess(SMALL, false, 12, &s, &list), STATUS_OK);
    assert_int_equal(assess(SMALL, false, 12, &t, &again), STATUS_OK);
    for (size_t k = 0; k < s->claims; k++) {
        assert_true(list[k].draws > 8 && list[k].draws <= 12);
        assert_true(!list[k].ablated && list[k].draws == again[k].draws && list[k].right == again[k].right);
        assert_true(memcmp(&list[k].finding, &again[k].finding, sizeof list[k].finding) == 0);
    }
    assert_int_equal(list[1].right, list[1].draws); /* investment lowers militancy under any parameters */
    assert_int_equal(list[4].right, list[0].draws - list[0].right);  /* a claim and its opposite */
    assert_true(list[5].right > 0 && list[5].right < list[5].draws); /* every draw has parameters of its own */
    assert_int_equal(list[7].right, list[4].right);                  /* runs: the same draws, each alone */
    assert_int_equal(list[8].right, 0);                              /* the sign is right, the size is not */
    free(list);
    free(again);
    scenario_free(s);
    scenario_free(t);
}

/* A file without claims, without dates, or with faults is refused, and leaves nothing to free. */
static void refusals(void **unused)
{
    (void)unused;
    static const char *const files[] = {"tests/scenarios/whole-model.cfg", W21,
                                        "tests/bad-scenarios/syntax.cfg", "/nowhere.cfg"};
    for (size_t k = 0; k < COUNT(files); k++) {
        struct scenario *s;
        struct assessment *list;
        assert_true(assess(files[k], true, 1, &s, &list) != STATUS_OK);
        assert_true(s == NULL && list == NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_and_order), cmocka_unit_test(log_normal),
        cmocka_unit_test(identity),         cmocka_unit_test(order_of_the_dilemma),
        cmocka_unit_test(every_range),      cmocka_unit_test(breaking),
        cmocka_unit_test(ablation),         cmocka_unit_test(perturbation),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
