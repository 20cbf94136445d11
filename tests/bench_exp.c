/* The limit against which the loop over pairs is held: the plain loop y[k] = exp(x[k]) over arrays in the first cache, as
 * the compiler makes vectors of it.  That takes -ffast-math, which this file alone is compiled with (CMakeLists.txt): glibc
 * then offers its vector functions of 2, 4 and 8 numbers, within 4 units of the last place.  A compiler or library without
 * them gives the scalar loop, which is then the limit. */
#include "bench.h"

#include <math.h>

enum { LENGTH = 1024, REPEATS = 16, TRIES = 200 };
static double x[LENGTH], y[LENGTH];

static void narrow(void)
{
    for (size_t k = 0; k < LENGTH; k++)
        y[k] = exp(x[k]);
}

#ifdef __x86_64__
__attribute__((target("avx2,fma"))) static void wide(void)
{
    for (size_t k = 0; k < LENGTH; k++)
        y[k] = exp(x[k]);
}

__attribute__((target("avx512f"))) static void widest(void)
{
    for (size_t k = 0; k < LENGTH; k++)
        y[k] = exp(x[k]);
}
#endif

static void (*const loop[])(void) = {
    narrow,
#ifdef __x86_64__
    wide,
    widest,
#endif
};

size_t bench_exp_widths(const char *name[BENCH_WIDTHS])
{
    name[0] = "as narrow as the build";
    size_t widths = 1;
#ifdef __x86_64__
    name[1] = "AVX2";
    name[2] = "AVX-512";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        widths = __builtin_cpu_supports("avx512f") ? 3 : 2;
#endif
    return widths;
}

double bench_exp(size_t width)
{
    double best = 1e300;
    for (size_t k = 0; k < LENGTH; k++)
        x[k] = -10 + 20 * ((double)k + 0.5) / LENGTH;
    for (int try = 0; try < TRIES; try++) {
        double from = bench_busy();
        for (int k = 0; k < REPEATS; k++) {
            loop[width]();
            __asm__ volatile("" ::"r"(x), "r"(y) : "memory"); /* every round is needed */
        }
        best = fmin(best, (bench_busy() - from) / (REPEATS * LENGTH));
    }
    return best;
}
