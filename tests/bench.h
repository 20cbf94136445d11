/* What the files of the benchmark share. */
#ifndef EQUIPOISE_TESTS_BENCH_H
#define EQUIPOISE_TESTS_BENCH_H

#include "scenario/scenario.h"

#include <stdio.h>

/* Seconds: of a clock that only goes on; of processor time of this process; of that and the system's, children included
 * that it has waited for. */
double bench_wall(void);
double bench_busy(void);
double bench_work(void);

/* The shipped scenario of 14 states, or one around a synthetic world; one arm. */
struct scenario *bench_scenario(size_t states);

/* Best time of a step alone, without copies and records, in `seconds` of trying. */
double bench_step(struct scenario *scenario, double seconds);

/* The widths of vectors for which this compiler makes a vector exp(), of those that the machine has: their number, at most
 * BENCH_WIDTHS, with the widest last. */
enum { BENCH_WIDTHS = 4 };
size_t bench_exp_widths(const char *name[BENCH_WIDTHS]);

/* Best seconds per element of the plain loop y[k] = exp(x[k]) over arrays that fit the first cache. */
double bench_exp(size_t width);

/* Best seconds, for an ordered pair, of the loop over pairs, and of all that makes threats. */
void bench_pairs(struct world *world, double best[2]);

/* Ratios, in `rounds` in which what is compared takes turns; printed, and if `output` is not NULL written to that file,
 * for analysis/equipoise/speed.py.  False if it cannot be written. */
bool bench_ratios(size_t rounds, const char *output);

#endif
