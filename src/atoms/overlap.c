// SPDX-License-Identifier: GPL-3.0-or-later
// Overlap of a frame with later ones, and how much it differs from origin to origin: chi4.
#include "airy/atoms.h"
#include "tracks.h"
#include "overlap.h"
#include "lags.h"
#include "airy/work.h"

#include <math.h>

enum { STRETCHES = 10 };

typedef struct work {
    const airy_tracks *tracks;
    const airy_lags *lags;
    double square;                    // of the radius
    double atoms[AIRY_TYPES_MAX + 1]; // of all, and of each type
    airy_overlap_row *rows;
} work;

// Of one lag: how often an atom is where it was, and how many of each type are, by origin.
typedef struct counts {
    int origins, stretches;
    int *atom, *type; // type: (origins, types + 1), 0 all
} counts;

static void count_pair(const work *w, int from, int to, int *atom, int *type)
{
    const airy_tracks *t = w->tracks;
    const double *a = t->r[from], *b = t->r[to];
    for (int i = 0; i < t->atoms; i++) {
        double x = b[3 * i] - a[3 * i], y = b[3 * i + 1] - a[3 * i + 1],
               z = b[3 * i + 2] - a[3 * i + 2];
        int stays = x * x + y * y + z * z < w->square;
        atom[i] += stays;
        type[1 + t->type[i]] += stays;
    }
    for (int k = 1; k <= t->types; k++)
        type[0] += type[k];
}

static void count_lag(const work *w, int lag, counts *c)
{
    int at = 0;
    for (int i = w->lags->start[lag]; i < w->lags->start[lag + 1]; i++) {
        const airy_lag_run *run = &w->lags->run[i];
        for (int k = run->first; k < run->first + run->count; k++, at++)
            count_pair(w, k, k + run->ahead, c->atom,
                       c->type + (ptrdiff_t)at * (w->tracks->types + 1));
    }
}

// Mean and N times the variance of the overlap over origins, but for those from skip[0] to skip[1].
static void moments(const work *w, const counts *c, int type, const int skip[2], double result[2])
{
    int types = w->tracks->types + 1;
    double atoms = w->atoms[type], n = 0, sum = 0, square = 0;
    for (int pass = 0; pass < 2; pass++) // the variance about the mean, lest digits are lost
        for (int i = 0; i < c->origins; i++) {
            if (i >= skip[0] && i < skip[1])
                continue;
            double q = c->type[(ptrdiff_t)i * types + type] / atoms;
            if (pass == 0)
                n++, sum += q;
            else
                square += (q - sum / n) * (q - sum / n);
        }
    result[0] = sum / n;
    result[1] = n > 1 ? atoms * square / n : (double)NAN;
}

// The standard error of chi4 by leaving out one stretch of origins after the other (Kuensch, Ann.
// Stat. 17, 1217, 1989).
static double jackknife(const work *w, const counts *c, int type)
{
    double left[STRETCHES][2], mean = 0, square = 0;
    if (c->stretches < AIRY_OVERLAP_LEAST)
        return NAN;
    for (int k = 0; k < c->stretches; k++) {
        const int skip[2] = {(int)((long long)k * c->origins / c->stretches),
                             (int)((long long)(k + 1) * c->origins / c->stretches)};
        moments(w, c, type, skip, left[k]);
        mean += left[k][1] / c->stretches;
    }
    for (int k = 0; k < c->stretches; k++)
        square += (left[k][1] - mean) * (left[k][1] - mean);
    return sqrt(square * (c->stretches - 1) / c->stretches);
}

// Standard error of the overlap: the scatter of atoms, each averaged over origins, of which only
// groups of chi4 / (Q (1 - Q)) are independent where they move together.
static double scatter(const work *w, const counts *c, int type, double mean, double chi4)
{
    double square = 0, n = w->atoms[type], group = chi4 / (mean * (1 - mean));
    for (int i = 0; i < w->tracks->atoms; i++)
        if (type == 0 || w->tracks->type[i] == type - 1) {
            double d = (double)c->atom[i] / c->origins - mean;
            square += d * d;
        }
    return n > 1 ? sqrt(square / n / (n - 1) * (group > 1 ? group : 1)) : (double)NAN;
}

static void finish_lag(const work *w, const counts *c, airy_overlap_row *rows)
{
    static const int none[2] = {0, 0};
    for (int type = 0; type <= w->tracks->types; type++) {
        double found[2];
        moments(w, c, type, none, found);
        rows[type] = (airy_overlap_row){.q = found[0],
                                        .error = scatter(w, c, type, found[0], found[1]),
                                        .chi4 = found[1],
                                        .chi4_error = jackknife(w, c, type),
                                        .origins = c->origins};
    }
}

// At most ten stretches of origins, none shorter than the lag: those would share frames.
static int stretches(const work *w, int lag, int origins)
{
    const airy_lag_run *first = &w->lags->run[w->lags->start[lag]],
                       *last = &w->lags->run[w->lags->start[lag + 1] - 1];
    const double *time = w->tracks->time_ps;
    double span = time[last->first + last->count - 1] - time[first->first];
    return (int)fmin(fmin(STRETCHES, origins), span / w->lags->time_ps[lag] * (1 + 1e-9));
}

static airy_code one_lag(int lag, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    size_t types = (size_t)w->tracks->types + 1;
    counts c = {.origins = airy_lags_pairs(w->lags, lag)};
    (void)workspace;
    c.stretches = stretches(w, lag, c.origins);
    c.atom = airy_memory_new((size_t)w->tracks->atoms, sizeof *c.atom);
    c.type = airy_memory_new((size_t)c.origins * types, sizeof *c.type);
    airy_code code = c.atom && c.type
                         ? AIRY_OK
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for %d origins", c.origins);
    if (code == AIRY_OK) {
        count_lag(w, lag, &c);
        finish_lag(w, &c, w->rows + (size_t)lag * types);
    }
    airy_memory_free(c.atom);
    airy_memory_free(c.type);
    return code;
}

// As many atoms at every origin of every lag: nothing was seen of how origins differ.
static void forget_none(const work *w, int type)
{
    int types = w->tracks->types + 1;
    for (int lag = 0; lag < w->lags->n; lag++)
        if (w->rows[lag * types + type].chi4 > 0)
            return;
    for (int lag = 0; lag < w->lags->n; lag++)
        w->rows[lag * types + type].chi4 = w->rows[lag * types + type].chi4_error = NAN;
}

airy_code airy_overlap_find(const airy_tracks *tracks, const airy_lags *lags, double radius,
                            int threads, airy_overlap_row *rows, airy_error *err)
{
    work w = {tracks, lags, radius * radius, {tracks->atoms}, rows};
    if (!(radius > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "an overlap within %g A is none", radius);
    for (int i = 0; i < tracks->atoms; i++)
        w.atoms[1 + tracks->type[i]]++;
    const airy_farm farm = {.threads = threads, .job = one_lag, .context = &w};
    airy_code code = airy_farm_run(&farm, lags->n, err);
    for (int type = 0; code == AIRY_OK && type <= tracks->types; type++)
        forget_none(&w, type);
    return code;
}
