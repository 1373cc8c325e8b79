// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a .cbf file: a pattern with its history, or a sentence.
#include "pattern_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    read_pattern_file(bytes, n, ".cbf");
    return 0;
}
