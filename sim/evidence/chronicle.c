#include "evidence/chronicle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a kind is seen in, and the dimensions of that after run and time. */
static const struct {
    const char *word, *variable;
    const char *dimension[2];
} table[CHRONICLE_KINDS] = {
    [CHRONICLE_WAR] = {"war", "war", {"state", "state_to"}},
    [CHRONICLE_ABSORPTION] = {"absorption", "owner", {"province"}},
    [CHRONICLE_SECESSION] = {"secession", "owner", {"province"}},
    [CHRONICLE_STATE] = {"state", "alive", {"state"}},
    [CHRONICLE_POLARITY] = {"polarity", "polarity", {NULL}},
    [CHRONICLE_POLE] = {"pole", "is_pole", {"state"}},
    [CHRONICLE_PACT] = {"pact", "pact", {"state", "state_to"}},
    [CHRONICLE_MEMBERSHIP] = {"membership", "membership", {"state", "institution"}},
    [CHRONICLE_BASE] = {"base", "hosting", {"state", "state_to"}},
};

const char *chronicle_word(enum chronicle_kind kind)
{
    return table[kind].word;
}

const char *chronicle_variable(enum chronicle_kind kind)
{
    return table[kind].variable;
}

/* A search under way: the records, and who owned and owns which province at the record that is looked at. */
struct search {
    const struct chronicle_records *records;
    struct chronicle *chronicle;
    size_t time, *was, *is; /* [states] */
    bool failed;
};

static void *grown(void *list, size_t *capacity, size_t size)
{
    size_t wanted = *capacity ? 2 * *capacity : 64;
    void *more = realloc(list, wanted * size);
    if (more != NULL)
        *capacity = wanted;
    return more;
}

/* Adds a happening; those that go with it are added by with(). */
static void add(struct search *s, struct happening h)
{
    struct chronicle *c = s->chronicle;
    if (c->count == c->capacity) {
        struct happening *list = grown(c->list, &c->capacity, sizeof *list);
        if (list == NULL) {
            s->failed = true;
            return;
        }
        c->list = list;
    }
    h.time = s->time;
    h.first_other = c->other_count;
    c->list[c->count++] = h;
}

static void with(struct search *s, size_t other)
{
    struct chronicle *c = s->chronicle;
    if (c->other_count == c->other_capacity) {
        size_t *list = grown(c->other, &c->other_capacity, sizeof *list);
        s->failed = s->failed || list == NULL;
        c->other = list != NULL ? list : c->other;
    }
    if (s->failed)
        return;
    c->other[c->other_count++] = other;
    c->list[c->count - 1].others++;
}

/* A number of a record as a small whole number; what is none is 0. */
static int value(const struct search *s, enum chronicle_kind kind, size_t length, size_t time, size_t element)
{
    double x = s->records->of[kind][time * length + element];
    return x >= 0 && x < 128 ? (int)x : 0;
}

/* ---- war and territory --------------------------------------------------------------------------------- */

static int battle(const struct search *s, size_t i, size_t j)
{
    size_t n = s->records->states;
    return s->records->of[CHRONICLE_WAR] != NULL ? value(s, CHRONICLE_WAR, n * n, s->time, i * n + j)
                                                 : BATTLE_NONE;
}

static void find_wars(struct search *s)
{
    size_t n = s->records->states;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            int outcome = battle(s, i, j);
            if (outcome == BATTLE_NONE || outcome >= BATTLE_JOINED)
                continue;
            add(s, (struct happening){.kind = CHRONICLE_WAR, .who = i, .whom = j, .is = outcome});
            for (size_t c = 0; c < n; c++)
                if (c != j && battle(s, c, i) == BATTLE_JOINED)
                    with(s, c);
        }
}

/* Whether a state conquers another in this step that still holds its own province. */
static bool has_to_conquer(const struct search *s, size_t i)
{
    for (size_t j = 0; j < s->records->states; j++)
        if (battle(s, i, j) == BATTLE_CONQUEST && s->was[j] == j && j != i)
            return true;
    return false;
}

/* The state `heir` takes what `state` held; `was` is brought up to date. */
static void absorb(struct search *s, size_t heir, size_t state)
{
    add(s, (struct happening){.kind = CHRONICLE_ABSORPTION, .who = heir, .whom = state, .complete = true});
    for (size_t k = 0; k < s->records->states; k++)
        if (s->was[k] == state) {
            s->was[k] = heir;
            if (k != state)
                with(s, k);
        }
}

/* Conquests of this step, which wars tell: who is conquered later has first made its own, so that each gets what it held. */
static void replay_conquests(struct search *s)
{
    size_t n = s->records->states;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                if (battle(s, i, j) == BATTLE_CONQUEST && i != j && s->was[i] == i && s->was[j] == j &&
                    !has_to_conquer(s, j)) {
                    absorb(s, i, j);
                    more = true;
                }
    }
}

/* What wars do not tell, for they are not recorded or lie between two records: who now holds what another held. */
static void compare_owners(struct search *s)
{
    size_t n = s->records->states;
    for (size_t k = 0; k < n; k++) /* the dead, with all that is now where they are */
        if (s->was[k] == k && s->is[k] != k) {
            add(s,
                (struct happening){.kind = CHRONICLE_ABSORPTION, .who = s->is[k], .whom = k, .complete = true});
            for (size_t p = 0; p < n; p++)
                if (p != k && s->was[p] == k && s->is[p] == s->is[k]) {
                    with(s, p);
                    s->was[p] = s->is[p];
                }
            s->was[k] = s->is[k];
        }
    for (size_t k = 0; k < n; k++) /* single provinces that passed on between two records */
        if (s->was[k] != s->is[k] && s->is[k] != k)
            add(s, (struct happening){.kind = CHRONICLE_ABSORPTION, .who = s->is[k], .whom = k});
    for (size_t k = 0; k < n; k++)
        if (s->was[k] != s->is[k] && s->is[k] == k)
            add(s, (struct happening){.kind = CHRONICLE_SECESSION, .who = k, .whom = s->was[k]});
}

/* Reads who owns what; false if a number is no state. */
static bool read_owners(struct search *s)
{
    size_t n = s->records->states;
    const double *owner = s->records->of[CHRONICLE_ABSORPTION] + s->time * n;
    for (size_t k = 0; k < n; k++) {
        if (!(owner[k] >= 0 && owner[k] < (double)n))
            return false;
        s->is[k] = (size_t)owner[k];
    }
    return true;
}

static void find_conquests(struct search *s)
{
    if (!read_owners(s))
        return;
    replay_conquests(s);
    compare_owners(s);
    memcpy(s->was, s->is, s->records->states * sizeof *s->was);
}

/* Whether a state is known to be dead at this record: what it had has ended with it, and is not told. */
static bool is_dead(const struct search *s, size_t i)
{
    const struct chronicle_records *r = s->records;
    if (r->of[CHRONICLE_ABSORPTION] != NULL)
        return s->is[i] != i;
    return r->of[CHRONICLE_STATE] != NULL && value(s, CHRONICLE_STATE, r->states, s->time, i) == 0;
}

/* ---- what begins and ends ------------------------------------------------------------------------------ */

/* Changes of a flag of states, or of states and others; of symmetric pairs one is told. */
static void find_changes(struct search *s, enum chronicle_kind kind)
{
    size_t n = s->records->states;
    bool single = table[kind].dimension[1] == NULL, between = kind == CHRONICLE_PACT || kind == CHRONICLE_BASE;
    size_t width = single ? 1 : between ? n : s->records->bodies;
    if (s->records->of[kind] == NULL || s->time == 0)
        return;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < width; j++) {
            int was = value(s, kind, n * width, s->time - 1, i * width + j);
            int is = value(s, kind, n * width, s->time, i * width + j);
            if (was == is || (kind == CHRONICLE_PACT && j < i))
                continue;
            if (kind != CHRONICLE_STATE && is == 0 && (is_dead(s, i) || (between && is_dead(s, j))))
                continue;
            add(s, (struct happening){
                       .kind = kind, .who = i, .whom = single ? CAST_NONE : j, .was = was, .is = is});
        }
}

static void find_transition(struct search *s)
{
    if (s->records->of[CHRONICLE_POLARITY] == NULL || s->time == 0)
        return;
    int was = value(s, CHRONICLE_POLARITY, 1, s->time - 1, 0), is = value(s, CHRONICLE_POLARITY, 1, s->time, 0);
    if (was != is)
        add(s, (struct happening){
                   .kind = CHRONICLE_POLARITY, .who = CAST_NONE, .whom = CAST_NONE, .was = was, .is = is});
}

enum status chronicle_find(const struct chronicle_records *records, struct chronicle *chronicle)
{
    size_t n = records->states;
    struct search s = {.records = records, .chronicle = chronicle};
    *chronicle = (struct chronicle){.fought = NAN};
    for (size_t k = 0; k < CHRONICLE_KINDS; k++)
        chronicle->recorded[k] = records->of[k] != NULL;
    s.was = malloc((n + 1) * sizeof *s.was);
    s.is = malloc((n + 1) * sizeof *s.is);
    s.failed = s.was == NULL || s.is == NULL;
    for (size_t k = 0; k < n && !s.failed; k++)
        s.was[k] = s.is[k] = k; /* at the start every state holds its own province */
    for (; s.time < records->times && !s.failed; s.time++) {
        if (records->of[CHRONICLE_WAR] != NULL)
            find_wars(&s);
        if (records->of[CHRONICLE_ABSORPTION] != NULL)
            find_conquests(&s);
        else
            find_changes(&s, CHRONICLE_STATE);
        find_transition(&s);
        find_changes(&s, CHRONICLE_POLE);
        find_changes(&s, CHRONICLE_PACT);
        find_changes(&s, CHRONICLE_MEMBERSHIP);
        find_changes(&s, CHRONICLE_BASE);
    }
    free(s.was);
    free(s.is);
    return s.failed ? STATUS_FAILED : STATUS_OK;
}

void chronicle_free(struct chronicle *chronicle)
{
    free(chronicle->list);
    free(chronicle->other);
    *chronicle = (struct chronicle){0};
}

/* ---- records of a file --------------------------------------------------------------------------------- */

/* Whether a variable has the dimensions that it should have, as long as they should be. */
static bool fits(const struct result_found *found, enum chronicle_kind kind,
                 const struct chronicle_records *records)
{
    size_t d = 0;
    for (; d < 2 && table[kind].dimension[d] != NULL; d++) {
        const char *wanted = table[kind].dimension[d];
        size_t length = strcmp(wanted, "institution") == 0 ? records->bodies : records->states;
        if (d + 2 >= found->dimensions || strcmp(found->dimension[d + 2], wanted) != 0 ||
            found->length[d + 2] != length)
            return false;
    }
    return found->dimensions == d + 2 && found->length[1] == records->times;
}

static enum status read_records(struct result_reader *reader, const char *arm, size_t run,
                                const struct result_found *found, double **records)
{
    size_t length = 1;
    for (size_t d = 1; d < found->dimensions; d++)
        length *= found->length[d];
    *records = calloc(length + 1, sizeof **records);
    return *records == NULL ? STATUS_FAILED : result_read(reader, arm, found->name, run, *records);
}

/* How many wars there have been at the last record, if the file says. */
static double wars_of(struct result_reader *reader, const char *arm, size_t run,
                      const struct result_found *found, size_t count, size_t times)
{
    double *wars = NULL, last = NAN;
    for (size_t v = 0; v < count && wars == NULL; v++)
        if (strcmp(found[v].name, "wars") == 0 && found[v].dimensions == 2 && found[v].length[1] == times &&
            times > 0 && read_records(reader, arm, run, &found[v], &wars) == STATUS_OK)
            last = wars[times - 1];
    free(wars);
    return last;
}

enum status chronicle_read(struct result_reader *reader, const char *arm, size_t run,
                           struct chronicle *chronicle)
{
    const struct result_found *found;
    struct chronicle_records records = {0};
    double *read[CHRONICLE_KINDS] = {NULL};
    size_t count, known = 0;
    *chronicle = (struct chronicle){0};
    result_labels(reader, "quarter", &records.times);
    result_labels(reader, "state", &records.states);
    result_labels(reader, "institution", &records.bodies);
    enum status status = result_variables(reader, arm, &found, &count);
    for (size_t k = 0; k < CHRONICLE_KINDS; k++)
        for (size_t v = 0; v < count && status == STATUS_OK; v++) {
            if (k == CHRONICLE_SECESSION || strcmp(found[v].name, table[k].variable) != 0 ||
                !fits(&found[v], (enum chronicle_kind)k, &records))
                continue;
            status = read_records(reader, arm, run, &found[v], &read[k]);
            records.of[k] = read[k];
            known++;
        }
    records.of[CHRONICLE_SECESSION] = records.of[CHRONICLE_ABSORPTION];
    if (status == STATUS_OK)
        status = known > 0 ? chronicle_find(&records, chronicle) : STATUS_INVALID;
    if (status == STATUS_OK)
        chronicle->fought = wars_of(reader, arm, run, found, count, records.times);
    for (size_t k = 0; k < CHRONICLE_KINDS; k++)
        free(read[k]);
    return status;
}
