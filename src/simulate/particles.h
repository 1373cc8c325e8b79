// SPDX-License-Identifier: GPL-3.0-or-later
// What a kind of particle is to the series: how it grows, and what lies in it.
#ifndef AIRY_SIMULATE_PARTICLES_H
#define AIRY_SIMULATE_PARTICLES_H

#include "simulate/phantom.h"

// nib110 at 400 mJ/cm2, no size effect.
void airy_particles_defaults(airy_particles *series);

// Diameter of a kind's particles, nm.
double airy_particles_reference_nm(airy_particles_kind kind);

// Radii of the mean particle at a delay, nm.
void airy_particles_radii(const airy_particles *series, double delay_ps, double *par, double *perp);

enum { AIRY_STAGES_MOST = 3 };

// Delays at which the stages end, ps, and how many there are.
int airy_particles_stages(const airy_particles *series, double end_ps[AIRY_STAGES_MOST]);

// The particle of shot `shot`: a function of series, delay and shot alone.
void airy_particles_phantom(const airy_particles *series, double delay_ps, int shot,
                            airy_phantom *phantom);

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
