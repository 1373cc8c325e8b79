// SPDX-License-Identifier: GPL-3.0-or-later
// Linear algebra, chances and balls against values known otherwise; no memory is a status and not
// the end.
#include "check.h"

#include "airy/math.h"
#include "math/chances.h"

// Under the address sanitizer an allocation that cannot be returns NULL as it does without.
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

// Pauli's second matrix, whose eigenvalues are 1 and -1.
static double complex pauli(int row, int column, void *context)
{
    (void)context;
    return row == column ? 0 : row < column ? -I : I;
}

static void eigenvalues_highest_first(void **state)
{
    (void)state;
    double values[2];
    assert_ok(airy_linear_eigenvalues(pauli, NULL, 2, values, &err));
    assert_near(values[0], 1, 1e-12);
    assert_near(values[1], -1, 1e-12);
}

static void no_memory_is_a_status(void **state)
{
    (void)state;
    double value;
    assert_fails(airy_linear_eigenvalues(pauli, NULL, 20000000, &value, &err), AIRY_EMEMORY,
                 "no memory");
}

static void inverse_of_an_inverse(void **state)
{
    (void)state;
    const double a[9] = {4, 1, 0.5, 1, 3, -1, 0.5, -1, 2};
    double b[9];
    memcpy(b, a, sizeof b);
    assert_true(airy_linear_invert(b, 3));
    for (int i = 0; i < 9; i++) {
        double sum = 0;
        for (int k = 0; k < 3; k++)
            sum += a[i / 3 * 3 + k] * b[k * 3 + i % 3];
        assert_near(sum, i % 4 == 0, 1e-12);
    }
    double singular[4] = {1, 1, 1, 1};
    assert_false(airy_linear_invert(singular, 2));
}

static void solved_unless_rows_repeat(void **state)
{
    (void)state;
    double a[9] = {4, 1, 0.5, 1, 3, -1, 0.5, -1, 2}, b[3] = {4 - 2 + 1.5, 1 - 6 - 3, 0.5 + 2 + 6};
    assert_true(airy_linear_solve(a, b, 3));
    assert_near(b[0], 1, 1e-14);
    assert_near(b[1], -2, 1e-14);
    assert_near(b[2], 3, 1e-14);
    double once[2] = {1, 1}, same[4] = {1, 1, 1, 1 + 1e-14}, unknown[4] = {1, 0, 0, NAN};
    assert_false(airy_linear_solve(same, once, 2));
    assert_false(airy_linear_solve(unknown, once, 2));
    double none[4] = {1, 0, 0, NAN};
    assert_false(airy_linear_invert(none, 2));
}

// The series and the formula meet; zeros lie where tan x = x.
static void ball_of_mass_one(void **state)
{
    (void)state;
    assert_near(airy_ball_transform(0), 1, 0);
    // the next term of the series is x^6 / 15120 = 1e-12
    assert_near(airy_ball_transform(0.05), airy_ball_transform(0.05 - 1e-13), 2e-12);
    assert_near(airy_ball_transform(4.493409457909064), 0, 1e-15);
    assert_true(airy_ball_transform(5) < 0 && airy_ball_transform(4) > 0);
    double series, formula;
    airy_ball_slope(0.05 - 1e-13, &series);
    airy_ball_slope(0.05, &formula);
    assert_near(series, formula, 1e-5); // its next term is 2 x^4 / 2520
    for (double x = 0.2; x < 30; x += 0.0313) {
        const double h = 1e-5;
        double rise = airy_ball_transform(x + h) - airy_ball_transform(x - h), over_x;
        assert_near(airy_ball_slope(x, &over_x), airy_ball_transform(x), 0);
        assert_near(over_x * x, rise / (2 * h), 1e-9);
    }
}

static void polynomial_through_its_points(void **state)
{
    (void)state;
    const double x[4] = {0, 1, 2, 3}, y[4] = {1, 2.5, 5, 8.5}, weight[4] = {1, 4, 1, 4};
    const airy_linear_values values = {4, x, y, weight};
    airy_polynomial found;
    assert_ok(airy_linear_polynomial(&values, 3, &found, &err));
    assert_near(found.c[0], 1, 1e-12);
    assert_near(found.c[1], 1, 1e-12);
    assert_near(found.c[2], 0.5, 1e-12);
    assert_near(found.chi2, 0, 1e-20);
    assert_ok(airy_linear_polynomial(&values, 1, &found, &err)); // a mean, its error 1 / sqrt(10)
    assert_near(found.c[0], 5, 1e-12);
    assert_near(found.error[0], 1 / sqrt(10), 1e-12);
}

// Values of the tables in Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, ch. 26.
static void chances_of_the_tables(void **state)
{
    (void)state;
    assert_near(airy_chance_normal(1), 0.8413447461, 1e-9);
    assert_near(airy_chance_normal_at(0.975), 1.959964, 1e-6);
    assert_near(airy_chance_student_at(0.975, 10), 2.228139, 1e-6);
    assert_near(airy_chance_f_above(4.964603, 1, 10), 0.05, 1e-6); // the square of Student's
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eigenvalues_highest_first),
        cmocka_unit_test(no_memory_is_a_status),
        cmocka_unit_test(inverse_of_an_inverse),
        cmocka_unit_test(chances_of_the_tables),
        cmocka_unit_test(polynomial_through_its_points),
        cmocka_unit_test(solved_unless_rows_repeat),
        cmocka_unit_test(ball_of_mass_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
