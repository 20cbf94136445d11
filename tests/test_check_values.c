/* The table of check values of the design, "reduced model" (C.19): the 2021 world of the design, noise off, after 1 and
 * 40 steps, to 1e-9 relative.  The table prints ten digits. */
#include "testing.h"

static const struct {
    const char *quantity;
    double first, last;
} table[] = {
    {"alignment[UZB,self]", 0.4806361032, 0.4158318053},
    {"alignment[UZB,RUS]", 0.08350138811, 0.09027770023},
    {"alignment[KAZ,CA]", 0.07989915811, 0.0687645273},
    {"alignment[RUS,CHN]", 0.2159072519, 0.3152725498},
    {"threat_state[UZB]", 0.07482545138, 0.07326258795},
    {"threat_nonstate[TJK]", 0.3478680817, 0.2901745762},
    {"threat_regime[KGZ]", 0.26060276, 0.26060276},
    {"threat_economic[TKM]", 0.1154398423, 0.1211376444},
    {"burden[UZB]", 0.02571428571, 0.02382704104},
    {"military[CHN]", 2370.518889, 3230.949257},
    {"gdp[UZB]", 70.96914762, 121.6718666},
    {"growth[KAZ]", 0.035, 0.03536976254},
    {"export_share[TKM,CHN]", 0.7472339269, 0.7174904229},
    {"influence[CHN,KAZ]", 0.1254151526, 0.3893453289},
    {"militancy[AFG]", 0.4984121376, 0.4466380249},
    {"hostility[KAZ,CHN]", 0.33, 0.3439564522},
    {"debt[TJK,CHN]", 1.266876881, 1.763759321},
    {"threatening_power[UZB]", 0.001934840739, 0.002297465731},
    {"reliability[USA,UZB]", 0.8, 0.8},
    {"capability[CHN]", 0.2558229927, 0.2776645813},
    {"leverage[TJK,CHN]", 0.3146398231, 0.2859781535},
    {"alignment_utility[UZB,CA]", 0.06355372051, 0.05828022166},
    {"threat_from[UZB,RUS]", 0.06598354963, 0.06099792698},
};

static int compare(const struct world *world, size_t steps)
{
    int wrong = 0;
    for (size_t k = 0; k < sizeof table / sizeof table[0]; k++) {
        double expected = steps == 1 ? table[k].first : table[k].last;
        double found = testing_value(world, table[k].quantity);
        if (testing_distance(found, expected) > 1e-9) {
            print_error("%s after %zu steps: found %.12g, the table says %.10g (%.2g)\n", table[k].quantity, steps,
                        found, expected, testing_distance(found, expected));
            wrong++;
        }
    }
    return wrong;
}

static void reduced_model(void **unused)
{
    (void)unused;
    const char *set[] = {"model.noise=false"};
    struct scenario *scenario = testing_load("tests/worlds/w21.cfg", set, 1);
    struct world *world = testing_world(scenario, 0);
    testing_steps(world, 1);
    int wrong = compare(world, 1);
    testing_steps(world, 39);
    wrong += compare(world, 40);
    world_free(world);
    scenario_free(scenario);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reduced_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
