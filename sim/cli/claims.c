/* The table of claims and verdicts. */
#include "cli/cli.h"
#include "evidence/assess.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 16, SCENARIO = 0, BOUND = 10, RUNS_HIGH = 12, WITHOUT = 14, DRAWS = 15 };

static const char *const headings[COLUMNS] = {"scenario",  "id",      "quantity", "at",    "expect", "versus",
                                              "effect",    "low",     "high",     "share", "bound",  "runs_low",
                                              "runs_high", "verdict", "without",  "draws"};
static const bool numbers[COLUMNS] = {false, false, false, false, false, false, true,  true,
                                      true,  true,  true,  true,  true,  false, false, true};

void cli_claims_begin(struct cli_claims *claims, enum cli_format format, bool scenario, bool ablate,
                      bool perturb)
{
    *claims = (struct cli_claims){.format = format, .scenario = scenario, .ablate = ablate, .perturb = perturb};
    claims->table = (struct cli_table){.heading = headings, .right = numbers, .columns = COLUMNS};
}

static char *full(double value)
{
    return isfinite(value) ? message_text("%.10g", value) : message_text("-");
}

static char *percent(double share)
{
    return isfinite(share) ? message_text("%.0f %%", 100 * share) : message_text("-");
}

/* For people: "increase >= 10 %" where the claim says how much. */
static char *expectation(const struct result_claim *claim)
{
    const char *than = strcmp(claim->expect, "no_change") == 0 ? "<" : ">=";
    if (!isnan(claim->least))
        return message_text("%s %s %g", claim->expect, than, claim->least);
    if (!isnan(claim->least_relative))
        return message_text("%s %s %g %%", claim->expect, than, 100 * claim->least_relative);
    return message_text("%s", claim->expect);
}

/* For people: "83 % (80..100 %)" where the claim says in how many runs. */
static char *share_of_runs(const struct result_claim *claim, double share)
{
    char *found = percent(share);
    if (isnan(claim->runs_low) || found == NULL)
        return found;
    char *text = message_text("%s (%g..%g %%)", found, 100 * claim->runs_low, 100 * claim->runs_high);
    free(found);
    return text;
}

void cli_claims_add(struct cli_claims *claims, const char *scenario, const struct result_claim *claim,
                    const struct assessment *a)
{
    const struct finding *f = &a->finding;
    bool people = claims->format == FORMAT_TEXT || claims->format == FORMAT_MARKDOWN;
    char *(*show)(double) = people ? cli_number : full;
    double right = a->draws > 0 ? (double)a->right / (double)a->draws : NAN;
    const char *without = !a->ablated                       ? "-"
                          : assess_breaks(a)                ? "breaks"
                          : f->verdict != VERDICT_SUPPORTED ? "did not hold"
                                                            : "still holds";
    char *cells[COLUMNS] = {message_text("%s", scenario),
                            message_text("%s", claim->id),
                            message_text("%s", claim->quantity),
                            message_text("%s", claim->at),
                            people ? expectation(claim) : message_text("%s", claim->expect),
                            message_text("%s", claim->versus),
                            show(f->effect),
                            show(f->low),
                            show(f->high),
                            people ? share_of_runs(claim, f->share) : show(f->share),
                            show(f->bound),
                            show(claim->runs_low),
                            show(claim->runs_high),
                            message_text("%s", verdict_word(f->verdict)),
                            message_text("%s", without),
                            people ? percent(right) : show(right)};
    cli_table_add(&claims->table, cells);
    claims->count[f->verdict]++;
    claims->asked += verdict_asks(claim);
    claims->broken += assess_breaks(a);
    claims->ablated += a->ablated && f->verdict == VERDICT_SUPPORTED;
    claims->runs = f->runs > claims->runs ? f->runs : claims->runs;
}

/* What a claim asks stands for people beside what it expects, and beside the share. */
static bool is_shown(const struct cli_claims *claims, size_t column)
{
    bool machine = claims->format == FORMAT_JSON || claims->format == FORMAT_CSV;
    return column == SCENARIO                       ? claims->scenario
           : column >= BOUND && column <= RUNS_HIGH ? machine
           : column == WITHOUT                      ? claims->ablate
           : column == DRAWS                        ? claims->perturb
                                                    : true;
}

/* The columns that are shown, in a table of their own; its cells are lent. */
static void show_columns(struct cli_claims *claims)
{
    const char *heading[COLUMNS];
    bool number[COLUMNS];
    size_t column[COLUMNS], columns = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        if (!is_shown(claims, c))
            continue;
        heading[columns] = headings[c];
        number[columns] = numbers[c];
        column[columns++] = c;
    }
    struct cli_table shown = {
        .heading = heading, .right = number, .columns = columns, .rows = claims->table.rows};
    shown.cell = calloc(shown.rows * columns + 1, sizeof *shown.cell);
    for (size_t r = 0; shown.cell != NULL && r < shown.rows; r++)
        for (size_t c = 0; c < columns; c++)
            shown.cell[r * columns + c] = claims->table.cell[r * COLUMNS + column[c]];
    if (shown.cell != NULL)
        cli_table_print(&shown, claims->format, number);
    free(shown.cell);
}

void cli_claims_end(struct cli_claims *claims)
{
    bool people = claims->format == FORMAT_TEXT || claims->format == FORMAT_MARKDOWN;
    if (claims->table.rows == 0 && people)
        puts("There are no claims.");
    else
        show_columns(claims);
    if (claims->table.rows > 0 && people) {
        const char *comma = " ";
        printf("\n%zu claim%s:", claims->table.rows, claims->table.rows == 1 ? "" : "s");
        for (enum verdict v = VERDICT_SUPPORTED; v <= VERDICT_UNKNOWN; v++)
            if (claims->count[v] > 0) {
                printf("%s%zu %s", comma, claims->count[v], verdict_word(v));
                comma = ", ";
            }
        puts(".");
        if (claims->ablate)
            printf("Of %zu supported claims that name a mechanism or term, %zu break without it.\n",
                   claims->ablated, claims->broken);
        if (claims->format == FORMAT_TEXT)
            printf("(effect: mean over up to %zu paired runs; low and high: 95 %% interval; share: runs with "
                   "the expected "
                   "sign)\n",
                   claims->runs);
        if (claims->format == FORMAT_TEXT && claims->asked > 0)
            puts("(where a claim says how much or in how many runs, share: those with sign and size)");
    }
    cli_table_free(&claims->table);
}
