#include "model/flow.h"
#include "model/events.h"
#include "model/domestic.h"
#include "model/identity.h"
#include "model/spillover.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <stdlib.h>
#include <string.h>

/* The vector: seven numbers of every state, then the identities of the region, then the debts. */
enum slice { SLICE_M, SLICE_Y, SLICE_N, SLICE_L, SLICE_X, SLICE_U, SLICE_Q, SLICES };

struct flow {
    size_t states, members, debts, dimension;
    size_t *debt;                                   /* [debts] element of the pair */
    size_t *debtor;                                 /* [debts] who owes */
    double *level;                                  /* [dimension] */
    double *error;                                  /* [dimension] */
    double *suppression, *pain, *trade, *hostility; /* [states], held over the step */
    gsl_odeiv2_step *fixed;
    gsl_odeiv2_driver *adaptive; /* only where asked for */
    gsl_odeiv2_system system;
    struct world *world; /* of the step being made */
};

void flow_free(struct flow *flow)
{
    if (flow == NULL)
        return;
    if (flow->fixed)
        gsl_odeiv2_step_free(flow->fixed);
    if (flow->adaptive)
        gsl_odeiv2_driver_free(flow->adaptive);
    free(flow->debt);
    free(flow->debtor);
    free(flow->level);
    free(flow->error);
    free(flow->suppression);
    free(flow->pain);
    free(flow->trade);
    free(flow->hostility);
    free(flow);
}

/* Where a slice, the identities or the debts begin. */
static size_t at(const struct flow *flow, enum slice slice)
{
    return slice * flow->states;
}

static size_t at_identity(const struct flow *flow)
{
    return SLICES * flow->states;
}

static size_t at_debt(const struct flow *flow)
{
    return SLICES * flow->states + flow->members;
}

/* Identities follow trade, example, hostility and their own polarisation. */
static void identity_rates(const struct flow *flow, const double level[], double rate[])
{
    const struct cast_group *region = &flow->world->cast->role[ROLE_REGION];
    const double *idn = level + at_identity(flow), *Q = level + at(flow, SLICE_Q);
    double mean = 0, living = 0;
    for (size_t m = 0; m < flow->members; m++)
        living += world_lives(flow->world, region->state[m]);
    for (size_t m = 0; m < flow->members; m++)
        mean += world_lives(flow->world, region->state[m]) ? idn[m] / living : 0;
    for (size_t m = 0; m < flow->members; m++) {
        size_t i = region->state[m];
        rate[at_identity(flow) + m] =
            flow->world->model.run_identity != 0 && world_lives(flow->world, i)
                ? identity_rate(flow->world, idn[m], mean, Q[i], flow->trade[i], flow->hostility[i])
                : 0;
    }
}

static int rates(double t, const double level[], double rate[], void *context)
{
    (void)t;
    const struct flow *flow = context;
    const struct world *world = flow->world;
    size_t n = flow->states;
    const double *M = level + at(flow, SLICE_M), *Y = level + at(flow, SLICE_Y), *N = level + at(flow, SLICE_N),
                 *debt = level + at_debt(flow);
    bool arms = world->model.run_arms != 0, economy = world->model.run_economy != 0,
         spillover = world->model.run_spillover != 0, domestic = world->model.run_domestic != 0;
    for (size_t i = 0; i < n; i++) {
        struct domestic_rates home = {0, 0, 0, 0};
        bool lives = world_lives(world, i); /* what a dead state had stays as it was */
        if (domestic && lives)
            home = domestic_rate(world, i, flow->pain[i], level[at(flow, SLICE_X) + i],
                                 level[at(flow, SLICE_U) + i], level[at(flow, SLICE_Q) + i],
                                 level[at(flow, SLICE_L) + i]);
        rate[at(flow, SLICE_M) + i] =
            arms && lives ? world->next.burden[i] * Y[i] - world->model.depreciation * M[i] : 0;
        rate[at(flow, SLICE_Y) + i] = economy && lives ? world->next.growth[i] * Y[i] : 0;
        rate[at(flow, SLICE_N) + i] =
            spillover && lives ? spillover_rate(world, i, N, flow->suppression[i]) : 0;
        rate[at(flow, SLICE_L) + i] = home.legitimacy;
        rate[at(flow, SLICE_X) + i] = home.orientation;
        rate[at(flow, SLICE_U) + i] = home.disillusion;
        rate[at(flow, SLICE_Q) + i] = home.polarisation;
    }
    identity_rates(flow, level, rate);
    for (size_t k = 0; k < flow->debts; k++) {
        size_t i = flow->debtor[k];
        rate[at_debt(flow) + k] =
            economy ? world->set.loan[flow->debt[k]] * Y[i] - world->model.repayment * debt[k] : 0;
    }
    for (size_t k = 0; k < flow->dimension; k++)
        if (!isfinite(rate[k]))
            return GSL_EBADFUNC;
    return GSL_SUCCESS;
}

static size_t indebted(const struct world *world, const bool *may_borrow, size_t *list)
{
    size_t n = world->cast->states, count = 0;
    for (size_t e = 0; e < n * n; e++)
        if (e / n != e % n && (world->now.debt[e] > 0 || world->set.loan[e] > 0 || may_borrow[e])) {
            if (list)
                list[count] = e;
            count++;
        }
    if (count == 0 || !world_runs(world, MECHANISM_war))
        return count;
    count = 0; /* where states die, debts pass on to anybody */
    for (size_t e = 0; e < n * n; e++)
        if (e / n != e % n) {
            if (list)
                list[count] = e;
            count++;
        }
    return count;
}

enum status flow_prepare(struct world *world)
{
    size_t n = world->cast->states;
    struct flow *flow = calloc(1, sizeof *flow);
    bool *may_borrow = calloc(n * n + 1, sizeof *may_borrow);
    enum status status = STATUS_FAILED;
    flow_free(world->flow);
    world->flow = flow;
    if (flow == NULL || may_borrow == NULL)
        goto out;
    events_touch(world->plan, offsetof(struct world, set.loan), may_borrow);
    events_touch(world->plan, offsetof(struct world, now.debt), may_borrow);
    flow->states = n;
    flow->debts = indebted(world, may_borrow, NULL);
    flow->members = world->cast->role[ROLE_REGION].count;
    flow->dimension = at_debt(flow) + flow->debts;
    flow->debt = calloc(flow->debts + 1, sizeof *flow->debt);
    flow->debtor = calloc(flow->debts + 1, sizeof *flow->debtor);
    flow->level = calloc(flow->dimension, sizeof *flow->level);
    flow->error = calloc(flow->dimension, sizeof *flow->error);
    flow->suppression = calloc(n, sizeof(double));
    flow->pain = calloc(n, sizeof(double));
    flow->trade = calloc(n, sizeof(double));
    flow->hostility = calloc(n, sizeof(double));
    flow->system = (gsl_odeiv2_system){rates, NULL, flow->dimension, flow};
    flow->fixed = gsl_odeiv2_step_alloc(gsl_odeiv2_step_rk4, flow->dimension);
    if (world->model.integrator != 0)
        flow->adaptive =
            gsl_odeiv2_driver_alloc_y_new(&flow->system, gsl_odeiv2_step_rkf45, world->dt, 1e-12, 1e-12);
    if (!flow->debt || !flow->debtor || !flow->level || !flow->error || !flow->suppression || !flow->pain ||
        !flow->trade || !flow->hostility || !flow->fixed || (world->model.integrator != 0 && !flow->adaptive))
        goto out;
    indebted(world, may_borrow, flow->debt);
    for (size_t k = 0; k < flow->debts; k++)
        flow->debtor[k] = flow->debt[k] / n;
    status = STATUS_OK;
out:
    free(may_borrow);
    return status;
}

/* The arrays that a slice stands for. */
static const double *now_of(const struct stocks *stocks, enum slice slice)
{
    const double *const array[SLICES] = {stocks->military,    stocks->gdp,         stocks->militancy,
                                         stocks->legitimacy,  stocks->orientation, stocks->disillusion,
                                         stocks->polarisation};
    return array[slice];
}

/* Levels of t, and what is held over the step. */
static void gather(struct flow *flow, struct world *world)
{
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    flow->world = world;
    for (enum slice s = 0; s < SLICES; s++)
        memcpy(flow->level + at(flow, s), now_of(&world->now, s), flow->states * sizeof(double));
    for (size_t k = 0; k < flow->debts; k++)
        flow->level[at_debt(flow) + k] = world->now.debt[flow->debt[k]];
    for (size_t i = 0; i < flow->states; i++) {
        flow->suppression[i] = spillover_suppression(world, i);
        flow->pain[i] = domestic_pain(world, i);
    }
    for (size_t m = 0; m < flow->members; m++) {
        size_t i = region->state[m];
        flow->level[at_identity(flow) + m] = world->now.identity[i];
        flow->trade[i] = identity_trade(world, i);
        flow->hostility[i] = identity_hostility(world, i);
    }
}

static void scatter(const struct flow *flow, struct world *world)
{
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    size_t n = flow->states;
    for (enum slice s = 0; s < SLICES; s++)
        memcpy((double *)now_of(&world->next, s), flow->level + at(flow, s), n * sizeof(double));
    for (size_t i = 0; i < n; i++) {
        world->next.militancy[i] = world_clip(world->next.militancy[i], 0, 1);
        world->next.legitimacy[i] = world_clip(world->next.legitimacy[i], 0, 1);
        world->next.polarisation[i] = world_clip(world->next.polarisation[i], 0, 1);
        world->next.orientation[i] = world_clip(world->next.orientation[i], -1, 1);
    }
    memcpy(world->next.identity, world->now.identity, n * sizeof(double));
    for (size_t m = 0; m < flow->members; m++)
        world->next.identity[region->state[m]] = world_clip(flow->level[at_identity(flow) + m], 0, 1);
    memcpy(world->next.debt, world->now.debt, n * n * sizeof(double));
    for (size_t k = 0; k < flow->debts; k++)
        world->next.debt[flow->debt[k]] = fmax(0, flow->level[at_debt(flow) + k]);
}

enum status flow_update(struct world *world)
{
    struct flow *flow = world->flow;
    double t = 0;
    int outcome;
    gather(flow, world);
    if (flow->adaptive != NULL) {
        gsl_odeiv2_driver_reset(flow->adaptive);
        outcome = gsl_odeiv2_driver_apply(flow->adaptive, &t, world->dt, flow->level);
    } else {
        /* GSL doubles the step: two classical Runge-Kutta steps of dt/2 */
        gsl_odeiv2_step_reset(flow->fixed);
        outcome = gsl_odeiv2_step_apply(flow->fixed, 0, world->dt, flow->level, flow->error, NULL, NULL,
                                        &flow->system);
    }
    for (size_t k = 0; k < flow->dimension; k++)
        if (!isfinite(flow->level[k]))
            outcome = GSL_EBADFUNC;
    if (outcome != GSL_SUCCESS)
        return STATUS_FAILED;
    scatter(flow, world);
    return STATUS_OK;
}
