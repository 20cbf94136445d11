/* What a reader lends: texts, labels and variables, each read once and kept until close. */
#include "result/reader.h"

#include <hdf5_hl.h>

#include <stdlib.h>
#include <string.h>

/* Bytes that a variable may keep unpacked: one chunk as the writer makes them. */
#define CHUNK_CACHE ((size_t)2 << 20)

enum kind { KIND_ATTRIBUTE, KIND_LABELS, KIND_VARIABLES };

struct result_cache {
    struct result_cache *next;
    enum kind kind;
    const char *key;            /* name of the attribute, dataset or arm */
    const char *text;           /* attributes */
    const char **label;         /* [count] labels */
    struct result_found *found; /* [count] variables */
    hid_t *dataset;             /* [count] of variables, opened when first read; -1 before */
    size_t count;
};

static struct result_cache *find(struct result_reader *reader, enum kind kind, const char *key)
{
    for (struct result_cache *c = reader->cache; c != NULL; c = c->next)
        if (c->kind == kind && strcmp(c->key, key) == 0)
            return c;
    return NULL;
}

static struct result_cache *add(struct result_reader *reader, enum kind kind, const char *key)
{
    struct result_cache *c = result_reader_keep(reader, 1, sizeof *c);
    char *copy = result_reader_keep_text(reader, key);
    if (c == NULL || copy == NULL)
        return NULL;
    *c = (struct result_cache){.next = reader->cache, .kind = kind, .key = copy};
    reader->cache = c;
    return c;
}

const char *result_attribute(struct result_reader *reader, const char *name)
{
    struct result_cache *c = find(reader, KIND_ATTRIBUTE, name);
    if (c != NULL)
        return c->text;
    char *text = result_h5_read_text(reader->file, name);
    c = text == NULL ? NULL : add(reader, KIND_ATTRIBUTE, name);
    if (c != NULL)
        c->text = result_reader_keep_text(reader, text);
    free(text);
    return c != NULL ? c->text : NULL;
}

const char *const *result_labels(struct result_reader *reader, const char *dimension, size_t *count)
{
    *count = 0;
    struct result_cache *c = find(reader, KIND_LABELS, dimension);
    if (c == NULL) {
        size_t found = 0;
        hid_t dataset = H5Dopen2(reader->file, dimension, H5P_DEFAULT);
        const char **label = dataset < 0 ? NULL : result_reader_texts(reader, dataset, &found);
        result_h5_close(dataset);
        c = label == NULL ? NULL : add(reader, KIND_LABELS, dimension);
        if (c == NULL)
            return NULL;
        c->label = label;
        c->count = found;
    }
    *count = c->count;
    return c->label;
}

/* ---- variables ------------------------------------------------------------------------------------------- */

/* Keeps the text attribute of an object, "" where it is missing. */
static char *text_of(struct result_reader *reader, hid_t object, const char *name)
{
    char *text = result_h5_read_text(object, name);
    char *kept = result_reader_keep_text(reader, text != NULL ? text : "");
    free(text);
    return kept;
}

struct scale {
    struct result_reader *reader;
    char *name;
    size_t length;
};

static herr_t read_scale(hid_t dataset, unsigned axis, hid_t id, void *data)
{
    struct scale *scale = data;
    size_t length[RESULT_H5_RANK];
    char name[64] = "";
    (void)dataset;
    (void)axis;
    if (result_reader_shape(id, length) != 1 || H5DSget_scale_name(id, name, sizeof name) <= 0)
        return -1;
    scale->length = length[0];
    scale->name = result_reader_keep_text(scale->reader, name);
    return 1; /* one scale an axis */
}

bool result_reader_describe(struct result_reader *reader, hid_t dataset, const char *name,
                            struct result_found *found)
{
    int rank = result_reader_shape(dataset, found->length);
    if (rank < 1)
        return false;
    found->dimensions = (size_t)rank;
    for (int d = 0; d < rank; d++) {
        struct scale scale = {.reader = reader};
        if (H5DSiterate_scales(dataset, (unsigned)d, NULL, read_scale, &scale) <= 0 || scale.name == NULL ||
            scale.length != found->length[d])
            return false;
        found->dimension[d] = scale.name;
    }
    found->name = result_reader_keep_text(reader, name);
    found->unit = text_of(reader, dataset, "units");
    found->long_name = text_of(reader, dataset, "long_name");
    return found->name != NULL && found->unit != NULL && found->long_name != NULL;
}

/* Groups that hold one number a run; all others have variables with time. */
static bool is_table(const char *group)
{
    return strcmp(group, "parameters") == 0 || strcmp(group, "summaries") == 0 ||
           strcmp(group, "baseline/summaries") == 0;
}

static bool belongs(const struct result_found *found, bool table)
{
    if (table)
        return found->dimensions == 1 && strcmp(found->dimension[0], "run") == 0;
    return found->dimensions >= 2 && strcmp(found->dimension[0], "run") == 0 &&
           strcmp(found->dimension[1], "time") == 0;
}

/* Fills the list of an arm from the links of its group. */
static bool list_variables(struct result_reader *reader, hid_t group, struct result_cache *cache, bool table)
{
    size_t links = result_reader_links(group);
    cache->found = result_reader_keep(reader, links, sizeof *cache->found);
    cache->dataset = result_reader_keep(reader, links, sizeof *cache->dataset);
    bool ok = cache->found != NULL && cache->dataset != NULL;
    for (size_t k = 0; ok && k < links; k++) {
        char *name = result_reader_link(reader, group, k);
        hid_t object = name == NULL ? -1 : H5Oopen(group, name, H5P_DEFAULT);
        ok = object >= 0;
        if (ok && H5Iget_type(object) == H5I_DATASET && H5DSis_scale(object) <= 0) {
            struct result_found found = {0};
            ok = result_reader_describe(reader, object, name, &found);
            if (ok && belongs(&found, table)) {
                cache->dataset[cache->count] = -1;
                cache->found[cache->count++] = found;
            }
        }
        result_h5_close(object);
    }
    return ok;
}

static struct result_cache *variables_of(struct result_reader *reader, const char *arm)
{
    struct result_cache *c = find(reader, KIND_VARIABLES, arm);
    if (c != NULL)
        return c;
    hid_t group = H5Gopen2(reader->file, arm[0] != '\0' ? arm : "/", H5P_DEFAULT);
    c = group < 0 ? NULL : add(reader, KIND_VARIABLES, arm);
    if (c != NULL && !list_variables(reader, group, c, is_table(arm))) {
        reader->cache = c->next;
        c = NULL;
    }
    result_h5_close(group);
    return c;
}

enum status result_variables(struct result_reader *reader, const char *arm, const struct result_found **found,
                             size_t *count)
{
    struct result_cache *c = variables_of(reader, arm);
    *found = c != NULL ? c->found : NULL;
    *count = c != NULL ? c->count : 0;
    return c != NULL ? STATUS_OK : STATUS_FAILED;
}

static hid_t open_variable(struct result_reader *reader, const char *arm, const char *name)
{
    char *path = message_text("/%s%s%s", arm, arm[0] != '\0' ? "/" : "", name);
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS), dataset = -1;
    if (path != NULL && access >= 0 && H5Pset_chunk_cache(access, 521, CHUNK_CACHE, 1.0) >= 0)
        dataset = H5Dopen2(reader->file, path, access);
    result_h5_close(access);
    free(path);
    return dataset;
}

enum status result_read(struct result_reader *reader, const char *arm, const char *name, size_t run,
                        double *room)
{
    struct result_cache *c = variables_of(reader, arm);
    size_t v = 0;
    while (c != NULL && v < c->count && strcmp(c->found[v].name, name) != 0)
        v++;
    if (c == NULL || v == c->count || run >= c->found[v].length[0])
        return STATUS_FAILED;
    if (c->dataset[v] < 0) /* kept open: neighbouring runs lie in one chunk, which is unpacked once */
        c->dataset[v] = open_variable(reader, arm, name);
    if (c->dataset[v] < 0)
        return STATUS_FAILED;

    const struct result_found *found = &c->found[v];
    hsize_t start[RESULT_H5_RANK] = {run}, length[RESULT_H5_RANK] = {1};
    for (size_t d = 1; d < found->dimensions; d++)
        length[d] = found->length[d];
    hid_t space = H5Dget_space(c->dataset[v]);
    hid_t memory = H5Screate_simple((int)found->dimensions, length, NULL);
    bool ok = space >= 0 && memory >= 0 &&
              H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, length, NULL) >= 0 &&
              H5Dread(c->dataset[v], H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, room) >= 0;
    result_h5_close(memory);
    result_h5_close(space);
    return ok ? STATUS_OK : STATUS_FAILED;
}

void result_lookup_close(struct result_reader *reader)
{
    for (struct result_cache *c = reader->cache; c != NULL; c = c->next)
        for (size_t k = 0; c->dataset != NULL && k < c->count; k++)
            result_h5_close(c->dataset[k]);
    reader->cache = NULL;
}
