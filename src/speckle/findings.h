// SPDX-License-Identifier: GPL-3.0-or-later
// What a correlation comes to: curves, results of regions, steps; and its files.
#ifndef AIRY_SPECKLE_FINDINGS_H
#define AIRY_SPECKLE_FINDINGS_H

#include "speckle/correlate.h"

// One g2: mean C of the pairs near an age and a delay, in frames.
typedef struct airy_g2 {
    double age;   // the middle of its bin; NaN: all ages
    double delay; // mean over the pairs
    double g2, error;
    double pairs;
    int age_bin, delay_bin;           // -1: all ages
    double less[AIRY_SPECKLE_GROUPS]; // without a group of pixels; NaN: not kept
} airy_g2;

// A region's g2: first of all ages, then by age; delay 0, which holds shot noise, is left out. The
// error is that of the mean of blocks of ages, of the length at which it is largest (Flyvbjerg &
// Petersen, J. Chem. Phys. 91 (1989) 461); NaN where there are fewer than four blocks.
// airy_memory_free(*rows).
AIRY_MUST_CHECK airy_code airy_g2_curves(const airy_correlation *of, int region,
                                         const airy_curve_options *options, airy_g2 **rows, int *n,
                                         airy_error *err);

// What a region comes to (speckle/baseline.c).
typedef struct airy_region_result {
    int pixels;
    double photons;                  // a pixel and frame
    double baseline, baseline_error; // <M1 M2> / (<M1> <M2>) of mean images far apart in time
    double plateau, plateau_error;   // g2 at the first delay
    double contrast, contrast_error; // plateau - baseline
    double tau; // delay, frames, at which (g2 - baseline) / contrast falls below exp(-2)
} airy_region_result;
extern const airy_described airy_region_numbers; // those of corr.h5

// From the region's survey and its g2 of all ages.
AIRY_MUST_CHECK airy_code airy_region_results(const airy_correlation *of, int region,
                                              const airy_g2 *rows, int n,
                                              airy_region_result *result, airy_error *err);

// A sudden change between frames: what straddles it is less correlated.
typedef struct airy_speckle_step {
    int frame;     // the first one after it
    int low, high; // where it lies in 95 of 100 draws of pixels
    double depth;  // share of the correlation that is lost
    double chance; // of so large a change anywhere without a step
} airy_speckle_step;

// Looks for steps of a chance below `most`, the surest first. AIRY_EVALUE when the correlation was
// made without steps, or has too few frames without a gap. airy_memory_free(*steps).
AIRY_MUST_CHECK airy_code airy_speckle_steps(const airy_correlation *of, double most, uint64_t seed,
                                             airy_speckle_step **steps, int *n, airy_error *err);

// What is made of a correlation: curves and results of all regions, steps. Zero-initialise.
typedef struct airy_findings {
    double period_s;
    bool timed; // the period is known, else times count frames
    int regions;
    airy_g2 **g2; // (regions)
    int *n;       // rows of each
    airy_region_result *result;
    airy_speckle_step *steps; // NULL: not looked for
    int n_steps;
} airy_findings;

// Curves, results and steps of all regions. The caller releases.
AIRY_MUST_CHECK airy_code airy_findings_make(const airy_correlation *of,
                                             const airy_findings_options *options,
                                             airy_findings *findings, airy_error *err);
void airy_findings_release(airy_findings *findings);

// Tables g2, rois and steps into empty ones; docs/files.md has the columns.
AIRY_MUST_CHECK airy_code airy_findings_g2(const airy_correlation *of,
                                           const airy_findings *findings, airy_table *table,
                                           airy_error *err);
AIRY_MUST_CHECK airy_code airy_findings_rois(const airy_correlation *of,
                                             const airy_findings *findings, airy_table *table,
                                             airy_error *err);
AIRY_MUST_CHECK airy_code airy_findings_steps(const airy_findings *findings, airy_table *table,
                                              airy_error *err);

// corr.h5 by the names of NXxpcs (NIAC, contributed definition, 2024), units beside each
// (speckle/write.c). The history may be NULL.
AIRY_MUST_CHECK airy_code airy_correlation_write(const char *path, const airy_correlation *of,
                                                 const airy_findings *findings,
                                                 const airy_setup *beam,
                                                 const airy_history *history, bool overwrite,
                                                 airy_error *err);

#endif
