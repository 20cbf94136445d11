/* The benchmark: runs per second and nanoseconds per state and per ordered pair, at 14, 195 and 1,000 states, with and
 * without writing; what each mechanism costs, and what war and polarity add.  Everything but the figures' meaning depends
 * on the machine: compare two builds side by side.  Figures to quote are ratios (bench_ratios.c), of which a file is made.
 *
 *   cmake --build build --target bench          or      build/tests/bench_equipoise [SECONDS [N]]
 *   build/tests/bench_equipoise --ratios ROUNDS [FILE.json]
 *   build/tests/bench_equipoise --step N        one JSON line: seconds of a step of N states and of its pairs, for bench_anchors.py */
#include "synthetic.h"

#include "bench.h"
#include "ensemble/experiment.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_wall(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

double bench_busy(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_work(void)
{
    static const int who[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    double seconds = 0;
    for (size_t k = 0; k < 2; k++) {
        struct rusage used;
        getrusage(who[k], &used);
        seconds += (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    }
    return seconds;
}

struct scenario *bench_scenario(size_t n)
{
    if (n == 14)
        return testing_load("scenarios/us-withdrawal.cfg", NULL, 0);
    struct synthetic made = synthetic_make(n, 1, false);
    struct scenario *s = calloc(1, sizeof *s);
    s->file = strdup("synthetic");
    s->name = strdup("synthetic");
    s->title = strdup("synthetic");
    s->text = strdup("title = \"synthetic\";\n");
    s->cast = made.cast;
    s->world = made.world;
    s->steps_per_quarter = s->every = 1;
    s->points = 1;
    s->arms = 2;
    s->arm = calloc(2, sizeof *s->arm);
    s->arm[0].name = strdup("");
    s->arm[1].name = strdup("baseline");
    s->record = calloc(variable_count, sizeof *s->record);
    for (size_t v = 0; v < variable_count; v++) /* numbers of states and shares of poles; no pairs */
        if (variable_table[v].shape == SHAPE_STATE || variable_table[v].shape == SHAPE_OPTION)
            s->record[s->records++] = v;
    s->start = 4 * 2021;
    s->end = s->start + 39;
    s->world->quarter = s->start;
    return s;
}

/* Runs until `seconds` are over; returns seconds a run. */
static double play(struct scenario *s, const char *output, int threads, double seconds)
{
    struct messages messages = {0};
    struct outcome outcome;
    const struct experiment_options how = {
        .threads = threads, .output = output, .force = true, .command = "bench"};
    double best = 1e300;
    s->replicates = 1;
    for (double begun = bench_wall(); bench_wall() - begun < seconds;) {
        enum status status = experiment_run(s, &how, &outcome, &messages);
        if (status != STATUS_OK) {
            fprintf(stderr, "bench: %s\n", messages.count ? messages.list[0].text : "failed");
            exit(status);
        }
        best = fmin(best, outcome.seconds / (double)outcome.runs);
        double aim = fmax(1, 0.2 * seconds / best);
        s->replicates = (unsigned long)fmin(aim, 4096);
        experiment_free(&outcome, s);
    }
    return best;
}

double bench_step(struct scenario *s, double seconds)
{
    struct world *world = testing_world(s, 0), *start = world_copy(world);
    double best = 1e300;
    long length = s->end - s->start + 1;
    for (double begun = bench_wall(); bench_wall() - begun < seconds;) {
        world_assign(world, start);
        double from = bench_busy();
        for (long k = 0; k < length; k++)
            if (step_world(world) != STATUS_OK)
                exit(STATUS_FAILED);
        best = fmin(best, (bench_busy() - from) / (double)length);
    }
    world_free(world);
    world_free(start);
    return best;
}

/* What each mechanism adds to a step of the shipped world: all on, less all but one on. */
static void costs(double seconds)
{
    struct scenario *s = bench_scenario(14);
    double all = bench_step(s, seconds);
    printf("\n14 states, cost of a mechanism in a step of %.2f us:\n", 1e6 * all);
    for (enum mechanism m = MECHANISM_power; m < MECHANISM_war; m++) { /* those that are on by default */
        char *path = message_text("model.mechanisms.%s=false", world_mechanism_word(m));
        const char *set[] = {path};
        struct scenario *without = testing_load("scenarios/us-withdrawal.cfg", set, 1);
        double less = bench_step(without, seconds);
        printf("  %-12s %8.2f us  %5.1f %%\n", world_mechanism_word(m), 1e6 * (all - less),
               100 * (all - less) / all);
        scenario_free(without);
        free(path);
    }
    scenario_free(s);
}

/* A step of a synthetic grid with the settings given; `war`: how demanding attackers are, 0: war is off. */
static double grid(size_t n, const char *poles, double superiority, long years, double seconds)
{
    char *states = message_text("model.synthetic.states=%zu", n);
    char *war = message_text("model.mechanisms.war=%s", superiority > 0 ? "true" : "false");
    char *demand = message_text("model.war.superiority=%g", superiority > 0 ? superiority : 1);
    const char *set[] = {states, war, demand, poles, "model.synthetic.layout=grid"};
    struct scenario *s = testing_load("scenarios/worlds/synthetic-gate.cfg", set, 5);
    s->start = 4 * 2000;
    s->end = s->start + 4 * years - 1;
    double step = bench_step(s, seconds);
    scenario_free(s);
    free(states);
    free(war);
    free(demand);
    return step;
}

/* Peace that could be broken costs the decisions of all; in a real war the living become fewer. */
static void war_costs(double seconds)
{
    static const size_t sizes[] = {14, 49, 195};
    printf("\n%7s %14s %16s %10s %22s %24s\n", "states", "no war, us", "armed peace, us", "adds, us",
           "200 years of war, us", "with varying poles, us");
    for (size_t k = 0; k < 3; k++) {
        size_t n = sizes[k];
        double off = grid(n, "model.synthetic.poles=4", 0, 10, seconds);
        double peace = grid(n, "model.synthetic.poles=4", 10, 10, seconds);
        double war = grid(n, "model.synthetic.poles=4", 2.5, 200, seconds);
        double poles = grid(n, "model.mechanisms.polarity=true", 2.5, 200, seconds);
        printf("%7zu %14.2f %16.2f %10.2f %22.2f %24.2f\n", n, 1e6 * off, 1e6 * peace, 1e6 * (peace - off),
               1e6 * war, 1e6 * poles);
        fflush(stdout);
    }
}

int main(int count, char **words)
{
    if (count > 2 && strcmp(words[1], "--ratios") == 0) {
        const char *output = count > 3 ? words[3] : NULL;
        if (bench_ratios((size_t)atol(words[2]), output))
            return STATUS_OK;
        fprintf(stderr, "bench: %s cannot be written\n", output);
        return STATUS_IO;
    }
    if (count > 2 && strcmp(words[1], "--step") == 0) {
        size_t n = (size_t)atol(words[2]);
        struct scenario *s = bench_scenario(n);
        struct world *world = testing_world(s, 0);
        double pair[2];
        testing_steps(world, 8);
        bench_pairs(world, pair);
        printf("{\"states\": %zu, \"seconds_step\": %.6g, \"seconds_pairs\": %.6g}\n", n, bench_step(s, 0.5),
               pair[0] * (double)(n * (n - 1)));
        world_free(world);
        scenario_free(s);
        return STATUS_OK;
    }
    double seconds = count > 1 ? atof(words[1]) : 3;
    static const size_t sizes[] = {14, 195, 1000};
    size_t one = count > 2 ? (size_t)atol(words[2]) : 0;
    char file[] = "bench-XXXXXX";
    int descriptor = mkstemp(file);
    if (descriptor < 0)
        return STATUS_IO;
    close(descriptor);
    printf("40 quarters a run; steps: one core, best of %.0f s; runs: with their copies and records\n",
           seconds);
    printf("%7s %12s %12s %12s %14s %14s %14s %14s\n", "states", "us/step", "ns/state", "ns/pair",
           "runs/s 1 core", "runs/s all", "1 core, file", "all, file");
    for (size_t k = 0; k < 3; k++) {
        if (one > 0 && one != sizes[k])
            continue;
        struct scenario *s = bench_scenario(sizes[k]);
        double step = bench_step(s, seconds), n = (double)sizes[k];
        printf("%7zu %12.2f %12.1f %12.2f %14.1f %14.1f %14.1f %14.1f\n", sizes[k], 1e6 * step, 1e9 * step / n,
               1e9 * step / (n * (n - 1)), 1 / play(s, NULL, 1, seconds), 1 / play(s, NULL, 0, seconds),
               1 / play(s, file, 1, seconds), 1 / play(s, file, 0, seconds));
        fflush(stdout);
        scenario_free(s);
    }
    remove(file);
    if (one == 0 || one == 14)
        costs(seconds);
    if (one == 0 || one == 49)
        war_costs(seconds);
    return 0;
}
