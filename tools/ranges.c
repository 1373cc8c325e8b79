// SPDX-License-Identifier: GPL-3.0-or-later
// Several numbers in one option.
#include "options.h"

#include <stdio.h>
#include <string.h>

bool options_ranges(const char *text, double (*ranges)[2], int room, int *n)
{
    for (*n = 0; text && *text;) {
        int used = 0;
        double *range = *n < room ? ranges[(*n)++] : NULL;
        if (!range || sscanf(text, "%lf:%lf%n", &range[0], &range[1], &used) != 2 ||
            (text[used] != ',' && text[used] != '\0') || !(range[0] < range[1]))
            return false;
        text += used + (text[used] == ',');
    }
    return *n > 0;
}

bool options_ends(const char *text, double *low, double *high)
{
    char first[64];
    const char *colon = strchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof first)
        return false;
    memcpy(first, text, (size_t)(colon - text));
    first[colon - text] = '\0';
    return (!first[0] || airy_text_double(first, low, NULL) == AIRY_OK) &&
           (!colon[1] || airy_text_double(colon + 1, high, NULL) == AIRY_OK);
}

bool options_two(const char *text, double two[2])
{
    int n = 0;
    return airy_text_doubles(text, two, 2, &n, NULL) == AIRY_OK && n == 2;
}
