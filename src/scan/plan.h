// SPDX-License-Identifier: GPL-3.0-or-later
// Of plan.c, for the room and its tests.
#ifndef AIRY_SCAN_PLAN_H
#define AIRY_SCAN_PLAN_H

#include "airy/scan.h"

void airy_scan_plan_defaults(airy_scan_plan *plan);
AIRY_MUST_CHECK airy_code airy_scan_plan_check(const airy_scan_plan *plan, airy_error *err);

// "t,y,x,ky,kx" in any order into plan->order, and sizes "106,60,120,66,66" in the same order into
// the plan. Errors say which name is missing or twice.
AIRY_MUST_CHECK airy_code airy_scan_plan_axes(airy_scan_plan *plan, const char *axes,
                                              airy_error *err);
AIRY_MUST_CHECK airy_code airy_scan_plan_shape(airy_scan_plan *plan, const long long *sizes, int n,
                                               airy_error *err);

#endif
