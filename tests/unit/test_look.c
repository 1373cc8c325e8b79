// SPDX-License-Identifier: GPL-3.0-or-later
// A look at patterns of known spheres: light, center and size, with a beam stop that nobody masked.
#include "check.h"

#include "airy/live.h"
#include "airy/simulate.h"
#include "simulate/ideal.h"

enum { SIDE = 384 };

// A sphere, the beam off the middle; dark behind a stop of 6 pixels, or without one.
static airy_pattern shadowed(double radius_nm, double photons, bool shadow)
{
    airy_phantom phantom;
    airy_simulate_options options;
    airy_pattern p;
    airy_phantom_plain(&phantom, radius_nm, radius_nm);
    airy_simulate_options_defaults(&options, SIDE);
    options.photons = photons;
    options.background = 1e-4;
    options.stop_radius = 0;
    options.offset_y = 12.3;
    options.offset_x = -7.7;
    options.seed = 5;
    assert_ok(airy_simulate_pattern(&phantom, &options, &p, NULL, &err));
    p.has_center = false;
    for (int i = 0; i < SIDE * SIDE && shadow; i++)
        if (hypot(i / SIDE - SIDE / 2 - 12.3, i % SIDE - SIDE / 2 + 7.7) < 6)
            p.photons.px[i] = 0;
    return p;
}

static void finds(void **state)
{
    (void)state;
    for (int shadow = 0; shadow < 2; shadow++) {
        airy_look look;
        airy_look_options options;
        airy_look_options_defaults(&options);
        airy_pattern p = shadowed(27, 1e6, shadow);
        assert_ok(airy_look_pattern(&p, &options, &look, &err));
        assert_string_equal(look.why, "");
        assert_near(look.center_y, SIDE / 2 + 12.3, 0.15);
        assert_near(look.center_x, SIDE / 2 - 7.7, 0.15);
        assert_near(look.fit.radius_par_nm, 27, 0.1);
        assert_near(look.hit.photons, airy_pattern_photons(&p), 1e-6);
        airy_look_release(&look);
        airy_pattern_release(&p);
    }
}

// Cells get finer where the rings are narrow, and stay as the user says.
static void chooses_cells(void **state)
{
    (void)state;
    airy_look look;
    airy_look_options options;
    airy_look_options_defaults(&options);
    airy_pattern p = shadowed(90, 1e6, false);
    assert_ok(airy_look_pattern(&p, &options, &look, &err));
    assert_int_equal(look.factor, 1); // 2 would be 0.21 cycles a cell
    double found = look.fit.radius_par_nm;
    airy_look_release(&look);
    options.start_factor = 1; // as it was for others: without the coarse cells, to the same number
    assert_ok(airy_look_pattern(&p, &options, &look, &err));
    assert_int_equal(look.factor, 1);
    assert_true(look.fit.radius_par_nm == found);
    airy_look_release(&look);
    options.factor = 2;
    assert_ok(airy_look_pattern(&p, &options, &look, &err));
    assert_int_equal(look.factor, 2);
    assert_near(look.fit.radius_par_nm, 90, 1); // cells as wide as half a fringe tell no more
    airy_look_release(&look);
    airy_pattern_release(&p);
}

// Nothing is found in nothing, and that is said and no failure.
static void misses(void **state)
{
    (void)state;
    airy_look look;
    airy_look_options options;
    airy_look_options_defaults(&options);
    airy_pattern p = shadowed(27, 1e-9, false);
    assert_ok(airy_look_pattern(&p, &options, &look, &err));
    assert_true(isnan(look.center_y) && isnan(look.fit.radius_par_nm));
    assert_non_null(strstr(look.why, "center: "));
    airy_look_release(&look);
    airy_pattern_release(&p);

    assert_ok(airy_pattern_init(&p, 64, 64, &err));
    for (int i = 0; i < 64 * 64; i++)
        p.mask.bits[i] = AIRY_MASK_LOST;
    airy_pattern_apply_mask(&p);
    assert_ok(airy_look_pattern(&p, &options, &look, &err));
    assert_true(look.hit.measured == 0 && isnan(look.peak) && isnan(look.center_y));
    airy_look_release(&look);
    airy_pattern_release(&p);
    options.factor = 65;
    assert_fails(airy_options_check(airy_look_rows, &options, &err), AIRY_EARGUMENT, "0 to 64");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(chooses_cells),
        cmocka_unit_test(misses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
