/* The one rule by which shares move (C.0): inertia and a logit pull toward what is worth more.
 *
 *   x'_c = x_c^(1-rho) exp(rho U_c / kappa) / Z
 *
 * Fixed point exp(U/kappa): logit choice (McFadden 1974); rho = 1 is one-shot logit; kappa -> 0 with rho/kappa fixed
 * is the replicator (Taylor and Jonker 1978); the general case is Coucheney, Gaujal and Mertikopoulos (2015). */
#ifndef EQUIPOISE_MODEL_PORTFOLIO_H
#define EQUIPOISE_MODEL_PORTFOLIO_H

#include <stddef.h>

/* x becomes the next shares.  x: [count] shares above 0; worth: U, [count]; rho in (0, 1]; kappa > 0.
 * Normalised to sum 1.  `worth` is used up as working room. */
void portfolio_choose(double *x, double *worth, size_t count, double rho, double kappa);

/* The same from logarithms of the shares, [count], where the caller has them already. */
void portfolio_choose_log(double *x, const double *log_x, double *worth, size_t count, double rho,
                          double kappa);

/* The same with a floor: shares are floored before and after the rule and normalised (C.0b, clipping order). */
void portfolio_update(double *x, double *worth, size_t count, double rho, double kappa, double floor);

/* Raises every share to the floor. */
void portfolio_floor(double *x, size_t count, double floor);

/* Divides by the sum; shares of sum 0 stay. */
void portfolio_normalise(double *x, size_t count);

#endif
