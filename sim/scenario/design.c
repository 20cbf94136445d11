/* From a design to the value of a factor at a point.
 *
 * grid              every combination, the last dimension fastest
 * list              values side by side
 * random            every point drawn by itself
 * latin-hypercube   in every dimension one point in each of `samples` equal parts (McKay, Beckman and Conover 1979)
 * sobol             Saltelli's scheme (Saltelli et al. 2010): for each of `samples` pairs of points A and B the k points
 *                   A with one coordinate of B, for second-order indices also B with one of A (Saltelli 2002): blocks of
 *                   A, AB_1 .. AB_k, [BA_1 .. BA_k,] B.  The pairs are a Sobol' sequence of 2k dimensions from the
 *                   origin on (without it the first 2^m points are no net: Owen 2022), shifted as a whole by a draw
 *                   (Cranley and Patterson 1976), so that another seed gives another estimate
 * morris            `samples` trajectories of k + 1 points on a grid of `levels`, each point one step of
 *                   levels / (2 (levels - 1)) in one dimension from the one before (Morris 1991)
 *
 * Draws are keyed by the seed, the name of the dimension and the number of the sample: more samples keep those that were
 * there (but in a Latin hypercube), and another dimension leaves the rest where it was (but in a Sobol' sequence). */
#include "scenario/design.h"
#include "model/draw.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_qrng.h>
#include <stdlib.h>
#include <string.h>

static const char *const designs[] = {"none", "grid", "list", "random", "latin-hypercube", "sobol", "morris"};

const char *scenario_design_word(enum design design)
{
    return designs[design];
}

bool design_draws(enum design design)
{
    return design >= DESIGN_RANDOM;
}

size_t design_most_dimensions(enum design design)
{
    return design == DESIGN_SOBOL ? gsl_qrng_sobol->max_dimension / 2 : 1000;
}

/* Points that one sample makes. */
static size_t block(const struct scenario *s)
{
    switch (s->design) {
    case DESIGN_SOBOL:
        return (s->second_order ? 2 : 1) * s->dimensions + 2;
    case DESIGN_MORRIS:
        return s->dimensions + 1;
    default:
        return 1;
    }
}

size_t design_points(const struct scenario *s)
{
    size_t points = s->dimensions > 0 ? s->dimension[0].count : 1;
    if (design_draws(s->design))
        return s->samples > DESIGN_MOST_POINTS ? s->samples : s->samples * block(s);
    for (size_t d = 1; s->design == DESIGN_GRID && d < s->dimensions && points <= DESIGN_MOST_POINTS; d++)
        points *= s->dimension[d].count;
    return points;
}

/* ---- drawing ------------------------------------------------------------------------------------------- */

/* Numbers of one sample: a point; A and B; start, step and rank of every dimension. */
static size_t width(const struct scenario *s)
{
    return (s->design == DESIGN_MORRIS ? 3 : s->design == DESIGN_SOBOL ? 2 : 1) * s->dimensions;
}

static void draw_hypercube(struct scenario *s, size_t d, uint32_t name, uint32_t *part)
{
    for (size_t k = 0; k < s->samples; k++) { /* an order of the parts (Fisher and Yates; Durstenfeld 1964) */
        size_t other = (size_t)(draw_design(s->seed, PURPOSE_RANK, name, (uint32_t)k) * (double)(k + 1));
        part[k] = part[other];
        part[other] = (uint32_t)k;
    }
    for (size_t k = 0; k < s->samples; k++)
        s->sample[k * s->dimensions + d] =
            (part[k] + draw_design(s->seed, PURPOSE_POINT, name, (uint32_t)k)) / (double)s->samples;
}

static void draw_trajectory(struct scenario *s, size_t t)
{
    size_t k = s->dimensions;
    double *start = s->sample + t * 3 * k, *step = start + k, *rank = step + k, *turn = start;
    double half = s->levels / 2.0, reach = s->levels - 1.0;
    for (size_t d = 0; d < k; d++) { /* who moves first: the one with the smaller draw */
        turn[d] = draw_design(s->seed, PURPOSE_RANK, cast_hash(s->dimension[d].name), (uint32_t)t);
        rank[d] = 0;
        for (size_t e = 0; e < d; e++)
            rank[turn[d] >= turn[e] ? d : e] += 1;
    }
    for (size_t d = 0; d < k; d++) {
        uint32_t name = cast_hash(s->dimension[d].name);
        double level = floor(draw_design(s->seed, PURPOSE_POINT, name, (uint32_t)t) * half);
        bool down = draw_design(s->seed, PURPOSE_STEP, name, (uint32_t)t) < 0.5;
        start[d] = (down ? level + half : level) / reach;
        step[d] = (down ? -half : half) / reach;
    }
}

static bool draw_sequence(struct scenario *s)
{
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)width(s));
    bool good = sequence != NULL;
    for (size_t k = 0; good && k < s->samples; k++) {
        double *point = s->sample + k * width(s); /* zeros at first, which GSL's sequence leaves out */
        good = k == 0 || gsl_qrng_get(sequence, point) == GSL_SUCCESS;
        for (size_t d = 0; d < width(s); d++) {
            double shifted = point[d] + draw_design(s->seed, PURPOSE_POINT, (uint32_t)d, 0);
            point[d] = shifted - floor(shifted);
        }
    }
    gsl_qrng_free(sequence);
    return good;
}

bool design_draw(struct scenario *s)
{
    if (!design_draws(s->design))
        return true;
    uint32_t *part = calloc(s->samples + 1, sizeof *part);
    s->sample = calloc(s->samples * width(s) + 1, sizeof *s->sample);
    bool good = part != NULL && s->sample != NULL;
    if (good && s->design == DESIGN_SOBOL)
        good = draw_sequence(s);
    for (size_t t = 0; good && s->design == DESIGN_MORRIS && t < s->samples; t++)
        draw_trajectory(s, t);
    for (size_t d = 0; good && s->design <= DESIGN_LATIN_HYPERCUBE && d < s->dimensions; d++) {
        uint32_t name = cast_hash(s->dimension[d].name);
        if (s->design == DESIGN_LATIN_HYPERCUBE)
            draw_hypercube(s, d, name, part);
        for (size_t k = 0; s->design == DESIGN_RANDOM && k < s->samples; k++)
            s->sample[k * s->dimensions + d] = draw_design(s->seed, PURPOSE_POINT, name, (uint32_t)k);
    }
    free(part);
    return good;
}

/* ---- values -------------------------------------------------------------------------------------------- */

static double normal_between(double low, double high, double u)
{
    double from = gsl_cdf_ugaussian_P(low), to = gsl_cdf_ugaussian_P(high);
    return gsl_cdf_ugaussian_Pinv(from + u * (to - from));
}

static double triangular(double low, double mode, double high, double u)
{
    double before = (mode - low) / (high - low);
    return u < before ? low + sqrt(u * (high - low) * (mode - low))
                      : high - sqrt((1 - u) * (high - low) * (high - mode));
}

/* By halves: GSL's own inverse of the beta distribution does not converge for many shapes, 0.5 and 0.05 among them. */
static double beta_between(double alpha, double beta, double u)
{
    double from = 0, to = 1;
    for (int k = 0; k < 60; k++) {
        double middle = (from + to) / 2;
        if (gsl_cdf_beta_P(middle, alpha, beta) < u)
            from = middle;
        else
            to = middle;
    }
    return (from + to) / 2;
}

double design_along(const struct dimension *d, double high, double u)
{
    return d->log ? d->low * pow(high / d->low, u) : d->low + u * (high - d->low);
}

double design_value(const struct dimension *d, double u)
{
    double value = NAN, high = d->whole && d->spread == SPREAD_UNIFORM ? d->high + 1 : d->high;
    switch (d->spread) {
    case SPREAD_VALUES:
        return d->value[u < 1 ? (size_t)(u * (double)d->count) : d->count - 1];
    case SPREAD_UNIFORM:
        value = design_along(d, high, u);
        break;
    case SPREAD_NORMAL:
        value = d->first + d->second * normal_between((d->low - d->first) / d->second,
                                                      (d->high - d->first) / d->second, u);
        break;
    case SPREAD_LOGNORMAL:
        value = d->first * exp(d->second * normal_between(log(fmax(d->low, 0) / d->first) / d->second,
                                                          log(d->high / d->first) / d->second, u));
        break;
    case SPREAD_TRIANGULAR:
        value = triangular(d->low, d->first, d->high, u);
        break;
    case SPREAD_BETA:
        value = d->low + (d->high - d->low) * beta_between(d->first, d->second, u);
        break;
    }
    if (d->whole)
        value = d->spread == SPREAD_UNIFORM ? floor(value) : round(value);
    return fmin(fmax(value, d->low), d->high);
}

/* Coordinate of a drawn point, 0 to 1. */
static double coordinate(const struct scenario *s, size_t d, size_t point)
{
    size_t k = s->dimensions, of = point % block(s);
    const double *sample = s->sample + point / block(s) * width(s);
    if (s->design == DESIGN_MORRIS)
        return sample[d] + (sample[2 * k + d] < (double)of ? sample[k + d] : 0);
    if (s->design != DESIGN_SOBOL)
        return sample[d];
    bool last = of == block(s) - 1, mixed = of > k && !last;
    bool from_b = last || (mixed ? of - k - 1 != d : of > 0 && of - 1 == d);
    return sample[from_b ? k + d : d];
}

long scenario_moved(const struct scenario *s, size_t point, double *step)
{
    size_t k = s->dimensions, of = point % block(s);
    const double *sample = s->sample + point / block(s) * width(s);
    *step = 0;
    for (size_t d = 0; of > 0 && d < k; d++)
        if (sample[2 * k + d] == (double)of - 1) {
            *step = sample[k + d];
            return (long)d;
        }
    return -1;
}

double scenario_factor(const struct scenario *s, size_t factor, size_t point)
{
    size_t place = s->factor[factor].dimension;
    const struct dimension *d = &s->dimension[place];
    if (s->design == DESIGN_LIST)
        return d->value[point];
    if (s->design == DESIGN_GRID) {
        for (size_t f = s->dimensions; f-- > place + 1;)
            point /= s->dimension[f].count;
        return d->value[point % d->count];
    }
    double u = coordinate(s, place, point);
    /* the ends of a distribution may be nowhere: levels are the middles of equal parts of it */
    if (s->design == DESIGN_MORRIS && d->spread > SPREAD_UNIFORM)
        u = (u * (s->levels - 1) + 0.5) / s->levels;
    return design_value(d, u);
}
