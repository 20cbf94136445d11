/* Memory for libraries that do not look whether they were given any. */
#ifndef EQUIPOISE_BASE_MEMORY_H
#define EQUIPOISE_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Whether so many bytes could be had now.  To be asked before libconfig reads a file and before HDF5 starts, which end the
 * process by a signal where memory runs out. */
bool memory_is_there(size_t bytes);

#endif
