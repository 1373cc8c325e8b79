// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset glass-rings: frames of a glass on a leaning detector, with its S(q) and
// G(r).
#include "airy/scattering.h"
#include "airy/simulate.h"
#include "airy/source.h"
#include "commands.h"
#include "say.h"
#include "simulations.h"

#include <stdio.h>
#include <string.h>

enum { TRUTH_POINTS = 2000 };

typedef struct work {
    invocation *call;
    airy_glass_rings o;
    int preset, size;
    const char *beam, *tilt, *shells;
    airy_image mean;
    double scale;
    airy_history history;
} work;

static char *path_in(const work *w, const char *name)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/%s", w->call->output, name);
    return path.text;
}

static airy_code write_frames(const work *w, const char *path, airy_error *err)
{
    airy_pattern frame = {0};
    airy_frames *out = airy_frames_create(path, w->call->overwrite, err);
    airy_code code = out ? AIRY_OK : err->code;
    const airy_progress *progress = say_progress(w->call, "simulate");
    if (code == AIRY_OK)
        code = airy_pattern_init(&frame, w->o.ny, w->o.nx, err);
    for (int i = 0; i < w->o.frames && code == AIRY_OK; i++) {
        airy_glass_rings_frame(&w->o, &w->mean, i, &frame);
        code = airy_frames_append(out, &frame, err);
        airy_progress_report(progress, i + 1, w->o.frames, "frames");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d frames", i + 1,
                                  w->o.frames);
    }
    say_progress_end();
    if (code == AIRY_OK)
        code = airy_frames_commit(out, &w->history, err);
    airy_frames_close(out);
    airy_pattern_release(&frame);
    return code;
}

static airy_code write_poni(const work *w, const char *path, airy_error *err)
{
    airy_pose pose;
    airy_text text = {0};
    airy_code code = airy_glass_rings_pose(&w->o, &pose, err);
    if (code == AIRY_OK) {
        airy_pose_poni_text(&pose, &text);
        code = airy_file_write_text(path, text.text, w->call->overwrite, err);
    }
    airy_text_release(&text);
    return code;
}

// What sq.tsv and gr.tsv should be, and what iq.tsv should be times: photons per electron unit.
static airy_code write_truth(const work *w, const char *path, bool sq, airy_error *err)
{
    airy_table table = {0};
    const char *x = sq ? "q_inv_a" : "r_a", *y = sq ? "s" : "g";
    airy_code code = airy_table_init(&table, sq ? "q_inv_a s" : "r_a g", err);
    for (int i = 0; i < TRUTH_POINTS && code == AIRY_OK; i++) {
        double at = (i + 1) * (sq ? 0.02 : 0.01);
        code = airy_table_add(&table, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(&table, i, x, at, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(
                &table, i, y, sq ? airy_glass_s(&w->o.glass, at) : airy_glass_g(&w->o.glass, at),
                err);
    }
    if (code == AIRY_OK)
        code = airy_history_copy(&table.history, &w->history, err);
    if (code == AIRY_OK)
        code = airy_table_write(path, &table, w->call->overwrite, err);
    airy_table_release(&table);
    return code;
}

static airy_code write_all(const work *w, airy_error *err)
{
    char *frames = path_in(w, "frames.h5"), *poni = path_in(w, "geometry.poni");
    char *sq = path_in(w, "truth-sq.tsv"), *gr = path_in(w, "truth-gr.tsv");
    airy_code code = frames && poni && sq && gr ? airy_folder_make(w->call->output, err)
                                                : airy_error_set(err, AIRY_EMEMORY, "no memory");
    if (code == AIRY_OK)
        code = airy_output_check(frames, poni, w->call->overwrite, err);
    if (code == AIRY_OK)
        code = airy_output_check(sq, gr, w->call->overwrite, err);
    if (code == AIRY_OK)
        code = write_frames(w, frames, err);
    if (code == AIRY_OK)
        code = write_poni(w, poni, err);
    if (code == AIRY_OK)
        code = write_truth(w, sq, true, err);
    if (code == AIRY_OK)
        code = write_truth(w, gr, false, err);
    if (code == AIRY_OK)
        printf("quantity\tvalue\nphotons_per_electron_unit\t%.9g\n", w->scale);
    airy_text_release(&(airy_text){.text = frames});
    airy_text_release(&(airy_text){.text = poni});
    airy_text_release(&(airy_text){.text = sq});
    airy_text_release(&(airy_text){.text = gr});
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    airy_code code = airy_glass_rings_mean(&w->o, &w->mean, &w->scale, err);
    if (code == AIRY_OK)
        code = airy_call_record(&w->call->run, NULL, NULL, &w->history, err);
    if (code == AIRY_OK)
        code = write_all(w, err);
    airy_image_release(&w->mean);
    airy_history_release(&w->history);
    return code;
}

// "N:R:W,..." of shells.
static bool read_shells(const char *text, airy_glass *glass)
{
    for (glass->n_shells = 0; *text;) {
        int k = glass->n_shells++, used = 0;
        if (k == AIRY_GLASS_SHELLS ||
            sscanf(text, "%lf:%lf:%lf%n", &glass->neighbours[k], &glass->r[k], &glass->width[k],
                   &used) != 3 ||
            (text[used] != ',' && text[used] != '\0'))
            return false;
        text += used + (text[used] == ',');
    }
    return true;
}

static const char *read_texts(work *w)
{
    double two[2];
    int n = 0;
    airy_glass_rings *o = &w->o;
    o->seed = w->call->seed;
    o->ny = o->nx = w->size;
    if (!w->beam) { // the default's place on another size
        o->center_y *= w->size / 400.0;
        o->center_x *= w->size / 400.0;
        o->setup.pitch_m *= 400.0 / w->size;
    } else if (airy_text_doubles(w->beam, two, 2, &n, NULL) != AIRY_OK || n != 2) {
        return "--beam: two numbers X,Y are wanted";
    } else {
        o->center_x = two[0], o->center_y = two[1];
    }
    if (w->tilt && (airy_text_doubles(w->tilt, two, 2, &n, NULL) != AIRY_OK || n != 2))
        return "--tilt: two numbers DEG,TOWARD are wanted";
    if (w->tilt)
        o->tilt_deg = two[0], o->toward_deg = two[1];
    if (w->shells && !read_shells(w->shells, &o->glass))
        return "--shells: at most 8 of NEIGHBOURS:R:WIDTH are wanted";
    return NULL;
}

int simulate_glass_rings(invocation *call)
{
    work w = {.call = call, .size = 400, .preset = 1};
    airy_glass_rings *o = &w.o;
    airy_error err = {0};
    airy_glass_rings_defaults(o);
    const option table[] = {
        {"preset", OPTION_CHOICE, &w.preset, .choices = SIMULATE_PRESETS,
         .help = "rings of a glass of known S(q) and G(r) on a leaning detector"},
        {"frames", OPTION_INT, &o->frames, .low = 1, .high = 1e6, .help = "of it"},
        {"size", OPTION_INT, &w.size, .low = 32, .high = 8192, .unit = "pixels",
         .help = "side of a frame"},
        {"composition", OPTION_TEXT, &o->composition, .unit = "FORMULA", .help = "of the glass"},
        {"density", OPTION_DOUBLE, &o->glass.density, .low = 1e-4, .high = 1, .unit = "1/A^3",
         .help = "atoms"},
        {"shells", OPTION_TEXT, &w.shells, .unit = "N:R:W,...",
         .help = "neighbours, distance and rms width in A; 2.5:2.7:0.1,9:3.1:0.12 if not given"},
        {"energy", OPTION_DOUBLE, &o->setup.energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "of the photons"},
        {"distance", OPTION_DOUBLE, &o->setup.distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to where the beam hits the detector"},
        {"pixel", OPTION_DOUBLE, &o->setup.pitch_m, .low = 0, .high = 0.05, .unit = "m",
         .help = "side of a pixel of 400 on a side; others fill the same area without --beam"},
        {"beam", OPTION_TEXT, &w.beam, .unit = "X,Y", .help = "where the beam hits it, pixels"},
        {"tilt", OPTION_TEXT, &w.tilt, .unit = "DEG,TOWARD",
         .help = "the detector leans about the beam, its side at azimuth TOWARD the farthest"},
        {"polarisation", OPTION_DOUBLE, &o->polarisation, .low = -1, .high = 1,
         .help = "(Ix - Iy) / (Ix + Iy) of the beam"},
        {"photons", OPTION_DOUBLE, &o->photons, .low = 1e-6, .high = 1e9,
         .help = "expected in the brightest pixel"},
        {"background", OPTION_DOUBLE, &o->background, .low = 0, .high = 1e6, .unit = "PHOTONS",
         .help = "flat, a pixel"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_SEED, 0, 0))
        return call->status;
    const char *wrong = read_texts(&w);
    if (wrong)
        return options_wrong(call, "%s", wrong);
    if (airy_glass_rings_check(o, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    return say_done(call, run(&w, &err), &err);
}
