/* POLARITY (C.17b): which states are poles, that is candidate patrons.  Owns the pole flag.
 *
 * pole_i' = live_i and ( s_i >= p_in, or pole_i and s_i >= p_out ), at commits whose new time is a whole year.  While the
 * mechanism is off the poles are those of the file, less those that die. */
#ifndef EQUIPOISE_MODEL_POLARITY_H
#define EQUIPOISE_MODEL_POLARITY_H

#include "model/world.h"

/* Classes of polarity, by capability: one state above half of all; no half among the poles; one, two, more poles. */
enum polarity { HEGEMONY, UNIPOLAR, BIPOLAR, MULTIPOLAR, DIFFUSE };

/* After the commit of a step: poles rise and fall. */
void polarity_update(struct world *world);

/* At load, where poles vary and the file names none: those that are large enough.  Needs shares. */
void polarity_found(struct world *world);

/* A pole that falls or dies: nobody leans on it any more; where a state has absorbed it and is a pole, the shares go
 * there.  heir: CAST_NONE if there is none.  Lists and w(0) are the caller's to redraw. */
void polarity_close(struct world *world, size_t pole, size_t heir);

/* After a death: a bloc with less than two living members is no option. */
void polarity_close_bloc(struct world *world);

/* A state that is free again leans on nobody yet: 1e-4 with every pole, the rest with itself. */
void polarity_stand_alone(struct world *world, size_t i);

/* The class of the system as it stands. */
enum polarity polarity_class(const struct world *world);

#endif
