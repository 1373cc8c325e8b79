// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the master file of an SLS receiver, and any text as a history.
#include "airy/source.h"

#include "bytes_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *path = bytes_file(bytes, n, "_master_0.json");
    airy_error err = {0};
    airy_raw_facts facts;
    airy_history history = {0};
    airy_raw *raw = airy_raw_open(path, NULL, &err);
    if (raw && airy_raw_frame_facts(raw, 0, &facts, &err) == AIRY_OK)
        abort(); // there are no files of ports
    airy_raw_close(raw);
    char *text = calloc(n + 1, 1);
    memcpy(text, bytes, n);
    if (airy_history_parse(text, &history, &err) == AIRY_OK)
        airy_history_release(&history);
    free(text);
    unlink(path);
    return 0;
}
