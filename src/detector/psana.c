// SPDX-License-Identifier: GPL-3.0-or-later
// psana geometry text: a tree of objects, one a line, each placed in its parent's frame in um and
// degrees. Segments named JUNGFRAU:V1 / V2 are modules of 512 x 1024.
#include "detector/geometry.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OBJECTS_MOST = 64, DEPTH_MOST = 8, NAME = 32, FIELDS = 13 };

#define PITCH_UM 75.0
#define UM 1e-6

typedef struct object {
    char parent[NAME], name[NAME];
    int parent_index, index;
    double at[3], degrees[3]; // x y z; rotations about z, y, x (design plus tilt)
} object;

typedef struct tree {
    object *objects;
    int n;
} tree;

// False for lines that hold no object.
static bool parse_line(const char *line, object *o)
{
    double angle[6];
    *o = (object){0};
    if (*line == '#')
        return false;
    // a place that is no finite number is refused with its panel, NOLINTNEXTLINE(cert-err34-c)
    int found = sscanf(line, "%31s %d %31s %d %lf %lf %lf %lf %lf %lf %lf %lf %lf", o->parent,
                       &o->parent_index, o->name, &o->index, &o->at[0], &o->at[1], &o->at[2],
                       &angle[0], &angle[1], &angle[2], &angle[3], &angle[4], &angle[5]);
    for (int i = 0; found == FIELDS && i < 3; i++)
        o->degrees[i] = angle[i] + angle[i + 3];
    return found == FIELDS;
}

static const object *parent_of(const tree *t, const object *o)
{
    for (int i = 0; i < t->n; i++)
        if (strcmp(t->objects[i].name, o->parent) == 0 && t->objects[i].index == o->parent_index)
            return &t->objects[i];
    return NULL;
}

static void rotate(double *a, double *b, double degrees)
{
    double c = cos(AIRY_RADIANS(degrees)), s = sin(AIRY_RADIANS(degrees));
    double x = c * *a - s * *b, y = s * *a + c * *b;
    *a = x, *b = y;
}

// A vector of an object's frame in its parent's: turned about z, then y, then x (psana's order).
static void turn(const object *o, double v[3])
{
    rotate(&v[0], &v[1], o->degrees[0]);
    rotate(&v[2], &v[0], o->degrees[1]);
    rotate(&v[1], &v[2], o->degrees[2]);
}

// A point (or, without `moved`, a direction) of an object's frame in the laboratory.
static void to_laboratory(const tree *t, const object *o, bool moved, double v[3])
{
    for (int depth = 0; o && depth < DEPTH_MOST; depth++, o = parent_of(t, o)) {
        turn(o, v);
        for (int i = 0; moved && i < 3; i++)
            v[i] += o->at[i];
    }
}

// Pixel (row 0, column 0) of a segment lies at -x, +y of its middle; rows run along -y, columns
// along +x, as on psana's drawings.
static airy_code add_segment(const tree *t, const object *o, airy_geometry *geometry,
                             airy_error *err)
{
    double width = (AIRY_MODULE_NX + 6) * PITCH_UM, height = (AIRY_MODULE_NY + 2) * PITCH_UM;
    double corner[3] = {-width / 2, height / 2, 0}, fast[3] = {1, 0, 0}, slow[3] = {0, -1, 0};
    to_laboratory(t, o, true, corner);
    to_laboratory(t, o, false, fast);
    to_laboratory(t, o, false, slow);
    airy_module_place place = {.number = o->index,
                               .plane = 0,
                               .row0 = o->index * AIRY_MODULE_NY,
                               .x = corner[0] / PITCH_UM,
                               .y = corner[1] / PITCH_UM,
                               .fast_x = fast[0],
                               .fast_y = fast[1],
                               .slow_x = slow[0],
                               .slow_y = slow[1]};
    if (o->index < 0 || o->index >= OBJECTS_MOST)
        return airy_error_set(err, AIRY_EFORMAT, "segment %d has no place in a stack of modules",
                              o->index);
    return airy_geometry_add_module(geometry, &place, err);
}

static airy_code parse_all(const char *text, const char *name, tree *t, airy_error *err)
{
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        object o;
        char one[256]; // longer lines are comments
        snprintf(one, sizeof one, "%.*s", (int)strcspn(line, "\n"), line);
        if (!parse_line(one, &o))
            continue;
        if (t->n == OBJECTS_MOST)
            return airy_error_set(err, AIRY_EFORMAT, "%s: more than %d objects", name,
                                  OBJECTS_MOST);
        t->objects[t->n++] = o;
    }
    return AIRY_OK;
}

airy_code airy_geometry_psana(airy_geometry *geometry, const char *text, const char *name,
                              airy_error *err)
{
    tree t = {airy_memory_new(OBJECTS_MOST, sizeof(object)), 0};
    *geometry = (airy_geometry){.pitch_m = PITCH_UM * UM};
    airy_code code = t.objects ? parse_all(text, name, &t, err)
                               : airy_error_set(err, AIRY_EMEMORY, "no memory for %s", name);
    for (int i = 0; i < t.n && code == AIRY_OK; i++) {
        if (strncmp(t.objects[i].name, "JUNGFRAU:", 9) == 0)
            code = add_segment(&t, &t.objects[i], geometry, err);
        if (strcmp(t.objects[i].parent, "IP:V1") == 0)
            geometry->distance_m = t.objects[i].at[2] * UM;
    }
    if (code == AIRY_OK)
        code = airy_geometry_close(geometry, name, err);
    if (code == AIRY_OK) { // the interaction point is the origin
        geometry->has_beam = true;
        geometry->beam_x = -geometry->origin_x - 0.5;
        geometry->beam_y = -geometry->origin_y - 0.5;
    } else {
        airy_geometry_release(geometry);
    }
    airy_memory_free(t.objects);
    return code;
}
