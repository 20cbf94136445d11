/* One run: a scenario and its counterfactuals, played on the same draws. */
#ifndef EQUIPOISE_ENSEMBLE_RUN_H
#define EQUIPOISE_ENSEMBLE_RUN_H

#include "scenario/scenario.h"

/* A player keeps the worlds of one thread: one at the start of every arm, and one to be played.  All zero is none. */
struct player {
    const struct scenario *scenario;
    const bool *plays;    /* [arms]: which arms are played; borrowed */
    struct world **start; /* [arms] calibrated at `point`, for `replicate` */
    struct world **world; /* [arms] */
    double *room;         /* [states] */
    double *taken[2], *before[2]; /* [summaries] so far, and the value of the quarter before; scenario and baseline */
    double *window; /* [claims][2][4]: means in arm, versus, against arm, against versus, of either quantity */
    size_t point, replicate;
    bool differs; /* another replicate has another world */
    bool ready;
};

enum status run_player(struct player *player, const struct scenario *scenario, const bool *plays);
void run_player_free(struct player *player);

/* Where the numbers of one run go; those of two claims or summaries are `stride` apart. */
struct run_figures {
    double *effect, *level; /* [claims] */
    double *summary[2];     /* [summaries] of the scenario and of its baseline */
    size_t stride;
};

/* Plays one replicate at one point.  rows[arm][record]: where this run's records go, [times][length], or rows NULL.  STATUS_FAILED with *why (the caller frees) if the run broke: its
 * rows are then NAN. */
enum status run_play(struct player *player, size_t point, size_t replicate, double *const *const *rows,
                     const struct run_figures *figures, char **why);

#endif
