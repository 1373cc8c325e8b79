// SPDX-License-Identifier: GPL-3.0-or-later
// Diffraction against closed forms, and ideal patterns against what was asked for.
#include "airy/simulate.h"

#include "base/units.h"
#include "check.h"
#include "simulate/diffract.h"
#include "simulate/ideal.h"

enum { N = 96 };

static airy_setup beam_of(int n, double pixel_nm)
{
    airy_setup setup = {.energy_ev = 9000, .pitch_m = 225e-6};
    airy_setup_set_object_pixel(&setup, n, pixel_nm);
    return setup;
}

static void object_pixel_is_lambda_z_over_np(void **state)
{
    (void)state;
    airy_setup setup = {.energy_ev = 9000, .distance_m = 2.5, .pitch_m = 225e-6};
    // h c = 1.23984198 keV nm, so lambda = 0.137760 nm: 0.13776 * 2.5 / (682 * 225e-6) = 2.2444 nm
    assert_near(airy_object_pixel_nm(&setup, 682), 2.2444, 1e-4);
    airy_setup_set_object_pixel(&setup, 512, 2.24);
    assert_near(airy_object_pixel_nm(&setup, 512), 2.24, 1e-12);
}

// A rendered sphere, summed point by point, follows 3 (sin u - u cos u) / u^3.
static void rendered_sphere_has_the_form_factor(void **state)
{
    (void)state;
    airy_phantom sphere;
    airy_image object, sum, exact;
    airy_setup setup = beam_of(N, 4);
    airy_phantom_plain(&sphere, 55, 55);
    assert_ok(airy_image_init(&object, 240, 240, &err));
    assert_ok(airy_image_init(&sum, N, N, &err));
    assert_ok(airy_image_init(&exact, N, N, &err));
    airy_phantom_render(&sphere, AIRY_PHANTOM_ALL, 0.5, &object);
    assert_ok(airy_diffract_image(&object, 0.5, &setup, 40.25, 50.5, &sum, &err));
    assert_ok(airy_diffract_phantom(&sphere, &setup, 40.25, 50.5, &exact, &err));
    double zero = pow(2.0 / 3 * AIRY_PI * 55 * 55, 2);
    for (int i = 0; i < N * N; i++)
        // amplitudes relative to the center; the pixels' edges cost a few 1e-5
        assert_near(sqrt(sum.px[i] / zero), sqrt(exact.px[i] / zero), 1e-4);
    // by hand at (40, 50): distance from the beam 0.25, 0.5 pixels of 1 / (96 * 4) per nm
    double u = 2 * AIRY_PI * 55 * hypot(0.25, 0.5) / (N * 4.0);
    double form = 3 * (sin(u) - u * cos(u)) / (u * u * u);
    assert_near(exact.px[40 * N + 50] / zero, form * form, 1e-6);
    airy_image_release(&object);
    airy_image_release(&sum);
    airy_image_release(&exact);
}

// The slow obvious version: a double loop over points for every pixel.
static double slow_intensity(const airy_image *object, double pixel, double fy, double fx)
{
    double re = 0, im = 0;
    for (int y = 0; y < object->ny; y++)
        for (int x = 0; x < object->nx; x++) {
            double angle =
                2 * AIRY_PI * pixel * (fy * (y - object->ny / 2) + fx * (x - object->nx / 2));
            re += object->px[y * object->nx + x] * cos(angle);
            im -= object->px[y * object->nx + x] * sin(angle);
        }
    return (re * re + im * im) * pow(pixel, 4);
}

static void image_sum_equals_the_double_loop(void **state)
{
    (void)state;
    static const int sides[][2] = {{7, 10}, {10, 7}, {1, 4}, {16, 16}};
    airy_setup setup = beam_of(20, 3);
    airy_image out;
    assert_ok(airy_image_init(&out, 20, 300, &err)); // more than one block
    airy_random random;
    airy_random_init(&random, 1, 0, 0, 0);
    for (int s = 0; s < 4; s++) {
        airy_image object;
        assert_ok(airy_image_init(&object, sides[s][0], sides[s][1], &err));
        double total = 0;
        for (int i = 0; i < object.ny * object.nx; i++)
            total += object.px[i] = (float)airy_random_uniform(&random);
        assert_ok(airy_diffract_image(&object, 2, &setup, 9.3, 151.6, &out, &err));
        for (int y = 0; y < 20; y += 3)
            for (int x = 0; x < 300; x += 7)
                // sums run in float: 1e-5 of the brightest value
                assert_near(out.px[y * 300 + x],
                            slow_intensity(&object, 2, (y - 9.3) / 60, (x - 151.6) / 60),
                            1e-5 * 16 * total * total);
        airy_image_release(&object);
    }
    airy_image_release(&out);
}

static airy_simulate_options options_of(double photons)
{
    airy_simulate_options o;
    airy_simulate_options_defaults(&o, 128);
    o.photons = photons;
    o.seed = 3;
    return o;
}

static void pattern_has_the_photons_asked_for(void **state)
{
    (void)state;
    airy_phantom phantom;
    airy_phantom_example(&phantom, 40);
    for (int gap = 0; gap <= 4; gap += 4) {
        airy_simulate_options o = options_of(2e5);
        airy_pattern pattern;
        o.gap = gap;
        assert_ok(airy_simulate_pattern(&phantom, &o, &pattern, NULL, &err));
        double sum = airy_stats_sum(pattern.photons.px, 128 * 128);
        assert_near(sum, 2e5, 5 * sqrt(2e5)); // five sigma of a Poisson sum
        int missing = 0, shadowed = 0;
        for (int i = 0; i < 128 * 128; i++) {
            missing += (pattern.mask.bits[i] & AIRY_MASK_MISSING) != 0;
            shadowed += (pattern.mask.bits[i] & AIRY_MASK_SHADOWED) != 0;
            assert_int_equal(isnan(pattern.photons.px[i]),
                             (pattern.mask.bits[i] & AIRY_MASK_EXCLUDES) != 0);
        }
        assert_int_equal(missing, gap * 128);
        assert_int_equal(shadowed, 69); // pixels closer than 5 to a pixel's center
        airy_pattern_release(&pattern);
    }
}

// The truth's transform has the magnitudes of the noise-free pattern, up to one factor.
static void truth_transforms_into_the_pattern(void **state)
{
    (void)state;
    airy_phantom phantom;
    airy_simulate_options o = options_of(1e6);
    airy_pattern pattern;
    airy_image truth, again;
    o.poisson = false, o.stop_radius = 0;
    airy_phantom_example(&phantom, 40);
    assert_ok(airy_simulate_pattern(&phantom, &o, &pattern, &truth, &err));
    assert_ok(airy_image_init(&again, 128, 128, &err));
    assert_ok(airy_diffract_image(&truth, 2.24, &o.setup, 64, 64, &again, &err));
    double factor = pattern.photons.px[64 * 128 + 64] / again.px[64 * 128 + 64];
    double worst = 0, peak = sqrt(pattern.photons.px[64 * 128 + 64]);
    for (int y = 1; y < 128; y++) // row and column 0 are the Nyquist frequency, where sign is lost
        for (int x = 1; x < 128; x++)
            worst = fmax(worst, fabs(sqrt(pattern.photons.px[y * 128 + x]) -
                                     sqrt(factor * again.px[y * 128 + x])));
    assert_true(worst < 2e-5 * peak); // float transforms of 128 x 128 points
    airy_pattern_release(&pattern);
    airy_image_release(&truth);
    airy_image_release(&again);
}

static void same_seed_same_bytes_other_shot_other_photons(void **state)
{
    (void)state;
    airy_phantom phantom;
    airy_simulate_options o = options_of(1e5);
    airy_pattern a, b, c;
    airy_phantom_example(&phantom, 40);
    assert_ok(airy_simulate_pattern(&phantom, &o, &a, NULL, &err));
    assert_ok(airy_simulate_pattern(&phantom, &o, &b, NULL, &err));
    o.shot = 1;
    assert_ok(airy_simulate_pattern(&phantom, &o, &c, NULL, &err));
    assert_memory_equal(a.photons.px, b.photons.px, 128 * 128 * sizeof(float));
    assert_memory_not_equal(a.photons.px, c.photons.px, 128 * 128 * sizeof(float));
    airy_pattern_release(&a);
    airy_pattern_release(&b);
    airy_pattern_release(&c);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    airy_phantom phantom;
    airy_pattern pattern;
    airy_error err = {0};
    airy_simulate_options o = options_of(-1);
    airy_phantom_plain(&phantom, 40, 40);
    assert_int_equal(airy_simulate_pattern(&phantom, &o, &pattern, NULL, &err), AIRY_EARGUMENT);
    o = options_of(1e5);
    o.setup.distance_m = 0;
    assert_int_equal(airy_simulate_pattern(&phantom, &o, &pattern, NULL, &err), AIRY_EARGUMENT);
    o = options_of(1e5);
    o.stop_radius = 100;
    assert_int_equal(airy_simulate_pattern(&phantom, &o, &pattern, NULL, &err), AIRY_EVALUE);
    airy_phantom_plain(&phantom, 0, 40);
    assert_int_equal(airy_simulate_pattern(&phantom, &o, &pattern, NULL, &err), AIRY_EARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(object_pixel_is_lambda_z_over_np),
        cmocka_unit_test(rendered_sphere_has_the_form_factor),
        cmocka_unit_test(image_sum_equals_the_double_loop),
        cmocka_unit_test(pattern_has_the_photons_asked_for),
        cmocka_unit_test(truth_transforms_into_the_pattern),
        cmocka_unit_test(same_seed_same_bytes_other_shot_other_photons),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
