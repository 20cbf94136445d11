/* A file being read, private to this room: what reading and the check of damaged files share. */
#ifndef EQUIPOISE_RESULT_READER_H
#define EQUIPOISE_RESULT_READER_H

#include "result/h5.h"
#include "result/result.h"

struct result_kept;  /* a piece of memory that lives until close */
struct result_cache; /* something that was read once: texts by name, variables by arm */

struct result_reader {
    hid_t file;
    struct result_kept *kept;
    struct result_cache *cache;
    const char **arm;
    size_t arms;
    struct result_claim *claim;
    size_t claims, claim_runs;
    bool claims_read;
};

/* Opens a file without any check; NULL if that fails.  To be closed by result_close(). */
struct result_reader *result_reader_begin(const char *path);

/* Memory that lives until close, zeroed; NULL if there is none. */
void *result_reader_keep(struct result_reader *reader, size_t count, size_t size);
char *result_reader_keep_text(struct result_reader *reader, const char *text);

/* The lengths of a dataset; the number of dimensions, or -1 if there are none or too many. */
int result_reader_shape(hid_t dataset, size_t *length);

/* Texts of a dataset with one dimension, kept; NULL if it holds something else. */
const char **result_reader_texts(struct result_reader *reader, hid_t dataset, size_t *count);

/* Closes what the lookups keep open. */
void result_lookup_close(struct result_reader *reader);

/* What a dataset is: names, lengths and units, kept.  False if it is nothing that this program writes. */
bool result_reader_describe(struct result_reader *reader, hid_t dataset, const char *name,
                            struct result_found *found);

/* The name of link k of a group in order of writing, kept; NULL if there is none. */
char *result_reader_link(struct result_reader *reader, hid_t group, size_t k);

/* Number of links of a group. */
size_t result_reader_links(hid_t group);

/* Whether a file can be read without harm: read in full by a child process (check.c). */
enum status result_check(const char *path, struct messages *messages);

/* STATUS_UNREADABLE with the message that belongs to it. */
enum status result_unreadable(const char *path, struct messages *messages);

#endif
