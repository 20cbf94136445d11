/* The hindcast block: what history is known to have done, for the scenario to be held against. */
#include "scenario/read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(words) (sizeof(words) / sizeof(words)[0])
#define LEAST_CHANGE 0.002 /* of a share: what counts as an effect in D.3 */
enum { LEAST_YEARS = 3 };

/* ---- leaves -------------------------------------------------------------------------------------------- */

static bool inside(struct reading *r, const config_setting_t *at, long first, long last)
{
    char low[16], high[16];
    const struct scenario *s = r->scenario;
    if (!s->dated || (first >= s->start && last <= s->end))
        return true;
    scenario_quarter_text(s->start, low);
    scenario_quarter_text(s->end, high);
    read_complain(r, at, NULL, "'%s' is outside the time of the scenario (allowed: %s..%s)",
                  config_setting_get_string(at), low, high);
    return false;
}

bool read_span(struct reading *r, const config_setting_t *group, const char *name, bool span, long *first,
               long *last)
{
    char *text = NULL, half[2][8] = {"", ""};
    bool needed = config_setting_get_member(group, name) != NULL || span;
    if (!needed || !read_string(r, group, name, true, &text))
        return false;
    const config_setting_t *at = config_setting_get_member(group, name);
    size_t length = strlen(text);
    if (length == (span ? 14 : 6)) {
        memcpy(half[0], text, 6);
        memcpy(half[1], text + (span ? 8 : 0), 6);
    }
    bool good = scenario_quarter(half[0], first) && scenario_quarter(half[1], last) && *first <= *last &&
                (!span || strncmp(text + 6, "..", 2) == 0);
    if (!good)
        read_complain(r, at, NULL,
                      span ? "'%s' is no span (allowed: like \"2001Q4..2004Q2\")"
                           : "'%s' is not a quarter (allowed: like \"2021Q3\")",
                      text);
    free(text);
    return good && inside(r, at, *first, *last);
}

static bool read_switch(struct reading *r, const config_setting_t *group, const char *name)
{
    const config_setting_t *leaf = config_setting_get_member(group, name);
    if (leaf != NULL && config_setting_type(leaf) != CONFIG_TYPE_BOOL)
        read_complain(r, leaf, NULL, "is %s (allowed: true, false)", read_type_word(leaf));
    return leaf != NULL && config_setting_type(leaf) == CONFIG_TYPE_BOOL && config_setting_get_bool(leaf);
}

static void read_quantity(struct reading *r, const config_setting_t *group, const char *name,
                          struct hindcast_asked *asked)
{
    char *why = NULL;
    if (read_string(r, group, name, true, &asked->quantity_text) &&
        quantity_parse(r->scenario->cast, asked->quantity_text, &asked->quantity, &why) != STATUS_OK)
        read_complain(r, config_setting_get_member(group, name), NULL, "%s", why ? why : "out of memory");
    free(why);
}

/* What an item of a list asks, after its words. */
static void read_asked(struct reading *r, const config_setting_t *item, const char *what, bool sourced,
                       struct hindcast_asked *asked)
{
    read_string(r, item, what, true, &asked->what);
    read_quantity(r, item, "quantity", asked);
    if (sourced)
        read_string(r, item, "source", true, &asked->source);
}

/* The value that a quantity takes on at a date; the quantity must be one that has values and no size. */
static void read_becomes(struct reading *r, const config_setting_t *group, const struct quantity *quantity,
                         double *becomes)
{
    if (quantity->count > 0 && !variable_table[quantity->variable].flag)
        read_complain(r, config_setting_get_member(group, "quantity"), NULL,
                      "'%s' has a size and no dates (allowed: hosting, membership, alive, behaviour)",
                      variable_table[quantity->variable].name);
    if (config_setting_get_member(group, "becomes") == NULL)
        read_complain(r, group, NULL,
                      "says no value that is reached (allowed: becomes = a whole number, 0..9)");
    else if (read_real(r, group, "becomes", becomes) &&
             !(*becomes >= 0 && *becomes <= 9 && *becomes == floor(*becomes)))
        read_complain(r, config_setting_get_member(group, "becomes"), NULL,
                      "%g is not allowed (allowed: a whole number, 0..9)", *becomes);
}

void *read_room(struct reading *r, const config_setting_t *list, const char *allowed, size_t size)
{
    if (list == NULL)
        return NULL;
    if (config_setting_type(list) != CONFIG_TYPE_LIST) {
        read_complain(r, list, NULL, "is %s (allowed: a list ( { %s }, ... ))", read_type_word(list), allowed);
        return NULL;
    }
    void *room = calloc((size_t)config_setting_length(list) + 1, size);
    if (room == NULL)
        read_complain(r, list, NULL, "out of memory");
    return room;
}

const config_setting_t *read_item(struct reading *r, const config_setting_t *list, size_t k,
                                  const char *allowed, const char *const *words, size_t count)
{
    const config_setting_t *item = config_setting_get_elem(list, (unsigned)k);
    if (config_setting_type(item) == CONFIG_TYPE_GROUP) {
        read_known(r, item, words, count);
        return item;
    }
    read_complain(r, list, NULL, "holds %s (allowed: groups { %s })", read_type_word(item), allowed);
    return NULL;
}

/* ---- dates --------------------------------------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Where nothing is said, an event is looked for up to half way to those before and after it that change the same. */
static void settle_windows(const struct scenario *s, struct hindcast *h)
{
    for (size_t k = 0; k < h->dates; k++) {
        struct hindcast_date *date = &h->date[k];
        if (date->last > 0)
            continue;
        date->first = s->start;
        date->last = s->end;
        for (size_t l = 0; !date->never && l < h->dates; l++) {
            const struct hindcast_date *other = &h->date[l];
            if (l == k || other->never || !same(date->asked.quantity_text, other->asked.quantity_text))
                continue;
            long half = (date->on + other->on) / 2;
            if (other->on < date->on && half + 1 > date->first)
                date->first = half + 1;
            if (other->on > date->on && half < date->last)
                date->last = half;
        }
    }
}

static void read_dates(struct reading *r, const config_setting_t *list, struct hindcast *h)
{
    static const char *const form = "what; quantity; becomes; on; source;";
    static const char *const words[] = {"what",  "quantity", "becomes", "on",
                                        "never", "within",   "note",    "source"};
    h->date = read_room(r, list, form, sizeof *h->date);
    for (int k = 0; h->date != NULL && k < config_setting_length(list); k++) {
        const config_setting_t *item = read_item(r, list, (size_t)k, form, words, COUNT(words));
        if (item == NULL)
            continue;
        struct hindcast_date *date = &h->date[h->dates++];
        bool on = config_setting_get_member(item, "on") != NULL;
        long end;
        read_asked(r, item, "what", true, &date->asked);
        read_becomes(r, item, &date->asked.quantity, &date->becomes);
        date->never = read_switch(r, item, "never");
        if (on == date->never)
            read_complain(r, item, NULL, "%s (allowed: either on or never = true)",
                          on ? "has a date and never" : "has no date");
        bool dated = on && read_span(r, item, "on", false, &date->on, &end);
        const config_setting_t *within = config_setting_get_member(item, "within");
        if (within != NULL && read_span(r, item, "within", true, &date->first, &date->last) && dated &&
            (date->on < date->first || date->on > date->last))
            read_complain(r, within, NULL, "does not hold the date (allowed: a span with it)");
    }
    settle_windows(r->scenario, h);
}

/* ---- series, risks, steadiness ------------------------------------------------------------------------- */

static void read_values(struct reading *r, const config_setting_t *item, struct hindcast_series *series)
{
    const config_setting_t *list = config_setting_get_member(item, "values");
    const struct scenario *s = r->scenario;
    bool plural = list != NULL && (config_setting_type(list) == CONFIG_TYPE_ARRAY ||
                                   config_setting_type(list) == CONFIG_TYPE_LIST);
    if (!plural || config_setting_length(list) < LEAST_YEARS) {
        read_complain(r, list ? list : item, NULL,
                      "needs values (allowed: a list of numbers, one a year, three or more)");
        return;
    }
    series->value = calloc((size_t)config_setting_length(list), sizeof *series->value);
    for (int k = 0; series->value != NULL && k < config_setting_length(list); k++) {
        const config_setting_t *leaf = config_setting_get_elem(list, (unsigned)k);
        int type = config_setting_type(leaf);
        if (type != CONFIG_TYPE_FLOAT && type != CONFIG_TYPE_INT) {
            read_complain(r, list, NULL, "holds %s (allowed: numbers, one a year)", read_type_word(leaf));
            return;
        }
        series->value[series->count++] =
            type == CONFIG_TYPE_INT ? config_setting_get_int(leaf) : config_setting_get_float(leaf);
    }
    long first = 4 * series->from, last = first + 4 * (long)series->count - 1;
    if (s->dated && series->from > 0 && (first < s->start || last > s->end))
        read_complain(r, list, NULL, "%ld..%ld are not whole years of the scenario (allowed: %ld..%ld)",
                      series->from, last / 4, (s->start + 3) / 4, (s->end + 1) / 4 - 1);
}

static void read_series(struct reading *r, const config_setting_t *list, struct hindcast *h)
{
    static const char *const form = "name; quantity; from; values; source;";
    static const char *const words[] = {"name",   "quantity",   "sign", "from",
                                        "values", "comparable", "note", "source"};
    h->series = read_room(r, list, form, sizeof *h->series);
    for (int k = 0; h->series != NULL && k < config_setting_length(list); k++) {
        const config_setting_t *item = read_item(r, list, (size_t)k, form, words, COUNT(words));
        long long sign = 1, from = 0;
        if (item == NULL)
            continue;
        struct hindcast_series *series = &h->series[h->serieses++];
        read_asked(r, item, "name", true, &series->asked);
        if (read_whole(r, item, "sign", -1, 1, &sign) && sign == 0)
            read_complain(r, config_setting_get_member(item, "sign"), NULL,
                          "0 is not allowed (allowed: -1, 1)");
        if (config_setting_get_member(item, "from") == NULL)
            read_complain(r, item, NULL, "says no first year (allowed: from = 1994)");
        read_whole(r, item, "from", 1, 9999, &from);
        series->sign = sign < 0 ? -1 : 1;
        series->from = (long)from;
        series->comparable = read_switch(r, item, "comparable");
        read_values(r, item, series);
    }
}

static void read_risks(struct reading *r, const config_setting_t *list, struct hindcast *h)
{
    static const char *const form = "what; quantity; becomes; years;";
    static const char *const words[] = {"what", "quantity", "becomes", "years", "note"};
    h->risk = read_room(r, list, form, sizeof *h->risk);
    for (int k = 0; h->risk != NULL && k < config_setting_length(list); k++) {
        const config_setting_t *item = read_item(r, list, (size_t)k, form, words, COUNT(words));
        long long years = 1;
        bool dated = false;
        if (item == NULL)
            continue;
        struct hindcast_risk *risk = &h->risk[h->risks++];
        read_asked(r, item, "what", false, &risk->asked);
        read_becomes(r, item, &risk->asked.quantity, &risk->becomes);
        if (config_setting_get_member(item, "years") == NULL)
            read_complain(r, item, NULL, "says no years (allowed: years = 1..50)");
        read_whole(r, item, "years", 1, 50, &years);
        risk->years = (long)years;
        for (size_t d = 0; d < h->dates; d++)
            dated = dated || same(h->date[d].asked.quantity_text, risk->asked.quantity_text);
        if (!dated && risk->asked.quantity.count > 0)
            read_complain(r, config_setting_get_member(item, "quantity"), NULL,
                          "'%s' has no dates (allowed: a quantity of the dates)", risk->asked.quantity_text);
    }
}

static void read_steady(struct reading *r, const config_setting_t *list, struct hindcast *h)
{
    static const char *const form = "what; quantity; than; source;";
    static const char *const words[] = {"what", "quantity", "than", "within", "note", "source"};
    h->steady = read_room(r, list, form, sizeof *h->steady);
    for (int k = 0; h->steady != NULL && k < config_setting_length(list); k++) {
        const config_setting_t *item = read_item(r, list, (size_t)k, form, words, COUNT(words));
        if (item == NULL)
            continue;
        struct hindcast_steady *steady = &h->steady[h->steadies++];
        steady->first = r->scenario->start;
        steady->last = r->scenario->end;
        read_asked(r, item, "what", true, &steady->asked);
        read_quantity(r, item, "than", &steady->than);
        if (config_setting_get_member(item, "within") != NULL)
            read_span(r, item, "within", true, &steady->first, &steady->last);
    }
}

void read_hindcast(struct reading *r, const config_setting_t *group)
{
    static const char *const words[] = {"state",  "phases", "least_change", "dates",
                                        "series", "risks",  "steady"};
    struct scenario *s = r->scenario;
    char *code = NULL;
    if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
        read_complain(r, group, NULL, "is %s (allowed: a group { state; phases; dates; })",
                      read_type_word(group));
        return;
    }
    read_known(r, group, words, COUNT(words));
    if (!read_string(r, group, "state", true, &code))
        return;
    size_t state = read_state(r, config_setting_get_member(group, "state"), code);
    free(code);
    if (state == CAST_NONE)
        return;
    s->hindcast = calloc(1, sizeof *s->hindcast);
    if (s->hindcast == NULL) {
        read_complain(r, group, NULL, "out of memory");
        return;
    }
    s->hindcast->state = state;
    s->hindcast->least_change = LEAST_CHANGE;
    if (read_real(r, group, "least_change", &s->hindcast->least_change) &&
        !(s->hindcast->least_change > 0 && s->hindcast->least_change < 1))
        read_complain(r, config_setting_get_member(group, "least_change"), NULL,
                      "%g is not allowed (allowed: more than 0, less than 1)", s->hindcast->least_change);
    read_phases(r, config_setting_get_member(group, "phases"), s->hindcast);
    read_dates(r, config_setting_get_member(group, "dates"), s->hindcast);
    read_series(r, config_setting_get_member(group, "series"), s->hindcast);
    read_risks(r, config_setting_get_member(group, "risks"), s->hindcast);
    read_steady(r, config_setting_get_member(group, "steady"), s->hindcast);
    if (config_setting_length(group) < 2)
        read_complain(r, group, NULL,
                      "says nothing of history (allowed: phases, dates, series, risks, steady)");
}

static void free_asked(struct hindcast_asked *asked)
{
    free(asked->what);
    free(asked->quantity_text);
    free(asked->source);
    quantity_free(&asked->quantity);
}

void hindcast_free(struct hindcast *h)
{
    if (h == NULL)
        return;
    for (size_t p = 0; p < h->poles; p++)
        quantity_free(&h->share[p]);
    for (size_t k = 0; k < h->dates; k++)
        free_asked(&h->date[k].asked);
    for (size_t k = 0; k < h->serieses; k++) {
        free_asked(&h->series[k].asked);
        free(h->series[k].value);
    }
    for (size_t k = 0; k < h->risks; k++)
        free_asked(&h->risk[k].asked);
    for (size_t k = 0; k < h->steadies; k++) {
        free_asked(&h->steady[k].asked);
        free_asked(&h->steady[k].than);
    }
    free(h->pole);
    free(h->share);
    free(h->phase);
    free(h->level);
    free(h->date);
    free(h->series);
    free(h->risk);
    free(h->steady);
    free(h);
}
