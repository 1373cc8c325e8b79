// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of any plain type as they lie in memory.
#ifndef AIRY_FILES_NUMBERS_H
#define AIRY_FILES_NUMBERS_H

// The number at `cell`: kind 'f' float, 'i' signed, 'u' unsigned, 'b' bool; 1, 2, 4 or 8 bytes,
// little-endian (floats: 4 or 8). It need not be aligned.
double airy_number_at(const void *cell, char kind, int bytes);

#endif
