// SPDX-License-Identifier: GPL-3.0-or-later
// Quality against spatial frequency: correlation, transfer, misfit, deviance, each with its limit
// and where it is reached.
#include "figure.h"
#include "pictures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const uint32_t blue = 0x2f6fb3, magenta = 0xb3267b, green = 0x1f9e89, gray = 0x8a929c;

// One curve of a panel: a column of the ring table, or a level where column is NULL.
typedef struct curve {
    const char *column;
    double level;
    const char *name; // in the legend
    uint32_t color;
    bool dashed;
    const char *resolution; // the number that says where it meets its limit, or NULL
} curve;

enum { CURVES = 4, PANELS = 4 };

typedef struct panel {
    const char *label;
    bool log;
    curve curve[CURVES];
} panel;

static const panel panels[PANELS] = {
    {"correlation of halves",
     false,
     {{"frc", 0, "ring correlation", blue, false, NULL},
      {"half_bit", 0, "half-bit", gray, true, "resolution_half_bit_nm"},
      {NULL, 1.0 / 7, "1/7", magenta, true, "resolution_seventh_nm"}}},
    {"phase retrieval transfer",
     false,
     {{"prtf", 0, "amplitude", magenta, false, NULL},
      {"prtf_phasor", 0, "phasors", blue, false, NULL},
      {NULL, 0.36787944117144233, "1/e", gray, true, "resolution_prtf_nm"}}},
    {"misfit and power outside",
     false,
     {{"r_factor", 0, "R, 1/2", blue, false, "resolution_r_nm"},
      {"r_free", 0, "R of held-out pixels", green, false, NULL},
      {"outside", 0, "power outside, 1/2", magenta, false, "resolution_outside_nm"},
      {NULL, 0.5, "", gray, true, NULL}}},
    {"Poisson deviance a pixel",
     true,
     {{"deviance", 0, "of the image", blue, false, "resolution_deviance_nm"},
      {"deviance_mean", 0, "of the ring's mean", gray, true, NULL}}},
};

static const double *column_of(const airy_ring_columns *rings, const char *name)
{
    for (int i = 0; i < rings->columns; i++)
        if (strcmp(rings->name[i], name) == 0)
            return rings->values[i];
    return NULL;
}

// False when the column is not there or holds no number.
static bool is_there(const airy_ring_columns *rings, const curve *of)
{
    const double *values = of->column ? column_of(rings, of->column) : NULL;
    for (int r = 1; values && r < rings->n; r++)
        if (isfinite(values[r]))
            return true;
    return !of->column && of->name;
}

// Full periods in nm, or in pixels where the size of those is not known.
static const double *periods(const airy_ring_columns *rings, const char **unit)
{
    const double *nm = column_of(rings, "period_nm");
    *unit = nm ? "nm" : "pixels";
    return nm ? nm : column_of(rings, "period_pixels");
}

static double resolution_of(const airy_ring_columns *rings, const curve *of)
{
    char name[64];
    const double *at = of->resolution ? column_of(rings, of->resolution) : NULL;
    if (of->resolution && !at) {
        int stem = (int)strlen(of->resolution) - (int)strlen("nm");
        snprintf(name, sizeof name, "%.*spixels", stem, of->resolution);
        at = column_of(rings, name);
    }
    return at ? at[0] : NAN;
}

static airy_code draw_curve(airy_chart *chart, const airy_ring_columns *rings, const curve *of,
                            airy_error *err)
{
    const char *unit;
    const double *period = periods(rings, &unit);
    const double *values = of->column ? column_of(rings, of->column) : NULL;
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, rings->n);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int r = 0; r < rings->n; r++) {
        double y = values ? values[r] : of->level;
        mark->x[r] = 1 / period[r];
        mark->y[r] = chart->y.log && !(y > 0) ? NAN : y;
        if (chart->y.log && y > 0) {
            chart->y.low = fmin(chart->y.low, y);
            chart->y.high = fmax(chart->y.high, y);
        }
    }
    mark->color = of->color;
    mark->dashed = of->dashed;
    mark->size = of->dashed ? 1.8 : 2.6;
    double at = resolution_of(rings, of);
    if (at > 0)
        snprintf(mark->name, sizeof mark->name, "%s: %.3g %s", of->name, at, unit);
    else
        snprintf(mark->name, sizeof mark->name, "%s", of->name);
    return AIRY_OK;
}

// An upright line where a limit is reached.
static airy_code draw_limit(airy_chart *chart, double period_nm, uint32_t color, airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, 2);
    if (!mark)
        return airy_picture_no_memory(err);
    mark->x[0] = mark->x[1] = 1 / period_nm;
    mark->y[0] = chart->y.low;
    mark->y[1] = chart->y.log ? chart->y.high : 1;
    mark->color = color;
    mark->size = 1.4;
    return AIRY_OK;
}

static airy_code draw(airy_chart *chart, const panel *of, const airy_ring_columns *rings,
                      airy_error *err)
{
    airy_code code = AIRY_OK;
    const char *unit;
    const double *period = periods(rings, &unit);
    chart->x = (airy_axis){"", 0, 1 / period[rings->n - 1], 0, false};
    snprintf(chart->x.label, sizeof chart->x.label, "spatial frequency (1/%s)",
             strcmp(unit, "nm") == 0 ? unit : "pixel");
    chart->y = (airy_axis){.low = of->log ? INFINITY : 0,
                           .high = of->log ? 0 : 1.6,
                           .tick = of->log ? 0 : 0.2,
                           .log = of->log};
    chart->legend_right = true;
    snprintf(chart->y.label, sizeof chart->y.label, "%s", of->label);
    for (int i = 0; code == AIRY_OK && i < CURVES && of->curve[i].name; i++)
        if (is_there(rings, &of->curve[i]))
            code = draw_curve(chart, rings, &of->curve[i], err);
    if (of->log) { // room for the legend
        bool any = chart->y.high > 0;
        chart->y.low = any ? chart->y.low / 2 : 0.1;
        chart->y.high = any ? chart->y.high * 20 : 1;
    }
    for (int i = 0; code == AIRY_OK && i < CURVES; i++) {
        double at = resolution_of(rings, &of->curve[i]);
        if (at > 0)
            code = draw_limit(chart, at, of->curve[i].color, err);
    }
    return code;
}

airy_code airy_picture_rings(const airy_ring_columns *rings, const airy_view_options *options,
                             airy_figure *figure, airy_error *err)
{
    const char *unit;
    const double *period = periods(rings, &unit);
    if (!period || rings->n < 3)
        return airy_error_set(err, AIRY_EVALUE, "there is no table of rings");
    airy_picture_panels(figure, options, PANELS);
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < PANELS; i++)
        code = draw(&figure->chart[i], &panels[i], rings, err);
    return code;
}
