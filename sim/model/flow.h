/* The flow of stocks between two decisions (C.18): dM, dY, dDebt, dN, dL, dx, du, dQ, didn under decisions held fixed, one
 * system, integrated by GSL: one fixed rk4 step, or adaptive rkf45. */
#ifndef EQUIPOISE_MODEL_FLOW_H
#define EQUIPOISE_MODEL_FLOW_H

#include "model/world.h"

struct flow;

/* Room for the flow of this world; debts flow between pairs that owe or lend now, or that the plan lets borrow.
 * Call once before the first step.  STATUS_FAILED if memory ran out. */
enum status flow_prepare(struct world *world);

/* Moves the stocks from `now` into `next`, given the decisions in `next`.  STATUS_FAILED if a stock is no longer
 * finite or the integrator gives up. */
enum status flow_update(struct world *world);

void flow_free(struct flow *flow);

#endif
