/* The points of a list from a CSV file (RFC 4180, numbers and words without quotes or with): a line of paths, then a line
 * of values for each point. */
#include "scenario/design.h"
#include "scenario/read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Cuts the next field off a line, in place; NULL at its end. */
static char *next_field(char **rest)
{
    char *field = *rest, *to = field, *from = field;
    if (field == NULL)
        return NULL;
    bool quoted = *from == '"';
    if (quoted)
        from++;
    while (*from != '\0' && (quoted || *from != ',')) {
        if (quoted && *from == '"') {
            if (from[1] != '"') {
                quoted = false;
                from++;
                continue;
            }
            from++;
        }
        *to++ = *from++;
    }
    *rest = *from == ',' ? from + 1 : NULL;
    *to = '\0';
    while (to > field && (to[-1] == ' ' || to[-1] == '\t'))
        *--to = '\0';
    return field + strspn(field, " \t");
}

struct page {
    struct reading *reading;
    const char *name;
    int line;
    size_t room; /* values that every dimension has room for */
};

static void complain(const struct page *p, const char *path, const char *what)
{
    struct messages *messages = p->reading->messages;
    if (messages->errors < 100)
        message_add(messages, SEVERITY_ERROR, (struct place){p->name, p->line, path}, "%s", what);
}

/* The first line: a dimension and a factor for every path. */
static void read_head(struct page *p, char *line)
{
    struct reading *r = p->reading;
    struct scenario *s = r->scenario;
    const char *scenario_file = r->file;
    size_t commas = 0;
    for (const char *c = line; *c != '\0'; c++)
        commas += *c == ',';
    s->dimension = calloc(commas + 2, sizeof *s->dimension);
    bool good = s->dimension != NULL;
    r->file = p->name; /* what is wrong with a path is wrong there */
    r->line = p->line;
    for (char *rest = line, *path; good && (path = next_field(&rest)) != NULL;) {
        struct dimension *d = &s->dimension[s->dimensions++];
        d->name = strdup(path);
        good = d->name != NULL && read_factor(r, NULL, path);
    }
    r->file = scenario_file;
    r->line = 0;
}

/* One value of a point; false if it is none. */
static bool read_field(struct page *p, size_t f, const char *text)
{
    struct scenario *s = p->reading->scenario;
    const struct parameter *row = s->factor[f].where.row;
    double value = NAN;
    char *refused = NULL, *allowed = NULL;
    if (parameter_parse(row, s->cast, text, &value) != STATUS_OK) {
        allowed = parameter_allowed(row);
        refused = message_text("'%s' is not allowed (allowed: %s)", text, allowed ? allowed : "");
    } else {
        refused = parameter_refuse(row, value);
    }
    if (refused != NULL)
        complain(p, s->factor[f].path, refused);
    else
        s->dimension[f].value[s->dimension[f].count++] = value;
    bool good = refused == NULL;
    free(refused);
    free(allowed);
    return good;
}

static bool has_room(struct page *p)
{
    struct scenario *s = p->reading->scenario;
    if (s->dimension[0].count < p->room)
        return true;
    size_t room = p->room ? 2 * p->room : 64;
    for (size_t d = 0; d < s->dimensions; d++) {
        double *grown = realloc(s->dimension[d].value, room * sizeof *grown);
        if (grown == NULL)
            return false;
        s->dimension[d].value = grown;
    }
    p->room = room;
    return true;
}

static void read_line(struct page *p, char *line)
{
    struct scenario *s = p->reading->scenario;
    size_t f = 0;
    char *rest = line, *text;
    if (!has_room(p)) {
        complain(p, NULL, "out of memory");
        return;
    }
    while ((text = next_field(&rest)) != NULL) {
        if (f < s->factors && !read_field(p, f, text))
            return;
        f++;
    }
    char *wrong =
        f != s->factors
            ? message_text("has %zu values (allowed: %zu, one for each path of the first line)", f, s->factors)
            : NULL;
    if (wrong != NULL)
        complain(p, NULL, wrong);
    free(wrong);
}

void read_points(struct reading *r, const config_setting_t *at, const char *name)
{
    struct scenario *s = r->scenario;
    const char *included = config_setting_source_file(at);
    char *path = read_beside(included ? included : r->file, name), *line = NULL;
    struct page page = {.reading = r, .name = path};
    size_t capacity = 0, before = r->messages->errors;
    ssize_t length;
    struct stat info;
    errno = 0;
    FILE *file = path != NULL && stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "r") : NULL;
    if (file == NULL) {
        read_complain(r, at, NULL, "%s cannot be read (%s)", name,
                      path == NULL ? "out of memory"
                      : errno      ? strerror(errno)
                                   : "it is no regular file");
        free(path);
        return;
    }
    while (r->messages->errors == before && (length = getline(&line, &capacity, file)) >= 0) {
        page.line++;
        if (strlen(line) != (size_t)length) {
            complain(&page, NULL, "holds a NUL character (allowed: text)");
            break;
        }
        if (page.line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) /* a mark that spreadsheets put there */
            memmove(line, line + 3, (size_t)length - 2);
        line[strcspn(line, "\r\n")] = '\0';
        if (line[strspn(line, " \t")] == '\0') /* empty lines, and the one after the last */
            continue;
        if (s->dimensions == 0)
            read_head(&page, line);
        else if (s->dimension[0].count > DESIGN_MOST_POINTS)
            complain(&page, NULL, "has too many points (allowed: 10 million)");
        else
            read_line(&page, line);
    }
    bool broken = ferror(file) != 0;
    if (fclose(file) != 0 || broken)
        complain(&page, NULL, "cannot be read to its end");
    page.line = 0;
    if (r->messages->errors == before && (s->dimensions == 0 || s->dimension[0].count == 0))
        complain(&page, NULL,
                 "holds no points (allowed: a line of paths, then a line of values for each point)");
    free(line);
    free(path);
}
