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
    const airy_pieces *store;
    airy_scan_maps *maps; // of all rows
    int from, to;         // rows that may be computed here, counted from the first of the plan
    unsigned char *row;   // (bytes) a row as it is kept
    size_t bytes;
} run;

// ------------------------------------------------------------------ a row as bytes

// A row's places, then V of its rings: from the maps of some rows into bytes, or back.
static void pack(const airy_scan_maps *maps, int y, unsigned char *bytes)
{
    size_t nx = (size_t)maps->nx, places = (size_t)maps->ny * nx;
    memcpy(bytes, maps->point + (size_t)y * nx, nx * sizeof *maps->point);
    bytes += nx * sizeof *maps->point;
    for (int r = 0; r < maps->rings; r++, bytes += nx * sizeof *maps->v_ring)
        memcpy(bytes, maps->v_ring + (size_t)r * places + (size_t)y * nx, nx * sizeof(double));
}

static void unpack(const unsigned char *bytes, airy_scan_maps *maps, int y)
{
    size_t nx = (size_t)maps->nx, places = (size_t)maps->ny * nx;
    memcpy(maps->point + (size_t)y * nx, bytes, nx * sizeof *maps->point);
    bytes += nx * sizeof *maps->point;
    for (int r = 0; r < maps->rings; r++, bytes += nx * sizeof *maps->v_ring)
        memcpy(maps->v_ring + (size_t)r * places + (size_t)y * nx, bytes, nx * sizeof(double));
}

// ------------------------------------------------------------------ rows

static bool is_there(const run *w, int y)
{
    return airy_pieces_take(w->store, y, w->row, w->bytes);
}

static airy_code do_rows(const run *w, int from, int to, airy_error *err)
{
    airy_scan_plan plan = *w->plan;
    airy_scan_maps maps = {0};
    plan.to_y = plan.from_y + to;
    plan.from_y += from;
    airy_scan *scan = airy_scan_new(&plan, err);
    airy_code code =
        scan ? airy_scan_read(scan, w->array, err) : airy_error_code(err, AIRY_EMEMORY);
    if (code == AIRY_OK)
        code = airy_scan_fit_places(scan, &maps, err);
    for (int y = from; code == AIRY_OK && y < to; y++) {
        pack(&maps, y - from, w->row);
        code = airy_pieces_put(w->store, y, w->row, w->bytes, err);
    }
    airy_scan_maps_release(&maps);
    airy_scan_free(scan);
    return code;
}

// Rows that are not there, some at a time.
static airy_code do_missing(const run *w, int from, int to, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int y = from, end; code == AIRY_OK && y < to; y = end) {
        for (end = y; end < to && end < y + ROWS_AT_ONCE && !is_there(w, end); end++) {
        }
        if (end > y)
            code = do_rows(w, y, end, err);
        else
            end++;
    }
    return code;
}

// The share of one rank; a rank waits for the others at the end of the farm.
static airy_code do_share(int i, void *workspace, void *context, airy_error *err)
{
    const run *w = context;
    long long rows = w->to - w->from, ranks = airy_farm_ranks();
    (void)workspace;
    return do_missing(w, w->from + (int)(rows * i / ranks), w->from + (int)(rows * (i + 1) / ranks),
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
    size_t nx = (size_t)w->maps->nx;
    w->bytes = nx * (sizeof *w->maps->point + (size_t)w->maps->rings * sizeof(double));
    w->row = code == AIRY_OK ? airy_memory_new(w->bytes, 1) : NULL;
    if (code == AIRY_OK && !w->row)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a row");
    return code;
}

airy_code airy_scan_pieces(const airy_scan_plan *plan, airy_array *array, const int rows[2],
                           const airy_pieces *store, airy_scan_maps *maps, airy_error *err)
{
    run w = {.plan = plan, .array = array, .store = store, .maps = maps};
    int all = plan->to_y - plan->from_y;
    w.from = rows[0], w.to = rows[1] < 0 || rows[1] > all ? all : rows[1];
    *maps = (airy_scan_maps){0};
    if (plan->drift)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "places that drift (--drift on) are followed from row to row: the "
                              "scan cannot be done in parts");
    airy_code code = airy_scan_plan_check(plan, err);
    if (code == AIRY_OK && w.from >= w.to)
        code = airy_error_set(err, AIRY_EARGUMENT, "rows %d to %d are none of %d", rows[0], rows[1],
                              all);
    if (code == AIRY_OK)
        code = make_room(&w, err);
    if (code == AIRY_OK)
        code = do_shares(&w, err);
    int there = 0;
    for (int y = 0; code == AIRY_OK && y < all && is_there(&w, y); y++, there++)
        unpack(w.row, maps, y);
    if (code == AIRY_OK && there == all)
        code = airy_scan_flag_vacuum(plan, maps, err);
    airy_memory_free(w.row);
    if (code != AIRY_OK || there < all)
        airy_scan_maps_release(maps);
    return code;
}
