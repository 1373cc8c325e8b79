// SPDX-License-Identifier: GPL-3.0-or-later
// The van Hove function: how far atoms go, and how far they are from where others were.
#include "vanhove.h"
#include "tracks.h"
#include "pairs.h"
#include "lags.h"
#include "measure.h"

#include <math.h>
#include <stdlib.h>

// ------------------------------------------------------------------ self

static airy_code self_rows(airy_measured *m, airy_table *table, const airy_lags *lags, int bins,
                           const int64_t *count, airy_error *err)
{
    double atoms[AIRY_TYPES_MAX + 1] = {m->atoms};
    airy_code code = AIRY_OK;
    for (int i = 0; i < m->atoms; i++)
        atoms[1 + m->tracks.type[i]]++;
    for (int k = 0; k < lags->n * (m->types + 1) * bins && code == AIRY_OK; k++) {
        int bin = k % bins, type = k / bins % (m->types + 1), lag = k / bins / (m->types + 1);
        double samples = atoms[type] * airy_lags_pairs(lags, lag), n = (double)count[k];
        const airy_cell_of cells[] = {{"time_ps", NULL, lags->time_ps[lag]},
                                      {"type", airy_measured_type(m, type), 0},
                                      {"r_a", NULL, (bin + 0.5) * m->o->r_bin},
                                      {"p_inv_a", NULL, n / samples / m->o->r_bin},
                                      {"count", NULL, n}};
        code = airy_measured_row(table, cells, 5, err);
    }
    return code;
}

static airy_code self_part(airy_measured *m, const airy_lags *lags, double r_max, airy_error *err)
{
    int bins;
    airy_code code = airy_measured_bins(rint(r_max / m->o->r_bin), "--r-bin", &bins, err);
    if (code != AIRY_OK)
        return code;
    airy_table *table = airy_measured_add(m, "vanhove", "time_ps type r_a p_inv_a count", err);
    code = table ? AIRY_OK : AIRY_EMEMORY;
    size_t n = (size_t)lags->n * (size_t)(m->types + 1) * (size_t)bins;
    int64_t *count = airy_memory_new(n, sizeof *count);
    if (code == AIRY_OK && !count)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %zu bins", n);
    if (code == AIRY_OK)
        code = airy_van_hove_find(&m->tracks, lags, bins, m->o->r_bin, m->o->threads, count, err);
    if (code == AIRY_OK)
        code = self_rows(m, table, lags, bins, count, err);
    airy_memory_free(count);
    return code;
}

// ------------------------------------------------------------------ distinct

// Of a stretch of time, t's seen from u's and u's from t's are the same on average.
static airy_code distinct_row(const airy_measured *m, airy_table *table, const airy_pairs *p,
                              double time_ps, int bin, airy_error *err)
{
    const airy_cell_of cells[] = {{"time_ps", NULL, time_ps},
                                  {"r_a", NULL, (bin + 0.5) * p->r_max / p->bins},
                                  {"g", NULL, airy_pairs_g(p, 0, bin)},
                                  {"sigma", NULL, airy_pairs_error(p, 0, bin)}};
    airy_code code = airy_measured_row(table, cells, 4, err);
    for (int t = 0; m->types > 1 && t < m->types; t++)
        for (int u = t; u < m->types && code == AIRY_OK; u++) {
            double g = (airy_pairs_g(p, 1 + t * m->types + u, bin) +
                        airy_pairs_g(p, 1 + u * m->types + t, bin)) /
                       2;
            code = airy_measured_put_pair(m, table, "g", (const int[2]){t, u}, g, err);
        }
    return code;
}

// One lag, of as many origins as strings look at.
static airy_code distinct_lag(airy_measured *m, airy_table *table, const airy_lags *lags, int lag,
                              double r_max, airy_error *err)
{
    const airy_tracks *tracks = &m->tracks;
    airy_pairs pairs = {0};
    int bins = 0, from, to;
    airy_code code = airy_measured_bins(floor(r_max / m->o->r_bin + 1e-9), "--r-bin", &bins, err);
    if (code == AIRY_OK)
        code = airy_pairs_begin(&pairs, m->types, bins, bins * m->o->r_bin, err);
    pairs.threads = m->o->threads;
    for (int k = 0;
         code == AIRY_OK && airy_lags_origin(lags, lag, k, m->o->strings.origins, &from, &to);
         k++) {
        const airy_atoms then = {
            .n = tracks->atoms, .box = tracks->box, .type = tracks->type, .r = tracks->r[from]};
        code = airy_pairs_add_later(&pairs, &then, tracks->r[to], err);
    }
    for (int bin = 0; bin < bins && code == AIRY_OK; bin++)
        code = distinct_row(m, table, &pairs, lags->time_ps[lag], bin, err);
    airy_pairs_release(&pairs);
    return code;
}

// Up to half of the box unless told otherwise: further there are images of the same.
static airy_code distinct_part(airy_measured *m, const airy_lags *lags, double r_max,
                               airy_error *err)
{
    const airy_atom_box *box = &m->tracks.box;
    airy_text columns = {0};
    airy_text_append(&columns, "time_ps r_a g sigma");
    airy_measured_pair_columns(m, "g", &columns);
    airy_table *table = airy_measured_add(m, "distinct", columns.text, err);
    airy_text_release(&columns);
    if (!(box->volume > 0)) {
        airy_text_append(&m->doubts, "there is no box: distinct.tsv has no rows\n");
        return table ? AIRY_OK : AIRY_EMEMORY;
    }
    double half = fmin(box->height[0], fmin(box->height[1], box->height[2])) / 2;
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int lag = 0; lag < lags->n && code == AIRY_OK; lag++)
        code = distinct_lag(m, table, lags, lag, m->o->r_max > 0 ? r_max : fmin(r_max, half), err);
    return code;
}

// At most about four lags a decade: there is a curve for each.
static airy_code vanhove_finish(airy_measured *m, airy_error *err)
{
    airy_lags lags;
    double r_max = m->o->r_max > 0 ? m->o->r_max : 10;
    int per_decade = m->o->per_decade > 0 && m->o->per_decade < 4 ? m->o->per_decade : 4;
    airy_code code = airy_lags_init(&lags, &m->tracks, per_decade, err);
    if (code != AIRY_OK)
        return code;
    code = self_part(m, &lags, r_max, err);
    if (code == AIRY_OK)
        code = distinct_part(m, &lags, r_max, err);
    airy_lags_release(&lags);
    return code;
}

const airy_measure_row airy_measure_vanhove = {true, NULL, vanhove_finish, {"vanhove", "distinct"}};
