/* COMMITMENT (C.9): joining and leaving bodies, hosting and evicting forces, by one rule with hysteresis and notice.
 * Owns members, hosting, their notices and memories; member_value, host_value (derived). */
#ifndef EQUIPOISE_MODEL_COMMITMENT_H
#define EQUIPOISE_MODEL_COMMITMENT_H

#include "model/world.h"

/* Values of this step, then the decisions of the deciders: enter above v_hi + b_mem mem, give notice under v_lo, leave
 * when the notice ends; a patron offers a base when its need passes `ask` and leaves under half of it. */
void commitment_update(struct world *world);

#endif
