#include "model/belief.h"
#include "model/arms.h"
#include "model/cooperation.h"
#include "model/draw.h"

#include <string.h>

void belief_weights(const struct world *world, size_t i, double *weights)
{
    size_t n = world->cast->states;
    const double *q0 = world->load.presence_at_load + i * n, *g = world->derived.gradient + i * n,
                 *s = world->derived.share;
    double sum = s[i];
    memset(weights, 0, n * sizeof *weights);
    for (size_t e = world->relevant.first[i]; e < world->relevant.first[i + 1]; e++) {
        size_t j = world->relevant.to[e];
        weights[j] = q0[j] * s[j] * g[j];
        sum += weights[j];
    }
    for (size_t e = world->relevant.first[i]; e < world->relevant.first[i + 1]; e++)
        weights[world->relevant.to[e]] /= sum;
}

static void hostility(struct world *world, size_t i)
{
    size_t n = world->cast->states, row = i * n;
    double *y = world->next.hostility + row, *weights = world->derived.scratch_pair + row;
    const struct settings *set = &world->set;
    double alpha = world_weight(world, world->set.memory[i]);
    memcpy(y, world->set.hostility_anchor + row, n * sizeof *y);
    belief_weights(world, i, weights);
    for (size_t e = world->relevant.first[i]; e < world->relevant.first[i + 1]; e++) {
        size_t j = world->relevant.to[e];
        double offence = 0.3 + 0.7 * world->set.offensive[j];
        y[j] += world->set.arms_alarm[i] * arms_growth(world, j) +
                world->set.power_alarm[i] * offence * fmax(0, weights[j] - world->load.weight_at_load[row + j]);
    }
    if (world->model.run_crisis != 0)
        for (size_t j = 0; j < n; j++)
            y[j] += set->crisis_alarm[i] * world->now.crisis[row + j];
    if (world->model.run_cooperation != 0 && world->cast->pairs > 0) {
        cooperation_credit(world, i, weights); /* the room is free again */
        for (size_t j = 0; j < n; j++)
            y[j] -= set->cooperation_credit[i] * (weights[j] - 0.5);
    }
    if (world->model.run_identity != 0 && world->cast->in_region[i])
        for (size_t j = 0; j < n; j++)
            if (world->cast->in_region[j])
                y[j] -= set->kinship_credit[i] * (fmin(world->now.identity[i], world->now.identity[j]) -
                                                  world->load.identity_at_load[i]);
    if (world->model.noise != 0 && world->set.misperception[i] > 0) {
        double deviation = world->set.misperception[i] * sqrt(0.25 / world->dt);
        for (size_t k = 0; k < world->living.count; k++) {
            size_t j = world->living.state[k];
            if (j != i)
                y[j] += draw_normal(world, PURPOSE_PERCEPTION, i, j,
                                    deviation * (1 - world->derived.monitoring[row + j]));
        }
    }
    for (size_t j = 0; j < n; j++) {
        double h = world->now.hostility[row + j];
        y[j] = world_clip(h + alpha * (world_clip(y[j], 0, 1) - h), 0, 1);
    }
    y[i] = 0;
}

/* R' = R + alpha_r (Rbar (1 - k_drop drop) - R); then qbar' = qbar + w (q - qbar).  Of poles; where there is war, of
 * everybody, but only poles are held to their presence. */
static void reliability(struct world *world)
{
    const struct cast_group *watched = world_runs(world, MECHANISM_war) ? &world->living : &world->poles;
    size_t n = world->cast->states;
    double alpha = world_weight(world, world->model.reputation_memory);
    double usual = world_weight(world, world->model.presence_memory);
    memcpy(world->next.reliability, world->now.reliability, n * n * sizeof(double));
    memcpy(world->next.usual_presence, world->now.usual_presence, n * n * sizeof(double));
    for (size_t a = 0; a < world->living.count; a++)
        for (size_t p = 0; p < watched->count; p++) {
            size_t i = world->living.state[a], c = watched->state[p], e = i * n + c;
            if (c == i)
                continue;
            bool pole = world->load.pole[c] != 0;
            double q = world->set.presence[e], qbar = world->now.usual_presence[e];
            double drop = pole && qbar > 0 ? fmax(0, (qbar - q) / qbar) : 0;
            double earned = world->set.base_reliability[c] * (1 - world->model.withdrawal_penalty * drop);
            double R = world->now.reliability[e];
            world->next.reliability[e] = world_clip(R + alpha * (earned - R), 0, 1);
            if (pole)
                world->next.usual_presence[e] = qbar + usual * (q - qbar);
        }
}

void belief_update(struct world *world)
{
    for (size_t a = 0; a < world->living.count; a++)
        hostility(world, world->living.state[a]);
    reliability(world);
}
