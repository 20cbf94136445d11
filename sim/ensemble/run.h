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
    double *window; /* [claims][2][4]: means in arm, versus, against arm, against versus, of either quantity */
    size_t point, replicate;
    bool differs; /* another replicate has another world */
    bool ready;
};

enum status run_player(struct player *player, const struct scenario *scenario, const bool *plays);
void run_player_free(struct player *player);

/* Plays one replicate at one point.  rows[arm][record]: where this run's records go, [times][length], or rows NULL.
 * effect and level: one number a claim, `stride` apart.  STATUS_FAILED with *why (the caller frees) if the run broke: its
 * rows are then NAN. */
enum status run_play(struct player *player, size_t point, size_t replicate, double *const *const *rows,
                     double *effect, double *level, size_t stride, char **why);

#endif
