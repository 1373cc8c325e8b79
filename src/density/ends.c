// SPDX-License-Identifier: GPL-3.0-or-later
// Where a band ends between pixels. The medial axis of a band with round ends stops half a width
// before the border; a skeleton stops up to a pixel and a half sooner or later. The region's area
// beside the path's last pixels knows better: it averages over the border's pixels.
#include "ends.h"
#include "density/path.h"

#include <math.h>

enum { FINE = 4, RUN = 8 }; // points a pixel along the path; pixels of the band looked at

// The frame of one end: origin inside the band, u pointing outwards, both on the path.
struct end_frame {
    double y, x, uy, ux;
    double last;   // how far the path's last pixel is from the origin
    double across; // reach to either side
};

// The origin lies a width and a few pixels inside; the direction is that between there and where
// the cap begins, because the last pixels turn aside. False for paths too short to have both.
static bool find_frame(const airy_path *path, int end, double half, struct end_frame *f)
{
    int from = end ? path->n - 1 : 0, step = end ? -1 : 1;
    int inside = (int)(2 * half) + RUN, cap = (int)half + 1;
    inside = inside > path->n - 1 ? path->n - 1 : inside;
    if (cap >= inside)
        return false;
    int a = from + step * cap, b = from + step * inside;
    double dy = path->y[a] - path->y[b], dx = path->x[a] - path->x[b], length = hypot(dy, dx);
    if (!(length > 0))
        return false;
    *f = (struct end_frame){path->y[b], path->x[b], dy / length, dx / length, 0, half + 1.5};
    f->last = (path->y[from] - f->y) * f->uy + (path->x[from] - f->x) * f->ux;
    return f->last > half + 1;
}

// Area of the region between two distances from the origin, pixels^2.
static double area_between(const airy_mask *region, const struct end_frame *f, double from,
                           double to)
{
    int reach = (int)ceil(fabs(to) + f->across), y0 = (int)f->y, x0 = (int)f->x, found = 0;
    for (int y = y0 - reach; y <= y0 + reach; y++)
        for (int x = x0 - reach; x <= x0 + reach; x++) {
            bool set = y >= 0 && x >= 0 && y < region->ny && x < region->nx &&
                       region->bits[y * region->nx + x];
            if (!set || fabs((y - f->y) * f->ux - (x - f->x) * f->uy) > f->across)
                continue;
            for (int k = 0; k < FINE * FINE; k++) {
                double v = y - f->y + (k / FINE + 0.5) / FINE - 0.5;
                double u = x - f->x + (k % FINE + 0.5) / FINE - 0.5;
                double along = v * f->uy + u * f->ux;
                found += along >= from && along < to;
            }
        }
    return (double)found / (FINE * FINE);
}

// The area to the border is w (e + pi w / 8) for a half disc of width w whose center, the end of
// the axis, is e away.
static double excess(const airy_path *path, int end, const airy_mask *region, double half)
{
    struct end_frame f;
    if (!find_frame(path, end, half, &f))
        return 0;
    double body = f.last - half;
    double width = area_between(region, &f, 0, body) / body;
    double all = area_between(region, &f, 0, f.last + half + 3);
    double beyond = all / width - acos(-1) / 8 * width - f.last;
    // More than the cap's own size is another band's area.
    return width > 0 && fabs(beyond) <= half + 1 ? beyond : 0;
}

double airy_path_length_in(const airy_path *path, const airy_mask *region, double width)
{
    double length = airy_path_length(path);
    int last = path->n - 1;
    bool ring = last > 0 && path->y[0] == path->y[last] && path->x[0] == path->x[last];
    for (int end = 0; !ring && end < 2; end++)
        if (path->node[end] == AIRY_END_FREE)
            length += excess(path, end, region, width / 2);
    return length;
}
