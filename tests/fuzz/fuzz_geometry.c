// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as CrystFEL and psana geometry: a sentence, or a plane that holds its panels.
#include "airy/detector.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static airy_code (*const parse[])(airy_geometry *, const char *, const char *,
                                      airy_error *) = {airy_geometry_crystfel, airy_geometry_psana};
    char *text = malloc(n + 1);
    if (!text)
        return 0;
    memcpy(text, bytes, n);
    text[n] = 0;
    for (int i = 0; i < 2; i++) {
        airy_geometry geometry;
        airy_error err = {0};
        airy_code code = parse[i](&geometry, text, "fuzz", &err);
        if (code != AIRY_OK && err.message[0] == 0)
            abort();
        if (code == AIRY_OK && (geometry.ny < 1 || geometry.nx < 1 || geometry.n < 1))
            abort();
        airy_geometry_release(&geometry);
    }
    free(text);
    return 0;
}
