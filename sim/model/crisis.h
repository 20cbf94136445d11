/* CRISIS (C.13): incidents between neighbours that may climb to war, and unrest at home.  Stochastic: nothing happens
 * with noise off, only memory fades.  Owns crisis, contagion, rally; moves legitimacy, military, gdp, export_share and
 * contagion after the flow. */
#ifndef EQUIPOISE_MODEL_CRISIS_H
#define EQUIPOISE_MODEL_CRISIS_H

#include "model/world.h"

/* After the flow, on `next`: onsets with the rates of t (Bremer 1992; Oneal and Russett 1997), escalation, losses, rally;
 * then unrest and its contagion (Beissinger 2007). */
void crisis_update(struct world *world);

/* Rate of onset between i and j, per year; 0 for states that do not border. */
double crisis_rate(const struct world *world, size_t i, size_t j);

#endif
