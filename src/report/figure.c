// SPDX-License-Identifier: GPL-3.0-or-later
// Figures as values: marks and labels are added, and all of it released, here.
#include "airy/report.h"
#include "figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// One more zeroed element at the end of *list; NULL when there is no memory.
static void *grow(void **list, int *n, size_t size)
{
    char *longer = realloc(*list, ((size_t)*n + 1) * size);
    if (!longer)
        return NULL;
    *list = longer;
    char *element = longer + (size_t)*n * size;
    for (size_t i = 0; i < size; i++)
        element[i] = 0;
    ++*n;
    return element;
}

airy_mark *airy_chart_mark(airy_chart *chart, airy_mark_kind kind, int n)
{
    double *columns = airy_memory_new((size_t)n * 4, sizeof *columns);
    if (!columns)
        return NULL;
    void *list = chart->marks;
    airy_mark *mark = grow(&list, &chart->n_marks, sizeof *mark);
    if (!mark) {
        airy_memory_free(columns);
        return NULL;
    }
    chart->marks = list;
    *mark = (airy_mark){.kind = kind, .n = n, .x = columns, .y = columns + n};
    mark->low = columns + 2 * (size_t)n;
    mark->high = columns + 3 * (size_t)n;
    mark->opacity = 1;
    mark->size = 3;
    for (int i = 0; i < n; i++)
        mark->low[i] = mark->high[i] = NAN;
    return mark;
}

airy_word *airy_chart_word(airy_chart *chart, double x, double y, const char *format, ...)
{
    void *list = chart->words;
    airy_word *label = grow(&list, &chart->n_words, sizeof *label);
    if (!label)
        return NULL;
    chart->words = list;
    label->x = x;
    label->y = y;
    label->size = 1;
    label->color = 0x202428;
    va_list args;
    va_start(args, format);
    vsnprintf(label->text, sizeof label->text, format, args);
    va_end(args);
    return label;
}

void airy_figure_release(airy_figure *figure)
{
    for (int i = 0; i < figure->n; i++) {
        airy_chart *chart = &figure->chart[i];
        for (int m = 0; m < chart->n_marks; m++)
            airy_memory_free(chart->marks[m].x);
        free(chart->marks);
        free(chart->words);
        airy_image_release(&chart->image);
    }
    *figure = (airy_figure){0};
}
