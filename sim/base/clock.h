/* A clock that only goes on. */
#ifndef EQUIPOISE_BASE_CLOCK_H
#define EQUIPOISE_BASE_CLOCK_H

/* Seconds since some time in the past; differences alone mean something. */
double clock_seconds(void);

#endif
