// SPDX-License-Identifier: GPL-3.0-or-later
// The square about the center that measured pixels, or their Friedel mates, reach on all sides.
#include "window.h"

#include "airy/math.h"
#include "airy/pattern.h"

#include <math.h>
#include <string.h>

// Farthest measured pixel from the center along y and x; a Friedel mate reaches as far.
static void reach(const airy_pattern *in, double *far_y, double *far_x)
{
    *far_y = *far_x = 0;
    for (int y = 0; y < in->photons.ny; y++)
        for (int x = 0; x < in->photons.nx; x++)
            if (!isnan(in->photons.px[y * in->photons.nx + x])) {
                *far_y = fmax(*far_y, fabs(y - in->center_y));
                *far_x = fmax(*far_x, fabs(x - in->center_x));
            }
}

int airy_window_side(const airy_pattern *in)
{
    double far_y, far_x;
    reach(in, &far_y, &far_x);
    int side = 2 * (int)lround(fmin(fmin(far_y, far_x), AIRY_SIDE_MAX / 2.0));
    return side < 2 ? 2 : airy_fft_size_down(side);
}

// Copies the overlap of two arrays whose first pixels are `origin` apart; `from` has the sides of
// `shape`, `size` bytes a pixel.
static void copy_overlap(const void *from, const airy_image *shape, void *to, int side,
                         const int *origin, size_t size)
{
    int y0 = origin[0], x0 = origin[1], from_ny = shape->ny, from_nx = shape->nx;
    int first = x0 > 0 ? 0 : -x0, last = side < from_nx - x0 ? side : from_nx - x0;
    for (int y = 0; y < side && first < last; y++)
        if (y + y0 >= 0 && y + y0 < from_ny)
            memcpy((char *)to + (size_t)(y * side + first) * size,
                   (const char *)from + (size_t)((y + y0) * from_nx + first + x0) * size,
                   (size_t)(last - first) * size);
}

airy_code airy_pattern_window(const airy_pattern *in, int side, airy_pattern *out, airy_error *err)
{
    airy_code code = airy_pattern_check_center(in, err);
    if (code == AIRY_OK)
        code = airy_pattern_init(out, side, side, err);
    if (code == AIRY_OK && in->coverage.px)
        code = airy_image_init(&out->coverage, side, side, err);
    if (code == AIRY_OK && in->background.px)
        code = airy_image_init(&out->background, side, side, err);
    if (code != AIRY_OK)
        return code;
    const int origin[] = {(int)lround(in->center_y) - side / 2,
                          (int)lround(in->center_x) - side / 2};
    const airy_image *shape = &in->photons;
    for (int i = 0; i < side * side; i++)
        out->mask.bits[i] = AIRY_MASK_MISSING;
    copy_overlap(in->mask.bits, shape, out->mask.bits, side, origin, sizeof *out->mask.bits);
    copy_overlap(in->photons.px, shape, out->photons.px, side, origin, sizeof *out->photons.px);
    if (in->variance.px)
        copy_overlap(in->variance.px, shape, out->variance.px, side, origin,
                     sizeof *out->variance.px);
    else
        airy_image_release(&out->variance);
    if (in->coverage.px)
        copy_overlap(in->coverage.px, shape, out->coverage.px, side, origin,
                     sizeof *out->coverage.px);
    if (in->background.px)
        copy_overlap(in->background.px, shape, out->background.px, side, origin,
                     sizeof *out->background.px);
    out->setup = in->setup;
    out->has_center = in->has_center;
    out->center_y = in->center_y - origin[0];
    out->center_x = in->center_x - origin[1];
    out->center_y_error = in->center_y_error;
    out->center_x_error = in->center_x_error;
    out->merged = in->merged;
    out->condensed = in->condensed;
    airy_pattern_apply_mask(out);
    return AIRY_OK;
}

airy_code airy_pattern_border(airy_pattern *pattern, double factor, airy_error *err)
{
    airy_pattern wide = {0};
    int n = pattern->photons.nx, side = airy_fft_size_up((int)ceil(factor * n));
    if (factor <= 1 || side <= n)
        return AIRY_OK;
    airy_code code = airy_pattern_window(pattern, side, &wide, err);
    if (code != AIRY_OK)
        return code;
    wide.counts = pattern->counts;
    pattern->counts = NULL;
    airy_pattern_release(pattern);
    *pattern = wide;
    return AIRY_OK;
}
