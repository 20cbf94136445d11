/* What an experiment is before it is run: how large, and which. */
#include "base/clock.h"
#include "ensemble/file.h"
#include "ensemble/journal.h"
#include "ensemble/ranks.h"
#include "model/step.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_RUNS_AT_ONCE = BATCH_CHUNK, MOST_SMALL_RUNS = 512 };
#define MOST_BYTES_AT_ONCE ((size_t)512 << 20)
#define SMALL_BYTES ((size_t)4 << 20)

long *experiment_quarters(const struct scenario *s, size_t *count)
{
    *count = (size_t)(s->end - s->start + 1) / s->every;
    long *quarter = calloc(*count + 1, sizeof *quarter);
    for (size_t t = 0; quarter != NULL && t < *count; t++)
        quarter[t] = s->start + (long)((t + 1) * s->every) - 1;
    return quarter;
}

bool size_plays(const struct scenario *s, bool baseline, size_t arm)
{
    if (arm == 0)
        return true;
    if (arm == 1)
        return baseline && s->changes_something;
    return baseline;
}

/* Runs at once: a multiple of 64, of which HDF5's chunks are made; where a run leaves little, more of them. */
size_t size_batch(size_t bytes_run)
{
    size_t batch = MOST_RUNS_AT_ONCE;
    while (batch > 1 && batch * bytes_run > MOST_BYTES_AT_ONCE)
        batch /= 2;
    while (batch >= MOST_RUNS_AT_ONCE && batch < MOST_SMALL_RUNS && 2 * batch * bytes_run <= SMALL_BYTES)
        batch *= 2;
    return batch;
}

size_t size_run(const struct scenario *s, const bool *plays, size_t times)
{
    size_t figures = 1 + 2 * s->claims + (plays[1] ? 2 : 1) * s->summaries;
    return (batch_row_length(s, plays, times) + figures) * sizeof(double);
}

struct experiment_size experiment_measure(const struct scenario *s, bool baseline)
{
    struct experiment_size size = {.runs = s->points * s->replicates};
    bool plays[64] = {false};
    for (size_t a = 0; a < s->arms; a++)
        size.arms += plays[a] = size_plays(s, baseline, a);
    size.times = (size_t)(s->end - s->start + 1) / s->every;
    size.bytes_row = (double)size_run(s, plays, size.times);
    size.bytes_file = size.bytes_row * (double)size.runs;
    size_t batch = size_batch((size_t)size.bytes_row);
    size.bytes_memory = size.bytes_row * (double)batch +
                        (double)s->world->arena_length * sizeof(double) * 2 * (double)size.arms;
    return size;
}

/* Seconds of one run of one arm, the rest of it as quick as its first `enough` seconds; NAN if it cannot begin. */
static double seconds_of(const struct scenario *s, size_t arm, size_t point, double enough)
{
    struct messages quiet = {0};
    struct world *world = NULL;
    double begun = clock_seconds(), made, taken = 0;
    long steps = (s->end - s->start + 1) * (long)s->steps_per_quarter, played = 0;
    enum status status = scenario_world(s, arm, point, 0, &world, &quiet);
    made = clock_seconds();
    while (status == STATUS_OK && played < steps && taken < enough && step_world(world) == STATUS_OK) {
        played++;
        taken = clock_seconds() - made;
    }
    world_free(world);
    message_clear(&quiet);
    return played > 0 ? made - begun + taken * (double)steps / (double)played : NAN;
}

double experiment_seconds(const struct scenario *s, bool baseline)
{
    const double enough = 0.2, several = 0.05; /* one run of a small world is over too soon to tell */
    double seconds = 0;
    for (size_t a = 0; a < s->arms; a++) {
        double begun = clock_seconds(), sum = 0, runs = 0;
        for (size_t k = 0; size_plays(s, baseline, a) && (k == 0 || clock_seconds() - begun < several); k++) {
            double one = seconds_of(s, a, (s->points / 2 + k) % s->points, enough);
            sum += isnan(one) ? 0 : one;
            runs += !isnan(one);
        }
        if (size_plays(s, baseline, a))
            seconds += runs > 0 ? sum / runs : NAN;
    }
    return seconds;
}

int experiment_threads(void)
{
    return omp_get_max_threads();
}

/* A design is known by what it varies and how, not by its points, of which there may be millions. */
static void print_design(FILE *out, const struct scenario *s)
{
    fprintf(out, "design %s %zu %d %u\n", scenario_design_word(s->design), s->samples, s->second_order,
            s->levels);
    for (size_t k = 0; k < s->dimensions; k++) {
        const struct dimension *d = &s->dimension[k];
        uint32_t hash = 0; /* of all listed values */
        for (size_t v = 0; v < d->count; v++) {
            char value[40];
            snprintf(value, sizeof value, "%u %.17g", hash, d->value[v]);
            hash = cast_hash(value);
        }
        fprintf(out, "dimension %s %d %zu %08x %.17g %.17g %.17g %.17g %d %d\n", d->name, (int)d->spread,
                d->count, hash, d->low, d->high, d->first, d->second, d->log, d->whole);
    }
    for (size_t f = 0; f < s->factors; f++)
        fprintf(out, "factor %s %zu\n", s->factor[f].path, s->factor[f].dimension);
}

char *experiment_identity(const struct scenario *s, bool baseline, const char *precision)
{
    char *effective = scenario_effective(s), *text = NULL;
    size_t length = 0;
    FILE *out = effective ? open_memstream(&text, &length) : NULL;
    if (out == NULL) {
        free(effective);
        return NULL;
    }
    fprintf(out, "Equipoise %s\nscenario %s\nruns %zu x %lu\nbaseline %d\n", EQUIPOISE_VERSION, s->name,
            s->points, s->replicates, baseline);
    print_design(out, s);
    if (precision != NULL)
        fprintf(out, "precision %s\n", precision);
    for (size_t k = 0; k < s->summaries; k++)
        fprintf(out, "summary %s %ld %ld\n", s->summary[k].name, s->summary[k].first, s->summary[k].last);
    for (size_t k = 0; k < s->claims; k++)
        fprintf(out, "claim %s %s %s %s\n", s->claim[k].id, s->claim[k].quantity_text, s->claim[k].at_text,
                s->claim[k].versus_text);
    for (size_t a = 2; a < s->arms; a++)
        fprintf(out, "branch %s\n", s->arm[a].name);
    fputs(effective, out);
    fputs("text of the file:\n", out);
    fputs(s->text, out);
    free(effective);
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

size_t experiment_rank(size_t *size)
{
    struct ranks ranks = ranks_join();
    *size = ranks.size;
    return ranks.rank;
}

const char *experiment_library(void)
{
    return ranks_library();
}

char *experiment_origin(const char *journal, struct messages *messages)
{
    struct journal *opened = NULL;
    char *origin = NULL;
    if (journal_read_only(journal, &opened, messages) == STATUS_OK)
        origin = strdup(journal_origin(opened));
    journal_close(opened, false);
    return origin;
}
