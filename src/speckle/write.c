// SPDX-License-Identifier: GPL-3.0-or-later
// corr.h5 by the names of NXxpcs.
#include "airy/speckle.h"
#include "findings.h"
#include "pairs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DATA "/entry/data/"
#define TWOTIME "/entry/twotime/"
#define DETECTOR "/entry/instrument/detector/"
#define MASKS "/entry/instrument/masks/"

// A file on its way. Curves are matrices of delays by regions: the union of the regions' delays.
typedef struct output {
    airy_h5 *h5;
    const airy_correlation *of;
    const airy_findings *findings;
    int delays, ages, regions;
    int *column; // (bins) of a delay's bin in the matrices, -1: not there
} output;

// What a row gives to a matrix.
typedef double cell_of(const output *out, int region, const airy_g2 *row);

static double g2_of(const output *out, int region, const airy_g2 *row)
{
    (void)out;
    (void)region;
    return row->g2;
}

static double error_of(const output *out, int region, const airy_g2 *row)
{
    (void)out;
    (void)region;
    return row->error;
}

// Without the denominator: in units of counts squared, by the region's mean over all frames.
static double unnormalized_of(const output *out, int region, const airy_g2 *row)
{
    double mean = out->findings->result[region].photons;
    return row->g2 * mean * mean;
}

static double delay_of(const output *out, int region, const airy_g2 *row)
{
    (void)out;
    (void)region;
    return row->delay;
}

static double time_of(const output *out, int region, const airy_g2 *row)
{
    return delay_of(out, region, row) * out->findings->period_s;
}

static airy_code no_memory(airy_error *err)
{
    return airy_error_set(err, AIRY_EMEMORY, "no memory for the arrays of a file");
}

static void units(const output *out, const char *path, const char *unit, airy_error *err)
{
    airy_h5_put_attribute_text(out->h5, path, "units", unit, err);
}

static const char *time_unit(const output *out)
{
    return out->findings->timed ? "s" : "frames";
}

// ------------------------------------------------------------------ curves

static void number_delays(output *out)
{
    int bins = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int r = 0; r < out->regions; r++)
            for (int i = 0; i < out->findings->n[r]; i++) {
                const airy_g2 *row = &out->findings->g2[r][i];
                bins = row->delay_bin >= bins ? row->delay_bin + 1 : bins;
                out->ages = row->age_bin >= out->ages ? row->age_bin + 1 : out->ages;
                if (out->column)
                    out->column[row->delay_bin] = 1;
            }
    out->delays = bins; // bins for now
}

static airy_code find_delays(output *out, airy_error *err)
{
    number_delays(out);
    int bins = out->delays;
    out->column = airy_memory_new((size_t)bins, sizeof *out->column);
    if (!out->column)
        return no_memory(err);
    number_delays(out);
    out->delays = 0;
    for (int b = 0; b < bins; b++)
        out->column[b] = out->column[b] ? out->delays++ : -1;
    return AIRY_OK;
}

// All ages: (delays, regions); by age: (ages, delays, regions).
static airy_code put_curves(const output *out, const char *path, cell_of *cell, bool by_age,
                            airy_error *err)
{
    int blocks = by_age ? out->ages : 1;
    const int dims[3] = {blocks, out->delays, out->regions};
    size_t n = (size_t)blocks * (size_t)out->delays * (size_t)out->regions;
    double *values = airy_memory_new(n, sizeof *values);
    if (!values)
        return no_memory(err);
    for (size_t i = 0; i < n; i++)
        values[i] = NAN;
    for (int r = 0; r < out->regions; r++)
        for (int i = 0; i < out->findings->n[r]; i++) {
            const airy_g2 *row = &out->findings->g2[r][i];
            int block = by_age ? row->age_bin : 0;
            size_t at = (size_t)block * (size_t)out->delays + (size_t)out->column[row->delay_bin];
            if (by_age ? row->age_bin >= 0 : row->age_bin < 0)
                values[at * (size_t)out->regions + (size_t)r] = cell(out, r, row);
        }
    airy_code code = by_age ? airy_h5_put_doubles(out->h5, path, values, 3, dims, err)
                            : airy_h5_put_doubles(out->h5, path, values, 2, dims + 1, err);
    airy_memory_free(values);
    return code;
}

// Delays are those of the first region that has each.
static airy_code put_delays(const output *out, const char *path, cell_of *cell, airy_error *err)
{
    double *values = airy_memory_new((size_t)out->delays, sizeof *values);
    if (!values)
        return no_memory(err);
    for (int r = out->regions - 1; r >= 0; r--)
        for (int i = out->findings->n[r] - 1; i >= 0; i--) {
            const airy_g2 *row = &out->findings->g2[r][i];
            if (row->age_bin < 0)
                values[out->column[row->delay_bin]] = cell(out, r, row);
        }
    airy_code code = airy_h5_put_doubles(out->h5, path, values, 1, &out->delays, err);
    airy_memory_free(values);
    return code;
}

static airy_code put_data(const output *out, airy_error *err)
{
    static const struct {
        const char *path;
        cell_of *cell;
        const char *unit;
    } rows[] = {{DATA "g2", g2_of, "dimensionless"},
                {DATA "g2_derr", error_of, "dimensionless"},
                {DATA "G2_unnormalized", unnormalized_of, "counts^2"},
                {TWOTIME "g2_from_two_time_corr_func", g2_of, "dimensionless"},
                {TWOTIME "g2_err_from_two_time_corr_func", error_of, "dimensionless"}};
    airy_code code = AIRY_OK;
    for (size_t i = 0; code == AIRY_OK && i < sizeof rows / sizeof rows[0]; i++) {
        code = put_curves(out, rows[i].path, rows[i].cell, false, err);
        units(out, rows[i].path, rows[i].unit, err);
        airy_h5_put_attribute_text(out->h5, rows[i].path, "storage_mode",
                                   i < 3 ? "one_array" : "one_array_q_last", err);
    }
    if (code == AIRY_OK)
        code = put_delays(out, DATA "delay_difference", delay_of, err);
    if (code == AIRY_OK)
        code = put_delays(out, DATA "delay_time", time_of, err);
    units(out, DATA "delay_difference", "frames", err);
    units(out, DATA "delay_time", time_unit(out), err);
    return code;
}

static double age_of(const output *out, int region, const airy_g2 *row)
{
    (void)region;
    return row->age * out->findings->period_s;
}

static airy_code put_ages(const output *out, airy_error *err)
{
    static const struct {
        const char *path;
        cell_of *cell;
    } rows[] = {{TWOTIME "g2_from_two_time_corr_func_partials", g2_of},
                {TWOTIME "g2_err_from_two_time_corr_func_partials", error_of},
                {TWOTIME "age_partials", age_of}};
    airy_code code = AIRY_OK;
    for (size_t i = 0; code == AIRY_OK && out->ages && i < sizeof rows / sizeof rows[0]; i++) {
        code = put_curves(out, rows[i].path, rows[i].cell, true, err);
        units(out, rows[i].path, i < 2 ? "dimensionless" : time_unit(out), err);
    }
    return code;
}

// ------------------------------------------------------------------ two times

// Mean C of the cells of a region, both halves.
static airy_code fill_map(const output *out, int r, double *map, airy_error *err)
{
    const airy_planes *p = &out->of->planes[r];
    int cells = p->cells, frames = out->of->survey.frames;
    airy_frame_pairs pairs;
    airy_code code = airy_frame_pairs_init(&pairs, out->of->frame_mean + (size_t)r * (size_t)frames,
                                           frames, err);
    for (int i = 0; code == AIRY_OK && i < cells; i++)
        for (int j = i; j < cells; j++) {
            double n = airy_frame_pairs_cell(&pairs, p->cell_level, i, j);
            double mean =
                n > 0 ? p->map[i * cells + j] / (n * out->findings->result[r].pixels) : NAN;
            map[i * cells + j] = map[j * cells + i] = mean;
        }
    airy_frame_pairs_release(&pairs);
    return code;
}

static airy_code put_map(const output *out, airy_error *err)
{
    int cells = out->of->planes[0].cells, level = out->of->planes[0].cell_level;
    const int dims[3] = {out->regions, cells, cells};
    size_t size = (size_t)cells * (size_t)cells;
    double *map = airy_memory_new(size * (size_t)out->regions, sizeof *map);
    double *time = airy_memory_new((size_t)cells, sizeof *time);
    airy_code code = map && time ? AIRY_OK : no_memory(err);
    for (int r = 0; code == AIRY_OK && r < out->regions; r++)
        code = fill_map(out, r, map + (size_t)r * size, err);
    for (int i = 0; code == AIRY_OK && i < cells; i++)
        time[i] = ((i + 0.5) * (1 << level) - 0.5) * out->findings->period_s;
    if (code == AIRY_OK) {
        airy_h5_put_doubles(out->h5, TWOTIME "two_time_corr_func", map, 3, dims, err);
        code = airy_h5_put_doubles(out->h5, TWOTIME "time", time, 1, &cells, err);
    }
    static const char *const said[][2] = {{"units", "dimensionless"},
                                          {"storage_mode", "one_array_q_first"},
                                          {"baseline_reference", "1"},
                                          {"time_origin_location", "upper_left"},
                                          {"populated_elements", "all"}};
    for (size_t i = 0; code == AIRY_OK && i < sizeof said / sizeof said[0]; i++)
        code = airy_h5_put_attribute_text(out->h5, TWOTIME "two_time_corr_func", said[i][0],
                                          said[i][1], err);
    units(out, TWOTIME "time", time_unit(out), err);
    airy_memory_free(map);
    airy_memory_free(time);
    return code;
}

// ------------------------------------------------------------------ frames and masks

static airy_code put_frames(const output *out, airy_error *err)
{
    int frames = out->of->survey.frames;
    const int dims[2] = {out->regions, frames};
    size_t n = (size_t)out->regions * (size_t)frames;
    double *sum = airy_memory_new(n, sizeof *sum);
    if (!sum)
        return no_memory(err);
    for (size_t i = 0; i < n; i++)
        sum[i] = out->of->frame_mean[i] * out->findings->result[i / (size_t)frames].pixels;
    airy_h5_put_doubles(out->h5, DATA "frame_average", out->of->frame_mean, 2, dims, err);
    airy_code code = airy_h5_put_doubles(out->h5, DATA "frame_sum", sum, 2, dims, err);
    units(out, DATA "frame_average", "counts", err);
    units(out, DATA "frame_sum", "counts", err);
    airy_memory_free(sum);
    return code;
}

static airy_code put_masks(const output *out, airy_error *err)
{
    const airy_regions *regions = &out->of->regions;
    const int dims[2] = {regions->ny, regions->nx};
    size_t size = (size_t)regions->ny * (size_t)regions->nx;
    int *map = airy_memory_new(size, sizeof *map);
    airy_image mean = {0};
    airy_code code = map ? airy_image_init(&mean, regions->ny, regions->nx, err) : no_memory(err);
    for (size_t i = 0; code == AIRY_OK && i < size; i++)
        mean.px[i] = NAN;
    for (int r = 0; code == AIRY_OK && r < regions->n; r++)
        for (int i = regions->first[r]; i < regions->first[r + 1]; i++) {
            map[regions->pixel[i]] = regions->label[r];
            mean.px[regions->pixel[i]] = (float)out->of->survey.mean[i];
        }
    if (code == AIRY_OK) {
        airy_h5_put_ints(out->h5, MASKS "dynamic_roi_map", map, 2, dims, err);
        airy_h5_put_ints(out->h5, MASKS "dynamic_roi_list", regions->label, 1, &regions->n, err);
        airy_h5_put_doubles(out->h5, MASKS "dynamic_q_list", regions->q_inv_a, 1, &regions->n, err);
        airy_h5_put_doubles(out->h5, MASKS "dynamic_phi_list", regions->phi_deg, 1, &regions->n,
                            err);
        code = airy_h5_put_image(out->h5, DATA "mean_image", &mean, err);
    }
    units(out, MASKS "dynamic_roi_map", "dimensionless", err);
    units(out, MASKS "dynamic_q_list", "1/angstrom", err);
    units(out, MASKS "dynamic_phi_list", "deg", err);
    units(out, DATA "mean_image", "counts", err);
    airy_memory_free(map);
    airy_image_release(&mean);
    return code;
}

static const airy_number of_regions[] = {
    AIRY_NUMBER(airy_region_result, baseline, "baseline", "dimensionless", "g2 at long delays"),
    AIRY_NUMBER(airy_region_result, baseline_error, "baseline_derr", "dimensionless", "its error"),
    AIRY_NUMBER(airy_region_result, contrast, "contrast", "dimensionless",
                "of a frame, less that of counting"),
    AIRY_NUMBER(airy_region_result, contrast_error, "contrast_derr", "dimensionless", "its error"),
};
const airy_described airy_region_numbers = AIRY_DESCRIBED("corr.h5 data", of_regions);

static airy_code put_results(const output *out, airy_error *err)
{
    const airy_region_result *result = out->findings->result;
    const airy_rows rows = {result, sizeof *result, out->regions};
    airy_code code = airy_described_put(out->h5, "/entry/data", &airy_region_numbers, &rows, err);
    for (int k = 0; k < airy_region_numbers.n; k++) {
        char path[128];
        snprintf(path, sizeof path, DATA "%s", airy_region_numbers.number[k].name);
        units(out, path, airy_region_numbers.number[k].unit, err);
    }
    return code;
}

static airy_code put_steps(const output *out, airy_error *err)
{
    const airy_findings *f = out->findings;
    double *rows = f->n_steps ? airy_memory_new((size_t)f->n_steps * 5, sizeof *rows) : NULL;
    const int dims[2] = {f->n_steps, 5};
    if (!rows)
        return f->n_steps ? no_memory(err) : AIRY_OK;
    for (int i = 0; i < f->n_steps; i++) {
        const airy_speckle_step *step = &f->steps[i];
        const double row[5] = {step->frame * f->period_s, step->low * f->period_s,
                               step->high * f->period_s, step->depth, step->chance};
        memcpy(rows + 5 * (size_t)i, row, sizeof row);
    }
    airy_code code = airy_h5_put_doubles(out->h5, TWOTIME "steps", rows, 2, dims, err);
    airy_h5_put_attribute_text(out->h5, TWOTIME "steps", "columns", "time low high depth p", err);
    units(out, TWOTIME "steps", time_unit(out), err);
    airy_memory_free(rows);
    return code;
}

static airy_code put_heads(const output *out, const airy_setup *beam, const char *path,
                           airy_error *err)
{
    const char *slash = strrchr(path, '/');
    airy_h5_put_text(out->h5, "/entry/definition", "NXxpcs", err);
    airy_h5_put_text(out->h5, "/entry/entry_identifier", slash ? slash + 1 : path, err);
    if (out->findings->timed) {
        airy_h5_put_double(out->h5, DETECTOR "frame_time", out->findings->period_s, err);
        units(out, DETECTOR "frame_time", "s", err);
    }
    if (beam->distance_m > 0) {
        airy_h5_put_double(out->h5, DETECTOR "distance", beam->distance_m, err);
        units(out, DETECTOR "distance", "m", err);
    }
    if (beam->pitch_m > 0) {
        airy_h5_put_double(out->h5, DETECTOR "x_pixel_size", beam->pitch_m, err);
        units(out, DETECTOR "x_pixel_size", "m", err);
    }
    if (beam->energy_ev > 0) {
        airy_h5_put_double(out->h5, "/entry/instrument/incident_beam/incident_energy",
                           1e-3 * beam->energy_ev, err);
        units(out, "/entry/instrument/incident_beam/incident_energy", "keV", err);
    }
    return airy_h5_put_text(out->h5, DATA "kernel", airy_kernel_names[out->of->kernel], err);
}

static airy_code put_all(output *out, const airy_setup *beam, const char *path, airy_error *err)
{
    airy_code (*const parts[])(const output *, airy_error *) = {
        put_data, put_ages, put_map, put_frames, put_masks, put_results, put_steps};
    airy_code code = find_delays(out, err);
    if (code == AIRY_OK)
        code = put_heads(out, beam, path, err);
    for (size_t i = 0; code == AIRY_OK && i < sizeof parts / sizeof parts[0]; i++)
        code = parts[i](out, err);
    return code;
}

// What each group is, and where viewers open the file.
static airy_code put_classes(airy_h5 *h5, airy_error *err)
{
    static const char *const rows[][3] = {
        {"/", "default", "entry"},
        {"/entry", "default", "data"},
        {"/entry/data", "NX_class", "NXdata"},
        {"/entry/data", "signal", "g2"},
        {"/entry/twotime", "NX_class", "NXdata"},
        {"/entry/twotime", "signal", "two_time_corr_func"},
        {"/entry/instrument/masks", "NX_class", "NXnote"},
    };
    airy_code code = AIRY_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && code == AIRY_OK; i++)
        code = airy_h5_put_attribute_text(h5, rows[i][0], rows[i][1], rows[i][2], err);
    return code;
}

airy_code airy_correlation_write(const char *path, const airy_correlation *of,
                                 const airy_findings *findings, const airy_setup *beam,
                                 const airy_history *history, bool overwrite, airy_error *err)
{
    output out = {.of = of, .findings = findings, .regions = of->regions.n};
    out.h5 = airy_h5_create(path, overwrite, err);
    airy_code code = out.h5 ? put_all(&out, beam, path, err) : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_cxi_begin(out.h5, NULL, history, err);
    if (code == AIRY_OK)
        code = put_classes(out.h5, err);
    if (code == AIRY_OK)
        code = airy_h5_commit(out.h5, err);
    airy_h5_close(out.h5);
    airy_memory_free(out.column);
    return code;
}
