/* Verdicts on claims (D.3): sign, size against the bound, interval, share of runs; and what is unknown stays unknown. */
#include "testing.h"

#include "evidence/verdict.h"

static struct finding judge(const char *expect, bool share, const double *effect, double level, size_t runs)
{
    double levels[8];
    for (size_t r = 0; r < 8; r++)
        levels[r] = level;
    const struct result_claim claim = {.expect = expect, .share = share, .effect = effect, .level = levels};
    return verdict_find(&claim, runs);
}

static void sign_and_size(void **unused)
{
    (void)unused;
    const double up[] = {0.02, 0.04}, tiny[] = {0.0004, 0.0004}, down[] = {-0.02, -0.04}, nothing[] = {0, 0};
    assert_int_equal(judge("increase", false, up, 1, 2).verdict, VERDICT_SUPPORTED);
    assert_int_equal(judge("increase", false, up, 100, 2).verdict, VERDICT_TOO_SMALL); /* 0.5 % of 100 is 0.5 */
    assert_int_equal(judge("increase", true, up, 100, 2).verdict,
                     VERDICT_SUPPORTED); /* a share counts from 0.002 */
    assert_int_equal(judge("increase", true, tiny, 1, 2).verdict, VERDICT_TOO_SMALL);
    assert_int_equal(judge("increase", false, down, 1, 2).verdict, VERDICT_NOT_SUPPORTED);
    assert_int_equal(judge("decrease", false, down, 1, 2).verdict, VERDICT_SUPPORTED);
    assert_int_equal(judge("decrease", false, down, -1, 2).verdict,
                     VERDICT_SUPPORTED); /* size is against |level| */
    assert_int_equal(judge("increase", false, nothing, 1, 2).verdict, VERDICT_NO_EFFECT);
    assert_int_equal(judge("not_decrease", false, nothing, 1, 2).verdict, VERDICT_SUPPORTED);
    assert_int_equal(judge("not_decrease", false, down, 1, 2).verdict, VERDICT_NOT_SUPPORTED);
    assert_int_equal(judge("not_increase", false, up, 1, 2).verdict, VERDICT_NOT_SUPPORTED);
    assert_int_equal(judge("not_decrease", false, down, 100, 2).verdict,
                     VERDICT_NOT_SUPPORTED); /* not negative is not */
}

static void placebo(void **unused)
{
    (void)unused;
    const double below[] = {0.001, 0.001}, above[] = {0.003, 0.003}, nothing[] = {0, 0};
    assert_int_equal(judge("no_change", true, below, 1, 2).verdict, VERDICT_SUPPORTED);
    assert_int_equal(judge("no_change", true, above, 1, 2).verdict, VERDICT_NOT_SUPPORTED);
    assert_int_equal(judge("no_change", true, below, 0.1, 2).verdict,
                     VERDICT_NOT_SUPPORTED); /* below both bounds */
    assert_int_equal(judge("no_change", false, below, 1, 2).verdict, VERDICT_SUPPORTED);
    assert_int_equal(judge("no_change", false, below, 0.1, 2).verdict,
                     VERDICT_NOT_SUPPORTED); /* below both bounds */
    assert_int_equal(judge("no_change", false, nothing, 0, 2).verdict, VERDICT_SUPPORTED);
}

/* Four effects 1, 2, 3, 6: mean 3, standard deviation sqrt(14/3), t(0.975, 3) = 3.182446305. */
static void interval(void **unused)
{
    (void)unused;
    const double effect[] = {1, 2, 3, 6};
    struct finding f = judge("increase", false, effect, 1, 4);
    double half = 3.182446305 * sqrt(14.0 / 3) / 2;
    assert_close(f.effect, 3, 1e-12);
    assert_close(f.low, 3 - half, 1e-8);
    assert_close(f.high, 3 + half, 1e-8);
    f = judge("increase", false, effect, 1, 1);
    assert_true(isnan(f.low) && isnan(f.high)); /* one run has no interval */
    assert_int_equal(f.runs, 1);
}

static void failed_runs(void **unused)
{
    (void)unused;
    const double effect[] = {NAN, 1, NAN, 3, -1}, none[] = {NAN, NAN};
    struct finding f = judge("increase", false, effect, 1, 5);
    assert_int_equal(f.runs, 3);
    assert_close(f.effect, 1, 1e-12);
    assert_close(f.share, 2.0 / 3, 1e-12);
    f = judge("increase", false, none, 1, 2);
    assert_int_equal(f.verdict, VERDICT_UNKNOWN);
    assert_true(isnan(f.effect) && isnan(f.share));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sign_and_size), cmocka_unit_test(placebo),
                                       cmocka_unit_test(interval), cmocka_unit_test(failed_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
