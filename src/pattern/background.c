// SPDX-License-Identifier: GPL-3.0-or-later
// The light that is there without a particle: scaled to one frame and taken off, its noise kept.
#include "noise.h"
#include "background.h"

enum { CELL = 32, ROUNDS = 50, CELLS_LEAST = 8, REACH_MOST = 31 };
#define CERTAIN 5.0 // standard deviations: a pixel of the mean is known to a fifth
#define AGREES 3.0  // standard deviations within which a cell holds nothing but background

// Photons of the frame and of the mean over the pixels of a cell that are measured in both.
typedef struct cell {
    double n, b, v; // v: variance of both at scale 1, without the photons' own
    bool used;
} cell;

static cell look_at_cell(const airy_pattern *frame, const airy_pattern *mean, int y0, int x0)
{
    cell c = {0};
    int ny = frame->photons.ny, nx = frame->photons.nx;
    for (int y = y0; y < y0 + CELL && y < ny; y++)
        for (int x = x0; x < x0 + CELL && x < nx; x++) {
            int i = y * nx + x;
            if (!measured(frame, i) || !measured(mean, i))
                continue;
            double n = (double)frame->photons.px[i];
            c.n += n;
            c.b += (double)mean->photons.px[i];
            c.v += frame->variance.px ? fmax((double)frame->variance.px[i] - fmax(n, 0), 0) : 0;
            c.v += mean->variance.px ? (double)mean->variance.px[i] : 0;
        }
    return c;
}

// Scale of the cells in use by their sums; false when they hold nothing.
static bool sum_up(const cell *cells, int n, airy_background_result *did)
{
    double light = 0, behind = 0, variance = 0;
    did->cells = 0;
    for (int k = 0; k < n; k++)
        if (cells[k].used) {
            light += cells[k].n;
            behind += cells[k].b;
            variance += fmax(cells[k].n, 0) + cells[k].v;
            did->cells++;
        }
    did->scale = behind > 0 ? fmax(light, 0) / behind : 0;
    did->scale_error = behind > 0 ? sqrt(variance) / behind : INFINITY;
    return behind > 0;
}

// Cells that agree with the scale; *chi2 is their mean square deviation. True: others than before.
static bool choose(cell *cells, int n, airy_background_result *did)
{
    bool changed = false;
    double sum = 0;
    int used = 0;
    for (int k = 0; k < n; k++) {
        double mu = did->scale * cells[k].b, off = cells[k].n - mu;
        double v = fmax(mu, 1) + cells[k].v;
        bool agrees = cells[k].b > 0 && off * off < AGREES * AGREES * v;
        changed |= agrees != cells[k].used;
        cells[k].used = agrees;
        sum += agrees ? off * off / v : 0;
        used += agrees;
    }
    did->chi2 = used ? sum / used : NAN;
    return changed;
}

// The particle only adds light: the scale begins at the lowest tenth of the cells' own and grows to
// what agrees.
static void first_scale(const cell *cells, int n, float *ratios, airy_background_result *did)
{
    int k = 0;
    for (int i = 0; i < n; i++)
        if (cells[i].b > 0)
            ratios[k++] = (float)((cells[i].n + AGREES * sqrt(fmax(cells[i].n, 1))) / cells[i].b);
    did->scale = k ? airy_stats_quantile(ratios, k, 0.1) : 0;
}

static void fit(cell *cells, int n, float *ratios, airy_background_result *did)
{
    *did = (airy_background_result){0};
    first_scale(cells, n, ratios, did);
    for (int round = 0; round < ROUNDS && choose(cells, n, did); round++)
        if (!sum_up(cells, n, did))
            return;
}

// ------------------------------------------------------------------ a mean of few frames

enum { SUM_N, SUM_B, SUM_V, SUMS };

// Sums over all pixels above and left of (y, x), exclusively: (ny + 1) x (nx + 1) each.
static void sum_areas(const airy_pattern *mean, double *sums[SUMS])
{
    int ny = mean->photons.ny, nx = mean->photons.nx, w = nx + 1;
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++) {
            int i = y * nx + x, at = (y + 1) * w + x + 1;
            bool on = measured(mean, i);
            double b = on ? (double)mean->photons.px[i] : 0;
            const double value[SUMS] = {on, b,
                                        on && mean->variance.px ? (double)mean->variance.px[i] : b};
            for (int k = 0; k < SUMS; k++)
                sums[k][at] = value[k] + sums[k][at - 1] + sums[k][at - w] - sums[k][at - w - 1];
        }
}

// Mean and its variance over the measured pixels within `reach`; true when it is certain enough.
static bool look_around(double *const sums[SUMS], int ny, int nx, int i, int reach, double *b,
                        double *v)
{
    int y = i / nx, x = i % nx, w = nx + 1;
    int y0 = y > reach ? y - reach : 0, y1 = y + reach + 1 < ny ? y + reach + 1 : ny;
    int x0 = x > reach ? x - reach : 0, x1 = x + reach + 1 < nx ? x + reach + 1 : nx;
    double sum[SUMS];
    for (int k = 0; k < SUMS; k++)
        sum[k] = sums[k][y1 * w + x1] - sums[k][y0 * w + x1] - sums[k][y1 * w + x0] +
                 sums[k][y0 * w + x0];
    *b = sum[SUM_B] / sum[SUM_N];
    *v = fmax(sum[SUM_V], 0) / (sum[SUM_N] * sum[SUM_N]);
    return *b > CERTAIN * sqrt(*v);
}

airy_code airy_pattern_steady_background(airy_pattern *mean, airy_error *err)
{
    int ny = mean->photons.ny, nx = mean->photons.nx;
    double *sums[SUMS] = {0};
    airy_code code = AIRY_OK;
    for (int k = 0; k < SUMS && code == AIRY_OK; k++)
        if (!(sums[k] = airy_memory_new((size_t)(ny + 1) * (size_t)(nx + 1), sizeof *sums[k])))
            code = airy_error_set(err, AIRY_EMEMORY, "no memory for the sums of %d x %d", ny, nx);
    if (code == AIRY_OK)
        sum_areas(mean, sums);
    for (int i = 0; i < ny * nx && code == AIRY_OK; i++) {
        double b = 0, v = 0;
        if (!measured(mean, i))
            continue;
        for (int reach = 0; reach <= REACH_MOST; reach = 2 * reach + 1)
            if (look_around(sums, ny, nx, i, reach, &b, &v))
                break;
        mean->photons.px[i] = (float)b;
        if (mean->variance.px)
            mean->variance.px[i] = (float)v;
    }
    for (int k = 0; k < SUMS; k++)
        airy_memory_free(sums[k]);
    return code;
}

// ------------------------------------------------------------------ off a frame

static void take_off(airy_pattern *frame, const airy_pattern *mean, double scale)
{
    for (int i = 0; i < frame->photons.ny * frame->photons.nx; i++) {
        bool known = measured(mean, i);
        frame->background.px[i] = known ? (float)(scale * (double)mean->photons.px[i]) : NAN;
        if (!known && measured(frame, i))
            frame->mask.bits[i] |= AIRY_MASK_INVALID;
        if (!measured(frame, i))
            continue;
        frame->photons.px[i] -= frame->background.px[i];
        if (frame->variance.px && mean->variance.px)
            frame->variance.px[i] += (float)(scale * scale * (double)mean->variance.px[i]);
    }
    airy_pattern_apply_mask(frame);
}

airy_code airy_pattern_take_background(airy_pattern *frame, const airy_pattern *mean,
                                       airy_background_result *result, airy_error *err)
{
    int ny = frame->photons.ny, nx = frame->photons.nx, n = 0;
    *result = (airy_background_result){0};
    if (mean->photons.ny != ny || mean->photons.nx != nx)
        return airy_error_set(err, AIRY_ESHAPE,
                              "a background of %d x %d does not fit a frame of %d x %d",
                              mean->photons.ny, mean->photons.nx, ny, nx);
    if (frame->background.px)
        return airy_error_set(err, AIRY_EVALUE, "the frame's background was taken off before");
    size_t most = (size_t)(ny / CELL + 1) * (size_t)(nx / CELL + 1);
    cell *cells = airy_memory_new(most, sizeof *cells);
    float *ratios = airy_memory_new(most, sizeof *ratios);
    airy_code code = cells && ratios ? airy_image_init(&frame->background, ny, nx, err)
                                     : airy_error_set(err, AIRY_EMEMORY, "no memory for cells");
    if (code == AIRY_OK) {
        for (int y = 0; y < ny; y += CELL)
            for (int x = 0; x < nx; x += CELL)
                cells[n++] = look_at_cell(frame, mean, y, x);
        fit(cells, n, ratios, result);
        result->all = n;
        if (result->cells < CELLS_LEAST && airy_pattern_measured(frame) > 0)
            code = airy_error_set(err, AIRY_EVALUE,
                                  "the background fits %d of %d cells of %d x %d pixels: too few "
                                  "to scale it by",
                                  result->cells, n, CELL, CELL);
    }
    if (code == AIRY_OK)
        take_off(frame, mean, result->scale);
    else
        airy_image_release(&frame->background);
    airy_memory_free(cells);
    airy_memory_free(ratios);
    return code;
}
