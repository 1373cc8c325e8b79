// SPDX-License-Identifier: GPL-3.0-or-later
// Statistics of a run: the mean is the mean, and what only many frames tell is found.
#include "check.h"

#include "airy/pattern.h"

#include <math.h>

enum {
    SIDE = 120,
    FRAMES = 60,
    HOT = 30 * SIDE + 90,
    DEAD = 60 * SIDE + 80,
    NOISY = 97 * SIDE + 20
};
#define CY 57.3
#define CX 62.8
#define STOP 7.0

static bool in_shadow(int y, int x)
{
    bool arm = fabs(x - CX) < 1.6 && y > CY && y < CY + 25;
    return hypot(y - CY, x - CX) < STOP || arm;
}

// Smooth light that falls with r, a fringe, read noise, pulses of +- 20 %, two gaps.
static void make_frame(int number, airy_pattern *p)
{
    airy_random random;
    airy_random_init(&random, 4, (uint32_t)number, 0, 0);
    double pulse = 1 + 0.2 * airy_random_normal(&random);
    assert_ok(airy_pattern_init(p, SIDE, SIDE, &err));
    airy_pattern_set_center(p, CY, CX, 0, 0);
    for (int i = 0; i < SIDE * SIDE; i++) {
        int y = i / SIDE, x = i % SIDE;
        double r = hypot(y - CY, x - CX), fringe = r > 25 ? 1 + 0.9 * cos(r / 3) : 1;
        double mu = pulse * 40 / (1 + pow(r / 12, 3)) * fringe;
        mu = in_shadow(y, x) || i == DEAD ? 0.001 : mu;
        mu += i == HOT ? 6 : 0;
        mu = i == NOISY ? (airy_random_uniform(&random) < 0.1 ? 40 * mu : 0.05) : mu;
        p->photons.px[i] =
            (float)(airy_random_poisson(&random, mu) + 0.1 * airy_random_normal(&random));
        p->variance.px[i] = fmaxf(p->photons.px[i], 0) + 0.01f;
        if (y == 40 || (x == 20 && y < 60))
            p->mask.bits[i] = AIRY_MASK_MISSING;
    }
    if (number == 3)
        p->mask.bits[5] = AIRY_MASK_SATURATED;
    airy_pattern_apply_mask(p);
}

static airy_exposures *make_run(void)
{
    airy_exposures *run = airy_exposures_new(NULL);
    assert_non_null(run);
    for (int k = 0; k < FRAMES; k++) {
        airy_pattern p;
        make_frame(k, &p);
        assert_ok(airy_exposures_add(run, &p, &err));
        airy_pattern_release(&p);
    }
    return run;
}

static void means(void **state)
{
    (void)state;
    airy_exposures *run = make_run();
    airy_pattern mean, p;
    double sum = 0, others = 0;
    assert_int_equal(airy_exposures_frames(run), FRAMES);
    assert_ok(airy_exposures_mean(run, 0.5, &mean, &err));
    for (int k = 0; k < FRAMES; k++) {
        make_frame(k, &p);
        sum += p.photons.px[777] / FRAMES;
        others += k == 3 ? 0 : (double)p.photons.px[5] / (FRAMES - 1);
        airy_pattern_release(&p);
    }
    assert_near(mean.photons.px[777], sum, 1e-6 * sum); // float
    assert_near(mean.photons.px[5], others, 1e-6 * others);
    assert_int_equal(mean.mask.bits[5], 0); // measured in all frames but one
    assert_int_equal(mean.mask.bits[40 * SIDE], AIRY_MASK_MISSING);
    assert_true(isnan(mean.photons.px[40 * SIDE]) && mean.center_x == CX);
    airy_pattern_release(&mean);
    assert_ok(airy_exposures_mean(run, 1, &mean, &err));
    assert_int_equal(mean.mask.bits[5], AIRY_MASK_SATURATED);
    airy_pattern small;
    assert_ok(airy_pattern_init(&small, 3, 3, &err));
    assert_fails(airy_exposures_add(run, &small, &err), AIRY_ESHAPE, "3 x 3");
    airy_pattern_release(&small);
    airy_pattern_release(&mean);
    airy_exposures_free(run);
    run = airy_exposures_new(NULL);
    assert_fails(airy_exposures_mean(run, 0.5, &mean, &err), AIRY_EVALUE, "no frame");
    airy_exposures_free(run);
}

// The three pixels, nobody else, and the shadow to a pixel along its rim.
static void masks(void **state)
{
    (void)state;
    airy_exposures_mask_options options;
    airy_exposures_mask_options_defaults(&options);
    airy_exposures *run = make_run();
    airy_pattern mean;
    assert_ok(airy_exposures_mean(run, 0.5, &mean, &err));
    assert_ok(airy_exposures_mask(run, &options, &mean, &err));
    for (int i = 0; i < SIDE * SIDE; i++) {
        int y = i / SIDE, x = i % SIDE;
        uint32_t bits = mean.mask.bits[i] & (AIRY_MASK_HOT | AIRY_MASK_DEAD | AIRY_MASK_NOISY);
        bool rim = in_shadow(y - 1, x) || in_shadow(y + 1, x) || in_shadow(y, x - 1) ||
                   in_shadow(y, x + 1) || in_shadow(y, x);
        if (!rim && bits != (uint32_t)(i == HOT     ? AIRY_MASK_HOT
                                       : i == DEAD  ? AIRY_MASK_DEAD
                                       : i == NOISY ? AIRY_MASK_NOISY
                                                    : 0))
            fail_msg("row %d, column %d carries %x", y, x, bits);
        bool shadowed = mean.mask.bits[i] & AIRY_MASK_SHADOWED;
        bool deep = in_shadow(y - 1, x) && in_shadow(y + 1, x) && in_shadow(y, x - 1) &&
                    in_shadow(y, x + 1);
        if ((deep && !shadowed) || (!rim && shadowed))
            fail_msg("row %d, column %d is %sin the shadow", y, x, shadowed ? "" : "not ");
    }
    airy_pattern_release(&mean);

    // Switched off, nothing is found; without a center the shadow is not looked for in vain.
    options = (airy_exposures_mask_options){0};
    assert_ok(airy_exposures_mean(run, 0.5, &mean, &err));
    assert_ok(airy_exposures_mask(run, &options, &mean, &err));
    assert_int_equal(airy_mask_count(&mean.mask, AIRY_MASK_EXCLUDES & ~(uint32_t)AIRY_MASK_MISSING),
                     0);
    mean.has_center = false;
    options.shadow = 0.1;
    assert_fails(airy_exposures_mask(run, &options, &mean, &err), AIRY_EVALUE, "center");
    options.shadow = -1;
    assert_fails(airy_exposures_mask(run, &options, &mean, &err), AIRY_EARGUMENT, "negative");
    airy_pattern_release(&mean);
    airy_exposures_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means),
        cmocka_unit_test(masks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
