// SPDX-License-Identifier: GPL-3.0-or-later
// From raw detector words to photons with a variance and mask reasons, on one flat plane.
#ifndef AIRY_DETECTOR_H
#define AIRY_DETECTOR_H

#include "airy/base.h"

// ------------------------------------------------------------------ patterns and mask reasons

// Why a pixel is not an ideal one. Low bits are CXI 1.6's (CXI_PIXEL_IS_*), high ones airy's own.
typedef enum airy_reason {
    AIRY_MASK_INVALID = 0x1,
    AIRY_MASK_SATURATED = 0x2,
    AIRY_MASK_HOT = 0x4,
    AIRY_MASK_DEAD = 0x8,
    AIRY_MASK_SHADOWED = 0x10, // beam stop
    AIRY_MASK_BAD = 0x80,      // user shapes and files
    AIRY_MASK_MISSING = 0x200, // gap, no real pixel
    AIRY_MASK_NOISY = 0x400,
    AIRY_MASK_SIGNAL = 0x1000,      // informational (CXI): signal above background
    AIRY_MASK_SUPPORT = 0x10000,    // informational (CXI): inside the support
    AIRY_MASK_WIDE = 0x100000,      // pixel of non-standard size at a chip border
    AIRY_MASK_EDGE = 0x200000,      // outermost pixels of a module
    AIRY_MASK_GAIN = 0x400000,      // invalid gain bits or a gain stage without calibration
    AIRY_MASK_RANGE = 0x800000,     // below or above the limits given by the user
    AIRY_MASK_COVERAGE = 0x1000000, // a binned cell with too few valid pixels
    AIRY_MASK_FILLED = 0x2000000, // informational: not measured, filled by its mate or by condense
    AIRY_MASK_LOST = 0x4000000,   // lost packets, lost frames, fill values
    AIRY_MASK_BESIDE = 0x8000000, // in files only: INVALID was set beside a reason of ours
} airy_reason;

// One row a reason, in the order in which they are reported.
typedef struct airy_reason_row {
    uint32_t bit;
    const char *name;  // one word, as in `airy mask --show`
    const char *means; // one phrase
    bool excludes;     // false for informational bits
} airy_reason_row;

// The table of all reasons; *n is its length.
const airy_reason_row *airy_mask_reasons(int *n);

// Bits of any file's mask as ours: one that has no row (0x20, 0x40, 0x100, ... of other programs)
// means that the pixel is BAD.
uint32_t airy_mask_take(uint32_t bits);

// All bits that exclude a pixel; `bits & AIRY_MASK_EXCLUDES` is the one test for "not measured".
#define AIRY_MASK_EXCLUDES 0x5f0069fu

// The facts of the experiment that belong to a plane of pixels. 0 means unknown.
typedef struct airy_setup {
    double energy_ev;
    double distance_m;
    double pitch_m; // pixel side, after binning
} airy_setup;

// What a setup is for: images by coherent light, rings and speckle by photons that may be harder,
// or what goes by its wavelength alone (electrons).
typedef enum airy_setup_use {
    AIRY_FOR_IMAGES,
    AIRY_FOR_RINGS,
    AIRY_FOR_ANY_WAVES,
    AIRY_SETUP_USES
} airy_setup_use;

// AIRY_EVALUE when a fact that is known cannot be, with the unit that the number is likely in: 20
// eV to 60 keV for images, 200 keV for rings, 2 MeV for any waves; 1 mm to 200 m, pixels of 0.1 um
// to 5 cm (binned ones).
AIRY_MUST_CHECK airy_code airy_setup_check(const airy_setup *setup, airy_setup_use use,
                                           airy_error *err);

// AIRY_EVALUE when pixels are not as tall (y) as they are wide; what is not known (0) is no reason.
AIRY_MUST_CHECK airy_code airy_setup_square(const airy_setup *setup, double pitch_y_m,
                                            airy_error *err);

// Takes what is known better (positive) in place of what the setup holds.
void airy_setup_know(airy_setup *setup, const airy_setup *better);

// lambda z / (n p), nm: the object pixel of a pattern of side n; 0 when the setup is not known.
double airy_object_pixel_nm(const airy_setup *setup, int n);

// A diffraction pattern: photons with a variance, reasons, and where the beam hits it.
// Pixels excluded by the mask hold NaN in photons and variance. Centered or not: see has_center.
typedef struct airy_pattern {
    airy_image photons; // (ny, nx) photons
    // (ny, nx) photons^2; px NULL when unknown (then photons + 1 is a fair guess)
    airy_image variance;
    airy_image coverage; // (ny, nx) valid share of a binned cell, 0..1; px NULL when all are full
    // (ny, nx) photons expected from elsewhere than the particle; px NULL: none known. They were
    // taken off `photons`, which may be negative for it; counted were photons + background, and the
    // noise of both is in the variance.
    airy_image background;
    airy_mask mask;
    airy_setup setup;
    bool has_center;
    double center_y, center_x;             // pixels, center of pixel (0, 0) is (0, 0)
    double center_y_error, center_x_error; // pixels, 0 = unknown
    bool merged;                           // Friedel-merged about the array center (n / 2)
    bool condensed;                        // band-limited resampling was applied
    // Of a condensed pattern, the photons it was made from in bins as wide as the fringes allow
    // (airy_pattern_counts), for the likelihood; owned, NULL: not known.
    struct airy_pattern *counts;
} airy_pattern;

// Zeroed photons, variance and mask of the given size (no coverage).
AIRY_MUST_CHECK airy_code airy_pattern_init(airy_pattern *pattern, int ny, int nx, airy_error *err);
void airy_pattern_release(airy_pattern *pattern);
AIRY_MUST_CHECK airy_code airy_pattern_copy(airy_pattern *to, const airy_pattern *from,
                                            airy_error *err);

// Records where the beam hits, pixels; errors are standard errors, 0 = unknown.
void airy_pattern_set_center(airy_pattern *pattern, double y, double x, double y_error,
                             double x_error);

// AIRY_EVALUE unless the center is known and lies inside of the array: what counts from the center
// asks this first, for a center far outside makes for rings without end.
AIRY_MUST_CHECK airy_code airy_pattern_check_center(const airy_pattern *pattern, airy_error *err);

// The same of any place.
AIRY_MUST_CHECK airy_code airy_pattern_check_place(const airy_pattern *pattern, double y, double x,
                                                   airy_error *err);

// Writes NaN into photons and variance of every excluded pixel.
void airy_pattern_apply_mask(airy_pattern *pattern);

// ------------------------------------------------------------------ geometry (detector/geometry.c)
//
// A panel is a rectangle of the data array (inclusive-exclusive) and where it lies on the plane.
// Units are pixels; the position of a data pixel (fs, ss) from the panel's first pixel is
// corner + fs * fast + ss * slow for its corner, + half of each for its center (CrystFEL's rule).

typedef struct airy_panel {
    char name[32];
    int x0, y0, nx, ny; // rectangle in the data array
    int plane;          // leading index of the data (module number) or 0
    double corner_x, corner_y;
    double fast_x, fast_y, slow_x, slow_y;
    bool bad; // the whole panel is marked bad
    // Values as they stand in the data that are bad: below, above, equal; has_... = stated.
    double below, above, equal;
    bool has_below, has_above, has_equal;
} airy_panel;

// A mask of the data's pixels: bad is who has a bit of `bad`, or lacks one of `good`.
typedef struct airy_mask_source {
    char file[256], path[256]; // file "": that of the data; path "": there is no such mask
    uint32_t good, bad;
} airy_mask_source;

enum { AIRY_GEOMETRY_MASKS = 8 };

// A rectangle to be masked, in data coordinates (panel >= 0) or on the plane (panel = -1).
typedef struct airy_bad_region {
    int panel;
    double x0, x1, y0, y1;
} airy_bad_region;

typedef struct airy_geometry {
    int n;
    airy_panel *panels;
    int n_bad;
    airy_bad_region *bad;
    int ny, nx;                 // assembled plane
    double origin_x, origin_y;  // plane position of assembled pixel (0, 0)'s corner
    int mask_edge_pixels;       // mask so many pixels along every panel's edge
    double pitch_m, distance_m; // 0 = not stated
    double energy_ev;
    bool has_beam;
    double beam_x, beam_y; // where the beam hits the assembled array, pixel-center convention
    double off_plane_m;    // farthest panel before or behind the plane; taken as on it
    airy_mask_source masks[AIRY_GEOMETRY_MASKS];
    char unread[256]; // names of what the text says and nobody here reads, blanks between
} airy_geometry;

// The regular JUNGFRAU 4M (8 modules of 512 x 1024 data pixels, 2 across x 4 down, gaps of 8 and 36
// pixels, chips 2 pixels apart: 2164 x 2068 assembled) or a part: modules_down x modules_across.
// Panels are chips of 256 x 256.
AIRY_MUST_CHECK airy_code airy_geometry_grid(airy_geometry *geometry, int modules_down,
                                             int modules_across, airy_error *err);

// Modules whose first pixels lie at (origin_y[i], origin_x[i]) on the plane, unrotated.
AIRY_MUST_CHECK airy_code airy_geometry_origins(airy_geometry *geometry, const double *origin_y,
                                                const double *origin_x, int modules,
                                                airy_error *err);

// Whether the geometry calls any values bad; marks AIRY_MASK_BAD on the pixels of data (before
// assembly) that have such.
bool airy_geometry_flags(const airy_geometry *geometry);
AIRY_MUST_CHECK airy_code airy_geometry_flag(const airy_geometry *geometry, airy_pattern *data,
                                             airy_error *err);

// Parses CrystFEL .geom text / psana geometry text; `name` is used in sentences.
AIRY_MUST_CHECK airy_code airy_geometry_crystfel(airy_geometry *geometry, const char *text,
                                                 const char *name, airy_error *err);
AIRY_MUST_CHECK airy_code airy_geometry_psana(airy_geometry *geometry, const char *text,
                                              const char *name, airy_error *err);
void airy_geometry_release(airy_geometry *geometry);

// A pattern's plane with nothing measured: all pixels MISSING, size and beam from the geometry.
AIRY_MUST_CHECK airy_code airy_geometry_plane(const airy_geometry *geometry, airy_pattern *pattern,
                                              airy_error *err);

// Moves photons, variance and bits of the data array (modules stacked: (modules * 512, 1024), or
// any array the panels refer to) onto the plane, each data pixel to the plane pixel its center lies
// in. Unrotated panels on whole pixels keep every photon. Where two pixels of rotated panels meet,
// the plane holds their mean; where none falls it stays MISSING. Shapes are checked against the
// panels.
AIRY_MUST_CHECK airy_code airy_geometry_assemble(const airy_geometry *geometry,
                                                 const airy_pattern *data, airy_pattern *plane,
                                                 airy_error *err);

// Pixels of the plane on which data pixels of two panels fall, and the two that share most. Rotated
// neighbours may share a row.
typedef struct airy_overlap {
    int pixels, most;
    char first[32], second[32];
} airy_overlap;
AIRY_MUST_CHECK airy_code airy_geometry_overlap(const airy_geometry *geometry, int ny, int nx,
                                                airy_overlap *overlap, airy_error *err);

// ------------------------------------------------------------------ pose (detector/pose.c, poni.c)
//
// Where a flat detector stands in space. The sample is at the origin, x runs along a row of pixels
// and y from row to row when the detector faces the beam, z along the beam.

typedef struct airy_pose {
    double corner[3];      // of pixel (0, 0): its outer corner, m
    double row[3], col[3]; // step to the next row (y) and to the next column (x), m
    double energy_ev;
} airy_pose;

// Square to the beam, which hits the plane at (center_y, center_x), centre of pixel (0, 0) = 0.
airy_pose airy_pose_square(const airy_setup *beam, double center_y, double center_x);

// A plane of reciprocal space, as of electrons at small angles: q_inv_a (1/A) a pixel.
airy_pose airy_pose_plane(double q_inv_a, double center_y, double center_x);

// Photon energy in eV of a wavelength in A, for electrons too, of which only the wavelength counts.
double airy_energy_of_wavelength(double wavelength_a);

// Leans the detector about the place where the beam hits it: by tilt_deg, so that its side in the
// direction of azimuth toward_deg (degrees from +x towards +y) is the farthest from the sample.
// AIRY_EVALUE when the beam does not hit it.
AIRY_MUST_CHECK airy_code airy_pose_tilt(airy_pose *pose, double tilt_deg, double toward_deg,
                                         airy_error *err);

// Place of (y, x) in m, centre of pixel (0, 0) = 0.
void airy_pose_at(const airy_pose *pose, double y, double x, double place[3]);

// Distance of the detector's plane from the sample, m: along its normal.
double airy_pose_distance(const airy_pose *pose);

// The pose for frames that are read mirrored: rows (ny of them) from last to first, or columns.
void airy_pose_flip(airy_pose *pose, int ny, int nx, bool rows, bool columns);

// A pyFAI .poni file of version 1, 2 or 2.1: distance, point of normal incidence, three rotations,
// wavelength; pixel sizes from the file, or from the detector's name where it is one of those
// known. `name` is used in sentences. ny and nx: size of the frames, which the orientation of
// version 2.1 asks for. Rotations as in pyFAI's documentation (Kieffer & Ashiotis, Proc. EuroSciPy
// 2013). Errors: AIRY_EFORMAT, AIRY_EMISSING for what is not stated or a distortion file.
AIRY_MUST_CHECK airy_code airy_pose_poni(airy_pose *pose, const char *text, const char *name,
                                         int ny, int nx, airy_error *err);

// The same pose as the text of a .poni file of version 1.
void airy_pose_poni_text(const airy_pose *pose, airy_text *text);

// ------------------------------------------------------------------ JUNGFRAU (detector/jungfrau.c)

enum { AIRY_MODULE_NY = 512, AIRY_MODULE_NX = 1024, AIRY_CHIP = 256, AIRY_GAINS = 3 };

// What gains are counted in: as the file says or ADU/keV; ADU/keV; ADU/eV; ADU per photon of
// 12.4 keV.
typedef enum airy_gain_unit {
    AIRY_GAIN_AUTO,
    AIRY_GAIN_KEV,
    AIRY_GAIN_EV,
    AIRY_GAIN_12_4_KEV
} airy_gain_unit;

// Gains in ADU/keV, pedestals and their noise in ADU for the three stages of a stack of modules:
// plane g, then rows. NaN in gain or pedestal: this stage is not calibrated at this pixel.
typedef struct airy_calibration {
    airy_stack gain;     // (3, ny, nx)
    airy_stack pedestal; // (3, ny, nx)
    airy_stack noise;    // (3, ny, nx) ADU RMS; px NULL: the published noise of each stage is used
    airy_mask mask;      // bits 0 when none were given
} airy_calibration;

void airy_calibration_release(airy_calibration *calibration);

// Pixels at chip borders collect twice (corners four times) what others do: excluded, brought to
// the expectation of one pixel by division, or left as they are.
typedef enum airy_wide { AIRY_WIDE_MASK, AIRY_WIDE_SPLIT, AIRY_WIDE_KEEP } airy_wide;

typedef struct airy_calibrate_options {
    double energy_ev;         // photon energy
    bool high_gain;           // raw words of HG0 mode (saturation word 0x3FFF)
    double threshold;         // photons below this become 0; 0 = off
    bool round;               // whole photons
    airy_wide wide;           // chip-border pixels
    bool mask_edges;          // mask outermost pixels of a module
    bool common_mode;         // subtract the median of unlit G0 pixels of each bank of 256 x 64
    double common_mode_below; // keV: a pixel under this counts as unlit
} airy_calibrate_options;

void airy_calibrate_options_defaults(airy_calibrate_options *options);
AIRY_MUST_CHECK airy_code airy_calibrate_options_check(const airy_calibrate_options *options,
                                                       airy_error *err);

// Calibration, options and geometry as tables of the plane's pixels, made once for many frames. It
// looks at the calibration as long as it lives. Different threads may use it at the same time.
typedef struct airy_calibrator airy_calibrator;

// For stacks of ny x nx words. geometry NULL or without panels: frames stay stacked. Where two
// pixels of rotated panels meet, the plane holds their mean. With AIRY_WIDE_SPLIT, chip-border
// pixels share their photons with the empty plane pixels they cover (the two between chips), so
// that none is lost; where the geometry has no room for them, only their own share is kept. A share
// of 1 / area of the photons that k plane pixels got has the variance k / area^2 of the whole: so
// the sum over the k is as uncertain as it really is.
AIRY_MUST_CHECK airy_calibrator *airy_calibrator_new(const airy_calibration *calibration,
                                                     const airy_calibrate_options *options,
                                                     const airy_geometry *geometry, int ny, int nx,
                                                     airy_error *err);
void airy_calibrator_free(airy_calibrator *calibrator);

// Adds reasons to pixels of the plane. AIRY_ESHAPE when the sizes differ.
AIRY_MUST_CHECK airy_code airy_calibrator_mask(airy_calibrator *calibrator, const airy_mask *mask,
                                               airy_error *err);

// An empty pattern of the plane's size with the facts of the geometry and the energy.
AIRY_MUST_CHECK airy_code airy_calibrator_plane(const airy_calibrator *calibrator,
                                                airy_pattern *plane, airy_error *err);

// The stack of words on the plane, as airy_jungfrau_calibrate and airy_geometry_assemble would do.
// `plane` comes from airy_calibrator_plane and may be used again. lost: every pixel is LOST.
AIRY_MUST_CHECK airy_code airy_calibrator_frame(const airy_calibrator *calibrator,
                                                const uint16_t *words, bool lost,
                                                airy_pattern *plane, airy_error *err);

// Puts modules tiled in one image, as (2048, 2048) for eight of them, into the stack that
// everything here works on: row of tiles by row, (modules * 512, 1024). Sides are multiples of 512
// and 1024.
void airy_jungfrau_restack(const uint16_t *tiles, int ny, int nx, uint16_t *stack);

// Running mean and RMS of dark frames, one gain stage after another, in bounded memory.
typedef struct airy_darks airy_darks;
AIRY_MUST_CHECK airy_darks *airy_darks_new(int ny, int nx, airy_error *err);
void airy_darks_free(airy_darks *darks);
// Adds one dark frame taken in forced gain stage g (0, 1, 2); words in another stage are counted as
// wrong.
void airy_darks_add(airy_darks *darks, int g, const uint16_t *raw);
// Pedestal, noise and mask (GAIN: wrong stage in more than 1 % of frames; NOISY: RMS above
// `noise_limit` x the median; 0 = off). Stages and pixels never read are NaN. Gain stays empty.
AIRY_MUST_CHECK airy_code airy_darks_finish(const airy_darks *darks, double noise_limit,
                                            airy_calibration *out, airy_error *err);

#endif
