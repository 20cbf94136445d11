/* The table of parameters: complete, consistent, and found by path. */
#include "testing.h"

#include "model/parameters.h"

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

/* ---- the rows ---------------------------------------------------------------------------------------------- */

static void rows_are_complete(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        const char *path = row->path;
        if (!row->path[0] || !row->meaning || !row->meaning[0] || !row->source || !row->source[0] ||
            !row->unit || !row->start || !row->symbol)
            fail_msg("%s: an empty column", path);
        if (!(row->low <= row->high) || !isfinite(row->low) || !isfinite(row->high))
            fail_msg("%s: range %g..%g", path, row->low, row->high);
        if (isnan(row->value) ? row->start[0] == '\0' : row->start[0] != '\0')
            fail_msg("%s: a default or a start, not both or none", path);
        if (!isnan(row->value) && !(row->value >= row->low && row->value <= row->high))
            fail_msg("%s: default %g outside %g..%g", path, row->value, row->low, row->high);
        if (!isnan(row->value) && parameter_refuse(row, row->value) != NULL)
            fail_msg("%s: default is refused", path);
        if ((row->flags & F_REQUIRED) && (!isnan(row->value) || strcmp(row->start, "required") != 0))
            fail_msg("%s: required, and says otherwise", path);
        if (!(row->flags & F_REQUIRED) && strcmp(row->start, "required") == 0)
            fail_msg("%s: says required without the flag", path);
        if (parameter_unit(row)[0] == '\0')
            fail_msg("%s: no unit", path);
        int kinds = !!(row->flags & F_SWITCH) + !!(row->flags & F_WORD) + !!(row->flags & F_STATE);
        if (kinds > 1 || (kinds == 1 && strcmp(parameter_unit(row), "1") != 0))
            fail_msg("%s: kind", path);
        if ((row->flags & F_SWITCH) && (row->low != 0 || (row->high != 1 && row->high != 0) || row->unit[0]))
            fail_msg("%s: a switch is 0 or 1", path);
        if ((row->flags & F_SYMMETRIC) && row->shape != SHAPE_DYAD)
            fail_msg("%s: only pairs are symmetric", path);
        if ((row->flags & F_SHARE) && row->shape != SHAPE_DYAD && row->shape != SHAPE_OPTION)
            fail_msg("%s: shares need a row", path);
        if (row->mechanism >= MECHANISM_COUNT)
            fail_msg("%s: mechanism", path);
    }
}

/* No two rows can be reached by one path, and no member of the world twice. */
static void rows_are_unique(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < parameter_count; k++) {
        char *one = parameter_pattern(&parameter_table[k]);
        for (size_t m = 0; m < k; m++) {
            char *other = parameter_pattern(&parameter_table[m]);
            if (strcmp(one, other) == 0 || parameter_table[k].offset == parameter_table[m].offset)
                fail_msg("%s and %s", one, other);
            free(other);
        }
        free(one);
        assert_ptr_equal(parameter_at(parameter_table[k].offset), &parameter_table[k]);
    }
    assert_null(parameter_at(offsetof(struct world, derived.share)));
    assert_null(parameter_at((size_t)-1));
}

/* Every mechanism has its switch; all but war and polarity are on by default. */
static void switches_of_mechanisms(void **unused)
{
    (void)unused;
    size_t switches = 0;
    for (enum mechanism m = MECHANISM_events; m < MECHANISM_COUNT; m++) {
        char *path = message_text("mechanisms.%s", world_mechanism_word(m));
        for (size_t k = 0; k < parameter_count; k++)
            if (strcmp(parameter_table[k].path, path) == 0) {
                switches++;
                assert_true(parameter_table[k].value == (m != MECHANISM_war && m != MECHANISM_polarity));
                assert_true(parameter_table[k].flags & F_SWITCH);
            }
        free(path);
    }
    assert_int_equal(switches, MECHANISM_COUNT - 1);
}

static void words_are_counted(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        size_t words = 1;
        for (const char *c = row->unit; *c; c++)
            words += *c == '|';
        if (row->flags & F_WORD)
            assert_true(row->low == 0 && row->high == (double)words - 1);
        else
            assert_int_equal(words, 1);
    }
}

static void defaults(void **unused)
{
    (void)unused;
    struct world *world = world_new(cast);
    for (size_t k = 0; k < parameter_count; k++) {
        const double *values = parameter_values(world, &parameter_table[k]);
        for (size_t e = 0; e < world_length(cast, parameter_table[k].shape); e++)
            assert_true(isnan(parameter_table[k].value) ? isnan(values[e])
                                                        : values[e] == parameter_table[k].value);
    }
    world_free(world);
}

/* ---- paths --------------------------------------------------------------------------------------------------- */

static bool has_place(const struct parameter *row, size_t slot)
{
    size_t n = cast->states;
    if (row->shape == SHAPE_DYAD || row->shape == SHAPE_FELT)
        return slot / n != slot % n;
    if (row->shape == SHAPE_PLAY) /* two states that do not meet over the issue have no place */
        return slot / n % n != slot % n;
    return row->shape != SHAPE_OPTION || cast_can_choose(cast, slot / cast->options, slot % cast->options);
}

/* Every element of every row has a path that names it and nothing else. */
static void round_trip(void **unused)
{
    (void)unused;
    size_t n = cast->states;
    for (size_t k = 0; k < parameter_count; k++)
        for (size_t slot = 0; slot < world_length(cast, parameter_table[k].shape); slot++) {
            char *path = parameter_path(cast, &parameter_table[k], slot), *why;
            struct selection where;
            enum status status = parameter_select(cast, path, &where, &why);
            if (has_place(&parameter_table[k], slot)) {
                if (status != STATUS_OK)
                    fail_msg("%s: %s", path, why);
                assert_ptr_equal(where.row, &parameter_table[k]);
                assert_int_equal(where.count, 1);
                /* both directions of a symmetric pair are one place, that of the state first in the file */
                bool mirrored = parameter_table[k].flags & F_SYMMETRIC && slot % n < slot / n;
                assert_int_equal(where.slot[0], mirrored ? slot % n * n + slot / n : slot);
            } else {
                assert_int_equal(status, STATUS_INVALID);
                assert_non_null(why);
                assert_true(where.row == NULL && where.slot == NULL && where.count == 0);
            }
            parameter_selection_free(&where);
            free(why);
            free(path);
        }
}

/* A value of FROM at TO is kept by the place TO where it is felt. */
static void direction(void **unused)
{
    (void)unused;
    struct selection where;
    char *why;
    size_t n = cast->states, from = cast_state(cast, "RUS"), to = cast_state(cast, "UZB");
    assert_int_equal(parameter_select(cast, "dyads.RUS.UZB.presence", &where, &why), STATUS_OK);
    assert_int_equal(where.slot[0], to * n + from);
    parameter_selection_free(&where);
    assert_int_equal(parameter_select(cast, "dyads.RUS.UZB.hostility", &where, &why), STATUS_OK);
    assert_int_equal(where.slot[0], from * n + to);
    parameter_selection_free(&where);
}

static void patterns(void **unused)
{
    (void)unused;
    static const char *const expected[] = {"model.noise",
                                           "states.X.alignment.autonomy",
                                           "dyads.FROM.TO.tie",
                                           "dyads.FROM.TO.presence",
                                           "dyads.FROM.TO.alignment",
                                           "institutions.X.open",
                                           "institutions.X.members.STATE",
                                           "issues.X.stake",
                                           "issues.X.trust.FROM.TO"};
    size_t found = 0;
    for (size_t k = 0; k < parameter_count; k++) {
        char *pattern = parameter_pattern(&parameter_table[k]);
        for (size_t e = 0; e < COUNT(expected); e++)
            found += strcmp(pattern, expected[e]) == 0;
        free(pattern);
    }
    assert_int_equal(found, COUNT(expected));
}

static void refusals(void **unused)
{
    (void)unused;
    static const struct {
        const char *path, *why;
    } table[] = {
        {"", "a path begins with model, states, dyads, institutions or issues, not ''"},
        {".", "a path begins with model, states, dyads, institutions or issues, not ''"},
        {"state.UZB.arms.spending", "a path begins with model, states, dyads, institutions or issues, not "
                                    "'state' (did you mean 'states'?)"},
        {"model", "'model' names no value: the path is too short (form: model.GROUP.NAME)"},
        {"states.UZB", "'states.UZB' names no value: the path is too short (form: states.X.GROUP.NAME, "
                       "institutions.X.NAME or issues.X.NAME)"},
        {"states..arms.spending",
         "unknown state '' (allowed: the states of the world, *, poles, region, theatre, deciders)"},
        {"states.UZB.", "unknown name '' (see: equipoise parameters)"},
        {"dyads.UZB.RUS", "'dyads.UZB.RUS' names no value: the path is too short (form: dyads.FROM.TO.NAME)"},
        {"dyads.UZB.tie", "'dyads.UZB.tie' names no value: the path is too short (form: dyads.FROM.TO.NAME)"},
        {"model.", "unknown name '' (see: equipoise parameters)"},
        {"model.nois", "unknown name 'nois' (did you mean 'noise'?)"},
        {"model.noise.x", "unknown name 'noise.x' (did you mean 'noise'?)"},
        {"model.power.norm", "unknown name 'power.norm' (did you mean 'threat.norm'?)"}, /* in another group */
        {"states.UZB.spending", "unknown name 'spending' (did you mean 'arms.spending'?)"},
        {"states.UZB.nonsense", "unknown name 'nonsense' (see: equipoise parameters)"},
        {"states.UZX.arms.spending", "unknown state 'UZX' (did you mean 'UZB'?)"},
        {"states.regoin.arms.spending", "unknown state 'regoin' (did you mean 'region'?)"},
        {"states.Mars.arms.spending",
         "unknown state 'Mars' (allowed: the states of the world, *, poles, region, theatre, deciders)"},
        {"dyads.UZB.UZB.tie", "a state has no such relation with itself (allowed: two states)"},
        {"dyads.UZB.KAZ.alignment",
         "unknown pole 'KAZ' (allowed: self, the poles of the world, the name of its region, *)"},
        {"dyads.UZB.RUX.alignment", "unknown pole 'RUX' (did you mean 'RUS'?)"},
        {"dyads.RUS.RUS.alignment",
         "'RUS' cannot lean on 'RUS' (allowed: self, another pole, the region of its own)"},
        {"dyads.RUS.CA.alignment",
         "'RUS' cannot lean on 'CA' (allowed: self, another pole, the region of its own)"},
        {"institutions.CSTX.open", "unknown institution 'CSTX' (did you mean 'CSTO'?)"},
        {"institutions.NATO.open", "unknown institution 'NATO' (allowed: those of the world, *)"},
        {"institutions.CSTO.members", "the path is too short (form: institutions.CSTO.members.STATE)"},
        {"institutions.CSTO.members.UZX", "unknown state 'UZX' (did you mean 'UZB'?)"},
        {"issues.watr.stake", "unknown issue 'watr' (did you mean 'water'?)"},
        {"issues.Mars.stake", "unknown issue 'Mars' (allowed: those of the world, *)"},
        {"issues.water.stak", "unknown name 'stak' (did you mean 'stake'?)"},
        {"issues.water.trust", "the path is too short (form: issues.water.trust.FROM.TO)"},
        {"issues.water.trust.UZB", "the path is too short (form: issues.ISSUE.NAME.FROM.TO)"},
        {"issues.water.trust.UZB.TJX", "unknown state 'TJX' (did you mean 'TJK'?)"},
        {"issues.water.trust.UZB.UZB", "a state has no such relation with itself (allowed: two states)"},
        {"institutions.CSTO.members.UZB.x",
         "unknown state 'UZB.x' (allowed: the states of the world, *, poles, region, theatre, deciders)"},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        struct selection where;
        char *why;
        assert_int_equal(parameter_select(cast, table[k].path, &where, &why), STATUS_INVALID);
        if (why == NULL || strcmp(why, table[k].why) != 0)
            fail_msg("%s: %s", table[k].path, why ? why : "no word");
        assert_true(where.row == NULL && where.slot == NULL && where.count == 0);
        free(why);
    }
}

/* A role that nobody has, and institutions where there are none, are said so. */
static void empty_roles(void **unused)
{
    (void)unused;
    struct cast *bare = calloc(1, sizeof *bare);
    static const char *const paths[][2] = {
        {"states.theatre.arms.spending", "no state has the role 'theatre' (see roles of the world file)"},
        {"dyads.A.poles.tie", "no state has the role 'poles' (see roles of the world file)"},
        {"dyads.A.poles.alignment", "no state has the role 'poles' (see roles of the world file)"},
        {"institutions.*.open", "there are no institutions"},
        {"institutions.X.members.A", "there are no institutions"},
        {"issues.*.stake", "there are no issues"},
        {"issues.X.trust.A.B", "there are no issues"},
    };
    bare->states = 2;
    bare->code = calloc(2, sizeof *bare->code);
    bare->code[0] = strdup("A");
    bare->code[1] = strdup("B");
    assert_true(cast_complete(bare));
    for (size_t k = 0; k < COUNT(paths); k++) {
        struct selection where;
        char *why;
        assert_int_equal(parameter_select(bare, paths[k][0], &where, &why), STATUS_INVALID);
        assert_string_equal(why, paths[k][1]);
        free(why);
    }
    cast_free(bare);
}

/* ---- values -------------------------------------------------------------------------------------------------- */

static void show_and_parse(const struct parameter *row, double value)
{
    char *text = parameter_show(row, cast, value);
    double again = -1;
    if (parameter_parse(row, cast, text, &again) != STATUS_OK || memcmp(&again, &value, sizeof value) != 0)
        if (!(isnan(again) && isnan(value)))
            fail_msg("%s: %.17g is shown as %s, and read as %.17g", row->path, value, text, again);
    free(text);
}

static void values_round_trip(void **unused)
{
    (void)unused;
    static const double parts[] = {0, 1, 0.5, 1.0 / 3, 0.1, 1e-9, 0.7071067811865476};
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        if (row->flags & F_STATE) {
            show_and_parse(row, NAN);
            for (size_t i = 0; i < cast->states; i++)
                show_and_parse(row, (double)i);
        } else if (row->flags & (F_WORD | F_SWITCH)) {
            for (double v = row->low; v <= row->high; v++)
                show_and_parse(row, v);
        } else {
            for (size_t p = 0; p < COUNT(parts); p++)
                show_and_parse(row, row->low + parts[p] * (row->high - row->low));
        }
    }
}

static const struct parameter *row_of(const char *path)
{
    for (size_t k = 0; k < parameter_count; k++)
        if (strcmp(parameter_table[k].path, path) == 0)
            return &parameter_table[k];
    fail_msg("no row %s", path);
    return NULL;
}

static void parsing(void **unused)
{
    (void)unused;
    const struct {
        const char *path, *text;
        double value; /* -99: none */
    } table[] = {
        {"threat.norm", "4", 4},
        {"threat.norm", "4.5", 4.5},
        {"threat.norm", "-1e2", -100},
        {"threat.norm", ".5", 0.5},
        {"threat.norm", "", -99},
        {"threat.norm", "4x", -99},
        {"threat.norm", "0x10", -99},
        {"threat.norm", "true", -99},
        {"threat.norm", "4 ", -99},
        {"threat.norm", "1,5", -99},
        {"noise", "true", 1},
        {"noise", "false", 0},
        {"noise", "1", 1},
        {"noise", "0", 0},
        {"noise", "True", -99},
        {"noise", "yes", -99},
        {"flow.integrator", "rk4", 0},
        {"flow.integrator", "rkf45", 1},
        {"flow.integrator", "rk", -99},
        {"flow.integrator", "rk4|rkf45", -99},
        {"flow.integrator", "0", -99},
        {"flow.integrator", "", -99},
        {"leader", "UZB", 0},
        {"leader", "uzb", -99},
        {"leader", "0", -99},
        {"leader", "", -99},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        double value;
        enum status status = parameter_parse(row_of(table[k].path), cast, table[k].text, &value);
        if ((status == STATUS_OK) != (table[k].value != -99) ||
            (status == STATUS_OK && value != table[k].value))
            fail_msg("%s = '%s'", table[k].path, table[k].text);
    }
}

static void ranges(void **unused)
{
    (void)unused;
    const struct {
        const char *path;
        double value;
        const char *why; /* NULL: good */
    } table[] = {
        {"threat.norm", 2, NULL},
        {"threat.norm", 8, NULL},
        {"threat.norm", 8.1, "8.1 is not allowed (allowed: 2..8)"},
        {"threat.norm", 0.1, "0.1 is not allowed (allowed: 2..8)"},
        {"threat.norm", 1.9999999999999998,
         "1.9999999999999998 is not allowed (allowed: 2..8)"}, /* not "2 is not allowed" */
        {"threat.norm", NAN, "nan is not allowed (allowed: 2..8)"},
        {"threat.norm", INFINITY, "inf is not allowed (allowed: 2..8)"},
        {"threat.norm", -1e300, "-1e+300 is not allowed (allowed: 2..8)"},
        {"power.distance_scale", 0, "0 is not allowed (allowed: 1..100000 km/day)"},
        {"noise", 0, NULL},
        {"noise", 1, NULL},
        {"noise", 0.5, "0.5 is not allowed (allowed: true or false)"},
        {"noise", 2, "2 is not allowed (allowed: true or false)"},
        {"mechanisms.crisis", 0, NULL},
        {"flow.integrator", 7, NULL}, /* words and states are checked where they are read */
        {"leader", NAN, NULL},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        char *why = parameter_refuse(row_of(table[k].path), table[k].value);
        if (why == NULL || table[k].why == NULL ? why != table[k].why : strcmp(why, table[k].why) != 0)
            fail_msg("%s = %.17g: %s", table[k].path, table[k].value, why ? why : "good");
        free(why);
    }
}

static void allowed(void **unused)
{
    (void)unused;
    const char *const table[][2] = {
        {"threat.norm", "2..8"},
        {"power.distance_scale", "1..100000 km/day"},
        {"noise", "true or false"},
        {"leader", "the code of a state, or none"},
        {"flow.integrator", "one of: rk4 rkf45"},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        char *text = parameter_allowed(row_of(table[k][0]));
        assert_string_equal(text, table[k][1]);
        free(text);
    }
    assert_string_equal(parameter_unit(row_of("power.distance_scale")), "km/day");
    assert_string_equal(parameter_unit(row_of("threat.norm")), "1");
    assert_string_equal(parameter_unit(row_of("flow.integrator")), "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(rows_are_unique),
        cmocka_unit_test(switches_of_mechanisms),
        cmocka_unit_test(words_are_counted),
        cmocka_unit_test(defaults),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(direction),
        cmocka_unit_test(patterns),
        cmocka_unit_test(refusals),
        cmocka_unit_test(empty_roles),
        cmocka_unit_test(values_round_trip),
        cmocka_unit_test(parsing),
        cmocka_unit_test(ranges),
        cmocka_unit_test(allowed),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
