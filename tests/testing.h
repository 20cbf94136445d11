/* What the tests share: cmocka, a world from a file, relative closeness. */
#ifndef EQUIPOISE_TESTS_TESTING_H
#define EQUIPOISE_TESTS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/step.h"
#include "scenario/scenario.h"

/* Relative distance, against the larger of the two and 1e-300. */
static inline double testing_distance(double a, double b)
{
    return fabs(a - b) / fmax(1e-300, fmax(fabs(a), fabs(b)));
}

#define assert_close(found, expected, tolerance)                                                               \
    do {                                                                                                       \
        double f_ = (found), e_ = (expected);                                                                  \
        if (!(testing_distance(f_, e_) <= (tolerance)))                                                        \
            fail_msg("%s: found %.12g, expected %.12g, relative distance %.2g", #found, f_, e_,                \
                     testing_distance(f_, e_));                                                                \
    } while (0)

/* Loads a scenario with settings; prints what is wrong and fails if it is not good. */
static inline struct scenario *testing_load(const char *file, const char *const *set, size_t sets)
{
    struct messages messages = {0};
    struct scenario *scenario;
    struct scenario_options options = {.set = set, .sets = sets};
    enum status status = scenario_load(file, &options, &scenario, &messages);
    for (size_t k = 0; k < messages.count; k++) {
        char *text = message_format(&messages.list[k]);
        print_error("%s\n", text);
        free(text);
    }
    message_clear(&messages);
    assert_int_equal(status, STATUS_OK);
    return scenario;
}

/* The mechanisms of the first version alone: the closed forms are about them. */
#define TESTING_REDUCED                                                                                        \
    "model.mechanisms.institution=false", "model.mechanisms.commitment=false",                                 \
        "model.mechanisms.cooperation=false", "model.mechanisms.identity=false",                               \
        "model.mechanisms.domestic=false", "model.mechanisms.crisis=false"

static inline struct scenario *testing_load_reduced(const char *file, const char *const *set, size_t sets)
{
    const char *all[32] = {TESTING_REDUCED};
    for (size_t k = 0; k < sets; k++)
        all[6 + k] = set[k];
    return testing_load(file, all, 6 + sets);
}

static inline struct world *testing_world(const struct scenario *scenario, size_t arm)
{
    struct messages messages = {0};
    struct world *world;
    assert_int_equal(scenario_world(scenario, arm, 0, 0, &world, &messages), STATUS_OK);
    message_clear(&messages);
    return world;
}

static inline void testing_steps(struct world *world, size_t steps)
{
    for (size_t k = 0; k < steps; k++) {
        assert_int_equal(step_world(world), STATUS_OK);
        char *wrong = world_check(world);
        if (wrong != NULL)
            fail_msg("after step %u: %s", world->step, wrong);
    }
}

/* What half_a_step looks at; records of the step just made are read at the `beginning` of a step, and only elements above
 * `least` count. */
struct testing_observed {
    const char *name;
    bool beginning;
    double least;
};

/* Halving dt moves the observed by less than 2 % of their value in ten years. */
static inline void testing_half_a_step(const struct scenario *scenario, const struct testing_observed *observed,
                                       size_t count)
{
    struct world *one = testing_world(scenario, 0), *two = testing_world(scenario, 0);
    two->steps_per_quarter = 2;
    two->dt = 0.125;
    testing_steps(one, 40);
    testing_steps(two, 79);
    struct world *earlier = world_copy(two);
    testing_steps(two, 1);
    assert_close(world_time(one), world_time(two), 1e-15);
    int wrong = 0;
    for (size_t v = 0; v < count; v++) {
        const struct variable *variable = variable_find(observed[v].name);
        size_t length = variable_length(one->cast, variable);
        double *a = calloc(length, sizeof *a), *b = calloc(length, sizeof *b), worst = 0;
        variable_read(one, variable, a);
        variable_read(observed[v].beginning ? earlier : two, variable, b);
        for (size_t e = 0; e < length; e++)
            if (fabs(a[e]) > observed[v].least)
                worst = fmax(worst, fabs(b[e] - a[e]) / fabs(a[e]));
        print_message("half a step: %s moves by %.3f %%\n", observed[v].name, 100 * worst);
        wrong += !(worst < 0.02);
        free(a);
        free(b);
    }
    world_free(earlier);
    world_free(one);
    world_free(two);
    assert_int_equal(wrong, 0);
}

/* What the two integrators are compared on: a variable of every state, and how far apart they may be. */
struct testing_agreement {
    const char *name;
    double relative, absolute; /* one of them is enough */
};

/* The adaptive integrator and the fixed one agree over ten years: the flow adds nothing of its own to the choice of step. */
static inline void testing_integrators_agree(const struct scenario *fixed, const struct scenario *adaptive,
                                             const struct testing_agreement *observed, size_t count)
{
    struct world *one = testing_world(fixed, 0), *two = testing_world(adaptive, 0);
    testing_steps(one, 40);
    testing_steps(two, 40);
    int wrong = 0;
    for (size_t v = 0; v < count; v++) {
        const struct variable *variable = variable_find(observed[v].name);
        size_t length = variable_length(one->cast, variable);
        double *a = calloc(length, sizeof *a), *b = calloc(length, sizeof *b);
        variable_read(one, variable, a);
        variable_read(two, variable, b);
        for (size_t e = 0; e < length; e++)
            if (!(testing_distance(a[e], b[e]) <= observed[v].relative) &&
                !(fabs(a[e] - b[e]) < observed[v].absolute)) {
                print_message("integrators: %s of state %zu is %.12g and %.12g\n", observed[v].name, e, a[e],
                              b[e]);
                wrong++;
            }
        free(a);
        free(b);
    }
    world_free(one);
    world_free(two);
    assert_int_equal(wrong, 0);
}

/* A quantity of the world as it stands. */
static inline double testing_value(const struct world *world, const char *text)
{
    struct quantity quantity;
    char *why;
    if (quantity_parse(world->cast, text, &quantity, &why) != STATUS_OK)
        fail_msg("%s: %s", text, why);
    const struct variable *variable = &variable_table[quantity.variable];
    double *record = calloc(variable_length(world->cast, variable), sizeof *record);
    variable_read(world, variable, record);
    double value = quantity_value(&quantity, record);
    free(record);
    quantity_free(&quantity);
    return value;
}

#endif
