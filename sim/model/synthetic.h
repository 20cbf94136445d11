/* SYNTHETIC WORLDS (gate G1): a world of any size that is drawn, from settings of the model alone. */
#ifndef EQUIPOISE_MODEL_SYNTHETIC_H
#define EQUIPOISE_MODEL_SYNTHETIC_H

#include "model/parameters.h"

/* Names the states of a cast that has none: S1, S2, ...  False if memory ran out. */
bool synthetic_names(struct cast *cast, size_t states);

/* Makes the first so many states the poles: they are the largest.  False if memory ran out. */
bool synthetic_poles(struct cast *cast, size_t poles);

/* Whether this row is a setting of the drawing; whether the drawing fills it. */
bool synthetic_rules(const struct parameter *row);
bool synthetic_draws(const struct parameter *row);

/* Whether two replicates have different worlds. */
bool synthetic_differs(const struct world *world);

/* Draws sizes, places, borders, armament, dispositions and hostility, over whatever stood there; nothing has been worked
 * out at load yet.  Every number is a function of the seed, the replicate and whose it is. */
void synthetic_draw(struct world *world, uint64_t replicate);

#endif
