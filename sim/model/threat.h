/* THREAT (C.2): what each state perceives, of four kinds, all in [0,1].
 * Owns condition, help, opposition, bloc_*, intent, defence, threat and threat_* (derived). */
#ifndef EQUIPOISE_MODEL_THREAT_H
#define EQUIPOISE_MODEL_THREAT_H

#include "model/world.h"

/* cond_ci = v_c gap_i (1 - need_ci): pressure of a pole for democratic conditions, silenced by its need. */
void threat_conditionality(struct world *world);

/* Opposition, help, defence, intent and threat: what each state sees in each other.  The part of threat_update() whose
 * time grows with the pairs. */
void threat_pairs(struct world *world);

/* State, non-state, regime and economic threat from the committed state, this step's power and leverage.
 * Singer 1958, Walt 1987 (state); David 1991 (regime); Hirschman 1945 (economic). */
void threat_update(struct world *world);

/* n-th root of a sum of n-th powers. */
double threat_root(double sum, double norm);

/* State threat of i if its share in option c were `share` instead of what it is, c also calmed by appeasement if
 * `appeased`: the "with c" and "without c" of C.5.  `k` is the row of support for c as seen by i (threat_opposition()). */
double threat_state_if(const struct world *world, size_t i, size_t c, double share, bool appeased,
                       const double *k);

/* How far option c opposes each state j in the eyes of i: a row [states].  For the bloc, of which i is then
 * a member, the row is written to `room`, [states]; for a pole it is borrowed from the world. */
const double *threat_opposition(const struct world *world, size_t i, size_t c, double *room);

#endif
