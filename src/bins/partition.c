// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels into rings and sectors, whole or in shares.
#include "airy/bins.h"

#include "bins/lists.h"

#include <math.h>

const char *const airy_split_names[] = {"none", "bbox", NULL};

enum { BINS_MOST = 1 << 24 };

void airy_bins_options_defaults(airy_bins_options *options)
{
    *options = (airy_bins_options){.rings = 1000, .sectors = 1};
}

airy_code airy_bins_options_check(const airy_bins_options *o, airy_error *err)
{
    if (o->rings < 1 || o->sectors < 1 || o->sectors > BINS_MOST / o->rings)
        return airy_error_set(err, AIRY_EARGUMENT, "%d rings of %d sectors: 1 bin to %d are wanted",
                              o->rings, o->sectors, BINS_MOST);
    if (!isfinite(o->low) || !isfinite(o->high) || o->low > o->high)
        return airy_error_set(err, AIRY_EARGUMENT, "rings from %g to %g: they must rise", o->low,
                              o->high);
    if (!(fabs(o->first_deg) <= 360))
        return airy_error_set(err, AIRY_EARGUMENT, "sectors from %g degrees: -360 to 360 is wanted",
                              o->first_deg);
    return AIRY_OK;
}

// What is being divided, and how.
typedef struct plan {
    const airy_polar *polar;
    const airy_mask *mask;
    const airy_bins_options *o;
    double low, step; // of rings
} plan;

static bool is_used(const plan *p, size_t i)
{
    return !p->mask || !(p->mask->bits[i] & AIRY_MASK_EXCLUDES);
}

static airy_code find_range(plan *p, airy_error *err)
{
    double low = INFINITY, high = -INFINITY;
    size_t n = (size_t)p->polar->ny * (size_t)p->polar->nx;
    for (size_t i = 0; i < n; i++) {
        if (!is_used(p, i))
            continue;
        low = fmin(low, p->polar->radial[i]);
        high = fmax(high, p->polar->radial[i]);
    }
    if (!(low <= high))
        return airy_error_set(err, AIRY_EVALUE, "the mask leaves no pixel");
    if (p->o->low < p->o->high)
        low = p->o->low, high = p->o->high;
    else // the outermost pixel belongs to the last ring
        high += 1e-9 * (high - low) + (high > low ? 0 : 1);
    p->low = low;
    p->step = (high - low) / p->o->rings;
    return AIRY_OK;
}

static int sector_of(const plan *p, double phi)
{
    double turn = p->o->friedel ? 180 : 360;
    double from = fmod(phi - p->o->first_deg, turn);
    int sector = (int)((from < 0 ? from + turn : from) / turn * p->o->sectors);
    return sector < p->o->sectors ? sector : p->o->sectors - 1; // by rounding
}

// Adds the pixel to the ring it lies in.
static void put_whole(const plan *p, size_t i, int sector, lists *to)
{
    double ring = floor((p->polar->radial[i] - p->low) / p->step);
    if (ring >= 0 && ring < p->o->rings)
        airy_lists_put(to, (int)ring * p->o->sectors + sector, (int)i, 1);
}

// Adds to each ring the share of the interval radial - reach .. radial + reach that lies in it.
static void put_shares(const plan *p, size_t i, int sector, lists *to)
{
    double middle = (p->polar->radial[i] - p->low) / p->step, half = p->polar->reach[i] / p->step;
    double from = middle - half, until = middle + half;
    if (!(until > 0 && from < p->o->rings))
        return;
    int first = from > 0 ? (int)from : 0, last = until < p->o->rings ? (int)until : p->o->rings - 1;
    for (int ring = first; ring <= last; ring++) {
        double share = (fmin(until, ring + 1) - fmax(from, ring)) / (until - from);
        if (share > 0)
            airy_lists_put(to, ring * p->o->sectors + sector, (int)i, (float)share);
    }
}

// Calls for every pixel in rising order, so that lists rise too.
static void put_all(const void *context, lists *to)
{
    const plan *p = context;
    size_t n = (size_t)p->polar->ny * (size_t)p->polar->nx;
    void (*put)(const plan *, size_t, int, lists *) =
        p->o->split == AIRY_SPLIT_BBOX ? put_shares : put_whole;
    for (size_t i = 0; i < n; i++)
        if (is_used(p, i))
            put(p, i, p->o->sectors > 1 ? sector_of(p, p->polar->phi[i]) : 0, to);
}

static void describe(const plan *p, airy_bins *bins)
{
    int sectors = bins->sectors;
    double turn = p->o->friedel ? 180 : 360;
    for (int b = 0; b < bins->n; b++) {
        airy_bin *bin = &bins->bin[b];
        bin->label = b;
        bin->low = p->low + b / sectors * p->step;
        bin->high = bin->low + p->step;
        bin->radial = bin->low + 0.5 * p->step;
        double phi = p->o->first_deg + (b % sectors + 0.5) * turn / sectors;
        bin->phi_deg = sectors > 1 ? phi : NAN;
    }
}

airy_code airy_bins_rings(airy_bins *bins, const airy_polar *polar, const airy_mask *mask,
                          const airy_bins_options *options, airy_error *err)
{
    plan p = {.polar = polar, .mask = mask, .o = options};
    *bins = (airy_bins){.ny = polar->ny, .nx = polar->nx};
    airy_code code = airy_bins_options_check(options, err);
    if (code != AIRY_OK)
        return code;
    if (mask && (mask->ny != polar->ny || mask->nx != polar->nx))
        return airy_error_set(err, AIRY_ESHAPE, "a mask of %d x %d for frames of %d x %d", mask->ny,
                              mask->nx, polar->ny, polar->nx);
    if (options->split == AIRY_SPLIT_BBOX && !polar->reach)
        return airy_error_set(err, AIRY_EARGUMENT, "shares of pixels want places with a reach");
    code = find_range(&p, err);
    bins->n = options->rings * options->sectors;
    bins->rings = options->rings;
    bins->sectors = options->sectors;
    if (code == AIRY_OK)
        code = airy_lists_fill(bins, put_all, &p, options->split == AIRY_SPLIT_BBOX, err);
    if (code != AIRY_OK)
        return code;
    describe(&p, bins);
    if (bins->first[bins->n])
        return AIRY_OK;
    airy_bins_release(bins);
    return airy_error_set(err, AIRY_EVALUE, "no pixel lies in the rings from %g to %g %s", p.low,
                          p.low + p.step * options->rings, airy_radial_names[polar->kind]);
}
