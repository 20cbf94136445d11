/* POWER (C.1): capability and what is left of it over a distance.
 * Owns share, gradient, felt, reach, deliverable (derived). */
#ifndef EQUIPOISE_MODEL_POWER_H
#define EQUIPOISE_MODEL_POWER_H

#include "model/world.h"

#define POWER_RADIUS 6371                             /* of the earth, km */
#define POWER_RADIAN (3.14159265358979323846 / 180)   /* a degree */
#define POWER_DEGREE_KM (POWER_RADIUS * POWER_RADIAN) /* a degree on the plane of a flat world */

/* Great circle between two capitals in km, haversine, radius 6371 km; in a flat world the straight line. */
double power_great_circle(const struct world *world, size_t i, size_t j);

/* Distance between two states without a common border where none is given: the sea counts, too. */
double power_distance(const struct world *world, size_t i, size_t j);

/* Loss-of-strength gradient at d km: s_ref^(e(d) - e(0)), e(d) = log10(d/v + 10 - e).  1 at d = 0, falling; the shape
 * of Bueno de Mesquita (1981) as in Bennett and Stam (2000), at a reference share so that it is the same for every
 * number of states. */
double power_gradient(const struct world *world, double d);

/* Fills the gradient of every pair from the distances: at load, and when an event moves a distance. */
void power_geometry(struct world *world);

/* s of the living from these stocks: the three dimensions of CINC (Singer, Bremer and Stuckey 1972) with series that the
 * model moves itself. */
void power_shares(struct world *world, const struct stocks *stocks);

/* q*: presence of j at i, raised by hosting (C.9). */
double power_presence(const struct world *world, size_t i, size_t j);

/* Derives shares, felt power, and the reach and reliability of every option from the committed state. */
void power_update(struct world *world);

/* Cohesion of the bloc: mean identity x (1 - mean hostility inside); 0 without a region (C.5). */
double power_cohesion(const struct world *world);

#endif
