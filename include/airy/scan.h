// SPDX-License-Identifier: GPL-3.0-or-later
// Diffraction patterns over a scan and over time, I(t, y, x, ky, kx): maps of how fast, and how
// unevenly, each place scatters; and whether two maps go together.
//
// At each place, G(t1, t2) = <I1 I2> / (<I1> <I2>) over a ring of the detector, g(k) = mean over t1
// of G(t1, t1 + k), k >= 1, and g - 1 = contrast exp(-2 (t / tau)^gamma) (electron correlation
// microscopy: Zhang et al., Ultramicroscopy 178 (2017) 125). V = <I^2> / <I>^2 - 1 over a ring,
// mean over time (fluctuation microscopy: Daulton et al., Ultramicroscopy 110 (2010) 1279).
//
// tau and V of the same pixels share their noise, and correlate where the truth does not. So a ring
// is kept in eight sectors of the azimuth modulo 180 degrees (I(q) = I(-q)): two halves of them
// give tau and V that know nothing of each other, and leaving out one after the other gives errors.
#ifndef AIRY_SCAN_H
#define AIRY_SCAN_H

#include "airy/base.h"
#include "airy/bins.h"
#include "airy/files.h"
#include "airy/math.h"
#include "airy/source.h"
#include "airy/work.h"

enum { AIRY_SCAN_SECTORS = 8, AIRY_SCAN_AXES = 5 };

// ------------------------------------------------------------------ plan (scan/plan.c)

typedef struct airy_scan_plan {
    int frames, ny, nx, ky, kx;     // of the file
    int order[AIRY_SCAN_AXES];      // axis 0 to 4 (t y x ky kx) of each dimension of the file
    int from_y, to_y, from_x, to_x; // places that are looked at
    int bin;                        // detector pixels that are summed, along each side
    double center_y, center_x;      // where the beam hits, pixels of the file
    double pixel;                   // 1/nm a pixel of the file; 0: rings are in pixels
    double ring[2], ring_v[2];      // for tau and for V, 1/nm
    bool pooled;     // V of all of ring_v at once, else ring by ring and then the mean
    double gain;     // values a quantum: gain / <I> is taken off V; 0: nothing is
    bool drift;      // places are followed by the mean image
    double step_nm;  // from place to place; 0: not known
    double period_s; // 0: times count frames
    int lags;        // most that are fitted; 0: half the frames
    bool gamma_free;
    double gamma;  // held, or the first guess
    double vacuum; // places below this share of the median intensity are none
    int threads;
    const airy_mask *mask; // (ky, kx); NULL: none
    const airy_progress *progress;
} airy_scan_plan;

// ------------------------------------------------------------------ maps (scan/points.c)

// Why a place has no tau, or no sure one.
enum {
    AIRY_SCAN_CENSORED = 1, // longer than the record: a lower bound
    AIRY_SCAN_NO_FIT = 2,
    AIRY_SCAN_VACUUM = 4,
};

// The numbers of a place, each a map of scan.h5 and a column of scan.tsv.
extern const airy_described airy_scan_numbers;

// ------------------------------------------------------------------ relations (scan/relate.c)

typedef struct airy_relate_options {
    int shifts, draws, block; // block 0: by how far the maps remember
    uint64_t seed;
    int threads;
} airy_relate_options;

extern const airy_option airy_relate_rows[];
void airy_relate_options_defaults(airy_relate_options *options);

// ------------------------------------------------------------ maps of files (scan/relate_maps.c)

// Relates the maps call->inputs, named FILE:map, in pairs: rows `a b estimator spearman low high p
// n n_effective pearson`, by halves where both files have them. Written as call->output when there
// is one; the caller releases the table, also on errors. AIRY_EVALUE: a map has places that stand
// for "not known" and are no NaN.
AIRY_MUST_CHECK airy_code airy_relate_run(const airy_call *call, const airy_relate_options *options,
                                          airy_table *table, airy_error *err);

// ------------------------------------------------------------------ the step (scan/step.c)

typedef struct airy_scan_step {
    airy_scan_plan plan; // threads and progress are the call's; from_y .. to_x: the places
    const char *shape; // sizes in the order of axes, "N,N,N,N,N": numbers without a header; or NULL
    const char *type;  // of these: u1 u2 u4 u8 i1 i2 i4 i8 f4 f8
    int skip;          // bytes before the first of them
    const char *axes;  // order of the file's dimensions, "t,y,x,ky,kx"
    const char *mask;  // detector pixels to leave out; NULL: none
    const char *rows;  // "A:B": those rows of places alone, kept beside the output; NULL: all
    bool resume;       // take rows that are kept, and keep those that are done
} airy_scan_step;

extern const airy_option airy_scan_step_rows[];
void airy_scan_step_defaults(airy_scan_step *step);

// Reads the patterns call->inputs[0] and writes their maps as call->output, and the table of them
// beside it, with the ending .tsv. summary, for the caller to release, is one row: places, how many
// of them have no time or no light, and medians of the maps; empty when rows alone were done.
// Errors: of the plan, the file, AIRY_EVALUE.
AIRY_MUST_CHECK airy_code airy_scan_step_run(const airy_call *call, const airy_scan_step *step,
                                             airy_table *summary, airy_error *err);

#endif
