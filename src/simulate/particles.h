// SPDX-License-Identifier: GPL-3.0-or-later
// What a kind of particle is to the series: how it grows, and what lies in it.
#ifndef AIRY_SIMULATE_PARTICLES_H
#define AIRY_SIMULATE_PARTICLES_H

#include "simulate/phantom.h"

// Radii and delays are those of the kind's own diameter; growth: 1 at the reference fluence.
typedef struct particles_kind {
    double diameter_nm;
    double end_ps[AIRY_STAGES_MOST];
    int stages;
    void (*radii)(double delay_ps, double growth, double *par, double *perp);
    void (*structure)(const airy_particles *series, double delay_ps, double growth,
                      airy_phantom *phantom, airy_random *random);
} particles_kind;

extern const particles_kind airy_nib110_kind, airy_au100_kind;

#endif
