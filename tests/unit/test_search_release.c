// SPDX-License-Identifier: GPL-3.0-or-later
// The search by likelihood: a particle without symmetry comes back from its photons.
#include "likelihood_shots.h"

static const shot_how bright = {3e6, 40.3, 39.62, true, 0, false};
// Five fringes of it, for what does not depend on the image.
static const shot_how roof = {3e6, 40.3, 39.62, true, 0, true};

// Enough for a particle of ten fringes at many photons.
static airy_search_options small(void)
{
    airy_search_options o;
    airy_search_options_defaults(&o);
    o.groups = o.islands = 2;
    o.members = 8;
    o.children[0] = o.children[1] = 40;
    o.children[2] = 15;
    o.rivals = 12;
    o.steps = 25;
    o.final_steps = 200;
    o.resampled = 2;
    o.seed = 4;
    o.threads = 2;
    return o;
}

// Of the truth and its odd part, at a pixel of the image.
static double truth_at(const airy_search_input *in, int i)
{
    double y = (i / in->side - in->side / 2) * in->pixel;
    double x = (i % in->side - in->side / 2) * in->pixel, sum = 0;
    for (int b = 0; b < SHOT_BLOBS; b++) {
        const shot_blob *blob = &shot_blobs[b];
        double r2 = pow(y - blob->y, 2) + pow(x - blob->x, 2), s2 = blob->width * blob->width;
        sum += blob->mass / (2 * M_PI * s2) * exp(-r2 / (2 * s2));
    }
    return sum;
}

static int mate(const airy_search_input *in, int i)
{
    int n = in->side;
    return (n - i / n) % n * n + (n - i % n) % n;
}

// The correlation of the odd parts of an image and of the truth.
static double odd_correlation(const airy_search_input *in, const airy_image *image)
{
    double ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < in->side * in->side; i++) {
        double a = (double)image->px[i] - (double)image->px[mate(in, i)];
        double b = truth_at(in, i) - truth_at(in, mate(in, i));
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    return ab / sqrt(aa * bb);
}

static void a_particle_comes_back(void **state)
{
    (void)state;
    airy_pattern counts = shot_make(&bright);
    airy_search_input in = shot_input(&counts);
    airy_search_options options = small();
    airy_search_result r;
    assert_ok(airy_search(&in, &options, NULL, &r, &err));
    assert_int_equal(r.searches, 2);
    assert_in_range(r.groups, 2, 3); // and a rival
    assert_int_equal(r.images.n, r.groups);
    assert_int_equal(r.resampled.n, 2);
    assert_true(r.odd_redrawn > 0.97 && r.odd_redrawn <= 1);
    airy_image best = airy_stack_image(&r.images, 0), noisy = airy_stack_image(&r.resampled, 0);
    double found = fabs(odd_correlation(&in, &best));
    assert_true(found > 0.95);
    assert_true(fabs(odd_correlation(&in, &noisy)) > 0.9);
    assert_true(r.found >= 1 && r.candidate[0].cluster == 0);
    assert_near(r.candidate[0].agreement, 1, 1e-6);
    assert_true(r.candidate[0].variation > 0);
    assert_true(r.candidate[0].objective <= r.candidate[1].objective);
    assert_near(r.candidate[0].objective,
                r.candidate[0].deviance + r.candidate[0].power + r.candidate[0].variation,
                1e-6 * r.candidate[0].objective);
    assert_near(r.reach, 40, 1.5);
    assert_near(r.oversampling, 1 / 0.48, 1e-6);
    // Deviances of about one a bin; so short a search leaves more than photons do.
    assert_near(r.expected_deviance, r.bins, 0.15 * r.bins);
    assert_near(r.candidate[0].deviance, r.expected_deviance, 0.25 * r.expected_deviance);
    airy_search_result_release(&r);
    airy_pattern_release(&counts);
}

// The searches may agree on an odd part all the same.
static void an_odd_part_that_few_photons_do_not_tell_is_known_for_that(void **state)
{
    (void)state;
    const shot_how faint = {2e3, 40.3, 39.62, true, 43, false};
    airy_pattern counts = shot_make(&faint);
    airy_search_input in = shot_input(&counts);
    airy_search_options options = small();
    airy_search_result r;
    options.resampled = 4;
    assert_ok(airy_search(&in, &options, NULL, &r, &err));
    airy_image best = airy_stack_image(&r.images, 0);
    assert_true(fabs(odd_correlation(&in, &best)) < 0.9);
    assert_true(r.odd_redrawn < 0.97);
    airy_search_result_release(&r);
    airy_pattern_release(&counts);
}

// Corners reach beyond a spheroid, and sides end within it: the body is the roof that is seen.
static void facets_are_followed(void **state)
{
    (void)state;
    airy_pattern counts = shot_make(&roof);
    airy_search_input in = shot_input(&counts);
    airy_search_options options = small();
    airy_search_result r;
    assert_ok(airy_search(&in, &options, NULL, &r, &err));
    assert_int_equal(r.body, AIRY_SEARCH_CONVEX);
    assert_near(r.margin, options.margin, 0);
    airy_image best = airy_stack_image(&r.images, 0);
    assert_true(fabs(odd_correlation(&in, &best)) > 0.95);
    assert_true(r.candidate[0].deviance < 1.2 * r.expected_deviance);
    airy_search_result_release(&r);
    airy_pattern_release(&counts);
}

// Photons are explained nearly as well where the support cuts the particle, but density ends there.
static void a_support_that_cuts_is_left(void **state)
{
    (void)state;
    const shot_how dim = {2e4, 40.3, 39.62, true, 0, false};
    airy_pattern counts = shot_make(&dim);
    airy_search_input in = shot_input(&counts);
    airy_search_options options = small();
    airy_search_result r;
    options.groups = options.islands = 1;
    options.resampled = 0;
    assert_ok(airy_search(&in, &options, NULL, &r, &err));
    assert_int_equal(r.body, AIRY_SEARCH_SPHEROID);
    airy_search_result_release(&r);
    in.outline.along *= 0.94;
    in.outline.across *= 0.94;
    assert_ok(airy_search(&in, &options, NULL, &r, &err));
    assert_int_equal(r.body, AIRY_SEARCH_CONVEX);
    airy_search_result_release(&r);
    airy_pattern_release(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_particle_comes_back),
        cmocka_unit_test(an_odd_part_that_few_photons_do_not_tell_is_known_for_that),
        cmocka_unit_test(facets_are_followed),
        cmocka_unit_test(a_support_that_cuts_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
