// SPDX-License-Identifier: GPL-3.0-or-later
// Tracks: all frames of a trajectory in memory, in one box and without drift.
#include "airy/atoms.h"
#include "tracks.h"
#include "box.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static airy_code begin(airy_tracks *t, const airy_atoms *atoms, int types, airy_error *err)
{
    t->atoms = atoms->n;
    t->types = types;
    t->box = atoms->box;
    t->type = airy_memory_new((size_t)atoms->n, sizeof *t->type);
    if (!t->type)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d atoms", atoms->n);
    memcpy(t->type, atoms->type, (size_t)atoms->n * sizeof *t->type);
    return AIRY_OK;
}

static airy_code make_room(airy_tracks *t, airy_error *err)
{
    size_t n = 3 * (size_t)t->atoms;
    if (t->frames == t->room) {
        size_t room = 2 * (size_t)t->room + 64;
        double **r = realloc(t->r, room * sizeof *r);
        t->r = r ? r : t->r;
        double *time = realloc(t->time_ps, room * sizeof *time);
        t->time_ps = time ? time : t->time_ps;
        if (!r || !time)
            return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu frames", room);
        t->room = (int)room;
    }
    t->r[t->frames] = airy_memory_new(n, sizeof **t->r);
    if (!t->r[t->frames])
        return airy_error_set(err, AIRY_EMEMORY,
                              "no memory for frame %d of %d atoms: measures of motion keep all "
                              "frames, --frames A:B:STEP takes fewer",
                              t->frames, t->atoms);
    return AIRY_OK;
}

// Positions in the first box, when the box is another by now.
static void place(airy_tracks *t, const airy_atoms *atoms, double *r)
{
    const airy_atom_box *now = &atoms->box, *first = &t->box;
    bool periodic =
        now->volume > 0 && first->periodic[0] && first->periodic[1] && first->periodic[2];
    bool changed = memcmp(now->a, first->a, sizeof now->a) != 0 ||
                   memcmp(now->origin, first->origin, sizeof now->origin) != 0;
    memcpy(r, atoms->r, 3 * (size_t)atoms->n * sizeof *r);
    if (!periodic || !changed)
        return;
    t->stretch = fmax(t->stretch, fabs(now->volume / first->volume - 1));
    for (int i = 0; i < atoms->n; i++) {
        double s[3];
        airy_atom_box_inside(now, r + 3 * i, s);
        airy_atom_box_position(first, s, r + 3 * i);
    }
}

// The mean displacement from the first frame goes.
static void remove_drift(const airy_tracks *t, double *r)
{
    double sum[3] = {0}, weight = 0;
    for (int i = 0; i < t->atoms; i++) {
        double mass = t->mass[t->type[i]] > 0 ? t->mass[t->type[i]] : 1;
        weight += mass;
        for (int x = 0; x < 3; x++)
            sum[x] += mass * (r[3 * i + x] - t->r[0][3 * i + x]);
    }
    for (int i = 0; i < 3 * t->atoms; i++)
        r[i] -= sum[i % 3] / weight;
}

airy_code airy_tracks_add(airy_tracks *t, const airy_atoms *atoms, int types, airy_error *err)
{
    if (isnan(atoms->time_ps))
        return airy_error_set(err, AIRY_EVALUE,
                              "frame %d has no time: the file counts steps, say how long one is by "
                              "--timestep",
                              atoms->frame);
    if (t->frames > 0 && !(atoms->time_ps > t->time_ps[t->frames - 1]))
        return airy_error_set(err, AIRY_EVALUE,
                              "frame %d is at %g ps, not later than the one before (%g ps)",
                              atoms->frame, atoms->time_ps, t->time_ps[t->frames - 1]);
    airy_code code = t->type ? AIRY_OK : begin(t, atoms, types, err);
    if (code == AIRY_OK)
        code = make_room(t, err);
    if (code != AIRY_OK)
        return code;
    place(t, atoms, t->r[t->frames]);
    if (t->frames > 0 && t->drift == AIRY_DRIFT_REMOVED)
        remove_drift(t, t->r[t->frames]);
    t->time_ps[t->frames++] = atoms->time_ps;
    return AIRY_OK;
}

void airy_tracks_release(airy_tracks *t)
{
    for (int i = 0; i < t->frames; i++)
        airy_memory_free(t->r[i]);
    free(t->r);
    free(t->time_ps);
    airy_memory_free(t->type);
    *t = (airy_tracks){0};
}
