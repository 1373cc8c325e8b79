// SPDX-License-Identifier: GPL-3.0-or-later
// What measures have found: tables, a summary, and what is to be doubted.
#include "measure.h"
#include "waves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

airy_table *airy_measured_add(airy_measured *m, const char *name, const char *columns,
                              airy_error *err)
{
    airy_table *table = &m->table[m->tables];
    m->table_name[m->tables] = name;
    m->tables++;
    return airy_table_init(table, columns, err) == AIRY_OK ? table : NULL;
}

airy_code airy_measured_row(airy_table *table, const airy_cell_of *cells, int n, airy_error *err)
{
    airy_code code = table ? airy_table_add(table, err) : AIRY_EMEMORY;
    for (int i = 0; code == AIRY_OK && i < n; i++)
        code = cells[i].text
                   ? airy_table_put(table, table->rows - 1, cells[i].column, cells[i].text, err)
                   : airy_table_put_double(table, table->rows - 1, cells[i].column, cells[i].number,
                                           err);
    return code;
}

airy_code airy_measured_bins(double n, const char *option, int *bins, airy_error *err)
{
    if (!(n >= 1 && n <= 1e6))
        return airy_error_set(err, AIRY_EVALUE,
                              "%.3g bins: one to a million are possible, %s sets their width", n,
                              option);
    *bins = (int)n;
    return AIRY_OK;
}

airy_code airy_measured_tell(airy_measured *m, const airy_told *told, airy_error *err)
{
    const airy_cell_of cells[] = {{"measure", told->measure, 0},
                                  {"quantity", told->quantity, 0},
                                  {"type", airy_measured_type(m, told->type + 1), 0},
                                  {"value", NULL, told->value},
                                  {"error", NULL, told->error},
                                  {"unit", told->unit, 0}};
    return airy_measured_row(&m->summary, cells, 6, err);
}

const char *airy_measured_type(const airy_measured *m, int type)
{
    return type > 0 ? m->name[type - 1] : "all";
}

const airy_table *airy_measured_table(const airy_measured *m, int i, const char **name)
{
    if (i >= m->tables)
        return NULL;
    *name = m->table_name[i];
    return &m->table[i];
}

const airy_table *airy_measured_summary(const airy_measured *m)
{
    return &m->summary;
}

const char *airy_measured_doubts(const airy_measured *m)
{
    return m->doubts.text ? m->doubts.text : "";
}

void airy_measured_free(airy_measured *m)
{
    if (!m)
        return;
    for (int i = 0; i < m->tables; i++)
        airy_table_release(&m->table[i]);
    airy_table_release(&m->summary);
    airy_text_release(&m->doubts);
    airy_pairs_release(&m->pairs);
    airy_atoms_structure_release(&m->structure);
    airy_order_release(&m->order);
    airy_atoms_release(&m->last);
    airy_memory_free(m->order_sum);
    airy_memory_free(m->order_n);
    free(m->index);
    airy_waves_release(&m->waves);
    airy_memory_free(m->rho);
    airy_memory_free(m->intensity);
    airy_lags_release(&m->lags);
    airy_tracks_release(&m->tracks);
    airy_memory_free(m->string_from);
    airy_memory_free(m->string_to);
    airy_memory_free(m->string_taken);
    free(m);
}

// ------------------------------------------------------------------ HDF5

// A column: numbers when all of its cells are, else words, one a line.
static void put_column(const airy_table *table, int column, const char *path, airy_h5 *h5,
                       airy_error *err)
{
    double *values = airy_memory_new((size_t)table->rows + 1, sizeof *values);
    airy_text words = {0};
    bool numbers = true;
    for (int row = 0; values && numbers && row < table->rows; row++)
        numbers =
            airy_table_get_double(table, row, table->name[column], &values[row], NULL) == AIRY_OK;
    for (int row = 0; !numbers && row < table->rows; row++)
        airy_text_append(&words, "%s\n", table->cell[row * table->columns + column]);
    if (values && numbers)
        airy_h5_put_doubles(h5, path, values, 1, &table->rows, err);
    else
        airy_h5_put_text(h5, path, values ? words.text : NULL, err);
    airy_text_release(&words);
    airy_memory_free(values);
}

static void put_density(const airy_measured *m, airy_h5 *h5, airy_error *err)
{
    const int side[2] = {AIRY_DENSITY_SIDE, AIRY_DENSITY_SIDE}, two = 2;
    airy_h5_put_doubles(h5, "/entry/order/density", m->density, 2, side, err);
    airy_h5_put_doubles(h5, "/entry/order/density_q4", (const double[]){0, 0.3}, 1, &two, err);
    airy_h5_put_doubles(h5, "/entry/order/density_w6_hat", (const double[]){-0.18, 0.09}, 1, &two,
                        err);
}

static void put_strings(const airy_measured *m, airy_h5 *h5, airy_error *err)
{
    const int places[2] = {m->n_string, 3}, edges[2] = {3, 3};
    double box[9];
    memcpy(box, m->tracks.box.a, sizeof box);
    airy_h5_put_doubles(h5, "/entry/strings/from", m->string_from, 2, places, err);
    airy_h5_put_doubles(h5, "/entry/strings/to", m->string_to, 2, places, err);
    airy_h5_put_ints(h5, "/entry/strings/taken", m->string_taken, 1, places, err);
    airy_h5_put_doubles(h5, "/entry/strings/box", box, 2, edges, err);
    airy_h5_put_double(h5, "/entry/strings/drawn_ps", m->string_lag_ps, err);
}

airy_code airy_measured_put(const airy_measured *m, airy_h5 *h5, airy_error *err)
{
    char path[256];
    airy_error first = {0};
    for (int i = 0; i < m->tables; i++)
        for (int c = 0; c < m->table[i].columns && m->table[i].rows > 0; c++) {
            snprintf(path, sizeof path, "/entry/%s/%s", m->table_name[i], m->table[i].name[c]);
            put_column(&m->table[i], c, path, h5, first.code ? NULL : &first);
        }
    if (m->o->wanted[AIRY_MEASURE_ORDER])
        put_density(m, h5, first.code ? NULL : &first);
    if (m->n_string > 0)
        put_strings(m, h5, first.code ? NULL : &first);
    return first.code ? airy_error_set(err, first.code, "%s", first.message) : AIRY_OK;
}
