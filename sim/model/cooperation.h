/* ISSUE COOPERATION (C.8): the repeated dilemma between pairs of states, issue by issue.  Owns trust; willing and play
 * (derived). */
#ifndef EQUIPOISE_MODEL_COOPERATION_H
#define EQUIPOISE_MODEL_COOPERATION_H

#include "model/world.h"

/* p_ij = 1/(1 + exp(-f/k)), f the gain of cooperating under grim-trigger values normalised by (1 - d): with full trust it
 * pays iff d >= (T-R)/(T-P) (Friedman 1971; Axelrod and Keohane 1985).  Then plays and trust'. */
void cooperation_update(struct world *world);

/* f for trust t, temptation T*, reward R* and discount d. */
double cooperation_gain(const struct world *world, double t, double temptation, double reward, double d);

/* Mean over the pair's issues of what j did toward i in this step; 0.5, no credit, if the pair has no issue or the
 * mechanism is off.  Fills a row of i, [states]. */
void cooperation_credit(const struct world *world, size_t i, double *credit);

/* Mean of p over both directions of all pairs of an issue; NAN if there is none. */
double cooperation_mean(const struct world *world, size_t issue);

#endif
