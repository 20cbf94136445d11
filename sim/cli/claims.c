/* The table of claims and verdicts. */
#include "cli/cli.h"
#include "evidence/verdict.h"

#include <stdlib.h>

static char *full(double value)
{
    return isfinite(value) ? message_text("%.10g", value) : message_text("-");
}

size_t cli_claims(const struct result_claim *claim, size_t claims, size_t runs, const char *scenario,
                  enum cli_format format)
{
    static const char *const heading[] = {"scenario", "id",   "quantity", "at",    "expect", "versus",
                                          "effect",   "low",  "high",     "share", "verdict"};
    static const bool number[] = {false, false, false, false, false, false, true, true, true, true, false};
    bool people = format == FORMAT_TEXT || format == FORMAT_MARKDOWN;
    size_t skip = people ? 1 : 0; /* people know which scenario they look at */
    if (people && claims == 0) {
        puts("There are no claims.");
        return 0;
    }
    struct cli_table table = {.heading = heading + skip, .right = number + skip, .columns = 11 - skip};
    size_t unsupported = 0, count[5] = {0};
    for (size_t k = 0; k < claims; k++) {
        struct finding f = verdict_find(&claim[k], runs);
        char *(*show)(double) = people ? cli_number : full;
        char *cells[] = {message_text("%s", scenario),
                         message_text("%s", claim[k].id),
                         message_text("%s", claim[k].quantity),
                         message_text("%s", claim[k].at),
                         message_text("%s", claim[k].expect),
                         message_text("%s", claim[k].versus),
                         show(f.effect),
                         show(f.low),
                         show(f.high),
                         people && f.runs > 0 ? message_text("%.0f %%", 100 * f.share) : show(f.share),
                         message_text("%s", verdict_word(f.verdict))};
        cli_table_add(&table, cells + skip);
        if (skip)
            free(cells[0]);
        unsupported += f.verdict != VERDICT_SUPPORTED;
        count[f.verdict]++;
    }
    cli_table_print(&table, format, number + skip);
    if (people) {
        printf("\n%zu claim%s:", claims, claims == 1 ? "" : "s");
        const char *comma = " ";
        for (enum verdict v = VERDICT_SUPPORTED; v <= VERDICT_UNKNOWN; v++)
            if (count[v] > 0) {
                printf("%s%zu %s", comma, count[v], verdict_word(v));
                comma = ", ";
            }
        printf(" (mean over %zu paired run%s; low and high: 95 %% interval; share: runs with the expected sign)\n", runs,
               runs == 1 ? "" : "s");
    }
    cli_table_free(&table);
    return unsupported;
}
