#include "base/nearest.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 64 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The distance, or anything above `most` if it is larger than that. */
static size_t distance_within(const char *a, const char *b, size_t most)
{
    size_t la = smaller(strlen(a), LONGEST), lb = smaller(strlen(b), LONGEST);
    size_t row[3][LONGEST + 1]; /* this row and the two before: optimal string alignment */
    size_t least = 0;           /* of the row before: no way to the end is shorter than the least of two rows */
    for (size_t j = 0; j <= lb; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3], passed = least;
        now[0] = least = i;
        for (size_t j = 1; j <= lb; j++) {
            int ca = tolower((unsigned char)a[i - 1]), cb = tolower((unsigned char)b[j - 1]);
            now[j] = smaller(smaller(last[j] + 1, now[j - 1] + 1), last[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
                tolower((unsigned char)a[i - 2]) == cb)
                now[j] = smaller(now[j], before[j - 2] + 1);
            least = smaller(least, now[j]);
        }
        if (least > most && passed > most)
            return least;
    }
    return row[la % 3][lb];
}

size_t nearest_distance(const char *a, const char *b)
{
    return distance_within(a, b, (size_t)2 * LONGEST);
}

void nearest_offer(struct nearest *n, const char *candidate)
{
    size_t lw = smaller(strlen(n->wanted), LONGEST), lc = smaller(strlen(candidate), LONGEST);
    size_t tolerable = lw < 3 ? lw > 0 : lw / 3;
    if ((lw > lc ? lw - lc : lc - lw) > tolerable)
        return; /* each letter too many or too few costs one: no need to look */
    size_t distance = distance_within(n->wanted, candidate, tolerable);
    if (distance <= tolerable && (n->best == NULL || distance < n->distance)) {
        n->best = candidate;
        n->distance = distance;
    }
}
