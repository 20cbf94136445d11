/* Random draws (design, C.18): Philox4x32-10 against published vectors, the open interval, identities. */
#include "testing.h"

#include "model/draw.h"
#include "synthetic.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

/* Philox4x32-10 in the words of Salmon et al.  (2011), written here once more: ten rounds, key bumped
 * between them. */
static void philox_by_hand(const uint32_t counter[4], uint64_t key, uint32_t out[4])
{
    uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]}, k0 = (uint32_t)key,
             k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c[0], b = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ k0, (uint32_t)b, (uint32_t)(a >> 32) ^ c[3] ^ k1,
                            (uint32_t)a};
        memcpy(c, next, sizeof c);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    memcpy(out, c, sizeof c);
}

/* The known answers of Random123 (kat_vectors, philox4x32 10): zeros, ones, digits of pi. */
static void known_answers(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t counter[4];
        uint64_t key;
        uint32_t answer[4];
    } kat[] = {
        {{0, 0, 0, 0}, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         0xffffffffffffffff,
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         0x299f31d0a4093822,
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    gsl_rng *rng = gsl_rng_alloc(draw_philox);
    for (size_t v = 0; v < 3; v++) {
        uint32_t again[4];
        philox_by_hand(kat[v].counter, kat[v].key, again);
        draw_position(rng, kat[v].key, kat[v].counter);
        for (size_t w = 0; w < 4; w++) {
            assert_int_equal(gsl_rng_get(rng), kat[v].answer[w]);
            assert_int_equal(again[w], kat[v].answer[w]);
        }
    }
    gsl_rng_free(rng);
}

/* As a stream the counter moves by one per block of four words; gsl_rng_set() takes the key. */
static void stream(void **unused)
{
    (void)unused;
    const uint64_t key = 0x0123456789abcdef;
    gsl_rng *rng = gsl_rng_alloc(draw_philox);
    gsl_rng_set(rng, key);
    for (uint32_t block = 0; block < 50; block++) {
        uint32_t expected[4];
        philox_by_hand((uint32_t[4]){block, 0, 0, 0}, key, expected);
        for (size_t w = 0; w < 4; w++)
            assert_int_equal(gsl_rng_get(rng), expected[w]);
    }
    assert_int_equal(gsl_rng_max(rng), 0xffffffff);
    assert_int_equal(gsl_rng_min(rng), 0);
    /* a clone goes on as the original does */
    gsl_rng *twin = gsl_rng_clone(rng);
    for (int k = 0; k < 10; k++)
        assert_int_equal(gsl_rng_get(rng), gsl_rng_get(twin));
    gsl_rng_free(twin);
    gsl_rng_free(rng);
}

/* A double is the middle of one of 2^52 cells: (26 high bits of the first word, 26 of the second, + 1/2) /
 * 2^52. */
static void open_interval(void **unused)
{
    (void)unused;
    gsl_rng *rng = gsl_rng_alloc(draw_philox), *words = gsl_rng_alloc(draw_philox);
    double low = 1, high = 0;
    for (uint32_t k = 0; k < 100000; k++) {
        const uint32_t counter[4] = {k, 7, 0, 0};
        draw_position(rng, 42, counter);
        draw_position(words, 42, counter);
        uint64_t first = gsl_rng_get(words), second = gsl_rng_get(words);
        double u = gsl_rng_uniform(rng);
        assert_true(u == ((double)(((first >> 6) << 26) | (second >> 6)) + 0.5) / 4503599627370496.0);
        assert_true(u > 0 && u < 1);
        low = fmin(low, u);
        high = fmax(high, u);
    }
    assert_true(low < 1e-4 && high > 1 - 1e-4);
    gsl_rng_free(rng);
    gsl_rng_free(words);
}

/* The ends of the interval: words of zeros give a number above 0, words of ones a number below 1 (with 53
 * bits k + 1/2 would be no double for k = 2^53 - 1 and round up to 1).  The words are put where the
 * generator keeps its block, found by its content. */
static void ends_of_the_interval(void **unused)
{
    (void)unused;
    const uint32_t counter[4] = {1, 2, 3, 4};
    for (int ones = 0; ones < 2; ones++) {
        gsl_rng *rng = gsl_rng_alloc(draw_philox);
        uint32_t block[4];
        philox_by_hand(counter, 42, block);
        draw_position(rng, 42, counter);
        gsl_rng_get(rng);
        unsigned char *at = memmem(gsl_rng_state(rng), gsl_rng_size(rng), block, sizeof block);
        assert_non_null(at);
        memset(at, ones ? 0xff : 0, sizeof block);
        double u = gsl_rng_uniform(rng);
        gsl_rng_free(rng);
        assert_true(u > 0);
        assert_true(u < 1);
        assert_true(isfinite(gsl_cdf_ugaussian_Pinv(u)));
    }
}

/* Uniform: mean 1/2, variance 1/12, no correlation of neighbours; 1e5 draws, five standard errors; a
 * chi-square over 100 cells stays under its 1 - 1e-6 quantile.  Drawn as the model draws: by step, state,
 * pair and purpose. */
static void moments(void **unused)
{
    (void)unused;
    enum { DRAWS = 100000 };
    struct synthetic made = synthetic_plain(50, 0);
    double sum = 0, squares = 0, lagged = 0, before = 0.5, chi = 0, z_sum = 0, z_squares = 0;
    size_t cell[100] = {0}, draws = 0;
    made.world->seed = 3;
    for (unsigned step = 0; draws < DRAWS; step++) {
        made.world->step = step;
        for (size_t i = 0; i < 50; i++)
            for (size_t j = 0; j < 50; j++) {
                if (i == j || draws == DRAWS)
                    continue;
                double u = draw_uniform(made.world, PURPOSE_PERCEPTION, i, j);
                double z = draw_normal(made.world, PURPOSE_PERCEPTION, i, j, 2);
                assert_close(z, 2 * gsl_cdf_ugaussian_Pinv(u), 1e-14);
                sum += u;
                squares += (u - 0.5) * (u - 0.5);
                lagged += (u - 0.5) * (before - 0.5);
                z_sum += z;
                z_squares += z * z;
                before = u;
                cell[(size_t)(u * 100)]++;
                draws++;
            }
    }
    double n = DRAWS;
    assert_true(fabs(sum / n - 0.5) < 5 * sqrt(1 / 12.0 / n));
    assert_true(fabs(squares / n - 1 / 12.0) < 5 * sqrt(1 / 180.0 / n));
    assert_true(fabs(lagged / n) < 5 / 12.0 / sqrt(n));
    assert_true(fabs(z_sum / n) < 5 * 2 / sqrt(n));
    assert_true(fabs(z_squares / n - 4) < 5 * 4 * sqrt(2 / n));
    for (size_t k = 0; k < 100; k++)
        chi += ((double)cell[k] - n / 100) * ((double)cell[k] - n / 100) / (n / 100);
    assert_true(chi < gsl_cdf_chisq_Qinv(1e-6, 99) && chi > gsl_cdf_chisq_Pinv(1e-6, 99));
    synthetic_free(made);
}

/* Seeds 0, 2^32 and 2^64 - 1 are seeds like any other: valid, and with draws of their own. */
static void seeds(void **unused)
{
    (void)unused;
    const uint64_t seed[] = {0, 1, (uint64_t)1 << 32, ((uint64_t)1 << 32) + 1, UINT64_MAX, UINT64_MAX - 1};
    struct synthetic made = synthetic_plain(3, 0);
    double u[6];
    for (size_t k = 0; k < 6; k++) {
        made.world->seed = seed[k];
        u[k] = draw_uniform(made.world, PURPOSE_GROWTH, 0, 0);
        assert_true(u[k] > 0 && u[k] < 1);
        for (size_t l = 0; l < k; l++)
            assert_true(u[k] != u[l]);
    }
    synthetic_free(made);
}

/* A draw is a function of seed, replicate, step, who and what for, and of nothing else: each part changes
 * it, the ordered pair (i, j) differs from (j, i) and from i alone, and the same identity gives the same
 * number in a world with other numbers for its states. */
static void identity(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_make(14, 5, false);
    size_t n = 14, count = 0, to[14];
    double *all = calloc(4 * 3 * 2 * n * n, sizeof *all);
    for (uint64_t replicate = 0; replicate < 4; replicate++)
        for (unsigned step = 0; step < 3; step++)
            for (enum purpose purpose = PURPOSE_GROWTH; purpose <= PURPOSE_PERCEPTION; purpose++)
                for (size_t e = 0; e < n * n; e++) {
                    made.world->replicate = replicate;
                    made.world->step = step;
                    all[count++] = draw_uniform(made.world, purpose, e / n, e % n);
                }
    for (size_t k = 0; k < count; k++)
        for (size_t l = 0; l < k; l++)
            if (all[k] == all[l])
                fail_msg("draws %zu and %zu are one", k, l);
    free(all);
    for (size_t i = 0; i < n; i++)
        to[i] = (5 * i + 3) % n;
    struct synthetic other = synthetic_relabel(made, to);
    other.world->replicate = made.world->replicate;
    other.world->step = made.world->step;
    made.world->model.run_economy = 0; /* what else is on does not matter */
    for (size_t e = 0; e < n * n; e++)
        assert_true(draw_uniform(made.world, PURPOSE_PERCEPTION, e / n, e % n) ==
                    draw_uniform(other.world, PURPOSE_PERCEPTION, to[e / n], to[e % n]));
    synthetic_free(other);
    synthetic_free(made);
}

/* As a gsl_rng the generator serves GSL's distributions: mean 0 and variance 1 of gsl_ran_gaussian, five
 * standard errors; uniform_int covers its range. */
static void distributions(void **unused)
{
    (void)unused;
    enum { DRAWS = 100000 };
    gsl_rng *rng = gsl_rng_alloc(draw_philox);
    gsl_rng_set(rng, 0);
    double sum = 0, squares = 0;
    unsigned seen = 0;
    for (int k = 0; k < DRAWS; k++) {
        double z = gsl_ran_gaussian(rng, 1);
        assert_true(isfinite(z));
        sum += z;
        squares += z * z;
        seen |= 1u << gsl_rng_uniform_int(rng, 10);
    }
    assert_true(fabs(sum / DRAWS) < 5 / sqrt(DRAWS));
    assert_true(fabs(squares / DRAWS - 1) < 5 * sqrt(2.0 / DRAWS));
    assert_int_equal(seen, 0x3ff);
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers), cmocka_unit_test(stream),
        cmocka_unit_test(open_interval), cmocka_unit_test(ends_of_the_interval),
        cmocka_unit_test(moments),       cmocka_unit_test(seeds),
        cmocka_unit_test(identity),      cmocka_unit_test(distributions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
