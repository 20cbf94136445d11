#include "ensemble/file.h"

#include <gsl/gsl_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text as JSON. */
static void json_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, "\"%s\": \"", name);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c < 0x20)
            fprintf(out, "\\u%04x", *c);
        else
            fputc(*c, out);
    fputc('"', out);
}

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
        fprintf(out, "%s{", k ? ", " : "");
        json_text(out, "at", at);
        fputs(", ", out);
        json_text(out, "path", events->remark[k].path);
        fputs(", ", out);
        json_text(out, "note", events->remark[k].note ? events->remark[k].note : "");
        fputc('}', out);
    }
    fputc(']', out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

enum status file_begin(struct work *w)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    size_t arms = 0;
    char compiler[64], hdf5[32];
    double *time = w->time = calloc(o->times + 1, sizeof *time);
    char *effective = scenario_effective(s), *events = events_of(s);
    char **quarter = w->label = calloc(o->times + 1, sizeof *quarter);
    char **arm = w->arm = calloc(s->arms + 1, sizeof *arm);
    enum status status = STATUS_FAILED;
    if (!time || !effective || !events || !quarter || !arm)
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
    };
    status = result_begin(&w->plan, &w->writer, w->messages);
    w->plan.attributes = w->plan.provenances = 0; /* written; the texts end here */
    w->plan.attribute = w->plan.provenance = NULL;
out:
    free(effective);
    free(events);
    return status;
}

void file_drop(struct work *w)
{
    result_abandon(w->writer);
    for (size_t t = 0; w->label != NULL && t < w->outcome->times; t++)
        free(w->label[t]);
    for (size_t a = 0; w->arm != NULL && a < w->scenario->arms; a++)
        free(w->arm[a]);
    free(w->arm);
    free(w->label);
    free(w->time);
}

/* What each run was given: point, replicate, seed, status; and the factors of the design by path. */
static enum status write_columns(struct work *w)
{
    const struct scenario *s = w->scenario;
    struct outcome *o = w->outcome;
    size_t runs = o->runs;
    double *number = calloc(3 * runs + s->factors * runs + 1, sizeof *number);
    const char **text = calloc(runs + 1, sizeof *text);
    int64_t *seed = calloc(runs + 1, sizeof *seed);
    struct result_column *factor = calloc(s->factors + 1, sizeof *factor);
    enum status status = STATUS_FAILED;
    if (!number || !text || !seed || !factor)
        goto out;
    for (size_t r = 0; r < runs; r++) {
        size_t point = r / s->replicates;
        number[r] = (double)point;
        number[runs + r] = (double)(r % s->replicates);
        number[2 * runs + r] = (double)o->status[r];
        seed[r] = (int64_t)s->seed;
        text[r] = o->message[r] ? o->message[r] : "";
        for (size_t f = 0; f < s->factors; f++)
            number[(3 + f) * runs + r] = scenario_factor(s, f, point);
    }
    const struct result_column column[] = {
        {.name = "point", .unit = "1", .long_name = "point of the design", .number = number, .whole = true},
        {.name = "replicate",
         .unit = "1",
         .long_name = "replicate at this point; with the seed it fixes every random draw",
         .number = number + runs,
         .whole = true},
        {.name = "seed", .unit = "1", .long_name = "seed of the run, as a signed number", .integer = seed},
        {.name = "status",
         .unit = "1",
         .long_name = "outcome of the run",
         .number = number + 2 * runs,
         .meanings = "ok failed not_played"},
        {.name = "status_message", .unit = "1", .long_name = "why the run failed", .text = text},
    };
    status = result_columns(w->writer, column, sizeof column / sizeof column[0], false, w->messages);
    for (size_t f = 0; f < s->factors; f++) {
        const struct parameter *row = s->factor[f].where.row;
        factor[f] = (struct result_column){.name = s->factor[f].path,
                                           .unit = parameter_unit(row),
                                           .long_name = row->meaning,
                                           .number = number + (3 + f) * runs};
    }
    if (status == STATUS_OK && s->factors > 0)
        status = result_columns(w->writer, factor, s->factors, true, w->messages);
out:
    free(number);
    free(text);
    free(seed);
    free(factor);
    return status;
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
    enum status status = write_columns(w);
    if (status == STATUS_OK)
        status = write_claims(w);
    if (status != STATUS_OK)
        return status;
    struct result_writer *writer = w->writer; /* publishing frees it in every case */
    w->writer = NULL;
    return result_publish(writer, w->options->output, w->options->force, w->messages);
}
