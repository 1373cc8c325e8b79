// SPDX-License-Identifier: GPL-3.0-or-later
// Maps of a scan against definitions and truth, and what relates them: the noise that tau and V of
// the same pixels share, and what is left of it in two halves of the azimuth.
#include "check.h"

#include "airy/scan.h"
#include "airy/simulate.h"
#include "scan/maps.h"
#include "scan/patterns.h"
#include "scan/plan.h"
#include "scan/points.h"
#include "scan/relate.h"
#include "simulate/scan.h"

#include <stdlib.h>

// A simulated scan and its maps; the ring holds 22 speckles and their mates.
typedef struct scanned {
    airy_scan_simulation o;
    airy_scan_plan plan;
    float *px;
    airy_image tau, v;
    airy_scan *scan;
    airy_scan_maps maps;
} scanned;

static void begin(scanned *s)
{
    *s = (scanned){.px = NULL};
    airy_scan_simulation_defaults(&s->o);
    airy_scan_plan_defaults(&s->plan);
    s->plan.ring[0] = s->plan.ring_v[0] = 3.6, s->plan.ring[1] = s->plan.ring_v[1] = 5.4;
}

static void take_all(scanned *s)
{
    const airy_scan_simulation *o = &s->o;
    const long long sizes[] = {o->frames, o->ny, o->nx, o->side, o->side};
    assert_ok(airy_scan_plan_shape(&s->plan, sizes, 5, &err));
    s->plan.to_y = o->ny, s->plan.to_x = o->nx;
    s->scan = airy_scan_new(&s->plan, NULL);
    assert_non_null(s->scan);
    size_t size = (size_t)(o->side * o->side);
    for (int t = 0; t < o->frames; t++)
        for (int i = 0; i < o->ny * o->nx; i++)
            airy_scan_take(s->scan, t, i / o->nx, i % o->nx,
                           s->px + ((size_t)t * (size_t)(o->ny * o->nx) + (size_t)i) * size);
}

static void make(scanned *s)
{
    assert_ok(airy_simulate_scan(&s->o, &s->px, &s->tau, &s->v, &err));
    take_all(s);
    assert_ok(airy_scan_fit(s->scan, &s->maps, &err));
}

static void end(scanned *s)
{
    airy_scan_maps_release(&s->maps);
    airy_scan_free(s->scan);
    airy_memory_free(s->px);
    airy_image_release(&s->tau);
    airy_image_release(&s->v);
}

static airy_image map(const scanned *s, const char *name)
{
    airy_image m = {0};
    assert_ok(airy_scan_map(&s->maps, name, &m, &err));
    return m;
}

// g and V of a place as their definitions read, over the pixels of the ring.
static void definitions(void **state)
{
    scanned s;
    double g[5], want[5] = {0}, want_v = 0, want_p = 0;
    int pixel[256], n = 0;
    (void)state;
    begin(&s);
    s.o.frames = 12, s.o.ny = s.o.nx = 2;
    s.plan.pooled = true;
    assert_ok(airy_simulate_scan(&s.o, &s.px, &s.tau, &s.v, &err));
    take_all(&s);
    for (int k = 0; k < 256; k++) {
        double r = hypot(k / 16 - 8, k % 16 - 8);
        if (r >= 3.6 && r < 5.4)
            pixel[n++] = k;
    }
    for (int t = 0; t < 12; t++) {
        const float *a = s.px + (t * 4 + 3) * 256;
        double sum = 0, square = 0;
        for (int i = 0; i < n; i++)
            sum += a[pixel[i]], square += (double)a[pixel[i]] * a[pixel[i]];
        want_v += (n * square / (sum * sum) - 1) / 12, want_p += n / sum / 12;
        for (int k = 1; k <= 5 && t + k < 12; k++) {
            const float *b = a + k * 4 * 256;
            double sb = 0, ab = 0;
            for (int i = 0; i < n; i++)
                sb += b[pixel[i]], ab += (double)a[pixel[i]] * b[pixel[i]];
            want[k - 1] += n * ab / (sum * sb) / (12 - k);
        }
    }
    airy_scan_curve curve = {5, g, 0, 0};
    assert_ok(airy_scan_place(s.scan, 1, 1, &curve, &err));
    for (int k = 0; k < 5; k++)
        assert_near(g[k], want[k], 1e-12);
    assert_near(curve.v, want_v, 1e-7); // each frame's V is kept as float
    assert_near(curve.poisson, want_p, 1e-7);
    end(&s);
}

static double median_of(const scanned *s, const char *name)
{
    airy_image m = map(s, name);
    double middle = airy_stats_median(m.px, m.ny * m.nx);
    airy_image_release(&m);
    return middle;
}

// tau, contrast and V come back, and the errors are as large as the scatter.
static void what_was_put_in(void **state)
{
    scanned s;
    double square = 0, n = 0;
    (void)state;
    begin(&s);
    s.o.ny = s.o.nx = 8, s.o.tau = 8, s.o.v = 0.36;
    s.plan.ring[0] = s.plan.ring_v[0] = 2.6, s.plan.ring[1] = s.plan.ring_v[1] = 7.4;
    s.plan.gain = 1, s.plan.period_s = 10, s.plan.pooled = true; // some 70 speckles together
    make(&s);
    assert_near(median_of(&s, "tau_s"), 80, 8);
    assert_near(median_of(&s, "contrast"), 0.36, 0.04);
    assert_near(median_of(&s, "v"), 0.36, 0.04); // 70 speckles: too low by 1.4 / 70
    for (int i = 0; i < 64; i++) {
        const airy_scan_point *p = &s.maps.point[i];
        assert_int_equal(p->flag, 0);
        square += pow((p->tau - 80) / p->tau_err, 2);
        n++;
    }
    assert_true(sqrt(square / n) > 0.6 && sqrt(square / n) < 1.6);
    end(&s);
}

// The artefact: places that are all the same.
static void shared_noise(void **state)
{
    scanned s;
    airy_relate_options o;
    airy_relation naive;
    airy_split_relation split;
    (void)state;
    begin(&s);
    s.o.ny = s.o.nx = 20, s.o.side = 12, s.o.v = 1, s.o.poisson = false;
    make(&s);
    airy_image tau = map(&s, "tau_s"), v = map(&s, "v");
    const airy_image tau_half[2] = {map(&s, "tau_half_a_s"), map(&s, "tau_half_b_s")};
    const airy_image v_half[2] = {map(&s, "v_half_a"), map(&s, "v_half_b")};
    airy_relate_options_defaults(&o);
    o.shifts = 399, o.draws = 199;
    assert_ok(airy_relate(&tau, &v, &o, &naive, &err));
    assert_ok(airy_relate_halves(tau_half, v_half, &o, &split, &err));
    assert_true(naive.spearman > 0.3 && naive.spearman < 0.6);
    assert_true(naive.chance < 0.01);
    assert_true(split.of.spearman > -0.1 && split.of.spearman < 0.1);
    airy_image_release(&tau), airy_image_release(&v);
    for (int i = 0; i < 2; i++) {
        airy_image tau_i = tau_half[i], v_i = v_half[i];
        airy_image_release(&tau_i), airy_image_release(&v_i);
    }
    end(&s);
}

// A planted 0.39 comes back within its interval once each map's own noise is allowed for.
static void planted_relation(void **state)
{
    scanned s;
    airy_relate_options o;
    airy_split_relation split;
    (void)state;
    begin(&s);
    s.o.ny = s.o.nx = 20, s.o.side = 12, s.o.v = 0.4, s.o.poisson = false, s.o.tau = 12;
    s.o.tau_spread = 0.8, s.o.v_spread = 0.5, s.o.spearman = 0.39;
    make(&s);
    const airy_image tau_half[2] = {map(&s, "tau_half_a_s"), map(&s, "tau_half_b_s")};
    const airy_image v_half[2] = {map(&s, "v_half_a"), map(&s, "v_half_b")};
    airy_relate_options_defaults(&o);
    o.shifts = 399, o.draws = 199;
    assert_ok(airy_relate_halves(tau_half, v_half, &o, &split, &err));
    assert_true(split.corrected_low < 0.39 && split.corrected_high > 0.39);
    assert_true(split.of.chance < 0.01 && split.of.low > 0);
    for (int i = 0; i < 2; i++) {
        airy_image tau_i = tau_half[i], v_i = v_half[i];
        airy_image_release(&tau_i), airy_image_release(&v_i);
    }
    end(&s);
}

// A scan that moves under the beam is followed: shifts to 0.05 steps, and the places' values.
static void drift(void **state)
{
    scanned s;
    float *moved;
    (void)state;
    begin(&s);
    s.o.frames = 10, s.o.ny = s.o.nx = 20, s.o.poisson = false, s.o.tau = 1e6, s.o.v = 0.3;
    s.o.side = 12;
    assert_ok(airy_simulate_scan(&s.o, &s.px, &s.tau, &s.v, &err));
    const int size = 144, frame = 400 * size;
    moved = airy_memory_new(576000, sizeof *moved);
    for (int t = 0; t < 10; t++) // a bright square in the middle moves by t / 2 steps down
        for (int i = 0; i < 400; i++) {
            double y = i / 20 - t / 2, x = i % 20;
            double light = exp(-(pow(y - 8, 2) + pow(x - 9, 2)) / 18);
            for (int k = 0; k < size; k++)
                moved[t * frame + i * size + k] = (float)(1 + 9 * light);
        }
    memcpy(s.px, moved, 576000 * sizeof *moved);
    s.plan.drift = true;
    take_all(&s);
    assert_ok(airy_scan_fit(s.scan, &s.maps, &err));
    for (int t = 0; t < 10; t++) {
        assert_near(s.maps.shift[2 * t], t / 2, 0.05);
        assert_near(s.maps.shift[2 * t + 1], 0, 0.05);
    }
    airy_memory_free(moved);
    end(&s);
}

// ------------------------------------------------------------------ ranks

static airy_image image_of(const float *px, int ny, int nx)
{
    airy_image m = {0};
    assert_ok(airy_image_init(&m, ny, nx, &err));
    memcpy(m.px, px, sizeof *px * (size_t)(ny * nx));
    return m;
}

// Ties have their mean rank; a hand-made table (rho of scipy.stats.spearmanr).
static void ties(void **state)
{
    const float a[12] = {1, 2, 2, 3, 4, 4, 4, 5, 6, 7, 7, 8};
    const float b[12] = {2, 1, 3, 3, 3, 5, 4, 6, 6, 5, 9, 7};
    airy_image x = image_of(a, 3, 4), y = image_of(b, 3, 4);
    airy_relate_options o;
    airy_relation r;
    (void)state;
    airy_relate_options_defaults(&o);
    assert_ok(airy_relate(&x, &y, &o, &r, &err));
    assert_int_equal(r.n, 12);
    assert_near(r.spearman, 0.9053571429, 1e-9);
    airy_image_release(&x);
    airy_image_release(&y);
}

// Two smooth maps that know nothing of each other: rho is often far from 0, and the chance knows.
static void smooth_maps(void **state)
{
    int small = 0;
    airy_relate_options o;
    (void)state;
    airy_relate_options_defaults(&o);
    o.shifts = 199, o.draws = 99;
    for (int k = 0; k < 20; k++) {
        airy_relation r;
        airy_image m[2] = {{0}, {0}};
        airy_random random;
        airy_random_init(&random, 8, (uint32_t)k, 0, 0);
        for (int i = 0; i < 2; i++) {
            assert_ok(airy_image_init(&m[i], 32, 32, &err));
            for (int p = 0; p < 1024; p++)
                m[i].px[p] = (float)airy_random_normal(&random);
            assert_ok(airy_grid_blur(&m[i], 3, &m[i], &err));
        }
        assert_ok(airy_relate(&m[0], &m[1], &o, &r, &err));
        small += r.chance < 0.05;
        assert_true(r.effective < 150 && r.effective > 8); // 1024 / (4 pi 3^2) = 9 on a torus
        airy_image_release(&m[0]);
        airy_image_release(&m[1]);
    }
    assert_true(small <= 4);
}

static void bad_input(void **state)
{
    airy_scan_plan p;
    const long long sizes[] = {10, 4, 4, 8, 8};
    airy_image a = {0}, b = {0};
    airy_relate_options o;
    airy_relation r;
    (void)state;
    airy_scan_plan_defaults(&p);
    airy_relate_options_defaults(&o);
    assert_fails(airy_scan_plan_axes(&p, "t,y,x,ky", &err), AIRY_EARGUMENT, "each once");
    assert_fails(airy_scan_plan_axes(&p, "t,y,y,ky,kx", &err), AIRY_EARGUMENT, "each once");
    assert_ok(airy_scan_plan_axes(&p, "ky,kx,t,y,x", &err));
    assert_ok(airy_scan_plan_axes(&p, "t,y,x,ky,kx", &err));
    assert_fails(airy_scan_plan_shape(&p, sizes, 4, &err), AIRY_ESHAPE, "five sizes");
    assert_ok(airy_scan_plan_shape(&p, sizes, 5, &err));
    p.to_y = p.to_x = 4;
    assert_fails(airy_scan_plan_check(&p, &err), AIRY_EARGUMENT, "--ring");
    p.ring[0] = 20, p.ring[1] = 30, p.ring_v[0] = 1, p.ring_v[1] = 2;
    assert_null(airy_scan_new(&p, NULL));
    p.to_x = 5;
    assert_fails(airy_scan_plan_check(&p, &err), AIRY_EARGUMENT, "not among 4 x 4");
    assert_ok(airy_image_init(&a, 4, 4, &err));
    assert_ok(airy_image_init(&b, 4, 5, &err));
    assert_fails(airy_relate(&a, &b, &o, &r, &err), AIRY_ESHAPE, "4 x 5");
    assert_fails(airy_relate(&a, &a, &o, &r, &err), AIRY_EVALUE, "same everywhere");
    for (int i = 0; i < 16; i++)
        a.px[i] = NAN;
    assert_fails(airy_relate(&a, &a, &o, &r, &err), AIRY_EVALUE, "0 places");
    airy_image_release(&a);
    airy_image_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definitions),  cmocka_unit_test(what_was_put_in),
        cmocka_unit_test(shared_noise), cmocka_unit_test(planted_relation),
        cmocka_unit_test(drift),        cmocka_unit_test(ties),
        cmocka_unit_test(smooth_maps),  cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
