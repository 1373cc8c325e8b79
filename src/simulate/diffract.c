// SPDX-License-Identifier: GPL-3.0-or-later
// The far field of a particle or an image on a flat detector.
#include "simulate/diffract.h"

#include "base/units.h"
#include "simulate/phantom.h"

#include <complex.h>
#include <math.h>

#define NM 1e-9
#define FEATURE_PITCH_NM 1.0

void airy_setup_set_object_pixel(airy_setup *setup, int n, double pixel_nm)
{
    setup->distance_m = pixel_nm * NM * n * setup->pitch_m / AIRY_WAVELENGTH_M(setup->energy_ev);
}

airy_code airy_frequencies_init(airy_frequencies *f, int ny, int nx, airy_error *err)
{
    *f = (airy_frequencies){ny, nx, airy_memory_new((size_t)ny, sizeof(double)),
                            airy_memory_new((size_t)nx, sizeof(double))};
    if (f->fy && f->fx)
        return AIRY_OK;
    airy_frequencies_release(f);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for %d + %d frequencies", ny, nx);
}

void airy_frequencies_release(airy_frequencies *f)
{
    airy_memory_free(f->fy);
    airy_memory_free(f->fx);
    *f = (airy_frequencies){0};
}

static void add_body(const airy_phantom *phantom, const airy_frequencies *at, airy_field *out)
{
    for (int j = 0; j < out->ny; j++)
        for (int i = 0; i < out->nx; i++)
            out->px[(size_t)j * (size_t)out->nx + (size_t)i] +=
                (float)airy_phantom_body_transform(phantom, at->fx[i], at->fy[j]);
}

airy_code airy_phantom_points(const airy_phantom *phantom, airy_image *points, double *pitch_nm,
                              airy_error *err)
{
    double reach = fmax(phantom->radius_par_nm, phantom->radius_perp_nm);
    double pitch = fmin(FEATURE_PITCH_NM, reach / 32);
    int half = (int)ceil(reach / pitch) + 1;
    airy_code code = airy_image_init(points, 2 * half, 2 * half, err);
    if (code != AIRY_OK)
        return code;
    for (int y = 0; y < 2 * half; y++)
        for (int x = 0; x < 2 * half; x++)
            points->px[y * 2 * half + x] = (float)airy_phantom_at(
                phantom, AIRY_PHANTOM_DIFFERENCE, (x - half) * pitch, (y - half) * pitch);
    *pitch_nm = pitch;
    return AIRY_OK;
}

// The body's edge would alias on any grid, so its transform is analytic; what the features add or
// take fades towards the edge and is smooth, so points suffice.
static airy_code phantom_transform(const airy_scatterer *object, const airy_frequencies *at,
                                   airy_field *out, airy_error *err)
{
    airy_image points = {0};
    double pitch = object->pixel_nm;
    airy_code code =
        object->image ? AIRY_OK : airy_phantom_points(object->phantom, &points, &pitch, err);
    if (code == AIRY_OK)
        code = airy_dft(object->image ? object->image : &points, pitch, at, out, err);
    if (code == AIRY_OK)
        add_body(object->phantom, at, out);
    airy_image_release(&points);
    return code;
}

airy_code airy_scatterer_transform(const airy_scatterer *object, const airy_frequencies *at,
                                   airy_field *out, airy_error *err)
{
    return object->phantom ? phantom_transform(object, at, out, err)
                           : airy_dft(object->image, object->pixel_nm, at, out, err);
}

airy_code airy_scatterer_check(const airy_scatterer *object, const airy_setup *setup,
                               airy_error *err)
{
    if (!(setup->energy_ev > 0 && setup->distance_m > 0 && setup->pitch_m > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "energy (%g eV), distance (%g m) and pixel pitch (%g m) must be "
                              "above 0",
                              setup->energy_ev, setup->distance_m, setup->pitch_m);
    if (object->phantom &&
        !(object->phantom->radius_par_nm > 0 && object->phantom->radius_perp_nm > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "the particle's radii must be above 0");
    if (!object->phantom && !(object->pixel_nm > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the object's pixel size is %g nm, it must be "
                              "above 0",
                              object->pixel_nm);
    return AIRY_OK;
}

airy_code airy_scatterer_intensity(const airy_scatterer *object, const airy_setup *setup, double cy,
                                   double cx, airy_image *out, airy_error *err)
{
    airy_frequencies at = {0};
    airy_field field = {0};
    airy_code code = airy_scatterer_check(object, setup, err);
    if (code == AIRY_OK)
        code = airy_frequencies_init(&at, out->ny, out->nx, err);
    if (code != AIRY_OK)
        goto done;
    double step = 1 / airy_object_pixel_nm(setup, 1); // frequency of one pixel, 1/nm
    for (int y = 0; y < out->ny; y++)
        at.fy[y] = (y - cy) * step;
    for (int x = 0; x < out->nx; x++)
        at.fx[x] = (x - cx) * step;
    code = airy_scatterer_transform(object, &at, &field, err);
    for (int i = 0; code == AIRY_OK && i < out->ny * out->nx; i++) {
        float re = crealf(field.px[i]), im = cimagf(field.px[i]);
        out->px[i] = re * re + im * im;
    }
done:
    airy_field_release(&field);
    airy_frequencies_release(&at);
    return code;
}

airy_code airy_diffract_phantom(const airy_phantom *phantom, const airy_setup *setup, double cy,
                                double cx, airy_image *out, airy_error *err)
{
    airy_scatterer object = {.phantom = phantom};
    return airy_scatterer_intensity(&object, setup, cy, cx, out, err);
}

airy_code airy_diffract_image(const airy_image *object, double pixel_nm, const airy_setup *setup,
                              double cy, double cx, airy_image *out, airy_error *err)
{
    airy_scatterer points = {.image = object, .pixel_nm = pixel_nm};
    return airy_scatterer_intensity(&points, setup, cy, cx, out, err);
}

airy_second airy_second_draw(double diameter_nm, uint64_t seed, int shot)
{
    airy_random random;
    airy_random_init(&random, seed, (uint32_t)shot, AIRY_STREAM_SECOND, 0);
    double distance = diameter_nm * (2.5 + 1.5 * airy_random_uniform(&random));
    double angle = 2 * AIRY_PI * airy_random_uniform(&random);
    return (airy_second){distance * cos(angle), distance * sin(angle), 1};
}

double airy_second_factor(const airy_second *second, double fy, double fx)
{
    double a = sqrt(second->share);
    double phase = 2 * AIRY_PI * (fy * second->y_nm + fx * second->x_nm);
    return 1 + a * a + 2 * a * cos(phase);
}

void airy_second_apply(const airy_second *second, const airy_setup *setup, double cy, double cx,
                       airy_image *intensity)
{
    double step = 1 / airy_object_pixel_nm(setup, 1);
    for (int i = 0; second->share > 0 && i < intensity->ny * intensity->nx; i++) {
        double fy = (i / intensity->nx - cy) * step, fx = (i % intensity->nx - cx) * step;
        intensity->px[i] *= (float)airy_second_factor(second, fy, fx);
    }
}
