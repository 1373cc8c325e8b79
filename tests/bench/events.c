// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a file of events of steady light without dynamics, for timings: events FILE MEAN PIXELS
// FRAMES. Rows have 345 pixels, the last one what is left; photons come one after another, at
// exponential distances along all pixels of all frames.
#include "airy/source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 345 };

static airy_code write(const char *path, double mean, int pixels, int frames, airy_error *err)
{
    airy_pattern frame = {0};
    airy_random random;
    int ny = (pixels + WIDTH - 1) / WIDTH;
    double n = (double)ny * WIDTH, next = 0;
    airy_code code = airy_pattern_init(&frame, ny, WIDTH, err);
    airy_events_file *file =
        code == AIRY_OK ? airy_events_create(path, &frame.mask, true, err) : NULL;
    airy_random_init(&random, 1, 0, AIRY_STREAM_SPECKLE, 0);
    for (int t = 0; file && code == AIRY_OK && t < frames; t++) {
        memset(frame.photons.px, 0, (size_t)n * sizeof *frame.photons.px);
        for (; next < n; next += -log(1 - airy_random_uniform(&random)) / mean)
            frame.photons.px[(int)next] += 1;
        next -= n;
        code = airy_events_append(file, &frame, true, err);
    }
    if (file && code == AIRY_OK)
        code = airy_events_commit(file, &(airy_setup){0}, 2.5, NULL, err);
    airy_events_close(file);
    airy_pattern_release(&frame);
    return file ? code : err->code;
}

int main(int argc, char **argv)
{
    airy_error err = {0};
    if (argc != 5) {
        fprintf(stderr, "usage: events FILE MEAN PIXELS FRAMES\n");
        return 2;
    }
    if (write(argv[1], atof(argv[2]), atoi(argv[3]), atoi(argv[4]), &err) == AIRY_OK)
        return 0;
    fprintf(stderr, "events: %s\n", err.message);
    return 1;
}
