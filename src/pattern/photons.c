// SPDX-License-Identifier: GPL-3.0-or-later
// Detector files as frames of photons: raw words calibrated, other frames converted, all assembled.

#include "airy/work.h"
#include "airy/pattern.h"
#include "frame_words.h"
#include "background.h"
#include "mask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPARE_SEATS = 64 }; // kept from run to run

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
    void *spare[SPARE_SEATS];    // seats of the run before, whose pages are in memory
    int spares;
};

// A run.
typedef struct setting {
    const airy_call *call;
    const airy_photons_options *o;
    const airy_photons_stages *stages;
    void *context;
    airy_photons_kept *k;
    airy_frame_list choice;
    airy_text hashes; // of all files, for the history
    int *first;       // of every input, counted over all, and their sum
    int input;        // that `source` reads
    airy_photons_source source;
} setting;

// One frame and where it comes from.
typedef struct load {
    airy_photons_frame frame;
    airy_raw_facts facts;
    airy_packed_words *packed;
    uint16_t *words;
    airy_pattern data, plane;
    airy_background_result background;
    const airy_photons_stages *stages;
    void *own;
    airy_photons_kept *kept; // where the seat goes when the run ends; NULL: nowhere
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
    if (!run->o->gain || !run->o->pedestal)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s holds raw words: --gain and --pedestal are needed",
                              run->call->inputs[0]);
    airy_code code = airy_raw_frame_facts(s->raw, 0, &facts, err);
    if (code != AIRY_OK)
        return code;
    run->k->calibrate.high_gain =
        run->o->high_gain == 2 || (run->o->high_gain == 0 && facts.high_gain);
    return airy_calibration_read(run->o->gain, run->o->pedestal, run->k->calibrate.high_gain,
                                 (airy_gain_unit)run->o->gain_unit, &run->k->calibration, err);
}

// What frames that are no raw words hold: as the user says, or the layout.
static airy_raw_unit unit_of(const setting *run, const airy_raw *raw)
{
    static const airy_raw_unit told[] = {AIRY_UNIT_ADU, AIRY_UNIT_KEV, AIRY_UNIT_PHOTONS};
    return run->o->unit && airy_raw_unit_of(raw) != AIRY_UNIT_WORDS ? told[run->o->unit]
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
    if (unit_of(run, s->raw) == AIRY_UNIT_PHOTONS || run->o->adu_per_photon > 0)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EARGUMENT,
                          "%s does not state the photon energy: give it by --energy",
                          run->call->inputs[0]);
}

static airy_code need_calibrator(setting *run, const airy_photons_source *s, airy_error *err)
{
    airy_code code = need_calibration(run, s, err);
    if (code == AIRY_OK)
        code = mask_calibration(run, err);
    if (code != AIRY_OK)
        return code;
    airy_call_note(run->call, "%s: %s words, %s gain, %.6g eV", run->call->inputs[0],
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
    if (run->o->distance_m > 0)
        setup->distance_m = run->o->distance_m;
    if (setup->pitch_m <= 0)
        setup->pitch_m = facts->setup.pitch_m > 0 ? facts->setup.pitch_m : run->k->geometry.pitch_m;
    if (run->o->pitch_m > 0)
        setup->pitch_m = run->o->pitch_m;
    if (facts->has_beam && !run->k->geometry.n)
        airy_pattern_set_center(pattern, facts->beam_y, facts->beam_x, 0, 0);
    if (run->o->has_beam)
        airy_pattern_set_center(pattern, run->o->beam_y, run->o->beam_x, 0, 0);
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
    if (code == AIRY_OK && !placed && (modules || strcmp(run->o->geometry, "grid") != 0))
        code = airy_placing_read(run->o->geometry, s->stack_ny / AIRY_MODULE_NY, &run->k->geometry,
                                 err);
    bool words = airy_raw_unit_of(s->raw) == AIRY_UNIT_WORDS;
    if (code == AIRY_OK && run->k->geometry.n)
        code = airy_placing_masks(run->call, run->o->geometry, &run->k->geometry,
                                  words ? s->stack_ny : s->ny, words ? AIRY_MODULE_NX : s->nx,
                                  &run->k->panel_mask, err);
    bool file = strcmp(run->o->geometry, "grid") != 0 && run->k->geometry.n;
    if (code == AIRY_OK && file)
        code =
            airy_placing_overlap(run->call, run->o->geometry, &run->k->geometry,
                                 words ? s->stack_ny : s->ny, words ? AIRY_MODULE_NX : s->nx, err);
    if (code == AIRY_OK && run->k->geometry.n)
        airy_placing_question(run->call, run->o->geometry, &run->k->geometry, words);
    if (code == AIRY_OK)
        code = need_energy(run, s, err);
    if (code == AIRY_OK && words)
        code = need_calibrator(run, s, err);
    if (code != AIRY_OK)
        return code;
    run->k->own_centers = facts.has_beam && !run->k->geometry.n && !run->o->has_beam;
    plane_facts(run, &plane);
    set_beam(run, &facts, &plane);
    code =
        airy_setup_check(&plane.setup, run->o->scattering ? AIRY_FOR_RINGS : AIRY_FOR_IMAGES, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "%s", run->call->inputs[0]);
    run->k->made = true;
    return run->stages->begin ? run->stages->begin(run->k->calibrator, &plane, run->context, err)
                              : AIRY_OK;
}

// Chooses frames of every input and prepares with the first one.
static airy_code look_at_inputs(setting *run, airy_error *err)
{
    airy_code code = airy_frame_list_read(&run->choice, run->o->frames, err);
    bool taken = run->o->background && !run->k->made;
    if (code == AIRY_OK && taken)
        code = airy_pattern_read(run->o->background, 0, &run->k->background, NULL, err);
    if (code == AIRY_OK && taken)
        code = airy_pattern_steady_background(&run->k->background, err);
    for (int k = 0; k < run->call->n_inputs && code == AIRY_OK; k++) {
        const char *spec = run->call->inputs[k];
        airy_photons_source s = {0};
        code = airy_photons_source_open(run->call, spec, run->o->layout, &s, err);
        if (code == AIRY_OK)
            code = airy_frame_list_add(&run->choice, spec, airy_raw_count(s.raw), err);
        run->first[k + 1] = run->choice.n;
        if (code == AIRY_OK && k == 0 && !run->k->made)
            code = prepare(run, &s, err);
        airy_photons_source_close(&s);
    }
    if (code == AIRY_OK && run->choice.n == 0)
        return airy_error_set(err, AIRY_EVALUE, "%s chooses no frame", run->o->frames);
    return code;
}

// ------------------------------------------------------------------ one frame

// The file that frame `number` is in becomes the one that is open.
static airy_code find_source(setting *run, int number, load *seat, airy_error *err)
{
    int k = run->input < 0 ? 0 : run->input;
    while (number >= run->first[k + 1])
        k++;
    seat->frame.spec = run->call->inputs[k];
    seat->frame.index = run->choice.frame[number];
    if (k == run->input)
        return AIRY_OK;
    airy_photons_source_close(&run->source);
    run->input = k;
    airy_code code =
        airy_photons_source_open(run->call, seat->frame.spec, run->o->layout, &run->source, err);
    bool words = code == AIRY_OK && airy_raw_unit_of(run->source.raw) == AIRY_UNIT_WORDS;
    if (code == AIRY_OK && words != (run->k->calibrator != NULL))
        code = airy_error_set(err, AIRY_EFORMAT, "%s and %s do not both hold raw words",
                              seat->frame.spec, run->call->inputs[0]);
    return code;
}

static airy_code read_words(setting *run, load *seat, airy_error *err)
{
    const airy_stack *gain = &run->k->calibration.gain;
    if (run->source.stack_ny != gain->ny)
        return airy_error_set(err, AIRY_ESHAPE, "%d rows of modules, %s has %d",
                              run->source.stack_ny, run->call->inputs[0], gain->ny);
    if (!seat->words)
        seat->words = airy_memory_new((size_t)gain->ny * AIRY_MODULE_NX, sizeof *seat->words);
    return seat->words ? airy_photons_source_fetch(&run->source, seat->frame.index, seat->packed,
                                                   seat->words, err)
                       : airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
}

static airy_code read_values(setting *run, load *seat, airy_error *err)
{
    airy_raw *raw = run->source.raw;
    airy_pattern_release(&seat->data);
    double divisor = run->o->adu_per_photon;
    airy_raw_unit unit = unit_of(run, raw);
    if (unit == AIRY_UNIT_ADU && divisor <= 0)
        return airy_error_set(err, AIRY_EFORMAT,
                              "the %s layout does not say what its numbers are: --unit keV, --unit "
                              "photons or --adu-per-photon does",
                              airy_raw_layout(raw));
    airy_code code = airy_raw_read_values(raw, seat->frame.index, &seat->data, err);
    if (code == AIRY_OK && run->k->geometry.n)
        code = airy_geometry_flag(&run->k->geometry, &seat->data, err);
    if (divisor <= 0)
        divisor = unit == AIRY_UNIT_KEV ? 1e-3 * run->k->calibrate.energy_ev : 1;
    for (int k = 0; code == AIRY_OK && k < seat->data.photons.ny * seat->data.photons.nx; k++)
        seat->data.photons.px[k] /= (float)divisor;
    return code;
}

static airy_code fetch(int number, void *given, void *context, airy_error *err)
{
    setting *run = context;
    load *seat = given;
    seat->frame.number = number;
    airy_code code = find_source(run, number, seat, err);
    if (code != AIRY_OK)
        return code;
    code = airy_raw_frame_facts(run->source.raw, seat->frame.index, &seat->facts, err);
    if (code == AIRY_OK)
        code = (run->k->calibrator ? read_words : read_values)(run, seat, err);
    seat->frame.lost = !seat->facts.good;
    seat->frame.pulse_id = seat->facts.pulse_id;
    if (code == AIRY_OK && seat->frame.lost)
        airy_call_warn(run->call,
                       "frame %d is marked as lost or partial; all its pixels are masked",
                       seat->frame.index);
    else if (code == AIRY_OK && seat->facts.lost)
        airy_call_warn(run->call, "frame %d: the files of %d pixels are not there; they are masked",
                       seat->frame.index, seat->facts.lost);
    return code == AIRY_OK
               ? code
               : airy_error_prefix(err, "%s, frame %d", seat->frame.spec, seat->frame.index);
}

static airy_code calibrate_words(const setting *run, load *seat, airy_error *err)
{
    airy_pattern *plane = &seat->plane;
    const airy_geometry *g = &run->k->geometry;
    int ny = g->n ? g->ny : run->k->calibration.gain.ny, nx = g->n ? g->nx : AIRY_MODULE_NX;
    airy_code code = airy_words_unpack(seat->packed, seat->words, err);
    seat->frame.words = NULL;
    if (code != AIRY_OK)
        return code;
    if (run->stages->words && !run->k->own_centers && !run->k->background.photons.px) {
        seat->frame.words = seat->words;
        return AIRY_OK;
    }
    if (plane->photons.ny != ny || plane->photons.nx != nx || !plane->variance.px ||
        plane->coverage.px || plane->background.px) { // the first frame, or its user changed it
        airy_pattern_release(plane);
        code = airy_calibrator_plane(run->k->calibrator, plane, err);
    }
    return code == AIRY_OK ? airy_calibrator_frame(run->k->calibrator, seat->words,
                                                   seat->frame.lost, plane, err)
                           : code;
}

// Frames that are calibrated already: variances are not known to the file, so that of the photons
// themselves is taken.
static airy_code place_values(const setting *run, load *seat, airy_error *err)
{
    airy_pattern *data = &seat->data;
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
        data->mask.bits[k] |= seat->frame.lost ? AIRY_MASK_LOST : 0;
    }
    if (code != AIRY_OK)
        return code;
    if (run->k->panel_mask.bits &&
        (code = airy_mask_combine(&data->mask, &run->k->panel_mask, err)))
        return code;
    airy_pattern_apply_mask(data);
    airy_pattern_release(&seat->plane);
    if (!run->k->geometry.n) {
        seat->plane = *data;
        *data = (airy_pattern){0};
        return AIRY_OK;
    }
    code = airy_geometry_plane(&run->k->geometry, &seat->plane, err);
    return code == AIRY_OK ? airy_geometry_assemble(&run->k->geometry, data, &seat->plane, err)
                           : code;
}

static airy_code work(int number, void *given, void *context, airy_error *err)
{
    const setting *run = context;
    load *seat = given;
    (void)number;
    airy_code code = (run->k->calibrator ? calibrate_words : place_values)(run, seat, err);
    if (code == AIRY_OK) {
        if (run->k->calibrator)
            plane_facts(run, &seat->plane);
        set_beam(run, &seat->facts, &seat->plane);
        seat->frame.pattern = &seat->plane;
    }
    if (code == AIRY_OK && run->k->background.photons.px)
        code =
            airy_pattern_take_background(&seat->plane, &run->k->background, &seat->background, err);
    if (code == AIRY_OK)
        code = run->stages->work(&seat->frame, seat->own, run->context, err);
    return code == AIRY_OK
               ? code
               : airy_error_prefix(err, "%s, frame %d", seat->frame.spec, seat->frame.index);
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
        airy_call_detail(run->call, "%.6g photons in %d measured pixels, %d saturated", photons,
                         measured, saturated);
}

// A scale that few cells agree on is a guess: the particle's light is everywhere.
static void say_background(const setting *run, const load *seat)
{
    const airy_background_result *did = &seat->background;
    airy_call_detail(run->call,
                     "background: %.4g +- %.2g of the mean, by %d of %d cells, chi2 %.3g",
                     did->scale, did->scale_error, did->cells, did->all, did->chi2);
    if (5 * did->cells < did->all)
        airy_call_warn(
            run->call,
            "frame %d: only %d of %d cells hold nothing but background, which may be taken "
            "for larger than it is",
            seat->frame.index, did->cells, did->all);
}

static airy_code store(int number, void *given, void *context, airy_error *err)
{
    const setting *run = context;
    load *seat = given;
    (void)number;
    if (run->call->verbose)
        say_frame(run, &seat->plane);
    if (run->k->background.photons.px && !seat->frame.lost)
        say_background(run, seat);
    airy_code code = run->stages->store(&seat->frame, seat->own, run->context, err);
    return code == AIRY_OK
               ? code
               : airy_error_prefix(err, "%s, frame %d", seat->frame.spec, seat->frame.index);
}

// ------------------------------------------------------------------ all frames

static void free_seat(load *seat)
{
    if (seat->own)
        seat->stages->drop(seat->own);
    airy_packed_words_free(seat->packed);
    airy_memory_free(seat->words);
    airy_pattern_release(&seat->data);
    airy_pattern_release(&seat->plane);
    airy_memory_free(seat);
}

static void drop_seat(void *given)
{
    load *seat = given;
    if (seat->kept && seat->kept->spares < SPARE_SEATS)
        seat->kept->spare[seat->kept->spares++] = seat;
    else
        free_seat(seat);
}

// Runs of the same stages and context follow each other where something is kept for them.
static void *make_seat(void *context)
{
    const setting *run = context;
    airy_photons_kept *kept = run->o->kept;
    if (kept && kept->spares > 0)
        return kept->spare[--kept->spares];
    load *seat = airy_memory_new(1, sizeof *seat);
    if (!seat)
        return NULL;
    seat->stages = run->stages;
    seat->kept = kept;
    seat->own = run->stages->make ? run->stages->make(run->context) : NULL;
    seat->packed = airy_packed_words_new(NULL);
    if (seat->packed && (seat->own || !run->stages->make))
        return seat;
    free_seat(seat);
    return NULL;
}

static airy_code hash_files(const airy_progress *stop, void *context, airy_error *err)
{
    setting *run = context;
    return airy_photons_hash(run->call, run->o, stop, &run->hashes, err);
}

static void forget(airy_photons_kept *k)
{
    while (k->spares > 0)
        free_seat(k->spare[--k->spares]);
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
    airy_photons_kept own = {0};
    setting run = {.call = call,
                   .o = options,
                   .k = options->kept ? options->kept : &own,
                   .stages = stages,
                   .context = context,
                   .input = -1};
    if (!run.k->made)
        run.k->calibrate = options->calibrate;
    run.first = airy_memory_new((size_t)call->n_inputs + 1, sizeof *run.first);
    airy_code code = run.first ? look_at_inputs(&run, err)
                               : airy_error_set(err, AIRY_EMEMORY, "no memory for the inputs");
    int n = code == AIRY_OK ? run.first[call->n_inputs] : 0;
    if (code == AIRY_OK) {
        const airy_pipe pipe = {.threads = call->threads,
                                .make = make_seat,
                                .drop = drop_seat,
                                .fetch = fetch,
                                .work = work,
                                .store = store,
                                .beside = history ? hash_files : NULL,
                                .context = &run,
                                .progress = call->progress,
                                .unit = "frames"};
        code = airy_pipe_run(&pipe, n, err);
    }
    if (code == AIRY_OK && history)
        code = airy_photons_history(call, options, &run.hashes, history, err);
    if (frames)
        *frames = n;
    airy_photons_source_close(&run.source);
    if (!run.k->made || run.k == &own)
        forget(run.k);
    airy_text_release(&run.hashes);
    airy_memory_free(run.first);
    airy_frame_list_release(&run.choice);
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
