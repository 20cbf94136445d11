#include "model/synthetic.h"
#include "model/draw.h"
#include "model/power.h"

#include <stdlib.h>
#include <string.h>

bool synthetic_names(struct cast *cast, size_t states)
{
    cast->code = calloc(states + 1, sizeof *cast->code);
    cast->name = calloc(states + 1, sizeof *cast->name);
    if (cast->code == NULL || cast->name == NULL)
        return false;
    for (cast->states = 0; cast->states < states; cast->states++) {
        size_t i = cast->states;
        cast->code[i] = message_text("S%zu", i + 1);
        cast->name[i] = message_text("S%zu", i + 1);
        if (cast->code[i] == NULL || cast->name[i] == NULL) {
            free(cast->code[i]);
            free(cast->name[i]);
            return false;
        }
    }
    return true;
}

bool synthetic_poles(struct cast *cast, size_t poles)
{
    struct cast_group *group = &cast->role[ROLE_POLES];
    free(group->state);
    *group = (struct cast_group){calloc(poles + 1, sizeof *group->state), 0};
    for (; group->state != NULL && group->count < poles; group->count++)
        group->state[group->count] = group->count;
    return group->state != NULL;
}

bool synthetic_rules(const struct parameter *row)
{
    return row->shape == SHAPE_MODEL && strncmp(row->path, "synthetic.", 10) == 0;
}

bool synthetic_draws(const struct parameter *row)
{
    static const size_t drawn[] = {
        offsetof(struct world, model.flat),     offsetof(struct world, now.gdp),
        offsetof(struct world, now.population), offsetof(struct world, set.spending),
        offsetof(struct world, set.offensive),  offsetof(struct world, set.trend_growth),
        offsetof(struct world, set.latitude),   offsetof(struct world, set.longitude),
        offsetof(struct world, set.contiguous), offsetof(struct world, set.hostility_anchor)};
    for (size_t k = 0; k < sizeof drawn / sizeof drawn[0]; k++)
        if (row->offset == drawn[k])
            return true;
    return false;
}

bool synthetic_differs(const struct world *world)
{
    return world->model.synthetic_states > 0 && world->model.synthetic_same_world == 0;
}

/* A number within the range of the row of a member. */
static double limited(size_t offset, double x)
{
    const struct parameter *row = parameter_at(offset);
    return world_clip(x, row->low, row->high);
}

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* A size for each place in line, then the line is sorted: S1 is the largest. */
static void sizes(struct world *world)
{
    const struct model_settings *model = &world->model;
    double *Y = world->now.gdp;
    size_t n = world->cast->states;
    for (size_t i = 0; i < n; i++) {
        double spread = draw_normal(world, PURPOSE_SIZE, i, i, model->synthetic_size_spread);
        Y[i] = limited(offsetof(struct world, now.gdp), exp(model->synthetic_size_mean + spread));
    }
    qsort(Y, n, sizeof *Y, falling);
}

static void characters(struct world *world)
{
    const struct model_settings *model = &world->model;
    struct settings *set = &world->set;
    for (size_t i = 0; i < world->cast->states; i++) {
        double Y = world->now.gdp[i];
        double people = draw_normal(world, PURPOSE_POPULATION, i, i, model->synthetic_population_spread);
        double arms = draw_normal(world, PURPOSE_BURDEN, i, i, model->synthetic_burden_spread);
        bool offensive = draw_uniform(world, PURPOSE_DISPOSITION, i, i) < model->synthetic_offensive_share;
        world->now.population[i] = limited(offsetof(struct world, now.population), Y * exp(people));
        set->spending[i] =
            Y * limited(offsetof(struct world, model.synthetic_burden), model->synthetic_burden * exp(arms));
        set->offensive[i] = offensive ? model->synthetic_offensive : model->synthetic_defensive;
        set->trend_growth[i] = model->synthetic_growth;
    }
}

static void enmities(struct world *world)
{
    size_t n = world->cast->states;
    double *h = world->set.hostility_anchor;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            double spread = draw_normal(world, PURPOSE_ENMITY, i, j, world->model.synthetic_hostility_spread);
            h[i * n + j] = h[j * n + i] = limited(offsetof(struct world, model.synthetic_hostility),
                                                  world->model.synthetic_hostility + spread);
        }
}

/* Puts a state `east` and `north` of the middle, given as parts of the square's side. */
static void put(struct world *world, size_t i, double east, double north)
{
    double degrees = world->model.synthetic_extent / POWER_DEGREE_KM;
    world->set.longitude[i] = degrees * east;
    world->set.latitude[i] = degrees * north;
}

static void join(struct world *world, size_t i, size_t j)
{
    size_t n = world->cast->states;
    world->set.contiguous[i * n + j] = world->set.contiguous[j * n + i] = 1;
}

/* Somewhere in the square; each borders on its nearest, and they on it. */
static void scatter(struct world *world)
{
    size_t n = world->cast->states, wanted = (size_t)world->model.synthetic_neighbours;
    double *far = world->derived.scratch_row;
    if (wanted == 0)
        wanted = n <= 6 ? 2 : 4;
    for (size_t i = 0; i < n; i++)
        put(world, i, draw_uniform(world, PURPOSE_EAST, i, i) - 0.5,
            draw_uniform(world, PURPOSE_NORTH, i, i) - 0.5);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            far[j] = j == i ? INFINITY : power_great_circle(world, i, j);
        for (size_t k = 0; k < wanted && k + 1 < n; k++) {
            size_t nearest = 0;
            for (size_t j = 1; j < n; j++)
                if (far[j] < far[nearest])
                    nearest = j;
            join(world, i, nearest);
            far[nearest] = INFINITY;
        }
    }
}

/* Rows of cells, the last one perhaps shorter, dealt out by lot; cells with a common side border on each other. */
static void deal(struct world *world)
{
    size_t n = world->cast->states, width = (size_t)ceil(sqrt((double)n));
    double *lot = world->derived.scratch_row, *cell = world->derived.scratch_pair;
    for (size_t i = 0; i < n; i++)
        lot[i] = draw_uniform(world, PURPOSE_EAST, i, i);
    for (size_t i = 0; i < n; i++) {
        size_t before = 0;
        for (size_t j = 0; j < n; j++)
            before += lot[j] < lot[i] || (j < i && lot[j] == lot[i]);
        cell[i] = (double)before;
        size_t column = before % width, row = before / width;
        put(world, i, ((double)column + 0.5) / (double)width - 0.5, 0.5 - ((double)row + 0.5) / (double)width);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            bool beside = cell[j] == cell[i] + 1 && (size_t)cell[j] % width != 0;
            if (beside || cell[j] == cell[i] + (double)width)
                join(world, i, j);
        }
}

void synthetic_draw(struct world *world, uint64_t replicate)
{
    const struct model_settings *model = &world->model;
    size_t n = world->cast->states;
    uint64_t seed = world->seed;
    world->seed = model->synthetic_seed > 0 ? (uint64_t)model->synthetic_seed : seed;
    world->replicate = synthetic_differs(world) ? replicate : 0;
    world->model.flat = 1;
    memset(world->set.contiguous, 0, n * n * sizeof(double));
    sizes(world);
    characters(world);
    enmities(world);
    if (model->synthetic_layout == 0)
        scatter(world);
    else
        deal(world);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (world->set.overseas[i] > 0 || world->set.overseas[j] > 0)
                world->set.contiguous[i * n + j] = 0;
    world->seed = seed;
    world->replicate = replicate;
}
