// SPDX-License-Identifier: GPL-3.0-or-later
// The shadow of the beam stop: the dark area about the center, and what hangs on it.
#include "shadow.h"
#include "airy/math.h"
#include "noise.h"

#define COUNTS 25.0 // photons in all from which on a dark pixel is no accident

// Mean of the measured pixels within `reach` of one.
static double local(const airy_pattern *mean, int reach, int y0, int x0, int *pixels)
{
    double sum = 0;
    int ny = mean->photons.ny, nx = mean->photons.nx;
    *pixels = 0;
    for (int y = y0 - reach; y <= y0 + reach; y++)
        for (int x = x0 - reach; x <= x0 + reach; x++) {
            bool on = y >= 0 && x >= 0 && y < ny && x < nx;
            if (!on || !measured(mean, y * nx + x))
                continue;
            sum += (double)mean->photons.px[y * nx + x];
            ++*pixels;
        }
    return *pixels ? sum / *pixels : NAN;
}

// Mean light of the rings; the first one that reaches `share` of the brightest, and the first one
// behind that no longer does.
static airy_code bright_rings(const airy_pattern *mean, double share, double *most, int *outer,
                              airy_error *err)
{
    int n =
        airy_grid_ring_count(mean->photons.ny, mean->photons.nx, mean->center_y, mean->center_x);
    double *ring = airy_memory_new((size_t)n, sizeof *ring);
    int *count = airy_memory_new((size_t)n, sizeof *count), brightest = 0;
    if (!ring || !count) {
        airy_memory_free(ring);
        airy_memory_free(count);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d rings", n);
    }
    airy_grid_ring_mean(&mean->photons, mean->center_y, mean->center_x, ring, count, n);
    *most = 0;
    for (int r = 0; r < n; r++)
        if (count[r] && ring[r] > *most)
            *most = ring[r], brightest = r;
    for (*outer = brightest; *outer < n && !(ring[*outer] < share * *most);)
        ++*outer;
    *outer -= 2; // the light of neighbours reaches 1, and rings are half a pixel wide either way
    airy_memory_free(ring);
    airy_memory_free(count);
    return AIRY_OK;
}

// Whether a pixel is dark beside its Friedel mate, which has light enough to tell.
static bool darker_than_mate(const airy_pattern *mean, double share, int frames, int y, int x)
{
    int here, there;
    double own = local(mean, 0, y, x, &here);
    double mate = local(mean, 1, (int)lround(2 * mean->center_y) - y,
                        (int)lround(2 * mean->center_x) - x, &there);
    return here && there && own < share * mate && share * mate * frames > COUNTS;
}

airy_code airy_shadow_mask(airy_pattern *mean, double share, int frames, airy_error *err)
{
    int ny = mean->photons.ny, nx = mean->photons.nx, outer = 0, pixels;
    double most = 0;
    airy_mask dark = {0}, label = {0};
    if (!mean->has_center)
        return airy_error_set(err, AIRY_EVALUE,
                              "the beam stop's shadow is looked for about the center, which is not "
                              "known");
    airy_code code = airy_pattern_check_center(mean, err);
    if (code == AIRY_OK)
        code = bright_rings(mean, share, &most, &outer, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&dark, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&label, ny, nx, err);
    int reach = share * most * frames > COUNTS ? 0 : 1, labels = 0;
    for (int i = 0; i < ny * nx && code == AIRY_OK; i++) {
        int y = i / nx, x = i % nx;
        double r = hypot(y - mean->center_y, x - mean->center_x);
        bool inside = r < outer && local(mean, reach, y, x, &pixels) < share * most && pixels;
        dark.bits[i] = inside || darker_than_mate(mean, share, frames, y, x) ||
                       (r < outer && !measured(mean, i));
    }
    if (code == AIRY_OK)
        code = airy_label(&dark, 8, &label, &labels, err);
    int cy = (int)lround(mean->center_y), cx = (int)lround(mean->center_x);
    bool on = cy >= 0 && cx >= 0 && cy < ny && cx < nx;
    uint32_t stop = code == AIRY_OK && on ? label.bits[cy * nx + cx] : 0;
    for (int i = 0; i < ny * nx && stop; i++)
        if (label.bits[i] == stop && measured(mean, i))
            mean->mask.bits[i] |= AIRY_MASK_SHADOWED;
    airy_mask_release(&dark);
    airy_mask_release(&label);
    return code;
}
