/* A file in memory: begun, filled with rows, turned into bytes. */
#include "result/seal.h"
#include "result/writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_VERSION "1"
#define GROWTH ((size_t)1 << 20) /* bytes by which the file grows in memory */

enum status result_writer_fails(struct result_writer *writer, const char *what, struct messages *messages)
{
    char reason[256];
    result_h5_reason(reason, sizeof reason);
    writer->failed = true;
    message_add(messages, SEVERITY_ERROR, (struct place){0}, "the result file cannot be made: %s: %s", what,
                reason[0] != '\0' ? reason : "out of memory");
    return STATUS_FAILED;
}

static bool open_file(struct result_writer *writer)
{
    hid_t creation = result_h5_creation(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    const char *disk = writer->plan->disk;
    if (creation >= 0 && access >= 0 && (disk != NULL || H5Pset_fapl_core(access, GROWTH, 0) >= 0))
        writer->file = H5Fcreate(disk ? disk : "in-memory", H5F_ACC_TRUNC, creation, access);
    result_h5_close(access);
    result_h5_close(creation);
    return writer->file >= 0;
}

static bool write_texts(hid_t object, const struct result_text *text, size_t count)
{
    bool ok = true;
    for (size_t k = 0; ok && k < count; k++)
        ok = result_h5_text(object, text[k].name, text[k].value);
    return ok;
}

static bool describe_file(struct result_writer *writer)
{
    const struct result_plan *plan = writer->plan;
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, plan->seed);
    return result_h5_text(writer->file, "Conventions", "CF-1.8") &&
           result_h5_text(writer->file, "format_version", FORMAT_VERSION) &&
           result_h5_numbers(writer->file, "seed", H5T_STD_U64LE, H5T_NATIVE_UINT64, 0, &plan->seed) &&
           result_h5_text(writer->file, "seed_text", seed) &&
           write_texts(writer->file, plan->attribute, plan->attributes);
}

static bool describe_provenance(struct result_writer *writer)
{
    const struct result_plan *plan = writer->plan;
    if (plan->provenances == 0)
        return true;
    hid_t group = result_h5_group(writer->file, "provenance");
    bool ok = group >= 0 && write_texts(group, plan->provenance, plan->provenances);
    result_h5_close(group);
    return ok;
}

enum status result_begin(const struct result_plan *plan, struct result_writer **writer,
                         struct messages *messages)
{
    const char *what = "start";
    *writer = NULL;

    struct result_writer *w = result_h5_start() ? calloc(1, sizeof *w) : NULL;
    size_t datasets = plan->arms * plan->variables;
    hid_t *dataset = malloc((datasets + 1) * sizeof *dataset);
    if (w == NULL || dataset == NULL) {
        free(w);
        free(dataset);
        message_add(messages, SEVERITY_ERROR, (struct place){0},
                    "the result file cannot be made: out of memory");
        return STATUS_FAILED;
    }
    *w = (struct result_writer){.plan = plan, .file = -1, .dataset = dataset};
    for (size_t k = 0; k < datasets; k++)
        dataset[k] = -1;
    for (size_t k = 0; k < RESULT_AXES; k++)
        w->scale[k] = -1;

    if (!open_file(w))
        goto failed;
    what = "attributes";
    if (!describe_file(w) || !describe_provenance(w))
        goto failed;
    what = "dimensions";
    if (!result_layout_axes(w))
        goto failed;
    for (size_t arm = 0; arm < plan->arms; arm++) {
        what = plan->arm[arm][0] != '\0' ? plan->arm[arm] : "variables";
        if (!result_layout_arm(w, arm))
            goto failed;
    }
    *writer = w;
    return STATUS_OK;

failed:
    result_writer_fails(w, what, messages);
    result_abandon(w);
    return STATUS_FAILED;
}

/* The sum over runs does not depend on the order or the portions in which they come. */
static const char digest_algorithm[] =
    "sum modulo 2^64, over arms, variables and runs, of FNV-1a-64 of: name of the arm, NUL, "
    "name of the variable, NUL, run as int64, values as stored (little endian)";

static void add_to_digest(struct result_writer *writer, const char *arm, const char *variable, size_t first,
                          size_t count, const void *values, size_t bytes)
{
    uint64_t named = result_seal_hash(RESULT_SEAL_START, arm, strlen(arm) + 1);
    named = result_seal_hash(named, variable, strlen(variable) + 1);
    for (size_t r = 0; r < count; r++) {
        int64_t run = (int64_t)(first + r);
        uint64_t hash = result_seal_hash(named, &run, sizeof run);
        writer->digest += result_seal_hash(hash, (const char *)values + r * bytes, bytes);
    }
}

/* Flags as small whole numbers; those of a failed run, NAN, become 0. */
static int8_t *as_flags(const double *value, size_t count)
{
    int8_t *flag = malloc(count + 1);
    for (size_t k = 0; flag != NULL && k < count; k++)
        flag[k] = (int8_t)(isnan(value[k]) ? 0 : value[k] + 0.5);
    return flag;
}

enum status result_rows(struct result_writer *writer, size_t arm, size_t first, size_t count,
                        const double *const *rows, struct messages *messages)
{
    const struct result_plan *plan = writer->plan;
    for (size_t v = 0; count > 0 && v < plan->variables; v++) {
        const struct variable *variable = &variable_table[plan->variable[v]];
        hid_t dataset = writer->dataset[arm * plan->variables + v];
        size_t record = plan->times * variable_length(plan->cast, variable);
        if (dataset < 0 || record == 0)
            continue;

        int8_t *flag = variable->flag ? as_flags(rows[v], count * record) : NULL;
        const void *values = variable->flag ? (const void *)flag : rows[v];
        bool ok =
            values != NULL &&
            result_h5_slab(dataset, variable->flag ? H5T_NATIVE_INT8 : H5T_NATIVE_DOUBLE, first, count, values);
        if (ok)
            add_to_digest(writer, plan->arm[arm], variable->name, first, count, values,
                          record * (variable->flag ? sizeof *flag : sizeof **rows));
        free(flag);
        if (!ok)
            return result_writer_fails(writer, variable->name, messages);
    }
    return STATUS_OK;
}

bool result_writer_finish(struct result_writer *writer)
{
    char digest[24];
    snprintf(digest, sizeof digest, "%016" PRIx64, writer->digest);
    return result_h5_text(writer->file, "results_digest", digest) &&
           result_h5_text(writer->file, "results_digest_algorithm", digest_algorithm) &&
           H5Fflush(writer->file, H5F_SCOPE_GLOBAL) >= 0;
}

void *result_writer_image(struct result_writer *writer, size_t *size, struct messages *messages)
{
    void *image = NULL;
    ssize_t length = -1;
    if (result_writer_finish(writer))
        length = H5Fget_file_image(writer->file, NULL, 0);
    if (length > 0 && (image = malloc((size_t)length)) != NULL &&
        H5Fget_file_image(writer->file, image, (size_t)length) == length) {
        *size = (size_t)length;
        return image;
    }
    free(image);
    result_writer_fails(writer, "copy", messages);
    return NULL;
}

void result_abandon(struct result_writer *writer)
{
    if (writer == NULL)
        return;
    for (size_t k = 0; k < writer->plan->arms * writer->plan->variables; k++)
        result_h5_close(writer->dataset[k]);
    for (size_t k = 0; k < RESULT_AXES; k++)
        result_h5_close(writer->scale[k]);
    result_h5_close(writer->file);
    free(writer->dataset);
    free(writer);
}

void result_library(char *room, size_t size)
{
    /* as compiled: HDF5 refuses to start with another, and to ask it would start it */
    snprintf(room, size, "%d.%d.%d", H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
}
