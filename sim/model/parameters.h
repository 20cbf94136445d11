/* The table of parameters: finding rows by path, checking and placing values.  The rows are in parameters.def. */
#ifndef EQUIPOISE_MODEL_PARAMETERS_H
#define EQUIPOISE_MODEL_PARAMETERS_H

#include "model/world.h"

enum {
    F_REQUIRED = 1,   /* the world file must give it */
    F_SWITCH = 2,     /* true or false */
    F_WORD = 4,       /* one of the words that `unit` lists, kept as their number */
    F_STATE = 8,      /* the code of a state, kept as its index; NAN is none */
    F_SYMMETRIC = 16, /* one direction of a pair sets both */
    F_SHARE = 32,     /* the row is a simplex: normalised once after all changes */
    F_FIXED = 256,    /* a reference value, not a parameter to vary (C.14: "fixed") */
    F_PART = 512,     /* a share of something, but its row is not the simplex */
    F_LOAD = 128,     /* used when the world is loaded and not after: no scenario can change it later */
    F_WHOLE = 4096,   /* a whole number */
    F_CAST = 8192,    /* decides who takes part: the same in all runs of a scenario */
    F_STOCK = 64      /* the model moves it; a setting is its start value (set by the table) */
};

struct parameter {
    enum shape shape;
    const char *path;   /* "security_seeking.offensive", without scope and names */
    const char *symbol; /* of the design's equations */
    const char *unit;   /* for a word: the words, separated by '|' */
    double low, high;   /* allowed range, ends included */
    double value;       /* default; NAN: see `start` */
    const char *start;  /* how a missing value is found, "required", or "" */
    enum mechanism mechanism;
    unsigned flags;
    const char *meaning, *source;
    size_t offset; /* of the number or the array in struct world */
};

/* All rows, in the order of the table. */
extern const struct parameter parameter_table[];
extern const size_t parameter_count;

/* The row of a member of struct world, given its offset; NULL if the member is no parameter. */
const struct parameter *parameter_at(size_t offset);

/* Places that a path names: elements of the row's array, each once, in a fixed order. */
struct selection {
    const struct parameter *row;
    size_t *slot;
    size_t count;
};

/* Finds the places of a path such as "states.UZB.alignment.autonomy", "dyads.CHN.*.loan",
 * "dyads.USA.theatre.presence", "institutions.CSTO.open", "institutions.CSTO.members.UZB".  `*` stands for all,
 * the words poles, region, theatre, deciders for the states in that role.
 * On failure the selection is empty and `why` holds a text that the caller frees (NULL: memory ran out). */
enum status parameter_select(const struct cast *cast, const char *path, struct selection *selection,
                             char **why);
void parameter_selection_free(struct selection *selection);

/* The number that a text means for a row: a number, true or false, one of its words, or the code of a state.
 * STATUS_INVALID if it means none. */
enum status parameter_parse(const struct parameter *row, const struct cast *cast, const char *text,
                            double *value);

/* What is wrong with a value for a row, or NULL; the caller frees the text. */
char *parameter_refuse(const struct parameter *row, double value);

/* The allowed values in words: "0..1", "true or false", "consensus, ..."; the caller frees. */
char *parameter_allowed(const struct parameter *row);

/* The value in words, 17 digits; the caller frees. */
char *parameter_show(const struct parameter *row, const struct cast *cast, double value);

/* First element of the row's numbers in this world; stocks: in `now`. */
double *parameter_values(struct world *world, const struct parameter *row);

/* The full path of one element; the caller frees. */
char *parameter_path(const struct cast *cast, const struct parameter *row, size_t slot);

/* Path of a row with names left open: "states.X.alignment.autonomy"; the caller frees. */
char *parameter_pattern(const struct parameter *row);

/* Unit for people and files: "1" for pure numbers, switches and words. */
const char *parameter_unit(const struct parameter *row);

/* Sets everything to the defaults of the table. */
void parameter_defaults(struct world *world);

#endif
