// SPDX-License-Identifier: GPL-3.0-or-later
// The pattern a small object can have, from the measured pixels, on as few pixels as hold it.
#include "base/units.h"
#include "solution.h"
#include "window.h"

void airy_condense_options_defaults(airy_condense_options *options)
{
    *options = (airy_condense_options){
        .margin = 1.15, .oversampling = 2.8, .iterations = 40, .fill = 0.85, .pixel_area = true};
}

airy_code airy_condense_options_check(const airy_condense_options *options, airy_error *err)
{
    if (!(options->diameter >= 0 && isfinite(options->diameter)) ||
        !(options->diameter_nm >= 0 && isfinite(options->diameter_nm)))
        return airy_error_set(err, AIRY_EARGUMENT, "the diameter is negative or not a number");
    if (!(options->margin >= 1 && options->margin <= 100) ||
        !(options->oversampling >= 2 && options->oversampling <= 1000))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "margin %g must be 1 to 100 and oversampling %g 2 to 1000",
                              options->margin, options->oversampling);
    if (options->size < 0 || options->size > AIRY_SIDE_MAX || options->size % 2 ||
        options->iterations < 1 || options->counts < 0)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the size %d must be even, 0 to %d, and the %d iterations at least "
                              "one",
                              options->size, AIRY_SIDE_MAX, options->iterations);
    if (!(options->fill >= 0 && isfinite(options->fill)))
        return airy_error_set(err, AIRY_EARGUMENT, "the widest gap to fill is %g fringes",
                              options->fill);
    return AIRY_OK;
}

static airy_code check_input(const airy_pattern *in, airy_error *err)
{
    if (!in->has_center)
        return airy_error_set(err, AIRY_EVALUE,
                              "the pattern's center is not known; find it with `airy center`");
    if (in->condensed)
        return airy_error_set(err, AIRY_EVALUE, "the pattern is condensed already");
    if (airy_pattern_measured(in) == 0 || airy_pattern_photons(in) <= 0)
        return airy_error_set(err, AIRY_EVALUE, "the pattern holds no photons");
    return AIRY_OK;
}

airy_code airy_condense_diameter(const airy_pattern *in, const airy_condense_options *options,
                                 double *diameter, airy_error *err)
{
    const airy_setup *setup = &in->setup;
    bool known = setup->energy_ev > 0 && setup->distance_m > 0 && setup->pitch_m > 0;
    *diameter = options->diameter;
    airy_code code = airy_condense_options_check(options, err);
    if (code == AIRY_OK)
        code = check_input(in, err);
    if (code != AIRY_OK)
        return code;
    if (options->diameter_nm > 0 && !known)
        return airy_error_set(err, AIRY_EVALUE,
                              "a diameter in nm needs energy, distance and pixel size, which the "
                              "pattern does not hold");
    if (options->diameter_nm > 0)
        *diameter = options->diameter_nm * 1e-9 * setup->pitch_m /
                    (AIRY_WAVELENGTH_M(setup->energy_ev) * setup->distance_m);
    if (*diameter > 0)
        return AIRY_OK;
    return airy_extent_find(in, options, diameter, err);
}

int airy_condense_size(const airy_pattern *in, const airy_condense_options *options,
                       double diameter)
{
    int side = airy_window_side(in);
    double support = diameter * options->margin * side; // object pixels
    int wanted = airy_fft_size_up((int)ceil(fmax(options->oversampling * support, 2)));
    return options->size ? options->size : wanted < side ? wanted : side;
}

// The fit with the diameter found, and what the output will be.
static airy_code solve(airy_solution *w, const airy_pattern *in,
                       const airy_condense_options *options, airy_condense_result *did,
                       airy_error *err)
{
    double diameter = 0;
    airy_code code = airy_condense_diameter(in, options, &diameter, err);
    if (code != AIRY_OK)
        return code;
    did->transform = w->side;
    did->size = airy_condense_size(in, options, diameter);
    did->oversampling = did->size / (diameter * options->margin * w->side);
    // The disc has to fit into the output, whose zero frequency and edge need a pixel each.
    if (2 * diameter * options->margin * w->side + 2 > did->size || did->size > w->side)
        return airy_error_set(err, AIRY_EVALUE,
                              "an object of %.1f pixels cannot be condensed from %d to %d pixels",
                              diameter * w->side, w->side, did->size);
    return airy_solution_fit(w, options, diameter, did, err);
}

// Solves on a square window, whose side is the transform's.
static airy_code condense_window(const airy_pattern *in, const airy_condense_options *options,
                                 airy_pattern *out, airy_condense_result *did, airy_error *err)
{
    airy_solution w;
    airy_code code = airy_solution_init(&w, in, in->photons.nx, options, err);
    if (code == AIRY_OK)
        code = solve(&w, in, options, did, err);
    if (code == AIRY_OK)
        code = airy_pattern_init(out, did->size, did->size, err);
    if (code == AIRY_OK)
        code = airy_samples_write(&w, in, options, out, err);
    airy_solution_release(&w);
    if (code != AIRY_OK)
        return code;
    did->filled = airy_mask_count(&out->mask, AIRY_MASK_FILLED);
    did->masked = airy_mask_count(&out->mask, AIRY_MASK_EXCLUDES);
    return AIRY_OK;
}

static airy_code take_counts(const airy_pattern *in, const airy_condense_options *options,
                             double diameter, airy_pattern *out, airy_error *err)
{
    int factor = options->counts ? options->counts : airy_pattern_counts_factor(diameter);
    out->counts = airy_memory_new(1, sizeof *out->counts);
    return out->counts ? airy_pattern_counts(in, factor, out->counts, err)
                       : airy_error_set(err, AIRY_EMEMORY, "no memory for counts");
}

airy_code airy_pattern_condense(const airy_pattern *in, const airy_condense_options *options,
                                airy_pattern *out, airy_condense_result *result, airy_error *err)
{
    *out = (airy_pattern){0};
    airy_condense_result did = {0};
    airy_pattern window = {0};
    airy_code code = airy_condense_options_check(options, err);
    if (code == AIRY_OK)
        code = check_input(in, err);
    if (code == AIRY_OK)
        code = airy_pattern_window(in, airy_window_side(in), &window, err);
    if (code == AIRY_OK)
        code = condense_window(&window, options, out, &did, err);
    if (code == AIRY_OK && !in->merged)
        code = take_counts(in, options, did.diameter, out, err);
    airy_pattern_release(&window);
    if (code != AIRY_OK)
        airy_pattern_release(out);
    else if (result)
        *result = did;
    return code;
}
