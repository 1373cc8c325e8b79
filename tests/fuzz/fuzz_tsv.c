// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a .tsv file: a pattern with its history, or a sentence.
#include "airy/io.h"

#include "bytes_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *path = bytes_file(bytes, n, ".tsv");
    airy_pattern pattern = {0};
    airy_history history = {0};
    airy_error err = {0};
    if (airy_pattern_read(path, 0, &pattern, &history, &err) != AIRY_OK && !err.message[0])
        abort(); // a failure without a sentence
    airy_pattern_release(&pattern);
    airy_history_release(&history);
    unlink(path);
    return 0;
}
