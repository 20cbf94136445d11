/* Commitments (design, C.9): who enters, gives notice, leaves and remembers.  Values are set by hand: V of a body that
 * provides nothing is minus its dues; V of a base for who has only autonomy in mind is -z_h lambda h. */
#include "testing.h"

#include "model/commitment.h"
#include "model/power.h"
#include "model/draw.h"
#include "synthetic.h"

enum { POLE, OTHER_POLE, HOME, NEAR, FAR, N }; /* the last three decide */
#define DT 0.25

/* Two poles and three states that decide, one body with all but FAR in it, and nothing but commitments at work. */
static struct synthetic made_by_hand(void)
{
    struct synthetic made = synthetic_society(N, 2, 3, 1, 0);
    struct world *world = made.world;
    synthetic_only(world, MECHANISM_commitment);
    world->model.run_institution = 1;
    world->model.leader_worth = 0;
    world->set.effectiveness[0] = 0;
    world->set.dues[0] = 0;
    for (size_t i = 0; i < N; i++) {
        world->now.members[i] = i != FAR;
        world->set.security_weight[i] = world->set.nonstate_weight[i] = world->set.regime_weight[i] =
            world->set.side_payment_weight[i] = world->set.leverage_compliance[i] = 0;
        for (size_t j = 0; j < N; j++)
            world->set.hostility_anchor[i * N + j] = i == j ? 0 : 0.5;
    }
    synthetic_start(world);
    return made;
}

static void body_worth(struct world *world, double value)
{
    world->set.dues[0] = -value;
}

/* V of hosting any pole for the state: -z_h lambda h with z_h = h = 1/2. */
static void base_worth(struct world *world, size_t i, double value)
{
    world->set.autonomy[i] = -4 * value;
}

static double *host(struct world *world, size_t i, size_t c)
{
    return &world->now.hosting[i * N + c];
}

/* ---- bodies ---------------------------------------------------------------------------------------------------- */

/* Open and worth more than v_hi: entered at once, by deciders alone; worth exactly v_hi, or closed: not. */
static void entering(void **unused)
{
    (void)unused;
    const struct {
        double value, open;
        bool enters;
    } table[] = {{0.11, 1, true}, {0.10, 1, false}, {0.09, 1, false}, {5, 0, false}};
    for (size_t k = 0; k < 4; k++) {
        struct synthetic made = made_by_hand();
        struct world *world = made.world;
        world->now.members[OTHER_POLE] = 0;
        world->set.open[0] = table[k].open;
        body_worth(world, table[k].value);
        testing_steps(world, 1);
        assert_true(world->now.members[FAR] == table[k].enters && world->now.members[OTHER_POLE] == 0);
        assert_close(world->derived.member_value[FAR], table[k].value, 1e-12);
        assert_true(world->now.member_memory[FAR] == 0);
        synthetic_free(made);
    }
}

/* Under v_lo notice is given, ending `notice` years after the beginning of the step, and the state is out at the first
 * commit at or after that, though never in the step of the notice; poles stay. */
static void leaving_takes_its_time(void **unused)
{
    (void)unused;
    const double notices[] = {0, 0.1, 0.25, 0.3, 0.5, 1, 1.99, 2};
    for (unsigned parts = 1; parts <= 3; parts += 2)
        for (size_t k = 0; k < 8; k++) {
            struct synthetic made = made_by_hand();
            struct world *world = made.world;
            world->steps_per_quarter = parts;
            world->dt = DT / parts;
            world->model.notice = notices[k];
            testing_steps(world, 2);
            assert_true(world->now.member_notice[HOME] == 0);
            double given = world_time(world);
            body_worth(world, -0.06);
            testing_steps(world, 1);
            assert_true(world->now.members[HOME] == 1);
            assert_close(world->now.member_notice[HOME], given + notices[k], 1e-14);
            while (world->now.members[HOME] == 1) {
                assert_true(world->now.members[NEAR] == 1 && world->now.member_memory[HOME] == 0);
                testing_steps(world, 1);
                assert_true(world->step < 100);
            }
            double expected = fmax(2, ceil((notices[k] - 1e-9) / world->dt)) * world->dt;
            assert_true(fabs(world_time(world) - given - expected) < 1e-9);
            assert_true(world->now.members[NEAR] == 0); /* all changes commit together */
            assert_true(world->now.members[POLE] == 1 && world->now.members[OTHER_POLE] == 1);
            assert_true(world->now.member_memory[HOME] == 1 && world->now.member_notice[HOME] == 0);
            synthetic_free(made);
        }
}

/* Worth more than v_hi again: the notice is withdrawn.  Between the thresholds it runs on. */
static void withdrawing(void **unused)
{
    (void)unused;
    for (int back = 0; back < 2; back++) {
        struct synthetic made = made_by_hand();
        struct world *world = made.world;
        body_worth(world, -0.06);
        testing_steps(world, 1);
        assert_true(world->now.member_notice[HOME] > 0);
        body_worth(world, back ? 0.101 : 0.09);
        testing_steps(world, 1);
        assert_true(world->now.members[HOME] == (back ? 1 : 0) && world->now.member_notice[HOME] == 0);
        assert_true(world->now.member_memory[HOME] == (back ? 0 : 1));
        if (back) { /* and a second notice runs its whole time */
            body_worth(world, -0.06);
            testing_steps(world, 1);
            assert_true(world->now.members[HOME] == 1);
            testing_steps(world, 1);
            assert_true(world->now.members[HOME] == 0);
        }
        synthetic_free(made);
    }
}

/* Between v_lo and v_hi everybody stays where they are, at the thresholds too. */
static void hysteresis(void **unused)
{
    (void)unused;
    for (double value = -0.05; value <= 0.1; value += 0.025) {
        struct synthetic made = made_by_hand();
        struct world *world = made.world;
        world->set.open[0] = 1;
        body_worth(world, value);
        for (size_t c = 0; c < 2; c++)
            world->set.strategic_need[HOME * N + c] = world->set.strategic_need[NEAR * N + c] = 0.9;
        *host(world, HOME, POLE) = 1;
        base_worth(world, HOME, value);
        base_worth(world, NEAR, value);
        testing_steps(world, 12);
        assert_true(world->now.members[HOME] == 1 && world->now.members[FAR] == 0 &&
                    world->now.member_notice[HOME] == 0);
        assert_true(*host(world, HOME, POLE) == 1 && *host(world, NEAR, POLE) == 0);
        synthetic_free(made);
    }
}

/* A way out leaves a memory that fades with d_mem, also after re-entry, and raises the threshold by b_mem mem. */
static void memory(void **unused)
{
    (void)unused;
    struct synthetic made = made_by_hand();
    struct world *world = made.world;
    world->set.open[0] = 1;
    body_worth(world, -0.06);
    testing_steps(world, 2);
    assert_true(world->now.members[HOME] == 0 && world->now.member_memory[HOME] == 1);
    world->now.members[OTHER_POLE] = world->now.members[POLE] = 1;
    const double wanted = 0.6; /* mem at which V is enough: V = v_hi + b_mem * 0.6 */
    body_worth(world, 0.1 + 0.15 * wanted);
    for (unsigned k = 1; k < 20; k++) {
        double before = world->now.member_memory[HOME], inside = world->now.members[HOME];
        assert_close(before, exp(-0.25 * DT * (k - 1)), 1e-12);
        testing_steps(world, 1);
        assert_true(world->now.members[HOME] ==
                    (inside == 1 || before < wanted)); /* it reads the memory of t */
        if (before < wanted)
            assert_true(k == 1 + (unsigned)ceil(log(1 / wanted) / (0.25 * DT)) || inside == 1);
    }
    assert_true(world->now.members[HOME] == 1 && world->now.members[FAR] == 1);
    synthetic_free(made);
}

/* Any other end of a membership deletes a notice and leaves no memory; so does a body that falls under two members, which
 * keeps its last member. */
static void other_ends(void **unused)
{
    (void)unused;
    for (int how = 0; how < 2; how++) {
        struct synthetic made = made_by_hand();
        struct world *world = made.world;
        world->now.members[NEAR] = 0;
        world->now.members[OTHER_POLE] = how == 0; /* then the body lives on without HOME */
        body_worth(world, -1);
        testing_steps(world, 1);
        assert_true(world->now.member_notice[HOME] > 0);
        world->now.members[how ? POLE : HOME] = 0; /* by an event */
        testing_steps(world, 1);
        assert_true(world->now.member_notice[HOME] == 0 && world->now.member_memory[HOME] == 0);
        testing_steps(world, 5);
        assert_true(world->now.members[HOME] == how && world->derived.member_value[HOME] == (how ? 0 : -1));
        synthetic_free(made);
    }
    /* two members: who leaves remembers, who is left does not */
    struct synthetic made = made_by_hand();
    struct world *world = made.world;
    for (size_t i = 0; i < N; i++)
        world->now.members[i] = i == HOME || i == POLE;
    body_worth(world, -1);
    testing_steps(world, 2);
    assert_true(world->now.members[HOME] == 0 && world->now.member_memory[HOME] == 1);
    assert_true(world->now.members[POLE] == 1 && world->now.member_memory[POLE] == 0);
    testing_steps(world, 1);
    assert_true(world->derived.member_value[POLE] == 0 && world->derived.provision[0] == 0);
    synthetic_free(made);
}

/* V_ik once more from the design (C.9), in random worlds: protection, trade, cooperation on its issues, the leader's company,
 * autonomy against override, dues. */
static double worth_by_hand(const struct world *before, const struct world *after, size_t k, size_t i)
{
    const struct cast *cast = before->cast;
    const struct settings *set = &before->set;
    const struct derived *d = &after->derived;
    size_t n = cast->states, e = k * n + i, leader = isnan(set->leader[k]) ? n : (size_t)set->leader[k];
    const double *in = before->now.members + k * n, *Y = before->now.gdp, *sigma = before->now.export_share;
    double trade = 0, coop = 0, plays = 0, company = 0;
    for (size_t j = 0; j < n; j++)
        if (j != i && in[j] != 0)
            trade += set->openness[i] * sigma[i * n + j] + set->openness[j] * Y[j] * sigma[j * n + i] / Y[i];
    for (size_t p = 0; p < cast->pairs; p++)
        if (cast->works_on[k * cast->issues + cast->pair[p].issue]) {
            size_t at = cast->pair[p].issue * n * n, a = cast->pair[p].i, b = cast->pair[p].j;
            coop += d->willing[at + a * n + b] + d->willing[at + b * n + a];
            plays += 2;
        }
    for (size_t c = 1; c < cast->options; c++)
        if (cast->option_state[c] == leader && leader != i && in[leader] != 0)
            company = 0.5 * (before->now.alignment[i * cast->options + c] - 0.05);
    double served = d->provision[k] * d->service[e];
    return served * (set->security_weight[i] * d->threat_state[i] * set->scope_state[k] +
                     set->nonstate_weight[i] * d->threat_nonstate[i] * set->scope_nonstate[k] +
                     set->regime_weight[i] * d->threat_regime[i] * set->scope_regime[k]) +
           1.5 * set->scope_economic[k] * d->provision[k] * trade +
           (plays > 0 ? 0.3 * set->centralisation[k] * (1 - coop / plays) : 0) + company -
           set->autonomy[i] * set->centralisation[k] * d->override[e] - set->dues[k];
}

static void worth_of_a_membership(void **unused)
{
    (void)unused;
    size_t compared = 0;
    for (unsigned long seed = 1; seed <= 6; seed++) {
        struct synthetic made = synthetic_world(9, seed, true, true);
        synthetic_start(made.world);
        testing_steps(made.world, 5);
        struct world *before = world_copy(made.world);
        testing_steps(made.world, 1);
        for (size_t k = 0; k < made.cast->bodies; k++)
            for (size_t i = 0; i < 9; i++) {
                double inside = 0, found = made.world->derived.member_value[k * 9 + i];
                for (size_t j = 0; j < 9; j++)
                    inside += before->now.members[k * 9 + j];
                if (inside < 2)
                    assert_true(found == 0);
                else if (fabs(found - worth_by_hand(before, made.world, k, i)) > 1e-10)
                    fail_msg("seed %lu, body %zu, state %zu: %.17g and %.17g", seed, k, i, found,
                             worth_by_hand(before, made.world, k, i));
                compared += inside >= 2;
            }
        world_free(before);
        synthetic_free(made);
    }
    assert_true(compared > 60);
}

/* ---- bases ----------------------------------------------------------------------------------------------------- */

/* Granted if the patron asks (need > ask) and V > v_hi; it acts from the next step: presence q + dq (1 - q). */
static void granting(void **unused)
{
    (void)unused;
    const struct {
        double need, value;
        bool granted;
    } table[] = {{0.51, 0.11, true}, {0.5, 0.11, false}, {0.51, 0.1, false}, {1, -1, false}, {0.3, 3, false}};
    for (size_t k = 0; k < 5; k++) {
        struct synthetic made = made_by_hand();
        struct world *world = made.world;
        world->model.run_power = 1;
        world->set.strategic_need[HOME * N + OTHER_POLE] = table[k].need;
        base_worth(world, HOME, table[k].value);
        testing_steps(world, 1);
        assert_close(world->derived.host_value[HOME * N + OTHER_POLE], table[k].value,
                     1e-12); /* offered or not */
        assert_close(world->derived.host_value[HOME * N + POLE], table[k].value, 1e-12);
        assert_true(*host(world, HOME, OTHER_POLE) == table[k].granted && *host(world, HOME, POLE) == 0);
        double s = world->derived.share[OTHER_POLE] * world->derived.gradient[HOME * N + OTHER_POLE], q = 0.5;
        assert_close(world->derived.felt[HOME * N + OTHER_POLE], q * s, 1e-12);
        testing_steps(world, 1);
        assert_close(world->derived.felt[HOME * N + OTHER_POLE], (table[k].granted ? q + 0.3 * (1 - q) : q) * s,
                     1e-12);
        assert_close(world->derived.felt[NEAR * N + OTHER_POLE],
                     q * world->derived.share[OTHER_POLE] * world->derived.gradient[NEAR * N + OTHER_POLE],
                     1e-12);
        synthetic_free(made);
    }
}

/* Eviction leaves a memory that lowers what is expected of that patron there, by k_br mem; of no other. */
static void evicting(void **unused)
{
    (void)unused;
    struct synthetic made = made_by_hand();
    struct world *world = made.world;
    world->model.run_power = 1;
    for (size_t c = 0; c < 2; c++) {
        world->set.strategic_need[HOME * N + c] = 0.9;
        *host(world, HOME, c) = 1;
    }
    base_worth(world, HOME, -0.2);
    world->now.hostility[HOME * N + OTHER_POLE] = 0; /* V = 0 there: it may stay */
    testing_steps(world, 1);
    assert_true(*host(world, HOME, POLE) == 1 && world->now.host_notice[HOME * N + POLE] == 2021.5);
    testing_steps(world, 1);
    assert_true(*host(world, HOME, POLE) == 0 && world->now.host_memory[HOME * N + POLE] == 1);
    assert_true(*host(world, HOME, OTHER_POLE) == 1 && world->now.host_memory[HOME * N + OTHER_POLE] == 0);
    testing_steps(world, 1);
    size_t row = HOME * made.cast->options, pole = cast_option(made.cast, made.cast->code[POLE]);
    assert_close(world->derived.deliverable[row + pole], 0.8 * 0.5 * (1 - 0.5), 1e-12);
    assert_close(world->derived.deliverable[row + cast_option(made.cast, made.cast->code[OTHER_POLE])], 0.8,
                 1e-12);
    assert_close(world->derived.deliverable[NEAR * made.cast->options + pole], 0.8 * 0.5, 1e-12);
    assert_close(world->now.host_memory[HOME * N + POLE], exp(-0.25 * DT), 1e-12);
    synthetic_free(made);
}

/* A patron without need (under half of ask) goes home at once: no breach, and a pending notice lapses.  Between ask/2 and
 * ask a base stays. */
static void patron_goes_home(void **unused)
{
    (void)unused;
    for (int noticed = 0; noticed < 2; noticed++) {
        struct synthetic made = made_by_hand();
        struct world *world = made.world;
        double *need = &world->set.strategic_need[HOME * N + POLE];
        *need = 0.25;
        *host(world, HOME, POLE) = 1;
        world->now.host_memory[HOME * N + POLE] = 0.5; /* of an earlier one: it goes on fading */
        base_worth(world, HOME, noticed ? -1 : 3);
        testing_steps(world, 1);
        assert_true(*host(world, HOME, POLE) == 1);
        assert_true((world->now.host_notice[HOME * N + POLE] > 0) == noticed);
        *need = 0.2499;
        testing_steps(world, 1);
        assert_true(*host(world, HOME, POLE) == 0 && world->now.host_notice[HOME * N + POLE] == 0);
        assert_close(world->now.host_memory[HOME * N + POLE], 0.5 * exp(-0.25 * 2 * DT), 1e-12);
        synthetic_free(made);
    }
}

/* ---- noise ------------------------------------------------------------------------------------------------------- */

/* Frequency of acting in one step is 1 - exp(-r dt), for entering, for notice, for granting and for evicting, at any dt;
 * states act independently; a notice that has run out is acted on at once. */
static void hazards(void **unused)
{
    (void)unused;
    enum { RUNS = 20000 };
    for (unsigned parts = 1; parts <= 2; parts++) {
        struct synthetic made = made_by_hand();
        struct world *world = made.world;
        world->steps_per_quarter = parts;
        world->dt = DT / parts;
        world->model.noise = 1;
        world->set.open[0] = 1;
        world->now.members[NEAR] = 0;
        world->set.strategic_need[HOME * N + POLE] = world->set.strategic_need[NEAR * N + POLE] = 0.9;
        *host(world, FAR, POLE) = 1;
        world->set.strategic_need[FAR * N + POLE] = 0.9;
        base_worth(world, HOME, 1);
        base_worth(world, NEAR, 1);
        base_worth(world, FAR, -1);
        double entered[2] = {0}, both = 0, noticed = 0, granted = 0, evicted = 0;
        struct world *leaving = world_copy(world);
        body_worth(world, 1);
        body_worth(leaving, -1);
        for (world->replicate = 0; world->replicate < RUNS; world->replicate++) {
            leaving->replicate = world->replicate;
            commitment_update(world);
            commitment_update(leaving);
            entered[0] += world->next.members[NEAR];
            entered[1] += world->next.members[FAR];
            both += world->next.members[NEAR] * world->next.members[FAR];
            noticed += leaving->next.member_notice[HOME] > 0;
            granted += world->next.hosting[HOME * N + POLE];
            evicted += world->next.host_notice[FAR * N + POLE] > 0;
        }
        double body = 1 - exp(-0.5 * world->dt), base = 1 - exp(-4 * world->dt);
        double wide = 4.5 * sqrt(body * (1 - body) / RUNS), wide_base = 4.5 * sqrt(base * (1 - base) / RUNS);
        assert_true(fabs(entered[0] / RUNS - body) < wide && fabs(entered[1] / RUNS - body) < wide);
        assert_true(fabs(both / RUNS - body * body) < 4.5 * body / sqrt(RUNS));
        assert_true(fabs(noticed / RUNS - body) < wide);
        assert_true(fabs(granted / RUNS - base) < wide_base && fabs(evicted / RUNS - base) < wide_base);
        leaving->now.member_notice[HOME] = world_time(leaving) + leaving->dt;
        for (leaving->replicate = 0; leaving->replicate < 100; leaving->replicate++) {
            commitment_update(leaving);
            assert_true(leaving->next.members[HOME] == 0 && leaving->next.member_memory[HOME] == 1);
        }
        world_free(leaving);
        synthetic_free(made);
    }
}

/* Off: nothing is entered or left, no memory fades, and bases and memories count for nothing. */
static void switched_off(void **unused)
{
    (void)unused;
    struct synthetic made = made_by_hand();
    struct world *world = made.world;
    world->model.run_commitment = 0;
    world->model.run_power = 1;
    world->set.open[0] = 1;
    body_worth(world, 3);
    *host(world, HOME, POLE) = 1;
    world->now.host_memory[HOME * N + POLE] = 1;
    testing_steps(world, 3);
    assert_true(world->now.members[FAR] == 0 && *host(world, HOME, POLE) == 1);
    assert_true(world->now.host_memory[HOME * N + POLE] == 1);
    assert_close(world->derived.felt[HOME * N + POLE],
                 world->derived.felt[HOME * N + OTHER_POLE] / world->derived.gradient[HOME * N + OTHER_POLE] *
                     world->derived.gradient[HOME * N + POLE],
                 1e-12);
    size_t pole = cast_option(made.cast, made.cast->code[POLE]);
    assert_close(world->derived.deliverable[HOME * made.cast->options + pole], 0.8 * 0.5, 1e-12);
    synthetic_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entering),
        cmocka_unit_test(leaving_takes_its_time),
        cmocka_unit_test(withdrawing),
        cmocka_unit_test(hysteresis),
        cmocka_unit_test(memory),
        cmocka_unit_test(other_ends),
        cmocka_unit_test(granting),
        cmocka_unit_test(evicting),
        cmocka_unit_test(patron_goes_home),
        cmocka_unit_test(hazards),
        cmocka_unit_test(worth_of_a_membership),
        cmocka_unit_test(switched_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
