/* Scheduled events (C.16): from a date on, a value is set, added to or scaled, at once or in equal parts. */
#ifndef EQUIPOISE_MODEL_EVENTS_H
#define EQUIPOISE_MODEL_EVENTS_H

#include "model/parameters.h"

enum change_how { CHANGE_SET, CHANGE_ADD, CHANGE_SCALE };

/* One change of the places that a path names.  An event has a date; a setting of the scenario has none. */
struct change {
    struct selection where;
    enum change_how how;
    double value;
    long at;        /* quarter number (4 * year + quarter - 1) */
    unsigned parts; /* quarters over which it is spread, at least 1 */
};

/* The events of a run in the order of the file; shared by runs and never changed by them. */
struct timetable {
    struct change *list;
    size_t count;
    size_t ramps; /* places of events with more than one part: room that a world needs */
};

/* Applies one change at once: values limited to the range of the row (C.16), shares normalised later by
 * events_settle(). */
void events_change(struct world *world, const struct change *change);

/* After a group of changes: shares normalised, both directions of symmetric pairs equal, geometry and neighbours
 * rebuilt where the changes call for it.  `start` is true before the first step: a trade share then sets the moving
 * share as well. */
void events_settle(struct world *world, const struct change *changes, size_t count, bool start);

/* Gives the world its plan (borrowed) and the room that ramps need.  STATUS_FAILED if memory ran out. */
enum status events_plan(struct world *world, const struct timetable *plan);

/* Applies what the plan has for the quarter that begins with this step. */
void events_update(struct world *world);

/* Marks the elements of the row at `offset` that the plan ever changes; marks: as many as the row has elements. */
void events_touch(const struct timetable *plan, size_t offset, bool *marks);

#endif
