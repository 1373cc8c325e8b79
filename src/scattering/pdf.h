// SPDX-License-Identifier: GPL-3.0-or-later
// Of pdf.c, for the room and its tests.
#ifndef AIRY_SCATTERING_PDF_H
#define AIRY_SCATTERING_PDF_H

#include "airy/scattering.h"
#include "structure.h"

// G(r) = (2 / pi) int q (S - S_inf) sin(q r) W dq at r = step, 2 step ... up to r_max; below the
// first q, S stays as it is there. One allocation. Zero-initialise.
typedef struct airy_pdf {
    int n;
    double *r, *g, *sigma; // A, A^-2; sigma is NaN where errors of S are not known
} airy_pdf;

// By the trapezoidal rule over q as given, with the errors of S carried through.
AIRY_MUST_CHECK airy_code airy_pdf_init(airy_pdf *pair, const airy_structure *structure,
                                        const airy_pdf_options *options, airy_error *err);
void airy_pdf_release(airy_pdf *pair);

// Corrects S `rounds` times so that G is -4 pi rho r below r_cut (Kaplow, Strong & Averbach, Phys.
// Rev. 138, A1336, 1965; Eggert et al. 2002, eq. 46).
AIRY_MUST_CHECK airy_code airy_structure_refine(airy_structure *structure,
                                                const airy_pdf_options *options, airy_error *err);

// How far G is from -4 pi rho r below r_cut: rms of the difference over rms of the line. NaN when
// the density is not known.
double airy_pdf_low_r(const airy_pdf *pair, const airy_pdf_options *options);

// Fills what follows from low and high. AIRY_EVALUE for a shell beyond r_max.
AIRY_MUST_CHECK airy_code airy_shell_measure(airy_shell *shell, const airy_structure *structure,
                                             const airy_pdf *pair, const airy_pdf_options *options,
                                             airy_error *err);

#endif
