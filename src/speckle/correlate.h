// SPDX-License-Identifier: GPL-3.0-or-later
// The correlation of frames in regions, and what it is made of.
#ifndef AIRY_SPECKLE_CORRELATE_H
#define AIRY_SPECKLE_CORRELATE_H

#include "speckle/planes.h"
#include "speckle/regions.h"

// Where frames come from, one after the other and again from the start.
typedef struct airy_speckle_source {
    int frames, ny, nx;
    // Values (ny * nx) of frame i, NaN where not measured; *good false when the frame is lost.
    airy_code (*read)(void *context, int i, float *values, bool *good, airy_error *err);
    void *context;
    // The same as the photons that frame i has, where all frames have the same pixels and whole
    // photons; NULL: not known so.
    airy_code (*photons)(void *context, int i, airy_events *photons, bool *good, airy_error *err);
} airy_speckle_source;

void airy_correlate_options_defaults(airy_correlate_options *options);
AIRY_MUST_CHECK airy_code airy_correlate_options_check(const airy_correlate_options *options,
                                                       airy_error *err);

// What frames are like, and which of them and of their pixels count (speckle/survey.c).
typedef struct airy_survey {
    int frames, used;                         // those that count
    int lost, vetoed, dropped, lacking, dark; // why others do not
    uint8_t *good;                            // (frames)
    double *mean;                             // (members) over those that count
    double *early, *late; // (members) means of the first and the last tenth of the frames
    double *flat;         // (members) what divides, mean 1 in each region
    double most;          // largest value
    bool whole;           // all values are whole numbers, none below 0
    double occupancy;     // mean value of a pixel and frame
} airy_survey;

// Correlation of all regions. Zero-initialise.
typedef struct airy_correlation {
    airy_regions regions; // pixels that were never measured, or are dark under a flat, are out
    airy_survey survey;
    airy_kernel kernel;  // that was used
    airy_planes *planes; // (regions.n)
    double *frame_mean;  // (regions.n, frames), after the flat; NaN: a gap
    bool whole;          // no region is missing; false can be with a store alone
} airy_correlation;

// Correlates all frames of a source in the regions, which are taken over (and released with the
// result). Reads the source twice, or more often where events do not fit the memory. The same bytes
// for any number of threads. Errors: AIRY_EVALUE (one frame, no photons, all masked, nothing but
// gaps), AIRY_EMEMORY with what would fit, those of the source.
AIRY_MUST_CHECK airy_code airy_correlate(const airy_speckle_source *source, airy_regions *regions,
                                         const airy_correlate_options *options,
                                         airy_correlation *result, airy_error *err);
void airy_correlation_release(airy_correlation *result);

#endif
