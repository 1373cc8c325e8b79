// SPDX-License-Identifier: GPL-3.0-or-later
// Bands planted in a difference image are found where they are, at their angle, and nowhere else.
#include "density_shapes.h"

#include "airy/density.h"
#include "density/angles.h"

enum { SIDE = 96 };

static const double pixel_nm = 2;

// A capsule of missing density, pixels; `depth` of the central density on its line.
struct planted {
    double y, x, degrees, length, width, depth;
};

// A sphere's input with bands of Gaussian profile (width at half depth) and smooth noise.
static airy_bands_input plant(const struct planted *bands, int n, double noise, uint32_t draw)
{
    airy_bands_input input = {.pixel_nm = pixel_nm};
    input.body =
        (airy_body){.y = 47.5, .x = 48.2, .r_par = 28, .r_perp = 28, .rho0 = 1, .blur = 0.8};
    assert_ok(airy_image_init(&input.difference, SIDE, SIDE, &err));
    assert_ok(airy_image_init(&input.sigma, SIDE, SIDE, &err));
    airy_random random;
    airy_random_init(&random, 3, 0, 0, draw);
    for (int i = 0; i < SIDE * SIDE; i++)
        input.sigma.px[i] = (float)airy_random_normal(&random);
    assert_ok(airy_grid_blur(&input.sigma, 1, &input.sigma, &err));
    double sd = airy_stats_sd(input.sigma.px, SIDE * SIDE);
    for (int i = 0; i < SIDE * SIDE; i++) {
        double value = 0.02 + noise / sd * (double)input.sigma.px[i];
        for (int k = 0; k < n; k++) {
            const struct planted *b = &bands[k];
            double c = cos(b->degrees * acos(-1) / 180), s = sin(b->degrees * acos(-1) / 180);
            const double from[2] = {b->y - b->length / 2 * s, b->x - b->length / 2 * c};
            const double to[2] = {b->y + b->length / 2 * s, b->x + b->length / 2 * c};
            double d = segment_distance(i / SIDE, i % SIDE, from, to) / b->width;
            value -= b->depth * exp(-4 * log(2) * d * d);
        }
        bool inside = airy_body_reach(&input.body, i / SIDE, i % SIDE) < 1;
        input.difference.px[i] = inside ? (float)value : 0;
        input.sigma.px[i] = (float)noise;
    }
    return input;
}

static void input_release(airy_bands_input *input)
{
    airy_image_release(&input->difference);
    airy_image_release(&input->sigma);
}

static airy_bands find(const airy_bands_input *input, const airy_bands_options *options)
{
    airy_bands bands;
    assert_ok(airy_bands_find(input, options, &bands, &err));
    return bands;
}

static airy_bands_options defaults(void)
{
    airy_bands_options options;
    airy_bands_options_defaults(&options);
    options.draws = 100;
    return options;
}

// One band at every angle to every polarisation.
static void one_band_is_measured_at_any_angle(void **state)
{
    (void)state;
    for (int k = 0; k < 12; k++) {
        double angle = 15 * k, polarization = 7 * (k % 3);
        const struct planted band = {46, 50, angle, 20, 5, 0.2};
        airy_bands_input input = plant(&band, 1, 0, 0);
        airy_bands_options options = defaults();
        options.polarization_deg = polarization;
        airy_bands bands = find(&input, &options);
        assert_int_equal(bands.n, 1);
        const airy_branch *b = &bands.branch[0];
        assert_near(b->angle_deg, airy_angles_fold(angle - polarization), 1);
        // The tensor sees the body's gradients beside the band as well.
        assert_near(b->tensor_deg, airy_angles_fold(angle - polarization), 2);
        // Chord: a pixel at either end of 20 pixels.
        assert_near(b->chord_angle_deg, airy_angles_fold(angle - polarization), 5);
        // The region reaches past the line's ends to half of the depth, and thinning takes that
        // back, each to about two pixels.
        assert_near(b->length_nm, 20 * pixel_nm, 4 * pixel_nm);
        assert_near((b->y0_nm + b->y1_nm) / 2, (46 - input.body.y) * pixel_nm, 2 * pixel_nm);
        assert_near((b->x0_nm + b->x1_nm) / 2, (50 - input.body.x) * pixel_nm, 2 * pixel_nm);
        assert_near(b->width_nm, 5 * pixel_nm, 1.5 * pixel_nm);
        assert_true(b->depth > 0.14 && b->depth < 0.19); // 0.18 on the line, less at its ends
        airy_bands_release(&bands);
        input_release(&input);
    }
}

// What is missing is a share of what is there: the deeper end and side, nearer to the middle, do
// not turn a band.
static void bands_off_the_middle_keep_their_angle(void **state)
{
    (void)state;
    for (int k = 0; k < 8; k++) {
        double around = (22.5 + 45 * k) * acos(-1) / 180, angle = 35;
        const struct planted band = {
            47.5 + 13 * sin(around), 48.2 + 13 * cos(around), angle, 18, 5, 0.25};
        airy_bands_input input = plant(&band, 1, 0, 0);
        for (int i = 0; i < SIDE * SIDE; i++) {
            double reach = airy_body_reach(&input.body, i / SIDE, i % SIDE);
            input.difference.px[i] *= (float)sqrt(fmax(0, 1 - reach));
        }
        airy_bands_options options = defaults();
        airy_bands bands = find(&input, &options);
        assert_int_equal(bands.n, 1);
        // its floor alone is up to 0.5 degrees off
        assert_near(bands.branch[0].angle_deg, angle, 0.05);
        airy_bands_release(&bands);
        input_release(&input);
    }
}

// A band of a length in a direction whose middle is (along, across) another one's middle.
static struct planted beside(const struct planted *other, double along, double across,
                             double degrees, double length)
{
    double c = cos(other->degrees * acos(-1) / 180), s = sin(other->degrees * acos(-1) / 180);
    return (struct planted){other->y + along * s + across * c,
                            other->x + along * c - across * s,
                            other->degrees + degrees,
                            length,
                            other->width,
                            other->depth};
}

// The branch in a direction, NULL for none or two.
static const airy_branch *in_direction(const airy_bands *bands, double degrees, double within)
{
    const airy_branch *found = NULL;
    for (int i = 0; i < bands->n; i++) {
        double off = fabs(fmod(bands->branch[i].direction_deg - degrees + 540, 180));
        if (fmin(off, 180 - off) > within)
            continue;
        if (found)
            return NULL;
        found = &bands->branch[i];
    }
    return found;
}

static bool is_found(const airy_bands *bands, const struct planted *band, double within)
{
    const airy_branch *b = in_direction(bands, band->degrees, within);
    // two pixels at either end
    return b && fabs(b->length_nm - band->length * pixel_nm) < 4 * pixel_nm;
}

// Junctions cut a band that others touch on both sides into pieces that are too short to count.
static void touched_bands_are_one_branch(void **state)
{
    (void)state;
    int touched = 0, touching = 0;
    for (int k = 0; k < 12; k++) {
        struct planted bands[3] = {{47, 48, 15 * k, 18, 4, 0.2}};
        bands[1] = beside(&bands[0], -3, -9.5, 90, 14);
        bands[2] = beside(&bands[0], 3, 9.5, 90, 14);
        airy_bands_input input = plant(bands, 3, 0, 0);
        airy_bands_options options = defaults();
        airy_bands found = find(&input, &options);
        touched += is_found(&found, &bands[0], 6);
        touching += found.n == 3;
        airy_bands_release(&found);
        input_release(&input);
    }
    // On one grid of twelve the pieces turn too far.
    assert_true(touched >= 11 && touching >= 11);
}

// An acute crossing has two junctions with a bridge between them that both bands run on.
static void crossing_bands_are_two(void **state)
{
    (void)state;
    for (int k = 0; k < 12; k++)
        for (int angle = 65; angle <= 90; angle += 25) {
            struct planted bands[2] = {{47, 48, 15 * k, 26, 4, 0.2}};
            bands[1] = beside(&bands[0], 2, 0, angle, 26);
            airy_bands_input input = plant(bands, 2, 0, 0);
            airy_bands_options options = defaults();
            airy_bands found = find(&input, &options);
            assert_int_equal(found.n, 2);
            for (int b = 0; b < 2; b++)
                assert_true(is_found(&found, &bands[b], 5));
            airy_bands_release(&found);
            input_release(&input);
        }
}

// A corner stays two bands; with neither long enough there are none, which is told.
static void corners_are_two_bands(void **state)
{
    (void)state;
    for (int k = 0; k < 6; k++) {
        struct planted bands[2] = {{47, 48, 30 * k, 16, 4, 0.2}};
        bands[1] = beside(&bands[0], 8, 8, 90, 16);
        airy_bands_input input = plant(bands, 2, 0, 0);
        airy_bands_options options = defaults();
        airy_bands found = find(&input, &options);
        assert_int_equal(found.n, 2);
        assert_int_equal(found.n_hidden, 0);
        for (int b = 0; b < 2; b++)
            assert_true(is_found(&found, &bands[b], 10));
        double whole = found.angles.length_nm;
        airy_bands_release(&found);
        options.min_length_nm = 0.6 * whole;
        found = find(&input, &options);
        assert_int_equal(found.n, 0);
        assert_int_equal(found.n_hidden, 1);
        assert_near(found.hidden_nm, whole, 1e-6);
        airy_bands_release(&found);
        input_release(&input);
    }
}

static const struct planted three[] = {
    {38, 42, 30, 16, 5, 0.25},
    {56, 40, -28, 16, 5, 0.18},
    {40, 63, -50, 14, 5, 0.2},
};

// Detection and false alarms over draws of noise: what the manual promises.
static void bands_are_found_in_noise(void **state)
{
    (void)state;
    enum { DRAWS = 20 };
    int found = 0, false_alarms = 0;
    double worst = 0, sum = 0;
    for (uint32_t d = 0; d < DRAWS; d++) {
        airy_bands_input input = plant(three, 3, 0.03, d);
        airy_bands_options options = defaults();
        airy_bands bands = find(&input, &options);
        for (int i = 0; i < bands.n; i++) {
            const airy_branch *b = &bands.branch[i];
            double y = (b->y0_nm + b->y1_nm) / 2 / pixel_nm + input.body.y;
            double x = (b->x0_nm + b->x1_nm) / 2 / pixel_nm + input.body.x;
            int match = -1;
            for (int k = 0; k < 3; k++)
                if (hypot(y - three[k].y, x - three[k].x) < 4)
                    match = k;
            false_alarms += match < 0;
            if (match < 0)
                continue;
            double off = fabs(b->angle_deg - fabs(three[match].degrees));
            found++;
            sum += off;
            worst = fmax(worst, off);
        }
        airy_bands_release(&bands);
        input_release(&input);
    }
    assert_true(found >= 57 && found <= 63); // 60 planted: 95 %
    assert_true(false_alarms <= DRAWS / 5);
    assert_true(sum / found < 3);
    assert_near(worst, 0, 15);
}

static void noise_alone_has_few_bands(void **state)
{
    (void)state;
    int n = 0;
    for (uint32_t d = 0; d < 20; d++) {
        airy_bands_input input = plant(NULL, 0, 0.03, d);
        airy_bands_options options = defaults();
        airy_bands bands = find(&input, &options);
        n += bands.n;
        airy_bands_release(&bands);
        input_release(&input);
    }
    assert_true(n <= 4);
}

// Sharp bars, by threshold alone; the same upside down as dense bands.
static void threshold_rule_takes_what_is_below(void **state)
{
    (void)state;
    for (int high = 0; high < 2; high++) {
        airy_bands_input input = plant(NULL, 0, 0, 0);
        airy_mask bar = {0};
        assert_ok(airy_mask_init(&bar, SIDE, SIDE, &err));
        draw_bar(&bar, 40, 40, 45, 20, 3);
        int pixels = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            pixels += bar.bits[i] != 0;
            if (bar.bits[i])
                input.difference.px[i] = high ? 0.2F : -0.2F;
        }
        airy_bands_options options = defaults();
        options.rule = AIRY_BANDS_THRESHOLD;
        options.depth = 0.1;
        options.high = high;
        airy_bands bands = find(&input, &options);
        assert_int_equal(bands.n, 1);
        assert_near(bands.region_nm2, pixels * pixel_nm * pixel_nm, 1e-6);
        assert_near(bands.branch[0].angle_deg, 45, 1);
        assert_near(bands.branch[0].depth, 0.2, 1e-6);
        assert_near(bands.branch[0].width_nm, 3 * pixel_nm, pixel_nm);
        assert_near(bands.branch[0].length_nm, 20 * pixel_nm, 2 * pixel_nm);
        airy_bands_release(&bands);
        airy_mask_release(&bar);
        input_release(&input);
    }
}

static void sigma_raises_the_threshold(void **state)
{
    (void)state;
    airy_bands_input input = plant(three, 3, 0.03, 1);
    airy_bands_options options = defaults();
    options.rule = AIRY_BANDS_THRESHOLD;
    double last = 1e9;
    for (double k = 0; k < 4; k += 1) {
        options.threshold = k;
        airy_bands bands = find(&input, &options);
        assert_true(bands.region_nm2 < last);
        last = bands.region_nm2;
        airy_bands_release(&bands);
    }
    airy_image_release(&input.sigma);
    airy_bands bands;
    assert_fails(airy_bands_find(&input, &options, &bands, &err), AIRY_EVALUE, "spread");
    input_release(&input);
}

// One band turned to every direction lies within 20-40 degrees for 40 of 180 degrees.
static void turned_bands_lie_everywhere_alike(void **state)
{
    (void)state;
    enum { TURNS = 44 };
    const struct planted band = {46, 50, 30, 20, 5, 0.2};
    airy_bands_input input = plant(&band, 1, 0, 0);
    airy_bands_options options = defaults();
    airy_turns one, again;
    assert_ok(airy_bands_turn(&input, &options, 1, 1, TURNS, &one, &err));
    assert_ok(airy_bands_turn(&input, &options, 1, 3, TURNS, &again, &err));
    assert_memory_equal(one.histogram, again.histogram, sizeof one.histogram);
    assert_true(one.p == again.p && one.length_nm == again.length_nm);
    assert_near(one.branches, 1, 1e-9);
    // Steps of 4 degrees: 10 of 45 directions, give or take one at either border of two ranges.
    assert_near(one.fraction_20_40, 40.0 / 180, 2.0 / 44);
    assert_near(one.p, (1 + 44 * one.fraction_20_40) / 45, 1e-9);
    double share = 0;
    for (int b = 0; b < AIRY_ANGLE_BINS; b++) {
        assert_near(one.histogram[b], 1.0 / 9, 2.5 / 44);
        share += one.histogram[b];
    }
    assert_near(share, 1, 1e-9);
    assert_ok(airy_bands_turn(&input, &options, NAN, 1, 2, &one, &err));
    assert_true(isnan(one.p));
    input_release(&input);
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    airy_bands_options options = defaults();
    assert_ok(airy_options_check(airy_bands_rows, &options, &err));
    options.scale_nm = -1;
    assert_fails(airy_options_check(airy_bands_rows, &options, &err), AIRY_EARGUMENT, "scale");
    options = defaults();
    options.threshold = NAN;
    assert_fails(airy_options_check(airy_bands_rows, &options, &err), AIRY_EARGUMENT, "threshold");
}

// ------------------------------------------------------------------ angles

static airy_branch branch(double length, double direction)
{
    return (airy_branch){
        .length_nm = length, .direction_deg = direction, .angle_deg = airy_angles_fold(direction)};
}

static void angles_fold(void **state)
{
    (void)state;
    const double pairs[][2] = {{0, 0},    {90, 90},  {91, 89},  {180, 0},
                               {200, 20}, {-30, 30}, {330, 30}, {270, 90}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_near(airy_angles_fold(pairs[i][0]), pairs[i][1], 1e-9);
}

static void populations_by_hand(void **state)
{
    (void)state;
    const airy_branch rows[] = {branch(10, 30), branch(20, 150), branch(30, 85), branch(40, 30)};
    airy_angles a;
    assert_ok(airy_angles_make(rows, 4, 200, 1, &a, &err));
    assert_near(a.length_nm, 100, 1e-9);
    assert_near(a.histogram[3], 0.7, 1e-9);
    assert_near(a.histogram[8], 0.3, 1e-9);
    assert_near(a.fraction_20_40, 0.7, 1e-9);
    assert_near(a.folded_mean_deg, 0.7 * 30 + 0.3 * 85, 1e-9);
    double c = 0.7 * cos(acos(-1) / 3) + 0.3 * cos(170 * acos(-1) / 180);
    double s = 0.3 * sin(acos(-1) / 3) + 0.3 * sin(170 * acos(-1) / 180);
    assert_near(a.concentration, hypot(c, s), 1e-9);
    assert_near(a.mean_deg, atan2(s, c) * 90 / acos(-1), 1e-9);
    assert_true(a.fraction_20_40_error > 0.1 && a.fraction_20_40_error < 0.4);
}

static void equal_directions_are_certain(void **state)
{
    (void)state;
    airy_branch rows[8];
    airy_angles a;
    for (int i = 0; i < 8; i++)
        rows[i] = branch(5, 178);
    assert_ok(airy_angles_make(rows, 8, 50, 1, &a, &err));
    assert_near(a.concentration, 1, 1e-9);
    assert_near(a.mean_deg, 178, 1e-9);
    assert_near(a.rayleigh_z, 8, 1e-9);
    assert_true(a.rayleigh_p < 1e-3);
    assert_ok(airy_angles_make(rows, 0, 50, 1, &a, &err));
    assert_true(isnan(a.mean_deg) && isnan(a.fraction_20_40) && a.length_nm == 0);
}

// Under uniform directions p is uniform: as many as promised fall below 0.1.
static void rayleigh_keeps_its_level(void **state)
{
    (void)state;
    enum { DRAWS = 1000, BRANCHES = 10 };
    int below = 0;
    for (uint32_t d = 0; d < DRAWS; d++) {
        airy_branch rows[BRANCHES];
        airy_random random;
        airy_angles a;
        airy_random_init(&random, 11, 0, 0, d);
        for (int i = 0; i < BRANCHES; i++)
            rows[i] = branch(1, 180 * airy_random_uniform(&random));
        assert_ok(airy_angles_make(rows, BRANCHES, 0, 1, &a, &err));
        below += a.rayleigh_p < 0.1;
    }
    assert_near(below, 0.1 * DRAWS, 4 * sqrt(0.09 * DRAWS)); // four standard deviations
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_band_is_measured_at_any_angle),
        cmocka_unit_test(bands_off_the_middle_keep_their_angle),
        cmocka_unit_test(touched_bands_are_one_branch),
        cmocka_unit_test(crossing_bands_are_two),
        cmocka_unit_test(corners_are_two_bands),
        cmocka_unit_test(bands_are_found_in_noise),
        cmocka_unit_test(noise_alone_has_few_bands),
        cmocka_unit_test(threshold_rule_takes_what_is_below),
        cmocka_unit_test(sigma_raises_the_threshold),
        cmocka_unit_test(turned_bands_lie_everywhere_alike),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(angles_fold),
        cmocka_unit_test(populations_by_hand),
        cmocka_unit_test(equal_directions_are_certain),
        cmocka_unit_test(rayleigh_keeps_its_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
