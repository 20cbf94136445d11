/* What shows only when all files have been read: values that are missing, shares that sum to too much. */
#include "scenario/read.h"
#include "model/parameters.h"

#include <stdlib.h>
#include <string.h>

/* The place of the last assignment that touches an element of a row; the world file if there is none. */
static struct place place_of(const struct scenario *s, size_t offset, size_t first, size_t width)
{
    struct place place = {s->source_file[s->files - 1], 0, NULL};
    for (size_t k = 0; k < s->given.count; k++) {
        if (s->given.list[k].where.row->offset != offset)
            continue;
        for (size_t e = 0; e < s->given.list[k].where.count; e++) {
            size_t slot = s->given.list[k].where.slot[e];
            if (slot >= first && slot < first + width) {
                place.file = s->given.remark[k].file;
                place.line = s->given.remark[k].line;
            }
        }
    }
    return place;
}

/* Whether something was said about a path already. */
static bool spoken_of(const struct messages *messages, const char *path)
{
    for (size_t k = 0; path != NULL && k < messages->count; k++)
        if (messages->list[k].path != NULL && strcmp(messages->list[k].path, path) == 0)
            return true;
    return false;
}

void read_check_required(struct reading *r, const config_setting_t *states)
{
    struct scenario *s = r->scenario;
    r->file = s->source_file[s->files - 1];
    for (size_t k = 0; k < parameter_count; k++) {
        const struct parameter *row = &parameter_table[k];
        const double *values = parameter_values(s->world, row);
        for (size_t i = 0; row->flags & F_REQUIRED && i < world_length(s->cast, row->shape); i++)
            if (isnan(values[i])) {
                char *path = parameter_path(s->cast, row, i), *allowed = parameter_allowed(row);
                if (!spoken_of(r->messages, path))
                    read_complain(r, states ? config_setting_get_member(states, s->cast->code[i]) : NULL, path,
                                  "is missing (allowed: %s)", allowed ? allowed : "");
                free(path);
                free(allowed);
            }
    }
}

void read_check_sums(struct reading *r, size_t offset, const double *shares, size_t width, const char *what)
{
    const struct scenario *s = r->scenario;
    bool alignment = offset == offsetof(struct world, now.alignment);
    for (size_t i = 0; i < s->cast->states; i++) {
        double sum = 0;
        size_t open = 0;
        for (size_t j = 0; j < width; j++) {
            bool given = !isnan(shares[i * width + j]);
            sum += given ? shares[i * width + j] : 0;
            open += !given && (alignment ? cast_can_choose(s->cast, i, j) : j != i);
        }
        if ((sum <= 1 + 1e-6 || r->effective) && (open > 0 || sum > 0))
            continue;
        struct place place = place_of(s, offset, i * width, width);
        char *path = message_text("dyads.%s.*.%s", s->cast->code[i], what);
        place.path = path;
        message_add(r->messages, SEVERITY_ERROR, place, "shares sum to %.6g (allowed: more than 0, at most 1)",
                    sum);
        free(path);
    }
}
