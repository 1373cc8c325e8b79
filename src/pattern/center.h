// SPDX-License-Identifier: GPL-3.0-or-later
// The two halves of the center search.
#ifndef AIRY_PATTERN_CENTER_H
#define AIRY_PATTERN_CENTER_H

#include "airy/pattern.h"

// The center to about half a pixel from the masked correlation with the rotated pattern, into
// result->y, x and correlation. overlap: least share of measured pixels with a measured mate.
AIRY_MUST_CHECK airy_code airy_center_search(const airy_pattern *pattern, double overlap,
                                             airy_center_result *result, airy_error *err);

#endif
