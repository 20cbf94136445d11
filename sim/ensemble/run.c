#include "ensemble/run.h"
#include "model/flow.h"
#include "model/step.h"
#include "model/synthetic.h"

#include <stdlib.h>
#include <string.h>

enum status run_player(struct player *player, const struct scenario *scenario, const bool *plays)
{
    *player = (struct player){.scenario = scenario, .plays = plays};
    player->start = calloc(scenario->arms, sizeof(struct world *));
    player->world = calloc(scenario->arms, sizeof(struct world *));
    player->room = calloc(scenario->cast->states + 1, sizeof *player->room);
    player->window = calloc(8 * scenario->claims + 1, sizeof *player->window);
    return player->start && player->world && player->room && player->window ? STATUS_OK : STATUS_FAILED;
}

static void drop_worlds(struct player *player)
{
    for (size_t a = 0; player->start && player->world && a < player->scenario->arms; a++) {
        world_free(player->start[a]);
        world_free(player->world[a]);
        player->start[a] = player->world[a] = NULL;
    }
    player->ready = false;
}

void run_player_free(struct player *player)
{
    if (player->scenario != NULL)
        drop_worlds(player);
    free(player->start);
    free(player->world);
    free(player->room);
    free(player->window);
    *player = (struct player){0};
}

static char *first_text(const struct messages *messages)
{
    return messages->count > 0 ? message_text("%s%s%s", messages->list[0].path ? messages->list[0].path : "",
                                              messages->list[0].path ? ": " : "", messages->list[0].text)
                               : message_text("out of memory");
}

/* Worlds of all arms, calibrated at the point; drawn for the replicate if they are synthetic. */
static enum status get_ready(struct player *player, size_t point, size_t replicate, char **why)
{
    struct messages messages = {0};
    enum status status = STATUS_OK;
    if (player->ready && player->point == point && (!player->differs || player->replicate == replicate))
        return STATUS_OK;
    drop_worlds(player);
    player->differs = false;
    for (size_t a = 0; a < player->scenario->arms && status == STATUS_OK; a++) {
        if (!player->plays[a])
            continue;
        status = scenario_world(player->scenario, a, point, replicate, &player->world[a], &messages);
        player->differs = player->differs || (status == STATUS_OK && synthetic_differs(player->world[a]));
        if (status == STATUS_OK && (player->start[a] = world_copy(player->world[a])) == NULL)
            status = STATUS_FAILED;
    }
    if (status != STATUS_OK)
        *why = first_text(&messages);
    message_clear(&messages);
    player->ready = status == STATUS_OK;
    player->point = point;
    player->replicate = replicate;
    return status == STATUS_OK ? STATUS_OK : STATUS_FAILED;
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

static enum status play_arm(struct player *player, size_t arm, size_t replicate, double *const *rows,
                            char **why)
{
    const struct scenario *s = player->scenario;
    struct world *world = player->world[arm];
    size_t time = 0;
    if (world_assign(world, player->start[arm]) != STATUS_OK) {
        *why = message_text("out of memory");
        return STATUS_FAILED;
    }
    world->replicate = replicate;
    for (long quarter = s->start; quarter <= s->end; quarter++) {
        for (unsigned k = 0; k < s->steps_per_quarter; k++)
            if (step_world(world) != STATUS_OK) {
                char at[16];
                scenario_quarter_text(quarter, at);
                *why = message_text("a quantity is no longer finite in %s", at);
                return STATUS_FAILED;
            }
        observe(player, arm, world, quarter);
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
                     double *effect, double *level, size_t stride, char **why)
{
    const struct scenario *s = player->scenario;
    enum status status = get_ready(player, point, replicate, why);
    memset(player->window, 0, 8 * s->claims * sizeof *player->window);
    for (size_t a = 0; a < s->arms && status == STATUS_OK; a++)
        if (player->plays[a])
            status = play_arm(player, a, replicate, rows ? rows[a] : NULL, why);
    for (size_t k = 0; k < s->claims; k++) {
        const struct claim *claim = &s->claim[k];
        const double *window = player->window + 8 * k;
        bool known = status == STATUS_OK && played(player, claim);
        bool up = claim->expect == EXPECT_INCREASE || claim->expect == EXPECT_NOT_DECREASE;
        double first = difference(claim, window), second = difference(claim, window + 4);
        bool other = claim->either && (up ? second > first : second < first);
        effect[k * stride] = known ? (other ? second : first) : NAN;
        level[k * stride] = known ? window[other ? 5 : 1] : NAN;
    }
    return status;
}
