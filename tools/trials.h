// SPDX-License-Identifier: GPL-3.0-or-later
// Shots that never were: an object of known shape, or the measured photons dealt out anew, through
// the chain that the measured shot went through.
#ifndef AIRY_TOOLS_TRIALS_H
#define AIRY_TOOLS_TRIALS_H

#include "airy/image.h"
#include "search.h"

typedef enum trial_kind {
    TRIAL_NULL,     // the plain body
    TRIAL_RECOVERY, // the image
    TRIAL_HALF,     // half of the measured photons; numbers 2 k and 2 k + 1 are the two halves
    TRIAL_KINDS,
} trial_kind;

extern const char *const trial_names[TRIAL_KINDS];

// What all trials of a run share. key: 64 hexadecimal digits that say what a trial depends on
// besides its kind and number.
typedef struct trial_run {
    invocation *call;
    airy_retrieve_step search;
    airy_average_options average;
    airy_pattern pattern;    // measured, with its center, not condensed
    double photons;          // on its measured pixels
    airy_image object[2];    // TRIAL_NULL and TRIAL_RECOVERY
    double pixel_nm;         // of the objects
    const airy_image *place; // results are laid on this image
    airy_history history;    // the last step is this run
    char key[65];
    int claim; // on the folder of finished trials; -1: none
} trial_run;

// Makes one trial, or takes it from the folder of finished ones beside the output. image is
// initialised here, as large as `place`.
AIRY_MUST_CHECK airy_code trial_make(trial_run *run, trial_kind kind, int number, airy_image *image,
                                     double *r_factor, airy_error *err);

// Fails (AIRY_EVALUE) when there are finished trials of another run, or, without --resume, of any
// run and -f is not given; AIRY_EIO when another run is at work on them.
AIRY_MUST_CHECK airy_code trials_begin(trial_run *run, airy_error *err);

// Removes the folder of finished trials.
void trials_forget(trial_run *run);

#endif
