#include "model/alignment.h"
#include "model/portfolio.h"
#include "model/power.h"
#include "model/threat.h"

#include <assert.h>

#define ALIGNMENT_FLOOR 1e-4
enum { MOST_CHOICES = 63 }; /* a file may have 60 poles, polarity 50 at a time */

/* sum over j other than i and c of s_j (1 - 2 h_ij) a_jc: be with friends, away from foes (Axelrod, Bennett 1993). */
static double company(const struct world *world, size_t i, size_t c)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states, options = cast->options, pole = cast->option_state[c];
    const double *h = world->now.hostility + i * n, *a = world->now.alignment, *s = world->derived.share;
    double sum = 0;
    for (size_t k = 0; k < world->living.count; k++) {
        size_t j = world->living.state[k];
        if (j != i && j != pole)
            sum += s[j] * (1 - 2 * h[j]) * a[j * options + c];
    }
    return sum;
}

/* How far c's quarrels with poles that reach i would drag i in (Snyder 1984). */
static double entrapment(const struct world *world, size_t i, size_t c)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states, pole = cast->option_state[c];
    double norm = world->model.norm, sum = 0;
    for (size_t p = 0; p < world->poles.count; p++) {
        size_t other = world->poles.state[p];
        if (other == i || other == pole)
            continue;
        double felt = world->derived.felt[i * n + other];
        sum +=
            world_raise(world->now.hostility[other * n + pole] * felt / (felt + world->derived.share[i]), norm);
    }
    return fmin(1, threat_root(sum, norm));
}

double alignment_utility(const struct world *world, size_t i, size_t c, double *terms, double *room)
{
    const struct cast *cast = world->cast;
    const struct settings *set = &world->set;
    const struct derived *d = &world->derived;
    size_t n = cast->states, e = i * cast->options + c, pole = cast->option_state[c];
    double H = d->share[i], a = world->now.alignment[e];

    for (size_t t = 0; t < TERM_COUNT; t++)
        terms[t] = 0;
    if (c == CAST_SELF) {
        terms[TERM_STRENGTH] = set->self_reliance[i] * sqrt(H / (H + d->threatening_power[i]));
        return terms[TERM_STRENGTH];
    }
    const double *k = threat_opposition(world, i, c, room);
    double without = threat_state_if(world, i, c, 0, false, k), with = threat_state_if(world, i, c, 1, true, k);
    double reach = d->reach[e], deliverable = d->deliverable[e], reached = reach / (reach + H);
    terms[TERM_SECURITY] = set->security_weight[i] * (without - with);
    terms[TERM_NONSTATE] = set->nonstate_weight[i] * d->threat_nonstate[i] * deliverable * reached;
    terms[TERM_COMPANY] = company(world, i, c);
    if (pole == CAST_NONE) {
        double cohesion = power_cohesion(world);
        terms[TERM_REGIME] = set->regime_weight[i] * d->threat_regime[i] * deliverable * cohesion;
        terms[TERM_COMPANY] += world->now.identity[i] * cohesion;
        terms[TERM_AUTONOMY] = -set->autonomy[i] * a * reached;
    } else {
        size_t ic = i * n + pole;
        double plain = d->share[pole] * d->gradient[ic]; /* pi: presence does not count for autonomy */
        terms[TERM_FEAR] = -set->fear_weight[i] * (1 - set->appeasement[i]) * d->threat[ic];
        terms[TERM_REGIME] =
            set->regime_weight[i] * d->threat_regime[i] * deliverable * (1 - 2 * d->condition[e]);
        double payment = world->now.influence[ic] / (world->model.payment_scale * world->now.gdp[i]);
        terms[TERM_PAYMENT] =
            set->side_payment_weight[i] * log(1 + payment) + set->leverage_compliance[i] * d->leverage[ic];
        terms[TERM_ENTRAPMENT] = -set->entrapment_fear[i] * a * entrapment(world, i, c);
        terms[TERM_AUTONOMY] = -set->autonomy[i] * a * plain / (plain + H);
        double base = world->model.run_commitment != 0 ? world->now.hosting[ic] : 0;
        terms[TERM_COMMITMENT] = set->commitment_weight[i] * (base + d->binding[e]);
        terms[TERM_TIE] = set->tie[ic];
    }
    terms[TERM_COMPANY] *= set->company_weight[i];
    double sum = 0;
    for (size_t t = 0; t < TERM_COUNT; t++)
        sum += terms[t];
    return sum;
}

double alignment_backing(const double *terms)
{
    return terms[TERM_SECURITY] + terms[TERM_NONSTATE] + terms[TERM_REGIME] + terms[TERM_PAYMENT];
}

/* From utilities to shares.  a: the row of state i, [options]; U: the same. */
static void choose(const struct world *world, size_t i, const double *a, const double *U, double *next)
{
    double b[MOST_CHOICES], worth[MOST_CHOICES], shares[MOST_CHOICES + 1];
    size_t option[MOST_CHOICES], count = 0;
    double rho = world_weight(world, 1 - world->set.inertia[i]), kappa = world->set.indecision[i];
    double self = fmax(a[CAST_SELF], ALIGNMENT_FLOOR), others = 0, largest = -INFINITY;

    for (size_t o = 0; o < world->choices; o++) {
        size_t c = world->choice[o];
        next[c] = 0;
        if (!world_can_choose(world, i, c))
            continue;
        option[count] = c;
        worth[count] = U[c];
        b[count] = fmax(a[c], ALIGNMENT_FLOOR);
        others += b[count];
        largest = fmax(largest, U[c]);
        count++;
    }
    if (count == 0) {
        next[CAST_SELF] = 1;
        return;
    }
    /* I = kappa ln sum exp(U/kappa): what the best of the patrons is worth together */
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        sum += exp((worth[k] - largest) / kappa);
        b[k] /= others;
    }
    double inclusive = largest + kappa * log(fmax(1, sum)); /* the largest alone adds 1 */
    double odds = exp((1 - rho) * log(self / others) +
                      rho * (U[CAST_SELF] - inclusive) / (world->set.partner_substitution[i] * kappa));
    double alone = isinf(odds) ? 1 : odds / (1 + odds);
    portfolio_choose(b, worth, count, rho, kappa);

    shares[0] = alone;
    for (size_t k = 0; k < count; k++)
        shares[k + 1] = (1 - alone) * b[k];
    portfolio_floor(shares, count + 1, ALIGNMENT_FLOOR);
    portfolio_normalise(shares, count + 1);
    next[CAST_SELF] = shares[0];
    for (size_t k = 0; k < count; k++)
        next[option[k]] = shares[k + 1];
}

void alignment_update(struct world *world)
{
    const struct cast *cast = world->cast;
    double terms[TERM_COUNT];
    assert(world->choices <= MOST_CHOICES);
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a], row = i * cast->options;
        double *room = world->derived.scratch_pair + i * cast->states;
        for (size_t o = 0; o <= world->choices; o++) {
            size_t c = o == 0 ? CAST_SELF : world->choice[o - 1];
            bool possible = world_can_choose(world, i, c);
            world->derived.utility[row + c] = possible ? alignment_utility(world, i, c, terms, room) : 0;
            world->derived.backing[row + c] = possible ? alignment_backing(terms) : 0;
        }
        choose(world, i, world->now.alignment + row, world->derived.utility + row, world->next.alignment + row);
    }
}
