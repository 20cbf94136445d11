#include "ensemble/stop.h"

#include <signal.h>
#include <stddef.h>

/* A handler can only speak through a variable of this kind: the one piece of state outside a context. */
static volatile sig_atomic_t asked;
static struct sigaction before[2];
static const int signals[2] = {SIGINT, SIGTERM};

static void note(int number)
{
    asked = number;
    for (size_t k = 0; k < 2; k++)
        signal(signals[k], SIG_DFL); /* whichever comes next ends the program at once */
}

void stop_listen(void)
{
    struct sigaction action = {.sa_handler = note};
    sigemptyset(&action.sa_mask);
    for (size_t k = 0; k < 2; k++)
        sigaddset(&action.sa_mask, signals[k]);
    asked = 0;
    for (size_t k = 0; k < 2; k++) {
        sigaction(signals[k], NULL, &before[k]);
        if (before[k].sa_handler != SIG_IGN) /* a job in the background of a script is not asked by Ctrl-C */
            sigaction(signals[k], &action, NULL);
    }
}

void stop_unlisten(void)
{
    for (size_t k = 0; k < 2; k++)
        sigaction(signals[k], &before[k], NULL);
}

int stop_asked(void)
{
    return asked;
}
