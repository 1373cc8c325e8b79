// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures, charts and pages: what people look at. Drawn by gnuplot, so that every figure is a
// table, a script and a picture that anybody can redo.
//
// A figure is some charts on one canvas; a chart is axes with an image, marks (lines, points, bars,
// filled shapes) and labels on it. Charts know nothing of files; view.c makes them from airy's.
#ifndef AIRY_REPORT_H
#define AIRY_REPORT_H

#include "airy/base.h"
#include "airy/files.h"
#include "airy/kinetics.h"
#include "airy/live.h"
#include "airy/source.h"

// ------------------------------------------------------------------ colours (report/colors.c)

// Colours evenly spaced from the lowest value to the highest, 0xRRGGBB.
typedef struct airy_colormap {
    const char *name;
    const char *means; // one phrase
    bool diverging;    // has a middle: wants limits symmetric about zero
    int n;
    const uint32_t *colors;
} airy_colormap;

// ------------------------------------------------------------------ figures (report/figure.c)

enum { AIRY_FIGURE_CHARTS = 6, AIRY_LABEL_ROOM = 128 };

// Range and look of one axis, or of the colour bar. low == high leaves the range to gnuplot.
typedef struct airy_axis {
    char label[AIRY_LABEL_ROOM]; // empty: none
    double low, high;
    double tick; // distance of ticks; 0: automatic, negative: no ticks
    bool log;
} airy_axis;

// How one data set is drawn.
typedef enum airy_mark_kind {
    AIRY_MARK_LINE,   // x, y joined; x NaN lifts the pen
    AIRY_MARK_POINTS, // x, y with bars from low to high where those are numbers
    AIRY_MARK_BARS,   // boxes of width `size` (axis units) from 0 to y
    AIRY_MARK_FILL,   // closed polygon
    AIRY_MARK_BAND,   // area between low and high along x
} airy_mark_kind;

// One data set: n rows of x, y, low, high in one allocation owned by the chart.
typedef struct airy_mark {
    airy_mark_kind kind;
    int n;
    double *x, *y, *low, *high;
    uint32_t color; // 0xRRGGBB
    double opacity; // 0..1, of fills
    double size;    // line width or point size in thousandths of the figure's width; box width
    bool dashed;
    char name[AIRY_LABEL_ROOM]; // in the legend; empty: not there
} airy_mark;

typedef enum airy_word_side { AIRY_WORD_LEFT, AIRY_WORD_CENTER, AIRY_WORD_RIGHT } airy_word_side;

// A word on the chart, or an arrow when arrow is set (from x, y by dx, dy; heads at both ends).
typedef struct airy_word {
    char text[AIRY_LABEL_ROOM];
    double x, y, dx, dy; // axis units, or fractions of the chart's box when `inside`
    bool inside, arrow;
    airy_word_side align;
    uint32_t color;
    bool halo;   // a light outline, for words on an image
    double size; // relative to the figure's font, 1 = the same
} airy_word;

// Axes with an image (px NULL: none) under marks and labels. Zero-initialise, then fill.
typedef struct airy_chart {
    double left, bottom, right, top; // of the axes' box, fractions of the canvas
    double apart; // of the words along the upright axis from it, the same; 0: 0.1
    char title[AIRY_LABEL_ROOM];
    airy_axis x, y, color;
    bool no_axes;      // neither border nor ticks
    bool legend_right; // legend at the top right instead of top left
    bool legend_above; // ... or in a row above the box
    airy_image image;  // row 0 at y0; NaN is drawn as `missing`
    double x0, y0, dx, dy;
    const airy_colormap *map;
    uint32_t missing; // colour of NaN
    bool no_color_bar;
    double bar_left; // colour bar's left side, fraction of the canvas; 0: beside the box
    int n_marks, n_words;
    airy_mark *marks;
    airy_word *words;
} airy_chart;

// A canvas of width x height pixels (of a PNG; SVG and PDF scale) with n charts.
typedef struct airy_figure {
    int width, height;
    double font; // size of letters in thousandths of the width; 0: 26
    const char *fontname;
    char title[AIRY_LABEL_ROOM]; // above all charts; empty: none
    int n;
    airy_chart chart[AIRY_FIGURE_CHARTS];
} airy_figure;

void airy_figure_release(airy_figure *figure);

// Draws the figure into `path`; its ending chooses the kind: png, svg, pdf. The file appears under
// its name when complete. keep: a folder that gets the script, its data as TSV and binary, and an
// SVG (name from path), or NULL. Errors: AIRY_EMISSING naming the package when gnuplot is not
// there, AIRY_EARGUMENT for an unknown ending, AIRY_EIO, AIRY_EMEMORY, AIRY_ENUMERIC with
// gnuplot's words. AIRY_ESTOPPED when progress (may be NULL) says so, with nothing left behind.
AIRY_MUST_CHECK airy_code airy_figure_write(const airy_figure *figure, const char *path,
                                            const char *keep, const airy_progress *progress,
                                            airy_error *err);

// ------------------------------------------------------------------ views of files (report/view.c)

typedef enum airy_scale { AIRY_SCALE_AUTO, AIRY_SCALE_LINEAR, AIRY_SCALE_LOG } airy_scale;

typedef struct airy_view_options {
    const char *what;   // name of a kind in the table of views; NULL: recognised from the file
    int width, height;  // pixels; height 0: whatever the content needs
    airy_scale scale;   // of values
    double low, high;   // colour limits in the units of the colour bar; equal: automatic
    const char *colors; // colour map; NULL: the kind's own
    double crop;        // side shown, nm (real space) or pixels; 0: all, negative: automatic
    int frame;          // of a stack
    int smooth;         // drawn pixels per pixel of a real-space image, 1 = the pixels as they are
    double polarization_deg;
    const char *title; // NULL: none
    const char *font;
} airy_view_options;

extern const airy_option airy_view_rows[];
void airy_view_options_defaults(airy_view_options *options);

// Appends the names of all kinds, and of all colour maps, with commas between.
void airy_view_names(airy_text *views, airy_text *maps);

// Makes the figure of an airy file (pattern, image, recon, difference, bands). The caller releases.
// Errors: of reading; AIRY_EFORMAT when the file holds nothing of the kind asked for.
AIRY_MUST_CHECK airy_code airy_view_figure(const char *path, const airy_view_options *options,
                                           airy_figure *figure, airy_error *err);

// ------------------------------------------------------------------ strips (report/strip.c)

typedef enum airy_strip_color {
    AIRY_STRIP_BLUE,
    AIRY_STRIP_ORANGE,
    AIRY_STRIP_GRAY
} airy_strip_color;

// n values side by side, from what is called `first` to what is called `last`; NaN leaves a gap.
typedef struct airy_strip {
    const char *title, *along; // without markup
    bool log, percent;         // percent: from 0 to 100, whatever the values are
    int n, first, last;
    const double *value;
    const airy_strip_color *color; // of each; NULL: all blue
} airy_strip;

// ------------------------------------------------------------------ movies (report/movie.c)

// The folder of a series as an animated PNG: the shot that stands for each delay, in the order of
// delays, as view `what` (difference or bands; NULL: difference) on one colour scale, -25 to 25 %
// unless options give another, and in one field. frame_ms: how long each is seen. Errors: as of a
// view, AIRY_EVALUE where no shot stands for a delay, AIRY_EARGUMENT for other views.
AIRY_MUST_CHECK airy_code airy_view_movie(const char *folder, const airy_view_options *options,
                                          int frame_ms, const char *path, bool overwrite,
                                          const airy_progress *progress, airy_error *err);

// ------------------------------------------------------------- at a glance (report/look_frames.c)

typedef struct airy_look_step {
    airy_photons_options photons;
    airy_look_options look;
    const char *mask; // further reasons to exclude pixels; NULL: none
} airy_look_step;

// A row of AIRY_LOOK_COLUMNS for each frame, in memory alone; with call->output a picture of the
// frame with the most photons. The caller releases the table, also on errors. Frames in which
// nothing is found, or whose rings no sphere has, are told in warnings.
AIRY_MUST_CHECK airy_code airy_look_run(const airy_call *call, const airy_look_step *step,
                                        airy_table *table, airy_error *err);

// ------------------------------------------------------------------ watching (report/watch.c)

// How a run is watched while it is taken.
typedef struct airy_watch_step {
    airy_photons_options photons; // without `frames`: every one is watched
    airy_look_options look;
    airy_tally_options judged;
    const char *match;     // shell patterns of names in a folder, blanks between
    const char *mask;      // further reasons to exclude pixels; NULL: none
    const char *pump_data; // dataset with a number a frame, above 0.5 with the pump; NULL: none
    int pump_every;        // pulses whose number this divides are without the pump; 0: not so
    double delay_ps;       // of the pumped frames, for good.tsv
    double idle_s;         // it ends when nothing new came for so long; 0: when it is stopped
    double page_s;         // from page to page
    int behind_most;       // hits are only counted while more frames wait; 0: never
    const char *title;     // of the page; NULL: the input's name
} airy_watch_step;

extern const airy_option airy_watch_step_rows[];
void airy_watch_step_defaults(airy_watch_step *step);

// Follows the file or folder call->inputs[0] until call->progress says stop, or for step->idle_s
// without news, which is no failure. Into the folder call->output: watch.tsv, a row a frame, on
// disk when the next is read; good.tsv for `series`; misses.cxi, the mean of frames without a hit;
// index.html. Files on their way to the disk are tried again, and passed over with a warning. HDF5
// files are opened as those of a living writer meanwhile (airy_h5_watch).
AIRY_MUST_CHECK airy_code airy_watch_run(const airy_call *call, const airy_watch_step *step,
                                         airy_error *err);

// ------------------------------------------------------------------ reports (report/gather.c)

// Two series' folders, as a glass and a metal, on one page: of each the verdict, its numbers and
// one row of images, and the curves of both on the same axes, in *-curves.svg beside the page.
// Errors: of reading shots.tsv and kinetics.tsv, of gnuplot, AIRY_EVALUE where they share no means.
AIRY_MUST_CHECK airy_code airy_report_two(const char *const folders[2], const char *const names[2],
                                          const char *title, const char *path, bool overwrite,
                                          const airy_progress *progress, airy_error *err);

// Makes the page of a folder: the texts (txt), pictures (png, svg) and tables (tsv) in it and in
// its folders, sorted into sections by their names (delay curves, shots, bands, ... truth), results
// first; then the commands, parameters and inputs in the histories of its files. AIRY_EVALUE when
// there is nothing to show.
AIRY_MUST_CHECK airy_code airy_report_write(const char *folder, const char *title, const char *path,
                                            bool overwrite, airy_error *err);

// ------------------------------------------------------- after a series (report/outcome.c)

// What is made of a series when its shots are done: curves, model, angles, pictures, page. The
// folder is call->output; everything is read from its files, and its shots' numbers are taken.
typedef struct airy_outcome {
    const airy_call *call;
    airy_kinetics_options kinetics;
    const char *truth, *title; // truth: a file, or NULL
    bool drawn, model;         // whether to draw, and to run the model of band formation
    bool all;                  // steps that the shots are too few for are left out with a warning
    double polarization_deg;
    const airy_history *history;
    void (*print)(void *context, const char *text); // gets the product: sentences, and the page
    void *context;
} airy_outcome;

// Names of the steps in their order, ended by NULL.
enum { AIRY_OUTCOME_STEPS = 5 };
extern const char *const airy_outcome_names[AIRY_OUTCOME_STEPS + 1];

// Errors: of reading and writing; AIRY_EVALUE for shots that are too few; AIRY_ESTOPPED.
AIRY_MUST_CHECK airy_code airy_outcome_run(const airy_outcome *of, int step, airy_error *err);

#endif
