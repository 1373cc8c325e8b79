// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns as they come: binned, the ring's values put away, V taken at once.
#include "plan.h"
#include "patterns.h"
#include "kept.h"

#include <math.h>
#include <string.h>

enum { SECTORS = AIRY_SCAN_SECTORS };

void airy_scan_free(airy_scan *s)
{
    if (!s)
        return;
    airy_bins_release(&s->tau);
    airy_bins_release(&s->v);
    airy_image_release(&s->binned);
    airy_memory_free(s->to_bin);
    airy_memory_free(s->sums);
    airy_memory_free(s->value);
    airy_memory_free(s->variance);
    airy_memory_free(s->shot);
    airy_memory_free(s->ring);
    airy_memory_free(s->total);
    airy_memory_free(s);
}

bool airy_scan_in_set(int set, int sector)
{
    if (set == ALL)
        return true;
    if (set < LESS)
        return sector / (SECTORS / 2) == set - HALVES;
    return sector != set - LESS;
}

size_t airy_scan_at(const airy_scan *s, int y, int x, int t)
{
    return ((size_t)y * (size_t)s->nx + (size_t)x) * (size_t)s->plan.frames + (size_t)t;
}

// ------------------------------------------------------------------ rings

// Binned pixels of which no part is masked; what does not fill a bin at the far sides is left out.
static airy_code make_bins(airy_scan *s, airy_mask *out, airy_error *err)
{
    const airy_scan_plan *p = &s->plan;
    s->ky = p->ky / p->bin, s->kx = p->kx / p->bin;
    s->to_bin = airy_memory_new((size_t)p->ky * (size_t)p->kx, sizeof *s->to_bin);
    airy_code code = airy_mask_init(out, s->ky, s->kx, err);
    if (code == AIRY_OK && !s->to_bin)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for patterns");
    for (int i = 0; code == AIRY_OK && i < p->ky * p->kx; i++) {
        int y = i / p->kx / p->bin, x = i % p->kx / p->bin;
        s->to_bin[i] = y < s->ky && x < s->kx ? y * s->kx + x : -1;
        if (s->to_bin[i] >= 0 && p->mask && p->mask->bits[i] & AIRY_MASK_EXCLUDES)
            out->bits[s->to_bin[i]] |= AIRY_MASK_BAD;
    }
    return code == AIRY_OK ? airy_image_init(&s->binned, s->ky, s->kx, err) : code;
}

static airy_code make_ring(airy_bins *bins, const airy_polar *polar, const airy_mask *mask,
                           const double ring[2], int rings, airy_error *err)
{
    airy_bins_options o;
    airy_bins_options_defaults(&o);
    o.rings = rings, o.sectors = SECTORS, o.friedel = true;
    o.low = ring[0], o.high = ring[1];
    airy_code code = airy_bins_rings(bins, polar, mask, &o, err);
    return code == AIRY_OK ? code : airy_error_prefix(err, "ring %g to %g", ring[0], ring[1]);
}

static airy_code make_rings(airy_scan *s, airy_error *err)
{
    const airy_scan_plan *p = &s->plan;
    double pixel = (p->pixel > 0 ? p->pixel : 1) * p->bin, off = (p->bin - 1) / 2.0;
    double cy = isnan(p->center_y) ? p->ky / 2 : p->center_y;
    double cx = isnan(p->center_x) ? p->kx / 2 : p->center_x;
    airy_mask mask = {0};
    airy_polar polar = {0};
    const airy_pose pose = airy_pose_plane(airy_radial_to_q(AIRY_RADIAL_S_INV_NM, pixel, 1),
                                           (cy - off) / p->bin, (cx - off) / p->bin);
    int rings = p->pooled ? 1 : (int)fmax(1, round((p->ring_v[1] - p->ring_v[0]) / pixel));
    airy_code code = make_bins(s, &mask, err);
    if (code == AIRY_OK)
        code = airy_polar_init(&polar, &pose, s->ky, s->kx, AIRY_RADIAL_S_INV_NM, false, err);
    if (code == AIRY_OK)
        code = make_ring(&s->tau, &polar, &mask, p->ring, 1, err);
    if (code == AIRY_OK)
        code = make_ring(&s->v, &polar, &mask, p->ring_v, rings, err);
    for (int g = 0; code == AIRY_OK && g < SECTORS; g++)
        if (s->tau.bin[g].pixels == 0)
            code = airy_error_set(err, AIRY_EVALUE,
                                  "the ring from %g to %g has no pixel in one of %d sectors of "
                                  "the azimuth (modulo 180 degrees): take a wider one",
                                  p->ring[0], p->ring[1], SECTORS);
    airy_polar_release(&polar);
    airy_mask_release(&mask);
    return code;
}

static airy_code make_room(airy_scan *s, airy_error *err)
{
    size_t all = (size_t)s->ny * (size_t)s->nx * (size_t)s->plan.frames;
    s->n = s->tau.first[s->tau.n];
    s->sums = airy_memory_new((size_t)s->v.n, sizeof *s->sums);
    s->value = airy_memory_new(all * (size_t)s->n, sizeof *s->value);
    s->variance = airy_memory_new(all * SETS, sizeof *s->variance);
    s->shot = airy_memory_new(all * SETS, sizeof *s->shot);
    s->ring = airy_memory_new(all * (size_t)s->v.rings, sizeof *s->ring);
    s->total = airy_memory_new(all, sizeof *s->total);
    if (s->sums && s->value && s->variance && s->shot && s->ring && s->total)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EMEMORY,
                          "the ring's %d pixels at %d x %d places and %d times take %.3g GB: a "
                          "--region, or --bin, makes them fewer",
                          s->n, s->ny, s->nx, s->plan.frames, 4e-9 * (double)all * s->n);
}

airy_scan *airy_scan_new(const airy_scan_plan *plan, airy_error *err)
{
    airy_error local = {0};
    airy_code code = airy_scan_plan_check(plan, &local);
    airy_scan *s = code == AIRY_OK ? airy_memory_new(1, sizeof *s) : NULL;
    if (code == AIRY_OK && !s)
        code = airy_error_set(&local, AIRY_EMEMORY, "no memory for a scan");
    if (code == AIRY_OK) {
        s->plan = *plan;
        s->ny = plan->to_y - plan->from_y, s->nx = plan->to_x - plan->from_x;
        code = make_rings(s, &local);
    }
    if (code == AIRY_OK)
        code = make_room(s, &local);
    if (code == AIRY_OK)
        return s;
    airy_scan_free(s);
    airy_error_set(err, code, "%s", local.message);
    return NULL;
}

// ------------------------------------------------------------------ one pattern

static void bin_pattern(airy_scan *s, const float *pattern)
{
    float *to = s->binned.px;
    int all = s->plan.ky * s->plan.kx;
    if (s->plan.bin == 1) {
        memcpy(to, pattern, (size_t)all * sizeof *to);
        return;
    }
    memset(to, 0, (size_t)s->ky * (size_t)s->kx * sizeof *to);
    for (int i = 0; i < all; i++)
        if (s->to_bin[i] >= 0)
            to[s->to_bin[i]] += pattern[i];
}

// V of a ring in a set of sectors, and 1 / <I>.
static void vary(const airy_scan *s, int ring, int set, double *pixels, double *v, double *shot)
{
    double n = 0, sum = 0, square = 0;
    for (int g = 0; g < SECTORS; g++) {
        const airy_bin_sums *of = &s->sums[ring * SECTORS + g];
        if (!airy_scan_in_set(set, g))
            continue;
        n += of->weight, sum += of->sum, square += of->square;
    }
    *pixels = n;
    *v = n > 0 && sum != 0 ? n * square / (sum * sum) - 1 : NAN;
    *shot = n > 0 && sum != 0 ? n / sum : NAN;
}

// Rings count by their pixels; those without any do not.
static void vary_all(airy_scan *s, size_t at)
{
    airy_bins_sum(&s->v, &s->binned, s->sums);
    for (int set = 0; set < SETS; set++) {
        double pixels = 0, mean = 0, noise = 0;
        for (int r = 0; r < s->v.rings; r++) {
            double n, v, shot;
            vary(s, r, set, &n, &v, &shot);
            if (set == ALL)
                s->ring[at * (size_t)s->v.rings + (size_t)r] = (float)(v - s->plan.gain * shot);
            if (n > 0)
                pixels += n, mean += n * v, noise += n * shot;
        }
        s->variance[at * SETS + (size_t)set] = (float)(mean / pixels);
        s->shot[at * SETS + (size_t)set] = (float)(noise / pixels);
    }
}

void airy_scan_take(airy_scan *s, int t, int y, int x, const float *pattern)
{
    const airy_scan_plan *p = &s->plan;
    if (y < p->from_y || y >= p->to_y || x < p->from_x || x >= p->to_x)
        return;
    y -= p->from_y, x -= p->from_x;
    size_t at = airy_scan_at(s, y, x, t);
    float *value = s->value + at * (size_t)s->n;
    double sum = 0;
    int lost = 0;
    bin_pattern(s, pattern);
    for (int i = 0; i < s->n; i++) {
        value[i] = s->binned.px[s->tau.pixel[i]];
        sum += value[i];
        lost += !isfinite(value[i]);
    }
    for (int i = 0; i < s->n && lost < s->n; i++) // a place without any is no pixel's fault
        if (!isfinite(value[i]))
            s->lost = s->tau.pixel[i] + 1;
    s->total[((size_t)t * (size_t)s->ny + (size_t)y) * (size_t)s->nx + (size_t)x] =
        (float)(sum / s->n);
    vary_all(s, at);
}
