/* From the HDF5 file format, version 3.0: a text in a dataset is length (4 bytes), address of a collection (8) and
 * index in it (4); a collection is "GCOL", version (1), reserved (3), size (8), and objects of index (2), count of
 * references (2), reserved (4), size (8) and data, filled up to a multiple of 8.  All little endian. */
#include "result/heap.h"

#include <endian.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REFERENCE 16 /* bytes of a text in a dataset */
#define HEAD 16      /* bytes before a collection's first object, and before the data of an object */

struct heap {
    int fd;
    uint64_t size;    /* of the file */
    uint64_t address; /* of the collection that was read last, UINT64_MAX before */
    unsigned char *collection;
    uint64_t length;
};

static uint64_t number_at(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, bytes, size);
    return le64toh(value);
}

static unsigned char *bytes_at(const struct heap *heap, uint64_t address, uint64_t length)
{
    if (address > heap->size || length > heap->size - address)
        return NULL;
    unsigned char *bytes = malloc(length + 1);
    for (uint64_t done = 0; bytes != NULL && done < length;) {
        ssize_t got = pread(heap->fd, bytes + done, length - done, (off_t)(address + done));
        if (got <= 0) {
            free(bytes);
            return NULL;
        }
        done += (uint64_t)got;
    }
    return bytes;
}

static bool load(struct heap *heap, uint64_t address)
{
    if (heap->address == address)
        return true;
    free(heap->collection);
    heap->collection = NULL;
    heap->address = UINT64_MAX;
    unsigned char *head = bytes_at(heap, address, HEAD);
    if (head == NULL)
        return false;
    heap->length = number_at(head + 8, 8);
    bool ok = memcmp(head, "GCOL", 4) == 0 && heap->length >= HEAD;
    free(head);
    if (ok)
        heap->collection = bytes_at(heap, address, heap->length);
    if (heap->collection == NULL)
        return false;
    heap->address = address;
    return true;
}

/* Whether the collection has that object, whole, with at least `length` bytes. */
static bool holds(const struct heap *heap, uint64_t index, uint64_t length)
{
    if (heap->collection == NULL)
        return false;
    for (uint64_t at = HEAD; heap->length - at >= HEAD;) {
        const unsigned char *object = heap->collection + at;
        uint64_t size = number_at(object + 8, 8), room = heap->length - at - HEAD;
        uint64_t this = number_at(object, 2);
        if (this == 0 || size > room) /* 0 is the free space at the end */
            return false;
        if (this == index)
            return length <= size;
        uint64_t filled = (size + 7) / 8 * 8;
        if (filled > room)
            return false;
        at += HEAD + filled;
    }
    return false;
}

bool result_heap_fits(hid_t file, hid_t dataset, size_t count)
{
    struct stat info;
    void *handle = NULL;
    haddr_t offset = H5Dget_offset(dataset);
    if (count == 0 || offset == HADDR_UNDEF) /* nothing is stored: all are empty */
        return true;
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || handle == NULL ||
        H5Dget_storage_size(dataset) / REFERENCE != count)
        return false;
    struct heap heap = {.fd = *(int *)handle, .address = UINT64_MAX};
    if (fstat(heap.fd, &info) != 0)
        return false;
    heap.size = (uint64_t)info.st_size;

    unsigned char *list = bytes_at(&heap, offset, (uint64_t)count * REFERENCE);
    bool ok = list != NULL;
    for (size_t k = 0; ok && k < count; k++) {
        const unsigned char *text = list + k * REFERENCE;
        uint64_t length = number_at(text, 4);
        if (length > 0)
            ok = load(&heap, number_at(text + 4, 8)) && holds(&heap, number_at(text + 12, 4), length);
    }
    free(heap.collection);
    free(list);
    return ok;
}
