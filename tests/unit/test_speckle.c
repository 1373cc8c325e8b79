// SPDX-License-Identifier: GPL-3.0-or-later
// The correlator against its definition: three kernels, gaps, flats, ages, bad input.
#include "speckle_frames.h"

#include "files/pieces.h"
#include "speckle/dots.h"
#include "speckle/kernels.h"
#include "speckle/findings.h"

#include <stdlib.h>

enum { N = 150, NY = 9, NX = 11 };

// Photons, or values that are not whole; two regions, some pixels in none, and frames in gaps.
static void make_frames(frames_in_memory *f, bool whole, double mean)
{
    airy_random random;
    airy_random_init(&random, 11, 0, 0, 0);
    *f = (frames_in_memory){.n = N, .ny = NY, .nx = NX};
    f->px = test_malloc(N * NY * NX * sizeof *f->px);
    for (int i = 0; i < N * NY * NX; i++) {
        double own = mean * (1 + i % (NY * NX) % 5) / 3;
        f->px[i] = whole ? (float)airy_random_poisson(&random, own)
                         : (float)(own * (0.5 + airy_random_uniform(&random)));
    }
}

static airy_regions two_regions(void)
{
    airy_image map = {0};
    airy_regions regions;
    assert_ok(airy_image_init(&map, NY, NX, &err));
    for (int i = 0; i < NY * NX; i++)
        map.px[i] = i < 40 ? 7 : i < 93 ? 2 : 0;
    assert_ok(airy_regions_from_map(&map, NULL, &regions, &err));
    airy_image_release(&map);
    return regions;
}

static airy_correlation correlate(frames_in_memory *f, airy_correlate_options *options)
{
    airy_speckle_source source = source_of(f);
    airy_regions regions = two_regions();
    airy_correlation c;
    assert_ok(airy_correlate(&source, &regions, options, &c, &err));
    return c;
}

static void regions_of_a_map(void **state)
{
    airy_regions r = two_regions();
    (void)state;
    assert_int_equal(r.n, 2);
    assert_int_equal(r.label[0], 2);
    assert_int_equal(r.label[1], 7);
    assert_int_equal(r.first[1], 53);
    assert_int_equal(r.first[2], 93);
    assert_int_equal(r.pixel[0], 40);
    assert_int_equal(r.pixel[53], 0);
    assert_int_equal(r.pixel[92], 39);
    airy_regions_release(&r);
}

static void every_pair_has_one_tile(void **state)
{
    (void)state;
    for (int t1 = 0; t1 < 300; t1++)
        for (int t2 = t1; t2 < 300; t2++) {
            airy_pair_tile tile = airy_tile_of(t1, t2);
            assert_int_equal(t1 >> tile.level, tile.row);
            assert_int_equal(t2 >> tile.level, tile.row + tile.lag);
            assert_true(tile.lag < AIRY_TILE_LAGS && (tile.level == 0 || tile.lag >= 8));
            assert_true(tile.lag < 15 || tile.row % 2 == 0);
            assert_true(tile.level < airy_tiles_levels(300));
        }
}

// All sums of a region against C of each pair, times pixels.
static void check_region(const airy_correlation *c, const frames_in_memory *f, int r)
{
    const airy_planes *p = &c->planes[r];
    airy_planes want;
    const airy_planes_plan plan = {.frames = N, .grain = p->tiles.grain, .map = 32, .full = true};
    double n = c->regions.first[r + 1] - c->regions.first[r];
    assert_ok(airy_planes_init(&want, &plan, &err));
    assert_int_equal(want.cells, p->cells);
    for (int t1 = 0; t1 < N; t1++)
        for (int t2 = t1; t2 < N; t2++) {
            if (!c->survey.good[t1] || !c->survey.good[t2])
                continue;
            airy_pair_tile at = airy_tile_of(t1, t2);
            double product = n * two_time(f, &c->regions, r, t1, t2);
            int row = airy_tiles_row(&want.tiles, at.level, at.row);
            want.tiles.sum[at.level][row * AIRY_TILE_LAGS + at.lag] += product;
            want.full[t2 - t1] += product;
            if (t2 > t1)
                want.map[(t1 >> p->cell_level) * p->cells + (t2 >> p->cell_level)] += product;
        }
    for (int l = 0; l < want.tiles.levels; l++)
        for (int i = 0; i < airy_tiles_rows(&want.tiles, l) * AIRY_TILE_LAGS; i++)
            assert_near(p->tiles.sum[l][i], want.tiles.sum[l][i],
                        1e-12 * fabs(want.tiles.sum[l][i]));
    for (int i = 0; i < p->cells * p->cells; i++)
        assert_near(p->map[i], want.map[i], 1e-12 * fabs(want.map[i]));
    for (int i = 0; p->full && i < N; i++)
        assert_near(p->full[i], want.full[i], 1e-12 * fabs(want.full[i]));
    airy_planes_release(&want);
}

// Each kernel gives what the definition says, whole numbers or not, with gaps, for 1 and 3 threads.
static void kernels_give_the_same(void **state)
{
    static const struct {
        airy_kernel kernel;
        bool whole;
        double mean, memory_mb;
    } rows[] = {{AIRY_KERNEL_DENSE, true, 3, 100},   {AIRY_KERNEL_DENSE, false, 3, 100},
                {AIRY_KERNEL_EVENTS, true, 3, 100},  {AIRY_KERNEL_EVENTS, true, 0.3, 100},
                {AIRY_KERNEL_SMALL, false, 3, 100},  {AIRY_KERNEL_DENSE, true, 0.3, 100},
                {AIRY_KERNEL_DENSE, true, 900, 100}, {AIRY_KERNEL_EVENTS, true, 900, 100}};
    uint8_t veto[N] = {[3] = 1, [40] = 1, [41] = 1, [42] = 1, [149] = 1};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        frames_in_memory f;
        airy_correlate_options o;
        airy_correlate_options_defaults(&o);
        make_frames(&f, rows[i].whole, rows[i].mean);
        o.kernel = rows[i].kernel, o.veto = veto, o.map = 32, o.threads = 1 + (int)(i % 3);
        airy_correlation c = correlate(&f, &o);
        assert_int_equal(c.survey.used, N - 5);
        check_region(&c, &f, 0);
        check_region(&c, &f, 1);
        airy_correlation_release(&c);
        test_free(f.px);
    }
}

// g2 of the first region without group g, correlated without its pixels.
static airy_g2 *curve_without(frames_in_memory *f, const airy_correlate_options *o, int g, int *n)
{
    airy_speckle_source source = source_of(f);
    airy_regions regions = two_regions();
    uint8_t keep[NY * NX];
    airy_correlation c;
    airy_g2 *rows;
    memset(keep, 1, sizeof keep);
    for (int i = 0; i < regions.first[1]; i++)
        keep[regions.pixel[i]] = g < 0 || airy_parts_group(i, regions.first[1]) != g;
    assert_ok(airy_regions_keep(&regions, keep, &err));
    assert_ok(airy_correlate(&source, &regions, o, &c, &err));
    assert_ok(airy_g2_curves(&c, 0, o->curve, &rows, n, &err));
    airy_correlation_release(&c);
    return rows;
}

// What is kept by group of pixels: all groups together are the tiles, and curves without a group,
// of all ages and by age, are nearly (to first order in its share of the light) those of the region
// without its pixels.
static void curves_without_a_group(void **state)
{
    const airy_curve_options curve = {.age_bin = 40};
    (void)state;
    for (int i = 0; i < 6; i++) {
        frames_in_memory f;
        airy_correlate_options o;
        airy_correlate_options_defaults(&o);
        make_frames(&f, true, 3);
        o.kernel = (airy_kernel)(AIRY_KERNEL_DENSE + i % 3), o.by_mean = i >= 3, o.curve = &curve;
        airy_correlation c = correlate(&f, &o);
        const airy_planes *p = &c.planes[0];
        for (int slot = 0; slot < p->parts.slots; slot++) {
            double sum = 0, all = 0;
            int level = slot / AIRY_TILE_LAGS;
            for (int k = 0; k < AIRY_SPECKLE_GROUPS * p->parts.bins; k++)
                sum += p->parts.sum[k * p->parts.slots + slot];
            for (int row = 0; row < airy_tiles_rows(&p->tiles, level); row++)
                all += p->tiles.sum[level][row * AIRY_TILE_LAGS + slot % AIRY_TILE_LAGS];
            assert_near(sum, all, 1e-12 * fabs(all));
        }
        int n, n_less;
        airy_g2 *whole = curve_without(&f, &o, -1, &n);
        double off[2] = {0}, size[2] = {0};
        for (int g = 0; g < AIRY_SPECKLE_GROUPS; g++) {
            airy_g2 *less = curve_without(&f, &o, g, &n_less);
            assert_int_equal(n_less, n);
            for (int k = 0; k < n; k++) {
                bool by_age = whole[k].age_bin >= 0;
                if (by_age) // one age a curve: that of its bin, the last one of 30 frames
                    assert_near(whole[k].age,
                                whole[k].age_bin < 3 ? 19.5 + 40 * whole[k].age_bin : 134.5, 1e-9);
                off[by_age] += pow(whole[k].less[g] - less[k].g2, 2);
                size[by_age] += pow(whole[k].g2 - less[k].g2, 2);
            }
            airy_memory_free(less);
        }
        // a lag that has its own row takes the change of its tile, which holds others, too
        assert_true(off[1] < 0.02 * size[1] && (p->full || off[0] < 0.02 * size[0]));
        airy_memory_free(whole);
        airy_correlation_release(&c);
        test_free(f.px);
    }
}

// Each delay has an error, the first of joined ones too, where every lag is kept.
static void joined_delays_have_errors(void **state)
{
    const airy_curve_options curve = {.per_decade = 8};
    airy_correlate_options o;
    frames_in_memory f;
    airy_g2 *rows;
    int n;
    (void)state;
    airy_correlate_options_defaults(&o);
    make_frames(&f, true, 3);
    for (int k = AIRY_KERNEL_DENSE; k <= AIRY_KERNEL_SMALL; k++) {
        o.kernel = (airy_kernel)k;
        airy_correlation c = correlate(&f, &o);
        assert_ok(airy_g2_curves(&c, 0, &curve, &rows, &n, &err));
        for (int i = 0; i < n && rows[i].delay < N / 4; i++)
            assert_true(rows[i].error > 0);
        airy_memory_free(rows);
        airy_correlation_release(&c);
    }
    test_free(f.px);
}

// All sums of two runs, within a part of each; 0: the same bytes.
static void assert_same_planes(const airy_correlation *a, const airy_correlation *b, double within)
{
    airy_plane_part x[AIRY_PLANE_PARTS], y[AIRY_PLANE_PARTS];
    int parts = airy_planes_list(&a->planes[0], x);
    airy_planes_list(&b->planes[0], y);
    for (int i = 0; i < parts && i <= a->planes[0].tiles.levels; i++) // tiles, and the map
        for (size_t k = 0; k < x[i].n; k++)
            assert_near(x[i].at[k], y[i].at[k], within * fabs(y[i].at[k]));
}

// More pixels than a strip and a piece of it has, and more frames than are worked on together.
static void strips_and_chunks(void **state)
{
    enum { MANY = 300, SIDE = 29, WIDE = 31 };
    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        frames_in_memory f = {.n = MANY, .ny = SIDE, .nx = WIDE};
        f.px = test_malloc(MANY * SIDE * WIDE * sizeof *f.px);
        for (int i = 0; i < MANY * SIDE * WIDE; i++)
            f.px[i] = (float)(i * 7919LL % 23 % 7) + (whole ? 0 : 0.3F);
        airy_correlate_options o;
        airy_correlate_options_defaults(&o);
        airy_correlation c[3];
        for (int i = 0; i < 3; i++) {
            airy_speckle_source source = source_of(&f);
            airy_image map = {0};
            airy_regions regions;
            assert_ok(airy_image_init(&map, SIDE, WIDE, &err));
            for (int k = 0; k < SIDE * WIDE; k++)
                map.px[k] = 1;
            assert_ok(airy_regions_from_map(&map, NULL, &regions, &err));
            airy_image_release(&map);
            o.map = 8, o.kernel = i < 2 ? AIRY_KERNEL_DENSE : AIRY_KERNEL_SMALL;
            o.memory_mb = i < 2 ? 1.6 : 100, o.threads = 1 + 2 * i;
            assert_ok(airy_correlate(&source, &regions, &o, &c[i], &err));
        }
        assert_same_planes(&c[0], &c[1], 0);
        assert_same_planes(&c[0], &c[2], 1e-12);
        for (int i = 0; i < 3; i++)
            airy_correlation_release(&c[i]);
        test_free(f.px);
    }
}

// Each way of multiplying rows that the processor has gives the bytes of the plain one.
static void ways_of_products(void **state)
{
    enum { LENGTH = 61 };
    double a[2][LENGTH], b[AIRY_DOTS][LENGTH];
    airy_dots_sums want, sum;
    const double *const of[2] = {a[0], a[1]}, *row[AIRY_DOTS];
    airy_random random;
    airy_random_init(&random, 3, 0, 0, 0);
    (void)state;
    for (int i = 0; i < 2 * LENGTH; i++)
        a[i / LENGTH][i % LENGTH] = airy_random_uniform(&random);
    for (int k = 0; k < AIRY_DOTS; k++) {
        row[k] = b[k];
        for (int i = 0; i < LENGTH; i++)
            b[k][i] = airy_random_uniform(&random) - 0.1;
    }
    for (int n = 0; n <= LENGTH; n++) {
        airy_dots_by(AIRY_DOTS_PLAIN, of, row, n, want);
        for (airy_dots_way way = AIRY_DOTS_4; way <= AIRY_DOTS_8; way++) {
            if (!airy_dots_can(way))
                continue;
            airy_dots_by(way, of, row, n, sum);
            assert_memory_equal(sum, want, sizeof want);
        }
    }
    for (int j = 0; j < 2; j++) // of the last length
        for (int k = 0; k < AIRY_DOTS; k++) {
            double plain = 0;
            for (int i = 0; i < LENGTH; i++)
                plain += a[j][i] * b[k][i];
            assert_near(want[j][k], plain, 1e-12);
        }
}

// Little memory makes ages coarse and nothing else.
static void little_memory(void **state)
{
    frames_in_memory f;
    airy_correlate_options o;
    (void)state;
    make_frames(&f, true, 3);
    airy_correlate_options_defaults(&o);
    o.kernel = AIRY_KERNEL_DENSE, o.map = 32, o.memory_mb = 0.17;
    airy_correlation c = correlate(&f, &o);
    assert_true(c.planes[0].tiles.grain > 0);
    check_region(&c, &f, 0);
    airy_correlation_release(&c);
    o.kernel = AIRY_KERNEL_EVENTS, o.memory_mb = 0.09; // the photons come in parts
    c = correlate(&f, &o);
    check_region(&c, &f, 1);
    airy_correlation_release(&c);
    o.memory_mb = 0.01;
    airy_speckle_source source = source_of(&f);
    airy_regions regions = two_regions();
    assert_fails(airy_correlate(&source, &regions, &o, &c, &err), AIRY_EMEMORY, "--memory");
    test_free(f.px);
}

// A flat from the mean image is one of values that were divided before.
static void flat_by_mean(void **state)
{
    frames_in_memory f, divided;
    airy_correlate_options o;
    (void)state;
    make_frames(&f, false, 3);
    airy_correlate_options_defaults(&o);
    o.map = 32, o.flat = AIRY_FLAT_MEAN, o.kernel = AIRY_KERNEL_DENSE;
    airy_correlation c = correlate(&f, &o);
    make_frames(&divided, false, 3);
    for (int p = 0; p < NY * NX; p++) {
        double mean = 0;
        for (int t = 0; t < N; t++)
            mean += f.px[t * NY * NX + p] / N;
        for (int t = 0; t < N; t++)
            divided.px[t * NY * NX + p] /= (float)mean;
    }
    o.flat = AIRY_FLAT_NONE;
    airy_correlation d = correlate(&divided, &o);
    for (int i = 0; i < N * AIRY_TILE_LAGS; i++) // values that were divided are rounded to float
        assert_near(c.planes[0].tiles.sum[0][i], d.planes[0].tiles.sum[0][i], 1e-5);
    airy_correlation_release(&c);
    airy_correlation_release(&d);
    test_free(f.px);
    test_free(divided.px);
}

// Light of a smooth shape that flickers is even light that flickers, once the shape is divided out.
static void flat_by_polynomial(void **state)
{
    frames_in_memory shaped, even;
    airy_correlate_options o;
    (void)state;
    make_frames(&shaped, false, 3);
    make_frames(&even, false, 3);
    for (int i = 0; i < N * NY * NX; i++) {
        int p = i % (NY * NX);
        double y = p / NX / (double)NY, x = p % NX / (double)NX, level = 1 + i / (NY * NX) % 7;
        even.px[i] = (float)level;
        shaped.px[i] = (float)(level * (2 + 0.5 * y - 0.7 * x * y + 0.8 * x * x));
    }
    airy_correlate_options_defaults(&o);
    o.map = 32, o.flat = AIRY_FLAT_NONE, o.kernel = AIRY_KERNEL_DENSE;
    airy_correlation wanted = correlate(&even, &o), uneven = correlate(&shaped, &o);
    o.flat = AIRY_FLAT_POLYNOMIAL, o.degree = 2;
    airy_correlation c = correlate(&shaped, &o);
    double apart = 0;
    for (int i = 0; i < N * AIRY_TILE_LAGS; i++) {
        double all = wanted.planes[0].tiles.sum[0][i];
        assert_near(c.planes[0].tiles.sum[0][i], all, 1e-5 * (1 + fabs(all)));
        apart = fmax(apart, fabs(uneven.planes[0].tiles.sum[0][i] - all));
    }
    assert_true(apart > 0.01);
    airy_speckle_source source = source_of(&shaped);
    airy_image map = {0};
    airy_regions few;
    assert_ok(airy_image_init(&map, NY, NX, &err));
    for (int i = 0; i < 9; i++)
        map.px[i] = 1;
    assert_ok(airy_regions_from_map(&map, NULL, &few, &err));
    airy_correlation_release(&c);
    assert_fails(airy_correlate(&source, &few, &o, &c, &err), AIRY_EVALUE,
                 "too few for a polynomial");
    airy_image_release(&map);
    airy_correlation_release(&wanted);
    airy_correlation_release(&uneven);
    test_free(shaped.px);
    test_free(even.px);
}

// The mean over t1 of C(t1, t1 + k), pair by pair; gaps are no lags.
static void curves_of_all_ages(void **state)
{
    frames_in_memory f;
    airy_correlate_options o;
    const airy_curve_options curve = {0};
    uint8_t veto[N] = {[7] = 1, [8] = 1, [90] = 1};
    airy_g2 *rows;
    int n;
    (void)state;
    make_frames(&f, true, 3);
    airy_correlate_options_defaults(&o);
    o.veto = veto;
    airy_correlation c = correlate(&f, &o);
    assert_int_equal(c.kernel, AIRY_KERNEL_SMALL);
    assert_ok(airy_g2_curves(&c, 1, &curve, &rows, &n, &err));
    assert_int_equal(n, N - 1);
    for (int k = 1; k < N; k += 13) {
        double sum = 0, pairs = 0;
        for (int t = 0; t + k < N; t++)
            if (!veto[t] && !veto[t + k])
                sum += two_time(&f, &c.regions, 1, t, t + k), pairs++;
        assert_near(rows[k - 1].g2, sum / pairs, 1e-12);
        assert_near(rows[k - 1].pairs, pairs, 0);
        assert_near(rows[k - 1].delay, k, 1e-9);
    }
    airy_memory_free(rows);
    airy_correlation_release(&c);
    test_free(f.px);
}

// Each pair is in one row: as many of all ages as by age.
static void ages_hold_all_pairs(void **state)
{
    frames_in_memory f;
    airy_correlate_options o;
    airy_curve_options curve = {.age_bin = 30, .per_decade = 5};
    airy_g2 *rows;
    int n;
    (void)state;
    make_frames(&f, true, 3);
    airy_correlate_options_defaults(&o);
    o.kernel = AIRY_KERNEL_DENSE;
    airy_correlation c = correlate(&f, &o);
    for (int middle = 0; middle < 2; middle++) {
        double all = 0, by_age = 0;
        curve.middle = middle;
        assert_ok(airy_g2_curves(&c, 0, &curve, &rows, &n, &err));
        for (int i = 0; i < n; i++)
            *(isnan(rows[i].age) ? &all : &by_age) += rows[i].pairs;
        assert_near(all, N * (N - 1) / 2, 0);
        assert_near(by_age, all, 0);
        airy_memory_free(rows);
    }
    airy_correlation_release(&c);
    test_free(f.px);
}

// Constant frames: 1 exactly. A static image: 1 + its relative variance, and so is the baseline.
static void light_that_stands_still(void **state)
{
    frames_in_memory f = {.n = N, .ny = NY, .nx = NX};
    airy_correlate_options o;
    const airy_curve_options curve = {0};
    airy_region_result result;
    airy_g2 *rows;
    int n;
    (void)state;
    f.px = test_malloc(N * NY * NX * sizeof *f.px);
    for (int spread = 0; spread < 2; spread++)
        for (int kernel = AIRY_KERNEL_DENSE; kernel <= AIRY_KERNEL_SMALL; kernel++) {
            for (int i = 0; i < N * NY * NX; i++) // each region: as many of both
                f.px[i] = 1000 + (spread ? i % (NY * NX) % 2 ? 49 : -49 : 0);
            airy_correlate_options_defaults(&o);
            o.kernel = (airy_kernel)kernel;
            airy_correlation c = correlate(&f, &o);
            assert_ok(airy_g2_curves(&c, 1, &curve, &rows, &n, &err));
            assert_ok(airy_region_results(&c, 1, rows, n, &result, &err));
            for (int i = 0; i < n; i++)
                assert_near(rows[i].g2, spread ? 1 + 0.049 * 0.049 : 1, 1e-13);
            assert_near(result.baseline, spread ? 1.002401 : 1, 1e-12);
            assert_near(result.contrast, 0, 1e-12);
            assert_true(isnan(result.tau));
            airy_memory_free(rows);
            airy_correlation_release(&c);
        }
    test_free(f.px);
}

static void same_bytes_for_any_threads(void **state)
{
    frames_in_memory f;
    airy_correlate_options o;
    (void)state;
    for (int kernel = AIRY_KERNEL_DENSE; kernel <= AIRY_KERNEL_SMALL; kernel++) {
        make_frames(&f, true, 3);
        airy_correlate_options_defaults(&o);
        o.kernel = (airy_kernel)kernel;
        o.threads = 1;
        airy_correlation one = correlate(&f, &o);
        o.threads = 3;
        airy_correlation three = correlate(&f, &o);
        for (int r = 0; r < 2; r++) {
            const airy_planes *a = &one.planes[r], *b = &three.planes[r];
            size_t cells = (size_t)a->cells * (size_t)a->cells;
            for (int l = 0; l < a->tiles.levels; l++)
                assert_memory_equal(a->tiles.sum[l], b->tiles.sum[l],
                                    (size_t)airy_tiles_rows(&a->tiles, l) * AIRY_TILE_LAGS *
                                        sizeof(double));
            assert_memory_equal(a->map, b->map, cells * sizeof(double));
        }
        airy_correlation_release(&one);
        airy_correlation_release(&three);
        test_free(f.px);
    }
}

enum { SOME_FRAMES = 70, TALL = 128, BROAD = 144, SPLIT = 10000 };

// Two regions of more strips than teams hold one each when both are under way: with a store, of
// those from only[0] to only[1] - 1 alone.
static airy_correlation correlate_wide(frames_in_memory *f, airy_correlate_options *o,
                                       const int only[2])
{
    airy_speckle_source source = source_of(f);
    airy_image map = {0};
    airy_regions regions;
    airy_correlation c;
    assert_ok(airy_image_init(&map, TALL, BROAD, &err));
    for (int i = 0; i < TALL * BROAD; i++)
        map.px[i] = i < SPLIT ? 1 : 2;
    assert_ok(airy_regions_from_map(&map, NULL, &regions, &err));
    airy_image_release(&map);
    o->only[0] = only[0], o->only[1] = only[1];
    assert_ok(airy_correlate(&source, &regions, o, &c, &err));
    return c;
}

static void assert_same_regions(const airy_correlation *a, const airy_correlation *b)
{
    assert_memory_equal(a->frame_mean, b->frame_mean,
                        (size_t)a->regions.n * SOME_FRAMES * sizeof(double));
    for (int r = 0; r < a->regions.n; r++) {
        airy_plane_part x[AIRY_PLANE_PARTS], y[AIRY_PLANE_PARTS];
        int parts = airy_planes_list(&a->planes[r], x);
        assert_int_equal(airy_planes_list(&b->planes[r], y), parts);
        for (int i = 0; i < parts; i++)
            assert_memory_equal(x[i].at, y[i].at, x[i].n * sizeof(double));
    }
}

// Region by region into a store, as --regions and --resume do, gives the bytes of one run, for any
// number of threads and each kernel.
static void regions_in_pieces(void **state)
{
    static const int all[2] = {0, 0}, first[2] = {0, 1}, second[2] = {1, 2};
    static const char key[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    frames_in_memory f = {.n = SOME_FRAMES, .ny = TALL, .nx = BROAD};
    (void)state;
    f.px = test_malloc(SOME_FRAMES * TALL * BROAD * sizeof *f.px);
    for (int i = 0; i < SOME_FRAMES * TALL * BROAD; i++)
        f.px[i] = (float)(i * 7919LL % 23 % 7);
    for (int kernel = AIRY_KERNEL_DENSE; kernel <= AIRY_KERNEL_SMALL; kernel++) {
        airy_correlate_options o;
        airy_correlate_options_defaults(&o);
        o.kernel = (airy_kernel)kernel, o.map = 8, o.threads = 1;
        airy_correlation whole = correlate_wide(&f, &o, all);
        for (o.threads = 1; o.threads <= 3; o.threads++) {
            airy_pieces *store = airy_pieces_open("regions_in_pieces", key, NULL);
            assert_non_null(store);
            o.store = store;
            airy_correlation part = correlate_wide(&f, &o, second);
            assert_false(part.whole);
            airy_correlation_release(&part);
            part = correlate_wide(&f, &o, first);
            assert_true(part.whole);
            assert_same_regions(&part, &whole);
            airy_correlation_release(&part);
            airy_pieces_close(store, true);
        }
        airy_correlation_release(&whole);
    }
    test_free(f.px);
}

// ------------------------------------------------------------------ bad input

static void fails(frames_in_memory *f, const uint8_t *veto, airy_code code, const char *words)
{
    airy_correlate_options o;
    airy_speckle_source source = source_of(f);
    airy_regions regions = two_regions();
    airy_correlation c;
    airy_correlate_options_defaults(&o);
    o.veto = veto;
    assert_fails(airy_correlate(&source, &regions, &o, &c, &err), code, words);
    assert_null(c.planes);
}

static void what_cannot_be_correlated(void **state)
{
    frames_in_memory f;
    uint8_t veto[N], lost[N] = {0};
    (void)state;
    make_frames(&f, true, 3);
    memset(veto, 1, sizeof veto);
    fails(&f, veto, AIRY_EVALUE, "150 vetoed");
    f.good = lost;
    fails(&f, NULL, AIRY_EVALUE, "150 lost");
    f.good = NULL;
    f.n = 1;
    fails(&f, NULL, AIRY_EVALUE, "1 of 1 frames");
    f.n = N;
    memset(f.px, 0, N * NY * NX * sizeof *f.px);
    fails(&f, NULL, AIRY_EVALUE, "no photon");
    for (int i = 0; i < N * NY * NX; i++)
        f.px[i] = NAN;
    fails(&f, NULL, AIRY_EVALUE, "no photon");
    for (int t = 0; t < N; t++) // the pixels of one region, in all frames
        for (int p = 0; p < NY * NX; p++)
            f.px[t * NY * NX + p] = p < 40 ? NAN : 1;
    fails(&f, NULL, AIRY_EVALUE, "region 7 has no pixel left");
    test_free(f.px);
}

// A pixel that dies is out for all frames; frames that lose many are gaps; drops of the beam too.
static void pixels_and_frames_that_go(void **state)
{
    frames_in_memory f;
    airy_correlate_options o;
    (void)state;
    make_frames(&f, true, 30);
    f.px[100 * NY * NX + 50] = NAN;
    for (int p = 0; p < 20; p++)
        f.px[60 * NY * NX + p] = NAN;
    for (int p = 0; p < NY * NX; p++)
        f.px[61 * NY * NX + p] = 1;
    airy_correlate_options_defaults(&o);
    o.drops = true, o.map = 32;
    airy_correlation c = correlate(&f, &o);
    assert_int_equal(c.regions.first[1], 52);
    assert_int_equal(c.regions.first[2], 92);
    assert_int_equal(c.survey.lacking, 1);
    assert_int_equal(c.survey.dropped, 1);
    assert_false(c.survey.good[60] || c.survey.good[61]);
    check_region(&c, &f, 0);
    airy_correlation_release(&c);
    test_free(f.px);
}

static void maps_that_are_none(void **state)
{
    airy_image map = {0};
    airy_regions regions;
    (void)state;
    assert_ok(airy_image_init(&map, NY, NX, &err));
    assert_fails(airy_regions_from_map(&map, NULL, &regions, &err), AIRY_EVALUE, "holds no region");
    map.px[4] = 1.5f;
    assert_fails(airy_regions_from_map(&map, NULL, &regions, &err), AIRY_EVALUE, "row 0, column 4");
    map.px[4] = -1;
    assert_fails(airy_regions_from_map(&map, NULL, &regions, &err), AIRY_EVALUE, "whole numbers");
    airy_image_release(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_of_a_map),
        cmocka_unit_test(every_pair_has_one_tile),
        cmocka_unit_test(kernels_give_the_same),
        cmocka_unit_test(curves_without_a_group),
        cmocka_unit_test(joined_delays_have_errors),
        cmocka_unit_test(strips_and_chunks),
        cmocka_unit_test(ways_of_products),
        cmocka_unit_test(little_memory),
        cmocka_unit_test(flat_by_mean),
        cmocka_unit_test(flat_by_polynomial),
        cmocka_unit_test(curves_of_all_ages),
        cmocka_unit_test(ages_hold_all_pairs),
        cmocka_unit_test(light_that_stands_still),
        cmocka_unit_test(same_bytes_for_any_threads),
        cmocka_unit_test(regions_in_pieces),
        cmocka_unit_test(what_cannot_be_correlated),
        cmocka_unit_test(pixels_and_frames_that_go),
        cmocka_unit_test(maps_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
