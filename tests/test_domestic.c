/* Home politics (design, C.12 and L13): the pendulum, polarisation and the terms of legitimacy. */
#include "testing.h"

#include "model/domestic.h"
#include "model/draw.h"
#include "synthetic.h"

/* One state among two, nothing but home politics at work: growth, and with it pain, stays. */
static struct synthetic polity(double open, double ins, double pain)
{
    struct synthetic made = synthetic_society(2, 0, 0, 0, 0);
    struct world *world = made.world;
    synthetic_only(world, MECHANISM_domestic);
    world->set.political_openness[0] = open;
    world->set.institutionalisation[0] = ins;
    world->set.hardship[0] = pain - 0.2;
    synthetic_start(world);
    return made;
}

/* Years between two sign changes of x, averaged, times two; 0 if there are fewer than three. */
static double period(struct world *world, double start, double years)
{
    double first = NAN, last = NAN, changes = 0, before = start;
    world->now.orientation[0] = start;
    while (world->step * world->dt < years) {
        testing_steps(world, 1);
        double x = world->now.orientation[0], t = world->step * world->dt;
        if (x * before < 0) {
            last = t - world->dt * x / (x - before);
            first = isnan(first) ? last : first;
            changes++;
        }
        before = x;
    }
    return changes > 2 ? 2 * (last - first) / (changes - 1) : 0;
}

/* L13: period 2 pi / sqrt(k pain - 1/(4 tau^2)), k = k_x open (1 - ins/2), to 1e-2; about 14 years at the defaults for an
 * open polity in crisis. */
static void pendulum(void **unused)
{
    (void)unused;
    const struct {
        double open, ins, pain, tau, kx;
    } table[] = {{1, 0, 0.4, 6, 0.5},
                 {1, 0, 0.9, 6, 0.5},
                 {1, 0.5, 0.5, 20, 0.5},
                 {0.5, 0.2, 0.8, 6, 1.5},
                 {1, 0, 0.6, 1.2, 1}};
    for (size_t k = 0; k < 5; k++) {
        struct synthetic made = polity(table[k].open, table[k].ins, table[k].pain);
        made.world->model.forgetting = table[k].tau;
        made.world->model.swing = table[k].kx;
        double stiff = table[k].kx * table[k].open * (1 - 0.5 * table[k].ins) * table[k].pain;
        double expected = 2 * M_PI / sqrt(stiff - 1 / (4 * table[k].tau * table[k].tau));
        double found = period(made.world, 0.3, 8 * expected);
        assert_close(found, expected, 1e-2);
        if (k == 0)
            assert_true(found > 12 && found < 16);
        synthetic_free(made);
    }
}

/* No oscillation below pain = 1/(4 tau^2 k): x comes home without changing sides; just above it does change. */
static void threshold(void **unused)
{
    (void)unused;
    const double k = 0.5, tau = 1.5, bound = 1 / (4 * tau * tau * k);
    for (int above = 0; above < 2; above++) {
        struct synthetic made = polity(1, 0, bound * (above ? 2 : 0.98));
        struct world *world = made.world;
        world->model.forgetting = tau;
        double before = world->now.orientation[0] = 0.5;
        size_t changes = 0;
        for (int t = 0; t < 100; t++) {
            testing_steps(world, 1);
            changes += world->now.orientation[0] * before < 0;
            assert_true(above || world->now.orientation[0] < before);
            before = world->now.orientation[0];
        }
        assert_true(above ? changes >= 1 : changes == 0 && before > 0 && before < 0.01);
        synthetic_free(made);
    }
}

/* A closed regime does not swing: x stays to the bit, only disillusion grows, u = pain x tau (1 - exp(-t/tau)). */
static void closed(void **unused)
{
    (void)unused;
    struct synthetic made = polity(0, 0.3, 0.7);
    made.world->now.orientation[0] = 0.6;
    testing_steps(made.world, 80);
    assert_true(made.world->now.orientation[0] == 0.6);
    assert_close(made.world->now.disillusion[0], 0.7 * 0.6 * 6 * (1 - exp(-20.0 / 6)), 1e-6);
    synthetic_free(made);
}

/* Pain is 0.2 in calm times, 4 points per point of growth below trend, and what an event adds, within [0,1]. */
static void pain(void **unused)
{
    (void)unused;
    const double growths[] = {0.02, 0.0, -0.05, -0.3, 0.1}, events[] = {0, 0.3};
    struct synthetic made = polity(0, 0, 0.2);
    for (size_t g = 0; g < 5; g++)
        for (size_t e = 0; e < 2; e++) {
            made.world->next.growth[0] = growths[g];
            made.world->set.hardship[0] = events[e];
            assert_close(domestic_pain(made.world, 0),
                         fmin(1, fmax(0, 0.2 + 4 * (0.02 - growths[g]) + events[e])), 1e-12);
        }
    synthetic_free(made);
}

/* Q follows |x| + 0.3 pain (1 - ins) with rate 1/2: exact where x stays. */
static void polarisation(void **unused)
{
    (void)unused;
    const double sides[] = {-0.5, 0, 0.4};
    for (size_t s = 0; s < 3; s++) {
        struct synthetic made = polity(0, 0.4, 0.5);
        struct world *world = made.world;
        world->now.orientation[0] = sides[s];
        double goal = fabs(sides[s]) + 0.3 * 0.5 * 0.6;
        for (int k = 1; k <= 30; k++) {
            testing_steps(world, 1);
            assert_close(world->now.polarisation[0], goal + (0.1 - goal) * exp(-0.5 * 0.25 * k), 1e-6);
        }
        synthetic_free(made);
    }
}

/* L' = rL (L0 - L) + c_g (g - g0) - c_Q [Q - .1]+ (1 - ins) - c_N [th.N - .1]+, one term at a time and all: with the rest
 * held, L goes exponentially to L0 plus the sum of the others over rL. */
static void legitimacy(void **unused)
{
    (void)unused;
    for (unsigned which = 0; which < 16; which++) {
        double extra = 0, ins = 0.4, Q = which & 2 ? 0.3 : 0.05;
        struct synthetic made = polity(0, ins, 0.2);
        struct world *world = made.world;
        if (which & 1) {
            world->now.growth[0] = 0.015;
            extra += 1.5 * -0.005;
        }
        if (which & 2)
            extra -= 0.2 * 0.2 * (1 - ins);
        double hurt = 0.2 + 4 * (which & 1 ? 0.005 : 0); /* Q is held where it is */
        world->now.orientation[0] = Q - 0.3 * hurt * (1 - ins);
        world->now.polarisation[0] = Q;
        if (which & 4) {
            world->model.run_threat = 1;
            world->now.militancy[0] = 0.6;
            extra -= 0.03 * 0.5;
        }
        if (which & 8)
            world->now.legitimacy[0] = 0.2;
        double start = world->now.legitimacy[0], goal = 0.65 + extra / 0.25;
        for (int k = 1; k <= 40; k++) {
            testing_steps(world, 1);
            assert_close(world->now.legitimacy[0], goal + (start - goal) * exp(-0.25 * 0.25 * k), 1e-6);
        }
        assert_close(world->now.polarisation[0], Q, 1e-9);
        synthetic_free(made);
    }
}

/* Whatever happens, x stays in [-1,1], Q and L in [0,1]. */
static void bounds(void **unused)
{
    (void)unused;
    for (int side = -1; side <= 1; side += 2) {
        struct synthetic made = polity(1, 0, 1);
        struct world *world = made.world;
        world->model.noise = 1;
        world->model.swing = 10;
        world->model.orientation_noise = 0.5;
        world->model.growth_legitimacy = 20;
        world->now.growth[0] = 0.02 + 0.3 * side;
        world->now.disillusion[0] = -20 * side;
        double low = 1, high = -1;
        for (int k = 0; k < 200; k++) {
            testing_steps(world, 1);
            double x = world->now.orientation[0], L = world->now.legitimacy[0], Q = world->now.polarisation[0];
            assert_true(x >= -1 && x <= 1 && L >= 0 && L <= 1 && Q >= 0 && Q <= 1);
            low = fmin(low, x);
            high = fmax(high, x);
        }
        assert_true(low == -1 && high == 1);
        assert_true(world->now.legitimacy[0] == (side > 0 ? 1 : 0));
        synthetic_free(made);
    }
}

/* Noise: after the flow x gains 0.03 open times the draw of that state, for half a step less by sqrt(2); nothing else
 * does. */
static void noise(void **unused)
{
    (void)unused;
    for (unsigned parts = 1; parts <= 2; parts++) {
        struct synthetic quiet = polity(0.6, 0.2, 0.5), loud = polity(0.6, 0.2, 0.5);
        struct world *world = loud.world;
        world->model.noise = 1;
        world->steps_per_quarter = quiet.world->steps_per_quarter = parts;
        world->dt = quiet.world->dt = 0.25 / parts;
        world->now.orientation[0] = quiet.world->now.orientation[0] = 0.2;
        struct world *before = world_copy(world);
        testing_steps(world, 1);
        testing_steps(quiet.world, 1);
        double drawn = draw_normal(before, PURPOSE_ORIENTATION, 0, 0, 0.03 * 0.6 / sqrt(parts));
        assert_true(fabs(drawn) > 1e-4);
        assert_close(world->now.orientation[0] - quiet.world->now.orientation[0], drawn, 1e-9);
        assert_true(world->now.disillusion[0] == quiet.world->now.disillusion[0] &&
                    world->now.legitimacy[0] == quiet.world->now.legitimacy[0]);
        world_free(before);
        synthetic_free(quiet);
        synthetic_free(loud);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pendulum), cmocka_unit_test(threshold),    cmocka_unit_test(closed),
        cmocka_unit_test(pain),     cmocka_unit_test(polarisation), cmocka_unit_test(legitimacy),
        cmocka_unit_test(bounds),   cmocka_unit_test(noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
