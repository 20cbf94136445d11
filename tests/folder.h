/* A folder of its own for the files that a test makes: set-up and tear-down of a group, and writing into it. */
#ifndef EQUIPOISE_TESTS_FOLDER_H
#define EQUIPOISE_TESTS_FOLDER_H

#include "testing.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static inline int make_folder(void **unused)
{
    (void)unused;
    strcpy(folder, "/tmp/equipoise-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **unused)
{
    (void)unused;
    chmod(folder, 0700); /* whatever a test has left */
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        char *path = message_text("%s/%s", folder, entry->d_name);
        remove(path);
        free(path);
    }
    closedir(directory);
    return rmdir(folder);
}

/* The path of a name in the folder, good until the next call but one. */
static inline const char *in_folder(const char *name)
{
    static char path[2][512];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static inline void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
}

/* Writes a text into the folder; the path is good until the next call. */
static inline const char *write_file(const char *name, const char *text)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    write_bytes(path, text, strlen(text));
    return path;
}

#endif
