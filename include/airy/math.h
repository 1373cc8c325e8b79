// SPDX-License-Identifier: GPL-3.0-or-later
// Mathematics: transforms, grids, shapes, labels, fits. No physics, no files.
#ifndef AIRY_MATH_H
#define AIRY_MATH_H

#include "airy/base.h"

// ------------------------------------------------------------------ transforms (math/fft.c)
//
// Forward is exp(-2 pi i (ky y / ny + kx x / nx)) without a factor, backward carries 1 / (ny nx).
// Transform buffers are in FFT order (zero frequency first); everything else in airy is centered,
// zero frequency at (ny / 2, nx / 2), and airy_fft_order / airy_fft_center go between the two.
// A half plane of a real image holds ny rows of nx / 2 + 1 columns: kx = 0 .. nx / 2.

// A plan for one size. Execution is thread-safe on different buffers. Buffers begin where
// airy_memory_new began them (an image or field, not image i of a stack): plans want that
// alignment. Makes no use of FFTW's threads.
typedef struct airy_fft airy_fft;

// NULL and err set on failure. wisdom: text exported by airy_fft_wisdom, or NULL for ESTIMATE.
// Errors: AIRY_EMISSING when the wisdom holds no plan for this size, AIRY_EFORMAT when FFTW cannot
// read it (it belongs to one version of FFTW and one kind of processor).
AIRY_MUST_CHECK airy_fft *airy_fft_new(int ny, int nx, const char *wisdom, airy_error *err);
void airy_fft_free(airy_fft *fft);

// Real ny x nx <-> half plane ny x (nx / 2 + 1). Out of place; backward destroys its input.
void airy_fft_forward_real(const airy_fft *fft, const float *in, float complex *out);
void airy_fft_backward_real(const airy_fft *fft, float complex *in, float *out);

// Backward without the factor 1 / (ny nx), for callers that fold it into a pass of their own.
void airy_fft_backward_real_raw(const airy_fft *fft, float complex *in, float *out);

// Complex ny x nx <-> complex. Out of place; the input is kept.
void airy_fft_forward(const airy_fft *fft, const float complex *in, float complex *out);
void airy_fft_backward(const airy_fft *fft, const float complex *in, float complex *out);

// Transforms of single lines of n complex numbers. Errors as for airy_fft_new. Out of place, the
// input is kept; lines begin on multiples of 16 bytes. Execution is thread-safe.
typedef struct airy_fft_line airy_fft_line;
AIRY_MUST_CHECK airy_fft_line *airy_fft_line_new(int n, const char *wisdom, airy_error *err);
void airy_fft_line_free(airy_fft_line *line);
void airy_fft_line_forward(const airy_fft_line *line, const float complex *in, float complex *out);

// Plans sizes[0..n-1] (square, real and complex; lines) with FFTW's MEASURE and exports the wisdom,
// malloc'ed, as text; its lines are sorted, so that the same plans give the same text. NULL on
// failure. Slow: seconds a size.
AIRY_MUST_CHECK char *airy_fft_wisdom(const int *sizes, int n, airy_error *err);

// The even side 2^a 3^b 5^c 7^d >= n (up) whose square array is transformed in the least time, or
// of those <= n (down) that leave out at most a 32nd; the nearest one where none lies so close.
// n >= 2. Lines of neighbours differ by two to four a point: a rule by measurement on several
// processors, never at run time (docs/performance.md). 192, 240 and 256 cost less than 168, 200 and
// 216.
int airy_fft_size_up(int n);
int airy_fft_size_down(int n);

// Whether n is an even product 2^a 3^b 5^c 7^d.
bool airy_fft_size_smooth(int n);

// Centered image -> FFT order and back (for even sizes the two are the same permutation).
void airy_fft_order(const airy_image *centered, float *out);
void airy_fft_center(const float *in, airy_image *centered);

// Signed frequency of element k = 0 .. n - 1 in FFT order; that of k = n / 2 is positive.
int airy_fft_frequency(int k, int n);

// The library and version that does the transforms, for histories.
const char *airy_fft_library(void);

// ------------------------------------------------------------------ strips (math/strip.c)
//
// The transform of an image that is empty outside a strip of rows, and back to that strip alone: a
// particle covers a third of its array, and two thirds of the rows need no transform. Coefficients
// come and go column by column, so that what is done to them is done while they are near.
//
// A strip of a real image is packed in pairs of rows, for one complex transform does two real ones:
// rows r and r + rows / 2 are the real and imaginary parts of row r of rows / 2 rows of nx complex
// numbers. A strip of a complex image is rows of nx complex numbers.

// A plan with its workspace: one thread at a time.
typedef struct airy_strip airy_strip;

typedef struct airy_strip_shape {
    int ny, nx;  // of the image
    int rows;    // its first rows, rounded up to even for a real image; ny or more: all
    int columns; // of the transform, from kx = 0: others are not wanted, and nothing; 0: all
    bool real;
} airy_strip_shape;

// Errors as for airy_fft_new; wisdom needs lines of ny and nx.
AIRY_MUST_CHECK airy_strip *airy_strip_new(airy_strip_shape shape, const char *wisdom,
                                           airy_error *err);
void airy_strip_free(airy_strip *strip);

// Rows, floats of a strip, and columns of its transform: at most nx / 2 + 1 for a real image, else
// nx.
int airy_strip_rows(const airy_strip *strip);
int airy_strip_floats(const airy_strip *strip);
int airy_strip_columns(const airy_strip *strip);

// The float (of a complex image: its real part, the imaginary part follows) of pixel (y, x).
int airy_strip_index(const airy_strip *strip, int y, int x);

// The rows of a real image, row after row, as a strip and back.
void airy_strip_pack(const airy_strip *strip, const float *image, float *packed);
void airy_strip_unpack(const airy_strip *strip, const float *packed, float *image);

// What takes or gives column kx: ny complex numbers, ky in FFT order.
typedef void airy_strip_column(void *context, int kx, float complex *column);

// Forward, exp(-2 pi i ...), hands out columns; `in` is kept. Row ny of a strip of an odd image is
// nothing and taken as 0.
void airy_strip_forward(airy_strip *strip, const float *in, airy_strip_column *take, void *context);

// Backward without 1 / (ny nx) asks for columns; of columns 0 and nx / 2 of a real image, the
// Hermitian part counts.
void airy_strip_backward_raw(airy_strip *strip, airy_strip_column *give, void *context, float *out);

// Forward and backward at once: `change` makes of each column the one that goes back, while both
// are near, from left to right and the next time from right to left. `out` may be `in`; the bytes
// are those of forward, then backward.
void airy_strip_round(airy_strip *strip, const float *in, airy_strip_column *change, void *context,
                      float *out);

// ------------------------------------------------------------------ grids (math/grid.c)

// A ring table: sums over pixels at rounded distance r = 0 .. n - 1 from a center.
int airy_grid_ring_count(int ny, int nx, double cy, double cx);

// Mean of valid (non-NaN) pixels in each ring; NaN for empty rings. n from airy_grid_ring_count.
void airy_grid_ring_mean(const airy_image *image, double cy, double cx, double *mean, int *count,
                         int n);

// Value between pixels: bilinear, NaN outside or where a needed neighbour is NaN.
double airy_grid_bilinear(const airy_image *image, double y, double x);

// Shifts by (dy, dx) pixels, cyclically, by the Fourier shift theorem:
// out(y, x) = in(y - dy, x - dx). Exact for whole pixels, where NaN moves along; otherwise NaN
// spreads everywhere. The highest frequency of an even side keeps its cosine only, so that the
// result is real. out has the size of in, may be in.
AIRY_MUST_CHECK airy_code airy_grid_shift(const airy_image *in, double dy, double dx,
                                          airy_image *out, airy_error *err);

// out(y, x) = in(2 cy - y, 2 cx - x) about the FFT center (n / 2), cyclic: the 180-degree twin.
void airy_grid_twin(const airy_image *in, airy_image *out);

// Crops or zero-pads (with `fill`) around the center pixel (n / 2) to the size of out.
void airy_grid_recenter(const airy_image *in, airy_image *out, float fill);

// The same scene on pixels of another size (both in one unit), values kept, middle on middle: the
// Fourier sum of `in` at the frequencies of `out`, so that the result is `in` band-limited to what
// both grids hold. What lies outside `in` is empty. out has its size already (math/resample.c).
AIRY_MUST_CHECK airy_code airy_grid_resample(const airy_image *in, double in_pixel, airy_image *out,
                                             double out_pixel, airy_error *err);

// Rotates counter-clockwise as seen with y up, bilinear, about pixel (cy, cx); 0 outside.
void airy_grid_rotate(const airy_image *in, double degrees, double cy, double cx, airy_image *out);

// Cyclic Gaussian blur (math/blur.c): weights exp(-r^2 / 2 sigma^2) of sum 1, sigma in pixels; 0 is
// no blur. What is positive stays positive, the sum is kept, NaN spreads by 6 sigma. out may be in.
AIRY_MUST_CHECK airy_code airy_grid_blur(const airy_image *in, double sigma, airy_image *out,
                                         airy_error *err);

// ------------------------------------------------------------------ binary shapes (math/morph.c)
//
// Binary images are airy_mask with bits 0 or not 0; results are 0 or 1.

// Set where a set pixel lies at distance <= radius >= 0, pixels. out is not in.
void airy_morph_dilate(const airy_mask *in, double radius, airy_mask *out);

// Exact Euclidean distance of every set pixel to the nearest clear pixel (0 on clear ones); outside
// the frame counts as clear (Felzenszwalb & Huttenlocher, Theory of Computing 8, 415, 2012).
AIRY_MUST_CHECK airy_code airy_morph_distance(const airy_mask *in, airy_image *out,
                                              airy_error *err);

// ------------------------------------------------------------------ components (math/label.c)

// Labels components of set pixels 1..n in order of their first pixel; connectivity 4 or 8.
// *n is the number found.
AIRY_MUST_CHECK airy_code airy_label(const airy_mask *in, int connectivity, airy_mask *labels,
                                     int *n, airy_error *err);

// Clears components smaller than `least` pixels, in place.
AIRY_MUST_CHECK airy_code airy_label_remove_small(airy_mask *mask, int connectivity, int least,
                                                  airy_error *err);

// ------------------------------------------------------------------ fits (math/fit.c)

enum { AIRY_FIT_MAX = 12 }; // most parameters in one fit

// Model: fills residuals r[0..n-1] (already divided by their errors) for parameters p[0..np-1].
typedef void airy_fit_residuals(const double *p, double *r, int n, void *context);

// And their slopes, dr_i / dp_k to slope[i * np + k].
typedef void airy_fit_slopes(const double *p, double *slope, int n, void *context);

typedef struct airy_fit_problem {
    airy_fit_residuals *model;
    airy_fit_slopes *slopes; // NULL: by differences
    void *context;
    const double *step;      // (np) > 0, the scale of a parameter: a change that the model sees
    const char *const *name; // of parameters, for sentences; NULL: their numbers
    int n, np;
} airy_fit_problem;

// Function of parameters p[0..np-1] to be minimised.
typedef double airy_fit_function(const double *p, void *context);

typedef struct airy_fit_result {
    double p[AIRY_FIT_MAX];
    double error[AIRY_FIT_MAX];                     // standard errors, from (J^T J)^-1
    double covariance[AIRY_FIT_MAX * AIRY_FIT_MAX]; // np x np
    double chi2;                                    // sum of squared residuals
    int iterations;
} airy_fit_result;

// Levenberg-Marquardt (GSL multifit_nlinear) from result->p. Not-a-number residuals turn a step
// back. Errors: AIRY_EVALUE when there are fewer values than parameters or the first guess gives no
// numbers, AIRY_ENUMERIC when it does not converge (result->p is where it stopped) or a parameter
// is not determined. The first fit of a process switches GSL's error handler off, which would end
// the program.
AIRY_MUST_CHECK airy_code airy_fit_least_squares(const airy_fit_problem *problem,
                                                 airy_fit_result *result, airy_error *err);

// Nelder-Mead simplex (GSL nmsimplex2) from p, first steps step[i] > 0, until the simplex is
// smaller than `tolerance` of the first steps; p is the minimum. AIRY_ENUMERIC when it gets
// nowhere.
AIRY_MUST_CHECK airy_code airy_fit_minimise(airy_fit_function *function, void *context, int np,
                                            const double *step, double tolerance, double *p,
                                            airy_error *err);

// ------------------------------------------------------------------ relaxation (math/mittag.c)

// The Mittag-Leffler function E_b(-x) for 0 < b <= 1 and x >= 0, by one fixed parabolic contour
// (Garrappa, SIAM J. Numer. Anal. 53, 1350, 2015): absolute error <= 1e-14. slope (may be NULL)
// gets dE/dx and dE/db. NaN outside that range.
double airy_mittag_leffler(double b, double x, double slope[2]);

// ------------------------------------------------------------------ curve models (math/models.c)

// Points of a curve, n of them, finite. dy: standard errors above 0, or NULL: all alike and not
// known, then taken from the scatter about the fit.
typedef struct airy_fit_data {
    int n;
    const double *x, *y, *dy;
    // (parts, n) the curve without one of equal parts of what was measured, which know nothing of
    // one another: their fits tell the errors, whatever points share. NULL: not known.
    int parts;
    const double *less;
} airy_fit_data;

// How a first guess for a parameter is found.
typedef enum airy_fit_search {
    AIRY_SEARCH_LINEAR,      // the model is linear in it: solved for
    AIRY_SEARCH_MODEL,       // by the model's own guess
    AIRY_SEARCH_RANGE,       // tried at `tries` values from `from` to `to`
    AIRY_SEARCH_TIMES,       // tried from the smallest x > 0 to ten times the largest
    AIRY_SEARCH_PLACES,      // tried from the smallest x to the largest
    AIRY_SEARCH_WIDTHS,      // tried from the distance of points to the width of the curve
    AIRY_SEARCH_FREQUENCIES, // tried up to half a turn a point
} airy_fit_search;

// A parameter of a model. Units are words in which x and y stand for those of the columns. Between
// low and high (INFINITY: no limit) it moves as a logarithm (one limit) or a logit (two).
typedef struct airy_fit_parameter {
    const char *name, *unit, *means;
    double low, high;
    bool held; // stays at `value` unless freed
    double value;
    airy_fit_search search;
    int tries;
    double from, to;
} airy_fit_parameter;

// A number that follows from the parameters, with its slopes by them.
typedef struct airy_fit_derived {
    const char *name, *unit;
    double value, slope[AIRY_FIT_MAX];
} airy_fit_derived;
enum { AIRY_FIT_DERIVED = 4 };

// Where a model is defined.
typedef enum airy_fit_domain {
    AIRY_DOMAIN_ALL,         // any x and y
    AIRY_DOMAIN_NONNEGATIVE, // x >= 0
    AIRY_DOMAIN_POSITIVE,    // x > 0
} airy_fit_domain;

// A row of the table of models: y = value(x, p), whose slopes dy/dp_k go to slope[0 .. np - 1].
typedef struct airy_fit_model {
    const char *name, *formula, *source;
    const char *x_unit; // the only one that x can be in; NULL: any
    int np;
    airy_fit_parameter parameter[AIRY_FIT_MAX];
    airy_fit_domain domain;
    bool logarithmic; // by habit ln y is fitted
    double (*value)(double x, const double *p, double *slope);
    // The same of n points at once, where much is shared; slope (may be NULL): n x np. NULL: by
    // value.
    void (*values)(const double *p, const double *x, int n, double *y, double *slope);
    void (*guess)(const airy_fit_data *data, double *p);       // of AIRY_SEARCH_MODEL
    int (*derive)(const double *p, airy_fit_derived *derived); // how many; NULL: none
} airy_fit_model;

// The i-th model; NULL from the end of the table on.
const airy_fit_model *airy_fit_model_at(int i);

// The model of this name, or NULL.
const airy_fit_model *airy_fit_model_find(const char *name);

// Number of the parameter of this name, or -1.
int airy_fit_model_parameter(const airy_fit_model *model, const char *name);

// y (and, unless NULL, slope: n x np) of n points.
void airy_fit_model_values(const airy_fit_model *model, const double *p, const double *x, int n,
                           double *y, double *slope);

// ------------------------------------------------------------------ fits of them (math/curve.c)

// What is asked of one parameter; defaults come from the model.
typedef struct airy_fit_choice {
    bool held;
    double value; // held at it, or the first guess; NaN: a guess from the data
    double low, high;
} airy_fit_choice;

typedef enum airy_fit_scale {
    AIRY_FIT_HABIT,  // as the model's habit is
    AIRY_FIT_LINEAR, // y - f in units of dy
    AIRY_FIT_LOG,    // ln y - ln f in units of dy / y
} airy_fit_scale;

// How limits are found.
typedef enum airy_fit_limits {
    // value -+ error, in the variable in which the parameter moves; of data with parts the error is
    // that of the jackknife
    AIRY_LIMITS_COVARIANCE,
    AIRY_LIMITS_PROFILE,   // where chi^2 of the other parameters' best has risen
    AIRY_LIMITS_BOOTSTRAP, // from `draws` fits to resampled residuals
} airy_fit_limits;

typedef struct airy_fit_options {
    airy_fit_choice choice[AIRY_FIT_MAX];
    airy_fit_scale scale;
    airy_fit_limits limits;
    double level;    // of the limits
    bool rescale;    // errors dy are relative: multiply by the scatter about the fit
    int draws;       // of the bootstrap
    int block;       // points that stay together in a draw; 0: n^(1/3), 1: every point by itself
    uint64_t seed;   // of the bootstrap ...
    uint32_t stream; // ... and which curve this is
} airy_fit_options;

// Everything free as the model says; level 0.95, limits by covariance, 1000 draws.
void airy_fit_options_defaults(const airy_fit_model *model, airy_fit_options *options);
AIRY_MUST_CHECK airy_code airy_fit_options_check(const airy_fit_model *model,
                                                 const airy_fit_options *options, airy_error *err);

// What became of a parameter.
typedef enum airy_fit_state {
    AIRY_FIT_FREE,
    AIRY_FIT_HELD,
    AIRY_FIT_AT_LOW, // ran into its limit, where it has no error
    AIRY_FIT_AT_HIGH,
} airy_fit_state;

typedef struct airy_fit_curve {
    const airy_fit_model *model;
    bool logarithmic;                            // residuals are those of ln y
    int n, free;                                 // points; parameters that were fitted
    double p[AIRY_FIT_MAX], error[AIRY_FIT_MAX]; // error 0: held; NaN: at a limit
    double low[AIRY_FIT_MAX], high[AIRY_FIT_MAX];
    double covariance[AIRY_FIT_MAX * AIRY_FIT_MAX]; // np x np, 0 for what was not fitted
    airy_fit_state state[AIRY_FIT_MAX];
    double chi2;    // sum of squared residuals
    double scatter; // what errors were multiplied by: sqrt(chi2 / degrees of freedom), or 1
    double aicc;    // corrected Akaike criterion (Hurvich & Tsai, Biometrika 76, 297, 1989)
    int censored;   // 1: the time found lies beyond the last x, a lower bound; 2: below the first
    int lost;       // draws, or fits without a part, that failed
    int parts;      // fits without a part that errors come from; 0: none
    double alike;   // correlation of the residuals of neighbouring points, in the order given
    bool in_blocks; // limits are of draws in blocks, or of parts, which know of it
} airy_fit_curve;

// Fits a model to data, least squares in the parameters that are not held (Levenberg-Marquardt,
// GSL). Unless all starts are given, a coarse search over the non-linear parameters, with the
// linear ones solved for, finds the basin. Errors: AIRY_EVALUE for data outside the model's domain,
// fewer points than parameters, errors dy that are not above 0; AIRY_ENUMERIC naming the parameter
// that the data do not determine.
AIRY_MUST_CHECK airy_code airy_fit_curve_fit(const airy_fit_model *model, const airy_fit_data *data,
                                             const airy_fit_options *options, airy_fit_curve *fit,
                                             airy_error *err);

// The same of points whose x have the standard errors dx, too: they count as errors (dy/dx) dx of
// y, beside dy (the effective variance of Orear, Am. J. Phys. 50, 912, 1982). AIRY_EVALUE also
// where a point is left without any error.
AIRY_MUST_CHECK airy_code airy_fit_effective(const airy_fit_model *model, const airy_fit_data *data,
                                             const double *dx, const airy_fit_options *options,
                                             airy_fit_curve *fit, airy_error *err);

// A derived number's standard error.
double airy_fit_derived_error(const airy_fit_curve *fit, const airy_fit_derived *derived);

// Half width of an interval of this level in standard errors: Student's for dof > 0, else Gauss's.
double airy_fit_quantile(double level, int dof);

// Corrected Akaike criterion for known errors; infinite for too few values n.
double airy_fit_aicc(double chi2, int parameters, int n);

// Akaike weights of n rival fits of the same data from their aicc: they sum to 1.
void airy_fit_weights(const double *aicc, int n, double *weight);

// ------------------------------------------------------------------ linear algebra (math/linear.c)

// Version of the library that does it: "2.7.1".
const char *airy_linear_library(void);

// Element (row, column) of a Hermitian matrix.
typedef double complex airy_linear_element(int row, int column, void *context);

// The n eigenvalues of a Hermitian matrix, highest first. Errors: AIRY_EMEMORY, AIRY_ENUMERIC.
AIRY_MUST_CHECK airy_code airy_linear_eigenvalues(airy_linear_element *element, void *context,
                                                  int n, double *values, airy_error *err);

// Puts the inverse of a positive definite matrix (n x n) in its place; false when it is none.
AIRY_MUST_CHECK bool airy_linear_invert(double *matrix, int n);

// Solves matrix x = b for a positive definite matrix (n x n), which is lost, and puts x in b's
// place; false when it is none, or when those before make up a row but for 1e-12 of its diagonal.
AIRY_MUST_CHECK bool airy_linear_solve(double *matrix, double *b, int n);

// Values y at x with weights 1 / variance.
typedef struct airy_linear_values {
    int n;
    const double *x, *y, *weight;
} airy_linear_values;

enum { AIRY_TERMS_MAX = 4 };

// Coefficients of 1, x, x^2, x^3 with their standard errors and covariance, and the weighted sum of
// squares left.
typedef struct airy_polynomial {
    int terms;
    double c[AIRY_TERMS_MAX], error[AIRY_TERMS_MAX], chi2;
    double covariance[AIRY_TERMS_MAX * AIRY_TERMS_MAX]; // terms x terms
} airy_polynomial;

// The polynomial of so many terms through values. Errors: AIRY_EMEMORY, AIRY_ENUMERIC.
AIRY_MUST_CHECK airy_code airy_linear_polynomial(const airy_linear_values *values, int terms,
                                                 airy_polynomial *polynomial, airy_error *err);

// ------------------------------------------------------------------ axes (math/axis.c)

// Semi-axes of an ellipse along an axis that is held and across it, and their standard errors in
// the same unit; errors of 0 are not known.
typedef struct airy_semi_axes {
    double along, across, along_error, across_error;
} airy_semi_axes;

// Fits an ellipse whose axis is held, in degrees. `err` may be NULL.
typedef airy_code airy_axis_fit(void *context, double axis_deg, airy_semi_axes *semi,
                                airy_error *err);

// Turns the axis of an ellipse to its longer one, -90 to 90 degrees, from such fits; left as it was
// given where that would move the outline by less than a fiftieth of its radius, or by what four
// standard errors may be. The last fit is that of the axis that it ends with. Errors: those of the
// fit; where one at 45 degrees fails by AIRY_EVALUE or AIRY_ENUMERIC nothing is turned.
AIRY_MUST_CHECK airy_code airy_axis_find(airy_axis_fit *fit, void *context, double *axis_deg,
                                         airy_error *err);

// ------------------------------------------------------------------ chances (math/chances.c)

double airy_chance_normal(double x); // that a normal deviate is below x

// Chance that the ratio of two mean squares is above f, with degrees of freedom of the one above
// the line and of the one below.
double airy_chance_f_above(double f, double above, double below);

// ------------------------------------------------------------------ coupling (math/coupling.c)

// Wigner's 3j symbol (l0 l1 l2; m0 m1 m2); 0 where the m do not add up to 0.
double airy_three_j(const int l[3], const int m[3]);

// ------------------------------------------------------------------ balls (math/ball.c)

// Transform of the uniform ball of radius 1 and mass 1, 3 (sin x - x cos x) / x^3 (Rayleigh, Proc.
// R. Soc. A 84, 25, 1911), x >= 0: it changes its sign from ring to ring.
double airy_ball_transform(double x);

// The same, and its slope over x, which is -1/5 at 0.
double airy_ball_slope(double x, double *over_x);

#endif
