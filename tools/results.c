// SPDX-License-Identifier: GPL-3.0-or-later
// Named numbers on their way out.
#include "results.h"

#include "airy/work.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool json;

void results_as_json(bool yes)
{
    json = yes;
}

static const char *cell(const airy_table *table, int row, int column)
{
    return table->cell[row * table->columns + column];
}

// ------------------------------------------------------------------ JSON

// Bytes of the UTF-8 character that begins here; 0: none does.
static int character(const char *text)
{
    const unsigned char first = (unsigned char)*text;
    int n = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    for (int i = 1; i < n; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
    return first > 0xf4 ? 0 : n;
}

static void json_string(airy_text *out, const char *text)
{
    airy_text_append(out, "\"");
    for (int n; *text; text += n ? n : 1)
        if ((n = character(text)) != 1) // names of files need not be UTF-8, JSON has to
            airy_text_append(out, n ? "%.*s" : "\\ufffd", n, text);
        else if (*text == '"' || *text == '\\')
            airy_text_append(out, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            airy_text_append(out, "\\u%04x", (unsigned)*text);
        else
            airy_text_append(out, "%c", *text);
    airy_text_append(out, "\"");
}

static const char *digits(const char *text)
{
    return text + strspn(text, "0123456789");
}

// Whether JSON knows a number so: 007, .5, 5. and 0x5 it does not.
static bool is_json_number(const char *text)
{
    const char *at = text + (*text == '-'), *end = digits(at);
    bool fine = end > at && (*at != '0' || end == at + 1);
    if (*end == '.') {
        at = end + 1, end = digits(at);
        fine = fine && end > at;
    }
    if (*end == 'e' || *end == 'E') {
        at = end + 1 + (end[1] == '-' || end[1] == '+'), end = digits(at);
        fine = fine && end > at;
    }
    return fine && !*end;
}

// A number is written as it stands when JSON knows it so.
static void json_cell(airy_text *out, const char *text)
{
    double value;
    if (!*text || (airy_text_double(text, &value, NULL) == AIRY_OK && !isfinite(value)))
        airy_text_append(out, "null");
    else if (is_json_number(text))
        airy_text_append(out, "%s", text);
    else
        json_string(out, text);
}

static void format_json(const airy_table *table, airy_text *out)
{
    airy_text_append(out, "[");
    for (int row = 0; row < table->rows; row++) {
        airy_text_append(out, "%s\n  {", row ? "," : "");
        for (int i = 0; i < table->columns; i++) {
            airy_text_append(out, i ? ", " : "");
            json_string(out, table->name[i]);
            airy_text_append(out, ": ");
            json_cell(out, cell(table, row, i));
        }
        airy_text_append(out, "}");
    }
    airy_text_append(out, "\n]\n");
}

// ------------------------------------------------------------------ for people

enum { CELL = 64 };

// Five digits of what has more, "-" for what is not known.
static const char *readable(const char *text, char room[CELL])
{
    double value;
    if (strcmp(text, "nan") == 0)
        return "-";
    if (airy_text_double(text, &value, NULL) != AIRY_OK || strlen(text) < 7 ||
        (value == floor(value) && fabs(value) < 1e9))
        return text;
    snprintf(room, CELL, "%.5g", value);
    return room;
}

static int width_of(const airy_table *table, int column)
{
    char room[CELL];
    size_t width = strlen(table->name[column]);
    for (int row = 0; row < table->rows; row++) {
        size_t n = strlen(readable(cell(table, row, column), room));
        width = n > width ? n : width;
    }
    return (int)width;
}

// Numbers to the right, words to the left; a table of one row stands upright.
static void format_columns(const airy_table *table, airy_text *out)
{
    char room[CELL];
    if (table->rows == 1 && table->columns > 4) {
        for (int i = 0; i < table->columns; i++)
            airy_text_append(out, "%-20s %s\n", table->name[i], readable(cell(table, 0, i), room));
        return;
    }
    for (int row = -1; row < table->rows; row++)
        for (int i = 0; i < table->columns; i++) {
            double value;
            bool words = table->rows &&
                         airy_text_double(cell(table, 0, i), &value, NULL) != AIRY_OK &&
                         strcmp(cell(table, 0, i), "nan") != 0;
            int width = width_of(table, i), last = i + 1 == table->columns;
            airy_text_append(out, "%*s%s", words ? (last ? 0 : -width) : width,
                             row < 0 ? table->name[i] : readable(cell(table, row, i), room),
                             last ? "\n" : "  ");
        }
}

// Whether somebody reads along: ranks have a terminal of mpirun's, whatever is behind it.
static bool for_people(void)
{
    return isatty(STDOUT_FILENO) && airy_farm_ranks() == 1;
}

airy_code results_print_table(const airy_table *table, airy_error *err)
{
    airy_text text = {0};
    say_progress_end();
    if (json)
        format_json(table, &text);
    else if (for_people())
        format_columns(table, &text);
    else
        airy_table_format(table, false, &text);
    airy_code code = airy_text_whole(&text, err);
    if (!code && text.text) {
        say_plain(text.text);
        fputs(text.text, stdout);
    }
    airy_text_release(&text);
    return code;
}

// Adds the rows of a table to those of others, with the file that they are of in a first column.
static airy_code join(airy_table *all, const char *file, const airy_table *table, airy_error *err)
{
    airy_text names = {0};
    airy_code code = AIRY_OK;
    airy_text_append(&names, "file");
    for (int i = 0; i < table->columns; i++)
        airy_text_append(&names, " %s", table->name[i]);
    if (!all->columns)
        code = airy_text_whole(&names, err);
    if (code == AIRY_OK && !all->columns)
        code = airy_table_init(all, names.text, err);
    for (int row = 0; row < table->rows && code == AIRY_OK; row++) {
        code = airy_table_add(all, err);
        if (code == AIRY_OK)
            code = airy_table_put(all, all->rows - 1, "file", file, err);
        for (int i = 0; i < table->columns && code == AIRY_OK; i++)
            code = airy_table_put(all, all->rows - 1, table->name[i], cell(table, row, i), err);
    }
    airy_text_release(&names);
    return code;
}

airy_code results_of_inputs(const airy_call *call, results_step *run, const void *step,
                            airy_error *err)
{
    airy_table all = {0};
    airy_code code = AIRY_OK;
    for (int i = 0; i < call->n_inputs && code == AIRY_OK; i++) {
        airy_table table = {0};
        airy_call one = *call;
        one.n_inputs = 1;
        one.inputs = &call->inputs[i];
        code = run(&one, step, &table, err);
        if (code == AIRY_OK && call->n_inputs == 1)
            code = results_print_table(&table, err);
        else if (code == AIRY_OK)
            code = join(&all, call->inputs[i], &table, err);
        airy_table_release(&table);
    }
    if (code == AIRY_OK && all.columns)
        code = results_print_table(&all, err);
    airy_table_release(&all);
    return code;
}

airy_code results_print(const airy_results *results, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_init(&table, "quantity value", err);
    for (int i = 0; !code && i < results->n; i++) {
        code = airy_table_add(&table, err);
        if (!code)
            code = airy_table_put(&table, i, "quantity", results->row[i].name, err);
        if (!code)
            code = airy_table_put_double(&table, i, "value", results->row[i].value, err);
    }
    if (!code)
        code = results_print_table(&table, err);
    airy_table_release(&table);
    return code;
}
