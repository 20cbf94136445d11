/* TERRITORY (C.13b): which state holds which province, and what follows for borders, distances and who matters to whom.
 * Owns owner, gdp_part, population_part, touching, apart and the gradient; moves what a state leaves behind.
 *
 * Every state of the file is one province with the borders of the file.  A state holds provinces, its own among them as
 * long as it lives.  Borders of states: any two of their provinces touch; distance: the least of any two. */
#ifndef EQUIPOISE_MODEL_TERRITORY_H
#define EQUIPOISE_MODEL_TERRITORY_H

#include "model/world.h"

/* Works out borders, distances, gradient and lists from owners, poles and the provinces as set. */
void territory_settle(struct world *world);

/* The same after owners, poles or borders have changed in a run: presence follows new borders (1 by conquest; else where
 * it is as a border or its absence makes it), and w(0) is shifted so that w - w(0) stays and nobody is alarmed by a border
 * alone; whoever is new to a state's list starts at no excess. */
void territory_redraw(struct world *world, bool conquest);

/* Makes over a part (0..1) of what `from` has in the next state of the world: GDP, population, military stock.  The
 * provinces of both keep their proportions. */
void territory_cede(struct world *world, size_t from, size_t to, double part);

/* `heir` takes all provinces of `state` and what it has; its trade, debts and seats pass on or lapse (C.13b).  The state is
 * dead afterwards: masked, not removed. */
void territory_absorb(struct world *world, size_t heir, size_t state);

/* Province k, held by another state, frees itself: it takes its GDP, its population and half its part of the stock. */
void territory_secede(struct world *world, size_t k);

/* Derives occ: the part of a state's GDP that lies in conquered provinces, weighted by what is left of resistance. */
void territory_update(struct world *world);

#endif
