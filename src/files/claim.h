// SPDX-License-Identifier: GPL-3.0-or-later
// Of claim.c, for the room.
#ifndef AIRY_FILES_CLAIM_H
#define AIRY_FILES_CLAIM_H

#include "airy/files.h"

// The same as airy_claim_folder of a file that is open: closing it gives it up.
AIRY_MUST_CHECK airy_code airy_claim_file(int file, const char *path, airy_error *err);

#endif
