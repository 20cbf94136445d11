/* Private to the ensemble room: the processes of one job of MPI, where the program was built with it and is called by its
 * launcher; else this process alone. */
#ifndef EQUIPOISE_ENSEMBLE_RANKS_H
#define EQUIPOISE_ENSEMBLE_RANKS_H

#include <stddef.h>

struct ranks {
    size_t rank, size; /* 0 of 1 without MPI */
};

/* Joins the job.  To be called once, early, from the main thread; the process leaves the job at its end. */
struct ranks ranks_join(void);

/* Waits for all and returns the largest of their numbers: with statuses, the worst. */
int ranks_worst(int number);

/* Version of the MPI in use, or "none". */
const char *ranks_library(void);

#endif
