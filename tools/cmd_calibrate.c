// SPDX-License-Identifier: GPL-3.0-or-later
// airy calibrate: raw detector frames to photons on one plane, frame by frame.
#include "airy/detector.h"
#include "airy/io.h"
#include "commands.h"
#include "say.h"
#include "trail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct work {
    const invocation *call;
    const char *gain, *pedestal, *layout, *geometry_file, *frames, *beam;
    int hg0; // auto, no, yes
    double distance_m, noise_limit;
    bool make_pedestal;
    airy_calibrate_options options;
    airy_calibration calibration;
    airy_geometry geometry;
    int first, last; // frames of every input: first .. last - 1
    bool has_beam;
    double beam_y, beam_x;
} work;

// What one input file is read with.
typedef struct source {
    airy_raw *raw;
    int ny, nx;             // as stored
    int stack_ny;           // rows of the stack of modules
    uint16_t *read, *words; // words is the stack; the same as read when they are stored so
} source;

static airy_code source_open(const work *w, const char *spec, source *s, airy_error *err)
{
    *s = (source){.raw = airy_raw_open(spec, w->layout, err)};
    if (!s->raw)
        return err->code;
    airy_raw_shape(s->raw, &s->ny, &s->nx);
    say_detail(w->call, "%s: %s", spec, airy_raw_why(s->raw));
    s->stack_ny = s->ny * (s->nx > AIRY_MODULE_NX ? s->nx / AIRY_MODULE_NX : 1);
    if (airy_raw_unit(s->raw) != AIRY_UNIT_WORDS)
        return AIRY_OK;
    if (s->ny % AIRY_MODULE_NY || s->nx % AIRY_MODULE_NX)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s: frames of %d x %d are no JUNGFRAU modules of %d x %d", spec,
                              s->ny, s->nx, AIRY_MODULE_NY, AIRY_MODULE_NX);
    size_t n = (size_t)s->ny * (size_t)s->nx;
    s->read = airy_memory_new(n, sizeof *s->read);
    s->words = s->nx == AIRY_MODULE_NX ? s->read : airy_memory_new(n, sizeof *s->words);
    if (!s->read || !s->words)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a frame of %d x %d", s->ny, s->nx);
    return AIRY_OK;
}

static void source_close(source *s)
{
    airy_raw_close(s->raw);
    if (s->words != s->read)
        airy_memory_free(s->words);
    airy_memory_free(s->read);
}

static airy_code read_words(source *s, int i, airy_error *err)
{
    airy_code code = airy_raw_read(s->raw, i, s->read, err);
    if (code == AIRY_OK && s->words != s->read)
        airy_jungfrau_restack(s->read, s->ny, s->nx, s->words);
    return code;
}

// ------------------------------------------------------------------ what holds for all frames

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

// "A:B" (A to B - 1), ":B", "A:", "A" or nothing.
static bool parse_frames(work *w)
{
    char *end;
    w->first = 0, w->last = INT32_MAX;
    if (!w->frames)
        return true;
    const char *colon = strchr(w->frames, ':');
    long first = strtol(w->frames, &end, 10), last = first + 1;
    bool good = colon ? end == colon : end != w->frames && *end == 0;
    if (colon && colon[1]) {
        last = strtol(colon + 1, &end, 10);
        good = good && *end == 0;
    } else if (colon) {
        last = INT32_MAX;
    }
    w->first = (int)first, w->last = (int)last;
    return good && first >= 0 && last > first && last <= INT32_MAX;
}

static bool parse_beam(work *w)
{
    double xy[2];
    int n = 0;
    if (!w->beam)
        return true;
    w->has_beam = airy_text_doubles(w->beam, xy, 2, &n, NULL) == AIRY_OK && n == 2;
    w->beam_x = xy[0], w->beam_y = xy[1];
    return w->has_beam;
}

// A table with columns x and y: where the first pixel of each module lies on the plane.
static airy_code load_origins(work *w, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_read(w->geometry_file, &table, err);
    size_t n = (size_t)table.rows;
    double *y = airy_memory_new(n, sizeof *y), *x = airy_memory_new(n, sizeof *x);
    if (code == AIRY_OK && (!y || !x))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d modules", table.rows);
    for (int i = 0; i < table.rows && code == AIRY_OK; i++) {
        code = airy_table_get_double(&table, i, "x", &x[i], err);
        if (code == AIRY_OK)
            code = airy_table_get_double(&table, i, "y", &y[i], err);
    }
    if (code == AIRY_OK)
        code = airy_geometry_origins(&w->geometry, y, x, table.rows, err);
    if (code != AIRY_OK)
        airy_error_prefix(err, "%s", w->geometry_file);
    airy_memory_free(y);
    airy_memory_free(x);
    airy_table_release(&table);
    return code;
}

// "grid": 2 modules across for a 4M, else one below the other.
static airy_code load_geometry(work *w, int stack_ny, airy_error *err)
{
    int modules = stack_ny / AIRY_MODULE_NY;
    if (strcmp(w->geometry_file, "none") == 0)
        return AIRY_OK;
    if (strcmp(w->geometry_file, "grid") == 0) {
        int across = modules == 8 ? 2 : 1;
        return airy_geometry_grid(&w->geometry, modules / across, across, err);
    }
    if (ends_with(w->geometry_file, ".tsv"))
        return load_origins(w, err);
    char *text = NULL;
    airy_code code = airy_file_read_text(w->geometry_file, &text, err);
    if (code == AIRY_OK)
        code = (ends_with(w->geometry_file, ".data")
                    ? airy_geometry_psana
                    : airy_geometry_crystfel)(&w->geometry, text, w->geometry_file, err);
    free(text);
    return code;
}

static airy_code need_calibration(work *w, const source *s, airy_error *err)
{
    airy_raw_facts facts;
    if (!w->gain || !w->pedestal)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s holds raw words: --gain and --pedestal are needed",
                              w->call->inputs[0]);
    airy_code code = airy_raw_frame_facts(s->raw, 0, &facts, err);
    if (code != AIRY_OK)
        return code;
    w->options.high_gain = w->hg0 == 2 || (w->hg0 == 0 && facts.high_gain);
    return airy_calibration_read(w->gain, w->pedestal, w->options.high_gain, &w->calibration, err);
}

static airy_code need_energy(work *w, const source *s, airy_error *err)
{
    airy_raw_facts facts;
    airy_code code = airy_raw_frame_facts(s->raw, 0, &facts, err);
    if (code != AIRY_OK)
        return code;
    if (w->options.energy_ev <= 0)
        w->options.energy_ev =
            facts.beam.energy_ev > 0 ? facts.beam.energy_ev : w->geometry.energy_ev;
    if (w->options.energy_ev > 0)
        return airy_calibrate_options_check(&w->options, err);
    return airy_error_set(err, AIRY_EARGUMENT,
                          "%s does not state the photon energy: give it by --energy",
                          w->call->inputs[0]);
}

// Geometry, energy and calibration, from the first input.
static airy_code prepare(work *w, const source *s, airy_error *err)
{
    bool words = airy_raw_unit(s->raw) == AIRY_UNIT_WORDS;
    bool modules = s->nx % AIRY_MODULE_NX == 0 && s->ny % AIRY_MODULE_NY == 0;
    airy_code code = AIRY_OK;
    if (modules || strcmp(w->geometry_file, "grid") != 0)
        code = load_geometry(w, s->stack_ny, err);
    if (code == AIRY_OK)
        code = need_energy(w, s, err);
    if (code == AIRY_OK && words)
        code = need_calibration(w, s, err);
    if (code == AIRY_OK && words)
        say_note(w->call, "%s: %s words, %s gain, %.6g eV", w->call->inputs[0],
                 airy_raw_layout(s->raw), w->options.high_gain ? "high" : "dynamic",
                 w->options.energy_ev);
    return code;
}

// ------------------------------------------------------------------ one frame

static airy_code calibrate_words(const work *w, source *s, int i, airy_pattern *data,
                                 airy_error *err)
{
    airy_code code = read_words(s, i, err);
    if (code == AIRY_OK)
        code = airy_pattern_init(data, s->stack_ny, AIRY_MODULE_NX, err);
    if (code == AIRY_OK)
        code = airy_jungfrau_calibrate(s->words, s->stack_ny, AIRY_MODULE_NX, &w->calibration,
                                       &w->options, data, err);
    return code;
}

// Frames that are calibrated already: keV become photons; variances are not known to the file, so
// that of the photons themselves is taken.
static airy_code convert_values(const work *w, source *s, int i, airy_pattern *data,
                                airy_error *err)
{
    airy_unit unit = airy_raw_unit(s->raw);
    if (unit == AIRY_UNIT_ADU)
        return airy_error_set(err, AIRY_EFORMAT,
                              "the %s layout does not say what its numbers are: name the dataset's "
                              "layout by --layout, or convert it to photons",
                              airy_raw_layout(s->raw));
    airy_code code = airy_raw_read_values(s->raw, i, data, err);
    if (code == AIRY_OK && !data->variance.px)
        code = airy_image_init(&data->variance, data->photons.ny, data->photons.nx, err);
    float factor = unit == AIRY_UNIT_KEV ? (float)(1e3 / w->options.energy_ev) : 1;
    for (int k = 0; code == AIRY_OK && k < data->photons.ny * data->photons.nx; k++) {
        float photons = data->photons.px[k] * factor;
        if (photons < w->options.threshold)
            photons = 0;
        data->photons.px[k] = w->options.round ? nearbyintf(photons) : photons;
        data->variance.px[k] = fmaxf(data->photons.px[k], 0);
    }
    return code;
}

static void set_beam(const work *w, const airy_raw_facts *facts, airy_pattern *pattern)
{
    airy_beam *beam = &pattern->beam;
    beam->energy_ev = w->options.energy_ev;
    if (facts->beam.distance_m > 0 && beam->distance_m <= 0)
        beam->distance_m = facts->beam.distance_m;
    if (w->distance_m > 0)
        beam->distance_m = w->distance_m;
    if (beam->pitch_m <= 0)
        beam->pitch_m = facts->beam.pitch_m > 0 ? facts->beam.pitch_m : w->geometry.pitch_m;
    if (facts->has_beam && !w->geometry.n)
        airy_pattern_set_center(pattern, facts->beam_y, facts->beam_x, 0, 0);
    if (w->has_beam)
        airy_pattern_set_center(pattern, w->beam_y, w->beam_x, 0, 0);
}

// What a user wants to know of a frame before going on.
static void say_frame(const work *w, const airy_pattern *p)
{
    int measured = 0, saturated = 0, n = p->photons.ny * p->photons.nx;
    double photons = 0;
    for (int i = 0; i < n; i++) {
        saturated += (p->mask.bits[i] & AIRY_MASK_SATURATED) != 0;
        measured += !isnan(p->photons.px[i]);
        photons += isnan(p->photons.px[i]) ? 0 : (double)p->photons.px[i];
    }
    say_detail(w->call, "%.6g photons in %d measured pixels, %d saturated", photons, measured,
               saturated);
}

static airy_code place(const work *w, const airy_raw_facts *facts, airy_pattern *data,
                       airy_frames *out, airy_error *err)
{
    airy_pattern plane = {0};
    airy_code code = AIRY_OK;
    for (int k = 0; !facts->good && k < data->photons.ny * data->photons.nx; k++)
        data->mask.bits[k] |= AIRY_MASK_LOST;
    airy_pattern_apply_mask(data);
    if (w->geometry.n) {
        code = airy_geometry_plane(&w->geometry, &plane, err);
        if (code == AIRY_OK)
            code = airy_geometry_assemble(&w->geometry, data, &plane, err);
    }
    airy_pattern *result = w->geometry.n ? &plane : data;
    if (code == AIRY_OK) {
        set_beam(w, facts, result);
        say_frame(w, result);
        code = airy_frames_append(out, result, err);
    }
    airy_pattern_release(&plane);
    return code;
}

static airy_code one_frame(const work *w, source *s, int i, airy_frames *out, airy_error *err)
{
    airy_pattern data = {0};
    airy_raw_facts facts;
    airy_code code = airy_raw_frame_facts(s->raw, i, &facts, err);
    if (code == AIRY_OK)
        code = (airy_raw_unit(s->raw) == AIRY_UNIT_WORDS ? calibrate_words
                                                         : convert_values)(w, s, i, &data, err);
    if (code == AIRY_OK && !facts.good)
        say_warning(w->call, "frame %d is marked as lost or partial; all its pixels are masked", i);
    if (code == AIRY_OK)
        code = place(w, &facts, &data, out, err);
    airy_pattern_release(&data);
    return code;
}

// ------------------------------------------------------------------ all frames

static airy_code one_input(work *w, int input, airy_frames *out, int *done, airy_error *err)
{
    source s = {0};
    const char *spec = w->call->inputs[input];
    airy_code code = source_open(w, spec, &s, err);
    if (code == AIRY_OK && input == 0)
        code = prepare(w, &s, err);
    int n = s.raw ? airy_raw_count(s.raw) : 0, last = w->last < n ? w->last : n;
    if (code == AIRY_OK && w->first >= n)
        code = airy_error_set(err, AIRY_EARGUMENT, "%s holds %d frames, --frames %s begins beyond",
                              spec, n, w->frames);
    const airy_progress *progress = say_progress(w->call, "calibrate");
    for (int i = w->first; i < last && code == AIRY_OK; i++) {
        code = one_frame(w, &s, i, out, err);
        if (code != AIRY_OK)
            airy_error_prefix(err, "%s, frame %d", spec, i);
        airy_progress_report(progress, i + 1 - w->first, last - w->first, "frames");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after frame %d of %s", i, spec);
        *done += code == AIRY_OK;
    }
    say_progress_end();
    source_close(&s);
    return code;
}

static airy_code write_history(const work *w, airy_frames *out, airy_error *err)
{
    bool file = strcmp(w->geometry_file, "grid") != 0 && strcmp(w->geometry_file, "none") != 0;
    const char *more[4] = {0};
    int n = 0;
    if (w->gain)
        more[n++] = w->gain;
    if (w->pedestal)
        more[n++] = w->pedestal;
    if (file)
        more[n++] = w->geometry_file;
    airy_history history = {0};
    airy_error ignored = {0};
    char *path = airy_spec_path(w->call->inputs[0], &(const char *){NULL});
    if (path && airy_history_read_file(path, &history, &ignored) != AIRY_OK)
        airy_history_release(&history); // files of others have none
    airy_code code = trail_append(w->call, more, NULL, &history, err);
    if (code == AIRY_OK)
        code = airy_frames_commit(out, &history, err);
    airy_history_release(&history);
    free(path);
    return code;
}

static airy_code calibrate(work *w, airy_error *err)
{
    int done = 0;
    airy_frames *out = airy_frames_create(w->call->output, w->call->overwrite, err);
    airy_code code = out ? AIRY_OK : err->code;
    for (int i = 0; i < w->call->n_inputs && code == AIRY_OK; i++)
        code = one_input(w, i, out, &done, err);
    if (code == AIRY_OK)
        code = write_history(w, out, err);
    if (code == AIRY_OK)
        say_note(w->call, "%d frames written to %s", done, w->call->output);
    airy_frames_close(out);
    airy_calibration_release(&w->calibration);
    airy_geometry_release(&w->geometry);
    return code;
}

// ------------------------------------------------------------------ pedestals

// Dark frames of the forced gain stage g.
static airy_code add_darks(work *w, int g, airy_darks **darks, int *ny, airy_error *err)
{
    source s = {0};
    airy_code code = source_open(w, w->call->inputs[g], &s, err);
    if (code == AIRY_OK && airy_raw_unit(s.raw) != AIRY_UNIT_WORDS)
        code = airy_error_set(err, AIRY_EFORMAT, "%s does not hold raw words", w->call->inputs[g]);
    if (code == AIRY_OK && !*darks) {
        *darks = airy_darks_new(s.stack_ny, AIRY_MODULE_NX, err);
        *ny = s.stack_ny;
        code = *darks ? AIRY_OK : err->code;
    }
    if (code == AIRY_OK && s.stack_ny != *ny)
        code = airy_error_set(err, AIRY_ESHAPE, "%s has %d rows of modules, %s has %d",
                              w->call->inputs[g], s.stack_ny, w->call->inputs[0], *ny);
    int n = code == AIRY_OK ? airy_raw_count(s.raw) : 0, last = w->last < n ? w->last : n;
    const airy_progress *progress = say_progress(w->call, "dark frames");
    for (int i = w->first; i < last && code == AIRY_OK; i++) {
        code = read_words(&s, i, err);
        if (code == AIRY_OK)
            airy_darks_add(*darks, g, s.words);
        airy_progress_report(progress, i + 1 - w->first, last - w->first, "frames");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped at frame %d", i);
    }
    say_progress_end();
    source_close(&s);
    return code;
}

static airy_code make_pedestal(work *w, airy_error *err)
{
    airy_darks *darks = NULL;
    airy_history history = {0};
    airy_code code = AIRY_OK;
    int ny = 0;
    for (int g = 0; g < w->call->n_inputs && code == AIRY_OK; g++)
        code = add_darks(w, g, &darks, &ny, err);
    if (code == AIRY_OK)
        code = airy_darks_finish(darks, w->noise_limit, &w->calibration, err);
    if (code == AIRY_OK)
        code = trail_append(w->call, NULL, NULL, &history, err);
    if (code == AIRY_OK)
        code = airy_calibration_write(NULL, w->call->output, &w->calibration, &history,
                                      w->call->overwrite, err);
    airy_history_release(&history);
    airy_calibration_release(&w->calibration);
    airy_darks_free(darks);
    return code;
}

// ------------------------------------------------------------------ the command

static bool parse(invocation *call, work *w)
{
    airy_calibrate_options *o = &w->options;
    int wide = (int)o->wide;
    const option table[] = {
        {"gain", OPTION_TEXT, &w->gain, .unit = "FILE", .help = "gains in ADU/keV, 3 to 6 planes"},
        {"pedestal", OPTION_TEXT, &w->pedestal, .unit = "FILE",
         .help = "pedestals, their noise, and the pixel mask"},
        {"energy", OPTION_DOUBLE, &o->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "photon energy; 0 = as the file says"},
        {"layout", OPTION_TEXT, &w->layout, .unit = "NAME",
         .help = "how the facility stores frames; auto = recognise it"},
        {"geometry", OPTION_TEXT, &w->geometry_file, .unit = "FILE",
         .help = "CrystFEL .geom, psana .data, origins .tsv; grid = regular, none = stacked"},
        {"frames", OPTION_TEXT, &w->frames, .unit = "A:B", .help = "frames A to B - 1 alone"},
        {"distance", OPTION_DOUBLE, &w->distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to detector; 0 = as the file or geometry says"},
        {"beam", OPTION_TEXT, &w->beam, .unit = "X,Y",
         .help = "where the beam hits the plane, pixels"},
        {"threshold", OPTION_DOUBLE, &o->threshold, .low = 0, .high = 1e6, .unit = "PHOTONS",
         .help = "less than this becomes 0; 0 = off"},
        {"round", OPTION_FLAG, &o->round, .help = "whole photons"},
        {"wide", OPTION_CHOICE, &wide, .choices = "mask|split|keep",
         .help = "pixels at chip borders that collect twice the light"},
        {"mask-edges", OPTION_FLAG, &o->mask_edges, .help = "mask the outermost pixels of modules"},
        {"common-mode", OPTION_FLAG, &o->common_mode,
         .help = "subtract the median of unlit pixels of each bank of 256 x 64"},
        {"common-mode-below", OPTION_DOUBLE, &o->common_mode_below, .low = 1e-3, .high = 1000,
         .unit = "keV", .help = "a pixel below this is unlit"},
        {"high-gain", OPTION_CHOICE, &w->hg0, .choices = "auto|no|yes",
         .help = "HG0 mode: other gains, another saturation word"},
        {"make-pedestal", OPTION_FLAG, &w->make_pedestal,
         .help = "inputs are dark runs in forced G0, G1, G2: write a pedestal file"},
        {"noise-limit", OPTION_DOUBLE, &w->noise_limit, .low = 0, .high = 1e6,
         .help = "mask dark noise above this times the median; 0 = off"},
        {0},
    };
    bool go = options_parse(call, table, TAKES_OUTPUT, 1, 64);
    o->wide = (airy_wide)wide;
    return go;
}

int cmd_calibrate(invocation *call)
{
    work w = {.call = call, .layout = "auto", .geometry_file = "grid", .noise_limit = 5};
    airy_calibrate_options_defaults(&w.options);
    w.options.energy_ev = 0;
    airy_error err = {0};
    if (!parse(call, &w))
        return call->status;
    if (!parse_frames(&w))
        return options_wrong(call, "--frames %s: A:B with 0 <= A < B is wanted", w.frames);
    if (!parse_beam(&w))
        return options_wrong(call, "--beam %s: two numbers X,Y are wanted", w.beam);
    if (w.make_pedestal && call->n_inputs > AIRY_GAINS)
        return options_wrong(call, "--make-pedestal takes at most %d dark runs", AIRY_GAINS);
    return say_done(call, w.make_pedestal ? make_pedestal(&w, &err) : calibrate(&w, &err), &err);
}
