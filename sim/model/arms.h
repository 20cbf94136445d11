/* ARMS (C.4): internal balancing.  Owns burden, last_burden and, through the flow, military; feared and
 * arms_pressure (derived). */
#ifndef EQUIPOISE_MODEL_ARMS_H
#define EQUIPOISE_MODEL_ARMS_H

#include "model/world.h"

/* S_i = sum over relevant j of h_ij^wI q_ji g_ji M_j/(Y_i+Y_j) (1 - cov_ij), for every state: Richardson's (1960)
 * reaction, less what patrons (Olson and Zeckhauser 1966) and others who fear the same state (Christensen and
 * Snyder 1990) are believed to cover. */
void arms_pressure(struct world *world);

/* m' = max(m_min, m_max (1 - exp(-R/m_max))), Caspary's (1967) ceiling. */
void arms_update(struct world *world);

/* Whether i leaves j to others: more than half covered, and at least a fifth less armed than without cover (C.15). */
bool arms_passes_buck(const struct world *world, size_t i, size_t j);

/* [adot_j]+ limited to 0.5: relative growth rate of the burden, per year. */
double arms_growth(const struct world *world, size_t j);

#endif
