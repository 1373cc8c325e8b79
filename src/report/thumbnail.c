// SPDX-License-Identifier: GPL-3.0-or-later
// Thumbnails: values between the ends of a colour map, averaged or interpolated as the size wants.
#include "thumbnail.h"

#include <math.h>

enum { LEVELS = 254, HIDDEN = 254, STROKE = 255, FINE = 3 }; // FINE: samples across a pixel

static uint32_t blend(uint32_t a, uint32_t b, double t)
{
    uint32_t out = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        double u = a >> shift & 255, v = b >> shift & 255;
        out |= (uint32_t)lrint(u + t * (v - u)) << shift;
    }
    return out;
}

static void fill_palette(const airy_colormap *map, uint32_t palette[256])
{
    for (int i = 0; i < LEVELS; i++) {
        double at = (double)i / (LEVELS - 1) * (map->n - 1);
        int k = at >= map->n - 1 ? map->n - 2 : (int)at;
        palette[i] = blend(map->colors[k], map->colors[k + 1], at - k);
    }
    palette[HIDDEN] = 0xb4b8bf;
    palette[STROKE] = 0x000000;
}

// Bilinear; NaN outside and where any of the four is hidden.
static double at(const airy_image *image, double y, double x)
{
    int j = (int)floor(y), i = (int)floor(x);
    if (j < 0 || i < 0 || j + 1 >= image->ny || i + 1 >= image->nx)
        return NAN;
    const float *p = &image->px[j * image->nx + i];
    double u = y - j, v = x - i;
    return (1 - u) * ((1 - v) * p[0] + v * p[1]) +
           u * ((1 - v) * p[image->nx] + v * p[image->nx + 1]);
}

// Mean of the samples of one drawn pixel that are measured.
static double mean(const airy_image *image, const airy_window *window, int side, int row,
                   int column)
{
    double step = window->field / side, sum = 0;
    int count = 0;
    for (int k = 0; k < FINE * FINE; k++) {
        double down = row + (k / FINE + 0.5) / FINE, right = column + (k % FINE + 0.5) / FINE;
        double value = at(image, window->center_y + (side / 2.0 - down) * step,
                          window->center_x + (right - side / 2.0) * step);
        sum += isnan(value) ? 0 : value;
        count += !isnan(value);
    }
    return 2 * count > FINE * FINE ? sum / count : (double)NAN;
}

static unsigned char level(const airy_window *window, double value)
{
    double low = window->low, high = window->high;
    if (isnan(value))
        return HIDDEN;
    if (window->log)
        value = log(fmax(value, low)), low = log(low), high = log(high);
    double t = high > low ? (value - low) / (high - low) : 0;
    return (unsigned char)lrint(fmin(fmax(t, 0), 1) * (LEVELS - 1));
}

airy_code airy_thumbnail_draw(const airy_image *image, const airy_window *window,
                              const airy_colormap *map, int side, airy_indexed *out,
                              airy_error *err)
{
    *out = (airy_indexed){.ny = side, .nx = side};
    out->index = airy_memory_new((size_t)side * (size_t)side, 1);
    if (!out->index)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a picture");
    fill_palette(map, out->palette);
    for (int i = 0; i < side * side; i++)
        out->index[i] = level(window, mean(image, window, side, i / side, i % side));
    return AIRY_OK;
}

void airy_thumbnail_strokes(const airy_image *labels, const airy_window *window, airy_indexed *out)
{
    double step = window->field / out->nx;
    for (int i = 0; i < out->ny * out->nx; i++) {
        double y = window->center_y + (out->ny / 2.0 - i / out->nx - 0.5) * step;
        double x = window->center_x + (i % out->nx + 0.5 - out->nx / 2.0) * step;
        int j = (int)lround(y), k = (int)lround(x);
        if (j >= 0 && k >= 0 && j < labels->ny && k < labels->nx &&
            labels->px[j * labels->nx + k] > 0)
            out->index[i] = STROKE;
    }
}
