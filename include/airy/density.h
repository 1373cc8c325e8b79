// SPDX-License-Identifier: GPL-3.0-or-later
// From one image to low-density bands: a round body is fitted and subtracted, what lies below it is
// thinned to lines, and the lines are measured against the polarisation.
//
// Lengths in structs are pixels unless the name says nm. Directions: x to the right with the
// column, y up with the row (row 0 is at the bottom of real-space pictures), angles
// counter-clockwise from +x.
#ifndef AIRY_DENSITY_H
#define AIRY_DENSITY_H

#include "airy/base.h"
#include "airy/files.h"
#include "airy/image.h"
#include "airy/math.h"

// ------------------------------------------------------------------ round bodies (density/model.c)

typedef enum airy_body_kind { AIRY_BODY_SPHERE, AIRY_BODY_SPHEROID } airy_body_kind;

// Names of airy_body_kind, in its order, NULL at the end.
extern const char *const airy_body_names[];

enum { AIRY_BODY_PARAMETERS = 5 };

// The projection of a uniform ellipsoid of revolution about an axis in the image plane, blurred:
// 2 rho0 r_perp sqrt(1 - (a / r_par)^2 - (b / r_perp)^2), with a along and b across the axis.
typedef struct airy_body {
    airy_body_kind kind;
    double axis_deg;      // direction of the axis
    double y, x;          // center
    double r_par, r_perp; // semi-axes
    double rho0;          // density: image units per pixel of depth
    double blur;          // standard deviation of the Gaussian blur
    double y_error, x_error, r_par_error, r_perp_error, rho0_error, blur_error;
    // of y, x, r_par, r_perp and blur^2; the mass is the image's
    double covariance[AIRY_BODY_PARAMETERS][AIRY_BODY_PARAMETERS];
    double residual; // rms of image - body inside the edge, fraction of the central value
    bool by_rim;     // the weighted fit converged; else the plain one stands
} airy_body;

typedef struct airy_body_options {
    airy_body_kind kind; // [sphere]
    double axis_deg;     // axis of the spheroid: the polarisation [0]
    double blur;         // fixed blur, pixels; negative: fitted [-1]
} airy_body_options;

void airy_body_options_defaults(airy_body_options *options);
AIRY_MUST_CHECK airy_code airy_body_options_check(const airy_body_options *options,
                                                  airy_error *err);

// Least squares over all pixels, done in Fourier space (Parseval), where the body is V 3 (sin s - s
// cos s) / s^3 with s^2 = (k_par r_par)^2 + (k_perp r_perp)^2: exact center, no pixel edges. Then
// rho0 is set so that body and image hold the same integrated density inside the edge. Errors take
// what is left over for structure: lumps of one size, as strong as they are where a parameter acts
// (density/refine.c). NaN pixels count as 0. Errors: AIRY_EVALUE (empty image), AIRY_ENUMERIC (no
// convergence).
AIRY_MUST_CHECK airy_code airy_body_fit(const airy_image *image, const airy_body_options *options,
                                        airy_body *body, airy_error *err);

// The body as an image (cyclic, band-limited). out is initialised.
AIRY_MUST_CHECK airy_code airy_body_draw(const airy_body *body, airy_image *out, airy_error *err);

// (a / r_par)^2 + (b / r_perp)^2 at a point: below 1 inside the edge.
double airy_body_reach(const airy_body *body, double y, double x);

// Share of the pixel inside the edge, 0 .. 1 (8 x 8 points on edge pixels).
double airy_body_cover(const airy_body *body, int y, int x);

// 2 rho0 r_perp: the central value.
double airy_body_central(const airy_body *body);

// ------------------------------------------------------------------ difference (difference.c)

// D = (image - body) / (2 rho0 r_perp): a fraction of the central projected density. out (same
// size) is initialised; it is not clipped at the edge.
AIRY_MUST_CHECK airy_code airy_difference_make(const airy_image *image, const airy_body *body,
                                               airy_image *out, airy_error *err);

// Areas in pixels^2 with standard errors. low: D < -tau inside the edge, high: D > tau. Pixels on
// the edge count with the share that is inside.
typedef struct airy_areas {
    double low, high, total;
    double low_error, high_error, total_error;
    double fraction, fraction_error; // low / total
    double low_depth, high_depth;    // mean |D| over low and high
    double low_depth_error, high_depth_error;
    // Parts of fraction_error: sigma, the body, and what noise does not decide.
    double fraction_noise, fraction_model, fraction_undecided;
    double fraction_redrawn, fraction_rivals; // see airy_variants_widen
    double tau;                               // median threshold used
    double sigma;                             // median sigma of D inside the edge; NaN: not known
} airy_areas;

// tau = level x sigma(y, x) when sigma is given (same units as D, px NULL: none), + depth.
// Errors: a pixel with sigma is low with probability Phi((-tau - D) / sigma), and pixels within one
// resolution element (2.355 blur, at least one pixel) go together; NaN without sigma.
// AIRY_EVALUE when level > 0 and there is no sigma.
AIRY_MUST_CHECK airy_code airy_difference_areas(const airy_image *difference,
                                                const airy_image *sigma, const airy_body *body,
                                                double level, double depth, airy_areas *areas,
                                                airy_error *err);

// Areas of image - body whose errors hold the body's as well: each number is taken again with the
// body moved along the axes of its covariance and once more blurred. How far `other` is from it, a
// body that might have been subtracted instead (NULL: none), is added as it is: the wrong body is
// wrong in all shots alike. At threshold 0 a radius off by 0.3 % moves the low area by a fifth.
//
// Noise makes half low of what it does not decide, |D| < sigma, whatever the truth there: shares of
// such an area are taken to lie within 0.5 +- 0.1, so that a tenth of it is not known.
AIRY_MUST_CHECK airy_code airy_difference_measure(const airy_image *image, const airy_image *sigma,
                                                  const airy_body *body, const airy_body *other,
                                                  double level, airy_areas *areas, airy_error *err);

// ------------------------------------------------------------------ variants (density/variants.c)

// Other images of the same particle.
typedef struct airy_variants {
    airy_stack difference; // (n, ny, nx) D of each, its body's middle where the first one's is
    double *fraction;      // (n) low share of each at threshold 0
} airy_variants;

// Each image minus the body that was subtracted from the first one, moved to its own middle and
// with its own mass; no images are no error. Errors: AIRY_EVALUE for one that is empty,
// AIRY_EMEMORY. The caller releases.
AIRY_MUST_CHECK airy_code airy_variants_measure(const airy_stack *images, const airy_image *first,
                                                const airy_body *body, airy_variants *variants,
                                                airy_error *err);
void airy_variants_release(airy_variants *variants);

// Adds in squares to the errors of areas how far the shares of images with redrawn photons lie from
// the image's own (root mean square: their scatter is noise that pixels share, which sigma does not
// know, and their mean's way is the bias of the method), and how far the farthest rival's does.
void airy_variants_widen(const airy_variants *redrawn, const airy_variants *rivals,
                         airy_areas *areas);

// ------------------------------------------------------------------ departures (departure.c)

// How far the second image of a pair is from the first inside a body, once the body was subtracted
// from both: what is compared is D, even and odd part apart. The body lies on the center of
// inversion, its semi-axes are in the pair's unit; it holds the first image's mass inside its edge
// and the pair's band alone. Errors: AIRY_EARGUMENT for radii that are not positive, AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_pair_departure(const airy_pair *pair, double r_par, double r_perp,
                                              double axis_deg, airy_parity *parity,
                                              airy_error *err);

// ------------------------------------------------------------------ bands (density/bands.c)

// What makes a pixel part of a region.
typedef enum airy_bands_rule {
    AIRY_BANDS_VALLEY,    // below the threshold and in a valley of D: curved upwards across a line
    AIRY_BANDS_THRESHOLD, // below the threshold alone
} airy_bands_rule;

// Names of airy_bands_rule, in its order, NULL at the end.
extern const char *const airy_bands_rule_names[];

typedef struct airy_bands_options {
    airy_bands_rule rule; // [valley]
    double threshold;     // k: D < -k sigma - depth; 0: any sigma [0]
    double depth;         // least |D|, fraction of the central density [0]
    double scale_nm;      // full width the valley rule looks for: about that of a band; 0: 1/7 of
                          // the body's mean radius [0]
    double contrast;      // valley rule: least mean depth of a branch against its two sides [0.08]
    double share;         // valley rule: a region ends where the depth has fallen to this share of
                          // the image's usual (median) valley [0.5]
    double resolution_nm; // resolution element; 0: 2.355 x the body's blur, at least 2 pixels [0]
    double min_length_nm; // shorter branches are left out; 0: 1.5 x scale or resolution [0]
    double bend_nm;       // a branch that leaves its chord by more is cut there; 0: never; -1:
                          // half the scale or a resolution element [-1]
    double edge_nm;       // rim left out, counted from the body's edge; -1: resolution + scale / 2
                          // [-1]
    double polarization_deg; // angle 0 of the table [0]
    bool high;               // look for dense bands instead [false]
    int draws;               // bootstrap draws of the population's errors [1000]
    uint64_t seed;
} airy_bands_options;

extern const airy_option airy_bands_rows[];
void airy_bands_options_defaults(airy_bands_options *options);

// One row of branches.tsv; nm from the particle's center, y up; angles to the polarisation, 0..90.
typedef struct airy_branch {
    int branch; // 1 .. n, also its label in the skeleton image
    double x0_nm, y0_nm, x1_nm, y1_nm;
    double length_nm, chord_nm; // along the path, and straight between its ends
    // Median of twice the distance to the border: of the region, or (valley rule) of all that is
    // deeper than half of the branch's depth.
    double width_nm;
    double depth;     // mean of |D| along the path
    double contrast;  // mean depth against both sides along the path (valley rule)
    double angle_deg; // of the band that fits best (valley rule), or the principal axis of the path
    // Standard error of the angle: how far the floor strays from its axis, two scales being the
    // distance over which it strays the same way.
    double angle_err_deg;
    double chord_angle_deg; // line between the ends
    double direction_deg;   // the same angle, unfolded, 0 .. 180
    double tensor_deg;      // direction of D itself along the path (structure tensor), folded
    // Share of the image's rivals that have the branch, too; 1: there are none, NaN: not known.
    double held;
    double redrawn; // of the images with photons drawn again; NaN: there are none
} airy_branch;

enum { AIRY_ANGLE_BINS = 9 };

// Angles of all branches, weighted by length. NaN for no branches.
typedef struct airy_angles {
    double length_nm;                  // of all branches
    double histogram[AIRY_ANGLE_BINS]; // share of length in 0-10, 10-20 ... 80-90 degrees
    double mean_deg;      // axial mean of the unfolded directions (doubled angles), 0 .. 180
    double concentration; // resultant length of doubled angles, 0 .. 1
    double folded_mean_deg, folded_sd_deg; // mean and spread of the folded angles
    double folded_mean_error_deg; // of the mean: errors of the angles, and how branches differ
    double fraction_20_40, fraction_20_40_error; // bootstrap over branches and their angles' errors
    double rayleigh_z, rayleigh_p; // against uniform directions, effective number of branches
    double kuiper;                 // largest excess + largest lack of length against uniform
} airy_angles;

// A connected region; nm from the particle's center, y up.
typedef struct airy_channel {
    double area_nm2;
    double y_nm, x_nm; // center of area
    double span_nm;    // largest extent
} airy_channel;

typedef struct airy_bands {
    airy_mask region;   // 1 in low (high) regions
    airy_mask skeleton; // label of the branch, 0 elsewhere
    int n;
    airy_branch *branch;
    airy_angles angles;
    int n_channels;
    airy_channel *channel; // in order of their first pixel
    double scale_nm, resolution_nm, min_length_nm, bend_nm, edge_nm; // as used
    double level; // valley depth at which regions end
    double region_nm2;
    double searched_nm2; // inside the edge, less the rim
    // Pieces of lines, each shorter than the least length and left out, that hang together and are
    // half as much again in all: how many such lines, and their length.
    int n_hidden;
    double hidden_nm;
} airy_bands;

// A difference image and what is known about it.
typedef struct airy_bands_input {
    airy_image difference; // D
    airy_image sigma;      // of D; px NULL: unknown
    airy_body body;
    double pixel_nm;
} airy_bands_input;

// Region -> components below a resolution element removed -> thinned -> pruned -> branches ->
// angles. Errors: AIRY_EVALUE (threshold in sigma without sigma; pixel not known), AIRY_EMEMORY.
// Nothing found is not an error: n = 0. The caller releases.
AIRY_MUST_CHECK airy_code airy_bands_find(const airy_bands_input *input,
                                          const airy_bands_options *options, airy_bands *bands,
                                          airy_error *err);
void airy_bands_release(airy_bands *bands);

// Area of the largest channel, nm^2; 0 for none.
double airy_channels_largest(const airy_bands *bands);

// ------------------------------------------------------------------ verdicts (density/verdict.c)

// The branch of `bands` that is this one: more than half of this one's chord lies within reach_nm
// of it, and it is turned by less than 25 degrees. NULL when there is none.
const airy_branch *airy_bands_find_again(const airy_branch *branch, const airy_bands *bands,
                                         double reach_nm);

// A band that fewer than this share of images with photons drawn again have is not known.
#define AIRY_REDRAWN_LEAST 0.5

// In which share of the bands of n other images the branch is found again; 1 where n is 0.
double airy_branch_share(const airy_branch *branch, const airy_bands *others, int n,
                         double reach_nm);

// What trials say of one branch. NaN where there were none.
typedef struct airy_verdict {
    int recoveries, found;  // trials with the branch in the object, and those that found it again
    double share;           // found / recoveries
    double angle_error_deg; // root mean square turn of what was found again
    int nulls;              // trials with a plain body
    double by_chance;       // branches at least as long that one of them shows
} airy_verdict;

// n recoveries, n_nulls nulls; reach_nm as for airy_bands_find_again.
void airy_verdict_make(const airy_branch *branch, const airy_bands *recoveries, int n,
                       const airy_bands *nulls, int n_nulls, double reach_nm,
                       airy_verdict *verdict);

enum { AIRY_LENGTH_CLASSES = 4 };

// Branches found where there are none, by n shots of plain bodies. Classes of length begin at 1,
// 1.5, 2 and 3 times the least length, the last is open.
typedef struct airy_false_bands {
    int shots;
    double per_shot, per_nm2, length_per_shot_nm; // per_nm2: of the area searched
    double from_nm[AIRY_LENGTH_CLASSES], in_class[AIRY_LENGTH_CLASSES]; // begin; branches a shot
} airy_false_bands;

// Counts the branches of n nulls; NaN for none.
void airy_false_bands_count(const airy_bands *nulls, int n, airy_false_bands *rates);

// ------------------------------------------------------------------ turns (density/turns.c)

// What is found when the particle is turned against polarisation and grid. NaN for no bands.
typedef struct airy_turns {
    int n;
    double branches, length_nm;               // means over the turns
    double fraction_20_40, fraction_20_40_sd; // mean and spread: what chance alignment gives
    double histogram[AIRY_ANGLE_BINS]; // mean share of length: flat but for grid, edge, structure
    double p; // (1 + turns with at least the observed share within 20-40 degrees) / (1 + turns)
} airy_turns;

// Finds bands in n copies turned by equal steps between 0 and 180 degrees about the body's center.
// The structure stays as it is, so p asks only whether it lies in a special way to the
// polarisation; grid and disc edge act on every copy. observed: the share within 20-40 degrees as
// it was found.
AIRY_MUST_CHECK airy_code airy_bands_turn(const airy_bands_input *input,
                                          const airy_bands_options *options, double observed,
                                          int threads, int n, airy_turns *turns, airy_error *err);

// ------------------------------------------------------------------ isotropic (isotropic.c)

// What is found in n images of bands like those of `found`, each anywhere in the body and in any
// direction, with noise of the input's median sigma. The caller releases.
typedef struct airy_isotropic {
    int n;
    airy_angles *draw;
} airy_isotropic;

// Draw i depends on options->seed and i alone. Errors: AIRY_EMEMORY, those of airy_bands_find.
AIRY_MUST_CHECK airy_code airy_isotropic_draw(const airy_bands_input *input,
                                              const airy_bands *found,
                                              const airy_bands_options *options, int threads, int n,
                                              airy_isotropic *isotropic, airy_error *err);
void airy_isotropic_release(airy_isotropic *isotropic);

// The population against isotropic bands on the same grid in the same disc, so that neither biases
// it. p: share of draws, the observation counted in, at least as concentrated, uneven, or within
// 20-40 degrees. NaN for no bands.
typedef struct airy_uniformity {
    int draws;                         // images that were drawn
    double histogram[AIRY_ANGLE_BINS]; // mean share of length in the draws: flat but for grid, rim
    double corrected[AIRY_ANGLE_BINS]; // the observed shares over those, sum 1
    double fraction_20_40;             // corrected
    double p_concentration, p_kuiper, p_fraction;
} airy_uniformity;

// Judges observed angles, which were found with the options of the draws.
void airy_isotropic_judge(const airy_isotropic *isotropic, const airy_angles *observed,
                          airy_uniformity *uniformity);

// ------------------------------------------------------------------ angles (density/angles.c)

// An angle in degrees folded to 0 .. 90.
double airy_angles_fold(double degrees);

// ------------------------------------------------------------------ angles (density/population.c)

// Branches of many particles (or runs of the model): those of member m are first[m] to
// first[m + 1] - 1. Zero-initialise; members without a branch count too.
typedef struct airy_members {
    int members;
    int *first;
    airy_branch *branch;
} airy_members;

// Adds a member with n branches, which are copied.
AIRY_MUST_CHECK airy_code airy_members_add(airy_members *to, const airy_branch *branch, int n,
                                           airy_error *err);
void airy_members_release(airy_members *members);

typedef struct airy_population_options {
    int draws;    // of members for intervals, and of turns for chances
    double level; // of the intervals
    uint64_t seed;
} airy_population_options;

void airy_population_options_defaults(airy_population_options *options);

// Angles of a population. Branches of one particle belong together, so intervals come from drawing
// whole particles again, and chances from turning each particle as a whole by a random angle, which
// is what no preferred direction means. NaN where there are no branches.
typedef struct airy_population {
    char name[24];
    int members, branches;
    airy_angles angles;
    double low[AIRY_ANGLE_BINS], high[AIRY_ANGLE_BINS]; // of angles.histogram
    double fraction_low, fraction_high;                 // of angles.fraction_20_40
    double p_uniform; // chance that turned particles have a histogram as uneven
    double p_20_40;   // chance that they have as much between 20 and 40 degrees
} airy_population;

// Angles, intervals and chances of these members; its name stays empty.
AIRY_MUST_CHECK airy_code airy_population_make(const airy_members *of,
                                               const airy_population_options *options,
                                               airy_population *out, airy_error *err);

// Tables (their history stays empty): one row a population, and one row a population and bin of
// 10 degrees, beside the share that even directions would have.
AIRY_MUST_CHECK airy_code airy_populations_to_table(const airy_population *of, int n,
                                                    airy_table *table, airy_error *err);
AIRY_MUST_CHECK airy_code airy_populations_to_angles(const airy_population *of, int n,
                                                     airy_table *table, airy_error *err);

// --------------------------------------------------------------- branches (density/branch_table.c)

// Branches as a table of the columns of branches.tsv with this history; `more` are names of further
// columns, NULL for none, which the caller fills.
AIRY_MUST_CHECK airy_code airy_branches_to_table(const airy_bands *bands,
                                                 const airy_history *history, const char *more,
                                                 airy_table *table, airy_error *err);

// The branches of `sets` images as the same columns, /entry_1/result_1/GROUP/NAME, and `image`,
// which of them (from 0); nothing where there are no branches. The handle remembers failures of
// writing.
AIRY_MUST_CHECK airy_code airy_branches_put(const airy_bands *bands, int sets, const char *group,
                                            airy_h5 *h5, airy_error *err);

// The numbers of a branch, of a channel, of all angles, of bands, of areas (in pixels) and a body.
extern const airy_described airy_branch_numbers, airy_channel_numbers, airy_angles_numbers,
    airy_turns_numbers, airy_uniformity_numbers, airy_bands_numbers, airy_areas_numbers,
    airy_depths_numbers, airy_areas_sigma_numbers, airy_spheroid_numbers, airy_body_numbers;

#endif
