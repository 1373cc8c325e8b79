// SPDX-License-Identifier: GPL-3.0-or-later
// A body that is no spheroid, from an image that has it.
#include "likelihood_shots.h"

#include <stdlib.h>

typedef struct seen {
    airy_pattern counts;
    airy_folded folded;
    airy_level level;
    airy_trial trial;
    airy_convex shape;
} seen;

// The image of a roof and blobs, without noise, on a level that holds it, and its shape.
static seen look(bool blobs)
{
    static const shot_how how = {1e6, 40, 40, false, 0, true};
    seen s = {.counts = shot_make(&how)};
    airy_search_input in = shot_input(&s.counts);
    assert_ok(airy_folded_init(&s.folded, &in, &err));
    assert_ok(airy_level_init(&s.level, &s.folded, &in, 1.4, 0, &err));
    assert_ok(airy_trial_init(&s.trial, &s.level, &err));
    for (int i = 0; i < s.level.pixels; i++) {
        double ky = airy_level_ky(&s.level, i), kx = airy_level_kx(&s.level, i);
        double re = blobs ? shot_transform(ky, kx, true, 0) : shot_body(ky, kx, true);
        double im = blobs ? shot_transform(ky, kx, true, 1) : 0;
        s.trial.transform[i] = (float complex)(s.level.body[0] * (re + im * (double complex)I));
    }
    float height = s.level.body[0];
    for (int look = 0; look < 6; look++) { // each sees what the body of the last one lacks
        assert_ok(airy_convex_fit(&s.shape, &s.level, &s.trial, &s.level, &err));
        assert_ok(airy_convex_cast(&s.shape, &s.level, &err));
        for (int i = 0; i < s.level.pixels; i++)
            s.level.body[i] *= height;
    }
    return s;
}

static void release(seen *s)
{
    airy_trial_release(&s->trial);
    airy_level_release(&s->level);
    airy_folded_release(&s->folded);
    airy_pattern_release(&s->counts);
}

// In the roof's own axes.
static bool holds(const seen *s, double along, double across)
{
    double c = cos(shot_outline.axis * M_PI / 180), t = sin(shot_outline.axis * M_PI / 180);
    return airy_convex_holds(&s->shape, 1, t * along + c * across, c * along - t * across);
}

static void the_outline_is_that_of_the_base(void **state)
{
    (void)state;
    for (int blobs = 0; blobs < 2; blobs++) {
        seen s = look(blobs);
        for (int sign = -1; sign <= 1; sign += 2) {
            assert_true(holds(&s, 0.88 * shot_roof[0], 0.88 * sign * shot_roof[1]));
            assert_false(holds(&s, 1.12 * shot_roof[0], 0));
            assert_false(holds(&s, 0, 1.12 * sign * shot_roof[1]));
        }
        release(&s);
    }
}

static void the_body_passes_over_what_is_in_it(void **state)
{
    (void)state;
    seen s = look(true);
    double apart = 0, all = 0;
    assert_ok(airy_convex_cast(&s.shape, &s.level, &err));
    assert_near(s.level.body[0], 1, 1e-5);
    for (int i = 0; i < s.level.pixels; i++) {
        double ky = airy_level_ky(&s.level, i), kx = airy_level_kx(&s.level, i);
        double truth = shot_body(ky, kx, true);
        apart += pow((double)s.level.body[i] - truth, 2);
        all += truth * truth;
    }
    assert_true(sqrt(apart / all) < 0.12);
    release(&s);
}

static void the_body_is_its_own_twin(void **state)
{
    (void)state;
    seen s = look(true);
    int w = s.level.window;
    float *body = calloc((size_t)s.level.area, sizeof *body);
    double sum = 0;
    assert_non_null(body);
    airy_convex_sample(&s.shape, &s.level, body);
    for (int i = 0; i < s.level.area; i++) {
        int y = i / w, x = i % w;
        sum += (double)body[i];
        if (y > 0 && x > 0)
            assert_near(body[i], body[(w - y) * w + w - x], 1e-9);
    }
    assert_near(sum, 1, 1e-5);
    free(body);
    release(&s);
}

static void an_image_of_nothing_has_none(void **state)
{
    (void)state;
    seen s = look(false);
    for (int i = 0; i < s.level.pixels; i++)
        s.level.body[i] = 0, s.trial.transform[i] = 0;
    assert_fails(airy_convex_fit(&s.shape, &s.level, &s.trial, &s.level, &err), AIRY_EVALUE,
                 "the photons make no image of the particle");
    release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_outline_is_that_of_the_base),
        cmocka_unit_test(the_body_passes_over_what_is_in_it),
        cmocka_unit_test(the_body_is_its_own_twin),
        cmocka_unit_test(an_image_of_nothing_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
