// SPDX-License-Identifier: GPL-3.0-or-later
// The way of one atom, gathered from frames.
#include "tracks.h"
#include "gather.h"

bool airy_gather_init(airy_gather *gather, int frames)
{
    *gather = (airy_gather){.row = frames, .first = -1};
    gather->all = airy_memory_new(3 * (size_t)frames * AIRY_GATHER_ATOMS, sizeof *gather->all);
    return gather->all != NULL;
}

void airy_gather_release(airy_gather *gather)
{
    airy_memory_free(gather->all);
    gather->all = NULL;
}

void airy_gather_atom(airy_gather *g, const airy_tracks *t, int atom)
{
    int first = atom / AIRY_GATHER_ATOMS * AIRY_GATHER_ATOMS;
    int n = first + AIRY_GATHER_ATOMS < t->atoms ? AIRY_GATHER_ATOMS : t->atoms - first;
    for (int frame = 0; first != g->first && frame < t->frames; frame++) {
        const double *r = t->r[frame] + 3 * first;
        for (int i = 0; i < 3 * n; i++)
            g->all[i * g->row + frame] = r[i];
    }
    g->first = first;
    g->r = g->all + 3 * (atom - first) * g->row;
}
