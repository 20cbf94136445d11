/* What is worked out and fixed when a world is loaded (C.4, C.19), before the scenario changes anything. */
#ifndef EQUIPOISE_MODEL_CALIBRATE_H
#define EQUIPOISE_MODEL_CALIBRATE_H

#include "model/world.h"

/* Finds every start value that the world file leaves open (NAN): distances, presence, trade shares by gravity, the
 * first burden, shares of alignment; derives geometry and power.  All required values must be there.
 * STATUS_FAILED if memory ran out. */
void calibrate_complete(struct world *world);

/* Keeps the values at load and, unless calibration is off, scales rho_a and finds the grievance G so that the first
 * burden is that of the data: m' = m0 exactly in the unchanged world.
 * STATUS_INVALID with a place in *state if a state's burden is not under its ceiling. */
enum status calibrate_world(struct world *world, size_t *state);

#endif
