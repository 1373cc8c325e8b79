// SPDX-License-Identifier: GPL-3.0-or-later
// Tables as others write them: separated by commas, semicolons or blanks, behind lines of remarks,
// with units in the names or in a line of their own.
#include "airy/curves.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MOST = 64, BLOCK_LEAST = 3 };

// One line cut into cells. The text is the caller's, with zeros for separators.
typedef struct cells {
    int n;
    char *cell[CELLS_MOST];
} cells;

// Lines of a file, where they begin, and room to cut one in.
typedef struct lines {
    int n;
    char **line, *scratch;
} lines;

static char *strip(char *text)
{
    while (isspace((unsigned char)*text) || *text == '"')
        text++;
    size_t n = strlen(text);
    while (n > 0 && (isspace((unsigned char)text[n - 1]) || text[n - 1] == '"'))
        text[--n] = '\0';
    return text;
}

// Cuts a line in its place; blanks count once.
static void cut(char *line, char separator, cells *to)
{
    to->n = 0;
    line = strip(line);
    for (bool more = *line != '\0'; more && to->n < CELLS_MOST;) {
        char *end = line + (separator == ' ' ? strcspn(line, " \t")
                                             : strcspn(line, (char[]){separator, '\0'}));
        more = *end != '\0';
        *end = '\0';
        to->cell[to->n++] = strip(line);
        line = end + more;
        while (separator == ' ' && (*line == ' ' || *line == '\t'))
            line++;
    }
}

// The number of a cell; with semicolons between cells a comma is a decimal point.
static bool number(const char *cell, char separator, double *value)
{
    char text[64];
    if (!*cell || strlen(cell) >= sizeof text)
        return false;
    snprintf(text, sizeof text, "%s", cell);
    for (char *c = text; separator == ';' && *c; c++)
        if (*c == ',')
            *c = '.';
    return airy_text_double(text, value, NULL) == AIRY_OK;
}

// How many numbers line i holds; 0 when anything else is in it.
static int numbers_in(const lines *in, int i, char separator)
{
    cells of;
    double unused;
    strcpy(in->scratch, in->line[i]); // which is as long as all lines together
    cut(in->scratch, separator, &of);
    int n = of.n;
    for (int k = 0; k < of.n; k++)
        if (!number(of.cell[k], separator, &unused))
            n = 0;
    return n;
}

// First line of a block of at least BLOCK_LEAST lines of as many numbers, two or more; -1: none.
static int find_block(const lines *of, char separator)
{
    int run = 0, before = 0;
    for (int i = 0; i < of->n; i++) {
        int n = numbers_in(of, i, separator);
        run = n >= 2 ? (n == before ? run + 1 : 1) : 0;
        before = n;
        if (run == BLOCK_LEAST)
            return i - BLOCK_LEAST + 1;
    }
    return -1;
}

// Appends letters, digits and points of a text; whatever else stands there becomes one '_'.
static void append_plain(const char *from, size_t length, char *to, size_t room)
{
    size_t at = strlen(to);
    for (size_t i = 0; i < length && at + 1 < room; i++) {
        bool plain = isalnum((unsigned char)from[i]) || from[i] == '.';
        if (plain || (at > 0 && to[at - 1] != '_'))
            to[at++] = plain ? from[i] : '_';
    }
    while (at > 0 && to[at - 1] == '_')
        at--;
    to[at] = '\0';
}

// A unit as the end of a name: "°C" is C, "mW/mg" is mW_per_mg.
static void append_unit(const char *unit, size_t length, char *to, size_t room)
{
    const char *slash = memchr(unit, '/', length);
    size_t first = slash ? (size_t)(slash - unit) : length;
    if (length == 0 || strlen(to) + 2 >= room)
        return;
    strcat(to, "_");
    append_plain(unit, first, to, room);
    if (slash && strlen(to) + 6 < room) {
        strcat(to, "_per_");
        append_plain(slash + 1, length - first - 1, to, room);
    }
}

// "Temp./°C", "Time (s)", "Heat Flow [mW]" and a unit from a line below as one name.
static void make_name(const char *cell, const char *unit, int i, char *name, size_t room)
{
    size_t length = strcspn(cell, "/([");
    const char *inside = cell + length + strspn(cell + length, "/([");
    name[0] = '\0';
    append_plain(cell, length, name, room);
    if (!name[0])
        snprintf(name, room, "column_%d", i + 1);
    append_unit(inside, strcspn(inside, ")]"), name, room);
    if (unit) {
        unit += strspn(unit, "([");
        append_unit(unit, strcspn(unit, ")]"), name, room);
    }
}

static bool is_bracketed(const cells *of)
{
    bool all = of->n > 0;
    for (int i = 0; i < of->n; i++)
        all = all && (of->cell[i][0] == '[' || of->cell[i][0] == '(' || !of->cell[i][0]);
    return all;
}

// Names from the lines before the block that have as many cells.
static airy_code read_names(const lines *of, int block, int n, char separator, airy_table *table,
                            airy_error *err)
{
    cells name = {0}, unit = {0};
    airy_text names = {0};
    int at = block - 1;
    if (at >= 0)
        cut(of->line[at--], separator, &name);
    if (at >= 0 && name.n == n && is_bracketed(&name)) {
        unit = name;
        cut(of->line[at], separator, &name);
    }
    for (int i = 0; i < n; i++) {
        char text[96];
        make_name(name.n == n ? name.cell[i] : "", unit.n == n ? unit.cell[i] : NULL, i, text,
                  sizeof text);
        airy_text_append(&names, "%s%s", i ? "\t" : "", text);
    }
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                                  : airy_table_init(table, names.text, err);
    airy_text_release(&names);
    return code;
}

// One line of numbers as a row.
static airy_code read_row(char *line, char separator, airy_table *table, airy_error *err)
{
    cells of;
    airy_code code = airy_table_add(table, err);
    cut(line, separator, &of);
    for (int i = 0; code == AIRY_OK && i < of.n; i++) {
        double value = NAN;
        char text[40];
        if (number(of.cell[i], separator, &value))
            snprintf(text, sizeof text, "%.17g", value);
        else
            snprintf(text, sizeof text, "nan");
        code = airy_table_put(table, table->rows - 1, table->name[i], text, err);
    }
    return code;
}

// The block to its end. What follows may be remarks, but no broken row.
static airy_code read_block(const lines *of, int block, char separator, airy_table *table,
                            airy_error *err)
{
    int n = numbers_in(of, block, separator), i = block;
    double unused;
    airy_code code = read_names(of, block, n, separator, table, err);
    for (; code == AIRY_OK && i < of->n && numbers_in(of, i, separator) == n; i++)
        code = read_row(of->line[i], separator, table, err);
    if (code != AIRY_OK || i == of->n)
        return code;
    cells rest;
    cut(of->line[i], separator, &rest);
    if (rest.n > 0 && number(rest.cell[0], separator, &unused))
        code = airy_error_set(err, AIRY_EFORMAT,
                              "row %d begins with the number %s, but has not %d numbers",
                              i - block + 1, rest.cell[0], n);
    return code;
}

// Cuts a text into its lines that are not empty; false without memory.
static bool read_lines(char *text, lines *to)
{
    int most = 1;
    for (const char *c = text; *c; c++)
        most += *c == '\n' || *c == '\r';
    to->line = airy_memory_new((size_t)most, sizeof *to->line);
    to->scratch = airy_memory_new(strlen(text) + 1, 1);
    for (char *line = text; to->line && *line;) {
        char *end = line + strcspn(line, "\r\n"), *next = end + (*end != '\0');
        *end = '\0';
        if (line[strspn(line, " \t")] != '\0')
            to->line[to->n++] = line;
        line = next;
    }
    return to->line && to->scratch;
}

// The table in a text of another origin; AIRY_EFORMAT when there is none.
static airy_code parse(char *text, airy_table *table, airy_error *err)
{
    static const char separators[] = {'\t', ';', ',', ' '};
    lines of = {0};
    airy_code code = AIRY_EFORMAT;
    if (!read_lines(text, &of))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for the lines of a table");
    for (size_t s = 0; s < sizeof separators && code == AIRY_EFORMAT; s++) {
        int block = find_block(&of, separators[s]);
        if (block < 0)
            continue;
        code = read_block(&of, block, separators[s], table, err);
        break;
    }
    airy_memory_free(of.line);
    airy_memory_free(of.scratch);
    return code;
}

airy_code airy_curves_table_read(const char *path, airy_table *table, airy_error *err)
{
    char *text = NULL;
    airy_error inside = {0};
    airy_code code = airy_table_read(path, table, err);
    if ((code == AIRY_OK && table->columns > 1) || (code != AIRY_OK && code != AIRY_EFORMAT))
        return code;
    airy_table other = {0};
    airy_code found = airy_file_read_text(path, &text, &inside);
    if (found == AIRY_OK)
        found = parse(text, &other, &inside);
    free(text);
    if (found == AIRY_OK) {
        airy_table_release(table);
        *table = other;
        return AIRY_OK;
    }
    airy_table_release(&other);
    if (inside.message[0]) { // a table was there, and was broken
        airy_table_release(table);
        return airy_error_set(err, found, "%s: %s", path, inside.message);
    }
    return code;
}
