// SPDX-License-Identifier: GPL-3.0-or-later
// Speckle that changes with time: two-time and one-time correlation of any number of frames.
//
// C(t1, t2) = <I(t1) I(t2)> / (<I(t1)> <I(t2)>), means over the pixels of a region (Sutton et al.,
// Opt. Express 11 (2003) 2268; Fluerasu et al., Phys. Rev. E 75 (2007) 030401, Eq. 1);
// g2(k) = mean over t1 of C(t1, t1 + k). Times count frames; a frame that is lost or vetoed leaves
// a gap: its pairs are not there, and the lags of all others stay what they are.
#ifndef AIRY_SPECKLE_H
#define AIRY_SPECKLE_H

#include "airy/base.h"
#include "airy/bins.h"
#include "airy/files.h"
#include "airy/math.h"
#include "airy/source.h"
#include "airy/work.h"

// ------------------------------------------------------------------ correlation

typedef enum airy_kernel {
    AIRY_KERNEL_AUTO,   // by occupancy and number of frames
    AIRY_KERNEL_DENSE,  // products of blocks of frames
    AIRY_KERNEL_EVENTS, // products of photons
    AIRY_KERNEL_SMALL,  // every pair of frames: few frames, every lag is kept
} airy_kernel;
extern const char *const airy_kernel_names[]; // in that order, NULL at the end

typedef enum airy_flat { AIRY_FLAT_NONE, AIRY_FLAT_MEAN, AIRY_FLAT_POLYNOMIAL } airy_flat;

typedef struct airy_curve_options {
    double age_bin; // frames of an age; 0: all ages alone
    bool middle;    // the age of a pair is (t1 + t2) / 2, else t1
    int per_decade; // delays; 0: as fine as they are
} airy_curve_options;

typedef struct airy_correlate_options {
    airy_kernel kernel;
    airy_flat flat; // pixels are divided by their mean, or by a polynomial through it
    int degree;     // of the polynomial, 1 to 3
    bool by_mean;   // one mean of all frames divides, instead of each frame's own
    bool drops;     // frames below half the median intensity are vetoed
    int map;        // most cells a side of the two-time map
    bool steps;     // look for sudden changes
    bool every_lag; // keep every lag, whatever it costs; few frames and small events always do
    double memory_mb;
    int threads;
    uint64_t seed;
    const uint8_t *veto;      // (frames) 1: not used; NULL: none
    const airy_pieces *store; // where regions are kept, and taken from; NULL: nowhere
    int only[2];              // with a store: regions only[0] to only[1] - 1 alone; 0: to the last
    // Curves for whose errors sums are kept by group of pixels (speckle/parts.h); NULL: none.
    const airy_curve_options *curve;
    const airy_progress *progress;
} airy_correlate_options;

// ------------------------------------------------------------------ findings (speckle/findings.c)

typedef struct airy_findings_options {
    airy_curve_options curve;
    double period_s; // 0: times count frames
    bool steps;
    double chance; // most, of a step
    uint64_t seed;
} airy_findings_options;

// ------------------------------------------------------------------ the step (speckle/step.c)

typedef struct airy_correlate_step {
    airy_correlate_options options; // threads, store and progress are the call's
    airy_findings_options findings; // steps are the options', the seed is the call's
    const char *roi;                // image of whole numbers: its regions; or else
    bool ringed;                    // ... rings and sectors are the regions:
    airy_bins_options rings;
    airy_pose_options pose;
    const char *mask; // pixels to leave out; NULL: none
    const char *veto; // table with a column `frame`, or where options.drops: not read; NULL: none
    int from, to;     // frames; to < 0: to the last
    double age_bin_s; // curves by age in bins of so long; 0: all ages alone
    bool partless;    // no curves without a part of the pixels
    // Regions "A:B", from A to B - 1, alone, which are kept beside the output; NULL: all of them.
    const char *regions;
    bool resume; // take regions that are kept beside the output, and keep those that are done
} airy_correlate_step;

extern const airy_option airy_correlate_step_rows[];
void airy_correlate_step_defaults(airy_correlate_step *step);

// Correlates the frames of call->inputs and writes corr.h5 as call->output, with g2.tsv, rois.tsv
// and (options.steps) steps.tsv beside it (airy_output_beside). *rois is the second of them, which
// the caller releases, also on errors. With `regions` those are kept beside the output,
// and nothing else is written. Warnings: of what lies in gaps, of frames without light, of unknown
// times, of baselines that no speckle has.
AIRY_MUST_CHECK airy_code airy_correlate_step_run(const airy_call *call,
                                                  const airy_correlate_step *step, airy_table *rois,
                                                  airy_error *err);

// ------------------------------------------------------------------ all pairs (speckle/gram.c)

// Products of all frames: c[t1 * frames + t2] = sum over n values of frame t1 times frame t2, for
// t1 <= t2 alone. values is (frames, n); n that are whole groups of lanes are quickest, and zeros
// that make them so change nothing. Works in the calling thread.
enum { AIRY_GRAM_LANES = 8 };
void airy_gram(const double *values, int frames, int n, double *c);

#endif
