#include "result/seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PORTION ((size_t)1 << 20)

static const char before[] = "\nEquipoise FNV-1a-64 ";

uint64_t result_seal_hash(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *byte = data;
    for (size_t k = 0; k < size; k++)
        hash = (hash ^ byte[k]) * UINT64_C(1099511628211);
    return hash;
}

static void make_line(char line[RESULT_SEAL_SIZE + 1], uint64_t hash)
{
    snprintf(line, RESULT_SEAL_SIZE + 1, "%s%016" PRIx64 "\n", before, hash);
}

void result_seal_make(char line[RESULT_SEAL_SIZE + 1], const void *data, size_t size)
{
    make_line(line, result_seal_hash(RESULT_SEAL_START, data, size));
}

bool result_seal_of(char line[RESULT_SEAL_SIZE + 1], int fd, size_t size)
{
    unsigned char *data = malloc(PORTION);
    uint64_t hash = RESULT_SEAL_START;
    size_t at = 0;
    while (data != NULL && at < size) {
        ssize_t got = pread(fd, data, size - at < PORTION ? size - at : PORTION, (off_t)at);
        if (got <= 0)
            break;
        hash = result_seal_hash(hash, data, (size_t)got);
        at += (size_t)got;
    }
    free(data);
    make_line(line, hash);
    return at == size;
}

bool result_seal_fits(int fd, size_t size)
{
    char found[RESULT_SEAL_SIZE + 1] = "", expected[RESULT_SEAL_SIZE + 1];
    if (size < RESULT_SEAL_SIZE)
        return true;
    size -= RESULT_SEAL_SIZE;
    if (pread(fd, found, RESULT_SEAL_SIZE, (off_t)size) != RESULT_SEAL_SIZE)
        return false;
    if (strncmp(found, before, sizeof before - 1) != 0)
        return true;
    return result_seal_of(expected, fd, size) && strcmp(found, expected) == 0;
}
