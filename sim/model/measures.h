/* MEASURES (C.17): what is said of the system as a whole; reported, never used by the dynamics. */
#ifndef EQUIPOISE_MODEL_MEASURES_H
#define EQUIPOISE_MODEL_MEASURES_H

#include "model/world.h"

/* CON of Ray and Singer (1973) over the living: 0 for equal shares, 1 if one has all (also with a single state). */
double measures_concentration(const struct world *world);

/* The largest share of the living. */
double measures_largest(const struct world *world);

/* 1/HHI over the ordinary poles, their shares renormalised; NAN without poles. */
double measures_effective_poles(const struct world *world);

/* 1 - |W1 - W2|/(W1 + W2) and W2/W1 for the two heaviest camps; NAN with fewer than two camps or without weight. */
double measures_balance(const struct world *world);
double measures_parity(const struct world *world);

/* Newman's (2006) modularity of alignment similarity w_ij = sum_c b_ic b_jc, communities by the largest b; NAN without
 * links.  Times balance: polarisation of the camps. */
double measures_modularity(const struct world *world);
double measures_camp_polarisation(const struct world *world);

/* Landscape energy E = sum_ij s_i s_j (1 - 2 h_ij)(1 - w_ij) (after Axelrod and Bennett 1993). */
double measures_energy(const struct world *world);

/* 1 - mean over states of the sum of changes of shares over four quarters, halved; NAN before. */
double measures_stability(const struct world *world);

/* Share of states without a loss of level 3 or more and without a change of power share above 25 % in ten years; NAN
 * before forty quarters. */
double measures_status_quo(const struct world *world);

/* sum_i H_i a_i0 / sum_i H_i over the region; NAN without one. */
double measures_region_autonomy(const struct world *world);

/* Fear-weighted coalition against j, [states]: sum_i s_i sum_c a_ic k_cj k_ij over living i and ordinary poles c, neither
 * of them j nor each other, k = min(1, 2 h); 0 for the dead. */
void measures_counter_coalition(const struct world *world, double *coalition);

/* nb = 1/sum_c (a_ic/(1 - a_i0))^2, [states]; NAN for who leans on nobody. */
void measures_spread(const struct world *world, double *spread);

/* Class of behaviour (C.15), [states]: 0 non-aligned, 1 bandwagoning, 2 balancing, 3 buck-passing, 4 hedging, 5 leaning,
 * 6 dead. */
void measures_behaviour(const struct world *world, double *behaviour);

/* Keeps what stability and status quo look back at: at the start, and after the commit of every step. */
void measures_remember(struct world *world);

double measures_survivors(const struct world *world);

/* Survivors by type: phi of at least one half, and less. */
double measures_survivors_offensive(const struct world *world);
double measures_survivors_defensive(const struct world *world);

/* CON over the states of the start; the dead count as 0, so that absorption shows. */
double measures_concentration_all(const struct world *world);

/* Wars since the start; per ten years; part won by the attacker; states that joined a defender, per war (NAN before the
 * first war); pacts that a living state has. */
double measures_wars(const struct world *world);
double measures_wars_per_decade(const struct world *world);
double measures_attack_success(const struct world *world);
double measures_joiners_per_war(const struct world *world);
double measures_pacts_per_state(const struct world *world);

/* 1 as long as no state has ever held more than half of all capability (B of C.17b). */
double measures_no_hegemon(const struct world *world);

/* Class of polarity (enum polarity); number of poles; mean length of a spell of one class so far, years. */
void measures_polarity(const struct world *world, double *class);
double measures_poles(const struct world *world);
double measures_polarity_spell(const struct world *world);

/* (wS th.S + wN th.N + wR th.R + th.E) over the sum of the weights, [states]. */
void measures_security_deficit(const struct world *world, double *deficit);

/* HHI of export shares, [states]. */
void measures_export_concentration(const struct world *world, double *hhi);

/* 1 for the living, [states]. */
void measures_alive(const struct world *world, double *alive);

#endif
