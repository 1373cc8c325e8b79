// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of files as a source.
#ifndef AIRY_SPECKLE_FILES_H
#define AIRY_SPECKLE_FILES_H

#include "speckle/correlate.h"

// Frames of several files as one source, in their order: events, .npy stacks, and any frames that
// airy_frames_open takes (a dataset that is named is read as it stands where no layout fits).
typedef struct airy_speckle_files airy_speckle_files;

// Frames from `from` to `to` - 1, counted over all files, to < 0: to the last. Pulses that a file
// numbers and does not hold are gaps. NULL on errors: of reading, files of several sizes.
AIRY_MUST_CHECK airy_speckle_files *airy_speckle_open(const char *const *specs, int n, int from,
                                                      int to, airy_error *err);
void airy_speckle_close(airy_speckle_files *files);

// The source, with its frames and gaps: as long as the files are open.
const airy_speckle_source *airy_speckle_files_source(const airy_speckle_files *files);

// Period of frames in s that a file states, 0 = none does; energy, distance, pixel of the first.
double airy_speckle_files_period(const airy_speckle_files *files);
airy_setup airy_speckle_files_beam(const airy_speckle_files *files);

#endif
