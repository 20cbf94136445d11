/* The last line of a published file, behind what HDF5 reads: a checksum of all the bytes before it.  Other programs
 * do not see it, and one that changes the file drops it: a file without seal is still read, with the child's check
 * alone.  A file whose seal does not fit is damaged. */
#ifndef EQUIPOISE_RESULT_SEAL_H
#define EQUIPOISE_RESULT_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESULT_SEAL_SIZE 38
#define RESULT_SEAL_START UINT64_C(14695981039346656037)

/* FNV-1a, 64 bits (Fowler, Noll and Vo), continued from `hash`, at first RESULT_SEAL_START.  No change of a single
 * byte goes unnoticed. */
uint64_t result_seal_hash(uint64_t hash, const void *data, size_t size);

/* Writes the line, with a NUL behind it. */
void result_seal_make(char line[RESULT_SEAL_SIZE + 1], const void *data, size_t size);

/* The same line for the first `size` bytes of an open file; false if they cannot be read. */
bool result_seal_of(char line[RESULT_SEAL_SIZE + 1], int fd, size_t size);

/* False if the file has a seal that does not fit its bytes, or cannot be read. */
bool result_seal_fits(int fd, size_t size);

#endif
