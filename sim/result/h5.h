/* Small helpers around HDF5, private to this room.  Functions that return bool say whether all went well;
 * an hid_t below 0 is a failure. */
#ifndef EQUIPOISE_RESULT_H5_H
#define EQUIPOISE_RESULT_H5_H

#include <hdf5.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESULT_H5_RANK 5 /* most dimensions a dataset has */

/* To be called before any other use of HDF5; again is harmless.  False if there is no memory for it. */
bool result_h5_start(void);

/* The reason for the last failure in HDF5's words, "" if it gave none. */
void result_h5_reason(char *room, size_t size);

/* Type of labels and texts: variable-length UTF-8.  To be closed by H5Tclose. */
hid_t result_h5_text_type(void);

/* A creation list (of class H5P_FILE_CREATE, H5P_GROUP_CREATE or H5P_DATASET_CREATE) that remembers the order of
 * links and attributes and stores no clock times, so that equal input gives equal bytes. */
hid_t result_h5_creation(hid_t class);

/* A new group. */
hid_t result_h5_group(hid_t parent, const char *name);

/* A new dataset.  `chunk` NULL: stored in one piece, for labels; otherwise compressed and checksummed, and if the
 * numbers are floats, missing ones are NaN. */
hid_t result_h5_create(hid_t parent, const char *name, hid_t type, int rank, const hsize_t *length,
                       const hsize_t *chunk);

/* Attributes: a text (NULL writes nothing), numbers of a type (count 0: a single number). */
bool result_h5_text(hid_t object, const char *name, const char *value);
bool result_h5_numbers(hid_t object, const char *name, hid_t file_type, hid_t type, hsize_t count,
                       const void *value);

/* Attributes that every dataset has.  An empty or missing unit is "1". */
bool result_h5_describe(hid_t dataset, const char *unit, const char *long_name);

/* Attributes of a category: numbers 0, 1 ... stand for the words of `meanings`, "outside inside". */
bool result_h5_meanings(hid_t dataset, const char *meanings);

/* Writes `count` elements of the first axis, from `first` on, and all of the others. */
bool result_h5_slab(hid_t dataset, hid_t type, size_t first, size_t count, const void *values);

/* A new dataset of texts with one dimension, written. */
hid_t result_h5_texts(hid_t parent, const char *name, size_t count, const char *const *text);

/* Closes whatever it is; an id below 0 is allowed. */
void result_h5_close(hid_t id);

/* A text attribute, allocated; NULL if it is absent or no text.  The caller frees it. */
char *result_h5_read_text(hid_t object, const char *name);

#endif
