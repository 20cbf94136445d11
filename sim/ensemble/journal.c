#include "ensemble/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAGIC "Equipoise journal 1\n"
#define SYNC_SECONDS 1 /* a power cut loses so much at most; a killed process nothing */
#define MOST_BYTES ((uint64_t)1 << 40)

/* What stands before the data of a record. */
struct head {
    uint64_t mark, batch, size, hash; /* hash of batch, size and data */
};
static const uint64_t mark = UINT64_C(0x31484354414251); /* "QBATCH1" */

struct place_of_batch {
    uint64_t batch, offset, size;
};

struct journal {
    char *path, *origin, *identity; /* identity: within the same text, behind the NUL of origin */
    int file;
    bool reads_only;
    uint64_t end; /* of the last whole record */
    struct place_of_batch *place;
    size_t places, room;
    time_t synced;
};

/* FNV-1a, 64 bits, over words where it can. */
static uint64_t hash_of(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *byte = data;
    while (size >= 8) {
        uint64_t word;
        memcpy(&word, byte, 8);
        hash = (hash ^ word) * UINT64_C(1099511628211);
        hash ^= hash >> 29; /* so that high bits reach low ones */
        byte += 8;
        size -= 8;
    }
    for (; size > 0; size--)
        hash = (hash ^ *byte++) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t hash_record(uint64_t batch, const void *data, uint64_t size)
{
    uint64_t hash = hash_of(UINT64_C(14695981039346656037), &batch, sizeof batch);
    return hash_of(hash_of(hash, &size, sizeof size), data, size);
}

static enum status fails(const struct journal *j, const char *what, int error, struct messages *messages)
{
    message_add(messages, SEVERITY_ERROR, (struct place){.file = j->path}, "cannot be %s: %s", what,
                strerror(error));
    return STATUS_IO;
}

static enum status refuse(const struct journal *j, const char *why, struct messages *messages)
{
    message_add(messages, SEVERITY_ERROR, (struct place){.file = j->path}, "%s", why);
    return STATUS_IO;
}

static bool read_at(int file, void *data, size_t size, uint64_t offset)
{
    char *at = data;
    while (size > 0) {
        ssize_t got = pread(file, at, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    return true;
}

static bool write_at(int file, const void *data, size_t size, uint64_t offset)
{
    const char *at = data;
    while (size > 0) {
        ssize_t put = pwrite(file, at, size, (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            errno = put == 0 ? ENOSPC : errno;
            return false;
        }
        at += put;
        size -= (size_t)put;
        offset += (uint64_t)put;
    }
    return true;
}

static bool remember(struct journal *j, uint64_t batch, uint64_t offset, uint64_t size)
{
    if (j->places == j->room) {
        size_t room = j->room ? 2 * j->room : 64;
        struct place_of_batch *place = realloc(j->place, room * sizeof *place);
        if (place == NULL)
            return false;
        j->place = place;
        j->room = room;
    }
    j->place[j->places++] = (struct place_of_batch){batch, offset, size};
    return true;
}

/* Walks over the records up to the first that is not whole; heads alone, since data are checked when they are read. */
static enum status scan(struct journal *j, uint64_t length, struct messages *messages)
{
    struct head head;
    while (j->end + sizeof head <= length && read_at(j->file, &head, sizeof head, j->end)) {
        uint64_t data = j->end + sizeof head;
        if (head.mark != mark || head.size > MOST_BYTES || head.size > length - data)
            break;
        if (!remember(j, head.batch, data, head.size))
            return fails(j, "read", ENOMEM, messages);
        j->end = data + head.size;
    }
    return STATUS_OK;
}

static int by_batch(const void *a, const void *b)
{
    const struct place_of_batch *x = a, *y = b;
    return (x->batch > y->batch) - (x->batch < y->batch);
}

/* The last record may have its length and not its bytes, if the machine lost power: only that one is read through. */
static void drop_torn(struct journal *j)
{
    while (j->places > 0) {
        const struct place_of_batch *last = &j->place[j->places - 1];
        void *data = malloc(last->size + 1);
        struct head head;
        bool good = data != NULL && read_at(j->file, data, last->size, last->offset) &&
                    read_at(j->file, &head, sizeof head, last->offset - sizeof head) &&
                    head.hash == hash_record(last->batch, data, last->size);
        free(data);
        if (good)
            return;
        j->end = last->offset - sizeof head;
        j->places--;
    }
}

/* Reads the head of the file; *begun is false if there is none yet. */
static enum status read_identity(struct journal *j, uint64_t length, bool *begun, struct messages *messages)
{
    char magic[sizeof MAGIC - 1];
    uint64_t size, hash;
    uint64_t text = sizeof magic + 2 * sizeof size;
    *begun = false;
    if (length == 0)
        return STATUS_OK;
    size_t named = length < sizeof magic ? (size_t)length : sizeof magic;
    if (!read_at(j->file, magic, named, 0) || memcmp(magic, MAGIC, named) != 0)
        return refuse(j, "is no journal of a sweep", messages);
    if (length < text || !read_at(j->file, &size, sizeof size, sizeof magic) ||
        !read_at(j->file, &hash, sizeof hash, sizeof magic + 8) || size > length - text)
        return STATUS_OK; /* killed while it was begun */
    j->origin = calloc(size + 2, 1);
    if (j->origin == NULL)
        return fails(j, "read", ENOMEM, messages);
    if (!read_at(j->file, j->origin, size, text) || hash != hash_record(0, j->origin, size)) {
        free(j->origin);
        j->origin = NULL;
        return STATUS_OK;
    }
    j->identity = j->origin + strlen(j->origin) + 1;
    j->end = text + size;
    *begun = true;
    return STATUS_OK;
}

static enum status begin(struct journal *j, const char *origin, const char *identity, struct messages *messages)
{
    uint64_t first = strlen(origin) + 1, size = first + strlen(identity), hash;
    char head[sizeof MAGIC - 1 + 16];
    j->origin = calloc(size + 1, 1);
    if (j->origin == NULL)
        return fails(j, "written", ENOMEM, messages);
    memcpy(j->origin, origin, first);
    memcpy(j->origin + first, identity, size - first);
    j->identity = j->origin + first;
    hash = hash_record(0, j->origin, size);
    memcpy(head, MAGIC, sizeof MAGIC - 1);
    memcpy(head + sizeof MAGIC - 1, &size, 8);
    memcpy(head + sizeof MAGIC - 1 + 8, &hash, 8);
    if (ftruncate(j->file, 0) != 0 || !write_at(j->file, head, sizeof head, 0) ||
        !write_at(j->file, j->origin, size, sizeof head) || fsync(j->file) != 0)
        return fails(j, "written", errno, messages);
    j->end = sizeof head + size;
    return STATUS_OK;
}

static enum status make(const char *path, int flags, bool reads_only, struct journal **out,
                        struct messages *messages)
{
    struct journal *j = calloc(1, sizeof *j);
    struct journal nameless = {.path = (char *)path};
    *out = NULL;
    if (j == NULL || (j->path = strdup(path)) == NULL) {
        free(j);
        return fails(&nameless, "opened", ENOMEM, messages);
    }
    j->reads_only = reads_only;
    j->file = open(path, flags | O_CLOEXEC, 0666);
    *out = j;
    return j->file >= 0 ? STATUS_OK : fails(j, "opened", errno, messages);
}

enum status journal_open(const char *path, const char *origin, const char *identity, bool resume,
                         struct journal **out, struct messages *messages)
{
    struct stat info;
    struct journal *j;
    bool begun = false;
    enum status status = make(path, O_RDWR | O_CREAT, false, &j, messages);
    if (status != STATUS_OK)
        goto out;
    if (flock(j->file, LOCK_EX | LOCK_NB) != 0) {
        status =
            refuse(j, errno == EWOULDBLOCK ? "another process is working on it" : strerror(errno), messages);
        goto out;
    }
    if (fstat(j->file, &info) != 0 || !S_ISREG(info.st_mode)) {
        status = refuse(j, "is no regular file", messages);
        goto out;
    }
    if (info.st_size > 0 && !resume) {
        status =
            refuse(j, "holds an unfinished sweep (--resume goes on with it, --force begins anew)", messages);
        goto out;
    }
    status = read_identity(j, (uint64_t)info.st_size, &begun, messages);
    if (status == STATUS_OK && begun && strcmp(j->identity, identity) != 0)
        status = refuse(j, "belongs to another sweep, or to another version of this one (--force begins anew)",
                        messages);
    if (status == STATUS_OK && begun)
        status = scan(j, (uint64_t)info.st_size, messages);
    else if (status == STATUS_OK)
        status = begin(j, origin, identity, messages);
    if (status != STATUS_OK)
        goto out;
    drop_torn(j);
    if (ftruncate(j->file, (off_t)j->end) != 0)
        status = fails(j, "written", errno, messages);
    if (j->places > 0)
        qsort(j->place, j->places, sizeof *j->place, by_batch);
out:
    if (status != STATUS_OK) {
        journal_close(j, false);
        j = NULL;
    }
    *out = j;
    return status;
}

void journal_discard(const char *path)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return;
    if (flock(file, LOCK_EX | LOCK_NB) == 0)
        unlink(path);
    close(file);
}

enum status journal_read_only(const char *path, struct journal **out, struct messages *messages)
{
    struct stat info;
    struct journal *j;
    bool begun = false;
    enum status status = make(path, O_RDONLY, true, &j, messages);
    if (status == STATUS_OK && (fstat(j->file, &info) != 0 || !S_ISREG(info.st_mode)))
        status = refuse(j, "is no regular file", messages);
    if (status == STATUS_OK)
        status = read_identity(j, (uint64_t)info.st_size, &begun, messages);
    if (status == STATUS_OK && !begun)
        status = refuse(j, "is no journal of a sweep", messages);
    if (status == STATUS_OK)
        status = scan(j, (uint64_t)info.st_size, messages);
    if (status != STATUS_OK) {
        journal_close(j, false);
        j = NULL;
    } else {
        drop_torn(j);
        if (j->places > 0)
            qsort(j->place, j->places, sizeof *j->place, by_batch);
    }
    *out = j;
    return status;
}

void journal_close(struct journal *j, bool remove)
{
    if (j == NULL)
        return;
    if (remove)
        unlink(j->path); /* while the lock is held */
    if (j->file >= 0)
        close(j->file);
    free(j->path);
    free(j->origin);
    free(j->place);
    free(j);
}

const char *journal_identity(const struct journal *j)
{
    return j->identity;
}

const char *journal_origin(const struct journal *j)
{
    return j->origin;
}

size_t journal_batches(const struct journal *j)
{
    return j->places;
}

static const struct place_of_batch *find(const struct journal *j, size_t batch)
{
    const struct place_of_batch wanted = {.batch = batch};
    return j->places ? bsearch(&wanted, j->place, j->places, sizeof *j->place, by_batch) : NULL;
}

bool journal_has(const struct journal *j, size_t batch)
{
    return find(j, batch) != NULL;
}

enum status journal_append(struct journal *j, size_t batch, const void *data, size_t size,
                           struct messages *messages)
{
    const struct head head = {mark, batch, size, hash_record(batch, data, size)};
    struct timespec now;
    if (!write_at(j->file, data, size, j->end + sizeof head) ||
        !write_at(j->file, &head, sizeof head, j->end)) {
        int error = errno;
        if (ftruncate(j->file, (off_t)j->end) != 0)
            error = errno;
        return fails(j, "written", error, messages);
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec - j->synced >= SYNC_SECONDS) {
        struct stat info;
        j->synced = now.tv_sec;
        if (fdatasync(j->file) != 0)
            return fails(j, "written", errno, messages);
        if (fstat(j->file, &info) == 0 && info.st_nlink == 0)
            return refuse(j, "has been deleted while it was written", messages);
    }
    if (!remember(j, batch, j->end + sizeof head, size))
        return fails(j, "written", ENOMEM, messages);
    j->end += sizeof head + size;
    /* in order of batches but for the first after a pause: an insertion, not a sort */
    for (size_t k = j->places - 1; k > 0 && j->place[k].batch < j->place[k - 1].batch; k--) {
        struct place_of_batch later = j->place[k - 1];
        j->place[k - 1] = j->place[k];
        j->place[k] = later;
    }
    return STATUS_OK;
}

enum status journal_load(const struct journal *j, size_t batch, void **data, size_t *size,
                         struct messages *messages)
{
    const struct place_of_batch *place = find(j, batch);
    struct head head;
    *data = place ? malloc(place->size + 1) : NULL;
    if (place == NULL || *data == NULL)
        return fails(j, "read", place ? ENOMEM : ENOENT, messages);
    *size = place->size;
    if (read_at(j->file, *data, place->size, place->offset) &&
        read_at(j->file, &head, sizeof head, place->offset - sizeof head) &&
        head.hash == hash_record(batch, *data, place->size))
        return STATUS_OK;
    free(*data);
    *data = NULL;
    return refuse(j, "is damaged: the checksum of a batch does not fit (begin anew with --force)", messages);
}
