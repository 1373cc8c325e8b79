// SPDX-License-Identifier: GPL-3.0-or-later
// Of hash.c, for the room and its tests.
#ifndef AIRY_FILES_HASH_H
#define AIRY_FILES_HASH_H

#include "airy/files.h"

// SHA-256 of a file's bytes as 64 hexadecimal digits and a zero. progress (may be NULL) is asked
// whether to stop.
AIRY_MUST_CHECK airy_code airy_file_sha256(const char *path, const airy_progress *progress,
                                           char hex[65], airy_error *err);

#endif
