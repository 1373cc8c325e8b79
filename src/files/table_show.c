// SPDX-License-Identifier: GPL-3.0-or-later
// Tables for other programs and for people.
#include "airy/files.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *cell_at(const airy_table *table, int row, int column)
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

void airy_table_format_json(const airy_table *table, airy_text *out)
{
    airy_text_append(out, "[");
    for (int row = 0; row < table->rows; row++) {
        airy_text_append(out, "%s\n  {", row ? "," : "");
        for (int i = 0; i < table->columns; i++) {
            airy_text_append(out, i ? ", " : "");
            json_string(out, table->name[i]);
            airy_text_append(out, ": ");
            json_cell(out, cell_at(table, row, i));
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
        size_t n = strlen(readable(cell_at(table, row, column), room));
        width = n > width ? n : width;
    }
    return (int)width;
}

// Numbers to the right, words to the left; a table of one row stands upright.
void airy_table_format_columns(const airy_table *table, airy_text *out)
{
    char room[CELL];
    if (table->rows == 1 && table->columns > 4) {
        for (int i = 0; i < table->columns; i++)
            airy_text_append(out, "%-20s %s\n", table->name[i],
                             readable(cell_at(table, 0, i), room));
        return;
    }
    for (int row = -1; row < table->rows; row++)
        for (int i = 0; i < table->columns; i++) {
            double value;
            bool words = table->rows &&
                         airy_text_double(cell_at(table, 0, i), &value, NULL) != AIRY_OK &&
                         strcmp(cell_at(table, 0, i), "nan") != 0;
            int width = width_of(table, i), last = i + 1 == table->columns;
            airy_text_append(out, "%*s%s", words ? (last ? 0 : -width) : width,
                             row < 0 ? table->name[i] : readable(cell_at(table, row, i), room),
                             last ? "\n" : "  ");
        }
}
