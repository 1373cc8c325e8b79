// SPDX-License-Identifier: GPL-3.0-or-later
// A thinned image becomes a graph: junctions, and the paths between them and the free ends.
#include "airy/density.h"
#include "trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Pixel offsets to the eight neighbours, the four sides first.
static const int step_y[8] = {0, 0, 1, -1, 1, 1, -1, -1};
static const int step_x[8] = {1, -1, 0, 0, 1, -1, 1, -1};

// What is known while following. junction holds 1 .. n_junctions on junction pixels.
struct graph {
    const airy_mask *skeleton;
    airy_mask junction;
    int n_junctions;
    int *middle;      // (n_junctions) pixel nearest the middle of each junction
    uint8_t *visited; // (ny * nx)
    int *chain;       // (ny * nx + 4) pixels of the path under way
    airy_paths *paths;
    int room;
};

static bool is_set(const airy_mask *mask, int y, int x)
{
    return y >= 0 && x >= 0 && y < mask->ny && x < mask->nx && mask->bits[y * mask->nx + x];
}

// Set neighbours of pixel p in mask into list[0..7]; their number.
static int list_neighbours(const airy_mask *mask, int p, int *list)
{
    int n = 0, y = p / mask->nx, x = p % mask->nx;
    for (int k = 0; k < 8; k++)
        if (is_set(mask, y + step_y[k], x + step_x[k]))
            list[n++] = (y + step_y[k]) * mask->nx + x + step_x[k];
    return n;
}

// Junction pixels have three neighbours or more; touching ones are one junction.
static airy_code find_junctions(struct graph *graph, airy_error *err)
{
    const airy_mask *s = graph->skeleton;
    airy_mask crowded = {0};
    int list[8];
    airy_code code = airy_mask_init(&crowded, s->ny, s->nx, err);
    if (code)
        return code;
    for (int p = 0; p < s->ny * s->nx; p++)
        crowded.bits[p] = s->bits[p] && list_neighbours(s, p, list) > 2;
    code = airy_label(&crowded, 8, &graph->junction, &graph->n_junctions, err);
    airy_mask_release(&crowded);
    return code;
}

// Fills middle[] with the junction pixel nearest each junction's center of mass.
static airy_code find_middles(struct graph *graph, airy_error *err)
{
    const airy_mask *j = &graph->junction;
    int n = graph->n_junctions;
    double *sum = airy_memory_new((size_t)(n + 1) * 4, sizeof *sum); // count, y, x, least distance
    graph->middle = airy_memory_new((size_t)n + 1, sizeof *graph->middle);
    if (!sum || !graph->middle) {
        airy_memory_free(sum);
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d junctions", n);
    }
    for (int p = 0; p < j->ny * j->nx; p++) {
        double *row = sum + 4 * j->bits[p];
        row[0] += 1;
        row[1] += p / j->nx;
        row[2] += p % j->nx;
        row[3] = HUGE_VAL;
    }
    for (int p = 0; p < j->ny * j->nx; p++) {
        double *row = sum + 4 * j->bits[p];
        double d = hypot(p / j->nx - row[1] / row[0], p % j->nx - row[2] / row[0]);
        if (j->bits[p] && d < row[3]) {
            row[3] = d;
            graph->middle[j->bits[p] - 1] = p;
        }
    }
    airy_memory_free(sum);
    return AIRY_OK;
}

// Neighbours of p that are not junction pixels, visited or not.
static int plain_neighbours(const struct graph *graph, int p, int *list)
{
    int all[8], n = 0, total = list_neighbours(graph->skeleton, p, all);
    for (int k = 0; k < total; k++)
        if (!graph->junction.bits[all[k]])
            list[n++] = all[k];
    return n;
}

static bool touch(const struct graph *graph, int p, int q)
{
    int nx = graph->skeleton->nx;
    return abs(p / nx - q / nx) <= 1 && abs(p % nx - q % nx) <= 1;
}

// Junction pixels that end a chain of n plain pixels, -1 for none: contact[0] at its first pixel,
// contact[1] at its last. A lone pixel between two junction pixels that touch is a spur.
static void find_contacts(const struct graph *graph, const int *chain, int n, int *contact)
{
    int list[8];
    contact[0] = contact[1] = -1;
    int found = list_neighbours(&graph->junction, chain[0], list);
    if (found > 0)
        contact[0] = list[0];
    if (n == 1) {
        for (int k = 1; k < found && contact[1] < 0; k++)
            if (!touch(graph, list[0], list[k]))
                contact[1] = list[k];
        return;
    }
    if (list_neighbours(&graph->junction, chain[n - 1], list) > 0)
        contact[1] = list[0];
}

// Appends a path made of n pixels; nodes are junction numbers or -1.
static airy_code append_path(struct graph *graph, const int *pixels, int n, const int *node,
                             airy_error *err)
{
    airy_paths *paths = graph->paths;
    if (paths->n == graph->room) {
        int room = graph->room ? 2 * graph->room : 16;
        airy_path *more = realloc(paths->path, (size_t)room * sizeof *more);
        if (!more)
            return airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d paths", room);
        paths->path = more;
        graph->room = room;
    }
    int *memory = airy_memory_new((size_t)n * 2, sizeof *memory);
    if (!memory)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for a path of %d pixels", n);
    airy_path *path = &paths->path[paths->n++];
    *path = (airy_path){.n = n, .y = memory, .x = memory + n, .node = {node[0], node[1]}};
    for (int i = 0; i < n; i++) {
        path->y[i] = pixels[i] / graph->skeleton->nx;
        path->x[i] = pixels[i] % graph->skeleton->nx;
    }
    return AIRY_OK;
}

// Adds a contact pixel and the middle of its junction to a chain in outward order; the new length.
static int extend(const struct graph *graph, int *pixels, int n, int contact)
{
    if (contact < 0)
        return n;
    pixels[n++] = contact;
    int middle = graph->middle[graph->junction.bits[contact] - 1];
    if (middle != contact)
        pixels[n++] = middle;
    return n;
}

static void reverse(int *pixels, int n)
{
    for (int i = 0; i < n / 2; i++) {
        int keep = pixels[i];
        pixels[i] = pixels[n - 1 - i];
        pixels[n - 1 - i] = keep;
    }
}

// Follows plain pixels from `start`, which has at most one of them unvisited beside it or lies on a
// ring.
static airy_code follow(struct graph *graph, int start, airy_error *err)
{
    int list[8], contact[2], node[2], n = 0, next = start;
    while (next >= 0) {
        graph->visited[next] = 1;
        graph->chain[n++] = next;
        int found = plain_neighbours(graph, next, list);
        next = -1;
        for (int k = 0; k < found && next < 0; k++)
            if (!graph->visited[list[k]])
                next = list[k];
    }
    find_contacts(graph, graph->chain, n, contact);
    for (int k = 0; k < 2; k++)
        node[k] = contact[k] < 0 ? -1 : (int)graph->junction.bits[contact[k]] - 1;
    bool ring = n > 2 && contact[0] < 0 && contact[1] < 0 &&
                touch(graph, graph->chain[0], graph->chain[n - 1]);
    if (ring)
        graph->chain[n++] = graph->chain[0];
    n = extend(graph, graph->chain, n, contact[1]);
    if (contact[0] >= 0) {
        reverse(graph->chain, n);
        n = extend(graph, graph->chain, n, contact[0]);
        reverse(graph->chain, n);
    }
    return append_path(graph, graph->chain, n, node, err);
}

// Chains first, from a pixel with at most one plain neighbour; what remains are rings.
static airy_code follow_all(struct graph *graph, airy_error *err)
{
    const airy_mask *s = graph->skeleton;
    int list[8];
    for (int rings = 0; rings < 2; rings++)
        for (int p = 0; p < s->ny * s->nx; p++) {
            bool open = s->bits[p] && !graph->junction.bits[p] && !graph->visited[p];
            if (!open || (!rings && plain_neighbours(graph, p, list) > 1))
                continue;
            airy_code code = follow(graph, p, err);
            if (code)
                return code;
        }
    return AIRY_OK;
}

airy_code airy_skeleton_trace(const airy_mask *skeleton, airy_paths *paths, airy_error *err)
{
    size_t count = (size_t)skeleton->ny * (size_t)skeleton->nx;
    struct graph graph = {.skeleton = skeleton, .paths = paths};
    *paths = (airy_paths){0};
    graph.visited = airy_memory_new(count, 1);
    graph.chain = airy_memory_new(count + 5, sizeof *graph.chain);
    airy_code code = airy_mask_init(&graph.junction, skeleton->ny, skeleton->nx, err);
    if (!code && (!graph.visited || !graph.chain))
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory to follow a skeleton");
    if (!code)
        code = find_junctions(&graph, err);
    if (!code)
        code = find_middles(&graph, err);
    if (!code)
        code = follow_all(&graph, err);
    paths->junctions = graph.n_junctions;
    airy_mask_release(&graph.junction);
    airy_memory_free(graph.middle);
    airy_memory_free(graph.visited);
    airy_memory_free(graph.chain);
    if (code)
        airy_paths_release(paths);
    return code;
}

void airy_paths_release(airy_paths *paths)
{
    for (int i = 0; i < paths->n; i++)
        airy_memory_free(paths->path[i].y);
    free(paths->path);
    *paths = (airy_paths){0};
}
