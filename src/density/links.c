// SPDX-License-Identifier: GPL-3.0-or-later
// Lines that cross or touch are cut by the skeleton's junctions; what goes straight on is one line.
#include "airy/density.h"
#include "links.h"
#include "path.h"
#include "base/units.h"

#include <math.h>
#include <stdlib.h>

// Lines that turn more are two, degrees: where one piece is short (two directions of four pixels,
// each off by one, differ by 30), and where long ones cross.
#define MOST_TURN 40.0
#define MOST_TURN_CROSSING 25.0
// Pieces shorter than so many scales are taken for parts of others. Where three meet, two longer
// ones in line are as often two bands end to end as one (docs/method/density.md), and stay two;
// where four meet, two lines cross.
#define SHORT_SCALES 2.0
// The bridge of two lines of one width that cross at 30 degrees has so many half widths at its two
// junctions, whose discs touch the outer edges and the corner between.
#define MOST_BRIDGE 1.5
// Shorter pieces beyond the junction's disc have no direction of their own, pixels.
#define LEAST_REACH 2.0

// An end at a junction.
struct arm {
    int end;
    int group;          // junctions that are one
    bool is_short;      // its path is
    airy_point in, out; // where the line is seen: nearer to the junction, and farther
};

// A path short enough to lie within the discs of its junctions.
struct bridge {
    int path;
    double length;
};

struct search {
    const airy_paths *paths;
    const airy_image *distance;
    double scale;
    airy_links *links;
    struct arm *arm; // by group
    int n;
};

static int node_at(const struct search *search, int end)
{
    return search->paths->path[end / 2].node[end % 2];
}

static double half_width(const struct search *search, int end)
{
    const airy_path *path = &search->paths->path[end / 2];
    int k = end % 2 ? path->n - 1 : 0;
    return (double)search->distance->px[path->y[k] * search->distance->nx + path->x[k]];
}

// ------------------------------------------------------------------ bridges

static int compare_bridges(const void *a, const void *b)
{
    const struct bridge *p = a, *q = b;
    int by_length = (p->length > q->length) - (p->length < q->length);
    return by_length ? by_length : p->path - q->path;
}

// Those of the paths, the shortest first; their number.
static int list_bridges(const struct search *search, struct bridge *list)
{
    int n = 0;
    for (int i = 0; i < search->paths->n; i++) {
        int a = node_at(search, 2 * i), b = node_at(search, 2 * i + 1);
        double length = airy_path_length(&search->paths->path[i]);
        if (a >= 0 && b >= 0 && a != b &&
            length <= MOST_BRIDGE * (half_width(search, 2 * i) + half_width(search, 2 * i + 1)))
            list[n++] = (struct bridge){i, length};
    }
    qsort(list, (size_t)n, sizeof *list, compare_bridges);
    return n;
}

// Makes junctions one, two and two.
static airy_code pair_junctions(const struct search *search, airy_error *err)
{
    int *bridge = search->links->bridge;
    struct bridge *list = airy_memory_new((size_t)search->paths->n + 1, sizeof *list);
    if (!list)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for bridges");
    for (int j = 0; j < search->paths->junctions; j++)
        bridge[j] = -1;
    int n = list_bridges(search, list);
    for (int k = 0; k < n; k++) {
        const int *node = search->paths->path[list[k].path].node;
        if (bridge[node[0]] < 0 && bridge[node[1]] < 0)
            bridge[node[0]] = bridge[node[1]] = list[k].path;
    }
    airy_memory_free(list);
    return AIRY_OK;
}

// The smaller number of two junctions that are one.
static int group_of(const struct search *search, int node)
{
    int bridge = search->links->bridge[node];
    if (bridge < 0)
        return node;
    const int *ends = search->paths->path[bridge].node;
    return ends[0] < ends[1] ? ends[0] : ends[1];
}

// ------------------------------------------------------------------ arms

static airy_point seen_from(const airy_path *path, int end, int k)
{
    return airy_path_point(path, end % 2 ? path->n - 1 - k : k);
}

static double between(airy_point a, airy_point b)
{
    return hypot(a.y - b.y, a.x - b.x);
}

// The first pixel at least `reach` from pixel `from`, both counted from an end; else the last.
static int walk(const airy_path *path, int end, int from, double reach)
{
    int k = from;
    airy_point start = seen_from(path, end, from);
    while (k < path->n - 1 && between(start, seen_from(path, end, k)) < reach)
        k++;
    return k;
}

// Within the junction's disc the skeleton turns towards its middle and tells no direction.
static void look(const struct search *search, struct arm *arm)
{
    const airy_path *path = &search->paths->path[arm->end / 2];
    int in = walk(path, arm->end, 0, half_width(search, arm->end));
    int out = walk(path, arm->end, in, search->scale);
    arm->in = seen_from(path, arm->end, in);
    arm->out = seen_from(path, arm->end, out);
    if (between(arm->in, arm->out) < LEAST_REACH) {
        in = 0;
        arm->in = seen_from(path, arm->end, 0);
        arm->out = seen_from(path, arm->end, path->n - 1);
    }
    search->links->in[arm->end] = in;
}

static int compare_arms(const void *a, const void *b)
{
    const struct arm *p = a, *q = b;
    return p->group != q->group ? p->group - q->group : p->end - q->end;
}

static void find_arms(struct search *search)
{
    for (int end = 0; end < 2 * search->paths->n; end++) {
        int node = node_at(search, end);
        search->links->next[end] = -1;
        if (node < 0 || search->links->bridge[node] == end / 2)
            continue;
        double length = airy_path_length(&search->paths->path[end / 2]);
        struct arm *arm = &search->arm[search->n++];
        *arm = (struct arm){.end = end, .group = group_of(search, node)};
        arm->is_short = length < SHORT_SCALES * search->scale;
        look(search, arm);
    }
    qsort(search->arm, (size_t)search->n, sizeof *search->arm, compare_arms);
}

// ------------------------------------------------------------------ links

// Degrees between the ways from a to b and from c to d, 180 where one of them leads nowhere.
static double turn(airy_point a, airy_point b, airy_point c, airy_point d)
{
    double y = b.y - a.y, x = b.x - a.x, v = d.y - c.y, u = d.x - c.x;
    double along = x * u + y * v, across = fabs(x * v - y * u);
    return along == 0 && across == 0 ? 180 : AIRY_DEGREES(atan2(across, along));
}

// How far two arms are from one straight line: how much both turn from the line between their far
// ends, so that parallel lines side by side are not straight either.
static double bend_between(const struct arm *a, const struct arm *b)
{
    return turn(a->out, a->in, a->out, b->out) + turn(b->in, b->out, a->out, b->out);
}

// Where the line ends that comes in at an end.
static int far_end(const int *next, int end)
{
    while (next[end ^ 1] >= 0)
        end = next[end ^ 1];
    return end ^ 1;
}

// How much a line of two of n arms that meet may turn.
static double most_turn(const struct arm *a, const struct arm *b, int n)
{
    return a->is_short || b->is_short ? MOST_TURN : n > 3 ? MOST_TURN_CROSSING : 0;
}

// How far two of n arms that meet are from one straight line; HUGE_VAL when they are none.
static double line_bend(const struct search *search, const struct arm *a, const struct arm *b,
                        int n)
{
    const int *next = search->links->next;
    bool taken = next[a->end] >= 0 || next[b->end] >= 0 || far_end(next, a->end) == b->end;
    double bend = taken ? HUGE_VAL : bend_between(a, b);
    return bend < most_turn(a, b, n) ? bend : HUGE_VAL;
}

// Links the straightest two of n arms that meet; false when none are straight enough. The first
// two of equals.
static bool link_best(const struct search *search, const struct arm *arm, int n)
{
    double best = HUGE_VAL;
    int ends[2] = {-1, -1};
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k < n; k++) {
            double bend = line_bend(search, &arm[i], &arm[k], n);
            if (bend < best) {
                best = bend;
                ends[0] = arm[i].end;
                ends[1] = arm[k].end;
            }
        }
    if (ends[0] < 0)
        return false;
    search->links->next[ends[0]] = ends[1];
    search->links->next[ends[1]] = ends[0];
    return true;
}

static void link_all(const struct search *search)
{
    for (int from = 0, to = 0; from < search->n; from = to) {
        while (to < search->n && search->arm[to].group == search->arm[from].group)
            to++;
        while (link_best(search, search->arm + from, to - from))
            continue;
    }
}

// A short piece between two junctions that goes on at one of them alone is the way from the end of
// that line to another's middle, and part of neither.
static void unlink_ways(const struct search *search)
{
    int *next = search->links->next;
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < search->n; i++) {
            int end = search->arm[i].end;
            if (!search->arm[i].is_short || next[end] < 0 || node_at(search, end ^ 1) < 0 ||
                next[end ^ 1] >= 0)
                continue;
            next[next[end]] = -1;
            next[end] = -1;
            again = true;
        }
    }
}

airy_code airy_links_find(const airy_paths *paths, const airy_image *distance, double scale,
                          airy_links *links, airy_error *err)
{
    struct search search = {.paths = paths, .distance = distance, .scale = scale, .links = links};
    size_t ends = 2 * (size_t)paths->n + 1;
    links->next = airy_memory_new(ends, sizeof *links->next);
    links->in = airy_memory_new(ends, sizeof *links->in);
    links->bridge = airy_memory_new((size_t)paths->junctions + 1, sizeof *links->bridge);
    search.arm = airy_memory_new(ends, sizeof *search.arm);
    airy_code code = AIRY_OK;
    if (!links->next || !links->in || !links->bridge || !search.arm)
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory to join %d paths", paths->n);
    if (!code)
        code = pair_junctions(&search, err);
    if (!code) {
        find_arms(&search);
        link_all(&search);
        unlink_ways(&search);
    }
    airy_memory_free(search.arm);
    if (code)
        airy_links_release(links);
    return code;
}

void airy_links_release(airy_links *links)
{
    airy_memory_free(links->next);
    airy_memory_free(links->in);
    airy_memory_free(links->bridge);
    *links = (airy_links){0};
}
