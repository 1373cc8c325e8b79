// SPDX-License-Identifier: GPL-3.0-or-later
// Many simulated runs: errors of fits as large as the scatter, and steps found by accident.
#include "speckle_frames.h"

#include "airy/simulate.h"
#include "simulate/speckle.h"
#include "speckle/findings.h"

#include <stdio.h>

enum { DRAWS = 200, RUNS = 50 };

static float *simulate(const airy_speckle_simulation *o)
{
    float *px;
    assert_ok(airy_simulate_speckle(o, &px, &err));
    return px;
}

// Contrast, tau and beta of the curve of some frames with their errors, as `airy correlate` and
// `airy fit` have them; baseline held at 1 (no flat field here).
static airy_fit_curve fit(frames_in_memory *f, airy_kernel kernel, double tau)
{
    enum { MOST = 400 };
    const airy_speckle_source source = source_of(f);
    const airy_curve_options curve = {.per_decade = 8};
    airy_correlate_options how;
    airy_regions regions = whole_frame(f);
    airy_correlation c;
    airy_g2 *g2;
    static double x[MOST], y[MOST], dy[MOST], less[AIRY_SPECKLE_GROUPS * MOST];
    int n, used = 0;
    airy_correlate_options_defaults(&how);
    how.kernel = kernel, how.curve = &curve;
    assert_ok(airy_correlate(&source, &regions, &how, &c, &err));
    assert_ok(airy_g2_curves(&c, 0, &curve, &g2, &n, &err));
    while (used < n && used < MOST && g2[used].delay < 8 * tau)
        used++;
    for (int i = 0; i < used; i++) {
        x[i] = g2[i].delay, y[i] = g2[i].g2, dy[i] = g2[i].error;
        for (int g = 0; g < AIRY_SPECKLE_GROUPS; g++)
            less[g * used + i] = g2[i].less[g];
    }
    const airy_fit_model *model = airy_fit_model_find("kww2");
    const airy_fit_data data = {used, x, y, dy, AIRY_SPECKLE_GROUPS, less};
    airy_fit_options options;
    airy_fit_curve result;
    airy_fit_options_defaults(model, &options);
    options.choice[3].held = true, options.choice[3].value = 1;
    assert_ok(airy_fit_curve_fit(model, &data, &options, &result, &err));
    assert_int_equal(result.parts, AIRY_SPECKLE_GROUPS);
    airy_memory_free(g2);
    airy_correlation_release(&c);
    return result;
}

// Errors that a fit finds by leaving out groups of pixels are as large as what it is off by, and
// its limits of 95 % hold the truth so often: of bright frames; of photons, one in fifty pixels; of
// a record of ten relaxation times.
static void pulls(void **state)
{
    static const struct {
        airy_kernel kernel;
        int frames, side;
        double tau, beta, photons;
    } rows[] = {{AIRY_KERNEL_DENSE, 600, 16, 15, 0.8, 2},
                {AIRY_KERNEL_EVENTS, 1500, 48, 30, 1, 0.02},
                {AIRY_KERNEL_SMALL, 200, 32, 20, 1, 1}};
    (void)state;
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        double square[3] = {0};
        int inside[3] = {0};
        for (int draw = 0; draw < DRAWS; draw++) {
            airy_speckle_simulation o;
            airy_speckle_simulation_defaults(&o);
            o.frames = rows[row].frames, o.ny = o.nx = rows[row].side, o.tau = rows[row].tau;
            o.beta = rows[row].beta, o.photons = rows[row].photons;
            o.seed = 1000 + (uint64_t)draw;
            float *px = simulate(&o);
            frames_in_memory f = {.n = o.frames, .ny = o.ny, .nx = o.nx, .px = px};
            const double truth[3] = {1, o.tau, o.beta};
            airy_fit_curve found = fit(&f, rows[row].kernel, o.tau);
            for (int i = 0; i < 3; i++) {
                square[i] += pow((found.p[i] - truth[i]) / found.error[i], 2) / DRAWS;
                inside[i] += found.low[i] <= truth[i] && truth[i] <= found.high[i];
            }
            airy_memory_free(px);
        }
        // an error from 16 parts is itself known to a sixth, which widens pulls by 1.07 (Student)
        const double parts = AIRY_SPECKLE_GROUPS;
        for (int i = 0; i < 3; i++) {
            double width = sqrt(square[i] * (parts - 3) / (parts - 1));
            printf("%s, pull %d: %.3f; in the limits %d of %d\n",
                   airy_kernel_names[rows[row].kernel], i, width, inside[i], DRAWS);
            assert_near(width, 1, 0.15);
            assert_true(inside[i] > 0.9 * DRAWS); // 3 of the binomial's errors below 0.95
        }
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
