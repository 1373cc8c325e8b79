// SPDX-License-Identifier: GPL-3.0-or-later
// From one clean pattern to many images: two projections, a table of rules, starts and generations.
//
// Data and options are plain structs. Images and patterns are centered: zero frequency, and the
// middle of the object, at (ny / 2, nx / 2). Sides are even. The real-space image u and the
// measured amplitude b go together through the transform of math.h: b is |F u| of photons, without
// a factor. A run is a pure function of (problem, options, seed, shot, generation, start).
#ifndef AIRY_RETRIEVAL_H
#define AIRY_RETRIEVAL_H

#include "airy/base.h"
#include "airy/detector.h"
#include "airy/likelihood.h"
#include "airy/math.h"

// ------------------------------------------------------------------ alignment (retrieval/align.c)

typedef struct airy_align_options {
    bool twin;        // try the 180-degree twin too [true]
    double step;      // precision of the shift, pixels [0.05]
    double ambiguous; // twins are flagged where `sense` is below this, 0..1 [0.2]
} airy_align_options;

// What was done to the moving image: first turned by 180 degrees about (n / 2) when twin, then
// shifted: aligned(y, x) = moving'(y - dy, x - dx).
typedef struct airy_alignment {
    double dy, dx;
    bool twin;
    double score;       // correlation coefficient of the departures from the round body, -1 .. 1
    double score_other; // the same for the orientation not taken; NaN when it was not tried
    double overlap;     // plain normalised overlap of the aligned images, 0 .. 1 for densities
    double sense;       // |correlation| of the odd parts, which alone tell the twins apart, 0 .. 1
    bool ambiguous;     // sense < options->ambiguous: the twins cannot be told apart
} airy_alignment;

void airy_align_options_defaults(airy_align_options *options);
AIRY_MUST_CHECK airy_code airy_align_options_check(const airy_align_options *options,
                                                   airy_error *err);

// Aligns to one reference again and again: transforms and scratch are made once. One thread each.
typedef struct airy_aligner airy_aligner;

// NULL on failure. The reference is copied. NaN counts as 0. options NULL for defaults.
AIRY_MUST_CHECK airy_aligner *airy_aligner_new(const airy_image *reference,
                                               const airy_align_options *options, airy_error *err);
void airy_aligner_free(airy_aligner *aligner);

// Finds the shift (and twin) that maximises the cross-correlation with the reference, without phase
// normalisation, to options->step pixels (matrix Fourier transform around the peak:
// Guizar-Sicairos, Thurman and Fienup, Opt. Lett. 33, 156, 2008). Nearly round particles are almost
// their own twin, so the orientation is chosen on what is left after the mean radial profile of the
// reference is subtracted from both. aligned (same size, may be `moving`, may be NULL) gets the
// moved image. Errors: AIRY_ESHAPE.
AIRY_MUST_CHECK airy_code airy_aligner_run(airy_aligner *aligner, const airy_image *moving,
                                           airy_image *aligned, airy_alignment *found,
                                           airy_error *err);

// The same as new, run and free for one pair of images.
AIRY_MUST_CHECK airy_code airy_align(const airy_image *reference, const airy_image *moving,
                                     const airy_align_options *options, airy_image *aligned,
                                     airy_alignment *found, airy_error *err);

// Distance of two images, sum |a - b| / sum |a + b|: 0 the same, 1 disjoint.
double airy_image_distance(const airy_image *a, const airy_image *b);

// ------------------------------------------------------------------ supports (retrieval/support.c)

// A support from words, 1 inside: "circle:R", "ellipse:A,B" (semi-axis along x, then y),
// "rectangle:H,W" (full height and width), "polygon:x,y,x,y,x,y..." (x right, y down, from the
// middle). Lengths are object pixels, or nm with the ending "nm" ("circle:60nm",
// "ellipse:60,55nm"). mask is initialised by the caller and cleared here. Errors: AIRY_EARGUMENT
// naming what is legal.
AIRY_MUST_CHECK airy_code airy_support_parse(const char *text, double pixel_nm, airy_mask *mask,
                                             airy_error *err);

// Filled ellipse of semi-axes a (along x) and b (along y) pixels about the middle.
void airy_support_ellipse(double a, double b, airy_mask *mask);

// Support from the autocorrelation of the pattern: the convex hull of where it exceeds `threshold`
// of its maximum, half as wide. It is never below the noise of the photons. A missing center is
// filled after Guinier's law; a good threshold is 0.001, since an autocorrelation falls to its edge
// gently: that of a sphere's projection is 0.004 at nine tenths of it.
AIRY_MUST_CHECK airy_code airy_support_auto(const airy_pattern *pattern, double threshold,
                                            airy_mask *mask, airy_error *err);

// The tri-intersection of A, A + w and A + v (Fienup, Crimmins and Holsztynski, J. Opt. Soc. Am.
// 72, 610, 1982): A is the convex hull of where the autocorrelation exceeds the threshold, w its
// farthest point, v the point of its edge, with v - w in A, that leaves the smallest set not below
// 1.3 times |A| / 4, which is the largest convex object that can have A (Brunn and Minkowski): for
// round objects the very smallest set is too small. Moved to the middle by its center of mass.
AIRY_MUST_CHECK airy_code airy_support_tri(const airy_pattern *pattern, double threshold,
                                           airy_mask *mask, airy_error *err);

// Pixels inside.
int airy_support_count(const airy_mask *mask);

// -------------------------------------------------------------- the problem (retrieval/problem.c)

enum { AIRY_USED = 1, AIRY_HELD = 2 }; // bits of airy_problem.measured

// What is to be solved: amplitudes, which of them count, and where the object may be.
typedef struct airy_problem {
    airy_image amplitude; // (ny, nx) sqrt(photons); 0 where not measured
    airy_image weight;    // (ny, nx) trust in the amplitude 0..1; px NULL: 1 everywhere
    airy_mask measured;   // AIRY_USED, AIRY_HELD or 0 (free: floats in the iteration)
    airy_mask support;    // 1 inside
    airy_pattern raw;     // optional (photons.px NULL: none): uncondensed pattern for the deviance
    airy_pattern counts;  // optional (photons.px NULL: none): photons in bins, for the likelihood
    airy_outline outline; // of the particle in them, and
    double image_pixel;   // a pixel of the images, cycles a pixel of the counts
    bool support_given;   // the support is more than a guess: the likelihood keeps to it
    bool merged;          // exactly Hermitian data: real transforms on half planes
    double pixel_nm;      // object pixel, 0 when unknown
} airy_problem;

typedef struct airy_problem_counts {
    int measured, held, free; // pixels of the pattern
    int central;              // free pixels of the hole around zero frequency
    int unknowns;        // real numbers to be found: support pixels (twice for complex objects)
    double constraints;  // independent measured numbers per unknown (merged mates count once)
    double oversampling; // linear: side of the array over the largest width of the support
} airy_problem_counts;

// Copies from a pattern centered at (ny / 2, nx / 2) with even sides; support is copied too.
// Errors: AIRY_ESHAPE, AIRY_EVALUE (no measured pixel, no photons, empty support). Caller releases.
AIRY_MUST_CHECK airy_code airy_problem_init(airy_problem *problem, const airy_pattern *pattern,
                                            const airy_mask *support, airy_error *err);
void airy_problem_release(airy_problem *problem);

// Leaves out the measured pixels whose frequencies images of such pixels do not hold, of the
// pattern and of `raw`; the share of those that counted. 0: there are none, or lengths are not
// known.
double airy_problem_limit(airy_problem *problem, double pixel_nm);

// Adds the counts that go with a pattern (airy_pattern.counts, or airy_pattern_counts of the one it
// was merged from) and the outline, a spheroid fitted to the pattern's rings, of this axis or,
// where they tell another (airy_axis_find), of that. Errors: AIRY_EVALUE without a pixel size, and
// those of the fit.
AIRY_MUST_CHECK airy_code airy_problem_take_counts(airy_problem *problem,
                                                   const airy_pattern *pattern,
                                                   const airy_pattern *counts, double axis_deg,
                                                   airy_error *err);

// What there is to go by, and to be found.
airy_problem_counts airy_problem_count(const airy_problem *problem, bool complex_object);

// Moves about `fraction` of the used pixels to HELD: islands of `radius` pixels (about a speckle),
// outside `center` pixels from zero frequency, always with their Friedel mates. Pure in `seed`.
void airy_problem_hold_out(airy_problem *problem, double fraction, double radius, double center,
                           uint64_t seed);

// Replaces sqrt(photons) by the amplitude to be expected from photons, their variance and the mean
// of their ring, taken as the mean of exponentially distributed speckle (Goodman, Statistical
// Optics, 1985). The square root of a noisy number is biased and, near 0, mostly noise. For
// condensed patterns, whose variance is that of an estimate; R is then against these amplitudes.
// Errors: AIRY_ESHAPE, AIRY_EVALUE (no variance).
AIRY_MUST_CHECK airy_code airy_problem_expect_amplitudes(airy_problem *problem,
                                                         const airy_pattern *pattern,
                                                         airy_error *err);

// Quality of an image. NaN where there is nothing to score.
typedef struct airy_score {
    double r_factor;      // sum_used ||F u| - b| / sum_used b
    double r_ratio;       // mean over used pixels with b > 0 of ||F u| - b| / b
    double r_free;        // as r_factor over held-out pixels
    double deviance_free; // as deviance, b^2 taken as photons, over held-out pixels
    double deviance; // Poisson deviance a pixel, 2 (mu - n + n ln(n / mu)), intensity scale fitted;
                     // on the raw pattern when there is one, else on the used pixels
} airy_score;

// Scores an image (ny, nx) against the problem.
AIRY_MUST_CHECK airy_code airy_problem_score(const airy_problem *problem, const airy_image *image,
                                             airy_score *score, airy_error *err);

// Multiplies an image (ny, nx) by the factor that brings its amplitudes closest to those used.
// Errors: AIRY_ESHAPE; AIRY_EVALUE where it has none of them.
AIRY_MUST_CHECK airy_code airy_problem_scale(const airy_problem *problem, airy_image *image,
                                             airy_error *err);

// --------------------------------------------------------------- schedules (retrieval/schedule.c)

typedef struct airy_stage {
    int rule; // row of the table of rules
    int iterations;
} airy_stage;

enum { AIRY_STAGES_MAX = 256 };

// Rules one after the other.
typedef struct airy_schedule {
    int n;
    airy_stage stage[AIRY_STAGES_MAX];
} airy_schedule;

// Reads "hio:1500,er:100" or "3*(hio:200,er:20),er:50", left to right; brackets may be nested.
// Errors: AIRY_EARGUMENT naming the place and the legal rules.
AIRY_MUST_CHECK airy_code airy_schedule_parse(const char *text, airy_schedule *schedule,
                                              airy_error *err);

// ------------------------------------------------------------------ options

// What the threshold of shrink-wrap is a share of; mean and rms are over the present support.
typedef enum airy_shrink_of { AIRY_SHRINK_MAX, AIRY_SHRINK_MEAN, AIRY_SHRINK_RMS } airy_shrink_of;

typedef enum airy_rank { AIRY_RANK_R, AIRY_RANK_DEVIANCE, AIRY_RANK_FREE } airy_rank;

enum { AIRY_SIGMAS_MAX = 8 };

typedef struct airy_retrieve_options {
    airy_schedule schedule; // [gps-r:2000]
    int starts;             // independent starts a generation [200]
    int generations;        // [3]
    int keep;               // images returned, best first [10]
    airy_rank rank;         // what "best" means [r]
    bool stop_early;     // end when a generation does not lower the mean of the best five [false]
    bool complex_object; // full complex transforms, no positivity [false]
    bool positivity;     // real part >= 0 inside the support [true]
    // Feedback of hio raar dm hpr oss, linear over a stage from the first to the last [0.9]
    double beta, beta_last; // beta_last 0: the same
    double s, t;            // GPS steps [0.9, 1]
    int sigmas; // GPS relaxation by fraction of its stage [0.01 from 0, 0.1, 0.4; 1, 0.7]
    double sigma[AIRY_SIGMAS_MAX], sigma_from[AIRY_SIGMAS_MAX];
    int alphas; // stages of the smoothing of GPS and OSS [10]
    // Width of the smoothing, linear from first to last: GPS-R and OSS in units of the highest
    // frequency on an axis (n / 2 pixels), GPS-F in diameters of the support. 0: the rule's own
    // [4 to 0.4 for GPS, 2 to 0.02 for OSS].
    double alpha_first, alpha_last;
    int error_interval;                           // iterations between two looks at R [10]
    int shrink_every;                             // shrink-wrap interval in iterations, 0 = off [0]
    airy_shrink_of shrink_of;                     // what the threshold is a share of [max]
    double shrink_threshold;                      // of the blurred density [0.1]
    double shrink_sigma_first, shrink_sigma_last; // blur, pixels [3, 1.5]
    double shrink_area; // fixed share of the array instead of the threshold, 0 = off [0]
    // Images (n, ny, nx) at which the first n starts of generation 0 begin, in place of random
    // phases; NULL for none; borrowed.
    const airy_stack *first;
    uint64_t seed;
    uint32_t shot;      // which shot this is, part of the random key [0]
    int threads;        // 0 = all cores; the result does not depend on it [0]
    const char *wisdom; // FFTW wisdom text, or NULL for estimated plans; borrowed
} airy_retrieve_options;

void airy_retrieve_options_defaults(airy_retrieve_options *options);
AIRY_MUST_CHECK airy_code airy_retrieve_options_check(const airy_retrieve_options *options,
                                                      airy_error *err);

// Names of airy_rank, in its order, NULL at the end.
extern const char *const airy_rank_names[];

// ------------------------------------------------------------- retrieval (retrieval/generations.c)

// One finished start. convergence holds R at each look (airy_retrieve_samples of them). Images are
// the middle (wy, wx) of the array (airy_retrieve_window): outside of it the density is zero.
typedef struct airy_finished {
    int generation, start;
    airy_score score;
    float *convergence;
    airy_image image;  // (wy, wx) density; magnitude for complex objects
    airy_image phase;  // (wy, wx) radians; px NULL for real objects
    airy_mask support; // (ny, nx) its own last support; bits NULL without shrink-wrap
} airy_finished;

// A start that was interrupted between two iterations: bytes from which the same run goes on.
typedef struct airy_parked {
    int generation, start;
    void *state;
    size_t size;
} airy_parked;

// Saves and recalls starts, so that a run that was stopped or killed can go on. NULL members are
// skipped. Calls come from one thread at a time.
typedef struct airy_checkpoint {
    // A start has finished; copy what you need. A failure ends the run.
    airy_code (*save)(void *context, const airy_finished *finished, airy_error *err);
    // True when (finished->generation, finished->start) is known and has been filled in.
    bool (*recall)(void *context, airy_finished *finished);
    // A start was interrupted because the run is to stop; copy the state.
    airy_code (*park)(void *context, const airy_parked *parked, airy_error *err);
    // True when (parked->generation, parked->start) was parked and its state has been filled in.
    bool (*unpark)(void *context, airy_parked *parked);
    void *context;
} airy_checkpoint;

// Size of the images of starts: all of the array with shrink-wrap, whose supports may grow, else
// airy_problem_window.
void airy_retrieve_window(const airy_problem *problem, const airy_retrieve_options *options,
                          int *ny, int *nx);

// Everything a run returns. Arrays are row-major (generations, starts).
typedef struct airy_reconstruction {
    airy_stack images; // (kept, ny, nx), best first, of the generation `chosen`
    airy_stack phases; // the same in radians for complex objects; px NULL for real ones
    int *kept;         // which start each image is
    airy_mask support; // support of the best
    int generations;   // run (fewer than asked for when stopped early)
    int chosen;        // generation the images come from
    int starts, samples;
    double *r_factor, *r_free, *deviance, *deviance_free; // (generations, starts)
    float *convergence;        // (samples, starts) R, generation `chosen`
    int *iterations;           // (samples) iteration of each look
    double *diversity;         // (generations) mean pairwise distance of aligned images
    double *ambiguous;         // (generations) share of starts with an ambiguous twin
    airy_search_result search; // groups 0: none was made
} airy_reconstruction;

// Looks at R that the options make: the length of a convergence record. iteration (may be NULL)
// gets when each of them happens.
int airy_retrieve_samples(const airy_retrieve_options *options, int *iteration);

// Runs all generations. On AIRY_ESTOPPED the checkpoint has every finished start and those that
// were at work.
// progress counts starts over all generations, its note says generation and best R.
AIRY_MUST_CHECK airy_code airy_retrieve(const airy_problem *problem,
                                        const airy_retrieve_options *options,
                                        const airy_checkpoint *checkpoint,
                                        const airy_progress *progress, airy_reconstruction *result,
                                        airy_error *err);
void airy_reconstruction_release(airy_reconstruction *result);

// Searches for the most likely images of the problem's counts (likelihood.h), or polishes those
// that are given (n, ny, nx; NULL: none): result->search, in the scale of the pattern. keeper (may
// be NULL) as for airy_search. The rest of *result may be zero. Errors: AIRY_EVALUE without counts,
// and those of airy_search.
AIRY_MUST_CHECK airy_code airy_retrieve_photons(const airy_problem *problem,
                                                const airy_search_options *options,
                                                const airy_stack *begin,
                                                const airy_search_keeper *keeper,
                                                const airy_progress *progress,
                                                airy_reconstruction *result, airy_error *err);

#endif
