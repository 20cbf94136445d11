/* What happened in one run, as far as its records show: wars, conquests, returns, poles, pacts, memberships, bases. */
#ifndef EQUIPOISE_EVIDENCE_CHRONICLE_H
#define EQUIPOISE_EVIDENCE_CHRONICLE_H

#include "result/result.h"

/* Kinds of happenings, each seen in the records of one variable, in the order in which those of one date are told.
 * ABSORPTION and SECESSION follow from who owns which province; STATE, that one dies or returns, is told where that is
 * not recorded. */
enum chronicle_kind {
    CHRONICLE_WAR,
    CHRONICLE_ABSORPTION,
    CHRONICLE_SECESSION,
    CHRONICLE_STATE,
    CHRONICLE_POLARITY,
    CHRONICLE_POLE,
    CHRONICLE_PACT,
    CHRONICLE_MEMBERSHIP,
    CHRONICLE_BASE,
    CHRONICLE_KINDS
};

/* The word for a kind, and the name of the variable that it is seen in. */
const char *chronicle_word(enum chronicle_kind kind);
const char *chronicle_variable(enum chronicle_kind kind);

/* One happening.  States, provinces and bodies by their index; CAST_NONE where there is none.
 *   WAR         who attacks whom; was 0, is the outcome (enum world_battle); others help whom
 *   ABSORPTION  who takes the province whom; complete: with it all that this state held, others beside its own
 *   SECESSION   who frees itself from whom
 *   POLARITY    from the class was to the class is (enum polarity)
 *   POLE, STATE who; PACT who and whom; MEMBERSHIP who, of body whom; BASE of who, in whom: was and is 0 or 1 */
struct happening {
    enum chronicle_kind kind;
    size_t time; /* index of the record */
    size_t who, whom;
    int was, is;
    bool complete;
    size_t first_other, others; /* in chronicle.other, rising */
};

struct chronicle {
    struct happening *list; /* by date, then kind */
    size_t count, capacity;
    size_t *other;
    size_t other_count, other_capacity;
    bool recorded[CHRONICLE_KINDS];
    double fought; /* wars in all, also those that no record shows; NAN where that is not known */
};

/* The records of one run: [times][length] of a kind's variable, NULL where it is not recorded. */
struct chronicle_records {
    size_t times, states, bodies;
    const double *of[CHRONICLE_KINDS];
};

/* Finds what happened; the first record shows changes of owners alone, since the start is known of them only.
 * STATUS_FAILED if memory ran out.  The caller frees with chronicle_free(), then too. */
enum status chronicle_find(const struct chronicle_records *records, struct chronicle *chronicle);
void chronicle_free(struct chronicle *chronicle);

/* The same for a run of an arm of a file; records that do not have the shape they should have count as missing.
 * STATUS_INVALID if the file has nothing of all this. */
enum status chronicle_read(struct result_reader *reader, const char *arm, size_t run,
                           struct chronicle *chronicle);

#endif
