/* The portfolio rule (design, C.0 and C.0b): x'_c = x_c^(1-rho) exp(rho U_c/kappa) / Z, floors before and
 * after. */
#include "testing.h"

#include "model/portfolio.h"

static double total(const double *x, size_t count)
{
    double sum = 0;
    for (size_t c = 0; c < count; c++)
        sum += x[c];
    return sum;
}

/* One application against the rule in plain arithmetic, for many shapes, rho and kappa; the result is a
 * simplex. */
static void one_step_is_the_rule(void **unused)
{
    (void)unused;
    const double rhos[] = {1e-3, 0.12, 0.5, 1}, kappas[] = {0.05, 0.2, 3};
    for (size_t count = 1; count <= 8; count++)
        for (size_t r = 0; r < 4; r++)
            for (size_t k = 0; k < 3; k++) {
                double x[8], U[8], expected[8], sum = 0, Z = 0;
                for (size_t c = 0; c < count; c++)
                    sum += x[c] = 1 + (double)(c * c % 5);
                for (size_t c = 0; c < count; c++) {
                    x[c] /= sum;
                    U[c] = sin((double)(3 * c + 1));
                    expected[c] = pow(x[c], 1 - rhos[r]) * exp(rhos[r] * U[c] / kappas[k]);
                    Z += expected[c];
                }
                portfolio_choose(x, U, count, rhos[r], kappas[k]);
                assert_close(total(x, count), 1, 1e-14);
                for (size_t c = 0; c < count; c++)
                    assert_close(x[c], expected[c] / Z, 1e-12);
            }
}

/* A constant added to every utility changes nothing, however large: only differences count. */
static void only_differences_count(void **unused)
{
    (void)unused;
    double x[3] = {0.2, 0.3, 0.5}, y[3] = {0.2, 0.3, 0.5}, U[3] = {0.5, -0.25, 0.125}, V[3];
    for (size_t c = 0; c < 3; c++)
        V[c] = U[c] + 4096; /* exact in binary */
    portfolio_choose(x, U, 3, 0.5, 0.25);
    portfolio_choose(y, V, 3, 0.5, 0.25);
    for (size_t c = 0; c < 3; c++)
        assert_close(y[c], x[c], 1e-11); /* 8192 - 8192 + 1 in doubles: 1e-12 */
}

/* kappa -> 0 takes the best, kappa -> infinity with rho = 1 knows no preference; neither is NaN or
 * overflows. */
static void extreme_kappa(void **unused)
{
    (void)unused;
    const double tiny[] = {1e-12, 1e-100, 1e-300}, huge[] = {1e12, 1e300};
    for (size_t k = 0; k < 3; k++) {
        double x[3] = {0.98, 0.01, 0.01}, U[3] = {0.1, 0.3, 0.2};
        portfolio_choose(x, U, 3, 0.12, tiny[k]);
        assert_close(x[1], 1, 1e-15);
        assert_true(x[0] == 0 && x[2] == 0);
        double floored[3] = {0.98, 0.01, 0.01}, W[3] = {0.1, 0.3, 0.2};
        portfolio_update(floored, W, 3, 0.12, tiny[k], 1e-4);
        assert_close(floored[0], 1e-4 / (1 + 2e-4), 1e-14); /* a share may end just under the floor */
        assert_close(floored[1], 1 / (1 + 2e-4), 1e-14);
    }
    for (size_t k = 0; k < 2; k++) {
        double x[4] = {0.7, 0.1, 0.1, 0.1}, U[4] = {5, -5, 0, 1};
        portfolio_choose(x, U, 4, 1, huge[k]);
        for (size_t c = 0; c < 4; c++)
            assert_close(x[c], 0.25, 1e-10);
    }
}

/* Floors: an old share under the floor is raised before the rule, so that it can grow from the floor (not
 * from zero) by the rule; the new shares are floored and normalised once more.  Recomputed step by step. */
static void floors(void **unused)
{
    (void)unused;
    const double floor = 1e-2, rho = 0.25, kappa = 0.5;
    double x[3] = {0, 0.4, 0.6}, U[3] = {0.4, 0.1, -9}, expected[3], Z = 0;
    for (size_t c = 0; c < 3; c++)
        Z += expected[c] = pow(fmax(x[c], floor), 1 - rho) * exp(rho * U[c] / kappa);
    double again = 0;
    for (size_t c = 0; c < 3; c++)
        again += expected[c] = fmax(expected[c] / Z, floor);
    portfolio_update(x, U, 3, rho, kappa, floor);
    for (size_t c = 0; c < 3; c++)
        assert_close(x[c], expected[c] / again, 1e-14);
    assert_close(total(x, 3), 1, 1e-15);
    /* the parts on their own */
    double y[3] = {0, 0.005, 0.7};
    portfolio_floor(y, 3, floor);
    assert_true(y[0] == floor && y[1] == floor && y[2] == 0.7);
    double nothing[2] = {0, 0};
    portfolio_normalise(nothing, 2);
    assert_true(nothing[0] == 0 && nothing[1] == 0); /* shares of sum 0 stay */
}

/* A choice among one is that one, whatever it is worth. */
static void count_one(void **unused)
{
    (void)unused;
    const double worth[] = {-1e9, 0, 1e9};
    for (size_t k = 0; k < 3; k++) {
        double x = 0.3, U = worth[k];
        portfolio_choose(&x, &U, 1, 0.12, 1e-9);
        assert_true(x == 1);
        double y = 0, V = worth[k];
        portfolio_update(&y, &V, 1, 1, 0.2, 1e-4);
        assert_true(y == 1);
    }
}

/* Every share stays within [floor/(1 + n floor), 1] and the sum at 1 over a long walk of random utilities. */
static void simplex_for_ever(void **unused)
{
    (void)unused;
    enum { COUNT = 7 };
    double x[COUNT] = {1}, U[COUNT], phase = 0;
    for (int t = 0; t < 5000; t++) {
        for (size_t c = 0; c < COUNT; c++)
            U[c] = 3 * sin(phase += 1.7);
        portfolio_update(x, U, COUNT, 0.12, 0.2, 1e-4);
        assert_close(total(x, COUNT), 1, 1e-14);
        for (size_t c = 0; c < COUNT; c++)
            assert_true(x[c] >= 1e-4 / (1 + COUNT * 1e-4) && x[c] <= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_step_is_the_rule),
        cmocka_unit_test(only_differences_count),
        cmocka_unit_test(extreme_kappa),
        cmocka_unit_test(floors),
        cmocka_unit_test(count_one),
        cmocka_unit_test(simplex_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
