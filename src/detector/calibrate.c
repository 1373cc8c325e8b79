// SPDX-License-Identifier: GPL-3.0-or-later
// Raw words to photons, with a variance and reasons for every pixel.
#include "detector/jungfrau.h"

#include <math.h>

enum { BANK = 64, UNLIT_LEAST = 256 }; // columns read by one converter; least pixels for a median

// Quantisation of a converter: a uniform error of one unit has the variance 1 / 12.
#define QUANTISATION (1.0 / 12)

void airy_calibration_release(airy_calibration *calibration)
{
    airy_stack_release(&calibration->gain);
    airy_stack_release(&calibration->pedestal);
    airy_stack_release(&calibration->noise);
    airy_mask_release(&calibration->mask);
    *calibration = (airy_calibration){0};
}

void airy_calibrate_options_defaults(airy_calibrate_options *options)
{
    *options = (airy_calibrate_options){
        .energy_ev = 9000, .wide = AIRY_WIDE_MASK, .mask_edges = true, .common_mode_below = 2};
}

airy_code airy_calibrate_options_check(const airy_calibrate_options *options, airy_error *err)
{
    if (!(options->energy_ev >= 100 && options->energy_ev <= 1e6))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the photon energy is %g eV, 100 to 1e6 are possible",
                              options->energy_ev);
    if (!(options->threshold >= 0 && options->threshold <= 1e6))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the threshold is %g photons, 0 to 1e6 are possible",
                              options->threshold);
    if (!(options->common_mode_below > 0 && isfinite(options->common_mode_below)))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the limit for unlit pixels is %g keV, it must be above 0",
                              options->common_mode_below);
    return AIRY_OK;
}

static airy_code check_stack(const airy_stack *stack, const char *name, int ny, int nx,
                             airy_error *err)
{
    if (stack->px && stack->n == AIRY_GAINS && stack->ny == ny && stack->nx == nx)
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE,
                          "the %s is %d x %d x %d, frames of %d x %d need %d x %d x %d", name,
                          stack->n, stack->ny, stack->nx, ny, nx, AIRY_GAINS, ny, nx);
}

static airy_code check(const airy_calibration *c, int ny, int nx,
                       const airy_calibrate_options *options, const airy_pattern *out,
                       airy_error *err)
{
    airy_code code = airy_calibrate_options_check(options, err);
    if (code == AIRY_OK)
        code = airy_jungfrau_check_shape(ny, nx, err);
    if (code == AIRY_OK)
        code = check_stack(&c->gain, "gain", ny, nx, err);
    if (code == AIRY_OK)
        code = check_stack(&c->pedestal, "pedestal", ny, nx, err);
    if (code == AIRY_OK && c->noise.px)
        code = check_stack(&c->noise, "pedestal noise", ny, nx, err);
    if (code == AIRY_OK && c->mask.bits && (c->mask.ny != ny || c->mask.nx != nx))
        code = airy_error_set(err, AIRY_ESHAPE, "the pixel mask is %d x %d, the frames are %d x %d",
                              c->mask.ny, c->mask.nx, ny, nx);
    if (code == AIRY_OK && (out->photons.ny != ny || out->photons.nx != nx))
        code = airy_error_set(err, AIRY_ESHAPE, "the result is %d x %d, the frames are %d x %d",
                              out->photons.ny, out->photons.nx, ny, nx);
    return code;
}

// Why a word cannot be used at all, and the stage it was read in.
static uint32_t word_reasons(uint16_t word, bool high_gain, int *g)
{
    *g = airy_jungfrau_stage(word);
    if (word == (high_gain ? AIRY_WORD_SATURATED_HG : AIRY_WORD_SATURATED))
        return AIRY_MASK_SATURATED;
    if (word == AIRY_WORD_LOST)
        return AIRY_MASK_LOST;
    if (word == AIRY_WORD_STUCK)
        return AIRY_MASK_INVALID;
    return *g < 0 ? AIRY_MASK_GAIN : 0;
}

// Photons and variance of pixel i read in stage g; GAIN when that stage is not calibrated there.
static uint32_t convert(const airy_calibration *c, const airy_calibrate_options *o, double adu,
                        int g, int i, airy_pattern *out)
{
    int at = g * c->gain.ny * c->gain.nx + i;
    double per_photon = (double)c->gain.px[at] * o->energy_ev * 1e-3; // ADU, negative in G1 and G2
    double photons = (adu - (double)c->pedestal.px[at]) / per_photon;
    double noise = c->noise.px ? (double)c->noise.px[at] : airy_jungfrau_noise(g);
    double variance = fmax(photons, 0) + (noise * noise + QUANTISATION) / (per_photon * per_photon);
    if (!isfinite(photons) || !isfinite(variance))
        return AIRY_MASK_GAIN;
    if (o->threshold > 0 && photons < o->threshold)
        photons = 0;
    out->photons.px[i] = (float)(o->round ? nearbyint(photons) : photons);
    out->variance.px[i] = (float)variance;
    return 0;
}

static uint32_t place_reasons(const airy_calibrate_options *o, int y, int x, int area)
{
    uint32_t bits = area > 1 && o->wide == AIRY_WIDE_MASK ? AIRY_MASK_WIDE : 0;
    bool edge = y == 0 || x == 0 || y == AIRY_MODULE_NY - 1 || x == AIRY_MODULE_NX - 1;
    return bits | (edge && o->mask_edges ? AIRY_MASK_EDGE : 0);
}

// Median of unlit G0 pixels over pedestal in one bank of 256 x 64, ADU; 0 when too few are unlit.
static double bank_offset(const uint16_t *raw, const airy_calibration *c,
                          const airy_calibrate_options *o, int y0, int x0, float *scratch)
{
    int n = 0, nx = c->gain.nx;
    for (int y = y0; y < y0 + AIRY_CHIP; y++)
        for (int x = x0; x < x0 + BANK; x++) {
            int i = y * nx + x, g;
            uint32_t bad = word_reasons(raw[i], o->high_gain, &g);
            double adu = (raw[i] & AIRY_WORD_ADC) - (double)c->pedestal.px[i];
            bool masked = c->mask.bits && (c->mask.bits[i] & AIRY_MASK_EXCLUDES);
            if (!bad && g == 0 && !masked &&
                fabs(adu / (double)c->gain.px[i]) < o->common_mode_below)
                scratch[n++] = (float)adu;
        }
    return n < UNLIT_LEAST ? 0 : airy_stats_median(scratch, n);
}

static airy_code common_mode(const uint16_t *raw, const airy_calibration *c,
                             const airy_calibrate_options *o, float **offset, airy_error *err)
{
    int across = c->gain.nx / BANK, down = c->gain.ny / AIRY_CHIP;
    float *scratch = airy_memory_new(AIRY_CHIP * BANK, sizeof *scratch);
    *offset = airy_memory_new((size_t)(across * down), sizeof **offset);
    if (!scratch || !*offset) {
        airy_memory_free(scratch);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the common mode");
    }
    for (int b = 0; o->common_mode && b < across * down; b++)
        (*offset)[b] =
            (float)bank_offset(raw, c, o, b / across * AIRY_CHIP, b % across * BANK, scratch);
    airy_memory_free(scratch);
    return AIRY_OK;
}

static void calibrate_pixel(uint16_t word, const airy_calibration *c,
                            const airy_calibrate_options *o, double offset, int i,
                            airy_pattern *out)
{
    int nx = c->gain.nx, y = i / nx % AIRY_MODULE_NY, x = i % nx % AIRY_MODULE_NX, g;
    int area = airy_jungfrau_area(y, x);
    uint32_t bits = place_reasons(o, y, x, area) | (c->mask.bits ? c->mask.bits[i] : 0);
    uint32_t unusable = word_reasons(word, o->high_gain, &g);
    double adu = (word & AIRY_WORD_ADC) - (g == 0 ? offset : 0);
    bits |= unusable ? unusable : convert(c, o, adu, g, i, out);
    if (area > 1 && o->wide == AIRY_WIDE_SPLIT) {
        out->photons.px[i] /= (float)area;
        out->variance.px[i] /= (float)(area * area);
    }
    out->mask.bits[i] = bits;
}

airy_code airy_jungfrau_calibrate(const uint16_t *raw, int ny, int nx,
                                  const airy_calibration *calibration,
                                  const airy_calibrate_options *options, airy_pattern *out,
                                  airy_error *err)
{
    float *offset = NULL;
    airy_code code = check(calibration, ny, nx, options, out, err);
    if (code == AIRY_OK)
        code = common_mode(raw, calibration, options, &offset, err);
    for (int i = 0; code == AIRY_OK && i < ny * nx; i++) {
        int bank = i / nx / AIRY_CHIP * (nx / BANK) + i % nx / BANK;
        calibrate_pixel(raw[i], calibration, options, (double)offset[bank], i, out);
    }
    if (code == AIRY_OK) {
        out->beam.energy_ev = options->energy_ev;
        airy_pattern_apply_mask(out);
    }
    airy_memory_free(offset);
    return code;
}
