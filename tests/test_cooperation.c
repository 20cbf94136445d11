/* Issue cooperation (design, C.8 and L6): when a repeated dilemma pays, what common danger, enforcement and stake do to
 * it, and how trust follows what the other did. */
#include "testing.h"

#include "model/cooperation.h"
#include "model/draw.h"
#include "synthetic.h"

#define T_ 1.5
#define R_ 1.0
#define P_ 0.3
#define S_ 0.0

/* p from the grim-trigger values of C.8, T* and R* given. */
static double chance(double t, double temptation, double reward, double d)
{
    double f =
        t * reward + (1 - t) * (S_ * (1 - d) + d * P_) - ((t * temptation + (1 - t) * P_) * (1 - d) + d * P_);
    return 1 / (1 + exp(-f / 0.3));
}

/* n states that only cooperate, over `issues` issues of which 0 and 1 meet; no identity; one body. */
static struct synthetic meeting(size_t n, size_t issues)
{
    struct synthetic made = synthetic_society(n, 1, n - 1, 1, issues);
    for (size_t k = 0; k < issues; k++)
        synthetic_meet(made.cast, k, 1, 0);
    synthetic_only(made.world, MECHANISM_cooperation);
    synthetic_start(made.world);
    synthetic_fill(made.world->now.identity, n, 0);
    synthetic_fill(made.world->set.shadow, n, 0.85);
    return made;
}

/* L6: with t = 1 cooperation is the better half iff d >= (T-R)/(T-P) = 0.41667, found by bisection to 1e-6; through the
 * whole mechanism, where t = 1 means trust 1 and w_c = 1. */
static void shadow_of_the_future(void **unused)
{
    (void)unused;
    struct synthetic made = meeting(3, 1);
    struct world *world = made.world;
    world->model.compartment = 1;
    synthetic_fill(world->now.trust, 9, 1);
    double low = 0, high = 1;
    while (high - low > 1e-9) {
        world->set.shadow[0] = (low + high) / 2;
        cooperation_update(world);
        if (world->derived.willing[1] >= 0.5)
            high = world->set.shadow[0];
        else
            low = world->set.shadow[0];
    }
    assert_close(high, (T_ - R_) / (T_ - P_), 1e-6);
    assert_close(world->derived.willing[3], chance(1, T_, R_, 0.85),
                 1e-12); /* everybody has a shadow of their own */
    synthetic_free(made);
}

/* L6, t < 1: iff t >= (1-d)(P-S) / [ (1-d)(P-S) + d(R-P) - (1-d)(T-R) ]; t made of trust and of h alike. */
static void trust_that_is_enough(void **unused)
{
    (void)unused;
    for (double d = 0.45; d < 0.99; d += 0.09)
        for (int by_hostility = 0; by_hostility < 2; by_hostility++) {
            struct synthetic made = meeting(3, 1);
            struct world *world = made.world;
            world->set.shadow[0] = d;
            world->model.compartment = by_hostility ? 0 : 1;
            double low = 0, high = 1;
            while (high - low > 1e-9) {
                double t = (low + high) / 2;
                world->now.trust[1] = by_hostility ? 0.5 : t;
                world->now.hostility[1] = by_hostility ? 1 - t : 0.5;
                cooperation_update(world);
                if (world->derived.willing[1] >= 0.5)
                    high = t;
                else
                    low = t;
            }
            double against = (1 - d) * (P_ - S_);
            assert_close(high, against / (against + d * (R_ - P_) - (1 - d) * (T_ - R_)), 1e-6);
            synthetic_free(made);
        }
}

/* t = w_c trust + (1 - w_c)(1 - h), each with its own place: of i in j. */
static void compartments(void **unused)
{
    (void)unused;
    struct synthetic made = meeting(3, 2);
    struct world *world = made.world;
    for (double w = 0; w <= 1; w += 0.25) {
        world->model.compartment = w;
        world->now.trust[1] = 0.9, world->now.trust[3] = 0.2; /* issue 0 */
        world->now.trust[9 + 1] = 0.1, world->now.trust[9 + 3] = 0.7;
        world->now.hostility[1] = 0.35, world->now.hostility[3] = 0.8;
        cooperation_update(world);
        for (size_t k = 0; k < 2; k++) {
            assert_close(world->derived.willing[k * 9 + 1],
                         chance(w * world->now.trust[k * 9 + 1] + (1 - w) * 0.65, T_, R_, 0.85), 1e-12);
            assert_close(world->derived.willing[k * 9 + 3],
                         chance(w * world->now.trust[k * 9 + 3] + (1 - w) * 0.2, T_, R_, 0.85), 1e-12);
        }
        assert_true(world->derived.willing[2] == 0 && world->derived.willing[5] == 0); /* they do not meet */
    }
    synthetic_free(made);
}

/* Stake raises T, enforcement by a centralised body on the issue with both in it lowers it, kinship raises R. */
static void stake_enforcement_kinship(void **unused)
{
    (void)unused;
    struct synthetic made = meeting(3, 2);
    struct world *world = made.world;
    world->model.run_institution = 1;
    made.cast->works_on[0] = true; /* on issue 0 alone */
    world->set.centralisation[0] = 0.6;
    for (int inside = 0; inside < 2; inside++)
        for (double stake = 0; stake <= 2; stake += 0.5) {
            double t = 0.5 * (world->now.trust[1] + 1 - world->now.hostility[1]);
            world->set.stake[0] = world->set.stake[1] = stake;
            world->now.members[0] = 1;
            world->now.members[1] = inside;
            world->now.identity[0] = 0.8, world->now.identity[1] = 0.3;
            cooperation_update(world);
            double reward = R_ + 0.3 * 0.3;
            assert_close(world->derived.willing[1], chance(t, T_ * stake - 0.4 * 0.6 * inside, reward, 0.85),
                         1e-12);
            assert_close(world->derived.willing[9 + 1], chance(t, T_ * stake, reward, 0.85), 1e-12);
        }
    synthetic_free(made);
}

/* A common danger adds varpi min(c_i, c_j) to R, on the issue of that kind alone: c = max(th.N, th.R) near it, N of its
 * source times min(1, worth + 0.2) for a distant pole; 0 for it without a source. */
static void common_danger(void **unused)
{
    (void)unused;
    enum { POLE = 0, A = 1, B = 2, SOURCE = 3, n = 5 };
    struct synthetic made = synthetic_society(n, 1, 2, 1, 3); /* the region is 3 and 4 */
    struct world *world = made.world;
    for (size_t k = 1; k < 3; k++) { /* border knows no common danger, ct does */
        synthetic_meet(made.cast, k, POLE, 4);
        synthetic_meet(made.cast, k, 3, 4);
    }
    made.cast->danger_source = A;
    made.cast->reference_place = B;
    synthetic_only(world, MECHANISM_cooperation);
    synthetic_start(world);
    synthetic_fill(world->now.identity, n, 0);
    world->now.militancy[A] = 0.7;
    world->derived.threat_nonstate[3] = 0.5, world->derived.threat_regime[3] = 0.2;
    world->derived.threat_nonstate[4] = 0.1, world->derived.threat_regime[4] = 0.9;
    for (double worth = 0; worth < 1.3; worth += 0.3) {
        world->set.worth[B * n + POLE] = worth;
        cooperation_update(world);
        double far = 0.7 * fmin(1, worth + 0.2), t = 0.75, both = fmin(far, 0.9);
        assert_close(world->derived.willing[2 * n * n + POLE * n + 4], chance(t, T_, R_ + 0.5 * both, 0.85),
                     1e-12);
        assert_close(world->derived.willing[2 * n * n + 4 * n + POLE], chance(t, T_, R_ + 0.5 * both, 0.85),
                     1e-12);
        assert_close(world->derived.willing[2 * n * n + 3 * n + 4], chance(t, T_, R_ + 0.5 * 0.5, 0.85), 1e-12);
        assert_close(world->derived.willing[1 * n * n + 3 * n + 4], chance(t, T_, R_, 0.85), 1e-12);
    }
    made.cast->danger_source = CAST_NONE;
    cooperation_update(world);
    assert_close(world->derived.willing[2 * n * n + POLE * n + 4], chance(0.75, T_, R_, 0.85), 1e-12);
    synthetic_free(made);
}

/* tau_ij' = tau_ij + alpha_t (what j did - tau_ij): i's trust follows j; over time to p of the other; half a step with the
 * converted weight.  States that do not meet keep their trust. */
static void trust_follows(void **unused)
{
    (void)unused;
    for (unsigned parts = 1; parts <= 2; parts++) {
        struct synthetic made = meeting(3, 1);
        struct world *world = made.world;
        world->steps_per_quarter = parts;
        world->dt = 0.25 / parts;
        world->set.shadow[0] = 0.95, world->set.shadow[1] = 0.5;
        double kept = world->now.trust[2], alpha = 1 - pow(1 - 0.15, 1.0 / parts);
        for (int k = 0; k < 20; k++) {
            double before[2] = {world->now.trust[1], world->now.trust[3]};
            testing_steps(world, 1);
            assert_close(world->now.trust[1], before[0] + alpha * (world->derived.willing[3] - before[0]),
                         1e-12);
            assert_close(world->now.trust[3], before[1] + alpha * (world->derived.willing[1] - before[1]),
                         1e-12);
            assert_true(world->derived.play[1] == world->derived.willing[1]);
        }
        assert_true(world->derived.willing[1] > world->derived.willing[3] + 0.2);
        assert_true(world->now.trust[3] > world->now.trust[1] && world->now.trust[2] == kept);
        synthetic_free(made);
    }
}

/* Noise on: plays are 0 or 1, with mean p, and issues and directions are drawn apart; trust moves by the play. */
static void plays(void **unused)
{
    (void)unused;
    enum { RUNS = 20000 };
    struct synthetic made = meeting(3, 2);
    struct world *world = made.world;
    world->model.noise = 1;
    world->set.stake[1] = 0.7;
    double sum[4] = {0}, cross[4][4] = {{0}};
    const size_t at[] = {1, 3, 9 + 1, 9 + 3};
    for (world->replicate = 0; world->replicate < RUNS; world->replicate++) {
        cooperation_update(world);
        for (size_t a = 0; a < 4; a++) {
            double played = world->derived.play[at[a]];
            assert_true(played == 0 || played == 1);
            sum[a] += played;
            for (size_t b = 0; b < 4; b++)
                cross[a][b] += played * world->derived.play[at[b]];
        }
        assert_close(world->next.trust[1], 0.75 + 0.15 * (world->derived.play[3] - 0.75), 1e-12);
    }
    for (size_t a = 0; a < 4; a++) {
        double p = world->derived.willing[at[a]];
        assert_true(p > 0.1 && p < 0.97 && fabs(sum[a] / RUNS - p) < 4.5 * sqrt(p * (1 - p) / RUNS));
        for (size_t b = 0; b < a; b++)
            assert_true(fabs(cross[a][b] / RUNS - p * world->derived.willing[at[b]]) < 4.5 * 0.5 / sqrt(RUNS));
    }
    assert_true(fabs(world->derived.willing[at[0]] - world->derived.willing[at[2]]) > 0.02);
    synthetic_free(made);
}

/* What it earns (C.3): y loses y_coop (cbar - 1/2), cbar the mean over the pair's issues of j's plays toward i; nothing for
 * pairs without an issue, or with the mechanism off. */
static void credit(void **unused)
{
    (void)unused;
    for (int on = 0; on < 2; on++)
        for (int noise = 0; noise < 2; noise++) {
            struct synthetic made = meeting(3, 3);
            struct world *world = made.world;
            world->model.noise = noise;
            world->model.run_belief = 1;
            world->model.run_cooperation = on;
            world->set.shadow[0] = 0.5;
            for (size_t i = 0; i < 3; i++) {
                world->set.misperception[i] = 0;
                world->set.cooperation_credit[i] = 0.2 + 0.2 * (double)i;
            }
            testing_steps(world, 1);
            for (size_t i = 0; i < 3; i++)
                for (size_t j = 0; j < 3; j++) {
                    double cbar = 0.5;
                    if (on && i != j && i < 2 && j < 2)
                        cbar = (world->derived.play[j * 3 + i] + world->derived.play[9 + j * 3 + i] +
                                world->derived.play[18 + j * 3 + i]) /
                               3;
                    double y = 0.25 - (0.2 + 0.2 * (double)i) * (cbar - 0.5);
                    assert_close(world->now.hostility[i * 3 + j], i == j ? 0 : 0.25 + 0.08 * (y - 0.25), 1e-12);
                }
            assert_true(!on || world->now.hostility[1] != 0.25);
            synthetic_free(made);
        }
}

/* The mean of an issue is over both directions of its pairs; without a pair it is none. */
static void mean_of_an_issue(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_society(4, 0, 0, 0, 2);
    synthetic_meet(made.cast, 0, 0, 1);
    synthetic_meet(made.cast, 0, 2, 3);
    synthetic_start(made.world);
    made.world->set.shadow[3] = 0.3;
    testing_steps(made.world, 1);
    const double *p = made.world->derived.willing;
    assert_close(cooperation_mean(made.world, 0), (p[1] + p[4] + p[11] + p[14]) / 4, 1e-12);
    assert_true(p[14] < p[11] - 0.1 && isnan(cooperation_mean(made.world, 1)));
    synthetic_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shadow_of_the_future),
        cmocka_unit_test(trust_that_is_enough),
        cmocka_unit_test(compartments),
        cmocka_unit_test(stake_enforcement_kinship),
        cmocka_unit_test(common_danger),
        cmocka_unit_test(trust_follows),
        cmocka_unit_test(plays),
        cmocka_unit_test(credit),
        cmocka_unit_test(mean_of_an_issue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
