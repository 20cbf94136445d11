#include "model/measures.h"
#include "model/arms.h"
#include "model/polarity.h"

#include <string.h>

double measures_concentration(const struct world *world)
{
    double n = (double)world->living.count, squares = 0;
    if (world->living.count < 2)
        return 1;
    for (size_t k = 0; k < world->living.count; k++) {
        double s = world->derived.share[world->living.state[k]];
        squares += s * s;
    }
    return sqrt(fmax(0, squares - 1 / n) / (1 - 1 / n));
}

double measures_largest(const struct world *world)
{
    double largest = 0;
    for (size_t k = 0; k < world->living.count; k++)
        largest = fmax(largest, world->derived.share[world->living.state[k]]);
    return largest;
}

double measures_effective_poles(const struct world *world)
{
    const struct cast_group *poles = &world->poles;
    double sum = 0, squares = 0;
    for (size_t p = 0; p < poles->count; p++) {
        double s = world->derived.share[poles->state[p]];
        sum += s;
        squares += s * s;
    }
    return squares > 0 ? sum * sum / squares : NAN;
}

/* Camp weights W_c = sum_i s_i b_ic, b_cc = a_c0; the two heaviest. */
static void heaviest_camps(const struct world *world, double top[2])
{
    const struct cast *cast = world->cast;
    top[0] = top[1] = NAN;
    for (size_t o = 0; o < world->choices; o++) {
        size_t c = world->choice[o];
        double weight = 0;
        for (size_t k = 0; k < world->living.count; k++) {
            size_t i = world->living.state[k];
            size_t slot = cast->option_state[c] == i ? CAST_SELF : c;
            weight += world->derived.share[i] * world->now.alignment[i * cast->options + slot];
        }
        if (isnan(top[0]) || weight > top[0]) {
            top[1] = top[0];
            top[0] = weight;
        } else if (isnan(top[1]) || weight > top[1]) {
            top[1] = weight;
        }
    }
}

double measures_balance(const struct world *world)
{
    double top[2];
    heaviest_camps(world, top);
    return top[0] + top[1] > 0 ? 1 - (top[0] - top[1]) / (top[0] + top[1]) : NAN;
}

double measures_parity(const struct world *world)
{
    double top[2];
    heaviest_camps(world, top);
    return top[0] > 0 ? top[1] / top[0] : NAN;
}

/* b_ic = a_ic, b_cc = a_c0 (C.0b). */
static double camp_share(const struct world *world, size_t i, size_t c)
{
    size_t slot = world->cast->option_state[c] == i ? CAST_SELF : c;
    return world->now.alignment[i * world->cast->options + slot];
}

static double similarity(const struct world *world, size_t i, size_t j)
{
    double sum = 0;
    for (size_t o = 0; o < world->choices; o++)
        sum += camp_share(world, i, world->choice[o]) * camp_share(world, j, world->choice[o]);
    return i == j ? 0 : sum;
}

/* The camp with the largest share, by its number among the choices; the first in the order of the poles on ties. */
static size_t camp_of(const struct world *world, size_t i)
{
    size_t best = 0;
    for (size_t o = 1; o < world->choices; o++)
        if (camp_share(world, i, world->choice[o]) > camp_share(world, i, world->choice[best]))
            best = o;
    return best;
}

double measures_modularity(const struct world *world)
{
    size_t living = world->living.count;
    double within = 0, total = 0;
    if (world->choices == 0)
        return NAN;
    /* degrees by camp: sum over pairs in one community of k_i k_j is the sum of squared community degrees */
    double community[64] = {0};
    for (size_t a = 0; a < living; a++) {
        size_t i = world->living.state[a], camp = camp_of(world, i);
        double degree = 0;
        for (size_t b = 0; b < living; b++) {
            size_t j = world->living.state[b];
            double w = similarity(world, i, j);
            degree += w;
            if (camp_of(world, j) == camp)
                within += w;
        }
        community[camp] += degree;
        total += degree;
    }
    double expected = 0;
    for (size_t c = 0; c < 64; c++)
        expected += community[c] * community[c];
    return total > 0 ? (within - expected / total) / total : NAN;
}

double measures_camp_polarisation(const struct world *world)
{
    return measures_modularity(world) * measures_balance(world);
}

double measures_energy(const struct world *world)
{
    size_t n = world->cast->states;
    const double *s = world->derived.share;
    double sum = 0;
    for (size_t a = 0; a < world->living.count; a++)
        for (size_t b = 0; b < world->living.count; b++) {
            size_t i = world->living.state[a], j = world->living.state[b];
            if (i != j)
                sum += s[i] * s[j] * (1 - 2 * world->now.hostility[i * n + j]) * (1 - similarity(world, i, j));
        }
    return sum;
}

/* Quarters since the start, at the end of one. */
static size_t quarters(const struct world *world)
{
    return world->step / world->steps_per_quarter;
}

/* Whether anybody ever had half of all, and how often the class of polarity changed. */
static void keep_tally(struct world *world)
{
    double class = (double)polarity_class(world);
    if (measures_largest(world) > 0.5)
        world->load.hegemon[0] = 1;
    if (world->step > 0 && class != world->load.last_polarity[0])
        world->load.transitions[0]++;
    world->load.last_polarity[0] = class;
}

void measures_remember(struct world *world)
{
    size_t n = world->cast->states, choices = n * world->cast->options, now = quarters(world);
    keep_tally(world);
    if (world->step % world->steps_per_quarter != 0)
        return;
    memcpy(world->load.past_alignment + now % WORLD_YEAR * choices, world->now.alignment,
           choices * sizeof(double));
    memcpy(world->load.past_share + now % WORLD_DECADE * n, world->derived.share, n * sizeof(double));
}

/* The ring's next place holds what was written a round ago less one: four quarters, forty quarters back. */
double measures_stability(const struct world *world)
{
    size_t options = world->cast->options, choices = world->cast->states * options, now = quarters(world);
    const double *past = world->load.past_alignment + (now + 1) % WORLD_YEAR * choices;
    double change = 0;
    if (now < WORLD_YEAR - 1)
        return NAN;
    for (size_t k = 0; k < world->living.count; k++)
        for (size_t c = 0; c < options; c++) {
            size_t e = world->living.state[k] * options + c;
            change += fabs(world->now.alignment[e] - past[e]);
        }
    return 1 - change / (double)world->living.count / 2;
}

double measures_status_quo(const struct world *world)
{
    size_t n = world->cast->states, now = quarters(world);
    const double *past = world->load.past_share + (now + 1) % WORLD_DECADE * n;
    double safe = 0, decade = (WORLD_DECADE - 1) * (double)world->steps_per_quarter;
    if (now < WORLD_DECADE - 1)
        return NAN;
    for (size_t k = 0; k < world->living.count; k++) {
        size_t i = world->living.state[k];
        bool lost = world->load.last_loss[i] > 0 && world->step - world->load.last_loss[i] < decade;
        safe += !lost && fabs(world->derived.share[i] / past[i] - 1) <= 0.25;
    }
    return safe / (double)world->living.count;
}

double measures_region_autonomy(const struct world *world)
{
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    double alone = 0, all = 0;
    for (size_t k = 0; k < region->count; k++) {
        size_t i = region->state[k];
        if (!world_lives(world, i))
            continue;
        alone += world->derived.share[i] * world->now.alignment[i * world->cast->options + CAST_SELF];
        all += world->derived.share[i];
    }
    return all > 0 ? alone / all : NAN;
}

/* k = min(1, 2 h), whatever the switch of selective help says. */
static double fear(double hostility)
{
    return hostility > 0.5 ? 1 : 2 * hostility;
}

/* Adds what i, leaning on a pole, holds against everybody.  Hostility to oneself and alignment of a pole with itself are
 * 0, so that neither counts against itself. */
static void add_against(const struct world *world, size_t i, size_t pole, double lean, double *coalition)
{
    size_t n = world->cast->states;
    const double *own = world->now.hostility + i * n, *its = world->now.hostility + pole * n;
    for (size_t k = 0; k < world->living.count; k++) {
        size_t j = world->living.state[k];
        coalition[j] += lean * fear(own[j]) * fear(its[j]);
    }
}

void measures_counter_coalition(const struct world *world, double *coalition)
{
    const struct cast *cast = world->cast;
    memset(coalition, 0, cast->states * sizeof *coalition);
    for (size_t p = 0; p < world->poles.count; p++) {
        size_t pole = world->poles.state[p], c = cast->option_of[pole];
        for (size_t k = 0; k < world->living.count; k++) {
            size_t i = world->living.state[k];
            double lean = world->derived.share[i] * world->now.alignment[i * cast->options + c];
            if (lean > 0)
                add_against(world, i, pole, lean, coalition);
        }
    }
}

void measures_spread(const struct world *world, double *spread)
{
    size_t options = world->cast->options;
    for (size_t i = 0; i < world->cast->states; i++) {
        const double *a = world->now.alignment + i * options;
        double squares = 0, rest = 1 - a[CAST_SELF];
        for (size_t o = 0; o < world->choices; o++)
            squares += a[world->choice[o]] / rest * (a[world->choice[o]] / rest);
        spread[i] = rest > 0 && squares > 0 ? 1 / squares : NAN;
    }
}

enum behaviour { NON_ALIGNED, BANDWAGONING, BALANCING, BUCK_PASSING, HEDGING, LEANING, DEAD };

/* Tests in the order of C.15, first match. */
static enum behaviour behaviour_of(const struct world *world, size_t i, double spread)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states, threat = CAST_NONE;
    const double *a = world->now.alignment + i * cast->options, *tau = world->derived.threat + i * n;
    double worst = 0, balancing = 0, choices = 0;
    for (size_t j = 0; j < n; j++)
        worst = fmax(worst, tau[j]);
    for (size_t o = 0; o < world->choices; o++) {
        size_t c = world->choice[o], pole = cast->option_state[c];
        choices += world_can_choose(world, i, c);
        if (pole != CAST_NONE && pole != i &&
            (threat == CAST_NONE || tau[pole] > tau[cast->option_state[threat]]))
            threat = c;
    }
    if (a[CAST_SELF] >= 0.6 || threat == CAST_NONE)
        return NON_ALIGNED;
    size_t feared = cast->option_state[threat];
    for (size_t o = 0; o < world->choices; o++) {
        size_t c = world->choice[o], pole = cast->option_state[c];
        if (pole != CAST_NONE && pole != feared && world->now.hostility[pole * n + feared] > 0.4)
            balancing += a[c];
    }
    if (a[threat] >= 0.35 && tau[feared] >= worst)
        return BANDWAGONING;
    if (balancing >= 0.35)
        return BALANCING;
    if (balancing < 0.2 && arms_passes_buck(world, i, feared))
        return BUCK_PASSING;
    return spread >= 0.75 * choices ? HEDGING : LEANING;
}

void measures_behaviour(const struct world *world, double *behaviour)
{
    measures_spread(world, behaviour);
    for (size_t i = 0; i < world->cast->states; i++)
        behaviour[i] = (double)(world_lives(world, i) ? behaviour_of(world, i, behaviour[i]) : DEAD);
}

double measures_survivors(const struct world *world)
{
    return (double)world->living.count;
}

void measures_security_deficit(const struct world *world, double *deficit)
{
    const struct settings *set = &world->set;
    const struct derived *d = &world->derived;
    for (size_t i = 0; i < world->cast->states; i++) {
        double weights = set->security_weight[i] + set->nonstate_weight[i] + set->regime_weight[i] + 1;
        deficit[i] =
            (set->security_weight[i] * d->threat_state[i] + set->nonstate_weight[i] * d->threat_nonstate[i] +
             set->regime_weight[i] * d->threat_regime[i] + d->threat_economic[i]) /
            weights;
    }
}

void measures_export_concentration(const struct world *world, double *hhi)
{
    size_t n = world->cast->states;
    for (size_t i = 0; i < n; i++) {
        hhi[i] = 0;
        for (size_t j = 0; j < n; j++)
            hhi[i] += world->now.export_share[i * n + j] * world->now.export_share[i * n + j];
    }
}

void measures_alive(const struct world *world, double *alive)
{
    memset(alive, 0, world->cast->states * sizeof *alive);
    for (size_t k = 0; k < world->living.count; k++)
        alive[world->living.state[k]] = 1;
}

double measures_concentration_all(const struct world *world)
{
    double n = (double)world->cast->states, squares = 0;
    for (size_t i = 0; i < world->cast->states; i++)
        squares += world->derived.share[i] * world->derived.share[i];
    return sqrt(fmax(0, squares - 1 / n) / (1 - 1 / n));
}

static double survivors_between(const struct world *world, double least, double most)
{
    double count = 0;
    for (size_t k = 0; k < world->living.count; k++) {
        double phi = world->set.offensive[world->living.state[k]];
        count += phi >= least && phi < most;
    }
    return count;
}

double measures_survivors_offensive(const struct world *world)
{
    return survivors_between(world, 0.5, INFINITY);
}

double measures_survivors_defensive(const struct world *world)
{
    return survivors_between(world, 0, 0.5);
}

double measures_wars(const struct world *world)
{
    return world->load.wars[0];
}

static double years(const struct world *world)
{
    return world->step * world->dt;
}

double measures_wars_per_decade(const struct world *world)
{
    return world->step > 0 ? 10 * world->load.wars[0] / years(world) : NAN;
}

double measures_attack_success(const struct world *world)
{
    return world->load.wars[0] > 0 ? world->load.won[0] / world->load.wars[0] : NAN;
}

double measures_joiners_per_war(const struct world *world)
{
    return world->load.wars[0] > 0 ? world->load.joiners[0] / world->load.wars[0] : NAN;
}

double measures_pacts_per_state(const struct world *world)
{
    size_t n = world->cast->states;
    double pacts = 0;
    for (size_t e = 0; e < n * n; e++)
        pacts += world->now.pact[e];
    return pacts / (double)world->living.count;
}

double measures_no_hegemon(const struct world *world)
{
    return 1 - world->load.hegemon[0];
}

void measures_polarity(const struct world *world, double *class)
{
    *class = (double)polarity_class(world);
}

double measures_poles(const struct world *world)
{
    return (double)world->poles.count;
}

double measures_polarity_spell(const struct world *world)
{
    return years(world) / (world->load.transitions[0] + 1);
}
