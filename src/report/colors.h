// SPDX-License-Identifier: GPL-3.0-or-later
// Of colors.c, for the room and its tests.
#ifndef AIRY_REPORT_COLORS_H
#define AIRY_REPORT_COLORS_H

#include "airy/report.h"

// The table of colour maps; *n is its length.
const airy_colormap *airy_colormap_table(int *n);

// The map of this name, or NULL.
const airy_colormap *airy_colormap_find(const char *name);

#endif
