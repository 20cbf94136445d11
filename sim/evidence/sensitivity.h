/* Sensitivity of a quantity to the factors of a design: Sobol' indices, elementary effects, and what is luck.
 *
 * Sobol' indices of a design by Saltelli's scheme, outputs centred first, V the variance over all A and B:
 *   first    mean of B (AB_i - A), over V       Sobol' et al. (2007), Saltelli et al. (2010)
 *   total    half the mean of (A - AB_i)^2, over V       Jansen (1999)
 *   second   mean of BA_i AB_j - A B, over V, less both first; mean of (i, j) and (j, i)       Saltelli (2002)
 * Elementary effects, change by signed step:
 *   mu, sigma   mean and standard deviation       Morris (1991)
 *   mu*         mean of sizes       Campolongo, Cariboni and Saltelli (2007)
 * Intervals: percentile bootstrap (Efron 1979) over whole blocks or trajectories, the outputs centred anew in each
 * resample.  A Sobol' sequence covers the factors more evenly than draws, so that they are rather too wide then.
 *
 * What is not known is NAN: everything where the output does not vary or fewer than two blocks are whole, intervals
 * under SENSITIVITY_LEAST blocks and where V is nothing in some resample.  Estimates are never clipped: noise can
 * carry an index below 0 or above 1.
 *
 * Sobol' et al. 2007, Reliab. Eng. Syst. Saf. 92: 957; Saltelli et al. 2010, Comput. Phys. Commun. 181: 259; Jansen
 * 1999, same 117: 35; Saltelli 2002, same 145: 280; Morris 1991, Technometrics 33: 161; Campolongo et al. 2007,
 * Environ. Model. Softw. 22: 1509; Efron 1979, Ann. Stat. 7: 1; Searle, Casella and McCulloch 1992, Variance
 * Components. */
#ifndef EQUIPOISE_EVIDENCE_SENSITIVITY_H
#define EQUIPOISE_EVIDENCE_SENSITIVITY_H

#include "base/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SENSITIVITY_RESAMPLES 1000
#define SENSITIVITY_LEAST 5 /* blocks that an interval needs: 126 different resamples */

/* One quantity over all runs of a design; borrowed.  Replicates share their draws across points. */
struct sensitivity_runs {
    const double
        *value; /* [replicates][blocks][size]; NAN where a run failed, was not played, or it is not known */
    size_t replicates, blocks, size; /* size: points of a block (A, AB_1.., [BA_1..], B) or of a trajectory */
};

struct sensitivity_estimate {
    double value, low, high; /* with its 95 % interval */
};

/* Marks the blocks of which every run is known; returns how many.  The others are left out of everything here. */
size_t sensitivity_whole(const struct sensitivity_runs *runs, bool *whole);

/* Indices of the mean over the replicates: out[0..factors) first, out[factors..2 factors) total, and if `second`
 * out[(2 + i) factors + j] for i < j; the rest of these is NAN.  size is factors + 2, or 2 factors + 2 where the design
 * has the BA that `second` needs.  `seed` fixes the resamples.  STATUS_FAILED if memory ran out. */
enum status sensitivity_sobol(const struct sensitivity_runs *runs, size_t factors, bool second, uint64_t seed,
                              struct sensitivity_estimate *out);

/* Elementary effects of the mean over the replicates, in units of the quantity for the whole range of a factor:
 * out[0..factors) mu*, out[factors..2 factors) mu, out[2 factors..3 factors) sigma.  moved[blocks][size]: the factor
 * that moved to come to this point, -1 at a start, each factor once in a trajectory; step[blocks][size]: by how much of
 * its range, not 0. */
enum status sensitivity_morris(const struct sensitivity_runs *runs, size_t factors, const double *moved,
                               const double *step, uint64_t seed, struct sensitivity_estimate *out);

/* Where the variance of one run comes from; NAN with one replicate.  A two-way analysis of variance, points x
 * replicates, both random (Searle et al. 1992): no share is bound to 0..1.  Points of one block are not independent,
 * so only pairs of points from different blocks enter the variances over points; with blocks of one point it is the
 * textbook's. */
struct sensitivity_variance {
    double variance;               /* of one run at any point, with any draws */
    double parameters, luck, both; /* shares of it: points, replicates, luck that depends on the parameters */
};
enum status sensitivity_variance(const struct sensitivity_runs *runs, struct sensitivity_variance *out);

#endif
