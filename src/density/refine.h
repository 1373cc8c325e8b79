// SPDX-License-Identifier: GPL-3.0-or-later
// A body fitted where structure does not reach, and how well it is known.
#ifndef AIRY_DENSITY_REFINE_H
#define AIRY_DENSITY_REFINE_H

#include "airy/density.h"

// Fits a body near the image's to it with weights, and fills covariance and errors; blur: it is
// fitted too. NaN counts as the body's own value. The mass is left as it is. Errors: AIRY_EMEMORY,
// AIRY_ENUMERIC (a parameter is not determined).
AIRY_MUST_CHECK airy_code airy_body_refine(const airy_image *image, bool blur, airy_body *body,
                                           airy_error *err);

#endif
