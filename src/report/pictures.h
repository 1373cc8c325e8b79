// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of what airy computes, from values in memory; files are view.c's business.
#ifndef AIRY_REPORT_PICTURES_H
#define AIRY_REPORT_PICTURES_H

#include "airy/density.h"
#include "airy/detector.h"
#include "airy/report.h"
#include "airy/kinetics.h"

// A real-space image and how it lies: what is drawn is a square around (center_y, center_x).
typedef struct airy_scene {
    const airy_image *image;
    double pixel_nm; // 0: axes in pixels
    double center_y, center_x;
    double reach; // half the largest size of the particle, pixels; 0: unknown
} airy_scene;

// Starts a figure of one chart whose box has this height per width.
airy_chart *airy_picture_begin(airy_figure *figure, const airy_view_options *options,
                               double aspect);

// Starts a figure of n panels, two in a row, with the title above the first.
void airy_picture_panels(airy_figure *figure, const airy_view_options *options, int n);

// Names chart i of a figure by a letter at its upper left.
void airy_picture_letter(airy_chart *chart, int i);

// The title asked for, as it stands: marks of gnuplot's enhanced text are escaped.
void airy_picture_title(airy_chart *chart, const airy_view_options *options);

// A height asked for (0: none) shrinks the box, or leaves room above and below.
void airy_picture_fit(airy_figure *figure, int height);

// The colour map asked for, or the picture's own.
AIRY_MUST_CHECK airy_code airy_picture_map(airy_chart *chart, const airy_view_options *options,
                                           const char *own, airy_error *err);

// The limits asked for, or these.
void airy_picture_colors(airy_chart *chart, const airy_view_options *options, double low,
                         double high);

// On a logarithmic bar what is not above its low end gets the lowest colour, not a hole.
void airy_picture_clip(airy_chart *chart);

airy_code airy_picture_no_memory(airy_error *err);

// A pattern on logarithmic colours, axes in q when beam and center are known, else in pixels.
AIRY_MUST_CHECK airy_code airy_picture_pattern(const airy_pattern *pattern,
                                               const airy_view_options *options,
                                               airy_figure *figure, airy_error *err);

// A density with axes, colour bar and scale bar. label: of the colour bar.
AIRY_MUST_CHECK airy_code airy_picture_density(const airy_scene *scene, const char *label,
                                               const airy_view_options *options,
                                               airy_figure *figure, airy_error *err);

// A fractional difference in per cent, symmetric colours, the body's edge and the polarisation.
AIRY_MUST_CHECK airy_code airy_picture_difference(const airy_image *difference,
                                                  const airy_body *body, double pixel_nm,
                                                  const airy_view_options *options,
                                                  airy_figure *figure, airy_error *err);

// A labelled skeleton: branch number, 0 elsewhere; pixels as in the chart (0: one each).
typedef struct airy_drawn_skeleton {
    const airy_image *labels;
    double pixel_nm, center_y, center_x;
    const bool *open; // (n) branch 1, 2, ... is not known: its number gets a question mark
    int n;            // 0: nothing is said of them
} airy_drawn_skeleton;

// Draws it over the first chart.
AIRY_MUST_CHECK airy_code airy_picture_skeleton(const airy_drawn_skeleton *skeleton,
                                                airy_figure *figure, airy_error *err);

// All images of a stack side by side with rank and R (r NULL: none).
AIRY_MUST_CHECK airy_code airy_picture_sheet(const airy_stack *stack, const double *r,
                                             double pixel_nm, const airy_view_options *options,
                                             airy_figure *figure, airy_error *err);

// Share of band length by angle to the polarisation: bars over folded angles, and a half rose over
// unfolded directions. n branches of length_nm and direction_deg (0 .. 180).
AIRY_MUST_CHECK airy_code airy_picture_angles(const double *length_nm, const double *direction_deg,
                                              int n, const airy_view_options *options,
                                              airy_figure *figure, airy_error *err);

// Curves against delay from a kinetics table: sizes, aspect, low density, bands; at most six
// panels.
AIRY_MUST_CHECK airy_code airy_picture_curves(const airy_kinetics *kinetics,
                                              const airy_view_options *options, airy_figure *figure,
                                              airy_error *err);

// Two series on the same axes: radius and low area over their first means, share, aspect ratio.
AIRY_MUST_CHECK airy_code airy_picture_two_series(const airy_kinetics *const of[2],
                                                  const char *const names[2],
                                                  const airy_view_options *options,
                                                  airy_figure *figure, airy_error *err);

// A table of rings by its columns, values[i][0 .. n - 1]; numbers of the whole table (resolutions)
// are columns of which the first value counts.
typedef struct airy_ring_columns {
    int n, columns;
    const char *const *name;
    double **values;
} airy_ring_columns;

// Ring correlation, transfer, misfit and deviance against spatial frequency, with their limits and
// the resolutions that follow. AIRY_EVALUE without periods.
AIRY_MUST_CHECK airy_code airy_picture_rings(const airy_ring_columns *rings,
                                             const airy_view_options *options, airy_figure *figure,
                                             airy_error *err);

// Angles by population (angles.tsv), at most six: bars with intervals beside even directions.
AIRY_MUST_CHECK airy_code airy_picture_populations(const airy_table *angles,
                                                   const airy_view_options *options,
                                                   airy_figure *figure, airy_error *err);

// Points with fitted curves and residuals (the points of airy fit), six curves from options->frame
// on.
AIRY_MUST_CHECK airy_code airy_picture_fitted(const airy_table *points,
                                              const airy_view_options *options, airy_figure *figure,
                                              airy_error *err);

// Thermal curves with baselines and tangents (the drawing of airy thermal), six from options->frame
// on.
AIRY_MUST_CHECK airy_code airy_picture_heated(const airy_table *drawing,
                                              const airy_view_options *options, airy_figure *figure,
                                              airy_error *err);

// A table of I(q), S(q) or G(r) with its errors and systematic bands.
AIRY_MUST_CHECK airy_code airy_picture_profile(const airy_table *table,
                                               const airy_view_options *options,
                                               airy_figure *figure, airy_error *err);

// C(t1, t2) of a region (options->frame) of corr.h5, also by age and lag; g2 of g2.tsv, at most
// eight curves by region and age (report/speckle.c).
AIRY_MUST_CHECK airy_code airy_picture_two_times(airy_h5 *h5, const airy_view_options *options,
                                                 airy_figure *figure, airy_error *err);
AIRY_MUST_CHECK airy_code airy_picture_ages(airy_h5 *h5, const airy_view_options *options,
                                            airy_figure *figure, airy_error *err);
AIRY_MUST_CHECK airy_code airy_picture_g2(const airy_table *table, const airy_view_options *options,
                                          airy_figure *figure, airy_error *err);

// tau and V of scan.h5 with their errors; how many places have which tau and V.
AIRY_MUST_CHECK airy_code airy_picture_scan(airy_h5 *h5, const airy_view_options *options,
                                            airy_figure *figure, airy_error *err);
AIRY_MUST_CHECK airy_code airy_picture_joint(airy_h5 *h5, const airy_view_options *options,
                                             airy_figure *figure, airy_error *err);

// Views of atoms.h5 (h5 NULL: msd.tsv), see below (report/atoms_read.c).
AIRY_MUST_CHECK airy_code airy_view_msd(const char *path, airy_h5 *h5,
                                        const airy_view_options *options, airy_figure *figure,
                                        airy_error *err);
AIRY_MUST_CHECK airy_code airy_view_order(const char *path, airy_h5 *h5,
                                          const airy_view_options *options, airy_figure *figure,
                                          airy_error *err);
AIRY_MUST_CHECK airy_code airy_view_strings(const char *path, airy_h5 *h5,
                                            const airy_view_options *options, airy_figure *figure,
                                            airy_error *err);

// The same of curves (h5 NULL: isf.tsv, overlap.tsv, vanhove.tsv, distinct.tsv; report/
// atoms_curves.c), at most six curves a panel.
AIRY_MUST_CHECK airy_code airy_view_isf(const char *path, airy_h5 *h5,
                                        const airy_view_options *options, airy_figure *figure,
                                        airy_error *err);
AIRY_MUST_CHECK airy_code airy_view_overlap(const char *path, airy_h5 *h5,
                                            const airy_view_options *options, airy_figure *figure,
                                            airy_error *err);
AIRY_MUST_CHECK airy_code airy_view_vanhove(const char *path, airy_h5 *h5,
                                            const airy_view_options *options, airy_figure *figure,
                                            airy_error *err);
AIRY_MUST_CHECK airy_code airy_view_distinct(const char *path, airy_h5 *h5,
                                             const airy_view_options *options, airy_figure *figure,
                                             airy_error *err);

// All columns of a table that stands in atoms.h5 as a group, in the order of their names.
AIRY_MUST_CHECK airy_code airy_atoms_read_group(airy_h5 *h5, const char *group, airy_table *table,
                                                airy_error *err);

// Whether a row is of the only type there is, which says of it what rows of "all" say.
bool airy_atoms_repeat_all(const airy_table *table, int row);

// MSD against time by type (msd.tsv), with the lines 6 D t of `lines` (diffusion.tsv; no rows:
// none) over the lags they were found in.
AIRY_MUST_CHECK airy_code airy_picture_msd(const airy_table *msd, const airy_table *lines,
                                           const airy_view_options *options, airy_figure *figure,
                                           airy_error *err);

// Counts of atoms by q4 (columns, from x[0] to x[1]) and w6 (rows, from y[0] to y[1]), and where
// crystals and the icosahedron lie.
AIRY_MUST_CHECK airy_code airy_picture_order(const airy_image *density, const double x[2],
                                             const double y[2], const airy_view_options *options,
                                             airy_figure *figure, airy_error *err);

// Fast atoms: where they were and are (3 n), whether they took a place, edges of the box (3 x 3).
typedef struct airy_moved_atoms {
    int n;
    const double *from, *to;
    const int *taken;
    const double *box;
    double lag_ps;
} airy_moved_atoms;

// Their ways in projection along z.
AIRY_MUST_CHECK airy_code airy_picture_strings(const airy_moved_atoms *of,
                                               const airy_view_options *options,
                                               airy_figure *figure, airy_error *err);

// A number 1, 2 or 5 times a power of ten, at most x > 0.
double airy_picture_nice(double x);

// Center of mass of the positive pixels and the radius that a disc of the same area above half
// of the 99th percentile would have, times 1.1: where the particle is and how far it reaches.
void airy_picture_locate(const airy_image *image, airy_scene *scene);

#endif
