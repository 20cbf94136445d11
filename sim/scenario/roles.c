/* Who takes part: states, institutions and roles of a world file. */
#include "scenario/read.h"
#include "base/nearest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STATES = 1000, MOST_POLES = 60 }; /* a world has some sixty numbers for each pair of states */

#define COUNT(words) (sizeof(words) / sizeof(words)[0])

static bool reserved(const char *code)
{
    for (enum cast_role role = 0; role < ROLE_COUNT; role++)
        if (strcmp(code, cast_role_word(role)) == 0)
            return true;
    return strcmp(code, "self") == 0 || strcmp(code, "none") == 0 || strchr(code, '*') != NULL;
}

/* Codes and names of the members of a group, in the order of the file. */
static bool read_names(struct reading *r, const config_setting_t *group, char ***codes, char ***names,
                       size_t *count)
{
    size_t length = (size_t)config_setting_length(group);
    *codes = calloc(length + 1, sizeof **codes);
    *names = calloc(length + 1, sizeof **names);
    if (*codes == NULL || *names == NULL)
        return false;
    for (size_t k = 0; k < length; k++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned)k);
        const char *code = config_setting_name(member);
        if (strcmp(code, "*") == 0)
            continue; /* values for all */
        if (reserved(code)) {
            read_complain(r, member, NULL, "'%s' has another meaning in paths (allowed: a code of its own)",
                          code);
            continue;
        }
        if (config_setting_type(member) != CONFIG_TYPE_GROUP) {
            read_complain(r, member, NULL, "is %s (allowed: a group)", read_type_word(member));
            continue;
        }
        size_t at = (*count)++;
        (*codes)[at] = strdup(code);
        if (!read_string(r, member, "name", false, &(*names)[at]))
            (*names)[at] = strdup(code);
        if ((*codes)[at] == NULL || (*names)[at] == NULL)
            return false;
    }
    return true;
}

size_t read_state(struct reading *r, const config_setting_t *at, const char *code)
{
    const struct cast *cast = r->scenario->cast;
    struct nearest near = {.wanted = code};
    size_t state = cast_state(cast, code);
    for (size_t i = 0; state == CAST_NONE && i < cast->states; i++)
        nearest_offer(&near, cast->code[i]);
    if (state == CAST_NONE)
        read_complain(r, at, NULL, "unknown state '%s' (%s%s%s)", code, near.best ? "did you mean '" : "",
                      near.best ? near.best : "allowed: the states of this file", near.best ? "'?" : "");
    return state;
}

static void read_role(struct reading *r, const config_setting_t *list, struct cast_group *group)
{
    if (list == NULL)
        return;
    if (config_setting_type(list) != CONFIG_TYPE_ARRAY && config_setting_type(list) != CONFIG_TYPE_LIST) {
        read_complain(r, list, NULL, "is %s (allowed: a list of states)", read_type_word(list));
        return;
    }
    size_t length = (size_t)config_setting_length(list);
    free(group->state);
    *group = (struct cast_group){calloc(length + 1, sizeof(size_t)), 0};
    for (size_t k = 0; group->state != NULL && k < length; k++) {
        const config_setting_t *item = config_setting_get_elem(list, (unsigned)k);
        size_t state = CAST_NONE;
        if (config_setting_type(item) == CONFIG_TYPE_STRING)
            state = read_state(r, list, config_setting_get_string(item));
        else
            read_complain(r, list, NULL, "holds %s (allowed: codes of states)", read_type_word(item));
        for (size_t e = 0; e < group->count && state != CAST_NONE; e++)
            if (group->state[e] == state) {
                read_complain(r, list, NULL, "names '%s' twice", r->scenario->cast->code[state]);
                state = CAST_NONE;
            }
        if (state != CAST_NONE)
            group->state[group->count++] = state;
    }
}

/* The region's name stands in paths and quantities like the code of a pole. */
bool read_is_code(const char *text)
{
    return isalpha((unsigned char)text[0]) &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")] == '\0';
}

static void read_roles(struct reading *r, const config_setting_t *roles)
{
    static const char *const words[] = {"poles",           "region",        "theatre", "deciders",
                                        "reference_place", "danger_source", "issues"};
    static const char *const region_words[] = {"name", "members"};
    struct cast *cast = r->scenario->cast;
    char *text = NULL;
    if (config_setting_type(roles) != CONFIG_TYPE_GROUP) {
        read_complain(r, roles, NULL, "is %s (allowed: a group)", read_type_word(roles));
        return;
    }
    read_known(r, roles, words, COUNT(words));
    const config_setting_t *poles = config_setting_get_member(roles, "poles");
    if (poles != NULL && r->scenario->synthetic)
        read_complain(r, poles, NULL, "are the largest in a synthetic world (allowed: model.synthetic.poles)");
    else
        read_role(r, poles, &cast->role[ROLE_POLES]);
    read_role(r, config_setting_get_member(roles, "theatre"), &cast->role[ROLE_THEATRE]);
    read_role(r, config_setting_get_member(roles, "deciders"), &cast->role[ROLE_DECIDERS]);
    if (cast->role[ROLE_POLES].count > MOST_POLES)
        read_complain(r, config_setting_get_member(roles, "poles"), NULL,
                      "holds %zu poles (allowed: at most %d)", cast->role[ROLE_POLES].count, MOST_POLES);
    const config_setting_t *region = config_setting_get_member(roles, "region");
    if (region != NULL && config_setting_type(region) == CONFIG_TYPE_GROUP) {
        read_known(r, region, region_words, 2);
        read_role(r, config_setting_get_member(region, "members"), &cast->role[ROLE_REGION]);
        const config_setting_t *name = config_setting_get_member(region, "name");
        if (read_string(r, region, "name", true, &cast->bloc)) {
            if (cast_state(cast, cast->bloc) != CAST_NONE || reserved(cast->bloc))
                read_complain(r, name, NULL, "'%s' has another meaning in paths (allowed: a name of its own)",
                              cast->bloc);
            else if (!read_is_code(cast->bloc))
                read_complain(r, name, NULL,
                              "'%s' is no code (allowed: letters, digits, - and _, a letter first)",
                              cast->bloc);
        }
        if (cast->role[ROLE_REGION].count < 2) {
            read_complain(r, region, NULL, "has %zu member%s (allowed: 2 or more)",
                          cast->role[ROLE_REGION].count, cast->role[ROLE_REGION].count == 1 ? "" : "s");
            free(cast->bloc);
            cast->bloc = NULL;
        }
    } else if (region != NULL) {
        read_complain(r, region, NULL, "is %s (allowed: a group { name; members })", read_type_word(region));
    }
    if (read_string(r, roles, "danger_source", false, &text))
        cast->danger_source = read_state(r, config_setting_get_member(roles, "danger_source"), text);
    if (read_string(r, roles, "reference_place", cast->role[ROLE_THEATRE].count > 0, &text))
        cast->reference_place = read_state(r, config_setting_get_member(roles, "reference_place"), text);
    if (config_setting_get_member(roles, "issues") != NULL)
        read_issues(r, config_setting_get_member(roles, "issues"));
    free(text);
}

bool read_asks_for_polarity(const config_setting_t *tree)
{
    static const char path[] = "model.mechanisms.polarity";
    const char *name = config_setting_name(tree);
    const config_setting_t *parent = config_setting_parent(tree), *value = tree;
    const char *above = parent && config_setting_name(parent) ? config_setting_name(parent) : "";
    const char *text = config_setting_type(tree) == CONFIG_TYPE_STRING ? config_setting_get_string(tree) : "";
    bool named = name && strcmp(name, "polarity") == 0 && strcmp(above, "mechanisms") == 0;
    if (name && strcmp(name, "poles") == 0 && strcmp(above, "synthetic") == 0 &&
        strcmp(text, "endogenous") == 0)
        return true;
    if (strcmp(text, path) == 0) {
        named = true;
        value = parent ? config_setting_get_member(parent, "value") : NULL;
    }
    if (named &&
        (value == NULL || config_setting_type(value) != CONFIG_TYPE_BOOL || config_setting_get_bool(value)))
        return true;
    for (int k = 0; config_setting_is_aggregate(tree) && k < config_setting_length(tree); k++)
        if (read_asks_for_polarity(config_setting_get_elem(tree, (unsigned)k)))
            return true;
    return false;
}

void read_cast(struct reading *r, const config_setting_t *root)
{
    struct cast *cast = r->scenario->cast;
    const config_setting_t *states = config_setting_get_member(root, "states");
    const config_setting_t *bodies = config_setting_get_member(root, "institutions");
    const config_setting_t *roles = config_setting_get_member(root, "roles");
    size_t before = r->messages->errors;
    cast->reference_place = cast->danger_source = CAST_NONE;
    if (r->scenario->synthetic)
        ; /* their names are there */
    else if (states == NULL)
        read_complain(r, NULL, "states",
                      "is missing: a file without base must declare its states (allowed: a group)");
    else if (config_setting_type(states) != CONFIG_TYPE_GROUP)
        read_complain(r, states, NULL, "is %s (allowed: a group of states)", read_type_word(states));
    else if (!read_names(r, states, &cast->code, &cast->name, &cast->states))
        read_complain(r, states, NULL, "out of memory");
    else if (r->messages->errors == before && (cast->states < 2 || cast->states > MOST_STATES))
        read_complain(r, states, NULL, "holds %zu state%s (allowed: 2..%d)", cast->states,
                      cast->states == 1 ? "" : "s", MOST_STATES);
    if (bodies != NULL && config_setting_type(bodies) == CONFIG_TYPE_GROUP &&
        !read_names(r, bodies, &cast->body, &cast->body_title, &cast->bodies))
        read_complain(r, bodies, NULL, "out of memory");
    if (r->messages->errors > before)
        return; /* without the right states, all that speaks of them would be called wrong */
    if (roles != NULL)
        read_roles(r, roles);
    if (!cast_complete(cast))
        read_complain(r, root, NULL, "out of memory");
}
