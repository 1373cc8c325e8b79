// SPDX-License-Identifier: GPL-3.0-or-later
// Detector files as frames of photons: raw words calibrated, other frames converted, all assembled.
#include "photons.h"

#include "commands.h"
#include "say.h"
#include "trail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// What holds for all frames of a run.
typedef struct setting {
    const invocation *call;
    const photons_options *o;
    airy_calibrate_options calibrate; // with energy and gain mode as the files say
    airy_calibration calibration;
    airy_geometry geometry;
    photons_use *use;
    void *context;
    int done;
} setting;

// ------------------------------------------------------------------ options

void photons_defaults(photons_options *o)
{
    *o = (photons_options){.layout = "auto", .geometry = "grid"};
    airy_calibrate_options_defaults(&o->calibrate);
    o->calibrate.energy_ev = 0;
}

void photons_rows(photons_options *o, option rows[PHOTONS_ROWS])
{
    airy_calibrate_options *c = &o->calibrate;
    const option table[PHOTONS_ROWS] = {
        {"gain", OPTION_TEXT, &o->gain, .unit = "FILE", .help = "gains in ADU/keV, 3 to 6 planes"},
        {"pedestal", OPTION_TEXT, &o->pedestal, .unit = "FILE",
         .help = "pedestals, their noise, and the pixel mask"},
        {"energy", OPTION_DOUBLE, &c->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "photon energy; 0 = as the file says"},
        {"layout", OPTION_TEXT, &o->layout, .unit = "NAME",
         .help = "how the facility stores frames; auto = recognise it"},
        {"geometry", OPTION_TEXT, &o->geometry, .unit = "FILE",
         .help = "CrystFEL .geom, psana .data, origins .tsv; grid = regular, none = stacked"},
        {"frames", OPTION_TEXT, &o->frames, .unit = "A:B", .help = "frames A to B - 1 alone"},
        {"distance", OPTION_DOUBLE, &o->distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to detector; 0 = as the file or geometry says"},
        {"beam", OPTION_TEXT, &o->beam, .unit = "X,Y",
         .help = "where the beam hits the plane, pixels"},
        {"threshold", OPTION_DOUBLE, &c->threshold, .low = 0, .high = 1e6, .unit = "PHOTONS",
         .help = "less than this becomes 0; 0 = off"},
        {"round", OPTION_FLAG, &c->round, .help = "whole photons"},
        {"wide", OPTION_CHOICE, &o->wide, .choices = "mask|split|keep",
         .help = "pixels at chip borders that collect twice the light"},
        {"mask-edges", OPTION_FLAG, &c->mask_edges, .help = "mask the outermost pixels of modules"},
        {"common-mode", OPTION_FLAG, &c->common_mode,
         .help = "subtract the median of unlit pixels of each bank of 256 x 64"},
        {"common-mode-below", OPTION_DOUBLE, &c->common_mode_below, .low = 1e-3, .high = 1000,
         .unit = "keV", .help = "a pixel below this is unlit"},
        {"high-gain", OPTION_CHOICE, &o->high_gain, .choices = "auto|no|yes",
         .help = "HG0 mode: other gains, another saturation word"},
        {0},
    };
    memcpy(rows, table, sizeof table);
}

static bool parse_beam(photons_options *o)
{
    double xy[2];
    int n = 0;
    if (!o->beam)
        return true;
    o->has_beam = airy_text_doubles(o->beam, xy, 2, &n, NULL) == AIRY_OK && n == 2;
    o->beam_x = xy[0], o->beam_y = xy[1];
    return o->has_beam;
}

bool photons_check(invocation *call, photons_options *o)
{
    o->calibrate.wide = (airy_wide)o->wide;
    call->status = 0;
    if (!options_span(o->frames, &o->first, &o->last))
        call->status = options_wrong(call, "--frames %s: A:B with 0 <= A < B is wanted", o->frames);
    else if (!parse_beam(o))
        call->status = options_wrong(call, "--beam %s: two numbers X,Y are wanted", o->beam);
    return call->status == 0;
}

bool photons_are_raw(const invocation *call, const photons_options *o)
{
    if (o->gain || o->pedestal)
        return true;
    airy_raw *raw = airy_raw_open(call->inputs[0], o->layout, NULL);
    int ny = 0, nx = 0;
    if (raw)
        airy_raw_shape(raw, &ny, &nx);
    bool modules = raw && ny % AIRY_MODULE_NY == 0 && nx % AIRY_MODULE_NX == 0;
    bool words = modules && airy_raw_unit(raw) == AIRY_UNIT_WORDS;
    airy_raw_close(raw);
    return words;
}

// ------------------------------------------------------------------ words

airy_code photons_source_open(const invocation *call, const char *spec, const char *layout,
                              photons_source *s, airy_error *err)
{
    *s = (photons_source){.raw = airy_raw_open(spec, layout, err)};
    if (!s->raw)
        return err->code;
    airy_raw_shape(s->raw, &s->ny, &s->nx);
    say_detail(call, "%s: %s", spec, airy_raw_why(s->raw));
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

void photons_source_close(photons_source *s)
{
    airy_raw_close(s->raw);
    if (s->words != s->read)
        airy_memory_free(s->words);
    airy_memory_free(s->read);
}

airy_code photons_source_words(photons_source *s, int i, airy_error *err)
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

// A table with columns x and y: where the first pixel of each module lies on the plane.
static airy_code load_origins(setting *run, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_read(run->o->geometry, &table, err);
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
        code = airy_geometry_origins(&run->geometry, y, x, table.rows, err);
    if (code != AIRY_OK)
        airy_error_prefix(err, "%s", run->o->geometry);
    airy_memory_free(y);
    airy_memory_free(x);
    airy_table_release(&table);
    return code;
}

// "grid": 2 modules across for a 4M, else one below the other.
static airy_code load_geometry(setting *run, int stack_ny, airy_error *err)
{
    int modules = stack_ny / AIRY_MODULE_NY;
    if (strcmp(run->o->geometry, "none") == 0)
        return AIRY_OK;
    if (strcmp(run->o->geometry, "grid") == 0) {
        int across = modules == 8 ? 2 : 1;
        return airy_geometry_grid(&run->geometry, modules / across, across, err);
    }
    if (ends_with(run->o->geometry, ".tsv"))
        return load_origins(run, err);
    char *text = NULL;
    airy_code code = airy_file_read_text(run->o->geometry, &text, err);
    if (code == AIRY_OK)
        code = (ends_with(run->o->geometry, ".data")
                    ? airy_geometry_psana
                    : airy_geometry_crystfel)(&run->geometry, text, run->o->geometry, err);
    free(text);
    return code;
}

static airy_code need_calibration(setting *run, const photons_source *s, airy_error *err)
{
    airy_raw_facts facts;
    if (!run->o->gain || !run->o->pedestal)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s holds raw words: --gain and --pedestal are needed",
                              run->call->inputs[0]);
    airy_code code = airy_raw_frame_facts(s->raw, 0, &facts, err);
    if (code != AIRY_OK)
        return code;
    run->calibrate.high_gain =
        run->o->high_gain == 2 || (run->o->high_gain == 0 && facts.high_gain);
    return airy_calibration_read(run->o->gain, run->o->pedestal, run->calibrate.high_gain,
                                 &run->calibration, err);
}

static airy_code need_energy(setting *run, const photons_source *s, airy_error *err)
{
    airy_raw_facts facts;
    airy_code code = airy_raw_frame_facts(s->raw, 0, &facts, err);
    if (code != AIRY_OK)
        return code;
    if (run->calibrate.energy_ev <= 0)
        run->calibrate.energy_ev =
            facts.beam.energy_ev > 0 ? facts.beam.energy_ev : run->geometry.energy_ev;
    if (run->calibrate.energy_ev > 0)
        return airy_calibrate_options_check(&run->calibrate, err);
    return airy_error_set(err, AIRY_EARGUMENT,
                          "%s does not state the photon energy: give it by --energy",
                          run->call->inputs[0]);
}

// Geometry, energy and calibration, from the first input.
static airy_code prepare(setting *run, const photons_source *s, airy_error *err)
{
    bool words = airy_raw_unit(s->raw) == AIRY_UNIT_WORDS;
    bool modules = s->nx % AIRY_MODULE_NX == 0 && s->ny % AIRY_MODULE_NY == 0;
    airy_code code = AIRY_OK;
    if (modules || strcmp(run->o->geometry, "grid") != 0)
        code = load_geometry(run, s->stack_ny, err);
    if (code == AIRY_OK)
        code = need_energy(run, s, err);
    if (code == AIRY_OK && words)
        code = need_calibration(run, s, err);
    if (code == AIRY_OK && words)
        say_note(run->call, "%s: %s words, %s gain, %.6g eV", run->call->inputs[0],
                 airy_raw_layout(s->raw), run->calibrate.high_gain ? "high" : "dynamic",
                 run->calibrate.energy_ev);
    return code;
}

// ------------------------------------------------------------------ one frame

static airy_code calibrate_words(const setting *run, photons_source *s, int i, airy_pattern *data,
                                 airy_error *err)
{
    airy_code code = photons_source_words(s, i, err);
    if (code == AIRY_OK)
        code = airy_pattern_init(data, s->stack_ny, AIRY_MODULE_NX, err);
    if (code == AIRY_OK)
        code = airy_jungfrau_calibrate(s->words, s->stack_ny, AIRY_MODULE_NX, &run->calibration,
                                       &run->calibrate, data, err);
    return code;
}

// Frames that are calibrated already: keV become photons; variances are not known to the file, so
// that of the photons themselves is taken.
static airy_code convert_values(const setting *run, photons_source *s, int i, airy_pattern *data,
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
    float factor = unit == AIRY_UNIT_KEV ? (float)(1e3 / run->calibrate.energy_ev) : 1;
    for (int k = 0; code == AIRY_OK && k < data->photons.ny * data->photons.nx; k++) {
        float photons = data->photons.px[k] * factor;
        if (photons < run->calibrate.threshold)
            photons = 0;
        data->photons.px[k] = run->calibrate.round ? nearbyintf(photons) : photons;
        data->variance.px[k] = fmaxf(data->photons.px[k], 0);
    }
    return code;
}

static void set_beam(const setting *run, const airy_raw_facts *facts, airy_pattern *pattern)
{
    airy_beam *beam = &pattern->beam;
    beam->energy_ev = run->calibrate.energy_ev;
    if (facts->beam.distance_m > 0 && beam->distance_m <= 0)
        beam->distance_m = facts->beam.distance_m;
    if (run->o->distance_m > 0)
        beam->distance_m = run->o->distance_m;
    if (beam->pitch_m <= 0)
        beam->pitch_m = facts->beam.pitch_m > 0 ? facts->beam.pitch_m : run->geometry.pitch_m;
    if (facts->has_beam && !run->geometry.n)
        airy_pattern_set_center(pattern, facts->beam_y, facts->beam_x, 0, 0);
    if (run->o->has_beam)
        airy_pattern_set_center(pattern, run->o->beam_y, run->o->beam_x, 0, 0);
}

// What a user wants to know of a frame before going on.
static void say_frame(const setting *run, const airy_pattern *p)
{
    int measured = 0, saturated = 0, n = p->photons.ny * p->photons.nx;
    double photons = 0;
    for (int i = 0; i < n; i++) {
        saturated += (p->mask.bits[i] & AIRY_MASK_SATURATED) != 0;
        measured += !isnan(p->photons.px[i]);
        photons += isnan(p->photons.px[i]) ? 0 : (double)p->photons.px[i];
    }
    say_detail(run->call, "%.6g photons in %d measured pixels, %d saturated", photons, measured,
               saturated);
}

static airy_code place(const setting *run, const airy_raw_facts *facts, airy_pattern *data,
                       airy_error *err)
{
    airy_pattern plane = {0};
    airy_code code = AIRY_OK;
    for (int k = 0; !facts->good && k < data->photons.ny * data->photons.nx; k++)
        data->mask.bits[k] |= AIRY_MASK_LOST;
    airy_pattern_apply_mask(data);
    if (run->geometry.n) {
        code = airy_geometry_plane(&run->geometry, &plane, err);
        if (code == AIRY_OK)
            code = airy_geometry_assemble(&run->geometry, data, &plane, err);
    }
    airy_pattern *result = run->geometry.n ? &plane : data;
    if (code == AIRY_OK) {
        set_beam(run, facts, result);
        say_frame(run, result);
        code = run->use(result, run->done, run->context, err);
    }
    airy_pattern_release(&plane);
    return code;
}

static airy_code one_frame(const setting *run, photons_source *s, int i, airy_error *err)
{
    airy_pattern data = {0};
    airy_raw_facts facts;
    airy_code code = airy_raw_frame_facts(s->raw, i, &facts, err);
    if (code == AIRY_OK)
        code = (airy_raw_unit(s->raw) == AIRY_UNIT_WORDS ? calibrate_words
                                                         : convert_values)(run, s, i, &data, err);
    if (code == AIRY_OK && !facts.good)
        say_warning(run->call, "frame %d is marked as lost or partial; all its pixels are masked",
                    i);
    if (code == AIRY_OK)
        code = place(run, &facts, &data, err);
    airy_pattern_release(&data);
    return code;
}

// ------------------------------------------------------------------ all frames

static airy_code one_input(setting *run, int input, airy_error *err)
{
    photons_source s = {0};
    const char *spec = run->call->inputs[input];
    airy_code code = photons_source_open(run->call, spec, run->o->layout, &s, err);
    if (code == AIRY_OK && input == 0)
        code = prepare(run, &s, err);
    int n = s.raw ? airy_raw_count(s.raw) : 0, last = run->o->last < n ? run->o->last : n;
    if (code == AIRY_OK && run->o->first >= n)
        code = airy_error_set(err, AIRY_EARGUMENT, "%s holds %d frames, --frames %s begins beyond",
                              spec, n, run->o->frames);
    const airy_progress *progress = say_progress(run->call, run->call->command->name);
    for (int i = run->o->first; i < last && code == AIRY_OK; i++) {
        code = one_frame(run, &s, i, err);
        if (code != AIRY_OK)
            airy_error_prefix(err, "%s, frame %d", spec, i);
        airy_progress_report(progress, i + 1 - run->o->first, last - run->o->first, "frames");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after frame %d of %s", i, spec);
        run->done += code == AIRY_OK;
    }
    say_progress_end();
    photons_source_close(&s);
    return code;
}

airy_code photons_run(const invocation *call, const photons_options *options, photons_use *use,
                      void *context, int *frames, airy_error *err)
{
    setting run = {.call = call,
                   .o = options,
                   .calibrate = options->calibrate,
                   .use = use,
                   .context = context};
    airy_code code = AIRY_OK;
    for (int i = 0; i < call->n_inputs && code == AIRY_OK; i++)
        code = one_input(&run, i, err);
    if (frames)
        *frames = run.done;
    airy_calibration_release(&run.calibration);
    airy_geometry_release(&run.geometry);
    return code;
}

airy_code photons_history(const invocation *call, const photons_options *o, const char *const *more,
                          airy_history *history, airy_error *err)
{
    bool file = strcmp(o->geometry, "grid") != 0 && strcmp(o->geometry, "none") != 0;
    const char *files[OPTION_TEXTS_MAX] = {0};
    int n = 0;
    if (o->gain)
        files[n++] = o->gain;
    if (o->pedestal)
        files[n++] = o->pedestal;
    if (file)
        files[n++] = o->geometry;
    for (; more && *more && n < OPTION_TEXTS_MAX - 1; more++)
        files[n++] = *more;
    char *path = airy_spec_path(call->inputs[0], &(const char *){NULL});
    if (path && airy_history_read_file(path, history, NULL) != AIRY_OK)
        airy_history_release(history); // files of others have none
    free(path);
    return trail_append(call, files, NULL, history, err);
}
