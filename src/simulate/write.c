// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated series as files: what the detector would have written, and the truth beside it.
#include "airy/simulate.h"
#include "write.h"
#include "shot.h"
#include "panels.h"
#include "camera.h"

#include "airy/work.h"
#include "simulate/phantom.h"
#include "simulate/truth.h"
#include "airy/source.h"
#include "particles.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TRUTH_PIXEL_NM 1.0
#define TRUTH_MARGIN 1.1 // side of the truth's images over the largest diameter
#define BAND_COLUMNS "shot " AIRY_PHANTOM_BANDS

enum { FIRST_PULSE = 1000 };

// Numbers of a shot in truth.h5; of an object that was given, the delay alone.
static const airy_number facts[] = {
    AIRY_NUMBER(airy_shot_row, delay_ps, "delay_ps", "ps", "after the pump"),
    AIRY_NUMBER(airy_shot_row, r_par_nm, "radius_par_nm", "nm", "along the axis"),
    AIRY_NUMBER(airy_shot_row, r_perp_nm, "radius_perp_nm", "nm", "across it"),
    AIRY_NUMBER(airy_shot_row, a_total_nm2, "a_total_nm2", "nm^2", "area of the particle"),
    AIRY_NUMBER(airy_shot_row, a_low_nm2, "a_low_nm2", "nm^2", "area of its bands"),
};
const airy_described airy_truth_numbers = AIRY_DESCRIBED("truth.h5", facts);
static const airy_number axis[] = {
    AIRY_NUMBER(airy_particles, axis_deg, "axis_deg", "degrees", "direction of par"),
};
static const airy_described axes = AIRY_DESCRIBED("truth.h5", axis);

typedef struct job {
    const airy_simulation *simulation;
    const airy_simulation_output *output;
    airy_geometry grid;            // of regular modules
    const airy_geometry *geometry; // the one that holds
    airy_calibration camera;
    int shots; // in all
    airy_raw_writer *raw;
    airy_h5 *truth;
    airy_stack densities;
    airy_shot_row *rows; // truth of the shots
    airy_table bands, series;
    airy_shot *batch;
    int first; // number of the batch's first shot
} job;

static void path_of(const job *j, const char *name, char path[4096])
{
    snprintf(path, 4096, "%s/%s", j->output->folder, name);
}

// An existing series is kept as a whole, unless it may be overwritten.
static airy_code refuse_existing(const job *j, airy_error *err)
{
    static const char *const names[] = {
        "raw.h5",    "gain.h5",   "pedestal.h5",        "truth.h5",
        "bands.tsv", "truth.tsv", "truth-kinetics.tsv", "series.tsv",
        NULL};
    char path[4096];
    for (int i = 0; names[i] && !j->output->overwrite; i++) {
        path_of(j, names[i], path);
        if (airy_file_exists(path))
            return airy_error_set(err, AIRY_EIO, "%s exists (-f overwrites it)", path);
    }
    return AIRY_OK;
}

// Side of the truth's images: what the largest particle of the series needs, and even.
static int truth_side(const job *j)
{
    const airy_simulation *s = j->simulation;
    double reach = 0;
    for (int i = 0; i < s->n_delays; i++) {
        double par, perp;
        airy_particles_radii(&s->particles, s->delays_ps[i], &par, &perp);
        reach = fmax(reach, fmax(par, perp) * (1 + 4 * s->particles.spread));
    }
    return 2 * (int)ceil(TRUTH_MARGIN * reach / TRUTH_PIXEL_NM);
}

static airy_code prepare_truth(job *j, airy_error *err)
{
    char path[4096];
    path_of(j, "truth.h5", path);
    j->truth = airy_h5_create(path, j->output->overwrite, err);
    airy_code code = j->truth ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_cxi_begin(j->truth, &j->simulation->setup, j->output->history, err);
    const airy_image *object = j->simulation->object;
    int side = truth_side(j);
    if (code == AIRY_OK)
        code = object ? airy_stack_init(&j->densities, 1, object->ny, object->nx, err)
                      : airy_stack_init(&j->densities, j->shots, side, side, err);
    if (code == AIRY_OK && object)
        memcpy(j->densities.px, object->px,
               (size_t)object->ny * (size_t)object->nx * sizeof *object->px);
    j->rows = airy_memory_new((size_t)j->shots, sizeof *j->rows);
    if (code == AIRY_OK && !j->rows)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d shots", j->shots);
    return code;
}

static airy_code write_camera(job *j, airy_error *err)
{
    char gain[4096], pedestal[4096];
    path_of(j, "gain.h5", gain);
    path_of(j, "pedestal.h5", pedestal);
    return airy_calibration_write(gain, pedestal, &j->camera, j->output->history,
                                  j->output->overwrite, err);
}

// Where the pixels lie, and the rows of the stack of modules.
static airy_code place_modules(job *j, int *ny, airy_error *err)
{
    const airy_simulation *s = j->simulation;
    airy_code code = AIRY_OK;
    if (!s->geometry)
        code = airy_geometry_grid(&j->grid, s->modules_down, s->modules_across, err);
    j->geometry = s->geometry ? s->geometry : &j->grid;
    return code == AIRY_OK ? airy_simulation_rows(j->geometry, ny, err) : code;
}

static airy_code prepare(job *j, airy_error *err)
{
    const airy_simulation *s = j->simulation;
    char path[4096];
    airy_code code = airy_simulation_check(s, err);
    int ny = 0;
    j->shots = code == AIRY_OK ? s->n_delays * s->shots : 0;
    if (code == AIRY_OK)
        code = place_modules(j, &ny, err);
    if (code == AIRY_OK)
        code = airy_folder_make(j->output->folder, err);
    if (code == AIRY_OK)
        code = refuse_existing(j, err);
    if (code == AIRY_OK)
        code = airy_camera_init(&j->camera, ny, AIRY_MODULE_NX, &s->camera, s->seed, err);
    if (code == AIRY_OK)
        code = airy_table_init(&j->series, "shot file frame delay_ps gain pedestal pumped", err);
    if (code == AIRY_OK)
        code = airy_table_init(&j->bands, BAND_COLUMNS, err);
    path_of(j, "raw.h5", path);
    if (code == AIRY_OK) {
        j->raw = airy_raw_create(path, ny, AIRY_MODULE_NX, j->output->overwrite, err);
        code = j->raw ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    }
    return code == AIRY_OK ? prepare_truth(j, err) : code;
}

static airy_code simulate_one(int i, void *workspace, void *context, airy_error *err)
{
    job *j = context;
    (void)workspace;
    return airy_simulate_shot(j->simulation, j->geometry, &j->camera, j->first + i, &j->batch[i],
                              err);
}

static airy_code add_series_row(job *j, int number, double delay_ps, airy_error *err)
{
    airy_table *t = &j->series;
    airy_code code = airy_table_add(t, err);
    const struct {
        const char *column;
        double value;
    } numbers[] = {
        {"shot", number}, {"frame", number}, {"delay_ps", delay_ps}, {"pumped", delay_ps >= 0}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && code == AIRY_OK; i++)
        code = airy_table_put_double(t, t->rows - 1, numbers[i].column, numbers[i].value, err);
    static const char *const texts[][2] = {
        {"file", "raw.h5"}, {"gain", "gain.h5"}, {"pedestal", "pedestal.h5"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts && code == AIRY_OK; i++)
        code = airy_table_put(t, t->rows - 1, texts[i][0], texts[i][1], err);
    return code;
}

static airy_code add_bands(job *j, int number, const airy_phantom *phantom, airy_error *err)
{
    airy_table one = {0}, *all = &j->bands;
    airy_code code = airy_phantom_bands(phantom, &one, err);
    for (int row = 0; row < one.rows && code == AIRY_OK; row++) {
        code = airy_table_add(all, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(all, all->rows - 1, "shot", number, err);
        for (int c = 0; c < one.columns && code == AIRY_OK; c++)
            code = airy_table_put(all, all->rows - 1, one.name[c],
                                  airy_table_get(&one, row, one.name[c]), err);
    }
    airy_table_release(&one);
    return code;
}

// The truth of one shot, kept until the end but for its photons.
static airy_code keep_truth(job *j, int number, const airy_shot *shot, airy_error *err)
{
    j->rows[number].delay_ps = shot->delay_ps;
    airy_code code =
        airy_h5_append_image(j->truth, "/entry_1/truth_1/photons", &shot->photons, err);
    if (j->simulation->object || code != AIRY_OK)
        return code;
    airy_image density = airy_stack_image(&j->densities, number);
    airy_phantom_render(&shot->phantom, AIRY_PHANTOM_ALL, TRUTH_PIXEL_NM, &density);
    airy_truth_shot(j->simulation, shot, number, &j->rows[number]);
    return add_bands(j, number, &shot->phantom, err);
}

static airy_code keep_shot(job *j, int number, const airy_shot *shot, airy_error *err)
{
    airy_code code = airy_raw_append(j->raw, shot->words, FIRST_PULSE + number, err);
    if (code == AIRY_OK)
        code = keep_truth(j, number, shot, err);
    if (code == AIRY_OK)
        code = add_series_row(j, number, shot->delay_ps, err);
    return code;
}

// Shots in batches of one a thread, written in order.
static airy_code simulate_all(job *j, airy_error *err)
{
    const airy_progress *progress = j->output->progress;
    int most = j->output->threads > 0 ? j->output->threads : airy_farm_cores();
    airy_code code = AIRY_OK;
    j->batch = airy_memory_new((size_t)most, sizeof *j->batch);
    if (!j->batch)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d shots", most);
    airy_farm farm = {.threads = most, .job = simulate_one, .context = j};
    for (j->first = 0; j->first < j->shots && code == AIRY_OK; j->first += most) {
        int n = j->shots - j->first < most ? j->shots - j->first : most;
        code = airy_farm_run(&farm, n, err);
        for (int i = 0; i < n; i++) {
            if (code == AIRY_OK)
                code = keep_shot(j, j->first + i, &j->batch[i], err);
            airy_shot_release(&j->batch[i]);
        }
        airy_progress_report(progress, j->first + n, j->shots, "shots");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d shots", j->first + n,
                                  j->shots);
    }
    airy_memory_free(j->batch);
    return code;
}

static airy_code put_bands(job *j, airy_error *err)
{
    const airy_table *t = &j->bands;
    int dims[2] = {t->rows, t->columns}, n = t->rows * t->columns;
    if (n == 0)
        return AIRY_OK;
    double *values = airy_memory_new((size_t)n, sizeof *values);
    airy_code code =
        values ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for %d bands", t->rows);
    for (int i = 0; i < n && code == AIRY_OK; i++)
        code = airy_table_get_double(t, i / t->columns, t->name[i % t->columns], &values[i], err);
    if (code == AIRY_OK)
        code = airy_h5_put_doubles(j->truth, "/entry_1/truth_1/bands", values, 2, dims, err);
    if (code == AIRY_OK)
        code = airy_h5_put_attribute_text(j->truth, "/entry_1/truth_1/bands", "columns",
                                          BAND_COLUMNS, err);
    airy_memory_free(values);
    return code;
}

static airy_code write_truth(job *j, airy_error *err)
{
    double pixel = j->simulation->object ? j->simulation->object_pixel_nm : TRUTH_PIXEL_NM;
    airy_code code = airy_cxi_put_images(j->truth, &j->densities, pixel * 1e-9, err);
    const airy_rows rows = {j->rows, sizeof *j->rows, j->shots};
    const airy_rows same = {&j->simulation->particles, 0, j->shots};
    airy_described known = airy_truth_numbers;
    known.n = j->simulation->object ? 1 : known.n;
    if (code == AIRY_OK)
        code = airy_described_put(j->truth, "/entry_1/truth_1", &known, &rows, err);
    if (code == AIRY_OK && !j->simulation->object)
        code = airy_described_put(j->truth, "/entry_1/truth_1", &axes, &same, err);
    if (code == AIRY_OK)
        code = put_bands(j, err);
    return code == AIRY_OK ? airy_h5_commit(j->truth, err) : code;
}

static airy_code write_with_history(const job *j, airy_table *table, const char *name,
                                    airy_error *err)
{
    char path[4096];
    path_of(j, name, path);
    return airy_table_write_under(path, table, j->output->history, j->output->overwrite, err);
}

// What shots.tsv and kinetics.tsv of this series should be.
static airy_code write_truth_tables(const job *j, airy_error *err)
{
    airy_table shots = {0}, kinetics = {0};
    airy_code code = airy_shots_to_table(j->rows, j->shots, &shots, err);
    if (code == AIRY_OK)
        code = write_with_history(j, &shots, "truth.tsv", err);
    if (code == AIRY_OK)
        code = airy_truth_kinetics(j->simulation, j->rows, j->shots, &kinetics, err);
    if (code == AIRY_OK)
        code = write_with_history(j, &kinetics, "truth-kinetics.tsv", err);
    airy_table_release(&shots);
    airy_table_release(&kinetics);
    return code;
}

static airy_code write_tables(job *j, airy_error *err)
{
    airy_code code = write_with_history(j, &j->bands, "bands.tsv", err);
    return code == AIRY_OK ? write_with_history(j, &j->series, "series.tsv", err) : code;
}

static void release(job *j)
{
    airy_geometry_release(&j->grid);
    airy_calibration_release(&j->camera);
    airy_raw_writer_close(j->raw);
    airy_h5_close(j->truth);
    airy_stack_release(&j->densities);
    airy_memory_free(j->rows);
    airy_table_release(&j->bands);
    airy_table_release(&j->series);
}

airy_code airy_simulation_write(const airy_simulation *simulation,
                                const airy_simulation_output *output, airy_error *err)
{
    job j = {.simulation = simulation, .output = output};
    airy_code code = prepare(&j, err);
    if (code == AIRY_OK)
        code = simulate_all(&j, err);
    if (code == AIRY_OK)
        code = write_camera(&j, err);
    if (code == AIRY_OK)
        code = airy_raw_commit(j.raw, &simulation->setup, output->history, err);
    if (code == AIRY_OK)
        code = write_truth(&j, err);
    if (code == AIRY_OK && !simulation->object)
        code = write_truth_tables(&j, err);
    if (code == AIRY_OK)
        code = write_tables(&j, err); // series.tsv last: when it is there, all is there
    release(&j);
    return code;
}
