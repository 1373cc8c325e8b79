// SPDX-License-Identifier: GPL-3.0-or-later
// The transform of a ball.
#include "airy/math.h"

#include <math.h>

// Its series near 0, where the difference cancels: where they meet they are 1e-12 apart.
double airy_ball_transform(double x)
{
    if (x < 0.05)
        return 1 - x * x / 10 + x * x * x * x / 280;
    return 3 * (sin(x) - x * cos(x)) / (x * x * x);
}

// d/dx (sin x - x cos x) = x sin x.
double airy_ball_slope(double x, double *over_x)
{
    double ball = airy_ball_transform(x);
    *over_x = x < 0.05 ? -0.2 + x * x / 70 : 3 * (sin(x) / x - ball) / (x * x);
    return ball;
}
