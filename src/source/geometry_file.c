// SPDX-License-Identifier: GPL-3.0-or-later
// Geometries by the ending of their file's name, and their masks.
#include "airy/source.h"

#include <stdlib.h>
#include <string.h>

#define OFF_PLANE 1e-3 // of the distance: what a panel may be before or behind the plane

static airy_code read_origins(const char *name, airy_geometry *geometry, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_read(name, &table, err);
    size_t n = (size_t)table.rows;
    double *y = airy_memory_new(n, sizeof *y), *x = airy_memory_new(n, sizeof *x);
    if (code == AIRY_OK && (!y || !x))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d modules", table.rows);
    for (int i = 0; i < table.rows && code == AIRY_OK; i++) {
        code = airy_table_get_double(&table, i, "x", &x[i], err);
        if (code == AIRY_OK)
            code = airy_table_get_double(&table, i, "y", &y[i], err);
    }
    if (code == AIRY_OK)
        code = airy_geometry_origins(geometry, y, x, table.rows, err);
    if (code != AIRY_OK)
        airy_error_prefix(err, "%s", name);
    airy_memory_free(y);
    airy_memory_free(x);
    airy_table_release(&table);
    return code;
}

airy_code airy_placing_read(const char *name, int modules, airy_geometry *geometry, airy_error *err)
{
    if (strcmp(name, "none") == 0)
        return AIRY_OK;
    if (strcmp(name, "grid") == 0) {
        int across = modules == 8 ? 2 : 1;
        return airy_geometry_grid(geometry, modules / across, across, err);
    }
    if (airy_text_ends(name, ".tsv"))
        return read_origins(name, geometry, err);
    char *text = NULL;
    airy_code code = airy_file_read_text(name, &text, err);
    if (code == AIRY_OK)
        code = (airy_text_ends(name, ".data") ? airy_geometry_psana
                                              : airy_geometry_crystfel)(geometry, text, name, err);
    free(text);
    return code;
}

// ------------------------------------------------------------------ masks

// The file as it is named, or beside the geometry; text is released by the caller.
static bool find_file(const char *geometry, const char *file, airy_text *path)
{
    const char *slash = strrchr(geometry, '/');
    bool here = airy_file_exists(file);
    airy_text_append(path, "%.*s%s", here || !slash ? 0 : (int)(slash - geometry) + 1, geometry,
                     file);
    return path->text && airy_file_exists(path->text);
}

// Values of a mask as they stand in its file, lines of nx.
typedef struct stored_mask {
    int *values, n, nx;
} stored_mask;

static airy_code read_stored(airy_h5 *h5, const char *path, stored_mask *stored, airy_error *err)
{
    int dims[4], rank = 0;
    airy_code code = airy_h5_shape(h5, path, dims, &rank, err);
    stored->nx = rank > 0 ? dims[rank - 1] : 1;
    return code == AIRY_OK ? airy_h5_get_ints(h5, path, &stored->values, &stored->n, err) : code;
}

// Where pixel i of the frames stands in the file. Frames of tiles side by side, two across, become
// a stack of modules as they are read (raw.c), and their mask has the file's order.
static int stored_at(const stored_mask *stored, const airy_mask *mask, int i)
{
    if (mask->nx != AIRY_MODULE_NX || stored->nx != 2 * AIRY_MODULE_NX)
        return i;
    int row = i / mask->nx, module = row / AIRY_MODULE_NY;
    int y = module / 2 * AIRY_MODULE_NY + row % AIRY_MODULE_NY;
    return y * stored->nx + module % 2 * AIRY_MODULE_NX + i % mask->nx;
}

// CrystFEL: a pixel is bad when it has one of the bad bits or lacks one of the good ones.
static airy_code take_values(const airy_mask_source *from, const char *path,
                             const stored_mask *stored, airy_mask *mask, airy_error *err)
{
    int pixels = mask->ny * mask->nx;
    if (stored->n != pixels)
        return airy_error_set(err, AIRY_ESHAPE, "%s:%s has %d values, the frames have %d x %d",
                              path, from->path, stored->n, mask->ny, mask->nx);
    for (int i = 0; i < pixels; i++) {
        uint32_t bits = (uint32_t)stored->values[stored_at(stored, mask, i)];
        bool bad = (bits & from->bad) || (bits & from->good) != from->good;
        mask->bits[i] |= bad ? AIRY_MASK_BAD : 0;
    }
    return AIRY_OK;
}

// Reads the mask if it is there; a warning when it is not.
static airy_code add_mask(const airy_call *call, const char *name, const airy_mask_source *from,
                          const char *path, airy_mask *mask, airy_error *err)
{
    stored_mask stored = {0};
    airy_error why = {0};
    airy_h5 *h5 = airy_h5_open(path, &why);
    airy_code code = AIRY_OK;
    if (why.code == AIRY_EMEMORY) {
        code = airy_error_set(err, why.code, "%s", why.message);
    } else if (h5 && airy_h5_has(h5, from->path)) {
        code = read_stored(h5, from->path, &stored, err);
        if (code == AIRY_OK)
            code = take_values(from, path, &stored, mask, err);
    } else if (!h5 || (code = airy_h5_trust(h5, err)) == AIRY_OK) {
        airy_call_warn(call,
                       "%s names the mask %s in %s, which is not there: its pixels are not masked",
                       name, from->path, path);
    }
    airy_memory_free(stored.values);
    airy_h5_close(h5);
    return code;
}

// The file of a mask: as it is named, beside the geometry, or that of the data. airy_text_release.
static bool place_of(const airy_call *call, const char *name, const airy_mask_source *from,
                     airy_text *path)
{
    if (from->file[0])
        return find_file(name, from->file, path);
    char *data = airy_spec_path(call->inputs[0], &(const char *){NULL});
    if (data)
        airy_text_append(path, "%s", data);
    path->failed = path->failed || !data;
    free(data);
    return path->text;
}

#define SHARED_ROWS 2 // of a panel: rounding of rotated neighbours

airy_code airy_placing_overlap(const airy_call *call, const char *name,
                               const airy_geometry *geometry, int ny, int nx, airy_error *err)
{
    airy_overlap overlap;
    airy_code code = airy_geometry_overlap(geometry, ny, nx, &overlap, err);
    if (code == AIRY_OK && overlap.most > SHARED_ROWS * AIRY_MODULE_NX)
        airy_call_warn(call,
                       "%s: panels %s and %s overlap in %d pixels (%d of all panels): of each the "
                       "mean stands, and photons are lost",
                       name, overlap.first, overlap.second, overlap.most, overlap.pixels);
    return code;
}

airy_code airy_placing_masks(const airy_call *call, const char *name, const airy_geometry *geometry,
                             int ny, int nx, airy_mask *mask, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int k = 0; k < AIRY_GEOMETRY_MASKS && code == AIRY_OK; k++) {
        const airy_mask_source *from = &geometry->masks[k];
        airy_text path = {0};
        if (!from->path[0])
            continue;
        if (!mask->bits)
            code = airy_mask_init(mask, ny, nx, err);
        bool there = code == AIRY_OK && place_of(call, name, from, &path);
        if (code == AIRY_OK)
            code = airy_text_whole(&path, err);
        if (there)
            code = add_mask(call, name, from, path.text, mask, err);
        else if (code == AIRY_OK)
            airy_call_warn(
                call, "%s names the mask file %s, which is not there: its pixels are not masked",
                name, from->file);
        airy_text_release(&path);
    }
    return code;
}

void airy_placing_question(const airy_call *call, const char *name, const airy_geometry *geometry,
                           bool words)
{
    double far = geometry->distance_m > 0 ? OFF_PLANE * geometry->distance_m : 0;
    if (geometry->unread[0])
        airy_call_warn(call, "%s: not read: %s", name, geometry->unread);
    if (words && airy_geometry_flags(geometry))
        airy_call_warn(
            call,
            "%s: flag_lessthan, flag_morethan and flag_equal are about calibrated values, "
            "these frames are raw words: they are not applied",
            name);
    if (geometry->off_plane_m > far)
        airy_call_warn(call,
                       "%s: panels up to %.3g m off the plane (coffset) are taken as lying on it",
                       name, geometry->off_plane_m);
}
