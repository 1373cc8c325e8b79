// SPDX-License-Identifier: GPL-3.0-or-later
// Where pixels lie and which belong together: poses, .poni files, rings, sectors, regions, sums.
#include "check.h"

#include "airy/bins.h"
#include "base/units.h"
#include "bins/lists.h"

#include <stdio.h>

enum { NY = 100, NX = 80 };

static const char poni_1[] = "# a comment\nPixelSize1: 0.0001\nPixelSize2: 0.0002\nDistance: 0.2\n"
                             "Poni1: 0.05\nPoni2: 0.04\nRot1: 0.31\nRot2: -0.22\nRot3: 0.4\n"
                             "SplineFile: None\nWavelength: 1e-10\n";
static const char poni_2[] =
    "poni_version: 2\nDetector: Detector\nDetector_config: {\"pixel1\": 0.0001, \"pixel2\": "
    "0.0002, "
    "\"max_shape\": [100, 80]}\nDistance: 0.2\nPoni1: 0.05\nPoni2: 0.04\nRot1: 0.31\nRot2: -0.22\n"
    "Rot3: 0.4\nWavelength: 1e-10\n";

static airy_pose pose_of(const char *text)
{
    airy_pose pose;
    assert_ok(airy_pose_poni(&pose, text, "x.poni", NY, NX, &err));
    return pose;
}

static airy_polar polar_of(const airy_pose *pose, airy_radial kind, bool reach)
{
    airy_polar polar;
    assert_ok(airy_polar_init(&polar, pose, NY, NX, kind, reach, &err));
    return polar;
}

// Values of pyFAI 0.21.3 for this geometry (center_array, chiArray, delta_array, all in double).
static void test_poni_places_pixels_as_pyfai(void **state)
{
    (void)state;
    const struct {
        int y, x;
        double q, phi, reach;
    } known[] = {{0, 0, 0.702950013384, 325.959515, 0.00315583874},
                 {99, 79, 1.17618119968, 343.20803, 0.00319959866},
                 {17, 63, 1.06979718032, 331.042654, 0.00308613953}};
    for (int version = 1; version <= 2; version++) {
        airy_pose pose = pose_of(version == 1 ? poni_1 : poni_2);
        airy_polar polar = polar_of(&pose, AIRY_RADIAL_Q_INV_A, true);
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            int at = known[i].y * NX + known[i].x;
            assert_near(polar.radial[at], known[i].q, 1e-9);
            assert_near(polar.reach[at], known[i].reach, 5e-8); // its corners are floats
            assert_near(polar.phi[at], known[i].phi, 5e-5);     // a float holds 360 to 3e-5
        }
        assert_near(airy_pose_distance(&pose), 0.2, 1e-15);
        airy_polar_release(&polar);
    }
}

static void test_orientation_mirrors(void **state)
{
    (void)state;
    char text[1024];
    snprintf(text, sizeof text, "%s", poni_2);
    airy_pose plain = pose_of(text);
    char *shape = strstr(text, "[100, 80]");
    memmove(shape + strlen("null, \"orientation\": 2"), shape + 9, strlen(shape + 9) + 1);
    memcpy(shape, "null, \"orientation\": 2", strlen("null, \"orientation\": 2"));
    airy_pose mirrored = pose_of(text);
    double a[3], b[3];
    airy_pose_at(&plain, 7, 11, a);
    airy_pose_at(&mirrored, NY - 1 - 7, 11, b);
    for (int i = 0; i < 3; i++)
        assert_near(a[i], b[i], 1e-15);
}

static void test_a_pose_survives_its_text(void **state)
{
    (void)state;
    airy_pose pose = pose_of(poni_1);
    airy_text text = {0};
    airy_pose_poni_text(&pose, &text);
    airy_pose again = pose_of(text.text);
    for (int i = 0; i < 3; i++) {
        assert_near(again.corner[i], pose.corner[i], 1e-15);
        assert_near(again.row[i], pose.row[i], 1e-18);
        assert_near(again.col[i], pose.col[i], 1e-18);
    }
    assert_near(again.energy_ev, pose.energy_ev, 1e-9);
    airy_text_release(&text);
}

static void test_poni_knows_detectors_and_says_what_lacks(void **state)
{
    (void)state;
    const char lines[] = "Distance: 0.2\nPoni1: 0.05\nPoni2: 0.04\nRot1: 0\nRot2: 0\nRot3: 0\n";
    char text[512];
    snprintf(text, sizeof text, "poni_version: 2\nDetector: Pilatus CdTe 2M\n%s", lines);
    assert_near(pose_of(text).row[1], 172e-6, 1e-18);
    assert_near(pose_of(text).energy_ev, 0, 0);
    airy_pose pose;
    snprintf(text, sizeof text, "Detector: Home-made\n%s", lines);
    assert_fails(airy_pose_poni(&pose, text, "x.poni", NY, NX, &err), AIRY_EMISSING, "PixelSize1");
    assert_fails(airy_pose_poni(&pose, "Distance: 1\n", "x.poni", NY, NX, &err), AIRY_EFORMAT,
                 "Poni1");
    assert_fails(airy_pose_poni(&pose, "Distance: far\n", "x.poni", NY, NX, &err), AIRY_EARGUMENT,
                 "Distance");
    snprintf(text, sizeof text, "%sPixelSize1: 1e-4\nPixelSize2: 1e-4\nSplineFile: d.spline\n",
             lines);
    assert_fails(airy_pose_poni(&pose, text, "x.poni", NY, NX, &err), AIRY_EMISSING, "distortion");
}

static const airy_setup beam = {.energy_ev = 10000, .distance_m = 0.3, .pitch_m = 2e-4};

static void test_poni_in_other_units_is_questioned(void **state)
{
    (void)state;
    const struct {
        const char *lines, *question;
    } rows[] = {
        {"Distance: 200.5", "is it in mm?"}, {"PixelSize2: 200", "is it in um?"},
        {"Wavelength: 1", "possible"},       {"Rot1: 17.8", "is it in degrees?"},
        {"Distance: -0.2", "above 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        airy_pose pose;
        snprintf(text, sizeof text, "%s%s\n", poni_1, rows[i].lines);
        assert_fails(airy_pose_poni(&pose, text, "x.poni", NY, NX, &err), AIRY_EVALUE,
                     rows[i].question);
    }
    // electrons at 200 kV
    char text[1024];
    snprintf(text, sizeof text, "%sWavelength: 2.5079e-12\n", poni_1);
    assert_near(pose_of(text).energy_ev, 494.4e3, 100);
}

static void test_setups_fit_what_they_are_for(void **state)
{
    (void)state;
    const airy_setup hard = {.energy_ev = 68500, .distance_m = 0.1, .pitch_m = 172e-6};
    assert_ok(airy_setup_check(&hard, AIRY_FOR_RINGS, &err));
    assert_fails(airy_setup_check(&hard, AIRY_FOR_IMAGES, &err), AIRY_EVALUE, "20 to 60000");
}

static void test_tilt_keeps_the_beam_and_leans_away(void **state)
{
    (void)state;
    airy_pose square = airy_pose_square(&beam, 40.5, 30), leaning = square;
    assert_ok(airy_pose_tilt(&leaning, 25, 90, &err));
    double a[3], b[3];
    airy_pose_at(&leaning, 40.5, 30, a);
    assert_near(a[0], 0, 1e-15);
    assert_near(a[1], 0, 1e-15);
    assert_near(a[2], 0.3, 1e-15);
    airy_pose_at(&leaning, 60.5, 30, a); // 20 rows towards +y, which lies behind
    airy_pose_at(&square, 60.5, 30, b);
    assert_near(a[2], 0.3 + 20 * 2e-4 * sin(AIRY_RADIANS(25)), 1e-15);
    assert_near(a[1], 20 * 2e-4 * cos(AIRY_RADIANS(25)), 1e-15);
    assert_near(airy_pose_distance(&leaning), 0.3 * cos(AIRY_RADIANS(25)), 1e-15);
}

static void test_units_agree(void **state)
{
    (void)state;
    airy_pose pose = airy_pose_square(&beam, 40, 30);
    double q[4];
    for (int kind = 0; kind < 4; kind++) {
        airy_polar polar = polar_of(&pose, (airy_radial)kind, false);
        q[kind] = airy_radial_to_q((airy_radial)kind, polar.radial[3 * NX + 7], 10000);
        assert_near(airy_radial_from_q((airy_radial)kind, q[kind], 10000), polar.radial[3 * NX + 7],
                    1e-12);
        airy_polar_release(&polar);
    }
    double r = 2e-4 * hypot(37, 23), lambda = 1e10 * AIRY_WAVELENGTH_M(10000);
    for (int kind = 0; kind < 4; kind++)
        assert_near(q[kind], 4 * AIRY_PI / lambda * sin(0.5 * atan(r / 0.3)), 1e-12);
}

static void test_poses_without_facts_are_refused(void **state)
{
    (void)state;
    airy_polar polar;
    airy_setup without = beam;
    without.energy_ev = 0;
    airy_pose pose = airy_pose_square(&without, 0, 0);
    assert_fails(airy_polar_init(&polar, &pose, NY, NX, AIRY_RADIAL_Q_INV_A, false, &err),
                 AIRY_EVALUE, "energy");
    without = beam;
    without.pitch_m = 0;
    pose = airy_pose_square(&without, 0, 0);
    assert_fails(airy_polar_init(&polar, &pose, NY, NX, AIRY_RADIAL_Q_INV_A, false, &err),
                 AIRY_EVALUE, "pixel");
}

// ------------------------------------------------------------------ partitions

static airy_polar some_polar(bool reach)
{
    airy_pose pose = airy_pose_square(&beam, 40.25, 30.5);
    return polar_of(&pose, AIRY_RADIAL_Q_INV_A, reach);
}

static void test_every_pixel_has_one_bin(void **state)
{
    (void)state;
    airy_polar polar = some_polar(false);
    airy_bins_options o = {.rings = 13, .sectors = 5, .first_deg = 20};
    airy_bins bins;
    int bin_of[NY * NX];
    assert_ok(airy_bins_rings(&bins, &polar, NULL, &o, &err));
    assert_ok(airy_bins_of_pixels(&bins, bin_of, &err));
    assert_int_equal(bins.first[bins.n], NY * NX);
    for (int i = 0; i < NY * NX; i++) {
        assert_in_range(bin_of[i], 0, 13 * 5 - 1);
        const airy_bin *bin = &bins.bin[bin_of[i]];
        assert_true(polar.radial[i] >= bin->low * (1 - 1e-12) &&
                    polar.radial[i] <= bin->high * (1 + 1e-12));
        double off = remainder((double)polar.phi[i] - bin->phi_deg, 360);
        assert_true(fabs(off) <= 36 + 1e-3);
    }
    airy_bins_release(&bins);
    airy_polar_release(&polar);
}

static void test_shares_of_a_pixel_add_up(void **state)
{
    (void)state;
    airy_polar polar = some_polar(true);
    airy_bins_options o = {.rings = 300, .sectors = 1, .high = 2, .split = AIRY_SPLIT_BBOX};
    airy_bins bins;
    double share[NY * NX] = {0};
    assert_ok(airy_bins_rings(&bins, &polar, NULL, &o, &err));
    for (int b = 0; b < bins.n; b++)
        for (int k = bins.first[b]; k < bins.first[b + 1]; k++) {
            assert_true(k == bins.first[b] || bins.pixel[k] > bins.pixel[k - 1]);
            share[bins.pixel[k]] += (double)bins.weight[k];
        }
    for (int i = 0; i < NY * NX; i++) { // those nearest to the beam reach below 0
        double lost = fmax(0, polar.reach[i] - polar.radial[i]) / (2 * polar.reach[i]);
        assert_near(share[i], 1 - lost, 1e-6);
    }
    int bin_of[NY * NX];
    assert_fails(airy_bins_of_pixels(&bins, bin_of, &err), AIRY_EVALUE, "shared");
    airy_bins_release(&bins);
    airy_polar_release(&polar);
}

static void test_friedel_mates_share_a_sector(void **state)
{
    (void)state;
    airy_pose pose = airy_pose_square(&beam, 50, 40);
    airy_polar polar = polar_of(&pose, AIRY_RADIAL_Q_INV_A, false);
    airy_bins_options o = {.rings = 1, .sectors = 2, .friedel = true, .first_deg = 0.01};
    airy_bins bins;
    int bin_of[NY * NX];
    assert_ok(airy_bins_rings(&bins, &polar, NULL, &o, &err));
    assert_ok(airy_bins_of_pixels(&bins, bin_of, &err));
    for (int y = 1; y < NY; y++)
        for (int x = 1; x < NX; x++)
            if (y != 50 || x != 40)
                assert_int_equal(bin_of[y * NX + x], bin_of[(100 - y) * NX + 80 - x]);
    airy_bins_release(&bins);
    airy_polar_release(&polar);
}

static void test_regions_of_a_map(void **state)
{
    (void)state;
    int map[NY * NX] = {0};
    airy_mask mask;
    assert_ok(airy_mask_init(&mask, NY, NX, &err));
    map[5 * NX + 4] = map[9 * NX + 4] = 7;
    map[6 * NX + 3] = -2;
    map[7 * NX + 3] = 3;
    mask.bits[9 * NX + 4] = AIRY_MASK_BAD;
    airy_polar polar = some_polar(false);
    airy_bins bins;
    assert_ok(airy_bins_map(&bins, map, NY, NX, &polar, &mask, &err));
    assert_int_equal(bins.n, 2);
    assert_int_equal(bins.bin[0].label, 3);
    assert_int_equal(bins.bin[1].label, 7);
    assert_int_equal(bins.bin[1].pixels, 1);
    assert_int_equal(bins.pixel[bins.first[1]], 5 * NX + 4);
    assert_near(bins.bin[1].radial, polar.radial[5 * NX + 4], 1e-15);
    assert_near(bins.bin[1].phi_deg, polar.phi[5 * NX + 4], 1e-4);
    airy_bins_release(&bins);
    memset(map, 0, sizeof map);
    assert_fails(airy_bins_map(&bins, map, NY, NX, NULL, NULL, &err), AIRY_EVALUE, "no region");
    airy_mask_release(&mask);
    airy_polar_release(&polar);
}

static void test_sums_leave_out_what_is_not_measured(void **state)
{
    (void)state;
    int map[6] = {1, 1, 1, 2, 2, 0};
    float px[6] = {1, 2, NAN, NAN, NAN, 9};
    airy_image image = {.ny = 2, .nx = 3, .px = px};
    airy_bins bins;
    airy_bin_sums sums[2];
    assert_ok(airy_bins_map(&bins, map, 2, 3, NULL, NULL, &err));
    airy_bins_sum(&bins, &image, sums);
    assert_near(sums[0].weight, 2, 0);
    assert_near(sums[0].sum, 3, 0);
    assert_near(sums[0].square, 5, 0);
    assert_near(sums[0].min, 1, 0);
    assert_near(sums[0].max, 2, 0);
    assert_near(sums[1].weight, 0, 0);
    assert_true(isnan(sums[1].min) && isnan(sums[1].max));
    assert_true(isnan(bins.bin[0].radial));
    airy_bins_release(&bins);
}

static void test_impossible_partitions_are_refused(void **state)
{
    (void)state;
    airy_polar polar = some_polar(false);
    airy_bins bins;
    airy_bins_options o;
    airy_bins_options_defaults(&o);
    o.low = 50, o.high = 60;
    assert_fails(airy_bins_rings(&bins, &polar, NULL, &o, &err), AIRY_EVALUE, "no pixel");
    o.low = 70;
    assert_fails(airy_bins_rings(&bins, &polar, NULL, &o, &err), AIRY_EARGUMENT, "rise");
    o = (airy_bins_options){.rings = 1 << 20, .sectors = 1000};
    assert_fails(airy_bins_rings(&bins, &polar, NULL, &o, &err), AIRY_EARGUMENT, "bin");
    o = (airy_bins_options){.rings = 10, .sectors = 1};
    airy_mask mask;
    assert_ok(airy_mask_init(&mask, NY, NX - 1, &err));
    assert_fails(airy_bins_rings(&bins, &polar, &mask, &o, &err), AIRY_ESHAPE, "mask");
    airy_mask_release(&mask);
    assert_ok(airy_mask_init(&mask, NY, NX, &err));
    for (int i = 0; i < NY * NX; i++)
        mask.bits[i] = AIRY_MASK_BAD;
    assert_fails(airy_bins_rings(&bins, &polar, &mask, &o, &err), AIRY_EVALUE, "no pixel");
    airy_mask_release(&mask);
    airy_polar_release(&polar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poni_places_pixels_as_pyfai),
        cmocka_unit_test(test_orientation_mirrors),
        cmocka_unit_test(test_a_pose_survives_its_text),
        cmocka_unit_test(test_poni_knows_detectors_and_says_what_lacks),
        cmocka_unit_test(test_poni_in_other_units_is_questioned),
        cmocka_unit_test(test_setups_fit_what_they_are_for),
        cmocka_unit_test(test_tilt_keeps_the_beam_and_leans_away),
        cmocka_unit_test(test_units_agree),
        cmocka_unit_test(test_poses_without_facts_are_refused),
        cmocka_unit_test(test_every_pixel_has_one_bin),
        cmocka_unit_test(test_shares_of_a_pixel_add_up),
        cmocka_unit_test(test_friedel_mates_share_a_sector),
        cmocka_unit_test(test_regions_of_a_map),
        cmocka_unit_test(test_sums_leave_out_what_is_not_measured),
        cmocka_unit_test(test_impossible_partitions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
