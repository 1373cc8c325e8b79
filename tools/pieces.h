// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of a run that are kept beside its output, under a key of all that decides them.
#ifndef AIRY_TOOLS_PIECES_H
#define AIRY_TOOLS_PIECES_H

#include "options.h"

#include "airy/files.h"

// hashes: the lines of airy_call_hash. The caller closes the store. Errors of airy_pieces_open.
AIRY_MUST_CHECK airy_code pieces_open(const invocation *call, const airy_text *hashes,
                                      airy_pieces **store, airy_error *err);

#endif
