// SPDX-License-Identifier: GPL-3.0-or-later
// Of strings.c, for the room and its tests.
#ifndef AIRY_ATOMS_STRINGS_H
#define AIRY_ATOMS_STRINGS_H

#include "airy/atoms.h"
#include "tracks.h"
#include "lags.h"

// fast 2.0, near 0.3, 20 origins.
void airy_strings_options_defaults(airy_strings_options *options);

// Of one lag, summed over origins. chance: the share of fast atoms expected to land near a place by
// accident: 4/3 pi near^3 times the density (of Donati's rule twice that, and the share of fast).
typedef struct airy_strings_row {
    double time_ps;
    int origins;
    long long fast, strings; // atoms; strings: fast ones that took a place
    double ratio, chance;
    int longest;        // atoms joined by places taken over
    double mean_length; // of those of two or more; NaN: there are none
} airy_strings_row;

// rows: one a lag.
AIRY_MUST_CHECK airy_code airy_strings_find(const airy_tracks *tracks, const airy_lags *lags,
                                            const airy_strings_options *options,
                                            airy_strings_row *rows, airy_error *err);

// Of two frames alone: who took whose place, taken[j] = k or -1 (atoms); the sizes of what is
// joined, string[j] (0: none). Both of tracks->atoms; NULL: not wanted.
AIRY_MUST_CHECK airy_code airy_strings_between(const airy_tracks *tracks, int from, int to,
                                               const airy_strings_options *options, int *taken,
                                               int *string, airy_error *err);

#endif
