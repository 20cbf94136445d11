/* Messages with their places, and the known name that a mistyped one is nearest to. */
#include "testing.h"

#include "base/nearest.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static void format(void **unused)
{
    (void)unused;
    const struct {
        enum severity severity;
        struct place place;
        const char *line;
    } table[] = {
        {SEVERITY_ERROR, {"a.cfg", 3, "time.start"}, "a.cfg:3: error: time.start: text 7"},
        {SEVERITY_WARNING, {"a.cfg", 0, "time.start"}, "a.cfg: warning: time.start: text 7"},
        {SEVERITY_NOTE, {"a.cfg", 3, NULL}, "a.cfg:3: note: text 7"},
        {SEVERITY_ERROR, {NULL, 0, "time.start"}, "error: time.start: text 7"},
        {SEVERITY_ERROR, {NULL, 0, NULL}, "error: text 7"},
        {SEVERITY_ERROR, {"a.cfg", -1, NULL}, "a.cfg: error: text 7"},
    };
    struct messages messages = {0};
    for (size_t k = 0; k < COUNT(table); k++) {
        message_add(&messages, table[k].severity, table[k].place, "text %d", 7);
        char *line = message_format(&messages.list[k]);
        assert_string_equal(line, table[k].line);
        free(line);
    }
    assert_int_equal(messages.count, COUNT(table));
    assert_int_equal(messages.errors, 4);
    message_clear(&messages);
    assert_true(messages.list == NULL && messages.count == 0 && messages.errors == 0 && messages.capacity == 0);
    message_clear(&messages);
}

/* The list grows, keeps its order, and owns what it was given. */
static void many(void **unused)
{
    (void)unused;
    struct messages messages = {0};
    for (int k = 0; k < 1000; k++) {
        char file[16], path[16];
        snprintf(file, sizeof file, "f%d", k);
        snprintf(path, sizeof path, "p%d", k);
        message_add(&messages, k % 2 ? SEVERITY_ERROR : SEVERITY_NOTE, (struct place){file, k, path}, "%s%d%%",
                    "n", k);
        memset(file, 'x', sizeof file);
        memset(path, 'x', sizeof path);
    }
    assert_int_equal(messages.count, 1000);
    assert_int_equal(messages.errors, 500);
    assert_int_equal(messages.lost, 0);
    assert_string_equal(messages.list[999].file, "f999");
    assert_string_equal(messages.list[999].path, "p999");
    assert_string_equal(messages.list[999].text, "n999%");
    assert_int_equal(messages.list[999].line, 999);
    assert_string_equal(messages.list[0].text, "n0%");
    message_clear(&messages);
}

static void text(void **unused)
{
    (void)unused;
    char *empty = message_text("%s", ""), *some = message_text("%s-%03d-%.2f", "a", 7, 1.5), *large;
    assert_string_equal(empty, "");
    assert_string_equal(some, "a-007-1.50");
    large = message_text("%0100000d", 5);
    assert_int_equal(strlen(large), 100000);
    free(empty);
    free(some);
    free(large);
}

/* Against the definition: distances made by hand. */
static void distance(void **unused)
{
    (void)unused;
    const struct {
        const char *a, *b;
        size_t distance;
    } table[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"abc", "", 3},
        {"gdp", "gdp", 0},
        {"gdp", "GDP", 0},
        {"gpd", "gdp", 1},
        {"gd", "gdp", 1},
        {"gddp", "gdp", 1},
        {"gxp", "gdp", 1},
        {"kitten", "sitting", 3},
        {"ca", "abc", 3},
        {"abcd", "badc", 2},
        {"flaw", "lawn", 2},
        {"RUS", "KAZ", 3},
        {"ab", "ba", 1},
        {"a", "b", 1},
        {"hostilty_anchor", "hostility_anchor", 1},
        {"intention", "execution", 5},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        if (nearest_distance(table[k].a, table[k].b) != table[k].distance)
            fail_msg("%s, %s: %zu", table[k].a, table[k].b, nearest_distance(table[k].a, table[k].b));
        assert_int_equal(nearest_distance(table[k].b, table[k].a), table[k].distance);
    }
    char a[300], b[300]; /* only 64 letters are looked at */
    memset(a, 'a', 299);
    memset(b, 'a', 299);
    a[299] = b[299] = '\0';
    b[100] = 'b';
    assert_int_equal(nearest_distance(a, b), 0);
    b[63] = 'b';
    assert_int_equal(nearest_distance(a, b), 1);
    memset(b, 'b', 299);
    assert_int_equal(nearest_distance(a, b), 64);
}

static void nearest(void **unused)
{
    (void)unused;
    const struct {
        const char *wanted, *candidates[6], *best;
    } table[] = {
        {"gpd", {"growth", "gdp", "burden"}, "gdp"},
        {"threat_nonstat", {"threat_state", "threat_nonstate", "threat_regime"}, "threat_nonstate"},
        {"zzz", {"growth", "gdp", "burden"}, NULL},
        {"gdp", {"gdpx", "gdp", "gdp1"}, "gdp"}, /* the nearest, not the first */
        {"RUX", {"RUZ", "RUS"}, "RUZ"},          /* the first of two that are as near */
        {"ab", {"abc", "b"}, "abc"},
        {"abc", {"abcde"}, NULL}, /* two slips in three letters are no slip */
        {"NATO", {"CSTO"}, NULL}, /* nor in four */
        {"abcdef", {"abcdefgh"}, "abcdefgh"},
        {"x", {"y"}, "y"},
        {"", {"a", "b"}, NULL},
        {"states", {"model", "states"}, "states"},
        {"a_name_that_is_very_long_indeed", {"another_thing_altogether_different"}, NULL},
    };
    for (size_t k = 0; k < COUNT(table); k++) {
        struct nearest near = {.wanted = table[k].wanted};
        for (size_t c = 0; table[k].candidates[c] != NULL; c++)
            nearest_offer(&near, table[k].candidates[c]);
        if (near.best != table[k].best &&
            (!near.best || !table[k].best || strcmp(near.best, table[k].best) != 0))
            fail_msg("%s: %s", table[k].wanted, near.best ? near.best : "none");
    }
}

/* The quick way out of a search gives what the whole distance gives, for all words of up to four letters out of two. */
static void quick_search(void **unused)
{
    (void)unused;
    char a[8], b[8];
    for (unsigned x = 1; x < 128; x++) /* a one, then the letters in binary */
        for (unsigned y = 1; y < 128; y++) {
            unsigned letters = 0, more = 0;
            for (unsigned bits = x; bits > 1; bits >>= 1)
                a[letters++] = bits & 1 ? 'a' : 'b';
            for (unsigned bits = y; bits > 1; bits >>= 1)
                b[more++] = bits & 1 ? 'a' : 'b';
            a[letters] = b[more] = '\0';
            struct nearest near = {.wanted = a};
            nearest_offer(&near, b);
            size_t whole = nearest_distance(a, b);
            assert_true((near.best != NULL) == (whole <= (letters < 3 ? letters > 0 : letters / 3)));
            assert_true(near.best == NULL || near.distance == whole);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format),   cmocka_unit_test(many),    cmocka_unit_test(text),
        cmocka_unit_test(distance), cmocka_unit_test(nearest), cmocka_unit_test(quick_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
