#include "evidence/assess.h"
#include "ensemble/experiment.h"
#include "model/draw.h"
#include "model/parameters.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>

#define PERTURBATION 0.3

bool assess_breaks(const struct assessment *a)
{
    return a->ablated && a->finding.verdict == VERDICT_SUPPORTED && a->without.verdict != VERDICT_SUPPORTED;
}

/* Whether a row is a parameter of C.14: a number of the model or of a state's character, not data, not a start value. */
static bool is_behavioural(const struct parameter *row)
{
    static const char *const groups[] = {"security_seeking.",     "alignment.",
                                         "threat_perception.",    "cooperation.",
                                         "patron.influence_rate", "crisis_rate"};
    if (row->flags & (F_SWITCH | F_WORD | F_STATE | F_STOCK | F_REQUIRED | F_LOAD | F_FIXED))
        return false;
    bool named = row->shape == SHAPE_MODEL;
    for (size_t k = 0; k < sizeof groups / sizeof groups[0]; k++)
        named = named || (row->shape != SHAPE_BODY && strncmp(row->path, groups[k], strlen(groups[k])) == 0);
    return named;
}

/* Inertia is 1 - rho: it is rho that is multiplied. */
static double multiplied(const struct parameter *row, double value, double factor)
{
    bool complement = strcmp(row->path, "alignment.inertia") == 0;
    double changed = complement ? 1 - (1 - value) * factor : value * factor;
    return world_clip(changed, row->low, row->high);
}

void assess_perturb(struct scenario *scenario, size_t draw)
{
    struct world *world = scenario->world;
    gsl_rng *rng = gsl_rng_alloc(draw_philox);
    if (rng == NULL)
        return;
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        if (!is_behavioural(row))
            continue;
        /* by the path, so that no new row of the table moves the draws of others */
        const uint32_t counter[4] = {0, (uint32_t)draw, cast_hash(row->path), 0x70657274u};
        draw_position(rng, scenario->seed, counter);
        double factor = exp(PERTURBATION * gsl_cdf_ugaussian_Pinv(gsl_rng_uniform(rng)));
        double *values = parameter_values(world, row);
        for (size_t e = 0; e < world_length(world->cast, row->shape); e++)
            values[e] = multiplied(row, values[e], factor);
    }
    gsl_rng_free(rng);
    struct model_settings *m = &world->model;
    m->punishment = fmax(m->punishment, m->sucker + 0.01);
    m->reward = fmax(m->reward, m->punishment + 0.01);
    m->temptation = fmax(m->temptation, m->reward + 0.01);
}

/* One play of the scenario as it is; findings[k] for claim k. */
static enum status play(struct scenario *s, const struct assess_options *options, bool shows,
                        struct finding *findings, int *signal, struct messages *messages)
{
    struct outcome outcome;
    const struct experiment_options how = {.threads = options->threads,
                                           .baseline = true,
                                           .progress = shows ? options->progress : NULL,
                                           .context = options->context};
    s->records = 0; /* nothing is kept but what the claims ask */
    enum status status = experiment_run(s, &how, &outcome, messages);
    for (size_t k = 0; k < s->claims && (status == STATUS_OK || status == STATUS_RUNS_FAILED); k++) {
        struct result_claim claim = experiment_claim(s, &outcome, k);
        findings[k] = verdict_find(&claim, outcome.runs);
    }
    *signal = outcome.signal;
    experiment_free(&outcome, s);
    return status;
}

/* Loads the file with one more setting. */
static enum status load_with(const char *file, const struct assess_options *options, const char *more,
                             struct scenario **scenario, struct messages *messages)
{
    struct scenario_options with = *options->scenario;
    const char **set = calloc(with.sets + 2, sizeof *set);
    if (set == NULL)
        return STATUS_FAILED;
    for (size_t k = 0; k < with.sets; k++)
        set[k] = with.set[k];
    if (more != NULL)
        set[with.sets++] = more;
    with.set = set;
    enum status status = scenario_load(file, &with, scenario, messages);
    free(set);
    return status;
}

static bool goes_on(enum status status, int signal)
{
    return (status == STATUS_OK || status == STATUS_RUNS_FAILED) && signal == 0;
}

/* Plays once for every distinct thing that claims name. */
static enum status ablate(const char *file, const struct assess_options *options, const struct scenario *s,
                          struct assessment *list, int *signal, struct messages *messages)
{
    struct finding *findings = calloc(s->claims + 1, sizeof *findings);
    enum status status = findings ? STATUS_OK : STATUS_FAILED;
    for (size_t k = 0; k < s->claims && goes_on(status, *signal); k++) {
        struct scenario *other = NULL;
        if (s->claim[k].ablate == NULL || list[k].ablated)
            continue;
        status = load_with(file, options, s->claim[k].ablate, &other, messages);
        if (status == STATUS_OK)
            status = play(other, options, false, findings, signal, messages);
        for (size_t l = k; l < s->claims; l++)
            if (s->claim[l].ablate != NULL && strcmp(s->claim[l].ablate, s->claim[k].ablate) == 0) {
                list[l].ablated = true;
                list[l].without = findings[l];
            }
        scenario_free(other);
    }
    free(findings);
    return status;
}

static enum status perturb(const char *file, const struct assess_options *options, size_t claims,
                           struct assessment *list, int *signal, struct messages *messages)
{
    struct finding *findings = calloc(claims + 1, sizeof *findings);
    enum status status = findings ? STATUS_OK : STATUS_FAILED;
    for (size_t draw = 0; draw < options->perturb && goes_on(status, *signal); draw++) {
        struct scenario *s = NULL;
        struct messages quiet = {
            0}; /* a world that cannot be calibrated at this draw is left out, and counted */
        status = load_with(file, options, "model.noise=false", &s, messages);
        if (status != STATUS_OK)
            break;
        assess_perturb(s, draw);
        s->replicates = 1;
        enum status played = play(s, options, false, findings, signal, &quiet);
        for (size_t k = 0; k < claims && played == STATUS_OK; k++) {
            list[k].draws++;
            list[k].right += findings[k].share == 1; /* of the one run */
        }
        message_clear(&quiet);
        scenario_free(s);
    }
    free(findings);
    return status;
}

enum status assess_scenario(const char *file, const struct assess_options *options, struct scenario **scenario,
                            struct assessment **list, int *signal, struct messages *messages)
{
    struct scenario *s = NULL;
    *scenario = NULL;
    *list = NULL;
    *signal = 0;
    enum status status = scenario_load(file, options->scenario, &s, messages);
    if (status != STATUS_OK)
        return status;
    if (!s->dated || (s->claims == 0 && s->hindcast == NULL)) {
        message_add(messages, SEVERITY_ERROR, (struct place){file, 0, s->dated ? "claims" : "time"},
                    "is missing, there is nothing to check (allowed: %s)",
                    s->dated ? "a list of claims" : "a group { start; end; }");
        scenario_free(s);
        return STATUS_INVALID;
    }
    struct finding *findings = calloc(s->claims + 1, sizeof *findings);
    *list = calloc(s->claims + 1, sizeof **list);
    status = *list == NULL || findings == NULL ? STATUS_FAILED
             : s->claims == 0                  ? STATUS_OK /* what else the file holds is for others */
                                               : play(s, options, true, findings, signal, messages);
    for (size_t k = 0; *list && findings && k < s->claims; k++)
        (*list)[k].finding = findings[k];
    free(findings);
    enum status more = status;
    if (goes_on(more, *signal) && options->ablate)
        more = ablate(file, options, s, *list, signal, messages);
    if (goes_on(more, *signal) && options->perturb > 0 && s->claims > 0)
        more = perturb(file, options, s->claims, *list, signal, messages);
    status = more > status ? more : status;
    if (status == STATUS_OK || status == STATUS_RUNS_FAILED) {
        *scenario = s;
        return status;
    }
    scenario_free(s);
    free(*list);
    *list = NULL;
    return status;
}
