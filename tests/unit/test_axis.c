// SPDX-License-Identifier: GPL-3.0-or-later
// The axis of an ellipse from fits that hold theirs.
#include "check.h"

#include "airy/math.h"
#include "base/units.h"

#include <math.h>

// An ellipse, and fits of it that see of its stretch what is in phase with their axis.
typedef struct seen {
    double along, across, axis_deg;
    double last_deg;
    double error; // of either semi-axis
    int fits;
    bool blind; // to all but the first axis
    bool poor;  // no memory for others
} seen;

static airy_code look(void *context, double axis_deg, airy_semi_axes *semi, airy_error *error)
{
    seen *s = context;
    double a2 = s->along * s->along, b2 = s->across * s->across;
    double d = (a2 - b2) / 2 * cos(2 * AIRY_RADIANS(axis_deg - s->axis_deg));
    s->last_deg = axis_deg;
    s->fits++;
    if (s->poor && axis_deg != 0)
        return airy_error_set(error, AIRY_EMEMORY, "no memory");
    if (s->blind && axis_deg != 0)
        return airy_error_set(error, AIRY_ENUMERIC, "no such fit");
    *semi = (airy_semi_axes){sqrt((a2 + b2) / 2 + d), sqrt((a2 + b2) / 2 - d), s->error, s->error};
    return AIRY_OK;
}

static double axis_of(seen *s)
{
    double axis_deg = 0;
    assert_ok(airy_axis_find(look, s, &axis_deg, &err));
    assert_near(s->last_deg, axis_deg, 0);
    return axis_deg;
}

static void the_axis_is_found(void **state)
{
    (void)state;
    for (int deg = -80; deg <= 80; deg += 40) {
        seen s = {.along = 64, .across = 52, .axis_deg = deg};
        assert_near(axis_of(&s), deg, 1e-9);
    }
    seen flat = {.along = 52, .across = 64, .axis_deg = 35}; // the longer axis is across that one
    assert_near(axis_of(&flat), -55, 1e-9);
}

static void what_is_nearly_along_stays(void **state)
{
    (void)state;
    seen along = {.along = 64, .across = 52}, a_little = {.along = 64, .across = 52, .axis_deg = 4};
    seen round = {.along = 60.5, .across = 60, .axis_deg = 40};
    assert_near(axis_of(&along), 0, 0);
    assert_near(axis_of(&a_little), 0, 0);
    assert_near(axis_of(&round), 0, 0);
    assert_int_equal(round.fits, 2);
}

static void what_may_be_chance_stays(void **state)
{
    (void)state;
    seen sure = {.along = 64, .across = 52, .axis_deg = 35, .error = 0.5}, chance = sure;
    chance.error = 5;
    assert_near(axis_of(&sure), 35, 1e-9);
    assert_near(axis_of(&chance), 0, 0);
}

static void a_fit_that_fails_turns_nothing(void **state)
{
    (void)state;
    seen blind = {.along = 64, .across = 52, .axis_deg = 35, .blind = true};
    seen poor = {.along = 64, .across = 52, .axis_deg = 35, .poor = true};
    double axis_deg = 20, first_deg = 0;
    assert_near(axis_of(&blind), 0, 0);
    assert_fails(airy_axis_find(look, &blind, &axis_deg, &err), AIRY_ENUMERIC, "no such fit");
    assert_fails(airy_axis_find(look, &poor, &first_deg, &err), AIRY_EMEMORY, "no memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_axis_is_found),
        cmocka_unit_test(what_is_nearly_along_stays),
        cmocka_unit_test(what_may_be_chance_stays),
        cmocka_unit_test(a_fit_that_fails_turns_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
