// SPDX-License-Identifier: GPL-3.0-or-later
// The form factor of a uniform sphere, averaged over a pixel.
#include "sphere.h"

#include <math.h>

// f = g^2, g = 3 j1(x) / x, and for the pixel's area the derivatives of g. With (j_n / x^n)' =
// -j_(n+1) / x^n: g' = -3 j2 / x, g'' = -3 (j2 / x - j3) / x, g''' = 3 (3 j3 / x - j4) / x.
struct bessel {
    double j1, j2, j3, j4;
};

// Upwards: j_(n+1) = (2 n + 1) j_n / x - j_(n-1), good enough above the reach of the series.
// over = 1 / x: one quotient, since they take most of the time.
static struct bessel bessel_at(double x, double over)
{
    struct bessel b;
    double j0 = sin(x) * over;
    b.j1 = (j0 - cos(x)) * over;
    b.j2 = 3 * b.j1 * over - j0;
    b.j3 = 5 * b.j2 * over - b.j1;
    b.j4 = 7 * b.j3 * over - b.j2;
    return b;
}

#define SERIES_BELOW 0.05

double airy_sphere_slope(double x, double area, double *slope, double *by_area)
{
    double x2 = x * x;
    if (x < SERIES_BELOW) { // to x^4
        *slope = x * (-2.0 / 5 + 12 * x2 / 175 + area * 96 / 175);
        *by_area = -4.0 / 5 + 48 * x2 / 175;
        return 1 - x2 / 5 + 3 * x2 * x2 / 175 + area * *by_area;
    }
    double over = 1 / x;
    struct bessel b = bessel_at(x, over);
    double g = 3 * b.j1 * over, g1 = -3 * b.j2 * over;
    double g2 = -3 * (b.j2 * over - b.j3) * over, g3 = 3 * (3 * b.j3 * over - b.j4) * over;
    *slope = 2 * g * g1 +
             2 * area * (3 * g1 * g2 + g * g3 + (g1 * g1 + g * g2) * over - g * g1 * over * over);
    *by_area = 2 * (g1 * g1 + g * g2 + g * g1 * over);
    return g * g + area * *by_area;
}

double airy_sphere_factor(double x, double area)
{
    double slope, by_area;
    return airy_sphere_slope(x, area, &slope, &by_area);
}
