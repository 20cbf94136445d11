#include "ensemble/experiment.h"
#include "base/clock.h"
#include "ensemble/extend.h"
#include "ensemble/file.h"
#include "ensemble/journal.h"
#include "ensemble/precision.h"
#include "ensemble/ranks.h"
#include "ensemble/run.h"
#include "ensemble/stop.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory -------------------------------------------------------------------------------------------- */

static enum status prepare(struct work *w)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    o->runs = s->points * s->replicates;
    w->quarter = experiment_quarters(s, &o->times);
    w->plays = calloc(s->arms, sizeof *w->plays);
    o->effect = calloc(o->runs * s->claims + 1, sizeof *o->effect);
    o->level = calloc(o->runs * s->claims + 1, sizeof *o->level);
    if (!w->quarter || !w->plays || !o->effect || !o->level)
        return STATUS_FAILED;
    for (size_t k = 0; k < o->runs * s->claims; k++)
        o->effect[k] = o->level[k] = NAN;
    for (size_t a = 0; a < s->arms; a++)
        o->arms += w->plays[a] = size_plays(s, w->options->baseline, a);
    o->baseline = w->plays[1];
    if (w->options->journal && w->options->output != NULL && w->options->shards == 0 &&
        (w->disk = message_text("%s.tmp", w->options->output)) == NULL)
        return STATUS_FAILED;
    if (w->options->journal)
        return STATUS_OK;
    o->last = calloc(s->records + 1, sizeof *o->last);
    for (size_t v = 0; o->last != NULL && v < s->records; v++)
        if (!(o->last[v] =
                  calloc(2 * variable_length(s->cast, &variable_table[s->record[v]]) + 1, sizeof(double))))
            return STATUS_FAILED;
    return o->last ? STATUS_OK : STATUS_FAILED;
}

static void clean(struct work *w)
{
    file_drop(w);
    precision_free(w->precision);
    free(w->plays);
    free(w->quarter);
}

void experiment_free(struct outcome *o, const struct scenario *scenario)
{
    for (size_t k = 0; k < 3; k++)
        free(o->failure[k].message);
    for (size_t v = 0; o->last != NULL && v < scenario->records; v++)
        free(o->last[v]);
    free(o->effect);
    free(o->level);
    free(o->last);
    *o = (struct outcome){0};
}

/* ---- playing ------------------------------------------------------------------------------------------- */

static void blank(struct work *w, struct batch *b, size_t slot)
{
    const struct scenario *s = w->scenario;
    for (size_t a = 0; a < s->arms; a++)
        for (size_t v = 0; w->plays[a] && v < s->records; v++) {
            size_t length = w->outcome->times * variable_length(s->cast, &variable_table[s->record[v]]);
            for (size_t e = 0; e < length; e++)
                b->rows[a][v][slot * length + e] = NAN;
        }
}

/* False if memory ran out. */
static bool play_one(struct work *w, struct player *player, struct batch *b, size_t slot, double **at)
{
    const struct scenario *s = w->scenario;
    size_t run = b->run[slot];
    double **arm[64];
    for (size_t a = 0; a < s->arms; a++) {
        arm[a] = at + a * s->records;
        for (size_t v = 0; w->plays[a] && v < s->records; v++)
            arm[a][v] = b->rows[a][v] +
                        slot * w->outcome->times * variable_length(s->cast, &variable_table[s->record[v]]);
    }
    const struct run_figures figures = {
        b->effect + slot, b->level + slot, {b->summary[0] + slot, b->summary[1] + slot}, b->most};
    enum status status = run_play(player, run % s->points, w->options->replicate + run / s->points,
                                  (double *const *const *)arm, &figures, &b->message[slot]);
    b->status[slot] = status == STATUS_OK ? RUN_OK : RUN_FAILED;
    if (status != STATUS_OK)
        blank(w, b, slot);
    return status != STATUS_FAILED;
}

/* All runs of a batch, over all threads. */
static enum status play_batch(struct work *w, struct player *players, int threads, struct batch *b,
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
        for (size_t k = 0; k < b->count; k++) {
            bool skip;
#pragma omp atomic read
            skip = short_of_memory;
            if (b->status[k] != RUN_NOT_PLAYED) /* taken over from a finished file, or not needed */
                continue;
            if (skip || stop_asked()) {
                blank(w, b, k);
                continue;
            }
            if (!play_one(w, player, b, k, at)) {
#pragma omp atomic write
                short_of_memory = true;
            }
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

/* Counts what became of the runs of a batch, and keeps what is known of claims. */
static void account(struct work *w, struct batch *b)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    for (size_t k = 0; k < b->count; k++) {
        o->played += b->status[k] != RUN_NOT_PLAYED;
        if (b->status[k] == RUN_FAILED && o->failed++ < 3) {
            o->failure[o->failed - 1].run = b->first + k;
            o->failure[o->failed - 1].message = b->message[k] ? strdup(b->message[k]) : NULL;
        }
    }
    for (size_t c = 0; c < s->claims; c++) {
        memcpy(o->effect + c * o->runs + b->first, b->effect + c * b->most, b->count * sizeof(double));
        memcpy(o->level + c * o->runs + b->first, b->level + c * b->most, b->count * sizeof(double));
    }
}

/* Adds the last records of the batch to the means, in the order of the runs. */
static void add_last(struct work *w, const struct batch *b)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    for (size_t k = 0; k < b->count && o->times > 0 && o->last != NULL; k++) {
        if (b->status[k] != RUN_OK)
            continue;
        w->good += 1;
        for (size_t v = 0; v < s->records; v++) {
            size_t length = variable_length(s->cast, &variable_table[s->record[v]]);
            for (size_t a = 0; a < 2 && w->plays[a]; a++) {
                const double *row = b->rows[a][v] + (k * o->times + o->times - 1) * length;
                double *mean = o->last[v] + a * length;
                for (size_t e = 0; e < length; e++)
                    mean[e] += (row[e] - mean[e]) / w->good;
            }
        }
    }
}

static size_t batches_of(const struct work *w, const struct batch *b)
{
    return (w->outcome->runs + b->most - 1) / b->most;
}

static void begin_batch(const struct work *w, struct batch *b, size_t number)
{
    size_t first = number * b->most, left = w->outcome->runs - first;
    batch_begin(b, first, left < b->most ? left : b->most);
}

static enum status append(struct work *w, struct journal *journal, size_t number, const struct batch *b)
{
    size_t size = 0;
    void *data = batch_pack(b, &size);
    enum status status = data ? journal_append(journal, number, data, size, w->messages) : STATUS_FAILED;
    free(data);
    return status;
}

/* The journals of a sweep: that of this process, which is written, and those that others have left. */
struct journals {
    struct journal **list; /* [count], the first is our own */
    size_t count;
};

/* The journal that has a batch, or NULL. */
static const struct journal *holder(const struct journals *journals, size_t number)
{
    for (size_t j = 0; j < journals->count; j++)
        if (journal_has(journals->list[j], number))
            return journals->list[j];
    return NULL;
}

/* Whether this process has to play a batch. */
static bool mine(const struct work *w, const struct journals *journals, size_t number)
{
    const struct experiment_options *how = w->options;
    bool others = how->shards > 0 && number % how->shards != how->shard;
    return !others && (journals == NULL || holder(journals, number) == NULL);
}

/* Runs that the extended file has need not be played. */
static enum status take_over(struct work *w, struct batch *b, size_t *done)
{
    enum status status = extend_fill(w->extension, b, w->messages);
    for (size_t k = 0; k < b->count; k++)
        if (b->status[k] != RUN_NOT_PLAYED) {
            w->outcome->taken++;
            ++*done;
        }
    return status;
}

/* A batch as a journal has it. */
static enum status load_batch(struct work *w, const struct journals *journals, size_t number, struct batch *b)
{
    void *data = NULL;
    size_t size = 0;
    enum status status = journal_load(holder(journals, number), number, &data, &size, w->messages);
    if (status == STATUS_OK && !batch_unpack(b, data, size)) {
        message_add(w->messages, SEVERITY_ERROR, (struct place){w->options->output, 0, NULL},
                    "batch %zu of the journal is not of this sweep", number);
        status = STATUS_IO;
    }
    free(data);
    return status;
}

/* Plays what is not there yet: into the journal, or straight into the file. */
static enum status play_all(struct work *w, const struct journals *journals, struct batch *b)
{
    struct journal *journal = journals ? journals->list[0] : NULL;
    struct outcome *o = w->outcome;
    int threads = w->options->threads > 0 ? w->options->threads : omp_get_max_threads();
    struct player *players = calloc((size_t)threads, sizeof *players);
    enum status status = players ? STATUS_OK : STATUS_FAILED;
    size_t done = 0, batches = batches_of(w, b);
    for (size_t k = 0; k < batches; k++)
        if (journal != NULL && holder(journals, k) != NULL && w->precision == NULL) {
            begin_batch(w, b, k);
            o->kept += b->count;
        }
    done = o->kept;
    for (size_t k = 0; k < batches && status == STATUS_OK && (journal == NULL || !stop_asked()); k++) {
        if (!mine(w, journals, k)) {
            if (w->precision != NULL && journals != NULL &&
                (status = load_batch(w, journals, k, b)) == STATUS_OK) {
                precision_learn(w->precision, b);
                o->kept += b->count;
                done += b->count;
            }
            continue;
        }
        begin_batch(w, b, k);
        double begun = clock_seconds();
        if (w->precision != NULL) {
            size_t needed = precision_mark(w->precision, b);
            done += b->count - needed;
            if (needed == 0)
                continue;
        }
        if (w->extension != NULL)
            status = take_over(w, b, &done);
        if (status == STATUS_OK)
            status = play_batch(w, players, threads, b, &done);
        o->step_seconds += clock_seconds() - begun;
        if (journal != NULL && !batch_whole(b))
            break; /* told to stop: what is not whole is played again */
        if (w->precision != NULL) {
            batch_drop(b);
            precision_learn(w->precision, b);
        }
        if (status == STATUS_OK && journal != NULL)
            status = append(w, journal, k, b);
        account(w, b);
        add_last(w, b);
        if (status == STATUS_OK && journal == NULL && w->writer != NULL)
            status = file_put(w, b);
    }
    for (int t = 0; players != NULL && t < threads; t++)
        run_player_free(&players[t]);
    free(players);
    o->signal = stop_asked();
    return status;
}

/* Puts the file together, batch by batch, so that it needs no more memory than one of them. */
static enum status assemble(struct work *w, const struct journals *journals, struct batch *b)
{
    size_t batches = batches_of(w, b), missing = 0;
    w->outcome->played = w->outcome->failed = 0;
    for (size_t k = 0; k < 3; k++)
        free(w->outcome->failure[k].message);
    memset(w->outcome->failure, 0, sizeof w->outcome->failure);
    for (size_t k = 0; k < batches; k++)
        missing += holder(journals, k) == NULL;
    if (missing > 0 && w->precision == NULL) {
        message_add(w->messages, SEVERITY_ERROR, (struct place){w->options->output, 0, NULL},
                    "%zu of %zu batches of runs are missing (needed: the journals of all shards, finished)",
                    missing, batches);
        return STATUS_IO;
    }
    if (w->precision != NULL)
        w->outcome->runs = w->outcome->reached.runs;
    enum status status = file_begin(w);
    for (size_t k = 0, first = 0; k < batches && status == STATUS_OK; k++) {
        if (holder(journals, k) == NULL) /* none of its runs was needed */
            continue;
        status = load_batch(w, journals, k, b);
        if (status != STATUS_OK)
            break;
        b->first = first;
        first += b->count;
        account(w, b);
        status = file_put(w, b);
    }
    return status == STATUS_OK ? file_finish(w) : status;
}

/* Where rank r keeps its journal: the first beside the file, others with their number. */
static char *journal_path(const struct experiment_options *how, size_t rank)
{
    return how->shards > 0 && rank == 0 ? strdup(how->output)
           : rank == 0                  ? message_text("%s.journal", how->output)
                                        : message_text("%s.journal.%zu", how->output, rank);
}

/* Opens the journal of this process. */
static enum status open_own(struct work *w, struct ranks ranks, const char *identity, struct journal **journal)
{
    const struct experiment_options *how = w->options;
    char *path = journal_path(how, ranks.rank);
    if (path == NULL || identity == NULL) {
        free(path);
        return STATUS_FAILED;
    }
    if (how->force && !how->resume)
        journal_discard(path);
    enum status status =
        journal_open(path, how->origin ? how->origin : "", identity, how->resume, journal, w->messages);
    free(path);
    return status;
}

enum { MOST_RANKS = 65536 };

/* Opens what other ranks have left, of a job of whatever size: to go on, and to put all together. */
static enum status open_others(struct work *w, struct ranks ranks, const char *identity,
                               struct journals *journals)
{
    struct messages quiet = {0};
    for (size_t r = 0, gap = 0; r < MOST_RANKS && gap < 64 + ranks.size; r++, gap++) {
        char *path = r == ranks.rank ? NULL : journal_path(w->options, r);
        struct journal *other = NULL;
        if (path != NULL && journal_read_only(path, &other, &quiet) == STATUS_OK &&
            strcmp(journal_identity(other), identity) == 0) {
            struct journal **list = realloc(journals->list, (journals->count + 1) * sizeof(struct journal *));
            if (list != NULL) {
                journals->list = list;
                journals->list[journals->count++] = other;
                other = NULL;
                gap = 0;
            }
        }
        journal_close(other, false);
        message_clear(&quiet);
        free(path);
    }
    return STATUS_OK;
}

static void close_others(struct journals *journals, bool remove)
{
    while (journals->count > 1)
        journal_close(journals->list[--journals->count], remove);
}

/* A file may be replaced if it was asked for, or by itself: of a process that died after it had published and before it
 * had removed its journal, all that is left to do is to put the same file in its place once more. */
static enum status may_publish(struct work *w, const struct journals *journals, const struct batch *b,
                               struct experiment_options *how)
{
    size_t batches = batches_of(w, b), held = 0;
    while (held < batches && holder(journals, held) != NULL)
        held++;
    how->force = how->force || held == batches;
    bool later = w->precision != NULL; /* shows when all that is needed turns out to be there */
    return later ? STATUS_OK : result_possible(how->output, how->force, w->messages);
}

/* One process, or the ranks of a job: each plays its share into its own journal; the first puts the file together. */
static enum status play_with_journal(struct work *w, struct batch *b)
{
    struct ranks ranks = {0, 1};
    ranks.rank = experiment_rank(&ranks.size);
    struct journal **first = calloc(1, sizeof(struct journal *));
    struct journals journals = {first, 1};
    char *identity = experiment_identity(w->scenario, w->outcome->baseline, w->options->precision);
    struct experiment_options how = *w->options;
    bool shard = how.shards > 0, goes_on = how.resume && !shard, published = false;
    if (ranks.size > 1) { /* a job is shards that meet again */
        how.shard = ranks.rank;
        how.shards = ranks.size;
    }
    if (first == NULL) {
        free(identity);
        ranks_worst((int)STATUS_FAILED);
        return STATUS_FAILED;
    }
    enum status status = open_own(w, ranks, identity, &journals.list[0]);
    status = (enum status)ranks_worst((int)status); /* all or none: nobody waits for one that could not begin */
    if (status == STATUS_OK && goes_on)
        open_others(w, ranks, identity, &journals);
    if (status == STATUS_OK && goes_on && ranks.rank == 0)
        status = may_publish(w, &journals, b, &how);
    if (goes_on)
        status = (enum status)ranks_worst((int)status);
    const struct experiment_options *asked = w->options;
    w->options = &how;
    if (status == STATUS_OK)
        status = play_all(w, &journals, b);
    how.force = how.force || (goes_on && w->precision != NULL && w->outcome->played == 0);
    if (w->precision != NULL)
        w->outcome->reached = precision_tell(w->precision);
    int signal = ranks_worst(w->outcome->signal);
    status = (enum status)ranks_worst((int)status);
    if (status == STATUS_OK && !signal && !shard && ranks.rank == 0) {
        close_others(&journals, false);
        if (ranks.size > 1 || goes_on)
            open_others(w, ranks, identity, &journals);
        status = assemble(w, &journals, b);
        published = status == STATUS_OK;
    }
    w->options = asked;
    close_others(&journals, published);
    status = (enum status)ranks_worst((int)status);
    bool empty = journals.list[0] != NULL && journal_batches(journals.list[0]) == 0;
    journal_close(journals.list[0], published || (empty && !shard && ranks.size == 1));
    free(journals.list);
    free(identity);
    return status;
}

static enum status play_in_memory(struct work *w, struct batch *b)
{
    enum status status = w->options->output ? file_begin(w) : STATUS_OK;
    if (status == STATUS_OK)
        status = play_all(w, NULL, b);
    if (status == STATUS_OK && w->options->output && w->outcome->played > 0)
        status = file_finish(w);
    return status;
}

/* What both ways of making a file begin and end with. */
static enum status finish(struct work *w, enum status status, size_t before, double begun)
{
    clean(w);
    w->outcome->seconds = clock_seconds() - begun;
    if (status == STATUS_FAILED && w->messages->errors == before)
        message_add(w->messages, SEVERITY_ERROR, (struct place){w->scenario->file, 0, NULL}, "out of memory");
    return status == STATUS_OK && w->outcome->failed > 0 ? STATUS_RUNS_FAILED : status;
}

static enum status begin_precision(struct work *w)
{
    size_t ranks;
    experiment_rank(&ranks);
    if (w->options->shards == 0 && ranks == 1)
        return precision_begin(w->options->precision, w->scenario, w->plays, &w->precision, w->messages);
    message_add(w->messages, SEVERITY_ERROR, (struct place){"--precision", 0, NULL},
                "what a point needs shows from all its runs (allowed: in one process, without shards)");
    return STATUS_INVALID;
}

enum status experiment_run(const struct scenario *scenario, const struct experiment_options *options,
                           struct outcome *outcome, struct messages *messages)
{
    struct work w = {.scenario = scenario, .options = options, .outcome = outcome, .messages = messages};
    struct batch batch = {0};
    size_t before = messages->errors;
    double begun = clock_seconds();
    *outcome = (struct outcome){0};
    bool later = options->journal && options->resume; /* a journal says whether the file may be replaced */
    enum status status = options->output && options->shards == 0
                             ? result_possible(options->output, options->force || later, messages)
                             : STATUS_OK;
    if (status == STATUS_OK)
        status = prepare(&w);
    size_t most = status == STATUS_OK ? size_batch(size_run(scenario, w.plays, outcome->times)) : 0;
    if (options->precision != NULL) { /* in small batches, since it is between them that enough is enough */
        most = most < BATCH_CHUNK ? most : BATCH_CHUNK;
        if (status == STATUS_OK)
            status = begin_precision(&w);
    }
    if (status == STATUS_OK && !batch_make(&batch, scenario, w.plays, outcome->times, most))
        status = STATUS_FAILED;
    if (status == STATUS_OK) {
        stop_listen();
        if (options->extend != NULL)
            status = extend_open(options->extend, scenario, w.plays, &w.extension, messages);
        if (status == STATUS_OK)
            status = options->journal ? play_with_journal(&w, &batch) : play_in_memory(&w, &batch);
        extend_close(w.extension);
        stop_unlisten();
    }
    if (batch.scenario != NULL)
        batch_free(&batch);
    return finish(&w, status, before, begun);
}

enum status experiment_merge(const struct scenario *scenario, const struct experiment_options *options,
                             const char *const *journals, size_t count, struct outcome *outcome,
                             struct messages *messages)
{
    struct work w = {.scenario = scenario, .options = options, .outcome = outcome, .messages = messages};
    struct journal **journal = calloc(count + 1, sizeof(struct journal *));
    struct batch batch = {0};
    size_t before = messages->errors;
    double begun = clock_seconds();
    *outcome = (struct outcome){0};
    enum status status = journal ? result_possible(options->output, options->force, messages) : STATUS_FAILED;
    if (status == STATUS_OK)
        status = prepare(&w);
    char *identity = status == STATUS_OK ? experiment_identity(scenario, outcome->baseline, NULL) : NULL;
    if (status == STATUS_OK &&
        (identity == NULL || !batch_make(&batch, scenario, w.plays, outcome->times,
                                         size_batch(size_run(scenario, w.plays, outcome->times)))))
        status = STATUS_FAILED;
    for (size_t k = 0; k < count && status == STATUS_OK; k++) {
        status = journal_read_only(journals[k], &journal[k], messages);
        if (status == STATUS_OK && strcmp(journal_identity(journal[k]), identity) != 0) {
            message_add(messages, SEVERITY_ERROR, (struct place){journals[k], 0, NULL},
                        "is a shard of another sweep than %s", scenario->file);
            status = STATUS_IO;
        }
    }
    const struct journals all = {journal, count};
    if (status == STATUS_OK)
        status = assemble(&w, &all, &batch);
    for (size_t k = 0; journal != NULL && k < count; k++)
        journal_close(journal[k], false);
    free(journal);
    free(identity);
    if (batch.scenario != NULL)
        batch_free(&batch);
    return finish(&w, status, before, begun);
}
