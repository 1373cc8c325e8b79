// SPDX-License-Identifier: GPL-3.0-or-later
// Of look.c, for the room and its tests.
#ifndef AIRY_REPORT_LOOK_H
#define AIRY_REPORT_LOOK_H

#include "airy/report.h"

// A frame with its center and the dark rings of the sphere that fits, and beside it the light by
// ring with that sphere's. The caller releases (report/look.c).
AIRY_MUST_CHECK airy_code airy_look_figure(const airy_pattern *frame, const airy_look *look,
                                           const airy_view_options *options, airy_figure *figure,
                                           airy_error *err);

#endif
