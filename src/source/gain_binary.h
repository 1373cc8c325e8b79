// SPDX-License-Identifier: GPL-3.0-or-later
// Gains of one module a file, as PSI's calibration writes them.
#ifndef AIRY_SOURCE_GAIN_BINARY_H
#define AIRY_SOURCE_GAIN_BINARY_H

#include "airy/source.h"

// Whether a spec names such files: it ends in ".bin".
bool airy_gain_binary_is(const char *spec);

// Reads "M0.bin,M1.bin,...": the modules from top to bottom of the stack, each of 3, 4 or 6 planes
// of 512 x 1024 little-endian float64 without a header (PSI's gainMaps_Mnnn.bin).
AIRY_MUST_CHECK airy_code airy_gain_binary_read(const char *spec, bool high_gain, airy_stack *gain,
                                                airy_error *err);

// Which of `count` planes stand for G0, G1, G2: of 3 all; of 4 the last is HG0; of 6 the last three
// are HG0, HG1, HG2. NULL for any other count.
const int *airy_gain_planes(int count, bool high_gain);

#endif
