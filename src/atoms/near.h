// SPDX-License-Identifier: GPL-3.0-or-later
// What searches for Voronoi cells ask of a list of cells.
#ifndef AIRY_ATOMS_NEAR_H
#define AIRY_ATOMS_NEAR_H

#include "airy/atoms.h"

// The reach the list was made for, and one beyond which there is nothing (infinite in a box).
double airy_near_reach(const airy_near_list *list);
double airy_near_most(const airy_near_list *list);

#endif
