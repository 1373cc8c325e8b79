// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of a JUNGFRAU 4M a second and core: words in memory to the plane, and straight to cells,
// beside a plain copy of the same words.
//
// A table on stdout: what was done, milliseconds a frame, frames per second and core, the time in
// units of the copy's, and the bytes it has to move. The best of several rounds.
#include "airy/pattern.h"
#include "airy/source.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MODULES = 8, NY = MODULES * AIRY_MODULE_NY, NX = AIRY_MODULE_NX, FRAMES = 8, ROUNDS = 5 };
enum { PIXELS = NY * NX };

typedef struct bench {
    uint16_t *words[FRAMES], *copy;
    airy_calibration calibration;
    airy_geometry geometry;
    airy_calibrator *calibrator;
    airy_pattern plane, binned;
    airy_raw_bins *bins;
    airy_raw_bins_work *work;
} bench;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Noise about the pedestal, and a bright spot in which 2 % of the pixels are read in G1.
static void fill_words(uint16_t *words, uint32_t frame)
{
    airy_random random;
    airy_random_init(&random, 1, frame, 0, 0);
    for (int i = 0; i < PIXELS; i++) {
        int y = i / NX - NY / 2, x = i % NX - NX / 2;
        bool bright = y * y + x * x < PIXELS / 157;
        words[i] = (uint16_t)(bright ? 0x4000 | (int)(14000 + 100 * airy_random_uniform(&random))
                                     : (int)(3000 + 40 * airy_random_uniform(&random)));
    }
}

static airy_code set_up(bench *b, airy_error *err)
{
    static const float gain[] = {41.5f, -1.39f, -0.11f}, pedestal[] = {3000, 15000, 15000};
    airy_calibrate_options calibrate;
    airy_bin_options bin;
    airy_calibrate_options_defaults(&calibrate);
    airy_bin_options_defaults(&bin);
    airy_code code = airy_stack_init(&b->calibration.gain, AIRY_GAINS, NY, NX, err);
    if (code == AIRY_OK)
        code = airy_stack_init(&b->calibration.pedestal, AIRY_GAINS, NY, NX, err);
    for (int i = 0; code == AIRY_OK && i < AIRY_GAINS * PIXELS; i++) {
        b->calibration.gain.px[i] = gain[i / PIXELS];
        b->calibration.pedestal.px[i] = pedestal[i / PIXELS];
    }
    b->copy = airy_memory_new(PIXELS, sizeof *b->copy);
    for (int f = 0; f < FRAMES; f++) {
        b->words[f] = airy_memory_new(PIXELS, sizeof *b->words[f]);
        if (!b->words[f] || !b->copy)
            return airy_error_set(err, AIRY_EMEMORY, "no memory for frames");
        fill_words(b->words[f], (uint32_t)f);
    }
    if (code == AIRY_OK)
        code = airy_geometry_grid(&b->geometry, MODULES / 2, 2, err);
    if (code != AIRY_OK)
        return code;
    b->calibrator = airy_calibrator_new(&b->calibration, &calibrate, &b->geometry, NY, NX, err);
    if (!b->calibrator || airy_calibrator_plane(b->calibrator, &b->plane, err) != AIRY_OK)
        return err->code;
    b->bins = airy_raw_bins_new(b->calibrator, &bin, &b->plane, err);
    b->work = b->bins ? airy_raw_bins_work_new(b->bins, err) : NULL;
    return b->work ? airy_raw_bins_plane(b->bins, &b->binned, err) : err->code;
}

static void do_copy(bench *b, int f)
{
    memcpy(b->copy, b->words[f], PIXELS * sizeof *b->copy);
}

static void do_plane(bench *b, int f)
{
    (void)!airy_calibrator_frame(b->calibrator, b->words[f], false, &b->plane, NULL);
}

static void do_cells(bench *b, int f)
{
    airy_raw_bins_frame(b->bins, b->work, b->words[f], false, &b->binned, NULL);
}

// Seconds a frame.
static double measure(bench *b, void (*step)(bench *b, int f))
{
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (int f = 0; f < FRAMES; f++)
            step(b, f);
        double one = (now() - start) / FRAMES;
        best = one < best ? one : best;
    }
    return best;
}

static void release(bench *b)
{
    for (int f = 0; f < FRAMES; f++)
        airy_memory_free(b->words[f]);
    airy_memory_free(b->copy);
    airy_raw_bins_work_free(b->work);
    airy_raw_bins_free(b->bins);
    airy_calibrator_free(b->calibrator);
    airy_geometry_release(&b->geometry);
    airy_calibration_release(&b->calibration);
    airy_pattern_release(&b->plane);
    airy_pattern_release(&b->binned);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*step)(bench *b, int f);
        double bytes; // a pixel, read and written
    } rows[] = {
        {"copy", do_copy, 4},
        {"calibrate and assemble", do_plane, 14 + 4 + 12},
        {"calibrate, assemble and bin by 3", do_cells, 14 + 20 / 9. + 16 / 9.},
    };
    static bench b;
    airy_error err = {0};
    airy_code code = set_up(&b, &err);
    double copy = code == AIRY_OK ? measure(&b, do_copy) : 0;
    if (code == AIRY_OK)
        printf("# frames of %d x %d words\n# what\tms\tframes_per_s_core\tcopies\tMB_moved\n", NY,
               NX);
    for (size_t i = 0; code == AIRY_OK && i < sizeof rows / sizeof *rows; i++) {
        double time = measure(&b, rows[i].step);
        printf("%s\t%.2f\t%.0f\t%.1f\t%.0f\n", rows[i].name, 1e3 * time, 1 / time, time / copy,
               rows[i].bytes * PIXELS * 1e-6);
    }
    if (code != AIRY_OK)
        fprintf(stderr, "%s\n", err.message);
    release(&b);
    return code != AIRY_OK;
}
