// SPDX-License-Identifier: GPL-3.0-or-later
// Even and odd parts of images made of known ones: how far they are apart, whatever the shift, the
// twin, the factor and the pixel; inside a band; and beside a body.
#include "check.h"

#include "airy/density.h"
#include "airy/simulate.h"
#include "simulate/phantom.h"

enum { SIDE = 96, FINE = 128 };

typedef struct blob {
    double y, x, width, height;
} blob;

// A round body about (0, 0), and two odd structures of three blobs up and three down around it: no
// shift of the body looks like them, nor one of them like the other.
static const blob body[] = {{0, 0, 12, 1}, {0, 0, 6, 0.3}};
static const blob odd[] = {{8, 0, 3, 0.2},        {-8, 0, 3, -0.2},     {4, 6.9282, 3, -0.2},
                           {-4, -6.9282, 3, 0.2}, {-4, 6.9282, 3, 0.2}, {4, -6.9282, 3, -0.2}};
static const blob other[] = {{0, 8, 3, 0.2},        {0, -8, 3, -0.2},     {6.9282, 4, 3, -0.2},
                             {-6.9282, -4, 3, 0.2}, {6.9282, -4, 3, 0.2}, {-6.9282, 4, 3, -0.2}};

static void add(airy_image *image, const blob *blobs, int n, double factor, const double at[3])
{
    for (int i = 0; i < image->ny * image->nx; i++) {
        double y = (i / image->nx - image->ny / 2) * at[2] - at[0];
        double x = (i % image->nx - image->nx / 2) * at[2] - at[1];
        for (int k = 0; k < n; k++) {
            double dy = y - blobs[k].y, dx = x - blobs[k].x, w = blobs[k].width;
            image->px[i] += (float)(factor * blobs[k].height * exp(-(dy * dy + dx * dx) / (w * w)));
        }
    }
}

// even x body + one x odd + two x other, the middle at (at[0], at[1]), pixels of at[2].
static airy_image make(int side, double even, double one, double two, const double at[3])
{
    airy_image image = {0};
    assert_ok(airy_image_init(&image, side, side, &err));
    add(&image, body, 2, even, at);
    add(&image, odd, 6, one, at);
    add(&image, other, 6, two, at);
    return image;
}

static double norm(const airy_image *image)
{
    double sum = 0;
    for (int i = 0; i < image->ny * image->nx; i++)
        sum += (double)image->px[i] * image->px[i];
    return sqrt(sum);
}

static const double middle[3] = {0, 0, 1};

static airy_parity compare(const airy_image *a, const airy_image *b, double pixel_b, double band,
                           airy_pair *pair)
{
    airy_parity parity;
    assert_ok(airy_pair_make(a, 1, b, pixel_b, band, pair, &err));
    airy_parity_measure(&pair->a, &pair->b, NULL, &parity);
    return parity;
}

// Parts that are known, straight from the images.
static void parts_are_told_apart(void **state)
{
    (void)state;
    airy_image a = make(SIDE, 1, 1, 0, middle), b = make(SIDE, 1.1, -0.5, 0, middle);
    airy_image e = make(SIDE, 1, 0, 0, middle), o = make(SIDE, 0, 1, 0, middle);
    airy_image c = make(SIDE, 1, 0, 2, middle);
    airy_parity p;
    airy_parity_measure(&a, &b, NULL, &p);
    assert_near(p.even, 0.1, 1e-5);
    assert_near(p.odd, 1.5, 1e-5);
    assert_near(p.correlation, -1, 1e-6);
    assert_near(p.share, norm(&o) / norm(&a), 1e-6);
    assert_near(p.l2, hypot(0.1 * norm(&e), 1.5 * norm(&o)) / norm(&a), 1e-6);
    airy_parity_measure(&a, &c, NULL, &p);
    assert_near(p.even, 0, 1e-6);
    assert_near(p.odd, sqrt(5), 1e-4);
    assert_near(p.correlation, 0, 1e-4);
    airy_parity_measure(&e, &e, NULL, &p);
    assert_near(p.l2, 0, 0);
    assert_near(p.share, 0, 1e-6);
    memset(a.px, 0, sizeof *a.px * SIDE * SIDE);
    airy_parity_measure(&a, &e, NULL, &p);
    assert_true(isnan(p.l2) && isnan(p.odd) && isnan(p.correlation));
    airy_image *all[] = {&a, &b, &c, &e, &o};
    for (int i = 0; i < 5; i++)
        airy_image_release(all[i]);
}

// A shift, the twin, a factor, another pixel and another place change nothing.
static void a_copy_elsewhere_is_the_same(void **state)
{
    (void)state;
    static const double places[][3] = {{3.3, -2.7, 1}, {0, 0, 0.75}, {-4.21, 1.13, 0.8}};
    const double off[3] = {1.37, 2.61, 1};
    airy_image a = make(SIDE, 1, 1, 0, off);
    for (int i = 0; i < 3; i++)
        for (int twin = 0; twin < 2; twin++) {
            airy_pair pair;
            double odd_sign =
                twin ? -1 : 1; // even about the middle: the twin has its odd part turned
            airy_image b = make(FINE, 2.5, 2.5 * odd_sign, 0, places[i]);
            airy_parity p = compare(&a, &b, places[i][2], 0, &pair);
            assert_int_equal(pair.twin, twin);
            assert_near(pair.scale, 0.4, 1e-4);
            assert_near(pair.center_y, off[0], 1e-3);
            assert_near(pair.center_x, off[1], 1e-3);
            assert_near(p.l2, 0, 2e-4); // a shift good to 1e-4 pixel, tails cut at the array's edge
            assert_near(p.odd, 0, 2e-3);
            assert_true(p.correlation > 0.999);
            airy_pair_release(&pair);
            airy_image_release(&b);
        }
    airy_image_release(&a);
}

// The odd part alone is wrong: L2 is that of the odd part, the even part is right.
static void a_wrong_odd_part_is_seen(void **state)
{
    (void)state;
    const double there[3] = {2.4, -1.3, 1};
    airy_image a = make(SIDE, 1, 1, 0, middle), b = make(SIDE, 1, 0, 1, there);
    airy_pair pair;
    airy_parity p = compare(&a, &b, 1, 0, &pair);
    assert_true(p.even < 0.02);
    assert_true(p.odd > 1);
    assert_true(fabs(p.correlation) < 0.4);
    assert_true(p.l2 < 2 * p.share); // small as a number: the odd part is small
    airy_pair_release(&pair);
    airy_image_release(&a);
    airy_image_release(&b);
}

// What lies beyond the band does not count.
static void the_band_decides(void **state)
{
    (void)state;
    airy_image a = make(SIDE, 1, 1, 0, middle), b = make(SIDE, 1, 1, 0, middle);
    airy_pair pair;
    for (int i = 0; i < SIDE * SIDE; i++)
        b.px[i] += (i + i / SIDE) % 2 ? 0.2F : -0.2F; // the highest frequency there is
    airy_parity p = compare(&a, &b, 1, 0.3, &pair);
    assert_near(pair.band, 0.3, 0);
    assert_true(p.l2 < 1e-4);
    airy_pair_release(&pair);
    for (int i = 0; i < SIDE * SIDE; i++) // 0.25 periods a pixel, along x
        b.px[i] += 0.05F * (float)cos(1.5707963 * (i % SIDE));
    p = compare(&a, &b, 1, 0.3, &pair);
    assert_true(p.l2 > 0.1);
    airy_pair_release(&pair);
    p = compare(&a, &b, 1, 0.2, &pair);
    assert_true(p.l2 < 1e-4);
    airy_pair_release(&pair);
    airy_image_release(&a);
    airy_image_release(&b);
}

// Beside the body: an odd part that is turned is wrong twice over, the even part is right.
static void beside_the_body(void **state)
{
    (void)state;
    airy_phantom phantom, turned;
    airy_image a = {0}, b = {0};
    airy_pair pair;
    airy_parity whole, p;
    airy_phantom_plain(&phantom, 32, 28);
    phantom.axis_deg = 30;
    assert_ok(airy_phantom_add(&phantom, &(airy_feature){8, 4, 8, 4, 9, 0.3}, &err));
    assert_ok(airy_phantom_add(&phantom, &(airy_feature){-8, -4, -8, -4, 9, -0.3}, &err));
    assert_ok(airy_phantom_add(&phantom, &(airy_feature){-3, 12, -3, 12, 9, 0.2}, &err));
    assert_ok(airy_phantom_add(&phantom, &(airy_feature){3, -12, 3, -12, 9, 0.2}, &err));
    turned = phantom; // the first pair, which is odd, the other way round
    turned.feature[0].depth = -0.3, turned.feature[1].depth = 0.3;
    turned.feature[2].depth = turned.feature[3].depth = 0.1; // half of the even one
    assert_ok(airy_image_init(&a, SIDE, SIDE, &err));
    assert_ok(airy_image_init(&b, SIDE, SIDE, &err));
    airy_phantom_render(&phantom, AIRY_PHANTOM_ALL, 1, &a);
    airy_phantom_render(&turned, AIRY_PHANTOM_ALL, 1, &b);
    turned.feature[0].depth = 0.3, turned.feature[1].depth = -0.3;
    airy_image c = {0};
    assert_ok(airy_image_init(&c, SIDE, SIDE, &err));
    airy_phantom_render(&turned, AIRY_PHANTOM_ALL, 1, &c);
    // b is nearest as its twin, which has the odd part right
    for (int i = 0; i < 2; i++) {
        whole = compare(&a, i ? &c : &b, 1, 0.25, &pair);
        assert_int_equal(pair.twin, i == 0);
        assert_ok(airy_pair_departure(&pair, 32, 28, 30, &p, &err));
        assert_true(whole.correlation > 0.999 && p.correlation > 0.99);
        // half of the even structure is missing; the factor of b takes a little of it away
        assert_true(p.even > 0.35 && p.even < 0.6);
        assert_true(p.odd < 0.05);
        assert_true(p.l2 > whole.l2 * 3); // the body is most of the image
        airy_pair_release(&pair);
    }
    assert_ok(airy_pair_make(&a, 1, &a, 1, 0, &pair, &err));
    assert_fails(airy_pair_departure(&pair, 0, 28, 30, &p, &err), AIRY_EARGUMENT, "radii");
    airy_pair_release(&pair);
    airy_image_release(&a);
    airy_image_release(&b);
    airy_image_release(&c);
}

static void nothing_is_refused(void **state)
{
    (void)state;
    airy_image a = make(SIDE, 1, 1, 0, middle), empty = make(SIDE, 0, 0, 0, middle);
    airy_pair pair;
    assert_fails(airy_pair_make(&a, 1, &empty, 1, 0, &pair, &err), AIRY_EVALUE, "nothing");
    assert_fails(airy_pair_make(&a, 0, &a, 1, 0, &pair, &err), AIRY_EARGUMENT, "pixels");
    assert_fails(airy_pair_make(&a, 1, &a, 1, -1, &pair, &err), AIRY_EARGUMENT, "band");
    airy_image_release(&a);
    airy_image_release(&empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_told_apart),     cmocka_unit_test(a_copy_elsewhere_is_the_same),
        cmocka_unit_test(a_wrong_odd_part_is_seen), cmocka_unit_test(the_band_decides),
        cmocka_unit_test(beside_the_body),          cmocka_unit_test(nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
