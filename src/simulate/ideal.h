// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns without a detector. For tests of other rooms, one with known truth in a few lines:
//
//     airy_phantom phantom;
//     airy_simulate_options options;
//     airy_pattern pattern;
//     airy_image truth = {0};
//     airy_phantom_example(&phantom, 45);              // radius in nm: 4 bands, 3 dense spots
//     airy_simulate_options_defaults(&options, 256);   // 256 x 256, object pixel 2.24 nm
//     options.photons = 3e6, options.seed = 1;
//     airy_simulate_pattern(&phantom, &options, &pattern, &truth, &err);
//
// pattern is then what `retrieve` wants (photons with variance, stop masked, center at n / 2), and
// truth the projected density on the object grid of that pattern (256 x 256, centered at n / 2).
#ifndef AIRY_SIMULATE_IDEAL_H
#define AIRY_SIMULATE_IDEAL_H

#include "simulate/diffract.h"
#include "simulate/phantom.h"

typedef struct airy_simulate_options {
    int size;                  // side of the pattern, pixels
    airy_setup setup;          // gives the object pixel
    double offset_y, offset_x; // of the beam from n / 2, pixels
    double photons;            // expected on the measured pixels, background not counted
    double background;         // expected photons a pixel, flat
    double stop_radius;        // beam stop, pixels; 0 = none
    int gap;      // pixels of a horizontal gap 1/16 of the side below the beam; 0 = none
    bool poisson; // false: the expectation itself
    airy_second second;
    uint64_t seed;
    int shot;
} airy_simulate_options;

// 9 keV, 225 um, object pixel 2.24 nm for this size, 1e6 photons, stop radius 5, Poisson.
void airy_simulate_options_defaults(airy_simulate_options *options, int size);

// A pattern of a phantom, initialised here, and the truth on the object grid of the pattern
// (band-limited to it, so that its transform has the pattern's expected magnitudes up to a factor;
// NULL: not wanted).
AIRY_MUST_CHECK airy_code airy_simulate_pattern(const airy_phantom *phantom,
                                                const airy_simulate_options *options,
                                                airy_pattern *pattern, airy_image *truth,
                                                airy_error *err);

// The same of an image of a stated pixel size.
AIRY_MUST_CHECK airy_code airy_simulate_image(const airy_image *object, double pixel_nm,
                                              const airy_simulate_options *options,
                                              airy_pattern *pattern, airy_error *err);

#endif
