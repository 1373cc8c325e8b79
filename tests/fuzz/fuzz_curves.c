// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a table of other origin and as columns of numbers: curves and an intensity, or a
// sentence.
#include "airy/curves.h"
#include "airy/scattering.h"

#include "bytes_file.h"
#include "scattering/spectrum.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void wants_sentence(airy_code code, const airy_error *err)
{
    if (code != AIRY_OK && !err->message[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *path = bytes_file(bytes, n, ".txt");
    const airy_curves_columns columns = {.low = -INFINITY, .high = INFINITY};
    airy_table table = {0};
    airy_curves curves = {0};
    airy_spectrum spectrum = {0};
    airy_error err = {0};
    airy_code code = airy_curves_table_read(path, &table, &err);
    wants_sentence(code, &err);
    if (code == AIRY_OK)
        wants_sentence(airy_curves_read(&table, &columns, &curves, &err), &err);
    airy_curves_release(&curves);
    airy_table_release(&table);
    err = (airy_error){0};
    code = airy_spectrum_read(path, "q_inv_a intensity", AIRY_RADIAL_Q_INV_A, 0, &spectrum, &err);
    wants_sentence(code, &err);
    for (int i = 0; code == AIRY_OK && i < spectrum.n; i++)
        if (!isfinite(spectrum.q[i]) || !isfinite(spectrum.y[i]))
            abort();
    airy_spectrum_release(&spectrum);
    unlink(path);
    return 0;
}
