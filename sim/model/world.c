#include "model/world.h"
#include "model/events.h"
#include "model/flow.h"
#include "model/parameters.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Where every array hangs in struct world, who owns it, and its shape: the layout of the arena. */
enum layer { LAYER_SETTING, LAYER_NOW, LAYER_NEXT, LAYER_DERIVED, LAYER_LOAD };
struct field {
    size_t offset;
    enum shape shape;
    enum mechanism owner;
    enum layer layer;
};

#define DERIVED_ROW(own, form, member, meaning)                                                                \
    {offsetof(struct world, derived.member), SHAPE_##form, MECHANISM_##own, LAYER_DERIVED},
#define LOAD_ROW(own, form, member, meaning)                                                                   \
    {offsetof(struct world, load.member), SHAPE_##form, MECHANISM_##own, LAYER_LOAD},
#define SETTING(scope, member, ...) SETTING_##scope(member)
#define SETTING_MODEL(member)
#define SETTING_ROW(member, form) {offsetof(struct world, set.member), form, MECHANISM_general, LAYER_SETTING},
#define SETTING_STATE(member) SETTING_ROW(member, SHAPE_STATE)
#define SETTING_DYAD(member) SETTING_ROW(member, SHAPE_DYAD)
#define SETTING_FELT(member) SETTING_ROW(member, SHAPE_FELT)
#define SETTING_BODY(member) SETTING_ROW(member, SHAPE_BODY)
#define SETTING_ISSUE(member) SETTING_ROW(member, SHAPE_ISSUE)
#define STOCK(form, member, path, symbol, unit, low, high, value, start, own, ...)                             \
    {offsetof(struct world, now.member), SHAPE_##form, MECHANISM_##own, LAYER_NOW},                            \
        {offsetof(struct world, next.member), SHAPE_##form, MECHANISM_##own, LAYER_NEXT},
static const struct field fields[] = {
#include "model/parameters.def"
    WORLD_DERIVED(DERIVED_ROW) WORLD_CALIBRATED(LOAD_ROW)};
#undef SETTING
#undef STOCK
enum { FIELDS = sizeof fields / sizeof fields[0] };

static double **member(struct world *world, size_t f)
{
    return (double **)(void *)((char *)world + fields[f].offset);
}

size_t world_length(const struct cast *cast, enum shape shape)
{
    switch (shape) {
    case SHAPE_STATE:
        return cast->states;
    case SHAPE_DYAD:
    case SHAPE_FELT:
        return cast->states * cast->states;
    case SHAPE_OPTION:
        return cast->states * cast->options;
    case SHAPE_BODY:
        return cast->bodies;
    case SHAPE_MEMBER:
        return cast->bodies * cast->states;
    case SHAPE_ISSUE:
        return cast->issues;
    case SHAPE_PLAY:
        return cast->issues * cast->states * cast->states;
    case SHAPE_YEAR:
        return WORLD_YEAR * cast->states * cast->options;
    case SHAPE_DECADE:
        return WORLD_DECADE * cast->states;
    default:
        return 1;
    }
}

/* Points every array into the arena; returns the length that the arena must have. */
static size_t lay_out(struct world *world)
{
    size_t length = 0;
    for (size_t f = 0; f < FIELDS; f++) {
        if (world->arena != NULL)
            *member(world, f) = world->arena + length;
        length += (world_length(world->cast, fields[f].shape) + 7) / 8 * 8; /* whole cache lines */
    }
    return length;
}

struct world *world_new(const struct cast *cast)
{
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL)
        return NULL;
    world->cast = cast;
    world->dt = 0.25;
    world->steps_per_quarter = 1;
    world->arena_length = lay_out(world);
    world->arena = aligned_alloc(64, world->arena_length * sizeof(double));
    world->living.state = calloc(cast->states + 1, sizeof(size_t));
    world->next_to.first = calloc(cast->states + 1, sizeof(size_t));
    world->relevant.first = calloc(cast->states + 1, sizeof(size_t));
    if (!world->arena || !world->living.state || !world->next_to.first || !world->relevant.first) {
        world_free(world);
        return NULL;
    }
    memset(world->arena, 0, world->arena_length * sizeof(double));
    lay_out(world);
    for (size_t i = 0; i < cast->states; i++)
        world->living.state[world->living.count++] = i;
    parameter_defaults(world);
    return world;
}

enum status world_assign(struct world *to, const struct world *from)
{
    assert(to->cast == from->cast && to->arena_length == from->arena_length);
    size_t links = from->next_to.first[from->cast->states], relevant = from->relevant.first[from->cast->states];
    size_t *links_to = realloc(to->next_to.to, (links + 1) * sizeof(size_t));
    if (links_to != NULL)
        to->next_to.to = links_to;
    size_t *relevant_to = realloc(to->relevant.to, (relevant + 1) * sizeof(size_t));
    if (relevant_to != NULL)
        to->relevant.to = relevant_to;
    if (links_to == NULL || relevant_to == NULL)
        return STATUS_FAILED;

    size_t ramps = from->plan ? from->plan->ramps : 0;
    if (from->ramps != NULL && (to->ramps == NULL || to->plan != from->plan)) {
        double *room = realloc(to->ramps, (ramps + 1) * sizeof *room);
        if (room == NULL)
            return STATUS_FAILED;
        to->ramps = room;
    }

    struct world keep = *to;
    *to = *from;
    to->arena = keep.arena;
    to->living = keep.living;
    to->next_to = keep.next_to;
    to->relevant = keep.relevant;
    to->flow = keep.flow;
    to->ramps = keep.ramps;
    if (from->ramps != NULL)
        memcpy(to->ramps, from->ramps, ramps * sizeof(double));

    /* `now` and `next` may stand either way round in the source: copy by field, not by place */
    lay_out(to);
    for (size_t f = 0; f < FIELDS; f++)
        memcpy(*member(to, f), *member((struct world *)from, f),
               world_length(to->cast, fields[f].shape) * sizeof(double));
    to->living.count = from->living.count;
    memcpy(to->living.state, from->living.state, from->living.count * sizeof(size_t));
    memcpy(to->next_to.first, from->next_to.first, (to->cast->states + 1) * sizeof(size_t));
    memcpy(to->relevant.first, from->relevant.first, (to->cast->states + 1) * sizeof(size_t));
    if (links > 0)
        memcpy(to->next_to.to, from->next_to.to, links * sizeof(size_t));
    if (relevant > 0)
        memcpy(to->relevant.to, from->relevant.to, relevant * sizeof(size_t));
    return STATUS_OK;
}

struct world *world_copy(const struct world *from)
{
    struct world *world = world_new(from->cast);
    if (world != NULL && world_assign(world, from) != STATUS_OK) {
        world_free(world);
        return NULL;
    }
    return world;
}

void world_free(struct world *world)
{
    if (world == NULL)
        return;
    flow_free(world->flow);
    free(world->ramps);
    free(world->living.state);
    free(world->next_to.first);
    free(world->next_to.to);
    free(world->relevant.first);
    free(world->relevant.to);
    free(world->arena);
    free(world);
}

bool world_runs(const struct world *world, enum mechanism mechanism)
{
    switch (mechanism) {
#define SWITCH(name)                                                                                           \
    case MECHANISM_##name:                                                                                     \
        return world->model.run_##name != 0;
        SWITCH(events)
        SWITCH(power)
        SWITCH(threat)
        SWITCH(arms)
        SWITCH(alignment)
        SWITCH(economy)
        SWITCH(influence)
        SWITCH(belief)
        SWITCH(spillover)
        SWITCH(institution)
        SWITCH(cooperation)
        SWITCH(commitment)
        SWITCH(identity)
        SWITCH(domestic)
        SWITCH(crisis)
#undef SWITCH
    case MECHANISM_general:
        return true;
    default:
        return false;
    }
}

const char *world_mechanism_word(enum mechanism mechanism)
{
#define WORD(name) #name,
    static const char *const words[] = {WORLD_MECHANISMS(WORD)};
#undef WORD
    return words[mechanism];
}

void world_rest(struct world *world, unsigned resting)
{
    for (size_t f = 0; f < FIELDS; f++) {
        if (!(resting >> fields[f].owner & 1))
            continue;
        size_t bytes = world_length(world->cast, fields[f].shape) * sizeof(double);
        if (fields[f].layer == LAYER_NOW) /* its twin in `next` is the row after */
            memcpy(*member(world, f + 1), *member(world, f), bytes);
        else if (fields[f].layer == LAYER_DERIVED && fields[f].owner != MECHANISM_power)
            memset(*member(world, f), 0, bytes);
    }
}

/* A sum is finite only if all of it is. */
static double sum_of(const double *x, size_t count)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += x[k];
    return sum;
}

bool world_finite(const struct world *world)
{
    size_t n = world->cast->states;
    return isfinite(sum_of(world->next.alignment, n * world->cast->options)) &&
           isfinite(sum_of(world->next.hostility, n * n)) && isfinite(sum_of(world->next.reliability, n * n)) &&
           isfinite(sum_of(world->next.export_share, n * n)) && isfinite(sum_of(world->next.burden, n)) &&
           isfinite(sum_of(world->next.growth, n));
}

void world_commit(struct world *world)
{
    struct stocks committed = world->next;
    world->next = world->now;
    world->now = committed;
    world->step++;
    if (world->step % world->steps_per_quarter == 0)
        world->quarter++;
}

double world_time(const struct world *world)
{
    return (double)world->quarter / 4 + world->step % world->steps_per_quarter * world->dt;
}

static bool connect(struct graph *graph, const struct world *world, bool with_poles)
{
    size_t n = world->cast->states, links = 0;
    const struct cast_group *poles = &world->cast->role[ROLE_POLES];
    bool *wanted = calloc(n + 1, sizeof *wanted);
    size_t *to = realloc(graph->to, (n * n + 1) * sizeof *to);
    if (to != NULL)
        graph->to = to;
    if (wanted == NULL || to == NULL) {
        free(wanted);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        graph->first[i] = links;
        for (size_t j = 0; j < n; j++)
            wanted[j] = world->set.contiguous[i * n + j] != 0;
        for (size_t p = 0; with_poles && p < poles->count; p++)
            wanted[poles->state[p]] = true;
        wanted[i] = false;
        for (size_t j = 0; j < n; j++)
            if (wanted[j])
                to[links++] = j;
    }
    graph->first[n] = links;
    free(wanted);
    return true;
}

bool world_connect(struct world *world)
{
    return connect(&world->next_to, world, false) && connect(&world->relevant, world, true);
}

/* One rule of D.2: finite and within bounds. */
static char *check_bounds(const char *name, const double *x, size_t count, double low, double high)
{
    for (size_t k = 0; k < count; k++)
        if (!(x[k] >= low && x[k] <= high)) /* NaN fails */
            return message_text("%s[%zu] = %.17g is outside %g..%g", name, k, x[k], low, high);
    return NULL;
}

/* Shares of every row sum to one, leaving out rows without any share. */
static char *check_rows(const char *name, const double *x, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++) {
        double sum = 0;
        for (size_t k = 0; k < width; k++)
            sum += x[r * width + k];
        if (sum != 0 && !(fabs(sum - 1) < 1e-9))
            return message_text("%s: row %zu sums to %.17g", name, r, sum);
    }
    return NULL;
}

char *world_check(const struct world *world)
{
    const struct cast *cast = world->cast;
    const struct stocks *now = &world->now;
    const struct derived *d = &world->derived;
    size_t n = cast->states, pairs = n * n, choices = n * cast->options;
    char *wrong = NULL;
#define HOLDS(test)                                                                                            \
    if (wrong == NULL)                                                                                         \
    wrong = (test)
    HOLDS(check_rows("alignment", now->alignment, n, cast->options));
    HOLDS(check_rows("export_share", now->export_share, n, n));
    HOLDS(check_rows("trade_share", world->set.trade_share, n, n));
    HOLDS(check_rows("capability share", d->share, 1, n));
    HOLDS(check_bounds("alignment", now->alignment, choices, 0, 1));
    HOLDS(check_bounds("export_share", now->export_share, pairs, 0, 1));
    HOLDS(check_bounds("hostility", now->hostility, pairs, 0, 1));
    HOLDS(check_bounds("reliability", now->reliability, pairs, 0, 1));
    HOLDS(check_bounds("militancy", now->militancy, n, 0, 1));
    HOLDS(check_bounds("legitimacy", now->legitimacy, n, 0, 1));
    HOLDS(check_bounds("trust", now->trust, cast->issues * pairs, 0, 1));
    HOLDS(check_bounds("polarisation", now->polarisation, n, 0, 1));
    HOLDS(check_bounds("identity", now->identity, n, 0, 1));
    HOLDS(check_bounds("contagion", now->contagion, n, 0, 1));
    HOLDS(check_bounds("orientation", now->orientation, n, -1, 1));
    HOLDS(check_bounds("crisis", now->crisis, pairs, 0, 1));
    HOLDS(check_bounds("members", now->members, cast->bodies * n, 0, 1));
    HOLDS(check_bounds("hosting", now->hosting, pairs, 0, 1));
    HOLDS(check_bounds("threat_from", d->threat, pairs, 0, 1));
    HOLDS(check_bounds("leverage", d->leverage, pairs, 0, 1));
    HOLDS(check_bounds("threat_state", d->threat_state, n, 0, 1));
    HOLDS(check_bounds("threat_nonstate", d->threat_nonstate, n, 0, 1));
    HOLDS(check_bounds("threat_regime", d->threat_regime, n, 0, 1));
    HOLDS(check_bounds("threat_economic", d->threat_economic, n, 0, 1));
    HOLDS(check_bounds("gdp", now->gdp, n, 1e-300, 1e300));
    HOLDS(check_bounds("military", now->military, n, 0, 1e300));
    HOLDS(check_bounds("growth", now->growth, n, -100, 100));
    HOLDS(check_bounds("debt", now->debt, pairs, 0, 1e300));
    HOLDS(check_bounds("influence", now->influence, pairs, 0, 1e300));
    HOLDS(check_bounds("utility", d->utility, choices, -1e6, 1e6));
    for (size_t i = 0; i < n && wrong == NULL; i++)
        HOLDS(check_bounds("burden", now->burden + i, 1, 0,
                           fmax(world->set.burden_ceiling[i], world->set.burden_floor[i])));
#undef HOLDS
    return wrong;
}
