/* Limits with an exact solution (design, D.1), each in a world made by hand that leaves only the terms it
 * speaks of.  Tolerance 1e-6 unless the comment says otherwise. */
#include "testing.h"

#include "model/alignment.h"
#include "model/measures.h"
#include "model/portfolio.h"
#include "model/power.h"
#include "model/threat.h"
#include "synthetic.h"

#include <gsl/gsl_linalg.h>

#define TOLERANCE 1e-6

static void steps(struct world *world, size_t count)
{
    for (size_t k = 0; k < count; k++)
        assert_int_equal(step_world(world), STATUS_OK);
}

/* ---- L1, L2: arms ------------------------------------------------------------------------------------------ */

/* Two contiguous states without poles that only arm.  g = q = 1, cov = 0 as nobody else is there. */
static struct synthetic two_nations(const double Y[2], double reaction, double grievance, double ceiling)
{
    struct synthetic made = synthetic_plain(2, 0);
    struct world *world = made.world;
    world->model.calibration = 0;
    world->model.run_economy = world->model.run_alignment = world->model.run_influence =
        world->model.run_belief = world->model.run_spillover = 0;
    world->set.contiguous[1] = world->set.contiguous[2] = 1;
    for (size_t i = 0; i < 2; i++) {
        world->now.gdp[i] = Y[i];
        world->set.spending[i] = 0.01 * Y[i];
        world->set.trend_growth[i] = 0;
        world->set.burden_ceiling[i] = ceiling;
        world->set.burden_floor[i] = world->set.power_margin[i] = world->set.nonstate_effort[i] =
            world->set.threat_effort[i] = 0;
        world->set.arms_reaction[i] = reaction;
        world->set.grievance[i] = grievance;
    }
    world->set.hostility_anchor[1] = world->set.hostility_anchor[2] = 1;
    return made;
}

/* Factor by which exp(-delta dt) is replaced: two classical Runge-Kutta steps of dt/2. */
static double decay(double delta, double dt)
{
    double z = -delta * dt / 2, once = 1 + z + z * z / 2 + z * z * z / 6 + z * z * z * z / 24;
    return once * once;
}

/* L1 (Richardson 1960).  k_ij = rho_a Y_i/(Y_i+Y_j); M(t+dt) = b M + ((1-b)/delta)(K M + G Y); fixed point
 * M* = (delta E - K)^-1 G Y, by Cramer's rule for two. */
static void richardson_path_and_fixed_point(void **unused)
{
    (void)unused;
    const double Y[2] = {1000, 250}, rho = 0.1, G = 0.01, delta = 0.08;
    struct synthetic made = two_nations(Y, rho, G, 1e6);
    synthetic_start(made.world);
    double k12 = rho * Y[0] / (Y[0] + Y[1]), k21 = rho * Y[1] / (Y[0] + Y[1]);
    double b = decay(delta, 0.25), M[2] = {made.world->now.military[0], made.world->now.military[1]};
    assert_close(M[0], 0.01 * 1000 / delta, 1e-12);
    for (int t = 0; t < 4000; t++) {
        steps(made.world, 1);
        double first = b * M[0] + (1 - b) / delta * (k12 * M[1] + G * Y[0]);
        M[1] = b * M[1] + (1 - b) / delta * (k21 * M[0] + G * Y[1]);
        M[0] = first;
        assert_close(made.world->now.military[0], M[0], TOLERANCE);
        assert_close(made.world->now.military[1], M[1], TOLERANCE);
    }
    double determinant = delta * delta - k12 * k21;
    assert_close(made.world->now.military[0], (delta * G * Y[0] + k12 * G * Y[1]) / determinant, TOLERANCE);
    assert_close(made.world->now.military[1], (delta * G * Y[1] + k21 * G * Y[0]) / determinant, TOLERANCE);
    synthetic_free(made);
}

/* L1: stable iff k12 k21 < delta^2.  One per cent on either side of it the distance from M* shrinks or grows
 * by the larger eigenvalue of the path of L1, b + ((1-b)/delta) sqrt(k12 k21), each quarter. */
static void richardson_stability(void **unused)
{
    (void)unused;
    const double Y[2] = {600, 200}, delta = 0.08;
    for (int unstable = 0; unstable < 2; unstable++) {
        /* rho^2 Y1 Y2/(Y1+Y2)^2 = delta^2 (1 -+ 0.01) */
        double rho = delta * sqrt(unstable ? 1.01 : 0.99) * (Y[0] + Y[1]) / sqrt(Y[0] * Y[1]);
        struct synthetic made = two_nations(Y, rho, 1e-4, 1e9); /* 1e6 bends the path by 2e-6 in a century */
        synthetic_start(made.world);
        double M0, M1, M2;
        steps(made.world, 20000); /* the fast eigenvector is gone */
        M0 = made.world->now.military[0];
        steps(made.world, 400);
        M1 = made.world->now.military[0];
        steps(made.world, 400);
        M2 = made.world->now.military[0];
        double b = decay(delta, 0.25), a_quarter = b + (1 - b) * sqrt(unstable ? 1.01 : 0.99);
        assert_close((M2 - M1) / (M1 - M0), pow(a_quarter, 400), TOLERANCE);
        assert_true(unstable ? M2 - M1 > M1 - M0 : fabs(M2 - M1) < fabs(M1 - M0));
        synthetic_free(made);
    }
}

/* L2 (Caspary 1967): beyond the bound of stability a ceiling m_max still gives convergence, with m < m_max and
 * M <= m_max Y/delta; the poorer side is at 90 % of its ceiling first.  The fixed point is that of
 * M_i = m_max (1 - exp(-R_i/m_max)) Y_i/delta, found here by iteration. */
static void budget_ceiling(void **unused)
{
    (void)unused;
    const double Y[2] = {1000, 250}, rho = 1, G = 0.01, delta = 0.08, top = 0.1;
    struct synthetic made = two_nations(Y, rho, G, top);
    synthetic_start(made.world);
    assert_true(rho * rho * Y[0] * Y[1] / pow(Y[0] + Y[1], 2) > delta * delta);
    size_t reached[2] = {0, 0};
    for (size_t t = 1; t <= 4000; t++) {
        steps(made.world, 1);
        for (size_t i = 0; i < 2; i++) {
            double m = made.world->now.burden[i];
            assert_true(m < top);
            assert_true(made.world->now.military[i] <= top * Y[i] / delta * (1 + 1e-12));
            if (reached[i] == 0 && m >= 0.9 * top)
                reached[i] = t;
        }
    }
    assert_true(reached[1] > 0 && (reached[0] == 0 || reached[1] < reached[0]));
    double M[2] = {10, 10};
    for (int k = 0; k < 10000; k++)
        for (size_t i = 0; i < 2; i++) {
            double R = G + rho * M[1 - i] / (Y[0] + Y[1]);
            M[i] = top * (1 - exp(-R / top)) * Y[i] / delta;
        }
    for (size_t i = 0; i < 2; i++)
        assert_close(made.world->now.military[i], M[i], TOLERANCE);
    synthetic_free(made);
}

/* F1 (B.2): 1000 and 250 bn, 80 and 20 million, 3 % of GDP and 3 % growth, h0 = 0.9, q = 1, phi = N = x = 0,
 * rho_a = 1, G = 0.01 given.  The poorer state passes 0.9 m_max after about 2 years, after 4 with m_S = 0
 * and h held; the richer not at all in 60; baseline rho_a = 0: neither.  "About" is taken as half a year. */
static void arms_race_of_the_poor(void **unused)
{
    (void)unused;
    const double expected[3] = {2, 4, INFINITY};
    for (int variant = 0; variant < 3; variant++) {
        const double Y[2] = {1000, 250};
        struct synthetic made = two_nations(Y, variant == 2 ? 0 : 1, 0.01, 0.1);
        struct world *world = made.world;
        world->model.run_economy = 1;
        world->model.run_belief = variant == 1 ? 0 : 1;
        for (size_t i = 0; i < 2; i++) {
            world->now.population[i] = i == 0 ? 80 : 20;
            world->set.spending[i] = 0.03 * Y[i];
            world->set.trend_growth[i] = 0.03;
            world->set.offensive[i] = world->set.openness[i] = world->now.militancy[i] = 0;
            world->set.burden_floor[i] = 0.002;
            world->set.power_margin[i] = 0.005;
            world->set.nonstate_effort[i] = 0.025;
            world->set.threat_effort[i] = variant == 1 ? 0 : 0.1;
        }
        world->set.hostility_anchor[1] = world->set.hostility_anchor[2] = 0.9;
        synthetic_start(world);
        double passed[2] = {INFINITY, INFINITY};
        for (int t = 1; t <= 240; t++) {
            steps(world, 1);
            for (size_t i = 0; i < 2; i++)
                if (isinf(passed[i]) && world->now.burden[i] > 0.09)
                    passed[i] = t / 4.0;
        }
        print_message("F1 variant %d: poorer after %g years, richer after %g\n", variant, passed[1], passed[0]);
        assert_true(isinf(passed[0]));
        assert_true(isinf(expected[variant]) ? isinf(passed[1]) : fabs(passed[1] - expected[variant]) <= 0.5);
        synthetic_free(made);
    }
}

/* ---- L3, L4, L8: shares ------------------------------------------------------------------------------------ */

/* L3: with constant U the portfolio rule has the one fixed point exp(U/kappa)/Z, for any start and rho in
 * (0, 1]. */
static void logit_of_the_portfolio(void **unused)
{
    (void)unused;
    const double U[4] = {0.3, -0.2, 0.55, 0}, kappa = 0.2, rhos[] = {0.05, 0.12, 0.7, 1};
    double Z = 0;
    for (size_t c = 0; c < 4; c++)
        Z += exp(U[c] / kappa);
    for (size_t r = 0; r < 4; r++)
        for (size_t start = 0; start < 4; start++) {
            double x[4] = {1e-4, 1e-4, 1e-4, 1e-4}, room[4];
            x[start] = 1 - 3e-4;
            for (int t = 0; t < 600; t++) {
                memcpy(room, U, sizeof room);
                portfolio_choose(x, room, 4, rhos[r], kappa);
            }
            for (size_t c = 0; c < 4; c++)
                assert_close(x[c], exp(U[c] / kappa) / Z, TOLERANCE);
        }
}

/* A world of n states, all poles, in which every utility is a constant: U_0 = nu0 (no threat), U_ic =
 * tie_ic. */
static struct synthetic constant_worth(size_t n)
{
    struct synthetic made = synthetic_plain(n, n);
    struct world *world = made.world;
    world->model.run_threat = world->model.run_economy = world->model.run_belief = world->model.run_influence =
        world->model.run_arms = world->model.run_spillover = 0;
    for (size_t i = 0; i < n; i++)
        world->set.security_weight[i] = world->set.fear_weight[i] = world->set.nonstate_weight[i] =
            world->set.regime_weight[i] = world->set.side_payment_weight[i] =
                world->set.leverage_compliance[i] = world->set.company_weight[i] =
                    world->set.entrapment_fear[i] = world->set.autonomy[i] = 0;
    return made;
}

/* L3, nested: b -> exp(U/kappa)/Z among patrons, a_0/(1-a_0) -> exp((U_0 - I)/(n_o kappa)),
 * I = kappa ln sum exp(U/kappa), for any start and rho; with n_o = 1 the flat logit over all options. */
static void logit_of_alignment(void **unused)
{
    (void)unused;
    const double kappa = 0.2, rhos[] = {0.05, 0.12, 1}, n_o[] = {1, 2, 3.5};
    for (size_t r = 0; r < 3; r++)
        for (size_t o = 0; o < 3; o++)
            for (int start = 0; start < 2; start++) {
                struct synthetic made = constant_worth(5);
                struct world *world = made.world;
                double *tie = world->set.tie; /* row of state 0, which may lean on 1 .. 4 */
                tie[1] = 0.25, tie[2] = -0.1, tie[3] = 0.4, tie[4] = 0.05;
                for (size_t i = 0; i < 5; i++) {
                    world->set.inertia[i] = 1 - rhos[r];
                    world->set.partner_substitution[i] = n_o[o];
                    world->set.indecision[i] = kappa;
                }
                if (start == 1) {
                    world->now.alignment[0] = 0.02;
                    world->now.alignment[5] = 0.9; /* option 5 is state 4 */
                }
                synthetic_start(world);
                steps(world, 600);
                double Z = 0, flat = exp(0.45 / kappa);
                for (size_t c = 1; c < 5; c++)
                    Z += exp(tie[c] / kappa);
                double odds = exp((0.45 - kappa * log(Z)) / (n_o[o] * kappa)), self = odds / (1 + odds);
                const double *a = world->now.alignment;
                assert_close(a[CAST_SELF], self, TOLERANCE);
                assert_true(a[1] == 0); /* option 1 is the state itself */
                for (size_t c = 1; c < 5; c++) {
                    assert_close(a[c + 1], (1 - self) * exp(tie[c] / kappa) / Z, TOLERANCE);
                    if (n_o[o] == 1)
                        assert_close(a[c + 1], exp(tie[c] / kappa) / (Z + flat), TOLERANCE);
                }
                if (n_o[o] == 1)
                    assert_close(self, flat / (Z + flat), TOLERANCE);
                synthetic_free(made);
            }
}

/* One step of the nested rule off its fixed point: b' by the portfolio rule with rho and kappa, and
 * a_0'/(1-a_0') = [a_0/(1-a_0)]^(1-rho) exp(rho (U_0 - I)/(n_o kappa)). */
static void one_step_of_alignment(void **unused)
{
    (void)unused;
    struct synthetic made = constant_worth(4);
    struct world *world = made.world;
    const double kappa = 0.2, rho = 0.12, n_o = 2, start[4] = {0.3, 0.4, 0.2, 0.1};
    double *tie = world->set.tie, b[3], Z = 0, I = 0;
    tie[1] = 0.25, tie[2] = -0.1, tie[3] = 0.4;
    world->now.alignment[0] = start[0];
    for (size_t c = 1; c < 4; c++)
        world->now.alignment[c + 1] = start[c];
    synthetic_start(world);
    steps(world, 1);
    for (size_t c = 0; c < 3; c++) {
        b[c] = pow(start[c + 1] / 0.7, 1 - rho) * exp(rho * tie[c + 1] / kappa);
        Z += b[c];
        I += exp(tie[c + 1] / kappa);
    }
    double odds = pow(0.3 / 0.7, 1 - rho) * exp(rho * (0.45 - kappa * log(I)) / (n_o * kappa)),
           self = odds / (1 + odds);
    assert_close(world->now.alignment[CAST_SELF], self, 1e-12);
    for (size_t c = 0; c < 3; c++)
        assert_close(world->now.alignment[c + 2], (1 - self) * b[c] / Z, 1e-12);
    synthetic_free(made);
}

/* L4: kappa = 1e-9 with rho/kappa = eta is the replicator: share(t) = 1/(1 + ((1-x0)/x0) exp(-eta t dU)). */
static void replicator_is_logistic(void **unused)
{
    (void)unused;
    const double kappa = 1e-9, eta = 0.3, dU = 0.25, x0 = 0.01;
    double x[2] = {x0, 1 - x0}, U[2];
    for (int t = 1; t <= 150; t++) {
        U[0] = 0.4 + dU;
        U[1] = 0.4;
        portfolio_choose(x, U, 2, eta * kappa, kappa);
        double expected = 1 / (1 + (1 - x0) / x0 * exp(-eta * t * dU));
        if (expected < 1 - 1e-4)
            assert_close(x[0], expected, TOLERANCE);
    }
}

/* L8: two patrons of equal reach, worth V1 and V2 apart from the autonomy cost lambda a p, p = pi/(pi +
 * H).  kappa -> 0, rho/kappa fixed: V1 - lambda a1 p = V2 - lambda a2 p, so a1 = (a1 + a2)/2 + (V1 - V2)/(2
 * lambda p); pure choice once |V1 - V2| >= lambda p.  There is no "no slot 0": its share is at its floor
 * here, V being high. */
static void hedging(void **unused)
{
    (void)unused;
    const double lambda = 2, gaps[] = {0, 0.3, -0.7, 1.0, 3.0};
    for (size_t k = 0; k < 5; k++) {
        struct synthetic made = synthetic_plain(3, 2); /* states 0 and 1 are poles, 2 chooses */
        struct world *world = made.world;
        world->model.run_threat = world->model.run_economy = world->model.run_belief =
            world->model.run_influence = world->model.run_arms = world->model.run_spillover = 0;
        for (size_t i = 0; i < 3; i++) {
            world->set.company_weight[i] = world->set.entrapment_fear[i] = 0;
            world->set.indecision[i] =
                1e-8; /* leaves kappa ln(a1/a2) / (2 lambda p) of a preference for both */
            world->set.inertia[i] = 1 - 0.5e-8;
        }
        world->set.distance[2 * 3] = world->set.distance[3 * 0 + 2] = 1500;
        world->set.distance[2 * 3 + 1] = world->set.distance[3 * 1 + 2] = 1500;
        world->set.self_reliance[2] = 0;
        world->set.autonomy[2] = lambda;
        world->set.tie[2 * 3] = 1.9; /* V1 */
        world->set.tie[2 * 3 + 1] = 1.9 - gaps[k];
        synthetic_start(world);
        steps(world, 4000);
        double s_ref = 0.05, e = exp(1);
        double g = pow(s_ref, log10(1500 / 805.0 + 10 - e) - log10(10 - e)), p = g / (g + 1); /* like sizes */
        const double *a = world->now.alignment + 2 * world->cast->options;
        double both = a[1] + a[2], first = both / 2 + gaps[k] / (2 * lambda * p);
        assert_close(a[0], 1e-4, 1e-3);
        if (fabs(gaps[k]) < lambda * p * (1 - 1e-3)) {
            assert_close(a[1], first, TOLERANCE);
            assert_close(a[2], both - first, TOLERANCE);
        } else {
            assert_close(a[1], 1, 3e-4); /* the others at their floor */
        }
        synthetic_free(made);
    }
}

/* ---- L7: bandwagon or balance ------------------------------------------------------------------------------- */

struct choice {
    double H, threat, helper; /* population as the only measure of size that differs */
    double helper_presence, threat_presence, opposes, reliability, f, appeasement;
};

/* Utilities of leaning on the threat and on the helper, and x, y of L7 from raw data. */
static void walt(const struct choice *c, double *on_threat, double *on_helper, double *x, double *y)
{
    struct synthetic made =
        synthetic_plain(3, 2); /* 0: the threat j; 1: the helper c; 2: the one who chooses */
    struct world *world = made.world;
    const double size[3] = {c->threat, c->helper, c->H};
    for (size_t i = 0; i < 3; i++) {
        world->now.gdp[i] = world->now.population[i] = size[i];
        world->set.spending[i] = 0.02 * size[i];
        world->set.nonstate_weight[i] = world->set.regime_weight[i] = world->set.side_payment_weight[i] =
            world->set.leverage_compliance[i] = world->set.company_weight[i] = world->set.entrapment_fear[i] =
                world->set.autonomy[i] = 0;
        world->set.fear_weight[i] = c->f * world->set.security_weight[i];
        world->set.offensive[i] = 0.8;
        world->set.appeasement[i] = c->appeasement;
    }
    world->set.distance[2 * 3] = world->set.distance[2] = 700;
    world->set.distance[2 * 3 + 1] = world->set.distance[3 + 2] = 2500;
    world->set.presence[2 * 3] = c->threat_presence;
    world->set.presence[2 * 3 + 1] = c->helper_presence;
    world->set.hostility_anchor[2 * 3] = 0.6;    /* 2 fears 0 */
    world->set.hostility_anchor[2 * 3 + 1] = 0;  /* and not 1 */
    world->set.hostility_anchor[3] = c->opposes; /* how the helper sees the threat */
    world->set.base_reliability[1] = c->reliability;
    world->now.alignment[2 * 3] = 1; /* alone */
    world->now.alignment[2 * 3 + 1] = world->now.alignment[2 * 3 + 2] = 0;
    calibrate_complete(world);
    threat_update(world);
    double terms[TERM_COUNT], room[3];
    *on_threat = alignment_utility(world, 2, 1, terms, room);
    *on_helper = alignment_utility(world, 2, 2, terms, room);

    double all = c->threat + c->helper + c->H, e = exp(1); /* s = size/all in all three dimensions */
    double g_threat = pow(0.05, log10(700 / 805.0 + 10 - e) - log10(10 - e));
    double g_helper = pow(0.05, log10(2500 / 805.0 + 10 - e) - log10(10 - e));
    double felt = c->threat_presence * g_threat * c->threat / all;
    *x = c->H / all / felt;
    *y = fmin(1, 2 * c->opposes) * c->reliability * c->helper_presence * g_helper * c->helper / all / felt;
    synthetic_free(made);
}

/* L7 (Walt 1987): bandwagon iff chi > [ y (1+x)/(1+x+y) + f (1+x) ] / [ 1 + f (1+x) ], f = wF/wS.  Scanned
 * just under and just over that chi, for weak and strong states, near and far helpers, f = 0 and f > 0; and
 * at the threshold itself the two are worth the same. */
static void bandwagon_or_balance(void **unused)
{
    (void)unused;
    const double H[] = {5, 60}, helper[] = {100, 400}, opposes[] = {0.1, 0.9}, f[] = {0, 0.625, 2};
    size_t inside = 0;
    for (size_t k = 0; k < 2 * 2 * 2 * 3; k++) {
        struct choice c = {H[k % 2], 300, helper[k / 2 % 2], 0.6, 0.9, opposes[k / 4 % 2], 0.7, f[k / 8], 0};
        double on_threat, on_helper, x, y;
        walt(&c, &on_threat, &on_helper, &x, &y);
        double threshold = (y * (1 + x) / (1 + x + y) + c.f * (1 + x)) / (1 + c.f * (1 + x));
        if (threshold >= 1) { /* no belief in appeasement is strong enough */
            c.appeasement = 1;
            walt(&c, &on_threat, &on_helper, &x, &y);
            assert_true(on_threat <= on_helper);
            continue;
        }
        inside++;
        c.appeasement = threshold + 1e-6;
        walt(&c, &on_threat, &on_helper, &x, &y);
        assert_true(on_threat > on_helper);
        c.appeasement = threshold - 1e-6;
        walt(&c, &on_threat, &on_helper, &x, &y);
        assert_true(on_threat < on_helper);
        c.appeasement = threshold;
        walt(&c, &on_threat, &on_helper, &x, &y);
        assert_true(fabs(on_threat - on_helper) < 1e-9);
        for (double chi = 0; chi <= 1; chi += 0.05) {
            c.appeasement = chi;
            walt(&c, &on_threat, &on_helper, &x, &y);
            if (fabs(chi - threshold) > 1e-6)
                assert_int_equal(on_threat > on_helper, chi > threshold);
        }
    }
    assert_true(inside >= 12);
}

/* ---- L9: demand ---------------------------------------------------------------------------------------------- */

/* L9: with fixed shares, burdens and no noise, growth above trend follows d(t+1) = B d(t) + f with
 * B_ij = eta xi_i x_i sigma_ij, and so ends at (E - B)^-1 f; the spectral radius of B is under 1. */
static void demand_multiplier(void **unused)
{
    (void)unused;
    const char *set[] = {"model.noise=false", "model.mechanisms.arms=false", "model.economy.trade_adjustment=0",
                         "model.mechanisms.alignment=false"};
    struct scenario *scenario = testing_load_reduced("tests/worlds/w21.cfg", set, 4);
    struct world *world = testing_world(scenario, 0);
    size_t n = world->cast->states, china = cast_state(world->cast, "CHN");
    world->set.shock[china] = -0.03;
    steps(world, 1); /* shares under their floor are lifted once and stay */
    gsl_matrix *B = gsl_matrix_alloc(n, n), *A = gsl_matrix_alloc(n, n);
    gsl_vector *f = gsl_vector_calloc(n), *d = gsl_vector_alloc(n);
    gsl_permutation *p = gsl_permutation_alloc(n);
    int sign;
    double *v = calloc(n, sizeof *v), *w = calloc(n, sizeof *w), radius = 0;
    double *shares = calloc(n * n, sizeof *shares);
    memcpy(shares, world->now.export_share, n * n * sizeof *shares);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            gsl_matrix_set(B, i, j,
                           1.0 * world->set.price_amplifier[i] * world->set.openness[i] * shares[i * n + j]);
    /* the cost of the lift by the floor, k_D KL, is part of f */
    for (size_t i = 0; i < n; i++) {
        double kl = 0;
        for (size_t j = 0; j < n; j++)
            if (j != i)
                kl += shares[i * n + j] *
                      (log(fmax(1e-9, shares[i * n + j])) - log(fmax(1e-9, world->set.trade_share[i * n + j])));
        gsl_vector_set(f, i, (i == china ? -0.03 : 0) - 0.02 * fmax(0, kl));
        v[i] = 1;
    }
    steps(world, 300);
    for (size_t e = 0; e < n * n; e++)
        assert_true(fabs(shares[e] - world->now.export_share[e]) < 1e-14);
    for (int k = 0; k < 500; k++) { /* power iteration: B is not negative */
        radius = 0;
        for (size_t i = 0; i < n; i++) {
            w[i] = 0;
            for (size_t j = 0; j < n; j++)
                w[i] += gsl_matrix_get(B, i, j) * v[j];
            radius = fmax(radius, w[i]);
        }
        for (size_t i = 0; i < n; i++)
            v[i] = w[i] / radius;
    }
    assert_true(radius > 0.05 && radius < 1);
    gsl_matrix_set_identity(A);
    gsl_matrix_sub(A, B);
    gsl_linalg_LU_decomp(A, p, &sign);
    gsl_linalg_LU_solve(A, p, f, d);
    for (size_t i = 0; i < n; i++)
        assert_true(fabs(world->now.growth[i] - world->set.trend_growth[i] - gsl_vector_get(d, i)) < 1e-9);
    assert_true(gsl_vector_get(d, cast_state(world->cast, "TKM")) < -0.005);
    free(v), free(w), free(shares);
    gsl_matrix_free(A), gsl_matrix_free(B), gsl_vector_free(f), gsl_vector_free(d), gsl_permutation_free(p);
    world_free(world);
    scenario_free(scenario);
}

/* ---- L11: spillover ------------------------------------------------------------------------------------------ */

/* L11: without import dN/dt = (rN - s) N - rN N^2, s = s0 + s1 gov + s2 CT + s3 dev: N* = max(0, 1 - s/rN),
 * and N(t) = N* / (1 + (N* / N0 - 1) exp(-(rN - s) t)).  Small dt: the path to 1e-3 (in fact 1e-6), also
 * with dt = 1/4. */
static void logistic_militancy(void **unused)
{
    (void)unused;
    static const struct {
        double capacity, effort, development;
    } cases[] = {{0.1, 0, 0}, {0, 0, 0}, {0.1, 0.5, 0.01}, {0.6, 0, 0}};
    for (size_t k = 0; k < 4; k++)
        for (unsigned part = 1; part <= 16; part += 15) {
            struct synthetic made = synthetic_plain(2, 0);
            struct world *world = made.world;
            world->set.contiguous[1] = world->set.contiguous[2] = 1;
            world->model.import_rate = 0;
            world->now.militancy[0] = 0.05;
            world->now.militancy[1] = 0.9;
            world->steps_per_quarter = part;
            world->dt = 0.25 / part;
            for (size_t i = 0; i < 2; i++) {
                world->set.state_capacity[i] = cases[k].capacity;
                world->set.counter_terror[i] = cases[k].effort;
                world->set.development[i] = cases[k].development;
            }
            synthetic_start(world);
            double s = 0.2 + 1.2 * cases[k].capacity + 0.25 * cases[k].effort + 4 * cases[k].development,
                   r = 0.6 - s;
            double top = r / 0.6, N0[2] = {0.05, 0.9};
            for (int year = 1; year <= 40; year++) {
                steps(world, 4 * part);
                for (size_t i = 0; i < 2; i++)
                    assert_true(fabs(world->now.militancy[i] - top / (1 + (top / N0[i] - 1) * exp(-r * year))) <
                                TOLERANCE);
            }
            steps(world, 1000 * part);
            for (size_t i = 0; i < 2; i++)
                assert_true(fabs(world->now.militancy[i] - fmax(0, top)) < TOLERANCE);
            synthetic_free(made);
        }
}

/* The endemic level with import: two like states have N with (rN + imp) N (1 - N) = s N, N* = 1 - s/(rN +
 * imp). */
static void import_adds_to_contagion(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_plain(2, 0);
    made.world->set.contiguous[1] = made.world->set.contiguous[2] = 1;
    made.world->set.state_capacity[0] = made.world->set.state_capacity[1] = 0.1;
    synthetic_start(made.world);
    steps(made.world, 2000);
    for (size_t i = 0; i < 2; i++)
        assert_close(made.world->now.militancy[i], 1 - 0.32 / 0.615, TOLERANCE);
    synthetic_free(made);
}

/* ---- L14, L15, L16 -------------------------------------------------------------------------------------------- */

/* L14: g = s_ref^(e(d) - e(0)), e(d) = log10(d/v + 10 - e): 1 at d = 0, falling, .448 at 5000 km, the same
 * for every number of states; Pi <= s. */
static void gradient(void **unused)
{
    (void)unused;
    double first = 0;
    for (size_t n = 2; n <= 64; n *= 2) {
        struct synthetic made = synthetic_make(n, 3, false);
        struct world *world = made.world;
        world->set.distance[1] = world->set.distance[n] = 3000; /* states 0 and 1 */
        world->set.contiguous[1] = world->set.contiguous[n] = 0;
        synthetic_start(world);
        assert_true(power_gradient(world, 0) == 1);
        double before = 1;
        for (double d = 1; d <= 25000; d *= 1.1) {
            double g = power_gradient(world, d), e = exp(1);
            assert_close(g, exp(log(0.05) * (log10(d / 805 + 10 - e) - log10(10 - e))), 1e-12);
            assert_true(g < before && g > 0);
            before = g;
        }
        assert_true(fabs(power_gradient(world, 5000) - 0.448) < 5e-4);
        double seen = world->derived.felt[1] / world->derived.share[1] / world->set.presence[1];
        if (n == 2)
            first = seen;
        assert_close(seen, first, 1e-13);
        assert_close(seen, power_gradient(world, 3000), 1e-13);
        for (size_t e = 0; e < n * n; e++) {
            assert_true(world->derived.felt[e] <= world->derived.share[e % n]);
            assert_close(world->derived.gradient[e],
                         e / n == e % n ? 1 : power_gradient(world, world->set.distance[e]), 1e-13);
        }
        synthetic_free(made);
    }
}

/* L15 (Ray and Singer 1973): equal shares give CON = 0, one state owning all gives 1; and for shares .5, .3,
 * .2 it is sqrt((.38 - 1/3)/(2/3)).  One over HHI of n like poles is n; of poles .5 and .3, renormalised,
 * .64/.34. */
static void concentration(void **unused)
{
    (void)unused;
    for (size_t n = 2; n <= 32; n *= 4) {
        struct synthetic made = synthetic_plain(n, n);
        synthetic_start(made.world);
        assert_true(measures_concentration(made.world) < TOLERANCE);
        assert_close(measures_effective_poles(made.world), (double)n, 1e-12);
        for (size_t i = 0; i < n; i++)
            made.world->derived.share[i] = i == n - 1;
        assert_close(measures_concentration(made.world), 1, 1e-12);
        assert_close(measures_effective_poles(made.world), 1, 1e-12);
        synthetic_free(made);
    }
    struct synthetic made = synthetic_plain(3, 2); /* the third is no pole */
    const double size[3] = {50, 30, 20};
    for (size_t i = 0; i < 3; i++) {
        made.world->now.gdp[i] = made.world->now.population[i] = size[i];
        made.world->set.spending[i] = size[i] / 50;
    }
    synthetic_start(made.world);
    assert_close(measures_concentration(made.world), sqrt((0.38 - 1 / 3.0) / (2 / 3.0)), 1e-12);
    assert_close(measures_effective_poles(made.world), 0.8 * 0.8 / 0.34, 1e-12);
    synthetic_free(made);
}

/* L16 (Waltz 1979): wI = wO = 0 and nobody aligned (a_i0 = 1): tau_ij = Pi_ji/(Pi_ji + H_i), ranked by
 * projected power alone; hostility and posture have no effect, h = 0 included (h^0 = 1). */
static void waltz(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_make(12, 8, false);
    struct world *world = made.world;
    size_t n = 12, options = world->cast->options;
    for (size_t i = 0; i < n; i++) {
        world->set.intentions_weight[i] = world->set.offence_weight[i] = 0;
        for (size_t c = 0; c < options; c++)
            world->now.alignment[i * options + c] = c == CAST_SELF;
    }
    synthetic_start(world);
    threat_update(world);
    double *before = calloc(n * n, sizeof *before);
    memcpy(before, world->derived.threat, n * n * sizeof *before);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double felt = world->derived.felt[i * n + j];
            if (i != j)
                assert_close(before[i * n + j], felt / (felt + world->derived.share[i]), 1e-13);
            for (size_t k = 0; k < n; k++)
                if (i != j && i != k && felt > world->derived.felt[i * n + k])
                    assert_true(before[i * n + j] > before[i * n + k]);
        }
    for (size_t e = 0; e < n * n; e++) {
        world->now.hostility[e] = e / n == e % n ? 0 : (double)(e * 7 % 11) / 10;
        world->set.offensive[e % n] = (double)(e % 3) / 2;
    }
    threat_update(world);
    assert_memory_equal(before, world->derived.threat, n * n * sizeof *before);
    free(before);
    synthetic_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(richardson_path_and_fixed_point),
        cmocka_unit_test(richardson_stability),
        cmocka_unit_test(budget_ceiling),
        cmocka_unit_test(arms_race_of_the_poor),
        cmocka_unit_test(logit_of_the_portfolio),
        cmocka_unit_test(logit_of_alignment),
        cmocka_unit_test(one_step_of_alignment),
        cmocka_unit_test(replicator_is_logistic),
        cmocka_unit_test(hedging),
        cmocka_unit_test(bandwagon_or_balance),
        cmocka_unit_test(demand_multiplier),
        cmocka_unit_test(logistic_militancy),
        cmocka_unit_test(import_adds_to_contagion),
        cmocka_unit_test(gradient),
        cmocka_unit_test(concentration),
        cmocka_unit_test(waltz),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
