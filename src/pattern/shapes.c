// SPDX-License-Identifier: GPL-3.0-or-later
// Circles, rectangles and polygons that a user marks.
#include "airy/pattern.h"
#include "mask.h"

#include <math.h>

static bool in_circle(const airy_shape *shape, double y, double x)
{
    const double *c = shape->number;
    return (y - c[0]) * (y - c[0]) + (x - c[1]) * (x - c[1]) <= c[2] * c[2];
}

static bool in_rectangle(const airy_shape *shape, double y, double x)
{
    const double *c = shape->number;
    return y >= fmin(c[0], c[2]) && y <= fmax(c[0], c[2]) && x >= fmin(c[1], c[3]) &&
           x <= fmax(c[1], c[3]);
}

// On the segment a-b, to within a millionth of a pixel.
static bool on_segment(const double *a, const double *b, double y, double x)
{
    double dy = b[0] - a[0], dx = b[1] - a[1], length = hypot(dy, dx);
    double along = length > 0 ? ((y - a[0]) * dy + (x - a[1]) * dx) / (length * length) : 0;
    along = fmin(fmax(along, 0), 1);
    return hypot(y - a[0] - along * dy, x - a[1] - along * dx) < 1e-6;
}

// Even-odd rule: a ray towards +x crosses the outline an odd number of times.
static bool in_polygon(const airy_shape *shape, double y, double x)
{
    bool inside = false;
    int corners = shape->n / 2;
    for (int i = 0; i < corners; i++) {
        const double *a = &shape->number[2 * i];
        const double *b = &shape->number[2 * ((i + 1) % corners)];
        if (on_segment(a, b, y, x))
            return true;
        if ((a[0] > y) != (b[0] > y) && x < a[1] + (y - a[0]) * (b[1] - a[1]) / (b[0] - a[0]))
            inside = !inside;
    }
    return inside;
}

// One row a kind: how many numbers it takes, and what is inside.
static const struct {
    const char *wants;
    int least, most;
    bool even;
    bool (*inside)(const airy_shape *shape, double y, double x);
} kinds[] = {
    [AIRY_SHAPE_CIRCLE] = {"a circle is y,x,radius", 3, 3, false, in_circle},
    [AIRY_SHAPE_RECTANGLE] = {"a rectangle is y0,x0,y1,x1", 4, 4, true, in_rectangle},
    [AIRY_SHAPE_POLYGON] = {"a polygon is y,x of three corners or more, 32 at most", 6,
                            AIRY_SHAPE_MAX, true, in_polygon},
};

airy_code airy_shape_parse(airy_shape_kind kind, const char *text, airy_shape *shape,
                           airy_error *err)
{
    *shape = (airy_shape){.kind = kind};
    airy_code code = airy_text_doubles(text, shape->number, AIRY_SHAPE_MAX, &shape->n, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "%s", kinds[kind].wants);
    if (shape->n < kinds[kind].least || shape->n > kinds[kind].most ||
        (kinds[kind].even && shape->n % 2))
        return airy_error_set(err, AIRY_EARGUMENT, "'%s' has %d numbers; %s", text, shape->n,
                              kinds[kind].wants);
    if (kind == AIRY_SHAPE_CIRCLE && shape->number[2] < 0)
        return airy_error_set(err, AIRY_EARGUMENT, "the radius in '%s' is negative", text);
    return AIRY_OK;
}

void airy_mask_shape(airy_mask *mask, const airy_shape *shape, uint32_t bits)
{
    for (int y = 0; y < mask->ny; y++)
        for (int x = 0; x < mask->nx; x++)
            if (kinds[shape->kind].inside(shape, y, x))
                mask->bits[y * mask->nx + x] |= bits;
}
