// SPDX-License-Identifier: GPL-3.0-or-later
// Ring tables on their way out: columns of an HDF5 file, and a TSV.
#ifndef AIRY_TOOLS_RINGS_H
#define AIRY_TOOLS_RINGS_H

#include "airy/image.h"
#include "airy/io.h"
#include "results.h"

// A column of doubles inside an array of structs, by its name.
typedef struct rings_column {
    const char *name;
    size_t offset;
} rings_column;

// The number of a row's column.
double rings_field(const void *row, const rings_column *column);

// The resolutions of a table as rows of numbers; how many.
enum { RINGS_RESOLUTIONS = 6 };
void rings_resolutions(const airy_ring_table *rings, result_row rows[RINGS_RESOLUTIONS]);

// A resolution with the unit of the table, "3.2 nm" or "2.5 pixels", and "or finer" at the array's
// limit.
enum { RINGS_LENGTH = 48 };
void rings_length(const airy_ring_table *rings, double resolution, char text[RINGS_LENGTH]);

// Puts the table as columns of /entry_1/result_1/rings.
void rings_put(airy_h5 *h5, const airy_ring_table *rings, airy_error *err);

// Writes the table as TSV under its history.
AIRY_MUST_CHECK airy_code rings_write(const char *path, const airy_ring_table *rings,
                                      const airy_history *history, bool overwrite, airy_error *err);

#endif
