// SPDX-License-Identifier: GPL-3.0-or-later
// From photons on a detector plane to one clean pattern: mask, bin, center, merge, condense, size.
//
// Everywhere here a pixel is measured when none of its AIRY_MASK_EXCLUDES bits is set and its
// photons are not NaN; what is not measured is never used. Distances are pixels of the pattern at
// hand, centers are (y, x) with the center of pixel (0, 0) at (0, 0), angles are degrees from +x
// towards +y.
//
// The noise of a pixel is written V(mu) = factor mu + extra, mu being the expected photons. The
// factor is 1 / coverage of a binned cell, halved where two Friedel mates were averaged; extra is
// what the variance holds beyond the photons' own (read noise). With it every estimate below
// weighs a pixel by its expectation and never by its own count, which would favour the low counts.
#ifndef AIRY_PATTERN_H
#define AIRY_PATTERN_H

#include "airy/detector.h"
#include "airy/source.h"

// Measured pixels and their photons.
int airy_pattern_measured(const airy_pattern *pattern);
double airy_pattern_photons(const airy_pattern *pattern);

// -------------------------------------------------------- masks (pattern/mask.c, pattern/shapes.c)

typedef enum airy_shape_kind {
    AIRY_SHAPE_CIRCLE,    // y, x, radius
    AIRY_SHAPE_RECTANGLE, // y0, x0, y1, x1: both corners included
    AIRY_SHAPE_POLYGON,   // y, x of three corners or more, closed by itself
} airy_shape_kind;

enum { AIRY_SHAPE_MAX = 64 };

typedef struct airy_shape {
    airy_shape_kind kind;
    int n; // numbers used
    double number[AIRY_SHAPE_MAX];
} airy_shape;

// Reads "y,x,r" and the like. AIRY_EARGUMENT for a wrong count of numbers or a negative radius.
AIRY_MUST_CHECK airy_code airy_shape_parse(airy_shape_kind kind, const char *text,
                                           airy_shape *shape, airy_error *err);

typedef struct airy_mask_options {
    double beamstop;     // radius of the beam stop about the center, pixels; 0 = none
    double hot, dead;    // robust sigmas above / below the ring's median; 0 = off
    double saturation;   // photons at and above which a pixel is saturated; 0 = off
    double below, above; // photons outside which a pixel is excluded; -INFINITY, INFINITY = off
    int edges;           // pixels along every border of measured area (frame, module, gap)
    int grow;            // pixels by which every excluding reason grows at the end
} airy_mask_options;

void airy_mask_options_defaults(airy_mask_options *options);
AIRY_MUST_CHECK airy_code airy_mask_options_check(const airy_mask_options *options,
                                                  airy_error *err);

// Adds reasons to pattern->mask and NaN to the pixels it excludes. `shapes` are marked BAD. The
// beam stop and hot and dead pixels need a center; without one the array's middle is taken. Hot:
// more than `hot` sigma above the median of its ring, sigma from the ring's MAD and from photon
// noise, whichever is larger, and above both next neighbours' level, so that speckles stay. Dead:
// zero photons where the ring's median is more than `dead` sigma above zero.
AIRY_MUST_CHECK airy_code airy_mask_build(airy_pattern *pattern, const airy_mask_options *options,
                                          const airy_shape *shapes, int n_shapes, airy_error *err);

// Pixels that carry any of these bits.
int airy_mask_count(const airy_mask *mask, uint32_t bits);

// ----------------------------------------------------- many frames (pattern/exposures.c, shadow.c)

// Running statistics of every pixel over the frames of a run, in the memory of a few frames.
typedef struct airy_exposures airy_exposures;
AIRY_MUST_CHECK airy_exposures *airy_exposures_new(airy_error *err);
void airy_exposures_free(airy_exposures *run); // NULL is fine

// The first frame decides size, beam and center; AIRY_ESHAPE when another one has another size.
AIRY_MUST_CHECK airy_code airy_exposures_add(airy_exposures *run, const airy_pattern *frame,
                                             airy_error *err);
int airy_exposures_frames(const airy_exposures *run);

// The mean frame (initialised here): photons are the mean over the frames in which a pixel was
// measured, variance that of this mean as the frames' variances say. A pixel measured in less than
// `share` of the frames carries all its frames' reasons. AIRY_EVALUE without frames.
AIRY_MUST_CHECK airy_code airy_exposures_mean(const airy_exposures *run, double share,
                                              airy_pattern *mean, airy_error *err);

typedef struct airy_exposures_mask_options {
    double hot, dead; // standard errors of the mean above / below the neighbours'; 0 = off
    double noisy;     // times the neighbours' scatter from frame to frame; 0 = off
    double shadow;    // share of the surrounding light below which the beam stop shadows; 0 = off
} airy_exposures_mask_options;

void airy_exposures_mask_options_defaults(airy_exposures_mask_options *options);

// Adds reasons that only many frames tell to the mean frame, and NaN to what it excludes. The
// neighbours are the 24 around a pixel, in pairs that face each other; the median of the pairs and
// its robust width take part in every limit, so that fringes and uneven gains stay. Hot: the mean
// is above, and 1.2 times that of all but two neighbours. Dead: the mean is below and under a tenth
// of theirs. Noisy: the RMS over the frames, in units of what the variances let expect, is above
// `noisy` x the neighbours' (and five of its own errors). Shadowed: the dark area about the center,
// from where the light rises to `shadow` x its largest ring, and what hangs together with it and is
// that much darker than its Friedel mate (the stop's arm). The mean needs a center for this.
AIRY_MUST_CHECK airy_code airy_exposures_mask(const airy_exposures *run,
                                              const airy_exposures_mask_options *options,
                                              airy_pattern *mean, airy_error *err);

// ------------------------------------------------------------------ hits (pattern/hits.c)

typedef struct airy_hit_options {
    double lit;     // photons from which on a pixel is lit
    int cell;       // side of the cells in which light is looked for, pixels
    double sigma;   // a cell is lit so many standard deviations above the background
    double quarter; // share of the cells, farthest from the beam, that tell the background
} airy_hit_options;

// What one frame tells of whether the beam hit something.
typedef struct airy_hit {
    int measured, lit;    // pixels
    double photons;       // in measured pixels
    double background;    // photons a pixel: median of the cells far from the beam
    double background_sd; // of such a cell's mean: their own scatter, at least that of photons
    double radius;        // pixels: of the circle about the beam that holds nine tenths of the lit
                          // cells; 0 when no cell is lit
} airy_hit;

void airy_hit_options_defaults(airy_hit_options *options);
AIRY_MUST_CHECK airy_code airy_hit_options_check(const airy_hit_options *options, airy_error *err);

// The beam is the pattern's center, or else the array's middle. A frame without measured pixels is
// no error: everything is 0 and NaN.
AIRY_MUST_CHECK airy_code airy_pattern_hit(const airy_pattern *pattern,
                                           const airy_hit_options *options, airy_hit *hit,
                                           airy_error *err);

// The value that parts the lowest group of numbers from the rest. The numbers' logarithms are split
// where the variance between the two sides is largest (Otsu, IEEE Trans. Syst. Man Cybern. 9, 62,
// 1979), the lower side again and so on, as long as both sides lie apart: means 1.5 times and three
// widths (of the sides, at least that of counting) from each other. When they never do, or fewer
// than two numbers are above 0, *parted is false and *threshold stays. NaN is left out, 0 is 1/2.
AIRY_MUST_CHECK airy_code airy_hit_threshold(const double *values, int n, bool *parted,
                                             double *threshold, airy_error *err);

// ------------------------------------------------------------------ binning (pattern/bin.c)

typedef struct airy_bin_options {
    int factor;             // side of a cell
    double coverage;        // cells with a smaller valid share are masked (COVERAGE), 0..1
    bool align_center;      // choose the origin that puts a known center nearest to a cell's middle
    int origin_y, origin_x; // first pixel of the first cell when not aligned; 0 .. factor - 1
} airy_bin_options;

// What binning did.
typedef struct airy_bin_result {
    int origin_y, origin_x;
    int dropped_y, dropped_x; // rows and columns that filled no cell, both ends together
    double photons_in, photons_out;
} airy_bin_result;

void airy_bin_options_defaults(airy_bin_options *options);
AIRY_MUST_CHECK airy_code airy_bin_options_check(const airy_bin_options *options, airy_error *err);

// Sums factor x factor cells. A cell with `valid` measured pixels is scaled by n^2 / valid, its
// variance by the square; fully valid cells keep their photons exactly. Reasons of a cell are
// those of all its pixels when it is masked, else none of the excluding ones. Center and pitch
// follow: c' = (c - origin - (factor - 1) / 2) / factor. `out` is initialised here. result may be
// NULL.
AIRY_MUST_CHECK airy_code airy_pattern_bin(const airy_pattern *in, const airy_bin_options *options,
                                           airy_pattern *out, airy_bin_result *result,
                                           airy_error *err);

// Raw words straight to cells (pattern/bin_raw.c): photons and variance of single pixels exist a
// row at a time only. Tables of a calibrator's plane, made once for many frames; different threads
// may use them at the same time, each with a workspace of its own.
typedef struct airy_raw_bins airy_raw_bins;
typedef struct airy_raw_bins_work airy_raw_bins_work;

// facts: beam and center of the frames, as of airy_calibrator_plane. It looks at the calibrator as
// long as it lives.
AIRY_MUST_CHECK airy_raw_bins *airy_raw_bins_new(const airy_calibrator *calibrator,
                                                 const airy_bin_options *options,
                                                 const airy_pattern *facts, airy_error *err);
void airy_raw_bins_free(airy_raw_bins *bins);
AIRY_MUST_CHECK airy_raw_bins_work *airy_raw_bins_work_new(const airy_raw_bins *bins,
                                                           airy_error *err);
void airy_raw_bins_work_free(airy_raw_bins_work *work);

// An empty binned pattern of these frames, to be filled again and again.
AIRY_MUST_CHECK airy_code airy_raw_bins_plane(const airy_raw_bins *bins, airy_pattern *out,
                                              airy_error *err);

// Bins the frame: the same bytes as airy_calibrator_frame and then airy_pattern_bin. Only the
// photon sums of *result (NULL: not wanted), which are for people, may differ in their last digits.
void airy_raw_bins_frame(const airy_raw_bins *bins, airy_raw_bins_work *work, const uint16_t *words,
                         bool lost, airy_pattern *out, airy_bin_result *result);

// ------------------------------------------------------------------ counts (pattern/counts.c)

// Radius of the object that bins are made for, cycles a bin: four bins a fringe of its diameter.
#define AIRY_COUNTS_RADIUS 0.125

// Pixels a bin for an object of this diameter (cycles a pixel): four bins a fringe.
int airy_pattern_counts_factor(double diameter);

// Sums the photons of a pattern that was neither merged nor condensed in factor x factor bins,
// aligned to the center; bins of which less than nine tenths are measured are left out. Counts of
// bins are as independent as those of pixels, and of a pattern sampled ten times too finely little
// is lost.
// `counts` is initialised here. Errors: AIRY_EVALUE without a center, or for a pattern that holds
// no counts.
AIRY_MUST_CHECK airy_code airy_pattern_counts(const airy_pattern *pattern, int factor,
                                              airy_pattern *counts, airy_error *err);

// ------------------------------------------------------------------ center (pattern/center.c)

typedef struct airy_center_options {
    double smooth;           // sigma of the smoothing of the symmetric model, pixels; 0 = choose
    double radius;           // use pixels within this radius of the center only; 0 = all
    double overlap;          // least share of measured pixels with a measured mate
    bool has_start;          // refine from this center instead of searching
    double start_y, start_x; // pixels
} airy_center_options;

typedef struct airy_center_result {
    double y, x;             // pixels
    double y_error, x_error; // standard errors, from the curvature and the photon noise
    double chi2;             // of Friedel mates a pair, about 1 at the right center
    double chi2_shifted;     // the least of the same half a pixel away along y or x
    int pairs;
    double correlation; // of the pattern with its own rotation at the center found, search only
    int iterations;
} airy_center_result;

void airy_center_options_defaults(airy_center_options *options);
AIRY_MUST_CHECK airy_code airy_center_options_check(const airy_center_options *options,
                                                    airy_error *err);

// Finds the point about which I(q) = I(-q). Search: masked normalised correlation of sqrt(photons)
// with the rotated pattern (Padfield, IEEE Trans. Image Process. 21, 2706, 2012), whose peak lies
// at twice the center. Refinement: variance-weighted least squares against the pattern's own
// smoothed symmetric part. AIRY_EVALUE when there is too little overlap or no light.
AIRY_MUST_CHECK airy_code airy_pattern_center(const airy_pattern *pattern,
                                              const airy_center_options *options,
                                              airy_center_result *result, airy_error *err);

// Finds the center with default options and records it in the pattern.
AIRY_MUST_CHECK airy_code airy_pattern_find_center(airy_pattern *pattern, airy_error *err);

// chi2 of Friedel mates about a given center: mean of (n - n')^2 / (V + V') over pairs, n' between
// pixels by bilinear interpolation. *pairs may be 0, then *chi2 is NaN.
AIRY_MUST_CHECK airy_code airy_pattern_friedel(const airy_pattern *pattern, double cy, double cx,
                                               double *chi2, int *pairs, airy_error *err);

// ----------------------------------------------------------------- Friedel merge (pattern/merge.c)

typedef struct airy_merge_options {
    int size;    // side of the merged array, even; 0 = largest good FFT size in the shorter side
    bool single; // keep the samples as they are, only center them (for complex objects)
} airy_merge_options;

void airy_merge_options_defaults(airy_merge_options *options);

// Centers the pattern on an N x N array (N even, zero frequency at N / 2) and averages Friedel
// mates: photons = sum of the measured ones / how many, variance = sum of theirs / how many^2. A
// pixel is measured when either mate is; FILLED marks those with one. Row 0 and column 0 have
// their mates outside the array (at N) and take them from the pattern if it reaches so far. The
// pattern is not interpolated: mates are taken about the whole pixel next to the center. With the
// true center d away (|d| <= 1/2) the mean of I(q + d) and I(-q + d) multiplies the
// autocorrelation by cos(2 pi r.d / N), second order in d; use airy_pattern_condense, which is
// exact, or bin with align_center, where that matters. Without a known center: AIRY_EVALUE. `out`
// is initialised here.
AIRY_MUST_CHECK airy_code airy_pattern_merge(const airy_pattern *in,
                                             const airy_merge_options *options, airy_pattern *out,
                                             airy_error *err);

// ------------------------------------------------------------------ windows (pattern/window.c)

// side x side pixels of a pattern with a known center, which comes to lie within half a pixel of
// (side / 2, side / 2); what the pattern does not hold is MISSING. out is initialised here.
AIRY_MUST_CHECK airy_code airy_pattern_window(const airy_pattern *in, int side, airy_pattern *out,
                                              airy_error *err);

// The same scene on a cheap side of at least `factor` times its own: coefficients beyond the
// detector's edge belong to the particle, too. Without them its image rings, is neither positive
// nor inside its support, and no start can be right. Counts go along.
AIRY_MUST_CHECK airy_code airy_pattern_border(airy_pattern *pattern, double factor,
                                              airy_error *err);

// ------------------------------------------------------------------ halves (pattern/split.c)

// Deals the photons of one shot out to two patterns of half the dose, each photon to either with
// equal chance (binomial thinning): counts that were Poisson stay so, and the halves are
// independent. Photons are rounded to whole ones first (of both mates in merged pixels, of the
// measured part of binned cells); the rest, which is read noise, would be common to both and is
// left out. Mask and all else are those of `in`. halves are initialised here. Errors: AIRY_EVALUE
// for condensed patterns, whose pixels hold no counts.
AIRY_MUST_CHECK airy_code airy_pattern_split(const airy_pattern *in, airy_random *random,
                                             airy_pattern halves[2], airy_error *err);

// ------------------------------------------------------------------ sphere fit (pattern/sphere.c)

typedef struct airy_sphere_options {
    bool spheroid;    // two radii: along the axis and across it
    double axis;      // in-plane direction of the axis, degrees from +x towards +y
    bool fit_edge;    // fit the Gaussian width of a graded edge
    double edge_nm;   // the edge's width, first guess when fitted
    bool fix_center;  // keep the pattern's center
    bool pixel_area;  // pixels integrate over their area; false: values at points
    double radius_nm; // first guess; 0 = found from the ring spacing
    double least_q;   // leave out pixels nearer to the center than this, pixels
    double most_q;    // ... and farther than this; 0 = all
} airy_sphere_options;

// Radii are along the axis and across it, equal for a sphere. Lengths in nm are NaN while energy,
// distance or pitch are unknown; `cycles` never is.
typedef struct airy_sphere_fit {
    double radius_par_nm, radius_perp_nm, radius_par_error_nm, radius_perp_error_nm;
    double edge_nm, edge_error_nm;
    double cycles_par, cycles_perp;             // R pitch / (lambda z): cycles a pixel
    double cycles_par_error, cycles_perp_error; // standard errors
    double aspect, aspect_error;         // R_par / R_perp: of structured particles known best
    double intensity, intensity_error;   // photons a pixel at q = 0
    double background, background_error; // photons a pixel, flat
    double center_y, center_x, center_y_error, center_x_error; // pixels
    double deviance;    // 2 sum(mu - n + n ln(n / mu)) a pixel
    double chi2;        // sum (n - mu)^2 / V a pixel
    double chi2_bright; // the same over pixels with mu >= 5: about 1 for a sphere
    double axis;        // degrees, as in the options
    bool spheroid, pixel_area;
    int pixels, iterations;
} airy_sphere_fit;

void airy_sphere_options_defaults(airy_sphere_options *options);
AIRY_MUST_CHECK airy_code airy_sphere_options_check(const airy_sphere_options *options,
                                                    airy_error *err);

// Fits I(q) = I0 [3 (sin x - x cos x) / x^3]^2 exp(-q^2 s^2) + b, x = q R, to the measured pixels
// by Poisson likelihood; q = 4 pi sin(theta) / lambda, R^2 = R_par^2 cos^2 + R_perp^2 sin^2 for a
// spheroid (Rayleigh, Proc. R. Soc. A 84, 25, 1910). Pixels integrate over their area (to second
// order in the pixel) unless the pattern is condensed. Errors are those of photon counting (Fisher
// matrix) or those that the particle's structure makes, speckle by speckle, whichever is more.
// AIRY_ENUMERIC when it fails.
AIRY_MUST_CHECK airy_code airy_pattern_sphere(const airy_pattern *pattern,
                                              const airy_sphere_options *options,
                                              airy_sphere_fit *fit, airy_error *err);

// Fitted radii in object pixels of an n x n transform of the pattern that was fitted.
void airy_sphere_pixels(const airy_sphere_fit *fit, int n, double *radius_par, double *radius_perp);

// The fitted pattern itself at every pixel of `like` (initialised here, no NaN), for pictures and
// tests.
AIRY_MUST_CHECK airy_code airy_sphere_pattern(const airy_sphere_fit *fit, const airy_pattern *like,
                                              airy_image *model, airy_error *err);

// ------------------------------------------------------------------ fringes (pattern/fringes.c)

// What a second particle in the beam leaves in a pattern: fringes finer than those of one.
typedef struct airy_fringes {
    double visibility; // of the strongest: about 2 sqrt(I1 I2) / (I1 + I2), noise in single hits
    double cycles;     // a pixel: the separation, as airy_sphere_fit has radii
} airy_fringes;

// Looks beyond 1.25 diameters (cycles a pixel) of one particle; nearer ones are no sphere to a fit.
// The pattern's center is known; pixels that are not measured count as their ring's mean.
// AIRY_EVALUE without a center, or when the fringes would be finer than pixels.
AIRY_MUST_CHECK airy_code airy_pattern_fringes(const airy_pattern *pattern, double diameter,
                                               airy_fringes *fringes, airy_error *err);

// ------------------------------------------------------------------ condense (pattern/condense.c)

typedef struct airy_condense_options {
    double diameter_nm;  // the object's largest diameter; 0 = from the fit or the autocorrelation
    double diameter;     // the same in cycles a pixel (D pitch / (lambda z)); 0 = not given
    double margin;       // autocorrelation radius / diameter
    double oversampling; // least linear oversampling of diameter x margin after condensing
    int size;            // side of the output; 0 = the smallest good FFT size for the above
    int iterations;      // conjugate-gradient steps of the last round
    double fill;         // widest gap that is filled, in fringes (1 / diameter)
    bool fill_center;    // also fill the hole about the center
    bool pixel_area;     // undo the integration over the area of the input's pixels
    int counts;          // pixels a bin of the counts that go along; 0 = from the diameter
} airy_condense_options;

typedef struct airy_condense_result {
    int size;                        // M
    int transform;                   // side of the transform used for the solution
    double radius;                   // of the autocorrelation, in object pixels
    double diameter;                 // cycles a pixel of the input
    double oversampling;             // M / (diameter x margin in object pixels)
    int measured_in, filled, masked; // pixels of the input; of the output: filled, and still masked
    double photons_in, photons_out;  // over the input's measured pixels: counted, of the solution
    double chi2;          // residual a measured pixel, about 1 when the band is wide enough
    double chi2_bright;   // the same over pixels with 5 expected photons or more: the sharper gate
    double chi2_expected; // what chi2_bright is expected to be, fitted unknowns counted
    int bright;           // pixels in chi2_bright
} airy_condense_result;

void airy_condense_options_defaults(airy_condense_options *options);
AIRY_MUST_CHECK airy_code airy_condense_options_check(const airy_condense_options *options,
                                                      airy_error *err);

// The diameter that condensing will use, in cycles a pixel: from the options, else that of a fitted
// sphere if no wider band fits better, else the last before residuals jump, from wide bands to
// narrow.
AIRY_MUST_CHECK airy_code airy_condense_diameter(const airy_pattern *in,
                                                 const airy_condense_options *options,
                                                 double *diameter, airy_error *err);

// The side M of the output for this diameter, at most that of the transform: stacks need one size.
int airy_condense_size(const airy_pattern *in, const airy_condense_options *options,
                       double diameter);

// Solves for the band-limited, Friedel-symmetric intensity from the measured pixels alone: its
// autocorrelation a(r) is real, even, and zero outside the disc |r| <= margin x diameter; I(p) =
// sum_r a(r) exp(2 pi i r.(p - c) / L) with the center c as it is, fractional or not. Minimises
// sum (n - I)^2 / V by preconditioned conjugate gradients, V from the expectation, in rounds:
// equal weights, local means, the solution, and more of these while residuals are too large and
// fall. The result is sampled at M x M points over the same q range: merged, center on pixel M /
// 2, same object pixel, photons scaled by the ratio of pixel areas, (L / M)^2, so that they stay
// photons a solid angle; the variance is that of the estimate, and neighbours' errors are
// correlated. Negative results are clipped to 0, their variance kept. The photons themselves go
// along as out->counts, unless mates were merged. `out` is initialised here, result may be NULL.
AIRY_MUST_CHECK airy_code airy_pattern_condense(const airy_pattern *in,
                                                const airy_condense_options *options,
                                                airy_pattern *out, airy_condense_result *result,
                                                airy_error *err);

// ------------------------------------------------------------- detector frames (pattern/photons.c)

// Detector files as frames of photons: what calibrate, bin and hits read raw words with.
// What the user chooses. Zero or NULL: as the files say.
typedef struct airy_photons_options {
    const char *gain, *pedestal, *layout, *geometry;
    const char *frames;     // "A:B" of every input, or a list's name
    const char *background; // mean frame without particles, to be scaled and taken off
    int high_gain;          // HG0 mode: auto, no, yes
    int unit;               // of calibrated frames: auto, keV, photons
    double adu_per_photon;
    double distance_m, pitch_m;
    int gain_unit;   // airy_gain_unit
    bool scattering; // photons may be as hard as rings want them, and no image will be made
    airy_calibrate_options calibrate;
    const char *const *more;        // the command's further input files, ended by NULL; or NULL
    struct airy_photons_kept *kept; // what the first of several runs made for all; or NULL
    const char *beam;               // "X,Y", which is read into these:
    bool has_beam;
    double beam_y, beam_x;
} airy_photons_options;

extern const airy_option airy_photons_rows[];
void airy_photons_defaults(airy_photons_options *options);

// Calibration, geometry and background of one run for those that follow with the same options on
// frames of the same detector, as a run that is still being written asks for: `begin` of the stages
// is called by the first alone.
typedef struct airy_photons_kept airy_photons_kept;
AIRY_MUST_CHECK airy_photons_kept *airy_photons_kept_new(airy_error *err);
void airy_photons_kept_free(airy_photons_kept *kept); // NULL is fine

// Whether the first input is to be read by airy_photons_run: because options say how, or because it
// is recognised as frames that are known to be words or photons. AIRY_EMEMORY: it cannot be told.
AIRY_MUST_CHECK airy_code airy_photons_are_frames(const airy_call *call,
                                                  const airy_photons_options *options, bool *frames,
                                                  airy_error *err);

// Warns of an energy, distance or pitch by an option that is more than a hundredth from what the
// first input states, for the option's is used.
void airy_photons_question(const airy_call *call, const airy_photons_options *options,
                           const airy_setup *stated);

// Energy, distance, pitch and center as the options say them, where they do, in place of the
// pattern's own (pattern/feed.c).
void airy_photons_know(const airy_photons_options *options, airy_pattern *pattern);

// What is done with frame i, counted over all inputs: photons, variance and reasons on the plane.
// The pattern is borrowed and may be changed.
typedef airy_code airy_photons_use(airy_pattern *pattern, int i, void *context, airy_error *err);

// Calls `use` for every chosen frame of every input, in order, with progress; frames are calibrated
// on call->threads threads. Geometry, energy and calibration are those of the first input. Memory:
// threads + 1 frames. history (may be NULL) becomes that of an output made of the first input with
// these options, this run included; the files are hashed while frames are worked on. *frames (may
// be NULL) is their number.
AIRY_MUST_CHECK airy_code airy_photons_run(const airy_call *call,
                                           const airy_photons_options *options,
                                           airy_photons_use *use, void *context,
                                           airy_history *history, int *frames, airy_error *err);

// A frame on its way. words: the stack of modules when the stages asked for it, else NULL. pattern:
// photons, variance and reasons on the plane; with words only beam and center, without pixels.
typedef struct airy_photons_frame {
    int number;         // over all inputs
    const char *spec;   // of the input it is in, ...
    int index;          // ... and its number there
    long long pulse_id; // -1: not known
    bool lost;
    const uint16_t *words;
    airy_pattern *pattern;
} airy_photons_frame;

// What is done with frames in several threads. `own` is the command's part of a slot.
typedef struct airy_photons_stages {
    // Once, before the first frame; may be NULL. calibrator: NULL when frames come without words.
    airy_code (*begin)(airy_calibrator *calibrator, const airy_pattern *facts, void *context,
                       airy_error *err);
    void *(*make)(void *context);
    void (*drop)(void *own);
    // In any thread and order; then one after another in the order of frames.
    airy_code (*work)(const airy_photons_frame *frame, void *own, void *context, airy_error *err);
    airy_code (*store)(const airy_photons_frame *frame, void *own, void *context, airy_error *err);
    bool words; // raw words are wanted as they are
} airy_photons_stages;

// As airy_photons_run, with stages.
AIRY_MUST_CHECK airy_code airy_photons_pipe(const airy_call *call,
                                            const airy_photons_options *options,
                                            const airy_photons_stages *stages, void *context,
                                            airy_history *history, int *frames, airy_error *err);

// The same for frames of any file: those that need no calibration are read as they stand (HDF5,
// CXI, FITS, PNG, NumPy, ...), and what the options say of energy, distance, pixel and beam takes
// the place of what the files state. `begin` is told the facts of the first frame. With
// adu_per_photon values are divided. history and frames may be NULL.
AIRY_MUST_CHECK airy_code airy_photons_feed(const airy_call *call,
                                            const airy_photons_options *options,
                                            const airy_photons_stages *stages, void *context,
                                            airy_history *history, int *frames, airy_error *err);

// ------------------------------------------------------------ runs of frames (pattern/hits_step.c)

typedef struct airy_hits_step {
    airy_photons_options photons;
    airy_hit_options hit;
    bool by_photons;  // hits are told by photons, not by lit pixels
    double cut;       // a hit has more; NaN: the gap between two groups of frames
    const char *mask; // further reasons to exclude pixels; NULL: none
    const char *mean; // file for the mean of frames without a hit; NULL: not wanted
} airy_hits_step;

extern const airy_option airy_hits_step_rows[];
void airy_hits_step_defaults(airy_hits_step *step);

// A table of all frames of call->inputs, of which each hit is marked, as call->output; and the
// mean, for which the frames are read again. Frames that fall into no two groups are all hits, with
// a warning. Errors: of reading and writing; AIRY_EVALUE when a mean of no frame is wanted.
AIRY_MUST_CHECK airy_code airy_hits_run(const airy_call *call, const airy_hits_step *step,
                                        airy_error *err);

// ----------------------------------------------------------- to photons (pattern/calibrate_step.c)

// The frames of call->inputs as photons, with variance and reasons, in the file call->output. A
// note tells how many photons a frame has.
AIRY_MUST_CHECK airy_code airy_calibrate_run(const airy_call *call,
                                             const airy_photons_options *photons, airy_error *err);

// The pedestals of dark runs, call->inputs in forced G0, G1, G2, as call->output; pixels whose
// noise exceeds noise_limit times the median are masked, 0: none. Of the options layout and frames
// count. Errors: AIRY_EFORMAT for what is no raw words, AIRY_ESHAPE.
AIRY_MUST_CHECK airy_code airy_pedestal_run(const airy_call *call,
                                            const airy_photons_options *photons, double noise_limit,
                                            airy_error *err);

// ------------------------------------------------------------- other formats (pattern/convert.c)

typedef struct airy_convert_step {
    int from, to;    // frames from `from` to `to` - 1; to INT32_MAX: to the last
    bool sparse;     // write the pixels that saw photons: events
    double period_s; // of events, from frame to frame; 0: not known
} airy_convert_step;

void airy_convert_step_defaults(airy_convert_step *step);

// The patterns or images of call->inputs[0] as call->output, whose name tells the format, with
// their history and this run's. Errors: AIRY_EARGUMENT when there are no such frames, or when the
// format holds one and there are several.
AIRY_MUST_CHECK airy_code airy_convert_run(const airy_call *call, const airy_convert_step *step,
                                           airy_error *err);

// ------------------------------------------------------------ frame by frame (pattern/frame_job.c)

// What a command does to frame `frame`: changes the pattern in place.
typedef airy_code airy_frames_change(airy_pattern *pattern, int frame, void *context,
                                     airy_error *err);

typedef struct airy_frames_job {
    airy_frames_change *change;
    // Leaves a mark in a frame that `change` found nothing in (AIRY_EVALUE, AIRY_ENUMERIC), one of
    // several; NULL: the first such frame ends the run.
    airy_frames_change *miss;
    bool unsaid;     // frames that are missed are told by a later run
    bool any_values; // what should not be used is only looked for: values are not questioned
    bool single;     // frame `frame` alone, and not all
    int frame;
    void *context;
    const char *const *more; // further input files for the history, ended by NULL, or NULL
} airy_frames_job;

// Does the job on every frame of the first input and writes them to -o (skipped when there is none)
// with this run in the history. Missed frames are told one by one; it is a failure to miss all.
AIRY_MUST_CHECK airy_code airy_frames_run(const airy_call *call, const airy_frames_job *job,
                                          airy_error *err);

// Asks whether pixels of the first frame of `spec` hold numbers that stand for no value: -1 and -2
// in whole numbers and nothing else below 0, as in gaps of Pilatus detectors; one number far below
// 0, as -999; 65535, or more photons than a pixel counts. Those that the mask (NULL: none) excludes
// may.
void airy_frames_question(const airy_call *call, const char *spec, const airy_image *image,
                          const airy_mask *mask);

// Adds the reasons of a mask file, if one is named, to a pattern of the same size and the counts
// beside it, with a question when the mask is doubtful.
AIRY_MUST_CHECK airy_code airy_frames_use_mask(const airy_call *call, const char *spec,
                                               airy_pattern *pattern, airy_error *err);

// Reads a mask file; a question when it leaves next to nothing, as others' masks with 1 = good do.
AIRY_MUST_CHECK airy_code airy_frames_read_mask(const airy_call *call, const char *spec,
                                                airy_mask *mask, airy_error *err);

// The same when the mask was read from `spec` before; bits NULL: there is none.
AIRY_MUST_CHECK airy_code airy_frames_combine_mask(const char *spec, const airy_mask *mask,
                                                   airy_pattern *pattern, airy_error *err);

// Adds a row to a table of one row a frame: `frame` and then the named columns. Its first row makes
// the table.
AIRY_MUST_CHECK airy_code airy_frames_add_row(airy_table *table, int frame,
                                              const airy_result_row *numbers, int n,
                                              airy_error *err);

#endif
