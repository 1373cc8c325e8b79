// SPDX-License-Identifier: GPL-3.0-or-later
// Real space: densities and differences around the particle.
#include "figure.h"
#include "pictures.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>

#define INK 0x202428

double airy_picture_nice(double x)
{
    double power = pow(10, floor(log10(x)));
    double lead = x / power;
    return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}

void airy_picture_locate(const airy_image *image, airy_scene *scene)
{
    int n = image->ny * image->nx;
    double high = airy_stats_quantile(image->px, n, 0.999), sum = 0, y = 0, x = 0;
    int above = 0;
    for (int i = 0; i < n; i++) {
        if (!(image->px[i] > 0.3 * high))
            continue;
        above++;
        sum += image->px[i];
        y += (double)image->px[i] * (i / image->nx);
        x += (double)image->px[i] * (i % image->nx);
    }
    scene->center_y = sum > 0 ? y / sum : image->ny / 2;
    scene->center_x = sum > 0 ? x / sum : image->nx / 2;
    scene->reach = 1.1 * sqrt(above / AIRY_PI);
}

// ------------------------------------------------------------------ real space

// Catmull-Rom weight of a sample at distance t, |t| < 2.
static double cubic(double t)
{
    t = fabs(t);
    return t < 1 ? 1 + t * t * (1.5 * t - 2.5) : t < 2 ? 2 - t * (4 - t * (2.5 - 0.5 * t)) : 0;
}

static double between(const airy_image *image, double y, double x)
{
    int y0 = (int)floor(y) - 1, x0 = (int)floor(x) - 1;
    double sum = 0, weight = 0;
    for (int j = y0; j < y0 + 4; j++)
        for (int i = x0; i < x0 + 4; i++) {
            if (j < 0 || j >= image->ny || i < 0 || i >= image->nx)
                continue;
            double w = cubic(y - j) * cubic(x - i);
            sum += w * image->px[j * image->nx + i];
            weight += w;
        }
    return weight != 0 ? sum / weight : NAN;
}

// The square of side 2 half around the center, drawn `smooth` times finer.
static airy_code cut(const airy_scene *scene, double half, int smooth, airy_chart *chart,
                     airy_error *err)
{
    int y0 = (int)floor(scene->center_y - half), y1 = (int)ceil(scene->center_y + half);
    int x0 = (int)floor(scene->center_x - half), x1 = (int)ceil(scene->center_x + half);
    const airy_image *image = scene->image;
    y0 = y0 < 0 ? 0 : y0;
    x0 = x0 < 0 ? 0 : x0;
    y1 = y1 >= image->ny ? image->ny - 1 : y1;
    x1 = x1 >= image->nx ? image->nx - 1 : x1;
    airy_code code =
        airy_image_init(&chart->image, (y1 - y0 + 1) * smooth, (x1 - x0 + 1) * smooth, err);
    double unit = scene->pixel_nm > 0 ? scene->pixel_nm : 1;
    double first = (1.0 / smooth - 1) / 2; // of the fine pixels of one pixel, from its center
    for (int i = 0; code == AIRY_OK && i < chart->image.ny * chart->image.nx; i++) {
        double y = y0 + first + (double)(i / chart->image.nx) / smooth;
        double x = x0 + first + (double)(i % chart->image.nx) / smooth;
        chart->image.px[i] = (float)between(image, y, x);
    }
    chart->dx = chart->dy = unit / smooth;
    chart->y0 = (y0 + first - scene->center_y) * unit;
    chart->x0 = (x0 + first - scene->center_x) * unit;
    return code;
}

static uint32_t ink_on(const airy_colormap *map)
{
    return map->diverging ? INK : 0xffffff;
}

// A bar of a round number of nanometres in the lower right corner.
static airy_code scale_bar(airy_chart *chart, double half_nm, airy_error *err)
{
    double length = airy_picture_nice(0.6 * half_nm);
    double right = 0.9 * half_nm, y = -0.9 * half_nm;
    airy_mark *bar = airy_chart_mark(chart, AIRY_MARK_LINE, 2);
    airy_word *label =
        bar ? airy_chart_word(chart, right - length / 2, y + 0.075 * half_nm, "%g nm", length)
            : NULL;
    if (!label)
        return airy_picture_no_memory(err);
    bar->x[0] = right - length;
    bar->x[1] = right;
    bar->y[0] = bar->y[1] = y;
    bar->size = 8;
    bar->color = label->color = ink_on(chart->map);
    label->align = AIRY_WORD_CENTER;
    label->halo = chart->map->diverging;
    return AIRY_OK;
}

// Axes, map, cut-out and scale bar of a real-space image; colours come after.
static airy_code real_space(const airy_scene *scene, const char *map,
                            const airy_view_options *options, airy_figure *figure, airy_error *err)
{
    airy_chart *chart = airy_picture_begin(figure, options, 1);
    double unit = scene->pixel_nm > 0 ? scene->pixel_nm : 1;
    int side = scene->image->ny < scene->image->nx ? scene->image->ny : scene->image->nx;
    double half = options->crop > 0                       ? options->crop / unit / 2
                  : options->crop < 0 && scene->reach > 0 ? 1.6 * scene->reach
                                                          : side / 2.0;
    half = fmin(half, side / 2.0);
    airy_code code = airy_picture_map(chart, options, map, err);
    if (code == AIRY_OK)
        code = cut(scene, half, options->smooth, chart, err);
    if (code != AIRY_OK)
        return code;
    const char *name = scene->pixel_nm > 0 ? "nm" : "pixels";
    snprintf(chart->x.label, sizeof chart->x.label, "x (%s)", name);
    snprintf(chart->y.label, sizeof chart->y.label, "y (%s)", name);
    chart->x.high = chart->y.high = half * unit;
    chart->x.low = chart->y.low = -half * unit;
    if (scene->pixel_nm > 0)
        code = scale_bar(chart, half * unit, err);
    airy_picture_fit(figure, options->height);
    return code;
}

airy_code airy_picture_density(const airy_scene *scene, const char *label,
                               const airy_view_options *options, airy_figure *figure,
                               airy_error *err)
{
    airy_code code = real_space(scene, "sea", options, figure, err);
    if (code != AIRY_OK)
        return code;
    airy_chart *chart = &figure->chart[0];
    int n = chart->image.ny * chart->image.nx;
    double high = airy_stats_quantile(chart->image.px, n, 0.9995);
    chart->color.log = options->scale == AIRY_SCALE_LOG;
    airy_picture_colors(chart, options, chart->color.log ? 1e-3 * high : 0, high);
    snprintf(chart->color.label, sizeof chart->color.label, "%s", label);
    airy_picture_clip(chart);
    return AIRY_OK;
}

// ------------------------------------------------------------------ differences

// The body's edge as a dashed ellipse about the origin.
static airy_code outline(airy_chart *chart, const airy_body *body, double unit, airy_error *err)
{
    enum { POINTS = 181 };
    airy_mark *edge = airy_chart_mark(chart, AIRY_MARK_LINE, POINTS);
    if (!edge)
        return airy_picture_no_memory(err);
    double c = cos(AIRY_RADIANS(body->axis_deg)), s = sin(AIRY_RADIANS(body->axis_deg));
    for (int i = 0; i < POINTS; i++) {
        double angle = 2 * AIRY_PI * i / (POINTS - 1);
        double a = body->r_par * cos(angle) * unit, b = body->r_perp * sin(angle) * unit;
        edge->x[i] = a * c - b * s;
        edge->y[i] = a * s + b * c;
    }
    edge->color = 0x6a7078;
    edge->dashed = true;
    edge->size = 2.5;
    return AIRY_OK;
}

// A double arrow along the electric field in the upper left corner.
static airy_code polarization(airy_chart *chart, double degrees, airy_error *err)
{
    double c = cos(AIRY_RADIANS(degrees)), s = sin(AIRY_RADIANS(degrees));
    airy_word *arrow = airy_chart_word(chart, 0.12 - 0.07 * c, 0.9 - 0.07 * s, "%s", "");
    if (!arrow)
        return airy_picture_no_memory(err);
    arrow->arrow = arrow->inside = true;
    arrow->dx = 0.14 * c;
    arrow->dy = 0.14 * s;
    airy_word *word =
        airy_chart_word(chart, 0.12 - 0.07 * s, 0.9 + 0.062 * fabs(c), "{/:Italic E}");
    if (!word)
        return airy_picture_no_memory(err);
    word->inside = true;
    word->align = AIRY_WORD_CENTER;
    return AIRY_OK;
}

// The round limit that holds all but one pixel in 500 inside the edge, per cent.
static double symmetric_limit(const airy_chart *chart)
{
    int n = chart->image.ny * chart->image.nx;
    double low = airy_stats_quantile(chart->image.px, n, 0.002);
    double high = airy_stats_quantile(chart->image.px, n, 0.998);
    double most = fmax(fmax(-low, high), 0.1), unit = airy_picture_nice(most);
    return ceil(most / unit * 2) * unit / 2;
}

airy_code airy_picture_difference(const airy_image *difference, const airy_body *body,
                                  double pixel_nm, const airy_view_options *options,
                                  airy_figure *figure, airy_error *err)
{
    airy_scene scene = {difference, pixel_nm, body->y, body->x, fmax(body->r_par, body->r_perp)};
    airy_view_options closer = *options;
    if (options->crop < 0 && scene.reach > 0)
        closer.crop = 2.5 * scene.reach * (pixel_nm > 0 ? pixel_nm : 1);
    airy_code code = real_space(&scene, "blue-red", &closer, figure, err);
    if (code != AIRY_OK)
        return code;
    airy_chart *chart = &figure->chart[0];
    for (int i = 0; i < chart->image.ny * chart->image.nx; i++)
        chart->image.px[i] *= 100;
    double limit = symmetric_limit(chart);
    airy_picture_colors(chart, options, -limit, limit);
    snprintf(chart->color.label, sizeof chart->color.label, "density difference (%%)");
    if (scene.reach > 0)
        code = outline(chart, body, pixel_nm > 0 ? pixel_nm : 1, err);
    return code == AIRY_OK ? polarization(chart, options->polarization_deg, err) : code;
}
