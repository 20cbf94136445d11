/* The ways in which one world is played: the scenario, its baseline, its branches. */
#include "scenario/read.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(words) (sizeof(words) / sizeof(words)[0])

static void read_changes(struct reading *r, const config_setting_t *root, struct scenario_arm *arm)
{
    const config_setting_t *set = config_setting_get_member(root, "set");
    const config_setting_t *events = config_setting_get_member(root, "events");
    r->loaded = true;
    if (set != NULL)
        read_assignments(r, set, "", &arm->set);
    if (events != NULL)
        read_events(r, events, &arm->events);
    r->loaded = false;
}

static bool append_all(struct changes *to, const struct changes *from)
{
    for (size_t k = 0; k < from->count; k++)
        if (!read_append(to, &from->list[k], &from->remark[k]))
            return false;
    return true;
}

/* baseline = { set; events }: what the baseline does too, before what the file itself adds. */
static void read_baseline(struct reading *r, const config_setting_t *group)
{
    static const char *const baseline_words[] = {"set", "events"};
    if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
        read_complain(r, group, NULL, "is %s (allowed: a group { set; events })", read_type_word(group));
        return;
    }
    read_known(r, group, baseline_words, COUNT(baseline_words));
    read_changes(r, group, &r->scenario->arm[1]);
}

void read_arms(struct reading *r, const config_setting_t *root, bool main_file)
{
    struct scenario_arm *arm = r->scenario->arm;
    const config_setting_t *baseline = config_setting_get_member(root, "baseline");
    if (baseline != NULL)
        read_baseline(r, baseline);
    if (main_file && (!append_all(&arm[0].set, &arm[1].set) || !append_all(&arm[0].events, &arm[1].events)))
        read_complain(r, root, NULL, "out of memory");
    read_changes(r, root, &arm[main_file ? 0 : 1]);
}

void read_branches(struct reading *r, const config_setting_t *branches)
{
    static const char *const branch_words[] = {"from", "world", "set", "events", "note"};
    struct scenario *s = r->scenario;
    if (config_setting_type(branches) != CONFIG_TYPE_GROUP) {
        read_complain(r, branches, NULL, "is %s (allowed: a group of branches)", read_type_word(branches));
        return;
    }
    size_t count = (size_t)config_setting_length(branches);
    struct scenario_arm *arm = realloc(s->arm, (s->arms + count) * sizeof *arm);
    if (arm == NULL) {
        read_complain(r, branches, NULL, "out of memory");
        return;
    }
    s->arm = arm;
    for (size_t k = 0; k < count; k++) {
        const config_setting_t *group = config_setting_get_elem(branches, (unsigned)k);
        const char *name = config_setting_name(group);
        struct scenario_arm *branch = &s->arm[s->arms++];
        char *from = NULL;
        *branch = (struct scenario_arm){.name = strdup(name)};
        if (branch->name == NULL)
            read_complain(r, group, NULL, "out of memory");
        if (strcmp(name, "scenario") == 0 || strcmp(name, "baseline") == 0 || strcmp(name, "start") == 0)
            read_complain(r, group, NULL, "'%s' has a meaning of its own in claims (allowed: another name)",
                          name);
        if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
            read_complain(r, group, NULL, "is %s (allowed: a group)", read_type_word(group));
            continue;
        }
        read_known(r, group, branch_words, COUNT(branch_words));
        bool baseline = read_string(r, group, "from", false, &from) && strcmp(from, "baseline") == 0;
        if (from != NULL && !baseline && strcmp(from, "scenario") != 0)
            read_complain(r, config_setting_get_member(group, "from"), NULL,
                          "'%s' is not allowed (allowed: scenario, baseline)", from);
        free(from);
        branch->from = baseline;
        if (!append_all(&branch->set, &s->arm[baseline].set) ||
            !append_all(&branch->events, &s->arm[baseline].events))
            read_complain(r, group, NULL, "out of memory");
        const config_setting_t *world = config_setting_get_member(group, "world");
        r->varies = true;
        if (world != NULL)
            read_assignments(r, world, "", &branch->world);
        r->varies = false;
        read_changes(r, group, branch);
    }
}
