#include "model/parameters.h"
#include "base/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OFFSET_STATE(member) offsetof(struct world, set.member)
#define OFFSET_DYAD(member) offsetof(struct world, set.member)
#define OFFSET_FELT(member) offsetof(struct world, set.member)
#define OFFSET_BODY(member) offsetof(struct world, set.member)
#define OFFSET_ISSUE(member) offsetof(struct world, set.member)
#define OFFSET_MODEL(member) offsetof(struct world, model.member)
/* clang-format off: rows that stand for rows */
#define SETTING(scope, member, path, symbol, unit, low, high, value, start, mechanism, flags, meaning, source) \
    {SHAPE_##scope,                                                                                            \
     path,                                                                                                     \
     symbol,                                                                                                   \
     unit,                                                                                                     \
     low,                                                                                                      \
     high,                                                                                                     \
     value,                                                                                                    \
     start,                                                                                                    \
     MECHANISM_##mechanism,                                                                                    \
     flags,                                                                                                    \
     meaning,                                                                                                  \
     source,                                                                                                   \
     OFFSET_##scope(member)},
#define STOCK(scope, member, path, symbol, unit, low, high, value, start, mechanism, flags, meaning, source)   \
    {SHAPE_##scope,                                                                                            \
     path,                                                                                                     \
     symbol,                                                                                                   \
     unit,                                                                                                     \
     low,                                                                                                      \
     high,                                                                                                     \
     value,                                                                                                    \
     start,                                                                                                    \
     MECHANISM_##mechanism,                                                                                    \
     (flags) | F_STOCK,                                                                                        \
     meaning,                                                                                                  \
     source,                                                                                                   \
     offsetof(struct world, now.member)},
/* clang-format on */
const struct parameter parameter_table[] = {
#include "model/parameters.def"
};
#undef SETTING
#undef STOCK
const size_t parameter_count = sizeof parameter_table / sizeof parameter_table[0];

const struct parameter *parameter_at(size_t offset)
{
    for (size_t k = 0; k < parameter_count; k++)
        if (parameter_table[k].offset == offset)
            return &parameter_table[k];
    return NULL;
}

double *parameter_values(struct world *world, const struct parameter *row)
{
    char *at = (char *)world + row->offset;
    return row->shape == SHAPE_MODEL ? (double *)(void *)at : *(double **)(void *)at;
}

void parameter_defaults(struct world *world)
{
    for (size_t k = 0; k < parameter_count; k++) {
        double *values = parameter_values(world, &parameter_table[k]);
        for (size_t s = 0; s < world_length(world->cast, parameter_table[k].shape); s++)
            values[s] = parameter_table[k].value;
    }
}

/* ---- words and numbers --------------------------------------------------------------------------------- */

const char *parameter_unit(const struct parameter *row)
{
    return row->flags & (F_WORD | F_SWITCH | F_STATE) || row->unit[0] == '\0' ? "1" : row->unit;
}

/* The word number `index` of "a|b|c": its start, its length in *length; NULL if there is none. */
static const char *word_at(const char *words, size_t index, size_t *length)
{
    for (; index > 0; index--) {
        words = strchr(words, '|');
        if (words == NULL)
            return NULL;
        words++;
    }
    *length = strcspn(words, "|");
    return words;
}

enum status parameter_parse(const struct parameter *row, const struct cast *cast, const char *text,
                            double *value)
{
    if (row->flags & F_WORD) {
        size_t length;
        for (size_t k = 0;; k++) {
            const char *word = word_at(row->unit, k, &length);
            if (word == NULL)
                return STATUS_INVALID;
            if (strlen(text) == length && strncmp(word, text, length) == 0) {
                *value = (double)k;
                return STATUS_OK;
            }
        }
    }
    if (row->flags & F_STATE) {
        size_t state = cast_state(cast, text);
        *value = state == CAST_NONE ? NAN : (double)state;
        return state == CAST_NONE && strcmp(text, "none") != 0 ? STATUS_INVALID : STATUS_OK;
    }
    if (row->flags & F_SWITCH && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
        *value = strcmp(text, "true") == 0;
        return STATUS_OK;
    }
    char *end;
    *value = strtod(text, &end);
    return end == text || *end != '\0' || strpbrk(text, "xX") != NULL ? STATUS_INVALID : STATUS_OK;
}

char *parameter_allowed(const struct parameter *row)
{
    if (row->flags & F_SWITCH)
        return message_text("true or false");
    if (row->flags & F_STATE)
        return message_text("the code of a state, or none");
    if (row->flags & F_WORD) {
        char *words = message_text("%s", row->unit);
        for (char *c = words; c != NULL && *c; c++)
            if (*c == '|')
                *c = ' ';
        char *text = words ? message_text("one of: %s", words) : NULL;
        free(words);
        return text;
    }
    return message_text("%s%g..%g%s%s", row->flags & F_WHOLE ? "a whole number, " : "", row->low, row->high,
                        row->unit[0] ? " " : "", row->unit);
}

char *parameter_refuse(const struct parameter *row, double value)
{
    if (row->flags & (F_WORD | F_STATE))
        return NULL;
    bool whole = row->flags & (F_SWITCH | F_WHOLE);
    if (value >= row->low && value <= row->high && (!whole || value == floor(value)))
        return NULL;
    char number[32], *allowed = parameter_allowed(row);
    int digits = 15; /* as few as tell it from all others: 0.1, not 0.10000000000000001 */
    do
        snprintf(number, sizeof number, "%.*g", digits, value);
    while (strtod(number, NULL) != value && ++digits <= 17);
    if (row->flags & F_SWITCH && value == 1)
        strcpy(number, "true");
    char *text = allowed ? message_text("%s is not allowed (allowed: %s)", number, allowed) : NULL;
    free(allowed);
    return text;
}

char *parameter_show(const struct parameter *row, const struct cast *cast, double value)
{
    if (row->flags & F_WORD) {
        size_t length = 0;
        const char *word = word_at(row->unit, (size_t)value, &length);
        return message_text("%.*s", (int)length, word);
    }
    if (row->flags & F_STATE)
        return message_text("%s", isnan(value) ? "none" : cast->code[(size_t)value]);
    if (row->flags & F_SWITCH)
        return message_text(value != 0 ? "true" : "false");
    return message_text("%.17g", value);
}

/* ---- paths --------------------------------------------------------------------------------------------- */

static const char *scope_word(enum shape shape)
{
    switch (shape) {
    case SHAPE_MODEL:
        return "model";
    case SHAPE_STATE:
        return "states";
    case SHAPE_BODY:
    case SHAPE_MEMBER:
        return "institutions";
    case SHAPE_ISSUE:
    case SHAPE_PLAY:
        return "issues";
    default:
        return "dyads";
    }
}

char *parameter_pattern(const struct parameter *row)
{
    const char *scope = scope_word(row->shape);
    const char *names = row->shape == SHAPE_MODEL ? "." : scope[0] == 'd' ? ".FROM.TO." : ".X.";
    return message_text("%s%s%s%s", scope, names, row->path,
                        row->shape == SHAPE_MEMBER ? ".STATE"
                        : row->shape == SHAPE_PLAY ? ".FROM.TO"
                                                   : "");
}

char *parameter_path(const struct cast *cast, const struct parameter *row, size_t slot)
{
    size_t n = cast->states;
    switch (row->shape) {
    case SHAPE_MODEL:
        return message_text("model.%s", row->path);
    case SHAPE_STATE:
        return message_text("states.%s.%s", cast->code[slot], row->path);
    case SHAPE_DYAD:
        return message_text("dyads.%s.%s.%s", cast->code[slot / n], cast->code[slot % n], row->path);
    case SHAPE_FELT:
        return message_text("dyads.%s.%s.%s", cast->code[slot % n], cast->code[slot / n], row->path);
    case SHAPE_OPTION:
        return message_text("dyads.%s.%s.%s", cast->code[slot / cast->options],
                            cast->option[slot % cast->options], row->path);
    case SHAPE_BODY:
        return message_text("institutions.%s.%s", cast->body[slot], row->path);
    case SHAPE_ISSUE:
        return message_text("issues.%s.%s", cast->issue[slot], row->path);
    case SHAPE_PLAY:
        return message_text("issues.%s.%s.%s.%s", cast->issue[slot / (n * n)], row->path,
                            cast->code[slot / n % n], cast->code[slot % n]);
    default:
        return message_text("institutions.%s.%s.%s", cast->body[slot / n], row->path, cast->code[slot % n]);
    }
}

/* A path taken apart: scope, up to two names, and the rest that the table knows. */
struct reading {
    const struct cast *cast;
    char *text; /* own copy, cut at the dots */
    const char *scope, *first, *second, *rest;
    char **why;
};

static enum status refuse(struct reading *r, const char *what, const char *name, struct nearest *near,
                          const char *allowed)
{
    *r->why = message_text("unknown %s '%s' (%s%s%s)", what, name, near->best ? "did you mean '" : "",
                           near->best ? near->best : allowed, near->best ? "'?" : "");
    return STATUS_INVALID;
}

static enum status role_empty(struct reading *r, const char *name)
{
    *r->why = message_text("no state has the role '%s' (see roles of the world file)", name);
    return STATUS_INVALID;
}

/* Marks the states that a name stands for: one code, all, or a role. */
static enum status states_named(struct reading *r, const char *name, bool *chosen)
{
    const struct cast *cast = r->cast;
    struct nearest near = {.wanted = name};
    bool all = strcmp(name, "*") == 0;
    size_t one = cast_state(cast, name);
    for (size_t i = 0; i < cast->states; i++)
        chosen[i] = all || i == one;
    if (all || one != CAST_NONE)
        return STATUS_OK;
    for (enum cast_role role = 0; role < ROLE_COUNT; role++) {
        if (strcmp(name, cast_role_word(role)) == 0) {
            for (size_t k = 0; k < cast->role[role].count; k++)
                chosen[cast->role[role].state[k]] = true;
            return cast->role[role].count > 0 ? STATUS_OK : role_empty(r, name);
        }
        nearest_offer(&near, cast_role_word(role));
    }
    for (size_t i = 0; i < cast->states; i++)
        nearest_offer(&near, cast->code[i]);
    return refuse(r, "state", name, &near,
                  "allowed: the states of the world, *, poles, region, theatre, deciders");
}

/* "FROM.TO": marks FROM in the first half, TO in the second, [2 * states]. */
static enum status two_states_named(struct reading *r, char *names, bool *chosen)
{
    char *dot = strchr(names, '.');
    if (dot == NULL) {
        *r->why = message_text("the path is too short (form: issues.ISSUE.NAME.FROM.TO)");
        return STATUS_INVALID;
    }
    *dot = '\0';
    enum status status = states_named(r, names, chosen);
    return status == STATUS_OK ? states_named(r, dot + 1, chosen + r->cast->states) : status;
}

static enum status options_named(struct reading *r, const char *name, bool *chosen)
{
    const struct cast *cast = r->cast;
    size_t one = cast_option(cast, name);
    bool all = strcmp(name, "*") == 0;
    if (all || one != CAST_NONE) {
        for (size_t c = 0; c < cast->options; c++)
            chosen[c] = all || c == one;
        return STATUS_OK;
    }
    struct nearest near = {.wanted = name};
    for (enum cast_role role = 0; role < ROLE_COUNT; role++)
        if (strcmp(name, cast_role_word(role)) == 0) {
            bool any = false;
            for (size_t c = 0; c < cast->options; c++)
                for (size_t k = 0; k < cast->role[role].count; k++)
                    if (cast->option_state[c] == cast->role[role].state[k])
                        chosen[c] = any = true;
            return any ? STATUS_OK : role_empty(r, name);
        }
    for (size_t c = 0; c < cast->options; c++)
        nearest_offer(&near, cast->option[c]);
    return refuse(r, "pole", name, &near, "allowed: self, the poles of the world, the name of its region, *");
}

/* Marks the institutions or issues that a name stands for. */
static enum status things_named(struct reading *r, const char *what, size_t count, char *const *names,
                                const char *name, bool *chosen)
{
    struct nearest near = {.wanted = name};
    bool all = strcmp(name, "*") == 0, found = all;
    for (size_t b = 0; b < count; b++) {
        chosen[b] = all || strcmp(names[b], name) == 0;
        found = found || chosen[b];
        nearest_offer(&near, names[b]);
    }
    if (count == 0) {
        *r->why = message_text("there are no %ss", what);
        return STATUS_INVALID;
    }
    return found ? STATUS_OK : refuse(r, what, name, &near, "allowed: those of the world, *");
}

/* Cuts the next name off the path; NULL if nothing is left. */
static const char *cut(char **rest)
{
    char *name = *rest;
    if (name == NULL || *name == '\0')
        return NULL;
    char *dot = strchr(name, '.');
    *rest = dot ? dot + 1 : NULL;
    if (dot)
        *dot = '\0';
    return name;
}

/* Two names of the users' contract that say the same as a row's path. */
static const char *canonical(const char *scope, const char *rest)
{
    if (strcmp(scope, "dyads") == 0 && strcmp(rest, "trade") == 0)
        return "trade_share";
    if (strcmp(scope, "model") == 0 && strcmp(rest, "threat.distance_scale") == 0)
        return "power.distance_scale";
    return rest;
}

static enum status split(struct reading *r, const char *path)
{
    static const char *const scopes[] = {"model", "states", "dyads", "institutions", "issues"};
    char *rest = r->text;
    struct nearest near = {.wanted = ""};
    r->scope = cut(&rest);
    bool known = false;
    near.wanted = r->scope ? r->scope : "";
    for (size_t k = 0; k < 5; k++) {
        nearest_offer(&near, scopes[k]);
        known = known || (r->scope && strcmp(r->scope, scopes[k]) == 0);
    }
    if (!known) {
        *r->why = message_text(
            "a path begins with model, states, dyads, institutions or issues, not '%s'%s%s%s", near.wanted,
            near.best ? " (did you mean '" : "", near.best ? near.best : "", near.best ? "'?)" : "");
        return STATUS_INVALID;
    }
    if (r->scope[0] != 'm')
        r->first = cut(&rest);
    if (r->scope[0] == 'd')
        r->second = cut(&rest);
    if (rest == NULL || (r->scope[0] != 'm' && !r->first) || (r->scope[0] == 'd' && !r->second)) {
        *r->why =
            message_text("'%s' names no value: the path is too short (form: %s)", path,
                         r->scope[0] == 'd'   ? "dyads.FROM.TO.NAME"
                         : r->scope[0] == 'm' ? "model.GROUP.NAME"
                                              : "states.X.GROUP.NAME, institutions.X.NAME or issues.X.NAME");
        return STATUS_INVALID;
    }
    r->rest = canonical(r->scope, rest);
    return STATUS_OK;
}

/* Says what is near to a name that no row of the scope has. */
static void suggest_row(struct reading *r)
{
    struct nearest near = {.wanted = r->rest};
    const char *elsewhere = NULL, *last = strrchr(r->rest, '.');
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        const char *dot = strrchr(row->path, '.');
        if (strcmp(scope_word(row->shape), r->scope) != 0)
            continue;
        nearest_offer(&near, row->path);
        if (dot && strcmp(dot + 1, last ? last + 1 : r->rest) == 0)
            elsewhere = row->path; /* right name, wrong group */
    }
    if (elsewhere != NULL)
        near.best = elsewhere;
    refuse(r, "name", r->rest, &near, "see: equipoise parameters");
}

/* The row for scope and rest; a member's row takes the name of a state after its path. */
static const struct parameter *row_named(struct reading *r, char **member)
{
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        size_t length = strlen(row->path);
        if (strncmp(row->path, r->rest, length) != 0 || strcmp(scope_word(row->shape), r->scope) != 0)
            continue;
        bool named = row->shape == SHAPE_MEMBER || row->shape == SHAPE_PLAY; /* names of states follow */
        if (!named && r->rest[length] == '\0')
            return row;
        if (named && r->rest[length] == '.') {
            *member = (char *)r->rest + length + 1;
            return row;
        }
        if (named && r->rest[length] == '\0') {
            *r->why = message_text("the path is too short (form: %s.%s.%s.%s)", r->scope, r->first, row->path,
                                   row->shape == SHAPE_MEMBER ? "STATE" : "FROM.TO");
            return NULL;
        }
    }
    suggest_row(r);
    return NULL;
}

static enum status fill(struct reading *r, struct selection *s, const bool *from, const bool *to, size_t width)
{
    const struct parameter *row = s->row;
    size_t n = r->cast->states, rows = row->shape == SHAPE_MEMBER ? r->cast->bodies : n;
    bool pairs = row->shape == SHAPE_DYAD || row->shape == SHAPE_FELT;
    s->slot = malloc((world_length(r->cast, row->shape) + 1) * sizeof *s->slot);
    if (s->slot == NULL)
        return STATUS_FAILED;
    if (row->shape == SHAPE_MODEL) {
        s->slot[s->count++] = 0;
    } else if (row->shape == SHAPE_STATE || row->shape == SHAPE_BODY || row->shape == SHAPE_ISSUE) {
        for (size_t k = 0; k < world_length(r->cast, row->shape); k++)
            if (from[k])
                s->slot[s->count++] = k;
    } else if (row->shape == SHAPE_PLAY) {
        for (size_t e = 0; e < world_length(r->cast, row->shape); e++)
            if (from[e / (n * n)] && to[e / n % n] && to[width + e % n] && e / n % n != e % n)
                s->slot[s->count++] = e;
    } else {
        for (size_t a = 0; a < rows; a++)
            for (size_t b = 0; b < width; b++) {
                bool mirrored = row->flags & F_SYMMETRIC && b < a && from[b] && to[a]; /* already there */
                if (!from[a] || !to[b] || (pairs && a == b) || mirrored ||
                    (row->shape == SHAPE_OPTION && !cast_can_choose(r->cast, a, b)))
                    continue;
                size_t first = row->flags & F_SYMMETRIC && b < a ? b : a, second = first == a ? b : a;
                s->slot[s->count++] = row->shape == SHAPE_FELT ? b * n + a : first * width + second;
            }
    }
    if (s->count == 0) {
        if (row->shape == SHAPE_OPTION)
            *r->why =
                message_text("'%s' cannot lean on '%s' (allowed: self, another pole, the region of its own)",
                             r->first, r->second);
        else
            *r->why = message_text("a state has no such relation with itself (allowed: two states)");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

enum status parameter_select(const struct cast *cast, const char *path, struct selection *selection, char **why)
{
    struct reading r = {.cast = cast, .text = strdup(path), .why = why};
    size_t most = 2 * cast->states + cast->options + cast->bodies + cast->issues + 1;
    bool *from = calloc(most, sizeof *from), *to = calloc(most, sizeof *to);
    char *member = NULL;
    enum status status = STATUS_FAILED;

    *selection = (struct selection){0};
    *why = NULL;
    if (r.text == NULL || from == NULL || to == NULL)
        goto out;
    status = split(&r, path);
    if (status != STATUS_OK)
        goto out;
    selection->row = row_named(&r, &member);
    if (selection->row == NULL) {
        status = STATUS_INVALID;
        goto out;
    }
    enum shape shape = selection->row->shape;
    if (shape == SHAPE_BODY || shape == SHAPE_MEMBER)
        status = things_named(&r, "institution", cast->bodies, cast->body, r.first, from);
    else if (shape == SHAPE_ISSUE || shape == SHAPE_PLAY)
        status = things_named(&r, "issue", cast->issues, cast->issue, r.first, from);
    else if (shape != SHAPE_MODEL)
        status = states_named(&r, r.first, from);
    if (status == STATUS_OK && shape == SHAPE_MEMBER)
        status = states_named(&r, member, to);
    else if (status == STATUS_OK && shape == SHAPE_PLAY)
        status = two_states_named(&r, member, to);
    else if (status == STATUS_OK && shape == SHAPE_OPTION)
        status = options_named(&r, r.second, to);
    else if (status == STATUS_OK && r.second != NULL)
        status = states_named(&r, r.second, to);
    if (status == STATUS_OK)
        status = fill(&r, selection, from, to, shape == SHAPE_OPTION ? cast->options : cast->states);
out:
    if (status != STATUS_OK) {
        parameter_selection_free(selection);
        if (*why == NULL && status == STATUS_INVALID)
            status = STATUS_FAILED;
    }
    free(r.text);
    free(from);
    free(to);
    return status;
}

void parameter_selection_free(struct selection *selection)
{
    free(selection->slot);
    *selection = (struct selection){0};
}
