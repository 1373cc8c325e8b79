// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of order: q_l and w^_l, Voronoi cells and their indices. Both come from one look at a
// frame.
#include "order.h"
#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------ counting indices

static uint32_t key_of(const int faces[AIRY_FACE_EDGES - 2])
{
    uint32_t key = 0;
    for (int k = 0; k < 4; k++)
        key |= (uint32_t)(faces[k] < 255 ? faces[k] : 255) << (8 * (3 - k));
    return key;
}

static int by_key(const void *u, const void *v)
{
    const airy_index_count *a = u, *b = v;
    if (a->type != b->type)
        return a->type - b->type;
    return a->key < b->key ? -1 : a->key > b->key;
}

static int by_count(const void *u, const void *v)
{
    const airy_index_count *a = u, *b = v;
    if (a->type != b->type)
        return a->type - b->type;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->key < b->key ? -1 : a->key > b->key;
}

// The frame's atoms join what was counted: all in one list, sorted, equal ones added up.
static airy_code count_indices(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    size_t n = (size_t)m->n_index + (size_t)atoms->n;
    airy_index_count *all = realloc(m->index, n * sizeof *all);
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the indices of %d atoms", atoms->n);
    m->index = all;
    for (int i = 0; i < atoms->n; i++) {
        double volume = m->order.volume[i] - m->reference;
        all[m->n_index + i] = (airy_index_count){atoms->type[i], key_of(m->order.faces[i]), 1,
                                                 volume, volume * volume};
    }
    qsort(all, n, sizeof *all, by_key);
    int kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && by_key(&all[kept - 1], &all[i]) == 0) {
            all[kept - 1].count += all[i].count;
            all[kept - 1].volume += all[i].volume;
            all[kept - 1].square += all[i].square;
        } else {
            all[kept++] = all[i];
        }
    }
    m->n_index = kept;
    return AIRY_OK;
}

// ------------------------------------------------------------------ sums of order

static airy_code begin(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    size_t n = (size_t)(m->types + 1) * 2 * (size_t)m->o->order.n_l + 1;
    m->order_sum = airy_memory_new(n, sizeof *m->order_sum);
    m->order_n = airy_memory_new(n, sizeof *m->order_n);
    if (!m->order_sum || !m->order_n)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for order");
    m->reference = atoms->box.volume / atoms->n;
    airy_code code = airy_atoms_init(&m->last, atoms->n, err);
    if (code == AIRY_OK) {
        memcpy(m->last.id, atoms->id, (size_t)atoms->n * sizeof *atoms->id);
        memcpy(m->last.type, atoms->type, (size_t)atoms->n * sizeof *atoms->type);
    }
    return code;
}

static int place_of(const airy_order_options *o, int l)
{
    for (int k = 0; k < o->n_l; k++)
        if (o->l[k] == l)
            return k;
    return -1;
}

// The map of q4 against w^6.
static void add_density(airy_measured *m)
{
    int n_l = m->o->order.n_l, four = place_of(&m->o->order, 4), six = place_of(&m->o->order, 6);
    for (int i = 0; four >= 0 && six >= 0 && i < m->order.n; i++) {
        double x = m->order.q[i * n_l + four] / 0.3 * AIRY_DENSITY_SIDE;
        double y = (m->order.w_hat[i * n_l + six] + 0.18) / 0.27 * AIRY_DENSITY_SIDE;
        if (x >= 0 && x < AIRY_DENSITY_SIDE && y >= 0 && y < AIRY_DENSITY_SIDE)
            m->density[(int)y * AIRY_DENSITY_SIDE + (int)x]++;
    }
}

static void add_sums(airy_measured *m)
{
    int n_l = m->o->order.n_l, width = 2 * n_l;
    for (int i = 0; i < m->order.n; i++)
        for (int k = 0; k < width; k++) {
            double value = k < n_l ? m->order.q[i * n_l + k] : m->order.w_hat[i * n_l + k - n_l];
            const int types[2] = {0, 1 + m->last.type[i]};
            for (int e = 0; e < 2 && !isnan(value); e++) {
                m->order_sum[types[e] * width + k] += value;
                m->order_n[types[e] * width + k]++;
            }
        }
}

static airy_code look(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    airy_order_options o = m->o->order;
    o.threads = m->o->threads;
    o.cells = m->o->wanted[AIRY_MEASURE_VORONOI];
    airy_code code = m->last.n ? AIRY_OK : begin(m, atoms, err);
    airy_order_release(&m->order);
    if (code == AIRY_OK && airy_order_find(atoms, &o, &m->order, err) != AIRY_OK)
        code = airy_error_prefix(err, "frame %d", atoms->frame);
    if (code != AIRY_OK)
        return code;
    add_sums(m);
    add_density(m);
    return o.cutoff == 0 || o.cells ? count_indices(m, atoms, err) : AIRY_OK;
}

// When both are wanted, `order` looks for both.
static airy_code voronoi_frame(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    return m->o->wanted[AIRY_MEASURE_ORDER] ? AIRY_OK : look(m, atoms, err);
}

// ------------------------------------------------------------------ tables

static airy_code order_row(const airy_measured *m, airy_table *table, int i, airy_error *err)
{
    char id[24], index[48] = "-", column[24];
    const airy_order *order = &m->order;
    bool cells = m->o->order.cutoff == 0 || m->o->wanted[AIRY_MEASURE_VORONOI];
    snprintf(id, sizeof id, "%lld", m->last.id[i]);
    if (cells)
        airy_order_index(order->faces[i], index);
    const airy_cell_of head[] = {{"atom", id, 0},
                                 {"type", m->name[m->last.type[i]], 0},
                                 {"neighbours", NULL, order->neighbours[i]},
                                 {"volume_a3", NULL, order->volume[i]},
                                 {"index", index, 0}};
    airy_code code = airy_measured_row(table, head, 5, err);
    for (int k = 0; k < order->n_l && code == AIRY_OK; k++) {
        snprintf(column, sizeof column, "q%d", m->o->order.l[k]);
        code = airy_table_put_double(table, i, column, order->q[i * order->n_l + k], err);
        snprintf(column, sizeof column, "w%d_hat", m->o->order.l[k]);
        if (code == AIRY_OK)
            code = airy_table_put_double(table, i, column, order->w_hat[i * order->n_l + k], err);
    }
    return code;
}

static airy_code tell_means(airy_measured *m, airy_error *err)
{
    char quantity[40];
    int n_l = m->o->order.n_l;
    airy_code code = AIRY_OK;
    for (int t = 0; t <= m->types && code == AIRY_OK; t++)
        for (int k = 0; k < 2 * n_l && code == AIRY_OK; k++) {
            int at = t * 2 * n_l + k;
            snprintf(quantity, sizeof quantity, k < n_l ? "mean q%d" : "mean w%d_hat",
                     m->o->order.l[k % n_l]);
            const airy_told told = {"order", quantity, "", t - 1, m->order_sum[at] / m->order_n[at],
                                    NAN};
            code = airy_measured_tell(m, &told, err);
        }
    return code;
}

static airy_code order_finish(airy_measured *m, airy_error *err)
{
    airy_text columns = {0};
    const airy_order_options *o = &m->o->order;
    airy_text_append(&columns, "atom type");
    for (int k = 0; k < o->n_l; k++)
        airy_text_append(&columns, " q%d", o->l[k]);
    for (int k = 0; k < o->n_l; k++)
        airy_text_append(&columns, " w%d_hat", o->l[k]);
    airy_text_append(&columns, " neighbours volume_a3 index");
    airy_table *table = airy_measured_add(m, "order", columns.text, err);
    airy_text_release(&columns);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int i = 0; i < m->order.n && code == AIRY_OK; i++)
        code = order_row(m, table, i, err);
    if (code == AIRY_OK && !(m->order_n[0] > 0))
        airy_text_append(
            &m->doubts, "order: no atom has a neighbour: is --cutoff %g A too small?\n", o->cutoff);
    return code == AIRY_OK ? tell_means(m, err) : code;
}

const airy_measure_row airy_measure_order = {false, look, order_finish, {"order"}};

static airy_code tell_cells(airy_measured *m, int type, airy_error *err)
{
    double n = 0, volume = 0, square = 0, icosahedra = 0;
    for (int i = 0; i < m->n_index; i++) {
        const airy_index_count *of = &m->index[i];
        if (type >= 0 && of->type != type)
            continue;
        n += (double)of->count, volume += of->volume, square += of->square;
        icosahedra += of->key == (12u << 8) ? (double)of->count : 0;
    }
    double mean = volume / n, sd = sqrt(fmax(0, square / n - mean * mean));
    const airy_told told[] = {
        {"voronoi", "mean volume", "A^3", type, m->reference + mean, sd / sqrt(n)},
        {"voronoi", "sd of volumes", "A^3", type, sd, NAN},
        {"voronoi", "share of <0,0,12,0>", "", type, icosahedra / n,
         sqrt(icosahedra / n * (1 - icosahedra / n) / n)},
    };
    airy_code code = AIRY_OK;
    for (int i = 0; i < 3 && code == AIRY_OK; i++)
        code = airy_measured_tell(m, &told[i], err);
    return code;
}

static airy_code voronoi_finish(airy_measured *m, airy_error *err)
{
    double n[AIRY_TYPES_MAX] = {0};
    airy_table *table =
        airy_measured_add(m, "voronoi", "type index count share volume_a3 volume_sd_a3", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    qsort(m->index, (size_t)m->n_index, sizeof *m->index, by_count);
    for (int i = 0; i < m->n_index; i++)
        n[m->index[i].type] += (double)m->index[i].count;
    for (int i = 0; i < m->n_index && code == AIRY_OK; i++) {
        const airy_index_count *of = &m->index[i];
        double count = (double)of->count, mean = of->volume / count;
        char index[48];
        snprintf(index, sizeof index, "<%u,%u,%u,%u>", of->key >> 24, of->key >> 16 & 255,
                 of->key >> 8 & 255, of->key & 255);
        const airy_cell_of cells[] = {
            {"type", m->name[of->type], 0},
            {"index", index, 0},
            {"count", NULL, count},
            {"share", NULL, count / n[of->type]},
            {"volume_a3", NULL, m->reference + mean},
            {"volume_sd_a3", NULL, sqrt(fmax(0, of->square / count - mean * mean))}};
        code = airy_measured_row(table, cells, 6, err);
    }
    for (int t = -1; t < m->types && code == AIRY_OK; t++)
        code = tell_cells(m, t, err);
    return code;
}

const airy_measure_row airy_measure_voronoi = {false, voronoi_frame, voronoi_finish, {"voronoi"}};
