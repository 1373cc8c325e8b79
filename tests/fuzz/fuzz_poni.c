// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a .poni file: a sentence, or a pose.
#include "airy/detector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    airy_pose pose;
    airy_error err = {0};
    char *text = malloc(n + 1);
    if (!text)
        return 0;
    memcpy(text, bytes, n);
    text[n] = 0;
    if (airy_pose_poni(&pose, text, "fuzz", 100, 100, &err) != AIRY_OK && err.message[0] == 0)
        abort();
    free(text);
    return 0;
}
