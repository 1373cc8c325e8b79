// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of how places are forgotten: F_s(q, t), the overlap and chi4.
#include "overlap.h"
#include "lags.h"
#include "isf.h"
#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// ------------------------------------------------------------------ F_s(q, t)

typedef struct self {
    double q[AIRY_SELF_ROOM];
    int n_q;
    airy_self_row *row;
} self;

static const airy_self_row *row_of(const airy_measured *m, const self *s, int lag, int type, int k)
{
    return &s->row[((ptrdiff_t)lag * (m->types + 1) + type) * s->n_q + k];
}

static airy_code self_rows(airy_measured *m, const self *s, airy_error *err)
{
    airy_table *table = airy_measured_add(m, "isf", "time_ps type q_inv_a f err pairs", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int type = 0; type <= m->types; type++)
        for (int k = 0; k < s->n_q; k++)
            for (int lag = 0; lag < m->lags.n && code == AIRY_OK; lag++) {
                const airy_self_row *row = row_of(m, s, lag, type, k);
                const airy_cell_of cells[] = {{"time_ps", NULL, m->lags.time_ps[lag]},
                                              {"type", airy_measured_type(m, type), 0},
                                              {"q_inv_a", NULL, s->q[k]},
                                              {"f", NULL, row->f},
                                              {"err", NULL, row->error},
                                              {"pairs", NULL, airy_lags_pairs(&m->lags, lag)}};
                code = airy_measured_row(table, cells, 6, err);
            }
    return code;
}

static airy_code tell_self(airy_measured *m, const self *s, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int type = 0; type <= m->types; type++)
        for (int k = 0; k < s->n_q && code == AIRY_OK; k++) {
            char quantity[64];
            double tau[2], first = row_of(m, s, 0, type, k)->f,
                           last = row_of(m, s, m->lags.n - 1, type, k)->f;
            airy_self_fall(row_of(m, s, 0, type, k), (m->types + 1) * s->n_q, &m->lags, tau);
            snprintf(quantity, sizeof quantity, "time to 1/e at q = %.6g", s->q[k]);
            const airy_told told = {"isf", quantity, "ps", type - 1, tau[0], tau[1]};
            code = airy_measured_tell(m, &told, err);
            if (isnan(tau[0]) && !isnan(first))
                airy_text_append(&m->doubts,
                                 "F_s of %s at q = %.6g goes from %.3f at %g ps to %.3f at %g ps: "
                                 "there is no telling when it falls through 1/e\n",
                                 airy_measured_type(m, type), s->q[k], first, m->lags.time_ps[0],
                                 last, m->lags.time_ps[m->lags.n - 1]);
        }
    return code;
}

static airy_code isf_finish(airy_measured *m, airy_error *err)
{
    self s = {{(m->o->q_low + m->o->q_high) / 2}, 1, NULL};
    for (int k = 0; k < AIRY_SELF_ROOM && m->o->self_q[k] > 0; k++) {
        s.q[k] = m->o->self_q[k];
        s.n_q = k + 1;
    }
    s.row =
        airy_memory_new((size_t)m->lags.n * (size_t)(m->types + 1) * (size_t)s.n_q, sizeof *s.row);
    if (!s.row)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d lags", m->lags.n);
    airy_code code = airy_self_find(&m->tracks, &m->lags, s.q, s.n_q, m->o->threads, s.row, err);
    if (code == AIRY_OK)
        code = self_rows(m, &s, err);
    if (code == AIRY_OK)
        code = tell_self(m, &s, err);
    airy_memory_free(s.row);
    return code;
}

const airy_measure_row airy_measure_isf = {true, NULL, isf_finish, {"isf"}};

// ------------------------------------------------------------------ overlap

static airy_code overlap_rows(airy_measured *m, const airy_overlap_row *rows, airy_error *err)
{
    airy_table *table =
        airy_measured_add(m, "overlap", "time_ps type overlap err chi4 chi4_err origins", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int type = 0; type <= m->types; type++)
        for (int lag = 0; lag < m->lags.n && code == AIRY_OK; lag++) {
            const airy_overlap_row *row = &rows[lag * (m->types + 1) + type];
            const airy_cell_of cells[] = {{"time_ps", NULL, m->lags.time_ps[lag]},
                                          {"type", airy_measured_type(m, type), 0},
                                          {"overlap", NULL, row->q},
                                          {"err", NULL, row->error},
                                          {"chi4", NULL, row->chi4},
                                          {"chi4_err", NULL, row->chi4_error},
                                          {"origins", NULL, row->origins}};
            code = airy_measured_row(table, cells, 7, err);
        }
    return code;
}

// Why there is no largest chi4.
static void doubt_overlap(airy_measured *m, const airy_overlap_row *rows, int type)
{
    const char *of = airy_measured_type(m, type);
    bool known = false;
    for (int lag = 0; lag < m->lags.n; lag++)
        known |= !isnan(rows[lag * (m->types + 1) + type].chi4);
    if (known)
        airy_text_append(&m->doubts,
                         "the record is shorter than %d lags: chi4 of %s has no error, and no "
                         "largest one\n",
                         AIRY_OVERLAP_LEAST + 1, of);
    else
        airy_text_append(&m->doubts,
                         "at every lag as many atoms (%s) stay within %g A from one origin as from "
                         "the next: chi4 is not known; take another --overlap, or a longer "
                         "record\n",
                         of, m->o->overlap);
}

// The largest chi4 among lags whose error is known, and when it is.
static airy_code tell_overlap(airy_measured *m, const airy_overlap_row *rows, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int type = 0; type <= m->types && code == AIRY_OK; type++) {
        airy_overlap_row top = {.chi4 = NAN, .chi4_error = NAN};
        double time = NAN;
        for (int lag = 0; lag < m->lags.n; lag++) {
            const airy_overlap_row *row = &rows[lag * (m->types + 1) + type];
            if (isnan(row->chi4_error) || row->chi4 <= top.chi4)
                continue;
            top = *row;
            time = m->lags.time_ps[lag];
        }
        const airy_told told[] = {
            {"overlap", "largest chi4", "", type - 1, top.chi4, top.chi4_error},
            {"overlap", "time of the largest chi4", "ps", type - 1, time, NAN}};
        for (int k = 0; k < 2 && code == AIRY_OK; k++)
            code = airy_measured_tell(m, &told[k], err);
        if (isnan(time))
            doubt_overlap(m, rows, type);
    }
    return code;
}

static airy_code overlap_finish(airy_measured *m, airy_error *err)
{
    airy_overlap_row *rows =
        airy_memory_new((size_t)m->lags.n * (size_t)(m->types + 1), sizeof *rows);
    if (!rows)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d lags", m->lags.n);
    airy_code code =
        airy_overlap_find(&m->tracks, &m->lags, m->o->overlap, m->o->threads, rows, err);
    if (code == AIRY_OK)
        code = overlap_rows(m, rows, err);
    if (code == AIRY_OK)
        code = tell_overlap(m, rows, err);
    airy_memory_free(rows);
    return code;
}

const airy_measure_row airy_measure_overlap = {true, NULL, overlap_finish, {"overlap"}};
