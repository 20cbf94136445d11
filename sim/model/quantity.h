/* What a claim speaks of: "threat_nonstate[UZB]", "alignment[KAZ|TJK,RUS+USA]", "concentration".
 * `+` between labels adds, `|` takes the mean, `*` is the mean over all, `!A!B` over all but A and B.  Every label
 * of the axis counts in a mean: hostility of a state to itself or alignment of a pole with itself too, as the 0 that
 * stands there.  What is missing, as all of a dead state is, leaves sums and means; alone it is missing. */
#ifndef EQUIPOISE_MODEL_QUANTITY_H
#define EQUIPOISE_MODEL_QUANTITY_H

#include "model/variables.h"

/* A weighted sum of elements of one variable's record. */
struct quantity {
    size_t variable; /* row of variable_table */
    size_t *element; /* [count] positions in the record */
    double *weight;  /* [count] */
    size_t count;
    bool mean; /* over one axis at least */
};

/* Reads a quantity.  On failure it is empty and `why` holds a text that the caller frees (NULL: memory ran out). */
enum status quantity_parse(const struct cast *cast, const char *text, struct quantity *quantity, char **why);

/* Its value in one record of its variable. */
double quantity_value(const struct quantity *quantity, const double *record);

/* Its value in a world as it stands.  `room` is [states], for variables that are worked out. */
double quantity_measure(const struct quantity *quantity, const struct world *world, double *room);

void quantity_free(struct quantity *quantity);

#endif
