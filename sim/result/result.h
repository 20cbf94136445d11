/* Result files: rows -> published HDF5 file, and back.  The only room that knows HDF5.
 *
 * One layout for every command (the users' contract): dimension scales /run /time /state /state_to /pole /institution,
 * variables with a run axis always, /parameters, /status, /seed, /baseline and /branches/NAME with the same layout,
 * /claims, /provenance.  A file is made in memory and published by rename: it is whole or it is not there.  Its last
 * line, behind what HDF5 reads, is a checksum (seal.h). */
#ifndef EQUIPOISE_RESULT_RESULT_H
#define EQUIPOISE_RESULT_RESULT_H

#include "base/message.h"
#include "model/cast.h"
#include "model/variables.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text attribute; both strings borrowed. */
struct result_text {
    const char *name, *value;
};

/* One column of a table with one value a run; all borrowed.  `text` non-NULL: strings instead of numbers. */
struct result_column {
    const char *name; /* link name, "point"; for parameters the dotted path */
    const char *unit, *long_name;
    const double *number;    /* [runs], or NULL */
    const int64_t *integer;  /* [runs], or NULL: whole numbers that a double would round, such as seeds */
    const char *const *text; /* [runs], or NULL */
    bool whole;              /* `number` is whole: stored as int64; what is not finite becomes 0 */
    const char *meanings;    /* "ok failed": `number` is 0, 1 ... and stands for these words; NULL for others */
    const char *quantity, *at, *take; /* of a summary: what of which quarters; NULL for others */
    const char *factor;               /* of a parameter: what it varies with; NULL for others */
};

/* One claim and its paired effects. */
struct result_claim {
    const char *id, *text, *quantity, *at, *expect, *versus, *source, *unit;
    bool share;           /* the size threshold is that of shares (0.002), not relative */
    const double *effect; /* [runs] scenario less comparison; NAN where a run failed */
    const double *level;  /* [runs] level of the comparison */
    /* what the claim asks: least size, in the unit or against |level|; least and greatest share of runs with sign and
     * size; NAN where it does not say */
    double least, least_relative, runs_low, runs_high;
    const char *branch,
        *against; /* what is compared, if not the scenario; what it is held against; "" for neither */
    /* what the runs say of it together (evidence); NAN and NULL where nobody has judged */
    double mean, low, high, bound, right;
    const char *verdict;
};

/* What a file will hold; everything is borrowed and must outlive the writing. */
struct result_plan {
    const struct cast *cast;
    size_t runs, times;
    const double *time;         /* [times] decimal year at the end of the step */
    const char *const *quarter; /* [times] "2021Q3" */
    const size_t *variable;     /* [variables] rows of variable_table */
    size_t variables;
    const char *const *arm; /* [arms] "" for the scenario (root), "baseline", "branches/NAME" */
    size_t arms;
    const struct result_text *attribute; /* of the root */
    size_t attributes;
    const struct result_text *provenance; /* of /provenance */
    size_t provenances;
    uint64_t seed;
    const char *
        disk; /* NULL: the file is made in memory; else this path, beside where it is to be, for files that may be
                       * larger than memory: a process that dies leaves it there */
};

struct result_writer;
struct result_table;

/* Begins a file in memory, or on disk.  STATUS_FAILED if memory ran out or HDF5 refuses; a message says what. */
enum status result_begin(const struct result_plan *plan, struct result_writer **writer,
                         struct messages *messages);

/* Writes `count` runs from `first` on of one arm: rows[v] is [count][times][length of variable v]; of a variable that
 * the cast has no room for (length 0) it may be NULL.  Numbers of failed runs are NAN; runs that are never written
 * read as such.  Calls come from one thread, each run of an arm once, in any fixed order; at most 64 runs from a
 * multiple of 64 on are best, since they fill whole chunks. */
enum status result_rows(struct result_writer *writer, size_t arm, size_t first, size_t count,
                        const double *const *rows, struct messages *messages);

/* Per-run columns at the root (status, seed, point, replicate) and under /parameters. */
enum status result_columns(struct result_writer *writer, const struct result_column *column, size_t count,
                           bool parameters, struct messages *messages);

/* The same, a portion of the runs at a time.  group_name: "" the root, "parameters", "summaries", ...; begin takes the
 * descriptions, with `text` non-NULL for texts; put takes values of `count` runs from `first` on.  End frees; NULL is
 * allowed. */
enum status result_table_begin(struct result_writer *writer, const char *group_name,
                               const struct result_column *column, size_t count, struct result_table **out,
                               struct messages *messages);
enum status result_table_put(struct result_table *table, const struct result_column *column, size_t first,
                             size_t count, struct messages *messages);
void result_table_end(struct result_table *table);

/* The claims of the scenario with their effects, under /claims, on dimensions claim and run. */
enum status result_claims(struct result_writer *writer, const struct result_claim *claim, size_t count,
                          struct messages *messages);

/* Publishes the file: temporary name beside it, fsync, rename.  Refuses an existing file unless `force`, also one
 * that another process published in the meantime.  STATUS_IO with path and reason; then nothing is left behind.
 * Frees the writer in every case.  Needs memory for the file twice while it copies.  SIGXFSZ should be ignored, so
 * that a limit of file size is an error and not the end of the process. */
enum status result_publish(struct result_writer *writer, const char *path, bool force,
                           struct messages *messages);

/* Drops a file that was begun; NULL is allowed. */
void result_abandon(struct result_writer *writer);

/* Whether `path` could be published now: STATUS_IO with the reason if it exists (and not `force`), is a directory or
 * something else that is no file, or its folder is missing or cannot be written.  To be asked before anything is
 * simulated. */
enum status result_possible(const char *path, bool force, struct messages *messages);

/* ---- reading back -------------------------------------------------------------------------------------- */

struct result_reader;

/* A variable of a file, as found there. */
struct result_found {
    char *name, *unit, *long_name; /* never NULL */
    char *dimension[5];            /* "run", "time", ...; NULL beyond `dimensions` */
    size_t length[5], dimensions;
};

/* Opens a file; first lets a child process with a time and memory limit read all of it, so that a damaged or hostile
 * file ends as STATUS_UNREADABLE and not as a crash.  STATUS_IO if it cannot be opened at all. */
enum status result_open(const char *path, struct result_reader **reader, struct messages *messages);

/* Ends reading and frees what was lent; NULL is allowed. */
void result_close(struct result_reader *reader);

/* A text attribute of the root; NULL if it is not there.  Borrowed until close. */
const char *result_attribute(struct result_reader *reader, const char *name);

/* The arms of the file: "" and what of "baseline", "branches/..." is there.  Borrowed until close. */
size_t result_arms(struct result_reader *reader, const char *const **arm);

/* Labels of a dimension, or any other texts with one dimension ("state", "pole", "quarter", "state_name",
 * "status_message"): borrowed until close; NULL and 0 if absent. */
const char *const *result_labels(struct result_reader *reader, const char *dimension, size_t *count);

/* The variables of an arm, those with run and time first, in the order of writing; the arm "parameters" has the swept
 * parameters, with run alone; "summaries" and "baseline/summaries" what is kept of every run, likewise.  Borrowed until
 * close.  STATUS_FAILED if there is no such arm or no memory. */
enum status result_variables(struct result_reader *reader, const char *arm, const struct result_found **found,
                             size_t *count);

/* Reads one run of a variable: [times][length].  `room` is large enough for it.  Flags are small whole numbers; of
 * failed runs they are 0.  STATUS_FAILED if there is no such variable or run. */
enum status result_read(struct result_reader *reader, const char *arm, const char *name, size_t run,
                        double *room);

/* Numbers of a root column such as "run", "time", "seed", "status", or of "parameters/PATH"; the caller frees
 * *number.  Seeds above 2^53 are rounded.  STATUS_FAILED, and NULL, if it is absent or holds texts. */
enum status result_column(struct result_reader *reader, const char *name, double **number, size_t *count);

/* The claims with their effects; borrowed until close.  A file without claims has 0 of them. */
enum status result_read_claims(struct result_reader *reader, const struct result_claim **claim, size_t *count,
                               size_t *runs);

/* The word that a value of a flag stands for, such as "conquest" for war 3: borrowed, *length bytes of it.  NULL if there
 * is none. */
const char *result_meaning(const char *variable, int value, int *length);

/* Version of the HDF5 library in use. */
void result_library(char *room, size_t size);

#endif
