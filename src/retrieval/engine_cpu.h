// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of the CPU engine share. Rules and drivers must not look in here.
#ifndef AIRY_RETRIEVAL_ENGINE_CPU_H
#define AIRY_RETRIEVAL_ENGINE_CPU_H

#include "retrieval/engine.h"

struct airy_engine {
    bool half; // half planes of a real array
    bool complex_object;
    int ny, nx, columns; // columns of a Fourier plane
    int reals;           // floats of a real-space buffer
    int waves;           // complex numbers of a Fourier buffer
    float unscale;       // 1 / (ny nx)
    double diameter;     // of a disc with the support's area, pixels
    airy_fft *fft;

    // Constant while iterating.
    float *hi;               // (reals) the box
    float lo;                // factor: lo = lo * hi
    float *amplitude, *used; // (waves) b, m
    float *count;            // (waves) how many pixels of the pattern count in R
    float *filter_fourier;   // (waves), all ones when off
    float *filter_real;      // (reals)
    bool filters_real;       // filter_real is on
    double sum;              // of count x b

    // The state: one block, so that saving is copying.
    float *state;
    int state_size;
    float *real[AIRY_BUFFERS]; // (reals); iterate and best lie in the state
    float *z, *dual;           // (2 waves) in the state
    float *kept_z, *kept_dual; // (2 waves) in the state

    // Scratch.
    float *wave;  // (2 waves)
    float *plane; // (reals)
};

// wave = F real.
void airy_engine_forward(const airy_engine *engine, const float *real, float *wave);

// real = ny nx F^-1 wave; destroys the wave.
void airy_engine_backward_raw(const airy_engine *engine, float *wave, float *real);

#endif
