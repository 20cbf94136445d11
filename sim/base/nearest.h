/* The known name that a mistyped one is nearest to. */
#ifndef EQUIPOISE_BASE_NEAREST_H
#define EQUIPOISE_BASE_NEAREST_H

#include <stddef.h>

/* Edit distance of two names (insert, delete, replace, swap of neighbours), case ignored; at most 64 characters
 * of each are looked at. */
size_t nearest_distance(const char *a, const char *b);

/* A running search: start with {.wanted = name}; offer every candidate; `best` is NULL if none is near enough to
 * be a likely slip (a third of the letters). */
struct nearest {
    const char *wanted;
    const char *best; /* borrowed from the candidate offered */
    size_t distance;
};
void nearest_offer(struct nearest *n, const char *candidate);

#endif
