/* The state of one run: settings, stocks now and next, and what a step derives from them.
 *
 * All numbers are doubles in one allocation, as plain arrays: [state], [state][state], [state][option],
 * [body], [body][state].  The first index is who holds or feels the quantity.  Members for settings and stocks
 * come from parameters.def, so that table and memory cannot disagree. */
#ifndef EQUIPOISE_MODEL_WORLD_H
#define EQUIPOISE_MODEL_WORLD_H

#include "base/message.h"
#include "model/cast.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Shapes of quantities; also the scope of a path (parameters.def).  PLAY is [issue][state][state]; YEAR and DECADE are
 * what measures remember: records of OPTION and of STATE of so many quarters, the present one included. */
enum { WORLD_YEAR = 5, WORLD_DECADE = 41 };
enum shape {
    SHAPE_MODEL,
    SHAPE_STATE,
    SHAPE_DYAD,
    SHAPE_FELT,
    SHAPE_OPTION,
    SHAPE_BODY,
    SHAPE_MEMBER,
    SHAPE_ISSUE,
    SHAPE_PLAY,
    SHAPE_PROVINCE, /* [province]: as many as there are states, one of each */
    SHAPE_YEAR,
    SHAPE_DECADE
};

/* The modules of the model, in the order of the schedule; `general` are settings of no module. */
#define WORLD_MECHANISMS(M)                                                                                    \
    M(general)                                                                                                 \
    M(events)                                                                                                  \
    M(power)                                                                                                   \
    M(institution)                                                                                             \
    M(threat)                                                                                                  \
    M(arms)                                                                                                    \
    M(alignment)                                                                                               \
    M(economy)                                                                                                 \
    M(influence)                                                                                               \
    M(cooperation)                                                                                             \
    M(belief)                                                                                                  \
    M(commitment)                                                                                              \
    M(spillover)                                                                                               \
    M(identity)                                                                                                \
    M(domestic)                                                                                                \
    M(crisis)                                                                                                  \
    M(war)                                                                                                     \
    M(polarity)
#define WORLD_MECHANISM_ENUM(name) MECHANISM_##name,
enum mechanism { WORLD_MECHANISMS(WORLD_MECHANISM_ENUM) MECHANISM_COUNT };
#undef WORLD_MECHANISM_ENUM

/* What a step derives and uses at once: owner, shape, member, what it is.  Filled by its owner before anyone
 * reads it; zero, the neutral value, while the owner is off (power alone is kept as at load). */
#define WORLD_DERIVED(D)                                                                                       \
    D(power, STATE, share, "s: capability share")                                                              \
    D(power, DYAD, gradient, "g: strength left over the distance, symmetric")                                  \
    D(power, DYAD, felt, "Pi: power of j felt at i, presence counted")                                         \
    D(power, OPTION, reach, "Pi of an option at i, the bloc's included")                                       \
    D(power, OPTION, deliverable, "r: what i may expect a patron to deliver")                                  \
    D(economy, DYAD, leverage, "lev: of j over i")                                                             \
    D(economy, STATE, diversification_effort, "dv + c_dv lambda th.E")                                         \
    D(economy, STATE, log_demand, "ln Y/Y0")                                                                   \
    D(economy, STATE, log_sigma, "ln sigma, one row at a time")                                                \
    D(institution, MEMBER, support, "support_ik: how far the body wants what i wants")                         \
    D(institution, MEMBER, override, "over_ik: risk that the body decides against i")                          \
    D(institution, MEMBER, service, "share_ik: part of the service that i gets")                               \
    D(institution, BODY, agreement, "agr: chance that the body agrees")                                        \
    D(institution, BODY, provision, "P: what it provides")                                                     \
    D(institution, STATE, shielded_state, "protection against state threat, all bodies")                       \
    D(institution, STATE, shielded_nonstate, "the same, non-state threat")                                     \
    D(institution, STATE, shielded_regime, "the same, regime threat")                                          \
    D(institution, DYAD, monitoring, "mon: largest z of a body with both")                                     \
    D(institution, OPTION, binding, "sum of z of bodies led by the pole with i in them")                       \
    D(cooperation, PLAY, willing, "p: chance that i cooperates with j on the issue")                           \
    D(cooperation, PLAY, play, "what i did toward j: 1 or 0, with noise off p")                                \
    D(commitment, MEMBER, member_value, "V_ik")                                                                \
    D(commitment, FELT, host_value, "V_ic")                                                                    \
    D(threat, OPTION, condition, "cond: conditionality of a pole toward i")                                    \
    D(threat, OPTION, help, "a r Pi: help that i expects of an option")                                        \
    D(threat, DYAD, opposition, "k: row c is how far state c opposes j, min(1, 2 h)")                          \
    D(threat, STATE, bloc_opposition, "sum of k over the bloc's members")                                      \
    D(threat, STATE, bloc_part, "1 for a living member of the bloc")                                           \
    D(threat, DYAD, intent, "O^wO h^wI: threat that j would be if its power were overwhelming")                \
    D(threat, DYAD, defence, "D: what i and its patrons put against j")                                        \
    D(threat, DYAD, threat, "tau: state threat that i sees in j")                                              \
    D(threat, STATE, threat_state, "th.S")                                                                     \
    D(threat, STATE, threat_nonstate, "th.N")                                                                  \
    D(threat, STATE, threat_regime, "th.R")                                                                    \
    D(threat, STATE, threat_economic, "th.E")                                                                  \
    D(threat, STATE, threatening_power, "T")                                                                   \
    D(arms, STATE, feared, "sum over l next to j of h_lj Pi_lj")                                               \
    D(arms, STATE, arms_pressure, "S: sum under the reaction term")                                            \
    D(alignment, OPTION, utility, "U")                                                                         \
    D(alignment, OPTION, backing, "terms of U for security, non-state danger, regime and payments")            \
    D(war, STATE, occupied, "occ: part of a state's GDP under garrison")                                       \
    D(war, STATE, target, "whom the state attacks in this step; NAN: nobody")                                  \
    D(war, STATE, order, "draw by which attackers come one after the other")                                   \
    D(war, STATE, engaged, "1 for who has been principal in a war of this step")                               \
    D(war, DYAD, battle, "wars of this quarter, [who fights][whom]: enum world_battle")                        \
    D(general, STATE, scratch_row, "room for a row")                                                           \
    D(influence, DYAD, scratch_pair, "room for a row of choices")

/* Fixed when the world is loaded (calibrate.c). */
#define WORLD_CALIBRATED(D)                                                                                    \
    D(general, FELT, presence_at_load, "q0")                                                                   \
    D(general, STATE, owner, "state that holds the province k; a state lives while it holds its own")          \
    D(general, STATE, gdp_part, "part of its owner's GDP that lies in the province")                           \
    D(general, STATE, population_part, "the same, of the population")                                          \
    D(general, DYAD, border, "contiguity of two provinces, as last looked at")                                 \
    D(general, DYAD, touching, "1 where the territories of two states border on each other")                   \
    D(general, DYAD, apart, "d: least distance between the territories of two states, km")                     \
    D(general, STATE, pole, "1 for a pole")                                                                    \
    D(general, MODEL, wars, "wars since the start")                                                            \
    D(general, MODEL, won, "of these, won by the attacker")                                                    \
    D(general, MODEL, joiners, "states that came to a defender's help in them")                                \
    D(general, MODEL, hegemon, "1 once a state has held more than half of all capability")                     \
    D(general, MODEL, last_polarity, "class of polarity a step ago; before the first step -1")                 \
    D(general, MODEL, transitions, "changes of the class of polarity since the start")                         \
    D(general, DYAD, weight_at_load, "w(0): j's weight among the powers that matter to i")                     \
    D(general, STATE, reaction_scale, "part of rho_a that the data leave room for")                            \
    D(general, STATE, burden_at_load, "m0")                                                                    \
    D(general, STATE, gdp_at_load, "Y0")                                                                       \
    D(general, STATE, identity_at_load, "idn0")                                                                \
    D(general, DYAD, loan_at_load, "loan0")                                                                    \
    D(general, DYAD, log_trade_share, "ln sigma0, kept since it rarely changes")                               \
    D(general, YEAR, past_alignment, "alignments of a year, by quarter, a ring")                               \
    D(general, DECADE, past_share, "capability shares of ten years, a ring")                                   \
    D(general, STATE, last_loss, "step after the last loss of level 3 or more; 0: none")

/* What `battle` says of a war of this quarter. */
enum world_battle { BATTLE_NONE, BATTLE_WON, BATTLE_LOST, BATTLE_CONQUEST, BATTLE_JOINED };

#define WORLD_MEMBER(owner, shape, member, meaning) double *member; /* meaning */
struct derived {
    WORLD_DERIVED(WORLD_MEMBER)
};
struct calibrated {
    WORLD_CALIBRATED(WORLD_MEMBER)
};
#undef WORLD_MEMBER

/* Settings of the model as a whole, numbers; settings of states, pairs and bodies, arrays; stocks, arrays. */
#define SETTING_STATE(member) double *member;
#define SETTING_DYAD(member) double *member;
#define SETTING_FELT(member) double *member;
#define SETTING_BODY(member) double *member;
#define SETTING_ISSUE(member) double *member;
#define SETTING_MODEL(member)
#define SETTING(scope, member, ...) SETTING_##scope(member)
#define STOCK(scope, member, ...)
struct settings {
#include "model/parameters.def"
};
#undef SETTING_STATE
#undef SETTING_DYAD
#undef SETTING_FELT
#undef SETTING_BODY
#undef SETTING_ISSUE
#undef SETTING_MODEL
#define SETTING_STATE(member)
#define SETTING_DYAD(member)
#define SETTING_FELT(member)
#define SETTING_BODY(member)
#define SETTING_ISSUE(member)
#define SETTING_MODEL(member) double member;
struct model_settings {
#include "model/parameters.def"
};
#undef SETTING_STATE
#undef SETTING_DYAD
#undef SETTING_FELT
#undef SETTING_BODY
#undef SETTING_ISSUE
#undef SETTING_MODEL
#undef SETTING
#undef STOCK
#define SETTING(scope, member, ...)
#define STOCK(scope, member, ...) double *member;
struct stocks {
#include "model/parameters.def"
};
#undef SETTING
#undef STOCK

/* Lists of states for every state: those next to it, or those that matter to it. */
struct graph {
    size_t *first; /* [states + 1] */
    size_t *to;    /* [first[states]], rising within each list */
};

struct flow;      /* the integrator (flow.c) */
struct timetable; /* the events of a run (events.c) */

struct world {
    const struct cast *cast; /* borrowed, outlives the world */
    double dt;               /* length of a step in years: 0.25 over a whole number */
    long quarter;            /* 4 * year + quarter - 1 at the beginning of the step */
    unsigned step;           /* steps made so far */
    unsigned steps_per_quarter;
    uint64_t seed, replicate; /* with step, who and what for: the identity of a random draw */

    struct model_settings model;
    struct settings set;
    struct stocks now, next;
    struct derived derived;
    struct calibrated load;

    struct cast_group living; /* states that take part, rising; all of them until there is war */
    struct cast_group
        poles;      /* living poles, in the order of their options; those of the file until they vary */
    size_t *choice; /* [choices] options that are open now, rising; self is not among them */
    size_t choices;
    struct graph next_to;         /* living states whose territories touch */
    struct graph relevant;        /* the same, and the poles */
    struct graph allies;          /* partners in pacts (war.c) */
    size_t *queue;                /* [states] room for a list of states */
    struct flow *flow;            /* owned; NULL until the run begins */
    const struct timetable *plan; /* borrowed; NULL: nothing is scheduled */
    double *ramps;                /* owned; progress of events that are spread over quarters */

    double *arena; /* all arrays */
    size_t arena_length;
};

/* Number of elements of a shape in a world of this cast. */
size_t world_length(const struct cast *cast, enum shape shape);

/* A world of the cast with every setting at its default (NAN where it is worked out at load), time zero.
 * NULL if memory ran out.  Free with world_free(). */
struct world *world_new(const struct cast *cast);

/* A copy that shares nothing but the cast and the plan, without a flow (flow_prepare()).  NULL if memory ran out. */
struct world *world_copy(const struct world *from);

/* Copies everything but the flow into a world of the same cast; allocates only room for links and another plan's
 * ramps. */
enum status world_assign(struct world *to, const struct world *from);

/* Frees the world; NULL is allowed. */
void world_free(struct world *world);

/* Whether a mechanism is on; general always is. */
bool world_runs(const struct world *world, enum mechanism mechanism);

/* The word for a mechanism. */
const char *world_mechanism_word(enum mechanism mechanism);

/* For mechanisms that are off (bit m: mechanism m): what they own keeps its value in `next`, what they give to others is
 * neutral. */
void world_rest(struct world *world, unsigned resting);

/* Whether what the states decided in this step is finite; the flow looks after the stocks it moves. */
bool world_finite(const struct world *world);

/* Makes `next` the committed state and moves the clock by one step. */
void world_commit(struct world *world);

/* Rebuilds the lists of the living, of poles, choices, neighbours and relevant states from owner, pole and touching. */
void world_connect(struct world *world);

/* Whether state i lives. */
static inline bool world_lives(const struct world *world, size_t i)
{
    return world->load.owner[i] == (double)i;
}

/* Whether state i can choose option c now: self always, a pole unless it is i, the bloc if another member lives. */
bool world_can_choose(const struct world *world, size_t i, size_t c);

/* Share of alignment of i with state j; 0 where j is no option of i. */
static inline double world_alignment(const struct world *world, size_t i, size_t j)
{
    size_t c = world->cast->option_of[j];
    return c == CAST_NONE || i == j ? 0 : world->now.alignment[i * world->cast->options + c];
}

/* Keeps what a state that has died had, in `now` as in `next`: nobody writes there until it is freed. */
void world_freeze(struct world *world, size_t state);

/* Checks every invariant of D.2: bounds, simplices, finiteness.  NULL if all hold; else what is wrong, a text that
 * the caller frees. */
char *world_check(const struct world *world);

/* Year at the end of the last step, in decimal years: 2021.75 after 2021Q3. */
double world_time(const struct world *world);

/* x^e, exact and quick for the small whole exponents that are the rule.  pow() otherwise; 0^0 = 1. */
static inline double world_raise(double x, double e)
{
    if (e == 1)
        return x;
    if (e == 2)
        return x * x;
    if (e == 3)
        return x * x * x;
    return e == 0 ? 1 : pow(x, e);
}

/* The share of a gap that a weight w, stated per quarter, closes in one step (C.0). */
static inline double world_weight(const struct world *world, double w)
{
    return world->steps_per_quarter == 1 ? w : 1 - pow(1 - w, 1.0 / world->steps_per_quarter);
}

static inline double world_clip(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

#endif
