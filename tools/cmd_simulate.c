// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate: a pump-probe series with known truth, as raw frames or as ideal patterns.
#include "airy/work.h"
#include "airy/simulate.h"
#include "commands.h"
#include "say.h"
#include "simulations.h"
#include "airy/source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DELAYS_MOST = 256 };

typedef struct work {
    const invocation *call;
    airy_simulation simulation;
    const char *delays, *setup, *object, *truth, *place;
    airy_geometry geometry;
    int preset, frame_size, bands, layout; // positions in their choices
    bool pattern;
    int size;
    double object_pixel_nm, photons, energy_ev, distance_m, stop, diameter_nm;
    double delay[DELAYS_MOST];
    airy_image image;
} work;

static bool parse(invocation *call, work *w)
{
    airy_simulation *s = &w->simulation;
    const option table[] = {
        {"preset", OPTION_CHOICE, &w->preset, .choices = SIMULATE_PRESETS,
         .help =
             "nib110: particles of Ni-B glass, 9 keV, JUNGFRAU 4M; au100: of gold, which has no "
             "dormant stage; others: --preset NAME --help"},
        {"delays", OPTION_TEXT, &w->delays, .unit = "PS,...",
         .help = "delays of the series; negative: unpumped"},
        {"shots", OPTION_INT, &s->shots, .low = 1, .high = 100000, .help = "shots at each delay"},
        {"photons", OPTION_DOUBLE, &w->photons, .low = 0, .high = 1e12,
         .help = "expected a shot, on working pixels outside the beam stop; 0 = the preset's"},
        {"background", OPTION_DOUBLE, &s->background, .low = 0, .high = 1e6, .unit = "PHOTONS",
         .help = "flat, a pixel"},
        {"frame-size", OPTION_CHOICE, &w->frame_size, .choices = "full|small",
         .help = "the 4M, or two modules at half the distance"},
        {"geometry", OPTION_TEXT, &w->place, .unit = "FILE",
         .help = "where the modules lie: grid, a .geom, .data or .tsv file; beam, distance and "
                 "energy are the file's where it states them"},
        {"bands", OPTION_CHOICE, &w->bands, .choices = "on|off",
         .help = "low-density structure, or plain spheroids"},
        {"layout-of-bands", OPTION_CHOICE, &w->layout, .choices = "random|paper",
         .help = "bands and spots anywhere, or where published images have them"},
        {"diameter", OPTION_DOUBLE, &w->diameter_nm, .low = 0, .high = 10000, .unit = "nm",
         .help = "of the mean particle before the pump; 0 = the preset's"},
        {"fluence", OPTION_DOUBLE, &s->particles.fluence, .low = 1, .high = 600, .unit = "mJ/cm2",
         .help = "of the pump: growth and depths go with it"},
        {"size-effect", OPTION_DOUBLE, &s->particles.size_effect, .low = -2, .high = 2,
         .help = "stages last as the diameter over the preset's to this power; 1: as sound takes"},
        {"spread", OPTION_DOUBLE, &s->particles.spread, .low = 0, .high = 0.29,
         .help = "relative standard deviation of the size between shots"},
        {"polarization", OPTION_DOUBLE, &s->particles.axis_deg, .low = -360, .high = 360,
         .unit = "degrees", .help = "of the pump laser, counter-clockwise from +x"},
        {"energy", OPTION_DOUBLE, &w->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "photon energy; 0 = the preset's"},
        {"distance", OPTION_DOUBLE, &w->distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to detector; 0 = the preset's"},
        {"beam", OPTION_TEXT, &w->setup, .unit = "DX,DY",
         .help = "beam from the middle of the detector, pixels right and up"},
        {"beamstop", OPTION_DOUBLE, &w->stop, .low = -1, .high = 10000, .unit = "pixels",
         .help = "radius of the beam stop; -1 = the preset's"},
        {"doubles", OPTION_INT, &s->doubles, .low = 0, .high = 1e6,
         .help = "every so many shots one has a second particle in the beam; 0 = none"},
        {"noise", OPTION_DOUBLE, &s->camera.noise, .low = 0, .high = 100,
         .help = "factor on the published read noise"},
        {"gain-spread", OPTION_DOUBLE, &s->camera.gain_spread, .low = 0, .high = 0.2,
         .help = "relative standard deviation of gains between pixels"},
        {"object", OPTION_TEXT, &w->object, .unit = "FILE",
         .help = "simulate this image instead of a particle"},
        {"object-pixel", OPTION_DOUBLE, &w->object_pixel_nm, .low = 0, .high = 1e6, .unit = "nm",
         .help = "its pixel; 0 = as the file says"},
        {"pattern", OPTION_FLAG, &w->pattern,
         .help = "no detector: -o is a file of ideal patterns, one a shot"},
        {"size", OPTION_INT, &w->size, .low = 16, .high = 8192, .unit = "pixels",
         .help = "side of an ideal pattern"},
        {"truth", OPTION_TEXT, &w->truth, .unit = "FILE",
         .help = "with --pattern: densities on the object grid of the patterns"},
        {0},
    };
    return options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0);
}

// Presets depend on the frame size, so what was given is laid over them after parsing.
static void apply_preset(work *w)
{
    airy_simulation preset, *s = &w->simulation;
    airy_simulation_defaults(&preset, w->frame_size == 1);
    s->modules_down = preset.modules_down, s->modules_across = preset.modules_across;
    s->setup = preset.setup;
    s->stop_radius = w->stop >= 0 ? w->stop : preset.stop_radius;
    s->photons = w->photons > 0 ? w->photons : preset.photons;
    if (w->energy_ev > 0)
        s->setup.energy_ev = w->energy_ev;
    if (w->distance_m > 0)
        s->setup.distance_m = w->distance_m;
    s->particles.kind = w->preset == 1 ? AIRY_PARTICLES_AU100 : AIRY_PARTICLES_NIB110;
    s->particles.diameter_nm =
        w->diameter_nm > 0 ? w->diameter_nm : airy_particles_reference_nm(s->particles.kind);
    s->particles.bands = w->bands == 0;
    s->particles.layout = w->layout == 0 ? AIRY_BANDS_RANDOM : AIRY_BANDS_PAPER;
    s->particles.seed = s->seed = w->call->seed;
    s->delays_ps = w->delay;
}

// Facts that the file states hold unless they were given.
static airy_code read_geometry(work *w, airy_error *err)
{
    airy_simulation *s = &w->simulation;
    airy_geometry *g = &w->geometry;
    airy_code code = airy_placing_read(w->place, s->modules_down * s->modules_across, g, err);
    if (code == AIRY_OK && g->n == 0)
        code = airy_error_set(err, AIRY_EARGUMENT, "--geometry %s: there is no module in it",
                              w->place);
    if (code != AIRY_OK)
        return code;
    airy_placing_question(&w->call->run, w->place, g, true);
    s->geometry = g;
    if (g->energy_ev > 0 && !(w->energy_ev > 0))
        s->setup.energy_ev = g->energy_ev;
    if (g->distance_m > 0 && !(w->distance_m > 0))
        s->setup.distance_m = g->distance_m;
    if (g->pitch_m > 0)
        s->setup.pitch_m = g->pitch_m;
    if (g->has_beam && !w->setup)
        s->offset_y = s->offset_x = 0;
    return AIRY_OK;
}

static airy_code read_object(work *w, airy_error *err)
{
    const char *dataset;
    double pitch = 0;
    char *path = airy_spec_path(w->object, &dataset);
    airy_stack images = {0};
    airy_pattern pattern = {0};
    airy_error why = {0};
    airy_h5 *h5 = path && !dataset ? airy_h5_open(path, &why) : NULL;
    airy_code code = AIRY_OK;
    if (!path || why.code == AIRY_EMEMORY) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory to open %s", w->object);
    } else if (h5 && airy_h5_has(h5, "/entry_1/image_1/data")) {
        code = airy_cxi_get_images(h5, &images, &pitch, err);
        if (code == AIRY_OK)
            code = airy_image_copy(&w->image, &(airy_image){images.ny, images.nx, images.px}, err);
    } else {
        code = airy_pattern_read(w->object, 0, &pattern, NULL, err);
        if (code == AIRY_OK)
            code = airy_image_copy(&w->image, &pattern.photons, err);
    }
    for (int i = 0; code == AIRY_OK && i < w->image.ny * w->image.nx; i++)
        if (isnan(w->image.px[i]))
            w->image.px[i] = 0;
    w->simulation.object_pixel_nm = w->object_pixel_nm > 0 ? w->object_pixel_nm : pitch * 1e9;
    if (code == AIRY_OK && !(w->simulation.object_pixel_nm > 0))
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "%s does not state its pixel size: give it by --object-pixel",
                              w->object);
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
    airy_simulate_options_defaults(o, w->size);
    if (w->energy_ev > 0)
        o->setup.energy_ev = w->energy_ev;
    if (w->distance_m > 0)
        o->setup.distance_m = w->distance_m;
    else
        airy_setup_set_object_pixel(&o->setup, w->size, 2.24);
    o->photons = s->photons;
    o->background = s->background;
    o->stop_radius = w->stop >= 0 ? w->stop : 5;
    o->seed = s->seed;
    o->shot = shot;
    o->second = airy_simulation_second(s, shot);
    if (w->setup)
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
    const airy_progress *progress = say_progress(b->w->call, "simulate");
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
    say_progress_end();
    free(b->pattern);
    return code;
}

static airy_code write_truth(const work *w, const airy_stack *truth, const airy_history *history,
                             airy_error *err)
{
    airy_simulate_options o;
    ideal_options(w, 0, &o);
    airy_h5 *h5 = airy_h5_create(w->truth, w->call->overwrite, err);
    airy_code code = h5 ? airy_cxi_begin(h5, &o.setup, history, err) : err->code;
    if (code == AIRY_OK)
        code = airy_cxi_put_images(h5, truth, airy_object_pixel_nm(&o.setup, w->size) * 1e-9, err);
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

static airy_code write_patterns(const work *w, const airy_history *history, airy_error *err)
{
    batch b = {.w = w};
    int shots = w->simulation.n_delays * w->simulation.shots;
    airy_code code = airy_output_check(w->call->output, w->truth, w->call->overwrite, err);
    airy_frames *out =
        code == AIRY_OK ? airy_frames_create(w->call->output, w->call->overwrite, err) : NULL;
    if (code == AIRY_OK && !out)
        code = err->code;
    if (code == AIRY_OK && w->truth)
        code = airy_stack_init(&b.truth, shots, w->size, w->size, err);
    if (code == AIRY_OK)
        code = make_patterns(&b, out, err);
    if (code == AIRY_OK && w->truth)
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
                                     .progress = say_progress(w->call, "simulate")};
    airy_code code = airy_simulation_write(&w->simulation, &output, err);
    say_progress_end();
    if (code == AIRY_OK)
        say_note(w->call, "%d shots written to %s", w->simulation.n_delays * w->simulation.shots,
                 w->call->output);
    return code;
}

static airy_code simulate(work *w, airy_error *err)
{
    airy_history history = {0};
    const char *files[2] = {0}; // whose hashes the history holds
    int n = 0;
    if (w->object)
        files[n++] = w->object;
    if (w->place && strcmp(w->place, "grid") != 0)
        files[n++] = w->place;
    const char *more[] = {files[0], files[1], NULL};
    airy_code code = w->object ? read_object(w, err) : AIRY_OK;
    if (code == AIRY_OK && w->place)
        code = read_geometry(w, err);
    if (code == AIRY_OK)
        code = airy_call_record(&w->call->run, more, NULL, &history, err);
    if (code == AIRY_OK)
        code = (w->pattern ? write_patterns : write_series)(w, &history, err);
    airy_history_release(&history);
    airy_image_release(&w->image);
    airy_geometry_release(&w->geometry);
    return code;
}

static int simulate_particles(invocation *call)
{
    work w = {.call = call, .size = 512, .stop = -1, .delays = "0,1,3,5,6,10,14,16,20"};
    airy_error err = {0};
    airy_simulation_defaults(&w.simulation, false);
    if (!parse(call, &w))
        return call->status;
    airy_simulation *s = &w.simulation;
    apply_preset(&w);
    if (airy_text_doubles(w.delays, w.delay, DELAYS_MOST, &s->n_delays, &err) != AIRY_OK)
        return options_wrong(call, "--delays: %s", err.message);
    if (w.object)
        s->n_delays = 1; // the image is the same at all of them
    double offset[2];
    int n = 0;
    if (w.setup && (airy_text_doubles(w.setup, offset, 2, &n, NULL) != AIRY_OK || n != 2))
        return options_wrong(call, "--beam %s: two numbers DX,DY are wanted", w.setup);
    if (w.setup)
        s->offset_x = offset[0], s->offset_y = offset[1];
    if (w.place && w.pattern)
        return options_wrong(call, "--geometry goes with raw frames, not with --pattern");
    if (w.truth && (!w.pattern || w.object))
        return options_wrong(call, "--truth goes with --pattern of particles");
    const airy_setup setup = {.energy_ev = w.energy_ev, .distance_m = w.distance_m};
    if (airy_simulation_check(s, &err) != AIRY_OK ||
        airy_setup_check(&setup, AIRY_FOR_IMAGES, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    return say_done(call, simulate(&w, &err), &err);
}

// Presets have options of their own, so the name is looked for before there is a table of options.
static const char *preset_of(const invocation *call)
{
    for (int i = 1; i < call->argc; i++) {
        if (strncmp(call->argv[i], "--preset=", 9) == 0)
            return call->argv[i] + 9;
        if (strcmp(call->argv[i], "--preset") == 0 && i + 1 < call->argc)
            return call->argv[i + 1];
    }
    return "";
}

int cmd_simulate(invocation *call)
{
    static const struct {
        const char *name;
        int (*run)(invocation *call);
    } presets[] = {{"glass-heat", simulate_glass_heat}, {"glass-rings", simulate_glass_rings},
                   {"speckle", simulate_speckle},       {"scan", simulate_scan},
                   {"lattice", simulate_lattice},       {"walk", simulate_walk}};
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
        if (strcmp(preset_of(call), presets[i].name) == 0)
            return presets[i].run(call);
    return simulate_particles(call);
}
