/* Random worlds made in C, without a file, from a seed: the worlds of gate G1 (design, D.3), and a rougher
 * kind that also has a region, a theatre, loans, debts and everything else that a world file may hold.  The
 * generator is GSL's Mersenne twister, so that a fault in the program's own generator cannot hide here. */
#ifndef EQUIPOISE_TESTS_SYNTHETIC_H
#define EQUIPOISE_TESTS_SYNTHETIC_H

#include "testing.h"

#include "model/calibrate.h"
#include "model/events.h"
#include "model/flow.h"

#include <gsl/gsl_randist.h>

/* A world and the cast that it borrows.  Not calibrated until synthetic_start(). */
struct synthetic {
    struct cast *cast;
    struct world *world;
};

static inline struct cast_group synthetic_group(const size_t *state, size_t count)
{
    struct cast_group group = {calloc(count + 1, sizeof *group.state), count};
    for (size_t k = 0; k < count; k++)
        group.state[k] = state[k];
    return group;
}

/* A cast of n states with the codes given, or S000, S001 ... */
static inline struct cast *synthetic_cast(size_t n, char *const *codes, struct cast_group poles,
                                          struct cast_group region, struct cast_group theatre)
{
    struct cast *cast = calloc(1, sizeof *cast);
    cast->states = n;
    cast->code = calloc(n, sizeof *cast->code);
    cast->name = calloc(n, sizeof *cast->name);
    for (size_t i = 0; i < n; i++) {
        cast->code[i] = codes ? strdup(codes[i]) : message_text("S%03zu", i);
        cast->name[i] = strdup(cast->code[i]);
    }
    cast->role[ROLE_POLES] = poles;
    cast->role[ROLE_REGION] = region;
    cast->role[ROLE_THEATRE] = theatre;
    cast->role[ROLE_DECIDERS] = synthetic_group(region.state, region.count);
    cast->bloc = region.count > 0 ? strdup("BLOC") : NULL;
    cast->reference_place = theatre.count > 0 ? theatre.state[0] : CAST_NONE;
    cast->danger_source = CAST_NONE;
    assert_true(cast_complete(cast));
    return cast;
}

/* Names for bodies and issues: B0, B1 ... and water, border, ct, issue3 ...; ct is the one with a common threat.  Before
 * world_new(). */
static inline void synthetic_furnish(struct cast *cast, size_t bodies, size_t issues)
{
    static const char *const known[] = {"water", "border", "ct"};
    cast->bodies = bodies;
    cast->issues = issues;
    cast->body = calloc(bodies + 1, sizeof *cast->body);
    cast->body_title = calloc(bodies + 1, sizeof *cast->body_title);
    cast->issue = calloc(issues + 1, sizeof *cast->issue);
    cast->issue_title = calloc(issues + 1, sizeof *cast->issue_title);
    free(cast->works_on);
    free(cast->common_threat);
    cast->works_on = calloc(bodies * issues + 1, sizeof *cast->works_on);
    cast->common_threat = calloc(issues + 1, sizeof *cast->common_threat);
    for (size_t b = 0; b < bodies; b++) {
        cast->body[b] = message_text("B%zu", b);
        cast->body_title[b] = message_text("Body %zu", b);
    }
    for (size_t k = 0; k < issues; k++) {
        cast->issue[k] = k < 3 ? strdup(known[k]) : message_text("issue%zu", k);
        cast->issue_title[k] = strdup(cast->issue[k]);
        cast->common_threat[k] = k == 2;
    }
}

/* Two states meet over an issue. */
static inline void synthetic_meet(struct cast *cast, size_t issue, size_t i, size_t j)
{
    cast->pair = realloc(cast->pair, (cast->pairs + 1) * sizeof *cast->pair);
    cast->pair[cast->pairs++] = (struct cast_pair){issue, i, j};
}

static inline void synthetic_free(struct synthetic made)
{
    world_free(made.world);
    cast_free(made.cast);
}

/* Switches off what the closed forms know nothing of. */
static inline void synthetic_reduce(struct world *world)
{
    world->model.run_institution = world->model.run_commitment = world->model.run_cooperation = 0;
    world->model.run_identity = world->model.run_domestic = world->model.run_crisis = 0;
}

/* Calibrates the world and makes it ready for its first step. */
static inline void synthetic_start(struct world *world)
{
    size_t state = 0;
    calibrate_complete(world);
    assert_int_equal(calibrate_world(world, &state), STATUS_OK);
    assert_int_equal(flow_prepare(world), STATUS_OK);
}

/* Fills a row or a matrix. */
static inline void synthetic_fill(double *x, size_t count, double value)
{
    for (size_t k = 0; k < count; k++)
        x[k] = value;
}

/* n like states without poles or neighbours, far apart and peaceful: the starting point of a hand-made
 * world. */
static inline struct synthetic synthetic_plain(size_t n, size_t poles)
{
    size_t *list = calloc(n + 1, sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i] = i;
    struct synthetic made = {.cast =
                                 synthetic_cast(n, NULL, synthetic_group(list, poles),
                                                (struct cast_group){NULL, 0}, (struct cast_group){NULL, 0})};
    free(list);
    made.world = world_new(made.cast);
    synthetic_reduce(made.world);
    struct world *world = made.world;
    world->model.noise = 0;
    synthetic_fill(world->now.gdp, n, 100);
    synthetic_fill(world->now.population, n, 10);
    synthetic_fill(world->set.spending, n, 2);
    synthetic_fill(world->set.trend_growth, n, 0.02);
    for (size_t i = 0; i < n; i++) {
        world->set.latitude[i] = 0;
        world->set.longitude[i] = -170 + 340.0 * (double)i / (double)n;
    }
    return made;
}

/* n like states, everything on but noise: the first are poles, the last are the region and decide; bodies and issues as
 * named by synthetic_furnish(), nobody in them.  It is the year 2021. */
static inline struct synthetic synthetic_society(size_t n, size_t poles, size_t region, size_t bodies,
                                                 size_t issues)
{
    size_t *list = calloc(n + 1, sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i] = i;
    struct synthetic made = {.cast = synthetic_cast(n, NULL, synthetic_group(list, poles),
                                                    synthetic_group(list + (n - region), region),
                                                    (struct cast_group){NULL, 0})};
    free(list);
    synthetic_furnish(made.cast, bodies, issues);
    made.world = world_new(made.cast);
    made.world->model.noise = 0;
    made.world->quarter = 4 * 2021;
    synthetic_fill(made.world->now.gdp, n, 100);
    synthetic_fill(made.world->now.population, n, 10);
    synthetic_fill(made.world->set.spending, n, 2);
    synthetic_fill(made.world->set.trend_growth, n, 0.02);
    for (size_t i = 0; i < n; i++) {
        made.world->set.latitude[i] = 0;
        made.world->set.longitude[i] = -170 + 340.0 * (double)i / (double)n;
    }
    return made;
}

/* Switches every mechanism off but one. */
static inline void synthetic_only(struct world *world, enum mechanism on)
{
    for (enum mechanism m = MECHANISM_events; m < MECHANISM_COUNT; m++) {
        char *path = message_text("mechanisms.%s", world_mechanism_word(m));
        for (size_t k = 0; k < parameter_count; k++)
            if (strcmp(parameter_table[k].path, path) == 0)
                *parameter_values(world, &parameter_table[k]) = m == on;
        free(path);
    }
}

/* The four (two) nearest of every state become its neighbours, both ways. */
static inline void synthetic_neighbours(struct world *world, const double *far, size_t nearest)
{
    size_t n = world->cast->states;
    for (size_t i = 0; i < n; i++) {
        bool *taken = calloc(n, sizeof *taken);
        for (size_t k = 0; k < nearest && k + 1 < n; k++) {
            size_t best = CAST_NONE;
            for (size_t j = 0; j < n; j++)
                if (j != i && !taken[j] && (best == CAST_NONE || far[i * n + j] < far[i * n + best]))
                    best = j;
            taken[best] = true;
            world->set.contiguous[i * n + best] = world->set.contiguous[best * n + i] = 1;
        }
        free(taken);
    }
}

/* Everything that gate G1 leaves out: loans, debts, presence, conditions, theatres, a spread in every
 * state's mind. */
static inline void synthetic_roughen(struct world *world, gsl_rng *rng)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    struct settings *set = &world->set;
    for (size_t i = 0; i < n; i++) {
        set->trend_growth[i] = gsl_ran_flat(rng, 0, 0.06);
        set->openness[i] = gsl_ran_flat(rng, 0.05, 0.4);
        set->substitutability[i] = gsl_ran_flat(rng, 0.1, 0.9);
        set->price_amplifier[i] = gsl_ran_flat(rng, 0.8, 2);
        set->appeasement[i] = gsl_ran_flat(rng, 0, 0.9);
        set->autonomy[i] = gsl_ran_flat(rng, 0, 4);
        set->regime_gap[i] = gsl_ran_flat(rng, 0, 1);
        set->state_capacity[i] = gsl_ran_flat(rng, 0.1, 0.9);
        set->conditionality[i] = gsl_ran_flat(rng, 0, 0.8);
        set->diversification[i] = gsl_ran_flat(rng, 0, 1);
        world->now.militancy[i] = gsl_ran_flat(rng, 0.01, 0.5);
        world->now.contagion[i] = gsl_ran_flat(rng, 0, 0.3);
        for (size_t p = 0; p < cast->role[ROLE_POLES].count; p++) {
            size_t c = cast->role[ROLE_POLES].state[p], ic = i * n + c;
            if (c == i)
                continue;
            set->strategic_need[ic] = gsl_ran_flat(rng, 0, 1);
            set->worth[ic] = gsl_ran_flat(rng, 0.1, 1.2);
            set->tie[ic] = gsl_ran_flat(rng, -0.1, 0.2);
            set->presence[ic] = gsl_ran_flat(rng, 0, 1);
            if (gsl_rng_uniform(rng) < 0.3) {
                world->now.debt[ic] = world->now.gdp[i] * gsl_ran_flat(rng, 0, 0.2);
                set->loan[ic] = gsl_ran_flat(rng, 0, 0.02);
                set->aid[ic] = world->now.gdp[i] * gsl_ran_flat(rng, 0, 0.005);
            }
        }
    }
}

/* Bodies with random rules, leaders and members, and issues with random pairs; a danger that comes from state 0. */
static inline void synthetic_people(struct cast *cast, gsl_rng *rng)
{
    size_t n = cast->states, bodies = gsl_rng_uniform_int(rng, 4) + 1, issues = gsl_rng_uniform_int(rng, 4) + 1;
    synthetic_furnish(cast, bodies, issues);
    cast->danger_source = 0;
    for (size_t e = 0; e < bodies * issues; e++)
        cast->works_on[e] = gsl_rng_uniform(rng) < 0.4;
    for (size_t k = 0; k < issues; k++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++)
                if (n < 4 || gsl_rng_uniform(rng) < 4.0 / (double)n)
                    synthetic_meet(cast, k, i, j);
}

/* What they are like, and everything else of the whole model. */
static inline void synthetic_order(struct world *world, gsl_rng *rng)
{
    const struct cast *cast = world->cast;
    struct settings *set = &world->set;
    size_t n = cast->states;
    for (size_t b = 0; b < cast->bodies; b++) {
        set->decision_rule[b] = (double)gsl_rng_uniform_int(rng, 4);
        set->leader[b] = gsl_rng_uniform(rng) < 0.3 ? NAN : (double)gsl_rng_uniform_int(rng, n);
        set->centralisation[b] = gsl_rng_uniform(rng);
        set->leader_dominance[b] = gsl_rng_uniform(rng);
        set->effectiveness[b] = gsl_rng_uniform(rng);
        set->scope_state[b] = gsl_rng_uniform(rng);
        set->scope_nonstate[b] = gsl_rng_uniform(rng);
        set->scope_regime[b] = gsl_rng_uniform(rng);
        set->scope_economic[b] = gsl_rng_uniform(rng);
        set->slack[b] = gsl_rng_uniform(rng);
        set->dues[b] = gsl_ran_flat(rng, 0, 0.3);
        set->open[b] = gsl_rng_uniform(rng) < 0.6;
        for (size_t i = 0; i < n; i++)
            world->now.members[b * n + i] = gsl_rng_uniform(rng) < 0.4;
    }
    for (size_t k = 0; k < cast->issues; k++)
        set->stake[k] = gsl_ran_flat(rng, 0.8, 1.6);
    for (size_t i = 0; i < n; i++) {
        set->political_openness[i] = gsl_rng_uniform(rng);
        set->institutionalisation[i] = gsl_rng_uniform(rng);
        set->legitimacy_anchor[i] = gsl_ran_flat(rng, 0.1, 0.9);
        set->hardship[i] = gsl_ran_flat(rng, 0, 0.5);
        set->shadow[i] = gsl_ran_flat(rng, 0.3, 0.95);
        set->commitment_weight[i] = gsl_rng_uniform(rng);
        world->now.orientation[i] = gsl_ran_flat(rng, -1, 1);
        world->now.identity[i] = gsl_rng_uniform(rng);
        world->now.polarisation[i] = gsl_rng_uniform(rng);
    }
    world->model.elite = gsl_ran_flat(rng, 0, 2);
    world->model.unrest_rate = 0.5; /* more happens than at the defaults */
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            set->onset[i * n + j] = set->onset[j * n + i] = gsl_ran_flat(rng, 0, 3);
}

/* Any state may come to be a pole.  Before world_new(). */
static inline void synthetic_free_poles(struct cast *cast)
{
    free(cast->identity);
    free(cast->in_region);
    free(cast->in_theatre);
    free(cast->option);
    free(cast->option_state);
    free(cast->option_of);
    cast->poles_vary = true;
    assert_true(cast_complete(cast));
}

/* A random world.  `rough` false: gate G1 to the letter (plane of 8000 km, four poles, log-normal sizes);
 * true: with a region of up to five, a theatre of up to six and the rest of synthetic_roughen(). */
static inline struct synthetic synthetic_world_of(size_t n, unsigned long seed, bool rough, bool whole,
                                                  bool poles_vary)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed * 1000 + n);
    double *x = calloc(n, sizeof *x), *y = calloc(n, sizeof *y), *Y = calloc(n, sizeof *Y);
    double *far = calloc(n * n, sizeof *far);
    size_t *pole = calloc(n + 1, sizeof *pole), *member = calloc(n + 1, sizeof *member), poles = n < 4 ? n : 4;
    for (size_t i = 0; i < n; i++) {
        x[i] = gsl_ran_flat(rng, 0, 8000);
        y[i] = gsl_ran_flat(rng, 0, 8000);
        Y[i] = exp(4 + gsl_ran_gaussian(rng, 1));
        member[i] = i;
    }
    for (size_t p = 0; p < poles; p++) {
        pole[p] = CAST_NONE;
        for (size_t i = 0; i < n; i++) {
            bool taken = false;
            for (size_t k = 0; k < p; k++)
                taken = taken || pole[k] == i;
            if (!taken && (pole[p] == CAST_NONE || Y[i] > Y[pole[p]]))
                pole[p] = i;
        }
    }
    struct synthetic made = {.cast = synthetic_cast(n, NULL, synthetic_group(pole, poles),
                                                    synthetic_group(member, rough ? (n < 5 ? n : 5) : 0),
                                                    synthetic_group(member, rough ? (n < 6 ? n : 6) : 0))};
    if (whole)
        synthetic_people(made.cast, rng);
    if (poles_vary)
        synthetic_free_poles(made.cast);
    made.world = world_new(made.cast);
    if (!whole)
        synthetic_reduce(made.world);
    struct world *world = made.world;
    world->seed = seed;
    for (size_t i = 0; i < n; i++) {
        world->now.gdp[i] = Y[i];
        world->now.population[i] = Y[i] * exp(gsl_ran_gaussian(rng, 0.3));
        world->set.spending[i] = Y[i] * fmin(0.05, fmax(0.008, 0.02 * exp(gsl_ran_gaussian(rng, 0.25))));
        world->set.trend_growth[i] = 0.02;
        world->set.offensive[i] = gsl_rng_uniform(rng) < 0.4 ? 0.8 : 0.1;
        world->set.autonomy[i] = 1.5;
        world->set.appeasement[i] = 0.2;
        world->set.conditionality[i] = 0;
        world->set.regime_gap[i] = 0.5;
        world->set.legitimacy_anchor[i] = 0.65;
        world->now.militancy[i] = 0.03;
        world->set.state_capacity[i] = 0.6;
        world->set.openness[i] = 0.22;
        world->set.substitutability[i] = 0.5;
        world->set.price_amplifier[i] = 1;
        world->set.latitude[i] = (y[i] - 4000) / 6371 * 57.29577951308232; /* unused: distances are given */
        world->set.longitude[i] = (x[i] - 4000) / 6371 * 57.29577951308232;
        for (size_t j = 0; j < i; j++) {
            far[i * n + j] = far[j * n + i] = hypot(x[i] - x[j], y[i] - y[j]);
            world->set.hostility_anchor[i * n + j] = world->set.hostility_anchor[j * n + i] =
                fmin(0.9, fmax(0.05, 0.28 + gsl_ran_gaussian(rng, 0.1)));
        }
    }
    synthetic_neighbours(world, far, n <= 6 ? 2 : 4);
    for (size_t i = 0; i < n; i++) {
        double pull = 0;
        for (size_t j = 0; j < n; j++)
            pull += j == i ? 0 : Y[j] / (300 + far[i * n + j]);
        for (size_t j = 0; j < n; j++) {
            size_t ij = i * n + j;
            world->set.distance[ij] = world->set.contiguous[ij] != 0 ? 0 : far[ij];
            world->set.trade_share[ij] = j == i ? 0 : Y[j] / (300 + far[ij]) / pull;
        }
    }
    if (rough)
        synthetic_roughen(world, rng);
    if (whole)
        synthetic_order(world, rng);
    free(x), free(y), free(Y), free(far), free(pole), free(member);
    gsl_rng_free(rng);
    return made;
}

static inline struct synthetic synthetic_world(size_t n, unsigned long seed, bool rough, bool whole)
{
    return synthetic_world_of(n, seed, rough, whole, false);
}

/* The reduced model. */
static inline struct synthetic synthetic_make(size_t n, unsigned long seed, bool rough)
{
    return synthetic_world(n, seed, rough, false);
}

/* Position of element e of a row in the same world with other numbers for its states; to[old] = new. */
static inline size_t synthetic_place(const struct cast *from, const struct cast *cast, enum shape shape,
                                     const size_t *to, size_t e)
{
    size_t n = from->states;
    if (shape == SHAPE_STATE)
        return to[e];
    if (shape == SHAPE_DYAD || shape == SHAPE_FELT)
        return to[e / n] * n + to[e % n];
    if (shape == SHAPE_OPTION) {
        size_t c = e % from->options;
        bool pole = c != CAST_SELF && c != from->bloc_option;
        return to[e / from->options] * cast->options + (pole ? cast_option(cast, from->option[c]) : c);
    }
    if (shape == SHAPE_MEMBER)
        return e / n * n + to[e % n];
    if (shape == SHAPE_PLAY)
        return (e / (n * n) * n + to[e / n % n]) * n + to[e % n];
    return e;
}

/* The same bodies and issues, in the same order. */
static inline void synthetic_refurnish(struct cast *cast, const struct cast *old, const size_t *to)
{
    synthetic_furnish(cast, old->bodies, old->issues);
    memcpy(cast->works_on, old->works_on, old->bodies * old->issues * sizeof *cast->works_on);
    for (size_t k = 0; k < old->pairs; k++)
        synthetic_meet(cast, old->pair[k].issue, to[old->pair[k].i], to[old->pair[k].j]);
}

/* The same world with other numbers for its states, and every role listed backwards.  `from` is not
 * calibrated. */
static inline struct synthetic synthetic_relabel(struct synthetic from, const size_t *to)
{
    const struct cast *old = from.cast;
    size_t n = old->states;
    struct cast_group role[ROLE_COUNT];
    char **codes = calloc(n, sizeof *codes);
    for (size_t i = 0; i < n; i++)
        codes[to[i]] = old->code[i];
    for (size_t r = 0; r < ROLE_COUNT; r++) {
        role[r] = synthetic_group(old->role[r].state, old->role[r].count);
        for (size_t k = 0; k < role[r].count; k++)
            role[r].state[k] = to[old->role[r].state[role[r].count - 1 - k]];
    }
    struct synthetic made = {
        .cast = synthetic_cast(n, codes, role[ROLE_POLES], role[ROLE_REGION], role[ROLE_THEATRE])};
    free(role[ROLE_DECIDERS].state);
    free(codes);
    made.cast->reference_place = old->reference_place == CAST_NONE ? CAST_NONE : to[old->reference_place];
    made.cast->danger_source = old->danger_source == CAST_NONE ? CAST_NONE : to[old->danger_source];
    synthetic_refurnish(made.cast, old, to);
    if (old->poles_vary)
        synthetic_free_poles(made.cast);
    made.world = world_new(made.cast);
    made.world->seed = from.world->seed;
    made.world->quarter = from.world->quarter;
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        const double *source = parameter_values(from.world, row);
        double *target = parameter_values(made.world, row);
        for (size_t e = 0; e < world_length(old, row->shape); e++)
            target[synthetic_place(old, made.cast, row->shape, to, e)] =
                row->flags & F_STATE && !isnan(source[e]) ? (double)to[(size_t)source[e]] : source[e];
    }
    return made;
}

/* Applies a change as an event of this moment would. */
static inline void synthetic_change(struct world *world, const char *path, enum change_how how, double value)
{
    struct change change = {.how = how, .value = value, .parts = 1};
    char *why;
    if (parameter_select(world->cast, path, &change.where, &why) != STATUS_OK)
        fail_msg("%s: %s", path, why);
    events_change(world, &change);
    events_settle(world, &change, 1, false);
    parameter_selection_free(&change.where);
}

#endif
