// SPDX-License-Identifier: GPL-3.0-or-later
// A correlation in pieces: regions, each kept in a store.
#include "pieces.h"

#include "kernels.h"

#include <string.h>

typedef struct run {
    airy_correlation *of;
    airy_code (*make)(int from, int to, void *context, airy_error *err);
    void *context;
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

static void pack(int r, void *bytes, void *context)
{
    const run *w = context;
    airy_plane_part parts[AIRY_PLANE_PARTS + 1];
    unsigned char *to = bytes;
    int n = list_parts(w->of, r, parts);
    for (int i = 0; i < n; to += parts[i++].n * sizeof(double))
        memcpy(to, parts[i].at, parts[i].n * sizeof(double));
}

static void unpack(int r, const void *bytes, void *context)
{
    const run *w = context;
    airy_plane_part parts[AIRY_PLANE_PARTS + 1];
    const unsigned char *from = bytes;
    int n = list_parts(w->of, r, parts);
    for (int i = 0; i < n; from += parts[i++].n * sizeof(double))
        memcpy(parts[i].at, from, parts[i].n * sizeof(double));
}

static airy_code make(int from, int to, void *context, airy_error *err)
{
    const run *w = context;
    return w->make(from, to, w->context, err);
}

// A stretch of regions, however many, takes one look at all frames.
airy_code airy_speckle_pieces(airy_correlation *of, const airy_correlate_options *options,
                              airy_code (*make_regions)(int from, int to, void *context,
                                                        airy_error *err),
                              void *context, airy_error *err)
{
    run w = {.of = of, .make = make_regions, .context = context};
    int n = of->regions.n, from = options->only[0], to = options->only[1];
    const airy_pieces_work work = {.store = options->store,
                                   .size = size_of(of),
                                   .n = n,
                                   .from = from,
                                   .to = to > 0 && to < n ? to : n,
                                   .at_once = n,
                                   .make = make,
                                   .pack = pack,
                                   .unpack = unpack,
                                   .context = &w};
    if (from >= work.to)
        return airy_error_set(err, AIRY_EARGUMENT, "regions %d to %d are none of %d", from, to, n);
    return airy_pieces_run(&work, &of->whole, err);
}
