// SPDX-License-Identifier: GPL-3.0-or-later
// One frame at a glance: light, center and size, by the steps that the chain takes, in memory and
// on as few cells as the fringes need.
#include "airy/live.h"
#include "base/processor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 280, LEAST_SIDE = 48 }; // cells that a frame is binned to at first; of a part
#define SHADOW 0.5        // of the light about the beam stop: half shadowed cells go, too
#define DOUBTFUL_CHI2 2.0 // of Friedel mates
#define REACH                                                                                      \
    0.6 // of the circle that holds nine tenths of the lit area: most photons are within a part
#define SMOOTH 1.5          // cells, where there is no time to choose: a third of a fringe
#define FINEST_CYCLES 0.125 // of a radius, a cell: four cells a fringe (AIRY_COUNTS_RADIUS)

void airy_look_options_defaults(airy_look_options *options)
{
    *options = (airy_look_options){0};
    airy_hit_options_defaults(&options->hit);
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_look_options *o = of;
    return airy_hit_options_check(&o->hit, err);
}

const airy_option airy_look_rows[] = {
    AIRY_OPTION(airy_look_options, factor, "factor", .low = 0, .high = 64, .unit = "pixels",
                .help =
                    "side of the cells that center and size are found on; 0 = as the rings need"),
    AIRY_OPTION(airy_look_options, beamstop, "beamstop", .low = 0, .high = 1e4, .unit = "pixels",
                .help = "radius of the beam stop; 0 = its shadow is looked for"),
    AIRY_OPTION(airy_look_options, spheroid, "model", .choices = "sphere|spheroid",
                .help = "what is fitted"),
    AIRY_OPTION(airy_look_options, axis_deg, "axis", .low = -360, .high = 360, .unit = "degrees",
                .help = "of a spheroid, counter-clockwise from +x"),
    {.check = check},
};

void airy_look_release(airy_look *look)
{
    airy_pattern_release(&look->cells);
    *look = (airy_look){0};
}

// What was looked for in vain is told, and is no failure of the frame.
static airy_code pardon(airy_look *look, airy_code code, const airy_error *why, const char *what,
                        airy_error *err)
{
    if (airy_code_of_data(code)) {
        snprintf(look->why, sizeof look->why, "%s: %.200s", what, why->message);
        return AIRY_OK;
    }
    return code == AIRY_OK ? code : airy_error_set(err, code, "%s", why->message);
}

static void know_nothing(airy_look *look)
{
    const double none = (double)NAN;
    *look = (airy_look){.center_y = none,
                        .center_x = none,
                        .center_y_error = none,
                        .center_x_error = none,
                        .center_chi2 = none,
                        .second = none,
                        .peak = none};
    look->fit = (airy_sphere_fit){.radius_par_nm = none,
                                  .radius_perp_nm = none,
                                  .radius_par_error_nm = none,
                                  .radius_perp_error_nm = none,
                                  .cycles_par = none,
                                  .cycles_perp = none,
                                  .aspect = none,
                                  .chi2 = none,
                                  .chi2_bright = none,
                                  .intensity = none};
}

// ------------------------------------------------------------------ light

// The most of 16 pixels beside each other at a time: NaN is never more.
AIRY_EVERY_PROCESSOR
static float most_in(const float *px, int n)
{
    enum { LANES = 16 };
    float lane[LANES], most = -INFINITY;
    for (int k = 0; k < LANES; k++)
        lane[k] = -INFINITY;
    for (int i = 0; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++)
            lane[k] = px[i + k] > lane[k] ? px[i + k] : lane[k];
    for (int i = n - n % LANES; i < n; i++)
        most = px[i] > most ? px[i] : most;
    for (int k = 0; k < LANES; k++)
        most = lane[k] > most ? lane[k] : most;
    return most;
}

static double brightest(const airy_pattern *frame)
{
    float most = most_in(frame->photons.px, frame->photons.ny * frame->photons.nx);
    return most > -INFINITY ? (double)most : (double)NAN;
}

airy_code airy_look_light(const airy_pattern *frame, const airy_look_options *options,
                          airy_look *look, airy_error *err)
{
    know_nothing(look);
    airy_code code = airy_pattern_hit(frame, &options->hit, &look->hit, err);
    look->saturated = airy_mask_count(&frame->mask, AIRY_MASK_SATURATED);
    look->peak = brightest(frame);
    return code;
}

// ------------------------------------------------------------------ center

static int first_factor(const airy_pattern *frame)
{
    int side = frame->photons.ny > frame->photons.nx ? frame->photons.ny : frame->photons.nx;
    return frame->condensed || side <= SIDE ? 1 : (side + SIDE - 1) / SIDE;
}

// The stop's shadow as the darkest place about the center, or as the user says.
static airy_code mask_stop(airy_pattern *cells, const airy_look_options *options, int factor,
                           airy_error *err)
{
    airy_pattern mean = {0};
    airy_mask_options stop;
    airy_mask_options_defaults(&stop);
    stop.beamstop = options->beamstop / factor;
    if (options->beamstop > 0)
        return airy_mask_build(cells, &stop, NULL, 0, err);
    const airy_exposures_mask_options dark = {.shadow = SHADOW};
    airy_exposures *run = airy_exposures_new(err);
    airy_code code = run ? airy_exposures_add(run, cells, err) : AIRY_EMEMORY;
    if (code == AIRY_OK)
        code = airy_exposures_mean(run, 0.5, &mean, err);
    if (code == AIRY_OK)
        code = airy_exposures_mask(run, &dark, &mean, err);
    for (int i = 0; i < mean.mask.ny * mean.mask.nx && code == AIRY_OK; i++)
        cells->mask.bits[i] |= mean.mask.bits[i] & AIRY_MASK_SHADOWED;
    airy_exposures_free(run);
    airy_pattern_release(&mean);
    return code;
}

// Cells that touch a shadow are shadowed in part.
static void widen_shadow(airy_pattern *cells)
{
    int ny = cells->mask.ny, nx = cells->mask.nx;
    const uint32_t seed = AIRY_MASK_SHADOWED, grown = AIRY_MASK_COVERAGE;
    for (int y = 1; y + 1 < ny; y++)
        for (int x = 1; x + 1 < nx; x++) {
            const uint32_t *at = &cells->mask.bits[y * nx + x];
            if ((at[-1] | at[1] | at[-nx] | at[nx]) & seed)
                cells->mask.bits[y * nx + x] |= grown;
        }
    airy_pattern_apply_mask(cells);
}

static airy_code find_center(airy_pattern *cells, const airy_center_options *options, double *chi2,
                             airy_error *err)
{
    airy_center_result found;
    airy_code code = airy_pattern_center(cells, options, &found, err);
    if (code != AIRY_OK)
        return code;
    airy_pattern_set_center(cells, found.y, found.x, found.y_error, found.x_error);
    *chi2 = found.chi2;
    return code;
}

// The cells about the center alone: beyond there is next to nothing to learn, and most cells.
static airy_code crop(airy_pattern *cells, airy_look *look, airy_bin_result *did, airy_error *err)
{
    airy_pattern window = {0};
    int side = 2 * (int)ceil(REACH * look->hit.radius / look->factor);
    if (side < LEAST_SIDE || side >= cells->photons.ny || side >= cells->photons.nx)
        return AIRY_OK;
    double y = cells->center_y, x = cells->center_x;
    airy_code code = airy_pattern_window(cells, side, &window, err);
    if (code != AIRY_OK)
        return code;
    did->origin_y += look->factor * (int)lround(y - window.center_y);
    did->origin_x += look->factor * (int)lround(x - window.center_x);
    airy_pattern_release(cells);
    *cells = window;
    return AIRY_OK;
}

// First with what the stop hides, which mates agree on, too, or from where the user says; then
// without.
static airy_code center_cells(airy_pattern *cells, const airy_look_options *options,
                              airy_bin_result *did, airy_look *look, airy_error *err)
{
    airy_center_options how;
    airy_code code = AIRY_OK;
    double half = (look->factor - 1) / 2.0;
    if (cells->merged || cells->condensed)
        return AIRY_OK; // by what it is made
    airy_center_options_defaults(&how);
    if (options->has_start)
        airy_pattern_set_center(cells, (options->start_y - did->origin_y - half) / look->factor,
                                (options->start_x - did->origin_x - half) / look->factor, 0, 0);
    else
        code = find_center(cells, &how, &look->center_chi2, err);
    if (code == AIRY_OK)
        code = airy_pattern_check_center(cells, err);
    if (code == AIRY_OK)
        code = crop(cells, look, did, err);
    if (code == AIRY_OK)
        code = mask_stop(cells, options, look->factor, err);
    if (code != AIRY_OK)
        return code;
    widen_shadow(cells);
    how.smooth = options->has_start ? SMOOTH : 0;
    how.has_start = true;
    how.start_y = cells->center_y;
    how.start_x = cells->center_x;
    return find_center(cells, &how, &look->center_chi2, err);
}

// ------------------------------------------------------------------ size

static airy_code size_cells(const airy_pattern *cells, const airy_look_options *options,
                            airy_look *look, airy_error *err)
{
    airy_sphere_options how;
    airy_sphere_fit fit;
    airy_sphere_options_defaults(&how);
    how.spheroid = options->spheroid;
    how.axis = options->axis_deg;
    airy_code code = airy_pattern_sphere(cells, &how, &fit, err);
    if (code == AIRY_OK)
        look->fit = fit;
    return code;
}

static void note_center(const airy_bin_result *did, airy_look *look)
{
    double half = (look->factor - 1) / 2.0;
    look->center_y = did->origin_y + half + look->factor * look->cells.center_y;
    look->center_x = did->origin_x + half + look->factor * look->cells.center_x;
    look->center_y_error = look->factor * look->cells.center_y_error;
    look->center_x_error = look->factor * look->cells.center_x_error;
}

static airy_code bin_cells(const airy_pattern *frame, airy_look *look, airy_bin_result *did,
                           airy_error *err)
{
    airy_bin_options bin;
    airy_bin_options_defaults(&bin);
    bin.factor = look->factor;
    bin.align_center = false;
    airy_pattern_release(&look->cells);
    return airy_pattern_bin(frame, &bin, &look->cells, did, err);
}

// Center and size on cells of look->factor pixels.
static airy_code look_at_cells(const airy_pattern *frame, const airy_look_options *options,
                               airy_look *look, airy_error *err)
{
    airy_bin_result did;
    airy_fringes second;
    airy_error why = {0};
    look->why[0] = '\0';
    airy_code code = bin_cells(frame, look, &did, err);
    if (code != AIRY_OK)
        return code;
    code = pardon(look, center_cells(&look->cells, options, &did, look, &why), &why, "center", err);
    if (code != AIRY_OK || look->why[0])
        return code;
    note_center(&did, look);
    code = pardon(look, size_cells(&look->cells, options, look, &why), &why, "size", err);
    if (code == AIRY_OK && !look->why[0] &&
        airy_pattern_fringes(&look->cells, 2 * fmax(look->fit.cycles_par, look->fit.cycles_perp),
                             &second, NULL) == AIRY_OK)
        look->second = second.visibility;
    return code;
}

// A center that was only refined is searched where it is none.
static airy_code look_from_start(const airy_pattern *frame, const airy_look_options *options,
                                 airy_look *look, airy_error *err)
{
    airy_look_options search = *options;
    airy_code code = look_at_cells(frame, options, look, err);
    search.has_start = false;
    bool doubtful = isnan(look->center_y) || look->center_chi2 > DOUBTFUL_CHI2;
    return code == AIRY_OK && options->has_start && doubtful
               ? look_at_cells(frame, &search, look, err)
               : code;
}

// The side of cells that fringes this fine need; as it was where they are not known.
static int fine_factor(const airy_pattern *frame, const airy_look *look)
{
    double cycles = fmax(look->fit.cycles_par, look->fit.cycles_perp);
    int coarsest = first_factor(frame), fine = look->factor;
    if (cycles > 0)
        fine = (int)fmin(coarsest, fmax(1, floor(look->factor * FINEST_CYCLES / cycles)));
    return fine;
}

airy_code airy_look_particle(const airy_pattern *frame, const airy_look_options *options,
                             airy_look *look, airy_error *err)
{
    if (look->hit.measured == 0)
        return AIRY_OK;
    int coarsest = first_factor(frame), start = options->start_factor;
    bool known = !options->factor && start > 0 && start < coarsest;
    look->factor = options->factor ? options->factor : known ? start : coarsest;
    airy_code code = look_from_start(frame, options, look, err);
    if (code != AIRY_OK || options->factor)
        return code;
    bool sized = look->fit.radius_par_nm > 0;
    if (known && sized && abs(fine_factor(frame, look) - start) <= 1)
        return code; // a pixel more or less is as good
    if (known) {
        look->factor = coarsest;
        code = look_from_start(frame, options, look, err);
    }
    int fine = fine_factor(frame, look);
    if (code == AIRY_OK && fine < look->factor) {
        look->factor = fine;
        code = look_from_start(frame, options, look, err);
    }
    return code;
}

airy_code airy_look_cells(const airy_pattern *frame, const airy_look_options *options,
                          airy_look *look, airy_error *err)
{
    airy_bin_result did;
    look->factor = options->factor ? options->factor : first_factor(frame);
    return bin_cells(frame, look, &did, err);
}

airy_code airy_look_pattern(const airy_pattern *frame, const airy_look_options *options,
                            airy_look *look, airy_error *err)
{
    airy_code code = airy_look_light(frame, options, look, err);
    return code == AIRY_OK ? airy_look_particle(frame, options, look, err) : code;
}

// ------------------------------------------------------------------ rows

static const airy_number of_look[] = {
    AIRY_NUMBER(airy_look, hit.photons, "photons", "photons", "in the frame"),
    AIRY_NUMBER(airy_look, peak, "peak", "photons", "in the brightest measured pixel"),
    AIRY_NUMBER(airy_look, hit.lit, "lit", "pixels", "that saw light"),
    AIRY_NUMBER(airy_look, saturated, "saturated", "pixels", "that saturate"),
    AIRY_NUMBER(airy_look, hit.background, "background", "photons", "a pixel, away from the light"),
    AIRY_NUMBER(airy_look, center_y, "center_y", "pixels", "of Friedel symmetry"),
    AIRY_NUMBER(airy_look, center_y_error, "center_y_err", "pixels", "its error"),
    AIRY_NUMBER(airy_look, center_x, "center_x", "pixels", "of Friedel symmetry"),
    AIRY_NUMBER(airy_look, center_x_error, "center_x_err", "pixels", "its error"),
    AIRY_NUMBER(airy_look, center_chi2, "center_chi2", "1", "of Friedel mates, about 1"),
    AIRY_NUMBER(airy_look, fit.radius_par_nm, "r_par_nm", "nm", "radius along the axis"),
    AIRY_NUMBER(airy_look, fit.radius_par_error_nm, "r_par_err_nm", "nm", "its error"),
    AIRY_NUMBER(airy_look, fit.radius_perp_nm, "r_perp_nm", "nm", "radius across it"),
    AIRY_NUMBER(airy_look, fit.radius_perp_error_nm, "r_perp_err_nm", "nm", "its error"),
    AIRY_NUMBER(airy_look, fit.chi2_bright, "ring_chi2", "1", "of bright cells about the rings"),
    AIRY_NUMBER(airy_look, second, "second", "1", "visibility of a second particle's fringes"),
    AIRY_NUMBER(airy_look, factor, "cell", "pixels", "side of the cells that were fitted"),
};
static const airy_described look_numbers = AIRY_DESCRIBED("look, watch.tsv", of_look);

airy_code airy_look_add_row(const airy_look *look, const char *file, int frame, airy_table *table,
                            airy_error *err)
{
    int row = table->rows;
    airy_code code = AIRY_OK;
    if (!table->columns)
        code = airy_table_init(table, AIRY_LOOK_COLUMNS, err);
    if (code == AIRY_OK)
        code = airy_table_add(table, err);
    if (code == AIRY_OK)
        code = airy_table_put(table, row, "file", file, err);
    if (code == AIRY_OK)
        code = airy_table_put_double(table, row, "frame", frame, err);
    return code == AIRY_OK ? airy_described_put_row(table, row, &look_numbers, look, err) : code;
}
