// SPDX-License-Identifier: GPL-3.0-or-later
// Reasons not to use a pixel: the beam stop, shapes, ranges, borders, and pixels unlike their ring.
#include "airy/math.h"
#include "noise.h"
#include "mask.h"

enum { AROUND = 8 };

void airy_mask_options_defaults(airy_mask_options *options)
{
    *options = (airy_mask_options){.below = -INFINITY, .above = INFINITY};
}

airy_code airy_mask_options_check(const airy_mask_options *options, airy_error *err)
{
    const struct {
        const char *name;
        double value;
    } rows[] = {
        {"beam-stop radius", options->beamstop}, {"hot limit", options->hot},
        {"dead limit", options->dead},           {"saturation", options->saturation},
        {"width of edges", options->edges},      {"growth", options->grow},
    };
    for (int i = 0; i < (int)(sizeof rows / sizeof rows[0]); i++)
        if (!(rows[i].value >= 0))
            return airy_error_set(err, AIRY_EARGUMENT, "the %s is %g, it must not be negative",
                                  rows[i].name, rows[i].value);
    if (!(options->below <= options->above))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "photons below %g and above %g leave nothing between", options->below,
                              options->above);
    return AIRY_OK;
}

airy_code airy_mask_combine(airy_mask *mask, const airy_mask *other, airy_error *err)
{
    if (mask->ny != other->ny || mask->nx != other->nx)
        return airy_error_set(err, AIRY_ESHAPE, "a mask of %d x %d does not fit one of %d x %d",
                              other->ny, other->nx, mask->ny, mask->nx);
    for (int i = 0; i < mask->ny * mask->nx; i++)
        mask->bits[i] |= other->bits[i];
    return AIRY_OK;
}

int airy_mask_count(const airy_mask *mask, uint32_t bits)
{
    int count = 0;
    for (int i = 0; i < mask->ny * mask->nx; i++)
        count += (mask->bits[i] & bits) != 0;
    return count;
}

// Every excluding reason spreads to pixels within n (Euclid). No effect for n <= 0.
static airy_code grow(airy_mask *mask, int n, airy_error *err)
{
    if (n <= 0)
        return AIRY_OK;
    int rows, pixels = mask->ny * mask->nx;
    const airy_reason_row *row = airy_mask_reasons(&rows);
    airy_mask one = {0}, grown = {0};
    airy_code code = airy_mask_init(&one, mask->ny, mask->nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&grown, mask->ny, mask->nx, err);
    for (int r = 0; r < rows && code == AIRY_OK; r++) {
        if (!row[r].excludes || airy_mask_count(mask, row[r].bit) == 0)
            continue;
        for (int i = 0; i < pixels; i++)
            one.bits[i] = (mask->bits[i] & row[r].bit) != 0;
        airy_morph_dilate(&one, n, &grown);
        for (int i = 0; i < pixels; i++)
            mask->bits[i] |= grown.bits[i] ? row[r].bit : 0;
    }
    airy_mask_release(&one);
    airy_mask_release(&grown);
    return code;
}

// EDGE for pixels within n of the frame's border or of a gap.
static airy_code mask_edges(airy_mask *mask, int n, airy_error *err)
{
    if (n <= 0)
        return AIRY_OK;
    airy_mask real = {0};
    airy_image distance = {0};
    airy_code code = airy_mask_init(&real, mask->ny, mask->nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(&distance, mask->ny, mask->nx, err);
    if (code != AIRY_OK)
        goto done;
    for (int i = 0; i < mask->ny * mask->nx; i++)
        real.bits[i] = !(mask->bits[i] & AIRY_MASK_MISSING);
    if ((code = airy_morph_distance(&real, &distance, err)) != AIRY_OK)
        goto done;
    for (int i = 0; i < mask->ny * mask->nx; i++)
        if (real.bits[i] && distance.px[i] <= (float)n)
            mask->bits[i] |= AIRY_MASK_EDGE;
done:
    airy_mask_release(&real);
    airy_image_release(&distance);
    return code;
}

static void mask_range(airy_pattern *pattern, const airy_mask_options *options)
{
    for (int i = 0; i < pattern->photons.ny * pattern->photons.nx; i++) {
        if (!measured(pattern, i))
            continue;
        double photons = (double)pattern->photons.px[i];
        if (options->saturation > 0 && photons >= options->saturation)
            pattern->mask.bits[i] |= AIRY_MASK_SATURATED;
        if (photons < options->below || photons > options->above)
            pattern->mask.bits[i] |= AIRY_MASK_RANGE;
    }
}

// ------------------------------------------------------------------ pixels unlike their ring

// Median and robust width of every ring, and the scratch they are found with.
typedef struct rings {
    int n;
    double cy, cx;
    int *first;   // n + 1: where each ring's values begin
    float *value; // photons ordered by ring
    float *median, *width;
} rings;

static void rings_release(rings *all)
{
    airy_memory_free(all->first);
    airy_memory_free(all->value);
    airy_memory_free(all->median);
    airy_memory_free(all->width);
}

static int ring_of(const rings *all, const airy_pattern *pattern, int i)
{
    int y = i / pattern->photons.nx, x = i % pattern->photons.nx;
    return (int)lround(hypot(y - all->cy, x - all->cx));
}

static void sort_into_rings(rings *all, const airy_pattern *pattern)
{
    int pixels = pattern->photons.ny * pattern->photons.nx;
    for (int i = 0; i < pixels; i++)
        if (measured(pattern, i))
            all->first[ring_of(all, pattern, i) + 1]++;
    for (int r = 0; r < all->n; r++)
        all->first[r + 1] += all->first[r];
    for (int i = 0; i < pixels; i++)
        if (measured(pattern, i))
            all->value[all->first[ring_of(all, pattern, i)]++] = pattern->photons.px[i];
    for (int r = all->n; r > 0; r--) // every start was moved to its ring's end
        all->first[r] = all->first[r - 1];
    all->first[0] = 0;
}

static airy_code rings_init(rings *all, const airy_pattern *pattern, airy_error *err)
{
    int ny = pattern->photons.ny, nx = pattern->photons.nx;
    *all = (rings){.cy = pattern->has_center ? pattern->center_y : (ny - 1) / 2.0,
                   .cx = pattern->has_center ? pattern->center_x : (nx - 1) / 2.0};
    all->n = airy_grid_ring_count(ny, nx, all->cy, all->cx) + 1;
    all->first = airy_memory_new((size_t)all->n + 2, sizeof *all->first);
    all->value = airy_memory_new((size_t)ny * (size_t)nx, sizeof *all->value);
    all->median = airy_memory_new((size_t)all->n, sizeof *all->median);
    all->width = airy_memory_new((size_t)all->n, sizeof *all->width);
    if (!all->first || !all->value || !all->median || !all->width) {
        rings_release(all);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the rings of %d x %d pixels", ny,
                              nx);
    }
    sort_into_rings(all, pattern);
    for (int r = 0; r < all->n; r++) {
        const float *value = all->value + all->first[r];
        int count = all->first[r + 1] - all->first[r];
        double median = airy_stats_median(value, count), mad = airy_stats_mad_sd(value, count);
        all->median[r] = (float)median;
        all->width[r] = (float)fmax(mad, sqrt(fmax(median, 0) + 1));
    }
    return AIRY_OK;
}

// Median of the measured ones among the eight pixels around; NaN when there are none.
static double around(const airy_pattern *pattern, int i)
{
    int ny = pattern->photons.ny, nx = pattern->photons.nx, y0 = i / nx, x0 = i % nx, n = 0;
    float value[AROUND];
    for (int y = y0 > 0 ? y0 - 1 : 0; y <= y0 + 1 && y < ny; y++)
        for (int x = x0 > 0 ? x0 - 1 : 0; x <= x0 + 1 && x < nx; x++)
            if ((y != y0 || x != x0) && measured(pattern, y * nx + x))
                value[n++] = pattern->photons.px[y * nx + x];
    return airy_stats_median(value, n);
}

// A hot pixel stands out of its ring and of its neighbours: speckles do not do the latter.
static bool is_hot(const airy_pattern *pattern, const rings *all, int i, double sigmas)
{
    int r = ring_of(all, pattern, i);
    double photons = (double)pattern->photons.px[i];
    if (!(photons > (double)all->median[r] + sigmas * (double)all->width[r]))
        return false;
    double level = around(pattern, i);
    return !(photons <= level + sigmas * sqrt(fmax(level, 0) + 1));
}

// A dead pixel is empty where ring and neighbours cannot be.
static bool is_dead(const airy_pattern *pattern, const rings *all, int i, double sigmas)
{
    double least = sigmas * sigmas; // sqrt(mu) > sigmas
    return pattern->photons.px[i] <= 0 && (double)all->median[ring_of(all, pattern, i)] > least &&
           around(pattern, i) > least;
}

static airy_code mask_outliers(airy_pattern *pattern, const airy_mask_options *options,
                               airy_error *err)
{
    if (options->hot <= 0 && options->dead <= 0)
        return AIRY_OK;
    rings all;
    airy_mask found = {0};
    airy_code code = rings_init(&all, pattern, err);
    if (code != AIRY_OK)
        return code;
    code = airy_mask_init(&found, pattern->photons.ny, pattern->photons.nx, err);
    if (code != AIRY_OK)
        goto done;
    for (int i = 0; i < found.ny * found.nx; i++) {
        if (!measured(pattern, i))
            continue;
        if (options->hot > 0 && is_hot(pattern, &all, i, options->hot))
            found.bits[i] |= AIRY_MASK_HOT;
        if (options->dead > 0 && is_dead(pattern, &all, i, options->dead))
            found.bits[i] |= AIRY_MASK_DEAD;
    }
    code = airy_mask_combine(&pattern->mask, &found, err);
done:
    airy_mask_release(&found);
    rings_release(&all);
    return code;
}

// ------------------------------------------------------------------ all together

static void mask_shapes(airy_pattern *pattern, const airy_mask_options *options,
                        const airy_shape *shapes, int n)
{
    for (int i = 0; i < n; i++)
        airy_mask_shape(&pattern->mask, &shapes[i], AIRY_MASK_BAD);
    if (options->beamstop <= 0)
        return;
    airy_shape stop = {.kind = AIRY_SHAPE_CIRCLE, .n = 3};
    stop.number[0] = pattern->has_center ? pattern->center_y : (pattern->photons.ny - 1) / 2.0;
    stop.number[1] = pattern->has_center ? pattern->center_x : (pattern->photons.nx - 1) / 2.0;
    stop.number[2] = options->beamstop;
    airy_mask_shape(&pattern->mask, &stop, AIRY_MASK_SHADOWED);
}

airy_code airy_mask_build(airy_pattern *pattern, const airy_mask_options *options,
                          const airy_shape *shapes, int n_shapes, airy_error *err)
{
    bool counts = options->beamstop > 0 || options->hot > 0 || options->dead > 0;
    airy_code code = airy_mask_options_check(options, err);
    if (code == AIRY_OK && counts && pattern->has_center)
        code = airy_pattern_check_center(pattern, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < pattern->photons.ny * pattern->photons.nx; i++)
        if (!isfinite(pattern->photons.px[i]) && !(pattern->mask.bits[i] & AIRY_MASK_EXCLUDES))
            pattern->mask.bits[i] |= AIRY_MASK_INVALID;
    mask_shapes(pattern, options, shapes, n_shapes);
    mask_range(pattern, options);
    code = mask_edges(&pattern->mask, options->edges, err);
    if (code == AIRY_OK)
        code = mask_outliers(pattern, options, err);
    if (code == AIRY_OK)
        code = grow(&pattern->mask, options->grow, err);
    if (code == AIRY_OK)
        airy_pattern_apply_mask(pattern);
    return code;
}
