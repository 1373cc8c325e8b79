// SPDX-License-Identifier: GPL-3.0-or-later
// Round bodies: drawn as their definition says, found again where they were put; areas of what is
// missing from them.
#include "check.h"

#include "airy/density.h"
#include "density/drawing.h"
#include "airy/simulate.h"
#include "simulate/particles.h"

enum { SIDE = 72 };

static const airy_body plain = {.kind = AIRY_BODY_SPHEROID,
                                .axis_deg = 25,
                                .y = 35.3,
                                .x = 37.6,
                                .r_par = 19.8,
                                .r_perp = 18.1,
                                .rho0 = 0.5,
                                .blur = 1.2};

static airy_image blank(void)
{
    airy_image image = {0};
    assert_ok(airy_image_init(&image, SIDE, SIDE, &err));
    return image;
}

// The slow twin of airy_body_draw: chords at 10 x 10 points a pixel, blurred as an image.
static airy_image chords(const airy_body *body)
{
    enum { FINE = 10 };
    airy_image image = blank();
    for (int i = 0; i < SIDE * SIDE; i++) {
        double sum = 0;
        for (int k = 0; k < FINE * FINE; k++) {
            double y = i / SIDE + (k / FINE + 0.5) / FINE - 0.5;
            double x = i % SIDE + (k % FINE + 0.5) / FINE - 0.5;
            double reach = airy_body_reach(body, y, x);
            sum += reach < 1 ? airy_body_central(body) * sqrt(1 - reach) : 0;
        }
        image.px[i] = (float)(sum / (FINE * FINE));
    }
    return image;
}

// Slopes of a row of the transform against differences, by everything that moves it.
static void slopes_are_differences(void **state)
{
    (void)state;
    enum { N = 24, ROW = 5 };
    const airy_form middle = {1.3, -0.8, 2, 5, 4, 0.7, cos(0.4), sin(0.4)};
    airy_drawing at, up, down;
    assert_ok(airy_drawing_init(&at, N, N, &err));
    assert_ok(airy_drawing_init(&up, N, N, &err));
    assert_ok(airy_drawing_init(&down, N, N, &err));
    airy_drawing_begin(&at, &middle);
    airy_drawing_row_slopes(&at, &middle, ROW);
    for (int k = 0; k < FORM_SLOPES; k++) {
        const double h = 1e-5;
        airy_form more = middle, less = middle;
        double *const moved[2][FORM_SLOPES] = {
            {&more.y, &more.x, &more.mass, &more.r_par, &more.r_perp, &more.blur2},
            {&less.y, &less.x, &less.mass, &less.r_par, &less.r_perp, &less.blur2}};
        *moved[0][k] += h;
        *moved[1][k] -= h;
        airy_drawing_begin(&up, &more);
        airy_drawing_row(&up, &more, ROW);
        airy_drawing_begin(&down, &less);
        airy_drawing_row(&down, &less, ROW);
        for (int i = 0; i < 2 * at.half; i++)
            assert_near(at.slope[FORM_SLOPES * i + k], (up.row[i] - down.row[i]) / (2 * h), 1e-8);
    }
    airy_drawing_release(&at);
    airy_drawing_release(&up);
    airy_drawing_release(&down);
}

static void drawn_body_is_its_chords(void **state)
{
    (void)state;
    airy_body body = plain;
    airy_image slow = chords(&body), fast = blank();
    assert_ok(airy_grid_blur(&slow, body.blur, &slow, &err));
    // Means over a pixel are a blur of variance 1/12 more; the small rest is the box's shape.
    body.blur = sqrt(body.blur * body.blur + 1.0 / 12);
    assert_ok(airy_body_draw(&body, &fast, &err));
    double most = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        most = fmax(most, fabs((double)slow.px[i] - (double)fast.px[i]));
    assert_true(most < 1e-3 * airy_body_central(&body));
    airy_image_release(&slow);
    airy_image_release(&fast);
}

static void cover_adds_up_to_the_area(void **state)
{
    (void)state;
    double area = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        area += airy_body_cover(&plain, i / SIDE, i % SIDE);
    // 64 points a pixel on about 120 edge pixels, errors of either sign.
    assert_near(area, acos(-1) * plain.r_par * plain.r_perp, 1);
}

static void fit_finds_a_clean_body(void **state)
{
    (void)state;
    airy_image image = blank();
    airy_body_options options;
    airy_body found;
    assert_ok(airy_body_draw(&plain, &image, &err));
    airy_body_options_defaults(&options);
    options.kind = AIRY_BODY_SPHEROID;
    options.axis_deg = plain.axis_deg;
    assert_ok(airy_body_fit(&image, &options, &found, &err));
    // Single precision transforms: 1e-6 of the peak.
    assert_near(found.y, plain.y, 1e-3);
    assert_near(found.x, plain.x, 1e-3);
    assert_near(found.r_par, plain.r_par, 1e-3);
    assert_near(found.r_perp, plain.r_perp, 1e-3);
    assert_near(found.rho0, plain.rho0, 1e-4);
    assert_near(found.blur, plain.blur, 1e-2);
    assert_true(found.residual < 1e-4);
    airy_image_release(&image);
}

// A smooth random field on the particle, of standard deviation `sd` of the central value.
static void add_field(airy_image *image, const airy_body *body, double sd, uint32_t draw)
{
    airy_image noise = blank();
    airy_random random;
    airy_random_init(&random, 5, 0, 0, draw);
    for (int i = 0; i < SIDE * SIDE; i++)
        noise.px[i] = (float)airy_random_normal(&random);
    assert_ok(airy_grid_blur(&noise, 1.5, &noise, &err));
    double scale = sd * airy_body_central(body) / airy_stats_sd(noise.px, SIDE * SIDE);
    for (int i = 0; i < SIDE * SIDE; i++)
        if (airy_body_reach(body, i / SIDE, i % SIDE) < 1)
            image->px[i] += (float)(scale * (double)noise.px[i]);
    airy_image_release(&noise);
}

// Pulls (found - true) / error of y, x, r_par, r_perp over random fields on the body.
static void fit_errors_are_honest(void **state)
{
    (void)state;
    enum { DRAWS = 20 };
    double square[4] = {0};
    airy_body_options options;
    airy_body_options_defaults(&options);
    options.kind = AIRY_BODY_SPHEROID;
    options.axis_deg = plain.axis_deg;
    for (uint32_t d = 0; d < DRAWS; d++) {
        airy_image image = blank();
        airy_body f;
        assert_ok(airy_body_draw(&plain, &image, &err));
        add_field(&image, &plain, 0.05, d);
        assert_ok(airy_body_fit(&image, &options, &f, &err));
        const double pull[4] = {(f.y - plain.y) / f.y_error, (f.x - plain.x) / f.x_error,
                                (f.r_par - plain.r_par) / f.r_par_error,
                                (f.r_perp - plain.r_perp) / f.r_perp_error};
        for (int k = 0; k < 4; k++)
            square[k] += pull[k] * pull[k] / DRAWS;
        airy_image_release(&image);
    }
    // rms pull of 20 draws: 1 +- 0.16 if errors were exact; the count of independent residuals is
    // an estimate, good to a factor 1.5.
    for (int k = 0; k < 4; k++) {
        assert_true(sqrt(square[k]) > 0.6);
        assert_true(sqrt(square[k]) < 1.6);
    }
}

// Mass of a difference inside the edge.
static double mass_inside(const airy_image *difference, const airy_body *body)
{
    double sum = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        sum += (double)difference->px[i] * airy_body_cover(body, i / SIDE, i % SIDE);
    return sum;
}

static void difference_holds_no_mass(void **state)
{
    (void)state;
    airy_image image = blank(), difference = blank();
    airy_body_options options;
    airy_body body;
    airy_body_options_defaults(&options);
    assert_ok(airy_body_draw(&plain, &image, &err));
    add_field(&image, &plain, 0.1, 3);
    assert_ok(airy_body_fit(&image, &options, &body, &err));
    assert_ok(airy_difference_make(&image, &body, &difference, &err));
    // Sums of 5000 floats of size 0.1.
    assert_near(mass_inside(&difference, &body), 0, 0.05);
    airy_image_release(&image);
    airy_image_release(&difference);
}

// What positivity leaves of noise outside the particle is not the particle's.
static void what_lies_outside_does_not_lower_the_inside(void **state)
{
    (void)state;
    airy_image image = blank(), difference = blank();
    airy_body_options options;
    airy_body body;
    airy_random random;
    double central = airy_body_central(&plain);
    airy_body_options_defaults(&options);
    options.kind = AIRY_BODY_SPHEROID;
    airy_random_init(&random, 4, 0, 0, 0);
    assert_ok(airy_body_draw(&plain, &image, &err));
    for (int i = 0; i < SIDE * SIDE; i++) {
        double reach = airy_body_reach(&plain, i / SIDE, i % SIDE);
        if (reach > 1.1 && reach < 1.8)
            image.px[i] += (float)(0.01 * central * fabs(airy_random_normal(&random)));
    }
    assert_ok(airy_body_fit(&image, &options, &body, &err));
    assert_ok(airy_difference_make(&image, &body, &difference, &err));
    // The noise outside holds 0.8 % of the mass: -0.005 inside if it were counted.
    assert_near(mass_inside(&difference, &body) / (acos(-1) * body.r_par * body.r_perp), 0, 1e-5);
    airy_image_release(&image);
    airy_image_release(&difference);
}

static void planted_holes_have_their_area(void **state)
{
    (void)state;
    airy_image difference = blank();
    airy_body body = plain;
    airy_areas areas;
    int low = 0, high = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
        int y = i / SIDE, x = i % SIDE;
        bool hole = hypot(y - 33, x - 33) < 5, lump = hypot(y - 40, x - 44) < 3.5;
        difference.px[i] = hole ? -0.25F : lump ? 0.1F : 0;
        low += hole;
        high += lump;
    }
    assert_ok(airy_difference_areas(&difference, NULL, &body, 0, 0, &areas, &err));
    assert_near(areas.low, low, 1e-9);
    assert_near(areas.high, high, 1e-9);
    assert_near(areas.total, acos(-1) * body.r_par * body.r_perp, 1);
    assert_near(areas.low_depth, 0.25, 1e-6);
    assert_near(areas.high_depth, 0.1, 1e-6);
    assert_true(isnan(areas.low_error));
    assert_ok(airy_difference_areas(&difference, NULL, &body, 0, 0.2, &areas, &err));
    assert_near(areas.low, low, 1e-9);
    assert_near(areas.high, 0, 1e-9);
    assert_fails(airy_difference_areas(&difference, NULL, &body, 2, 0, &areas, &err), AIRY_EVALUE,
                 "spread");
    airy_image_release(&difference);
}

// Noise of known sigma on nothing: half of the particle is low, and the error says how well that is
// known.
static void area_errors_follow_sigma(void **state)
{
    (void)state;
    enum { DRAWS = 40 };
    airy_body body = plain;
    airy_image sigma = blank();
    double sum = 0, square = 0, error = 0;
    body.blur = 0.5; // one resolution element is 1.4 pixels; noise below is white
    for (int i = 0; i < SIDE * SIDE; i++)
        sigma.px[i] = 0.05F;
    for (uint32_t d = 0; d < DRAWS; d++) {
        airy_image difference = blank();
        airy_random random;
        airy_areas areas;
        airy_random_init(&random, 9, 0, 0, d);
        for (int i = 0; i < SIDE * SIDE; i++)
            difference.px[i] = (float)(0.05 * airy_random_normal(&random));
        assert_ok(airy_difference_areas(&difference, &sigma, &body, 0, 0, &areas, &err));
        sum += areas.fraction / DRAWS;
        square += areas.fraction * areas.fraction / DRAWS;
        error += areas.fraction_error / DRAWS;
        // Of what lies within one sigma, 68 % of noise alone, or within half a sigma, 38 %: a
        // tenth of nine tenths inside, 0.289 of one tenth on the rim, in squares; of some thousand
        // pixels inside and some hundred on the rim, so to 0.0025: four times that in any draw.
        assert_near(areas.fraction_undecided, 0.0646, 0.01);
        for (int i = 0; i < SIDE * SIDE; i++)
            difference.px[i] *= 2;
        assert_ok(airy_difference_areas(&difference, &sigma, &body, 0, 0, &areas, &err));
        assert_near(areas.fraction_undecided, 0.0362, 0.01);
        airy_image_release(&difference);
    }
    double sd = sqrt(square - sum * sum);
    assert_near(sum, 0.5, 0.01); // 4 standard errors of the mean of 40 draws of sd 0.011
    // p (1 - p) is taken at the observed value, two thirds of 1/4 on the average: error / sd is
    // 1.18 sqrt(2/3) for white noise, known to 11 % from 40 draws.
    assert_true(error / sd > 0.65 && error / sd < 1.35);
    airy_image_release(&sigma);
}

static void empty_images_are_refused(void **state)
{
    (void)state;
    airy_image image = blank();
    airy_body_options options;
    airy_body body;
    airy_body_options_defaults(&options);
    assert_fails(airy_body_fit(&image, &options, &body, &err), AIRY_EVALUE, "no density");
    options.blur = 1e9;
    assert_fails(airy_body_options_check(&options, &err), AIRY_EARGUMENT, "blur");
    airy_image_release(&image);
}

// Bands and dense spots inside a particle must not pull its radii: 0.3 nm shift the share of low
// area by 0.08, since they turn the sign of the rim.
static void structure_does_not_move_the_edge(void **state)
{
    (void)state;
    airy_particles series;
    airy_particles_defaults(&series);
    series.layout = AIRY_BANDS_PAPER; // random ones reach the rim, and move it a little more
    for (int shot = 0; shot < 2; shot++) {
        airy_phantom phantom;
        airy_image image;
        airy_body body;
        airy_error err = {0};
        airy_body_options options;
        airy_body_options_defaults(&options);
        options.kind = AIRY_BODY_SPHEROID;
        airy_particles_phantom(&series, shot ? 20 : 10, shot, &phantom);
        assert_int_equal(airy_image_init(&image, 110, 110, &err), AIRY_OK);
        airy_phantom_render(&phantom, AIRY_PHANTOM_ALL, 2, &image);
        assert_int_equal(airy_body_fit(&image, &options, &body, &err), AIRY_OK);
        // a fit to the whole image, not to its rim, was off by 0.17 to 0.35 and 0.07 to 0.11
        assert_true(fabs(2 * body.r_par - phantom.radius_par_nm) < 0.1);
        assert_true(fabs(2 * body.r_perp - phantom.radius_perp_nm) < 0.04);
        airy_image_release(&image);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_are_differences),
        cmocka_unit_test(drawn_body_is_its_chords),
        cmocka_unit_test(cover_adds_up_to_the_area),
        cmocka_unit_test(fit_finds_a_clean_body),
        cmocka_unit_test(fit_errors_are_honest),
        cmocka_unit_test(difference_holds_no_mass),
        cmocka_unit_test(what_lies_outside_does_not_lower_the_inside),
        cmocka_unit_test(planted_holes_have_their_area),
        cmocka_unit_test(structure_does_not_move_the_edge),
        cmocka_unit_test(area_errors_follow_sigma),
        cmocka_unit_test(empty_images_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
