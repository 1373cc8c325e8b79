// SPDX-License-Identifier: GPL-3.0-or-later
// Where the detector stands, from options: a .poni file, or numbers for one square to the beam.
//
//     pose_options pose = {0};
//     option rows[POSE_ROWS];
//     pose_rows(&pose, rows);
//     const option table[] = {{"pose", OPTION_ROWS, .at = rows}, ..., {0}};
#ifndef AIRY_TOOLS_POSE_H
#define AIRY_TOOLS_POSE_H

#include "airy/bins.h"
#include "options.h"

enum { POSE_ROWS = 7 };

// Zero or NULL: as the frames say.
typedef struct pose_options {
    const char *poni, *beam, *tilt; // FILE, "X,Y", "DEGREES,TOWARD"
    double distance_m, pitch_m, energy_ev;
} pose_options;

// The options' rows, ended by {0}.
void pose_rows(pose_options *options, option rows[POSE_ROWS]);

// Whether any of them was given.
bool pose_is_given(const pose_options *options);

// The pose of frames of ny x nx pixels; known: what their file says. Errors name the option that
// would tell what is missing.
AIRY_MUST_CHECK airy_code pose_find(const pose_options *options, const airy_setup *known, int ny,
                                    int nx, airy_pose *pose, airy_error *err);

#endif
