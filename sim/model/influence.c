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
    for (size_t o = 1; o < cast->options; o++) {
        size_t other = cast->option_state[o];
        if (other != CAST_NONE && other != c && other != i)
            rivals += world->now.hostility[c * n + other] * world->now.alignment[i * cast->options + o];
    }
    return world->set.worth[i * n + c] * (1 + rivals);
}

static void spend(struct world *world, size_t c)
{
    const struct cast *cast = world->cast;
    const struct cast_group *targets = &cast->role[ROLE_THEATRE];
    size_t n = cast->states, count = 0;
    double *shares = world->derived.scratch_pair, *worth = shares + n; /* two rows of n, n >= 2 */
    for (size_t k = 0; k < targets->count; k++) {
        size_t i = targets->state[k];
        if (i == c)
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
        if (targets->state[k] == c)
            continue;
        world->next.influence_share[e] = shares[t];
        world->next.influence[e] = budget * shares[t++] + world->set.aid[e];
    }
}

void influence_update(struct world *world)
{
    const struct cast *cast = world->cast;
    size_t pairs = cast->states * cast->states;
    memcpy(world->next.influence_share, world->now.influence_share, pairs * sizeof(double));
    memcpy(world->next.influence, world->set.aid, pairs * sizeof(double)); /* aid reaches any place */
    for (size_t o = 1; o < cast->options; o++)
        if (cast->option_state[o] != CAST_NONE && cast->role[ROLE_THEATRE].count > 0)
            spend(world, cast->option_state[o]);
}
