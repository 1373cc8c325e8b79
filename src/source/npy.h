// SPDX-License-Identifier: GPL-3.0-or-later
// The header of NumPy's .npy.
#ifndef AIRY_IO_NPY_H
#define AIRY_IO_NPY_H

#include "airy/source.h"

#include <stdio.h>

// Shape and type of an array in C order whose header the file stands at; skip is what the header
// takes. swapped: bytes of a number stand in the other order. Errors: AIRY_EFORMAT, AIRY_ESHAPE.
AIRY_MUST_CHECK airy_code airy_npy_header(FILE *file, const char *path, airy_array_form *form,
                                          bool *swapped, airy_error *err);

#endif
