/* equipoise analyze: which factors of a Sobol' or Morris sweep a quantity depends on, and how much of it is luck. */
#include "cli/cli.h"
#include "base/nearest.h"
#include "ensemble/experiment.h"
#include "evidence/sensitivity.h"
#include "evidence/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the design of a file ------------------------------------------------------------------------------ */

struct swept {
    bool morris, second;
    char *names; /* what `factor` points into */
    const char **factor;
    size_t factors, blocks, size, runs;
    size_t replicates, planned;    /* that are analyzed, and that the file has room for */
    double *status, *moved, *step; /* [runs]; the last two of Morris alone */
};

static void swept_free(struct swept *d)
{
    free(d->names);
    free(d->factor);
    free(d->status);
    free(d->moved);
    free(d->step);
}

static enum status wrong(struct messages *messages, const char *file, const char *path, enum status status,
                         const char *text)
{
    message_add(messages, SEVERITY_ERROR, (struct place){file, 0, path}, "%s", text);
    return status;
}

/* Cuts the names of the factors apart. */
static void name_factors(struct swept *d, const char *names)
{
    d->names = message_text("%s", names);
    d->factors = 1;
    for (const char *c = names; *c != '\0'; c++)
        d->factors += *c == '\n';
    d->factor = calloc(d->factors, sizeof *d->factor);
    if (d->names == NULL || d->factor == NULL)
        cli_out_of_memory();
    char *rest = d->names;
    for (size_t k = 0; k < d->factors; k++)
        d->factor[k] = strsep(&rest, "\n");
}

/* A column of the right length. */
static bool read_runs(struct result_reader *reader, const char *name, size_t runs, double **number)
{
    size_t count;
    return result_column(reader, name, number, &count) == STATUS_OK && count == runs;
}

/* Whether the runs go through the points again and again. */
static bool in_order(struct result_reader *reader, size_t runs, size_t points)
{
    double *point = NULL;
    bool ok = read_runs(reader, "point", runs, &point);
    for (size_t r = 0; ok && r < runs; r++)
        ok = point[r] == (double)(r % points);
    free(point);
    return ok;
}

/* Whether every trajectory moves each factor once. */
static bool moves_each(const struct swept *d)
{
    bool *seen = calloc(d->factors, sizeof *seen), ok = true;
    if (seen == NULL)
        cli_out_of_memory();
    for (size_t at = 0; ok && at < d->blocks * d->size; at++) {
        if (at % d->size == 0) {
            memset(seen, 0, d->factors * sizeof *seen);
            continue;
        }
        double moved = d->moved[at];
        ok = moved >= 0 && moved < (double)d->factors && moved == floor(moved) && !seen[(size_t)moved] &&
             isfinite(d->step[at]) && d->step[at] != 0;
        if (ok)
            seen[(size_t)moved] = true;
    }
    free(seen);
    return ok;
}

/* Replicates that were played at every point that has a first one.  Where a sweep ended early, or played some points
 * less often than others since they were known well enough, the rest is left out of all points: to leave out blocks
 * instead would choose them by their noise. */
static size_t played_everywhere(const struct swept *d)
{
    size_t points = d->blocks * d->size, least = d->planned;
    for (size_t p = 0; p < points; p++) {
        size_t played = 0;
        while (played < d->planned && d->status[played * points + p] != RUN_NOT_PLAYED)
            played++;
        if (played > 0 && played < least)
            least = played;
    }
    return least;
}

static enum status read_design(struct result_reader *reader, const char *file, struct swept *d,
                               struct messages *messages)
{
    const char *kind = result_attribute(reader, "design"),
               *second = result_attribute(reader, "design_second_order"),
               *samples = result_attribute(reader, "design_samples"),
               *names = result_attribute(reader, "design_factors");
    if (kind == NULL || (strcmp(kind, "sobol") != 0 && strcmp(kind, "morris") != 0)) {
        message_add(
            messages, SEVERITY_ERROR, (struct place){file, 0, NULL},
            "%s%s%s: there is nothing to analyze (needed: a sweep with design = \"sobol\" or \"morris\")",
            kind ? "has the design \"" : "has no design", kind ? kind : "", kind ? "\"" : "");
        return STATUS_INVALID;
    }
    d->morris = strcmp(kind, "morris") == 0;
    d->second = !d->morris && second != NULL && strcmp(second, "yes") == 0;
    bool ok = samples != NULL && names != NULL && cli_whole(samples, UINT32_MAX, &d->blocks) && d->blocks > 0;
    if (ok) {
        name_factors(d, names);
        d->size = d->morris ? d->factors + 1 : d->second ? 2 * d->factors + 2 : d->factors + 2;
        size_t points = d->blocks * d->size;
        ok = result_column(reader, "status", &d->status, &d->runs) == STATUS_OK && d->runs > 0 &&
             d->runs % points == 0 && in_order(reader, d->runs, points);
        d->planned = d->runs / points;
        d->replicates = ok ? played_everywhere(d) : 0;
    }
    if (ok && d->morris)
        ok = read_runs(reader, "design/moved", d->runs, &d->moved) &&
             read_runs(reader, "design/step", d->runs, &d->step) && moves_each(d);
    return ok ? STATUS_OK
              : wrong(messages, file, NULL, STATUS_UNREADABLE,
                      "has runs that do not fit what it says of its design");
}

/* ---- quantities ---------------------------------------------------------------------------------------- */

/* What is analyzed, and what is found. */
struct quantity_found {
    char *name;
    size_t whole, failed; /* blocks with all runs; blocks of which a run failed or was not played */
    struct sensitivity_estimate *estimate;
    struct sensitivity_variance variance;
};

static bool is_known(struct result_reader *reader, const char *group, const char *name)
{
    const struct result_found *found;
    size_t count = 0;
    if (result_variables(reader, group, &found, &count) != STATUS_OK)
        return false;
    for (size_t k = 0; k < count; k++)
        if (strcmp(found[k].name, name) == 0)
            return true;
    return false;
}

/* A summary of an arm; NULL if there is none of that name. */
static double *read_summary(struct result_reader *reader, const char *group, const char *name, size_t runs)
{
    double *number = NULL;
    char *path = message_text("%s/%s", group, name);
    if (path == NULL)
        cli_out_of_memory();
    if (!is_known(reader, group, name) || !read_runs(reader, path, runs, &number)) {
        free(number);
        number = NULL;
    }
    free(path);
    return number;
}

/* Effect of a claim, from a copy of what the reader lends. */
static double *read_claim(struct result_reader *reader, const char *id, size_t runs)
{
    const struct result_claim *claim;
    size_t claims = 0, count = 0;
    if (result_read_claims(reader, &claim, &claims, &count) != STATUS_OK || count != runs)
        return NULL;
    for (size_t k = 0; k < claims; k++) {
        if (strcmp(claim[k].id, id) != 0)
            continue;
        double *number = calloc(runs + 1, sizeof *number);
        if (number == NULL)
            cli_out_of_memory();
        for (size_t r = 0; r < runs; r++)
            number[r] = verdict_cleaned(claim[k].effect[r], claim[k].level[r]);
        return number;
    }
    return NULL;
}

/* One number a run, NAN where it failed or was not played; the caller frees.  NULL if there is no such quantity. */
static double *read_quantity(struct result_reader *reader, const struct swept *d, const char *name)
{
    static const char baseline[] = "baseline/", effect[] = "effect/";
    double *number = NULL, *level = NULL;
    if (strncmp(name, baseline, sizeof baseline - 1) == 0) {
        number = read_summary(reader, "baseline/summaries", name + sizeof baseline - 1, d->runs);
    } else if (strncmp(name, effect, sizeof effect - 1) == 0) {
        number = read_summary(reader, "summaries", name + sizeof effect - 1, d->runs);
        level = read_summary(reader, "baseline/summaries", name + sizeof effect - 1, d->runs);
        for (size_t r = 0; number != NULL && level != NULL && r < d->runs; r++)
            number[r] = verdict_cleaned(number[r] - level[r], level[r]);
        if (level == NULL) {
            free(number);
            number = NULL;
        }
        free(level);
    } else {
        number = read_summary(reader, "summaries", name, d->runs);
    }
    if (number == NULL)
        number = read_claim(reader, name, d->runs);
    for (size_t r = 0; number != NULL && r < d->runs; r++)
        if (d->status[r] != RUN_OK)
            number[r] = NAN;
    return number;
}

/* Whether it varies, and is known in every good run. */
static bool worth_it(const struct swept *d, const double *number)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t r = 0; r < d->runs; r++) {
        if (d->status[r] != RUN_OK)
            continue;
        if (!isfinite(number[r]))
            return false;
        low = fmin(low, number[r]);
        high = fmax(high, number[r]);
    }
    return high - low > 1e-12 * fmax(fabs(low), fabs(high));
}

struct quantities {
    struct quantity_found *list;
    size_t count;
};

static void add(struct quantities *q, const char *name)
{
    struct quantity_found *more = realloc(q->list, (q->count + 1) * sizeof *more);
    char *copy = message_text("%s", name);
    if (more == NULL || copy == NULL)
        cli_out_of_memory();
    q->list = more;
    q->list[q->count++] = (struct quantity_found){.name = copy};
}

/* Without a word from the user: the effects of all claims; else all summaries that are worth it. */
static void choose(struct result_reader *reader, const struct swept *d, struct quantities *q)
{
    const struct result_claim *claim;
    const struct result_found *found;
    size_t count = 0, runs;
    if (result_read_claims(reader, &claim, &count, &runs) == STATUS_OK)
        for (size_t k = 0; k < count; k++)
            add(q, claim[k].id);
    if (q->count > 0 || result_variables(reader, "summaries", &found, &count) != STATUS_OK)
        return;
    for (size_t k = 0; k < count; k++) {
        double *number = read_quantity(reader, d, found[k].name);
        if (number != NULL && worth_it(d, number))
            add(q, found[k].name);
        free(number);
    }
}

/* The name nearest to one that is not in the file, or NULL; borrowed from the reader. */
static const char *nearest_name(struct result_reader *reader, const char *name)
{
    struct nearest nearest = {.wanted = name};
    const struct result_found *found;
    const struct result_claim *claim;
    size_t count = 0, runs;
    if (result_variables(reader, "summaries", &found, &count) == STATUS_OK)
        for (size_t k = 0; k < count; k++)
            nearest_offer(&nearest, found[k].name);
    if (result_read_claims(reader, &claim, &count, &runs) == STATUS_OK)
        for (size_t k = 0; k < count; k++)
            nearest_offer(&nearest, claim[k].id);
    return nearest.best;
}

/* Says what a reader must know of a quantity before he believes it. */
static void add_notes(const struct swept *d, const char *file, const struct quantity_found *q,
                      struct messages *messages)
{
    const struct place place = {file, 0, q->name};
    const char *blocks = d->morris ? "trajectories" : "blocks";
    size_t left = d->blocks - q->whole;
    if (left > 0)
        message_add(
            messages, SEVERITY_WARNING, place,
            "%zu of %zu %s are left out (%zu with runs that failed or were not played, %zu with unknown "
            "values)",
            left, d->blocks, blocks, q->failed, left - q->failed);
    if (q->whole < 2)
        message_add(messages, SEVERITY_WARNING, place, "%zu whole %s are too few (needed: at least 2)",
                    q->whole, blocks);
    else if (isnan(q->estimate[0].value))
        message_add(messages, SEVERITY_WARNING, place, "does not vary: its estimates are undefined");
    else if (q->whole < SENSITIVITY_LEAST)
        message_add(messages, SEVERITY_NOTE, place,
                    "%zu whole %s are too few for intervals (needed: at least %d)", q->whole, blocks,
                    SENSITIVITY_LEAST);
}

static enum status estimate(struct result_reader *reader, const struct swept *d, bool second, uint64_t seed,
                            struct quantity_found *q)
{
    double *number = read_quantity(reader, d, q->name);
    if (number == NULL)
        return STATUS_INVALID;
    const struct sensitivity_runs runs = {number, d->replicates, d->blocks, d->size};
    bool *whole = calloc(d->blocks, sizeof *whole);
    q->estimate = calloc((d->morris ? 3 : second ? 2 + d->factors : 2) * d->factors, sizeof *q->estimate);
    if (whole == NULL || q->estimate == NULL)
        cli_out_of_memory();
    q->whole = sensitivity_whole(&runs, whole);
    for (size_t b = 0; b < d->blocks; b++) {
        bool failed = false;
        for (size_t r = 0; r < d->replicates; r++)
            for (size_t p = 0; p < d->size; p++)
                failed = failed || d->status[(r * d->blocks + b) * d->size + p] != RUN_OK;
        q->failed += failed;
    }
    if ((d->morris ? sensitivity_morris(&runs, d->factors, d->moved, d->step, seed, q->estimate)
                   : sensitivity_sobol(&runs, d->factors, second, seed, q->estimate)) != STATUS_OK ||
        sensitivity_variance(&runs, &q->variance) != STATUS_OK)
        cli_out_of_memory();
    free(whole);
    free(number);
    return STATUS_OK;
}

/* ---- tables -------------------------------------------------------------------------------------------- */

static bool for_people(enum cli_format format)
{
    return format == FORMAT_TEXT || format == FORMAT_MARKDOWN;
}

static char *show(enum cli_format format, double value)
{
    if (!isfinite(value))
        return message_text(for_people(format) ? "undefined" : "-");
    return for_people(format) ? cli_number(value) : message_text("%.10g", value);
}

/* For people: an index as a share, an elementary effect with its digits. */
static char *show_estimate(const struct swept *d, enum cli_format format, double value)
{
    if (d->morris || !isfinite(value))
        return show(format, value);
    return message_text("%.3f", round(1000 * value) / 1000 + 0.0); /* no minus before a nought */
}

static const char *const morris_words[] = {"mu_star", "mu", "sigma"};
static const char *const sobol_words[] = {"first", "total"};

/* The machine's table: one estimate a line, each with what it rests on. */
enum { COLUMNS = 10 };
static void add_line(struct cli_table *table, enum cli_format format, const struct swept *d,
                     const struct quantity_found *q, const char *index, const char *factor, const char *with,
                     struct sensitivity_estimate e)
{
    char *cells[COLUMNS] = {message_text("%s", q->name),
                            message_text("%s", index),
                            message_text("%s", factor),
                            message_text("%s", with),
                            show(format, e.value),
                            show(format, e.low),
                            show(format, e.high),
                            message_text("%zu", q->whole),
                            message_text("%zu", d->blocks - q->whole),
                            message_text("%zu", q->whole * d->size * d->replicates)};
    cli_table_add(table, cells);
}

static void print_lines(const struct swept *d, bool second, const struct quantities *all,
                        enum cli_format format)
{
    static const char *const heading[COLUMNS] = {"quantity", "index", "factor", "with",     "estimate",
                                                 "low",      "high",  "blocks", "left_out", "runs"};
    static const bool number[COLUMNS] = {false, false, false, false, true, true, true, true, true, true};
    struct cli_table table = {.heading = heading, .right = number, .columns = COLUMNS};
    const char *const *word = d->morris ? morris_words : sobol_words;
    size_t k = d->factors;
    for (const struct quantity_found *q = all->list; q < all->list + all->count; q++) {
        for (size_t w = 0; w < (d->morris ? 3 : 2); w++)
            for (size_t i = 0; i < k; i++)
                add_line(&table, format, d, q, word[w], d->factor[i], "", q->estimate[w * k + i]);
        for (size_t i = 0; second && i < k; i++)
            for (size_t j = i + 1; j < k; j++)
                add_line(&table, format, d, q, "second", d->factor[i], d->factor[j],
                         q->estimate[(2 + i) * k + j]);
        const struct sensitivity_variance *v = &q->variance;
        const double part[] = {v->variance, v->parameters, v->luck, v->both};
        static const char *const parts[] = {"variance", "parameters", "luck", "luck_by_parameters"};
        for (size_t w = 0; w < 4; w++)
            add_line(&table, format, d, q, parts[w], "", "", (struct sensitivity_estimate){part[w], NAN, NAN});
    }
    cli_table_print(&table, format, number);
    cli_table_free(&table);
}

/* The factors of one quantity, a row each. */
static void print_factors(const struct swept *d, const struct quantity_found *q, enum cli_format format)
{
    static const char *const sobol[] = {"factor", "first", "low", "high", "total", "low", "high"};
    static const char *const morris[] = {"factor", "mu*",  "low",   "high", "mu",
                                         "low",    "high", "sigma", "low",  "high"};
    static const bool number[] = {false, true, true, true, true, true, true, true, true, true};
    size_t words = d->morris ? 3 : 2;
    struct cli_table table = {.heading = d->morris ? morris : sobol, .right = number, .columns = 1 + 3 * words};
    for (size_t i = 0; i < d->factors; i++) {
        char *cells[10] = {message_text("%s", d->factor[i])};
        for (size_t w = 0; w < words; w++) {
            const struct sensitivity_estimate *e = &q->estimate[w * d->factors + i];
            cells[1 + 3 * w] = show_estimate(d, format, e->value);
            cells[2 + 3 * w] = show_estimate(d, format, e->low);
            cells[3 + 3 * w] = show_estimate(d, format, e->high);
        }
        cli_table_add(&table, cells);
    }
    cli_table_print(&table, format, number);
    cli_table_free(&table);
}

static void print_pairs(const struct swept *d, const struct quantity_found *q, enum cli_format format)
{
    static const char *const heading[] = {"factor", "with", "second", "low", "high"};
    static const bool number[] = {false, false, true, true, true};
    struct cli_table table = {.heading = heading, .right = number, .columns = 5};
    for (size_t i = 0; i < d->factors; i++)
        for (size_t j = i + 1; j < d->factors; j++) {
            const struct sensitivity_estimate *e = &q->estimate[(2 + i) * d->factors + j];
            char *cells[] = {message_text("%s", d->factor[i]), message_text("%s", d->factor[j]),
                             show_estimate(d, format, e->value), show_estimate(d, format, e->low),
                             show_estimate(d, format, e->high)};
            cli_table_add(&table, cells);
        }
    putchar('\n');
    cli_table_print(&table, format, number);
    cli_table_free(&table);
}

static void print_luck(const struct swept *d, const struct sensitivity_variance *v)
{
    if (d->replicates < 2)
        puts("\nLuck and its share of the variance: undefined (one replicate; needed: at least 2).");
    else if (isnan(v->parameters))
        puts("\nShares of the variance: undefined.");
    else
        printf("\nOf the variance of a run (%.4g): parameters %.1f %%, luck %.1f %%, luck that depends on the "
               "parameters %.1f %%.\n",
               v->variance, 100 * v->parameters, 100 * v->luck, 100 * v->both);
}

static void print_for_people(const struct swept *d, bool second, const struct quantities *all,
                             enum cli_format format)
{
    const char *blocks = d->morris ? "trajectories" : "blocks";
    for (const struct quantity_found *q = all->list; q < all->list + all->count; q++) {
        printf("%s%s%s: %zu runs in %zu of %zu %s\n%s", q > all->list ? "\n" : "",
               format == FORMAT_MARKDOWN ? "### " : "", q->name, q->whole * d->size * d->replicates, q->whole,
               d->blocks, blocks, format == FORMAT_MARKDOWN ? "\n" : "");
        print_factors(d, q, format);
        if (second)
            print_pairs(d, q, format);
        print_luck(d, &q->variance);
    }
}

/* ---- the command --------------------------------------------------------------------------------------- */

/* Says what of the sweep is not looked at by any quantity. */
static void add_note(const struct swept *d, const char *file, struct messages *messages)
{
    if (d->replicates < d->planned)
        message_add(messages, SEVERITY_WARNING, (struct place){file, 0, NULL},
                    "%zu of %zu replicates are analyzed, since the others were not played at every point",
                    d->replicates, d->planned);
}

/* Finds everything; STATUS_INVALID if a quantity is not there, or none has two whole blocks. */
static enum status find(struct result_reader *reader, const char *file, const struct cli_options *options,
                        const struct swept *d, uint64_t seed, struct quantities *all, struct messages *messages)
{
    size_t good = 0;
    add_note(d, file, messages);
    for (size_t k = 0; k < options->quantities; k++)
        add(all, options->quantity[k]);
    if (all->count == 0)
        choose(reader, d, all);
    if (all->count == 0)
        return wrong(messages, file, NULL, STATUS_INVALID,
                     "has no claims, and no summary that varies and is known in every good run");
    for (size_t k = 0; k < all->count; k++) {
        struct quantity_found *q = &all->list[k];
        if (estimate(reader, d, options->second_order, seed, q) != STATUS_OK) {
            const char *near = nearest_name(reader, q->name);
            message_add(
                messages, SEVERITY_ERROR, (struct place){"--quantity", 0, NULL},
                "'%s' is not in the file%s%s%s (allowed: a summary NAME, baseline/NAME, effect/NAME, the "
                "id of a claim)",
                q->name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
            continue;
        }
        add_notes(d, file, q, messages);
        good += q->whole >= 2;
    }
    if (messages->errors > 0)
        return STATUS_INVALID;
    return good > 0
               ? STATUS_OK
               : wrong(messages, file, NULL, STATUS_INVALID, "has too few whole blocks to analyze anything");
}

static int analyze(const struct cli_options *options)
{
    struct messages messages = {0};
    struct result_reader *reader = NULL;
    struct swept design = {0};
    struct quantities all = {0};
    const char *file = options->argument[0];
    size_t seed = 1;
    enum status status = STATUS_OK;
    if (options->seed != NULL && !cli_whole(options->seed, SIZE_MAX, &seed))
        status = wrong(&messages, "--seed", NULL, STATUS_INVALID,
                       "is not allowed (allowed: 0..18446744073709551615)");
    if (status == STATUS_OK)
        status = result_open(file, &reader, &messages);
    if (status == STATUS_OK)
        status = read_design(reader, file, &design, &messages);
    if (status == STATUS_OK && options->second_order && !design.second)
        status = wrong(&messages, "--second-order", NULL, STATUS_INVALID,
                       "the sweep was not made for it (needed: design = \"sobol\" with second order)");
    if (status == STATUS_OK)
        status = find(reader, file, options, &design, seed, &all, &messages);
    cli_print(&messages);
    message_clear(&messages);
    if (status == STATUS_OK && options->format == FORMAT_TEXT && !options->quiet) {
        const char *title = result_attribute(reader, "title");
        printf("%s\n%s, %zu factors: %zu points x %zu replicates\n\n", title ? title : file,
               design.morris ? "Morris's elementary effects" : "Sobol' indices", design.factors,
               design.blocks * design.size, design.replicates);
    }
    if (status == STATUS_OK && for_people(options->format))
        print_for_people(&design, options->second_order, &all, options->format);
    else if (status == STATUS_OK)
        print_lines(&design, options->second_order, &all, options->format);
    for (size_t k = 0; k < all.count; k++) {
        free(all.list[k].name);
        free(all.list[k].estimate);
    }
    free(all.list);
    swept_free(&design);
    result_close(reader);
    return cli_end((int)status);
}

const struct subcommand cli_analyze = {
    "analyze",
    "FILE",
    "What matters in a sweep, and what of it is luck.",
    "Of a sweep by sobol: first (Saltelli et al. 2010), total (Jansen 1999), second order (Saltelli 2002); by "
    "morris: mu* (Campolongo et al. 2007), mu, sigma (Morris 1991). NAME is a summary, baseline/NAME, "
    "effect/NAME (scenario less baseline) or a claim; by default all claims, else all summaries that vary. "
    "With "
    "replicates all are those of their mean; what of the variance is luck stands below (Searle et al. 1992). "
    "Intervals: 95 %, 1000 resamples of whole blocks or trajectories. One that lacks a run is left out, and "
    "counted. Nothing is clipped: noise can carry an index out of 0..1.",
    OPTION_SEED | OPTION_FORMAT | OPTION_ANALYZE,
    1,
    1,
    analyze};
