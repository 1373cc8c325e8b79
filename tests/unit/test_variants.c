// SPDX-License-Identifier: GPL-3.0-or-later
// Other images of a particle: what they say of its low share and of its bands.
#include "check.h"

#include "airy/density.h"

#include <math.h>

enum { SIDE = 64 };

static const airy_body body = {.y = 32, .x = 32, .r_par = 20, .r_perp = 20, .rho0 = 1, .blur = 1.5};

// The body with a wave across it, whose low half moves with the phase.
static void draw(airy_image *image, double strength, double phase)
{
    assert_ok(airy_body_draw(&body, image, &err));
    for (int i = 0; i < SIDE * SIDE; i++)
        image->px[i] *= (float)(1 + strength * cos(0.31 * (i / SIDE) + 0.47 * (i % SIDE) + phase));
}

static airy_stack stack_of(int n)
{
    airy_stack stack;
    assert_ok(airy_stack_init(&stack, n, SIDE, SIDE, &err));
    return stack;
}

static airy_areas areas_of(const airy_image *image)
{
    airy_image difference;
    airy_areas areas;
    assert_ok(airy_image_init(&difference, SIDE, SIDE, &err));
    assert_ok(airy_difference_make(image, &body, &difference, &err));
    assert_ok(airy_difference_areas(&difference, NULL, &body, 0, 0, &areas, &err));
    airy_image_release(&difference);
    areas.fraction_error = areas.low_error = areas.high_error = 0;
    return areas;
}

// Scale and place of an image are no part of what it shows.
static void the_same_elsewhere_is_the_same(void **state)
{
    (void)state;
    airy_stack images = stack_of(2);
    airy_image first = airy_stack_image(&images, 0), other = airy_stack_image(&images, 1);
    draw(&first, 0.05, 0);
    assert_ok(airy_grid_shift(&first, 2.3, -1.6, &other, &err));
    for (int i = 0; i < SIDE * SIDE; i++)
        other.px[i] *= 7;
    airy_variants variants;
    assert_ok(airy_variants_measure(&images, &first, &body, &variants, &err));
    airy_areas areas = areas_of(&first);
    assert_near(variants.fraction[0], areas.fraction, 1e-6);
    assert_near(variants.fraction[1], areas.fraction, 0.01);
    for (int i = 0; i < SIDE * SIDE; i++)
        assert_near(variants.difference.px[i], variants.difference.px[SIDE * SIDE + i], 0.004);
    airy_variants_release(&variants);
    airy_stack_release(&images);
}

static void errors_hold_redrawn_and_rival_images(void **state)
{
    (void)state;
    airy_variants redrawn = {0}, rivals = {0};
    airy_stack images = stack_of(1);
    airy_image first = airy_stack_image(&images, 0);
    draw(&first, 0.05, 0);
    airy_areas areas = areas_of(&first);
    double shares[] = {areas.fraction + 0.03, areas.fraction - 0.01}, far = areas.fraction - 0.2;
    airy_variants_widen(&redrawn, &rivals, &areas);
    assert_near(areas.fraction_error, 0, 0); // nobody says anything
    redrawn = (airy_variants){{.n = 2}, shares};
    airy_variants_widen(&redrawn, &rivals, &areas);
    assert_near(areas.fraction_redrawn, sqrt((9e-4 + 1e-4) / 2), 1e-9);
    assert_near(areas.low_error, areas.fraction_error * areas.total, 1e-9);
    rivals = (airy_variants){{.n = 1}, &far};
    airy_variants_widen(&redrawn, &rivals, &areas);
    assert_near(areas.fraction_rivals, 0.2, 1e-9);
    assert_true(areas.fraction_error > 0.2);
    airy_stack_release(&images);
}

static void empty_images_are_refused(void **state)
{
    (void)state;
    airy_stack images = stack_of(2);
    airy_image first = airy_stack_image(&images, 0);
    airy_variants variants;
    draw(&first, 0, 0);
    assert_fails(airy_variants_measure(&images, &first, &body, &variants, &err), AIRY_EVALUE,
                 "empty");
    images.n = 0;
    assert_ok(airy_variants_measure(&images, &first, &body, &variants, &err));
    assert_int_equal(variants.difference.n, 0);
    airy_stack_release(&images);
}

// A band that only one of two rivals has is held by half of them.
static void bands_are_held_by_rivals_that_have_them(void **state)
{
    (void)state;
    airy_branch own[] = {{.x0_nm = -10, .x1_nm = 10},
                         {.y0_nm = 30, .y1_nm = 50, .direction_deg = 90}};
    airy_branch both[] = {own[1], own[0]}, turned[] = {own[0], own[1]};
    turned[1].y1_nm = 30, turned[1].x1_nm = 20, turned[1].direction_deg = 0;
    const airy_bands rivals[] = {{.n = 2, .branch = both}, {.n = 2, .branch = turned}};
    assert_near(airy_branch_share(&own[0], rivals, 2, 5), 1, 0);
    assert_near(airy_branch_share(&own[1], rivals, 2, 5), 0.5, 0);
    assert_near(airy_branch_share(&own[1], NULL, 0, 5), 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_elsewhere_is_the_same),
        cmocka_unit_test(errors_hold_redrawn_and_rival_images),
        cmocka_unit_test(empty_images_are_refused),
        cmocka_unit_test(bands_are_held_by_rivals_that_have_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
