/* Polarity (design, C.17b; W7, W10, W11 of D.1): poles that rise and fall, classes of polarity, what is said of a system in which
 * states die, and what is recorded of the dead. */
#include "synthetic.h"

#include "ensemble/experiment.h"
#include "model/belief.h"
#include "model/measures.h"
#include "model/polarity.h"
#include "model/power.h"
#include "model/territory.h"

#include <unistd.h>

/* n states, any of which may come to be a pole; only power and polarity at work.  The first are poles. */
static struct synthetic concert(size_t n, size_t poles)
{
    struct synthetic made = synthetic_plain(n, poles);
    world_free(made.world);
    synthetic_free_poles(made.cast);
    made.world = world_new(made.cast);
    struct world *world = made.world;
    synthetic_only(world, MECHANISM_polarity);
    world->model.run_power = 1;
    world->model.noise = 0;
    synthetic_fill(world->now.gdp, n, 100);
    synthetic_fill(world->now.population, n, 10);
    synthetic_fill(world->now.military, n, 30);
    synthetic_fill(world->set.spending, n, 0.02);
    synthetic_fill(world->set.trend_growth, n, 0.02);
    synthetic_fill(world->set.latitude, n, 0);
    for (size_t i = 0; i < n; i++)
        world->set.longitude[i] = -170 + 340.0 * (double)i / (double)n;
    return made;
}

/* State 0 gets this share of everything, the others the rest evenly. */
static void first_has(struct world *world, double share)
{
    size_t n = world->cast->states;
    for (size_t i = 0; i < n; i++) {
        double x = i == 0 ? share : (1 - share) / (double)(n - 1);
        world->now.gdp[i] = 3000 * x;
        world->now.population[i] = 700 * x;
        world->now.military[i] = 90 * x;
    }
}

/* W7, the path of D.1: in at .05, out under .03, read at whole years; between them a state stays what it was. */
static void share_path(void **unused)
{
    (void)unused;
    const double path[] = {.02, .04, .051, .04, .031, .029, .04, .05 * (1 + 1e-12)};
    const double pole[] = {0, 0, 1, 1, 1, 0, 0, 1};
    struct synthetic made = concert(31, 0);
    struct world *world = made.world;
    first_has(world, path[0]);
    synthetic_start(world);
    for (size_t year = 0; year < 8; year++)
        for (size_t quarter = 0; quarter < 4; quarter++) {
            double before = world->load.pole[0];
            first_has(world, path[year]);
            testing_steps(world, 1);
            assert_close(world->derived.share[0], path[year], 1e-12);
            assert_true(world->load.pole[0] == (quarter == 3 ? pole[year] : before));
            for (size_t i = 1; i < 31; i++)
                assert_true(world->load.pole[i] == 0);
        }
    world->model.run_polarity = 0; /* off: whoever is one stays one */
    first_has(world, 0.001);
    testing_steps(world, 8);
    assert_true(world->load.pole[0] == 1);
    synthetic_free(made);
}

/* Entering c: 1e-4 with it, rows normalised, its own row unchanged to the bit, R and usual presence as the world says.
 * Leaving: what leaned on it goes to the rest in proportion, bases go home without a breach. */
static void enter_and_leave(void **unused)
{
    (void)unused;
    enum { N = 25 };
    struct synthetic made = concert(N, 3); /* 0, 1 and 2 are poles */
    struct world *world = made.world;
    size_t options = made.cast->options, c = made.cast->option_of[7];
    first_has(world, 0.07);
    synthetic_start(world);
    world->model.pole_leaves = 0.025;
    for (size_t i = 0; i < N; i++)
        for (size_t o = 1; o < 4; o++) /* uneven rows */
            if (world_can_choose(world, i, o)) {
                world->now.alignment[i * options + o] += 0.01 * (double)(i % 5 + o);
                world->now.alignment[i * options] -= 0.01 * (double)(i % 5 + o);
            }
    world->now.alignment[7 * options] += 2e-14; /* so that normalising it would show */
    synthetic_fill(world->set.base_reliability, N, 0.65);
    for (size_t i = 0; i < N; i++)
        world->set.presence[i * N + 7] = 0.3;
    world->now.gdp[7] *= 1.8;
    world->now.population[7] *= 1.8;
    world->now.military[7] *= 1.8;
    struct world *before = world_copy(world);
    testing_steps(world, 3);
    assert_true(memcmp(world->now.alignment, before->now.alignment, N * options * sizeof(double)) == 0);
    testing_steps(world, 1);
    assert_true(world->load.pole[7] == 1 && world->poles.count == 4);
    for (size_t i = 0; i < N; i++)
        for (size_t o = 0; o < options; o++) {
            double was = before->now.alignment[i * options + o], is = world->now.alignment[i * options + o];
            if (i == 7)
                assert_true(is == was);
            else
                assert_close(is, (o == c ? 1e-4 : was) / (1 + 1e-4), 1e-13);
        }
    for (size_t i = 0; i < N; i++)
        if (i != 7) {
            assert_true(world->now.reliability[i * N + 7] == 0.65);
            assert_true(world->now.usual_presence[i * N + 7] == 0.3);
        }
    /* pole 1 falls; it has a base with 5 and all of what 9 does not keep for itself */
    synthetic_fill(world->now.alignment + 9 * options, options, 0);
    world->now.alignment[9 * options] = 0.4;
    world->now.alignment[9 * options + 2] = 0.6;
    world->now.hosting[5 * N + 1] = 1;
    world->now.host_notice[5 * N + 1] = 3;
    world->now.gdp[1] = world->now.population[1] = world->now.military[1] = 1e-3;
    world_assign(before, world);
    testing_steps(world, 4);
    assert_true(world->load.pole[1] == 0 && world->poles.count == 3);
    for (size_t i = 0; i < N; i++) {
        double lost = before->now.alignment[i * options + 2];
        for (size_t o = 0; o < options; o++) {
            double was = before->now.alignment[i * options + o];
            assert_close(world->now.alignment[i * options + o], o == 2 ? 0 : was / (1 - lost), 1e-13);
        }
    }
    assert_true(world->now.hosting[5 * N + 1] == 0 && world->now.host_notice[5 * N + 1] == 0 &&
                world->now.host_memory[5 * N + 1] == 0);
    world_free(before);
    synthetic_free(made);
}

/* Poles that rise and fall in one year do so at once: every new one gets the same share of a row, whatever their order. */
static void several_at_once(void **unused)
{
    (void)unused;
    enum { N = 12 };
    struct synthetic made = concert(N, 0);
    struct world *world = made.world;
    size_t options = made.cast->options;
    for (size_t i = 0; i < N; i++) /* poles of the start are 8 and 9; 2, 5 and 10 are to come */
        world->now.gdp[i] = world->now.population[i] = world->now.military[i] = i == 8 || i == 9 ? 50 : 2;
    synthetic_start(world);
    assert_true(world->poles.count == 2 && world->load.pole[8] != 0 && world->load.pole[9] != 0);
    for (size_t i = 0; i < N; i++)
        world->now.gdp[i] = world->now.population[i] = world->now.military[i] = i == 2 || i == 5 || i == 10 ? 40
                                                                                : i == 9                    ? 50
                                                                                                            : 2;
    testing_steps(world, 4);
    assert_true(world->poles.count == 4 && world->load.pole[8] == 0);
    for (size_t i = 0; i < N; i++) {
        const double *a = world->now.alignment + i * options;
        double given = 0, share[3];
        for (size_t k = 0; k < 3; k++) {
            size_t p = k == 0 ? 2 : k == 1 ? 5 : 10;
            share[k] = a[made.cast->option_of[p]];
            given += p != i;
        }
        for (size_t k = 0; k < 3; k++)
            if (share[k] != 0)
                assert_close(share[k], 1e-4 / (1 + given * 1e-4), 1e-14);
        assert_true((share[0] != 0) + (share[1] != 0) + (share[2] != 0) == given);
    }
    synthetic_free(made);
}

/* W10: w - w(0) does not jump when who matters changes: not toward others, and a new pole starts at 0. */
static void no_alarm_by_poles(void **unused)
{
    (void)unused;
    enum { N = 14 };
    double kept = 0, fresh = 0;
    for (unsigned long seed = 1; seed <= 10; seed++) {
        struct synthetic made = synthetic_world_of(N, seed, true, false, true);
        struct world *world = made.world;
        world->model.run_polarity = 1;
        synthetic_start(world);
        for (size_t i = 0; i < N; i++) { /* power has moved since the start */
            double x = exp(fmod((double)(i * 7 + seed), 5));
            world->now.gdp[i] *= x;
            world->now.population[i] *= x;
            world->now.military[i] *= x;
        }
        power_update(world);
        double old[N][N], new[N][N], excess[N][N];
        for (size_t i = 0; i < N; i++) {
            belief_weights(world, i, old[i]);
            for (size_t j = 0; j < N; j++)
                excess[i][j] = old[i][j] - world->load.weight_at_load[i * N + j];
        }
        polarity_update(world);
        for (size_t i = 0; i < N; i++) {
            belief_weights(world, i, new[i]);
            for (size_t j = 0; j < N; j++) {
                double now = new[i][j] - world->load.weight_at_load[i * N + j];
                bool both = old[i][j] > 0 && new[i][j] > 0;
                assert_true(fabs(now - (both ? excess[i][j] : 0)) < 1e-15);
                kept += both && fabs(excess[i][j]) > 1e-3;
                fresh += old[i][j] == 0 && new[i][j] > 0;
            }
        }
        synthetic_free(made);
    }
    assert_true(kept > 100 && fresh > 20);
}

/* Where the file names no poles, those of the start are the states with s >= p_in. */
static void founders(void **unused)
{
    (void)unused;
    struct synthetic made = concert(31, 0);
    first_has(made.world, 0.049);
    made.world->now.gdp[4] *= 2; /* large in one dimension alone */
    made.world->now.gdp[5] *= 2;
    made.world->now.population[5] *= 2;
    made.world->now.military[5] *= 2;
    synthetic_start(made.world);
    for (size_t i = 0; i < 31; i++)
        assert_true((made.world->load.pole[i] != 0) == (made.world->derived.share[i] >= 0.05));
    assert_true(made.world->load.pole[5] == 1 && made.world->load.pole[0] == 0 && made.world->poles.count >= 1);
    synthetic_free(made);
}

/* ---- classes ---------------------------------------------------------------------------------------------------------- */

/* n states that do nothing, with these shares; the first are poles. */
static struct synthetic still(size_t n, size_t poles, const double *share)
{
    struct synthetic made = synthetic_society(n, poles, 0, 1, 1);
    synthetic_start(made.world);
    memcpy(made.world->derived.share, share, n * sizeof *share);
    return made;
}

/* W11: one above half of all; no half among the poles; one, two, more. */
static void classes(void **unused)
{
    (void)unused;
    const struct {
        size_t poles;
        double share[5];
        enum polarity class;
    } known[] = {
        {1, {.51, .19, .1, .1, .1}, HEGEMONY},       {0, {.1, .1, .1, .1, .6}, HEGEMONY},
        {3, {.3, .3, .3, .05, .05}, MULTIPOLAR},     {2, {.3, .3, .2, .1, .1}, BIPOLAR},
        {2, {.25, .25, .2, .15, .15}, DIFFUSE},      {2, {.26, .25, .2, .15, .14}, BIPOLAR},
        {1, {.5, .2, .1, .1, .1}, DIFFUSE},          {0, {.2, .2, .2, .2, .2}, DIFFUSE},
        {5, {.2, .2, .2, .2, .2}, MULTIPOLAR},       {3, {.06, .06, .05, .43, .4}, DIFFUSE},
        {2, {.4999, .0002, .2, .2, .0999}, BIPOLAR},
    };
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        struct synthetic made = still(5, known[k].poles, known[k].share);
        if (polarity_class(made.world) != known[k].class)
            fail_msg("shares %zu: class %d", k, (int)polarity_class(made.world));
        assert_true(testing_value(made.world, "polarity") == known[k].class);
        assert_true(testing_value(made.world, "poles") == (double)known[k].poles);
        synthetic_free(made);
    }
    const double one[] = {.5 + 1e-9,
                          .5 - 1e-9}; /* unipolar is one pole with more than half, which is hegemony */
    struct synthetic made = still(2, 1, one);
    assert_true(polarity_class(made.world) == HEGEMONY);
    synthetic_free(made);
}

/* Spells: time since the start over changes of class and one; whoever has once held more than half leaves no_hegemon at 0.
 * With several steps a quarter too. */
static void spells(void **unused)
{
    (void)unused;
    for (unsigned parts = 1; parts <= 2; parts++) {
        const double equal[] = {.2, .2, .2, .2, .2}, one[] = {.6, .1, .1, .1, .1};
        struct synthetic made = synthetic_society(5, 3, 0, 0, 0);
        struct world *world = made.world;
        world->steps_per_quarter = parts;
        world->dt = 0.25 / parts;
        synthetic_only(world, MECHANISM_events);
        synthetic_start(world);
        const double *const phase[] = {equal, one, one, equal};
        const double classes_seen[] = {MULTIPOLAR, HEGEMONY, HEGEMONY, MULTIPOLAR}, changes[] = {0, 1, 1, 2};
        for (size_t p = 0; p < 4; p++) {
            memcpy(world->derived.share, phase[p], sizeof equal);
            testing_steps(world, 8 * parts);
            assert_true(testing_value(world, "polarity") == classes_seen[p]);
            assert_close(testing_value(world, "polarity_spell"), 2 * (double)(p + 1) / (changes[p] + 1), 1e-12);
            assert_true(testing_value(world, "no_hegemon") == (p == 0));
        }
        synthetic_free(made);
    }
}

/* ---- the dead --------------------------------------------------------------------------------------------------------- */

/* Six states of which 2 and 4 have died, everything on. */
static struct synthetic bereft(void)
{
    struct synthetic made = synthetic_society(6, 3, 3, 2, 1);
    struct world *world = made.world;
    synthetic_meet(made.cast, 0, 3, 5);
    world->model.run_war = 1;
    synthetic_fill(world->set.offensive, 6, 0);
    world->set.offensive[0] = world->set.offensive[2] = 0.5;
    synthetic_fill(world->now.members, 12, 1);
    synthetic_start(world);
    testing_steps(world, 2);
    world_rest(world, ~0u);
    territory_absorb(world, 0, 2);
    territory_absorb(world, 5, 4);
    power_shares(world, &world->next);
    world_commit(world);
    testing_steps(world, 4); /* long enough for stability */
    return made;
}

/* Every number about a dead state is missing, in every variable; flags go on, and say dead; what lives has its number. */
static void records_of_the_dead(void **unused)
{
    (void)unused;
    struct synthetic made = bereft();
    const struct world *world = made.world;
    size_t n = 6;
    for (size_t v = 0; v < variable_count; v++) {
        const struct variable *variable = &variable_table[v];
        size_t length = variable_length(made.cast, variable), second = 1, third = 1;
        double *x = calloc(length + 1, sizeof *x);
        variable_read(world, variable, x);
        bool pairs = false;
        switch (
            variable->shape) { /* what stands behind the first axis, and whether the second is one of states */
        case SHAPE_STATE:
            break;
        case SHAPE_DYAD:
        case SHAPE_FELT:
            second = n, pairs = true;
            break;
        case SHAPE_PLAY:
            second = n, third = made.cast->issues, pairs = true;
            break;
        case SHAPE_OPTION:
            second = made.cast->options;
            break;
        case SHAPE_MEMBER:
            second = made.cast->bodies;
            break;
        default:
            free(x);
            continue;
        }
        for (size_t e = 0; e < length; e++) {
            size_t i = e / (second * third), j = e / third % second;
            bool dead = i == 2 || i == 4 || (pairs && (j == 2 || j == 4));
            if (variable->flag ? isnan(x[e]) : dead && !isnan(x[e]))
                fail_msg("%s[%zu] is %g", variable->name, e, x[e]);
            if (!dead && isnan(x[e]))
                fail_msg("%s[%zu] of the living is missing", variable->name, e);
        }
        free(x);
    }
    assert_true(testing_value(world, "alive[S002]") == 0 && testing_value(world, "alive[S000]") == 1);
    assert_true(testing_value(world, "behaviour[S004]") == 6 && testing_value(world, "behaviour[S005]") < 6);
    assert_true(testing_value(world, "is_pole[S002]") == 0 && testing_value(world, "membership[S004,B0]") == 0);
    assert_true(testing_value(world, "pact[S000,S002]") == 0 && testing_value(world, "war[S002,S000]") == 0);
    assert_true(testing_value(world, "owner[S002]") == 0 && testing_value(world, "owner[S004]") == 5);
    assert_true(testing_value(world, "resistance[S004]") > 0.9 &&
                testing_value(world, "resistance[S005]") == 0);
    synthetic_free(made);
}

/* In quantities the dead leave means and count as nothing in sums; alone they are missing. */
static void quantities_of_the_dead(void **unused)
{
    (void)unused;
    struct synthetic made = bereft();
    const struct world *world = made.world;
    const double *Y = world->now.gdp;
    double living = Y[0] + Y[1] + Y[3] + Y[5];
    assert_close(testing_value(world, "gdp[*]"), living / 4, 1e-14);
    assert_close(testing_value(world, "gdp[S000|S002|S005]"), (Y[0] + Y[5]) / 2, 1e-14);
    assert_close(testing_value(world, "gdp[!S000]"), (living - Y[0]) / 3, 1e-14);
    assert_close(testing_value(world, "gdp[S000+S002+S005]"), Y[0] + Y[5], 1e-14);
    assert_close(testing_value(world, "capability[S000+S001+S002+S003+S004+S005]"), 1, 1e-14);
    assert_true(isnan(testing_value(world, "gdp[S002]")) && isnan(testing_value(world, "gdp[S002+S004]")) &&
                isnan(testing_value(world, "gdp[S002|S004]")));
    const double *h = world->now.hostility;
    assert_close(testing_value(world, "hostility[*,S000]"), (h[1 * 6] + h[3 * 6] + h[5 * 6]) / 4, 1e-14);
    assert_true(isnan(testing_value(world, "hostility[*,S002]")));
    assert_close(testing_value(world, "alive[*]"), 4.0 / 6, 1e-14); /* a flag is known of the dead, too */
    /* the same by the way that reads single elements */
    static const char *const text[] = {"gdp[*]", "gdp[S000+S002+S005]", "gdp[S002]", "gdp[!S000]"};
    for (size_t k = 0; k < 4; k++) {
        struct quantity quantity;
        char *why;
        double room[64];
        assert_int_equal(quantity_parse(world->cast, text[k], &quantity, &why), STATUS_OK);
        double found = quantity_measure(&quantity, world, room), should = testing_value(world, text[k]);
        assert_true(found == should || (isnan(found) && isnan(should)));
        quantity_free(&quantity);
    }
    synthetic_free(made);
}

/* Measures where states have died: concentration over the living and over all, survivors by type, and tallies of war. */
static void measures_of_survival(void **unused)
{
    (void)unused;
    const double s[] = {.4, .3, .2, .1, 0};
    struct synthetic made = still(5, 2, s);
    struct world *world = made.world;
    const double phi[] = {.5, .49, 1, 0, .9};
    memcpy(world->set.offensive, phi, sizeof phi);
    assert_true(isnan(testing_value(world, "attack_success")) &&
                isnan(testing_value(world, "joiners_per_war")) &&
                isnan(testing_value(world, "wars_per_decade")));
    world->load.owner[4] = 0;
    world_connect(world);
    double squares = .16 + .09 + .04 + .01;
    assert_close(testing_value(world, "concentration"), sqrt((squares - 0.25) / 0.75), 1e-12);
    assert_close(testing_value(world, "concentration_all"), sqrt((squares - 0.2) / 0.8), 1e-12);
    assert_true(testing_value(world, "survivors") == 4 && testing_value(world, "survivors_offensive") == 2 &&
                testing_value(world, "survivors_defensive") == 2);
    world->step = 10; /* two years and a half */
    world->load.wars[0] = 8;
    world->load.won[0] = 6;
    world->load.joiners[0] = 4;
    assert_true(testing_value(world, "wars") == 8 && testing_value(world, "attack_success") == 0.75 &&
                testing_value(world, "joiners_per_war") == 0.5);
    assert_close(testing_value(world, "wars_per_decade"), 32, 1e-12);
    for (size_t k = 1; k < 3; k++) /* 0 with 1 and 2, and nobody else */
        world->now.pact[k] = world->now.pact[k * 5] = 1;
    assert_close(testing_value(world, "pacts_per_state"), 1, 1e-12);
    synthetic_free(made);
}

/* Flags with more than two words keep their value in result files: what a run with war recorded is what a world played step
 * by step shows. */
static void flags_in_files(void **unused)
{
    (void)unused;
    static const char *const names[] = {"war", "behaviour", "polarity", "owner", "alive", "is_pole", "pact"};
    char path[] = "/tmp/equipoise-polarity-XXXXXX";
    close(mkstemp(path));
    static const char *const set[] = {"states.*.security_seeking.offensive=1"};
    struct scenario *scenario = testing_load("tests/scenarios/many-wars.cfg", set, 1);
    struct messages messages = {0};
    struct outcome outcome;
    const struct experiment_options options = {.threads = 1, .output = path, .force = true, .command = ""};
    assert_int_equal(experiment_run(scenario, &options, &outcome, &messages), STATUS_OK);
    struct result_reader *reader;
    assert_int_equal(result_open(path, &reader, &messages), STATUS_OK);
    struct world *world = testing_world(scenario, 0);
    size_t n = world->cast->states, times = outcome.times;
    double *row[7], *now = calloc(n * n, sizeof *now), largest[7] = {0};
    for (size_t v = 0; v < 7; v++) {
        row[v] = calloc(times * n * n, sizeof **row);
        assert_int_equal(result_read(reader, "", names[v], 0, row[v]), STATUS_OK);
    }
    for (size_t t = 0; t < times; t++) {
        testing_steps(world, 1);
        for (size_t v = 0; v < 7; v++) {
            const struct variable *variable = variable_find(names[v]);
            size_t length = variable_length(world->cast, variable);
            variable_read(world, variable, now);
            for (size_t e = 0; e < length; e++) {
                if (row[v][t * length + e] != now[e])
                    fail_msg("%s[%zu] of record %zu: %g, not %g", names[v], e, t, row[v][t * length + e],
                             now[e]);
                largest[v] = fmax(largest[v], now[e]);
            }
        }
    }
    assert_true(largest[0] == BATTLE_JOINED && largest[1] == 6 && largest[2] > 1 && largest[3] > 1);
    assert_true(testing_value(world, "survivors") < (double)n);
    for (size_t v = 0; v < 7; v++)
        free(row[v]);
    free(now);
    world_free(world);
    result_close(reader);
    experiment_free(&outcome, scenario);
    scenario_free(scenario);
    message_clear(&messages);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(share_path),
        cmocka_unit_test(enter_and_leave),
        cmocka_unit_test(several_at_once),
        cmocka_unit_test(no_alarm_by_poles),
        cmocka_unit_test(founders),
        cmocka_unit_test(classes),
        cmocka_unit_test(spells),
        cmocka_unit_test(records_of_the_dead),
        cmocka_unit_test(quantities_of_the_dead),
        cmocka_unit_test(measures_of_survival),
        cmocka_unit_test(flags_in_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
