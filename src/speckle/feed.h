// SPDX-License-Identifier: GPL-3.0-or-later
// The second look at all frames: what counts of them, some frames at a time, with their weights.
#ifndef AIRY_SPECKLE_FEED_H
#define AIRY_SPECKLE_FEED_H

#include "kernels.h"
#include "correlate.h"

// What frames are kept as: numbers, whole counts, or photons where the source has such.
typedef enum airy_feed_form {
    AIRY_FEED_REAL,
    AIRY_FEED_WORDS,
    AIRY_FEED_PHOTONS,
} airy_feed_form;

// Photons of the frames under way: those of frame j are of[first[j]] to of[first[j + 1] - 1], in
// the order of members within a region.
typedef struct airy_seen_photons {
    struct airy_seen {
        int member, count;
    } * of;
    size_t *first, room; // (most + 1); for `of`
    int *member;         // of each pixel, -1: none
    int *region;         // (members)
    uint8_t *group;      // (members)
    double *sum;         // (most, regions) of values
} airy_seen_photons;

typedef struct airy_feed {
    const airy_speckle_source *source;
    const airy_correlate_options *options;
    const airy_survey *survey;
    airy_kernel_input *in;  // whose weights are set
    double *frame_mean;     // (regions, frames)
    float *frame;           // (ny, nx)
    airy_values values;     // (n, members) of the frames under way; gaps hold 0; or else
    airy_seen_photons seen; // ... their photons
    int from, n, most;      // those frames, and the most that there is room for
    double *light;          // (most, regions, groups) of them, for parts; NULL: there are none
    int lit;                // frames whose light was told
} airy_feed;

// Room for `most` frames at once in a form; the caller has set the five pointers above. Photons of
// pixels that are in several regions are kept as numbers. AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_feed_init(airy_feed *feed, int most, airy_feed_form form,
                                         airy_error *err);
void airy_feed_release(airy_feed *feed);

// Reads the next frames, those from feed->from + feed->n on. feed->n is 0 behind the last.
AIRY_MUST_CHECK airy_code airy_feed_next(airy_feed *feed, airy_error *err);

// From the first frame again.
void airy_feed_rewind(airy_feed *feed);

// The photons of as many members at a time as fit the memory, to the events kernel (photons.c).
AIRY_MUST_CHECK airy_code airy_feed_photons(airy_feed *feed, airy_error *err);

#endif
