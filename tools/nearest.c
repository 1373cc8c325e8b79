// SPDX-License-Identifier: GPL-3.0-or-later
// Distances between words.
#include "nearest.h"

#include <string.h>

enum { MOST = 63 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

int nearest_distance(const char *a, const char *b)
{
    int d[MOST + 1][MOST + 1], n = (int)strlen(a), m = (int)strlen(b);
    if (n > MOST || m > MOST)
        return n + m;
    for (int i = 0; i <= n; i++)
        for (int j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1,
                            d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[n][m];
}

void nearest_try(const char *word, const char *candidate, const char **best)
{
    int n = nearest_distance(word, candidate), room = (int)strlen(word) / 3;
    if (n <= (room > 1 ? room : 1) && (!*best || n < nearest_distance(word, *best)))
        *best = candidate;
}
