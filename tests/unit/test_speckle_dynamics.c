// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated speckle with known dynamics, and what the correlator finds of it: curves, ages, steps.
#include "speckle_frames.h"

#include "airy/simulate.h"
#include "simulate/speckle.h"
#include "speckle/findings.h"

#include <gsl/gsl_sf_gamma.h>
#include <stdlib.h>

static void simulate(const airy_speckle_simulation *o, frames_in_memory *f)
{
    *f = (frames_in_memory){.n = o->frames, .ny = o->ny, .nx = o->nx};
    assert_ok(airy_simulate_speckle(o, &f->px, &err));
}

static void correlate(frames_in_memory *f, const airy_correlate_options *options,
                      airy_correlation *c)
{
    airy_speckle_source source = source_of(f);
    airy_regions regions = whole_frame(f);
    assert_ok(airy_correlate(&source, &regions, options, c, &err));
}

// Curve, contrast, baseline and the delay of exp(-2) of steady speckle: within 4 errors of truth,
// for stretched and compressed decays, photons and intensities, flat field and modes.
static void steady_speckle(void **state)
{
    static const struct {
        double beta, photons, flat;
        int modes;
        bool poisson;
        airy_dynamics dynamics;
        double tau; // where the field's square is exp(-2), share of o.tau
    } rows[] = {{0.6, 1, 0, 1, true, AIRY_DYNAMICS_KWW, 1},
                {1, 0.2, 0, 1, true, AIRY_DYNAMICS_KWW, 1},
                {1.5, 1, 0.05, 2, false, AIRY_DYNAMICS_KWW, 1},
                {1.9, 1, 0, 1, false, AIRY_DYNAMICS_KWW, 1},
                {0.9, 1, 0, 1, true, AIRY_DYNAMICS_ML, 1.03}};
    (void)state;
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        airy_speckle_simulation o;
        airy_correlate_options how;
        const airy_curve_options curve = {0};
        airy_region_result result;
        frames_in_memory f;
        airy_correlation c;
        airy_g2 *g2;
        int n;
        airy_speckle_simulation_defaults(&o);
        o.frames = 2000, o.ny = 32, o.nx = 32, o.tau = 20, o.seed = 5 + k;
        o.beta = rows[k].beta, o.photons = rows[k].photons, o.flat = rows[k].flat;
        o.modes = rows[k].modes, o.poisson = rows[k].poisson, o.dynamics = rows[k].dynamics;
        simulate(&o, &f);
        airy_correlate_options_defaults(&how);
        correlate(&f, &how, &c);
        assert_ok(airy_g2_curves(&c, 0, &curve, &g2, &n, &err));
        assert_ok(airy_region_results(&c, 0, g2, n, &result, &err));
        for (int i = 0; i < n && g2[i].delay < 200; i++)
            assert_near(g2[i].g2, airy_speckle_true_g2(&o, g2[i].delay), 4 * g2[i].error + 2e-3);
        assert_near(result.baseline, 1 + o.flat * o.flat, 4 * result.baseline_error);
        assert_near(result.plateau, airy_speckle_true_g2(&o, 1), 4 * result.plateau_error + 1e-3);
        assert_near(result.tau, 20 * rows[k].tau,
                    6); // where a curve of 1000 speckles first falls below exp(-2)
        assert_near(result.photons, o.photons, 0.05 * o.photons);
        airy_memory_free(g2);
        airy_correlation_release(&c);
        airy_memory_free(f.px);
    }
}

// Renewal of cells after Mittag-Leffler waits: none between t1 and t1 + t with probability
// I_x(b, 1 - b), x = t1 / (t1 + t), for t1 much longer than tau, whose square is C - 1.
static void ageing_speckle(void **state)
{
    airy_speckle_simulation o;
    frames_in_memory f;
    airy_regions r;
    (void)state;
    airy_speckle_simulation_defaults(&o);
    o.frames = 1101, o.ny = 48, o.nx = 48, o.dynamics = AIRY_DYNAMICS_AGEING;
    o.tau = 1, o.beta = 0.45, o.poisson = false, o.cells = 32;
    simulate(&o, &f);
    r = whole_frame(&f);
    for (int delay = 10; delay <= 1000; delay *= 10) {
        double sum = 0, p0 = 0;
        for (int t = 90; t < 100; t++) {
            sum += two_time(&f, &r, 0, t, t + delay) - 1;
            p0 += gsl_sf_beta_inc(0.45, 0.55, (double)t / (t + delay));
        }
        p0 /= 10; // 2304 speckles: C is known to about 1 / 48
        assert_near(sum / 10, p0 * p0, 0.08);
    }
    airy_regions_release(&r);
    airy_memory_free(f.px);
}

static int find(int event, double fraction, uint64_t seed, airy_kernel kernel,
                airy_speckle_step *first)
{
    airy_speckle_simulation o;
    airy_correlate_options how;
    frames_in_memory f;
    airy_correlation c;
    airy_speckle_step *steps;
    int n;
    airy_speckle_simulation_defaults(&o);
    o.frames = 600, o.ny = 32, o.nx = 32, o.tau = 150, o.event = event, o.fraction = fraction;
    o.seed = seed, o.photons = 0.5;
    simulate(&o, &f);
    airy_correlate_options_defaults(&how);
    how.steps = true, how.kernel = kernel;
    correlate(&f, &how, &c);
    assert_ok(airy_speckle_steps(&c, 1e-3, 3, &steps, &n, &err));
    if (n)
        *first = steps[0];
    airy_memory_free(steps);
    airy_correlation_release(&c);
    airy_memory_free(f.px);
    return n;
}

// A third of the field replaced: found within a frame, of a chance below 1e-3, as deep as it is.
static void a_planted_step(void **state)
{
    (void)state;
    for (int kernel = AIRY_KERNEL_DENSE; kernel <= AIRY_KERNEL_EVENTS; kernel++) {
        airy_speckle_step step;
        assert_int_equal(find(333, 0.35, 4, (airy_kernel)kernel, &step), 1);
        assert_true(abs(step.frame - 333) <= 1);
        assert_true(step.low <= 333 && step.high >= 333 && step.high - step.low < 4);
        assert_true(step.chance < 1e-3);
        assert_near(step.depth, 1 - 0.65 * 0.65, 0.15);
    }
}

static void steady_speckle_has_no_step(void **state)
{
    int found = 0;
    airy_speckle_step step;
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++)
        found += find(0, 0, 100 + seed, AIRY_KERNEL_DENSE, &step);
    assert_int_equal(found, 0);
}

static void the_same_for_any_threads(void **state)
{
    airy_speckle_simulation o;
    frames_in_memory one, three;
    (void)state;
    airy_speckle_simulation_defaults(&o);
    o.frames = 50, o.ny = o.nx = 8;
    o.threads = 1;
    simulate(&o, &one);
    o.threads = 3;
    simulate(&o, &three);
    assert_memory_equal(one.px, three.px, 50 * 64 * sizeof(float));
    airy_memory_free(one.px);
    airy_memory_free(three.px);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steady_speckle),           cmocka_unit_test(ageing_speckle),
        cmocka_unit_test(a_planted_step),           cmocka_unit_test(steady_speckle_has_no_step),
        cmocka_unit_test(the_same_for_any_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
