#include "model/spillover.h"

double spillover_suppression(const struct world *world, size_t i)
{
    const struct model_settings *model = &world->model;
    const struct cast_group *poles = &world->poles;
    size_t n = world->cast->states;
    double payments = 0;
    for (size_t p = 0; p < poles->count; p++)
        payments += world->now.influence[i * n + poles->state[p]];
    /* not more than all of its output a year: what war leaves of a state may be tiny against what it is paid */
    double development = fmin(1, payments / world->now.gdp[i] + world->set.development[i]);
    return model->decline + model->capacity_effect * world->set.state_capacity[i] +
           model->counter_terror_effect * world->set.counter_terror[i] +
           model->development_effect * development;
}

double spillover_rate(const struct world *world, size_t i, const double *N, double suppression)
{
    double across = 0;
    for (size_t e = world->next_to.first[i]; e < world->next_to.first[i + 1]; e++)
        across += N[world->next_to.to[e]];
    double growth = world->model.contagion_rate * N[i] + world->model.import_rate * across;
    return growth * (1 - N[i]) - suppression * N[i];
}
