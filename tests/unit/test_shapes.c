// SPDX-License-Identifier: GPL-3.0-or-later
// Exact shapes through the whole band finder at many angles: how many branches, how long, which
// way.
#include "density_shapes.h"

#include "airy/density.h"

enum { SIDE = 128, MIDDLE = 64 };

static const double angles[] = {0, 15, 30, 45, 60, 75, 90};
enum { ANGLES = sizeof angles / sizeof angles[0] };

static const double pixel_nm = 2, radius = 58;

// A shape of low density on a wide body, by threshold alone; what is kept of it in `bands`.
static airy_bands find(const airy_mask *shape, double bend_nm)
{
    airy_bands_input input = {.pixel_nm = pixel_nm};
    input.body = (airy_body){.y = MIDDLE, .x = MIDDLE, .r_par = radius, .r_perp = radius};
    assert_ok(airy_image_init(&input.difference, SIDE, SIDE, &err));
    for (int i = 0; i < SIDE * SIDE; i++)
        input.difference.px[i] = shape->bits[i] ? -0.2F : 0.1F;
    airy_bands_options options;
    airy_bands_options_defaults(&options);
    options.rule = AIRY_BANDS_THRESHOLD;
    options.edge_nm = 0;
    options.bend_nm = bend_nm;
    options.resolution_nm = 2 * pixel_nm;
    options.min_length_nm = 5 * pixel_nm;
    options.draws = 10;
    airy_bands bands;
    assert_ok(airy_bands_find(&input, &options, &bands, &err));
    airy_image_release(&input.difference);
    return bands;
}

static airy_mask blank(void)
{
    airy_mask mask = {0};
    assert_ok(airy_mask_init(&mask, SIDE, SIDE, &err));
    return mask;
}

// Arms of `length` pixels from one point, the first at `degrees`, the others evenly around.
static airy_bands find_star(int arms, double degrees, double length, double width, double dy)
{
    airy_mask mask = blank();
    for (int k = 0; k < arms; k++)
        draw_bar(&mask, MIDDLE + dy, MIDDLE - 0.3, degrees + 360.0 / arms * k, length, width);
    airy_bands bands = find(&mask, 4 * pixel_nm);
    airy_mask_release(&mask);
    return bands;
}

// One pixel, and on a diagonal the sqrt 2 that its pixels are apart.
static double length_tolerance(double degrees)
{
    return fmod(degrees, 90) == 45 ? sqrt(2) : 1;
}

static void bars_are_one_branch(void **state)
{
    (void)state;
    for (int i = 0; i < ANGLES; i++)
        for (double width = 2; width < 7; width += 1.5) {
            airy_mask mask = blank();
            double a = angles[i] * acos(-1) / 180;
            draw_bar(&mask, MIDDLE + 0.2 - 25 * sin(a), MIDDLE - 0.3 - 25 * cos(a), angles[i], 50,
                     width);
            airy_bands bands = find(&mask, 4 * pixel_nm);
            assert_int_equal(bands.n, 1);
            const airy_branch *b = &bands.branch[0];
            assert_near(b->length_nm / pixel_nm, 50, length_tolerance(angles[i]));
            assert_near(b->angle_deg, angles[i], 2);
            assert_near(b->chord_angle_deg, angles[i], 2);
            // The distance transform loses a row of pixels where an even number is across, and on
            // diagonals one at either border.
            assert_near(b->width_nm / pixel_nm, width, 1.7);
            airy_bands_release(&bands);
            airy_mask_release(&mask);
        }
}

// Forks have as many branches as arms, each along its arm; of a cross two arms are one branch.
static void stars_have_a_branch_a_line(void **state)
{
    (void)state;
    for (int arms = 3; arms <= 4; arms++)
        for (int i = 0; i < ANGLES; i++) {
            airy_bands bands = find_star(arms, angles[i], 32, 3, 0.2);
            assert_int_equal(bands.n, arms == 3 ? 3 : 2);
            double step = arms == 3 ? 60 : 90, length = arms == 3 ? 32 : 64;
            for (int k = 0; k < bands.n; k++) {
                const airy_branch *b = &bands.branch[k];
                double off = fmod(b->direction_deg - angles[i] + 360, step);
                assert_near(off > step / 2 ? step - off : off, 0, 2);
                // A pixel for an end, and half of one for where the lines meet.
                assert_near(b->length_nm / pixel_nm, length, arms == 3 ? 1.5 : 2);
            }
            airy_bands_release(&bands);
        }
}

static void rings_are_one_branch_or_cut_ones(void **state)
{
    (void)state;
    airy_mask mask = blank();
    draw_ring(&mask, MIDDLE - 0.5, MIDDLE, 25, 3);
    airy_bands whole = find(&mask, 0), cut = find(&mask, 8 * pixel_nm);
    assert_int_equal(whole.n, 1);
    assert_near(whole.branch[0].length_nm / pixel_nm, 2 * acos(-1) * 25, 1);
    assert_near(whole.branch[0].chord_nm, 0, 1e-9);
    // Halves, then quarters; the first cut is that of the ring itself, which begins anywhere.
    assert_true(cut.n == 4 || cut.n == 5);
    double length = 0;
    for (int k = 0; k < cut.n; k++)
        length += cut.branch[k].length_nm;
    // Smoothing over 7 pixels ends at each of four cuts.
    assert_near(length / pixel_nm, 2 * acos(-1) * 25, 4);
    airy_bands_release(&whole);
    airy_bands_release(&cut);
    airy_mask_release(&mask);
}

// Dots are below a resolution element; nothing has no bands.
static void dots_are_no_bands(void **state)
{
    (void)state;
    airy_mask mask = blank();
    mask.bits[MIDDLE * SIDE + MIDDLE] = mask.bits[40 * SIDE + 50] = 1;
    airy_bands bands = find(&mask, 4 * pixel_nm);
    assert_int_equal(bands.n, 0);
    assert_true(bands.region_nm2 == 0);
    airy_bands_release(&bands);
    airy_mask_release(&mask);
}

// Bars that run out of the body end at its edge, with its slanted corners for ends.
static void bands_touching_the_rim_end_there(void **state)
{
    (void)state;
    for (int i = 0; i < ANGLES; i++) {
        airy_mask mask = blank();
        double a = angles[i] * acos(-1) / 180;
        draw_bar(&mask, MIDDLE + 20 * sin(a), MIDDLE + 20 * cos(a), angles[i], 60, 5);
        airy_bands bands = find(&mask, 4 * pixel_nm);
        assert_int_equal(bands.n, 1);
        const airy_branch *b = &bands.branch[0];
        // From 20 pixels off the middle to half a width inside of the edge, where the skeleton may
        // follow either corner of the square end.
        assert_near(b->length_nm / pixel_nm, radius - 20 - 2.5, 2.5);
        assert_near(b->angle_deg, angles[i], 2);
        airy_bands_release(&bands);
        airy_mask_release(&mask);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_one_branch),
        cmocka_unit_test(stars_have_a_branch_a_line),
        cmocka_unit_test(rings_are_one_branch_or_cut_ones),
        cmocka_unit_test(dots_are_no_bands),
        cmocka_unit_test(bands_touching_the_rim_end_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
