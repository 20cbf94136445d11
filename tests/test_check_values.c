/* The three tables of check values of the design (C.19), noise off, to 1e-9 relative: the world of 2021 after 1 and 40
 * steps, in the reduced model and whole; and the whole model with events, after 8, 16, 24 and 40 steps.  The tables print
 * ten digits. */
#include "testing.h"

struct row {
    const char *quantity;
    double value[4]; /* NAN: the table gives none */
};

static const struct row reduced[] = {
    {"alignment[UZB,self]", {0.4806361032, 0.4158318053}},
    {"export_share[TKM,CHN]", {0.7472339269, 0.7174904229}},
    {"alignment[UZB,RUS]", {0.08350138811, 0.09027770023}},
    {"influence[CHN,KAZ]", {0.1254151526, 0.3893453289}},
    {"alignment[KAZ,CA]", {0.07989915811, 0.0687645273}},
    {"militancy[AFG]", {0.4984121376, 0.4466380249}},
    {"alignment[RUS,CHN]", {0.2159072519, 0.3152725498}},
    {"hostility[KAZ,CHN]", {0.33, 0.3439564522}},
    {"threat_state[UZB]", {0.07482545138, 0.07326258795}},
    {"debt[TJK,CHN]", {1.266876881, 1.763759321}},
    {"threat_nonstate[TJK]", {0.3478680817, 0.2901745762}},
    {"threatening_power[UZB]", {0.001934840739, 0.002297465731}},
    {"threat_regime[KGZ]", {0.26060276, 0.26060276}},
    {"reliability[USA,UZB]", {0.8, 0.8}},
    {"threat_economic[TKM]", {0.1154398423, 0.1211376444}},
    {"capability[CHN]", {0.2558229927, 0.2776645813}},
    {"burden[UZB]", {0.02571428571, 0.02382704104}},
    {"leverage[TJK,CHN]", {0.3146398231, 0.2859781535}},
    {"military[CHN]", {2370.518889, 3230.949257}},
    {"alignment_utility[UZB,CA]", {0.06355372051, 0.05828022166}},
    {"gdp[UZB]", {70.96914762, 121.6718666}},
    {"threat_from[UZB,RUS]", {0.06598354963, 0.06099792698}},
    {"growth[KAZ]", {0.035, 0.03536976254}},
};

static const struct row whole[] = {
    {"alignment[UZB,self]", {0.4787892923, 0.4000534941}},
    {"influence[CHN,KAZ]", {0.1254151526, 0.3800737764}},
    {"alignment[UZB,RUS]", {0.08547024658, 0.0935250803}},
    {"militancy[AFG]", {0.4984121376, 0.4464060615}},
    {"alignment[KAZ,CA]", {0.07883838541, 0.07088755404}},
    {"identity[KGZ]", {0.1549581471, 0.3451377722}},
    {"alignment[RUS,CHN]", {0.2009440212, 0.2682551127}},
    {"legitimacy[KGZ]", {0.4497795441, 0.4526346367}},
    {"threat_state[UZB]", {0.0728735665, 0.07279475698}},
    {"polarisation[KGZ]", {0.09283231196, 0.0390094956}},
    {"threat_nonstate[TJK]", {0.3178038234, 0.2588392665}},
    {"hostility[KAZ,CHN]", {0.33, 0.3426891174}},
    {"threat_regime[KGZ]", {0.231477189, 0.2300913845}},
    {"trust[UZB,TJK,water]", {0.7935600664, 0.7946517766}},
    {"threat_economic[TKM]", {0.1154398423, 0.1205246053}},
    {"cooperation[RUS,USA,ct]", {0.7189649742, 0.8386459241}},
    {"burden[UZB]", {0.02571428571, 0.02388354094}},
    {"membership_value[KAZ,CSTO]", {0.09356076811, 0.2116472649}},
    {"military[CHN]", {2370.518889, 2952.656436}},
    {"debt[TJK,CHN]", {1.266876881, 1.763866179}},
    {"gdp[UZB]", {70.96914762, 121.6986355}},
    {"threatening_power[UZB]", {0.001884368789, 0.002186176792}},
    {"growth[KAZ]", {0.035, 0.03549893154}},
    {"reliability[USA,UZB]", {0.8, 0.8}},
    {"export_share[TKM,CHN]", {0.7472339269, 0.7177950582}},
    {"hosting_value[USA,UZB]", {-0.4885313455, -0.5290865547}},
};

static const struct row with_events[] = {
    {"alignment[UZB,self]", {0.3676505242, 0.3376174476, 0.366211816, 0.4118584331}},
    {"alignment[UZB,RUS]", {0.1091520505, 0.1673190382, 0.1397370795, 0.0549693769}},
    {"alignment[KAZ,CA]", {0.05055973671, 0.04650997142, 0.04901830194, 0.06304335832}},
    {"alignment[RUS,CHN]", {0.2908217535, 0.287930592, 0.2759984015, 0.2735477546}},
    {"threat_state[UZB]", {0.04637912112, 0.06294727502, 0.07357745985, 0.1112906839}},
    {"threat_nonstate[TJK]", {0.2401000049, 0.1817408098, 0.1461390326, 0.105166025}},
    {"threat_regime[KGZ]", {0.231672615, 0.3686812117, 0.3204495892, 0.3290968437}},
    {"threat_economic[TKM]", {0.1150280922, 0.1156508795, 0.1165663868, 0.1168254372}},
    {"burden[UZB]", {0.02185156503, 0.02236917813, 0.02265871994, 0.02519959307}},
    {"military[CHN]", {2519.393728, 2640.724289, 2738.986694, 2894.999588}},
    {"gdp[UZB]", {78.19863899, 87.41531222, 97.5833668, 120.7397185}},
    {"growth[KAZ]", {0.03531795727, 0.03551320192, 0.03028611948, 0.03012637}},
    {"export_share[TKM,CHN]", {0.7323011086, 0.7226112582, 0.7177406076, 0.7082149134}},
    {"influence[CHN,KAZ]", {0.1995667642, 0.2567034243, 0.2971329821, 0.330505948}},
    {"militancy[AFG]", {0.3054398753, 0.2279041504, 0.1871002089, 0.1412888298}},
    {"identity[KGZ]", {0.18979461, 0.2295572983, 0.266103775, 0.3130567297}},
    {"legitimacy[KGZ]", {0.4499589913, 0.4510760985, 0.4400009129, 0.3377533331}},
    {"polarisation[KGZ]", {0.06133508579, 0.04698361239, 0.3034577688, 0.3502508614}},
    {"hostility[KAZ,CHN]", {0.3310499819, 0.3335104739, 0.3362944129, 0.3390601219}},
    {"trust[UZB,TJK,water]", {0.7737535134, 0.7738815863, 0.7794660085, 0.7593354496}},
    {"cooperation[RUS,USA,ct]", {0.7652417683, 0.7789010719, 0.7805033346, 0.7755296242}},
    {"membership_value[KAZ,CSTO]", {0.1998166872, 0.2405608395, 0.1672411325, 0.1605361299}},
    {"debt[TJK,CHN]", {1.322345974, 1.402391398, 1.501661431, 2.837936145}},
    {"threatening_power[UZB]", {0.001452742626, 0.001761147196, 0.002054048114, 0.002143617909}},
    {"reliability[USA,UZB]", {0.8, 0.8, 0.5470651364, 0.5335141326}},
    {"hosting_value[USA,UZB]", {0.2280861541, -0.6017477059, -0.6727017413, -0.6417601935}},
    {"alignment[UZB,USA]", {0.2538636556, 0.0967489518, 0.04479523771, 0.05027394163}},
    {"alignment[KGZ,RUS]", {0.3937146114, 0.4722239373, 0.4986369261, 0.503773744}},
    {"burden[TJK]", {0.004521784865, 0.002559258147, 0.002, 0.002}},
    {"orientation[KGZ]", {0, 0, 0.5652421733, 0.0395590211}},
    {"disillusion[KGZ]", {0, 0, 0.3251667601, 0.6893166917}},
    {"contagion[UZB]", {0, 0.4634857178, 0.2765709536, 0.09847976183}},
    {"hostility[UZB,CHN]", {0.250966776, 0.2531978143, 0.2556741593, 0.2575855775}},
    {"hostility[USA,UZB]", {0.15, 0.15, 0.15, 0.15}},
    {"usual_presence[USA,UZB]", {0.2119414389, 0.2364754717, 0.1928797747, 0.1387429649}},
    {"hosting[USA,UZB]", {1, 0, 0, 0}},
    {"hosting_memory[USA,UZB]", {0, 0.8824969026, 0.5352614285, 0.1969116752}},
    {"membership_memory[UZB,CSTO]", {0, 0, 0.8824969026, 0.3246524674}},
    {"membership[UZB,CSTO]", {1, 1, 0, 0}},
    {"membership_value[UZB,CSTO]", {0.03834320583, 0.119779123, -0.2819292954, -0.4450050015}},
    {"membership_value[TJK,SCO]", {0.1530309375, 0.1863856912, 0.1855077644, 0.1692687926}},
    {"provision[CSTO]", {0.2847124781, 0.2838833416, 0.3449249215, 0.3405363976}},
    {"agreement[CSTO]", {0.4078101081, 0.4166276905, 0.91646822, 0.9191154188}},
    {"override[KAZ,CSTO]", {0.03097087997, 0.03017918068, 0.1252482959, 0.1240242887}},
    {"export_share[UZB,AFG]", {0.06498905801, 0.06388388483, 0.06229164643, 0.08461465214}},
    {"influence[USA,UZB]", {0.4026345422, 0.168080847, 0.04827427912, 0.04919321487}},
    {"growth[TKM]", {0.04048176846, 0.04067496643, 0.03092043848, 0.03106546139}},
    {"leverage[TJK,CHN]", {0.3041775331, 0.2957200699, 0.2881271211, 0.3347697948}},
    {"alignment_utility[UZB,CA]", {0.06600564045, 0.1349717805, 0.1443469445, 0.1626162217}},
    {"membership_value[UZB,IFAS]", {NAN, NAN, NAN, 0.04105792829}},
    {"override[TKM,SCO]", {0.02334354073, 0.02238899517, 0.02185401383, 0.02125559409}},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static int compare(const struct world *world, const struct row *table, size_t rows, size_t column)
{
    int wrong = 0;
    for (size_t k = 0; k < rows; k++) {
        double expected = table[k].value[column];
        if (isnan(expected))
            continue;
        double found = testing_value(world, table[k].quantity);
        bool good = expected == 0 ? found == 0 : testing_distance(found, expected) <= 1e-9;
        if (!good) {
            print_error("%s after %u steps: found %.12g, the table says %.10g (%.2g)\n", table[k].quantity,
                        world->step, found, expected, testing_distance(found, expected));
            wrong++;
        }
    }
    return wrong;
}

static void at_rest(const char *const *set, size_t sets, const struct row *table, size_t rows)
{
    struct scenario *scenario = testing_load("tests/worlds/w21.cfg", set, sets);
    struct world *world = testing_world(scenario, 0);
    testing_steps(world, 1);
    int wrong = compare(world, table, rows, 0);
    testing_steps(world, 39);
    wrong += compare(world, table, rows, 1);
    world_free(world);
    scenario_free(scenario);
    assert_int_equal(wrong, 0);
}

static void reduced_model(void **unused)
{
    (void)unused;
    const char *set[] = {"model.noise=false", TESTING_REDUCED};
    at_rest(set, COUNT(set), reduced, COUNT(reduced));
}

static void whole_model(void **unused)
{
    (void)unused;
    const char *set[] = {"model.noise=false"};
    at_rest(set, COUNT(set), whole, COUNT(whole));
}

/* Decisions that the design names: US base in UZB granted 2021Q1, notice 2024.0, ended 2024.5; CSTO notice of UZB 2026.0,
 * out 2026.5. */
static void whole_model_with_events(void **unused)
{
    (void)unused;
    static const unsigned steps[] = {8, 16, 24, 40};
    const char *set[] = {"model.noise=false"};
    struct scenario *scenario = testing_load("tests/scenarios/whole-model.cfg", set, COUNT(set));
    struct world *world = testing_world(scenario, 0);
    int wrong = 0;
    testing_steps(world, 1);
    assert_true(testing_value(world, "hosting[USA,UZB]") == 1);
    for (size_t column = 0; column < COUNT(steps); column++)
        while (world->step < steps[column]) {
            testing_steps(world, 1);
            double year = world_time(world);
            assert_true(testing_value(world, "hosting[USA,UZB]") == (year < 2024.5 ? 1 : 0));
            assert_true(testing_value(world, "membership[UZB,CSTO]") == (year < 2026.5 ? 1 : 0));
            if (world->step == steps[column])
                wrong += compare(world, with_events, COUNT(with_events), column);
        }
    world_free(world);
    scenario_free(scenario);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reduced_model), cmocka_unit_test(whole_model),
                                       cmocka_unit_test(whole_model_with_events)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
