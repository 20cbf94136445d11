/* INFLUENCE (C.7): offensive behaviour short of war.  Owns influence and influence_share. */
#ifndef EQUIPOISE_MODEL_INFLUENCE_H
#define EQUIPOISE_MODEL_INFLUENCE_H

#include "model/world.h"

/* An offensive pole spends where the place is valuable and where a disliked rival is gaining:
 * V_ci = worth_ci (1 + sum over other poles c' of h_cc' a_ic'). */
void influence_update(struct world *world);

#endif
