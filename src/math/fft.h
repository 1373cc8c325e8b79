// SPDX-License-Identifier: GPL-3.0-or-later
// Of fft.c, for the room and its benchmarks.
#ifndef AIRY_MATH_FFT_H
#define AIRY_MATH_FFT_H

#include "airy/math.h"

// Backward transform of a line without the factor 1 / n.
void airy_fft_line_backward_raw(const airy_fft_line *line, const float complex *in,
                                float complex *out);

#endif
