// SPDX-License-Identifier: GPL-3.0-or-later
// Where the pieces of a virtual dataset come from, which of them are there, and which chunks of
// another one were written. HDF5 itself reads what is lost as the fill value, which no frame may be
// taken for.
#ifndef AIRY_FILES_HDF5_SOURCES_H
#define AIRY_FILES_HDF5_SOURCES_H

#include "blocks.h"

#include <hdf5.h>

typedef struct airy_sources airy_sources;

// Looks for every source of a dataset: its file, its dataset there, and whether that is as large as
// promised; with `chunks` for what was never written of another one, too. *sources is NULL when all
// of it is there.
AIRY_MUST_CHECK airy_code airy_sources_new(airy_h5 *h5, const char *path, bool chunks,
                                           airy_sources **sources, airy_error *err);
void airy_sources_free(airy_sources *sources); // NULL is fine

// What is wrong, as "3 of 10 pieces are lost, the first of them in gone.h5".
const char *airy_sources_text(const airy_sources *sources);

// A rectangle of a dataset.
typedef struct airy_box {
    hsize_t start[H5S_MAX_RANK], count[H5S_MAX_RANK];
} airy_box;

// Sources, lost ones too, and what source k provides of a piece; false when that is nothing.
size_t airy_sources_count(const airy_sources *sources);
bool airy_sources_box(const airy_sources *sources, size_t k, const airy_box *piece, airy_box *box);

// Marks (1, the others 0) the n elements of piece i of the dataset, whose first `lead` dimensions
// count pieces, that no source provides; their number.
int airy_sources_lost(const airy_sources *sources, int lead, int i, uint8_t *lost, int n);

// AIRY_EMISSING, naming the file, when a source is lost: for readers to whom all of it matters.
AIRY_MUST_CHECK airy_code airy_h5_check_sources(airy_h5 *h5, const char *path, airy_error *err);

#endif
