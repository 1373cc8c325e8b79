// SPDX-License-Identifier: GPL-3.0-or-later
// Data arrays onto the plane: every data pixel to the plane pixel its center lies in.
#include "detector/geometry.h"

#include <math.h>
#include <string.h>

// Positions are rounded to this before they are cut to whole pixels, so that panels written with a
// few digits (0.9999999x) land where whole ones do.
#define SNAP 1e-4

airy_code airy_geometry_plane(const airy_geometry *geometry, airy_pattern *pattern, airy_error *err)
{
    airy_code code = airy_pattern_init(pattern, geometry->ny, geometry->nx, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < geometry->ny * geometry->nx; i++)
        pattern->mask.bits[i] = AIRY_MASK_MISSING;
    airy_pattern_apply_mask(pattern);
    pattern->setup = (airy_setup){geometry->energy_ev, geometry->distance_m, geometry->pitch_m};
    pattern->has_center = geometry->has_beam;
    pattern->center_y = geometry->beam_y, pattern->center_x = geometry->beam_x;
    return AIRY_OK;
}

static airy_code check_panels(const airy_geometry *geometry, int ny, int nx, int *plane_rows,
                              airy_error *err)
{
    int planes = 1;
    for (int i = 0; i < geometry->n; i++)
        planes = geometry->panels[i].plane >= planes ? geometry->panels[i].plane + 1 : planes;
    *plane_rows = ny / planes;
    if (ny % planes)
        return airy_error_set(err, AIRY_ESHAPE,
                              "data of %d rows cannot be cut into the %d planes of the geometry",
                              ny, planes);
    for (int i = 0; i < geometry->n; i++) {
        const airy_panel *p = &geometry->panels[i];
        if (p->x0 + p->nx > nx || p->y0 + p->ny > *plane_rows)
            return airy_error_set(err, AIRY_ESHAPE,
                                  "panel %s wants rows up to %d and columns up to %d of the data, "
                                  "which are %d x %d",
                                  p->name, p->y0 + p->ny, p->x0 + p->nx, *plane_rows, nx);
    }
    return AIRY_OK;
}

static bool inside(const airy_bad_region *bad, double x, double y)
{
    return x >= bad->x0 && x <= bad->x1 && y >= bad->y0 && y <= bad->y1;
}

// Reasons of the geometry for pixel (f, s) of panel k, at (x, y) on the plane.
static uint32_t place_reasons(const airy_geometry *geometry, int k, const int data[2],
                              const double at[2])
{
    const airy_panel *p = &geometry->panels[k];
    int f = data[0] - p->x0, s = data[1] - p->y0, edge = geometry->mask_edge_pixels;
    uint32_t bits = p->bad ? AIRY_MASK_BAD : 0;
    if (f < edge || s < edge || f >= p->nx - edge || s >= p->ny - edge)
        bits |= AIRY_MASK_EDGE;
    for (int i = 0; i < geometry->n_bad; i++) {
        const airy_bad_region *bad = &geometry->bad[i];
        if (bad->panel == k ? inside(bad, data[0], data[1])
                            : bad->panel < 0 && inside(bad, at[0], at[1]))
            bits |= AIRY_MASK_BAD;
    }
    return bits;
}

int airy_geometry_index(const airy_geometry *geometry, double y, double x)
{
    int iy = (int)floor(y + SNAP), ix = (int)floor(x + SNAP);
    iy = iy < 0 ? 0 : iy >= geometry->ny ? geometry->ny - 1 : iy;
    ix = ix < 0 ? 0 : ix >= geometry->nx ? geometry->nx - 1 : ix;
    return iy * geometry->nx + ix;
}

airy_code airy_geometry_visit(const airy_geometry *geometry, int ny, int nx,
                              void (*visit)(const airy_placed *at, void *context), void *context,
                              airy_error *err)
{
    int rows;
    airy_code code = check_panels(geometry, ny, nx, &rows, err);
    for (int k = 0; code == AIRY_OK && k < geometry->n; k++) {
        const airy_panel *p = &geometry->panels[k];
        for (int i = 0; i < p->ny * p->nx; i++) {
            int s = i / p->nx, f = i % p->nx;
            double at[2] = {p->corner_x + (f + 0.5) * p->fast_x + (s + 0.5) * p->slow_x,
                            p->corner_y + (f + 0.5) * p->fast_y + (s + 0.5) * p->slow_y};
            airy_placed placed = {
                .from = (p->plane * rows + p->y0 + s) * nx + p->x0 + f,
                .panel = p,
                .x = at[0] - geometry->origin_x,
                .y = at[1] - geometry->origin_y,
                .reasons = place_reasons(geometry, k, (int[2]){p->x0 + f, p->y0 + s}, at)};
            placed.to = airy_geometry_index(geometry, placed.y, placed.x);
            visit(&placed, context);
        }
    }
    return code;
}

static bool has_flags(const airy_panel *p)
{
    return p->has_below || p->has_above || p->has_equal;
}

bool airy_geometry_flags(const airy_geometry *geometry)
{
    bool any = false;
    for (int k = 0; k < geometry->n; k++)
        any = any || has_flags(&geometry->panels[k]);
    return any;
}

static bool is_flagged(const airy_panel *p, double value)
{
    return (p->has_below && value < p->below) || (p->has_above && value > p->above) ||
           (p->has_equal && value == p->equal);
}

airy_code airy_geometry_flag(const airy_geometry *geometry, airy_pattern *data, airy_error *err)
{
    int rows, nx = data->photons.nx;
    airy_code code = check_panels(geometry, data->photons.ny, nx, &rows, err);
    for (int k = 0; code == AIRY_OK && k < geometry->n; k++) {
        const airy_panel *p = &geometry->panels[k];
        for (int i = 0; has_flags(p) && i < p->ny * p->nx; i++) {
            int from = (p->plane * rows + p->y0 + i / p->nx) * nx + p->x0 + i % p->nx;
            if (is_flagged(p, (double)data->photons.px[from]))
                data->mask.bits[from] |= AIRY_MASK_BAD;
        }
    }
    return code;
}

// A frame on its way to the plane.
typedef struct assembly {
    const airy_pattern *data;
    airy_pattern *plane;
    uint8_t *hits; // measured pixels so far
} assembly;

// Adds a data pixel to a plane pixel. Where two meet (rotated panels), the measured one stands; two
// measured ones are summed here and divided by their number in the end.
static void drop(const airy_placed *at, void *context)
{
    const assembly *a = context;
    const airy_pattern *data = a->data;
    airy_pattern *plane = a->plane;
    uint32_t bits = data->mask.bits[at->from] | at->reasons, before = plane->mask.bits[at->to];
    bool measured = !(bits & AIRY_MASK_EXCLUDES), reached = a->hits[at->to] > 0;
    if (!measured && reached)
        return;
    if (!measured) {
        plane->mask.bits[at->to] = before == AIRY_MASK_MISSING ? bits : before | bits;
        return;
    }
    float variance =
        data->variance.px ? data->variance.px[at->from] : data->photons.px[at->from] + 1;
    plane->photons.px[at->to] =
        (reached ? plane->photons.px[at->to] : 0) + data->photons.px[at->from];
    plane->variance.px[at->to] = (reached ? plane->variance.px[at->to] : 0) + variance;
    plane->mask.bits[at->to] = reached ? before | bits : bits;
    if (a->hits[at->to] < UINT8_MAX)
        a->hits[at->to]++;
}

airy_code airy_geometry_assemble(const airy_geometry *geometry, const airy_pattern *data,
                                 airy_pattern *plane, airy_error *err)
{
    int n = geometry->ny * geometry->nx;
    if (plane->photons.ny != geometry->ny || plane->photons.nx != geometry->nx)
        return airy_error_set(err, AIRY_ESHAPE, "the plane is %d x %d, the geometry's is %d x %d",
                              plane->photons.ny, plane->photons.nx, geometry->ny, geometry->nx);
    assembly all = {data, plane, airy_memory_new((size_t)n, 1)};
    if (!all.hits)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a plane of %d x %d", geometry->ny,
                              geometry->nx);
    for (int i = 0; i < n; i++)
        plane->mask.bits[i] = AIRY_MASK_MISSING;
    airy_code code =
        airy_geometry_visit(geometry, data->photons.ny, data->photons.nx, drop, &all, err);
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        float count = (float)all.hits[i];
        if (all.hits[i] > 1)
            plane->photons.px[i] /= count, plane->variance.px[i] /= count * count;
    }
    if (data->setup.energy_ev > 0)
        plane->setup.energy_ev = data->setup.energy_ev;
    airy_pattern_apply_mask(plane);
    airy_memory_free(all.hits);
    return code;
}
