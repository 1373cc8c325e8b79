// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of resampling: waves that both grids hold come through, nothing else does, sums are kept.
#include "check.h"

#include "airy/math.h"

static airy_image image_new(int ny, int nx)
{
    airy_image image;
    assert_ok(airy_image_init(&image, ny, nx, &err));
    return image;
}

// cos of ky, kx whole periods in the frame, seen from its middle pixel.
static double wave(const airy_image *image, int i, int ky, int kx)
{
    int y = i / image->nx - image->ny / 2, x = i % image->nx - image->nx / 2;
    return cos(2 * M_PI * ((double)ky * y / image->ny + (double)kx * x / image->nx) + 0.3);
}

// in holds two waves, of which `lost` is beyond what the coarser grid can hold.
static void check_waves(int n, int m)
{
    airy_image in = image_new(n, n + 3 * n / 15), out = image_new(m, m + 3 * m / 15);
    int finest = (n < m ? n : m) / 2 - 1;
    for (int i = 0; i < in.ny * in.nx; i++)
        in.px[i] = (float)(wave(&in, i, finest, -2) + wave(&in, i, 1, 3) +
                           (n > m ? wave(&in, i, n / 2 - 1, 1) : 0));
    assert_ok(airy_grid_resample(&in, 1.0 / n, &out, 1.0 / m, &err)); // the same frame
    for (int i = 0; i < out.ny * out.nx; i++)
        assert_near(out.px[i], wave(&out, i, finest, -2) + wave(&out, i, 1, 3), 3e-6); // floats
    airy_image_release(&in);
    airy_image_release(&out);
}

static void waves(void **state)
{
    (void)state;
    check_waves(15, 30);
    check_waves(30, 15);
    check_waves(30, 45);
    check_waves(45, 30);
    check_waves(15, 15);
}

// Frames of different extent: the integral over the plane stays.
static void integral(void **state)
{
    (void)state;
    airy_image in = image_new(21, 24), out = image_new(40, 32);
    airy_random random;
    airy_random_init(&random, 1, 0, 0, 0);
    for (int i = 0; i < 21 * 24; i++)
        in.px[i] = (float)airy_random_uniform(&random);
    assert_ok(airy_grid_resample(&in, 3, &out, 2.2, &err));
    double before = 9 * airy_stats_sum(in.px, 21 * 24);
    assert_near(2.2 * 2.2 * airy_stats_sum(out.px, 40 * 32) / before, 1, 1e-6);
    airy_image_release(&in);
    airy_image_release(&out);
}

// A Gaussian that both grids hold keeps its place and its values.
static void gaussian(void **state)
{
    (void)state;
    airy_image in = image_new(48, 48), out = image_new(50, 40);
    for (int i = 0; i < 48 * 48; i++) {
        double y = (i / 48 - 24) * 1.0 - 2.3, x = (i % 48 - 24) * 1.0 + 1.1;
        in.px[i] = (float)exp(-(y * y + x * x) / 18);
    }
    assert_ok(airy_grid_resample(&in, 1.0, &out, 1.27, &err));
    for (int i = 0; i < 50 * 40; i++) {
        double y = (i / 40 - 25) * 1.27 - 2.3, x = (i % 40 - 20) * 1.27 + 1.1;
        // what a width of 3 pixels has beyond the coarser grid's last frequency: 1e-5
        assert_near(out.px[i], exp(-(y * y + x * x) / 18), 2e-5);
    }
    airy_image_release(&in);
    airy_image_release(&out);
}

static void refused(void **state)
{
    (void)state;
    airy_image in = image_new(4, 4), out = image_new(4, 4);
    assert_fails(airy_grid_resample(&in, 0, &out, 1, &err), AIRY_EARGUMENT, "above 0");
    assert_fails(airy_grid_resample(&in, 1, &out, NAN, &err), AIRY_EARGUMENT, "above 0");
    airy_image_release(&in);
    airy_image_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waves),
        cmocka_unit_test(integral),
        cmocka_unit_test(gaussian),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
