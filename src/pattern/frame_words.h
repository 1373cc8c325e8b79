// SPDX-License-Identifier: GPL-3.0-or-later
// Raw words of one input file, frame by frame.
#ifndef AIRY_PATTERN_FRAME_WORDS_H
#define AIRY_PATTERN_FRAME_WORDS_H

#include "airy/pattern.h"

// What one input file is read with.
typedef struct airy_photons_source {
    airy_raw *raw;
    int ny, nx;      // as stored
    int stack_ny;    // rows of the stack of modules
    uint16_t *tiles; // room for a frame that is not stored as a stack, else NULL
} airy_photons_source;

// Opens a file; AIRY_ESHAPE for raw words that are no modules.
AIRY_MUST_CHECK airy_code airy_photons_source_open(const airy_call *call, const char *spec,
                                                   const char *layout, airy_photons_source *source,
                                                   airy_error *err);
void airy_photons_source_close(airy_photons_source *source);

// Raw words of frame i as a stack: (stack_ny, AIRY_MODULE_NX).
AIRY_MUST_CHECK airy_code airy_photons_source_words(airy_photons_source *source, int i,
                                                    uint16_t *words, airy_error *err);

// The same, but words are left packed if they can be: see airy_raw_fetch.
AIRY_MUST_CHECK airy_code airy_photons_source_fetch(airy_photons_source *source, int i,
                                                    airy_packed_words *packed, uint16_t *words,
                                                    airy_error *err);

#endif
