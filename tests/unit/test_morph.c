// SPDX-License-Identifier: GPL-3.0-or-later
// Distances and discs against the definitions, pixel by pixel.
#include "check.h"

#include "airy/math.h"

#include <stdlib.h>

enum { NY = 19, NX = 26 };

static airy_mask scatter(double share, uint32_t shot)
{
    airy_mask mask;
    assert_ok(airy_mask_init(&mask, NY, NX, &err));
    airy_random random;
    airy_random_init(&random, 5, shot, 0, 0);
    for (int i = 0; i < NY * NX; i++)
        mask.bits[i] = airy_random_uniform(&random) < share ? 1u << (i % 5) : 0;
    return mask;
}

// Squared distance from (y, x) to the nearest pixel of the given state; 1e9 if there is none.
static int slow_squared(const airy_mask *mask, int y, int x, bool state)
{
    int least = 1000000000;
    for (int v = 0; v < NY; v++)
        for (int u = 0; u < NX; u++) {
            int squared = (v - y) * (v - y) + (u - x) * (u - x);
            if ((mask->bits[v * NX + u] != 0) == state && squared < least)
                least = squared;
        }
    return least;
}

static int to_frame(int y, int x)
{
    int steps[] = {y + 1, NY - y, x + 1, NX - x}, least = steps[0];
    for (int i = 1; i < 4; i++)
        least = steps[i] < least ? steps[i] : least;
    return least;
}

static void distance(void **state)
{
    (void)state;
    const double shares[] = {0, 0.5, 0.9, 0.97, 0.998, 1};
    for (uint32_t k = 0; k < 6; k++) {
        airy_mask mask = scatter(shares[k], k);
        airy_image out;
        assert_ok(airy_image_init(&out, NY, NX, &err));
        assert_ok(airy_morph_distance(&mask, &out, &err));
        for (int y = 0; y < NY; y++)
            for (int x = 0; x < NX; x++) {
                double slow = fmin(sqrt(slow_squared(&mask, y, x, false)), to_frame(y, x));
                assert_true(out.px[y * NX + x] == (float)slow);
            }
        airy_mask_release(&mask);
        airy_image_release(&out);
    }
}

static void discs(void **state)
{
    (void)state;
    const double radii[] = {0, 0.5, 1, 1.4142135623730951, 1.5, 2.23606797749979, 3, 5, 7.3, 40};
    const double shares[] = {0, 0.02, 0.6, 1};
    airy_mask wide = scatter(0, 0);
    for (int i = 0; i < 40; i++) {
        double radius = radii[i % 10];
        airy_mask mask = scatter(shares[i / 10], 9);
        airy_morph_dilate(&mask, radius, &wide);
        for (int y = 0; y < NY; y++)
            for (int x = 0; x < NX; x++) {
                double to_set = slow_squared(&mask, y, x, true);
                assert_int_equal(wide.bits[y * NX + x], sqrt(to_set) <= radius);
            }
        airy_mask_release(&mask);
    }
    airy_mask_release(&wide);
}

// ------------------------------------------------------------------ components

// Labels by letting numbers spread until nothing changes; slow and obvious.
static int slow_label(const airy_mask *mask, int connectivity, int *label)
{
    for (int i = 0; i < NY * NX; i++)
        label[i] = mask->bits[i] ? i + 1 : 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < NY * NX; i++)
            for (int j = 0; j < NY * NX; j++) {
                int dy = abs(i / NX - j / NX), dx = abs(i % NX - j % NX);
                bool touch = connectivity == 4 ? dy + dx == 1 : dy <= 1 && dx <= 1;
                if (touch && label[i] && label[j] && label[j] < label[i]) {
                    label[i] = label[j];
                    changed = true;
                }
            }
    }
    int n = 0; // a component is now named by its first pixel; count them off in order
    for (int i = 0; i < NY * NX; i++)
        if (label[i] == i + 1) {
            n++;
            for (int j = i; j < NY * NX; j++)
                if (label[j] == i + 1)
                    label[j] = -n;
        }
    return n;
}

static void components(void **state)
{
    (void)state;
    const double shares[] = {0, 0.3, 0.5, 0.65, 1};
    airy_mask labels = scatter(1, 0); // what was there before does not matter
    for (uint32_t k = 0; k < 10; k++) {
        airy_mask mask = scatter(shares[k % 5], 20 + k);
        int connectivity = k < 5 ? 4 : 8, slow[NY * NX], n = -1;
        assert_ok(airy_label(&mask, connectivity, &labels, &n, &err));
        assert_int_equal(n, slow_label(&mask, connectivity, slow));
        for (int i = 0; i < NY * NX; i++)
            assert_int_equal((int)labels.bits[i], -slow[i]);
        airy_mask_release(&mask);
    }
    airy_mask_release(&labels);
}

static void small_ones(void **state)
{
    (void)state;
    int slow[NY * NX], removed = 0, kept = 0;
    for (int least = 0; least < 8; least++) {
        airy_mask mask = scatter(0.5, 3), before;
        assert_ok(airy_mask_copy(&before, &mask, &err));
        slow_label(&mask, 4, slow);
        assert_ok(airy_label_remove_small(&mask, 4, least, &err));
        for (int i = 0; i < NY * NX; i++) {
            int size = 0;
            for (int j = 0; j < NY * NX; j++)
                size += slow[j] && slow[j] == slow[i];
            assert_int_equal(mask.bits[i], size >= least ? before.bits[i] : 0); // bits stay
            removed += before.bits[i] && size < least;
            kept += size == least;
        }
        airy_mask_release(&mask);
        airy_mask_release(&before);
    }
    assert_true(removed > 0 && kept > 0);
}

static void bad_connectivity(void **state)
{
    (void)state;
    int n = 0;
    airy_mask mask = scatter(0.5, 3), labels = scatter(0, 0);
    assert_fails(airy_label(&mask, 6, &labels, &n, &err), AIRY_EARGUMENT, "not 6");
    assert_fails(airy_label_remove_small(&mask, 5, 2, &err), AIRY_EARGUMENT, "not 5");
    airy_mask_release(&mask);
    airy_mask_release(&labels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance),         cmocka_unit_test(discs),
        cmocka_unit_test(components),       cmocka_unit_test(small_ones),
        cmocka_unit_test(bad_connectivity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
