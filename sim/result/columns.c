/* Columns beside the variables, one value a run: what it was given and how it ended. */
#include "result/writer.h"

#include <math.h>
#include <stdlib.h>

#define COLUMN_CHUNK 65536

/* Whole numbers of a column in room for `runs` of them; what is none becomes 0. */
static void as_integers(const struct result_column *column, size_t runs, int64_t *out)
{
    for (size_t r = 0; r < runs; r++)
        if (column->integer != NULL)
            out[r] = column->integer[r];
        else
            out[r] = fabs(column->number[r]) < 0x1p63 ? (int64_t)llround(column->number[r]) : 0;
}

static hid_t write_numbers(hid_t group, const struct result_column *column, size_t runs)
{
    hsize_t length = runs, chunk = runs < COLUMN_CHUNK ? runs : COLUMN_CHUNK;
    bool whole = column->whole || column->integer != NULL || column->meanings != NULL;
    hid_t file_type = column->meanings != NULL ? H5T_STD_I8LE : whole ? H5T_STD_I64LE : H5T_IEEE_F64LE;
    hid_t type = whole ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;

    int64_t *integer = whole ? malloc((runs + 1) * sizeof *integer) : NULL;
    if (whole && integer == NULL)
        return -1;
    if (whole)
        as_integers(column, runs, integer);
    hid_t dataset = result_h5_create(group, column->name, file_type, 1, &length, runs > 0 ? &chunk : NULL);
    bool ok = dataset >= 0 &&
              H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                       whole ? (const void *)integer : column->number) >= 0 &&
              (column->meanings == NULL || result_h5_meanings(dataset, column->meanings));
    free(integer);
    if (ok)
        return dataset;
    result_h5_close(dataset);
    return -1;
}

enum status result_columns(struct result_writer *writer, const struct result_column *column, size_t count,
                           bool parameters, struct messages *messages)
{
    if (parameters && count > 0 && writer->parameters < 0) {
        writer->parameters = result_h5_group(writer->file, "parameters");
        if (writer->parameters < 0 || !result_layout_link_run(writer->parameters))
            return result_writer_fails(writer, "parameters", messages);
    }
    hid_t group = parameters ? writer->parameters : writer->file;
    size_t runs = writer->plan->runs;
    for (size_t k = 0; k < count; k++) {
        const struct result_column *c = &column[k];
        hid_t dataset =
            c->text != NULL ? result_h5_texts(group, c->name, runs, c->text) : write_numbers(group, c, runs);
        bool ok = dataset >= 0 && result_h5_describe(dataset, c->unit, c->long_name ? c->long_name : c->name) &&
                  (!parameters || result_h5_text(dataset, "path", c->name)) &&
                  result_layout_attach(dataset, writer->scale[RESULT_AXIS_RUN], 0);
        result_h5_close(dataset);
        if (!ok)
            return result_writer_fails(writer, c->name, messages);
    }
    return STATUS_OK;
}
