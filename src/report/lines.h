// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of a table as marks on a chart: whose a row is, numbers, words from names of columns.
#ifndef AIRY_REPORT_LINES_H
#define AIRY_REPORT_LINES_H

#include "pictures.h"

enum { AIRY_CURVES_COLORS = 6 };

// Colours that stay apart, in order; i modulo their number.
uint32_t airy_curves_color(int i);

// A number of a cell; NaN where it holds none.
double airy_curves_number(const airy_table *table, int row, int column);

// Whether two rows have the same cells in columns 0 .. n - 1.
bool airy_curves_same(const airy_table *table, int a, int b, int n);

// "delay (s)" of delay_s; marks of gnuplot's enhanced text are taken out.
void airy_curves_label(const char *column, char label[AIRY_LABEL_ROOM]);

// "age 1000 s, roi 3": the cells of columns 0 .. n - 1 with the units of their names.
void airy_curves_name(const airy_table *table, int row, int n, char name[AIRY_LABEL_ROOM]);

// Text without the marks of gnuplot's enhanced text.
void airy_curves_plain(const char *text, char plain[AIRY_LABEL_ROOM]);

// Widens an axis to hold a value; NaN does nothing.
void airy_curves_widen(airy_axis *axis, double value);

// Room at both ends of an axis, as shares of its span; a logarithmic axis in decades.
void airy_curves_pad(airy_axis *axis, double low, double high);

// A mark of the points of rows first .. end - 1 for which y is a number, sorted by x. NULL and err
// when there is no memory.
airy_mark *airy_curves_add(airy_chart *chart, airy_mark_kind kind, const airy_table *table,
                           const int rows[2], const int columns[2], airy_error *err);

#endif
