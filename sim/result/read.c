/* Reading back: the file as a whole, its attributes, labels and columns. */
#include "result/heap.h"
#include "result/reader.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT_VERSION "1"

/* ---- memory ---------------------------------------------------------------------------------------------- */

struct result_kept {
    struct result_kept *next;
    max_align_t data[];
};

void *result_reader_keep(struct result_reader *reader, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        return NULL;
    struct result_kept *kept = calloc(1, sizeof *kept + bytes + 1);
    if (kept == NULL)
        return NULL;
    kept->next = reader->kept;
    reader->kept = kept;
    return kept->data;
}

char *result_reader_keep_text(struct result_reader *reader, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = result_reader_keep(reader, size, 1);
    return copy != NULL ? memcpy(copy, text, size) : NULL;
}

/* ---- datasets -------------------------------------------------------------------------------------------- */

int result_reader_shape(hid_t dataset, size_t *length)
{
    hsize_t extent[H5S_MAX_RANK];
    hid_t space = H5Dget_space(dataset);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    if (rank < 1 || rank > RESULT_H5_RANK || H5Sget_simple_extent_dims(space, extent, NULL) != rank)
        rank = -1;
    for (int d = 0; d < rank; d++)
        length[d] = extent[d];
    result_h5_close(space);
    return rank;
}

static bool holds_texts(hid_t dataset)
{
    hid_t type = H5Dget_type(dataset);
    bool texts = type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0;
    result_h5_close(type);
    return texts;
}

const char **result_reader_texts(struct result_reader *reader, hid_t dataset, size_t *count)
{
    size_t length[RESULT_H5_RANK];
    const char **texts = NULL;
    char **raw = NULL;
    hid_t type = -1, space = -1;

    *count = 0;
    if (!holds_texts(dataset) || result_reader_shape(dataset, length) != 1 ||
        !result_heap_fits(reader->file, dataset, length[0]))
        return NULL;
    type = result_h5_text_type();
    space = H5Dget_space(dataset);
    raw = calloc(length[0] + 1, sizeof *raw);
    if (type < 0 || space < 0 || raw == NULL)
        goto out;
    if (length[0] > 0 && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) < 0)
        goto out;
    texts = result_reader_keep(reader, length[0], sizeof *texts);
    for (size_t k = 0; texts != NULL && k < length[0]; k++) {
        texts[k] = result_reader_keep_text(reader, raw[k] != NULL ? raw[k] : "");
        if (texts[k] == NULL)
            texts = NULL;
    }
    if (texts != NULL)
        *count = length[0];
    if (length[0] > 0)
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, raw);
out:
    free(raw);
    result_h5_close(space);
    result_h5_close(type);
    return texts;
}

/* ---- the file -------------------------------------------------------------------------------------------- */

size_t result_reader_links(hid_t group)
{
    H5G_info_t info;
    return H5Gget_info(group, &info) >= 0 ? info.nlinks : 0;
}

char *result_reader_link(struct result_reader *reader, hid_t group, size_t k)
{
    ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, k, NULL, 0, H5P_DEFAULT);
    char *name = length < 0 ? NULL : result_reader_keep(reader, (size_t)length + 1, 1);
    if (name == NULL || H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, k, name,
                                           (size_t)length + 1, H5P_DEFAULT) != length)
        return NULL;
    return name;
}

static bool find_arms(struct result_reader *reader)
{
    bool baseline = H5Lexists(reader->file, "baseline", H5P_DEFAULT) > 0;
    hid_t group = -1;
    size_t branches = 0;
    if (H5Lexists(reader->file, "branches", H5P_DEFAULT) > 0) {
        group = H5Gopen2(reader->file, "branches", H5P_DEFAULT);
        if (group < 0)
            return false;
        branches = result_reader_links(group);
    }

    reader->arm = result_reader_keep(reader, branches + 2, sizeof *reader->arm);
    bool ok = reader->arm != NULL;
    if (ok) {
        reader->arm[reader->arms++] = "";
        if (baseline)
            reader->arm[reader->arms++] = "baseline";
    }
    for (size_t k = 0; ok && k < branches; k++) {
        char *name = result_reader_link(reader, group, k);
        char *path = name == NULL ? NULL : message_text("branches/%s", name);
        const char *kept = path == NULL ? NULL : result_reader_keep_text(reader, path);
        free(path);
        ok = kept != NULL;
        if (ok)
            reader->arm[reader->arms++] = kept;
    }
    result_h5_close(group);
    return ok;
}

struct result_reader *result_reader_begin(const char *path)
{
    struct result_reader *reader = result_h5_start() ? calloc(1, sizeof *reader) : NULL;
    if (reader == NULL)
        return NULL;
    reader->file = -1;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    /* published files never change, and not every file system that can be read can lock */
#if H5_VERSION_GE(1, 10, 7)
    if (access >= 0)
        H5Pset_file_locking(access, 0, 1);
#endif
    if (access >= 0)
        reader->file = H5Fopen(path, H5F_ACC_RDONLY, access);
    result_h5_close(access);
    if (reader->file >= 0 && find_arms(reader))
        return reader;
    result_close(reader);
    return NULL;
}

enum status result_unreadable(const char *path, struct messages *messages)
{
    message_add(messages, SEVERITY_ERROR, (struct place){.file = path},
                "is damaged or not an Equipoise result");
    return STATUS_UNREADABLE;
}

enum status result_open(const char *path, struct result_reader **reader, struct messages *messages)
{
    *reader = NULL;
    enum status status = result_check(path, messages);
    if (status != STATUS_OK)
        return status;
    struct result_reader *opened = result_reader_begin(path);
    const char *version = opened == NULL ? NULL : result_attribute(opened, "format_version");
    if (version == NULL)
        status = result_unreadable(path, messages);
    else if (strcmp(version, FORMAT_VERSION) != 0) {
        message_add(messages, SEVERITY_ERROR, (struct place){.file = path},
                    "has format %s of results; this program reads format %s", version, FORMAT_VERSION);
        status = STATUS_UNREADABLE;
    }
    if (status == STATUS_OK)
        *reader = opened;
    else
        result_close(opened);
    return status;
}

void result_close(struct result_reader *reader)
{
    if (reader == NULL)
        return;
    result_lookup_close(reader);
    result_h5_close(reader->file);
    while (reader->kept != NULL) {
        struct result_kept *next = reader->kept->next;
        free(reader->kept);
        reader->kept = next;
    }
    free(reader);
}

size_t result_arms(struct result_reader *reader, const char *const **arm)
{
    *arm = reader->arm;
    return reader->arms;
}

enum status result_column(struct result_reader *reader, const char *name, double **number, size_t *count)
{
    size_t length[RESULT_H5_RANK];
    *number = NULL;
    *count = 0;
    hid_t dataset = H5Dopen2(reader->file, name, H5P_DEFAULT);
    double *room = NULL;
    bool ok = dataset >= 0 && !holds_texts(dataset) && result_reader_shape(dataset, length) == 1 &&
              length[0] < SIZE_MAX / sizeof *room - 1;
    if (ok)
        room = malloc((length[0] + 1) * sizeof *room);
    ok = ok && room != NULL &&
         (length[0] == 0 || H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, room) >= 0);
    result_h5_close(dataset);
    if (!ok) {
        free(room);
        return STATUS_FAILED;
    }
    *number = room;
    *count = length[0];
    return STATUS_OK;
}
