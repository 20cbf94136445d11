/* Private to the ensemble room: the result file of an experiment. */
#ifndef EQUIPOISE_ENSEMBLE_FILE_H
#define EQUIPOISE_ENSEMBLE_FILE_H

#include "ensemble/batch.h"
#include "ensemble/experiment.h"
#include "result/result.h"

enum {
    FILE_TABLES = 5
}; /* columns of the runs, parameters, summaries of scenario and baseline, steps of a design */

/* An experiment being run. */
struct work {
    const struct scenario *scenario;
    const struct experiment_options *options;
    struct outcome *outcome;
    struct messages *messages;
    bool *plays;   /* [arms] */
    long *quarter; /* [times] */
    double good;   /* runs that count in the means of the last record */
    struct result_writer *writer;
    struct result_table *table[FILE_TABLES];
    struct extension *extension; /* NULL: nothing is taken over */
    struct precision *precision; /* NULL: every run is needed */
    /* lent to the writer until the file is published */
    struct result_plan plan;
    char **label; /* [times] "2021Q3" */
    double *time; /* [times] decimal years */
    char **arm;   /* [arms] groups of the file, "" for the scenario */
    char *disk;   /* where a large file is made; NULL: in memory */
};

/* Whether an arm is played; bytes that a run leaves; runs of a batch of such (size.c). */
bool size_plays(const struct scenario *scenario, bool baseline, size_t arm);
size_t size_run(const struct scenario *scenario, const bool *plays, size_t times);
size_t size_batch(size_t bytes_run);

/* Begins the file. */
enum status file_begin(struct work *work);

/* Adds the runs of a batch: rows, what they were given, how they ended, what they came to. */
enum status file_put(struct work *work, struct batch *batch);

/* Adds what is known at the end (claims) and publishes. */
enum status file_finish(struct work *work);

/* Frees what the file holds, published or not. */
void file_drop(struct work *work);

#endif
