// SPDX-License-Identifier: GPL-3.0-or-later
// Chunks made and undone outside of HDF5, which filters one chunk at a time and in one thread.
#ifndef AIRY_FILES_HDF5_PACK_H
#define AIRY_FILES_HDF5_PACK_H

#include "blocks.h"
#include "hdf5_plugin.h"

// Types of growing datasets.
typedef enum airy_stored {
    AIRY_STORED_FLOAT32,
    AIRY_STORED_UINT32,
    AIRY_STORED_UINT16,
    AIRY_STORED_UINT8
} airy_stored;

// One frame of a growing dataset: (ny, nx) values, which are borrowed.
typedef struct airy_frame_plane {
    airy_stored type;
    int ny, nx;
    const void *values;
} airy_frame_plane;

// A frame's values as HDF5's filters shuffle and gzip would leave them, and the room they are made
// in, to be used again. Zero-initialise. length 0: not packed, HDF5 has to do it.
typedef struct airy_chunk {
    uint8_t *bytes, *planes;
    size_t length, room; // of bytes; the room for planes is that of the values
    uint8_t *last;       // values of the chunk, when they are worth comparing
} airy_chunk;

// Shuffles and deflates. repeats: the values may well be those of the last time, as masks are; they
// are compared, and the chunk stays. Any thread.
AIRY_MUST_CHECK airy_code airy_chunk_pack(const airy_frame_plane *plane, bool repeats,
                                          airy_chunk *chunk, airy_error *err);
void airy_chunk_release(airy_chunk *chunk);

// Appends the frame to the dataset, which is made by the first one; the failure sticks to the
// handle. chunk: of these values, or NULL.
airy_code airy_h5_append_plane(airy_h5 *h5, const char *path, const airy_frame_plane *plane,
                               const airy_chunk *chunk, airy_error *err);

// Chunks of a frame of 16-bit words as they lie in the file: bands of rows, one behind the other.
enum { AIRY_BANDS_MOST = 256 };
typedef struct airy_band_chunk {
    size_t length; // in bytes
    bool shuffled, coded;
} airy_band_chunk;
struct airy_packed_words {
    int n; // 0: nothing is packed
    airy_band_chunk band[AIRY_BANDS_MOST];
    size_t words;        // of each band
    uint8_t *bytes;      // of all bands
    size_t length, room; // of bytes
    uint8_t *planes;     // of one band
    size_t planes_room;
    airy_filter code;    // what coded bands are coded by, id 0: nothing
    airy_plugin *plugin; // that runs it; NULL: gzip, which libdeflate undoes
};

// Makes room for `more` bytes behind those there are; NULL: no memory.
uint8_t *airy_packed_words_grow(airy_packed_words *packed, size_t more);

// Reads the chunks of piece i (n words) of a dataset whose first `lead` dimensions count pieces:
// filtered ones into `packed`, others straight into `words`. *done stays false where they are no
// bands of rows, filtered by what cannot be run here, or damaged: HDF5 has to read those.
AIRY_MUST_CHECK airy_code airy_words_fetch(const airy_blocks *blocks, int i,
                                           airy_packed_words *packed, uint16_t *words, int n,
                                           bool *done, airy_error *err);

#endif
