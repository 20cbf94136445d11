/* One run of a result file, to be played again: its scenario, what the design gave it, its replicate. */
#include "cli/cli.h"
#include "result/result.h"
#include "scenario/scenario.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void complain(const char *file, const char *what)
{
    fprintf(stderr, "%s: error: %s\n", file, what);
}

/* Value `run` of a column; NAN if it is not there. */
static double value_of(struct result_reader *reader, const char *name, size_t run)
{
    double *number = NULL, value = NAN;
    size_t count = 0;
    if (result_column(reader, name, &number, &count) == STATUS_OK && run < count)
        value = number[run];
    free(number);
    return value;
}

/* A text in a file of its own, whose name is put into `path`; false after a message. */
static bool put(const char *text, char *path)
{
    int file = mkstemps(path, 4);
    size_t left = strlen(text);
    bool good = file >= 0;
    for (ssize_t put = 0; good && left > 0; left -= (size_t)put, text += put)
        good = (put = write(file, text, left)) > 0;
    if (file >= 0)
        close(file);
    if (!good)
        complain(path, strerror(errno));
    return good;
}

/* "PATH=VALUE" for every factor of the design, in the words of the parameter's row; false if memory ran out. */
static bool read_factors(struct result_reader *reader, const struct scenario *s, size_t run,
                         struct cli_options *given)
{
    const struct result_found *found = NULL;
    size_t count = 0;
    if (result_variables(reader, "parameters", &found, &count) != STATUS_OK)
        return true; /* no sweep */
    given->set = calloc(count + 1, sizeof *given->set);
    for (size_t k = 0; given->set != NULL && k < count; k++) {
        struct selection where;
        char *why = NULL, *name = message_text("parameters/%s", found[k].name);
        double value = name ? value_of(reader, name, run) : NAN;
        if (parameter_select(s->cast, found[k].name, &where, &why) == STATUS_OK) {
            char *shown = parameter_show(where.row, s->cast, value);
            given->set[given->sets] = shown ? message_text("%s=%s", found[k].name, shown) : NULL;
            given->sets += given->set[given->sets] != NULL;
            free(shown);
        }
        parameter_selection_free(&where);
        free(why);
        free(name);
    }
    return given->set != NULL && given->sets == count;
}

static struct scenario *scenario_of(struct result_reader *reader, const char *file, size_t run, int *status)
{
    const char *folder = getenv("TMPDIR");
    char *path = message_text("%s/equipoise-replay-XXXXXX.cfg", folder ? folder : P_tmpdir);
    const char *effective = result_attribute(reader, "config_effective"),
               *name = result_attribute(reader, "scenario");
    struct cli_options plain = {.replicates = "1", .replay = file}, given = plain;
    struct scenario *s = NULL, *played = NULL;
    *status = STATUS_UNREADABLE;
    if (path == NULL)
        cli_out_of_memory();
    if (effective == NULL) {
        free(path);
        complain(file, "holds no configuration (allowed: a file that run or sweep has written)");
        return NULL;
    }
    *status = STATUS_IO;
    if (put(effective, path))
        s = cli_load(&plain, path, false, status);
    if (s != NULL && !read_factors(reader, s, run, &given)) {
        complain(file, "the parameters of the run cannot be read");
        *status = STATUS_UNREADABLE;
    } else if (s != NULL) {
        played = cli_load(&given, path, false, status);
    }
    char *own = played != NULL && name != NULL ? message_text("%s-run-%zu", name, run) : NULL;
    if (own != NULL) { /* not the name of a passing file */
        free(played->name);
        played->name = own;
    }
    unlink(path);
    free(path);
    scenario_free(s);
    for (size_t k = 0; k < given.sets; k++)
        free((char *)given.set[k]);
    free(given.set);
    return played;
}

struct scenario *cli_replay(const struct cli_options *options, size_t *replicate, int *status)
{
    const char *file = options->replay;
    struct result_reader *reader = NULL;
    struct messages messages = {0};
    struct scenario *s = NULL;
    size_t run = 0, runs = 0;
    double *numbers = NULL;
    *status = STATUS_INVALID;
    if (options->arguments > 0 || options->sets > 0 || options->seed || options->replicates) {
        fputs(
            "equipoise: error: --replay: a run is played as it was (allowed: without SCENARIO, --set, --seed, "
            "--replicates)\n",
            stderr);
        return NULL;
    }
    *status = (int)result_open(file, &reader, &messages);
    cli_print(&messages);
    message_clear(&messages);
    if (*status != STATUS_OK)
        return NULL;
    *status = (int)result_column(reader, "replicate", &numbers, &runs);
    if (*status != STATUS_OK) {
        complain(file, "holds no runs");
    } else if (!cli_whole(options->run ? options->run : "0", SIZE_MAX, &run) || run >= runs) {
        fprintf(stderr, "--run: error: '%s' is not in the file (allowed: 0..%zu)\n",
                options->run ? options->run : "0", runs - 1);
        *status = STATUS_INVALID;
    } else {
        *replicate = (size_t)numbers[run];
        s = scenario_of(reader, file, run, status);
    }
    free(numbers);
    result_close(reader);
    return s;
}
