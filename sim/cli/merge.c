/* equipoise merge: the shards of one sweep become one file. */
#include "cli/cli.h"
#include "ensemble/experiment.h"
#include "evidence/assess.h"

#include <stdlib.h>

static int merge(const struct cli_options *options)
{
    struct messages messages = {0};
    struct cli_options called = {0};
    const char *file = NULL;
    int status = STATUS_IO;
    char *origin = experiment_origin(options->argument[0], &messages);
    cli_print(&messages);
    message_clear(&messages);
    struct scenario *s = NULL;
    if (origin != NULL && cli_origin_read(origin, &called, &file))
        s = cli_load(&called, file, true, &status);
    if (s != NULL) {
        struct outcome outcome = {0};
        char *output = options->output ? message_text("%s", options->output) : message_text("%s.h5", s->name);
        const struct experiment_options how = {.baseline = !called.no_baseline,
                                               .output = output,
                                               .force = options->force,
                                               .journal = true,
                                               .command = "equipoise sweep",
                                               .judge = verdict_judge};
        status =
            output ? (int)experiment_merge(s, &how, options->argument, options->arguments, &outcome, &messages)
                   : STATUS_FAILED;
        cli_print(&messages);
        message_clear(&messages);
        if ((status == STATUS_OK || status == STATUS_RUNS_FAILED) && !options->quiet)
            printf("%zu runs of %zu shards%s\n\nWritten: %s\n", outcome.played, options->arguments,
                   outcome.failed ? ", some failed" : "", output);
        experiment_free(&outcome, s);
        free(output);
    }
    scenario_free(s);
    free(called.set);
    free(origin);
    return cli_end(status);
}

const struct subcommand cli_merge = {
    "merge",
    "SHARD...",
    "Put the shards of one sweep together into one file.",
    "The scenario is read again from where the shards were called with. The file is, "
    "byte for byte, that of the sweep in one piece.\n"
    "  equipoise sweep my.cfg --shard 1/2; equipoise sweep my.cfg --shard 2/2\n"
    "  equipoise merge my.shard-1-of-2 my.shard-2-of-2 -o my.h5",
    OPTION_OUTPUT | OPTION_FORCE,
    1,
    (size_t)-1,
    merge};
