// SPDX-License-Identifier: GPL-3.0-or-later
// One start: stages, sigma and alpha, looks at R, restarts from the lowest, shrink-wrap.
#include "retrieval/run.h"

#include "retrieval/rank.h"
#include "retrieval/rules.h"
#include "retrieval/support.h"
#include "schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Where a start stands between two iterations.
struct place {
    int stage, step; // iterations done of this stage
    int done;        // iterations done of all
    int looks;
    double best_r; // of the estimate kept as best
    double kept_r; // of the (z, dual) kept, infinity for none
};

struct airy_run {
    const airy_problem *problem;
    const airy_retrieve_options *options;
    airy_engine *engine;
    airy_scorer *scorer;
    struct place at;
    int samples;
    float *convergence; // (samples)
    airy_mask support;  // as it is now
    airy_image image;   // scratch
    airy_image phase;   // scratch; px NULL for real objects
};

// ------------------------------------------------------------------ the schedule

static int sigma_index(const airy_retrieve_options *o, int step, int iterations)
{
    int i = 0;
    while (i + 1 < o->sigmas && step >= o->sigma_from[i + 1] * iterations)
        i++;
    return i;
}

static int alpha_index(const airy_retrieve_options *o, int step, int iterations)
{
    return (int)((long long)step * o->alphas / iterations);
}

static double beta_of(const airy_retrieve_options *o, int step, int iterations)
{
    double last = o->beta_last > 0 ? o->beta_last : o->beta;
    return iterations > 1 ? o->beta + (last - o->beta) * step / (iterations - 1) : o->beta;
}

// True when sigma or alpha of this stage change before iteration `step`.
static bool changes(const airy_retrieve_options *o, airy_stage stage, int step)
{
    int n = stage.iterations;
    if (step == 0 || step >= n || airy_rule_get(stage.rule)->smoothing == AIRY_SMOOTH_NOTHING)
        return false;
    return sigma_index(o, step, n) != sigma_index(o, step - 1, n) ||
           alpha_index(o, step, n) != alpha_index(o, step - 1, n);
}

static bool shrinks(const airy_retrieve_options *o, int done)
{
    return o->shrink_every > 0 && done % o->shrink_every == 0;
}

// R is looked at every error_interval iterations of a stage, before a change, and at its end.
static bool looks(const airy_retrieve_options *o, airy_stage stage, int step)
{
    return step % o->error_interval == 0 || step == stage.iterations || changes(o, stage, step);
}

int airy_retrieve_samples(const airy_retrieve_options *o, int *iteration)
{
    int samples = 0, done = 0;
    for (int i = 0; i < o->schedule.n; i++)
        for (int step = 1; step <= o->schedule.stage[i].iterations; step++) {
            done++;
            if (!looks(o, o->schedule.stage[i], step))
                continue;
            if (iteration)
                iteration[samples] = done;
            samples++;
        }
    return samples;
}

// ------------------------------------------------------------------ life

// Rules that filter in real space and supports that change want every row.
static bool wants_everything(const airy_retrieve_options *o)
{
    for (int i = 0; i < o->schedule.n; i++)
        if (airy_rule_get(o->schedule.stage[i].rule)->smoothing == AIRY_SMOOTH_REAL)
            return true;
    return o->shrink_every > 0;
}

airy_run *airy_run_new(const airy_problem *problem, const airy_retrieve_options *options,
                       airy_error *err)
{
    airy_run *run = calloc(1, sizeof *run);
    if (!run) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a start");
        return NULL;
    }
    run->problem = problem;
    run->options = options;
    run->samples = airy_retrieve_samples(options, NULL);
    run->convergence = airy_memory_new((size_t)run->samples, sizeof *run->convergence);
    bool good = run->convergence != NULL;
    if (!good)
        airy_error_set(err, AIRY_EMEMORY, "no memory for a record of %d looks", run->samples);
    int ny = problem->amplitude.ny, nx = problem->amplitude.nx;
    good =
        good &&
        (run->engine = airy_engine_new(problem, options, wants_everything(options), err)) != NULL &&
        (run->scorer = airy_scorer_new(problem, err)) != NULL &&
        airy_image_init(&run->image, ny, nx, err) == AIRY_OK &&
        (!options->complex_object || airy_image_init(&run->phase, ny, nx, err) == AIRY_OK) &&
        airy_mask_copy(&run->support, &problem->support, err) == AIRY_OK;
    if (good)
        return run;
    airy_run_free(run);
    return NULL;
}

void airy_run_free(airy_run *run)
{
    if (!run)
        return;
    airy_engine_free(run->engine);
    airy_scorer_free(run->scorer);
    airy_memory_free(run->convergence);
    airy_mask_release(&run->support);
    airy_image_release(&run->image);
    airy_image_release(&run->phase);
    free(run);
}

// ------------------------------------------------------------------ stages

static airy_stage stage_of(const airy_run *run)
{
    return run->options->schedule.stage[run->at.stage];
}

static const airy_rule *rule_of(const airy_run *run)
{
    return airy_rule_get(stage_of(run).rule);
}

// Sets the filter of the present alpha.
static void set_filter(airy_run *run)
{
    const airy_retrieve_options *o = run->options;
    const airy_rule *rule = rule_of(run);
    double first = o->alpha_first > 0 ? o->alpha_first : rule->alpha_first;
    double last = o->alpha_last > 0 ? o->alpha_last : rule->alpha_last;
    int i = alpha_index(o, run->at.step, stage_of(run).iterations);
    double alpha = o->alphas > 1 ? first + (last - first) * i / (o->alphas - 1) : first;
    double s = rule->primal_dual ? o->s : 1;
    if (rule->smoothing == AIRY_SMOOTH_FOURIER)
        airy_engine_filter_fourier(run->engine, alpha, s);
    else if (rule->smoothing == AIRY_SMOOTH_REAL)
        airy_engine_filter_real(run->engine, alpha, s);
    else
        airy_engine_filter_none(run->engine);
}

// Goes from one kind of state to the other where rules of two kinds meet.
static void enter_stage(airy_run *run, bool was_primal_dual)
{
    bool is = rule_of(run)->primal_dual;
    if (is && !was_primal_dual) {
        airy_engine_gps_begin(run->engine);
        run->at.kept_r = INFINITY;
    }
    if (!is && was_primal_dual)
        airy_engine_gps_end(run->engine);
    set_filter(run);
}

static void restart(airy_run *run)
{
    run->at = (struct place){.best_r = INFINITY, .kept_r = INFINITY};
    if (run->options->shrink_every > 0) {
        size_t n = (size_t)run->support.ny * (size_t)run->support.nx;
        memcpy(run->support.bits, run->problem->support.bits, n * sizeof *run->support.bits);
        airy_engine_restrict(run->engine, &run->support);
    }
    enter_stage(run, false);
}

void airy_run_begin(airy_run *run, uint32_t generation, uint32_t start)
{
    airy_random random;
    airy_random_init(&random, run->options->seed, run->options->shot,
                     (airy_stream)(AIRY_STREAM_START + generation), start);
    airy_engine_randomise(run->engine, &random);
    restart(run);
}

void airy_run_begin_image(airy_run *run, const airy_image *image, const airy_image *phase)
{
    airy_engine_load(run->engine, image, phase && phase->px ? phase : NULL);
    airy_engine_project_data(run->engine, AIRY_ITERATE, AIRY_ITERATE);
    restart(run);
}

// ------------------------------------------------------------------ after an iteration

static void look(airy_run *run)
{
    bool primal_dual = rule_of(run)->primal_dual;
    airy_engine_estimate(run->engine, primal_dual);
    double r = airy_engine_r_factor(run->engine);
    run->convergence[run->at.looks++] = (float)r;
    if (r < run->at.best_r || rule_of(run)->last_counts) {
        run->at.best_r = r;
        airy_engine_keep_best(run->engine);
    }
    if (primal_dual && r < run->at.kept_r) {
        run->at.kept_r = r;
        airy_engine_gps_keep(run->engine);
    }
}

// A new support makes older values of R unfair: the lowest counts from here on.
static airy_code shrink(airy_run *run, airy_error *err)
{
    const airy_retrieve_options *o = run->options;
    double total = airy_schedule_iterations(&o->schedule), share = run->at.done / total;
    airy_shrink how = {
        .sigma = o->shrink_sigma_first + share * (o->shrink_sigma_last - o->shrink_sigma_first),
        .of = o->shrink_of,
        .threshold = o->shrink_threshold,
        .area = o->shrink_area,
    };
    airy_engine_estimate(run->engine, rule_of(run)->primal_dual);
    airy_engine_unload(run->engine, AIRY_ESTIMATE, &run->image, NULL);
    airy_code code = airy_support_shrink(&run->image, &how, &run->support, err);
    if (code != AIRY_OK || airy_support_count(&run->support) == 0)
        return code;
    airy_engine_restrict(run->engine, &run->support);
    set_filter(run); // that of GPS-F is as wide as the support
    run->at.best_r = run->at.kept_r = INFINITY;
    return AIRY_OK;
}

static void next_stage(airy_run *run)
{
    bool was_primal_dual = rule_of(run)->primal_dual;
    run->at.step = 0;
    run->at.stage++;
    if (run->at.stage < run->options->schedule.n)
        enter_stage(run, was_primal_dual);
}

static airy_code after_iteration(airy_run *run, airy_error *err)
{
    const airy_retrieve_options *o = run->options;
    airy_stage stage = stage_of(run);
    bool last = run->at.stage == o->schedule.n - 1 && run->at.step == stage.iterations;
    if (looks(o, stage, run->at.step))
        look(run);
    if (!last && shrinks(o, run->at.done)) {
        airy_code code = shrink(run, err);
        if (code != AIRY_OK)
            return code;
    }
    if (changes(o, stage, run->at.step)) {
        if (isfinite(run->at.kept_r) && rule_of(run)->primal_dual)
            airy_engine_gps_return(run->engine);
        set_filter(run);
    }
    if (run->at.step == stage.iterations)
        next_stage(run);
    return AIRY_OK;
}

airy_code airy_run_advance(airy_run *run, int iterations, int *left, airy_error *err)
{
    const airy_retrieve_options *o = run->options;
    for (int i = 0; i < iterations && run->at.stage < o->schedule.n; i++) {
        airy_pace pace = {
            .beta = beta_of(o, run->at.step, stage_of(run).iterations),
            .gps = {.s = o->s,
                    .t = o->t,
                    .sigma = o->sigma[sigma_index(o, run->at.step, stage_of(run).iterations)]},
        };
        rule_of(run)->step(run->engine, &pace);
        run->at.step++;
        run->at.done++;
        airy_code code = after_iteration(run, err);
        if (code != AIRY_OK)
            return code;
    }
    if (left)
        *left = airy_schedule_iterations(&o->schedule) - run->at.done;
    return AIRY_OK;
}

// ------------------------------------------------------------------ the end

void airy_run_finish(airy_run *run, airy_finished *finished)
{
    airy_image *phase = finished->phase.px ? &run->phase : NULL;
    airy_engine_unload(run->engine, AIRY_BEST, &run->image, phase);
    airy_scorer_run(run->scorer, &run->image, phase, &finished->score);
    airy_grid_recenter(&run->image, &finished->image, 0);
    if (phase)
        airy_grid_recenter(phase, &finished->phase, 0);
    memcpy(finished->convergence, run->convergence,
           (size_t)run->samples * sizeof *run->convergence);
    if (finished->support.bits)
        memcpy(finished->support.bits, run->support.bits,
               (size_t)run->support.ny * (size_t)run->support.nx * sizeof *run->support.bits);
}

// ------------------------------------------------------------------ saving

// The parts of a start that change, in the order of the bytes.
struct part {
    void *at;
    size_t size;
};

enum { PARTS = 3 };

static void list_parts(airy_run *run, struct part parts[PARTS])
{
    size_t pixels = (size_t)run->support.ny * (size_t)run->support.nx;
    bool shrinks = run->options->shrink_every > 0;
    parts[0] = (struct part){&run->at, sizeof run->at};
    parts[1] = (struct part){run->convergence, (size_t)run->samples * sizeof *run->convergence};
    parts[2] = (struct part){run->support.bits, shrinks ? pixels * sizeof *run->support.bits : 0};
}

size_t airy_run_state_size(airy_run *run)
{
    struct part parts[PARTS];
    size_t size = airy_engine_state_size(run->engine);
    list_parts(run, parts);
    for (int i = 0; i < PARTS; i++)
        size += parts[i].size;
    return size;
}

void airy_run_save(airy_run *run, void *state)
{
    struct part parts[PARTS];
    char *to = state;
    list_parts(run, parts);
    for (int i = 0; i < PARTS; to += parts[i++].size)
        memcpy(to, parts[i].at, parts[i].size);
    airy_engine_save(run->engine, to);
}

void airy_run_restore(airy_run *run, const void *state)
{
    struct part parts[PARTS];
    const char *from = state;
    list_parts(run, parts);
    for (int i = 0; i < PARTS; from += parts[i++].size)
        memcpy(parts[i].at, from, parts[i].size);
    airy_engine_restore(run->engine, from);
    airy_engine_restrict(run->engine, &run->support);
    if (run->at.stage < run->options->schedule.n)
        set_filter(run);
}
