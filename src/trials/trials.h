// SPDX-License-Identifier: GPL-3.0-or-later
// Shots that never were: an object of known shape, or the measured photons dealt out anew, through
// the chain that the measured shot went through; and what is found in their images.
#ifndef AIRY_TRIALS_TRIALS_H
#define AIRY_TRIALS_TRIALS_H

#include "airy/trials.h"

typedef enum trial_kind {
    TRIAL_NULL,     // the plain body
    TRIAL_RECOVERY, // the image
    TRIAL_HALF,     // half of the measured photons; numbers 2 k and 2 k + 1 are the two halves
    TRIAL_KINDS,
} trial_kind;

extern const char *const airy_trial_names[TRIAL_KINDS];

// ------------------------------------------------------------------ trial.c

// What all trials of a run share.
typedef struct trial_run {
    const airy_call *call;
    const airy_retrieve_step *search;
    const airy_average_options *average;
    airy_pattern pattern;    // measured, with its center, not condensed
    double photons;          // on its measured pixels
    airy_image object[2];    // TRIAL_NULL and TRIAL_RECOVERY
    double pixel_nm;         // of the objects
    const airy_image *place; // results are laid on this image
    airy_history history;    // the last step is this run
    airy_store *store;       // finished trials; NULL before airy_trial_store_open
} trial_run;

// Makes one trial, or takes it from the store. image is initialised here, as large as `place`.
AIRY_MUST_CHECK airy_code airy_trial_make(trial_run *run, trial_kind kind, int number,
                                          airy_image *image, double *r_factor, airy_error *err);

// Finished trials beside the output, in OUTPUT.trials. key: what a trial depends on besides its
// kind and number. Errors: of airy_store_open.
AIRY_MUST_CHECK airy_code airy_trial_store_open(trial_run *run, const char *key, airy_error *err);

// ------------------------------------------------------------------ judged.c

// What the density rooms find in one image.
typedef struct judged {
    int kind;       // trial_kind
    int n_branches; // of `bands`
    double r_factor;
    airy_body body;
    airy_areas areas;
    airy_image difference;
} judged;

// All trials of one kind, and the bands of each.
typedef struct trial_set {
    int n, wanted;
    judged *found;
    airy_bands *bands;
} trial_set;

// Everything of one run of `validate`.
typedef struct validation {
    const airy_call *call;
    const airy_validate_step *step;
    trial_run run;
    airy_stack images; // of image.cxi; the first is used
    airy_image first, plain;
    judged reference;
    airy_bands reference_bands;
    judged *found;     // of all kinds, one after the other; sets point into it
    airy_bands *bands; // the same
    trial_set set[TRIAL_KINDS];
} validation;

// Fills found but its r_factor, and bands; the difference and bands are the caller's to release.
AIRY_MUST_CHECK airy_code airy_judged_image(const validation *v, const airy_image *image,
                                            judged *found, airy_bands *bands, airy_error *err);

// Mean (bias) and standard deviation over the recoveries of D less the image's own; and what two
// halves tell of the whole. As large as the image.
void airy_judged_recoveries(const validation *v, airy_image *sigma, airy_image *bias);
void airy_judged_halves(const validation *v, airy_image *sigma);

// Median of an image inside the body; NaN for none.
AIRY_MUST_CHECK airy_code airy_judged_median(const validation *v, const airy_image *image,
                                             double *median, airy_error *err);

// ------------------------------------------------------------------ validation.c

// Writes validate.h5 and, where it is wanted, the table of branches; numbers: what is told of it.
AIRY_MUST_CHECK airy_code airy_validation_write(const validation *v, airy_results *numbers,
                                                airy_error *err);

#endif
