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
    case SHAPE_PROVINCE:
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

/* Room for the longest lists there can be, so that no step needs more. */
static bool make_lists(struct world *world)
{
    size_t n = world->cast->states;
    world->living.state = calloc(n + 1, sizeof(size_t));
    world->poles.state = calloc(n + 1, sizeof(size_t));
    world->choice = calloc(world->cast->options + 1, sizeof(size_t));
    world->next_to.first = calloc(n + 1, sizeof(size_t));
    world->next_to.to = calloc(n * n + 1, sizeof(size_t));
    world->relevant.first = calloc(n + 1, sizeof(size_t));
    world->relevant.to = calloc(n * n + 1, sizeof(size_t));
    world->allies.first = calloc(n + 1, sizeof(size_t));
    world->allies.to = calloc(n * n + 1, sizeof(size_t));
    world->queue = calloc(n + 1, sizeof(size_t));
    return world->allies.first && world->allies.to && world->queue && world->living.state &&
           world->poles.state && world->choice && world->next_to.first && world->next_to.to &&
           world->relevant.first && world->relevant.to;
}

static void copy_graph(struct graph *to, const struct graph *from, size_t states)
{
    memcpy(to->first, from->first, (states + 1) * sizeof(size_t));
    memcpy(to->to, from->to, from->first[states] * sizeof(size_t));
}

static void copy_group(struct cast_group *to, const struct cast_group *from)
{
    to->count = from->count;
    memcpy(to->state, from->state, from->count * sizeof(size_t));
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
    if (!world->arena || !make_lists(world)) {
        world_free(world);
        return NULL;
    }
    memset(world->arena, 0, world->arena_length * sizeof(double));
    lay_out(world);
    for (size_t i = 0; i < cast->states; i++) {
        world->load.owner[i] = (double)i;
        world->load.gdp_part[i] = world->load.population_part[i] = 1;
    }
    for (size_t p = 0; p < cast->role[ROLE_POLES].count; p++)
        world->load.pole[cast->role[ROLE_POLES].state[p]] = 1;
    parameter_defaults(world);
    world_connect(world);
    return world;
}

enum status world_assign(struct world *to, const struct world *from)
{
    assert(to->cast == from->cast && to->arena_length == from->arena_length);
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
    to->poles = keep.poles;
    to->choice = keep.choice;
    to->next_to = keep.next_to;
    to->relevant = keep.relevant;
    to->allies = keep.allies;
    to->queue = keep.queue;
    to->flow = keep.flow;
    to->ramps = keep.ramps;
    if (from->ramps != NULL)
        memcpy(to->ramps, from->ramps, ramps * sizeof(double));

    /* `now` and `next` may stand either way round in the source: copy by field, not by place */
    lay_out(to);
    for (size_t f = 0; f < FIELDS; f++)
        memcpy(*member(to, f), *member((struct world *)from, f),
               world_length(to->cast, fields[f].shape) * sizeof(double));
    copy_group(&to->living, &from->living);
    copy_group(&to->poles, &from->poles);
    memcpy(to->choice, from->choice, from->choices * sizeof(size_t));
    copy_graph(&to->next_to, &from->next_to, to->cast->states);
    copy_graph(&to->relevant, &from->relevant, to->cast->states);
    copy_graph(&to->allies, &from->allies, to->cast->states);
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
    free(world->poles.state);
    free(world->choice);
    free(world->next_to.first);
    free(world->next_to.to);
    free(world->relevant.first);
    free(world->relevant.to);
    free(world->allies.first);
    free(world->allies.to);
    free(world->queue);
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
    case MECHANISM_war: /* without a rate nobody can attack, and nobody needs a pact */
        return world->model.run_war != 0 && world->model.war_rate > 0;
    case MECHANISM_polarity: /* poles vary only where every state has an option */
        return world->model.run_polarity != 0 && world->cast->poles_vary;
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

bool world_can_choose(const struct world *world, size_t i, size_t c)
{
    const struct cast *cast = world->cast;
    if (c == CAST_SELF)
        return true;
    if (c == cast->bloc_option)
        return cast->in_region[i] && world->choices > 0 && world->choice[world->choices - 1] == c;
    return cast->option_state[c] != i && world->load.pole[cast->option_state[c]] != 0;
}

/* The living among the poles and, where a bloc has two living members, the bloc. */
static void list_choices(struct world *world)
{
    const struct cast *cast = world->cast;
    size_t members = 0;
    world->poles.count = world->choices = 0;
    for (size_t c = 1; c < cast->options; c++) {
        size_t pole = cast->option_state[c];
        if (pole == CAST_NONE || world->load.pole[pole] == 0)
            continue;
        world->poles.state[world->poles.count++] = pole;
        world->choice[world->choices++] = c;
    }
    for (size_t k = 0; k < world->living.count; k++)
        members += cast->in_region[world->living.state[k]];
    if (cast->bloc_option != CAST_NONE && members >= 2)
        world->choice[world->choices++] = cast->bloc_option;
}

void world_connect(struct world *world)
{
    size_t n = world->cast->states, links = 0, matters = 0;
    world->living.count = 0;
    for (size_t i = 0; i < n; i++)
        if (world_lives(world, i))
            world->living.state[world->living.count++] = i;
    list_choices(world);
    for (size_t i = 0; i < n; i++) {
        bool lives = world_lives(world, i);
        world->next_to.first[i] = links;
        world->relevant.first[i] = matters;
        for (size_t k = 0; lives && k < world->living.count; k++) {
            size_t j = world->living.state[k];
            bool touching = j != i && world->load.touching[i * n + j] != 0;
            if (touching)
                world->next_to.to[links++] = j;
            if (touching || (j != i && world->load.pole[j] != 0))
                world->relevant.to[matters++] = j;
        }
    }
    world->next_to.first[n] = links;
    world->relevant.first[n] = matters;
}

void world_freeze(struct world *world, size_t state)
{
    size_t n = world->cast->states, options = world->cast->options;
    for (size_t f = 0; f + 1 < FIELDS; f++) {
        if (fields[f].layer != LAYER_NOW) /* its twin in `next` is the row after */
            continue;
        double *now = *member(world, f), *next = *member(world, f + 1);
        enum shape shape = fields[f].shape;
        size_t width = shape == SHAPE_DYAD || shape == SHAPE_FELT ? n : shape == SHAPE_OPTION ? options : 1;
        size_t layers = shape == SHAPE_MEMBER ? world->cast->bodies
                        : shape == SHAPE_PLAY ? world->cast->issues
                                              : 1;
        if (shape == SHAPE_PLAY)
            width = n;
        if (shape == SHAPE_BODY || shape == SHAPE_ISSUE || shape == SHAPE_MODEL)
            continue;
        for (size_t k = 0; k < layers; k++) {
            size_t row = (k * n + state) * width;
            memcpy(now + row, next + row, width * sizeof *now);
        }
    }
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

/* Territory: an owner holds its own province, and what lies in its provinces is all that it has. */
static char *check_territory(const struct world *world)
{
    size_t n = world->cast->states;
    const struct calibrated *load = &world->load;
    for (size_t k = 0; k < n; k++)
        if (load->owner[k] >= (double)n || load->owner[(size_t)load->owner[k]] != load->owner[k])
            return message_text("owner[%zu] = %g is dead", k, load->owner[k]);
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a];
        double gdp = 0, population = 0;
        for (size_t k = 0; k < n; k++)
            if (load->owner[k] == (double)i) {
                gdp += load->gdp_part[k];
                population += load->population_part[k];
            }
        if (!(fabs(gdp - 1) < 1e-9 && fabs(population - 1) < 1e-9))
            return message_text("provinces of state %zu sum to %.17g and %.17g", i, gdp, population);
        if (!(world->now.population[i] > 0))
            return message_text("population[%zu] = %.17g", i, world->now.population[i]);
    }
    return NULL;
}

/* The dead are in no sum: no power, seat, border, quarrel, pact, trade or follower. */
static char *check_dead(const struct world *world, size_t i)
{
    const struct cast *cast = world->cast;
    const struct stocks *now = &world->now;
    size_t n = cast->states, c = cast->option_of[i];
    double sum = world->derived.share[i] + world->load.pole[i];
    for (size_t b = 0; b < cast->bodies; b++)
        sum += now->members[b * n + i];
    for (size_t j = 0; j < n; j++) {
        size_t out = i * n + j, in = j * n + i;
        sum += world->load.touching[out] + world->load.touching[in] + now->crisis[out] + now->crisis[in] +
               now->pact[out] + now->pact[in] + now->hosting[out] + now->hosting[in] + now->debt[out] +
               now->debt[in] + now->export_share[out] + now->export_share[in];
        if (c != CAST_NONE)
            sum += now->alignment[j * cast->options + c];
    }
    return sum == 0 ? NULL : message_text("state %zu is dead and still counts, with %.17g in all", i, sum);
}

/* Options that are closed have no followers; pacts are mutual. */
static char *check_choices(const struct world *world)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 1; c < cast->options; c++)
            if (!world_can_choose(world, i, c) && world->now.alignment[i * cast->options + c] != 0)
                return message_text("alignment[%zu][%zu] leans on nobody", i, c);
        for (size_t j = 0; j < i; j++)
            if (world->now.pact[i * n + j] != world->now.pact[j * n + i])
                return message_text("the pact of %zu and %zu is one-sided", i, j);
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
    HOLDS(check_bounds("pact", now->pact, pairs, 0, 1));
    HOLDS(check_bounds("resistance", now->garrison, n, 0, 1));
    HOLDS(check_territory(world));
    HOLDS(check_choices(world));
    for (size_t i = 0; i < n && wrong == NULL; i++)
        if (!world_lives(world, i))
            HOLDS(check_dead(world, i));
    for (size_t i = 0; i < n && wrong == NULL; i++)
        HOLDS(check_bounds("burden", now->burden + i, 1, 0,
                           fmax(world->set.burden_ceiling[i], world->set.burden_floor[i])));
#undef HOLDS
    return wrong;
}
