// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of the transforms: Parseval, impulse, linearity, shift, identity, half plane, same bits.
#include "check.h"

#include "airy/math.h"
#include "airy/work.h"

#include <stdlib.h>

// Even and odd, square and not, fast and prime sizes.
static const int sizes[][2] = {{8, 8},  {9, 9},  {6, 15},  {15, 6},
                               {1, 12}, {12, 1}, {31, 17}, {60, 64}};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

// Float rounding grows like the root of the number of stages; 1e-6 of the largest value is ten
// times what FFTW's accuracy benchmarks show for these lengths.
static const double small = 1e-6;

struct planes {
    int ny, nx, count, half;
    airy_fft *fft;
    float *real, *again;
    float complex *a, *b, *c;
};

static struct planes planes_new(int ny, int nx)
{
    airy_error err = {0};
    struct planes p = {.ny = ny, .nx = nx, .count = ny * nx, .half = nx / 2 + 1};
    size_t count = (size_t)p.count, half = (size_t)(ny * p.half);
    size_t most = half > count ? half : count;
    p.fft = airy_fft_new(ny, nx, NULL, &err);
    p.real = airy_memory_new(count, sizeof *p.real);
    p.again = airy_memory_new(count, sizeof *p.again);
    p.a = airy_memory_new(most, sizeof *p.a);
    p.b = airy_memory_new(most, sizeof *p.b);
    p.c = airy_memory_new(most, sizeof *p.c);
    assert_non_null(p.fft);
    airy_random random;
    airy_random_init(&random, 7, (uint32_t)ny, (uint32_t)nx, 0);
    for (int i = 0; i < p.count; i++) {
        p.real[i] = (float)airy_random_normal(&random);
        float re = (float)airy_random_normal(&random);
        p.a[i] = re + I * (float)airy_random_normal(&random);
    }
    return p;
}

static void planes_release(struct planes *p)
{
    airy_fft_free(p->fft);
    airy_memory_free(p->real);
    airy_memory_free(p->again);
    airy_memory_free(p->a);
    airy_memory_free(p->b);
    airy_memory_free(p->c);
}

static double power(const float complex *a, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += (double)crealf(a[i]) * crealf(a[i]) + (double)cimagf(a[i]) * cimagf(a[i]);
    return sum;
}

static void assert_close(const float complex *a, const float complex *b, int count, double scale)
{
    for (int i = 0; i < count; i++)
        assert_near(cabs((double complex)a[i] - (double complex)b[i]), 0, small * scale);
}

// The transform by its definition, in double.
static double complex slow(const struct planes *p, int ky, int kx)
{
    double complex sum = 0;
    for (int y = 0; y < p->ny; y++)
        for (int x = 0; x < p->nx; x++)
            sum += p->a[y * p->nx + x] *
                   cexp(-2 * M_PI * I * ((double)ky * y / p->ny + (double)kx * x / p->nx));
    return sum;
}

static void every(void (*law)(struct planes *))
{
    for (int i = 0; i < SIZES; i++) {
        struct planes p = planes_new(sizes[i][0], sizes[i][1]);
        law(&p);
        planes_release(&p);
    }
}

static void definition_law(struct planes *p)
{
    airy_fft_forward(p->fft, p->a, p->b);
    for (int i = 0; i < 10; i++) {
        int ky = i * 7 % p->ny, kx = i * 5 % p->nx;
        double complex found = p->b[ky * p->nx + kx];
        assert_near(cabs(found - slow(p, ky, kx)), 0, small * p->count);
    }
}

static void parseval_law(struct planes *p)
{
    double before = power(p->a, p->count);
    airy_fft_forward(p->fft, p->a, p->b);
    assert_near(power(p->b, p->count) / p->count / before, 1, small);
}

static void impulse_law(struct planes *p)
{
    memset(p->a, 0, (size_t)p->count * sizeof *p->a);
    p->a[0] = 1;
    airy_fft_forward(p->fft, p->a, p->b);
    for (int i = 0; i < p->count; i++)
        assert_near(cabsf(p->b[i] - 1), 0, small);
}

static void linear_law(struct planes *p)
{
    float complex w = 0.3f - 1.7f * I;
    airy_fft_forward(p->fft, p->a, p->b);
    for (int i = 0; i < p->count; i++) {
        p->b[i] *= w;
        p->a[i] *= w;
    }
    airy_fft_forward(p->fft, p->a, p->c);
    assert_close(p->b, p->c, p->count, p->count);
}

// a moved by (1, 2) pixels has its transform times exp(-2 pi i (ky 1 / ny + kx 2 / nx)).
static void shift_law(struct planes *p)
{
    int ny = p->ny, nx = p->nx;
    airy_fft_forward(p->fft, p->a, p->b);
    for (int ky = 0; ky < ny; ky++)
        for (int kx = 0; kx < nx; kx++)
            p->b[ky * nx + kx] *=
                (float complex)cexp(-2 * M_PI * I * ((double)ky / ny + 2.0 * kx / nx));
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++)
            p->c[(y + 1) % ny * nx + (x + 2) % nx] = p->a[y * nx + x];
    airy_fft_forward(p->fft, p->c, p->a);
    assert_close(p->a, p->b, p->count, p->count);
}

static void identity_law(struct planes *p)
{
    airy_fft_forward(p->fft, p->a, p->b);
    airy_fft_backward(p->fft, p->b, p->c);
    assert_close(p->a, p->c, p->count, 10);
    airy_fft_forward_real(p->fft, p->real, p->b);
    airy_fft_backward_real(p->fft, p->b, p->again);
    for (int i = 0; i < p->count; i++)
        assert_near(p->real[i], p->again[i], 10 * small);
}

static void half_plane_law(struct planes *p)
{
    for (int i = 0; i < p->count; i++)
        p->a[i] = p->real[i];
    airy_fft_forward(p->fft, p->a, p->b);
    airy_fft_forward_real(p->fft, p->real, p->c);
    for (int y = 0; y < p->ny; y++)
        assert_close(p->b + y * p->nx, p->c + y * p->half, p->half, p->count);
}

static void raw_law(struct planes *p)
{
    airy_fft_forward_real(p->fft, p->real, p->b);
    airy_fft_backward_real_raw(p->fft, p->b, p->again);
    for (int i = 0; i < p->count; i++)
        assert_near(p->real[i], p->again[i] / (float)p->count, 10 * small);
}

static void keeps_input_law(struct planes *p)
{
    size_t bytes = (size_t)p->count * sizeof *p->a;
    memcpy(p->b, p->a, bytes);
    airy_fft_forward(p->fft, p->a, p->c);
    airy_fft_backward(p->fft, p->a, p->c);
    assert_memory_equal(p->a, p->b, bytes);
    memcpy(p->again, p->real, (size_t)p->count * sizeof *p->real);
    airy_fft_forward_real(p->fft, p->real, p->c);
    assert_memory_equal(p->again, p->real, (size_t)p->count * sizeof *p->real);
}

static void order_law(struct planes *p)
{
    airy_image centered = {.ny = p->ny, .nx = p->nx, .px = p->real};
    airy_fft_order(&centered, p->again);
    assert_true(p->again[0] == p->real[p->ny / 2 * p->nx + p->nx / 2]);
    float *back = airy_memory_new((size_t)p->count, sizeof *back);
    centered.px = back;
    airy_fft_center(p->again, &centered);
    assert_memory_equal(back, p->real, (size_t)p->count * sizeof *back);
    airy_memory_free(back);
}

#define LAW(name)                                                                                  \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        every(name##_law);                                                                         \
    }
LAW(definition)
LAW(parseval)
LAW(impulse)
LAW(linear)
LAW(shift)
LAW(identity)
LAW(half_plane)
LAW(raw)
LAW(keeps_input)
LAW(order)

// ------------------------------------------------------------------ plans and their bits

static void transform_with(const char *wisdom, int n, float complex *out)
{
    airy_error err = {0};
    airy_fft *fft = airy_fft_new(n, n, wisdom, &err);
    if (!fft)
        fail_msg("%s", err.message);
    float complex *in = airy_memory_new((size_t)(n * n), sizeof *in);
    airy_random random;
    airy_random_init(&random, 3, 0, 0, 0);
    for (int i = 0; i < n * n; i++)
        in[i] = (float)airy_random_normal(&random);
    airy_fft_forward(fft, in, out);
    airy_memory_free(in);
    airy_fft_free(fft);
}

// ESTIMATE gives the same bits, also after wisdom has been made and used in between.
static void same_bits(void **state)
{
    (void)state;
    enum { N = 24 };
    airy_error err = {0};
    size_t bytes = N * N * sizeof(float complex);
    float complex *first = airy_memory_new(N * N, sizeof *first);
    float complex *second = airy_memory_new(N * N, sizeof *second);
    transform_with(NULL, N, first);
    char *wisdom = airy_fft_wisdom((int[]){N, 16}, 2, &err);
    assert_non_null(wisdom);
    transform_with(NULL, N, second);
    assert_memory_equal(first, second, bytes);

    transform_with(wisdom, N, first);
    transform_with(wisdom, N, second);
    assert_memory_equal(first, second, bytes);
    transform_with(wisdom, 16, first); // every size asked for is there
    assert_null(airy_fft_new(20, 20, wisdom, &err));
    assert_int_equal(err.code, AIRY_EMISSING);
    assert_non_null(strstr(err.message, "20 x 20"));
    free(wisdom);
    airy_memory_free(first);
    airy_memory_free(second);
}

// ------------------------------------------------------------------ many threads

enum { PLANS = 24, SIDE = 40 };

struct plans {
    const char *wisdom;
    float complex *out; // SIDE x SIDE for each plan
};

// Plans, transforms and forgets, while other threads do the same.
static airy_code plan_job(int i, void *workspace, void *context, airy_error *err)
{
    (void)workspace;
    const struct plans *plans = context;
    int n = plans->wisdom ? 24 : 12 + i;
    airy_fft *fft = airy_fft_new(n, n, plans->wisdom, err);
    float *in = airy_memory_new((size_t)(n * n), sizeof *in);
    float complex *half = airy_memory_new((size_t)(n * (n / 2 + 1)), sizeof *half);
    for (int k = 0; k < n * n; k++)
        in[k] = (float)(k * k % 101);
    if (fft) {
        airy_fft_forward_real(fft, in, half);
        memcpy(plans->out + i * SIDE * SIDE, half, (size_t)(n * (n / 2 + 1)) * sizeof *half);
    }
    airy_memory_free(half);
    airy_memory_free(in);
    airy_fft_free(fft);
    return fft ? AIRY_OK : err->code;
}

static void many_threads(void **state)
{
    (void)state;
    airy_error why = {0};
    char *wisdom = airy_fft_wisdom((int[]){24}, 1, &why);
    assert_non_null(wisdom);
    size_t count = (size_t)PLANS * SIDE * SIDE;
    float complex *one = airy_memory_new(count, sizeof *one);
    float complex *four = airy_memory_new(count, sizeof *four);
    for (int k = 0; k < 2; k++) {
        struct plans a = {k ? wisdom : NULL, one}, b = {a.wisdom, four};
        airy_farm farm = {.threads = 1, .job = plan_job, .context = &a};
        assert_ok(airy_farm_run(&farm, PLANS, &err));
        farm.threads = 4;
        farm.context = &b;
        assert_ok(airy_farm_run(&farm, PLANS, &err));
        assert_memory_equal(one, four, count * sizeof *one);
    }
    free(wisdom);
    airy_memory_free(one);
    airy_memory_free(four);
}

static void bad_requests(void **state)
{
    (void)state;
    airy_error err = {0};
    assert_null(airy_fft_new(8, 8, "not wisdom", &err));
    assert_int_equal(err.code, AIRY_EFORMAT);
    assert_null(airy_fft_new(0, 8, NULL, &err));
    assert_int_equal(err.code, AIRY_EARGUMENT);
    assert_null(airy_fft_new(8, AIRY_SIDE_MAX + 1, NULL, NULL));
    assert_null(airy_fft_wisdom((int[]){-3}, 1, &err));
    assert_int_equal(err.code, AIRY_EARGUMENT);
    airy_fft_free(NULL);
}

static bool fast(int n)
{
    for (int p = 2; p <= 7; p++)
        while (n % p == 0)
            n /= p;
    return n == 1;
}

static void chosen_sizes(void **state)
{
    (void)state;
    for (int n = 2; n < 1000; n++) {
        int up = airy_fft_size_up(n), down = airy_fft_size_down(n);
        assert_true(up >= n && up < 2 * n + 2 && down <= n && up % 2 == 0 && down % 2 == 0);
        assert_true(fast(up) && fast(down) && airy_fft_size_up(up) == up);
        for (int k = down + 1; k <= n; k++) // what is left out is little, or nothing was nearer
            assert_true(k % 2 || !fast(k) || 32 * (n - down) <= n);
    }
    assert_non_null(strstr(airy_fft_library(), "fftw"));
}

// As measured: a power of 2 or a neighbour of its kind where it costs less than what is nearer.
static void cheap_sizes(void **state)
{
    static const int pairs[][2] = {{97, 100},  {162, 192}, {200, 240}, {224, 240}, {250, 256},
                                   {288, 320}, {480, 512}, {660, 672}, {980, 1024}};
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_int_equal(airy_fft_size_up(pairs[i][0]), pairs[i][1]);
    assert_int_equal(airy_fft_size_down(1040), 1024);
    assert_int_equal(airy_fft_size_down(680), 672);
    assert_int_equal(airy_fft_size_down(200), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definition),   cmocka_unit_test(parseval),
        cmocka_unit_test(impulse),      cmocka_unit_test(linear),
        cmocka_unit_test(shift),        cmocka_unit_test(identity),
        cmocka_unit_test(half_plane),   cmocka_unit_test(raw),
        cmocka_unit_test(keeps_input),  cmocka_unit_test(order),
        cmocka_unit_test(same_bits),    cmocka_unit_test(bad_requests),
        cmocka_unit_test(chosen_sizes), cmocka_unit_test(many_threads),
        cmocka_unit_test(cheap_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
