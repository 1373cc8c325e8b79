// SPDX-License-Identifier: GPL-3.0-or-later
// Of mittag.c, for the room and its tests.
#ifndef AIRY_MATH_MITTAG_H
#define AIRY_MATH_MITTAG_H

#include "airy/math.h"

// Moments of phi(t) = exp(-m (t / tau)^beta), in the unit of tau; m is 1 for a field, 2 for an
// intensity correlation. The area int phi dt is the mean time; the centroid is int t phi / int phi;
// the k-th moment <tau^k>, k > 0, is that of the spectrum of relaxation times (Lindsey & Patterson,
// J. Chem. Phys. 73, 3348, 1980).
double airy_kww_mean_time(double tau, double beta, double m);
double airy_kww_centroid(double tau, double beta, double m);
double airy_kww_moment(double tau, double beta, double m, double k);

// int E_b(-(t / tau)^b)^power dt, power 1 or 2: infinite for b < 1 (power 1) and for b <= 1/2
// (power 2), whose tails fall too slowly.
double airy_mittag_mean_time(double tau, double b, int power);

#endif
