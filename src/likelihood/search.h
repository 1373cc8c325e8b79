// SPDX-License-Identifier: GPL-3.0-or-later
// What the stages of a search share.
#ifndef AIRY_LIKELIHOOD_SEARCH_H
#define AIRY_LIKELIHOOD_SEARCH_H

#include "level.h"
#include "airy/work.h"

#include <pthread.h>

// What images that are fitted with weak priors tell of the body and of what to expect of D.
typedef struct airy_dressing {
    airy_powers powers;
    double along, across; // the body, cycles a bin
    double variation;     // of the image, at weight 1, times the side
} airy_dressing;

typedef struct airy_search_state {
    const airy_search_input *input;
    const airy_search_options *options;
    airy_folded folded;
    airy_level level[AIRY_LEVELS + 1]; // the last is the finest
    airy_dressing dressing;            // that these wear
    airy_dressing *dressings;          // (groups); the mean of them is worn at the end
    airy_level (*own)[AIRY_LEVELS];    // (groups) in the dressing of each
    airy_convex convex;                // of a body that is no spheroid, where folded.convex is it
    airy_convex seen;                  // of the images fitted for weights
    airy_search_body body;
    double margin;     // of the support over the outline
    double misfit;     // deviance over what photons make expect, of images fitted for weights
    double edge;       // their mean density along the edge of the support over that inside
    int groups;        // of the options, or images to begin at
    int taken;         // members that an island sends on
    float *settlers;   // (groups, islands, taken, area of level AIRY_LEVELS - 2)
    float *final;      // (groups, then their rivals, area of the last level)
    float *resampled;  // (resampled, area of the last level)
    double *deviance;  // (resampled)
    double *agreement; // (resampled) correlation of their odd parts with the best one's
    double *errors;    // (bound, 2) powers of errors that are drawn, even and odd
    airy_candidate *candidate; // (groups, then their rivals)
    const airy_trial *best;    // of all groups, on the last level; and the counts it makes expect
    const float *expected;     // (pixels)
    const airy_progress *progress;
    double before, total; // populations that were done before this farm, and all
    int stage;            // of the farm that is at work, which is ...
    const airy_farm *farm;
    airy_code (*job)(int i, void *workspace, void *context, airy_error *err); // ... made of these
    pthread_mutex_t lock;                                                     // of the keeper
} airy_search_state;

// Levels with the body and the support that the photons want, and weights of the priors (body.c).
AIRY_MUST_CHECK airy_code airy_search_dress(airy_search_state *state, airy_error *err);
void airy_search_undress(airy_search_state *state);

// The same for each group, from images of its own, and the mean for the levels that all share.
AIRY_MUST_CHECK airy_code airy_search_dress_groups(airy_search_state *state, airy_error *err);

// state->dressing from the data, and state->misfit of images fitted so, drawn as number `draw`; the
// levels wear it (weigh.c).
AIRY_MUST_CHECK airy_code airy_search_weigh(airy_search_state *state, int draw, airy_error *err);

// Puts a dressing on n levels.
void airy_search_wear(const airy_search_state *state, const airy_dressing *dressing,
                      airy_level *level, int n);

// Islands, then groups of them (groups.c).
AIRY_MUST_CHECK airy_code airy_search_islands(airy_search_state *state, airy_error *err);
AIRY_MUST_CHECK airy_code airy_search_groups(airy_search_state *state, airy_error *err);

// The images that are given, polished (begin.c).
AIRY_MUST_CHECK airy_code airy_search_begin(airy_search_state *state, airy_error *err);

// Images from counts that are drawn from what the best image makes expect (resample.c).
AIRY_MUST_CHECK airy_code airy_search_resample(airy_search_state *state, airy_error *err);

// The least errors that the best image can have (bound.c).
AIRY_MUST_CHECK airy_code airy_search_bound(airy_search_state *state, airy_bound *bound,
                                            airy_error *err);

// The density of a window of the last level on the grid that is wanted (render.c).
AIRY_MUST_CHECK airy_code airy_search_render(const airy_search_state *state, float *density,
                                             airy_image *out, airy_error *err);

// Runs n jobs that the keeper does not know, gives it what they leave in the farm's slots, and
// reports all of them as part of the whole (keep.c).
AIRY_MUST_CHECK airy_code airy_search_farm(airy_search_state *state, airy_farm *farm, int n,
                                           airy_error *err);

#endif
