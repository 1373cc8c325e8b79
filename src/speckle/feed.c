// SPDX-License-Identifier: GPL-3.0-or-later
// The second look at all frames.
#include "feed.h"

#include <math.h>
#include <string.h>

static int members_of(const airy_feed *f)
{
    return f->in->regions->first[f->in->regions->n];
}

airy_code airy_feed_init(airy_feed *f, int most, bool words, airy_error *err)
{
    size_t values = (size_t)most * (size_t)members_of(f);
    f->most = most;
    f->frame = airy_memory_new((size_t)f->source->ny * (size_t)f->source->nx, sizeof *f->frame);
    f->values.real = words ? NULL : airy_memory_new(values, sizeof *f->values.real);
    f->values.word = words ? airy_memory_new(values, sizeof *f->values.word) : NULL;
    size_t groups = (size_t)f->in->regions->n * AIRY_SPECKLE_GROUPS;
    bool parts = f->in->planes[0].parts.sum != NULL;
    f->light = parts ? airy_memory_new((size_t)most * groups, sizeof *f->light) : NULL;
    airy_feed_rewind(f);
    return (f->light || !parts) && f->frame && (f->values.real || f->values.word)
               ? AIRY_OK
               : airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames at once", most);
}

void airy_feed_release(airy_feed *f)
{
    airy_memory_free(f->frame);
    airy_memory_free(f->values.real);
    airy_memory_free(f->values.word);
    airy_memory_free(f->light);
    f->light = NULL;
    f->values = (airy_values){0};
    f->frame = NULL;
}

void airy_feed_rewind(airy_feed *f)
{
    f->from = f->n = 0;
}

// Mean of a region over its pixels and all frames, after the flat.
static double mean_of_all(const airy_feed *f, int r)
{
    const airy_regions *regions = f->in->regions;
    double sum = 0;
    for (int i = regions->first[r]; i < regions->first[r + 1]; i++)
        sum += f->survey->mean[i] * f->in->share[i];
    return sum / (regions->first[r + 1] - regions->first[r]);
}

// A frame without a photon in the region is a gap, unless one mean of all frames divides.
static void set_weight(const airy_feed *f, int r, int t, double mean)
{
    size_t at = (size_t)r * (size_t)f->in->frames + (size_t)t;
    bool counts = f->survey->good[t] && (f->options->by_mean || mean > 0);
    double by = f->options->by_mean && counts ? mean_of_all(f, r) : mean;
    f->frame_mean[at] = counts ? mean : NAN;
    f->in->weight[at] = counts && by > 0 ? 1 / by : 0;
}

// Where the light of frame j of those under way goes; NULL: nowhere.
static double *light_of(const airy_feed *f, int j, int r)
{
    size_t at = (size_t)j * (size_t)f->in->regions->n + (size_t)r;
    return f->light ? f->light + at * AIRY_SPECKLE_GROUPS : NULL;
}

// What groups of region r are in frame t beside the region, from their sums.
static void set_light(const airy_feed *f, int r, int t, double *light)
{
    const airy_regions *regions = f->in->regions;
    int n = regions->first[r + 1] - regions->first[r];
    double weight = f->in->weight[(size_t)r * (size_t)f->in->frames + (size_t)t];
    for (int g = 0; g < AIRY_SPECKLE_GROUPS; g++) {
        int members = airy_parts_members(g, n);
        light[g] = members > 0 ? light[g] * weight / members : 0;
    }
}

static airy_code weigh(int j, void *workspace, void *context, airy_error *err)
{
    const airy_feed *f = context;
    const airy_regions *regions = f->in->regions;
    size_t at = (size_t)j * (size_t)members_of(f);
    const float *real = f->values.real ? f->values.real + at : NULL;
    const int16_t *word = f->values.word ? f->values.word + at : NULL;
    (void)workspace;
    (void)err;
    for (int r = 0; r < regions->n; r++) {
        int first = regions->first[r], n = regions->first[r + 1] - first;
        double sum = 0, *light = light_of(f, j, r), unused[AIRY_SPECKLE_GROUPS];
        double *groups = light ? light : unused;
        memset(groups, 0, sizeof unused);
        for (int s = 0, i = first; s < AIRY_PARTS_STRETCHES; s++) {
            double all = groups[airy_parts_of(s)];
            for (int end = first + airy_parts_begin(s + 1, n); i < end; i++) {
                double value = (word ? word[i] : real[i]) * f->in->share[i];
                sum += value;
                all += value;
            }
            groups[airy_parts_of(s)] = all;
        }
        set_weight(f, r, f->from + j, sum / n);
        if (light)
            set_light(f, r, f->from + j, light);
    }
    return AIRY_OK;
}

// The values of frame t among those under way, from its image; 0 where it does not count.
static void keep(const airy_feed *f, int t)
{
    const int *pixel = f->in->regions->pixel;
    size_t members = (size_t)members_of(f), at = (size_t)(t - f->from) * members;
    bool good = f->survey->good[t];
    for (size_t i = 0; f->values.real && i < members; i++)
        f->values.real[at + i] = good ? f->frame[pixel[i]] : 0;
    for (size_t i = 0; f->values.word && i < members; i++)
        f->values.word[at + i] = good ? (int16_t)f->frame[pixel[i]] : 0;
}

static airy_code read_one(airy_feed *f, int t, airy_error *err)
{
    bool good = true;
    airy_code code = AIRY_OK;
    if (f->survey->good[t])
        code = f->source->read(f->source->context, t, f->frame, &good, err);
    if (code == AIRY_OK)
        keep(f, t);
    return code;
}

// Once, however often frames come by.
static void keep_light(airy_feed *f)
{
    for (int j = 0; f->light && f->from >= f->lit && j < f->n; j++)
        for (int r = 0; r < f->in->regions->n; r++)
            airy_parts_add_light(&f->in->planes[r].parts, f->from + j, light_of(f, j, r));
    f->lit = f->from + f->n > f->lit ? f->from + f->n : f->lit;
}

airy_code airy_feed_next(airy_feed *f, airy_error *err)
{
    const airy_farm farm = {.threads = f->options->threads, .job = weigh, .context = f};
    const airy_progress *progress = f->options->progress;
    int all = f->in->frames;
    airy_code code = AIRY_OK;
    f->from += f->n;
    f->n = all - f->from < f->most ? all - f->from : f->most;
    for (int j = 0; j < f->n && code == AIRY_OK; j++)
        code = read_one(f, f->from + j, err);
    airy_progress_report(progress, f->from + f->n, all, "frames correlated");
    if (code == AIRY_OK && airy_progress_stopped(progress))
        code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d frames", f->from + f->n,
                              all);
    if (code == AIRY_OK && f->n > 0)
        code = airy_farm_run(&farm, f->n, err);
    if (code == AIRY_OK)
        keep_light(f);
    return code;
}
