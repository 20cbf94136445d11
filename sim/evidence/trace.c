#include "evidence/trace.h"
#include "model/step.h"

#include <stdlib.h>

const double *trace_row(const struct trace *trace, size_t run, size_t quantity)
{
    return trace->value + (run * trace->quantities + quantity) * trace->length;
}

bool trace_broken(const struct trace *trace, size_t run)
{
    return trace->quantities > 0 && isnan(trace_row(trace, run, 0)[0]);
}

double trace_mean(const struct trace *trace, size_t run, size_t quantity, long first, long last)
{
    const double *values = trace_row(trace, run, quantity) + 1 - trace->scenario->start;
    double sum = 0;
    for (long quarter = first; quarter <= last; quarter++)
        sum += values[quarter];
    return sum / (double)(last - first + 1);
}

static void observe(struct trace *t, const struct quantity *const *quantity, size_t run, size_t time,
                    const struct world *world, double *room)
{
    for (size_t q = 0; q < t->quantities; q++)
        t->value[(run * t->quantities + q) * t->length + time] = quantity_measure(quantity[q], world, room);
}

/* One run; false if it broke. */
static bool play(struct trace *t, const struct quantity *const *quantity, size_t run, struct world *world,
                 double *room)
{
    const struct scenario *s = t->scenario;
    size_t time = 0;
    if (run == 0)
        world->model.noise = 0;
    else
        world->replicate = run - 1;
    observe(t, quantity, run, time++, world, room);
    for (long quarter = s->start; quarter <= s->end; quarter++) {
        for (unsigned k = 0; k < s->steps_per_quarter; k++)
            if (step_world(world) != STATUS_OK)
                return false;
        observe(t, quantity, run, time++, world, room);
    }
    return true;
}

static void blank(struct trace *t, size_t run)
{
    for (size_t k = 0; k < t->quantities * t->length; k++)
        t->value[run * t->quantities * t->length + k] = NAN;
    t->failed++;
}

enum status trace_play(const struct scenario *s, const struct quantity *const *quantity, size_t quantities,
                       void (*progress)(size_t done, size_t runs, void *context), void *context,
                       struct trace *trace, struct messages *messages)
{
    struct world *start = NULL, *world = NULL;
    double *room = calloc(s->cast->states + 1, sizeof *room);
    *trace = (struct trace){.scenario = s, .quantities = quantities, .runs = s->replicates + 1};
    trace->length = (size_t)(s->end - s->start) + 2;
    trace->value = calloc(trace->runs * quantities * trace->length + 1, sizeof *trace->value);
    size_t before = messages->errors;
    enum status status = room && trace->value ? scenario_world(s, 0, 0, 0, &world, messages) : STATUS_FAILED;
    if (status == STATUS_OK && (start = world_copy(world)) == NULL)
        status = STATUS_FAILED;
    for (size_t run = 0; run < trace->runs && status == STATUS_OK; run++) {
        if (run > 0)
            status = world_assign(world, start);
        if (status != STATUS_OK)
            break;
        if (!play(trace, quantity, run, world, room))
            blank(trace, run);
        if (progress != NULL)
            progress(run, trace->runs - 1, context);
    }
    if (status == STATUS_OK && trace_broken(trace, 0)) {
        message_add(messages, SEVERITY_ERROR, (struct place){s->file, 0, NULL},
                    "the run without noise breaks: a quantity is no longer finite");
        status = STATUS_FAILED;
    }
    if (status == STATUS_FAILED && messages->errors == before)
        message_add(messages, SEVERITY_ERROR, (struct place){s->file, 0, NULL}, "out of memory");
    world_free(start);
    world_free(world);
    free(room);
    return status;
}

void trace_free(struct trace *trace)
{
    free(trace->value);
    *trace = (struct trace){0};
}
