/* Territory (design, C.13b; W3, W6, W10 of D.1): borders, what passes on at a death, garrisons, and provinces that free
 * themselves. */
#include "synthetic.h"

#include "model/belief.h"
#include "model/institution.h"
#include "model/polarity.h"
#include "model/power.h"
#include "model/territory.h"
#include "model/war.h"

#include <gsl/gsl_rng.h>

enum { N = 9 };

/* A random world with everything on, some steps old, and nothing undecided: `next` is what it is now.  Nobody attacks. */
static struct synthetic settled(unsigned long seed, bool poles_vary)
{
    struct synthetic made = synthetic_world_of(N, seed, true, true, poles_vary);
    struct world *world = made.world;
    world->model.run_war = 1;
    world->model.run_polarity = poles_vary;
    world->model.pact_above = 1e-4;
    world->model.pact_below = 1e-5;
    synthetic_fill(world->set.offensive, N, 0);
    synthetic_start(world);
    testing_steps(world, 6);
    world_rest(world, ~0u);
    return made;
}

static size_t owner(const struct world *world, size_t province)
{
    return (size_t)world->load.owner[province];
}

/* Any living state but one, after `from` in a circle. */
static size_t living_from(const struct world *world, size_t from, size_t but)
{
    while (!world_lives(world, from % N) || from % N == but)
        from++;
    return from % N;
}

/* Borders, distances and lists of the living, worked out anew from all pairs of provinces. */
static void borders_hold(const struct world *world)
{
    for (size_t k = 0; k < N; k++)
        assert_true(owner(world, owner(world, k)) == owner(world, k));
    for (size_t i = 0; i < N; i++) {
        size_t e = world->next_to.first[i];
        for (size_t j = 0; j < N; j++) {
            bool both = i != j && world_lives(world, i) && world_lives(world, j), touching = false;
            double least = INFINITY;
            for (size_t k = 0; k < N && both; k++)
                for (size_t l = 0; l < N; l++)
                    if (owner(world, k) == i && owner(world, l) == j) {
                        touching = touching || world->set.contiguous[k * N + l] != 0;
                        least = fmin(least, world->set.distance[k * N + l]);
                    }
            assert_true((world->load.touching[i * N + j] != 0) == touching);
            if (touching)
                assert_true(world->next_to.to[e++] == j);
            if (both) {
                assert_true(world->load.apart[i * N + j] == least);
                assert_true(world->derived.gradient[i * N + j] == power_gradient(world, least));
            }
        }
        assert_true(e == world->next_to.first[i + 1]);
    }
}

static double total(const struct world *world, const double *x)
{
    double sum = 0;
    for (size_t k = 0; k < world->living.count; k++)
        sum += x[world->living.state[k]];
    return sum;
}

/* W6, W3: after an absorption the winner borders on the union of both, less the pair; borders are those of any two
 * provinces, distances the least; nothing is lost or made, by conquest, cession or secession, to 1e-13; provinces keep what
 * they have; every state can go and come back, and the borders of the start come back with the last of them. */
static void borders_and_totals(void **unused)
{
    (void)unused;
    double deaths = 0, returns = 0;
    for (unsigned long seed = 1; seed <= 20; seed++) {
        struct synthetic made = settled(seed, seed % 2);
        struct world *world = made.world, *start = world_copy(world);
        gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
        gsl_rng_set(rng, seed);
        borders_hold(world);
        for (int t = 0; t < 60; t++) {
            double gdp = total(world, world->next.gdp), people = total(world, world->next.population),
                   arms = total(world, world->next.military), lies[N];
            for (size_t k = 0; k < N; k++)
                lies[k] = world->load.gdp_part[k] * world->next.gdp[owner(world, k)];
            size_t k = gsl_rng_uniform_int(rng, N);
            if (!world_lives(world, k) && (t > 40 || gsl_rng_uniform(rng) < 0.3)) {
                territory_secede(world, k);
                returns++;
            } else if (world->living.count > 2 && t <= 40) {
                size_t i = living_from(world, gsl_rng_uniform_int(rng, N), CAST_NONE);
                size_t j = living_from(world, gsl_rng_uniform_int(rng, N), i);
                bool around[N];
                for (size_t l = 0; l < N; l++)
                    around[l] = l != i && l != j &&
                                (world->load.touching[i * N + l] != 0 || world->load.touching[j * N + l] != 0);
                territory_absorb(world, i, j);
                power_shares(world, &world->next);
                assert_true(owner(world, j) == i && !world_lives(world, j));
                for (size_t l = 0; l < N; l++)
                    assert_true((world->load.touching[i * N + l] != 0) == around[l]);
                deaths++;
            }
            for (size_t l = 0; l < N; l++)
                assert_close(world->load.gdp_part[l] * world->next.gdp[owner(world, l)], lies[l], 1e-12);
            size_t from = living_from(world, k, CAST_NONE), to = living_from(world, k, from);
            territory_cede(world, from, to, 0.3);
            assert_close(total(world, world->next.gdp), gdp, 1e-13);
            assert_close(total(world, world->next.population), people, 1e-13);
            assert_close(total(world, world->next.military), arms, 1e-13);
            borders_hold(world);
            world_commit(world);
            char *wrong = world_check(world);
            if (wrong != NULL)
                fail_msg("seed %lu, %d: %s", seed, t, wrong);
            world_rest(world, ~0u);
        }
        for (size_t k = 0; k < N; k++)
            if (!world_lives(world, k))
                territory_secede(world, k);
        assert_true(world->living.count == N);
        for (size_t e = 0; e < N * N; e++) {
            assert_true(world->load.touching[e] == start->load.touching[e]);
            assert_true(world->load.apart[e] == start->load.apart[e]);
            assert_true(world->derived.gradient[e] == start->derived.gradient[e]);
        }
        for (size_t k = 0; k < N; k++)
            assert_close(world->load.gdp_part[k] * world->load.population_part[k], 1, 1e-9);
        gsl_rng_free(rng);
        world_free(start);
        synthetic_free(made);
    }
    assert_true(deaths > 200 && returns > 100);
}

/* Partners that come to border on the winner are within its reach: q = q0 = 1; other presence stays. */
static void new_borders_are_reached(void **unused)
{
    (void)unused;
    double fresh = 0;
    for (unsigned long seed = 1; seed <= 8; seed++) {
        struct synthetic made = settled(seed, false);
        struct world *world = made.world, *before = world_copy(world);
        size_t i = seed % N, j = (seed + 4) % N;
        territory_absorb(world, i, j);
        for (size_t e = 0; e < N * N; e++) {
            size_t a = e / N, b = e % N;
            bool was = before->load.touching[e] != 0, is = world->load.touching[e] != 0;
            if (is && !was) {
                assert_true(world->set.presence[e] == 1 && world->load.presence_at_load[e] == 1);
                fresh++;
            } else if (a != j && b != j)
                assert_true(world->set.presence[e] == before->set.presence[e]);
        }
        world_free(before);
        synthetic_free(made);
    }
    assert_true(fresh > 5);
}

/* Exports of k toward the dead go to the heir, who exports nothing to itself; the dead sell nothing. */
static void trade_passes_on(const double *before, const double *after, size_t i, size_t j)
{
    for (size_t k = 0; k < N; k++) {
        if (k == j)
            continue;
        double lost = k == i ? before[k * N + j] : 0;
        for (size_t l = 0; l < N; l++) {
            double had = before[k * N + l] + (l == i && k != i ? before[k * N + j] : 0);
            double should = l == j ? 0 : had / (1 - lost);
            assert_true(fabs(after[k * N + l] - should) < 1e-14);
        }
    }
}

/* What a state leaves: debts and partners' shares pass on, those between the two lapse, and so do seats, pacts, bases,
 * quarrels, payments and threats; what it was in its own eyes stays as it was. */
static void what_passes_on(void **unused)
{
    (void)unused;
    double pacts = 0, bases = 0, seats = 0, debts = 0, followers = 0, quarrels = 0, payments = 0;
    for (unsigned long seed = 1; seed <= 30; seed++) {
        struct synthetic made = settled(seed, seed % 2);
        struct world *world = made.world;
        size_t i = seed % N, j = (seed + 1 + seed % 7) % N, options = made.cast->options;
        if (i == j)
            continue;
        world->next.pact[j * N + i] = world->next.pact[i * N + j] = 1;
        world->now.pact[j * N + i] = world->now.pact[i * N + j] = 1;
        world->next.crisis[j * N + i] = world->next.crisis[i * N + j] = 1;
        synthetic_fill(world->derived.threat, N * N, 0.2);
        synthetic_fill(world->derived.leverage, N * N, 0.2);
        struct world *before = world_copy(world);
        territory_absorb(world, i, j);
        trade_passes_on(before->next.export_share, world->next.export_share, i, j);
        trade_passes_on(before->set.trade_share, world->set.trade_share, i, j);
        assert_close(world->load.gdp_at_load[i], before->load.gdp_at_load[i] + before->load.gdp_at_load[j],
                     1e-15);
        for (size_t k = 0; k < N; k++) {
            size_t out = j * N + k, in = k * N + j;
            const struct stocks *next = &world->next, *had = &before->next;
            assert_true(next->export_share[out] == 0 && next->debt[out] == 0 && next->debt[in] == 0);
            assert_true(world->set.loan[out] == 0 && world->set.loan[in] == 0);
            assert_true(next->pact[out] + next->pact[in] + next->crisis[out] + next->crisis[in] == 0);
            assert_true(next->debt[k * N + k] == 0 && next->export_share[k * N + k] == 0);
            assert_true(next->hosting[out] + next->hosting[in] + next->host_notice[in] == 0);
            assert_true(next->influence[out] + next->influence[in] == 0);
            assert_true(world->derived.threat[in] + world->derived.threat[out] == 0);
            assert_true(world->derived.leverage[in] + world->derived.leverage[out] == 0);
            assert_true(next->hostility[out] == had->hostility[out] &&
                        world->now.hostility[out] == had->hostility[out]);
            if (k != i && k != j) {
                assert_close(next->debt[k * N + i], had->debt[k * N + i] + had->debt[in], 1e-14);
                assert_close(next->debt[i * N + k], had->debt[i * N + k] + had->debt[out], 1e-14);
                debts += had->debt[in] > 0;
            }
            pacts += had->pact[in];
            bases += had->hosting[in] + had->hosting[out];
            quarrels += had->crisis[in];
            payments += had->influence[in] > 0;
        }
        for (size_t b = 0; b < made.cast->bodies; b++) {
            assert_true(world->next.members[b * N + j] == 0 && world->next.member_notice[b * N + j] == 0);
            seats += before->next.members[b * N + j];
            world_commit(world); /* whoever led it is gone */
            world->set.leader[b] = (double)j;
            assert_true(institution_leader(world, b) == CAST_NONE);
            world_commit(world);
        }
        /* a dead pole: its followers go to the heir if that is a pole, else to whatever else they lean on */
        size_t c = made.cast->option_of[j], heir = made.cast->option_of[i];
        bool passes = before->load.pole[j] != 0 && before->load.pole[i] != 0;
        for (size_t k = 0; k < N && before->load.pole[j] != 0; k++) {
            const double *had = before->next.alignment + k * options, *a = world->next.alignment + k * options;
            bool bloc = world->choices > 0 && world->choice[world->choices - 1] == made.cast->bloc_option;
            if (k == j || !bloc)
                continue;
            assert_true(a[c] == 0);
            double lost = passes && k != i ? 0 : had[c];
            for (size_t o = 0; o < options; o++)
                if (o != c)
                    assert_true(fabs(a[o] - (had[o] + (passes && k != i && o == heir ? had[c] : 0)) /
                                                (1 - lost)) < 1e-14);
            followers += had[c] > 0;
        }
        assert_true(world->load.pole[j] == 0);
        assert_true(world->next.garrison[j] == 1 && world->next.garrison[i] == 0);
        world_free(before);
        synthetic_free(made);
    }
    print_message("passed on: %g pacts, %g bases, %g seats, %g debts, %g followers\n", pacts, bases, seats,
                  debts, followers);
    assert_true(pacts > 30 && bases > 5 && seats > 10 && debts > 10 && followers > 20 && quarrels > 20 &&
                payments > 5);
}

/* w - w(0) of i toward everybody. */
static void excess(struct world *world, size_t i, double *x)
{
    double weight[N];
    belief_weights(world, i, weight);
    for (size_t j = 0; j < N; j++)
        x[j] = weight[j] - world->load.weight_at_load[i * N + j];
}

/* W10: a border alone alarms nobody: across a conquest and across a secession w - w(0) stays what it was toward everybody who
 * mattered before and after, and whoever is new to a state starts at 0.  Shares are held, and the dead have none. */
static void no_alarm_by_borders(void **unused)
{
    (void)unused;
    double fresh = 0, kept = 0;
    for (unsigned long seed = 1; seed <= 10; seed++) {
        struct synthetic made = settled(seed, false);
        struct world *world = made.world;
        size_t i = seed % N, j = (seed + 3) % N;
        for (int back = 0; back < 2; back++) {
            double before[N][N], after[N][N], old[N][N];
            struct world *copy = world_copy(world);
            if (back)
                territory_secede(world, j);
            else
                territory_absorb(world, i, j);
            memcpy(copy->derived.share, world->derived.share, N * sizeof(double));
            for (size_t k = 0; k < N; k++) {
                if (k == j)
                    continue;
                excess(copy, k, before[k]);
                excess(world, k, after[k]);
                belief_weights(copy, k, old[k]);
                for (size_t l = 0; l < N; l++) {
                    double weight[N];
                    belief_weights(world, k, weight);
                    if (weight[l] == 0)
                        continue;
                    double should = old[k][l] > 0 ? before[k][l] : 0;
                    assert_true(fabs(after[k][l] - should) < 1e-15);
                    fresh += old[k][l] == 0;
                    kept += fabs(should) > 1e-4;
                }
            }
            excess(world, j, after[j]);
            for (size_t l = 0; l < N && back; l++)
                assert_true(fabs(after[j][l]) < 1e-15); /* it is free again, and nothing alarms it */
            world_free(copy);
        }
        synthetic_free(made);
    }
    assert_true(fresh > 20 && kept > 50);
}

/* A province that frees itself takes its GDP, its population and half its part of the stock; it leans on nobody, sits
 * nowhere, goes on with the hostility of its last day; partners' shares and Y0 are divided as GDP is. */
static void coming_back(void **unused)
{
    (void)unused;
    for (unsigned long seed = 1; seed <= 20; seed++) {
        struct synthetic made = settled(seed, seed % 2);
        struct world *world = made.world;
        size_t i = seed % N, j = (seed + 2) % N, other = (seed + 5) % N, options = made.cast->options;
        double last[N], identity = world->now.identity[j], trust[N];
        memcpy(last, world->now.hostility + j * N, sizeof last);
        memcpy(trust, world->now.trust + j * N, sizeof trust);
        territory_absorb(world, i, j);
        territory_absorb(world, i, other);
        power_shares(world, &world->next);
        world_commit(world);
        testing_steps(world, 5);
        world_rest(world, ~0u);
        struct world *before = world_copy(world);
        double part = world->load.gdp_part[j], people = world->load.population_part[j];
        territory_secede(world, j);
        const struct stocks *next = &world->next, *had = &before->next;
        assert_true(world_lives(world, j) && world->living.count == N - 1 && next->garrison[j] == 0);
        assert_close(next->gdp[j], part * had->gdp[i], 1e-14);
        assert_close(next->population[j], people * had->population[i], 1e-14);
        assert_close(next->military[j], part / 2 * had->military[i], 1e-14);
        assert_close(next->gdp[i], (1 - part) * had->gdp[i], 1e-13);
        assert_close(next->military[i], (1 - part / 2) * had->military[i], 1e-13);
        assert_close(world->load.gdp_at_load[j], part * before->load.gdp_at_load[i], 1e-14);
        assert_close(world->load.gdp_at_load[i], (1 - part) * before->load.gdp_at_load[i], 1e-13);
        assert_true(memcmp(next->hostility + j * N, last, sizeof last) == 0 && next->identity[j] == identity);
        assert_true(memcmp(next->trust + j * N, trust, sizeof trust) == 0);
        double given = 0, sells = 0;
        for (size_t c = 1; c < options; c++) {
            double should = world_can_choose(world, j, c) ? 1e-4 : 0;
            assert_true(next->alignment[j * options + c] == should);
            given += should;
        }
        assert_close(next->alignment[j * options], 1 - given, 1e-14);
        for (size_t b = 0; b < made.cast->bodies; b++)
            assert_true(next->members[b * N + j] == 0);
        for (size_t k = 0; k < N; k++)
            sells += k != j && world_lives(world, k) ? before->set.trade_share[j * N + k] : 0;
        for (size_t k = 0; k < N; k++) {
            bool lives = world_lives(world, k) && k != j;
            double share = next->export_share[j * N + k];
            assert_true(next->pact[j * N + k] == 0 && next->debt[j * N + k] == 0 && next->debt[k * N + j] == 0);
            if (sells > 0)
                assert_true(fabs(share - (lives ? before->set.trade_share[j * N + k] / sells : 0)) < 1e-14);
            if (!lives || k == i)
                continue;
            assert_true(fabs(next->export_share[k * N + j] - part * had->export_share[k * N + i]) < 1e-14);
            assert_true(fabs(next->export_share[k * N + i] - (1 - part) * had->export_share[k * N + i]) <
                        1e-14);
        }
        world_commit(world);
        testing_steps(world, 10);
        world_free(before);
        synthetic_free(made);
    }
}

/* ---- garrisons ---------------------------------------------------------------------------------------------------------- */

/* occ_i = sum nu_k gdp_part_k; nu is 1 at a conquest and fades by exp(-dt/T_int), at any dt; growth loses c_h occ. */
static void garrisons(void **unused)
{
    (void)unused;
    for (unsigned parts = 1; parts <= 2; parts++) {
        struct synthetic made = synthetic_plain(4, 0);
        struct world *world = made.world;
        synthetic_only(world, MECHANISM_war);
        world->model.run_power = world->model.run_economy = 1;
        world->model.demand_pull = world->model.arms_drag = world->model.diversion_cost = 0;
        world->model.integration = 10;
        world->dt = 0.25 / parts;
        world->steps_per_quarter = parts;
        for (size_t i = 0; i < 4; i++)
            world->now.gdp[i] = 100 * (double)(i + 1);
        synthetic_start(world);
        world_rest(world, ~0u);
        territory_absorb(world, 3, 0);
        territory_absorb(world, 3, 1);
        power_shares(world, &world->next);
        world_commit(world);
        double nu = 1, part = 300.0 / 700;
        for (int t = 0; t < 20; t++) {
            testing_steps(world, 1);
            assert_close(world->derived.occupied[3], nu * part, 1e-12);
            assert_true(world->derived.occupied[2] == 0);
            assert_close(world->now.growth[3], 0.02 - world->model.holding_cost * nu * part, 1e-12);
            assert_close(world->now.growth[2], 0.02, 1e-12);
            nu *= exp(-world->dt / 10);
            assert_close(world->now.garrison[0], nu, 1e-12);
            assert_true(world->now.garrison[3] == 0);
        }
        territory_absorb(world, 2, 3); /* conquered again, all of it resists anew */
        assert_true(world->next.garrison[0] == 1 && world->next.garrison[1] == 1 &&
                    world->next.garrison[3] == 1);
        synthetic_free(made);
    }
}

/* A province frees itself with frequency 1 - exp(-l_sec nu occ dt), nu and occ of t; not in the step of its conquest, and
 * never at l_sec = 0. */
static void frequency_of_secession(void **unused)
{
    (void)unused;
    enum { RUNS = 8000 };
    struct synthetic made = synthetic_plain(4, 0);
    struct world *start = made.world;
    synthetic_only(start, MECHANISM_war);
    start->model.run_power = start->model.noise = 1;
    synthetic_fill(start->set.offensive, 4, 0);
    start->set.contiguous[3 * 4 + 1] = start->set.contiguous[1 * 4 + 3] = 1;
    synthetic_start(start);
    world_rest(start, ~0u);
    territory_absorb(start, 3, 0);
    power_shares(start, &start->next);
    world_commit(start);
    start->now.garrison[0] = 0.6;
    double rates[] = {0, 2, 1e9};
    struct world *world = world_copy(start);
    assert_int_equal(flow_prepare(world), STATUS_OK);
    for (size_t r = 0; r < 3; r++) {
        double freed = 0, p = 1 - exp(-rates[r] * 0.6 * (0.6 * 0.5) * 0.25);
        for (uint64_t replicate = 0; replicate < RUNS; replicate++) {
            assert_int_equal(world_assign(world, start), STATUS_OK);
            world->model.secession = rates[r];
            world->replicate = replicate;
            testing_steps(world, 1);
            freed += world_lives(world, 0);
        }
        assert_true(fabs(freed / RUNS - p) <= 4.5 * sqrt(p * (1 - p) / RUNS));
    }
    /* 3 conquers 1 while 0 still resists: 0 goes in this step, 1 in the next at the soonest */
    double conquered = 0;
    for (uint64_t replicate = 0; replicate < 50; replicate++) {
        assert_int_equal(world_assign(world, start), STATUS_OK);
        world->replicate = replicate;
        world->model.secession = 1e9;
        world->model.absorption = 1;
        world_rest(world, ~0u);
        synthetic_fill(world->derived.target, 4, NAN);
        world->derived.target[3] = 1;
        world->derived.occupied[3] = 0.3;
        war_fight(world);
        bool won = world->derived.battle[3 * 4 + 1] == BATTLE_CONQUEST;
        conquered += won;
        assert_true(world_lives(world, 0) && world_lives(world, 1) == !won);
    }
    assert_true(conquered > 2);
    world_free(world);
    synthetic_free(made);
}

/* Two steps a quarter: every invariant, through deaths and returns; poles change at whole years alone. */
static void half_steps(void **unused)
{
    (void)unused;
    double deaths = 0, returns = 0, changes = 0;
    for (unsigned long seed = 1; seed <= 12; seed++) {
        struct synthetic made = synthetic_world_of(N, seed, true, true, true);
        struct world *world = made.world;
        world->steps_per_quarter = 2;
        world->dt = 0.125;
        world->model.run_war = world->model.run_polarity = 1;
        world->model.war_rate = 4;
        world->model.superiority = 1.5;
        world->model.absorption = 0.5;
        world->model.secession = 5;
        synthetic_start(world);
        for (int t = 0; t < 160; t++) {
            size_t living = world->living.count;
            double pole[N], whole = world_time(world) + world->dt;
            memcpy(pole, world->load.pole, sizeof pole);
            testing_steps(world, 1);
            deaths += living > world->living.count;
            returns += living < world->living.count;
            for (size_t i = 0; i < N; i++)
                if (pole[i] != world->load.pole[i] && world_lives(world, i)) {
                    assert_true(whole == floor(whole));
                    changes++;
                }
        }
        synthetic_free(made);
    }
    assert_true(deaths > 20 && returns > 10 && changes > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(borders_and_totals),
        cmocka_unit_test(new_borders_are_reached),
        cmocka_unit_test(what_passes_on),
        cmocka_unit_test(no_alarm_by_borders),
        cmocka_unit_test(coming_back),
        cmocka_unit_test(garrisons),
        cmocka_unit_test(frequency_of_secession),
        cmocka_unit_test(half_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
