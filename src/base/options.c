// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of a struct of options against what its table says of them.
#include "airy/base.h"

#include <math.h>

// The number of a row; NaN for what is none.
static double number(const airy_option *row, const char *at)
{
    if (row->type == AIRY_OPTION_INT && !row->choices)
        return *(const int *)(const void *)at;
    return row->type == AIRY_OPTION_DOUBLE ? *(const double *)(const void *)at : (double)NAN;
}

static bool is_number(const airy_option *row)
{
    return !row->choices && (row->type == AIRY_OPTION_INT || row->type == AIRY_OPTION_DOUBLE);
}

airy_code airy_options_check(const airy_option *row, const void *of, airy_error *err)
{
    for (; row->name; row++) {
        const char *at = (const char *)of + row->offset;
        const bool limited = row->low < row->high;
        airy_code code =
            row->type == AIRY_OPTION_WITHIN ? airy_options_check(row->within, at, err) : AIRY_OK;
        if (code != AIRY_OK)
            return code;
        if (!is_number(row))
            continue;
        double value = number(row, at);
        if (limited && !(value >= row->low && value <= row->high))
            return airy_error_set(err, AIRY_EARGUMENT, "%s is %g; legal: %g to %g", row->name,
                                  value, row->low, row->high);
        if (!isfinite(value))
            return airy_error_set(err, AIRY_EARGUMENT, "%s is no finite number", row->name);
    }
    return row->check ? row->check(of, err) : AIRY_OK;
}
