// SPDX-License-Identifier: GPL-3.0-or-later
// Of chances.c, for the room and its tests.
#ifndef AIRY_MATH_CHANCES_H
#define AIRY_MATH_CHANCES_H

#include "airy/math.h"

double airy_chance_normal_at(double p); // and x of that chance

// x below which a variable of Student's distribution lies with chance p.
double airy_chance_student_at(double p, double dof);

#endif
