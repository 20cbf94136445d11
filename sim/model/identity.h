/* IDENTITY (C.11): regional identity.  Owns identity, through the flow. */
#ifndef EQUIPOISE_MODEL_IDENTITY_H
#define EQUIPOISE_MODEL_IDENTITY_H

#include "model/world.h"

/* Trade of i with the other members of its region over its output, at t. */
double identity_trade(const struct world *world, size_t i);

/* Mean hostility of i toward the other members of its region. */
double identity_hostility(const struct world *world, size_t i);

/* d idn_i/dt = (pI min(1, 3 trade) + qI (1 + elite) mean)(1 - idn) - dI (mean h + Q/2) idn: adoption with forgetting (Bass
 * 1969), given moving identity and polarisation and what is held over the step. */
double identity_rate(const struct world *world, double idn, double mean, double polarisation, double trade,
                     double hostility);

#endif
