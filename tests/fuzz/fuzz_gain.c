// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a gain file of one module, alone and twice: gains, or a sentence.
#include "airy/source.h"

#include "bytes_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *path = bytes_file(bytes, n, ".bin");
    char both[300];
    snprintf(both, sizeof both, "%s,%s", path, path);
    for (int k = 0; k < 2; k++) {
        airy_calibration calibration;
        airy_error err = {0};
        airy_code code =
            airy_calibration_read(k ? both : path, NULL, k, AIRY_GAIN_AUTO, &calibration, &err);
        if (code != AIRY_OK && !err.message[0])
            abort(); // a failure without a sentence
        airy_calibration_release(&calibration);
    }
    unlink(path);
    return 0;
}
