// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked of parameters, in words.
#ifndef AIRY_CURVES_CHOICES_H
#define AIRY_CURVES_CHOICES_H

#include "airy/curves.h"
#include "fits.h"

// The models by name, the chosen one first, and what is asked of their parameters. A name must be
// a parameter of one of them.
AIRY_MUST_CHECK airy_code airy_choices_read(const airy_curves_options *options,
                                            const airy_fit_model *models[AIRY_CURVES_MODELS],
                                            airy_fit_options *fit, int *n, airy_error *err);

#endif
