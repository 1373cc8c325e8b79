// SPDX-License-Identifier: GPL-3.0-or-later
// The square about the center that measured pixels, or their Friedel mates, reach on all sides.
// Beyond it one axis has no data at all, and nothing there is worth solving for.
#ifndef AIRY_PATTERN_WINDOW_H
#define AIRY_PATTERN_WINDOW_H

#include "airy/detector.h"

// Side of that square, a good FFT size.
int airy_window_side(const airy_pattern *in);

#endif
