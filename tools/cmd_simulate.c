// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate: a pump-probe series with known truth, as raw frames or as ideal patterns.
#include "airy/simulate.h"
#include "commands.h"
#include "say.h"
#include "simulations.h"

#include <string.h>

enum { DELAYS_MOST = 256 };

// What the command line says, in its own words.
typedef struct wishes {
    airy_simulate_step step;
    int preset, frame_size, bands, layout; // positions in their choices
    const char *delays, *beam;
    double delay[DELAYS_MOST];
} wishes;

static bool parse(invocation *call, wishes *w)
{
    airy_simulate_step *step = &w->step;
    airy_simulation *s = &step->simulation;
    const option table[] = {
        {"preset", OPTION_CHOICE, &w->preset, .choices = SIMULATE_PRESETS,
         .help =
             "nib110: particles of Ni-B glass, 9 keV, JUNGFRAU 4M; au100: of gold, which has no "
             "dormant stage; others: --preset NAME --help"},
        {"delays", OPTION_TEXT, &w->delays, .unit = "PS,...",
         .help = "delays of the series; negative: unpumped"},
        {"shots", OPTION_INT, &s->shots, .low = 1, .high = 100000, .help = "shots at each delay"},
        {"photons", OPTION_DOUBLE, &step->photons, .low = 0, .high = 1e12,
         .help = "expected a shot, on working pixels outside the beam stop; 0 = the preset's"},
        {"background", OPTION_DOUBLE, &s->background, .low = 0, .high = 1e6, .unit = "PHOTONS",
         .help = "flat, a pixel"},
        {"frame-size", OPTION_CHOICE, &w->frame_size, .choices = "full|small",
         .help = "the 4M, or two modules at half the distance"},
        {"geometry", OPTION_TEXT, &step->geometry, .unit = "FILE",
         .help = "where the modules lie: grid, a .geom, .data or .tsv file; beam, distance and "
                 "energy are the file's where it states them"},
        {"bands", OPTION_CHOICE, &w->bands, .choices = "on|off",
         .help = "low-density structure, or plain spheroids"},
        {"layout-of-bands", OPTION_CHOICE, &w->layout, .choices = "random|paper",
         .help = "bands and spots anywhere, or where published images have them"},
        {"diameter", OPTION_DOUBLE, &step->diameter_nm, .low = 0, .high = 10000, .unit = "nm",
         .help = "of the mean particle before the pump; 0 = the preset's"},
        {"fluence", OPTION_DOUBLE, &s->particles.fluence, .low = 1, .high = 600, .unit = "mJ/cm2",
         .help = "of the pump: growth and depths go with it"},
        {"size-effect", OPTION_DOUBLE, &s->particles.size_effect, .low = -2, .high = 2,
         .help = "stages last as the diameter over the preset's to this power; 1: as sound takes"},
        {"spread", OPTION_DOUBLE, &s->particles.spread, .low = 0, .high = 0.29,
         .help = "relative standard deviation of the size between shots"},
        {"polarization", OPTION_DOUBLE, &s->particles.axis_deg, .low = -360, .high = 360,
         .unit = "degrees", .help = "of the pump laser, counter-clockwise from +x"},
        {"energy", OPTION_DOUBLE, &step->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "photon energy; 0 = the preset's"},
        {"distance", OPTION_DOUBLE, &step->distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to detector; 0 = the preset's"},
        {"beam-offset", OPTION_TEXT, &w->beam, .unit = "DX,DY",
         .help = "beam from the middle of the detector, pixels right and up", .was = "beam"},
        {"beamstop", OPTION_DOUBLE, &step->stop_radius, .low = -1, .high = 10000, .unit = "pixels",
         .help = "radius of the beam stop; -1 = the preset's"},
        {"doubles", OPTION_INT, &s->doubles, .low = 0, .high = 1e6,
         .help = "every so many shots one has a second particle in the beam; 0 = none"},
        {"noise", OPTION_DOUBLE, &s->camera.noise, .low = 0, .high = 100,
         .help = "factor on the published read noise"},
        {"gain-spread", OPTION_DOUBLE, &s->camera.gain_spread, .low = 0, .high = 0.2,
         .help = "relative standard deviation of gains between pixels"},
        {"object", OPTION_TEXT, &step->object, .unit = "FILE",
         .help = "simulate this image instead of a particle"},
        {"object-pixel", OPTION_DOUBLE, &step->object_pixel_nm, .low = 0, .high = 1e6, .unit = "nm",
         .help = "its pixel; 0 = as the file says"},
        {"pattern", OPTION_FLAG, &step->pattern,
         .help = "no detector: -o is a file of ideal patterns, one a shot"},
        {"size", OPTION_INT, &step->size, .low = 16, .high = 8192, .unit = "pixels",
         .help = "side of an ideal pattern"},
        {"truth", OPTION_TEXT, &step->truth, .unit = "FILE",
         .help = "with --pattern: densities on the object grid of the patterns"},
        {0},
    };
    return options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0);
}

// Texts and choices into the step; the exit status of wrong usage, which is explained, or 0.
static int interpret(const invocation *call, wishes *w)
{
    airy_simulation *s = &w->step.simulation;
    airy_error err = {0};
    double offset[2];
    w->step.small = w->frame_size == 1;
    s->particles.kind = w->preset == 1 ? AIRY_PARTICLES_AU100 : AIRY_PARTICLES_NIB110;
    s->particles.bands = w->bands == 0;
    s->particles.layout = w->layout == 0 ? AIRY_BANDS_RANDOM : AIRY_BANDS_PAPER;
    s->seed = call->seed;
    s->delays_ps = w->delay;
    if (airy_text_doubles(w->delays, w->delay, DELAYS_MOST, &s->n_delays, &err) != AIRY_OK)
        return options_wrong(call, "--delays: %s", err.message);
    w->step.has_beam = w->beam != NULL;
    if (w->beam && !airy_text_pair(w->beam, offset))
        return options_wrong(call, "--beam %s: two numbers DX,DY are wanted", w->beam);
    if (w->beam)
        s->offset_x = offset[0], s->offset_y = offset[1];
    if (airy_simulate_step_check(&w->step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    return 0;
}

static int simulate_particles(invocation *call)
{
    wishes w = {.delays = "0,1,3,5,6,10,14,16,20"};
    airy_error err = {0};
    airy_simulate_step_defaults(&w.step);
    if (!parse(call, &w))
        return call->status;
    int wrong = interpret(call, &w);
    return wrong ? wrong : say_done(call, airy_simulate_run(&call->run, &w.step, &err), &err);
}

airy_code simulate_files(const invocation *call, simulate_writer *write, void *what,
                         airy_error *err)
{
    airy_history history = {0};
    const airy_simulation_output output = {.folder = call->output,
                                           .history = &history,
                                           .overwrite = call->overwrite,
                                           .threads = call->threads,
                                           .progress = call->run.progress};
    airy_code code = airy_call_record(&call->run, NULL, NULL, &history, err);
    if (code == AIRY_OK)
        code = write(what, &output, err);
    airy_history_release(&history);
    return code;
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
