#include "ensemble/extend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run of the old file by what it was given. */
struct given {
    uint32_t hash;
    size_t run;
};

struct extension {
    char *path;
    struct result_reader *reader;
    const struct scenario *scenario;
    size_t runs;
    double **factor; /* [factors][runs] */
    double *replicate, *status;
    double **summary[2]; /* of scenario and baseline: [summaries][runs] */
    const struct result_claim *claim;
    struct given *given; /* [runs], by hash */
    double *value;       /* [factors] room for one point */
};

static enum status refuse(const char *path, const char *why, struct messages *messages)
{
    message_add(messages, SEVERITY_ERROR, (struct place){path, 0, NULL}, "cannot be extended: %s", why);
    return STATUS_IO;
}

/* A configuration without its number of replicates, which is what may differ; the caller frees. */
static char *without_replicates(const char *effective)
{
    char *text = strdup(effective), *from = text ? strstr(text, "\nreplicates = ") : NULL;
    char *to = from ? strchr(from + 1, '\n') : NULL;
    if (to != NULL)
        memmove(from, to, strlen(to) + 1);
    return text;
}

static bool same_configuration(struct result_reader *reader, const struct scenario *s)
{
    const char *theirs = result_attribute(reader, "config_effective");
    char *mine = scenario_effective(s), *a = theirs ? without_replicates(theirs) : NULL,
         *b = mine ? without_replicates(mine) : NULL;
    bool same = a != NULL && b != NULL && strcmp(a, b) == 0;
    free(mine);
    free(a);
    free(b);
    return same;
}

static uint32_t hash_of(const struct scenario *s, double replicate, const double *value)
{
    uint32_t hash = 0;
    for (size_t f = 0; f <= s->factors; f++) {
        char text[48];
        snprintf(text, sizeof text, "%u %.17g", hash, f == 0 ? replicate : value[f - 1]);
        hash = cast_hash(text);
    }
    return hash;
}

static int by_hash(const void *a, const void *b)
{
    const struct given *x = a, *y = b;
    return x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash)
                              : (x->run > y->run) - (x->run < y->run);
}

/* A column with one number a run; NULL if it is not there. */
static double *column(struct extension *e, const char *format, const char *name)
{
    char *path = message_text(format, name);
    double *number = NULL;
    size_t count = 0;
    if (path != NULL && (result_column(e->reader, path, &number, &count) != STATUS_OK || count != e->runs)) {
        free(number);
        number = NULL;
    }
    free(path);
    return number;
}

/* Everything that a run was given and has come to; false with the reason if something is not there. */
static bool read_columns(struct extension *e, const bool *plays, const char **why)
{
    const struct scenario *s = e->scenario;
    const struct result_found *found = NULL;
    size_t swept = 0, count = 0, runs = 0;
    double *number = NULL;
    *why = "it holds no runs";
    if (result_column(e->reader, "replicate", &number, &e->runs) != STATUS_OK)
        return false;
    e->replicate = number;
    e->status = column(e, "%s", "status");
    *why = "its sweep varies other parameters";
    if (e->status == NULL || result_variables(e->reader, "parameters", &found, &swept) != STATUS_OK ||
        swept != s->factors)
        return false;
    for (size_t f = 0; f < s->factors; f++)
        if ((e->factor[f] = column(e, "parameters/%s", s->factor[f].path)) == NULL)
            return false;
    const char *samples = result_attribute(e->reader, "design_samples");
    *why = "a Latin hypercube of another size has other points (allowed: more replicates)";
    if (s->design == DESIGN_LATIN_HYPERCUBE && samples != NULL && strtoull(samples, NULL, 10) != s->samples)
        return false;
    *why = "it keeps other summaries";
    for (size_t k = 0; k < s->summaries; k++)
        if ((e->summary[0][k] = column(e, "summaries/%s", s->summary[k].name)) == NULL ||
            (plays[1] && (e->summary[1][k] = column(e, "baseline/summaries/%s", s->summary[k].name)) == NULL))
            return false;
    *why = "it has other claims";
    if (result_read_claims(e->reader, &e->claim, &count, &runs) != STATUS_OK || count != s->claims)
        return false;
    for (size_t k = 0; k < count; k++)
        if (strcmp(e->claim[k].quantity, s->claim[k].quantity_text) != 0 ||
            strcmp(e->claim[k].at, s->claim[k].at_text) != 0 ||
            strcmp(e->claim[k].versus, s->claim[k].versus_text) != 0)
            return false;
    return true;
}

static bool index_runs(struct extension *e)
{
    const struct scenario *s = e->scenario;
    double *value = calloc(s->factors + 1, sizeof *value);
    e->given = calloc(e->runs + 1, sizeof *e->given);
    for (size_t r = 0; value != NULL && e->given != NULL && r < e->runs; r++) {
        for (size_t f = 0; f < s->factors; f++)
            value[f] = e->factor[f][r];
        e->given[r] = (struct given){hash_of(s, e->replicate[r], value), r};
    }
    bool good = value != NULL && e->given != NULL;
    if (good)
        qsort(e->given, e->runs, sizeof *e->given, by_hash);
    free(value);
    return good;
}

enum status extend_open(const char *path, const struct scenario *s, const bool *plays, struct extension **out,
                        struct messages *messages)
{
    struct extension *e = calloc(1, sizeof *e);
    const char *why = NULL;
    *out = NULL;
    if (e == NULL)
        return STATUS_FAILED;
    e->scenario = s;
    e->path = strdup(path);
    e->factor = calloc(s->factors + 1, sizeof *e->factor);
    e->summary[0] = calloc(s->summaries + 1, sizeof(double *));
    e->summary[1] = calloc(s->summaries + 1, sizeof(double *));
    e->value = calloc(s->factors + 1, sizeof *e->value);
    enum status status =
        e->path && e->value && e->factor && e->summary[0] && e->summary[1] ? STATUS_OK : STATUS_FAILED;
    if (status == STATUS_OK)
        status = result_open(path, &e->reader, messages);
    if (status == STATUS_OK && !same_configuration(e->reader, s))
        status = refuse(path, "it is of another world, other events, another seed or record", messages);
    if (status == STATUS_OK && !read_columns(e, plays, &why))
        status = refuse(path, why, messages);
    if (status == STATUS_OK && !index_runs(e))
        status = STATUS_FAILED;
    if (status != STATUS_OK)
        extend_close(e);
    else
        *out = e;
    return status;
}

void extend_close(struct extension *e)
{
    if (e == NULL)
        return;
    for (size_t f = 0; e->factor != NULL && f < e->scenario->factors; f++)
        free(e->factor[f]);
    for (size_t a = 0; a < 2; a++) {
        for (size_t k = 0; e->summary[a] != NULL && k < e->scenario->summaries; k++)
            free(e->summary[a][k]);
        free(e->summary[a]);
    }
    free(e->factor);
    free(e->value);
    free(e->replicate);
    free(e->status);
    free(e->given);
    free(e->path);
    result_close(e->reader);
    free(e);
}

/* The old run that was given the same, and went well; or `runs`. */
static size_t find(const struct extension *e, size_t point, double replicate)
{
    const struct scenario *s = e->scenario;
    double *value = e->value;
    for (size_t f = 0; f < s->factors; f++)
        value[f] = scenario_factor(s, f, point);
    uint32_t hash = hash_of(s, replicate, value);
    size_t low = 0, high = e->runs;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (e->given[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < e->runs && e->given[low].hash == hash; low++) {
        size_t r = e->given[low].run;
        bool same = e->replicate[r] == replicate && e->status[r] == RUN_OK;
        for (size_t f = 0; f < s->factors; f++)
            same = same && e->factor[f][r] == value[f];
        if (same)
            return r;
    }
    return e->runs;
}

static enum status copy_rows(struct extension *e, struct batch *b, size_t slot, size_t run)
{
    const struct scenario *s = e->scenario;
    for (size_t a = 0; a < s->arms; a++) {
        char *arm = a < 2 ? strdup(s->arm[a].name) : message_text("branches/%s", s->arm[a].name);
        enum status status = arm ? STATUS_OK : STATUS_FAILED;
        for (size_t v = 0; b->plays[a] && v < s->records && status == STATUS_OK; v++) {
            const struct variable *variable = &variable_table[s->record[v]];
            size_t length = b->times * variable_length(s->cast, variable);
            status = result_read(e->reader, arm, variable->name, run, b->rows[a][v] + slot * length);
        }
        free(arm);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status extend_fill(struct extension *e, struct batch *b, struct messages *messages)
{
    const struct scenario *s = e->scenario;
    for (size_t slot = 0; slot < b->count; slot++) {
        size_t run = b->run[slot], replicate = run / s->points;
        if (b->status[slot] != RUN_NOT_PLAYED)
            continue;
        size_t old = find(e, run % s->points, (double)replicate);
        if (old == e->runs)
            continue;
        if (copy_rows(e, b, slot, old) != STATUS_OK)
            return refuse(e->path, "its rows cannot be read", messages);
        for (size_t k = 0; k < s->summaries; k++) {
            b->summary[0][k * b->most + slot] = e->summary[0][k][old];
            b->summary[1][k * b->most + slot] = b->plays[1] ? e->summary[1][k][old] : NAN;
        }
        for (size_t k = 0; k < s->claims; k++) {
            b->effect[k * b->most + slot] = e->claim[k].effect[old];
            b->level[k * b->most + slot] = e->claim[k].level[old];
        }
        b->status[slot] = RUN_OK;
    }
    return STATUS_OK;
}
