// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns: photons on logarithmic colours, hidden pixels grey.
#include "pictures.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>

// Mean of the measured pixels of each block of f x f; blocks that are mostly hidden are hidden.
static airy_code reduce(const airy_image *in, int f, airy_image *out, airy_error *err)
{
    airy_code code = airy_image_init(out, (in->ny + f - 1) / f, (in->nx + f - 1) / f, err);
    for (int i = 0; code == AIRY_OK && i < out->ny * out->nx; i++) {
        int y0 = i / out->nx * f, x0 = i % out->nx * f, seen = 0, valid = 0;
        double sum = 0;
        for (int y = y0; y < y0 + f && y < in->ny; y++)
            for (int x = x0; x < x0 + f && x < in->nx; x++, seen++) {
                float value = in->px[y * in->nx + x];
                valid += !isnan(value);
                sum += isnan(value) ? 0 : value;
            }
        out->px[i] = 2 * valid >= seen ? (float)(sum / valid) : NAN;
    }
    return code;
}

// dx of one pixel and the pixel of zero, for axes in q (nm^-1) or in pixels.
static void pattern_axes(const airy_pattern *pattern, airy_chart *chart)
{
    const airy_setup *setup = &pattern->setup;
    bool in_q =
        pattern->has_center && setup->energy_ev > 0 && setup->distance_m > 0 && setup->pitch_m > 0;
    // q = 4 pi sin(theta) / lambda is 2 pi r / (lambda D) at small angles, so that an axis is even
    double step = in_q ? 2 * AIRY_PI * setup->pitch_m /
                             (AIRY_WAVELENGTH_M(setup->energy_ev) * setup->distance_m) * 1e-9
                       : 1;
    chart->dx = chart->dy = step;
    chart->x0 = in_q ? -pattern->center_x * step : 0;
    chart->y0 = in_q ? -pattern->center_y * step : 0;
    snprintf(chart->x.label, sizeof chart->x.label, "%s", in_q ? "q_x (nm^{-1})" : "x (pixels)");
    snprintf(chart->y.label, sizeof chart->y.label, "%s", in_q ? "q_y (nm^{-1})" : "y (pixels)");
}

// Limits of an axis around the pattern's center: `crop` pixels, or all n of them.
static void pattern_limits(airy_axis *axis, double start, double step, int n, double crop,
                           double center)
{
    axis->low = start - step / 2;
    axis->high = start + (n - 0.5) * step;
    if (crop > 0 && crop < n) {
        axis->low = start + (center - crop / 2) * step;
        axis->high = start + (center + crop / 2) * step;
    }
}

airy_code airy_picture_pattern(const airy_pattern *pattern, const airy_view_options *options,
                               airy_figure *figure, airy_error *err)
{
    const airy_image *photons = &pattern->photons;
    int ny = photons->ny, nx = photons->nx;
    double crop = options->crop > 0 ? options->crop : 0;
    bool square = crop > 0 && crop < ny && crop < nx;
    airy_chart *chart = airy_picture_begin(figure, options, square ? 1 : (double)ny / nx);
    airy_code code = airy_picture_map(chart, options, "ember", err);
    int shown = square ? (int)crop : nx, block = shown / (2 * figure->width / 3);
    block = block < 1 ? 1 : block;
    if (code == AIRY_OK)
        code = reduce(photons, block, &chart->image, err);
    if (code != AIRY_OK)
        return code;
    double high = airy_stats_max(chart->image.px, chart->image.ny * chart->image.nx);
    chart->color.log = options->scale != AIRY_SCALE_LINEAR;
    airy_picture_colors(chart, options, chart->color.log ? fmax(0.1, 1e-6 * high) : 0, high);
    snprintf(chart->color.label, sizeof chart->color.label, "photons per pixel");
    airy_picture_clip(chart);
    pattern_axes(pattern, chart);
    pattern_limits(&chart->x, chart->x0, chart->dx, nx, square ? crop : 0,
                   pattern->has_center ? pattern->center_x : nx / 2);
    pattern_limits(&chart->y, chart->y0, chart->dy, ny, square ? crop : 0,
                   pattern->has_center ? pattern->center_y : ny / 2);
    chart->x0 += (block - 1) / 2.0 * chart->dx;
    chart->y0 += (block - 1) / 2.0 * chart->dy;
    chart->dx *= block;
    chart->dy *= block;
    airy_picture_fit(figure, options->height);
    return AIRY_OK;
}
