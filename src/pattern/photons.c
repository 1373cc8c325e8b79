// SPDX-License-Identifier: GPL-3.0-or-later
// Detector files as frames of photons: raw words calibrated, other frames converted, all assembled.
#include "background.h"
#include "frame_words.h"
#include "mask.h"
#include "stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPARE_SLOTS = 64 }; // kept from run to run

// What was made of the first input, for all frames of a run and of those that follow.
struct airy_photons_kept {
    bool made;
    airy_calibrate_options calibrate; // with energy and gain mode as the files say
    airy_calibration calibration;
    airy_geometry geometry;
    airy_mask panel_mask; // of data pixels, from a file that the geometry names; bits NULL: none
    airy_calibrator *calibrator; // NULL when frames are calibrated already
    airy_pattern background;     // no pixels: none is taken off
    bool own_centers;            // every frame has a center of its own
    void *spare[SPARE_SLOTS];    // slots of the run before, whose pages are in memory
    int spares;
};

// A run.
typedef struct setting {
    airy_photons_stream all;
    airy_photons_kept *k;
    airy_photons_source source; // that is open
} setting;

// One frame on its way.
typedef struct load {
    airy_photons_slot all;
    airy_raw_facts facts;
    airy_packed_words *packed;
    uint16_t *words;
    airy_pattern data, plane;
    airy_background_result background;
    airy_photons_kept *kept; // where the slot goes when the run ends; NULL: nowhere
} load;

// ------------------------------------------------------------------ what holds for all frames

// Pixels that the geometry's own mask file excludes are not calibrated at all.
static airy_code mask_calibration(setting *run, airy_error *err)
{
    airy_mask *mask = &run->k->calibration.mask;
    const airy_stack *gain = &run->k->calibration.gain;
    if (!run->k->panel_mask.bits)
        return AIRY_OK;
    airy_code code = mask->bits ? AIRY_OK : airy_mask_init(mask, gain->ny, gain->nx, err);
    return code == AIRY_OK ? airy_mask_combine(mask, &run->k->panel_mask, err) : code;
}

static airy_code need_calibration(setting *run, const airy_photons_source *s, airy_error *err)
{
    airy_raw_facts facts;
    if (!run->all.options->gain || !run->all.options->pedestal)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s holds raw words: --gain and --pedestal are needed",
                              run->all.call->inputs[0]);
    airy_code code = airy_raw_frame_facts(s->raw, 0, &facts, err);
    if (code != AIRY_OK)
        return code;
    run->k->calibrate.high_gain =
        run->all.options->high_gain == 2 || (run->all.options->high_gain == 0 && facts.high_gain);
    return airy_calibration_read(
        run->all.options->gain, run->all.options->pedestal, run->k->calibrate.high_gain,
        (airy_gain_unit)run->all.options->gain_unit, &run->k->calibration, err);
}

// What frames that are no raw words hold: as the user says, or the layout.
static airy_raw_unit unit_of(const setting *run, const airy_raw *raw)
{
    static const airy_raw_unit told[] = {AIRY_UNIT_ADU, AIRY_UNIT_KEV, AIRY_UNIT_PHOTONS};
    return run->all.options->unit && airy_raw_unit_of(raw) != AIRY_UNIT_WORDS
               ? told[run->all.options->unit]
               : airy_raw_unit_of(raw);
}

static airy_code need_energy(setting *run, const airy_photons_source *s, airy_error *err)
{
    airy_raw_facts facts;
    airy_code code = airy_raw_frame_facts(s->raw, 0, &facts, err);
    if (code != AIRY_OK)
        return code;
    if (run->k->calibrate.energy_ev <= 0)
        run->k->calibrate.energy_ev =
            facts.setup.energy_ev > 0 ? facts.setup.energy_ev : run->k->geometry.energy_ev;
    if (run->k->calibrate.energy_ev > 0)
        return airy_calibrate_options_check(&run->k->calibrate, err);
    if (unit_of(run, s->raw) == AIRY_UNIT_PHOTONS || run->all.options->adu_per_photon > 0)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EARGUMENT,
                          "%s does not state the photon energy: give it by --energy",
                          run->all.call->inputs[0]);
}

static airy_code need_calibrator(setting *run, const airy_photons_source *s, airy_error *err)
{
    airy_code code = need_calibration(run, s, err);
    if (code == AIRY_OK)
        code = mask_calibration(run, err);
    if (code != AIRY_OK)
        return code;
    airy_call_note(run->all.call, "%s: %s words, %s gain, %.6g eV", run->all.call->inputs[0],
                   airy_raw_layout(s->raw), run->k->calibrate.high_gain ? "high" : "dynamic",
                   run->k->calibrate.energy_ev);
    run->k->calibrator = airy_calibrator_new(&run->k->calibration, &run->k->calibrate,
                                             &run->k->geometry, s->stack_ny, AIRY_MODULE_NX, err);
    return run->k->calibrator ? AIRY_OK : airy_error_code(err, AIRY_EMEMORY);
}

// Beam and center of a frame.
static void set_beam(const setting *run, const airy_raw_facts *facts, airy_pattern *pattern)
{
    airy_setup *setup = &pattern->setup;
    if (run->k->calibrate.energy_ev > 0)
        setup->energy_ev = run->k->calibrate.energy_ev;
    if (facts->setup.distance_m > 0 && setup->distance_m <= 0)
        setup->distance_m = facts->setup.distance_m;
    if (run->all.options->distance_m > 0)
        setup->distance_m = run->all.options->distance_m;
    if (setup->pitch_m <= 0)
        setup->pitch_m = facts->setup.pitch_m > 0 ? facts->setup.pitch_m : run->k->geometry.pitch_m;
    if (run->all.options->pitch_m > 0)
        setup->pitch_m = run->all.options->pitch_m;
    if (facts->has_beam && !run->k->geometry.n)
        airy_pattern_set_center(pattern, facts->beam_y, facts->beam_x, 0, 0);
    if (run->all.options->has_beam)
        airy_pattern_set_center(pattern, run->all.options->beam_y, run->all.options->beam_x, 0, 0);
}

// What the geometry says of the plane.
static void plane_facts(const setting *run, airy_pattern *pattern)
{
    const airy_geometry *g = &run->k->geometry;
    pattern->setup = (airy_setup){g->energy_ev, g->distance_m, g->pitch_m};
    pattern->has_center = g->has_beam;
    pattern->center_y = g->beam_y, pattern->center_x = g->beam_x;
}

// Geometry, energy and calibration, from the first input.
static airy_code prepare(setting *run, const airy_photons_source *s, airy_error *err)
{
    airy_raw_facts facts;
    airy_pattern plane = {0};
    bool modules = s->nx % AIRY_MODULE_NX == 0 && s->ny % AIRY_MODULE_NY == 0;
    bool placed = airy_raw_placed(s->raw);
    airy_code code = airy_raw_frame_facts(s->raw, 0, &facts, err);
    if (code == AIRY_OK && !placed && (modules || strcmp(run->all.options->geometry, "grid") != 0))
        code = airy_placing_read(run->all.options->geometry, s->stack_ny / AIRY_MODULE_NY,
                                 &run->k->geometry, err);
    bool words = airy_raw_unit_of(s->raw) == AIRY_UNIT_WORDS;
    if (code == AIRY_OK && run->k->geometry.n)
        code = airy_placing_masks(run->all.call, run->all.options->geometry, &run->k->geometry,
                                  words ? s->stack_ny : s->ny, words ? AIRY_MODULE_NX : s->nx,
                                  &run->k->panel_mask, err);
    bool file = strcmp(run->all.options->geometry, "grid") != 0 && run->k->geometry.n;
    if (code == AIRY_OK && file)
        code =
            airy_placing_overlap(run->all.call, run->all.options->geometry, &run->k->geometry,
                                 words ? s->stack_ny : s->ny, words ? AIRY_MODULE_NX : s->nx, err);
    if (code == AIRY_OK && run->k->geometry.n)
        airy_placing_question(run->all.call, run->all.options->geometry, &run->k->geometry, words);
    if (code == AIRY_OK)
        code = need_energy(run, s, err);
    if (code == AIRY_OK && words)
        code = need_calibrator(run, s, err);
    if (code != AIRY_OK)
        return code;
    airy_photons_question(run->all.call, run->all.options, &facts.setup);
    run->k->own_centers = facts.has_beam && !run->k->geometry.n && !run->all.options->has_beam;
    plane_facts(run, &plane);
    set_beam(run, &facts, &plane);
    code = airy_setup_check(&plane.setup,
                            run->all.options->scattering ? AIRY_FOR_RINGS : AIRY_FOR_IMAGES, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "%s", run->all.call->inputs[0]);
    run->k->made = true;
    return run->all.stages->begin
               ? run->all.stages->begin(run->k->calibrator, &plane, run->all.context, err)
               : AIRY_OK;
}

static airy_code take_mean(setting *run, airy_error *err)
{
    const char *spec = run->all.options->background;
    airy_code code = spec ? airy_pattern_read(spec, 0, &run->k->background, NULL, err) : AIRY_OK;
    return spec && code == AIRY_OK ? airy_pattern_steady_background(&run->k->background, err)
                                   : code;
}

static airy_code begin(airy_photons_stream *of, airy_error *err)
{
    setting *run = (setting *)of;
    if (run->k->made)
        return AIRY_OK;
    airy_code code = take_mean(run, err);
    return code == AIRY_OK ? prepare(run, &run->source, err) : code;
}

// ------------------------------------------------------------------ files

static airy_code open_input(airy_photons_stream *of, int input, airy_error *err)
{
    setting *run = (setting *)of;
    const char *spec = of->call->inputs[input];
    airy_code code =
        airy_photons_source_open(of->call, spec, of->options->layout, &run->source, err);
    bool words = code == AIRY_OK && airy_raw_unit_of(run->source.raw) == AIRY_UNIT_WORDS;
    if (code == AIRY_OK && run->k->made && words != (run->k->calibrator != NULL))
        code = airy_error_set(err, AIRY_EFORMAT, "%s and %s do not both hold raw words", spec,
                              of->call->inputs[0]);
    return code;
}

static void close_input(airy_photons_stream *of)
{
    airy_photons_source_close(&((setting *)of)->source);
}

static int count(const airy_photons_stream *of)
{
    return airy_raw_count(((const setting *)of)->source.raw);
}

// ------------------------------------------------------------------ one frame

static airy_code read_words(setting *run, load *slot, airy_error *err)
{
    const airy_stack *gain = &run->k->calibration.gain;
    if (run->source.stack_ny != gain->ny)
        return airy_error_set(err, AIRY_ESHAPE, "%d rows of modules, %s has %d",
                              run->source.stack_ny, run->all.call->inputs[0], gain->ny);
    if (!slot->words)
        slot->words = airy_memory_new((size_t)gain->ny * AIRY_MODULE_NX, sizeof *slot->words);
    return slot->words ? airy_photons_source_fetch(&run->source, slot->all.frame.index,
                                                   slot->packed, slot->words, err)
                       : airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
}

static airy_code read_values(setting *run, load *slot, airy_error *err)
{
    airy_raw *raw = run->source.raw;
    airy_pattern_release(&slot->data);
    double divisor = run->all.options->adu_per_photon;
    airy_raw_unit unit = unit_of(run, raw);
    if (unit == AIRY_UNIT_ADU && divisor <= 0)
        return airy_error_set(err, AIRY_EFORMAT,
                              "the %s layout does not say what its numbers are: --unit keV, --unit "
                              "photons or --adu-per-photon does",
                              airy_raw_layout(raw));
    airy_code code = airy_raw_read_values(raw, slot->all.frame.index, &slot->data, err);
    if (code == AIRY_OK && run->k->geometry.n)
        code = airy_geometry_flag(&run->k->geometry, &slot->data, err);
    if (divisor <= 0)
        divisor = unit == AIRY_UNIT_KEV ? 1e-3 * run->k->calibrate.energy_ev : 1;
    for (int k = 0; code == AIRY_OK && k < slot->data.photons.ny * slot->data.photons.nx; k++)
        slot->data.photons.px[k] /= (float)divisor;
    return code;
}

static airy_code fetch(airy_photons_stream *of, void *given, airy_error *err)
{
    setting *run = (setting *)of;
    load *slot = given;
    airy_photons_frame *frame = &slot->all.frame;
    airy_code code = airy_raw_frame_facts(run->source.raw, frame->index, &slot->facts, err);
    if (code == AIRY_OK)
        code = (run->k->calibrator ? read_words : read_values)(run, slot, err);
    frame->lost = !slot->facts.good;
    frame->pulse_id = slot->facts.pulse_id;
    if (code == AIRY_OK && frame->lost)
        airy_call_warn(of->call, "frame %d is marked as lost or partial; all its pixels are masked",
                       frame->index);
    else if (code == AIRY_OK && slot->facts.lost)
        airy_call_warn(of->call, "frame %d: the files of %d pixels are not there; they are masked",
                       frame->index, slot->facts.lost);
    return airy_photons_slot_place(code, &slot->all, err);
}

static airy_code calibrate_words(const setting *run, load *slot, airy_error *err)
{
    airy_pattern *plane = &slot->plane;
    const airy_geometry *g = &run->k->geometry;
    int ny = g->n ? g->ny : run->k->calibration.gain.ny, nx = g->n ? g->nx : AIRY_MODULE_NX;
    airy_code code = airy_words_unpack(slot->packed, slot->words, err);
    slot->all.frame.words = NULL;
    if (code != AIRY_OK)
        return code;
    if (run->all.stages->words && !run->k->own_centers && !run->k->background.photons.px) {
        slot->all.frame.words = slot->words;
        return AIRY_OK;
    }
    if (plane->photons.ny != ny || plane->photons.nx != nx || !plane->variance.px ||
        plane->coverage.px || plane->background.px) { // the first frame, or its user changed it
        airy_pattern_release(plane);
        code = airy_calibrator_plane(run->k->calibrator, plane, err);
    }
    return code == AIRY_OK ? airy_calibrator_frame(run->k->calibrator, slot->words,
                                                   slot->all.frame.lost, plane, err)
                           : code;
}

// Frames that are calibrated already: variances are not known to the file, so that of the photons
// themselves is taken.
static airy_code place_values(const setting *run, load *slot, airy_error *err)
{
    airy_pattern *data = &slot->data;
    airy_code code = AIRY_OK;
    float least = run->k->calibrate.threshold > 0 ? (float)run->k->calibrate.threshold : -INFINITY;
    bool unknown = !data->variance.px;
    if (unknown)
        code = airy_image_init(&data->variance, data->photons.ny, data->photons.nx, err);
    for (int k = 0; code == AIRY_OK && k < data->photons.ny * data->photons.nx; k++) {
        float photons = data->photons.px[k];
        if (photons < least)
            photons = 0;
        data->photons.px[k] = run->k->calibrate.round ? nearbyintf(photons) : photons;
        if (unknown)
            data->variance.px[k] = fmaxf(data->photons.px[k], 0);
        data->mask.bits[k] |= slot->all.frame.lost ? AIRY_MASK_LOST : 0;
    }
    if (code != AIRY_OK)
        return code;
    if (run->k->panel_mask.bits &&
        (code = airy_mask_combine(&data->mask, &run->k->panel_mask, err)))
        return code;
    airy_pattern_apply_mask(data);
    airy_pattern_release(&slot->plane);
    if (!run->k->geometry.n) {
        slot->plane = *data;
        *data = (airy_pattern){0};
        return AIRY_OK;
    }
    code = airy_geometry_plane(&run->k->geometry, &slot->plane, err);
    return code == AIRY_OK ? airy_geometry_assemble(&run->k->geometry, data, &slot->plane, err)
                           : code;
}

static airy_code work(const airy_photons_stream *of, void *given, airy_error *err)
{
    const setting *run = (const setting *)of;
    load *slot = given;
    airy_code code = (run->k->calibrator ? calibrate_words : place_values)(run, slot, err);
    if (code != AIRY_OK)
        return code;
    if (run->k->calibrator)
        plane_facts(run, &slot->plane);
    set_beam(run, &slot->facts, &slot->plane);
    slot->all.frame.pattern = &slot->plane;
    return run->k->background.photons.px
               ? airy_pattern_take_background(&slot->plane, &run->k->background, &slot->background,
                                              err)
               : AIRY_OK;
}

// What a user wants to know of a frame before going on.
static void say_frame(const setting *run, const airy_pattern *p)
{
    int measured = 0, saturated = 0, n = p->photons.px ? p->photons.ny * p->photons.nx : 0;
    double photons = 0;
    for (int i = 0; i < n; i++) {
        saturated += (p->mask.bits[i] & AIRY_MASK_SATURATED) != 0;
        measured += !isnan(p->photons.px[i]);
        photons += isnan(p->photons.px[i]) ? 0 : (double)p->photons.px[i];
    }
    if (n)
        airy_call_detail(run->all.call, "%.6g photons in %d measured pixels, %d saturated", photons,
                         measured, saturated);
}

// A scale that few cells agree on is a guess: the particle's light is everywhere.
static void say_background(const setting *run, const load *slot)
{
    const airy_background_result *did = &slot->background;
    airy_call_detail(run->all.call,
                     "background: %.4g +- %.2g of the mean, by %d of %d cells, chi2 %.3g",
                     did->scale, did->scale_error, did->cells, did->all, did->chi2);
    if (5 * did->cells < did->all)
        airy_call_warn(
            run->all.call,
            "frame %d: only %d of %d cells hold nothing but background, which may be taken "
            "for larger than it is",
            slot->all.frame.index, did->cells, did->all);
}

static void tell(const airy_photons_stream *of, const void *given)
{
    const setting *run = (const setting *)of;
    const load *slot = given;
    if (of->call->verbose)
        say_frame(run, &slot->plane);
    if (run->k->background.photons.px && !slot->all.frame.lost)
        say_background(run, slot);
}

// ------------------------------------------------------------------ all frames

static void free_slot(load *slot)
{
    airy_photons_slot_release(&slot->all);
    airy_packed_words_free(slot->packed);
    airy_memory_free(slot->words);
    airy_pattern_release(&slot->data);
    airy_pattern_release(&slot->plane);
    airy_memory_free(slot);
}

static void drop_slot(void *given)
{
    load *slot = given;
    if (slot->kept && slot->kept->spares < SPARE_SLOTS)
        slot->kept->spare[slot->kept->spares++] = slot;
    else
        free_slot(slot);
}

// Runs of the same stages and context follow each other where something is kept for them.
static void *make_slot(airy_photons_stream *of)
{
    airy_photons_kept *kept = of->options->kept;
    if (kept && kept->spares > 0)
        return kept->spare[--kept->spares];
    load *slot = airy_memory_new(1, sizeof *slot);
    if (!slot)
        return NULL;
    slot->kept = kept;
    slot->packed = airy_packed_words_new(NULL);
    if (airy_photons_slot_init(of, &slot->all) && slot->packed)
        return slot;
    free_slot(slot);
    return NULL;
}

static void forget(airy_photons_kept *k)
{
    while (k->spares > 0)
        free_slot(k->spare[--k->spares]);
    airy_calibrator_free(k->calibrator);
    airy_calibration_release(&k->calibration);
    airy_geometry_release(&k->geometry);
    airy_mask_release(&k->panel_mask);
    airy_pattern_release(&k->background);
    *k = (airy_photons_kept){0};
}

airy_photons_kept *airy_photons_kept_new(airy_error *err)
{
    airy_photons_kept *k = airy_memory_new(1, sizeof *k);
    if (!k)
        airy_error_set(err, AIRY_EMEMORY, "no memory for a calibration");
    return k;
}

void airy_photons_kept_free(airy_photons_kept *kept)
{
    if (kept)
        forget(kept);
    airy_memory_free(kept);
}

airy_code airy_photons_pipe(const airy_call *call, const airy_photons_options *options,
                            const airy_photons_stages *stages, void *context, airy_history *history,
                            int *frames, airy_error *err)
{
    static const airy_photons_reader reader = {.open = open_input,
                                               .close = close_input,
                                               .count = count,
                                               .begin = begin,
                                               .make = make_slot,
                                               .drop = drop_slot,
                                               .fetch = fetch,
                                               .work = work,
                                               .tell = tell};
    airy_photons_kept own = {0};
    setting run = {.all = {.reader = &reader,
                           .call = call,
                           .options = options,
                           .stages = stages,
                           .context = context},
                   .k = options->kept ? options->kept : &own};
    if (!run.k->made)
        run.k->calibrate = options->calibrate;
    airy_code code = airy_photons_stream_run(&run.all, history, frames, err);
    if (!run.k->made || run.k == &own)
        forget(run.k);
    return code;
}

// ------------------------------------------------------------------ one after another

typedef struct single {
    airy_photons_use *use;
    void *context;
} single;

static airy_code work_nothing(const airy_photons_frame *frame, void *own, void *context,
                              airy_error *err)
{
    (void)frame, (void)own, (void)context, (void)err;
    return AIRY_OK;
}

static airy_code store_use(const airy_photons_frame *frame, void *own, void *context,
                           airy_error *err)
{
    const single *s = context;
    (void)own;
    return s->use(frame->pattern, frame->number, s->context, err);
}

airy_code airy_photons_run(const airy_call *call, const airy_photons_options *options,
                           airy_photons_use *use, void *context, airy_history *history, int *frames,
                           airy_error *err)
{
    static const airy_photons_stages stages = {.work = work_nothing, .store = store_use};
    single s = {use, context};
    return airy_photons_pipe(call, options, &stages, &s, history, frames, err);
}
