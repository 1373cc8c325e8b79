// SPDX-License-Identifier: GPL-3.0-or-later
// A scan in pieces: rows of places, each fitted by itself and kept in a store, by this process or
// others.
#include "read.h"
#include "points.h"
#include "plan.h"
#include "pieces.h"
#include "patterns.h"
#include "kept.h"

#include <string.h>

enum { ROWS_AT_ONCE = 4 }; // rows whose patterns are kept at a time

typedef struct run {
    const airy_scan_plan *plan;
    airy_array *array;
    airy_scan_maps *maps; // of all rows
    airy_scan_maps made;  // of the rows that were made last, from row `first` on
    int first;
} run;

// ------------------------------------------------------------------ a row as bytes

static size_t size_of(const airy_scan_maps *maps)
{
    return (size_t)maps->nx * (sizeof *maps->point + (size_t)maps->rings * sizeof *maps->v_ring);
}

// A row's places, then V of its rings.
static void pack(int row, void *bytes, void *context)
{
    const run *w = context;
    const airy_scan_maps *maps = &w->made;
    unsigned char *to = bytes;
    size_t nx = (size_t)maps->nx, places = (size_t)maps->ny * nx,
           at = (size_t)(row - w->first) * nx;
    memcpy(to, maps->point + at, nx * sizeof *maps->point);
    to += nx * sizeof *maps->point;
    for (int r = 0; r < maps->rings; r++, to += nx * sizeof *maps->v_ring)
        memcpy(to, maps->v_ring + (size_t)r * places + at, nx * sizeof *maps->v_ring);
}

static void unpack(int row, const void *bytes, void *context)
{
    const run *w = context;
    const airy_scan_maps *maps = w->maps;
    const unsigned char *from = bytes;
    size_t nx = (size_t)maps->nx, places = (size_t)maps->ny * nx, at = (size_t)row * nx;
    memcpy(maps->point + at, from, nx * sizeof *maps->point);
    from += nx * sizeof *maps->point;
    for (int r = 0; r < maps->rings; r++, from += nx * sizeof *maps->v_ring)
        memcpy(maps->v_ring + (size_t)r * places + at, from, nx * sizeof *maps->v_ring);
}

// ------------------------------------------------------------------ rows

static airy_code make(int from, int to, void *context, airy_error *err)
{
    run *w = context;
    airy_scan_plan plan = *w->plan;
    plan.to_y = plan.from_y + to;
    plan.from_y += from;
    w->first = from;
    airy_scan_maps_release(&w->made);
    airy_scan *scan = airy_scan_new(&plan, err);
    airy_code code =
        scan ? airy_scan_read(scan, w->array, err) : airy_error_code(err, AIRY_EMEMORY);
    if (code == AIRY_OK)
        code = airy_scan_fit_places(scan, &w->made, err);
    airy_scan_free(scan);
    return code;
}

// ------------------------------------------------------------------ all of it

// Maps for all rows; their rings come from a scan of one of them.
static airy_code make_room(run *w, airy_error *err)
{
    airy_scan_plan one = *w->plan;
    one.to_y = one.from_y + 1;
    airy_scan *scan = airy_scan_new(&one, err);
    if (!scan)
        return airy_error_code(err, AIRY_EMEMORY);
    scan->ny = w->plan->to_y - w->plan->from_y;
    airy_code code = airy_scan_maps_init(scan, w->maps, err);
    airy_scan_free(scan);
    return code;
}

airy_code airy_scan_pieces(const airy_scan_plan *plan, airy_array *array, const int rows[2],
                           const airy_pieces *store, airy_scan_maps *maps, airy_error *err)
{
    run w = {.plan = plan, .array = array, .maps = maps};
    int all = plan->to_y - plan->from_y;
    bool whole = false;
    airy_pieces_work work = {.store = store,
                             .n = all,
                             .from = rows[0],
                             .to = rows[1] < 0 || rows[1] > all ? all : rows[1],
                             .at_once = ROWS_AT_ONCE,
                             .make = make,
                             .pack = pack,
                             .unpack = unpack,
                             .context = &w};
    *maps = (airy_scan_maps){0};
    if (plan->drift)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "places that drift (--drift on) are followed from row to row: the "
                              "scan cannot be done in parts");
    airy_code code = airy_scan_plan_check(plan, err);
    if (code == AIRY_OK && work.from >= work.to)
        code = airy_error_set(err, AIRY_EARGUMENT, "rows %d to %d are none of %d", rows[0], rows[1],
                              all);
    if (code == AIRY_OK)
        code = make_room(&w, err);
    work.size = size_of(maps);
    if (code == AIRY_OK)
        code = airy_pieces_run(&work, &whole, err);
    if (whole)
        code = airy_scan_flag_vacuum(plan, maps, err);
    airy_scan_maps_release(&w.made);
    if (code != AIRY_OK || !whole)
        airy_scan_maps_release(maps);
    return code;
}
