/* WAR (C.13b): does a balance survive?  Owns pact and garrison; moves GDP, population, military stock, crisis and
 * reliability of those who fight, and territory.
 *
 * A state attacks the neighbour with the best expected utility (Bueno de Mesquita 1981) when the odds of the contest
 * (Hirshleifer 1989), third parties counted, pass the superiority that its disposition demands (Cederman 1997).  The loser
 * cedes (Bremer and Mihalka 1977; Cusack and Stoll 1990); too small against the winner, it is absorbed.  Conquered land is
 * garrisoned (Kennedy 1987), which may be set to cost nothing (Liberman 1996).  Noise off: no war. */
#ifndef EQUIPOISE_MODEL_WAR_H
#define EQUIPOISE_MODEL_WAR_H

#include "model/world.h"

/* On the state of t, before any stock flows: pacts, and whom each state would attack. */
void war_decide(struct world *world);

/* After the flow and the crises: battles one by one, settlements, what garrisons hold down and what breaks away. */
void war_fight(struct world *world);

/* u_ij of attacking the neighbour j, and the probability p_ij behind it, with the odds error of this year. */
double war_utility(const struct world *world, size_t i, size_t j, double *odds);

/* q_cj^i: probability that c fights for j against i, an alive third. */
double war_help(const struct world *world, size_t c, size_t j, size_t i);

#endif
