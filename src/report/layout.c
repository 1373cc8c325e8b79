// SPDX-License-Identifier: GPL-3.0-or-later
// Where axes, colour bar and words of a one-chart figure go, and which colours it has.
#include "figure.h"
#include "colors.h"
#include "pictures.h"

#include <math.h>
#include <string.h>

#define MISSING 0xb4b9c0

airy_code airy_picture_no_memory(airy_error *err)
{
    return airy_error_set(err, AIRY_EMEMORY, "no memory for a picture");
}

// Sizes in fractions of the width: room for the left axis, the colour bar with its words, and so
// on.
static const double left_room = 0.125, right_room = 0.215, bottom_room = 0.095;

static void write_title(const airy_view_options *options, char title[AIRY_LABEL_ROOM])
{
    size_t n = 0;
    for (const char *c = options->title; c && *c && n + 2 < AIRY_LABEL_ROOM; c++) {
        if (strchr("_^{}@&~\\", *c))
            title[n++] = '\\';
        title[n++] = *c;
    }
    title[n] = '\0';
}

void airy_picture_title(airy_chart *chart, const airy_view_options *options)
{
    write_title(options, chart->title);
}

void airy_picture_panels(airy_figure *figure, const airy_view_options *options, int n)
{
    *figure = (airy_figure){.width = options->width, .font = 21, .fontname = options->font, .n = n};
    double row = 0.415, strip = options->title ? 0.05 : 0.01;
    double height = (n + 1) / 2 * row + strip;
    figure->height = (int)lround(height * figure->width);
    for (int i = 0; i < n; i++) {
        airy_chart *chart = &figure->chart[i];
        double top = 1 - (strip + i / 2 * row) / height;
        chart->left = i % 2 ? 0.63 : 0.125;
        chart->right = chart->left + 0.355;
        chart->top = top - 0.066 / height;
        chart->bottom = top - (row - 0.085) / height;
        airy_picture_letter(chart, i);
    }
    write_title(options, figure->title);
}

void airy_picture_letter(airy_chart *chart, int i)
{
    airy_word *word = airy_chart_word(chart, 0, 1.06, "{/:Bold %c}", 'a' + i);
    if (word)
        word->inside = true;
}

airy_chart *airy_picture_begin(airy_figure *figure, const airy_view_options *options, double aspect)
{
    *figure = (airy_figure){.width = options->width, .font = 27, .fontname = options->font, .n = 1};
    airy_chart *chart = &figure->chart[0];
    double top_room = options->title ? 0.065 : 0.03;
    double side = 1 - left_room - right_room;
    double height = bottom_room + side * aspect + top_room;
    figure->height = (int)lround(height * figure->width);
    chart->left = left_room;
    chart->right = 1 - right_room;
    chart->bottom = bottom_room / height;
    chart->top = 1 - top_room / height;
    chart->missing = MISSING;
    airy_picture_title(chart, options);
    return chart;
}

// A height asked for shrinks or widens the whole figure around the same box.
void airy_picture_fit(airy_figure *figure, int height)
{
    if (height <= 0 || height == figure->height)
        return;
    double share = (double)figure->height / height;
    airy_chart *chart = &figure->chart[0];
    if (share > 1) { // too high: shrink the box about its middle
        double half = (chart->right - chart->left) / share / 2;
        double middle = (chart->right + chart->left) / 2;
        chart->left = middle - half;
        chart->right = middle + half;
    } else { // room to spare: above and below
        double span = (chart->top - chart->bottom) * share,
               middle = (chart->top + chart->bottom) / 2;
        chart->bottom = middle - span / 2;
        chart->top = middle + span / 2;
    }
    figure->height = height;
}

airy_code airy_picture_map(airy_chart *chart, const airy_view_options *options, const char *own,
                           airy_error *err)
{
    const char *name = options->colors ? options->colors : own;
    chart->map = airy_colormap_find(name);
    if (!chart->map)
        return airy_error_set(err, AIRY_EARGUMENT, "there is no colour map '%s'", name);
    return AIRY_OK;
}

void airy_picture_colors(airy_chart *chart, const airy_view_options *options, double low,
                         double high)
{
    bool given = options->low != options->high;
    chart->color.low = given ? options->low : low;
    chart->color.high = given ? options->high : high;
    if (!(chart->color.high > chart->color.low))
        chart->color.high = chart->color.low + 1;
}

// Values on a logarithmic bar: what is not above its low end gets the lowest colour, not a hole.
void airy_picture_clip(airy_chart *chart)
{
    float low = (float)chart->color.low;
    int n = chart->image.ny * chart->image.nx;
    for (int i = 0; chart->color.log && i < n; i++)
        if (chart->image.px[i] < low)
            chart->image.px[i] = low;
}
