// SPDX-License-Identifier: GPL-3.0-or-later
// One pass over a trajectory for a list of measures.
#include "waves.h"
#include "trajectory.h"
#include "tracks.h"
#include "structure.h"
#include "strings.h"
#include "pairs.h"
#include "order.h"
#include "lags.h"
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const airy_measure_names[] = {"msd",   "isf",     "overlap", "lindemann", "gr",
                                          "sq",    "vanhove", "voronoi", "order",     "strings",
                                          "waits", "speckle", NULL};

static const airy_measure_row *const rows[AIRY_MEASURES] = {
    [AIRY_MEASURE_MSD] = &airy_measure_msd,
    [AIRY_MEASURE_ISF] = &airy_measure_isf,
    [AIRY_MEASURE_OVERLAP] = &airy_measure_overlap,
    [AIRY_MEASURE_LINDEMANN] = &airy_measure_lindemann,
    [AIRY_MEASURE_GR] = &airy_measure_gr,
    [AIRY_MEASURE_SQ] = &airy_measure_sq,
    [AIRY_MEASURE_VANHOVE] = &airy_measure_vanhove,
    [AIRY_MEASURE_VORONOI] = &airy_measure_voronoi,
    [AIRY_MEASURE_ORDER] = &airy_measure_order,
    [AIRY_MEASURE_STRINGS] = &airy_measure_strings,
    [AIRY_MEASURE_WAITS] = &airy_measure_waits,
    [AIRY_MEASURE_SPECKLE] = &airy_measure_speckle,
};

void airy_measure_options_defaults(airy_measure_options *o)
{
    *o = (airy_measure_options){.per_decade = 10,
                                .motion = {.fast = 2.0},
                                .r_bin = 0.05,
                                .q_bin = 0.05,
                                .q_max = 8,
                                .vectors = 100,
                                .q_low = 2.6,
                                .q_high = 2.8,
                                .overlap = 0.8};
    airy_strings_options_defaults(&o->strings);
    airy_order_options_defaults(&o->order);
}

// Lengths of q: with more than this a period is shorter than the digits of most dumps, 0.01 A.
#define Q_MOST 1000.0

static airy_code check_waves(const airy_measure_options *o, airy_error *err)
{
    if (!(o->q_low >= 0 && o->q_high > o->q_low && o->q_high <= Q_MOST && o->q_max <= Q_MOST))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "q from %g to %g, and up to %g, 1/A: rising numbers from 0 to %g are "
                              "wanted",
                              o->q_low, o->q_high, o->q_max, Q_MOST);
    for (int k = 0; k < AIRY_SELF_ROOM && o->self_q[k] != 0; k++)
        if (!(o->self_q[k] > 0 && o->self_q[k] <= Q_MOST))
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "F_s at q = %g / A: more than 0 and at most %g are wanted",
                                  o->self_q[k], Q_MOST);
    return AIRY_OK;
}

airy_code airy_measure_options_check(const airy_measure_options *o, airy_error *err)
{
    bool any = false;
    for (int i = 0; i < AIRY_MEASURES; i++)
        any = any || o->wanted[i];
    if (!any)
        return airy_error_set(err, AIRY_EARGUMENT, "nothing is to be measured");
    if (!(o->r_bin > 0) || !(o->q_bin > 0) || !(o->r_max >= 0) || !(o->q_max > o->q_bin))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "bins of r %g and q %g, and a q range of %g: all are above 0",
                              o->r_bin, o->q_bin, o->q_max);
    if (!(o->overlap > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "an overlap within %g A is none", o->overlap);
    if (o->motion.to_ps > 0 && !(o->motion.to_ps > o->motion.from_ps))
        return airy_error_set(err, AIRY_EARGUMENT, "lags from %g to %g ps are none",
                              o->motion.from_ps, o->motion.to_ps);
    airy_code code = check_waves(o, err);
    return code == AIRY_OK ? airy_order_options_check(&o->order, err) : code;
}

// ------------------------------------------------------------------ tables

const char *airy_measure_table(const airy_measure_options *o, int i)
{
    for (int k = 0; k < 2 * AIRY_MEASURES; k++) {
        const char *name = o->wanted[k / 2] ? rows[k / 2]->tables[k % 2] : NULL;
        if (name && i-- == 0)
            return name;
    }
    return NULL;
}

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

// ------------------------------------------------------------------ the pass

// Masses stand for all types or for none: those without one would weigh as if they had 1.
static airy_code check_masses(const airy_measured *m, airy_error *err)
{
    int given = 0;
    while (given < AIRY_TYPES_MAX && m->o->mass[given] > 0)
        given++;
    if (given == 0 || given == m->types)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EVALUE,
                          "there are %d types of atoms, but %d masses are given: one for each, in "
                          "their order",
                          m->types, given);
}

// What the first frame says of all.
static airy_code meet(airy_measured *m, const airy_trajectory *t, const airy_atoms *atoms,
                      airy_error *err)
{
    m->types = airy_trajectory_types(t);
    m->atoms = atoms->n;
    m->first_ps = atoms->time_ps;
    m->tracks.drift = m->o->drift;
    memcpy(m->tracks.mass, m->o->mass, sizeof m->tracks.mass);
    for (int i = 0; i < m->types; i++)
        snprintf(m->name[i], AIRY_TYPE_ROOM, "%s", airy_trajectory_type(t, i));
    airy_code code = check_masses(m, err);
    return code != AIRY_OK
               ? code
               : airy_table_init(&m->summary, "measure quantity type value error unit", err);
}

static airy_code take(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    bool moves = false;
    airy_code code = AIRY_OK;
    for (int i = 0; i < AIRY_MEASURES && code == AIRY_OK; i++) {
        if (!m->o->wanted[i])
            continue;
        moves = moves || rows[i]->moves;
        if (rows[i]->frame)
            code = rows[i]->frame(m, atoms, err);
    }
    if (code == AIRY_OK && moves)
        code = airy_tracks_add(&m->tracks, atoms, m->types, err);
    m->frames++;
    m->last_ps = atoms->time_ps;
    return code;
}

static airy_code pass(airy_measured *m, airy_trajectory *t, const airy_progress *progress,
                      airy_error *err)
{
    const airy_atoms *atoms;
    airy_code code = airy_trajectory_next(t, &atoms, err);
    if (code == AIRY_OK && !atoms)
        return airy_error_set(err, AIRY_EVALUE, "there is no frame of those asked for");
    if (code == AIRY_OK)
        code = meet(m, t, atoms, err);
    while (code == AIRY_OK && atoms) {
        code = take(m, atoms, err);
        airy_progress_report(progress, airy_trajectory_share(t), 1, "of the trajectory");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d frames", m->frames);
        if (code == AIRY_OK)
            code = airy_trajectory_next(t, &atoms, err);
    }
    return code;
}

static airy_code finish(airy_measured *m, const airy_progress *progress, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (m->tracks.frames > 0)
        code = airy_lags_init(&m->lags, &m->tracks, m->o->per_decade, err);
    for (int i = 0; i < AIRY_MEASURES && code == AIRY_OK; i++) {
        if (m->o->wanted[i] && rows[i]->finish)
            code = rows[i]->finish(m, err);
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped before all was measured");
    }
    if (m->tracks.stretch > 0)
        airy_text_append(&m->doubts,
                         "the box changes its volume by up to %.2g %%: motion is measured in the "
                         "first box\n",
                         100 * m->tracks.stretch);
    return code;
}

airy_measured *airy_measure_run(const char *path, const airy_measure_options *options,
                                const airy_progress *progress, airy_error *err)
{
    airy_error why = {0};
    airy_measured *m = calloc(1, sizeof *m);
    airy_trajectory *t = NULL;
    airy_code code = m ? airy_measure_options_check(options, &why)
                       : airy_error_set(&why, AIRY_EMEMORY, "no memory");
    if (code == AIRY_OK) {
        m->own = *options;
        m->o = &m->own;
        t = airy_trajectory_open(path, &options->trajectory, &why);
        code = t ? pass(m, t, progress, &why) : why.code;
        if (t && airy_trajectory_reduced(t))
            airy_text_append(&m->doubts, "the file has reduced units (lj): what is called A and ps "
                                         "are units of its own\n");
    }
    if (code == AIRY_OK)
        code = finish(m, progress, &why);
    airy_trajectory_close(t);
    if (code == AIRY_OK)
        return m;
    if (!strstr(why.message, path))
        airy_error_prefix(&why, "%s", path);
    airy_error_set(err, why.code, "%s", why.message);
    airy_measured_free(m);
    return NULL;
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
