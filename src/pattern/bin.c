// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of n x n pixels that know what was measured.
#include "base/processor.h"
#include "bin.h"
#include "noise.h"

#include <float.h>
#include <math.h>
#include <string.h>

void airy_bin_options_defaults(airy_bin_options *options)
{
    *options = (airy_bin_options){.factor = 3, .coverage = 0.5, .align_center = true};
}

airy_code airy_bin_options_check(const airy_bin_options *options, airy_error *err)
{
    if (options->factor < 1)
        return airy_error_set(err, AIRY_EARGUMENT, "the binning factor is %d, it must be >= 1",
                              options->factor);
    if (!(options->coverage >= 0 && options->coverage <= 1))
        return airy_error_set(err, AIRY_EARGUMENT, "the least coverage is %g, it must be 0 to 1",
                              options->coverage);
    if (options->origin_y < 0 || options->origin_y >= options->factor || options->origin_x < 0 ||
        options->origin_x >= options->factor)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the first cell begins at (%d, %d), both must be 0 to %d",
                              options->origin_y, options->origin_x, options->factor - 1);
    return AIRY_OK;
}

static double binned(double center, int origin, int factor)
{
    return (center - origin - (factor - 1) / 2.0) / factor;
}

// The origin that brings the center nearest to a whole cell; the smallest when several do.
static int aligned_origin(double center, int factor)
{
    int best = 0;
    double least = 1;
    for (int origin = 0; origin < factor; origin++) {
        double c = binned(center, origin, factor), off = fabs(c - round(c));
        if (off < least - 1e-9) {
            least = off;
            best = origin;
        }
    }
    return best;
}

// What a cell holds.
typedef struct cell {
    double photons, variance, coverage, background;
    int valid;
    uint32_t bits;
} cell;

// The same of the columns of a row of cells, an array each so that many pixels are added at a time.
typedef struct columns {
    double *photons, *variance, *coverage, *background; // parts of one array
    int *valid, *counts;                                // pixels; whether the one of this row does
    uint32_t *bits;
} columns;

enum { DOUBLES = 4, INTS = 3 };

// Pixels are read as they lie, and summed column by column: raw words are binned in the same order
// (bin_raw.c), for the same bytes.
AIRY_EVERY_PROCESSOR
static void count_row(const float *restrict photons, const uint32_t *restrict bits, int n,
                      const columns *to)
{
    int *restrict counts = to->counts, *restrict valid = to->valid;
    uint32_t *restrict all = to->bits;
    for (int x = 0; x < n; x++) {
        uint32_t reasons = bits ? bits[x] : 0;
        counts[x] = (reasons & AIRY_MASK_EXCLUDES) == 0 && fabsf(photons[x]) <= FLT_MAX;
        valid[x] += counts[x];
        all[x] |= reasons;
    }
}

AIRY_EVERY_PROCESSOR
static void add_row(const float *restrict values, const int *restrict counts, int n,
                    double *restrict sum)
{
    for (int x = 0; x < n; x++)
        sum[x] += counts[x] ? (double)values[x] : 0;
}

static void add_rows(const airy_pattern *in, int first, int n, const columns *to)
{
    const struct {
        const float *px;
        double *sum;
    } images[] = {{in->photons.px, to->photons},
                  {in->variance.px, to->variance},
                  {in->coverage.px, to->coverage},
                  {in->background.px, to->background}};
    count_row(in->photons.px + first, in->mask.bits ? in->mask.bits + first : NULL, n, to);
    for (size_t i = 0; i < sizeof images / sizeof *images; i++)
        if (images[i].px)
            add_row(images[i].px + first, to->counts, n, images[i].sum);
}

static cell sum_cell(const columns *of, int x0, int factor, bool covered)
{
    cell sum = {0};
    for (int x = x0; x < x0 + factor; x++) {
        sum.bits |= of->bits[x];
        sum.valid += of->valid[x];
        sum.photons += of->photons[x];
        sum.variance += of->variance[x];
        sum.coverage += covered ? of->coverage[x] : of->valid[x];
        sum.background += of->background[x];
    }
    return sum;
}

static void put_cell(const cell *sum, int factor, double least, airy_pattern *out, int i)
{
    double whole = factor * factor, coverage = sum->coverage / whole;
    double scale = sum->valid ? whole / sum->valid : 0;
    bool masked = sum->valid == 0 || coverage < least;
    out->photons.px[i] = masked ? NAN : (float)(sum->photons * scale);
    if (out->variance.px)
        out->variance.px[i] = masked ? NAN : (float)(sum->variance * scale * scale);
    if (out->background.px)
        out->background.px[i] = masked ? NAN : (float)(sum->background * scale);
    out->coverage.px[i] = (float)coverage;
    out->mask.bits[i] = masked ? sum->bits | AIRY_MASK_COVERAGE : sum->bits & ~AIRY_MASK_EXCLUDES;
}

airy_code airy_bin_place(const airy_pattern *facts, int ny, int nx, const airy_bin_options *options,
                         airy_bin_result *did, airy_error *err)
{
    airy_code code = airy_bin_options_check(options, err);
    if (code != AIRY_OK)
        return code;
    int n = options->factor;
    bool align = options->align_center && facts->has_center;
    const airy_pattern place = {.photons = {.ny = ny, .nx = nx},
                                .has_center = true,
                                .center_y = facts->center_y,
                                .center_x = facts->center_x};
    // a beam beside the detector still says where cells begin; one that no index can hold does not
    bool far = !(fabs(facts->center_y) <= AIRY_SIDE_MAX && fabs(facts->center_x) <= AIRY_SIDE_MAX);
    if (align && far && (code = airy_pattern_check_center(&place, err)) != AIRY_OK)
        return code;
    *did = (airy_bin_result){
        .origin_y = align ? aligned_origin(facts->center_y, n) : options->origin_y,
        .origin_x = align ? aligned_origin(facts->center_x, n) : options->origin_x};
    int cells_y = (ny - did->origin_y) / n, cells_x = (nx - did->origin_x) / n;
    if (cells_y < 1 || cells_x < 1)
        return airy_error_set(err, AIRY_ESHAPE, "a pattern of %d x %d holds no cell of %d x %d", ny,
                              nx, n, n);
    did->dropped_y = ny - cells_y * n;
    did->dropped_x = nx - cells_x * n;
    return AIRY_OK;
}

static void bin_geometry(const airy_pattern *in, int factor, const airy_bin_result *did,
                         airy_pattern *out)
{
    out->setup = in->setup;
    out->setup.pitch_m *= factor;
    out->has_center = in->has_center;
    if (!in->has_center)
        return;
    out->center_y = binned(in->center_y, did->origin_y, factor);
    out->center_x = binned(in->center_x, did->origin_x, factor);
    out->center_y_error = in->center_y_error / factor;
    out->center_x_error = in->center_x_error / factor;
}

airy_code airy_bin_init(const airy_pattern *facts, int ny, int nx, int factor,
                        const airy_bin_result *did, airy_pattern *out, airy_error *err)
{
    ny = (ny - did->dropped_y) / factor, nx = (nx - did->dropped_x) / factor;
    airy_code code = airy_pattern_init(out, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(&out->coverage, ny, nx, err);
    if (code != AIRY_OK) {
        airy_pattern_release(out);
        return code;
    }
    bin_geometry(facts, factor, did, out);
    return AIRY_OK;
}

static void sum_cells(const airy_pattern *in, const airy_bin_options *options,
                      const airy_bin_result *did, double *doubles, int *ints, airy_pattern *out)
{
    int ny = out->photons.ny, nx = out->photons.nx, n = options->factor, row = nx * n;
    const columns of = {doubles, doubles + row, doubles + 2 * row,         doubles + 3 * row,
                        ints,    ints + row,    (uint32_t *)ints + 2 * row};
    for (int y = 0; y < ny; y++) {
        memset(doubles, 0, DOUBLES * (size_t)row * sizeof *doubles);
        memset(ints, 0, INTS * (size_t)row * sizeof *ints);
        for (int k = 0; k < n; k++)
            add_rows(in, (did->origin_y + y * n + k) * in->photons.nx + did->origin_x, row, &of);
        for (int x = 0; x < nx; x++) {
            cell sum = sum_cell(&of, x * n, n, in->coverage.px != NULL);
            put_cell(&sum, n, options->coverage, out, y * nx + x);
        }
    }
}

airy_code airy_pattern_bin(const airy_pattern *in, const airy_bin_options *options,
                           airy_pattern *out, airy_bin_result *result, airy_error *err)
{
    airy_bin_result did;
    int n = options->factor;
    *out = (airy_pattern){0};
    airy_code code = airy_bin_place(in, in->photons.ny, in->photons.nx, options, &did, err);
    if (code == AIRY_OK)
        code = airy_bin_init(in, in->photons.ny, in->photons.nx, n, &did, out, err);
    if (code != AIRY_OK)
        return code;
    if (!in->variance.px)
        airy_image_release(&out->variance);
    if (in->background.px && (code = airy_image_init(&out->background, out->photons.ny,
                                                     out->photons.nx, err)) != AIRY_OK) {
        airy_pattern_release(out);
        return code;
    }
    size_t row = (size_t)out->photons.nx * (size_t)n;
    double *doubles = airy_memory_new(DOUBLES * row, sizeof *doubles);
    int *ints = airy_memory_new(INTS * row, sizeof *ints);
    if (doubles && ints)
        sum_cells(in, options, &did, doubles, ints, out);
    else
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a row of %zu pixels", row);
    airy_memory_free(doubles);
    airy_memory_free(ints);
    if (code != AIRY_OK) {
        airy_pattern_release(out);
        return code;
    }
    did.photons_in = airy_pattern_photons(in);
    did.photons_out = airy_pattern_photons(out);
    if (result)
        *result = did;
    return AIRY_OK;
}
