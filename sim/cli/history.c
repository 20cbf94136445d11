/* Where history went another way than the model, in plain words. */
#include "cli/cli.h"
#include "evidence/hindcast.h"

#include <math.h>
#include <stdlib.h>

static void say(struct cli_table *words, char *sentence)
{
    cli_table_add(words, &sentence);
}

static void say_date(const struct hindcast_date *date, const struct hindcast_event *event,
                     struct cli_table *words)
{
    char on[16] = "", came[16] = "", runs[64] = "";
    scenario_quarter_text(date->on, on);
    scenario_quarter_text(event->quarter, came);
    if (isfinite(event->share))
        snprintf(runs, sizeof runs, " (%.0f %% of the runs with noise do as history did)", 100 * event->share);
    switch (event->verdict) {
    case HINDCAST_EARLY:
    case HINDCAST_LATE:
        say(words, message_text("%s: in history %s, in the model %s, %g years %s%s.", date->asked.what, on,
                                came, fabs(event->error), event->error < 0 ? "too early" : "too late", runs));
        break;
    case HINDCAST_MISSED:
        say(words, message_text("%s: in history %s, in the model never%s.", date->asked.what, on, runs));
        break;
    case HINDCAST_ALREADY:
        say(words, message_text("%s: in history %s, in the model it could not come, being so already%s.",
                                date->asked.what, on, runs));
        break;
    case HINDCAST_CAME:
        say(words, message_text("%s: never in history, in the model %s%s.", date->asked.what, came, runs));
        break;
    default:
        break;
    }
}

static const char *direction(double change, double least)
{
    return change >= least ? "up" : change <= -least ? "down" : "unchanged";
}

static void say_phases(const struct scenario *s, const struct hindcast_score *score, struct cli_table *words)
{
    const struct hindcast *h = s->hindcast;
    for (size_t k = h->poles; k < h->phases * h->poles; k++) {
        const struct hindcast_cell *cell = &score->cell[k];
        const struct hindcast_phase *phase = &h->phase[k / h->poles];
        char first[16], last[16];
        if (cell->agrees)
            continue;
        scenario_quarter_text(phase->first, first);
        scenario_quarter_text(phase->last, last);
        say(words, message_text("%s in %s..%s: coded %s, in the model %s (%+.3f).",
                                s->cast->option[h->pole[k % h->poles]], first, last,
                                direction(cell->coded_change, 0.5), direction(cell->change, h->least_change),
                                cell->change));
    }
    const struct hindcast_signs *all = &score->signs[h->poles];
    if (all->moves > 0 && all->all_right <= all->still_right)
        say(words,
            message_text(
                "Of %zu changes between phases the model has %zu right, the forecast that nothing changes %zu.",
                all->changes, all->all_right, all->still_right));
    for (size_t pole = 0; pole < h->poles; pole++)
        if (score->relation[pole].rho <= 0)
            say(words, message_text("%s: the phases do not rank as they were coded (rank correlation %.2f).",
                                    s->cast->option[h->pole[pole]], score->relation[pole].rho));
}

static void say_series(const struct hindcast_series *series, const struct hindcast_relation *relation,
                       struct cli_table *words)
{
    if (relation->rho <= 0)
        say(words, message_text("%s: the years do not rank as they did (rank correlation %.2f).",
                                series->asked.what, relation->rho));
    if (relation->error > relation->still_error)
        say(words, message_text("%s: the model is %.3f off in the mean, the forecast \"as last year\" %.3f.",
                                series->asked.what, relation->error, relation->still_error));
}

static void say_risk(const struct hindcast_risk *risk, const struct hindcast_odds *odds,
                     struct cli_table *words)
{
    if (odds->still_skill <= 0)
        say(words,
            message_text("%s: the forecast that it never does is no worse (Brier score %.3f, the model %.3f).",
                         risk->asked.what, odds->still, odds->brier));
    if (odds->base_skill <= 0)
        say(words,
            message_text("%s: how often it did is no worse a forecast (Brier score %.3f, the model %.3f).",
                         risk->asked.what, odds->base, odds->brier));
}

void cli_history_words(const struct scenario *s, const struct hindcast_score *score, struct cli_table *words)
{
    const struct hindcast *h = s->hindcast;
    for (size_t k = 0; k < h->dates; k++)
        say_date(&h->date[k], &score->event[k], words);
    for (size_t k = 0; k < score->surprises; k++) {
        char came[16];
        scenario_quarter_text(score->surprise[k].quarter, came);
        say(words, message_text("%s becomes %g in the model in %s, and history has no such date.",
                                h->date[score->surprise[k].date].asked.quantity_text,
                                score->surprise[k].becomes, came));
    }
    say_phases(s, score, words);
    for (size_t k = 0; k < h->serieses; k++)
        say_series(&h->series[k], &score->series[k], words);
    for (size_t k = 0; k < h->risks; k++)
        say_risk(&h->risk[k], &score->odds[k], words);
    for (size_t k = 0; k < h->steadies; k++)
        if (!(score->range[k].range < score->range[k].than))
            say(words,
                message_text("%s: it ranges over %.3f, and %s over %.3f.", h->steady[k].asked.what,
                             score->range[k].range, h->steady[k].than.quantity_text, score->range[k].than));
}
