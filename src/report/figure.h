// SPDX-License-Identifier: GPL-3.0-or-later
// Of figure.c, for the room and its tests.
#ifndef AIRY_REPORT_FIGURE_H
#define AIRY_REPORT_FIGURE_H

#include "airy/report.h"

// Adds an empty mark with room for n rows, NaN in low and high; NULL when there is no memory.
airy_mark *airy_chart_mark(airy_chart *chart, airy_mark_kind kind, int n);

// Adds a word at (x, y) in axis units, dark, left-aligned; change what is returned. NULL: no
// memory.
airy_word *airy_chart_word(airy_chart *chart, double x, double y, const char *format, ...)
    AIRY_PRINTF(4, 5);

#endif
