// SPDX-License-Identifier: GPL-3.0-or-later
// The step `resolve`: how fine one shot resolves. Its photons are dealt out to two patterns of half
// the dose, both are phased, and the images compared ring by ring.
#include "airy/trials.h"

#include <math.h>

enum { HALVES = 2 };

// Everything of one run.
struct work {
    const airy_call *call;
    airy_resolve_step *step;
    airy_prepared whole;
    airy_stack images; // (2, ny, nx) the halves' averages, on one another, in units of the whole
    double r_factor[HALVES];
    airy_alignment found; // of the second on the first
    airy_ring_table rings;
    struct airy_starts *saved[HALVES]; // kept from other runs until the output is there
};

// ------------------------------------------------------------------ one half

// Where the starts of a half are kept.
static void half_name(const struct work *work, int half, airy_text *name)
{
    airy_text_append(name, "%s.half%d", work->call->output, half);
}

// The average of the best starts, in the slot of its half.
static airy_code average(struct work *work, int half, const airy_prepared *input,
                         airy_reconstruction *result, airy_error *err)
{
    airy_average a = {0};
    airy_quality quality = {0};
    airy_image to = airy_stack_image(&work->images, half - 1);
    airy_code code = airy_average_found(result, &work->step->average, &a, err);
    if (!code)
        code = airy_quality_mean(&a.aligned, a.best, &input->problem, &quality, err);
    if (!code) {
        airy_grid_recenter(&a.mean, &to, 0);
        code = airy_problem_scale(&work->whole.problem, &to, err);
    }
    work->r_factor[half - 1] = quality.score.r_factor;
    airy_average_release(&a);
    return code;
}

static airy_code phase_half(struct work *work, int half, airy_error *err)
{
    airy_prepared input = {0};
    airy_reconstruction result = {0};
    airy_text name = {0};
    airy_call quiet = *work->call;
    airy_prepare_options prepare = work->step->search.prepare;
    quiet.quiet = true;
    prepare.half = half;
    prepare.like = &work->whole;
    half_name(work, half, &name);
    airy_call_note(work->call, "half %d of %d", half, HALVES);
    airy_code code = airy_text_whole(&name, err);
    if (!code)
        code = airy_prepare_problem(&quiet, &prepare, &input, err);
    airy_history_release(&input.history);
    if (!code)
        code = airy_history_copy(&input.history, &work->whole.history, err);
    if (!code)
        code = airy_retrieve_step_run(&work->step->search, name.text, &input, &result, err);
    work->saved[half - 1] = work->step->search.saved;
    work->step->search.saved = NULL;
    if (!code)
        code = average(work, half, &input, &result, err);
    airy_text_release(&name);
    airy_reconstruction_release(&result);
    airy_prepare_release(&input);
    return code;
}

// ------------------------------------------------------------------ both

// Lays the second on the first and correlates them.
static airy_code correlate(struct work *work, airy_error *err)
{
    airy_image first = airy_stack_image(&work->images, 0);
    airy_image second = airy_stack_image(&work->images, 1);
    airy_code code =
        airy_align(&first, &second, &work->step->average.align, &second, &work->found, err);
    if (!code)
        code = airy_rings_make(&work->images, HALVES, &work->whole.problem, &work->rings, err);
    return code;
}

// Relative L2 distance of the halves: noise, and what starts do not agree on.
static double distance(const airy_stack *images)
{
    airy_image a = airy_stack_image(images, 0), b = airy_stack_image(images, 1);
    double apart = 0, power = 0;
    for (int i = 0; i < a.ny * a.nx; i++) {
        double d = (double)a.px[i] - (double)b.px[i], m = ((double)a.px[i] + (double)b.px[i]) / 2;
        apart += d * d;
        power += m * m;
    }
    return power > 0 ? sqrt(apart / power) : NAN;
}

// Besides the resolutions.
typedef struct of_halves {
    double distance, r_factor[HALVES], sense;
    bool ambiguous;
} of_halves;

static const airy_number told[] = {
    AIRY_NUMBER(of_halves, distance, "distance", "1", "relative L2 distance of the halves"),
    AIRY_NUMBER(of_halves, r_factor[0], "r_factor_1", "1", "of the first half's image"),
    AIRY_NUMBER(of_halves, r_factor[1], "r_factor_2", "1", "of the second half's image"),
    AIRY_NUMBER(of_halves, sense, "twin_sense", "1", "correlation of their odd parts"),
    AIRY_NUMBER(of_halves, ambiguous, "twin_ambiguous", "1", "the halves fit as well turned"),
};
const airy_described airy_resolve_numbers = AIRY_DESCRIBED("resolve.h5", told);

static void list_numbers(const struct work *work, airy_results *results)
{
    airy_result_row resolutions[AIRY_RINGS_RESOLUTIONS];
    const of_halves n = {distance(&work->images),
                         {work->r_factor[0], work->r_factor[1]},
                         work->found.sense,
                         work->found.ambiguous};
    airy_ring_table_resolutions(&work->rings, resolutions);
    airy_results_add(results, resolutions, 2); // half-bit, 1/7
    airy_described_results(&airy_resolve_numbers, &n, 1, results);
}

static airy_code write_result(const struct work *work, const airy_results *numbers, airy_error *err)
{
    airy_h5 *h5 = airy_h5_create(work->call->output, work->call->overwrite, err);
    if (!h5)
        return AIRY_EIO;
    airy_cxi_begin(h5, &work->whole.pattern.setup, &work->whole.history, err);
    airy_cxi_put_images(h5, &work->images, work->whole.pixel_nm * 1e-9, err);
    airy_cxi_title(h5, "projected density (arb. units)", err);
    airy_h5_put_mask(h5, "/entry_1/image_1/mask", &work->whole.problem.support, err);
    airy_results_put(h5, numbers->row, numbers->n, err);
    airy_ring_table_put(h5, &work->rings, err);
    airy_code code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

static airy_code run(struct work *work, airy_results *numbers, airy_error *err)
{
    const airy_call *call = work->call;
    airy_retrieve_step *s = &work->step->search;
    const char *more[AIRY_PREPARE_FILES];
    airy_prepare_files(&s->prepare, more);
    airy_code code = airy_average_options_check(&work->step->average, err);
    if (!code)
        code = airy_call_outputs(call, call->output, work->step->rings, err);
    if (!code)
        code = airy_prepare_problem(call, &s->prepare, &work->whole, err);
    const airy_image *size = &work->whole.problem.amplitude;
    if (!code)
        code = airy_stack_init(&work->images, HALVES, size->ny, size->nx, err);
    if (!code)
        code = airy_retrieve_step_plan(s, size->nx, err);
    if (!code)
        code = airy_call_record(call, more, s->wisdom, &work->whole.history, err);
    for (int half = 1; !code && half <= HALVES; half++)
        code = phase_half(work, half, err);
    if (!code)
        code = correlate(work, err);
    if (!code)
        list_numbers(work, numbers);
    if (!code)
        code = write_result(work, numbers, err);
    if (!code && work->step->rings)
        code = airy_ring_table_write(work->step->rings, &work->rings, &work->whole.history,
                                     call->overwrite, err);
    if (code)
        return code;
    for (int half = 0; half < HALVES; half++) {
        airy_starts_remove(work->saved[half]);
        work->saved[half] = NULL;
    }
    if (airy_rings_at_edge(&work->rings, work->rings.resolution_half_bit_nm))
        airy_call_note(call,
                       "the resolution is at least as fine as %.4g %s, the limit of the array",
                       work->rings.resolution_half_bit_nm, work->rings.in_pixels ? "pixels" : "nm");
    if (work->found.ambiguous)
        airy_call_warn(call, "the halves fit as well turned by 180 degrees");
    return AIRY_OK;
}

static void release(struct work *work)
{
    airy_stack_release(&work->images);
    airy_ring_table_release(&work->rings);
    for (int half = 0; half < HALVES; half++)
        airy_starts_close(work->saved[half]);
    airy_prepare_release(&work->whole);
}

void airy_resolve_step_defaults(airy_resolve_step *step, const airy_call *call)
{
    *step = (airy_resolve_step){0};
    airy_retrieve_step_begin(&step->search, call);
    step->search.prepare.condense = true;
    airy_average_options_defaults(&step->average);
}

void airy_resolve_step_release(airy_resolve_step *step)
{
    airy_retrieve_step_release(&step->search);
}

airy_code airy_resolve_step_run(const airy_call *call, airy_resolve_step *step,
                                airy_results *numbers, airy_error *err)
{
    struct work work = {.call = call, .step = step};
    airy_code code = run(&work, numbers, err);
    release(&work);
    return code;
}
