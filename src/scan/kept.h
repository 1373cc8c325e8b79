// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of a scan's patterns.
#ifndef AIRY_SCAN_KEPT_H
#define AIRY_SCAN_KEPT_H

#include "airy/scan.h"
#include "points.h"
#include "patterns.h"

// Sets of sectors: all, the two halves, and all but one each.
enum { ALL = 0, HALVES = 1, LESS = 3, SETS = LESS + AIRY_SCAN_SECTORS };

struct airy_scan {
    airy_scan_plan plan;
    int ny, nx, ky, kx;  // places that are looked at; binned pattern
    airy_bins tau, v;    // pixels of the rings by sector
    int n;               // of the tau ring
    int *to_bin;         // (plan.ky, plan.kx) binned pixel, -1: none
    airy_image binned;   // of the pattern at hand
    airy_bin_sums *sums; // (v.n) of it
    float *value;        // (ny, nx, frames, n)
    float *variance;     // (ny, nx, frames, SETS) V, ...
    float *shot;         // ... and what shot noise gives to it
    float *ring;         // (ny, nx, frames, v.rings) V of each ring
    float *total;        // (frames, ny, nx) mean intensity of the tau ring
    int lost;            // binned pixel of the tau ring that had no value, and 1; 0: all had
};

// Whether a sector is in a set.
bool airy_scan_in_set(int set, int sector);

// Number of a place and frame.
size_t airy_scan_at(const airy_scan *scan, int y, int x, int t);

// Empty maps of the places that are looked at, with the drift where it is followed (points.c).
AIRY_MUST_CHECK airy_code airy_scan_maps_init(const airy_scan *scan, airy_scan_maps *maps,
                                              airy_error *err);

// Maps of all places, of which none is known as vacuum yet: that is a matter of all together.
AIRY_MUST_CHECK airy_code airy_scan_fit_places(const airy_scan *scan, airy_scan_maps *maps,
                                               airy_error *err);
AIRY_MUST_CHECK airy_code airy_scan_flag_vacuum(const airy_scan_plan *plan, airy_scan_maps *maps,
                                                airy_error *err);

// (frames, 2) by how far places have moved since the first frame (drift.c).
AIRY_MUST_CHECK airy_code airy_scan_drift(const airy_scan *scan, double *shift, airy_error *err);

#endif
