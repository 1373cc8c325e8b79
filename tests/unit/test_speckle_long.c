// SPDX-License-Identifier: GPL-3.0-or-later
// Many simulated runs: errors of fits as large as the scatter, and steps found by accident.
#include "speckle_frames.h"

#include "airy/simulate.h"
#include "simulate/speckle.h"
#include "speckle/findings.h"

#include <stdio.h>

enum { DRAWS = 200, RUNS = 50, PIECES = 8 };

static float *simulate(const airy_speckle_simulation *o)
{
    float *px;
    assert_ok(airy_simulate_speckle(o, &px, &err));
    return px;
}

// Contrast, tau and beta of the curve of some frames, baseline held at 1 (no flat field here).
static void fit(float *px, const airy_speckle_simulation *o, const airy_regions *of, double p[3])
{
    frames_in_memory f = {.n = o->frames, .ny = o->ny, .nx = o->nx, .px = px};
    airy_speckle_source source = source_of(&f);
    airy_correlate_options how;
    const airy_curve_options curve = {.per_decade = 8};
    airy_regions regions = *of;
    airy_correlation c;
    airy_g2 *g2;
    double x[200], y[200];
    int n, used = 0;
    regions = whole_frame(&f);
    if (of->n) { // a part of the pixels
        airy_regions_release(&regions);
        regions = *of;
    }
    airy_correlate_options_defaults(&how);
    how.kernel = AIRY_KERNEL_DENSE;
    assert_ok(airy_correlate(&source, &regions, &how, &c, &err));
    assert_ok(airy_g2_curves(&c, 0, &curve, &g2, &n, &err));
    for (; used < n && g2[used].delay < 8 * o->tau; used++)
        x[used] = g2[used].delay, y[used] = g2[used].g2;
    const airy_fit_model *model = airy_fit_model_find("kww2");
    const airy_fit_data data = {used, x, y, NULL};
    airy_fit_options options;
    airy_fit_curve result;
    airy_fit_options_defaults(model, &options);
    options.choice[3].held = true, options.choice[3].value = 1;
    assert_ok(airy_fit_curve_fit(model, &data, &options, &result, &err));
    memcpy(p, result.p, 3 * sizeof *p);
    airy_memory_free(g2);
    airy_correlation_release(&c);
}

// All pixels but one eighth of them.
static airy_regions less(int ny, int nx, int piece)
{
    airy_image map = {0};
    airy_regions regions;
    assert_ok(airy_image_init(&map, ny, nx, &err));
    for (int i = 0; i < ny * nx; i++)
        map.px[i] = i * PIECES / (ny * nx) != piece;
    assert_ok(airy_regions_from_map(&map, NULL, &regions, &err));
    airy_image_release(&map);
    return regions;
}

// Errors by leaving out eighths of the pixels, which hold what points of a curve share.
static void pulls(void **state)
{
    double square[3] = {0};
    (void)state;
    for (int draw = 0; draw < DRAWS; draw++) {
        airy_speckle_simulation o;
        airy_speckle_simulation_defaults(&o);
        o.frames = 600, o.ny = o.nx = 16, o.tau = 15, o.beta = 0.8, o.photons = 2;
        o.seed = 1000 + (uint64_t)draw;
        float *px = simulate(&o);
        const double truth[3] = {1, o.tau, o.beta};
        const airy_regions all = {.n = 0};
        double p[3], part[PIECES][3];
        fit(px, &o, &all, p);
        for (int k = 0; k < PIECES; k++) {
            airy_regions regions = less(o.ny, o.nx, k);
            fit(px, &o, &regions, part[k]);
        }
        for (int i = 0; i < 3; i++) {
            double mean = 0, spread = 0;
            for (int k = 0; k < PIECES; k++)
                mean += part[k][i] / PIECES;
            for (int k = 0; k < PIECES; k++)
                spread += pow(part[k][i] - mean, 2) * (PIECES - 1) / PIECES;
            square[i] += pow(p[i] - truth[i], 2) / spread / DRAWS;
        }
        airy_memory_free(px);
    }
    // an error from eight pieces is itself known to a quarter, which widens pulls by 1.18 (Student)
    for (int i = 0; i < 3; i++) {
        double width = sqrt(square[i] * (PIECES - 3.0) / (PIECES - 1));
        printf("pull %d: %.3f\n", i, width);
        assert_near(width, 1, 0.15);
    }
}

static void steps_by_accident(void **state)
{
    int found = 0;
    (void)state;
    for (int run = 0; run < RUNS; run++) {
        airy_speckle_simulation o;
        airy_correlate_options how;
        airy_correlation c;
        airy_speckle_step *steps;
        int n;
        airy_speckle_simulation_defaults(&o);
        o.frames = 600, o.ny = o.nx = 24, o.tau = 20 + 4 * run, o.photons = 0.5;
        o.seed = 5000 + (uint64_t)run;
        frames_in_memory f = {.n = o.frames, .ny = o.ny, .nx = o.nx, .px = simulate(&o)};
        airy_speckle_source source = source_of(&f);
        airy_regions regions = whole_frame(&f);
        airy_correlate_options_defaults(&how);
        how.steps = true;
        assert_ok(airy_correlate(&source, &regions, &how, &c, &err));
        assert_ok(airy_speckle_steps(&c, 0.01, 7, &steps, &n, &err));
        for (int i = 0; i < n; i++)
            found += steps[i].chance < 1e-3;
        airy_memory_free(steps);
        airy_correlation_release(&c);
        airy_memory_free(f.px);
    }
    printf("%d of %d stationary runs have a step\n", found, RUNS);
    assert_true(found <= RUNS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pulls),
        cmocka_unit_test(steps_by_accident),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
