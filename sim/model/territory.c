#include "model/territory.h"
#include "model/belief.h"
#include "model/economy.h"
#include "model/influence.h"
#include "model/polarity.h"
#include "model/portfolio.h"
#include "model/power.h"

#include <string.h>

static size_t owner_of(const struct world *world, size_t province)
{
    return (size_t)world->load.owner[province];
}

/* Borders and distances of states from those of their provinces; strength over the distance where that has changed. */
static void measure(struct world *world)
{
    size_t n = world->cast->states;
    double *touching = world->load.touching, *apart = world->derived.scratch_row;
    bool whole = world->living.count == n; /* everybody holds its own province and no other */
    memset(touching, 0, n * n * sizeof *touching);
    for (size_t k = 0; k < n; k++)
        for (size_t l = 0; l < n; l++) {
            size_t i = owner_of(world, k), j = owner_of(world, l);
            if (i != j && world->set.contiguous[k * n + l] != 0)
                touching[i * n + j] = 1;
        }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            apart[j] = i == j || whole || !world_lives(world, i) ? world->set.distance[i * n + j] : INFINITY;
        for (size_t k = 0; k < n && !whole && world_lives(world, i); k++)
            for (size_t l = 0; l < n && owner_of(world, k) == i; l++) {
                size_t j = owner_of(world, l);
                if (j != i)
                    apart[j] = fmin(apart[j], world->set.distance[k * n + l]);
            }
        for (size_t j = 0; j < n; j++) {
            size_t e = i * n + j;
            if (isinf(apart[j])) /* j is dead: its province is somebody's */
                apart[j] = world->set.distance[e];
            if (world->load.apart[e] == apart[j])
                continue;
            world->load.apart[e] = apart[j];
            world->derived.gradient[e] = i == j ? 1 : power_gradient(world, apart[j]);
        }
    }
}

void territory_settle(struct world *world)
{
    size_t pairs = world->cast->states * world->cast->states;
    for (size_t e = 0; e < pairs; e++)
        world->load.apart[e] = NAN; /* measure all of it */
    world_connect(world);
    measure(world);
    world_connect(world);
}

/* A border that comes or goes changes presence (C.0b). */
static void move_presence(struct world *world, const double *before, bool conquest)
{
    size_t n = world->cast->states;
    for (size_t e = 0; e < n * n; e++) {
        bool was = before[e] != 0, is = world->load.touching[e] != 0;
        if (was == is)
            continue;
        bool usual = world->set.presence[e] == (was ? 1 : 0.5); /* a theatre's own value stays (C.0b) */
        if (usual || (conquest && is))
            world->set.presence[e] = world->load.presence_at_load[e] = is ? 1 : 0.5;
    }
}

void territory_redraw(struct world *world, bool conquest)
{
    size_t n = world->cast->states, pairs = n * n;
    double *weight = world->derived.scratch_pair, *zero = world->load.weight_at_load;
    /* what w has over w(0), kept in the place of w(0), with the sign turned round */
    for (size_t k = 0; k < world->living.count; k++) {
        size_t row = world->living.state[k] * n;
        belief_weights(world, world->living.state[k], weight);
        for (size_t j = 0; j < n; j++)
            zero[row + j] -= weight[j];
    }
    memcpy(weight, world->load.touching, pairs * sizeof *weight);
    world_connect(world);
    measure(world);
    move_presence(world, weight, conquest);
    world_connect(world);
    for (size_t k = 0; k < world->living.count; k++) {
        size_t i = world->living.state[k], row = i * n;
        belief_weights(world, i, weight);
        for (size_t j = 0; j < n; j++)
            zero[row + j] = weight[j] > 0 ? zero[row + j] + weight[j] : 0;
    }
}

void territory_cede(struct world *world, size_t from, size_t to, double part)
{
    double *const moved[] = {world->next.gdp, world->next.population, world->next.military};
    for (size_t k = 0; k < 3; k++) {
        double ceded = part * moved[k][from];
        moved[k][from] -= ceded;
        moved[k][to] += ceded;
    }
}

void territory_update(struct world *world)
{
    size_t n = world->cast->states;
    memset(world->derived.occupied, 0, n * sizeof(double));
    for (size_t k = 0; k < n; k++)
        world->derived.occupied[owner_of(world, k)] += world->now.garrison[k] * world->load.gdp_part[k];
}

/* ---- what passes on ------------------------------------------------------------------------------------ */

/* Provinces of both are parts of one whole now. */
static void join_parts(struct world *world, double *part, const double *whole, size_t heir, size_t state)
{
    double mine = whole[heir] / (whole[heir] + whole[state]);
    for (size_t k = 0; k < world->cast->states; k++) {
        if (owner_of(world, k) == heir)
            part[k] *= mine;
        else if (owner_of(world, k) == state)
            part[k] *= 1 - mine;
    }
}

/* Exports to the dead go to the heir; nobody exports to itself. */
static void pass_shares(double *shares, size_t n, size_t heir, size_t state)
{
    for (size_t k = 0; k < n; k++) {
        double *row = shares + k * n;
        if (row[state] == 0)
            continue;
        if (k != heir)
            row[heir] += row[state];
        row[state] = 0;
        portfolio_normalise(row, n);
    }
}

static void pass_trade(struct world *world, size_t heir, size_t state)
{
    size_t n = world->cast->states;
    pass_shares(world->next.export_share, n, heir, state);
    memset(world->next.export_share + state * n, 0, n * sizeof(double));
    pass_shares(world->set.trade_share, n, heir, state);
    world->load.gdp_at_load[heir] += world->load.gdp_at_load[state];
    economy_natural(world);
}

/* Debts of and to the dead are the heir's; those between the two cancel, loans run out. */
static void pass_debts(struct world *world, size_t heir, size_t state)
{
    size_t n = world->cast->states;
    double *debt = world->next.debt;
    for (size_t k = 0; k < n; k++) {
        size_t owed = k * n + state, owes = state * n + k;
        if (k != heir && k != state) {
            debt[k * n + heir] += debt[owed];
            debt[heir * n + k] += debt[owes];
        }
        debt[owed] = debt[owes] = 0;
        world->set.loan[owed] = world->set.loan[owes] = 0;
        world->load.loan_at_load[owed] = world->load.loan_at_load[owes] = 0;
    }
}

/* What only the living have: seats, pacts, bases, quarrels, payments, places in other people's sums. */
static void lapse(struct world *world, size_t state)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    struct stocks *next = &world->next;
    for (size_t k = 0; k < n; k++) {
        size_t out = state * n + k, in = k * n + state;
        next->crisis[out] = next->crisis[in] = 0;
        next->hosting[out] = next->hosting[in] = next->host_notice[out] = next->host_notice[in] = 0;
        next->influence[out] = next->influence[in] = 0;
        next->pact[out] = next->pact[in] = 0;
        world->derived.threat[out] = world->derived.threat[in] = 0;
        world->derived.leverage[out] = world->derived.leverage[in] = 0;
    }
    for (size_t b = 0; b < cast->bodies; b++)
        next->members[b * n + state] = next->member_notice[b * n + state] = 0;
    next->military[state] = 0;
    world->derived.share[state] = 0;
    world->derived.threat_state[state] = world->derived.threat_nonstate[state] = 0;
    world->derived.threat_regime[state] = world->derived.threat_economic[state] = 0;
}

void territory_absorb(struct world *world, size_t heir, size_t state)
{
    size_t n = world->cast->states;
    join_parts(world, world->load.gdp_part, world->next.gdp, heir, state);
    join_parts(world, world->load.population_part, world->next.population, heir, state);
    world->next.gdp[heir] += world->next.gdp[state];
    world->next.population[heir] += world->next.population[state];
    world->next.military[heir] += world->next.military[state];
    pass_trade(world, heir, state);
    pass_debts(world, heir, state);
    if (world->load.pole[state] != 0)
        polarity_close(world, state, heir);
    lapse(world, state);
    world_freeze(world, state);
    for (size_t k = 0; k < n; k++) /* after the freeze: resistance belongs to the province and begins now */
        if (owner_of(world, k) == state) {
            world->load.owner[k] = (double)heir;
            world->next.garrison[k] = 1;
        }
    territory_redraw(world, true);
    polarity_close_bloc(world);
    influence_share_out(world);
}

/* The shares that partners give to the former owner are divided as GDP is. */
static void divide_trade(struct world *world, size_t from, size_t k, double part)
{
    size_t n = world->cast->states;
    double *const shares[] = {world->next.export_share, world->set.trade_share};
    for (size_t s = 0; s < 2; s++)
        for (size_t j = 0; j < n; j++) {
            if (j == from || j == k)
                continue;
            shares[s][j * n + k] = part * shares[s][j * n + from];
            shares[s][j * n + from] *= 1 - part;
            portfolio_normalise(shares[s] + j * n, n);
        }
    double *sells = world->next.export_share + k * n, sum = 0;
    for (size_t j = 0; j < n; j++) {
        sells[j] = j != k && world_lives(world, j) ? world->set.trade_share[k * n + j] : 0;
        sum += sells[j];
    }
    if (sum <= 0)
        sells[from] = 1; /* all its partners are gone: what is left is its former owner */
    portfolio_normalise(sells, n);
    world->load.gdp_at_load[k] = part * world->load.gdp_at_load[from];
    world->load.gdp_at_load[from] *= 1 - part;
}

void territory_secede(struct world *world, size_t k)
{
    size_t n = world->cast->states, from = owner_of(world, k);
    double part = world->load.gdp_part[k], people = world->load.population_part[k];
    struct stocks *next = &world->next;
    next->gdp[k] = part * next->gdp[from];
    next->population[k] = people * next->population[from];
    next->military[k] = part / 2 * next->military[from];
    next->gdp[from] -= next->gdp[k];
    next->population[from] -= next->population[k];
    next->military[from] -= next->military[k];
    for (size_t l = 0; l < n; l++)
        if (l != k && owner_of(world, l) == from) {
            world->load.gdp_part[l] /= 1 - part;
            world->load.population_part[l] /= 1 - people;
        }
    world->load.gdp_part[k] = world->load.population_part[k] = 1;
    world->load.owner[k] = (double)k;
    next->garrison[k] = 0;
    world_connect(world);
    divide_trade(world, from, k, part);
    economy_natural(world);
    polarity_stand_alone(world, k);
    power_shares(world, next);
    belief_weights(world, k, world->load.weight_at_load + k * n); /* nothing alarms it yet */
    territory_redraw(world, true);
    influence_share_out(world);
}
