// SPDX-License-Identifier: GPL-3.0-or-later
// The JUNGFRAU word and module: gain bits, special words, pixels larger than others.
#ifndef AIRY_DETECTOR_JUNGFRAU_H
#define AIRY_DETECTOR_JUNGFRAU_H

#include "airy/detector.h"

enum {
    AIRY_WORD_ADC = 0x3fff,
    AIRY_WORD_SATURATED = 0xc000, // G2 at ADC 0
    AIRY_WORD_SATURATED_HG = 0x3fff,
    AIRY_WORD_STUCK = 0x4000, // G1 at ADC 0
    AIRY_WORD_LOST = 0xffff,  // fill of absent modules and packets
    AIRY_WORD_EMPTY = 0,      // the same of others: no pedestal is as low
};

// Gain stage of a word: 0, 1, 2, or -1 for the invalid code 2.
int airy_jungfrau_stage(uint16_t word);

// Area of the data pixel at (y, x) of a module in pixels: 1, 2 or 4.
int airy_jungfrau_area(int y, int x);

// Read noise of stage g where no measured one is given, ADU RMS.
double airy_jungfrau_noise(int g);

// Checks that an array holds whole modules.
airy_code airy_jungfrau_check_shape(int ny, int nx, airy_error *err);

#endif
