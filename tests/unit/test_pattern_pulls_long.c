// SPDX-License-Identifier: GPL-3.0-or-later
// Error bars over a hundred simulated shots: pulls of center and size have the width of 1, no bias.
#include "check.h"

#include "airy/pattern.h"
#include "airy/simulate.h"
#include "simulate/diffract.h"
#include "simulate/ideal.h"

enum { SHOTS = 100 };

typedef struct pulls {
    double sum, squares;
} pulls;

static void add(pulls *p, double off, double error)
{
    p->sum += off / error;
    p->squares += off * off / (error * error);
}

// The width of 100 pulls scatters by 1 / sqrt(200) = 0.07, their mean by 0.1.
static void check(const pulls *p, const char *name, double width_within)
{
    double mean = p->sum / SHOTS, width = sqrt(p->squares / SHOTS - mean * mean);
    print_message("%s: pulls %.3f +- %.3f\n", name, mean, width);
    assert_near(width, 1, width_within);
    assert_near(mean, 0, 0.35);
}

static void series(double photons, double center_within)
{
    pulls y = {0}, x = {0}, par = {0}, perp = {0}, axis_y = {0};
    for (int k = 0; k < SHOTS; k++) {
        airy_phantom phantom;
        airy_simulate_options simulate;
        airy_pattern pattern;
        airy_center_options center;
        airy_sphere_options sphere;
        airy_center_result found;
        airy_sphere_fit fit;
        airy_phantom_plain(&phantom, 27, 25);
        airy_simulate_options_defaults(&simulate, 180);
        // At 90 keV angles are so small that q is linear in the pixel, as simulate takes it.
        simulate.setup.energy_ev = 90000;
        airy_setup_set_object_pixel(&simulate.setup, 180, 2.24);
        simulate.photons = photons;
        simulate.background = 0.01;
        simulate.gap = 6;
        simulate.stop_radius = 4;
        simulate.offset_y = 4 + 0.037 * k;
        simulate.offset_x = -6 + 0.029 * k;
        simulate.seed = 77;
        simulate.shot = k;
        assert_ok(airy_simulate_pattern(&phantom, &simulate, &pattern, NULL, &err));
        airy_center_options_defaults(&center);
        airy_sphere_options_defaults(&sphere);
        sphere.spheroid = true;
        sphere.pixel_area = false;
        assert_ok(airy_pattern_center(&pattern, &center, &found, &err));
        assert_ok(airy_pattern_sphere(&pattern, &sphere, &fit, &err));
        add(&y, found.y - pattern.center_y, found.y_error);
        add(&x, found.x - pattern.center_x, found.x_error);
        add(&par, fit.radius_par_nm - 27, fit.radius_par_error_nm);
        add(&perp, fit.radius_perp_nm - 25, fit.radius_perp_error_nm);
        add(&axis_y, fit.center_y - pattern.center_y, fit.center_y_error);
        airy_pattern_release(&pattern);
    }
    check(&y, "center y", center_within);
    check(&x, "center x", center_within);
    check(&par, "radius along the axis", 0.15);
    check(&perp, "radius across it", 0.15);
    check(&axis_y, "center y of the sphere fit", 0.15);
}

static void few_photons(void **state)
{
    (void)state;
    // So few photons leave noise in the smoothed pattern, which makes the center's error cautious.
    series(1e5, 0.25);
}

static void a_million(void **state)
{
    (void)state;
    series(1e6, 0.15);
}

static void ten_million(void **state)
{
    (void)state;
    series(1e7, 0.15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_photons),
        cmocka_unit_test(a_million),
        cmocka_unit_test(ten_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
