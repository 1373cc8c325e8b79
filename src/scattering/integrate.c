// SPDX-License-Identifier: GPL-3.0-or-later
// Azimuthal integration of one frame.
#include "profile.h"
#include "integrate.h"
#include "scattering/integrator.h"

#include "base/processor.h"

#include <math.h>

enum { CLIP_ROUNDS = 10 };

// One pixel of a bin.
typedef struct entry {
    double weight, counts, norm, variance;
} entry;

struct airy_integrator_work {
    airy_image signal;
    airy_image variance; // of it, unless
    bool counted;        // it is that of photons: the signal itself, 0 below 0
    entry *entry;        // of one bin
};

// ------------------------------------------------------------------ one frame

airy_integrator_work *airy_integrator_work_new(const airy_integrator *in, airy_error *err)
{
    airy_integrator_work *work = airy_memory_new(1, sizeof *work);
    int ny = in->polar.ny, nx = in->polar.nx;
    bool good = work && airy_image_init(&work->signal, ny, nx, err) == AIRY_OK &&
                airy_image_init(&work->variance, ny, nx, err) == AIRY_OK;
    if (good) {
        work->entry = airy_memory_new((size_t)in->largest, sizeof *work->entry);
        good = work->entry;
    }
    if (good)
        return work;
    airy_integrator_work_free(work);
    airy_error_set(err, AIRY_EMEMORY, "no memory for a frame of %d x %d", ny, nx);
    return NULL;
}

void airy_integrator_work_free(airy_integrator_work *work)
{
    if (!work)
        return;
    airy_image_release(&work->signal);
    airy_image_release(&work->variance);
    airy_memory_free(work->entry);
    airy_memory_free(work);
}

const float *airy_integrator_signal(const airy_integrator_work *work)
{
    return work->signal.px;
}

AIRY_EVERY_PROCESSOR static void take_good(const airy_pattern *frame, const float limits[2],
                                           float *restrict signal)
{
    const float *restrict px = frame->photons.px, below = limits[0], above = limits[1];
    const uint32_t *restrict bits = frame->mask.bits;
    int n = frame->photons.ny * frame->photons.nx;
    for (int i = 0; i < n; i++) {
        bool good = (px[i] >= below) & (px[i] <= above) & !(bits[i] & AIRY_MASK_EXCLUDES);
        signal[i] = good ? px[i] : NAN;
    }
}

// Values as they are summed.
static void correct(const airy_integrator *in, const airy_pattern *frame,
                    airy_integrator_work *work)
{
    const float *restrict known = frame->variance.px;
    float *restrict signal = work->signal.px, *restrict variance = work->variance.px;
    int n = in->polar.ny * in->polar.nx;
    take_good(frame, (const float[]){(float)in->o.below, (float)in->o.above}, signal);
    if (in->dark.px)
        for (int i = 0; i < n; i++)
            signal[i] -= in->dark.px[i];
    work->counted = !known && !in->extra.px;
    for (int i = 0; !work->counted && i < n; i++)
        variance[i] = known ? known[i] : signal[i] > 0 ? signal[i] : 0;
    if (in->extra.px) // of photons that were counted on top of what is left: twice the background's
        for (int i = 0; i < n; i++)
            variance[i] += (known ? 1 : 1 + 1 / (float)in->o.background_scale) * in->extra.px[i];
}

// Sums of some entries. A, B, C: sums of w^2 counts^2, w^2 counts norm, w^2 norm^2, of which the
// scatter sum w^2 (counts - I norm)^2 is made without a second round.
typedef struct sums {
    int n;
    double weight, counts, norm, variance, a, b, c;
} sums;

static inline void add(sums *s, double w, double counts, double norm, double variance)
{
    s->n++;
    s->weight += w;
    s->counts += w * counts;
    s->norm += w * norm;
    s->variance += w * w * variance;
    s->a += w * w * counts * counts;
    s->b += w * w * counts * norm;
    s->c += w * w * norm * norm;
}

static inline double variance_at(const airy_integrator_work *work, int i)
{
    float signal = work->signal.px[i];
    return (double)(!work->counted ? work->variance.px[i] : signal > 0 ? signal : 0);
}

// Entry k of the bins into sums.
static inline __attribute__((always_inline)) void
take(const airy_integrator *in, const airy_integrator_work *work, int k, const bool how[2], sums *s)
{
    bool shared = how[0], scattered = how[1];
    int i = in->bins.pixel[k];
    double counts = (double)work->signal.px[i], w = shared ? (double)in->bins.weight[k] : 1;
    if (isnan(counts))
        return;
    if (scattered) {
        add(s, w, counts, (double)in->norm_of[k], variance_at(work, i));
    } else {
        s->weight += w;
        s->counts += w * counts;
        s->norm += w * (double)in->norm_of[k];
        s->variance += w * w * variance_at(work, i);
    }
}

// Written once and compiled for what is asked for, so that the loop holds no more than that. Every
// second entry has sums of its own, which need not wait for the others'.
static inline __attribute__((always_inline)) sums sum_any(const airy_integrator *in,
                                                          const airy_integrator_work *work, int b,
                                                          bool shared, bool scattered)
{
    const bool how[2] = {shared, scattered};
    int k = in->bins.first[b], end = in->bins.first[b + 1];
    sums s = {0}, t = {0};
    for (; k + 1 < end; k += 2) {
        take(in, work, k, how, &s);
        take(in, work, k + 1, how, &t);
    }
    if (k < end)
        take(in, work, k, how, &s);
    return (sums){.n = s.n + t.n,
                  .weight = s.weight + t.weight,
                  .counts = s.counts + t.counts,
                  .norm = s.norm + t.norm,
                  .variance = s.variance + t.variance,
                  .a = s.a + t.a,
                  .b = s.b + t.b,
                  .c = s.c + t.c};
}

static sums sum_bin(const airy_integrator *in, const airy_integrator_work *work, int b)
{
    bool scattered = in->o.errors == AIRY_INTEGRATE_SCATTER;
    if (in->bins.weight)
        return scattered ? sum_any(in, work, b, true, true) : sum_any(in, work, b, true, false);
    return scattered ? sum_any(in, work, b, false, true) : sum_any(in, work, b, false, false);
}

// Variance of the sum of counts by the scatter about I = counts / norm.
static double scatter(const sums *s)
{
    double mean = s->counts / s->norm;
    double sum = fmax(s->a - 2 * mean * s->b + mean * mean * s->c, 0);
    return s->n > 1 ? sum * s->n / (s->n - 1) : NAN;
}

static int collect(const airy_integrator *in, airy_integrator_work *work, int b)
{
    const airy_bins *bins = &in->bins;
    int n = 0;
    for (int k = bins->first[b]; k < bins->first[b + 1]; k++) {
        int i = bins->pixel[k];
        if (!isnan(work->signal.px[i]))
            work->entry[n++] =
                (entry){bins->weight ? (double)bins->weight[k] : 1, (double)work->signal.px[i],
                        (double)in->norm_of[k], variance_at(work, i)};
    }
    return n;
}

// Leaves out entries farther from the mean of the others than `clip` standard deviations, until
// none is: each round's mean and deviation are those of the entries left.
static sums clip_bin(const airy_integrator *in, airy_integrator_work *work, int b)
{
    sums s = {0};
    int n = collect(in, work, b);
    for (int round = 0; round < CLIP_ROUNDS; round++) {
        double weight = 0, square = 0;
        int kept = 0;
        s = (sums){0};
        for (int k = 0; k < n; k++)
            add(&s, work->entry[k].weight, work->entry[k].counts, work->entry[k].norm,
                work->entry[k].variance);
        double mean = s.counts / s.norm;
        for (int k = 0; k < n; k++) {
            double off = work->entry[k].counts / work->entry[k].norm - mean;
            weight += work->entry[k].weight;
            square += work->entry[k].weight * off * off;
        }
        double most = in->o.clip * sqrt(square / weight);
        for (int k = 0; k < n; k++)
            if (fabs(work->entry[k].counts / work->entry[k].norm - mean) <= most)
                work->entry[kept++] = work->entry[k];
        if (kept == n || kept < 3)
            break;
        n = kept;
    }
    return s;
}

airy_code airy_integrator_frame(const airy_integrator *in, const airy_pattern *frame,
                                airy_integrator_work *work, airy_profile *profile, airy_error *err)
{
    airy_code code = airy_integrator_size(in, "frame", frame->photons.ny, frame->photons.nx, err);
    if (code != AIRY_OK)
        return code;
    correct(in, frame, work);
    for (int b = 0; b < in->bins.n; b++) {
        sums s = in->o.clip > 0 ? clip_bin(in, work, b) : sum_bin(in, work, b);
        profile->counts[b] = s.counts;
        profile->norm[b] = s.norm;
        profile->pixels[b] = s.weight;
        profile->variance[b] = in->o.errors == AIRY_INTEGRATE_SCATTER ? scatter(&s) : s.variance;
    }
    profile->frames = 1;
    airy_profile_finish(profile);
    return AIRY_OK;
}
