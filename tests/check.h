// SPDX-License-Identifier: GPL-3.0-or-later
// cmocka with the headers it wants, and checks of airy's codes and sentences.
#ifndef AIRY_TESTS_CHECK_H
#define AIRY_TESTS_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "airy/base.h"

// A call that must work; it is written with `&err` as its last argument.
#define assert_ok(call)                                                                            \
    do {                                                                                           \
        airy_error err = {0};                                                                      \
        if ((call) != AIRY_OK)                                                                     \
            fail_msg("%s: %s", #call, err.message);                                                \
    } while (0)

// A call that must fail with this code and a sentence that holds `words`.
#define assert_fails(call, wanted, words)                                                          \
    do {                                                                                           \
        airy_error err = {0};                                                                      \
        assert_int_equal((call), (wanted));                                                        \
        assert_int_equal(err.code, (wanted));                                                      \
        if (!strstr(err.message, (words)))                                                         \
            fail_msg("'%s' does not hold '%s'", err.message, (words));                             \
    } while (0)

#define assert_near(a, b, tolerance)                                                               \
    do {                                                                                           \
        double check_a = (a), check_b = (b), check_tolerance = (tolerance);                        \
        if (!(fabs(check_a - check_b) <= check_tolerance))                                         \
            fail_msg("%s is %.10g, not %s = %.10g within %.3g", #a, check_a, #b, check_b,          \
                     check_tolerance);                                                             \
    } while (0)

#endif
