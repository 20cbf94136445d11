/* Command lines: one parser for all subcommands. */
#include "cli/cli.h"
#include "ensemble/experiment.h"
#include "result/result.h"
#include "scenario/scenario.h"

#include <argp.h>
#include <errno.h>
#include <gsl/gsl_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    KEY_FORCE = 256,
    KEY_FORMAT,
    KEY_SEED,
    KEY_NO_BASELINE,
    KEY_CSV,
    KEY_VARIABLES,
    KEY_ALL,
    KEY_ABLATE,
    KEY_PERTURB,
    KEY_WORLD,
    KEY_REPLICATE,
    KEY_RUN,
    KEY_ARM,
    KEY_RESUME,
    KEY_EXTEND,
    KEY_REPLAY,
    KEY_SHARD,
    KEY_SAMPLES,
    KEY_PRECISION,
    KEY_QUANTITY,
    KEY_SECOND_ORDER,
    KEY_USAGE,
    KEY_VERSION
};

/* Every option once; a subcommand shows those that it understands. */
static const struct {
    unsigned option;
    struct argp_option argp;
} table[] = {
    {OPTION_OUTPUT, {"output", 'o', "FILE", 0, "write to FILE", 0}},
    {OPTION_SET, {"set", 's', "PATH=VALUE", 0, "set a value by its path; may be repeated", 0}},
    {OPTION_SEED, {"seed", KEY_SEED, "N", 0, "seed of the random draws, 0..18446744073709551615", 0}},
    {OPTION_REPLICATES, {"replicates", 'r', "N", 0, "runs at every point", 0}},
    {OPTION_THREADS, {"threads", 'j', "N", 0, "threads (default: all cores)", 0}},
    {OPTION_BASELINE, {"no-baseline", KEY_NO_BASELINE, NULL, 0, "do not play the paired counterfactual", 0}},
    {OPTION_FORCE, {"force", KEY_FORCE, NULL, 0, "replace the output if it exists", 0}},
    {OPTION_FORMAT, {"format", KEY_FORMAT, "FORM", 0, "text, csv, json or markdown", 0}},
    {OPTION_CSV, {"csv", KEY_CSV, NULL, 0, "tidy long table (the default)", 0}},
    {OPTION_CHECK, {"all", KEY_ALL, NULL, 0, "every scenario of a folder (default: scenarios)", 0}},
    {OPTION_CHECK,
     {"ablate", KEY_ABLATE, NULL, 0, "play again without what each claim rests on: does it break?", 0}},
    {OPTION_CHECK,
     {"perturb", KEY_PERTURB, "N", 0, "play again under N joint draws of the parameters, noise off", 0}},
    {OPTION_WORLD, {"world", KEY_WORLD, NULL, 0, "the world of a scenario, as a world file", 0}},
    {OPTION_WORLD, {"replicate", KEY_REPLICATE, "K", 0, "of --world: which replicate (default: 0)", 0}},
    {OPTION_REPLAY, {"replay", KEY_REPLAY, "FILE", 0, "play one run of a result again", 0}},
    {OPTION_RUN | OPTION_REPLAY, {"run", KEY_RUN, "K", 0, "which run of the file (default: 0)", 0}},
    {OPTION_RUN, {"arm", KEY_ARM, "NAME", 0, "scenario (default), baseline, or a branch", 0}},
    {OPTION_RESUME, {"resume", KEY_RESUME, NULL, 0, "go on with a sweep that was broken off", 0}},
    {OPTION_RESUME, {"extend", KEY_EXTEND, "FILE", 0, "take over the runs of FILE", 0}},
    {OPTION_SAMPLES, {"samples", KEY_SAMPLES, "N", 0, "samples of a design that draws its points", 0}},
    {OPTION_RESUME, {"precision", KEY_PRECISION, "WHAT=HALF", 0, "replicates (at most -r) to +-HALF", 0}},
    {OPTION_RESUME, {"shard", KEY_SHARD, "K/N", 0, "play part K of N alone; see merge", 0}},
    {OPTION_ANALYZE, {"quantity", KEY_QUANTITY, "NAME", 0, "what is analyzed; may be repeated", 0}},
    {OPTION_ANALYZE, {"second-order", KEY_SECOND_ORDER, NULL, 0, "indices of pairs of factors too", 0}},
    {OPTION_VARIABLES, {"variables", KEY_VARIABLES, NULL, 0, "list the recorded variables instead", 0}},
    {0, {"quiet", 'q', NULL, 0, "say only what is wrong", 1}},
    {0, {"verbose", 'v', NULL, 0, "say more", 1}},
    {0, {"help", 'h', NULL, 0, "this text", 2}},
    {0, {"usage", KEY_USAGE, NULL, 0, "the options in short", 2}},
    {0, {"version", KEY_VERSION, NULL, 0, "versions of the program and its libraries", 2}},
};
enum { OPTIONS = sizeof table / sizeof table[0] };

struct input {
    const struct subcommand *subcommand;
    struct cli_options *options;
};

static error_t option(int key, char *value, struct argp_state *state)
{
    static const char *const formats[] = {"text", "csv", "json", "markdown"};
    struct input *input = state->input;
    struct cli_options *o = input->options;
    char *end;
    switch (key) {
    case 'o':
        o->output = value;
        return 0;
    case 's':
        o->set[o->sets++] = value;
        return 0;
    case 'r':
        o->replicates = value;
        return 0;
    case KEY_SEED:
        o->seed = value;
        return 0;
    case KEY_PRECISION:
        o->precision = value;
        return 0;
    case KEY_SAMPLES:
        o->samples = value;
        return 0;
    case 'j':
        errno = 0;
        o->threads = (int)strtol(value, &end, 10);
        if (errno || *end || o->threads < 1 || o->threads > 1024)
            argp_error(state, "--threads: '%s' is not allowed (allowed: 1..1024)", value);
        return 0;
    case KEY_FORCE:
        o->force = true;
        return 0;
    case KEY_NO_BASELINE:
        o->no_baseline = true;
        return 0;
    case KEY_VARIABLES:
        o->variables = true;
        return 0;
    case KEY_ALL:
        o->all = true;
        return 0;
    case KEY_ABLATE:
        o->ablate = true;
        return 0;
    case KEY_PERTURB:
        errno = 0;
        o->perturb = (int)strtol(value, &end, 10);
        if (errno || *end || o->perturb < 1 || o->perturb > 100000)
            argp_error(state, "--perturb: '%s' is not allowed (allowed: 1..100000)", value);
        return 0;
    case KEY_WORLD:
        o->world = true;
        return 0;
    case KEY_REPLICATE:
        o->replicate = value;
        return 0;
    case KEY_RUN:
        o->run = value;
        return 0;
    case KEY_ARM:
        o->arm = value;
        return 0;
    case KEY_REPLAY:
        o->replay = value;
        return 0;
    case KEY_EXTEND:
        o->extend = value;
        return 0;
    case KEY_RESUME:
        o->resume = true;
        return 0;
    case KEY_SHARD: {
        errno = 0;
        o->shard = (int)strtol(value, &end, 10);
        char *whole = end;
        o->shards = *end == '/' ? (int)strtol(end + 1, &whole, 10) : 0;
        if (errno || *end != '/' || *whole != '\0' || o->shard < 1 || o->shards > 1000000 ||
            o->shard > o->shards)
            argp_error(state, "--shard: '%s' is not allowed (allowed: K/N, with K from 1 to N)", value);
        return 0;
    }
    case KEY_QUANTITY:
        o->quantity[o->quantities++] = value;
        return 0;
    case KEY_SECOND_ORDER:
        o->second_order = true;
        return 0;
    case KEY_CSV:
        return 0;
    case KEY_FORMAT:
        for (int k = 0; k < 4; k++)
            if (strcmp(value, formats[k]) == 0) {
                o->format = (enum cli_format)k;
                return 0;
            }
        argp_error(state, "--format: '%s' is not allowed (allowed: text, csv, json, markdown)", value);
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case 'v':
        o->verbose = true;
        return 0;
    case 'h':
        argp_state_help(state, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC);
        exit(cli_end(STATUS_OK));
    case KEY_USAGE:
        argp_state_help(state, stdout, ARGP_HELP_USAGE);
        exit(cli_end(STATUS_OK));
    case KEY_VERSION:
        cli_version();
        exit(cli_end(STATUS_OK));
    case ARGP_KEY_ARG:
        if (o->arguments >= input->subcommand->most)
            argp_error(state, "'%s' is one argument too many", value);
        o->argument[o->arguments++] = value;
        return 0;
    case ARGP_KEY_END:
        if (o->arguments < input->subcommand->least && !o->all && !o->replay)
            argp_error(state, "%s is missing", input->subcommand->arguments);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void cli_version(void)
{
    char hdf5[32];
    result_library(hdf5, sizeof hdf5);
    printf("equipoise %s\ngsl %s\nlibconfig %s\nhdf5 %s\nmpi %s\n", EQUIPOISE_VERSION, GSL_VERSION,
           scenario_library(), hdf5, experiment_library());
}

/* Leaves out what every user of options knows. */
static char *filter(int key, const char *text, void *input)
{
    (void)input;
    char *same;
    memcpy(&same, &text, sizeof same); /* argp's signature drops the const and takes it back */
    return key == ARGP_KEY_HELP_DUP_ARGS_NOTE ? NULL : same;
}

void cli_parse(const struct subcommand *subcommand, int count, char **words, struct cli_options *options)
{
    struct argp_option shown[OPTIONS + 1] = {{0}};
    size_t length = 0;
    *options = (struct cli_options){0};
    options->argument = calloc((size_t)count + 1, sizeof *options->argument);
    options->set = calloc((size_t)count + 1, sizeof *options->set);
    options->quantity = calloc((size_t)count + 1, sizeof *options->quantity);
    char *name = message_text("equipoise %s", subcommand->name);
    char *text = message_text("%s\v%s", subcommand->summary, subcommand->details);
    if (!options->argument || !options->set || !options->quantity || !name || !text)
        cli_out_of_memory();
    for (size_t k = 0; k < OPTIONS; k++)
        if (table[k].option == 0 || subcommand->options & table[k].option)
            shown[length++] = table[k].argp;
    struct argp argp = {shown, option, subcommand->arguments, text, NULL, filter, NULL};
    struct input input = {subcommand, options};
    words[0] = name;
    argp_err_exit_status = STATUS_INVALID;
    error_t failed = argp_parse(&argp, count, words, ARGP_NO_HELP, NULL,
                                &input); /* --help is ours: it says if it cannot be printed */
    free(text);
    free(name);
    if (failed)
        exit(STATUS_INVALID);
}

void cli_options_free(struct cli_options *options)
{
    free(options->argument);
    free(options->set);
    free(options->quantity);
}

bool cli_whole(const char *text, size_t most, size_t *number)
{
    char *end;
    errno = 0;
    *number = strtoul(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *number <= most;
}

struct scenario *cli_load(const struct cli_options *options, const char *file, bool design, int *status)
{
    struct messages messages = {0};
    struct scenario *scenario = NULL;
    const struct scenario_options wanted = {.set = options->set,
                                            .sets = options->sets,
                                            .seed = options->seed,
                                            .replicates = options->replicates,
                                            .samples = options->samples,
                                            .design = design,
                                            .effective = options->replay != NULL};
    *status = scenario_load(file, &wanted, &scenario, &messages);
    cli_print(&messages);
    message_clear(&messages);
    for (size_t k = 0; options->verbose && scenario != NULL && k < scenario->files; k++)
        fprintf(stderr, "equipoise: note: read %s\n", scenario->source_file[k]);
    if (options->verbose && scenario != NULL)
        fprintf(stderr, "equipoise: note: seed %llu, %zu points of %lu runs\n",
                (unsigned long long)scenario->seed, scenario->points, scenario->replicates);
    return scenario;
}

char *cli_origin(const struct cli_options *options, const char *file)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return NULL;
    fprintf(out, "file %s\n", file);
    for (size_t k = 0; k < options->sets; k++)
        fprintf(out, "set %s\n", options->set[k]);
    if (options->seed != NULL)
        fprintf(out, "seed %s\n", options->seed);
    if (options->replicates != NULL)
        fprintf(out, "replicates %s\n", options->replicates);
    if (options->samples != NULL)
        fprintf(out, "samples %s\n", options->samples);
    if (options->no_baseline)
        fputs("no-baseline \n", out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

bool cli_origin_read(char *text, struct cli_options *options, const char **file)
{
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    *file = NULL;
    options->set = calloc(lines + 1, sizeof *options->set);
    for (char *line = text, *end; options->set != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        char *value = strchr(line, ' ');
        if (value == NULL)
            continue;
        *value++ = '\0';
        if (strcmp(line, "file") == 0)
            *file = value;
        else if (strcmp(line, "set") == 0)
            options->set[options->sets++] = value;
        else if (strcmp(line, "seed") == 0)
            options->seed = value;
        else if (strcmp(line, "replicates") == 0)
            options->replicates = value;
        else if (strcmp(line, "samples") == 0)
            options->samples = value;
        else if (strcmp(line, "no-baseline") == 0)
            options->no_baseline = true;
    }
    return options->set != NULL && *file != NULL;
}
