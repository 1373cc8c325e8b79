// SPDX-License-Identifier: GPL-3.0-or-later
// Which frames of several files are meant: "A:B" of each, or a list such as `airy hits` writes.
#ifndef AIRY_TOOLS_CHOICE_H
#define AIRY_TOOLS_CHOICE_H

#include "airy/files.h"

// Zero-initialise.
typedef struct frame_choice {
    const char *text; // as the user gave it; NULL: all
    int from, to;     // of "A:B": A to B - 1
    bool is_list;
    airy_table list; // columns file, frame, and where there is one, hit
    int n;           // frames chosen so far, over all files
    int *frame;      // (n) their numbers in their files
} frame_choice;

// Whether a text is a list's name: there is a '.' or a '/' in it.
bool frame_choice_is_list(const char *text);

// Takes the text, or reads the list of that name.
AIRY_MUST_CHECK airy_code frame_choice_read(frame_choice *choice, const char *text,
                                            airy_error *err);

// Adds the chosen ones of the n frames of a file, in the order of the list. In a list the file goes
// by its spec as it was typed, or by its last name where no row has the spec; rows with hit = 0 are
// left out. AIRY_EARGUMENT when a frame is beyond the file.
AIRY_MUST_CHECK airy_code frame_choice_add(frame_choice *choice, const char *spec, int n,
                                           airy_error *err);

void frame_choice_release(frame_choice *choice);

#endif
