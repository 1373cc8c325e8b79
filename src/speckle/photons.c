// SPDX-License-Identifier: GPL-3.0-or-later
// Photons by pixel, from frames: for as many pixels at a time as fit the memory.
#include "feed.h"

enum { COUNT_MOST = 255 };

typedef struct lists {
    airy_photons of;
    size_t *filled; // (to - from) behind the last photon of each
} lists;

static void release(lists *l)
{
    airy_memory_free(l->of.first);
    airy_memory_free(l->of.event);
    airy_memory_free(l->filled);
}

// Photons of a member: as many events are the most.
static size_t photons_of(const airy_feed *f, int member)
{
    return (size_t)(f->survey->mean[member] * f->survey->used + 0.5);
}

// The members from `from` on whose photons fit, one at least: whole regions, or parts of one that
// begin with it, so that the order of sums within a region knows nothing of the others.
static int reach(const airy_feed *f, int from)
{
    const airy_regions *regions = f->in->regions;
    int to = from, r = 0;
    double room = 1e6 * f->options->memory_mb / sizeof(uint32_t), taken = 0;
    while (regions->first[r + 1] <= from)
        r++;
    bool begins = regions->first[r] == from;
    for (int whole = from; r < regions->n; r++) {
        while (to < regions->first[r + 1] &&
               (to == from || taken + (double)photons_of(f, to) <= room))
            taken += (double)photons_of(f, to++);
        if (to < regions->first[r + 1])
            return whole > from ? whole : to;
        whole = to;
        if (!begins)
            break;
    }
    return to;
}

static airy_code make(const airy_feed *f, int from, int to, lists *l, airy_error *err)
{
    size_t n = (size_t)(to - from);
    *l = (lists){.of = {.from = from, .to = to}};
    l->of.first = airy_memory_new(n + 1, sizeof *l->of.first);
    l->filled = airy_memory_new(n, sizeof *l->filled);
    for (size_t i = 0; l->of.first && l->filled && i < n; i++) {
        l->filled[i] = l->of.first[i];
        l->of.first[i + 1] = l->of.first[i] + photons_of(f, from + (int)i);
    }
    if (l->of.first && l->filled)
        l->of.event = airy_memory_new(l->of.first[n] + 1, sizeof *l->of.event);
    return l->of.event ? AIRY_OK
                       : airy_error_set(err, AIRY_EMEMORY,
                                        "no memory for the photons of %zu "
                                        "pixels",
                                        n);
}

// Photons of member i in frame j of those under way.
static inline void put(const airy_feed *f, int j, int i, int photons, lists *l)
{
    for (int left = photons; left > 0; left -= COUNT_MOST)
        l->of.event[l->filled[i - l->of.from]++] =
            (uint32_t)(f->from + j) << 8 | (uint32_t)(left < COUNT_MOST ? left : COUNT_MOST);
}

static void take_values(const airy_feed *f, int j, lists *l)
{
    int members = f->in->regions->first[f->in->regions->n];
    const float *values = f->values.real + (size_t)j * (size_t)members;
    for (int i = l->of.from; i < l->of.to; i++)
        put(f, j, i, (int)values[i], l);
}

static void take_seen(const airy_feed *f, int j, lists *l)
{
    const struct airy_seen *seen = f->seen.of;
    for (size_t k = f->seen.first[j]; k < f->seen.first[j + 1]; k++)
        if (seen[k].member >= l->of.from && seen[k].member < l->of.to)
            put(f, j, seen[k].member, seen[k].count, l);
}

// Lists without the room that pixels with several photons at once have left.
static void close_up(lists *l)
{
    size_t n = 0, count = (size_t)(l->of.to - l->of.from);
    for (size_t i = 0; i < count; i++) {
        size_t begin = l->of.first[i];
        l->of.first[i] = n;
        for (size_t e = begin; e < l->filled[i]; e++)
            l->of.event[n++] = l->of.event[e];
    }
    l->of.first[count] = n;
}

static airy_code run_members(airy_feed *f, int from, int to, airy_error *err)
{
    lists l;
    airy_code code = make(f, from, to, &l, err);
    airy_feed_rewind(f);
    if (code == AIRY_OK)
        code = airy_feed_next(f, err);
    while (code == AIRY_OK && f->n > 0) {
        for (int j = 0; j < f->n; j++)
            (f->seen.member ? take_seen : take_values)(f, j, &l);
        code = airy_feed_next(f, err);
    }
    if (code == AIRY_OK) {
        close_up(&l);
        code = airy_events_add(f->in, &l.of, err);
    }
    release(&l);
    return code;
}

airy_code airy_feed_photons(airy_feed *f, airy_error *err)
{
    int members = f->in->regions->first[f->in->regions->n];
    airy_code code = AIRY_OK;
    for (int from = 0, to; code == AIRY_OK && from < members; from = to) {
        to = reach(f, from);
        code = run_members(f, from, to, err);
    }
    for (int r = 0; code == AIRY_OK && r < f->in->regions->n; r++)
        airy_planes_settle_map(&f->in->planes[r]);
    return code;
}
