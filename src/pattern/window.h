// SPDX-License-Identifier: GPL-3.0-or-later
// The square about the centre that measured pixels, or their Friedel mates, reach on all sides.
// Beyond it one axis has no data at all, and nothing there is worth solving for.
#ifndef AIRY_PATTERN_WINDOW_H
#define AIRY_PATTERN_WINDOW_H

#include "airy/detector.h"

// Side of that square, a good FFT size.
int airy_window_side(const airy_pattern *in);

// side x side pixels of a pattern with a known centre, which comes to lie within half a pixel of
// (side / 2, side / 2); what the pattern does not hold is MISSING. out is initialised here.
AIRY_MUST_CHECK airy_code airy_window_cut(const airy_pattern *in, int side, airy_pattern *out,
                                          airy_error *err);

#endif
