/* Who takes part: the states, their roles and the bodies.  Read from the world file, shared by all runs,
 * never changed by them. */
#ifndef EQUIPOISE_MODEL_CAST_H
#define EQUIPOISE_MODEL_CAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAST_NONE ((size_t)-1)
#define CAST_SELF 0 /* option 0 of every state: to lean on nobody */

/* A list of states by index, in the order of the file. */
struct cast_group {
    size_t *state; /* [count] */
    size_t count;
};

/* Two states that meet over an issue; both directions are played. */
struct cast_pair {
    size_t issue, i, j;
};

/* Roles that a world file may fill; each may be empty. */
enum cast_role { ROLE_POLES, ROLE_REGION, ROLE_THEATRE, ROLE_DECIDERS, ROLE_COUNT };

struct cast {
    size_t states;
    char **code;        /* [states] "UZB", unique */
    char **name;        /* [states] "Uzbekistan" */
    uint32_t *identity; /* [states] hash of the code: who a random draw belongs to, whatever the file's order */

    struct cast_group role[ROLE_COUNT];
    bool *in_region, *in_theatre; /* [states] */
    char *bloc;                   /* name of the region as a virtual pole, NULL if there is none */
    size_t
        reference_place;  /* where a pole's presence in the theatre is read; CAST_NONE if there is no theatre */
    size_t danger_source; /* state that the common danger comes from, or CAST_NONE */

    bool poles_vary;      /* any state may come to be a pole (C.17b): every state has an option */
    size_t options;       /* 1 + poles, or all states if poles vary + (1 if there is a bloc) */
    char **option;        /* [options] "self", codes of the poles, then of others, name of the bloc; borrowed */
    size_t *option_state; /* [options] index of the state; CAST_NONE for self and the bloc */
    size_t *option_of;    /* [states] option of a state; CAST_NONE if it can be none */
    size_t bloc_option;   /* option of the bloc, CAST_NONE if there is none */

    size_t bodies;
    char **body;       /* [bodies] "CSTO" */
    char **body_title; /* [bodies] full name */

    size_t issues;
    char **issue;        /* [issues] "water" */
    char **issue_title;  /* [issues] full name */
    bool *common_threat; /* [issues] a common danger makes cooperation worth more */
    struct cast_pair *pair;
    size_t pairs;
    bool *works_on; /* [bodies][issues] */
};

/* The word for a role in files: "poles", "region", "theatre", "deciders". */
const char *cast_role_word(enum cast_role role);

/* Index of a state, option or body by its code; CAST_NONE if unknown. */
size_t cast_state(const struct cast *cast, const char *code);
size_t cast_option(const struct cast *cast, const char *name);
size_t cast_body(const struct cast *cast, const char *name);
size_t cast_issue(const struct cast *cast, const char *name);

/* Whether state i could ever choose option c: self always, a pole unless it is i, the bloc if i is of the region.
 * Whether it can now: world_can_choose(). */
bool cast_can_choose(const struct cast *cast, size_t i, size_t c);

/* FNV-1a, 32 bits (Fowler, Noll and Vo): a name's identity does not depend on what else there is. */
uint32_t cast_hash(const char *name);

/* Fills what follows from codes and roles (identity, in_region, options ...).  False if memory ran out. */
bool cast_complete(struct cast *cast);

/* Frees everything, the struct included; NULL is allowed. */
void cast_free(struct cast *cast);

#endif
