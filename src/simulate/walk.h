// SPDX-License-Identifier: GPL-3.0-or-later
// Of walk.c, for the room and its tests.
#ifndef AIRY_SIMULATE_WALK_H
#define AIRY_SIMULATE_WALK_H

#include "airy/simulate.h"

// Atom i in all frames: r[3 * frame + x], unwrapped; a function of the options and i alone.
void airy_walk_atom(const airy_walk *walk, int i, double *r);

// The mean squared displacement from time 0 on: 6 D t; 3 v^2 t^2; 6 cage^2 (0 at t = 0) + hop^2 (t
// / wait)^beta / Gamma(1 + beta) (Metzler and Klafter, Phys. Rep. 339, 1, 2000).
double airy_walk_msd(const airy_walk *walk, double t_ps);

#endif
