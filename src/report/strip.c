// SPDX-License-Identifier: GPL-3.0-or-later
// Strips of numbers against time for pages that are made anew every second, which is too often to
// start gnuplot: a frame, three ticks, dots.
#include "airy/report.h"
#include "strip.h"

#include <math.h>

enum { WIDTH = 420, HEIGHT = 170, LEFT = 66, RIGHT = 10, TOP = 26, BOTTOM = 30 };

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

static void tick(const airy_strip *strip, double y, double place, airy_text *svg)
{
    airy_text_append(svg,
                     "<path d=\"M%d %.1fH%d\" stroke=\"#e3e6ea\"/><text x=\"%d\" y=\"%.1f\" "
                     "text-anchor=\"end\">%.*g</text>\n",
                     LEFT, place, WIDTH - RIGHT, LEFT - 6, place + 4, strip->log ? 2 : 7,
                     strip->log ? pow(10, y) : y);
}

// Three ticks of decades, two to five round ones else.
static void ticks(const airy_strip *strip, double low, double high, airy_text *svg)
{
    double span = HEIGHT - TOP - BOTTOM, room = high - low;
    double step = strip->log ? 0.4 * room : round_step(room / 4);
    double first = strip->log ? low + 0.1 * room : step * ceil(low / step - 1e-9);
    for (int k = 0; first + k * step <= high + 1e-9 * room; k++) {
        double y = strip->log ? first + k * step : step * round(first / step + k);
        tick(strip, y, HEIGHT - BOTTOM - (y - low) / room * span, svg);
    }
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
