// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as a formula: atoms with shares that are numbers, or a sentence.
#include "airy/scattering.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    airy_composition composition;
    airy_error err = {0};
    char *text = malloc(n + 1);
    if (!text)
        return 0;
    memcpy(text, bytes, n);
    text[n] = 0;
    airy_code code = airy_composition_parse(text, &composition, &err);
    if (code == AIRY_OK ? !(composition.atoms > 0 && isfinite(composition.atoms)) : !err.message[0])
        abort();
    if (code == AIRY_OK && !(airy_composition_density(&composition, 6.8) >= 0))
        abort();
    free(text);
    return 0;
}
