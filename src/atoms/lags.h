// SPDX-License-Identifier: GPL-3.0-or-later
// Of lags.c, for the room and its tests.
#ifndef AIRY_ATOMS_LAGS_H
#define AIRY_ATOMS_LAGS_H

#include "airy/atoms.h"
#include "tracks.h"

// Frames first .. first + count - 1, each paired with the one `ahead` of it.
typedef struct airy_lag_run {
    int first, ahead, count;
} airy_lag_run;

// Times between frames, with all pairs of frames that are as far apart.
typedef struct airy_lags {
    int n;
    double *time_ps;
    int *start; // runs start[i] .. start[i + 1] - 1 are those of lag i
    airy_lag_run *run;
} airy_lags;

// About per_decade lags a decade, 0: all there are. Frames may be spaced evenly or in any way
// (times that agree to 1e-6 of the least are the same), in which case they are at most 3000.
// AIRY_EVALUE for fewer than two frames.
AIRY_MUST_CHECK airy_code airy_lags_init(airy_lags *lags, const airy_tracks *tracks, int per_decade,
                                         airy_error *err);
void airy_lags_release(airy_lags *lags);
int airy_lags_pairs(const airy_lags *lags, int lag); // pairs of frames

// Origin number k of at most `most`, evenly spaced over the pairs of a lag; false: there are fewer.
bool airy_lags_origin(const airy_lags *lags, int lag, int k, int most, int *from, int *to);

#endif
