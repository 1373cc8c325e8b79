// SPDX-License-Identifier: GPL-3.0-or-later
// Raw words straight to cells, a row of the plane at a time.
//
// Which pixels of a cell are measured is nearly always what the calibrator's tables say, so it is
// counted once. Cells with a pixel that is otherwise in this frame are counted again.
#include "base/processor.h"
#include "bin.h"
#include "detector/calibrator.h"

#include <math.h>
#include <string.h>

struct airy_raw_bins {
    const airy_calibrator *calibrator;
    airy_bin_options options;
    airy_bin_result did;
    airy_pattern facts;
    int plane_ny, plane_nx, ny, nx;
    int *valid;      // (ny, nx) measured pixels of a usual frame
    uint32_t *bits;  // ... and reasons of the cell
    float *coverage; // ... and the share of the measured
    double *scale;   // (factor^2 + 1) whole cell over measured pixels, NaN when too few
};

struct airy_raw_bins_work {
    int factor;
    airy_calibrated_row row;
    airy_row_events *events;    // of the rows of a cell
    double *photons, *variance; // sums of columns over a row of cells
};

// ------------------------------------------------------------------ tables

void airy_raw_bins_free(airy_raw_bins *bins)
{
    if (!bins)
        return;
    airy_memory_free(bins->valid);
    airy_memory_free(bins->bits);
    airy_memory_free(bins->coverage);
    airy_memory_free(bins->scale);
    airy_memory_free(bins);
}

// Counts the cell (y, x) anew; events may be NULL.
static int count_cell(const airy_raw_bins *bins, int y, int x, const airy_row_events *events,
                      uint32_t *all)
{
    const airy_mask *usual = airy_calibrator_reasons(bins->calibrator);
    int valid = 0, n = bins->options.factor, x0 = bins->did.origin_x + x * n;
    *all = 0;
    for (int k = 0; k < n; k++) {
        const uint32_t *row = usual->bits + (bins->did.origin_y + y * n + k) * bins->plane_nx;
        for (int i = x0; i < x0 + n; i++) {
            uint32_t bits = row[i] ^ (events ? events[k].change[i] : 0);
            *all |= bits;
            valid += !(bits & AIRY_MASK_EXCLUDES);
        }
    }
    return valid;
}

// What a cell with so many measured pixels keeps of the reasons of its pixels.
static uint32_t cell_bits(const airy_raw_bins *bins, int valid, uint32_t all)
{
    bool masked = isnan(bins->scale[valid]);
    return masked ? all | AIRY_MASK_COVERAGE : all & ~AIRY_MASK_EXCLUDES;
}

static void fill_tables(airy_raw_bins *bins)
{
    int whole = bins->options.factor * bins->options.factor;
    for (int valid = 0; valid <= whole; valid++)
        bins->scale[valid] = valid == 0 || (double)valid / whole < bins->options.coverage
                                 ? (double)NAN
                                 : (double)whole / valid;
    for (int i = 0; i < bins->ny * bins->nx; i++) {
        uint32_t all;
        bins->valid[i] = count_cell(bins, i / bins->nx, i % bins->nx, NULL, &all);
        bins->bits[i] = cell_bits(bins, bins->valid[i], all);
        bins->coverage[i] = (float)((double)bins->valid[i] / whole);
    }
}

static airy_code allocate(airy_raw_bins *bins, airy_error *err)
{
    size_t n = (size_t)bins->ny * (size_t)bins->nx;
    size_t whole = (size_t)bins->options.factor * (size_t)bins->options.factor;
    bins->valid = airy_memory_new(n, sizeof *bins->valid);
    bins->bits = airy_memory_new(n, sizeof *bins->bits);
    bins->coverage = airy_memory_new(n, sizeof *bins->coverage);
    bins->scale = airy_memory_new(whole + 1, sizeof *bins->scale);
    if (bins->valid && bins->bits && bins->coverage && bins->scale)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EMEMORY, "no memory for cells of %d x %d", bins->ny, bins->nx);
}

airy_raw_bins *airy_raw_bins_new(const airy_calibrator *calibrator, const airy_bin_options *options,
                                 const airy_pattern *facts, airy_error *err)
{
    const airy_mask *plane = airy_calibrator_reasons(calibrator);
    airy_bin_result did;
    if (airy_bin_place(facts, plane->ny, plane->nx, options, &did, err) != AIRY_OK)
        return NULL;
    airy_raw_bins *bins = airy_memory_new(1, sizeof *bins);
    if (!bins) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for cells");
        return NULL;
    }
    *bins = (airy_raw_bins){.calibrator = calibrator,
                            .options = *options,
                            .did = did,
                            .plane_ny = plane->ny,
                            .plane_nx = plane->nx,
                            .ny = (plane->ny - did.dropped_y) / options->factor,
                            .nx = (plane->nx - did.dropped_x) / options->factor};
    bins->facts.setup = facts->setup;
    bins->facts.has_center = facts->has_center;
    bins->facts.center_y = facts->center_y, bins->facts.center_x = facts->center_x;
    if (allocate(bins, err) != AIRY_OK) {
        airy_raw_bins_free(bins);
        return NULL;
    }
    fill_tables(bins);
    return bins;
}

airy_code airy_raw_bins_plane(const airy_raw_bins *bins, airy_pattern *out, airy_error *err)
{
    return airy_bin_init(&bins->facts, bins->plane_ny, bins->plane_nx, bins->options.factor,
                         &bins->did, out, err);
}

// ------------------------------------------------------------------ workspaces

void airy_raw_bins_work_free(airy_raw_bins_work *work)
{
    if (!work)
        return;
    for (int k = 0; work->events && k < work->factor; k++)
        airy_row_events_release(&work->events[k]);
    airy_memory_free(work->events);
    airy_memory_free(work->photons);
    airy_memory_free(work->variance);
    airy_calibrated_row_release(&work->row);
    airy_memory_free(work);
}

airy_raw_bins_work *airy_raw_bins_work_new(const airy_raw_bins *bins, airy_error *err)
{
    size_t n = (size_t)bins->options.factor, columns = n * (size_t)bins->nx;
    airy_raw_bins_work *work = airy_memory_new(1, sizeof *work);
    airy_code code = AIRY_EMEMORY;
    if (work) {
        work->factor = bins->options.factor;
        work->events = airy_memory_new(n, sizeof *work->events);
        work->photons = airy_memory_new(columns, sizeof *work->photons);
        work->variance = airy_memory_new(columns, sizeof *work->variance);
        if (work->events && work->photons && work->variance)
            code = airy_calibrated_row_init(bins->calibrator, &work->row, err);
        for (int k = 0; code == AIRY_OK && k < work->factor; k++)
            code = airy_row_events_init(&work->events[k], bins->plane_nx, err);
    }
    if (code == AIRY_OK)
        return work;
    airy_error_set(err, AIRY_EMEMORY, "no memory for a row of %d cells", bins->nx);
    airy_raw_bins_work_free(work);
    return NULL;
}

// ------------------------------------------------------------------ frames

// A row to the sums of its columns. 0 + -0 is 0, as it is where cells are summed one by one.
AIRY_EVERY_PROCESSOR
static void add_columns(const float *restrict values, int n, bool first, double *restrict sum)
{
    if (first)
        for (int x = 0; x < n; x++)
            sum[x] = 0 + (double)values[x];
    else
        for (int x = 0; x < n; x++)
            sum[x] += (double)values[x];
}

static inline double sum_cell(const double *columns, int n)
{
    double cell = columns[0];
    for (int k = 1; k < n; k++)
        cell += columns[k];
    return cell;
}

// Row y of cells from its columns, n of which make a cell, where all pixels are as usual.
static inline void fold(const airy_raw_bins *bins, const airy_raw_bins_work *work, int n, int y,
                        airy_pattern *out)
{
    size_t first = (size_t)y * (size_t)bins->nx;
    const int *restrict valid = bins->valid + first;
    float *restrict photons = out->photons.px + first;
    float *restrict variance = out->variance.px + first;
    for (int x = 0; x < bins->nx; x++) {
        double factor = bins->scale[valid[x]];
        photons[x] = (float)(sum_cell(work->photons + x * n, n) * factor);
        variance[x] = (float)(sum_cell(work->variance + x * n, n) * factor * factor);
    }
}

// The usual factors as constants, so that the compiler can unroll them.
AIRY_EVERY_PROCESSOR
static void fold_cells(const airy_raw_bins *bins, const airy_raw_bins_work *work, int y,
                       airy_pattern *out)
{
    switch (bins->options.factor) {
    case 2:
        fold(bins, work, 2, y, out);
        break;
    case 3:
        fold(bins, work, 3, y, out);
        break;
    case 4:
        fold(bins, work, 4, y, out);
        break;
    default:
        fold(bins, work, bins->options.factor, y, out);
    }
}

// Cells in which a pixel is not as usual.
static void put_events(const airy_raw_bins *bins, airy_raw_bins_work *work, int y,
                       airy_pattern *out)
{
    int n = bins->options.factor;
    for (int k = 0; k < n; k++)
        for (int e = 0; e < work->events[k].n; e++) {
            int x = (work->events[k].column[e] - bins->did.origin_x) / n, i = y * bins->nx + x;
            if (work->events[k].column[e] < bins->did.origin_x || x >= bins->nx)
                continue;
            uint32_t all;
            int valid = count_cell(bins, y, x, work->events, &all);
            double scale = bins->scale[valid];
            out->photons.px[i] = (float)(sum_cell(work->photons + x * n, n) * scale);
            out->variance.px[i] = (float)(sum_cell(work->variance + x * n, n) * scale * scale);
            out->mask.bits[i] = cell_bits(bins, valid, all);
            out->coverage.px[i] = (float)((double)valid / (n * n));
        }
}

static void put_cells(const airy_raw_bins *bins, airy_raw_bins_work *work, int y, airy_pattern *out)
{
    size_t first = (size_t)y * (size_t)bins->nx, nx = (size_t)bins->nx;
    fold_cells(bins, work, y, out);
    memcpy(out->mask.bits + first, bins->bits + first, nx * sizeof *bins->bits);
    memcpy(out->coverage.px + first, bins->coverage + first, nx * sizeof *bins->coverage);
    put_events(bins, work, y, out);
    for (int k = 0; k < work->factor; k++)
        airy_row_events_clear(&work->events[k]);
}

static double sum(const float *values, int from, int to)
{
    double all = 0;
    for (int i = from; i < to; i++)
        all += (double)values[i];
    return all;
}

// Photons of row y that belong to no cell.
static double left_out(const airy_raw_bins *bins, const float *photons, bool whole_row)
{
    int end = bins->did.origin_x + bins->nx * bins->options.factor;
    if (whole_row)
        return sum(photons, 0, bins->plane_nx);
    return sum(photons, 0, bins->did.origin_x) + sum(photons, end, bins->plane_nx);
}

static double cell_photons(const double *columns, int n)
{
    double all = 0;
    for (int x = 0; x < n; x++)
        all += columns[x];
    return all;
}

void airy_raw_bins_frame(const airy_raw_bins *bins, airy_raw_bins_work *work, const uint16_t *words,
                         bool lost, airy_pattern *out, airy_bin_result *result)
{
    int n = bins->options.factor, x0 = bins->did.origin_x;
    int columns = bins->nx * n;
    airy_calibrated_row *row = &work->row;
    double inside = 0, left = 0;
    airy_calibrated_row_begin(bins->calibrator, words, lost, row);
    for (int y = 0; y < bins->plane_ny; y++) {
        int at = y - bins->did.origin_y, k = at < 0 ? 0 : at % n;
        bool outside = at < 0 || at / n >= bins->ny;
        airy_calibrated_row_make(bins->calibrator, words, y, row, &work->events[k]);
        left += result ? left_out(bins, row->photons, outside) : 0;
        if (outside) {
            airy_row_events_clear(&work->events[k]);
            continue;
        }
        add_columns(row->photons + x0, columns, k == 0, work->photons);
        add_columns(row->variance + x0, columns, k == 0, work->variance);
        if (k < n - 1)
            continue;
        inside += result ? cell_photons(work->photons, columns) : 0;
        put_cells(bins, work, at / n, out);
    }
    if (!result)
        return;
    *result = bins->did;
    result->photons_in = inside + left;
    result->photons_out = airy_pattern_photons(out);
}
