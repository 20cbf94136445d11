/* The block sweep of a scenario file: a design, and what it varies. */
#include "scenario/design.h"
#include "scenario/read.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(words) (sizeof(words) / sizeof(words)[0])

bool read_factor(struct reading *r, const config_setting_t *at, const char *path)
{
    struct scenario *s = r->scenario;
    struct factor factor = {.dimension = s->dimensions - 1};
    char *why = NULL;
    for (size_t f = 0; f < s->factors; f++)
        if (strcmp(s->factor[f].path, path) == 0) {
            read_complain(r, at, path, "is there twice (allowed: each path once)");
            return false;
        }
    if (parameter_select(s->cast, path, &factor.where, &why) != STATUS_OK) {
        read_complain(r, at, path, "%s", why ? why : "out of memory");
        free(why);
        return false;
    }
    struct factor *grown = realloc(s->factor, (s->factors + 1) * sizeof *grown);
    factor.path = strdup(path);
    if (grown != NULL)
        s->factor = grown;
    if (grown == NULL || factor.path == NULL) {
        read_complain(r, at, path, "out of memory");
        parameter_selection_free(&factor.where);
        free(factor.path);
        return false;
    }
    s->factor[s->factors++] = factor;
    return read_synthetic_fits(r, at, path, factor.where.row);
}

/* `path`, or `paths` that share the values; the first of them names the dimension if nothing else does. */
static bool read_paths(struct reading *r, const config_setting_t *group)
{
    const config_setting_t *list = config_setting_get_member(group, "paths"),
                           *one = config_setting_get_member(group, "path");
    if (list == NULL) {
        char *path = NULL;
        bool good = read_string(r, group, "path", true, &path) && read_factor(r, one, path);
        free(path);
        return good;
    }
    if (one != NULL || !config_setting_is_aggregate(list) || config_setting_is_group(list) ||
        config_setting_length(list) == 0) {
        read_complain(r, list, NULL, "is not allowed (allowed: a list of paths, in place of path)");
        return false;
    }
    for (int k = 0; k < config_setting_length(list); k++) {
        const char *path = config_setting_get_string_elem(list, k);
        if (path == NULL) {
            read_complain(r, list, NULL, "holds %s (allowed: paths)",
                          read_type_word(config_setting_get_elem(list, (unsigned)k)));
            return false;
        }
        if (!read_factor(r, list, path))
            return false;
    }
    return true;
}

/* Every value must mean the same to all paths of the dimension, factors `first` and later. */
static void read_values(struct reading *r, const config_setting_t *list, size_t first, struct dimension *d)
{
    const struct scenario *s = r->scenario;
    d->value = calloc((size_t)config_setting_length(list) + 1, sizeof *d->value);
    if (d->value == NULL)
        read_complain(r, list, NULL, "out of memory");
    for (int k = 0; d->value != NULL && k < config_setting_length(list); k++) {
        const config_setting_t *leaf = config_setting_get_elem(list, (unsigned)k);
        double value = NAN;
        bool good = true;
        for (size_t f = first; f < s->factors && good; f++) {
            double before = value;
            good = read_value(r, leaf, s->factor[f].path, s->factor[f].where.row, true, &value);
            if (good && f > first && value != before && !(isnan(value) && isnan(before))) /* none is NAN */
                read_complain(r, leaf, s->factor[f].path, "means another value here than to %s",
                              s->factor[first].path);
        }
        if (good)
            d->value[d->count++] = value;
    }
}

/* Two numbers that all paths allow, the smaller first. */
static bool read_range(struct reading *r, const config_setting_t *list, size_t first, struct dimension *d)
{
    const struct scenario *s = r->scenario;
    bool pair = config_setting_is_aggregate(list) && !config_setting_is_group(list) &&
                config_setting_length(list) == 2 && read_number(config_setting_get_elem(list, 0), &d->low) &&
                read_number(config_setting_get_elem(list, 1), &d->high);
    if (!pair || !(d->low < d->high)) {
        read_complain(r, list, NULL, "is no range (allowed: two numbers, the smaller first)");
        return false;
    }
    for (size_t f = first; f < s->factors; f++)
        for (int end = 0; end < 2; end++) {
            char *refused = parameter_refuse(s->factor[f].where.row, end ? d->high : d->low);
            if (refused != NULL) {
                read_complain(r, list, s->factor[f].path, "%s", refused);
                free(refused);
                return false;
            }
        }
    return true;
}

/* The distributions and the two settings that each needs. */
static const struct {
    const char *word, *first, *second;
    bool range; /* needed; else it may be cut off by one */
} distributions[] = {
    [SPREAD_UNIFORM] = {"uniform", NULL, NULL, true},
    [SPREAD_NORMAL] = {"normal", "mean", "sd", false},
    [SPREAD_LOGNORMAL] = {"lognormal", "median", "sigma", false},
    [SPREAD_TRIANGULAR] = {"triangular", "mode", NULL, true},
    [SPREAD_BETA] = {"beta", "alpha", "beta", true},
};

static bool read_setting(struct reading *r, const config_setting_t *group, const char *word, const char *name,
                         double *value)
{
    if (name == NULL || read_real(r, group, name, value))
        return true;
    if (config_setting_get_member(group, name) == NULL)
        read_complain(r, group, NULL, "%s is missing (needed by distribution = \"%s\")", name, word);
    return false;
}

/* Numbers of another distribution would be passed over in silence. */
static void has_own_settings(struct reading *r, const config_setting_t *group, enum spread own)
{
    for (enum spread k = SPREAD_UNIFORM; k < COUNT(distributions); k++) {
        const char *const names[] = {distributions[k].first, distributions[k].second};
        for (size_t n = 0; k != own && n < COUNT(names); n++) {
            const config_setting_t *at = names[n] ? config_setting_get_member(group, names[n]) : NULL;
            if (at != NULL)
                read_complain(r, at, NULL, "has no place here (allowed: with distribution = \"%s\")",
                              distributions[k].word);
        }
    }
}

static bool read_distribution(struct reading *r, const config_setting_t *group, const char *word,
                              struct dimension *d)
{
    const config_setting_t *at = config_setting_get_member(group, "distribution");
    const char *words[COUNT(distributions) - SPREAD_UNIFORM];
    for (enum spread w = SPREAD_UNIFORM; w < COUNT(distributions); w++)
        words[w - SPREAD_UNIFORM] = distributions[w].word;
    enum spread k = SPREAD_UNIFORM + (enum spread)read_word(r, at, word, words, COUNT(words));
    if (k == COUNT(distributions))
        return false;
    d->spread = k;
    if (distributions[k].range && config_setting_get_member(group, "range") == NULL) {
        read_complain(r, group, NULL, "range is missing (needed by distribution = \"%s\")", word);
        return false;
    }
    if (!read_setting(r, group, word, distributions[k].first, &d->first) ||
        !read_setting(r, group, word, distributions[k].second, &d->second))
        return false;
    bool good = k == SPREAD_NORMAL       ? d->second > 0
                : k == SPREAD_TRIANGULAR ? d->first >= d->low && d->first <= d->high
                : k == SPREAD_UNIFORM    ? true
                                         : d->first > 0 && d->second > 0;
    if (!good)
        read_complain(r, at, NULL, "its numbers are not allowed (allowed: %s)",
                      k == SPREAD_NORMAL      ? "sd above 0"
                      : k == SPREAD_LOGNORMAL ? "median and sigma above 0"
                      : k == SPREAD_BETA      ? "alpha and beta above 0"
                                              : "mode within the range");
    if (good && (k == SPREAD_NORMAL || k == SPREAD_LOGNORMAL) &&
        !(fmax(d->low, k == SPREAD_LOGNORMAL ? 0 : d->low) < d->high && d->first >= d->low &&
          d->first <= d->high)) {
        read_complain(r, at, NULL, "its middle, %g, is not allowed (allowed: %g..%g)", d->first, d->low,
                      d->high);
        good = false;
    }
    return good;
}

/* Where no range is given, a distribution ends where a parameter does. */
static void limit(const struct scenario *s, size_t first, struct dimension *d)
{
    d->low = -INFINITY;
    d->high = INFINITY;
    for (size_t f = first; f < s->factors; f++) {
        d->low = fmax(d->low, s->factor[f].where.row->low);
        d->high = fmin(d->high, s->factor[f].where.row->high);
    }
}

/* The steps of a range in a grid, as listed values. */
static void list_steps(struct reading *r, const config_setting_t *group, struct dimension *d)
{
    long long steps = 0;
    if (!read_whole(r, group, "steps", 2, DESIGN_MOST_POINTS, &steps)) {
        if (config_setting_get_member(group, "steps") == NULL)
            read_complain(r, group, NULL, "needs steps (allowed: in a grid, range with steps, or values)");
        return;
    }
    d->value = calloc((size_t)steps + 1, sizeof *d->value);
    if (d->value == NULL)
        read_complain(r, group, NULL, "out of memory");
    for (long long k = 0; d->value != NULL && k < steps; k++) {
        double inside = design_along(d, d->high, (double)k / (double)(steps - 1));
        double value = k == steps - 1 ? d->high : inside;
        d->value[d->count++] = d->whole ? round(value) : value;
    }
    d->spread = SPREAD_VALUES;
}

/* What stands in the group must fit what the design does with it; words that do not are named. */
static bool has_only(struct reading *r, const config_setting_t *group, const char *const *words, size_t count,
                     const char *why)
{
    for (size_t w = 0; w < count; w++) {
        const config_setting_t *at = config_setting_get_member(group, words[w]);
        if (at != NULL) {
            read_complain(r, at, NULL, "has no place here (%s)", why);
            return false;
        }
    }
    return true;
}

static void read_spread(struct reading *r, const config_setting_t *group, size_t first, struct dimension *d)
{
    static const char *const others[] = {"range",  "distribution", "scale", "steps", "mean", "sd",
                                         "median", "sigma",        "mode",  "alpha", "beta"};
    const struct scenario *s = r->scenario;
    const config_setting_t *values = config_setting_get_member(group, "values"),
                           *range = config_setting_get_member(group, "range");
    bool draws = design_draws(s->design), words = false;
    char *scale = NULL, *distribution = NULL;
    for (size_t f = first; f < s->factors; f++) {
        words = words || s->factor[f].where.row->flags & (F_WORD | F_STATE | F_SWITCH);
        d->whole = d->whole || s->factor[f].where.row->flags & F_WHOLE;
    }
    bool ranged = range != NULL || config_setting_get_member(group, "distribution") != NULL;
    if (values != NULL || words || s->design == DESIGN_LIST || !ranged) {
        if (values == NULL || !config_setting_is_aggregate(values) || config_setting_is_group(values) ||
            config_setting_length(values) == 0)
            read_complain(r, values ? values : group, s->factor[first].path,
                          draws && !words
                              ? "needs values, a range or a distribution (allowed: a list of one or more, "
                                "[LOW, HIGH], uniform, normal, lognormal, triangular, beta)"
                              : "needs values (allowed: a list of one or more)");
        else if (has_only(r, group, others, COUNT(others), "allowed: values alone, or a range or distribution"))
            read_values(r, values, first, d);
        return;
    }
    d->spread = SPREAD_UNIFORM;
    limit(s, first, d);
    bool good = range == NULL || read_range(r, range, first, d);
    if (read_string(r, group, "scale", false, &scale)) {
        d->log = strcmp(scale, "log") == 0;
        if (!d->log && strcmp(scale, "linear") != 0)
            read_complain(r, config_setting_get_member(group, "scale"), NULL,
                          "'%s' is not allowed (allowed: linear, log)", scale);
        else if (d->log && good && !(d->low > 0))
            read_complain(r, range ? range : group, NULL, "cannot be logarithmic (allowed: a range above 0)");
    }
    if (read_string(r, group, "distribution", false, &distribution) && good)
        good = read_distribution(r, group, distribution, d);
    if (good)
        has_own_settings(r, group, d->spread);
    if (d->spread != SPREAD_UNIFORM && scale != NULL)
        has_only(r, group, (const char *const[]){"scale"}, 1, "allowed: with a range alone");
    if (!draws && d->spread != SPREAD_UNIFORM)
        read_complain(r, config_setting_get_member(group, "distribution"), NULL,
                      "has no place in a grid (allowed: range with steps, or values)");
    else if (!draws && good)
        list_steps(r, group, d);
    else if (draws)
        has_only(r, group, (const char *const[]){"steps"}, 1, "allowed: in a grid");
    free(scale);
    free(distribution);
}

static void dimension_item(struct reading *r, const config_setting_t *group, void *unused)
{
    static const char *const words[] = {"path",  "paths",        "name", "values", "range",  "scale",
                                        "steps", "distribution", "mean", "sd",     "median", "sigma",
                                        "mode",  "alpha",        "beta", "note"};
    struct scenario *s = r->scenario;
    struct dimension *d = &s->dimension[s->dimensions++];
    size_t first = s->factors;
    (void)unused;
    read_known(r, group, words, COUNT(words));
    if (!read_paths(r, group))
        return;
    if (!read_string(r, group, "name", false, &d->name))
        d->name = strdup(s->factor[first].path);
    if (d->name != NULL && (d->name[0] == '\0' || strpbrk(d->name, "\n\r") != NULL))
        read_complain(r, config_setting_get_member(group, "name"), NULL, "is no name (allowed: one line)");
    for (size_t k = 0; d->name != NULL && k + 1 < s->dimensions; k++)
        if (s->dimension[k].name != NULL && strcmp(s->dimension[k].name, d->name) == 0)
            read_complain(r, group, NULL, "the name '%s' is there twice (allowed: each once)", d->name);
    if (d->name == NULL)
        read_complain(r, group, NULL, "out of memory");
    else
        read_spread(r, group, first, d);
}

/* `samples` and what else a design that draws its points goes by. */
static void read_draws(struct reading *r, const config_setting_t *group, const char *given)
{
    struct scenario *s = r->scenario;
    const config_setting_t *second = config_setting_get_member(group, "second_order"),
                           *levels = config_setting_get_member(group, "levels"),
                           *samples = config_setting_get_member(group, "samples");
    const char *word = scenario_design_word(s->design);
    long long number = 0;
    if (read_whole(r, group, "samples", 1, DESIGN_MOST_POINTS, &number))
        s->samples = (size_t)number;
    unsigned long long own = 0;
    if (given != NULL && design_draws(s->design)) {
        if (read_digits(given, DESIGN_MOST_POINTS, &own) && own > 0)
            s->samples = (size_t)own;
        else
            message_add(r->messages, SEVERITY_ERROR, (struct place){"--samples", 0, NULL},
                        "'%s' is not allowed (allowed: 1..%d)", given, DESIGN_MOST_POINTS);
    } else if (given != NULL) {
        message_add(r->messages, SEVERITY_ERROR, (struct place){"--samples", 0, NULL},
                    "a %s has the points that its file names (allowed: with a design that draws them)", word);
    }
    if (samples == NULL && s->samples == 0 && design_draws(s->design))
        read_complain(r, group, "sweep.samples", "is missing (allowed: a whole number, 1..%d)",
                      DESIGN_MOST_POINTS);
    if (samples != NULL && !design_draws(s->design))
        read_complain(r, samples, NULL,
                      "has no place in a %s (allowed: random, latin-hypercube, sobol, morris)", word);
    if (second != NULL && s->design != DESIGN_SOBOL)
        read_complain(r, second, NULL, "has no place here (allowed: with design = \"sobol\")");
    else if (second != NULL && config_setting_type(second) != CONFIG_TYPE_BOOL)
        read_complain(r, second, NULL, "is %s (allowed: true, false)", read_type_word(second));
    else if (second != NULL)
        s->second_order = config_setting_get_bool(second);
    s->levels = 4;
    if (levels != NULL && s->design != DESIGN_MORRIS) {
        read_complain(r, levels, NULL, "has no place here (allowed: with design = \"morris\")");
    } else if (read_whole(r, group, "levels", 2, 1000, &number)) {
        s->levels = (unsigned)number;
        if (number % 2 != 0)
            read_complain(r, levels, NULL, "%lld is not allowed (allowed: even numbers)", number);
    }
}

static void count_points(struct reading *r, const config_setting_t *group)
{
    struct scenario *s = r->scenario;
    for (size_t d = 1; s->design == DESIGN_LIST && d < s->dimensions; d++)
        if (s->dimension[d].count != s->dimension[0].count)
            read_complain(r, group, s->dimension[d].name,
                          "has %zu values where %s has %zu (allowed in a list: as many for each)",
                          s->dimension[d].count, s->dimension[0].name, s->dimension[0].count);
    if (s->dimensions > design_most_dimensions(s->design)) {
        read_complain(r, group, "sweep.parameters", "has %zu parameters (allowed in a %s design: %zu%s)",
                      s->dimensions, scenario_design_word(s->design), design_most_dimensions(s->design),
                      s->design == DESIGN_SOBOL ? ", two dimensions of GSL's Sobol' sequence for each" : "");
        s->points = 1;
        return;
    }
    s->points = design_points(s);
    if (s->points > DESIGN_MOST_POINTS) {
        read_complain(r, group, NULL, "the %s is too large (allowed: 10 million points)",
                      s->design == DESIGN_GRID ? "grid" : "design");
        s->points = 1;
    }
}

static void read_design(struct reading *r, const config_setting_t *group)
{
    struct scenario *s = r->scenario;
    char *word = NULL;
    if (!read_string(r, group, "design", true, &word))
        return;
    const char *words[DESIGN_MORRIS + 1 - DESIGN_GRID];
    for (enum design k = DESIGN_GRID; k <= DESIGN_MORRIS; k++)
        words[k - DESIGN_GRID] = scenario_design_word(k);
    size_t k = read_word(r, config_setting_get_member(group, "design"), word, words, COUNT(words));
    if (k < COUNT(words))
        s->design = DESIGN_GRID + (enum design)k;
    free(word);
}

void read_sweep(struct reading *r, const config_setting_t *group, const char *samples)
{
    static const char *const words[] = {"design",  "replicates",   "parameters", "points",
                                        "samples", "second_order", "levels"};
    struct scenario *s = r->scenario;
    long long replicates;
    char *points = NULL;
    size_t before = r->messages->errors;
    if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
        read_complain(r, group, NULL, "is %s (allowed: a group { design; parameters; })",
                      read_type_word(group));
        return;
    }
    read_known(r, group, words, COUNT(words));
    if (read_whole(r, group, "replicates", 1, 4294967295LL, &replicates))
        s->replicates = (unsigned long)replicates;
    read_design(r, group);
    if (s->design != DESIGN_NONE)
        read_draws(r, group, samples);
    const config_setting_t *list = config_setting_get_member(group, "parameters"),
                           *file = config_setting_get_member(group, "points");
    r->varies = true;
    if (file != NULL && (list != NULL || s->design != DESIGN_LIST)) {
        read_complain(r, file, NULL,
                      "has no place here (allowed: with design = \"list\", in place of parameters)");
    } else if (file != NULL) {
        if (read_string(r, group, "points", true, &points))
            read_points(r, file, points);
    } else if (list == NULL) {
        read_complain(r, group, "sweep.parameters", "is missing (allowed: a list ( { path; values; }, ... ))");
    } else {
        s->dimension = calloc((size_t)config_setting_length(list) + 1, sizeof *s->dimension);
        if (s->dimension == NULL)
            read_complain(r, list, NULL, "out of memory");
        else
            read_each_group(r, list, "path; values;", dimension_item, NULL);
    }
    r->varies = false;
    if (r->messages->errors == before)
        count_points(r, group);
    free(points);
}

void sweep_free(struct scenario *s)
{
    for (size_t d = 0; d < s->dimensions; d++) {
        free(s->dimension[d].name);
        free(s->dimension[d].value);
    }
    for (size_t f = 0; f < s->factors; f++) {
        free(s->factor[f].path);
        parameter_selection_free(&s->factor[f].where);
    }
    free(s->dimension);
    free(s->factor);
    free(s->sample);
}
