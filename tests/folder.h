/* A folder of its own for the files that a test makes: set-up and tear-down of a group, and writing into it. */
#ifndef EQUIPOISE_TESTS_FOLDER_H
#define EQUIPOISE_TESTS_FOLDER_H

#include "testing.h"

#include <dirent.h>
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
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        char *path = message_text("%s/%s", folder, entry->d_name);
        remove(path);
        free(path);
    }
    closedir(directory);
    return rmdir(folder);
}

/* Writes a file into the folder; the path is good until the next call. */
static inline const char *write_file(const char *name, const char *text)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
    return path;
}

#endif
