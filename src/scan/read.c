// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns out of a file, whatever the order of its axes.
#include "read.h"
#include "patterns.h"
#include "kept.h"

#include <string.h>

enum { T, Y, X, KY, KX, AXES };

// The file as it is walked through: patterns that stand together come one after another; where the
// detector's axes are not the last, all patterns of a piece of the file are held until it ends.
typedef struct walk {
    airy_scan *scan;
    airy_array *array;
    long long size[AXES];    // of each axis
    long long stride[AXES];  // values from one to the next of an axis
    int inner;               // dimensions from the first of the detector's axes on
    long long piece, pieces; // values in one, and how many
    float *values, *pattern;
} walk;

static void measure(walk *w)
{
    const airy_scan_plan *p = &w->scan->plan;
    const long long sizes[AXES] = {p->frames, p->ny, p->nx, p->ky, p->kx};
    long long stride = 1, all = 1;
    memcpy(w->size, sizes, sizeof sizes);
    for (int i = AXES - 1; i >= 0; i--) {
        w->stride[p->order[i]] = stride;
        stride *= sizes[p->order[i]];
        if (p->order[i] >= KY)
            w->inner = AXES - i;
    }
    w->piece = 1;
    for (int i = AXES - w->inner; i < AXES; i++)
        w->piece *= sizes[p->order[i]];
    for (int i = 0; i < AXES; i++)
        all *= sizes[i];
    w->pieces = all / w->piece;
}

// Index of an axis at a value of the file.
static int index_of(const walk *w, int axis, long long at)
{
    return (int)(at / w->stride[axis] % w->size[axis]);
}

// The pattern that begins at `at`, from the values of a piece.
static const float *pattern_at(const walk *w, const float *values)
{
    long long ky = w->size[KY], kx = w->size[KX];
    if (w->stride[KX] == 1 && w->stride[KY] == kx)
        return values;
    for (long long y = 0; y < ky; y++)
        for (long long x = 0; x < kx; x++)
            w->pattern[y * kx + x] = values[y * w->stride[KY] + x * w->stride[KX]];
    return w->pattern;
}

// All patterns of a piece: those whose detector indices are 0 begin one.
static void take_piece(const walk *w, long long number)
{
    long long first = number * w->piece;
    for (long long i = 0; i < w->piece; i++) {
        long long at = first + i;
        if (index_of(w, KY, at) || index_of(w, KX, at))
            continue;
        airy_scan_take(w->scan, index_of(w, T, at), index_of(w, Y, at), index_of(w, X, at),
                       pattern_at(w, w->values + i));
        if (w->inner == 2) // one pattern it is
            break;
    }
}

// Whether a piece that is one pattern is of a place that is not looked at.
static bool is_elsewhere(const walk *w, long long number)
{
    const airy_scan_plan *p = &w->scan->plan;
    int y = index_of(w, Y, number * w->piece), x = index_of(w, X, number * w->piece);
    return w->inner == 2 && (y < p->from_y || y >= p->to_y || x < p->from_x || x >= p->to_x);
}

static airy_code check_shape(const walk *w, airy_error *err)
{
    long long dims[AIRY_ARRAY_RANK];
    int rank = airy_array_shape(w->array, dims);
    bool good = rank == AXES;
    for (int i = 0; good && i < AXES; i++)
        good = dims[i] == w->size[w->scan->plan.order[i]];
    return good ? AIRY_OK
                : airy_error_set(err, AIRY_ESHAPE,
                                 "the file's array has other sizes than the plan: five dimensions "
                                 "in the order of --axes were wanted");
}

static airy_code lost_pixel(const airy_scan *scan, airy_error *err)
{
    int at = scan->lost - 1, bin = scan->plan.bin;
    return airy_error_set(err, AIRY_EVALUE,
                          "the pixel in row %d, column %d of a pattern holds no value (NaN, or the "
                          "end of its type, as 65535 of 16 bits): leave it out by --mask",
                          at / scan->kx * bin, at % scan->kx * bin);
}

airy_code airy_scan_read(airy_scan *scan, airy_array *array, airy_error *err)
{
    walk w = {.scan = scan, .array = array};
    const airy_progress *progress = scan->plan.progress;
    measure(&w);
    airy_code code = check_shape(&w, err);
    if (code != AIRY_OK)
        return code;
    w.values = airy_memory_new((size_t)w.piece, sizeof *w.values);
    w.pattern = airy_memory_new((size_t)(w.size[KY] * w.size[KX]), sizeof *w.pattern);
    if (!w.values || !w.pattern)
        code = airy_error_set(err, AIRY_EMEMORY,
                              "no memory for %.3g GB of the file at once: with ky and kx as the "
                              "last axes it takes a pattern",
                              4e-9 * (double)w.piece);
    for (long long i = 0; code == AIRY_OK && i < w.pieces; i++) {
        if (is_elsewhere(&w, i))
            continue;
        code = airy_array_read(array, i * w.piece, w.piece, w.values, err);
        if (code == AIRY_OK)
            take_piece(&w, i);
        if (code == AIRY_OK && scan->lost)
            code = lost_pixel(scan, err);
        if (i % 1024 == 0)
            airy_progress_report(progress, (double)i, (double)w.pieces, "patterns");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %lld of %lld patterns", i + 1,
                                  w.pieces);
    }
    airy_memory_free(w.values);
    airy_memory_free(w.pattern);
    return code;
}
