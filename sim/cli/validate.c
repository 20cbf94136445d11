/* equipoise validate: what is wrong with a file, and what it would run. */
#include "cli/cli.h"
#include "ensemble/experiment.h"

#include <math.h>
#include <stdlib.h>

static char *bytes(double count)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    size_t unit = 0;
    while (count >= 1000 && unit < 4) {
        count /= 1000;
        unit++;
    }
    return message_text("%.3g %s", count, units[unit]);
}

/* "40 s", "12 min", "3 h", "5 days", to two digits at least. */
static char *duration(double seconds)
{
    if (isnan(seconds))
        return message_text("an unknown time");
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"days", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};
    size_t k = 0;
    while (k < 3 && seconds < 2 * units[k].seconds)
        k++;
    double count = seconds / units[k].seconds;
    return message_text(count < 10 ? "%.2g %s" : "%.0f %s", count, units[k].unit);
}

/* Calibrates every arm, so that what only shows then is found as well. */
static int calibrates(const struct scenario *s)
{
    struct messages messages = {0};
    int status = STATUS_OK;
    for (size_t a = 0; a < s->arms && status == STATUS_OK; a++) {
        struct world *world = NULL;
        status = scenario_world(s, a, 0, 0, &world, &messages);
        world_free(world);
    }
    cli_print(&messages);
    message_clear(&messages);
    return status;
}

/* Rows are compressed and written by one thread, about so many bytes a second (seen with 14 states and with 184). */
static const double written = 40e6;

static void describe(const struct cli_options *options, const struct scenario *s)
{
    if (!s->dated) {
        printf("%s: good; a world of %zu states, %zu institutions\n", s->file, s->cast->states,
               s->cast->bodies);
        return;
    }
    char start[16], end[16];
    struct experiment_size size = experiment_measure(s, !options->no_baseline);
    char *row = bytes(size.bytes_row), *file = bytes(size.bytes_file), *memory = bytes(size.bytes_memory);
    int threads = options->threads > 0 ? options->threads : experiment_threads();
    double seconds = experiment_seconds(s, !options->no_baseline) * (double)size.runs;
    seconds /= (double)(size.runs < (size_t)threads ? size.runs : (size_t)threads);
    char *time = duration(seconds + size.bytes_file / written);
    scenario_quarter_text(s->start, start);
    scenario_quarter_text(s->end, end);
    printf("%s: good; %s..%s, %zu states, %zu runs", s->file, start, end, s->cast->states, size.runs);
    if (s->points > 1)
        printf(" (%zu points x %lu)", s->points, s->replicates);
    printf(" of %zu way%s to play, %zu claims; %s a run, at most %s on disk before compression, %s of memory; "
           "about %s on %d core%s\n",
           size.arms, size.arms == 1 ? "" : "s", s->claims, row ? row : "", file ? file : "",
           memory ? memory : "", time ? time : "", threads, threads == 1 ? "" : "s");
    free(time);
    free(row);
    free(file);
    free(memory);
}

static int validate(const struct cli_options *options)
{
    int worst = STATUS_OK;
    for (size_t k = 0; k < options->arguments; k++) {
        int status;
        struct scenario *s = cli_load(options, options->argument[k], true, &status);
        if (s != NULL)
            status = calibrates(s);
        if (s != NULL && status == STATUS_OK && !options->quiet)
            describe(options, s);
        worst = status > worst ? status : worst;
        scenario_free(s);
    }
    return cli_end(worst);
}

const struct subcommand cli_validate = {
    "validate",
    "FILE...",
    "Check scenarios and print what would run.",
    "All errors of a file at once, as file:line: error: path: what (allowed). Exit status 2 if there is any.",
    OPTION_SET | OPTION_SEED | OPTION_REPLICATES | OPTION_SAMPLES | OPTION_THREADS | OPTION_BASELINE,
    1,
    (size_t)-1,
    validate};
