// SPDX-License-Identifier: GPL-3.0-or-later
// The second look at all frames: what counts of them, some frames at a time, with their weights.
#ifndef AIRY_SPECKLE_FEED_H
#define AIRY_SPECKLE_FEED_H

#include "kernels.h"
#include "correlate.h"

typedef struct airy_feed {
    const airy_speckle_source *source;
    const airy_correlate_options *options;
    const airy_survey *survey;
    airy_kernel_input *in; // whose weights are set
    double *frame_mean;    // (regions, frames)
    float *frame;          // (ny, nx)
    airy_values values;    // (n, members) of the frames under way; gaps hold 0
    int from, n, most;     // those frames, and the most that there is room for
    double *light;         // (most, regions, groups) of them, for parts; NULL: there are none
    int lit;               // frames whose light was told
} airy_feed;

// Room for `most` frames at once, as words or as floats; the caller has set the five pointers
// above. AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_feed_init(airy_feed *feed, int most, bool words, airy_error *err);
void airy_feed_release(airy_feed *feed);

// Reads the next frames, those from feed->from + feed->n on. feed->n is 0 behind the last.
AIRY_MUST_CHECK airy_code airy_feed_next(airy_feed *feed, airy_error *err);

// From the first frame again.
void airy_feed_rewind(airy_feed *feed);

// The photons of as many members at a time as fit the memory, to the events kernel (photons.c).
AIRY_MUST_CHECK airy_code airy_feed_photons(airy_feed *feed, airy_error *err);

#endif
