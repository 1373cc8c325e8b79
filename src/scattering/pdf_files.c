// SPDX-License-Identifier: GPL-3.0-or-later
// Structure factors and pair distributions as tables.
#include "airy/scattering.h"
#include "recipe.h"
#include "pdf_files.h"
#include "pdf.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>

// A column of a table, n numbers.
typedef struct column {
    const char *name;
    const double *values;
} column;

static airy_code fill(airy_table *table, const column *columns, int n, airy_error *err)
{
    airy_text names = {0};
    for (const column *c = columns; c->name; c++)
        airy_text_append(&names, "%s%s", c == columns ? "" : " ", c->name);
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                                  : airy_table_init(table, names.text, err);
    for (int row = 0; row < n && code == AIRY_OK; row++) {
        code = airy_table_add(table, err);
        for (const column *c = columns; c->name && code == AIRY_OK; c++)
            code = airy_table_put_double(table, row, c->name, c->values[row], err);
    }
    airy_text_release(&names);
    return code;
}

airy_code airy_pdf_table_s(const airy_pdf_result *result, airy_table *table, airy_error *err)
{
    const airy_spectrum *s = &result->structure.s;
    const column columns[] = {
        {"q_inv_a", s->q}, {"s", s->y}, {"sigma", s->sigma}, {"systematic", result->s_band}, {0}};
    return fill(table, columns, s->n, err);
}

enum { EXTRA = 4 }; // columns that are made here

airy_code airy_pdf_table_g(const airy_pdf_result *result, double density,
                           const airy_spectrum *against, airy_table *table, airy_error *err)
{
    const airy_pdf *p = &result->pdf;
    size_t n = (size_t)p->n;
    double *extra = airy_memory_new(EXTRA * n, sizeof *extra);
    if (!extra)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a table of %d rows", p->n);
    double *pair = extra, *rdf = extra + n, *delta = extra + 2 * n, *error = extra + 3 * n;
    for (size_t i = 0; i < n; i++) {
        double r = p->r[i], other;
        pair[i] = 1 + p->g[i] / (4 * AIRY_PI * density * r);
        rdf[i] = r * p->g[i] + 4 * AIRY_PI * density * r * r;
        delta[i] = error[i] = NAN;
        if (!against)
            continue;
        delta[i] = p->g[i] - airy_spectrum_at(against, r, &other);
        error[i] = hypot(p->sigma[i], other);
    }
    column columns[9] = {
        {"r_a", p->r}, {"g", p->g}, {"sigma", p->sigma}, {"systematic", result->g_band}};
    int k = 4;
    if (density > 0) {
        columns[k++] = (column){"pair_g", pair};
        columns[k++] = (column){"rdf", rdf};
    }
    if (against) {
        columns[k++] = (column){"g_delta", delta};
        columns[k++] = (column){"g_delta_sigma", error};
    }
    airy_code code = fill(table, columns, p->n, err);
    airy_memory_free(extra);
    return code;
}

airy_code airy_table_put_h5(const airy_table *table, const char *group, airy_h5 *h5,
                            airy_error *err)
{
    double *values = airy_memory_new((size_t)table->rows + 1, sizeof *values);
    airy_code code =
        values ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for %d rows", table->rows);
    for (int c = 0; c < table->columns && code == AIRY_OK; c++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", group, table->name[c]);
        for (int row = 0; row < table->rows && code == AIRY_OK; row++)
            code = airy_table_get_double(table, row, table->name[c], &values[row], err);
        if (code == AIRY_OK)
            code = airy_h5_put_doubles(h5, path, values, 1, &table->rows, err);
    }
    airy_memory_free(values);
    return code;
}
