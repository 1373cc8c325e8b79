// SPDX-License-Identifier: GPL-3.0-or-later
// What tables and pixel lists share: comments that carry the history.
#ifndef AIRY_FILES_TABLE_H
#define AIRY_FILES_TABLE_H

#include "airy/files.h"

// The history in the '#' lines of a text.
AIRY_MUST_CHECK airy_code airy_comments_history(const char *text, airy_history *history,
                                                airy_error *err);

// The first character behind comment lines and empty ones.
const char *airy_comments_skip(const char *text);

#endif
