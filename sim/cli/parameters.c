/* equipoise parameters: the reference of all parameters and recorded variables, from the program's own tables. */
#include "cli/cli.h"
#include "model/parameters.h"
#include "model/variables.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static const char *dimensions_of(enum shape shape)
{
    switch (shape) {
    case SHAPE_MODEL:
        return "run, time";
    case SHAPE_STATE:
        return "run, time, state";
    case SHAPE_OPTION:
        return "run, time, state, pole";
    case SHAPE_MEMBER:
        return "run, time, state, institution";
    case SHAPE_BODY:
        return "run, time, institution";
    case SHAPE_PROVINCE:
        return "run, time, province";
    case SHAPE_PLAY:
        return "run, time, state, state_to, issue";
    default:
        return "run, time, state, state_to";
    }
}

/* A pattern with wildcards, or a piece of the path or of the sentence. */
static bool matches(const char *pattern, const char *path, const char *sentence)
{
    if (pattern == NULL)
        return true;
    return fnmatch(pattern, path, 0) == 0 || strstr(path, pattern) != NULL ||
           strcasestr(sentence, pattern) != NULL;
}

static char *default_of(const struct parameter *row)
{
    if (!isnan(row->value))
        return parameter_show(row, NULL, row->value);
    return message_text("%s", row->start);
}

static char *short_number(char *text)
{
    char *end;
    double value = text ? strtod(text, &end) : 0;
    if (text == NULL || end == text || *end)
        return text;
    free(text);
    return message_text("%g", value);
}

static void add_parameter(struct cli_table *table, const struct parameter *row, const char *pattern)
{
    char *path = parameter_pattern(row);
    if (path == NULL || !matches(pattern, path, row->meaning)) {
        free(path);
        return;
    }
    const char *unit = row->flags & (F_WORD | F_SWITCH | F_STATE) ? "" : row->unit;
    char *allowed = row->flags & (F_WORD | F_SWITCH | F_STATE) ? parameter_allowed(row)
                                                               : message_text("%g..%g", row->low, row->high);
    char *cells[] = {path,
                     message_text("%s", row->symbol),
                     short_number(default_of(row)),
                     allowed,
                     message_text("%s", unit),
                     message_text("%s", row->meaning),
                     message_text("%s", row->source)};
    cli_table_add(table, cells);
}

static int parameters(const struct cli_options *options)
{
    static const char *const heading[] = {"path", "symbol", "default", "allowed", "unit", "meaning", "source"};
    static const char *const variable_heading[] = {"variable", "symbol", "dimensions", "unit", "meaning"};
    static const bool text[] = {false, false, false, false, false, false, false};
    const char *pattern = options->arguments ? options->argument[0] : NULL;
    struct cli_table table = {.heading = options->variables ? variable_heading : heading,
                              .right = text,
                              .columns = options->variables ? 5 : 7};
    for (size_t k = 0; !options->variables && k < parameter_count; k++)
        add_parameter(&table, &parameter_table[k], pattern);
    for (size_t k = 0; options->variables && k < variable_count; k++) {
        const struct variable *v = &variable_table[k];
        if (!matches(pattern, v->name, v->long_name))
            continue;
        char *cells[] = {message_text("%s", v->name), message_text("%s", v->symbol),
                         message_text("%s", dimensions_of(v->shape)), message_text("%s", v->unit),
                         message_text("%s", v->long_name)};
        cli_table_add(&table, cells);
    }
    int status = STATUS_OK;
    if (table.rows == 0) {
        fprintf(stderr,
                "equipoise: error: nothing matches '%s' (allowed: a part of a path or sentence, or a pattern "
                "such as 'states.*.alignment.*')\n",
                pattern);
        status = STATUS_INVALID;
    } else {
        cli_table_print(&table, options->format, text);
    }
    cli_table_free(&table);
    return cli_end(status);
}

const struct subcommand cli_parameters = {
    "parameters",
    "[PATTERN]",
    "The reference of all parameters, or variables.",
    "Of each: path, default, allowed values, meaning, source. PATTERN is a part of a path or of a sentence, or "
    "a pattern such as 'states.*.alignment.*'.",
    OPTION_FORMAT | OPTION_VARIABLES,
    0,
    1,
    parameters};
