/* The journal of a sweep: batches of finished runs, appended one after the other to a file that survives a crash.
 *
 * A record is whole or it does not count: each carries its length and a checksum, and what a killed process left behind
 * the last whole record is cut off when the journal is opened to go on.  One process writes a journal; several journals
 * of one sweep (shards, ranks) are read together. */
#ifndef EQUIPOISE_ENSEMBLE_JOURNAL_H
#define EQUIPOISE_ENSEMBLE_JOURNAL_H

#include "base/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;

/* Creates a journal at `path`, or opens one to go on (`resume`; if there is none it is created), and locks it: a second
 * process is refused.  identity: a text that says which sweep this is; a journal of another one is refused.  origin: a
 * text that says how it was called, kept and not compared.  STATUS_IO with a message on failure. */
enum status journal_open(const char *path, const char *origin, const char *identity, bool resume,
                         struct journal **out, struct messages *messages);

/* Takes a journal away, unless another process works on it. */
void journal_discard(const char *path);

/* Opens a finished journal to read alone. */
enum status journal_read_only(const char *path, struct journal **out, struct messages *messages);

/* Frees; the file stays unless `remove`.  NULL is allowed. */
void journal_close(struct journal *journal, bool remove);

/* The texts that say which sweep this is and how it was called; borrowed until close. */
const char *journal_identity(const struct journal *journal);
const char *journal_origin(const struct journal *journal);

/* Number of the batches that are there, and whether one is. */
size_t journal_batches(const struct journal *journal);
bool journal_has(const struct journal *journal, size_t batch);

/* Appends a batch.  On failure (a full disk) the record is taken back and STATUS_IO says why; the journal stays good. */
enum status journal_append(struct journal *journal, size_t batch, const void *data, size_t size,
                           struct messages *messages);

/* Reads a batch that is there: *data is allocated, the caller frees.  STATUS_IO if it cannot be read or its checksum does
 * not fit. */
enum status journal_load(const struct journal *journal, size_t batch, void **data, size_t *size,
                         struct messages *messages);

#endif
