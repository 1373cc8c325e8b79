// SPDX-License-Identifier: GPL-3.0-or-later
// airy thermal: glass transitions, peaks, areas and moduli of curves.
#include "airy/thermal.h"
#include "commands.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// What the command line says, in its own words.
typedef struct wishes {
    airy_thermal_run_options run;
    int what; // position in the choices
    const char *low, *high, *range, *low_line, *high_line;
} wishes;

// The choices "onset|fictive|..." of the table of measures.
static void list_measures(airy_text *text)
{
    const airy_thermal_measure *measure;
    for (int i = 0; (measure = airy_thermal_measure_at(i)); i++)
        airy_text_append(text, "%s%s", i ? "|" : "", measure->name);
}

// A window "A:B", both ends of it; NULL leaves it as it is.
static bool read_window(const char *text, airy_thermal_window *window)
{
    return !text || (text[0] && text[0] != ':' && text[strlen(text) - 1] != ':' &&
                     airy_text_limits(text, &window->low, &window->high));
}

// A line "INTERCEPT,SLOPE".
static bool read_line(const char *text, airy_thermal_line *line)
{
    double two[2];
    if (!text)
        return true;
    if (!airy_text_pair(text, two))
        return false;
    *line = (airy_thermal_line){two[0], two[1]};
    return true;
}

static double number(const airy_table *table, int row, const char *column)
{
    double value = NAN;
    return airy_table_get_double(table, row, column, &value, NULL) == AIRY_OK ? value : (double)NAN;
}

// A line a value, to six digits, with its limits where there are such.
static void print(const airy_table *table)
{
    for (int row = 0; row < table->rows; row++) {
        double low = number(table, row, "low"), high = number(table, row, "high");
        printf("%s: %s %.6g %s", airy_table_get(table, row, "curve"),
               airy_table_get(table, row, "what"), number(table, row, "value"),
               airy_table_get(table, row, "unit"));
        if (isnan(low))
            printf("\n");
        else
            printf(" (%.6g to %.6g)\n", low, high);
    }
}

// What the options' texts mean; false: wrong usage, which was explained.
static bool settle(invocation *call, wishes *work)
{
    airy_thermal_options *options = &work->run.thermal;
    const struct {
        const char *name, *text;
        airy_thermal_window *window;
    } windows[] = {{"low", work->low, &options->low},
                   {"high", work->high, &options->high},
                   {"range", work->range, &options->range}};
    for (int i = 0; i < 3; i++)
        if (!read_window(windows[i].text, windows[i].window)) {
            call->status =
                options_wrong(call, "--%s '%s' is no window A:B", windows[i].name, windows[i].text);
            return false;
        }
    if (!read_line(work->low_line, &options->low_line) ||
        !read_line(work->high_line, &options->high_line)) {
        call->status =
            options_wrong(call, "a line is given as INTERCEPT,SLOPE of the curve against x");
        return false;
    }
    options->what = airy_thermal_measure_at(work->what)->name;
    return true;
}

int cmd_thermal(invocation *call)
{
    wishes work = {.what = 0};
    airy_thermal_options *options = &work.run.thermal;
    airy_table found = {0};
    airy_error err = {0};
    airy_text measures = {0};
    airy_thermal_options_defaults(options);
    list_measures(&measures);
    const option table[] = {
        {"what", OPTION_CHOICE, &work.what, .choices = measures.text, .help = "what is measured"},
        {"options", OPTION_ROWS, options, .rows = airy_thermal_rows},
        {"low", OPTION_TEXT, &work.low, .unit = "A:B", .help = "window of the baseline below, K"},
        {"high", OPTION_TEXT, &work.high, .unit = "A:B", .help = "window of the baseline above, K"},
        {"range", OPTION_TEXT, &work.range, .unit = "A:B",
         .help = "where the step or peak is looked for, K"},
        {"low-line", OPTION_TEXT, &work.low_line, .unit = "A,B",
         .help = "the baseline below is A + B x, known exactly"},
        {"high-line", OPTION_TEXT, &work.high_line, .unit = "A,B", .help = "the one above"},
        {"drawing", OPTION_TEXT, &work.run.drawing, .unit = "FILE",
         .help = "curves, baselines and tangents for airy view"},
        {0},
    };
    if (options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1000) &&
        settle(call, &work)) {
        airy_code code = airy_thermal_run(&call->run, &work.run, &found, &err);
        if (!code)
            print(&found);
        call->status = say_done(call, code, &err);
    }
    airy_table_release(&found);
    airy_text_release(&measures);
    return call->status;
}
