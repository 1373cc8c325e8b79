// SPDX-License-Identifier: GPL-3.0-or-later
// Places that chance picks for bands and spots, apart from one another.
#ifndef AIRY_SIMULATE_PLACES_H
#define AIRY_SIMULATE_PLACES_H

#include "airy/simulate.h"
#include "phantom.h"

// Distance between the lines of two features, 0 where they cross; good to a hundredth of their
// length.
double airy_feature_distance(const airy_feature *a, const airy_feature *b);

// Moves n features (AIRY_FEATURES_MAX at most), given about (0, 0) in the unit disc, to random
// places: both ends within 0.8 of the middle, the line of feature i `apart[i]` or more from those
// before it. Where that was in vain too often, all begin anew a little nearer to one another, so
// that there is always a way.
void airy_features_place(airy_feature *feature, const double *apart, int n, airy_random *random);

#endif
