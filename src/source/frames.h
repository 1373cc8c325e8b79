// SPDX-License-Identifier: GPL-3.0-or-later
// What reading and writing of many patterns share: the handle.
#ifndef AIRY_SOURCE_FRAMES_H
#define AIRY_SOURCE_FRAMES_H

#include "files/hdf5_pack.h"
#include "raw.h"

#define AIRY_AT_DETECTOR "/entry_1/instrument_1/detector_1"
#define AIRY_AT_IMAGE "/entry_1/image_1"

struct airy_frames {
    airy_h5 *h5; // NULL for formats of a single frame
    int n;
    // reading
    airy_raw *raw;       // files of others, by their layout; NULL: written by airy, or real space
    airy_geometry plane; // stacks of modules are put on it; n 0: frames lie as they are
    char dataset[512];
    char group[512]; // of the dataset, where mask and variance stand; "" for foreign arrays
    bool real, shifted;
    bool plain;        // a named dataset is read as it stands
    airy_setup known;  // by the caller
    airy_pattern only; // the frame of a single-frame format
    airy_history history;
    // writing: the first frame waits until a second one, or the end, decides its rank
    airy_pattern first;
    double *centers; // (n, 4) x, y, x error, y error; the last two 0 when unknown
    airy_packed_frame *packed;
};

// An empty handle; NULL: no memory.
airy_frames *airy_frames_new(airy_error *err);

#endif
