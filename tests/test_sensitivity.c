/* Sensitivity indices against closed forms, on designs made here; intervals against how often they are right. */
#include "testing.h"

#include "evidence/sensitivity.h"
#include "model/draw.h"

#include <gsl/gsl_qrng.h>

enum { MOST = 8, BLOCKS = 2048 };

/* ---- designs --------------------------------------------------------------------------------------------- */

/* Fills a row of 2k numbers in the unit range. */
typedef void (*filler)(void *state, double *row, size_t count);

static void evenly(void *state, double *row, size_t count)
{
    (void)count;
    assert_int_equal(gsl_qrng_get(state, row), 0);
}

static void by_chance(void *state, double *row, size_t count)
{
    for (size_t k = 0; k < count; k++)
        row[k] = gsl_rng_uniform(state);
}

/* Outputs of Saltelli's scheme: A, AB_1.., BA_1.. if second, B. */
static double *saltelli(double (*function)(const double *), size_t k, size_t blocks, bool second, filler fill,
                        void *state)
{
    size_t size = second ? 2 * k + 2 : k + 2;
    double *value = calloc(blocks * size, sizeof *value), *at = value, row[2 * MOST], x[MOST];
    assert_non_null(value);
    for (size_t b = 0; b < blocks; b++) {
        fill(state, row, 2 * k);
        *at++ = function(row);
        for (size_t half = 0; half < (second ? 2 : 1); half++)
            for (size_t i = 0; i < k; i++) {
                memcpy(x, row + half * k, k * sizeof *x);
                x[i] = row[(1 - half) * k + i];
                *at++ = function(x);
            }
        *at++ = function(row + k);
    }
    return value;
}

static double *even_design(double (*function)(const double *), size_t k, bool second)
{
    gsl_qrng *state = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)(2 * k));
    assert_non_null(state);
    double *value = saltelli(function, k, BLOCKS, second, evenly, state);
    gsl_qrng_free(state);
    return value;
}

static struct sensitivity_runs runs_of(const double *value, size_t replicates, size_t blocks, size_t size)
{
    return (struct sensitivity_runs){value, replicates, blocks, size};
}

/* An estimate is near the truth, and its interval holds it and is no wider than so much. */
#define assert_estimate(estimate, truth, near, wide)                                                           \
    do {                                                                                                       \
        struct sensitivity_estimate e_ = (estimate);                                                           \
        double t_ = (truth), n_ = (near), w_ = (wide);                                                         \
        if (!(fabs(e_.value - t_) <= n_ && e_.low <= t_ && t_ <= e_.high && e_.high - e_.low <= w_))           \
            fail_msg("%s: %.5f in %.5f..%.5f, expected %.5f", #estimate, e_.value, e_.low, e_.high, t_);       \
    } while (0)

#define assert_undefined(estimate)                                                                             \
    do {                                                                                                       \
        struct sensitivity_estimate e_ = (estimate);                                                           \
        assert_true(isnan(e_.value) && isnan(e_.low) && isnan(e_.high));                                       \
    } while (0)

/* ---- closed forms ---------------------------------------------------------------------------------------- */

/* Ishigami and Homma (1990), a = 7, b = 0.1, on -pi..pi; raised, so that outputs must be centred. */
static double ishigami(const double *u)
{
    double x[3];
    for (size_t k = 0; k < 3; k++)
        x[k] = (2 * u[k] - 1) * M_PI;
    return 50 + sin(x[0]) + 7 * pow(sin(x[1]), 2) + 0.1 * pow(x[2], 4) * sin(x[0]);
}

static void ishigami_indices(void **unused)
{
    (void)unused;
    const double a = 7, b = 0.1, pi4 = pow(M_PI, 4);
    const double V1 = pow(1 + b * pi4 / 5, 2) / 2, V2 = a * a / 8, V13 = b * b * pi4 * pi4 * 8 / 225;
    const double V = V1 + V2 + V13;
    double *value = even_design(ishigami, 3, true);
    struct sensitivity_runs runs = runs_of(value, 1, BLOCKS, 8);
    struct sensitivity_estimate e[15], again[15], other[15];
    assert_int_equal(sensitivity_sobol(&runs, 3, true, 1, e), STATUS_OK);
    assert_estimate(e[0], V1 / V, 0.02, 0.14);
    assert_estimate(e[1], V2 / V, 0.02, 0.14);
    assert_estimate(e[2], 0, 0.02, 0.14);
    assert_estimate(e[3], (V1 + V13) / V, 0.02, 0.14);
    assert_estimate(e[4], V2 / V, 0.02, 0.14);
    assert_estimate(e[5], V13 / V, 0.02, 0.14);
    assert_estimate(e[6 + 1], 0, 0.04, 0.2);       /* S12 */
    assert_estimate(e[6 + 2], V13 / V, 0.04, 0.2); /* S13 */
    assert_estimate(e[6 + 5], 0, 0.04, 0.2);       /* S23 */
    assert_undefined(e[6 + 0]);
    assert_undefined(e[6 + 3]);
    /* the seed fixes the intervals, and nothing else */
    assert_int_equal(sensitivity_sobol(&runs, 3, true, 1, again), STATUS_OK);
    assert_int_equal(sensitivity_sobol(&runs, 3, true, 2, other), STATUS_OK);
    assert_memory_equal(e, again, sizeof e);
    assert_true(e[0].value == other[0].value && e[0].low != other[0].low);
    /* the same without the pairs */
    assert_int_equal(sensitivity_sobol(&runs, 3, false, 1, other), STATUS_OK);
    assert_memory_equal(e, other, 6 * sizeof *e);
    free(value);
    value = even_design(ishigami, 3, false);
    runs = runs_of(value, 1, BLOCKS, 5);
    assert_int_equal(sensitivity_sobol(&runs, 3, false, 1, other), STATUS_OK);
    assert_memory_equal(e, other, 6 * sizeof *e);
    free(value);
}

/* Sobol's g function (Saltelli and Sobol' 1995). */
static const double weight[MOST] = {0, 1, 4.5, 9, 99, 99, 99, 99};
static double g_function(const double *u)
{
    double product = 1;
    for (size_t k = 0; k < MOST; k++)
        product *= (fabs(4 * u[k] - 2) + weight[k]) / (1 + weight[k]);
    return product;
}

static void g_indices(void **unused)
{
    (void)unused;
    double part[MOST], all = 1;
    for (size_t k = 0; k < MOST; k++) {
        part[k] = 1 / (3 * pow(1 + weight[k], 2));
        all *= 1 + part[k];
    }
    double *value = even_design(g_function, MOST, false);
    const struct sensitivity_runs runs = runs_of(value, 1, BLOCKS, MOST + 2);
    struct sensitivity_estimate e[2 * MOST];
    assert_int_equal(sensitivity_sobol(&runs, MOST, false, 1, e), STATUS_OK);
    for (size_t k = 0; k < MOST; k++) {
        assert_estimate(e[k], part[k] / (all - 1), 0.03, 0.15);
        assert_estimate(e[MOST + k], part[k] * all / (1 + part[k]) / (all - 1), 0.03, 0.15);
    }
    free(value);
}

/* Intervals of random designs hold the truth in about 95 of 100. */
static void intervals_are_right(void **unused)
{
    (void)unused;
    enum { DESIGNS = 200, FEW = 200 };
    const double a = 7, b = 0.1, pi4 = pow(M_PI, 4), V1 = pow(1 + b * pi4 / 5, 2) / 2, V2 = a * a / 8;
    const double V13 = b * b * pi4 * pi4 * 8 / 225, V = V1 + V2 + V13;
    const double truth[6] = {V1 / V, V2 / V, 0, (V1 + V13) / V, V2 / V, V13 / V};
    size_t held[6] = {0};
    gsl_rng *rng = gsl_rng_alloc(draw_philox);
    assert_non_null(rng);
    gsl_rng_set(rng, 5);
    for (size_t d = 0; d < DESIGNS; d++) {
        double *value = saltelli(ishigami, 3, FEW, false, by_chance, rng);
        const struct sensitivity_runs runs = runs_of(value, 1, FEW, 5);
        struct sensitivity_estimate e[6];
        assert_int_equal(sensitivity_sobol(&runs, 3, false, d, e), STATUS_OK);
        for (size_t k = 0; k < 6; k++)
            held[k] += e[k].low <= truth[k] && truth[k] <= e[k].high;
        free(value);
    }
    gsl_rng_free(rng);
    for (size_t k = 0; k < 6; k++) /* four standard errors of 200 draws, and a little for the percentiles */
        if (held[k] < 174 || held[k] > 199)
            fail_msg("index %zu: %zu of %d intervals hold the truth", k, held[k], DESIGNS);
}

/* ---- elementary effects ---------------------------------------------------------------------------------- */

/* Random trajectories on four levels with steps of 2/3, up or down (Morris 1991). */
enum { TRAJECTORIES = 40 };
struct trajectories {
    double value[TRAJECTORIES * (MOST + 1)], moved[TRAJECTORIES * (MOST + 1)], step[TRAJECTORIES * (MOST + 1)];
};

static void travel(double (*function)(const double *), size_t k, struct trajectories *t)
{
    gsl_rng *rng = gsl_rng_alloc(draw_philox);
    assert_non_null(rng);
    gsl_rng_set(rng, 9);
    for (size_t b = 0, at = 0; b < TRAJECTORIES; b++) {
        double x[MOST];
        size_t order[MOST];
        for (size_t i = 0; i < k; i++) {
            x[i] = floor(4 * gsl_rng_uniform(rng)) / 3;
            size_t j = (size_t)(gsl_rng_uniform(rng) * (double)(i + 1));
            order[i] = order[j];
            order[j] = i;
        }
        for (size_t p = 0; p <= k; p++, at++) {
            t->moved[at] = p > 0 ? (double)order[p - 1] : -1;
            t->step[at] = p == 0 ? 0 : x[order[p - 1]] < 0.5 ? 2.0 / 3 : -2.0 / 3;
            if (p > 0)
                x[order[p - 1]] += t->step[at];
            t->value[at] = function(x);
        }
    }
    gsl_rng_free(rng);
}

static double linear(const double *x)
{
    return 1000 + 3 * x[0] - 2 * x[1] + 0 * x[2] + 0.5 * x[3];
}

static void morris_linear(void **unused)
{
    (void)unused;
    const double slope[4] = {3, -2, 0, 0.5};
    struct trajectories t;
    struct sensitivity_estimate e[12];
    travel(linear, 4, &t);
    const struct sensitivity_runs runs = runs_of(t.value, 1, TRAJECTORIES, 5);
    assert_int_equal(sensitivity_morris(&runs, 4, t.moved, t.step, 1, e), STATUS_OK);
    for (size_t k = 0; k < 4; k++) {
        assert_true(fabs(e[k].value - fabs(slope[k])) < 1e-10);
        assert_true(fabs(e[4 + k].value - slope[k]) < 1e-10);
        assert_true(e[8 + k].value < 1e-10 && e[8 + k].high < 1e-10);
        assert_true(fabs(e[k].high - e[k].low) < 1e-10 && fabs(e[k].high - fabs(slope[k])) < 1e-10);
    }
}

/* An effect that goes both ways: x1 as x0 is above or below its middle. */
static double both_ways(const double *x)
{
    return (x[0] - 0.5) * x[1] + x[2];
}

static void morris_both_ways(void **unused)
{
    (void)unused;
    struct trajectories t;
    struct sensitivity_estimate e[9];
    travel(both_ways, 3, &t);
    const struct sensitivity_runs runs = runs_of(t.value, 1, TRAJECTORIES, 4);
    assert_int_equal(sensitivity_morris(&runs, 3, t.moved, t.step, 1, e), STATUS_OK);
    /* x0 is 0, 1/3, 2/3 or 1: effects of -1/2, -1/6, 1/6, 1/2 in equal parts */
    assert_estimate(e[1], 1.0 / 3, 0.06, 0.2);
    assert_estimate(e[3 + 1], 0, 0.15, 0.4);
    assert_estimate(e[6 + 1], sqrt(5) / 6, 0.06, 0.2);
    assert_close(e[2].value, 1, 1e-10);
    assert_true(e[1].low > 0.25 && e[6 + 2].value < 1e-10);
    /* by hand: two trajectories with effects 2 and -4 */
    const double value[4] = {0, 1, 5, 3}, moved[4] = {-1, 0, -1, 0}, step[4] = {0, 0.5, 0, 0.5};
    const struct sensitivity_runs two = runs_of(value, 1, 2, 2);
    assert_int_equal(sensitivity_morris(&two, 1, moved, step, 1, e), STATUS_OK);
    assert_close(e[0].value, 3, 1e-14);
    assert_close(e[1].value, -1, 1e-14);
    assert_close(e[2].value, sqrt(18), 1e-14);
    assert_true(isnan(e[0].low) && isnan(e[0].high)); /* too few for an interval */
}

/* ---- luck ------------------------------------------------------------------------------------------------ */

/* Blocks of one point: the sums of squares of the textbook. */
static void variance_of_the_textbook(void **unused)
{
    (void)unused;
    enum { POINTS = 4, REPLICATES = 3 };
    const double y[REPLICATES * POINTS] = {3, 5, 1, 8, 4, 7, 1, 9, 2, 9, 3, 6};
    double all = 0, row[POINTS] = {0}, column[REPLICATES] = {0}, SS_P = 0, SS_L = 0, SS_PL = 0;
    for (size_t r = 0; r < REPLICATES; r++)
        for (size_t p = 0; p < POINTS; p++) {
            all += y[r * POINTS + p] / (POINTS * REPLICATES);
            row[p] += y[r * POINTS + p] / REPLICATES;
            column[r] += y[r * POINTS + p] / POINTS;
        }
    for (size_t p = 0; p < POINTS; p++)
        SS_P += REPLICATES * pow(row[p] - all, 2);
    for (size_t r = 0; r < REPLICATES; r++)
        SS_L += POINTS * pow(column[r] - all, 2);
    for (size_t r = 0; r < REPLICATES; r++)
        for (size_t p = 0; p < POINTS; p++)
            SS_PL += pow(y[r * POINTS + p] - row[p] - column[r] + all, 2);
    double MS_PL = SS_PL / ((POINTS - 1) * (REPLICATES - 1));
    double P = (SS_P / (POINTS - 1) - MS_PL) / REPLICATES, L = (SS_L / (REPLICATES - 1) - MS_PL) / POINTS;
    assert_true(L < 0); /* an estimate that must not be clipped */
    struct sensitivity_variance v;
    struct sensitivity_runs runs = runs_of(y, REPLICATES, POINTS, 1);
    assert_int_equal(sensitivity_variance(&runs, &v), STATUS_OK);
    assert_close(v.variance, P + L + MS_PL, 1e-12);
    assert_close(v.parameters, P / (P + L + MS_PL), 1e-12);
    assert_close(v.luck, L / (P + L + MS_PL), 1e-12);
    assert_close(v.both, MS_PL / (P + L + MS_PL), 1e-12);
    runs = runs_of(y, 1, REPLICATES * POINTS, 1);
    assert_int_equal(sensitivity_variance(&runs, &v), STATUS_OK);
    assert_true(isnan(v.variance) && isnan(v.parameters) && isnan(v.luck) && isnan(v.both));
}

/* Points that share coordinates within small blocks: right on average over many designs all the same. */
static void variance_of_blocks(void **unused)
{
    (void)unused;
    enum { DESIGNS = 4000, FEW = 3, REPLICATES = 4, K = 2, SIZE = K + 2 };
    double sum[3] = {0}, value[REPLICATES * FEW * SIZE], luck[REPLICATES];
    gsl_rng *rng = gsl_rng_alloc(draw_philox);
    assert_non_null(rng);
    gsl_rng_set(rng, 3);
    for (size_t d = 0; d < DESIGNS; d++) {
        for (size_t r = 0; r < REPLICATES; r++)
            luck[r] = gsl_rng_uniform(rng) - 0.5;
        for (size_t b = 0; b < FEW; b++) {
            double u[2 * K];
            by_chance(rng, u, 2 * K);
            for (size_t p = 0; p < SIZE; p++) {
                double x = u[p == 1 || p == SIZE - 1 ? K : 0] - 0.5,
                       z = u[p == 2 || p == SIZE - 1 ? K + 1 : 1] - 0.5;
                for (size_t r = 0; r < REPLICATES; r++)
                    value[(r * FEW + b) * SIZE + p] = x + z + 2 * luck[r] + 6 * x * luck[r];
            }
        }
        struct sensitivity_variance v;
        const struct sensitivity_runs runs = runs_of(value, REPLICATES, FEW, SIZE);
        assert_int_equal(sensitivity_variance(&runs, &v), STATUS_OK);
        sum[0] += v.variance * v.parameters / DESIGNS;
        sum[1] += v.variance * v.luck / DESIGNS;
        sum[2] += v.variance * v.both / DESIGNS;
    }
    gsl_rng_free(rng);
    print_message("variance of blocks: %.4f %.4f %.4f\n", sum[0], sum[1], sum[2]);
    assert_true(fabs(sum[0] - 1.0 / 6) < 0.01);
    assert_true(fabs(sum[1] - 1.0 / 3) < 0.02);
    assert_true(fabs(sum[2] - 1.0 / 4) < 0.01);
}

/* ---- what is not known ----------------------------------------------------------------------------------- */

/* Blocks with a run that is not known are as if they had not been asked for. */
static void missing_runs(void **unused)
{
    (void)unused;
    enum { FEW = 64, LEFT = FEW - 3, K = 3, SIZE = K + 2, REPLICATES = 2 };
    double *all = even_design(ishigami, K, false), value[REPLICATES * FEW * SIZE],
           kept[REPLICATES * LEFT * SIZE];
    for (size_t r = 0; r < REPLICATES; r++)
        for (size_t k = 0; k < FEW * SIZE; k++)
            value[r * FEW * SIZE + k] = all[k] + (double)r * (double)(k % 7);
    for (size_t r = 0, to = 0; r < REPLICATES; r++)
        for (size_t b = 0; b < FEW; b++)
            for (size_t p = 0; p < SIZE && b != 0 && b != 17 && b != FEW - 1; p++)
                kept[to++] = value[(r * FEW + b) * SIZE + p];
    value[0] = NAN;
    value[(FEW + 17) * SIZE + 3] = INFINITY;
    value[2 * FEW * SIZE - 1] = NAN;
    const struct sensitivity_runs holed = runs_of(value, REPLICATES, FEW, SIZE),
                                  whole = runs_of(kept, REPLICATES, LEFT, SIZE);
    bool good[FEW];
    assert_int_equal(sensitivity_whole(&holed, good), LEFT);
    assert_true(!good[0] && good[1] && !good[17] && !good[FEW - 1]);
    struct sensitivity_estimate a[2 * K], b[2 * K];
    assert_int_equal(sensitivity_sobol(&holed, K, false, 1, a), STATUS_OK);
    assert_int_equal(sensitivity_sobol(&whole, K, false, 1, b), STATUS_OK);
    assert_memory_equal(a, b, sizeof a);
    assert_true(isfinite(a[0].value) && isfinite(a[0].low));
    struct sensitivity_variance v, w;
    assert_int_equal(sensitivity_variance(&holed, &v), STATUS_OK);
    assert_int_equal(sensitivity_variance(&whole, &w), STATUS_OK);
    assert_memory_equal(&v, &w, sizeof v);
    /* indices of the mean over replicates */
    double mean[LEFT * SIZE];
    for (size_t k = 0; k < LEFT * SIZE; k++)
        mean[k] = (kept[k] + kept[LEFT * SIZE + k]) / 2;
    const struct sensitivity_runs one = runs_of(mean, 1, LEFT, SIZE);
    assert_int_equal(sensitivity_sobol(&one, K, false, 1, b), STATUS_OK);
    assert_memory_equal(a, b, sizeof a);
    /* a trajectory that is left out takes its moves with it */
    struct trajectories t, less;
    struct sensitivity_estimate c[9], d[9];
    travel(both_ways, 3, &t);
    less = t;
    memmove(less.value + 8, less.value + 12, (TRAJECTORIES - 3) * 4 * sizeof *less.value);
    memmove(less.moved + 8, less.moved + 12, (TRAJECTORIES - 3) * 4 * sizeof *less.moved);
    memmove(less.step + 8, less.step + 12, (TRAJECTORIES - 3) * 4 * sizeof *less.step);
    t.value[9] = NAN;
    const struct sensitivity_runs torn = runs_of(t.value, 1, TRAJECTORIES, 4),
                                  shorter = runs_of(less.value, 1, TRAJECTORIES - 1, 4);
    assert_int_equal(sensitivity_morris(&torn, 3, t.moved, t.step, 1, c), STATUS_OK);
    assert_int_equal(sensitivity_morris(&shorter, 3, less.moved, less.step, 1, d), STATUS_OK);
    assert_memory_equal(c, d, sizeof c);
    free(all);
}

/* What does not vary, or rests on too little, is undefined. */
static void undefined(void **unused)
{
    (void)unused;
    enum { FEW = 6, SIZE = 4 };
    double value[2 * FEW * SIZE], moved[FEW * 3], step[FEW * 3];
    struct sensitivity_estimate e[6];
    struct sensitivity_variance v;
    for (size_t k = 0; k < 2 * FEW * SIZE; k++)
        value[k] = 0.1 + (double)(k % 3) * 1e-17;
    for (size_t k = 0; k < FEW * 3; k++) {
        moved[k] = (double)(k % 3) - 1;
        step[k] = k % 3 ? 0.5 : 0;
    }
    struct sensitivity_runs runs = runs_of(value, 2, FEW, SIZE);
    assert_int_equal(sensitivity_sobol(&runs, 2, false, 1, e), STATUS_OK);
    for (size_t k = 0; k < 4; k++)
        assert_undefined(e[k]);
    assert_int_equal(sensitivity_variance(&runs, &v), STATUS_OK);
    assert_true(isnan(v.parameters) && isnan(v.luck) && isnan(v.both));
    runs = runs_of(value, 1, FEW, 3);
    assert_int_equal(sensitivity_morris(&runs, 2, moved, step, 1, e), STATUS_OK);
    for (size_t k = 0; k < 6; k++)
        assert_undefined(e[k]);
    /* one block that varies: an estimate, but some resamples lack it */
    value[3] = 1;
    value[1] = 1;
    runs = runs_of(value, 1, FEW, SIZE);
    assert_int_equal(sensitivity_sobol(&runs, 2, false, 1, e), STATUS_OK);
    assert_true(isfinite(e[0].value) && isnan(e[0].low) && isnan(e[0].high));
    /* one block alone */
    runs = runs_of(value, 1, 1, SIZE);
    assert_int_equal(sensitivity_sobol(&runs, 2, false, 1, e), STATUS_OK);
    assert_undefined(e[0]);
    runs = runs_of(value, 1, 0, SIZE);
    assert_int_equal(sensitivity_sobol(&runs, 2, false, 1, e), STATUS_OK);
    assert_undefined(e[3]);
    /* four blocks: estimates without intervals */
    for (size_t k = 0; k < FEW * SIZE; k++)
        value[k] = (double)(k * k % 11);
    runs = runs_of(value, 1, SENSITIVITY_LEAST - 1, SIZE);
    assert_int_equal(sensitivity_sobol(&runs, 2, false, 1, e), STATUS_OK);
    assert_true(isfinite(e[0].value) && isnan(e[0].low) && isnan(e[0].high));
    runs = runs_of(value, 1, SENSITIVITY_LEAST, SIZE);
    assert_int_equal(sensitivity_sobol(&runs, 2, false, 1, e), STATUS_OK);
    assert_true(isfinite(e[2].value) && isfinite(e[2].low) && isfinite(e[2].high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ishigami_indices),
                                       cmocka_unit_test(g_indices),
                                       cmocka_unit_test(intervals_are_right),
                                       cmocka_unit_test(morris_linear),
                                       cmocka_unit_test(morris_both_ways),
                                       cmocka_unit_test(variance_of_the_textbook),
                                       cmocka_unit_test(variance_of_blocks),
                                       cmocka_unit_test(missing_runs),
                                       cmocka_unit_test(undefined)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
