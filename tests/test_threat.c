/* The loop over pairs: every width of vectors gives the bytes of the formula, element by element. */
#include "synthetic.h"

#include "model/threat.c" /* its widths are private */

enum { MOST = 21, HELPERS = 3 };

static void fill(double *row, size_t n, unsigned salt)
{
    for (size_t j = 0; j < n; j++)
        row[j] = fmod(0.137 * (double)(j + 1) * (double)(salt + 1) + 0.011 * salt, 1);
}

static bool has(size_t width)
{
#ifdef __x86_64__
    if (width == 8)
        return __builtin_cpu_supports("avx512f");
    if (width == 4)
        return __builtin_cpu_supports("avx2");
#endif
    return width == 2;
}

static void widths_agree(void **state)
{
    static const struct {
        void (*all)(const struct view *, size_t);
        size_t width;
    } look_of[] = {
        {all_of_two, 2},
#ifdef __x86_64__
        {all_of_four, 4},
        {all_of_eight, 8},
#endif
    };
    static const double exponent[] = {0, 1, 2, 3, 0.7, 2.5};
    enum { EXPONENTS = sizeof exponent / sizeof exponent[0] };
    double felt[MOST], h[MOST], offence[MOST], k[HELPERS][MOST];
    size_t tried = 0;
    (void)state;
    fill(felt, MOST, 1);
    fill(h, MOST, 2);
    fill(offence, MOST, 3);
    h[4] = 0; /* 0^0 is 1 */
    for (size_t c = 0; c < HELPERS; c++)
        fill(k[c], MOST, 4 + (unsigned)c);
    for (size_t w = 0; w < sizeof look_of / sizeof look_of[0]; w++)
        for (size_t n = 1; has(look_of[w].width) && n < MOST; n++)
            for (size_t e = 0; e < EXPONENTS * EXPONENTS * EXPONENTS; e++) {
                double D[MOST + 1], intent[MOST + 1], tau[MOST + 1];
                const double *opposition[HELPERS];
                double help[HELPERS];
                struct view v = {.opposition = opposition,
                                 .help = help,
                                 .felt = felt,
                                 .hostility = h,
                                 .offence = offence,
                                 .helpers = HELPERS,
                                 .own = 0.031,
                                 .exposed = 0.9,
                                 .wO = exponent[e % EXPONENTS],
                                 .wI = exponent[e / EXPONENTS % EXPONENTS],
                                 .mu = exponent[e / EXPONENTS / EXPONENTS],
                                 .defence = D,
                                 .intent = intent,
                                 .threat = tau};
                for (size_t c = 0; c < HELPERS; c++) {
                    v.opposition[c] = k[c];
                    v.help[c] = 0.013 * (double)(c + 1);
                }
                D[n] = intent[n] = tau[n] = -7; /* nothing is written behind the row */
                look_of[w].all(&v, n);
                assert_true(D[n] == -7 && intent[n] == -7 && tau[n] == -7);
                for (size_t j = 0; j < n; j++) {
                    double against = v.own;
                    for (size_t c = 0; c < HELPERS; c++)
                        against += v.help[c] * k[c][j];
                    double meant = world_raise(offence[j], v.wO) * world_raise(h[j], v.wI) * v.exposed;
                    double power = world_raise(felt[j], v.mu);
                    double seen = power / (power + world_raise(against, v.mu)) * meant;
                    assert_memory_equal(&D[j], &against, sizeof against);
                    assert_memory_equal(&intent[j], &meant, sizeof meant);
                    assert_memory_equal(&tau[j], &seen, sizeof seen);
                    tried++;
                }
            }
    assert_true(tried > 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(widths_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
