// SPDX-License-Identifier: GPL-3.0-or-later
// Wigner's 3j symbols, from GSL.
#include "airy/math.h"
#include "gsl.h"

#include <gsl/gsl_sf_coupling.h>

double airy_three_j(const int l[3], const int m[3])
{
    airy_gsl_quiet();
    // GSL takes twice the numbers, so that halves can be asked for
    return gsl_sf_coupling_3j(2 * l[0], 2 * l[1], 2 * l[2], 2 * m[0], 2 * m[1], 2 * m[2]);
}
