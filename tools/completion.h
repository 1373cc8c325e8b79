// SPDX-License-Identifier: GPL-3.0-or-later
// Completion for shells. The scripts ask the program itself for options and their values, so that
// they cannot go stale.
#ifndef AIRY_TOOLS_COMPLETION_H
#define AIRY_TOOLS_COMPLETION_H

#include <stdbool.h>

// Prints the script for bash, zsh or fish; commands: their names with blanks between. False, after
// a sentence, for other shells.
bool completion_print(const char *shell, const char *commands);

#endif
