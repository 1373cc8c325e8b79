// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as an array of any rank with a header of its own, read in pieces, or a sentence.
#include "airy/source.h"

#include "bytes_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *path = bytes_file(bytes, n, ".npy");
    long long dims[AIRY_ARRAY_RANK], all = 1;
    float values[64];
    airy_error err = {0};
    airy_array *array = airy_array_open(path, NULL, &err);
    if (!array && !err.message[0])
        abort();
    int rank = array ? airy_array_shape(array, dims) : 0;
    for (int i = 0; i < rank; i++)
        all *= dims[i];
    for (long long at = 0; array && at < all && at < 1024; at += 64) {
        long long count = all - at < 64 ? all - at : 64;
        if (airy_array_read(array, at, count, values, &err) != AIRY_OK && !err.message[0])
            abort();
    }
    airy_array_close(array);
    unlink(path);
    return 0;
}
