// SPDX-License-Identifier: GPL-3.0-or-later
// "-" for standard input and output where a file is named.
#ifndef AIRY_TOOLS_PIPES_H
#define AIRY_TOOLS_PIPES_H

#include "options.h"

// Puts names of files in the place of "-": of what standard input held, which readers want to read
// again, and of a file that pipes_end copies to standard output. False after a sentence.
bool pipes_begin(invocation *call);

// Copies the output when the status is 0, and removes it. The status to end with.
int pipes_end(invocation *call, int status);

#endif
