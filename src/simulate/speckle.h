// SPDX-License-Identifier: GPL-3.0-or-later
// Of speckle.c, for the room and its tests.
#ifndef AIRY_SIMULATE_SPECKLE_H
#define AIRY_SIMULATE_SPECKLE_H

#include "airy/simulate.h"

// All frames, (frames, ny, nx); stationary fields by circulant embedding (Dietrich & Newsam, SIAM
// J. Sci. Comput. 18 (1997) 1088). The same numbers for any threads. airy_memory_free(*frames).
AIRY_MUST_CHECK airy_code airy_simulate_speckle(const airy_speckle_simulation *options,
                                                float **frames, airy_error *err);

// g2 of steady speckle, flat and all: (1 + flat^2) (1 + phi(delay)^2 / modes).
double airy_speckle_true_g2(const airy_speckle_simulation *options, double delay);

#endif
