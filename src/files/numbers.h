// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of any plain type as they lie in memory.
#ifndef AIRY_FILES_NUMBERS_H
#define AIRY_FILES_NUMBERS_H

#include <stdbool.h>

// The number at `cell`: kind 'f' float, 'i' signed, 'u' unsigned, 'b' bool; 1, 2, 4 or 8 bytes,
// little-endian (floats: 4 or 8). It need not be aligned.
double airy_number_at(const void *cell, char kind, int bytes);

// What values of a type can be: the ends of whole numbers of 16 bits and more stand for pixels that
// are masked, lost or over in every detector's files, and are no values. False: all values are.
bool airy_number_limits(char kind, int bytes, double *least, double *most);

// The same of a type by its name in HDF5 files, "uint16".
bool airy_type_limits(const char *name, double *least, double *most);

// The number at `cell`, NaN where it is none of these.
double airy_value_at(const void *cell, char kind, int bytes);

#endif
