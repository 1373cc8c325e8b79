// SPDX-License-Identifier: GPL-3.0-or-later
// The Fourier sum of points at any rows and columns of frequencies.
#ifndef AIRY_SIMULATE_DFT_H
#define AIRY_SIMULATE_DFT_H

#include "airy/base.h"

// A separable grid of frequencies in 1/nm.
typedef struct airy_frequencies {
    int ny, nx;
    double *fy, *fx;
} airy_frequencies;

// out(j, i) = pixel_nm^2 sum over pixels object(y, x) exp(-2 pi i (fy[j] Y + fx[i] X)), with Y, X
// in nm from pixel (ny / 2, nx / 2). out is initialised here. Cost: out.ny * out.nx * object.ny.
AIRY_MUST_CHECK airy_code airy_dft(const airy_image *object, double pixel_nm,
                                   const airy_frequencies *at, airy_field *out, airy_error *err);

#endif
