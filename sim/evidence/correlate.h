/* Rank correlation, its chance under a random order, quantiles, and exact intervals of shares (D.6). */
#ifndef EQUIPOISE_EVIDENCE_CORRELATE_H
#define EQUIPOISE_EVIDENCE_CORRELATE_H

#include <stddef.h>
#include <stdint.h>

/* Up to this many points all orders are tried; above it CORRELATE_DRAWS of them. */
#define CORRELATE_EXACT 8
#define CORRELATE_DRAWS 10000

/* Ranks from 1 on; ties share the mean of theirs. */
void correlate_ranks(const double *value, size_t count, double *rank);

/* Spearman's rank correlation of `groups` rows of `count` points, ranked within each row: with one row the usual one,
 * with more the pooled one.  NAN for fewer than three points, where a side does not vary, or a value is not known. */
double correlate_spearman(const double *x, const double *y, size_t groups, size_t count);

/* Share of the orders of y's points (the same for all rows) that correlate at least as much: a one-sided test of no
 * relation against a positive one.  Above CORRELATE_EXACT points by draws keyed by `seed`, the order found included.
 * NAN where the correlation is. */
double correlate_chance(const double *x, const double *y, size_t groups, size_t count, uint64_t seed);

/* The value that a share of them lies below, between ranks by interpolation; they are sorted.  NAN of none. */
double correlate_quantile(double *value, size_t count, double share);

/* 5 and 95 % of the known among `count` values, which are reordered; NAN for fewer than two. */
void correlate_tails(double *value, size_t count, double *low, double *high);

/* Exact 95 % interval (Clopper and Pearson 1934) of a share; NAN of none. */
void correlate_interval(size_t right, size_t count, double *low, double *high);

#endif
