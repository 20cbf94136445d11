/* What the program says: messages, progress, tables, numbers. */
#include "cli/cli.h"

#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void cli_print(const struct messages *messages)
{
    for (size_t k = 0; k < messages->count; k++) {
        char *text = message_format(&messages->list[k]);
        fprintf(stderr, "%s\n", text ? text : "equipoise: error: out of memory");
        free(text);
    }
    if (messages->lost)
        fputs("equipoise: error: out of memory\n", stderr);
}

int cli_end(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("equipoise: error: standard output cannot be written\n", stderr);
        return status == STATUS_OK ? STATUS_IO : status;
    }
    return status;
}

void cli_progress_clear(struct cli_bar *bar)
{
    if (bar->drawn)
        fputs("\r\033[K", stderr);
    bar->drawn = false;
}

void cli_progress(size_t done, size_t runs, void *context)
{
    enum { WIDTH = 40, LINE_SECONDS = 10 };
    static const char full[WIDTH + 1] = "########################################";
    struct cli_bar *bar = context;
    if (bar->quiet || runs < 2)
        return;
    if (!isatty(STDERR_FILENO)) { /* a log: a line now and then */
        time_t now = time(NULL);
        if (bar->said == 0)
            bar->said = now;
        if (now - bar->said >= LINE_SECONDS) {
            bar->said = now;
            fprintf(stderr, "equipoise: %zu of %zu runs\n", done, runs);
        }
        return;
    }
    bar->drawn = true;
    int filled = (int)(done * WIDTH / runs);
    fprintf(stderr, "\r[%-*.*s] %zu of %zu runs", WIDTH, filled, full, done, runs);
    fflush(stderr);
}

char *cli_number(double value)
{
    if (isnan(value))
        return message_text("-");
    return fabs(value) >= 1e5 ? message_text("%.0f", value) : message_text("%.4g", value);
}

void cli_csv_string(FILE *out, const char *text)
{
    if (strpbrk(text, ",\"\n\r") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void cli_out_of_memory(void)
{
    fputs("equipoise: error: out of memory\n", stderr);
    exit(STATUS_FAILED);
}

/* ---- tables -------------------------------------------------------------------------------------------- */

void cli_table_add(struct cli_table *table, char *const *cells)
{
    if (table->rows == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 32;
        char **cell = realloc(table->cell, capacity * table->columns * sizeof *cell);
        if (cell == NULL)
            cli_out_of_memory();
        table->cell = cell;
        table->capacity = capacity;
    }
    memcpy(table->cell + table->rows++ * table->columns, cells, table->columns * sizeof *cells);
}

void cli_table_free(struct cli_table *table)
{
    for (size_t k = 0; k < table->rows * table->columns; k++)
        free(table->cell[k]);
    free(table->cell);
    *table = (struct cli_table){0};
}

/* Width of a text in columns: bytes that do not continue a UTF-8 sequence. */
static int width_of(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static const char *cell_of(const struct cli_table *table, size_t row, size_t column)
{
    const char *text = table->cell[row * table->columns + column];
    return text ? text : "";
}

static void print_cell(const char *text, int width, bool right, bool last)
{
    int pad = width - width_of(text);
    if (right)
        printf("%*s", pad, "");
    fputs(text, stdout);
    if (!right && !last)
        printf("%*s", pad, "");
    fputs(last ? "\n" : "  ", stdout);
}

static void print_text(const struct cli_table *table)
{
    int width[32] = {0};
    for (size_t c = 0; c < table->columns; c++) {
        width[c] = width_of(table->heading[c]);
        for (size_t r = 0; r < table->rows; r++)
            width[c] = width_of(cell_of(table, r, c)) > width[c] ? width_of(cell_of(table, r, c)) : width[c];
    }
    for (size_t c = 0; c < table->columns; c++)
        print_cell(table->heading[c], width[c], table->right[c], c + 1 == table->columns);
    for (size_t r = 0; r < table->rows; r++)
        for (size_t c = 0; c < table->columns; c++)
            print_cell(cell_of(table, r, c), width[c], table->right[c], c + 1 == table->columns);
}

static void print_markdown_cell(const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            putchar('\\');
        putchar(*text);
    }
}

static void print_markdown(const struct cli_table *table)
{
    for (size_t c = 0; c < table->columns; c++)
        printf("| %s ", table->heading[c]);
    puts("|");
    for (size_t c = 0; c < table->columns; c++)
        fputs(table->right[c] ? "|---:" : "|---", stdout);
    puts("|");
    for (size_t r = 0; r < table->rows; r++) {
        for (size_t c = 0; c < table->columns; c++) {
            fputs("| ", stdout);
            print_markdown_cell(cell_of(table, r, c));
            putchar(' ');
        }
        puts("|");
    }
}

/* A number that is not known. */
static bool is_missing(const char *text)
{
    return text[0] == '\0' || strcmp(text, "-") == 0;
}

static void print_csv(const struct cli_table *table, const bool *number)
{
    for (size_t c = 0; c < table->columns; c++)
        printf("%s%s", c ? "," : "", table->heading[c]);
    putchar('\n');
    for (size_t r = 0; r < table->rows; r++)
        for (size_t c = 0; c < table->columns; c++) {
            const char *text = cell_of(table, r, c);
            cli_csv_string(stdout, number[c] && is_missing(text) ? "" : text);
            putchar(c + 1 == table->columns ? '\n' : ',');
        }
}

static void print_json(const struct cli_table *table, const bool *number)
{
    puts("[");
    for (size_t r = 0; r < table->rows; r++) {
        fputs("  {", stdout);
        for (size_t c = 0; c < table->columns; c++) {
            const char *text = cell_of(table, r, c);
            printf("%s", c ? ", " : "");
            json_string(stdout, table->heading[c]);
            fputs(": ", stdout);
            if (number[c] && is_missing(text))
                fputs("null", stdout);
            else if (number[c])
                fputs(text, stdout);
            else
                json_string(stdout, text);
        }
        puts(r + 1 < table->rows ? "}," : "}");
    }
    puts("]");
}

void cli_table_print(struct cli_table *table, enum cli_format format, const bool *number)
{
    if (format == FORMAT_TEXT)
        print_text(table);
    else if (format == FORMAT_MARKDOWN)
        print_markdown(table);
    else if (format == FORMAT_CSV)
        print_csv(table, number);
    else
        print_json(table, number);
}
