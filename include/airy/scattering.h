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

#endif
