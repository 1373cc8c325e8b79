// SPDX-License-Identifier: GPL-3.0-or-later
// How much of an image is to be believed: what the same chain makes of a plain body, of the image
// itself as truth, and of halves of the photons.
#ifndef AIRY_TRIALS_H
#define AIRY_TRIALS_H

#include "airy/chain.h"

// ------------------------------------------------------------------ validate (trials/validate.c)

enum { AIRY_TRIALS_MAX = 1000 }; // of all kinds together

typedef struct airy_validate_step {
    airy_retrieve_step search; // read after parsing (airy_retrieve_step_read)
    airy_average_options average;
    airy_body_options body;
    airy_bands_options bands;
    int nulls, recoveries, halves; // trials of each kind; halves: pairs
    const char *tsv;               // the image's branches with a verdict each go there; or NULL
    const char *decides; // "name = value" lines of the parameters that decide what a trial is
} airy_validate_step;

void airy_validate_step_defaults(airy_validate_step *step, const airy_call *call);
void airy_validate_step_release(airy_validate_step *step);

// call->inputs: a pattern of photons and the image made of it. Writes call->output. Finished trials
// are kept in OUTPUT.trials until it is there. Errors: of reading and writing; AIRY_EVALUE when the
// two do not belong together or do not tell their pixels, for condensed patterns, and for finished
// trials of another run; AIRY_ESTOPPED.
AIRY_MUST_CHECK airy_code airy_validate_step_run(const airy_call *call, airy_validate_step *step,
                                                 airy_results *numbers, airy_error *err);

// ------------------------------------------------------------------ resolve (trials/resolve.c)

typedef struct airy_resolve_step {
    airy_retrieve_step search; // read after parsing (airy_retrieve_step_read)
    airy_average_options average;
    const char *rings; // the correlation by ring goes there, too; NULL: nowhere
} airy_resolve_step;

void airy_resolve_step_defaults(airy_resolve_step *step, const airy_call *call);
void airy_resolve_step_release(airy_resolve_step *step);

// How fine one shot resolves: its photons are dealt out to two patterns of half the dose, both are
// phased, and the images compared ring by ring (call->output). Errors: of the steps.
AIRY_MUST_CHECK airy_code airy_resolve_step_run(const airy_call *call, airy_resolve_step *step,
                                                airy_results *numbers, airy_error *err);

// The numbers of a trial, and those that are told of all of them.
extern const airy_described airy_trial_numbers, airy_validation_numbers;

#endif
