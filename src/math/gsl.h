// SPDX-License-Identifier: GPL-3.0-or-later
// The one door to GSL: whoever calls it comes by here first.
#ifndef AIRY_MATH_GSL_H
#define AIRY_MATH_GSL_H

// From the first call on, GSL returns codes, which have to be looked at, and NULL where there is no
// memory. Any thread.
void airy_gsl_quiet(void);

#endif
