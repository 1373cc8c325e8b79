// SPDX-License-Identifier: GPL-3.0-or-later
// Light on panels that lie anywhere, turned or mirrored, against the far field one pixel at a time.
#include "check.h"

#include "simulate/panels.h"

#include <stdio.h>

enum { NX = 40, NY = 24 };

static const airy_setup setup = {.energy_ev = 9000, .distance_m = 2.5, .pitch_m = 75e-6};

// One panel of a .geom: directions and corner as text.
static void read_panel(const char *fs, const char *ss, double x, double y, airy_geometry *g)
{
    char text[512];
    snprintf(text, sizeof text,
             "clen = 2.5\nphoton_energy = 9000 eV\nres = 13333.333\np/min_fs = 0\np/max_fs = %d\n"
             "p/min_ss = 0\np/max_ss = %d\np/fs = %s\np/ss = %s\np/corner_x = %.3f\n"
             "p/corner_y = %.3f\n",
             NX - 1, NY - 1, fs, ss, x, y);
    assert_ok(airy_geometry_crystfel(g, text, "test.geom", &err));
}

// |F|^2 where pixel (f, s) of the panel lies, by a detector of one pixel.
static double alone(const airy_phantom *phantom, const airy_panel *p, double f, double s)
{
    airy_image one;
    double x = p->corner_x + (f + 0.5) * p->fast_x + (s + 0.5) * p->slow_x;
    double y = p->corner_y + (f + 0.5) * p->fast_y + (s + 0.5) * p->slow_y;
    assert_ok(airy_image_init(&one, 1, 1, &err));
    assert_ok(airy_diffract_phantom(phantom, &setup, -y, -x, &one, &err));
    double value = one.px[0];
    airy_image_release(&one);
    return value;
}

// Positions are distances from the beam; the margin of one pixel belongs to the light.
static void light_is_the_far_field_at_each_pixel(void **state)
{
    (void)state;
    static const struct {
        const char *fs, *ss;
        double x, y;
    } panels[] = {{"x", "y", -12.3, 7.7},
                  {"x", "-y", 30, 41.25},
                  {"-x", "-y", 55.5, -20},
                  {"+y", "-x", 17, -33},
                  {"+0.8x +0.6y", "-0.6x +0.8y", -31.7, 12.4},
                  {"+0.99995x -0.01y", "+0.01x +0.99995y", 3.3, -61.1}};
    airy_phantom phantom;
    airy_phantom_example(&phantom, 50);
    phantom.axis_deg = 20;
    phantom.radius_par_nm = 53;
    airy_scatterer object = {.phantom = &phantom};
    for (size_t i = 0; i < sizeof panels / sizeof *panels; i++) {
        airy_geometry g;
        airy_light light;
        read_panel(panels[i].fs, panels[i].ss, panels[i].x, panels[i].y, &g);
        assert_ok(airy_light_init(&light, &g, 0, 0, &err));
        assert_ok(airy_light_make(&light, &object, &(airy_second){0}, &setup, &err));
        double most = airy_stats_max(light.on[0].px, (NX + 2) * (NY + 2));
        for (int k = 0; k < (NX + 2) * (NY + 2); k += 17) {
            int f = k % (NX + 2) - 1, s = k / (NX + 2) - 1;
            // features as points 1 nm apart, otherwise turned: a thousandth of their own light
            assert_near(light.on[0].px[k], alone(&phantom, &g.panels[0], f, s), 1e-4 * most);
        }
        airy_light_release(&light);
        airy_geometry_release(&g);
    }
}

// A second particle is at its place in the laboratory, whichever way the panel is turned.
static void a_second_particle_is_not_turned(void **state)
{
    (void)state;
    airy_phantom phantom;
    airy_phantom_plain(&phantom, 50, 50);
    airy_scatterer object = {.phantom = &phantom};
    airy_second second = {200, 90, 1};
    airy_geometry g;
    airy_light light;
    read_panel("+y", "-x", 17, -33, &g);
    assert_ok(airy_light_init(&light, &g, 0, 0, &err));
    assert_ok(airy_light_make(&light, &object, &second, &setup, &err));
    double step = 1 / airy_object_pixel_nm(&setup, 1);
    for (int f = 0; f < NX; f += 7) {
        double x = 17 - 10.5, y = -33 + f + 0.5; // row 10
        double factor = airy_second_factor(&second, y * step, x * step);
        double wanted = factor * alone(&phantom, &g.panels[0], f, 10);
        assert_near(light.on[0].px[11 * (NX + 2) + f + 1], wanted, 1e-4 * wanted + 1e-3);
    }
    airy_light_release(&light);
    airy_geometry_release(&g);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    airy_geometry g;
    airy_light light;
    airy_image image;
    int rows;
    assert_ok(airy_image_init(&image, 16, 16, &err));
    airy_scatterer object = {.image = &image, .pixel_nm = 2};
    airy_phantom phantom;
    airy_phantom_plain(&phantom, 50, 50);
    airy_scatterer particle = {.phantom = &phantom};
    read_panel("+0.8x +0.6y", "-0.6x +0.8y", 0, 0, &g);
    assert_ok(airy_light_init(&light, &g, 0, 0, &err));
    assert_fails(airy_light_make(&light, &object, &(airy_second){0}, &setup, &err), AIRY_EARGUMENT,
                 "turned");
    airy_light_release(&light);
    airy_geometry_release(&g);
    read_panel("x", "+0.05x +1.0y", 0, 0, &g);
    assert_ok(airy_light_init(&light, &g, 0, 0, &err));
    assert_fails(airy_light_make(&light, &particle, &(airy_second){0}, &setup, &err),
                 AIRY_EARGUMENT, "right angle");
    assert_ok(airy_simulation_rows(&g, &rows, &err));
    assert_int_equal(rows, AIRY_MODULE_NY);
    g.panels[0].x0 = AIRY_MODULE_NX;
    assert_fails(airy_simulation_rows(&g, &rows, &err), AIRY_EFORMAT, "512 x 1024");
    g.panels[0].x0 = 0, g.panels[0].plane = 3;
    assert_ok(airy_simulation_rows(&g, &rows, &err));
    assert_int_equal(rows, 4 * AIRY_MODULE_NY);
    airy_light_release(&light);
    airy_geometry_release(&g);
    airy_image_release(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(light_is_the_far_field_at_each_pixel),
        cmocka_unit_test(a_second_particle_is_not_turned),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
