/* A scenario put to the test: its claims, what they rest on, and how they fare under other parameters (D.3). */
#ifndef EQUIPOISE_EVIDENCE_ASSESS_H
#define EQUIPOISE_EVIDENCE_ASSESS_H

#include "evidence/verdict.h"
#include "scenario/scenario.h"

struct assess_options {
    const struct scenario_options *scenario;
    int threads;
    bool ablate;    /* play again without what each claim names */
    size_t perturb; /* joint draws of the parameters, log-normal with sigma 0.3, noise off */
    void (*progress)(size_t done, size_t runs, void *context);
    void *context;
};

struct assessment {
    struct finding finding;
    bool ablated;           /* the claim names something, and it was taken away */
    struct finding without; /* then */
    size_t draws, right; /* draws that could be played, and those with the expected sign, and size if it asks */
};

/* Whether taking away what the claim names breaks it: it held, and does no more. */
bool assess_breaks(const struct assessment *assessment);

/* Loads and plays a scenario; (*list)[k] for claim k.  The caller frees the list and the scenario (which is NULL on
 * failure).  *signal: what stopped it, or 0. */
enum status assess_scenario(const char *file, const struct assess_options *options, struct scenario **scenario,
                            struct assessment **list, int *signal, struct messages *messages);

/* Multiplies every behavioural parameter of the world by exp(0.3 z), one z a row of the table, limited to its range;
 * the dilemma keeps its order T > R > P > S.  Draw number `draw` of the scenario's seed. */
void assess_perturb(struct scenario *scenario, size_t draw);

#endif
