// SPDX-License-Identifier: GPL-3.0-or-later
// What a model of band formation is to the loop over its runs.
#ifndef AIRY_BANDMODEL_RULES_H
#define AIRY_BANDMODEL_RULES_H

#include "airy/bandmodel.h"

enum { BAND_MARGIN = 8 }; // cells around the particle

// What one run has done so far.
typedef struct run_findings {
    double accepted, strain, stress; // as in airy_montecarlo
} run_findings;

// A table row of functions: a state of its own for a run, moved on to a snapshot (0: only looked
// at), and its density, NaN outside the particle.
typedef struct band_rules {
    AIRY_MUST_CHECK void *(*start)(const airy_montecarlo_options *options, int run,
                                   airy_error *err);
    AIRY_MUST_CHECK airy_code (*advance)(void *state, int snapshot, airy_error *err);
    const airy_image *(*density)(const void *state);
    run_findings (*findings)(const void *state);
    void (*end)(void *state);
} band_rules;

extern const band_rules airy_push_rules, airy_slip_rules;

#endif
