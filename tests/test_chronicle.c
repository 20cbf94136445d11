/* What is found in records made by hand: wars with their helpers, conquests in their order, returns, what begins and ends. */
#include "evidence/chronicle.h"
#include "model/polarity.h"
#include "testing.h"

enum { STATES = 5, BODIES = 2, TIMES = 4 };

/* Records of one run in which nothing happens. */
struct records {
    struct chronicle_records run;
    double war[TIMES][STATES][STATES], owner[TIMES][STATES], alive[TIMES][STATES], polarity[TIMES];
    double pole[TIMES][STATES], pact[TIMES][STATES][STATES], membership[TIMES][STATES][BODIES];
    double hosting[TIMES][STATES][STATES];
};

static struct records quiet(void)
{
    struct records r = {0};
    for (size_t t = 0; t < TIMES; t++)
        for (size_t i = 0; i < STATES; i++) {
            r.owner[t][i] = (double)i;
            r.alive[t][i] = 1;
        }
    return r;
}

static struct chronicle find(struct records *r)
{
    struct chronicle c;
    r->run.times = TIMES;
    r->run.states = STATES;
    r->run.bodies = BODIES;
    assert_int_equal(chronicle_find(&r->run, &c), STATUS_OK);
    return c;
}

/* All kinds are recorded. */
static struct chronicle find_all(struct records *r)
{
    const double *const of[CHRONICLE_KINDS] = {
        [CHRONICLE_WAR] = &r->war[0][0][0],     [CHRONICLE_ABSORPTION] = r->owner[0],
        [CHRONICLE_SECESSION] = r->owner[0],    [CHRONICLE_STATE] = r->alive[0],
        [CHRONICLE_POLARITY] = r->polarity,     [CHRONICLE_POLE] = r->pole[0],
        [CHRONICLE_PACT] = &r->pact[0][0][0],   [CHRONICLE_MEMBERSHIP] = &r->membership[0][0][0],
        [CHRONICLE_BASE] = &r->hosting[0][0][0]};
    memcpy(r->run.of, of, sizeof of);
    return find(r);
}

/* One happening and, after it, the `count` states that go with it. */
static void check(const struct chronicle *c, size_t k, enum chronicle_kind kind, size_t time, size_t who,
                  size_t whom, int was, int is, size_t count, ...)
{
    const struct happening *h = &c->list[k];
    va_list others;
    assert_true(k < c->count);
    assert_string_equal(chronicle_word(h->kind), chronicle_word(kind));
    assert_int_equal(h->time, time);
    assert_int_equal(h->who, who);
    assert_int_equal(h->whom, whom);
    assert_int_equal(h->was, was);
    assert_int_equal(h->is, is);
    assert_int_equal(h->others, count);
    va_start(others, count);
    for (size_t o = 0; o < count; o++)
        assert_int_equal(c->other[h->first_other + o], va_arg(others, int));
    va_end(others);
}

static void owners(struct records *r, size_t from, size_t province, size_t owner)
{
    for (size_t t = from; t < TIMES; t++)
        r->owner[t][province] = (double)owner;
}

static void test_nothing(void **state)
{
    struct records r = quiet();
    struct chronicle c = find_all(&r);
    (void)state;
    assert_int_equal(c.count, 0);
    for (size_t k = 0; k < CHRONICLE_KINDS; k++)
        assert_true(c.recorded[k]);
    chronicle_free(&c);
    memset(r.run.of, 0, sizeof r.run.of);
    c = find(&r);
    assert_int_equal(c.count, 0);
    assert_false(c.recorded[CHRONICLE_WAR]);
    chronicle_free(&c);
}

static void test_wars(void **state)
{
    struct records r = quiet();
    (void)state;
    r.war[0][0][1] = BATTLE_LOST; /* the first record has wars too */
    r.war[0][2][0] = r.war[0][4][0] = BATTLE_JOINED;
    r.war[2][3][4] = BATTLE_WON; /* others fight at the same time, on both sides of other wars */
    r.war[2][1][3] = BATTLE_JOINED;
    r.war[2][0][2] = BATTLE_WON;
    r.war[2][1][0] = BATTLE_JOINED;
    struct chronicle c = find_all(&r);
    assert_int_equal(c.count, 3);
    check(&c, 0, CHRONICLE_WAR, 0, 0, 1, 0, BATTLE_LOST, 2, 2, 4);
    check(&c, 1, CHRONICLE_WAR, 2, 0, 2, 0, BATTLE_WON, 1, 1);
    check(&c, 2, CHRONICLE_WAR, 2, 3, 4, 0, BATTLE_WON, 1, 1);
    chronicle_free(&c);
}

static void test_conquest_and_return(void **state)
{
    struct records r = quiet();
    (void)state;
    r.war[0][1][2] = BATTLE_CONQUEST;
    owners(&r, 0, 2, 1);
    r.war[1][0][1] = BATTLE_CONQUEST; /* with what it had conquered */
    owners(&r, 1, 1, 0);
    owners(&r, 1, 2, 0);
    owners(&r, 3, 1, 1);
    struct chronicle c = find_all(&r);
    assert_int_equal(c.count, 5);
    check(&c, 0, CHRONICLE_WAR, 0, 1, 2, 0, BATTLE_CONQUEST, 0);
    check(&c, 1, CHRONICLE_ABSORPTION, 0, 1, 2, 0, 0, 0);
    check(&c, 2, CHRONICLE_WAR, 1, 0, 1, 0, BATTLE_CONQUEST, 0);
    check(&c, 3, CHRONICLE_ABSORPTION, 1, 0, 1, 0, 0, 1, 2);
    check(&c, 4, CHRONICLE_SECESSION, 3, 1, 0, 0, 0, 0);
    assert_true(c.list[1].complete && c.list[3].complete);
    chronicle_free(&c);
}

/* A state dies, and who conquered it dies in the same step: the first falls to the second, both to the third. */
static void test_death_of_the_conqueror(void **state)
{
    struct records r = quiet();
    (void)state;
    r.war[1][0][3] = r.war[1][3][4] = BATTLE_CONQUEST;
    owners(&r, 1, 3, 0);
    owners(&r, 1, 4, 0);
    struct chronicle c = find_all(&r);
    assert_int_equal(c.count, 4);
    check(&c, 2, CHRONICLE_ABSORPTION, 1, 3, 4, 0, 0, 0);
    check(&c, 3, CHRONICLE_ABSORPTION, 1, 0, 3, 0, 0, 1, 4);
    chronicle_free(&c);
    /* without wars on record only the outcome is known */
    memset(r.run.of, 0, sizeof r.run.of);
    r.run.of[CHRONICLE_ABSORPTION] = r.owner[0];
    c = find(&r);
    assert_int_equal(c.count, 2);
    check(&c, 0, CHRONICLE_ABSORPTION, 1, 0, 3, 0, 0, 0);
    check(&c, 1, CHRONICLE_ABSORPTION, 1, 0, 4, 0, 0, 0);
    chronicle_free(&c);
}

/* A province that breaks away in the step in which its holder falls was the winner's for that moment. */
static void test_return_at_a_conquest(void **state)
{
    struct records r = quiet();
    (void)state;
    owners(&r, 0, 2, 1);
    r.war[1][0][1] = BATTLE_CONQUEST;
    owners(&r, 1, 1, 0);
    owners(&r, 1, 2, 2);
    struct chronicle c = find_all(&r);
    assert_int_equal(c.count, 4);
    check(&c, 0, CHRONICLE_ABSORPTION, 0, 1, 2, 0, 0, 0);
    check(&c, 2, CHRONICLE_ABSORPTION, 1, 0, 1, 0, 0, 1, 2);
    check(&c, 3, CHRONICLE_SECESSION, 1, 2, 0, 0, 0, 0);
    chronicle_free(&c);
    /* without wars on record nobody knows that it was the winner's */
    r.run.of[CHRONICLE_WAR] = NULL;
    c = find(&r);
    assert_int_equal(c.count, 3);
    check(&c, 1, CHRONICLE_ABSORPTION, 1, 0, 1, 0, 0, 0);
    check(&c, 2, CHRONICLE_SECESSION, 1, 2, 1, 0, 0, 0);
    chronicle_free(&c);
}

/* Between two records much can happen: a province that was the one's is another's, and nobody died. */
static void test_provinces_between_records(void **state)
{
    struct records r = quiet();
    (void)state;
    owners(&r, 0, 2, 1);
    owners(&r, 2, 2, 3);
    struct chronicle c = find_all(&r);
    assert_int_equal(c.count, 2);
    check(&c, 1, CHRONICLE_ABSORPTION, 2, 3, 2, 0, 0, 0);
    assert_false(c.list[1].complete);
    chronicle_free(&c);
}

static void test_what_begins_and_ends(void **state)
{
    struct records r = quiet();
    (void)state;
    r.pole[0][0] = r.pole[1][0] = 1; /* what is there at the first record is no happening */
    r.pole[2][1] = r.pole[3][1] = 1;
    r.polarity[2] = r.polarity[3] = BIPOLAR;
    r.pact[1][1][2] = r.pact[1][2][1] = 1;
    r.membership[3][4][1] = 1;
    r.hosting[1][3][0] = r.hosting[2][3][0] = 1;
    struct chronicle c = find_all(&r);
    assert_int_equal(c.count, 8);
    check(&c, 0, CHRONICLE_PACT, 1, 1, 2, 0, 1, 0);
    check(&c, 1, CHRONICLE_BASE, 1, 3, 0, 0, 1, 0);
    check(&c, 2, CHRONICLE_POLARITY, 2, CAST_NONE, CAST_NONE, HEGEMONY, BIPOLAR, 0);
    check(&c, 3, CHRONICLE_POLE, 2, 0, CAST_NONE, 1, 0, 0);
    check(&c, 4, CHRONICLE_POLE, 2, 1, CAST_NONE, 0, 1, 0);
    check(&c, 5, CHRONICLE_PACT, 2, 1, 2, 1, 0, 0);
    check(&c, 6, CHRONICLE_MEMBERSHIP, 3, 4, 1, 0, 1, 0);
    check(&c, 7, CHRONICLE_BASE, 3, 3, 0, 1, 0, 0);
    chronicle_free(&c);
}

/* What ends with a state is told by its death alone, whichever variable shows it. */
static void test_what_ends_with_a_state(void **state)
{
    struct records r = quiet();
    (void)state;
    r.pole[0][2] = r.membership[0][2][0] = 1;
    r.pact[0][2][0] = r.pact[0][0][2] = 1;
    r.hosting[0][4][2] = 1;
    for (size_t t = 1; t < TIMES; t++)
        r.alive[t][2] = 0;
    owners(&r, 1, 2, 1);
    struct chronicle c = find_all(&r);
    assert_int_equal(c.count, 1);
    check(&c, 0, CHRONICLE_ABSORPTION, 1, 1, 2, 0, 0, 0);
    chronicle_free(&c);
    r.run.of[CHRONICLE_ABSORPTION] = r.run.of[CHRONICLE_SECESSION] = NULL;
    r.alive[3][2] = 1;
    c = find(&r);
    assert_int_equal(c.count, 2);
    check(&c, 0, CHRONICLE_STATE, 1, 2, CAST_NONE, 1, 0, 0);
    check(&c, 1, CHRONICLE_STATE, 3, 2, CAST_NONE, 0, 1, 0);
    chronicle_free(&c);
}

/* Numbers that no run writes do no harm. */
static void test_nonsense(void **state)
{
    static const double odd[] = {NAN, INFINITY, -1, STATES, 1e300, 0.5, 127, 200};
    (void)state;
    for (size_t k = 0; k < sizeof odd / sizeof odd[0]; k++) {
        struct records r = quiet();
        double *fill = &r.war[0][0][0];
        for (size_t e = 0; e < (sizeof r - offsetof(struct records, war)) / sizeof *fill; e += 1 + e % 3)
            fill[e] = odd[k];
        struct chronicle c = find_all(&r);
        for (size_t h = 0; h < c.count; h++) {
            assert_true(c.list[h].kind == CHRONICLE_POLARITY || c.list[h].who < STATES);
            assert_true(c.list[h].first_other + c.list[h].others <= c.other_count);
        }
        chronicle_free(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_wars),
        cmocka_unit_test(test_conquest_and_return),
        cmocka_unit_test(test_death_of_the_conqueror),
        cmocka_unit_test(test_return_at_a_conquest),
        cmocka_unit_test(test_provinces_between_records),
        cmocka_unit_test(test_what_begins_and_ends),
        cmocka_unit_test(test_what_ends_with_a_state),
        cmocka_unit_test(test_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
