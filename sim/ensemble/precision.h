/* Private to the ensemble room: how many replicates a point of a sweep needs. */
#ifndef EQUIPOISE_ENSEMBLE_PRECISION_H
#define EQUIPOISE_ENSEMBLE_PRECISION_H

#include "ensemble/batch.h"

/* Replicates of a point are played in rounds until half of the 95 % interval (Student) of the mean of a quantity is no
 * wider than asked, or the replicates of the scenario, which are then the most, are through: a sequential rule (Chow and
 * Robbins 1965), for which the interval holds the better the more runs there are.  No point ends with fewer than
 * PRECISION_LEAST good runs. */
enum { PRECISION_LEAST = 16 };

struct precision;

/* Reads "QUANTITY=HALF-WIDTH", where the quantity is a summary of the scenario, baseline/SUMMARY, effect/SUMMARY (their
 * difference), or a claim (its effect).  STATUS_INVALID with a message; the caller frees with precision_free(). */
enum status precision_begin(const char *text, const struct scenario *scenario, const bool *plays,
                            struct precision **out, struct messages *messages);
void precision_free(struct precision *precision);

/* Marks the runs of a batch that has just begun as RUN_NOT_NEEDED where their point has enough; how many are needed. */
size_t precision_mark(const struct precision *precision, struct batch *batch);

/* Learns from the runs of a batch, which come in order. */
void precision_learn(struct precision *precision, const struct batch *batch);

/* What was reached. */
struct experiment_reached precision_tell(const struct precision *precision);

#endif
