/* What happened to whom: the largest differences between scenario and baseline at the end of the runs. */
#ifndef EQUIPOISE_EVIDENCE_CHANGES_H
#define EQUIPOISE_EVIDENCE_CHANGES_H

#include "ensemble/experiment.h"

/* One difference; `size` is in units of what counts as a change (D.3). */
struct difference {
    size_t variable;    /* row of variable_table */
    const char *first;  /* state; borrowed from the cast */
    const char *second; /* pole, or NULL */
    double before, after, size;
};

/* The `most` largest, one a state and variable, largest first; returns how many.  None without a baseline. */
size_t changes_largest(const struct scenario *scenario, const struct outcome *outcome, struct difference *list,
                       size_t most);

#endif
