// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of text cells as TSV: one header line, tab-separated cells, '#' comments with the history.
#include "table.h"
#include "history.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 1024, ROWS_MAX = 10000000 };

static airy_code no_memory(airy_error *err)
{
    return airy_error_set(err, AIRY_EMEMORY, "no memory for a table");
}

// The next piece of a line ended by one of `ends`: its length; *from moves to it, *next behind it.
static int piece(const char **from, const char *ends, const char **next)
{
    int length = (int)strcspn(*from, ends);
    *next = *from + length;
    return length;
}

static char *copy_piece(const char *from, int length)
{
    char *copy = malloc((size_t)length + 1);
    if (copy) {
        memcpy(copy, from, (size_t)length);
        copy[length] = '\0';
    }
    return copy;
}

static airy_code init(airy_table *table, const char *names, const char *ends, airy_error *err)
{
    *table = (airy_table){0};
    table->name = names ? calloc(COLUMNS_MAX, sizeof *table->name) : NULL;
    if (!table->name)
        return no_memory(err);
    for (const char *next; *names; names = next) {
        names += strspn(names, ends);
        int length = piece(&names, ends, &next);
        if (length == 0)
            break;
        if (table->columns == COLUMNS_MAX)
            return airy_error_set(err, AIRY_EFORMAT, "a table has more than %d columns",
                                  COLUMNS_MAX);
        if (!(table->name[table->columns++] = copy_piece(names, length)))
            return no_memory(err);
    }
    return AIRY_OK;
}

airy_code airy_table_init(airy_table *table, const char *names, airy_error *err)
{
    return init(table, names, " \t", err);
}

void airy_table_release(airy_table *table)
{
    for (int i = 0; i < table->columns; i++)
        free(table->name[i]);
    size_t cells = table->cell ? (size_t)table->rows * (size_t)table->columns : 0;
    for (size_t i = 0; i < cells; i++)
        free(table->cell[i]);
    free(table->name);
    free(table->cell);
    airy_history_release(&table->history);
    *table = (airy_table){0};
}

// Room for one more row, whose cells are NULL.
static airy_code grow(airy_table *table, airy_error *err)
{
    if (table->rows >= ROWS_MAX || table->columns < 1)
        return airy_error_set(err, AIRY_EARGUMENT, "a table of %d columns cannot have %d rows",
                              table->columns, table->rows + 1);
    if (table->rows == table->room) {
        int room = table->room ? 2 * table->room : 32;
        size_t cells = (size_t)room * (size_t)table->columns;
        char **grown = realloc(table->cell, cells * sizeof *grown);
        if (!grown)
            return no_memory(err);
        table->cell = grown;
        table->room = room;
    }
    memset(table->cell + (size_t)table->rows * (size_t)table->columns, 0,
           (size_t)table->columns * sizeof *table->cell);
    table->rows++;
    return AIRY_OK;
}

static char **cell_at(const airy_table *table, int row, int column)
{
    return &table->cell[(size_t)row * (size_t)table->columns + (size_t)column];
}

airy_code airy_table_add(airy_table *table, airy_error *err)
{
    airy_code code = grow(table, err);
    for (int i = 0; code == AIRY_OK && i < table->columns; i++)
        if (!(*cell_at(table, table->rows - 1, i) = airy_text_copy("nan")))
            code = no_memory(err);
    return code;
}

int airy_table_find(const airy_table *table, const char *column)
{
    for (int i = 0; i < table->columns; i++)
        if (strcmp(table->name[i], column) == 0)
            return i;
    return -1;
}

// Column number, or a sentence that names the columns there are.
static airy_code find(const airy_table *table, int row, const char *column, int *at,
                      airy_error *err)
{
    *at = airy_table_find(table, column);
    for (int i = *at + 1; *at >= 0 && i < table->columns; i++)
        if (strcmp(table->name[i], column) == 0)
            return airy_error_set(err, AIRY_EFORMAT,
                                  "the table has two columns '%s': name them differently", column);
    if (*at >= 0 && row >= 0 && row < table->rows)
        return AIRY_OK;
    if (*at >= 0)
        return airy_error_set(err, AIRY_EARGUMENT, "the table has no row %d", row);
    airy_text names = {0};
    for (int i = 0; i < table->columns; i++)
        airy_text_append(&names, "%s%s", i ? " " : "", table->name[i]);
    bool blanks = table->columns == 1 && strchr(table->name[0], ' ');
    airy_error_set(err, AIRY_EMISSING, "the table has no column '%s'; its columns are: %s%s",
                   column, names.text ? names.text : "",
                   blanks ? ", one column, for columns are separated by tabs" : "");
    airy_text_release(&names);
    return AIRY_EMISSING;
}

airy_code airy_table_put(airy_table *table, int row, const char *column, const char *text,
                         airy_error *err)
{
    int at;
    airy_code code = find(table, row, column, &at, err);
    if (code != AIRY_OK)
        return code;
    char *copy = airy_text_copy(text);
    if (!copy)
        return no_memory(err);
    for (char *c = copy; *c; c++)
        if (*c == '\t' || *c == '\n' || *c == '\r')
            *c = ' ';
    free(*cell_at(table, row, at));
    *cell_at(table, row, at) = copy;
    return AIRY_OK;
}

airy_code airy_table_put_double(airy_table *table, int row, const char *column, double value,
                                airy_error *err)
{
    char text[40];
    snprintf(text, sizeof text, isnan(value) ? "nan" : "%.9g", value);
    return airy_table_put(table, row, column, text, err);
}

const char *airy_table_get(const airy_table *table, int row, const char *column)
{
    int at = airy_table_find(table, column);
    return at >= 0 && row >= 0 && row < table->rows ? *cell_at(table, row, at) : NULL;
}

airy_code airy_table_get_double(const airy_table *table, int row, const char *column, double *value,
                                airy_error *err)
{
    int at;
    airy_code code = find(table, row, column, &at, err);
    if (code != AIRY_OK)
        return code;
    const char *text = *cell_at(table, row, at);
    *value = NAN;
    if (!text[0] || strcmp(text, "nan") == 0 || strcmp(text, "NaN") == 0)
        return AIRY_OK;
    if (airy_text_double(text, value, NULL) == AIRY_OK)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EFORMAT, "row %d: '%s' in column %s is not a number", row + 1,
                          text, column);
}

airy_code airy_table_get_int(const airy_table *table, int row, const char *column, int *value,
                             airy_error *err)
{
    int at;
    airy_code code = find(table, row, column, &at, err);
    if (code != AIRY_OK)
        return code;
    const char *text = *cell_at(table, row, at);
    if (airy_text_int(text, value, NULL) == AIRY_OK)
        return AIRY_OK;
    size_t digits = strspn(text, "0123456789");
    if (digits > 0 && text[digits] == '\0')
        return airy_error_set(err, AIRY_EFORMAT, "row %d: '%s' in column %s is above %d", row + 1,
                              text, column, INT_MAX);
    return airy_error_set(err, AIRY_EFORMAT, "row %d: '%s' in column %s is not a whole number",
                          row + 1, text, column);
}

// ------------------------------------------------------------------ text

// Spreadsheets begin their text with a mark of the order of its bytes, which is no part of a name.
static const char *skip_mark(const char *text)
{
    return strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

airy_code airy_comments_history(const char *text, airy_history *history, airy_error *err)
{
    airy_text plain = {0};
    for (const char *line = skip_mark(text), *next; *line; line = next + (*next == '\n')) {
        int length = piece(&line, "\r\n", &next);
        next += *next == '\r'; // which alone ends a line, too
        int mark = strncmp(line, "# ", 2) == 0 ? 2 : 1;
        if (line[0] == '#' && length >= mark)
            airy_text_append(&plain, "%.*s\n", length - mark, line + mark);
    }
    airy_code code = plain.failed ? no_memory(err)
                                  : airy_history_parse(plain.text ? plain.text : "", history, err);
    airy_text_release(&plain);
    return code;
}

const char *airy_comments_skip(const char *text)
{
    text = skip_mark(text);
    while (*text == '#' || *text == '\n' || *text == '\r')
        text += *text == '#' ? strcspn(text, "\r\n") : 1;
    return text;
}

void airy_table_format(const airy_table *table, bool with_history, airy_text *text)
{
    if (with_history)
        airy_history_format_lines(&table->history, "# ", text);
    for (int i = 0; i < table->columns; i++)
        airy_text_append(text, "%s%s", i ? "\t" : "", table->name[i]);
    airy_text_append(text, "\n");
    for (int row = 0; row < table->rows; row++)
        for (int i = 0; i < table->columns; i++)
            airy_text_append(text, "%s%s", *cell_at(table, row, i),
                             i + 1 < table->columns ? "\t" : "\n");
}

airy_code airy_table_join(airy_table *all, const char *column, const char *text,
                          const airy_table *table, airy_error *err)
{
    airy_text names = {0};
    airy_code code = AIRY_OK;
    airy_text_append(&names, "%s", column);
    for (int i = 0; i < table->columns; i++)
        airy_text_append(&names, " %s", table->name[i]);
    if (!all->columns)
        code = airy_text_whole(&names, err);
    if (code == AIRY_OK && !all->columns)
        code = airy_table_init(all, names.text, err);
    for (int row = 0; row < table->rows && code == AIRY_OK; row++) {
        code = airy_table_add(all, err);
        if (code == AIRY_OK)
            code = airy_table_put(all, all->rows - 1, column, text, err);
        for (int i = 0; i < table->columns && code == AIRY_OK; i++)
            code = airy_table_put(all, all->rows - 1, table->name[i], *cell_at(table, row, i), err);
    }
    airy_text_release(&names);
    return code;
}

airy_code airy_table_write(const char *path, const airy_table *table, bool overwrite,
                           airy_error *err)
{
    airy_text text = {0};
    airy_table_format(table, false, &text);
    airy_history_format_lines(&table->history, "# ", &text);
    airy_code code =
        text.failed ? no_memory(err) : airy_file_write_text(path, text.text, overwrite, err);
    airy_text_release(&text);
    return code;
}

airy_code airy_table_write_under(const char *path, const airy_table *table,
                                 const airy_history *history, bool overwrite, airy_error *err)
{
    airy_table named = *table;
    named.history = history ? *history : (airy_history){0};
    return airy_table_write(path, &named, overwrite, err);
}

// One line of cells; too few or too many are an error.
static airy_code add_line(airy_table *table, const char *path, const char *line, int length,
                          airy_error *err)
{
    const char *end = line + length;
    int cells = 1;
    for (const char *c = line; c < end; c++)
        cells += *c == '\t';
    if (cells != table->columns)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s: row %d has %d cells, the header has %d (cells are separated by "
                              "tabs)",
                              path, table->rows + 1, cells, table->columns);
    airy_code code = grow(table, err);
    for (int i = 0; code == AIRY_OK && i < cells; i++) {
        int width = (int)strcspn(line, "\t\r\n");
        if (!(*cell_at(table, table->rows - 1, i) = copy_piece(line, width)))
            code = no_memory(err);
        line += width + 1;
    }
    return code;
}

// Whether what stands for names are numbers: a first row that nothing names.
static bool is_nameless(const airy_table *table)
{
    double value;
    int i = 0;
    while (i < table->columns && airy_text_double(table->name[i], &value, NULL) == AIRY_OK)
        i++;
    return table->columns > 0 && i == table->columns;
}

static airy_code parse(airy_table *table, const char *path, const char *text, airy_error *err)
{
    const char *line = airy_comments_skip(text), *next = line;
    int length = piece(&line, "\r\n", &next);
    char *names = copy_piece(line, length);
    airy_code code = names ? init(table, names, "\t", err) : no_memory(err);
    free(names);
    // the analyzer does not see that columns counts names, NOLINTNEXTLINE(*NonNullParamChecker)
    if (code == AIRY_OK && table->columns == 1 && strpbrk(table->name[0], ",;"))
        code = airy_error_set(err, AIRY_EFORMAT,
                              "%s: its header is '%.60s': columns are separated by tabs", path,
                              table->name[0]);
    if (code == AIRY_OK && table->columns == 0)
        code = airy_error_set(err, AIRY_EFORMAT, "%s is empty, a table with a header was wanted",
                              path);
    if (code == AIRY_OK && is_nameless(table))
        code = airy_error_set(err, AIRY_EFORMAT,
                              "%s begins with numbers: a header, one line with the names of its "
                              "columns, was wanted",
                              path);
    while (code == AIRY_OK && *(line = airy_comments_skip(next))) {
        length = piece(&line, "\r\n", &next);
        code = add_line(table, path, line, length, err);
    }
    return code;
}

airy_code airy_table_read(const char *path, airy_table *table, airy_error *err)
{
    char *text;
    *table = (airy_table){0};
    airy_code code = airy_file_read_text(path, &text, err);
    if (code == AIRY_OK)
        code = parse(table, path, text, err);
    if (code == AIRY_OK)
        code = airy_comments_history(text, &table->history, err);
    free(text);
    if (code != AIRY_OK)
        airy_table_release(table);
    return code;
}
