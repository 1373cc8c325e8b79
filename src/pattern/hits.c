// SPDX-License-Identifier: GPL-3.0-or-later
// Which frames are hits: the light of one frame, and the gap between frames with and without.
#include "noise.h"

#include <stdlib.h>

void airy_hit_options_defaults(airy_hit_options *options)
{
    *options = (airy_hit_options){.lit = 0.7, .cell = 32, .sigma = 5, .quarter = 0.25};
}

airy_code airy_hit_options_check(const airy_hit_options *o, airy_error *err)
{
    if (!(o->lit > 0 && isfinite(o->lit)))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a lit pixel has %g photons, more than 0 are "
                              "wanted",
                              o->lit);
    if (o->cell < 2 || o->cell > AIRY_SIDE_MAX)
        return airy_error_set(err, AIRY_EARGUMENT, "cells of %d pixels, 2 or more are wanted",
                              o->cell);
    if (!(o->sigma > 0 && o->quarter > 0 && o->quarter <= 1))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "sigma is %g, the share of cells for the background %g; 0 to 1 for "
                              "the latter and more than 0 for both are wanted",
                              o->sigma, o->quarter);
    return AIRY_OK;
}

// ------------------------------------------------------------------ one frame

// A cell that is at least half measured: photons a pixel, its pixels, and how far it is.
typedef struct cell {
    double mean, distance;
    int pixels;
} cell;

// The cell whose first pixel is this; its light is added to that of the frame.
static cell look_at_cell(const airy_pattern *p, int y0, int x0, const airy_hit_options *o,
                         airy_hit *hit)
{
    cell c = {0};
    int ny = p->photons.ny, nx = p->photons.nx, side = o->cell;
    int width = x0 + side < nx ? side : nx - x0;
    for (int y = y0; y < y0 + side && y < ny; y++) {
        airy_row_light row = airy_light_of_row(p, y * nx + x0, width, o->lit);
        c.mean += row.photons;
        c.pixels += row.measured;
        hit->lit += row.lit;
    }
    hit->measured += c.pixels;
    hit->photons += c.mean;
    c.mean /= c.pixels ? c.pixels : 1;
    double middle = (side - 1) / 2.0;
    c.distance = p->has_center ? hypot(y0 + middle - p->center_y, x0 + middle - p->center_x)
                               : hypot(y0 + middle - (ny - 1) / 2.0, x0 + middle - (nx - 1) / 2.0);
    return c;
}

static int farther_first(const void *a, const void *b)
{
    double x = ((const cell *)a)->distance, y = ((const cell *)b)->distance;
    return (x < y) - (x > y);
}

// Median and scatter of the first n cells, which lie far from the beam.
static void look_at_background(const cell *cells, int n, float *means, airy_hit *hit)
{
    double pixels = 0;
    for (int k = 0; k < n; k++) {
        means[k] = (float)cells[k].mean;
        pixels += cells[k].pixels;
    }
    hit->background = airy_stats_median(means, n);
    hit->background_sd =
        fmax(airy_stats_mad_sd(means, n), sqrt(fmax(hit->background, 1 / pixels) * n / pixels));
}

static void look_at_light(const cell *cells, int n, double sigma, float *distances, airy_hit *hit)
{
    int lit = 0;
    for (int k = 0; k < n; k++)
        if (cells[k].mean > hit->background + sigma * hit->background_sd)
            distances[lit++] = (float)cells[k].distance;
    hit->radius = lit ? airy_stats_quantile(distances, lit, 0.9) : 0;
}

static int make_cells(const airy_pattern *p, const airy_hit_options *o, cell *cells, airy_hit *hit)
{
    int n = 0, side = o->cell;
    for (int y = 0; y < p->photons.ny; y += side)
        for (int x = 0; x < p->photons.nx; x += side) {
            cells[n] = look_at_cell(p, y, x, o, hit);
            n += 2 * cells[n].pixels >= side * side;
        }
    qsort(cells, (size_t)n, sizeof *cells, farther_first);
    return n;
}

airy_code airy_pattern_hit(const airy_pattern *p, const airy_hit_options *o, airy_hit *hit,
                           airy_error *err)
{
    *hit = (airy_hit){.background = NAN, .background_sd = NAN};
    airy_code code = airy_hit_options_check(o, err);
    if (code != AIRY_OK)
        return code;
    size_t most = (size_t)(p->photons.ny / o->cell + 1) * (size_t)(p->photons.nx / o->cell + 1);
    cell *cells = airy_memory_new(most, sizeof *cells);
    float *values = airy_memory_new(most, sizeof *values);
    int n = 0;
    if (!cells || !values)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %zu cells", most);
    else
        n = make_cells(p, o, cells, hit);
    if (n > 0) {
        look_at_background(cells, (int)ceil(o->quarter * n), values, hit);
        look_at_light(cells, n, o->sigma, values, hit);
    }
    airy_memory_free(cells);
    airy_memory_free(values);
    return code;
}

// ------------------------------------------------------------------ all frames

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Mean and variance of x[0 .. n - 1].
static void moments(const double *x, int n, double *mean, double *variance)
{
    *mean = *variance = 0;
    for (int i = 0; i < n; i++)
        *mean += x[i] / n;
    for (int i = 0; i < n; i++)
        *variance += (x[i] - *mean) * (x[i] - *mean) / n;
}

// Numbers below the best split of sorted logarithms; 0 when the sides do not lie apart.
static int split(const double *x, int n)
{
    int best = 0;
    double most = -1, all = 0, below = 0;
    for (int i = 0; i < n; i++)
        all += x[i];
    for (int i = 1; i < n; i++) {
        below += x[i - 1];
        double apart = (all - below) / (n - i) - below / i;
        double between = (double)i * (n - i) * apart * apart;
        if (x[i] > x[i - 1] && between > most)
            most = between, best = i;
    }
    if (!best)
        return 0;
    double low, high, low_v, high_v;
    moments(x, best, &low, &low_v);
    moments(x + best, n - best, &high, &high_v);
    // the width of counting: a number v scatters by sqrt(v), its logarithm by 1 / sqrt(v)
    double width =
        sqrt((best * fmax(low_v, exp(-low)) + (n - best) * fmax(high_v, exp(-high))) / n);
    return high - low > log(1.5) && high - low > 3 * width ? best : 0;
}

airy_code airy_hit_threshold(const double *values, int n, bool *parted, double *threshold,
                             airy_error *err)
{
    double *x = airy_memory_new((size_t)n, sizeof *x);
    int used = 0, lower = 0;
    if (!x)
        return airy_error_set(err, AIRY_EMEMORY, "no memory to part %d frames", n);
    for (int i = 0; i < n; i++)
        if (!isnan(values[i]))
            x[used++] = log(fmax(values[i], 0.5));
    if (used > 1)
        qsort(x, (size_t)used, sizeof *x, ascending);
    for (int k = used; k > 1 && (k = split(x, k)) > 0;)
        lower = k;
    if (lower)
        *threshold = exp((x[lower - 1] + x[lower]) / 2);
    airy_memory_free(x);
    *parted = lower > 0;
    return AIRY_OK;
}
