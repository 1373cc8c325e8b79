// SPDX-License-Identifier: GPL-3.0-or-later
// Channels: connected regions, with their areas and how far they reach.
#include "airy/density.h"
#include "channels.h"

#include <math.h>

// Sums over a channel's pixels.
static void add_pixel(airy_channel *channel, double y, double x, double pixel2)
{
    channel->area_nm2 += pixel2;
    channel->y_nm += y;
    channel->x_nm += x;
}

// The farthest pair of pixels along 36 directions: within 0.1 % of the largest distance.
static double find_span(const airy_mask *labels, uint32_t label)
{
    enum { DIRECTIONS = 36 };
    double span = 0;
    for (int k = 0; k < DIRECTIONS; k++) {
        double c = cos(acos(-1) * k / DIRECTIONS), s = sin(acos(-1) * k / DIRECTIONS);
        double low = HUGE_VAL, high = -HUGE_VAL;
        for (int i = 0; i < labels->ny * labels->nx; i++) {
            if (labels->bits[i] != label)
                continue;
            double t = c * (i % labels->nx) + s * (i / labels->nx);
            low = fmin(low, t);
            high = fmax(high, t);
        }
        span = fmax(span, high - low + 1);
    }
    return span;
}

double airy_channels_largest(const airy_bands *bands)
{
    double largest = 0;
    for (int c = 0; c < bands->n_channels; c++)
        largest = fmax(largest, bands->channel[c].area_nm2);
    return largest;
}

airy_code airy_channels_find(const airy_mask *region, const airy_body *body, double pixel_nm,
                             airy_channel **channels, int *n, airy_error *err)
{
    airy_mask labels = {0};
    *channels = NULL;
    *n = 0;
    airy_code code = airy_mask_init(&labels, region->ny, region->nx, err);
    if (!code)
        code = airy_label(region, 8, &labels, n, err);
    if (!code && !(*channels = airy_memory_new((size_t)*n + 1, sizeof **channels)))
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d channels", *n);
    double pixel2 = pixel_nm * pixel_nm;
    for (int i = 0; !code && i < labels.ny * labels.nx; i++)
        if (labels.bits[i])
            add_pixel(&(*channels)[labels.bits[i] - 1], i / labels.nx - body->y,
                      i % labels.nx - body->x, pixel2);
    for (int c = 0; !code && c < *n; c++) {
        airy_channel *channel = &(*channels)[c];
        double pixels = channel->area_nm2 / pixel2;
        channel->y_nm *= pixel_nm / pixels;
        channel->x_nm *= pixel_nm / pixels;
        channel->span_nm = pixel_nm * find_span(&labels, (uint32_t)c + 1);
    }
    airy_mask_release(&labels);
    return code;
}
