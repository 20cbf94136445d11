#include "scenario/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One configuration: what has been read so far, over all its files. */
struct budget {
    struct messages *messages;
    const char *directory; /* of the main file: includes are relative to it */
    size_t room;           /* times the limits of bytes and settings */
    size_t bytes, settings;
    struct {
        dev_t device;
        ino_t inode;
    } open[TEXT_MOST_FILES]; /* files being read, to see a cycle */
    size_t depth, files;
    const char *from; /* file and line of the include that is being followed; NULL in the main file */
    int from_line;
    char last;  /* last sign of the text, comments left out; a letter for any name or number */
    bool spent; /* a limit over all files is passed: nothing sensible can follow */
};

/* A walk over the text of one file. */
struct scan {
    struct budget *budget;
    const char *file, *text, *at;
    int line, depth;
    char open[TEXT_MOST_DEPTH + 1]; /* the bracket that is open at each depth */
    bool stop;                      /* nothing sensible can follow */
};

static void complain(struct scan *s, int line, const char *text, const char *allowed)
{
    message_add(s->budget->messages, SEVERITY_ERROR, (struct place){s->file, line, NULL}, "%s (%s)", text,
                allowed);
}

/* ---- files --------------------------------------------------------------------------------------------- */

/* Speaks of the main file itself, of any other file where it is included. */
static enum status refuse_file(struct budget *b, const char *file, const char *why, enum status status)
{
    if (b->from != NULL)
        message_add(b->messages, SEVERITY_ERROR, (struct place){b->from, b->from_line, NULL},
                    "include of %s: %s", file, why);
    else
        message_add(b->messages, SEVERITY_ERROR, (struct place){file, 0, NULL}, "%s", why);
    return status;
}

static enum status slurp(struct budget *b, const char *file, int descriptor, size_t size, char **text)
{
    size_t got = 0;
    *text = malloc(size + 1);
    if (*text == NULL)
        return refuse_file(b, file, "out of memory", STATUS_FAILED);
    while (got < size) {
        ssize_t n = read(descriptor, *text + got, size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return refuse_file(b, file, strerror(errno), STATUS_IO);
        if (n == 0)
            break;
        got += (size_t)n;
    }
    (*text)[got] = '\0';
    if (strlen(*text) == got)
        return STATUS_OK;
    int line = 1;
    for (const char *c = *text; *c; c++)
        line += *c == '\n';
    message_add(b->messages, SEVERITY_ERROR, (struct place){file, line, NULL},
                "holds a NUL byte (allowed: UTF-8 text)");
    return STATUS_INVALID;
}

/* Opens without waiting (a pipe would hang) and reads a regular file within the budget. */
static enum status read_regular(struct budget *b, const char *file, char **text)
{
    struct stat info;
    enum status status;
    int descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    *text = NULL;
    if (descriptor < 0)
        return refuse_file(b, file, strerror(errno), STATUS_IO);
    if (fstat(descriptor, &info) != 0)
        status = refuse_file(b, file, strerror(errno), STATUS_IO);
    else if (!S_ISREG(info.st_mode))
        status = refuse_file(b, file,
                             S_ISDIR(info.st_mode) ? "is a directory (allowed: a regular file)"
                                                   : "is a pipe or a device (allowed: a regular file)",
                             STATUS_INVALID);
    else if ((size_t)info.st_size + b->bytes > b->room * TEXT_MOST_BYTES) {
        char why[64];
        snprintf(why, sizeof why, "is too large (allowed: %zu MiB with all includes)", b->room);
        b->spent = true;
        status = refuse_file(b, file, why, STATUS_INVALID);
    } else {
        b->bytes += (size_t)info.st_size;
        for (size_t k = 0; k < b->depth; k++)
            if (b->open[k].device == info.st_dev && b->open[k].inode == info.st_ino) {
                close(descriptor);
                return refuse_file(b, file, "the file includes itself (allowed: no circle)", STATUS_INVALID);
            }
        if (++b->files > TEXT_MOST_FILES) {
            close(descriptor);
            b->spent = true;
            return refuse_file(b, file, "too many files (allowed: 32, each include counted)", STATUS_INVALID);
        }
        b->open[b->depth].device = info.st_dev;
        b->open[b->depth].inode = info.st_ino;
        status = slurp(b, file, descriptor, (size_t)info.st_size, text);
    }
    close(descriptor);
    return status;
}

/* ---- tokens -------------------------------------------------------------------------------------------- */

/* Length of a valid UTF-8 sequence at p, 0 if there is none. */
static size_t utf8_length(const unsigned char *p)
{
    size_t length = p[0] < 0x80                   ? 1
                    : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                    : (p[0] & 0xf0) == 0xe0       ? 3
                    : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                                  : 0;
    for (size_t k = 1; k < length; k++)
        if ((p[k] & 0xc0) != 0x80)
            return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
        (p[0] == 0xf4 && p[1] > 0x8f))
        return 0; /* overlong, surrogate, beyond Unicode */
    return length;
}

static void check_utf8(struct scan *s)
{
    int line = 1;
    if (strncmp(s->text, "\xef\xbb\xbf", 3) == 0)
        complain(s, 1, "begins with a byte-order mark", "allowed: UTF-8 without one");
    for (const unsigned char *p = (const unsigned char *)s->text; *p;) {
        size_t length = utf8_length(p);
        if (length == 0) {
            complain(s, line, "is not valid UTF-8", "allowed: UTF-8 text");
            s->stop = true;
            return;
        }
        line += *p == '\n';
        p += length;
    }
}

static void skip_line(struct scan *s)
{
    while (*s->at && *s->at != '\n')
        s->at++;
    if (*s->at == '\0') /* libconfig calls that a syntax error */
        complain(s, s->line, "the last line is a comment that does not end", "missing: a new line");
}

static void skip_comment(struct scan *s)
{
    int begun = s->line;
    s->at += 2;
    for (; *s->at; s->at++) {
        if (s->at[0] == '*' && s->at[1] == '/') {
            s->at += 2;
            return;
        }
        s->line += *s->at == '\n';
    }
    complain(s, begun, "comment is never closed", "missing: */");
    s->stop = true;
}

/* Whether a string may follow this sign: a comma parts the items of a list, but ends a setting of a group. */
static bool string_fits(const struct scan *s, char last)
{
    bool group = s->depth > 0 ? s->open[s->depth] == '{' : s->budget->from == NULL;
    return last == '=' || last == ':' || last == '(' || last == '[' || (last == ',' && !group);
}

/* \xHH makes any byte: a NUL would end the string, others could be half of a letter. */
static void check_escape(struct scan *s)
{
    if (s->at[0] != 'x' || !isxdigit((unsigned char)s->at[1]) || !isxdigit((unsigned char)s->at[2]))
        return;
    const char digits[] = {s->at[1], s->at[2], '\0'};
    unsigned long value = strtoul(digits, NULL, 16);
    if (value == 0 || value > 0x7f)
        complain(s, s->line, "escape is no letter", "allowed: \\x01 to \\x7f; write other letters as they are");
}

static void read_string(struct scan *s)
{
    int begun = s->line;
    if (s->budget->last == '"')
        complain(s, s->line, "two strings side by side would be joined to one",
                 "missing: a comma or a semicolon");
    else if (!string_fits(s, s->budget->last)) /* libconfig would say so too, and leak it */
        complain(s, s->line, "string has no place here", "allowed: after =, or between the brackets of a list");
    const char *from = ++s->at;
    for (; *s->at && *s->at != '"'; s->at++) {
        s->line += *s->at == '\n';
        if (s->at[0] != '\\' || s->at[1] == '\0' || s->at[1] == '\n')
            continue;
        s->at++;
        check_escape(s);
    }
    if (*s->at == '\0') {
        complain(s, begun, "string is never closed", "missing: \"");
        s->stop = true;
        return;
    }
    if ((size_t)(s->at - from) > TEXT_MOST_STRING)
        complain(s, begun, "string is too long", "allowed: 64 KiB");
    s->at++;
}

/* A run of letters, digits, signs and dots that is not a name is a number: libconfig cuts large ones silently. */
static void read_number(struct scan *s)
{
    size_t length = strspn(s->at, "0123456789abcdefABCDEFxXlLeE+-.");
    char number[64];
    const char *digits = number;
    if (length >= sizeof number) {
        complain(s, s->line, "number is too long", "allowed: 63 characters");
        s->at += length;
        return;
    }
    memcpy(number, s->at, length);
    number[length] = '\0';
    s->at += length;
    digits += number[0] == '+' || number[0] == '-';
    bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    bool wide = length > 0 && (number[length - 1] == 'L' || number[length - 1] == 'l');
    if (!hex && strpbrk(number, ".eE") != NULL) {
        if (!isfinite(strtod(number, NULL)))
            complain(s, s->line, "number is not finite", "allowed: up to 1.79e308");
        return;
    }
    errno = 0;
    long long value = strtoll(number, NULL, hex ? 16 : 10);
    bool fits = hex ? value >= 0 && value <= INT32_MAX : value >= INT32_MIN && value <= INT32_MAX;
    if (errno == ERANGE)
        complain(s, s->line, "whole number is out of range", "allowed: 64 bits, with L at the end");
    else if (!wide && !fits)
        complain(s, s->line, "whole number does not fit in 32 bits and would be cut",
                 "write it with L at the end, or as a string");
}

static enum status scan_file(struct budget *budget, const char *file, char **text);

/* @include "file" on a line of its own. */
static void read_include(struct scan *s)
{
    struct budget *b = s->budget;
    bool keyword = strncmp(s->at, "@include", 8) == 0;
    const char *name = keyword ? s->at + 8 + strspn(s->at + 8, " \t") : s->at;
    size_t length = *name == '"' ? strcspn(name + 1, "\"\n") : 0;
    size_t rest = length == 0 || name[1 + length] != '"' ? 0 : 2 + length + strspn(name + 2 + length, " \t\r");
    if (rest == 0 || memchr(name, '\\', length) != NULL || strchr("\n#/", name[rest]) == NULL) {
        complain(s, s->line, "include is not understood", "form: @include \"file\" on a line of its own");
        skip_line(s);
        return;
    }
    if (name[1] == '/')
        complain(s, s->line, "include is absolute", "allowed: a path relative to the main file");
    else if (b->depth + 1 >= 10)
        complain(s, s->line, "includes are nested too deeply", "allowed: 9");
    else {
        char *path = message_text("%s/%.*s", b->directory, (int)length, name + 1), *text = NULL;
        if (path == NULL)
            message_add(b->messages, SEVERITY_ERROR, (struct place){s->file, s->line, NULL}, "out of memory");
        else {
            const char *from = b->from;
            int from_line = b->from_line;
            b->from = s->file;
            b->from_line = s->line;
            b->depth++;
            scan_file(b, path, &text); /* what is wrong is said there */
            b->depth--;
            b->from = from;
            b->from_line = from_line;
        }
        free(text);
        free(path);
    }
    s->at = name + rest;
}

static void count_setting(struct scan *s)
{
    size_t most = s->budget->room * TEXT_MOST_SETTINGS;
    if (++s->budget->settings == most + 1) {
        char allowed[64];
        snprintf(allowed, sizeof allowed, "allowed: %zu with all includes", most);
        complain(s, s->line, "too many settings", allowed);
        s->budget->spent = true;
    }
}

static void nest(struct scan *s, char bracket)
{
    if (bracket == '}' || bracket == ')' || bracket == ']') {
        s->depth -= s->depth > 0;
    } else if (s->depth == TEXT_MOST_DEPTH) {
        complain(s, s->line, "groups are nested too deeply", "allowed: 64");
        s->stop = true;
    } else {
        s->open[++s->depth] = bracket;
    }
}

static void read_token(struct scan *s)
{
    char c = *s->at, last = 'x';
    if (c == '#' || (c == '/' && s->at[1] == '/')) {
        skip_line(s);
        return; /* a comment does not part two strings */
    }
    if (c == '/' && s->at[1] == '*') {
        skip_comment(s);
        return;
    }
    if (c == '"') {
        read_string(s);
        last = c;
    } else if (c == '@') {
        read_include(s);
        return; /* nor does an include */
    } else if (isdigit((unsigned char)c) ||
               ((c == '+' || c == '-' || c == '.') && isdigit((unsigned char)s->at[1])) ||
               ((c == '+' || c == '-') && s->at[1] == '.')) {
        read_number(s);
    } else if (isalpha((unsigned char)c) || c == '*') {
        s->at += strspn(s->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*");
    } else {
        if (c == '=' || c == ':')
            count_setting(s);
        else if (strchr("{([])}", c) != NULL)
            nest(s, c);
        last = c;
        s->at++;
    }
    s->budget->last = last;
}

static enum status scan_file(struct budget *budget, const char *file, char **text)
{
    size_t before = budget->messages->errors;
    enum status status = read_regular(budget, file, text);
    if (status != STATUS_OK)
        return status;
    struct scan s = {.budget = budget, .file = file, .text = *text, .at = *text, .line = 1};
    check_utf8(&s);
    while (*s.at && !s.stop && !budget->spent) {
        if (*s.at == '\n')
            s.line++;
        if (isspace((unsigned char)*s.at))
            s.at++;
        else
            read_token(&s);
    }
    return budget->messages->errors > before ? STATUS_INVALID : STATUS_OK;
}

enum status text_read(const char *file, size_t room, char **text, struct messages *messages)
{
    char *copy = strdup(file);
    struct budget budget = {.messages = messages, .room = room};
    *text = NULL;
    if (copy == NULL)
        return STATUS_FAILED;
    budget.directory = dirname(copy);
    enum status status = scan_file(&budget, file, text);
    free(copy);
    if (status != STATUS_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}
