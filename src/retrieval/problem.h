// SPDX-License-Identifier: GPL-3.0-or-later
// Of problem.c, for the room.
#ifndef AIRY_RETRIEVAL_PROBLEM_H
#define AIRY_RETRIEVAL_PROBLEM_H

#include "airy/retrieval.h"

// Sides of the middle part of the array that holds the support and, for what alignment moves, a
// quarter of its reach more. Even.
void airy_problem_window(const airy_problem *problem, int *ny, int *nx);

#endif
