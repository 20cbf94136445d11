#include "model/variables.h"
#include "model/measures.h"
#include "model/parameters.h"

#include <string.h>

#define STOCK_ROW(name, shape, member, unit, symbol, text)                                                     \
    {                                                                                                          \
        name, SHAPE_##shape, false, unit, text, symbol, offsetof(struct world, now.member), NULL, NULL         \
    }
#define DERIVED_ROW(name, shape, member, unit, symbol, text)                                                   \
    {                                                                                                          \
        name, SHAPE_##shape, false, unit, text, symbol, offsetof(struct world, derived.member), NULL, NULL     \
    }
#define SETTING_ROW(name, shape, member, unit, symbol, text)                                                   \
    {                                                                                                          \
        name, SHAPE_##shape, false, unit, text, symbol, offsetof(struct world, set.member), NULL, NULL         \
    }
#define LOAD_ROW(name, shape, member, unit, symbol, text)                                                      \
    {                                                                                                          \
        name, SHAPE_##shape, false, unit, text, symbol, offsetof(struct world, load.member), NULL, NULL        \
    }
#define READ_ROW(name, shape, function, flag, unit, symbol, text)                                              \
    {                                                                                                          \
        name, SHAPE_##shape, flag, unit, text, symbol, 0, function, NULL                                       \
    }
#define MEASURE_ROW(name, function, unit, symbol, text)                                                        \
    {                                                                                                          \
        name, SHAPE_MODEL, false, unit, text, symbol, 0, NULL, function                                        \
    }

/* clang-format off: one row a line */
const struct variable variable_table[] = {
    DERIVED_ROW("threat_state", STATE, threat_state, "1", "th.S", "threat from other states"),
    DERIVED_ROW("threat_nonstate", STATE, threat_nonstate, "1", "th.N",
                "threat from militancy and trafficking"),
    DERIVED_ROW("threat_regime", STATE, threat_regime, "1", "th.R", "threat to the regime"),
    DERIVED_ROW("threat_economic", STATE, threat_economic, "1", "th.E", "threat from economic dependence"),
    READ_ROW("security_deficit", STATE, measures_security_deficit, false, "1", "",
             "weighted mean of the four kinds of threat"),
    STOCK_ROW("military", STATE, military, "billion USD", "M", "military stock"),
    STOCK_ROW("burden", STATE, burden, "share of GDP", "m", "military burden"),
    STOCK_ROW("gdp", STATE, gdp, "billion USD", "Y", "gross domestic product"),
    STOCK_ROW("growth", STATE, growth, "1/year", "g", "growth of output"),
    STOCK_ROW("population", STATE, population, "million", "pop", "population"),
    DERIVED_ROW("capability", STATE, share, "share", "s", "share of world capability"),
    STOCK_ROW("militancy", STATE, militancy, "1", "N", "militancy and trafficking inside the state"),
    STOCK_ROW("legitimacy", STATE, legitimacy, "1", "L", "legitimacy of the regime"),
    STOCK_ROW("contagion", STATE, contagion, "1", "e", "contagion of unrest elsewhere"),
    STOCK_ROW("polarisation", STATE, polarisation, "1", "Q", "polarisation"),
    STOCK_ROW("orientation", STATE, orientation, "1", "x", "side in office, from -1 to 1"),
    STOCK_ROW("disillusion", STATE, disillusion, "year", "u", "disillusion with the side in office"),
    STOCK_ROW("identity", STATE, identity, "1", "idn", "regional identity"),
    READ_ROW("export_concentration", STATE, measures_export_concentration, false, "1", "HHI",
             "concentration of exports on few partners"),
    DERIVED_ROW("diversification_effort", STATE, diversification_effort, "util", "dv + c_dv lambda th.E",
                "effort to spread exports"),
    DERIVED_ROW("threatening_power", STATE, threatening_power, "share", "T",
                "power behind the threats from states"),
    READ_ROW("spread", STATE, measures_spread, false, "1", "nb",
             "number of patrons, weighted: spread of the portfolio"),
    READ_ROW("counter_coalition", STATE, measures_counter_coalition, false, "share", "",
             "fear-weighted coalition against a state"),
    {"behaviour", SHAPE_STATE, true, "1", "behaviour, as a class", "", 0, measures_behaviour, NULL},
    READ_ROW("alive", STATE, measures_alive, true, "1", "", "state exists"),
    {"is_pole", SHAPE_STATE, true, "1", "state is a pole", "", offsetof(struct world, load.pole), NULL, NULL},
    LOAD_ROW("owner", PROVINCE, owner, "1", "own",
             "state that holds the province, by its number on the axis of provinces, from 0"),
    STOCK_ROW("resistance", PROVINCE, garrison, "1", "nu",
              "resistance that is left in the province since it was conquered"),
    SETTING_ROW("latitude", PROVINCE, latitude, "degree", "", "place of the province"),
    SETTING_ROW("longitude", PROVINCE, longitude, "degree", "", "place of the province"),
    STOCK_ROW("alignment", OPTION, alignment, "share", "a", "share of alignment with a pole"),
    DERIVED_ROW("alignment_utility", OPTION, utility, "util", "U", "worth of leaning on a pole"),
    DERIVED_ROW("threat_from", DYAD, threat, "1", "tau", "threat that a state sees in another"),
    STOCK_ROW("hostility", DYAD, hostility, "1", "h", "hostility that a state sees in another"),
    DERIVED_ROW("leverage", DYAD, leverage, "1", "lev", "leverage that another has over a state"),
    STOCK_ROW("export_share", DYAD, export_share, "share", "sigma",
              "share of a state's exports that goes to another"),
    STOCK_ROW("debt", DYAD, debt, "billion USD", "Debt", "debt of a state to another"),
    STOCK_ROW("influence", FELT, influence, "billion USD/year", "A", "side payments of a pole to a place"),
    STOCK_ROW("influence_share", FELT, influence_share, "share", "zeta",
              "share of a pole's influence budget that goes to a place"),
    SETTING_ROW("presence", FELT, presence, "share", "q", "force that a state commits to a place"),
    STOCK_ROW("reliability", FELT, reliability, "1", "R", "reliability of a pole as seen in a place"),
    STOCK_ROW("crisis", DYAD, crisis, "1", "C", "memory of a crisis between two states"),
    {"hosting", SHAPE_FELT, true, "1", "forces of a state are based in a place", "host",
     offsetof(struct world, now.hosting), NULL, NULL},
    {"war", SHAPE_DYAD, true, "1", "war of a state on another in this quarter", "",
     offsetof(struct world, derived.battle), NULL, NULL},
    {"pact", SHAPE_DYAD, true, "1", "the two have promised each other help", "g",
     offsetof(struct world, now.pact), NULL, NULL},
    DERIVED_ROW("hosting_value", FELT, host_value, "util", "V", "worth of hosting a pole's forces to a place"),
    STOCK_ROW("hosting_memory", FELT, host_memory, "1", "mem", "memory in a place of a base that was ended"),
    STOCK_ROW("usual_presence", FELT, usual_presence, "share", "qbar", "force that a place has come to expect"),
    DERIVED_ROW("cooperation", PLAY, willing, "probability", "p",
                "probability that a state cooperates with another on an issue"),
    STOCK_ROW("trust", PLAY, trust, "1", "tau", "trust of a state in another on an issue"),
    {"membership", SHAPE_MEMBER, true, "1", "membership of a body", "", offsetof(struct world, now.members),
     NULL, NULL},
    DERIVED_ROW("membership_value", MEMBER, member_value, "util", "V", "worth of a membership to a state"),
    STOCK_ROW("membership_memory", MEMBER, member_memory, "1", "mem", "memory of a membership that was ended"),
    DERIVED_ROW("override", MEMBER, override, "probability", "over",
                "risk that a body decides against a state"),
    DERIVED_ROW("agreement", BODY, agreement, "probability", "agr", "probability that a body agrees"),
    DERIVED_ROW("provision", BODY, provision, "1", "P", "what a body provides"),
    MEASURE_ROW("concentration", measures_concentration, "1", "CON",
                "concentration of capability (Ray and Singer 1973)"),
    MEASURE_ROW("concentration_all", measures_concentration_all, "1", "CON",
                "concentration of capability over the states of the start, the dead included"),
    MEASURE_ROW("largest", measures_largest, "share", "max s", "largest share of world capability"),
    MEASURE_ROW("effective_poles", measures_effective_poles, "1", "1/HHI", "effective number of poles"),
    MEASURE_ROW("balance", measures_balance, "1", "", "balance of the two heaviest camps"),
    MEASURE_ROW("parity", measures_parity, "1", "", "second camp's weight over the first's"),
    MEASURE_ROW("modularity", measures_modularity, "1", "Q",
                "modularity of the alignment network (Newman 2006)"),
    MEASURE_ROW("camp_polarisation", measures_camp_polarisation, "1", "", "modularity times balance"),
    MEASURE_ROW("energy", measures_energy, "1", "E", "frustration of the whole configuration"),
    MEASURE_ROW("stability", measures_stability, "1", "", "1 - mean change of alignments over four steps / 2"),
    MEASURE_ROW("status_quo", measures_status_quo, "1", "",
                "share of states without great loss or change of power in ten years"),
    MEASURE_ROW("region_autonomy", measures_region_autonomy, "share", "",
                "self-reliance of the region, weighted by power"),
    MEASURE_ROW("survivors", measures_survivors, "1", "", "number of states"),
    MEASURE_ROW("survivors_offensive", measures_survivors_offensive, "1", "",
                "number of states with an offensive disposition of at least one half"),
    MEASURE_ROW("survivors_defensive", measures_survivors_defensive, "1", "",
                "number of states with an offensive disposition under one half"),
    MEASURE_ROW("no_hegemon", measures_no_hegemon, "1", "B",
                "1 while no state has ever held more than half of world capability"),
    {"polarity", SHAPE_MODEL, true, "1", "polarity of the system, as a class", "", 0, measures_polarity, NULL},
    MEASURE_ROW("poles", measures_poles, "1", "", "number of poles"),
    MEASURE_ROW("polarity_spell", measures_polarity_spell, "year", "",
                "mean time that a class of polarity has lasted since the start"),
    MEASURE_ROW("wars", measures_wars, "1", "", "wars since the start"),
    MEASURE_ROW("wars_per_decade", measures_wars_per_decade, "1/decade", "",
                "wars in ten years, since the start"),
    MEASURE_ROW("attack_success", measures_attack_success, "share", "", "part of all wars won by the attacker"),
    MEASURE_ROW("joiners_per_war", measures_joiners_per_war, "1", "",
                "states that came to a defender's help in a war"),
    MEASURE_ROW("pacts_per_state", measures_pacts_per_state, "1", "", "pacts that a living state has"),
};
/* clang-format on */
const size_t variable_count = sizeof variable_table / sizeof variable_table[0];

const struct variable *variable_find(const char *name)
{
    for (size_t k = 0; k < variable_count; k++)
        if (strcmp(variable_table[k].name, name) == 0)
            return &variable_table[k];
    return NULL;
}

size_t variable_length(const struct cast *cast, const struct variable *variable)
{
    return world_length(cast, variable->shape);
}

bool variable_is_share(const struct variable *variable)
{
    const struct parameter *row = variable->offset ? parameter_at(variable->offset) : NULL;
    return (row != NULL && row->flags & (F_SHARE | F_PART)) || strcmp(variable->unit, "util") == 0 ||
           strcmp(variable->unit, "probability") == 0;
}

/* Position in a record -> position in memory, where the two orders differ. */
static size_t element_at(const struct cast *cast, enum shape shape, size_t e)
{
    if (shape == SHAPE_FELT)
        return e % cast->states * cast->states + e / cast->states;
    if (shape == SHAPE_MEMBER)
        return e % cast->bodies * cast->states + e / cast->bodies;
    if (shape == SHAPE_PLAY)
        return e % cast->issues * cast->states * cast->states + e / cast->issues;
    return e;
}

static const double *array_of(const struct world *world, const struct variable *variable)
{
    return *(double *const *)(const void *)((const char *)world + variable->offset);
}

/* Whether an element of a record is about a state that is dead: missing, unless it is a flag (C.13b). */
static bool missing(const struct world *world, const struct variable *variable, size_t e)
{
    const struct cast *cast = world->cast;
    size_t n = cast->states;
    if (variable->flag)
        return false;
    switch (variable->shape) {
    case SHAPE_STATE:
        return !world_lives(world, e);
    case SHAPE_DYAD:
    case SHAPE_FELT:
        return !world_lives(world, e / n) || !world_lives(world, e % n);
    case SHAPE_OPTION:
        return !world_lives(world, e / cast->options);
    case SHAPE_MEMBER:
        return !world_lives(world, e / cast->bodies);
    case SHAPE_PLAY:
        return !world_lives(world, e / cast->issues / n) || !world_lives(world, e / cast->issues % n);
    default:
        return false;
    }
}

double variable_element(const struct world *world, const struct variable *variable, size_t element)
{
    if (world->living.count < world->cast->states && missing(world, variable, element))
        return NAN;
    return array_of(world, variable)[element_at(world->cast, variable->shape, element)];
}

void variable_read(const struct world *world, const struct variable *variable, double *out)
{
    size_t length = variable_length(world->cast, variable);
    if (variable->measure != NULL)
        out[0] = variable->measure(world);
    else if (variable->read != NULL)
        variable->read(world, out);
    else if (variable->shape == SHAPE_FELT || variable->shape == SHAPE_MEMBER || variable->shape == SHAPE_PLAY)
        for (size_t e = 0; e < length; e++)
            out[e] = variable_element(world, variable, e);
    else
        memcpy(out, array_of(world, variable), length * sizeof *out);
    for (size_t e = 0; e < length && world->living.count < world->cast->states; e++)
        if (missing(world, variable, e))
            out[e] = NAN;
}
