// SPDX-License-Identifier: GPL-3.0-or-later
// Of glass_rings.c, for the room and its tests.
#ifndef AIRY_SIMULATE_GLASS_RINGS_H
#define AIRY_SIMULATE_GLASS_RINGS_H

#include "airy/simulate.h"

// S(q) - 1 = sum n sin(q r) / (q r) exp(-q^2 w^2 / 2) less the transform of the smeared ball, and
// G(r), which is Gaussians at the shells and -4 pi density r inside the ball.
double airy_glass_s(const airy_glass *glass, double q);
double airy_glass_g(const airy_glass *glass, double r);

// Where the detector stands.
AIRY_MUST_CHECK airy_code airy_glass_rings_pose(const airy_glass_rings *rings, airy_pose *pose,
                                                airy_error *err);

// Expected photons of every pixel, coherent and Compton scattering with polarisation and solid
// angle, and the background. *scale: photons on the beam's axis per electron unit and atom.
AIRY_MUST_CHECK airy_code airy_glass_rings_mean(const airy_glass_rings *rings, airy_image *mean,
                                                double *scale, airy_error *err);

// Frame i: photons drawn from the mean, into a pattern that has its size.
void airy_glass_rings_frame(const airy_glass_rings *rings, const airy_image *mean, int i,
                            airy_pattern *frame);

#endif
