#include "ensemble/precision.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>

/* A point so far: moments by Welford's (1962) recurrence. */
struct point {
    size_t played, good; /* replicates that were played, and those whose value is known */
    size_t due;          /* good runs at which it is asked again whether they are enough */
    double mean, squares;
    bool enough;
};

struct precision {
    const struct scenario *scenario; /* borrowed */
    double asked;                    /* half-width */
    enum { OF_SCENARIO, OF_BASELINE, OF_EFFECT, OF_CLAIM } what;
    size_t which; /* summary or claim */
    struct point *point;
};

static enum status refuse(struct messages *messages, const char *format, const char *text)
{
    message_add(messages, SEVERITY_ERROR, (struct place){"--precision", 0, NULL}, format, text);
    return STATUS_INVALID;
}

/* Number of a summary or claim by name; `count` if there is none. */
static size_t summary_of(const struct scenario *s, const char *name)
{
    size_t k = 0;
    while (k < s->summaries && strcmp(s->summary[k].name, name) != 0)
        k++;
    return k;
}

static bool find(struct precision *p, const char *name, const bool *plays)
{
    const struct scenario *s = p->scenario;
    bool effect = strncmp(name, "effect/", 7) == 0, baseline = strncmp(name, "baseline/", 9) == 0;
    p->what = effect ? OF_EFFECT : baseline ? OF_BASELINE : OF_SCENARIO;
    p->which = summary_of(s, name + (effect ? 7 : baseline ? 9 : 0));
    if (p->which < s->summaries)
        return p->what == OF_SCENARIO || plays[1];
    p->what = OF_CLAIM;
    for (p->which = 0; p->which < s->claims; p->which++)
        if (strcmp(s->claim[p->which].id, name) == 0)
            return true;
    return false;
}

enum status precision_begin(const char *text, const struct scenario *s, const bool *plays,
                            struct precision **out, struct messages *messages)
{
    struct precision *p = calloc(1, sizeof *p);
    char *name = strdup(text), *equals = name ? strrchr(name, '=') : NULL, *end = NULL;
    enum status status = p && name ? STATUS_OK : STATUS_FAILED;
    if (status == STATUS_OK) {
        p->scenario = s;
        p->asked = equals ? strtod(equals + 1, &end) : NAN;
        p->point = calloc(s->points + 1, sizeof *p->point);
        status = p->point ? STATUS_OK : STATUS_FAILED;
    }
    if (status == STATUS_OK &&
        (equals == NULL || end == equals + 1 || *end != '\0' || !(p->asked > 0) || isinf(p->asked)))
        status = refuse(messages, "'%s' is not allowed (allowed: QUANTITY=HALF-WIDTH, a number above 0)", text);
    if (status == STATUS_OK) {
        *equals = '\0';
        if (!find(p, name, plays))
            status = refuse(messages,
                            "'%s' is no quantity of this sweep (allowed: a summary of it, baseline/SUMMARY or "
                            "effect/SUMMARY where a baseline is played, or the id of a claim)",
                            name);
    }
    for (size_t k = 0; status == STATUS_OK && k < s->points; k++)
        p->point[k].due = PRECISION_LEAST;
    free(name);
    if (status != STATUS_OK)
        precision_free(p);
    *out = status == STATUS_OK ? p : NULL;
    return status;
}

void precision_free(struct precision *p)
{
    if (p == NULL)
        return;
    free(p->point);
    free(p);
}

/* Half of the 95 % interval of a mean; NAN of fewer than two values. */
static double half(const struct point *point)
{
    double n = (double)point->good;
    return n < 2 ? NAN : gsl_cdf_tdist_Pinv(0.975, n - 1) * sqrt(point->squares / (n - 1) / n);
}

size_t precision_mark(const struct precision *p, struct batch *b)
{
    size_t needed = 0;
    for (size_t k = 0; k < b->count; k++)
        if (p->point[b->run[k] % p->scenario->points].enough)
            b->status[k] = RUN_NOT_NEEDED;
        else
            needed++;
    return needed;
}

static double value_of(const struct precision *p, const struct batch *b, size_t slot)
{
    size_t at = p->which * b->most + slot;
    switch (p->what) {
    case OF_BASELINE:
        return b->summary[1][at];
    case OF_EFFECT:
        return b->summary[0][at] - b->summary[1][at];
    case OF_CLAIM:
        return b->effect[at];
    default:
        return b->summary[0][at];
    }
}

void precision_learn(struct precision *p, const struct batch *b)
{
    for (size_t k = 0; k < b->count; k++) {
        struct point *point = &p->point[b->run[k] % p->scenario->points];
        double value = b->status[k] == RUN_OK ? value_of(p, b, k) : NAN;
        point->played++;
        if (!isfinite(value))
            continue;
        double off = value - point->mean;
        point->mean += off / (double)++point->good;
        point->squares += off * (value - point->mean);
    }
    for (size_t k = 0; k < b->count;
         k++) { /* between batches, so that it does not matter who plays which run */
        struct point *point = &p->point[b->run[k] % p->scenario->points];
        if (point->enough || point->good < point->due)
            continue;
        point->enough = half(point) <= p->asked;
        point->due = point->good + point->good / 4; /* the less often it is asked, the less luck ends it */
    }
}

struct experiment_reached precision_tell(const struct precision *p)
{
    struct experiment_reached report = {.points = p->scenario->points, .least = SIZE_MAX};
    for (size_t k = 0; k < report.points; k++) {
        const struct point *point = &p->point[k];
        double wide = half(point);
        report.reached += point->good >= PRECISION_LEAST && wide <= p->asked;
        report.alike += point->good >= PRECISION_LEAST && point->squares == 0;
        report.runs += point->played;
        report.least = point->played < report.least ? point->played : report.least;
        report.most = point->played > report.most ? point->played : report.most;
        report.widest = isnan(report.widest) || isnan(wide) ? NAN : fmax(report.widest, wide);
    }
    return report;
}
