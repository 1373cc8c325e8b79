// SPDX-License-Identifier: GPL-3.0-or-later
// The transform of a ball.
#include "airy/math.h"

#include <math.h>

// Its series near 0, where the difference cancels: both are right to 1e-12 where they meet.
double airy_ball_transform(double x)
{
    if (x < 0.05)
        return 1 - x * x / 10 + x * x * x * x / 280;
    return 3 * (sin(x) - x * cos(x)) / (x * x * x);
}
