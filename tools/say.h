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

// What the library says, as airy_call.say; context is the invocation.
void say_heard(void *context, airy_tone tone, const char *sentence);

// Explains a failure if there is one; gives the exit status: 0 done, 1 failed.
int say_done(const invocation *call, airy_code code, const airy_error *err);

// Ctrl-C and SIGTERM from now on: work that asks (say_progress, say_stopping) ends with
// AIRY_ESTOPPED at its next safe point; when none asked within a second, or at the second signal,
// the program ends at once, which leaves no more than files under temporary names.
void say_catch_signals(void);

// Text from a file as a terminal may see it: control characters but tabs and line ends become '?'.
void say_plain(char *text);

// Progress for long library calls: a bar with rate and time left on a terminal, a line now and then
// elsewhere, nothing with -q. One at a time; say_progress_end clears the bar.
const airy_progress *say_progress(const invocation *call, const char *what);
void say_progress_end(void);

// Says nothing, but knows of Ctrl-C and SIGTERM.
const airy_progress *say_stopping(void);

#endif
