// SPDX-License-Identifier: GPL-3.0-or-later
// Panels that a geometry puts on the same pixels of the plane, of which only one's photons stand.
#include "detector/geometry.h"

#include <stdio.h>

// Who fell on each pixel of the plane first, and how often two panels met.
typedef struct meetings {
    const airy_geometry *geometry;
    int *owner; // (plane) panel + 1
    int *count; // (n, n)
} meetings;

static void meet(const airy_placed *at, void *context)
{
    const meetings *m = context;
    int k = (int)(at->panel - m->geometry->panels), *owner = &m->owner[at->to];
    if (*owner && *owner - 1 != k)
        m->count[(*owner - 1) * m->geometry->n + k]++;
    if (!*owner)
        *owner = k + 1;
}

airy_code airy_geometry_overlap(const airy_geometry *geometry, int ny, int nx,
                                airy_overlap *overlap, airy_error *err)
{
    size_t panels = (size_t)geometry->n, plane = (size_t)geometry->ny * (size_t)geometry->nx;
    meetings m = {geometry, airy_memory_new(plane, sizeof(int)),
                  airy_memory_new(panels * panels, sizeof(int))};
    *overlap = (airy_overlap){0};
    airy_code code = m.owner && m.count ? airy_geometry_visit(geometry, ny, nx, meet, &m, err)
                                        : airy_error_set(err, AIRY_EMEMORY,
                                                         "no memory for %d panels", geometry->n);
    for (size_t i = 0; code == AIRY_OK && i < panels * panels; i++) {
        overlap->pixels += m.count[i];
        if (m.count[i] <= overlap->most)
            continue;
        overlap->most = m.count[i];
        snprintf(overlap->first, sizeof overlap->first, "%s", geometry->panels[i / panels].name);
        snprintf(overlap->second, sizeof overlap->second, "%s", geometry->panels[i % panels].name);
    }
    airy_memory_free(m.owner);
    airy_memory_free(m.count);
    return code;
}
