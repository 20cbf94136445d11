/* Private to the ensemble room: the result file of an experiment. */
#ifndef EQUIPOISE_ENSEMBLE_FILE_H
#define EQUIPOISE_ENSEMBLE_FILE_H

#include "ensemble/experiment.h"
#include "result/result.h"

/* An experiment being run. */
struct work {
    const struct scenario *scenario;
    const struct experiment_options *options;
    struct outcome *outcome;
    struct messages *messages;
    bool *plays;    /* [arms] */
    long *quarter;  /* [times] */
    size_t batch;   /* runs at once */
    double ***rows; /* [arms][records]: [batch][times][length], NULL where an arm is not played */
    double good;    /* runs that count in the means of the last record */
    struct result_writer *writer;
    /* lent to the writer until the file is published */
    struct result_plan plan;
    char **label; /* [times] "2021Q3" */
    double *time; /* [times] decimal years */
    char **arm;   /* [arms] groups of the file, "" for the scenario */
};

/* Begins the file in memory. */
enum status file_begin(struct work *work);

/* Adds what is known at the end (status and factors of every run, claims) and publishes. */
enum status file_finish(struct work *work);

/* Frees what the file holds, published or not. */
void file_drop(struct work *work);

#endif
