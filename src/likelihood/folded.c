// SPDX-License-Identifier: GPL-3.0-or-later
// Counts about their center: a bin and its Friedel mate as one number with two exposures.
//
// A bin k lies at q = k + d from the center, d at most half a bin, and its mate at -k + d, which
// shows the intensity at k - d. Their photons are added; how much of them comes from either side
// is kept, so that the model can be taken at both.
#include "base/units.h"
#include "level.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST_NEGATIVE = 50 }; // bins that tell the detector's noise to a fifth

static int planes(const airy_folded *f)
{
    return (2 * f->half + 1) * (2 * f->half + 1);
}

static airy_code make_planes(airy_folded *f, airy_error *err)
{
    float **all[] = {&f->photons, &f->plus, &f->minus, &f->extra, &f->background};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        *all[i] = airy_memory_new((size_t)planes(f), sizeof **all[i]);
        if (!*all[i])
            return airy_error_set(err, AIRY_EMEMORY, "no memory for counts of %d bins", planes(f));
    }
    return AIRY_OK;
}

void airy_folded_release(airy_folded *f)
{
    airy_memory_free(f->photons);
    airy_memory_free(f->plus);
    airy_memory_free(f->minus);
    airy_memory_free(f->extra);
    airy_memory_free(f->background);
    memset(f, 0, sizeof *f);
}

// Adds what bin (y, x) of the pattern counted to element i, whose exposure is exposure[i].
static void add_bin(airy_folded *f, const airy_pattern *p, int y, int x, float *exposure, int i)
{
    if (y < 0 || x < 0 || y >= p->photons.ny || x >= p->photons.nx)
        return;
    int at = y * p->photons.nx + x;
    if ((p->mask.bits[at] & AIRY_MASK_EXCLUDES) || isnan(p->photons.px[at]))
        return;
    double cover = p->coverage.px ? (double)p->coverage.px[at] : 1;
    double above = p->background.px ? (double)p->background.px[at] * cover : 0;
    double counted = (double)p->photons.px[at] * cover + above;
    // What the variance holds beyond the photons' own. Of an estimate it is that of the counted.
    double own = p->variance.px ? (double)p->variance.px[at] * cover * cover - counted : 0;
    f->photons[i] += (float)counted;
    f->background[i] += (float)above;
    f->extra[i] += (float)fmax(own, 0);
    exposure[i] = (float)cover;
}

// Photons are never negative: counts that are have the detector's noise alone, and the mean of
// their squares is its variance. What a calibration says it is holds the scatter of pixels without
// photons twice. 0: there are none, for whole photons were counted.
static double find_noise(const airy_pattern *p)
{
    double squares = 0, told = 0;
    int n = 0;
    for (int i = 0; p->variance.px && i < p->photons.ny * p->photons.nx; i++) {
        double counted = (double)p->photons.px[i];
        if ((p->mask.bits[i] & AIRY_MASK_EXCLUDES) || !(counted < 0))
            continue;
        squares += counted * counted;
        told += fmax((double)p->variance.px[i] - counted, 0);
        n++;
    }
    return n >= FEWEST_NEGATIVE && told > 0 ? squares / told : 0;
}

// The radius from which on fewer than half of a ring's bins, or of their mates, are measured.
static double find_reach(const airy_folded *f)
{
    int side = 2 * f->half + 1;
    double reach = 0;
    for (int r = 1; r <= f->half; r++) {
        int all = 0, there = 0;
        for (int y = -r - 1; y <= r + 1; y++)
            for (int x = -r - 1; x <= r + 1; x++) {
                if (lround(hypot(y, x)) != r)
                    continue;
                int at = (y + f->half) * side + x + f->half;
                bool on = abs(y) <= f->half && abs(x) <= f->half;
                all++;
                there += on && f->plus[at] + f->minus[at] > 0;
            }
        reach = 2 * there >= all ? r : reach;
    }
    return reach;
}

static double least_variance(const airy_pattern *p)
{
    // Below a thousandth of a photon a bin no detector is known well enough.
    return p->variance.px ? 1e-3 : 2e-3;
}

airy_code airy_folded_init(airy_folded *f, const airy_search_input *input, airy_error *err)
{
    const airy_pattern *p = input->counts;
    int cy = (int)lround(p->center_y), cx = (int)lround(p->center_x);
    int ny = p->photons.ny, nx = p->photons.nx;
    *f = (airy_folded){.dy = cy - p->center_y,
                       .dx = cx - p->center_x,
                       .along = input->outline.along,
                       .across = input->outline.across,
                       .axis = input->outline.axis * AIRY_PI / 180};
    f->half = (int)fmax(fmax(cy, ny - 1 - cy), fmax(cx, nx - 1 - cx));
    airy_code code = make_planes(f, err);
    int side = 2 * f->half + 1;
    for (int i = 0; code == AIRY_OK && i < side * side; i++) {
        int ky = i / side - f->half, kx = i % side - f->half;
        add_bin(f, p, cy + ky, cx + kx, f->plus, i);
        add_bin(f, p, cy - ky, cx - kx, f->minus, i);
        f->extra[i] = fmaxf(f->extra[i], (float)least_variance(p));
    }
    if (code == AIRY_OK)
        f->reach = find_reach(f), f->noise = find_noise(p);
    else
        airy_folded_release(f);
    return code;
}
