/* From paired effects to a verdict on a claim (D.3). */
#ifndef EQUIPOISE_EVIDENCE_VERDICT_H
#define EQUIPOISE_EVIDENCE_VERDICT_H

#include "result/result.h"

/* An effect counts from 0.5 % of the comparison's level on; of a share from 0.002 on; or from where the claim says. */
#define VERDICT_RELATIVE_BOUND 0.005
#define VERDICT_SHARE_BOUND 0.002

enum verdict {
    VERDICT_SUPPORTED,
    VERDICT_NOT_SUPPORTED,
    VERDICT_TOO_SMALL,
    VERDICT_NO_EFFECT,
    VERDICT_UNKNOWN
};

/* What the runs say of one claim. */
struct finding {
    size_t runs;          /* that count */
    double effect, level; /* means over the runs */
    double low, high;     /* 95 % interval of the mean effect, Student's t over paired seeds; NAN for one run */
    double bound;         /* least size that counts */
    double share; /* of runs with the expected sign (no change: within the bounds), and size if it asks */
    enum verdict verdict;
};

/* Whether a claim says itself how large its effect must be, or in how many runs; then the size of each run counts. */
bool verdict_asks(const struct result_claim *claim);

/* Judges a claim on the runs whose effect is finite: by their mean, or by the share of them that the claim asks for. */
struct finding verdict_find(const struct result_claim *claim, size_t runs);

/* The effect, or 0 if it is no more than the last bits of the level: means of equal numbers differ in those. */
double verdict_cleaned(double effect, double level);

/* Writes the finding into the claim, for a result file. */
void verdict_judge(struct result_claim *claim, size_t runs);

/* "supported", "not supported", "too small", "no effect", "unknown". */
const char *verdict_word(enum verdict verdict);

#endif
