// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a .poni file and as a formula: a sentence, or a pose and atoms.
#include "airy/detector.h"
#include "airy/scattering.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    airy_pose pose;
    airy_composition composition;
    airy_error err = {0};
    char *text = malloc(n + 1);
    if (!text)
        return 0;
    memcpy(text, bytes, n);
    text[n] = 0;
    if (airy_pose_poni(&pose, text, "fuzz", 100, 100, &err) != AIRY_OK && err.message[0] == 0)
        abort();
    err = (airy_error){0};
    airy_code code = airy_composition_parse(text, &composition, &err);
    if (code == AIRY_OK ? !(composition.atoms > 0) : err.message[0] == 0)
        abort();
    free(text);
    return 0;
}
