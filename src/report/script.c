// SPDX-License-Identifier: GPL-3.0-or-later
// A figure as a gnuplot script. Data stay in files beside it, so that the script is short and
// readable and can be changed by hand.
#include "gnuplot.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

// A PNG of 1000 pixels is 86 mm wide in print (one column): 3.386 inch.
#define INCH_PER_PIXEL (3.386 / 1000)

static const airy_terminal terminals[] = {
    {"png", "pngcairo size %.0f,%.0f font '%s,%.2f' enhanced rounded background rgb 'white'", 1,
     0.75, 1, 1, 0},
    {"svg", "svg size %.0f,%.0f dynamic font '%s,%.2f' enhanced rounded background rgb 'white'", 1,
     1, 1, 0.45, 0.4},
    {"pdf", "pdfcairo size %.4fin,%.4fin font '%s,%.2f' fontscale 1 enhanced rounded",
     INCH_PER_PIXEL, 72 * INCH_PER_PIXEL, 72 * INCH_PER_PIXEL, 1, 0},
};

const airy_terminal *airy_terminal_find(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof terminals / sizeof *terminals; i++)
        if (strcmp(dot + 1, terminals[i].ending) == 0)
            return &terminals[i];
    return NULL;
}

void airy_gnuplot_image_name(int c, char name[32])
{
    snprintf(name, 32, "image-%d.f32", c + 1);
}

void airy_gnuplot_mark_name(int c, int m, char name[32])
{
    snprintf(name, 32, "data-%d-%d.tsv", c + 1, m + 1);
}

// What stands between single quotes: a quote is doubled; a line's end would be the end of the text,
// and what follows it a command.
static void escape(airy_text *script, const char *text)
{
    for (const char *c = text; *c; c++)
        airy_text_append(script, *c == '\'' ? "''" : "%c", iscntrl((unsigned char)*c) ? ' ' : *c);
}

void airy_gnuplot_quote(airy_text *script, const char *text)
{
    airy_text_append(script, "'");
    escape(script, text);
    airy_text_append(script, "'");
}

static void range(airy_text *script, const char *axis, const airy_axis *of)
{
    if (of->low != of->high)
        airy_text_append(script, "set %srange [%.10g:%.10g]\n", axis, of->low, of->high);
    else
        airy_text_append(script, "set %srange [*:*]\n", axis);
}

// Five digits and more would reach the words along the axis: 13.0k.
static const char *number_format(const airy_axis *of)
{
    if (of->log)
        return "10^{%T}";
    return of->high >= 1e4 ? "%.1s%c" : "%g";
}

static void ticks(airy_text *script, const char *axis, const airy_axis *of, const char *style)
{
    airy_text_append(script, of->log ? "set logscale %s\n" : "unset logscale %s\n", axis);
    airy_text_append(script, "set format %s '%s'\n", axis, number_format(of));
    if (of->tick < 0)
        airy_text_append(script, "unset %stics\n", axis);
    else if (of->tick > 0)
        airy_text_append(script, "set %stics %s %.10g\n", axis, style, of->tick);
    else
        airy_text_append(script, "set %stics %s autofreq\n", axis, style);
}

static void axis(airy_text *script, const char *name, const airy_axis *of)
{
    range(script, name, of);
    ticks(script, name, of, "out nomirror scale 0.6");
}

// Words along an upright axis, at a place of their own: gnuplot's would move with the ticks.
static void upright(airy_text *script, const airy_chart *chart, const char *text, double x)
{
    airy_text_append(script, "set label ");
    airy_gnuplot_quote(script, text);
    airy_text_append(script, " at screen %.5f,%.5f center rotate by 90 textcolor rgb '#000000'\n",
                     x, (chart->bottom + chart->top) / 2);
}

// What of the canvas a chart's title may take about its middle: up to its edges, or half-way to the
// charts beside.
static double title_room(const airy_figure *figure, const airy_chart *chart)
{
    double low = 0, high = 1, middle = (chart->left + chart->right) / 2;
    for (const airy_chart *other = figure->chart; other < figure->chart + figure->n; other++) {
        bool beside = other->top > chart->bottom && chart->top > other->bottom;
        if (beside && other->left >= chart->right)
            high = fmin(high, (chart->right + other->left) / 2);
        if (beside && other->right <= chart->left)
            low = fmax(low, (other->right + chart->left) / 2);
    }
    return 2 * fmin(middle - low, high - middle);
}

// Size of a title's letters, relative to the figure's: as large as fits, and never too small to
// read. A letter is 0.6 of its height wide.
static double title_size(const airy_figure *figure, const char *title, double room)
{
    int letters = 0;
    for (const char *c = title; *c; c++)
        letters += *c != '\\' && (*c & 0xc0) != 0x80; // neither escapes nor the rest of UTF-8
    return letters ? fmax(0.5, fmin(1, room * 1000 / (0.6 * figure->font * letters))) : 1;
}

static void frame(airy_text *script, const airy_figure *figure, const airy_chart *chart,
                  const airy_terminal *terminal, double font)
{
    double width = figure->width / 1000.0 * terminal->line_unit;
    airy_text_append(script,
                     "set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
                     "set bmargin at screen %.5f\nset tmargin at screen %.5f\n",
                     chart->left, chart->right, chart->bottom, chart->top);
    axis(script, "x", &chart->x);
    axis(script, "y", &chart->y);
    airy_text_append(script, "set xlabel ");
    airy_gnuplot_quote(script, chart->x.label);
    airy_text_append(script, " offset 0,%g\n", 0.3 + 1.9 * terminal->raise);
    if (chart->x.tick >= 0)
        airy_text_append(script, "set xtics offset 0,%g\n", terminal->raise);
    upright(script, chart, chart->y.label, chart->left - (chart->apart > 0 ? chart->apart : 0.106));
    if (chart->no_axes)
        airy_text_append(script, "unset border\nunset xtics\nunset ytics\n");
    else
        airy_text_append(script, "set border %d lw %.2f lc rgb '#202428'\n",
                         chart->image.px ? 15 : 3, 1.6 * width);
    if (chart->image.px || chart->no_axes)
        airy_text_append(script, "unset grid\n");
    else
        airy_text_append(script, "set grid ytics back lt 1 lw %.2f lc rgb '#e3e6ea'\n", width);
    airy_text_append(script, "set title ");
    airy_gnuplot_quote(script, chart->title);
    airy_text_append(script, " font ',%.2f' offset 0,-0.4\n",
                     font * title_size(figure, chart->title, title_room(figure, chart)));
}

// Whether any mark wants a line in the legend.
static bool has_legend(const airy_chart *chart)
{
    for (int m = 0; m < chart->n_marks; m++)
        if (chart->marks[m].name[0])
            return true;
    return false;
}

static void legend(airy_text *script, const airy_chart *chart, double font)
{
    if (!has_legend(chart))
        airy_text_append(script, "unset key\n");
    else if (chart->legend_above)
        airy_text_append(script,
                         "set key at graph 0.06,1.01 left bottom horizontal Left reverse samplen "
                         "1 spacing 1 width -1.5 font ',%.2f'\n",
                         0.72 * font);
    else
        airy_text_append(script, "set key top %s samplen 1.6 spacing 1.15 width -1 %s\n",
                         chart->legend_right ? "right" : "left",
                         chart->legend_right ? "" : "Left reverse");
}

static void palette(airy_text *script, const airy_chart *chart)
{
    const double bar_width = 0.035;
    const airy_colormap *map = chart->map;
    airy_text_append(script, "set palette defined (");
    for (int i = 0; i < map->n; i++)
        airy_text_append(script, "%s%d '#%06x'", i ? ", " : "", i, (unsigned)map->colors[i]);
    airy_text_append(script, ")\n");
    range(script, "cb", &chart->color);
    ticks(script, "cb", &chart->color, "out nomirror scale 0.5");
    if (chart->no_color_bar) {
        airy_text_append(script, "unset colorbox\n");
        return;
    }
    double left = chart->bar_left > 0 ? chart->bar_left : chart->right + 0.025;
    airy_text_append(script,
                     "set colorbox vertical user origin screen %.5f,%.5f size screen %.5f,%.5f "
                     "border\n",
                     left, chart->bottom, bar_width, chart->top - chart->bottom);
    upright(script, chart, chart->color.label, left + bar_width + 0.115);
}

// What lies under the image shows through where it has no value.
static void background(airy_text *script, const airy_chart *chart)
{
    const airy_image *image = &chart->image;
    airy_text_append(script,
                     "set object 1 rectangle from first %.10g,%.10g to %.10g,%.10g behind "
                     "fillcolor rgb '#%06x' fillstyle solid noborder\n",
                     chart->x0 - chart->dx / 2, chart->y0 - chart->dy / 2,
                     chart->x0 + (image->nx - 0.5) * chart->dx,
                     chart->y0 + (image->ny - 0.5) * chart->dy, (unsigned)chart->missing);
}

static void place(airy_text *script, const airy_word *label)
{
    airy_text_append(script, " at %s %.10g,%.10g", label->inside ? "graph" : "first", label->x,
                     label->y);
}

static void word(airy_text *script, const airy_word *label, double font, const double offset[2],
                 uint32_t color)
{
    const char *const align[] = {"left", "center", "right"};
    airy_text_append(script, "set label ");
    airy_gnuplot_quote(script, label->text);
    place(script, label);
    airy_text_append(
        script, " %s front font ',%.2f' textcolor rgb '#%06x' offset screen %.5f,%.5f\n",
        align[label->align], font * label->size, (unsigned)color, offset[0], offset[1]);
}

// A light outline: the word in white, a little to eight sides, under the word.
static void haloed(airy_text *script, const airy_word *label, double font, double aspect)
{
    const double far = 0.0022;
    for (int side = 0; label->halo && side < 8; side++) {
        double angle = side * atan(1.0);
        word(script, label, font, (double[]){far * cos(angle), far * aspect * sin(angle)},
             0xffffff);
    }
    word(script, label, font, (double[]){0, 0}, label->color);
}

static void arrow_line(airy_text *script, const airy_word *label, double width, uint32_t color)
{
    const char *system = label->inside ? "graph" : "first";
    airy_text_append(script,
                     "set arrow from %s %.10g,%.10g rto %s %.10g,%.10g heads filled size screen "
                     "0.022,18 front lw %.2f lc rgb '#%06x'\n",
                     system, label->x, label->y, system, label->dx, label->dy, width,
                     (unsigned)color);
}

static void labels(airy_text *script, const airy_chart *chart, double font, double line,
                   double aspect)
{
    for (int i = 0; i < chart->n_words; i++) {
        const airy_word *label = &chart->words[i];
        if (label->arrow && label->halo)
            arrow_line(script, label, 7 * line, 0xffffff);
        if (label->arrow)
            arrow_line(script, label, 3 * line, label->color);
        else
            haloed(script, label, font, aspect);
    }
}

static bool has_bars(const airy_mark *mark)
{
    for (int i = 0; i < mark->n; i++)
        if (!isnan(mark->low[i]))
            return true;
    return false;
}

// The style of each kind; unit: of lines and of points. One function a kind.
typedef void mark_style(airy_text *script, const airy_mark *mark, const char *file,
                        const double unit[2]);

static void style_line(airy_text *script, const airy_mark *mark, const char *file,
                       const double unit[2])
{
    airy_text_append(script, "'%s' using 1:2 skip 1 with lines dt %s lw %.2f lc rgb '#%06x'", file,
                     mark->dashed ? "(9,6)" : "1", mark->size * unit[0], (unsigned)mark->color);
}

static void style_points(airy_text *script, const airy_mark *mark, const char *file,
                         const double unit[2])
{
    if (has_bars(mark))
        airy_text_append(script,
                         "'%s' using 1:2:3:4 skip 1 with yerrorbars pt 0 lw %.2f lc rgb '#%06x' "
                         "notitle, \\\n     ",
                         file, 2.2 * unit[0], (unsigned)mark->color);
    airy_text_append(script, "'%s' using 1:2 skip 1 with points pt 7 ps %.2f lc rgb '#%06x'", file,
                     mark->size * unit[1] / 6, (unsigned)mark->color);
}

static void style_bars(airy_text *script, const airy_mark *mark, const char *file,
                       const double unit[2])
{
    airy_text_append(script,
                     "'%s' using 1:2:(%.10g) skip 1 with boxes fillstyle solid %.2f border lc rgb "
                     "'white' fillcolor rgb '#%06x' lw %.2f",
                     file, mark->size, mark->opacity, (unsigned)mark->color, unit[0]);
    if (has_bars(mark))
        airy_text_append(script,
                         " notitle, \\\n     '%s' using 1:3:(0):($4-$3) skip 1 with vectors heads "
                         "size graph 0.012,90 lw %.2f lc rgb '#202428'",
                         file, 2 * unit[0]);
}

static void style_fill(airy_text *script, const airy_mark *mark, const char *file,
                       const double unit[2])
{
    airy_text_append(script,
                     "'%s' using 1:2 skip 1 with filledcurves closed fillstyle solid %.2f border "
                     "lc rgb 'white' fillcolor rgb '#%06x' lw %.2f",
                     file, mark->opacity, (unsigned)mark->color, unit[0]);
}

static void style_band(airy_text *script, const airy_mark *mark, const char *file,
                       const double unit[2])
{
    (void)unit;
    airy_text_append(script,
                     "'%s' using 1:3:4 skip 1 with filledcurves fillstyle solid %.2f noborder "
                     "fillcolor rgb '#%06x'",
                     file, mark->opacity, (unsigned)mark->color);
}

static mark_style *const styles[] = {
    [AIRY_MARK_LINE] = style_line, [AIRY_MARK_POINTS] = style_points, [AIRY_MARK_BARS] = style_bars,
    [AIRY_MARK_FILL] = style_fill, [AIRY_MARK_BAND] = style_band,
};

// The plot command: the image first, then the marks in order; an empty chart plots nothing visible.
static void plot(airy_text *script, const airy_chart *chart, int c, const double unit[2])
{
    char name[32];
    const char *comma = "plot ";
    if (chart->image.px) {
        airy_gnuplot_image_name(c, name);
        airy_text_append(script,
                         "plot '%s' binary array=(%d,%d) format='%%float32' endian=little "
                         "origin=(%.10g,%.10g) dx=%.10g dy=%.10g with image notitle",
                         name, chart->image.nx, chart->image.ny, chart->x0, chart->y0, chart->dx,
                         chart->dy);
        comma = ", \\\n     ";
    }
    for (int m = 0; m < chart->n_marks; m++) {
        const airy_mark *mark = &chart->marks[m];
        airy_gnuplot_mark_name(c, m, name);
        airy_text_append(script, "%s", comma);
        styles[mark->kind](script, mark, name, unit);
        airy_text_append(script, " title ");
        airy_gnuplot_quote(script, mark->name);
        comma = ", \\\n     ";
    }
    airy_text_append(script, comma[0] == 'p' ? "plot NaN notitle\n\n" : "\n\n");
}

static void one_chart(airy_text *script, const airy_figure *figure, int c,
                      const airy_terminal *terminal)
{
    const airy_chart *chart = &figure->chart[c];
    double line = figure->width / 1000.0 * terminal->line_unit;
    double font = figure->font * figure->width / 1000.0 * terminal->font_unit;
    airy_text_append(script, "unset label\nunset arrow\nunset object\n");
    frame(script, figure, chart, terminal, font);
    if (c == 0 && figure->title[0]) {
        airy_text_append(script, "set label ");
        airy_gnuplot_quote(script, figure->title);
        airy_text_append(script, " at screen 0.5,%.5f center font ',%.2f'\n",
                         1 - 0.8 * figure->font / 1000 * figure->width / figure->height,
                         font * title_size(figure, figure->title, 0.97));
    }
    legend(script, chart, font);
    if (chart->image.px) {
        palette(script, chart);
        background(script, chart);
    }
    labels(script, chart, font, line, (double)figure->width / figure->height);
    plot(script, chart, c, (double[]){line, line * terminal->point_unit});
}

void airy_gnuplot_script(const airy_figure *figure, const airy_terminal *terminal,
                         const char *output, airy_text *script)
{
    double font = figure->font * figure->width / 1000.0 * terminal->font_unit;
    airy_text name = {0};
    escape(&name, figure->fontname);
    airy_text_append(script, "# Drawn by airy; run gnuplot on this file in its folder to redo it.\n"
                             "set encoding utf8\nset terminal ");
    // the formats are the table's, above
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    airy_text_append(script, terminal->format, figure->width * terminal->size_unit,
                     figure->height * terminal->size_unit, name.text ? name.text : "", font);
#pragma GCC diagnostic pop
    script->failed = script->failed || name.failed;
    airy_text_release(&name);
    airy_text_append(script, "\nset output ");
    airy_gnuplot_quote(script, output);
    airy_text_append(script, "\nset datafile missing 'nan'\nset minussign\nset multiplot\n\n");
    for (int c = 0; c < figure->n; c++)
        one_chart(script, figure, c, terminal);
    airy_text_append(script, "unset multiplot\nset output\n");
}
