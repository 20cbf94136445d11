/* One run: a scenario and its counterfactuals, played on the same draws. */
#ifndef EQUIPOISE_ENSEMBLE_RUN_H
#define EQUIPOISE_ENSEMBLE_RUN_H

#include "scenario/scenario.h"

enum { RUN_SLOTS = 32 }; /* points whose worlds are kept: runs come point after point */

/* The worlds of one point: of every arm one to be played and, if the point will come again, one at the start. */
struct run_slot {
    struct world **start, **world; /* [arms] */
    size_t point;
    bool ready;
};

/* A player keeps the worlds of one thread.  All zero is none. */
struct player {
    const struct scenario *scenario;
    const bool *plays; /* [arms]: which arms are played; borrowed */
    struct run_slot slot[RUN_SLOTS];
    size_t slots; /* in use: as many as there are points, or one */
    double *room; /* [states] */
    double *taken[2],
        *before[2]; /* [summaries] so far, and the value of the quarter before; scenario and baseline */
    double *window; /* [claims][2][4]: means in arm, versus, against arm, against versus, of either quantity */
};

enum status run_player(struct player *player, const struct scenario *scenario, const bool *plays);
void run_player_free(struct player *player);

/* Where the numbers of one run go; those of two claims or summaries are `stride` apart. */
struct run_figures {
    double *effect, *level; /* [claims] */
    double *summary[2];     /* [summaries] of the scenario and of its baseline */
    size_t stride;
};

/* Plays one replicate at one point.  rows[arm][record]: where this run's records go, [times][length], or rows NULL.
 * STATUS_RUNS_FAILED with *why (the caller frees) if the run broke: its rows are then NAN.  STATUS_FAILED if memory ran
 * out, which says nothing of the run. */
enum status run_play(struct player *player, size_t point, size_t replicate, double *const *const *rows,
                     const struct run_figures *figures, char **why);

#endif
