// SPDX-License-Identifier: GPL-3.0-or-later
// Areas of particles of the synthetic series, whose true areas are known: do their errors hold,
// with the right body and with the wrong one?
#include "check.h"

#include "airy/density.h"
#include "airy/simulate.h"
#include "simulate/particles.h"

enum { SIDE = 108, SHOTS = 5 };

static const double pixel_nm = 2.24, sigma = 0.015;

// A particle at 10 ps, seen at a resolution of a pixel and with smooth noise on it.
static airy_image see(int shot, double *share, double *radius)
{
    airy_particles series;
    airy_phantom phantom;
    airy_image image = {0}, noise = {0};
    airy_random random;
    double total, low;
    airy_particles_defaults(&series);
    series.seed = 5;
    airy_particles_phantom(&series, 10, shot, &phantom);
    airy_phantom_areas(&phantom, &total, &low);
    *share = low / total;
    *radius = phantom.radius_par_nm / pixel_nm;
    assert_ok(airy_image_init(&image, SIDE, SIDE, &err));
    assert_ok(airy_image_init(&noise, SIDE, SIDE, &err));
    airy_phantom_render(&phantom, AIRY_PHANTOM_ALL, pixel_nm, &image);
    assert_ok(airy_grid_blur(&image, 0.4, &image, &err));
    airy_random_init(&random, 6, (uint32_t)shot, 0, 0);
    for (int i = 0; i < SIDE * SIDE; i++)
        noise.px[i] = (float)airy_random_normal(&random);
    assert_ok(airy_grid_blur(&noise, 0.7, &noise, &err));
    double scale = sigma / airy_stats_sd(noise.px, SIDE * SIDE);
    for (int i = 0; i < SIDE * SIDE; i++)
        image.px[i] += image.px[i] > 0.05F ? (float)(scale * (double)noise.px[i]) : 0;
    airy_image_release(&noise);
    return image;
}

// Errors and pulls over shots.
struct outcome {
    double error, bias, pull, radius_pull; // means; of the pulls, of their squares
};

static void add(const airy_areas *a, double share, struct outcome *o)
{
    // Parts of one whole, in quadrature but for the other body.
    double most = fmax(a->fraction_noise, fmax(a->fraction_model, a->fraction_undecided));
    assert_true(a->fraction_error >= most);
    assert_true(a->fraction_error <= a->fraction_noise + a->fraction_model + a->fraction_undecided);
    double pull = (a->fraction - share) / a->fraction_error;
    o->error += a->fraction_error / SHOTS;
    o->bias += (a->fraction - share) / SHOTS;
    o->pull += pull * pull / SHOTS;
}

// Areas with the spheroid that the particles are, and with the sphere that they are not.
static void errors_hold_with_either_body(void **state)
{
    (void)state;
    struct outcome right = {0}, wrong = {0};
    airy_image spread = {0};
    assert_ok(airy_image_init(&spread, SIDE, SIDE, &err));
    for (int i = 0; i < SIDE * SIDE; i++)
        spread.px[i] = (float)sigma;
    for (int shot = 0; shot < SHOTS; shot++) {
        double share, radius;
        airy_image image = see(shot, &share, &radius);
        airy_body_options options;
        airy_body spheroid, sphere;
        airy_areas a;
        airy_body_options_defaults(&options);
        options.kind = AIRY_BODY_SPHEROID;
        assert_ok(airy_body_fit(&image, &options, &spheroid, &err));
        options.kind = AIRY_BODY_SPHERE;
        assert_ok(airy_body_fit(&image, &options, &sphere, &err));
        assert_ok(airy_difference_measure(&image, &spread, &spheroid, NULL, 0, &a, &err));
        add(&a, share, &right);
        assert_ok(airy_difference_measure(&image, &spread, &sphere, &spheroid, 0, &a, &err));
        add(&a, share, &wrong);
        double pull = (spheroid.r_par - radius) / spheroid.r_par_error;
        right.radius_pull += pull * pull / SHOTS;
        airy_image_release(&image);
    }
    airy_image_release(&spread);
    assert_true(right.error < 0.04);
    // Five shots know an rms pull to 30 %; structure that is alike in all shots pulls the body the
    // same way in all of them.
    assert_true(sqrt(right.pull) > 0.4 && sqrt(right.pull) < 1.6);
    assert_true(sqrt(right.radius_pull) < 1.4);
    assert_true(fabs(wrong.bias) > 0.02); // a sphere on a spheroid of aspect 1.06 moves the areas
    assert_true(sqrt(wrong.pull) > 0.4 && sqrt(wrong.pull) < 1.6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_hold_with_either_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
