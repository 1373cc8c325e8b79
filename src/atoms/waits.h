// SPDX-License-Identifier: GPL-3.0-or-later
// Of waits.c, for the room and its tests.
#ifndef AIRY_ATOMS_WAITS_H
#define AIRY_ATOMS_WAITS_H

#include "airy/atoms.h"
#include "tracks.h"

// Times between hops: an atom has hopped when it is further than `hop` from where it was at its
// last hop. The time to the first hop is no wait between two; the time after the last is a wait
// that is only known to be longer.
typedef struct airy_waits {
    int n, censored;
    double *time_ps; // n known waits, then `censored` that are longer
} airy_waits;
AIRY_MUST_CHECK airy_code airy_waits_find(const airy_tracks *tracks, double hop, airy_waits *waits,
                                          airy_error *err);
void airy_waits_release(airy_waits *waits);

// The tail from `from` on, by maximum likelihood with longer ones counted as such: a power law p(t)
// ~ t^-exponent (Hill, Ann. Stat. 3, 1163, 1975: 1 + n / sum ln(t / from)), and an exponential.
// weight: Akaike's of the power law of the two. NaN for fewer than 10 waits.
typedef struct airy_wait_tail {
    double from_ps;
    int n;
    double exponent, exponent_err, mean_ps, mean_err, weight;
} airy_wait_tail;
airy_wait_tail airy_waits_tail(const airy_waits *waits, double from_ps);

// The share of waits longer than t (Kaplan and Meier, J. Am. Stat. Assoc. 53, 457, 1958) and its
// standard error (Greenwood). The waits need not be sorted.
AIRY_MUST_CHECK airy_code airy_waits_survival(const airy_waits *waits, double t_ps, double *share,
                                              double *error, airy_error *err);

#endif
