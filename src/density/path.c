// SPDX-License-Identifier: GPL-3.0-or-later
// Length and direction of a line of pixels, as free of the grid as a few pixels allow.
#include "airy/density.h"
#include "base/units.h"

#include <math.h>

enum { REACH = 3 }; // points averaged to either side

struct point {
    double y, x;
};

// The path's point i averaged with as many neighbours on either side as there are, at most REACH:
// the ends stay where they are.
static struct point smooth(const airy_path *path, int i)
{
    int h = REACH;
    h = i < h ? i : h;
    h = path->n - 1 - i < h ? path->n - 1 - i : h;
    struct point sum = {0, 0};
    for (int k = i - h; k <= i + h; k++) {
        sum.y += path->y[k];
        sum.x += path->x[k];
    }
    return (struct point){sum.y / (2 * h + 1), sum.x / (2 * h + 1)};
}

double airy_path_length(const airy_path *path)
{
    double length = 0;
    struct point last = smooth(path, 0);
    for (int i = 1; i < path->n; i++) {
        struct point next = smooth(path, i);
        length += hypot(next.y - last.y, next.x - last.x);
        last = next;
    }
    return length;
}

// Second moments of the segments' middles, each weighted by its length; the axis has the angle
// atan2(2 Sxy, Sxx - Syy) / 2.
double airy_path_angle(const airy_path *path)
{
    double w = 0, my = 0, mx = 0, syy = 0, sxx = 0, sxy = 0;
    struct point last = smooth(path, 0);
    for (int i = 1; i < path->n; i++) {
        struct point next = smooth(path, i);
        double l = hypot(next.y - last.y, next.x - last.x);
        double y = (next.y + last.y) / 2 - path->y[0], x = (next.x + last.x) / 2 - path->x[0];
        // A segment's own extent counts too: it is what a path of two pixels has.
        double dy = next.y - last.y, dx = next.x - last.x;
        w += l;
        my += l * y;
        mx += l * x;
        syy += l * (y * y + dy * dy / 12);
        sxx += l * (x * x + dx * dx / 12);
        sxy += l * (x * y + dx * dy / 12);
        last = next;
    }
    if (w <= 0)
        return NAN;
    my /= w;
    mx /= w;
    double angle = 0.5 * atan2(2 * (sxy / w - mx * my), (sxx / w - mx * mx) - (syy / w - my * my));
    double degrees = AIRY_DEGREES(angle);
    return degrees < 0 ? degrees + 180 : degrees;
}
