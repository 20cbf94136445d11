/* Institutions (design, C.9 and L10): votes, override, provision, service, protection, monitoring, enforcement and the
 * bond to the leader, each against the formula written once more. */
#include "testing.h"

#include "model/alignment.h"
#include "model/draw.h"
#include "model/institution.h"
#include "model/power.h"
#include "model/threat.h"
#include "synthetic.h"

enum { CONSENSUS, SIMPLE, QUALIFIED, CONSULTATIVE };
enum { N = 8 };

/* A body of the first `members` of eight states; hostility as a pattern without symmetry. */
static struct synthetic one_body(size_t members, int rule)
{
    struct synthetic made = synthetic_society(N, 2, 3, 1, 1);
    struct world *world = made.world;
    world->set.decision_rule[0] = rule;
    world->set.centralisation[0] = 0.3;
    world->set.effectiveness[0] = 0.8;
    for (size_t i = 0; i < members; i++)
        world->now.members[i] = 1;
    for (size_t i = 0; i < N; i++) {
        world->now.gdp[i] = 50 + 40 * (double)i;
        for (size_t j = 0; j < N; j++)
            if (i != j)
                world->set.hostility_anchor[i * N + j] = 0.1 + 0.1 * (double)((3 * i + 5 * j) % 8);
    }
    return made;
}

/* Pr[Bin(n, p) >= need] by adding one voter at a time. */
static double tail(size_t n, double p, size_t need)
{
    double chance[N + 8] = {1};
    for (size_t voter = 0; voter < n; voter++)
        for (size_t k = voter + 2; k-- > 0;)
            chance[k] = chance[k] * (1 - p) + (k > 0 ? chance[k - 1] * p : 0);
    double sum = 0;
    for (size_t k = need; k <= n; k++)
        sum += chance[k];
    return sum;
}

static size_t votes(int rule, size_t n)
{
    return rule == CONSENSUS   ? n
           : rule == SIMPLE    ? n / 2 + 1
           : rule == QUALIFIED ? (size_t)ceil(2 * (double)n / 3)
                               : 0;
}

/* support_ik = sum_j w_jk (1 - h_ij) over members, h_ii = 0; `leader` inside, or CAST_NONE. */
static double support(const struct world *world, size_t i, size_t leader)
{
    double n = (double)institution_members(world, 0),
           dom = leader == CAST_NONE ? 0 : world->set.leader_dominance[0], sum = 0;
    for (size_t j = 0; j < N; j++) {
        double weight = (1 - dom) / n + (j == leader ? dom : 0);
        if (world->now.members[j] != 0)
            sum += weight * (1 - (j == i ? 0 : world->now.hostility[i * N + j]));
    }
    return sum;
}

static double mean_support(const struct world *world, size_t leader)
{
    double sum = 0;
    for (size_t i = 0; i < N; i++)
        sum += world->now.members[i] != 0 ? support(world, i, leader) : 0;
    return sum / (double)institution_members(world, 0);
}

/* ---- L10: votes ------------------------------------------------------------------------------------------------ */

/* Pr[Bin >= need] is pbar^n under consensus, the binomial tail under majority, for any n and pbar. */
static void chances(void **unused)
{
    (void)unused;
    for (size_t n = 1; n <= 12; n++)
        for (double p = 0; p <= 1; p += 0.0625) {
            assert_close(institution_agreement(n, p, n), pow(p, (double)n), 1e-12);
            for (size_t need = 1; need <= n; need++)
                assert_close(institution_agreement(n, p, need), tail(n, p, need), 1e-11);
            assert_true(institution_agreement(n, p, 0) == 1 && institution_agreement(n, p, n + 1) == 0);
        }
}

/* L10 in a body: agreement from the mean support of its members under each rule. */
static void votes_of_a_body(void **unused)
{
    (void)unused;
    for (int rule = CONSENSUS; rule <= CONSULTATIVE; rule++)
        for (size_t n = 2; n <= N; n++) {
            struct synthetic made = one_body(n, rule);
            synthetic_start(made.world);
            institution_update(made.world);
            double pbar = mean_support(made.world, CAST_NONE), found = made.world->derived.agreement[0];
            assert_true(pbar > 0.2 && pbar < 0.9);
            assert_int_equal(institution_votes(made.world, 0, n), votes(rule, n));
            assert_close(found, rule == CONSENSUS ? pow(pbar, (double)n) : tail(n, pbar, votes(rule, n)),
                         1e-11);
            for (size_t i = 0; i < N; i++) { /* members and others alike */
                assert_close(made.world->derived.support[i], support(made.world, i, CAST_NONE), 1e-12);
                if (rule == CONSENSUS || rule == CONSULTATIVE) /* nobody is outvoted, and nobody dominates */
                    assert_true(made.world->derived.override[i] == 0);
                else
                    assert_close(made.world->derived.override[i],
                                 (1 - support(made.world, i, CAST_NONE)) *
                                     tail(i < n ? n - 1 : n, pbar, votes(rule, n)),
                                 1e-11);
            }
            synthetic_free(made);
        }
}

/* A leader weighs in by dom, overrides informally by b0 dom, and is never overridden, under every rule. */
static void dominance(void **unused)
{
    (void)unused;
    enum { MEMBERS = 5, LEADER = 2 };
    for (int rule = CONSENSUS; rule <= CONSULTATIVE; rule++) {
        struct synthetic made = one_body(MEMBERS, rule);
        struct world *world = made.world;
        world->set.leader[0] = LEADER;
        world->set.leader_dominance[0] = 0.6;
        for (size_t i = 0; i < N; i++)
            world->set.hostility_anchor[i * N + LEADER] = i == LEADER ? 0 : 0.05;
        synthetic_start(world);
        institution_update(world);
        double pbar = mean_support(world, LEADER), informal = world->model.informal_override * 0.6;
        assert_true(fabs(pbar - mean_support(world, CAST_NONE)) > 0.05);
        assert_close(world->derived.agreement[0],
                     rule == CONSULTATIVE ? 1 : tail(MEMBERS, pbar, votes(rule, MEMBERS)), 1e-11);
        for (size_t i = 0; i < N; i++) {
            size_t voters = i < MEMBERS ? MEMBERS - 1 : MEMBERS;
            double outvoted = rule == CONSENSUS ? 0 : tail(voters, pbar, votes(rule, MEMBERS));
            double expected = i == LEADER || rule == CONSULTATIVE
                                  ? 0
                                  : (1 - support(world, i, LEADER)) * (1 - (1 - outvoted) * (1 - informal));
            if (expected == 0)
                assert_true(world->derived.override[i] == 0);
            else
                assert_close(world->derived.override[i], expected, 1e-11);
        }
        synthetic_free(made);
    }
}

/* A leader who is no member: dom counts as 0 and binds nobody, and yet nothing overrides it (C.9).  The same without
 * any leader, but for the override of that state. */
static void leader_outside(void **unused)
{
    (void)unused;
    enum { MEMBERS = 5, OUTSIDE = 0 };
    for (int named = 0; named < 2; named++) {
        struct synthetic made = one_body(0, SIMPLE);
        struct world *world = made.world;
        for (size_t i = 1; i <= MEMBERS; i++)
            world->now.members[i] = 1;
        world->set.leader[0] = named ? OUTSIDE : NAN;
        world->set.leader_dominance[0] = 0.9;
        synthetic_start(world);
        institution_update(world);
        assert_true(institution_leader(world, 0) == CAST_NONE);
        double pbar = mean_support(world, CAST_NONE);
        assert_close(world->derived.agreement[0], tail(MEMBERS, pbar, 3), 1e-11);
        for (size_t i = 0; i < N; i++) {
            double expected = (1 - support(world, i, CAST_NONE)) *
                              tail(i >= 1 && i <= MEMBERS ? MEMBERS - 1 : MEMBERS, pbar, 3);
            if (named && i == OUTSIDE)
                assert_true(world->derived.override[i] == 0);
            else
                assert_close(world->derived.override[i], expected, 1e-11);
            for (size_t c = 0; c < made.cast->options; c++)
                assert_true(world->derived.binding[i * made.cast->options + c] == 0);
        }
        synthetic_free(made);
    }
}

/* ---- what it provides -------------------------------------------------------------------------------------------- */

/* P = eff SH/(SH + Hs) (z + (1 - z) agr); share = slack + (1 - slack) min(1, n H/SH); bounds; slack 0 and 1; z 0 and 1. */
static void provision_and_service(void **unused)
{
    (void)unused;
    const double ends[] = {0, 0.35, 1};
    for (size_t s = 0; s < 3; s++)
        for (size_t z = 0; z < 3; z++)
            for (int rule = CONSENSUS; rule <= CONSULTATIVE; rule++) {
                struct synthetic made = one_body(6, rule);
                struct world *world = made.world;
                world->set.slack[0] = ends[s];
                world->set.centralisation[0] = ends[z];
                synthetic_start(world);
                institution_update(world);
                double pooled = 0, agreed = world->derived.agreement[0], P = world->derived.provision[0];
                for (size_t i = 0; i < 6; i++)
                    pooled += world->derived.share[i];
                assert_close(P,
                             0.8 * pooled / (pooled + world->model.half_capability) *
                                 (ends[z] + (1 - ends[z]) * agreed),
                             1e-12);
                assert_true(P >= 0 && P <= 0.8);
                for (size_t i = 0; i < N; i++) {
                    double weight = fmin(1, 6 * world->derived.share[i] / pooled),
                           service = world->derived.service[i];
                    assert_close(service, ends[s] + (1 - ends[s]) * weight, 1e-12);
                    assert_true(service >= ends[s] && service <= 1);
                }
                /* slack 0: the small get less than the large; slack 1: equal service */
                assert_true(ends[s] == 1 ? world->derived.service[0] == 1 && world->derived.service[5] == 1
                                         : world->derived.service[0] < world->derived.service[5]);
                synthetic_free(made);
            }
}

/* With fewer than two members a body is nothing: no agreement, provision, protection, monitoring or value. */
static void fewer_than_two(void **unused)
{
    (void)unused;
    for (size_t n = 0; n < 2; n++) {
        struct synthetic made = one_body(0, CONSENSUS);
        struct world *world = made.world;
        if (n == 1)
            world->now.members[N - 1] = 1; /* one of the region, who decides */
        world->set.scope_state[0] = world->set.scope_nonstate[0] = world->set.scope_regime[0] = 1;
        world->set.leader[0] = N - 1;
        world->set.centralisation[0] = 1;
        world->set.dues[0] = 1;
        world->set.open[0] = 1;
        synthetic_start(world);
        testing_steps(world, 3);
        assert_true(world->derived.agreement[0] == 0 && world->derived.provision[0] == 0);
        for (size_t i = 0; i < N; i++) {
            assert_true(world->derived.support[i] == 0 && world->derived.override[i] == 0 &&
                        world->derived.service[i] == 0);
            assert_true(world->derived.member_value[i] == 0 && world->derived.shielded_state[i] == 0);
            assert_true(world->now.members[i] == (n == 1 && i == N - 1) && world->now.member_notice[i] == 0);
            for (size_t j = 0; j < N; j++)
                assert_true(world->derived.monitoring[i * N + j] == 0);
        }
        synthetic_free(made);
    }
}

/* Threats as this step's bodies leave them. */
static void see(struct world *world)
{
    power_update(world);
    if (world->model.run_institution != 0)
        institution_update(world);
    threat_conditionality(world);
    threat_update(world);
}

/* Members are protected by (1 - f P share), two bodies multiply, others get nothing: tau, ctl in th.N, th.R. */
static void protection(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_society(4, 2, 0, 2, 0);
    struct world *world = made.world;
    for (size_t k = 0; k < 2; k++) { /* body 0: states 0, 1, 2; body 1: states 1, 2 */
        for (size_t i = k; i < 3; i++)
            world->now.members[k * 4 + i] = 1;
        world->set.centralisation[k] = 0.5;
        world->set.effectiveness[k] = 0.9;
        world->set.scope_state[k] = 0.5 + 0.2 * (double)k;
        world->set.scope_nonstate[k] = 0.4;
        world->set.scope_regime[k] = 0.3 + 0.3 * (double)k;
    }
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++)
            world->set.contiguous[i * 4 + j] = i != j && (i == 3 || j == 3); /* danger comes over one border */
    synthetic_start(world);
    for (size_t i = 0; i < 4; i++)
        world->now.militancy[i] = i == 3 ? 0.7 : 0;
    see(world);
    struct world *bare = world_copy(world);
    bare->model.run_institution = 0;
    world_rest(bare, 1u << MECHANISM_institution);
    see(bare);
    for (size_t i = 0; i < 4; i++) {
        double left[3] = {1, 1, 1};
        for (size_t k = 0; k < 2; k++)
            if (world->now.members[k * 4 + i] != 0) {
                double served = world->derived.provision[k] * world->derived.service[k * 4 + i];
                assert_true(served > 0.2);
                left[0] *= 1 - world->set.scope_state[k] * served;
                left[1] *= 1 - world->set.scope_nonstate[k] * served;
                left[2] *= 1 - world->set.scope_regime[k] * served;
            }
        for (size_t j = 0; j < 4; j++)
            if (j != i && bare->derived.threat[i * 4 + j] > 0)
                assert_close(world->derived.threat[i * 4 + j], left[0] * bare->derived.threat[i * 4 + j],
                             1e-12);
        assert_close(world->derived.threat_regime[i], left[2] * bare->derived.threat_regime[i], 1e-12);
        if (i < 3) /* one neighbour with danger, none at home: th.N = cN N ctl */
            assert_close(world->derived.threat_nonstate[i], left[1] * bare->derived.threat_nonstate[i], 1e-12);
        assert_true(bare->derived.threat_state[i] > 0);
        assert_true(i < 3 ? world->derived.threat_state[i] < bare->derived.threat_state[i]
                          : world->derived.threat_state[i] == bare->derived.threat_state[i]);
    }
    world_free(bare);
    synthetic_free(made);
}

/* ---- what it does to others' modules --------------------------------------------------------------------------------- */

/* mon is the largest z among bodies with both, and scales misperception by 1 - mon: with alpha_h = 1 and no alarm the next
 * hostility is h0 + sigma_h (1 - mon) times the draw of that pair. */
static void monitoring(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_society(5, 0, 0, 2, 0);
    struct world *world = made.world;
    const double z[] = {0.25, 0.75};
    world->model.noise = 1;
    world->model.run_crisis = world->model.run_commitment = 0;
    for (size_t k = 0; k < 2; k++) { /* body 0: 0, 1, 2; body 1: 1, 2, 3; nobody watches 4 */
        for (size_t i = k; i < k + 3; i++)
            world->now.members[k * 5 + i] = 1;
        world->set.centralisation[k] = z[k];
    }
    for (size_t i = 0; i < 5; i++) {
        world->set.memory[i] = 1;
        world->set.arms_alarm[i] = world->set.power_alarm[i] = 0;
        for (size_t j = 0; j < 5; j++)
            world->set.hostility_anchor[i * 5 + j] = 0.5;
    }
    synthetic_start(world);
    struct world *before = world_copy(world);
    testing_steps(world, 1);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 5; j++) {
            bool both[2] = {i < 3 && j < 3, i >= 1 && i < 4 && j >= 1 && j < 4};
            double mon = i == j ? 0 : both[1] ? z[1] : both[0] ? z[0] : 0;
            assert_true(world->derived.monitoring[i * 5 + j] == mon);
            if (i != j)
                assert_close(world->now.hostility[i * 5 + j],
                             0.5 + draw_normal(before, PURPOSE_PERCEPTION, i, j, 0.05 * (1 - mon)), 1e-12);
        }
    world_free(before);
    synthetic_free(made);
}

/* z_k in T* is the largest z among bodies that work on the issue and hold both; 0 without one or with the mechanism off. */
static void enforcement(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_society(4, 0, 0, 3, 2);
    struct world *world = made.world;
    const double z[] = {0.2, 0.5, 0.9};
    for (size_t k = 0; k < 3; k++) {
        world->set.centralisation[k] = z[k];
        for (size_t i = 0; i < 3; i++)
            world->now.members[k * 4 + i] = k == 1 ? i < 2 : 1;
    }
    made.cast->works_on[0 * 2 + 0] = made.cast->works_on[1 * 2 + 0] = made.cast->works_on[0 * 2 + 1] = true;
    assert_true(institution_enforcement(world, 0, 0, 1) == 0.5);
    assert_true(institution_enforcement(world, 0, 1, 0) == 0.5);
    assert_true(institution_enforcement(world, 0, 0, 2) == 0.2); /* 2 is not in body 1 */
    assert_true(institution_enforcement(world, 1, 0, 1) ==
                0.2); /* body 1 does not work on it, body 2 on nothing */
    assert_true(institution_enforcement(world, 0, 0, 3) == 0);
    world->model.run_institution = 0;
    assert_true(institution_enforcement(world, 0, 0, 1) == 0);
    synthetic_free(made);
}

/* beta (host + sum of z of bodies led by c that hold both i and c) in U_ic, of which the base counts with commitment on. */
static void binding(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_society(5, 2, 2, 3, 0);
    struct world *world = made.world;
    const double z[] = {0.2, 0.5, 0.9}, leader[] = {0, 0, 1};
    double terms[TERM_COUNT], room[5];
    for (size_t k = 0; k < 3; k++) { /* 0 and 1 led by pole 0, 2 by pole 1 who is not in it */
        world->set.centralisation[k] = z[k];
        world->set.leader[k] = leader[k];
        for (size_t i = 0; i < 5; i++)
            world->now.members[k * 5 + i] = i == 3 || i == 4 || (i == 0 && k < 2);
    }
    world->now.members[1 * 5 + 4] = 0; /* state 4 is in body 0 and 2 */
    world->set.commitment_weight[3] = 0.4;
    synthetic_start(world);
    world->now.hosting[3 * 5 + 1] = 1;
    see(world);
    size_t to_first = cast_option(made.cast, "S000"), to_second = cast_option(made.cast, "S001");
    alignment_utility(world, 3, to_first, terms, room);
    assert_close(terms[TERM_COMMITMENT], 0.4 * 0.7, 1e-12);
    alignment_utility(world, 3, to_second, terms, room); /* its leader is not in body 2; the base counts */
    assert_close(terms[TERM_COMMITMENT], 0.4, 1e-12);
    alignment_utility(world, 4, to_first, terms, room);
    assert_close(terms[TERM_COMMITMENT], 0.3 * 0.2, 1e-12);
    alignment_utility(world, 2, to_first, terms, room);
    assert_true(terms[TERM_COMMITMENT] == 0);
    alignment_utility(world, 0, to_second, terms, room); /* a leader is not bound to itself */
    assert_true(terms[TERM_COMMITMENT] == 0);
    world->model.run_commitment = 0;
    alignment_utility(world, 3, to_second, terms, room);
    assert_true(terms[TERM_COMMITMENT] == 0);
    synthetic_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chances),
        cmocka_unit_test(votes_of_a_body),
        cmocka_unit_test(dominance),
        cmocka_unit_test(leader_outside),
        cmocka_unit_test(provision_and_service),
        cmocka_unit_test(fewer_than_two),
        cmocka_unit_test(protection),
        cmocka_unit_test(monitoring),
        cmocka_unit_test(enforcement),
        cmocka_unit_test(binding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
