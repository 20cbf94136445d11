/* From a file in memory to one on disk that is whole or not there. */
#include "result/seal.h"
#include "result/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX_ROOM 24 /* ".tmp." and a process number */

static enum status refuse(const char *path, struct messages *messages, const char *reason)
{
    message_add(messages, SEVERITY_ERROR, (struct place){.file = path}, "%s", reason);
    return STATUS_IO;
}

static enum status cannot(const char *path, struct messages *messages, const char *what, int error)
{
    message_add(messages, SEVERITY_ERROR, (struct place){.file = path}, "cannot %s: %s", what, strerror(error));
    return STATUS_IO;
}

/* The folder of a path, allocated; NULL if memory ran out. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static enum status folder_possible(const char *path, const char *folder, struct messages *messages)
{
    struct stat info;
    int error = stat(folder, &info) != 0 ? errno : S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
    if (error == 0 && access(folder, W_OK | X_OK) == 0)
        return STATUS_OK;
    message_add(messages, SEVERITY_ERROR, (struct place){.file = path}, "cannot be written: folder %s: %s",
                folder, strerror(error != 0 ? error : errno));
    return STATUS_IO;
}

enum status result_possible(const char *path, bool force, struct messages *messages)
{
    struct stat info;
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;

    if (stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode))
            return refuse(path, messages, "is a directory");
        if (!S_ISREG(info.st_mode))
            return refuse(path, messages, "exists and is not a regular file");
    }
    if (!force && lstat(path, &info) == 0)
        return refuse(path, messages, "exists already (--force overwrites it)");
    if (base[0] == '\0')
        return refuse(path, messages, "has no file name");
    if (strlen(base) > NAME_MAX - SUFFIX_ROOM)
        return cannot(path, messages, "be written", ENAMETOOLONG);

    char *folder = folder_of(path);
    if (folder == NULL)
        return cannot(path, messages, "be written", ENOMEM);
    enum status status = folder_possible(path, folder, messages);
    free(folder);
    return status;
}

/* Opens and locks the temporary file; -1 and errno.  One that is there already has been left by a dead process of
 * the same number, as happens in containers, unless its lock is held. */
static int open_temporary(const char *temporary)
{
    for (int attempt = 0; attempt < 8; attempt++) {
        int fd = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (fd >= 0) {
            flock(fd, LOCK_EX | LOCK_NB); /* where it does not work, a stale file merely stays refused */
            return fd;
        }
        if (errno != EEXIST)
            return -1;
        int stale = open(temporary, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
        if (stale < 0)
            continue;
        int held = flock(stale, LOCK_EX | LOCK_NB);
        if (held == 0)
            unlink(temporary);
        close(stale);
        if (held != 0)
            break;
    }
    errno = EBUSY;
    return -1;
}

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        data += written;
        size -= (size_t)written;
    }
    return 0;
}

static int sync_file(int fd)
{
    int result;
    do
        result = fsync(fd);
    while (result != 0 && errno == EINTR);
    return result;
}

/* So that the new name survives a power cut.  The file is there already: where a folder cannot be synchronised,
 * as on some network file systems, nothing is wrong with it. */
static void sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    sync_file(fd);
    close(fd);
}

/* The file system itself refuses a name that another process has taken since we looked; where it cannot, we have
 * looked just before. */
static int rename_to(const char *temporary, const char *path, bool force)
{
#ifdef RENAME_NOREPLACE
    if (!force) {
        if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
            return 0;
        if (errno != EINVAL && errno != ENOSYS)
            return -1;
    }
#else
    (void)force;
#endif
    return rename(temporary, path);
}

/* Gives the finished temporary file its name; closes it in every case, and takes it away on failure. */
static enum status name_file(const char *path, const char *temporary, bool force, int fd, enum status status,
                             struct messages *messages)
{
    bool open = true;
    if (status == STATUS_OK)
        status = result_possible(path, force, messages);
    /* close() may be the first to tell of an error on a network file system; the lock ends with it, but a process
     * of the same number cannot begin before this one has ended */
    if (status == STATUS_OK) {
        open = false;
        if (close(fd) != 0)
            status = cannot(path, messages, "be written", errno);
    }
    if (status == STATUS_OK && rename_to(temporary, path, force) != 0)
        status = errno == EEXIST ? refuse(path, messages, "exists already (--force overwrites it)")
                                 : cannot(path, messages, "be written", errno);
    if (open)
        close(fd);
    if (status != STATUS_OK)
        unlink(temporary);
    return status;
}

static enum status put_file(const char *path, const char *temporary, bool force, const void *data, size_t size,
                            struct messages *messages)
{
    int fd = open_temporary(temporary);
    if (fd < 0)
        return cannot(path, messages, "be written", errno);

    enum status status = STATUS_OK;
    char seal[RESULT_SEAL_SIZE + 1];
    result_seal_make(seal, data, size);
    if (write_all(fd, data, size) != 0 || write_all(fd, seal, RESULT_SEAL_SIZE) != 0 || sync_file(fd) != 0)
        status = cannot(path, messages, "be written", errno);
    return name_file(path, temporary, force, fd, status, messages);
}

/* A file that was made on disk: finished, closed, sealed and named. */
static enum status name_disk(struct result_writer *writer, const char *path, bool force,
                             struct messages *messages)
{
    char *temporary = strdup(writer->plan->disk), seal[RESULT_SEAL_SIZE + 1];
    struct stat info;
    int fd = -1;
    enum status status = STATUS_OK;
    if (temporary == NULL)
        status = cannot(path, messages, "be written", ENOMEM);
    else if (!result_writer_finish(writer))
        status = result_writer_fails(writer, "end", messages);
    result_abandon(writer);
    if (status == STATUS_OK && ((fd = open(temporary, O_RDWR | O_CLOEXEC)) < 0 || fstat(fd, &info) != 0))
        status = cannot(path, messages, "be written", errno);
    if (status == STATUS_OK && (!result_seal_of(seal, fd, (size_t)info.st_size) || lseek(fd, 0, SEEK_END) < 0 ||
                                write_all(fd, seal, RESULT_SEAL_SIZE) != 0 || sync_file(fd) != 0))
        status = cannot(path, messages, "be written", errno);
    if (fd >= 0)
        status = name_file(path, temporary, force, fd, status, messages);
    else if (temporary != NULL)
        unlink(temporary);
    free(temporary);
    return status;
}

enum status result_publish(struct result_writer *writer, const char *path, bool force,
                           struct messages *messages)
{
    size_t size = 0;
    char *temporary = NULL, *folder = NULL;
    void *image = NULL;

    enum status status = STATUS_FAILED;
    if (writer->failed)
        message_add(messages, SEVERITY_ERROR, (struct place){.file = path},
                    "not written, since it is incomplete");
    else
        status = result_possible(path, force, messages);
    if (status != STATUS_OK)
        goto out;
    if (writer->plan->disk != NULL) {
        folder = folder_of(path);
        status =
            folder ? name_disk(writer, path, force, messages) : cannot(path, messages, "be written", ENOMEM);
        writer = NULL;
        if (status == STATUS_OK)
            sync_folder(folder);
        goto out;
    }
    status = STATUS_FAILED;
    image = result_writer_image(writer, &size, messages);
    if (image == NULL)
        goto out;
    result_abandon(writer); /* before writing: its memory is as large as the file */
    writer = NULL;

    temporary = message_text("%s.tmp.%ld", path, (long)getpid());
    folder = folder_of(path);
    if (temporary == NULL || folder == NULL) {
        cannot(path, messages, "be written", ENOMEM);
        goto out;
    }
    status = put_file(path, temporary, force, image, size, messages);
    if (status == STATUS_OK)
        sync_folder(folder);
out:
    result_abandon(writer);
    free(temporary);
    free(folder);
    free(image);
    return status;
}
