/* MEASURES (C.17): what is said of the system as a whole; reported, never used by the dynamics. */
#ifndef EQUIPOISE_MODEL_MEASURES_H
#define EQUIPOISE_MODEL_MEASURES_H

#include "model/world.h"

/* CON of Ray and Singer (1973) over the living: 0 for equal shares, 1 if one has all (also with a single state). */
double measures_concentration(const struct world *world);

/* 1/HHI over the ordinary poles, their shares renormalised; NAN without poles. */
double measures_effective_poles(const struct world *world);

/* 1 - |W1 - W2|/(W1 + W2) and W2/W1 for the two heaviest camps; NAN with fewer than two camps or without weight. */
double measures_balance(const struct world *world);
double measures_parity(const struct world *world);

double measures_survivors(const struct world *world);

/* (wS th.S + wN th.N + wR th.R + th.E) over the sum of the weights, [states]. */
void measures_security_deficit(const struct world *world, double *deficit);

/* HHI of export shares, [states]. */
void measures_export_concentration(const struct world *world, double *hhi);

/* 1 for the living, [states]. */
void measures_alive(const struct world *world, double *alive);

#endif
