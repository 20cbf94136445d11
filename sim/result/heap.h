/* A look at the texts of a dataset before HDF5 reads them: it believes the length that is written beside each text,
 * and copies so much from wherever the text begins.  Whether that crashes is then a matter of luck. */
#ifndef EQUIPOISE_RESULT_HEAP_H
#define EQUIPOISE_RESULT_HEAP_H

#include <hdf5.h>

#include <stdbool.h>
#include <stddef.h>

/* Whether all `count` texts of a dataset stored in one piece lie inside the heap where the file keeps them. */
bool result_heap_fits(hid_t file, hid_t dataset, size_t count);

#endif
