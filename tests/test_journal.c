/* The journal of a sweep: what was appended is there again, whatever became of the process. */
#include "folder.h"

#include "ensemble/journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[128];
static struct messages messages;

static int set_up(void **state)
{
    int status = make_folder(state);
    snprintf(path, sizeof path, "%s/j", folder);
    return status;
}

static int tear_down(void **state)
{
    message_clear(&messages);
    return remove_folder(state);
}

static struct journal *opened(const char *identity, bool resume)
{
    struct journal *j = NULL;
    assert_int_equal(journal_open(path, "how", identity, resume, &j, &messages), STATUS_OK);
    return j;
}

/* Batch k is k + 1 times the letter of k. */
static void append(struct journal *j, size_t k)
{
    char data[64];
    memset(data, 'a' + (int)k, sizeof data);
    assert_int_equal(journal_append(j, k, data, k + 1, &messages), STATUS_OK);
}

static void assert_there(const struct journal *j, size_t k)
{
    void *data;
    size_t size;
    assert_true(journal_has(j, k));
    assert_int_equal(journal_load(j, k, &data, &size, &messages), STATUS_OK);
    assert_int_equal(size, k + 1);
    for (size_t e = 0; e < size; e++)
        assert_int_equal(((char *)data)[e], 'a' + (int)k);
    free(data);
}

static off_t size_of(void)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_size;
}

/* In any order; what is not there is not. */
static void round_trip(void **state)
{
    static const size_t order[] = {3, 0, 7, 1};
    (void)state;
    struct journal *j = opened("sweep", false);
    for (size_t k = 0; k < 4; k++)
        append(j, order[k]);
    assert_int_equal(journal_batches(j), 4);
    journal_close(j, false);
    j = opened("sweep", true);
    assert_string_equal(journal_identity(j), "sweep");
    assert_string_equal(journal_origin(j), "how");
    for (size_t k = 0; k < 4; k++)
        assert_there(j, order[k]);
    assert_false(journal_has(j, 2) || journal_has(j, 8));
    append(j, 2);
    assert_there(j, 2);
    assert_there(j, 7);
    journal_close(j, true);
    assert_int_equal(access(path, F_OK), -1);
}

/* Cut off at any byte, what is whole before the cut is there and what is not can be appended again. */
static void torn_anywhere(void **state)
{
    (void)state;
    struct journal *j = opened("sweep", false);
    off_t end[6] = {size_of()};
    for (size_t k = 0; k < 5; k++) {
        append(j, k);
        end[k + 1] = size_of();
    }
    journal_close(j, false);
    char *whole = malloc((size_t)end[5]);
    int file = open(path, O_RDONLY);
    assert_int_equal(read(file, whole, (size_t)end[5]), end[5]);
    close(file);
    for (off_t cut = 0; cut <= end[5]; cut++) {
        file = open(path, O_WRONLY | O_TRUNC);
        assert_int_equal(write(file, whole, (size_t)cut), cut);
        close(file);
        size_t expected = 0;
        while (expected < 5 && end[expected + 1] <= cut)
            expected++;
        j = opened("sweep", true);
        assert_int_equal(journal_batches(j), expected);
        for (size_t k = 0; k < 5; k++)
            if (k < expected)
                assert_there(j, k);
            else
                append(j, k);
        for (size_t k = 0; k < 5; k++)
            assert_there(j, k);
        journal_close(j, false);
    }
    free(whole);
}

/* A byte of the data that has changed is found out when it is read; of the last batch, when the journal is opened. */
static void damaged(void **state)
{
    (void)state;
    struct journal *j = opened("sweep", false);
    append(j, 0);
    off_t first = size_of();
    append(j, 1);
    journal_close(j, false);
    int file = open(path, O_WRONLY);
    assert_int_equal(pwrite(file, "x", 1, first - 1), 1);
    close(file);
    j = opened("sweep", true);
    void *data;
    size_t size;
    assert_int_equal(journal_load(j, 0, &data, &size, &messages), STATUS_IO);
    assert_null(data);
    assert_non_null(strstr(messages.list[0].text, "checksum"));
    message_clear(&messages);
    assert_there(j, 1);
    journal_close(j, false);
    file = open(path, O_WRONLY);
    assert_int_equal(pwrite(file, "x", 1, size_of() - 1), 1);
    close(file);
    j = opened("sweep", true);
    assert_false(journal_has(j, 1)); /* played again */
    journal_close(j, false);
}

static void refused(enum status status, const char *fragment)
{
    assert_int_equal(status, STATUS_IO);
    assert_non_null(strstr(messages.list[0].text, fragment));
    assert_string_equal(messages.list[0].file, path);
    message_clear(&messages);
}

static void refusals(void **state)
{
    (void)state;
    struct journal *j = opened("sweep", false), *other = NULL;
    append(j, 0);
    refused(journal_open(path, "how", "sweep", true, &other, &messages), "another process");
    assert_null(other);
    journal_close(j, false);
    refused(journal_open(path, "how", "sweep", false, &other, &messages), "unfinished sweep");
    refused(journal_open(path, "how", "another", true, &other, &messages), "another sweep");
    j = opened("sweep", true); /* nothing was lost by being refused */
    assert_there(j, 0);
    journal_close(j, false);
    journal_discard(path);
    assert_int_equal(access(path, F_OK), -1);
    refused(journal_read_only(path, &other, &messages), "No such file");
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(file, "hello, this is no journal at all.....", 30), 30);
    close(file);
    refused(journal_read_only(path, &other, &messages), "no journal");
    refused(journal_open(path, "how", "sweep", true, &other, &messages), "no journal");
    assert_int_equal(size_of(), 30); /* a file that is something else stays as it is */
}

/* A process that works on it keeps others from throwing it away. */
static void held(void **state)
{
    (void)state;
    struct journal *j = opened("sweep", false);
    append(j, 0);
    journal_discard(path);
    assert_int_equal(access(path, F_OK), 0);
    journal_close(j, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(torn_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(held, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
