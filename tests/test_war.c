/* War (design, C.13b; limits W1 to W12 of D.1): who attacks whom, what a battle costs, who comes to help, pacts.  What
 * passes on at a death is in test_territory.c. */
#include "synthetic.h"

#include "model/draw.h"
#include "model/power.h"
#include "model/territory.h"
#include "model/war.h"

#include <gsl/gsl_rng.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* n states that know only power and war, all of them as offensive as can be and in a haste; nobody borders on anybody.  The
 * first are poles. */
static struct synthetic field(size_t n, size_t poles)
{
    struct synthetic made = synthetic_plain(n, poles);
    struct world *world = made.world;
    synthetic_only(world, MECHANISM_war);
    world->model.run_power = world->model.noise = 1;
    world->model.odds_error = 0;
    world->model.war_rate = 1e9;
    synthetic_fill(world->set.offensive, n, 1);
    synthetic_fill(world->set.hostility_anchor, n * n, 0.5);
    return made;
}

static void border(struct world *world, size_t i, size_t j)
{
    size_t n = world->cast->states;
    world->set.contiguous[i * n + j] = world->set.contiguous[j * n + i] = 1;
}

/* Capability in these proportions, in all three dimensions. */
static void sizes(struct world *world, const double *x)
{
    for (size_t i = 0; i < world->cast->states; i++) {
        world->now.gdp[i] = 100 * x[i];
        world->now.population[i] = 10 * x[i];
        world->now.military[i] = 3 * x[i];
    }
    power_update(world);
}

static void ally(struct world *world, size_t i, size_t j, double pact)
{
    size_t n = world->cast->states;
    world->now.pact[i * n + j] = world->now.pact[j * n + i] = pact;
}

/* Makes everything of `next` what it is now, and nobody attack. */
static void quiet(struct world *world)
{
    world_rest(world, ~0u);
    synthetic_fill(world->derived.target, world->cast->states, NAN);
}

static double total(const struct world *world, const double *x)
{
    double sum = 0;
    for (size_t k = 0; k < world->living.count; k++)
        sum += x[world->living.state[k]];
    return sum;
}

/* ---- decisions -------------------------------------------------------------------------------------------------------- */

/* W1: two states attack iff S/D > ((2 - w)/w)^(1/m_d), to 1e-9 on both sides, which is Sigma where phi = 1 and nobody has
 * nuclear weapons.  S contains the presence of the attacker. */
static void two_states(void **unused)
{
    (void)unused;
    const double decisive[] = {0.7, 1, 2, 3.5}, superior[] = {1.2, 2, 2.5, 4}, phis[] = {1, 0.8, 0.3};
    struct synthetic made = field(2, 0);
    struct world *world = made.world;
    border(world, 0, 1);
    synthetic_start(world);
    for (size_t d = 0; d < COUNT(decisive); d++)
        for (size_t s = 0; s < COUNT(superior); s++)
            for (size_t k = 0; k < COUNT(phis); k++)
                for (int variant = 0; variant < 3; variant++) {
                    double m = world->model.decisiveness = decisive[d], phi = world->set.offensive[0] = phis[k];
                    double Sigma = world->model.superiority = superior[s], power = pow(Sigma, m);
                    double q = world->set.presence[1 * 2 + 0] = variant == 2 ? 0.6 : 1;
                    world->set.nuclear[1] = variant == 1;
                    world->model.nuclear_restraint = 0.4;
                    double w = phi * (1 - (power - 1) / (power + 1)) * (variant == 1 ? 0.6 : 1);
                    double threshold = pow((2 - w) / w, 1 / m);
                    if (phi == 1 && variant == 0)
                        assert_close(threshold, Sigma, 1e-12);
                    for (int side = -1; side <= 1; side += 2) {
                        double x[] = {threshold * (1 + side * 1e-9) / q, 1};
                        sizes(world, x);
                        quiet(world);
                        war_decide(world);
                        assert_true(side > 0 ? world->derived.target[0] == 1 : isnan(world->derived.target[0]));
                        assert_true(isnan(world->derived.target[1]));
                    }
                }
    synthetic_free(made);
}

/* W2: with one other state c, i attacks j iff S_ij > Sigma D_ij, D_ij = f_j H_j + send q f_c Pi_cj at phi = 1; q by who c is:
 * bound by a pact or leaning, afraid of i and a neighbour of it or a pole, or bound to i as well. */
static void one_ally(void **unused)
{
    (void)unused;
    enum { C, I, J, N };
    const struct {
        const char *what;
        size_t poles;
        bool touching, pact, pact_with_attacker, no_pacts;
        double join, bound, drawn;
    } kind[] = {
        {"a pact", 0, false, true, false, false, 0, 1, 0},
        {"a pact, and fear besides", 1, true, true, false, false, 0.3, 1, 0.24},
        {"a pact with both", 1, true, true, true, false, 0.3, 0, 0},
        {"a pole that fears i", 1, false, false, false, false, 0.3, 0, 0.24},
        {"a neighbour that fears i", 0, true, false, false, false, 0.3, 0, 0.24},
        {"somebody far away that fears i", 0, false, false, false, false, 0.3, 0, 0},
        {"a patron, where there are no pacts", 1, false, true, false, true, 0.3, 0.35, 0.24},
        {"the same, promised to the attacker", 1, false, true, true, true, 0.3, 0.35, 0.24},
    };
    for (size_t k = 0; k < COUNT(kind); k++) {
        struct synthetic made = field(N, kind[k].poles);
        struct world *world = made.world;
        border(world, I, J);
        if (kind[k].touching)
            border(world, C, I);
        synthetic_start(world);
        world->model.expedition = 0.7;
        world->model.join = kind[k].join;
        world->model.pacts = !kind[k].no_pacts;
        ally(world, C, J, kind[k].pact);
        ally(world, C, I, kind[k].pact_with_attacker);
        world->now.hostility[C * N + J] = 0.2; /* whom the helper dislikes it does not help */
        world->now.hostility[J * N + C] = 0.6;
        world->now.hostility[C * N + I] = 0.4; /* fear min(1, 2 h) */
        world->now.reliability[J * N + C] = 0.9;
        world->now.reliability[C * N + J] = 0.3;
        world->set.presence[J * N + C] = 0.8;
        if (kind[k].poles > 0) {
            world->now.alignment[J * made.cast->options + 1] = 0.35;
            world->now.alignment[J * made.cast->options] = 0.65;
        }
        const double f[] = {0.9, 0.85, 0.95}; /* 1 - k_occ occ */
        double q = 0.8 * (kind[k].bound * 0.9 + (1 - kind[k].bound) * kind[k].drawn);
        double D = f[J] + 0.7 * q * f[C] * 0.8 * 1.5 * world->derived.gradient[J * N + C];
        for (int side = -1; side <= 1; side += 2) {
            double x[] = {1.5, 2.5 * D / f[I] * (1 + side * 1e-9), 1};
            sizes(world, x);
            quiet(world);
            for (size_t i = 0; i < N; i++)
                world->derived.occupied[i] = (1 - f[i]) / world->model.garrison_cost;
            war_decide(world);
            if (side > 0 ? world->derived.target[I] != J : !isnan(world->derived.target[I]))
                fail_msg("%s, side %d: %g", kind[k].what, side, world->derived.target[I]);
        }
        assert_close(war_help(world, C, J, I), q, 1e-12);
        synthetic_free(made);
    }
}

/* Of two that are worth a war it attacks the one that is worth more, and no partner. */
static void the_best_target(void **unused)
{
    (void)unused;
    struct synthetic made = field(3, 0);
    struct world *world = made.world;
    border(world, 1, 0);
    border(world, 1, 2);
    synthetic_start(world);
    const double x[] = {1, 9, 1.2};
    sizes(world, x);
    quiet(world);
    war_decide(world);
    assert_true(war_utility(world, 1, 0, NULL) > war_utility(world, 1, 2, NULL));
    assert_true(war_utility(world, 1, 2, NULL) > 0 && world->derived.target[1] == 0);
    ally(world, 0, 1, 1);
    war_decide(world);
    assert_true(world->derived.target[1] == 2);
    ally(world, 1, 2, 1);
    war_decide(world);
    assert_true(isnan(world->derived.target[1]));
    synthetic_free(made);
}

/* A random world in which everybody is dangerous, at rest after some steps; war on. */
static struct synthetic dangerous(size_t n, unsigned long seed, bool whole)
{
    struct synthetic made = synthetic_world_of(n, seed, true, whole, true);
    struct model_settings *model = &made.world->model;
    model->run_war = model->run_polarity = 1;
    model->war_rate = 4;
    model->superiority = 1.5;
    model->absorption = 0.5;
    return made;
}

/* What a change does to u_ij of neighbours, of all or of one attacker, target or both: never up (sign -1) or never down (1),
 * and somewhere it does. */
static void moves(struct world *world, const double *before, double sign, size_t attacker, size_t target,
                  const char *what, double *moved)
{
    size_t n = world->cast->states;
    for (size_t i = 0; i < n; i++)
        for (size_t e = world->next_to.first[i]; e < world->next_to.first[i + 1]; e++) {
            size_t j = world->next_to.to[e];
            double change = sign * (war_utility(world, i, j, NULL) - before[i * n + j]);
            if ((attacker != CAST_NONE && attacker != i) || (target != CAST_NONE && target != j))
                continue;
            if (!(change >= -1e-14))
                fail_msg("%s: u[%zu,%zu] moves by %.3g", what, i, j, sign * change);
            *moved += change > 1e-9;
        }
}

static void utilities(const struct world *world, double *u)
{
    size_t n = world->cast->states;
    for (size_t i = 0; i < n; i++)
        for (size_t e = world->next_to.first[i]; e < world->next_to.first[i + 1]; e++)
            u[i * n + world->next_to.to[e]] = war_utility(world, i, world->next_to.to[e], NULL);
}

/* W8: u_ij falls in Sigma, nuc_j, any g_cj, R_c, beta_w, h_ci and rises in phi_i and S_ij; grids in random worlds, with the
 * odds error on. */
static void monotone(void **unused)
{
    (void)unused;
    enum { N = 9 };
    double moved[8] = {0}, u[N * N];
    for (unsigned long seed = 1; seed <= 12; seed++) {
        struct synthetic made = dangerous(N, seed, false);
        struct world *world = made.world;
        struct model_settings *model = &world->model;
        model->pacts = seed % 3 != 0;
        model->war_rate = 1e-9;
        synthetic_start(world);
        testing_steps(world, 4);
        gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
        gsl_rng_set(rng, seed);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < i; j++)
                ally(world, i, j, gsl_rng_uniform(rng) < 0.2);
        war_decide(world);
#define RISE(k, what, from, step, sign, i, j)                                                                  \
    for (int level = 0; level < 4; level++) {                                                                  \
        (what) = (from) + level * (step);                                                                      \
        war_decide(world); /* the lists of partners */                                                         \
        if (level > 0)                                                                                         \
            moves(world, u, sign, i, j, #what, &moved[k]);                                                     \
        utilities(world, u);                                                                                   \
    }
        RISE(0, model->superiority, 1.2, 0.8, -1, CAST_NONE, CAST_NONE)
        model->superiority = 1.5;
        RISE(1, model->join, 0, 0.3, -1, CAST_NONE, CAST_NONE)
        model->join = 0.4;
        for (size_t c = 0; c < N; c++) {
            double phi = world->set.offensive[c];
            RISE(2, world->set.nuclear[c], 0, 0.33, -1, CAST_NONE, CAST_NONE)
            world->set.nuclear[c] = 0;
            RISE(3, world->set.offensive[c], 0, 0.33, 1, CAST_NONE, CAST_NONE)
            world->set.offensive[c] = phi;
            for (size_t j = 0; j < N; j++) {
                size_t e = j * N + c;
                double keep = world->now.reliability[e], h = world->now.hostility[c * N + j];
                if (c == j)
                    continue;
                RISE(4, world->now.reliability[e], 0.45, 0.15, -1, CAST_NONE, CAST_NONE)
                world->now.reliability[e] = keep;
                /* here j is the attacker: what c fears of it */
                RISE(5, world->now.hostility[c * N + j], 0, 0.2, -1, j, CAST_NONE)
                world->now.hostility[c * N + j] = h;
                for (size_t i = 0; i < N;
                     i++) { /* a pact of c and j, seen by every attacker of j who is no partner */
                    bool was = world->now.pact[e] != 0, partner = world->now.pact[c * N + i] != 0;
                    if (i == j || i == c || was || partner || model->pacts == 0 ||
                        world->load.touching[i * N + j] == 0)
                        continue;
                    utilities(world, u);
                    /* at the defaults a bond is worth more than fear: R at least beta_w */
                    world->now.reliability[e] = fmax(keep, model->join);
                    war_decide(world);
                    utilities(world, u);
                    ally(world, c, j, 1);
                    war_decide(world);
                    moves(world, u, -1, i, j, "pact", &moved[6]);
                    ally(world, c, j, 0);
                    world->now.reliability[e] = keep;
                    war_decide(world);
                }
            }
        }
        for (size_t i = 0; i < N; i++) /* S_ij alone: what i keeps free for the field */
            for (size_t e = world->next_to.first[i]; e < world->next_to.first[i + 1]; e++) {
                size_t j = world->next_to.to[e];
                double felt = world->derived.felt[j * N + i];
                RISE(7, world->derived.felt[j * N + i], 0, felt, 1, i, j)
                world->derived.felt[j * N + i] = felt;
            }
#undef RISE
        gsl_rng_free(rng);
        synthetic_free(made);
    }
    for (size_t k = 0; k < 8; k++)
        if (!(moved[k] > 0))
            fail_msg("nothing moves in grid %zu", k);
}

/* The odds error is one normal draw per ordered pair and year, on ln(S/D). */
static void misjudged_odds(void **unused)
{
    (void)unused;
    struct synthetic made = field(3, 0);
    struct world *world = made.world;
    border(world, 0, 1);
    border(world, 0, 2);
    world->model.odds_error = 0.3;
    synthetic_start(world);
    double sum = 0, squares = 0, last = 0, x[] = {1.3, 1, 1}, odds;
    sizes(world, x);
    for (long year = 0; year < 2000; year++)
        for (long quarter = 0; quarter < 4; quarter++) {
            world->quarter = 4 * year + quarter;
            war_utility(world, 0, 1, &odds);
            double error = log(odds / (1 - odds)) / 2 - log(1.3);
            if (quarter > 0)
                assert_true(error == last);
            else
                assert_true(error != last);
            last = error;
            war_utility(world, 1, 0, &odds); /* other pairs have other draws */
            assert_true(fabs(log(odds / (1 - odds)) / 2 + log(1.3) - error) > 1e-12);
            war_utility(world, 0, 2, &odds);
            assert_true(fabs(log(odds / (1 - odds)) / 2 - log(1.3) - error) > 1e-12);
            sum += quarter == 0 ? error : 0;
            squares += quarter == 0 ? error * error : 0;
        }
    assert_true(fabs(sum / 2000) < 4 * 0.3 / sqrt(2000));
    assert_true(fabs(squares / 2000 / 0.09 - 1) < 4 * sqrt(2.0 / 2000));
    synthetic_free(made);
}

/* W9: the frequency of attack is 1 - exp(-l_w h_ij dt), at any dt. */
static void frequency_of_attack(void **unused)
{
    (void)unused;
    enum { RUNS = 20000 };
    for (unsigned parts = 1; parts <= 2; parts++) {
        struct synthetic made = field(2, 0);
        struct world *world = made.world;
        const double x[] = {5, 1};
        border(world, 0, 1);
        world->model.war_rate = 1.5;
        world->dt = 0.25 / parts;
        world->steps_per_quarter = parts;
        synthetic_start(world);
        world->now.hostility[0 * 2 + 1] = 0.7;
        world->now.hostility[1 * 2 + 0] = 0.1;
        sizes(world, x);
        quiet(world);
        double attacks = 0, p = 1 - exp(-1.5 * 0.7 * world->dt);
        for (world->replicate = 0; world->replicate < RUNS; world->replicate++) {
            war_decide(world);
            attacks += world->derived.target[0] == 1;
        }
        assert_true(fabs(attacks / RUNS - p) < 4.5 * sqrt(p * (1 - p) / RUNS));
        synthetic_free(made);
    }
}

/* ---- battles ---------------------------------------------------------------------------------------------------------- */

enum { PARTNER, ATTACKER, DEFENDER, NEIGHBOUR, IDLER, FIVE };

/* One state attacks another that has a partner and a neighbour; the last is a partner that is never willing. */
static struct synthetic battlefield(void)
{
    struct synthetic made = field(FIVE, 0);
    struct world *world = made.world;
    border(world, ATTACKER, DEFENDER);
    border(world, ATTACKER, NEIGHBOUR);
    border(world, DEFENDER, PARTNER);
    synthetic_start(world);
    const double x[] = {1, 3, 1.2, 0.8, 0.7};
    sizes(world, x);
    for (size_t i = 0; i < FIVE; i++) /* capability is not the same in all dimensions */
        world->now.population[i] *= 1 + 0.1 * (double)i;
    power_update(world);
    world->model.absorption = 0;
    world->model.join = 0.5;
    ally(world, PARTNER, DEFENDER, 1);
    ally(world, IDLER, DEFENDER, 1);
    world->now.reliability[DEFENDER * FIVE + PARTNER] = 0.6;
    world->now.reliability[DEFENDER * FIVE + IDLER] = 0;
    world->now.hostility[PARTNER * FIVE + DEFENDER] = 0.1;
    world->now.hostility[NEIGHBOUR * FIVE + ATTACKER] = 0.35;
    return made;
}

static void attack(struct world *world, size_t i, size_t j)
{
    quiet(world);
    war_decide(world); /* lists the partners */
    synthetic_fill(world->derived.target, FIVE, NAN);
    world->derived.target[i] = (double)j;
    war_fight(world);
}

static double share_of(const struct stocks *stocks, size_t i)
{
    double gdp = 0, population = 0, military = 0;
    for (size_t k = 0; k < FIVE; k++) {
        gdp += stocks->gdp[k];
        population += stocks->population[k];
        military += stocks->military[k];
    }
    return (stocks->gdp[i] / gdp + stocks->population[i] / population + stocks->military[i] / military) / 3;
}

/* What a stock of every state must be after the battle: rate is d_Y, d_P or d_M, P the odds of the attacker. */
static void expect(const double *before, const double *brought, double rate, double P, bool won, double cession,
                   double *after)
{
    double e = 0.5 + 2 * P * (1 - P), all = 0;
    for (size_t c = 0; c < FIVE; c++)
        all += brought[c];
    for (size_t c = 0; c < FIVE; c++) {
        bool fights = c == ATTACKER || brought[c] > 0, loses = c == (won ? DEFENDER : ATTACKER);
        after[c] = before[c] * (fights ? 1 - rate * e * (loses ? 1 : 0.5) : 1);
    }
    if (won) {
        double ceded = cession * P * after[DEFENDER];
        after[DEFENDER] -= ceded;
        after[ATTACKER] += ceded;
        return;
    }
    double ceded = cession * (1 - P) * after[ATTACKER];
    after[ATTACKER] -= ceded;
    for (size_t c = 0; c < FIVE; c++)
        after[c] += ceded * brought[c] / all;
}

/* W3 and W9: a battle by hand.  Joiners come with frequency q, the attacker wins with frequency P, given who came; damage
 * is all that is lost of GDP, population and military stock, to the unit and in all; the loser cedes x0 P or x0 (1 - P) of
 * the rest, the latter divided as each brought; memories of the war, and of a partner that stayed away. */
static void a_battle(void **unused)
{
    (void)unused;
    enum { RUNS = 6000 };
    struct synthetic made = battlefield();
    struct world *world = made.world;
    const struct model_settings *model = &world->model;
    double joined[FIVE] = {0}, both = 0, wins = 0, expected = 0, variance = 0, seen[2] = {0};
    double q[FIVE] = {0.9 * 0.6, 0, 0, 0.5 * 0.5 * 0.7, 0}; /* (1 - h_cj) R;  (1 - h_cj) beta_w 2 h_ci */
    for (world->replicate = 0; world->replicate < RUNS; world->replicate++) {
        attack(world, ATTACKER, DEFENDER);
        double brought[FIVE] = {0}, D = brought[DEFENDER] = share_of(&world->now, DEFENDER), came = 0;
        for (size_t c = 0; c < FIVE; c++)
            if (world->derived.battle[c * FIVE + ATTACKER] == BATTLE_JOINED) {
                brought[c] = 0.5 * share_of(&world->now, c) * world->set.presence[DEFENDER * FIVE + c] *
                             world->derived.gradient[DEFENDER * FIVE + c];
                D += brought[c];
                joined[c]++;
                came++;
            }
        double odds = pow(share_of(&world->now, ATTACKER) / D, model->decisiveness), P = odds / (1 + odds);
        double outcome = world->derived.battle[ATTACKER * FIVE + DEFENDER];
        assert_true(outcome == BATTLE_WON || outcome == BATTLE_LOST);
        bool won = outcome == BATTLE_WON;
        wins += won;
        expected += P;
        variance += P * (1 - P);
        seen[won] += came;
        both += came == 2;
        const double *const before[] = {world->now.gdp, world->now.population, world->now.military};
        const double *const after[] = {world->next.gdp, world->next.population, world->next.military};
        const double rate[] = {model->damage_gdp, model->damage_population, model->damage_military};
        for (size_t s = 0; s < 3; s++) {
            double should[FIVE], e = 0.5 + 2 * P * (1 - P), lost = 0;
            expect(before[s], brought, rate[s], P, won, model->cession, should);
            for (size_t c = 0; c < FIVE; c++)
                assert_close(after[s][c], should[c], 1e-13);
            for (size_t c = 0; c < FIVE; c++)
                if (c == ATTACKER || brought[c] > 0)
                    lost += before[s][c] * rate[s] * e * (c == (won ? DEFENDER : ATTACKER) ? 1 : 0.5);
            assert_close(total(world, before[s]) - lost, total(world, after[s]), 1e-13);
        }
        const double *C = world->next.crisis;
        assert_true(C[ATTACKER * FIVE + DEFENDER] == 1 && C[DEFENDER * FIVE + ATTACKER] == 1);
        assert_true(C[NEIGHBOUR * FIVE + ATTACKER] == 0.5 && C[ATTACKER * FIVE + NEIGHBOUR] == 0);
        assert_true(C[PARTNER * FIVE + ATTACKER] == 0 && C[NEIGHBOUR * FIVE + DEFENDER] == 0);
        for (size_t k = 0; k < FIVE; k++)
            for (size_t c = 0; c < FIVE; c++) {
                bool failed = (c == PARTNER || c == IDLER) && brought[c] == 0;
                double R = world->now.reliability[k * FIVE + c];
                assert_true(world->next.reliability[k * FIVE + c] == (failed ? R * 0.5 : R));
            }
    }
    assert_true(seen[0] > 100 && seen[1] > 100);
    for (size_t c = 0; c < FIVE; c++)
        assert_true(fabs(joined[c] / RUNS - q[c]) <= 4.5 * sqrt(q[c] * (1 - q[c]) / RUNS));
    double p = q[PARTNER] * q[NEIGHBOUR]; /* each decides for itself */
    assert_true(fabs(both / RUNS - p) < 4.5 * sqrt(p * (1 - p) / RUNS));
    assert_true(fabs(wins - expected) < 4.5 * sqrt(variance));
    assert_true(world->load.wars[0] == RUNS && world->load.won[0] == wins &&
                world->load.joiners[0] == joined[PARTNER] + joined[NEIGHBOUR]);
    synthetic_free(made);
}

/* The loser is absorbed iff s_j < a_abs s_i after the settlement, to 1e-9; an attacker that loses never is. */
static void absorption_threshold(void **unused)
{
    (void)unused;
    struct synthetic made = battlefield();
    double absorbed = 0, held = 0;
    for (uint64_t replicate = 0; replicate < 40; replicate++)
        for (int side = -1; side <= 1; side += 2) {
            struct world *world = world_copy(made.world);
            world->replicate = replicate;
            attack(world, ATTACKER, DEFENDER);
            double ratio = world->derived.share[DEFENDER] / world->derived.share[ATTACKER];
            bool won = world->derived.battle[ATTACKER * FIVE + DEFENDER] == BATTLE_WON;
            world->model.absorption = ratio * (1 + side * 1e-9);
            attack(world, ATTACKER, DEFENDER);
            bool dies = won && side > 0;
            assert_true(world_lives(world, DEFENDER) == !dies && world_lives(world, ATTACKER));
            assert_true((world->derived.battle[ATTACKER * FIVE + DEFENDER] == BATTLE_CONQUEST) == dies);
            absorbed += dies;
            held += !won;
            for (size_t k = 0; dies && k < FIVE; k++) { /* W3: nothing but damage is lost in an absorption */
                struct world *other = world_copy(made.world);
                other->replicate = replicate;
                attack(other, ATTACKER, DEFENDER);
                assert_close(total(world, world->next.gdp), total(other, other->next.gdp), 1e-13);
                assert_close(total(world, world->next.population), total(other, other->next.population), 1e-13);
                assert_close(total(world, world->next.military), total(other, other->next.military), 1e-13);
                world_free(other);
            }
            world_free(world);
        }
    assert_true(absorbed > 5 && held > 5);
    synthetic_free(made);
}

/* Attackers come in the order of a draw, whoever they are; who has been principal in a war of the step fights no other, as
 * principal or as helper: of a chain of attacks only every other one happens. */
static void one_war_each(void **unused)
{
    (void)unused;
    enum { N = 4, RUNS = 2000 };
    struct synthetic made = field(N, 0);
    struct world *world = made.world;
    for (size_t i = 0; i + 1 < N; i++)
        border(world, i, i + 1);
    world->model.absorption = 0;
    world->model.join = 1;
    synthetic_start(world);
    const double x[] = {1, 1, 1, 1};
    sizes(world, x);
    synthetic_fill(world->now.hostility, N * N, 0);
    world->now.hostility[1 * N + 2] = 1; /* 1 would fight for 3 against 2, if it were free */
    double first[N - 1] = {0}, helped = 0;
    for (world->replicate = 0; world->replicate < RUNS; world->replicate++) {
        quiet(world);
        for (size_t i = 0; i + 1 < N; i++) /* 0 attacks 1, 1 attacks 2, 2 attacks 3 */
            world->derived.target[i] = (double)(i + 1);
        war_fight(world);
        double begun[N - 1], principal[N] = {0}, *order = world->derived.order;
        for (size_t i = 0; i + 1 < N; i++) {
            double what = world->derived.battle[i * N + i + 1];
            begun[i] = what == BATTLE_WON || what == BATTLE_LOST;
            principal[i] += begun[i];
            principal[i + 1] += begun[i];
        }
        for (size_t i = 0; i < N; i++)
            assert_true(principal[i] <= 1);
        bool middle = order[1] < order[0] && order[1] < order[2];
        assert_true(begun[1] == middle && begun[0] == !middle && begun[2] == !middle);
        for (size_t i = 0; i + 1 < N; i++)
            first[i] += order[i] < order[(i + 1) % 3] && order[i] < order[(i + 2) % 3];
        bool helps = world->derived.battle[1 * N + 2] == BATTLE_JOINED;
        assert_true(helps == (begun[2] && order[2] < order[0])); /* before it is attacked itself */
        helped += helps;
        assert_true(world->load.wars[0] > 0);
    }
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs(first[i] / RUNS - 1.0 / 3) < 4.5 * sqrt(2.0 / 9 / RUNS));
    assert_true(helped > RUNS / 10);
    synthetic_free(made);
}

/* A state that dies in a step neither attacks nor is attacked any more in it. */
static void the_dead_do_not_fight(void **unused)
{
    (void)unused;
    enum { N = 3, RUNS = 200 };
    struct synthetic made = field(N, 0);
    border(made.world, 0, 1);
    border(made.world, 1, 2);
    made.world->model.absorption = 1;
    synthetic_start(made.world);
    const double x[] = {50, 1, 1};
    sizes(made.world, x);
    double died = 0;
    for (uint64_t replicate = 0; replicate < RUNS; replicate++) {
        struct world *world = world_copy(made.world);
        world->replicate = replicate;
        quiet(world);
        world->derived.target[0] = 1;
        world->derived.target[2] = 1;
        war_fight(world);
        bool conquered = world->derived.battle[0 * N + 1] == BATTLE_CONQUEST;
        if (conquered)
            assert_true(world->derived.battle[2 * N + 1] == BATTLE_NONE && !world_lives(world, 1));
        died += conquered;
        world_free(world);
    }
    assert_true(died > RUNS / 4);
    synthetic_free(made);
}

/* ---- when there is none ------------------------------------------------------------------------------------------------- */

/* W4: nobody attacks without the will to (phi = 0 everywhere), where all have nuclear weapons that restrain fully, or with
 * noise off; the same worlds do fight otherwise. */
static void no_war(void **unused)
{
    (void)unused;
    double fought = 0;
    for (int reason = 0; reason < 4; reason++)
        for (unsigned long seed = 1; seed <= 6; seed++) {
            struct synthetic made = dangerous(8, seed, true);
            struct world *world = made.world;
            if (reason == 0)
                synthetic_fill(world->set.offensive, 8, 0);
            if (reason == 1)
                synthetic_fill(world->set.nuclear, 8, 1);
            world->model.nuclear_restraint = 1;
            if (reason == 2)
                world->model.noise = 0;
            synthetic_start(world);
            for (int t = 0; t < 60; t++) {
                testing_steps(world, 1);
                for (size_t i = 0; i < 8 && reason < 3; i++)
                    assert_true(isnan(world->derived.target[i]));
            }
            if (reason < 3)
                assert_true(world->load.wars[0] == 0 && world->living.count == 8);
            else
                fought += world->load.wars[0];
            synthetic_free(made);
        }
    assert_true(fought > 6);
}

/* Every recorded variable and every stock, to the byte. */
static void same_bytes(struct world *a, struct world *b, const char *what)
{
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter *row = &parameter_table[p];
        size_t bytes = world_length(a->cast, row->shape) * sizeof(double);
        if (row->flags & F_STOCK && bytes > 0 && row->offset != offsetof(struct world, now.pact) &&
            memcmp(parameter_values(a, row), parameter_values(b, row), bytes) != 0)
            fail_msg("%s, step %u: stock %s differs", what, a->step, row->path);
    }
}

static void same_records(struct world *a, struct world *b, const char *what)
{
    for (size_t v = 0; v < variable_count; v++) {
        const struct variable *variable = &variable_table[v];
        size_t length = variable_length(a->cast, variable);
        double *x = calloc(length + 1, sizeof *x), *y = calloc(length + 1, sizeof *y);
        variable_read(a, variable, x);
        variable_read(b, variable, y);
        if (memcmp(x, y, length * sizeof *x) != 0)
            fail_msg("%s, step %u: variable %s differs", what, a->step, variable->name);
        free(x);
        free(y);
    }
}

/* W5: war off equals l_w = 0 to the byte, everything else on and noisy, crises up to level 4 among it; and where war is off
 * nothing that only war knows (its settings, pacts of the start, nuclear weapons) reaches anything. */
static void off_is_no_rate(void **unused)
{
    (void)unused;
    double high = 0;
    for (unsigned long seed = 1; seed <= 4; seed++) {
        struct synthetic made[3];
        for (size_t k = 0; k < 3; k++) {
            made[k] = synthetic_world_of(9, seed, true, true, seed % 2);
            struct model_settings *model = &made[k].world->model;
            model->run_polarity = seed % 2;
            model->run_war = k == 1;
            model->war_rate = k == 1 ? 0 : k == 2 ? 7 : 0.5;
            model->escalation = 0.9;
            if (k == 2) {
                model->superiority = 1.1;
                model->absorption = 0.9;
                model->secession = 3;
                model->pact_breach = model->holding_cost = model->garrison_cost = 1;
                synthetic_fill(made[k].world->set.nuclear, 9, 1);
                ally(made[k].world, 3, 5, 1);
            }
            synthetic_start(made[k].world);
        }
        for (int t = 0; t < 120; t++) {
            for (size_t k = 0; k < 3; k++)
                testing_steps(made[k].world, 1);
            same_bytes(made[0].world, made[1].world, "no rate");
            same_records(made[0].world, made[1].world, "no rate");
            same_bytes(made[0].world, made[2].world, "off with other settings");
            for (size_t e = 0; e < 81; e++)
                high += made[0].world->now.crisis[e] == 1;
        }
        assert_true(made[2].world->now.pact[3 * 9 + 5] == 1 && made[2].world->load.wars[0] == 0);
        for (size_t k = 0; k < 3; k++)
            synthetic_free(made[k]);
    }
    assert_true(high > 10);
}

/* Draws of the other mechanisms do not know of war: until the first battle the noise of growth and everything else is the
 * same to the byte with war on and off. */
static void other_draws(void **unused)
{
    (void)unused;
    double alike = 0, fought = 0;
    for (unsigned long seed = 1; seed <= 6; seed++) {
        struct synthetic with = dangerous(9, seed, true), without = dangerous(9, seed, true);
        without.world->model.run_war = 0;
        /* level 4 of the ladder takes no capability where there is war */
        with.world->model.escalation = without.world->model.escalation = 0;
        with.world->model.war_rate = 0.3;
        synthetic_start(with.world);
        synthetic_start(without.world);
        for (int t = 0; t < 40 && with.world->load.wars[0] == 0; t++) {
            testing_steps(with.world, 1);
            testing_steps(without.world, 1);
            if (with.world->load.wars[0] == 0) {
                same_bytes(with.world, without.world, "before any war");
                alike++;
            } else
                assert_true(memcmp(with.world->now.growth, without.world->now.growth, 9 * sizeof(double)) == 0);
            fought += with.world->load.wars[0];
        }
        synthetic_free(with);
        synthetic_free(without);
    }
    assert_true(alike > 20 && fought > 0);
}

/* With war on level 4 of the ladder of crises takes no capability, level 3 does; with war off both do. */
static void the_ladder(void **unused)
{
    (void)unused;
    enum { RUNS = 400 };
    for (int on = 0; on < 2; on++) {
        struct synthetic made = field(2, 0);
        struct world *world = made.world;
        border(world, 0, 1);
        world->model.run_war = on;
        world->model.run_crisis = 1;
        world->model.escalation = 1;
        synthetic_fill(world->set.offensive, 2, 0);
        synthetic_fill(world->set.hostility_anchor, 4, 0.8);
        synthetic_fill(world->set.onset, 4, 1e9);
        synthetic_start(world);
        struct world *copy = world_copy(world);
        assert_int_equal(flow_prepare(copy), STATUS_OK);
        double seen[5] = {0};
        for (uint64_t replicate = 0; replicate < RUNS; replicate++) {
            assert_int_equal(world_assign(copy, world), STATUS_OK);
            copy->replicate = replicate;
            testing_steps(copy, 1);
            size_t level = (size_t)(4 * copy->now.crisis[1]);
            bool loses = level == 3 || (level == 4 && !on);
            seen[level]++;
            assert_true((copy->now.gdp[0] < world->now.gdp[0]) == loses);
        }
        assert_true(seen[3] > 20 && seen[4] > 20);
        world_free(copy);
        synthetic_free(made);
    }
}

/* Where there is war every state has a record, which returns to Rbar; else that of a state that is no pole rests. */
static void everybody_has_a_record(void **unused)
{
    (void)unused;
    for (int on = 0; on < 2; on++) {
        struct synthetic made = field(3, 1);
        struct world *world = made.world;
        world->model.run_war = on;
        world->model.run_belief = 1;
        synthetic_start(world);
        synthetic_fill(world->now.reliability, 9, 0.3);
        testing_steps(world, 1);
        double recovered = 0.3 + 0.15 * (0.8 - 0.3);
        assert_close(world->now.reliability[1 * 3 + 0], recovered, 1e-12); /* the pole */
        assert_close(world->now.reliability[1 * 3 + 2], on ? recovered : 0.3, 1e-12);
        synthetic_free(made);
    }
}

/* A war that ends because its rate is set to 0 leaves no trace of battles in the steps after it. */
static void an_end_to_war(void **unused)
{
    (void)unused;
    struct synthetic made = field(2, 0);
    struct world *world = made.world;
    border(world, 0, 1);
    world->model.absorption = 0;
    synthetic_start(world);
    const double x[] = {9, 1};
    sizes(world, x);
    testing_steps(world, 1);
    assert_true(testing_value(world, "war[S000,S001]") != BATTLE_NONE);
    synthetic_change(world, "model.war.rate", CHANGE_SET, 0);
    testing_steps(world, 1);
    assert_true(testing_value(world, "war[S000,S001]") == BATTLE_NONE);
    synthetic_free(made);
}

/* With several steps a quarter the record keeps the wars of all of them, and forgets them with the next quarter. */
static void wars_of_a_quarter(void **unused)
{
    (void)unused;
    struct synthetic made = field(2, 0);
    struct world *world = made.world;
    border(world, 0, 1);
    world->model.absorption = 0;
    world->steps_per_quarter = 3;
    world->dt = 0.25 / 3;
    synthetic_start(world);
    const double x[] = {9, 1};
    sizes(world, x);
    for (int t = 0; t < 6; t++) {
        testing_steps(world, 1);
        world->set.offensive[0] = 0; /* after the first step nobody attacks */
        assert_true((testing_value(world, "war[S000,S001]") != BATTLE_NONE) == (t < 3));
    }
    assert_true(world->load.wars[0] == 1);
    synthetic_free(made);
}

/* ---- promises ----------------------------------------------------------------------------------------------------------- */

/* W12 and promises: with a_abs = 0 and l_sec = 0 nobody ever dies; no partner is attacked, no helper has a pact with the
 * attacker, nobody is principal twice in a step. */
static void promises(void **unused)
{
    (void)unused;
    double wars = 0, joined = 0, pacts = 0;
    for (unsigned long seed = 1; seed <= 10; seed++) {
        enum { N = 10 };
        struct synthetic made = dangerous(N, seed, false);
        struct world *world = made.world;
        world->model.absorption = 0;
        world->model.join = 0.5;
        synthetic_start(world);
        for (int t = 0; t < 100; t++) {
            double before[N * N], principal[N] = {0};
            memcpy(before, world->now.pact, sizeof before);
            testing_steps(world, 1);
            assert_true(world->living.count == N);
            for (size_t i = 0; i < N; i++)
                for (size_t j = 0; j < N; j++) {
                    double what = world->derived.battle[i * N + j];
                    if (what == BATTLE_NONE)
                        continue;
                    assert_true(what != BATTLE_CONQUEST && before[i * N + j] == 0);
                    if (what == BATTLE_JOINED) {
                        joined++;
                        continue;
                    }
                    assert_true(world->load.touching[i * N + j] != 0);
                    principal[i]++;
                    principal[j]++;
                    wars++;
                }
            for (size_t i = 0; i < N; i++)
                assert_true(principal[i] <= 1);
            for (size_t e = 0; e < N * N; e++)
                pacts += world->now.pact[e];
        }
        synthetic_free(made);
    }
    print_message("%g wars, %g joiners, %g pacts and steps\n", wars, joined, pacts);
    assert_true(wars > 50 && joined > 10 && pacts > 100);
}

/* Three in a row: 0 and 2 both fear 1, which lies between them, and do not quarrel. */
static struct synthetic encircled(void)
{
    struct synthetic made = field(3, 0);
    struct world *world = made.world;
    border(world, 0, 1);
    border(world, 1, 2);
    world->model.run_threat = 1;
    world->model.noise = 0;
    synthetic_start(world);
    const double x[] = {1, 3, 1.5};
    sizes(world, x);
    synthetic_fill(world->now.hostility, 9, 0.1);
    for (size_t i = 0; i < 3; i++)
        world->now.hostility[i * 3 + i] = 0;
    world->now.hostility[0 * 3 + 1] = 0.4;
    world->now.hostility[2 * 3 + 1] = 0.3;
    world->set.presence[0 * 3 + 2] = 0.9;
    world->set.presence[2 * 3 + 0] = 0.7;
    return made;
}

/* V_ic by hand from C.13b, i and c of the three, their threat the middle one. */
static double worth(const struct world *world, size_t i, size_t c)
{
    double s = world->derived.share[i];
    double Pi = world->set.presence[i * 3 + c] * world->derived.share[c] * world->derived.gradient[i * 3 + c];
    return world->derived.threat_state[i] * fmin(1, 2 * world->now.hostility[c * 3 + 1]) *
           (1 - world->now.hostility[i * 3 + c]) * Pi / (Pi + s);
}

/* A pact comes when both want it by more than v_in, goes when one wants it by no more than v_out, and stays as it is
 * between; to 1e-9 of both thresholds. */
static void pacts_come_and_go(void **unused)
{
    (void)unused;
    struct synthetic made = encircled();
    struct world *world = made.world;
    testing_steps(world, 1);
    double mine = worth(world, 0, 2), its = worth(world, 2, 0), least = fmin(mine, its);
    assert_true(least > 0 && mine != its);
    for (int was = 0; was < 2; was++)
        for (int above = -1; above <= 1; above++)       /* v_in under, at, over the lesser worth */
            for (int below = -1; below <= 1; below++) { /* v_out the same */
                if (below > above)
                    continue;
                ally(world, 0, 2, was);
                world->model.pact_above = least * (1 + above * 1e-9);
                world->model.pact_below = least * (1 + below * 1e-9);
                testing_steps(world, 1);
                if (above == 0 || below == 0)
                    continue; /* worth differs by rounding from what is written here */
                double now = world->now.pact[0 * 3 + 2];
                assert_true(now == (above < 0 ? 1 : below > 0 ? 0 : was) && now == world->now.pact[2 * 3 + 0]);
            }
    world->model.pact_above = 0.5 * least;
    world->model.pact_below = 0.2 * least;
    testing_steps(world, 1);
    assert_true(world->now.pact[0 * 3 + 2] == 1);
    world->now.hostility[0 * 3 + 2] = 1; /* one of the two does not want it any more */
    testing_steps(world, 1);
    assert_true(world->now.pact[0 * 3 + 2] == 0);
    synthetic_free(made);
}

/* Nobody allies with what it fears most, nor with who has no quarrel with that or no business there; with `pacts` off nobody
 * does. */
static void no_pact_with(void **unused)
{
    (void)unused;
    for (int reason = 0; reason < 5; reason++) {
        struct synthetic made = encircled();
        struct world *world = made.world;
        world->model.pact_above = 1e-6;
        world->model.pact_below = 1e-7;
        if (reason == 1)
            world->now.hostility[2 * 3 + 1] = 0; /* no quarrel with it */
        if (reason == 2)
            world->now.hostility[0 * 3 + 2] = 0.41, world->set.presence[0 * 3 + 2] = 1, border(world, 0, 2),
                                         world->set.distance[0 * 3 + 2] = world->set.distance[2 * 3 + 0] = 0;
        if (reason == 3)
            world->model.pacts = 0;
        if (reason == 4) { /* it fears a pole from afar */
            world->load.pole[1] = 1;
            world->set.contiguous[1 * 3 + 2] = world->set.contiguous[2 * 3 + 1] = 0;
        }
        territory_settle(world);
        if (reason == 2) { /* 0 fears 2 more than 1 */
            const double x[] = {1, 1, 3};
            sizes(world, x);
        }
        testing_steps(world, 2);
        if (world->now.pact[0 * 3 + 2] != (reason == 0))
            fail_msg("reason %d", reason);
        assert_true(world->now.pact[0 * 3 + 1] == 0 || reason == 2);
        synthetic_free(made);
    }
}

/* ---- bytes -------------------------------------------------------------------------------------------------------------- */

static double apart(double a, double b)
{
    return fabs(a - b) / fmax(1e-3, fmax(fabs(a), fabs(b)));
}

/* Relabelling the states permutes the results, deaths and returns included: draws belong to codes, attackers stand in no
 * order of the file (D.2).  Rounding aside: 1e-9. */
static void relabelling(void **unused)
{
    (void)unused;
    double wars = 0, deaths = 0;
    for (unsigned long seed = 1; seed <= 12; seed++) {
        enum { N = 10 };
        size_t to[N];
        struct synthetic made = dangerous(N, seed, true);
        made.world->model.secession = 5;
        for (size_t i = 0; i < N; i++)
            to[i] = (7 * i + seed) % N;
        struct synthetic other = synthetic_relabel(made, to);
        synthetic_start(made.world);
        synthetic_start(other.world);
        for (int t = 0; t < 60; t++) {
            testing_steps(made.world, 1);
            testing_steps(other.world, 1);
            for (size_t i = 0; i < N; i++) {
                assert_true(to[(size_t)made.world->load.owner[i]] == (size_t)other.world->load.owner[to[i]]);
                assert_true(made.world->load.pole[i] == other.world->load.pole[to[i]]);
                for (size_t j = 0; j < N; j++)
                    assert_true(made.world->derived.battle[i * N + j] ==
                                other.world->derived.battle[to[i] * N + to[j]]);
            }
            for (size_t p = 0; p < parameter_count; p++) {
                const struct parameter *row = &parameter_table[p];
                const double *a = parameter_values(made.world, row), *b = parameter_values(other.world, row);
                for (size_t e = 0; row->flags & F_STOCK && e < world_length(made.cast, row->shape); e++) {
                    double distance = apart(a[e], b[synthetic_place(made.cast, other.cast, row->shape, to, e)]);
                    if (!(distance < 1e-9))
                        fail_msg("seed %lu, step %d: %s[%zu] is off by %.3g (%g %g)", seed, t + 1, row->path, e,
                                 distance, made.world->load.owner[e / N], made.world->load.owner[e % N]);
                }
            }
        }
        wars += made.world->load.wars[0];
        deaths += (double)(N - made.world->living.count);
        synthetic_free(other);
        synthetic_free(made);
    }
    print_message("relabelled: %g wars, %g dead at the end\n", wars, deaths);
    assert_true(wars > 20 && deaths > 5);
}

/* Same seed, same bytes, through deaths and returns; another replicate has another history; a copy goes on as the original. */
static void same_seed(void **unused)
{
    (void)unused;
    for (unsigned long seed = 1; seed <= 3; seed++) {
        struct synthetic all[3];
        for (size_t k = 0; k < 3; k++) {
            all[k] = dangerous(10, seed, true);
            all[k].world->model.secession = 5;
            all[k].world->replicate = k == 2;
            synthetic_start(all[k].world);
            testing_steps(all[k].world, 25);
        }
        struct world *copy = world_copy(all[0].world);
        assert_int_equal(flow_prepare(copy), STATUS_OK);
        for (size_t k = 0; k < 3; k++)
            testing_steps(all[k].world, 25);
        testing_steps(copy, 25);
        same_bytes(all[0].world, all[1].world, "same seed");
        same_records(all[0].world, all[1].world, "same seed");
        same_bytes(all[0].world, copy, "a copy");
        same_records(all[0].world, copy, "a copy");
        assert_true(memcmp(all[0].world->now.gdp, all[2].world->now.gdp, 10 * sizeof(double)) != 0);
        world_free(copy);
        for (size_t k = 0; k < 3; k++)
            synthetic_free(all[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_states),      cmocka_unit_test(one_ally),
        cmocka_unit_test(the_best_target), cmocka_unit_test(monotone),
        cmocka_unit_test(misjudged_odds),  cmocka_unit_test(frequency_of_attack),
        cmocka_unit_test(a_battle),        cmocka_unit_test(absorption_threshold),
        cmocka_unit_test(one_war_each),    cmocka_unit_test(the_dead_do_not_fight),
        cmocka_unit_test(no_war),          cmocka_unit_test(off_is_no_rate),
        cmocka_unit_test(other_draws),     cmocka_unit_test(the_ladder),
        cmocka_unit_test(an_end_to_war),   cmocka_unit_test(wars_of_a_quarter),
        cmocka_unit_test(promises),        cmocka_unit_test(pacts_come_and_go),
        cmocka_unit_test(no_pact_with),    cmocka_unit_test(relabelling),
        cmocka_unit_test(same_seed),       cmocka_unit_test(everybody_has_a_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
