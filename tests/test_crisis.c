/* Crises (design, C.13): how often they begin, how far they climb, what they cost, and unrest at home.  Frequencies are
 * taken over replicates of one step. */
#include "testing.h"

#include "model/crisis.h"
#include "model/draw.h"
#include "synthetic.h"

enum { A, B, C, N, RUNS = 20000 };

/* Three states in a row, A and B and C, of which B leans on A as a pole; only crises at work, noise on; `next` holds what
 * the flow would have left. */
static struct synthetic border(double onset)
{
    struct synthetic made = synthetic_society(N, 1, 0, 0, 2);
    struct world *world = made.world;
    synthetic_meet(made.cast, 1, A, B); /* issue 1 is the border */
    synthetic_only(world, MECHANISM_crisis);
    world->model.noise = 1;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            world->set.contiguous[i * N + j] = i + 1 == j || j + 1 == i;
            world->set.onset[i * N + j] = onset;
            world->set.hostility_anchor[i * N + j] = 0.2 + 0.1 * (double)(i + 2 * j);
        }
    synthetic_start(world);
    world->model.unrest_rate = 0;
    return made;
}

static void one_step(struct world *world)
{
    /* the others leave every stock as it is, and what the crises read of the step stands */
    world_rest(world, ~(1u << MECHANISM_threat | 1u << MECHANISM_cooperation));
    crisis_update(world);
}

static double within(double p, double sigmas)
{
    return sigmas * sqrt(p * (1 - p) / RUNS) + 1e-12;
}

/* l 4 h h exp(2 adot + 2 adot) (1 - max(a)/2) (1 - coop/2), and the frequency of onset is 1 - exp(-rate dt). */
static void onset(void **unused)
{
    (void)unused;
    for (int extra = 0; extra < 4; extra++) {
        struct synthetic made = border(0.3);
        struct world *world = made.world;
        size_t options = made.cast->options;
        double arming = 0, coop = 0;
        if (extra & 1) {
            world->now.burden[B] = world->now.last_burden[B] * 1.05; /* 20 % a year */
            world->now.burden[A] = world->now.last_burden[A] * 1.4;  /* counts as 50 % */
            arming = 0.2 + 0.5;
        }
        if (extra & 2) {
            world->model.run_cooperation = 1;
            world->derived.willing[N * N + A * N + B] = 0.9;
            world->derived.willing[N * N + B * N + A] = 0.4;
            coop = 0.65;
        }
        world->now.alignment[B * options + CAST_SELF] = 0.3;
        world->now.alignment[B * options + 1] = 0.7;
        world->dt = extra & 1 ? 0.25 : 0.5;
        if (world->dt == 0.5)
            world->now.last_burden[A] = world->now.burden[A];
        double rate =
            0.3 * 4 * (0.2 + 0.1 * 2) * (0.2 + 0.1) * exp(2 * arming) * (1 - 0.5 * 0.7) * (1 - 0.5 * coop);
        assert_close(crisis_rate(world, A, B), rate, 1e-12);
        assert_close(crisis_rate(world, B, A), rate, 1e-12);
        double other = 0.3 * 4 * 0.7 * 0.6 * exp(extra & 1 ? 2 * 0.2 : 0);
        assert_close(crisis_rate(world, B, C), other, 1e-12);
        assert_true(crisis_rate(world, A, C) == 0); /* they do not border */
        double begun[2] = {0}, both = 0;
        for (world->replicate = 0; world->replicate < RUNS; world->replicate++) {
            one_step(world);
            double first = world->next.crisis[A * N + B] > 0, second = world->next.crisis[C * N + B] > 0;
            begun[0] += first;
            begun[1] += second;
            both += first * second;
            assert_true(world->next.crisis[A * N + C] == 0 &&
                        world->next.crisis[A * N + B] == world->next.crisis[B * N + A]);
        }
        double p = 1 - exp(-rate * world->dt), q = 1 - exp(-other * world->dt);
        assert_true(fabs(begun[0] / RUNS - p) < within(p, 4.5) && fabs(begun[1] / RUNS - q) < within(q, 4.5));
        assert_true(fabs(both / RUNS - p * q) < within(p * q, 4.5)); /* pair by pair */
        synthetic_free(made);
    }
}

/* Every rung is climbed with chance esc (h_ij + h_ji)/2: levels 1 to 4 as 1-e, e(1-e), e^2(1-e), e^3. */
static void escalation(void **unused)
{
    (void)unused;
    const double escs[] = {0, 0.4, 1};
    for (size_t k = 0; k < 3; k++) {
        struct synthetic made = border(1e9);
        struct world *world = made.world;
        world->model.escalation = escs[k];
        double count[5] = {0}, e = escs[k] * (0.7 + 0.6) / 2;
        for (world->replicate = 0; world->replicate < RUNS; world->replicate++) {
            one_step(world);
            count[(size_t)lround(4 * world->next.crisis[B * N + C])]++;
        }
        assert_true(count[0] == 0);
        for (size_t level = 1; level <= 4; level++) {
            double p = pow(e, (double)level - 1) * (level < 4 ? 1 - e : 1);
            assert_true(fabs(count[level] / RUNS - p) < within(p, 4.5));
        }
        synthetic_free(made);
    }
}

/* What a crisis costs, level by level: the rally now and twice and a half as much in the next step, trade of the pair, and
 * from level 3 on arms and output, the loser's twice the winner's; who loses is drawn from the contest of D. */
static void losses(void **unused)
{
    (void)unused;
    struct synthetic made = border(0);
    struct world *world = made.world;
    world->set.onset[A * N + B] = world->set.onset[B * N + A] = 1e9;
    world->model.escalation = 1.2;
    world->derived.defence[A * N + B] = 1.2; /* more than their home power, as D always is */
    world->derived.defence[B * N + A] = 0.4;
    synthetic_fill(world->set.contest_steepness, N, 2);
    double wars = 0, lost = 0, seen[5] = {0};
    for (world->replicate = 0; world->replicate < RUNS; world->replicate++) {
        one_step(world);
        double level = 4 * world->next.crisis[A * N + B], rung = level - 2;
        seen[(size_t)level]++;
        for (size_t i = A; i <= B; i++) {
            assert_close(world->next.legitimacy[i], 0.65 + 0.02 * level, 1e-12);
            assert_close(world->next.rally[i], 0.03 * level, 1e-12);
        }
        assert_true(world->next.legitimacy[C] == world->now.legitimacy[C] && world->next.rally[C] == 0);
        double before = world->now.export_share[A * N + B], sold = before * (1 - 0.05 * level);
        assert_close(world->next.export_share[A * N + B], sold / (sold + 1 - before), 1e-12);
        assert_true(world->next.export_share[C * N + B] == world->now.export_share[C * N + B]);
        double M[2], Y[2];
        for (size_t i = A; i <= B; i++) {
            M[i] = world->next.military[i] / world->now.military[i];
            Y[i] = world->next.gdp[i] / world->now.gdp[i];
        }
        if (level < 3) {
            assert_true(M[A] == 1 && M[B] == 1 && Y[A] == 1 && Y[B] == 1);
            continue;
        }
        size_t loser = M[A] < M[B] ? A : B, winner = A + B - loser;
        wars++;
        lost += loser == A;
        assert_close(M[loser], 1 - 0.03 * rung, 1e-12);
        assert_close(Y[loser], 1 - 0.01 * rung, 1e-12);
        assert_close(M[winner], 1 - 0.015 * rung, 1e-12);
        assert_close(Y[winner], 1 - 0.005 * rung, 1e-12);
    }
    assert_true(seen[1] > 0 && seen[2] > 0 && seen[3] > 0 && seen[4] > 0 && wars > 300);
    double p = 0.01 / (0.01 + 0.09); /* A loses with D_ji^mu / (D_ij^mu + D_ji^mu) */
    assert_true(fabs(lost / wars - p) < 4.5 * sqrt(p * (1 - p) / wars));
    synthetic_free(made);
}

/* The rally is lost again in the next step, once; C fades by 0.7 a quarter, at any dt, and a smaller crisis does not
 * shorten the memory of a larger one. */
static void afterwards(void **unused)
{
    (void)unused;
    for (unsigned parts = 1; parts <= 2; parts++) {
        struct synthetic made = border(1e9);
        struct world *world = made.world;
        world->steps_per_quarter = parts;
        world->dt = 0.25 / parts;
        world->set.onset[B * N + C] = world->set.onset[C * N + B] = 0;
        testing_steps(world, 1);
        double level = 4 * world->now.crisis[A * N + B], fading = pow(0.7, 1.0 / parts);
        assert_true(level >= 1);
        synthetic_fill(world->set.onset, N * N, 0);
        testing_steps(world, 1);
        assert_close(world->now.legitimacy[A], 0.65 - 0.01 * level, 1e-12);
        assert_true(world->now.rally[A] == 0);
        testing_steps(world, 4);
        assert_close(world->now.legitimacy[A], 0.65 - 0.01 * level, 1e-12);
        assert_close(world->now.crisis[A * N + B], level / 4 * pow(fading, 5), 1e-12);
        world->now.crisis[A * N + B] = world->now.crisis[B * N + A] = 0.9;
        world->model.escalation = 0; /* a level 1 */
        world->set.onset[A * N + B] = world->set.onset[B * N + A] = 1e9;
        testing_steps(world, 1);
        assert_close(world->now.crisis[A * N + B], 0.9 * fading, 1e-12);
        synthetic_free(made);
    }
}

/* Hostility after a crisis: y gains y_cr C(t); nothing with the mechanism off. */
static void alarm(void **unused)
{
    (void)unused;
    for (int on = 0; on < 2; on++) {
        struct synthetic made = border(0);
        struct world *world = made.world;
        world->model.noise = 0;
        world->model.run_belief = 1;
        world->model.run_crisis = on;
        world->now.crisis[A * N + B] = world->now.crisis[B * N + A] = 0.5;
        double h = world->now.hostility[A * N + B], y = h + (on ? 0.5 * 0.5 : 0);
        testing_steps(world, 1);
        assert_close(world->now.hostility[A * N + B], h + 0.08 * (y - h), 1e-12);
        assert_close(world->now.hostility[B * N + C], 0.7, 1e-12);
        synthetic_free(made);
    }
}

/* Unrest: rate l_d (1-L)^2 (1+3e) sqrt(open); L loses 0.15, neighbours alone gain 0.15 (1 - gap distance), up to 1. */
static void unrest(void **unused)
{
    (void)unused;
    struct synthetic made = border(0);
    struct world *world = made.world;
    world->model.unrest_rate = 0.8;
    const double L[] = {0.1, 0.3, 0.9}, open[] = {0.81, 0.25, 0}, gap[] = {0.2, 0.6, 0.9}, e[] = {0.5, 0, 0.98};
    for (size_t i = 0; i < N; i++) {
        world->now.legitimacy[i] = L[i];
        world->set.political_openness[i] = open[i];
        world->set.regime_gap[i] = gap[i];
        world->now.contagion[i] = e[i];
    }
    double count[N] = {0};
    for (world->replicate = 0; world->replicate < RUNS; world->replicate++) {
        one_step(world);
        bool happens[N];
        for (size_t i = 0; i < N; i++)
            count[i] += happens[i] = world->next.legitimacy[i] < L[i];
        assert_close(world->next.legitimacy[A], happens[A] ? 0 : 0.1, 1e-12); /* 0.1 - 0.15 is 0 */
        assert_close(world->next.legitimacy[B], happens[B] ? 0.15 : 0.3, 1e-12);
        double kept = 1 - 0.25 * 0.25;
        assert_close(world->next.contagion[A], fmin(1, 0.5 * kept + (happens[B] ? 0.15 * 0.6 : 0)), 1e-12);
        assert_true(fabs(world->next.contagion[B] - (happens[A] ? 0.15 * 0.6 : 0)) < 1e-15);
        assert_close(world->next.contagion[C], fmin(1, 0.98 * kept + (happens[B] ? 0.15 * 0.7 : 0)), 1e-12);
    }
    assert_true(count[C] == 0); /* a closed regime has none */
    for (size_t i = A; i <= B; i++) {
        double p = 1 - exp(-0.8 * (1 - L[i]) * (1 - L[i]) * (1 + 3 * e[i]) * sqrt(open[i]) * 0.25);
        assert_true(fabs(count[i] / RUNS - p) < within(p, 4.5));
    }
    synthetic_free(made);
}

/* Noise off: no crisis and no unrest, however likely; memories fade all the same. */
static void quiet(void **unused)
{
    (void)unused;
    struct synthetic made = border(1e9);
    struct world *world = made.world;
    world->model.noise = 0;
    world->model.unrest_rate = 1e9;
    synthetic_fill(world->now.contagion, N, 0.8);
    world->now.crisis[A * N + B] = world->now.crisis[B * N + A] = 0.5;
    for (int k = 1; k <= 8; k++) {
        testing_steps(world, 1);
        assert_close(world->now.crisis[A * N + B], 0.5 * pow(0.7, k), 1e-12);
        assert_close(world->now.contagion[B], 0.8 * pow(1 - 0.0625, k), 1e-12);
        for (size_t i = 0; i < N; i++)
            assert_true(world->now.legitimacy[i] == 0.65 && world->now.rally[i] == 0);
    }
    assert_true(world->now.crisis[B * N + C] == 0);
    synthetic_free(made);
}

/* D.5: in the world of 2021 about 0.01 to 0.05 onsets per contiguous pair and year; 20 replicates of ten years, by the
 * rates and by what happens. */
static void how_often(void **unused)
{
    (void)unused;
    struct scenario *scenario = testing_load("tests/worlds/w21.cfg", NULL, 0);
    double rates = 0, begun = 0, high = 0, pairs = 0;
    for (unsigned long run = 0; run < 20; run++) {
        struct world *world = testing_world(scenario, 0);
        size_t n = world->cast->states;
        world->replicate = run;
        for (int t = 0; t < 40; t++) {
            struct world *before = world_copy(world);
            testing_steps(world, 1);
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < i; j++)
                    if (world->set.contiguous[i * n + j] != 0) {
                        double fresh = world->now.crisis[i * n + j] - 0.7 * before->now.crisis[i * n + j];
                        rates += crisis_rate(before, j, i);
                        pairs++;
                        begun += fresh > 1e-9;
                        high += fresh > 1e-9 && world->now.crisis[i * n + j] >= 0.75;
                    }
            world_free(before);
        }
        world_free(world);
    }
    rates /= pairs;
    print_message("crises: %.4f onsets per contiguous pair and year by the rates, %.4f by count, %.1f %% of "
                  "level 3 or 4\n",
                  rates, begun / pairs * 4, 100 * high / begun);
    assert_true(rates > 0.01 && rates < 0.05 && begun / pairs * 4 > 0.01 && begun / pairs * 4 < 0.05);
    assert_true(high / begun < 0.15);
    scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(onset),      cmocka_unit_test(escalation), cmocka_unit_test(losses),
        cmocka_unit_test(afterwards), cmocka_unit_test(alarm),      cmocka_unit_test(unrest),
        cmocka_unit_test(quiet),      cmocka_unit_test(how_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
