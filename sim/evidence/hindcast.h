/* A scenario held against history (D.4, D.6): dates, phases, external series, risks.  What is not defined is NAN. */
#ifndef EQUIPOISE_EVIDENCE_HINDCAST_H
#define EQUIPOISE_EVIDENCE_HINDCAST_H

#include "scenario/scenario.h"

/* An event is met within a year. */
#define HINDCAST_QUARTERS 4

/* How an event went.  MET: within a year.  MISSED: it did not come.  ALREADY: nor could it, the value was there before.
 * STAYED: as in history it did not come.  CAME: other than in history it did. */
enum hindcast_verdict {
    HINDCAST_MET,
    HINDCAST_EARLY,
    HINDCAST_LATE,
    HINDCAST_MISSED,
    HINDCAST_ALREADY,
    HINDCAST_STAYED,
    HINDCAST_CAME
};
const char *hindcast_word(enum hindcast_verdict verdict);

struct hindcast_event {
    enum hindcast_verdict verdict; /* noise off */
    long quarter;                  /* when it came, noise off; 0 if it did not */
    double error;                  /* years after history; NAN if it did not come, or never came in history */
    double share;                  /* of the runs that do as history did: within a year, or never */
    double any, median;            /* share of the runs in which it comes at all, and their median quarter */
};

/* A change in a run, noise off, of a quantity with dates, that is none of them. */
struct hindcast_surprise {
    size_t date; /* an entry of the same quantity */
    double becomes;
    long quarter;
};

/* The share of one pole in one phase. */
struct hindcast_cell {
    double simulated, low, high; /* noise off; 5 and 95 % of the runs */
    double coded_change, change; /* against the phase before; NAN in the first */
    bool agrees;                 /* both up, both down, or both none */
};

/* Changes between phases: how many have the coded sign.  Of those up or down: with the exact 95 % interval of the share;
 * of all: beside the forecast that nothing changes. */
struct hindcast_signs {
    size_t moves, right;
    double low, high;
    size_t changes, all_right, still_right;
};

struct hindcast_relation {
    size_t points;
    double rho, chance;        /* noise off, and the share of orders that do as well */
    double low, high;          /* rho in 5 and 95 % of the runs */
    double rho_changes;        /* rank correlation of the changes from year to year; series only */
    double error, still_error; /* mean absolute error, and that of "as last year"; comparable series only */
};

/* Forecasts of a risk: mean squared distance of probability and outcome (Brier 1950). */
struct hindcast_odds {
    size_t origins, events,
        skipped;               /* years asked, years followed by the event, years in which no run could say */
    double brier, still, base; /* the runs; "it does not come"; its frequency over the same years */
    double still_skill, base_skill; /* 1 - brier / that */
};

struct hindcast_range {
    double range, than;                    /* largest less smallest yearly mean, noise off */
    double low, high, than_low, than_high; /* 5 and 95 % of the runs */
    double share;                          /* of the runs in which it ranges less */
};

struct hindcast_score {
    size_t runs, failed;
    struct hindcast_event *event;       /* [dates] */
    struct hindcast_surprise *surprise; /* [surprises] */
    size_t surprises;
    struct hindcast_cell *cell;         /* [phases][poles] */
    struct hindcast_signs *signs;       /* [poles + 1], all poles last */
    struct hindcast_relation *relation; /* [poles + 1] with the coded levels, all poles last */
    struct hindcast_relation *series;   /* [serieses] */
    struct hindcast_odds *odds;         /* [risks] */
    struct hindcast_range *range;       /* [steadies] */
};

/* Plays the scenario once without noise and `replicates` times with it, and scores it; it must have a hindcast.
 * `progress` may be NULL.  STATUS_RUNS_FAILED if some runs broke (they are left out); STATUS_FAILED with a message if the
 * run without noise did.  The caller frees with hindcast_score_free(). */
enum status hindcast_play(const struct scenario *scenario,
                          void (*progress)(size_t done, size_t runs, void *context), void *context,
                          struct hindcast_score *score, struct messages *messages);
void hindcast_score_free(struct hindcast_score *score);

/* First quarter in [first, last] at whose end a quantity has the value while it had another a quarter before; 0 if there
 * is none.  values[0] is that at the start, values[1 + k] that at the end of quarter start + k.  *already: the value was
 * there when `first` began. */
long hindcast_find(const double *values, long start, long first, long last, double becomes, bool *already);

#endif
