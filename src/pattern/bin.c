// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of n x n pixels that know what was measured.
#include "bin.h"
#include "noise.h"

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

// What a cell, or a column of one, holds.
typedef struct cell {
    double photons, variance, coverage, background;
    int valid;
    uint32_t bits;
} cell;

static cell sum_column(const airy_pattern *in, int y0, int x, int factor)
{
    cell sum = {0};
    for (int y = y0; y < y0 + factor; y++) {
        int i = y * in->photons.nx + x;
        sum.bits |= in->mask.bits ? in->mask.bits[i] : 0;
        if (!measured(in, i))
            continue;
        sum.valid++;
        sum.photons += (double)in->photons.px[i];
        sum.variance += in->variance.px ? (double)in->variance.px[i] : 0;
        sum.coverage += in->coverage.px ? (double)in->coverage.px[i] : 1;
        sum.background += in->background.px ? (double)in->background.px[i] : 0;
    }
    return sum;
}

// Column by column: raw words are binned in the same order (bin_raw.c), for the same bytes.
static cell sum_cell(const airy_pattern *in, int y0, int x0, int factor)
{
    cell sum = {0};
    for (int x = x0; x < x0 + factor; x++) {
        cell column = sum_column(in, y0, x, factor);
        sum.bits |= column.bits;
        sum.valid += column.valid;
        sum.photons += column.photons;
        sum.variance += column.variance;
        sum.coverage += column.coverage;
        sum.background += column.background;
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
    int ny = out->photons.ny, nx = out->photons.nx;
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++) {
            cell sum = sum_cell(in, did.origin_y + y * n, did.origin_x + x * n, n);
            put_cell(&sum, n, options->coverage, out, y * nx + x);
        }
    did.photons_in = airy_pattern_photons(in);
    did.photons_out = airy_pattern_photons(out);
    if (result)
        *result = did;
    return AIRY_OK;
}
