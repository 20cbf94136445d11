/* What is kept of a run as one number each: the block `summaries`, and what a sweep keeps where the file says nothing. */
#include "scenario/read.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(words) (sizeof(words) / sizeof(words)[0])
static const char *const takes[] = {"mean", "least", "greatest", "final", "date"};

const char *scenario_take_word(enum take take)
{
    return takes[take];
}

static bool named(const struct scenario *s, const char *name)
{
    for (size_t k = 0; k < s->summaries; k++)
        if (s->summary[k].name != NULL && strcmp(s->summary[k].name, name) == 0)
            return true;
    return false;
}

/* "alignment[UZB,USA]_mean"; a second of that name, of another window, is "..._mean#2". */
static char *name_of(const struct scenario *s, const char *quantity, enum take take)
{
    char *name = message_text("%s_%s", quantity, takes[take]);
    for (unsigned n = 2; name != NULL && named(s, name); n++) {
        free(name);
        name = message_text("%s_%s#%u", quantity, takes[take], n);
    }
    return name;
}

static void summary_item(struct reading *r, const config_setting_t *group, void *unused)
{
    static const char *const words[] = {"name", "quantity", "at", "take", "becomes", "note"};
    struct scenario *s = r->scenario;
    struct summary summary = {.first = s->start, .last = s->end, .becomes = NAN};
    char *take = NULL, *why = NULL, *at = NULL;
    (void)unused;
    read_known(r, group, words, COUNT(words));
    read_window(r, group, false, &at, &summary.first, &summary.last);
    read_real(r, group, "becomes", &summary.becomes);
    if (read_string(r, group, "take", false, &take)) {
        size_t k = 0;
        while (k < COUNT(takes) && strcmp(take, takes[k]) != 0)
            k++;
        summary.take = (enum take)k;
        if (k == COUNT(takes))
            read_complain(r, config_setting_get_member(group, "take"), NULL,
                          "'%s' is not allowed (allowed: mean, least, greatest, final, date)", take);
    }
    if (!isnan(summary.becomes) && summary.take != TAKE_DATE)
        read_complain(r, config_setting_get_member(group, "becomes"), NULL,
                      "has no place here (allowed: with take = \"date\")");
    if (read_string(r, group, "quantity", true, &summary.quantity_text) &&
        quantity_parse(s->cast, summary.quantity_text, &summary.quantity, &why) != STATUS_OK)
        read_complain(r, config_setting_get_member(group, "quantity"), NULL, "%s", why ? why : "out of memory");
    if (!read_string(r, group, "name", false, &summary.name) && summary.quantity_text != NULL &&
        summary.take < COUNT(takes))
        summary.name = name_of(s, summary.quantity_text, summary.take);
    if (summary.name != NULL &&
        (strchr(summary.name, '/') != NULL || summary.name[0] == '\0' || summary.name[0] == '.'))
        read_complain(r, config_setting_get_member(group, "name"), NULL,
                      "'%s' is no name (allowed: a text without /, and without a . in front)", summary.name);
    if (summary.name != NULL && named(s, summary.name))
        read_complain(r, group, NULL, "'%s' is there twice (allowed: each name once)", summary.name);
    s->summary[s->summaries++] = summary;
    free(at);
    free(take);
    free(why);
}

void read_summaries(struct reading *r, const config_setting_t *list)
{
    struct scenario *s = r->scenario;
    int count = config_setting_is_aggregate(list) ? config_setting_length(list) : 0;
    summaries_free(s);
    s->summary = calloc((size_t)count + 1, sizeof *s->summary);
    if (s->summary == NULL)
        read_complain(r, list, NULL, "out of memory");
    else
        read_each_group(r, list, "quantity; at; take;", summary_item, NULL);
}

/* Adds a summary of a sweep that says nothing; false if memory ran out. */
static bool add(struct scenario *s, const char *quantity, enum take take, long first, long last)
{
    struct summary summary = {.take = take, .first = first, .last = last, .becomes = NAN};
    char *why = NULL;
    summary.quantity_text = strdup(quantity);
    summary.name = name_of(s, quantity, take);
    bool good = summary.quantity_text != NULL && summary.name != NULL &&
                quantity_parse(s->cast, quantity, &summary.quantity, &why) == STATUS_OK;
    struct summary *grown = good ? realloc(s->summary, (s->summaries + 1) * sizeof *grown) : NULL;
    free(why);
    if (grown == NULL) {
        free(summary.quantity_text);
        free(summary.name);
        quantity_free(&summary.quantity);
        return false;
    }
    grown[s->summaries++] = summary;
    s->summary = grown;
    return true;
}

/* The date on which a relation of two changes. */
static bool add_date(struct scenario *s, const char *name, const char *first, const char *second)
{
    char *quantity = message_text("%s[%s,%s]", name, first, second);
    bool good = quantity != NULL && add(s, quantity, TAKE_DATE, s->start, s->end);
    free(quantity);
    return good;
}

/* Whether the window of a claim is summed up already. */
static bool covered(const struct scenario *s, const struct claim *claim)
{
    for (size_t k = 0; k < s->summaries; k++)
        if (strcmp(s->summary[k].quantity_text, claim->quantity_text) == 0 &&
            s->summary[k].first == claim->first && s->summary[k].last == claim->last)
            return true;
    return false;
}

bool scenario_sum_up(struct scenario *s)
{
    const struct cast *cast = s->cast;
    const struct cast_group *deciders = &cast->role[ROLE_DECIDERS], *poles = &cast->role[ROLE_POLES];
    bool good = true;
    for (size_t k = 0; k < s->claims && good; k++)
        if (!s->claim[k].either && !covered(s, &s->claim[k]))
            good = add(s, s->claim[k].quantity_text, TAKE_MEAN, s->claim[k].first, s->claim[k].last);
    for (size_t v = 0; v < variable_count && good; v++)
        if (variable_table[v].shape ==
            SHAPE_MODEL) /* at the end alone: some are dear to work out every quarter */
            good = add(s, variable_table[v].name, TAKE_FINAL, s->start, s->end);
    for (size_t d = 0; d < deciders->count; d++) {
        const char *code = cast->code[deciders->state[d]];
        for (size_t b = 0; b < cast->bodies && good; b++)
            good = add_date(s, "membership", code, cast->body[b]);
        for (size_t p = 0; p < poles->count && good; p++)
            if (poles->state[p] != deciders->state[d])
                good = add_date(s, "hosting", cast->code[poles->state[p]], code);
    }
    return good;
}

void summaries_free(struct scenario *s)
{
    for (size_t k = 0; k < s->summaries; k++) {
        free(s->summary[k].name);
        free(s->summary[k].quantity_text);
        quantity_free(&s->summary[k].quantity);
    }
    free(s->summary);
    s->summary = NULL;
    s->summaries = 0;
}
