/* Synthetic worlds: what is drawn, that it belongs to seed and replicate alone, and that a world written as a file is the
 * same world.  What is refused is in tests/bad-scenarios/synthetic-*.cfg. */
#include "folder.h"
#include "testing.h"

#include "ensemble/experiment.h"
#include "model/power.h"
#include "model/synthetic.h"

#include <unistd.h>

#define TIME "time = { start = \"2000Q1\"; end = \"2001Q4\"; };\n"

static struct scenario *load_text(const char *text)
{
    char *all = message_text("title = \"drawn\";\n%s", text);
    struct scenario *scenario = testing_load(write_file("drawn.cfg", all), NULL, 0);
    free(all);
    return scenario;
}

/* A synthetic scenario with these settings in its block. */
static struct scenario *load_block(const char *block)
{
    char *text = message_text(TIME "world = { synthetic = { %s }; };\n", block);
    struct scenario *scenario = load_text(text);
    free(text);
    return scenario;
}

static struct world *world_of(const struct scenario *scenario, size_t arm, size_t point, size_t replicate)
{
    struct messages messages = {0};
    struct world *world;
    assert_int_equal(scenario_world(scenario, arm, point, replicate, &world, &messages), STATUS_OK);
    message_clear(&messages);
    return world;
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

/* The row in which two worlds of the same cast differ first, or NULL. */
static const char *difference(const struct world *a, const struct world *b)
{
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        if (!synthetic_rules(row) &&
            memcmp(parameter_values((struct world *)a, row), parameter_values((struct world *)b, row),
                   world_length(a->cast, row->shape) * sizeof(double)) != 0)
            return row->path;
    }
    return NULL;
}

static void assert_same(struct world *a, struct world *b)
{
    const char *differs = difference(a, b);
    if (differs != NULL)
        fail_msg("%s differs", differs);
}

static size_t degree(const struct world *world, size_t i)
{
    size_t n = world->cast->states, borders = 0;
    for (size_t j = 0; j < n; j++)
        borders += world->set.contiguous[i * n + j] != 0;
    return borders;
}

/* ---- what is drawn ----------------------------------------------------------------------------------------- */

static void moments(void **unused)
{
    (void)unused;
    struct scenario *s = load_block("states = 800; size_mean = 3.0; size_spread = 0.8; offensive_share = 0.3;"
                                    "burden = 0.015; growth = 0.03; poles = 7;");
    struct world *world = s->world;
    double n = 800, mean = 0, square = 0, people = 0, people_square = 0, arms = 0, arms_square = 0,
           offensive = 0;
    for (size_t i = 0; i < 800; i++) {
        double Y = world->now.gdp[i], pop = log(world->now.population[i] / Y),
               burden = log(world->set.spending[i] / Y);
        mean += log(Y) / n;
        square += log(Y) * log(Y) / n;
        people += pop / n;
        people_square += pop * pop / n;
        arms += burden / n;
        arms_square += burden * burden / n;
        offensive += world->set.offensive[i] == 0.8;
        assert_true(world->set.offensive[i] == 0.8 || world->set.offensive[i] == 0.1);
        assert_true(exp(burden) > 0.008 - 1e-12 && exp(burden) < 0.05 + 1e-12);
        assert_true(world->set.trend_growth[i] == 0.03);
        assert_true(i == 0 || Y <= world->now.gdp[i - 1]); /* S1 is the largest */
    }
    /* four standard errors of each */
    assert_true(fabs(mean - 3) < 4 * 0.8 / sqrt(n) &&
                fabs(sqrt(square - mean * mean) - 0.8) < 4 * 0.8 / sqrt(2 * n));
    assert_true(fabs(people) < 4 * 0.3 / sqrt(n) &&
                fabs(sqrt(people_square - people * people) - 0.3) < 4 * 0.3 / sqrt(2 * n));
    assert_true(fabs(arms - log(0.015)) < 4 * 0.25 / sqrt(n) &&
                fabs(sqrt(arms_square - arms * arms) - 0.25) < 4 * 0.25 / sqrt(2 * n));
    assert_true(fabs(offensive / n - 0.3) < 4 * sqrt(0.3 * 0.7 / n));
    assert_int_equal(s->cast->role[ROLE_POLES].count, 7);
    for (size_t k = 0; k < 7; k++)
        assert_int_equal(s->cast->role[ROLE_POLES].state[k], k);
    assert_string_equal(s->cast->code[799], "S800");
    scenario_free(s);
}

static void enmity(void **unused)
{
    (void)unused;
    struct scenario *s = load_block("states = 120; hostility_spread = 0.3;");
    const double *h = s->world->set.hostility_anchor;
    double sum = 0, least = 1, most = 0;
    for (size_t i = 0; i < 120; i++)
        for (size_t j = 0; j < i; j++) {
            assert_true(h[i * 120 + j] == h[j * 120 + i]);
            least = fmin(least, h[i * 120 + j]);
            most = fmax(most, h[i * 120 + j]);
            sum += h[i * 120 + j] / (60 * 119);
        }
    assert_true(least == 0.05 && most == 0.9);
    assert_true(sum > 0.28 && sum < 0.36); /* more is cut off below than above */
    scenario_free(s);
    s = load_block("states = 120;");
    h = s->world->set.hostility_anchor;
    sum = 0;
    double square = 0;
    for (size_t i = 0; i < 120; i++)
        for (size_t j = 0; j < i; j++) {
            sum += h[i * 120 + j] / (60 * 119);
            square += h[i * 120 + j] * h[i * 120 + j] / (60 * 119);
        }
    assert_true(fabs(sum - 0.28) < 0.006 && fabs(sqrt(square - sum * sum) - 0.1) < 0.006);
    scenario_free(s);
}

static void grid(void **unused)
{
    (void)unused;
    struct scenario *s = load_block("states = 49; layout = \"grid\"; extent = 7000.0;");
    struct world *world = world_of(s, 0, 0, 1); /* nothing of the world of replicate 0 is left */
    size_t count[5] = {0};
    bool straight = true;
    for (size_t i = 0; i < 49; i++) {
        assert_true(degree(world, i) <= 4);
        count[degree(world, i)]++;
        for (size_t j = 0; j < 49; j++) {
            double km = power_great_circle(world, i, j);
            bool beside = fabs(km - 1000) < 1e-6;
            assert_int_equal(world->set.contiguous[i * 49 + j] != 0, beside);
            assert_true(world->set.contiguous[i * 49 + j] == world->set.contiguous[j * 49 + i]);
            assert_true(i == j || km > 1000 - 1e-6);
        }
        straight = straight && (i == 0 || world->set.longitude[i] > world->set.longitude[i - 1] ||
                                world->set.latitude[i] < world->set.latitude[i - 1]);
    }
    assert_true(count[2] == 4 && count[3] == 20 && count[4] == 25); /* corners, edges, inside */
    assert_false(straight);                                         /* dealt out by lot */
    world_free(world);
    scenario_free(s);
}

static void scattered(void **unused)
{
    (void)unused;
    const struct {
        const char *block;
        size_t states, least;
    } table[] = {{"states = 40;", 40, 4},
                 {"states = 6;", 6, 2},
                 {"states = 40; neighbours = 7;", 40, 7},
                 {"states = 3; neighbours = 20;", 3, 2}};
    for (size_t t = 0; t < 4; t++) {
        struct scenario *s = load_block(table[t].block);
        struct world *world = world_of(s, 0, 0, 0);
        size_t n = table[t].states, exact = 0;
        for (size_t i = 0; i < n; i++) {
            assert_true(degree(world, i) >= table[t].least);
            exact += degree(world, i) == table[t].least;
            assert_true(fabs(world->set.latitude[i]) <= 36 && fabs(world->set.longitude[i]) <= 36);
            for (size_t j = 0; j < n; j++) { /* a straight line on a plane: Pythagoras */
                double north = world->set.latitude[i] - world->set.latitude[j],
                       east = world->set.longitude[i] - world->set.longitude[j];
                double km = world->set.contiguous[i * n + j] != 0
                                ? 0
                                : 111.19492664455873 * sqrt(north * north + east * east);
                assert_close(world->set.distance[i * n + j], km, 1e-12);
                assert_true(world->set.contiguous[i * n + j] == world->set.contiguous[j * n + i]);
            }
        }
        assert_true(exact > 0);
        world_free(world);
        scenario_free(s);
    }
}

static void overseas(void **unused)
{
    (void)unused;
    struct scenario *plain = load_block("states = 20;");
    struct scenario *s = load_text(TIME "world = { synthetic = { states = 20; };\n"
                                        "states = { S2 = { geography = { overseas = 8000.0; }; };"
                                        "S3 = { geography = { overseas = 500.0; }; }; }; };\n");
    struct world *a = world_of(plain, 0, 0, 0), *b = world_of(s, 0, 0, 0);
    assert_true(degree(a, 1) >= 4 && degree(b, 1) == 0 && degree(b, 2) == 0);
    for (size_t i = 0; i < 20; i++)
        for (size_t j = 0; j < 20; j++) {
            size_t e = i * 20 + j;
            bool sea = i != j && (i == 1 || j == 1 || i == 2 || j == 2);
            double more = (i == 1 || j == 1 ? 8000 : 0) + (i == 2 || j == 2 ? 500 : 0);
            if (sea)
                assert_close(b->set.distance[e], power_great_circle(b, i, j) + more, 1e-14);
            else
                assert_true(b->set.distance[e] == a->set.distance[e] &&
                            b->set.contiguous[e] == a->set.contiguous[e]);
            assert_true(!sea || (b->set.contiguous[e] == 0 && b->set.presence[e] == 0.5));
        }
    world_free(a);
    world_free(b);
    scenario_free(plain);
    scenario_free(s);
}

/* ---- whose draws they are ---------------------------------------------------------------------------------- */

static void seeds_and_replicates(void **unused)
{
    (void)unused;
    struct scenario *s = load_block("states = 12;"), *again = load_block("states = 12;");
    struct world *a = world_of(s, 0, 0, 3), *b = world_of(again, 0, 0, 3), *c = world_of(s, 0, 0, 4);
    assert_same(a, b);
    assert_true(a->replicate == 3 && c->replicate == 4 && a->seed == 1);
    assert_non_null(difference(a, c));
    for (size_t i = 0; i < 12; i++)
        assert_true(a->now.gdp[i] != c->now.gdp[i] && a->set.latitude[i] != c->set.latitude[i] &&
                    a->now.population[i] / a->now.gdp[i] != c->now.population[i] / c->now.gdp[i]);
    world_free(b);
    world_free(c);
    scenario_free(again);

    again = load_block("states = 12; same_world = true;"); /* the world of replicate 0 for all */
    b = world_of(again, 0, 0, 3);
    c = world_of(s, 0, 0, 0);
    assert_same(b, c);
    assert_true(b->replicate == 3);
    world_free(b);
    scenario_free(again);

    char *seven = message_text("seed = 7;\n" TIME "world = { synthetic = { states = 12; }; };\n");
    again = load_text(seven);
    b = world_of(again, 0, 0, 0);
    assert_non_null(difference(b, c));
    world_free(c);
    scenario_free(s);
    s = load_block("states = 12; seed = 7;"); /* the world of seed 7, the luck of seed 1 */
    c = world_of(s, 0, 0, 0);
    assert_same(b, c);
    assert_true(b->seed == 7 && c->seed == 1);
    free(seven);
    world_free(a);
    world_free(b);
    world_free(c);
    scenario_free(s);
    scenario_free(again);
}

/* Two sizes of a world: what is drawn for a state does not depend on how many others there are. */
static void more_states(void **unused)
{
    (void)unused;
    struct scenario *few = load_block("states = 10;"), *many = load_block("states = 20;");
    for (size_t i = 0; i < 10; i++)
        assert_true(few->world->set.longitude[i] == many->world->set.longitude[i] &&
                    few->world->set.offensive[i] == many->world->set.offensive[i]);
    assert_true(few->world->set.hostility_anchor[1] == many->world->set.hostility_anchor[1]);
    scenario_free(few);
    scenario_free(many);
}

/* ---- what is given ----------------------------------------------------------------------------------------- */

static void given_on_top(void **unused)
{
    (void)unused;
    struct scenario *base = load_block("states = 9; poles = 3; size_mean = 2.0;");
    struct scenario *s = load_text(
        TIME "world = { synthetic = { states = 9; poles = 3; size_mean = 2.0; };\n"
             "states = { * = { alignment = { autonomy = 2.0; }; }; S4 = { economy = { gdp = 5000.0; }; }; };\n"
             "dyads = { S1 = { S2 = { hostility_anchor = 0.77; }; }; }; };\n"
             "branches = { large = { world = { synthetic = { size_mean = 5.0; };\n"
             "states = { S5 = { economy = { gdp = 321.0; }; }; }; }; }; };\n");
    struct world *drawn = world_of(base, 0, 0, 2), *a = world_of(s, 0, 0, 2), *baseline = world_of(s, 1, 0, 2),
                 *large = world_of(s, 2, 0, 2);
    assert_true(a->now.gdp[3] == 5000 && large->now.gdp[3] == 5000 && large->now.gdp[4] == 321);
    assert_true(value_of(a, "dyads.S1.S2.hostility_anchor") == 0.77 &&
                value_of(a, "dyads.S2.S1.hostility_anchor") == value_of(drawn, "dyads.S2.S1.hostility_anchor"));
    for (size_t i = 0; i < 9; i++) {
        assert_true(a->set.autonomy[i] == 2 && a->set.latitude[i] == drawn->set.latitude[i]);
        assert_true(i == 3 || a->now.gdp[i] == drawn->now.gdp[i]);
        if (i != 3 && i != 4) /* the same draws, a larger mean */
            assert_close(large->now.gdp[i], drawn->now.gdp[i] * exp(3), 1e-12);
    }
    assert_same(a, baseline);
    world_free(drawn);
    world_free(a);
    world_free(baseline);
    world_free(large);
    scenario_free(base);
    scenario_free(s);
}

/* A later file and the command line change single keys; the number of states among them. */
static void later_files(void **unused)
{
    (void)unused;
    write_file("below.cfg",
               "title = \"below\";\nworld = { synthetic = { states = 9; layout = \"grid\"; unevenness = 0.02; "
               "unevenness_memory = 7; }; };\n");
    const char *path = write_file(
        "above.cfg", "title = \"above\";\nbase = \"below.cfg\";\nworld = { synthetic = { states = 16; }; };\n"
                     "states = { S16 = { alignment = { autonomy = 3.0; }; }; };\n");
    struct scenario *s = testing_load(path, NULL, 0);
    assert_int_equal(s->cast->states, 16);
    assert_true(s->world->model.synthetic_layout == 1 && s->world->model.unevenness == 0.02 &&
                s->world->model.unevenness_memory == 7);
    assert_true(s->world->set.autonomy[15] == 3);
    scenario_free(s);
    const char *const set[] = {"model.synthetic.states=25", "model.synthetic.poles=2"};
    s = testing_load(path, set, 2);
    assert_true(s->cast->states == 25 && s->cast->role[ROLE_POLES].count == 2);
    scenario_free(s);
}

static void swept(void **unused)
{
    (void)unused;
    char *text = message_text(TIME "world = { synthetic = { states = 30; }; };\n"
                                   "sweep = { design = \"grid\"; parameters = ( { path = "
                                   "\"model.synthetic.size_spread\"; values = [0.0, 0.5, 1.5]; } ); };\n");
    char *all = message_text("title = \"swept\";\n%s", text);
    struct scenario_options options = {.design = true};
    struct messages messages = {0};
    struct scenario *s;
    assert_int_equal(scenario_load(write_file("swept.cfg", all), &options, &s, &messages), STATUS_OK);
    struct world *world[3];
    for (size_t p = 0; p < 3; p++)
        world[p] = world_of(s, 0, p, 1);
    for (size_t i = 0; i < 30; i++) { /* the same draws, spread wider */
        assert_close(world[0]->now.gdp[i], exp(4), 1e-14);
        assert_close(log(world[2]->now.gdp[i]) - 4, 3 * (log(world[1]->now.gdp[i]) - 4), 1e-9);
        assert_true(world[0]->set.latitude[i] == world[2]->set.latitude[i]);
    }
    for (size_t p = 0; p < 3; p++)
        world_free(world[p]);
    scenario_free(s);
    free(text);
    free(all);
}

/* ---- worlds of all sizes ----------------------------------------------------------------------------------- */

static void sizes(void **unused)
{
    (void)unused;
    static const size_t states[] = {2, 3, 5, 50};
    static const char *const layout[] = {"random", "grid"};
    for (size_t k = 0; k < 8; k++) {
        char *block = message_text("states = %zu; layout = \"%s\";", states[k / 2], layout[k % 2]);
        struct scenario *s = load_block(block);
        struct world *world = world_of(s, 0, 0, k);
        assert_int_equal(s->cast->role[ROLE_POLES].count, states[k / 2] < 4 ? states[k / 2] : 4);
        assert_true(degree(world, 0) >= 1);
        testing_steps(world, 12);
        world_free(world);
        scenario_free(s);
        free(block);
    }
}

static void thousand(void **unused)
{
    (void)unused;
    struct scenario *s = load_block("states = 1000;");
    struct world *world = world_of(s, 0, 0, 0);
    testing_steps(world, 2);
    world_free(world);
    scenario_free(s);
}

/* ---- worlds as texts --------------------------------------------------------------------------------------- */

#define GIVEN                                                                                                  \
    "world = { synthetic = { states = 14; poles = 3; unevenness = 0.03; };\n"                                  \
    "states = { S2 = { geography = { overseas = 4000.0; }; }; S5 = { arms = { grievance = 0.01; }; }; };\n"    \
    "dyads = { S1 = { S3 = { contiguous = true; hostility = 0.5; }; S2 = { loan = 0.01; }; };\n"               \
    "S7 = { self = { alignment = 0.7; }; }; * = { S4 = { worth = 0.9; }; }; };\n"                              \
    "institutions = { PACT = { leader = \"S1\"; members = [\"S1\", \"S4\"]; centralisation = 0.6; }; }; };\n"  \
    "institutions = { PACT = { name = \"the pact\"; }; };\n"

/* Two scenarios play the same: at load and after `steps` steps, to the last bit. */
static void assert_alike(const struct scenario *first, size_t replicate, const struct scenario *second,
                         size_t steps)
{
    struct world *a = world_of(first, 0, 0, replicate), *b = world_of(second, 0, 0, 0);
    a->replicate = b->replicate = 0; /* a world of another replicate, the luck of the first */
    assert_same(a, b);
    testing_steps(a, steps);
    testing_steps(b, steps);
    assert_same(a, b);
    world_free(a);
    world_free(b);
}

static void world_file(void **unused)
{
    (void)unused;
    struct scenario *s = load_text("seed = 5;\n" TIME GIVEN);
    for (size_t replicate = 0; replicate < 2; replicate++) {
        char *text = scenario_world_file(s, replicate);
        assert_non_null(text);
        write_file("world.cfg", text);
        struct scenario *on_it =
            testing_load(write_file("on.cfg", "title = \"on\"; base = \"world.cfg\";\n" TIME), NULL, 0);
        assert_false(on_it->synthetic);
        assert_true(on_it->seed == 5 && on_it->world->model.unevenness == 0.03);
        assert_alike(s, replicate, on_it, 8);
        char *again = scenario_world_file(on_it, 9); /* not drawn: the same for all */
        const char *body = strstr(text, "seed"), *other = strstr(again, "seed");
        assert_string_equal(body, other);
        free(text);
        free(again);
        scenario_free(on_it);
    }
    scenario_free(s);
}

/* Worlds with states of their own, and the largest that a file can hold. */
static void other_world_files(void **unused)
{
    (void)unused;
    static const char *const worlds[] = {"tests/worlds/w21.cfg", "scenarios/worlds/central-asia-1992.cfg",
                                         "scenarios/worlds/two-rivals.cfg", NULL};
    for (size_t k = 0; k < 4; k++) {
        struct scenario *s = worlds[k] ? testing_load(worlds[k], NULL, 0) : load_block("states = 200;");
        char *text = scenario_world_file(s, 0);
        struct scenario *second = testing_load(write_file("world.cfg", text), NULL, 0);
        assert_int_equal(s->cast->options, second->cast->options);
        second->world->quarter = s->world->quarter;
        assert_alike(s, 0, second, worlds[k] ? 8 : 1);
        free(text);
        scenario_free(s);
        scenario_free(second);
    }
}

static void effective(void **unused)
{
    (void)unused;
    struct scenario *s = load_text("seed = 5;\nreplicates = 3;\n" TIME GIVEN);
    char *text = scenario_effective(s);
    assert_non_null(strstr(text, "{ path = \"model.synthetic.states\"; value = 14.0; }"));
    assert_null(strstr(text, "economy.gdp\""));
    struct scenario *second = testing_load(write_file("effective.cfg", text), NULL, 0);
    char *again = scenario_effective(second);
    assert_string_equal(text, again);
    assert_alike(s, 0, second, 8);
    struct world *a = world_of(s, 0, 0, 2), *b = world_of(second, 0, 0, 2);
    assert_same(a, b);
    world_free(a);
    world_free(b);
    free(text);
    free(again);
    scenario_free(s);
    scenario_free(second);

    s = load_block("states = 3;"); /* fewer than there are poles by default */
    text = scenario_effective(s);
    second = testing_load(write_file("effective.cfg", text), NULL, 0);
    assert_int_equal(second->cast->role[ROLE_POLES].count, 3);
    free(text);
    scenario_free(s);
    scenario_free(second);
}

/* ---- whole experiments ------------------------------------------------------------------------------------- */

/* What a scenario without `set` says of a claim is the same for any number of threads; replicates differ in their world. */
static void experiments(void **unused)
{
    (void)unused;
    static const char *const block[] = {"states = 8; poles = 2;", "states = 8; poles = 2; same_world = true;"};
    double effect[2][6];
    for (size_t same = 0; same < 2; same++) {
        char *text = message_text("replicates = 6;\n" TIME
                                  "world = { model = { noise = false; }; synthetic = { %s }; };\n"
                                  "set = { states = { S1 = { economy = { shock = 0.05; }; }; }; };\n"
                                  "claims = ( { id = \"a\"; text = \"t\"; quantity = \"gdp[S1]\"; at = "
                                  "\"2001Q4\"; expect = \"increase\";"
                                  " versus = \"baseline\"; source = \"s\"; } );\n",
                                  block[same]);
        struct scenario *s = load_text(text);
        for (int threads = 1; threads <= 3; threads += 2) {
            struct outcome outcome;
            struct messages messages = {0};
            const struct experiment_options options = {.threads = threads, .baseline = true};
            assert_int_equal(experiment_run(s, &options, &outcome, &messages), STATUS_OK);
            if (threads == 1)
                memcpy(effect[same], outcome.effect, sizeof effect[same]);
            else
                assert_memory_equal(effect[same], outcome.effect, sizeof effect[same]);
            experiment_free(&outcome, s);
        }
        scenario_free(s);
        free(text);
    }
    for (size_t k = 0; k < 6; k++) {
        assert_true(effect[0][k] > 0 &&
                    effect[1][k] == effect[1][0]); /* the same size in both arms, but for the shock */
        assert_true(k == 0 ? effect[0][k] == effect[1][k] : effect[0][k] != effect[0][0]);
    }
}

/* ---- uneven growth ----------------------------------------------------------------------------------------- */

static void uneven_growth(void **unused)
{
    (void)unused;
    /* stationary spread and memory of the deviation: sd, and exp(-1) after the memory's time */
    struct scenario *s = load_block("states = 400; unevenness = 0.02; unevenness_memory = 2.5;");
    struct world *world = world_of(s, 0, 0, 0);
    double *before = calloc(400, sizeof *before), square = 0, cross = 0, earlier = 0;
    world->model.run_threat = world->model.run_alignment = world->model.run_belief = world->model.run_crisis =
        0;
    for (int k = 0; k < 50; k++)
        assert_int_equal(step_world(world), STATUS_OK);
    memcpy(before, world->now.growth_deviation, 400 * sizeof *before);
    for (int k = 0; k < 10; k++)
        assert_int_equal(step_world(world), STATUS_OK);
    for (size_t i = 0; i < 400; i++) {
        double u = world->now.growth_deviation[i];
        square += u * u / 400;
        cross += u * before[i] / 400;
        earlier += before[i] * before[i] / 400;
    }
    assert_true(fabs(sqrt(square) - 0.02) < 4 * 0.02 / sqrt(800));
    assert_true(fabs(cross / sqrt(square * earlier) - exp(-1)) < 4 / sqrt(400));
    free(before);
    world_free(world);
    scenario_free(s);

    /* it adds to growth; without noise a deviation that is given fades alone */
    static const char *const still[] = {"model.noise=false", "states.S2.economy.growth_deviation=0.04"};
    char *text =
        message_text("title = \"t\";\n" TIME "world = { synthetic = { states = 5; unevenness = 0.05; }; };\n");
    struct scenario *plain = testing_load(write_file("still.cfg", text), still, 1),
                    *lifted = testing_load(write_file("still.cfg", text), still, 2);
    struct world *a = world_of(plain, 0, 0, 0), *b = world_of(lifted, 0, 0, 0);
    testing_steps(a, 1);
    testing_steps(b, 1);
    assert_close(b->now.growth_deviation[1], 0.04 * exp(-0.25 / 10), 1e-12);
    assert_close(b->now.growth[1] - a->now.growth[1], 0.04 * exp(-0.25 / 10), 1e-9);
    for (size_t i = 0; i < 5; i++)
        assert_true(a->now.growth_deviation[i] == 0 && (i == 1 || a->now.growth[i] == b->now.growth[i]));
    world_free(a);
    world_free(b);
    scenario_free(plain);
    scenario_free(lifted);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments),       cmocka_unit_test(enmity),
        cmocka_unit_test(grid),          cmocka_unit_test(scattered),
        cmocka_unit_test(overseas),      cmocka_unit_test(seeds_and_replicates),
        cmocka_unit_test(more_states),   cmocka_unit_test(given_on_top),
        cmocka_unit_test(later_files),   cmocka_unit_test(swept),
        cmocka_unit_test(sizes),         cmocka_unit_test(thousand),
        cmocka_unit_test(world_file),    cmocka_unit_test(other_world_files),
        cmocka_unit_test(effective),     cmocka_unit_test(experiments),
        cmocka_unit_test(uneven_growth),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
