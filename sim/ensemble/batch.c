#include "ensemble/batch.h"

#include <stdlib.h>
#include <string.h>

static size_t length_of(const struct batch *b, size_t record)
{
    return b->times * variable_length(b->scenario->cast, &variable_table[b->scenario->record[record]]);
}

size_t batch_row_length(const struct scenario *s, const bool *plays, size_t times)
{
    size_t length = 0, arms = 0;
    for (size_t v = 0; v < s->records; v++)
        length += variable_length(s->cast, &variable_table[s->record[v]]);
    for (size_t a = 0; a < s->arms; a++)
        arms += plays[a];
    return arms * times * length;
}

bool batch_make(struct batch *b, const struct scenario *s, const bool *plays, size_t times, size_t most)
{
    *b = (struct batch){.scenario = s, .plays = plays, .most = most, .times = times};
    b->status = calloc(most + 1, sizeof *b->status);
    b->run = calloc(most + 1, sizeof *b->run);
    b->message = calloc(most + 1, sizeof *b->message);
    b->effect = calloc(most * s->claims + 1, sizeof *b->effect);
    b->level = calloc(most * s->claims + 1, sizeof *b->level);
    b->summary[0] = calloc(most * s->summaries + 1, sizeof(double));
    b->summary[1] = calloc(most * s->summaries + 1, sizeof(double));
    b->rows = calloc(s->arms, sizeof *b->rows);
    bool good =
        b->status && b->run && b->message && b->effect && b->level && b->summary[0] && b->summary[1] && b->rows;
    for (size_t k = 0; k < sizeof b->number / sizeof b->number[0]; k++)
        good = (b->number[k] = calloc(most + 1, sizeof(double))) != NULL && good;
    for (size_t a = 0; good && a < s->arms; a++) {
        if (!plays[a])
            continue;
        good = (b->rows[a] = calloc(s->records + 1, sizeof **b->rows)) != NULL;
        for (size_t v = 0; good && v < s->records; v++)
            good = (b->rows[a][v] = calloc(most * length_of(b, v) + 1, sizeof(double))) != NULL;
    }
    return good;
}

static void forget_messages(struct batch *b)
{
    for (size_t r = 0; b->message != NULL && r < b->most; r++) {
        free(b->message[r]);
        b->message[r] = NULL;
    }
}

void batch_free(struct batch *b)
{
    forget_messages(b);
    for (size_t a = 0; b->rows != NULL && a < b->scenario->arms; a++) {
        for (size_t v = 0; b->rows[a] != NULL && v < b->scenario->records; v++)
            free(b->rows[a][v]);
        free(b->rows[a]);
    }
    for (size_t k = 0; k < sizeof b->number / sizeof b->number[0]; k++)
        free(b->number[k]);
    free(b->rows);
    free(b->status);
    free(b->run);
    free(b->message);
    free(b->effect);
    free(b->level);
    free(b->summary[0]);
    free(b->summary[1]);
    *b = (struct batch){0};
}

void batch_begin(struct batch *b, size_t first, size_t count)
{
    const struct scenario *s = b->scenario;
    forget_messages(b);
    b->first = first;
    b->count = count;
    for (size_t r = 0; r < b->most; r++) {
        b->run[r] = first + r;
        b->status[r] = RUN_NOT_PLAYED;
    }
    for (size_t k = 0; k < b->most * s->claims; k++)
        b->effect[k] = b->level[k] = NAN;
    for (size_t k = 0; k < b->most * s->summaries; k++)
        b->summary[0][k] = b->summary[1][k] = NAN;
}

bool batch_whole(const struct batch *b)
{
    for (size_t r = 0; r < b->count; r++)
        if (b->status[r] == RUN_NOT_PLAYED)
            return false;
    return true;
}

static void move_table(double *table, size_t rows, size_t most, size_t to, size_t from)
{
    for (size_t k = 0; k < rows; k++)
        table[k * most + to] = table[k * most + from];
}

void batch_drop(struct batch *b)
{
    const struct scenario *s = b->scenario;
    size_t to = 0;
    for (size_t from = 0; from < b->count; from++) {
        if (b->status[from] == RUN_NOT_NEEDED)
            continue;
        if (to < from) {
            b->run[to] = b->run[from];
            b->status[to] = b->status[from];
            b->message[to] = b->message[from];
            b->message[from] = NULL;
            move_table(b->effect, s->claims, b->most, to, from);
            move_table(b->level, s->claims, b->most, to, from);
            move_table(b->summary[0], s->summaries, b->most, to, from);
            move_table(b->summary[1], s->summaries, b->most, to, from);
            for (size_t a = 0; a < s->arms; a++)
                for (size_t v = 0; b->plays[a] && v < s->records; v++)
                    memcpy(b->rows[a][v] + to * length_of(b, v), b->rows[a][v] + from * length_of(b, v),
                           length_of(b, v) * sizeof(double));
        }
        to++;
    }
    b->count = to;
}

/* One pass over all that a batch holds; `at` moves along the bytes, which are written, read, or only measured. */
enum pass { MEASURE, PACK, UNPACK };
struct stream {
    enum pass pass;
    char *at;
    size_t size, room;
    bool good;
};

static void pass_bytes(struct stream *stream, void *data, size_t size)
{
    stream->size += size;
    if (stream->pass == MEASURE || !stream->good)
        return;
    stream->good = stream->size <= stream->room;
    if (!stream->good)
        return;
    if (stream->pass == PACK)
        memcpy(stream->at, data, size);
    else
        memcpy(data, stream->at, size);
    stream->at += size;
}

/* The numbers of `count` runs in rows of `most`. */
static void pass_table(struct stream *stream, double *table, size_t rows, size_t most, size_t count)
{
    for (size_t k = 0; k < rows; k++)
        pass_bytes(stream, table + k * most, count * sizeof *table);
}

static void pass_message(struct stream *stream, char **message)
{
    uint64_t length = *message ? strlen(*message) : 0;
    pass_bytes(stream, &length, sizeof length);
    if (stream->pass == UNPACK && stream->good && length > 0 && length <= stream->room - stream->size)
        stream->good = (*message = calloc(length + 1, 1)) != NULL;
    if (length > 0 && (stream->pass != UNPACK || *message != NULL))
        pass_bytes(stream, *message, length);
}

static void pass_batch(struct stream *stream, struct batch *b)
{
    const struct scenario *s = b->scenario;
    uint64_t first = b->first, count = b->count;
    pass_bytes(stream, &first, sizeof first);
    pass_bytes(stream, &count, sizeof count);
    if (stream->pass == UNPACK && (!stream->good || count > b->most)) {
        stream->good = false;
        return;
    }
    b->first = first;
    b->count = count;
    pass_bytes(stream, b->run, count * sizeof *b->run);
    pass_bytes(stream, b->status, count * sizeof *b->status);
    pass_table(stream, b->effect, s->claims, b->most, count);
    pass_table(stream, b->level, s->claims, b->most, count);
    pass_table(stream, b->summary[0], s->summaries, b->most, count);
    if (b->plays[1])
        pass_table(stream, b->summary[1], s->summaries, b->most, count);
    for (size_t a = 0; a < s->arms; a++)
        for (size_t v = 0; b->plays[a] && v < s->records; v++)
            pass_bytes(stream, b->rows[a][v], count * length_of(b, v) * sizeof(double));
    for (size_t r = 0; r < count; r++)
        pass_message(stream, &b->message[r]);
}

void *batch_pack(const struct batch *batch, size_t *size)
{
    struct batch b = *batch;
    struct stream measure = {.pass = MEASURE, .good = true};
    pass_batch(&measure, &b);
    char *data = malloc(measure.size + 1);
    struct stream pack = {.pass = PACK, .at = data, .room = measure.size, .good = true};
    if (data != NULL)
        pass_batch(&pack, &b);
    *size = measure.size;
    return data;
}

bool batch_unpack(struct batch *b, const void *data, size_t size)
{
    struct stream unpack = {.pass = UNPACK, .at = (char *)data, .room = size, .good = true};
    batch_begin(b, 0, 0);
    pass_batch(&unpack, b);
    return unpack.good && unpack.size == size;
}
