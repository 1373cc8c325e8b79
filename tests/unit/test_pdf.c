// SPDX-License-Identifier: GPL-3.0-or-later
// Structure factors and pair distributions: what is exact, shells put in and found again.
#include "check.h"

#include "airy/scattering.h"
#include "airy/simulate.h"
#include "base/units.h"
#include "scattering/pdf.h"
#include "scattering/structure.h"
#include "simulate/glass_rings.h"

#include <stdio.h>

#define VIT4 "Zr46.8Ti8.2Cu7.5Ni10Be27.5"

static airy_composition composition_of(const char *text)
{
    airy_composition c;
    assert_ok(airy_composition_parse(text, &c, &err));
    return c;
}

static airy_spectrum grid(double low, double high, int n)
{
    airy_spectrum curve;
    assert_ok(airy_spectrum_init(&curve, n, &err));
    for (int i = 0; i < n; i++)
        curve.q[i] = low + (high - low) * i / (n - 1);
    return curve;
}

static airy_form form_of(const airy_composition *c, const airy_form_options *o,
                         const airy_spectrum *curve)
{
    airy_form form;
    assert_ok(airy_form_init(&form, c, o, curve->q, curve->n, &err));
    return form;
}

static void test_compositions(void **state)
{
    (void)state;
    airy_composition c = composition_of("CaSiO3");
    assert_int_equal(c.n, 3);
    assert_int_equal(c.z[2], 8);
    assert_near(c.atoms, 5, 0);
    c = composition_of("CH3CH2OH");
    assert_int_equal(c.n, 3);
    assert_near(c.count[1], 6, 0);
    // Mg2SiO4 of 2.9 g / cm^3: 140.691 g / mol of seven atoms; xraylib's weights have four digits.
    c = composition_of("Mg2SiO4");
    assert_near(airy_composition_density(&c, 2.9), 2.9 * 0.602214076 * 7 / 140.691, 5e-5);
    const char *wrong[] = {"", "zr50", "Zr50Xx50", "Zr0", "Zr50 Cu50", "5", "S8e307", "S1e-320"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_fails(airy_composition_parse(wrong[i], &c, &err), AIRY_EARGUMENT, "");
}

// Electrons at q = 0, and 1.32 = <f^2> / <f>^2, which the printed formula without the Laue term
// would give there in place of 1.
static void test_form_factors(void **state)
{
    (void)state;
    airy_composition c = composition_of(VIT4);
    airy_form_options o = {.compton = true};
    airy_spectrum q = grid(0, 30, 3);
    airy_form form = form_of(&c, &o, &q);
    double electrons = 0.468 * 40 + 0.082 * 22 + 0.075 * 29 + 0.1 * 28 + 0.275 * 4;
    assert_near(sqrt(form.mean2[0]), electrons, 1e-3);
    assert_near(form.square[0] / form.mean2[0] - 1, 0.3206, 1e-3);
    assert_near(form.compton[0], 0, 0);
    assert_true(form.compton[2] > 0.8 * electrons && form.compton[2] < electrons);
    double still = form.compton[2];
    airy_form_release(&form);
    // At 68.5 keV a photon scattered to q = 30 keeps 1 / (1 + 0.134 x 2 sin^2(theta)).
    o.energy_ev = 68500, o.recoil = 2;
    form = form_of(&c, &o, &q);
    double sine = 30 * 12.398419843320026 / 68.5 / (4 * AIRY_PI);
    double kept = 1 / (1 + 68.5 / 510.99895 * 2 * sine * sine);
    assert_near(form.compton[2] / still, kept * kept, 1e-9);
    airy_form_release(&form);
    airy_spectrum_release(&q);
    c = composition_of("O"); // f' and f'' of oxygen at 68.5 keV are next to nothing
    q = grid(0, 1, 3);
    form = form_of(&c, &o, &q);
    assert_near(form.mean2[0], 64, 0.1);
    airy_form_release(&form);
    airy_spectrum_release(&q);
}

static void test_s_is_one_where_atoms_are_alone(void **state)
{
    (void)state;
    airy_composition c = composition_of(VIT4);
    const airy_form_options o = {.compton = true, .energy_ev = 68500, .recoil = 2};
    airy_spectrum intensity = grid(0.5, 25, 400);
    airy_form form = form_of(&c, &o, &intensity);
    for (int i = 0; i < intensity.n; i++)
        intensity.y[i] = 3.7 * (form.square[i] + form.compton[i]);
    airy_structure_options s;
    airy_structure_options_defaults(&s);
    s.normalise = AIRY_NORMALISE_TAIL;
    for (int formalism = 0; formalism < 2; formalism++) {
        airy_structure out;
        s.formalism = (airy_formalism)formalism;
        assert_ok(airy_structure_init(&out, &intensity, NULL, &c, &o, &s, &err));
        assert_near(out.scale, 1 / 3.7, 1e-12);
        for (int i = 0; i < out.s.n; i++)
            assert_near(out.s.y[i], 1, 1e-12);
        airy_structure_release(&out);
    }
    airy_form_release(&form);
    airy_spectrum_release(&intensity);
}

// ------------------------------------------------------------------ shells

static const airy_glass glass = {.density = 0.055,
                                 .n_shells = 2,
                                 .neighbours = {2.5, 9},
                                 .r = {2.7, 3.1},
                                 .width = {0.1, 0.12},
                                 .edge = 0.15};

static airy_structure glass_structure(double q_min, double sigma)
{
    airy_spectrum curve = grid(q_min, 30, 3000);
    for (int i = 0; i < curve.n; i++) {
        curve.y[i] = airy_glass_s(&glass, curve.q[i]);
        curve.sigma[i] = sigma;
    }
    airy_structure s;
    airy_structure_options o;
    airy_structure_options_defaults(&o);
    assert_ok(airy_structure_take(&s, &curve, &o, &err));
    airy_spectrum_release(&curve);
    return s;
}

static airy_pdf_options pair_options(void)
{
    airy_pdf_options o;
    airy_pdf_options_defaults(&o);
    o.r_max = 8;
    o.density = glass.density;
    o.r_cut = 2;
    return o;
}

static void test_shells_come_back(void **state)
{
    (void)state;
    airy_structure s = glass_structure(0.01, 0);
    airy_pdf_options o = pair_options();
    for (int w = 0; w < 2; w++) {
        airy_pdf pair;
        o.window = (airy_window_kind)w;
        assert_ok(airy_pdf_init(&pair, &s, &o, &err));
        airy_shell first = {.low = 2.5, .high = 2.87}, second = {.low = 2.87, .high = 3.6};
        airy_shell both = {.low = 2.1, .high = 3.45};
        assert_ok(airy_shell_measure(&first, &s, &pair, &o, &err));
        assert_ok(airy_shell_measure(&second, &s, &pair, &o, &err));
        assert_ok(airy_shell_measure(&both, &s, &pair, &o, &err));
        if (w == AIRY_WINDOW_NONE)
            assert_near(first.peak, 2.7, 0.015); // on the slope of the second
        assert_near(second.peak, 3.1, 0.005);
        // Lorch's window smears; the edge of the ball is 0.15 A wide and 0.34 A away.
        assert_near(both.neighbours, 11.5, w == AIRY_WINDOW_NONE ? 0.1 : 0.4);
        assert_true(airy_pdf_low_r(&pair, &o) < 0.02);
        for (int i = 20; w == AIRY_WINDOW_NONE && i < pair.n; i++) // Lorch's smears, too
            assert_near(pair.g[i], airy_glass_g(&glass, pair.r[i]), 0.02);
        airy_pdf_release(&pair);
    }
    airy_structure_release(&s);
}

// Shells that stand apart: each where it was put.
static void test_peaks_are_where_they_were_put(void **state)
{
    (void)state;
    airy_spectrum curve = grid(0.02, 30, 3000);
    for (int i = 0; i < curve.n; i++) {
        double q = curve.q[i];
        curve.y[i] = 1 + 3 * sin(2.7 * q) / (2.7 * q) * exp(-0.5 * pow(0.1 * q, 2)) +
                     9 * sin(3.1 * q) / (3.1 * q) * exp(-0.5 * pow(0.1 * q, 2));
    }
    airy_structure s;
    airy_structure_options o;
    airy_structure_options_defaults(&o);
    assert_ok(airy_structure_take(&s, &curve, &o, &err));
    airy_pdf_options p = pair_options();
    for (int w = 0; w < 2; w++) {
        airy_pdf pair;
        p.window = (airy_window_kind)w;
        assert_ok(airy_pdf_init(&pair, &s, &p, &err));
        airy_shell near = {.low = 2.4, .high = 2.9}, far = {.low = 2.9, .high = 3.4};
        assert_ok(airy_shell_measure(&near, &s, &pair, &p, &err));
        assert_ok(airy_shell_measure(&far, &s, &pair, &p, &err));
        assert_near(near.peak, 2.7, w == AIRY_WINDOW_NONE ? 0.005 : 0.015); // smeared into another
        assert_near(far.peak, 3.1, 0.005);
        double line = 4 * AIRY_PI / 3 * p.density * (pow(2.9, 3) - pow(2.4, 3));
        if (w == AIRY_WINDOW_NONE)
            assert_near(near.neighbours - line, 3 * 0.976 + 9 * 0.0228, 0.03);
        airy_pdf_release(&pair);
    }
    airy_structure_release(&s);
    airy_spectrum_release(&curve);
}

// Errors of 0.02 at every point, 200 draws: the scatter of G and of neighbours is what is stated.
static void test_errors_are_carried(void **state)
{
    (void)state;
    enum { DRAWS = 200 };
    airy_structure s = glass_structure(0.6, 0.02), noisy = glass_structure(0.6, 0.02);
    airy_pdf_options o = pair_options();
    airy_pdf pair;
    o.r_step = 0.5;
    airy_random random;
    airy_random_init(&random, 5, 0, 0, 0);
    double square = 0, shell_square = 0;
    assert_ok(airy_pdf_init(&pair, &s, &o, &err));
    airy_shell truth = {.low = 2.1, .high = 3.7};
    assert_ok(airy_shell_measure(&truth, &s, &pair, &o, &err));
    for (int d = 0; d < DRAWS; d++) {
        airy_pdf drawn;
        airy_shell shell = {.low = 2.1, .high = 3.7};
        for (int i = 0; i < s.s.n; i++)
            noisy.s.y[i] = s.s.y[i] + 0.02 * airy_random_normal(&random);
        assert_ok(airy_pdf_init(&drawn, &noisy, &o, &err));
        assert_ok(airy_shell_measure(&shell, &noisy, &drawn, &o, &err));
        for (int i = 0; i < pair.n; i++)
            square += pow((drawn.g[i] - pair.g[i]) / pair.sigma[i], 2) / pair.n;
        shell_square += pow((shell.neighbours - truth.neighbours) / truth.error, 2);
        airy_pdf_release(&drawn);
    }
    assert_near(sqrt(square / DRAWS), 1, 0.05);
    assert_near(sqrt(shell_square / DRAWS), 1, 0.15); // 3 / sqrt(2 x 200)
    airy_pdf_release(&pair);
    airy_structure_release(&s);
    airy_structure_release(&noisy);
}

// ------------------------------------------------------------------ normalisation

// An intensity of the glass in other units: each way finds the scale, the sooner the longer q is.
static void test_normalisations_find_the_scale(void **state)
{
    (void)state;
    airy_composition c = composition_of("Zr50Cu50");
    const airy_form_options form_options = {.compton = true};
    airy_spectrum intensity = grid(0.02, 25, 2500);
    airy_form form = form_of(&c, &form_options, &intensity);
    for (int i = 0; i < intensity.n; i++)
        intensity.y[i] = 0.04 * (airy_glass_s(&glass, intensity.q[i]) * form.mean2[i] +
                                 form.square[i] - form.mean2[i] + form.compton[i]);
    for (int normalise = 0; normalise < 3; normalise++) {
        airy_structure_options o;
        airy_structure s;
        airy_structure_options_defaults(&o);
        o.normalise = (airy_normalise)normalise;
        o.density = glass.density;
        o.degree = 2;
        assert_ok(airy_structure_init(&s, &intensity, NULL, &c, &form_options, &o, &err));
        assert_near(s.scale * 0.04, 1, 2e-3);
        for (int i = 0; i < s.s.n; i += 50)
            assert_near(s.s.y[i], airy_glass_s(&glass, s.s.q[i]), 0.02);
        airy_structure_release(&s);
    }
    airy_form_release(&form);
    airy_spectrum_release(&intensity);
}

static void test_background_is_fitted(void **state)
{
    (void)state;
    airy_composition c = composition_of("Zr50Cu50");
    const airy_form_options form_options = {.compton = true};
    airy_spectrum intensity = grid(0.02, 25, 2500), background = grid(0, 26, 300);
    airy_form form = form_of(&c, &form_options, &intensity);
    for (int i = 0; i < background.n; i++)
        background.y[i] = 20 + 60 / (1 + background.q[i]);
    for (int i = 0; i < intensity.n; i++)
        intensity.y[i] = 0.04 * (airy_glass_s(&glass, intensity.q[i]) * form.mean2[i] +
                                 form.square[i] - form.mean2[i] + form.compton[i]) +
                         0.7 * airy_spectrum_at(&background, intensity.q[i], NULL);
    airy_structure_options o;
    airy_structure s;
    airy_structure_options_defaults(&o);
    o.normalise = AIRY_NORMALISE_TAIL;
    o.fit_background = true;
    assert_ok(airy_structure_init(&s, &intensity, &background, &c, &form_options, &o, &err));
    assert_near(s.background_scale, 0.7, 0.02);
    assert_near(s.scale * 0.04, 1, 0.02);
    airy_structure_release(&s);
    background.n = 100;
    assert_fails(airy_structure_init(&s, &intensity, &background, &c, &form_options, &o, &err),
                 AIRY_EVALUE, "background ends");
    airy_form_release(&form);
    airy_spectrum_release(&intensity);
    airy_spectrum_release(&background);
}

// A slow error of S, of offset and of scale, is taken back.
static void test_refining_mends_low_r(void **state)
{
    (void)state;
    for (int multiplicative = 0; multiplicative < 2; multiplicative++) {
        airy_structure s = glass_structure(0.02, 0);
        for (int i = 0; i < s.s.n; i++) {
            double slow = 0.1 * exp(-s.s.q[i] / 6);
            s.s.y[i] += multiplicative ? slow * s.s.y[i] : slow;
        }
        airy_pdf_options o = pair_options();
        airy_pdf before, after;
        assert_ok(airy_pdf_init(&before, &s, &o, &err));
        o.rounds = 10;
        o.multiplicative = multiplicative;
        assert_ok(airy_structure_refine(&s, &o, &err));
        assert_ok(airy_pdf_init(&after, &s, &o, &err));
        assert_true(airy_pdf_low_r(&after, &o) < 0.2 * airy_pdf_low_r(&before, &o));
        double off = 0;
        for (int i = 0; i < s.s.n; i++)
            off = fmax(off, s.s.q[i] > 1 ? fabs(s.s.y[i] - airy_glass_s(&glass, s.s.q[i])) : 0);
        assert_true(off < 0.05);
        airy_pdf_release(&before);
        airy_pdf_release(&after);
        airy_structure_release(&s);
    }
}

static void test_what_cannot_be(void **state)
{
    (void)state;
    airy_structure_options o;
    airy_structure_options_defaults(&o);
    assert_fails(airy_structure_options_check(&o, &err), AIRY_EARGUMENT, "density");
    o.density = -1;
    assert_fails(airy_structure_options_check(&o, &err), AIRY_EARGUMENT, "density");
    o = (airy_structure_options){.density = 0.05, .q_min = 3, .q_max = 2, .tail = 0.2};
    assert_fails(airy_structure_options_check(&o, &err), AIRY_EARGUMENT, "rise");
    airy_structure s;
    airy_spectrum curve = grid(1, 2, 10);
    o.q_min = 1.95, o.q_max = 0;
    assert_fails(airy_structure_take(&s, &curve, &o, &err), AIRY_EVALUE, "3 are wanted");
    airy_pdf_options p;
    airy_pdf_options_defaults(&p);
    p.rounds = 3;
    assert_fails(airy_pdf_options_check(&p, &err), AIRY_EARGUMENT, "density");
    p = (airy_pdf_options){.r_max = 1e6, .r_step = 1e-3};
    assert_fails(airy_pdf_options_check(&p, &err), AIRY_EARGUMENT, "steps");
    airy_spectrum_release(&curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compositions),
        cmocka_unit_test(test_form_factors),
        cmocka_unit_test(test_s_is_one_where_atoms_are_alone),
        cmocka_unit_test(test_shells_come_back),
        cmocka_unit_test(test_peaks_are_where_they_were_put),
        cmocka_unit_test(test_errors_are_carried),
        cmocka_unit_test(test_normalisations_find_the_scale),
        cmocka_unit_test(test_background_is_fitted),
        cmocka_unit_test(test_refining_mends_low_r),
        cmocka_unit_test(test_what_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
