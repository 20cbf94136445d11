#include "model/war.h"
#include "model/draw.h"
#include "model/power.h"
#include "model/territory.h"

#include <string.h>

static bool allied(const struct world *world, size_t i, size_t j)
{
    return world->model.pacts != 0 && world->now.pact[i * world->cast->states + j] != 0;
}

/* f_i = 1 - k_occ occ_i: what garrisons leave for the field. */
static double free_force(const struct world *world, size_t i)
{
    return 1 - world->model.garrison_cost * world->derived.occupied[i];
}

/* Power of c felt at j with the shares of this moment: q* s g. */
static double felt_at(const struct world *world, size_t c, size_t j)
{
    size_t e = j * world->cast->states + c;
    return power_presence(world, j, c) * (world->derived.share[c] * world->derived.gradient[e]);
}

/* rel_ci: c borders on i, or is a pole and so has business everywhere. */
static bool concerned(const struct world *world, size_t c, size_t i)
{
    return world->load.pole[c] != 0 || world->load.touching[c * world->cast->states + i] != 0;
}

/* ---- pacts --------------------------------------------------------------------------------------------- */

/* t(i): the threat that i would see first if nobody protected it; CAST_NONE if it sees none. */
static size_t principal_threat(const struct world *world, size_t i)
{
    size_t n = world->cast->states, worst = CAST_NONE;
    double mu = world->set.contest_steepness[i], home = world_raise(world->derived.share[i], mu), most = 0;
    for (size_t e = world->relevant.first[i]; e < world->relevant.first[i + 1]; e++) {
        size_t j = world->relevant.to[e];
        double power = world_raise(world->derived.felt[i * n + j], mu);
        double tau = power / (power + home) * world->derived.intent[i * n + j];
        if (tau > most) {
            most = tau;
            worst = j;
        }
    }
    return worst;
}

/* V_ic for all c, [states]: what a pact with c is worth against t(i); the enemy of my enemy. */
static void pact_values(const struct world *world, size_t i, double *value)
{
    size_t n = world->cast->states, threat = principal_threat(world, i);
    double home = free_force(world, i) * world->derived.share[i];
    memset(value, 0, n * sizeof *value);
    for (size_t k = 0; k < world->living.count && threat != CAST_NONE; k++) {
        size_t c = world->living.state[k];
        if (c == i || c == threat || !concerned(world, c, threat))
            continue;
        double power = free_force(world, c) * world->derived.felt[i * n + c];
        value[c] = world->derived.threat_state[i] * fmin(1, 2 * world->now.hostility[c * n + threat]) *
                   (1 - world->now.hostility[i * n + c]) * power / (power + home);
    }
}

static void pacts(struct world *world)
{
    size_t n = world->cast->states;
    double *value = world->derived.scratch_pair;
    for (size_t k = 0; k < world->living.count; k++)
        pact_values(world, world->living.state[k], value + world->living.state[k] * n);
    for (size_t a = 0; a < world->living.count; a++)
        for (size_t b = 0; b < a; b++) {
            size_t i = world->living.state[a], c = world->living.state[b];
            double both = fmin(value[i * n + c], value[c * n + i]), was = world->now.pact[i * n + c];
            world->next.pact[i * n + c] = world->next.pact[c * n + i] = both > world->model.pact_above    ? 1
                                                                        : both <= world->model.pact_below ? 0
                                                                                                          : was;
        }
}

/* ---- odds ---------------------------------------------------------------------------------------------- */

double war_help(const struct world *world, size_t c, size_t j, size_t i)
{
    size_t n = world->cast->states;
    if (allied(world, c, i))
        return 0;
    double bound = world->model.pacts != 0 ? (allied(world, c, j) ? 1 : 0) : world_alignment(world, j, c);
    double drawn =
        concerned(world, c, i) ? world->model.join * fmin(1, 2 * world->now.hostility[c * n + i]) : 0;
    return (1 - world->now.hostility[c * n + j]) * /* it is the helper whose dislike counts */
           (bound * world->now.reliability[j * n + c] + (1 - bound) * drawn);
}

/* What c would bring to j in the field, times the probability that it comes. */
static double expected(const struct world *world, size_t c, size_t j, size_t i)
{
    return war_help(world, c, j, i) * free_force(world, c) * world->derived.felt[j * world->cast->states + c];
}

/* sum over c of q_cj^i f_c Pi_cj: only those can come who are bound to j, or border on i, or are poles. */
static double expected_help(const struct world *world, size_t j, size_t i)
{
    size_t n = world->cast->states;
    double sum = 0;
    for (size_t e = world->relevant.first[i]; e < world->relevant.first[i + 1]; e++)
        if (world->relevant.to[e] != j)
            sum += expected(world, world->relevant.to[e], j, i);
    for (size_t e = world->allies.first[j]; e < world->allies.first[j + 1]; e++) {
        size_t c = world->allies.to[e];
        bool counted = world->load.pole[c] != 0 || world->load.touching[c * n + i] != 0;
        if (c != i && !counted)
            sum += expected(world, c, j, i);
    }
    return sum;
}

double war_utility(const struct world *world, size_t i, size_t j, double *odds)
{
    const struct model_settings *model = &world->model;
    double error =
        model->odds_error > 0 ? exp(draw_normal_yearly(world, PURPOSE_ODDS, i, j, model->odds_error)) : 1;
    double S = free_force(world, i) * world->derived.felt[j * world->cast->states + i];
    double D = free_force(world, j) * world->derived.share[j] + model->expedition * expected_help(world, j, i);
    double ratio = S / D * error, steep = pow(ratio, model->decisiveness);
    double demanded = pow(model->superiority, model->decisiveness);
    double p = isinf(steep) ? 1 : steep / (1 + steep);
    double will = world->set.offensive[i] * (1 - (demanded - 1) / (demanded + 1)) *
                  (1 - model->nuclear_restraint * world->set.nuclear[j]);
    if (odds != NULL)
        *odds = p;
    return 2 * p - 2 + will;
}

/* The neighbour with the best utility, if that is above nothing and the moment comes; CAST_NONE. */
static size_t target_of(const struct world *world, size_t i)
{
    size_t best = CAST_NONE;
    double most = 0;
    for (size_t e = world->next_to.first[i]; e < world->next_to.first[i + 1]; e++) {
        size_t j = world->next_to.to[e];
        double u = allied(world, i, j) ? 0 : war_utility(world, i, j, NULL);
        if (u > most) {
            most = u;
            best = j;
        }
    }
    if (best == CAST_NONE)
        return CAST_NONE;
    double rate = world->model.war_rate * world->now.hostility[i * world->cast->states + best];
    return draw_uniform(world, PURPOSE_ATTACK, i, i) < 1 - exp(-rate * world->dt) ? best : CAST_NONE;
}

/* The partners of every state, so that nobody looks through all pairs. */
static void list_allies(struct world *world)
{
    size_t n = world->cast->states, links = 0;
    for (size_t i = 0; i < n; i++) {
        world->allies.first[i] = links;
        for (size_t k = 0; k < world->living.count && world_lives(world, i); k++)
            if (allied(world, i, world->living.state[k]))
                world->allies.to[links++] = world->living.state[k];
    }
    world->allies.first[n] = links;
}

void war_decide(struct world *world)
{
    size_t n = world->cast->states;
    memcpy(world->next.pact, world->now.pact, n * n * sizeof(double));
    list_allies(world);
    if (world->model.pacts != 0)
        pacts(world);
    for (size_t i = 0; i < n; i++)
        world->derived.target[i] = NAN;
    for (size_t k = 0; k < world->living.count && world->model.noise != 0; k++) {
        size_t i = world->living.state[k], j = target_of(world, i);
        if (j != CAST_NONE)
            world->derived.target[i] = (double)j;
    }
}

/* ---- battle -------------------------------------------------------------------------------------------- */

/* One war: i attacks j.  brought: what every state puts into the field on j's side, [states]. */
struct war {
    size_t i, j;
    double *brought;
    double attack, defence, odds;
    bool won;
};

/* Those who come to the help of j; each decides by its own draw.  Who has had its own war in this step stays at home. */
static void muster(struct world *world, struct war *w)
{
    size_t n = world->cast->states;
    memset(w->brought, 0, n * sizeof *w->brought);
    w->defence = w->brought[w->j] = free_force(world, w->j) * world->derived.share[w->j];
    for (size_t k = 0; k < world->living.count; k++) {
        size_t c = world->living.state[k];
        if (c == w->i || c == w->j || world->derived.engaged[c] != 0)
            continue;
        double chance = war_help(world, c, w->j, w->i);
        if (chance <= 0 || draw_of_three(world, PURPOSE_JOIN, w->i, w->j, c) >= chance)
            continue;
        w->brought[c] = world->model.expedition * free_force(world, c) * felt_at(world, c, w->j);
        w->defence += w->brought[c];
        world->load.joiners[0]++;
        world->derived.battle[c * n + w->i] = BATTLE_JOINED;
    }
}

static void suffer(struct world *world, size_t i, double part)
{
    const struct model_settings *model = &world->model;
    world->next.military[i] *= 1 - part * model->damage_military;
    world->next.gdp[i] *= 1 - part * model->damage_gdp;
    world->next.population[i] *= 1 - part * model->damage_population;
}

/* Everybody pays, the loser twice as much, most where the odds were even. */
static void damage(struct world *world, const struct war *w)
{
    double extent = 0.5 + 2 * w->odds * (1 - w->odds);
    suffer(world, w->i, w->won ? extent / 2 : extent);
    suffer(world, w->j, w->won ? extent : extent / 2);
    for (size_t c = 0; c < world->cast->states; c++)
        if (c != w->j && w->brought[c] > 0)
            suffer(world, c, extent / 2);
}

static void settle(struct world *world, const struct war *w)
{
    double cession = world->model.cession;
    if (w->won) {
        territory_cede(world, w->j, w->i, cession * w->odds);
        return;
    }
    double left = cession * (1 - w->odds), whole = 1; /* parts of what i has left, so that the sum is exact */
    for (size_t c = 0; c < world->cast->states; c++)
        if (w->brought[c] > 0) {
            double part = left * w->brought[c] / w->defence;
            territory_cede(world, w->i, c, part / whole);
            whole -= part;
        }
}

/* What a war leaves in everybody's mind. */
static void remember(struct world *world, const struct war *w)
{
    size_t n = world->cast->states;
    world->next.crisis[w->i * n + w->j] = world->next.crisis[w->j * n + w->i] = 1;
    for (size_t e = world->next_to.first[w->i]; e < world->next_to.first[w->i + 1]; e++) {
        double *memory = &world->next.crisis[world->next_to.to[e] * n + w->i];
        *memory = fmax(*memory, 0.5);
    }
    for (size_t e = world->allies.first[w->j]; e < world->allies.first[w->j + 1]; e++) {
        size_t c = world->allies.to[e];
        if (c == w->i || w->brought[c] > 0 || !world_lives(world, c))
            continue;
        for (size_t k = 0; k < n; k++) /* a partner that stayed away, in all eyes */
            world->next.reliability[k * n + c] *= 1 - world->model.pact_breach;
    }
    world->load.last_loss[w->i] = world->load.last_loss[w->j] = world->step + 1;
}

static void fight(struct world *world, size_t i, size_t j)
{
    size_t n = world->cast->states;
    struct war w = {.i = i, .j = j, .brought = world->derived.scratch_row};
    power_shares(world, &world->next);
    muster(world, &w);
    w.attack = free_force(world, i) * felt_at(world, i, j);
    double ratio = pow(w.attack / w.defence, world->model.decisiveness);
    w.odds = isinf(ratio) ? 1 : ratio / (1 + ratio);
    w.won = draw_uniform(world, PURPOSE_BATTLE, i, j) < w.odds;
    damage(world, &w);
    settle(world, &w);
    remember(world, &w);
    world->load.wars[0]++;
    world->load.won[0] += w.won;
    world->derived.battle[i * n + j] = w.won ? BATTLE_WON : BATTLE_LOST;
    power_shares(world, &world->next);
    if (w.won && world->derived.share[j] < world->model.absorption * world->derived.share[i]) {
        world->derived.battle[i * n + j] = BATTLE_CONQUEST;
        territory_absorb(world, i, j);
    }
}

/* Puts i into a line of `count` that rises by their draws: nothing may depend on the order of the file. */
static void line_up(struct world *world, size_t count, size_t i, double draw)
{
    double *order = world->derived.order;
    size_t *line = world->queue, at = count;
    order[i] = draw;
    for (; at > 0 && order[line[at - 1]] > draw; at--)
        line[at] = line[at - 1];
    line[at] = i;
}

/* What holds conquered provinces down fades; where it does not, some break away. */
static void hold(struct world *world)
{
    double fading = exp(-world->dt / world->model.integration);
    for (size_t k = 0; k < world->cast->states; k++)
        world->next.garrison[k] = world->now.garrison[k] * fading;
}

static void break_away(struct world *world)
{
    size_t n = world->cast->states, leaving = 0;
    for (size_t k = 0; k < n && world->model.secession > 0; k++) {
        double resistance = world->now.garrison[k];
        size_t holder = (size_t)world->load.owner[k];
        if (holder == k || resistance <= 0)
            continue;
        double rate = world->model.secession * resistance * world->derived.occupied[holder];
        double draw = draw_uniform(world, PURPOSE_SECESSION, k, k);
        if (draw < 1 - exp(-rate * world->dt))
            line_up(world, leaving++, k, draw);
    }
    for (size_t l = 0; l < leaving; l++)
        territory_secede(world, world->queue[l]);
}

void war_fight(struct world *world)
{
    size_t n = world->cast->states, attackers = 0, living = world->living.count;
    double *engaged = world->derived.engaged, before = world->load.wars[0];
    if (world->step % world->steps_per_quarter == 0) /* a record holds the wars of its quarter */
        memset(world->derived.battle, 0, n * n * sizeof(double));
    memset(engaged, 0, n * sizeof *engaged);
    memcpy(world->next.population, world->now.population, n * sizeof(double));
    hold(world);
    if (world->model.noise == 0)
        return;
    for (size_t k = 0; k < living; k++) {
        size_t i = world->living.state[k];
        if (!isnan(world->derived.target[i]))
            line_up(world, attackers++, i, draw_uniform(world, PURPOSE_ORDER, i, i));
    }
    for (size_t a = 0; a < attackers; a++) {
        size_t i = world->queue[a], j = (size_t)world->derived.target[i];
        if (engaged[i] != 0 || engaged[j] != 0 || !world_lives(world, i) || !world_lives(world, j))
            continue;
        engaged[i] = engaged[j] = 1;
        fight(world, i, j);
    }
    break_away(world);
    if (world->load.wars[0] > before || world->living.count != living)
        power_shares(world, &world->next);
}
