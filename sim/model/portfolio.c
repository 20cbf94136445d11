#include "model/portfolio.h"

#include <math.h>

void portfolio_floor(double *x, size_t count, double floor)
{
    for (size_t c = 0; c < count; c++)
        x[c] = x[c] < floor ? floor : x[c];
}

void portfolio_normalise(double *x, size_t count)
{
    double sum = 0;
    for (size_t c = 0; c < count; c++)
        sum += x[c];
    if (sum > 0)
        for (size_t c = 0; c < count; c++)
            x[c] /= sum;
}

void portfolio_choose_log(double *x, const double *log_x, double *worth, size_t count, double rho, double kappa)
{
    /* in logarithms, less the largest, so that no exponential overflows however small kappa is */
    double largest = -INFINITY, pull = rho / kappa;
    for (size_t c = 0; c < count; c++) {
        worth[c] = (1 - rho) * log_x[c] + pull * worth[c];
        largest = worth[c] > largest ? worth[c] : largest;
    }
    for (size_t c = 0; c < count; c++)
        x[c] = exp(worth[c] - largest);
    portfolio_normalise(x, count);
}

void portfolio_choose(double *x, double *worth, size_t count, double rho, double kappa)
{
    for (size_t c = 0; c < count; c++)
        x[c] = log(x[c]);
    portfolio_choose_log(x, x, worth, count, rho, kappa);
}

void portfolio_update(double *x, double *worth, size_t count, double rho, double kappa, double floor)
{
    portfolio_floor(x, count, floor);
    portfolio_choose(x, worth, count, rho, kappa);
    portfolio_floor(x, count, floor);
    portfolio_normalise(x, count);
}
