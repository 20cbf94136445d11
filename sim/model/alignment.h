/* ALIGNMENT (C.5): whom to lean on, and whether at all.  Owns alignment (stock) and utility (derived). */
#ifndef EQUIPOISE_MODEL_ALIGNMENT_H
#define EQUIPOISE_MODEL_ALIGNMENT_H

#include "model/world.h"

/* The terms of one utility U_ic, in the order of C.5. */
enum alignment_term {
    TERM_STRENGTH,   /* own strength against threatening power (option self) */
    TERM_SECURITY,   /* security gain: balancing or bandwagoning */
    TERM_FEAR,       /* do not lean on what you fear (B3) */
    TERM_NONSTATE,   /* help against non-state danger */
    TERM_REGIME,     /* support or pressure for the regime */
    TERM_PAYMENT,    /* side payments and leverage */
    TERM_COMPANY,    /* company of others (B4) */
    TERM_ENTRAPMENT, /* the patron's quarrels */
    TERM_AUTONOMY,   /* price of dependence */
    TERM_COMMITMENT, /* bases and bodies bind policy */
    TERM_TIE,        /* constant of the pair */
    TERM_COUNT
};

/* Writes the terms of U_ic to terms[TERM_COUNT] and returns their sum, added in that order.  `room` is [states]. */
double alignment_utility(const struct world *world, size_t i, size_t c, double *terms, double *room);

/* b.S + b.N + b.R + b.Y: what a patron gives, as the worth of hosting its forces counts it (C.9). */
double alignment_backing(const double *terms);

/* Nested logit with inertia: with whom by U_ic, at all by the odds against self (McFadden 1978). */
void alignment_update(struct world *world);

#endif
