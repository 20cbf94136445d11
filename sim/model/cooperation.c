#include "model/cooperation.h"
#include "model/draw.h"
#include "model/institution.h"

#include <string.h>

double cooperation_gain(const struct world *world, double t, double temptation, double reward, double d)
{
    double P = world->model.punishment, S = world->model.sucker;
    double cooperate = t * reward + (1 - t) * (S * (1 - d) + d * P);
    double cheat = (t * temptation + (1 - t) * P) * (1 - d) + d * P;
    return cooperate - cheat;
}

/* Whether both states of a pair live. */
static bool meets(const struct world *world, size_t pair)
{
    const struct cast_pair *p = &world->cast->pair[pair];
    return world_lives(world, p->i) && world_lives(world, p->j);
}

/* How much a common danger concerns i: those near it feel it, a distant pole as far as it cares for the region. */
static double concern(const struct world *world, size_t i)
{
    const struct cast *cast = world->cast;
    if (cast->in_region[i])
        return fmax(world->derived.threat_nonstate[i], world->derived.threat_regime[i]);
    if (cast->danger_source == CAST_NONE || cast->reference_place == CAST_NONE ||
        !world_lives(world, cast->danger_source))
        return 0;
    double worth = world->set.worth[cast->reference_place * cast->states + i];
    return world->now.militancy[cast->danger_source] * fmin(1, worth + 0.2);
}

static void decide(struct world *world, size_t issue, size_t i, size_t j)
{
    const struct cast *cast = world->cast;
    const struct model_settings *model = &world->model;
    size_t n = cast->states, e = issue * n * n + i * n + j;
    double common = cast->common_threat[issue] ? fmin(concern(world, i), concern(world, j)) : 0;
    double temptation = model->temptation * world->set.stake[issue] -
                        model->enforcement * institution_enforcement(world, issue, i, j);
    double reward = model->reward + model->common_gain * common +
                    model->kinship_gain * fmin(world->now.identity[i], world->now.identity[j]);
    double trust = model->compartment * world->now.trust[e] +
                   (1 - model->compartment) * (1 - world->now.hostility[i * n + j]);
    double gain = cooperation_gain(world, trust, temptation, reward, world->set.shadow[i]);
    double p = 1 / (1 + exp(-gain / model->game_indecision));
    world->derived.willing[e] = p;
    world->derived.play[e] = model->noise != 0 ? draw_uniform_of(world, PURPOSE_PLAY, i, j, issue) < p : p;
}

void cooperation_update(struct world *world)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    double alpha = world_weight(world, world->model.trust_memory);
    memcpy(world->next.trust, world->now.trust, cast->issues * n * n * sizeof(double));
    for (size_t k = 0; k < cast->pairs; k++) {
        if (!meets(world, k))
            continue;
        decide(world, cast->pair[k].issue, cast->pair[k].i, cast->pair[k].j);
        decide(world, cast->pair[k].issue, cast->pair[k].j, cast->pair[k].i);
    }
    for (size_t k = 0; k < cast->pairs; k++) {
        if (!meets(world, k))
            continue;
        size_t base = cast->pair[k].issue * n * n, ij = base + cast->pair[k].i * n + cast->pair[k].j,
               ji = base + cast->pair[k].j * n + cast->pair[k].i;
        world->next.trust[ij] =
            world_clip(world->now.trust[ij] + alpha * (world->derived.play[ji] - world->now.trust[ij]), 0, 1);
        world->next.trust[ji] =
            world_clip(world->now.trust[ji] + alpha * (world->derived.play[ij] - world->now.trust[ji]), 0, 1);
    }
}

void cooperation_credit(const struct world *world, size_t i, double *credit)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    for (size_t j = 0; j < n; j++)
        credit[j] = 0.5;
    if (world->model.run_cooperation == 0)
        return;
    for (size_t k = 0; k < cast->pairs; k++) {
        const struct cast_pair *pair = &cast->pair[k];
        if ((pair->i != i && pair->j != i) || !meets(world, k))
            continue;
        size_t j = pair->i == i ? pair->j : pair->i;
        double sum = 0, issues = 0;
        for (size_t l = 0; l < cast->pairs; l++) /* few pairs: a second pass is cheaper than a table */
            if ((cast->pair[l].i == i && cast->pair[l].j == j) ||
                (cast->pair[l].i == j && cast->pair[l].j == i)) {
                sum += world->derived.play[cast->pair[l].issue * n * n + j * n + i];
                issues++;
            }
        credit[j] = sum / issues;
    }
}

double cooperation_mean(const struct world *world, size_t issue)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    double sum = 0, count = 0;
    for (size_t k = 0; k < cast->pairs; k++)
        if (cast->pair[k].issue == issue && meets(world, k)) {
            sum += world->derived.willing[issue * n * n + cast->pair[k].i * n + cast->pair[k].j] +
                   world->derived.willing[issue * n * n + cast->pair[k].j * n + cast->pair[k].i];
            count += 2;
        }
    return count > 0 ? sum / count : NAN;
}
