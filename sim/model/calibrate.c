#include "model/calibrate.h"
#include "model/arms.h"
#include "model/belief.h"
#include "model/economy.h"
#include "model/institution.h"
#include "model/measures.h"
#include "model/polarity.h"
#include "model/power.h"
#include "model/territory.h"
#include "model/threat.h"

#include <string.h>

/* Fills the missing elements of an array by a formula in i (row), j (column) and e (element). */
#define FILL(array, rows, width, formula)                                                                      \
    for (size_t i = 0; i < (rows); i++)                                                                        \
        for (size_t j = 0; j < (width); j++) {                                                                 \
            size_t e = i * (width) + j;                                                                        \
            if (isnan((array)[e]))                                                                             \
                (array)[e] = (formula);                                                                        \
        }

/* 0.5 to oneself, the rest evenly over the options that i has; a state without patrons stands alone.  A row that is
 * given in part shares what is left among the options not given. */
static void alignments(struct world *world)
{
    const struct cast *cast = world->cast;
    for (size_t i = 0; i < cast->states; i++) {
        double *a = world->now.alignment + i * cast->options, given = 0, patrons = 0, open = 0;
        for (size_t c = 0; c < cast->options; c++) {
            bool possible = world_can_choose(world, i, c);
            patrons += c > 0 && possible;
            open += c > 0 && possible && isnan(a[c]);
            given += possible && !isnan(a[c]) ? a[c] : 0;
        }
        if (isnan(a[CAST_SELF])) {
            a[CAST_SELF] = patrons == 0 ? 1 : fmin(0.5, fmax(0, 1 - given));
            given += a[CAST_SELF];
        }
        for (size_t c = 0; c < cast->options; c++)
            a[c] = !world_can_choose(world, i, c) ? 0 : isnan(a[c]) ? fmax(0, 1 - given) / open : a[c];
        double sum = 0;
        for (size_t c = 0; c < cast->options; c++)
            sum += a[c];
        for (size_t c = 0; c < cast->options; c++)
            a[c] /= sum;
    }
}

void calibrate_complete(struct world *world)
{
    const struct cast *cast = world->cast;
    struct settings *set = &world->set;
    struct stocks *now = &world->now;
    size_t n = cast->states;

    FILL(set->distance, n, n, i == j || set->contiguous[e] != 0 ? 0 : power_distance(world, i, j))
    FILL(set->presence, n, n, i == j || set->contiguous[e] != 0 ? 1 : 0.5)
    economy_gravity(world);
    FILL(now->export_share, n, n, set->trade_share[e])
    FILL(now->growth, n, 1, set->trend_growth[i])
    FILL(now->burden, n, 1, set->spending[i] / now->gdp[i])
    FILL(now->last_burden, n, 1, now->burden[i])
    FILL(now->military, n, 1, set->spending[i] / (world->model.depreciation + set->trend_growth[i]))
    FILL(now->legitimacy, n, 1, set->legitimacy_anchor[i])
    FILL(now->hostility, n, n, i == j ? 0 : set->hostility_anchor[e])
    FILL(now->reliability, n, n, set->base_reliability[j])
    FILL(now->usual_presence, n, n, set->presence[e])
    for (size_t k = 0; k < cast->issues; k++)
        FILL((now->trust + k * n * n), n, n, 1 - now->hostility[e])
    FILL(now->influence_share, n, n, cast->in_theatre[i] ? 1.0 / (double)cast->role[ROLE_THEATRE].count : 0)
    for (size_t i = 0; i < n; i++)
        now->hostility[i * n + i] = now->debt[i * n + i] = set->loan[i * n + i] = 0;
    memcpy(world->load.border, set->contiguous, n * n * sizeof(double));
    power_shares(world, now);
    if (world_runs(world, MECHANISM_polarity) && cast->role[ROLE_POLES].count == 0)
        polarity_found(world);
    alignments(world);
    territory_settle(world);
    power_update(world);
}

enum status calibrate_world(struct world *world, size_t *state)
{
    struct settings *set = &world->set;
    struct calibrated *load = &world->load;
    size_t n = world->cast->states;

    memcpy(load->presence_at_load, set->presence, n * n * sizeof(double));
    memcpy(load->loan_at_load, set->loan, n * n * sizeof(double));
    memcpy(load->gdp_at_load, world->now.gdp, n * sizeof(double));
    memcpy(load->burden_at_load, world->now.burden, n * sizeof(double));
    memcpy(load->identity_at_load, world->now.identity, n * sizeof(double));
    economy_natural(world);
    for (size_t i = 0; i < n; i++)
        belief_weights(world, i, load->weight_at_load + i * n);

    /* threats as the first step will see them */
    if (world_runs(world, MECHANISM_institution))
        institution_update(world);
    if (world_runs(world, MECHANISM_economy))
        economy_leverage(world);
    threat_conditionality(world);
    if (world_runs(world, MECHANISM_threat))
        threat_update(world);
    arms_pressure(world);
    for (size_t i = 0; i < n; i++) {
        double m0 = world->now.burden[i], ceiling = set->burden_ceiling[i];
        double reaction = set->arms_reaction[i] * world->derived.arms_pressure[i];
        load->reaction_scale[i] = 1;
        if (world->model.calibration == 0 || !isnan(set->grievance[i])) { /* given, not calibrated */
            set->grievance[i] = isnan(set->grievance[i]) ? 0 : set->grievance[i];
            continue;
        }
        *state = i;
        if (m0 >= ceiling)
            return STATUS_INVALID;
        if (reaction > 0) /* arms alone may explain at most 80 % of the burden */
            load->reaction_scale[i] = fmin(1, 0.8 * m0 / reaction);
        set->grievance[i] = -ceiling * log1p(-m0 / ceiling) - set->power_margin[i] * set->offensive[i] -
                            set->nonstate_effort[i] * world->derived.threat_nonstate[i] -
                            set->threat_effort[i] * world->derived.threat_state[i] -
                            load->reaction_scale[i] * reaction;
    }
    measures_remember(world);
    return STATUS_OK;
}
