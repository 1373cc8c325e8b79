// SPDX-License-Identifier: GPL-3.0-or-later
// What a farm and the ranks that share it tell one another.
#ifndef AIRY_WORK_RANKS_H
#define AIRY_WORK_RANKS_H

#include "airy/work.h"

// How the jobs of one rank, or of all, ended.
typedef struct airy_outcome {
    int done;
    int failed; // lowest failing job so far, -1 for a missing workspace, INT_MAX for none
    int stopped;
    airy_error error;
} airy_outcome;

// Makes the outcome of one rank the outcome of all: the lowest failure, any stop, all results.
void airy_ranks_meet(const airy_farm *farm, int n, airy_outcome *outcome);

#endif
