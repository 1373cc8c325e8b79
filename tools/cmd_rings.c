// SPDX-License-Identifier: GPL-3.0-or-later
// airy rings: azimuthal integration of frames, and the variances of fluctuation microscopy.
#include "airy/scattering.h"
#include "commands.h"
#include "feed.h"
#include "say.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOWS_MAX = 64 };

// What the command line says.
typedef struct wishes {
    airy_photons_options photons;
    airy_integrate_options integrate;
    int unit, split, errors, flip; // choices
    const char *poni, *tilt, *range, *polarisation, *dark, *flat, *background, *mask, *variance;
    const char *background_file; // of `background`, without its scale
    char *owned;
    double wavelength_a, per_pixel, noise_factor;
    const char *peaks, *windows; // table of peaks, and where they are
    int n_windows;
    double window[WINDOWS_MAX][2], top; // in q; share of the height
    double below, above;
    bool each;
} wishes;

enum { FLIP_ROWS = 1, FLIP_COLUMNS = 2 }; // "none|rows|columns|both" as bits

// A run, and what it adds up.
typedef struct run {
    const invocation *call;
    const wishes *w;
    airy_pattern dark, flat, background;
    airy_mask mask;
    airy_pattern facts; // of the first frame: beam and center
    pthread_mutex_t lock;
    airy_integrator *integrator; // made when the first frame tells its size
    airy_profile mean;
    airy_variance *variance;
    int variance_kind;
    airy_h5 *h5;
} run;

// A slot's part.
typedef struct own {
    const run *of;
    airy_integrator_work *work;
    airy_profile profile;
} own;

// ------------------------------------------------------------------ geometry

static airy_code read_poni(const run *r, int ny, int nx, airy_pose *pose, airy_error *err)
{
    char *text = NULL;
    airy_code code = airy_file_read_text(r->w->poni, &text, err);
    if (code == AIRY_OK)
        code = airy_pose_poni(pose, text, r->w->poni, ny, nx, err);
    free(text);
    return code;
}

// Numbers that a square detector wants and nobody stated.
static airy_code need_numbers(const run *r, airy_error *err)
{
    const airy_setup *setup = &r->facts.setup;
    const struct {
        double value;
        const char *what, *option;
    } rows[] = {{setup->pitch_m, "the side of a pixel", "--pixel"},
                {setup->distance_m, "the distance of the detector", "--distance"},
                {r->w->wavelength_a > 0 ? 1 : setup->energy_ev, "the photon energy", "--energy"}};
    for (int i = 0; i < 3; i++)
        if (!(rows[i].value > 0))
            return airy_error_set(err, AIRY_EVALUE, "%s is not stated: %s, or --poni, gives it",
                                  rows[i].what, rows[i].option);
    return AIRY_OK;
}

static airy_code find_pose(const run *r, int ny, int nx, airy_pose *pose, airy_error *err)
{
    const airy_pattern *at = &r->facts;
    airy_code code = AIRY_OK;
    double tilt[2];
    int n = 0;
    if (!r->w->poni && !at->has_center)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s does not say where the beam hits: --beam X,Y, --poni or a "
                              "--geometry that does is needed",
                              r->call->inputs[0]);
    if (r->w->poni)
        code = read_poni(r, ny, nx, pose, err);
    else if (r->w->per_pixel > 0)
        *pose = airy_pose_plane(airy_radial_to_q((airy_radial)r->w->unit, r->w->per_pixel, 1),
                                at->center_y, at->center_x);
    else if ((code = need_numbers(r, err)) == AIRY_OK)
        *pose = airy_pose_square(&at->setup, at->center_y, at->center_x);
    if (code == AIRY_OK && r->w->photons.calibrate.energy_ev > 0)
        pose->energy_ev = r->w->photons.calibrate.energy_ev;
    if (code == AIRY_OK && r->w->wavelength_a > 0)
        pose->energy_ev = airy_energy_of_wavelength(r->w->wavelength_a);
    if (code == AIRY_OK && r->w->poni && !(pose->energy_ev > 0))
        pose->energy_ev = at->setup.energy_ev;
    if (code == AIRY_OK && r->w->tilt)
        code = airy_text_doubles(r->w->tilt, tilt, 2, &n, err);
    if (code == AIRY_OK && n == 2)
        code = airy_pose_tilt(pose, tilt[0], tilt[1], err);
    if (code == AIRY_OK)
        airy_pose_flip(pose, ny, nx, r->w->flip & FLIP_ROWS, r->w->flip & FLIP_COLUMNS);
    return code;
}

static airy_code make_integrator(run *r, int ny, int nx, airy_error *err)
{
    airy_pose pose;
    const airy_integrate_images images = {.dark = r->dark.photons,
                                          .flat = r->flat.photons,
                                          .back = r->background.photons.px ? &r->background : NULL,
                                          .mask = r->mask};
    airy_code code = find_pose(r, ny, nx, &pose, err);
    if (code != AIRY_OK)
        return code;
    r->integrator = airy_integrator_new(&pose, ny, nx, &r->w->integrate, &images, err);
    return r->integrator ? AIRY_OK : err->code;
}

// Files of ours tell the center with each frame: it is taken from any, and must be that of all.
static airy_code know_center(run *r, const airy_pattern *frame, airy_error *err)
{
    airy_pattern *at = &r->facts;
    if (r->w->poni || !frame->has_center)
        return AIRY_OK;
    if (!at->has_center) {
        airy_pattern_set_center(at, frame->center_y, frame->center_x, 0, 0);
        airy_setup_know(&at->setup, &frame->setup);
    }
    if (at->center_y == frame->center_y && at->center_x == frame->center_x)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EVALUE,
                          "frames have centers of their own: give one for all by --beam X,Y, or "
                          "integrate them one by one (--frames)");
}

static airy_code begin(airy_calibrator *calibrator, const airy_pattern *facts, void *context,
                       airy_error *err)
{
    run *r = context;
    (void)calibrator, (void)err;
    r->facts.setup = facts->setup;
    r->facts.has_center = facts->has_center;
    r->facts.center_y = facts->center_y;
    r->facts.center_x = facts->center_x;
    return AIRY_OK;
}

// ------------------------------------------------------------------ frames

static void *make_own(void *context)
{
    own *o = airy_memory_new(1, sizeof *o);
    if (o)
        o->of = context;
    return o;
}

static void drop_own(void *given)
{
    own *o = given;
    airy_integrator_work_free(o->work);
    airy_profile_release(&o->profile);
    airy_memory_free(o);
}

static airy_code need_integrator(run *r, own *o, const airy_pattern *frame, airy_error *err)
{
    pthread_mutex_lock(&r->lock);
    airy_code code = know_center(r, frame, err);
    if (code == AIRY_OK && !r->integrator)
        code = make_integrator(r, frame->photons.ny, frame->photons.nx, err);
    pthread_mutex_unlock(&r->lock);
    if (code != AIRY_OK || o->work)
        return code;
    o->work = airy_integrator_work_new(r->integrator, err);
    if (!o->work)
        return err->code;
    return airy_profile_init(&o->profile, airy_integrator_bins(r->integrator)->n, err);
}

static airy_code integrate(const airy_photons_frame *frame, void *given, void *context,
                           airy_error *err)
{
    run *r = context;
    own *o = given;
    airy_code code = need_integrator(r, o, frame->pattern, err);
    if (code == AIRY_OK)
        code = airy_integrator_frame(r->integrator, frame->pattern, o->work, &o->profile, err);
    return code;
}

static airy_code need_sums(run *r, airy_error *err)
{
    const airy_bins *bins = airy_integrator_bins(r->integrator);
    airy_code code = r->mean.n ? AIRY_OK : airy_profile_init(&r->mean, bins->n, err);
    if (code != AIRY_OK || r->variance || !r->w->variance)
        return code;
    r->variance = airy_variance_new(bins, r->w->noise_factor, err);
    return r->variance ? AIRY_OK : err->code;
}

static airy_code add_up(const airy_photons_frame *frame, void *given, void *context,
                        airy_error *err)
{
    run *r = context;
    own *o = given;
    (void)frame;
    airy_code code = need_sums(r, err);
    if (code != AIRY_OK)
        return code;
    airy_profile_add(&r->mean, &o->profile);
    if (r->variance)
        airy_variance_add(r->variance, airy_integrator_signal(o->work));
    return r->w->each ? airy_rings_append(r->integrator, &o->profile, r->h5, err) : AIRY_OK;
}

// ------------------------------------------------------------------ files

static bool is_table(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ".tsv") == 0;
}

// iq.h5 -> iq.tsv beside it.
static char *table_path(const char *output)
{
    const char *slash = strrchr(output, '/'), *dot = strrchr(output, '.');
    size_t n = dot && (!slash || dot > slash) ? (size_t)(dot - output) : strlen(output);
    airy_text path = {0};
    airy_text_append(&path, "%.*s.tsv", (int)n, output);
    return path.text;
}

static airy_code read_images(run *r, airy_error *err)
{
    const struct {
        const char *spec;
        airy_pattern *to;
    } rows[] = {
        {r->w->dark, &r->dark}, {r->w->flat, &r->flat}, {r->w->background_file, &r->background}};
    airy_code code = AIRY_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == AIRY_OK; i++)
        if (rows[i].spec)
            code = airy_pattern_read(rows[i].spec, 0, rows[i].to, NULL, err);
    if (code == AIRY_OK && r->w->mask)
        code = airy_frames_read_mask(&r->call->run, r->w->mask, &r->mask, err);
    return code;
}

// Peaks of the mean profile, in windows of q.
static airy_code write_peaks(const run *r, const airy_history *history, airy_error *err)
{
    airy_peak peaks[WINDOWS_MAX * AIRY_PEAK_ESTIMATORS];
    airy_spectrum curve = {0};
    airy_table table = {0};
    int n = 0, found;
    airy_code code = airy_spectrum_of_profile(&r->mean, r->integrator, &curve, err);
    for (int k = 0; k < r->w->n_windows && code == AIRY_OK; k++) {
        code = airy_peaks_measure(&curve, r->w->window[k][0], r->w->window[k][1], r->w->top,
                                  &peaks[n], &found, err);
        for (int i = 0; i < found && code == AIRY_OK; i++, n++) {
            peaks[n].number = k + 1;
            peaks[n].systematic = airy_integrator_dq(r->integrator, peaks[n].position);
        }
    }
    if (code == AIRY_OK)
        code = airy_peaks_table(peaks, n, &table, err);
    if (code == AIRY_OK)
        code = airy_history_copy(&table.history, history, err);
    if (code == AIRY_OK)
        code = airy_table_write(r->w->peaks, &table, r->call->overwrite, err);
    airy_table_release(&table);
    airy_spectrum_release(&curve);
    return code;
}

static airy_code write_outputs(run *r, const char *table_to, const airy_history *history,
                               airy_error *err)
{
    const airy_rings_result result = {.integrator = r->integrator,
                                      .mean = &r->mean,
                                      .variance = r->variance,
                                      .kind = (airy_variance_kind)r->variance_kind};
    airy_table table = {0};
    airy_profile_finish(&r->mean);
    airy_code code = airy_rings_table(&result, &table, err);
    if (code == AIRY_OK)
        code = airy_history_copy(&table.history, history, err);
    if (code == AIRY_OK && r->w->peaks)
        code = write_peaks(r, history, err);
    if (code == AIRY_OK && r->h5) {
        airy_cxi_begin(r->h5, &r->facts.setup, history, err);
        airy_rings_put(&result, r->h5, err);
        code = airy_h5_commit(r->h5, err);
    }
    if (code == AIRY_OK)
        code = airy_table_write(table_to, &table, r->call->overwrite, err);
    if (code == AIRY_OK && r->h5)
        printf("%s\n", r->call->output);
    if (code == AIRY_OK)
        printf("%s\n", table_to);
    if (code == AIRY_OK && r->w->peaks)
        printf("%s\n", r->w->peaks);
    airy_table_release(&table);
    return code;
}

static void release(run *r)
{
    airy_h5_close(r->h5);
    airy_integrator_free(r->integrator);
    airy_variance_free(r->variance);
    airy_profile_release(&r->mean);
    airy_pattern_release(&r->dark);
    airy_pattern_release(&r->flat);
    airy_pattern_release(&r->background);
    airy_mask_release(&r->mask);
    pthread_mutex_destroy(&r->lock);
}

static airy_code rings(const invocation *call, const wishes *w, int kind, airy_error *err)
{
    static const airy_photons_stages stages = {
        .begin = begin, .make = make_own, .drop = drop_own, .work = integrate, .store = add_up};
    run r = {.call = call, .w = w, .lock = PTHREAD_MUTEX_INITIALIZER, .variance_kind = kind};
    airy_history history = {0};
    int frames = 0;
    char *table = is_table(call->output) ? airy_text_copy(call->output) : table_path(call->output);
    airy_code code =
        table ? airy_output_check(table, w->peaks, call->overwrite, err) : AIRY_EMEMORY;
    if (code == AIRY_OK)
        code = read_images(&r, err);
    if (code == AIRY_OK && !is_table(call->output)) {
        r.h5 = airy_h5_create(call->output, call->overwrite, err);
        code = r.h5 ? AIRY_OK : err->code;
    }
    if (code == AIRY_OK)
        code = feed_run(call, &w->photons, &stages, &r, &history, &frames, err);
    if (code == AIRY_OK)
        code = write_outputs(&r, table, &history, err);
    if (code == AIRY_OK)
        say_note(call, "%d frame%s in %d rings", frames, frames == 1 ? "" : "s",
                 airy_integrator_bins(r.integrator)->rings);
    airy_history_release(&history);
    release(&r);
    free(table);
    return code;
}

// ------------------------------------------------------------------ options

// "FILE:scale" apart; a number after the last colon is a scale.
static bool split_scale(wishes *w)
{
    const char *colon = w->background ? strrchr(w->background, ':') : NULL;
    w->background_file = w->background;
    if (!colon || airy_text_double(colon + 1, &w->integrate.background_scale, NULL) != AIRY_OK)
        return true;
    w->owned = airy_text_copy(w->background);
    if (w->owned)
        w->owned[colon - w->background] = '\0';
    w->background_file = w->owned;
    return w->owned && w->integrate.background_scale >= 0;
}

static bool two_numbers(const char *text, double *a, double *b)
{
    const char *colon = strchr(text, ':');
    char *first = colon ? airy_text_copy(text) : NULL;
    if (!first)
        return false;
    first[colon - text] = '\0';
    bool good = airy_text_double(first, a, NULL) == AIRY_OK &&
                airy_text_double(colon + 1, b, NULL) == AIRY_OK && *a < *b;
    free(first);
    return good;
}

static int find_name(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

// Texts into numbers; the sentence of what is wrong, or NULL.
static const char *read_texts(wishes *w, int *kind)
{
    airy_integrate_options *o = &w->integrate;
    double tilt[2];
    int n = 0;
    if (w->range && !two_numbers(w->range, &o->bins.low, &o->bins.high))
        return "--range: two rising numbers A:B are wanted";
    if (strcmp(w->polarisation, "none") != 0 &&
        airy_text_double(w->polarisation, &o->polarisation, NULL) != AIRY_OK)
        return "--polarisation: a number from -1 to 1, or none, is wanted";
    if (w->tilt && (airy_text_doubles(w->tilt, tilt, 2, &n, NULL) != AIRY_OK || n != 2 ||
                    !(fabs(tilt[0]) < 90)))
        return "--tilt: two numbers DEG,TOWARD are wanted, the first between -90 and 90";
    if (w->variance && (*kind = find_name(airy_variance_names, w->variance)) < 0)
        return "--variance: pooled, ring, omega, re or image is wanted";
    if (w->per_pixel > 0 && (w->poni || w->unit == AIRY_RADIAL_TWO_THETA_DEG))
        return "--per-pixel goes with units of q or s and without --poni";
    if ((w->peaks != NULL) != (w->windows != NULL) || (w->peaks && o->bins.sectors > 1))
        return "--peaks FILE and --windows A:B,... go together, and with whole rings";
    if (w->windows && !options_ranges(w->windows, w->window, WINDOWS_MAX, &w->n_windows))
        return "--windows: at most 64 rising A:B,A:B are wanted";
    if (!split_scale(w))
        return "--background: FILE or FILE:SCALE with a scale of 0 or more is wanted";
    o->unit = (airy_radial)w->unit;
    o->bins.split = (airy_split)w->split;
    o->errors = (airy_integrate_error)w->errors;
    o->below = w->below <= -1e30 ? -INFINITY : w->below;
    o->above = w->above >= 1e30 ? INFINITY : w->above;
    return NULL;
}

// The rows of calibration under this command's names: background and unit mean something else here.
static void calibration_rows(airy_photons_options *photons, option rows[PHOTONS_ROWS])
{
    int n = 0;
    photons_rows(photons, rows);
    for (int i = 0; rows[i].name; i++) {
        if (strcmp(rows[i].name, "background") == 0)
            continue;
        rows[n] = rows[i];
        if (strcmp(rows[n].name, "unit") == 0)
            rows[n].name = "values";
        n++;
    }
    rows[n] = (option){0};
}

static bool parse(invocation *call, wishes *w, int *kind)
{
    option rows[PHOTONS_ROWS];
    airy_integrate_options *o = &w->integrate;
    calibration_rows(&w->photons, rows);
    const option table[] = {
        {"poni", OPTION_TEXT, &w->poni, .unit = "FILE", .help = "geometry as pyFAI writes it"},
        {"tilt", OPTION_TEXT, &w->tilt, .unit = "DEG,TOWARD",
         .help = "the detector leans about the beam, its side at azimuth TOWARD the farthest"},
        {"flip", OPTION_CHOICE, &w->flip, .choices = "none|rows|columns|both",
         .help = "frames are stored mirrored against the geometry: their rows from last to first"},
        {"wavelength", OPTION_DOUBLE, &w->wavelength_a, .low = 0, .high = 100, .unit = "A",
         .help = "instead of --energy; 0 = not given"},
        {"per-pixel", OPTION_DOUBLE, &w->per_pixel, .low = 0, .high = 1e6, .unit = "UNIT",
         .help = "a pixel is so wide in --unit, as on a plane of reciprocal space; 0 = not given"},
        {"bins", OPTION_INT, &o->bins.rings, .low = 1, .high = 1e6, .help = "rings"},
        {"range", OPTION_TEXT, &w->range, .unit = "A:B", .help = "of the rings, in --unit"},
        {"unit", OPTION_CHOICE, &w->unit, .choices = "q_inv_a|q_inv_nm|two_theta_deg|s_inv_nm",
         .help = "rings are equally wide in this"},
        {"sectors", OPTION_INT, &o->bins.sectors, .low = 1, .high = 3600,
         .help = "parts of a ring, from azimuth 0 = +x towards +y"},
        {"split", OPTION_CHOICE, &w->split, .choices = "none|bbox",
         .help = "whether a pixel counts for all rings that its bounding box touches"},
        {"polarisation", OPTION_TEXT, &w->polarisation, .unit = "F",
         .help = "(Ix - Iy) / (Ix + Iy) of the beam, -1 to 1, to be corrected for; or none"},
        {"solid-angle", OPTION_FLAG, &o->solid_angle, .help = "divide by a pixel's solid angle"},
        {"dark", OPTION_TEXT, &w->dark, .unit = "FILE", .help = "image to be taken off"},
        {"flat", OPTION_TEXT, &w->flat, .unit = "FILE", .help = "image to be divided by"},
        {"background", OPTION_TEXT, &w->background, .unit = "FILE[:SCALE]",
         .help = "image to be taken off, scaled"},
        {"mask", OPTION_TEXT, &w->mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {"below", OPTION_DOUBLE, &w->below, .unit = "VALUE", .help = "exclude smaller values"},
        {"above", OPTION_DOUBLE, &w->above, .unit = "VALUE", .help = "exclude larger values"},
        {"clip", OPTION_DOUBLE, &o->clip, .low = 0, .high = 1000, .unit = "SIGMA",
         .help = "leave out pixels so far off their ring, until none is; 0 = off"},
        {"errors", OPTION_CHOICE, &w->errors, .choices = "poisson|scatter",
         .help = "from the noise of pixels, or from how they scatter in their ring"},
        {"thickness", OPTION_DOUBLE, &o->thickness_m, .low = 0, .high = 1, .unit = "m",
         .help = "of the sample along the beam, for systematic errors; 0 = not stated"},
        {"peaks", OPTION_TEXT, &w->peaks, .unit = "FILE",
         .help = "table of positions and widths of peaks, one in each of --windows"},
        {"windows", OPTION_TEXT, &w->windows, .unit = "A:B,...", .help = "of q, 1/A"},
        {"top", OPTION_DOUBLE, &w->top, .low = 0.1, .high = 0.99, .unit = "SHARE",
         .help = "of a peak's height above which points make its cubic"},
        {"each", OPTION_FLAG, &w->each, .help = "one profile a frame too, in the .h5"},
        {"variance", OPTION_TEXT, &w->variance, .unit = "NAME",
         .help = "fluctuation microscopy: pooled, ring, omega, re or image"},
        {"noise-factor", OPTION_DOUBLE, &w->noise_factor, .low = 0, .high = 1e6,
         .help = "variance of the signal over its mean by noise alone; 1 = counted photons"},
        {"calibration", OPTION_ROWS, .at = rows},
        {0},
    };
    if (!photons_parse(call, table, TAKES_OUTPUT, &w->photons))
        return false;
    const char *wrong = read_texts(w, kind);
    airy_error err = {0};
    call->status = 0;
    if (wrong)
        call->status = options_wrong(call, "%s", wrong);
    else if (airy_integrate_options_check(o, &err) != AIRY_OK)
        call->status = options_wrong(call, "%s", err.message);
    else if (w->each && is_table(call->output))
        call->status = options_wrong(call, "--each wants an output .h5: a table holds one profile");
    return call->status == 0;
}

int cmd_rings(invocation *call)
{
    wishes w = {
        .polarisation = "none", .below = -1e30, .above = 1e30, .noise_factor = 1, .top = 0.8};
    airy_error err = {0};
    int kind = 0;
    airy_photons_defaults(&w.photons);
    airy_integrate_options_defaults(&w.integrate);
    if (parse(call, &w, &kind)) {
        const char *more[6] = {NULL};
        const char *const files[] = {w.poni, w.dark, w.flat, w.background_file, w.mask};
        for (size_t i = 0, n = 0; i < sizeof files / sizeof *files; i++)
            if (files[i])
                more[n++] = files[i];
        w.photons.more = more;
        call->status = say_done(call, rings(call, &w, kind, &err), &err);
    }
    free(w.owned);
    return call->status;
}
