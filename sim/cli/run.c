/* equipoise run, equipoise sweep: one runner serves both. */
#include "cli/cli.h"
#include "ensemble/experiment.h"
#include "ensemble/stop.h"
#include "evidence/assess.h"
#include "evidence/changes.h"
#include "result/result.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGES_SHOWN = 8 };

void cli_outcome_claims(const struct scenario *s, const struct outcome *o, enum cli_format format)
{
    struct cli_claims table;
    cli_claims_begin(&table, format, format == FORMAT_JSON || format == FORMAT_CSV, false, false);
    for (size_t k = 0; k < s->claims; k++) {
        struct result_claim claim = experiment_claim(s, o, k);
        const struct assessment assessment = {.finding = verdict_find(&claim, o->runs)};
        cli_claims_add(&table, s->name, &claim, &assessment);
    }
    cli_claims_end(&table);
}

static void print_changes(const struct scenario *s, const struct outcome *o)
{
    struct difference list[CHANGES_SHOWN];
    size_t count = changes_largest(s, o, list, CHANGES_SHOWN);
    if (!o->baseline)
        return;
    puts(count ? "\nLargest changes at the end, mean of scenario against mean of its paired baseline:"
               : "\nNothing differs from the paired baseline at the end.");
    for (size_t k = 0; k < count; k++) {
        const struct variable *variable = &variable_table[list[k].variable];
        char *before = cli_number(list[k].before), *after = cli_number(list[k].after);
        printf("  %s %s%s%s  %s -> %s%s%s\n", list[k].first, variable->long_name, list[k].second ? ": " : "",
               list[k].second ? list[k].second : "", before ? before : "", after ? after : "",
               strcmp(variable->unit, "1") == 0 ? "" : " ",
               strcmp(variable->unit, "1") == 0 ? "" : variable->unit);
        free(before);
        free(after);
    }
}

/* What a sweep came to that plays for a precision. */
static void print_reached(const struct scenario *s, const struct outcome *o)
{
    const struct experiment_reached *r = &o->reached;
    printf("As narrow as asked: %zu of %zu point%s, after %zu to %zu replicates (most: %lu)", r->reached,
           r->points, r->points == 1 ? "" : "s", r->least, r->most, s->replicates);
    if (isnan(r->widest))
        printf("; a point has too few values for an interval");
    else
        printf("; the widest is +-%.3g", r->widest);
    if (r->alike > 0)
        printf("; at %zu all values were the same, which says little", r->alike);
    puts(".");
}

/* What --resume has found in the journal. */
static void print_kept(const struct outcome *o)
{
    if (o->kept > 0)
        printf(", %zu of them finished before", o->kept);
}

static void print_summary(const struct scenario *s, const struct outcome *o, const char *output, bool extended)
{
    char start[16], end[16];
    scenario_quarter_text(s->start, start);
    scenario_quarter_text(s->end, end);
    printf("%s\n%s..%s, %zu states, %zu run%s", s->title, start, end, s->cast->states, o->played,
           o->played == 1 ? "" : "s");
    if (s->points > 1 && o->reached.points == 0)
        printf(" (%zu points x %lu)", s->points, s->replicates);
    printf("%s in %.1f s", o->baseline ? ", each with its paired baseline," : "", o->seconds);
    if (extended)
        printf(", %zu of them taken over", o->taken);
    print_kept(o);
    printf(o->failed ? ", %zu failed.\n" : ".\n", o->failed);
    if (o->reached.points > 0)
        print_reached(s, o);
    if (s->points == 1)
        print_changes(s, o);
    if (s->claims > 0 && s->points == 1) {
        puts("\nWhat the texts expect:");
        cli_outcome_claims(s, o, FORMAT_TEXT);
    }
    bool war = world_runs(s->world, MECHANISM_war);
    if (war && o->runs == 1)
        cli_chronicle_begin(output);
    printf("\nWritten: %s\nNext:    ", output);
    if (s->claims > 0)
        printf("equipoise check %s\n         ", output);
    if (war)
        printf("equipoise chronicle %s\n         ", output);
    printf("equipoise export %s --csv -o table.csv\n", output);
}

static void print_shard(const struct cli_options *options, const struct scenario *s, const struct outcome *o,
                        const char *output)
{
    printf("Shard %d of %d: %zu runs in %.1f s", options->shard, options->shards, o->played + o->kept,
           o->seconds);
    print_kept(o);
    printf(".\n\nWritten: %s\nNext:    equipoise merge SHARD... -o %s.h5\n", output, s->name);
}

static void say_failures(const struct outcome *o)
{
    for (size_t k = 0; k < 3 && k < o->failed; k++)
        fprintf(stderr, "equipoise: warning: run %zu failed: %s\n", o->failure[k].run,
                o->failure[k].message ? o->failure[k].message : "");
}

/* A program that was told to stop ends by the signal, so that its caller knows. */
static int end_by(int number)
{
    fflush(NULL);
    signal(number, SIG_DFL);
    raise(number);
    return 128 + number;
}

/* A sweep keeps what is finished in its journal. */
static void say_stopped(const struct cli_options *options, const struct outcome *o, const char *output)
{
    fprintf(stderr,
            "equipoise: stopped after %zu of %zu runs; to go on: equipoise sweep %s ... -o %s --resume\n",
            o->played + o->kept, o->runs, options->argument[0], output);
}

static int play(const struct cli_options *options, bool design)
{
    int status;
    size_t replicate = 0, ranks = 1, rank = design ? experiment_rank(&ranks) : 0;
    struct scenario *s = options->replay ? cli_replay(options, &replicate, &status)
                                         : cli_load(options, options->argument[0], design, &status);
    struct outcome outcome = {0};
    struct messages messages = {0};
    if (s == NULL)
        return cli_end(status);
    char *output = options->output ? strdup(options->output)
                   : options->shards
                       ? message_text("%s.shard-%d-of-%d", s->name, options->shard, options->shards)
                       : message_text("%s.h5", s->name);
    char *origin = cli_origin(options, s->file);
    struct cli_bar bar = {.quiet = options->quiet || rank > 0}; /* the first of a job speaks for all */
    int stopped = 0;
    const struct experiment_options how = {
        .threads = options->threads,
        .baseline = !options->no_baseline,
        .output = output,
        .force = options->force,
        .journal = design,
        .resume = options->resume,
        .replicate = replicate,
        .extend = options->extend,
        .precision = options->precision,
        .origin = origin,
        .shard = options->shards ? (size_t)options->shard - 1 : 0,
        .shards = (size_t)options->shards,
        .command = design ? "equipoise sweep" : "equipoise run",
        .judge = verdict_judge,
        .progress = cli_progress,
        .context = &bar,
    };
    if (!s->dated) {
        fprintf(stderr,
                "%s: error: time: is missing (a world alone cannot be run; allowed: time = { start; end; })\n",
                s->file);
        status = STATUS_INVALID;
    } else if (design && s->factors == 0) {
        fprintf(stderr, "%s: error: sweep: is missing (allowed: a group { design; parameters; })\n", s->file);
        status = STATUS_INVALID;
    } else {
        status = output ? experiment_run(s, &how, &outcome, &messages) : STATUS_FAILED;
        stopped = stop_asked(); /* also one that came while the file was written */
        cli_progress_clear(&bar);
        cli_print(&messages);
        say_failures(&outcome);
        bool written = (status == STATUS_OK || status == STATUS_RUNS_FAILED) && outcome.played > 0;
        if (stopped && design && rank == 0)
            say_stopped(options, &outcome, output);
        else if (stopped && !design)
            fprintf(stderr,
                    written ? "equipoise: stopped after %zu of %zu runs; %s holds them\n"
                            : "equipoise: stopped after %zu of %zu runs; %s was not written\n",
                    outcome.played, outcome.runs, output);
        else if (status == STATUS_OK && options->shards && !bar.quiet)
            print_shard(options, s, &outcome, output);
        else if (written && !options->shards && !bar.quiet)
            print_summary(s, &outcome, output, options->extend != NULL);
    }
    experiment_free(&outcome, s);
    scenario_free(s);
    message_clear(&messages);
    free(output);
    free(origin);
    return stopped ? end_by(stopped) : cli_end(status);
}

static int run(const struct cli_options *options)
{
    return play(options, false);
}

static int sweep(const struct cli_options *options)
{
    return play(options, true);
}

#define RUN_OPTIONS                                                                                            \
    (OPTION_OUTPUT | OPTION_SET | OPTION_SEED | OPTION_REPLICATES | OPTION_THREADS | OPTION_FORCE |            \
     OPTION_BASELINE)

const struct subcommand cli_run = {
    "run",
    "SCENARIO",
    "Play one scenario beside its paired baseline.",
    "Both are played on the same random draws. Writes SCENARIO-NAME.h5 in the working directory, or what -o "
    "says, "
    "and prints a summary.\n"
    "  equipoise run scenarios/us-withdrawal.cfg -r 50\n"
    "  equipoise run my.cfg -s states.UZB.alignment.autonomy=3 -o more-autonomy.h5\n"
    "  equipoise run --replay my-sweep.h5 --run 17",
    RUN_OPTIONS | OPTION_REPLAY,
    1,
    1,
    run};

const struct subcommand cli_sweep = {
    "sweep",
    "SCENARIO",
    "Play the sweep block of a scenario into one file.",
    "Designs: grid, list, random, latin-hypercube, sobol, morris; what a run was given is in /parameters. "
    "Finished runs are kept in OUTPUT.journal until the file is whole: --resume goes on.",
    RUN_OPTIONS | OPTION_RESUME | OPTION_SAMPLES,
    1,
    1,
    sweep};
