// SPDX-License-Identifier: GPL-3.0-or-later
// What gnuplot is given: the script and the names of its data files.
#ifndef AIRY_REPORT_GNUPLOT_H
#define AIRY_REPORT_GNUPLOT_H

#include "airy/report.h"

// A kind of picture by the ending of its name.
typedef struct airy_terminal {
    const char *ending;
    const char *format; // "set terminal" with width, height, font name, font size
    double size_unit;   // gnuplot's unit of size per pixel
    double font_unit;   // points per pixel of letter height
    double line_unit;   // line width per pixel
    double point_unit;  // point size per line width
    double raise;       // by how many letters words below an axis come out too low
} airy_terminal;

// The terminal for a file name, or NULL.
const airy_terminal *airy_terminal_find(const char *path);

// Names of the data files of chart c: its image, and its mark m.
void airy_gnuplot_image_name(int c, char name[32]);
void airy_gnuplot_mark_name(int c, int m, char name[32]);

// Appends text in gnuplot's single quotes, in which a quote is written twice.
void airy_gnuplot_quote(airy_text *script, const char *text);

// Appends the script that draws the figure into `output` with this terminal.
void airy_gnuplot_script(const airy_figure *figure, const airy_terminal *terminal,
                         const char *output, airy_text *script);

#endif
