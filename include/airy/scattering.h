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

AIRY_MUST_CHECK airy_code airy_integrate_options_check(const airy_integrate_options *options,
                                                       airy_error *err);

// Everything that is the same for all frames. It may be used by several threads at once.

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

// Value at q between points by straight lines, with its sigma (may be NULL); NaN outside.
double airy_spectrum_at(const airy_spectrum *curve, double q, double *sigma);

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

// A shell of neighbours from r = low to high: their number int 4 pi r^2 rho g dr with its standard
// error, and where G is highest in it.
typedef struct airy_shell {
    double low, high;
    double neighbours, error; // NaN without a density, or without errors of S
    double peak;              // A, by a parabola through the highest point and its neighbours
} airy_shell;

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

extern const airy_option airy_rings_step_rows[];
void airy_rings_step_defaults(airy_rings_step *step);

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

extern const airy_option airy_pdf_step_rows[];
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
