/* Private to the scenario room: one parsed file, and reading its blocks into a scenario. */
#ifndef EQUIPOISE_SCENARIO_READ_H
#define EQUIPOISE_SCENARIO_READ_H

#include "scenario/scenario.h"

#include <libconfig.h>

/* Reading in progress. */
struct reading {
    struct scenario *scenario;
    struct messages *messages;
    const char *file;           /* of the settings being read; borrowed from the scenario */
    const config_setting_t *at; /* where texts stand that are read as from the command line; NULL: there */
    int line;                   /* of a file without settings, for messages; else 0 */
    bool loaded;                /* what is read now changes a world that has been loaded */
    bool varies;                /* what is read now holds in some of the runs only */
    bool effective;             /* the file is what scenario_effective() has written */
};

/* The libconfig type of a setting in words. */
const char *read_type_word(const config_setting_t *setting);

/* Reports an error at a setting; `path` may be NULL for the setting's own name. */
void read_complain(struct reading *r, const config_setting_t *at, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reports every member of a group that is not among the words, with the nearest known one. */
void read_known(struct reading *r, const config_setting_t *group, const char *const *words, size_t count);

/* A string, whole number or real of a group; false if absent (an error if `needed`) or of the wrong type. */
bool read_string(struct reading *r, const config_setting_t *group, const char *name, bool needed, char **text);
bool read_whole(struct reading *r, const config_setting_t *group, const char *name, long long low,
                long long high, long long *value);
bool read_number(const config_setting_t *leaf,
                 double *value); /* false: the leaf is no number; without a message */
bool read_real(struct reading *r, const config_setting_t *group, const char *name, double *value);

/* The cast of a world file: states, institutions, roles. */
void read_cast(struct reading *r, const config_setting_t *root);

/* Whether a tree of settings may switch polarity on: `polarity = ...` in a group `mechanisms`, or its path as a text beside
 * a value; plainly off does not count. */
bool read_asks_for_polarity(const config_setting_t *tree);

/* The states and poles of a synthetic world, from the assignments to its settings in all files and what was said of
 * them; false if the world is not synthetic. */
bool read_synthetic_cast(struct reading *r, const config_setting_t *root, const struct changes *given,
                         const struct messages *said);

/* The block synthetic of a world: assignments to model.synthetic.X. */
void read_synthetic(struct reading *r, const config_setting_t *group, struct changes *changes);

/* Whether a row has a meaning in this world and may be changed by what is read now; false with a message if not. */
bool read_synthetic_fits(struct reading *r, const config_setting_t *at, const char *path,
                         const struct parameter *row);

/* Index of a state named at a setting; CAST_NONE with a message if there is none. */
size_t read_state(struct reading *r, const config_setting_t *at, const char *code);

/* Whether a text can stand in a path: letters, digits, - and _, a letter first. */
bool read_is_code(const char *text);

/* The issues of a world file. */
void read_issues(struct reading *r, const config_setting_t *list);

/* Assignments below a setting, in file order, as changes appended to `changes`: a tree that follows the paths
 * (prefix: "" or "states" ...), or a list of { path; value }. */
void read_assignments(struct reading *r, const config_setting_t *setting, const char *prefix,
                      struct changes *changes);

/* One assignment: a value, or an array with one for each of the places that the path names. */
void read_assignment(struct reading *r, const config_setting_t *leaf, const char *path,
                     struct changes *changes);

/* One assignment given as texts, from the command line. */
void read_assignment_text(struct reading *r, const char *path, const char *text, struct changes *changes);

/* Number of a text among some words; `count`, and a message at the setting with the nearest, if it is none of them. */
size_t read_word(struct reading *r, const config_setting_t *at, const char *text, const char *const *words,
                 size_t count);

/* Calls `item` for every group of a list; `allowed` says what such a group holds. */
void read_each_group(struct reading *r, const config_setting_t *list, const char *allowed,
                     void (*item)(struct reading *, const config_setting_t *, void *), void *context);

/* "at": a quarter or a range of quarters within the time of the scenario; *text as it stands. */
bool read_window(struct reading *r, const config_setting_t *group, bool needed, char **text, long *from,
                 long *to);

/* The blocks of a scenario file. */
void read_summaries(struct reading *r, const config_setting_t *list);
void summaries_free(struct scenario *scenario);
void read_time(struct reading *r, const config_setting_t *group);
void read_events(struct reading *r, const config_setting_t *list, struct changes *events);
/* What a file does in the baseline and in the scenario: the baseline keeps what the files below the main file say and what
 * stands in `baseline = { set; events }`, which comes before the file's own; the scenario adds what the main file says. */
void read_arms(struct reading *r, const config_setting_t *root, bool main_file);
/* branches = { NAME = { from; world; set; events } }: other ways to play, on top of the scenario or its baseline. */
void read_branches(struct reading *r, const config_setting_t *branches);
void read_claims(struct reading *r, const config_setting_t *list);
void read_hindcast(struct reading *r, const config_setting_t *group);
void read_record(struct reading *r, const config_setting_t *group);

/* The block sweep; `samples` from the command line, decimal, has the last word, NULL: nothing is said there. */
void read_sweep(struct reading *r, const config_setting_t *group, const char *samples);
void sweep_free(struct scenario *scenario);

/* Lets a path take the values of the last dimension, for which there is room; false with a message if it is none. */
bool read_factor(struct reading *r, const config_setting_t *at, const char *path);

/* A list of points from a CSV file beside the scenario: a line of paths, then a line of values for each point. */
void read_points(struct reading *r, const config_setting_t *at, const char *name);

/* A file's path, relative to the folder of the file that names it; the caller frees. */
char *read_beside(const char *file, const char *base);

/* Digits alone, at most `most`; false if they are not. */
bool read_digits(const char *text, unsigned long long most, unsigned long long *value);

/* Of the hindcast block: its phases; room for as many things as a list has, and item k of the list if it is a group of
 * known words (NULL with a message, if there is any); "2001Q4", or "2001Q4..2004Q2" where a span is asked for. */
void read_phases(struct reading *r, const config_setting_t *list, struct hindcast *hindcast);
void *read_room(struct reading *r, const config_setting_t *list, const char *allowed, size_t size);
const config_setting_t *read_item(struct reading *r, const config_setting_t *list, size_t k,
                                  const char *allowed, const char *const *words, size_t count);
bool read_span(struct reading *r, const config_setting_t *group, const char *name, bool span, long *first,
               long *last);

/* What must be given and is not is missed where the state is declared. */
void read_check_required(struct reading *r, const config_setting_t *states);

/* Shares that are given may not sum to more than one, but for those of an effective configuration (--set may do that); a row that is given in full may not be empty. */
void read_check_sums(struct reading *r, size_t offset, const double *shares, size_t width, const char *what);

/* Draws the world of a synthetic scenario for one replicate, and puts what was given on top of it. */
void scenario_draw(const struct scenario *scenario, struct world *world, size_t replicate);

/* Frees what a list of changes holds. */
void read_free(struct changes *changes);

/* Whether a row can still be changed by what is read now; false with a message if it is used at load only. */
bool read_in_time(struct reading *r, const config_setting_t *at, const char *path, const struct parameter *row);

/* Appends a copy of a change (its selection too); false if memory ran out. */
bool read_append(struct changes *changes, const struct change *change, const struct remark *remark);

/* The value of a leaf for a row; false with a message if it is of the wrong type or out of range. */
bool read_value(struct reading *r, const config_setting_t *leaf, const char *path, const struct parameter *row,
                bool limited, double *value);

#endif
