// SPDX-License-Identifier: GPL-3.0-or-later
// Thinning, following and pruning: exact shapes at many angles, topology on random ones.
#include "density_shapes.h"

#include "airy/density.h"
#include "density/join.h"
#include "density/path.h"
#include "density/prune.h"
#include "density/thin.h"
#include "density/trace.h"

#include <stdlib.h>

enum { SIDE = 96 };

static const double angles[] = {0, 15, 30, 45, 60, 75, 90};
enum { ANGLES = sizeof angles / sizeof angles[0] };

static airy_mask blank(void)
{
    airy_mask mask = {0};
    assert_ok(airy_mask_init(&mask, SIDE, SIDE, &err));
    return mask;
}

// Thins and prunes a shape as bands do and, at a scale above 0, joins what goes straight on; the
// shape is released.
static airy_paths trace(airy_mask *shape, double least, double scale)
{
    airy_mask skeleton = blank();
    airy_image distance = {0};
    airy_paths paths;
    assert_ok(airy_image_init(&distance, SIDE, SIDE, &err));
    assert_ok(airy_morph_distance(shape, &distance, &err));
    assert_ok(airy_skeleton_thin(shape, &skeleton, &err));
    assert_ok(airy_skeleton_prune(&skeleton, &distance, least, scale, &err));
    assert_ok(airy_skeleton_trace(&skeleton, &paths, &err));
    if (scale > 0)
        assert_ok(airy_paths_join(&paths, &distance, scale, &err));
    airy_image_release(&distance);
    airy_mask_release(&skeleton);
    airy_mask_release(shape);
    return paths;
}

static airy_paths follow(airy_mask *shape, double least)
{
    return trace(shape, least, 0);
}

static double axis_distance(double a, double b)
{
    double d = fmod(fabs(a - b), 180);
    return d > 90 ? 180 - d : d;
}

static void bars_are_one_branch_of_their_length_and_angle(void **state)
{
    (void)state;
    for (int i = 0; i < ANGLES; i++)
        for (double width = 1.5; width < 6; width += 2) {
            airy_mask mask = blank();
            double c = cos(angles[i] * acos(-1) / 180), s = sin(angles[i] * acos(-1) / 180);
            draw_bar(&mask, 48.2 - 25 * s, 47.7 - 25 * c, angles[i], 50, width);
            airy_paths paths = follow(&mask, 3);
            assert_int_equal(paths.n, 1);
            assert_int_equal(paths.junctions, 0);
            // A bar with round ends has its segment as skeleton. Each end is known to a pixel on a
            // grid.
            assert_near(airy_path_length(&paths.path[0]), 50, 2);
            // Two degrees: half a pixel at either end of 50, and the ends turn aside by one.
            assert_near(axis_distance(airy_path_angle(&paths.path[0]), angles[i]), 0, 2);
            airy_paths_release(&paths);
        }
}

static void lines_have_exact_lengths(void **state)
{
    (void)state;
    const int step[4][2] = {{0, 1}, {1, 0}, {1, 1}, {1, -1}};
    for (int k = 0; k < 4; k++) {
        airy_mask mask = blank();
        for (int i = 0; i <= 20; i++)
            mask.bits[(30 + i * step[k][0]) * SIDE + 50 + i * step[k][1]] = 1;
        airy_paths paths = follow(&mask, 0);
        assert_int_equal(paths.n, 1);
        assert_int_equal(paths.path[0].n, 21);
        // Rounding of sums of equal steps.
        assert_near(airy_path_length(&paths.path[0]), 20 * hypot(step[k][0], step[k][1]), 1e-9);
        airy_paths_release(&paths);
    }
}

static void crosses_are_four_branches(void **state)
{
    (void)state;
    for (int i = 0; i < ANGLES; i++) {
        airy_mask mask = blank();
        for (int arm = 0; arm < 4; arm++)
            draw_bar(&mask, 48, 48, angles[i] + 90 * arm, 30, 3);
        airy_paths paths = follow(&mask, 3);
        int arms = 0;
        for (int p = 0; p < paths.n; p++) {
            double length = airy_path_length(&paths.path[p]);
            if (length < 4) // a crossing may thin to two junctions side by side
                continue;
            arms++;
            assert_near(length, 30, 2);
            double off = fmod(airy_path_angle(&paths.path[p]) - angles[i] + 360, 90);
            assert_near(off > 45 ? 90 - off : off, 0, 2);
        }
        assert_int_equal(arms, 4);
        airy_paths_release(&paths);
    }
}

static void forks_are_three_branches_of_one_junction(void **state)
{
    (void)state;
    for (int i = 0; i < ANGLES; i++) {
        airy_mask mask = blank();
        for (int arm = 0; arm < 3; arm++)
            draw_bar(&mask, 48, 48, angles[i] + 120 * arm, 30, 3);
        airy_paths paths = follow(&mask, 3);
        assert_int_equal(paths.n, 3);
        assert_int_equal(paths.junctions, 1);
        for (int p = 0; p < 3; p++)
            assert_near(airy_path_length(&paths.path[p]), 30, 2);
        airy_paths_release(&paths);
    }
}

static void rings_are_one_closed_branch(void **state)
{
    (void)state;
    airy_mask mask = blank();
    draw_ring(&mask, 47.5, 48, 20, 3);
    airy_paths paths = follow(&mask, 3);
    assert_int_equal(paths.n, 1);
    const airy_path *ring = &paths.path[0];
    assert_int_equal(ring->y[0], ring->y[ring->n - 1]);
    assert_int_equal(ring->x[0], ring->x[ring->n - 1]);
    // Two percent: a ring of 20 pixels has corners that smoothing over 7 pixels cannot remove.
    assert_near(airy_path_length(ring), 2 * acos(-1) * 20, 0.02 * 126);
    airy_paths_release(&paths);
}

static void lone_pixels_are_branches_of_one(void **state)
{
    (void)state;
    airy_mask mask = blank();
    mask.bits[0] = mask.bits[40 * SIDE + 50] = mask.bits[SIDE * SIDE - 1] = 1;
    airy_paths paths = follow(&mask, 3);
    assert_int_equal(paths.n, 3);
    for (int p = 0; p < 3; p++) {
        assert_int_equal(paths.path[p].n, 1);
        assert_true(airy_path_length(&paths.path[p]) == 0);
        assert_true(isnan(airy_path_angle(&paths.path[p])));
    }
    airy_paths_release(&paths);
}

static void nothing_has_no_branches(void **state)
{
    (void)state;
    airy_mask mask = blank();
    airy_paths paths = follow(&mask, 3);
    assert_int_equal(paths.n, 0);
    airy_paths_release(&paths);
}

static void spurs_go_and_what_remains_is_joined(void **state)
{
    (void)state;
    airy_mask mask = blank(), again = blank();
    for (int x = 20; x <= 70; x++)
        mask.bits[48 * SIDE + x] = again.bits[48 * SIDE + x] = 1;
    for (int y = 44; y < 48; y++)
        mask.bits[y * SIDE + 45] = again.bits[y * SIDE + 45] = 1;
    airy_paths kept = follow(&mask, 1), pruned = follow(&again, 6);
    assert_int_equal(kept.n, 3);
    assert_int_equal(pruned.n, 1);
    assert_int_equal(pruned.junctions, 0);
    assert_near(airy_path_length(&pruned.path[0]), 50, 1e-9);
    airy_paths_release(&kept);
    airy_paths_release(&pruned);
}

static void bent_paths_are_cut_at_the_bend(void **state)
{
    (void)state;
    airy_mask mask = blank();
    for (int i = 0; i <= 20; i++) {
        mask.bits[40 * SIDE + 20 + i] = 1;
        mask.bits[(40 + i) * SIDE + 40 + i] = 1;
    }
    airy_paths paths = follow(&mask, 2);
    assert_int_equal(paths.n, 1);
    assert_ok(airy_paths_split(&paths, 3, &err));
    assert_int_equal(paths.n, 2);
    for (int p = 0; p < 2; p++) {
        double angle = airy_path_angle(&paths.path[p]);
        double wanted = axis_distance(angle, 0) < 20 ? 0 : 45;
        assert_near(axis_distance(angle, wanted), 0, 2);
    }
    assert_near(airy_path_length(&paths.path[0]) + airy_path_length(&paths.path[1]),
                20 + 20 * sqrt(2), 1);
    airy_paths_release(&paths);
}

// A random image of blobs: noise averaged over its neighbours, cut at its middle value.
static airy_mask blobs(uint32_t seed, int reach)
{
    airy_mask mask = blank();
    airy_image noise = {0};
    airy_random random;
    assert_ok(airy_image_init(&noise, SIDE, SIDE, &err));
    airy_random_init(&random, 17, seed, 0, 0);
    for (int i = 0; i < SIDE * SIDE; i++)
        noise.px[i] = (float)airy_random_uniform(&random);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double sum = 0, n = 0;
            for (int v = y - reach; v <= y + reach; v++)
                for (int u = x - reach; u <= x + reach; u++)
                    if (v >= 0 && u >= 0 && v < SIDE && u < SIDE) {
                        sum += (double)noise.px[v * SIDE + u];
                        n += 1;
                    }
            mask.bits[y * SIDE + x] = sum / n > 0.5;
        }
    airy_image_release(&noise);
    return mask;
}

static void mark_paths(const airy_paths *paths, airy_mask *mask)
{
    for (int p = 0; p < paths->n; p++)
        for (int k = 0; k < paths->path[p].n; k++)
            mask->bits[paths->path[p].y[k] * SIDE + paths->path[p].x[k]] = 1;
}

// ------------------------------------------------------------------ joining

enum { SCALE = 6 };

static airy_paths join(airy_mask *shape)
{
    return trace(shape, 3, SCALE);
}

// Paths in a direction with a length; pixels follow each other.
static int count_lines(const airy_paths *paths, double degrees, double length)
{
    int n = 0;
    for (int p = 0; p < paths->n; p++) {
        const airy_path *path = &paths->path[p];
        for (int k = 1; k < path->n; k++) {
            int dy = abs(path->y[k] - path->y[k - 1]), dx = abs(path->x[k] - path->x[k - 1]);
            assert_true(dy <= 1 && dx <= 1 && dy + dx > 0);
        }
        // Ends turn aside by a pixel, junctions by another.
        n += axis_distance(airy_path_angle(path), degrees) < 6 &&
             fabs(airy_path_length(path) - length) < 4;
    }
    return n;
}

static void draw_through(airy_mask *mask, double y, double x, double degrees, double length,
                         double width)
{
    double c = cos(degrees * acos(-1) / 180), s = sin(degrees * acos(-1) / 180);
    draw_bar(mask, y - length / 2 * s, x - length / 2 * c, degrees, length, width);
}

static void crosses_are_two_lines(void **state)
{
    (void)state;
    for (int i = 0; i < ANGLES; i++)
        for (int between = 50; between <= 90; between += 20) {
            airy_mask mask = blank();
            draw_through(&mask, 48, 48, angles[i], 60, 6);
            draw_through(&mask, 48, 48, angles[i] + between, 60, 6);
            airy_paths paths = join(&mask);
            assert_int_equal(paths.n, 2);
            assert_int_equal(count_lines(&paths, angles[i], 60), 1);
            assert_int_equal(count_lines(&paths, angles[i] + between, 60), 1);
            airy_paths_release(&paths);
        }
}

// The shorter part of a touched line is a part of it; two long ones are as they were.
static void touched_lines_go_on_where_a_part_is_short(void **state)
{
    (void)state;
    for (int i = 0; i < ANGLES; i++)
        for (int off = 0; off <= 20; off += 20) {
            double c = cos(angles[i] * acos(-1) / 180), s = sin(angles[i] * acos(-1) / 180);
            airy_mask mask = blank();
            draw_through(&mask, 48, 48, angles[i], 60, 4);
            draw_bar(&mask, 48 + off * s, 48 + off * c, angles[i] + 80, 30, 4);
            airy_paths paths = join(&mask);
            assert_int_equal(paths.n, off ? 2 : 3);
            assert_int_equal(count_lines(&paths, angles[i], off ? 60 : 30), off ? 1 : 2);
            assert_int_equal(count_lines(&paths, angles[i] + 80, 30), 1);
            airy_paths_release(&paths);
        }
}

// Nothing is straight at a fork of three equal angles, and rings stay open.
static void forks_and_rings_are_not_joined(void **state)
{
    (void)state;
    airy_mask fork = blank(), ring = blank();
    for (int arm = 0; arm < 3; arm++)
        draw_bar(&fork, 48, 48, 120 * arm, 10, 3);
    draw_ring(&ring, 48, 48, 8, 3);
    draw_bar(&ring, 48, 56, 0, 20, 3);
    draw_bar(&ring, 48, 40, 180, 20, 3);
    airy_paths forked = join(&fork), ringed = join(&ring);
    assert_int_equal(forked.n, 3);
    int closed = 0;
    for (int p = 0; p < ringed.n; p++) {
        const airy_path *path = &ringed.path[p];
        closed += path->y[0] == path->y[path->n - 1] && path->x[0] == path->x[path->n - 1];
    }
    assert_true(ringed.n >= 3 && closed == 0);
    airy_paths_release(&forked);
    airy_paths_release(&ringed);
}

// Whatever meets, no path is lost: a line runs within a junction's width of each of its pixels.
static void joined_lines_cover_the_paths(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 40; seed++) {
        airy_mask mask = blobs(seed, 1 + (int)seed % 3), thin = blank();
        airy_mask before = blank(), after = blank();
        airy_image distance = {0}, near = {0};
        airy_paths paths;
        assert_ok(airy_image_init(&distance, SIDE, SIDE, &err));
        assert_ok(airy_image_init(&near, SIDE, SIDE, &err));
        assert_ok(airy_morph_distance(&mask, &distance, &err));
        assert_ok(airy_skeleton_thin(&mask, &thin, &err));
        assert_ok(airy_skeleton_trace(&thin, &paths, &err));
        int n = paths.n;
        mark_paths(&paths, &before);
        assert_ok(airy_paths_join(&paths, &distance, SCALE, &err));
        assert_true(paths.n < n);
        mark_paths(&paths, &after);
        for (int i = 0; i < SIDE * SIDE; i++)
            after.bits[i] = !after.bits[i];
        assert_ok(airy_morph_distance(&after, &near, &err));
        for (int i = 0; i < SIDE * SIDE; i++)
            assert_true(!before.bits[i] || near.px[i] <= 5);
        airy_paths_release(&paths);
        airy_image_release(&distance);
        airy_image_release(&near);
        airy_mask_release(&mask);
        airy_mask_release(&thin);
        airy_mask_release(&before);
        airy_mask_release(&after);
    }
}

// ------------------------------------------------------------------ topology

// Components of set pixels (8-connected) and of clear ones (4-connected), the outside being one.
static void count_topology(const airy_mask *mask, int *components, int *holes)
{
    airy_mask padded = {0}, labels = {0};
    int ny = mask->ny + 2, nx = mask->nx + 2;
    assert_ok(airy_mask_init(&padded, ny, nx, &err));
    assert_ok(airy_mask_init(&labels, ny, nx, &err));
    for (int y = 0; y < mask->ny; y++)
        for (int x = 0; x < mask->nx; x++)
            padded.bits[(y + 1) * nx + x + 1] = mask->bits[y * mask->nx + x] != 0;
    assert_ok(airy_label(&padded, 8, &labels, components, &err));
    for (int i = 0; i < ny * nx; i++)
        padded.bits[i] = !padded.bits[i];
    assert_ok(airy_label(&padded, 4, &labels, holes, &err));
    airy_mask_release(&padded);
    airy_mask_release(&labels);
}

static bool in_a_square(const airy_mask *m, int y, int x)
{
    const uint32_t *at = m->bits + y * m->nx + x;
    return at[0] && at[1] && at[m->nx] && at[m->nx + 1];
}

// True when the topology changes without pixel i.
static bool is_needed(airy_mask *thin, int i)
{
    int components[2], holes[2];
    count_topology(thin, &components[0], &holes[0]);
    thin->bits[i] = 0;
    count_topology(thin, &components[1], &holes[1]);
    thin->bits[i] = 1;
    return components[0] != components[1] || holes[0] != holes[1];
}

// Full squares of four are wider than one pixel: none of their pixels may be superfluous.
static void check_squares(airy_mask *thin)
{
    for (int y = 0; y < SIDE - 1; y++)
        for (int x = 0; x < SIDE - 1; x++)
            for (int k = 0; k < 4 && in_a_square(thin, y, x); k++)
                assert_true(is_needed(thin, (y + k / 2) * SIDE + x + k % 2));
}

static void thinning_keeps_components_and_holes(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 60; seed++) {
        airy_mask mask = blobs(seed, (int)seed % 4), thin = blank(), twice = blank();
        int components[2], holes[2];
        assert_ok(airy_skeleton_thin(&mask, &thin, &err));
        count_topology(&mask, &components[0], &holes[0]);
        count_topology(&thin, &components[1], &holes[1]);
        assert_int_equal(components[0], components[1]);
        assert_int_equal(holes[0], holes[1]);
        for (int i = 0; i < SIDE * SIDE; i++)
            assert_true(mask.bits[i] || !thin.bits[i]); // a subset
        check_squares(&thin);
        assert_ok(airy_skeleton_thin(&thin, &twice, &err));
        assert_memory_equal(thin.bits, twice.bits, SIDE * SIDE * sizeof *thin.bits);
        airy_mask_release(&mask);
        airy_mask_release(&thin);
        airy_mask_release(&twice);
    }
}

// Every pixel of a skeleton is on a path or part of a junction.
static void paths_cover_the_skeleton(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 20; seed++) {
        airy_mask mask = blobs(seed, 2), thin = blank();
        airy_paths paths;
        assert_ok(airy_skeleton_thin(&mask, &thin, &err));
        assert_ok(airy_skeleton_trace(&thin, &paths, &err));
        airy_mask left = blank();
        memcpy(left.bits, thin.bits, SIDE * SIDE * sizeof *left.bits);
        for (int p = 0; p < paths.n; p++)
            for (int k = 0; k < paths.path[p].n; k++) {
                int i = paths.path[p].y[k] * SIDE + paths.path[p].x[k];
                assert_true(thin.bits[i]);
                left.bits[i] = 0;
            }
        for (int y = 1; y < SIDE - 1; y++)
            for (int x = 1; x < SIDE - 1; x++) {
                int near = 0;
                for (int k = 0; k < 9; k++)
                    near += thin.bits[(y + k / 3 - 1) * SIDE + x + k % 3 - 1] != 0;
                assert_true(!left.bits[y * SIDE + x] || near > 3);
            }
        airy_paths_release(&paths);
        airy_mask_release(&mask);
        airy_mask_release(&thin);
        airy_mask_release(&left);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_one_branch_of_their_length_and_angle),
        cmocka_unit_test(lines_have_exact_lengths),
        cmocka_unit_test(crosses_are_four_branches),
        cmocka_unit_test(forks_are_three_branches_of_one_junction),
        cmocka_unit_test(rings_are_one_closed_branch),
        cmocka_unit_test(lone_pixels_are_branches_of_one),
        cmocka_unit_test(nothing_has_no_branches),
        cmocka_unit_test(spurs_go_and_what_remains_is_joined),
        cmocka_unit_test(bent_paths_are_cut_at_the_bend),
        cmocka_unit_test(crosses_are_two_lines),
        cmocka_unit_test(touched_lines_go_on_where_a_part_is_short),
        cmocka_unit_test(forks_and_rings_are_not_joined),
        cmocka_unit_test(joined_lines_cover_the_paths),
        cmocka_unit_test(thinning_keeps_components_and_holes),
        cmocka_unit_test(paths_cover_the_skeleton),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
