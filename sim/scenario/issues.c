/* The issues over which states meet: roles = { issues = ( { name; pairs; bodies; common_threat }, ... ) }. */
#include "scenario/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "UZB TJK": two states; false with a message if it is not. */
static bool read_pair(struct reading *r, const config_setting_t *list, const char *text, struct cast_pair *pair)
{
    char first[64], second[64], rest;
    if (text == NULL || sscanf(text, "%63s %63s %c", first, second, &rest) != 2) {
        read_complain(r, list, NULL, "'%s' is no pair (allowed: two states, like \"UZB TJK\")",
                      text ? text : "");
        return false;
    }
    pair->i = read_state(r, list, first);
    pair->j = read_state(r, list, second);
    if (pair->i != CAST_NONE && pair->i == pair->j)
        read_complain(r, list, NULL, "'%s' names one state twice (allowed: two states)", text);
    return pair->i != CAST_NONE && pair->j != CAST_NONE && pair->i != pair->j;
}

static const config_setting_t *list_of(struct reading *r, const config_setting_t *group, const char *name)
{
    const config_setting_t *list = config_setting_get_member(group, name);
    if (list == NULL || config_setting_type(list) == CONFIG_TYPE_ARRAY ||
        config_setting_type(list) == CONFIG_TYPE_LIST)
        return list;
    read_complain(r, list, NULL, "is %s (allowed: a list)", read_type_word(list));
    return NULL;
}

/* Whether the two meet over the issue already. */
static bool met(const struct cast *cast, const struct cast_pair *pair)
{
    for (size_t k = 0; k < cast->pairs; k++)
        if (cast->pair[k].issue == pair->issue && ((cast->pair[k].i == pair->i && cast->pair[k].j == pair->j) ||
                                                   (cast->pair[k].i == pair->j && cast->pair[k].j == pair->i)))
            return true;
    return false;
}

static bool read_pairs(struct reading *r, const config_setting_t *list, size_t issue)
{
    struct cast *cast = r->scenario->cast;
    size_t length = list ? (size_t)config_setting_length(list) : 0;
    struct cast_pair *pair = realloc(cast->pair, (cast->pairs + length + 1) * sizeof *pair);
    if (pair == NULL)
        return false;
    cast->pair = pair;
    for (size_t k = 0; k < length; k++) {
        struct cast_pair found = {.issue = issue};
        if (!read_pair(r, list, config_setting_get_string(config_setting_get_elem(list, (unsigned)k)), &found))
            continue;
        if (met(cast, &found))
            read_complain(r, list, NULL, "names '%s %s' twice (allowed: each pair once, in either order)",
                          cast->code[found.i], cast->code[found.j]);
        else
            cast->pair[cast->pairs++] = found;
    }
    return true;
}

static void read_bodies(struct reading *r, const config_setting_t *list, size_t issue)
{
    struct cast *cast = r->scenario->cast;
    for (int k = 0; list != NULL && k < config_setting_length(list); k++) {
        const char *name = config_setting_get_string(config_setting_get_elem(list, (unsigned)k));
        size_t body = name ? cast_body(cast, name) : CAST_NONE;
        if (body == CAST_NONE)
            read_complain(r, list, NULL, "unknown institution '%s' (allowed: those of this file)",
                          name ? name : "");
        else
            cast->works_on[body * cast->issues + issue] = true;
    }
}

/* A name that paths can use, and no other issue has. */
static void check_name(struct reading *r, const config_setting_t *at, size_t issue)
{
    const struct cast *cast = r->scenario->cast;
    const char *name = cast->issue[issue];
    if (!read_is_code(name))
        read_complain(r, at, NULL, "'%s' is no code (allowed: letters, digits, - and _, a letter first)", name);
    for (size_t k = 0; k < issue; k++)
        if (strcmp(cast->issue[k], name) == 0)
            read_complain(r, at, NULL, "there are two issues '%s' (allowed: each name once)", name);
}

static bool read_issue(struct reading *r, const config_setting_t *group, size_t issue)
{
    static const char *const words[] = {"name", "title", "pairs", "bodies", "common_threat"};
    struct cast *cast = r->scenario->cast;
    read_known(r, group, words, sizeof words / sizeof words[0]);
    if (!read_string(r, group, "name", true, &cast->issue[issue]))
        cast->issue[issue] = strdup("");
    else
        check_name(r, config_setting_get_member(group, "name"), issue);
    if (!read_string(r, group, "title", false, &cast->issue_title[issue]))
        cast->issue_title[issue] = strdup(cast->issue[issue] ? cast->issue[issue] : "");
    const config_setting_t *common = config_setting_get_member(group, "common_threat");
    if (common != NULL && config_setting_type(common) != CONFIG_TYPE_BOOL)
        read_complain(r, common, NULL, "is %s (allowed: true or false)", read_type_word(common));
    else if (common != NULL)
        cast->common_threat[issue] = config_setting_get_bool(common);
    read_bodies(r, list_of(r, group, "bodies"), issue);
    return cast->issue[issue] != NULL && cast->issue_title[issue] != NULL &&
           read_pairs(r, list_of(r, group, "pairs"), issue);
}

void read_issues(struct reading *r, const config_setting_t *list)
{
    struct cast *cast = r->scenario->cast;
    if (config_setting_type(list) != CONFIG_TYPE_LIST) {
        read_complain(r, list, NULL, "is %s (allowed: a list ( { name; pairs; }, ... ))", read_type_word(list));
        return;
    }
    size_t count = (size_t)config_setting_length(list);
    cast->issue = calloc(count + 1, sizeof *cast->issue);
    cast->issue_title = calloc(count + 1, sizeof *cast->issue_title);
    cast->common_threat = calloc(count + 1, sizeof *cast->common_threat);
    cast->works_on = calloc(cast->bodies * count + 1, sizeof *cast->works_on);
    bool good = cast->issue && cast->issue_title && cast->common_threat && cast->works_on && count < 256;
    cast->issues = good ? count : 0;
    for (size_t k = 0; k < count && good; k++) {
        const config_setting_t *group = config_setting_get_elem(list, (unsigned)k);
        if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
            read_complain(r, list, NULL, "holds %s (allowed: groups { name; pairs; })", read_type_word(group));
            cast->issue[k] = strdup("");
            cast->issue_title[k] = strdup("");
        } else {
            good = read_issue(r, group, k);
        }
    }
    if (!good)
        read_complain(r, list, NULL, "out of memory, or more than 255 issues");
}
