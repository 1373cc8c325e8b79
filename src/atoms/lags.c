// SPDX-License-Identifier: GPL-3.0-or-later
// Lags: times between frames and which pairs of frames have them, of frames spaced evenly or not.
#include "airy/atoms.h"
#include "tracks.h"
#include "lags.h"

#include <math.h>
#include <stdlib.h>

enum { UNEVEN_MOST = 3000, LAGS_MOST = 1 << 20 };

static airy_code make_room(airy_lags *lags, size_t n, size_t runs, airy_error *err)
{
    *lags = (airy_lags){0};
    lags->time_ps = airy_memory_new(n, sizeof *lags->time_ps);
    lags->start = airy_memory_new(n + 1, sizeof *lags->start);
    lags->run = airy_memory_new(runs, sizeof *lags->run);
    if (lags->time_ps && lags->start && lags->run)
        return AIRY_OK;
    airy_lags_release(lags);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu lags", n);
}

void airy_lags_release(airy_lags *lags)
{
    airy_memory_free(lags->time_ps);
    airy_memory_free(lags->start);
    airy_memory_free(lags->run);
    *lags = (airy_lags){0};
}

int airy_lags_pairs(const airy_lags *lags, int lag)
{
    int n = 0;
    for (int i = lags->start[lag]; i < lags->start[lag + 1]; i++)
        n += lags->run[i].count;
    return n;
}

bool airy_lags_origin(const airy_lags *lags, int lag, int k, int most, int *from, int *to)
{
    int pairs = airy_lags_pairs(lags, lag), n = pairs < most ? pairs : most;
    if (k >= n)
        return false;
    int at = n > 1 ? (int)((long long)k * (pairs - 1) / (n - 1)) : 0;
    const airy_lag_run *run = &lags->run[lags->start[lag]];
    for (; at >= run->count; run++)
        at -= run->count;
    *from = run->first + at;
    *to = *from + run->ahead;
    return true;
}

// ------------------------------------------------------------------ even

static bool is_even(const airy_tracks *t)
{
    double step = (t->time_ps[t->frames - 1] - t->time_ps[0]) / (t->frames - 1);
    for (int i = 0; i < t->frames; i++)
        if (fabs(t->time_ps[i] - t->time_ps[0] - i * step) > 1e-6 * step)
            return false;
    return true;
}

// The next lag on a logarithmic grid of whole numbers.
static int next_on_grid(int lag, int per_decade)
{
    if (per_decade == 0)
        return lag + 1;
    int j = (int)floor(log10(lag) * per_decade + 1e-9), next = lag;
    while (next <= lag)
        next = (int)rint(pow(10, (double)++j / per_decade));
    return next;
}

static airy_code even(airy_lags *lags, const airy_tracks *t, int per_decade, airy_error *err)
{
    size_t n = 0;
    double step = (t->time_ps[t->frames - 1] - t->time_ps[0]) / (t->frames - 1);
    for (int lag = 1; lag < t->frames; lag = next_on_grid(lag, per_decade))
        n++;
    airy_code code = make_room(lags, n, n, err);
    for (int lag = 1; code == AIRY_OK && lag < t->frames; lag = next_on_grid(lag, per_decade)) {
        lags->time_ps[lags->n] = lag * step;
        lags->run[lags->n] = (airy_lag_run){0, lag, t->frames - lag};
        lags->n++;
        lags->start[lags->n] = lags->n;
    }
    return code;
}

// ------------------------------------------------------------------ uneven

typedef struct pair {
    double apart;
    int first, second;
} pair;

static int by_time(const void *u, const void *v)
{
    const pair *a = u, *b = v;
    if (a->apart != b->apart)
        return a->apart < b->apart ? -1 : 1;
    return a->first - b->first;
}

// Pairs from `at` on that are as far apart.
static size_t as_far(const pair *pairs, size_t n, size_t at, double same)
{
    size_t end = at + 1;
    while (end < n && pairs[end].apart - pairs[at].apart <= same)
        end++;
    return end;
}

// Of the groups of pairs, those nearest to the points of a logarithmic grid.
static void choose(airy_lags *lags, const pair *pairs, size_t n, int per_decade)
{
    double same = 1e-6 * pairs[0].apart, wanted = pairs[0].apart;
    int runs = 0;
    for (size_t at = 0, end; at < n; at = end) {
        end = as_far(pairs, n, at, same);
        bool last = end == n;
        // the next group is nearer: leave this one
        if (per_decade > 0 && !last &&
            fabs(pairs[end].apart - wanted) <= fabs(pairs[at].apart - wanted))
            continue;
        if (per_decade > 0 && pairs[at].apart < wanted * (1 - 0.5 / per_decade))
            continue;
        lags->time_ps[lags->n] = pairs[at].apart;
        for (size_t i = at; i < end; i++)
            lags->run[runs++] = (airy_lag_run){pairs[i].first, pairs[i].second - pairs[i].first, 1};
        lags->start[++lags->n] = runs;
        while (per_decade > 0 && wanted <= pairs[at].apart * (1 + 1e-9))
            wanted *= pow(10, 1.0 / per_decade);
    }
}

static airy_code uneven(airy_lags *lags, const airy_tracks *t, int per_decade, airy_error *err)
{
    if (t->frames > UNEVEN_MOST)
        return airy_error_set(err, AIRY_EVALUE,
                              "%d frames are not spaced evenly: at most %d can be, --frames takes "
                              "fewer",
                              t->frames, UNEVEN_MOST);
    size_t n = (size_t)t->frames * (size_t)(t->frames - 1) / 2, at = 0;
    pair *pairs = airy_memory_new(n, sizeof *pairs);
    airy_code code = make_room(lags, n, n, err);
    if (!pairs && code == AIRY_OK)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %zu pairs of frames", n);
    for (int i = 0; code == AIRY_OK && i < t->frames; i++)
        for (int j = i + 1; j < t->frames; j++)
            pairs[at++] = (pair){t->time_ps[j] - t->time_ps[i], i, j};
    if (code == AIRY_OK) {
        qsort(pairs, n, sizeof *pairs, by_time);
        choose(lags, pairs, n, per_decade);
    }
    airy_memory_free(pairs);
    return code;
}

airy_code airy_lags_init(airy_lags *lags, const airy_tracks *tracks, int per_decade,
                         airy_error *err)
{
    *lags = (airy_lags){0};
    if (tracks->frames < 2)
        return airy_error_set(err, AIRY_EVALUE, "%d frames: motion needs two", tracks->frames);
    if (per_decade < 0 || tracks->frames > LAGS_MOST)
        return airy_error_set(err, AIRY_EARGUMENT, "%d lags a decade of %d frames cannot be",
                              per_decade, tracks->frames);
    return (is_even(tracks) ? even : uneven)(lags, tracks, per_decade, err);
}
