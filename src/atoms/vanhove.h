// SPDX-License-Identifier: GPL-3.0-or-later
// Of vanhove.c, for the room and its tests.
#ifndef AIRY_ATOMS_VANHOVE_H
#define AIRY_ATOMS_VANHOVE_H

#include "airy/atoms.h"
#include "tracks.h"
#include "lags.h"

// Counts of |u| in bins of equal width from 0 on, by lag and type (as above); beyond the last bin
// they are in none. (lags, types + 1, bins). p(u, t) = 4 pi u^2 G_s = counts / (samples x width).
AIRY_MUST_CHECK airy_code airy_van_hove_find(const airy_tracks *tracks, const airy_lags *lags,
                                             int bins, double width, int threads, int64_t *count,
                                             airy_error *err);

// Of a type (as above): root mean square distance from the mean place, mean distance of the first
// neighbours of mean places (those at most a tenth further than the nearest are on average), and
// the ratio of both. NaN where there is no atom.
typedef struct airy_lindemann {
    double rms, nearest, ratio;
} airy_lindemann;
AIRY_MUST_CHECK airy_code airy_lindemann_find(const airy_tracks *tracks, int type,
                                              airy_lindemann *lindemann, airy_error *err);

#endif
