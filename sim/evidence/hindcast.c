#include "evidence/hindcast.h"
#include "evidence/correlate.h"
#include "evidence/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The runs, what they are held against, and room for a number a run. */
struct plays {
    const struct scenario *s;
    const struct hindcast *h;
    struct trace t; /* quantities: dates, poles, series, risks, steady, than */
    double *room, *other;
};

const char *hindcast_word(enum hindcast_verdict verdict)
{
    static const char *const words[] = {
        "met", "early", "late", "never", "already so", "never, as in history", "happened"};
    return words[verdict];
}

/* ---- dates --------------------------------------------------------------------------------------------- */

long hindcast_find(const double *values, long start, long first, long last, double becomes, bool *already)
{
    *already = values[first - start] == becomes;
    for (long quarter = first; quarter <= last; quarter++)
        if (values[quarter - start + 1] == becomes && values[quarter - start] != becomes)
            return quarter;
    return 0;
}

static enum hindcast_verdict judge(const struct hindcast_date *date, long quarter, bool already)
{
    long late = quarter - date->on;
    if (date->never)
        return quarter ? HINDCAST_CAME : HINDCAST_STAYED;
    if (quarter == 0)
        return already ? HINDCAST_ALREADY : HINDCAST_MISSED;
    return labs(late) <= HINDCAST_QUARTERS ? HINDCAST_MET : late < 0 ? HINDCAST_EARLY : HINDCAST_LATE;
}

static void score_dates(struct plays *p, struct hindcast_score *score)
{
    for (size_t d = 0; d < p->h->dates; d++) {
        const struct hindcast_date *date = &p->h->date[d];
        struct hindcast_event *event = &score->event[d];
        size_t good = 0, came = 0, right = 0;
        bool already;
        event->quarter = hindcast_find(trace_row(&p->t, 0, d), p->s->start, date->first, date->last,
                                       date->becomes, &already);
        event->verdict = judge(date, event->quarter, already);
        event->error = event->quarter && !date->never ? (double)(event->quarter - date->on) / 4 : NAN;
        for (size_t run = 1; run < p->t.runs; run++) {
            if (trace_broken(&p->t, run))
                continue;
            long quarter = hindcast_find(trace_row(&p->t, run, d), p->s->start, date->first, date->last,
                                         date->becomes, &already);
            enum hindcast_verdict verdict = judge(date, quarter, already);
            good++;
            right += verdict == HINDCAST_MET || verdict == HINDCAST_STAYED;
            if (quarter)
                p->room[came++] = (double)quarter;
        }
        event->share = good ? (double)right / (double)good : NAN;
        event->any = good ? (double)came / (double)good : NAN;
        event->median = correlate_quantile(p->room, came, 0.5);
    }
}

/* Whether a change belongs to an event that was found. */
static bool expected(const struct plays *p, const struct hindcast_score *score, const char *text,
                     double becomes, long quarter)
{
    for (size_t d = 0; d < p->h->dates; d++)
        if (strcmp(p->h->date[d].asked.quantity_text, text) == 0 && p->h->date[d].becomes == becomes &&
            score->event[d].quarter == quarter)
            return true;
    return false;
}

static bool find_surprises(const struct plays *p, struct hindcast_score *score)
{
    score->surprise = calloc(p->h->dates * p->t.length + 1, sizeof *score->surprise);
    for (size_t d = 0; score->surprise != NULL && d < p->h->dates; d++) {
        const double *values = trace_row(&p->t, 0, d);
        const char *text = p->h->date[d].asked.quantity_text;
        bool seen = false;
        for (size_t e = 0; e < d; e++)
            seen = seen || strcmp(p->h->date[e].asked.quantity_text, text) == 0;
        for (size_t k = 1; !seen && k < p->t.length; k++)
            if (values[k] != values[k - 1] && !expected(p, score, text, values[k], p->s->start + (long)k - 1))
                score->surprise[score->surprises++] =
                    (struct hindcast_surprise){d, values[k], p->s->start + (long)k - 1};
    }
    return score->surprise != NULL;
}

/* ---- phases -------------------------------------------------------------------------------------------- */

static double phase_mean(const struct plays *p, size_t run, size_t phase, size_t pole)
{
    return trace_mean(&p->t, run, p->h->dates + pole, p->h->phase[phase].first, p->h->phase[phase].last);
}

static int sign_of(double change, double least)
{
    return (change >= least) - (change <= -least);
}

static void score_signs(const struct hindcast *h, struct hindcast_score *score)
{
    for (size_t pole = 0; pole <= h->poles; pole++) {
        struct hindcast_signs *signs = &score->signs[pole];
        for (size_t k = h->poles; k < h->phases * h->poles; k++) {
            const struct hindcast_cell *cell = &score->cell[k];
            if (pole < h->poles && k % h->poles != pole)
                continue;
            signs->changes++;
            signs->all_right += cell->agrees;
            signs->moves += cell->coded_change != 0;
            signs->right += cell->coded_change != 0 && cell->agrees;
            signs->still_right += cell->coded_change == 0;
        }
        correlate_interval(signs->right, signs->moves, &signs->low, &signs->high);
    }
}

/* Coded and simulated levels, [pole][phase]: for one pole or all. */
static void gather(const struct plays *p, size_t run, double *coded, double *simulated)
{
    for (size_t pole = 0; pole < p->h->poles; pole++)
        for (size_t k = 0; k < p->h->phases; k++) {
            coded[pole * p->h->phases + k] = p->h->level[k * p->h->poles + pole];
            simulated[pole * p->h->phases + k] = phase_mean(p, run, k, pole);
        }
}

static bool score_phases(struct plays *p, struct hindcast_score *score)
{
    const struct hindcast *h = p->h;
    size_t all = h->phases * h->poles;
    double *coded = calloc(all + 1, sizeof *coded), *simulated = calloc(all + 1, sizeof *simulated);
    for (size_t k = 0; k < all; k++) {
        struct hindcast_cell *cell = &score->cell[k];
        for (size_t run = 1; run < p->t.runs; run++)
            p->room[run - 1] = phase_mean(p, run, k / h->poles, k % h->poles);
        correlate_tails(p->room, p->t.runs - 1, &cell->low, &cell->high);
        cell->simulated = phase_mean(p, 0, k / h->poles, k % h->poles);
        cell->coded_change = k < h->poles ? NAN : h->level[k] - h->level[k - h->poles];
        cell->change = k < h->poles ? NAN : cell->simulated - cell[-(ptrdiff_t)h->poles].simulated;
        cell->agrees =
            k >= h->poles && sign_of(cell->coded_change, 0.5) == sign_of(cell->change, h->least_change);
    }
    for (size_t pole = 0; coded && simulated && pole <= h->poles; pole++) {
        struct hindcast_relation *relation = &score->relation[pole];
        size_t groups = pole < h->poles ? 1 : h->poles, from = pole < h->poles ? pole * h->phases : 0;
        for (size_t run = 1; run < p->t.runs; run++) {
            gather(p, run, coded, simulated);
            p->room[run - 1] = correlate_spearman(coded + from, simulated + from, groups, h->phases);
        }
        correlate_tails(p->room, p->t.runs - 1, &relation->low, &relation->high);
        gather(p, 0, coded, simulated);
        relation->points = groups * h->phases;
        relation->rho = correlate_spearman(coded + from, simulated + from, groups, h->phases);
        relation->chance = correlate_chance(coded + from, simulated + from, groups, h->phases, p->s->seed);
        relation->rho_changes = relation->error = relation->still_error = NAN;
    }
    score_signs(h, score);
    bool good = coded != NULL && simulated != NULL;
    free(coded);
    free(simulated);
    return good;
}

/* ---- series, risks, steadiness ------------------------------------------------------------------------- */

static void yearly(const struct plays *p, size_t run, size_t watch, long from, size_t years, double *out)
{
    for (long y = 0; y < (long)years; y++)
        out[y] = trace_mean(&p->t, run, watch, 4 * (from + y), 4 * (from + y) + 3);
}

static bool score_series(struct plays *p, size_t watch, const struct hindcast_series *series,
                         struct hindcast_relation *relation)
{
    size_t n = series->count;
    double *given = calloc(4 * n + 1, sizeof *given);
    if (given == NULL)
        return false;
    double *played = given + n, *moves = given + 2 * n;
    for (size_t k = 0; k < n; k++)
        given[k] = series->sign * series->value[k];
    for (size_t run = 1; run < p->t.runs; run++) {
        yearly(p, run, watch, series->from, n, played);
        p->room[run - 1] = correlate_spearman(given, played, 1, n);
    }
    correlate_tails(p->room, p->t.runs - 1, &relation->low, &relation->high);
    yearly(p, 0, watch, series->from, n, played);
    relation->points = n;
    relation->rho = correlate_spearman(given, played, 1, n);
    relation->chance = correlate_chance(given, played, 1, n, p->s->seed);
    relation->error = relation->still_error = series->comparable ? 0 : NAN;
    for (size_t k = 1; k < n; k++) {
        moves[k - 1] = given[k] - given[k - 1];
        moves[n + k - 1] = played[k] - played[k - 1];
        relation->error += fabs(played[k] - series->value[k]) / (double)(n - 1);
        relation->still_error += fabs(moves[k - 1]) / (double)(n - 1);
    }
    relation->rho_changes = correlate_spearman(moves, moves + n, 1, n - 1);
    free(given);
    return true;
}

/* Whether history, which began as the world does, had come to the value by a quarter. */
static bool had_come(const struct hindcast *h, const struct hindcast_risk *risk, double begun, long quarter)
{
    double value = begun;
    long last = 0;
    for (size_t d = 0; d < h->dates; d++) {
        const struct hindcast_date *date = &h->date[d];
        if (!date->never && strcmp(date->asked.quantity_text, risk->asked.quantity_text) == 0 &&
            date->on < quarter && date->on >= last) {
            value = date->becomes;
            last = date->on;
        }
    }
    return value == risk->becomes;
}

static void score_risk(const struct plays *p, size_t watch, const struct hindcast_risk *risk,
                       struct hindcast_odds *odds)
{
    for (long first = (p->s->start + 3) / 4 * 4; first + 4 * risk->years - 1 <= p->s->end; first += 4) {
        long last = first + 4 * risk->years - 1;
        double could = 0, did = 0, outcome = 0;
        if (had_come(p->h, risk, trace_row(&p->t, 0, watch)[0], first))
            continue;
        for (size_t d = 0; d < p->h->dates; d++) {
            const struct hindcast_date *date = &p->h->date[d];
            if (!date->never && date->becomes == risk->becomes && date->on >= first && date->on <= last &&
                strcmp(date->asked.quantity_text, risk->asked.quantity_text) == 0)
                outcome = 1;
        }
        for (size_t run = 1; run < p->t.runs; run++) {
            bool already;
            long came =
                hindcast_find(trace_row(&p->t, run, watch), p->s->start, first, last, risk->becomes, &already);
            could += !trace_broken(&p->t, run) && !already;
            did += !trace_broken(&p->t, run) && !already && came != 0;
        }
        if (could == 0) {
            odds->skipped++;
            continue;
        }
        odds->origins++;
        odds->events += outcome > 0;
        odds->brier += (did / could - outcome) * (did / could - outcome);
    }
    double n = (double)odds->origins, often = (double)odds->events / n;
    odds->brier = n > 0 ? odds->brier / n : NAN;
    odds->still = n > 0 ? often : NAN;
    odds->base = n > 0 ? often * (1 - often) : NAN;
    odds->still_skill = odds->still > 0 ? 1 - odds->brier / odds->still : NAN;
    odds->base_skill = odds->base > 0 ? 1 - odds->brier / odds->base : NAN;
}

static double range_of(const struct plays *p, size_t run, size_t watch, const struct hindcast_steady *steady)
{
    long from = (steady->first + 3) / 4, end = (steady->last + 1) / 4;
    double low = INFINITY, high = -INFINITY;
    for (long year = from; year < end; year++) {
        double value = trace_mean(&p->t, run, watch, 4 * year, 4 * year + 3);
        low = fmin(low, value);
        high = fmax(high, value);
    }
    return end > from && !trace_broken(&p->t, run) ? high - low : NAN;
}

static void score_range(struct plays *p, size_t watch, size_t than, const struct hindcast_steady *steady,
                        struct hindcast_range *range)
{
    double good = 0, less = 0;
    for (size_t run = 1; run < p->t.runs; run++) {
        p->room[run - 1] = range_of(p, run, watch, steady);
        p->other[run - 1] = range_of(p, run, than, steady);
        good += isfinite(p->room[run - 1]);
        less += p->room[run - 1] < p->other[run - 1];
    }
    range->range = range_of(p, 0, watch, steady);
    range->than = range_of(p, 0, than, steady);
    range->share = good > 0 ? less / good : NAN;
    correlate_tails(p->room, p->t.runs - 1, &range->low, &range->high);
    correlate_tails(p->other, p->t.runs - 1, &range->than_low, &range->than_high);
}

static bool score_all(struct plays *p, struct hindcast_score *score)
{
    const struct hindcast *h = p->h;
    size_t watch = h->dates + h->poles;
    score_dates(p, score);
    bool good = find_surprises(p, score) && score_phases(p, score);
    for (size_t k = 0; k < h->serieses && good; k++)
        good = score_series(p, watch + k, &h->series[k], &score->series[k]);
    for (size_t k = 0; k < h->risks; k++)
        score_risk(p, watch + h->serieses + k, &h->risk[k], &score->odds[k]);
    watch += h->serieses + h->risks;
    for (size_t k = 0; k < h->steadies; k++)
        score_range(p, watch + k, watch + h->steadies + k, &h->steady[k], &score->range[k]);
    return good;
}

/* ---- all of it ----------------------------------------------------------------------------------------- */

static bool find_room(struct plays *p, struct hindcast_score *score)
{
    const struct hindcast *h = p->h;
    p->room = calloc(p->s->replicates + 1, sizeof *p->room);
    p->other = calloc(p->s->replicates + 1, sizeof *p->other);
    score->event = calloc(h->dates + 1, sizeof *score->event);
    score->cell = calloc(h->phases * h->poles + 1, sizeof *score->cell);
    score->signs = calloc(h->poles + 1, sizeof *score->signs);
    score->relation = calloc(h->poles + 1, sizeof *score->relation);
    score->series = calloc(h->serieses + 1, sizeof *score->series);
    score->odds = calloc(h->risks + 1, sizeof *score->odds);
    score->range = calloc(h->steadies + 1, sizeof *score->range);
    return p->room && p->other && score->event && score->cell && score->signs && score->relation &&
           score->series && score->odds && score->range;
}

/* What is to be kept, in the order of struct plays.  NULL if memory ran out. */
static const struct quantity **to_keep(const struct hindcast *h, size_t *count)
{
    const struct quantity **keep = calloc(h->dates + h->poles + h->serieses + h->risks + 2 * h->steadies + 1,
                                          sizeof(const struct quantity *));
    size_t w = 0;
    for (size_t k = 0; keep != NULL && k < h->dates; k++)
        keep[w++] = &h->date[k].asked.quantity;
    for (size_t k = 0; keep != NULL && k < h->poles; k++)
        keep[w++] = &h->share[k];
    for (size_t k = 0; keep != NULL && k < h->serieses; k++)
        keep[w++] = &h->series[k].asked.quantity;
    for (size_t k = 0; keep != NULL && k < h->risks; k++)
        keep[w++] = &h->risk[k].asked.quantity;
    for (size_t k = 0; keep != NULL && k < 2 * h->steadies; k++)
        keep[w++] = k < h->steadies ? &h->steady[k].asked.quantity : &h->steady[k - h->steadies].than.quantity;
    *count = w;
    return keep;
}

enum status hindcast_play(const struct scenario *scenario,
                          void (*progress)(size_t done, size_t runs, void *context), void *context,
                          struct hindcast_score *score, struct messages *messages)
{
    struct plays p = {.s = scenario, .h = scenario->hindcast};
    size_t before = messages->errors, quantities;
    const struct quantity **keep = to_keep(p.h, &quantities);
    *score = (struct hindcast_score){.runs = scenario->replicates};
    enum status status = keep && find_room(&p, score) ? STATUS_OK : STATUS_FAILED;
    if (status == STATUS_OK)
        status = trace_play(scenario, keep, quantities, progress, context, &p.t, messages);
    if (status == STATUS_OK && !score_all(&p, score))
        status = STATUS_FAILED;
    if (status == STATUS_FAILED && messages->errors == before)
        message_add(messages, SEVERITY_ERROR, (struct place){scenario->file, 0, NULL}, "out of memory");
    score->failed = p.t.failed;
    if (status == STATUS_OK && score->failed > 0)
        status = STATUS_RUNS_FAILED;
    trace_free(&p.t);
    free(keep);
    free(p.room);
    free(p.other);
    return status;
}

void hindcast_score_free(struct hindcast_score *score)
{
    free(score->event);
    free(score->surprise);
    free(score->cell);
    free(score->signs);
    free(score->relation);
    free(score->series);
    free(score->odds);
    free(score->range);
    *score = (struct hindcast_score){0};
}
