/* War, pacts, death, return and changes of poles with every other mechanism on: every invariant after every step, in random
 * worlds and in the shipped ones. */
#include "synthetic.h"

enum { WORLDS = 200, STEPS = 200 };

/* What has happened in some worlds, so that a test that sees nothing happen fails. */
struct happenings {
    double wars, deaths, returns, changes;
};

static void watch(struct world *world, size_t steps, const char *what, struct happenings *all)
{
    size_t n = world->cast->states;
    double *pole = calloc(n, sizeof *pole);
    for (size_t k = 0; k < steps; k++) {
        size_t living = world->living.count;
        memcpy(pole, world->load.pole, n * sizeof *pole);
        assert_int_equal(step_world(world), STATUS_OK);
        char *wrong = world_check(world);
        if (wrong != NULL)
            fail_msg("%s, after step %u: %s", what, world->step, wrong);
        all->deaths += living > world->living.count ? (double)(living - world->living.count) : 0;
        all->returns += living < world->living.count ? (double)(world->living.count - living) : 0;
        for (size_t i = 0; i < n; i++)
            all->changes += pole[i] != world->load.pole[i];
    }
    all->wars += world->load.wars[0];
    free(pole);
}

/* War that is likely, and provinces that do not stay conquered. */
static void inflame(struct world *world)
{
    world->model.run_war = world->model.run_polarity = 1;
    world->model.war_rate = 4;
    world->model.superiority = 1.5;
    world->model.absorption = 0.5;
    world->model.secession = 5;
}

static void test_random_worlds(void **state)
{
    static const size_t sizes[] = {2, 3, 5, 8, 14, 20};
    struct happenings all = {0};
    (void)state;
    for (unsigned long seed = 1; seed <= WORLDS; seed++) {
        struct synthetic made = synthetic_world_of(sizes[seed % 6], seed, true, true, seed % 3 != 0);
        char *what = message_text("world %lu", seed);
        inflame(made.world);
        made.world->model.pacts = seed % 2;
        synthetic_start(made.world);
        watch(made.world, STEPS, what, &all);
        free(what);
        synthetic_free(made);
    }
    print_message("%g wars, %g deaths, %g returns, %g changes of poles\n", all.wars, all.deaths, all.returns,
                  all.changes);
    assert_true(all.wars > WORLDS && all.deaths > WORLDS && all.returns > WORLDS / 4 && all.changes > WORLDS);
}

static void shipped(const char *file, size_t steps)
{
    static const char *const set[] = {"model.mechanisms.war=true",
                                      "model.mechanisms.polarity=true",
                                      "model.war.rate=4",
                                      "model.war.superiority=1.5",
                                      "model.war.absorption=0.5",
                                      "model.war.secession=5",
                                      "states.*.security_seeking.offensive=1"};
    struct scenario *scenario = testing_load(file, set, sizeof set / sizeof set[0]);
    struct happenings all = {0};
    for (uint64_t replicate = 0; replicate < 3; replicate++) {
        struct world *world = testing_world(scenario, 0);
        world->replicate = replicate;
        watch(world, steps, file, &all);
        world_free(world);
    }
    print_message("%s: %g wars, %g deaths, %g returns, %g changes of poles\n", file, all.wars, all.deaths,
                  all.returns, all.changes);
    assert_true(all.wars > 0 && all.deaths > 0 && all.changes > 0);
    scenario_free(scenario);
}

static void test_world_of_2021(void **state)
{
    (void)state;
    shipped("scenarios/worlds/central-asia-2021.cfg", 120);
}

static void test_world_of_2018(void **state)
{
    (void)state;
    shipped("scenarios/worlds/world-2018.cfg", 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_worlds),
        cmocka_unit_test(test_world_of_2021),
        cmocka_unit_test(test_world_of_2018),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
