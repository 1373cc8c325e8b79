// SPDX-License-Identifier: GPL-3.0-or-later
// The diameter of an object from its pattern alone.
#include "noise.h"
#include "solution.h"

enum { SCAN = 18, COARSE_SIDE = 256, FINE_SIDE = 512 };
#define BRIGHT_MANY 1000 // pixels that know chi2 to 4 per cent
#define SCAN_RATIO 1.2   // between diameters tried
#define JUMP 1.15        // growth of residuals that tells that a band is too narrow
#define WIDEST 0.45      // radius of a band, cycles a pixel
#define ROOM 3           // widest over the one that was found, so that the scan saw what is beyond

// Large arrays are binned for this: the answer is needed to a few per cent only.
typedef struct coarse {
    airy_pattern small;
    airy_solution w;
    int factor;
} coarse;

static void release(coarse *c)
{
    airy_solution_release(&c->w);
    airy_pattern_release(&c->small);
}

static airy_code make_coarse(const airy_pattern *in, int side, const airy_condense_options *options,
                             coarse *c, airy_error *err)
{
    int longer = in->photons.ny > in->photons.nx ? in->photons.ny : in->photons.nx;
    airy_bin_options bin;
    airy_bin_options_defaults(&bin);
    *c = (coarse){.factor = (longer + side - 1) / side};
    bin.factor = c->factor;
    bin.coverage = in->coverage.px ? airy_noise_coverage(in) : 1;
    airy_code code = airy_pattern_bin(in, &bin, &c->small, NULL, err);
    if (code != AIRY_OK)
        return code;
    c->small.merged = in->merged;
    longer = c->small.photons.ny > c->small.photons.nx ? c->small.photons.ny : c->small.photons.nx;
    return airy_solution_init(&c->w, &c->small, airy_fft_size_up(longer), options, err);
}

// From wide bands to narrow ones: the last before the residuals jump. They also grow slowly, since
// wide bands fit what is not photon noise either.
static airy_code scan_diameter(airy_solution *w, const airy_condense_options *options,
                               double *diameter, airy_error *err)
{
    double widest = WIDEST / options->margin, before = INFINITY;
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

// Whether bands half as wide again, and three times as wide, fit no better than this one. Residuals
// of many bright pixels that are those of noise leave them nothing to fit.
static airy_code wide_enough(airy_solution *w, const airy_condense_options *options,
                             double diameter, bool *enough, airy_error *err)
{
    static const double times[] = {1.5, 3}, most[] = {JUMP, JUMP * JUMP};
    airy_condense_result at = {0}, wider = {0};
    airy_code code = airy_solution_fit(w, options, diameter, &at, err);
    *enough = true;
    if (code == AIRY_OK && at.bright >= BRIGHT_MANY && airy_solution_misfit(&at) < AIRY_SETTLED)
        return AIRY_OK;
    for (int k = 0; k < 2 && code == AIRY_OK && *enough; k++) {
        code = airy_solution_fit(w, options, times[k] * diameter, &wider, err);
        *enough = airy_solution_misfit(&at) <= most[k] * airy_solution_misfit(&wider);
    }
    return code;
}

// The sphere's diameter, if that is wide enough.
static airy_code try_sphere(coarse *c, const airy_condense_options *options, double *diameter,
                            bool *enough, airy_error *err)
{
    const airy_sphere_fit *fit = &c->w.sphere;
    *enough = false;
    if (!c->w.has_sphere)
        return AIRY_OK;
    *diameter = 2 * fmax(fit->cycles_par, fit->cycles_perp);
    return wide_enough(&c->w, options, *diameter, enough, err);
}

// A quarter of the pixels show small objects as well.
static airy_code scan_coarsely(const airy_pattern *in, const airy_condense_options *options,
                               double *diameter, bool *enough, airy_error *err)
{
    coarse c;
    airy_code code = make_coarse(in, COARSE_SIDE, options, &c, err);
    if (code == AIRY_OK)
        code = scan_diameter(&c.w, options, diameter, err);
    *enough = ROOM * *diameter * options->margin < WIDEST;
    *diameter /= c.factor;
    release(&c);
    return code;
}

airy_code airy_extent_find(const airy_pattern *in, const airy_condense_options *options,
                           double *diameter, airy_error *err)
{
    coarse c;
    bool sphere = false, enough = false;
    airy_code code = airy_pattern_check_center(in, err);
    if (code != AIRY_OK)
        return code;
    code = make_coarse(in, FINE_SIDE, options, &c, err);
    if (code == AIRY_OK)
        code = try_sphere(&c, options, diameter, &sphere, err);
    if (code == AIRY_OK && !sphere && c.factor > 1)
        code = scan_coarsely(in, options, diameter, &enough, err);
    if (code == AIRY_OK && !sphere && !enough)
        code = scan_diameter(&c.w, options, diameter, err);
    if (!enough)
        *diameter /= c.factor;
    release(&c);
    return code;
}
