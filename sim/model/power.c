#include "model/power.h"
#include "model/identity.h"

double power_great_circle(const struct world *world, size_t i, size_t j)
{
    const double radian = POWER_RADIAN, radius = POWER_RADIUS;
    if (world->model.flat != 0)
        return POWER_DEGREE_KM * hypot(world->set.latitude[j] - world->set.latitude[i],
                                       world->set.longitude[j] - world->set.longitude[i]);
    double lat_i = world->set.latitude[i] * radian, lat_j = world->set.latitude[j] * radian;
    double north = sin((lat_j - lat_i) / 2);
    double east = sin((world->set.longitude[j] - world->set.longitude[i]) * radian / 2);
    double a = north * north + cos(lat_i) * cos(lat_j) * east * east;
    return 2 * radius * asin(sqrt(world_clip(a, 0, 1)));
}

double power_distance(const struct world *world, size_t i, size_t j)
{
    return power_great_circle(world, i, j) + world->set.overseas[i] + world->set.overseas[j];
}

double power_gradient(const struct world *world, double d)
{
    const double e = 2.71828182845904523536;
    double exponent = log10(d / world->model.distance_scale + 10 - e) - log10(10 - e);
    return pow(world->model.reference_share, exponent);
}

void power_geometry(struct world *world)
{
    size_t n = world->cast->states;
    for (size_t i = 0; i < n; i++) {
        world->derived.gradient[i * n + i] = 1;
        for (size_t j = 0; j < i; j++) {
            double g = power_gradient(world, world->load.apart[i * n + j]);
            world->derived.gradient[i * n + j] = world->derived.gradient[j * n + i] = g;
        }
    }
}

void power_shares(struct world *world, const struct stocks *stocks)
{
    const double *pop = stocks->population, *Y = stocks->gdp, *M = stocks->military;
    double all_pop = 0, all_Y = 0, all_M = 0;
    for (size_t k = 0; k < world->living.count; k++) {
        size_t i = world->living.state[k];
        all_pop += pop[i];
        all_Y += Y[i];
        all_M += M[i];
    }
    for (size_t k = 0; k < world->living.count; k++) {
        size_t i = world->living.state[k];
        double arms = all_M > 0 ? M[i] / all_M : Y[i] / all_Y; /* nobody armed: wealth stands for it */
        world->derived.share[i] = (pop[i] / all_pop + Y[i] / all_Y + arms) / 3;
    }
}

double power_cohesion(const struct world *world)
{
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    size_t n = world->cast->states, m = 0;
    double identity = 0, hostility = 0;
    for (size_t a = 0; a < region->count; a++) {
        if (!world_lives(world, region->state[a]))
            continue;
        m++;
        identity += world->now.identity[region->state[a]];
        for (size_t b = 0; b < region->count; b++)
            if (a != b && world_lives(world, region->state[b]))
                hostility += world->now.hostility[region->state[a] * n + region->state[b]];
    }
    return m < 2 ? 0 : identity / (double)m * (1 - hostility / (double)(m * (m - 1)));
}

/* The options of i: an ordinary pole reaches with Pi_ci and delivers R (1 - h); the bloc with the members' power
 * times its cohesion, min(1, 0.5 + coh) (1 - mean h). */
static void options_of(struct world *world, size_t i, double cohesion)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states, row = i * cast->options;
    for (size_t o = 0; o < world->choices; o++) {
        size_t c = world->choice[o];
        double reach = 0, deliverable = 0;
        if (c == cast->bloc_option && cast->in_region[i]) {
            const struct cast_group *region = &cast->role[ROLE_REGION];
            for (size_t b = 0; b < region->count; b++)
                if (region->state[b] != i && world_lives(world, region->state[b]))
                    reach += world->derived.felt[i * n + region->state[b]];
            reach *= cohesion;
            deliverable = fmin(1, 0.5 + cohesion) * (1 - identity_hostility(world, i));
        } else if (c != cast->bloc_option && cast->option_state[c] != i) {
            size_t j = i * n + cast->option_state[c];
            reach = world->derived.felt[j];
            double broken =
                world->model.run_commitment != 0 ? world->model.breach_cost * world->now.host_memory[j] : 0;
            deliverable = world->now.reliability[j] * (1 - world->now.hostility[j]) * (1 - broken);
        }
        world->derived.reach[row + c] = reach;
        world->derived.deliverable[row + c] = deliverable;
    }
}

double power_presence(const struct world *world, size_t i, size_t j)
{
    size_t e = i * world->cast->states + j;
    double q = world->set.presence[e], gain = world->model.run_commitment != 0 ? world->model.hosting_gain : 0;
    return q + gain * (1 - q) * world->now.hosting[e];
}

void power_update(struct world *world)
{
    size_t n = world->cast->states;
    const double *s = world->derived.share;
    power_shares(world, &world->now);
    for (size_t k = 0; k < world->living.count; k++) {
        size_t i = world->living.state[k];
        const double *g = world->derived.gradient + i * n, *q = world->set.presence + i * n;
        double *felt = world->derived.felt + i * n;
        const double *host = world->now.hosting + i * n;
        double gain = world->model.run_commitment != 0 ? world->model.hosting_gain : 0;
        for (size_t j = 0; j < n; j++) /* q* = q + dq (1 - q) host: a base adds to presence */
            felt[j] = (q[j] + gain * (1 - q[j]) * host[j]) * (s[j] * g[j]);
        felt[i] = s[i]; /* home power H */
    }
    double cohesion = world->cast->bloc ? power_cohesion(world) : 0;
    for (size_t k = 0; k < world->living.count; k++)
        options_of(world, world->living.state[k], cohesion);
}
