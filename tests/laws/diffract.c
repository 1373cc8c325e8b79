// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of diffraction that the simulation must keep.
#include "airy/simulate.h"

#include "check.h"
#include "simulate/diffract.h"

enum { N = 64, CENTER = N / 2 };

static airy_setup beam_of(double pixel_nm)
{
    airy_setup setup = {.energy_ev = 9000, .pitch_m = 225e-6};
    airy_setup_set_object_pixel(&setup, N, pixel_nm);
    return setup;
}

static void example_pattern(double radius_nm, double axis_deg, double pixel_nm, airy_image *out)
{
    airy_phantom phantom;
    airy_setup setup = beam_of(pixel_nm);
    airy_phantom_example(&phantom, radius_nm);
    phantom.axis_deg = axis_deg;
    assert_ok(airy_image_init(out, N, N, &err));
    assert_ok(airy_diffract_phantom(&phantom, &setup, CENTER, CENTER, out, &err));
}

// Amplitudes relative to the center agree to 1e-6: sums of a hundred terms in float.
static void assert_alike(const airy_image *a, int ya, int xa, const airy_image *b, int yb, int xb)
{
    double zero_a = a->px[CENTER * N + CENTER], zero_b = b->px[CENTER * N + CENTER];
    assert_near(sqrt(a->px[ya * N + xa] / zero_a), sqrt(b->px[yb * N + xb] / zero_b), 1e-6);
}

// A real density: I(-q) = I(q) (Friedel).
static void real_objects_give_symmetric_patterns(void **state)
{
    (void)state;
    airy_image a;
    example_pattern(50, 0, 4, &a);
    for (int y = 1; y < N; y++)
        for (int x = 1; x < N; x++)
            assert_alike(&a, y, x, &a, N - y, N - x);
    airy_image_release(&a);
}

// Twice the size seen with twice the object pixel is the same pattern.
static void patterns_scale_with_the_object(void **state)
{
    (void)state;
    airy_image a, b;
    example_pattern(40, 0, 3, &a);
    example_pattern(80, 0, 6, &b);
    double brighter = b.px[CENTER * N + CENTER] / a.px[CENTER * N + CENTER];
    assert_near(brighter, 16, 16 * 1e-3); // the square of the area; features are sums over 1 nm
    for (int y = 0; y < N; y++)
        for (int x = 0; x < N; x++) // sampling features at 1 nm costs 1e-4 of the amplitude
            assert_near(sqrt(a.px[y * N + x] / a.px[CENTER * N + CENTER]),
                        sqrt(b.px[y * N + x] / b.px[CENTER * N + CENTER]), 2e-4);
    airy_image_release(&a);
    airy_image_release(&b);
}

// A turned object gives the turned pattern.
static void patterns_turn_with_the_object(void **state)
{
    (void)state;
    airy_image a, b;
    example_pattern(50, 0, 4, &a);
    example_pattern(50, 90, 4, &b);
    for (int y = 1; y < N; y++)
        for (int x = 1; x < N; x++) // (x, y) goes to (-y, x)
            assert_alike(&a, y, x, &b, x, N - y);
    airy_image_release(&a);
    airy_image_release(&b);
}

// A moved object gives the same pattern.
static void patterns_do_not_feel_shifts(void **state)
{
    (void)state;
    airy_image object, moved, a, b;
    airy_phantom phantom;
    airy_setup setup = beam_of(2);
    airy_phantom_example(&phantom, 20);
    assert_ok(airy_image_init(&object, 90, 90, &err));
    assert_ok(airy_image_init(&moved, 90, 90, &err));
    assert_ok(airy_image_init(&a, N, N, &err));
    assert_ok(airy_image_init(&b, N, N, &err));
    airy_phantom_render(&phantom, AIRY_PHANTOM_ALL, 1, &object);
    for (int y = 5; y < 90; y++)
        for (int x = 0; x < 80; x++)
            moved.px[(y - 5) * 90 + x + 10] = object.px[y * 90 + x];
    assert_ok(airy_diffract_image(&object, 1, &setup, CENTER, CENTER, &a, &err));
    assert_ok(airy_diffract_image(&moved, 1, &setup, CENTER, CENTER, &b, &err));
    for (int y = 0; y < N; y++)
        for (int x = 0; x < N; x++)
            assert_alike(&a, y, x, &b, y, x);
    airy_image_release(&object);
    airy_image_release(&moved);
    airy_image_release(&a);
    airy_image_release(&b);
}

// Parseval: the sum of |F|^2 over one period of frequencies is the sum of the squared density.
static void intensity_holds_the_squared_density(void **state)
{
    (void)state;
    airy_image object, out;
    airy_random random;
    airy_setup setup = beam_of(3);
    airy_random_init(&random, 4, 0, 0, 0);
    assert_ok(airy_image_init(&object, 20, 30, &err));
    assert_ok(airy_image_init(&out, N, N, &err));
    double squares = 0, sum = 0;
    for (int i = 0; i < 600; i++) {
        object.px[i] = (float)airy_random_uniform(&random);
        squares += (double)object.px[i] * object.px[i];
    }
    // with points 3 nm apart, N frequencies of 1 / (N 3 nm) are one period
    assert_ok(airy_diffract_image(&object, 3, &setup, CENTER, CENTER, &out, &err));
    for (int i = 0; i < N * N; i++)
        sum += out.px[i];
    assert_near(sum / (81.0 * N * N), squares, 1e-5 * squares); // 81 = pixel^4; float sums
    airy_image_release(&object);
    airy_image_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_objects_give_symmetric_patterns),
        cmocka_unit_test(patterns_scale_with_the_object),
        cmocka_unit_test(patterns_turn_with_the_object),
        cmocka_unit_test(patterns_do_not_feel_shifts),
        cmocka_unit_test(intensity_holds_the_squared_density),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
