/* From a file and the files it rests on to a checked scenario. */
#include "scenario/read.h"
#include "scenario/design.h"
#include "scenario/text.h"
#include "base/memory.h"
#include "base/nearest.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define COUNT(words) (sizeof(words) / sizeof(words)[0])
enum { LONGEST_CHAIN = 16, EFFECTIVE_ROOM = 64, READING = 512 << 10 /* bytes of libconfig at work */ };

static const char *const world_words[] = {"states", "dyads", "institutions", "issues", "model"};
static const char *const words[] = {"title",    "description",  "base",       "time",     "world",     "set",
                                    "events",   "baseline",     "claims",     "hindcast", "record",    "sweep",
                                    "branches", "seed",         "replicates", "roles",    "summaries", "states",
                                    "dyads",    "institutions", "issues",     "model"};

/* The files of a scenario, the one named first. */
struct chain {
    config_t config[LONGEST_CHAIN];
    char *text[LONGEST_CHAIN];
    size_t files;
};

const char *scenario_library(void)
{
    static char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", LIBCONFIG_VER_MAJOR, LIBCONFIG_VER_MINOR,
             LIBCONFIG_VER_REVISION);
    return version;
}

void scenario_quarter_text(long quarter, char room[16])
{
    snprintf(room, 16, "%04ldQ%ld", quarter / 4 % 10000, quarter % 4 + 1);
}

/* ---- files --------------------------------------------------------------------------------------------- */

/* The base's path, relative to the folder of the file that names it. */
char *read_beside(const char *file, const char *base)
{
    if (base[0] == '/')
        return strdup(base);
    char *copy = strdup(file), *path = copy ? message_text("%s/%s", dirname(copy), base) : NULL;
    free(copy);
    if (path != NULL && strncmp(path, "./", 2) == 0 && file[0] != '.')
        memmove(path, path + 2, strlen(path) - 1);
    return path;
}

/* What libconfig's short words leave open. */
static const char *advice(const char *error)
{
    return strstr(error, "duplicate") ? "allowed: each name once in a group"
           : strstr(error, "array")   ? "allowed: elements of one type, like [1.0, 2.0]"
                                      : "form: NAME = VALUE; without a comma after the last item of a list";
}

static enum status parse(struct reading *r, struct chain *chain, const char *file)
{
    size_t k = chain->files;
    enum status status = text_read(file, r->effective ? EFFECTIVE_ROOM : 1, &chain->text[k], r->messages);
    if (status != STATUS_OK)
        return status;
    config_t *config = &chain->config[k];
    config_init(config);
    chain->files++;
    bool can =
        memory_is_there(64 * strlen(chain->text[k]) + READING); /* a setting of ten bytes becomes 200 or more */
    char *copy = can ? strdup(file) : NULL;
    if (copy == NULL)
        return STATUS_FAILED;
    config_set_include_dir(config, dirname(copy));
    config_set_auto_convert(config, CONFIG_FALSE);
    int good = config_read_file(config, file);
    free(copy);
    if (good)
        return STATUS_OK;
    const char *where = config_error_file(config);
    message_add(r->messages, SEVERITY_ERROR,
                (struct place){where ? where : file, config_error_line(config), NULL}, "%s (%s)",
                config_error_text(config), advice(config_error_text(config)));
    return STATUS_INVALID;
}

/* What is wrong with a file that a base names, or NULL. */
static const char *refuse_base(const struct reading *r, const struct chain *chain, const char *file)
{
    struct stat info, other;
    if (stat(file, &info) != 0)
        return "there is no file";
    if (!S_ISREG(info.st_mode))
        return "no regular file:";
    for (size_t k = 0; k < r->scenario->files; k++)
        if (stat(r->scenario->source_file[k], &other) == 0 && other.st_dev == info.st_dev &&
            other.st_ino == info.st_ino)
            return "the files rest on each other in a circle, at";
    return chain->files == LONGEST_CHAIN ? "the chain of files is too long (allowed: 16), at" : NULL;
}

static void read_root(struct reading *r, const config_setting_t *root, bool main_file);

/* The chain breaks off: what can be said without a world is said all the same. */
static enum status break_off(struct reading *r, const struct chain *chain)
{
    for (size_t k = chain->files; k-- > 0;) {
        r->file = r->scenario->source_file[k];
        read_root(r, config_root_setting(&chain->config[k]), k == 0);
    }
    return STATUS_INVALID;
}

/* Reads the file, then what it rests on, down to the world. */
static enum status read_chain(struct reading *r, struct chain *chain, const char *file)
{
    struct scenario *s = r->scenario;
    char *next = strdup(file);
    while (next != NULL) {
        s->source_file[s->files++] = next;
        r->file = next;
        enum status status = parse(r, chain, next);
        if (status != STATUS_OK)
            return status == STATUS_FAILED || s->files == 1 ? status : STATUS_INVALID;
        char *base = NULL;
        const config_setting_t *root = config_root_setting(&chain->config[chain->files - 1]);
        const config_setting_t *at = config_setting_get_member(root, "base");
        if (!read_string(r, root, "base", false, &base))
            return at == NULL ? STATUS_OK : break_off(r, chain);
        next = read_beside(r->file, base);
        free(base);
        const char *wrong = next ? refuse_base(r, chain, next) : "out of memory";
        if (wrong != NULL) {
            read_complain(r, at, NULL, "%s %s", wrong, next ? next : "");
            free(next);
            return break_off(r, chain);
        }
    }
    return STATUS_FAILED;
}

/* ---- the world ----------------------------------------------------------------------------------------- */

/* What a file says of the world: its own tree at the top, and its `world` block. */
static void read_world(struct reading *r, const config_setting_t *root)
{
    struct scenario *s = r->scenario;
    for (size_t k = 0; k < COUNT(world_words); k++) {
        const config_setting_t *tree = config_setting_get_member(root, world_words[k]);
        if (tree != NULL)
            read_assignments(r, tree, world_words[k], &s->given);
    }
    const config_setting_t *world = config_setting_get_member(root, "world");
    if (world != NULL)
        read_assignments(r, world, "", &s->given);
}

/* A whole number in digits alone, up to `high`. */
bool read_digits(const char *text, unsigned long long high, unsigned long long *value)
{
    errno = 0;
    *value = strtoull(text, NULL, 10);
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0' && errno == 0 && *value <= high;
}

static void read_seed(struct reading *r, const config_setting_t *at, const char *text)
{
    unsigned long long value;
    if (read_digits(text, UINT64_MAX, &value))
        r->scenario->seed = value;
    else
        read_complain(r, at, NULL, "'%s' is no seed (allowed: 0..18446744073709551615)", text);
}

static void read_root(struct reading *r, const config_setting_t *root, bool main_file)
{
    struct scenario *s = r->scenario;
    long long value;
    read_known(r, root, words, COUNT(words));
    if (main_file) {
        read_string(r, root, "title", true, &s->title);
        read_string(r, root, "description", false, &s->description);
    }
    if (config_setting_get_member(root, "base") != NULL && config_setting_get_member(root, "roles") != NULL)
        read_complain(r, config_setting_get_member(root, "roles"), NULL,
                      "has no place here (allowed: in a world file, without base)");
    const config_setting_t *seed = config_setting_get_member(root, "seed");
    if (seed != NULL && config_setting_type(seed) == CONFIG_TYPE_STRING)
        read_seed(r, seed, config_setting_get_string(seed));
    else if (read_whole(r, root, "seed", 0, INT64_MAX, &value))
        s->seed = (uint64_t)value;
    if (read_whole(r, root, "replicates", 1, 4294967295LL, &value))
        s->replicates = (unsigned long)value;
    if (config_setting_get_member(root, "time") != NULL)
        read_time(r, config_setting_get_member(root, "time"));
}

/* Where poles vary, every state has an option, and this decides how large a world is: known before the cast is made. */
static bool poles_vary(const struct chain *chain, const struct scenario_options *options)
{
    static const char path[] = "model.mechanisms.polarity=";
    for (size_t k = 0; k < chain->files; k++)
        if (read_asks_for_polarity(config_root_setting(&chain->config[k])))
            return true;
    for (size_t k = 0; k < options->sets; k++)
        if (strncmp(options->set[k], path, sizeof path - 1) == 0 &&
            strcmp(options->set[k] + sizeof path - 1, "false") != 0)
            return true;
    return false;
}

static void read_sets(struct reading *r, const struct scenario_options *options);

/* A file without states at its end may stand for a synthetic world.  Who takes part in it follows from its settings:
 * they are read before anything that names a state can be judged, and what else is wrong goes unheard for now. */
static bool find_synthetic(struct reading *r, const struct chain *chain, const struct scenario_options *options)
{
    struct cast nobody = {.reference_place = CAST_NONE, .danger_source = CAST_NONE};
    struct messages said = {0};
    struct scenario *s = r->scenario,
                    first = {
                        .source_file = s->source_file, .files = s->files, .cast = &nobody, .synthetic = true};
    struct reading early = {.scenario = &first, .messages = &said};
    const config_setting_t *root = config_root_setting(&chain->config[chain->files - 1]);
    if (config_setting_get_member(root, "states") != NULL)
        return false;
    for (size_t k = chain->files; k-- > 0;) {
        early.file = s->source_file[k];
        read_world(&early, config_root_setting(&chain->config[k]));
    }
    read_sets(&early, options);
    bool found = read_synthetic_cast(r, root, &first.given, &said);
    read_free(&first.given);
    message_clear(&said);
    return found;
}

/* Number of the file in the chain that is the scenario: the main one, or, if that is no more than a sweep, the one that it
 * sweeps: its events, claims and baseline are those of the sweep. */
static size_t find_scenario(const struct chain *chain)
{
    static const char *const own[] = {"set", "events", "baseline", "branches", "claims", "hindcast"};
    if (config_setting_get_member(config_root_setting(&chain->config[0]), "sweep") == NULL)
        return 0;
    for (size_t k = 0; k < chain->files; k++)
        for (size_t w = 0; w < COUNT(own); w++)
            if (config_setting_get_member(config_root_setting(&chain->config[k]), own[w]) != NULL)
                return k;
    return 0;
}

/* Reads all blocks, from the world upward: later files have the last word. */
static void read_all(struct reading *r, struct chain *chain, const struct scenario_options *options)
{
    struct scenario *s = r->scenario;
    bool timed = false;
    size_t own = find_scenario(chain);
    for (size_t k = chain->files; k-- > 0;) {
        r->file = s->source_file[k];
        read_root(r, config_root_setting(&chain->config[k]), k == 0);
        timed = timed || config_setting_get_member(config_root_setting(&chain->config[k]), "time") != NULL;
    }
    r->file = s->source_file[chain->files - 1];
    size_t before = r->messages->errors;
    s->synthetic = find_synthetic(r, chain, options);
    if (r->messages->errors > before)
        return;
    s->cast->poles_vary = poles_vary(chain, options);
    read_cast(r, config_root_setting(&chain->config[chain->files - 1]));
    if (s->cast->options == 0 || (s->world = world_new(s->cast)) == NULL)
        return; /* no cast: nothing that names a state can be judged */
    for (size_t k = chain->files; k-- > 0;) {
        const config_setting_t *root = config_root_setting(&chain->config[k]);
        const config_setting_t *record = config_setting_get_member(root, "record");
        r->file = s->source_file[k];
        read_world(r, root);
        read_arms(r, root, k == own);
        if (record != NULL) {
            read_record(r, record);
            /* of a sweep of a scenario only by its own word: what that records of a few runs may be much of many */
            s->recorded = k == 0 || own == 0;
        }
        if (config_setting_get_member(root, "summaries") != NULL)
            read_summaries(r, config_setting_get_member(root, "summaries"));
    }
    const config_setting_t *root = config_root_setting(&chain->config[own]);
    r->file = s->source_file[own];
    s->changes_something =
        s->arm[0].set.count > s->arm[1].set.count || s->arm[0].events.count > s->arm[1].events.count;
    if (config_setting_get_member(root, "branches") != NULL)
        read_branches(r, config_setting_get_member(root, "branches"));
    if (config_setting_get_member(root, "claims") != NULL)
        read_claims(r, config_setting_get_member(root, "claims"));
    if (config_setting_get_member(root, "hindcast") != NULL && s->synthetic)
        read_complain(r, config_setting_get_member(root, "hindcast"), NULL,
                      "a synthetic world has no history (allowed: with a world of its own states)");
    else if (config_setting_get_member(root, "hindcast") != NULL)
        read_hindcast(r, config_setting_get_member(root, "hindcast"));
    r->file = s->source_file[0];
    root = config_root_setting(&chain->config[0]);
    if (options->design && config_setting_get_member(root, "sweep") != NULL)
        read_sweep(r, config_setting_get_member(root, "sweep"), options->samples);
    if (!timed && (s->arm[0].events.count > 0 || s->claims > 0 || s->hindcast != NULL))
        read_complain(r, root, "time", "is missing (allowed: a group { start; end; })");
}

/* ---- checks over the whole ------------------------------------------------------------------------------- */

static void read_sets(struct reading *r, const struct scenario_options *options)
{
    r->file = "--set";
    for (size_t k = 0; k < options->sets; k++) {
        char *path = strdup(options->set[k]), *value = path ? strchr(path, '=') : NULL;
        if (value == NULL)
            read_complain(r, NULL, options->set[k], "is not of the form PATH=VALUE");
        else {
            *value = '\0';
            read_assignment_text(r, path, value + 1, &r->scenario->given);
        }
        free(path);
    }
}

static void read_options(struct reading *r, const struct scenario_options *options)
{
    struct scenario *s = r->scenario;
    read_sets(r, options);
    unsigned long long count = s->replicates;
    r->file = "--seed";
    if (options->seed)
        read_seed(r, NULL, options->seed);
    r->file = "--replicates";
    if (options->replicates && (!read_digits(options->replicates, 4294967295ULL, &count) || count == 0))
        read_complain(r, NULL, NULL, "'%s' is not allowed (allowed: 1..4294967295)", options->replicates);
    s->replicates = (unsigned long)count;
}

static void apply_given(struct scenario *s, size_t first)
{
    for (size_t k = first; k < s->given.count; k++)
        events_change(s->world, &s->given.list[k]);
}

static bool all_variables(struct scenario *s)
{
    s->record = calloc(variable_count, sizeof *s->record);
    if (s->record == NULL)
        return false;
    for (size_t v = 0; v < variable_count; v++)
        if (variable_length(s->cast, &variable_table[v]) > 0)
            s->record[s->records++] = v;
    return true;
}

static bool make_plan(struct scenario_arm *arm)
{
    arm->plan = (struct timetable){arm->events.list, arm->events.count, 0};
    for (size_t k = 0; k < arm->events.count; k++)
        if (arm->events.list[k].parts > 1)
            arm->plan.ramps += arm->events.list[k].where.count;
    return true;
}

/* "scenarios/us-withdrawal.cfg" -> "us-withdrawal". */
static char *name_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    char *name = strdup(slash ? slash + 1 : file);
    char *dot = name ? strrchr(name, '.') : NULL;
    if (dot != NULL && dot != name)
        *dot = '\0';
    return name;
}

static struct scenario *new_scenario(const char *file)
{
    struct scenario *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->steps_per_quarter = 1;
    s->replicates = 1;
    s->seed = 1;
    s->every = 1;
    s->points = 1;
    s->arms = 2;
    s->file = strdup(file);
    s->name = name_of(file);
    s->cast = calloc(1, sizeof *s->cast);
    s->source_file = calloc(LONGEST_CHAIN + 1, sizeof *s->source_file);
    s->arm = calloc(2, sizeof *s->arm);
    s->record = calloc(variable_count, sizeof *s->record);
    if (s->arm != NULL) {
        s->arm[0].name = strdup("");
        s->arm[0].from = 1;
        s->arm[1].name = strdup("baseline");
    }
    return s;
}

/* Whether memory ran out while the files were read: then it is not they that are wrong. */
static bool wants_memory(const struct messages *messages, size_t before)
{
    for (size_t k = before < messages->count ? before : messages->count; k < messages->count; k++)
        if (strstr(messages->list[k].text, "out of memory") != NULL)
            return true;
    return false;
}

enum status scenario_load(const char *file, const struct scenario_options *options, struct scenario **scenario,
                          struct messages *messages)
{
    size_t before = messages->errors;
    struct chain *chain = calloc(1, sizeof *chain);
    struct scenario *s = new_scenario(file);
    struct reading r = {.scenario = s, .messages = messages, .effective = options->effective};
    enum status status = STATUS_FAILED;
    *scenario = NULL;
    if (!chain || !s || !s->file || !s->name || !s->cast || !s->source_file || !s->arm || !s->record ||
        !s->arm[0].name || !s->arm[1].name)
        goto out;
    status = read_chain(&r, chain, file);
    if (status != STATUS_OK)
        goto out;
    read_all(&r, chain, options);
    if (s->world != NULL) {
        apply_given(s, 0);
        read_check_sums(&r, offsetof(struct world, set.trade_share), s->world->set.trade_share, s->cast->states,
                        "trade_share");
        read_check_sums(&r, offsetof(struct world, now.alignment), s->world->now.alignment, s->cast->options,
                        "alignment");
        size_t in_files = s->given.count; /* what the command line gives is normalised with its row */
        read_options(&r, options);
        apply_given(s, in_files);
        s->world->seed = s->seed;
        if (s->synthetic)
            scenario_draw(s, s->world, 0);
        read_check_required(
            &r, config_setting_get_member(config_root_setting(&chain->config[chain->files - 1]), "states"));
        s->world->quarter = s->start;
        s->world->steps_per_quarter = s->steps_per_quarter;
        s->world->dt = 0.25 / s->steps_per_quarter;
        for (size_t k = 0; k < s->arms; k++)
            make_plan(&s->arm[k]);
        bool sweeps = s->factors > 0;
        if (messages->errors == before && !design_draw(s))
            read_complain(&r, NULL, NULL, "out of memory");
        if (sweeps && !s->recorded) { /* a sweep keeps summaries, and rows where they are asked for */
            s->records = 0;
        } else if (s->records == 0) {
            free(s->record);
            if (!all_variables(s))
                read_complain(&r, NULL, NULL, "out of memory");
        }
        if (sweeps && s->summaries == 0 && messages->errors == before && !scenario_sum_up(s))
            read_complain(&r, NULL, NULL, "out of memory");
    }
    s->text = chain->text[0];
    chain->text[0] = NULL;
    status = messages->lost || wants_memory(messages, before) ? STATUS_FAILED
             : messages->errors > before                      ? STATUS_INVALID
             : s->world == NULL                               ? STATUS_FAILED
                                                              : STATUS_OK;
out:
    for (size_t k = 0; chain != NULL && k < LONGEST_CHAIN; k++) {
        if (k < chain->files)
            config_destroy(&chain->config[k]);
        free(chain->text[k]);
    }
    free(chain);
    if (status == STATUS_OK)
        *scenario = s;
    else
        scenario_free(s);
    if (status == STATUS_FAILED && messages->errors == before)
        message_add(messages, SEVERITY_ERROR, (struct place){file, 0, NULL}, "out of memory");
    return status;
}

void read_free(struct changes *changes)
{
    for (size_t k = 0; k < changes->count; k++) {
        free(changes->list[k].where.slot);
        free(changes->remark[k].path);
        free(changes->remark[k].note);
        free(changes->remark[k].source);
    }
    free(changes->list);
    free(changes->remark);
}

void scenario_free(struct scenario *s)
{
    if (s == NULL)
        return;
    for (size_t k = 0; k < s->claims; k++) {
        struct claim *claim = &s->claim[k];
        free(claim->id);
        free(claim->text);
        free(claim->quantity_text);
        free(claim->at_text);
        free(claim->versus_text);
        free(claim->source);
        free(claim->ablate);
        quantity_free(&claim->quantity);
        quantity_free(&claim->other);
    }
    for (size_t k = 0; s->arm != NULL && k < s->arms; k++) {
        free(s->arm[k].name);
        read_free(&s->arm[k].world);
        read_free(&s->arm[k].set);
        read_free(&s->arm[k].events);
    }
    for (size_t k = 0; s->source_file != NULL && k < s->files; k++)
        free(s->source_file[k]);
    read_free(&s->given);
    free(s->source_file);
    hindcast_free(s->hindcast);
    free(s->claim);
    free(s->arm);
    sweep_free(s);
    summaries_free(s);
    free(s->record);
    free(s->file);
    free(s->name);
    free(s->title);
    free(s->description);
    free(s->text);
    world_free(s->world);
    cast_free(s->cast);
    free(s);
}
