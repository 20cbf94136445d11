#include "model/threat.h"

#include <assert.h>
#include <string.h>

enum { MOST_CHOICES = 63 };

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

/* (B2) The enemy of my enemy: k_cj = min(1, 2 h_cj) (Axelrod and Bennett 1993).  Of c who may be asked for help; nobody
 * helps against itself. */
static void opposition_of(struct world *world, size_t c)
{
    size_t n = world->cast->states;
    double *restrict k = world->derived.opposition + c * n;
    const double *restrict h = world->now.hostility + c * n;
    bool selective = world->model.selective_help != 0;
    for (size_t j = 0; j < n; j++)
        k[j] = selective && 2 * h[j] < 1 ? 2 * h[j] : 1;
    k[c] = 0;
}

static void oppositions(struct world *world)
{
    size_t n = world->cast->states;
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    double *restrict sum = world->derived.bloc_opposition, *restrict part = world->derived.bloc_part;
    for (size_t o = 0; o < world->choices; o++)
        if (world->cast->option_state[world->choice[o]] != CAST_NONE)
            opposition_of(world, world->cast->option_state[world->choice[o]]);
    if (world->cast->bloc == NULL)
        return;
    for (size_t j = 0; j < n; j++)
        sum[j] = part[j] = 0;
    for (size_t b = 0; b < region->count; b++) {
        size_t c = region->state[b];
        opposition_of(world, c);
        part[c] = world_lives(world, c);
        const double *restrict k = world->derived.opposition + c * n;
        for (size_t j = 0; j < n; j++)
            sum[j] += part[c] * k[j];
    }
}

/* The mean of k over living members of the bloc but i, who is one, and j.  Of none the sum is 0: nobody opposes j. */
static void bloc_opposes(const struct world *world, size_t i, double *restrict mean)
{
    size_t n = world->cast->states;
    const double *restrict sum = world->derived.bloc_opposition, *restrict part = world->derived.bloc_part,
                           *restrict own = world->derived.opposition + i * n;
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    double others = -1;
    for (size_t b = 0; b < region->count; b++)
        others += part[region->state[b]];
    for (size_t j = 0; j < n; j++) {
        double count = others - part[j];
        mean[j] = (sum[j] - own[j]) / (count > 1 ? count : 1);
    }
    mean[i] = sum[i] / (others > 1 ? others : 1);
}

const double *threat_opposition(const struct world *world, size_t i, size_t c, double *room)
{
    if (c != world->cast->bloc_option)
        return world->derived.opposition + world->cast->option_state[c] * world->cast->states;
    bloc_opposes(world, i, room);
    return room;
}

/* One state, as it looks at the others. */
struct view {
    const double *felt, *hostility, *offence; /* rows [states]: Pi, h, O */
    const double **opposition;                /* [helpers]: the row k of each who may help */
    double *help;                             /* [helpers]: a r Pi */
    size_t helpers;
    double own, exposed, wO, wI, mu; /* H, what bodies leave of a threat, exponents */
    double *defence, *intent, *threat;
};

/* D_ij = H_i + sum over c other than j of a_ic r_ci Pi_ci k_cj;
 * tau_ij = Pi^mu / (Pi^mu + D^mu) O_j^wO h_ij^wI: the ratio contest (Tullock 1980; Hirshleifer 1989). */
#define LOOK(name) name##_of_two
#define LOOK_LANES 2
#define LOOK_FOR
#include "model/look.def"
#ifdef __x86_64__
#define LOOK(name) name##_of_four
#define LOOK_LANES 4
#define LOOK_FOR __attribute__((target("avx2")))
#include "model/look.def"
#define LOOK(name) name##_of_eight
#define LOOK_LANES 8
#define LOOK_FOR __attribute__((target("avx512f")))
#include "model/look.def"
#endif

/* As wide as this machine can. */
static void look(const struct view *v, size_t n)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512f"))
        all_of_eight(v, n);
    else if (__builtin_cpu_supports("avx2"))
        all_of_four(v, n);
    else
#endif
        all_of_two(v, n);
}

/* What all states look at alike. */
static void prepare(struct world *world, struct view *v)
{
    v->helpers = world->choices;
    v->offence = world->derived.scratch_row;
    for (size_t j = 0; j < world->cast->states; j++)
        world->derived.scratch_row[j] = 0.3 + 0.7 * world->set.offensive[j];
    for (size_t o = 0; o < v->helpers; o++) {
        size_t pole = world->cast->option_state[world->choice[o]];
        v->opposition[o] = pole != CAST_NONE ? world->derived.opposition + pole * world->cast->states
                                             : world->derived.bloc_opposition; /* of use to members alone */
    }
}

/* The rows of state i, and what help it can expect. */
static void stand(struct world *world, size_t i, struct view *v)
{
    const struct cast *cast = world->cast;
    size_t row = i * cast->states, options = i * cast->options;
    const double *a = world->now.alignment + options, *deliverable = world->derived.deliverable + options,
                 *reach = world->derived.reach + options;
    double *help = world->derived.help + options;
    v->felt = world->derived.felt + row;
    v->hostility = world->now.hostility + row;
    v->own = world->derived.share[i];
    v->exposed = 1 - world->derived.shielded_state[i];
    v->wO = world->set.offence_weight[i];
    v->wI = world->set.intentions_weight[i];
    v->mu = world->set.contest_steepness[i];
    v->defence = world->derived.defence + row;
    v->intent = world->derived.intent + row;
    v->threat = world->derived.threat + row;
    for (size_t o = 0; o < v->helpers; o++) {
        size_t c = world->choice[o];
        help[c] = a[c] * deliverable[c] * reach[c];
        v->help[o] = help[c] <= 0 ? 0 : help[c];
        if (c == cast->bloc_option && cast->in_region[i]) {
            bloc_opposes(world, i, world->derived.scratch_pair + row);
            v->opposition[o] = world->derived.scratch_pair + row;
        }
    }
}

void threat_pairs(struct world *world)
{
    const double *opposition[MOST_CHOICES];
    double help[MOST_CHOICES];
    struct view view = {.opposition = opposition, .help = help};
    assert(world->choices <= MOST_CHOICES);
    oppositions(world);
    prepare(world, &view);
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a];
        stand(world, i, &view);
        look(&view, world->cast->states);
        view.intent[i] = view.threat[i] = 0;
    }
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
    threat_pairs(world);
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a];
        state_threat(world, i);
        world->derived.threat_nonstate[i] = nonstate_threat(world, i);
        world->derived.threat_regime[i] = regime_threat(world, i);
        world->derived.threat_economic[i] = economic_threat(world, i);
    }
}
