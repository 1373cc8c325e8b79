// SPDX-License-Identifier: GPL-3.0-or-later
// Strips of numbers against time for pages that are made anew every second, which is too often to
// start gnuplot: a frame, three ticks, dots.
#include "airy/report.h"
#include "strip.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = 420, HEIGHT = 170, LEFT = 66, RIGHT = 10, TOP = 26, BOTTOM = 30, TICKS = 12 };

// How a value goes up: linear or by decades.
static double up(const airy_strip *strip, double value)
{
    return strip->log ? (value > 0 ? log10(value) : (double)NAN) : value;
}

static void range(const airy_strip *strip, double *low, double *high)
{
    *low = INFINITY, *high = -INFINITY;
    for (int i = 0; i < strip->n; i++) {
        double y = up(strip, strip->value[i]);
        *low = y < *low ? y : *low;
        *high = y > *high ? y : *high;
    }
    if (!(*low <= *high))
        *low = 0, *high = 1;
    bool flat = !(*high > *low);
    double least = strip->log ? 0.1 : 1e-3 * fabs(*high);
    double room = fmax(0.08 * (*high - *low), flat && !(least > 0) ? 1 : least);
    bool positive = !strip->log && *low >= 0;
    *low = strip->percent ? 0 : *low - room;
    *high = strip->percent ? 100 : *high + room;
    if (positive && *low < 0) // numbers of things start at none
        *low = 0;
}

// The least of 1, 2, 5, 10, ... that is at least this.
static double round_step(double step)
{
    double decade = pow(10, floor(log10(step)));
    const double steps[] = {1, 2, 5};
    for (int i = 0; i < 3; i++)
        if (steps[i] * decade >= step * (1 - 1e-9))
            return steps[i] * decade;
    return 10 * decade;
}

static double at(int i, int n)
{
    return LEFT + (n > 1 ? (double)i / (n - 1) : 0.5) * (WIDTH - LEFT - RIGHT);
}

// Whole numbers of many digits as 5e6.
static void label(double value, char *text, size_t size)
{
    int decade = value > 0 ? (int)floor(log10(value) + 1e-9) : 0;
    if (decade < 5)
        snprintf(text, size, "%.7g", value);
    else
        snprintf(text, size, "%.7ge%d", value / pow(10, decade), decade);
}

static void tick(double value, double place, airy_text *svg)
{
    char text[32];
    label(value, text, sizeof text);
    airy_text_append(svg,
                     "<path d=\"M%d %.1fH%d\" stroke=\"#e3e6ea\"/><text x=\"%d\" y=\"%.1f\" "
                     "text-anchor=\"end\">%s</text>\n",
                     LEFT, place, WIDTH - RIGHT, LEFT - 6, place + 4, text);
}

// Two to five round values of the range.
static int round_values(double low, double high, double *value)
{
    double step = round_step((high - low) / 4), first = ceil(low / step - 1e-9);
    int n = 0;
    for (; n < TICKS && (first + n) * step <= high + 1e-9 * (high - low); n++)
        value[n] = step * round(first + n);
    return n;
}

// Of a range of decades 1, 2 and 5 of each, of more than two decades 1 alone.
static int decade_values(double low, double high, double *value)
{
    static const double parts[] = {1, 2, 5};
    int n = 0, each = high - low > 2 ? 1 : 3;
    for (int k = each * (int)floor(low); n < TICKS && k <= each * high; k++) {
        int decade = (int)floor((double)k / each);
        double y = decade + log10(parts[k - each * decade]);
        if (y >= low && y <= high)
            value[n++] = pow(10, y);
    }
    return n;
}

static void ticks(const airy_strip *strip, double low, double high, airy_text *svg)
{
    double value[TICKS], span = HEIGHT - TOP - BOTTOM;
    int n = strip->log ? decade_values(low, high, value) : 0;
    if (n < 2)
        n = round_values(strip->log ? pow(10, low) : low, strip->log ? pow(10, high) : high, value);
    for (int k = 0; k < n; k++)
        tick(value[k], HEIGHT - BOTTOM - (up(strip, value[k]) - low) / (high - low) * span, svg);
}

void airy_strip_draw(const airy_strip *strip, airy_text *svg)
{
    static const char *const colors[] = {"#2f6fb3", "#d9741c", "#8a929c"};
    double low, high, span = HEIGHT - TOP - BOTTOM;
    range(strip, &low, &high);
    airy_text_append(svg,
                     "<svg viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"sans-serif\" "
                     "font-size=\"14\" fill=\"#202428\"><title>%s</title>"
                     "<text x=\"%d\" y=\"16\" font-weight=\"600\">%s</text>\n",
                     WIDTH, HEIGHT, strip->title, LEFT, strip->title);
    ticks(strip, low, high, svg);
    airy_text_append(svg, "<path d=\"M%d %dV%dH%d\" stroke=\"#202428\" fill=\"none\"/>\n", LEFT,
                     TOP, HEIGHT - BOTTOM, WIDTH - RIGHT);
    for (int i = 0; i < strip->n; i++) {
        double y = up(strip, strip->value[i]);
        if (isnan(y) || isinf(y))
            continue;
        airy_text_append(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>\n",
                         at(i, strip->n), HEIGHT - BOTTOM - (y - low) / (high - low) * span,
                         colors[strip->color ? strip->color[i] : AIRY_STRIP_BLUE]);
    }
    airy_text_append(svg,
                     "<text x=\"%d\" y=\"%d\">%d</text><text x=\"%d\" y=\"%d\" "
                     "text-anchor=\"end\">%d</text><text x=\"%d\" y=\"%d\" "
                     "text-anchor=\"middle\">%s</text></svg>\n",
                     LEFT, HEIGHT - 8, strip->first, WIDTH - RIGHT, HEIGHT - 8, strip->last,
                     (LEFT + WIDTH) / 2, HEIGHT - 8, strip->along);
}
