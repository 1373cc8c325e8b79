// SPDX-License-Identifier: GPL-3.0-or-later
// The second look at all frames.
#include "feed.h"

#include <math.h>
#include <string.h>

static int members_of(const airy_feed *f)
{
    return f->in->regions->first[f->in->regions->n];
}

static airy_code no_memory(const airy_feed *f, airy_error *err)
{
    return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames at once", f->most);
}

// Room for photons; nothing where pixels are in several regions.
static airy_code begin_photons(airy_feed *f, airy_error *err)
{
    const airy_regions *regions = f->in->regions;
    airy_seen_photons *seen = &f->seen;
    size_t members = (size_t)members_of(f), most = (size_t)f->most;
    airy_code code = airy_regions_members(regions, &seen->member, err);
    if (code != AIRY_OK || !seen->member)
        return code;
    seen->first = airy_memory_new(most + 1, sizeof *seen->first);
    seen->region = airy_memory_new(members, sizeof *seen->region);
    seen->group = airy_memory_new(members, sizeof *seen->group);
    seen->sum = airy_memory_new(most * (size_t)regions->n, sizeof *seen->sum);
    if (!seen->first || !seen->region || !seen->group || !seen->sum)
        return no_memory(f, err);
    for (int r = 0; r < regions->n; r++)
        for (int i = regions->first[r], n = regions->first[r + 1] - i, k = 0; k < n; k++) {
            seen->region[i + k] = r;
            seen->group[i + k] = (uint8_t)airy_parts_group(k, n);
        }
    return AIRY_OK;
}

static airy_code begin_values(airy_feed *f, bool words, airy_error *err)
{
    size_t values = (size_t)f->most * (size_t)members_of(f);
    f->frame = airy_memory_new((size_t)f->source->ny * (size_t)f->source->nx, sizeof *f->frame);
    f->values.real = words ? NULL : airy_memory_new(values, sizeof *f->values.real);
    f->values.word = words ? airy_memory_new(values, sizeof *f->values.word) : NULL;
    return f->frame && (f->values.real || f->values.word) ? AIRY_OK : no_memory(f, err);
}

airy_code airy_feed_init(airy_feed *f, int most, airy_feed_form form, airy_error *err)
{
    size_t groups = (size_t)f->in->regions->n * AIRY_SPECKLE_GROUPS;
    bool parts = f->in->planes[0].parts.sum != NULL;
    f->most = most;
    f->light = parts ? airy_memory_new((size_t)most * groups, sizeof *f->light) : NULL;
    airy_feed_rewind(f);
    airy_code code = f->light || !parts ? AIRY_OK : no_memory(f, err);
    if (code == AIRY_OK && form == AIRY_FEED_PHOTONS)
        code = begin_photons(f, err);
    if (code == AIRY_OK && !f->seen.member)
        code = begin_values(f, form == AIRY_FEED_WORDS, err);
    return code;
}

void airy_feed_release(airy_feed *f)
{
    airy_memory_free(f->frame);
    airy_memory_free(f->values.real);
    airy_memory_free(f->values.word);
    airy_memory_free(f->light);
    airy_memory_free(f->seen.of);
    airy_memory_free(f->seen.first);
    airy_memory_free(f->seen.member);
    airy_memory_free(f->seen.region);
    airy_memory_free(f->seen.group);
    airy_memory_free(f->seen.sum);
    f->light = NULL;
    f->values = (airy_values){0};
    f->seen = (airy_seen_photons){0};
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

// Sums of region r and of its groups in frame j of values.
static double sum_values(const airy_feed *f, int j, int r, double *groups)
{
    const airy_regions *regions = f->in->regions;
    size_t at = (size_t)j * (size_t)members_of(f);
    const float *real = f->values.real ? f->values.real + at : NULL;
    const int16_t *word = f->values.word ? f->values.word + at : NULL;
    int first = regions->first[r], n = regions->first[r + 1] - first;
    double sum = 0;
    for (int s = 0, i = first; s < AIRY_PARTS_STRETCHES; s++) {
        double all = groups[airy_parts_of(s)];
        for (int end = first + airy_parts_begin(s + 1, n); i < end; i++) {
            // one of the two is there, NOLINTNEXTLINE(*NullDereference)
            double value = (word ? word[i] : real[i]) * f->in->share[i];
            sum += value;
            all += value;
        }
        groups[airy_parts_of(s)] = all;
    }
    return sum;
}

// The same of all regions of frame j of photons.
static void sum_photons(const airy_feed *f, int j)
{
    const airy_seen_photons *seen = &f->seen;
    double *sum = seen->sum + (size_t)j * (size_t)f->in->regions->n;
    memset(sum, 0, (size_t)f->in->regions->n * sizeof *sum);
    for (size_t k = seen->first[j]; k < seen->first[j + 1]; k++) {
        int i = seen->of[k].member, r = seen->region[i];
        double value = seen->of[k].count * f->in->share[i], *light = light_of(f, j, r);
        sum[r] += value;
        if (light)
            light[seen->group[i]] += value;
    }
}

static airy_code weigh(int j, void *workspace, void *context, airy_error *err)
{
    const airy_feed *f = context;
    const airy_regions *regions = f->in->regions;
    double unused[AIRY_SPECKLE_GROUPS] = {0};
    (void)workspace;
    (void)err;
    if (f->light)
        memset(light_of(f, j, 0), 0, (size_t)regions->n * sizeof unused);
    if (f->seen.member)
        sum_photons(f, j);
    for (int r = 0; r < regions->n; r++) {
        double *light = light_of(f, j, r);
        double sum = f->seen.member ? f->seen.sum[(size_t)j * (size_t)regions->n + (size_t)r]
                                    : sum_values(f, j, r, light ? light : unused);
        set_weight(f, r, f->from + j, sum / (regions->first[r + 1] - regions->first[r]));
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

// Photons of frame t behind those before; several of one pixel become one.
static airy_code keep_photons(airy_feed *f, int t, const airy_events *e, airy_error *err)
{
    airy_seen_photons *seen = &f->seen;
    size_t j = (size_t)(t - f->from), n = seen->first[j];
    if (n + (size_t)e->n > seen->room) {
        size_t room = 2 * (n + (size_t)e->n);
        struct airy_seen *more = airy_memory_new(room, sizeof *more);
        if (!more)
            return no_memory(f, err);
        if (n > 0)
            memcpy(more, seen->of, n * sizeof *more);
        airy_memory_free(seen->of);
        seen->of = more, seen->room = room;
    }
    for (int k = 0; k < e->n; k++) {
        int i = seen->member[e->pixel[k]];
        if (i >= 0 && n > seen->first[j] && seen->of[n - 1].member == i)
            seen->of[n - 1].count += e->count[k];
        else if (i >= 0)
            seen->of[n++] = (struct airy_seen){i, e->count[k]};
    }
    seen->first[j + 1] = n;
    return AIRY_OK;
}

static airy_code read_photons(airy_feed *f, int t, airy_error *err)
{
    airy_events e = {0};
    bool good = true;
    airy_code code = AIRY_OK;
    if (f->survey->good[t])
        code = f->source->photons(f->source->context, t, &e, &good, err);
    return code == AIRY_OK ? keep_photons(f, t, &e, err) : code;
}

static airy_code read_one(airy_feed *f, int t, airy_error *err)
{
    if (f->seen.member)
        return read_photons(f, t, err);
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
