/* Private to the ensemble room: what some runs leave behind, in memory and as bytes of a journal. */
#ifndef EQUIPOISE_ENSEMBLE_BATCH_H
#define EQUIPOISE_ENSEMBLE_BATCH_H

#include "ensemble/experiment.h"

enum { BATCH_CHUNK = 64 }; /* runs of a chunk of the file: batches are multiples of it, or parts */

/* Runs first .. first + count - 1 of the file.  Arrays have room for `most` runs. */
struct batch {
    const struct scenario *scenario; /* borrowed */
    const bool *plays;               /* [arms], borrowed */
    size_t most, times;
    size_t first, count;
    size_t *run;            /* [most] number in the sweep: replicate * points + point */
    double *status;         /* [most] enum run_status */
    char **message;         /* [most] why a run failed, or NULL */
    double *effect, *level; /* [claims][most] */
    double *summary[2];     /* of scenario and baseline: [summaries][most] */
    double ***rows;         /* [arms][records]: [most][times][length]; NULL where an arm is not played */
    double *number[7];      /* [most] room for columns of the file */
};

/* Numbers of rows that a run has, over all arms that are played. */
size_t batch_row_length(const struct scenario *scenario, const bool *plays, size_t times);

/* Room for `most` runs.  False if memory ran out; batch_free() in every case. */
bool batch_make(struct batch *batch, const struct scenario *scenario, const bool *plays, size_t times,
                size_t most);
void batch_free(struct batch *batch);

/* Forgets what was in it: no run is played yet, and the runs of the sweep are those of the file. */
void batch_begin(struct batch *batch, size_t first, size_t count);

/* Whether every run of it has been played. */
bool batch_whole(const struct batch *batch);

/* Leaves out the runs that are not needed. */
void batch_drop(struct batch *batch);

/* As bytes, allocated; NULL if memory ran out. */
void *batch_pack(const struct batch *batch, size_t *size);

/* From bytes; false if they do not fit. */
bool batch_unpack(struct batch *batch, const void *data, size_t size);

#endif
