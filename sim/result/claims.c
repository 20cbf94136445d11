/* Claims and their effects: written under /claims and read back. */
#include "result/reader.h"
#include "result/writer.h"

#include <hdf5_hl.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RUN_CHUNK 65536

static const struct {
    const char *name, *long_name;
    size_t offset;
} texts[] = {
    {"text", "what the text says", offsetof(struct result_claim, text)},
    {"quantity", "quantity that the claim is about", offsetof(struct result_claim, quantity)},
    {"at", "quarter or range of quarters", offsetof(struct result_claim, at)},
    {"expect", "expected change", offsetof(struct result_claim, expect)},
    {"versus", "what is compared with", offsetof(struct result_claim, versus)},
    {"source", "where the claim comes from", offsetof(struct result_claim, source)},
    {"unit", "unit of effect and level", offsetof(struct result_claim, unit)},
    {"branch", "what is compared: nothing for the scenario", offsetof(struct result_claim, branch)},
    {"against", "other difference that the effect is held against", offsetof(struct result_claim, against)},
    {"verdict", "verdict on the claim", offsetof(struct result_claim, verdict)},
};
static const struct {
    const char *name, *long_name;
    size_t offset;
} tables[] = {
    {"effect", "scenario less comparison", offsetof(struct result_claim, effect)},
    {"level", "level of the comparison", offsetof(struct result_claim, level)},
};
static const struct {
    const char *name, *unit, *long_name;
    size_t offset;
} figures[] = {
    {"mean", "see unit", "mean effect over the runs", offsetof(struct result_claim, mean)},
    {"low", "see unit", "lower end of the 95 % interval of the mean effect",
     offsetof(struct result_claim, low)},
    {"high", "see unit", "upper end of the 95 % interval of the mean effect",
     offsetof(struct result_claim, high)},
    {"bound", "see unit", "least size of a mean effect that counts", offsetof(struct result_claim, bound)},
    {"right", "1", "share of runs with the expected sign, and size where the claim asks for one",
     offsetof(struct result_claim, right)},
    {"least", "see unit", "size of effect that the claim asks for", offsetof(struct result_claim, least)},
    {"least_relative", "1", "size of effect that the claim asks for, against the level of the comparison",
     offsetof(struct result_claim, least_relative)},
    {"runs_low", "1", "least share of runs that the claim asks for", offsetof(struct result_claim, runs_low)},
    {"runs_high", "1", "greatest share of runs that the claim allows",
     offsetof(struct result_claim, runs_high)},
};
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *get_text(const struct result_claim *claim, size_t offset)
{
    const char *text;
    memcpy(&text, (const char *)claim + offset, sizeof text);
    return text != NULL ? text : "";
}

static const double *get_numbers(const struct result_claim *claim, size_t offset)
{
    const double *numbers;
    memcpy(&numbers, (const char *)claim + offset, sizeof numbers);
    return numbers;
}

static void set_member(struct result_claim *claim, size_t offset, const void *pointer)
{
    memcpy((char *)claim + offset, &pointer, sizeof pointer);
}

/* ---- writing --------------------------------------------------------------------------------------------- */

static bool taken(char *const *id, size_t count, const char *candidate)
{
    for (size_t k = 0; k < count; k++)
        if (strcmp(id[k], candidate) == 0)
            return true;
    return false;
}

static void free_ids(char **id, size_t count)
{
    for (size_t k = 0; id != NULL && k < count; k++)
        free(id[k]);
    free(id);
}

/* Labels must differ to be selected by: a second "000-12" is "000-12#2". */
static char **unique_ids(const struct result_claim *claim, size_t count)
{
    char **id = calloc(count + 1, sizeof *id);
    for (size_t k = 0; id != NULL && k < count; k++) {
        const char *wanted = claim[k].id != NULL ? claim[k].id : "";
        id[k] = message_text("%s", wanted);
        for (unsigned n = 2; id[k] != NULL && taken(id, k, id[k]); n++) {
            free(id[k]);
            id[k] = message_text("%s#%u", wanted, n);
        }
        if (id[k] == NULL) {
            free_ids(id, count);
            return NULL;
        }
    }
    return id;
}

static bool write_texts(hid_t group, hid_t scale, const struct result_claim *claim, size_t count)
{
    const char **text = malloc((count + 1) * sizeof *text);
    bool ok = text != NULL;
    for (size_t f = 0; ok && f < COUNT(texts); f++) {
        for (size_t k = 0; k < count; k++)
            text[k] = get_text(&claim[k], texts[f].offset);
        hid_t dataset = result_h5_texts(group, texts[f].name, count, text);
        ok = dataset >= 0 && result_h5_describe(dataset, "1", texts[f].long_name) &&
             result_layout_attach(dataset, scale, 0);
        result_h5_close(dataset);
    }
    free(text);
    return ok;
}

static bool write_shares(hid_t group, hid_t scale, const struct result_claim *claim, size_t count)
{
    hsize_t length = count;
    int8_t *share = malloc(count + 1);
    if (share == NULL)
        return false;
    for (size_t k = 0; k < count; k++)
        share[k] = claim[k].share;
    hid_t dataset = result_h5_create(group, "share", H5T_STD_I8LE, 1, &length, &length);
    bool ok = dataset >= 0 && H5Dwrite(dataset, H5T_NATIVE_INT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, share) >= 0 &&
              result_h5_describe(dataset, "1", "whether the quantity is a share") &&
              result_h5_text(dataset, "dtype", "bool") && result_layout_attach(dataset, scale, 0);
    result_h5_close(dataset);
    free(share);
    return ok;
}

static bool write_figures(hid_t group, hid_t scale, const struct result_claim *claim, size_t count)
{
    hsize_t length = count;
    double *number = malloc((count + 1) * sizeof *number);
    bool ok = number != NULL;
    for (size_t f = 0; ok && f < COUNT(figures); f++) {
        for (size_t k = 0; k < count; k++)
            memcpy(&number[k], (const char *)&claim[k] + figures[f].offset, sizeof number[k]);
        hid_t dataset = result_h5_create(group, figures[f].name, H5T_IEEE_F64LE, 1, &length, &length);
        ok = dataset >= 0 && H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, number) >= 0 &&
             result_h5_describe(dataset, figures[f].unit, figures[f].long_name) &&
             result_layout_attach(dataset, scale, 0);
        result_h5_close(dataset);
    }
    free(number);
    return ok;
}

static bool write_table(struct result_writer *writer, hid_t group, hid_t scale, size_t which,
                        const struct result_claim *claim, size_t count)
{
    size_t runs = writer->plan->runs;
    hsize_t length[2] = {count, runs}, chunk[2] = {1, runs < RUN_CHUNK ? runs : RUN_CHUNK};
    double *table = malloc((count * runs + 1) * sizeof *table);
    if (table == NULL)
        return false;
    for (size_t k = 0; k < count; k++) {
        const double *numbers = get_numbers(&claim[k], tables[which].offset);
        for (size_t r = 0; r < runs; r++)
            table[k * runs + r] = numbers != NULL ? numbers[r] : NAN;
    }
    hid_t dataset =
        result_h5_create(group, tables[which].name, H5T_IEEE_F64LE, 2, length, runs > 0 ? chunk : NULL);
    bool ok = dataset >= 0 && H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, table) >= 0 &&
              result_h5_describe(dataset, "see unit", tables[which].long_name) &&
              result_layout_attach(dataset, scale, 0) &&
              result_layout_attach(dataset, writer->scale[RESULT_AXIS_RUN], 1);
    result_h5_close(dataset);
    free(table);
    return ok;
}

enum status result_claims(struct result_writer *writer, const struct result_claim *claim, size_t count,
                          struct messages *messages)
{
    if (count == 0)
        return STATUS_OK;
    hid_t group = result_h5_group(writer->file, "claims"), scale = -1;
    char **id = unique_ids(claim, count);
    if (group >= 0 && id != NULL)
        scale = result_h5_texts(group, "claim", count, (const char *const *)id);
    bool ok = scale >= 0 && H5DSset_scale(scale, "claim") >= 0 &&
              result_h5_describe(scale, "1", "identifier of the claim") && result_layout_link_run(group);
    for (size_t which = 0; ok && which < COUNT(tables); which++)
        ok = write_table(writer, group, scale, which, claim, count);
    ok = ok && write_texts(group, scale, claim, count) && write_shares(group, scale, claim, count) &&
         write_figures(group, scale, claim, count);
    enum status status = ok ? STATUS_OK : result_writer_fails(writer, "claims", messages);
    free_ids(id, count);
    result_h5_close(scale);
    result_h5_close(group);
    return status;
}

/* ---- reading --------------------------------------------------------------------------------------------- */

/* Reads a dataset of the group as numbers of a type into room for `expected` of them. */
static bool read_all(hid_t group, const char *name, hid_t type, size_t expected, void *room)
{
    size_t length[RESULT_H5_RANK], total = 1;
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    int rank = dataset < 0 ? -1 : result_reader_shape(dataset, length);
    bool ok = rank > 0;
    for (int d = 0; ok && d < rank; d++)
        ok = !__builtin_mul_overflow(total, length[d], &total);
    ok = ok && total == expected && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, room) >= 0;
    result_h5_close(dataset);
    return ok;
}

static const char **read_texts(struct result_reader *reader, hid_t group, const char *name, size_t *count)
{
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    const char **text = dataset < 0 ? NULL : result_reader_texts(reader, dataset, count);
    result_h5_close(dataset);
    return text;
}

/* Reads everything into kept memory; false if something is missing or does not fit together. */
static bool read_claims(struct result_reader *reader, hid_t group, size_t runs)
{
    size_t count = 0, size;
    const char **id = read_texts(reader, group, "claim", &count);
    struct result_claim *claim = id == NULL ? NULL : result_reader_keep(reader, count, sizeof *claim);
    if (claim == NULL || __builtin_mul_overflow(count, runs, &size))
        return false;
    for (size_t k = 0; k < count; k++)
        claim[k].id = id[k];

    for (size_t f = 0; f < COUNT(texts); f++) {
        size_t found = 0;
        const char **text = read_texts(reader, group, texts[f].name, &found);
        if (text == NULL || found != count)
            return false;
        for (size_t k = 0; k < count; k++)
            set_member(&claim[k], texts[f].offset, text[k]);
    }
    for (size_t which = 0; which < COUNT(tables); which++) {
        double *table = result_reader_keep(reader, size, sizeof *table);
        if (table == NULL || !read_all(group, tables[which].name, H5T_NATIVE_DOUBLE, size, table))
            return false;
        for (size_t k = 0; k < count; k++)
            set_member(&claim[k], tables[which].offset, table + k * runs);
    }
    double *number = result_reader_keep(reader, count, sizeof *number);
    for (size_t f = 0; number != NULL && f < COUNT(figures); f++) {
        bool there = H5Lexists(group, figures[f].name, H5P_DEFAULT) > 0 &&
                     read_all(group, figures[f].name, H5T_NATIVE_DOUBLE, count, number);
        for (size_t k = 0; k < count; k++) {
            double value = there ? number[k] : NAN;
            memcpy((char *)&claim[k] + figures[f].offset, &value, sizeof value);
        }
    }
    int8_t *share = result_reader_keep(reader, count, sizeof *share);
    if (share == NULL || !read_all(group, "share", H5T_NATIVE_INT8, count, share))
        return false;
    for (size_t k = 0; k < count; k++)
        claim[k].share = share[k] != 0;

    reader->claim = claim;
    reader->claims = count;
    return true;
}

enum status result_read_claims(struct result_reader *reader, const struct result_claim **claim, size_t *count,
                               size_t *runs)
{
    bool ok = true;
    if (!reader->claims_read) {
        size_t length[RESULT_H5_RANK];
        hid_t run = H5Dopen2(reader->file, "run", H5P_DEFAULT), group = -1;
        ok = run >= 0 && result_reader_shape(run, length) == 1;
        if (ok)
            reader->claim_runs = length[0];
        if (ok && H5Lexists(reader->file, "claims", H5P_DEFAULT) > 0) {
            group = H5Gopen2(reader->file, "claims", H5P_DEFAULT);
            ok = group >= 0 && read_claims(reader, group, length[0]);
        }
        result_h5_close(group);
        result_h5_close(run);
        reader->claims_read = ok;
    }
    *claim = reader->claim;
    *count = reader->claims;
    *runs = reader->claim_runs;
    return ok ? STATUS_OK : STATUS_FAILED;
}
