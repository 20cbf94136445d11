/* equipoise chronicle: what happened in one run of a result, by date, in words. */
#include "cli/cli.h"
#include "evidence/chronicle.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* More pacts than this are only told to those who ask for more. */
enum { PACTS_SHOWN = 20, FIRST_SHOWN = 10 };

/* How many of a kind there are, in words. */
static const struct {
    const char *one, *many;
} counted[CHRONICLE_KINDS] = {
    [CHRONICLE_WAR] = {"war", "wars"},
    [CHRONICLE_ABSORPTION] = {"absorption", "absorptions"},
    [CHRONICLE_SECESSION] = {"secession", "secessions"},
    [CHRONICLE_STATE] = {"death or return of a state", "deaths and returns of states"},
    [CHRONICLE_POLARITY] = {"transition of polarity", "transitions of polarity"},
    [CHRONICLE_POLE] = {"change of a pole", "changes of poles"},
    [CHRONICLE_PACT] = {"pact made or ended", "pacts made or ended"},
    [CHRONICLE_MEMBERSHIP] = {"membership begun or ended", "memberships begun or ended"},
    [CHRONICLE_BASE] = {"base opened or closed", "bases opened or closed"},
};

/* A chronicle and the names of what it speaks of. */
struct account {
    const char *const *quarter, *const *state, *const *body;
    size_t quarters, states, bodies;
    size_t run, runs;
    struct chronicle chronicle;
};

static const char *state_of(const struct account *a, size_t i)
{
    return i < a->states ? a->state[i] : "";
}

static const char *whom_of(const struct account *a, const struct happening *h)
{
    if (h->kind == CHRONICLE_MEMBERSHIP)
        return h->whom < a->bodies ? a->body[h->whom] : "";
    return state_of(a, h->whom);
}

/* An allocated text; the program ends if there is no memory for it. */
static char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text_of(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = message_vtext(format, arguments);
    va_end(arguments);
    if (text == NULL)
        cli_out_of_memory();
    return text;
}

/* The others of a happening: "S5, S8 and S9" for a sentence, "S5 S8 S9" for a table. */
static char *others_of(const struct account *a, const struct happening *h, bool sentence)
{
    char *text = text_of("%s", "");
    for (size_t k = 0; k < h->others; k++) {
        bool last = k + 1 == h->others;
        const char *between = k == 0 ? "" : !sentence ? " " : last ? " and " : ", ";
        char *longer = text_of("%s%s%s", text, between, state_of(a, a->chronicle.other[h->first_other + k]));
        free(text);
        text = longer;
    }
    return text;
}

static char *sentence_of(const struct account *a, const struct happening *h)
{
    bool wins =
        h->is == BATTLE_WON || a->chronicle.recorded[CHRONICLE_ABSORPTION]; /* which then tells the rest */
    const char *ends = h->is == BATTLE_LOST ? "loses" : wins ? "wins" : "conquers it";
    const char *who = state_of(a, h->who), *whom = whom_of(a, h);
    char *others = others_of(a, h, true), *text = NULL;
    int was = 0, is = 0;
    const char *before, *after;
    switch (h->kind) {
    case CHRONICLE_WAR:
        text = h->others ? text_of("%s attacks %s, which %s help%s, and %s", who, whom, others,
                                   h->others == 1 ? "s" : "", ends)
                         : text_of("%s attacks %s and %s", who, whom, ends);
        break;
    case CHRONICLE_ABSORPTION:
        text = !h->complete ? text_of("%s takes the province of %s", who, whom)
               : h->others  ? text_of("%s absorbs %s, with %s that it held", who, whom, others)
                            : text_of("%s absorbs %s", who, whom);
        break;
    case CHRONICLE_SECESSION:
        text = text_of("%s frees itself from %s", who, whom);
        break;
    case CHRONICLE_STATE:
        text = text_of(h->is ? "%s exists again" : "%s ceases to exist", who);
        break;
    case CHRONICLE_POLARITY:
        before = result_meaning(chronicle_variable(h->kind), h->was, &was);
        after = result_meaning(chronicle_variable(h->kind), h->is, &is);
        text = text_of("The system goes from %.*s to %.*s", was, before ? before : "", is, after ? after : "");
        break;
    case CHRONICLE_POLE:
        text = text_of(h->is ? "%s becomes a pole" : "%s is a pole no more", who);
        break;
    case CHRONICLE_PACT:
        text = text_of(h->is ? "%s and %s make a pact" : "The pact of %s and %s ends", who, whom);
        break;
    case CHRONICLE_MEMBERSHIP:
        text = text_of(h->is ? "%s joins %s" : "%s leaves %s", who, whom);
        break;
    default:
        text = text_of(h->is ? "%s bases forces in %s" : "The base of %s in %s closes", who, whom);
    }
    free(others);
    return text;
}

/* The outcome of a war, the new class of polarity, or whether something begins or ends. */
static char *how_of(const struct happening *h)
{
    int length = 0;
    if (h->kind == CHRONICLE_WAR || h->kind == CHRONICLE_POLARITY) {
        const char *word = result_meaning(chronicle_variable(h->kind), h->is, &length);
        return text_of("%.*s", length, word ? word : "");
    }
    if (h->kind == CHRONICLE_ABSORPTION || h->kind == CHRONICLE_SECESSION)
        return text_of("%s", "");
    return text_of("%s", h->is ? "begins" : "ends");
}

static size_t count_of(const struct chronicle *chronicle, size_t kind)
{
    size_t count = 0;
    for (size_t k = 0; k < chronicle->count; k++)
        count += chronicle->list[k].kind == kind;
    return count;
}

/* Up to `most` lines; returns how many. */
static size_t print_lines(const struct account *a, bool pacts, size_t most)
{
    size_t lines = 0;
    for (size_t k = 0; k < a->chronicle.count && lines < most; k++) {
        const struct happening *h = &a->chronicle.list[k];
        if (h->kind == CHRONICLE_PACT && !pacts)
            continue;
        char *text = sentence_of(a, h);
        printf("%s  %s\n", a->quarter[h->time], text);
        free(text);
        lines++;
    }
    return lines;
}

static bool few_pacts(const struct account *a)
{
    return count_of(&a->chronicle, CHRONICLE_PACT) <= PACTS_SHOWN;
}

static void print_text(const struct account *a, bool pacts)
{
    size_t said = 0;
    for (size_t kind = 0; kind < CHRONICLE_KINDS; kind++) {
        size_t count = count_of(&a->chronicle, kind);
        if (count == 0)
            continue;
        printf("%s%zu %s%s", said++ ? ", " : "", count, count == 1 ? counted[kind].one : counted[kind].many,
               kind == CHRONICLE_PACT && !pacts ? " (told with --verbose)" : "");
    }
    puts(said ? ".\n" : "nothing happened.");
    print_lines(a, pacts, a->chronicle.count);
}

static void print_table(const struct account *a, enum cli_format format)
{
    static const char *const heading[] = {"quarter", "kind", "who", "whom", "others", "how", "text"};
    static const bool number[7] = {false};
    struct cli_table table = {.heading = heading, .right = number, .columns = 7};
    for (size_t k = 0; k < a->chronicle.count; k++) {
        const struct happening *h = &a->chronicle.list[k];
        char *cells[] = {text_of("%s", a->quarter[h->time]),
                         text_of("%s", chronicle_word(h->kind)),
                         text_of("%s", state_of(a, h->who)),
                         text_of("%s", whom_of(a, h)),
                         others_of(a, h, false),
                         how_of(h),
                         sentence_of(a, h)};
        cli_table_add(&table, cells);
    }
    cli_table_print(&table, format, number);
    cli_table_free(&table);
}

/* ---- what was asked for -------------------------------------------------------------------------------- */

static struct place in_file(const char *file)
{
    return (struct place){file, 0, NULL};
}

/* The arm of that name: "scenario", "baseline", or a branch, with or without "branches/". */
static enum status find_arm(struct result_reader *reader, const char *name, const char **arm,
                            struct messages *messages)
{
    static const char branches[] = "branches/";
    const char *const *list;
    size_t arms = result_arms(reader, &list);
    char *allowed = text_of("scenario");
    *arm = NULL;
    if (name == NULL || strcmp(name, "scenario") == 0)
        *arm = "";
    for (size_t k = 0; k < arms && *arm == NULL; k++) {
        bool branch = strncmp(list[k], branches, sizeof branches - 1) == 0;
        const char *bare = list[k] + (branch ? sizeof branches - 1 : 0);
        if (*bare == '\0')
            continue;
        if (strcmp(name, bare) == 0 || strcmp(name, list[k]) == 0)
            *arm = list[k];
        char *longer = text_of("%s, %s", allowed, bare);
        free(allowed);
        allowed = longer;
    }
    if (*arm == NULL)
        message_add(messages, SEVERITY_ERROR, in_file("--arm"), "'%s' is not in the file (allowed: %s)", name,
                    allowed);
    free(allowed);
    return *arm != NULL ? STATUS_OK : STATUS_INVALID;
}

/* The number of a run that was played; `text` NULL: the first. */
static enum status find_run(struct result_reader *reader, const char *text, size_t *run, size_t *runs,
                            struct messages *messages)
{
    double *status = NULL;
    size_t why;
    if (result_column(reader, "status", &status, runs) != STATUS_OK)
        return STATUS_UNREADABLE;
    *run = 0;
    if (*runs == 0 || (text != NULL && !cli_whole(text, *runs - 1, run))) {
        message_add(messages, SEVERITY_ERROR, in_file("--run"), "'%s' is not in the file (allowed: 0..%zu)",
                    text ? text : "0", *runs ? *runs - 1 : 0);
        free(status);
        return STATUS_INVALID;
    }
    bool played = status[*run] == 0;
    free(status);
    if (!played) {
        const char *const *said = result_labels(reader, "status_message", &why);
        message_add(messages, SEVERITY_ERROR, in_file("--run"), "run %zu was not played to its end%s%s", *run,
                    *run < why && *said[*run] ? ": " : "", *run < why ? said[*run] : "");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

/* Names of the variables that a chronicle misses, or of all that it could tell of. */
static char *variables_of(const struct account *a, bool all)
{
    char *text = text_of("%s", "");
    for (size_t k = 0; k < CHRONICLE_KINDS; k++) {
        bool needed = k != CHRONICLE_SECESSION && (k != CHRONICLE_STATE || all) &&
                      (k != CHRONICLE_MEMBERSHIP || a->bodies > 0);
        if (!needed || (a->chronicle.recorded[k] && !all))
            continue;
        char *longer = text_of("%s%s%s", text, *text ? ", " : "", chronicle_variable((enum chronicle_kind)k));
        free(text);
        text = longer;
    }
    return text;
}

/* What a reader should know: what is not recorded, and how often. */
static void add_notes(struct result_reader *reader, const char *file, const struct account *a,
                      struct messages *messages)
{
    char *missing = variables_of(a, false);
    double *time = NULL;
    size_t times = 0, told = count_of(&a->chronicle, CHRONICLE_WAR);
    if (*missing)
        message_add(messages, SEVERITY_NOTE, in_file(file),
                    "not told, since not recorded: %s (record = { variables = [...]; } names what is)",
                    missing);
    free(missing);
    result_column(reader, "time", &time, &times);
    double every = times > 1 ? round(4 * (time[1] - time[0])) : 1;
    if (every > 1)
        message_add(messages, SEVERITY_NOTE, in_file(file),
                    "one quarter in %g is recorded: dates are those of the records, and wars of other quarters "
                    "are not told",
                    every);
    else if (a->chronicle.recorded[CHRONICLE_WAR] && a->chronicle.fought > (double)told)
        message_add(messages, SEVERITY_NOTE, in_file(file),
                    "%zu of %g wars are told: a record has one war of a pair in a quarter", told,
                    a->chronicle.fought);
    free(time);
}

/* Opens a file and finds what happened in a run of an arm. */
static enum status account_of(const char *file, const char *arm, const char *run, struct result_reader **reader,
                              struct account *a, struct messages *messages)
{
    const char *found_arm = NULL;
    *a = (struct account){0};
    enum status status = result_open(file, reader, messages);
    if (status == STATUS_OK)
        status = find_arm(*reader, arm, &found_arm, messages);
    if (status == STATUS_OK)
        status = find_run(*reader, run, &a->run, &a->runs, messages);
    if (status != STATUS_OK)
        return status;
    a->quarter = result_labels(*reader, "quarter", &a->quarters);
    a->state = result_labels(*reader, "state", &a->states);
    a->body = result_labels(*reader, "institution", &a->bodies);
    status = chronicle_read(*reader, found_arm, a->run, &a->chronicle);
    if (status == STATUS_INVALID) {
        char *all = variables_of(a, true);
        message_add(messages, SEVERITY_ERROR, in_file(file),
                    "nothing of what a chronicle tells is recorded (allowed: record any of %s)", all);
        free(all);
    }
    return status;
}

static int chronicle(const struct cli_options *options)
{
    struct messages messages = {0};
    struct result_reader *reader = NULL;
    struct account a;
    const char *file = options->argument[0];
    enum status status = account_of(file, options->arm, options->run, &reader, &a, &messages);
    if (status != STATUS_OK && messages.count == 0)
        message_add(&messages, SEVERITY_ERROR, in_file(file), "cannot be read to its end");
    if (status == STATUS_OK && !options->quiet)
        add_notes(reader, file, &a, &messages);
    cli_print(&messages);
    if (status == STATUS_OK && options->format == FORMAT_TEXT) {
        const char *title = result_attribute(reader, "title");
        if (!options->quiet)
            printf("%s\n", title ? title : file);
        if (a.runs > 1)
            printf("Run %zu (of 0..%zu), ", a.run, a.runs - 1);
        printf("%s..%s: ", a.quarters ? a.quarter[0] : "", a.quarters ? a.quarter[a.quarters - 1] : "");
        print_text(&a, options->verbose || few_pacts(&a));
    } else if (status == STATUS_OK) {
        print_table(&a, options->format);
    }
    message_clear(&messages);
    chronicle_free(&a.chronicle);
    result_close(reader);
    return cli_end((int)status);
}

void cli_chronicle_begin(const char *file)
{
    struct messages messages = {0};
    struct result_reader *reader = NULL;
    struct account a;
    if (account_of(file, NULL, NULL, &reader, &a, &messages) == STATUS_OK && a.chronicle.count > 0) {
        puts("\nWhat happened first:");
        print_lines(&a, few_pacts(&a), FIRST_SHOWN);
    }
    message_clear(&messages);
    chronicle_free(&a.chronicle);
    result_close(reader);
}

const struct subcommand cli_chronicle = {
    "chronicle",
    "FILE",
    "What happened in one run, by date, in words.",
    "Wars and who helped, conquests, states that free themselves, poles and polarity, pacts, memberships, "
    "bases: as far as the file records war, owner, is_pole, polarity, pact, membership and hosting. Many "
    "pacts are told with -v, and always in the other formats.\n"
    "  equipoise chronicle one-world.h5 --run 3",
    OPTION_FORMAT | OPTION_RUN,
    1,
    1,
    chronicle};
