// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting times of heavy tails, by inversion.
#include "waits.h"

#include "base/units.h"

#include <math.h>

// Neither 0 nor 1.
static double open_uniform(airy_random *random)
{
    return airy_random_uniform(random) + 0.5 / 4294967296.0;
}

double airy_wait_draw(double tau, double beta, airy_random *random)
{
    double u = open_uniform(random), v = open_uniform(random), b = beta;
    if (b == 1)
        return -tau * log(u);
    double shape = sin(AIRY_PI * b) / tan(AIRY_PI * b * v) - cos(AIRY_PI * b);
    return -tau * log(u) * pow(shape, 1 / b);
}
