/* BELIEF (C.3): what each state reads into the others.  Owns hostility, reliability, usual_presence. */
#ifndef EQUIPOISE_MODEL_BELIEF_H
#define EQUIPOISE_MODEL_BELIEF_H

#include "model/world.h"

/* h' = h + alpha_h (y - h): the anchor, arming (Jervis 1978), a growing preponderance (B1: Waltz 1979, Mearsheimer
 * 2001), misperception.  R': falling presence costs reliability, abandonment (Snyder 1984). */
void belief_update(struct world *world);

/* w_ij = q0_ji pi_ji / (H_i + sum over relevant k of q0_ki pi_ki): j's weight among the powers that matter to i, with
 * presence as at load, so that a guest invited later does not alarm its host.  Row of i, [states]. */
void belief_weights(const struct world *world, size_t i, double *weights);

#endif
