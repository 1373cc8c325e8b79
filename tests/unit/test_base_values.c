// SPDX-License-Identifier: GPL-3.0-or-later
// Arrays, errors, text and statistics: exact small cases and every refusal.
#include "check.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// ------------------------------------------------------------------ errors

static void errors(void **state)
{
    (void)state;
    airy_error err = {0};
    assert_int_equal(airy_error_set(&err, AIRY_EIO, "cannot read %s", "a.h5"), AIRY_EIO);
    assert_int_equal(airy_error_prefix(&err, "shot %d", 7), AIRY_EIO);
    assert_string_equal(err.message, "shot 7: cannot read a.h5");
    assert_int_equal(airy_error_set(NULL, AIRY_EVALUE, "nobody reads this"), AIRY_EVALUE);

    char lengthy[2000];
    memset(lengthy, 'x', sizeof lengthy);
    lengthy[sizeof lengthy - 1] = '\0';
    airy_error_set(&err, AIRY_EIO, "%s", lengthy);
    airy_error_prefix(&err, "%s", lengthy);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);

    // a failure stays one, whether anybody asks or nothing was said
    assert_int_equal(airy_error_code(&err, AIRY_EMEMORY), AIRY_EIO);
    assert_int_equal(airy_error_code(NULL, AIRY_EMEMORY), AIRY_EMEMORY);
    assert_int_equal(airy_error_code(&(airy_error){0}, AIRY_EMEMORY), AIRY_EMEMORY);

    // one can do without what is not there, but not know so without memory
    assert_int_equal(airy_error_forgive(&err, AIRY_EMEMORY), AIRY_EMEMORY);
    assert_int_equal(airy_error_forgive(&err, AIRY_ESTOPPED), AIRY_ESTOPPED);
    assert_int_equal(err.code, AIRY_EIO);
    assert_int_equal(airy_error_forgive(&err, AIRY_EIO), AIRY_OK);
    assert_int_equal(err.code, AIRY_OK);
    assert_int_equal(airy_error_forgive(NULL, AIRY_EMISSING), AIRY_OK);
}

// ------------------------------------------------------------------ arrays

static void arrays(void **state)
{
    (void)state;
    airy_stack stack, copy;
    assert_ok(airy_stack_init(&stack, 3, 4, 5, &err));
    for (int i = 0; i < 60; i++) {
        assert_true(stack.px[i] == 0);
        stack.px[i] = (float)i;
    }
    assert_int_equal((uintptr_t)stack.px % 64, 0);
    airy_image second = airy_stack_image(&stack, 1);
    assert_true(second.ny == 4 && second.nx == 5 && second.px[7] == 27);
    assert_ok(airy_stack_copy(&copy, &stack, &err));
    stack.px[27] = -1;
    assert_true(copy.px[27] == 27);
    airy_stack_release(&stack);
    airy_stack_release(&stack); // a released struct may be released again
    airy_stack_release(&copy);

    airy_mask mask, other;
    assert_ok(airy_mask_init(&mask, 2, 2, &err));
    mask.bits[3] = 9;
    assert_ok(airy_mask_copy(&other, &mask, &err));
    assert_int_equal(other.bits[3], 9);
    airy_mask_release(&mask);
    airy_mask_release(&other);

    airy_image image, twin;
    assert_ok(airy_image_init(&image, 2, 3, &err));
    image.px[5] = 4;
    assert_ok(airy_image_copy(&twin, &image, &err));
    assert_true(twin.ny == 2 && twin.nx == 3 && twin.px[5] == 4 && twin.px != image.px);
    airy_image_release(&image);
    airy_image_release(&twin);

    airy_field field;
    assert_ok(airy_field_init(&field, 1, 7, &err));
    assert_int_equal((uintptr_t)field.px % 64, 0);
    airy_field_release(&field);
    assert_null(airy_memory_new(SIZE_MAX / 2, 8));
    void *nothing = airy_memory_new(0, 8);
    assert_non_null(nothing);
    airy_memory_free(nothing);
}

static void refused_arrays(void **state)
{
    (void)state;
    const int sides[][2] = {{0, 5}, {5, 0}, {-1, 5}, {AIRY_SIDE_MAX + 1, 1}, {1, INT_MAX}};
    for (int i = 0; i < 5; i++) {
        airy_image image;
        assert_fails(airy_image_init(&image, sides[i][0], sides[i][1], &err), AIRY_EARGUMENT,
                     "sides must be 1 to 32768");
        assert_null(image.px);
        airy_image_release(&image);
    }
    airy_stack stack;
    assert_fails(airy_stack_init(&stack, 0, 5, 5, &err), AIRY_EARGUMENT, "0 x 5 x 5");
    airy_stack_release(&stack);
}

// ------------------------------------------------------------------ text

static void numbers(void **state)
{
    (void)state;
    double value = 0;
    int whole = 0;
    assert_ok(airy_text_double("-1.5e3", &value, &err));
    assert_true(value == -1500);
    assert_ok(airy_text_double("1e-320", &value, &err)); // too small for full precision is fine
    assert_ok(airy_text_int("-42", &whole, &err));
    assert_int_equal(whole, -42);
    assert_ok(airy_text_int("2147483647", &whole, &err));

    const char *const bad[] = {"", "x", "1x", "1 ", "1,5", "1e999", "--1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_fails(airy_text_double(bad[i], &value, &err), AIRY_EARGUMENT, bad[i]);
    const char *const worse[] = {"", "1.0", "1e3", "2147483648", "99999999999999999999", "0x10"};
    for (size_t i = 0; i < sizeof worse / sizeof worse[0]; i++)
        assert_fails(airy_text_int(worse[i], &whole, &err), AIRY_EARGUMENT, "whole number");
}

static void lists(void **state)
{
    (void)state;
    double values[3];
    int n = 0;
    assert_ok(airy_text_doubles("1,-2.5,3e2", values, 3, &n, &err));
    assert_true(n == 3 && values[0] == 1 && values[1] == -2.5 && values[2] == 300);
    assert_ok(airy_text_doubles("7", values, 3, &n, &err));
    assert_true(n == 1 && values[0] == 7);

    const char *const bad[] = {"", "1,", ",1", "1,,2", "1,x", "1,2,3,4", "1,nan", "inf"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_fails(airy_text_doubles(bad[i], values, 3, &n, &err), AIRY_EARGUMENT, "");
    char zeros[80] = "1,"; // a number longer than any double needs to be is not cut silently
    memset(zeros + 2, '1', 70);
    zeros[72] = '\0';
    assert_fails(airy_text_doubles(zeros, values, 3, &n, &err), AIRY_EARGUMENT, "1111");
}

static void growing(void **state)
{
    (void)state;
    airy_text text = {0};
    char wanted[2000] = "";
    for (int i = 0; i < 300; i++) {
        airy_text_append(&text, "%d,", i);
        sprintf(wanted + strlen(wanted), "%d,", i);
    }
    assert_string_equal(text.text, wanted);
    assert_int_equal(text.length, strlen(wanted));
    assert_false(text.failed);
    airy_text_release(&text);
    assert_null(text.text);
    airy_text_release(&text);

    char *copy = airy_text_copy("abc");
    assert_string_equal(copy, "abc");
    free(copy);
    assert_null(airy_text_copy(NULL));
    assert_true(airy_text_ends("frames.npy", ".npy"));
    assert_false(airy_text_ends("frames.npy", ".np"));
    assert_false(airy_text_ends(".npy", ".npy")); // which has no name
    assert_false(airy_text_ends("y", ".npy"));
}

// ------------------------------------------------------------------ statistics

static void statistics(void **state)
{
    (void)state;
    const float x[] = {NAN, 4, 1, NAN, 3, 2, 10};
    enum { N = 7 };
    assert_near(airy_stats_sum(x, N), 20, 0);
    assert_near(airy_stats_mean(x, N), 4, 0);
    assert_near(airy_stats_sd(x, N), sqrt(50.0 / 4), 1e-12);
    assert_near(airy_stats_min(x, N), 1, 0);
    assert_near(airy_stats_max(x, N), 10, 0);
    assert_near(airy_stats_median(x, N), 3, 0);
    assert_near(airy_stats_quantile(x, N, 0), 1, 0);
    assert_near(airy_stats_quantile(x, N, 1), 10, 0);
    assert_near(airy_stats_quantile(x, N, 0.625), 3.5,
                1e-12); // half way from the third to the fourth
    assert_near(airy_stats_mad_sd(x, N), 1.4826 * 1, 1e-12); // distances 0 1 1 2 7
    const double y[] = {2, NAN, 1};
    assert_near(airy_stats_quantile_double(y, 3, 0.25), 1.25, 1e-12);
}

static int compare(const void *a, const void *b)
{
    float u = *(const float *)a, v = *(const float *)b;
    return (u > v) - (u < v);
}

// Selection against sorting, with many equal values, sorted and reversed input, and every length.
static void quantiles(void **state)
{
    (void)state;
    enum { N = 300 };
    float x[N], sorted[N];
    for (int n = 1; n <= N; n += n < 20 ? 1 : 41)
        for (int kind = 0; kind < 4; kind++) {
            airy_random random;
            airy_random_init(&random, 4, (uint32_t)n, (uint32_t)kind, 0);
            for (int i = 0; i < n; i++) {
                float draws[] = {(float)airy_random_normal(&random),
                                 (float)airy_random_below(&random, 3), (float)i, (float)-i};
                x[i] = sorted[i] = draws[kind];
            }
            qsort(sorted, (size_t)n, sizeof *sorted, compare);
            for (int k = 0; k <= 20; k++) {
                double rank = (n - 1) * (k / 20.0), share = rank - floor(rank);
                int low = (int)rank, high = low + 1 < n ? low + 1 : low;
                double wanted = (1 - share) * sorted[low] + share * sorted[high];
                assert_near(airy_stats_quantile(x, n, k / 20.0), wanted, 1e-12);
            }
        }
}

static void no_values(void **state)
{
    (void)state;
    const float x[] = {NAN, NAN}, one[] = {NAN, 5};
    double (*const all[])(const float *, int) = {airy_stats_mean,   airy_stats_sd,
                                                 airy_stats_min,    airy_stats_max,
                                                 airy_stats_median, airy_stats_mad_sd};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        assert_true(isnan(all[i](x, 2)));
        assert_true(isnan(all[i](NULL, 0)));
    }
    assert_near(airy_stats_mean(one, 2), 5, 0);
    assert_true(isnan(airy_stats_sd(one, 2)));
    assert_near(airy_stats_mad_sd(one, 2), 0, 0);
}

// ------------------------------------------------------------------ progress

static bool yes(void *context)
{
    ++*(int *)context;
    return true;
}

static void progress(void **state)
{
    (void)state;
    int asked = 0;
    airy_progress all = {.stopped = yes, .context = &asked}, none = {0};
    assert_true(airy_progress_stopped(&all));
    assert_int_equal(asked, 1);
    assert_false(airy_progress_stopped(&none));
    assert_false(airy_progress_stopped(NULL));
    airy_progress_report(&all, 1, 2, "");
    airy_progress_report(NULL, 1, 2, "");
}

// ------------------------------------------------------------------ described options

typedef struct inner {
    double width;
    enum { ROUND, SQUARE } form;
} inner;

typedef struct outer {
    int n;
    double free, cut; // cut: NaN stands for `auto`
    const char *name;
    inner in;
} outer;

static airy_code no_wide_squares(const void *of, airy_error *err)
{
    const inner *in = of;
    return in->form == SQUARE && in->width > 1.5
               ? airy_error_set(err, AIRY_EARGUMENT, "a square as wide as that")
               : AIRY_OK;
}

static const airy_option inner_rows[] = {
    AIRY_OPTION(inner, width, "width", .low = 1, .high = 2, .help = "of it"),
    AIRY_OPTION(inner, form, "form", .choices = "round|square", .help = "of it"),
    {.check = no_wide_squares},
};

static const airy_option outer_rows[] = {
    AIRY_OPTION(outer, n, "n", .low = 0, .high = 9, .help = "how many"),
    AIRY_OPTION(outer, free, "free", .help = "any number"),
    AIRY_OPTION(outer, cut, "cut", .choices = "auto", .help = "a number or auto"),
    AIRY_OPTION(outer, name, "name", .help = "a text"),
    AIRY_OPTIONS_WITHIN(outer, in, inner_rows),
    {0},
};

// A number out of its range, or none at all, is named, in a struct within too; then the checks.
static void options(void **state)
{
    (void)state;
    airy_error err = {0};
    const outer good = {.n = 9, .free = -1e9, .cut = (double)NAN, .in = {.width = 1}};
    outer o = good;
    assert_int_equal(airy_options_check(outer_rows, &o, &err), AIRY_OK);
    o.n = 10;
    assert_int_equal(airy_options_check(outer_rows, &o, &err), AIRY_EARGUMENT);
    assert_string_equal(err.message, "n is 10; legal: 0 to 9");
    o = good, o.free = (double)INFINITY;
    assert_int_equal(airy_options_check(outer_rows, &o, &err), AIRY_EARGUMENT);
    assert_string_equal(err.message, "free is no finite number");
    o = good, o.in.width = (double)NAN;
    assert_int_equal(airy_options_check(outer_rows, &o, &err), AIRY_EARGUMENT);
    assert_string_equal(err.message, "width is nan; legal: 1 to 2");
    o = good, o.in.width = 2;
    assert_int_equal(airy_options_check(outer_rows, &o, &err), AIRY_OK);
    o.in.form = SQUARE;
    assert_int_equal(airy_options_check(outer_rows, &o, &err), AIRY_EARGUMENT);
    assert_string_equal(err.message, "a square as wide as that");
}

static void ranges(void **state)
{
    (void)state;
    double range[2][2], low = 5, high = 6, pair[2];
    int n;
    assert_true(airy_text_ranges("1:2,3:4.5", range, 2, &n) && n == 2 && range[1][1] == 4.5);
    assert_false(airy_text_ranges("1:2,3:4,5:6", range, 2, &n));
    assert_false(airy_text_ranges("2:1", range, 2, &n) || airy_text_ranges("1:2x", range, 2, &n));
    double four[4] = {0};
    assert_true(airy_text_is("gamma=-1.5", "gamma=*", four) && four[0] == -1.5);
    assert_true(airy_text_is("0:3,12:1e2", "@:@,@:@", four) && four[2] == 12 && four[3] == 100);
    assert_false(airy_text_is("0:3,4", "@:@,@:@", four) || airy_text_is("", "@", four));
    assert_false(airy_text_is("1.5", "@", four) || airy_text_is("4294967297", "@", four));
    assert_false(airy_text_is("nan", "*", four) || airy_text_is("1 ", "*", four));
    assert_string_equal(airy_text_match("1:2,3:4", "*:*", four), ",3:4");
    assert_false(airy_text_ranges("1:inf", range, 2, &n) || airy_text_ranges("1:", range, 2, &n));
    assert_false(airy_text_ranges("1:1e999", range, 2, &n) || airy_text_ranges(":2", range, 2, &n));
    assert_false(airy_text_ranges("", range, 2, &n) || airy_text_ranges(NULL, range, 2, &n));
    assert_true(airy_text_limits("1:", &low, &high) && low == 1 && high == 6);
    assert_true(airy_text_limits(":2", &low, &high) && low == 1 && high == 2);
    assert_false(airy_text_limits("3", &low, &high));
    assert_true(airy_text_pair("1,-2", pair) && pair[0] == 1 && pair[1] == -2);
    assert_false(airy_text_pair("1", pair) || airy_text_pair("1,2,3", pair));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors),     cmocka_unit_test(arrays),    cmocka_unit_test(refused_arrays),
        cmocka_unit_test(numbers),    cmocka_unit_test(lists),     cmocka_unit_test(growing),
        cmocka_unit_test(statistics), cmocka_unit_test(no_values), cmocka_unit_test(quantiles),
        cmocka_unit_test(progress),   cmocka_unit_test(options),   cmocka_unit_test(ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
