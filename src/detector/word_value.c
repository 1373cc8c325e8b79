// SPDX-License-Identifier: GPL-3.0-or-later
// One raw word to photons with a variance and reasons, and what is common to a bank of them.
#include "detector/calibrator.h"
#include "detector/jungfrau.h"

#include <float.h>
#include <math.h>

enum { UNLIT_LEAST = 256 }; // least pixels for a median

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
    const airy_setup setup = {.energy_ev = options->energy_ev};
    if (!(options->energy_ev > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "the photon energy is %g eV, it must be above 0",
                              options->energy_ev);
    if (airy_setup_check(&setup, AIRY_FOR_RINGS, err) != AIRY_OK)
        return AIRY_EVALUE;
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

// Why a word cannot be used at all, and the stage it was read in.
static uint32_t word_reasons(uint16_t word, bool high_gain, int *g)
{
    *g = airy_jungfrau_stage(word);
    if (word == (high_gain ? AIRY_WORD_SATURATED_HG : AIRY_WORD_SATURATED))
        return AIRY_MASK_SATURATED;
    if (word == AIRY_WORD_LOST || word == AIRY_WORD_EMPTY)
        return AIRY_MASK_LOST;
    if (word == AIRY_WORD_STUCK)
        return AIRY_MASK_INVALID;
    return *g < 0 ? AIRY_MASK_GAIN : 0;
}

bool airy_calibration_scale(const airy_calibration *c, double energy_ev, int g, int i,
                            airy_word_scale *scale)
{
    int at = g * c->gain.ny * c->gain.nx + i;
    double per_adu = 1 / ((double)c->gain.px[at] * energy_ev * 1e-3); // negative in G1 and G2
    double pedestal = (double)c->pedestal.px[at];
    double noise = c->noise.px ? (double)c->noise.px[at] : airy_jungfrau_noise(g);
    double read = (noise * noise + QUANTISATION) * per_adu * per_adu;
    double most = (fabs(pedestal) + AIRY_WORD_ADC) * fabs(per_adu);
    *scale = (airy_word_scale){0};
    bool possible = isfinite(c->gain.px[at]) && pedestal > 0 && pedestal <= AIRY_WORD_ADC;
    if (!possible || !(most < FLT_MAX) || !(read < FLT_MAX)) // NaN included
        return false;
    *scale = (airy_word_scale){(float)pedestal, (float)per_adu, (float)read};
    return true;
}

// E = (adc - pedestal) / gain; the variance is that of the photons and of the read noise.
airy_word_value airy_calibration_value(const airy_calibration *c, const airy_calibrate_options *o,
                                       uint16_t word, int i, double offset_adu)
{
    airy_word_scale scale;
    int g;
    uint32_t unusable = word_reasons(word, o->high_gain, &g);
    if (unusable)
        return (airy_word_value){.reasons = unusable};
    if (!airy_calibration_scale(c, o->energy_ev, g, i, &scale))
        return (airy_word_value){.reasons = AIRY_MASK_GAIN};
    float pedestal = scale.pedestal + (g == 0 ? (float)offset_adu : 0);
    float photons = ((float)(word & AIRY_WORD_ADC) - pedestal) * scale.per_adu;
    airy_word_value value = {.photons = photons,
                             .variance = (photons > 0 ? photons : 0) + scale.read};
    if (o->threshold > 0 && photons < (float)o->threshold)
        value.photons = 0;
    if (o->round)
        value.photons = nearbyintf(value.photons);
    return value;
}

// ------------------------------------------------------------------ common mode

int airy_calibration_bank(int i, int nx)
{
    return i / nx / AIRY_CHIP * (nx / AIRY_BANK) + i % nx / AIRY_BANK;
}

static double bank_offset(const airy_calibration *c, const airy_calibrate_options *o,
                          const uint16_t *words, int first, float *scratch)
{
    int n = 0, nx = c->gain.nx;
    for (int k = 0; k < AIRY_CHIP * AIRY_BANK; k++) {
        int i = first + k / AIRY_BANK * nx + k % AIRY_BANK, g;
        uint32_t bad = word_reasons(words[i], o->high_gain, &g);
        double adu = (words[i] & AIRY_WORD_ADC) - (double)c->pedestal.px[i];
        bool masked = c->mask.bits && (c->mask.bits[i] & AIRY_MASK_EXCLUDES);
        if (!bad && g == 0 && !masked && fabs(adu / (double)c->gain.px[i]) < o->common_mode_below)
            scratch[n++] = (float)adu;
    }
    return n < UNLIT_LEAST ? 0 : airy_stats_median(scratch, n);
}

void airy_calibration_offsets(const airy_calibration *c, const airy_calibrate_options *o,
                              const uint16_t *words, float *scratch, float *offset)
{
    int nx = c->gain.nx, across = nx / AIRY_BANK, banks = c->gain.ny / AIRY_CHIP * across;
    for (int b = 0; b < banks; b++) {
        int first = b / across * AIRY_CHIP * nx + b % across * AIRY_BANK;
        offset[b] = (float)bank_offset(c, o, words, first, scratch);
    }
}
