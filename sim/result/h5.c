#include "result/h5.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool result_h5_start(void)
{
    if (!memory_is_there((size_t)4 << 20)) /* it takes about half of it */
        return false;
    H5dont_atexit(); /* its own cleaning up at exit crashes after a failed close; refuses when called again */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return true;
}

struct room {
    char *text;
    size_t size;
};

static herr_t note_reason(unsigned depth, const H5E_error2_t *error, void *data)
{
    struct room *room = data;
    (void)depth;
    snprintf(room->text, room->size, "%s", error->desc != NULL ? error->desc : "");
    return 1; /* the innermost one says most */
}

void result_h5_reason(char *room, size_t size)
{
    struct room reason = {room, size};
    room[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, note_reason, &reason);
}

hid_t result_h5_text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && H5Tset_size(type, H5T_VARIABLE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0)
        return type;
    result_h5_close(type);
    return -1;
}

hid_t result_h5_creation(hid_t class)
{
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t list = H5Pcreate(class);
    bool ok = list >= 0 && H5Pset_attr_creation_order(list, order) >= 0 && H5Pset_obj_track_times(list, 0) >= 0;
    if (ok && class != H5P_DATASET_CREATE)
        ok = H5Pset_link_creation_order(list, order) >= 0;
    if (ok)
        return list;
    result_h5_close(list);
    return -1;
}

hid_t result_h5_group(hid_t parent, const char *name)
{
    hid_t list = result_h5_creation(H5P_GROUP_CREATE);
    hid_t group = list < 0 ? -1 : H5Gcreate2(parent, name, H5P_DEFAULT, list, H5P_DEFAULT);
    result_h5_close(list);
    return group;
}

hid_t result_h5_create(hid_t parent, const char *name, hid_t type, int rank, const hsize_t *length,
                       const hsize_t *chunk)
{
    const double missing = NAN;
    bool floats = chunk != NULL && H5Tget_class(type) == H5T_FLOAT;
    hid_t dataset = -1;
    hid_t list = result_h5_creation(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(rank, length, NULL);

    bool ok = list >= 0 && space >= 0;
    if (chunk != NULL)
        ok = ok && H5Pset_chunk(list, rank, chunk) >= 0 && H5Pset_shuffle(list) >= 0 &&
             H5Pset_deflate(list, 4) >= 0 && H5Pset_fletcher32(list) >= 0;
    if (floats)
        ok = ok && H5Pset_fill_value(list, H5T_NATIVE_DOUBLE, &missing) >= 0;
    if (!ok)
        goto out;

    dataset = H5Dcreate2(parent, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (dataset >= 0 && floats &&
        !result_h5_numbers(dataset, "_FillValue", type, H5T_NATIVE_DOUBLE, 0, &missing)) {
        result_h5_close(dataset);
        dataset = -1;
    }
out:
    result_h5_close(space);
    result_h5_close(list);
    return dataset;
}

static bool write_attribute(hid_t object, const char *name, hid_t file_type, hid_t type, hid_t space,
                            const void *value)
{
    hid_t attribute = H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool ok = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;
    result_h5_close(attribute);
    return ok;
}

bool result_h5_text(hid_t object, const char *name, const char *value)
{
    if (value == NULL)
        return true;
    hid_t type = result_h5_text_type(), space = H5Screate(H5S_SCALAR);
    bool ok = type >= 0 && space >= 0 && write_attribute(object, name, type, type, space, &value);
    result_h5_close(space);
    result_h5_close(type);
    return ok;
}

bool result_h5_numbers(hid_t object, const char *name, hid_t file_type, hid_t type, hsize_t count,
                       const void *value)
{
    hid_t space = count == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, NULL);
    bool ok = space >= 0 && write_attribute(object, name, file_type, type, space, value);
    result_h5_close(space);
    return ok;
}

bool result_h5_describe(hid_t dataset, const char *unit, const char *long_name)
{
    return result_h5_text(dataset, "units", unit != NULL && unit[0] != '\0' ? unit : "1") &&
           result_h5_text(dataset, "long_name", long_name);
}

bool result_h5_meanings(hid_t dataset, const char *meanings)
{
    int8_t value[128];
    hsize_t count = 1;
    for (const char *c = meanings; *c != '\0'; c++)
        if (*c == ' ')
            count++;
    if (count > sizeof value)
        return false;
    for (hsize_t k = 0; k < count; k++)
        value[k] = (int8_t)k;
    return result_h5_numbers(dataset, "flag_values", H5T_STD_I8LE, H5T_NATIVE_INT8, count, value) &&
           result_h5_text(dataset, "flag_meanings", meanings);
}

hid_t result_h5_texts(hid_t parent, const char *name, size_t count, const char *const *text)
{
    hsize_t length = count;
    hid_t type = result_h5_text_type();
    hid_t dataset = type < 0 ? -1 : result_h5_create(parent, name, type, 1, &length, NULL);
    if (dataset >= 0 && count > 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) < 0) {
        result_h5_close(dataset);
        dataset = -1;
    }
    result_h5_close(type);
    return dataset;
}

bool result_h5_slab(hid_t dataset, hid_t type, size_t first, size_t count, const void *values)
{
    hsize_t start[RESULT_H5_RANK] = {0}, length[RESULT_H5_RANK];
    hid_t memory = -1, space = H5Dget_space(dataset);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_dims(space, length, NULL);
    bool ok = rank > 0;
    if (ok) {
        start[0] = first;
        length[0] = count;
        memory = H5Screate_simple(rank, length, NULL);
        ok = memory >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, length, NULL) >= 0 &&
             H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, values) >= 0;
    }
    result_h5_close(memory);
    result_h5_close(space);
    return ok;
}

void result_h5_close(hid_t id)
{
    if (id < 0)
        return;
    hid_t errors = H5Eget_current_stack(); /* a call that succeeds forgets the reason of the one that failed */
    H5Idec_ref(id);
    if (errors >= 0)
        H5Eset_current_stack(errors);
}

char *result_h5_read_text(hid_t object, const char *name)
{
    char *raw = NULL, *text = NULL;
    hid_t attribute = -1, stored = -1, space = -1, type = -1;

    if (H5Aexists(object, name) <= 0)
        return NULL;
    attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0)
        goto out;
    stored = H5Aget_type(attribute);
    space = H5Aget_space(attribute);
    type = result_h5_text_type();
    if (stored < 0 || space < 0 || type < 0 || H5Tget_class(stored) != H5T_STRING ||
        H5Tis_variable_str(stored) <= 0 || H5Sget_simple_extent_npoints(space) != 1)
        goto out;
    if (H5Aread(attribute, type, &raw) >= 0) {
        text = strdup(raw != NULL ? raw : "");
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, &raw);
    }
out:
    result_h5_close(type);
    result_h5_close(space);
    result_h5_close(stored);
    result_h5_close(attribute);
    return text;
}
