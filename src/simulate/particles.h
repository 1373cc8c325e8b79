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

// Multiplies the depths of all features.
void airy_particles_fade(airy_phantom *phantom, double factor);

// Makes dense spots stronger or weaker until this share of the area lies below the plain body: they
// hold the displaced mass, and what they hold is not left for the rest. Then the mass is the
// body's.
void airy_particles_meet_share(airy_phantom *phantom, double share);

#endif
