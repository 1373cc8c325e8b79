// SPDX-License-Identifier: GPL-3.0-or-later
// Spurs go, the shortest first, until only lines longer than a resolution element are left.
#include "airy/density.h"
#include "trace.h"
#include "thin.h"
#include "prune.h"
#include "links.h"
#include "path.h"

#include <math.h>

// How much of a path sticks out of the region around its junction, pixels.
static double reach(const airy_path *path, const airy_image *distance)
{
    double length = airy_path_length(path);
    if (!distance || !distance->px)
        return length;
    int end = path->node[0] >= 0 ? 0 : path->n - 1;
    return length - (double)distance->px[path->y[end] * distance->nx + path->x[end]];
}

static bool is_spur(const airy_path *path)
{
    return (path->node[0] < 0) != (path->node[1] < 0);
}

// The other end of a line that is cut by a junction sticks out as little as a spur.
static bool goes_on(const airy_paths *paths, int i, const airy_image *distance, double least,
                    const airy_links *links)
{
    int next = links->next ? links->next[2 * i + (paths->path[i].node[0] < 0)] : -1;
    const airy_path *other = next < 0 ? NULL : &paths->path[next / 2];
    return other && !(is_spur(other) && reach(other, distance) < least);
}

// The spur that reaches least, if that is under `least`; -1 for none.
static int shortest_spur(const airy_paths *paths, const airy_image *distance, double least,
                         const airy_links *links)
{
    int found = -1;
    double best = least;
    for (int i = 0; i < paths->n; i++) {
        const airy_path *path = &paths->path[i];
        double r = is_spur(path) ? reach(path, distance) : HUGE_VAL;
        if (r < best && !goes_on(paths, i, distance, least, links)) {
            best = r;
            found = i;
        }
    }
    return found;
}

// Pixels of a junction belong to the other paths too; they have three neighbours or more.
static bool crowded(const airy_mask *skeleton, int y, int x)
{
    int n = 0;
    for (int v = y - 1; v <= y + 1; v++)
        for (int u = x - 1; u <= x + 1; u++)
            n += v >= 0 && u >= 0 && v < skeleton->ny && u < skeleton->nx &&
                 skeleton->bits[v * skeleton->nx + u];
    return n > 3;
}

// Clears the path from its free end up to the junction, whose pixels are told before any is
// cleared.
static void erase(airy_mask *skeleton, const airy_path *path)
{
    int first = path->node[0] < 0 ? 0 : path->n - 1, by = path->node[0] < 0 ? 1 : -1, own = 0;
    while (own < path->n &&
           !crowded(skeleton, path->y[first + own * by], path->x[first + own * by]))
        own++;
    for (int k = 0; k < own; k++)
        skeleton->bits[path->y[first + k * by] * skeleton->nx + path->x[first + k * by]] = 0;
}

airy_code airy_skeleton_prune(airy_mask *skeleton, const airy_image *distance, double least,
                              double scale, airy_error *err)
{
    for (;;) {
        airy_paths paths = {0};
        airy_links links = {0};
        airy_code code = airy_skeleton_trace(skeleton, &paths, err);
        if (!code && scale > 0)
            code = airy_links_find(&paths, distance, scale, &links, err);
        int spur = code ? -1 : shortest_spur(&paths, distance, least, &links);
        if (spur >= 0)
            erase(skeleton, &paths.path[spur]);
        airy_links_release(&links);
        airy_paths_release(&paths);
        if (spur < 0)
            return code;
        // What is left of the junction may be a bump on a line now.
        code = airy_skeleton_thin(skeleton, skeleton, err);
        if (code)
            return code;
    }
}
