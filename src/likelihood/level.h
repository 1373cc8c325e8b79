// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of the search: one objective at one size of the array, and images that are tried.
//
// level.c sets it up, response.c averages over bins, cost.c is the objective and its slope along a
// line, and its gradient, prior.c what is expected of D, polish.c descends, outline.c moves the
// body's semi-axes, convex.c has bodies that are no spheroids, mate.c makes a child of two,
// population.c lets a population evolve; search.h has the stages above these.
//
// Spectra are half planes of an n x n array, column after column: coefficient (ky, kx) at
// kx n + ky, ky in FFT order, kx = 0 .. n / 2 - 1, one pixel a bin of the counts, in units of the
// root of photons a bin. Densities are windows: the middle of the array that holds the support, row
// after row. A bin and its mate are one pixel of the half plane; in column 0, where both are there,
// each weighs one half.
#ifndef AIRY_LIKELIHOOD_LEVEL_H
#define AIRY_LIKELIHOOD_LEVEL_H

#include "airy/likelihood.h"
#include "convex.h"

#include <complex.h>

enum {
    AIRY_TAPS = 3,    // of the response, to either side
    AIRY_MEMORY = 10, // pairs that L-BFGS remembers
    AIRY_LANES = 16,  // sums run in so many parts, the same on every processor
};

#define AIRY_FREE_BORDER 1.2 // side of the last array over what is measured

// The photons, folded about the center: full planes of 2 half + 1 bins, [ky + half][kx + half].
typedef struct airy_folded {
    int half;
    double dy, dx;             // where bins lie off whole numbers, bins
    double along, across;      // the body, cycles a bin
    double axis;               // radians
    const airy_convex *convex; // of a body that is no spheroid; NULL: it is one
    double reach;              // bins: rings up to here are measured by half or more
    float *photons;            // of a bin and its mate
    float *plus, *minus;       // exposure of either, pixels
    float *extra;              // variance beyond the photons' own, of both; and
    float *background;         // photons expected from elsewhere, of both
    double noise; // of the detector: its variance over `extra`, as negative counts tell it
} airy_folded;

AIRY_MUST_CHECK airy_code airy_folded_init(airy_folded *folded, const airy_search_input *input,
                                           airy_error *err);
void airy_folded_release(airy_folded *folded);

// True within `margin` times the spheroid's outline.
bool airy_folded_holds(const airy_folded *folded, double margin, double y, double x);

// The body's transform over that at 0, bins.
double airy_folded_body(const airy_folded *folded, double ky, double kx);

typedef struct airy_response {
    float y[2][2 * AIRY_TAPS + 1], x[2][2 * AIRY_TAPS + 1]; // of a bin, of its mate
    bool symmetric;                                         // they are the same
} airy_response;

typedef struct airy_level {
    int n, columns, window;
    int pixels, area;    // of a half plane, of a window; arrays of both end with zeros up to the
    int wide, broad;     // next multiple of AIRY_LANES
    int inside;          // of the support
    double limit;        // bins beyond this radius are not looked at
    double fringe;       // bins a fringe of the object
    float complex *turn; // (n) of a column, from the window's first row to its middle
    airy_response response;
    float *photons;    // n + s, with
    float *offset;     // s = extra + background: Poisson in good approximation, and exact without
    float *extra;      // of it: what is not photons
    float *exposure;   // 0 where not measured
    float *weight;     // 1, 1/2 in column 0, 0 where not measured
    float *pair;       // 1, 1/2 in column 0: what a coefficient counts in a sum
    float *share[2];   // of a bin and of its mate in the exposure
    float *body;       // its transform, real
    float *even, *odd; // 1 / (expected power), see prior.c
    float *support;    // (window, window) 1 inside
    double noise;      // of the detector: its variance over `extra`
    float variation, rounding; // weight of the total variation, and where its kink is rounded
} airy_level;

// An array of at least `fringes` fringes of the object (1 / diameter), or of all that is measured.
// sides: smallest side of the array; 0: what the fringes need.
AIRY_MUST_CHECK airy_code airy_level_init(airy_level *level, const airy_folded *folded,
                                          const airy_search_input *input, double margin,
                                          double fringes, airy_error *err);
void airy_level_release(airy_level *level);

// The body's transform, in height as the photons have it: again when the outline has changed.
void airy_level_dress(airy_level *level, const airy_folded *folded);

// One image that is tried.
typedef struct airy_trial {
    float *density;           // D, a window
    float complex *transform; // of body and D
    double cost;              // J
} airy_trial;

AIRY_MUST_CHECK airy_code airy_trial_init(airy_trial *trial, const airy_level *level,
                                          airy_error *err);
void airy_trial_release(airy_trial *trial);
void airy_trial_copy(airy_trial *to, const airy_trial *from, const airy_level *level);

// Workspace of one thread.
typedef struct airy_bench {
    airy_strip *strip;
    float *packed, *unpacked; // its rows: zero outside the window; and back
    float complex *spectrum;  // half planes
    float complex *step;
    float *model, *linear, *square; // mean photons a pixel, and how they change along a step
    float *plane[3];
    float *padded, *smooth[2];                    // of the response: a column, and all of them
    float *gradient, *next, *direction, *scratch; // windows
    float *moves, *turns;                         // (AIRY_MEMORY, area)
    double inverse[AIRY_MEMORY];
    int stored, at; // pairs, and where the next one goes
    float *block;
} airy_bench;

AIRY_MUST_CHECK airy_code airy_bench_init(airy_bench *bench, const airy_level *level,
                                          airy_error *err);
void airy_bench_release(airy_bench *bench);

// An image and the workspace to work on it.
typedef struct airy_desk {
    airy_trial trial;
    airy_bench bench;
} airy_desk;

AIRY_MUST_CHECK airy_code airy_desk_init(airy_desk *desk, const airy_level *level, airy_error *err);
void airy_desk_release(airy_desk *desk);

// ky and kx of coefficient i, and their length.
static inline int airy_level_ky(const airy_level *level, int i)
{
    return airy_fft_frequency(i % level->n, level->n);
}
static inline int airy_level_kx(const airy_level *level, int i)
{
    return i / level->n;
}
double airy_level_radius(const airy_level *level, int i);

// ------------------------------------------------------------------ transforms (level.c)

// Of a window, without the body; and from a spectrum, without 1 / n^2.
void airy_level_forward(const airy_level *level, airy_bench *bench, const float *density,
                        float complex *spectrum);
void airy_level_backward(const airy_level *level, airy_bench *bench, const float complex *spectrum,
                         float *density);

// ------------------------------------------------------------------ response.c

// For offsets (bins) and the highest frequency of an intensity (cycles a bin).
void airy_response_make(airy_response *response, double dy, double dx, double highest);

// out = mean intensity over bins, and over those of their mates.
void airy_response_apply(const airy_level *level, airy_bench *bench, const float *intensity,
                         float *out);
void airy_response_adjoint(const airy_level *level, airy_bench *bench, const float *in, float *out);

// ------------------------------------------------------------------ cost.c

// Transform of the trial's density, bench->model, and its cost with all parts.
airy_candidate airy_level_judge(const airy_level *level, airy_bench *bench, airy_trial *trial);

// Prepares the line density + t direction: bench->step, linear, square.
void airy_level_line(const airy_level *level, airy_bench *bench, const airy_trial *trial,
                     double power[3]);

// J along the line at t, and dJ/dt.
double airy_level_along(const airy_level *level, const airy_bench *bench, const airy_trial *trial,
                        const double power[3], double t, double *slope);

// About the second derivative along the line at t = 0, without the variation's: for a first step.
double airy_level_bend(const airy_level *level, const airy_bench *bench, const double power[3]);

// Goes to t of the line: transform and bench->model.
void airy_level_advance(const airy_level *level, airy_bench *bench, airy_trial *trial, double t);

// dJ/dD at bench->model.
void airy_level_gradient(const airy_level *level, airy_bench *bench, const airy_trial *trial,
                         float *gradient);

// ------------------------------------------------------------------ curve.c

// out = (H / 2) v: what the photons at bench->model, and the expected power, know of D (Fisher's
// information), without the variation. v and out are windows, v 0 outside the support.
void airy_level_curve(const airy_level *level, airy_bench *bench, const float complex *transform,
                      const float *v, float *out);

// A window of random numbers whose covariance is H / 2.
void airy_level_curve_draw(const airy_level *level, airy_bench *bench,
                           const float complex *transform, airy_random *random, float *out);

// Solves (H / 2) x = residual by conjugate gradients to `tolerance` of its length; the steps that
// took, `most` at most. What is left of it stands there then.
int airy_level_curve_solve(const airy_level *level, airy_bench *bench,
                           const float complex *transform, float *residual, float *x,
                           double tolerance, int most);

// ------------------------------------------------------------------ prior.c

// The power expected of D: exp(odd - fall k) of its odd part, by rings beside it of its even part.
enum { AIRY_RINGS = 512 };
typedef struct airy_powers {
    double odd, fall; // k in bins
    int rings;        // known; 0: the even part is 5 % of the body
    float even[AIRY_RINGS];
} airy_powers;

// w TV along a line and its slope; gradient, where it is not NULL, is added to. direction may be
// NULL.
double airy_variation(const airy_level *level, const float *density, const float *direction,
                      double t, double *slope, float *gradient);

// Sets even and odd of a level.
void airy_powers_set(const airy_powers *powers, airy_level *level);

// From the photons alone, before there is an image; and from an image.
void airy_powers_guess(airy_powers *powers, const airy_level *level);
void airy_powers_fit(airy_powers *powers, const airy_level *level, const airy_trial *trial);

// ------------------------------------------------------------------ polish.c

// Descends by at most `steps` steps; transform and cost of the trial follow.
void airy_polish(const airy_level *level, airy_bench *bench, airy_trial *trial, int steps);

// ------------------------------------------------------------------ outline.c

// Moves the outline's semi-axes to the lowest cost that a polish of so many steps reaches, in
// `rounds` of parabolas; the trial follows. level is that of the trial and is dressed anew.
AIRY_MUST_CHECK airy_code airy_outline_fit(airy_folded *folded, airy_level *level,
                                           airy_bench *bench, airy_trial *trial, int steps,
                                           int rounds, airy_error *err);

// ------------------------------------------------------------------ mate.c

void airy_trial_draw(const airy_level *level, airy_bench *bench, airy_random *random,
                     airy_trial *trial);
void airy_trial_mate(const airy_level *level, airy_bench *bench, airy_random *random,
                     const airy_trial *mother, const airy_trial *father, airy_trial *child);

// A part of the transform that is its own mate: a sector and its opposite, inside a radius.
typedef struct airy_domain {
    double from, width; // degrees; a width of 360: all around
    double radius;      // fringes; INFINITY: to the end
} airy_domain;

// The image with the odd part of a domain of the transform as the twin has it.
void airy_trial_turn(const airy_level *level, airy_bench *bench, const airy_trial *trial,
                     const airy_domain *domain, airy_trial *turned);

// The same D on another level.
void airy_trial_move(const airy_level *from, const airy_trial *trial, const airy_level *to,
                     airy_bench *bench, airy_trial *moved);

// Correlation of the odd parts over all bins that measured ones surround, -1 .. 1: what the stop
// hides is part of an image. Negative: one is the other's twin.
double airy_trial_agreement(const airy_level *level, const airy_trial *a, const airy_trial *b);

// ------------------------------------------------------------------ population.c

typedef struct airy_population {
    int members;
    airy_trial *trial; // (members + 1) the last is the child
} airy_population;

AIRY_MUST_CHECK airy_code airy_population_init(airy_population *population, int members,
                                               const airy_level *level, airy_error *err);
void airy_population_release(airy_population *population);

// So many children of two members each, who replace the worse parent or the worst member.
void airy_population_evolve(airy_population *population, const airy_level *level, airy_bench *bench,
                            airy_random *random, int children, int steps);
void airy_population_sort(airy_population *population);

#endif
