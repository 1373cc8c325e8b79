// SPDX-License-Identifier: GPL-3.0-or-later
// Paths that go straight on across junctions become one.
#include "airy/density.h"
#include "join.h"
#include "links.h"
#include "trace.h"

#include <math.h>
#include <stdlib.h>

struct join {
    const airy_paths *paths;
    airy_links links;
    bool *used; // (paths->n) part of a line, or a bridge on which lines pass
    int *chain; // pixels of the line under way: y, x, y, x ...
    int n;
    airy_paths lines;
};

static int node_at(const struct join *join, int end)
{
    return join->paths->path[end / 2].node[end % 2];
}

// Lines that pass a bridge leave no path of it.
static void mark_bridges(struct join *join)
{
    for (int end = 0; end < 2 * join->paths->n; end++) {
        int next = join->links.next[end], node = node_at(join, end);
        if (next >= 0 && node_at(join, next) != node)
            join->used[join->links.bridge[node]] = true;
    }
}

// The pixel of a path that is k pixels from an end.
static void pixel_at(const struct join *join, int end, int k, int *pixel)
{
    const airy_path *path = &join->paths->path[end / 2];
    k = end % 2 ? path->n - 1 - k : k;
    pixel[0] = path->y[k];
    pixel[1] = path->x[k];
}

// Pixels left out at a linked end; what is in the middle stays.
static int trimmed(const struct join *join, int end)
{
    int in = join->links.in[end], most = (join->paths->path[end / 2].n - 1) / 2;
    return join->links.next[end] < 0 ? 0 : in < most ? in : most;
}

static void push(struct join *join, const int *pixel)
{
    int *to = join->chain + 2 * (size_t)join->n++;
    to[0] = pixel[0];
    to[1] = pixel[1];
}

// Steps from one linked end to the other.
static int count_steps(const int *a, const int *b)
{
    int dy = abs(b[0] - a[0]), dx = abs(b[1] - a[1]);
    return dy > dx ? dy : dx;
}

// Goes straight from the line's last pixel to where it goes on, that one left out.
static void cross(struct join *join, const int *to)
{
    const int *last = join->chain + 2 * ((size_t)join->n - 1);
    const int from[2] = {last[0], last[1]};
    int steps = count_steps(from, to);
    for (int k = 1; k < steps; k++) {
        const int pixel[2] = {from[0] + (int)lround((double)k * (to[0] - from[0]) / steps),
                              from[1] + (int)lround((double)k * (to[1] - from[1]) / steps)};
        push(join, pixel);
    }
}

// Adds a path's pixels from one end on.
static void append(struct join *join, int end)
{
    int pixel[2], n = join->paths->path[end / 2].n;
    for (int k = trimmed(join, end); k < n - trimmed(join, end ^ 1); k++) {
        pixel_at(join, end, k, pixel);
        if (k == trimmed(join, end) && join->n > 0)
            cross(join, pixel);
        const int *last = join->chain + 2 * ((size_t)join->n - (join->n > 0));
        if (join->n == 0 || last[0] != pixel[0] || last[1] != pixel[1])
            push(join, pixel);
    }
    join->used[end / 2] = true;
}

// Follows the line that begins at an end; the end where it ends.
static int follow(struct join *join, int end)
{
    const int *next = join->links.next;
    join->n = 0;
    append(join, end);
    for (; next[end ^ 1] >= 0; end = next[end ^ 1])
        append(join, next[end ^ 1]);
    return end ^ 1;
}

static airy_code keep(struct join *join, int first, int last, airy_error *err)
{
    int n = join->n, *memory = airy_memory_new((size_t)n * 2, sizeof *memory);
    if (!memory)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for a line of %d pixels", n);
    airy_path *line = &join->lines.path[join->lines.n++];
    *line = (airy_path){.n = n, .y = memory, .x = memory + n};
    line->node[0] = node_at(join, first);
    line->node[1] = node_at(join, last);
    for (int k = 0; k < n; k++) {
        line->y[k] = join->chain[2 * k];
        line->x[k] = join->chain[2 * k + 1];
    }
    return AIRY_OK;
}

// Lines in the order of their first paths.
static airy_code make_lines(struct join *join, airy_error *err)
{
    const int *next = join->links.next;
    airy_code code = AIRY_OK;
    mark_bridges(join);
    for (int i = 0; !code && i < join->paths->n; i++) {
        int first = 2 * i;
        if (join->used[i])
            continue;
        while (next[first] >= 0)
            first = next[first] ^ 1;
        int last = follow(join, first);
        code = keep(join, first, last, err);
    }
    return code;
}

// Pixels that lines can have: those of all paths, and the ways between them.
static size_t count_pixels(const struct join *join)
{
    size_t pixels = 0;
    for (int end = 0; end < 2 * join->paths->n; end++) {
        int next = join->links.next[end], a[2], b[2];
        pixels += (size_t)join->paths->path[end / 2].n;
        if (next < 0)
            continue;
        pixel_at(join, end, trimmed(join, end), a);
        pixel_at(join, next, trimmed(join, next), b);
        pixels += (size_t)count_steps(a, b);
    }
    return pixels;
}

static airy_code make_room(struct join *join, airy_error *err)
{
    const airy_paths *paths = join->paths;
    size_t n = (size_t)paths->n;
    join->used = airy_memory_new(n + 1, sizeof *join->used);
    join->chain = airy_memory_new(2 * count_pixels(join) + 1, sizeof *join->chain);
    join->lines.path = malloc((n + 1) * sizeof *join->lines.path);
    join->lines.junctions = paths->junctions;
    if (!join->used || !join->chain || !join->lines.path)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory to join %d paths", paths->n);
    return AIRY_OK;
}

airy_code airy_paths_join(airy_paths *paths, const airy_image *distance, double scale,
                          airy_error *err)
{
    struct join join = {.paths = paths};
    airy_code code = airy_links_find(paths, distance, scale, &join.links, err);
    if (!code)
        code = make_room(&join, err);
    if (!code)
        code = make_lines(&join, err);
    airy_links_release(&join.links);
    airy_memory_free(join.used);
    airy_memory_free(join.chain);
    airy_paths_release(code ? &join.lines : paths);
    if (!code)
        *paths = join.lines;
    return code;
}
