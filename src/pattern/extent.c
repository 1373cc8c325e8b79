// SPDX-License-Identifier: GPL-3.0-or-later
// The diameter of an object from its pattern alone.
#include "noise.h"
#include "solution.h"

enum { SCAN = 18, SCAN_SIDE = 512 };
#define SCAN_RATIO 1.2 // between diameters tried
#define JUMP 1.15      // growth of residuals that tells that a band is too narrow

// From wide bands to narrow ones: the last before the residuals jump. They also grow slowly, since
// wide bands fit what is not photon noise either.
static airy_code scan_diameter(airy_solution *w, const airy_condense_options *options,
                               double *diameter, airy_error *err)
{
    double widest = 0.45 / options->margin, before = INFINITY;
    *diameter = widest;
    for (int k = 0; k < SCAN; k++) {
        airy_condense_result tried = {0};
        double at = widest / pow(SCAN_RATIO, k);
        airy_code code = airy_solution_fit(w, options, at, &tried, err);
        if (code != AIRY_OK || airy_solution_misfit(&tried) > JUMP * before)
            return code;
        before = airy_solution_misfit(&tried);
        *diameter = at;
    }
    return AIRY_OK;
}

// Whether bands half as wide again, and three times as wide, fit no better than this one.
static airy_code wide_enough(airy_solution *w, const airy_condense_options *options,
                             double diameter, bool *enough, airy_error *err)
{
    airy_condense_result at = {0}, wider = {0}, wide = {0};
    airy_code code = airy_solution_fit(w, options, diameter, &at, err);
    if (code == AIRY_OK)
        code = airy_solution_fit(w, options, 1.5 * diameter, &wider, err);
    if (code == AIRY_OK)
        code = airy_solution_fit(w, options, 3 * diameter, &wide, err);
    *enough = airy_solution_misfit(&at) <= JUMP * airy_solution_misfit(&wider) &&
              airy_solution_misfit(&at) <= JUMP * JUMP * airy_solution_misfit(&wide);
    return code;
}

// The sphere's diameter if that is wide enough; else by scanning.
static airy_code find_diameter(airy_solution *w, const airy_pattern *in,
                               const airy_condense_options *options, double *diameter,
                               airy_error *err)
{
    airy_sphere_options sphere;
    airy_sphere_options_defaults(&sphere);
    sphere.pixel_area = options->pixel_area;
    airy_sphere_fit fit;
    airy_error none = {0};
    if (airy_pattern_sphere(in, &sphere, &fit, &none) == AIRY_OK) {
        bool enough = false;
        *diameter = 2 * fmax(fit.cycles_par, fit.cycles_perp);
        airy_code code = wide_enough(w, options, *diameter, &enough, err);
        if (code != AIRY_OK || enough)
            return code;
    }
    return scan_diameter(w, options, diameter, err);
}

// Large arrays are binned for this: the answer is needed to a few per cent only.
airy_code airy_extent_find(const airy_pattern *in, const airy_condense_options *options,
                           double *diameter, airy_error *err)
{
    int longer = in->photons.ny > in->photons.nx ? in->photons.ny : in->photons.nx;
    airy_bin_options bin;
    airy_bin_options_defaults(&bin);
    bin.factor = (longer + SCAN_SIDE - 1) / SCAN_SIDE;
    bin.coverage = in->coverage.px ? airy_noise_coverage(in) : 1;
    airy_pattern small;
    airy_solution w = {0};
    airy_code code = airy_pattern_bin(in, &bin, &small, NULL, err);
    if (code != AIRY_OK)
        return code;
    small.merged = in->merged;
    longer = small.photons.ny > small.photons.nx ? small.photons.ny : small.photons.nx;
    code = airy_solution_init(&w, &small, airy_fft_size_up(longer), options, err);
    if (code == AIRY_OK)
        code = find_diameter(&w, &small, options, diameter, err);
    *diameter /= bin.factor;
    airy_solution_release(&w);
    airy_pattern_release(&small);
    return code;
}
