// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of strips: the columns of the whole transform, the rows of its inverse, the Hermitian part.
#include "check.h"

#include "airy/math.h"

// Even and odd, square and not, one row, all rows, more than a block of columns.
static const struct {
    int ny, nx, rows;
} cases[] = {{24, 20, 8}, {24, 20, 7}, {15, 21, 5}, {9, 9, 9},   {9, 9, 20},
             {8, 6, 1},   {1, 5, 1},   {5, 1, 3},   {16, 33, 16}};
enum { CASES = sizeof cases / sizeof cases[0], LARGEST = 24 * 33 };

// Float rounding of some hundred additions.
static const double small = 2e-6;

// A spectrum column by column, and the other way round.
struct spectrum {
    int ny;
    float complex z[2 * LARGEST];
};

static void take(void *context, int kx, float complex *column)
{
    struct spectrum *s = context;
    memcpy(s->z + kx * s->ny, column, (size_t)s->ny * sizeof *column);
}

static void give(void *context, int kx, float complex *column)
{
    const struct spectrum *s = context;
    memcpy(column, s->z + kx * s->ny, (size_t)s->ny * sizeof *column);
}

struct trial {
    int ny, nx, rows; // rows: of the image, of those of the strip
    bool real;
    airy_strip *strip;
    float *floats;
    float complex image[LARGEST]; // zero outside the strip
    struct spectrum spectrum;
    double norm;
};

static void trial_begin(struct trial *t, int i, bool real, int columns)
{
    airy_error err = {0};
    airy_random random;
    *t = (struct trial){.ny = cases[i].ny, .nx = cases[i].nx, .real = real};
    t->strip = airy_strip_new(
        (airy_strip_shape){
            .ny = t->ny, .nx = t->nx, .rows = cases[i].rows, .columns = columns, .real = real},
        NULL, &err);
    assert_non_null(t->strip);
    t->rows = airy_strip_rows(t->strip) < t->ny ? airy_strip_rows(t->strip) : t->ny;
    assert_true(t->rows >= cases[i].rows || t->rows == t->ny);
    t->floats = airy_memory_new((size_t)airy_strip_floats(t->strip), sizeof(float));
    t->spectrum.ny = t->ny;
    airy_random_init(&random, 5, (uint32_t)i, real, 0);
    for (int p = 0; p < t->rows * t->nx; p++) {
        float re = (float)airy_random_normal(&random);
        float im = real ? 0 : (float)airy_random_normal(&random);
        t->image[p] = re + I * im;
        t->norm += hypot((double)re, (double)im);
        float *at = t->floats + airy_strip_index(t->strip, p / t->nx, p % t->nx);
        at[0] = re;
        if (!real)
            at[1] = im;
    }
}

static void trial_end(struct trial *t)
{
    airy_strip_free(t->strip);
    airy_memory_free(t->floats);
}

// By definition, in double.
static double complex sum(const struct trial *t, int ky, int kx)
{
    double complex z = 0;
    for (int y = 0; y < t->rows; y++)
        for (int x = 0; x < t->nx; x++)
            z += t->image[y * t->nx + x] *
                 cexp(-2 * M_PI * I * ((double)ky * y / t->ny + (double)kx * x / t->nx));
    return z;
}

static void forward_is_the_sum(void **state)
{
    (void)state;
    static struct trial t;
    for (int i = 0; i < 2 * CASES; i++) {
        trial_begin(&t, i / 2, i % 2, 0);
        airy_strip_forward(t.strip, t.floats, take, &t.spectrum);
        assert_int_equal(airy_strip_columns(t.strip), t.real ? t.nx / 2 + 1 : t.nx);
        for (int kx = 0; kx < airy_strip_columns(t.strip); kx++)
            for (int ky = 0; ky < t.ny; ky++)
                assert_near(cabs((double complex)t.spectrum.z[kx * t.ny + ky] - sum(&t, ky, kx)) /
                                t.norm,
                            0, small);
        trial_end(&t);
    }
}

// Back again, times ny nx. What a half plane cannot hold, the anti-Hermitian part of a column that
// is its own mate, changes nothing.
static void backward_undoes_forward(void **state)
{
    (void)state;
    static struct trial t;
    for (int i = 0; i < 2 * CASES; i++) {
        trial_begin(&t, i / 2, i % 2, 0);
        airy_strip_forward(t.strip, t.floats, take, &t.spectrum);
        for (int ky = 0; t.real && ky < t.ny; ky++) {
            t.spectrum.z[ky] += 0.7f * I;
            if (t.nx % 2 == 0)
                t.spectrum.z[t.nx / 2 * t.ny + ky] -= 0.3f * I;
        }
        memset(t.floats, 0, (size_t)airy_strip_floats(t.strip) * sizeof *t.floats);
        airy_strip_backward_raw(t.strip, give, &t.spectrum, t.floats);
        for (int p = 0; p < t.rows * t.nx; p++) {
            const float *at = t.floats + airy_strip_index(t.strip, p / t.nx, p % t.nx);
            double n = (double)t.ny * t.nx;
            assert_near(at[0] / n, crealf(t.image[p]), small * t.norm);
            if (!t.real)
                assert_near(at[1] / n, cimagf(t.image[p]), small * t.norm);
        }
        trial_end(&t);
    }
}

// With some columns alone: those of the whole transform, and the image of which the others are
// nothing, so that forward of backward changes nothing.
static void other_columns_are_nothing(void **state)
{
    (void)state;
    static struct trial t;
    static struct spectrum first;
    for (int real = 0; real < 2; real++) {
        trial_begin(&t, 8, real, 5); // all 16 rows of 33
        assert_int_equal(airy_strip_columns(t.strip), 5);
        airy_strip_forward(t.strip, t.floats, take, &t.spectrum);
        first = t.spectrum;
        for (int i = 0; i < 5 * t.ny; i++)
            assert_near(cabs((double complex)first.z[i] - sum(&t, i % t.ny, i / t.ny)) / t.norm, 0,
                        small);
        airy_strip_backward_raw(t.strip, give, &t.spectrum, t.floats);
        airy_strip_forward(t.strip, t.floats, take, &t.spectrum);
        for (int i = 0; i < 5 * t.ny; i++)
            assert_near(cabs((double complex)t.spectrum.z[i] / (t.ny * t.nx) - first.z[i]) / t.norm,
                        0, small);
        trial_end(&t);
    }
}

// A factor that differs from column to column.
static void fade(void *context, int kx, float complex *column)
{
    const struct spectrum *s = context;
    for (int ky = 0; ky < s->ny; ky++)
        column[ky] *= 1.0f / (float)(1 + kx + ky);
}

static void fade_and_take(void *context, int kx, float complex *column)
{
    fade(context, kx, column);
    take(context, kx, column);
}

// The bytes of forward, then backward, in place too.
static void round_is_both(void **state)
{
    (void)state;
    static struct trial t;
    for (int i = 0; i < 4 * CASES; i++) {
        trial_begin(&t, i / 4, i % 2, i % 4 < 2 ? 0 : 1);
        size_t bytes = (size_t)airy_strip_floats(t.strip) * sizeof(float);
        float *both = airy_memory_new(bytes, 1);
        for (int way = 0; way < 2; way++) { // the next round begins where the last one ended
            airy_strip_forward(t.strip, t.floats, fade_and_take, &t.spectrum);
            airy_strip_backward_raw(t.strip, give, &t.spectrum, both);
            airy_strip_round(t.strip, t.floats, fade, &t.spectrum, t.floats);
            assert_memory_equal(both, t.floats, bytes);
        }
        airy_memory_free(both);
        trial_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_is_the_sum),
        cmocka_unit_test(backward_undoes_forward),
        cmocka_unit_test(other_columns_are_nothing),
        cmocka_unit_test(round_is_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
