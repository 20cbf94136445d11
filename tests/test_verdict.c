/* Verdicts on claims (D.3): sign, size against the bound, interval, share of runs; and what is unknown stays unknown. */
#include "testing.h"

#include "evidence/verdict.h"

/* A claim that asks nothing beside the sign. */
static struct result_claim plain(const char *expect)
{
    return (struct result_claim){
        .expect = expect, .least = NAN, .least_relative = NAN, .runs_low = NAN, .runs_high = NAN};
}

static struct finding find(struct result_claim claim, const double *effect, double level, size_t runs)
{
    double levels[16];
    for (size_t r = 0; r < 16; r++)
        levels[r] = level;
    claim.effect = effect;
    claim.level = levels;
    return verdict_find(&claim, runs);
}

static struct finding judge(const char *expect, bool share, const double *effect, double level, size_t runs)
{
    struct result_claim claim = plain(expect);
    claim.share = share;
    return find(claim, effect, level, runs);
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

/* `least` in place of the bounds of D.3, absolute or against |level|: what is as large counts, what is smaller does not. */
static void least_size(void **unused)
{
    (void)unused;
    const double at[] = {0.03, 0.03}, under[] = {0.0299, 0.0299}, down[] = {-0.0299, -0.0299},
                 far[] = {-0.03, -0.03}, nothing[] = {0, 0};
    for (int relative = 0; relative < 2; relative++) { /* 10 % of a level of -0.3 is the same */
        const double level = relative ? -0.3 : 100;
        struct result_claim up = plain("increase"), stay = plain("no_change"), keep = plain("not_decrease");
        *(relative ? &up.least_relative : &up.least) = relative ? 0.1 : 0.03;
        *(relative ? &stay.least_relative : &stay.least) = relative ? 0.1 : 0.03;
        *(relative ? &keep.least_relative : &keep.least) = relative ? 0.1 : 0.03;
        assert_int_equal(find(up, at, level, 2).verdict, VERDICT_SUPPORTED);
        assert_close(find(up, at, level, 2).bound, 0.03, 1e-12);
        assert_int_equal(find(up, under, level, 2).verdict, VERDICT_TOO_SMALL);
        assert_int_equal(find(up, far, level, 2).verdict, VERDICT_NOT_SUPPORTED);
        assert_int_equal(find(up, nothing, level, 2).verdict, VERDICT_NO_EFFECT);
        assert_int_equal(find(stay, under, level, 2).verdict, VERDICT_SUPPORTED);
        assert_int_equal(find(stay, down, level, 2).verdict, VERDICT_SUPPORTED);
        assert_int_equal(find(stay, at, level, 2).verdict, VERDICT_NOT_SUPPORTED);
        assert_int_equal(find(keep, down, level, 2).verdict,
                         VERDICT_SUPPORTED); /* a step back that does not count */
        assert_int_equal(find(keep, far, level, 2).verdict, VERDICT_NOT_SUPPORTED);
    }
    struct result_claim any = plain("increase"); /* the sign alone; and nothing at all for a placebo */
    const double tiny[] = {1e-9, 1e-9};
    any.least = 0;
    assert_int_equal(find(any, tiny, 1, 2).verdict, VERDICT_SUPPORTED);
    any.expect = "no_change";
    assert_int_equal(find(any, tiny, 1, 2).verdict, VERDICT_NOT_SUPPORTED);
    assert_int_equal(find(any, nothing, 1, 2).verdict, VERDICT_SUPPORTED);
}

/* The share is that of runs with the sign; where the claim asks for size, with sign and size, each run against its own
 * level. */
static void share_with_size(void **unused)
{
    (void)unused;
    const double effect[] = {0.05, 0.05, 0.02, -0.05}, levels[] = {0.5, 0.51, 0.1, 0.5};
    struct result_claim claim = plain("increase");
    claim.effect = effect;
    claim.level = levels;
    assert_close(verdict_find(&claim, 4).share, 0.75, 1e-15);
    claim.least_relative = 0.1;
    assert_close(verdict_find(&claim, 4).share, 0.5, 1e-15);
    claim.least_relative = NAN;
    claim.runs_low = 0;
    claim.runs_high = 1; /* the bound is then that of D.3 */
    assert_close(verdict_find(&claim, 4).share, 0.75, 1e-15);
    claim.share = true;
    const double small[] = {0.002, 0.0019, 0.0021, -0.05};
    claim.effect = small;
    assert_close(verdict_find(&claim, 4).share, 0.5, 1e-15);
}

/* `runs`: supported if the share of runs with sign and size lies between both ends, these included, whatever the mean is;
 * too small if it would with the sign alone. */
static void share_of_runs(void **unused)
{
    (void)unused;
    double effect[10];
    for (size_t good = 0; good <= 10; good++)
        for (int rest = -1; rest <= 1;
             rest++) { /* the other runs: wrong sign and large, nothing, right but small */
            for (size_t r = 0; r < 10; r++)
                effect[r] = r < good ? 0.03 : rest < 0 ? -1 : 0.01 * rest;
            struct result_claim most = plain("increase"), few = plain("increase"), never = plain("increase");
            most.least = few.least = never.least = 0.03;
            most.runs_low = 0.8, most.runs_high = 1;
            few.runs_low = 0, few.runs_high = 0.4;
            never.runs_low = 0, never.runs_high = 0;
            struct finding f = find(most, effect, 1, 10);
            assert_close(f.share, (double)good / 10, 1e-15);
            assert_int_equal(f.verdict, good >= 8  ? VERDICT_SUPPORTED
                                        : rest > 0 ? VERDICT_TOO_SMALL
                                                   : VERDICT_NOT_SUPPORTED);
            assert_int_equal(find(few, effect, 1, 10).verdict,
                             good <= 4 ? VERDICT_SUPPORTED : VERDICT_NOT_SUPPORTED);
            assert_int_equal(find(never, effect, 1, 10).verdict,
                             good == 0 ? VERDICT_SUPPORTED : VERDICT_NOT_SUPPORTED);
        }
    /* 24 of 30 are eight in ten, to the last bit */
    double thirty[30], levels[30] = {0};
    for (size_t r = 0; r < 30; r++)
        thirty[r] = r < 24 ? 1 : -1;
    struct result_claim most = plain("increase");
    most.effect = thirty;
    most.level = levels;
    most.runs_low = 0.8, most.runs_high = 1;
    assert_int_equal(verdict_find(&most, 30).verdict, VERDICT_SUPPORTED);
    most.runs_low = 0, most.runs_high = 0.8;
    assert_int_equal(verdict_find(&most, 30).verdict, VERDICT_SUPPORTED);
    /* a placebo, too; and without runs nothing is known */
    struct result_claim stay = plain("no_change");
    stay.least = 0.03;
    stay.runs_low = 0.8, stay.runs_high = 1;
    const double mostly[] = {0.01, -0.01, 0, 0.02, 5}, none[] = {NAN};
    assert_int_equal(find(stay, mostly, 1, 5).verdict, VERDICT_SUPPORTED);
    assert_int_equal(find(stay, mostly + 1, 1, 4).verdict, VERDICT_NOT_SUPPORTED);
    assert_int_equal(find(stay, none, 1, 1).verdict, VERDICT_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sign_and_size), cmocka_unit_test(placebo),    cmocka_unit_test(interval),
        cmocka_unit_test(failed_runs),   cmocka_unit_test(least_size), cmocka_unit_test(share_with_size),
        cmocka_unit_test(share_of_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
