// SPDX-License-Identifier: GPL-3.0-or-later
// A series of particles or of an image, from what is said of it to its files: raw frames, or ideal
// patterns.
#include "airy/simulate.h"
#include "write.h"
#include "shot.h"
#include "airy/source.h"
#include "airy/work.h"
#include "ideal.h"
#include "particles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct work {
    const airy_call *call;
    const airy_simulate_step *step;
    airy_simulation simulation; // the step's over the preset
    airy_geometry geometry;
    airy_image image;
} work;

void airy_simulate_step_defaults(airy_simulate_step *step)
{
    *step = (airy_simulate_step){.size = 512, .stop_radius = -1};
    airy_simulation_defaults(&step->simulation, false);
}

// Presets depend on the frame size, so what was given is laid over them.
static airy_simulation over_preset(const airy_simulate_step *step)
{
    airy_simulation s = step->simulation, preset;
    airy_simulation_defaults(&preset, step->small);
    s.modules_down = preset.modules_down, s.modules_across = preset.modules_across;
    s.setup = preset.setup;
    s.stop_radius = step->stop_radius >= 0 ? step->stop_radius : preset.stop_radius;
    s.photons = step->photons > 0 ? step->photons : preset.photons;
    if (step->energy_ev > 0)
        s.setup.energy_ev = step->energy_ev;
    if (step->distance_m > 0)
        s.setup.distance_m = step->distance_m;
    s.particles.diameter_nm =
        step->diameter_nm > 0 ? step->diameter_nm : airy_particles_reference_nm(s.particles.kind);
    s.particles.seed = s.seed;
    if (step->object)
        s.n_delays = 1; // the image is the same at all of them
    return s;
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_simulate_step *step = of;
    const airy_simulation s = over_preset(step);
    const airy_setup setup = {.energy_ev = step->energy_ev, .distance_m = step->distance_m};
    if (step->geometry && step->pattern)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "--geometry goes with raw frames, not with --pattern");
    if (step->truth && (!step->pattern || step->object))
        return airy_error_set(err, AIRY_EARGUMENT, "--truth goes with --pattern of particles");
    airy_code code = airy_simulation_check(&s, err);
    if (code == AIRY_OK)
        code = airy_setup_check(&setup, AIRY_FOR_IMAGES, err);
    return code;
}

const airy_option airy_simulate_step_rows[] = {
    AIRY_OPTION(airy_simulate_step, simulation.shots, "shots", .low = 1, .high = 100000,
                .help = "shots at each delay"),
    AIRY_OPTION(airy_simulate_step, photons, "photons", .low = 0, .high = 1e12,
                .help =
                    "expected a shot, on working pixels outside the beam stop; 0 = the preset's"),
    AIRY_OPTION(airy_simulate_step, simulation.background, "background", .low = 0, .high = 1e6,
                .unit = "PHOTONS", .help = "flat, a pixel"),
    AIRY_OPTION(airy_simulate_step, small, "frame-size", .choices = "full|small",
                .help = "the 4M, or two modules at half the distance"),
    AIRY_OPTION(airy_simulate_step, geometry, "geometry", .unit = "FILE",
                .help =
                    "where the modules lie: grid, a .geom, .data or .tsv file; beam, distance and "
                    "energy are the file's where it states them"),
    AIRY_OPTION(airy_simulate_step, simulation.particles.bands, "bands", .choices = "off|on",
                .help = "low-density structure, or plain spheroids"),
    AIRY_OPTION(airy_simulate_step, simulation.particles.layout, "layout-of-bands",
                .choices = "random|paper",
                .help = "bands and spots anywhere, or where published images have them"),
    AIRY_OPTION(airy_simulate_step, diameter_nm, "diameter", .low = 0, .high = 10000, .unit = "nm",
                .help = "of the mean particle before the pump; 0 = the preset's"),
    AIRY_OPTION(airy_simulate_step, simulation.particles.fluence, "fluence", .low = 1, .high = 600,
                .unit = "mJ/cm2", .help = "of the pump: growth and depths go with it"),
    AIRY_OPTION(
        airy_simulate_step, simulation.particles.size_effect, "size-effect", .low = -2, .high = 2,
        .help = "stages last as the diameter over the preset's to this power; 1: as sound takes"),
    AIRY_OPTION(airy_simulate_step, simulation.particles.spread, "spread", .low = 0, .high = 0.29,
                .help = "relative standard deviation of the size between shots"),
    AIRY_OPTION(airy_simulate_step, simulation.particles.axis_deg, "polarization", .low = -360,
                .high = 360, .unit = "degrees",
                .help = "of the pump laser, counter-clockwise from +x"),
    AIRY_OPTION(airy_simulate_step, energy_ev, "energy", .low = 0, .high = 1e6, .unit = "eV",
                .help = "photon energy; 0 = the preset's"),
    AIRY_OPTION(airy_simulate_step, distance_m, "distance", .low = 0, .high = 1000, .unit = "m",
                .help = "sample to detector; 0 = the preset's"),
    AIRY_OPTION(airy_simulate_step, stop_radius, "beamstop", .low = -1, .high = 10000,
                .unit = "pixels", .help = "radius of the beam stop; -1 = the preset's"),
    AIRY_OPTION(airy_simulate_step, simulation.doubles, "doubles", .low = 0, .high = 1e6,
                .help = "every so many shots one has a second particle in the beam; 0 = none"),
    AIRY_OPTION(airy_simulate_step, simulation.camera.noise, "noise", .low = 0, .high = 100,
                .help = "factor on the published read noise"),
    AIRY_OPTION(airy_simulate_step, simulation.camera.gain_spread, "gain-spread", .low = 0,
                .high = 0.2, .help = "relative standard deviation of gains between pixels"),
    AIRY_OPTION(airy_simulate_step, object, "object", .unit = "FILE",
                .help = "simulate this image instead of a particle"),
    AIRY_OPTION(airy_simulate_step, object_pixel_nm, "object-pixel", .low = 0, .high = 1e6,
                .unit = "nm", .help = "its pixel; 0 = as the file says"),
    AIRY_OPTION(airy_simulate_step, pattern, "pattern",
                .help = "no detector: -o is a file of ideal patterns, one a shot"),
    AIRY_OPTION(airy_simulate_step, size, "size", .low = 16, .high = 8192, .unit = "pixels",
                .help = "side of an ideal pattern"),
    AIRY_OPTION(airy_simulate_step, truth, "truth", .unit = "FILE",
                .help = "with --pattern: densities on the object grid of the patterns"),
    {.check = check},
};

// Facts that the file states hold unless they were given.
static airy_code read_geometry(work *w, airy_error *err)
{
    airy_simulation *s = &w->simulation;
    airy_geometry *g = &w->geometry;
    airy_code code =
        airy_placing_read(w->step->geometry, s->modules_down * s->modules_across, g, err);
    if (code == AIRY_OK && g->n == 0)
        code = airy_error_set(err, AIRY_EARGUMENT, "--geometry %s: there is no module in it",
                              w->step->geometry);
    if (code != AIRY_OK)
        return code;
    airy_placing_question(w->call, w->step->geometry, g, true);
    s->geometry = g;
    if (g->energy_ev > 0 && !(w->step->energy_ev > 0))
        s->setup.energy_ev = g->energy_ev;
    if (g->distance_m > 0 && !(w->step->distance_m > 0))
        s->setup.distance_m = g->distance_m;
    if (g->pitch_m > 0)
        s->setup.pitch_m = g->pitch_m;
    if (g->has_beam && !w->step->has_beam)
        s->offset_y = s->offset_x = 0;
    return AIRY_OK;
}

static airy_code read_object(work *w, airy_error *err)
{
    const char *dataset;
    double pitch = 0;
    char *path = airy_spec_path(w->step->object, &dataset);
    airy_stack images = {0};
    airy_pattern pattern = {0};
    airy_error why = {0};
    airy_h5 *h5 = path && !dataset ? airy_h5_open(path, &why) : NULL;
    airy_code code = AIRY_OK;
    if (!path || why.code == AIRY_EMEMORY) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory to open %s", w->step->object);
    } else if (h5 && airy_h5_has(h5, "/entry_1/image_1/data")) {
        code = airy_cxi_get_images(h5, &images, &pitch, err);
        if (code == AIRY_OK)
            code = airy_image_copy(&w->image, &(airy_image){images.ny, images.nx, images.px}, err);
    } else {
        code = airy_pattern_read(w->step->object, 0, &pattern, NULL, err);
        if (code == AIRY_OK)
            code = airy_image_copy(&w->image, &pattern.photons, err);
    }
    for (int i = 0; code == AIRY_OK && i < w->image.ny * w->image.nx; i++)
        if (isnan(w->image.px[i]))
            w->image.px[i] = 0;
    w->simulation.object_pixel_nm =
        w->step->object_pixel_nm > 0 ? w->step->object_pixel_nm : pitch * 1e9;
    if (code == AIRY_OK && !(w->simulation.object_pixel_nm > 0))
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "%s does not state its pixel size: give it by --object-pixel",
                              w->step->object);
    w->simulation.object = &w->image;
    if (h5 && code == AIRY_OK)
        code = airy_h5_trust(h5, err);
    airy_h5_close(h5);
    airy_stack_release(&images);
    airy_pattern_release(&pattern);
    free(path);
    return code;
}

// ------------------------------------------------------------------ ideal patterns

// The pattern keeps the preset's object pixel: its own pixels are binned or not so that size x
// pitch is that of the detector.
static void ideal_options(const work *w, int shot, airy_simulate_options *o)
{
    const airy_simulation *s = &w->simulation;
    airy_simulate_options_defaults(o, w->step->size);
    if (w->step->energy_ev > 0)
        o->setup.energy_ev = w->step->energy_ev;
    if (w->step->distance_m > 0)
        o->setup.distance_m = w->step->distance_m;
    else
        airy_setup_set_object_pixel(&o->setup, w->step->size, 2.24);
    o->photons = s->photons;
    o->background = s->background;
    o->stop_radius = w->step->stop_radius >= 0 ? w->step->stop_radius : 5;
    o->seed = s->seed;
    o->shot = shot;
    o->second = airy_simulation_second(s, shot);
    if (w->step->has_beam)
        o->offset_y = s->offset_y, o->offset_x = s->offset_x;
}

// Shots made at the same time, one a thread, and kept in order.
typedef struct batch {
    const work *w;
    int first; // number of its first shot
    airy_pattern *pattern;
    airy_stack truth; // of all shots, when it is wanted
} batch;

static airy_code one_pattern(int i, void *workspace, void *context, airy_error *err)
{
    const batch *b = context;
    const airy_simulation *s = &b->w->simulation;
    int shot = b->first + i;
    airy_simulate_options o;
    airy_phantom phantom;
    airy_image density = {0};
    (void)workspace;
    ideal_options(b->w, shot, &o);
    if (s->object)
        return airy_simulate_image(s->object, s->object_pixel_nm, &o, &b->pattern[i], err);
    airy_particles_phantom(&s->particles, s->delays_ps[shot / s->shots], shot, &phantom);
    airy_code code =
        airy_simulate_pattern(&phantom, &o, &b->pattern[i], b->truth.px ? &density : NULL, err);
    if (code == AIRY_OK && density.px)
        memcpy(airy_stack_image(&b->truth, shot).px, density.px,
               (size_t)o.size * (size_t)o.size * sizeof *density.px);
    airy_image_release(&density);
    return code;
}

static airy_code make_patterns(batch *b, airy_frames *out, airy_error *err)
{
    int shots = b->w->simulation.n_delays * b->w->simulation.shots, threads = b->w->call->threads;
    int most = threads > 0 ? threads : airy_farm_cores();
    b->pattern = calloc((size_t)most, sizeof *b->pattern);
    if (!b->pattern)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d patterns", most);
    const airy_farm farm = {.threads = most, .job = one_pattern, .context = b};
    const airy_progress *progress = b->w->call->progress;
    airy_code code = AIRY_OK;
    for (b->first = 0; b->first < shots && code == AIRY_OK; b->first += most) {
        int n = shots - b->first < most ? shots - b->first : most;
        code = airy_farm_run(&farm, n, err);
        for (int i = 0; i < n; i++) {
            if (code == AIRY_OK)
                code = airy_frames_append(out, &b->pattern[i], err);
            airy_pattern_release(&b->pattern[i]);
        }
        airy_progress_report(progress, b->first + n, shots, "patterns");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code =
                airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d", b->first + n, shots);
    }
    free(b->pattern);
    return code;
}

static airy_code write_truth(const work *w, const airy_stack *truth, const airy_history *history,
                             airy_error *err)
{
    airy_simulate_options o;
    ideal_options(w, 0, &o);
    airy_h5 *h5 = airy_h5_create(w->step->truth, w->call->overwrite, err);
    airy_code code =
        h5 ? airy_cxi_begin(h5, &o.setup, history, err) : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_cxi_put_images(h5, truth, airy_object_pixel_nm(&o.setup, w->step->size) * 1e-9,
                                   err);
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

static airy_code write_patterns(const work *w, const airy_history *history, airy_error *err)
{
    batch b = {.w = w};
    int shots = w->simulation.n_delays * w->simulation.shots;
    airy_code code = airy_output_check(w->call->output, w->step->truth, w->call->overwrite, err);
    airy_frames *out =
        code == AIRY_OK ? airy_frames_create(w->call->output, w->call->overwrite, err) : NULL;
    if (code == AIRY_OK && !out)
        code = airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK && w->step->truth)
        code = airy_stack_init(&b.truth, shots, w->step->size, w->step->size, err);
    if (code == AIRY_OK)
        code = make_patterns(&b, out, err);
    if (code == AIRY_OK && w->step->truth)
        code = write_truth(w, &b.truth, history, err);
    if (code == AIRY_OK)
        code = airy_frames_commit(out, history, err);
    airy_frames_close(out);
    airy_stack_release(&b.truth);
    return code;
}

// ------------------------------------------------------------------ raw frames

static airy_code write_series(const work *w, const airy_history *history, airy_error *err)
{
    airy_simulation_output output = {.folder = w->call->output,
                                     .history = history,
                                     .overwrite = w->call->overwrite,
                                     .threads = w->call->threads,
                                     .progress = w->call->progress};
    airy_code code = airy_simulation_write(&w->simulation, &output, err);
    if (code == AIRY_OK)
        airy_call_note(w->call, "%d shots written to %s",
                       w->simulation.n_delays * w->simulation.shots, w->call->output);
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    const airy_simulate_step *step = w->step;
    airy_history history = {0};
    const char *files[2] = {0}; // whose hashes the history holds
    int n = 0;
    if (step->object)
        files[n++] = step->object;
    if (step->geometry && strcmp(step->geometry, "grid") != 0)
        files[n++] = step->geometry;
    const char *more[] = {files[0], files[1], NULL};
    airy_code code = step->object ? read_object(w, err) : AIRY_OK;
    if (code == AIRY_OK && step->geometry)
        code = read_geometry(w, err);
    if (code == AIRY_OK)
        code = airy_call_record(w->call, more, NULL, &history, err);
    if (code == AIRY_OK)
        code = (step->pattern ? write_patterns : write_series)(w, &history, err);
    airy_history_release(&history);
    airy_image_release(&w->image);
    airy_geometry_release(&w->geometry);
    return code;
}

airy_code airy_simulate_run(const airy_call *call, const airy_simulate_step *step, airy_error *err)
{
    work w = {.call = call, .step = step};
    airy_code code = airy_options_check(airy_simulate_step_rows, step, err);
    w.simulation = over_preset(step);
    return code == AIRY_OK ? run(&w, err) : code;
}
