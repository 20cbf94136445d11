/* equipoise list: the scenarios of a folder. */
#include "cli/cli.h"
#include "scenario/scenario.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool cli_is_scenario(const char *file)
{
    size_t length = strlen(file);
    return length > 4 && strcmp(file + length - 4, ".cfg") == 0;
}

static int in_folder(const struct dirent *entry)
{
    return cli_is_scenario(entry->d_name);
}

int cli_each_scenario(const char *folder, void (*item)(const char *path, void *context), void *context)
{
    struct dirent **entry = NULL;
    int count = scandir(folder, &entry, in_folder, alphasort);
    if (count < 0) {
        fprintf(stderr, "%s: error: %s\n", folder, strerror(errno));
        return -1;
    }
    for (int k = 0; k < count; k++) {
        char *path = message_text("%s/%s", folder, entry[k]->d_name);
        if (path != NULL)
            item(path, context);
        free(path);
        free(entry[k]);
    }
    free(entry);
    return count;
}

/* A table in the making, and the worst status on the way. */
struct listing {
    struct cli_table *table;
    int worst;
};

static void add(const char *path, void *context)
{
    struct listing *listing = context;
    struct messages messages = {0};
    struct scenario *s = NULL;
    const struct scenario_options plain = {.design = true};
    enum status status = scenario_load(path, &plain, &s, &messages);
    if (status != STATUS_OK) {
        cli_print(&messages);
        listing->worst = (int)status > listing->worst ? (int)status : listing->worst;
    } else {
        char start[16] = "", end[16] = "";
        if (s->dated) {
            scenario_quarter_text(s->start, start);
            scenario_quarter_text(s->end, end);
        }
        char *cells[] = {message_text("%s", path), message_text("%s", s->title),
                         s->dated ? message_text("%s..%s", start, end) : message_text("world"),
                         message_text("%zu", s->cast->states), message_text("%zu", s->claims)};
        cli_table_add(listing->table, cells);
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
    struct listing listing = {&table, STATUS_OK};
    int count = cli_each_scenario(folder, add, &listing), worst = listing.worst;
    if (count < 0)
        return STATUS_IO;
    if (table.rows > 0 || options->format != FORMAT_TEXT)
        cli_table_print(&table, options->format, number);
    else if (count == 0)
        fprintf(stderr, "%s: there is no scenario (*.cfg) here\n", folder);
    cli_table_free(&table);
    return cli_end(worst);
}

const struct subcommand cli_list = {
    "list", "[DIR]", "The scenarios of a folder (default: scenarios).", "", OPTION_FORMAT, 0, 1, list};
