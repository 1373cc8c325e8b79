// SPDX-License-Identifier: GPL-3.0-or-later
// Of results.c, for the room and its tests.
#ifndef AIRY_FILES_RESULTS_H
#define AIRY_FILES_RESULTS_H

#include "airy/files.h"

// The same as airy_results_find, but an error naming the file when the number is not there.
AIRY_MUST_CHECK airy_code airy_results_get(airy_h5 *h5, const char *name, double *value,
                                           airy_error *err);

#endif
