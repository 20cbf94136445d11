#include "model/commitment.h"
#include "model/alignment.h"
#include "model/cooperation.h"
#include "model/draw.h"
#include "model/economy.h"
#include "model/institution.h"

#include <string.h>

#define A_MOMENT 1e-9 /* years: rounding when a notice ends */

/* One commitment of one state: inside or not, under notice or not, what is remembered. */
struct bond {
    double *inside, *notice, *memory; /* in `next`; they hold the values of t when the rule is applied */
};

/* Year at the beginning of the step. */
static double begun(const struct world *world)
{
    return world_time(world);
}

/* Whether a state acts on what it wants in this step: at once, or with a hazard when noise is on. */
static bool acts(const struct world *world, enum purpose purpose, size_t i, size_t other, size_t what,
                 double rate)
{
    return world->model.noise == 0 ||
           draw_uniform_of(world, purpose, i, other, what) < 1 - exp(-rate * world->dt);
}

/* The rule.  Returns true if the commitment was ended by its owner in this step. */
static bool decide(const struct world *world, struct bond bond, double value, bool offered, bool acting)
{
    const struct model_settings *model = &world->model;
    double now = begun(world);
    if (*bond.inside == 0) {
        if (offered && value > model->enter_above + model->breach_threshold * *bond.memory && acting) {
            *bond.inside = 1;
            *bond.notice = 0; /* one that an event left behind */
        }
        return false;
    }
    if (*bond.notice > 0) {
        if (value > model->enter_above) {
            *bond.notice = 0;
        } else if (now + world->dt >= *bond.notice - A_MOMENT) {
            *bond.inside = *bond.notice = 0;
            return true;
        }
        return false;
    }
    if (value < model->leave_below && acting)
        *bond.notice = now + model->notice;
    return false;
}

static void remember(const struct world *world, double *memory, bool ended)
{
    *memory = ended ? 1 : *memory * exp(-world->model.breach_fading * world->dt);
}

/* ---- bodies -------------------------------------------------------------------------------------------- */

static double trade_inside(const struct world *world, size_t body, size_t i)
{
    size_t n = world->cast->states;
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        if (j != i && world->now.members[body * n + j] != 0)
            sum += economy_trade(world, i, j);
    return sum / world->now.gdp[i];
}

/* wG z (1 - mean cooperation on its issues): what a body is worth where cooperation is poor. */
static double issue_value(const struct world *world, size_t body)
{
    const struct cast *cast = world->cast;
    double sum = 0, issues = 0;
    for (size_t k = 0; world->model.run_cooperation != 0 && k < cast->issues; k++) {
        double mean = cast->works_on[body * cast->issues + k] ? cooperation_mean(world, k) : NAN;
        double pairs = 0;
        for (size_t p = 0; p < cast->pairs; p++)
            pairs += cast->pair[p].issue == k;
        if (!isnan(mean)) {
            sum += mean * pairs;
            issues += pairs;
        }
    }
    return issues > 0 ? world->model.issue_worth * world->set.centralisation[body] * (1 - sum / issues) : 0;
}

static double leader_value(const struct world *world, size_t body, size_t i)
{
    size_t leader = institution_leader(world, body);
    if (leader == CAST_NONE || leader == i || world->load.pole[leader] == 0)
        return 0;
    return world->model.leader_worth * (world_alignment(world, i, leader) - world->model.usual_alignment);
}

static double member_value(const struct world *world, size_t body, size_t i)
{
    const struct settings *set = &world->set;
    const struct derived *d = &world->derived;
    size_t e = body * world->cast->states + i;
    double served = d->provision[body] * d->service[e];
    double security = set->security_weight[i] * d->threat_state[i] * set->scope_state[body] +
                      set->nonstate_weight[i] * d->threat_nonstate[i] * set->scope_nonstate[body] +
                      set->regime_weight[i] * d->threat_regime[i] * set->scope_regime[body];
    return served * security +
           world->model.trade_worth * set->scope_economic[body] * d->provision[body] *
               trade_inside(world, body, i) +
           issue_value(world, body) + leader_value(world, body, i) -
           set->autonomy[i] * set->centralisation[body] * d->override[e] - set->dues[body];
}

static void bodies(struct world *world)
{
    const struct cast *cast = world->cast;
    const struct cast_group *deciders = &cast->role[ROLE_DECIDERS];
    size_t n = cast->states;
    for (size_t body = 0; body < cast->bodies; body++) {
        size_t count = institution_members(world, body);
        bool lives = count >= 2 && world->model.run_institution != 0;
        for (size_t i = 0; i < n; i++)
            world->derived.member_value[body * n + i] = lives ? member_value(world, body, i) : 0;
        for (size_t k = 0; k < deciders->count; k++) {
            size_t i = deciders->state[k], e = body * n + i;
            struct bond bond = {&world->next.members[e], &world->next.member_notice[e],
                                &world->next.member_memory[e]};
            if (!world_lives(world, i))
                continue;
            bool acting = acts(world, PURPOSE_MEMBERSHIP, i, i, body, world->model.member_rate);
            bool ended = lives && decide(world, bond, world->derived.member_value[e],
                                         world->set.open[body] != 0, acting);
            remember(world, bond.memory, ended);
        }
        size_t left = 0;
        for (size_t i = 0; i < n; i++)
            left += world->next.members[body * n + i] != 0;
        for (size_t i = 0; i < n;
             i++) /* no notice outlives a membership, or a body that has fallen under two */
            if (left < 2 || world->next.members[body * n + i] == 0)
                world->next.member_notice[body * n + i] = 0;
    }
}

/* ---- bases --------------------------------------------------------------------------------------------- */

static double host_value(const struct world *world, size_t i, size_t c, double *room)
{
    double terms[TERM_COUNT];
    size_t e = i * world->cast->options + c, ic = i * world->cast->states + world->cast->option_state[c];
    double backing = world->derived.backing[e];
    if (world->model.run_alignment == 0) { /* nobody has worked it out in this step */
        alignment_utility(world, i, c, terms, room);
        backing = alignment_backing(terms);
    }
    double disliked = 1 - (1 - world->now.hostility[ic]) * (1 - world->derived.condition[e]);
    return world->model.base_weight * (backing - world->set.autonomy[i] * disliked);
}

static void bases(struct world *world)
{
    const struct cast *cast = world->cast;
    const struct cast_group *deciders = &cast->role[ROLE_DECIDERS];
    size_t n = cast->states;
    double *room = world->derived.scratch_pair, ask = world->model.ask_above;
    for (size_t k = 0; k < deciders->count; k++)
        for (size_t p = 0; p < world->poles.count; p++) {
            size_t i = deciders->state[k], patron = world->poles.state[p], e = i * n + patron;
            if (patron == i || !world_lives(world, i))
                continue;
            double value = world->derived.host_value[e] = host_value(world, i, cast->option_of[patron], room);
            double need = world->set.strategic_need[e];
            struct bond bond = {&world->next.hosting[e], &world->next.host_notice[e],
                                &world->next.host_memory[e]};
            bool ended = false;
            if (*bond.inside != 0 && need < ask / 2)
                *bond.inside = *bond.notice = 0; /* the patron goes home: no breach */
            else
                ended = decide(world, bond, value, need > ask,
                               acts(world, PURPOSE_HOSTING, i, patron, 0, world->model.host_rate));
            remember(world, bond.memory, ended);
            if (*bond.inside == 0)
                *bond.notice = 0;
        }
}

void commitment_update(struct world *world)
{
    size_t pairs = world->cast->states * world->cast->states,
           memberships = world->cast->bodies * world->cast->states;
    memcpy(world->next.members, world->now.members, memberships * sizeof(double));
    memcpy(world->next.member_notice, world->now.member_notice, memberships * sizeof(double));
    memcpy(world->next.member_memory, world->now.member_memory, memberships * sizeof(double));
    memcpy(world->next.hosting, world->now.hosting, pairs * sizeof(double));
    memcpy(world->next.host_notice, world->now.host_notice, pairs * sizeof(double));
    memcpy(world->next.host_memory, world->now.host_memory, pairs * sizeof(double));
    bodies(world);
    bases(world);
}
