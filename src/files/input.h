// SPDX-License-Identifier: GPL-3.0-or-later
// Plain files opened for reading: pipes and devices, which would block or have no end, are refused.
#ifndef AIRY_FILES_INPUT_H
#define AIRY_FILES_INPUT_H

#include "airy/files.h"

#include <stdio.h>

// Opens for reading in binary; NULL on errors, see airy_file_check.
FILE *airy_file_open(const char *path, airy_error *err);

// Bytes of a file; -1 where there is none.
long long airy_file_bytes(const char *path);

#endif
