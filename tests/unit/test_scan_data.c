// SPDX-License-Identifier: GPL-3.0-or-later
// A measured speckle movie cut into places, and computed patterns of a glass, against numbers that
// a program sharing nothing with airy has found.
#include "check.h"

#include "airy/files.h"
#include "airy/scan.h"
#include "scan/patterns.h"
#include "scan/plan.h"
#include "scan/points.h"

#include <stdio.h>
#include <stdlib.h>

static airy_h5 *open_sample(const char *name)
{
    const char *folder = getenv("SHARED_DATA");
    char path[4096];
    snprintf(path, sizeof path, "%s/glass/%s", folder ? folder : "", name);
    return folder ? airy_h5_open(path, NULL) : NULL;
}

// Rows and columns 64 to 191 as 4 x 4 places of 32 x 32 pixels; masked: column 143.
static airy_scan *cut_movie(airy_h5 *h5, bool masked)
{
    airy_scan_plan plan;
    airy_mask mask = {0};
    const long long sizes[] = {100, 4, 4, 32, 32};
    airy_scan_plan_defaults(&plan);
    assert_ok(airy_scan_plan_shape(&plan, sizes, 5, &err));
    assert_ok(airy_mask_init(&mask, 32, 32, &err));
    for (int y = 0; masked && y < 32; y++)
        mask.bits[32 * y + 143 - 128] = AIRY_MASK_BAD;
    plan.to_y = plan.to_x = 4;
    plan.ring[1] = plan.ring_v[1] = 100, plan.pooled = true, plan.mask = &mask;
    airy_scan *scan = airy_scan_new(&plan, NULL);
    assert_non_null(scan);
    for (int t = 0; t < 100; t++) {
        airy_image frame;
        float pattern[1024];
        assert_ok(airy_h5_get_frame(h5, "/frames", t, &frame, &err));
        for (int place = 0; place < 16; place++) {
            for (int k = 0; k < 1024; k++)
                pattern[k] = frame.px[(64 + 32 * (place / 4) + k / 32) * 256 + 64 +
                                      32 * (place % 4) + k % 32];
            airy_scan_take(scan, t, place / 4, place % 4, pattern);
        }
        airy_image_release(&frame);
    }
    airy_mask_release(&mask);
    return scan;
}

static void measured_movie(void **state)
{
    static const struct {
        int y, x;
        bool masked;
        double g1, g10, g50, v, less;
    } rows[] = {{1, 1, false, 2.593454, 2.555164, 2.451002, 1.850295, 1.592162},
                {2, 1, false, 3.797839, 3.732247, 3.574222, 3.200592, 2.796958},
                {1, 2, true, 1.687922, 1.662270, 1.595593, 0.866569, 0.683533}};
    airy_h5 *h5 = open_sample("xpcs-movie.h5");
    (void)state;
    if (!h5)
        skip();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double g[50];
        airy_scan_curve curve = {50, g, 0, 0};
        airy_scan *scan = cut_movie(h5, rows[i].masked);
        assert_ok(airy_scan_place(scan, rows[i].y, rows[i].x, &curve, &err));
        assert_near(g[0], rows[i].g1, 1e-6);
        assert_near(g[9], rows[i].g10, 1e-6);
        assert_near(g[49], rows[i].g50, 1e-6);
        assert_near(curve.v, rows[i].v, 1e-6);
        assert_near(curve.v - curve.poisson, rows[i].less, 1e-6);
        airy_scan_free(scan);
    }
    airy_h5_close(h5);
}

// V of ring 33, k 0.4125: mean over patterns of <I^2> / <I>^2 - 1.
static void computed_patterns(void **state)
{
    airy_h5 *h5 = open_sample("fem-stack-t3.h5");
    airy_scan_plan plan;
    const long long sizes[] = {211, 1, 1, 96, 96};
    double g[1];
    airy_scan_curve curve = {1, g, 0, 0};
    (void)state;
    if (!h5)
        skip();
    airy_scan_plan_defaults(&plan);
    assert_ok(airy_scan_plan_shape(&plan, sizes, 5, &err));
    plan.to_y = plan.to_x = 1;
    plan.ring[0] = plan.ring_v[0] = 32.5, plan.ring[1] = plan.ring_v[1] = 33.5;
    airy_scan *scan = airy_scan_new(&plan, NULL);
    assert_non_null(scan);
    for (int t = 0; t < 211; t++) {
        airy_image frame;
        assert_ok(airy_h5_get_frame(h5, "/patterns", t, &frame, &err));
        airy_scan_take(scan, t, 0, 0, frame.px);
        airy_image_release(&frame);
    }
    assert_ok(airy_scan_place(scan, 0, 0, &curve, &err));
    assert_near(curve.v, 2.00605075, 2e-7); // each pattern's V is kept as float
    airy_scan_free(scan);
    airy_h5_close(h5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measured_movie),
        cmocka_unit_test(computed_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
