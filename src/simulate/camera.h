// SPDX-License-Identifier: GPL-3.0-or-later
// Of camera.c, for the room and its tests.
#ifndef AIRY_SIMULATE_CAMERA_H
#define AIRY_SIMULATE_CAMERA_H

#include "airy/simulate.h"

void airy_camera_options_defaults(airy_camera_options *options);

// Gains, pedestals, noise and bad pixels of ny / 512 modules: a function of options and seed.
AIRY_MUST_CHECK airy_code airy_camera_init(airy_calibration *camera, int ny, int nx,
                                           const airy_camera_options *options, uint64_t seed,
                                           airy_error *err);

// Raw words of one frame of photons in data order (ny, nx). Each pixel is read in the stage it
// switched to: G0 up to about 25, G1 up to about 700 photons of 12.4 keV (Redford et al., JINST 13
// C01027, 2018), 0xC000 above the range of G2.
void airy_camera_expose(const airy_calibration *camera, const airy_camera_options *options,
                        const airy_image *photons, airy_random *random, uint16_t *words);

// Expected photons of a panel's data pixels, its first row at `row` of the stack, from the light on
// its grid: (ny + 2, nx + 2), one pixel more on every side. Chip-border pixels collect the gap
// beside them (2 pixels, 4 at crossings).
void airy_camera_collect(const airy_panel *panel, int row, const airy_image *light,
                         airy_image *data);

#endif
