/* Designs of sweeps: what each promises of its points, and every distribution against closed forms. */
#include "folder.h"
#include "scenario/design.h"

#include <gsl/gsl_cdf.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define MOST 4096 /* numbers that a test looks at at once */

static const char *seed = "1";

/* A sweep over numbers of Uzbekistan from 0 to 1 (`dimensions` of them, named a, b, ...), unless `parameters` says more. */
static struct scenario *load(const char *settings, size_t dimensions, const char *parameters,
                             struct messages *messages)
{
    static const char *const path[] = {
        "states.UZB.alignment.autonomy",
        "states.KAZ.alignment.autonomy",
        "states.RUS.alignment.autonomy",
        "states.UZB.domestic.regime_gap",
        "states.KAZ.domestic.regime_gap",
        "states.RUS.domestic.regime_gap",
        "states.UZB.security_seeking.offensive",
        "states.KAZ.security_seeking.offensive",
        "states.RUS.security_seeking.offensive",
        "states.UZB.security_seeking.arms_reaction",
        "states.KAZ.security_seeking.arms_reaction",
        "states.RUS.security_seeking.arms_reaction",
        "states.UZB.security_seeking.buck_passing",
        "states.KAZ.security_seeking.buck_passing",
        "states.RUS.security_seeking.buck_passing",
        "dyads.UZB.KAZ.trade_share",
        "dyads.UZB.RUS.trade_share",
        "dyads.KAZ.UZB.trade_share",
        "dyads.KAZ.RUS.trade_share",
        "dyads.RUS.UZB.trade_share",
        "dyads.RUS.KAZ.trade_share",
    };
    char here[1024];
    assert_non_null(getcwd(here, sizeof here));
    char *all = message_text("title = \"design\"; base = \"%s/tests/bad-scenarios/parts/small.cfg\";\n"
                             "sweep = { %s parameters = ( %s",
                             here, settings, parameters);
    assert_true(dimensions <= COUNT(path));
    for (size_t d = 0; d < dimensions; d++) {
        char *more = message_text("%s%s{ path = \"%s\"; name = \"%c\"; range = [0.0, 1.0]; }", all,
                                  d || parameters[0] ? ",\n" : "", path[d], 'a' + (char)d);
        free(all);
        all = more;
    }
    char *text = message_text("%s ); };\n", all);
    struct scenario *scenario;
    const struct scenario_options options = {.design = true, .seed = seed};
    scenario_load(write_file("design.cfg", text), &options, &scenario, messages);
    free(text);
    free(all);
    return scenario;
}

static struct scenario *good(const char *settings, size_t dimensions, const char *parameters)
{
    struct messages messages = {0};
    struct scenario *s = load(settings, dimensions, parameters, &messages);
    for (size_t k = 0; k < messages.count; k++)
        print_error("%s\n", messages.list[k].text);
    assert_non_null(s);
    message_clear(&messages);
    return s;
}

/* ---- distributions ----------------------------------------------------------------------------------------- */

/* Mean and deviation of a dimension, of equally likely numbers. */
static void moments(const struct dimension *d, double *mean, double *deviation)
{
    const size_t count = 400000;
    double sum = 0, squares = 0;
    for (size_t k = 0; k < count; k++) {
        double value = design_value(d, ((double)k + 0.5) / (double)count);
        sum += value;
        squares += value * value;
    }
    *mean = sum / (double)count;
    *deviation = sqrt(squares / (double)count - *mean * *mean);
}

static void distributions(void **unused)
{
    (void)unused;
    const double pi = 3.14159265358979323846, none = INFINITY;
    const struct {
        struct dimension d;
        double mean, deviation, u, quantile; /* closed forms */
    } table[] = {
        {{.spread = SPREAD_UNIFORM, .low = 2, .high = 6}, 4, 4 / sqrt(12), 0.25, 3},
        /* log-uniform on 1..100: (b - a) / ln(b/a); variance (b^2 - a^2) / (2 ln(b/a)) - mean^2 */
        {{.spread = SPREAD_UNIFORM, .low = 1, .high = 100, .log = true},
         99 / log(100),
         sqrt(9999 / (2 * log(100)) - pow(99 / log(100), 2)),
         0.5,
         10},
        {{.spread = SPREAD_NORMAL, .low = -none, .high = none, .first = 3, .second = 2},
         3,
         2,
         0.975,
         3 + 2 * 1.959963984540054},
        /* the upper half of a normal: mean sd sqrt(2/pi) above the middle, variance sd^2 (1 - 2/pi) */
        {{.spread = SPREAD_NORMAL, .low = 3, .high = none, .first = 3, .second = 2},
         3 + 2 * sqrt(2 / pi),
         2 * sqrt(1 - 2 / pi),
         0.95,
         3 + 2 * 1.959963984540054},
        {{.spread = SPREAD_LOGNORMAL, .low = 0, .high = none, .first = 2, .second = 0.5},
         2 * exp(0.125),
         2 * exp(0.125) * sqrt(exp(0.25) - 1),
         0.025,
         2 * exp(-0.5 * 1.959963984540054)},
        /* cut off at one deviation either way: the median stays, a quantile is known */
        {{.spread = SPREAD_LOGNORMAL, .low = 2 * exp(-0.5), .high = 2 * exp(0.5), .first = 2, .second = 0.5},
         NAN,
         NAN,
         0.5,
         2},
        {{.spread = SPREAD_TRIANGULAR, .low = 1, .high = 7, .first = 3},
         11.0 / 3,
         sqrt((1 + 49 + 9 - 7 - 3 - 21) / 18.0),
         1.0 / 3,
         3},
        {{.spread = SPREAD_TRIANGULAR, .low = 1, .high = 7, .first = 1}, 3, sqrt(2), 0.75, 4},
        {{.spread = SPREAD_TRIANGULAR, .low = 1, .high = 7, .first = 7}, 5, sqrt(2), 0.25, 4},
        {{.spread = SPREAD_BETA, .low = 10, .high = 20, .first = 2, .second = 3},
         14,
         10 * 0.2,
         0.6875, /* 6x^2 - 8x^3 + 3x^4 at 1/2 */
         15},
        {{.spread = SPREAD_BETA, .low = 0, .high = 1, .first = 0.5, .second = 0.5},
         0.5,
         sqrt(0.125),
         1.0 / 3,
         0.25},
        {{.spread = SPREAD_UNIFORM, .low = 1, .high = 6, .whole = true}, 3.5, sqrt(35.0 / 12), 0.17, 2},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        const struct dimension *d = &table[k].d;
        double mean, deviation, before = -INFINITY;
        assert_close(design_value(d, table[k].u), table[k].quantile, 1e-9);
        moments(d, &mean, &deviation);
        if (!isnan(table[k].mean)) {
            assert_close(mean, table[k].mean, 2e-5);
            assert_close(deviation, table[k].deviation, 2e-4);
        }
        for (double u = 0; u <= 1; u += 1.0 / 256) { /* never falls, stays within, is one number at both ends */
            double value = design_value(d, u);
            assert_true(value >= before && value >= d->low && value <= d->high);
            before = value;
        }
    }
}

/* Shapes far from one another too: the inverse is one, nowhere undefined. */
static void beta_shapes(void **unused)
{
    (void)unused;
    static const double shape[] = {0.05, 0.1, 0.5, 1, 2, 10, 100, 1000};
    for (size_t a = 0; a < COUNT(shape); a++)
        for (size_t b = 0; b < COUNT(shape); b++) {
            const struct dimension d = {
                .spread = SPREAD_BETA, .low = 0, .high = 1, .first = shape[a], .second = shape[b]};
            for (double u = 1.0 / 64; u < 1; u += 1.0 / 64) {
                double x = design_value(&d, u);
                if (x > 1e-12 && x < 1 - 1e-12) /* else within rounding of an end */
                    assert_true(fabs(gsl_cdf_beta_P(x, shape[a], shape[b]) - u) < 1e-3 * fmin(u, 1 - u));
                else
                    assert_true(gsl_cdf_beta_P(1e-12, shape[a], shape[b]) >= u ||
                                gsl_cdf_beta_P(1 - 1e-12, shape[a], shape[b]) <= u);
            }
        }
}

/* Cut off, a distribution keeps its shape between the ends: the share below a number is that of the whole, rescaled. */
static void truncation(void **unused)
{
    (void)unused;
    struct dimension whole = {.spread = SPREAD_NORMAL,
                              .low = -INFINITY,
                              .high = INFINITY,
                              .first = 1,
                              .second = 2},
                     cut = whole;
    const double from = 0.2, to = 0.9;
    cut.low = design_value(&whole, from);
    cut.high = design_value(&whole, to);
    assert_close(design_value(&cut, 0), cut.low, 1e-12);
    assert_close(design_value(&cut, 1), cut.high, 1e-12);
    for (double u = 0.1; u < 1; u += 0.1)
        assert_close(design_value(&cut, u), design_value(&whole, from + u * (to - from)), 1e-9);
}

/* Listed values and whole numbers come equally often, to the last of them. */
static void equally_often(void **unused)
{
    (void)unused;
    double list[7] = {3, 1, 4, 1.5, 9, 2, 6};
    const struct dimension listed = {.spread = SPREAD_VALUES, .value = list, .count = 7},
                           whole = {.spread = SPREAD_UNIFORM, .low = -2, .high = 4, .whole = true};
    size_t of_list[7] = {0}, of_whole[7] = {0};
    for (size_t k = 0; k < 7000; k++) {
        double u = ((double)k + 0.5) / 7000, value = design_value(&listed, u), number = design_value(&whole, u);
        for (size_t v = 0; v < 7; v++)
            of_list[v] += list[v] == value;
        assert_true(number == floor(number) && number >= -2 && number <= 4);
        of_whole[(size_t)(number + 2)]++;
    }
    for (size_t v = 0; v < 7; v++) {
        assert_int_equal(of_list[v], 1000);
        assert_int_equal(of_whole[v], 1000);
    }
    assert_true(design_value(&listed, 1) == 6 && design_value(&listed, 0) == 3);
    assert_true(design_value(&whole, 1) == 4);
    for (size_t count = 1; count < 8; count++) { /* the greatest draw is one of them too */
        const struct dimension few = {.spread = SPREAD_VALUES, .value = list, .count = count};
        assert_true(design_value(&few, nextafter(1, 0)) == list[count - 1]);
    }
}

/* What a file says of a dimension arrives there: its distribution, its ends, those of the parameter without a range. */
static void dimensions_from_a_file(void **unused)
{
    (void)unused;
    struct scenario *s = good(
        "design = \"random\"; samples = 3;", 0,
        "{ path = \"states.UZB.alignment.autonomy\"; distribution = \"normal\"; mean = 1.0; sd = 0.5; },"
        "{ path = \"states.KAZ.alignment.autonomy\"; distribution = \"lognormal\"; median = 1.5; sigma = 0.3; "
        "range "
        "= [0.5, 4.0]; note = \"cut off\"; },"
        "{ path = \"states.RUS.alignment.autonomy\"; distribution = \"beta\"; alpha = 2; beta = 3; range = [1, "
        "2]; },"
        "{ path = \"states.UZB.domestic.regime_gap\"; distribution = \"triangular\"; mode = 0.3; range = [0.1, "
        "0.9]; "
        "},"
        "{ path = \"states.KAZ.domestic.regime_gap\"; distribution = \"uniform\"; range = [0.1, 0.9]; scale = "
        "\"log\"; name = \"gap\"; },"
        "{ path = \"model.threat.distance_scale\"; range = [1000, 4000]; scale = \"linear\"; }");
    const struct dimension expected[] = {
        {.spread = SPREAD_NORMAL, .low = 0, .high = 20, .first = 1, .second = 0.5},
        {.spread = SPREAD_LOGNORMAL, .low = 0.5, .high = 4, .first = 1.5, .second = 0.3},
        {.spread = SPREAD_BETA, .low = 1, .high = 2, .first = 2, .second = 3},
        {.spread = SPREAD_TRIANGULAR, .low = 0.1, .high = 0.9, .first = 0.3},
        {.spread = SPREAD_UNIFORM, .low = 0.1, .high = 0.9, .log = true},
        {.spread = SPREAD_UNIFORM, .low = 1000, .high = 4000},
    };
    assert_int_equal(s->dimensions, COUNT(expected));
    for (size_t k = 0; k < COUNT(expected); k++) {
        const struct dimension *found = &s->dimension[k], *e = &expected[k];
        assert_true(found->spread == e->spread && found->low == e->low && found->high == e->high &&
                    found->first == e->first && found->second == e->second && found->log == e->log &&
                    !found->whole);
    }
    assert_string_equal(s->dimension[4].name, "gap");
    assert_string_equal(s->dimension[5].name, "model.threat.distance_scale");
    scenario_free(s);
}

/* ---- designs ------------------------------------------------------------------------------------------------ */

/* Every coordinate of every point, [point][factor]. */
static double *points_of(const struct scenario *s)
{
    double *value = calloc(s->points * s->factors + 1, sizeof *value);
    assert_non_null(value);
    for (size_t p = 0; p < s->points; p++)
        for (size_t f = 0; f < s->factors; f++) {
            value[p * s->factors + f] = scenario_factor(s, f, p);
            assert_true(isfinite(value[p * s->factors + f]));
        }
    return value;
}

/* Whether a column of `count` numbers from 0 to 1 has one in each of as many equal parts, shifted by `shift` as a whole. */
static bool one_in_each(const double *first, size_t stride, size_t count, double shift)
{
    bool taken[MOST] = {false};
    assert_true(count <= MOST);
    for (size_t k = 0; k < count; k++) {
        double at = first[k * stride] - shift;
        size_t part = (size_t)((at - floor(at)) * (double)count);
        if (part >= count || taken[part])
            return false;
        taken[part] = true;
    }
    return true;
}

static void random_points(void **unused)
{
    (void)unused;
    struct scenario *few = good("design = \"random\"; samples = 300;", 2, ""),
                    *more = good("design = \"random\"; samples = 4000;", 2, ""),
                    *wide = good("design = \"random\"; samples = 300;", 5, "");
    seed = "2";
    struct scenario *other = good("design = \"random\"; samples = 300;", 2, "");
    seed = "1";
    double *a = points_of(few), *b = points_of(more), *c = points_of(wide), *d = points_of(other);
    size_t same = 0;
    assert_true(few->points == 300 && more->points == 4000);
    assert_memory_equal(a, b, 600 * sizeof *a);
    for (size_t p = 0; p < 300; p++)
        for (size_t f = 0; f < 2; f++) {
            assert_true(a[2 * p + f] == c[5 * p + f]);
            same += a[2 * p + f] == d[2 * p + f];
        }
    assert_int_equal(same, 0);
    double sum[3] = {0}; /* of both, and of their product: independent */
    for (size_t p = 0; p < 4000; p++) {
        sum[0] += b[2 * p] / 4000;
        sum[1] += b[2 * p + 1] / 4000;
        sum[2] += (b[2 * p] - 0.5) * (b[2 * p + 1] - 0.5) / 4000;
    }
    const double deviation = 1 / sqrt(12 * 4000.0);
    assert_true(fabs(sum[0] - 0.5) < 4 * deviation && fabs(sum[1] - 0.5) < 4 * deviation);
    assert_true(fabs(sum[2]) < 4 / (12 * sqrt(4000.0)));
    free(a), free(b), free(c), free(d);
    scenario_free(few), scenario_free(more), scenario_free(wide), scenario_free(other);
}

static void latin_hypercube(void **unused)
{
    (void)unused;
    struct scenario *s = good("design = \"latin-hypercube\"; samples = 257;", 3, ""),
                    *wide = good("design = \"latin-hypercube\"; samples = 257;", 6, "");
    seed = "2";
    struct scenario *other = good("design = \"latin-hypercube\"; samples = 257;", 3, "");
    seed = "1";
    double *a = points_of(s), *b = points_of(wide), *c = points_of(other);
    size_t in_order = 0, as_other = 0, side_by_side = 0, middles = 0;
    assert_int_equal(s->points, 257);
    for (size_t f = 0; f < 3; f++)
        assert_true(one_in_each(a + f, 3, 257, 0));
    for (size_t p = 0; p < 257; p++)
        for (size_t f = 0; f < 3; f++) {
            double part = a[3 * p + f] * 257;
            assert_true(a[3 * p + f] == b[6 * p + f]);
            in_order += floor(part) == (double)p;
            middles += fabs(part - floor(part) - 0.5) < 0.25;
            as_other += floor(part) == floor(c[3 * p + f] * 257);
            side_by_side += floor(part) == floor(a[3 * p + (f + 1) % 3] * 257);
        }
    /* orders are dealt out anew: what falls together does so about once in a dimension (Poisson) */
    assert_true(in_order < 15 && as_other < 15 && side_by_side < 15);
    assert_true(middles > 300 && middles < 471); /* anywhere in its part: half of 771, six deviations */
    free(a), free(b), free(c);
    scenario_free(s), scenario_free(wide), scenario_free(other);
}

/* Structure of a block of Saltelli's scheme, and of the sequence behind it. */
static void sobol_scheme(bool second_order)
{
    const size_t k = 3, n = 256, rows = (second_order ? 2 : 1) * k + 2;
    struct scenario *s = good(second_order ? "design = \"sobol\"; samples = 256; second_order = true;"
                                           : "design = \"sobol\"; samples = 256;",
                              k, "");
    double *value = points_of(s);
    assert_int_equal(s->points, n * rows);
    for (size_t b = 0; b < n; b++) {
        const double *from_a = value + b * rows * k, *from_b = from_a + (rows - 1) * k;
        for (size_t row = 0; row < rows; row++)
            for (size_t d = 0; d < k; d++) {
                bool of_b = row == rows - 1 || (row > 0 && row <= k && row - 1 == d) ||
                            (row > k && row < rows - 1 && row - k - 1 != d);
                assert_true(from_a[row * k + d] == (of_b ? from_b : from_a)[d]);
            }
        for (size_t d = 0; d < k; d++)
            assert_true(from_a[d] != from_b[d]);
    }
    for (size_t of_b = 0; of_b < 2; of_b++) /* each dimension of A and of B is a net as soon as 2^m are there */
        for (size_t d = 0; d < k; d++)
            for (size_t count = 2; count <= n; count *= 2) {
                const double *first = value + of_b * (rows - 1) * k + d;
                assert_true(one_in_each(first, rows * k, count, first[0] - 0.5 / (double)count));
            }
    free(value);
    scenario_free(s);
}

static void sobol(void **unused)
{
    (void)unused;
    sobol_scheme(false);
    sobol_scheme(true);
    struct scenario *few = good("design = \"sobol\"; samples = 5;", 4, ""),
                    *more = good("design = \"sobol\"; samples = 64;", 4, "");
    seed = "2";
    struct scenario *other = good("design = \"sobol\"; samples = 64;", 4, "");
    seed = "1";
    double *a = points_of(few), *b = points_of(more), *c = points_of(other);
    assert_memory_equal(a, b, few->points * 4 * sizeof *a);
    double shift[8];
    for (size_t d = 0; d < 4; d++) /* another seed: every dimension of A and B moved by a number of its own */
        for (size_t of_b = 0; of_b < 2; of_b++) {
            double *moved = &shift[2 * d + of_b];
            for (size_t k = 0; k < 64; k++) {
                size_t at = (k * 6 + 5 * of_b) * 4 + d;
                double by = c[at] - b[at] - floor(c[at] - b[at]);
                if (k == 0)
                    *moved = by;
                assert_true(fabs(by - *moved) < 1e-12 || fabs(fabs(by - *moved) - 1) < 1e-12);
            }
            for (size_t e = 0; e < 2 * d + of_b; e++)
                assert_true(fabs(shift[e] - *moved) > 1e-6);
        }
    free(a), free(b), free(c);
    scenario_free(few), scenario_free(more), scenario_free(other);
}

/* The whole of A is spread better than by chance: in pairs of dimensions, one in each box of every shape. */
static void sobol_pairs(void **unused)
{
    (void)unused;
    const size_t k = 2, n = 64, rows = k + 2;
    struct scenario *s = good("design = \"sobol\"; samples = 64;", k, "");
    double *value = points_of(s);
    for (size_t wide = 1; wide <= n;
         wide *= 2) { /* the first two dimensions are a (0, 6, 2)-net (Sobol' 1967) */
        bool taken[64] = {false};
        for (size_t b = 0; b < n; b++) {
            double x = value[b * rows * k] - value[0], y = value[b * rows * k + 1] - value[1];
            const size_t high = n / wide;
            x = x - floor(x) + 0.5 / (double)n; /* shifted back; in the middle of a cell */
            y = y - floor(y) + 0.5 / (double)n;
            size_t box =
                (size_t)((x - floor(x)) * (double)wide) * high + (size_t)((y - floor(y)) * (double)high);
            assert_false(taken[box]);
            taken[box] = true;
        }
    }
    free(value);
    scenario_free(s);
}

static void morris_of(unsigned levels)
{
    const size_t k = 4, n = 400;
    char *settings = message_text("design = \"morris\"; samples = %zu; levels = %u;", n, levels);
    struct scenario *s = good(settings, k, "");
    double *value = points_of(s), delta = levels / (2.0 * (levels - 1));
    size_t starts[4][10] = {{0}}, ups[4] = {0}, first[4] = {0};
    assert_int_equal(s->points, n * (k + 1));
    for (size_t t = 0; t < n; t++) {
        size_t moves[4] = {0};
        for (size_t p = t * (k + 1); p < (t + 1) * (k + 1); p++) {
            double step;
            long moved = scenario_moved(s, p, &step);
            for (size_t d = 0; d < k; d++) {
                double level = value[p * k + d] * (levels - 1);
                assert_true(fabs(level - round(level)) < 1e-9 && level > -1e-9 && level < levels - 1 + 1e-9);
                if (p == t * (k + 1)) {
                    starts[d][lround(level)]++;
                } else {
                    double by = value[p * k + d] - value[(p - 1) * k + d];
                    assert_true((long)d == moved ? fabs(by - step) < 1e-12 && fabs(fabs(by) - delta) < 1e-12
                                                 : by == 0);
                }
            }
            if (p == t * (k + 1)) {
                assert_true(moved == -1 && step == 0);
            } else {
                assert_true(moved >= 0 && (size_t)moved < k);
                moves[moved]++;
                ups[moved] += step > 0;
                first[moved] += p == t * (k + 1) + 1;
            }
        }
        for (size_t d = 0; d < k; d++)
            assert_int_equal(moves[d], 1);
    }
    for (size_t d = 0; d < k; d++) { /* equally often, within five deviations */
        double share = 1.0 / levels;
        for (size_t level = 0; level < levels; level++)
            assert_true(fabs((double)starts[d][level] - (double)n * share) <
                        5 * sqrt((double)n * share * (1 - share)));
        assert_true(fabs((double)ups[d] - (double)n / 2) < 5 * sqrt((double)n / 4));
        assert_true(fabs((double)first[d] - (double)n / 4) < 5 * sqrt((double)n * 3 / 16));
    }
    free(value);
    free(settings);
    scenario_free(s);
}

static void morris(void **unused)
{
    (void)unused;
    morris_of(4);
    morris_of(2);
    morris_of(10);
    struct scenario *few = good("design = \"morris\"; samples = 5;", 3, ""),
                    *more = good("design = \"morris\"; samples = 20; levels = 4;", 3, ""),
                    *wide = good("design = \"morris\"; samples = 20;", 5, "");
    seed = "2";
    struct scenario *other = good("design = \"morris\"; samples = 20;", 3, "");
    seed = "1";
    double *a = points_of(few), *b = points_of(more), *c = points_of(wide), *d = points_of(other);
    assert_memory_equal(a, b, few->points * 3 * sizeof *a); /* four levels unless more are asked for */
    assert_memory_not_equal(b, d, more->points * 3 * sizeof *a);
    for (size_t t = 0; t < 20;
         t++) /* another dimension: where the others begin and end, and who goes first, stays */
        for (size_t f = 0; f < 3; f++) {
            assert_true(b[t * 12 + f] == c[t * 30 + f] && b[t * 12 + 9 + f] == c[t * 30 + 25 + f]);
        }
    for (size_t t = 0; t < 20; t++) {
        long order[2][3];
        double step;
        for (size_t p = 1, n = 0; p < 4; p++)
            order[0][n++] = scenario_moved(more, t * 4 + p, &step);
        for (size_t p = 1, n = 0; p < 6; p++) {
            long moved = scenario_moved(wide, t * 6 + p, &step);
            if (moved < 3)
                order[1][n++] = moved;
        }
        assert_memory_equal(order[0], order[1], sizeof order[0]);
    }
    free(a), free(b), free(c), free(d);
    scenario_free(few), scenario_free(more), scenario_free(wide), scenario_free(other);
}

/* Where a distribution may have no end, levels are the middles of its equal parts; words move from half to half. */
static void morris_of_distributions_and_words(void **unused)
{
    (void)unused;
    struct scenario *s =
        good("design = \"morris\"; samples = 60;", 0,
             "{ path = \"states.UZB.alignment.autonomy\"; distribution = \"normal\"; mean = 10; sd = 1; "
             "}, { path = \"model.flow.integrator\"; values = [\"rk4\", \"rkf45\"]; },"
             "{ path = \"states.KAZ.alignment.autonomy\"; range = [1, 16]; scale = \"log\"; }");
    /* quantiles of the normal at 1/8 and 3/8; at 10 of 20 ten deviations are left either way */
    const double far = 1.1503493803760079, near = 0.31863936396437514;
    for (size_t p = 0; p < s->points; p++) {
        double x = fabs(scenario_factor(s, 0, p) - 10), step, level = log2(scenario_factor(s, 2, p)) * 3 / 4;
        assert_true(fabs(x - far) < 1e-9 || fabs(x - near) < 1e-9);
        assert_true(fabs(level - round(level)) < 1e-9);
        if (scenario_moved(s, p, &step) == 1)
            assert_true(scenario_factor(s, 1, p) - scenario_factor(s, 1, p - 1) == (step > 0 ? 1 : -1));
    }
    scenario_free(s);
}

static void tied_paths(void **unused)
{
    (void)unused;
    static const char *const design[] = {"random", "latin-hypercube", "sobol", "morris"};
    for (size_t k = 0; k < COUNT(design); k++) {
        char *settings = message_text("design = \"%s\"; samples = 16;", design[k]);
        struct scenario *s =
            good(settings, 1,
                 "{ paths = [\"states.KAZ.domestic.regime_gap\", \"states.RUS.domestic.regime_gap\"]; "
                 "range = [0, 1]; }, { paths = (\"model.mechanisms.war\", \"model.noise\"); name = "
                 "\"both\"; values = [true, false]; }");
        assert_true(s->dimensions == 3 && s->factors == 5);
        assert_string_equal(s->dimension[0].name, "states.KAZ.domestic.regime_gap");
        assert_string_equal(s->dimension[1].name, "both");
        size_t differ = 0, on = 0;
        for (size_t p = 0; p < s->points; p++) {
            assert_true(scenario_factor(s, 0, p) == scenario_factor(s, 1, p));
            assert_true(scenario_factor(s, 2, p) == scenario_factor(s, 3, p));
            differ += scenario_factor(s, 0, p) != scenario_factor(s, 4, p);
            on += scenario_factor(s, 2, p) == 1;
        }
        assert_true(differ > s->points / 2 && on > s->points / 4 && on < s->points * 3 / 4);
        scenario_free(s);
        free(settings);
    }
}

static void grid_with_steps(void **unused)
{
    (void)unused;
    struct scenario *s =
        good("design = \"grid\";", 0,
             "{ path = \"states.UZB.alignment.autonomy\"; range = [0.1, 0.7]; steps = 3; },"
             "{ paths = [\"states.KAZ.alignment.autonomy\", \"states.RUS.alignment.autonomy\"]; range = "
             "[1, 16]; steps = 5; scale = \"log\"; },"
             "{ path = \"model.noise\"; values = [true, false]; }");
    assert_true(s->points == 30 && s->samples == 0);
    for (size_t p = 0; p < 30; p++) {
        assert_close(scenario_factor(s, 0, p), 0.1 + 0.3 * (double)(p / 10), 1e-14);
        assert_close(scenario_factor(s, 1, p), pow(2, (double)(p / 2 % 5)), 1e-14);
        assert_true(scenario_factor(s, 2, p) == scenario_factor(s, 1, p));
        assert_true(scenario_factor(s, 3, p) == (p % 2 == 0));
    }
    assert_true(scenario_factor(s, 0, 29) == 0.7 && scenario_factor(s, 1, 29) == 16); /* ends to the bit */
    scenario_free(s);
}

/* Whole numbers of a file: every one of them, equally often; steps of a grid are whole too. */
static void whole_numbers(void **unused)
{
    (void)unused;
    char here[1024];
    struct messages messages = {0};
    struct scenario *s;
    size_t often[7] = {0};
    assert_non_null(getcwd(here, sizeof here));
    for (size_t grid = 0; grid < 2; grid++) {
        char *text =
            message_text("title = \"whole\"; base = \"%s/tests/bad-scenarios/parts/synthetic.cfg\";\n"
                         "sweep = { %s parameters = ( { path = \"model.synthetic.neighbours\"; range = [2, 6]; "
                         "%s } ); };\n",
                         here, grid ? "design = \"grid\";" : "design = \"latin-hypercube\"; samples = 500;",
                         grid ? "steps = 4;" : "");
        const struct scenario_options options = {.design = true};
        enum status status = scenario_load(write_file("whole.cfg", text), &options, &s, &messages);
        if (status != STATUS_OK)
            fail_msg("%s", messages.list[0].text);
        if (grid) {
            const double steps[] = {2, 3, 5, 6}; /* 2, 3 1/3, 4 2/3, 6 */
            for (size_t p = 0; p < 4; p++)
                assert_true(scenario_factor(s, 0, p) == steps[p]);
        }
        for (size_t p = 0; !grid && p < s->points; p++)
            often[(size_t)scenario_factor(s, 0, p)]++;
        scenario_free(s);
        free(text);
    }
    for (size_t v = 2; v <= 6; v++)
        assert_int_equal(often[v], 100);
}

/* A body without a leader is a value too, which several may share. */
static void tied_to_nobody(void **unused)
{
    (void)unused;
    struct scenario *s = good("design = \"list\";", 0,
                              "{ paths = [\"institutions.CSTO.leader\"]; values = [\"none\", \"RUS\"]; }");
    assert_true(isnan(scenario_factor(s, 0, 0)) && scenario_factor(s, 0, 1) == 2);
    scenario_free(s);
    char here[1024];
    struct messages messages = {0};
    const struct scenario_options options = {.design = true};
    assert_non_null(getcwd(here, sizeof here));
    char *text =
        message_text("title = \"leaders\"; base = \"%s/tests/worlds/w21.cfg\";\n"
                     "sweep = { design = \"grid\"; parameters = ( { paths = [\"institutions.CSTO.leader\", "
                     "\"institutions.SCO.leader\"]; values = [\"none\", \"RUS\"]; } ); };\n",
                     here);
    if (scenario_load(write_file("leaders.cfg", text), &options, &s, &messages) != STATUS_OK)
        fail_msg("%s", messages.list[0].text);
    assert_true(isnan(scenario_factor(s, 1, 0)) && scenario_factor(s, 1, 1) == scenario_factor(s, 0, 1));
    scenario_free(s);
    free(text);
}

/* ---- points from a file, samples from the command line ----------------------------------------------------------- */

/* What spreadsheets write: a mark at the beginning, quotes, blanks, ends of line of two characters, empty lines, no last
 * one; beside the file that names it. */
static void points_from_a_file(void **unused)
{
    (void)unused;
    char here[1024], csv[1024];
    struct messages messages = {0};
    struct scenario *s;
    const struct scenario_options options = {.design = true};
    assert_non_null(getcwd(here, sizeof here));
    snprintf(csv, sizeof csv, "%s",
             write_file("points.csv",
                        "\xef\xbb\xbf\"states.UZB.alignment.autonomy\" , model.noise,model.flow.integrator,"
                        "institutions.CSTO.leader\r\n\r\n1.5,true,\"rk4\",none\r\n  \t\r\n"
                        " 1e-1 ,0,rkf45,\"UZB\""));
    char *text = message_text("title = \"points\"; base = \"%s/tests/bad-scenarios/parts/small.cfg\";\n"
                              "sweep = { design = \"list\"; points = \"points.csv\"; };\n",
                              here);
    if (scenario_load(write_file("points.cfg", text), &options, &s, &messages) != STATUS_OK)
        fail_msg("%s", messages.list[0].text);
    const double expected[2][4] = {{1.5, 1, 0, NAN}, {0.1, 0, 1, 0}};
    assert_true(s->points == 2 && s->factors == 4 && s->dimensions == 4);
    for (size_t p = 0; p < 2; p++)
        for (size_t f = 0; f < 4; f++)
            assert_true(scenario_factor(s, f, p) == expected[p][f] || (p == 0 && f == 3));
    assert_true(isnan(scenario_factor(s, 3, 0)));
    assert_string_equal(s->factor[0].path, "states.UZB.alignment.autonomy");
    assert_string_equal(s->dimension[3].name, "institutions.CSTO.leader");
    scenario_free(s);
    FILE *out = fopen(csv, "w"); /* more points than there is room for at once */
    assert_non_null(out);
    fputs("states.UZB.alignment.autonomy,states.KAZ.alignment.autonomy\n", out);
    for (int p = 0; p < 1000; p++)
        fprintf(out, "%d.25e-3,%d\n", p, p % 20);
    assert_int_equal(fclose(out), 0);
    if (scenario_load(write_file("points.cfg", text), &options, &s, &messages) != STATUS_OK)
        fail_msg("%s", messages.list[0].text);
    assert_int_equal(s->points, 1000);
    for (size_t p = 0; p < 1000; p++)
        assert_true(fabs(scenario_factor(s, 0, p) - ((double)p + 0.25) / 1000) < 1e-15 &&
                    scenario_factor(s, 1, p) == (double)(p % 20));
    scenario_free(s);
    free(text);
}

/* The last word is that of the command line. */
static void samples_of_the_command_line(void **unused)
{
    (void)unused;
    const struct {
        const char *design, *samples, *wrong; /* NULL: good */
        size_t points;
    } table[] = {
        {"design = \"random\"; samples = 3;", "12", NULL, 12},
        {"design = \"random\";", "12", NULL, 12},
        {"design = \"sobol\"; samples = 3;", "4", NULL, 12},
        {"design = \"morris\";", "0", "'0' is not allowed (allowed: 1..10000000)", 0},
        {"design = \"morris\"; samples = 3;", "-1", "'-1' is not allowed (allowed: 1..10000000)", 0},
        {"design = \"morris\"; samples = 3;", "10000001", "'10000001' is not allowed (allowed: 1..10000000)",
         0},
        {"design = \"random\"; samples = 3;", "4.5", "'4.5' is not allowed (allowed: 1..10000000)", 0},
        {"design = \"random\"; samples = 3;", "", "'' is not allowed (allowed: 1..10000000)", 0},
        {"design = \"list\";", "4",
         "a list has the points that its file names (allowed: with a design that draws them)", 0},
    };
    char here[1024];
    assert_non_null(getcwd(here, sizeof here));
    for (size_t k = 0; k < COUNT(table); k++) {
        struct messages messages = {0};
        struct scenario *s;
        const struct scenario_options options = {.design = true, .samples = table[k].samples};
        bool listed = strstr(table[k].design, "list") != NULL;
        char *text = message_text(
            "title = \"samples\"; base = \"%s/tests/bad-scenarios/parts/small.cfg\";\nsweep = { %s "
            "parameters = ( { path = \"states.UZB.alignment.autonomy\"; %s = [0.5, 1.0]; } ); };\n",
            here, table[k].design, listed ? "values" : "range");
        enum status status = scenario_load(write_file("samples.cfg", text), &options, &s, &messages);
        if (table[k].wrong == NULL) {
            assert_int_equal(status, STATUS_OK);
            assert_int_equal(s->points, table[k].points);
            assert_int_equal(s->samples, strtoul(table[k].samples, NULL, 10));
        } else {
            assert_int_equal(status, STATUS_INVALID);
            assert_string_equal(messages.list[0].text, table[k].wrong);
            assert_string_equal(messages.list[0].file, "--samples");
        }
        scenario_free(s);
        message_clear(&messages);
        free(text);
    }
}

static void sums_of_points(void **unused)
{
    (void)unused;
    const struct {
        const char *settings;
        size_t dimensions, points;
    } table[] = {
        {"design = \"random\"; samples = 7;", 3, 7},
        {"design = \"latin-hypercube\"; samples = 1;", 3, 1},
        {"design = \"sobol\"; samples = 7;", 1, 7 * 3},
        {"design = \"sobol\"; samples = 7;", 3, 7 * 5},
        {"design = \"sobol\"; samples = 7; second_order = true;", 3, 7 * 8},
        {"design = \"sobol\"; samples = 7; second_order = false;", 3, 7 * 5},
        {"design = \"sobol\"; samples = 4;", 20, 4 * 22},
        {"design = \"morris\"; samples = 7;", 3, 7 * 4},
        {"design = \"morris\"; samples = 2;", 21, 2 * 22},
        {"design = \"random\"; samples = 10000000;", 1, 10000000},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        struct scenario *s = good(table[k].settings, table[k].dimensions, "");
        assert_int_equal(s->points, table[k].points);
        assert_true(isfinite(scenario_factor(s, s->factors - 1, s->points - 1)));
        scenario_free(s);
    }
    struct messages messages = {0};
    assert_null(load("design = \"sobol\"; samples = 4;", 21, "", &messages));
    assert_int_equal(messages.errors, 1);
    assert_non_null(strstr(messages.list[0].text, "has 21 parameters (allowed in a sobol design: 20, "));
    message_clear(&messages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distributions),
        cmocka_unit_test(beta_shapes),
        cmocka_unit_test(truncation),
        cmocka_unit_test(equally_often),
        cmocka_unit_test(dimensions_from_a_file),
        cmocka_unit_test(random_points),
        cmocka_unit_test(latin_hypercube),
        cmocka_unit_test(sobol),
        cmocka_unit_test(sobol_pairs),
        cmocka_unit_test(morris),
        cmocka_unit_test(morris_of_distributions_and_words),
        cmocka_unit_test(tied_paths),
        cmocka_unit_test(grid_with_steps),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(tied_to_nobody),
        cmocka_unit_test(points_from_a_file),
        cmocka_unit_test(samples_of_the_command_line),
        cmocka_unit_test(sums_of_points),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
