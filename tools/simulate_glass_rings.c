// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset glass-rings: frames of a glass on a leaning detector, with its S(q) and
// G(r).
#include "results.h"
#include "say.h"
#include "simulations.h"

typedef struct wishes {
    airy_glass_rings o;
    int preset, size;
    const char *beam, *tilt, *shells;
    double scale;
} wishes;

static airy_code write(void *what, const airy_simulation_output *output, airy_error *err)
{
    wishes *w = what;
    return airy_glass_rings_write(&w->o, output, &w->scale, err);
}

// "N:R:W,..." of shells.
static bool read_shells(const char *text, airy_glass *glass)
{
    for (glass->n_shells = 0; *text;) {
        int k = glass->n_shells++;
        double shell[3];
        text = k < AIRY_GLASS_SHELLS ? airy_text_match(text, "*:*:*", shell) : NULL;
        if (!text || (*text != ',' && *text != '\0'))
            return false;
        glass->neighbours[k] = shell[0], glass->r[k] = shell[1], glass->width[k] = shell[2];
        text += *text == ',';
    }
    return true;
}

static const char *read_texts(wishes *w)
{
    double two[2];
    airy_glass_rings *o = &w->o;
    o->ny = o->nx = w->size;
    if (!w->beam) { // the default's place on another size
        o->center_y *= w->size / 400.0;
        o->center_x *= w->size / 400.0;
        o->setup.pitch_m *= 400.0 / w->size;
    } else if (!airy_text_pair(w->beam, two)) {
        return "--beam: two numbers X,Y are wanted";
    } else {
        o->center_x = two[0], o->center_y = two[1];
    }
    if (w->tilt && !airy_text_pair(w->tilt, two))
        return "--tilt: two numbers DEG,TOWARD are wanted";
    if (w->tilt)
        o->tilt_deg = two[0], o->toward_deg = two[1];
    if (w->shells && !read_shells(w->shells, &o->glass))
        return "--shells: at most 8 of NEIGHBOURS:R:WIDTH are wanted";
    return NULL;
}

int simulate_glass_rings(invocation *call)
{
    wishes w = {.size = 400, .preset = 1};
    airy_glass_rings *o = &w.o;
    airy_error err = {0};
    airy_glass_rings_defaults(o);
    const option table[] = {
        {"preset", OPTION_CHOICE, &w.preset, .choices = SIMULATE_PRESETS,
         .help = "rings of a glass of known S(q) and G(r) on a leaning detector"},
        {"options", OPTION_ROWS, o, .rows = airy_glass_rings_rows},
        {"size", OPTION_INT, &w.size, .low = 32, .high = 8192, .unit = "pixels",
         .help = "side of a frame"},
        {"shells", OPTION_TEXT, &w.shells, .unit = "N:R:W,...",
         .help = "neighbours, distance and rms width in A; 2.5:2.7:0.1,9:3.1:0.12 if not given"},
        {"beam", OPTION_TEXT, &w.beam, .unit = "X,Y", .help = "where the beam hits it, pixels"},
        {"tilt", OPTION_TEXT, &w.tilt, .unit = "DEG,TOWARD",
         .help = "the detector leans about the beam, its side at azimuth TOWARD the farthest"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_SEED, 0, 0))
        return call->status;
    const char *wrong = read_texts(&w);
    if (wrong)
        return options_wrong(call, "%s", wrong);
    if (airy_options_check(airy_glass_rings_rows, o, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    o->seed = call->seed;
    airy_code code = simulate_files(call, write, &w, &err);
    airy_results found = {.n = 1, .row = {{"photons_per_electron_unit", w.scale}}};
    if (code == AIRY_OK)
        code = results_print(&found, &err);
    return say_done(call, code, &err);
}
