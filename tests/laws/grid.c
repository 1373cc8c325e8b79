// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of grids: whole shifts are exact, shifts add, twins undo themselves, rings and blurs keep
// sums.
#include "check.h"

#include "airy/math.h"

#include <stdlib.h>

static const int sizes[][2] = {{8, 8}, {9, 7}, {6, 15}, {1, 12}, {12, 1}, {32, 20}};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

static airy_image noise(int ny, int nx)
{
    airy_image image;
    assert_ok(airy_image_init(&image, ny, nx, &err));
    airy_random random;
    airy_random_init(&random, 11, (uint32_t)ny, (uint32_t)nx, 0);
    for (int i = 0; i < ny * nx; i++)
        image.px[i] = (float)airy_random_normal(&random);
    return image;
}

static airy_image like(const airy_image *image)
{
    airy_image other;
    assert_ok(airy_image_init(&other, image->ny, image->nx, &err));
    return other;
}

static double farthest(const airy_image *a, const airy_image *b)
{
    double most = 0;
    for (int i = 0; i < a->ny * a->nx; i++)
        most = fmax(most, fabs((double)a->px[i] - b->px[i]));
    return most;
}

static void every(void (*law)(const airy_image *in, airy_image *out, airy_image *back))
{
    for (int i = 0; i < SIZES; i++) {
        airy_image in = noise(sizes[i][0], sizes[i][1]), out = like(&in), back = like(&in);
        law(&in, &out, &back);
        airy_image_release(&in);
        airy_image_release(&out);
        airy_image_release(&back);
    }
}

static void whole_shift_law(const airy_image *in, airy_image *out, airy_image *back)
{
    in->px[0] = NAN; // moves like any other value
    assert_ok(airy_grid_shift(in, 3, -5, out, &err));
    for (int y = 0; y < in->ny; y++)
        for (int x = 0; x < in->nx; x++) {
            float a = out->px[(y + 3) % in->ny * in->nx + (x - 5 + 5 * in->nx) % in->nx];
            float b = in->px[y * in->nx + x];
            assert_true(a == b || (isnan(a) && isnan(b)));
        }
    assert_ok(airy_grid_shift(out, -3, 5, back, &err));
    assert_memory_equal(in->px, back->px, (size_t)(in->ny * in->nx) * sizeof(float));
}

// Half a pixel twice is a whole pixel, but for the highest frequency of an even side.
static void add_shift_law(const airy_image *in, airy_image *out, airy_image *back)
{
    if (in->ny % 2 == 0 || in->nx % 2 == 0)
        return;
    assert_ok(airy_grid_shift(in, 0.5, 1.25, out, &err));
    assert_ok(airy_grid_shift(out, 0.5, 0.75, out, &err)); // in place
    assert_ok(airy_grid_shift(in, 1, 2, back, &err));
    assert_near(farthest(out, back), 0, 1e-5); // float rounding of four transforms
}

static void twin_law(const airy_image *in, airy_image *out, airy_image *back)
{
    airy_grid_twin(in, out);
    int cy = in->ny / 2, cx = in->nx / 2;
    assert_true(out->px[cy * in->nx + cx] == in->px[cy * in->nx + cx]);
    airy_grid_twin(out, back);
    assert_memory_equal(in->px, back->px, (size_t)(in->ny * in->nx) * sizeof(float));
}

// The transform about the center of the twin of a real image is the complex conjugate.
static void twin_conjugate_law(const airy_image *in, airy_image *out, airy_image *back)
{
    airy_error err = {0};
    int ny = in->ny, nx = in->nx, half = ny * (nx / 2 + 1);
    airy_fft *fft = airy_fft_new(ny, nx, NULL, &err);
    float complex *a = airy_memory_new((size_t)half, sizeof *a);
    float complex *b = airy_memory_new((size_t)half, sizeof *b);
    assert_non_null(fft);
    airy_grid_twin(in, out);
    airy_fft_order(in, back->px);
    airy_fft_forward_real(fft, back->px, a);
    airy_fft_order(out, back->px);
    airy_fft_forward_real(fft, back->px, b);
    for (int i = 0; i < half; i++)
        assert_near(cabsf(a[i] - conjf(b[i])), 0, 1e-4); // rounding of sums of up to 640 values
    airy_memory_free(a);
    airy_memory_free(b);
    airy_fft_free(fft);
}

static void blur_law(const airy_image *in, airy_image *out, airy_image *back)
{
    int n = in->ny * in->nx;
    double sum = airy_stats_sum(in->px, n);
    assert_ok(airy_grid_blur(in, 1.5, out, &err));
    assert_near(airy_stats_sum(out->px, n), sum, 1e-4);
    assert_true(airy_stats_sd(out->px, n) < airy_stats_sd(in->px, n));
    assert_ok(airy_grid_blur(in, 0, back, &err));
    assert_true(farthest(in, back) == 0);
    assert_ok(airy_grid_blur(in, 2.5, out, &err));
    assert_ok(airy_grid_blur(in, 1.5, back, &err)); // widths add in squares
    assert_ok(airy_grid_blur(back, 2, back, &err));
    assert_near(farthest(out, back), 0, 1e-5); // 2 exp(-pi^2 1.5^2) from the pixels of the narrower
    assert_ok(airy_grid_blur(in, 1e300, back, &err));
    for (int i = 0; i < n; i++)
        assert_near(back->px[i], sum / n, 1e-6);
}

static void ring_law(const airy_image *in, airy_image *out, airy_image *back)
{
    (void)out, (void)back;
    int n = airy_grid_ring_count(in->ny, in->nx, 2.25, -1);
    double mean[64], sum = 0;
    int count[64], pixels = 0;
    assert_true(n <= 64);
    in->px[0] = NAN;
    airy_grid_ring_mean(in, 2.25, -1, mean, count, n);
    for (int r = 0; r < n; r++) {
        sum += count[r] ? mean[r] * count[r] : 0;
        pixels += count[r];
        assert_int_equal(count[r] == 0, isnan(mean[r]) != 0);
    }
    assert_int_equal(pixels, in->ny * in->nx - 1);
    assert_true(count[n - 1] > 0); // the count is no larger than it must be
    assert_near(sum, airy_stats_sum(in->px, in->ny * in->nx), 1e-9);
}

static void recenter_law(const airy_image *in, airy_image *out, airy_image *back)
{
    (void)out;
    airy_image wide;
    assert_ok(airy_image_init(&wide, in->ny + 5, in->nx + 8, &err));
    airy_grid_recenter(in, &wide, -9);
    assert_true(wide.px[wide.ny / 2 * wide.nx + wide.nx / 2] ==
                in->px[in->ny / 2 * in->nx + in->nx / 2]);
    assert_true(wide.px[0] == -9);
    airy_grid_recenter(&wide, back, 0);
    assert_memory_equal(in->px, back->px, (size_t)(in->ny * in->nx) * sizeof(float));
    airy_image_release(&wide);
}

#define LAW(name)                                                                                  \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        every(name##_law);                                                                         \
    }
LAW(whole_shift)
LAW(add_shift)
LAW(twin)
LAW(twin_conjugate)
LAW(blur)
LAW(ring)
LAW(recenter)

// ------------------------------------------------------------------ small exact cases

// A wave below the highest frequency moves by a fraction of a pixel as its formula says.
static void fractional_shift(void **state)
{
    (void)state;
    enum { NY = 16, NX = 21 };
    airy_image in = noise(NY, NX), out = like(&in);
    for (int y = 0; y < NY; y++)
        for (int x = 0; x < NX; x++)
            in.px[y * NX + x] = (float)cos(2 * M_PI * (3.0 * y / NY - 4.0 * x / NX) + 0.4);
    assert_ok(airy_grid_shift(&in, 0.3, -1.7, &out, &err));
    for (int y = 0; y < NY; y++)
        for (int x = 0; x < NX; x++) {
            double wave = cos(2 * M_PI * (3 * (y - 0.3) / NY - 4 * (x + 1.7) / NX) + 0.4);
            assert_near(out.px[y * NX + x], wave, 1e-6);
        }
    airy_image_release(&in);
    airy_image_release(&out);
}

// The highest frequency of y keeps its cosine: half a pixel leaves cos(pi / 2) of it.
static void nyquist(void **state)
{
    (void)state;
    enum { NY = 4, NX = 7 };
    airy_image in = noise(NY, NX), out = like(&in);
    for (int i = 0; i < NY * NX; i++)
        in.px[i] = (float)((i / NX % 2 ? -1 : 1) * cos(2 * M_PI * 2 * (i % NX) / NX));
    assert_ok(airy_grid_shift(&in, 0.5, 0, &out, &err));
    for (int i = 0; i < NY * NX; i++)
        assert_near(out.px[i], 0, 1e-6);
    airy_image_release(&in);
    airy_image_release(&out);
}

static void bilinear(void **state)
{
    (void)state;
    airy_image image = noise(3, 4);
    for (int i = 0; i < 12; i++)
        image.px[i] = (float)(10 * (i / 4) + i % 4); // 10 y + x: bilinear is exact
    assert_near(airy_grid_bilinear(&image, 0.25, 1.5), 4.0, 1e-12);
    assert_near(airy_grid_bilinear(&image, 2, 3), 23, 0);
    assert_near(airy_grid_bilinear(&image, 0, 0), 0, 0);
    assert_true(isnan(airy_grid_bilinear(&image, -0.01, 1)));
    assert_true(isnan(airy_grid_bilinear(&image, 1, 3.01)));
    assert_true(isnan(airy_grid_bilinear(&image, NAN, 1)));
    image.px[5] = NAN;
    assert_true(isnan(airy_grid_bilinear(&image, 0.5, 0.5)));
    assert_near(airy_grid_bilinear(&image, 0.5, 0), 5, 1e-12); // does not need the NaN beside it
    assert_near(airy_grid_bilinear(&image, 0, 0.5), 0.5, 1e-12);
    airy_image_release(&image);
}

static void rotate(void **state)
{
    (void)state;
    airy_image in = noise(9, 9), out = like(&in), back = like(&in);
    memset(in.px, 0, 81 * sizeof(float));
    in.px[4 * 9 + 7] = 1; // on +x
    airy_grid_rotate(&in, 90, 4, 4, &out);
    assert_near(out.px[7 * 9 + 4], 1, 1e-6); // is now on +y, the row above in plots
    for (int i = 0; i < 81; i++)
        in.px[i] = (float)(i % 9 + 2 * (i / 9)); // linear: exact where both turns stay inside
    airy_grid_rotate(&in, 30, 4, 4, &out);
    airy_grid_rotate(&out, -30, 4, 4, &back);
    for (int y = 3; y <= 5; y++)
        for (int x = 3; x <= 5; x++)
            assert_near(back.px[y * 9 + x], in.px[y * 9 + x], 1e-5);
    assert_true(out.px[0] == 0); // looks outside
    airy_image_release(&in);
    airy_image_release(&out);
    airy_image_release(&back);
}

// One axis of a cyclic Gaussian by its definition: images of the side repeat for ever.
static double slow_weight(int distance, int n, double sigma)
{
    double at = 0, all = 0;
    for (int t = -40 * n; t <= 40 * n; t++) {
        double w = exp(-0.5 * t * t / (sigma * sigma));
        all += w;
        at += (t - distance) % n == 0 ? w : 0;
    }
    return at / all;
}

static void blur_definition_law(const airy_image *in, airy_image *out, airy_image *back)
{
    (void)back;
    const double sigmas[] = {0.2, 0.5, 1.7, 4, 30};
    int ny = in->ny, nx = in->nx;
    double wy[64], wx[64];
    for (int i = 0; i < 5; i++) {
        assert_ok(airy_grid_blur(in, sigmas[i], out, &err));
        for (int t = 0; t < ny || t < nx; t++) {
            wy[t] = t < ny ? slow_weight(t, ny, sigmas[i]) : 0;
            wx[t] = t < nx ? slow_weight(t, nx, sigmas[i]) : 0;
        }
        for (int at = 0; at < ny * nx; at += 3) {
            double sum = 0;
            for (int from = 0; from < ny * nx; from++)
                sum += wy[abs(at / nx - from / nx)] * wx[abs(at % nx - from % nx)] * in->px[from];
            assert_near(out->px[at], sum, 2e-6); // float rounding of two passes
        }
    }
}
LAW(blur_definition)

static void blurred_point(void **state)
{
    (void)state;
    enum { N = 64 };
    const double sigma = 2.5;
    airy_image in = noise(N, N), out = like(&in);
    memset(in.px, 0, N * N * sizeof(float));
    in.px[20 * N + 30] = 1;
    assert_ok(airy_grid_blur(&in, sigma, &out, &err));
    for (int d = 0; d < 10; d++) // the Gaussian in real space, away from float rounding
        assert_near(out.px[(20 + d) * N + 30 - d],
                    exp(-d * d / (sigma * sigma)) / (2 * M_PI * sigma * sigma), 1e-7);
    in.px[40 * N + 50] = NAN;
    assert_ok(airy_grid_blur(&in, 1, &in, &err)); // in place
    assert_true(isnan(in.px[41 * N + 51]) && in.px[20 * N + 30] > 0.1);
    airy_image_release(&in);
    airy_image_release(&out);
}

static void bad_requests(void **state)
{
    (void)state;
    airy_image in = noise(4, 4);
    assert_fails(airy_grid_shift(&in, NAN, 0, &in, &err), AIRY_EARGUMENT, "shift");
    assert_fails(airy_grid_shift(&in, 0, INFINITY, &in, &err), AIRY_EARGUMENT, "shift");
    assert_fails(airy_grid_blur(&in, -1, &in, &err), AIRY_EARGUMENT, "blur");
    airy_image_release(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_shift),
        cmocka_unit_test(add_shift),
        cmocka_unit_test(twin),
        cmocka_unit_test(twin_conjugate),
        cmocka_unit_test(blur),
        cmocka_unit_test(ring),
        cmocka_unit_test(recenter),
        cmocka_unit_test(fractional_shift),
        cmocka_unit_test(nyquist),
        cmocka_unit_test(bilinear),
        cmocka_unit_test(rotate),
        cmocka_unit_test(blurred_point),
        cmocka_unit_test(blur_definition),
        cmocka_unit_test(bad_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
