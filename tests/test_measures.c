/* Measures (design, C.17) and the behaviour classifier (C.15), each against a number worked out by hand on a world whose
 * shares are set and not played; and the landscape of Axelrod and Bennett (L5). */
#include "testing.h"

#include "model/arms.h"
#include "model/measures.h"
#include "synthetic.h"

/* n states of which the first are poles, everybody alone, capability shares as given. */
static struct synthetic still(size_t n, size_t poles, size_t region, const double *share)
{
    struct synthetic made = synthetic_society(n, poles, region, 0, 0);
    synthetic_start(made.world);
    memcpy(made.world->derived.share, share, n * sizeof *share);
    synthetic_fill(made.world->now.alignment, n * made.cast->options, 0);
    for (size_t i = 0; i < n; i++)
        made.world->now.alignment[i * made.cast->options] = 1;
    return made;
}

/* Share of i with option c, taken from what it keeps for itself. */
static void lean(struct synthetic made, size_t i, size_t c, double share)
{
    double *a = made.world->now.alignment + i * made.cast->options;
    a[0] -= share - a[c];
    a[c] = share;
}

/* ---- concentration and camps --------------------------------------------------------------------------------------- */

/* CON (L15 is in test_limits), and 1/HHI over the poles, their shares renormalised. */
static void concentration(void **unused)
{
    (void)unused;
    const double s[] = {0.4, 0.2, 0.2, 0.15, 0.05};
    struct synthetic made = still(5, 3, 0, s);
    assert_close(measures_concentration(made.world), sqrt((0.16 + 0.04 + 0.04 + 0.0225 + 0.0025 - 0.2) / 0.8),
                 1e-12);
    assert_close(measures_effective_poles(made.world), 0.64 / 0.24, 1e-12);
    assert_true(measures_survivors(made.world) == 5);
    synthetic_free(made);
    const double one[] = {0.4, 0.6}; /* without poles there is none to count */
    made = still(2, 0, 0, one);
    assert_true(isnan(measures_effective_poles(made.world)) && isnan(measures_balance(made.world)));
    assert_true(isnan(measures_parity(made.world)) && isnan(measures_modularity(made.world)));
    synthetic_free(made);
}

/* The largest of the living, whoever else is larger. */
static void largest(void **unused)
{
    (void)unused;
    const double s[] = {0.4, 0.2, 0.25, 0.15};
    struct synthetic made = still(4, 2, 0, s);
    assert_true(measures_largest(made.world) == 0.4);
    made.world->load.owner[0] = 3; /* state 0 is no more */
    world_connect(made.world);
    assert_true(measures_largest(made.world) == 0.25);
    synthetic_free(made);
}

/* Against state 0: what 2 and 3 put on pole 1, weighted by their size, their fear and that of pole 1; fear is full from a
 * hostility of one half on.  Poles do not count against themselves, nor the bloc, nor those who are no more. */
static void coalition(void **unused)
{
    (void)unused;
    const double s[] = {0.4, 0.2, 0.2, 0.15, 0.05};
    struct synthetic made = still(5, 3, 2, s); /* poles 0, 1, 2; region 3, 4; options self, 0, 1, 2, bloc */
    struct world *world = made.world;
    double found[5], *h = world->now.hostility;
    synthetic_fill(h, 25, 0);
    measures_counter_coalition(world, found);
    assert_true(found[0] == 0 && found[3] == 0);
    h[1 * 5 + 0] = 0.3;
    h[2 * 5 + 0] = 0.4;
    h[3 * 5 + 0] = 0.7;
    h[1 * 5 + 3] = 0.1;
    h[2 * 5 + 3] = 0.2;
    h[4 * 5 + 3] = 0.2;
    lean(made, 1, 3, 0.1); /* pole 1 on pole 2 */
    lean(made, 2, 2, 0.5); /* pole 2 on pole 1 */
    lean(made, 3, 2, 0.3);
    lean(made, 3, 1, 0.2); /* on 0 itself: no part of it */
    lean(made, 4, 4, 0.6); /* the bloc is no ordinary pole */
    double on_1 = 0.2 * 0.5 * 0.8 + 0.15 * 0.3 * 1, on_2 = 0.2 * 0.1 * 0.6;
    measures_counter_coalition(world, found);
    assert_close(found[0], 0.6 * on_1 + 0.8 * on_2, 1e-14);
    assert_close(found[3], 0.4 * (0.2 * 0.1 * 0.2) + 0.2 * (0.2 * 0.5 * 0.4), 1e-14);
    assert_true(found[1] == 0 && found[2] == 0 && found[4] == 0); /* nobody fears them */
    world->model.selective_help = 0; /* a switch of the model, not of what is measured */
    measures_counter_coalition(world, found);
    assert_close(found[0], 0.6 * on_1 + 0.8 * on_2, 1e-14);
    world->load.owner[2] = 4; /* pole 2 is no more, helps nobody and nobody through it */
    world->load.pole[2] = 0;
    world_connect(world);
    found[2] = 7;
    measures_counter_coalition(world, found);
    assert_close(found[0], 0.6 * 0.15 * 0.3, 1e-14);
    assert_true(found[2] == 0);
    synthetic_free(made);
}

/* W_c = sum s_i b_ic, b_cc = a_c0; balance 1 - (W1 - W2)/(W1 + W2), parity W2/W1, for the two heaviest of all camps, the
 * bloc included. */
static void camps(void **unused)
{
    (void)unused;
    const double s[] = {0.3, 0.2, 0.1, 0.15, 0.25};
    struct synthetic made = still(5, 3, 2, s); /* poles 0, 1, 2; region 3, 4; options self, 0, 1, 2, bloc */
    lean(made, 0, 2, 0.25);
    lean(made, 1, 1, 0.5);
    lean(made, 2, 1, 1);
    lean(made, 3, 2, 0.4);
    lean(made, 4, 4, 0.8);
    double W[] = {0.3 * 0.75 + 0.2 * 0.5 + 0.1, 0.2 * 0.5 + 0.3 * 0.25 + 0.15 * 0.4, 0, 0.25 * 0.8};
    assert_true(W[0] > W[1] && W[1] > W[3]);
    assert_close(measures_balance(made.world), 1 - (W[0] - W[1]) / (W[0] + W[1]), 1e-12);
    assert_close(measures_parity(made.world), W[1] / W[0], 1e-12);
    lean(made, 4, 4, 1); /* now the bloc comes second */
    assert_close(measures_parity(made.world), 0.25 / W[0], 1e-12);
    assert_close(measures_region_autonomy(made.world), 0.15 * 0.6 / 0.4, 1e-12);
    synthetic_free(made);
}

/* Two cliques of p and q states, all in their camp: Q = 1 - (k1^2 + k2^2)/(2w)^2 with k1 = p(p-1), k2 = q(q-1); one camp: 0;
 * polarisation is Q times balance. */
static void cliques(void **unused)
{
    (void)unused;
    const double s[] = {0.2, 0.2, 0.15, 0.15, 0.1, 0.1, 0.1};
    for (size_t p = 2; p <= 5; p++) { /* the poles 0 and 1, and p - 1 more with pole 0 */
        struct synthetic made = still(7, 2, 0, s);
        double first = 0, second = 0;
        for (size_t i = 2; i < 7; i++)
            lean(made, i, i < p + 1 ? 1 : 2, 1);
        for (size_t i = 0; i < 7; i++)
            *(i == 0 || (i > 1 && i < p + 1) ? &first : &second) += s[i];
        double q = 7 - (double)p, k1 = (double)p * ((double)p - 1), k2 = q * (q - 1);
        double expected = 1 - (k1 * k1 + k2 * k2) / ((k1 + k2) * (k1 + k2));
        assert_close(measures_modularity(made.world), expected, 1e-12);
        assert_close(measures_camp_polarisation(made.world), expected * (1 - fabs(first - second)), 1e-12);
        synthetic_free(made);
    }
    struct synthetic made = still(7, 2, 0, s);
    for (size_t i = 1; i < 7; i++)
        lean(made, i, 1, 1);
    assert_true(fabs(measures_modularity(made.world)) < 1e-12);
    for (size_t i = 1; i < 7; i++)
        lean(made, i, 1, 0);
    assert_true(isnan(measures_modularity(made.world))); /* two poles, no links */
    synthetic_free(made);
}

/* Modularity with parts of states, by its definition; who has no largest share belongs to the first of the largest. */
static void modularity(void **unused)
{
    (void)unused;
    const double s[] = {0.3, 0.3, 0.2, 0.2}, b[4][2] = {{0.9, 0.1}, {0.2, 0.8}, {0.5, 0.5}, {0.1, 0.4}};
    struct synthetic made = still(4, 2, 0, s);
    lean(made, 0, 2, 0.1); /* b_00 = a_00 */
    lean(made, 1, 1, 0.2);
    for (size_t i = 2; i < 4; i++) {
        lean(made, i, 1, b[i][0]);
        lean(made, i, 2, b[i][1]);
    }
    double w[4][4] = {{0}}, k[4] = {0}, total = 0, Q = 0, E = 0;
    const size_t camp[] = {0, 1, 0, 1};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
            w[i][j] = i == j ? 0 : b[i][0] * b[j][0] + b[i][1] * b[j][1];
            k[i] += w[i][j];
            total += w[i][j];
            if (i != j) /* energy: ordered pairs, hostility as it is */
                E += s[i] * s[j] * (1 - 2 * (0.1 + 0.05 * (double)(i + 3 * j))) * (1 - w[i][j]);
            made.world->now.hostility[i * 4 + j] = i == j ? 0 : 0.1 + 0.05 * (double)(i + 3 * j);
        }
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++)
            Q += camp[i] == camp[j] ? (w[i][j] - k[i] * k[j] / total) / total : 0;
    assert_close(measures_modularity(made.world), Q, 1e-12);
    assert_close(measures_energy(made.world), E, 1e-12);
    synthetic_free(made);
}

/* ---- windows ------------------------------------------------------------------------------------------------------------ */

/* Stability is 1 - mean over states of sum |a(t) - a(t-4)|/2, missing before four steps; any path of shares will do, here
 * one with noise.  At the first step it can be known, a(0) is the start. */
static void stability(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_make(8, 3, true);
    struct world *world = made.world;
    size_t length = 8 * made.cast->options;
    double path[20][8 * 8], off = 0;
    synthetic_start(world);
    memcpy(path[0], world->now.alignment, length * sizeof(double));
    for (size_t t = 1; t < 20; t++) {
        testing_steps(world, 1);
        memcpy(path[t], world->now.alignment, length * sizeof(double));
        double found = measures_stability(world), change = 0;
        if (t < 4) {
            assert_true(isnan(found));
            continue;
        }
        for (size_t e = 0; e < length; e++)
            change += fabs(path[t][e] - path[t - 4][e]) / 8 / 2;
        off = fmax(off, fabs(found - (1 - change)));
    }
    synthetic_free(made);
    if (off > 1e-12)
        fail_msg("stability is off by up to %.3g", off);
}

/* Status quo: share of states without a loss of level 3 or more and without a change of power share above 25 % in ten years;
 * missing before forty steps.  The shares of a step are those at its beginning. */
static void status_quo(void **unused)
{
    (void)unused;
    const double s[] = {0.25, 0.25, 0.25, 0.25};
    struct synthetic made = still(4, 0, 0, s);
    struct world *world = made.world;
    for (unsigned t = 0; t <= 100; t++) {
        if (t == 50)
            world->load.last_loss[1] = t; /* as a war in this step leaves it */
        if (t == 60)
            world->derived.share[2] = 0.25 * 1.249, world->derived.share[3] = 0.25 * 0.74;
        world->step = t;
        measures_remember(world);
        double found = measures_status_quo(world), safe = 4;
        if (t < 40) {
            assert_true(isnan(found));
            continue;
        }
        safe -= t >= 50 && t < 90; /* forty steps, its own included */
        safe -= t >= 60 && t < 98; /* the jump itself is seen; its end is tested apart */
        if (t < 98 || t >= 101)
            assert_close(found, safe / 4, 1e-12);
    }
    synthetic_free(made);
}

/* The window of a change of power is ten years: a share that jumps in one step is a change for forty. */
static void ten_years(void **unused)
{
    (void)unused;
    const double s[] = {0.5, 0.5};
    struct synthetic made = still(2, 0, 0, s);
    struct world *world = made.world;
    size_t seen = 0;
    for (unsigned t = 0; t <= 120; t++) {
        world->derived.share[0] = t < 50 ? 0.5 : 0.8;
        world->step = t;
        measures_remember(world);
        seen += t >= 40 && measures_status_quo(world) == 0.5;
    }
    synthetic_free(made);
    if (seen != 40)
        fail_msg("a jump is seen for %zu steps, not 40", seen);
}

/* ---- of states ---------------------------------------------------------------------------------------------------------- */

static void of_states(void **unused)
{
    (void)unused;
    const double s[] = {0.4, 0.3, 0.2, 0.1};
    struct synthetic made = still(4, 3, 0, s);
    struct world *world = made.world;
    double spread[4], deficit[4], hhi[4], alive[4];
    lean(made, 3, 1, 0.3);
    lean(made, 3, 2, 0.1);
    lean(made, 3, 3, 0.2);
    lean(made, 2, 1, 0.5);
    measures_spread(world, spread); /* nb = 1/sum (a/(1 - a0))^2 */
    assert_close(spread[3], 0.36 / (0.09 + 0.01 + 0.04), 1e-12);
    assert_close(spread[2], 1, 1e-12);
    assert_true(isnan(spread[0])); /* leans on nobody */
    world->derived.threat_state[1] = 0.5, world->derived.threat_nonstate[1] = 0.2;
    world->derived.threat_regime[1] = 0.4, world->derived.threat_economic[1] = 0.3;
    world->set.nonstate_weight[1] = 3;
    measures_security_deficit(world, deficit);
    assert_close(deficit[1], (8 * 0.5 + 3 * 0.2 + 2.5 * 0.4 + 0.3) / (8 + 3 + 2.5 + 1), 1e-12);
    for (size_t j = 0; j < 4; j++)
        world->now.export_share[j] = j == 0 ? 0 : j == 1 ? 0.5 : 0.25;
    measures_export_concentration(world, hhi);
    assert_close(hhi[0], 0.375, 1e-12);
    measures_alive(world, alive);
    assert_true(alive[0] == 1 && alive[3] == 1);
    synthetic_free(made);
}

/* ---- behaviour ---------------------------------------------------------------------------------------------------------- */

enum { NON_ALIGNED, BANDWAGONING, BALANCING, BUCK_PASSING, HEDGING, LEANING };
enum { THREAT, FOE, FRIEND, MINOR, I, STATES }; /* four poles, of which FOE dislikes THREAT; I looks on */

static struct synthetic onlooker(void)
{
    const double s[] = {0.3, 0.3, 0.2, 0.1, 0.1};
    struct synthetic made = still(STATES, 4, 0, s);
    struct world *world = made.world;
    synthetic_fill(world->derived.threat, STATES * STATES, 0);
    synthetic_fill(world->now.hostility, STATES * STATES, 0.1);
    world->derived.threat[I * STATES + THREAT] = 0.5;
    world->derived.threat[I * STATES + FOE] = 0.2;
    world->now.hostility[FOE * STATES + THREAT] = 0.5;
    synthetic_fill(world->derived.help, STATES * made.cast->options, 0);
    synthetic_fill(world->derived.feared, STATES, 0);
    world->set.free_riding[I] = 0.5, world->set.buck_passing[I] = 0;
    return made;
}

static double class_of(struct synthetic made)
{
    double behaviour[STATES];
    measures_behaviour(made.world, behaviour);
    return behaviour[I];
}

/* The tests in the order of C.15, first match, each at its bound. */
static void behaviour(void **unused)
{
    (void)unused;
    static const struct {
        double share[4]; /* with THREAT, FOE, FRIEND, MINOR */
        int class;
        const char *why;
    } table[] = {
        {{0.1, 0.1, 0.1, 0.1}, NON_ALIGNED, "a_i0 = 0.6, though evenly spread"},
        {{0.40, 0, 0, 0}, NON_ALIGNED, "a_i0 = 0.6 comes before bandwagoning"},
        {{0.36, 0.34, 0, 0}, BANDWAGONING, "with the largest threat"},
        {{0.35, 0.36, 0, 0}, BANDWAGONING, "before balancing"},
        {{0.34, 0.35, 0, 0}, BALANCING, "with who dislikes it"},
        {{0.15, 0.34, 0.15, 0.15}, HEDGING, "nb = 3.2 of 4"},
        {{0.1, 0.1, 0.2, 0.6}, LEANING, "nb = 2.4 of 4"},
        {{0, 0, 0.7, 0}, LEANING, "on one alone, who dislikes nobody"},
    };
    for (size_t k = 0; k < sizeof table / sizeof table[0]; k++) {
        struct synthetic made = onlooker();
        for (size_t c = 0; c < 4; c++)
            lean(made, I, c + 1, table[k].share[c]);
        double found = class_of(made);
        if (found != table[k].class)
            fail_msg("case %zu: class %g, %s", k, found, table[k].why);
        synthetic_free(made);
    }
    struct synthetic made = onlooker(); /* not its worst threat: another state, no pole, is feared more */
    made.world->derived.threat[I * STATES + I] = 0;
    lean(made, I, 1, 0.5);
    assert_true(class_of(made) == BANDWAGONING);
    made.world->derived.threat[I * STATES + FOE] = 0.6; /* now FOE is j*, and nobody dislikes it */
    assert_true(class_of(made) == LEANING);
    made.world->now.hostility[FRIEND * STATES + FOE] = 0.41;
    lean(made, I, 1, 0.1);
    lean(made, I, 3, 0.35);
    assert_true(class_of(made) == BALANCING);
    made.world->now.hostility[FRIEND * STATES + FOE] = 0.4; /* the bound is open */
    assert_true(class_of(made) != BALANCING);
    synthetic_free(made);
}

/* A neighbour who is no pole may be the worst threat: then nobody bandwagons with a pole. */
static void worst_of_all(void **unused)
{
    (void)unused;
    const double s[] = {0.4, 0.3, 0.3};
    struct synthetic made = still(3, 1, 0, s);
    lean(made, 2, 1, 0.5);
    made.world->derived.threat[2 * 3 + 0] = 0.5;
    made.world->derived.threat[2 * 3 + 1] = 0.4;
    double behaviour[3];
    measures_behaviour(made.world, behaviour);
    assert_true(behaviour[2] == BANDWAGONING);
    made.world->derived.threat[2 * 3 + 1] = 0.51;
    measures_behaviour(made.world, behaviour);
    assert_true(behaviour[2] == HEDGING); /* one pole, one option: nb = 1 of 1 */
    synthetic_free(made);
}

/* Buck-passing: cov against j* above 0.5, bal under 0.2, and a burden at least 20 % under the one without cov. */
static void passing_the_buck(void **unused)
{
    (void)unused;
    const struct {
        double help, friend, foe;
        int class;
    } table[] = {{3, 0.5, 0, BUCK_PASSING},
                 {0.9, 0.5, 0, LEANING},       /* cov = 0.31 */
                 {3, 0.5, 0.19, BUCK_PASSING}, /* bal still under 0.2 */
                 {3, 0.5, 0.21, LEANING},
                 {3, 0.01, 0.5, BALANCING}};
    for (size_t k = 0; k < 5; k++) {
        struct synthetic made = onlooker();
        struct world *world = made.world;
        lean(made, I, FRIEND + 1, table[k].friend);
        lean(made, I, FOE + 1, table[k].foe);
        synthetic_fill(world->derived.felt, STATES * STATES, 0.1);
        world->derived.help[I * made.cast->options + FRIEND + 1] =
            0.1 * table[k].help; /* cov = 0.5 help/(0.5 help + felt) */
        world->set.grievance[I] = world->set.threat_effort[I] = world->set.nonstate_effort[I] = 0;
        world->set.power_margin[I] = 0;
        world->now.military[THREAT] = 20;
        world->now.hostility[I * STATES + THREAT] = 0.9;
        world->set.burden_floor[I] = 0;
        arms_pressure(world);
        double found = class_of(made);
        if (found != table[k].class)
            fail_msg("case %zu: class %g", k, found);
        if (k == 0) { /* and who would arm as much anyway does not pass it */
            world->set.grievance[I] = 1;
            assert_true(class_of(made) == LEANING);
        }
        synthetic_free(made);
    }
}

/* ---- L5: the landscape -------------------------------------------------------------------------------------------------- */

static double energy(size_t n, const double *s, const double *h, unsigned long config)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (i != j && ((config >> i ^ config >> j) & 1))
                sum += s[i] * s[j] * (1 - 2 * h[i * n + j]);
    return sum;
}

/* Two camps without a state behind them (poles with next to no power), no slot 0 (standing alone is worth nothing), only
 * the company weight, kappa -> 0, and one state moves at a time (inertia 0 for one, 1 for the others).  What the engine
 * keeps of the rest: shares stop at 1e-4 of either camp and of slot 0, so energy is that of these shares.  It never rises,
 * and the end is a configuration in which no single state can lower it, found by trying all. */
static void landscape(void **unused)
{
    (void)unused;
    enum { S = 10, P = 2, n = S + P };
    size_t descents = 0, ends = 0;
    for (unsigned long seed = 1; seed <= 12; seed++) {
        gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
        gsl_rng_set(rng, seed);
        struct synthetic made = synthetic_plain(n, P);
        struct world *world = made.world;
        synthetic_only(world, MECHANISM_alignment);
        world->model.calibration = 0;
        double size[S], h[S * S] = {0}, total = 0;
        for (size_t i = 0; i < n; i++) {
            double mine = i < P ? 1e-12 : exp(gsl_ran_gaussian(rng, 0.7));
            if (i >= P)
                total += size[i - P] = mine;
            world->now.gdp[i] = world->now.population[i] = world->set.spending[i] = mine;
            world->set.inertia[i] = 1;
            world->set.indecision[i] = 1e-9;
            world->set.self_reliance[i] = -1e3;
            world->set.security_weight[i] = world->set.fear_weight[i] = world->set.nonstate_weight[i] =
                world->set.regime_weight[i] = world->set.side_payment_weight[i] =
                    world->set.leverage_compliance[i] = world->set.entrapment_fear[i] = world->set.autonomy[i] =
                        0;
            for (size_t j = 0; j < i; j++)
                world->set.hostility_anchor[i * n + j] = world->set.hostility_anchor[j * n + i] =
                    gsl_rng_uniform(rng);
        }
        for (size_t i = 0; i < S; i++) {
            size[i] /= total;
            for (size_t j = 0; j < S; j++)
                h[i * S + j] = world->set.hostility_anchor[(i + P) * n + j + P];
            double *a = world->now.alignment + (i + P) * made.cast->options;
            bool first = gsl_rng_uniform(rng) < 0.5;
            a[0] = 1e-4, a[1] = first ? 1 - 2e-4 : 1e-4, a[2] = first ? 1e-4 : 1 - 2e-4;
        }
        synthetic_start(world);
        double before = measures_energy(world);
        for (size_t quiet = 0, turn = 0; quiet < S; turn++) {
            size_t mover = P + turn % S;
            world->set.inertia[mover] = 0;
            assert_int_equal(step_world(world), STATUS_OK);
            world->set.inertia[mover] = 1;
            double after = measures_energy(world);
            if (after > before + 1e-7)
                fail_msg("seed %lu, turn %zu: energy rises by %.3g", seed, turn, after - before);
            quiet = after < before - 1e-6 ? 0 : quiet + 1;
            descents += after < before - 1e-6;
            before = after;
            assert_true(turn < 1000);
        }
        unsigned long end = 0;
        for (size_t i = 0; i < S; i++)
            end |= (unsigned long)(world->now.alignment[(i + P) * made.cast->options + 2] > 0.5) << i;
        assert_true(fabs(before - energy(S, size, h, end)) < 1e-3);
        bool found = false;
        for (unsigned long config = 0; config < 1ul << S; config++) {
            bool minimum = true;
            for (size_t i = 0; i < S; i++) /* the floor of shares blurs differences of its own size */
                minimum = minimum && energy(S, size, h, config ^ 1ul << i) >= energy(S, size, h, config) - 1e-4;
            found = found || (minimum && config == end);
            ends += minimum;
        }
        assert_true(found);
        gsl_rng_free(rng);
        synthetic_free(made);
    }
    assert_true(descents >= 24 && ends >= 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(concentration),    cmocka_unit_test(largest),
        cmocka_unit_test(coalition),        cmocka_unit_test(camps),
        cmocka_unit_test(cliques),          cmocka_unit_test(modularity),
        cmocka_unit_test(stability),        cmocka_unit_test(status_quo),
        cmocka_unit_test(ten_years),        cmocka_unit_test(of_states),
        cmocka_unit_test(behaviour),        cmocka_unit_test(worst_of_all),
        cmocka_unit_test(passing_the_buck), cmocka_unit_test(landscape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
