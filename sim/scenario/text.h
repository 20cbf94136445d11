/* First pass over the text of a configuration, before libconfig sees it: what libconfig 1.5 would get silently wrong
 * or could not survive is refused here, with file and line. */
#ifndef EQUIPOISE_SCENARIO_TEXT_H
#define EQUIPOISE_SCENARIO_TEXT_H

#include "base/message.h"

#include <stddef.h>

/* Limits of a configuration with all that it includes; those of bytes and settings times the `room` of the caller. */
#define TEXT_MOST_BYTES (1u << 20)
#define TEXT_MOST_SETTINGS 10000u
#define TEXT_MOST_DEPTH 64
#define TEXT_MOST_STRING (64u << 10)
#define TEXT_MOST_FILES 32

/* Reads a file and checks it and what it includes: a regular file of valid UTF-8 without NUL or byte-order mark, closed
 * strings and comments, no neighbouring strings (libconfig would join them), whole numbers in range, finite reals,
 * includes that are relative, regular, not cyclic.  *text: the main file, allocated, ends in NUL; the caller frees.
 * `room`: 1 for what people write. STATUS_IO if the main file cannot be read; STATUS_INVALID with messages if something
 * is wrong. */
enum status text_read(const char *file, size_t room, char **text, struct messages *messages);

#endif
