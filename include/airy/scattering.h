// SPDX-License-Identifier: GPL-3.0-or-later
// Rings of liquids and glasses: azimuthal integration, variances of fluctuation microscopy, peaks.
//
// A profile is intensity against a radial coordinate (airy_polar) in the bins of a partition
// (airy_bins): the sum of what was counted over the sum of what one photon per pixel on the beam
// axis would have given there,
//
//     I(b) = sum w (counts - dark - scale (background - dark)) / sum w n,
//     n = flat x polarisation x solid angle,
//
// w being the pixel's share in the bin: the estimate that weighs every photon alike, as pyFAI's
// (Kieffer et al., J. Synchrotron Rad. 27, 558, 2020).
#ifndef AIRY_SCATTERING_H
#define AIRY_SCATTERING_H

#include "airy/bins.h"
#include "airy/source.h"
#include "airy/pattern.h"
#include "airy/math.h"

// ------------------------------------------------------------------ integration (integrate.c)

// Where the standard error comes from: variances of the pixels (photons where no other is known),
// or how pixels of a bin scatter about its intensity.
typedef enum airy_integrate_error {
    AIRY_INTEGRATE_POISSON,
    AIRY_INTEGRATE_SCATTER
} airy_integrate_error;
extern const char *const airy_integrate_error_names[]; // NULL at the end

typedef struct airy_integrate_options {
    airy_radial unit;
    airy_bins_options bins;
    double polarisation; // (I_x - I_y) / (I_x + I_y) of the beam, -1 to 1; NaN: no correction
    bool solid_angle;    // divide by (distance / path)^3, the solid angle of a pixel
    double below, above; // values outside which a pixel of a frame is not measured; +-INFINITY: off
    double clip;         // leaves out pixels so many standard deviations off their bin; 0: none
    airy_integrate_error errors;
    double background_scale;
    double thickness_m; // of the sample along the beam: an uncertain distance; 0: not stated
} airy_integrate_options;

void airy_integrate_options_defaults(airy_integrate_options *options);
AIRY_MUST_CHECK airy_code airy_integrate_options_check(const airy_integrate_options *options,
                                                       airy_error *err);

// Images of the frames' size that belong to the detector, borrowed while the integrator is made;
// px or bits NULL: there is none.
typedef struct airy_integrate_images {
    airy_image dark;          // taken off, in the frames' unit
    airy_image flat;          // what a pixel shows of 1; 0 and NaN: not measured
    const airy_pattern *back; // background, of which scale x (it - dark) is taken off; NULL: none
    airy_mask mask;
} airy_integrate_images;

// Everything that is the same for all frames. It may be used by several threads at once.
typedef struct airy_integrator airy_integrator;

// For frames of ny x nx. Errors as of airy_polar_init and airy_bins_rings; AIRY_ESHAPE for images
// of another size.
AIRY_MUST_CHECK airy_integrator *airy_integrator_new(const airy_pose *pose, int ny, int nx,
                                                     const airy_integrate_options *options,
                                                     const airy_integrate_images *images,
                                                     airy_error *err);
void airy_integrator_free(airy_integrator *integrator);

// Its bins, and the coordinates they are in; borrowed.
const airy_bins *airy_integrator_bins(const airy_integrator *integrator);
const airy_polar *airy_integrator_polar(const airy_integrator *integrator);

// n bins. Sums first, of which profiles of several frames are added; then what follows from them.
// All arrays in one allocation. Zero-initialise.
typedef struct airy_profile {
    int n, frames;
    double *counts;    // sum w of what was counted, less dark and background
    double *norm;      // sum w n
    double *variance;  // of `counts`
    double *pixels;    // sum of w
    double *intensity; // counts / norm; NaN where nothing was measured
    double *sigma;     // its standard error
} airy_profile;

// A zeroed profile; the caller releases.
AIRY_MUST_CHECK airy_code airy_profile_init(airy_profile *profile, int n, airy_error *err);
void airy_profile_release(airy_profile *profile);

// Adds the sums of `more`, and makes intensity and sigma of all; the mean of the pixels of a frame.
void airy_profile_add(airy_profile *profile, const airy_profile *more);
void airy_profile_finish(airy_profile *profile);

// Room for the work of one thread.
typedef struct airy_integrator_work airy_integrator_work;
AIRY_MUST_CHECK airy_integrator_work *airy_integrator_work_new(const airy_integrator *integrator,
                                                               airy_error *err);
void airy_integrator_work_free(airy_integrator_work *work);

// The profile of one frame, finished, into `profile` (initialised with the number of bins). What is
// not measured in it (NaN, excluded) is left out. AIRY_ESHAPE for another size.
AIRY_MUST_CHECK airy_code airy_integrator_frame(const airy_integrator *integrator,
                                                const airy_pattern *frame,
                                                airy_integrator_work *work, airy_profile *profile,
                                                airy_error *err);

// The frame's values after dark and background, NaN where not measured, as of the last call with
// this work; (ny * nx), borrowed.
const float *airy_integrator_signal(const airy_integrator_work *work);

// What a sample of this thickness makes a coordinate uncertain by, in 1/A at q: its slices lie at
// distances L +- t / 2, and dq = (2 pi / lambda) cos(theta) sin(2 theta) cos(2 theta) t / L over
// all of it. L: distance in m.
double airy_thickness_dq(double q_inv_a, double energy_ev, double distance_m, double thickness_m);

// What the thickness makes q uncertain by; NaN where it is not stated.
double airy_integrator_dq(const airy_integrator *integrator, double q_inv_a);

// The systematic error of every bin's intensity by the thickness, |dI/dq| dq, rings of one sector
// by central differences; NaN where the thickness is not stated or a neighbour is missing.
void airy_profile_systematic(const airy_profile *profile, const airy_integrator *integrator,
                             double *systematic);

// ------------------------------------------------------------------ variances (variance.c)
//
// Fluctuation microscopy asks how much the intensity at one q varies, and five answers go by the
// name V(q) (Daulton, Bondi & Kelton, Ultramicroscopy 110, 1279, 2010). With <>_b the mean over the
// pixels of a ring and <>_f that over frames:

typedef enum airy_variance_kind {
    AIRY_VARIANCE_POOLED, // <<I^2>_p / <I>_p^2>_f - 1, p all pixels of all rings: one number, which
                          // holds the slope of the profile too
    AIRY_VARIANCE_RING,   // <<I^2>_b / <I>_b^2>_f - 1: mean of the variances of rings
    AIRY_VARIANCE_OMEGA,  // <<I>_b^2>_f / <<I>_b>_f^2 - 1: variance of the ring's mean
    AIRY_VARIANCE_RE,     // <<I^2>_b>_f / <<I>_b>_f^2 - 1: variance of the ensemble of rings
    AIRY_VARIANCE_IMAGE,  // <<I^2>_f / <I>_f^2>_b - 1: ring's mean of the variance image
} airy_variance_kind;
enum { AIRY_VARIANCE_KINDS = 5 };
extern const char *const airy_variance_names[]; // NULL at the end

// Sums over frames; memory does not depend on their number.
typedef struct airy_variance airy_variance;

// noise_factor: variance of the signal over its mean, in the frames' unit: the gain for counters of
// pure Poisson noise, more where the gain of single quanta spreads (Gibson & Treacy, 2025).
AIRY_MUST_CHECK airy_variance *airy_variance_new(const airy_bins *bins, double noise_factor,
                                                 airy_error *err);
void airy_variance_free(airy_variance *variance);

// Adds a frame of values, NaN where not measured, in the order of frames. Bins of whole pixels.
void airy_variance_add(airy_variance *variance, const float *px);

// One kind of variance of every bin: v as measured, its standard error over frames (NaN for one
// frame, and for `image`), and v less what noise alone makes. Arrays of n bins; the caller's.
typedef struct airy_variance_row {
    double v, error, corrected;
} airy_variance_row;
AIRY_MUST_CHECK airy_code airy_variance_rows(const airy_variance *variance, airy_variance_kind kind,
                                             airy_variance_row *rows, airy_error *err);

// ------------------------------------------------------------------ files (files.c)

// What one integration leaves: borrowed parts.
typedef struct airy_rings_result {
    const airy_integrator *integrator;
    const airy_profile *mean;      // of all frames
    const airy_variance *variance; // NULL: not asked for
    airy_variance_kind kind;       // that goes into the table
} airy_rings_result;

// One row a bin: q_inv_a intensity sigma sigma_systematic pixels (of a frame), then what else there
// is: the radial coordinate (when it is not q in 1/A), phi_deg of sectors, and v_KIND v_KIND_err
// v_KIND_corrected of the chosen variance.
AIRY_MUST_CHECK airy_code airy_rings_table(const airy_rings_result *result, airy_table *table,
                                           airy_error *err);

// The same as arrays of (rings) or (sectors, rings) in /entry/data, and all variances in
// /entry/variance.
airy_code airy_rings_put(const airy_rings_result *result, airy_h5 *h5, airy_error *err);

// Appends the profile of one frame to /entry/each/{intensity,sigma} (frames, sectors, rings).
airy_code airy_rings_append(const airy_integrator *integrator, const airy_profile *profile,
                            airy_h5 *h5, airy_error *err);

// ------------------------------------------------------------------ curves (spectrum.c)

// Intensity or S against q, n points of rising q; one allocation each. sigma: 0 where not known.
// Zero-initialise.
typedef struct airy_spectrum {
    int n;
    double *q; // 1/A
    double *y, *sigma;
} airy_spectrum;

// A zeroed one of n points; the caller releases.
AIRY_MUST_CHECK airy_code airy_spectrum_init(airy_spectrum *curve, int n, airy_error *err);
void airy_spectrum_release(airy_spectrum *curve);

// A table, of which `columns` names two, "q_inv_a intensity" (sigma where there is one), or two or
// three columns of numbers without a header (.xy, .dat, .chi; lines that begin with # ! or a letter
// are skipped), the first one in `unit`; rows that are nan are left out. energy_ev is for angles.
// Errors: AIRY_EFORMAT for q that do not rise, AIRY_EVALUE for fewer than three points.
AIRY_MUST_CHECK airy_code airy_spectrum_read(const char *path, const char *columns,
                                             airy_radial unit, double energy_ev,
                                             airy_spectrum *curve, airy_error *err);

// Divides by (1 + cos^2(2 theta)) / 2, what a full ring has of a beam of any polarisation.
void airy_spectrum_unpolarise(airy_spectrum *curve, double energy_ev);

// Value at q between points by straight lines, with its sigma (may be NULL); NaN outside.
double airy_spectrum_at(const airy_spectrum *curve, double q, double *sigma);

// The measured rings of a profile; the caller releases. AIRY_EVALUE for sectors.
AIRY_MUST_CHECK airy_code airy_spectrum_of_profile(const airy_profile *profile,
                                                   const airy_integrator *integrator,
                                                   airy_spectrum *curve, airy_error *err);

// ------------------------------------------------------------------ peaks (peaks.c)

// One peak by one estimator. Positions of an asymmetric peak by two estimators differ by more than
// their errors: the estimator belongs to the number.
typedef struct airy_peak {
    int number;                         // of its window, from 1
    const char *estimator;              // "polynomial", "pvoigt", "split-pvoigt"
    double position, error, systematic; // 1/A; systematic: by the sample's thickness, else NaN
    double fwhm, fwhm_error, height;    // NaN where the estimator tells none; height over its
                                        // background, of the polynomial over 0
} airy_peak;
enum { AIRY_PEAK_ESTIMATORS = 3 };

// The peak between low and high by every estimator, `found` of them into peaks[0 ..]:
// - polynomial: the top of the cubic through the points around the highest that are above `share`
//   of it (at least five); the error from its covariance;
// - pvoigt, split-pvoigt: fits of all points between low and high, on a straight background, with a
//   Lorentzian share of 0 to 1.5.
// Where the curve has no errors, they come from the scatter about the fit. AIRY_EVALUE for a window
// of fewer than eight points or without a top inside; fits that fail are left out.
AIRY_MUST_CHECK airy_code airy_peaks_measure(const airy_spectrum *curve, double low, double high,
                                             double share, airy_peak peaks[AIRY_PEAK_ESTIMATORS],
                                             int *found, airy_error *err);

// One row a peak: `peak estimator position error systematic fwhm fwhm_err height`.
AIRY_MUST_CHECK airy_code airy_peaks_table(const airy_peak *peaks, int n, airy_table *table,
                                           airy_error *err);

// ------------------------------------------------------------------ atoms (composition, elements)

enum { AIRY_ELEMENTS_MAX = 24 };

// What a sample is made of.
typedef struct airy_composition {
    int n;
    int z[AIRY_ELEMENTS_MAX];        // atomic numbers
    double count[AIRY_ELEMENTS_MAX]; // as written, "SiO2": 1 and 2
    double atoms;                    // their sum
} airy_composition;

// Reads "Zr46.8Ti8.2Cu7.5", "CaSiO3"; a number left out is 1, an element may come again.
// AIRY_EARGUMENT naming what is no element.
AIRY_MUST_CHECK airy_code airy_composition_parse(const char *text, airy_composition *composition,
                                                 airy_error *err);

// Atoms in A^3 of a sample of this density in g/cm^3.
double airy_composition_density(const airy_composition *composition, double g_cm3);

// Form factor and Compton intensity of elements by a table in place of xraylib's. Zero-initialise.
typedef struct airy_form_table {
    int n;
    int *z; // rows of one element are in one piece, q rising
    double *q, *f, *compton;
} airy_form_table;

// A table `element q_inv_a f compton`: electrons, and electron units per atom.
AIRY_MUST_CHECK airy_code airy_form_table_read(const char *path, airy_form_table *table,
                                               airy_error *err);
void airy_form_table_release(airy_form_table *table);

// How atoms scatter.
typedef struct airy_form_options {
    double energy_ev;             // for anomalous terms and recoil; 0: neither
    bool compton;                 // inelastic scattering is in the intensity
    double recoil;                // power of E'/E that Compton photons are counted with: 2 for
                                  // counted photons, 3 for energy (Breit 1926; Dirac 1926)
    const airy_form_table *table; // NULL: xraylib alone
} airy_form_options;

// At every q, in electron units per atom: |<f>|^2, <|f|^2> and the Compton intensity, the averages
// being over the composition. f = f0(q) + f'(E) + i f''(E) of xraylib (Schoonjans et al.,
// Spectrochim. Acta B 66, 776, 2011; f0 there of Cullen et al., EPDL97). One allocation.
typedef struct airy_form {
    int n;
    double *mean2, *square, *compton;
    double limit; // Eggert's S at infinity, see airy_formalism
} airy_form;

// The same at q[0 .. n - 1]; the caller releases. AIRY_EVALUE beyond the tables.
AIRY_MUST_CHECK airy_code airy_form_init(airy_form *form, const airy_composition *composition,
                                         const airy_form_options *options, const double *q, int n,
                                         airy_error *err);
void airy_form_release(airy_form *form);

// ------------------------------------------------------------------ structure factor (structure.c)

// What S(q) is. With coherent intensity I per atom in electron units:
typedef enum airy_formalism {
    AIRY_FABER_ZIMAN,       // [I - (<f^2> - <f>^2)] / <f>^2, the Laue term taken off
    AIRY_ASHCROFT_LANGRETH, // I / <f^2>
    AIRY_EGGERT,            // I / <f>^2 per formula unit, about S_inf = sum K_i^2 / Z^2 (Eggert et
                            // al., Phys. Rev. B 65, 174105, 2002, eqs. 9 to 14)
} airy_formalism;
extern const char *const airy_formalism_names[]; // NULL at the end

typedef enum airy_normalise {
    // int (S - S_inf) q^2 dq = -2 pi^2 rho (Krogh-Moe, Acta Cryst. 9, 951, 1956; Norman, Acta
    // Cryst. 10, 370, 1957)
    AIRY_NORMALISE_KROGH_MOE,
    // by the tail, and then q (S - S_inf) less the q times polynomial that fits it best (Juhas et
    // al., J. Appl. Cryst. 46, 560, 2013)
    AIRY_NORMALISE_POLYNOMIAL,
    AIRY_NORMALISE_TAIL, // least squares S = S_inf over the last part of q
} airy_normalise;
extern const char *const airy_normalise_names[]; // NULL at the end

typedef struct airy_structure_options {
    airy_formalism formalism;
    airy_normalise normalise;
    double density;      // atoms / A^3; 0: not known
    double q_min, q_max; // 1/A; 0: all there is
    double tail;         // last share of q that is the tail, 0 to 1
    int degree;          // of the polynomial
    bool fit_background; // its scale by least squares over the tail
    double background_scale;
} airy_structure_options;

void airy_structure_options_defaults(airy_structure_options *options);
AIRY_MUST_CHECK airy_code airy_structure_options_check(const airy_structure_options *options,
                                                       airy_error *err);

// S(q) and what it came from.
typedef struct airy_structure {
    airy_spectrum s;
    double *inelastic;       // (s.n) Compton intensity in units of S
    double limit;            // S at infinity
    double scale;            // electron units per unit of intensity
    double background_scale; // as used
} airy_structure;

// A structure factor as it stands, between q_min and q_max, with limit 1.
AIRY_MUST_CHECK airy_code airy_structure_take(airy_structure *structure, const airy_spectrum *from,
                                              const airy_structure_options *options,
                                              airy_error *err);

// S(q) of an intensity between q_min and q_max. background: NULL, or one that covers that range.
// Errors of the intensity and of the background are carried through; that of the scale is not.
AIRY_MUST_CHECK airy_code airy_structure_init(
    airy_structure *structure, const airy_spectrum *intensity, const airy_spectrum *background,
    const airy_composition *composition, const airy_form_options *form,
    const airy_structure_options *options, airy_error *err);
void airy_structure_release(airy_structure *structure);

// ------------------------------------------------------------------ pair distribution (pdf.c)

typedef enum airy_window_kind { AIRY_WINDOW_NONE, AIRY_WINDOW_LORCH } airy_window_kind;
extern const char *const airy_window_names[]; // NULL at the end

typedef struct airy_pdf_options {
    airy_window_kind window; // on q (S - S_inf): none, or Lorch's sin(x) / x, x = pi q / q_max
    double r_max, r_step;    // A
    double r_cut;            // A; below it there are no pairs: G = -4 pi rho r
    double density;          // atoms / A^3; 0: not known
    int rounds;              // of correcting S by what G is below r_cut; 0: none
    bool multiplicative;     // the error of S is one of scale (Eggert), else of offset (Kaplow)
} airy_pdf_options;

void airy_pdf_options_defaults(airy_pdf_options *options);
AIRY_MUST_CHECK airy_code airy_pdf_options_check(const airy_pdf_options *options, airy_error *err);

// G(r) = (2 / pi) int q (S - S_inf) sin(q r) W dq at r = step, 2 step ... up to r_max; below the
// first q, S stays as it is there. One allocation. Zero-initialise.
typedef struct airy_pdf {
    int n;
    double *r, *g, *sigma; // A, A^-2; sigma is NaN where errors of S are not known
} airy_pdf;

// By the trapezoidal rule over q as given, with the errors of S carried through.
AIRY_MUST_CHECK airy_code airy_pdf_init(airy_pdf *pair, const airy_structure *structure,
                                        const airy_pdf_options *options, airy_error *err);
void airy_pdf_release(airy_pdf *pair);

// Corrects S `rounds` times so that G is -4 pi rho r below r_cut (Kaplow, Strong & Averbach, Phys.
// Rev. 138, A1336, 1965; Eggert et al. 2002, eq. 46).
AIRY_MUST_CHECK airy_code airy_structure_refine(airy_structure *structure,
                                                const airy_pdf_options *options, airy_error *err);

// How far G is from -4 pi rho r below r_cut: rms of the difference over rms of the line. NaN when
// the density is not known.
double airy_pdf_low_r(const airy_pdf *pair, const airy_pdf_options *options);

// A shell of neighbours from r = low to high: their number int 4 pi r^2 rho g dr with its standard
// error, and where G is highest in it.
typedef struct airy_shell {
    double low, high;
    double neighbours, error; // NaN without a density, or without errors of S
    double peak;              // A, by a parabola through the highest point and its neighbours
} airy_shell;

// Fills what follows from low and high. AIRY_EVALUE for a shell beyond r_max.
AIRY_MUST_CHECK airy_code airy_shell_measure(airy_shell *shell, const airy_structure *structure,
                                             const airy_pdf *pair, const airy_pdf_options *options,
                                             airy_error *err);

// ------------------------------------------------------------------ all of it (recipe.c)

enum { AIRY_SHELLS_MAX = 16 };

// What is made of an intensity, or with `is_structure` of an S(q) that is there already. Borrowed.
typedef struct airy_pdf_recipe {
    const airy_spectrum *intensity;
    const airy_spectrum *background; // NULL: none
    bool is_structure;
    const airy_composition *composition; // of an intensity
    airy_form_options form;
    airy_structure_options structure;
    airy_pdf_options pdf;
    int n_shells;
    airy_shell shell[AIRY_SHELLS_MAX]; // low and high
} airy_pdf_recipe;

// S(q), G(r) and shells. The bands are systematic: half of the range over the normalisations that
// can be done (that of Krogh-Moe and Norman wants a density), NaN for an S(q) that was there.
typedef struct airy_pdf_result {
    airy_structure structure;
    airy_pdf pdf;
    double *s_band, *g_band; // (structure.s.n), (pdf.n)
    double low_r;            // see airy_pdf_low_r
    airy_shell shell[AIRY_SHELLS_MAX];
    double shell_band[AIRY_SHELLS_MAX];
} airy_pdf_result;

// Runs the recipe; the caller releases the result.
AIRY_MUST_CHECK airy_code airy_pdf_make(airy_pdf_result *result, const airy_pdf_recipe *recipe,
                                        airy_error *err);
void airy_pdf_result_release(airy_pdf_result *result);

// ------------------------------------------------------------------ its files (pdf_files.c)

// S(q) as `q_inv_a s sigma systematic`, and G(r) as `r_a g sigma systematic`, with a density
// `pair_g rdf` (g(r) and 4 pi r^2 rho g), and where there is another G(r) to be compared with
// (NULL: none) `g_delta g_delta_sigma`: this one less the other, nan beyond it.
AIRY_MUST_CHECK airy_code airy_pdf_table_s(const airy_pdf_result *result, airy_table *table,
                                           airy_error *err);
AIRY_MUST_CHECK airy_code airy_pdf_table_g(const airy_pdf_result *result, double density,
                                           const airy_spectrum *against, airy_table *table,
                                           airy_error *err);

// All columns of a table of numbers as arrays GROUP/NAME.
airy_code airy_table_put_h5(const airy_table *table, const char *group, airy_h5 *h5,
                            airy_error *err);

// ------------------------------------------------------------------ the step (step.c, place.c)

enum { AIRY_WINDOWS_MAX = 64 };

// What `airy rings` does: frames in, a profile and what goes with it out. Texts are borrowed; NULL:
// there is none.
typedef struct airy_rings_step {
    airy_photons_options photons; // which frames, and how they are read
    airy_integrate_options integrate;
    // The detector: by a .poni file, else by what the frames and `photons` state.
    const char *poni;
    double wavelength_a;          // in place of the energy; 0: not given
    double per_pixel;             // width of a pixel of a plane of reciprocal space, in
                                  // integrate.unit; 0: not given
    double tilt_deg, toward_deg;  // see airy_pose_tilt
    bool flip_rows, flip_columns; // frames are stored mirrored
    const char *dark, *flat, *background, *mask; // specs
    bool each;                                   // one profile a frame too
    int variance;        // airy_variance_kind of the table, -1: none is wanted
    double noise_factor; // see airy_variance_new
    const char *peaks;   // table of peaks in the windows (q, 1/A)
    int n_windows;
    double window[AIRY_WINDOWS_MAX][2];
    double top; // see airy_peaks_measure
} airy_rings_step;

void airy_rings_step_defaults(airy_rings_step *step);

// Where the detector stands for frames of ny x nx, of which `facts` are known. The sentences name
// what is missing.
AIRY_MUST_CHECK airy_code airy_rings_pose(const airy_rings_step *step, const airy_pattern *facts,
                                          int ny, int nx, airy_pose *pose, airy_error *err);

// Runs the step: writes call->output and the table beside it (a table alone where the output is
// one), and the table of peaks; the names of all go to `written`, one a line.
AIRY_MUST_CHECK airy_code airy_rings_run(const airy_call *call, const airy_rings_step *step,
                                         airy_text *written, airy_error *err);

// ---------------------------------------------------- from file to file (scattering/pdf_step.c)

typedef struct airy_pdf_step {
    airy_pdf_recipe recipe; // its spectra, form factors and composition are filled here
    airy_composition atoms; // none where S(q) is read
    airy_radial unit;       // of the first column of files without a header
    bool full_rings;        // corrected for what rings lose of a beam of any polarisation
    const char *background, *tables, *against; // files, or NULL
} airy_pdf_step;

// The numbers told, and the names of those of shells.
enum { AIRY_PDF_NUMBERS = 6, AIRY_PDF_SHELL_NUMBERS = 4, AIRY_PDF_NAME = 32 };
typedef struct airy_pdf_told {
    airy_results numbers;
    char shell[AIRY_PDF_SHELL_NUMBERS * AIRY_SHELLS_MAX][AIRY_PDF_NAME];
} airy_pdf_told;

// S(q) and G(r) of the intensity (or S) of call->inputs[0], as tables beside call->output, and
// there, too, unless it is one of them. Errors: of reading and writing, and of airy_pdf_make.
AIRY_MUST_CHECK airy_code airy_pdf_step_run(const airy_call *call, airy_pdf_step *step,
                                            airy_pdf_told *told, airy_error *err);

#endif
