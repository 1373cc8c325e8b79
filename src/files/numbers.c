// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of any plain type as they lie in memory.
#include "numbers.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
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

// 64 bits: what double tells apart from the end.
bool airy_number_limits(char kind, int bytes, double *least, double *most)
{
    if ((kind != 'i' && kind != 'u') || bytes < 2)
        return false;
    double end = bytes < 8 ? ldexp(1, 8 * bytes - (kind == 'i')) : 9.2e18;
    *least = kind == 'u' ? 0 : bytes < 8 ? 1 - end : -end;
    *most = bytes < 8 ? end - 2 : end;
    return true;
}

bool airy_type_limits(const char *name, double *least, double *most)
{
    const char *digits = strpbrk(name, "0123456789");
    bool whole = strncmp(name, "uint", 4) == 0 || strncmp(name, "int", 3) == 0;
    return whole && digits &&
           airy_number_limits(name[0], (int)strtol(digits, NULL, 10) / 8, least, most);
}

double airy_value_at(const void *cell, char kind, int bytes)
{
    double value = airy_number_at(cell, kind, bytes), least, most;
    bool all = !airy_number_limits(kind, bytes, &least, &most);
    return all || (value >= least && value <= most) ? value : (double)NAN;
}
