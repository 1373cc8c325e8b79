// SPDX-License-Identifier: GPL-3.0-or-later
// Mean and RMS of dark frames, one gain stage after another, from exact sums in bounded memory.
#include "detector/jungfrau.h"

#include <math.h>

#define WRONG_MOST 0.01 // share of frames in another stage above which a pixel is marked

// Sums of 14-bit words: 32 bits hold 2^18 of them, 64 bits their squares.
typedef struct stage {
    int frames;
    uint32_t *sum, *wrong;
    uint64_t *squares;
} stage;

struct airy_darks {
    int ny, nx;
    stage stage[AIRY_GAINS];
};

enum { FRAMES_MOST = 1 << 18 };

airy_darks *airy_darks_new(int ny, int nx, airy_error *err)
{
    if (airy_jungfrau_check_shape(ny, nx, err) != AIRY_OK)
        return NULL;
    size_t n = (size_t)ny * (size_t)nx;
    airy_darks *darks = airy_memory_new(1, sizeof *darks);
    bool good = darks != NULL;
    for (int g = 0; good && g < AIRY_GAINS; g++) {
        stage *s = &darks->stage[g];
        s->sum = airy_memory_new(n, sizeof *s->sum);
        s->wrong = airy_memory_new(n, sizeof *s->wrong);
        s->squares = airy_memory_new(n, sizeof *s->squares);
        good = s->sum && s->wrong && s->squares;
    }
    if (!good) {
        airy_darks_free(darks);
        airy_error_set(err, AIRY_EMEMORY, "no memory for dark frames of %d x %d", ny, nx);
        return NULL;
    }
    darks->ny = ny, darks->nx = nx;
    return darks;
}

void airy_darks_free(airy_darks *darks)
{
    for (int g = 0; darks && g < AIRY_GAINS; g++) {
        airy_memory_free(darks->stage[g].sum);
        airy_memory_free(darks->stage[g].wrong);
        airy_memory_free(darks->stage[g].squares);
    }
    airy_memory_free(darks);
}

void airy_darks_add(airy_darks *darks, int g, const uint16_t *raw)
{
    stage *s = &darks->stage[g];
    if (s->frames >= FRAMES_MOST)
        return; // the mean is long known better than the converter's step
    s->frames++;
    for (int i = 0; i < darks->ny * darks->nx; i++) {
        uint32_t adc = raw[i] & AIRY_WORD_ADC;
        bool wrong = airy_jungfrau_stage(raw[i]) != g || raw[i] == AIRY_WORD_LOST ||
                     raw[i] == AIRY_WORD_EMPTY;
        s->wrong[i] += wrong;
        s->sum[i] += wrong ? 0 : adc;
        s->squares[i] += wrong ? 0 : (uint64_t)adc * adc;
    }
}

// Fills one plane of pedestal and noise; NaN where a pixel was never read in this stage.
static void finish_stage(const stage *s, int n, float *pedestal, float *noise, uint32_t *bits)
{
    for (int i = 0; i < n; i++) {
        double count = (double)s->frames - (double)s->wrong[i];
        double mean = count > 0 ? s->sum[i] / count : NAN;
        double spread = count > 1 ? ((double)s->squares[i] - count * mean * mean) / (count - 1) : 0;
        pedestal[i] = (float)mean;
        noise[i] = count > 0 ? (float)sqrt(fmax(spread, 0)) : NAN;
        if (s->frames && s->wrong[i] > WRONG_MOST * s->frames)
            bits[i] |= AIRY_MASK_GAIN;
    }
}

static void mark_noisy(const float *noise, int n, double limit, uint32_t *bits)
{
    double most = limit * airy_stats_median(noise, n);
    for (int i = 0; i < n; i++)
        if (most > 0 && noise[i] > most)
            bits[i] |= AIRY_MASK_NOISY;
}

// Frames of a stage most of whose words are of another belong to another run.
static airy_code check_order(const airy_darks *darks, airy_error *err)
{
    int n = darks->ny * darks->nx;
    for (int g = 0; g < AIRY_GAINS; g++) {
        const stage *s = &darks->stage[g];
        double wrong = 0;
        for (int i = 0; i < n; i++)
            wrong += s->wrong[i];
        if (wrong > 0.5 * n * s->frames)
            return airy_error_set(err, AIRY_EVALUE,
                                  "%.3g %% of the words of the dark run of G%d are of another "
                                  "stage: are the runs in the order G0 G1 G2?",
                                  100 * wrong / n / s->frames, g);
    }
    return AIRY_OK;
}

airy_code airy_darks_finish(const airy_darks *darks, double noise_limit, airy_calibration *out,
                            airy_error *err)
{
    int n = darks->ny * darks->nx, frames = 0;
    *out = (airy_calibration){0};
    for (int g = 0; g < AIRY_GAINS; g++)
        frames += darks->stage[g].frames;
    if (frames == 0)
        return airy_error_set(err, AIRY_EVALUE, "there are no dark frames");
    airy_code code = check_order(darks, err);
    if (code == AIRY_OK)
        code = airy_stack_init(&out->pedestal, AIRY_GAINS, darks->ny, darks->nx, err);
    if (code == AIRY_OK)
        code = airy_stack_init(&out->noise, AIRY_GAINS, darks->ny, darks->nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&out->mask, darks->ny, darks->nx, err);
    if (code != AIRY_OK) {
        airy_calibration_release(out);
        return code;
    }
    for (int g = 0; g < AIRY_GAINS; g++) {
        float *noise = airy_stack_image(&out->noise, g).px;
        finish_stage(&darks->stage[g], n, airy_stack_image(&out->pedestal, g).px, noise,
                     out->mask.bits);
        if (noise_limit > 0)
            mark_noisy(noise, n, noise_limit, out->mask.bits);
    }
    return AIRY_OK;
}
