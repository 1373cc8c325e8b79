// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting times between hops, their survival and their tail.
#include "airy/atoms.h"
#include "waits.h"
#include "tracks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Known waits first, so that censored ones are put from the other end.
typedef struct list {
    int n, room;
    double *time_ps;
} list;

static bool put(list *l, double time_ps)
{
    if (l->n == l->room) {
        int room = 2 * l->room + 256;
        double *more = realloc(l->time_ps, (size_t)room * sizeof *more);
        if (!more)
            return false;
        l->time_ps = more;
        l->room = room;
    }
    l->time_ps[l->n++] = time_ps;
    return true;
}

// The waits of one atom. Before its first hop it has waited from before the trajectory began.
static bool follow(const airy_tracks *t, int i, double hop2, list *known, list *longer)
{
    double since = NAN;
    const double *place = t->r[0] + 3 * i;
    for (int frame = 1; frame < t->frames; frame++) {
        const double *now = t->r[frame] + 3 * i;
        double square = 0;
        for (int x = 0; x < 3; x++)
            square += (now[x] - place[x]) * (now[x] - place[x]);
        if (square <= hop2)
            continue;
        if (!isnan(since) && !put(known, t->time_ps[frame] - since))
            return false;
        since = t->time_ps[frame];
        place = now;
    }
    double last = t->time_ps[t->frames - 1];
    return isnan(since) || !(last > since) || put(longer, last - since);
}

airy_code airy_waits_find(const airy_tracks *tracks, double hop, airy_waits *waits, airy_error *err)
{
    list known = {0}, longer = {0};
    bool good = true;
    *waits = (airy_waits){0};
    if (!(hop > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "a hop of %g is none", hop);
    for (int i = 0; good && i < tracks->atoms; i++)
        good = follow(tracks, i, hop * hop, &known, &longer);
    size_t n = (size_t)known.n, more = (size_t)longer.n;
    waits->time_ps = good ? airy_memory_new(n + more + 1, sizeof *waits->time_ps) : NULL;
    if (waits->time_ps) {
        if (n)
            memcpy(waits->time_ps, known.time_ps, n * sizeof *known.time_ps);
        if (more)
            memcpy(waits->time_ps + n, longer.time_ps, more * sizeof *longer.time_ps);
        waits->n = known.n;
        waits->censored = longer.n;
    }
    free(known.time_ps);
    free(longer.time_ps);
    return waits->time_ps ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for waits");
}

void airy_waits_release(airy_waits *waits)
{
    airy_memory_free(waits->time_ps);
    *waits = (airy_waits){0};
}

// With n known waits and all beyond `from`: the power law's slope b = n / sum ln(t / from) has the
// log-likelihood n ln b - n - sum over known ln t, the exponential's rate a = n / sum (t - from)
// that of n ln a - n; one parameter each, so that Akaike's weights are those of the likelihoods.
airy_wait_tail airy_waits_tail(const airy_waits *waits, double from_ps)
{
    airy_wait_tail tail = {from_ps, 0, NAN, NAN, NAN, NAN, NAN};
    double logs = 0, times = 0, known_logs = 0;
    for (int i = 0; i < waits->n + waits->censored; i++) {
        double t = waits->time_ps[i];
        if (!(t >= from_ps))
            continue;
        logs += log(t / from_ps);
        times += t - from_ps;
        if (i < waits->n) {
            tail.n++;
            known_logs += log(t);
        }
    }
    if (tail.n < 10 || !(logs > 0))
        return tail;
    double n = tail.n, slope = n / logs, rate = n / times;
    tail.exponent = 1 + slope;
    tail.exponent_err = slope / sqrt(n);
    tail.mean_ps = 1 / rate;
    tail.mean_err = 1 / rate / sqrt(n);
    double power = n * log(slope) - n - known_logs, exponential = n * log(rate) - n;
    tail.weight = 1 / (1 + exp(exponential - power));
    return tail;
}

typedef struct wait {
    double t;
    bool known;
} wait;

// At equal times known waits come before those that are longer.
static int by_time(const void *u, const void *v)
{
    const wait *a = u, *b = v;
    if (a->t != b->t)
        return a->t < b->t ? -1 : 1;
    return (int)b->known - (int)a->known;
}

airy_code airy_waits_survival(const airy_waits *waits, double t_ps, double *share, double *error,
                              airy_error *err)
{
    int n = waits->n + waits->censored;
    wait *all = airy_memory_new((size_t)n + 1, sizeof *all);
    double survives = 1, greenwood = 0;
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d waits", n);
    for (int i = 0; i < n; i++)
        all[i] = (wait){waits->time_ps[i], i < waits->n};
    qsort(all, (size_t)n, sizeof *all, by_time);
    for (int i = 0; i < n && all[i].t <= t_ps; i++) {
        double at_risk = n - i;
        if (!all[i].known)
            continue;
        survives *= 1 - 1 / at_risk;
        greenwood += at_risk > 1 ? 1 / (at_risk * (at_risk - 1)) : 0;
    }
    *share = n ? survives : NAN;
    *error = n ? survives * sqrt(greenwood) : NAN;
    airy_memory_free(all);
    return AIRY_OK;
}
