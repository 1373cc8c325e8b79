// SPDX-License-Identifier: GPL-3.0-or-later
// Averages of moved and turned copies, their quality, and the ring tables, on made-up particles.
#include "check.h"

#include "airy/image.h"
#include "image/rings.h"

#include <stdlib.h>

enum { SIDE = 64, IMAGES = 6 };

// A lopsided particle: a disc with two holes, blurred, `offset` pixels from the middle.
static airy_image particle(double oy, double ox)
{
    airy_image image = {0};
    assert_ok(airy_image_init(&image, SIDE, SIDE, &err));
    for (int i = 0; i < SIDE * SIDE; i++) {
        double y = i / SIDE - 32 - oy, x = i % SIDE - 32 - ox;
        double t = 1 - (y * y + x * x) / 144;
        double value = t > 0 ? sqrt(t) : 0;
        value *= hypot(y - 4, x - 3) < 3 ? 0.5 : hypot(y + 6, x - 1) < 2 ? 0.7 : 1;
        image.px[i] = (float)value;
    }
    assert_ok(airy_grid_blur(&image, 1, &image, &err));
    return image;
}

// Copies moved by known shifts, every other one turned by 180 degrees.
static airy_stack moved_copies(const airy_image *original, double noise)
{
    airy_stack stack = {0};
    airy_random random;
    assert_ok(airy_stack_init(&stack, IMAGES, SIDE, SIDE, &err));
    airy_random_init(&random, 21, 0, 0, 0);
    for (int i = 0; i < IMAGES; i++) {
        airy_image image = airy_stack_image(&stack, i);
        memcpy(image.px, original->px, sizeof(float) * SIDE * SIDE);
        if (i % 2)
            airy_grid_twin(original, &image);
        double dy = i * 0.83 - 2, dx = 1.7 - i * 0.61;
        assert_ok(airy_grid_shift(&image, i ? dy : 0, i ? dx : 0, &image, &err));
        for (int p = 0; p < SIDE * SIDE; p++)
            image.px[p] += (float)(noise * airy_random_normal(&random));
    }
    return stack;
}

// The pattern of an image, measured everywhere but in a small center, and a disc as support.
static airy_problem problem_of(const airy_image *image)
{
    airy_problem problem = {0};
    airy_pattern pattern = {0};
    airy_mask support = {0};
    enum { HALF = SIDE / 2 + 1 };
    float *ordered = airy_memory_new(SIDE * SIDE, sizeof *ordered);
    float complex *f = airy_memory_new(SIDE * HALF, sizeof *f);
    airy_error why = {0};
    airy_fft *fft = airy_fft_new(SIDE, SIDE, NULL, &why);
    assert_non_null(fft);
    airy_fft_order(image, ordered);
    airy_fft_forward_real(fft, ordered, f);
    assert_ok(airy_pattern_init(&pattern, SIDE, SIDE, &err));
    assert_ok(airy_mask_init(&support, SIDE, SIDE, &err));
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int ky = y - SIDE / 2, kx = x - SIDE / 2, i = y * SIDE + x;
            int v = kx < 0 ? -ky : ky, u = abs(kx);
            double size = (double)cabsf(f[(v + SIDE) % SIDE * HALF + u]);
            pattern.photons.px[i] = (float)(size * size);
            pattern.variance.px[i] = (float)(size * size + 1);
            pattern.mask.bits[i] = hypot(ky, kx) < 1.5 ? AIRY_MASK_SHADOWED : 0;
            support.bits[i] = hypot(ky, kx) < 16;
        }
    airy_pattern_apply_mask(&pattern);
    pattern.merged = true;
    assert_ok(airy_problem_init(&problem, &pattern, &support, &err));
    problem.pixel_nm = 2;
    airy_pattern_release(&pattern);
    airy_mask_release(&support);
    airy_fft_free(fft);
    airy_memory_free(ordered);
    airy_memory_free(f);
    return problem;
}

static airy_average average_of(const airy_stack *stack, int best)
{
    airy_average average;
    airy_average_options options;
    airy_average_options_defaults(&options);
    options.best = best;
    assert_ok(airy_average_make(stack, &options, &average, &err));
    return average;
}

static void moved_and_turned_copies_average_to_the_original(void **state)
{
    (void)state;
    airy_image original = particle(1.3, -0.8);
    airy_stack stack = moved_copies(&original, 0);
    airy_average a = average_of(&stack, 5);
    assert_int_equal(a.best, 5);
    assert_int_equal(a.clusters, 1);
    assert_int_equal(a.ambiguous, 0);
    for (int i = 1; i < IMAGES; i++)
        assert_true(a.found[i].twin == (i % 2 == 1));
    airy_image first = airy_stack_image(&a.aligned, 0);
    double most = 0, spread = 0;
    for (int p = 0; p < SIDE * SIDE; p++) {
        most = fmax(most, fabs((double)a.mean.px[p] - (double)first.px[p]));
        most = fmax(most, fabs((double)a.median.px[p] - (double)first.px[p]));
        spread = fmax(spread, (double)a.spread.px[p]);
    }
    // Shifts are found to 0.05 pixels; the steepest slope is 0.3 a pixel.
    assert_true(most < 0.02);
    assert_true(spread < 0.02);
    airy_average_release(&a);
    airy_stack_release(&stack);
    airy_image_release(&original);
}

static void first_image_is_centered(void **state)
{
    (void)state;
    airy_image original = particle(3.2, -2.6);
    airy_stack stack = moved_copies(&original, 0);
    airy_average a = average_of(&stack, 1);
    double w = 0, y = 0, x = 0;
    for (int p = 0; p < SIDE * SIDE; p++) {
        w += (double)a.mean.px[p];
        y += (double)a.mean.px[p] * (p / SIDE);
        x += (double)a.mean.px[p] * (p % SIDE);
    }
    assert_near(y / w, 32, 0.02);
    assert_near(x / w, 32, 0.02);
    assert_true(airy_stats_max(a.spread.px, SIDE * SIDE) == 0);
    airy_average_release(&a);
    airy_stack_release(&stack);
    airy_image_release(&original);
}

static void spread_is_the_noise(void **state)
{
    (void)state;
    airy_image original = particle(0, 0);
    airy_stack stack = moved_copies(&original, 0.02);
    airy_average a = average_of(&stack, IMAGES);
    double sum = 0;
    for (int p = 0; p < SIDE * SIDE; p++)
        sum += (double)a.spread.px[p] * (double)a.spread.px[p];
    // Variance of 6 images over 4096 pixels is known to 1 %; shifts add and remove a little.
    assert_near(sqrt(sum / (SIDE * SIDE)), 0.02, 0.001);
    airy_average_release(&a);
    airy_stack_release(&stack);
    airy_image_release(&original);
}

// Images of the first one with its noise drawn again add their scatter in squares, and give an
// average of one image a spread.
static void resampled_images_add_their_scatter(void **state)
{
    (void)state;
    airy_image original = particle(3.2, -2.6);
    airy_stack stack = moved_copies(&original, 0), resampled = {0};
    airy_average_options options;
    airy_average a;
    airy_random random;
    double sum = 0;
    airy_random_init(&random, 5, 0, 0, 0);
    assert_ok(airy_stack_init(&resampled, 8, SIDE, SIDE, &err));
    for (int i = 0; i < 8 * SIDE * SIDE; i++)
        resampled.px[i] = stack.px[i % (SIDE * SIDE)] + (float)(0.02 * airy_random_normal(&random));
    airy_average_options_defaults(&options);
    options.best = 1;
    options.resampled = &resampled;
    assert_ok(airy_average_make(&stack, &options, &a, &err));
    for (int p = 0; p < SIDE * SIDE; p++)
        sum += (double)a.spread.px[p] * (double)a.spread.px[p];
    // Variance of 8 images over 4096 pixels is known to 1 %; a shift takes a little.
    assert_near(sqrt(sum / (SIDE * SIDE)), 0.02, 0.001);
    airy_average_release(&a);
    resampled.n = 1; // no scatter is known
    assert_ok(airy_average_make(&stack, &options, &a, &err));
    assert_true(airy_stats_max(a.spread.px, SIDE * SIDE) == 0);
    airy_average_release(&a);
    airy_stack_release(&resampled);
    airy_stack_release(&stack);
    airy_image_release(&original);
}

static void other_solutions_are_other_clusters(void **state)
{
    (void)state;
    airy_image original = particle(0, 0);
    airy_stack stack = moved_copies(&original, 0);
    airy_image odd = airy_stack_image(&stack, 4);
    for (int i = 0; i < SIDE * SIDE; i++) // stripes instead of holes
        odd.px[i] = hypot(i / SIDE - 32, i % SIDE - 32) < 12 && i / SIDE % 4 < 2 ? 1 : 0.1F;
    airy_average a = average_of(&stack, 5);
    assert_int_equal(a.clusters, 2);
    const int wanted[IMAGES] = {0, 0, 0, 0, 1, 0};
    assert_memory_equal(a.cluster, wanted, sizeof wanted);
    airy_average_release(&a);
    airy_stack_release(&stack);
    airy_image_release(&original);
}

static void identical_images_transfer_everything(void **state)
{
    (void)state;
    airy_image original = particle(0, 0);
    airy_problem problem = problem_of(&original);
    airy_stack stack = {0};
    airy_ring_table rings;
    assert_ok(airy_stack_init(&stack, 4, SIDE, SIDE, &err));
    for (int i = 0; i < 4; i++)
        memcpy(airy_stack_image(&stack, i).px, original.px, sizeof(float) * SIDE * SIDE);
    assert_ok(airy_rings_make(&stack, 3, &problem, &rings, &err));
    assert_int_equal(rings.n, SIDE / 2 + 1);
    assert_int_equal(rings.ring[0].used, 0);
    assert_true(isnan(rings.ring[0].prtf));
    for (int r = 2; r < rings.n; r++) {
        assert_near(rings.ring[r].prtf, 1, 1e-4);
        assert_near(rings.ring[r].prtf_phasor, 1, 1e-6);
        assert_near(rings.ring[r].frc, 1, 1e-6);
        assert_near(rings.ring[r].r_factor, 0, 1e-4);
        assert_near(rings.ring[r].period_nm, 128.0 / r, 1e-9);
    }
    assert_near(rings.resolution_half_bit_nm, 4, 1e-9); // the edge of the pattern: two pixels
    assert_near(rings.resolution_prtf_nm, 4, 1e-9);
    assert_near(rings.resolution_r_nm, 4, 1e-9);
    assert_near(rings.resolution_deviance_nm, 4, 1e-9);
    for (int r = 3; r < rings.n; r++) {
        assert_near(rings.ring[r].deviance, 0, 1e-3);
        assert_true(rings.ring[r].deviance_mean > 0);
        assert_true(isnan(rings.ring[r].r_free)); // nothing is held out
    }
    airy_ring_table_release(&rings);
    airy_stack_release(&stack);
    airy_problem_release(&problem);
    airy_image_release(&original);
}

// Images that share their low frequencies only: correlation ends where they part.
static void resolution_is_where_images_part(void **state)
{
    (void)state;
    airy_image original = particle(0, 0);
    airy_problem problem = problem_of(&original);
    airy_stack stack = {0};
    airy_ring_table rings;
    airy_random random;
    assert_ok(airy_stack_init(&stack, 2, SIDE, SIDE, &err));
    airy_random_init(&random, 2, 0, 0, 0);
    for (int i = 0; i < 2; i++) {
        airy_image image = airy_stack_image(&stack, i), noise = {0};
        assert_ok(airy_image_init(&noise, SIDE, SIDE, &err));
        for (int p = 0; p < SIDE * SIDE; p++)
            noise.px[p] = (float)airy_random_normal(&random);
        airy_image smooth = {0};
        assert_ok(airy_image_copy(&smooth, &noise, &err));
        assert_ok(airy_grid_blur(&smooth, 2, &smooth, &err));
        for (int p = 0; p < SIDE * SIDE; p++) // noise above k = 64 / (2 pi 2) = 5 rings
            image.px[p] = original.px[p] + 0.3F * (noise.px[p] - smooth.px[p]);
        airy_image_release(&noise);
        airy_image_release(&smooth);
    }
    assert_ok(airy_rings_make(&stack, 2, &problem, &rings, &err));
    assert_true(rings.ring[2].frc > 0.95);
    double outer = 0;
    for (int r = 20; r < 32; r++)
        outer += rings.ring[r].frc / 12;
    assert_near(outer, 0, 0.1); // 12 rings of about 80 independent numbers
    assert_true(rings.resolution_half_bit_nm > 128.0 / 15 &&
                rings.resolution_half_bit_nm < 128.0 / 3);
    // Two unrelated phasors average to (1 + e^i phi) / 2: mean modulus 2 / pi.
    assert_near(rings.ring[28].prtf_phasor, 2 / acos(-1), 0.1);
    airy_ring_table_release(&rings);
    airy_stack_release(&stack);
    airy_problem_release(&problem);
    airy_image_release(&original);
}

static void truth_scores_perfectly(void **state)
{
    (void)state;
    airy_image original = particle(0, 0);
    airy_problem problem = problem_of(&original);
    airy_stack stack = {0}, wrong = {0};
    airy_quality q;
    assert_ok(airy_stack_init(&stack, 2, SIDE, SIDE, &err));
    for (int i = 0; i < 2; i++)
        memcpy(airy_stack_image(&stack, i).px, original.px, sizeof(float) * SIDE * SIDE);
    assert_ok(airy_quality_mean(&stack, 2, &problem, &q, &err));
    assert_int_equal(q.n, 2);
    assert_near(q.score.r_factor, 0, 1e-5);
    assert_near(q.spread, 0, 1e-6);
    assert_near(q.outside, 0, 1e-6);
    wrong = moved_copies(&original, 0.1);
    assert_ok(airy_quality_mean(&wrong, 1, &problem, &q, &err));
    assert_true(q.score.r_factor > 0.05);
    assert_true(q.outside > 1e-5);
    airy_stack_release(&stack);
    airy_stack_release(&wrong);
    airy_problem_release(&problem);
    airy_image_release(&original);
}

static void half_bit_curve_has_its_limits(void **state)
{
    (void)state;
    assert_near(airy_rings_half_bit(1), 1, 1e-3);         // one number tells nothing
    assert_near(airy_rings_half_bit(1e12), 0.1716, 1e-4); // SNR / (SNR + 1)
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    airy_average_options options;
    airy_average a;
    airy_stack stack = {0};
    airy_average_options_defaults(&options);
    assert_ok(airy_stack_init(&stack, 2, SIDE, SIDE, &err));
    assert_fails(airy_average_make(&stack, &options, &a, &err), AIRY_EVALUE, "empty");
    stack.px[SIDE * SIDE + 5] = NAN;
    assert_fails(airy_average_make(&stack, &options, &a, &err), AIRY_EVALUE, "image 1");
    options.best = 0;
    assert_fails(airy_average_options_check(&options, &err), AIRY_EARGUMENT, "at least 1");
    airy_stack_release(&stack);
}

// A disc in a wider disc is free, in a smaller one it is cut, in a very wide one it is lost.
static void supports_are_judged(void **state)
{
    (void)state;
    airy_image image = {0};
    airy_mask support = {0};
    airy_support_fit fit;
    assert_ok(airy_image_init(&image, SIDE, SIDE, &err));
    assert_ok(airy_mask_init(&support, SIDE, SIDE, &err));
    for (int i = 0; i < SIDE * SIDE; i++) {
        double t = 1 - (pow(i / SIDE - 32, 2) + pow(i % SIDE - 32, 2)) / 144;
        image.px[i] = t > 0 ? (float)sqrt(t) : 0;
    }
    airy_support_ellipse(14, 14, &support);
    assert_ok(airy_support_judge(&image, &support, &fit, &err));
    assert_true(!fit.tight && !fit.loose);
    assert_near(fit.edge, 0, 1e-6);
    // The blur of one pixel moves the rim outwards by about half a pixel.
    assert_near(fit.empty, 1 - pow(12.5 / 14, 2), 0.03);
    airy_support_ellipse(9, 9, &support);
    assert_ok(airy_support_judge(&image, &support, &fit, &err));
    assert_true(fit.tight && !fit.loose);
    airy_support_ellipse(28, 28, &support);
    assert_ok(airy_support_judge(&image, &support, &fit, &err));
    assert_true(!fit.tight && fit.loose);
    airy_image_release(&image);
    airy_mask_release(&support);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moved_and_turned_copies_average_to_the_original),
        cmocka_unit_test(first_image_is_centered),
        cmocka_unit_test(spread_is_the_noise),
        cmocka_unit_test(resampled_images_add_their_scatter),
        cmocka_unit_test(other_solutions_are_other_clusters),
        cmocka_unit_test(identical_images_transfer_everything),
        cmocka_unit_test(resolution_is_where_images_part),
        cmocka_unit_test(truth_scores_perfectly),
        cmocka_unit_test(half_bit_curve_has_its_limits),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(supports_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
