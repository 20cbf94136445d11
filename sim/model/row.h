/* Arithmetic on rows of numbers, as wide as the machine allows.
 *
 * A function marked ROW_WIDE is compiled for several widths of vectors; the program takes the widest that the machine has
 * when it starts.  This changes no byte of a result: in such loops every element is worked out on its own, by the
 * same operations in the same order, and nothing is contracted (CMakeLists.txt).  Sums along a row keep their order, and so
 * are no matter for them. */
#ifndef EQUIPOISE_MODEL_ROW_H
#define EQUIPOISE_MODEL_ROW_H

#include <math.h>
#include <stddef.h>
#include <string.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
/* The width is chosen before sanitizers are ready; without a choice all is as narrow as the build allows. */
#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)
#define ROW_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define ROW_WIDE
#endif

/* Some neighbours in a row; arithmetic works on each.  Compilers make of it what the machine's registers hold. */
enum { ROW_LANES = 8 };
typedef double row_lanes __attribute__((vector_size(ROW_LANES * sizeof(double))));

/* `width` numbers from a row; the others stay what they are. */
static inline void row_load(row_lanes *x, const double *row, size_t width)
{
    memcpy(x, row, width * sizeof *row);
}

static inline void row_store(double *row, const row_lanes *x, size_t width)
{
    memcpy(row, x, width * sizeof *row);
}

/* x = x^e, as world_raise() has it. */
static inline void row_raise(row_lanes *x, double e)
{
    if (e == 2)
        *x = *x * *x;
    else if (e == 3)
        *x = *x * *x * *x;
    else if (e != 1)
        for (size_t l = 0; l < ROW_LANES; l++)
            (*x)[l] = e == 0 ? 1 : pow((*x)[l], e);
}

#endif
