// SPDX-License-Identifier: GPL-3.0-or-later
// Resampling to another pixel size keeps a band-limited scene.
#include "check.h"

#include "airy/math.h"

#define PI 3.14159265358979323846

// A scene without edges: two Gaussian blobs, sigma 6 and 4 units, that fit both grids.
static double scene(double y, double x)
{
    return exp(-(y * y + x * x) / 72) + 0.5 * exp(-((y - 9) * (y - 9) + (x + 14) * (x + 14)) / 32);
}

static void draw(airy_image *image, double pixel)
{
    for (int y = 0; y < image->ny; y++)
        for (int x = 0; x < image->nx; x++)
            image->px[y * image->nx + x] =
                (float)scene((y - image->ny / 2) * pixel, (x - image->nx / 2) * pixel);
}

static double resample_error(int n_in, double pixel_in, int n_out, double pixel_out)
{
    airy_image in, out, truth;
    assert_ok(airy_image_init(&in, n_in, n_in, &err));
    assert_ok(airy_image_init(&out, n_out, n_out, &err));
    assert_ok(airy_image_init(&truth, n_out, n_out, &err));
    draw(&in, pixel_in);
    draw(&truth, pixel_out);
    assert_ok(airy_grid_resample(&in, pixel_in, &out, pixel_out, &err));
    double worst = 0;
    for (int i = 0; i < n_out * n_out; i++)
        worst = fmax(worst, fabs((double)out.px[i] - truth.px[i]));
    airy_image_release(&in);
    airy_image_release(&out);
    airy_image_release(&truth);
    return worst;
}

static void keeps_the_scene(void **state)
{
    (void)state;
    // Float arithmetic over 1e4 pixels; the blobs reach 1e-6 at the edges of the smaller grid.
    assert_true(resample_error(160, 1.0, 72, 2.04) < 2e-5);
    assert_true(resample_error(72, 2.04, 160, 1.0) < 2e-5);
    assert_true(resample_error(96, 1.5, 97, 1.5) < 2e-5);
}

static void removes_what_the_coarse_grid_cannot_hold(void **state)
{
    (void)state;
    airy_image in, out;
    assert_ok(airy_image_init(&in, 120, 120, &err));
    assert_ok(airy_image_init(&out, 40, 40, &err));
    for (int i = 0; i < 120 * 120; i++) // period 4 pixels; pixels of the output are 3
        in.px[i] = (float)cos(2 * PI * (i % 120) / 4);
    assert_ok(airy_grid_resample(&in, 1, &out, 3, &err));
    for (int i = 0; i < 40 * 40; i++)
        assert_true(fabs(out.px[i]) < 1e-4);
    assert_fails(airy_grid_resample(&in, 0, &out, 3, &err), AIRY_EARGUMENT, "above 0");
    airy_image_release(&in);
    airy_image_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_scene),
        cmocka_unit_test(removes_what_the_coarse_grid_cannot_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
