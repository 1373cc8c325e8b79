// SPDX-License-Identifier: GPL-3.0-or-later
// Images from the photons themselves, in place of those that projections leave.
#include "airy/pattern.h"
#include "airy/retrieval.h"

#include <string.h>

// A fit of a pattern's rings.
typedef struct rings {
    const airy_pattern *pattern;
    airy_sphere_options options;
    airy_sphere_fit fit;
} rings;

static airy_code fit_rings(void *context, double axis_deg, airy_semi_axes *semi, airy_error *err)
{
    rings *r = context;
    r->options.axis = axis_deg;
    airy_code code = airy_pattern_sphere(r->pattern, &r->options, &r->fit, err);
    *semi = (airy_semi_axes){r->fit.cycles_par, r->fit.cycles_perp, r->fit.cycles_par_error,
                             r->fit.cycles_perp_error};
    return code;
}

airy_code airy_problem_take_counts(airy_problem *problem, const airy_pattern *pattern,
                                   const airy_pattern *counts, double axis_deg, airy_error *err)
{
    rings r = {.pattern = pattern};
    double pitch = pattern->setup.pitch_m;
    if (!(pitch > 0 && counts->setup.pitch_m > 0))
        return airy_error_set(
            err, AIRY_EVALUE,
            "the pattern does not tell its pixel size (`airy bin --factor 1 --pixel M` "
            "states it)");
    airy_sphere_options_defaults(&r.options);
    r.options.spheroid = true;
    airy_code code = airy_pattern_copy(&problem->counts, counts, err);
    if (code != AIRY_OK)
        return code;
    double bin = counts->setup.pitch_m / pitch; // pixels of the pattern
    airy_error why = {0};
    code = airy_axis_find(fit_rings, &r, &axis_deg, &why);
    if (code != AIRY_OK && !airy_code_of_data(code))
        return airy_error_set(err, code, "%s", why.message);
    if (code == AIRY_OK)
        problem->outline = (airy_outline){
            .along = r.fit.cycles_par * bin, .across = r.fit.cycles_perp * bin, .axis = axis_deg};
    else // rings of no spheroid: as wide as the bins were made for
        problem->outline = (airy_outline){
            .along = AIRY_COUNTS_RADIUS, .across = AIRY_COUNTS_RADIUS, .axis = axis_deg};
    problem->image_pixel = bin / pattern->photons.nx;
    return AIRY_OK;
}

// Images of the search have the photons' scale a bin; the pattern's amplitudes have their own.
static airy_code scale_all(const airy_problem *problem, airy_stack *images, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; i < images->n && code == AIRY_OK; i++) {
        airy_image image = airy_stack_image(images, i);
        code = airy_problem_scale(problem, &image, err);
    }
    return code;
}

airy_code airy_retrieve_photons(const airy_problem *problem, const airy_search_options *options,
                                const airy_stack *begin, const airy_search_keeper *keeper,
                                const airy_progress *progress, airy_reconstruction *result,
                                airy_error *err)
{
    airy_search_input input = {.counts = &problem->counts,
                               .outline = problem->outline,
                               .begin = begin,
                               .keeper = keeper,
                               .side = problem->amplitude.nx,
                               .pixel = problem->image_pixel};
    if (!problem->counts.photons.px || problem->amplitude.ny != problem->amplitude.nx)
        return airy_error_set(err, AIRY_EVALUE, "the pattern holds no counts of photons");
    if (problem->support_given)
        input.support = &problem->support;
    airy_code code = airy_search(&input, options, progress, &result->search, err);
    if (code == AIRY_OK)
        code = scale_all(problem, &result->search.images, err);
    if (code == AIRY_OK && result->search.resampled.n)
        code = scale_all(problem, &result->search.resampled, err);
    return code;
}
