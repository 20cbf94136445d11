/* Scenarios: text -> checked scenario.  The only room that knows libconfig.
 *
 * A scenario is a world as given (before anything is worked out), changes of the scenario, events, claims, a record and
 * a design.  Everything that is wrong with the files is found at once and reported by file, line and path. */
#ifndef EQUIPOISE_SCENARIO_SCENARIO_H
#define EQUIPOISE_SCENARIO_SCENARIO_H

#include "base/message.h"
#include "model/events.h"
#include "model/quantity.h"
#include "model/world.h"

/* What a text expects of a quantity. */
enum expectation {
    EXPECT_INCREASE,
    EXPECT_DECREASE,
    EXPECT_NOT_DECREASE,
    EXPECT_NOT_INCREASE,
    EXPECT_NO_CHANGE
};
const char *scenario_expectation_word(enum expectation expect);

#define SCENARIO_VERSUS_START ((size_t)-1)

/* One expectation of a text, made testable: the mean of a quantity over a window in `arm`, less that in `versus`
 * (or its first record); less `factor` times the same difference of two other arms, if `against` is given. */
struct claim {
    char *id, *text, *quantity_text, *at_text, *versus_text, *source;
    struct quantity quantity, other;
    bool either;      /* `other` counts where it moves further in the expected direction */
    long first, last; /* quarters of the window, both included */
    enum expectation expect;
    char *
        ablate; /* "PATH=VALUE": the mechanism or term without which the claim should break; NULL if none is named */
    size_t arm, versus;
    bool against;
    size_t against_arm, against_versus;
    double factor;
    /* least size of the effect that counts, in its unit or against the |level| of the comparison; the share of runs that
     * must have sign and size; NAN where the file does not say */
    double least, least_relative, runs_low, runs_high;
    int line;
    const char *file; /* borrowed from the scenario */
};

/* What a file says about a change. */
struct remark {
    char *path, *note, *source; /* note and source may be NULL */
    const char *file;           /* borrowed from the scenario; "--set" for the command line */
    int line;
};

/* A list of changes that grows, with what the file says of each. */
struct changes {
    struct change *list;
    struct remark *remark;
    size_t count, capacity;
};

/* One way in which the world is played: the scenario, its baseline, or a branch. */
struct scenario_arm {
    char *name;           /* "" the scenario, "baseline", a branch's name */
    size_t from;          /* the arm whose set and events its own begin with; of the baseline not used */
    struct changes world; /* made before calibration, on top of the common ones */
    struct changes set;   /* made after calibration */
    struct changes events;
    struct timetable plan; /* the events once more, for the step; filled by scenario_load() */
};

/* What a design varies: listed values; a range, every number of it as likely or, if `log`, every ratio; or a distribution,
 * cut off where the parameter or the range given ends. */
enum spread { SPREAD_VALUES, SPREAD_UNIFORM, SPREAD_NORMAL, SPREAD_LOGNORMAL, SPREAD_TRIANGULAR, SPREAD_BETA };

/* One dimension of a design: how a number from 0 to 1 becomes a value. */
struct dimension {
    char *name; /* given, or the path */
    enum spread spread;
    double *value; /* [count] listed, in a list for every point; in a grid also the steps of a range */
    size_t count;
    double low, high; /* ends of the range, or where the distribution is cut off; may be infinite */
    double first,
        second; /* normal: mean, deviation; lognormal: median, deviation of the logarithm; triangular: mode;
                           * beta: its two shapes */
    bool log, whole;
};

/* One path that takes the values of a dimension; several may take those of one. */
struct factor {
    char *path;
    struct selection where;
    size_t dimension;
};

/* What is kept of a quantity over some quarters: its mean, least, greatest or last value, or the date from which it has
 * another value than at first, or comes to be `becomes`; NAN: never. */
enum take { TAKE_MEAN, TAKE_LEAST, TAKE_GREATEST, TAKE_FINAL, TAKE_DATE };
const char *scenario_take_word(enum take take);

/* One number of a run. */
struct summary {
    char *name, *quantity_text;
    struct quantity quantity;
    enum take take;
    long first, last; /* quarters, both included */
    double becomes;   /* NAN: any change */
};

/* How the points of a sweep are chosen (scenario/design.c). */
enum design {
    DESIGN_NONE,
    DESIGN_GRID,
    DESIGN_LIST,
    DESIGN_RANDOM,
    DESIGN_LATIN_HYPERCUBE,
    DESIGN_SOBOL,
    DESIGN_MORRIS
};
const char *scenario_design_word(enum design design);

/* A stretch of history between two turns. */
struct hindcast_phase {
    long first, last; /* quarters, both included */
};

/* What is asked of a quantity. */
struct hindcast_asked {
    char *what, *quantity_text, *source; /* source may be NULL */
    struct quantity quantity;
};

/* An event of history: from quarter `on` a quantity had a value that it had not before; or it never came to that. */
struct hindcast_date {
    struct hindcast_asked asked;
    double becomes;
    bool never;
    long on;
    long first, last; /* where it is looked for in a run, both included */
};

/* A yearly series from outside that goes with a quantity (sign 1) or against it (-1). */
struct hindcast_series {
    struct hindcast_asked asked;
    double sign;
    bool comparable; /* both measure the same, so that their distance means something */
    long from;       /* first year */
    double *value;   /* [count] */
    size_t count;
};

/* An event that may come within some years, asked at the beginning of every year in which it could. */
struct hindcast_risk {
    struct hindcast_asked asked;
    double becomes;
    long years;
};

/* A quantity that should range less than another of the same run. */
struct hindcast_steady {
    struct hindcast_asked asked, than;
    long first, last; /* over the whole years in these quarters */
};

/* History as far as it is known, for a scenario to be held against (D.4). */
struct hindcast {
    size_t state;
    size_t poles;
    size_t *pole;           /* [poles] options of the state whose shares were coded */
    struct quantity *share; /* [poles] alignment of the state with each */
    struct hindcast_phase *phase;
    size_t phases;
    double *level;       /* [phases][poles] coded, 0 to 4 */
    double least_change; /* of a share between phases that is no standing still */
    struct hindcast_date *date;
    size_t dates;
    struct hindcast_series *series;
    size_t serieses;
    struct hindcast_risk *risk;
    size_t risks;
    struct hindcast_steady *steady;
    size_t steadies;
};
void hindcast_free(struct hindcast *hindcast);

struct scenario {
    char *file, *name, *title, *description;
    char *text;         /* the file, to the byte */
    char **source_file; /* every file that was read, main first; [files] */
    size_t files;

    bool dated;
    long start, end; /* first and last quarter */
    unsigned steps_per_quarter;
    uint64_t seed;
    unsigned long replicates;
    bool synthetic;         /* the world is drawn, for every replicate (model/synthetic.h) */
    bool changes_something; /* set or events of its own: a baseline is worth playing */

    struct cast *cast;
    struct world *world;      /* as given: NAN where it is worked out at load; drawn for replicate 0 */
    struct changes given;     /* every assignment to the world, in order, --set included */
    struct scenario_arm *arm; /* [arms]: 0 the scenario, 1 the baseline, then branches */
    size_t arms;
    struct claim *claim;
    size_t claims;
    struct hindcast *hindcast; /* NULL if the file has none */

    size_t *record; /* rows of variable_table to record */
    size_t records;
    unsigned every; /* quarters between two records */

    bool recorded;           /* a file says what to record */
    struct summary *summary; /* [summaries] kept of every run */
    size_t summaries;

    enum design design;
    struct dimension *dimension;
    size_t dimensions;
    struct factor *factor;
    size_t factors;
    size_t points;  /* of the design; 1 without one */
    size_t samples; /* drawn points; base samples of Saltelli's scheme; trajectories of Morris; 0: grid, list */
    bool second_order; /* Saltelli's scheme with the points that second-order indices need */
    unsigned levels;   /* of Morris's grid, even */
    double *sample;    /* what was drawn (scenario/design.c) */
};

/* What the command line adds to a file. */
struct scenario_options {
    const char *const
        *set; /* "PATH=VALUE", [sets]: on top of the world, in every arm; where the scenario itself sets
                             * the same place, on top of that too */
    size_t sets;
    const char *seed;       /* decimal, or NULL */
    const char *replicates; /* decimal, or NULL */
    const char *samples;    /* of a design that draws its points: decimal, or NULL */
    bool design;            /* keep the sweep block */
    bool effective; /* the file is of scenario_effective(): longer than what people write, and shares that
                             * --set gave may sum to more than one */
};

/* Reads and checks a scenario.  STATUS_INVALID with all messages if anything is wrong; STATUS_IO if the main file
 * cannot be read.  A world file alone is a scenario without dates.  The caller frees with scenario_free(). */
enum status scenario_load(const char *file, const struct scenario_options *options, struct scenario **scenario,
                          struct messages *messages);
void scenario_free(struct scenario *scenario);

/* Adds the summaries that a sweep keeps where the file says nothing: the windows of its claims, measures of the system at
 * the end, dates on which seats and bases of deciders change.  False if memory ran out. */
bool scenario_sum_up(struct scenario *scenario);

/* A calibrated world at the start of one arm at one point of the design, plan and flow ready, for one replicate; where
 * synthetic_differs() is false, the replicates' worlds are the same but for that number.  STATUS_INVALID with a message if the world cannot be calibrated.  The caller frees the world. */
enum status scenario_world(const struct scenario *scenario, size_t arm, size_t point, size_t replicate,
                           struct world **out, struct messages *messages);

/* Value of a factor at a point. */
double scenario_factor(const struct scenario *scenario, size_t factor, size_t point);

/* The dimension in which a point of Morris's design differs from the one before, and the step in units of its range; -1
 * and 0 at the first point of a trajectory. */
long scenario_moved(const struct scenario *scenario, size_t point, double *step);

/* The whole scenario as one file that reproduces all its arms, without claims, hindcast, sweep and summaries: 17 digits,
 * defaults of model and states written out, pairs where they differ from the default; of a synthetic world the settings
 * and what was given beside them.  The caller frees; NULL if memory ran out. */
char *scenario_effective(const struct scenario *scenario);

/* The baseline's world of one replicate, drawn and as given, as a world file: 17 digits, values that are not the defaults.
 * The caller frees; NULL if memory ran out. */
char *scenario_world_file(const struct scenario *scenario, size_t replicate);

/* "2021Q3" <-> quarter number. */
bool scenario_quarter(const char *text, long *quarter);
void scenario_quarter_text(long quarter, char room[16]);

/* Version of libconfig in use. */
const char *scenario_library(void);

#endif
