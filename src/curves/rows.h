// SPDX-License-Identifier: GPL-3.0-or-later
// Of rows.c, for the room and its tests.
#ifndef AIRY_CURVES_ROWS_H
#define AIRY_CURVES_ROWS_H

#include "airy/curves.h"
#include "fits.h"

// Rows "<by> model parameter value error low high unit" of all fits, with the rows chi2, dof,
// scatter, aicc, weight, n, censored and what follows from the parameters; values are "infinite"
// where they are. The history is the caller's.
AIRY_MUST_CHECK airy_code airy_curves_to_table(const airy_curves *curves, const airy_table *from,
                                               const airy_curves_fits *fits,
                                               const airy_curves_options *options,
                                               airy_table *table, airy_error *err);

// Rows "<by> model <x> <y> <dy> fit residual": the points with every model's curve, residuals in
// errors where those are known.
AIRY_MUST_CHECK airy_code airy_curves_points(const airy_curves *curves, const airy_table *from,
                                             const airy_curves_fits *fits, airy_table *table,
                                             airy_error *err);

#endif
