/* INFLUENCE (C.7): offensive behaviour short of war.  Owns influence and influence_share. */
#ifndef EQUIPOISE_MODEL_INFLUENCE_H
#define EQUIPOISE_MODEL_INFLUENCE_H

#include "model/world.h"

/* An offensive pole spends where the place is valuable and where a disliked rival is gaining:
 * V_ci = worth_ci (1 + sum over other poles c' of h_cc' a_ic'). */
void influence_update(struct world *world);

/* A new pole begins with equal shares for all living targets. */
void influence_enter(struct world *world, size_t pole);

/* After a death or a return: shares of the next state of the world again sum to one over the living. */
void influence_share_out(struct world *world);

#endif
