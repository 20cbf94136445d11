#include "model/institution.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

enum decision_rule { RULE_CONSENSUS, RULE_SIMPLE, RULE_QUALIFIED, RULE_CONSULTATIVE };

static enum decision_rule rule_of(const struct world *world, size_t body)
{
    return (enum decision_rule)world->set.decision_rule[body];
}

size_t institution_members(const struct world *world, size_t body)
{
    size_t n = 0;
    for (size_t i = 0; i < world->cast->states; i++)
        n += world->now.members[body * world->cast->states + i] != 0;
    return n;
}

size_t institution_leader(const struct world *world, size_t body)
{
    double leader = world->set.leader[body];
    if (isnan(leader) || world->now.members[body * world->cast->states + (size_t)leader] == 0)
        return CAST_NONE;
    return (size_t)leader;
}

double institution_agreement(size_t n, double p, size_t need)
{
    p = world_clip(p, 0, 1);
    if (need == 0)
        return 1;
    if (need == n) /* all: no need of the incomplete beta function */
        return pow(p, (double)n);
    return gsl_cdf_binomial_Q((unsigned)(need - 1), p, (unsigned)n);
}

size_t institution_votes(const struct world *world, size_t body, size_t n)
{
    switch (rule_of(world, body)) {
    case RULE_SIMPLE:
        return n / 2 + 1;
    case RULE_QUALIFIED:
        return (2 * n + 2) / 3;
    case RULE_CONSULTATIVE:
        return 0;
    default:
        return n;
    }
}

/* support_ik = sum_j w_jk (1 - h_ij), w_jk = (1 - dom)/n + dom 1{j = leader}; h_ii = 0. */
static double support(const struct world *world, size_t body, size_t i, size_t n, size_t leader)
{
    size_t states = world->cast->states;
    const double *in = world->now.members + body * states, *h = world->now.hostility + i * states;
    double dominance = leader == CAST_NONE ? 0 : world->set.leader_dominance[body], sum = 0;
    for (size_t j = 0; j < states; j++)
        if (in[j] != 0)
            sum += (1 - dominance) / (double)n * (1 - h[j]);
    return sum + (leader == CAST_NONE ? 0 : dominance * (1 - h[leader]));
}

/* over_ik: formal or informal override; 0 for the leader, also outside, and where nothing binds. */
static double override_of(const struct world *world, size_t body, size_t i, size_t n, size_t leader,
                          double pbar)
{
    size_t states = world->cast->states;
    enum decision_rule rule = rule_of(world, body);
    bool inside = world->now.members[body * states + i] != 0;
    if (rule == RULE_CONSULTATIVE || (double)i == world->set.leader[body])
        return 0;
    double outvoted = rule == RULE_CONSENSUS ? 0
                      : inside ? institution_agreement(n - 1, pbar, institution_votes(world, body, n))
                               : world->derived.agreement[body];
    double dominance = leader == CAST_NONE ? 0 : world->set.leader_dominance[body];
    return (1 - world->derived.support[body * states + i]) *
           (1 - (1 - outvoted) * (1 - world->model.informal_override * dominance));
}

static void provide(struct world *world, size_t body)
{
    size_t states = world->cast->states, row = body * states, n = institution_members(world, body);
    size_t leader = institution_leader(world, body);
    const double *in = world->now.members + row;
    double pooled = 0, pbar = 0;
    world->derived.agreement[body] = world->derived.provision[body] = 0;
    if (n < 2) {
        memset(world->derived.support + row, 0, states * sizeof(double));
        memset(world->derived.override + row, 0, states * sizeof(double));
        memset(world->derived.service + row, 0, states * sizeof(double));
        return;
    }
    for (size_t i = 0; i < states; i++) {
        world->derived.support[row + i] = support(world, body, i, n, leader);
        if (in[i] != 0) {
            pooled += world->derived.share[i];
            pbar += world->derived.support[row + i] / (double)n;
        }
    }
    double z = world->set.centralisation[body];
    double agreed = institution_agreement(n, pbar, institution_votes(world, body, n));
    world->derived.agreement[body] = agreed;
    world->derived.provision[body] = world->set.effectiveness[body] * pooled /
                                     (pooled + world->model.half_capability) * (z + (1 - z) * agreed);
    for (size_t i = 0; i < states; i++) {
        double weight = fmin(1, (double)n * world->derived.share[i] / pooled), slack = world->set.slack[body];
        world->derived.override[row + i] = override_of(world, body, i, n, leader, pbar);
        world->derived.service[row + i] = slack + (1 - slack) * weight;
    }
}

/* Several shields leave what each leaves of the rest. */
static void shield(double *shielded, double by)
{
    *shielded = 1 - (1 - *shielded) * (1 - by);
}

/* What members gain and owe: protection of three kinds, monitoring of each other, the tie to the leader. */
static void bind(struct world *world, size_t body)
{
    const struct cast *cast = world->cast;
    size_t states = cast->states, row = body * states, leader = institution_leader(world, body);
    const double *in = world->now.members + row;
    double z = world->set.centralisation[body];
    if (institution_members(world, body) < 2)
        return;
    for (size_t i = 0; i < states; i++) {
        if (in[i] == 0)
            continue;
        double served = world->derived.provision[body] * world->derived.service[row + i];
        shield(&world->derived.shielded_state[i], world->set.scope_state[body] * served);
        shield(&world->derived.shielded_nonstate[i], world->set.scope_nonstate[body] * served);
        shield(&world->derived.shielded_regime[i], world->set.scope_regime[body] * served);
        for (size_t j = 0; j < states; j++)
            if (in[j] != 0 && j != i)
                world->derived.monitoring[i * states + j] = fmax(world->derived.monitoring[i * states + j], z);
        if (leader != CAST_NONE && leader != i && world->load.pole[leader] != 0)
            world->derived.binding[i * cast->options + cast->option_of[leader]] += z;
    }
}

void institution_update(struct world *world)
{
    const struct cast *cast = world->cast;
    memset(world->derived.shielded_state, 0, cast->states * sizeof(double));
    memset(world->derived.shielded_nonstate, 0, cast->states * sizeof(double));
    memset(world->derived.shielded_regime, 0, cast->states * sizeof(double));
    memset(world->derived.monitoring, 0, cast->states * cast->states * sizeof(double));
    memset(world->derived.binding, 0, cast->states * cast->options * sizeof(double));
    for (size_t body = 0; body < cast->bodies; body++) {
        provide(world, body);
        bind(world, body);
    }
}

double institution_enforcement(const struct world *world, size_t issue, size_t i, size_t j)
{
    const struct cast *cast = world->cast;
    double largest = 0;
    for (size_t body = 0; world->model.run_institution != 0 && body < cast->bodies; body++) {
        const double *in = world->now.members + body * cast->states;
        if (cast->works_on[body * cast->issues + issue] && in[i] != 0 && in[j] != 0)
            largest = fmax(largest, world->set.centralisation[body]);
    }
    return largest;
}
