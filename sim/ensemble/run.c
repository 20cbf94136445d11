#include "ensemble/run.h"
#include "model/flow.h"
#include "model/step.h"
#include "model/synthetic.h"

#include <stdlib.h>
#include <string.h>

enum status run_player(struct player *player, const struct scenario *scenario, const bool *plays)
{
    *player = (struct player){.scenario = scenario, .plays = plays};
    player->slots = scenario->points <= RUN_SLOTS ? scenario->points : 1;
    player->room = calloc(scenario->cast->states + 1, sizeof *player->room);
    player->window = calloc(8 * scenario->claims + 1, sizeof *player->window);
    bool good = player->room != NULL && player->window != NULL;
    for (size_t k = 0; k < player->slots; k++) {
        player->slot[k].start = calloc(scenario->arms, sizeof(struct world *));
        player->slot[k].world = calloc(scenario->arms, sizeof(struct world *));
        good = good && player->slot[k].start && player->slot[k].world;
    }
    for (size_t a = 0; a < 2; a++) {
        player->taken[a] = calloc(scenario->summaries + 1, sizeof(double));
        player->before[a] = calloc(scenario->summaries + 1, sizeof(double));
        good = good && player->taken[a] && player->before[a];
    }
    return good ? STATUS_OK : STATUS_FAILED;
}

static void drop_worlds(const struct player *player, struct run_slot *slot)
{
    for (size_t a = 0; slot->start && slot->world && a < player->scenario->arms; a++) {
        world_free(slot->start[a]);
        world_free(slot->world[a]);
        slot->start[a] = slot->world[a] = NULL;
    }
    slot->ready = false;
}

void run_player_free(struct player *player)
{
    for (size_t k = 0; k < player->slots; k++) {
        drop_worlds(player, &player->slot[k]);
        free(player->slot[k].start);
        free(player->slot[k].world);
    }
    free(player->room);
    free(player->window);
    for (size_t a = 0; a < 2; a++) {
        free(player->taken[a]);
        free(player->before[a]);
    }
    *player = (struct player){0};
}

static char *first_text(const struct messages *messages)
{
    return messages->count > 0 ? message_text("%s%s%s", messages->list[0].path ? messages->list[0].path : "",
                                              messages->list[0].path ? ": " : "", messages->list[0].text)
                               : NULL;
}

/* Worlds of all arms at the start, calibrated at the point; drawn for the replicate if they are synthetic.  Those of a
 * point that comes again are kept; those that serve once are played as they were made. */
static enum status get_ready(struct player *player, struct run_slot *slot, size_t point, size_t replicate,
                             char **why)
{
    const struct scenario *s = player->scenario;
    struct messages messages = {0};
    enum status status = STATUS_OK;
    if (slot->ready && slot->point == point && slot->start[0] != NULL) {
        for (size_t a = 0; a < s->arms && status == STATUS_OK; a++)
            if (player->plays[a])
                status = world_assign(slot->world[a], slot->start[a]);
        return status;
    }
    drop_worlds(player, slot);
    for (size_t a = 0; a < s->arms && status == STATUS_OK; a++)
        if (player->plays[a])
            status = scenario_world(s, a, point, replicate, &slot->world[a], &messages);
    bool again = status == STATUS_OK && s->points <= RUN_SLOTS && !synthetic_differs(slot->world[0]);
    for (size_t a = 0; again && a < s->arms && status == STATUS_OK; a++)
        if (player->plays[a] && (slot->start[a] = world_copy(slot->world[a])) == NULL)
            status = STATUS_FAILED;
    if (status == STATUS_INVALID)
        *why = first_text(&messages);
    message_clear(&messages);
    slot->ready = status == STATUS_OK;
    slot->point = point;
    return status == STATUS_INVALID ? STATUS_RUNS_FAILED : status;
}

/* Adds what the claims want to know of this arm in the quarter that has just ended. */
static void observe(struct player *player, size_t arm, const struct world *world, long quarter)
{
    for (size_t k = 0; k < player->scenario->claims; k++) {
        const struct claim *claim = &player->scenario->claim[k];
        const size_t role[4] = {claim->arm, claim->versus,
                                claim->against ? claim->against_arm : SCENARIO_VERSUS_START,
                                claim->against ? claim->against_versus : SCENARIO_VERSUS_START};
        bool inside = quarter >= claim->first && quarter <= claim->last;
        bool start =
            claim->versus == SCENARIO_VERSUS_START && arm == claim->arm && quarter == player->scenario->start;
        if (!inside && !start)
            continue;
        for (size_t q = 0; q < (claim->either ? 2 : 1); q++) {
            double *window = player->window + 8 * k + 4 * q;
            double value = quantity_measure(q == 0 ? &claim->quantity : &claim->other, world, player->room);
            if (start)
                window[1] = value;
            for (size_t w = 0; inside && w < 4; w++)
                if (role[w] == arm)
                    window[w] += value / (double)(claim->last - claim->first + 1);
        }
    }
}

/* What a summary is after one more quarter. */
static double take(const struct summary *summary, double so_far, double before, double value, long quarter)
{
    bool first = quarter == summary->first;
    bool comes =
        isnan(summary->becomes) ? value != before : value == summary->becomes && before != summary->becomes;
    switch (summary->take) {
    case TAKE_MEAN:
        return (first ? 0 : so_far) + value / (double)(summary->last - summary->first + 1);
    case TAKE_LEAST:
        return first || value < so_far ? value : so_far;
    case TAKE_GREATEST:
        return first || value > so_far ? value : so_far;
    case TAKE_DATE:
        return first ? NAN : isnan(so_far) && comes ? (double)(quarter + 1) / 4 : so_far;
    default:
        return value;
    }
}

static void sum_up(struct player *player, size_t arm, const struct world *world, long quarter)
{
    for (size_t k = 0; k < player->scenario->summaries; k++) {
        const struct summary *summary = &player->scenario->summary[k];
        if (quarter < summary->first || quarter > summary->last ||
            (summary->take == TAKE_FINAL && quarter < summary->last))
            continue;
        double value = quantity_measure(&summary->quantity, world, player->room);
        player->taken[arm][k] = take(summary, player->taken[arm][k], player->before[arm][k], value, quarter);
        player->before[arm][k] = value;
    }
}

static enum status play_arm(struct player *player, struct world *world, size_t arm, size_t replicate,
                            double *const *rows, char **why)
{
    const struct scenario *s = player->scenario;
    size_t time = 0;
    world->replicate = replicate;
    for (long quarter = s->start; quarter <= s->end; quarter++) {
        for (unsigned k = 0; k < s->steps_per_quarter; k++)
            if (step_world(world) != STATUS_OK) {
                char at[16];
                scenario_quarter_text(quarter, at);
                *why = message_text("a quantity is no longer finite in %s", at);
                return STATUS_RUNS_FAILED;
            }
        observe(player, arm, world, quarter);
        if (arm < 2)
            sum_up(player, arm, world, quarter);
        if (rows == NULL || (quarter - s->start + 1) % s->every != 0)
            continue;
        for (size_t v = 0; v < s->records; v++) {
            const struct variable *variable = &variable_table[s->record[v]];
            variable_read(world, variable, rows[v] + time * variable_length(s->cast, variable));
        }
        time++;
    }
    return STATUS_OK;
}

/* Whether every arm that the claim compares is played. */
static bool played(const struct player *player, const struct claim *claim)
{
    return player->plays[claim->arm] &&
           (claim->versus == SCENARIO_VERSUS_START || player->plays[claim->versus]) &&
           (!claim->against || (player->plays[claim->against_arm] && player->plays[claim->against_versus]));
}

static double difference(const struct claim *claim, const double window[4])
{
    return window[0] - window[1] - (claim->against ? claim->factor * (window[2] - window[3]) : 0);
}

enum status run_play(struct player *player, size_t point, size_t replicate, double *const *const *rows,
                     const struct run_figures *figures, char **why)
{
    const struct scenario *s = player->scenario;
    struct run_slot *slot = &player->slot[point % player->slots];
    enum status status = get_ready(player, slot, point, replicate, why);
    memset(player->window, 0, 8 * s->claims * sizeof *player->window);
    for (size_t a = 0; a < s->arms && status == STATUS_OK; a++)
        if (player->plays[a])
            status = play_arm(player, slot->world[a], a, replicate, rows ? rows[a] : NULL, why);
    for (size_t k = 0; k < s->claims; k++) {
        const struct claim *claim = &s->claim[k];
        const double *window = player->window + 8 * k;
        bool known = status == STATUS_OK && played(player, claim);
        bool up = claim->expect == EXPECT_INCREASE || claim->expect == EXPECT_NOT_DECREASE;
        double first = difference(claim, window), second = difference(claim, window + 4);
        bool other = claim->either && (up ? second > first : second < first);
        figures->effect[k * figures->stride] = known ? (other ? second : first) : NAN;
        figures->level[k * figures->stride] = known ? window[other ? 5 : 1] : NAN;
    }
    for (size_t a = 0; a < 2; a++)
        for (size_t k = 0; k < s->summaries; k++)
            figures->summary[a][k * figures->stride] =
                status == STATUS_OK && player->plays[a] ? player->taken[a][k] : NAN;
    return status;
}
