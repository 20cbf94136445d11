#include "model/cast.h"

#include <stdlib.h>
#include <string.h>

const char *cast_role_word(enum cast_role role)
{
    static const char *const words[ROLE_COUNT] = {"poles", "region", "theatre", "deciders"};
    return words[role];
}

static size_t find(char *const *names, size_t count, const char *name)
{
    for (size_t k = 0; k < count; k++)
        if (strcmp(names[k], name) == 0)
            return k;
    return CAST_NONE;
}

size_t cast_state(const struct cast *cast, const char *code)
{
    return find(cast->code, cast->states, code);
}

size_t cast_option(const struct cast *cast, const char *name)
{
    return find(cast->option, cast->options, name);
}

size_t cast_body(const struct cast *cast, const char *name)
{
    return find(cast->body, cast->bodies, name);
}

size_t cast_issue(const struct cast *cast, const char *name)
{
    return find(cast->issue, cast->issues, name);
}

bool cast_can_choose(const struct cast *cast, size_t i, size_t c)
{
    if (c == cast->bloc_option)
        return cast->in_region[i];
    return c == CAST_SELF || cast->option_state[c] != i;
}

uint32_t cast_hash(const char *name)
{
    uint32_t h = 2166136261u;
    for (; *name; name++)
        h = (h ^ (uint32_t)(unsigned char)*name) * 16777619u;
    return h;
}

static bool *membership(size_t states, const struct cast_group *group)
{
    bool *in = calloc(states + 1, sizeof *in);
    for (size_t k = 0; in != NULL && k < group->count; k++)
        in[group->state[k]] = true;
    return in;
}

bool cast_complete(struct cast *cast)
{
    static char self[] = "self";
    const struct cast_group *poles = &cast->role[ROLE_POLES];
    size_t next = 1;

    cast->options = 1 + (cast->poles_vary ? cast->states : poles->count) + (cast->bloc != NULL ? 1 : 0);
    cast->bloc_option = cast->bloc != NULL ? cast->options - 1 : CAST_NONE;
    cast->identity = calloc(cast->states + 1, sizeof *cast->identity);
    cast->in_region = membership(cast->states, &cast->role[ROLE_REGION]);
    if (cast->works_on == NULL)
        cast->works_on = calloc(cast->bodies * cast->issues + 1, sizeof *cast->works_on);
    if (cast->common_threat == NULL)
        cast->common_threat = calloc(cast->issues + 1, sizeof *cast->common_threat);
    cast->in_theatre = membership(cast->states, &cast->role[ROLE_THEATRE]);
    cast->option = calloc(cast->options, sizeof *cast->option);
    cast->option_state = calloc(cast->options, sizeof *cast->option_state);
    cast->option_of = calloc(cast->states + 1, sizeof *cast->option_of);
    if (!cast->identity || !cast->in_region || !cast->in_theatre || !cast->works_on || !cast->common_threat ||
        !cast->option || !cast->option_state || !cast->option_of)
        return false;

    for (size_t i = 0; i < cast->states; i++) {
        cast->identity[i] = cast_hash(cast->code[i]);
        for (size_t k = 0; k < i; k++) /* two names with one hash: the later one moves on */
            if (cast->identity[k] == cast->identity[i]) {
                cast->identity[i]++;
                k = (size_t)-1;
            }
    }
    for (size_t i = 0; i < cast->states; i++)
        cast->option_of[i] = CAST_NONE;
    for (size_t p = 0; p < poles->count; p++)
        cast->option_of[poles->state[p]] = next++;
    for (size_t i = 0; cast->poles_vary && i < cast->states; i++)
        if (cast->option_of[i] == CAST_NONE)
            cast->option_of[i] = next++;
    for (size_t c = 0; c < cast->options; c++) {
        cast->option_state[c] = CAST_NONE;
        cast->option[c] = c == 0 ? self : cast->bloc;
    }
    for (size_t i = 0; i < cast->states; i++)
        if (cast->option_of[i] != CAST_NONE) {
            cast->option_state[cast->option_of[i]] = i;
            cast->option[cast->option_of[i]] = cast->code[i];
        }
    return true;
}

static void free_names(char **names, size_t count)
{
    for (size_t k = 0; names != NULL && k < count; k++)
        free(names[k]);
    free(names);
}

void cast_free(struct cast *cast)
{
    if (cast == NULL)
        return;
    free_names(cast->code, cast->states);
    free_names(cast->name, cast->states);
    free_names(cast->body, cast->bodies);
    free_names(cast->body_title, cast->bodies);
    free_names(cast->issue, cast->issues);
    free_names(cast->issue_title, cast->issues);
    free(cast->common_threat);
    free(cast->pair);
    free(cast->works_on);
    for (size_t r = 0; r < ROLE_COUNT; r++)
        free(cast->role[r].state);
    free(cast->identity);
    free(cast->in_region);
    free(cast->in_theatre);
    free(cast->bloc);
    free(cast->option);
    free(cast->option_state);
    free(cast->option_of);
    free(cast);
}
