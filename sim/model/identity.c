#include "model/identity.h"
#include "model/economy.h"

double identity_trade(const struct world *world, size_t i)
{
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    double sum = 0;
    for (size_t b = 0; b < region->count; b++)
        if (region->state[b] != i && world_lives(world, region->state[b]))
            sum += economy_trade(world, i, region->state[b]);
    return sum / world->now.gdp[i];
}

double identity_hostility(const struct world *world, size_t i)
{
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    double sum = 0, others = 0;
    for (size_t b = 0; b < region->count; b++)
        if (region->state[b] != i && world_lives(world, region->state[b])) {
            sum += world->now.hostility[i * world->cast->states + region->state[b]];
            others++;
        }
    return others > 0 ? sum / others : 0;
}

double identity_rate(const struct world *world, double idn, double mean, double polarisation, double trade,
                     double hostility)
{
    const struct model_settings *model = &world->model;
    double adoption =
        model->trade_identity * fmin(1, 3 * trade) + model->example_identity * (1 + model->elite) * mean;
    return adoption * (1 - idn) - model->lost_identity * (hostility + 0.5 * polarisation) * idn;
}
