/* Leaves of a configuration: types, values, assignments. */
#include "scenario/read.h"
#include "base/nearest.h"
#include "model/parameters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MESSAGES = 1000 }; /* nobody reads more, and to find their places takes time */

const char *read_type_word(const config_setting_t *setting)
{
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        return "a whole number";
    case CONFIG_TYPE_FLOAT:
        return "a number";
    case CONFIG_TYPE_STRING:
        return "a string";
    case CONFIG_TYPE_BOOL:
        return "a switch";
    case CONFIG_TYPE_GROUP:
        return "a group";
    case CONFIG_TYPE_ARRAY:
        return "an array";
    default:
        return "a list";
    }
}

/* Where a setting stands in its file: "time.start", "events[0].over"; "" for the file itself.  The caller frees. */
static char *setting_path(const config_setting_t *at)
{
    if (at == NULL || config_setting_is_root(at))
        return strdup("");
    const char *name = config_setting_name(at);
    char *above = setting_path(config_setting_parent(at)), *path = NULL;
    if (above != NULL)
        path = name ? message_text("%s%s%s", above, above[0] ? "." : "", name)
                    : message_text("%s[%d]", above, config_setting_index(at));
    free(above);
    return path;
}

void read_complain(struct reading *r, const config_setting_t *at, const char *path, const char *format, ...)
{
    if (r->messages->count > MOST_MESSAGES) {
        r->messages->errors++;
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    char *text = message_vtext(format, arguments);
    va_end(arguments);
    const char *included = at ? config_setting_source_file(at) : NULL;
    char *own = path && path[0] ? NULL : setting_path(at);
    struct place place = {included ? included : r->file, at ? (int)config_setting_source_line(at) : r->line,
                          path && path[0] ? path
                          : own && own[0] ? own
                                          : NULL};
    if (r->messages->count == MOST_MESSAGES)
        message_add(r->messages, SEVERITY_ERROR, place, "and more errors, which are not shown");
    else
        message_add(r->messages, SEVERITY_ERROR, place, "%s", text ? text : "out of memory");
    free(own);
    free(text);
}

/* "a, b, c"; the caller frees, NULL if memory ran out. */
static char *join(const char *const *words, size_t count)
{
    char *all = message_text("%s", words[0]);
    for (size_t w = 1; all != NULL && w < count; w++) {
        char *more = message_text("%s, %s", all, words[w]);
        free(all);
        all = more;
    }
    return all;
}

void read_known(struct reading *r, const config_setting_t *group, const char *const *words, size_t count)
{
    for (int k = 0; k < config_setting_length(group); k++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned)k);
        const char *name = config_setting_name(member);
        struct nearest near = {.wanted = name};
        bool known = false;
        for (size_t w = 0; w < count; w++) {
            known = known || strcmp(words[w], name) == 0;
            nearest_offer(&near, words[w]);
        }
        if (known)
            continue;
        char *all = near.best == NULL ? join(words, count) : NULL;
        if (near.best)
            read_complain(r, member, NULL, "unknown setting (did you mean '%s'?)", near.best);
        else
            read_complain(r, member, NULL, "unknown setting (allowed: %s)", all ? all : "");
        free(all);
    }
}

bool read_string(struct reading *r, const config_setting_t *group, const char *name, bool needed, char **text)
{
    const config_setting_t *leaf = config_setting_get_member(group, name);
    if (leaf == NULL) {
        if (needed) {
            char *above = r->messages->count > MOST_MESSAGES ? NULL : setting_path(group);
            char *path = above ? message_text("%s%s%s", above, above[0] ? "." : "", name) : NULL;
            read_complain(r, group, path ? path : name, "is missing (allowed: a string)");
            free(above);
            free(path);
        }
        return false;
    }
    if (config_setting_type(leaf) != CONFIG_TYPE_STRING) {
        read_complain(r, leaf, NULL, "is %s (allowed: a string)", read_type_word(leaf));
        return false;
    }
    free(*text);
    *text = strdup(config_setting_get_string(leaf));
    return *text != NULL;
}

bool read_number(const config_setting_t *leaf, double *value)
{
    switch (config_setting_type(leaf)) {
    case CONFIG_TYPE_INT:
        *value = config_setting_get_int(leaf);
        return true;
    case CONFIG_TYPE_INT64:
        *value = (double)config_setting_get_int64(leaf);
        return true;
    case CONFIG_TYPE_FLOAT:
        *value = config_setting_get_float(leaf);
        return true;
    default:
        return false;
    }
}

bool read_whole(struct reading *r, const config_setting_t *group, const char *name, long long low,
                long long high, long long *value)
{
    const config_setting_t *leaf = config_setting_get_member(group, name);
    if (leaf == NULL)
        return false;
    int type = config_setting_type(leaf);
    long long found = type == CONFIG_TYPE_INT     ? config_setting_get_int(leaf)
                      : type == CONFIG_TYPE_INT64 ? config_setting_get_int64(leaf)
                                                  : 0;
    if ((type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)) {
        read_complain(r, leaf, NULL, "is %s (allowed: a whole number, %lld..%lld)", read_type_word(leaf), low,
                      high);
        return false;
    }
    if (found < low || found > high) {
        read_complain(r, leaf, NULL, "%lld is not allowed (allowed: %lld..%lld)", found, low, high);
        return false;
    }
    *value = found;
    return true;
}

bool read_real(struct reading *r, const config_setting_t *group, const char *name, double *value)
{
    const config_setting_t *leaf = config_setting_get_member(group, name);
    if (leaf == NULL)
        return false;
    if (!read_number(leaf, value)) {
        read_complain(r, leaf, NULL, "is %s (allowed: a number)", read_type_word(leaf));
        return false;
    }
    return true;
}

/* A word that is not allowed, what may have been meant, and what is allowed. */
static void refuse_word(struct reading *r, const config_setting_t *at, const char *path,
                        const struct nearest *near, const char *allowed)
{
    read_complain(r, at, path, "'%s' is not allowed (%s%s%sallowed: %s)", near->wanted,
                  near->best ? "did you mean '" : "", near->best ? near->best : "", near->best ? "'? " : "",
                  allowed ? allowed : "");
}

size_t read_word(struct reading *r, const config_setting_t *at, const char *text, const char *const *words,
                 size_t count)
{
    struct nearest near = {.wanted = text};
    for (size_t k = 0; k < count; k++) {
        if (strcmp(text, words[k]) == 0)
            return k;
        nearest_offer(&near, words[k]);
    }
    char *all = join(words, count);
    refuse_word(r, at, NULL, &near, all);
    free(all);
    return count;
}

/* A text that a row does not allow, with the state or the word that it may have meant. */
static void refuse_text(struct reading *r, const config_setting_t *at, const char *path,
                        const struct parameter *row, const char *text)
{
    const struct cast *cast = r->scenario->cast;
    struct nearest near = {.wanted = text};
    char *allowed = parameter_allowed(row), *words = strdup(row->flags & F_WORD ? row->unit : ""), *rest = NULL;
    for (size_t i = 0; row->flags & F_STATE && i < cast->states; i++)
        nearest_offer(&near, cast->code[i]);
    for (char *word = words ? strtok_r(words, "|", &rest) : NULL; word != NULL;
         word = strtok_r(NULL, "|", &rest))
        nearest_offer(&near, word);
    refuse_word(r, at, path, &near, allowed);
    free(allowed);
    free(words);
}

bool read_value(struct reading *r, const config_setting_t *leaf, const char *path, const struct parameter *row,
                bool limited, double *value)
{
    int type = config_setting_type(leaf);
    bool words = row->flags & (F_WORD | F_STATE), fits = false;
    char *allowed = parameter_allowed(row), *refused = NULL;

    if (words && type == CONFIG_TYPE_STRING)
        fits = parameter_parse(row, r->scenario->cast, config_setting_get_string(leaf), value) == STATUS_OK;
    else if (row->flags & F_SWITCH && type == CONFIG_TYPE_BOOL)
        fits = (*value = config_setting_get_bool(leaf), true);
    else if (!words)
        fits = read_number(leaf, value);
    if (!fits && words && type == CONFIG_TYPE_STRING)
        refuse_text(r, leaf, path, row, config_setting_get_string(leaf));
    else if (!fits)
        read_complain(r, leaf, path, "is %s (allowed: %s)", read_type_word(leaf), allowed ? allowed : "");
    else if (limited && (refused = parameter_refuse(row, *value)) != NULL)
        read_complain(r, leaf, path, "%s", refused);
    free(allowed);
    bool good = fits && refused == NULL;
    free(refused);
    return good;
}

bool read_append(struct changes *changes, const struct change *change, const struct remark *remark)
{
    if (changes->count == changes->capacity) {
        size_t capacity = changes->capacity ? 2 * changes->capacity : 64;
        struct change *list = realloc(changes->list, capacity * sizeof *list);
        if (list != NULL)
            changes->list = list;
        struct remark *remarks = realloc(changes->remark, capacity * sizeof *remarks);
        if (remarks != NULL)
            changes->remark = remarks;
        if (list == NULL || remarks == NULL)
            return false;
        changes->capacity = capacity;
    }
    struct change copy = *change;
    copy.where.slot = malloc((change->where.count + 1) * sizeof(size_t));
    struct remark said = {remark->path ? strdup(remark->path) : NULL,
                          remark->note ? strdup(remark->note) : NULL,
                          remark->source ? strdup(remark->source) : NULL, remark->file, remark->line};
    if (copy.where.slot == NULL || said.path == NULL) {
        free(copy.where.slot);
        free(said.path);
        free(said.note);
        free(said.source);
        return false;
    }
    memcpy(copy.where.slot, change->where.slot, change->where.count * sizeof(size_t));
    changes->list[changes->count] = copy;
    changes->remark[changes->count++] = said;
    return true;
}

/* ---- assignments --------------------------------------------------------------------------------------- */

static void append_value(struct reading *r, const config_setting_t *leaf, const char *path,
                         const struct selection *where, double value, struct changes *changes)
{
    struct change change = {.where = *where, .how = CHANGE_SET, .value = value, .parts = 1};
    const char *file = leaf ? config_setting_source_file(leaf) : NULL;
    bool included =
        file != NULL && strcmp(file, r->file) != 0; /* that file's name does not outlive the parse */
    struct remark remark = {.path = (char *)path,
                            .file = r->file,
                            .line = leaf && !included ? (int)config_setting_source_line(leaf) : 0};
    if (!read_append(changes, &change, &remark))
        read_complain(r, leaf, path, "out of memory");
}

bool read_in_time(struct reading *r, const config_setting_t *at, const char *path, const struct parameter *row)
{
    if (!r->loaded || !(row->flags & F_LOAD))
        return true;
    read_complain(r, at, path,
                  "is used when the world is loaded, a change comes too late (allowed: in a world block)");
    return false;
}

/* [ ... ]: a value for each place that the path names, in the order of states, poles and bodies. */
static void assign_each(struct reading *r, const config_setting_t *array, const char *path,
                        const struct selection *where, struct changes *changes)
{
    size_t length = (size_t)config_setting_length(array);
    if (length != where->count) {
        read_complain(r, array, path, "has %zu values (allowed: %zu, one for each place of the path)", length,
                      where->count);
        return;
    }
    for (size_t k = 0; k < length; k++) {
        const config_setting_t *item = config_setting_get_elem(array, (unsigned)k);
        const struct selection one = {where->row, &where->slot[k], 1};
        char *place = parameter_path(r->scenario->cast, where->row, where->slot[k]);
        double value;
        if (place == NULL)
            read_complain(r, array, path, "out of memory");
        else if (read_value(r, item, place, where->row, true, &value))
            append_value(r, array, place, &one, value, changes);
        free(place);
    }
}

void read_assignment(struct reading *r, const config_setting_t *leaf, const char *path, struct changes *changes)
{
    struct selection where;
    char *why;
    double value;
    enum status status = parameter_select(r->scenario->cast, path, &where, &why);
    if (status != STATUS_OK)
        read_complain(r, leaf, path, "%s", why ? why : "out of memory");
    else if (!read_in_time(r, leaf, path, where.row) || !read_synthetic_fits(r, leaf, path, where.row))
        ;
    else if (config_setting_type(leaf) == CONFIG_TYPE_ARRAY && where.count > 1)
        assign_each(r, leaf, path, &where, changes);
    else if (read_value(r, leaf, path, where.row, true, &value))
        append_value(r, leaf, path, &where, value, changes);
    free(why);
    parameter_selection_free(&where);
}

static bool assign_member(struct reading *r, const config_setting_t *list, const char *path, const char *code,
                          bool in, struct changes *changes)
{
    struct selection where = {0};
    char *why = NULL, *member = message_text("%s.%s", path, code);
    bool good = member != NULL && parameter_select(r->scenario->cast, member, &where, &why) == STATUS_OK;
    if (good)
        append_value(r, list, member, &where, in, changes);
    else
        read_complain(r, list, path, "%s", why ? why : "out of memory");
    parameter_selection_free(&where);
    free(why);
    free(member);
    return good;
}

/* `members = ["RUS", "KAZ"]`: who is in the list is in the body, and nobody else. */
static void assign_members(struct reading *r, const config_setting_t *list, const char *path,
                           struct changes *changes)
{
    int type = config_setting_type(list);
    if (type != CONFIG_TYPE_ARRAY && type != CONFIG_TYPE_LIST) {
        read_complain(r, list, path, "is %s (allowed: a list of states)", read_type_word(list));
        return;
    }
    if (!assign_member(r, list, path, "*", false, changes))
        return;
    for (int k = 0; k < config_setting_length(list); k++) {
        const config_setting_t *item = config_setting_get_elem(list, (unsigned)k);
        const char *code = config_setting_get_string(item);
        if (code == NULL)
            read_complain(r, list, path, "holds %s (allowed: codes of states)", read_type_word(item));
        else
            assign_member(r, list, path, code, true, changes);
    }
}

/* States and bodies have a name beside their parameters, where the world file declares them; it belongs to the cast. */
static bool is_name(const struct reading *r, const config_setting_t *member)
{
    const config_setting_t *owner = config_setting_parent(member), *scope = config_setting_parent(owner);
    return r->file == r->scenario->source_file[r->scenario->files - 1] &&
           strcmp(config_setting_name(member), "name") == 0 && scope != NULL &&
           config_setting_parent(scope) != NULL && config_setting_is_root(config_setting_parent(scope)) &&
           (strcmp(config_setting_name(scope), "states") == 0 ||
            strcmp(config_setting_name(scope), "institutions") == 0) &&
           strcmp(config_setting_name(owner), "*") != 0;
}

/* Whether a path names a value and not a group of values. */
static bool is_value(const char *path)
{
    const char *rest = path;
    for (int dots = path[0] == 'm' ? 1 : path[0] == 'd' ? 3 : 2; dots > 0 && rest != NULL; dots--) {
        rest = strchr(rest, '.');
        rest = rest ? rest + 1 : NULL;
    }
    for (size_t k = 0; rest != NULL && k < parameter_count; k++) {
        static const char scope[] = {[SHAPE_MODEL] = 'm',  [SHAPE_STATE] = 's',  [SHAPE_DYAD] = 'd',
                                     [SHAPE_FELT] = 'd',   [SHAPE_OPTION] = 'd', [SHAPE_BODY] = 'i',
                                     [SHAPE_MEMBER] = ' ', [SHAPE_ISSUE] = ' ',  [SHAPE_PLAY] = ' '};
        if (scope[parameter_table[k].shape] == path[0] && strcmp(parameter_table[k].path, rest) == 0)
            return true;
    }
    return false;
}

static void assign_tree(struct reading *r, const config_setting_t *group, const char *prefix,
                        struct changes *changes)
{
    for (int k = 0; k < config_setting_length(group); k++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned)k);
        const char *name = config_setting_name(member);
        char *path = message_text("%s%s%s", prefix, prefix[0] ? "." : "", name);
        if (path == NULL) {
            read_complain(r, member, NULL, "out of memory");
            return;
        }
        if (is_name(r, member))
            ;
        else if (config_setting_type(member) == CONFIG_TYPE_GROUP && !is_value(path) &&
                 strcmp(path, "synthetic") != 0)
            assign_tree(r, member, path, changes);
        else if (strncmp(path, "institutions.", 13) == 0 && strcmp(name, "members") == 0)
            assign_members(r, member, path, changes);
        else if (strcmp(path, "synthetic") == 0)
            read_synthetic(r, member, changes);
        else
            read_assignment(r, member, path, changes);
        free(path);
    }
}

/* The flat form: ( { path = "..."; value = ...; }, ... ). */
static void assign_list(struct reading *r, const config_setting_t *list, struct changes *changes)
{
    static const char *const words[] = {"path", "value", "source"};
    for (int k = 0; k < config_setting_length(list); k++) {
        const config_setting_t *item = config_setting_get_elem(list, (unsigned)k);
        char *path = NULL;
        if (config_setting_type(item) != CONFIG_TYPE_GROUP) {
            read_complain(r, list, NULL, "holds %s (allowed: groups { path; value; })", read_type_word(item));
            continue;
        }
        read_known(r, item, words, 3);
        const config_setting_t *value = config_setting_get_member(item, "value");
        if (value == NULL)
            read_complain(r, item, NULL, "has no value (allowed: { path; value; })");
        else if (read_string(r, item, "path", true, &path))
            read_assignment(r, value, path, changes);
        free(path);
    }
}

void read_assignments(struct reading *r, const config_setting_t *setting, const char *prefix,
                      struct changes *changes)
{
    int type = config_setting_type(setting);
    if (type == CONFIG_TYPE_GROUP)
        assign_tree(r, setting, prefix, changes);
    else if (type == CONFIG_TYPE_LIST && prefix[0] == '\0')
        assign_list(r, setting, changes);
    else
        read_complain(r, setting, NULL, "is %s (allowed: a group)", read_type_word(setting));
}

void read_assignment_text(struct reading *r, const char *path, const char *text, struct changes *changes)
{
    struct selection where;
    char *why = NULL, *refused = NULL;
    double value;
    enum status status = parameter_select(r->scenario->cast, path, &where, &why);
    if (status != STATUS_OK) {
        read_complain(r, r->at, path, "%s", why ? why : "out of memory");
    } else if (!read_synthetic_fits(r, r->at, path, where.row)) {
        ; /* that has been said */
    } else if (parameter_parse(where.row, r->scenario->cast, text, &value) != STATUS_OK) {
        refuse_text(r, NULL, path, where.row, text);
    } else if ((refused = parameter_refuse(where.row, value)) != NULL) {
        read_complain(r, r->at, path, "%s", refused);
    } else {
        append_value(r, r->at, path, &where, value, changes);
    }
    free(why);
    free(refused);
    parameter_selection_free(&where);
}
