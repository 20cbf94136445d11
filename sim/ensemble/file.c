#include "ensemble/file.h"

#include "base/json.h"

#include <gsl/gsl_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The events of the scenario as a JSON list, for pictures; the caller frees. */
static char *events_of(const struct scenario *s)
{
    const struct changes *events = &s->arm[0].events;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return NULL;
    fputc('[', out);
    for (size_t k = 0; k < events->count; k++) {
        char at[16];
        scenario_quarter_text(events->list[k].at, at);
        fprintf(out, "%s{\"at\": ", k ? ", " : "");
        json_string(out, at);
        fputs(", \"path\": ", out);
        json_string(out, events->remark[k].path);
        fputs(", \"note\": ", out);
        json_string(out, events->remark[k].note ? events->remark[k].note : "");
        fputc('}', out);
    }
    fputc(']', out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* What each run was given and how it ended: descriptions, and the numbers of a batch where there is one. */
enum { RUN_COLUMNS = 5 };
static void run_columns(const struct work *w, struct batch *b, struct result_column column[RUN_COLUMNS])
{
    const struct scenario *s = w->scenario;
    static const char *const none[1] = {""};
    static int64_t no_seed;
    double *point = b ? b->number[0] : NULL, *replicate = b ? b->number[1] : NULL;
    int64_t *seed = b ? (int64_t *)(void *)b->number[2] : &no_seed;
    const char **text = b ? (const char **)(void *)b->number[3] : (const char **)none;
    for (size_t k = 0; b != NULL && k < b->count; k++) {
        point[k] = (double)(b->run[k] % s->points);
        size_t number = w->options->replicate + b->run[k] / s->points;
        replicate[k] = (double)number;
        seed[k] = (int64_t)s->seed;
        text[k] = b->message[k] ? b->message[k] : "";
    }
    const struct result_column columns[RUN_COLUMNS] = {
        {.name = "point", .unit = "1", .long_name = "point of the design", .number = point, .whole = true},
        {.name = "replicate",
         .unit = "1",
         .long_name = "replicate at this point; with the seed it fixes every random draw",
         .number = replicate,
         .whole = true},
        {.name = "seed", .unit = "1", .long_name = "seed of the run, as a signed number", .integer = seed},
        {.name = "status",
         .unit = "1",
         .long_name = "outcome of the run",
         .number = b ? b->status : NULL,
         .meanings = "ok failed not_played"},
        {.name = "status_message", .unit = "1", .long_name = "why the run failed", .text = text},
    };
    memcpy(column, columns, sizeof columns);
}

static struct result_column factor_column(const struct scenario *s, size_t f)
{
    const struct parameter *row = s->factor[f].where.row;
    return (struct result_column){.name = s->factor[f].path,
                                  .unit = parameter_unit(row),
                                  .long_name = row->meaning,
                                  .factor = s->dimension[s->factor[f].dimension].name};
}

/* What Morris's trajectories do from one point to the next. */
enum { STEP_COLUMNS = 2 };
static void step_columns(const struct scenario *s, struct batch *b, struct result_column column[STEP_COLUMNS])
{
    for (size_t k = 0; b != NULL && k < b->count; k++)
        b->number[0][k] = (double)scenario_moved(s, b->run[k] % s->points, &b->number[1][k]);
    column[0] =
        (struct result_column){.name = "moved",
                               .unit = "1",
                               .long_name = "factor that moved since the point before, by its number among "
                                            "design_factors; -1: a trajectory begins",
                               .number = b ? b->number[0] : NULL,
                               .whole = true};
    column[1] = (struct result_column){.name = "step",
                                       .unit = "1",
                                       .long_name = "how far it moved, in parts of its range",
                                       .number = b ? b->number[1] : NULL};
}

/* Names of the dimensions, a line each; the caller frees. */
static char *factors_of(const struct scenario *s)
{
    char *text = message_text("%s", s->dimensions ? s->dimension[0].name : "");
    for (size_t d = 1; text != NULL && d < s->dimensions; d++) {
        char *more = message_text("%s\n%s", text, s->dimension[d].name);
        free(text);
        text = more;
    }
    return text;
}

static struct result_column summary_column(const struct scenario *s, size_t k)
{
    const struct summary *summary = &s->summary[k];
    const struct variable *variable = &variable_table[summary->quantity.variable];
    return (struct result_column){.name = summary->name,
                                  .unit = summary->take == TAKE_DATE ? "year" : variable->unit,
                                  .long_name = variable->long_name,
                                  .quantity = summary->quantity_text,
                                  .take = scenario_take_word(summary->take)};
}

/* Runs `make` for every table: its group, its descriptions, and the numbers of a batch if there is one. */
static enum status each_table(struct work *w, struct batch *b)
{
    static const char *const group[FILE_TABLES] = {"", "parameters", "summaries", "baseline/summaries",
                                                   "design"};
    const struct scenario *s = w->scenario;
    size_t most = RUN_COLUMNS + STEP_COLUMNS + s->factors + s->summaries;
    struct result_column *column = calloc(most, sizeof *column);
    double *value = b ? calloc(b->count * s->factors + 1, sizeof *value) : NULL;
    enum status status = column && (value || !b) ? STATUS_OK : STATUS_FAILED;
    for (size_t t = 0; t < FILE_TABLES && status == STATUS_OK; t++) {
        const size_t counts[FILE_TABLES] = {RUN_COLUMNS, s->factors, s->summaries,
                                            w->plays[1] ? s->summaries : 0,
                                            s->design == DESIGN_MORRIS ? STEP_COLUMNS : 0};
        size_t count = counts[t];
        if (t == 0)
            run_columns(w, b, column);
        if (t == 4 && count > 0)
            step_columns(s, b, column);
        for (size_t k = 0; t == 1 && k < count; k++) {
            column[k] = factor_column(s, k);
            for (size_t r = 0; b != NULL && r < b->count; r++)
                value[k * b->count + r] = scenario_factor(s, k, b->run[r] % s->points);
            column[k].number = b ? value + k * b->count : NULL;
        }
        for (size_t k = 0; (t == 2 || t == 3) && k < count; k++) {
            column[k] = summary_column(s, k);
            column[k].number = b ? b->summary[t - 2] + k * b->most : NULL;
        }
        if (count == 0)
            continue;
        status = b == NULL ? result_table_begin(w->writer, group[t], column, count, &w->table[t], w->messages)
                           : result_table_put(w->table[t], column, b->first, b->count, w->messages);
    }
    free(column);
    free(value);
    return status;
}

enum status file_begin(struct work *w)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    size_t arms = 0;
    char compiler[64], hdf5[32];
    double *time = w->time = calloc(o->times + 1, sizeof *time);
    char *effective = scenario_effective(s), *events = events_of(s), *factors = factors_of(s), samples[24];
    char **quarter = w->label = calloc(o->times + 1, sizeof *quarter);
    char **arm = w->arm = calloc(s->arms + 1, sizeof *arm);
    enum status status = STATUS_FAILED;
    if (!time || !effective || !events || !factors || !quarter || !arm)
        goto out;
    for (size_t t = 0; t < o->times; t++) {
        time[t] = (double)(w->quarter[t] + 1) / 4;
        if ((quarter[t] = malloc(16)) == NULL)
            goto out;
        scenario_quarter_text(w->quarter[t], quarter[t]);
    }
    for (size_t a = 0; a < s->arms; a++) {
        if (!w->plays[a])
            continue;
        arm[arms] = a < 2 ? strdup(s->arm[a].name) : message_text("branches/%s", s->arm[a].name);
        if (arm[arms++] == NULL)
            goto out;
    }
    result_library(hdf5, sizeof hdf5);
    snprintf(compiler, sizeof compiler, "%s", __VERSION__);
    bool sweeps = s->factors > 0;
    snprintf(samples, sizeof samples, "%zu", s->samples ? s->samples : s->points);
    const struct result_text attribute[] = {
        {"title", s->title},
        {"description", s->description ? s->description : ""},
        {"source", "Equipoise " EQUIPOISE_VERSION},
        {"history", w->options->command},
        {"config", s->text},
        {"config_effective", effective},
        {"scenario", s->name},
        {"events", events},
        {"units", "money in billion US dollars, time in years (a step is a quarter), shares from 0 to 1"},
        {"references", "Cite the program (CITATION.cff), the scenario's sources and the data's sources."},
        {"design", sweeps ? scenario_design_word(s->design) : NULL},
        {"design_samples", sweeps ? samples : NULL},
        {"design_second_order", sweeps ? s->second_order ? "yes" : "no" : NULL},
        {"design_factors", sweeps ? factors : NULL},
        {"precision", w->options->precision}, /* what a point's replicates were played for, if they were */
    };
    const struct result_text provenance[] = {
        {"schema_version", "1"},
        {"software", "Equipoise " EQUIPOISE_VERSION},
        {"compiler", compiler},
        {"libconfig", scenario_library()},
        {"hdf5", hdf5},
        {"gsl", GSL_VERSION},
        {"generator", "philox4x32-10 keyed by seed, replicate, step, agent, purpose"},
    };
    w->plan = (struct result_plan){
        .cast = s->cast,
        .runs = o->runs,
        .times = o->times,
        .time = time,
        .quarter = (const char *const *)quarter,
        .variable = s->record,
        .variables = s->records,
        .arm = (const char *const *)arm,
        .arms = arms,
        .attribute = attribute,
        .attributes = sizeof attribute / sizeof attribute[0],
        .provenance = provenance,
        .provenances = sizeof provenance / sizeof provenance[0],
        .seed = s->seed,
        .disk = w->disk,
    };
    status = result_begin(&w->plan, &w->writer, w->messages);
    if (status == STATUS_OK)
        status = each_table(w, NULL);
    w->plan.attributes = w->plan.provenances = 0; /* written; the texts end here */
    w->plan.attribute = w->plan.provenance = NULL;
out:
    free(effective);
    free(events);
    free(factors);
    return status;
}

void file_drop(struct work *w)
{
    for (size_t t = 0; t < FILE_TABLES; t++)
        result_table_end(w->table[t]);
    result_abandon(w->writer);
    if (w->disk != NULL)
        unlink(w->disk);
    free(w->disk);
    for (size_t t = 0; w->label != NULL && t < w->outcome->times; t++)
        free(w->label[t]);
    for (size_t a = 0; w->arm != NULL && a < w->scenario->arms; a++)
        free(w->arm[a]);
    free(w->arm);
    free(w->label);
    free(w->time);
}

enum status file_put(struct work *w, struct batch *b)
{
    enum status status = STATUS_OK;
    bool played = false; /* rows that are not written read as those of runs that were not played */
    for (size_t k = 0; k < b->count; k++)
        played = played || b->status[k] != RUN_NOT_PLAYED;
    for (size_t a = 0, number = 0; a < w->scenario->arms && status == STATUS_OK; a++)
        if (w->plays[a] && played)
            status = result_rows(w->writer, number++, b->first, b->count, (const double *const *)b->rows[a],
                                 w->messages);
    return status == STATUS_OK ? each_table(w, b) : status;
}

struct result_claim experiment_claim(const struct scenario *s, const struct outcome *o, size_t k)
{
    const struct claim *c = &s->claim[k];
    const struct variable *variable = &variable_table[c->quantity.variable];
    return (struct result_claim){.id = c->id,
                                 .text = c->text,
                                 .quantity = c->quantity_text,
                                 .at = c->at_text,
                                 .expect = scenario_expectation_word(c->expect),
                                 .versus = c->versus_text,
                                 .source = c->source,
                                 .unit = variable->unit,
                                 .share = variable_is_share(variable),
                                 .effect = o ? o->effect + k * o->runs : NULL,
                                 .level = o ? o->level + k * o->runs : NULL,
                                 .least = c->least,
                                 .least_relative = c->least_relative,
                                 .runs_low = c->runs_low,
                                 .runs_high = c->runs_high,
                                 .branch = s->arm[c->arm].name,
                                 .against = "",
                                 .mean = NAN,
                                 .low = NAN,
                                 .high = NAN,
                                 .bound = NAN,
                                 .right = NAN};
}

/* What a claim compares, in words: "rise", "rise less 0.5 (calm_rise - calm)". */
static char *against_of(const struct scenario *s, const struct claim *c)
{
    if (!c->against)
        return message_text("%s", "");
    const char *first = c->against_arm ? s->arm[c->against_arm].name : "scenario";
    const char *second = c->against_versus ? s->arm[c->against_versus].name : "scenario";
    return message_text("%g (%s - %s)", c->factor, first, second);
}

static enum status write_claims(struct work *w)
{
    const struct scenario *s = w->scenario;
    struct result_claim *claim = calloc(s->claims + 1, sizeof *claim);
    char **against = calloc(s->claims + 1, sizeof *against);
    enum status status = claim && against ? STATUS_OK : STATUS_FAILED;
    for (size_t k = 0; k < s->claims && status == STATUS_OK; k++) {
        const struct claim *c = &s->claim[k];
        if ((against[k] = against_of(s, c)) == NULL)
            status = STATUS_FAILED;
        claim[k] = experiment_claim(s, w->outcome, k);
        claim[k].against = against[k];
        if (w->options->judge)
            w->options->judge(&claim[k], w->outcome->runs);
    }
    if (status == STATUS_OK && s->claims > 0)
        status = result_claims(w->writer, claim, s->claims, w->messages);
    for (size_t k = 0; against != NULL && k < s->claims; k++)
        free(against[k]);
    free(against);
    free(claim);
    return status;
}

enum status file_finish(struct work *w)
{
    enum status status = write_claims(w);
    if (status != STATUS_OK)
        return status;
    for (size_t t = 0; t < FILE_TABLES; t++) {
        result_table_end(w->table[t]);
        w->table[t] = NULL;
    }
    struct result_writer *writer = w->writer; /* publishing frees it in every case */
    w->writer = NULL;
    return result_publish(writer, w->options->output, w->options->force, w->messages);
}
