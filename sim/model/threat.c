#include "model/threat.h"

void threat_conditionality(struct world *world)
{
    const struct cast *cast = world->cast;
    for (size_t i = 0; i < cast->states; i++)
        for (size_t o = 0; o < world->choices; o++) {
            size_t c = world->choice[o];
            size_t pole = cast->option_state[c];
            bool presses = pole != CAST_NONE && pole != i;
            world->derived.condition[i * cast->options + c] =
                presses ? world->set.conditionality[pole] * world->set.regime_gap[i] *
                              (1 - world->set.strategic_need[i * cast->states + pole])
                        : 0;
        }
}

/* (B2) The enemy of my enemy: k_cj = min(1, 2 h_cj) (Axelrod and Bennett 1993). */
static void oppositions(struct world *world)
{
    size_t n = world->cast->states;
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    for (size_t e = 0; e < n * n; e++)
        world->derived.opposition[e] =
            world->model.selective_help != 0 ? fmin(1, 2 * world->now.hostility[e]) : 1;
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t b = 0; b < region->count; b++)
            if (region->state[b] != j && world_lives(world, region->state[b]))
                sum += world->derived.opposition[region->state[b] * n + j];
        world->derived.bloc_opposition[j] = sum;
    }
}

const double *threat_opposition(const struct world *world, size_t i, size_t c, double *room)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    if (c != cast->bloc_option)
        return world->derived.opposition + cast->option_state[c] * n;
    /* the mean over members other than i and j; none left: nobody opposes j */
    size_t all = 0;
    for (size_t b = 0; b < cast->role[ROLE_REGION].count; b++)
        all += world_lives(world, cast->role[ROLE_REGION].state[b]);
    for (size_t j = 0; j < n; j++) {
        bool i_counts = cast->in_region[i] && i != j;
        size_t members = all - (cast->in_region[j] && world_lives(world, j) ? 1 : 0) - (i_counts ? 1 : 0);
        double sum = world->derived.bloc_opposition[j] - (i_counts ? world->derived.opposition[i * n + j] : 0);
        room[j] = members > 0 ? sum / (double)members : 0;
    }
    return room;
}

/* D_ij = H_i + sum over c other than j of a_ic r_ci Pi_ci k_cj. */
static void defence(struct world *world, size_t i)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    double *D = world->derived.defence + i * n, *room = world->derived.scratch_pair + i * n;
    for (size_t j = 0; j < n; j++)
        D[j] = world->derived.share[i];
    for (size_t o = 0; o < world->choices; o++) {
        size_t c = world->choice[o];
        size_t e = i * cast->options + c, pole = cast->option_state[c];
        double help = world->now.alignment[e] * world->derived.deliverable[e] * world->derived.reach[e];
        world->derived.help[e] = help;
        if (help <= 0)
            continue;
        const double *k = threat_opposition(world, i, c, room);
        double own = pole != CAST_NONE ? D[pole] : 0; /* nobody helps against itself */
        for (size_t j = 0; j < n; j++)
            D[j] += help * k[j];
        if (pole != CAST_NONE)
            D[pole] = own;
    }
}

/* tau_ij = Pi^mu / (Pi^mu + D^mu) O_j^wO h_ij^wI: the ratio contest (Tullock 1980; Hirshleifer 1989). */
static void threats_seen(struct world *world, size_t i)
{
    size_t n = world->cast->states;
    double mu = world->set.contest_steepness[i], wO = world->set.offence_weight[i],
           wI = world->set.intentions_weight[i];
    const double *phi = world->set.offensive, *h = world->now.hostility + i * n,
                 *felt = world->derived.felt + i * n, *D = world->derived.defence + i * n;
    double exposed = 1 - world->derived.shielded_state[i]; /* what bodies leave of it */
    double *intent = world->derived.intent + i * n, *tau = world->derived.threat + i * n;
    for (size_t j = 0; j < n; j++)
        intent[j] = world_raise(0.3 + 0.7 * phi[j], wO) * world_raise(h[j], wI) * exposed;
    if (mu == 1)
        for (size_t j = 0; j < n; j++)
            tau[j] = felt[j] / (felt[j] + D[j]) * intent[j];
    else
        for (size_t j = 0; j < n; j++) {
            double reach = world_raise(felt[j], mu);
            tau[j] = reach / (reach + world_raise(D[j], mu)) * intent[j];
        }
    intent[i] = tau[i] = 0;
}

double threat_root(double sum, double norm)
{
    return norm == 2 ? sqrt(sum) : norm == 3 ? cbrt(sum) : pow(sum, 1 / norm);
}

/* th.S: the norm of the threats of relevant states; T: of their threatening power. */
static void state_threat(struct world *world, size_t i)
{
    size_t n = world->cast->states;
    double norm = world->model.norm, threats = 0, powers = 0;
    for (size_t e = world->relevant.first[i]; e < world->relevant.first[i + 1]; e++) {
        size_t j = i * n + world->relevant.to[e];
        threats += world_raise(world->derived.threat[j], norm);
        powers += world_raise(world->derived.threat[j] * world->derived.felt[j], norm);
    }
    world->derived.threat_state[i] = fmin(1, threat_root(threats, norm));
    world->derived.threatening_power[i] = threat_root(powers, norm);
}

double threat_state_if(const struct world *world, size_t i, size_t c, double share, bool appeased,
                       const double *k)
{
    size_t n = world->cast->states, option = i * world->cast->options + c, pole = world->cast->option_state[c];
    double norm = world->model.norm, mu = world->set.contest_steepness[i], sum = 0;
    double reach = world->derived.reach[option];
    double change = (share - world->now.alignment[option]) * world->derived.deliverable[option] * reach;
    for (size_t e = world->relevant.first[i]; e < world->relevant.first[i + 1]; e++) {
        size_t j = world->relevant.to[e];
        double tau;
        if (j == pole) {
            tau = world->derived.threat[i * n + j];
            if (appeased)
                tau *= 1 - world->set.appeasement[i] * reach / (reach + world->derived.share[i]);
        } else {
            double power = world_raise(world->derived.felt[i * n + j], mu);
            double against = world_raise(world->derived.defence[i * n + j] + change * k[j], mu);
            tau = power / (power + against) * world->derived.intent[i * n + j];
        }
        sum += world_raise(tau, norm);
    }
    return fmin(1, threat_root(sum, norm));
}

/* th.N: own militancy, and that of neighbours as far as the border lets it pass. */
static double nonstate_threat(const struct world *world, size_t i)
{
    double passes = exp(-world->model.border_control * world->now.burden[i] / world->model.reference_burden) *
                    (1 - world->derived.shielded_nonstate[i]);
    double quiet = 1 - world->now.militancy[i];
    for (size_t e = world->next_to.first[i]; e < world->next_to.first[i + 1]; e++)
        quiet *= 1 - world->model.spill * world->now.militancy[world->next_to.to[e]] * passes;
    return 1 - quiet;
}

/* th.R: weak legitimacy, pressed by contagion and by the conditions of poles (David 1991; Beissinger 2007). */
static double regime_threat(const struct world *world, size_t i)
{
    const double *condition = world->derived.condition + i * world->cast->options;
    double calm = 1 - world->now.contagion[i], floor = world->model.regime_floor;
    for (size_t o = 0; o < world->choices; o++)
        calm *= 1 - 0.5 * condition[world->choice[o]];
    return (1 - world->now.legitimacy[i]) * (floor + (1 - floor) * (1 - calm)) *
           (1 - world->derived.shielded_regime[i]);
}

static double economic_threat(const struct world *world, size_t i)
{
    size_t n = world->cast->states;
    const double *lev = world->derived.leverage + i * n, *h = world->now.hostility + i * n;
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += j == i ? 0 : world_raise(lev[j] * h[j], world->model.norm);
    return fmin(1, threat_root(sum, world->model.norm));
}

void threat_update(struct world *world)
{
    oppositions(world);
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a];
        defence(world, i);
        threats_seen(world, i);
        state_threat(world, i);
        world->derived.threat_nonstate[i] = nonstate_threat(world, i);
        world->derived.threat_regime[i] = regime_threat(world, i);
        world->derived.threat_economic[i] = economic_threat(world, i);
    }
}
