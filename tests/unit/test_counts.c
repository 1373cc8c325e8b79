// SPDX-License-Identifier: GPL-3.0-or-later
// Counts beside a pattern: no photon is lost or made, bins that are not whole are left out, and
// files keep them frame by frame.
#include "check.h"

#include "airy/source.h"
#include "airy/pattern.h"

#include <stdio.h>
#include <stdlib.h>

enum { NY = 62, NX = 75, FACTOR = 4 };
static const double center_y = 30.3, center_x = 36.6;

// Poisson noise with a dead pixel and a gap.
static airy_pattern make_pattern(void)
{
    airy_pattern p;
    airy_random random;
    airy_random_init(&random, 7, 0, 0, 0);
    assert_ok(airy_pattern_init(&p, NY, NX, &err));
    for (int i = 0; i < NY * NX; i++) {
        double r = hypot(i / NX - center_y, i % NX - center_x);
        p.photons.px[i] = (float)airy_random_poisson(&random, 200 * exp(-r / 8));
        p.variance.px[i] = p.photons.px[i];
        p.mask.bits[i] = i == 20 * NX + 33 || i / NX == 45 ? AIRY_MASK_MISSING : 0;
    }
    p.setup = (airy_setup){.energy_ev = 9000, .distance_m = 1.5, .pitch_m = 75e-6};
    airy_pattern_set_center(&p, center_y, center_x, 0.1, 0.1);
    airy_pattern_apply_mask(&p);
    return p;
}

static bool counted(const airy_pattern *counts, int i)
{
    return !(counts->mask.bits[i] & AIRY_MASK_EXCLUDES);
}

// The photons of the pattern's pixels in a bin; false when one of them is not measured.
static bool sum_bin(const airy_pattern *p, int y0, int x0, double *sum)
{
    *sum = 0;
    for (int y = y0; y < y0 + FACTOR; y++)
        for (int x = x0; x < x0 + FACTOR; x++) {
            if (y >= NY || x >= NX || (p->mask.bits[y * NX + x] & AIRY_MASK_EXCLUDES))
                return false;
            *sum += (double)p->photons.px[y * NX + x];
        }
    return true;
}

static void photons_are_conserved(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(), counts;
    assert_ok(airy_pattern_counts(&p, FACTOR, &counts, &err));
    int ny = counts.photons.ny, nx = counts.photons.nx, whole = 0, part = 0;
    assert_int_equal(ny, NY / FACTOR);
    assert_int_equal(nx, NX / FACTOR);
    assert_near(counts.setup.pitch_m, FACTOR * 75e-6, 1e-12);
    // The center is within half a pixel of a bin's.
    assert_near(counts.center_y, round(counts.center_y), 0.5 / FACTOR + 1e-9);
    assert_near(counts.center_x, round(counts.center_x), 0.5 / FACTOR + 1e-9);
    int y0 = (int)lround(center_y - (FACTOR - 1) / 2.0 - FACTOR * counts.center_y);
    int x0 = (int)lround(center_x - (FACTOR - 1) / 2.0 - FACTOR * counts.center_x);
    for (int i = 0; i < ny * nx; i++) {
        double sum;
        bool all = sum_bin(&p, y0 + FACTOR * (i / nx), x0 + FACTOR * (i % nx), &sum);
        if (all) {
            assert_true(counted(&counts, i));
            assert_near((double)counts.photons.px[i] * (double)counts.coverage.px[i], sum, 0);
        }
        whole += all;
        part += !all && counted(&counts, i);
    }
    assert_true(whole > 200);
    assert_int_equal(part, 1); // fifteen of sixteen pixels, about the dead one
    airy_pattern_release(&counts);
    airy_pattern_release(&p);
}

static void factor_follows_the_fringes(void **state)
{
    (void)state;
    assert_int_equal(airy_pattern_counts_factor(1 / 40.0), 10);
    assert_int_equal(airy_pattern_counts_factor(1 / 43.9), 10);
    assert_int_equal(airy_pattern_counts_factor(0.2), 1);
    assert_int_equal(airy_pattern_counts_factor(0.9), 1);
}

static void what_holds_no_counts_is_told(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(), counts;
    p.has_center = false;
    assert_fails(airy_pattern_counts(&p, FACTOR, &counts, &err), AIRY_EVALUE, "airy center");
    p.has_center = p.condensed = true;
    assert_fails(airy_pattern_counts(&p, FACTOR, &counts, &err), AIRY_EVALUE, "condensed");
    p.condensed = false;
    p.merged = true;
    assert_fails(airy_pattern_counts(&p, FACTOR, &counts, &err), AIRY_EVALUE, "merged");
    p.merged = false;
    assert_fails(airy_pattern_counts(&p, 100, &counts, &err), AIRY_ESHAPE, "100 x 100");
    airy_pattern_release(&p);
}

// ------------------------------------------------------------------ files

// Something condensed with counts beside it, of another number in each frame.
static airy_pattern make_condensed(int frame, bool background)
{
    airy_pattern p, whole = make_pattern();
    assert_ok(airy_pattern_init(&p, 24, 24, &err));
    p.counts = airy_memory_new(1, sizeof *p.counts);
    assert_ok(airy_pattern_counts(&whole, FACTOR, p.counts, &err));
    if (background)
        assert_ok(airy_image_init(&p.counts->background, p.counts->photons.ny, p.counts->photons.nx,
                                  &err));
    p.counts->photons.px[0] = (float)(100 + frame);
    p.counts->center_y += frame / 16.0;
    p.setup = whole.setup;
    airy_pattern_set_center(&p, 12, 12, 0, 0);
    p.merged = p.condensed = true;
    airy_pattern_release(&whole);
    return p;
}

static void assert_same(const airy_image *a, const airy_image *b)
{
    assert_int_equal(a->ny, b->ny);
    assert_int_equal(a->nx, b->nx);
    for (int i = 0; i < a->ny * a->nx; i++)
        if (a->px[i] != b->px[i] && !(isnan(a->px[i]) && isnan(b->px[i])))
            fail_msg("bin %d: %g is not %g", i, (double)a->px[i], (double)b->px[i]);
}

static void files_keep_counts(void **state)
{
    (void)state;
    for (int n = 1; n <= 2; n++) {
        airy_frames *out = airy_frames_create("counts.cxi", true, &(airy_error){0});
        for (int i = 0; i < n; i++) {
            airy_pattern p = make_condensed(i, n == 2);
            assert_ok(airy_frames_append(out, &p, &err));
            airy_pattern_release(&p);
        }
        assert_ok(airy_frames_commit(out, NULL, &err));
        airy_frames_close(out);
        for (int i = 0; i < n; i++) {
            airy_pattern p = make_condensed(i, n == 2), back;
            assert_ok(airy_pattern_read("counts.cxi", i, &back, NULL, &err));
            assert_non_null(back.counts);
            assert_same(&back.counts->photons, &p.counts->photons);
            assert_same(&back.counts->variance, &p.counts->variance);
            assert_same(&back.counts->coverage, &p.counts->coverage);
            assert_int_equal(!!back.counts->background.px, n == 2);
            assert_near(back.counts->center_y, p.counts->center_y, 1e-6); // stored as float
            assert_near(back.counts->center_x, p.counts->center_x, 1e-6);
            assert_near(back.counts->setup.pitch_m, FACTOR * 75e-6, 1e-12);
            for (int b = 0; b < p.counts->mask.ny * p.counts->mask.nx; b++)
                assert_int_equal(counted(back.counts, b), counted(p.counts, b));
            airy_pattern_release(&back);
            airy_pattern_release(&p);
        }
    }
}

static void frames_have_counts_alike(void **state)
{
    (void)state;
    airy_pattern with = make_condensed(0, false), other = make_condensed(1, true);
    airy_frames *out = airy_frames_create("alike.cxi", true, &(airy_error){0});
    assert_ok(airy_frames_append(out, &with, &err));
    assert_fails(airy_frames_append(out, &other, &err), AIRY_ESHAPE, "counts");
    airy_pattern_release(other.counts);
    airy_memory_free(other.counts);
    other.counts = NULL;
    assert_fails(airy_frames_append(out, &other, &err), AIRY_ESHAPE, "counts");
    airy_frames_close(out);
    airy_pattern_release(&with);
    airy_pattern_release(&other);
}

// A condensed pattern with a group of counts of these shapes, in which something is wrong.
static void write_wrong(int data, int variance, int center)
{
    airy_pattern p = make_condensed(0, false);
    airy_pattern_release(p.counts);
    airy_memory_free(p.counts);
    p.counts = NULL;
    airy_frames *out = airy_frames_create("wrong.cxi", true, &(airy_error){0});
    assert_ok(airy_frames_append(out, &p, &err));
    airy_h5 *h5 = airy_frames_h5(out);
    const struct {
        const char *path;
        int ny, nx;
    } rows[] = {{"/entry_1/counts_1/data", data, data},
                {"/entry_1/counts_1/variance", variance, variance},
                {"/entry_1/counts_1/center", 1, center}};
    for (int i = 0; i < 3; i++) {
        airy_stack stack = {0};
        if (rows[i].nx == 0)
            continue;
        assert_ok(airy_stack_init(&stack, 1, rows[i].ny, rows[i].nx, &err));
        assert_ok(airy_h5_put_stack(h5, rows[i].path, &stack, &err));
        airy_stack_release(&stack);
    }
    assert_ok(airy_frames_commit(out, NULL, &err));
    airy_frames_close(out);
    airy_pattern_release(&p);
}

static void wrong_counts_are_one_sentence(void **state)
{
    (void)state;
    airy_pattern back;
    write_wrong(8, 8, 0);
    assert_fails(airy_pattern_read("wrong.cxi", 0, &back, NULL, &err), AIRY_EMISSING, "center");
    write_wrong(8, 8, 3);
    assert_fails(airy_pattern_read("wrong.cxi", 0, &back, NULL, &err), AIRY_ESHAPE, "3 numbers");
    write_wrong(8, 7, 2);
    assert_fails(airy_pattern_read("wrong.cxi", 0, &back, NULL, &err), AIRY_ESHAPE, "7 x 7");
    write_wrong(8, 8, 2);
    assert_fails(airy_pattern_read("wrong.cxi", 0, &back, NULL, &err), AIRY_EMISSING, "pixel_size");
    // none at all: a pattern that was condensed before counts went along
    write_wrong(0, 0, 0);
    assert_ok(airy_pattern_read("wrong.cxi", 0, &back, NULL, &err));
    assert_null(back.counts);
    airy_pattern_release(&back);
}

// Cut anywhere, a file is refused or read, never half.
static void cut_files_are_refused(void **state)
{
    (void)state;
    char bytes[1 << 16];
    airy_pattern p = make_condensed(0, false), back;
    assert_ok(airy_pattern_write("whole.cxi", &p, NULL, true, &err));
    FILE *file = fopen("whole.cxi", "rb");
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t cut = n / 8; cut < n; cut += n / 8) {
        airy_error err = {0};
        file = fopen("cut.cxi", "wb");
        fwrite(bytes, 1, cut, file);
        fclose(file);
        assert_true(airy_pattern_read("cut.cxi", 0, &back, NULL, &err) != AIRY_OK);
        assert_non_null(strstr(err.message, "cut.cxi"));
    }
    airy_pattern_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(photons_are_conserved),
        cmocka_unit_test(factor_follows_the_fringes),
        cmocka_unit_test(what_holds_no_counts_is_told),
        cmocka_unit_test(files_keep_counts),
        cmocka_unit_test(frames_have_counts_alike),
        cmocka_unit_test(wrong_counts_are_one_sentence),
        cmocka_unit_test(cut_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
