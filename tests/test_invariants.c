/* Invariants (design, D.2) on random worlds: bounds, relabelling, units, absent states, bytes, switches,
 * step length; events (C.16) and copies. */
#include "testing.h"

#include "model/alignment.h"
#include "model/draw.h"
#include "model/power.h"
#include "model/threat.h"
#include "synthetic.h"

/* ---- what must hold after every step ------------------------------------------------------------------------- */

static void between(const char *what, const double *x, size_t count, double low, double high)
{
    for (size_t k = 0; k < count; k++)
        if (!(x[k] >= low && x[k] <= high))
            fail_msg("%s[%zu] = %.17g is outside %g..%g", what, k, x[k], low, high);
}

static void rows_of_one(const char *what, const double *x, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++) {
        double sum = 0;
        for (size_t k = 0; k < width; k++)
            sum += x[r * width + k];
        if (!(fabs(sum - 1) < 1e-12))
            fail_msg("%s: row %zu sums to %.17g", what, r, sum);
    }
}

/* D.2, read from the arrays and not by world_check(): shares are simplices, levels in [0,1], m in [m_min,
 * m_max], Y > 0, no NaN anywhere in stocks and derived quantities. */
static void holds(const struct world *world)
{
    size_t n = world->cast->states, options = world->cast->options;
    const struct stocks *now = &world->now;
    const struct derived *d = &world->derived;
    rows_of_one("alignment", now->alignment, n, options);
    rows_of_one("export_share", now->export_share, n, n);
    rows_of_one("capability", d->share, 1, n);
    between("alignment", now->alignment, n * options, 0, 1);
    between("hostility", now->hostility, n * n, 0, 1);
    between("reliability", now->reliability, n * n, 0, 1);
    between("usual_presence", now->usual_presence, n * n, 0, 1);
    between("militancy", now->militancy, n, 0, 1);
    between("legitimacy", now->legitimacy, n, 0, 1);
    between("identity", now->identity, n, 0, 1);
    between("tau", d->threat, n * n, 0, 1);
    between("th.S", d->threat_state, n, 0, 1);
    between("th.N", d->threat_nonstate, n, 0, 1);
    between("th.R", d->threat_regime, n, 0, 1);
    between("th.E", d->threat_economic, n, 0, 1);
    between("lev", d->leverage, n * n, 0, 1);
    between("felt", d->felt, n * n, 0, 1);
    between("T", d->threatening_power, n, 0, 1e9);
    between("U", d->utility, n * options, -1e3, 1e3);
    between("D", d->defence, n * n, 0, 1e3);
    between("gdp", now->gdp, n, 1e-9, 1e12);
    between("military", now->military, n, 0, 1e12);
    between("debt", now->debt, n * n, 0, 1e12);
    between("influence", now->influence, n * n, 0, 1e12);
    between("growth", now->growth, n, -1, 1);
    for (size_t i = 0; i < n; i++) {
        between("burden", now->burden + i, 1, world->set.burden_floor[i], world->set.burden_ceiling[i]);
        assert_true(now->hostility[i * n + i] == 0 && now->export_share[i * n + i] == 0);
        assert_true(d->threat[i * n + i] == 0 && d->leverage[i * n + i] == 0);
        for (size_t j = 0; j < n; j++) /* D_ij >= H_i holds by itself (C.0b) */
            assert_true(d->defence[i * n + j] >= d->share[i]);
        for (size_t c = 0; c < options; c++)
            if (!cast_can_choose(world->cast, i, c))
                assert_true(now->alignment[i * options + c] == 0);
    }
}

/* Forty noisy steps of random worlds, plain and rough. */
static void bounds(void **unused)
{
    (void)unused;
    const size_t sizes[] = {2, 3, 14, 50, 200};
    for (size_t k = 0; k < 5; k++)
        for (unsigned long seed = 1; seed <= (sizes[k] > 50 ? 2 : 4); seed++) {
            struct synthetic made = synthetic_make(sizes[k], seed, seed % 2 == 0);
            synthetic_start(made.world);
            for (int t = 0; t < 40; t++) {
                testing_steps(made.world, 1);
                holds(made.world);
            }
            synthetic_free(made);
        }
}

/* world_check() sees what it is there to see: any of these breaks is named. */
static void check_sees(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_make(5, 1, true);
    struct world *world = made.world;
    synthetic_start(world);
    testing_steps(world, 1);
    const struct {
        double *place, value;
    } broken[] = {{world->now.alignment + 1, NAN},
                  {world->now.alignment, world->now.alignment[0] + 1e-6},
                  {world->now.hostility + 1, 1.01},
                  {world->now.hostility + 1, -1e-9},
                  {world->now.militancy, NAN},
                  {world->now.gdp + 2, 0},
                  {world->now.gdp, INFINITY},
                  {world->now.military, -1},
                  {world->now.burden + 1, 0.2},
                  {world->now.burden + 1, NAN},
                  {world->now.export_share + 1, 1.5},
                  {world->derived.threat_state, 1.0000001},
                  {world->derived.leverage + 1, -0.1},
                  {world->now.reliability + 3, 2},
                  {world->derived.utility + 1, NAN},
                  {world->now.debt + 1, -1},
                  {world->now.growth, NAN},
                  {world->derived.share, 2}};
    for (size_t k = 0; k < sizeof broken / sizeof broken[0]; k++) {
        double keep = *broken[k].place;
        *broken[k].place = broken[k].value;
        char *wrong = world_check(world);
        if (wrong == NULL)
            fail_msg("break %zu is not seen", k);
        free(wrong);
        *broken[k].place = keep;
    }
    assert_null(world_check(world));
    synthetic_free(made);
}

/* ---- who is who does not matter ------------------------------------------------------------------------------ */

/* Largest distance of two values, against the larger one and a thousandth. */
static double apart(double a, double b)
{
    return fabs(a - b) / fmax(1e-3, fmax(fabs(a), fabs(b)));
}

/* Relabelling the states, and listing every role backwards, permutes the results; noise on, as draws belong
 * to codes.  Not to the bit: sums over states are taken in another order, which moves a sum of n like terms
 * by some sqrt(n) 2^-53, and each step hands that on to the next with a factor near one.  Forty steps of 200
 * states: 40 * 14 * 1e-16 = 6e-14; the bound is 1e-11, and a state that is treated by its number would be
 * off by 1e-3. */
static void relabelling(void **unused)
{
    (void)unused;
    const size_t sizes[] = {2, 3, 14, 50, 200};
    double worst = 0;
    for (size_t k = 0; k < 5; k++)
        for (unsigned long seed = 1; seed <= (sizes[k] > 50 ? 2 : 4); seed++) {
            size_t n = sizes[k], to[200];
            struct synthetic made = synthetic_make(n, seed, seed % 2 == 0);
            for (size_t i = 0; i < n; i++)
                to[i] = n - 1 - i;
            for (size_t i = 0; i + 1 < n; i += 3) { /* not only backwards */
                size_t keep = to[i];
                to[i] = to[(i * 5 + 1) % n];
                to[(i * 5 + 1) % n] = keep;
            }
            struct synthetic other = synthetic_relabel(made, to);
            synthetic_start(made.world);
            synthetic_start(other.world);
            testing_steps(made.world, 40);
            testing_steps(other.world, 40);
            for (size_t p = 0; p < parameter_count; p++) {
                const struct parameter *row = &parameter_table[p];
                if (!(row->flags & F_STOCK) || world_length(made.cast, row->shape) == 0)
                    continue;
                const double *a = parameter_values(made.world, row), *b = parameter_values(other.world, row);
                for (size_t e = 0; e < world_length(made.cast, row->shape); e++) {
                    double distance = apart(a[e], b[synthetic_place(made.cast, other.cast, row->shape, to, e)]);
                    worst = fmax(worst, distance);
                    if (!(distance < 1e-11))
                        fail_msg("%zu states, seed %lu, %s[%zu]: %.17g", n, seed, row->path, e, distance);
                }
            }
            synthetic_free(other);
            synthetic_free(made);
        }
    print_message("relabelling: largest distance %.2g\n", worst);
}

/* Money in other units: everything in billion USD times 1000 multiplies the stocks of money by 1000 and
 * changes nothing without a dimension; noise on.  1000 is no power of two, so to rounding only. */
static void units_of_money(void **unused)
{
    (void)unused;
    double worst = 0;
    for (unsigned long seed = 1; seed <= 4; seed++) {
        struct synthetic made = synthetic_make(14, seed, true), other = synthetic_make(14, seed, true);
        size_t scaled = 0;
        for (size_t p = 0; p < parameter_count; p++) {
            const struct parameter *row = &parameter_table[p];
            if (strncmp(row->unit, "billion USD", 11) != 0)
                continue;
            double *x = parameter_values(other.world, row);
            for (size_t e = 0; e < world_length(made.cast, row->shape); e++)
                x[e] *= 1000;
            scaled++;
        }
        assert_int_equal(scaled, 6); /* spending, gdp, debt, aid; military and influence follow */
        synthetic_start(made.world);
        synthetic_start(other.world);
        testing_steps(made.world, 40);
        testing_steps(other.world, 40);
        for (size_t p = 0; p < parameter_count; p++) {
            const struct parameter *row = &parameter_table[p];
            double factor = strncmp(row->unit, "billion USD", 11) == 0 ? 1000 : 1;
            if (!(row->flags & F_STOCK))
                continue;
            const double *a = parameter_values(made.world, row), *b = parameter_values(other.world, row);
            for (size_t e = 0; e < world_length(made.cast, row->shape); e++) {
                double distance = apart(a[e], b[e] / factor);
                worst = fmax(worst, distance);
                if (!(distance < 1e-11))
                    fail_msg("seed %lu, %s[%zu]: %.17g and %.17g", seed, row->path, e, a[e], b[e]);
            }
        }
        synthetic_free(other);
        synthetic_free(made);
    }
    print_message("units: largest distance %.2g\n", worst);
}

/* A state whose presence is 0 everywhere and that trades with nobody has tau 0 and lev 0 at all others and
 * adds nothing to their th.S and T, whatever it intends.  The rule for export shares keeps 1e-6 for
 * everybody, so "no trade" ends at lev of the order of cT x Y_i/Y_z 1e-6 (measured on the last step), and is
 * exact before the first. */
static void absent_state(void **unused)
{
    (void)unused;
    for (unsigned long seed = 1; seed <= 4; seed++) {
        enum { N = 14 };
        struct synthetic made[2];
        for (int hostile = 0; hostile < 2; hostile++) {
            made[hostile] = synthetic_make(N, seed, seed % 2 == 0);
            struct world *world = made[hostile].world;
            size_t z = world->cast->role[ROLE_POLES].state[0]; /* the largest, and a pole */
            world->model.noise = 0;
            world->set.openness[z] = 0;
            world->set.offensive[z] = hostile;
            for (size_t i = 0; i < N; i++) {
                if (i == z)
                    continue;
                world->set.presence[i * N + z] = 0;
                world->now.debt[i * N + z] = world->set.loan[i * N + z] = 0;
                world->set.trade_share[i * N + z] = 0;
                double sum = 0;
                for (size_t j = 0; j < N; j++)
                    sum += world->set.trade_share[i * N + j];
                for (size_t j = 0; j < N; j++)
                    world->set.trade_share[i * N + j] /= sum;
                if (hostile)
                    world->set.hostility_anchor[i * N + z] = 1;
            }
            synthetic_start(world);
            testing_steps(world, 1);
            for (size_t i = 0; i < N; i++)
                assert_true(i == z ||
                            (world->derived.threat[i * N + z] == 0 && world->derived.leverage[i * N + z] == 0));
        }
        for (size_t i = 0; i < N;
             i++) { /* the same shares so far: how hostile the absent one is has not mattered */
            size_t z = made[0].cast->role[ROLE_POLES].state[0];
            if (i == z ||
                made[0].cast->in_region[z]) /* hostility inside a bloc weakens it, whoever it is about */
                continue;
            assert_true(made[0].world->derived.threat_state[i] == made[1].world->derived.threat_state[i]);
            assert_true(made[0].world->derived.threatening_power[i] ==
                        made[1].world->derived.threatening_power[i]);
            assert_true(made[0].world->derived.arms_pressure[i] == made[1].world->derived.arms_pressure[i]);
        }
        for (int hostile = 0; hostile < 2; hostile++) {
            struct world *world = made[hostile].world;
            size_t z = world->cast->role[ROLE_POLES].state[0];
            testing_steps(world, 39);
            for (size_t i = 0; i < N; i++)
                if (i != z) {
                    assert_true(world->derived.threat[i * N + z] == 0);
                    assert_true(world->derived.leverage[i * N + z] < 1e-6);
                }
            synthetic_free(made[hostile]);
        }
    }
}

/* ---- rules recomputed from raw data ---------------------------------------------------------------------------- */

/* What a state i of a world thinks of one step, worked out from settings and stocks alone. */
struct raw {
    size_t n, options;
    const struct world *world;
    double *s;       /* [n] */
    double cohesion; /* of the bloc */
};

static struct raw raw_of(const struct world *world)
{
    struct raw raw = {world->cast->states, world->cast->options, world,
                      calloc(world->cast->states, sizeof(double)), 0};
    double pop = 0, Y = 0, M = 0, identity = 0, hostility = 0;
    for (size_t i = 0; i < raw.n; i++) {
        pop += world->now.population[i];
        Y += world->now.gdp[i];
        M += world->now.military[i];
    }
    for (size_t i = 0; i < raw.n; i++)
        raw.s[i] = (world->now.population[i] / pop + world->now.gdp[i] / Y + world->now.military[i] / M) / 3;
    const struct cast_group *region = &world->cast->role[ROLE_REGION];
    double m = (double)region->count;
    for (size_t a = 0; a < region->count; a++) {
        identity += world->now.identity[region->state[a]] / m;
        for (size_t b = 0; b < region->count; b++)
            if (a != b)
                hostility += world->now.hostility[region->state[a] * raw.n + region->state[b]] / m / (m - 1);
    }
    raw.cohesion = region->count > 1 ? identity * (1 - hostility) : 0;
    return raw;
}

/* g_ji and Pi_ji = q s g. */
static double raw_gradient(const struct raw *r, size_t i, size_t j)
{
    double e = exp(1), d = r->world->set.distance[i * r->n + j];
    return i == j ? 1 : pow(0.05, log10(d / 805 + 10 - e) - log10(10 - e));
}

static double raw_felt(const struct raw *r, size_t i, size_t j)
{
    return i == j ? r->s[i] : r->world->set.presence[i * r->n + j] * r->s[j] * raw_gradient(r, i, j);
}

static bool raw_relevant(const struct raw *r, size_t i, size_t j)
{
    bool matters = r->world->set.contiguous[i * r->n + j] != 0;
    for (size_t p = 0; p < r->world->cast->role[ROLE_POLES].count; p++)
        matters = matters || r->world->cast->role[ROLE_POLES].state[p] == j;
    return matters && i != j;
}

/* a_ic r_ci Pi_ci of an option. */
static double raw_help(const struct raw *r, size_t i, size_t c)
{
    const struct cast *cast = r->world->cast;
    double a = r->world->now.alignment[i * r->options + c];
    if (c == CAST_SELF || !cast_can_choose(cast, i, c))
        return 0;
    if (c != cast->bloc_option) {
        size_t pole = cast->option_state[c], e = i * r->n + pole;
        return a * r->world->now.reliability[e] * (1 - r->world->now.hostility[e]) * raw_felt(r, i, pole);
    }
    double reach = 0, hostility = 0, others = (double)cast->role[ROLE_REGION].count - 1;
    for (size_t b = 0; b < cast->role[ROLE_REGION].count; b++) {
        size_t j = cast->role[ROLE_REGION].state[b];
        reach += j == i ? 0 : raw_felt(r, i, j);
        hostility += j == i ? 0 : r->world->now.hostility[i * r->n + j] / others;
    }
    return a * fmin(1, 0.5 + r->cohesion) * (1 - hostility) * r->cohesion * reach;
}

/* C.4: S_i = sum over relevant j of h_ij^wI q_ji g_ji M_j/(Y_i+Y_j) (1 - cov_ij). */
static double raw_arms_pressure(const struct raw *r, size_t i)
{
    const struct world *world = r->world;
    double sum = 0;
    for (size_t j = 0; j < r->n; j++) {
        if (!raw_relevant(r, i, j))
            continue;
        double patrons = 0, others = 0;
        for (size_t c = 1; c < r->options; c++)
            patrons += world->cast->option_state[c] == j ? 0 : raw_help(r, i, c);
        for (size_t l = 0; l < r->n; l++)
            if (l != i && l != j && world->set.contiguous[l * r->n + j] != 0)
                others += world->now.hostility[l * r->n + j] * raw_felt(r, j, l);
        double C = world->set.free_riding[i] * patrons + world->set.buck_passing[i] * others;
        double cover = C > 0 ? C / (C + raw_felt(r, i, j)) : 0;
        sum += pow(world->now.hostility[i * r->n + j], world->set.intentions_weight[i]) *
               world->set.presence[i * r->n + j] * raw_gradient(r, i, j) * world->now.military[j] /
               (world->now.gdp[i] + world->now.gdp[j]) * (1 - cover);
    }
    return sum;
}

/* C.3: w_ij with the presence at load. */
static double raw_weight(const struct raw *r, size_t i, size_t j)
{
    double sum = r->s[i];
    for (size_t k = 0; k < r->n; k++)
        if (raw_relevant(r, i, k))
            sum += r->world->load.presence_at_load[i * r->n + k] * r->s[k] * raw_gradient(r, i, k);
    return r->world->load.presence_at_load[i * r->n + j] * r->s[j] * raw_gradient(r, i, j) / sum;
}

/* C.2: D_ij = H_i + sum over c other than j of a_ic r_ci Pi_ci k_cj, k_cj = min(1, 2 h_cj); for the bloc the
 * mean over its members other than i and j. */
static double raw_defence(const struct raw *r, size_t i, size_t j)
{
    const struct cast *cast = r->world->cast;
    const double *h = r->world->now.hostility;
    double D = r->s[i];
    for (size_t c = 1; c < r->options; c++) {
        double k = 0, members = 0;
        if (c == cast->bloc_option) {
            for (size_t b = 0; b < cast->role[ROLE_REGION].count; b++) {
                size_t m = cast->role[ROLE_REGION].state[b];
                k += m == i || m == j ? 0 : fmin(1, 2 * h[m * r->n + j]);
                members += m != i && m != j;
            }
            k = members > 0 ? k / members : 0;
        } else if (cast->option_state[c] != j) {
            k = fmin(1, 2 * h[cast->option_state[c] * r->n + j]);
        }
        D += raw_help(r, i, c) * k;
    }
    return D;
}

/* R and qbar of pole c at i (C.3): a withdrawal below the usual presence costs reliability; the drop is
 * measured before the usual presence itself moves. */
static void reliability_by_hand(const struct world *before, const struct world *after, size_t i, size_t c)
{
    size_t e = i * before->cast->states + c;
    double q = before->set.presence[e], usual = before->now.usual_presence[e], R = before->now.reliability[e];
    double drop = usual > 0 ? fmax(0, (usual - q) / usual) : 0, parts = before->dt / 0.25;
    double earned = before->set.base_reliability[c] * (1 - 0.7 * drop);
    assert_close(after->now.reliability[e], R + (1 - pow(0.85, parts)) * (earned - R), 1e-12);
    assert_close(after->now.usual_presence[e], usual + (1 - pow(0.96, parts)) * (q - usual), 1e-12);
}

/* The threats (C.2), the burden (C.4), and the hostility and reliability (C.3) of a next step, written once
 * more from the design: arms reaction with cover by patrons and by others who fear the same; alarm at
 * arming, per year whatever dt is, and at a share of felt power above the one at load, of relevant states
 * only. */
static void step_by_hand(void **unused)
{
    (void)unused;
    size_t arms = 0, rises = 0; /* how often each alarm rings at all */
    for (unsigned long seed = 1; seed <= 4; seed++)
        for (unsigned part = 1; part <= 2; part++) {
            enum { N = 14 };
            struct synthetic made = synthetic_make(N, seed, seed % 2 == 0);
            struct world *world = made.world;
            world->steps_per_quarter = part;
            world->dt = 0.25 / part;
            synthetic_start(world);
            struct raw start = raw_of(world);
            double at_load[N * N];
            for (size_t e = 0; e < N * N; e++)
                at_load[e] = raw_relevant(&start, e / N, e % N) ? raw_weight(&start, e / N, e % N) : 0;
            free(start.s);
            testing_steps(world, 6);
            world->model.noise = 0;
            for (size_t i = 0; i < N; i++) { /* a guest everywhere, and a withdrawal */
                world->set.presence[i * N + made.cast->role[ROLE_POLES].state[0]] = 0.9;
                world->set.presence[i * N + made.cast->role[ROLE_POLES].state[1]] = 0.2;
            }
            struct world *before = world_copy(world);
            testing_steps(world, 1);
            struct raw r = raw_of(before);
            for (size_t i = 0; i < N; i++) {
                double R =
                    before->set.grievance[i] + 0.005 * before->set.offensive[i] +
                    0.025 * world->derived.threat_nonstate[i] + 0.1 * world->derived.threat_state[i] +
                    before->set.arms_reaction[i] * before->load.reaction_scale[i] * raw_arms_pressure(&r, i);
                assert_close(world->now.burden[i], fmax(0.002, 0.1 * (1 - exp(-fmax(0, R) / 0.1))), 1e-10);
                for (size_t j = 0; j < N; j++) {
                    size_t e = i * N + j;
                    double y = before->set.hostility_anchor[e], h = before->now.hostility[e];
                    if (i == j)
                        continue;
                    double felt = raw_felt(&r, i, j), D = raw_defence(&r, i, j);
                    assert_close(world->derived.threat[e],
                                 felt / (felt + D) * (0.3 + 0.7 * before->set.offensive[j]) * h * h, 1e-11);
                    if (raw_relevant(&r, i, j)) {
                        double arming = (before->now.burden[j] / before->now.last_burden[j] - 1) / before->dt;
                        double rise = raw_weight(&r, i, j) - at_load[e];
                        y += 0.5 * fmin(0.5, fmax(0, arming)) +
                             0.7 * (0.3 + 0.7 * before->set.offensive[j]) * fmax(0, rise);
                        arms += arming > 0;
                        rises += rise > 0;
                    }
                    double alpha = 1 - pow(1 - 0.08, before->dt / 0.25);
                    assert_close(world->now.hostility[e], h + alpha * (fmin(1, fmax(0, y)) - h), 1e-12);
                }
            }
            for (size_t e = 0; e < N * 4; e++)
                if (made.cast->role[ROLE_POLES].state[e % 4] != e / 4)
                    reliability_by_hand(before, world, e / 4, made.cast->role[ROLE_POLES].state[e % 4]);
            free(r.s);
            world_free(before);
            synthetic_free(made);
        }
    assert_true(arms > 100 && rises > 100);
}

/* The portfolio rule with floors in plain arithmetic. */
static void raw_portfolio(double *x, const double *V, size_t count, double rho, double kappa, double floor)
{
    double Z = 0, again = 0;
    for (size_t c = 0; c < count; c++)
        Z += x[c] = pow(fmax(x[c], floor), 1 - rho) * exp(rho * V[c] / kappa);
    for (size_t c = 0; c < count; c++)
        again += x[c] = fmax(x[c] / Z, floor);
    for (size_t c = 0; c < count; c++)
        x[c] /= again;
}

/* Leverage, growth and export shares (C.6) of one state's next step. */
static void economy_of(const struct world *before, const struct world *after, size_t i)
{
    enum { MOST = 14 };
    size_t n = before->cast->states, count = 0;
    const struct settings *set = &before->set;
    const double *Y = before->now.gdp, *sigma = before->now.export_share + i * n;
    double x[MOST], V[MOST], demand = 0, loans = 0, KL = 0, weight = 1 - pow(0.95, before->dt / 0.25);
    double effort = set->diversification[i] + 0.3 * set->autonomy[i] * after->derived.threat_economic[i];
    for (size_t j = 0; j < n; j++) {
        if (j == i)
            continue;
        double T =
            set->openness[i] * Y[i] * sigma[j] + set->openness[j] * Y[j] * before->now.export_share[j * n + i];
        double net = (1 - set->substitutability[i]) * T / Y[i] - (1 - set->substitutability[j]) * T / Y[j];
        double lev = 1 - exp(-1.5 * fmax(0, net) - 1.5 * before->now.debt[i * n + j] / Y[i]);
        assert_true(fabs(after->derived.leverage[i * n + j] - lev) < 1e-14);
        double natural = set->trade_share[i * n + j];
        demand += sigma[j] * (before->now.growth[j] - set->trend_growth[j]);
        loans += set->loan[i * n + j] - before->load.loan_at_load[i * n + j];
        KL += sigma[j] * log(fmax(1e-9, sigma[j]) / fmax(1e-9, natural));
        x[count] = sigma[j];
        V[count++] = 0.25 * log(fmax(1e-9, natural * Y[j] / before->load.gdp_at_load[j])) - effort * sigma[j];
    }
    double g = set->trend_growth[i] - 0.15 * (before->now.burden[i] - before->load.burden_at_load[i]) +
               set->price_amplifier[i] * set->openness[i] * demand + 0.1 * loans - 0.02 * fmax(0, KL) +
               set->shock[i];
    assert_true(fabs(after->now.growth[i] - g) < 1e-14);
    raw_portfolio(x, V, count, weight, 0.25, 1e-6);
    for (size_t j = 0; j < n; j++)
        if (j != i)
            assert_close(after->now.export_share[i * n + j], x[j < i ? j : j - 1], 1e-8);
}

/* Influence (C.7): zeta' over the theatre less the pole itself, A' = iota phi Y q zeta' + aid. */
static void influence_of(const struct world *before, const struct world *after, size_t c)
{
    enum { MOST = 14 };
    const struct cast *cast = before->cast;
    const struct cast_group *theatre = &cast->role[ROLE_THEATRE];
    size_t n = cast->states, count = 0, place[MOST];
    double zeta[MOST], V[MOST];
    for (size_t k = 0; k < theatre->count; k++) {
        size_t i = theatre->state[k];
        double rivals = 0;
        if (i == c)
            continue;
        for (size_t o = 1; o < cast->options; o++) {
            size_t other = cast->option_state[o];
            if (other != CAST_NONE && other != c && other != i)
                rivals += before->now.hostility[c * n + other] * before->now.alignment[i * cast->options + o];
        }
        place[count] = i;
        zeta[count] = before->now.influence_share[i * n + c];
        V[count++] = before->set.worth[i * n + c] * (1 + rivals);
    }
    if (count > 0)
        raw_portfolio(zeta, V, count, 1 - pow(0.9, before->dt / 0.25), 0.3, 1e-4);
    double budget = 0.00016 * before->set.offensive[c] * before->now.gdp[c] *
                    (count > 0 ? before->set.presence[cast->reference_place * n + c] : 0);
    for (size_t i = 0; i < n; i++) {
        double A = before->set.aid[i * n + c];
        for (size_t k = 0; k < count; k++)
            A += place[k] == i ? budget * zeta[k] : 0;
        assert_true(fabs(after->now.influence[i * n + c] - A) <= 1e-12 * fmax(A, 1e-9));
    }
}

/* One step of economy and influence once more from the design, in worlds where some do not trade at all,
 * lending has changed since load and shocks are about.  Export shares to 1e-8: the program floors ln sigma0
 * before adding ln Y/Y0, the design floors their sum, which moves shares at the floor by 1e-9. */
static void economy_by_hand(void **unused)
{
    (void)unused;
    for (unsigned long seed = 1; seed <= 4; seed++)
        for (unsigned part = 1; part <= 2; part++) {
            enum { N = 14 };
            struct synthetic made = synthetic_make(N, seed, seed % 2 == 0);
            struct world *world = made.world;
            world->steps_per_quarter = part;
            world->dt = 0.25 / part;
            for (size_t i = 0; i < N; i++) { /* nobody sells to the next but two */
                double *row = world->set.trade_share + i * N, sum = 0;
                row[(i + 2) % N] = 0;
                for (size_t j = 0; j < N; j++)
                    sum += row[j];
                for (size_t j = 0; j < N; j++)
                    row[j] /= sum;
            }
            synthetic_start(world);
            world->model.noise = 0;
            for (int t = 0; t < 6; t++) {
                if (t == 3) {
                    world->set.shock[1] = -0.04;
                    world->set.loan[2 * N + 3] += 0.03;
                }
                struct world *before = world_copy(world);
                testing_steps(world, 1);
                for (size_t i = 0; i < N; i++)
                    economy_of(before, world, i);
                for (size_t p = 0; p < made.cast->role[ROLE_POLES].count; p++)
                    influence_of(before, world, made.cast->role[ROLE_POLES].state[p]);
                world_free(before);
            }
            synthetic_free(made);
        }
}

/* "With c" and "without c" (C.5) are full th.S with the other shares unchanged: without, a_ic = 0; with,
 * a_ic = 1 in D_ij for j != c, and tau_ic cut by 1 - chi Pi/(Pi + H).  Here by changing the share of a copy
 * and deriving its threats anew. */
static void threat_with_and_without(void **unused)
{
    (void)unused;
    struct synthetic made = synthetic_make(14, 2, true);
    struct world *world = made.world;
    size_t n = 14, options = made.cast->options;
    synthetic_start(world);
    testing_steps(world, 5);
    struct world *copy = world_copy(world);
    double *room = calloc(n, sizeof *room);
    power_update(world);
    threat_update(world);
    for (size_t i = 0; i < n; i++)
        for (size_t c = 1; c < options; c++) {
            if (!cast_can_choose(made.cast, i, c))
                continue;
            const double *k = threat_opposition(world, i, c, room);
            size_t pole = made.cast->option_state[c];
            for (int with = 0; with < 2; with++) {
                assert_int_equal(world_assign(copy, world), STATUS_OK);
                copy->now.alignment[i * options + c] = with;
                threat_update(copy);
                if (with && pole != CAST_NONE) {
                    double sum = 0, felt = copy->derived.felt[i * n + pole];
                    copy->derived.threat[i * n + pole] *=
                        1 - copy->set.appeasement[i] * felt / (felt + copy->derived.share[i]);
                    for (size_t e = copy->relevant.first[i]; e < copy->relevant.first[i + 1]; e++)
                        sum += pow(copy->derived.threat[i * n + copy->relevant.to[e]], 3);
                    copy->derived.threat_state[i] = fmin(1, cbrt(sum));
                }
                assert_close(threat_state_if(world, i, c, with, with, k), copy->derived.threat_state[i], 1e-12);
            }
        }
    free(room);
    world_free(copy);
    synthetic_free(made);
}

/* Calibration (C.4): m' = m0 in the first step of the unchanged world, and the reaction alone explains at
 * most 80 % of it. */
static void first_burden_is_the_data(void **unused)
{
    (void)unused;
    size_t scaled = 0;
    for (unsigned long seed = 1; seed <= 4; seed++) {
        struct synthetic made = synthetic_make(14, seed, seed % 2 == 0);
        struct world *world = made.world;
        synthetic_start(world);
        struct raw r = raw_of(world);
        for (size_t i = 0; i < 14; i++) {
            double S = raw_arms_pressure(&r, i), m0 = world->set.spending[i] / world->now.gdp[i];
            assert_close(world->load.reaction_scale[i], fmin(1, 0.8 * m0 / (0.25 * S)), 1e-10);
            scaled += world->load.reaction_scale[i] < 1;
        }
        free(r.s);
        double m0[14];
        for (size_t i = 0; i < 14; i++)
            m0[i] = world->set.spending[i] / world->now.gdp[i];
        testing_steps(world, 1);
        for (size_t i = 0; i < 14; i++)
            assert_close(world->now.burden[i], m0[i], 1e-12);
        synthetic_free(made);
    }
    assert_true(scaled > 0 && scaled < 4 * 14);
}

/* ---- bytes ---------------------------------------------------------------------------------------------------- */

/* Compares every stock of two worlds of one cast to the byte. */
static void same_bytes(struct world *a, struct world *b)
{
    for (size_t p = 0; p < parameter_count; p++) {
        const struct parameter *row = &parameter_table[p];
        size_t length = world_length(a->cast, row->shape);
        if (row->flags & F_STOCK && length > 0 &&
            memcmp(parameter_values(a, row), parameter_values(b, row), length * sizeof(double)) != 0)
            fail_msg("%s differs", row->path);
    }
}

static bool differ(struct world *a, struct world *b)
{
    size_t n = a->cast->states;
    return memcmp(a->now.hostility, b->now.hostility, n * n * sizeof(double)) != 0;
}

/* The same seed gives the same bytes; another seed or replicate gives others. */
static void same_seed_same_bytes(void **unused)
{
    (void)unused;
    struct synthetic a = synthetic_make(14, 6, true), b = synthetic_make(14, 6, true),
                     c = synthetic_make(14, 6, true), d = synthetic_make(14, 6, true);
    c.world->seed++;
    d.world->replicate++;
    struct synthetic all[] = {a, b, c, d};
    for (size_t k = 0; k < 4; k++) {
        synthetic_start(all[k].world);
        testing_steps(all[k].world, 20);
    }
    same_bytes(a.world, b.world);
    assert_true(differ(a.world, c.world) && differ(a.world, d.world) && differ(c.world, d.world));
    for (size_t k = 0; k < 4; k++)
        synthetic_free(all[k]);
}

/* A copy in the middle of a run goes on to the byte as the original does, also after an odd number of steps
 * (when `now` and `next` have changed places), and also when assigned into a world of another past. */
static void copies(void **unused)
{
    (void)unused;
    for (size_t before = 0; before < 4; before++) {
        struct synthetic made = synthetic_make(14, 2, true);
        synthetic_start(made.world);
        struct world *other = world_copy(made.world);
        assert_non_null(other);
        assert_int_equal(flow_prepare(other), STATUS_OK);
        other->seed = 77;
        testing_steps(other, 7);
        testing_steps(made.world, before);
        struct world *copy = world_copy(made.world);
        assert_non_null(copy);
        assert_int_equal(flow_prepare(copy), STATUS_OK);
        assert_int_equal(world_assign(other, made.world), STATUS_OK);
        testing_steps(made.world, 9);
        testing_steps(copy, 9);
        testing_steps(other, 9);
        assert_int_equal(copy->step, made.world->step);
        same_bytes(made.world, copy);
        same_bytes(made.world, other);
        world_free(other);
        world_free(copy);
        synthetic_free(made);
    }
}

/* ---- switches ------------------------------------------------------------------------------------------------- */

static double *switch_of(struct world *world, enum mechanism mechanism)
{
    char *path = message_text("mechanisms.%s", world_mechanism_word(mechanism));
    for (size_t k = 0; k < parameter_count; k++)
        if (strcmp(parameter_table[k].path, path) == 0) {
            free(path);
            return parameter_values(world, &parameter_table[k]);
        }
    free(path);
    return NULL;
}

/* What a switched-off mechanism owns keeps its value to the byte while the rest goes on, whether it is off
 * from the start or from the fourth step on, and nothing breaks; without the threat mechanism no threat is
 * seen, without the economy nobody has leverage. */
static void off_means_still(void **unused)
{
    (void)unused;
    const size_t sizes[] = {2, 14};
    for (size_t k = 0; k < 4; k++)
        for (enum mechanism off = MECHANISM_power; off < MECHANISM_COUNT; off++) {
            size_t n = sizes[k % 2];
            struct synthetic made = synthetic_make(n, 4, true);
            struct world *world = made.world;
            double *run = switch_of(world, off);
            assert_non_null(run);
            if (k < 2)
                *run = 0;
            synthetic_start(world);
            if (k >= 2)
                testing_steps(world, 3);
            *run = 0;
            struct world *start = world_copy(world);
            testing_steps(world, 10);
            size_t moved = 0;
            for (size_t p = 0; p < parameter_count; p++) {
                const struct parameter *row = &parameter_table[p];
                size_t length = world_length(made.cast, row->shape);
                if (!(row->flags & F_STOCK) || length == 0)
                    continue;
                bool same = memcmp(parameter_values(world, row), parameter_values(start, row),
                                   length * sizeof(double)) == 0;
                if (row->mechanism == off && !same)
                    fail_msg("%s off: %s moves", world_mechanism_word(off), row->path);
                moved += !same;
            }
            assert_true(moved >= 6); /* the others do move */
            if (off == MECHANISM_threat)
                for (size_t i = 0; i < n; i++)
                    assert_true(world->derived.threat_state[i] == 0 && world->derived.threat_nonstate[i] == 0 &&
                                world->derived.threat_regime[i] == 0 && world->derived.threat_economic[i] == 0);
            if (off == MECHANISM_economy)
                for (size_t e = 0; e < n * n; e++)
                    assert_true(world->derived.leverage[e] == 0);
            if (off == MECHANISM_power)
                assert_memory_equal(world->derived.felt, start->derived.felt, n * n * sizeof(double));
            world_free(start);
            synthetic_free(made);
        }
}

/* Switching any mechanism off leaves the draws of the others alone.  With y_arm = y_pow = 0 hostility
 * depends on anchors and perception noise alone, and with k_g = eta = k_L = k_D = 0 growth depends on its
 * own noise alone: both paths stay the same to the byte, whichever other mechanism is off. */
static void draws_belong_to_their_owner(void **unused)
{
    (void)unused;
    enum { N = 14 };
    struct world *reference = NULL;
    struct synthetic kept = {0};
    for (enum mechanism off = MECHANISM_general; off < MECHANISM_COUNT; off++) {
        struct synthetic made = synthetic_make(N, 9, true);
        struct world *world = made.world;
        for (size_t i = 0; i < N; i++)
            world->set.arms_alarm[i] = world->set.power_alarm[i] = 0;
        world->model.arms_drag = world->model.demand_pull = world->model.loan_push =
            world->model.diversion_cost = 0;
        if (off >= MECHANISM_power)
            *switch_of(world, off) = 0;
        else if (off == MECHANISM_events)
            world->model.run_events = 0;
        synthetic_start(world);
        testing_steps(world, 20);
        if (reference == NULL) {
            kept = made;
            reference = world;
            continue;
        }
        if (off != MECHANISM_belief)
            assert_memory_equal(world->now.hostility, reference->now.hostility, N * N * sizeof(double));
        if (off != MECHANISM_economy)
            assert_memory_equal(world->now.growth, reference->now.growth, N * sizeof(double));
        for (size_t i = 0; i < N; i++) /* and the generator itself, at the step reached */
            assert_true(draw_uniform(world, PURPOSE_PERCEPTION, i, (i + 1) % N) ==
                        draw_uniform(reference, PURPOSE_PERCEPTION, i, (i + 1) % N));
        synthetic_free(made);
    }
    /* the paths do depend on the noise */
    struct synthetic quiet = synthetic_make(N, 9, true);
    quiet.world->model.noise = 0;
    synthetic_start(quiet.world);
    testing_steps(quiet.world, 20);
    assert_true(differ(quiet.world, reference));
    synthetic_free(quiet);
    synthetic_free(kept);
}

/* The noise has the size that the settings give it.  Perception: with alpha_h = 1 and no alarm, h' = h0 +
 * noise where this is inside [0,1]; growth: g' = g0 + noise.  By identity, so against the normal draw
 * itself; dt = 1/8 widens both by sqrt(2). */
static void size_of_noise(void **unused)
{
    (void)unused;
    enum { N = 6 };
    for (unsigned part = 1; part <= 2; part++) {
        struct synthetic made = synthetic_make(N, 3, false);
        struct world *world = made.world;
        world->steps_per_quarter = part;
        world->dt = 0.25 / part;
        world->model.arms_drag = world->model.demand_pull = world->model.loan_push =
            world->model.diversion_cost = 0;
        for (size_t i = 0; i < N; i++) {
            world->set.arms_alarm[i] = world->set.power_alarm[i] = 0;
            world->set.memory[i] = 1;
        }
        synthetic_start(world);
        struct world *before = world_copy(world);
        testing_steps(world, 1);
        for (size_t i = 0; i < N; i++) {
            assert_close(world->now.growth[i],
                         0.02 + draw_normal(before, PURPOSE_GROWTH, i, i, 0.01 * sqrt((double)part)), 1e-12);
            for (size_t j = 0; j < N; j++) {
                double h = world->set.hostility_anchor[i * N + j] +
                           draw_normal(before, PURPOSE_PERCEPTION, i, j, 0.05 * sqrt((double)part));
                if (i != j)
                    assert_close(world->now.hostility[i * N + j], fmin(1, fmax(0, h)), 1e-12);
            }
        }
        world_free(before);
        synthetic_free(made);
    }
}

/* ---- step length ------------------------------------------------------------------------------------------------ */

/* Halving dt, with converted weights, moves what section B speaks of by less than 2 % in ten years: W21,
 * noise off; alignment, burden, the four threats, output, militancy, hostility, leverage and concentration
 * of exports, of every state, pair and option.  Relative to the value itself; of alignments and leverage
 * only those above 0.002, the least share that D.3 takes for a change.  Threats and leverage are records of
 * the step just made, that is of the state at its beginning: they are read where these beginnings fall
 * together, after 40 and 79 steps. */
static void half_a_step(void **unused)
{
    (void)unused;
    static const struct testing_observed observed[] = {{"alignment", false, 0.002},
                                                       {"burden", false, 0},
                                                       {"gdp", false, 0},
                                                       {"military", false, 0},
                                                       {"militancy", false, 0},
                                                       {"hostility", false, 0},
                                                       {"export_concentration", false, 0},
                                                       {"threat_state", true, 0},
                                                       {"threat_nonstate", true, 0},
                                                       {"threat_regime", true, 0},
                                                       {"threat_economic", true, 0},
                                                       {"leverage", true, 0.002}};
    const char *set[] = {"model.noise=false"};
    struct scenario *scenario = testing_load_reduced("tests/worlds/w21.cfg", set, 1);
    testing_half_a_step(scenario, observed, sizeof observed / sizeof observed[0]);
    scenario_free(scenario);
}

static void integrators_agree(void **unused)
{
    (void)unused;
    static const struct testing_agreement observed[] = {
        {"gdp", 1e-6, 0}, {"military", 1e-6, 0}, {"militancy", 0, 1e-6}};
    const char *fixed[] = {"model.noise=false"},
               *adaptive[] = {"model.noise=false", "model.flow.integrator=rkf45"};
    struct scenario *a = testing_load_reduced("tests/worlds/w21.cfg", fixed, 1),
                    *b = testing_load_reduced("tests/worlds/w21.cfg", adaptive, 2);
    testing_integrators_agree(a, b, observed, sizeof observed / sizeof observed[0]);
    scenario_free(a);
    scenario_free(b);
}

/* ---- sizes ------------------------------------------------------------------------------------------------------- */

/* Two states or two hundred, sizes log-normal: mean th.S between 0.01 and 0.2 and mean burden between 1 %
 * and 3 %, in the first step and after ten years; worlds of gate G1, noise off, the mean over the worlds. */
static void levels(void **unused)
{
    (void)unused;
    const size_t sizes[] = {2, 200}, worlds[] = {30, 3};
    for (size_t k = 0; k < 2; k++) {
        double threat[2] = {0, 0}, burden[2] = {0, 0};
        for (unsigned long seed = 1; seed <= worlds[k]; seed++) {
            struct synthetic made = synthetic_make(sizes[k], seed, false);
            made.world->model.noise = 0;
            synthetic_start(made.world);
            for (int late = 0; late < 2; late++) {
                testing_steps(made.world, late ? 39 : 1);
                for (size_t i = 0; i < sizes[k]; i++) {
                    threat[late] += made.world->derived.threat_state[i] / (double)(sizes[k] * worlds[k]);
                    burden[late] += made.world->now.burden[i] / (double)(sizes[k] * worlds[k]);
                }
            }
            synthetic_free(made);
        }
        print_message("N = %zu: mean th.S %.4f, %.4f; mean burden %.4f, %.4f (first step, ten years)\n",
                      sizes[k], threat[0], threat[1], burden[0], burden[1]);
        for (int late = 0; late < 2; late++) {
            assert_true(threat[late] > 0.01 && threat[late] < 0.2);
            assert_true(burden[late] > 0.01 && burden[late] < 0.03);
        }
    }
}

/* ---- failure ------------------------------------------------------------------------------------------------------ */

/* A world driven out of the numbers says so: step_world() gives STATUS_FAILED within a few steps, with
 * either integrator, and does not crash.  Routes: output that overflows, a stock that is no number. */
static void overflow_fails(void **unused)
{
    (void)unused;
    for (int adaptive = 0; adaptive < 2; adaptive++)
        for (int route = 0; route < 3; route++) {
            struct synthetic made = synthetic_make(5, 1, true);
            struct world *world = made.world;
            world->model.integrator = adaptive;
            synthetic_start(world);
            testing_steps(world, 2);
            if (route == 0)
                world->set.trend_growth[1] = 1e200;
            else if (route == 1)
                world->now.gdp[2] = NAN;
            else
                world->now.military[0] = INFINITY;
            enum status status = STATUS_OK;
            for (int t = 0; t < 3 && status == STATUS_OK; t++)
                status = step_world(world);
            assert_int_equal(status, STATUS_FAILED);
            synthetic_free(made);
        }
}

/* "STATUS_FAILED if a quantity is no longer finite" (step.h) holds for quantities that are not integrated
 * too, within three steps: the time it takes an alignment to pass through threat and burden to a stock. */
static void nan_is_not_swallowed(void **unused)
{
    (void)unused;
    for (int route = 0; route < 4; route++) {
        struct synthetic made = synthetic_make(5, 1, true);
        struct world *world = made.world;
        synthetic_start(world);
        testing_steps(world, 2);
        if (route == 0)
            world->now.alignment[1] = NAN;
        else if (route == 1)
            world->now.hostility[1] = NAN;
        else if (route == 2)
            world->now.reliability[world->cast->role[ROLE_POLES].state[0] == 0
                                       ? 5
                                       : world->cast->role[ROLE_POLES].state[0]] = NAN;
        else
            world->now.export_share[1] = NAN;
        enum status status = STATUS_OK;
        int t = 0;
        for (; t < 3 && status == STATUS_OK; t++)
            status = step_world(world);
        if (status != STATUS_FAILED)
            fail_msg("route %d: %d steps with a NaN inside, and all is said to be well", route, t);
        synthetic_free(made);
    }
}

/* ---- events (C.16) -------------------------------------------------------------------------------------------------- */

struct planned {
    const char *path;
    enum change_how how;
    double value;
    long at;
    unsigned parts;
};

/* Gives a calibrated world a plan; the caller frees it with unplan(). */
static struct timetable *plan(struct world *world, const struct planned *events, size_t count)
{
    struct timetable *made = calloc(1, sizeof *made);
    made->list = calloc(count, sizeof *made->list);
    made->count = count;
    for (size_t k = 0; k < count; k++) {
        char *why;
        made->list[k] = (struct change){
            .how = events[k].how, .value = events[k].value, .at = events[k].at, .parts = events[k].parts};
        if (parameter_select(world->cast, events[k].path, &made->list[k].where, &why) != STATUS_OK)
            fail_msg("%s: %s", events[k].path, why);
        made->ramps += events[k].parts > 1 ? made->list[k].where.count : 0;
    }
    assert_int_equal(events_plan(world, made), STATUS_OK);
    assert_int_equal(flow_prepare(world), STATUS_OK);
    return made;
}

static void unplan(struct timetable *made)
{
    for (size_t k = 0; k < made->count; k++)
        parameter_selection_free(&made->list[k].where);
    free(made->list);
    free(made);
}

/* set, add and scale at once; `over` n quarters in n equal parts, the first at the date, whatever the number
 * of steps in a quarter; results limited to the range of the quantity; before the date nothing. */
static void events_at_their_date(void **unused)
{
    (void)unused;
    for (unsigned part = 1; part <= 2; part++) {
        struct synthetic made = synthetic_make(5, 2, false);
        struct world *world = made.world;
        world->quarter = 8000;
        world->steps_per_quarter = part;
        world->dt = 0.25 / part;
        world->model.noise = 0;
        synthetic_start(world);
        world->set.shock[0] = 0.01;
        world->set.autonomy[1] = 2;
        world->set.autonomy[2] = 3;
        world->set.development[3] = 0.1;
        const struct planned events[] = {
            {"states.S000.economy.shock", CHANGE_SET, -0.03, 8002, 1},
            {"states.S001.alignment.autonomy", CHANGE_ADD, 1.5, 8002, 1},
            {"states.S002.alignment.autonomy", CHANGE_SCALE, 0.5, 8002, 3},
            {"states.S003.spillover.development", CHANGE_SET, 0.9, 8001, 3}, /* three thirds of 0.8 miss 0.9 */
            {"states.S004.security_seeking.offensive", CHANGE_ADD, 7, 8001, 1}, /* limited to 1 */
            {"states.S001.alignment.autonomy", CHANGE_SET, 9, 8003, 1},   /* a later event has the last word */
            {"states.S000.domestic.regime_gap", CHANGE_ADD, -3, 8002, 2}, /* limited to 0 */
        };
        struct timetable *made_plan = plan(world, events, sizeof events / sizeof events[0]);
        /* [quarter after the date of the world][value] */
        const double gap = world->set.regime_gap[0], phi = world->set.offensive[4];
        const double expected[7][6] = {
            {0.01, 2, 3, 0.1, phi, gap}, {0.01, 2, 3, 1.1 / 3, 1, gap}, {-0.03, 3.5, 2.5, 1.9 / 3, 1, 0},
            {-0.03, 9, 2, 0.9, 1, 0},    {-0.03, 9, 1.5, 0.9, 1, 0},    {-0.03, 9, 1.5, 0.9, 1, 0},
            {-0.03, 9, 1.5, 0.9, 1, 0},
        };
        for (size_t q = 0; q < 7; q++)
            for (unsigned k = 0; k < part; k++) {
                testing_steps(world, 1);
                const double found[6] = {world->set.shock[0],     world->set.autonomy[1],
                                         world->set.autonomy[2],  world->set.development[3],
                                         world->set.offensive[4], world->set.regime_gap[0]};
                for (size_t v = 0; v < 6; v++)
                    assert_true(fabs(found[v] - expected[q][v]) < 1e-14);
            }
        assert_true(world->set.development[3] == 0.9); /* the last part arrives exactly */
        synthetic_free(made);
        unplan(made_plan);
    }
}

/* An event on what a mechanism also moves changes it once, and it moves on from there; events off: nothing
 * happens. */
static void event_on_a_stock(void **unused)
{
    (void)unused;
    for (int on = 0; on < 2; on++) {
        struct synthetic made = synthetic_make(5, 2, false);
        struct world *world = made.world;
        world->quarter = 8000;
        world->model.noise = 0;
        world->model.run_events = on;
        synthetic_start(world);
        const struct planned events[] = {{"states.S000.spillover.militancy", CHANGE_SET, 0.4, 8001, 1}};
        struct timetable *made_plan = plan(world, events, 1);
        testing_steps(world, 1);
        double before = world->now.militancy[0];
        testing_steps(world, 1);
        double once = world->now.militancy[0];
        testing_steps(world, 1);
        if (on)
            assert_true(once > 0.3 && once < 0.4 && world->now.militancy[0] < once);
        else
            assert_true(once < before && once < 0.03);
        synthetic_free(made);
        unplan(made_plan);
    }
}

/* A change of trade shares moves sigma0, not sigma, and the rows are normalised once after all changes of
 * the step: doubling two shares of a row and halving a third is the same in any order, and other rows stay
 * as they are. */
static void trade_shares_change(void **unused)
{
    (void)unused;
    enum { N = 6 };
    struct synthetic made = synthetic_make(N, 2, false);
    struct world *world = made.world;
    world->quarter = 8000;
    world->model.noise = 0;
    synthetic_start(world);
    const struct planned events[] = {{"dyads.S001.S002.trade_share", CHANGE_SCALE, 2, 8001, 1},
                                     {"dyads.S001.S003.trade_share", CHANGE_SCALE, 2, 8001, 1},
                                     {"dyads.S001.S004.trade_share", CHANGE_SCALE, 0.5, 8001, 1}};
    struct timetable *made_plan = plan(world, events, 3);
    double row[N], sum = 0;
    for (size_t j = 0; j < N; j++)
        sum += row[j] = world->set.trade_share[N + j] * (j == 2 || j == 3 ? 2 : j == 4 ? 0.5 : 1);
    testing_steps(world, 1);
    double moved[N * N], others[N * N];
    memcpy(moved, world->now.export_share, sizeof moved);
    memcpy(others, world->set.trade_share, sizeof others);
    events_update(world);
    for (size_t j = 0; j < N; j++)
        assert_close(world->set.trade_share[N + j], row[j] / sum, 1e-14);
    for (size_t e = 0; e < N * N; e++)
        assert_true(e / N == 1 || fabs(world->set.trade_share[e] - others[e]) < 1e-15);
    assert_memory_equal(moved, world->now.export_share, sizeof moved); /* it follows, slowly */
    double towards = world->now.export_share[N + 2];
    testing_steps(world, 1);
    assert_true(world->now.export_share[N + 2] > towards);
    assert_true(world->now.export_share[N + 2] < world->set.trade_share[N + 2]);
    synthetic_free(made);
    unplan(made_plan);
}

/* A distance that moves takes the gradient of its pair along, both ways; a border that opens makes
 * neighbours at distance 0 with full presence, one that closes leaves the great circle and half (C.0b), where the file
 * gives no distance of its own. */
static void geometry_follows(void **unused)
{
    (void)unused;
    enum { N = 6 };
    struct synthetic made = synthetic_make(N, 2, false);
    struct world *world = made.world;
    world->quarter = 8000;
    world->set.contiguous[2 * N + 5] = world->set.contiguous[5 * N + 2] = 0;
    world->set.contiguous[3 * N + 4] = world->set.contiguous[4 * N + 3] = 1;
    world->set.distance[2 * N + 5] = world->set.distance[5 * N + 2] = NAN; /* the great circle */
    world->set.distance[3 * N + 4] = world->set.distance[4 * N + 3] = NAN; /* 0 */
    synthetic_start(world);
    const struct planned events[] = {{"dyads.S000.S001.distance", CHANGE_SET, 4321, 8000, 1},
                                     {"dyads.S002.S005.contiguous", CHANGE_SET, 1, 8001, 1},
                                     {"dyads.S003.S004.contiguous", CHANGE_SET, 0, 8001, 1}};
    struct timetable *made_plan = plan(world, events, 3);
    testing_steps(world, 1);
    double e = exp(1), g = pow(0.05, log10(4321 / 805.0 + 10 - e) - log10(10 - e));
    assert_close(world->derived.gradient[1], g, 1e-13);
    assert_close(world->derived.gradient[N], g, 1e-13);
    testing_steps(world, 1);
    const size_t opened[] = {2 * N + 5, 5 * N + 2}, closed[] = {3 * N + 4, 4 * N + 3};
    for (size_t k = 0; k < 2; k++) {
        size_t to = opened[k] % N;
        bool listed = false;
        for (size_t l = world->next_to.first[opened[k] / N]; l < world->next_to.first[opened[k] / N + 1]; l++)
            listed = listed || world->next_to.to[l] == to;
        assert_true(listed);
        assert_true(world->set.distance[opened[k]] == 0 && world->derived.gradient[opened[k]] == 1);
        assert_true(world->set.presence[opened[k]] == 1);
        for (size_t l = world->next_to.first[closed[k] / N]; l < world->next_to.first[closed[k] / N + 1]; l++)
            assert_true(world->next_to.to[l] != closed[k] % N);
        assert_close(world->set.distance[closed[k]], power_great_circle(world, 3, 4), 1e-13);
        assert_true(world->set.presence[closed[k]] == 0.5);
    }
    synthetic_free(made);
    unplan(made_plan);
}

/* A border that opens or closes does not alarm by itself: w - w(0) stays, so that with power held (and no
 * arming) the hostility of the next step is that of the same world without the event. */
static void borders_do_not_alarm(void **unused)
{
    (void)unused;
    enum { N = 8 };
    for (int opens = 0; opens < 2; opens++) {
        struct synthetic made = synthetic_make(N, 3, false);
        struct world *world = made.world;
        world->quarter = 8000;
        world->model.noise = 0;
        for (size_t i = 0; i < N; i++)
            world->set.arms_alarm[i] = 0;
        synthetic_start(world);
        testing_steps(world, 12); /* shares have moved: some alarm is there */
        world->model.run_power = 0;
        struct world *other = world_copy(world);
        assert_int_equal(flow_prepare(other), STATUS_OK);
        size_t changed = 0, alarmed = 0;
        for (size_t i = 0; i < N && changed == 0; i++)
            for (size_t j = 0; j < i && changed == 0; j++)
                if ((world->set.contiguous[i * N + j] == 0) == opens) {
                    char *path = message_text("dyads.S%03zu.S%03zu.contiguous", i, j);
                    synthetic_change(world, path, CHANGE_SET, opens);
                    free(path);
                    changed++;
                }
        assert_int_equal(changed, 1);
        testing_steps(world, 1);
        testing_steps(other, 1);
        for (size_t k = 0; k < N * N; k++) {
            assert_true(fabs(world->now.hostility[k] - other->now.hostility[k]) < 1e-14);
            alarmed += other->now.hostility[k] > other->set.hostility_anchor[k] + 1e-6;
        }
        assert_true(alarmed > 0);
        world_free(other);
        synthetic_free(made);
    }
}

/* Changes of a symmetric quantity over many pairs reach each pair once: "all distances + 100" adds 100, not
 * 200. */
static void symmetric_once(void **unused)
{
    (void)unused;
    enum { N = 5 };
    for (unsigned parts = 1; parts <= 2; parts++) {
        struct synthetic made = synthetic_make(N, 2, false);
        struct world *world = made.world;
        world->quarter = 8000;
        synthetic_start(world);
        double before[N * N];
        memcpy(before, world->set.distance, sizeof before);
        const struct planned events[] = {{"dyads.*.*.distance", CHANGE_ADD, 100, 8000, parts}};
        struct timetable *made_plan = plan(world, events, 1);
        testing_steps(world, parts);
        for (size_t e = 0; e < N * N; e++)
            if (e / N != e % N)
                assert_close(world->set.distance[e], before[e] + 100, 1e-12);
        synthetic_free(made);
        unplan(made_plan);
    }
}

/* A copy taken before its events (given the plan) or in the middle of a ramp plays them as the original
 * does: "a copy that shares nothing but the cast and the plan" (world.h). */
static void copy_with_events(bool in_the_ramp)
{
    struct synthetic made = synthetic_make(5, 2, false);
    struct world *world = made.world;
    world->quarter = 8000;
    world->model.noise = 0;
    synthetic_start(world);
    const struct planned events[] = {{"states.S000.alignment.autonomy", CHANGE_ADD, 2, 8001, 4}};
    struct timetable *made_plan = plan(world, events, 1);
    testing_steps(world, in_the_ramp ? 3 : 1);
    struct world *copy = world_copy(world);
    if (in_the_ramp)
        assert_ptr_equal(copy->plan, made_plan);
    else
        assert_int_equal(events_plan(copy, made_plan), STATUS_OK);
    assert_int_equal(flow_prepare(copy), STATUS_OK);
    testing_steps(world, 6);
    testing_steps(copy, 6);
    assert_close(world->set.autonomy[0], 3.5, 1e-14);
    assert_close(copy->set.autonomy[0], 3.5, 1e-14);
    same_bytes(world, copy);
    world_free(copy);
    synthetic_free(made);
    unplan(made_plan);
}

static void copy_before_events(void **unused)
{
    (void)unused;
    copy_with_events(false);
}

static void copy_in_a_ramp(void **unused)
{
    (void)unused;
    copy_with_events(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds),
        cmocka_unit_test(check_sees),
        cmocka_unit_test(relabelling),
        cmocka_unit_test(units_of_money),
        cmocka_unit_test(absent_state),
        cmocka_unit_test(step_by_hand),
        cmocka_unit_test(economy_by_hand),
        cmocka_unit_test(threat_with_and_without),
        cmocka_unit_test(first_burden_is_the_data),
        cmocka_unit_test(same_seed_same_bytes),
        cmocka_unit_test(copies),
        cmocka_unit_test(off_means_still),
        cmocka_unit_test(draws_belong_to_their_owner),
        cmocka_unit_test(size_of_noise),
        cmocka_unit_test(half_a_step),
        cmocka_unit_test(integrators_agree),
        cmocka_unit_test(levels),
        cmocka_unit_test(overflow_fails),
        cmocka_unit_test(nan_is_not_swallowed),
        cmocka_unit_test(events_at_their_date),
        cmocka_unit_test(event_on_a_stock),
        cmocka_unit_test(trade_shares_change),
        cmocka_unit_test(geometry_follows),
        cmocka_unit_test(borders_do_not_alarm),
        cmocka_unit_test(symmetric_once),
        cmocka_unit_test(copy_before_events),
        cmocka_unit_test(copy_in_a_ramp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
