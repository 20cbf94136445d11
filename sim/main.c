/* The program: a table of subcommands. */
#include "cli/cli.h"

#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct subcommand *const table[] = {&cli_run,   &cli_sweep,      &cli_validate, &cli_check,
                                                 &cli_list,  &cli_parameters, &cli_export,   &cli_chronicle,
                                                 &cli_merge, &cli_analyze};
enum { SUBCOMMANDS = sizeof table / sizeof table[0] };

static void help(FILE *out)
{
    fputs("Equipoise: an agent-based balance-of-power simulator\n\nusage: equipoise COMMAND [ARGUMENT...] "
          "[OPTION...]\n\n",
          out);
    for (size_t k = 0; k < SUBCOMMANDS; k++)
        fprintf(out, "  %-10s %-14s %s\n", table[k]->name, table[k]->arguments, table[k]->summary);
    fputs("\nequipoise COMMAND --help tells more, equipoise --version what it is made of.\n"
          "A first run:  equipoise run scenarios/us-withdrawal.cfg\n",
          out);
}

/* A standard stream that is closed must not become the next file that is opened: it is given something that fails. */
static void hold_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            _exit(STATUS_IO);
}

int main(int count, char **words)
{
    hold_streams();
    gsl_set_error_handler_off(); /* statuses are checked; the default handler would abort */
    signal(SIGXFSZ, SIG_IGN);    /* a full disk is an error with a message, not the end */
    if (count < 2) {
        help(stderr);
        return STATUS_INVALID;
    }
    if (strcmp(words[1], "--help") == 0 || strcmp(words[1], "help") == 0 || strcmp(words[1], "-h") == 0) {
        help(stdout);
        return cli_end(STATUS_OK);
    }
    if (strcmp(words[1], "--version") == 0) {
        cli_version();
        return cli_end(STATUS_OK);
    }
    for (size_t k = 0; k < SUBCOMMANDS; k++) {
        if (strcmp(words[1], table[k]->name) != 0)
            continue;
        struct cli_options options;
        cli_parse(table[k], count - 1, words + 1, &options);
        int status = table[k]->run(&options);
        cli_options_free(&options);
        return status;
    }
    fprintf(stderr, "equipoise: error: unknown command '%s' (equipoise --help lists them)\n", words[1]);
    return STATUS_INVALID;
}
