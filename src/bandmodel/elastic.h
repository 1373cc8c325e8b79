// SPDX-License-Identifier: GPL-3.0-or-later
// The stress that slips leave in an elastic plane: Eshelby's propagators, mode by mode.
//
// What a mode of wave vector q does to the strain is compatible but for one component, the stretch
// along its crests, t.e.t with t normal to q. Only that is resisted (plane strain, E' = 1):
//     stress(q) = -t t (t.e(q).t)
// which is the Fourier form of Eshelby's inclusion in two dimensions (Proc. R. Soc. A 241, 376,
// 1957; Picard et al., Eur. Phys. J. E 15, 371, 2004). A band whose length its slips do not change
// costs nothing.
#ifndef AIRY_BANDMODEL_ELASTIC_H
#define AIRY_BANDMODEL_ELASTIC_H

#include "airy/math.h"

enum { XX, YY, XY, TENSOR };

// A slip is not one cell but a Gaussian patch of this standard deviation, cells, and feels the mean
// stress of its patch: so the grid's axes are no easier than others.
#define ELASTIC_PATCH 1.0

// Squares of n x n cells, periodic. Of strain (not elastic, put there by slips) the caller fills
// all cells that hold material; those of stress follow by airy_elastic_solve.
typedef struct elastic {
    int n;
    airy_fft *fft;
    float complex *mode[TENSOR]; // half planes
    float *crest;                // of each mode: t t, less what a patch averages away
    float *strain[TENSOR], *stress[TENSOR];
    const bool *material; // n x n, NULL: everywhere
} elastic;

// An error leaves what can be released.
AIRY_MUST_CHECK airy_code airy_elastic_init(elastic *plane, int n, const bool *material,
                                            airy_error *err);
void airy_elastic_release(elastic *plane);

// Stress of the strain as it is. Where there is no material, the strain is what it takes to have no
// stress: found from the last one in `rounds` steps of steepest descent of the elastic energy
// (the propagator is a projection, so a step of 1 falls, and of less than 2).
void airy_elastic_solve(elastic *plane, int rounds);

#endif
