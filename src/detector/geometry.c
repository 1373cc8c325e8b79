// SPDX-License-Identifier: GPL-3.0-or-later
// Where the pixels of a data array lie on one flat plane.
#include "detector/geometry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CHIP_PITCH = AIRY_CHIP + 2,        // chips lie two pixels apart
    MODULE_WIDTH = 4 * CHIP_PITCH - 2, // 1030
    MODULE_HEIGHT = 2 * CHIP_PITCH - 2,
    GAP_ACROSS = 8, // between modules of the regular 4M
    GAP_DOWN = 36,
    CHIPS_ACROSS = AIRY_MODULE_NX / AIRY_CHIP,
    CHIPS = 8,
};
#define JUNGFRAU_PITCH_M 75e-6
#define FARTHEST 1e6 // pixels a panel may be away from the beam
#define SNAP 1e-3    // pixels by which positions may be beyond a whole number

static void *grown(void *list, int n, size_t size)
{
    if (n & (n - 1)) // room doubles at powers of two
        return list;
    return realloc(list, (size_t)(n ? 2 * n : 1) * size);
}

airy_panel *airy_geometry_add_panel(airy_geometry *geometry)
{
    airy_panel *panels = grown(geometry->panels, geometry->n, sizeof *panels);
    if (!panels)
        return NULL;
    geometry->panels = panels;
    airy_panel *panel = &panels[geometry->n++];
    *panel = (airy_panel){.fast_x = 1, .slow_y = 1};
    return panel;
}

airy_bad_region *airy_geometry_add_bad(airy_geometry *geometry)
{
    airy_bad_region *bad = grown(geometry->bad, geometry->n_bad, sizeof *bad);
    if (!bad)
        return NULL;
    geometry->bad = bad;
    bad += geometry->n_bad++;
    *bad = (airy_bad_region){.panel = -1, -INFINITY, INFINITY, -INFINITY, INFINITY};
    return bad;
}

void airy_geometry_release(airy_geometry *geometry)
{
    free(geometry->panels);
    free(geometry->bad);
    *geometry = (airy_geometry){0};
}

airy_code airy_geometry_add_module(airy_geometry *geometry, const airy_module_place *place,
                                   airy_error *err)
{
    for (int chip = 0; chip < CHIPS; chip++) {
        int cy = chip / CHIPS_ACROSS, cx = chip % CHIPS_ACROSS;
        airy_panel *panel = airy_geometry_add_panel(geometry);
        if (!panel)
            return airy_error_set(err, AIRY_EMEMORY, "no memory for %d panels", geometry->n + 1);
        snprintf(panel->name, sizeof panel->name, "m%dc%d", place->number, chip);
        panel->plane = place->plane;
        panel->x0 = cx * AIRY_CHIP, panel->y0 = place->row0 + cy * AIRY_CHIP;
        panel->nx = panel->ny = AIRY_CHIP;
        panel->fast_x = place->fast_x, panel->fast_y = place->fast_y;
        panel->slow_x = place->slow_x, panel->slow_y = place->slow_y;
        panel->corner_x = place->x + CHIP_PITCH * (cx * place->fast_x + cy * place->slow_x);
        panel->corner_y = place->y + CHIP_PITCH * (cx * place->fast_y + cy * place->slow_y);
    }
    return AIRY_OK;
}

static airy_code check_panel(const airy_panel *p, const char *name, airy_error *err)
{
    double area = fabs(p->fast_x * p->slow_y - p->fast_y * p->slow_x);
    if (p->nx < 1 || p->ny < 1 || p->x0 < 0 || p->y0 < 0 || p->plane < 0 || p->nx > AIRY_SIDE_MAX ||
        p->ny > AIRY_SIDE_MAX)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s: panel %s has data columns %d to %d and rows %d to %d", name,
                              p->name, p->x0, p->x0 + p->nx - 1, p->y0, p->y0 + p->ny - 1);
    // a panel shrunk or sheared beyond a few percent is a typing error
    if (!(area > 0.9 && area < 1.1) || !(hypot(p->corner_x, p->corner_y) < FARTHEST))
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s: panel %s lies at %g, %g and has pixels of area %g, about 1 "
                              "was expected",
                              name, p->name, p->corner_x, p->corner_y, area);
    return AIRY_OK;
}

airy_code airy_geometry_close(airy_geometry *geometry, const char *name, airy_error *err)
{
    double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY;
    if (geometry->n == 0)
        return airy_error_set(err, AIRY_EFORMAT, "%s: there are no panels in it", name);
    for (int i = 0; i < geometry->n; i++) {
        const airy_panel *p = &geometry->panels[i];
        airy_code code = check_panel(p, name, err);
        if (code != AIRY_OK)
            return code;
        for (int corner = 0; corner < 4; corner++) {
            double f = corner & 1 ? p->nx : 0, s = corner & 2 ? p->ny : 0;
            double x = p->corner_x + f * p->fast_x + s * p->slow_x;
            double y = p->corner_y + f * p->fast_y + s * p->slow_y;
            x0 = fmin(x0, x), x1 = fmax(x1, x), y0 = fmin(y0, y), y1 = fmax(y1, y);
        }
    }
    geometry->origin_x = floor(x0 + SNAP), geometry->origin_y = floor(y0 + SNAP);
    double nx = ceil(x1 - geometry->origin_x - SNAP), ny = ceil(y1 - geometry->origin_y - SNAP);
    if (nx > AIRY_SIDE_MAX || ny > AIRY_SIDE_MAX)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s: the panels span %.0f x %.0f pixels, at most %d are possible",
                              name, ny, nx, AIRY_SIDE_MAX);
    geometry->nx = (int)nx, geometry->ny = (int)ny;
    return AIRY_OK;
}

airy_code airy_geometry_origins(airy_geometry *geometry, const double *origin_y,
                                const double *origin_x, int modules, airy_error *err)
{
    airy_code code = AIRY_OK;
    *geometry = (airy_geometry){.pitch_m = JUNGFRAU_PITCH_M};
    for (int m = 0; m < modules && code == AIRY_OK; m++) {
        airy_module_place place = {.number = m,
                                   .row0 = m * AIRY_MODULE_NY,
                                   .x = origin_x[m],
                                   .y = origin_y[m],
                                   .fast_x = 1,
                                   .slow_y = 1};
        code = airy_geometry_add_module(geometry, &place, err);
    }
    if (code == AIRY_OK)
        code = airy_geometry_close(geometry, "module origins", err);
    if (code != AIRY_OK)
        airy_geometry_release(geometry);
    return code;
}

airy_code airy_geometry_grid(airy_geometry *geometry, int modules_down, int modules_across,
                             airy_error *err)
{
    enum { MOST = 64 };
    double y[MOST], x[MOST];
    int n = modules_down * modules_across;
    if (modules_down < 1 || modules_across < 1 || modules_down > MOST || modules_across > MOST ||
        n > MOST)
        return airy_error_set(err, AIRY_EARGUMENT, "a grid of %d x %d modules is not possible",
                              modules_down, modules_across);
    for (int m = 0; m < n; m++) {
        y[m] = m / modules_across * (MODULE_HEIGHT + GAP_DOWN);
        x[m] = m % modules_across * (MODULE_WIDTH + GAP_ACROSS);
    }
    return airy_geometry_origins(geometry, y, x, n, err);
}
