// SPDX-License-Identifier: GPL-3.0-or-later
// Measures that look at one frame and let it go: pairs, structure factor, speckle.
#include "waves.h"
#include "structure.h"
#include "pairs.h"
#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// ------------------------------------------------------------------ g(r)

static airy_code gr_frame(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    const airy_atom_box *box = &atoms->box;
    airy_code code = AIRY_OK;
    if (!m->pairs.count) {
        double half = fmin(box->height[0], fmin(box->height[1], box->height[2])) / 2;
        double r_max = m->o->r_max > 0 ? m->o->r_max : half;
        if (!(box->volume > 0))
            return airy_error_set(err, AIRY_EVALUE, "there is no box: g(r) needs a density");
        int bins;
        code = airy_measured_bins(floor(r_max / m->o->r_bin + 1e-9), "--r-bin", &bins, err);
        if (code != AIRY_OK)
            return code;
        code = airy_pairs_begin(&m->pairs, m->types, bins, bins * m->o->r_bin, err);
        m->pairs.threads = m->o->threads;
    }
    return code == AIRY_OK ? airy_pairs_add(&m->pairs, atoms, err) : code;
}

void airy_measured_pair_columns(const airy_measured *m, const char *prefix, airy_text *columns)
{
    for (int t = 0; m->types > 1 && t < m->types; t++)
        for (int u = t; u < m->types; u++)
            airy_text_append(columns, " %s_%s_%s", prefix, m->name[t], m->name[u]);
}

airy_code airy_measured_put_pair(const airy_measured *m, airy_table *table, const char *prefix,
                                 const int type[2], double value, airy_error *err)
{
    char column[64];
    snprintf(column, sizeof column, "%s_%s_%s", prefix, m->name[type[0]], m->name[type[1]]);
    return airy_table_put_double(table, table->rows - 1, column, value, err);
}

static airy_code gr_row(const airy_measured *m, airy_table *table, int bin, airy_error *err)
{
    const airy_pairs *p = &m->pairs;
    const airy_cell_of cells[] = {{"r_a", NULL, (bin + 0.5) * p->r_max / p->bins},
                                  {"g", NULL, airy_pairs_g(p, 0, bin)},
                                  {"sigma", NULL, airy_pairs_error(p, 0, bin)},
                                  {"neighbours", NULL, airy_pairs_neighbours(p, 0, bin)}};
    airy_code code = airy_measured_row(table, cells, 4, err);
    for (int t = 0; m->types > 1 && t < m->types; t++)
        for (int u = t; u < m->types && code == AIRY_OK; u++) {
            int pair = 1 + t * m->types + u;
            const int type[2] = {t, u};
            code = airy_measured_put_pair(m, table, "g", type, airy_pairs_g(p, pair, bin), err);
            if (code == AIRY_OK)
                code = airy_measured_put_pair(m, table, "neighbours", type,
                                              airy_pairs_neighbours(p, pair, bin), err);
        }
    return code;
}

static airy_code gr_finish(airy_measured *m, airy_error *err)
{
    airy_text columns = {0};
    int top = 0;
    airy_text_append(&columns, "r_a g sigma neighbours");
    airy_measured_pair_columns(m, "g", &columns);
    airy_measured_pair_columns(m, "neighbours", &columns);
    airy_table *table = airy_measured_add(m, "gr", columns.text, err);
    airy_text_release(&columns);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int bin = 0; bin < m->pairs.bins && code == AIRY_OK; bin++) {
        code = gr_row(m, table, bin, err);
        top = airy_pairs_g(&m->pairs, 0, bin) > airy_pairs_g(&m->pairs, 0, top) ? bin : top;
    }
    const airy_told told = {
        "gr", "highest bin", "A", -1, (top + 0.5) * m->pairs.r_max / m->pairs.bins, NAN};
    return code == AIRY_OK ? airy_measured_tell(m, &told, err) : code;
}

const airy_measure_row airy_measure_gr = {false, gr_frame, gr_finish, {"gr"}};

// ------------------------------------------------------------------ S(q)

static airy_code sq_frame(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (!m->structure.rho) {
        int bins;
        code = airy_measured_bins(rint(m->o->q_max / m->o->q_bin), "--q-bin", &bins, err);
        if (code != AIRY_OK)
            return code;
        code = airy_atoms_structure_begin(&m->structure, &atoms->box, m->types, bins, m->o->q_max,
                                          m->o->vectors, err);
        m->structure.threads = m->o->threads;
    }
    return code == AIRY_OK ? airy_atoms_structure_add(&m->structure, atoms, err) : code;
}

static airy_code sq_row(const airy_measured *m, airy_table *table, int bin, airy_error *err)
{
    const airy_atoms_structure *s = &m->structure;
    const airy_cell_of cells[] = {{"q_inv_a", NULL, (bin + 0.5) * s->q_max / s->bins},
                                  {"s", NULL, airy_atoms_structure_s(s, 0, bin)},
                                  {"sigma", NULL, airy_atoms_structure_error(s, 0, bin)},
                                  {"vectors", NULL, s->vectors[bin]}};
    airy_code code = airy_measured_row(table, cells, 4, err);
    int pair = 1;
    for (int t = 0; m->types > 1 && t < m->types; t++)
        for (int u = t; u < m->types && code == AIRY_OK; u++)
            code = airy_measured_put_pair(m, table, "s", (const int[2]){t, u},
                                          airy_atoms_structure_s(s, pair++, bin), err);
    return code;
}

// Bins without a wave vector are left out: nothing is known of them.
static airy_code sq_finish(airy_measured *m, airy_error *err)
{
    airy_text columns = {0};
    airy_text_append(&columns, "q_inv_a s sigma vectors");
    airy_measured_pair_columns(m, "s", &columns);
    airy_table *table = airy_measured_add(m, "sq", columns.text, err);
    airy_text_release(&columns);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int bin = 0; bin < m->structure.bins && code == AIRY_OK; bin++)
        if (m->structure.vectors[bin] > 0)
            code = sq_row(m, table, bin, err);
    return code;
}

const airy_measure_row airy_measure_sq = {false, sq_frame, sq_finish, {"sq"}};

// ------------------------------------------------------------------ speckle

static airy_code speckle_begin(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    airy_code code =
        airy_waves_init(&m->waves, &atoms->box, m->o->region, m->o->q_low, m->o->q_high, err);
    if (code != AIRY_OK)
        return code;
    m->rho = airy_memory_new((size_t)m->waves.n, sizeof *m->rho);
    m->intensity = airy_memory_new((size_t)m->waves.n, sizeof *m->intensity);
    return m->rho && m->intensity
               ? AIRY_OK
               : airy_error_set(err, AIRY_EMEMORY, "no memory for %d waves", m->waves.n);
}

static airy_code speckle_frame(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    double sum = 0, squares = 0;
    airy_code code = m->rho ? AIRY_OK : speckle_begin(m, atoms, err);
    if (code == AIRY_OK)
        code = airy_waves_density(&m->waves, atoms, -1, m->o->threads, m->rho, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < m->waves.n; i++) {
        double re = creal(m->rho[i]), im = cimag(m->rho[i]);
        m->intensity[i] = re * re + im * im;
        sum += m->intensity[i];
        squares += m->intensity[i] * m->intensity[i];
    }
    m->speckle_sum += sum / m->waves.n / atoms->n;
    m->speckle_contrast += squares * m->waves.n / (sum * sum);
    return m->o->speckle ? m->o->speckle(m->o->context, &m->waves, atoms, m->intensity, err)
                         : AIRY_OK;
}

static airy_code speckle_finish(airy_measured *m, airy_error *err)
{
    const airy_told told[] = {
        {"speckle", "wave vectors", "", -1, m->waves.n, NAN},
        {"speckle", "<I> / N", "", -1, m->speckle_sum / m->frames, NAN},
        {"speckle", "<I^2> / <I>^2", "", -1, m->speckle_contrast / m->frames, NAN},
    };
    airy_table *table = airy_measured_add(m, "waves", "row column h k l q_inv_a", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int i = 0; i < 3 && code == AIRY_OK; i++)
        code = airy_measured_tell(m, &told[i], err);
    for (int i = 0; i < m->waves.n && code == AIRY_OK; i++) {
        const int *h = m->waves.h[i], pixel = m->waves.pixel[i];
        const airy_cell_of cells[] = {{"row", NULL, pixel / m->waves.columns},
                                      {"column", NULL, pixel % m->waves.columns},
                                      {"h", NULL, h[0]},
                                      {"k", NULL, h[1]},
                                      {"l", NULL, h[2]},
                                      {"q_inv_a", NULL, m->waves.q[i]}};
        code = airy_measured_row(table, cells, 6, err);
    }
    return code;
}

const airy_measure_row airy_measure_speckle = {false, speckle_frame, speckle_finish, {"waves"}};
