// SPDX-License-Identifier: GPL-3.0-or-later
// The fuzzer's bytes as the file of a pattern.
#ifndef AIRY_TESTS_PATTERN_FILE_H
#define AIRY_TESTS_PATTERN_FILE_H

#include "airy/source.h"

#include "bytes_file.h"

// Reads them as a pattern with its history; aborts when that fails without a sentence.
static void read_pattern_file(const uint8_t *bytes, size_t n, const char *ending)
{
    const char *path = bytes_file(bytes, n, ending);
    airy_pattern pattern = {0};
    airy_history history = {0};
    airy_error err = {0};
    if (airy_pattern_read(path, 0, &pattern, &history, &err) != AIRY_OK && !err.message[0])
        abort();
    airy_pattern_release(&pattern);
    airy_history_release(&history);
    unlink(path);
}

#endif
