// SPDX-License-Identifier: GPL-3.0-or-later
// What all frames of an integration share: bins, what a photon is worth in every pixel, what is
// taken off.
#include "profile.h"
#include "scattering/integrator.h"

#include <math.h>

const char *const airy_integrate_error_names[] = {"poisson", "scatter", NULL};

void airy_integrate_options_defaults(airy_integrate_options *options)
{
    *options = (airy_integrate_options){
        .polarisation = NAN, .below = -INFINITY, .above = INFINITY, .background_scale = 1};
    airy_bins_options_defaults(&options->bins);
}

airy_code airy_integrate_options_check(const airy_integrate_options *o, airy_error *err)
{
    if (!isnan(o->polarisation) && !(fabs(o->polarisation) <= 1))
        return airy_error_set(err, AIRY_EARGUMENT, "polarisation %g: -1 to 1 is wanted",
                              o->polarisation);
    if (!(o->clip >= 0) || !isfinite(o->clip))
        return airy_error_set(err, AIRY_EARGUMENT, "clipping at %g standard deviations", o->clip);
    if (!(o->background_scale >= 0) || !isfinite(o->background_scale) || !(o->thickness_m >= 0) ||
        !isfinite(o->thickness_m))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a background scale of %g or a thickness of %g m cannot be",
                              o->background_scale, o->thickness_m);
    if (!(o->below < o->above))
        return airy_error_set(err, AIRY_EARGUMENT, "no value lies between %g and %g", o->below,
                              o->above);
    return airy_bins_options_check(&o->bins, err);
}

// ------------------------------------------------------------------ what all frames share

// What scattering at 2 theta and azimuth loses of a polarised beam: Kahn et al., J. Appl. Cryst.
// 15, 330 (1982), eqs. 2 and 3; +1 is along x.
static double polarisation_at(double factor, const double at[3])
{
    double r2 = at[0] * at[0] + at[1] * at[1], path2 = r2 + at[2] * at[2];
    double sin2 = r2 / path2;
    double cos_2phi = r2 > 0 ? (at[0] * at[0] - at[1] * at[1]) / r2 : 0;
    return 0.5 * (2 - sin2 - factor * cos_2phi * sin2);
}

static double norm_at(const airy_integrate_options *o, const airy_pose *pose, double distance_m,
                      int y, int x)
{
    double at[3], norm = 1;
    airy_pose_at(pose, y, x, at);
    if (!isnan(o->polarisation))
        norm *= polarisation_at(o->polarisation, at);
    if (o->solid_angle)
        norm *= pow(distance_m / sqrt(at[0] * at[0] + at[1] * at[1] + at[2] * at[2]), 3);
    return norm;
}

static airy_code fill_norm(airy_integrator *in, const airy_pose *pose, const airy_image *flat,
                           airy_error *err)
{
    airy_code code = airy_image_init(&in->norm, in->polar.ny, in->polar.nx, err);
    for (int y = 0; code == AIRY_OK && y < in->norm.ny; y++)
        for (int x = 0; x < in->norm.nx; x++) {
            int i = y * in->norm.nx + x;
            double norm = norm_at(&in->o, pose, in->distance_m, y, x);
            in->norm.px[i] = (float)(flat->px ? norm * (double)flat->px[i] : norm);
        }
    return code;
}

// What is taken off, and its variance; pixels of which that is not known become NaN.
static airy_code fill_dark(airy_integrator *in, const airy_integrate_images *images,
                           airy_error *err)
{
    double scale = in->o.background_scale;
    const airy_pattern *back = scale > 0 ? images->back : NULL;
    int ny = in->polar.ny, nx = in->polar.nx;
    if (!images->dark.px && !back)
        return AIRY_OK;
    airy_code code = airy_image_init(&in->dark, ny, nx, err);
    if (code == AIRY_OK && back)
        code = airy_image_init(&in->extra, ny, nx, err);
    for (int i = 0; code == AIRY_OK && i < ny * nx; i++) {
        double dark = images->dark.px ? (double)images->dark.px[i] : 0;
        double value = back ? (double)back->photons.px[i] - dark : 0;
        in->dark.px[i] = (float)(dark + scale * value);
        if (back)
            in->extra.px[i] =
                (float)(scale * scale *
                        (back->variance.px ? (double)back->variance.px[i] : fmax(value - dark, 0)));
    }
    return code;
}

airy_code airy_integrator_size(const airy_integrator *in, const char *what, int ny, int nx,
                               airy_error *err)
{
    if (ny == in->polar.ny && nx == in->polar.nx)
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE, "the %s has %d x %d pixels, %d x %d are wanted", what,
                          ny, nx, in->polar.ny, in->polar.nx);
}

static airy_code check_images(const airy_integrator *in, const airy_integrate_images *images,
                              airy_error *err)
{
    const struct {
        const char *what;
        bool there;
        int ny, nx;
    } rows[] = {
        {"dark image", images->dark.px, images->dark.ny, images->dark.nx},
        {"flat field", images->flat.px, images->flat.ny, images->flat.nx},
        {"mask", images->mask.bits, images->mask.ny, images->mask.nx},
        {"background", images->back, images->back ? images->back->photons.ny : 0,
         images->back ? images->back->photons.nx : 0},
    };
    airy_code code = AIRY_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == AIRY_OK; i++)
        if (rows[i].there)
            code = airy_integrator_size(in, rows[i].what, rows[i].ny, rows[i].nx, err);
    return code;
}

// Reasons of the mask, and pixels that the flat field knows nothing of.
static airy_code join_masks(const airy_integrator *in, const airy_integrate_images *images,
                            airy_mask *mask, airy_error *err)
{
    airy_code code = airy_mask_init(mask, in->polar.ny, in->polar.nx, err);
    for (int i = 0; code == AIRY_OK && i < mask->ny * mask->nx; i++) {
        mask->bits[i] = images->mask.bits ? images->mask.bits[i] : 0;
        if (!(in->norm.px[i] > 0) || (in->dark.px && isnan(in->dark.px[i])))
            mask->bits[i] |= AIRY_MASK_BAD;
    }
    return code;
}

static airy_code list_norms(airy_integrator *in, airy_error *err)
{
    int entries = in->bins.first[in->bins.n];
    in->norm_of = airy_memory_new((size_t)entries + 1, sizeof *in->norm_of);
    if (!in->norm_of)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d pixels of rings", entries);
    for (int k = 0; k < entries; k++)
        in->norm_of[k] = in->norm.px[in->bins.pixel[k]];
    return AIRY_OK;
}

static airy_code prepare(airy_integrator *in, const airy_pose *pose,
                         const airy_integrate_images *images, airy_error *err)
{
    airy_mask mask = {0};
    airy_code code = check_images(in, images, err);
    if (code == AIRY_OK)
        code = fill_norm(in, pose, &images->flat, err);
    if (code == AIRY_OK)
        code = fill_dark(in, images, err);
    if (code == AIRY_OK)
        code = join_masks(in, images, &mask, err);
    if (code == AIRY_OK)
        code = airy_bins_rings(&in->bins, &in->polar, &mask, &in->o.bins, err);
    for (int b = 0; code == AIRY_OK && b < in->bins.n; b++)
        if (in->bins.bin[b].pixels > in->largest)
            in->largest = in->bins.bin[b].pixels;
    airy_mask_release(&mask);
    return code == AIRY_OK ? list_norms(in, err) : code;
}

airy_integrator *airy_integrator_new(const airy_pose *pose, int ny, int nx,
                                     const airy_integrate_options *options,
                                     const airy_integrate_images *images, airy_error *err)
{
    if (airy_integrate_options_check(options, err) != AIRY_OK)
        return NULL;
    airy_integrator *in = airy_memory_new(1, sizeof *in);
    if (!in) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for an integration");
        return NULL;
    }
    in->o = *options;
    in->distance_m = airy_pose_distance(pose);
    bool reach = options->bins.split == AIRY_SPLIT_BBOX;
    airy_code code = airy_polar_init(&in->polar, pose, ny, nx, options->unit, reach, err);
    if (code == AIRY_OK)
        code = prepare(in, pose, images, err);
    if (code == AIRY_OK)
        return in;
    airy_integrator_free(in);
    return NULL;
}

void airy_integrator_free(airy_integrator *in)
{
    if (!in)
        return;
    airy_polar_release(&in->polar);
    airy_bins_release(&in->bins);
    airy_image_release(&in->norm);
    airy_image_release(&in->dark);
    airy_image_release(&in->extra);
    airy_memory_free(in->norm_of);
    airy_memory_free(in);
}

const airy_bins *airy_integrator_bins(const airy_integrator *in)
{
    return &in->bins;
}

const airy_polar *airy_integrator_polar(const airy_integrator *in)
{
    return &in->polar;
}

// ------------------------------------------------------------------ what the thickness does

double airy_integrator_dq(const airy_integrator *in, double q_inv_a)
{
    return in->o.thickness_m > 0
               ? airy_thickness_dq(q_inv_a, in->polar.energy_ev, in->distance_m, in->o.thickness_m)
               : NAN;
}

void airy_profile_systematic(const airy_profile *profile, const airy_integrator *in,
                             double *systematic)
{
    int step = in->bins.sectors, n = profile->n;
    for (int b = 0; b < n; b++) {
        systematic[b] = NAN;
        if (b < step || b >= n - step)
            continue;
        double q[3];
        for (int k = 0; k < 3; k++)
            q[k] = airy_radial_to_q(in->o.unit, in->bins.bin[b + (k - 1) * step].radial,
                                    in->polar.energy_ev);
        double slope =
            (profile->intensity[b + step] - profile->intensity[b - step]) / (q[2] - q[0]);
        systematic[b] = fabs(slope) * airy_integrator_dq(in, q[1]);
    }
}
