// SPDX-License-Identifier: GPL-3.0-or-later
// Angles of bands to the polarisation: bars over folded angles, and a half rose of directions.
#include "figure.h"
#include "pictures.h"

#include "base/units.h"

#include <math.h>

enum { WIDE = 10, BARS = 90 / WIDE, LEAVES = 180 / WIDE, ARC = 9 };

static const uint32_t blue = 0x2f6fb3, dark = 0x202428, pale = 0xc9ced6;

// Shares of length in steps of WIDE degrees: folded to 0 .. 90, and over 0 .. 180; sum 1 each.
static void shares(const double *length, const double *direction, int n, double bars[BARS],
                   double leaves[LEAVES])
{
    double total = 0;
    for (int i = 0; i < n; i++) {
        double turn = fmod(fmod(direction[i], 180) + 180, 180), folded = fmin(turn, 180 - turn);
        bars[folded >= 90 ? BARS - 1 : (int)(folded / WIDE)] += length[i];
        leaves[(int)(turn / WIDE) % LEAVES] += length[i];
        total += length[i];
    }
    for (int i = 0; i < LEAVES && total > 0; i++) {
        leaves[i] /= total;
        if (i < BARS)
            bars[i] /= total;
    }
}

static airy_code bar_chart(airy_chart *chart, const double bars[BARS], airy_error *err)
{
    double most = 0;
    for (int i = 0; i < BARS; i++)
        most = fmax(most, 100 * bars[i]);
    chart->x = (airy_axis){"angle to the polarisation (degrees)", 0, 90, 15, false};
    chart->y = (airy_axis){"share of band length (%)", 0, fmax(10, 1.12 * most), 0, false};
    airy_mark *shade = airy_chart_mark(chart, AIRY_MARK_FILL, 4);
    airy_mark *mark = shade ? airy_chart_mark(chart, AIRY_MARK_BARS, BARS) : NULL;
    if (!mark)
        return airy_picture_no_memory(err);
    shade = &chart->marks[0];
    for (int i = 0; i < 4; i++) {
        shade->x[i] = i == 1 || i == 2 ? 40 : 20;
        shade->y[i] = i < 2 ? 0 : chart->y.high;
    }
    shade->color = 0xe9edf3;
    for (int i = 0; i < BARS; i++) {
        mark->x[i] = (i + 0.5) * WIDE;
        mark->y[i] = 100 * bars[i];
    }
    mark->color = blue;
    mark->size = 0.92 * WIDE;
    return AIRY_OK;
}

// One leaf: a sector whose area is its share.
static airy_code leaf(airy_chart *chart, int i, double radius, airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_FILL, ARC + 2);
    if (!mark)
        return airy_picture_no_memory(err);
    mark->x[0] = mark->y[0] = 0;
    for (int k = 0; k <= ARC; k++) {
        double angle = AIRY_RADIANS(WIDE * (i + (double)k / ARC));
        mark->x[k + 1] = radius * cos(angle);
        mark->y[k + 1] = radius * sin(angle);
    }
    mark->color = blue;
    return AIRY_OK;
}

static airy_code spoke(airy_chart *chart, double degrees, airy_error *err)
{
    double c = cos(AIRY_RADIANS(degrees)), s = sin(AIRY_RADIANS(degrees));
    airy_mark *line = airy_chart_mark(chart, AIRY_MARK_LINE, 2);
    airy_word *word = airy_chart_word(chart, 1.13 * c, 1.1 * s + 0.02, "%g°", degrees);
    if (!line || !word)
        return airy_picture_no_memory(err);
    line->x[1] = c;
    line->y[1] = s;
    line->color = pale;
    line->size = 1.2;
    word->align = AIRY_WORD_CENTER;
    word->size = 0.85;
    return AIRY_OK;
}

static airy_code half_circle(airy_chart *chart, airy_error *err)
{
    enum { POINTS = 91 };
    airy_mark *circle = airy_chart_mark(chart, AIRY_MARK_LINE, POINTS);
    if (!circle)
        return airy_picture_no_memory(err);
    for (int i = 0; i < POINTS; i++) {
        circle->x[i] = cos(AIRY_PI * i / (POINTS - 1));
        circle->y[i] = sin(AIRY_PI * i / (POINTS - 1));
    }
    circle->color = dark;
    circle->size = 1.6;
    return AIRY_OK;
}

static airy_code rose(airy_chart *chart, const double leaves[LEAVES], airy_error *err)
{
    double most = 0;
    airy_code code = AIRY_OK;
    for (int i = 0; i < LEAVES; i++)
        most = fmax(most, leaves[i]);
    for (int i = 0; code == AIRY_OK && i <= 6; i++)
        code = spoke(chart, 30.0 * i, err);
    for (int i = 0; code == AIRY_OK && i < LEAVES; i++)
        if (leaves[i] > 0)
            code = leaf(chart, i, sqrt(leaves[i] / most), err);
    if (code == AIRY_OK)
        code = half_circle(chart, err);
    airy_word *arrow = airy_chart_word(chart, -0.25, -0.14, "%s", "");
    airy_word *word = arrow ? airy_chart_word(chart, 0.32, -0.14, "{/:Italic E}") : NULL;
    if (code != AIRY_OK || !word)
        return code != AIRY_OK ? code : airy_picture_no_memory(err);
    chart->words[chart->n_words - 2].arrow = true;
    chart->words[chart->n_words - 2].dx = 0.5;
    return AIRY_OK;
}

airy_code airy_picture_angles(const double *length_nm, const double *direction_deg, int n,
                              const airy_view_options *options, airy_figure *figure,
                              airy_error *err)
{
    double bars[BARS] = {0}, leaves[LEAVES] = {0};
    shares(length_nm, direction_deg, n, bars, leaves);
    *figure = (airy_figure){.width = options->width, .font = 24, .fontname = options->font, .n = 2};
    figure->height = options->height > 0 ? options->height : (int)lround(0.45 * figure->width);
    double aspect = (double)figure->width / figure->height;
    airy_chart *chart = figure->chart;
    chart[0].left = 0.115;
    chart[0].right = 0.5;
    chart[0].bottom = 0.1 * aspect;
    chart[0].top = 1 - (options->title ? 0.065 : 0.03) * aspect;
    airy_picture_title(&chart[0], options);
    chart[1].no_axes = true;
    chart[1].left = 0.53;
    chart[1].right = 0.985;
    double high = (chart[1].right - chart[1].left) * aspect * 1.5 / 2.6;
    chart[1].bottom = 0.5 - high / 2;
    chart[1].top = 0.5 + high / 2;
    chart[1].x = (airy_axis){.low = -1.3, .high = 1.3};
    chart[1].y = (airy_axis){.low = -0.25, .high = 1.25};
    airy_code code = bar_chart(&chart[0], bars, err);
    return code == AIRY_OK ? rose(&chart[1], leaves, err) : code;
}
