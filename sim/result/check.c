/* Damaged or hostile files make the HDF5 library crash or hang (10 crashes and 5 hangs in 3 000 mutated files), so
 * a child process with limits reads all of a file first. */
#include "result/reader.h"
#include "result/seal.h"

#include <hdf5_hl.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 60 /* and one more for so many bytes of the file: */
#define BYTES_PER_SECOND ((size_t)16 << 20)
#define MEMORY ((rlim_t)8 << 30)
#define SLAB ((size_t)4 << 20)
#define DEPTH 4 /* of groups; ours have two */

/* Sanitizers need terabytes of address space. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNLIMITED_MEMORY
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define UNLIMITED_MEMORY
#endif
#endif

/* ---- in the child ---------------------------------------------------------------------------------------- */

/* Bytes of a dataset, and of one index of its first axis; false if the numbers are absurd: what is stored in one
 * piece cannot be larger than the file, and what is in chunks has been compared with its scales. */
static bool sizes(hid_t dataset, size_t file_size, size_t *length, size_t *row)
{
    hid_t type = H5Dget_type(dataset), list = H5Dget_create_plist(dataset);
    bool ok = type >= 0 && list >= 0 && result_reader_shape(dataset, length) > 0;
    size_t size = ok ? H5Tget_size(type) : 0, whole;
    int rank = ok ? result_reader_shape(dataset, length) : 0;
    ok = ok && size > 0 && size <= 16;
    for (int d = 1; ok && d < rank; d++)
        ok = !__builtin_mul_overflow(size, length[d], &size);
    ok = ok && !__builtin_mul_overflow(size, length[0], &whole) &&
         (H5Pget_layout(list) == H5D_CHUNKED || whole <= file_size);
    *row = size;
    result_h5_close(list);
    result_h5_close(type);
    return ok;
}

static bool read_numbers(hid_t dataset, const size_t *length, size_t row)
{
    hid_t space = H5Dget_space(dataset);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    size_t step = row == 0 || row >= SLAB ? 1 : SLAB / row;
    step = step > 64 ? step / 64 * 64 : step; /* whole chunks */
    step = step > length[0] ? length[0] : step;
    double *room = NULL;
    size_t bytes;
    bool ok = rank > 0 && !__builtin_mul_overflow(step, row, &bytes) && bytes < SIZE_MAX / 8 &&
              (room = malloc(bytes * 8 + 1)) != NULL; /* a small integer is read as a double */

    for (size_t first = 0; ok && first < length[0]; first += step) {
        hsize_t start[RESULT_H5_RANK] = {first}, count[RESULT_H5_RANK];
        count[0] = first + step > length[0] ? length[0] - first : step;
        for (int d = 1; d < rank; d++)
            count[d] = length[d];
        hid_t memory = H5Screate_simple(rank, count, NULL);
        ok = memory >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
             H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, room) >= 0;
        result_h5_close(memory);
    }
    free(room);
    result_h5_close(space);
    return ok;
}

static bool read_dataset(struct result_reader *reader, hid_t dataset, const char *name, size_t file_size)
{
    size_t length[RESULT_H5_RANK], row;
    struct result_found found = {0};
    hid_t type = H5Dget_type(dataset);
    H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    result_h5_close(type);

    bool scale = H5DSis_scale(dataset) > 0;
    if (!sizes(dataset, file_size, length, &row) ||
        (!scale && !result_reader_describe(reader, dataset, name, &found)))
        return false;
    if (class == H5T_STRING) {
        size_t count;
        return result_reader_texts(reader, dataset, &count) != NULL;
    }
    return (class == H5T_INTEGER || class == H5T_FLOAT) && read_numbers(dataset, length, row);
}

static herr_t read_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data)
{
    (void)info;
    (void)data;
    free(result_h5_read_text(object, name));
    return 0;
}

static bool read_group(struct result_reader *reader, hid_t group, size_t file_size, int depth)
{
    size_t links = result_reader_links(group);
    bool ok = depth > 0 && H5Aiterate2(group, H5_INDEX_NAME, H5_ITER_INC, NULL, read_attribute, NULL) >= 0;
    for (size_t k = 0; ok && k < links; k++) {
        char *name = result_reader_link(reader, group, k);
        hid_t object = name == NULL ? -1 : H5Oopen(group, name, H5P_DEFAULT);
        switch (object < 0 ? H5I_BADID : H5Iget_type(object)) {
        case H5I_GROUP:
            ok = read_group(reader, object, file_size, depth - 1);
            break;
        case H5I_DATASET:
            ok = H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, read_attribute, NULL) >= 0 &&
                 read_dataset(reader, object, name, file_size);
            break;
        default:
            ok = false;
        }
        result_h5_close(object);
    }
    return ok;
}

/* What every result has, by the same calls that its readers make. */
static bool read_as_result(struct result_reader *reader)
{
    static const char *const labels[] = {"state", "state_to", "pole", "quarter", "state_name"};
    const struct result_found *found;
    const struct result_claim *claim;
    const char *const *arm;
    double *number = NULL;
    size_t count, runs;

    bool ok = result_attribute(reader, "format_version") != NULL &&
              result_column(reader, "run", &number, &count) == STATUS_OK;
    free(number);
    ok = ok && result_column(reader, "time", &number, &count) == STATUS_OK;
    if (ok)
        free(number);
    for (size_t k = 0; ok && k < sizeof labels / sizeof labels[0]; k++)
        ok = result_labels(reader, labels[k], &count) != NULL;
    size_t arms = result_arms(reader, &arm);
    for (size_t k = 0; ok && k < arms; k++)
        ok = result_variables(reader, arm[k], &found, &count) == STATUS_OK;
    if (ok && H5Lexists(reader->file, "parameters", H5P_DEFAULT) > 0)
        ok = result_variables(reader, "parameters", &found, &count) == STATUS_OK;
    return ok && result_read_claims(reader, &claim, &count, &runs) == STATUS_OK;
}

static bool read_file(const char *path, size_t file_size)
{
    struct result_reader *reader = result_reader_begin(path);
    bool ok = reader != NULL && read_group(reader, reader->file, file_size, DEPTH) && read_as_result(reader);
    result_close(reader);
    return ok;
}

/* Lowers a limit; one that is lower already stays. */
static bool limit(int resource, rlim_t most)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return false;
    if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > most)
        now.rlim_cur = most;
    return setrlimit(resource, &now) == 0;
}

#ifndef UNLIMITED_MEMORY
/* Address space that this process has already, with what it took over from its parent. */
static rlim_t memory_in_use(void)
{
    char text[32] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    return got > 0 ? (rlim_t)strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) : 0;
}
#endif

/* Limits time and memory, and keeps the complaints of a dying process from the user's terminal. */
static bool confine(unsigned seconds)
{
    static const int deadly[] = {SIGALRM, SIGXCPU, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
#ifndef UNLIMITED_MEMORY
    if (!limit(RLIMIT_AS, memory_in_use() + MEMORY))
        return false;
#endif
    for (size_t k = 0; k < sizeof deadly / sizeof deadly[0]; k++)
        signal(deadly[k], SIG_DFL);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
    }
    alarm(seconds);
    return limit(RLIMIT_CPU, seconds) && limit(RLIMIT_CORE, 0);
}

/* ---- in the parent --------------------------------------------------------------------------------------- */

/* The child's word comes through a pipe, not as its exit status, which nobody gets to know where SIGCHLD is
 * ignored. */
static enum status ask_child(const char *path, size_t file_size, struct messages *messages)
{
    int end[2];
    if (pipe2(end, O_CLOEXEC) != 0) {
        message_add(messages, SEVERITY_ERROR, (struct place){.file = path}, "cannot be checked: %s",
                    strerror(errno));
        return STATUS_FAILED;
    }
    pid_t child = fork();
    if (child < 0) {
        message_add(messages, SEVERITY_ERROR, (struct place){.file = path}, "cannot be checked: %s",
                    strerror(errno));
        close(end[0]);
        close(end[1]);
        return STATUS_FAILED;
    }
    if (child == 0) {
        unsigned seconds = SECONDS + (unsigned)(file_size / BYTES_PER_SECOND);
        bool ok = confine(seconds) && read_file(path, file_size) && write(end[1], "y", 1) == 1;
        _exit(ok ? 0 : 1);
    }

    close(end[1]);
    char word = 'n';
    ssize_t got;
    do
        got = read(end[0], &word, 1);
    while (got < 0 && errno == EINTR);
    close(end[0]);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return got == 1 && word == 'y' ? STATUS_OK : result_unreadable(path, messages);
}

enum status result_check(const char *path, struct messages *messages)
{
    struct stat info = {0};
    const char *reason = NULL;
    int error = 0;
    /* not to wait for the other end of a pipe that somebody gave for a file */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0)
        error = errno;
    else if (S_ISDIR(info.st_mode))
        reason = "is a directory";
    else if (!S_ISREG(info.st_mode))
        reason = "is not a regular file";
    bool whole = error == 0 && reason == NULL && result_seal_fits(fd, (size_t)info.st_size);
    if (fd >= 0)
        close(fd);
    if (error != 0 || reason != NULL) {
        message_add(messages, SEVERITY_ERROR, (struct place){.file = path}, "cannot be read: %s",
                    reason != NULL ? reason : strerror(error));
        return STATUS_IO;
    }
    if (!whole)
        return result_unreadable(path, messages);
    return ask_child(path, (size_t)info.st_size, messages);
}
