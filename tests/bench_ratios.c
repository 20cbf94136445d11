/* The part of the benchmark that is to be quoted: ratios of things that take turns on the same machine, so that its speed
 * and its other work fall on both.  A figure is the median over the rounds, with the quarter and the three quarters. */
#include "synthetic.h"

#include "bench.h"

#include "base/json.h"
#include "ensemble/experiment.h"
#include "model/threat.h"

#include <time.h>
#include <unistd.h>

enum { MOST_FIGURES = 24, MOST_ROUNDS = 1000 };

/* A ratio, or a time. */
struct what {
    const char *name, *meaning, *unit;
    size_t states;
    double target; /* what it should be: at least, or at most if `less`; NAN: nothing */
    bool less;
};

struct figure {
    struct what what;
    double round[MOST_ROUNDS];
    size_t rounds;
};

struct figures {
    struct figure list[MOST_FIGURES];
    size_t count;
};

/* The figure of that name and size, to which a value is added. */
static void add(struct figures *figures, struct what what, double value)
{
    size_t k = 0;
    while (k < figures->count &&
           (strcmp(figures->list[k].what.name, what.name) != 0 || figures->list[k].what.states != what.states))
        k++;
    assert_true(k < MOST_FIGURES);
    struct figure *figure = &figures->list[k];
    if (k == figures->count) {
        figure->what = what;
        figures->count++;
    }
    if (figure->rounds < MOST_ROUNDS)
        figure->round[figure->rounds++] = value;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The part p of the rounds is below. */
static double quantile(const struct figure *figure, double p)
{
    double sorted[MOST_ROUNDS], at = p * (double)(figure->rounds - 1);
    size_t low = (size_t)at, high = low + 1 < figure->rounds ? low + 1 : low;
    memcpy(sorted, figure->round, figure->rounds * sizeof *sorted);
    qsort(sorted, figure->rounds, sizeof *sorted, by_size);
    return sorted[low] + (at - (double)low) * (sorted[high] - sorted[low]);
}

/* ---- what is measured ---------------------------------------------------------------------------------- */

/* Seconds by two clocks. */
struct cost {
    double wall, work;
};

static struct cost play(const struct scenario *s, int threads, const char *output)
{
    struct messages messages = {0};
    struct outcome outcome;
    const struct experiment_options how = {.threads = threads,
                                           .baseline = true,
                                           .output = output,
                                           .journal = output != NULL,
                                           .force = true,
                                           .command = "bench"};
    struct cost cost = {bench_wall(), bench_work()};
    enum status status = experiment_run(s, &how, &outcome, &messages);
    cost.wall = bench_wall() - cost.wall;
    cost.work = bench_work() - cost.work;
    if (status != STATUS_OK) {
        fprintf(stderr, "bench: %s\n", messages.count ? messages.list[0].text : "failed");
        exit(status);
    }
    experiment_free(&outcome, s);
    message_clear(&messages);
    return cost;
}

/* A sweep of the shipped scenario, each run with its baseline, of which summaries are kept. */
static void sweeps(struct figures *figures)
{
    enum { REPLICATES = 1024 };
    static char file[] = "bench-sweep.h5";
    struct scenario *s = bench_scenario(14), *bare = bench_scenario(14);
    s->replicates = bare->replicates = REPLICATES;
    s->records = bare->records = 0;
    assert_true(scenario_sum_up(s));
    struct cost without = play(bare, 1, NULL), one = play(s, 1, NULL), two = play(s, 2, NULL),
                disk = play(s, 1, file), both = play(s, 2, file);
    unlink(file);
    add(figures,
        (struct what){"threads", "two threads over one, by the clock, played only", "ratio", 14, 1.85, false},
        one.wall / two.wall);
    add(figures, (struct what){"threads_file", "the same, with summaries to disk", "ratio", 14, 1.85, false},
        disk.wall / both.wall);
    add(figures,
        (struct what){"summaries", "work of summaries to disk, over keeping them in memory", "part", 14, 0.05,
                      true},
        disk.work / one.work - 1);
    add(figures, (struct what){"summaries_clock", "the same, by the clock", "part", 14, 0.05, true},
        disk.wall / one.wall - 1);
    add(figures,
        (struct what){"summaries_all", "work of summaries to disk, over none at all", "part", 14, 0.05, true},
        disk.work / without.work - 1);
    scenario_free(s);
    scenario_free(bare);
}

void bench_pairs(struct world *world, double best[2])
{
    void (*const part[])(struct world *) = {threat_pairs, threat_update};
    size_t n = world->cast->states, repeats = 1 + 20000 / (n * n), tries = 100;
    for (size_t p = 0; p < 2; p++) {
        best[p] = 1e300;
        for (size_t t = 0; t < tries; t++) {
            double from = bench_busy();
            for (size_t k = 0; k < repeats; k++)
                part[p](world);
            best[p] = fmin(best[p], (bench_busy() - from) / (double)(repeats * n * (n - 1)));
        }
    }
}

/* The loop over pairs against the vector exponential: part of the limit is seconds of one exp() over seconds of a pair. */
static void kernel(struct figures *figures, struct world *const world[2])
{
    static const char *const exp_name[BENCH_WIDTHS] = {"exp_narrow", "exp_wide", "exp_widest"};
    static const double least[2] = {0.45, 0.55};
    const char *width[BENCH_WIDTHS];
    size_t widths = bench_exp_widths(width);
    double limit[BENCH_WIDTHS];
    for (size_t w = 0; w < widths; w++) {
        limit[w] = bench_exp(w);
        add(figures, (struct what){exp_name[w], width[w], "ns", 0, NAN, true}, 1e9 * limit[w]);
    }
    for (size_t k = 0; k < 2; k++) {
        size_t n = world[k]->cast->states;
        double pair[2];
        bench_pairs(world[k], pair);
        add(figures, (struct what){"pair", "what one state sees in one other", "ns", n, NAN, true},
            1e9 * pair[0]);
        add(figures, (struct what){"pair_all", "the same, and all other threats", "ns", n, NAN, true},
            1e9 * pair[1]);
        add(figures,
            (struct what){"kernel", "pairs a second, of the widest vector exp() a second", "part", n, least[k],
                          false},
            limit[widths - 1] / pair[0]);
        add(figures,
            (struct what){"kernel_narrow", "the same, of the vector exp() of this build", "part", n, NAN,
                          false},
            limit[0] / pair[0]);
    }
}

/* ---- what is said of it -------------------------------------------------------------------------------- */

static void print(const struct figures *figures)
{
    printf("\n%-16s %7s %10s %10s %10s %8s  %s\n", "figure", "states", "quarter", "median", "3/4", "target",
           "meaning");
    for (size_t k = 0; k < figures->count; k++) {
        const struct figure *f = &figures->list[k];
        double median = quantile(f, 0.5);
        char target[24] = "";
        if (!isnan(f->what.target))
            snprintf(target, sizeof target, "%s %g%s", f->what.less ? "<" : ">", f->what.target,
                     (f->what.less ? median <= f->what.target : median >= f->what.target) ? "" : " !");
        printf("%-16s %7zu %10.3f %10.3f %10.3f %8s  %s (%s)\n", f->what.name, f->what.states,
               quantile(f, 0.25), median, quantile(f, 0.75), target, f->what.meaning, f->what.unit);
    }
    puts("!: not met.  Two threads are worth twice one only where nobody else works on the machine.");
}

/* The line of a file of the system that begins with a word, after its colon; "unknown" without it. */
static char *line_of(const char *path, const char *word)
{
    FILE *in = fopen(path, "r");
    char line[256], *found = NULL;
    while (in != NULL && found == NULL && fgets(line, sizeof line, in) != NULL) {
        char *colon = strchr(line, ':');
        if (colon != NULL && strncmp(line, word, strlen(word)) == 0) {
            line[strcspn(line, "\n")] = '\0';
            found = strdup(colon + 1 + strspn(colon + 1, " \t"));
        }
    }
    if (in != NULL)
        fclose(in);
    return found ? found : strdup("unknown");
}

static bool write_file(const struct figures *figures, const char *output, double load)
{
    FILE *out = fopen(output, "w");
    if (out == NULL)
        return false;
    time_t seconds = time(NULL);
    char date[32], *processor = line_of("/proc/cpuinfo", "model name");
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&seconds));
    fputs("{\n  \"program\": ", out);
    json_string(out, "Equipoise " EQUIPOISE_VERSION);
    fprintf(out, ",\n  \"date\": \"%s\",\n  \"machine\": {\"processor\": ", date);
    json_string(out, processor);
    fprintf(out, ", \"cores\": %ld, \"load\": %.2f, \"compiler\": ", sysconf(_SC_NPROCESSORS_ONLN), load);
    json_string(out, __VERSION__);
    fputs("},\n  \"figures\": [", out);
    for (size_t k = 0; k < figures->count; k++) {
        const struct figure *f = &figures->list[k];
        fprintf(out,
                "%s\n    {\"name\": \"%s\", \"states\": %zu, \"unit\": \"%s\", \"meaning\": ", k ? "," : "",
                f->what.name, f->what.states, f->what.unit);
        json_string(out, f->what.meaning);
        if (!isnan(f->what.target))
            fprintf(out, ", \"%s\": %g", f->what.less ? "at_most" : "at_least", f->what.target);
        fputs(", \"rounds\": [", out);
        for (size_t r = 0; r < f->rounds; r++)
            fprintf(out, "%s%.6g", r ? ", " : "", f->round[r]);
        fputs("]}", out);
    }
    fputs("\n  ]\n}\n", out);
    free(processor);
    bool failed = ferror(out) != 0;
    return fclose(out) == 0 && !failed;
}

bool bench_ratios(size_t rounds, const char *output)
{
    struct figures *figures = calloc(1, sizeof *figures);
    struct scenario *small = bench_scenario(14), *large = bench_scenario(195);
    struct world *const world[2] = {testing_world(small, 0), testing_world(large, 0)};
    double load = NAN;
    getloadavg(&load, 1);
    for (size_t k = 0; k < 2; k++)
        testing_steps(world[k], 8);
    for (size_t r = 0; r < rounds; r++) {
        kernel(figures, world);
        for (size_t k = 0; k < 2; k++)
            add(figures,
                (struct what){"step", "a step of all mechanisms", "us", world[k]->cast->states, NAN, true},
                1e6 * bench_step(k == 0 ? small : large, 0.3));
        sweeps(figures);
        fprintf(stderr, "round %zu of %zu\n", r + 1, rounds);
    }
    print(figures);
    bool written = output == NULL || write_file(figures, output, load);
    for (size_t k = 0; k < 2; k++)
        world_free(world[k]);
    scenario_free(small);
    scenario_free(large);
    free(figures);
    return written;
}
