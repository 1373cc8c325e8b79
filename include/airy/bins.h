// SPDX-License-Identifier: GPL-3.0-or-later
// A partition: which pixels of the detector belong together, and with which weight. Rings, sectors
// and regions drawn by hand are the same thing to those who sum over them: azimuthal integration,
// speckle correlation, scans.
//
// First the coordinates of every pixel (airy_polar), seen from the sample by the pose of the
// detector; then the bins over them (airy_bins), one list of pixels a bin; then sums. Pixels are
// numbered y * nx + x. Azimuths are degrees from +x towards +y, 0 to 360.
#ifndef AIRY_BINS_H
#define AIRY_BINS_H

#include "airy/detector.h"

// ------------------------------------------------------------------ coordinates (bins/polar.c)

// What distance from the beam is measured in.
typedef enum airy_radial {
    AIRY_RADIAL_Q_INV_A,       // q = 4 pi sin(theta) / lambda, 1/A
    AIRY_RADIAL_Q_INV_NM,      // the same, 1/nm
    AIRY_RADIAL_TWO_THETA_DEG, // angle of scattering, degrees
    AIRY_RADIAL_S_INV_NM,      // 2 sin(theta) / lambda = q / 2 pi, 1/nm: electrons' habit
} airy_radial;
extern const char *const airy_radial_names[]; // in the order of airy_radial, NULL at the end

// A coordinate of this kind as q in 1/A and back. energy_ev > 0.
double airy_radial_to_q(airy_radial kind, double value, double energy_ev);
double airy_radial_from_q(airy_radial kind, double q_inv_a, double energy_ev);

// The place of every pixel of an (ny, nx) detector. Zero-initialise.
typedef struct airy_polar {
    int ny, nx;
    airy_radial kind;
    double energy_ev;
    double *radial; // (ny, nx) of the pixel's center
    double *reach;  // (ny, nx) how far its farthest corner is from that; NULL: not wanted
    float *phi;     // (ny, nx) degrees, 0 <= phi < 360
} airy_polar;

// The coordinates of all pixels; the caller releases. reach: for shares of pixels that lie in
// several bins. Errors: AIRY_EVALUE for a pose without a distance, a pixel size or an energy.
AIRY_MUST_CHECK airy_code airy_polar_init(airy_polar *polar, const airy_pose *pose, int ny, int nx,
                                          airy_radial kind, bool reach, airy_error *err);
void airy_polar_release(airy_polar *polar);

// ------------------------------------------------------------------ bins (bins/partition.c)

// Whose light a pixel counts for: the bin of its center, or all bins that its bounding box touches,
// in proportion (as pyFAI's "bbox" does: Ashiotis et al., J. Appl. Cryst. 48, 510, 2015).
typedef enum airy_split { AIRY_SPLIT_NONE, AIRY_SPLIT_BBOX } airy_split;
extern const char *const airy_split_names[]; // in the order of airy_split, NULL at the end

typedef struct airy_bins_options {
    int rings, sectors;
    double low, high; // of the rings, in the polar's unit; equal: what the pixels reach
    double first_deg; // where the first sector begins
    bool friedel;     // sectors of phi modulo 180: I(q) = I(-q) fall into one; sectors 2: two
                      // halves that do not know of each other
    airy_split split;
} airy_bins_options;

void airy_bins_options_defaults(airy_bins_options *options);
AIRY_MUST_CHECK airy_code airy_bins_options_check(const airy_bins_options *options,
                                                  airy_error *err);

// One bin.
typedef struct airy_bin {
    int label;              // number of its ring times sectors plus sector, or the map's own number
    double low, high;       // radial limits; of a region those of its pixels
    double radial, phi_deg; // middle of ring and sector; of a region the mean of its pixels. phi is
                            // NaN where there is one sector
    int pixels;             // that have a share in it
    double weight;          // sum of their shares
} airy_bin;

// n bins; entries first[b] to first[b + 1] - 1 are those of bin b, pixels in rising order.
// Zero-initialise.
typedef struct airy_bins {
    int ny, nx;
    int n, rings, sectors; // n = rings * sectors, ring by ring; a map: n rings of one sector
    airy_bin *bin;         // (n)
    int *first;            // (n + 1)
    int *pixel;            // (first[n])
    float *weight;         // (first[n]) shares of a pixel, 0 to 1; NULL: all are 1
} airy_bins;

// Rings and sectors over the pixels that no reason of the mask excludes (NULL: all pixels). Bins
// may be empty, but not all (AIRY_EVALUE). The caller releases.
AIRY_MUST_CHECK airy_code airy_bins_rings(airy_bins *bins, const airy_polar *polar,
                                          const airy_mask *mask, const airy_bins_options *options,
                                          airy_error *err);

// The regions of a map of the detector: pixels of one value > 0 are one region, labelled so;
// regions come in the order of their labels. polar (NULL: radial and phi are NaN) and mask (NULL:
// no reasons) have the map's size.
AIRY_MUST_CHECK airy_code airy_bins_map(airy_bins *bins, const int *map, int ny, int nx,
                                        const airy_polar *polar, const airy_mask *mask,
                                        airy_error *err);
void airy_bins_release(airy_bins *bins);

// ------------------------------------------------------------------ sums (bins/sums.c)

// What one image has in one bin; pixels that are NaN are left out.
typedef struct airy_bin_sums {
    double weight;      // sum of shares w
    double sum, square; // sums of w I and w I^2
    float min, max;     // NaN for none
} airy_bin_sums;

// Sums over every bin, in the order of pixels, into sums[n]. The image has the bins' size.
void airy_bins_sum(const airy_bins *bins, const airy_image *image, airy_bin_sums *sums);

#endif
