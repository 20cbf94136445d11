#include "evidence/correlate.h"
#include "model/draw.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#define TIE 1e-9 /* two sums of ranks this close are the same */

void correlate_ranks(const double *value, size_t count, double *rank)
{
    for (size_t i = 0; i < count; i++) {
        size_t below = 0, same = 0;
        for (size_t j = 0; j < count; j++) {
            below += value[j] < value[i];
            same += value[j] == value[i];
        }
        rank[i] = (double)below + ((double)same + 1) / 2;
    }
}

/* Ranks of every row less their mean.  NULL if memory ran out or a value is not known. */
static double *centred(const double *value, size_t groups, size_t count)
{
    double *rank = calloc(groups * count + 1, sizeof *rank);
    for (size_t k = 0; rank != NULL && k < groups * count; k++)
        if (!isfinite(value[k])) {
            free(rank);
            return NULL;
        }
    for (size_t g = 0; rank != NULL && g < groups; g++) {
        correlate_ranks(value + g * count, count, rank + g * count);
        for (size_t k = 0; k < count; k++)
            rank[g * count + k] -= ((double)count + 1) / 2;
    }
    return rank;
}

/* Sum of products of two tables of ranks, the points of the second in another order. */
static double product(const double *x, const double *y, const size_t *order, size_t groups, size_t count)
{
    double sum = 0;
    for (size_t g = 0; g < groups; g++)
        for (size_t k = 0; k < count; k++)
            sum += x[g * count + k] * y[g * count + (order ? order[k] : k)];
    return sum;
}

double correlate_spearman(const double *x, const double *y, size_t groups, size_t count)
{
    double *a = centred(x, groups, count), *b = centred(y, groups, count), rho = NAN;
    if (a != NULL && b != NULL && count >= 3) {
        double scale = product(a, a, NULL, groups, count) * product(b, b, NULL, groups, count);
        rho = scale > 0 ? product(a, b, NULL, groups, count) / sqrt(scale) : NAN;
    }
    free(a);
    free(b);
    return rho;
}

/* The next order in the dictionary of all; 0 after the last. */
static int next_order(size_t *order, size_t count)
{
    size_t k = count - 1, l = k;
    while (k > 0 && order[k - 1] >= order[k])
        k--;
    if (k == 0)
        return 0;
    while (order[l] <= order[k - 1])
        l--;
    size_t swapped = order[l];
    order[l] = order[k - 1];
    order[k - 1] = swapped;
    for (size_t from = k, to = count - 1; from < to; from++, to--) {
        swapped = order[from];
        order[from] = order[to];
        order[to] = swapped;
    }
    return 1;
}

static void shuffle(gsl_rng *rng, size_t *order, size_t count)
{
    for (size_t k = count; k > 1; k--) {
        size_t other = (size_t)(gsl_rng_uniform(rng) * (double)k), swapped = order[k - 1];
        order[k - 1] = order[other];
        order[other] = swapped;
    }
}

double correlate_chance(const double *x, const double *y, size_t groups, size_t count, uint64_t seed)
{
    double *a = centred(x, groups, count), *b = centred(y, groups, count), chance = NAN;
    size_t *order = calloc(count + 1, sizeof *order);
    gsl_rng *rng = gsl_rng_alloc(draw_philox);
    if (a == NULL || b == NULL || order == NULL || rng == NULL ||
        isnan(correlate_spearman(x, y, groups, count)))
        goto out;
    double found = product(a, b, NULL, groups, count), as_great = 0, tried = 0;
    for (size_t k = 0; k < count; k++)
        order[k] = k;
    if (count <= CORRELATE_EXACT) {
        do {
            as_great += product(a, b, order, groups, count) >= found - TIE;
            tried++;
        } while (next_order(order, count));
    } else {
        as_great = tried = 1; /* the order found is one of them */
        for (uint32_t draw = 0; draw < CORRELATE_DRAWS; draw++) {
            const uint32_t counter[4] = {0, draw, (uint32_t)count, 0x6f726465u};
            draw_position(rng, seed, counter);
            shuffle(rng, order, count);
            as_great += product(a, b, order, groups, count) >= found - TIE;
            tried++;
        }
    }
    chance = as_great / tried;
out:
    gsl_rng_free(rng);
    free(order);
    free(a);
    free(b);
    return chance;
}

double correlate_quantile(double *value, size_t count, double share)
{
    gsl_sort(value, 1, count);
    return count > 0 ? gsl_stats_quantile_from_sorted_data(value, 1, count, share) : NAN;
}

void correlate_tails(double *value, size_t count, double *low, double *high)
{
    size_t known = 0;
    for (size_t k = 0; k < count; k++)
        if (isfinite(value[k]))
            value[known++] = value[k];
    *low = known > 1 ? correlate_quantile(value, known, 0.05) : NAN;
    *high = known > 1 ? correlate_quantile(value, known, 0.95) : NAN;
}

void correlate_interval(size_t right, size_t count, double *low, double *high)
{
    double k = (double)right, n = (double)count;
    *low = count == 0 ? NAN : right == 0 ? 0 : gsl_cdf_beta_Pinv(0.025, k, n - k + 1);
    *high = count == 0 ? NAN : right == count ? 1 : gsl_cdf_beta_Pinv(0.975, k + 1, n - k);
}
