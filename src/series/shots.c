// SPDX-License-Identifier: GPL-3.0-or-later
// Shots as rows: the table of columns, and getting and setting by column.
#include "airy/series.h"

#include <math.h>

#define WHOLE(name)                                                                                \
    {                                                                                              \
#name, offsetof(airy_shot, name), true                                                     \
    }
#define REAL(name)                                                                                 \
    {                                                                                              \
#name, offsetof(airy_shot, name), false                                                    \
    }

static const airy_shot_column columns[] = {
    WHOLE(shot),          REAL(delay_ps),     REAL(photons),      REAL(r_factor),
    REAL(r_free),         REAL(r_par_nm),     REAL(r_par_err_nm), REAL(r_perp_nm),
    REAL(r_perp_err_nm),  REAL(rim_par_nm),   REAL(rim_perp_nm),  REAL(a_low_nm2),
    REAL(a_total_nm2),    REAL(low_fraction), WHOLE(n_branches),  REAL(band_length_nm),
    REAL(fraction_20_40), WHOLE(gate),
};
enum { COLUMNS = sizeof columns / sizeof *columns };

const airy_shot_column *airy_shot_columns(int *n)
{
    *n = COLUMNS;
    return columns;
}

void airy_shot_unknown(airy_shot *shot)
{
    *shot = (airy_shot){.gate = 1};
    for (int i = 0; i < COLUMNS; i++)
        if (!columns[i].whole)
            airy_shot_put(shot, &columns[i], NAN);
    shot->n_branches = -1;
}

double airy_shot_get(const airy_shot *shot, const airy_shot_column *column)
{
    const char *at = (const char *)shot + column->offset;
    if (!column->whole)
        return *(const double *)(const void *)at;
    int value = *(const int *)(const void *)at;
    return value < 0 ? (double)NAN : (double)value;
}

void airy_shot_put(airy_shot *shot, const airy_shot_column *column, double value)
{
    char *at = (char *)shot + column->offset;
    if (column->whole)
        *(int *)(void *)at = isnan(value) ? -1 : (int)value;
    else
        *(double *)(void *)at = value;
}
