#include "model/step.h"
#include "model/alignment.h"
#include "model/arms.h"
#include "model/belief.h"
#include "model/economy.h"
#include "model/events.h"
#include "model/flow.h"
#include "model/influence.h"
#include "model/commitment.h"
#include "model/cooperation.h"
#include "model/crisis.h"
#include "model/domestic.h"
#include "model/institution.h"
#include "model/measures.h"
#include "model/polarity.h"
#include "model/power.h"
#include "model/territory.h"
#include "model/threat.h"
#include "model/war.h"

/* The mechanisms that rest in this step: those that are off, and those that only the flow moves. */
static unsigned resting(const struct world *world)
{
    unsigned mask = 1u << MECHANISM_spillover | 1u << MECHANISM_identity | 1u << MECHANISM_domestic;
    for (enum mechanism m = 0; m < MECHANISM_COUNT; m++)
        if (!world_runs(world, m))
            mask |= 1u << m;
    return mask;
}

static void play(struct world *world, enum mechanism mechanism, void (*update)(struct world *))
{
    if (world_runs(world, mechanism))
        update(world);
}

enum status step_world(struct world *world)
{
    play(world, MECHANISM_events, events_update);
    world_rest(world, resting(world));
    play(world, MECHANISM_war, territory_update);
    play(world, MECHANISM_power, power_update);
    play(world, MECHANISM_institution, institution_update);
    play(world, MECHANISM_economy, economy_leverage);
    threat_conditionality(world);
    play(world, MECHANISM_threat, threat_update);
    play(world, MECHANISM_arms, arms_update);
    play(world, MECHANISM_alignment, alignment_update);
    play(world, MECHANISM_economy, economy_update);
    play(world, MECHANISM_influence, influence_update);
    play(world, MECHANISM_cooperation, cooperation_update);
    play(world, MECHANISM_belief, belief_update);
    play(world, MECHANISM_commitment, commitment_update);
    play(world, MECHANISM_war, war_decide);
    enum status status = flow_update(world); /* spillover, identity, domestic; stocks of arms and economy */
    play(world, MECHANISM_domestic, domestic_shake);
    play(world, MECHANISM_crisis, crisis_update);
    play(world, MECHANISM_war, war_fight);
    if (!world_finite(world))
        status = STATUS_FAILED;
    world_commit(world);
    play(world, MECHANISM_polarity, polarity_update);
    measures_remember(world);
    return status;
}
