// SPDX-License-Identifier: GPL-3.0-or-later
// The rim: half sizes of blurred spheroids with and without bands inside.
#include "airy/image.h"
#include "airy/math.h"
#include "airy/simulate.h"
#include "simulate/phantom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

enum { SIDE = 96 };

static airy_rim measure(const airy_phantom *phantom, double polarization_deg, double blur)
{
    airy_image image = {0};
    airy_rim rim;
    airy_error err = {0};
    airy_rim_options options;
    airy_rim_options_defaults(&options);
    options.polarization_deg = polarization_deg;
    assert_int_equal(airy_image_init(&image, SIDE, SIDE, &err), AIRY_OK);
    airy_phantom_render(phantom, AIRY_PHANTOM_ALL, 2, &image);
    assert_int_equal(airy_grid_blur(&image, blur, &image, &err), AIRY_OK);
    if (airy_rim_fit(&image, &options, &rim, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    airy_image_release(&image);
    return rim;
}

static void assert_close(double found, double wanted, double within)
{
    if (!(fabs(found - wanted) <= within))
        fail_msg("%g, wanted %g within %g", found, wanted, within);
}

static void sphere_and_blur(void **state)
{
    (void)state;
    airy_phantom phantom;
    airy_phantom_plain(&phantom, 56, 56);
    airy_rim rim = measure(&phantom, 0, 1.5);
    // pixels of 4 x 4 points and a line's blur in place of a disc's: 0.1 pixel
    assert_close(rim.par, 28, 0.1);
    assert_close(rim.perp, 28, 0.1);
    assert_close(rim.blur, 1.5, 0.15);
    assert_close(rim.center_y, SIDE / 2, 0.02);
}

static void spheroid_turned(void **state)
{
    (void)state;
    airy_phantom phantom;
    airy_phantom_plain(&phantom, 66, 54);
    phantom.axis_deg = 25;
    airy_rim rim = measure(&phantom, 25, 1);
    // the radius changes within a sector of +-30 degrees, by 0.6 on average: that is allowed for
    assert_close(rim.par, 33, 0.1);
    assert_close(rim.perp, 27, 0.1);
    airy_rim other = measure(&phantom, 25 + 90, 1);
    assert_close(other.par, rim.perp, 0.01); // the ratio settles from either side
}

static void bands_inside_do_not_matter(void **state)
{
    (void)state;
    airy_phantom phantom;
    airy_phantom_example(&phantom, 56);
    airy_rim rim = measure(&phantom, 0, 1);
    // bands of 30 % reach the rim in places: the errors know
    assert_close(rim.par, 28, 2 * rim.par_err);
    assert_close(rim.perp, 28, 2 * rim.perp_err);
    assert_true(rim.par_err < 0.5 && rim.perp_err < 0.5);
}

static void nothing_is_an_error(void **state)
{
    (void)state;
    airy_image image = {0};
    airy_rim rim;
    airy_error err = {0};
    airy_rim_options options;
    airy_rim_options_defaults(&options);
    assert_int_equal(airy_image_init(&image, SIDE, SIDE, &err), AIRY_OK);
    assert_int_equal(airy_rim_fit(&image, &options, &rim, &err), AIRY_EVALUE);
    options.sector_deg = 60;
    assert_int_equal(airy_rim_fit(&image, &options, &rim, &err), AIRY_EARGUMENT);
    airy_image_release(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sphere_and_blur),
        cmocka_unit_test(spheroid_turned),
        cmocka_unit_test(bands_inside_do_not_matter),
        cmocka_unit_test(nothing_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
