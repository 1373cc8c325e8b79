// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of motion: displacements, Lindemann's ratio, strings, waits.
#include "waits.h"
#include "vanhove.h"
#include "tracks.h"
#include "strings.h"
#include "motion.h"
#include "lags.h"
#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------ msd

static airy_code msd_rows(airy_measured *m, const airy_motion *motion, airy_error *err)
{
    airy_table *table = airy_measured_add(m, "msd", "time_ps type msd_a2 err n alpha2 fast", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int t = 0; t <= m->types; t++)
        for (int lag = 0; lag < m->lags.n && code == AIRY_OK; lag++) {
            const airy_motion_row *row = &motion->row[lag * (m->types + 1) + t];
            const airy_cell_of cells[] = {{"time_ps", NULL, m->lags.time_ps[lag]},
                                          {"type", airy_measured_type(m, t), 0},
                                          {"msd_a2", NULL, row->msd},
                                          {"err", NULL, row->error},
                                          {"n", NULL, row->samples},
                                          {"alpha2", NULL, row->alpha2},
                                          {"fast", NULL, row->fast}};
            code = airy_measured_row(table, cells, 7, err);
        }
    return code;
}

static airy_code diffusion_rows(airy_measured *m, const airy_motion *motion, airy_error *err)
{
    airy_table *table =
        airy_measured_add(m, "diffusion", "type d_a2_per_ps err exponent from_ps to_ps lags", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int t = 0; t <= m->types && code == AIRY_OK; t++) {
        const airy_diffusion *d = &motion->diffusion[t];
        const airy_cell_of cells[] = {{"type", airy_measured_type(m, t), 0},
                                      {"d_a2_per_ps", NULL, d->d},
                                      {"err", NULL, d->error},
                                      {"exponent", NULL, d->exponent},
                                      {"from_ps", NULL, d->from_ps},
                                      {"to_ps", NULL, d->to_ps},
                                      {"lags", NULL, d->lags}};
        const airy_told told[] = {{"msd", "diffusion", "A^2/ps", t - 1, d->d, d->error},
                                  {"msd", "exponent", "", t - 1, d->exponent, NAN}};
        code = airy_measured_row(table, cells, 7, err);
        for (int k = 0; k < 2 && code == AIRY_OK; k++)
            code = airy_measured_tell(m, &told[k], err);
        if (isnan(d->d))
            airy_text_append(
                &m->doubts,
                "the MSD of %s grows as t^%.2f from %g to %g ps: there is no diffusion "
                "coefficient\n",
                airy_measured_type(m, t), d->exponent, d->from_ps, d->to_ps);
    }
    return code;
}

static airy_code msd_finish(airy_measured *m, airy_error *err)
{
    airy_motion motion;
    airy_motion_options o = m->o->motion;
    o.threads = m->o->threads;
    airy_code code = airy_motion_find(&m->tracks, &m->lags, &o, NULL, &motion, err);
    if (code != AIRY_OK)
        return code;
    code = msd_rows(m, &motion, err);
    if (code == AIRY_OK)
        code = diffusion_rows(m, &motion, err);
    airy_motion_release(&motion);
    return code;
}

const airy_measure_row airy_measure_msd = {true, NULL, msd_finish, {"msd", "diffusion"}};

// ------------------------------------------------------------------ Lindemann

static airy_code lindemann_finish(airy_measured *m, airy_error *err)
{
    airy_table *table =
        airy_measured_add(m, "lindemann", "type rms_a nearest_a lindemann frames", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int t = 0; t <= m->types && code == AIRY_OK; t++) {
        airy_lindemann l;
        code = airy_lindemann_find(&m->tracks, t, &l, err);
        if (code != AIRY_OK)
            break;
        const airy_cell_of cells[] = {{"type", airy_measured_type(m, t), 0},
                                      {"rms_a", NULL, l.rms},
                                      {"nearest_a", NULL, l.nearest},
                                      {"lindemann", NULL, l.ratio},
                                      {"frames", NULL, m->frames}};
        const airy_told told = {"lindemann", "ratio", "", t - 1, l.ratio, NAN};
        code = airy_measured_row(table, cells, 5, err);
        if (code == AIRY_OK)
            code = airy_measured_tell(m, &told, err);
    }
    return code;
}

const airy_measure_row airy_measure_lindemann = {true, NULL, lindemann_finish, {"lindemann"}};

// ------------------------------------------------------------------ strings

// The fast atoms of the first pair of frames at one lag, for a picture.
static airy_code draw(airy_measured *m, int lag, airy_error *err)
{
    const airy_tracks *t = &m->tracks;
    const airy_lag_run *run = &m->lags.run[m->lags.start[lag]];
    size_t n = (size_t)t->atoms;
    const double *from = t->r[run->first], *to = t->r[run->first + run->ahead];
    m->string_from = airy_memory_new(3 * n, sizeof *m->string_from);
    m->string_to = airy_memory_new(3 * n, sizeof *m->string_to);
    m->string_taken = airy_memory_new(n, sizeof *m->string_taken);
    if (!m->string_from || !m->string_to || !m->string_taken)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for strings");
    airy_code code = airy_strings_between(t, run->first, run->first + run->ahead, &m->o->strings,
                                          m->string_taken, NULL, err);
    for (int i = 0; code == AIRY_OK && i < t->atoms; i++) {
        double square = 0;
        for (int x = 0; x < 3; x++)
            square += pow(to[3 * i + x] - from[3 * i + x], 2);
        if (!(square > m->o->strings.fast * m->o->strings.fast))
            continue;
        int at = m->n_string++;
        memcpy(m->string_from + 3 * at, from + 3 * i, 3 * sizeof *from);
        memcpy(m->string_to + 3 * at, to + 3 * i, 3 * sizeof *to);
        m->string_taken[at] = m->string_taken[i] >= 0;
    }
    m->string_lag_ps = m->lags.time_ps[lag];
    return code;
}

static airy_code strings_rows(airy_measured *m, const airy_strings_row *rows, int *best,
                              airy_error *err)
{
    airy_table *table = airy_measured_add(
        m, "strings", "time_ps fast strings ratio chance longest mean_length origins", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    *best = -1;
    for (int lag = 0; lag < m->lags.n && code == AIRY_OK; lag++) {
        const airy_strings_row *row = &rows[lag];
        const airy_cell_of cells[] = {
            {"time_ps", NULL, row->time_ps},         {"fast", NULL, (double)row->fast},
            {"strings", NULL, (double)row->strings}, {"ratio", NULL, row->ratio},
            {"chance", NULL, row->chance},           {"longest", NULL, row->longest},
            {"mean_length", NULL, row->mean_length}, {"origins", NULL, row->origins}};
        code = airy_measured_row(table, cells, 8, err);
        // of few fast atoms a ratio is an accident
        if (row->fast >= 20 && (*best < 0 || row->ratio > rows[*best].ratio))
            *best = lag;
    }
    return code;
}

static airy_code tell_strings(airy_measured *m, const airy_strings_row *row, airy_error *err)
{
    double fast = (double)row->fast, strings = (double)row->strings;
    double expected = fast * row->chance;
    const airy_told told[] = {
        {"strings", "time of the largest ratio", "ps", -1, row->time_ps, NAN},
        {"strings", "largest ratio", "", -1, row->ratio,
         sqrt(row->ratio * (1 - row->ratio) / fast)},
        {"strings", "ratio by chance", "", -1, row->chance, NAN},
        {"strings", "standard deviations above chance", "", -1,
         (strings - expected) / sqrt(expected), NAN},
    };
    airy_code code = AIRY_OK;
    for (int i = 0; i < 4 && code == AIRY_OK; i++)
        code = airy_measured_tell(m, &told[i], err);
    if (strings < expected + 3 * sqrt(expected))
        airy_text_append(&m->doubts,
                         "strings do not exceed chance: %.4f of the fast atoms at %g ps, "
                         "%.4f by accident\n",
                         row->ratio, row->time_ps, row->chance);
    return code;
}

static airy_code strings_finish(airy_measured *m, airy_error *err)
{
    airy_strings_row *rows = airy_memory_new((size_t)m->lags.n, sizeof *rows);
    airy_strings_options o = m->o->strings;
    int best = -1;
    o.threads = m->o->threads;
    if (!rows)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d lags", m->lags.n);
    airy_code code = airy_strings_find(&m->tracks, &m->lags, &o, rows, err);
    if (code == AIRY_OK)
        code = strings_rows(m, rows, &best, err);
    if (code == AIRY_OK && best >= 0)
        code = tell_strings(m, &rows[best], err);
    if (code == AIRY_OK && best >= 0)
        code = draw(m, best, err);
    airy_memory_free(rows);
    return code;
}

const airy_measure_row airy_measure_strings = {true, NULL, strings_finish, {"strings"}};

// ------------------------------------------------------------------ waits

// Rows on a logarithmic grid of times, from one frame to the whole record.
static airy_code waits_rows(airy_measured *m, const airy_waits *waits, airy_error *err)
{
    airy_table *table =
        airy_measured_add(m, "waits", "time_ps count density_per_ps survival survival_err", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    double from = m->lags.time_ps[0] * 0.999;
    for (double to = 0; from < m->last_ps - m->first_ps && code == AIRY_OK; from = to) {
        double n = 0, share, error;
        to = from * pow(10, 0.2);
        for (int i = 0; i < waits->n; i++)
            n += waits->time_ps[i] >= from && waits->time_ps[i] < to;
        code = airy_waits_survival(waits, to, &share, &error, err);
        if (code != AIRY_OK)
            break;
        const airy_cell_of cells[] = {{"time_ps", NULL, sqrt(from * to)},
                                      {"count", NULL, n},
                                      {"density_per_ps", NULL, n / waits->n / (to - from)},
                                      {"survival", NULL, share},
                                      {"survival_err", NULL, error}};
        code = airy_measured_row(table, cells, 5, err);
    }
    return code;
}

static airy_code tails_rows(airy_measured *m, const airy_wait_tail *tail, airy_error *err)
{
    const struct {
        const char *model, *parameter, *unit;
        double value, error;
    } rows[] = {{"power", "exponent", "", tail->exponent, tail->exponent_err},
                {"exponential", "mean", "ps", tail->mean_ps, tail->mean_err},
                {"power", "weight", "", tail->weight, NAN}};
    airy_table *table =
        airy_measured_add(m, "tails", "model parameter value error unit from_ps n", err);
    airy_code code = table ? AIRY_OK : AIRY_EMEMORY;
    for (int i = 0; i < 3 && code == AIRY_OK; i++) {
        const airy_cell_of cells[] = {{"model", rows[i].model, 0},
                                      {"parameter", rows[i].parameter, 0},
                                      {"value", NULL, rows[i].value},
                                      {"error", NULL, rows[i].error},
                                      {"unit", rows[i].unit, 0},
                                      {"from_ps", NULL, tail->from_ps},
                                      {"n", NULL, tail->n}};
        code = airy_measured_row(table, cells, 7, err);
    }
    return code;
}

static airy_code tell_waits(airy_measured *m, const airy_waits *waits, const airy_wait_tail *tail,
                            airy_error *err)
{
    const airy_told told[] = {
        {"waits", "waits", "", -1, waits->n, NAN},
        {"waits", "longer than the record", "", -1, waits->censored, NAN},
        {"waits", "exponent of the tail", "", -1, tail->exponent, tail->exponent_err},
        {"waits", "mean of an exponential", "ps", -1, tail->mean_ps, tail->mean_err},
        {"waits", "weight of the power law", "", -1, tail->weight, NAN},
    };
    airy_code code = AIRY_OK;
    for (int i = 0; i < 5 && code == AIRY_OK; i++)
        code = airy_measured_tell(m, &told[i], err);
    return code;
}

static airy_code waits_finish(airy_measured *m, airy_error *err)
{
    airy_waits waits;
    double hop = m->o->hop > 0 ? m->o->hop : m->o->motion.fast;
    double from = m->o->tail_ps > 0 ? m->o->tail_ps : 10 * m->lags.time_ps[0];
    airy_code code = airy_waits_find(&m->tracks, hop, &waits, err);
    if (code != AIRY_OK)
        return code;
    airy_wait_tail tail = airy_waits_tail(&waits, from);
    code = waits_rows(m, &waits, err);
    if (code == AIRY_OK)
        code = tails_rows(m, &tail, err);
    if (code == AIRY_OK)
        code = tell_waits(m, &waits, &tail, err);
    airy_waits_release(&waits);
    return code;
}

const airy_measure_row airy_measure_waits = {true, NULL, waits_finish, {"waits", "tails"}};
