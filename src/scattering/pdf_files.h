// SPDX-License-Identifier: GPL-3.0-or-later
// Of pdf_files.c, for the room and its tests.
#ifndef AIRY_SCATTERING_PDF_FILES_H
#define AIRY_SCATTERING_PDF_FILES_H

#include "airy/scattering.h"
#include "recipe.h"

// S(q) as `q_inv_a s sigma systematic`, and G(r) as `r_a g sigma systematic`, with a density
// `pair_g rdf` (g(r) and 4 pi r^2 rho g), and where there is another G(r) to be compared with
// (NULL: none) `g_delta g_delta_sigma`: this one less the other, nan beyond it.
AIRY_MUST_CHECK airy_code airy_pdf_table_s(const airy_pdf_result *result, airy_table *table,
                                           airy_error *err);
AIRY_MUST_CHECK airy_code airy_pdf_table_g(const airy_pdf_result *result, double density,
                                           const airy_spectrum *against, airy_table *table,
                                           airy_error *err);

// All columns of a table of numbers as arrays GROUP/NAME.
airy_code airy_table_put_h5(const airy_table *table, const char *group, airy_h5 *h5,
                            airy_error *err);

#endif
