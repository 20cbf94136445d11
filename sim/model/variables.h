/* The one table of recorded quantities: name, shape, unit, sentence, and how a value is read from a world.
 * Result files, claims, help and the notebooks take names and units from here. */
#ifndef EQUIPOISE_MODEL_VARIABLES_H
#define EQUIPOISE_MODEL_VARIABLES_H

#include "model/world.h"

struct variable {
    const char *name;
    enum shape shape; /* MODEL: one number; DYAD and FELT: [from][to]; MEMBER: [state][body] when recorded */
    bool flag;        /* a small whole number that stands for a word */
    const char *unit, *long_name;
    const char *symbol;
    size_t offset;                                /* of the array in struct world, where `read` is NULL */
    void (*read)(const struct world *, double *); /* arrays that are worked out */
    double (*measure)(const struct world *);      /* one number */
};

extern const struct variable variable_table[];
extern const size_t variable_count;

/* The variable of that name, or NULL. */
const struct variable *variable_find(const char *name);

/* How many numbers one record of it has. */
size_t variable_length(const struct cast *cast, const struct variable *variable);

/* Whether sizes are judged in points and not against the level (D.3): shares of a simplex such as alignments, utilities,
 * probabilities. */
bool variable_is_share(const struct variable *variable);

/* Writes one record, variable_length() numbers: stocks and shares after the commit, threats and other derived
 * quantities of the step just made. */
void variable_read(const struct world *world, const struct variable *variable, double *out);

/* One element of the record of a variable that lies in memory (no `read`, no `measure`). */
double variable_element(const struct world *world, const struct variable *variable, size_t element);

#endif
