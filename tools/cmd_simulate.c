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
    int preset; // of its choices
    const char *delays, *beam;
    double delay[DELAYS_MOST];
} wishes;

static bool parse(invocation *call, wishes *w)
{
    airy_simulate_step *step = &w->step;
    const option table[] = {
        {"preset", OPTION_CHOICE, &w->preset, .choices = SIMULATE_PRESETS,
         .help =
             "nib110: particles of Ni-B glass, 9 keV, JUNGFRAU 4M; au100: of gold, which has no "
             "dormant stage; others: --preset NAME --help"},
        {"delays", OPTION_TEXT, &w->delays, .unit = "PS,...",
         .help = "delays of the series; negative: unpumped"},
        {"options", OPTION_ROWS, step, .rows = airy_simulate_step_rows},
        {"beam-offset", OPTION_TEXT, &w->beam, .unit = "DX,DY",
         .help = "beam from the middle of the detector, pixels right and up", .was = "beam"},
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
    s->particles.kind = w->preset == 1 ? AIRY_PARTICLES_AU100 : AIRY_PARTICLES_NIB110;
    s->seed = call->seed;
    s->delays_ps = w->delay;
    if (airy_text_doubles(w->delays, w->delay, DELAYS_MOST, &s->n_delays, &err) != AIRY_OK)
        return options_wrong(call, "--delays: %s", err.message);
    w->step.has_beam = w->beam != NULL;
    if (w->beam && !airy_text_pair(w->beam, offset))
        return options_wrong(call, "--beam %s: two numbers DX,DY are wanted", w->beam);
    if (w->beam)
        s->offset_x = offset[0], s->offset_y = offset[1];
    if (airy_options_check(airy_simulate_step_rows, &w->step, &err) != AIRY_OK)
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
