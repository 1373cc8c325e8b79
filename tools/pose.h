// SPDX-License-Identifier: GPL-3.0-or-later
// Where the detector stands, from options: a .poni file, or numbers for one square to the beam.
//
//     pose_words said = {0};
//     option rows[POSE_ROWS];
//     pose_rows(&pose, &said, rows);
//     const option table[] = {{"pose", OPTION_ROWS, .at = rows}, ..., {0}};
//     ... after parsing: pose_read(call, &said, &pose)
#ifndef AIRY_TOOLS_POSE_H
#define AIRY_TOOLS_POSE_H

#include "airy/source.h"
#include "options.h"

enum { POSE_ROWS = 7 };

// What is said in words.
typedef struct pose_words {
    const char *beam, *tilt; // "X,Y", "DEGREES,TOWARD"
} pose_words;

// The options' rows, ended by {0}.
void pose_rows(airy_pose_options *options, pose_words *said, option rows[POSE_ROWS]);

// Words into numbers; the exit status of wrong usage, which is explained, or 0.
int pose_read(const invocation *call, const pose_words *said, airy_pose_options *options);

#endif
