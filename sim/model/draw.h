/* Keyed random draws (C.18): every draw is a function of who, when and what for, so that two runs with the same
 * seed share every draw whose identity they share, whatever else differs between them. */
#ifndef EQUIPOISE_MODEL_DRAW_H
#define EQUIPOISE_MODEL_DRAW_H

#include "model/world.h"

#include <gsl/gsl_rng.h>

/* What a draw is for.  The numbers are part of its identity: add at the end, never renumber. */
enum purpose {
    PURPOSE_GROWTH = 1,
    PURPOSE_PERCEPTION = 2,
    PURPOSE_PLAY = 3,
    PURPOSE_ORIENTATION = 4,
    PURPOSE_ONSET = 5,
    PURPOSE_CLIMB_1 = 6,
    PURPOSE_CLIMB_2 = 7,
    PURPOSE_CLIMB_3 = 8,
    PURPOSE_OUTCOME = 9,
    PURPOSE_UNREST = 10,
    PURPOSE_MEMBERSHIP = 11,
    PURPOSE_HOSTING = 12,
    PURPOSE_ODDS = 13,
    PURPOSE_ATTACK = 14,
    PURPOSE_ORDER = 15,
    PURPOSE_JOIN = 16,
    PURPOSE_BATTLE = 17,
    PURPOSE_SECESSION = 18,
    PURPOSE_SIZE = 20, /* 20 to 26: a synthetic world is drawn */
    PURPOSE_POPULATION = 21,
    PURPOSE_BURDEN = 22,
    PURPOSE_DISPOSITION = 23,
    PURPOSE_ENMITY = 24,
    PURPOSE_EAST = 25,
    PURPOSE_NORTH = 26,
    PURPOSE_UNEVENNESS = 30,
    PURPOSE_POINT = 40, /* 40 to 42: a design of a sweep is drawn */
    PURPOSE_RANK = 41,
    PURPOSE_STEP = 42
};

/* Uniform in (0, 1), 52 bits, for state i alone, or for the ordered pair (i, j).  Identity: seed, replicate, step,
 * the states' codes, purpose. */
double draw_uniform(const struct world *world, enum purpose purpose, size_t i, size_t j);

/* The same, for one of several things between the two: an issue, a body (its number in the file, under 256). */
double draw_uniform_of(const struct world *world, enum purpose purpose, size_t i, size_t j, size_t what);

/* The same, for what c does about the pair. */
double draw_of_three(const struct world *world, enum purpose purpose, size_t i, size_t j, size_t c);

/* The same for the pair as such: (i, j) and (j, i) share the draw, whatever their order in the file. */
double draw_between(const struct world *world, enum purpose purpose, size_t i, size_t j);

/* Normal with mean 0 and the standard deviation given, by the inverse distribution function of draw_uniform(). */
double draw_normal(const struct world *world, enum purpose purpose, size_t i, size_t j, double deviation);

/* The same, one draw for all steps of a calendar year. */
double draw_normal_yearly(const struct world *world, enum purpose purpose, size_t i, size_t j,
                          double deviation);

/* Uniform in (0, 1) for a design: number `sample` of a dimension, which is known by the hash of its name. */
double draw_design(uint64_t seed, enum purpose purpose, uint32_t dimension, uint32_t sample);

/* Philox4x32-10 (Salmon et al. 2011) as a GSL generator.  gsl_rng_set() takes the key; draw_position() the counter. */
extern const gsl_rng_type *const draw_philox;
void draw_position(gsl_rng *rng, uint64_t key, const uint32_t counter[4]);

#endif
