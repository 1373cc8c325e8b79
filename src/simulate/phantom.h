// SPDX-License-Identifier: GPL-3.0-or-later
// What the phantom shows to its neighbours in the room.
#ifndef AIRY_SIMULATE_PHANTOM_H
#define AIRY_SIMULATE_PHANTOM_H

#include "airy/simulate.h"

enum { AIRY_FEATURES_MAX = 48 };

// A place of missing (depth > 0) or additional (depth < 0) density: a capsule around the line from
// (x0, y0) to (x1, y1), a spot where the two coincide, with a Gaussian profile across. Coordinates
// are nm from the particle's center in the particle's frame (x along its axis).
typedef struct airy_feature {
    double x0, y0, x1, y1;
    double width_nm; // full width at half maximum across
    double depth;    // share of the local projected density on the line, -1..1
} airy_feature;

// A spheroid whose axis of revolution lies in the image plane. In units of the plain body's largest
// projected density 2 rho0 R_perp the projected density is, with x along the axis,
//     p(x, y) = T (1 + fill - sum_i depth_i g_i),   T = sqrt(1 - (x / R_par)^2 - (y / R_perp)^2),
// g_i = exp(-4 ln 2 (distance to line i)^2 / width_i^2). `fill` puts the missing mass back: the
// total is that of the plain body after airy_phantom_conserve.
typedef struct airy_phantom {
    double radius_par_nm, radius_perp_nm;
    double axis_deg; // counter-clockwise from +x: the laser polarisation
    double fill;
    int n;
    airy_feature feature[AIRY_FEATURES_MAX];
} airy_phantom;

// A plain spheroid (sphere for equal radii) along +x.
void airy_phantom_plain(airy_phantom *phantom, double radius_par_nm, double radius_perp_nm);

// A sphere with four bands 15-35 % deep at about +-30 degrees and three dense spots, scaled to its
// radius; not symmetric about its center.
void airy_phantom_example(airy_phantom *phantom, double radius_nm);

// Adds a feature; AIRY_EARGUMENT when there are AIRY_FEATURES_MAX or its width is not positive.
AIRY_MUST_CHECK airy_code airy_phantom_add(airy_phantom *phantom, const airy_feature *feature,
                                           airy_error *err);

// Sets fill so that the features neither add nor remove mass (integrated on a grid of 0.5 nm).
void airy_phantom_conserve(airy_phantom *phantom);

typedef enum airy_phantom_part {
    AIRY_PHANTOM_ALL,
    AIRY_PHANTOM_BODY,       // T alone
    AIRY_PHANTOM_DIFFERENCE, // T (fill - sum): science's fractional density difference
} airy_phantom_part;

// Projected density, each pixel the mean of 4 x 4 points inside it; center at (ny / 2, nx / 2). The
// image is initialised by the caller.
void airy_phantom_render(const airy_phantom *phantom, airy_phantom_part part, double pixel_nm,
                         airy_image *image);

// Area inside the body, and area inside it where the density is below the plain body's, nm^2.
void airy_phantom_areas(const airy_phantom *phantom, double *total_nm2, double *low_nm2);

// One row a band (features with depth > 0): end points in the image's frame, length, width, mean
// of the density difference on the line, angle folded to 0-90 degrees from the phantom's axis. The
// columns are those of branches.tsv.
AIRY_MUST_CHECK airy_code airy_phantom_bands(const airy_phantom *phantom, airy_table *table,
                                             airy_error *err);

// Columns of airy_phantom_bands.
#define AIRY_PHANTOM_BANDS                                                                         \
    "branch x0_nm y0_nm x1_nm y1_nm length_nm chord_nm width_nm depth angle_deg chord_angle_deg"

// Square of the distance of (x, y) from a feature's line, both in one unit.
double airy_feature_distance_squared(const airy_feature *feature, double x, double y);

// Projected density at (x, y) nm in the image's frame; 0 outside the body.
double airy_phantom_at(const airy_phantom *phantom, airy_phantom_part part, double x, double y);

// airy_phantom_areas on points pitch_nm apart.
void airy_phantom_areas_on(const airy_phantom *phantom, double pitch_nm, double *total_nm2,
                           double *low_nm2);

// airy_phantom_conserve on points pitch_nm apart.
void airy_phantom_conserve_on(airy_phantom *phantom, double pitch_nm);

// Transform of the body at frequency (fx, fy) in 1/nm, image frame: nm^2.
double airy_phantom_body_transform(const airy_phantom *phantom, double fx, double fy);

// Multiplies the depths of all features.
void airy_phantom_fade(airy_phantom *phantom, double factor);

// Makes dense spots stronger or weaker until this share of the area lies below the plain body: they
// hold the displaced mass, and what they hold is not left for the rest. Then the mass is the
// body's.
void airy_phantom_meet_share(airy_phantom *phantom, double share);

#endif
