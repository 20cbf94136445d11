#include "ensemble/experiment.h"
#include "ensemble/file.h"
#include "ensemble/run.h"
#include "ensemble/stop.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_RUNS_AT_ONCE = 64 };
#define MOST_BYTES_AT_ONCE ((size_t)512 << 20)

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

long *experiment_quarters(const struct scenario *s, size_t *count)
{
    *count = (size_t)(s->end - s->start + 1) / s->every;
    long *quarter = calloc(*count + 1, sizeof *quarter);
    for (size_t t = 0; quarter != NULL && t < *count; t++)
        quarter[t] = s->start + (long)((t + 1) * s->every) - 1;
    return quarter;
}

static bool plays_arm(const struct scenario *s, bool baseline, size_t arm)
{
    if (arm == 0)
        return true;
    if (arm == 1)
        return baseline && s->changes_something;
    return baseline;
}

static size_t row_length(const struct scenario *s)
{
    size_t length = 0;
    for (size_t v = 0; v < s->records; v++)
        length += variable_length(s->cast, &variable_table[s->record[v]]);
    return length;
}

static size_t batch_size(size_t bytes_run)
{
    size_t batch = MOST_RUNS_AT_ONCE;
    while (batch > 1 && batch * bytes_run > MOST_BYTES_AT_ONCE)
        batch /= 2;
    return batch;
}

struct experiment_size experiment_measure(const struct scenario *s, bool baseline)
{
    struct experiment_size size = {.runs = s->points * s->replicates};
    for (size_t a = 0; a < s->arms; a++)
        size.arms += plays_arm(s, baseline, a);
    size.times = (size_t)(s->end - s->start + 1) / s->every;
    size.bytes_row = (double)(size.arms * size.times * row_length(s) * sizeof(double));
    size.bytes_file = size.bytes_row * (double)size.runs;
    size_t batch = batch_size((size_t)size.bytes_row);
    size.bytes_memory = size.bytes_row * (double)batch +
                        (double)s->world->arena_length * sizeof(double) * 2 * (double)size.arms;
    return size;
}

/* ---- memory -------------------------------------------------------------------------------------------- */

static enum status prepare(struct work *w)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    o->runs = s->points * s->replicates;
    w->quarter = experiment_quarters(s, &o->times);
    w->plays = calloc(s->arms, sizeof *w->plays);
    w->rows = calloc(s->arms, sizeof *w->rows);
    o->status = calloc(o->runs, sizeof *o->status);
    o->message = calloc(o->runs, sizeof *o->message);
    o->effect = calloc(o->runs * s->claims + 1, sizeof *o->effect);
    o->level = calloc(o->runs * s->claims + 1, sizeof *o->level);
    o->last = calloc(s->records + 1, sizeof *o->last);
    if (!w->quarter || !w->plays || !w->rows || !o->status || !o->message || !o->effect || !o->level ||
        !o->last)
        return STATUS_FAILED;
    for (size_t r = 0; r < o->runs; r++)
        o->status[r] = RUN_NOT_PLAYED;
    for (size_t k = 0; k < o->runs * s->claims; k++)
        o->effect[k] = o->level[k] = NAN;
    for (size_t a = 0; a < s->arms; a++)
        o->arms += w->plays[a] = plays_arm(s, w->options->baseline, a);
    o->baseline = w->plays[1];

    w->batch = batch_size(o->arms * o->times * row_length(s) * sizeof(double));
    for (size_t a = 0; a < s->arms; a++) {
        if (!w->plays[a])
            continue;
        w->rows[a] = calloc(s->records + 1, sizeof **w->rows);
        for (size_t v = 0; w->rows[a] != NULL && v < s->records; v++) {
            size_t length = variable_length(s->cast, &variable_table[s->record[v]]);
            w->rows[a][v] = calloc(w->batch * o->times * length + 1, sizeof(double));
            if (w->rows[a][v] == NULL)
                return STATUS_FAILED;
        }
        if (w->rows[a] == NULL)
            return STATUS_FAILED;
    }
    for (size_t v = 0; v < s->records; v++)
        if (!(o->last[v] =
                  calloc(2 * variable_length(s->cast, &variable_table[s->record[v]]) + 1, sizeof(double))))
            return STATUS_FAILED;
    return STATUS_OK;
}

static void clean(struct work *w)
{
    for (size_t a = 0; w->rows != NULL && a < w->scenario->arms; a++) {
        for (size_t v = 0; w->rows[a] != NULL && v < w->scenario->records; v++)
            free(w->rows[a][v]);
        free(w->rows[a]);
    }
    free(w->rows);
    free(w->plays);
    free(w->quarter);
    file_drop(w);
}

void experiment_free(struct outcome *o, const struct scenario *scenario)
{
    for (size_t r = 0; o->message != NULL && r < o->runs; r++)
        free(o->message[r]);
    for (size_t v = 0; o->last != NULL && v < scenario->records; v++)
        free(o->last[v]);
    free(o->status);
    free(o->message);
    free(o->effect);
    free(o->level);
    free(o->last);
    *o = (struct outcome){0};
}

/* ---- playing ------------------------------------------------------------------------------------------- */

static void blank(struct work *w, size_t slot)
{
    const struct scenario *s = w->scenario;
    for (size_t a = 0; a < s->arms; a++)
        for (size_t v = 0; w->plays[a] && v < s->records; v++) {
            size_t length = w->outcome->times * variable_length(s->cast, &variable_table[s->record[v]]);
            for (size_t e = 0; e < length; e++)
                w->rows[a][v][slot * length + e] = NAN;
        }
}

static void play_one(struct work *w, struct player *player, size_t run, size_t slot, double **at)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    double **arm[64];
    for (size_t a = 0; a < s->arms; a++) {
        arm[a] = at + a * s->records;
        for (size_t v = 0; w->plays[a] && v < s->records; v++)
            arm[a][v] =
                w->rows[a][v] + slot * o->times * variable_length(s->cast, &variable_table[s->record[v]]);
    }
    enum status status = run_play(player, run / s->replicates, run % s->replicates, (double *const *const *)arm,
                                  o->effect + run, o->level + run, o->runs, &o->message[run]);
    o->status[run] = status == STATUS_OK ? RUN_OK : RUN_FAILED;
    if (status != STATUS_OK)
        blank(w, slot);
}

/* Runs first .. first + count - 1, over all threads. */
static enum status play_batch(struct work *w, struct player *players, int threads, size_t first, size_t count,
                              size_t *done)
{
    const struct scenario *s = w->scenario;
    bool short_of_memory = false;
#pragma omp parallel num_threads(threads)
    {
        struct player *player = &players[omp_get_thread_num()];
        double **at = calloc(s->arms * s->records + 1, sizeof *at);
        if (at == NULL || (player->scenario == NULL && run_player(player, s, w->plays) != STATUS_OK)) {
#pragma omp atomic write
            short_of_memory = true;
        }
#pragma omp for schedule(dynamic)
        for (size_t k = 0; k < count; k++) {
            bool skip;
#pragma omp atomic read
            skip = short_of_memory;
            if (skip || stop_asked()) {
                blank(w, k);
                continue;
            }
            play_one(w, player, first + k, k, at);
            size_t so_far;
#pragma omp atomic capture
            so_far = ++*done;
            if (omp_get_thread_num() == 0 && w->options->progress)
                w->options->progress(so_far, w->outcome->runs, w->options->context);
        }
        free(at);
    }
    return short_of_memory ? STATUS_FAILED : STATUS_OK;
}

/* Adds the last records of the batch to the means, in the order of the runs. */
static void add_last(struct work *w, size_t first, size_t count)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    for (size_t k = 0; k < count && o->times > 0; k++) {
        if (o->status[first + k] != RUN_OK)
            continue;
        w->good += 1;
        for (size_t v = 0; v < s->records; v++) {
            size_t length = variable_length(s->cast, &variable_table[s->record[v]]);
            for (size_t a = 0; a < 2 && w->plays[a]; a++) {
                const double *row = w->rows[a][v] + (k * o->times + o->times - 1) * length;
                double *mean = o->last[v] + a * length;
                for (size_t e = 0; e < length; e++)
                    mean[e] += (row[e] - mean[e]) / w->good;
            }
        }
    }
}

static enum status play_all(struct work *w)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    int threads = w->options->threads > 0 ? w->options->threads : omp_get_max_threads();
    struct player *players = calloc((size_t)threads, sizeof *players);
    enum status status = players ? STATUS_OK : STATUS_FAILED;
    size_t done = 0;
    for (size_t first = 0; first < o->runs && status == STATUS_OK && !stop_asked(); first += w->batch) {
        size_t count = o->runs - first < w->batch ? o->runs - first : w->batch;
        double begun = now();
        status = play_batch(w, players, threads, first, count, &done);
        o->step_seconds += now() - begun;
        add_last(w, first, count);
        for (size_t a = 0, number = 0; a < s->arms && status == STATUS_OK && w->writer != NULL; a++)
            if (w->plays[a])
                status = result_rows(w->writer, number++, first, count, (const double *const *)w->rows[a],
                                     w->messages);
    }
    for (int t = 0; players != NULL && t < threads; t++)
        run_player_free(&players[t]);
    free(players);
    for (size_t r = 0; r < o->runs; r++) {
        o->played += o->status[r] != RUN_NOT_PLAYED;
        o->failed += o->status[r] == RUN_FAILED;
    }
    o->signal = stop_asked();
    return status;
}

enum status experiment_run(const struct scenario *scenario, const struct experiment_options *options,
                           struct outcome *outcome, struct messages *messages)
{
    struct work w = {.scenario = scenario, .options = options, .outcome = outcome, .messages = messages};
    size_t before = messages->errors;
    double begun = now();
    *outcome = (struct outcome){0};
    enum status status =
        options->output ? result_possible(options->output, options->force, messages) : STATUS_OK;
    if (status == STATUS_OK)
        status = prepare(&w);
    if (status == STATUS_OK && options->output)
        status = file_begin(&w);
    if (status != STATUS_OK)
        goto out;
    stop_listen();
    status = play_all(&w);
    if (status == STATUS_OK && options->output && outcome->played > 0) {
        status = file_finish(&w);
    }
    stop_unlisten();
out:
    clean(&w);
    outcome->seconds = now() - begun;
    if (status == STATUS_FAILED && messages->errors == before)
        message_add(messages, SEVERITY_ERROR, (struct place){scenario->file, 0, NULL}, "out of memory");
    if (status == STATUS_OK && outcome->failed > 0)
        status = STATUS_RUNS_FAILED;
    return status;
}
