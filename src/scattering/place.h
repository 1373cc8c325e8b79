// SPDX-License-Identifier: GPL-3.0-or-later
// Of place.c, for the room and its tests.
#ifndef AIRY_SCATTERING_PLACE_H
#define AIRY_SCATTERING_PLACE_H

#include "airy/scattering.h"

// Where the detector stands for frames of ny x nx, of which `facts` are known. The sentences name
// what is missing.
AIRY_MUST_CHECK airy_code airy_rings_pose(const airy_rings_step *step, const airy_pattern *facts,
                                          int ny, int nx, airy_pose *pose, airy_error *err);

#endif
