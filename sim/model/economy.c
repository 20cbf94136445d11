#include "model/economy.h"
#include "model/draw.h"
#include "model/portfolio.h"
#include "model/power.h"

#include <string.h>

#define EXPORT_FLOOR 1e-6
#define LEAST_LOGARITHM 1e-9

void economy_leverage(struct world *world)
{
    size_t n = world->cast->states;
    const double *Y = world->now.gdp, *x = world->set.openness, *sub = world->set.substitutability;
    double cT = world->model.trade_leverage, cD = world->model.debt_leverage;
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a];
        const double *sells = world->now.export_share + i * n, *owes = world->now.debt + i * n;
        double *lev = world->derived.leverage + i * n;
        for (size_t j = 0; j < n; j++) {
            double trade = x[i] * Y[i] * sells[j] + x[j] * Y[j] * world->now.export_share[j * n + i];
            double net = (1 - sub[i]) * trade / Y[i] - (1 - sub[j]) * trade / Y[j];
            lev[j] = cT * (net > 0 ? net : 0) + cD * owes[j] / Y[i];
        }
        for (size_t j = 0; j < n; j++)
            lev[j] = lev[j] > 0 ? -expm1(-lev[j]) : 0;
        lev[i] = 0;
    }
}

double economy_trade(const struct world *world, size_t i, size_t j)
{
    size_t n = world->cast->states;
    const double *Y = world->now.gdp, *x = world->set.openness, *sigma = world->now.export_share;
    return x[i] * Y[i] * sigma[i * n + j] + x[j] * Y[j] * sigma[j * n + i];
}

void economy_natural(struct world *world)
{
    size_t n = world->cast->states;
    for (size_t e = 0; e < n * n; e++)
        world->load.log_trade_share[e] = log(world->set.trade_share[e]); /* of no share: minus infinity */
}

/* u' = u exp(-dt/T) + sd sqrt(1 - exp(-2 dt/T)) z: a state's luck of a decade, whose spread does not depend on the step
 * (Uhlenbeck and Ornstein 1930). */
static void deviate(struct world *world, size_t i)
{
    const struct model_settings *model = &world->model;
    double kept = exp(-world->dt / model->unevenness_memory), u = world->now.growth_deviation[i] * kept;
    if (model->noise != 0 && model->unevenness > 0)
        u += draw_normal(world, PURPOSE_UNEVENNESS, i, i, model->unevenness * sqrt(1 - kept * kept));
    world->next.growth_deviation[i] = u;
}

/* g' = g0 - k_g (m - m0) + eta xi x sum sigma (g_j(t-1) - g0_j) + k_L dloan - k_D KL + shock + u' + noise. */
static double growth(const struct world *world, size_t i, const double *log_sigma)
{
    size_t n = world->cast->states, row = i * n;
    const struct model_settings *model = &world->model;
    const double *sigma = world->now.export_share + row, *log_natural = world->load.log_trade_share + row;
    double demand = 0, lending = 0, diversion = 0, least = log(LEAST_LOGARITHM);
    for (size_t k = 0; k < world->living.count; k++) {
        size_t j = world->living.state[k];
        if (j == i)
            continue;
        demand += sigma[j] * (world->now.growth[j] - world->set.trend_growth[j]);
        lending += world->set.loan[row + j] - world->load.loan_at_load[row + j];
        diversion += sigma[j] * (log_sigma[j] - fmax(log_natural[j], least));
    }
    double g = world->set.trend_growth[i] -
               model->arms_drag * (world->now.burden[i] - world->load.burden_at_load[i]) +
               model->demand_pull * world->set.price_amplifier[i] * world->set.openness[i] * demand +
               model->loan_push * lending - model->diversion_cost * fmax(0, diversion) + world->set.shock[i] +
               world->next.growth_deviation[i];
    if (world_runs(world, MECHANISM_war)) /* overextension */
        g -= model->holding_cost * world->derived.occupied[i];
    if (model->noise != 0)
        g += draw_normal(world, PURPOSE_GROWTH, i, i, model->growth_noise * sqrt(0.25 / world->dt));
    return g;
}

/* Exports drift toward where demand has grown, away from where too much goes already.  log_sigma: [states], used up. */
static void markets(struct world *world, size_t i, const double *log_demand, double *log_sigma)
{
    size_t n = world->cast->states, row = i * n, count = 0;
    const double *log_natural = world->load.log_trade_share + row;
    double *shares = world->derived.scratch_row, *worth = world->derived.scratch_pair + row;
    double kappa = world->model.trade_indecision, effort = world->derived.diversification_effort[i];
    double least = log(LEAST_LOGARITHM), floor = log(EXPORT_FLOOR);
    for (size_t k = 0; k < world->living.count; k++) {
        size_t j = world->living.state[k];
        if (j == i)
            continue;
        worth[count] =
            kappa * fmax(log_natural[j] + log_demand[j], least) - effort * world->now.export_share[row + j];
        log_sigma[count++] = fmax(log_sigma[j], floor);
    }
    double rho = world_weight(world, world->model.trade_adjustment);
    portfolio_choose_log(shares, log_sigma, worth, count, rho, kappa);
    portfolio_floor(shares, count, EXPORT_FLOOR);
    portfolio_normalise(shares, count);
    memset(world->next.export_share + row, 0, n * sizeof *shares);
    for (size_t k = count = 0; k < world->living.count; k++)
        if (world->living.state[k] != i)
            world->next.export_share[row + world->living.state[k]] = shares[count++];
}

void economy_update(struct world *world)
{
    size_t n = world->cast->states;
    double *log_demand = world->derived.log_demand, *log_sigma = world->derived.log_sigma;
    for (size_t j = 0; j < n; j++)
        log_demand[j] = log(world->now.gdp[j] / world->load.gdp_at_load[j]);
    for (size_t a = 0; a < world->living.count; a++) {
        size_t i = world->living.state[a];
        for (size_t j = 0; j < n; j++)
            log_sigma[j] = log(fmax(world->now.export_share[i * n + j], LEAST_LOGARITHM));
        world->derived.diversification_effort[i] =
            world->set.diversification[i] +
            world->model.threat_diversifies * world->set.autonomy[i] * world->derived.threat_economic[i];
        deviate(world, i);
        world->next.growth[i] = growth(world, i, log_sigma);
        markets(world, i, log_demand, log_sigma);
    }
}

void economy_gravity(struct world *world)
{
    const double near = 300, least_remainder = 0.01; /* km; share (C.15, C.19) */
    size_t n = world->cast->states;
    for (size_t i = 0; i < n; i++) {
        double *row = world->set.trade_share + i * n, listed = 0, pull = 0;
        for (size_t j = 0; j < n; j++) {
            if (j == i)
                continue;
            if (isnan(row[j]))
                pull += world->now.gdp[j] / (near + power_great_circle(world, i, j));
            else
                listed += row[j];
        }
        double remainder = fmax(least_remainder, 1 - listed);
        for (size_t j = 0; j < n; j++)
            if (isnan(row[j]))
                row[j] = j == i
                             ? 0
                             : remainder * world->now.gdp[j] / (near + power_great_circle(world, i, j)) / pull;
        row[i] = 0;
        portfolio_normalise(row, n);
    }
}
