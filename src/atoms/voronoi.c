// SPDX-License-Identifier: GPL-3.0-or-later
// Voronoi cells: the planes halfway to the neighbours, nearest first, until none further away can
// reach the cell. voro++ does the cutting; which atoms, and what a face is, is decided here.
#include "voronoi.h"
#include "box.h"
#include "near.h"
#include "voro.h"

#include <math.h>
#include <stdlib.h>

// A neighbour beyond twice the farthest vertex cannot cut; asking costs as much as a cut or two.
enum { ASK_EVERY = 4 };
#define EDGE_LEAST 1e-6 // shorter, in roots of the surface, it is rounding and no edge

struct airy_voronoi {
    airy_atom_box box;
    const airy_near_list *list;
    double min_face, reach, most; // most: nothing lies further away
    airy_voro *voro;
    airy_near_found found;
    airy_face *face;
    int room;
};

double airy_voronoi_reach(const airy_atom_box *box, int n)
{
    const double atoms = 30;
    return box->volume > 0 ? cbrt(3 * atoms * box->volume / (4 * M_PI * n)) : 0;
}

airy_voronoi *airy_voronoi_new(const airy_atom_box *box, const airy_near_list *list,
                               double min_face, airy_error *err)
{
    airy_voronoi *v = calloc(1, sizeof *v);
    if (v)
        v->voro = airy_voro_new();
    if (!v || !v->voro) {
        airy_voronoi_free(v);
        airy_error_set(err, AIRY_EMEMORY, "no memory for Voronoi cells");
        return NULL;
    }
    v->box = *box;
    v->list = list;
    v->min_face = min_face;
    v->reach = airy_near_reach(list);
    v->most = airy_near_most(list);
    return v;
}

void airy_voronoi_free(airy_voronoi *v)
{
    if (!v)
        return;
    airy_voro_free(v->voro);
    airy_near_found_release(&v->found);
    free(v->face);
    free(v);
}

// A box that holds any cell, and the walls of directions that are not periodic.
static airy_code begin(airy_voronoi *v, const double place[3], airy_error *err)
{
    double s[3], side = 0;
    const airy_atom_box *box = &v->box;
    bool boxed = box->volume > 0;
    for (int k = 0; k < 3; k++)
        for (int x = 0; x < 3; x++)
            side += fabs(box->a[k][x]);
    side = boxed ? 2 * side : 1e4;
    const double low[3] = {-side, -side, -side}, high[3] = {side, side, side};
    bool good = airy_voro_begin(v->voro, low, high);
    if (boxed)
        airy_atom_box_inside(box, place, s);
    for (int k = 0; good && boxed && k < 3; k++)
        for (int e = 0; !box->periodic[k] && e < 2; e++) {
            double d[3], far = 2 * (e - s[k]) * box->height[k] * box->height[k];
            for (int x = 0; x < 3; x++)
                d[x] = far * box->inverse[k][x];
            double d2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            if (e ? s[k] >= 1 : s[k] <= 0)
                return airy_error_set(err, AIRY_EVALUE,
                                      "an atom lies outside of the box along an edge that is not "
                                      "periodic: there is no Voronoi cell");
            good = good && airy_voro_cut(v->voro, d, d2, -7);
        }
    return good ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for a Voronoi cell");
}

// Cuts by those found beyond d2 on; true when none further away matters.
static bool cut(airy_voronoi *v, double beyond, bool *good)
{
    int asked = 0;
    *good = true;
    for (int i = 0; i < v->found.n && *good; i++) {
        const airy_near *near = &v->found.near[i];
        if (near->r2 <= beyond)
            continue;
        if (asked++ % ASK_EVERY == 0 && near->r2 > airy_voro_reach2(v->voro))
            return true;
        *good = airy_voro_cut(v->voro, near->d, near->r2, i);
    }
    return false;
}

// The reach that is enough for one cell, grown as it asks for, is where the next begins.
static airy_code carve(airy_voronoi *v, const double place[3], airy_error *err)
{
    double beyond = 0, reach = v->reach;
    for (bool done = false, good = true; !done;) {
        airy_code code = airy_near_find(v->list, place, reach, &v->found, err);
        if (code != AIRY_OK)
            return code;
        airy_near_sort(&v->found);
        if (v->found.n > 1 && v->found.near[1].r2 == 0)
            return airy_error_set(err, AIRY_EVALUE,
                                  "atoms %d and %d lie in one place: there is no Voronoi cell",
                                  v->found.near[0].atom, v->found.near[1].atom);
        done = cut(v, beyond, &good);
        if (!good)
            return airy_error_set(err, AIRY_ENUMERIC, "a Voronoi cell came out empty");
        double needed = airy_voro_reach2(v->voro);
        done = done || reach * reach >= needed || reach >= v->most;
        beyond = reach * reach;
        reach = fmin(1.3 * reach, sqrt(needed) * (1 + 1e-9)); // so that the square is not below it
    }
    return AIRY_OK;
}

// Area and edges of a polygon of vertices c[1] .. c[c[0]].
static void measure(const airy_voro_faces *faces, const int *c, double least2, airy_face *face)
{
    double sum[3] = {0};
    const double *first = faces->vertex + 3 * c[1];
    face->edges = 0;
    for (int i = 0; i < c[0]; i++) {
        const double *a = faces->vertex + 3 * c[1 + i];
        const double *b = faces->vertex + 3 * c[1 + (i + 1) % c[0]];
        double u[3], w[3], length2 = 0;
        for (int x = 0; x < 3; x++) {
            u[x] = a[x] - first[x];
            w[x] = b[x] - first[x];
            length2 += (b[x] - a[x]) * (b[x] - a[x]);
        }
        for (int x = 0; x < 3; x++)
            sum[x] += u[(x + 1) % 3] * w[(x + 2) % 3] - u[(x + 2) % 3] * w[(x + 1) % 3];
        face->edges += length2 > least2;
    }
    face->area = 0.5 * sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
}

static airy_code collect(airy_voronoi *v, const airy_voro_faces *faces, airy_voronoi_cell *cell,
                         airy_error *err)
{
    *cell = (airy_voronoi_cell){.volume = faces->volume, .vertices = faces->vertices};
    if (faces->n > v->room) {
        airy_face *face = realloc(v->face, (size_t)(2 * faces->n) * sizeof *face);
        if (!face)
            return airy_error_set(err, AIRY_EMEMORY, "no memory for %d faces", faces->n);
        v->face = face;
        v->room = 2 * faces->n;
    }
    // the surface of a sphere of the cell's volume is the yardstick of edges
    double least2 = EDGE_LEAST * EDGE_LEAST * cbrt(36 * M_PI * faces->volume * faces->volume);
    const int *c = faces->corners;
    for (int i = 0; i < faces->n; c += 1 + *c, i++) {
        int behind = faces->neighbour[i];
        airy_face *face = &v->face[i];
        *face = (airy_face){.atom = -1};
        if (behind >= 0) {
            const airy_near *near = &v->found.near[behind];
            *face = (airy_face){.atom = near->atom, .d = {near->d[0], near->d[1], near->d[2]}};
        }
        measure(faces, c, least2, face);
        cell->surface += face->area;
        cell->edges += *c;
        if (behind < 0 && behind > -7)
            cell->volume = NAN;
    }
    cell->edges /= 2;
    for (int i = 0; i < faces->n; i++)
        if (v->face[i].area > v->min_face * cell->surface)
            v->face[cell->n++] = v->face[i];
    cell->face = v->face;
    return AIRY_OK;
}

airy_code airy_voronoi_find(airy_voronoi *v, const double place[3], airy_voronoi_cell *cell,
                            airy_error *err)
{
    airy_voro_faces faces;
    airy_code code = begin(v, place, err);
    if (code == AIRY_OK)
        code = carve(v, place, err);
    if (code == AIRY_OK && !airy_voro_read(v->voro, &faces))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a Voronoi cell");
    return code == AIRY_OK ? collect(v, &faces, cell, err) : code;
}
