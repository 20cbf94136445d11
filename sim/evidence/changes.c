#include "evidence/changes.h"
#include "evidence/verdict.h"

/* Puts a difference in its place among the largest, if it belongs there. */
static size_t keep(struct difference *list, size_t count, size_t most, struct difference d)
{
    size_t at = count;
    while (at > 0 && list[at - 1].size < d.size)
        at--;
    if (at >= most)
        return count;
    size_t last = count < most ? count : most - 1;
    for (size_t k = last; k > at; k--)
        list[k] = list[k - 1];
    list[at] = d;
    return count < most ? count + 1 : count;
}

/* The largest difference of one state in one variable. */
static struct difference of_state(const struct scenario *s, const struct outcome *o, size_t v, size_t i)
{
    const struct variable *variable = &variable_table[s->record[v]];
    size_t length = variable_length(s->cast, variable), width = length / s->cast->states;
    struct difference best = {.variable = s->record[v], .size = 0};
    for (size_t e = i * width; e < (i + 1) * width; e++) {
        double after = o->last[v][e], before = o->last[v][length + e];
        double bound =
            variable_is_share(variable) ? VERDICT_SHARE_BOUND : VERDICT_RELATIVE_BOUND * fabs(before);
        double size = fabs(after - before) / fmax(bound, 1e-5); /* what is next to nothing is nothing */
        if (size > best.size)
            best = (struct difference){s->record[v],
                                       s->cast->code[i],
                                       width > 1 ? s->cast->option[e - i * width] : NULL,
                                       before,
                                       after,
                                       size};
    }
    return best;
}

size_t changes_largest(const struct scenario *s, const struct outcome *o, struct difference *list, size_t most)
{
    size_t count = 0;
    for (size_t v = 0; v < s->records && o->baseline && o->last != NULL; v++) {
        const struct variable *variable = &variable_table[s->record[v]];
        bool chosen = variable->shape == SHAPE_OPTION && variable_is_share(variable);
        if ((variable->shape != SHAPE_STATE && !chosen) || variable->flag)
            continue;
        for (size_t i = 0; i < s->cast->states; i++) {
            struct difference d = of_state(s, o, v, i);
            if (d.size >= 1)
                count = keep(list, count, most, d);
        }
    }
    return count;
}
