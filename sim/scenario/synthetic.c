/* Synthetic worlds in files: the block with their settings, and who takes part. */
#include "scenario/read.h"
#include "model/synthetic.h"

#include <stdlib.h>
#include <string.h>

/* "endogenous": nobody is a pole by decree, who is one follows from the world. */
static void endogenous(struct reading *r, const config_setting_t *leaf, struct changes *changes)
{
    r->at = leaf;
    read_assignment_text(r, "model.synthetic.poles", "0", changes);
    read_assignment_text(r, "model.mechanisms.polarity", "true", changes);
    r->at = NULL;
}

void read_synthetic(struct reading *r, const config_setting_t *group, struct changes *changes)
{
    if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
        read_complain(r, group, NULL, "is %s (allowed: a group { states; ... })", read_type_word(group));
        return;
    }
    for (int k = 0; k < config_setting_length(group); k++) {
        const config_setting_t *leaf = config_setting_get_elem(group, (unsigned)k);
        const char *name = config_setting_name(leaf), *text = config_setting_get_string(leaf);
        bool uneven = strcmp(name, "unevenness") == 0 || strcmp(name, "unevenness_memory") == 0;
        char *path = message_text("model.%s.%s", uneven ? "economy" : "synthetic", name);
        if (path == NULL)
            read_complain(r, leaf, NULL, "out of memory");
        else if (text == NULL || strcmp(name, "poles") != 0)
            read_assignment(r, leaf, path, changes);
        else if (strcmp(text, "endogenous") == 0)
            endogenous(r, leaf, changes);
        else
            read_complain(r, leaf, path,
                          "'%s' is not allowed (allowed: a whole number, 0..60, or \"endogenous\")", text);
        free(path);
    }
}

bool read_synthetic_fits(struct reading *r, const config_setting_t *at, const char *path,
                         const struct parameter *row)
{
    if (synthetic_rules(row) && !r->scenario->synthetic)
        read_complain(r, at, path,
                      "the world has states of its own (allowed: in a world without a group of states)");
    else if (row->flags & F_CAST && r->varies)
        read_complain(
            r, at, path,
            "decides who takes part, the same in all runs (allowed: in a world block of a file, or by --set)");
    else
        return true;
    return false;
}

/* The last assignment to a row, or NULL. */
static const struct change *last_of(const struct changes *given, size_t offset, const struct remark **remark)
{
    for (size_t k = given->count; k-- > 0;)
        if (given->list[k].where.row->offset == offset) {
            *remark = &given->remark[k];
            return &given->list[k];
        }
    return NULL;
}

static void refuse(struct reading *r, const struct remark *remark, const char *format, size_t value,
                   size_t most)
{
    char *text = message_text(format, value, most);
    message_add(r->messages, SEVERITY_ERROR, (struct place){remark->file, remark->line, remark->path}, "%s",
                text ? text : "out of memory");
    free(text);
}

/* Without a number of states the world is not synthetic; but what is wrong with such a number, or with settings that
 * wait for one, is said. */
static void miss_states(struct reading *r, const struct changes *given, const struct messages *said)
{
    size_t before = r->messages->errors;
    for (size_t k = 0; k < said->count; k++) {
        const struct message *m = &said->list[k];
        if (m->path != NULL && strstr(m->path, "synthetic") != NULL)
            message_add(r->messages, m->severity, (struct place){m->file, m->line, m->path}, "%s", m->text);
    }
    for (size_t k = 0; r->messages->errors == before && k < given->count; k++)
        if (synthetic_rules(given->list[k].where.row))
            message_add(r->messages, SEVERITY_ERROR,
                        (struct place){given->remark[k].file, given->remark[k].line, "model.synthetic.states"},
                        "is missing (allowed: a whole number, 2..1000)");
}

bool read_synthetic_cast(struct reading *r, const config_setting_t *root, const struct changes *given,
                         const struct messages *said)
{
    struct cast *cast = r->scenario->cast;
    const struct remark *remark = NULL;
    size_t before = r->messages->errors;
    const struct change *states = last_of(given, offsetof(struct world, model.synthetic_states), &remark);
    size_t n = states ? (size_t)states->value : 0, poles;
    if (n == 1)
        refuse(r, remark, "%zu is not allowed (allowed: 0, or 2..%zu)", n,
               (size_t)parameter_at(offsetof(struct world, model.synthetic_states))->high);
    if (states == NULL)
        miss_states(r, given, said);
    if (n < 2)
        return false;
    const struct change *most = last_of(given, offsetof(struct world, model.synthetic_poles), &remark);
    poles =
        most ? (size_t)most->value : (size_t)parameter_at(offsetof(struct world, model.synthetic_poles))->value;
    if (most == NULL && poles > n)
        poles = n;
    if (poles > n)
        refuse(r, remark, "%zu poles are too many (allowed: at most the states, %zu)", poles, n);
    else if (!synthetic_names(cast, n) || !synthetic_poles(cast, poles))
        read_complain(r, root, NULL, "out of memory");
    return r->messages->errors == before;
}

void scenario_draw(const struct scenario *s, struct world *world, size_t replicate)
{
    world->model.synthetic_poles = (double)s->cast->role[ROLE_POLES].count;
    synthetic_draw(world, replicate);
    for (size_t k = 0; k < s->given.count; k++)
        if (synthetic_draws(s->given.list[k].where.row))
            events_change(world, &s->given.list[k]);
}
