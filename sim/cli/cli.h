/* What the subcommands share: options, messages, tables, progress. */
#ifndef EQUIPOISE_CLI_CLI_H
#define EQUIPOISE_CLI_CLI_H

#include "base/message.h"
#include "evidence/hindcast.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

enum cli_format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON, FORMAT_MARKDOWN };

/* Options that a subcommand understands (a sum of these). */
enum {
    OPTION_OUTPUT = 1,
    OPTION_SET = 2,
    OPTION_SEED = 4,
    OPTION_REPLICATES = 8,
    OPTION_THREADS = 16,
    OPTION_FORCE = 32,
    OPTION_FORMAT = 64,
    OPTION_BASELINE = 128,
    OPTION_CSV = 256,
    OPTION_VARIABLES = 512,
    OPTION_CHECK = 1024,   /* --all, --ablate, --perturb */
    OPTION_WORLD = 2048,   /* --world, --replicate */
    OPTION_RUN = 4096,     /* --run, --arm */
    OPTION_RESUME = 8192,  /* --resume, --shard, --extend, --precision */
    OPTION_REPLAY = 16384, /* --replay, --run */
    OPTION_SAMPLES = 32768,
    OPTION_ANALYZE = 65536 /* --quantity, --second-order */
};

struct cli_options {
    const char **argument; /* what is not an option */
    size_t arguments;
    const char **set, **quantity;
    size_t sets, quantities;
    const char *output, *seed, *replicates, *samples, *replicate, *run, *arm, *replay, *extend, *precision;
    int threads;
    bool force, quiet, verbose, no_baseline, variables, all, ablate, world, resume, second_order;
    int shard, shards; /* --shard 2/3 is 1 of 3; 0 of 0 without */
    int perturb;
    enum cli_format format;
};

/* A subcommand: one row of the program's table. */
struct subcommand {
    const char *name, *arguments, *summary, *details;
    unsigned options;
    size_t least, most; /* number of arguments */
    int (*run)(const struct cli_options *options);
};

/* Reads the command line of a subcommand; prints help or a usage error and ends the program where that is due. */
void cli_parse(const struct subcommand *subcommand, int count, char **words, struct cli_options *options);
void cli_options_free(struct cli_options *options);

/* Whether a text is a whole number, 0..most, and which. */
bool cli_whole(const char *text, size_t most, size_t *number);

/* Prints messages on standard error. */
void cli_print(const struct messages *messages);

/* Versions of the program and its libraries, on standard output. */
void cli_version(void);

/* Ends the program where not even a table can be held. */
_Noreturn void cli_out_of_memory(void);

/* The exit status, after making sure that standard output has been written: `status`, or STATUS_IO if it could not. */
int cli_end(int status);

/* A progress bar on standard error, drawn on a terminal; elsewhere a line now and then.  Whoever ends the work clears
 * it. */
struct cli_bar {
    bool quiet, drawn;
    time_t said; /* when a line was due last */
};
void cli_progress(size_t done, size_t runs, void *context); /* a struct cli_bar */
void cli_progress_clear(struct cli_bar *bar);

/* A table of texts: columns are as wide as their cells; numbers (right = true) to the right.  Texts are copied. */
struct cli_table {
    const char *const *heading;
    const bool *right;
    size_t columns, rows, capacity;
    char **cell; /* [rows * columns] */
};
void cli_table_add(struct cli_table *table, char *const *cells); /* takes the cells over */
void cli_table_print(struct cli_table *table, enum cli_format format, const bool *number);
void cli_table_free(struct cli_table *table);

/* Writes a string, quoted for CSV where it needs to be. */
void cli_csv_string(FILE *out, const char *text);

/* A number for people: 4 significant digits; "-" if it is not known. */
char *cli_number(double value);

/* The table of claims with verdicts, as it grows over one or many scenarios. */
struct result_claim;
struct assessment;
struct cli_claims {
    struct cli_table table;
    enum cli_format format;
    bool scenario, ablate, perturb; /* which columns are shown */
    size_t runs, count[5], broken, ablated;
    size_t asked; /* claims that say how much, or in how many runs */
};
void cli_claims_begin(struct cli_claims *claims, enum cli_format format, bool scenario, bool ablate,
                      bool perturb);
void cli_claims_add(struct cli_claims *claims, const char *scenario, const struct result_claim *claim,
                    const struct assessment *assessment);
void cli_claims_end(struct cli_claims *claims); /* prints table and totals, frees */

/* Scenarios held against history, kept until the claims are printed. */
struct cli_hindcast {
    struct scenario *scenario;
    struct hindcast_score score;
};
struct cli_hindcasts {
    struct cli_hindcast *list;
    size_t count;
};
/* Takes over the scenario and what the score holds. */
void cli_hindcasts_add(struct cli_hindcasts *list, struct scenario *scenario,
                       const struct hindcast_score *score);
void cli_hindcasts_begin(const struct cli_hindcasts *list, enum cli_format format); /* before the claims */
void cli_hindcasts_end(struct cli_hindcasts *list, enum cli_format format,
                       bool more); /* after; `more`: text stands above */
/* One sentence a row on every point where history went another way. */
void cli_history_words(const struct scenario *scenario, const struct hindcast_score *score,
                       struct cli_table *words);

/* The same table from an experiment in memory. */
struct outcome;
void cli_outcome_claims(const struct scenario *scenario, const struct outcome *outcome, enum cli_format format);

/* How a sweep was called, as text, and back: what `merge` needs to load the same scenario.  The caller frees;
 * cli_origin_read() lends parts of `text`, which it cuts up. */
char *cli_origin(const struct cli_options *options, const char *file);
bool cli_origin_read(char *text, struct cli_options *options, const char **file);

/* The first lines of the chronicle of a file's first run; nothing if there are none. */
void cli_chronicle_begin(const char *file);

/* Loads a scenario with what the command line says; prints messages.  NULL if it cannot be used; *status says why. */
struct scenario *cli_load(const struct cli_options *options, const char *file, bool design, int *status);

/* The scenario of a result file, as one run of it was given it, and the number of its replicate.  NULL after a message;
 * *status says why. */
struct scenario *cli_replay(const struct cli_options *options, size_t *replicate, int *status);

/* Whether a name is that of a scenario file. */
bool cli_is_scenario(const char *file);

/* Calls `item` for every scenario file of a folder, by name; returns how many, or -1 after a message. */
int cli_each_scenario(const char *folder, void (*item)(const char *path, void *context), void *context);

/* The subcommands. */
extern const struct subcommand cli_run, cli_sweep, cli_validate, cli_check, cli_list, cli_parameters,
    cli_export, cli_chronicle, cli_merge, cli_analyze;

#endif
