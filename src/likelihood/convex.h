// SPDX-License-Identifier: GPL-3.0-or-later
// A smooth body that is no spheroid, as an image has it: convex, and its own twin.
//
// The chords of a convex body along the beam make a concave function of where they are (Brunn's
// theorem), so that its projection lies below planes that touch it, and its outline within lines
// that do. Bands, voids and inclusions of an image lie below or above its body; planes that touch
// the even part of the image, smoothed, pass over them.
#ifndef AIRY_LIKELIHOOD_CONVEX_H
#define AIRY_LIKELIHOOD_CONVEX_H

#include "airy/base.h"

#include <stdbool.h>

enum { AIRY_BEARINGS = 48, AIRY_STEEPS = 16 }; // of planes over half a turn; slopes at each

// Lengths in cycles a bin, heights in any unit: a body is scaled to the photons.
typedef struct airy_convex {
    double c[AIRY_BEARINGS], s[AIRY_BEARINGS]; // of the bearings
    double reach[AIRY_BEARINGS];               // |c x + s y| <= reach inside the outline
    double steep[AIRY_STEEPS];                 // slopes
    double height[AIRY_BEARINGS][AIRY_STEEPS]; // the body is below height - steep |c x + s y|
} airy_convex;

struct airy_level;
struct airy_trial;

// Of the trial's image, a level's, looked at on the pixels of a finer one.
AIRY_MUST_CHECK airy_code airy_convex_fit(airy_convex *shape, const struct airy_level *level,
                                          const struct airy_trial *trial,
                                          const struct airy_level *fine, airy_error *err);

// True where it lies within `margin` times the outline.
bool airy_convex_holds(const airy_convex *shape, double margin, double y, double x);

// The body on the window of a level, its sum 1; and its transform there, 1 at 0, into level->body.
void airy_convex_sample(const airy_convex *shape, const struct airy_level *level, float *window);
AIRY_MUST_CHECK airy_code airy_convex_cast(const airy_convex *shape, struct airy_level *level,
                                           airy_error *err);

#endif
