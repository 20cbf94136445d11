/* The blocks of a scenario file: time, events, claims, record. */
#include "scenario/read.h"
#include "base/nearest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(words) (sizeof(words) / sizeof(words)[0])

/* ---- time ---------------------------------------------------------------------------------------------- */

bool scenario_quarter(const char *text, long *quarter)
{
    for (size_t k = 0; k < 6; k++)
        if (k == 4 ? text[k] != 'Q' : !isdigit((unsigned char)text[k]))
            return false;
    if (text[6] != '\0' || text[5] < '1' || text[5] > '4')
        return false;
    *quarter = 4 * strtol(text, NULL, 10) + (text[5] - '1');
    return true;
}

static bool read_quarter(struct reading *r, const config_setting_t *group, const char *name, bool needed,
                         long *quarter)
{
    char *text = NULL;
    bool good = read_string(r, group, name, needed, &text);
    if (good && !scenario_quarter(text, quarter)) {
        read_complain(r, config_setting_get_member(group, name), NULL,
                      "'%s' is not a quarter (allowed: like \"2021Q3\")", text);
        good = false;
    }
    free(text);
    return good;
}

void read_time(struct reading *r, const config_setting_t *group)
{
    static const char *const words[] = {"start", "end", "steps_per_quarter"};
    struct scenario *s = r->scenario;
    long long steps = 1;
    if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
        read_complain(r, group, NULL, "is %s (allowed: a group { start; end; })", read_type_word(group));
        return;
    }
    read_known(r, group, words, COUNT(words));
    bool start = read_quarter(r, group, "start", true, &s->start),
         end = read_quarter(r, group, "end", true, &s->end);
    if (read_whole(r, group, "steps_per_quarter", 1, 64, &steps))
        s->steps_per_quarter = (unsigned)steps;
    s->dated = start && end;
    if (s->dated && (s->end < s->start || s->end - s->start >= 4000)) {
        read_complain(r, group, NULL,
                      "the end lies before the start, or too far after (allowed: up to 999 years after)");
        s->dated = false;
    }
}

static bool in_span(struct reading *r, const config_setting_t *at, long quarter)
{
    char first[16], last[16], asked[16];
    const struct scenario *s = r->scenario;
    if (!s->dated || (quarter >= s->start && quarter <= s->end))
        return true;
    scenario_quarter_text(s->start, first);
    scenario_quarter_text(s->end, last);
    scenario_quarter_text(quarter, asked);
    read_complain(r, at, NULL, "%s is outside the time of the scenario (allowed: %s..%s)", asked, first, last);
    return false;
}

/* ---- events -------------------------------------------------------------------------------------------- */

static bool read_how(struct reading *r, const config_setting_t *event, const struct parameter *row,
                     const char *path, struct change *change)
{
    static const char *const words[] = {"set", "add", "scale"};
    int found = 0;
    for (int k = 0; k < 3; k++) {
        const config_setting_t *leaf = config_setting_get_member(event, words[k]);
        if (leaf == NULL)
            continue;
        found++;
        change->how = (enum change_how)k;
        if (!read_value(r, leaf, path, row, k == 0, &change->value))
            return false;
        if (k > 0 && row->flags & (F_WORD | F_STATE | F_SWITCH)) {
            read_complain(r, leaf, path, "cannot be added to or scaled (allowed: set)");
            return false;
        }
    }
    if (found != 1)
        read_complain(r, event, path, "%s (allowed: exactly one of set, add, scale)",
                      found ? "has more than one change" : "says no change");
    return found == 1;
}

static bool read_over(struct reading *r, const config_setting_t *event, unsigned *parts)
{
    char *text = NULL, *end = NULL;
    *parts = 1;
    if (config_setting_get_member(event, "over") == NULL)
        return true;
    if (!read_string(r, event, "over", true, &text))
        return false;
    unsigned long quarters = strtoul(text, &end, 10);
    bool good = isdigit((unsigned char)text[0]) && strcmp(end, "Q") == 0 && quarters >= 1 && quarters <= 400;
    if (good)
        *parts = (unsigned)quarters;
    else
        read_complain(r, config_setting_get_member(event, "over"), NULL,
                      "'%s' is no span (allowed: quarters, \"1Q\" to \"400Q\")", text);
    free(text);
    return good;
}

static void read_event(struct reading *r, const config_setting_t *event, struct changes *events)
{
    static const char *const words[] = {"at", "path", "set", "add", "scale", "over", "note", "source"};
    struct change change = {.parts = 1};
    struct remark remark = {.file = r->file, .line = (int)config_setting_source_line(event)};
    char *why = NULL;
    read_known(r, event, words, COUNT(words));
    bool good = read_quarter(r, event, "at", true, &change.at);
    /* what a file below schedules after the end of this scenario simply does not happen */
    if (good && r->file == r->scenario->source_file[0])
        good = in_span(r, config_setting_get_member(event, "at"), change.at);
    good = read_over(r, event, &change.parts) && good;
    read_string(r, event, "note", false, &remark.note);
    read_string(r, event, "source", false, &remark.source);
    if (read_string(r, event, "path", true, &remark.path)) {
        if (parameter_select(r->scenario->cast, remark.path, &change.where, &why) != STATUS_OK)
            read_complain(r, config_setting_get_member(event, "path"), remark.path, "%s",
                          why ? why : "out of memory");
        else if (read_in_time(r, config_setting_get_member(event, "path"), remark.path, change.where.row) &&
                 read_how(r, event, change.where.row, remark.path, &change) && good &&
                 !read_append(events, &change, &remark))
            read_complain(r, event, NULL, "out of memory");
    }
    free(why);
    free(remark.path);
    free(remark.note);
    free(remark.source);
    parameter_selection_free(&change.where);
}

/* Calls `item` for every group of a list. */
void read_each_group(struct reading *r, const config_setting_t *list, const char *allowed,
                     void (*item)(struct reading *, const config_setting_t *, void *), void *context)
{
    if (config_setting_type(list) != CONFIG_TYPE_LIST) {
        read_complain(r, list, NULL, "is %s (allowed: a list ( { %s }, ... ))", read_type_word(list), allowed);
        return;
    }
    for (int k = 0; k < config_setting_length(list); k++) {
        const config_setting_t *group = config_setting_get_elem(list, (unsigned)k);
        if (config_setting_type(group) == CONFIG_TYPE_GROUP)
            item(r, group, context);
        else
            read_complain(r, list, NULL, "holds %s (allowed: groups { %s })", read_type_word(group), allowed);
    }
}

static void event_item(struct reading *r, const config_setting_t *group, void *events)
{
    read_event(r, group, events);
}

void read_events(struct reading *r, const config_setting_t *list, struct changes *events)
{
    read_each_group(r, list, "at; path; set;", event_item, events);
}

/* ---- claims -------------------------------------------------------------------------------------------- */

static const char *const expectations[] = {"increase", "decrease", "not_decrease", "not_increase", "no_change"};

const char *scenario_expectation_word(enum expectation expect)
{
    return expectations[expect];
}

bool read_window(struct reading *r, const config_setting_t *group, bool needed, char **text, long *from,
                 long *to)
{
    const config_setting_t *at = config_setting_get_member(group, "at");
    char first[8] = "", second[8] = "";
    if (!read_string(r, group, "at", needed, text))
        return false;
    size_t length = strlen(*text);
    bool range = length == 14 && strncmp(*text + 6, "..", 2) == 0;
    if (range || length == 6) {
        memcpy(first, *text, 6);
        memcpy(second, *text + (range ? 8 : 0), 6);
    }
    if (!scenario_quarter(first, from) || !scenario_quarter(second, to) || *to < *from) {
        read_complain(r, at, NULL, "'%s' is no window (allowed: \"2023Q4\" or \"2022Q1..2025Q4\")", *text);
        return false;
    }
    return in_span(r, at, *from) && in_span(r, at, *to);
}

static bool read_arm(struct reading *r, const config_setting_t *group, const char *name, const char *text,
                     bool start, size_t *arm)
{
    const struct scenario *s = r->scenario;
    struct nearest near = {.wanted = text};
    if (start && strcmp(text, "start") == 0) {
        *arm = SCENARIO_VERSUS_START;
        return true;
    }
    for (size_t k = 0; k < s->arms; k++) {
        const char *word = k == 0 ? "scenario" : s->arm[k].name;
        if (strcmp(word, text) == 0) {
            *arm = k;
            return true;
        }
        nearest_offer(&near, word);
    }
    if (start)
        nearest_offer(&near, "start");
    read_complain(r, config_setting_get_member(group, name), NULL,
                  "unknown branch '%s' (%s%s%sallowed: scenario, baseline%s"
                  " or a branch of this file)",
                  text, near.best ? "did you mean '" : "", near.best ? near.best : "", near.best ? "'? " : "",
                  start ? ", start" : "");
    return false;
}

/* against = { branch; versus; factor }: another difference to hold this one against. */
static bool read_against(struct reading *r, const config_setting_t *group, struct claim *claim)
{
    static const char *const words[] = {"branch", "versus", "factor"};
    const config_setting_t *against = config_setting_get_member(group, "against");
    char *branch = NULL, *versus = NULL;
    claim->factor = 1;
    if (against == NULL)
        return true;
    if (config_setting_type(against) != CONFIG_TYPE_GROUP) {
        read_complain(r, against, NULL, "is %s (allowed: a group { branch; versus; factor })",
                      read_type_word(against));
        return false;
    }
    read_known(r, against, words, 3);
    read_real(r, against, "factor", &claim->factor);
    bool first = read_string(r, against, "branch", true, &branch);
    bool second = read_string(r, against, "versus", true, &versus);
    claim->against = first && second;
    bool good = claim->against;
    if (good) {
        first = read_arm(r, against, "branch", branch, false, &claim->against_arm);
        second = read_arm(r, against, "versus", versus, false, &claim->against_versus);
        good = first && second;
    }
    free(branch);
    free(versus);
    return good;
}

static bool read_expectation(struct reading *r, const config_setting_t *group, enum expectation *expect)
{
    char *text = NULL;
    if (!read_string(r, group, "expect", true, &text))
        return false;
    size_t k =
        read_word(r, config_setting_get_member(group, "expect"), text, expectations, COUNT(expectations));
    if (k < COUNT(expectations))
        *expect = (enum expectation)k;
    free(text);
    return k < COUNT(expectations);
}

/* ablate = "spillover" or "PATH=VALUE": what must be taken away for the claim to break. */
static void read_ablation(struct reading *r, const config_setting_t *group, struct claim *claim)
{
    struct changes unused = {0};
    char *text = NULL;
    if (!read_string(r, group, "ablate", false, &text))
        return;
    claim->ablate = strchr(text, '=') ? strdup(text) : message_text("model.mechanisms.%s=false", text);
    char *path = claim->ablate ? strdup(claim->ablate) : NULL, *value = path ? strchr(path, '=') : NULL;
    if (value == NULL) {
        read_complain(r, group, "ablate", "out of memory");
    } else {
        *value = '\0';
        r->at = config_setting_get_member(group, "ablate");
        read_assignment_text(r, path, value + 1, &unused);
        r->at = NULL;
    }
    read_free(&unused);
    free(path);
    free(text);
}

/* least = 0.03, or "10 %" of the level of the comparison. */
static void read_least(struct reading *r, const config_setting_t *group, struct claim *claim)
{
    static const char *const allowed = "a number, 0 or more, or a share of the level like \"10 %\"";
    const config_setting_t *leaf = config_setting_get_member(group, "least");
    const char *text = leaf ? config_setting_get_string(leaf) : NULL;
    char *end = NULL;
    double size = NAN;
    claim->least = claim->least_relative = NAN;
    if (leaf == NULL)
        return;
    if (text != NULL) {
        size = strtod(text, &end) / 100;
        bool percent = end[end[0] == ' '] == '%' && end[1 + (end[0] == ' ')] == '\0';
        if (isdigit((unsigned char)text[0]) && percent && isfinite(size))
            claim->least_relative = size;
        else
            read_complain(r, leaf, NULL, "'%s' is not allowed (allowed: %s)", text, allowed);
    } else if (!read_number(leaf, &size)) {
        read_complain(r, leaf, NULL, "is %s (allowed: %s)", read_type_word(leaf), allowed);
    } else if (size < 0) {
        read_complain(r, leaf, NULL, "%g is not allowed (allowed: %s)", size, allowed);
    } else {
        claim->least = size;
    }
}

/* runs = [0.8, 1.0]: the share of runs in which the effect must have sign and size. */
static void read_runs(struct reading *r, const config_setting_t *group, struct claim *claim)
{
    static const char *const allowed = "two shares from 0 to 1, the smaller first, like [0.8, 1.0]";
    const config_setting_t *list = config_setting_get_member(group, "runs");
    double low, high;
    claim->runs_low = claim->runs_high = NAN;
    if (list == NULL)
        return;
    int type = config_setting_type(list);
    if (type != CONFIG_TYPE_ARRAY && type != CONFIG_TYPE_LIST)
        read_complain(r, list, NULL, "is %s (allowed: %s)", read_type_word(list), allowed);
    else if (config_setting_length(list) != 2 || !read_number(config_setting_get_elem(list, 0), &low) ||
             !read_number(config_setting_get_elem(list, 1), &high))
        read_complain(r, list, NULL, "does not hold two numbers (allowed: %s)", allowed);
    else if (!(low >= 0 && low <= high && high <= 1))
        read_complain(r, list, NULL, "[%g, %g] is not allowed (allowed: %s)", low, high, allowed);
    else {
        claim->runs_low = low;
        claim->runs_high = high;
    }
}

static bool read_quantity(struct reading *r, const config_setting_t *group, const char *name, bool needed,
                          char **text, struct quantity *quantity)
{
    char *why = NULL;
    if (!read_string(r, group, name, needed, text))
        return false;
    bool good = quantity_parse(r->scenario->cast, *text, quantity, &why) == STATUS_OK;
    if (!good)
        read_complain(r, config_setting_get_member(group, name), NULL, "%s", why ? why : "out of memory");
    free(why);
    return good;
}

/* quantity = "A"; or = "B": whichever moves further in the expected direction, in each run. */
static void read_quantities(struct reading *r, const config_setting_t *group, struct claim *claim)
{
    char *other = NULL;
    read_quantity(r, group, "quantity", true, &claim->quantity_text, &claim->quantity);
    claim->either = read_quantity(r, group, "or", false, &other, &claim->other);
    if (claim->either && claim->expect == EXPECT_NO_CHANGE)
        read_complain(r, config_setting_get_member(group, "or"), NULL,
                      "has no place where nothing is expected to change (allowed: two claims)");
    if (claim->either && claim->quantity_text != NULL) {
        char *both = message_text("%s or %s", claim->quantity_text, other);
        free(claim->quantity_text);
        claim->quantity_text = both;
    }
    free(other);
}

static void claim_item(struct reading *r, const config_setting_t *group, void *unused)
{
    static const char *const words[] = {"id",      "text",   "quantity", "at",     "expect", "versus", "branch",
                                        "against", "source", "note",     "ablate", "least",  "runs",   "or"};
    (void)unused;
    struct scenario *s = r->scenario;
    struct claim *claim = &s->claim[s->claims++];
    char *branch = NULL;
    claim->file = r->file;
    claim->line = (int)config_setting_source_line(group);
    read_known(r, group, words, COUNT(words));
    read_string(r, group, "id", true, &claim->id);
    read_string(r, group, "text", true, &claim->text);
    read_string(r, group, "source", true, &claim->source);
    read_window(r, group, true, &claim->at_text, &claim->first, &claim->last);
    read_expectation(r, group, &claim->expect);
    read_against(r, group, claim);
    read_ablation(r, group, claim);
    read_least(r, group, claim);
    read_runs(r, group, claim);
    claim->arm = 0;
    claim->versus = 1;
    if (read_string(r, group, "branch", false, &branch))
        read_arm(r, group, "branch", branch, false, &claim->arm);
    if (read_string(r, group, "versus", false, &claim->versus_text))
        read_arm(r, group, "versus", claim->versus_text, true, &claim->versus);
    else
        claim->versus_text = strdup("baseline");
    read_quantities(r, group, claim);
    free(branch);
}

void read_claims(struct reading *r, const config_setting_t *list)
{
    r->scenario->claim = calloc((size_t)config_setting_length(list) + 1, sizeof *r->scenario->claim);
    if (r->scenario->claim == NULL)
        read_complain(r, list, NULL, "out of memory");
    else
        read_each_group(r, list, "id; text; quantity; at; expect; source;", claim_item, NULL);
}

/* ---- record -------------------------------------------------------------------------------------------- */

static void record_variable(struct reading *r, const config_setting_t *list, const char *name)
{
    struct scenario *s = r->scenario;
    const struct variable *variable = variable_find(name);
    struct nearest near = {.wanted = name};
    bool twice = false;
    for (size_t v = 0; v < variable_count; v++)
        nearest_offer(&near, variable_table[v].name);
    for (size_t k = 0; variable != NULL && k < s->records; k++)
        twice = twice || s->record[k] == (size_t)(variable - variable_table);
    if (variable == NULL)
        read_complain(r, list, NULL, "unknown variable '%s' (%s%s%s)", name, near.best ? "did you mean '" : "",
                      near.best ? near.best : "see: equipoise parameters --variables", near.best ? "'?" : "");
    else if (twice)
        read_complain(r, list, NULL, "names '%s' twice", name);
    else if (variable->shape == SHAPE_MEMBER && s->cast->bodies == 0)
        read_complain(r, list, NULL, "'%s' needs institutions, and there are none", name);
    else
        s->record[s->records++] = (size_t)(variable - variable_table);
}

void read_record(struct reading *r, const config_setting_t *group)
{
    static const char *const words[] = {"variables", "every"};
    struct scenario *s = r->scenario;
    long long every;
    if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
        read_complain(r, group, NULL, "is %s (allowed: a group { variables; every; })", read_type_word(group));
        return;
    }
    read_known(r, group, words, COUNT(words));
    if (read_whole(r, group, "every", 1, 400, &every))
        s->every = (unsigned)every;
    const config_setting_t *list = config_setting_get_member(group, "variables");
    if (list == NULL)
        return;
    if (config_setting_type(list) != CONFIG_TYPE_ARRAY && config_setting_type(list) != CONFIG_TYPE_LIST) {
        read_complain(r, list, NULL, "is %s (allowed: a list of names)", read_type_word(list));
        return;
    }
    s->records = 0;
    for (int k = 0; k < config_setting_length(list); k++) {
        const config_setting_t *item = config_setting_get_elem(list, (unsigned)k);
        const char *name = config_setting_get_string(item);
        if (name == NULL)
            read_complain(r, list, NULL, "holds %s (allowed: names of variables)", read_type_word(item));
        else
            record_variable(r, list, name);
    }
    if (config_setting_length(list) == 0)
        read_complain(r, list, NULL,
                      "is empty (allowed: names of variables; without the list all are recorded)");
}
