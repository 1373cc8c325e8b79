// SPDX-License-Identifier: GPL-3.0-or-later
// Light on a detector of panels, wherever they lie.
//
// The transform is fast where rows and columns of frequencies are straight, and those of a turned
// panel are not. So particle and panel are turned back together, by the panel's angle, until its
// rows run along x: the transform of a turned particle is the turned transform.
#include "camera.h"
#include "simulate/panels.h"

#include "base/units.h"

#include <complex.h>
#include <math.h>

#define BENT 0.1 // pixels by which rows of a panel may be off the right angle, or an image's turned

airy_code airy_light_init(airy_light *light, const airy_geometry *geometry, double offset_y,
                          double offset_x, airy_error *err)
{
    const airy_geometry *g = geometry;
    double y = (g->has_beam ? g->beam_y : g->ny / 2) + offset_y;
    double x = (g->has_beam ? g->beam_x : g->nx / 2) + offset_x;
    *light = (airy_light){.geometry = g,
                          .beam_y = g->origin_y + y + 0.5, // from pixel centers to corners
                          .beam_x = g->origin_x + x + 0.5,
                          .on = airy_memory_new((size_t)g->n, sizeof(airy_image))};
    airy_code code =
        light->on ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for %d panels", g->n);
    for (int k = 0; k < g->n && code == AIRY_OK; k++)
        code = airy_image_init(&light->on[k], g->panels[k].ny + 2, g->panels[k].nx + 2, err);
    return code;
}

void airy_light_release(airy_light *light)
{
    for (int k = 0; light->on && k < light->geometry->n; k++)
        airy_image_release(&light->on[k]);
    airy_memory_free(light->on);
    *light = (airy_light){0};
}

// Where the middle of pixel (s, f) lies, pixels from the beam.
static void from_beam(const airy_light *light, const airy_panel *p, int s, int f, double at[2])
{
    at[0] = p->corner_y - light->beam_y + (f + 0.5) * p->fast_y + (s + 0.5) * p->slow_y;
    at[1] = p->corner_x - light->beam_x + (f + 0.5) * p->fast_x + (s + 0.5) * p->slow_x;
}

// A panel in the frame in which its rows run along x; for an image, which is not turned, as it is.
typedef struct straight {
    double angle;       // of that frame, radians
    double y, x;        // corner, pixels from the beam
    double down, along; // from pixel to pixel: down the rows, along a row, with their signs
    double bent;        // pixels that the last row is off to the side
} straight;

static straight straighten(const airy_light *light, const airy_panel *p, bool turns)
{
    double angle = atan2(p->fast_y, p->fast_x), c = cos(angle), s = sin(angle);
    double y = p->corner_y - light->beam_y, x = p->corner_x - light->beam_x;
    double bent = p->ny * (c * p->slow_x + s * p->slow_y);
    if (!turns)
        return (straight){angle, y, x, p->slow_y, p->fast_x, bent};
    return (straight){angle,
                      c * y - s * x,
                      c * x + s * y,
                      c * p->slow_y - s * p->slow_x,
                      hypot(p->fast_x, p->fast_y),
                      bent};
}

// The object turned back by an angle. What is made here is kept for panels of the same angle.
typedef struct turned {
    const airy_scatterer *object;
    airy_scatterer scatterer;
    airy_phantom phantom;
    airy_image points;
    bool made;
    double angle;
} turned;

static airy_code turn_back(turned *t, double angle, airy_error *err)
{
    if (!t->object->phantom || (t->made && t->angle == angle))
        return AIRY_OK;
    airy_image_release(&t->points);
    t->phantom = *t->object->phantom;
    t->phantom.axis_deg -= AIRY_DEGREES(angle);
    t->angle = angle;
    t->scatterer = (airy_scatterer){.phantom = &t->phantom, .image = &t->points};
    airy_code code = airy_phantom_points(&t->phantom, &t->points, &t->scatterer.pixel_nm, err);
    t->made = code == AIRY_OK;
    return code;
}

static airy_code check(const airy_panel *p, const straight *at, bool image, airy_error *err)
{
    if (fabs(at->bent) > BENT)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "panel %s: fast and slow directions are %.2g pixels off the right "
                              "angle over the panel, which cannot be simulated",
                              p->name, at->bent);
    if (image && fabs(sin(at->angle)) * p->nx > BENT)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "panel %s is turned: an image can be simulated on panels whose rows "
                              "run along x alone",
                              p->name);
    return AIRY_OK;
}

// Frequencies of a panel's grid, the pixel around it included.
static airy_code frequencies_of(const straight *at, double step, const airy_image *on,
                                airy_frequencies *f, airy_error *err)
{
    airy_code code = airy_frequencies_init(f, on->ny, on->nx, err);
    for (int s = 0; code == AIRY_OK && s < on->ny; s++)
        f->fy[s] = (at->y + (s - 0.5) * at->down) * step;
    for (int i = 0; code == AIRY_OK && i < on->nx; i++)
        f->fx[i] = (at->x + (i - 0.5) * at->along) * step;
    return code;
}

static airy_code light_panel(airy_light *light, int k, turned *object, double step, airy_error *err)
{
    const airy_panel *p = &light->geometry->panels[k];
    bool image = !object->object->phantom;
    straight at = straighten(light, p, !image);
    airy_image *on = &light->on[k];
    airy_frequencies f = {0};
    airy_field field = {0};
    airy_code code = check(p, &at, image, err);
    if (code == AIRY_OK)
        code = turn_back(object, at.angle, err);
    if (code == AIRY_OK)
        code = frequencies_of(&at, step, on, &f, err);
    if (code == AIRY_OK)
        code = airy_scatterer_transform(&object->scatterer, &f, &field, err);
    for (int i = 0; code == AIRY_OK && i < on->ny * on->nx; i++) {
        float re = crealf(field.px[i]), im = cimagf(field.px[i]);
        on->px[i] = re * re + im * im;
    }
    airy_field_release(&field);
    airy_frequencies_release(&f);
    return code;
}

static void add_second(airy_light *light, int k, const airy_second *second, double step)
{
    airy_image *on = &light->on[k];
    for (int i = 0; i < on->ny * on->nx; i++) {
        double at[2];
        from_beam(light, &light->geometry->panels[k], i / on->nx - 1, i % on->nx - 1, at);
        on->px[i] *= (float)airy_second_factor(second, at[0] * step, at[1] * step);
    }
}

airy_code airy_light_make(airy_light *light, const airy_scatterer *object,
                          const airy_second *second, const airy_setup *setup, airy_error *err)
{
    double step = 1 / airy_object_pixel_nm(setup, 1); // frequency of one pixel, 1/nm
    turned t = {.object = object, .scatterer = *object};
    airy_code code = airy_scatterer_check(object, setup, err);
    for (int k = 0; k < light->geometry->n && code == AIRY_OK; k++) {
        code = light_panel(light, k, &t, step, err);
        if (code == AIRY_OK && second->share > 0)
            add_second(light, k, second, step);
    }
    airy_image_release(&t.points);
    return code;
}

void airy_light_shape(airy_light *light, double stop, double factor, double background)
{
    for (int k = 0; k < light->geometry->n; k++) {
        airy_image *on = &light->on[k];
        for (int i = 0; i < on->ny * on->nx; i++) {
            double at[2];
            from_beam(light, &light->geometry->panels[k], i / on->nx - 1, i % on->nx - 1, at);
            on->px[i] = hypot(at[0], at[1]) < stop ? 0 : (float)(on->px[i] * factor + background);
        }
    }
}

// ------------------------------------------------------------------ the stack of modules

// Rows of data before the panel's plane.
static int rows_before(const airy_geometry *geometry, const airy_panel *p)
{
    int planes = 1;
    for (int k = 0; k < geometry->n; k++)
        planes = geometry->panels[k].plane >= planes ? geometry->panels[k].plane + 1 : planes;
    return planes > 1 ? p->plane * AIRY_MODULE_NY : 0;
}

void airy_light_collect(const airy_light *light, airy_image *data)
{
    for (int k = 0; k < light->geometry->n; k++) {
        const airy_panel *p = &light->geometry->panels[k];
        airy_camera_collect(p, rows_before(light->geometry, p) + p->y0, &light->on[k], data);
    }
}

airy_code airy_simulation_rows(const airy_geometry *geometry, int *rows, airy_error *err)
{
    *rows = 0;
    for (int k = 0; k < geometry->n; k++) {
        const airy_panel *p = &geometry->panels[k];
        int before = rows_before(geometry, p), end = before + p->y0 + p->ny;
        bool stacked = p->x0 + p->nx <= AIRY_MODULE_NX && end <= AIRY_SIDE_MAX - AIRY_MODULE_NY;
        if (!stacked || (before && p->y0 + p->ny > AIRY_MODULE_NY))
            return airy_error_set(err, AIRY_EFORMAT,
                                  "panel %s holds data rows up to %d and columns up to %d: raw "
                                  "words are written as modules of %d x %d, one below the other",
                                  p->name, p->y0 + p->ny, p->x0 + p->nx, AIRY_MODULE_NY,
                                  AIRY_MODULE_NX);
        *rows = end > *rows ? end : *rows;
    }
    *rows = (*rows + AIRY_MODULE_NY - 1) / AIRY_MODULE_NY * AIRY_MODULE_NY;
    return AIRY_OK;
}
