/* DOMESTIC (C.12): legitimacy, polarisation and the pendulum of orientation.  Owns legitimacy, orientation, disillusion,
 * polarisation, through the flow. */
#ifndef EQUIPOISE_MODEL_DOMESTIC_H
#define EQUIPOISE_MODEL_DOMESTIC_H

#include "model/world.h"

/* pain = clip(0.2 + 4 (g0 - g') + event): economic hardship under this step's growth. */
double domestic_pain(const struct world *world, size_t i);

/* Rates of the four stocks of i under pain and growth held over the step: x' = -k open (1 - ins/2) u,
 * u' = pain x - u/tau: a damped oscillator; Q' and L'. */
struct domestic_rates {
    double legitimacy, orientation, disillusion, polarisation;
};
struct domestic_rates domestic_rate(const struct world *world, size_t i, double pain, double x, double u,
                                    double Q, double L);

/* After the flow: the orientation is shaken and kept in [-1, 1]. */
void domestic_shake(struct world *world);

#endif
