/* equipoise check: the verdict on every claim of a result file or a scenario. */
#include "cli/cli.h"
#include "ensemble/experiment.h"
#include "ensemble/stop.h"
#include "result/result.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static bool is_scenario(const char *file)
{
    size_t length = strlen(file);
    return length > 4 && strcmp(file + length - 4, ".cfg") == 0;
}

static int check_file(const struct cli_options *options, const char *file)
{
    struct messages messages = {0};
    struct result_reader *reader = NULL;
    const struct result_claim *claim;
    size_t claims, runs;
    if (options->sets || options->seed || options->replicates) {
        fprintf(stderr, "%s: error: --set, --seed and --replicates are for a scenario (a result has been played)\n", file);
        return STATUS_INVALID;
    }
    int status = result_open(file, &reader, &messages);
    if (status == STATUS_OK)
        status = result_read_claims(reader, &claim, &claims, &runs);
    if (status == STATUS_OK) {
        const char *name = result_attribute(reader, "scenario"), *title = result_attribute(reader, "title");
        if (options->format == FORMAT_TEXT && !options->quiet)
            printf("%s\n\n", title ? title : file);
        cli_claims(claim, claims, runs, name ? name : file, options->format);
    } else if (messages.count == 0) {
        fprintf(stderr, "%s: error: its claims cannot be read\n", file);
    }
    cli_print(&messages);
    message_clear(&messages);
    result_close(reader);
    return status;
}

static int check_scenario(const struct cli_options *options, const char *file)
{
    int status, stopped = 0;
    struct messages messages = {0};
    struct outcome outcome = {0};
    bool quiet = options->quiet;
    struct scenario *s = cli_load(options, file, false, &status);
    if (s == NULL)
        return status;
    s->records = 0; /* nothing is kept but what the claims ask */
    const struct experiment_options how = {.threads = options->threads, .baseline = true, .progress = cli_progress,
                                           .context = &quiet};
    if (!s->dated || s->claims == 0) {
        fprintf(stderr, "%s: error: claims: is missing (allowed: a list of claims)\n", file);
        status = STATUS_INVALID;
    } else {
        status = experiment_run(s, &how, &outcome, &messages);
        stopped = stop_asked();
        cli_progress_clear();
    }
    cli_print(&messages);
    if (!stopped && (status == STATUS_OK || status == STATUS_RUNS_FAILED)) {
        if (options->format == FORMAT_TEXT && !options->quiet)
            printf("%s\n\n", s->title);
        cli_outcome_claims(s, &outcome, options->format);
    }
    experiment_free(&outcome, s);
    scenario_free(s);
    message_clear(&messages);
    if (stopped)
        raise(stopped);
    return status;
}

static int check(const struct cli_options *options)
{
    const char *file = options->argument[0];
    return cli_end(is_scenario(file) ? check_scenario(options, file) : check_file(options, file));
}

const struct subcommand cli_check = {
    "check", "FILE|SCENARIO", "The verdict on every claim, as a table.",
    "FILE is a result; a SCENARIO (.cfg) is played first, without writing anything. "
    "A claim is supported if its mean effect has the expected sign and counts: 0.5 % of the comparison's level, "
    "for shares 0.002. A claim that fails does not make the program fail.",
    OPTION_SET | OPTION_SEED | OPTION_REPLICATES | OPTION_THREADS | OPTION_FORMAT, 1, 1, check};
