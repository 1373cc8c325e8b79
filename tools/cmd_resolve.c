// SPDX-License-Identifier: GPL-3.0-or-later
// airy resolve: how fine one shot resolves. Its photons are dealt out to two patterns of half the
// dose, both are phased, and the images compared ring by ring.
#include "airy/image.h"
#include "commands.h"
#include "results.h"
#include "say.h"
#include "search.h"
#include "airy/source.h"

#include <math.h>

enum { HALVES = 2 };

// Everything of one run.
struct work {
    invocation *call;
    airy_retrieve_step search;
    airy_average_options average;
    const char *rings_path;
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
    airy_code code = airy_average_found(result, &work->average, &a, err);
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
    airy_call quiet = work->call->run;
    airy_prepare_options prepare = work->search.prepare;
    quiet.quiet = true;
    prepare.half = half;
    prepare.like = &work->whole;
    half_name(work, half, &name);
    say_note(work->call, "half %d of %d", half, HALVES);
    airy_code code = airy_text_whole(&name, err);
    if (!code)
        code = airy_prepare_problem(&quiet, &prepare, &input, err);
    airy_history_release(&input.history);
    if (!code)
        code = airy_history_copy(&input.history, &work->whole.history, err);
    if (!code)
        code = airy_retrieve_step_run(&work->search, name.text, &input, &result, err);
    work->saved[half - 1] = work->search.saved;
    work->search.saved = NULL;
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
    airy_code code = airy_align(&first, &second, &work->average.align, &second, &work->found, err);
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

enum { ROWS = 7 };

static void list_numbers(const struct work *work, airy_result_row rows[ROWS])
{
    const airy_ring_table *rings = &work->rings;
    airy_result_row resolutions[AIRY_RINGS_RESOLUTIONS];
    airy_ring_table_resolutions(rings, resolutions);
    const airy_result_row all[ROWS] = {
        resolutions[0], // half-bit
        resolutions[1], // 1/7
        {"distance", distance(&work->images)},
        {"r_factor_1", work->r_factor[0]},
        {"r_factor_2", work->r_factor[1]},
        {"twin_sense", work->found.sense},
        {"twin_ambiguous", work->found.ambiguous},
    };
    for (int i = 0; i < ROWS; i++)
        rows[i] = all[i];
}

static airy_code write_result(const struct work *work, airy_error *err)
{
    airy_result_row rows[ROWS];
    airy_h5 *h5 = airy_h5_create(work->call->output, work->call->overwrite, err);
    if (!h5)
        return AIRY_EIO;
    airy_cxi_begin(h5, &work->whole.pattern.setup, &work->whole.history, err);
    airy_cxi_put_images(h5, &work->images, work->whole.pixel_nm * 1e-9, err);
    airy_h5_put_mask(h5, "/entry_1/image_1/mask", &work->whole.problem.support, err);
    list_numbers(work, rows);
    airy_results_put(h5, rows, ROWS, err);
    airy_ring_table_put(h5, &work->rings, err);
    airy_code code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

static airy_code run(struct work *work, airy_error *err)
{
    invocation *call = work->call;
    airy_retrieve_step *s = &work->search;
    const char *more[AIRY_PREPARE_FILES];
    airy_prepare_files(&s->prepare, more);
    airy_code code = airy_average_options_check(&work->average, err);
    if (!code)
        code = airy_call_outputs(&call->run, call->output, work->rings_path, err);
    if (!code)
        code = airy_prepare_problem(&call->run, &s->prepare, &work->whole, err);
    const airy_image *size = &work->whole.problem.amplitude;
    if (!code)
        code = airy_stack_init(&work->images, HALVES, size->ny, size->nx, err);
    if (!code)
        code = airy_retrieve_step_plan(s, size->nx, err);
    if (!code)
        code = airy_call_record(&call->run, more, s->wisdom, &work->whole.history, err);
    for (int half = 1; !code && half <= HALVES; half++)
        code = phase_half(work, half, err);
    if (!code)
        code = correlate(work, err);
    if (!code)
        code = write_result(work, err);
    if (!code && work->rings_path)
        code = airy_ring_table_write(work->rings_path, &work->rings, &work->whole.history,
                                     call->overwrite, err);
    if (code)
        return code;
    for (int half = 0; half < HALVES; half++) {
        airy_starts_remove(work->saved[half]);
        work->saved[half] = NULL;
    }
    if (airy_rings_at_edge(&work->rings, work->rings.resolution_half_bit_nm))
        say_note(call, "the resolution is at least as fine as %.4g %s, the limit of the array",
                 work->rings.resolution_half_bit_nm, work->rings.in_pixels ? "pixels" : "nm");
    if (work->found.ambiguous)
        say_warning(call, "the halves fit as well turned by 180 degrees");
    airy_result_row rows[ROWS];
    list_numbers(work, rows);
    return results_print(rows, ROWS, err);
}

static void release(struct work *work)
{
    airy_stack_release(&work->images);
    airy_ring_table_release(&work->rings);
    for (int half = 0; half < HALVES; half++)
        airy_starts_close(work->saved[half]);
    airy_prepare_release(&work->whole);
    airy_retrieve_step_release(&work->search);
}

int cmd_resolve(invocation *call)
{
    struct work work = {.call = call};
    airy_error err = {0};
    option rows[SEARCH_ROWS];
    airy_retrieve_step_begin(&work.search, &call->run);
    work.search.prepare.condense = true;
    airy_average_options_defaults(&work.average);
    search_table(&work.search, rows);
    const option table[] = {
        {"search", OPTION_ROWS, .at = rows},
        {"best", OPTION_INT, &work.average.best, 1, 100000, "images",
         .help = "images averaged for each half, from the best on"},
        {"rings", OPTION_TEXT, &work.rings_path, 0, 0, "FILE.tsv",
         .help = "also write the correlation by ring as a table"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    if (airy_retrieve_step_read(&work.search, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    if (work.search.prepare.complex_object)
        return options_wrong(call, "--complex: halves are compared as real densities");
    int status = say_done(call, run(&work, &err), &err);
    release(&work);
    return status;
}
