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
}

void stop_listen(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    asked = 0;
    for (size_t k = 0; k < 2; k++)
        sigaction(signals[k], &action, &before[k]);
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
