// SPDX-License-Identifier: GPL-3.0-or-later
// The first look at all frames: means, gaps, and pixels that cannot be used.
#include "survey.h"

#include <math.h>
#include <string.h>

#define LACKS_MOST 0.01 // of the pixels of a frame that still counts
#define DROP_BELOW 0.5  // of the median intensity
enum { ENDS = 10 };     // the first and last of so many parts of the frames make mean images

// A look in progress. Members are the pixels of all regions, in their order.
typedef struct look {
    const airy_speckle_source *source;
    const airy_regions *regions;
    const airy_correlate_options *options;
    airy_survey *survey;
    int members, early, late; // frames that count in the first and in the last part
    uint8_t *measured;        // (members) by every frame that counts so far
    uint8_t *drop;            // (frames) known as a drop of the beam
    float *values;            // (ny, nx) a frame
    double *total;            // (frames) over the members; NaN: does not count
    int *member;              // of each pixel, where frames are read as photons; else NULL
    bool begun;               // the first frame that counts has said what is measured
} look;

void airy_survey_release(airy_survey *survey)
{
    airy_memory_free(survey->good);
    airy_memory_free(survey->mean);
    airy_memory_free(survey->early);
    airy_memory_free(survey->late);
    airy_memory_free(survey->flat);
    *survey = (airy_survey){0};
}

static void release(look *l)
{
    airy_memory_free(l->measured);
    airy_memory_free(l->drop);
    airy_memory_free(l->values);
    airy_memory_free(l->total);
    airy_memory_free(l->member);
}

static airy_code room(look *l, airy_error *err)
{
    airy_survey *s = l->survey;
    size_t n = (size_t)l->members, frames = (size_t)l->source->frames;
    s->good = airy_memory_new(frames, 1);
    s->mean = airy_memory_new(n, sizeof *s->mean);
    s->early = airy_memory_new(n, sizeof *s->early);
    s->late = airy_memory_new(n, sizeof *s->late);
    s->flat = airy_memory_new(n, sizeof *s->flat);
    l->measured = airy_memory_new(n, 1);
    l->drop = airy_memory_new(frames, 1);
    l->total = airy_memory_new(frames, sizeof *l->total);
    l->values = airy_memory_new((size_t)l->source->ny * (size_t)l->source->nx, sizeof(float));
    if (s->good && s->mean && s->early && s->late && s->flat && l->measured && l->drop &&
        l->total && l->values)
        return l->source->photons ? airy_regions_members(l->regions, &l->member, err) : AIRY_OK;
    return airy_error_set(err, AIRY_EMEMORY, "no memory for the means of %d pixels", l->members);
}

// ------------------------------------------------------------------ one frame

// The first and the last part of the frames, that frame t is in; NULL: it is not.
static void find_ends(const look *l, int t, double *ends[2])
{
    airy_survey *s = l->survey;
    ends[0] = t < s->frames / ENDS ? s->early : NULL;
    ends[1] = t >= s->frames - s->frames / ENDS ? s->late : NULL;
}

static void take_value(look *l, int i, float v, double *const ends[2])
{
    airy_survey *s = l->survey;
    s->whole = s->whole && v >= 0 && v == floorf(v);
    s->most = v > s->most ? v : s->most;
    s->mean[i] += v;
    for (int k = 0; k < 2; k++)
        if (ends[k])
            ends[k][i] += v;
}

static void end_frame(look *l, int t, double total, double *const ends[2])
{
    l->early += ends[0] != NULL;
    l->late += ends[1] != NULL;
    l->total[t] = total;
    l->survey->used++;
    l->survey->good[t] = 1;
}

// Whether too many pixels are missing; the first frame says which there are.
static bool is_lacking(look *l)
{
    int lacks = 0, there = 0;
    for (int i = 0; i < l->members; i++) {
        bool measured = isfinite(l->values[l->regions->pixel[i]]);
        if (!l->begun)
            l->measured[i] = measured;
        there += l->measured[i];
        lacks += l->measured[i] && !measured;
    }
    l->begun = true;
    return lacks > 1 && lacks > LACKS_MOST * there;
}

static void take_frame(look *l, int t)
{
    double total = 0, *ends[2];
    find_ends(l, t, ends);
    for (int i = 0; i < l->members; i++) {
        float v = l->values[l->regions->pixel[i]];
        l->measured[i] = l->measured[i] && isfinite(v);
        if (!l->measured[i])
            continue;
        take_value(l, i, v, ends);
        total += v;
    }
    end_frame(l, t, total, ends);
}

// A frame of photons: what it has none of is 0. One pixel's stand together.
static airy_code look_at_photons(look *l, int t, airy_error *err)
{
    airy_events e;
    bool good = true;
    double total = 0, *ends[2];
    airy_code code = l->source->photons(l->source->context, t, &e, &good, err);
    if (code != AIRY_OK)
        return code;
    if (!good) {
        l->survey->lost++;
        return AIRY_OK;
    }
    find_ends(l, t, ends);
    for (int k = 0; k < e.n;) {
        uint32_t pixel = e.pixel[k];
        float v = 0;
        for (; k < e.n && e.pixel[k] == pixel; k++)
            v += e.count[k];
        int i = l->member[pixel];
        if (i < 0 || !l->measured[i])
            continue;
        take_value(l, i, v, ends);
        total += v;
    }
    end_frame(l, t, total, ends);
    return AIRY_OK;
}

static airy_code look_at(look *l, int t, airy_error *err)
{
    airy_survey *s = l->survey;
    bool good = true;
    l->total[t] = NAN;
    s->good[t] = 0;
    if (l->options->veto && l->options->veto[t]) {
        s->vetoed++;
        return AIRY_OK;
    }
    if (l->drop[t]) {
        s->dropped++;
        return AIRY_OK;
    }
    if (l->begun && l->member) // the first frame has said which pixels there are
        return look_at_photons(l, t, err);
    airy_code code = l->source->read(l->source->context, t, l->values, &good, err);
    if (code != AIRY_OK)
        return code;
    if (!good)
        s->lost++;
    else if (is_lacking(l))
        s->lacking++;
    else
        take_frame(l, t);
    return AIRY_OK;
}

// ------------------------------------------------------------------ all frames

static void forget(look *l)
{
    airy_survey *s = l->survey, fresh = {.frames = s->frames,
                                         .good = s->good,
                                         .mean = s->mean,
                                         .early = s->early,
                                         .late = s->late,
                                         .flat = s->flat,
                                         .whole = true};
    size_t bytes = (size_t)l->members * sizeof *s->mean;
    *s = fresh;
    memset(s->mean, 0, bytes);
    memset(s->early, 0, bytes);
    memset(s->late, 0, bytes);
    l->begun = false;
    l->early = l->late = 0;
}

static airy_code look_at_all(look *l, airy_error *err)
{
    const airy_progress *progress = l->options->progress;
    airy_code code = AIRY_OK;
    forget(l);
    for (int t = 0; code == AIRY_OK && t < l->survey->frames; t++) {
        code = look_at(l, t, err);
        if (t % 64 == 0)
            airy_progress_report(progress, t, l->survey->frames, "frames looked at");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d frames", t + 1,
                                  l->survey->frames);
    }
    return code;
}

// Marks frames without beam; how many.
static int find_drops(look *l)
{
    int n = 0;
    double middle = airy_stats_quantile_double(l->total, l->survey->frames, 0.5);
    for (int t = 0; t < l->survey->frames; t++)
        if (l->total[t] < DROP_BELOW * middle) {
            l->drop[t] = 1;
            n++;
        }
    return n;
}

static airy_code check(const look *l, airy_error *err)
{
    const airy_survey *s = l->survey;
    double total = 0;
    for (int t = 0; t < s->frames; t++)
        total += s->good[t] ? l->total[t] : 0;
    if (s->used < 2)
        return airy_error_set(err, AIRY_EVALUE,
                              "%d of %d frames count (%d lost, %d vetoed, %d without beam, %d with "
                              "too many pixels missing): two are the least",
                              s->used, s->frames, s->lost, s->vetoed, s->dropped, s->lacking);
    if (!(total > 0))
        return airy_error_set(err, AIRY_EVALUE,
                              "there is no photon in the regions: are they masked, or beside the "
                              "light?");
    return AIRY_OK;
}

// Means of members that stay, in the order of the regions after they were taken out.
static void compact(const look *l, const uint8_t *keep)
{
    airy_survey *s = l->survey;
    int n = 0;
    for (int i = 0; i < l->members; i++)
        if (keep[i]) {
            s->mean[n] = s->mean[i] / s->used;
            s->early[n] = l->early ? s->early[i] / l->early : NAN;
            s->late[n++] = l->late ? s->late[i] / l->late : NAN;
        }
}

static airy_code take_out(const look *l, airy_regions *regions, airy_error *err)
{
    size_t pixels = (size_t)regions->ny * (size_t)regions->nx;
    uint8_t *keep = airy_memory_new(pixels, 1);
    if (!keep)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a mask");
    bool flat = l->options->flat != AIRY_FLAT_NONE;
    for (int i = 0; i < l->members; i++) {
        l->measured[i] = l->measured[i] && (!flat || l->survey->mean[i] > 0);
        keep[regions->pixel[i]] = l->measured[i];
    }
    compact(l, l->measured);
    airy_code code = airy_regions_keep(regions, keep, err);
    airy_memory_free(keep);
    return code;
}

static void summarise(const look *l, const airy_regions *regions)
{
    airy_survey *s = l->survey;
    double sum = 0;
    int n = regions->first[regions->n];
    for (int i = 0; i < n; i++)
        sum += s->mean[i];
    s->occupancy = sum / n;
    for (int t = 0; t < s->frames; t++)
        s->dark += s->good[t] && !(l->total[t] > 0);
}

airy_code airy_survey_make(const airy_speckle_source *source, airy_regions *regions,
                           const airy_correlate_options *options, airy_survey *survey,
                           airy_error *err)
{
    look l = {.source = source,
              .regions = regions,
              .options = options,
              .survey = survey,
              .members = regions->first[regions->n]};
    *survey = (airy_survey){.frames = source->frames};
    airy_code code = room(&l, err);
    if (code == AIRY_OK)
        code = look_at_all(&l, err);
    if (code == AIRY_OK && options->drops && find_drops(&l) > 0)
        code = look_at_all(&l, err);
    if (code == AIRY_OK)
        code = check(&l, err);
    if (code == AIRY_OK)
        code = take_out(&l, regions, err);
    if (code == AIRY_OK)
        summarise(&l, regions);
    if (code == AIRY_OK)
        code = airy_survey_flat(regions, options, survey, err);
    release(&l);
    if (code != AIRY_OK)
        airy_survey_release(survey);
    return code;
}
