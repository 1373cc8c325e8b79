// SPDX-License-Identifier: GPL-3.0-or-later
// The pattern a small object can have, from the measured pixels, on as few pixels as hold it.
#include "band.h"
#include "base/units.h"
#include "noise.h"
#include "smooth.h"
#include "window.h"

#include <string.h>

enum { FLAT_STEPS = 30, FIRST_STEPS = 20, SCAN = 18, ROUNDS = 6, SCAN_SIDE = 512 };
#define BRIGHT 5.0        // expected photons of a pixel in chi2_bright
#define PRIOR_FRINGES 3.0 // blind pixels nearer to the centre have no prior
#define BELOW_LOCAL 0.1   // an expectation is not believed below this share of its surroundings
#define COUNTS 16.0       // photons that make a local mean
#define SCAN_RATIO 1.2    // between diameters tried
#define SETTLED 1.05      // residuals above what is expected that are worth more rounds
#define JUMP 1.15         // growth of residuals that tells that a band is too narrow

void airy_condense_options_defaults(airy_condense_options *options)
{
    *options = (airy_condense_options){
        .margin = 1.15, .oversampling = 3.5, .iterations = 40, .fill = 0.85, .pixel_area = true};
}

airy_code airy_condense_options_check(const airy_condense_options *options, airy_error *err)
{
    if (!(options->diameter >= 0 && isfinite(options->diameter)) ||
        !(options->diameter_nm >= 0 && isfinite(options->diameter_nm)))
        return airy_error_set(err, AIRY_EARGUMENT, "the diameter is negative or not a number");
    if (!(options->margin >= 1 && options->margin <= 100) ||
        !(options->oversampling >= 2 && options->oversampling <= 1000))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "margin %g must be 1 to 100 and oversampling %g 2 to 1000",
                              options->margin, options->oversampling);
    if (options->size < 0 || options->size > AIRY_SIDE_MAX || options->size % 2 ||
        options->iterations < 1)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the size %d must be even, 0 to %d, and the %d iterations at least "
                              "one",
                              options->size, AIRY_SIDE_MAX, options->iterations);
    if (!(options->fill >= 0 && isfinite(options->fill)))
        return airy_error_set(err, AIRY_EARGUMENT, "the widest gap to fill is %g fringes",
                              options->fill);
    return AIRY_OK;
}

// ------------------------------------------------------------------ the planes of one fit

enum { DATA, WEIGHT, USUAL, LOCAL, FACTOR, EXTRA, SOLUTION, KNOWN, SHARE, LEVERAGE, GUESS, PLANES };

// Everything on the L x L array of the transform; the pattern lies in its first rows and columns.
typedef struct work {
    int side;
    double center[2];
    float *plane[PLANES];
    airy_band band;
    double radius;
    int used;    // measured pixels in the fit
    bool merged; // mates hold the same numbers
} work;

static void work_release(work *w)
{
    for (int k = 0; k < PLANES; k++)
        airy_memory_free(w->plane[k]);
    airy_band_release(&w->band);
}

// Pixels beyond half the array from the centre would come in again on the other side.
static bool within(const work *w, int y, int x)
{
    return fabs(y - w->center[0]) <= w->side / 2.0 && fabs(x - w->center[1]) <= w->side / 2.0;
}

static airy_code copy_pattern(work *w, const airy_pattern *in, airy_error *err)
{
    airy_image factor = {0}, extra = {0};
    airy_code code = airy_pattern_noise(in, &factor, &extra, err);
    if (code != AIRY_OK)
        return code;
    double least = airy_noise_coverage(in);
    for (int i = 0; i < w->side * w->side; i++) {
        int y = i / w->side, x = i % w->side, from = y * in->photons.nx + x;
        bool on = y < in->photons.ny && x < in->photons.nx && within(w, y, x) &&
                  measured(in, from) &&
                  (!in->coverage.px || (double)in->coverage.px[from] >= least);
        w->plane[KNOWN][i] = on;
        w->plane[DATA][i] = on ? in->photons.px[from] : 0;
        w->plane[FACTOR][i] = on ? factor.px[from] : 1;
        w->plane[EXTRA][i] = on ? extra.px[from] : 0;
        w->used += on;
    }
    airy_image_release(&factor);
    airy_image_release(&extra);
    return AIRY_OK;
}

// Value at the mate of pixel (y, x), taken from a cyclic plane at the nearest pixel.
static float at_mate(const work *w, const float *plane, int y, int x)
{
    int my = (int)lround(2 * w->center[0]) - y, mx = (int)lround(2 * w->center[1]) - x;
    bool on = my >= 0 && mx >= 0 && my < w->side && mx < w->side;
    return on ? plane[my * w->side + mx] : 0;
}

// Neither the pixel nor its mate was measured.
static bool is_blind(const work *w, int i)
{
    return w->plane[KNOWN][i] <= 0 && at_mate(w, w->plane[KNOWN], i / w->side, i % w->side) <= 0;
}

// Local mean of the measured pixels and their mates, over a neighbourhood wide enough for COUNTS
// photons.
static airy_code local_mean(work *w, double sigma, airy_error *err)
{
    int n = w->side * w->side, left = n;
    float *local = w->plane[LOCAL];
    airy_image sum = {0}, share = {0};
    airy_image data = {w->side, w->side, w->plane[DATA]};
    airy_image known = {w->side, w->side, w->plane[KNOWN]};
    airy_code code = airy_image_init(&sum, w->side, w->side, err);
    if (code == AIRY_OK)
        code = airy_image_init(&share, w->side, w->side, err);
    for (int i = 0; i < n; i++) {
        local[i] = NAN;
        if (w->plane[KNOWN][i] <= 0)
            w->plane[DATA][i] = 0; // of an earlier fit's prior
    }
    for (; code == AIRY_OK && left > 0 && sigma < w->side; sigma *= 2) {
        bool last = 2 * sigma >= w->side;
        double area = 4 * AIRY_PI * sigma * sigma; // of the kernel squared: pixels averaged
        code = airy_smooth(&data, sigma, &sum, err);
        if (code == AIRY_OK)
            code = airy_smooth(&known, sigma, &share, err);
        left = 0;
        for (int i = 0; i < n && code == AIRY_OK; i++) {
            int y = i / w->side, x = i % w->side;
            float total = share.px[i] + at_mate(w, share.px, y, x);
            float photons = sum.px[i] + at_mate(w, sum.px, y, x);
            if (isnan(local[i]) && total > 0.02f && (last || (double)photons * area > COUNTS))
                local[i] = fmaxf(photons / total, 0);
            left += isnan(local[i]);
        }
    }
    for (int i = 0; i < n; i++) {
        if (is_blind(w, i) && !isnan(w->plane[GUESS][i]))
            local[i] = w->plane[GUESS][i];
        local[i] = isnan(local[i]) ? 0 : local[i];
    }
    airy_image_release(&sum);
    airy_image_release(&share);
    return code;
}

// A fitted sphere's photons where nothing is measured, as a first guess, if it looks like the
// pattern at all (a third off where it is lit); else NaN. Convergence in wide gaps hangs on it,
// results do not.
static airy_code guess_sphere(work *w, const airy_pattern *in, const airy_condense_options *options,
                              airy_error *err)
{
    airy_sphere_options sphere;
    airy_sphere_fit fit;
    airy_error none = {0};
    airy_image model = {0};
    airy_sphere_options_defaults(&sphere);
    sphere.pixel_area = options->pixel_area;
    double off = 0, all = 0;
    if (airy_pattern_sphere(in, &sphere, &fit, &none) == AIRY_OK) {
        airy_code code = airy_sphere_pattern(&fit, in, &model, err);
        if (code != AIRY_OK)
            return code;
        for (int i = 0; i < model.ny * model.nx; i++)
            if (measured(in, i) && (double)model.px[i] > BRIGHT) {
                off += fabs((double)(in->photons.px[i] - model.px[i]));
                all += (double)model.px[i];
            }
    }
    bool alike = all > 0 && 3 * off < all;
    for (int i = 0; i < w->side * w->side; i++) {
        int y = i / w->side, x = i % w->side;
        bool on = alike && y < model.ny && x < model.nx;
        w->plane[GUESS][i] = on ? model.px[y * model.nx + x] : NAN;
    }
    airy_image_release(&model);
    return AIRY_OK;
}

static airy_code work_init(work *w, const airy_pattern *in, int side,
                           const airy_condense_options *options, airy_error *err)
{
    *w = (work){.side = side, .center = {in->center_y, in->center_x}, .merged = in->merged};
    for (int k = 0; k < PLANES; k++)
        if (!(w->plane[k] = airy_memory_new((size_t)side * (size_t)side, sizeof(float))))
            return airy_error_set(err, AIRY_EMEMORY, "no memory for planes of %d x %d", side, side);
    airy_code code = copy_pattern(w, in, err);
    return code == AIRY_OK ? guess_sphere(w, in, options, err) : code;
}

// ------------------------------------------------------------------ the fit

// Expected photons: the solution where it is significant, else the local mean, never nothing (a
// pixel without photons is not one without noise).
static float expectation(const work *w, int i, bool have)
{
    float local = fmaxf(w->plane[LOCAL][i], 1e-6f);
    if (!have)
        return local;
    double whole = (double)w->side * w->side;
    // The solution's variance is about mu unknowns / (2 whole): at this mu it is three errors.
    float significant = (float)(9 * w->band.unknowns / (2 * whole));
    float least = fmaxf(fminf(local, significant), (float)BELOW_LOCAL * local);
    return fmaxf(w->plane[SOLUTION][i], least);
}

// Where nothing tells of a pixel, what is left of the band there would grow without bounds. Speckle
// intensities scatter about their local mean m with the variance m^2 (Goodman, Statistical Optics,
// 1985), so the mean stands in for a measurement, at most as good as counting m photons. Not near
// the centre, where m changes faster than it can be averaged.
static bool set_prior(work *w, int i)
{
    double y = i / w->side - w->center[0], x = i % w->side - w->center[1];
    if (!is_blind(w, i) || hypot(y, x) * w->radius < PRIOR_FRINGES * w->side)
        return false;
    float mean = fmaxf(w->plane[LOCAL][i], 1e-6f);
    w->plane[DATA][i] = mean;
    w->plane[USUAL][i] = mean + mean * mean;
    w->plane[WEIGHT][i] = 1 / w->plane[USUAL][i];
    return true;
}

static void set_weights(work *w, bool have)
{
    for (int i = 0; i < w->side * w->side; i++) {
        if (set_prior(w, i))
            continue;
        float v = w->plane[FACTOR][i] * expectation(w, i, have) + w->plane[EXTRA][i];
        w->plane[USUAL][i] = v;
        w->plane[WEIGHT][i] = w->plane[KNOWN][i] > 0 ? 1 / v : 0;
    }
}

// A fit with equal weights: it settles what goes through gaps and the hole, where the data are
// brightest.
static airy_code fit_flat(work *w, airy_error *err)
{
    for (int i = 0; i < w->side * w->side; i++)
        w->plane[USUAL][i] = 1;
    // Start: the data, and their surroundings' mean where there are none.
    for (int i = 0; i < w->side * w->side; i++)
        w->plane[SOLUTION][i] = w->plane[KNOWN][i] > 0 ? w->plane[DATA][i] : w->plane[LOCAL][i];
    airy_band_project(&w->band, w->plane[SOLUTION], w->plane[SOLUTION]);
    return airy_band_fit(&w->band, w->plane[DATA], w->plane[KNOWN], w->plane[USUAL], FLAT_STEPS,
                         w->plane[SOLUTION], err);
}

// Fits with the band of the given diameter (cycles a pixel).
static airy_code fit_band(work *w, double diameter, double margin, int steps, airy_error *err)
{
    airy_band_release(&w->band);
    w->radius = fmin(diameter * margin * w->side, w->side / 2.0 - 1);
    airy_code code = airy_band_init(&w->band, w->side, w->radius, w->center, err);
    if (code == AIRY_OK)
        code = local_mean(w, fmax(0.12 * w->side / w->radius, 0.5), err);
    if (code == AIRY_OK)
        code = fit_flat(w, err);
    for (int round = 0; round < 2 && code == AIRY_OK; round++) {
        set_weights(w, round > 0);
        code = airy_band_fit(&w->band, w->plane[DATA], w->plane[WEIGHT], w->plane[USUAL],
                             round == 0 ? FIRST_STEPS : steps, w->plane[SOLUTION], err);
    }
    set_weights(w, true);
    return code;
}

// Variance of the estimate over that of a pixel: unknowns in the space over measured numbers near
// by. Locally the fit averages over the square of its point-spread function; a measured mate
// counts again.
static void leverage(work *w)
{
    float *share = w->plane[SHARE], *ratio = w->plane[LEVERAGE];
    double whole = (double)w->side * w->side;
    airy_band_spread(&w->band, w->plane[KNOWN], share);
    for (int i = 0; i < w->side * w->side; i++) {
        int y = i / w->side, x = i % w->side;
        double mates = w->merged ? 0 : fmax((double)at_mate(w, share, y, x), 0);
        double near = fmax((double)share[i], 0) + mates;
        ratio[i] = (float)(w->band.unknowns / whole / fmax(near, 0.05));
    }
}

static void judge(work *w, airy_condense_result *result)
{
    double all = 0, bright = 0, expected = 0;
    result->bright = 0;
    result->photons_in = result->photons_out = 0;
    for (int i = 0; i < w->side * w->side; i++) {
        if (w->plane[KNOWN][i] <= 0)
            continue;
        double off = (double)(w->plane[DATA][i] - w->plane[SOLUTION][i]);
        double term = off * off * (double)w->plane[WEIGHT][i];
        all += term;
        result->photons_in += (double)w->plane[DATA][i];
        result->photons_out += (double)w->plane[SOLUTION][i];
        if ((double)w->plane[SOLUTION][i] < BRIGHT)
            continue;
        bright += term;
        expected += fmax(1 - (double)w->plane[LEVERAGE][i], 0);
        result->bright++;
    }
    result->measured_in = w->used;
    result->chi2 = w->used ? all / w->used : NAN;
    result->chi2_bright = result->bright ? bright / result->bright : NAN;
    result->chi2_expected = result->bright ? expected / result->bright : NAN;
}

// How far the residuals are above what they should be; 1 is perfect.
static double misfit(const airy_condense_result *result)
{
    return result->bright ? result->chi2_bright / result->chi2_expected : result->chi2;
}

static airy_code try_diameter(work *w, const airy_condense_options *options, double diameter,
                              airy_condense_result *result, airy_error *err)
{
    airy_code code = fit_band(w, diameter, options->margin, options->iterations, err);
    if (code != AIRY_OK)
        return code;
    leverage(w);
    judge(w, result);
    result->diameter = diameter;
    result->radius = w->radius;
    return AIRY_OK;
}

// Wide gaps converge slowly: more rounds while the residuals are too large and still fall.
static airy_code settle(work *w, const airy_condense_options *options, airy_condense_result *result,
                        airy_error *err)
{
    airy_code code = AIRY_OK;
    double before = INFINITY;
    for (int round = 0; round < ROUNDS && code == AIRY_OK && misfit(result) > SETTLED &&
                        misfit(result) < 0.98 * before;
         round++) {
        before = misfit(result);
        code = airy_band_fit(&w->band, w->plane[DATA], w->plane[WEIGHT], w->plane[USUAL],
                             2 * options->iterations, w->plane[SOLUTION], err);
        set_weights(w, true);
        judge(w, result);
    }
    return code;
}

static airy_code fit_diameter(work *w, const airy_condense_options *options, double diameter,
                              airy_condense_result *result, airy_error *err)
{
    airy_code code = try_diameter(w, options, diameter, result, err);
    return code == AIRY_OK ? settle(w, options, result, err) : code;
}

// ------------------------------------------------------------------ the diameter

// From wide bands to narrow ones: the last before the residuals jump. They also grow slowly, since
// wide bands fit what is not photon noise either.
static airy_code scan_diameter(work *w, const airy_condense_options *options, double *diameter,
                               airy_error *err)
{
    double widest = 0.45 / options->margin, before = INFINITY;
    *diameter = widest;
    for (int k = 0; k < SCAN; k++) {
        airy_condense_result tried = {0};
        double at = widest / pow(SCAN_RATIO, k);
        airy_code code = fit_diameter(w, options, at, &tried, err);
        if (code != AIRY_OK || misfit(&tried) > JUMP * before)
            return code;
        before = misfit(&tried);
        *diameter = at;
    }
    return AIRY_OK;
}

// Whether bands half as wide again, and three times as wide, fit no better than this one.
static airy_code wide_enough(work *w, const airy_condense_options *options, double diameter,
                             bool *enough, airy_error *err)
{
    airy_condense_result at = {0}, wider = {0}, wide = {0};
    airy_code code = fit_diameter(w, options, diameter, &at, err);
    if (code == AIRY_OK)
        code = fit_diameter(w, options, 1.5 * diameter, &wider, err);
    if (code == AIRY_OK)
        code = fit_diameter(w, options, 3 * diameter, &wide, err);
    *enough = misfit(&at) <= JUMP * misfit(&wider) && misfit(&at) <= JUMP * JUMP * misfit(&wide);
    return code;
}

// The sphere's diameter if that is wide enough; else by scanning.
static airy_code find_diameter(work *w, const airy_pattern *in,
                               const airy_condense_options *options, double *diameter,
                               airy_error *err)
{
    airy_sphere_options sphere;
    airy_sphere_options_defaults(&sphere);
    sphere.pixel_area = options->pixel_area;
    airy_sphere_fit fit;
    airy_error none = {0};
    if (airy_pattern_sphere(in, &sphere, &fit, &none) == AIRY_OK) {
        bool enough = false;
        *diameter = 2 * fmax(fit.cycles_par, fit.cycles_perp);
        airy_code code = wide_enough(w, options, *diameter, &enough, err);
        if (code != AIRY_OK || enough)
            return code;
    }
    return scan_diameter(w, options, diameter, err);
}

// Large arrays are binned for this: the answer is needed to a few per cent only.
static airy_code find_binned(const airy_pattern *in, const airy_condense_options *options,
                             double *diameter, airy_error *err)
{
    int longer = in->photons.ny > in->photons.nx ? in->photons.ny : in->photons.nx;
    airy_bin_options bin;
    airy_bin_options_defaults(&bin);
    bin.factor = (longer + SCAN_SIDE - 1) / SCAN_SIDE;
    bin.coverage = in->coverage.px ? airy_noise_coverage(in) : 1;
    airy_pattern small;
    work w = {0};
    airy_code code = airy_pattern_bin(in, &bin, &small, NULL, err);
    if (code != AIRY_OK)
        return code;
    small.merged = in->merged;
    longer = small.photons.ny > small.photons.nx ? small.photons.ny : small.photons.nx;
    code = work_init(&w, &small, airy_fft_size_up(longer), options, err);
    if (code == AIRY_OK)
        code = find_diameter(&w, &small, options, diameter, err);
    *diameter /= bin.factor;
    work_release(&w);
    airy_pattern_release(&small);
    return code;
}

static airy_code check_input(const airy_pattern *in, airy_error *err)
{
    if (!in->has_center)
        return airy_error_set(err, AIRY_EVALUE,
                              "the pattern's centre is not known; find it with `airy center`");
    if (in->condensed)
        return airy_error_set(err, AIRY_EVALUE, "the pattern is condensed already");
    if (airy_pattern_measured(in) == 0 || airy_pattern_photons(in) <= 0)
        return airy_error_set(err, AIRY_EVALUE, "the pattern holds no photons");
    return AIRY_OK;
}

airy_code airy_condense_diameter(const airy_pattern *in, const airy_condense_options *options,
                                 double *diameter, airy_error *err)
{
    const airy_beam *beam = &in->beam;
    bool known = beam->energy_ev > 0 && beam->distance_m > 0 && beam->pitch_m > 0;
    *diameter = options->diameter;
    airy_code code = airy_condense_options_check(options, err);
    if (code == AIRY_OK)
        code = check_input(in, err);
    if (code != AIRY_OK)
        return code;
    if (options->diameter_nm > 0 && !known)
        return airy_error_set(err, AIRY_EVALUE,
                              "a diameter in nm needs energy, distance and pixel size, which the "
                              "pattern does not hold");
    if (options->diameter_nm > 0)
        *diameter = options->diameter_nm * 1e-9 * beam->pitch_m /
                    (AIRY_WAVELENGTH_M(beam->energy_ev) * beam->distance_m);
    if (*diameter > 0)
        return AIRY_OK;
    return find_binned(in, options, diameter, err);
}

// ------------------------------------------------------------------ the output

// sinc(r / L): the transform of a pixel's area.
static double pixel_transform(double r, int side)
{
    double t = AIRY_PI * r / side;
    return t == 0 ? 1 : sin(t) / t;
}

// Mates are equal but for the transform's rounding; this makes them the same number.
static void symmetrise(airy_image *image)
{
    int m = image->ny;
    for (int y = 1; y < m; y++)
        for (int x = 1; x < m; x++) {
            float *a = &image->px[y * m + x], *b = &image->px[(m - y) * m + m - x];
            *a = *b = 0.5f * (*a + *b);
        }
}

static airy_code sample_photons(work *w, bool pixel_area, airy_image *out, airy_error *err)
{
    int m = out->ny, columns = m / 2 + 1;
    airy_fft *fft = airy_fft_new(m, m, NULL, err);
    float complex *a = airy_memory_new((size_t)m * (size_t)columns, sizeof *a);
    float *plane = airy_memory_new((size_t)m * (size_t)m, sizeof *plane);
    airy_code code = AIRY_OK;
    if (!fft || !a || !plane) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d x %d", m, m);
        goto done;
    }
    airy_band_coefficients(&w->band, w->plane[SOLUTION], m, a);
    for (int i = 0; i < m * columns && pixel_area; i++) {
        int ry = i / columns < m / 2 ? i / columns : i / columns - m;
        a[i] /= (float)(pixel_transform(ry, w->side) * pixel_transform(i % columns, w->side));
    }
    // 1 / L^2 of the solution's own inverse, M^2 / 1 of this one's, and (L / M)^2 for the pixel's
    // area cancel.
    airy_fft_backward_real(fft, a, plane);
    airy_fft_centre(plane, out);
    symmetrise(out);
done:
    airy_fft_free(fft);
    airy_memory_free(a);
    airy_memory_free(plane);
    return code;
}

// What an output pixel's neighbourhood is.
enum { MEASURED, NARROW, WIDE, CENTRE };

// Holes of the union of pixels and mates. What a disc of half the widest gap to be filled fits
// into is WIDE (a morphological opening); the hole about the centre reaches half as far again as
// the nearest measured pixel.
static airy_code mark_holes(const work *w, double widest, airy_mask *hole, airy_error *err)
{
    airy_mask deep = {0}, open = {0};
    airy_image depth = {0};
    airy_code code = airy_mask_init(hole, w->side, w->side, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&deep, w->side, w->side, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&open, w->side, w->side, err);
    if (code == AIRY_OK)
        code = airy_image_init(&depth, w->side, w->side, err);
    double nearest = INFINITY;
    for (int i = 0; i < w->side * w->side && code == AIRY_OK; i++) {
        int y = i / w->side, x = i % w->side;
        hole->bits[i] = w->plane[KNOWN][i] <= 0 && at_mate(w, w->plane[KNOWN], y, x) <= 0;
        if (!hole->bits[i])
            nearest = fmin(nearest, hypot(y - w->center[0], x - w->center[1]));
    }
    if (code == AIRY_OK)
        code = airy_morph_distance(hole, &depth, err);
    if (code != AIRY_OK)
        goto done;
    // A gap of n pixels is (n + 1) / 2 deep.
    for (int i = 0; i < w->side * w->side; i++)
        deep.bits[i] = (double)depth.px[i] > (widest + 1) / 2;
    airy_morph_dilate(&deep, (widest + 3) / 2, &open);
    for (int i = 0; i < w->side * w->side; i++) {
        double r = hypot(i / w->side - w->center[0], i % w->side - w->center[1]);
        if (hole->bits[i])
            hole->bits[i] = r <= 1.5 * nearest ? CENTRE : open.bits[i] ? WIDE : NARROW;
    }
done:
    airy_mask_release(&deep);
    airy_mask_release(&open);
    airy_image_release(&depth);
    return code;
}

static bool on_pattern(const airy_pattern *in, int y, int x)
{
    return y >= 0 && x >= 0 && y < in->photons.ny && x < in->photons.nx;
}

// Why the output pixel nearest to input pixel (y, x) is not measured, or 0 or FILLED.
static uint32_t output_bits(const airy_pattern *in, bool fill_center, int y, int x, uint32_t kind)
{
    bool on = on_pattern(in, y, x);
    bool mate_on =
        on_pattern(in, (int)lround(2 * in->center_y) - y, (int)lround(2 * in->center_x) - x);
    if (!on && !mate_on)
        return AIRY_MASK_MISSING;
    if (kind == MEASURED)
        return 0;
    if (kind == NARROW || (kind == CENTRE && fill_center))
        return AIRY_MASK_FILLED;
    uint32_t own = on && in->mask.bits ? in->mask.bits[y * in->photons.nx + x] : 0;
    return own & AIRY_MASK_EXCLUDES ? own & AIRY_MASK_EXCLUDES : AIRY_MASK_MISSING;
}

static void put_pixel(work *w, const airy_pattern *in, const airy_condense_options *options,
                      const airy_mask *hole, airy_pattern *out, int i)
{
    int m = out->photons.ny;
    double step = (double)w->side / m, area = step * step;
    double y = w->center[0] + (i / m - m / 2) * step, x = w->center[1] + (i % m - m / 2) * step;
    int py = (int)lround(y), px = (int)lround(x);
    int near = (py + w->side) % w->side * w->side + (px + w->side) % w->side;
    out->mask.bits[i] = output_bits(in, options->fill_center, py, px, hole->bits[near]);
    out->variance.px[i] = (float)(area * area) * w->plane[USUAL][near] * w->plane[LEVERAGE][near];
    out->photons.px[i] = fmaxf(out->photons.px[i], 0);
}

static airy_code write_output(work *w, const airy_pattern *in, const airy_condense_options *options,
                              airy_pattern *out, airy_error *err)
{
    airy_mask hole = {0};
    airy_code code = sample_photons(w, options->pixel_area, &out->photons, err);
    if (code == AIRY_OK)
        code = mark_holes(w, options->fill * w->side * options->margin / w->radius, &hole, err);
    if (code != AIRY_OK)
        goto done;
    int m = out->photons.ny;
    for (int i = 0; i < m * m; i++)
        put_pixel(w, in, options, &hole, out, i);
    out->beam = in->beam;
    out->beam.pitch_m *= (double)w->side / m;
    out->has_center = out->merged = out->condensed = true;
    out->center_y = out->center_x = m / 2;
    out->center_y_error = in->center_y_error * m / w->side;
    out->center_x_error = in->center_x_error * m / w->side;
    airy_pattern_apply_mask(out);
done:
    airy_mask_release(&hole);
    return code;
}

int airy_condense_size(const airy_pattern *in, const airy_condense_options *options,
                       double diameter)
{
    int side = airy_window_side(in);
    double support = diameter * options->margin * side; // object pixels
    int wanted = airy_fft_size_up((int)ceil(fmax(options->oversampling * support, 2)));
    return options->size ? options->size : wanted < side ? wanted : side;
}

// The fit with the diameter found, and what the output will be.
static airy_code solve(work *w, const airy_pattern *in, const airy_condense_options *options,
                       airy_condense_result *did, airy_error *err)
{
    double diameter = 0;
    airy_code code = airy_condense_diameter(in, options, &diameter, err);
    if (code != AIRY_OK)
        return code;
    did->transform = w->side;
    did->size = airy_condense_size(in, options, diameter);
    did->oversampling = did->size / (diameter * options->margin * w->side);
    // The disc has to fit into the output, whose zero frequency and edge need a pixel each.
    if (2 * diameter * options->margin * w->side + 2 > did->size || did->size > w->side)
        return airy_error_set(err, AIRY_EVALUE,
                              "an object of %.1f pixels cannot be condensed from %d to %d pixels",
                              diameter * w->side, w->side, did->size);
    return fit_diameter(w, options, diameter, did, err);
}

// Solves on a square window, whose side is the transform's.
static airy_code condense_window(const airy_pattern *in, const airy_condense_options *options,
                                 airy_pattern *out, airy_condense_result *did, airy_error *err)
{
    work w;
    airy_code code = work_init(&w, in, in->photons.nx, options, err);
    if (code == AIRY_OK)
        code = solve(&w, in, options, did, err);
    if (code == AIRY_OK)
        code = airy_pattern_init(out, did->size, did->size, err);
    if (code == AIRY_OK)
        code = write_output(&w, in, options, out, err);
    work_release(&w);
    if (code != AIRY_OK)
        return code;
    did->filled = airy_mask_count(&out->mask, AIRY_MASK_FILLED);
    did->masked = airy_mask_count(&out->mask, AIRY_MASK_EXCLUDES);
    return AIRY_OK;
}

airy_code airy_pattern_condense(const airy_pattern *in, const airy_condense_options *options,
                                airy_pattern *out, airy_condense_result *result, airy_error *err)
{
    *out = (airy_pattern){0};
    airy_condense_result did = {0};
    airy_pattern window = {0};
    airy_code code = airy_condense_options_check(options, err);
    if (code == AIRY_OK)
        code = check_input(in, err);
    if (code == AIRY_OK)
        code = airy_window_cut(in, airy_window_side(in), &window, err);
    if (code == AIRY_OK)
        code = condense_window(&window, options, out, &did, err);
    airy_pattern_release(&window);
    if (code != AIRY_OK)
        airy_pattern_release(out);
    else if (result)
        *result = did;
    return code;
}
