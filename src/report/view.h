// SPDX-License-Identifier: GPL-3.0-or-later
// Of view.c, for the room and its tests.
#ifndef AIRY_REPORT_VIEW_H
#define AIRY_REPORT_VIEW_H

#include "airy/report.h"

// One way to show a file, as named by `what`.
typedef struct airy_view_kind {
    const char *name;
    const char *means;
} airy_view_kind;

// The table of kinds; *n is its length.
const airy_view_kind *airy_view_kinds(int *n);

#endif
