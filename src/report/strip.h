// SPDX-License-Identifier: GPL-3.0-or-later
// Of strip.c, for the room and its tests.
#ifndef AIRY_REPORT_STRIP_H
#define AIRY_REPORT_STRIP_H

#include "airy/report.h"

// Appends it as SVG.
void airy_strip_draw(const airy_strip *strip, airy_text *svg);

#endif
