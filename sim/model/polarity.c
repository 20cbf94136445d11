#include "model/polarity.h"
#include "model/influence.h"
#include "model/portfolio.h"
#include "model/territory.h"

#define LEAST_SHARE 1e-4

static bool large_enough(const struct world *world, size_t i)
{
    double s = world->derived.share[i];
    return s >= world->model.pole_enters || (world->load.pole[i] != 0 && s >= world->model.pole_leaves);
}

/* What a step derives for an option that nobody has. */
static void clear_option(struct world *world, size_t c)
{
    double *const derived[] = {world->derived.reach,  world->derived.deliverable, world->derived.condition,
                               world->derived.help,   world->derived.utility,     world->derived.backing,
                               world->derived.binding};
    for (size_t i = 0; i < world->cast->states; i++)
        for (size_t k = 0; k < sizeof derived / sizeof derived[0]; k++)
            derived[k][i * world->cast->options + c] = 0;
}

/* Nobody leans on option c any more; its shares go to option `to` of whoever has it, else in proportion to the rest. */
static void close_option(struct world *world, size_t c, size_t to)
{
    size_t n = world->cast->states, options = world->cast->options;
    double *const stock[] = {world->now.alignment, world->next.alignment};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 2; k++) {
            double *a = stock[k] + i * options;
            if (to != CAST_NONE && world->cast->option_state[to] != i)
                a[to] += a[c];
            a[c] = 0;
            portfolio_normalise(a, options);
        }
    clear_option(world, c);
}

void polarity_close(struct world *world, size_t pole, size_t heir)
{
    bool passes_on = heir != CAST_NONE && world->load.pole[heir] != 0;
    world->load.pole[pole] = 0;
    close_option(world, world->cast->option_of[pole], passes_on ? world->cast->option_of[heir] : CAST_NONE);
    for (size_t i = 0; i < world->cast->states; i++) {
        size_t e = i * world->cast->states + pole; /* its forces go home: no breach */
        world->now.hosting[e] = world->next.hosting[e] = 0;
        world->now.host_notice[e] = world->next.host_notice[e] = 0;
    }
}

void polarity_close_bloc(struct world *world)
{
    size_t c = world->cast->bloc_option;
    if (c != CAST_NONE && (world->choices == 0 || world->choice[world->choices - 1] != c))
        close_option(world, c, CAST_NONE);
}

/* A new pole is trusted as the world says, and its presence is nothing new. */
static void enter(struct world *world, size_t pole)
{
    size_t n = world->cast->states;
    world->load.pole[pole] = 1;
    for (size_t k = 0; k < world->living.count; k++) {
        size_t i = world->living.state[k], e = i * n + pole;
        if (i == pole)
            continue;
        world->now.usual_presence[e] = world->next.usual_presence[e] = world->set.presence[e];
        if (!world_runs(world, MECHANISM_war)) /* with war on, everybody's record is kept all along */
            world->now.reliability[e] = world->next.reliability[e] = world->set.base_reliability[pole];
    }
    influence_enter(world, pole);
}

/* Nobody leans on new poles yet; rows are normalised once, so that their order does not matter. */
static void open_options(struct world *world, const size_t *pole, size_t count)
{
    size_t options = world->cast->options;
    double *const stock[] = {world->now.alignment, world->next.alignment};
    for (size_t k = 0; k < world->living.count; k++)
        for (size_t b = 0; b < 2; b++) {
            size_t i = world->living.state[k], given = 0;
            double *a = stock[b] + i * options;
            for (size_t p = 0; p < count; p++)
                if (pole[p] != i) {
                    a[world->cast->option_of[pole[p]]] = LEAST_SHARE;
                    given++;
                }
            if (given > 0)
                portfolio_normalise(a, options);
        }
}

void polarity_update(struct world *world)
{
    size_t *entering = world->queue, risen = 0, fallen = 0;
    if (world->step % world->steps_per_quarter != 0 || world->quarter % 4 != 0)
        return;
    for (size_t k = 0; k < world->living.count; k++) {
        size_t i = world->living.state[k];
        bool is = world->load.pole[i] != 0, will = large_enough(world, i);
        if (will && !is)
            entering[risen++] = i;
        if (will || !is)
            continue;
        polarity_close(world, i, CAST_NONE);
        fallen++;
    }
    for (size_t p = 0; p < risen; p++)
        enter(world, entering[p]);
    open_options(world, entering, risen);
    if (risen + fallen > 0)
        territory_redraw(world, false);
}

void polarity_found(struct world *world)
{
    for (size_t i = 0; i < world->cast->states; i++)
        world->load.pole[i] = large_enough(world, i);
    world_connect(world);
}

void polarity_stand_alone(struct world *world, size_t i)
{
    size_t options = world->cast->options;
    double *a = world->next.alignment + i * options, *before = world->now.alignment + i * options, given = 0;
    for (size_t c = 1; c < options; c++) {
        a[c] = world_can_choose(world, i, c) ? LEAST_SHARE : 0;
        given += a[c];
    }
    a[CAST_SELF] = 1 - given;
    for (size_t c = 0; c < options; c++)
        before[c] = a[c];
}

enum polarity polarity_class(const struct world *world)
{
    double largest = 0, poles = 0;
    for (size_t k = 0; k < world->living.count; k++)
        largest = fmax(largest, world->derived.share[world->living.state[k]]);
    for (size_t p = 0; p < world->poles.count; p++)
        poles += world->derived.share[world->poles.state[p]];
    if (largest > 0.5)
        return HEGEMONY;
    if (poles <= 0.5)
        return DIFFUSE;
    return world->poles.count == 1 ? UNIPOLAR : world->poles.count == 2 ? BIPOLAR : MULTIPOLAR;
}
