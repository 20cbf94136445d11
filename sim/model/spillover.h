/* SPILLOVER (C.10): non-state danger inside states and across borders.  Owns militancy, through the flow. */
#ifndef EQUIPOISE_MODEL_SPILLOVER_H
#define EQUIPOISE_MODEL_SPILLOVER_H

#include "model/world.h"

/* s0 + s1 gov + s2 CT + s3 dev: the rate at which effort, held over the step, wears militancy down in i. */
double spillover_suppression(const struct world *world, size_t i);

/* dN_i/dt of the contact process with import (SIS), given the moving levels N, [states]. */
double spillover_rate(const struct world *world, size_t i, const double *N, double suppression);

#endif
