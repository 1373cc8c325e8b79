// SPDX-License-Identifier: GPL-3.0-or-later
// Ranges of numbers as options have them.
#include "options.h"

#include <stdio.h>

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
