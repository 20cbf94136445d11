#include "model/crisis.h"
#include "model/arms.h"
#include "model/draw.h"
#include "model/portfolio.h"

#include <string.h>

enum { TOP_LEVEL = 4, LIMITED_WAR = 3 };

/* Mean p of the pair on the issue "border"; 0 without one. */
static double border_cooperation(const struct world *world, size_t i, size_t j)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states, border = cast_issue(cast, "border");
    if (border == CAST_NONE || world->model.run_cooperation == 0)
        return 0;
    for (size_t k = 0; k < cast->pairs; k++)
        if (cast->pair[k].issue == border &&
            ((cast->pair[k].i == i && cast->pair[k].j == j) || (cast->pair[k].i == j && cast->pair[k].j == i)))
            return (world->derived.willing[border * n * n + i * n + j] +
                    world->derived.willing[border * n * n + j * n + i]) /
                   2;
    return 0;
}

double crisis_rate(const struct world *world, size_t i, size_t j)
{
    size_t n = world->cast->states;
    if (world->load.touching[i * n + j] == 0)
        return 0;
    return world->set.onset[i * n + j] * 4 * world->now.hostility[i * n + j] * world->now.hostility[j * n + i] *
           exp(2 * arms_growth(world, i) + 2 * arms_growth(world, j)) *
           (1 - 0.5 * fmax(world_alignment(world, i, j), world_alignment(world, j, i))) *
           (1 - 0.5 * border_cooperation(world, i, j));
}

/* Incident, clash, limited war, war: one draw a rung. */
static int climb(const struct world *world, size_t i, size_t j)
{
    static const enum purpose rung[] = {PURPOSE_CLIMB_1, PURPOSE_CLIMB_2, PURPOSE_CLIMB_3};
    size_t n = world->cast->states;
    double chance =
        world->model.escalation * (world->now.hostility[i * n + j] + world->now.hostility[j * n + i]) / 2;
    int level = 1;
    while (level < TOP_LEVEL && draw_between(world, rung[level - 1], i, j) < chance)
        level++;
    return level;
}

/* What i can put against j in the contest; its home power if threats are not perceived. */
static double strength(const struct world *world, size_t i, size_t j, double mu)
{
    double defence = world->derived.defence[i * world->cast->states + j];
    return world_raise(defence > 0 ? defence : world->derived.share[i], mu);
}

/* Limited war and war cost capability, the loser more; who loses is drawn from the contest of C.2, with the steepness of
 * whoever comes first by identity, not by the file. */
static void lose(struct world *world, size_t a, size_t b, int level)
{
    bool swapped = world->cast->identity[a] > world->cast->identity[b];
    size_t i = swapped ? b : a, j = swapped ? a : b;
    double mu = world->set.contest_steepness[i];
    double mine = strength(world, i, j, mu), other = strength(world, j, i, mu);
    bool i_loses = draw_between(world, PURPOSE_OUTCOME, i, j) < other / (mine + other);
    size_t loser = i_loses ? i : j, winner = i_loses ? j : i;
    double rung = level - LIMITED_WAR + 1;
    world->next.military[loser] *= 1 - 0.03 * rung;
    world->next.gdp[loser] *= 1 - 0.01 * rung;
    world->next.military[winner] *= 1 - 0.015 * rung;
    world->next.gdp[winner] *= 1 - 0.005 * rung;
    world->load.last_loss[loser] = world->load.last_loss[winner] = world->step + 1;
}

static void between(struct world *world, size_t i, size_t j)
{
    size_t n = world->cast->states, ij = i * n + j, ji = j * n + i;
    double rate = crisis_rate(world, i, j);
    if (rate <= 0 || draw_between(world, PURPOSE_ONSET, i, j) >= 1 - exp(-rate * world->dt))
        return;
    int level = climb(world, i, j);
    world->next.crisis[ij] = fmax(level / 4.0, world->next.crisis[ij]);
    world->next.crisis[ji] = fmax(level / 4.0, world->next.crisis[ji]); /* after a war one may remember more */
    world->next.export_share[ij] *= 1 - 0.05 * level;
    world->next.export_share[ji] *= 1 - 0.05 * level;
    portfolio_normalise(world->next.export_share + i * n, n);
    portfolio_normalise(world->next.export_share + j * n, n);
    world->next.legitimacy[i] += 0.02 * level;
    world->next.legitimacy[j] += 0.02 * level;
    world->next.rally[i] += 0.03 * level;
    world->next.rally[j] += 0.03 * level;
    bool decided = level == TOP_LEVEL && world_runs(world, MECHANISM_war); /* war.c counts the loss */
    if (level >= LIMITED_WAR && !decided)
        lose(world, i, j, level);
}

/* Unrest of i, and what its neighbours of like regime catch of it. */
static void unrest(struct world *world, size_t i)
{
    double frailty = 1 - world->now.legitimacy[i];
    double rate = world->model.unrest_rate * frailty * frailty * (1 + 3 * world->now.contagion[i]) *
                  sqrt(world->set.political_openness[i]);
    if (draw_uniform(world, PURPOSE_UNREST, i, i) >= 1 - exp(-rate * world->dt))
        return;
    world->next.legitimacy[i] -= 0.15;
    for (size_t e = world->next_to.first[i]; e < world->next_to.first[i + 1]; e++) {
        size_t j = world->next_to.to[e];
        double like = 1 - fabs(world->set.regime_gap[i] - world->set.regime_gap[j]);
        world->next.contagion[j] = fmin(1, world->next.contagion[j] + 0.15 * like);
    }
}

void crisis_update(struct world *world)
{
    size_t n = world->cast->states;
    double fading = pow(0.7, world->dt / 0.25);
    for (size_t e = 0; e < n * n; e++)
        world->next.crisis[e] = world->now.crisis[e] * fading;
    for (size_t k = 0; k < world->living.count; k++) {
        size_t i = world->living.state[k];
        world->next.contagion[i] = world->now.contagion[i] * (1 - 0.25 * world->dt);
        world->next.legitimacy[i] -= world->now.rally[i];
        world->next.rally[i] = 0;
    }
    if (world->model.noise != 0) {
        for (size_t i = 0; i < n; i++)
            for (size_t e = world->next_to.first[i]; e < world->next_to.first[i + 1]; e++)
                if (world->next_to.to[e] > i)
                    between(world, i, world->next_to.to[e]);
        for (size_t k = 0; k < world->living.count; k++)
            unrest(world, world->living.state[k]);
    }
    for (size_t i = 0; i < n; i++)
        world->next.legitimacy[i] = world_clip(world->next.legitimacy[i], 0, 1);
}
