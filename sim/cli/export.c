/* equipoise export: a result as a tidy long table, or the world of a scenario as a world file. */
#include "cli/cli.h"
#include "result/result.h"
#include "scenario/scenario.h"
#include "scenario/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Labels of one dimension of a variable, or NULL. */
struct labels {
    const char *const *text;
    size_t count;
};

/* What every line says of its run. */
struct runs {
    double *point, *replicate; /* NULL where the file does not say */
};

static void print_start(FILE *out, const struct runs *runs, size_t run)
{
    fprintf(out, "%zu,%.10g,%.10g,", run, runs->point ? runs->point[run] : 0,
            runs->replicate ? runs->replicate[run] : (double)run);
}

static void print_end(FILE *out, double value)
{
    if (isnan(value))
        fputs("\n", out);
    else
        fprintf(out, "%.17g\n", value);
}

/* One number a line: run, point, replicate, time, quarter, state, second label, arm, variable, value. */
static void print_run(FILE *out, const struct runs *runs, const struct result_found *found,
                      const struct labels label[2], const char *arm, size_t run, const double *time,
                      const char *const *quarter, const double *values)
{
    size_t times = found->length[1], first = found->dimensions > 2 ? found->length[2] : 1,
           second = found->dimensions > 3 ? found->length[3] : 1;
    for (size_t t = 0; t < times; t++)
        for (size_t a = 0; a < first; a++)
            for (size_t b = 0; b < second; b++) {
                double value = values[(t * first + a) * second + b];
                print_start(out, runs, run);
                fprintf(out, "%.10g,%s,%s,", time ? time[t] : NAN, quarter ? quarter[t] : "",
                        label[0].text ? label[0].text[a] : "");
                fprintf(out, "%s,%s,%s,", label[1].text ? label[1].text[b] : "", *arm ? arm : "scenario",
                        found->name);
                print_end(out, value);
            }
}

static int export_variable(FILE *out, struct result_reader *reader, const struct runs *runs, const char *arm,
                           const struct result_found *found, const double *time)
{
    size_t length = 1, quarters;
    const char *const *quarter = result_labels(reader, "quarter", &quarters);
    struct labels label[2] = {{NULL, 0}, {NULL, 0}};
    for (size_t d = 1; d < found->dimensions; d++)
        length *= found->length[d];
    for (size_t d = 2; d < found->dimensions && d < 4; d++)
        label[d - 2].text = result_labels(reader, found->dimension[d], &label[d - 2].count);
    double *values = calloc(length + 1, sizeof *values);
    int status = values ? STATUS_OK : STATUS_FAILED;
    for (size_t run = 0; run < found->length[0] && status == STATUS_OK && !ferror(out); run++) {
        status = result_read(reader, arm, found->name, run, values);
        if (status == STATUS_OK)
            print_run(out, runs, found, label, arm, run, time, quarter, values);
    }
    free(values);
    return status;
}

/* Summaries have no time: one line a run. */
static int export_summaries(FILE *out, struct result_reader *reader, const struct runs *runs, const char *arm)
{
    const struct result_found *found;
    size_t count = 0;
    char *group = message_text("%s%ssummaries", arm, *arm ? "/" : "");
    int status = group ? STATUS_OK : STATUS_FAILED;
    if (status == STATUS_OK && result_variables(reader, group, &found, &count) != STATUS_OK)
        count = 0; /* a file without them */
    for (size_t v = 0; v < count && status == STATUS_OK; v++) {
        char *name = message_text("%s/%s", group, found[v].name);
        double *value = NULL;
        size_t length = 0;
        status = name ? (int)result_column(reader, name, &value, &length) : STATUS_FAILED;
        for (size_t run = 0; run < length && status == STATUS_OK && !ferror(out); run++) {
            print_start(out, runs, run);
            fprintf(out, ",,,,%s,", *arm ? arm : "scenario");
            cli_csv_string(out, found[v].name);
            fputc(',', out);
            print_end(out, value[run]);
        }
        free(value);
        free(name);
    }
    free(group);
    return status;
}

static int export_all(FILE *out, struct result_reader *reader)
{
    const char *const *arm;
    size_t arms = result_arms(reader, &arm), times, count;
    double *time = NULL;
    struct runs runs = {NULL, NULL};
    int status = result_column(reader, "time", &time, &times);
    result_column(reader, "point", &runs.point, &count);
    result_column(reader, "replicate", &runs.replicate, &count);
    fputs("run,point,replicate,time,quarter,state,to,arm,variable,value\n", out);
    for (size_t a = 0; a < arms && status == STATUS_OK; a++) {
        const struct result_found *found;
        status = result_variables(reader, arm[a], &found, &count);
        for (size_t v = 0; v < count && status == STATUS_OK; v++)
            status = export_variable(out, reader, &runs, arm[a], &found[v], time);
        if (status == STATUS_OK)
            status = export_summaries(out, reader, &runs, arm[a]);
    }
    free(runs.point);
    free(runs.replicate);
    free(time);
    return status;
}

/* Writes a result, or a text, to a file beside the one that is wanted, which is replaced when all has gone well: it is whole or not there. */
static int export_to(const char *path, bool force, struct result_reader *reader, const char *text,
                     struct messages *messages)
{
    int status = result_possible(path, force, messages);
    if (status != STATUS_OK)
        return status;
    char *temporary = message_text("%s.tmp.%ld", path, (long)getpid());
    if (temporary == NULL)
        return STATUS_FAILED;
    errno = 0;
    FILE *out = fopen(temporary, "w");
    bool broken = out == NULL;
    if (out != NULL) {
        status = text ? fputs(text, out) < 0 : export_all(out, reader);
        broken = ferror(out) != 0;
        broken = fclose(out) != 0 || broken;
    }
    if (status == STATUS_OK && !broken && (status = result_possible(path, force, messages)) == STATUS_OK)
        broken = rename(temporary, path) != 0;
    if (broken && status == STATUS_OK) {
        message_add(messages, SEVERITY_ERROR, (struct place){path, 0, NULL}, "cannot be written: %s",
                    strerror(errno));
        status = STATUS_IO;
    }
    if (status != STATUS_OK && out != NULL)
        remove(temporary);
    free(temporary);
    return status;
}

static int export_world(const struct cli_options *options)
{
    struct messages messages = {0};
    size_t replicate = 0;
    int status = STATUS_OK;
    if (options->replicate && !cli_whole(options->replicate, 4294967294UL, &replicate)) {
        message_add(&messages, SEVERITY_ERROR, (struct place){"--replicate", 0, NULL},
                    "'%s' is not allowed (allowed: 0..4294967294)", options->replicate);
        status = STATUS_INVALID;
    }
    struct scenario *s = status == STATUS_OK ? cli_load(options, options->argument[0], false, &status) : NULL;
    char *text = s ? scenario_world_file(s, replicate) : NULL;
    if (s != NULL && text == NULL) {
        cli_out_of_memory();
    } else if (text != NULL && strlen(text) > TEXT_MOST_BYTES) {
        message_add(&messages, SEVERITY_ERROR, (struct place){options->argument[0], 0, NULL},
                    "the world would fill %zu bytes, too many for a file to be read (allowed: 1 MiB)",
                    strlen(text));
        status = STATUS_INVALID;
    } else if (text != NULL && options->output) {
        status = export_to(options->output, options->force, NULL, text, &messages);
    } else if (text != NULL) {
        fputs(text, stdout);
    }
    cli_print(&messages);
    message_clear(&messages);
    free(text);
    scenario_free(s);
    return cli_end(status);
}

static int export(const struct cli_options *options)
{
    if (options->world)
        return export_world(options);
    if (options->sets > 0 || options->seed || options->replicate) {
        fputs("equipoise: error: --set, --seed and --replicate are about a world (allowed: with --world)\n",
              stderr);
        return cli_end(STATUS_INVALID);
    }
    struct messages messages = {0};
    struct result_reader *reader = NULL;
    const char *file = options->argument[0];
    int status = result_open(file, &reader, &messages);
    if (status == STATUS_OK)
        status = options->output ? export_to(options->output, options->force, reader, NULL, &messages)
                                 : export_all(stdout, reader);
    if (status != STATUS_OK && messages.count == 0)
        message_add(&messages, SEVERITY_ERROR, (struct place){file, 0, NULL}, "cannot be read to its end");
    cli_print(&messages);
    message_clear(&messages);
    result_close(reader);
    return cli_end(status);
}

const struct subcommand cli_export = {
    "export",
    "FILE",
    "Write a result as a table, or a scenario's world.",
    "One number a line, on standard output or to -o: run, point, replicate, time, quarter, state, to, arm, "
    "variable, value. `to` is the pole, partner or body, `arm` the scenario, its baseline or a branch; an "
    "empty value is a "
    "missing number; summaries have no time.\n\n"
    "With --world FILE is a scenario, and its world is written as a world file. A scenario on that file plays "
    "as on the first one's world, draw for draw in replicate 0.",
    OPTION_OUTPUT | OPTION_FORCE | OPTION_CSV | OPTION_WORLD | OPTION_SET | OPTION_SEED,
    1,
    1,
    export};
