// SPDX-License-Identifier: GPL-3.0-or-later
// Skeletons: strokes between neighbouring pixels, and the numbers of the branches.
#include "figure.h"
#include "pictures.h"

#include <math.h>

// Number of a pixel, 0 outside.
static int number_at(const airy_image *labels, int y, int x)
{
    bool inside = y >= 0 && y < labels->ny && x >= 0 && x < labels->nx;
    return inside ? (int)labels->px[y * labels->nx + x] : 0;
}

// Joins neighbouring pixels by strokes, diagonals only where no square way exists; rows of
// (x, y), NaN between strokes. Counts only when mark is NULL.
static int strokes(const airy_image *labels, double unit, double cy, double cx, airy_mark *mark)
{
    const int steps[4][2] = {{0, 1}, {1, 0}, {1, 1}, {1, -1}};
    int rows = 0;
    for (int i = 0; i < labels->ny * labels->nx * 4; i++) {
        int y = i / 4 / labels->nx, x = i / 4 % labels->nx;
        int dy = steps[i % 4][0], dx = steps[i % 4][1];
        if (!number_at(labels, y, x) || !number_at(labels, y + dy, x + dx) ||
            (dy && dx && (number_at(labels, y, x + dx) || number_at(labels, y + dy, x))))
            continue;
        if (mark) {
            mark->x[rows] = (x - cx) * unit;
            mark->y[rows] = (y - cy) * unit;
            mark->x[rows + 1] = (x + dx - cx) * unit;
            mark->y[rows + 1] = (y + dy - cy) * unit;
            mark->x[rows + 2] = mark->y[rows + 2] = NAN;
        }
        rows += 3;
    }
    return rows;
}

// Puts each number beside the middle pixel of its branch, away from the center.
static airy_code numbers(const airy_drawn_skeleton *s, double unit, airy_chart *chart,
                         airy_error *err)
{
    const airy_image *labels = s->labels;
    double cy = s->center_y, cx = s->center_x;
    int most = (int)airy_stats_max(labels->px, labels->ny * labels->nx);
    double away = 0.05 * (chart->x.high - chart->x.low);
    for (int number = 1; number <= most; number++) {
        int total = 0, passed = 0, found = -1;
        for (int i = 0; i < labels->ny * labels->nx; i++)
            total += (int)labels->px[i] == number;
        for (int i = 0; found < 0 && i < labels->ny * labels->nx; i++)
            if ((int)labels->px[i] == number && 2 * ++passed >= total)
                found = i;
        if (found < 0)
            continue;
        double x = (found % labels->nx - cx) * unit, y = (found / labels->nx - cy) * unit;
        double r = fmax(hypot(x, y), 1e-9);
        bool open = number <= s->n && s->open[number - 1];
        airy_word *label = airy_chart_word(chart, x + away * x / r, y + away * y / r, "%d%s",
                                           number, open ? "?" : "");
        if (!label)
            return airy_picture_no_memory(err);
        label->align = AIRY_WORD_CENTER;
        label->halo = true;
        label->size = 0.85;
    }
    return AIRY_OK;
}

airy_code airy_picture_skeleton(const airy_drawn_skeleton *s, airy_figure *figure, airy_error *err)
{
    double unit = s->pixel_nm > 0 ? s->pixel_nm : 1;
    airy_chart *chart = &figure->chart[0];
    int rows = strokes(s->labels, unit, s->center_y, s->center_x, NULL);
    if (rows > 0) {
        airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, rows);
        if (!mark)
            return airy_picture_no_memory(err);
        mark->size = 6;
        mark->color = 0x000000;
        strokes(s->labels, unit, s->center_y, s->center_x, mark);
    }
    return numbers(s, unit, chart, err);
}
