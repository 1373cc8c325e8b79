// SPDX-License-Identifier: GPL-3.0-or-later
// Further outputs beside -o: DIR/msd.tsv of DIR/atoms.h5, DIR/NAME-msd.tsv of DIR/NAME.h5.
#ifndef AIRY_TOOLS_BESIDE_H
#define AIRY_TOOLS_BESIDE_H

#include "airy/base.h"

// Appends the path of what is called `name` beside `output`, whose usual name without its ending is
// `usual`.
void beside_path(const char *output, const char *usual, const char *name, airy_text *path);

#endif
