/* How a scenario fares against history: tables, and in plain words where history went another way. */
#include "base/json.h"
#include "cli/cli.h"
#include "evidence/hindcast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells --------------------------------------------------------------------------------------------- */

static bool for_people(enum cli_format format)
{
    return format == FORMAT_TEXT || format == FORMAT_MARKDOWN;
}

static char *number(enum cli_format format, double value)
{
    if (!isfinite(value))
        return message_text("-");
    return for_people(format) ? message_text("%.3f", value) : message_text("%.10g", value);
}

static char *change(enum cli_format format, double value, int digits)
{
    return isfinite(value) && for_people(format) ? message_text("%+.*f", digits, value) : number(format, value);
}

static char *chance(enum cli_format format, double value)
{
    return isfinite(value) && for_people(format) ? message_text("%.4f", value) : number(format, value);
}

static char *percent(enum cli_format format, double share)
{
    return isfinite(share) && for_people(format) ? message_text("%.0f %%", 100 * share) : number(format, share);
}

static char *count(size_t value)
{
    return message_text("%zu", value);
}

static char *quarter(double value)
{
    char text[16] = "-";
    if (value > 0)
        scenario_quarter_text((long)floor(value + 0.5), text);
    return message_text("%s", text);
}

static char *span(long first, long last)
{
    char low[16], high[16];
    scenario_quarter_text(first, low);
    scenario_quarter_text(last, high);
    return message_text("%s..%s", low, high);
}

/* ---- tables -------------------------------------------------------------------------------------------- */

/* Columns of a table: names, and whether they hold numbers. */
struct form {
    const char *title, *key;
    const char *heading[10];
    bool number[10];
    size_t columns;
};

static const struct form dates = {"Dates",
                                  "dates",
                                  {"event", "history", "model", "error", "verdict", "alike", "come", "median"},
                                  {false, false, false, true, false, true, true, false},
                                  8};
static const struct form phases = {
    "Phases",
    "phases",
    {"pole", "phase", "coded", "share", "low", "high", "coded_change", "change", "agrees"},
    {false, false, true, true, true, true, true, true, false},
    9};
static const struct form signs = {
    "Signs of the changes between phases",
    "signs",
    {"pole", "moves", "right", "share", "low", "high", "changes", "all_right", "still_right"},
    {false, true, true, true, true, true, true, true, true},
    9};
static const struct form relations = {
    "Correlations",
    "correlations",
    {"with", "points", "rho", "p", "low", "high", "rho_changes", "error", "as_last_year"},
    {false, true, true, true, true, true, true, true, true},
    9};
static const struct form risks = {
    "Risks",
    "risks",
    {"event", "years", "came", "brier", "never", "base_rate", "skill_never", "skill_base_rate"},
    {false, true, true, true, true, true, true, true},
    8};
static const struct form ranges = {"Steadiness",
                                   "steadiness",
                                   {"what", "range", "low", "high", "other", "other_low", "other_high", "less"},
                                   {false, true, true, true, true, true, true, true},
                                   8};

static void add_dates(const struct hindcast *h, const struct hindcast_score *score, enum cli_format format,
                      struct cli_table *table)
{
    for (size_t k = 0; k < h->dates; k++) {
        const struct hindcast_date *date = &h->date[k];
        const struct hindcast_event *event = &score->event[k];
        char *cells[] = {message_text("%s", date->asked.what),
                         date->never ? message_text("never") : quarter((double)date->on),
                         quarter((double)event->quarter),
                         change(format, event->error, 2),
                         message_text("%s", hindcast_word(event->verdict)),
                         percent(format, event->share),
                         percent(format, event->any),
                         quarter(event->median)};
        cli_table_add(table, cells);
    }
}

static const char *pole_name(const struct scenario *s, size_t pole)
{
    return pole < s->hindcast->poles ? s->cast->option[s->hindcast->pole[pole]] : "all";
}

static void add_phases(const struct scenario *s, const struct hindcast_score *score, enum cli_format format,
                       struct cli_table *table)
{
    const struct hindcast *h = s->hindcast;
    for (size_t pole = 0; pole < h->poles; pole++)
        for (size_t k = 0; k < h->phases; k++) {
            const struct hindcast_cell *cell = &score->cell[k * h->poles + pole];
            char *cells[] = {message_text("%s", pole_name(s, pole)),
                             span(h->phase[k].first, h->phase[k].last),
                             message_text("%.0f", h->level[k * h->poles + pole]),
                             number(format, cell->simulated),
                             number(format, cell->low),
                             number(format, cell->high),
                             change(format, cell->coded_change, 0),
                             change(format, cell->change, 3),
                             message_text("%s", k == 0         ? "-"
                                                : cell->agrees ? "yes"
                                                               : "no")};
            cli_table_add(table, cells);
        }
}

static void add_signs(const struct scenario *s, const struct hindcast_score *score, enum cli_format format,
                      struct cli_table *table)
{
    for (size_t pole = 0; s->hindcast->phases > 1 && pole <= s->hindcast->poles; pole++) {
        const struct hindcast_signs *sign = &score->signs[pole];
        double share = sign->moves ? (double)sign->right / (double)sign->moves : NAN;
        char *cells[] = {message_text("%s", pole_name(s, pole)),
                         count(sign->moves),
                         count(sign->right),
                         percent(format, share),
                         percent(format, sign->low),
                         percent(format, sign->high),
                         count(sign->changes),
                         count(sign->all_right),
                         count(sign->still_right)};
        cli_table_add(table, cells);
    }
}

static void add_relation(const char *name, const struct hindcast_relation *relation, enum cli_format format,
                         struct cli_table *table)
{
    char *cells[] = {message_text("%s", name),
                     count(relation->points),
                     number(format, relation->rho),
                     chance(format, relation->chance),
                     number(format, relation->low),
                     number(format, relation->high),
                     number(format, relation->rho_changes),
                     number(format, relation->error),
                     number(format, relation->still_error)};
    cli_table_add(table, cells);
}

static void add_relations(const struct scenario *s, const struct hindcast_score *score, enum cli_format format,
                          struct cli_table *table)
{
    for (size_t pole = 0; s->hindcast->phases > 0 && pole <= s->hindcast->poles; pole++) {
        char *name = message_text("%s, coded phases", pole_name(s, pole));
        add_relation(name ? name : "", &score->relation[pole], format, table);
        free(name);
    }
    for (size_t k = 0; k < s->hindcast->serieses; k++)
        add_relation(s->hindcast->series[k].asked.what, &score->series[k], format, table);
}

static void add_risks(const struct hindcast *h, const struct hindcast_score *score, enum cli_format format,
                      struct cli_table *table)
{
    for (size_t k = 0; k < h->risks; k++) {
        const struct hindcast_odds *odds = &score->odds[k];
        char *cells[] = {message_text("%s", h->risk[k].asked.what),
                         count(odds->origins),
                         count(odds->events),
                         number(format, odds->brier),
                         number(format, odds->still),
                         number(format, odds->base),
                         number(format, odds->still_skill),
                         number(format, odds->base_skill)};
        cli_table_add(table, cells);
    }
}

static void add_ranges(const struct hindcast *h, const struct hindcast_score *score, enum cli_format format,
                       struct cli_table *table)
{
    for (size_t k = 0; k < h->steadies; k++) {
        const struct hindcast_range *range = &score->range[k];
        char *cells[] = {message_text("%s", h->steady[k].asked.what),
                         number(format, range->range),
                         number(format, range->low),
                         number(format, range->high),
                         number(format, range->than),
                         number(format, range->than_low),
                         number(format, range->than_high),
                         percent(format, range->share)};
        cli_table_add(table, cells);
    }
}

static void print_table(const struct form *form, enum cli_format format, struct cli_table *table)
{
    if (format == FORMAT_JSON)
        printf(",\n\"%s\": ", form->key);
    if (table->rows > 0 && format == FORMAT_TEXT)
        printf("\n%s\n", form->title);
    else if (table->rows > 0 && format == FORMAT_MARKDOWN)
        printf("\n### %s\n\n", form->title);
    if (table->rows > 0 || format == FORMAT_JSON)
        cli_table_print(table, format, form->number);
    cli_table_free(table);
}

static struct cli_table begin(const struct form *form)
{
    return (struct cli_table){.heading = form->heading, .right = form->number, .columns = form->columns};
}

static void print_tables(const struct scenario *s, const struct hindcast_score *score, enum cli_format format)
{
    struct cli_table table = begin(&dates);
    add_dates(s->hindcast, score, format, &table);
    print_table(&dates, format, &table);
    table = begin(&phases);
    add_phases(s, score, format, &table);
    print_table(&phases, format, &table);
    table = begin(&signs);
    add_signs(s, score, format, &table);
    print_table(&signs, format, &table);
    table = begin(&relations);
    add_relations(s, score, format, &table);
    print_table(&relations, format, &table);
    table = begin(&risks);
    add_risks(s->hindcast, score, format, &table);
    print_table(&risks, format, &table);
    table = begin(&ranges);
    add_ranges(s->hindcast, score, format, &table);
    print_table(&ranges, format, &table);
}

/* ---- a list of hindcasts ------------------------------------------------------------------------------- */

void cli_hindcasts_add(struct cli_hindcasts *list, struct scenario *scenario,
                       const struct hindcast_score *score)
{
    struct cli_hindcast *more = realloc(list->list, (list->count + 1) * sizeof *more);
    if (more == NULL)
        cli_out_of_memory();
    list->list = more;
    list->list[list->count++] = (struct cli_hindcast){scenario, *score};
}

static void print_words(const struct cli_table *words, enum cli_format format)
{
    if (format == FORMAT_JSON) {
        printf(",\n\"another_way\": [");
        for (size_t k = 0; k < words->rows; k++) {
            printf("%s", k ? ",\n  " : "\n  ");
            json_string(stdout, words->cell[k] ? words->cell[k] : "");
        }
        printf("]}");
        return;
    }
    printf("\n%s%s\n", format == FORMAT_MARKDOWN ? "### " : "", "Where history went another way");
    if (format == FORMAT_MARKDOWN)
        putchar('\n');
    for (size_t k = 0; k < words->rows; k++)
        printf("- %s\n", words->cell[k] ? words->cell[k] : "");
    if (words->rows == 0)
        puts("Nowhere, in what is asked here.");
}

static void print_legend(const struct hindcast *h, const struct hindcast_score *score)
{
    printf("\n(The model without noise; low and high: 5 and 95 %% of %zu runs with it.",
           score->runs - score->failed);
    if (h->dates > 0)
        printf("\n Dates: alike are runs that come within a year of the date, or never where history never "
               "did; come and\n"
               " median are of runs in which it comes at all.");
    if (h->phases > 1)
        printf("\n Signs: right of the coded moves up or down, with the exact 95 %% interval (guessing has 50 "
               "%%); all_right of "
               "all\n changes, where a share that moves by less than %g stands still; still_right is the "
               "forecast of no change.",
               h->least_change);
    if (h->phases > 1 || h->serieses > 0)
        printf("\n Correlations: rho by ranks; p is the share of random orders that do as well. Years follow "
               "on each other, so\n"
               " that p of a series is too small; rho_changes is that of the changes from year to year.");
    if (h->risks > 0)
        printf("\n Risks: the Brier score of the runs, of the forecast \"never\", and of how often it came; "
               "skill is 1 less the "
               "ratio.");
    puts(")");
}

static void print_one(const struct cli_hindcast *one, enum cli_format format)
{
    const struct scenario *s = one->scenario;
    const char *name = s->cast->name[s->hindcast->state];
    struct cli_table words = {.columns = 1};
    char first[16], last[16];
    scenario_quarter_text(s->start, first);
    scenario_quarter_text(s->end, last);
    cli_history_words(s, &one->score, &words);
    if (format == FORMAT_JSON) {
        fputs("{\"scenario\": ", stdout);
        json_string(stdout, s->name);
        printf(", \"state\": \"%s\", \"runs\": %zu, \"failed\": %zu", s->cast->code[s->hindcast->state],
               one->score.runs, one->score.failed);
    } else {
        printf("%sHeld against history: %s, %s..%s\n", format == FORMAT_MARKDOWN ? "## " : "", name, first,
               last);
    }
    print_tables(s, &one->score, format);
    print_words(&words, format);
    if (format == FORMAT_TEXT)
        print_legend(s->hindcast, &one->score);
    cli_table_free(&words);
}

void cli_hindcasts_begin(const struct cli_hindcasts *list, enum cli_format format)
{
    if (list->count > 0 && format == FORMAT_JSON)
        fputs("{\"claims\":\n", stdout);
}

void cli_hindcasts_end(struct cli_hindcasts *list, enum cli_format format, bool more)
{
    if (list->count > 0 && format == FORMAT_CSV)
        fputs("equipoise: note: what is held against history is left out of CSV (use: --format json)\n",
              stderr);
    if (list->count > 0 && format == FORMAT_JSON)
        fputs(",\n\"hindcasts\": [\n", stdout);
    for (size_t k = 0; k < list->count && format != FORMAT_CSV; k++) {
        if (k > 0 || (more && format != FORMAT_JSON))
            puts(format == FORMAT_JSON ? "," : "");
        print_one(&list->list[k], format);
    }
    if (list->count > 0 && format == FORMAT_JSON)
        puts("]}");
    for (size_t k = 0; k < list->count; k++) {
        hindcast_score_free(&list->list[k].score);
        scenario_free(list->list[k].scenario);
    }
    free(list->list);
    *list = (struct cli_hindcasts){0};
}
