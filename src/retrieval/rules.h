// SPDX-License-Identifier: GPL-3.0-or-later
// The table of rules as the driver sees it.
#ifndef AIRY_RETRIEVAL_RULES_H
#define AIRY_RETRIEVAL_RULES_H

#include "retrieval/engine.h"

// One row a rule, in the order of the manual.
typedef struct airy_rule_row {
    const char *name;  // er hio raar dm hpr asr oss gps-r gps-f push ml
    const char *means; // one phrase
    const char *paper; // author, journal, year
} airy_rule_row;

// How many rules there are, and row i of their table.
int airy_rule_count(void);
const airy_rule_row *airy_rule_about(int i);

// Index of the rule called `name`, or -1.
int airy_rule_find(const char *name);

// The numbers of one iteration.
typedef struct airy_pace {
    double beta;
    airy_gps gps;
} airy_pace;

// What alpha smooths.
typedef enum airy_smoothing {
    AIRY_SMOOTH_NOTHING,
    AIRY_SMOOTH_FOURIER,
    AIRY_SMOOTH_REAL
} airy_smoothing;

// One rule: how to do an iteration, and what the driver has to arrange around it.
typedef struct airy_rule {
    airy_rule_row about;
    bool primal_dual; // keeps (z, dual) rather than u; restarts from the lowest R
    bool last_counts; // its last image is the result, even where an earlier one has a lower R
    airy_smoothing smoothing;
    double alpha_first, alpha_last; // unless the options say otherwise
    void (*step)(airy_engine *engine, const airy_pace *pace);
} airy_rule;

// Row `i` of the table.
const airy_rule *airy_rule_get(int i);

#endif
