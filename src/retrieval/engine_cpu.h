// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of the CPU engine share. Rules and drivers must not look in here.
//
// Row y of a window is row (y0 + y) mod ny of the image: a translation, which no projection
// notices. Spectra are stored column by column, coefficient (ky, kx) at kx ny + ky.
#ifndef AIRY_RETRIEVAL_ENGINE_CPU_H
#define AIRY_RETRIEVAL_ENGINE_CPU_H

#include "retrieval/engine.h"

enum { AIRY_SPECTRA = AIRY_EXTRA + 1 }; // buffers that are known by their transforms, too

struct airy_engine {
    bool half; // half planes of a real array
    bool complex_object;
    int ny, nx, y0;
    int columns;     // of a spectrum
    int reals;       // floats of a window
    int waves;       // complex numbers of a spectrum
    float unscale;   // 1 / (ny nx)
    double diameter; // of a disc with the support's area, pixels
    airy_strip *window;
    airy_strip *all; // every row: the same handle where the window is everything

    // Constant while iterating.
    float *hi;               // (reals) the box
    float lo;                // factor: lo = lo * hi
    float *amplitude, *used; // (waves) b, m
    float *count;            // (waves) how many pixels of the pattern count in R
    float *filter_y;         // (2 ny), for either part of a number, and
    float *filter_x;         // (columns): the Fourier filter is their product, ones when off
    float *filter_real;      // (reals)
    bool filters_real;       // filter_real is on
    double sum;              // of count x b

    // The state: one block, so that saving is copying.
    float *state;
    int state_size;
    float *real[AIRY_BUFFERS]; // (reals); iterate and best lie in the state
    float *wave[AIRY_SPECTRA]; // (2 waves); that of the iterate is z and lies in the state
    float *dual;               // (2 waves) in the state
    float *kept_z, *kept_dual; // (2 waves) in the state

    float *plane; // (reals) scratch; h while it is owed
    bool owed;    // the dual is X, and F h has still to be taken from it (gps.c)
    float *whole; // floats of every row: scratch
};

// One pass over the columns of spectra, and its numbers.
struct airy_sweep {
    airy_engine *engine;
    float *from, *to; // spectra
    float a, b, c;    // as the pass needs them
    double sum;
};

// Where column kx of a spectrum begins.
static inline float *airy_column_at(const airy_engine *engine, float *wave, int kx)
{
    return wave + 2 * (size_t)kx * (size_t)engine->ny;
}

// Gives the columns of `from`, times a.
void airy_engine_give(void *sweep, int kx, float complex *column);

// Takes from the dual what is owed.
void airy_engine_settle(airy_engine *engine);

#endif
