/* ECONOMY (C.6): growth, trade, debt and the leverage that comes of them.
 * Owns growth, growth_deviation, export_share and, through the flow, gdp and debt; leverage, diversification_effort (derived). */
#ifndef EQUIPOISE_MODEL_ECONOMY_H
#define EQUIPOISE_MODEL_ECONOMY_H

#include "model/world.h"

/* lev_ij: asymmetric dependence of i on j in trade (Hirschman 1945; Keohane and Nye 1977), and debt. */
void economy_leverage(struct world *world);

/* u', g' and sigma'. */
void economy_update(struct world *world);

/* T_ij = x_i Y_i sigma_ij + x_j Y_j sigma_ji: trade of the pair, billion USD a year. */
double economy_trade(const struct world *world, size_t i, size_t j);

/* Keeps the logarithms of the natural shares: at load, and when an event moves a trade share. */
void economy_natural(struct world *world);

/* Export shares that the world file leaves open: the remainder of a row goes by gravity to the partners not listed
 * (NAN), then the row is normalised (C.19). */
void economy_gravity(struct world *world);

#endif
