// SPDX-License-Identifier: GPL-3.0-or-later
// Many starts become one image, with its spread over starts and its quality against the data.
//
// Images are centered as everywhere: the middle of the object at (ny / 2, nx / 2). Alignment itself
// is in retrieval.h, because generations need it first.
#ifndef AIRY_IMAGE_H
#define AIRY_IMAGE_H

#include "airy/base.h"
#include "airy/files.h"
#include "airy/retrieval.h"

// ------------------------------------------------------------------ averages (image/average.c)

typedef struct airy_average_options {
    int best;                 // images averaged, from the first (best) on [5]
    double cluster;           // two images closer than this are of one cluster [0.05]
    airy_align_options align; // how images are laid on the best one
    // Images (n, ny, nx) of the best one with its photons drawn again; their scatter is added to
    // the spread. NULL for none; borrowed.
    const airy_stack *resampled;
} airy_average_options;

void airy_average_options_defaults(airy_average_options *options);
AIRY_MUST_CHECK airy_code airy_average_options_check(const airy_average_options *options,
                                                     airy_error *err);

// Kept images laid on one another, and what the best of them have in common. spread is the sample
// standard deviation over the best, 0 where there is one image only, and that over the resampled
// images added in squares.
typedef struct airy_average {
    airy_stack aligned;    // (n, ny, nx) all images, best first, centered
    airy_alignment *found; // (n) how each was moved; [0] is the reference, only centered
    int *cluster;          // (n) cluster of each image, 0 .. clusters - 1, [0] in cluster 0
    int clusters;
    int best;      // images in mean, median and spread
    int ambiguous; // of those, how many may be the wrong twin
    airy_image mean, median, spread;
} airy_average;

// Centers the first image on the array by its center of mass, aligns all others to it (subpixel
// shift, and the 180-degree twin when that fits better), and takes mean, median and spread of the
// first options->best (or fewer when there are fewer). Clusters are single-linkage groups at
// pairwise distance sum |a - b| / sum |a + b| < options->cluster. Errors: AIRY_EVALUE when an image
// is empty or not finite. The caller releases.
AIRY_MUST_CHECK airy_code airy_average_make(const airy_stack *images,
                                            const airy_average_options *options,
                                            airy_average *average, airy_error *err);
void airy_average_release(airy_average *average);

// The same of what a retrieval returned: the best solution of its search by likelihood, with the
// noise of its resampled images, or else its best starts.
AIRY_MUST_CHECK airy_code airy_average_found(const airy_reconstruction *found,
                                             const airy_average_options *options,
                                             airy_average *average, airy_error *err);

// Pixel-wise mean of images from .. from + n * step - step, step by step. mean is initialised.
void airy_average_mean(const airy_stack *images, int from, int step, int n, airy_image *mean);

// ------------------------------------------------------------------ quality (image/quality.c)

// One image (or mean of n images) against the data.
typedef struct airy_quality {
    int n;            // images in the mean
    airy_score score; // R, R as ratio, R free, deviance (retrieval.h)
    double spread;    // sqrt(sum spread^2 / sum mean^2) over the n images, 0 for one
    // Share of the power outside the support once the measured amplitudes are imposed on the
    // transform: 0 for a perfect solution, NaN when there is no power.
    double outside;
} airy_quality;

// Scores the mean of the first n aligned images. 1 <= n <= images->n.
AIRY_MUST_CHECK airy_code airy_quality_mean(const airy_stack *images, int n,
                                            const airy_problem *problem, airy_quality *quality,
                                            airy_error *err);

// ------------------------------------------------------------------ parity (image/parity.c)
//
// About its center of inversion a real image has an even part, whose transform is real, and an
// odd part, whose transform is imaginary: |F|^2 = E^2 + O^2. A particle that is nearly its own twin
// has a small O, which is seen where E passes zero alone. One number for the whole image, as
// relative L2, hides an odd part that is wrong; hence the two apart.

// Two images on one grid, without what lies beyond a band: the first moved so that its center of
// inversion lies on the middle pixel (n / 2, n / 2), the second laid on it by a shift, a turn by
// 180 degrees and a factor, whichever are nearest inside the band.
typedef struct airy_pair {
    airy_image a, b; // (n, n)
    double pixel;    // their pixel, in the unit of the pixels given
    double band;     // highest frequency in them, periods per that unit
    bool twin;
    double dy, dx;             // of b, in that unit, beyond middle on middle
    double scale;              // of b
    double center_y, center_x; // center of inversion of a, in that unit, from its middle
} airy_pair;

// Pixels are sides of those of a and b, in one unit; band 0, or more than they hold: the circle
// that both hold. The center of inversion of a is the one that leaves the least odd part; shifts
// are found to a ten-thousandth of a pixel. NaN counts as 0. The caller releases. Errors:
// AIRY_EARGUMENT for pixels or bands that are not positive, AIRY_EVALUE for images empty in the
// band, AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_pair_make(const airy_image *a, double a_pixel, const airy_image *b,
                                         double b_pixel, double band, airy_pair *pair,
                                         airy_error *err);
void airy_pair_release(airy_pair *pair);

// Removes what lies beyond `band` (periods per pixel) from the transform of an image.
AIRY_MUST_CHECK airy_code airy_image_band_limit(airy_image *image, double band, airy_error *err);

// How far b is from a. NaN where a has nothing to compare with.
typedef struct airy_parity {
    double l2;          // |b - a| / |a|
    double even, odd;   // the same of the even parts, and of the odd parts
    double correlation; // of the odd parts, -1 .. 1
    double share;       // |odd part of a| / |a|
} airy_parity;

// Even and odd about the middle pixel; over the pixels of `inside` (NULL: all) whose mirrors are in
// it, too. One size, even sides.
void airy_parity_measure(const airy_image *a, const airy_image *b, const airy_mask *inside,
                         airy_parity *parity);

// ------------------------------------------------------------------ supports (image/fit.c)

// How an image fills its support. A projected sphere in 1.15 times its radius has an edge of 0 and
// a quarter of the support empty; at its own radius the edge is 0.2, in a smaller one 0.4. A sharp
// object in exactly its own shape is `tight`, too, and rightly so: nothing tells that it ends
// there.
typedef struct airy_support_fit {
    double edge;  // mean density of the support's outermost pixels over that of all of it
    double empty; // share of the support below a tenth of the dense part's, after a blur of 1 pixel
    bool tight;   // edge > 0.3: density piles up where it is cut
    bool loose;   // empty > 0.6
} airy_support_fit;

// Judges one image, not moved against its support, of one size. Errors: AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_support_judge(const airy_image *image, const airy_mask *support,
                                             airy_support_fit *fit, airy_error *err);

// ------------------------------------------------------------------ modes (image/modes.c)

enum { AIRY_MODES_MAX = 400 };

// What the hole about zero frequency leaves open. A density inside the support S and its transform
// inside the hole H share as much as the eigenvalues of P_H F P_S F^-1 P_H say: there are as many
// independent densities in S, the modes, as pixels in H, and the eigenvalue is the share of a
// mode's power that is not measured (Thibault, Elser, Jacobsen, Shapiro and Sayre, Acta Cryst. A
// 62, 248, 2006). Positivity, which they leave out, can still decide.
typedef struct airy_modes {
    int hole;                     // pixels
    double share[AIRY_MODES_MAX]; // (hole) of each mode's power in the hole, highest first
    int open, weak;               // modes with more than 99 % and more than a half in it
} airy_modes;

// The hole is the largest circle about zero frequency without a measured pixel. Errors: AIRY_EVALUE
// when it has more than AIRY_MODES_MAX pixels.
AIRY_MUST_CHECK airy_code airy_modes_find(const airy_problem *problem, airy_modes *modes,
                                          airy_error *err);

// ------------------------------------------------------------------ rings (image/rings.c)

// Ring r of the transform: pixels at rounded distance r from zero frequency, r = 0 .. n - 1 with
// n = min(ny, nx) / 2 + 1. NaN where a ring has nothing measured.
typedef struct airy_ring {
    double period_nm;     // full period N pixel_nm / r; in pixels when pixel_nm is 0; inf for r = 0
    int pixels, used;     // in the ring, and measured and used
    double photons;       // mean over used pixels
    double r_factor;      // sum ||F mean| - b| / sum b over used pixels
    double r_free;        // the same over held-out pixels
    double deviance;      // Poisson deviance a used pixel of |F mean|^2, b^2 taken as photons
    double deviance_mean; // the same of the ring's mean: what knows nothing of speckles
    double prtf;          // sum |mean_i F u_i| / sum b over used pixels
    double prtf_phasor;   // mean over used pixels of |mean_i F u_i / |F u_i||
    double outside;       // share of the power outside the support, measured amplitudes imposed
    double frc;           // correlation of the means of two disjoint halves of the images
    double half_bit;      // threshold (van Heel & Schatz, J. Struct. Biol. 151, 250, 2005)
    double one_seventh;   // 1/7, for comparison
} airy_ring;

// Full periods at which a curve first falls below its limit (or rises above it), between rings by
// straight lines; the edge's period when it never does, NaN when it is never on the good side.
typedef struct airy_ring_table {
    int n;
    bool in_pixels; // the size of pixels is not known: all periods are in pixels
    airy_ring *ring;
    double resolution_half_bit_nm; // FRC below the half-bit curve
    double resolution_seventh_nm;  // FRC below 1/7
    double resolution_prtf_nm;     // PRTF with phasors below 1 / e
    double resolution_r_nm;        // R above 1/2
    double resolution_outside_nm;  // more than half of the power outside the support
    double resolution_deviance_nm; // deviance above that of the ring's mean
} airy_ring_table;

// Phase retrieval transfer of the first `best` images in its two usual forms (Chapman et al., JOSA
// A 23, 1179, 2006, and with unit phasors), R and deviance of their mean, and Fourier ring
// correlation between the mean of images 0, 2, 4 ... and that of 1, 3, 5 ... of all images. Ring
// correlation between starts of the same data tells how well the starts agree, not how far noise
// reaches; NaN when there is one image. Errors: AIRY_ESHAPE, AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_rings_make(const airy_stack *aligned, int best,
                                          const airy_problem *problem, airy_ring_table *rings,
                                          airy_error *err);
void airy_ring_table_release(airy_ring_table *rings);

// Whether a resolution is that of the edge, beyond which nothing was looked at.
bool airy_rings_at_edge(const airy_ring_table *rings, double resolution);

// ------------------------------------------------------------------ the rim (image/rim.c)

typedef struct airy_rim_options {
    double polarization_deg; // axis "par", counter-clockwise from +x
    double sector_deg;       // half opening of the sectors around the axes
    double blur_px;          // standard deviation of the image's blur, pixels; negative: fitted
} airy_rim_options;

void airy_rim_options_defaults(airy_rim_options *options);

// Half sizes of a particle along and across the polarisation, with standard errors, in pixels:
// those that structure gives, by blocks of angle, and 0.1 pixel for the model.
typedef struct airy_rim {
    double par, par_err, perp, perp_err;
    double center_y, center_x;
    double blur; // pixels, given or fitted
} airy_rim;

// Fits the blurred chord profile of a spheroid, 2 a sqrt(1 - (s / R)^2) convolved with a Gaussian,
// to the image's pixels in the sectors about each axis, from 0.8 R on (both signs; common center
// from the image's projected density; distances s as on the axis). The image is real, >= 0, one
// particle in it. AIRY_EVALUE for an empty image, AIRY_ENUMERIC when a fit fails.
AIRY_MUST_CHECK airy_code airy_rim_fit(const airy_image *image, const airy_rim_options *options,
                                       airy_rim *rim, airy_error *err);

// ----------------------------------------------------------- rings in files (image/ring_table.c)

// The numbers of a ring: its period, of which the second is in pixels, and the others.
extern const airy_described airy_ring_period_numbers, airy_ring_numbers;

// The resolutions of a table as rows of numbers; how many.
enum { AIRY_RINGS_RESOLUTIONS = 6 };
void airy_ring_table_resolutions(const airy_ring_table *rings,
                                 airy_result_row rows[AIRY_RINGS_RESOLUTIONS]);

// A resolution with the unit of the table, "3.2 nm" or "2.5 pixels", and "or finer" at the array's
// limit.
enum { AIRY_RINGS_LENGTH = 48 };
void airy_ring_table_length(const airy_ring_table *rings, double resolution,
                            char text[AIRY_RINGS_LENGTH]);

// Puts the table as columns of /entry_1/result_1/rings.
void airy_ring_table_put(airy_h5 *h5, const airy_ring_table *rings, airy_error *err);

// Writes the table as TSV under its history.
AIRY_MUST_CHECK airy_code airy_ring_table_write(const char *path, const airy_ring_table *rings,
                                                const airy_history *history, bool overwrite,
                                                airy_error *err);

#endif
