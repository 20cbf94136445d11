/* Hindcasts (D.4, D.6): dates found in a run, phases and Brier scores worked out by hand, and every fault of the block with
 * its message. */
#include "folder.h"

#include "evidence/hindcast.h"

#define W92 "tests/worlds/w92.cfg"

static const char *file; /* the scenario that was written last */

/* A scenario of ten years on the world of 1992 whose hindcast block is given; UZB leaves the CSTO in 1994Q1 in every run. */
static void write_hindcast(const char *block)
{
    char here[1024];
    assert_non_null(getcwd(here, sizeof here));
    char *text = message_text(
        "title = \"h\"; base = \"%s/" W92
        "\"; time = { start = \"1992Q1\"; end = \"2001Q4\"; }; replicates = 3;\n"
        "world = { model = { mechanisms = { commitment = false; }; }; };\n"
        "events = ( { at = \"1994Q1\"; path = \"institutions.CSTO.members.UZB\"; set = false; } );\n%s",
        here, block);
    file = write_file("h.cfg", text);
    free(text);
}

static struct scenario *load_hindcast(const char *block)
{
    write_hindcast(block);
    struct scenario *s = testing_load(file, NULL, 0);
    assert_non_null(s);
    assert_non_null(s->hindcast);
    return s;
}

static struct hindcast_score play(const struct scenario *s)
{
    struct messages messages = {0};
    struct hindcast_score score;
    assert_int_equal(hindcast_play(s, NULL, NULL, &score, &messages), STATUS_OK);
    message_clear(&messages);
    return score;
}

/* ---- a run ------------------------------------------------------------------------------------------------- */

static void find(void **unused)
{
    (void)unused;
    const double values[] = {1, 1, 0, 0, 1, 0}; /* at the start, then quarters 100 to 104 */
    bool already;
    assert_int_equal(hindcast_find(values, 100, 100, 104, 0, &already), 101);
    assert_false(already);
    assert_int_equal(hindcast_find(values, 100, 102, 104, 0, &already), 104);
    assert_true(already); /* it had come before, and comes again */
    assert_int_equal(hindcast_find(values, 100, 102, 103, 0, &already), 0);
    assert_int_equal(hindcast_find(values, 100, 100, 104, 1, &already), 103);
    assert_true(already);
    assert_int_equal(hindcast_find(values, 100, 100, 104, 2, &already), 0);
    assert_false(already);
}

#define EXIT "what = \"x\"; source = \"s\"; quantity = \"membership[UZB,CSTO]\"; becomes = 0.0; "
#define ENTRY "what = \"x\"; source = \"s\"; quantity = \"membership[UZB,CSTO]\"; becomes = 1.0; "

static void verdict_of(const char *date, enum hindcast_verdict verdict, double error)
{
    char *block = message_text("hindcast = { state = \"UZB\"; dates = ( { %s } ); };\n", date);
    struct scenario *s = load_hindcast(block);
    struct hindcast_score score = play(s);
    assert_int_equal(score.event[0].verdict, verdict);
    if (isnan(error))
        assert_true(isnan(score.event[0].error));
    else
        assert_true(score.event[0].error == error);
    bool like = verdict == HINDCAST_MET || verdict == HINDCAST_STAYED;
    assert_true(score.event[0].share == like); /* the event comes in every run alike */
    hindcast_score_free(&score);
    scenario_free(s);
    free(block);
}

static void verdicts(void **unused)
{
    (void)unused;
    verdict_of(EXIT "on = \"1994Q1\";", HINDCAST_MET, 0);
    verdict_of(EXIT "on = \"1995Q1\";", HINDCAST_MET, -1);
    verdict_of(EXIT "on = \"1995Q2\";", HINDCAST_EARLY, -1.25);
    verdict_of(EXIT "on = \"1992Q4\";", HINDCAST_LATE, 1.25);
    verdict_of(EXIT "on = \"1998Q1\"; within = \"1997Q1..1999Q4\";", HINDCAST_ALREADY, NAN);
    verdict_of(ENTRY "on = \"1998Q1\"; within = \"1997Q1..1999Q4\";", HINDCAST_MISSED, NAN);
    verdict_of(EXIT "never = true;", HINDCAST_CAME, NAN);
    verdict_of(EXIT "never = true; within = \"1995Q1..2001Q4\";", HINDCAST_STAYED, NAN);
}

/* Two events of one quantity are looked for on their side of the middle between them; what is neither is a surprise. */
static void windows(void **unused)
{
    (void)unused;
    struct scenario *s =
        load_hindcast("hindcast = { state = \"UZB\"; dates = ( { " EXIT "on = \"1996Q1\"; }, { " ENTRY
                      "on = \"1998Q1\"; }, { " EXIT "on = \"2000Q3\"; } ); };\n");
    const struct hindcast_date *date = s->hindcast->date;
    assert_int_equal(date[0].first, s->start);
    assert_int_equal(date[0].last, 4 * 1997);
    assert_int_equal(date[1].first, 4 * 1997 + 1);
    assert_int_equal(date[1].last, 4 * 1999 + 1);
    assert_int_equal(date[2].first, 4 * 1999 + 2);
    assert_int_equal(date[2].last, s->end);
    struct hindcast_score score = play(s);
    assert_int_equal(score.event[0].quarter, 4 * 1994);
    assert_int_equal(score.event[0].verdict, HINDCAST_EARLY);
    assert_int_equal(score.event[2].verdict, HINDCAST_ALREADY);
    assert_int_equal(score.surprises, 0);
    hindcast_score_free(&score);
    scenario_free(s);
    s = load_hindcast("hindcast = { state = \"UZB\"; dates = ( { " ENTRY "on = \"1998Q1\"; } ); };\n");
    score = play(s);
    assert_int_equal(score.surprises, 1);
    assert_int_equal(score.surprise[0].quarter, 4 * 1994);
    assert_true(score.surprise[0].becomes == 0);
    hindcast_score_free(&score);
    scenario_free(s);
}

/* All runs leave in 1994Q1, history did in 1995Q1. Within two years, asked at the beginning of 1992 to 1995 (then history
 * is in): the runs say 0 (1992Q1-1993Q4), 1 (1993-94), 1 (1994-95), and cannot say in 1995; history 0, 0, 1. */
static void risk(void **unused)
{
    (void)unused;
    struct scenario *s = load_hindcast(
        "hindcast = { state = \"UZB\"; dates = ( { " EXIT "on = \"1995Q1\"; } ); risks = ( { what = \"r\"; "
        "quantity = \"membership[UZB,CSTO]\"; becomes = 0.0; years = 2; } ); };\n");
    struct hindcast_score score = play(s);
    const struct hindcast_odds *odds = score.odds;
    assert_int_equal(odds->origins, 3);
    assert_int_equal(odds->events, 1);
    assert_int_equal(odds->skipped, 1);
    assert_close(odds->brier, 1.0 / 3, 1e-12);
    assert_close(odds->still, 1.0 / 3, 1e-12);
    assert_close(odds->base, 2.0 / 9, 1e-12);
    assert_true(odds->still_skill == 0);
    assert_close(odds->base_skill, -0.5, 1e-12);
    hindcast_score_free(&score);
    scenario_free(s);
}

/* Phases, a series and ranges against the world played by hand. */
static void levels(void **unused)
{
    (void)unused;
    static const char *const quiet[] = {"model.noise=false"};
    write_hindcast(
        "hindcast = { state = \"UZB\"; phases = ( { years = \"1992Q1..1993Q2\"; USA = 1; RUS = 2; },\n"
        "{ years = \"1993Q3..1997Q4\"; USA = 1; RUS = 3; }, { years = \"1998Q1..2001Q4\"; USA = 1; RUS = 0; } "
        ");\n"
        "series = ( { name = \"n\"; quantity = \"alignment[UZB,RUS]\"; from = 1993; comparable = true;\n"
        "values = [0.5, 0.1, 0.25]; source = \"s\"; } );\n"
        "steady = ( { what = \"w\"; source = \"s\"; quantity = \"membership[KAZ,CSTO]\";\n"
        "than = \"membership[UZB,CSTO]\"; } ); };\n");
    struct scenario *s = testing_load(file, quiet, 1);
    struct hindcast_score score = play(s);
    struct world *world = testing_world(s, 0);
    double share[40], year[3] = {0, 0, 0}, first = 0, second = 0, third = 0;
    for (size_t k = 0; k < 40; k++) {
        testing_steps(world, 1);
        share[k] = testing_value(world, "alignment[UZB,RUS]");
        *(k < 6 ? &first : k < 24 ? &second : &third) += share[k];
        if (k >= 4 && k < 16)
            year[k / 4 - 1] += share[k] / 4;
    }
    assert_int_equal(s->hindcast->poles, 2); /* in the order of the world: RUS, USA */
    assert_close(score.cell[0].simulated, first / 6, 1e-12);
    assert_close(score.cell[2].simulated, second / 18, 1e-12);
    assert_close(score.cell[4].simulated, third / 16, 1e-12);
    assert_close(score.cell[2].change, second / 18 - first / 6, 1e-9);
    assert_true(isnan(score.cell[0].change) && score.cell[2].coded_change == 1 &&
                score.cell[4].coded_change == -3);
    assert_true(score.cell[0].low == score.cell[0].simulated); /* without noise all runs are the same */
    assert_int_equal(score.signs[1].moves, 0);
    assert_true(isnan(score.signs[1].low) && isnan(score.relation[1].rho) && isnan(score.relation[1].chance));
    assert_int_equal(score.signs[2].changes, 4);
    assert_int_equal(score.signs[2].still_right, 2);
    assert_int_equal(score.relation[2].points, 6);
    assert_close(score.series[0].error, (fabs(year[1] - 0.1) + fabs(year[2] - 0.25)) / 2, 1e-12);
    assert_close(score.series[0].still_error, 0.275, 1e-12); /* |0.5 - 0.1| and |0.1 - 0.25| */
    assert_true(isnan(score.series[0].rho_changes));         /* two changes have no order */
    assert_true(score.range[0].range == 0 && score.range[0].than == 1 && score.range[0].share == 1);
    hindcast_score_free(&score);
    world_free(world);
    scenario_free(s);
}

/* ---- faults ------------------------------------------------------------------------------------------------ */

/* Line 4 is the first of the block.  The file's folder is left out of what is expected. */
static void fault(const char *block, const char *expected)
{
    struct messages messages = {0};
    struct scenario_options plain = {0};
    struct scenario *s = NULL;
    char *found = message_text("%s", "");
    write_hindcast(block);
    assert_int_equal(scenario_load(file, &plain, &s, &messages), STATUS_INVALID);
    for (size_t k = 0; k < messages.count; k++) {
        char *line = message_format(&messages.list[k]);
        char *more = message_text("%s%s\n", found, line + strlen(folder) + 1);
        free(line);
        free(found);
        found = more;
    }
    assert_string_equal(found, expected);
    free(found);
    message_clear(&messages);
}

#define HEAD "hindcast = { state = \"UZB\";\n"
#define LINE "h.cfg:5: error: hindcast."

static void faults_of_the_block(void **unused)
{
    (void)unused;
    fault("hindcast = 1;",
          "h.cfg:4: error: hindcast: is a whole number (allowed: a group { state; phases; dates; })\n");
    fault("hindcast = { dates = (); };", "h.cfg:4: error: hindcast.state: is missing (allowed: a string)\n");
    fault("hindcast = { state = \"UZV\"; dates = (); };",
          "h.cfg:4: error: hindcast.state: unknown state 'UZV' (did you mean 'UZB'?)\n");
    fault("hindcast = { state = \"UZB\"; };",
          "h.cfg:4: error: hindcast: says nothing of history (allowed: phases, dates, "
          "series, risks, steady)\n");
    fault(HEAD "date = (); };", LINE "date: unknown setting (did you mean 'dates'?)\n");
    fault(HEAD "least_change = 2.0; dates = (); };",
          LINE "least_change: 2 is not allowed (allowed: more than 0, less than 1)\n");
    fault(HEAD "dates = [\"a\"]; };",
          LINE "dates: is an array (allowed: a list ( { what; quantity; becomes; on; source; }, ... ))\n");
    fault(HEAD "dates = (1); };",
          LINE "dates: holds a whole number (allowed: groups { what; quantity; becomes; on; source; })\n");
}

static void faults_of_phases(void **unused)
{
    (void)unused;
    fault(HEAD "phases = ( { years = \"1992..1995\"; RUS = 1; } ); };",
          LINE "phases[0].years: '1992..1995' is no span (allowed: like \"2001Q4..2004Q2\")\n");
    fault(HEAD "phases = ( { years = \"1990Q1..1995Q1\"; RUS = 1; } ); };", LINE
          "phases[0].years: '1990Q1..1995Q1' is outside the time of the scenario (allowed: 1992Q1..2001Q4)\n");
    fault(HEAD "phases = ( { years = \"1992Q1..1995Q1\"; } ); };",
          LINE "phases[0]: names no pole (allowed: one or more, like USA = 2, with a level 0..4)\n");
    fault(HEAD "phases = ( { years = \"1992Q1..1995Q1\"; RUS = 5; } ); };",
          LINE "phases[0].RUS: 5 is not allowed (allowed: 0..4)\n");
    fault(HEAD "phases = ( { years = \"1992Q1..1995Q1\"; RUS = 1.5; } ); };",
          LINE "phases[0].RUS: is a number (allowed: a whole number, 0..4)\n");
    fault(HEAD "phases = ( { years = \"1992Q1..1995Q1\"; RUSS = 1; RUS = 1; } ); };",
          LINE "phases[0].RUSS: unknown setting (did you mean 'RUS'?)\n");
    fault(
        HEAD
        "phases = ( { years = \"1992Q1..1995Q1\"; RUS = 1; },\n{ years = \"1995Q1..1996Q1\"; CHN = 1; } ); };",
        "h.cfg:6: error: hindcast.phases[1]: has no level for RUS (allowed: the poles of the first phase, "
        "0..4)\n"
        "h.cfg:6: error: hindcast.phases[1].CHN: has no level in the first phase (allowed: the same poles in "
        "every phase)\n"
        "h.cfg:6: error: hindcast.phases[1].years: begins before the phase above ends (allowed: phases in "
        "their order)\n");
}

static void faults_of_dates(void **unused)
{
    (void)unused;
    fault(HEAD "dates = ( { quantity = \"membership[UZB,CSTQ]\"; becomes = 0; on = \"1995Q1\"; source = \"s\"; "
               "} ); };",
          LINE "dates[0].what: is missing (allowed: a string)\n" LINE
               "dates[0].quantity: unknown institution 'CSTQ' (did you mean 'CSTO'?)\n");
    fault(
        HEAD
        "dates = ( { what = \"w\"; quantity = \"alignment[UZB,RUS]\"; on = \"1995Q1\"; source = \"s\"; } ); };",
        LINE "dates[0].quantity: 'alignment' has a size and no dates (allowed: hosting, membership, alive, "
             "behaviour)\n" LINE
             "dates[0]: says no value that is reached (allowed: becomes = a whole number, 0..9)\n");
    fault(HEAD "dates = ( { " EXIT "} ); };",
          LINE "dates[0]: has no date (allowed: either on or never = true)\n");
    fault(HEAD "dates = ( { " EXIT "on = \"1995Q1\"; never = true; } ); };",
          LINE "dates[0]: has a date and never (allowed: either on or never = true)\n");
    fault(HEAD "dates = ( { " EXIT "never = 1; } ); };",
          LINE "dates[0].never: is a whole number (allowed: true, false)\n" LINE
               "dates[0]: has no date (allowed: either on or never = true)\n");
    fault(HEAD "dates = ( { " EXIT "on = \"1995\"; } ); };",
          LINE "dates[0].on: '1995' is not a quarter (allowed: like \"2021Q3\")\n");
    fault(HEAD "dates = ( { " EXIT "on = \"2005Q1\"; } ); };",
          LINE "dates[0].on: '2005Q1' is outside the time of the scenario (allowed: 1992Q1..2001Q4)\n");
    fault(HEAD "dates = ( { " EXIT "on = \"1995Q1\"; within = \"1996Q1..1997Q1\"; } ); };",
          LINE "dates[0].within: does not hold the date (allowed: a span with it)\n");
    fault(HEAD "dates = ( { what = \"w\"; source = \"s\"; quantity = \"membership[UZB,CSTO]\"; becomes = 0.5;\n"
               "on = \"1995Q1\"; } ); };",
          LINE "dates[0].becomes: 0.5 is not allowed (allowed: a whole number, 0..9)\n");
}

static void faults_of_the_rest(void **unused)
{
    (void)unused;
    fault(HEAD "series = ( { name = \"n\"; quantity = \"alignment[UZB,RUS]\"; values = [1.0, 2.0]; source = "
               "\"s\"; } ); };",
          LINE "series[0]: says no first year (allowed: from = 1994)\n" LINE
               "series[0].values: needs values (allowed: a list of numbers, one a year, three or more)\n");
    fault(
        HEAD
        "series = ( { name = \"n\"; quantity = \"alignment[UZB,RUS]\"; sign = 0; from = 2000; source = \"s\";\n"
        "values = [1.0, 2.0, 3.0]; } ); };",
        LINE
        "series[0].sign: 0 is not allowed (allowed: -1, 1)\n"
        "h.cfg:6: error: hindcast.series[0].values: 2000..2002 are not whole years of the scenario (allowed: "
        "1992..2001)\n");
    fault(HEAD "series = ( { name = \"n\"; quantity = \"alignment[UZB,RUS]\"; from = 1995; source = \"s\";\n"
               "values = (1.0, \"x\", 3.0); } ); };",
          "h.cfg:6: error: hindcast.series[0].values: holds a string (allowed: numbers, one a year)\n");
    fault(HEAD "risks = ( { what = \"w\"; quantity = \"membership[UZB,CIS]\"; becomes = 0; } ); };",
          LINE "risks[0]: says no years (allowed: years = 1..50)\n" LINE
               "risks[0].quantity: 'membership[UZB,CIS]' has no dates (allowed: a quantity of the dates)\n");
    fault(HEAD "steady = ( { what = \"w\"; quantity = \"alignment[UZB,RUS]\"; source = \"s\"; } ); };",
          LINE "steady[0].than: is missing (allowed: a string)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(windows),
        cmocka_unit_test(risk),
        cmocka_unit_test(levels),
        cmocka_unit_test(faults_of_the_block),
        cmocka_unit_test(faults_of_phases),
        cmocka_unit_test(faults_of_dates),
        cmocka_unit_test(faults_of_the_rest),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
