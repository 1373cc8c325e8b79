// SPDX-License-Identifier: GPL-3.0-or-later
// Transforms of particles and images at given frequencies.
#ifndef AIRY_SIMULATE_DIFFRACT_H
#define AIRY_SIMULATE_DIFFRACT_H

#include "airy/simulate.h"
#include "simulate/dft.h"
#include "phantom.h"

// Sets the distance that gives this object pixel.
void airy_setup_set_object_pixel(airy_setup *setup, int n, double pixel_nm);

// |F|^2 at every pixel of `out` (initialised by the caller), F in nm^2, the beam at (cy, cx). The
// body's transform is analytic (Rayleigh 1911: 3 (sin u - u cos u) / u^3), the features' a sum over
// points 1 nm or less apart; no interpolation anywhere.
AIRY_MUST_CHECK airy_code airy_diffract_phantom(const airy_phantom *phantom,
                                                const airy_setup *setup, double cy, double cx,
                                                airy_image *out, airy_error *err);

// A double hit: another particle like the first at (x, y) nm from it, lit by `share` of its
// intensity (0: none). Multiplies the intensity by |1 + sqrt(share) exp(2 pi i f (x, y))|^2.
typedef struct airy_second {
    double x_nm, y_nm, share;
} airy_second;

// The second particle of a shot: 2.5 to 4 diameters away in any direction, as bright as the first.
airy_second airy_second_draw(double diameter_nm, uint64_t seed, int shot);
void airy_second_apply(const airy_second *second, const airy_setup *setup, double cy, double cx,
                       airy_image *intensity);

// What diffracts: a phantom, or an image with its pixel size (phantom NULL). A phantom comes with
// its features as points in image, from airy_phantom_points, or without (NULL): then they are made
// for each transform.
typedef struct airy_scatterer {
    const airy_phantom *phantom;
    const airy_image *image;
    double pixel_nm;
} airy_scatterer;

// What the features of a phantom add and take at points *pitch_nm apart, 1 nm or less; points is
// initialised here.
AIRY_MUST_CHECK airy_code airy_phantom_points(const airy_phantom *phantom, airy_image *points,
                                              double *pitch_nm, airy_error *err);

// Whether sizes and facts are known. Errors: AIRY_EARGUMENT.
AIRY_MUST_CHECK airy_code airy_scatterer_check(const airy_scatterer *object,
                                               const airy_setup *setup, airy_error *err);

// The transform in nm^2 at every frequency; out is initialised here.
AIRY_MUST_CHECK airy_code airy_scatterer_transform(const airy_scatterer *object,
                                                   const airy_frequencies *at, airy_field *out,
                                                   airy_error *err);

// |F|^2 on a detector; out is initialised by the caller.
AIRY_MUST_CHECK airy_code airy_scatterer_intensity(const airy_scatterer *object,
                                                   const airy_setup *setup, double cy, double cx,
                                                   airy_image *out, airy_error *err);

// What a second particle makes of the intensity at a frequency (1/nm), as a factor.
double airy_second_factor(const airy_second *second, double fy, double fx);

// Frequencies of ny rows and nx columns, zeroed.
AIRY_MUST_CHECK airy_code airy_frequencies_init(airy_frequencies *f, int ny, int nx,
                                                airy_error *err);
void airy_frequencies_release(airy_frequencies *f);

#endif
