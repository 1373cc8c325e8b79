// SPDX-License-Identifier: GPL-3.0-or-later
// Of recipe.c, for the room and its tests.
#ifndef AIRY_SCATTERING_RECIPE_H
#define AIRY_SCATTERING_RECIPE_H

#include "airy/scattering.h"
#include "structure.h"
#include "pdf.h"

// S(q), G(r) and shells. The bands are systematic: half of the range over the normalisations that
// can be done (that of Krogh-Moe and Norman wants a density), NaN for an S(q) that was there.
typedef struct airy_pdf_result {
    airy_structure structure;
    airy_pdf pdf;
    double *s_band, *g_band; // (structure.s.n), (pdf.n)
    double low_r;            // see airy_pdf_low_r
    airy_shell shell[AIRY_SHELLS_MAX];
    double shell_band[AIRY_SHELLS_MAX];
} airy_pdf_result;

// Runs the recipe; the caller releases the result.
AIRY_MUST_CHECK airy_code airy_pdf_make(airy_pdf_result *result, const airy_pdf_recipe *recipe,
                                        airy_error *err);
void airy_pdf_result_release(airy_pdf_result *result);

#endif
