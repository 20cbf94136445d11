/* The first pass over a configuration: what libconfig would get silently wrong is found, with its line, and nothing that
 * is right is refused. */
#include "folder.h"

#include "scenario/text.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static char file[96];

static int set_up(void **unused)
{
    int status = make_folder(unused);
    snprintf(file, sizeof file, "%s/a.cfg", folder);
    return status;
}

/* Passes a text and gives all that is said of it: "line: text;" each.  The caller frees. */
static char *pass(const char *text, size_t length)
{
    struct messages messages = {0};
    char *read, *said = message_text("%s", "");
    write_bytes(file, text, length);
    enum status status = text_read(file, 1, &read, &messages);
    for (size_t k = 0; k < messages.count; k++) {
        char *more = message_text("%s%d: %s;", said, messages.list[k].line, messages.list[k].text);
        assert_null(messages.list[k].path);
        free(said);
        said = more;
    }
    if (status == STATUS_OK) {
        assert_int_equal(messages.count, 0);
        assert_memory_equal(read, text, length + 1);
    } else {
        assert_int_equal(status, STATUS_INVALID);
        assert_null(read);
        assert_true(messages.errors > 0);
    }
    free(read);
    message_clear(&messages);
    return said;
}

static void good(const char *text)
{
    char *said = pass(text, strlen(text));
    if (said[0] != '\0')
        fail_msg("%s\n%s", text, said);
    free(said);
}

static void bad(const char *text, const char *expected)
{
    char *said = pass(text, strlen(text));
    if (strcmp(said, expected) != 0)
        fail_msg("%s\nexpected %s\nfound    %s", text, expected, said);
    free(said);
}

#define CUT                                                                                                    \
    "whole number does not fit in 32 bits and would be cut (write it with L at the end, or as a string);"
#define RANGE "whole number is out of range (allowed: 64 bits, with L at the end);"
#define INFINITE "number is not finite (allowed: up to 1.79e308);"
#define JOINED "two strings side by side would be joined to one (missing: a comma or a semicolon);"
#define PLACE "string has no place here (allowed: after =, or between the brackets of a list);"
#define OPEN_STRING "string is never closed (missing: \");"
#define OPEN_COMMENT "comment is never closed (missing: */);"
#define ESCAPE "escape is no letter (allowed: \\x01 to \\x7f; write other letters as they are);"
#define UTF8 "is not valid UTF-8 (allowed: UTF-8 text);"
#define INCLUDE "include is not understood (form: @include \"file\" on a line of its own);"

static void numbers(void **unused)
{
    (void)unused;
    static const char *const right[] = {"0",
                                        "2147483647",
                                        "-2147483648",
                                        "+2147483647",
                                        "2147483648L",
                                        "-2147483649L",
                                        "9223372036854775807L",
                                        "-9223372036854775808L",
                                        "9223372036854775807LL",
                                        "0x7FFFFFFF",
                                        "0X7fffffff",
                                        "0xFFFFFFFFL",
                                        "0x7FFFFFFFFFFFFFFFL",
                                        "1e308",
                                        "-1.7976931348623157e308",
                                        "1e-400",
                                        ".5",
                                        "-.5",
                                        "5.",
                                        "1.0E+3",
                                        "4294967296.0",
                                        "000000000000000001"};
    static const char *const cut[] = {"2147483648", "-2147483649", "4294967296",
                                      "0x80000000", "0xFFFFFFFF",  "0x100000000"};
    static const char *const range[] = {"9223372036854775808L", "-9223372036854775809L", "99999999999999999999",
                                        "0xFFFFFFFFFFFFFFFFL", "9223372036854775808LL"};
    static const char *const infinite[] = {"1e309", "-1e400", "1.8e308", "1e999999"};
    for (size_t k = 0; k < COUNT(right) + COUNT(cut) + COUNT(range) + COUNT(infinite); k++) {
        size_t c = k - COUNT(right), r = c - COUNT(cut), i = r - COUNT(range);
        const char *number = k < COUNT(right)   ? right[k]
                             : c < COUNT(cut)   ? cut[c]
                             : r < COUNT(range) ? range[r]
                                                : infinite[i];
        char *text = message_text("\na = %s;\n", number), *list = message_text("a = [1, %s];\n", number);
        if (k < COUNT(right)) {
            good(text);
            good(list);
        } else {
            bad(text, c < COUNT(cut) ? "2: " CUT : r < COUNT(range) ? "2: " RANGE : "2: " INFINITE);
            bad(list, c < COUNT(cut) ? "1: " CUT : r < COUNT(range) ? "1: " RANGE : "1: " INFINITE);
        }
        free(text);
        free(list);
    }
    bad("a = 1111111111111111111111111111111111111111111111111111111111111111;",
        "1: number is too long (allowed: 63 characters);");
    good("a4294967296 = 1; b-4294967296 = 2; c_4294967296 = 3;"); /* names, not numbers */
    good("a = \"4294967296\"; // 4294967296\n# 4294967296\n/* 4294967296 */");
}

static void strings(void **unused)
{
    (void)unused;
    good("a = \"\"; b : \"x\"; c = [\"x\", \"y\"]; d = (\"x\");");
    good("a = \"# // /* @include \\\" \\\\\"; b = 1;\n");
    good("a = \"line\nline\"; b = \"\\x41\\x7f\\n\\t\\xyz\";");
    bad("a = \"x\" \"y\";", "1: " JOINED);
    bad("a = [\"x\"\n\"y\"\n\"z\"];", "2: " JOINED "3: " JOINED);
    bad("a = \"x\" // w\n/* w */ # w\n \"y\";", "3: " JOINED);
    bad("\"a\" = 1;", "1: " PLACE);
    bad("a \"x\";", "1: " PLACE);
    bad("a = 1 \"x\";", "1: " PLACE);
    bad("a = { \"x\" };", "1: " PLACE);
    bad("a = \"x\", \"y\"];", "1: " PLACE);
    bad("a = ({ b = \"x\", \"y\" });", "1: " PLACE);
    bad("a = [\"x\"], \"y\";", "1: " PLACE);
    bad("]]] a = [\"x\", \"y\"], \"z\";", "1: " PLACE);
    good("a = (\"x\", (\"y\", 1), \"z\", { b = 1, c = [\"u\", \"v\"], d = \"w\" }, \"t\");");
    bad("a = \"x;\nb = 1;\n", "1: " OPEN_STRING);
    bad("\n\na = \"", "3: " OPEN_STRING);
    bad("a = \"x\\", "1: " OPEN_STRING);
    bad("a = \"x\\\"", "1: " OPEN_STRING);
    bad("a = \"\\x00\";", "1: " ESCAPE);
    bad("a = \"\n\\x80\";", "2: " ESCAPE);
    bad("a = \"\\xFF\";", "1: " ESCAPE);
}

static void comments(void **unused)
{
    (void)unused;
    good("/* a */ a = 1; /** b **/ // c\n# d\n/**/");
    good("a = 1; // \"open\n# /* open\n");
    bad("a = 1; /* open", "1: " OPEN_COMMENT);
    bad("a = 1; /*/", "1: " OPEN_COMMENT);
    bad("a = 4294967296; /* a\nb\n", "1: " CUT "1: " OPEN_COMMENT);
    bad("a = 1;\n// end", "2: the last line is a comment that does not end (missing: a new line);");
    bad("# end", "1: the last line is a comment that does not end (missing: a new line);");
}

/* Lines are counted through strings, comments, escaped line ends and carriage returns. */
static void lines(void **unused)
{
    (void)unused;
    bad("\n\"\n", "2: " PLACE "2: " OPEN_STRING);
    bad("a = \"1\n2\n3\"; b = 4294967296;", "3: " CUT);
    bad("a = \"1\\\n2\\\n3\"; b = 4294967296;", "3: " CUT);
    bad("/* 1\n2\n3 */ b = 4294967296;", "3: " CUT);
    bad("a = 1;\r\nb = 4294967296;\r\n", "2: " CUT);
    bad("// 1\n# 2\nb = 4294967296;", "3: " CUT);
    bad("b = 4294967296;\nc = 4294967296;\n\nd = 1e400;", "1: " CUT "2: " CUT "4: " INFINITE); /* all at once */
}

static void encoding(void **unused)
{
    (void)unused;
    static const char *const right[] = {"\x7f",         "\xc2\x80",         "\xdf\xbf",
                                        "\xe0\xa0\x80", "\xed\x9f\xbf",     "\xee\x80\x80",
                                        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    static const char *const wrong[] = {"\x80",
                                        "\xbf",
                                        "\xc0\x80",
                                        "\xc1\xbf",
                                        "\xc2",
                                        "\xc2\x41",
                                        "\xe0\x9f\xbf",
                                        "\xe2\x82",
                                        "\xed\xa0\x80",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xf4\x90\x80\x80",
                                        "\xf5\x80\x80\x80",
                                        "\xff",
                                        "\xfe"};
    for (size_t k = 0; k < COUNT(right); k++) {
        char *text = message_text("a = \"%s\"; // %s\n", right[k], right[k]);
        good(text);
        free(text);
    }
    for (size_t k = 0; k < COUNT(wrong); k++) {
        char *text = message_text("\n// %s\n", wrong[k]);
        bad(text, "2: " UTF8);
        free(text);
    }
    bad("\xef\xbb\xbf"
        "a = 1;",
        "1: begins with a byte-order mark (allowed: UTF-8 without one);");
    char *said = pass("a = 1;\nb\0 = 2;\n", 15);
    assert_string_equal(said, "2: holds a NUL byte (allowed: UTF-8 text);");
    free(said);
}

static void limits(void **unused)
{
    (void)unused;
    char text[4096];
    for (size_t depth = 64; depth <= 65; depth++) {
        size_t length = 0;
        text[length++] = 'a';
        text[length++] = '=';
        for (size_t k = 0; k < depth; k++)
            text[length++] = "{(["[k % 3];
        text[length] = '\0';
        if (depth == 64)
            good(text);
        else
            bad(text, "1: groups are nested too deeply (allowed: 64);");
    }
    memset(text, ' ', sizeof text);
    for (size_t k = 0; k < 100; k++)
        memcpy(text + 10 * k, "a = ({}); ", 10); /* closed groups do not add up */
    text[1000] = '\0';
    good(text);
    for (size_t length = 65536; length <= 65537; length++) {
        char *large = message_text("a = \"%*s\";", (int)length, "x");
        if (length == 65536)
            good(large);
        else
            bad(large, "1: string is too long (allowed: 64 KiB);");
        free(large);
    }
    for (size_t size = 1 << 20; size <= (1 << 20) + 1; size++) {
        char *large = malloc(size + 1);
        memset(large, '\n', size);
        large[size] = '\0';
        if (size == 1 << 20)
            good(large);
        else
            bad(large, "0: is too large (allowed: 1 MiB with all includes);");
        free(large);
    }
}

static void include_words(void **unused)
{
    (void)unused;
    char other[96];
    snprintf(other, sizeof other, "%s/b.cfg", folder);
    write_bytes(other, "b = 2;", 6);
    good("@include \"b.cfg\"\n");
    good("@include \"b.cfg\"");
    good("  @include\t\"b.cfg\"\t// word\n@include \"b.cfg\" # word\n");
    bad("@include\n", "1: " INCLUDE);
    bad("@include b.cfg\n", "1: " INCLUDE);
    bad("@include \"\"\n", "1: " INCLUDE);
    bad("@include \"b.cfg\n", "1: " INCLUDE);
    bad("@includes \"b.cfg\"\n", "1: " INCLUDE);
    bad("@ \"b.cfg\"\n", "1: " INCLUDE);
    bad("@include \"b.cfg\" a = 4294967296;\n", "1: " INCLUDE);
    bad("@include \"b\\x2ecfg\"\n", "1: " INCLUDE);
    bad("\n@include \"/b.cfg\"\n", "2: include is absolute (allowed: a path relative to the main file);");
    write_bytes(other, "\n\"x\"", 4); /* two strings in two files */
    bad("a = \"x\"\n@include \"b.cfg\"\n", "2: " JOINED);
    good("a = \n@include \"b.cfg\"\n;");
    write_bytes(other, "", 0);
    bad("a = \"x\"\n@include \"b.cfg\"\n\"y\";", "3: " JOINED);
}

/* An error inside an include is reported there; what cannot be read, where it is named. */
static void include_places(void **unused)
{
    (void)unused;
    char other[96], *read;
    struct messages messages = {0};
    snprintf(other, sizeof other, "%s/b.cfg", folder);
    write_bytes(other, "\n\nb = 4294967296;", 17);
    write_bytes(file, "a = 1;\n@include \"b.cfg\"\n@include \"c.cfg\"\nc = 4294967296;\n", 56);
    assert_int_equal(text_read(file, 1, &read, &messages), STATUS_INVALID);
    assert_int_equal(messages.count, 3);
    assert_string_equal(messages.list[0].file, other);
    assert_int_equal(messages.list[0].line, 3);
    assert_string_equal(messages.list[1].file, file);
    assert_int_equal(messages.list[1].line, 3);
    assert_string_equal(messages.list[2].file, file);
    assert_int_equal(messages.list[2].line, 4);
    message_clear(&messages);
}

/* The budget is over all files. */
static void include_budget(void **unused)
{
    (void)unused;
    char other[96], text[1024] = "";
    snprintf(other, sizeof other, "%s/b.cfg", folder);
    write_bytes(other, "b = 2;", 6);
    for (int k = 0; k < 31; k++)
        strcat(text, "@include \"b.cfg\"\n");
    good(text);
    strcat(text, "@include \"b.cfg\"\n@include \"b.cfg\"\n");
    char *expected =
        message_text("32: include of %s: too many files (allowed: 32, each include counted);", other);
    bad(text, expected);
    free(expected);
    char *large = malloc(600000);
    memset(large, '\n', 600000);
    write_bytes(other, large, 600000);
    expected = message_text("2: include of %s: is too large (allowed: 1 MiB with all includes);", other);
    bad("@include \"b.cfg\"\n@include \"b.cfg\"\n@include \"b.cfg\"\n", expected);
    free(expected);
    free(large);
    large = malloc(60000);
    for (size_t k = 0; k < 10000; k++)
        memcpy(large + 6 * k, "b = 2;", 6);
    write_bytes(other, large, 60000);
    good("@include \"b.cfg\"\n");
    bad("@include \"b.cfg\"\na = 1;", "2: too many settings (allowed: 10000 with all includes);");
    bad("a = 1;\n@include \"b.cfg\"\n",
        "1: too many settings (allowed: 10000 with all includes);"); /* line 1 of b.cfg */
    free(large);
}

/* A caller may allow more. */
static void room(void **unused)
{
    (void)unused;
    char *large = malloc(150006), *read;
    struct messages messages = {0};
    for (size_t k = 0; k < 25000; k++)
        memcpy(large + 6 * k, "b = 2;", 6);
    for (size_t k = 2; k <= 3; k++) {
        write_bytes(file, large, 150000);
        assert_int_equal(text_read(file, k, &read, &messages), k == 2 ? STATUS_INVALID : STATUS_OK);
        free(read);
    }
    assert_int_equal(messages.count, 1);
    assert_string_equal(messages.list[0].text, "too many settings (allowed: 20000 with all includes)");
    assert_int_equal(truncate(file, 3 << 20), 0);
    assert_int_equal(text_read(file, 2, &read, &messages), STATUS_INVALID);
    assert_string_equal(messages.list[1].text, "is too large (allowed: 2 MiB with all includes)");
    message_clear(&messages);
    free(large);
}

static void unreadable(void **unused)
{
    (void)unused;
    char *text;
    struct messages messages = {0};
    assert_int_equal(text_read("tests/no such file", 1, &text, &messages), STATUS_IO);
    assert_null(text);
    assert_int_equal(text_read("tests", 1, &text, &messages), STATUS_INVALID);
    assert_null(text);
    assert_int_equal(messages.count, 2);
    assert_string_equal(messages.list[0].text, "No such file or directory");
    message_clear(&messages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),       cmocka_unit_test(strings),        cmocka_unit_test(comments),
        cmocka_unit_test(lines),         cmocka_unit_test(encoding),       cmocka_unit_test(limits),
        cmocka_unit_test(include_words), cmocka_unit_test(include_places), cmocka_unit_test(include_budget),
        cmocka_unit_test(unreadable),    cmocka_unit_test(room),
    };
    return cmocka_run_group_tests(tests, set_up, remove_folder);
}
