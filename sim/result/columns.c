/* Columns beside the variables, one value a run: what it was given, how it ended, what it came to. */
#include "result/writer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN_CHUNK 4096

struct result_table {
    struct result_writer *writer; /* borrowed */
    size_t count;
    hid_t *dataset; /* [count] */
};

static bool is_whole(const struct result_column *column)
{
    return column->whole || column->integer != NULL || column->meanings != NULL;
}

/* Whole numbers of a column in room for `count` of them; what is none becomes 0. */
static void as_integers(const struct result_column *column, size_t count, int64_t *out)
{
    for (size_t r = 0; r < count; r++)
        if (column->integer != NULL)
            out[r] = column->integer[r];
        else
            out[r] = fabs(column->number[r]) < 0x1p63 ? (int64_t)llround(column->number[r]) : 0;
}

static hid_t make_column(hid_t group, const struct result_column *column, size_t runs)
{
    hsize_t length = runs, chunk = runs < COLUMN_CHUNK ? runs : COLUMN_CHUNK;
    if (column->text != NULL) {
        hid_t type = result_h5_text_type();
        hid_t texts = type < 0 ? -1 : result_h5_create(group, column->name, type, 1, &length, NULL);
        result_h5_close(type);
        return texts;
    }
    hid_t file_type = column->meanings != NULL ? H5T_STD_I8LE
                      : is_whole(column)       ? H5T_STD_I64LE
                                               : H5T_IEEE_F64LE;
    return result_h5_create(group, column->name, file_type, 1, &length, runs > 0 ? &chunk : NULL);
}

static bool describe_column(struct result_writer *writer, hid_t dataset, const struct result_column *column,
                            bool by_path)
{
    return result_h5_describe(dataset, column->unit, column->long_name ? column->long_name : column->name) &&
           (column->meanings == NULL || result_h5_meanings(dataset, column->meanings)) &&
           (!by_path || result_h5_text(dataset, "path", column->name)) &&
           result_h5_text(dataset, "quantity", column->quantity) && result_h5_text(dataset, "at", column->at) &&
           result_h5_text(dataset, "take", column->take) && result_h5_text(dataset, "factor", column->factor) &&
           result_layout_attach(dataset, writer->scale[RESULT_AXIS_RUN], 0);
}

/* The group of a table, with a link to the axis of runs; made where it is not there yet. */
static hid_t table_group(struct result_writer *writer, const char *name)
{
    if (H5Lexists(writer->file, name, H5P_DEFAULT) > 0)
        return H5Gopen2(writer->file, name, H5P_DEFAULT);
    hid_t group = result_h5_group(writer->file, name);
    if (group >= 0 && result_layout_link_run(group))
        return group;
    result_h5_close(group);
    return -1;
}

enum status result_table_begin(struct result_writer *writer, const char *group_name,
                               const struct result_column *column, size_t count, struct result_table **out,
                               struct messages *messages)
{
    struct result_table *table = calloc(1, sizeof *table);
    bool root = group_name[0] == '\0';
    *out = table;
    if (table == NULL || (table->dataset = calloc(count + 1, sizeof *table->dataset)) == NULL)
        return result_writer_fails(writer, "columns", messages);
    table->writer = writer;
    hid_t group = root || count == 0 ? writer->file : table_group(writer, group_name);
    bool ok = group >= 0;
    for (size_t k = 0; ok && k < count; k++) {
        hid_t dataset = make_column(group, &column[k], writer->plan->runs);
        table->dataset[table->count++] = dataset;
        ok =
            dataset >= 0 && describe_column(writer, dataset, &column[k], strcmp(group_name, "parameters") == 0);
        if (!ok)
            result_writer_fails(writer, column[k].name, messages);
    }
    if (group != writer->file)
        result_h5_close(group);
    return ok ? STATUS_OK : STATUS_FAILED;
}

static bool put_column(hid_t dataset, const struct result_column *column, size_t first, size_t count)
{
    if (column->text != NULL) {
        hid_t type = result_h5_text_type();
        bool ok = type >= 0 && result_h5_slab(dataset, type, first, count, column->text);
        result_h5_close(type);
        return ok;
    }
    if (!is_whole(column))
        return result_h5_slab(dataset, H5T_NATIVE_DOUBLE, first, count, column->number);
    int64_t *integer = malloc((count + 1) * sizeof *integer);
    if (integer == NULL)
        return false;
    as_integers(column, count, integer);
    bool ok = result_h5_slab(dataset, H5T_NATIVE_INT64, first, count, integer);
    free(integer);
    return ok;
}

enum status result_table_put(struct result_table *table, const struct result_column *column, size_t first,
                             size_t count, struct messages *messages)
{
    for (size_t k = 0; k < table->count && count > 0; k++)
        if (!put_column(table->dataset[k], &column[k], first, count))
            return result_writer_fails(table->writer, column[k].name, messages);
    return STATUS_OK;
}

void result_table_end(struct result_table *table)
{
    if (table == NULL)
        return;
    for (size_t k = 0; k < table->count; k++)
        result_h5_close(table->dataset[k]);
    free(table->dataset);
    free(table);
}

enum status result_columns(struct result_writer *writer, const struct result_column *column, size_t count,
                           bool parameters, struct messages *messages)
{
    struct result_table *table = NULL;
    enum status status =
        result_table_begin(writer, parameters ? "parameters" : "", column, count, &table, messages);
    if (status == STATUS_OK)
        status = result_table_put(table, column, 0, writer->plan->runs, messages);
    result_table_end(table);
    return status;
}
