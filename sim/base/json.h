/* Text as JSON has it. */
#ifndef EQUIPOISE_BASE_JSON_H
#define EQUIPOISE_BASE_JSON_H

#include <stdio.h>

/* Writes a string in quotes, with what JSON wants escaped (RFC 8259, section 7).  Errors stay with the stream. */
void json_string(FILE *out, const char *text);

#endif
