// SPDX-License-Identifier: GPL-3.0-or-later
// Regions of a map as bins.
#include "airy/bins.h"

#include "base/units.h"
#include "bins/lists.h"

#include <math.h>
#include <stdlib.h>

// A map, and the labels that stand in it, rising.
typedef struct regions {
    const int *map;
    const airy_mask *mask;
    size_t pixels;
    int n;
    int *label;
} regions;

static int rising(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

// Labels of all pixels, sorted, each kept once.
static airy_code find_labels(regions *r, airy_error *err)
{
    size_t n = 0;
    r->label = airy_memory_new(r->pixels, sizeof *r->label);
    if (!r->label)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a map of %zu pixels", r->pixels);
    for (size_t i = 0; i < r->pixels; i++) // runs of one label come once already
        if (r->map[i] > 0 && (n == 0 || r->label[n - 1] != r->map[i]))
            r->label[n++] = r->map[i];
    qsort(r->label, n, sizeof *r->label, rising);
    for (size_t i = 0; i < n; i++)
        if (r->n == 0 || r->label[r->n - 1] != r->label[i])
            r->label[r->n++] = r->label[i];
    return r->n ? AIRY_OK
                : airy_error_set(err, AIRY_EVALUE,
                                 "the map holds no region: its pixels are numbered from 1 on");
}

static void put_all(const void *context, lists *to)
{
    const regions *r = context;
    for (size_t i = 0; i < r->pixels; i++) {
        const int *found =
            r->map[i] > 0 && !(r->mask && (r->mask->bits[i] & AIRY_MASK_EXCLUDES))
                ? bsearch(&r->map[i], r->label, (size_t)r->n, sizeof *r->label, rising)
                : NULL;
        if (found)
            airy_lists_put(to, (int)(found - r->label), (int)i, 1);
    }
}

// Where a region lies: mean and limits of its pixels, and the direction of their mean vector.
static void locate(const airy_polar *polar, const airy_bins *bins, int b)
{
    airy_bin *bin = &bins->bin[b];
    double sum = 0, c = 0, s = 0;
    bin->low = INFINITY;
    bin->high = -INFINITY;
    for (int k = bins->first[b]; k < bins->first[b + 1]; k++) {
        double radial = polar->radial[bins->pixel[k]];
        double phi = AIRY_RADIANS((double)polar->phi[bins->pixel[k]]);
        bin->low = fmin(bin->low, radial);
        bin->high = fmax(bin->high, radial);
        sum += radial;
        c += cos(phi);
        s += sin(phi);
    }
    if (bin->pixels == 0)
        bin->low = bin->high = NAN;
    bin->radial = bin->pixels ? sum / bin->pixels : NAN;
    double phi = AIRY_DEGREES(atan2(s, c));
    bin->phi_deg = bin->pixels ? phi + (phi < 0 ? 360 : 0) : NAN;
}

airy_code airy_bins_map(airy_bins *bins, const int *map, int ny, int nx, const airy_polar *polar,
                        const airy_mask *mask, airy_error *err)
{
    regions r = {.map = map, .mask = mask, .pixels = (size_t)ny * (size_t)nx};
    *bins = (airy_bins){.ny = ny, .nx = nx, .sectors = 1};
    if ((mask && (mask->ny != ny || mask->nx != nx)) ||
        (polar && (polar->ny != ny || polar->nx != nx)))
        return airy_error_set(err, AIRY_ESHAPE, "the map has %d x %d pixels, the frames have not",
                              ny, nx);
    airy_code code = find_labels(&r, err);
    bins->n = bins->rings = r.n;
    if (code == AIRY_OK)
        code = airy_lists_fill(bins, put_all, &r, false, err);
    for (int b = 0; code == AIRY_OK && b < bins->n; b++) {
        airy_bin *bin = &bins->bin[b];
        bin->label = r.label[b];
        bin->low = bin->high = bin->radial = bin->phi_deg = NAN;
        if (polar)
            locate(polar, bins, b);
    }
    airy_memory_free(r.label);
    return code;
}
