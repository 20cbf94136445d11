/* Points x replicates -> runs, in parallel; rows go to a result file.  The only room that knows OpenMP and signals.
 *
 * A run is a pure function of (scenario, point, replicate): no run sees another, so that which thread plays it, and in
 * what order, changes nothing. */
#ifndef EQUIPOISE_ENSEMBLE_EXPERIMENT_H
#define EQUIPOISE_ENSEMBLE_EXPERIMENT_H

#include "result/result.h"
#include "scenario/scenario.h"

struct experiment_options {
    int threads;         /* 0: all cores */
    bool baseline;       /* play the paired counterfactual where the scenario changes something */
    const char *output;  /* result file, or NULL: play only */
    bool force;          /* replace an existing file */
    const char *command; /* what to say of how the file was made */
    /* says what the runs mean for a claim before it is written; may be NULL */
    void (*judge)(struct result_claim *claim, size_t runs);
    /* called now and then from the thread that called experiment_run(); may be NULL */
    void (*progress)(size_t done, size_t runs, void *context);
    void *context;
};

enum run_status { RUN_OK = 0, RUN_FAILED = 1, RUN_NOT_PLAYED = 2 };

/* What an experiment leaves in memory beside its file. */
struct outcome {
    size_t runs, played, failed;
    size_t times, arms; /* arms that were played: 1 without baseline and branches */
    bool baseline;
    enum run_status *status; /* [runs] */
    char **message;          /* [runs], NULL if the run is good */
    double *effect, *level;  /* [claims][runs]; NAN where the run failed or the comparison was not played */
    double **last; /* [records][2 * length]: mean of the last record of scenario and baseline over good runs */
    int signal;    /* signal that stopped it, or 0 */
    double seconds, step_seconds; /* wall time of all, and time in steps summed over threads */
};

/* Size of an experiment before it is run. */
struct experiment_size {
    size_t runs, arms, times;
    double bytes_row, bytes_file, bytes_memory; /* uncompressed; one run, all runs, working memory */
};
struct experiment_size experiment_measure(const struct scenario *scenario, bool baseline);

/* Plays everything; writes and publishes the file if one is asked for.  STATUS_RUNS_FAILED if some runs failed; the
 * outcome is filled also then.  Free it with experiment_free(). */
enum status experiment_run(const struct scenario *scenario, const struct experiment_options *options,
                           struct outcome *outcome, struct messages *messages);
void experiment_free(struct outcome *outcome, const struct scenario *scenario);

/* Claim k with its effects, not judged yet; texts and numbers are borrowed from scenario and outcome, `against` is
 * empty.  Without an outcome there are no effects. */
struct result_claim experiment_claim(const struct scenario *scenario, const struct outcome *outcome, size_t k);

/* Quarters that are recorded; the caller frees.  *count of them. */
long *experiment_quarters(const struct scenario *scenario, size_t *count);

#endif
