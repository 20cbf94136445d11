#include "evidence/verdict.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

const char *verdict_word(enum verdict verdict)
{
    static const char *const words[] = {"supported", "not supported", "too small", "no effect", "unknown"};
    return words[verdict];
}

/* Whether the claim says itself how large an effect must be. */
static bool has_least(const struct result_claim *claim)
{
    return !isnan(claim->least) || !isnan(claim->least_relative);
}

/* Bound for a mean or for one run. */
static double bound_of(const struct result_claim *claim, double level)
{
    if (!isnan(claim->least))
        return claim->least;
    if (!isnan(claim->least_relative))
        return claim->least_relative * fabs(level);
    return claim->share ? VERDICT_SHARE_BOUND : VERDICT_RELATIVE_BOUND * fabs(level);
}

/* A placebo stays if it is below the bound of the claim, or without one below both of D.3; utilities and probabilities
 * know the one in points alone, money and other units the relative one. */
static bool stays(const struct result_claim *claim, double effect, double level)
{
    if (has_least(claim))
        return effect == 0 || fabs(effect) < bound_of(claim, level);
    const char *unit = claim->unit ? claim->unit : "1";
    bool points = strcmp(unit, "util") == 0 || strcmp(unit, "probability") == 0;
    bool both = strcmp(unit, "1") == 0 || strncmp(unit, "share", 5) == 0;
    bool small = fabs(effect) < VERDICT_SHARE_BOUND,
         slight = fabs(effect) < VERDICT_RELATIVE_BOUND * fabs(level);
    return effect == 0 || (points ? small : both ? small && slight : slight);
}

/* The sign that is expected: 1 up, -1 down, 0 none; `weak`: it may also be nothing. */
static int sign_of(const char *expect, bool *weak)
{
    *weak = strncmp(expect, "not_", 4) == 0;
    if (strcmp(expect, "increase") == 0 || strcmp(expect, "not_decrease") == 0)
        return 1;
    return strcmp(expect, "no_change") == 0 ? 0 : -1;
}

static bool has_sign(const struct result_claim *claim, double effect, double level)
{
    bool weak;
    int sign = sign_of(claim->expect, &weak);
    if (sign == 0)
        return stays(claim, effect, level);
    if (weak) /* a step back counts from the least size on, where the claim has one */
        return sign * effect >= 0 || (has_least(claim) && fabs(effect) < bound_of(claim, level));
    return sign * effect > 0;
}

/* As expected in sign and size; size is no matter where nothing is expected to happen. */
static bool counts(const struct result_claim *claim, double effect, double level)
{
    bool weak;
    bool any = sign_of(claim->expect, &weak) == 0 || weak;
    return has_sign(claim, effect, level) && (any || fabs(effect) >= bound_of(claim, level));
}

static bool is_of_runs(const struct result_claim *claim)
{
    return !isnan(claim->runs_low);
}

/* By the share of runs that count; `sign`: share of runs with the sign alone. */
static enum verdict judge_runs(const struct result_claim *claim, double share, double sign)
{
    if (share >= claim->runs_low && share <= claim->runs_high)
        return VERDICT_SUPPORTED;
    return share < claim->runs_low && sign >= claim->runs_low ? VERDICT_TOO_SMALL : VERDICT_NOT_SUPPORTED;
}

/* By the mean. */
static enum verdict judge(const struct result_claim *claim, const struct finding *f)
{
    bool weak;
    int sign = sign_of(claim->expect, &weak);
    if (sign == 0 || weak)
        return has_sign(claim, f->effect, f->level) ? VERDICT_SUPPORTED : VERDICT_NOT_SUPPORTED;
    if (f->effect == 0)
        return VERDICT_NO_EFFECT;
    if (sign * f->effect < 0)
        return VERDICT_NOT_SUPPORTED;
    return fabs(f->effect) >= f->bound ? VERDICT_SUPPORTED : VERDICT_TOO_SMALL;
}

double verdict_cleaned(double effect, double level)
{
    return fabs(effect) <= 1e-12 * fmax(1, fabs(level)) ? 0 : effect;
}

bool verdict_asks(const struct result_claim *claim)
{
    return has_least(claim) || is_of_runs(claim);
}

struct finding verdict_find(const struct result_claim *claim, size_t runs)
{
    struct finding f = {.low = NAN, .high = NAN, .share = NAN, .effect = NAN, .level = NAN};
    double effect = 0, level = 0, squares = 0, right = 0, sized = 0;
    for (size_t r = 0; r < runs; r++) {
        if (!isfinite(claim->effect[r]))
            continue;
        f.runs++;
        double one = verdict_cleaned(claim->effect[r], claim->level[r]);
        double step = one - effect; /* Welford's running mean and sum of squares */
        effect += step / (double)f.runs;
        squares += step * (one - effect);
        level += (claim->level[r] - level) / (double)f.runs;
        right += has_sign(claim, one, claim->level[r]);
        sized += counts(claim, one, claim->level[r]);
    }
    if (f.runs > 0) {
        f.effect = verdict_cleaned(effect, level);
        f.level = level;
        f.share = (verdict_asks(claim) ? sized : right) / (double)f.runs;
    }
    if (f.runs > 1) {
        double n = (double)f.runs;
        double half = gsl_cdf_tdist_Pinv(0.975, n - 1) * sqrt(squares / (n - 1) / n);
        f.low = effect - half;
        f.high = effect + half;
    }
    f.bound = bound_of(claim, f.level);
    f.verdict = f.runs == 0         ? VERDICT_UNKNOWN
                : is_of_runs(claim) ? judge_runs(claim, f.share, right / (double)f.runs)
                                    : judge(claim, &f);
    return f;
}

void verdict_judge(struct result_claim *claim, size_t runs)
{
    struct finding f = verdict_find(claim, runs);
    claim->mean = f.effect;
    claim->low = f.low;
    claim->high = f.high;
    claim->bound = f.bound;
    claim->right = f.share;
    claim->verdict = verdict_word(f.verdict);
}
