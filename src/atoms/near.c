// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of atoms: who is near a place. Cells are counted in units of the box's edges, so that they
// do for any box; images come from going round it, as often as the reach asks for.
#include "voronoi.h"
#include "box.h"
#include "near.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MOST = 1 << 22 };

struct airy_near_list {
    airy_atom_box box; // of atoms without a box: one around them
    double reach;
    int cells[3];
    int *start;    // first[c] .. first[c + 1] - 1 are the atoms of cell c
    int *atom;     // their numbers, cell by cell
    double *place; // and positions inside the box
};

// A box around all positions, not periodic.
static void enclose(const double *r, int n, airy_atom_box *box)
{
    double low[3] = {INFINITY, INFINITY, INFINITY}, high[3] = {-INFINITY, -INFINITY, -INFINITY};
    for (int i = 0; i < 3 * n; i++) {
        low[i % 3] = fmin(low[i % 3], r[i]);
        high[i % 3] = fmax(high[i % 3], r[i]);
    }
    *box = (airy_atom_box){0};
    for (int k = 0; k < 3; k++) {
        box->origin[k] = low[k] - 0.5;
        box->a[k][k] = high[k] - low[k] + 1;
    }
}

// Cells about half as wide as the reach, so that few of the atoms looked at are too far.
static void divide(airy_near_list *list, int n, double reach)
{
    double most = cbrt(fmin((double)n + 1, CELLS_MOST));
    for (int k = 0; k < 3; k++) {
        double wanted = reach > 0 ? 2 * list->box.height[k] / reach : 1;
        list->cells[k] = (int)fmax(1, fmin(floor(wanted), 2 * most));
    }
    while ((long long)list->cells[0] * list->cells[1] * list->cells[2] > CELLS_MOST)
        for (int k = 0; k < 3; k++)
            list->cells[k] = (list->cells[k] + 1) / 2;
}

// The cell of coordinates in the box, which become those of the image inside where it is periodic.
static int cell_of(const airy_near_list *list, double s[3])
{
    int cell[3];
    for (int k = 0; k < 3; k++) {
        if (list->box.periodic[k])
            s[k] -= floor(s[k]);
        int c = (int)floor(s[k] * list->cells[k]);
        cell[k] = c < 0 ? 0 : c >= list->cells[k] ? list->cells[k] - 1 : c;
    }
    return (cell[2] * list->cells[1] + cell[1]) * list->cells[0] + cell[0];
}

static void sort_into_cells(airy_near_list *list, const double *r, int n, int *cell)
{
    int cells = list->cells[0] * list->cells[1] * list->cells[2];
    double s[3];
    for (int i = 0; i < n; i++) {
        airy_atom_box_inside(&list->box, r + 3 * i, s);
        cell[i] = cell_of(list, s);
        list->start[cell[i] + 1]++;
    }
    for (int c = 0; c < cells; c++)
        list->start[c + 1] += list->start[c];
    for (int i = n - 1; i >= 0; i--) { // backwards, so that a cell's atoms end in their order
        int at = --list->start[cell[i] + 1];
        airy_atom_box_inside(&list->box, r + 3 * i, s);
        cell_of(list, s);
        list->atom[at] = i;
        airy_atom_box_position(&list->box, s, list->place + 3 * at);
    }
    // start[c + 1] is now where cell c begins; back by one
    for (int c = 0; c < cells; c++)
        list->start[c] = list->start[c + 1];
    list->start[cells] = n;
}

airy_near_list *airy_near_list_new(const airy_atom_box *box, const double *r, int n, double reach,
                                   airy_error *err)
{
    for (int i = 0; i < 3 * n; i++)
        if (!isfinite(r[i])) {
            airy_error_set(err, AIRY_EVALUE, "atom %d is nowhere: its position is not a number",
                           i / 3);
            return NULL;
        }
    airy_near_list *list = calloc(1, sizeof *list);
    if (!list) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for cells");
        return NULL;
    }
    list->box = *box;
    airy_code code = AIRY_OK;
    if (!(box->volume > 0)) {
        enclose(r, n, &list->box);
        code = airy_atom_box_complete(&list->box, err);
    }
    list->reach = reach > 0 ? reach : airy_voronoi_reach(&list->box, n);
    divide(list, n, list->reach);
    size_t cells = (size_t)list->cells[0] * (size_t)list->cells[1] * (size_t)list->cells[2];
    list->start = airy_memory_new(cells + 2, sizeof *list->start);
    list->atom = airy_memory_new((size_t)n + 1, sizeof *list->atom);
    list->place = airy_memory_new(3 * (size_t)n + 3, sizeof *list->place);
    int *cell = airy_memory_new((size_t)n + 1, sizeof *cell);
    if (code == AIRY_OK && (!list->start || !list->atom || !list->place || !cell))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for the cells of %d atoms", n);
    if (code == AIRY_OK)
        sort_into_cells(list, r, n, cell);
    airy_memory_free(cell);
    if (code == AIRY_OK)
        return list;
    airy_near_list_free(list);
    return NULL;
}

double airy_near_reach(const airy_near_list *list)
{
    return list->reach;
}

double airy_near_most(const airy_near_list *list)
{
    double square = 0;
    for (int k = 0; k < 3; k++) {
        square += list->box.height[k] * list->box.height[k];
        if (list->box.periodic[k])
            return INFINITY;
    }
    return sqrt(square);
}

void airy_near_list_free(airy_near_list *list)
{
    if (!list)
        return;
    airy_memory_free(list->start);
    airy_memory_free(list->atom);
    airy_memory_free(list->place);
    free(list);
}

void airy_near_found_release(airy_near_found *found)
{
    free(found->near);
    *found = (airy_near_found){0};
}

static airy_code room_for_more(airy_near_found *found, int more, airy_error *err)
{
    if (found->n + more <= found->room)
        return AIRY_OK;
    int room = 2 * (found->n + more) + 64;
    airy_near *near = realloc(found->near, (size_t)room * sizeof *near);
    if (!near)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d neighbours", room);
    found->near = near;
    found->room = room;
    return AIRY_OK;
}

// The atoms of one cell, seen from a place (moved by whole boxes so that the cell is the image).
static airy_code look_at_cell(const airy_near_list *list, int cell, const double from[3], double r2,
                              airy_near_found *found, airy_error *err)
{
    int first = list->start[cell], last = list->start[cell + 1];
    airy_code code = room_for_more(found, last - first, err);
    for (int i = first; code == AIRY_OK && i < last; i++) {
        const double *place = list->place + 3 * i;
        double x = place[0] - from[0], y = place[1] - from[1], z = place[2] - from[2];
        double square = x * x + y * y + z * z;
        if (square <= r2)
            found->near[found->n++] = (airy_near){list->atom[i], {x, y, z}, square};
    }
    return code;
}

// A row of cells along the first edge; whole[1], whole[2]: boxes passed along the others.
static airy_code look_along(const airy_near_list *list, const int range[2], int row,
                            const double from[3], double r2, airy_near_found *found,
                            airy_error *err)
{
    airy_code code = AIRY_OK;
    const double *a = list->box.a[0];
    for (int c = range[0]; code == AIRY_OK && c <= range[1]; c++) {
        int n = list->cells[0], passed = c >= 0 ? c / n : -((n - 1 - c) / n);
        const double moved[3] = {from[0] - passed * a[0], from[1] - passed * a[1],
                                 from[2] - passed * a[2]};
        code = look_at_cell(list, row * n + c - passed * n, moved, r2, found, err);
    }
    return code;
}

// Which cells along edge k lie within reach of a coordinate.
static void range_of(const airy_near_list *list, int k, double s, double reach, int range[2])
{
    double width = reach / list->box.height[k];
    range[0] = (int)floor((s - width) * list->cells[k] - 1e-9);
    range[1] = (int)floor((s + width) * list->cells[k] + 1e-9);
    if (list->box.periodic[k])
        return;
    for (int e = 0; e < 2; e++)
        range[e] = range[e] < 0 ? 0 : range[e] >= list->cells[k] ? list->cells[k] - 1 : range[e];
}

airy_code airy_near_find(const airy_near_list *list, const double place[3], double reach,
                         airy_near_found *found, airy_error *err)
{
    int range[3][2];
    double s[3], from[3];
    airy_atom_box_inside(&list->box, place, s);
    for (int k = 0; k < 3; k++) {
        if (list->box.periodic[k])
            s[k] -= floor(s[k]);
        range_of(list, k, s[k], reach, range[k]);
    }
    airy_atom_box_position(&list->box, s, from);
    found->n = 0;
    airy_code code = AIRY_OK;
    for (int z = range[2][0]; code == AIRY_OK && z <= range[2][1]; z++)
        for (int y = range[1][0]; code == AIRY_OK && y <= range[1][1]; y++) {
            int ny = list->cells[1], nz = list->cells[2];
            int over_y = y >= 0 ? y / ny : -((ny - 1 - y) / ny);
            int over_z = z >= 0 ? z / nz : -((nz - 1 - z) / nz);
            double moved[3];
            for (int x = 0; x < 3; x++)
                moved[x] = from[x] - over_y * list->box.a[1][x] - over_z * list->box.a[2][x];
            code = look_along(list, range[0], (z - over_z * nz) * ny + y - over_y * ny, moved,
                              reach * reach, found, err);
        }
    return code;
}

static int by_distance(const void *u, const void *v)
{
    const airy_near *a = u, *b = v;
    if (a->r2 != b->r2)
        return a->r2 < b->r2 ? -1 : 1;
    if (a->atom != b->atom)
        return a->atom < b->atom ? -1 : 1;
    for (int x = 0; x < 3; x++)
        if (a->d[x] != b->d[x])
            return a->d[x] < b->d[x] ? -1 : 1;
    return 0;
}

// Insertion is quicker than qsort for the few dozens that most searches find.
void airy_near_sort(airy_near_found *found)
{
    if (found->n > 200) {
        qsort(found->near, (size_t)found->n, sizeof *found->near, by_distance);
        return;
    }
    for (int i = 1; i < found->n; i++) {
        airy_near moved = found->near[i];
        int at = i;
        for (; at > 0 && by_distance(&moved, &found->near[at - 1]) < 0; at--)
            found->near[at] = found->near[at - 1];
        found->near[at] = moved;
    }
}
