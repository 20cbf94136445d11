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
    if (world->load.pole[j] != 0)
        patrons -= world->derived.help[i * cast->options + cast->option_of[j]];
    double others = world->derived.feared[j];
    if (world->load.touching[i * n + j] != 0)
        others -= world->now.hostility[i * n + j] * world->derived.felt[j * n + i];
    double covered =
        world->set.free_riding[i] * fmax(0, patrons) + world->set.buck_passing[i] * fmax(0, others);
    return covered > 0 ? covered / (covered + world->derived.felt[i * n + j]) : 0;
}

static double expected_help(const struct world *world, size_t i)
{
    double sum = 0;
    for (size_t o = 0; o < world->choices; o++)
        sum += world->derived.help[i * world->cast->options + world->choice[o]];
    return sum;
}

/* The sum under the reaction of i, with or without what others are believed to cover. */
static double pressure(const struct world *world, size_t i, bool covered)
{
    size_t n = world->cast->states;
    const double *Y = world->now.gdp, *M = world->now.military;
    double patrons = expected_help(world, i), sum = 0;
    for (size_t e = world->relevant.first[i]; e < world->relevant.first[i + 1]; e++) {
        size_t j = world->relevant.to[e], ij = i * n + j;
        double open = covered ? 1 - cover(world, i, j, patrons) : 1;
        sum += world_raise(world->now.hostility[ij], world->set.intentions_weight[i]) *
               world->set.presence[ij] * world->derived.gradient[ij] * M[j] / (Y[i] + Y[j]) * open;
    }
    return sum;
}

void arms_pressure(struct world *world)
{
    feared(world);
    for (size_t a = 0; a < world->living.count; a++)
        world->derived.arms_pressure[world->living.state[a]] = pressure(world, world->living.state[a], true);
}

/* m' = max(m_min, m_max (1 - exp(-R/m_max))), exact also where the ceiling is far away. */
static double burden(const struct world *world, size_t i, double arms)
{
    const struct settings *set = &world->set;
    double want = set->grievance[i] + set->power_margin[i] * set->offensive[i] +
                  set->nonstate_effort[i] * world->derived.threat_nonstate[i] +
                  set->threat_effort[i] * world->derived.threat_state[i] +
                  set->arms_reaction[i] * world->load.reaction_scale[i] * arms;
    double ceiling = set->burden_ceiling[i];
    return fmax(set->burden_floor[i], -ceiling * expm1(-fmax(0, want) / ceiling));
}

void arms_update(struct world *world)
{
    arms_pressure(world);
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a];
        world->next.burden[i] = burden(world, i, world->derived.arms_pressure[i]);
        world->next.last_burden[i] = world->now.burden[i];
    }
}

bool arms_passes_buck(const struct world *world, size_t i, size_t j)
{
    double alone = burden(world, i, pressure(world, i, false));
    return cover(world, i, j, expected_help(world, i)) > 0.5 &&
           burden(world, i, pressure(world, i, true)) <= 0.8 * alone;
}

double arms_growth(const struct world *world, size_t j)
{
    double before = world->now.last_burden[j];
    return before > 0 ? world_clip((world->now.burden[j] / before - 1) / world->dt, 0, 0.5) : 0;
}
