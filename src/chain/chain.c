// SPDX-License-Identifier: GPL-3.0-or-later
// The chain for one shot, from photons on the plane to a row of shots.tsv.
#include "chain.h"

#include <math.h>

void airy_chain_release(airy_chain *chain)
{
    airy_pattern_release(&chain->pattern);
    airy_average_release(&chain->average);
    airy_image_release(&chain->difference);
    airy_image_release(&chain->sigma);
    airy_bands_release(&chain->bands);
}

// ------------------------------------------------------------------ the pattern

static airy_code find_center(airy_pattern *pattern, airy_error *err)
{
    airy_code code = airy_pattern_find_center(pattern, err);
    return code == AIRY_OK ? code : airy_error_prefix(err, "center");
}

static double count_saturated(const airy_pattern *photons)
{
    int n = photons->mask.ny * photons->mask.nx, count = 0;
    for (int i = 0; i < n; i++)
        count += (photons->mask.bits[i] & AIRY_MASK_SATURATED) != 0;
    return count;
}

// Binned; the beam stop masked about the center found without it, a cell wider than in the input;
// then centered again.
static airy_code clean(const airy_pattern *photons, const airy_series_options *options,
                       airy_pattern *out, airy_error *err)
{
    airy_bin_options bin;
    airy_mask_options mask;
    airy_bin_options_defaults(&bin);
    airy_mask_options_defaults(&mask);
    bin.factor = options->bin;
    mask.beamstop = options->beamstop > 0 ? options->beamstop / options->bin + 1 : 0;
    airy_code code = airy_pattern_bin(photons, &bin, out, NULL, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "bin");
    code = find_center(out, err);
    if (code == AIRY_OK && mask.beamstop > 0) {
        code = airy_mask_build(out, &mask, NULL, 0, err);
        if (code == AIRY_OK)
            code = find_center(out, err);
    }
    return code;
}

// A second particle's fringes; not known where pixels are too coarse for them.
static airy_code find_second(const airy_pattern *binned, double diameter, airy_chain *chain,
                             airy_error *err)
{
    airy_fringes fringes;
    airy_error why = {0};
    airy_code code = airy_pattern_fringes(binned, diameter, &fringes, &why);
    if (code == AIRY_EVALUE)
        return AIRY_OK;
    if (code != AIRY_OK)
        return airy_error_set(err, code, "%s", why.message);
    chain->checks.double_hit = fringes.visibility;
    chain->checks.second_nm = fringes.cycles * airy_object_pixel_nm(&binned->setup, 1);
    return AIRY_OK;
}

// Radii from the rings, and the condensed pattern. chain->row and chain->pattern are filled.
static airy_code rings(const airy_pattern *binned, const airy_series_options *options,
                       airy_sphere_fit *fit, airy_chain *chain, airy_error *err)
{
    airy_sphere_options sphere;
    airy_condense_options condense;
    airy_condense_result condensed;
    airy_sphere_options_defaults(&sphere);
    airy_condense_options_defaults(&condense);
    sphere.spheroid = true;
    sphere.axis = options->polarization_deg;
    airy_code code = airy_pattern_sphere(binned, &sphere, fit, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "size");
    chain->row.r_par_nm = fit->radius_par_nm;
    chain->row.r_par_err_nm = fit->radius_par_error_nm;
    chain->row.r_perp_nm = fit->radius_perp_nm;
    chain->row.r_perp_err_nm = fit->radius_perp_error_nm;
    chain->row.aspect = fit->aspect;
    chain->row.aspect_err = fit->aspect_error;
    chain->checks.ring_chi2 = fit->chi2_bright;
    condense.diameter = 2 * fmax(fit->cycles_par, fit->cycles_perp);
    code = find_second(binned, condense.diameter, chain, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "double hit");
    code = airy_pattern_condense(binned, &condense, &chain->pattern, &condensed, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "condense");
    chain->checks.condense_chi2 = condensed.chi2_bright;
    chain->pixel_nm = airy_object_pixel_nm(&chain->pattern.setup, chain->pattern.photons.nx);
    return AIRY_OK;
}

// ------------------------------------------------------------------ retrieval

// What is phased: the condensed pattern with its free border, and the counts that go with it.
static airy_code widen(const airy_series_options *options, airy_chain *chain, airy_pattern *wide,
                       airy_error *err)
{
    airy_code code = airy_pattern_copy(wide, &chain->pattern, err);
    if (code == AIRY_OK && options->by_photons)
        code = airy_pattern_border(wide, options->border, err);
    chain->pixel_nm = airy_object_pixel_nm(&wide->setup, wide->photons.nx);
    return code;
}

// The condensed pattern inside a circle of `margin` x the larger radius; the merged uncondensed
// pattern goes along for the deviance.
static airy_code pose(const airy_pattern *binned, const airy_sphere_fit *fit,
                      const airy_series_options *options, airy_chain *chain, airy_problem *problem,
                      airy_error *err)
{
    airy_mask support = {0};
    airy_pattern wide = {0};
    airy_merge_options merge;
    double par, perp;
    airy_code code = widen(options, chain, &wide, err);
    int n = wide.photons.nx;
    airy_merge_options_defaults(&merge);
    // cycles a pixel of the binned pattern, whose reach in q the condensed one shares
    double pixels = chain->pixel_nm;
    par = perp = fmax(fit->radius_par_nm, fit->radius_perp_nm) / pixels * options->margin;
    if (code == AIRY_OK)
        code = airy_mask_init(&support, n, n, err);
    if (code == AIRY_OK) {
        airy_support_ellipse(par, perp, &support);
        code = airy_problem_init(problem, &wide, &support, err);
    }
    if (code == AIRY_OK && options->by_photons)
        code =
            airy_problem_take_counts(problem, &wide, wide.counts, options->polarization_deg, err);
    if (code == AIRY_OK)
        code = airy_pattern_merge(binned, &merge, &problem->raw, err);
    problem->pixel_nm = pixels;
    airy_mask_release(&support);
    airy_pattern_release(&wide);
    return code;
}

// Mean density of the support's pixels that have a neighbour outside, over the largest density.
static double density_at_edge(const airy_image *image, const airy_mask *support)
{
    int nx = support->nx, count = 0;
    double sum = 0;
    for (int y = 1; y < support->ny - 1; y++)
        for (int x = 1; x < nx - 1; x++) {
            const uint32_t *at = &support->bits[y * nx + x];
            if (!at[0] || (at[-1] && at[1] && at[-nx] && at[nx]))
                continue;
            sum += image->px[y * nx + x];
            count++;
        }
    double high = airy_stats_quantile(image->px, image->ny * image->nx, 0.999);
    return count && high > 0 ? sum / count / high : NAN;
}

// The images that are averaged: of the most likely solution, or the best starts.
static airy_code take_images(const airy_problem *problem, const airy_series_options *options,
                             uint32_t shot, const airy_progress *progress,
                             airy_reconstruction *found, airy_chain *chain, airy_error *err)
{
    airy_search_options search = options->search;
    airy_average_options average;
    airy_average_options_defaults(&average);
    average.best = options->best;
    search.shot = shot;
    airy_code code = options->by_photons
                         ? airy_retrieve_photons(problem, &search, NULL, NULL, progress, found, err)
                         : AIRY_OK;
    if (code != AIRY_OK)
        return code;
    const airy_search_result *s = &found->search;
    if (s->groups) {
        chain->checks.agree = (double)s->found / s->searches;
        chain->checks.misfit = s->candidate[0].deviance / s->expected_deviance;
    }
    return airy_average_found(found, &average, &chain->average, err);
}

static airy_code phase(const airy_problem *problem, const airy_shot_source *source,
                       const airy_series_options *options, const airy_progress *progress,
                       airy_chain *chain, airy_error *err)
{
    airy_reconstruction found = {0};
    airy_quality quality;
    airy_retrieve_options retrieve = options->retrieve;
    retrieve.shot = (uint32_t)source->shot;
    airy_code code = airy_retrieve(problem, &retrieve, NULL, progress, &found, err);
    if (code == AIRY_OK)
        code = take_images(problem, options, retrieve.shot, progress, &found, chain, err);
    if (code == AIRY_OK)
        code =
            airy_quality_mean(&chain->average.aligned, chain->average.best, problem, &quality, err);
    airy_reconstruction_release(&found);
    if (code != AIRY_OK)
        return code == AIRY_ESTOPPED ? code : airy_error_prefix(err, "retrieve");
    chain->row.r_factor = quality.score.r_factor;
    chain->row.r_free = quality.score.r_free;
    chain->deviance = quality.score.deviance;
    chain->checks.outside = quality.outside;
    chain->checks.at_edge = density_at_edge(&chain->average.mean, &problem->support);
    chain->checks.ambiguous = (double)chain->average.ambiguous / chain->average.best;
    return AIRY_OK;
}

// ------------------------------------------------------------------ density

// Spread over starts as a sigma of the difference; none when there is no spread.
static airy_code take_sigma(airy_chain *chain, airy_error *err)
{
    const airy_image *spread = &chain->average.spread;
    int n = spread->ny * spread->nx;
    if (!spread->px || !(airy_stats_max(spread->px, n) > 0))
        return AIRY_OK;
    airy_code code = airy_image_copy(&chain->sigma, spread, err);
    float scale = (float)(1 / airy_body_central(&chain->body));
    for (int i = 0; code == AIRY_OK && i < n; i++)
        chain->sigma.px[i] *= scale;
    return code;
}

// Areas; the spheroid is what a sphere might have been instead.
static airy_code measure_areas(const airy_image *image, const airy_body_options *options,
                               const airy_chain *chain, airy_areas *areas, airy_error *err)
{
    airy_body_options spheroid = *options;
    airy_body other;
    bool sphere = options->kind == AIRY_BODY_SPHERE;
    spheroid.kind = AIRY_BODY_SPHEROID;
    airy_code code = sphere ? airy_body_fit(image, &spheroid, &other, err) : AIRY_OK;
    return code == AIRY_OK ? airy_difference_measure(image, &chain->sigma, &chain->body,
                                                     sphere ? &other : NULL, 0, areas, err)
                           : code;
}

static airy_code subtract(const airy_series_options *options, airy_chain *chain, airy_error *err)
{
    const airy_image *image = &chain->average.mean;
    airy_body_options body;
    airy_areas areas;
    airy_body_options_defaults(&body);
    body.kind = options->sphere ? AIRY_BODY_SPHERE : AIRY_BODY_SPHEROID;
    body.axis_deg = options->polarization_deg;
    airy_code code = airy_body_fit(image, &body, &chain->body, err);
    if (code == AIRY_OK)
        code = airy_image_init(&chain->difference, image->ny, image->nx, err);
    if (code == AIRY_OK)
        code = airy_difference_make(image, &chain->body, &chain->difference, err);
    if (code == AIRY_OK)
        code = take_sigma(chain, err);
    if (code == AIRY_OK)
        code = measure_areas(image, &body, chain, &areas, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "difference");
    double nm2 = chain->pixel_nm * chain->pixel_nm;
    chain->row.a_low_nm2 = areas.low * nm2;
    chain->row.a_total_nm2 = areas.total * nm2;
    chain->row.low_fraction = areas.fraction;
    chain->row.a_low_err_nm2 = areas.low_error * nm2;
    chain->row.low_fraction_err = areas.fraction_error;
    return AIRY_OK;
}

static airy_code find_bands(const airy_series_options *options, airy_chain *chain, airy_error *err)
{
    const airy_bands_input input = {.difference = chain->difference,
                                    .sigma = chain->sigma,
                                    .body = chain->body,
                                    .pixel_nm = chain->pixel_nm};
    airy_code code = airy_bands_find(&input, &options->bands, &chain->bands, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "bands");
    chain->row.n_branches = chain->bands.n;
    chain->row.band_length_nm = chain->bands.n ? chain->bands.angles.length_nm : 0;
    chain->row.fraction_20_40 = chain->bands.angles.fraction_20_40;
    chain->row.fraction_20_40_err = chain->bands.angles.fraction_20_40_error;
    chain->row.n_channels = chain->bands.n_channels;
    chain->row.largest_channel_nm2 = airy_channels_largest(&chain->bands);
    return AIRY_OK;
}

// The rim is a second opinion: a shot without one keeps its other numbers.
static void measure_rim(const airy_series_options *options, airy_chain *chain)
{
    airy_rim_options rim;
    airy_rim found;
    airy_rim_options_defaults(&rim);
    rim.polarization_deg = options->polarization_deg;
    if (airy_rim_fit(&chain->average.mean, &rim, &found, NULL) != AIRY_OK)
        return;
    chain->row.rim_par_nm = found.par * chain->pixel_nm;
    chain->row.rim_perp_nm = found.perp * chain->pixel_nm;
    chain->row.rim_par_err_nm = found.par_err * chain->pixel_nm;
    chain->row.rim_perp_err_nm = found.perp_err * chain->pixel_nm;
    chain->row.apart_nm = fmax(fabs(chain->row.r_par_nm - chain->row.rim_par_nm),
                               fabs(chain->row.r_perp_nm - chain->row.rim_perp_nm));
}

airy_code airy_chain_run(airy_pattern *photons, const airy_shot_source *source,
                         const airy_series_options *options, const airy_progress *progress,
                         airy_chain *chain, airy_error *err)
{
    airy_pattern binned = {0};
    airy_problem problem = {0};
    airy_sphere_fit fit;
    int pairs = 0;
    chain->checks.saturated = count_saturated(photons);
    airy_code code = clean(photons, options, &binned, err);
    airy_pattern_release(photons); // a full frame is large, and retrieval takes long
    if (code == AIRY_OK) {
        chain->row.photons = airy_pattern_photons(&binned);
        chain->checks.center_error_px = fmax(binned.center_y_error, binned.center_x_error);
        code = airy_pattern_friedel(&binned, binned.center_y, binned.center_x,
                                    &chain->checks.center_chi2, &pairs, err);
    }
    if (code == AIRY_OK)
        code = rings(&binned, options, &fit, chain, err);
    if (code == AIRY_OK)
        code = pose(&binned, &fit, options, chain, &problem, err);
    if (code == AIRY_OK)
        code = phase(&problem, source, options, progress, chain, err);
    if (code == AIRY_OK)
        code = subtract(options, chain, err);
    if (code == AIRY_OK)
        code = find_bands(options, chain, err);
    if (code == AIRY_OK)
        measure_rim(options, chain);
    airy_problem_release(&problem);
    airy_pattern_release(&binned);
    return code;
}
