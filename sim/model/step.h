/* One step of the model: the schedule (C.16). */
#ifndef EQUIPOISE_MODEL_STEP_H
#define EQUIPOISE_MODEL_STEP_H

#include "model/world.h"

/* Plays one step.  The world must be complete, calibrated, and prepared (flow_prepare()).  Nothing is allocated.
 * STATUS_FAILED if a quantity is no longer finite; the world is then of no further use. */
enum status step_world(struct world *world);

#endif
