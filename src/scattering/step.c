// SPDX-License-Identifier: GPL-3.0-or-later
// Frames into profiles, variances and peaks: the whole step, with files at both ends.
#include "airy/scattering.h"
#include "variance.h"
#include "spectrum.h"
#include "profile.h"
#include "place.h"
#include "peaks.h"
#include "integrator.h"
#include "integrate.h"
#include "files.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// A run, and what it adds up.
typedef struct run {
    const airy_call *call;
    const airy_rings_step *step;
    airy_pattern dark, flat, background;
    airy_mask mask;
    airy_pattern facts; // of the first frame: setup and center
    pthread_mutex_t lock;
    airy_integrator *integrator; // made when the first frame tells its size
    airy_profile mean;
    airy_variance *variance;
    airy_h5 *h5;
} run;

// A slot's part.
typedef struct own {
    const run *of;
    airy_integrator_work *work;
    airy_profile profile;
} own;

const airy_option airy_rings_step_rows[] = {
    AIRY_OPTION(airy_rings_step, poni, "poni", .unit = "FILE",
                .help = "geometry as pyFAI writes it"),
    AIRY_OPTION(airy_rings_step, wavelength_a, "wavelength", .low = 0, .high = 100, .unit = "A",
                .help = "instead of --energy; 0 = not given"),
    AIRY_OPTION(
        airy_rings_step, per_pixel, "per-pixel", .low = 0, .high = 1e6, .unit = "UNIT",
        .help = "a pixel is so wide in --unit, as on a plane of reciprocal space; 0 = not given"),
    AIRY_OPTION(airy_rings_step, integrate.bins.rings, "bins", .low = 1, .high = 1e6,
                .help = "rings"),
    AIRY_OPTION(airy_rings_step, integrate.unit, "unit",
                .choices = "q_inv_a|q_inv_nm|two_theta_deg|s_inv_nm",
                .help = "rings are equally wide in this"),
    AIRY_OPTION(airy_rings_step, integrate.bins.sectors, "sectors", .low = 1, .high = 3600,
                .help = "parts of a ring, from azimuth 0 = +x towards +y"),
    AIRY_OPTION(airy_rings_step, integrate.bins.split, "split", .choices = "none|bbox",
                .help = "whether a pixel counts for all rings that its bounding box touches"),
    AIRY_OPTION(airy_rings_step, integrate.solid_angle, "solid-angle",
                .help = "divide by a pixel's solid angle"),
    AIRY_OPTION(airy_rings_step, dark, "dark", .unit = "FILE", .help = "image to be taken off"),
    AIRY_OPTION(airy_rings_step, flat, "flat", .unit = "FILE", .help = "image to be divided by"),
    AIRY_OPTION(airy_rings_step, mask, "mask", .unit = "FILE",
                .help = "further reasons to exclude pixels"),
    AIRY_OPTION(airy_rings_step, integrate.clip, "clip", .low = 0, .high = 1000, .unit = "SIGMA",
                .help = "leave out pixels so far off their ring, until none is; 0 = off"),
    AIRY_OPTION(airy_rings_step, integrate.errors, "errors", .choices = "poisson|scatter",
                .help = "from the noise of pixels, or from how they scatter in their ring"),
    AIRY_OPTION(airy_rings_step, integrate.thickness_m, "thickness", .low = 0, .high = 1,
                .unit = "m",
                .help = "of the sample along the beam, for systematic errors; 0 = not stated"),
    AIRY_OPTION(airy_rings_step, peaks, "peaks", .unit = "FILE",
                .help = "table of positions and widths of peaks, one in each of --windows"),
    AIRY_OPTION(airy_rings_step, top, "top", .low = 0.1, .high = 0.99, .unit = "SHARE",
                .help = "of a peak's height above which points make its cubic"),
    AIRY_OPTION(airy_rings_step, each, "each", .help = "one profile a frame too, in the .h5"),
    AIRY_OPTION(airy_rings_step, noise_factor, "noise-factor", .low = 0, .high = 1e6,
                .help = "variance of the signal over its mean by noise alone; 1 = counted photons"),
    {0},
};

void airy_rings_step_defaults(airy_rings_step *step)
{
    *step = (airy_rings_step){.variance = -1, .noise_factor = 1, .top = 0.8};
    airy_photons_defaults(&step->photons);
    airy_integrate_options_defaults(&step->integrate);
}

static airy_code make_integrator(run *r, int ny, int nx, airy_error *err)
{
    airy_pose pose;
    const airy_integrate_images images = {.dark = r->dark.photons,
                                          .flat = r->flat.photons,
                                          .back = r->background.photons.px ? &r->background : NULL,
                                          .mask = r->mask};
    airy_code code = airy_rings_pose(r->step, &r->facts, ny, nx, &pose, err);
    if (code != AIRY_OK)
        return code;
    r->integrator = airy_integrator_new(&pose, ny, nx, &r->step->integrate, &images, err);
    return r->integrator ? AIRY_OK : airy_error_code(err, AIRY_EIO);
}

// Files of ours tell the center with each frame: it is taken from any, and must be that of all.
static airy_code know_center(run *r, const airy_pattern *frame, airy_error *err)
{
    airy_pattern *at = &r->facts;
    if (r->step->poni || !frame->has_center)
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
    if (code == AIRY_OK && !r->integrator) {
        if (r->step->integrate.below < -2)
            airy_frames_question(r->call, r->call->inputs[0], &frame->photons, &frame->mask);
        code = make_integrator(r, frame->photons.ny, frame->photons.nx, err);
    }
    pthread_mutex_unlock(&r->lock);
    if (code != AIRY_OK || o->work)
        return code;
    o->work = airy_integrator_work_new(r->integrator, err);
    if (!o->work)
        return airy_error_code(err, AIRY_EIO);
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
    if (code != AIRY_OK || r->variance || r->step->variance < 0)
        return code;
    r->variance = airy_variance_new(bins, r->step->noise_factor, err);
    return r->variance ? AIRY_OK : airy_error_code(err, AIRY_EIO);
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
    return r->step->each ? airy_rings_append(r->integrator, &o->profile, r->h5, err) : AIRY_OK;
}

// ------------------------------------------------------------------ files

static airy_code read_images(run *r, airy_error *err)
{
    const struct {
        const char *spec;
        airy_pattern *to;
    } rows[] = {{r->step->dark, &r->dark},
                {r->step->flat, &r->flat},
                {r->step->background, &r->background}};
    airy_code code = AIRY_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == AIRY_OK; i++)
        if (rows[i].spec)
            code = airy_pattern_read(rows[i].spec, 0, rows[i].to, NULL, err);
    if (code == AIRY_OK && r->step->mask)
        code = airy_frames_read_mask(r->call, r->step->mask, &r->mask, err);
    return code;
}

// Peaks of the mean profile, in windows of q.
static airy_code write_peaks(const run *r, const airy_history *history, airy_error *err)
{
    airy_peak peaks[AIRY_WINDOWS_MAX * AIRY_PEAK_ESTIMATORS];
    airy_spectrum curve = {0};
    airy_table table = {0};
    int n = 0, found;
    airy_code code = airy_spectrum_of_profile(&r->mean, r->integrator, &curve, err);
    for (int k = 0; k < r->step->n_windows && code == AIRY_OK; k++) {
        airy_error why = {0};
        const double *window = r->step->window[k];
        if (airy_peaks_measure(&curve, window[0], window[1], r->step->top, &peaks[n], &found,
                               &why) != AIRY_OK) // no reason to lose the profile
            airy_call_warn(r->call, "no peak %d: %s", k + 1, why.message);
        for (int i = 0; i < found; i++, n++) {
            peaks[n].number = k + 1;
            peaks[n].systematic = airy_integrator_dq(r->integrator, peaks[n].position);
        }
    }
    if (code == AIRY_OK)
        code = airy_peaks_table(peaks, n, &table, err);
    if (code == AIRY_OK)
        code = airy_table_write_under(r->step->peaks, &table, history, r->call->overwrite, err);
    airy_table_release(&table);
    airy_spectrum_release(&curve);
    return code;
}

static airy_code need_pixels(const run *r, airy_error *err)
{
    for (int i = 0; i < r->mean.n; i++)
        if (r->mean.pixels[i] > 0)
            return AIRY_OK;
    return airy_error_set(err, AIRY_EVALUE,
                          "no frame of %s has a pixel with a value in any ring: all are masked or "
                          "NaN",
                          r->call->inputs[0]);
}

// Dark frames have a profile, but few want it.
static void doubt_light(const run *r)
{
    for (int i = 0; i < r->mean.n; i++)
        if (r->mean.pixels[i] > 0 && r->mean.counts[i] != 0)
            return;
    airy_call_warn(r->call,
                   "there is no photon in any ring: are they masked, or beside the light?");
}

static airy_code write_outputs(run *r, const char *table_to, const airy_history *history,
                               airy_text *written, airy_error *err)
{
    const airy_rings_result result = {
        .integrator = r->integrator,
        .mean = &r->mean,
        .variance = r->variance,
        .kind = r->step->variance < 0 ? AIRY_VARIANCE_RING : (airy_variance_kind)r->step->variance};
    airy_table table = {0};
    airy_profile_finish(&r->mean);
    airy_code code = need_pixels(r, err);
    if (code == AIRY_OK) {
        doubt_light(r);
        code = airy_rings_table(&result, &table, err);
    }
    if (code == AIRY_OK && r->step->peaks)
        code = write_peaks(r, history, err);
    if (code == AIRY_OK && r->h5) {
        airy_cxi_begin(r->h5, &r->facts.setup, history, err);
        airy_rings_put(&result, r->h5, err);
        code = airy_h5_commit(r->h5, err);
    }
    if (code == AIRY_OK)
        code = airy_table_write_under(table_to, &table, history, r->call->overwrite, err);
    if (code == AIRY_OK && r->h5)
        airy_text_append(written, "%s\n", r->call->output);
    if (code == AIRY_OK)
        airy_text_append(written, "%s\n", table_to);
    if (code == AIRY_OK && r->step->peaks)
        airy_text_append(written, "%s\n", r->step->peaks);
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

// The further files of a run, for its history.
static void list_files(const airy_rings_step *step, const char *more[6])
{
    const char *const files[] = {step->poni, step->dark, step->flat, step->background, step->mask};
    for (size_t i = 0, n = 0; i < sizeof files / sizeof *files; i++)
        if (files[i])
            more[n++] = files[i];
}

static airy_code begin_outputs(run *r, const char *table, airy_error *err)
{
    const airy_call *call = r->call;
    airy_code code = airy_call_outputs(call, table, r->step->peaks, err);
    if (code != AIRY_OK || airy_text_ends(call->output, ".tsv"))
        return code;
    r->h5 = airy_h5_create(call->output, call->overwrite, err);
    return r->h5 ? AIRY_OK : airy_error_code(err, AIRY_EIO);
}

airy_code airy_rings_run(const airy_call *call, const airy_rings_step *step, airy_text *written,
                         airy_error *err)
{
    static const airy_photons_stages stages = {
        .begin = begin, .make = make_own, .drop = drop_own, .work = integrate, .store = add_up};
    run r = {.call = call, .step = step, .lock = PTHREAD_MUTEX_INITIALIZER};
    airy_photons_options photons = step->photons;
    airy_history history = {0};
    const char *more[6] = {NULL};
    int frames = 0;
    airy_text table = {0};
    airy_output_table(call->output, &table);
    list_files(step, more);
    photons.more = more;
    photons.scattering = true;
    airy_code code = airy_text_whole(&table, err);
    if (code == AIRY_OK)
        code = begin_outputs(&r, table.text, err);
    if (code == AIRY_OK)
        code = read_images(&r, err);
    if (code == AIRY_OK)
        code = airy_photons_feed(call, &photons, &stages, &r, &history, &frames, err);
    if (code == AIRY_OK)
        code = write_outputs(&r, table.text, &history, written, err);
    if (code == AIRY_OK)
        airy_call_note(call, "%d frame%s in %d rings", frames, frames == 1 ? "" : "s",
                       airy_integrator_bins(r.integrator)->rings);
    airy_history_release(&history);
    release(&r);
    airy_text_release(&table);
    return code;
}
