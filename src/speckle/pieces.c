// SPDX-License-Identifier: GPL-3.0-or-later
// A correlation in pieces: regions, each kept in a store.
#include "pieces.h"

#include "kernels.h"

#include <string.h>

typedef struct run {
    airy_correlation *of;
    const airy_correlate_options *options;
    airy_code (*make)(void *context, int from, int to, airy_error *err);
    void *context;
    int from, to;         // regions that may be made here
    unsigned char *bytes; // a region as it is kept
    size_t size;
} run;

// All numbers of a region.
static int list_parts(const airy_correlation *of, int r, airy_plane_part *parts)
{
    size_t frames = (size_t)of->survey.frames;
    int n = airy_planes_list(&of->planes[r], parts);
    parts[n++] = (airy_plane_part){of->frame_mean + (size_t)r * frames, frames};
    return n;
}

static size_t size_of(const airy_correlation *of)
{
    airy_plane_part parts[AIRY_PLANE_PARTS + 1];
    size_t size = 0;
    for (int n = list_parts(of, 0, parts); n-- > 0;)
        size += parts[n].n * sizeof(double);
    return size;
}

static airy_code keep(const run *w, int r, airy_error *err)
{
    airy_plane_part parts[AIRY_PLANE_PARTS + 1];
    unsigned char *to = w->bytes;
    int n = list_parts(w->of, r, parts);
    for (int i = 0; i < n; to += parts[i++].n * sizeof(double))
        memcpy(to, parts[i].at, parts[i].n * sizeof(double));
    return airy_pieces_put(w->options->store, r, w->bytes, w->size, err);
}

static bool is_there(const run *w, int r)
{
    return airy_pieces_take(w->options->store, r, w->bytes, w->size);
}

static void unpack(const run *w, int r)
{
    airy_plane_part parts[AIRY_PLANE_PARTS + 1];
    const unsigned char *from = w->bytes;
    int n = list_parts(w->of, r, parts);
    for (int i = 0; i < n; from += parts[i++].n * sizeof(double))
        memcpy(parts[i].at, from, parts[i].n * sizeof(double));
}

// A stretch of regions takes one look at all frames.
static airy_code make_missing(const run *w, int from, int to, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int r = from, end; code == AIRY_OK && r < to; r = end + 1) {
        for (end = r; end < to && !is_there(w, end); end++) {
        }
        if (end > r)
            code = w->make(w->context, r, end, err);
        for (int i = r; code == AIRY_OK && i < end; i++)
            code = keep(w, i, err);
    }
    return code;
}

// The share of one rank; a rank waits for the others at the end of the farm.
static airy_code do_share(int i, void *workspace, void *context, airy_error *err)
{
    const run *w = context;
    long long n = w->to - w->from, ranks = airy_farm_ranks();
    (void)workspace;
    return make_missing(w, w->from + (int)(n * i / ranks), w->from + (int)(n * (i + 1) / ranks),
                        err);
}

static airy_code do_shares(run *w, airy_error *err)
{
    int ranks = airy_farm_ranks();
    char *ended = airy_memory_new((size_t)ranks, 1);
    const airy_farm_slots slots = {ended, 1};
    const airy_farm farm = {
        .threads = 1, .job = do_share, .context = w, .slots = &slots, .slot_count = 1};
    airy_code code = ended ? airy_farm_run(&farm, ranks, err)
                           : airy_error_set(err, AIRY_EMEMORY, "no memory for %d ranks", ranks);
    airy_memory_free(ended);
    return code;
}

airy_code airy_speckle_pieces(airy_correlation *of, const airy_correlate_options *options,
                              airy_code (*make)(void *context, int from, int to, airy_error *err),
                              void *context, airy_error *err)
{
    run w = {.of = of, .options = options, .make = make, .context = context};
    int n = of->regions.n, there = 0;
    w.from = options->only[0];
    w.to = options->only[1] > 0 && options->only[1] < n ? options->only[1] : n;
    if (w.from >= w.to)
        return airy_error_set(err, AIRY_EARGUMENT, "regions %d to %d are none of %d", w.from,
                              options->only[1], n);
    w.size = size_of(of);
    w.bytes = airy_memory_new(w.size, 1);
    airy_code code =
        w.bytes ? do_shares(&w, err) : airy_error_set(err, AIRY_EMEMORY, "no memory for a region");
    for (; code == AIRY_OK && there < n && is_there(&w, there); there++)
        unpack(&w, there);
    of->whole = code == AIRY_OK && there == n;
    airy_memory_free(w.bytes);
    return code;
}
