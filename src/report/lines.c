// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of a table as marks on a chart.
#include "figure.h"
#include "lines.h"

#include "airy/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t airy_curves_color(int i)
{
    static const uint32_t colors[AIRY_CURVES_COLORS] = {0x2f6fb3, 0xb3267b, 0x1f8a5f,
                                                        0xc9711b, 0x6a4fb0, 0x5b6470};
    return colors[i % AIRY_CURVES_COLORS];
}

double airy_curves_number(const airy_table *table, int row, int column)
{
    double value = NAN;
    airy_code code = airy_table_get_double(table, row, table->name[column], &value, NULL);
    return code == AIRY_OK ? value : (double)NAN;
}

bool airy_curves_same(const airy_table *table, int a, int b, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(airy_table_get(table, a, table->name[i]),
                   airy_table_get(table, b, table->name[i])) != 0)
            return false;
    return true;
}

void airy_curves_plain(const char *text, char plain[AIRY_LABEL_ROOM])
{
    snprintf(plain, AIRY_LABEL_ROOM, "%s", text);
    for (char *c = plain; *c; c++)
        if (strchr("_^{}@&~\\", *c))
            *c = ' ';
}

// The name and the unit of a column; unit empty where its name tells none.
static void split(const char *column, char name[AIRY_LABEL_ROOM], char unit[32])
{
    size_t length = strlen(column);
    const char *ending = strrchr(column, '_'), *per = strstr(column, "_per_");
    airy_curves_unit(column, unit);
    while (per && per > column && per[-1] != '_') // the unit's first word ends the name
        per--;
    if (unit[0] == '[')
        unit[0] = '\0';
    else if (per || ending)
        length = (size_t)((per ? per - 1 : ending) - column);
    char only[AIRY_LABEL_ROOM];
    snprintf(only, sizeof only, "%.*s", (int)length, column);
    airy_curves_plain(only, name);
}

void airy_curves_label(const char *column, char label[AIRY_LABEL_ROOM])
{
    char unit[32];
    split(column, label, unit);
    size_t at = strlen(label);
    if (unit[0])
        snprintf(label + at, AIRY_LABEL_ROOM - at, " (%s)", unit);
}

void airy_curves_name(const airy_table *table, int row, int n, char name[AIRY_LABEL_ROOM])
{
    size_t at = 0;
    name[0] = '\0';
    for (int k = 0; k < n && at + 1 < AIRY_LABEL_ROOM; k++) {
        char word[AIRY_LABEL_ROOM], unit[32], cell[AIRY_LABEL_ROOM];
        split(table->name[k], word, unit);
        airy_curves_plain(airy_table_get(table, row, table->name[k]), cell);
        if (strcmp(cell, "nan") == 0) { // what a column is not told for is of all its values
            snprintf(cell, sizeof cell, "any");
            unit[0] = '\0';
        }
        at += (size_t)snprintf(name + at, AIRY_LABEL_ROOM - at, "%s%s %s%s%s", k ? ", " : "", word,
                               cell, unit[0] ? " " : "", unit);
    }
}

void airy_curves_widen(airy_axis *axis, double value)
{
    if (isnan(value) || (axis->log && value <= 0))
        return;
    axis->low = fmin(axis->low, value);
    axis->high = fmax(axis->high, value);
}

void airy_curves_pad(airy_axis *axis, double low, double high)
{
    if (axis->log) {
        double span = axis->high / axis->low;
        span = span > 1 ? span : 10;
        axis->high *= pow(span, high);
        axis->low /= pow(span, low);
        return;
    }
    double span = axis->high - axis->low;
    span = span > 0 ? span : fmax(fabs(axis->high), 1e-9);
    axis->high += high * span;
    axis->low -= low * span;
}

typedef struct spot {
    double x, y;
} spot;

static int by_x(const void *left, const void *right)
{
    const spot *a = left, *b = right;
    return (a->x > b->x) - (a->x < b->x);
}

airy_mark *airy_curves_add(airy_chart *chart, airy_mark_kind kind, const airy_table *table,
                           const int rows[2], const int columns[2], airy_error *err)
{
    int n = 0;
    spot *spots = airy_memory_new((size_t)(rows[1] - rows[0]) + 1, sizeof *spots);
    for (int row = rows[0]; spots && row < rows[1]; row++) {
        const spot at = {airy_curves_number(table, row, columns[0]),
                         airy_curves_number(table, row, columns[1])};
        if (!isnan(at.x) && !isnan(at.y))
            spots[n++] = at;
    }
    airy_mark *mark = spots ? airy_chart_mark(chart, kind, n) : NULL;
    if (!mark)
        airy_picture_no_memory(err);
    if (mark && kind == AIRY_MARK_LINE)
        qsort(spots, (size_t)n, sizeof *spots, by_x);
    for (int i = 0; mark && i < n; i++) {
        mark->x[i] = spots[i].x;
        mark->y[i] = spots[i].y;
    }
    airy_memory_free(spots);
    return mark;
}
