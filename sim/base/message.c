#include "base/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *message_vtext(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = length < 0 ? NULL : malloc((size_t)length + 1);
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *message_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = message_vtext(format, arguments);
    va_end(arguments);
    return text;
}

void message_add(struct messages *m, enum severity severity, struct place place, const char *format, ...)
{
    if (severity == SEVERITY_ERROR)
        m->errors++;
    if (m->count == m->capacity) {
        size_t capacity = m->capacity ? 2 * m->capacity : 16;
        struct message *list = realloc(m->list, capacity * sizeof *list);
        if (list == NULL) {
            m->lost = 1;
            return;
        }
        m->list = list;
        m->capacity = capacity;
    }
    va_list arguments;
    va_start(arguments, format);
    struct message message = {.severity = severity, .line = place.line};
    message.text = message_vtext(format, arguments);
    va_end(arguments);
    message.file = place.file ? strdup(place.file) : NULL;
    message.path = place.path ? strdup(place.path) : NULL;
    if (message.text == NULL || (place.file && !message.file) || (place.path && !message.path)) {
        free(message.text);
        free(message.file);
        free(message.path);
        m->lost = 1;
        return;
    }
    m->list[m->count++] = message;
}

char *message_format(const struct message *message)
{
    static const char *const words[] = {"error", "warning", "note"};
    char line[32] = "";
    if (message->line > 0)
        snprintf(line, sizeof line, ":%d", message->line);
    return message_text("%s%s%s%s: %s%s%s", message->file ? message->file : "", line, message->file ? ": " : "",
                        words[message->severity], message->path ? message->path : "", message->path ? ": " : "",
                        message->text);
}

void message_clear(struct messages *m)
{
    for (size_t k = 0; k < m->count; k++) {
        free(m->list[k].file);
        free(m->list[k].path);
        free(m->list[k].text);
    }
    free(m->list);
    *m = (struct messages){0};
}
