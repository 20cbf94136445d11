/* Private to the scenario room: the points of a design. */
#ifndef EQUIPOISE_SCENARIO_DESIGN_H
#define EQUIPOISE_SCENARIO_DESIGN_H

#include "scenario/scenario.h"

/* A design of more points is refused. */
enum { DESIGN_MOST_POINTS = 10000000 };

/* Whether its points are drawn: `samples` of them, or of what they are made of. */
bool design_draws(enum design design);

/* Most dimensions that a design can have: GSL's sequence ends at 40, and Saltelli's scheme needs two of them for each. */
size_t design_most_dimensions(enum design design);

/* Points that a design of so many samples and dimensions has. */
size_t design_points(const struct scenario *scenario);

/* Draws the points of a scenario whose seed is known; false if memory ran out. */
bool design_draw(struct scenario *scenario);

/* Where a part u, 0 to 1, of a dimension's range lies that ends at `high`, by differences or by ratios. */
double design_along(const struct dimension *dimension, double high, double u);

/* The value that a dimension has where its distribution function is u, from 0 to 1. */
double design_value(const struct dimension *dimension, double u);

#endif
