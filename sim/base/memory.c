#include "base/memory.h"

#include <stdlib.h>

bool memory_is_there(size_t bytes)
{
    void *volatile probe = malloc(bytes); /* volatile: or a compiler leaves out a block that nobody uses */
    bool there = probe != NULL;
    free(probe);
    return there;
}
