/* Some quantities of a scenario, quarter by quarter, in a run without noise and in runs with it. */
#ifndef EQUIPOISE_EVIDENCE_TRACE_H
#define EQUIPOISE_EVIDENCE_TRACE_H

#include "scenario/scenario.h"

/* Run 0 is without noise, run r with it as replicate r - 1. */
struct trace {
    const struct scenario *scenario; /* borrowed */
    size_t quantities, length;       /* length: quarters, and the start before them */
    size_t runs, failed;             /* runs: with number 0 */
    double *value;                   /* [runs][quantities][length]; NAN where a run broke */
};

/* Plays; quantities are borrowed while it does.  `progress` may be NULL.  STATUS_FAILED with a message if the run without
 * noise broke or memory ran out.  The caller frees with trace_free(), then too. */
enum status trace_play(const struct scenario *scenario, const struct quantity *const *quantity,
                       size_t quantities, void (*progress)(size_t done, size_t runs, void *context),
                       void *context, struct trace *trace, struct messages *messages);
void trace_free(struct trace *trace);

/* A quantity in a run: [0] at the start, [1 + k] at the end of the k-th quarter. */
const double *trace_row(const struct trace *trace, size_t run, size_t quantity);

/* Whether a run broke. */
bool trace_broken(const struct trace *trace, size_t run);

/* Mean over the ends of quarters first to last. */
double trace_mean(const struct trace *trace, size_t run, size_t quantity, long first, long last);

#endif
