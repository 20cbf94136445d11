/* A file in the making, private to this room: what layout, columns and publishing share. */
#ifndef EQUIPOISE_RESULT_WRITER_H
#define EQUIPOISE_RESULT_WRITER_H

#include "result/h5.h"
#include "result/result.h"

enum result_axis {
    RESULT_AXIS_RUN,
    RESULT_AXIS_TIME,
    RESULT_AXIS_STATE,
    RESULT_AXIS_STATE_TO,
    RESULT_AXIS_POLE,
    RESULT_AXIS_INSTITUTION,
    RESULT_AXIS_PROVINCE,
    RESULT_AXIS_ISSUE,
    RESULT_AXES
};

struct result_writer {
    const struct result_plan *plan; /* borrowed */
    hid_t file;
    hid_t scale[RESULT_AXES]; /* -1: an axis that this cast does not have */
    hid_t *dataset;           /* [arms][variables]; -1: not recorded for this cast */
    uint64_t digest;
    bool failed; /* a call failed: the file must not be published */
};

/* Makes the dimension scales and the coordinates beside them (layout.c). */
bool result_layout_axes(struct result_writer *writer);

/* Makes the groups and datasets of one arm (layout.c). */
bool result_layout_arm(struct result_writer *writer, size_t arm);

/* Attaches a scale to an axis of a dataset. */
bool result_layout_attach(hid_t dataset, hid_t scale, unsigned axis);

/* Links the axis of runs into a group that is opened alone. */
bool result_layout_link_run(hid_t group);

/* Length of an axis. */
size_t result_layout_length(const struct result_plan *plan, enum result_axis axis);

/* Reports that a part of the file could not be made, marks the writer, and returns STATUS_FAILED. */
enum status result_writer_fails(struct result_writer *writer, const char *what, struct messages *messages);

/* Writes what stands at the end and hands everything to the file; false if anything could not be written. */
bool result_writer_finish(struct result_writer *writer);

/* The finished file as bytes, allocated; NULL after a message.  The caller frees them. */
void *result_writer_image(struct result_writer *writer, size_t *size, struct messages *messages);

#endif
