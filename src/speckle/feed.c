// SPDX-License-Identifier: GPL-3.0-or-later
// The second look at all frames.
#include "feed.h"

#include <math.h>
#include <string.h>

static int members_of(const airy_feed *f)
{
    return f->in->regions->first[f->in->regions->n];
}

airy_code airy_feed_init(airy_feed *f, int most, airy_error *err)
{
    f->most = most;
    f->frame = airy_memory_new((size_t)f->source->ny * (size_t)f->source->nx, sizeof *f->frame);
    f->values = airy_memory_new((size_t)most * (size_t)members_of(f), sizeof *f->values);
    airy_feed_rewind(f);
    return f->frame && f->values
               ? AIRY_OK
               : airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames at once", most);
}

void airy_feed_release(airy_feed *f)
{
    airy_memory_free(f->frame);
    airy_memory_free(f->values);
    f->frame = f->values = NULL;
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

static airy_code weigh(int j, void *workspace, void *context, airy_error *err)
{
    const airy_feed *f = context;
    const airy_regions *regions = f->in->regions;
    const float *values = f->values + (size_t)j * (size_t)members_of(f);
    (void)workspace;
    (void)err;
    for (int r = 0; r < regions->n; r++) {
        double sum = 0;
        for (int i = regions->first[r]; i < regions->first[r + 1]; i++)
            sum += values[i] * f->in->share[i];
        set_weight(f, r, f->from + j, sum / (regions->first[r + 1] - regions->first[r]));
    }
    return AIRY_OK;
}

static airy_code read_one(airy_feed *f, int j, airy_error *err)
{
    const int *pixel = f->in->regions->pixel;
    int t = f->from + j, members = members_of(f);
    float *to = f->values + (size_t)j * (size_t)members;
    bool good = true;
    if (!f->survey->good[t]) {
        memset(to, 0, (size_t)members * sizeof *to);
        return AIRY_OK;
    }
    airy_code code = f->source->read(f->source->context, t, f->frame, &good, err);
    for (int i = 0; code == AIRY_OK && i < members; i++)
        to[i] = f->frame[pixel[i]];
    return code;
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
        code = read_one(f, j, err);
    airy_progress_report(progress, f->from + f->n, all, "frames correlated");
    if (code == AIRY_OK && airy_progress_stopped(progress))
        code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d frames", f->from + f->n,
                              all);
    return code == AIRY_OK && f->n > 0 ? airy_farm_run(&farm, f->n, err) : code;
}
