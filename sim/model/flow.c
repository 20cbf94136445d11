#include "model/flow.h"
#include "model/events.h"
#include "model/spillover.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <stdlib.h>
#include <string.h>

/* Order of the vector: M, Y, N of every state, then the debts. */
struct flow {
    size_t states, debts, dimension;
    size_t *debt;        /* [debts] element of the pair */
    double *level;       /* [dimension] */
    double *error;       /* [dimension] */
    double *suppression; /* [states], held over the step */
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
    free(flow->level);
    free(flow->error);
    free(flow->suppression);
    free(flow);
}

static int rates(double t, const double level[], double rate[], void *context)
{
    (void)t;
    const struct flow *flow = context;
    const struct world *world = flow->world;
    size_t n = flow->states;
    const double *M = level, *Y = level + n, *N = level + 2 * n, *debt = level + 3 * n;
    bool arms = world->model.run_arms != 0, economy = world->model.run_economy != 0,
         spillover = world->model.run_spillover != 0;
    for (size_t i = 0; i < n; i++) {
        rate[i] = arms ? world->next.burden[i] * Y[i] - world->model.depreciation * M[i] : 0;
        rate[n + i] = economy ? world->next.growth[i] * Y[i] : 0;
        rate[2 * n + i] = spillover ? spillover_rate(world, i, N, flow->suppression[i]) : 0;
    }
    for (size_t k = 0; k < flow->debts; k++) {
        size_t i = flow->debt[k] / n;
        rate[3 * n + k] =
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
    flow->dimension = 3 * n + flow->debts;
    flow->debt = calloc(flow->debts + 1, sizeof *flow->debt);
    flow->level = calloc(flow->dimension, sizeof *flow->level);
    flow->error = calloc(flow->dimension, sizeof *flow->error);
    flow->suppression = calloc(n, sizeof *flow->suppression);
    flow->system = (gsl_odeiv2_system){rates, NULL, flow->dimension, flow};
    flow->fixed = gsl_odeiv2_step_alloc(gsl_odeiv2_step_rk4, flow->dimension);
    if (world->model.integrator != 0)
        flow->adaptive = gsl_odeiv2_driver_alloc_y_new(&flow->system, gsl_odeiv2_step_rkf45, world->dt, 1e-12, 1e-12);
    if (!flow->debt || !flow->level || !flow->error || !flow->suppression || !flow->fixed ||
        (world->model.integrator != 0 && !flow->adaptive))
        goto out;
    indebted(world, may_borrow, flow->debt);
    status = STATUS_OK;
out:
    free(may_borrow);
    return status;
}

enum status flow_update(struct world *world)
{
    struct flow *flow = world->flow;
    size_t n = flow->states;
    double *M = flow->level, *Y = M + n, *N = Y + n, *debt = N + n, t = 0;
    memcpy(M, world->now.military, n * sizeof(double));
    memcpy(Y, world->now.gdp, n * sizeof(double));
    memcpy(N, world->now.militancy, n * sizeof(double));
    for (size_t k = 0; k < flow->debts; k++)
        debt[k] = world->now.debt[flow->debt[k]];
    for (size_t i = 0; i < n; i++)
        flow->suppression[i] = spillover_suppression(world, i);
    flow->world = world;

    int outcome;
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

    memcpy(world->next.military, M, n * sizeof(double));
    memcpy(world->next.gdp, Y, n * sizeof(double));
    for (size_t i = 0; i < n; i++)
        world->next.militancy[i] = world_clip(N[i], 0, 1);
    memcpy(world->next.debt, world->now.debt, n * n * sizeof(double));
    for (size_t k = 0; k < flow->debts; k++)
        world->next.debt[flow->debt[k]] = fmax(0, debt[k]);
    return STATUS_OK;
}
