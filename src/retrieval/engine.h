// SPDX-License-Identifier: GPL-3.0-or-later
// The engine owns buffers, transforms and point-wise passes; rules and drivers only ask it.
//
// A rule needs u everywhere, but only the values that the support touches: outside of it every rule
// is linear, and the transform keeps that part. So a buffer is its transform and, in real space,
// its window: the rows of the support. An iteration transforms a window back and forth and never
// the two thirds of the array that are empty. Where a rule or a changing support wants all rows,
// the window is everything.
//
// Windows are arrays of floats, spectra of (re, im) pairs: half planes of a real object with
// Friedel-merged data, else full planes. The passes below treat both alike. An engine on another
// device would offer these same functions.
//
// The two projections:
//   data      P_M z = z + m (b / |z| - 1) z      m = 1 where measured and used, 0 where free
//   support   P_S v = min(max(v, lo), hi)        a box for each float: hi = infinity inside,
//                                                else 0; lo = 0 for a positive object, else -hi
#ifndef AIRY_RETRIEVAL_ENGINE_H
#define AIRY_RETRIEVAL_ENGINE_H

#include "airy/retrieval.h"

typedef struct airy_engine airy_engine;

// The last two are nothing outside the support and have no transform.
typedef enum airy_buffer {
    AIRY_ITERATE,  // u
    AIRY_DATA,     // p = P_M u
    AIRY_EXTRA,    // for rules that project twice
    AIRY_ESTIMATE, // the image that R is taken of, in the support
    AIRY_BEST,     // the estimate of the lowest R so far, kept by the driver
    AIRY_BUFFERS,
} airy_buffer;

// NULL on failure. everywhere: the window is all rows, for filters in real space (filter_real) and
// supports that change (restrict).
AIRY_MUST_CHECK airy_engine *airy_engine_new(const airy_problem *problem,
                                             const airy_retrieve_options *options, bool everywhere,
                                             airy_error *err);
void airy_engine_free(airy_engine *engine);

// ------------------------------------------------------------------ images in and out (engine.c)

// u = F^-1 of the measured amplitudes with random phases (Hermitian for half planes).
void airy_engine_randomise(airy_engine *engine, airy_random *random);

// u = the image (phase NULL: real). Centered.
void airy_engine_load(airy_engine *engine, const airy_image *image, const airy_image *phase);

// A buffer as a centered image; phase (NULL for none) gets radians.
void airy_engine_unload(airy_engine *engine, airy_buffer buffer, airy_image *image,
                        airy_image *phase);

// Another support, centered, in the window.
void airy_engine_restrict(airy_engine *engine, const airy_mask *support);

// ---------------------------------------------------------------- passes for rules (projections.c)

// to = F^-1 P_M F from. One transform. The buffers may be the same.
void airy_engine_project_data(airy_engine *engine, airy_buffer from, airy_buffer to);

// The same with the Poisson step of the likelihood in place of P_M (see rules.c).
void airy_engine_project_likelihood(airy_engine *engine, airy_buffer from, airy_buffer to);

// to = s P_S(a x + b u) + c x + d u, with x one buffer and u the iterate. One transform unless s is
// 0.
typedef struct airy_blend {
    double s, a, b, c, d;
} airy_blend;
void airy_engine_blend(airy_engine *engine, airy_buffer x, airy_blend blend, airy_buffer to);

// u = p where p lies in the support's box, u - beta p elsewhere. One transform.
void airy_engine_feedback(airy_engine *engine, double beta);

// u outside the support = its version smoothed by the Fourier filter. One pair of transforms.
void airy_engine_smooth_outside(airy_engine *engine);

// ------------------------------------------------------------------ filters (engine.c)

// Fourier filter exp(-k^2 s / (2 alpha^2)), k in units of the highest frequency of each axis.
void airy_engine_filter_fourier(airy_engine *engine, double alpha, double s);

// Real-space filter exp(-r^2 s / (2 (2 pi alpha)^2)), r in diameters of the support.
void airy_engine_filter_real(airy_engine *engine, double alpha, double s);

// Neither.
void airy_engine_filter_none(airy_engine *engine);

// ------------------------------------------------------------------ primal and dual (gps.c)

typedef struct airy_gps {
    double s, t, sigma;
} airy_gps;

// z = F u, dual 0: where a GPS stage begins.
void airy_engine_gps_begin(airy_engine *engine);

// One iteration, one pair of transforms.
void airy_engine_gps_step(airy_engine *engine, airy_gps gps);

// u = F^-1 z: for rules that go on from here.
void airy_engine_gps_end(airy_engine *engine);

// Keeps (z, dual), and goes back to what was kept.
void airy_engine_gps_keep(airy_engine *engine);
void airy_engine_gps_return(airy_engine *engine);

// ------------------------------------------------------------------ looking (engine.c)

// Estimate = P_S p, or P_S F^-1 z for primal and dual.
void airy_engine_estimate(airy_engine *engine, bool primal_dual);

// R of the estimate over the used pixels.
double airy_engine_r_factor(airy_engine *engine);

// Best = estimate.
void airy_engine_keep_best(airy_engine *engine);

// ------------------------------------------------------------------ saving (engine.c)

// Everything that changes from one iteration to the next, as bytes; support and filter are not in
// it.
size_t airy_engine_state_size(const airy_engine *engine);
void airy_engine_save(airy_engine *engine, void *state);
void airy_engine_restore(airy_engine *engine, const void *state);

#endif
