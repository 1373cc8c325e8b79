// SPDX-License-Identifier: GPL-3.0-or-later
// What the phantom shows to its neighbours in the room.
#ifndef AIRY_SIMULATE_PHANTOM_H
#define AIRY_SIMULATE_PHANTOM_H

#include "airy/simulate.h"

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
