/* equipoise check: the verdict on every claim of a result file, a scenario, or all scenarios of a folder. */
#include "cli/cli.h"
#include "ensemble/experiment.h"
#include "evidence/assess.h"
#include "evidence/hindcast.h"
#include "result/result.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static int check_file(const struct cli_options *options, const char *file)
{
    struct messages messages = {0};
    struct result_reader *reader = NULL;
    const struct result_claim *claim;
    size_t claims, runs;
    struct cli_claims table;
    if (options->sets || options->seed || options->replicates || options->ablate || options->perturb > 0) {
        fprintf(stderr,
                "%s: error: a result has been played: --set, --seed, --replicates, --ablate and --perturb are "
                "for a "
                "scenario\n",
                file);
        return STATUS_INVALID;
    }
    int status = result_open(file, &reader, &messages);
    if (status == STATUS_OK)
        status = result_read_claims(reader, &claim, &claims, &runs);
    if (status == STATUS_OK) {
        const char *name = result_attribute(reader, "scenario"), *title = result_attribute(reader, "title");
        if (options->format == FORMAT_TEXT && !options->quiet)
            printf("%s\n\n", title ? title : file);
        cli_claims_begin(&table, options->format,
                         options->format == FORMAT_JSON || options->format == FORMAT_CSV, false, false);
        for (size_t k = 0; k < claims; k++) {
            const struct assessment assessment = {.finding = verdict_find(&claim[k], runs)};
            cli_claims_add(&table, name ? name : file, &claim[k], &assessment);
        }
        cli_claims_end(&table);
    } else if (messages.count == 0) {
        fprintf(stderr, "%s: error: its claims cannot be read\n", file);
    }
    cli_print(&messages);
    message_clear(&messages);
    result_close(reader);
    return status;
}

/* Holds a scenario against history; it goes over to the list, or is freed. */
static int hold(const struct cli_options *options, struct scenario *s, struct cli_hindcasts *list)
{
    struct messages messages = {0};
    struct hindcast_score score;
    struct cli_bar bar = {.quiet = options->quiet};
    int status = hindcast_play(s, cli_progress, &bar, &score, &messages);
    cli_progress_clear(&bar);
    if (status == STATUS_RUNS_FAILED)
        fprintf(stderr, "%s: warning: hindcast: %zu of %zu runs broke and are left out\n", s->file,
                score.failed, score.runs);
    if (status == STATUS_OK || status == STATUS_RUNS_FAILED) {
        cli_hindcasts_add(list, s, &score);
    } else {
        hindcast_score_free(&score);
        scenario_free(s);
    }
    cli_print(&messages);
    message_clear(&messages);
    return status;
}

/* Adds the claims of one scenario to the table, and its hindcast to the list. */
static int assess(const struct cli_options *options, const char *file, struct cli_claims *table,
                  struct cli_hindcasts *hindcasts, bool title, int *stopped)
{
    struct messages messages = {0};
    struct scenario *s = NULL;
    struct assessment *list = NULL;
    struct cli_bar bar = {.quiet = options->quiet};
    const struct scenario_options given = {
        .set = options->set, .sets = options->sets, .seed = options->seed, .replicates = options->replicates};
    const struct assess_options how = {.scenario = &given,
                                       .threads = options->threads,
                                       .ablate = options->ablate,
                                       .perturb = (size_t)options->perturb,
                                       .progress = cli_progress,
                                       .context = &bar};
    int status = assess_scenario(file, &how, &s, &list, stopped, &messages);
    cli_progress_clear(&bar);
    if (s != NULL && title && options->format == FORMAT_TEXT && !bar.quiet)
        printf("%s\n\n", s->title);
    for (size_t k = 0; s != NULL && k < s->claims; k++) {
        const struct result_claim claim = experiment_claim(s, NULL, k);
        cli_claims_add(table, s->name, &claim, &list[k]);
    }
    cli_print(&messages);
    message_clear(&messages);
    free(list);
    if (s != NULL && s->hindcast != NULL && !*stopped) {
        int held = hold(options, s, hindcasts);
        return held > status ? held : status;
    }
    scenario_free(s);
    return status;
}

/* Scenarios with neither claims nor a hindcast, such as the ground of a chain, are passed over. */
static bool has_claims(const char *file)
{
    struct messages messages = {0};
    struct scenario *s = NULL;
    const struct scenario_options plain = {0};
    bool has = scenario_load(file, &plain, &s, &messages) != STATUS_OK || s->claims > 0 || s->hindcast != NULL;
    /* errors are for later */
    scenario_free(s);
    message_clear(&messages);
    return has;
}

/* All scenarios of a folder going into one table. */
struct round {
    const struct cli_options *options;
    struct cli_claims *table;
    struct cli_hindcasts *hindcasts;
    int worst, *stopped;
};

static void check_one(const char *path, void *context)
{
    struct round *all = context;
    if (*all->stopped || !has_claims(path))
        return;
    int status = assess(all->options, path, all->table, all->hindcasts, false, all->stopped);
    all->worst = status > all->worst ? status : all->worst;
}

static int check_all(const struct cli_options *options, const char *folder, struct cli_claims *table,
                     struct cli_hindcasts *hindcasts, int *stopped)
{
    struct round all = {.options = options, .table = table, .hindcasts = hindcasts, .worst = STATUS_OK};
    all.stopped = stopped;
    return cli_each_scenario(folder, check_one, &all) < 0 ? STATUS_IO : all.worst;
}

static int check(const struct cli_options *options)
{
    const char *file = options->arguments ? options->argument[0] : "scenarios";
    struct cli_claims table;
    struct cli_hindcasts hindcasts = {0};
    int status, stopped = 0;
    if (!options->all && !cli_is_scenario(file))
        return cli_end(check_file(options, file));
    bool machine = options->format == FORMAT_JSON || options->format == FORMAT_CSV;
    cli_claims_begin(&table, options->format, options->all || machine, options->ablate, options->perturb > 0);
    status = options->all ? check_all(options, file, &table, &hindcasts, &stopped)
                          : assess(options, file, &table, &hindcasts, true, &stopped);
    if (stopped) {
        cli_table_free(&table.table);
        raise(stopped);
    }
    bool claims = table.table.rows > 0;
    cli_hindcasts_begin(&hindcasts, options->format);
    if (claims || (hindcasts.count > 0 && machine))
        cli_claims_end(&table);
    else
        cli_table_free(&table.table);
    cli_hindcasts_end(&hindcasts, options->format, claims);
    return cli_end(status);
}

const struct subcommand cli_check = {
    "check",
    "FILE|SCENARIO",
    "The verdict on every claim, as a table.",
    "FILE is a result; a SCENARIO (.cfg) is played first, without writing anything. "
    "A claim is supported if its mean effect has the expected sign and counts: 0.5 % of the comparison's "
    "level; 0.002 "
    "for shares, utilities and probabilities; or what it says itself. A claim that says in how many runs "
    "is judged by the runs with sign and size. A claim that fails does not make the program fail.",
    OPTION_SET | OPTION_SEED | OPTION_REPLICATES | OPTION_THREADS | OPTION_FORMAT | OPTION_CHECK,
    1,
    1,
    check};
