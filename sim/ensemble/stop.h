/* Stopping in good order: the first SIGINT or SIGTERM lets running runs finish and the file be published, the second
 * ends the program at once. */
#ifndef EQUIPOISE_ENSEMBLE_STOP_H
#define EQUIPOISE_ENSEMBLE_STOP_H

/* Listens from now on; stop_unlisten() restores what was before. */
void stop_listen(void);
void stop_unlisten(void);

/* The signal that came, or 0. */
int stop_asked(void);

#endif
