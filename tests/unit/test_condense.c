// SPDX-License-Identifier: GPL-3.0-or-later
// Condensing: the intensity between pixels and in gaps is found, its errors are what is claimed,
// and a band that is too narrow shows.
#include "check.h"

#include "airy/math.h"
#include "airy/pattern.h"
#include "airy/simulate.h"
#include "pattern/band.h"
#include "pattern/smooth.h"
#include "simulate/diffract.h"
#include "simulate/ideal.h"

#include <stdlib.h>

enum { SIZE = 256 };
#define RADIUS 25.0 // nm; 22.3 object pixels across, fringes of 11.5 pixels

typedef struct shot {
    airy_phantom phantom;
    airy_pattern pattern;
    double scale; // photons per intensity of airy_diffract_phantom
} shot;

static shot make(double photons, int gap, bool poisson, int number)
{
    shot made;
    airy_simulate_options options;
    airy_phantom_example(&made.phantom, RADIUS);
    airy_simulate_options_defaults(&options, SIZE);
    options.photons = photons;
    options.gap = gap;
    options.stop_radius = 4;
    options.offset_y = 3.3;
    options.offset_x = -5.8;
    options.poisson = poisson;
    options.seed = 21;
    options.shot = number;
    assert_ok(airy_simulate_pattern(&made.phantom, &options, &made.pattern, NULL, &err));
    airy_image bare = {0};
    assert_ok(airy_image_init(&bare, SIZE, SIZE, &err));
    assert_ok(airy_diffract_phantom(&made.phantom, &made.pattern.setup, made.pattern.center_y,
                                    made.pattern.center_x, &bare, &err));
    double sum = 0;
    for (int i = 0; i < SIZE * SIZE; i++)
        sum += isnan(made.pattern.photons.px[i]) ? 0 : (double)bare.px[i];
    made.scale = photons / sum;
    airy_image_release(&bare);
    return made;
}

// What the condensed pattern should hold: the same particle on its pixels, centered.
static airy_image expected(const shot *made, const airy_pattern *out, int transform)
{
    airy_image truth = {0};
    int m = out->photons.ny;
    double area = pow((double)transform / m, 2) * made->scale;
    assert_ok(airy_image_init(&truth, m, m, &err));
    assert_ok(airy_diffract_phantom(&made->phantom, &out->setup, m / 2, m / 2, &truth, &err));
    for (int i = 0; i < m * m; i++)
        truth.px[i] *= (float)area;
    return truth;
}

static airy_condense_options points(void)
{
    airy_condense_options options;
    airy_condense_options_defaults(&options);
    options.pixel_area = false; // simulated at points
    return options;
}

// Amplitude errors over pixels, sum |sqrt n - sqrt t| / sum sqrt t, of those with or without these
// bits.
static double amplitude_error(const airy_pattern *out, const airy_image *truth, uint32_t with,
                              uint32_t without)
{
    double off = 0, all = 0;
    for (int i = 0; i < truth->ny * truth->nx; i++) {
        uint32_t bits = out->mask.bits[i];
        if ((with && !(bits & with)) || (bits & (without | AIRY_MASK_EXCLUDES)))
            continue;
        double a = sqrt((double)out->photons.px[i]), b = sqrt((double)truth->px[i]);
        off += fabs(a - b);
        all += b;
    }
    return off / all;
}

// Without noise, about a fractional center: right between pixels and in a gap of half a fringe.
static void interpolates(void **state)
{
    (void)state;
    shot made = make(1e7, 6, false, 0);
    airy_condense_options options = points();
    airy_condense_result did;
    airy_pattern out;
    options.diameter_nm = 2 * RADIUS;
    assert_ok(airy_pattern_condense(&made.pattern, &options, &out, &did, &err));
    airy_image truth = expected(&made, &out, did.transform);
    // The edge of the disc cuts the feet of a sharp object's autocorrelation, and the array ends.
    assert_true(amplitude_error(&out, &truth, 0, AIRY_MASK_FILLED) < 0.01);
    assert_true(out.merged && out.condensed && out.center_y == did.size / 2);
    assert_true(did.oversampling >= 2.8 && did.size % 2 == 0);
    // Friedel mates are the same number.
    int m = did.size;
    for (int y = 1; y < m; y++)
        for (int x = 1; x < m; x++) {
            float a = out.photons.px[y * m + x], b = out.photons.px[(m - y) * m + m - x];
            assert_true(isnan(a) || isnan(b) || (a <= b && a >= b));
        }
    airy_image_release(&truth);
    airy_pattern_release(&out);
    airy_pattern_release(&made.pattern);
}

// With photons: errors within the band's prediction, noise far below the input's, nothing lost.
static void noise_falls(void **state)
{
    (void)state;
    const double photons[] = {1e5, 1e6, 1e7};
    for (int d = 0; d < 3; d++) {
        shot made = make(photons[d], 6, true, d);
        airy_condense_options options = points();
        airy_condense_result did;
        airy_pattern out;
        assert_ok(airy_pattern_condense(&made.pattern, &options, &out, &did, &err));
        airy_image truth = expected(&made, &out, did.transform);
        double pull = 0, area = pow((double)did.transform / did.size, 2), quieter = 0;
        int n = 0;
        for (int i = 0; i < did.size * did.size; i++) {
            double t = (double)truth.px[i];
            if (isnan(out.photons.px[i]) || t < 10 * area)
                continue;
            pull += pow((double)out.photons.px[i] - t, 2) / (double)out.variance.px[i];
            quieter += (double)out.variance.px[i] / (t * area);
            n++;
        }
        // Neighbours' errors hang together: some hundred pixels are some ten numbers. The estimate
        // is cautious, since it takes each pixel's own noise where brighter neighbours are left
        // out.
        assert_true(sqrt(pull / n) > 0.4 && sqrt(pull / n) < 1.3);
        // A pixel alone would have t area; unknowns over measured numbers is what is left of it.
        double share = acos(-1) * pow(did.radius / did.transform, 2);
        assert_near(quieter / n, share / 2, 0.5 * share);
        assert_near(did.photons_out, did.photons_in, 0.01 * did.photons_in);
        assert_near(did.chi2_bright, did.chi2_expected, 5 * sqrt(2.0 / did.bright) + 0.02);
        // The diameter came from the pattern alone.
        double pixels = 2 * RADIUS / airy_object_pixel_nm(&made.pattern.setup, did.transform);
        assert_near(did.diameter * did.transform, pixels, 0.05 * pixels);
        airy_image_release(&truth);
        airy_pattern_release(&out);
        airy_pattern_release(&made.pattern);
    }
}

// A gap through the center, whose mates are not measured either: filled to the noise if narrower
// than a fringe, left alone if wider; the stop's hole is filled on request only.
static void gaps(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        shot made = make(1e7, 0, true, 3);
        int cy = (int)lround(made.pattern.center_y), half = wide ? 9 : 4;
        for (int i = 0; i < SIZE * SIZE; i++)
            if (abs(i / SIZE - cy) <= half)
                made.pattern.mask.bits[i] |= AIRY_MASK_MISSING;
        airy_pattern_apply_mask(&made.pattern);
        airy_condense_options options = points();
        airy_condense_result did;
        airy_pattern out;
        options.diameter_nm = 2 * RADIUS;
        assert_ok(airy_pattern_condense(&made.pattern, &options, &out, &did, &err));
        airy_image truth = expected(&made, &out, did.transform);
        int middle = did.size / 2 * did.size + did.size / 2;
        assert_true(out.mask.bits[middle] & AIRY_MASK_EXCLUDES);
        uint32_t aside = out.mask.bits[middle + did.size / 4];
        assert_int_equal(!!(aside & AIRY_MASK_EXCLUDES), wide);
        assert_int_equal(!!(aside & AIRY_MASK_FILLED), !wide);
        if (!wide) {
            double rest = amplitude_error(&out, &truth, 0, AIRY_MASK_FILLED);
            // The gap holds the brightest pixels, the rest the dim ones: so the absolute measure.
            assert_true(amplitude_error(&out, &truth, AIRY_MASK_FILLED, 0) < 2 * rest);
        }
        airy_image_release(&truth);
        airy_pattern_release(&out);
        airy_pattern_release(&made.pattern);
    }
}

static void center_on_request(void **state)
{
    (void)state;
    shot made = make(1e6, 0, true, 4);
    airy_condense_options options = points();
    airy_condense_result did;
    airy_pattern out;
    options.diameter_nm = 2 * RADIUS;
    options.fill_center = true;
    assert_ok(airy_pattern_condense(&made.pattern, &options, &out, &did, &err));
    airy_image truth = expected(&made, &out, did.transform);
    int middle = did.size / 2 * did.size + did.size / 2;
    assert_true(out.mask.bits[middle] & AIRY_MASK_FILLED);
    // The hole is narrower than a fringe: known to a per cent at a million photons.
    assert_near((double)out.photons.px[middle], (double)truth.px[middle],
                0.01 * (double)truth.px[middle]);
    airy_image_release(&truth);
    airy_pattern_release(&out);
    airy_pattern_release(&made.pattern);
}

// Half the diameter cannot hold the rings: the residuals say so, at every dose.
static void too_narrow_shows(void **state)
{
    (void)state;
    for (double photons = 1e5; photons < 2e7; photons *= 10) {
        shot made = make(photons, 6, true, 5);
        airy_condense_options options = points();
        airy_condense_result did;
        airy_pattern out;
        options.diameter_nm = RADIUS;
        assert_ok(airy_pattern_condense(&made.pattern, &options, &out, &did, &err));
        assert_true(did.chi2_bright > 1.5 * did.chi2_expected);
        airy_pattern_release(&out);
        airy_pattern_release(&made.pattern);
    }
}

// A particle that is no sphere: two small ones apart, 22 object pixels from edge to edge.
static airy_pattern two_apart(int size)
{
    airy_image object = {0};
    airy_simulate_options simulate;
    airy_pattern pattern;
    assert_ok(airy_image_init(&object, 64, 64, &err));
    for (int i = 0; i < 64 * 64; i++)
        object.px[i] = hypot(i / 64 - 26, i % 64 - 26) < 4 || hypot(i / 64 - 38, i % 64 - 35) < 3;
    airy_simulate_options_defaults(&simulate, size);
    simulate.photons = 3e6;
    assert_ok(airy_simulate_image(&object, 2.24, &simulate, &pattern, &err));
    airy_image_release(&object);
    return pattern;
}

// The residuals' jump tells the extent.
static void finds_the_extent(void **state)
{
    (void)state;
    airy_pattern pattern = two_apart(SIZE), out;
    airy_condense_options options = points();
    airy_condense_result did;
    assert_ok(airy_pattern_condense(&pattern, &options, &out, &did, &err));
    // From edge to edge 15 + 4 + 3 pixels; the margin of 1.15 covers what a step of 1.2 may miss.
    double extent = did.diameter * SIZE;
    assert_true(extent * options.margin > 20.5 && extent < 32);
    assert_true(did.chi2_bright < 1.15 * did.chi2_expected);
    airy_pattern_release(&pattern);
    airy_pattern_release(&out);
}

// The same on an array so large that a quarter of its pixels is looked at, and so small an object
// that this is enough.
static void finds_the_extent_coarsely(void **state)
{
    (void)state;
    enum { LARGE = 600 };
    airy_pattern pattern = two_apart(LARGE);
    airy_condense_options options = points();
    double diameter = 0;
    assert_ok(airy_condense_diameter(&pattern, &options, &diameter, &err));
    assert_true(diameter * LARGE * options.margin > 20.5 && diameter * LARGE < 32);
    airy_pattern_release(&pattern);
}

static void refusals(void **state)
{
    (void)state;
    shot made = make(1e5, 0, true, 6);
    airy_condense_options options = points();
    airy_pattern out;
    made.pattern.has_center = false;
    assert_fails(airy_pattern_condense(&made.pattern, &options, &out, NULL, &err), AIRY_EVALUE,
                 "airy center");
    made.pattern.has_center = true;
    options.diameter_nm = 2 * RADIUS;
    made.pattern.setup.energy_ev = 0;
    assert_fails(airy_pattern_condense(&made.pattern, &options, &out, NULL, &err), AIRY_EVALUE,
                 "energy");
    options.diameter_nm = 0;
    options.diameter = 0.5;
    assert_fails(airy_pattern_condense(&made.pattern, &options, &out, NULL, &err), AIRY_EVALUE,
                 "cannot be condensed");
    options.margin = 0.5;
    assert_fails(airy_pattern_condense(&made.pattern, &options, &out, NULL, &err), AIRY_EARGUMENT,
                 "margin");
    airy_pattern_release(&made.pattern);
}

// The fit's unknowns live on an array that holds products with the disc and no more: what it ends
// at solves the normal equations on the whole array, P W (data - x) = 0.
static void solves_the_normal_equations(void **state)
{
    (void)state;
    enum { SIDE = 60, PIXELS = SIDE * SIDE };
    const double center[] = {29.3, 31.8}, radii[] = {4.2, 6, 12.7, 17}; // from 14 narrow to all 60
    static float data[PIXELS], weight[PIXELS], usual[PIXELS], x[PIXELS], left[PIXELS];
    airy_random random;
    airy_random_init(&random, 7, 0, 0, 0);
    for (int k = 0; k < 4; k++) {
        airy_band band;
        assert_ok(airy_band_init(&band, SIDE, radii[k], center, &err));
        for (int i = 0; i < PIXELS; i++) {
            usual[i] = 1.5f + sinf(0.05f * (float)i);
            weight[i] = i / SIDE % 11 == 5 ? 0 : 1 / usual[i]; // rows that are not measured
            data[i] = 10 + (float)airy_random_normal(&random);
            x[i] = 0;
        }
        double before = 0, after = 0;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < PIXELS; i++)
                left[i] = weight[i] * (data[i] - x[i]);
            airy_band_project(&band, left, left);
            for (int i = 0; i < PIXELS; i++)
                *(round ? &after : &before) += (double)left[i] * (double)left[i];
            if (round == 0)
                assert_ok(airy_band_fit(&band, data, weight, usual, 60, x, &err));
        }
        assert_true(after < 1e-9 * before); // rounding is 1e-12; an array too small leaves 1e-3
        airy_band_project(&band, x, left);
        for (int i = 0; i < PIXELS; i++)
            assert_near(left[i], x[i], 1e-3); // in the space
        airy_band_release(&band);
    }
}

// Several lines at a time, in the order and so to the bytes of one by one.
static void smooths_as_one_by_one(void **state)
{
    (void)state;
    enum { NY = 19, NX = 23 };
    airy_image in, out;
    airy_random random;
    airy_random_init(&random, 8, 0, 0, 0);
    assert_ok(airy_image_init(&in, NY, NX, &err));
    assert_ok(airy_image_init(&out, NY, NX, &err));
    for (int i = 0; i < NY * NX; i++)
        in.px[i] = (float)airy_random_normal(&random);
    for (double sigma = 0.6; sigma < 9; sigma *= 1.7) {
        int reach = (int)ceil(4 * sigma);
        float weight[64], half[NY * NX] = {0}, slow[NY * NX] = {0};
        double sum = 0;
        for (int k = -reach; k <= reach; k++)
            sum += exp(-k * k / (2 * sigma * sigma));
        for (int k = 0; k <= reach; k++)
            weight[k] = (float)(exp(-k * k / (2 * sigma * sigma)) / sum);
        for (int i = 0; i < NY * NX; i++)
            for (int k = -reach; k <= reach; k++)
                if (i / NX + k >= 0 && i / NX + k < NY)
                    half[i] += weight[abs(k)] * in.px[i + k * NX];
        for (int i = 0; i < NY * NX; i++)
            for (int k = -reach; k <= reach; k++)
                if (i % NX + k >= 0 && i % NX + k < NX)
                    slow[i] += weight[abs(k)] * half[i + k];
        assert_ok(airy_smooth(&in, sigma, &out, &err));
        assert_memory_equal(out.px, slow, sizeof slow);
    }
    airy_image_release(&in);
    airy_image_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interpolates),
        cmocka_unit_test(noise_falls),
        cmocka_unit_test(gaps),
        cmocka_unit_test(center_on_request),
        cmocka_unit_test(too_narrow_shows),
        cmocka_unit_test(finds_the_extent),
        cmocka_unit_test(finds_the_extent_coarsely),
        cmocka_unit_test(refusals),
        cmocka_unit_test(solves_the_normal_equations),
        cmocka_unit_test(smooths_as_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
