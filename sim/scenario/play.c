/* From a scenario to a world ready to be played, and back to a text that reproduces it. */
#include "scenario/read.h"
#include "model/calibrate.h"
#include "model/flow.h"
#include "model/portfolio.h"
#include "model/synthetic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether two changes touch a common place, of `states` states; either direction of a symmetric pair is the same. */
static bool overlap(const struct change *a, const struct change *b, size_t states)
{
    bool symmetric = a->where.row->flags & F_SYMMETRIC;
    if (a->where.row != b->where.row)
        return false;
    for (size_t i = 0; i < a->where.count; i++)
        for (size_t j = 0; j < b->where.count; j++) {
            size_t slot = b->where.slot[j];
            if (a->where.slot[i] == slot ||
                (symmetric && a->where.slot[i] == slot % states * states + slot / states))
                return true;
        }
    return false;
}

/* Whether what was given as number g comes from the command line and is about a place that a change touches. */
static bool commanded(const struct scenario *s, size_t g, const struct change *change)
{
    return strcmp(s->given.remark[g].file, "--set") == 0 && overlap(&s->given.list[g], change, s->cast->states);
}

static struct change factor_change(const struct scenario *s, size_t factor, size_t point)
{
    return (struct change){s->factor[factor].where, CHANGE_SET, scenario_factor(s, factor, point), 0, 1};
}

/* Gives what the design says of places that a change has touched once more. */
static void vary_again(const struct scenario *s, const struct change *touched, size_t point,
                       struct world *world)
{
    for (size_t f = 0; f < s->factors; f++) {
        struct change change = factor_change(s, f, point);
        if (overlap(&change, touched, s->cast->states))
            events_change(world, &change);
    }
}

/* Makes changes in their order.  What the command line gives to a place that one of them touches has the last word there,
 * and the design over both. */
static void change_all(const struct scenario *s, const struct changes *changes, size_t point,
                       struct world *world)
{
    for (size_t k = 0; k < changes->count; k++) {
        events_change(world, &changes->list[k]);
        vary_again(s, &changes->list[k], point, world);
        for (size_t g = 0; g < s->given.count; g++)
            if (commanded(s, g, &changes->list[k])) {
                events_change(world, &s->given.list[g]);
                vary_again(s, &s->given.list[g], point, world); /* it may name more places than the change */
            }
    }
}

/* Where an element of [first, first + width) of a row was given last; the file as a whole if it never was. */
static struct place given_at(const struct scenario *s, size_t offset, size_t first, size_t width,
                             const char *path)
{
    struct place place = {s->file, 0, path};
    for (size_t k = 0; k < s->given.count; k++) {
        const struct selection *where = &s->given.list[k].where;
        for (size_t e = 0; where->row->offset == offset && e < where->count; e++)
            if (where->slot[e] >= first && where->slot[e] < first + width) {
                place.file = s->given.remark[k].file;
                place.line = s->given.remark[k].line;
            }
    }
    return place;
}

/* Export shares may be given in part: what was not given is as in trade, and each row sums to one.  A state whose
 * alignments are all given as nothing is refused. */
static enum status settle_shares(const struct scenario *s, struct world *world, struct messages *messages)
{
    size_t n = s->cast->states, options = s->cast->options;
    for (size_t i = 0; i < n; i++) {
        double *sells = world->now.export_share + i * n;
        if (memcmp(sells, world->set.trade_share + i * n, n * sizeof *sells) != 0)
            portfolio_normalise(sells, n);
        if (isnan(world->now.alignment[i * options])) {
            char *path = message_text("dyads.%s.*.alignment", s->cast->code[i]);
            message_add(messages, SEVERITY_ERROR,
                        given_at(s, offsetof(struct world, now.alignment), i * options, options, path),
                        "shares sum to 0 (allowed: more than 0, at most 1)");
            free(path);
            return STATUS_INVALID;
        }
    }
    return STATUS_OK;
}

static void refuse_burden(const struct scenario *s, const struct world *world, size_t state,
                          struct messages *messages)
{
    char *path = message_text("states.%s.arms.spending", s->cast->code[state]);
    message_add(messages, SEVERITY_ERROR, given_at(s, offsetof(struct world, set.spending), state, 1, path),
                "the first burden is %.4g of GDP (allowed: less than security_seeking.burden_ceiling, %.4g)",
                world->now.burden[state], world->set.burden_ceiling[state]);
    free(path);
}

/* What a point of the design and an arm make of the world that is given. */
static void change_given(const struct scenario *s, size_t arm, size_t point, struct world *world)
{
    for (size_t f = 0; f < s->factors; f++) {
        struct change change = factor_change(s, f, point);
        events_change(world, &change);
    }
    change_all(s, &s->arm[arm].world, point, world);
}

/* A world as it is before anything is worked out; NULL if memory ran out. */
static struct world *world_given(const struct scenario *s, size_t arm, size_t point, size_t replicate)
{
    struct world *world = world_copy(s->world);
    if (world == NULL)
        return NULL;
    world->replicate = replicate;
    change_given(s, arm, point, world);
    if (s->synthetic) { /* some of these changes are about the drawing, others go on top of it */
        scenario_draw(s, world, replicate);
        change_given(s, arm, point, world);
    }
    return world;
}

enum status scenario_world(const struct scenario *s, size_t arm, size_t point, size_t replicate,
                           struct world **out, struct messages *messages)
{
    const struct changes *set = &s->arm[arm].set;
    struct world *world = world_given(s, arm, point, replicate);
    size_t state = 0;
    enum status status = STATUS_FAILED;
    *out = NULL;
    if (world == NULL)
        goto out;
    calibrate_complete(world);
    status = settle_shares(s, world, messages);
    if (status != STATUS_OK)
        goto out;
    status = calibrate_world(world, &state);
    if (status == STATUS_INVALID)
        refuse_burden(s, world, state, messages);
    if (status != STATUS_OK)
        goto out;
    change_all(s, set, point, world);
    events_settle(world, set->list, set->count, true);
    status = events_plan(world, &s->arm[arm].plan);
    if (status == STATUS_OK)
        status = flow_prepare(world);
out:
    if (status == STATUS_FAILED)
        message_add(messages, SEVERITY_ERROR, (struct place){s->file, 0, NULL}, "out of memory");
    if (status != STATUS_OK)
        world_free(world);
    else
        *out = world;
    return status;
}

/* ---- the effective configuration ----------------------------------------------------------------------- */

static void print_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

/* A number that libconfig reads back as the same number. */
static void print_value(FILE *out, const struct parameter *row, const struct cast *cast, double value)
{
    char *text = parameter_show(row, cast, value);
    if (text == NULL)
        return;
    if (row->flags & (F_WORD | F_STATE))
        print_string(out, text);
    else if (row->flags & F_SWITCH || strpbrk(text, ".en") != NULL)
        fputs(text, out);
    else
        fprintf(out, "%s.0", text);
    free(text);
}

static void print_names(FILE *out, const char *group, size_t count, char *const *code, char *const *name)
{
    fprintf(out, "%s = {\n", group);
    for (size_t k = 0; k < count; k++) {
        fprintf(out, "  %s = { name = ", code[k]);
        print_string(out, name[k]);
        fputs("; };\n", out);
    }
    fputs("};\n", out);
}

static void print_group(FILE *out, const char *name, const struct cast *cast, const struct cast_group *group)
{
    fprintf(out, "%s = [", name);
    for (size_t k = 0; k < group->count; k++)
        fprintf(out, "%s\"%s\"", k ? ", " : "", cast->code[group->state[k]]);
    fputs("]; ", out);
}

static void print_issues(FILE *out, const struct cast *cast)
{
    fputs("issues = (", out);
    for (size_t k = 0; k < cast->issues; k++) {
        const char *comma = "";
        fprintf(out, "%s{ name = \"%s\"; title = ", k ? ", " : "", cast->issue[k]);
        print_string(out, cast->issue_title[k]);
        fprintf(out, "; common_threat = %s; pairs = [", cast->common_threat[k] ? "true" : "false");
        for (size_t p = 0; p < cast->pairs; p++)
            if (cast->pair[p].issue == k) {
                fprintf(out, "%s\"%s %s\"", comma, cast->code[cast->pair[p].i], cast->code[cast->pair[p].j]);
                comma = ", ";
            }
        fputs("]; bodies = [", out);
        comma = "";
        for (size_t b = 0; b < cast->bodies; b++)
            if (cast->works_on[b * cast->issues + k]) {
                fprintf(out, "%s\"%s\"", comma, cast->body[b]);
                comma = ", ";
            }
        fputs("]; }", out);
    }
    fputs("); ", out);
}

static void print_roles(FILE *out, const struct cast *cast, bool poles)
{
    fputs("roles = { ", out);
    if (poles)
        print_group(out, "poles", cast, &cast->role[ROLE_POLES]);
    print_group(out, "theatre", cast, &cast->role[ROLE_THEATRE]);
    print_group(out, "deciders", cast, &cast->role[ROLE_DECIDERS]);
    if (cast->bloc != NULL) {
        fputs("region = { name = ", out);
        print_string(out, cast->bloc);
        fputs("; ", out);
        print_group(out, "members", cast, &cast->role[ROLE_REGION]);
        fputs("}; ", out);
    }
    if (cast->issues > 0)
        print_issues(out, cast);
    if (cast->reference_place != CAST_NONE)
        fprintf(out, "reference_place = \"%s\"; ", cast->code[cast->reference_place]);
    if (cast->danger_source != CAST_NONE)
        fprintf(out, "danger_source = \"%s\"; ", cast->code[cast->danger_source]);
    fputs("};\n", out);
}

static void print_change(FILE *out, const struct scenario *s, const struct changes *changes, size_t k,
                         const char *comma)
{
    fprintf(out, "%s  { path = \"%s\"; value = ", comma, changes->remark[k].path);
    print_value(out, changes->list[k].where.row, s->cast, changes->list[k].value);
    fputs("; }", out);
}

/* Of a synthetic world what is drawn is not said; of another one how to draw. */
static bool is_left_out(const struct scenario *s, const struct parameter *row)
{
    return s->synthetic ? row->shape != SHAPE_MODEL : synthetic_rules(row);
}

/* { path = "..."; value = ...; } for every value of the world that is known: numbers of model, states and bodies
 * always, those of pairs where they differ from the default. */
static void print_world(FILE *out, const struct scenario *s)
{
    const char *comma = "";
    fputs("world = (\n", out);
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        const double *values = parameter_values(s->world, row);
        bool pairs = row->shape == SHAPE_DYAD || row->shape == SHAPE_FELT;
        bool sparse = pairs || row->shape == SHAPE_OPTION || row->shape == SHAPE_MEMBER;
        for (size_t e = 0; e < world_length(s->cast, row->shape); e++) {
            bool self = pairs && e / s->cast->states == e % s->cast->states;
            if (isnan(values[e]) || self || (sparse && values[e] == row->value) ||
                (row->flags & F_SWITCH && row->high == 0) || is_left_out(s, row))
                continue;
            char *path = parameter_path(s->cast, row, e);
            fprintf(out, "%s  { path = \"%s\"; value = ", comma, path ? path : "");
            print_value(out, row, s->cast, values[e]);
            fputs("; }", out);
            comma = ",\n";
            free(path);
        }
    }
    for (size_t k = 0; s->synthetic && k < s->given.count; k++)
        if (s->given.list[k].where.row->shape != SHAPE_MODEL)
            print_change(out, s, &s->given, k, ",\n");
    fputs("\n);\n", out);
}

/* The changes from number `first` on, with what the command line puts on top of them. */
static void print_changes(FILE *out, const struct scenario *s, const char *block, const struct changes *set,
                          size_t first)
{
    if (set->count == first)
        return;
    fprintf(out, "%s = (\n", block);
    for (size_t k = first; k < set->count; k++) {
        print_change(out, s, set, k, k > first ? ",\n" : "");
        for (size_t g = 0; g < s->given.count; g++)
            if (commanded(s, g, &set->list[k]))
                print_change(out, s, &s->given, g, ",\n");
    }
    fputs("\n);\n", out);
}

static void print_events(FILE *out, const struct scenario *s, const struct changes *events, size_t first)
{
    static const char *const how[] = {"set", "add", "scale"};
    if (events->count == first)
        return;
    fputs("events = (\n", out);
    for (size_t k = first; k < events->count; k++) {
        const struct change *change = &events->list[k];
        const struct remark *remark = &events->remark[k];
        char at[16];
        scenario_quarter_text(change->at, at);
        fprintf(out, "%s  { at = \"%s\"; path = \"%s\"; %s = ", k > first ? ",\n" : "", at, remark->path,
                how[change->how]);
        print_value(out, change->where.row, s->cast, change->value);
        fprintf(out, "; over = \"%uQ\";", change->parts);
        if (remark->note) {
            fputs(" note = ", out);
            print_string(out, remark->note);
            fputc(';', out);
        }
        if (remark->source) {
            fputs(" source = ", out);
            print_string(out, remark->source);
            fputc(';', out);
        }
        fputs(" }", out);
    }
    fputs("\n);\n", out);
}

/* What an arm does beyond the one that it begins with. */
static void print_arm(FILE *out, const struct scenario *s, size_t a)
{
    const struct scenario_arm *arm = &s->arm[a], *from = a == 1 ? NULL : &s->arm[arm->from];
    print_changes(out, s, "world", &arm->world, 0);
    print_changes(out, s, "set", &arm->set, from ? from->set.count : 0);
    print_events(out, s, &arm->events, from ? from->events.count : 0);
}

static void print_arms(FILE *out, const struct scenario *s)
{
    if (s->arm[1].set.count > 0 || s->arm[1].events.count > 0) {
        fputs("baseline = {\n", out);
        print_arm(out, s, 1);
        fputs("};\n", out);
    }
    print_arm(out, s, 0);
    if (s->arms == 2)
        return;
    fputs("branches = {\n", out);
    for (size_t a = 2; a < s->arms; a++) {
        fprintf(out, "%s = {\nfrom = \"%s\";\n", s->arm[a].name, s->arm[a].from == 1 ? "baseline" : "scenario");
        print_arm(out, s, a);
        fputs("};\n", out);
    }
    fputs("};\n", out);
}

static void print_record(FILE *out, const struct scenario *s)
{
    if (s->records == 0) /* summaries alone: who plays a run of it again sees everything */
        return;
    fprintf(out, "record = { every = %u; variables = [", s->every);
    for (size_t k = 0; k < s->records; k++)
        fprintf(out, "%s\"%s\"", k ? ", " : "", variable_table[s->record[k]].name);
    fputs("]; };\n", out);
}

char *scenario_effective(const struct scenario *s)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return NULL;
    fputs("title = ", out);
    print_string(out, s->title ? s->title : s->name);
    if (s->description != NULL) {
        fputs(";\ndescription = ", out);
        print_string(out, s->description);
    }
    fprintf(out, ";\nseed = \"%llu\";\nreplicates = %luL;\n", (unsigned long long)s->seed, s->replicates);
    if (s->dated) {
        char start[16], end[16];
        scenario_quarter_text(s->start, start);
        scenario_quarter_text(s->end, end);
        fprintf(out, "time = { start = \"%s\"; end = \"%s\"; steps_per_quarter = %u; };\n", start, end,
                s->steps_per_quarter);
    }
    print_record(out, s);
    if (!s->synthetic)
        print_names(out, "states", s->cast->states, s->cast->code, s->cast->name);
    if (s->cast->bodies > 0)
        print_names(out, "institutions", s->cast->bodies, s->cast->body, s->cast->body_title);
    print_roles(out, s->cast, !s->synthetic);
    print_world(out, s);
    print_arms(out, s);
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

/* ---- the world as a file --------------------------------------------------------------------------------- */

/* The path that names a row's places from `first` on, [width]: "dyads.S1.*.hostility_anchor".  The caller frees. */
static char *line_path(const struct cast *cast, const struct parameter *row, size_t line)
{
    switch (row->shape) {
    case SHAPE_STATE:
        return message_text("states.*.%s", row->path);
    case SHAPE_DYAD:
    case SHAPE_FELT:
        return message_text("dyads.%s.*.%s", cast->code[line], row->path);
    default:
        return NULL;
    }
}

struct page {
    FILE *out;
    const struct cast *cast;
    const char *comma;
};

static void print_place(struct page *p, const struct parameter *row, size_t slot, double value)
{
    char *path = parameter_path(p->cast, row, slot);
    fprintf(p->out, "%s  { path = \"%s\"; value = ", p->comma, path ? path : "");
    print_value(p->out, row, p->cast, value);
    fputs("; }", p->out);
    p->comma = ",\n";
    free(path);
}

/* Whether a symmetric pair is told by its other direction. */
static bool is_mirrored(const struct cast *cast, const struct parameter *row, size_t slot)
{
    return row->flags & F_SYMMETRIC && slot / cast->states > slot % cast->states;
}

/* Places of a row that one path names: as an array if all are known and many are not the default, else one by one. */
static void print_line(struct page *p, const struct parameter *row, const double *values, const size_t *slot,
                       size_t count, char *path)
{
    size_t known = 0, told = 0;
    for (size_t k = 0; k < count; k++) {
        known += !isnan(values[slot[k]]);
        told += !isnan(values[slot[k]]) && values[slot[k]] != row->value;
    }
    bool whole = path != NULL && known == count && 4 * told >= count && told > 1;
    if (whole)
        fprintf(p->out, "%s  { path = \"%s\"; value = [", p->comma, path);
    for (size_t k = 0; k < count && told > 0; k++) {
        double value = values[slot[k]];
        if (whole && k > 0)
            fputs(", ", p->out);
        if (whole)
            print_value(p->out, row, p->cast, value);
        else if (!isnan(value) && value != row->value && !is_mirrored(p->cast, row, slot[k]))
            print_place(p, row, slot[k], value);
    }
    if (whole) {
        fputs("]; }", p->out);
        p->comma = ",\n";
    }
    free(path);
}

/* All values of a row that are known and not the default. */
static void print_row(struct page *p, const struct parameter *row, const double *values, size_t *slot)
{
    size_t n = p->cast->states, length = world_length(p->cast, row->shape);
    bool pairs = row->shape == SHAPE_DYAD || row->shape == SHAPE_FELT;
    for (size_t line = 0; line < (pairs ? n : 1); line++) {
        size_t count = 0;
        for (size_t e = 0; e < (pairs ? n : length); e++)
            if (!pairs || e != line)
                slot[count++] = !pairs ? e : row->shape == SHAPE_FELT ? e * n + line : line * n + e;
        print_line(p, row, values, slot, count, line_path(p->cast, row, line));
    }
}

char *scenario_world_file(const struct scenario *s, size_t replicate)
{
    char *text = NULL;
    size_t length = 0, most = 1;
    struct world *world = world_given(s, 1, 0, replicate);
    for (enum shape shape = 0; shape <= SHAPE_DECADE; shape++)
        most = world_length(s->cast, shape) > most ? world_length(s->cast, shape) : most;
    size_t *slot = calloc(most, sizeof *slot);
    FILE *out = world && slot ? open_memstream(&text, &length) : NULL;
    if (out != NULL) {
        struct page page = {out, s->cast, ""};
        fputs("title = ", out);
        print_string(out, s->title ? s->title : s->name);
        fprintf(out, ";\nseed = \"%llu\";\n", (unsigned long long)s->seed);
        print_names(out, "states", s->cast->states, s->cast->code, s->cast->name);
        if (s->cast->bodies > 0)
            print_names(out, "institutions", s->cast->bodies, s->cast->body, s->cast->body_title);
        print_roles(out, s->cast, true);
        fputs("world = (\n", out);
        for (size_t k = 0; k < parameter_count; k++)
            if (!synthetic_rules(&parameter_table[k]))
                print_row(&page, &parameter_table[k], parameter_values(world, &parameter_table[k]), slot);
        fputs("\n);\n", out);
        bool failed = ferror(out) != 0;
        if (fclose(out) != 0 || failed) {
            free(text);
            text = NULL;
        }
    }
    free(slot);
    world_free(world);
    return text;
}
