/* Regional identity (design, C.11 and L12): adoption by trade and example, wear by hostility and polarisation. */
#include "testing.h"

#include "model/identity.h"
#include "synthetic.h"

enum { M = 3, N = 5 }; /* the last three are the region */

/* Everybody alike, nothing but identity at work, so that trade, hostility and polarisation stay. */
static struct synthetic region(double idn)
{
    struct synthetic made = synthetic_society(N, 1, M, 0, 0);
    struct world *world = made.world;
    synthetic_only(world, MECHANISM_identity);
    for (size_t i = 0; i < N; i++) {
        world->now.identity[i] = idn;
        for (size_t j = 0; j < N; j++)
            world->set.trade_share[i * N + j] = i == j ? 0 : 1.0 / (N - 1);
    }
    synthetic_start(world);
    return made;
}

/* L12 (Bass 1969): dI = 0, constant trade: F = (1 - e^-(p+q)t)/(1 + (q/p) e^-(p+q)t) from 0, p = pI min(1, 3 trade), q =
 * qI (1 + elite); the state outside the region keeps what it has.  1e-3 is asked for, 1e-8 is kept. */
static void bass(void **unused)
{
    (void)unused;
    const double elites[] = {0, 1.5}, opens[] = {0.1, 1.5};
    for (size_t e = 0; e < 2; e++)
        for (size_t o = 0; o < 2; o++) {
            struct synthetic made = region(0);
            struct world *world = made.world;
            world->model.lost_identity = 0;
            world->model.elite = elites[e];
            world->now.identity[1] = 0.4;
            synthetic_fill(world->set.openness, N, opens[o]);
            /* each sells 1/4 of x Y to each of two others, and buys as much: trade_in = 2 * 2 x/4 */
            double trade = opens[o], p = 0.02 * fmin(1, 3 * trade), q = 0.08 * (1 + elites[e]);
            assert_close(identity_trade(world, 3), trade, 1e-12);
            for (int k = 1; k <= 160; k++) {
                testing_steps(world, 1);
                double z = exp(-(p + q) * 0.25 * k);
                for (size_t i = N - M; i < N; i++)
                    assert_close(world->now.identity[i], (1 - z) / (1 + q / p * z), 1e-8);
            }
            assert_true(world->now.identity[2] > 0.5 && world->now.identity[1] == 0.4 &&
                        world->now.identity[0] == 0);
            synthetic_free(made);
        }
}

/* qI alone is logistic diffusion, and starts nothing from nothing. */
static void logistic(void **unused)
{
    (void)unused;
    const double starts[] = {0, 0.05, 0.6};
    for (size_t s = 0; s < 3; s++) {
        struct synthetic made = region(starts[s]);
        struct world *world = made.world;
        world->model.lost_identity = world->model.trade_identity = 0;
        for (int k = 1; k <= 160; k++) {
            testing_steps(world, 1);
            double odds = starts[s] / (1 - starts[s]) * exp(0.08 * 0.25 * k);
            assert_true(fabs(world->now.identity[4] - odds / (1 + odds)) < 1e-9);
        }
        synthetic_free(made);
    }
}

/* The example is the mean of the region: who is ahead pulls the others along, in either order. */
static void example(void **unused)
{
    (void)unused;
    struct synthetic made = region(0.1);
    struct world *world = made.world;
    world->model.lost_identity = world->model.trade_identity = 0;
    world->now.identity[2] = 0.9;
    double h = 1e-3; /* against the slope at the start */
    world->dt = h;
    testing_steps(world, 1);
    double mean = (0.9 + 0.1 + 0.1) / 3;
    assert_close((world->now.identity[3] - 0.1) / h, 0.08 * mean * 0.9, 1e-3);
    assert_close((world->now.identity[2] - 0.9) / h, 0.08 * mean * 0.1, 1e-3);
    synthetic_free(made);
}

/* Wear alone: exp(-dI (mean h inside + Q/2) t), each by its own hostility to the other members (not to outsiders) and its
 * own polarisation. */
static void wear(void **unused)
{
    (void)unused;
    struct synthetic made = region(0.8);
    struct world *world = made.world;
    world->model.trade_identity = world->model.example_identity = 0;
    for (size_t i = 0; i < N; i++) {
        world->now.polarisation[i] = 0.1 * (double)i;
        for (size_t j = 0; j < N; j++)
            world->now.hostility[i * N + j] = i == j ? 0 : j < N - M ? 1 : 0.1 * (double)(i + 2 * j) / 2;
    }
    testing_steps(world, 40);
    for (size_t i = N - M; i < N; i++) {
        double h = 0;
        for (size_t j = N - M; j < N; j++)
            h += j == i ? 0 : 0.1 * (double)(i + 2 * j) / 2 / (M - 1);
        assert_close(identity_hostility(world, i), h, 1e-12);
        assert_close(world->now.identity[i], 0.8 * exp(-0.15 * (h + 0.05 * (double)i) * 10), 1e-8);
    }
    synthetic_free(made);
}

/* Adoption and wear end where they balance: (p + q F)(1 - F) = w F. */
static void balance(void **unused)
{
    (void)unused;
    struct synthetic made = region(0.15);
    struct world *world = made.world;
    testing_steps(world, 2000);
    double p = 0.02 * fmin(1, 3 * 0.22), q = 0.08, w = 0.15 * (0.25 + 0.05), b = q - p - w;
    assert_close(world->now.identity[3], (b + sqrt(b * b + 4 * q * p)) / (2 * q), 1e-6);
    synthetic_free(made);
}

/* Those who share an identity trust each other (C.3): y loses y_id (min(idn_i, idn_j) - idn0), inside the region alone, and
 * nothing with the mechanism off. */
static void kinship(void **unused)
{
    (void)unused;
    for (int on = 0; on < 2; on++) {
        struct synthetic made = region(0.15);
        struct world *world = made.world;
        world->model.run_belief = 1;
        world->model.run_identity = on;
        world->model.trade_identity = world->model.example_identity = world->model.lost_identity = 0;
        synthetic_fill(world->set.power_alarm, N, 0);
        for (size_t i = 0; i < N; i++)
            world->now.identity[i] = 0.1 + 0.2 * (double)i;
        testing_steps(world, 1);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++) {
                double shared = 0.1 + 0.2 * (double)(i < j ? i : j) - 0.15;
                double y = 0.25 - (on && i >= N - M && j >= N - M ? 0.2 * shared : 0);
                assert_close(world->now.hostility[i * N + j], i == j ? 0 : 0.25 + 0.08 * (y - 0.25), 1e-12);
            }
        synthetic_free(made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bass), cmocka_unit_test(logistic), cmocka_unit_test(example),
        cmocka_unit_test(wear), cmocka_unit_test(balance),  cmocka_unit_test(kinship),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
