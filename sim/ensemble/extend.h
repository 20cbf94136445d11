/* Private to the ensemble room: runs that a finished file has already, for a sweep that adds replicates or points to it. */
#ifndef EQUIPOISE_ENSEMBLE_EXTEND_H
#define EQUIPOISE_ENSEMBLE_EXTEND_H

#include "ensemble/batch.h"

struct extension;

/* Opens the finished file.  STATUS_IO with a message if it is not of this scenario: another world, other events, another
 * seed, other factors, records, summaries or claims. */
enum status extend_open(const char *path, const struct scenario *scenario, const bool *plays,
                        struct extension **out, struct messages *messages);
void extend_close(struct extension *extension);

/* Fills those runs of the batch that the file has and that went well; the others stay as they are.  STATUS_IO if it cannot
 * be read. */
enum status extend_fill(struct extension *extension, struct batch *batch, struct messages *messages);

#endif
