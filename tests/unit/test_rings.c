// SPDX-License-Identifier: GPL-3.0-or-later
// Azimuthal integration and the variances of fluctuation microscopy.
#include "check.h"

#include "airy/scattering.h"
#include "base/units.h"
#include "scattering/integrate.h"
#include "scattering/integrator.h"
#include "scattering/profile.h"
#include "scattering/variance.h"

enum { NY = 150, NX = 130 };

static const airy_setup beam = {.energy_ev = 20000, .distance_m = 0.1, .pitch_m = 2e-4};

// A detector that leans by 18 degrees.
static airy_pose leaning(void)
{
    airy_pose pose = airy_pose_square(&beam, 71.3, 60.2);
    assert_ok(airy_pose_tilt(&pose, 18, 35, &err));
    return pose;
}

// I(q) of a smooth ring.
static double law(double q)
{
    return 1000 + 400 * exp(-0.5 * pow((q - 1.5) / 0.3, 2));
}

// Photons as a polarised beam and pixels of a solid angle leave them of the law.
static void fill(airy_pattern *frame, const airy_pose *pose, double polarisation)
{
    double lambda = 1e10 * AIRY_WAVELENGTH_M(beam.energy_ev), distance = airy_pose_distance(pose);
    assert_ok(airy_pattern_init(frame, NY, NX, &err));
    airy_image_release(&frame->variance);
    for (int y = 0; y < NY; y++)
        for (int x = 0; x < NX; x++) {
            double at[3];
            airy_pose_at(pose, y, x, at);
            double path = sqrt(at[0] * at[0] + at[1] * at[1] + at[2] * at[2]);
            double q = 4 * AIRY_PI / lambda * sin(0.5 * acos(at[2] / path));
            double ex = at[0] / path,
                   ey = at[1] / path; // 1 - (e . direction)^2 for e along x and y
            double seen =
                0.5 * (1 + polarisation) * (1 - ex * ex) + 0.5 * (1 - polarisation) * (1 - ey * ey);
            frame->photons.px[y * NX + x] = (float)(law(q) * seen * pow(distance / path, 3));
        }
}

static airy_profile profile_of(const airy_integrator *in, const airy_pattern *frame)
{
    airy_profile profile;
    assert_ok(airy_profile_init(&profile, airy_integrator_bins(in)->n, &err));
    airy_error error = {0};
    airy_integrator_work *work = airy_integrator_work_new(in, &error);
    assert_non_null(work);
    assert_ok(airy_integrator_frame(in, frame, work, &profile, &err));
    airy_integrator_work_free(work);
    return profile;
}

static airy_integrator *integrator_of(const airy_pose *pose, const airy_integrate_options *o,
                                      const airy_integrate_images *images)
{
    static const airy_integrate_images none;
    airy_error error = {0};
    airy_integrator *in = airy_integrator_new(pose, NY, NX, o, images ? images : &none, &error);
    if (!in)
        fail_msg("%s", error.message);
    return in;
}

// Bins so narrow that the law is straight in each: it bends by 4e-7 over 0.001.
static void test_the_law_comes_back_from_a_tilted_detector(void **state)
{
    (void)state;
    airy_pose pose = leaning();
    airy_pattern frame;
    fill(&frame, &pose, 0.9);
    airy_integrate_options o;
    airy_integrate_options_defaults(&o);
    o.bins = (airy_bins_options){.rings = 2000, .sectors = 1, .low = 0.5, .high = 2.5};
    o.polarisation = 0.9;
    o.solid_angle = true;
    airy_integrator *in = integrator_of(&pose, &o, NULL);
    airy_profile profile = profile_of(in, &frame);
    const airy_bins *bins = airy_integrator_bins(in);
    const airy_polar *polar = airy_integrator_polar(in);
    for (int b = 0; b < bins->n; b++) {
        double q = 0, sum = 0; // mean of its pixels, which count as much as they see of the law
        for (int k = bins->first[b]; k < bins->first[b + 1]; k++) {
            double at = polar->radial[bins->pixel[k]];
            double seen = (double)frame.photons.px[bins->pixel[k]] / law(at);
            q += seen * at;
            sum += seen;
        }
        if (sum > 0)
            assert_near(profile.intensity[b] / law(q / sum), 1, 1e-6);
    }
    airy_profile_release(&profile);
    airy_integrator_free(in);
    airy_pattern_release(&frame);
}

static void test_no_photon_is_lost_or_counted_twice(void **state)
{
    (void)state;
    airy_pose pose = leaning();
    airy_pattern frame;
    fill(&frame, &pose, 0);
    frame.photons.px[77] = NAN;
    for (int split = 0; split < 2; split++) {
        airy_integrate_options o;
        airy_integrate_options_defaults(&o);
        o.bins = (airy_bins_options){
            .rings = 211, .sectors = 3, .low = -1, .high = 9, .split = (airy_split)split};
        airy_integrator *in = integrator_of(&pose, &o, NULL);
        airy_profile profile = profile_of(in, &frame);
        double counts = 0, pixels = 0, wanted = 0;
        for (int b = 0; b < profile.n; b++) {
            counts += profile.counts[b];
            pixels += profile.pixels[b];
        }
        for (int i = 0; i < NY * NX; i++)
            wanted += i == 77 ? 0 : (double)frame.photons.px[i];
        assert_near(counts / wanted, 1, 1e-8);
        assert_near(pixels, NY * NX - 1, 1e-3);
        airy_profile_release(&profile);
        airy_integrator_free(in);
    }
    airy_pattern_release(&frame);
}

// Whole rings of one value 100 with one pixel of 5000.
static void test_clipping_finds_the_outlier(void **state)
{
    (void)state;
    airy_pose pose = airy_pose_square(&beam, 71, 60);
    airy_pattern frame;
    fill(&frame, &pose, 0);
    for (int i = 0; i < NY * NX; i++)
        frame.photons.px[i] = 100 + (float)(i % 3);
    frame.photons.px[90 * NX + 60] = 5000;
    airy_integrate_options o;
    airy_integrate_options_defaults(&o);
    o.bins = (airy_bins_options){.rings = 40, .sectors = 1, .low = 0, .high = 4};
    o.errors = AIRY_INTEGRATE_SCATTER;
    for (int clip = 0; clip < 2; clip++) {
        o.clip = clip ? 5 : 0;
        airy_integrator *in = integrator_of(&pose, &o, NULL);
        airy_profile profile = profile_of(in, &frame);
        double most = 0;
        for (int b = 0; b < profile.n; b++)
            most = fmax(most, profile.pixels[b] > 0 ? profile.intensity[b] : 0);
        assert_true(clip ? most < 102 : most > 105);
        for (int b = 0; clip && b < profile.n; b++) // of three values 100, 101, 102: sd sqrt(2 / 3)
            if (profile.pixels[b] > 100)
                assert_near(profile.sigma[b] * sqrt(profile.pixels[b]), sqrt(2.0 / 3), 0.05);
        airy_profile_release(&profile);
        airy_integrator_free(in);
    }
    airy_pattern_release(&frame);
}

static void test_dark_flat_and_background(void **state)
{
    (void)state;
    airy_pose pose = leaning();
    airy_pattern frame, plain, back;
    airy_image dark = {0}, flat = {0};
    fill(&plain, &pose, 0);
    fill(&frame, &pose, 0);
    fill(&back, &pose, 0);
    assert_ok(airy_image_init(&dark, NY, NX, &err));
    assert_ok(airy_image_init(&flat, NY, NX, &err));
    for (int i = 0; i < NY * NX; i++) {
        flat.px[i] = 0.75F + 0.25F * (float)(i % 2);
        dark.px[i] = (float)(i % 7);
        back.photons.px[i] = 50 + dark.px[i];
        frame.photons.px[i] = plain.photons.px[i] * flat.px[i] + dark.px[i] + 0.5F * 50;
    }
    flat.px[5] = 0; // knows nothing
    frame.photons.px[5] = 1e6F;
    airy_integrate_options o;
    airy_integrate_options_defaults(&o);
    o.bins = (airy_bins_options){.rings = 30, .sectors = 1, .low = 0.5, .high = 2};
    airy_integrator *in = integrator_of(&pose, &o, NULL);
    airy_profile want = profile_of(in, &plain);
    airy_integrator_free(in);
    o.background_scale = 0.5;
    const airy_integrate_images images = {.dark = dark, .flat = flat, .back = &back};
    in = integrator_of(&pose, &o, &images);
    airy_profile have = profile_of(in, &frame);
    for (int b = 0; b < have.n; b++) {
        if (!(want.pixels[b] > 300))
            continue; // in smaller bins the flat field changes the weights of neighbours
        assert_near(have.intensity[b] / want.intensity[b], 1, 2e-3);
        double photons = want.intensity[b] * 0.875 + 25 + 12.5; // and the background's own noise
        assert_near(have.sigma[b] * have.norm[b] / sqrt(photons * have.pixels[b]), 1, 0.05);
    }
    airy_integrator_free(in);
    airy_profile_release(&want);
    airy_profile_release(&have);
    airy_pattern_release(&frame);
    airy_pattern_release(&plain);
    airy_pattern_release(&back);
    airy_image_release(&dark);
    airy_image_release(&flat);
}

// 30 um in 81.6 mm at 13 keV and q = 2.624 / A make 8.5e-4 / A.
static void test_thickness(void **state)
{
    (void)state;
    assert_near(airy_thickness_dq(2.624, 13000, 0.0816, 30e-6), 8.53e-4, 1e-6);
}

static void test_wrong_images_are_refused(void **state)
{
    (void)state;
    airy_pose pose = leaning();
    airy_integrate_options o;
    airy_integrate_options_defaults(&o);
    airy_image small = {0};
    assert_ok(airy_image_init(&small, NY, NX - 1, &err));
    const airy_integrate_images images = {.flat = small};
    airy_error error = {0};
    assert_null(airy_integrator_new(&pose, NY, NX, &o, &images, &error));
    assert_int_equal(error.code, AIRY_ESHAPE);
    o.polarisation = 1.5;
    assert_fails(airy_integrate_options_check(&o, &err), AIRY_EARGUMENT, "polarisation");
    airy_image_release(&small);
}

// ------------------------------------------------------------------ variances

// Two rings of three and two pixels, two frames; the slow obvious sums.
static void test_variances_by_hand(void **state)
{
    (void)state;
    const int map[6] = {1, 1, 1, 2, 2, 0};
    const float frame[2][6] = {{1, 2, 3, 4, 6, 100}, {3, 1, 5, 2, 2, 100}};
    airy_bins bins;
    assert_ok(airy_bins_map(&bins, map, 1, 6, NULL, NULL, &err));
    airy_error error = {0};
    airy_variance *v = airy_variance_new(&bins, 1, &error);
    assert_non_null(v);
    for (int f = 0; f < 2; f++)
        airy_variance_add(v, frame[f]);
    airy_variance_row rows[2];
    assert_ok(airy_variance_rows(v, AIRY_VARIANCE_RING, rows, &err));
    double a = 14.0 / 3 / 4 - 1, b = 35.0 / 3 / 9 - 1;
    assert_near(rows[0].v, 0.5 * (a + b), 1e-12);
    assert_near(rows[0].corrected, 0.5 * (a + b) - 0.5 * (1.0 / 2 + 1.0 / 3), 1e-12);
    assert_near(rows[0].error, 0.5 * fabs(a - b), 1e-12);
    assert_near(rows[1].v, 0.5 * (26.0 / 25 - 1), 1e-12);
    assert_ok(airy_variance_rows(v, AIRY_VARIANCE_OMEGA, rows, &err));
    assert_near(rows[0].v, 0.5 * (4 + 9) / 6.25 - 1, 1e-12);
    assert_near(rows[0].corrected, rows[0].v - 1 / (2.5 * 3), 1e-12);
    assert_ok(airy_variance_rows(v, AIRY_VARIANCE_RE, rows, &err));
    assert_near(rows[0].v, 0.5 * (14.0 + 35) / 3 / 6.25 - 1, 1e-12);
    assert_ok(airy_variance_rows(v, AIRY_VARIANCE_IMAGE, rows, &err));
    assert_near(rows[1].v, 0.5 * (10.0 / 9 + 20.0 / 16) - 1, 1e-12);
    assert_true(isnan(rows[1].error));
    assert_ok(airy_variance_rows(v, AIRY_VARIANCE_POOLED, rows, &err));
    assert_near(rows[0].v, 0.5 * (66.0 / 5 / (3.2 * 3.2) + 43.0 / 5 / (2.6 * 2.6)) - 1, 1e-12);
    assert_near(rows[1].v, rows[0].v, 0);
    airy_variance_free(v);
    airy_bins_release(&bins);
}

// Photons of one mean everywhere do not vary, but for their noise: mean 0.7, 4000 pixels, 40
// frames. 4 standard errors.
static void test_noise_alone_is_corrected_for(void **state)
{
    (void)state;
    enum { SIDE = 4000, FRAMES = 40 };
    static int map[SIDE];
    static float px[SIDE];
    for (int i = 0; i < SIDE; i++)
        map[i] = 1;
    airy_bins bins;
    airy_random random;
    assert_ok(airy_bins_map(&bins, map, 1, SIDE, NULL, NULL, &err));
    airy_random_init(&random, 3, 0, 0, 0);
    airy_error error = {0};
    airy_variance *v = airy_variance_new(&bins, 1, &error);
    for (int f = 0; f < FRAMES; f++) {
        for (int i = 0; i < SIDE; i++)
            px[i] = (float)airy_random_poisson(&random, 0.7);
        airy_variance_add(v, px);
    }
    for (int kind = AIRY_VARIANCE_RING; kind <= AIRY_VARIANCE_RE; kind++) {
        airy_variance_row row;
        assert_ok(airy_variance_rows(v, (airy_variance_kind)kind, &row, &err));
        assert_true(row.error > 0);
        assert_near(row.corrected, 0, 4 * row.error);
    }
    airy_variance_free(v);
    airy_bins_release(&bins);
}

static void test_shares_and_darkness_have_no_variance(void **state)
{
    (void)state;
    const int map[4] = {1, 1, 1, 1};
    const float px[4] = {0, 0, 0, 0};
    airy_bins bins;
    airy_error error = {0};
    assert_ok(airy_bins_map(&bins, map, 1, 4, NULL, NULL, &err));
    airy_variance *v = airy_variance_new(&bins, 1, &error);
    airy_variance_add(v, px);
    airy_variance_row row;
    assert_fails(airy_variance_rows(v, AIRY_VARIANCE_RING, &row, &err), AIRY_EVALUE, "no ring");
    airy_variance_free(v);
    float weight[4] = {1, 1, 1, 1};
    bins.weight = weight;
    assert_null(airy_variance_new(&bins, 1, &error));
    assert_int_equal(error.code, AIRY_EARGUMENT);
    bins.weight = NULL;
    airy_bins_release(&bins);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_law_comes_back_from_a_tilted_detector),
        cmocka_unit_test(test_no_photon_is_lost_or_counted_twice),
        cmocka_unit_test(test_clipping_finds_the_outlier),
        cmocka_unit_test(test_dark_flat_and_background),
        cmocka_unit_test(test_thickness),
        cmocka_unit_test(test_wrong_images_are_refused),
        cmocka_unit_test(test_variances_by_hand),
        cmocka_unit_test(test_noise_alone_is_corrected_for),
        cmocka_unit_test(test_shares_and_darkness_have_no_variance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
