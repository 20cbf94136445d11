/* The phases of a hindcast: stretches of time, and a coded level for every pole in each. */
#include "scenario/read.h"

#include <stdlib.h>

enum { HIGHEST_LEVEL = 4 };

/* The poles of the first phase are those of all. */
static bool choose_poles(struct reading *r, const config_setting_t *item, struct hindcast *h)
{
    const struct cast *cast = r->scenario->cast;
    h->pole = calloc(cast->options, sizeof *h->pole);
    h->share = calloc(cast->options, sizeof *h->share);
    if (h->pole == NULL || h->share == NULL)
        return false;
    for (size_t c = 0; c < cast->options; c++) {
        char *why = NULL, *text = NULL;
        if (!cast_can_choose(cast, h->state, c) || config_setting_get_member(item, cast->option[c]) == NULL)
            continue;
        text = message_text("alignment[%s,%s]", cast->code[h->state], cast->option[c]);
        bool good = text != NULL && quantity_parse(cast, text, &h->share[h->poles], &why) == STATUS_OK;
        free(text);
        free(why);
        if (!good)
            return false;
        h->pole[h->poles++] = c;
    }
    if (h->poles == 0)
        read_complain(r, item, NULL, "names no pole (allowed: one or more, like USA = 2, with a level 0..%d)",
                      HIGHEST_LEVEL);
    return true;
}

static void read_levels(struct reading *r, const config_setting_t *item, const struct hindcast *h,
                        double *level)
{
    const struct cast *cast = r->scenario->cast;
    for (size_t c = 0, p = 0; c < cast->options; c++) {
        const char *name = cast->option[c];
        const config_setting_t *leaf = config_setting_get_member(item, name);
        bool expected = p < h->poles && h->pole[p] == c;
        long long value = 0;
        if (expected && leaf == NULL)
            read_complain(r, item, NULL, "has no level for %s (allowed: the poles of the first phase, 0..%d)",
                          name, HIGHEST_LEVEL);
        else if (expected && read_whole(r, item, name, 0, HIGHEST_LEVEL, &value))
            level[p] = (double)value;
        else if (leaf != NULL && !expected && h->poles > 0 && cast_can_choose(cast, h->state, c))
            read_complain(r, leaf, NULL,
                          "has no level in the first phase (allowed: the same poles in every phase)");
        p += expected;
    }
}

void read_phases(struct reading *r, const config_setting_t *list, struct hindcast *h)
{
    static const char *const form = "years; USA; RUS;";
    const struct cast *cast = r->scenario->cast;
    h->phase = read_room(r, list, form, sizeof *h->phase);
    if (h->phase == NULL)
        return;
    const char **words = calloc(cast->options + 2, sizeof *words);
    size_t length = (size_t)config_setting_length(list), known = 0;
    h->level = calloc((length + 1) * cast->options, sizeof *h->level);
    bool good = words != NULL && h->level != NULL;
    if (good) {
        words[known++] = "years";
        words[known++] = "note";
    }
    for (size_t c = 0; good && c < cast->options; c++)
        if (cast_can_choose(cast, h->state, c))
            words[known++] = cast->option[c];
    for (size_t k = 0; good && k < length; k++) {
        const config_setting_t *item = read_item(r, list, k, form, words, known);
        struct hindcast_phase *phase = &h->phase[h->phases];
        if (item == NULL)
            continue;
        if (h->phases == 0)
            good = choose_poles(r, item, h);
        if (good)
            read_levels(r, item, h, h->level + h->phases * h->poles);
        bool dated = read_span(r, item, "years", true, &phase->first, &phase->last);
        if (dated && h->phases > 0 && phase->first <= phase[-1].last)
            read_complain(r, config_setting_get_member(item, "years"), NULL,
                          "begins before the phase above ends (allowed: phases in their order)");
        h->phases++;
    }
    if (!good)
        read_complain(r, list, NULL, "out of memory");
    free(words);
}
