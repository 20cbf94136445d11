/* What the library says to its caller: a status for every call, and a list of messages with their places.
 * Nothing below the command line prints. */
#ifndef EQUIPOISE_BASE_MESSAGE_H
#define EQUIPOISE_BASE_MESSAGE_H

#include <stdarg.h>
#include <stddef.h>

/* Outcome of a library call.  The numbers are the exit status of the program. */
enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1,      /* something broke while running: memory, an integrator */
    STATUS_INVALID = 2,     /* the user's scenario, option or quantity is wrong */
    STATUS_RUNS_FAILED = 3, /* finished, but some runs failed */
    STATUS_IO = 4,          /* a file could not be written or read */
    STATUS_UNREADABLE = 5   /* a result file that is damaged or is none */
};

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };

/* Where a message belongs; any part may be NULL or 0.  Strings are copied. */
struct place {
    const char *file;
    int line;
    const char *path; /* dotted path of the setting */
};

struct message {
    enum severity severity;
    int line;
    char *file, *path, *text; /* file and path may be NULL */
};

/* A list that grows.  All zero is an empty list.  `lost` is set if memory ran out while adding. */
struct messages {
    struct message *list;
    size_t count, capacity, errors;
    int lost;
};

/* Adds a message; the text is formatted as by printf and copied. */
void message_add(struct messages *m, enum severity severity, struct place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Writes one message as "file:line: error: path: text" into a string that the caller frees, or NULL. */
char *message_format(const struct message *message);

/* Frees the contents; the list is empty afterwards. */
void message_clear(struct messages *m);

/* The text of a formatted string, allocated; NULL if memory ran out.  The caller frees it. */
char *message_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *message_vtext(const char *format, va_list arguments);

#endif
