// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of any plain type as they lie in memory.
#include "numbers.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static double from_float(const unsigned char *cell, int bytes)
{
    float single;
    double number;
    if (bytes == 4) {
        memcpy(&single, cell, sizeof single);
        return single;
    }
    memcpy(&number, cell, sizeof number);
    return number;
}

static double from_whole(const unsigned char *cell, int bytes, bool is_signed)
{
    uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | cell[i];
    if (is_signed && bytes < 8 && value >> (8 * bytes - 1))
        value |= ~0ull << (8 * bytes);
    return is_signed ? (double)(int64_t)value : (double)value;
}

double airy_number_at(const void *cell, char kind, int bytes)
{
    return kind == 'f' ? from_float(cell, bytes) : from_whole(cell, bytes, kind == 'i');
}
