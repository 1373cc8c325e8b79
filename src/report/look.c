// SPDX-License-Identifier: GPL-3.0-or-later
// The figure of `airy look`: a frame with its center and rings, and its light by ring.
#include "look.h"
#include "figure.h"
#include "airy/math.h"
#include "pictures.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CIRCLE = 181, RINGS = 3 };

// Where [3 (sin x - x cos x) / x^3]^2 is 0: tan x = x.
static const double dark[RINGS] = {4.493409458, 7.725251837, 10.904121659};
static const uint32_t blue = 0x2f6fb3, orange = 0xd9741c, light = 0x7fd4ff;

// nm^-1 a cell; 1 where energy, distance or pixel are not known.
static double step_of(const airy_pattern *cells)
{
    const airy_setup *s = &cells->setup;
    bool known = cells->has_center && s->energy_ev > 0 && s->distance_m > 0 && s->pitch_m > 0;
    return known
               ? 2 * AIRY_PI * s->pitch_m / (AIRY_WAVELENGTH_M(s->energy_ev) * s->distance_m) * 1e-9
               : 1;
}

static airy_code circle(airy_chart *chart, double r_y, double r_x, double cy, double cx,
                        airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, CIRCLE);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int i = 0; i < CIRCLE; i++) {
        double angle = 2 * AIRY_PI * i / (CIRCLE - 1);
        mark->x[i] = cx + r_x * cos(angle);
        mark->y[i] = cy + r_y * sin(angle);
    }
    mark->color = light;
    mark->size = 1.2;
    mark->dashed = true;
    return AIRY_OK;
}

// The dark rings, drawn for the radius that a sphere has on the average.
static airy_code add_rings(airy_chart *chart, const airy_look *look, bool in_q, airy_error *err)
{
    double cycles = (look->fit.cycles_par + look->fit.cycles_perp) / 2;
    double unit = in_q ? step_of(&look->cells) : look->factor;
    double cy = in_q ? 0 : look->center_y, cx = in_q ? 0 : look->center_x;
    airy_code code = isnan(look->center_y) ? AIRY_OK : circle(chart, 0, 0, cy, cx, err);
    for (int k = 0; k < RINGS && cycles > 0 && code == AIRY_OK; k++) {
        double r = dark[k] / (2 * AIRY_PI * cycles) * unit;
        if (r < 0.5 * (chart->x.high - chart->x.low))
            code = circle(chart, r, r, cy, cx, err);
    }
    return code;
}

// Means of rings as a line; what is not above 0 has no place on logarithmic axes.
static airy_code add_profile(airy_chart *chart, const airy_image *image, const airy_pattern *cells,
                             const char *name, uint32_t color, airy_error *err)
{
    int n = airy_grid_ring_count(image->ny, image->nx, cells->center_y, cells->center_x);
    double *ring = airy_memory_new((size_t)n, sizeof *ring), step = step_of(cells);
    int *count = airy_memory_new((size_t)n, sizeof *count);
    airy_mark *mark = ring && count ? airy_chart_mark(chart, AIRY_MARK_LINE, n) : NULL;
    if (mark) {
        airy_grid_ring_mean(image, cells->center_y, cells->center_x, ring, count, n);
        for (int r = 0; r < n; r++) {
            mark->x[r] = count[r] && ring[r] > 0 ? r * step : NAN;
            mark->y[r] = ring[r];
            bool counts = count[r] && ring[r] > 0;
            chart->x.high = counts ? fmax(chart->x.high, r * step) : chart->x.high;
            chart->y.high = counts ? fmax(chart->y.high, 3 * ring[r]) : chart->y.high;
        }
        mark->color = color;
        mark->size = 1.6;
        snprintf(mark->name, sizeof mark->name, "%s", name);
    }
    airy_memory_free(ring);
    airy_memory_free(count);
    return mark ? AIRY_OK : airy_picture_no_memory(err);
}

// The sphere's light, hidden where cells are.
static airy_code add_model(airy_chart *chart, const airy_look *look, airy_error *err)
{
    airy_image model = {0};
    airy_code code = airy_sphere_pattern(&look->fit, &look->cells, &model, err);
    for (int i = 0; i < model.ny * model.nx && code == AIRY_OK; i++)
        if (isnan(look->cells.photons.px[i]))
            model.px[i] = NAN;
    if (code == AIRY_OK)
        code = add_profile(chart, &model, &look->cells, look->fit.spheroid ? "spheroid" : "sphere",
                           orange, err);
    airy_image_release(&model);
    return code;
}

// A line of the list of numbers below the profile.
static void say(airy_chart *chart, int line, const char *name, const char *value)
{
    const char *const words[] = {name, value};
    for (int i = 0; i < 2; i++) {
        airy_word *word = airy_chart_word(chart, 0.3 * i, -0.36 - 0.12 * line, "%s", words[i]);
        if (word)
            word->inside = true;
    }
}

static void say_numbers(airy_chart *chart, const airy_look *look)
{
    char text[AIRY_LABEL_ROOM];
    const airy_sphere_fit *fit = &look->fit;
    snprintf(text, sizeof text, "%.4g", look->hit.photons);
    say(chart, 0, "photons", text);
    snprintf(text, sizeof text, "%d of %d pixels", look->saturated, look->hit.measured);
    say(chart, 1, "saturated", text);
    snprintf(text, sizeof text, "x %.2f, y %.2f", look->center_x, look->center_y);
    say(chart, 2, "center", isnan(look->center_x) ? "not found" : text);
    if (fit->radius_par_nm > 0 && fit->spheroid)
        snprintf(text, sizeof text, "%.2f and %.2f nm", fit->radius_par_nm, fit->radius_perp_nm);
    else if (fit->radius_par_nm > 0)
        snprintf(text, sizeof text, "%.2f ± %.2g nm", fit->radius_par_nm, fit->radius_par_error_nm);
    else
        snprintf(text, sizeof text, "%s",
                 fit->cycles_par > 0 ? "needs energy, distance, pixel" : "not found");
    say(chart, 3, "radius", text);
    snprintf(text, sizeof text, "%.3g", fit->chi2_bright);
    say(chart, 4, "misfit", fit->chi2_bright > 0 ? text : "-");
}

// The picture on the left, profile and numbers on the right; what is drawn stands above either.
static void place(airy_figure *figure)
{
    const double share = 0.58;
    airy_chart *left = &figure->chart[0], *right = &figure->chart[1];
    left->left = 0.11, left->right = 0.11 + 0.66 * share;
    left->apart = 0.085;
    figure->width = (int)lround(figure->width / share);
    figure->font *= share;
    figure->n = 2;
    snprintf(right->title, sizeof right->title, "photons per cell, by ring");
    strncat(left->title, ", photons per pixel", sizeof left->title - strlen(left->title) - 1);
    left->color.label[0] = '\0';
    right->left = 0.665, right->right = 0.985;
    right->top = left->top;
    right->bottom = left->top - 0.52 * (left->top - left->bottom);
}

airy_code airy_look_figure(const airy_pattern *frame, const airy_look *look,
                           const airy_view_options *options, airy_figure *figure, airy_error *err)
{
    airy_pattern shown = *frame; // the same pixels, with the center that was found
    shown.has_center = !isnan(look->center_y);
    shown.center_y = look->center_y, shown.center_x = look->center_x;
    airy_view_options about = *options;
    if (options->crop < 0 && look->hit.radius > 0) // so that the light fills the picture
        about.crop = 2.2 * look->hit.radius;
    airy_code code = airy_picture_pattern(&shown, &about, figure, err);
    if (code != AIRY_OK)
        return code;
    place(figure);
    airy_chart *left = &figure->chart[0], *right = &figure->chart[1];
    code = add_rings(left, look, left->x.label[0] == 'q', err);
    right->y = (airy_axis){.log = true, .low = 1e-3};
    bool in_q = step_of(&look->cells) != 1;
    snprintf(right->x.label, sizeof right->x.label, "%s", in_q ? "q (nm^{-1})" : "radius (cells)");
    right->legend_right = true;
    right->x.high = in_q ? step_of(&look->cells) : 1;
    if (code == AIRY_OK && look->cells.has_center)
        code = add_profile(right, &look->cells.photons, &look->cells, "measured", blue, err);
    if (code == AIRY_OK && look->fit.cycles_par > 0)
        code = add_model(right, look, err);
    if (code == AIRY_OK && right->n_marks > 1)
        right->marks[1].dashed = true; // so that what is measured shows through
    right->y.high = fmax(right->y.high, 1);
    right->y.low = 1e-7 * right->y.high > 1e-3 ? 1e-7 * right->y.high : 1e-3;
    say_numbers(right, look);
    return code;
}
