// SPDX-License-Identifier: GPL-3.0-or-later
// Further outputs beside -o.
#include "beside.h"

#include <string.h>

void beside_path(const char *output, const char *usual, const char *name, airy_text *path)
{
    const char *slash = strrchr(output, '/'), *leaf = slash ? slash + 1 : output;
    const char *dot = strrchr(leaf, '.');
    size_t length = dot ? (size_t)(dot - leaf) : strlen(leaf);
    airy_text_append(path, "%.*s", (int)(leaf - output), output);
    if (length != strlen(usual) || strncmp(leaf, usual, length) != 0)
        airy_text_append(path, "%.*s-", (int)length, leaf);
    airy_text_append(path, "%s", name);
}
