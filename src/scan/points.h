// SPDX-License-Identifier: GPL-3.0-or-later
// Of points.c, for the room and its tests.
#ifndef AIRY_SCAN_POINTS_H
#define AIRY_SCAN_POINTS_H

#include "airy/scan.h"
#include "patterns.h"

// A place. Errors by leaving out sectors one by one (jackknife); NaN where there is no value.
typedef struct airy_scan_point {
    double tau, tau_err, contrast, contrast_err, gamma, gamma_err; // s, or frames
    double v, v_err;
    double intensity;   // mean of the ring, a pixel
    double tau_half[2]; // of one half of the azimuth and of the other
    double v_half[2];
    int flag;
} airy_scan_point;

typedef struct airy_scan_maps {
    int ny, nx, rings;
    airy_scan_point *point; // (ny, nx)
    double *v_ring;         // (rings, ny, nx)
    double *ring_s;         // (rings) middle, 1/nm or pixels
    int frames;
    double *shift; // (frames, 2) y and x by which places were followed
    double period_s, step_nm;
    bool timed;
} airy_scan_maps;

// Fits all places. The caller releases.
AIRY_MUST_CHECK airy_code airy_scan_fit(const airy_scan *scan, airy_scan_maps *maps,
                                        airy_error *err);
void airy_scan_maps_release(airy_scan_maps *maps);

// What is fitted and averaged of a place: all sectors, without drift.
typedef struct airy_scan_curve {
    int lags;
    double *g;         // (lags) g(1) to g(lags), the caller's room
    double v, poisson; // means over time of V and of 1 / <I>
} airy_scan_curve;
AIRY_MUST_CHECK airy_code airy_scan_place(const airy_scan *scan, int y, int x,
                                          airy_scan_curve *curve, airy_error *err);

#endif
