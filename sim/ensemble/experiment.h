/* Points x replicates -> runs, in parallel; rows go to a result file.  The only room that knows OpenMP and signals.
 *
 * A run is a pure function of (scenario, point, replicate): no run sees another, so that which thread plays it, and in
 * what order, changes nothing.  Runs are numbered by replicate, then by point, so that a sweep that is broken off has all
 * points alike.  A sweep keeps a journal beside its file: finished batches survive whatever happens to the process, and
 * the file is put together from them at the end. */
#ifndef EQUIPOISE_ENSEMBLE_EXPERIMENT_H
#define EQUIPOISE_ENSEMBLE_EXPERIMENT_H

#include "result/result.h"
#include "scenario/scenario.h"

struct experiment_options {
    int threads;        /* 0: all cores */
    bool baseline;      /* play the paired counterfactual where the scenario changes something */
    const char *output; /* result file, or NULL: play only */
    bool force;         /* replace an existing file, and a journal that was left */
    bool journal;       /* keep a journal, OUTPUT.journal, and make the file from it */
    bool resume;        /* go on with a journal that was left */
    const char *
        extend; /* a finished file of the same sweep with fewer replicates or points: its runs are taken over */
    const char *
        precision; /* "QUANTITY=HALF-WIDTH": replicates of a point are played until its mean is known so well, and
                            * those of the scenario are the most (ensemble/precision.h); NULL: all of them; a journal, and
                            * no shards */
    size_t replicate;   /* number of the first replicate: not 0 where one run is played again */
    const char *origin; /* how the program was called, for who merges journals */
    size_t shard,
        shards; /* play every shards-th batch alone, from number `shard` on; output is then a journal; 0: all */
    const char *command; /* what to say of how the file was made */
    /* says what the runs mean for a claim before it is written; may be NULL */
    void (*judge)(struct result_claim *claim, size_t runs);
    /* called now and then from the thread that called experiment_run(); may be NULL */
    void (*progress)(size_t done, size_t runs, void *context);
    void *context;
};

enum run_status { RUN_OK = 0, RUN_FAILED = 1, RUN_NOT_PLAYED = 2, RUN_NOT_NEEDED = 3 /* in no file */ };

/* What an experiment leaves in memory beside its file. */
struct outcome {
    size_t runs, played, failed;
    size_t times, arms; /* arms that were played: 1 without baseline and branches */
    bool baseline;
    struct {
        size_t run;
        char *message;
    } failure[3];           /* the first that failed */
    size_t kept, taken;     /* runs that a journal had already; that came from the file that is extended */
    double *effect, *level; /* [claims][runs]; NAN where the run failed or the comparison was not played */
    double **
        last; /* [records][2 * length]: mean of the last record of scenario and baseline over good runs; NULL where a
                    * journal was kept */
    struct experiment_reached { /* with `precision` */
        size_t runs;            /* that were needed, of all points */
        size_t points, reached; /* all; as narrow as asked */
        size_t
            alike; /* of those reached: all values were the same, so that nothing was there to estimate with */
        size_t least, most; /* replicates of a point */
        double widest;      /* half of the widest interval; NAN where a point has fewer than two values */
    } reached;
    int signal;                   /* signal that stopped it, or 0 */
    double seconds, step_seconds; /* wall time of all, and time in steps summed over threads */
};

/* Size of an experiment before it is run. */
struct experiment_size {
    size_t runs, arms, times;
    double bytes_row, bytes_file, bytes_memory; /* uncompressed; one run, all runs, working memory */
};
struct experiment_size experiment_measure(const struct scenario *scenario, bool baseline);

/* Seconds that a run takes on one core, about, without the writing of rows: some runs are played, at most some tenths of a
 * second of each arm.  NAN if none can begin.  Cores that are there. */
double experiment_seconds(const struct scenario *scenario, bool baseline);
int experiment_threads(void);

/* Plays everything; writes and publishes the file if one is asked for.  STATUS_RUNS_FAILED if some runs failed; the
 * outcome is filled also then.  Free it with experiment_free(). */
enum status experiment_run(const struct scenario *scenario, const struct experiment_options *options,
                           struct outcome *outcome, struct messages *messages);
void experiment_free(struct outcome *outcome, const struct scenario *scenario);

/* Number of this process in its job, and of how many: 0 of 1 without MPI.  Joins the job when called first. */
size_t experiment_rank(size_t *size);

/* Version of MPI in use, or "none". */
const char *experiment_library(void);

/* Puts the file together from journals of one sweep (shards); they must hold all batches between them. */
enum status experiment_merge(const struct scenario *scenario, const struct experiment_options *options,
                             const char *const *journals, size_t count, struct outcome *outcome,
                             struct messages *messages);

/* How the sweep of a journal was called (`origin`); the caller frees, NULL after a message. */
char *experiment_origin(const char *journal, struct messages *messages);

/* The text by which journals know their sweep: the effective scenario, its design, program and sizes; the caller
 * frees. */
char *experiment_identity(const struct scenario *scenario, bool baseline, const char *precision);

/* Claim k with its effects, not judged yet; texts and numbers are borrowed from scenario and outcome, `against` is
 * empty.  Without an outcome there are no effects. */
struct result_claim experiment_claim(const struct scenario *scenario, const struct outcome *outcome, size_t k);

/* Quarters that are recorded; the caller frees.  *count of them. */
long *experiment_quarters(const struct scenario *scenario, size_t *count);

#endif
