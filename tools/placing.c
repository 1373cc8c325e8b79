// SPDX-License-Identifier: GPL-3.0-or-later
// Geometries by the ending of their file's name, and their masks.
#include "placing.h"

#include "say.h"

#include <stdlib.h>
#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

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

airy_code placing_read(const char *name, int modules, airy_geometry *geometry, airy_error *err)
{
    if (strcmp(name, "none") == 0)
        return AIRY_OK;
    if (strcmp(name, "grid") == 0) {
        int across = modules == 8 ? 2 : 1;
        return airy_geometry_grid(geometry, modules / across, across, err);
    }
    if (ends_with(name, ".tsv"))
        return read_origins(name, geometry, err);
    char *text = NULL;
    airy_code code = airy_file_read_text(name, &text, err);
    if (code == AIRY_OK)
        code = (ends_with(name, ".data") ? airy_geometry_psana
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

// CrystFEL: a pixel is bad when it has a bit of mask_bad or lacks one of mask_good.
static airy_code take_values(const airy_geometry *g, const char *path, const int *values, int n,
                             airy_mask *mask, airy_error *err)
{
    int pixels = mask->ny * mask->nx;
    if (n != pixels)
        return airy_error_set(err, AIRY_ESHAPE, "%s:%s has %d values, the frames have %d x %d",
                              path, g->mask_path, n, mask->ny, mask->nx);
    for (int i = 0; i < n; i++) {
        uint32_t bits = (uint32_t)values[i];
        bool bad = (bits & g->mask_bad) || (bits & g->mask_good) != g->mask_good;
        mask->bits[i] = bad ? AIRY_MASK_BAD : 0;
    }
    return AIRY_OK;
}

airy_code placing_mask(const invocation *call, const char *name, const airy_geometry *geometry,
                       int ny, int nx, airy_mask *mask, airy_error *err)
{
    airy_text path = {0};
    int *values = NULL, n = 0;
    if (!geometry->mask_file[0] || !geometry->mask_path[0])
        return AIRY_OK;
    if (!find_file(name, geometry->mask_file, &path)) {
        say_warning(call,
                    "%s names the mask file %s, which is not there: its pixels are not masked",
                    name, geometry->mask_file);
        airy_text_release(&path);
        return AIRY_OK;
    }
    airy_h5 *h5 = airy_h5_open(path.text, err);
    airy_code code = h5 ? airy_h5_get_ints(h5, geometry->mask_path, &values, &n, err) : err->code;
    if (code == AIRY_OK)
        code = airy_mask_init(mask, ny, nx, err);
    if (code == AIRY_OK)
        code = take_values(geometry, path.text, values, n, mask, err);
    airy_memory_free(values);
    airy_h5_close(h5);
    airy_text_release(&path);
    return code;
}
