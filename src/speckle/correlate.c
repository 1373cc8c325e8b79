// SPDX-License-Identifier: GPL-3.0-or-later
// All frames of a source through the kernel that suits them.
#include "dots.h"
#include "feed.h"
#include "pieces.h"
#include "survey.h"

const char *const airy_kernel_names[] = {"auto", "dense", "events", "small", NULL};

// Below this mean value of a pixel and frame photons are fewer than what dense products cost
// (tests/bench/speckle.c).
#define SPARSE_BELOW 0.05
enum { CHUNK_LEAST = 64, CHUNK_MOST = 1024, CHUNKS = 4 };
enum { FEW_FRAMES = 256, MANY_FRAMES = 4096, GRAIN_MOST = 16 };
#define LAG_PAIRS_MOST 2e9 // pairs of photons that are nothing beside reading the frames

typedef struct work {
    const airy_speckle_source *source;
    const airy_correlate_options *options;
    airy_correlation *of;
    double *share;        // (members) 1 / flat
    double *weight;       // (regions, frames)
    int halved;           // so often are fewer frames worked on together, for room
    airy_kernel_input in; // regions that are under way, and what belongs to them
    airy_regions some;
    airy_survey survey;
    airy_feed feed;
} work;

void airy_correlate_options_defaults(airy_correlate_options *options)
{
    *options = (airy_correlate_options){.degree = 2, .map = 256, .memory_mb = 1024};
}

airy_code airy_correlate_options_check(const airy_correlate_options *options, airy_error *err)
{
    if (options->degree < 1 || options->degree > 3)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a flat is a polynomial of degree 1 to 3, not %d", options->degree);
    if (options->map < 2 || options->map > 4096)
        return airy_error_set(err, AIRY_EARGUMENT, "a map has 2 to 4096 cells a side, not %d",
                              options->map);
    if (options->kernel == AIRY_KERNEL_DENSE && options->every_lag)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the dense kernel does not keep every lag: take events or small");
    if (options->kernel == AIRY_KERNEL_SMALL && options->steps)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "steps want the dense kernel, or that of events");
    return AIRY_OK;
}

void airy_correlation_release(airy_correlation *result)
{
    for (int r = 0; result->planes && r < result->regions.n; r++)
        airy_planes_release(&result->planes[r]);
    airy_memory_free(result->planes);
    airy_memory_free(result->frame_mean);
    airy_survey_release(&result->survey);
    airy_regions_release(&result->regions);
    *result = (airy_correlation){0};
}

// ------------------------------------------------------------------ the kernel

static int members_of(const work *w)
{
    return w->of->regions.first[w->of->regions.n];
}

static bool may_be_events(const work *w)
{
    const airy_survey *s = &w->of->survey;
    return s->whole && s->frames < AIRY_PHOTON_FRAMES && s->most < 1e6;
}

static double small_bytes(const work *w)
{
    return (double)members_of(w) * w->source->frames * (sizeof(float) + sizeof(double));
}

static airy_kernel suited(const work *w)
{
    const airy_survey *s = &w->of->survey;
    int few = w->options->every_lag ? MANY_FRAMES : FEW_FRAMES;
    bool fits = small_bytes(w) < 0.5e6 * w->options->memory_mb;
    if (s->frames <= few && fits && !w->options->steps)
        return AIRY_KERNEL_SMALL;
    if (may_be_events(w) && (s->occupancy < SPARSE_BELOW || w->options->every_lag))
        return AIRY_KERNEL_EVENTS;
    return AIRY_KERNEL_DENSE;
}

static airy_code choose(work *w, airy_error *err)
{
    airy_kernel *kernel = &w->of->kernel;
    *kernel = w->options->kernel ? w->options->kernel : suited(w);
    if (*kernel == AIRY_KERNEL_EVENTS && !may_be_events(w))
        return airy_error_set(err, AIRY_EVALUE,
                              "the frames are not whole photons from 0 up, which events are made "
                              "of: take the dense kernel");
    if (*kernel == AIRY_KERNEL_DENSE && w->options->every_lag)
        return airy_error_set(err, AIRY_EVALUE,
                              "%d frames that are not whole photons are too many to keep every lag",
                              w->source->frames);
    if (*kernel == AIRY_KERNEL_SMALL && small_bytes(w) > 1e6 * w->options->memory_mb)
        return airy_error_set(err, AIRY_EVALUE,
                              "every pair of %d frames of %d pixels takes %.3g MB: take the dense "
                              "kernel, or --memory",
                              w->source->frames, members_of(w), 1e-6 * small_bytes(w));
    return AIRY_OK;
}

// Whether every lag is kept.
static bool keeps_lags(const work *w)
{
    const airy_survey *s = &w->of->survey;
    double pairs = 0;
    for (int i = 0; i < members_of(w); i++)
        pairs += 0.5 * s->mean[i] * s->used * s->mean[i] * s->used;
    return w->of->kernel == AIRY_KERNEL_SMALL ||
           (w->of->kernel == AIRY_KERNEL_EVENTS &&
            (w->options->every_lag || pairs < LAG_PAIRS_MOST));
}

// ------------------------------------------------------------------ room

static bool fits_words(const work *w)
{
    return w->of->kernel == AIRY_KERNEL_DENSE && w->of->survey.whole &&
           w->of->survey.most <= AIRY_WORD_MOST && w->options->flat == AIRY_FLAT_NONE;
}

static airy_feed_form form_of(const work *w)
{
    if (w->of->kernel == AIRY_KERNEL_EVENTS && w->source->photons)
        return AIRY_FEED_PHOTONS;
    return fits_words(w) ? AIRY_FEED_WORDS : AIRY_FEED_REAL;
}

static size_t value_size(const work *w)
{
    return fits_words(w) ? sizeof(int16_t) : sizeof(float);
}

// Frames that are worked on together, a power of two: with more of them, what earlier ones have
// left comes by less often. A quarter of the memory is theirs.
static int chunk_of(const work *w)
{
    double groups = w->options->curve ? AIRY_SPECKLE_GROUPS * sizeof(double) : 0;
    double a_frame = (double)members_of(w) * (double)value_size(w) + w->of->regions.n * groups;
    int chunk = CHUNK_MOST;
    while (chunk > CHUNK_LEAST && chunk * a_frame > 0.25e6 * w->options->memory_mb)
        chunk /= 2;
    chunk = chunk >> w->halved > CHUNK_LEAST ? chunk >> w->halved : CHUNK_LEAST;
    return w->of->kernel == AIRY_KERNEL_SMALL || w->source->frames < chunk ? w->source->frames
                                                                           : chunk;
}

static double bytes_of(const work *w, const airy_planes_plan *plan)
{
    double kernel = 0;
    if (w->of->kernel == AIRY_KERNEL_SMALL)
        kernel = small_bytes(w);
    if (w->of->kernel == AIRY_KERNEL_DENSE)
        kernel = airy_bands_bytes(&w->of->regions, plan->frames, plan->map) +
                 (double)members_of(w) * chunk_of(w) * (double)value_size(w);
    return kernel +
           w->of->regions.n * (airy_planes_bytes(plan) + 2.0 * plan->frames * sizeof(double));
}

// The bytes of the finest ages that fit, or of the coarsest there are.
static double fit_ages(const work *w, double most, airy_planes_plan *plan)
{
    double bytes = bytes_of(w, plan);
    while (bytes > most && plan->grain < GRAIN_MOST) {
        plan->grain++;
        bytes = bytes_of(w, plan);
    }
    return bytes;
}

// Ages as fine as the memory allows. Parts of curves by age that want more than a quarter of it are
// of all ages alone, and not kept where they do not fit at all.
static airy_code plan_planes(work *w, airy_planes_plan *plan, airy_error *err)
{
    double most = 1e6 * w->options->memory_mb, fine = airy_planes_bytes(plan);
    plan->by_age = false;
    if (w->of->regions.n * (fine - airy_planes_bytes(plan)) < most / 4)
        plan->by_age = true;
    double bytes = fit_ages(w, most, plan);
    while (bytes > most && w->halved < CHUNKS) {
        w->halved++;
        bytes = bytes_of(w, plan);
    }
    if (bytes > most && plan->curve) {
        plan->curve = NULL, plan->grain = 0;
        bytes = fit_ages(w, most, plan);
    }
    if (bytes > most)
        return airy_error_set(err, AIRY_EMEMORY,
                              "%d regions of %d pixels and %d frames take %.0f MB, more than "
                              "--memory allows: fewer regions, a smaller --map, or more memory",
                              w->of->regions.n, members_of(w), plan->frames, 1e-6 * bytes);
    return AIRY_OK;
}

static airy_code make_room(work *w, airy_error *err)
{
    airy_correlation *of = w->of;
    airy_planes_plan plan = {.frames = w->source->frames,
                             .map = w->options->map,
                             .full = keeps_lags(w),
                             .steps = w->options->steps,
                             .curve = w->options->curve,
                             .by_mean = w->options->by_mean,
                             .by_age = true};
    airy_code code = plan_planes(w, &plan, err);
    if (code != AIRY_OK)
        return code;
    size_t n = (size_t)of->regions.n, frames = (size_t)plan.frames;
    of->planes = airy_memory_new(n, sizeof *of->planes);
    of->frame_mean = airy_memory_new(n * frames, sizeof *of->frame_mean);
    w->share = airy_memory_new((size_t)members_of(w), sizeof *w->share);
    for (int i = 0; w->share && i < members_of(w); i++)
        w->share[i] = 1 / of->survey.flat[i];
    w->weight = airy_memory_new(n * frames, sizeof *w->weight);
    if (!of->planes || !of->frame_mean || !w->weight || !w->share)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", plan.frames);
    for (int r = 0; code == AIRY_OK && r < of->regions.n; r++)
        code = airy_planes_init(&of->planes[r], &plan, err);
    return code;
}

// ------------------------------------------------------------------ running

static airy_code run_dense(work *w, airy_error *err)
{
    airy_bands *bands = airy_bands_new(&w->in, fits_words(w), err);
    airy_code code = bands ? airy_feed_next(&w->feed, err) : airy_error_code(err, AIRY_EIO);
    while (code == AIRY_OK && w->feed.n > 0) {
        code = airy_bands_add(bands, &w->feed.values, w->feed.n, err);
        if (code == AIRY_OK)
            code = airy_feed_next(&w->feed, err);
    }
    if (code == AIRY_OK)
        code = airy_bands_end(bands, err);
    airy_bands_free(bands);
    return code;
}

static airy_code run_events(work *w, airy_error *err)
{
    return airy_feed_photons(&w->feed, err);
}

// The values (frames, pixels) of a group of region r, -1: of all of it; how many pixels.
static int take_group(const work *w, int r, int group, double *values)
{
    const airy_regions *regions = w->in.regions;
    int from = regions->first[r], n = regions->first[r + 1] - from, frames = w->in.frames;
    int kept = group < 0 ? n : airy_parts_members(group, n);
    for (int t = 0; t < frames; t++) {
        double weight = w->in.weight[(size_t)r * (size_t)frames + (size_t)t];
        const float *row =
            w->feed.values.real + (size_t)t * (size_t)regions->first[regions->n] + from;
        for (int s = 0, i = 0; s < AIRY_PARTS_STRETCHES; s++)
            for (bool of = group < 0 || airy_parts_of(s) == group; i < airy_parts_begin(s + 1, n);
                 i++)
                if (of)
                    *values++ = row[i] * weight * w->in.share[from + i];
    }
    return kept;
}

// Every pair of frames of one region.
static airy_code pair_region(int r, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    const airy_regions *regions = w->in.regions;
    int from = regions->first[r], n = regions->first[r + 1] - from, frames = w->in.frames;
    double *values = airy_memory_new((size_t)n * (size_t)frames, sizeof *values);
    airy_code code = AIRY_OK;
    (void)workspace;
    if (!values)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames of %d pixels", frames, n);
    bool grouped = airy_planes_grouped(&w->in.planes[r]);
    for (int g = 0; code == AIRY_OK && g < (grouped ? AIRY_SPECKLE_GROUPS : 1); g++) {
        int kept = take_group(w, r, grouped ? g : -1, values);
        if (kept > 0)
            code = airy_gram_add(values, kept, g, &w->in.planes[r], err);
    }
    airy_memory_free(values);
    return code;
}

static airy_code run_small(work *w, airy_error *err)
{
    const airy_farm farm = {.threads = w->options->threads, .job = pair_region, .context = w};
    airy_code code = airy_feed_next(&w->feed, err);
    return code == AIRY_OK ? airy_farm_run(&farm, w->in.regions->n, err) : code;
}

// Regions `from` to `to` - 1 as if there were no others. The caller frees some.first.
static airy_code point_at(work *w, int from, int to, airy_error *err)
{
    const airy_regions *all = &w->of->regions;
    size_t frames = (size_t)w->source->frames;
    int member = all->first[from];
    w->some =
        (airy_regions){.ny = all->ny, .nx = all->nx, .n = to - from, .pixel = all->pixel + member};
    w->some.first = airy_memory_new((size_t)(to - from) + 1, sizeof *w->some.first);
    if (!w->some.first)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d regions", to - from);
    for (int r = from; r <= to; r++)
        w->some.first[r - from] = all->first[r] - member;
    w->survey = w->of->survey;
    w->survey.mean += member;
    w->in = (airy_kernel_input){.frames = w->source->frames,
                                .threads = w->options->threads,
                                .chunk = chunk_of(w),
                                .regions = &w->some,
                                .share = w->share + member,
                                .weight = w->weight + (size_t)from * frames,
                                .planes = w->of->planes + from};
    w->feed = (airy_feed){.source = w->source,
                          .options = w->options,
                          .survey = &w->survey,
                          .in = &w->in,
                          .frame_mean = w->of->frame_mean + (size_t)from * frames};
    return AIRY_OK;
}

static airy_code run_kernel(int from, int to, void *context, airy_error *err)
{
    static airy_code (*const kernels[])(work *, airy_error *) = {
        [AIRY_KERNEL_DENSE] = run_dense,
        [AIRY_KERNEL_EVENTS] = run_events,
        [AIRY_KERNEL_SMALL] = run_small,
    };
    work *w = context;
    airy_code code = point_at(w, from, to, err);
    if (code == AIRY_OK)
        code = airy_feed_init(&w->feed, w->in.chunk, form_of(w), err);
    if (code == AIRY_OK)
        code = kernels[w->of->kernel](w, err);
    airy_feed_release(&w->feed);
    airy_memory_free(w->some.first);
    return code;
}

static airy_code run_regions(work *w, airy_error *err)
{
    if (w->options->store)
        return airy_speckle_pieces(w->of, w->options, run_kernel, w, err);
    w->of->whole = true;
    return run_kernel(0, w->of->regions.n, w, err);
}

airy_code airy_correlate(const airy_speckle_source *source, airy_regions *regions,
                         const airy_correlate_options *options, airy_correlation *result,
                         airy_error *err)
{
    *result = (airy_correlation){.regions = *regions};
    work w = {.source = source, .options = options, .of = result};
    *regions = (airy_regions){0};
    airy_code code = airy_correlate_options_check(options, err);
    if (code == AIRY_OK)
        code = airy_survey_make(source, &result->regions, options, &result->survey, err);
    if (code == AIRY_OK)
        code = choose(&w, err);
    if (code == AIRY_OK)
        code = make_room(&w, err);
    if (code == AIRY_OK)
        code = run_regions(&w, err);
    airy_memory_free(w.weight);
    airy_memory_free(w.share);
    if (code != AIRY_OK)
        airy_correlation_release(result);
    return code;
}
