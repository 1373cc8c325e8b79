// SPDX-License-Identifier: GPL-3.0-or-later
// The particle and its series: mass, areas, radii, bands, and what depends on what.
#include "airy/simulate.h"
#include "simulate/places.h"

#include "check.h"
#include "simulate/particles.h"

#include <stdlib.h>

static void body_is_half_an_ellipsoid(void **state)
{
    (void)state;
    airy_phantom p;
    airy_image image;
    airy_phantom_plain(&p, 30, 20);
    assert_ok(airy_image_init(&image, 90, 90, &err));
    airy_phantom_render(&p, AIRY_PHANTOM_ALL, 1, &image);
    // the integral of sqrt(1 - x^2 / a^2 - y^2 / b^2) is 2/3 pi a b; points near the edge cost 1e-3
    assert_near(airy_stats_sum(image.px, 8100), 2.0 / 3 * 3.14159265 * 600, 1e-3 * 1256);
    assert_near(image.px[45 * 90 + 45], 1, 1e-3);
    assert_near(image.px[45 * 90 + 60], sqrt(0.75), 1e-3);
    assert_near(image.px[55 * 90 + 45], sqrt(0.75), 1e-3);
    assert_near(image.px[45 * 90 + 77], 0, 0);
    double total, low;
    airy_phantom_areas(&p, &total, &low);
    // cells of 0.25 nm^2 along an edge of 158 nm: a tenth of the 316 edge cells
    assert_near(total, 3.14159265 * 600, 8);
    assert_near(low, 0, 0);
    airy_image_release(&image);
}

// Turned by 90 degrees, columns become rows.
static void axis_turns_the_image(void **state)
{
    (void)state;
    airy_phantom p;
    airy_image a, b;
    airy_phantom_example(&p, 30);
    assert_ok(airy_image_init(&a, 81, 81, &err));
    assert_ok(airy_image_init(&b, 81, 81, &err));
    airy_phantom_render(&p, AIRY_PHANTOM_ALL, 1, &a);
    p.axis_deg = 90;
    airy_phantom_render(&p, AIRY_PHANTOM_ALL, 1, &b);
    for (int y = 0; y < 81; y++)
        for (int x = 0; x < 81; x++) // (x, y) goes to (-y, x) about pixel 40
            assert_near(b.px[x * 81 + 80 - y], a.px[y * 81 + x], 1e-6);
    airy_image_release(&a);
    airy_image_release(&b);
}

static void features_move_mass_and_make_none(void **state)
{
    (void)state;
    airy_phantom p;
    airy_image difference;
    airy_phantom_example(&p, 40);
    assert_ok(airy_image_init(&difference, 100, 100, &err));
    airy_phantom_render(&p, AIRY_PHANTOM_DIFFERENCE, 1, &difference);
    double sum = airy_stats_sum(difference.px, 10000);
    assert_near(sum, 0, 1e-3 * 2.0 / 3 * 3.14 * 1600); // a thousandth of the mass
    assert_true(airy_stats_min(difference.px, 10000) < -0.15);
    airy_image_release(&difference);
}

static void depth_is_what_is_missing_on_the_line(void **state)
{
    (void)state;
    airy_phantom p;
    airy_image image;
    airy_feature f = {-10, 0, 10, 0, 8, 0.25};
    airy_phantom_plain(&p, 50, 50);
    assert_ok(airy_phantom_add(&p, &f, &err));
    assert_ok(airy_image_init(&image, 128, 128, &err));
    airy_phantom_render(&p, AIRY_PHANTOM_ALL, 0.25, &image);
    assert_near(image.px[64 * 128 + 64], 0.75, 1e-3);
    // half of it at half the width away: 4 nm
    assert_near(image.px[80 * 128 + 64], sqrt(1 - 0.0064) * (1 - 0.125), 1e-3);
    airy_table bands;
    assert_ok(airy_phantom_bands(&p, &bands, &err));
    assert_int_equal(bands.rows, 1);
    double value;
    assert_ok(airy_table_get_double(&bands, 0, "depth", &value, &err));
    // 0.25 times the mean of sqrt(1 - (x / 50)^2) for |x| < 10, which is 0.99329
    assert_near(value, 0.25 * 0.99329, 1e-5);
    airy_table_release(&bands);
    f.width_nm = 0;
    assert_fails(airy_phantom_add(&p, &f, &err), AIRY_EARGUMENT, "0 nm wide");
    f.width_nm = 1, p.n = AIRY_FEATURES_MAX;
    assert_fails(airy_phantom_add(&p, &f, &err), AIRY_EARGUMENT, "at most");
    airy_image_release(&image);
}

static void bands_are_told_in_the_frame_of_the_image(void **state)
{
    (void)state;
    airy_phantom p;
    airy_table t;
    double x0, y0, x1, y1, angle, length;
    airy_phantom_plain(&p, 50, 50);
    assert_ok(airy_phantom_add(&p, &(airy_feature){-10, -20, 10, -10, 8, 0.25}, &err));
    assert_ok(airy_phantom_add(&p, &(airy_feature){0, 0, 20, 0, 8, -0.25}, &err)); // dense
    assert_ok(airy_phantom_add(&p, &(airy_feature){5, 5, 5, 5, 8, 0.25}, &err));   // a spot
    p.axis_deg = 90;
    assert_ok(airy_phantom_bands(&p, &t, &err));
    assert_int_equal(t.rows, 1);
    assert_ok(airy_table_get_double(&t, 0, "x0_nm", &x0, &err));
    assert_ok(airy_table_get_double(&t, 0, "y0_nm", &y0, &err));
    assert_ok(airy_table_get_double(&t, 0, "x1_nm", &x1, &err));
    assert_ok(airy_table_get_double(&t, 0, "y1_nm", &y1, &err));
    assert_ok(airy_table_get_double(&t, 0, "angle_deg", &angle, &err));
    assert_ok(airy_table_get_double(&t, 0, "length_nm", &length, &err));
    assert_near(x0, 20, 1e-6);
    assert_near(y0, -10, 1e-6);
    assert_near(x1, 10, 1e-6);
    assert_near(y1, 10, 1e-6);
    assert_near(angle, atan2(10, 20) * 57.29577951, 1e-6); // to the axis
    assert_near(length, sqrt(500), 1e-6);
    airy_table_release(&t);
}

// The rates, aspects and stages that the series is made to have.
static void radii_follow_the_three_stages(void **state)
{
    (void)state;
    airy_particles s;
    double par[24], perp[24];
    airy_particles_defaults(&s);
    for (int t = 0; t <= 20; t++)
        airy_particles_radii(&s, t, &par[t], &perp[t]);
    assert_near(par[0], 55, 1e-12);
    assert_near(perp[0], 55, 1e-12);
    assert_near((par[6] + perp[6] - 110) / 12, 1.2, 1e-12); // nm/ps
    assert_near(par[6] / perp[6], 1.06, 1e-12);
    assert_near(perp[4] - perp[3], perp[1] - perp[0], 1e-9);                       // linear
    assert_near(par[5] - 2 * par[4] + par[3], par[2] - 2 * par[1] + par[0], 1e-9); // parabolic
    assert_true(par[2] - 2 * par[1] + par[0] > 0.1);
    for (int t = 6; t <= 14; t++) {
        assert_near(par[t], par[6], 1e-12);
        assert_near(perp[t], perp[6], 1e-12);
    }
    assert_near((par[20] + perp[20] - par[14] - perp[14]) / 12, 4, 1e-12);
    assert_near(par[20] / perp[20], 1.14, 1e-12);
    double before_par, before_perp;
    airy_particles_radii(&s, -5, &before_par, &before_perp);
    assert_near(before_par, 55, 1e-12);
    assert_near(before_perp, 55, 1e-12);
}

static void low_density_follows_the_stages(void **state)
{
    (void)state;
    static const struct {
        double delay, least, most;
        int bands;
    } rows[] = {{0, 0.5, 0.6, 0},    {3, 0.5, 0.6, 0},    {5, 0.5, 0.6, 0},   {6, 0.42, 0.47, 4},
                {10, 0.42, 0.47, 4}, {14, 0.42, 0.47, 4}, {20, 0.48, 0.52, 4}};
    airy_particles s;
    airy_particles_defaults(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int shot = 0; shot < 4; shot++) {
            airy_phantom p;
            s.layout = shot % 2 ? AIRY_BANDS_RANDOM : AIRY_BANDS_PAPER;
            airy_table t;
            double total, low, angle, depth;
            airy_particles_phantom(&s, rows[i].delay, shot, &p);
            airy_phantom_areas(&p, &total, &low);
            assert_true(low / total > rows[i].least && low / total < rows[i].most);
            assert_ok(airy_phantom_bands(&p, &t, &err));
            assert_int_equal(t.rows, rows[i].bands);
            for (int row = 0; row < t.rows; row++) {
                assert_ok(airy_table_get_double(&t, row, "angle_deg", &angle, &err));
                assert_ok(airy_table_get_double(&t, row, "depth", &depth, &err));
                assert_true(angle > 20 && angle < 40);
                assert_true(depth > 0.1 && depth < 0.35);
            }
            airy_table_release(&t);
        }
}

// The control: radius and low area only grow, the share only falls, and nothing is elongated.
static void gold_only_grows(void **state)
{
    (void)state;
    airy_particles s;
    airy_particles_defaults(&s);
    s.kind = AIRY_PARTICLES_AU100;
    s.diameter_nm = airy_particles_reference_nm(s.kind);
    s.spread = 0;
    double before_low = 0, before_share = 1, before = 0, end[AIRY_STAGES_MOST];
    assert_int_equal(airy_particles_stages(&s, end), 1);
    for (double t = 0; t <= 20; t += 2.5) {
        airy_phantom p;
        double total, low;
        airy_particles_phantom(&s, t, 3, &p);
        airy_phantom_areas(&p, &total, &low);
        assert_near(p.radius_par_nm, p.radius_perp_nm, 1e-12);
        assert_true(p.radius_par_nm > before && low > before_low && low / total < before_share);
        before = p.radius_par_nm, before_low = low, before_share = low / total;
    }
    assert_near(before, 62, 1e-9);
    assert_near(before_share, 0.45, 0.01);
}

// Half the fluence, half the growth; twice the size with a size effect of 1, stages twice as long.
static void growth_follows_fluence_and_size(void **state)
{
    (void)state;
    airy_particles s;
    double par, perp, half_par, half_perp, end[AIRY_STAGES_MOST];
    airy_particles_defaults(&s);
    airy_particles_radii(&s, 20, &par, &perp);
    s.fluence = 200;
    airy_particles_radii(&s, 20, &half_par, &half_perp);
    assert_near(half_par - 55, (par - 55) / 2, 1e-9);
    assert_near(half_perp - 55, (perp - 55) / 2, 1e-9);
    airy_particles_defaults(&s);
    s.diameter_nm = 220;
    s.size_effect = 1;
    assert_int_equal(airy_particles_stages(&s, end), 3);
    assert_near(end[0], 12, 1e-9);
    assert_near(end[2], 40, 1e-9);
    airy_particles_radii(&s, 40, &half_par, &half_perp);
    assert_near(half_par, 2 * par, 1e-9);
}

// Share of the odd part about the middle in the power of the density difference.
static double odd_share(const airy_phantom *p)
{
    enum { SIDE = 160 };
    airy_image d;
    double odd = 0, all = 0;
    assert_ok(airy_image_init(&d, SIDE, SIDE, &err));
    airy_phantom_render(p, AIRY_PHANTOM_DIFFERENCE, 1, &d);
    for (int y = 1; y < SIDE; y++)
        for (int x = 1; x < SIDE; x++) {
            double here = d.px[y * SIDE + x], there = d.px[(SIDE - y) * SIDE + SIDE - x];
            odd += (here - there) * (here - there) / 4;
            all += here * here;
        }
    airy_image_release(&d);
    return odd / all;
}

// Without symmetry half of the power is odd; the paper's layout is nearly its own twin.
static void random_layouts_have_no_symmetry(void **state)
{
    (void)state;
    enum { SHOTS = 12 };
    double mean[2] = {0};
    airy_particles s;
    airy_phantom p;
    airy_particles_defaults(&s);
    assert_int_equal(s.layout, AIRY_BANDS_RANDOM);
    for (int i = 0; i < 2 * SHOTS; i++) {
        s.layout = i % 2 ? AIRY_BANDS_PAPER : AIRY_BANDS_RANDOM;
        airy_particles_phantom(&s, 10, i / 2, &p);
        mean[i % 2] += odd_share(&p) / SHOTS;
    }
    assert_true(mean[0] > 0.4 && mean[0] < 0.6);
    assert_true(mean[1] < 0.15);
}

// Lines of bands stay two widths apart, dense spots off them, all of it on the particle, and the
// bands lean to either side.
static void random_bands_do_not_merge(void **state)
{
    (void)state;
    int left = 0, right = 0;
    airy_particles s;
    airy_phantom p;
    airy_particles_defaults(&s);
    for (int shot = 0; shot < 12; shot++) {
        airy_particles_phantom(&s, 10, shot, &p);
        for (int i = 0; i < p.n; i++) {
            const airy_feature *f = &p.feature[i];
            bool band = f->depth > 0;
            left += band && (f->y1 - f->y0) * (f->x1 - f->x0) > 0;
            right += band && (f->y1 - f->y0) * (f->x1 - f->x0) < 0;
            assert_true(fmax(hypot(f->x0 / p.radius_par_nm, f->y0 / p.radius_perp_nm),
                             hypot(f->x1 / p.radius_par_nm, f->y1 / p.radius_perp_nm)) < 0.81);
            for (int k = 0; k < i; k++) {
                bool bands = band && p.feature[k].depth > 0;
                assert_true(airy_feature_distance(f, &p.feature[k]) > (bands ? 20 : 12));
            }
        }
    }
    assert_true(left > 12 && right > 12);
}

static void places_keep_the_distance_asked_for(void **state)
{
    (void)state;
    airy_random random;
    airy_random_init(&random, 1, 0, 0, 0);
    airy_feature f[] = {{-0.2, 0, 0.2, 0, 1, 1}, {0, -0.2, 0, 0.2, 1, 1}, {0, 0, 0, 0, 1, -1}};
    assert_near(airy_feature_distance(&f[0], &f[1]), 0, 0); // they cross
    airy_features_place(f, (double[]){0.3, 0.3, 0.3}, 3, &random);
    assert_near(hypot(f[0].x1 - f[0].x0, f[0].y1 - f[0].y0), 0.4, 1e-12);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < i; k++)
            assert_true(airy_feature_distance(&f[i], &f[k]) >= 0.3);
    airy_feature crowd[20] = {{0}}; // no place for 20 so far apart: nearer ones are taken
    double apart[20];
    for (int i = 0; i < 20; i++)
        apart[i] = 1;
    airy_features_place(crowd, apart, 20, &random);
    assert_true(airy_feature_distance(&crowd[0], &crowd[19]) > 0.1);
}

static void sizes_spread_as_asked(void **state)
{
    (void)state;
    enum { SHOTS = 2000 };
    airy_particles s;
    airy_phantom p;
    float *r = calloc(SHOTS, sizeof *r);
    airy_particles_defaults(&s);
    s.bands = false, s.spread = 0.02, s.diameter_nm = 80;
    for (int i = 0; i < SHOTS; i++) {
        airy_particles_phantom(&s, 0, i, &p);
        assert_int_equal(p.n, 0);
        r[i] = (float)p.radius_par_nm;
    }
    // means and spreads of 2000 normal numbers: 3 sigma
    assert_near(airy_stats_mean(r, SHOTS), 40, 3 * 0.8 / sqrt(SHOTS));
    assert_near(airy_stats_sd(r, SHOTS), 0.8, 3 * 0.8 / sqrt(2 * SHOTS));
    free(r);
}

static void a_particle_is_a_function_of_seed_and_shot(void **state)
{
    (void)state;
    airy_particles s;
    airy_phantom a, b, c;
    airy_particles_defaults(&s);
    airy_particles_phantom(&s, 10, 3, &a);
    airy_particles_phantom(&s, 10, 3, &b);
    airy_particles_phantom(&s, 10, 4, &c);
    assert_near(a.feature[0].x0, b.feature[0].x0, 0);
    assert_near(a.fill, b.fill, 0);
    assert_true(fabs(a.feature[0].x0 - c.feature[0].x0) > 1e-6);
    s.seed = 1;
    airy_particles_phantom(&s, 10, 3, &c);
    assert_true(fabs(a.feature[0].x0 - c.feature[0].x0) > 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(body_is_half_an_ellipsoid),
        cmocka_unit_test(axis_turns_the_image),
        cmocka_unit_test(features_move_mass_and_make_none),
        cmocka_unit_test(depth_is_what_is_missing_on_the_line),
        cmocka_unit_test(bands_are_told_in_the_frame_of_the_image),
        cmocka_unit_test(radii_follow_the_three_stages),
        cmocka_unit_test(low_density_follows_the_stages),
        cmocka_unit_test(gold_only_grows),
        cmocka_unit_test(growth_follows_fluence_and_size),
        cmocka_unit_test(random_layouts_have_no_symmetry),
        cmocka_unit_test(random_bands_do_not_merge),
        cmocka_unit_test(places_keep_the_distance_asked_for),
        cmocka_unit_test(sizes_spread_as_asked),
        cmocka_unit_test(a_particle_is_a_function_of_seed_and_shot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
