/* INSTITUTION (C.9): what a body provides to its members, and how far it binds them.  Owns support, override, service,
 * agreement, provision, shielded_*, monitoring, binding (derived). */
#ifndef EQUIPOISE_MODEL_INSTITUTION_H
#define EQUIPOISE_MODEL_INSTITUTION_H

#include "model/world.h"

/* Provision of every body from hostility, membership and home power.  Agreement and override: decision cost and external
 * cost of Buchanan and Tullock (1962) in binomial form; slack: from Mearsheimer (1994) to Barnett and Finnemore (1999). */
void institution_update(struct world *world);

/* Pr[Bin(n, p) >= need]; 1 for need = 0. */
double institution_agreement(size_t n, double p, size_t need);

/* Votes that a rule needs of n members: consensus n, simple n/2 + 1, qualified two thirds rounded up. */
size_t institution_votes(const struct world *world, size_t body, size_t n);

/* Members of a body; its leader if that is a member, else CAST_NONE. */
size_t institution_members(const struct world *world, size_t body);
size_t institution_leader(const struct world *world, size_t body);

/* Largest centralisation among bodies that work on the issue with both as members; 0 if there is none. */
double institution_enforcement(const struct world *world, size_t issue, size_t i, size_t j);

#endif
