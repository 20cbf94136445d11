/* Rank correlation, its chance and exact intervals (D.6), against values worked out by hand or published. */
#include "testing.h"

#include "evidence/correlate.h"

/* Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: products 4.5, squares 4.5 and 5. */
static void spearman(void **unused)
{
    (void)unused;
    const double x[] = {10, 20, 20, 40}, y[] = {1, 3, 2, 4}, down[] = {4, 3, 2, 1}, flat[] = {2, 2, 2, 2};
    const double unknown[] = {1, NAN, 2, 3};
    double rank[4];
    correlate_ranks(x, 4, rank);
    assert_true(rank[0] == 1 && rank[1] == 2.5 && rank[2] == 2.5 && rank[3] == 4);
    assert_close(correlate_spearman(x, y, 1, 4), 4.5 / sqrt(22.5), 1e-12);
    assert_close(correlate_spearman(y, down, 1, 4), -0.8, 1e-12); /* 1 - 6 * 18 / 60 */
    assert_true(isnan(correlate_spearman(x, flat, 1, 4)));
    assert_true(isnan(correlate_spearman(flat, flat, 1, 4)));
    assert_true(isnan(correlate_spearman(x, unknown, 1, 4)));
    assert_true(isnan(correlate_spearman(x, y, 1, 2))); /* two points always agree or disagree */
    assert_true(isnan(correlate_chance(x, flat, 1, 4, 1)));
}

/* Rows are ranked each for itself, so that a difference of level between them is no relation. */
static void pooled(void **unused)
{
    (void)unused;
    const double x[] = {1, 2, 3, 11, 12, 13}, same[] = {5, 6, 7, 1, 2, 3}, half[] = {1, 2, 3, 3, 2, 1};
    assert_close(correlate_spearman(x, same, 2, 3), 1, 1e-12);
    assert_true(fabs(correlate_spearman(x, half, 2, 3)) < 1e-12);
    assert_close(correlate_chance(x, same, 2, 3, 1), 1.0 / 6, 1e-12);
    /* reordered together, the rows keep pulling against each other: every order does as well */
    assert_close(correlate_chance(x, half, 2, 3, 1), 1, 1e-12);
}

static void chance(void **unused)
{
    (void)unused;
    const double up[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, near[] = {1, 3, 2, 4},
                 down[] = {9, 8, 7, 6, 5, 4, 3, 2, 1};
    const double tied[] = {1, 1, 2};
    /* squared differences 0 + 1 + 1 + 4 + 4 + 1 + 1 + 36 + 0 = 48, so that rho = 1 - 6 * 48 / 720 = 0.6 */
    const double six[] = {1, 3, 4, 6, 7, 5, 8, 2, 9};
    assert_close(correlate_chance(up, up, 1, 3, 1), 1.0 / 6, 1e-12);
    assert_close(correlate_chance(up, up, 1, 8, 1), 1.0 / 40320, 1e-12);
    assert_close(correlate_chance(up, down, 1, 8, 1), 1, 1e-12);
    assert_close(correlate_chance(up, near, 1, 4, 1), 4.0 / 24, 1e-12); /* itself and three neighbour swaps */
    assert_close(correlate_chance(up, tied, 1, 3, 1), 2.0 / 6, 1e-12);
    assert_close(correlate_spearman(up, six, 1, 9), 0.6, 1e-12);
    /* nine points: by draws; of all 362880 orders 4.84 % do as well, with a standard error of 0.2 % */
    double p = correlate_chance(up, six, 1, 9, 1);
    assert_true(fabs(p - 0.0484) < 0.008);
    assert_true(p == correlate_chance(up, six, 1, 9, 1));
    assert_true(p != correlate_chance(up, six, 1, 9, 2));
    assert_close(correlate_chance(up, up, 1, 9, 1), 1.0 / 10001, 1e-12); /* never 0 */
}

/* Clopper and Pearson; the values of 8 of 10 as published, of none and all in closed form. */
static void interval(void **unused)
{
    (void)unused;
    double low, high;
    correlate_interval(8, 10, &low, &high);
    assert_true(fabs(low - 0.4439) < 5e-5 && fabs(high - 0.9748) < 5e-5);
    correlate_interval(0, 10, &low, &high);
    assert_true(low == 0);
    assert_close(high, 1 - pow(0.025, 0.1), 1e-10);
    correlate_interval(10, 10, &low, &high);
    assert_close(low, pow(0.025, 0.1), 1e-10);
    assert_true(high == 1);
    correlate_interval(0, 0, &low, &high);
    assert_true(isnan(low) && isnan(high));
}

static void quantiles(void **unused)
{
    (void)unused;
    double value[] = {30, NAN, 10, 20, INFINITY}, one[] = {1}, low, high;
    correlate_tails(value, 5, &low, &high);
    assert_close(low, 11, 1e-12); /* 10 + 0.05 * 2 ranks */
    assert_close(high, 29, 1e-12);
    correlate_tails(one, 1, &low, &high);
    assert_true(isnan(low) && isnan(high));
    assert_true(isnan(correlate_quantile(one, 0, 0.5)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(spearman), cmocka_unit_test(pooled),
                                       cmocka_unit_test(chance), cmocka_unit_test(interval),
                                       cmocka_unit_test(quantiles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
