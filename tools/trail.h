// SPDX-License-Identifier: GPL-3.0-or-later
// How an output was made: this run as the next step of its inputs' history.
#ifndef AIRY_TOOLS_TRAIL_H
#define AIRY_TOOLS_TRAIL_H

#include "airy/files.h"
#include "options.h"

// Appends this run to the history: command line, parameters, seed, SHA-256 of the positional inputs
// and of the specs in `more` (ended by NULL; NULL for none), libraries, and how transforms were
// planned (wisdom: the text in use, NULL for FFTW's estimates).
AIRY_MUST_CHECK airy_code trail_append(const invocation *call, const char *const *more,
                                       const char *wisdom, airy_history *history, airy_error *err);

// The same in two steps: the hashes, which may be taken in any thread beside other work and end
// early when `stop` says so, and what is made of them.
AIRY_MUST_CHECK airy_code trail_hash(const invocation *call, const char *const *more,
                                     const airy_progress *stop, airy_text *inputs, airy_error *err);
AIRY_MUST_CHECK airy_code trail_append_hashed(const invocation *call, const airy_text *inputs,
                                              const char *wisdom, airy_history *history,
                                              airy_error *err);

// Merges what made further inputs, such as a mask, into the history: the specs in `more` (ended by
// NULL; NULL for none). Files of others have no history.
AIRY_MUST_CHECK airy_code trail_merge(const char *const *more, airy_history *history,
                                      airy_error *err);

#endif
