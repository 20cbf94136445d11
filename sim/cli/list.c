/* equipoise list: the scenarios of a folder. */
#include "cli/cli.h"
#include "scenario/scenario.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int is_scenario(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".cfg") == 0;
}

static void add(struct cli_table *table, const char *path, const char *name, int *worst)
{
    struct messages messages = {0};
    struct scenario *s = NULL;
    const struct scenario_options plain = {.design = true};
    enum status status = scenario_load(path, &plain, &s, &messages);
    if (status != STATUS_OK) {
        cli_print(&messages);
        *worst = (int)status > *worst ? (int)status : *worst;
    } else {
        char start[16] = "", end[16] = "";
        if (s->dated) {
            scenario_quarter_text(s->start, start);
            scenario_quarter_text(s->end, end);
        }
        char *cells[] = {message_text("%s", name), message_text("%s", s->title),
                         s->dated ? message_text("%s..%s", start, end) : message_text("world"),
                         message_text("%zu", s->cast->states), message_text("%zu", s->claims)};
        cli_table_add(table, cells);
    }
    scenario_free(s);
    message_clear(&messages);
}

static int list(const struct cli_options *options)
{
    static const char *const heading[] = {"file", "title", "years", "states", "claims"};
    static const bool number[] = {false, false, false, true, true};
    const char *folder = options->arguments ? options->argument[0] : "scenarios";
    struct cli_table table = {.heading = heading, .right = number, .columns = 5};
    struct dirent **entry = NULL;
    int worst = STATUS_OK, count = scandir(folder, &entry, is_scenario, alphasort);
    if (count < 0) {
        fprintf(stderr, "%s: error: %s\n", folder, strerror(errno));
        return STATUS_IO;
    }
    for (int k = 0; k < count; k++) {
        char *path = message_text("%s/%s", folder, entry[k]->d_name);
        if (path != NULL)
            add(&table, path, path, &worst);
        free(path);
        free(entry[k]);
    }
    free(entry);
    if (table.rows > 0 || options->format != FORMAT_TEXT)
        cli_table_print(&table, options->format, number);
    else if (count == 0)
        fprintf(stderr, "%s: there is no scenario (*.cfg) here\n", folder);
    cli_table_free(&table);
    return cli_end(worst);
}

const struct subcommand cli_list = {
    "list", "[DIR]", "The scenarios of a folder (default: scenarios).", "", OPTION_FORMAT, 0, 1, list};
