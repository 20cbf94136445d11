#include "evidence/sensitivity.h"

#include "evidence/correlate.h"
#include "model/draw.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define SAME 1e-12 /* outputs that differ by less, against the largest, are the same */

static double value_of(const struct sensitivity_runs *runs, size_t replicate, size_t block, size_t place)
{
    return runs->value[(replicate * runs->blocks + block) * runs->size + place];
}

size_t sensitivity_whole(const struct sensitivity_runs *runs, bool *whole)
{
    size_t count = 0;
    for (size_t b = 0; b < runs->blocks; b++) {
        whole[b] = true;
        for (size_t r = 0; r < runs->replicates; r++)
            for (size_t p = 0; p < runs->size; p++)
                whole[b] = whole[b] && isfinite(value_of(runs, r, b, p));
        count += whole[b];
    }
    return count;
}

/* ---- estimates with their intervals ---------------------------------------------------------------------- */

/* What is estimated, and from what: one table row a whole block. */
struct job {
    double
        *row; /* [blocks][size] Sobol': means over replicates; Morris: [blocks][factors] elementary effects */
    size_t blocks, size, factors, estimates;
    double least; /* a variance up to here is none */
    bool second;
    void (*estimate)(const struct job *job, const size_t *pick, double *out); /* of blocks pick[0..blocks) */
};

/* The means over replicates of the whole blocks, [blocks][size], and the number of each in the design.  False if memory
 * ran out. */
static bool begin(struct job *job, const struct sensitivity_runs *runs, size_t **block)
{
    bool *whole = calloc(runs->blocks + 1, sizeof *whole);
    job->row = calloc(runs->blocks * runs->size + 1, sizeof *job->row);
    *block = calloc(runs->blocks + 1, sizeof **block);
    if (whole == NULL || job->row == NULL || *block == NULL) {
        free(whole);
        return false;
    }
    double largest = 0;
    sensitivity_whole(runs, whole);
    for (size_t b = 0; b < runs->blocks; b++) {
        if (!whole[b])
            continue;
        for (size_t p = 0; p < runs->size; p++) {
            double sum = 0;
            for (size_t r = 0; r < runs->replicates; r++) {
                sum += value_of(runs, r, b, p);
                largest = fmax(largest, fabs(value_of(runs, r, b, p)));
            }
            job->row[job->blocks * runs->size + p] = sum / (double)runs->replicates;
        }
        (*block)[job->blocks++] = b;
    }
    job->least = SAME * SAME * largest * largest;
    free(whole);
    return true;
}

/* The estimates of all blocks and their intervals by resampling; all NAN for fewer than two blocks. */
static enum status finish(const struct job *job, uint64_t seed, struct sensitivity_estimate *out)
{
    size_t n = job->estimates, blocks = job->blocks,
           resamples = blocks < SENSITIVITY_LEAST ? 0 : SENSITIVITY_RESAMPLES;
    double *found = calloc((resamples + 1) * n + 1, sizeof *found), column[SENSITIVITY_RESAMPLES];
    size_t *pick = calloc(blocks + 1, sizeof *pick);
    gsl_rng *rng = gsl_rng_alloc(draw_philox);
    enum status status = found && pick && rng ? STATUS_OK : STATUS_FAILED;
    for (size_t k = 0; k < n; k++)
        out[k] = (struct sensitivity_estimate){NAN, NAN, NAN};
    if (status != STATUS_OK || blocks < 2)
        goto out;
    for (size_t b = 0; b < blocks; b++)
        pick[b] = b;
    job->estimate(job, pick, found);
    for (size_t s = 1; s <= resamples; s++) {
        const uint32_t counter[4] = {0, (uint32_t)s, (uint32_t)blocks, 0x626f6f74u};
        draw_position(rng, seed, counter);
        for (size_t b = 0; b < blocks; b++)
            pick[b] = (size_t)(gsl_rng_uniform(rng) * (double)blocks);
        job->estimate(job, pick, found + s * n);
    }
    for (size_t k = 0; k < n; k++) {
        bool known = resamples > 0;
        for (size_t s = 0; s < resamples; s++) {
            column[s] = found[(s + 1) * n + k];
            known = known && isfinite(column[s]);
        }
        out[k].value = found[k];
        out[k].low = known ? correlate_quantile(column, resamples, 0.025) : NAN;
        out[k].high = known ? correlate_quantile(column, resamples, 0.975) : NAN;
    }
out:
    gsl_rng_free(rng);
    free(pick);
    free(found);
    return status;
}

/* ---- Sobol' ---------------------------------------------------------------------------------------------- */

static double square(double x)
{
    return x * x;
}

static void sobol_indices(const struct job *job, const size_t *pick, double *out)
{
    size_t k = job->factors, last = job->size - 1;
    double *first = out, *total = out + k, *second = out + 2 * k, mean = 0, variance = 0;
    double n = (double)job->blocks;
    for (size_t b = 0; b < job->blocks; b++)
        mean += (job->row[pick[b] * job->size] + job->row[pick[b] * job->size + last]) / (2 * n);
    for (size_t e = 0; e < job->estimates; e++)
        out[e] = 0;
    for (size_t b = 0; b < job->blocks; b++) {
        const double *row = job->row + pick[b] * job->size, *AB = row + 1, *BA = row + 1 + k;
        double A = row[0] - mean, B = row[last] - mean;
        variance += (A * A + B * B) / (2 * n);
        for (size_t i = 0; i < k; i++) {
            first[i] += B * (AB[i] - mean - A) / n;
            total[i] += square(A - (AB[i] - mean)) / (2 * n);
            for (size_t j = i + 1; job->second && j < k; j++)
                second[i * k + j] +=
                    (((BA[i] - mean) * (AB[j] - mean) + (BA[j] - mean) * (AB[i] - mean)) / 2 - A * B) / n;
        }
    }
    if (!(variance > job->least))
        variance = NAN;
    for (size_t e = 0; e < job->estimates; e++)
        out[e] /= variance;
    for (size_t i = 0; job->second && i < k; i++)
        for (size_t j = 0; j < k; j++)
            second[i * k + j] = i < j ? second[i * k + j] - first[i] - first[j] : NAN;
}

enum status sensitivity_sobol(const struct sensitivity_runs *runs, size_t factors, bool second, uint64_t seed,
                              struct sensitivity_estimate *out)
{
    assert(runs->size == 2 * factors + 2 || (!second && runs->size == factors + 2));
    size_t *block = NULL;
    struct job job = {.size = runs->size,
                      .factors = factors,
                      .estimates = (second ? 2 + factors : 2) * factors,
                      .second = second,
                      .estimate = sobol_indices};
    enum status status = begin(&job, runs, &block) ? finish(&job, seed, out) : STATUS_FAILED;
    free(block);
    free(job.row);
    return status;
}

/* ---- Morris ---------------------------------------------------------------------------------------------- */

static void morris_moments(const struct job *job, const size_t *pick, double *out)
{
    double n = (double)job->blocks;
    for (size_t i = 0; i < job->factors; i++) {
        double size = 0, mean = 0, squares = 0;
        for (size_t b = 0; b < job->blocks; b++) {
            double effect = job->row[pick[b] * job->factors + i];
            size += fabs(effect) / n;
            mean += effect / n;
        }
        for (size_t b = 0; b < job->blocks; b++)
            squares += square(job->row[pick[b] * job->factors + i] - mean);
        out[i] = size;
        out[job->factors + i] = mean;
        out[2 * job->factors + i] = sqrt(squares / (n - 1));
    }
}

/* Whether the outputs of a job vary at all. */
static bool varies(const struct job *job, size_t size)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < job->blocks * size; k++) {
        low = fmin(low, job->row[k]);
        high = fmax(high, job->row[k]);
    }
    return square(high - low) > job->least;
}

enum status sensitivity_morris(const struct sensitivity_runs *runs, size_t factors, const double *moved,
                               const double *step, uint64_t seed, struct sensitivity_estimate *out)
{
    assert(runs->size == factors + 1);
    size_t *block = NULL;
    struct job job = {
        .size = runs->size, .factors = factors, .estimates = 3 * factors, .estimate = morris_moments};
    double *effect = calloc(runs->blocks * factors + 1, sizeof *effect);
    enum status status = effect != NULL && begin(&job, runs, &block) ? STATUS_OK : STATUS_FAILED;
    if (status == STATUS_OK) {
        for (size_t b = 0; b < job.blocks; b++)
            for (size_t p = 1; p < runs->size; p++) {
                size_t at = block[b] * runs->size + p, here = b * runs->size + p;
                assert(moved[at] >= 0 && moved[at] < (double)factors && step[at] != 0);
                effect[b * factors + (size_t)moved[at]] = (job.row[here] - job.row[here - 1]) / step[at];
            }
        if (!varies(&job, runs->size))
            job.blocks = 0; /* nothing to be sensitive */
        free(job.row);
        job.row = effect;
        effect = NULL;
        status = finish(&job, seed, out);
    }
    free(effect);
    free(block);
    free(job.row);
    return status;
}

/* ---- luck ------------------------------------------------------------------------------------------------ */

/* Variance over points, from pairs of different blocks alone: half the mean of their squared differences.  Rows are
 * centred by about their mean. */
static double across(const double *row, size_t blocks, size_t size)
{
    double sum = 0, squares = 0, within = 0, n = (double)(blocks * size), m = (double)size;
    for (size_t b = 0; b < blocks; b++) {
        double block_sum = 0, block_squares = 0;
        for (size_t p = 0; p < size; p++) {
            block_sum += row[b * size + p];
            block_squares += square(row[b * size + p]);
        }
        sum += block_sum;
        squares += block_squares;
        within += m * block_squares - square(block_sum);
    }
    return (n * squares - square(sum) - within) / (n * (n - m));
}

enum status sensitivity_variance(const struct sensitivity_runs *runs, struct sensitivity_variance *out)
{
    struct job job = {0};
    size_t *block = NULL, replicates = runs->replicates, size = runs->size;
    assert(size > 0);
    bool ok = begin(&job, runs, &block);
    size_t points = job.blocks * size;
    double *row = ok ? calloc(points + 1, sizeof *row) : NULL;
    double n = (double)points, R = (double)replicates, mean = 0, one = 0, luck = 0;
    *out = (struct sensitivity_variance){NAN, NAN, NAN, NAN};
    if (row != NULL && job.blocks > 1 && replicates > 1) {
        for (size_t k = 0; k < points; k++)
            mean += job.row[k] / n;
        for (size_t r = 0; r < replicates; r++) {
            for (size_t k = 0; k < points; k++) {
                double value = value_of(runs, r, block[k / size], k % size);
                luck += square(value - job.row[k]) / (n * (R - 1)); /* over replicates at one point */
                row[k] = value - mean;
            }
            one += across(row, job.blocks, size) / R; /* over points with the draws of one replicate */
        }
        for (size_t k = 0; k < points; k++)
            row[k] = job.row[k] - mean;
        double both = (one - across(row, job.blocks, size)) * R / (R - 1);
        double all = one + luck - both;
        out->variance = all;
        if (all > job.least)
            *out = (struct sensitivity_variance){all, (one - both) / all, (luck - both) / all, both / all};
    }
    ok = row != NULL;
    free(row);
    free(block);
    free(job.row);
    return ok ? STATUS_OK : STATUS_FAILED;
}
