// SPDX-License-Identifier: GPL-3.0-or-later
// The fuzzer's bytes as a file, for readers that want a path.
#ifndef AIRY_TESTS_BYTES_FILE_H
#define AIRY_TESTS_BYTES_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Writes the bytes under a name with this ending, the same one every time; its path.
static const char *bytes_file(const uint8_t *bytes, size_t n, const char *ending)
{
    static char path[128];
    snprintf(path, sizeof path, "/tmp/airy-fuzz-%ld%s", (long)getpid(), ending);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, n, file) != n)
        abort();
    fclose(file);
    return path;
}

#endif
