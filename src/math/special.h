// SPDX-License-Identifier: GPL-3.0-or-later
// The Mittag-Leffler function at many x of one b.
#ifndef AIRY_MATH_SPECIAL_H
#define AIRY_MATH_SPECIAL_H

#include "airy/math.h"

enum { AIRY_MITTAG_NODES = 28 };

// What of the sums hangs on b alone, node by node: real and imaginary parts of s^b, of the weights
// and of ln s.
typedef struct airy_mittag {
    double b;
    double pole[2][AIRY_MITTAG_NODES], weight[2][AIRY_MITTAG_NODES], log[2][AIRY_MITTAG_NODES];
} airy_mittag;

// 0 < b <= 1.
void airy_mittag_init(airy_mittag *mittag, double b);

// E_b(-x), x >= 0, and its slopes dE/dx and dE/db.
double airy_mittag_value(const airy_mittag *mittag, double x, double slope[2]);

#endif
