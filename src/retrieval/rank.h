// SPDX-License-Identifier: GPL-3.0-or-later
// Scores of many images against one problem, and their order.
#ifndef AIRY_RETRIEVAL_RANK_H
#define AIRY_RETRIEVAL_RANK_H

#include "airy/retrieval.h"

// Transforms and scratch for scoring: one a thread.
typedef struct airy_scorer airy_scorer;

// NULL on failure. The problem is borrowed.
AIRY_MUST_CHECK airy_scorer *airy_scorer_new(const airy_problem *problem, airy_error *err);
void airy_scorer_free(airy_scorer *scorer);

// Scores an image of the problem's size; phase px NULL or NULL for real objects.
void airy_scorer_run(airy_scorer *scorer, const airy_image *image, const airy_image *phase,
                     airy_score *score);

// The number that `rank` compares: lower is better. NaN becomes infinity.
double airy_rank_value(const airy_score *score, airy_rank rank);

// order[0..n-1] = indices of the scores, best first; equal ones keep their order.
void airy_rank_order(const airy_score *scores, int n, airy_rank rank, int *order);

#endif
