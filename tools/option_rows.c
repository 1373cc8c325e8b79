// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of options in tables of options, and those that the library describes.
#include "option_rows.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void option_rows_add(option_rows *all, char letter, option row)
{
    assert(all->n < ROWS_MAX);
    all->letter[all->n] = letter;
    all->group[all->n] = all->now;
    all->row[all->n++] = row;
}

// What tables that stand in rows are called in --help.
static const char *heading_of(const option *table)
{
    static const char *const headings[][2] = {
        {"calibration", "detector frames: calibration, geometry, what the file does not state"},
        {"short", "the options that matter most"},
        {"judged", "what counts as good"},
        {"kinetics", "kinetics"},
        {"run", "how it is run"},
    };
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        if (strcmp(table->name, headings[i][0]) == 0)
            return headings[i][1];
    return table->type == OPTION_STEP ? table->name : "options";
}

// A row of a table that stands in `table`.
static void add_inner(option_rows *all, const option *table, option row)
{
    assert(all->n < ROWS_MAX);
    if (table->type == OPTION_STEP) {
        char *name = all->named[all->n];
        snprintf(name, PREFIXED, "%s.%s", table->name, row.name);
        row.name = name;
    } else {
        all->role[all->n] = table->type;
    }
    option_rows_add(all, 0, row);
}

// What a described row is called in a table: its name as a rule, NULL where it is left out.
static const char *name_in(const option *table, const char *name)
{
    const size_t length = strlen(name);
    const char *word = table->but;
    while (word && *word && (strncmp(word, name, length) != 0 || !strchr(" =", word[length])))
        word += strcspn(word, " "), word += strspn(word, " ");
    if (!word || !*word)
        return name;
    return word[length] == '=' ? word + length + 1 : NULL;
}

static option_type type_of(const airy_option *row)
{
    static const option_type types[][2] = {// without choices, and with
                                           [AIRY_OPTION_FLAG] = {OPTION_FLAG, OPTION_EITHER},
                                           [AIRY_OPTION_INT] = {OPTION_INT, OPTION_CHOICE},
                                           [AIRY_OPTION_DOUBLE] = {OPTION_DOUBLE, OPTION_DOUBLE},
                                           [AIRY_OPTION_TEXT] = {OPTION_TEXT, OPTION_TEXT},
                                           [AIRY_OPTION_TEXTS] = {OPTION_TEXTS, OPTION_TEXTS}};
    return types[row->type][row->choices != NULL];
}

// Of a struct that is described.
static void add_described(option_rows *all, const option *table, const airy_option *row, char *of)
{
    for (; row->name; row++) {
        char *at = of + row->offset;
        if (row->type == AIRY_OPTION_WITHIN) {
            add_described(all, table, row->within, at);
            continue;
        }
        const char *name = name_in(table, row->name);
        if (!name)
            continue;
        add_inner(all, table,
                  (option){name, type_of(row), at, row->low, row->high, row->unit, row->help,
                           row->choices, .was = row->was, .read = row->read, .of = of});
    }
}

static void add_outer(option_rows *all, const option *table)
{
    all->now = heading_of(table);
    if (table->rows)
        add_described(all, table, table->rows, table->at);
    else
        for (const option *row = table->at; row->name; row++)
            add_inner(all, table, *row);
}

void option_rows_add_table(option_rows *all, const option *table)
{
    for (const option *row = table; row->name; row++) {
        all->now = "options";
        if (row->type < OPTION_ROWS)
            option_rows_add(all, 0, *row);
        else
            add_outer(all, row);
    }
}
