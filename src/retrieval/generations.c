// SPDX-License-Identifier: GPL-3.0-or-later
// Many starts, generation after generation: phase, rank, align to the best, and begin again from
// the geometric mean with it (Chen, Miao, Wang and Lee, Phys. Rev. B 76, 064113, 2007).
#include "retrieval/rank.h"
#include "retrieval/run.h"
#include "airy/work.h"
#include "align.h"
#include "problem.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BEST_FEW = 5, DIVERSITY_MAX = 32, SLICE = 20 };

// One generation at work: a slot for each start, and what it begins from. Images of starts are the
// middle (wy, wx) of the array, so that hundreds of large ones fit into memory.
struct generation {
    const airy_problem *problem;
    const airy_retrieve_options *options;
    const airy_checkpoint *checkpoint;
    const airy_progress *progress;
    pthread_mutex_t lock; // around the checkpoint, `best` and the question whether to stop
    int number;
    int samples;
    double best;               // lowest rank value so far, for progress
    airy_image template;       // (ny, nx)
    airy_stack images, phases; // of this generation; before a start: aligned, of the last one
    airy_stack supports;       // (ny, nx) 0 or 1; px NULL without shrink-wrap
    airy_score *scores;        // (starts)
    float *convergence;        // (starts, samples)
    airy_alignment *found;     // (starts)
    int *order;                // (starts) best first
};

void airy_retrieve_window(const airy_problem *problem, const airy_retrieve_options *options,
                          int *ny, int *nx)
{
    *ny = problem->amplitude.ny;
    *nx = problem->amplitude.nx;
    if (options->shrink_every == 0)
        airy_problem_window(problem, ny, nx);
}

static void release(struct generation *g)
{
    airy_image_release(&g->template);
    airy_stack_release(&g->images);
    airy_stack_release(&g->phases);
    airy_stack_release(&g->supports);
    airy_memory_free(g->scores);
    airy_memory_free(g->convergence);
    airy_memory_free(g->found);
    airy_memory_free(g->order);
    pthread_mutex_destroy(&g->lock);
}

static airy_code init(struct generation *g, airy_error *err)
{
    int n = g->options->starts, ny = g->problem->amplitude.ny, nx = g->problem->amplitude.nx;
    int wy, wx;
    size_t count = (size_t)n;
    airy_retrieve_window(g->problem, g->options, &wy, &wx);
    pthread_mutex_init(&g->lock, NULL);
    g->samples = airy_retrieve_samples(g->options, NULL);
    g->scores = airy_memory_new(count, sizeof *g->scores);
    g->convergence = airy_memory_new(count * (size_t)g->samples, sizeof *g->convergence);
    g->found = airy_memory_new(count, sizeof *g->found);
    g->order = airy_memory_new(count, sizeof *g->order);
    if (!g->scores || !g->convergence || !g->found || !g->order)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d starts", n);
    airy_code code = airy_image_init(&g->template, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_stack_init(&g->images, n, wy, wx, err);
    if (code == AIRY_OK && g->options->complex_object)
        code = airy_stack_init(&g->phases, n, wy, wx, err);
    if (code == AIRY_OK && g->options->shrink_every > 0)
        code = airy_stack_init(&g->supports, n, ny, nx, err);
    return code;
}

// ------------------------------------------------------------------ one start

// Slot i of a stack, or an empty image when there is no stack.
static airy_image slot(const airy_stack *stack, int i)
{
    return stack->px ? airy_stack_image(stack, i) : (airy_image){0};
}

// A thread's workspace: the run, a mask for its support, and whole images.
struct workspace {
    airy_run *run;
    airy_mask support;
    airy_image image, phase; // phase.px NULL for real objects
};

static void drop_workspace(void *memory)
{
    struct workspace *w = memory;
    airy_run_free(w->run);
    airy_mask_release(&w->support);
    airy_image_release(&w->image);
    airy_image_release(&w->phase);
    free(w);
}

static void *make_workspace(void *context)
{
    struct generation *g = context;
    struct workspace *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    int ny = g->problem->amplitude.ny, nx = g->problem->amplitude.nx;
    w->run = airy_run_new(g->problem, g->options, NULL);
    bool good = w->run && airy_image_init(&w->image, ny, nx, NULL) == AIRY_OK;
    if (good && g->phases.px)
        good = airy_image_init(&w->phase, ny, nx, NULL) == AIRY_OK;
    if (good && g->supports.px)
        good = airy_mask_copy(&w->support, &g->problem->support, NULL) == AIRY_OK;
    if (good)
        return w;
    drop_workspace(w);
    return NULL;
}

// The next start is sqrt(T x image), where both are densities.
static void guide(const airy_image *template, airy_image *image)
{
    for (int i = 0; i < image->ny * image->nx; i++) {
        float product = template->px[i] * image->px[i];
        bool both = template->px[i] > 0 && image->px[i] > 0;
        image->px[i] = both ? sqrtf(product) : 0;
    }
}

static void begin(struct generation *g, struct workspace *w, const airy_finished *f)
{
    const airy_stack *first = g->options->first;
    if (f->generation == 0 && first && f->start < first->n) {
        airy_image image = airy_stack_image(first, f->start);
        airy_run_begin_image(w->run, &image, NULL);
        return;
    }
    if (f->generation == 0) {
        airy_run_begin(w->run, 0, (uint32_t)f->start);
        return;
    }
    airy_grid_recenter(&f->image, &w->image, 0);
    if (f->phase.px)
        airy_grid_recenter(&f->phase, &w->phase, 0);
    guide(&g->template, &w->image);
    airy_run_begin_image(w->run, &w->image, &w->phase);
}

// Gives an unfinished start to the checkpoint.
static airy_code park(struct generation *g, struct workspace *w, const airy_finished *f,
                      airy_error *err)
{
    const airy_checkpoint *c = g->checkpoint;
    airy_parked parked = {f->generation, f->start, NULL, airy_run_state_size(w->run)};
    if (!c || !c->park)
        return AIRY_OK;
    parked.state = malloc(parked.size);
    if (!parked.state)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for an unfinished start");
    airy_run_save(w->run, parked.state);
    pthread_mutex_lock(&g->lock);
    airy_code code = c->park(c->context, &parked, err);
    pthread_mutex_unlock(&g->lock);
    free(parked.state);
    return code;
}

// Goes on with a start that the checkpoint has unfinished; false when there is none.
static bool unpark(struct generation *g, struct workspace *w, const airy_finished *f)
{
    const airy_checkpoint *c = g->checkpoint;
    airy_parked parked = {f->generation, f->start, NULL, airy_run_state_size(w->run)};
    if (!c || !c->unpark)
        return false;
    parked.state = malloc(parked.size);
    pthread_mutex_lock(&g->lock);
    bool known = parked.state && c->unpark(c->context, &parked);
    pthread_mutex_unlock(&g->lock);
    if (known)
        airy_run_restore(w->run, parked.state);
    free(parked.state);
    return known;
}

static bool is_stopped(struct generation *g)
{
    pthread_mutex_lock(&g->lock);
    bool stopped = airy_progress_stopped(g->progress);
    pthread_mutex_unlock(&g->lock);
    return stopped;
}

// All iterations of a start, a few at a time so that a wish to stop is heard.
static airy_code phase_start(struct generation *g, struct workspace *w, airy_finished *f,
                             airy_error *err)
{
    int left = 1;
    airy_code code = AIRY_OK;
    if (!unpark(g, w, f))
        begin(g, w, f);
    while (code == AIRY_OK && left > 0) {
        code = airy_run_advance(w->run, SLICE, &left, err);
        if (code != AIRY_OK || left == 0 || !is_stopped(g))
            continue;
        code = park(g, w, f, err);
        if (code == AIRY_OK)
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped in start %d of generation %d",
                                  f->start, f->generation);
    }
    if (code == AIRY_OK)
        airy_run_finish(w->run, f);
    return code;
}

static bool recall(struct generation *g, airy_finished *f)
{
    if (!g->checkpoint || !g->checkpoint->recall)
        return false;
    pthread_mutex_lock(&g->lock);
    bool known = g->checkpoint->recall(g->checkpoint->context, f);
    pthread_mutex_unlock(&g->lock);
    return known;
}

static airy_code save(struct generation *g, const airy_finished *f, bool known, airy_error *err)
{
    airy_code code = AIRY_OK;
    double value = airy_rank_value(&f->score, g->options->rank);
    pthread_mutex_lock(&g->lock);
    g->best = value < g->best ? value : g->best;
    if (!known && g->checkpoint && g->checkpoint->save)
        code = g->checkpoint->save(g->checkpoint->context, f, err);
    pthread_mutex_unlock(&g->lock);
    return code;
}

static void keep_support(struct generation *g, const airy_finished *f)
{
    airy_image to = slot(&g->supports, f->start);
    for (int i = 0; f->support.bits && i < to.ny * to.nx; i++)
        to.px[i] = (float)f->support.bits[i];
}

static airy_code run_start(int i, void *workspace, void *context, airy_error *err)
{
    struct generation *g = context;
    struct workspace *w = workspace;
    airy_finished f = {
        .generation = g->number,
        .start = i,
        .convergence = g->convergence + (size_t)i * (size_t)g->samples,
        .image = slot(&g->images, i),
        .phase = slot(&g->phases, i),
        .support = w->support,
    };
    bool known = recall(g, &f);
    airy_code code = known ? AIRY_OK : phase_start(g, w, &f, err);
    if (code != AIRY_OK)
        return code;
    g->scores[i] = f.score;
    keep_support(g, &f);
    return save(g, &f, known, err);
}

// ------------------------------------------------------------------ progress over all generations

static void report(void *context, double done, double total, const char *note)
{
    struct generation *g = context;
    char text[96];
    (void)note;
    pthread_mutex_lock(&g->lock);
    double best = g->best; // others may finish a start meanwhile
    pthread_mutex_unlock(&g->lock);
    snprintf(text, sizeof text, "generation %d, the last is %d, best %s %.4g", g->number,
             g->options->generations - 1, airy_rank_names[g->options->rank], best);
    airy_progress_report(g->progress, done + total * g->number, total * g->options->generations,
                         text);
}

static bool stopped(void *context)
{
    return is_stopped(context);
}

// What each start leaves behind, for the other ranks; there is room for one more.
enum { SLOTS_MAX = 6 };
static int list_slots(const struct generation *g, airy_farm_slots *slots)
{
    size_t window = (size_t)g->images.ny * (size_t)g->images.nx * sizeof(float);
    size_t plane = (size_t)g->supports.ny * (size_t)g->supports.nx * sizeof(float);
    const airy_farm_slots all[] = {
        {g->images.px, window},
        {g->phases.px, window},
        {g->supports.px, plane},
        {g->scores, sizeof *g->scores},
        {g->convergence, (size_t)g->samples * sizeof *g->convergence},
    };
    int n = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].first && all[i].size)
            slots[n++] = all[i];
    return n;
}

static airy_code run_starts(struct generation *g, airy_error *err)
{
    airy_progress progress = {report, stopped, g};
    airy_farm_slots slots[SLOTS_MAX];
    airy_farm farm = {.threads = g->options->threads,
                      .make = make_workspace,
                      .drop = drop_workspace,
                      .job = run_start,
                      .context = g,
                      .progress = &progress,
                      .slots = slots,
                      .slot_count = list_slots(g, slots)};
    g->best = INFINITY;
    airy_code code = airy_farm_run(&farm, g->options->starts, err);
    if (code == AIRY_OK)
        airy_rank_order(g->scores, g->options->starts, g->options->rank, g->order);
    return code;
}

// ------------------------------------------------------------------ aligning to the template

// A thread's workspace: an aligner and whole images.
struct alignment {
    airy_aligner *aligner;
    airy_image image, phase;
};

static void drop_alignment(void *memory)
{
    struct alignment *a = memory;
    airy_aligner_free(a->aligner);
    airy_image_release(&a->image);
    airy_image_release(&a->phase);
    free(a);
}

static void *make_alignment(void *context)
{
    struct generation *g = context;
    struct alignment *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    int ny = g->template.ny, nx = g->template.nx;
    a->aligner = airy_aligner_new(&g->template, NULL, NULL);
    if (a->aligner && airy_image_init(&a->image, ny, nx, NULL) == AIRY_OK &&
        airy_image_init(&a->phase, ny, nx, NULL) == AIRY_OK)
        return a;
    drop_alignment(a);
    return NULL;
}

// A complex image is moved by its parts; its twin is the conjugate.
static airy_code align_complex(struct alignment *a, airy_alignment *found, airy_error *err)
{
    airy_code code = airy_aligner_run(a->aligner, &a->image, NULL, found, err);
    if (code != AIRY_OK)
        return code;
    int n = a->image.ny * a->image.nx;
    float sign = found->twin ? -1 : 1;
    for (int k = 0; k < n; k++) {
        float v = a->image.px[k], angle = a->phase.px[k];
        a->image.px[k] = v * cosf(angle);
        a->phase.px[k] = sign * v * sinf(angle);
    }
    airy_aligner_apply(a->aligner, found, &a->image, &a->image);
    airy_aligner_apply(a->aligner, found, &a->phase, &a->phase);
    for (int k = 0; k < n; k++) {
        float re = a->image.px[k], im = a->phase.px[k];
        a->image.px[k] = sqrtf(re * re + im * im);
        a->phase.px[k] = atan2f(im, re);
    }
    return AIRY_OK;
}

static airy_code align_start(int i, void *workspace, void *context, airy_error *err)
{
    struct generation *g = context;
    struct alignment *a = workspace;
    airy_image image = slot(&g->images, i), phase = slot(&g->phases, i);
    airy_code code;
    airy_grid_recenter(&image, &a->image, 0);
    if (phase.px) {
        airy_grid_recenter(&phase, &a->phase, 0);
        code = align_complex(a, &g->found[i], err);
        airy_grid_recenter(&a->phase, &phase, 0);
    } else {
        code = airy_aligner_run(a->aligner, &a->image, &a->image, &g->found[i], err);
    }
    airy_grid_recenter(&a->image, &image, 0);
    return code;
}

static airy_code align_all(struct generation *g, airy_error *err)
{
    airy_farm_slots slots[SLOTS_MAX];
    int count = list_slots(g, slots);
    slots[count++] = (airy_farm_slots){g->found, sizeof *g->found};
    airy_farm farm = {.threads = g->options->threads,
                      .make = make_alignment,
                      .drop = drop_alignment,
                      .job = align_start,
                      .context = g,
                      .slots = slots,
                      .slot_count = count};
    airy_image best = slot(&g->images, g->order[0]);
    airy_grid_recenter(&best, &g->template, 0);
    return airy_farm_run(&farm, g->options->starts, err);
}

// Mean distance of the first images from one another: a collapse of the population shows as a fall.
static double mean_distance(const airy_stack *images)
{
    int n = images->n < DIVERSITY_MAX ? images->n : DIVERSITY_MAX;
    double sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++) {
            airy_image a = airy_stack_image(images, i), b = airy_stack_image(images, j);
            sum += airy_image_distance(&a, &b);
        }
    return n > 1 ? sum / (n * (n - 1) / 2) : 0;
}

static double share_ambiguous(const struct generation *g)
{
    int count = 0;
    for (int i = 0; i < g->options->starts; i++)
        count += g->found[i].ambiguous;
    return (double)count / g->options->starts;
}

// ------------------------------------------------------------------ the result

static airy_code init_result(airy_reconstruction *r, const airy_problem *problem,
                             const airy_retrieve_options *o, airy_error *err)
{
    *r = (airy_reconstruction){.starts = o->starts, .samples = airy_retrieve_samples(o, NULL)};
    int ny = problem->amplitude.ny, nx = problem->amplitude.nx;
    int kept = o->keep < o->starts ? o->keep : o->starts;
    size_t generations = (size_t)o->generations, starts = (size_t)o->starts;
    size_t all = generations * starts, samples = (size_t)r->samples;
    r->kept = airy_memory_new((size_t)kept, sizeof *r->kept);
    r->r_factor = airy_memory_new(all, sizeof *r->r_factor);
    r->r_free = airy_memory_new(all, sizeof *r->r_free);
    r->deviance = airy_memory_new(all, sizeof *r->deviance);
    r->deviance_free = airy_memory_new(all, sizeof *r->deviance_free);
    r->convergence = airy_memory_new(samples * starts, sizeof *r->convergence);
    r->iterations = airy_memory_new(samples, sizeof *r->iterations);
    r->diversity = airy_memory_new(generations, sizeof *r->diversity);
    r->ambiguous = airy_memory_new(generations, sizeof *r->ambiguous);
    if (!r->kept || !r->r_factor || !r->r_free || !r->deviance || !r->deviance_free ||
        !r->convergence || !r->iterations || !r->diversity || !r->ambiguous)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the records of %d starts",
                              o->starts);
    airy_retrieve_samples(o, r->iterations);
    airy_code code = airy_stack_init(&r->images, kept, ny, nx, err);
    if (code == AIRY_OK && o->complex_object)
        code = airy_stack_init(&r->phases, kept, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_mask_copy(&r->support, &problem->support, err);
    return code;
}

void airy_reconstruction_release(airy_reconstruction *r)
{
    airy_stack_release(&r->images);
    airy_stack_release(&r->phases);
    airy_mask_release(&r->support);
    airy_memory_free(r->kept);
    airy_memory_free(r->r_factor);
    airy_memory_free(r->r_free);
    airy_memory_free(r->deviance);
    airy_memory_free(r->deviance_free);
    airy_memory_free(r->convergence);
    airy_memory_free(r->iterations);
    airy_memory_free(r->diversity);
    airy_memory_free(r->ambiguous);
    airy_search_result_release(&r->search);
    *r = (airy_reconstruction){0};
}

static void copy_slot(const airy_stack *from, int i, const airy_stack *to, int k)
{
    airy_image source = slot(from, i), target = slot(to, k);
    if (source.px && target.px)
        airy_grid_recenter(&source, &target, 0);
}

// Makes this generation the one that is returned.
static void choose(const struct generation *g, airy_reconstruction *r)
{
    r->chosen = g->number;
    for (int k = 0; k < r->images.n; k++) {
        r->kept[k] = g->order[k];
        copy_slot(&g->images, g->order[k], &r->images, k);
        copy_slot(&g->phases, g->order[k], &r->phases, k);
    }
    for (int i = 0; i < r->starts; i++)
        for (int j = 0; j < r->samples; j++)
            r->convergence[(size_t)j * (size_t)r->starts + (size_t)i] =
                g->convergence[(size_t)i * (size_t)r->samples + (size_t)j];
    airy_image support = slot(&g->supports, g->order[0]);
    for (int i = 0; i < support.ny * support.nx; i++)
        r->support.bits[i] = support.px[i] > 0;
}

static void record(const struct generation *g, airy_reconstruction *r)
{
    for (int i = 0; i < r->starts; i++) {
        size_t at = (size_t)g->number * (size_t)r->starts + (size_t)i;
        r->r_factor[at] = g->scores[i].r_factor;
        r->r_free[at] = g->scores[i].r_free;
        r->deviance[at] = g->scores[i].deviance;
        r->deviance_free[at] = g->scores[i].deviance_free;
    }
    r->generations = g->number + 1;
}

static double mean_of_best(const struct generation *g)
{
    int n = g->options->starts < BEST_FEW ? g->options->starts : BEST_FEW;
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += airy_rank_value(&g->scores[g->order[i]], g->options->rank);
    return sum / n;
}

static airy_code check_first(const airy_problem *problem, const airy_retrieve_options *options,
                             airy_error *err)
{
    const airy_stack *first = options->first;
    int ny = problem->amplitude.ny, nx = problem->amplitude.nx;
    if (first && (first->ny != ny || first->nx != nx))
        return airy_error_set(err, AIRY_ESHAPE,
                              "the images to start from are %d x %d, but the pattern %d x %d",
                              first->ny, first->nx, ny, nx);
    return AIRY_OK;
}

airy_code airy_retrieve(const airy_problem *problem, const airy_retrieve_options *options,
                        const airy_checkpoint *checkpoint, const airy_progress *progress,
                        airy_reconstruction *result, airy_error *err)
{
    struct generation g = {
        .problem = problem, .options = options, .checkpoint = checkpoint, .progress = progress};
    double last = INFINITY;
    *result = (airy_reconstruction){0};
    airy_code code = airy_retrieve_options_check(options, err);
    if (code == AIRY_OK)
        code = check_first(problem, options, err);
    if (code != AIRY_OK)
        return code;
    code = init(&g, err);
    if (code == AIRY_OK)
        code = init_result(result, problem, options, err);
    for (g.number = 0; code == AIRY_OK && g.number < options->generations; g.number++) {
        code = run_starts(&g, err);
        if (code != AIRY_OK)
            break;
        record(&g, result);
        double now = mean_of_best(&g);
        bool pays = now < last || !options->stop_early;
        last = now;
        if (pays)
            choose(&g, result);
        code = align_all(&g, err);
        result->diversity[g.number] = mean_distance(&g.images);
        result->ambiguous[g.number] = share_ambiguous(&g);
        if (!pays)
            break;
    }
    release(&g);
    if (code != AIRY_OK)
        airy_reconstruction_release(result);
    return code;
}
