// SPDX-License-Identifier: GPL-3.0-or-later
// Length and direction of a line of pixels, as free of the grid as a few pixels allow.
#include "density/path.h"
#include "base/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REACH = 3 }; // points averaged to either side

airy_point airy_path_point(const airy_path *path, int i)
{
    int h = REACH;
    h = i < h ? i : h;
    h = path->n - 1 - i < h ? path->n - 1 - i : h;
    airy_point sum = {0, 0};
    for (int k = i - h; k <= i + h; k++) {
        sum.y += path->y[k];
        sum.x += path->x[k];
    }
    return (airy_point){sum.y / (2 * h + 1), sum.x / (2 * h + 1)};
}

double airy_path_length(const airy_path *path)
{
    double length = 0;
    airy_point last = airy_path_point(path, 0);
    for (int i = 1; i < path->n; i++) {
        airy_point next = airy_path_point(path, i);
        length += hypot(next.y - last.y, next.x - last.x);
        last = next;
    }
    return length;
}

// The segment's middle, and its own extent l^2 / 12, which is all that a path of two pixels has.
void airy_moments_add(airy_moments *moments, airy_point a, airy_point b, double weight)
{
    double dy = b.y - a.y, dx = b.x - a.x, y = (a.y + b.y) / 2, x = (a.x + b.x) / 2;
    double w = weight * hypot(dy, dx);
    moments->w += w;
    moments->y += w * y;
    moments->x += w * x;
    moments->yy += w * (y * y + dy * dy / 12);
    moments->xx += w * (x * x + dx * dx / 12);
    moments->yx += w * (y * x + dy * dx / 12);
}

// atan2(2 Sxy, Sxx - Syy) / 2 of the central second moments.
double airy_moments_axis(const airy_moments *m)
{
    if (!(m->w > 0))
        return NAN;
    double y = m->y / m->w, x = m->x / m->w;
    double yy = m->yy / m->w - y * y, xx = m->xx / m->w - x * x, yx = m->yx / m->w - y * x;
    double degrees = AIRY_DEGREES(0.5 * atan2(2 * yx, xx - yy));
    return degrees < 0 ? degrees + 180 : degrees;
}

void airy_moments_spread(const airy_moments *m, double *along, double *across)
{
    double y = m->y / m->w, x = m->x / m->w;
    double yy = m->yy / m->w - y * y, xx = m->xx / m->w - x * x, yx = m->yx / m->w - y * x;
    double mean = (yy + xx) / 2, half = hypot((yy - xx) / 2, yx);
    *along = mean + half;
    *across = fmax(mean - half, 0);
}

double airy_path_angle(const airy_path *path)
{
    airy_moments moments = {0};
    airy_point first = airy_path_point(path, 0), last = {0, 0};
    for (int i = 1; i < path->n; i++) {
        airy_point next = airy_path_point(path, i);
        next = (airy_point){next.y - first.y, next.x - first.x};
        airy_moments_add(&moments, last, next, 1);
        last = next;
    }
    return airy_moments_axis(&moments);
}

// ------------------------------------------------------------------ bends

// Distance of point i from the line between the path's ends; from its first point for a ring.
static double departure(const airy_path *path, int i)
{
    int last = path->n - 1;
    double dy = path->y[last] - path->y[0], dx = path->x[last] - path->x[0];
    double py = path->y[i] - path->y[0], px = path->x[i] - path->x[0], chord = hypot(dy, dx);
    return chord > 0 ? fabs(px * dy - py * dx) / chord : hypot(py, px);
}

// Where the path is cut, or 0.
static int find_bend(const airy_path *path, double bend)
{
    int at = 0;
    double most = bend;
    for (int i = 1; i < path->n - 1; i++) {
        double d = departure(path, i);
        if (d > most) {
            most = d;
            at = i;
        }
    }
    return at;
}

// Points from .. from + n - 1 of a path.
static airy_code copy_part(const airy_path *path, int from, int n, airy_path *part, airy_error *err)
{
    int *memory = airy_memory_new((size_t)n * 2, sizeof *memory);
    if (!memory)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for a path of %d pixels", n);
    memcpy(memory, path->y + from, (size_t)n * sizeof *memory);
    memcpy(memory + n, path->x + from, (size_t)n * sizeof *memory);
    *part = (airy_path){.n = n, .y = memory, .x = memory + n, .node = {AIRY_END_CUT, AIRY_END_CUT}};
    return AIRY_OK;
}

// Path i becomes its first part, the rest goes to the end of the list.
static airy_code cut(airy_paths *paths, int i, int at, airy_error *err)
{
    airy_path *more = realloc(paths->path, ((size_t)paths->n + 1) * sizeof *more);
    if (!more)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d paths", paths->n + 1);
    paths->path = more;
    airy_path whole = more[i], first, second;
    airy_code code = copy_part(&whole, 0, at + 1, &first, err);
    if (code)
        return code;
    code = copy_part(&whole, at, whole.n - at, &second, err);
    if (code) {
        airy_memory_free(first.y);
        return code;
    }
    first.node[0] = whole.node[0];
    second.node[1] = whole.node[1];
    airy_memory_free(whole.y);
    more[i] = first;
    more[paths->n++] = second;
    return AIRY_OK;
}

airy_code airy_paths_split(airy_paths *paths, double bend, airy_error *err)
{
    for (int i = 0; i < paths->n; i++)
        for (int at = find_bend(&paths->path[i], bend); at > 0;
             at = find_bend(&paths->path[i], bend)) {
            airy_code code = cut(paths, i, at, err);
            if (code)
                return code;
        }
    return AIRY_OK;
}
