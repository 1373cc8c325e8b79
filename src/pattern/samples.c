// SPDX-License-Identifier: GPL-3.0-or-later
// A solution on as few pixels as hold it, and which of them may be believed.
#include "base/units.h"
#include "solution.h"

// sinc(r / L): the transform of a pixel's area.
static double pixel_transform(double r, int side)
{
    double t = AIRY_PI * r / side;
    return t == 0 ? 1 : sin(t) / t;
}

// Mates are equal but for the transform's rounding; this makes them the same number.
static void symmetrise(airy_image *image)
{
    int m = image->ny;
    for (int y = 1; y < m; y++)
        for (int x = 1; x < m; x++) {
            float *a = &image->px[y * m + x], *b = &image->px[(m - y) * m + m - x];
            *a = *b = 0.5f * (*a + *b);
        }
}

static airy_code sample_photons(airy_solution *w, bool pixel_area, airy_image *out, airy_error *err)
{
    int m = out->ny, columns = m / 2 + 1;
    airy_fft *fft = airy_fft_new(m, m, NULL, err);
    float complex *a = airy_memory_new((size_t)m * (size_t)columns, sizeof *a);
    float *plane = airy_memory_new((size_t)m * (size_t)m, sizeof *plane);
    airy_code code = AIRY_OK;
    if (!fft || !a || !plane) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d x %d", m, m);
        goto done;
    }
    airy_band_coefficients(&w->band, w->plane[SOLUTION], m, a);
    for (int i = 0; i < m * columns && pixel_area; i++) {
        int ry = i / columns < m / 2 ? i / columns : i / columns - m;
        a[i] /= (float)(pixel_transform(ry, w->side) * pixel_transform(i % columns, w->side));
    }
    // 1 / L^2 of the solution's own inverse, M^2 / 1 of this one's, and (L / M)^2 for the pixel's
    // area cancel.
    airy_fft_backward_real(fft, a, plane);
    airy_fft_center(plane, out);
    symmetrise(out);
done:
    airy_fft_free(fft);
    airy_memory_free(a);
    airy_memory_free(plane);
    return code;
}

// What an output pixel's neighbourhood is.
enum { MEASURED, NARROW, WIDE, CENTER };

// Holes of the union of pixels and mates. What a disc of half the widest gap to be filled fits
// into is WIDE (a morphological opening); the hole about the center reaches half as far again as
// the nearest measured pixel.
static airy_code mark_holes(const airy_solution *w, double widest, airy_mask *hole, airy_error *err)
{
    airy_mask deep = {0}, open = {0};
    airy_image depth = {0};
    airy_code code = airy_mask_init(hole, w->side, w->side, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&deep, w->side, w->side, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&open, w->side, w->side, err);
    if (code == AIRY_OK)
        code = airy_image_init(&depth, w->side, w->side, err);
    double nearest = INFINITY;
    for (int i = 0; i < w->side * w->side && code == AIRY_OK; i++) {
        int y = i / w->side, x = i % w->side;
        hole->bits[i] =
            w->plane[KNOWN][i] <= 0 && airy_solution_mate(w, w->plane[KNOWN], y, x) <= 0;
        if (!hole->bits[i])
            nearest = fmin(nearest, hypot(y - w->center[0], x - w->center[1]));
    }
    if (code == AIRY_OK)
        code = airy_morph_distance(hole, &depth, err);
    if (code != AIRY_OK)
        goto done;
    // A gap of n pixels is (n + 1) / 2 deep.
    for (int i = 0; i < w->side * w->side; i++)
        deep.bits[i] = (double)depth.px[i] > (widest + 1) / 2;
    airy_morph_dilate(&deep, (widest + 3) / 2, &open);
    for (int i = 0; i < w->side * w->side; i++) {
        double r = hypot(i / w->side - w->center[0], i % w->side - w->center[1]);
        if (hole->bits[i])
            hole->bits[i] = r <= 1.5 * nearest ? CENTER : open.bits[i] ? WIDE : NARROW;
    }
done:
    airy_mask_release(&deep);
    airy_mask_release(&open);
    airy_image_release(&depth);
    return code;
}

static bool on_pattern(const airy_pattern *in, int y, int x)
{
    return y >= 0 && x >= 0 && y < in->photons.ny && x < in->photons.nx;
}

// Why the output pixel nearest to input pixel (y, x) is not measured, or 0 or FILLED.
static uint32_t output_bits(const airy_pattern *in, bool fill_center, int y, int x, uint32_t kind)
{
    bool on = on_pattern(in, y, x);
    bool mate_on =
        on_pattern(in, (int)lround(2 * in->center_y) - y, (int)lround(2 * in->center_x) - x);
    if (!on && !mate_on)
        return AIRY_MASK_MISSING;
    if (kind == MEASURED)
        return 0;
    if (kind == NARROW || (kind == CENTER && fill_center))
        return AIRY_MASK_FILLED;
    uint32_t own = on && in->mask.bits ? in->mask.bits[y * in->photons.nx + x] : 0;
    return own & AIRY_MASK_EXCLUDES ? own & AIRY_MASK_EXCLUDES : AIRY_MASK_MISSING;
}

static void put_pixel(airy_solution *w, const airy_pattern *in,
                      const airy_condense_options *options, const airy_mask *hole,
                      airy_pattern *out, int i)
{
    int m = out->photons.ny;
    double step = (double)w->side / m, area = step * step;
    double y = w->center[0] + (i / m - m / 2) * step, x = w->center[1] + (i % m - m / 2) * step;
    int py = (int)lround(y), px = (int)lround(x);
    int near = (py + w->side) % w->side * w->side + (px + w->side) % w->side;
    out->mask.bits[i] = output_bits(in, options->fill_center, py, px, hole->bits[near]);
    out->variance.px[i] = (float)(area * area) * w->plane[USUAL][near] * w->plane[LEVERAGE][near];
    out->photons.px[i] = fmaxf(out->photons.px[i], 0);
}

airy_code airy_samples_write(airy_solution *w, const airy_pattern *in,
                             const airy_condense_options *options, airy_pattern *out,
                             airy_error *err)
{
    airy_mask hole = {0};
    airy_code code = sample_photons(w, options->pixel_area, &out->photons, err);
    if (code == AIRY_OK)
        code = mark_holes(w, options->fill * w->side * options->margin / w->radius, &hole, err);
    if (code != AIRY_OK)
        goto done;
    int m = out->photons.ny;
    for (int i = 0; i < m * m; i++)
        put_pixel(w, in, options, &hole, out, i);
    out->setup = in->setup;
    out->setup.pitch_m *= (double)w->side / m;
    out->has_center = out->merged = out->condensed = true;
    out->center_y = out->center_x = m / 2;
    out->center_y_error = in->center_y_error * m / w->side;
    out->center_x_error = in->center_x_error * m / w->side;
    airy_pattern_apply_mask(out);
done:
    airy_mask_release(&hole);
    return code;
}
