// SPDX-License-Identifier: GPL-3.0-or-later
// What is made of a series when its shots are done: curves, angles, model, pictures, page.
#ifndef AIRY_TOOLS_OUTCOME_H
#define AIRY_TOOLS_OUTCOME_H

#include "airy/bandmodel.h"
#include "airy/chain.h"
#include "options.h"

// The folder is call->output; everything is read from its files.
typedef struct outcome {
    const invocation *call;
    airy_kinetics_options kinetics;
    const char *truth, *title; // truth: a file, or NULL
    bool drawn, model;         // whether to draw, and to run the model of band formation
    bool all;                  // steps that the shots are too few for are left out with a warning
    double polarization_deg;
    const airy_history *history;
} outcome;

// The steps in their order; names as in --only.
#define OUTCOME_NAMES "kinetics|montecarlo|angles|pictures|report"
enum { OUTCOME_STEPS = 5 };
typedef struct outcome_step {
    airy_code (*run)(const outcome *of, airy_error *err);
} outcome_step;
extern const outcome_step outcome_steps[OUTCOME_STEPS];

#endif
