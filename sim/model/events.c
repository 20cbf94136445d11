#include "model/events.h"
#include "model/economy.h"
#include "model/portfolio.h"
#include "model/power.h"
#include "model/territory.h"

#include <stdlib.h>
#include <string.h>

static void place(struct world *world, const struct parameter *row, size_t slot, double value)
{
    double *values = parameter_values(world, row);
    size_t n = world->cast->states;
    /* a share may pass 1 until its row is normalised: "x1.5, row" keeps proportions */
    double high = row->flags & F_SHARE ? INFINITY : row->high;
    values[slot] = row->flags & (F_WORD | F_STATE) ? value : world_clip(value, row->low, high);
    if (row->flags & F_SYMMETRIC)
        values[slot % n * n + slot / n] = values[slot];
}

static double changed(const struct change *change, double old)
{
    return change->how == CHANGE_SET   ? change->value
           : change->how == CHANGE_ADD ? old + change->value
                                       : old * change->value;
}

void events_change(struct world *world, const struct change *change)
{
    const double *values = parameter_values(world, change->where.row);
    for (size_t k = 0; k < change->where.count; k++) {
        size_t slot = change->where.slot[k];
        place(world, change->where.row, slot, changed(change, values[slot]));
    }
}

/* Whether one of the changes is about the row at this offset. */
static bool concerns(const struct change *changes, size_t count, size_t offset)
{
    for (size_t k = 0; k < count; k++)
        if (changes[k].where.row->offset == offset)
            return true;
    return false;
}

/* Rows of shares that a change touches become simplices again; others stay as they are, to the bit. */
static void normalise(struct world *world, const struct change *change, bool start)
{
    const struct parameter *row = change->where.row;
    size_t n = world->cast->states, width = row->shape == SHAPE_OPTION ? world->cast->options : n,
           last = SIZE_MAX;
    for (size_t k = 0; k < change->where.count; k++) {
        size_t i = change->where.slot[k] / width;
        if (i == last)
            continue;
        last = i;
        portfolio_normalise(parameter_values(world, row) + i * width, width);
        if (start && row->offset == offsetof(struct world, set.trade_share))
            memcpy(world->now.export_share + i * n, world->set.trade_share + i * n, n * sizeof(double));
    }
}

/* A border of two provinces that comes or goes changes their distance (C.0b). */
static void move_borders(struct world *world)
{
    size_t n = world->cast->states;
    for (size_t e = 0; e < n * n; e++) {
        bool was = world->load.border[e] != 0, is = world->set.contiguous[e] != 0;
        if (was == is)
            continue;
        world->set.distance[e] = is ? 0 : power_distance(world, e / n, e % n);
        world->load.border[e] = world->set.contiguous[e];
    }
    territory_redraw(world, false);
}

void events_settle(struct world *world, const struct change *changes, size_t count, bool start)
{
#define CONCERNS(member) concerns(changes, count, offsetof(struct world, member))
    for (size_t k = 0; k < count; k++)
        if (changes[k].where.row->flags & F_SHARE)
            normalise(world, &changes[k], start);
    if (CONCERNS(set.trade_share))
        economy_natural(world);
    if (CONCERNS(set.contiguous))
        move_borders(world);
    if (CONCERNS(set.distance) || CONCERNS(model.distance_scale) || CONCERNS(model.reference_share))
        territory_settle(world);
#undef CONCERNS
}

enum status events_plan(struct world *world, const struct timetable *plan)
{
    free(world->ramps);
    world->plan = plan;
    world->ramps = calloc((plan ? plan->ramps : 0) + 1, sizeof *world->ramps);
    return world->ramps ? STATUS_OK : STATUS_FAILED;
}

/* One part of an event that is spread: the whole way is measured when it begins, and its last part arrives exactly. */
static void ramp(struct world *world, const struct change *change, double *way, long part)
{
    const double *values = parameter_values(world, change->where.row);
    for (size_t k = 0; k < change->where.count; k++) {
        size_t slot = change->where.slot[k];
        if (part == 0)
            way[k] = (changed(change, values[slot]) - values[slot]) / change->parts;
        bool arrives = change->how == CHANGE_SET && part + 1 == (long)change->parts;
        place(world, change->where.row, slot, arrives ? change->value : values[slot] + way[k]);
    }
}

void events_update(struct world *world)
{
    const struct timetable *plan = world->plan;
    if (plan == NULL || world->step % world->steps_per_quarter != 0)
        return;
    size_t room = 0, first = plan->count, last = 0;
    for (size_t k = 0; k < plan->count; k++) {
        const struct change *change = &plan->list[k];
        long part = world->quarter - change->at;
        if (part >= 0 && part < (long)change->parts) {
            if (change->parts > 1)
                ramp(world, change, world->ramps + room, part);
            else
                events_change(world, change);
            first = k < first ? k : first;
            last = k + 1;
        }
        room += change->parts > 1 ? change->where.count : 0;
    }
    if (first < last)
        events_settle(world, plan->list + first, last - first, false);
}

void events_touch(const struct timetable *plan, size_t offset, bool *marks)
{
    for (size_t k = 0; plan != NULL && k < plan->count; k++)
        if (plan->list[k].where.row->offset == offset)
            for (size_t s = 0; s < plan->list[k].where.count; s++)
                marks[plan->list[k].where.slot[s]] = true;
}
