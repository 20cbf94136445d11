#include "model/arms.h"

/* For every j: what all its neighbours who fear it could put against it. */
static void feared(struct world *world)
{
    size_t n = world->cast->states;
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t e = world->next_to.first[j]; e < world->next_to.first[j + 1]; e++) {
            size_t l = world->next_to.to[e];
            sum += world->now.hostility[l * n + j] * world->derived.felt[j * n + l];
        }
        world->derived.feared[j] = sum;
    }
}

/* cov_ij = C/(C + Pi_ji), C = free sum_c a r Pi + buck sum_l h_lj Pi_lj; neither j nor i helps. */
static double cover(const struct world *world, size_t i, size_t j, double patrons)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    for (size_t c = 1; c < cast->options; c++)
        if (cast->option_state[c] == j)
            patrons -= world->derived.help[i * cast->options + c];
    double others = world->derived.feared[j];
    if (world->set.contiguous[i * n + j] != 0)
        others -= world->now.hostility[i * n + j] * world->derived.felt[j * n + i];
    double covered = world->set.free_riding[i] * fmax(0, patrons) + world->set.buck_passing[i] * fmax(0, others);
    return covered > 0 ? covered / (covered + world->derived.felt[i * n + j]) : 0;
}

void arms_pressure(struct world *world)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    const double *Y = world->now.gdp, *M = world->now.military;
    feared(world);
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a];
        double patrons = 0, sum = 0;
        for (size_t c = 1; c < cast->options; c++)
            patrons += world->derived.help[i * cast->options + c];
        for (size_t e = world->relevant.first[i]; e < world->relevant.first[i + 1]; e++) {
            size_t j = world->relevant.to[e], ij = i * n + j;
            sum += world_raise(world->now.hostility[ij], world->set.intentions_weight[i]) *
                   world->set.presence[ij] * world->derived.gradient[ij] * M[j] / (Y[i] + Y[j]) *
                   (1 - cover(world, i, j, patrons));
        }
        world->derived.arms_pressure[i] = sum;
    }
}

void arms_update(struct world *world)
{
    const struct settings *set = &world->set;
    const struct derived *d = &world->derived;
    arms_pressure(world);
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a];
        double want = set->grievance[i] + set->power_margin[i] * set->offensive[i] +
                      set->nonstate_effort[i] * d->threat_nonstate[i] + set->threat_effort[i] * d->threat_state[i] +
                      set->arms_reaction[i] * world->load.reaction_scale[i] * d->arms_pressure[i];
        double ceiling = set->burden_ceiling[i];
        /* m_max (1 - exp(-R/m_max)), exact also where the ceiling is far away */
        world->next.burden[i] = fmax(set->burden_floor[i], -ceiling * expm1(-fmax(0, want) / ceiling));
        world->next.last_burden[i] = world->now.burden[i];
    }
}

double arms_growth(const struct world *world, size_t j)
{
    double before = world->now.last_burden[j];
    return before > 0 ? world_clip((world->now.burden[j] / before - 1) / world->dt, 0, 0.5) : 0;
}
