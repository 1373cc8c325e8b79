// SPDX-License-Identifier: GPL-3.0-or-later
// Talk, on stderr: notes, failures, progress. stdout is for the product alone.
#ifndef AIRY_TOOLS_SAY_H
#define AIRY_TOOLS_SAY_H

#include "options.h"

// A line of talk, unless -q.
void say_note(const invocation *call, const char *format, ...) AIRY_PRINTF(2, 3);

// A line of talk with -v only.
void say_detail(const invocation *call, const char *format, ...) AIRY_PRINTF(2, 3);

// A warning, even with -q.
void say_warning(const invocation *call, const char *format, ...) AIRY_PRINTF(2, 3);

// Explains a failure if there is one; gives the exit status: 0 done, 1 failed.
int say_done(const invocation *call, airy_code code, const airy_error *err);

// Progress for long library calls: a bar with rate and time left on a terminal, a line now and then
// elsewhere, nothing with -q. Ctrl-C and SIGTERM are caught from the first call on and end the work
// with AIRY_ESTOPPED at the next safe point. One at a time; say_progress_end clears the bar.
const airy_progress *say_progress(const invocation *call, const char *what);
void say_progress_end(void);

// Says nothing, but knows of Ctrl-C and SIGTERM once say_progress was called.
const airy_progress *say_stopping(void);

#endif
