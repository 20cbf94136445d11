#include "model/quantity.h"
#include "base/nearest.h"

#include <stdlib.h>
#include <string.h>

/* One axis of a variable: how many labels, and their text. */
struct axis {
    size_t count;
    char *const *label;
    const char *what;
};

static size_t axes_of(const struct cast *cast, enum shape shape, struct axis axis[3])
{
    const struct axis state = {cast->states, cast->code, "state"},
                      option = {cast->options, cast->option, "pole"},
                      body = {cast->bodies, cast->body, "institution"},
                      issue = {cast->issues, cast->issue, "issue"};
    axis[0] = state;
    switch (shape) {
    case SHAPE_MODEL:
        return 0;
    case SHAPE_STATE:
    case SHAPE_PROVINCE:
        return 1;
    case SHAPE_OPTION:
        axis[1] = option;
        return 2;
    case SHAPE_MEMBER:
        axis[1] = body;
        return 2;
    case SHAPE_BODY:
        axis[0] = body;
        return 1;
    case SHAPE_PLAY: /* named state, state_to, issue */
        axis[1] = state;
        axis[2] = issue;
        return 3;
    default:
        axis[1] = state;
        return 2;
    }
}

/* Marks one label, or all with "*". */
static enum status mark(const struct axis *axis, const char *label, bool *marked, char **why)
{
    struct nearest near = {.wanted = label};
    bool all = strcmp(label, "*") == 0, found = all && axis->count > 0;
    for (size_t k = 0; k < axis->count; k++) {
        if (all || strcmp(axis->label[k], label) == 0)
            marked[k] = found = true;
        nearest_offer(&near, axis->label[k]);
    }
    if (found)
        return STATUS_OK;
    *why = message_text("unknown %s '%s' (%s%s%s)", axis->what, label,
                        near.best ? "did you mean '" : "allowed: each ", near.best ? near.best : axis->what,
                        near.best ? "'?" : " of the world, *");
    return STATUS_INVALID;
}

/* Marks what "!A!B" leaves out. */
static enum status mark_left_out(const struct axis *axis, char *text, bool *marked, char **why)
{
    char *next = text;
    enum status status = STATUS_OK;
    while (next != NULL && status == STATUS_OK) {
        char *label = next + 1; /* behind the ! */
        next = strchr(label, '!');
        if (next != NULL)
            *next = '\0';
        status = mark(axis, label, marked, why);
    }
    return status;
}

/* Adds the weight of one term to the axis' weights: "A", "*" or "!A!B"; a mean if it stands for many labels. */
static enum status add_term(const struct axis *axis, char *term, double *weights, char **why)
{
    bool *marked = calloc(axis->count + 1, sizeof *marked), others = term[0] == '!';
    if (marked == NULL)
        return STATUS_FAILED;
    enum status status = others ? mark_left_out(axis, term, marked, why) : mark(axis, term, marked, why);
    size_t count = 0;
    for (size_t k = 0; k < axis->count; k++)
        count += marked[k] != others;
    if (status == STATUS_OK && count == 0) {
        *why = message_text("a label with ! leaves out every %s (allowed: one or more stay)", axis->what);
        status = STATUS_INVALID;
    }
    for (size_t k = 0; status == STATUS_OK && k < axis->count; k++)
        weights[k] += marked[k] != others ? 1.0 / (double)count : 0;
    free(marked);
    return status;
}

/* "A|B" or "A+B" or "A" -> weights over the axis. */
static enum status read_labels(const struct axis *axis, char *text, double *weights, char **why)
{
    double terms = 1;
    bool mean = strchr(text, '|') != NULL;
    if (mean && strchr(text, '+') != NULL) {
        *why = message_text("'%s' mixes + and | (allowed: + for the sum or | for the mean)", text);
        return STATUS_INVALID;
    }
    memset(weights, 0, axis->count * sizeof *weights);
    char *label = text;
    for (char *cut = strpbrk(label, "|+"); cut != NULL; cut = strpbrk(label, "|+")) {
        *cut = '\0';
        enum status status = add_term(axis, label, weights, why);
        if (status != STATUS_OK)
            return status;
        label = cut + 1;
        terms++;
    }
    enum status status = add_term(axis, label, weights, why);
    for (size_t k = 0; mean && k < axis->count; k++)
        weights[k] /= terms;
    return status;
}

static enum status unknown_name(const char *name, char **why)
{
    struct nearest near = {.wanted = name};
    for (size_t k = 0; k < variable_count; k++)
        nearest_offer(&near, variable_table[k].name);
    *why = message_text("unknown quantity '%s' (%s%s%s)", name, near.best ? "did you mean '" : "",
                        near.best ? near.best : "see: equipoise parameters --variables", near.best ? "'?" : "");
    return STATUS_INVALID;
}

enum { MOST_AXES = 3 };

/* Splits "name[a,b]" in place; returns the number of label texts, or -1 if the brackets are wrong. */
static int split(char *text, char *label[MOST_AXES])
{
    char *open = strchr(text, '[');
    if (open == NULL)
        return 0;
    size_t length = strlen(open);
    if (open[length - 1] != ']' || length < 3)
        return -1;
    open[length - 1] = '\0';
    *open = '\0';
    int given = 0;
    for (char *next = open + 1; next != NULL; given++) {
        if (given == MOST_AXES)
            return -1;
        label[given] = next;
        next = strchr(next, ',');
        if (next != NULL)
            *next++ = '\0';
    }
    return given;
}

static void drop_spaces(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++)
        if (*from != ' ')
            *to++ = *from;
    *to = '\0';
}

/* The form of a variable: "name[state,pole]"; the caller frees. */
static char *form_of(const char *name, size_t axes, const struct axis axis[MOST_AXES])
{
    char *text = message_text("%s%s", name, axes > 0 ? "[" : "");
    for (size_t k = 0; k < axes && text != NULL; k++) {
        char *more = message_text("%s%s%s", text, axis[k].what, k + 1 < axes ? "," : "]");
        free(text);
        text = more;
    }
    return text;
}

/* Every element whose labels all carry weight. */
static void collect(struct quantity *quantity, const struct axis axis[MOST_AXES],
                    double *const weights[MOST_AXES])
{
    for (size_t a = 0; a < axis[0].count; a++)
        for (size_t b = 0; b < axis[1].count; b++)
            for (size_t c = 0; c < axis[2].count; c++) {
                double weight = weights[0][a] * weights[1][b] * weights[2][c];
                if (weight == 0)
                    continue;
                quantity->element[quantity->count] = (a * axis[1].count + b) * axis[2].count + c;
                quantity->weight[quantity->count++] = weight;
            }
}

enum status quantity_parse(const struct cast *cast, const char *text, struct quantity *quantity, char **why)
{
    char *copy = strdup(text), *label[MOST_AXES] = {NULL, NULL, NULL}, *form = NULL;
    double *weights[MOST_AXES] = {NULL, NULL, NULL};
    struct axis axis[MOST_AXES] = {{1, NULL, ""}, {1, NULL, ""}, {1, NULL, ""}};
    enum status status = STATUS_FAILED;

    *quantity = (struct quantity){.mean = strpbrk(text, "*!|") != NULL};
    *why = NULL;
    if (copy == NULL)
        goto out;
    drop_spaces(copy);
    int given = split(copy, label);
    const struct variable *variable = variable_find(copy);
    status = STATUS_INVALID;
    if (given < 0) {
        *why = message_text("'%s' is no quantity (form: name, name[label] or name[label,label])", text);
        goto out;
    }
    if (variable == NULL) {
        status = unknown_name(copy, why);
        goto out;
    }
    size_t axes = axes_of(cast, variable->shape, axis);
    if (axes != (size_t)given) {
        form = form_of(copy, axes, axis);
        *why = message_text("'%s' takes %zu label%s, not %d (form: %s)", copy, axes, axes == 1 ? "" : "s",
                            given, form ? form : copy);
        goto out;
    }
    for (size_t k = axes; k < MOST_AXES; k++)
        axis[k].count = 1;
    status = STATUS_FAILED;
    size_t elements = 1;
    for (size_t k = 0; k < MOST_AXES; k++) {
        weights[k] = calloc(axis[k].count + 1, sizeof(double));
        if (weights[k] == NULL)
            goto out;
        weights[k][0] = 1;
        elements *= axis[k].count;
    }
    quantity->element = calloc(elements + 1, sizeof *quantity->element);
    quantity->weight = calloc(elements + 1, sizeof *quantity->weight);
    if (!quantity->element || !quantity->weight)
        goto out;
    status = STATUS_OK;
    for (size_t k = 0; k < axes && status == STATUS_OK; k++)
        status = read_labels(&axis[k], label[k], weights[k], why);
    quantity->variable = (size_t)(variable - variable_table);
    if (status == STATUS_OK)
        collect(quantity, axis, weights);
out:
    free(copy);
    free(form);
    for (size_t k = 0; k < MOST_AXES; k++)
        free(weights[k]);
    if (status != STATUS_OK)
        quantity_free(quantity);
    return status;
}

/* Adds up what is there: the dead leave sums, and means are over the rest. */
struct tally {
    double sum, known, all;
};

static void add(struct tally *tally, double weight, double value)
{
    tally->all += weight;
    if (isnan(value))
        return;
    tally->sum += weight * value;
    tally->known += weight;
}

static double result_of(const struct quantity *quantity, struct tally tally)
{
    if (tally.known == tally.all)
        return tally.sum;
    if (tally.known == 0)
        return NAN;
    return quantity->mean ? tally.sum * (tally.all / tally.known) : tally.sum;
}

double quantity_value(const struct quantity *quantity, const double *record)
{
    struct tally tally = {0, 0, 0};
    for (size_t k = 0; k < quantity->count; k++)
        add(&tally, quantity->weight[k], record[quantity->element[k]]);
    return result_of(quantity, tally);
}

double quantity_measure(const struct quantity *quantity, const struct world *world, double *room)
{
    const struct variable *variable = &variable_table[quantity->variable];
    struct tally tally = {0, 0, 0};
    if (variable->measure != NULL || variable->read != NULL) {
        variable_read(world, variable, room);
        return quantity_value(quantity, room);
    }
    for (size_t k = 0; k < quantity->count; k++)
        add(&tally, quantity->weight[k], variable_element(world, variable, quantity->element[k]));
    return result_of(quantity, tally);
}

void quantity_free(struct quantity *quantity)
{
    free(quantity->element);
    free(quantity->weight);
    *quantity = (struct quantity){0};
}
