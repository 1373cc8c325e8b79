// SPDX-License-Identifier: GPL-3.0-or-later
// The phantom's bands as the table that `airy bands` makes of an image.
#include "simulate/phantom.h"

#include "base/units.h"

#include <math.h>

enum { LINE_POINTS = 64 };

typedef struct ends {
    double x0, y0, x1, y1;
} ends;

static ends image_frame(const airy_phantom *phantom, const airy_feature *f)
{
    double c = cos(AIRY_RADIANS(phantom->axis_deg)), s = sin(AIRY_RADIANS(phantom->axis_deg));
    return (ends){c * f->x0 - s * f->y0, s * f->x0 + c * f->y0, c * f->x1 - s * f->y1,
                  s * f->x1 + c * f->y1};
}

// Mean of -D on the line: how deep the band is in units of the central projected density.
static double mean_depth(const airy_phantom *phantom, const ends *e)
{
    double sum = 0;
    for (int i = 0; i < LINE_POINTS; i++) {
        double t = (i + 0.5) / LINE_POINTS;
        sum -= airy_phantom_at(phantom, AIRY_PHANTOM_DIFFERENCE, e->x0 + t * (e->x1 - e->x0),
                               e->y0 + t * (e->y1 - e->y0));
    }
    return sum / LINE_POINTS;
}

static airy_code put_row(airy_table *table, const double *value, airy_error *err)
{
    airy_code code = airy_table_add(table, err);
    for (int i = 0; i < table->columns && code == AIRY_OK; i++)
        code = airy_table_put_double(table, table->rows - 1, table->name[i], value[i], err);
    return code;
}

airy_code airy_phantom_bands(const airy_phantom *phantom, airy_table *table, airy_error *err)
{
    airy_code code = airy_table_init(table, AIRY_PHANTOM_BANDS, err);
    int band = 0;
    for (int i = 0; i < phantom->n && code == AIRY_OK; i++) {
        const airy_feature *f = &phantom->feature[i];
        double length = hypot(f->x1 - f->x0, f->y1 - f->y0);
        if (f->depth <= 0 || length <= 0)
            continue;
        ends e = image_frame(phantom, f);
        double angle = AIRY_DEGREES(atan2(fabs(f->y1 - f->y0), fabs(f->x1 - f->x0)));
        const double value[] = {
            ++band, e.x0, e.y0, e.x1, e.y1, length, length, f->width_nm, mean_depth(phantom, &e),
            angle,  angle};
        code = put_row(table, value, err);
    }
    if (code != AIRY_OK)
        airy_table_release(table);
    return code;
}
