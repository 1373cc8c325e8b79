// SPDX-License-Identifier: GPL-3.0-or-later
// Of body.c, for the room.
#ifndef AIRY_DENSITY_BODY_H
#define AIRY_DENSITY_BODY_H

#include "airy/density.h"

// Volume in pixels^3; the hidden semi-axis is the one across.
double airy_body_volume(const airy_body *body);

// The body with y, x, r_par, r_perp and blur^2 moved by step[AIRY_BODY_PARAMETERS], its mass kept.
void airy_body_move(const airy_body *body, const double *step, airy_body *out);

#endif
