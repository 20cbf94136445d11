#include "model/influence.h"
#include "model/portfolio.h"

#include <string.h>

#define INFLUENCE_FLOOR 1e-4

/* What place i is worth to pole c. */
static double worth_of(const struct world *world, size_t c, size_t i)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    double rivals = 0;
    for (size_t p = 0; p < world->poles.count; p++) {
        size_t other = world->poles.state[p];
        if (other != c && other != i)
            rivals += world->now.hostility[c * n + other] * world_alignment(world, i, other);
    }
    return world->set.worth[i * n + c] * (1 + rivals);
}

static bool targeted(const struct world *world, size_t c, size_t i)
{
    return i != c && world_lives(world, i);
}

static void spend(struct world *world, size_t c)
{
    const struct cast *cast = world->cast;
    const struct cast_group *targets = &cast->role[ROLE_THEATRE];
    size_t n = cast->states, count = 0;
    double *shares = world->derived.scratch_pair, *worth = shares + n; /* two rows of n, n >= 2 */
    for (size_t k = 0; k < targets->count; k++) {
        size_t i = targets->state[k];
        if (!targeted(world, c, i))
            continue;
        shares[count] = world->now.influence_share[i * n + c];
        worth[count++] = worth_of(world, c, i);
    }
    if (count == 0)
        return;
    portfolio_update(shares, worth, count, world_weight(world, world->model.influence_adjustment),
                     world->model.influence_indecision, INFLUENCE_FLOOR);
    double budget = world->set.influence_rate[c] * world->set.offensive[c] * world->now.gdp[c] *
                    world->set.presence[cast->reference_place * n + c];
    for (size_t k = 0, t = 0; k < targets->count; k++) {
        size_t e = targets->state[k] * n + c;
        if (!targeted(world, c, targets->state[k]))
            continue;
        world->next.influence_share[e] = shares[t];
        world->next.influence[e] = budget * shares[t++] + world->set.aid[e];
    }
}

void influence_update(struct world *world)
{
    size_t pairs = world->cast->states * world->cast->states;
    memcpy(world->next.influence_share, world->now.influence_share, pairs * sizeof(double));
    memcpy(world->next.influence, world->set.aid, pairs * sizeof(double)); /* aid reaches any place */
    for (size_t p = 0; p < world->poles.count && world->cast->role[ROLE_THEATRE].count > 0; p++)
        spend(world, world->poles.state[p]);
}

void influence_enter(struct world *world, size_t pole)
{
    const struct cast_group *targets = &world->cast->role[ROLE_THEATRE];
    size_t n = world->cast->states, living = 0;
    for (size_t k = 0; k < targets->count; k++)
        living += world_lives(world, targets->state[k]);
    for (size_t k = 0; k < targets->count; k++) {
        size_t e = targets->state[k] * n + pole;
        world->now.influence_share[e] = world->next.influence_share[e] =
            world_lives(world, targets->state[k]) ? 1 / (double)living : 0;
    }
}

void influence_share_out(struct world *world)
{
    const struct cast_group *targets = &world->cast->role[ROLE_THEATRE];
    size_t n = world->cast->states;
    for (size_t c = 0; c < n; c++) {
        double sum = 0;
        for (size_t k = 0; k < targets->count; k++) {
            size_t e = targets->state[k] * n + c;
            if (!world_lives(world, targets->state[k]))
                world->next.influence_share[e] = world->next.influence[e] = 0;
            sum += world->next.influence_share[e];
        }
        for (size_t k = 0; k < targets->count && sum > 0; k++)
            world->next.influence_share[targets->state[k] * n + c] /= sum;
    }
}
