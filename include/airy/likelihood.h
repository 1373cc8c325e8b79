// SPDX-License-Identifier: GPL-3.0-or-later
// The image that the counted photons make most likely, and how often the search for it ends there.
//
// The particle is u = body + D: a smooth body, the projection of a uniform spheroid, whose
// transform is known in closed form, and a difference D, free in sign inside a support. About the
// center of inversion F = E + iO, E real from the even part of u, O from the odd part of D alone,
// and |F|^2 = E^2 + O^2 with O^2 a few thousandths of the power: O shows where E passes zero, and
// its sign falls into domains. A search by projections ends in as many mixtures of the particle and
// its twin as it has starts. This room weighs images by the likelihood of the photons in bins of
// the detector, whatever was masked, and by what is expected of D:
//
//     J(D) = 2 sum_bins (m - n - n log(m / n)),        m = e (B |F|^2) + background
//          + sum_q (Re F_D)^2 / P_even + (Im F_D)^2 / P_odd    ("power", by rings, from data)
//          + w TV(D)                                           ("variation", weight from data)
//
// with e the exposure of a bin and B the integration over its area. Populations of such images mate
// in the transform: a child has the coefficients of one parent in some domains and of the other, or
// of its twin, in the rest. Images are found again by independent groups of populations, or they
// are not: that is the evidence a user needs.
//
// Lengths of the object are cycles a pixel of the counts: R pitch / (lambda z).
#ifndef AIRY_LIKELIHOOD_H
#define AIRY_LIKELIHOOD_H

#include "airy/base.h"
#include "airy/detector.h"
#include "airy/math.h"

// ------------------------------------------------------- the search (likelihood/search.c)

// The projection of a uniform spheroid, semi-axes in cycles a pixel of the counts.
typedef struct airy_outline {
    double along, across; // the axis and across it
    double axis;          // direction of the axis, degrees from +x towards +y
} airy_outline;

// What D is expected to be, beside what the photons say.
typedef enum airy_prior {
    AIRY_PRIOR_BOTH, // power by rings and total variation
    AIRY_PRIOR_POWER,
    AIRY_PRIOR_VARIATION,
    AIRY_PRIOR_NONE,
} airy_prior;

enum { AIRY_GROUPS = 64 };  // at most
enum { AIRY_DOMAINS = 41 }; // whose sign photons tell least
enum { AIRY_LEVELS = 3 };   // of the search: resolution rises from one to the next

typedef struct airy_search_options {
    int groups;                // independent searches; the best is as sure as they agree [4]
    int islands;               // populations of a group that begin apart [4]
    int members;               // of a population [20]
    int children[AIRY_LEVELS]; // of a population at each level [300 300 500]
    int steps;                 // of the short polish of a child [40]
    int final_steps;           // most of the last polish [400]
    int rivals;                // domains of a group's best image that are turned, at most [41: all]
    int resampled;             // images from photons drawn again, for the errors [8]
    int bound;                 // errors drawn for the bound on them; 0: none [0]
    double margin;             // support over outline [1.05]
    airy_prior prior;          // [both]
    double variation;          // weight of the total variation over what the data suggest [1]
    double same;               // correlation of odd parts from which two images are one [0.9]
    uint64_t seed;
    uint32_t shot; // part of the random key [0]
    int threads;   // 0 = all cores; the result does not depend on it [0]
} airy_search_options;

void airy_search_options_defaults(airy_search_options *options);
AIRY_MUST_CHECK airy_code airy_search_options_check(const airy_search_options *options,
                                                    airy_error *err);

// Names of airy_prior, in its order, NULL at the end.
extern const char *const airy_prior_names[];

// Keeps populations that are done, so that a search that was stopped or killed can go on. What a
// population leaves is `n` pieces of memory, the same for every run of the same input and options;
// its place is a stage of the search and a number there. Calls come from one thread at a time.
typedef struct airy_search_piece {
    void *at;
    size_t size;
} airy_search_piece;
enum { AIRY_SEARCH_STAGES = 4, AIRY_SEARCH_PIECES = 4 }; // of a search; of a population at most
typedef struct airy_search_keeper {
    // Copy what you need. A failure ends the search.
    airy_code (*save)(void *context, int stage, int number, const airy_search_piece *pieces, int n,
                      airy_error *err);
    // True when it is known and the pieces have been filled in.
    bool (*recall)(void *context, int stage, int number, const airy_search_piece *pieces, int n);
    void *context;
} airy_search_keeper;

// Populations of the stage with most of them.
int airy_search_most(const airy_search_options *options);

// What is looked at: the photons, the body, and where the images are wanted.
typedef struct airy_search_input {
    const airy_pattern *counts; // of airy_pattern_counts
    airy_outline outline;       // of the smooth part, and the support
    const airy_mask *support;   // in place of outline x margin, pixels of the images; NULL: none
    int side;                   // of the images, even
    // Images (n, side, side) that are polished in place of a search: a group each; NULL: none.
    const airy_stack *begin;
    double pixel; // of the images: cycles a pixel of the counts, 1 / (side step)
    const airy_search_keeper *keeper; // NULL: none
} airy_search_input;

// One image and what there is to say of it. Costs are twice a negative log-likelihood.
typedef struct airy_candidate {
    int group;
    int cluster;      // 0: the same as the best one, 1: the same as the best of the rest, ...
    double objective; // J: the rank
    double deviance;  // its first sum, the photons'
    double variation; // w TV(D)
    double power;     // the expected power's part
    double odd_share; // sum O^2 / sum |F|^2 over measured bins outside the first fringe
    double agreement; // correlation of the odd part with the best one's, twins turned alike
} airy_candidate;

// The least relative errors (L2, over what is measured) of an image with the best one's domains:
// the bound of Cramer and Rao with the expected power as what is known beforehand. Of the whole
// image, of its even part over that part, and of its odd part over that. NaN: not asked for.
typedef struct airy_bound {
    double l2, even, odd;
} airy_bound;

// What the smooth part and the support of a search are.
typedef enum airy_search_body {
    AIRY_SEARCH_SPHEROID = 1, // of the outline, or of a polish
    AIRY_SEARCH_CONVEX = 2,   // the convex body that the image shows
    AIRY_SEARCH_NEITHER = 3   // the spheroid, in a wider support or not, though neither explains
} airy_search_body;

typedef struct airy_search_result {
    // (groups, side, side) densities, all turned like the best: first those of its solution, best
    // first, then the others
    airy_stack images;
    airy_candidate *candidate; // (groups)
    int groups;           // images: one a search, and a rival that islands found, if there is one
    int searches;         // of the options, or images begun at
    airy_stack resampled; // (resampled, side, side) the best one, photons drawn again
    double expected_deviance; // mean of theirs: what the best one's is when all is well; NaN: none
    // Mean correlation of their odd parts with the best one's, and so about the best one's with
    // the particle's as far as photons tell: groups may agree on an odd part that they do not tell.
    double odd_redrawn; // NaN: none
    int found;          // searches that ended at the best image
    double next;        // objective of the next other solution above it; NaN: there is none
    airy_bound bound;
    int bins;             // measured
    airy_outline outline; // as the photons have it
    double margin;        // support over outline
    airy_search_body body;
    double reach; // where measured bins end, pixels of the counts
    double power_odd,
        power_fall;      // P_odd = exp(power_odd - power_fall k), k in pixels of the counts
    double oversampling; // bins a fringe over two
} airy_search_result;

// Pure in (input, options). Progress counts populations. Errors: AIRY_EVALUE where the counts hold
// too little (fewer than three fringes, no photons), AIRY_EMEMORY, AIRY_ESTOPPED.
AIRY_MUST_CHECK airy_code airy_search(const airy_search_input *input,
                                      const airy_search_options *options,
                                      const airy_progress *progress, airy_search_result *result,
                                      airy_error *err);
void airy_search_result_release(airy_search_result *result);

#endif
