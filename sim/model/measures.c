#include "model/measures.h"

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

double measures_effective_poles(const struct world *world)
{
    const struct cast_group *poles = &world->cast->role[ROLE_POLES];
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
    for (size_t c = 1; c < cast->options; c++) {
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
        deficit[i] = (set->security_weight[i] * d->threat_state[i] + set->nonstate_weight[i] * d->threat_nonstate[i] +
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
