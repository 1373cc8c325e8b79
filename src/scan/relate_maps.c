// SPDX-License-Identifier: GPL-3.0-or-later
// Maps of files related in pairs, as a table.
#include "airy/scan.h"
#include "relate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAPS "/entry/maps/"

typedef struct work {
    const airy_call *call;
    airy_relate_options options;
    airy_table *table; // the caller's
} work;

// A map of a file: the whole, and its halves when the file has them.
typedef struct maps {
    airy_image whole, half[2];
    bool halved;
} maps;

static void release(maps *m)
{
    airy_image_release(&m->whole);
    airy_image_release(&m->half[0]);
    airy_image_release(&m->half[1]);
}

// ------------------------------------------------------------------ reading

static airy_code read_halves(airy_h5 *h5, const char *name, maps *m, airy_error *err)
{
    static const struct {
        const char *name, *half[2];
    } rows[] = {{"tau_s", {"tau_half_a_s", "tau_half_b_s"}}, {"v", {"v_half_a", "v_half_b"}}};
    airy_code code = AIRY_OK;
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        for (int i = 0; code == AIRY_OK && i < 2; i++) {
            char path[128];
            snprintf(path, sizeof path, MAPS "%s", rows[k].half[i]);
            if (strcmp(name, rows[k].name) != 0 || !airy_h5_has(h5, path))
                continue;
            code = airy_h5_get_image(h5, path, &m->half[i], err);
            m->halved = i == 1;
        }
    return code;
}

// Places that stand for "not known" in both maps would be related to one another.
static airy_code check_fillers(const char *spec, const airy_image *map, airy_error *err)
{
    int n = map->ny * map->nx;
    double *values = airy_memory_new((size_t)n, sizeof *values);
    if (!values)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a map");
    for (int i = 0; i < n; i++)
        values[i] = map->px[i];
    double filler = airy_stats_filler(values, n);
    airy_memory_free(values);
    return filler < 0 ? airy_error_set(err, AIRY_EVALUE,
                                       "%s holds %g, which stands for 'not known' in many maps: "
                                       "write NaN there",
                                       spec, filler)
                      : AIRY_OK;
}

// Places whose tau is censored stay: they share the rank of the longest. To leave them out would
// choose places by their noise, and two halves of what was chosen so are related.
//
// "scan.h5:tau_s" means /entry/maps/tau_s; any other file's dataset has its whole path.
static airy_code read_maps(const char *spec, maps *m, airy_error *err)
{
    const char *colon = strrchr(spec, ':');
    char path[512];
    if (!colon || colon == spec || !colon[1])
        return airy_error_set(err, AIRY_EARGUMENT, "%s: a map is named as FILE:map", spec);
    snprintf(path, sizeof path, "%s%s", colon[1] == '/' ? "" : MAPS, colon + 1);
    char *file = strndup(spec, (size_t)(colon - spec));
    if (!file)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a file name");
    airy_h5 *h5 = airy_h5_open(file, err);
    airy_code code =
        h5 ? airy_h5_get_image(h5, path, &m->whole, err) : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = check_fillers(spec, &m->whole, err);
    if (code == AIRY_OK && colon[1] != '/')
        code = read_halves(h5, colon + 1, m, err);
    airy_h5_close(h5);
    free(file);
    return code;
}

// ------------------------------------------------------------------ table

static airy_code add_row(work *w, const char *const names[2], const char *estimator,
                         const airy_relation *r, airy_error *err)
{
    const struct {
        const char *column;
        double value;
    } numbers[] = {{"spearman", r->spearman}, {"low", r->low}, {"high", r->high},
                   {"p", r->chance},          {"n", r->n},     {"n_effective", r->effective},
                   {"pearson", r->pearson}};
    airy_table *t = w->table;
    const char *const texts[][2] = {{"a", names[0]}, {"b", names[1]}, {"estimator", estimator}};
    airy_code code = airy_table_add(t, err);
    for (int i = 0; code == AIRY_OK && i < 3; i++)
        code = airy_table_put(t, t->rows - 1, texts[i][0], texts[i][1], err);
    for (size_t i = 0; code == AIRY_OK && i < sizeof numbers / sizeof numbers[0]; i++)
        code = airy_table_put_double(t, t->rows - 1, numbers[i].column, numbers[i].value, err);
    return code;
}

static airy_code relate_halves(work *w, const char *const names[2], const maps two[2],
                               airy_error *err)
{
    airy_split_relation split;
    const airy_image a[2] = {two[0].half[0], two[0].half[1]};
    const airy_image b[2] = {two[1].half[0], two[1].half[1]};
    airy_code code = airy_relate_halves(a, b, &w->options, &split, err);
    if (code == AIRY_OK)
        code = add_row(w, names, "split", &split.of, err);
    airy_relation corrected = split.of;
    corrected.spearman = split.corrected;
    corrected.low = split.corrected_low, corrected.high = split.corrected_high;
    corrected.pearson = NAN;
    if (code == AIRY_OK)
        code = add_row(w, names, "split-corrected", &corrected, err);
    if (code == AIRY_OK)
        airy_call_note(w->call, "%s agrees with itself by %.3f, %s by %.3f (halves)", names[0],
                       split.reliable[0], names[1], split.reliable[1]);
    return code;
}

static airy_code relate_pair(work *w, const char *const names[2], airy_error *err)
{
    maps two[2] = {{.halved = false}, {.halved = false}};
    airy_relation naive;
    airy_code code = read_maps(names[0], &two[0], err);
    if (code == AIRY_OK)
        code = read_maps(names[1], &two[1], err);
    bool split = two[0].halved && two[1].halved;
    if (code == AIRY_OK && split)
        code = relate_halves(w, names, two, err);
    if (code == AIRY_OK)
        code = airy_relate(&two[0].whole, &two[1].whole, &w->options, &naive, err);
    if (code == AIRY_OK)
        code = add_row(w, names, split ? "naive" : "whole", &naive, err);
    if (code == AIRY_OK && !split)
        airy_call_warn(w->call,
                       "%s and %s have no halves: noise that they share counts as relation",
                       names[0], names[1]);
    release(&two[0]);
    release(&two[1]);
    return code;
}

// The run in the table's history: its inputs are the files, whose maps the command line names.
static airy_code record(const airy_call *call, airy_history *history, airy_error *err)
{
    airy_call of_files = *call;
    int n = call->n_inputs;
    char **file = airy_memory_new((size_t)n, sizeof *file);
    bool good = file != NULL;
    for (int i = 0; good && i < n; i++) {
        const char *colon = strrchr(call->inputs[i], ':');
        size_t length = colon ? (size_t)(colon - call->inputs[i]) : strlen(call->inputs[i]);
        file[i] = strndup(call->inputs[i], length);
        good = file[i] != NULL;
    }
    of_files.inputs = (const char *const *)file;
    airy_code code = good ? airy_call_record(&of_files, NULL, NULL, history, err)
                          : airy_error_set(err, AIRY_EMEMORY, "no memory for %d names", n);
    for (int i = 0; file && i < n; i++)
        free(file[i]);
    airy_memory_free(file);
    return code;
}

airy_code airy_relate_run(const airy_call *call, const airy_relate_options *options,
                          airy_table *table, airy_error *err)
{
    work w = {.call = call, .options = *options, .table = table};
    *table = (airy_table){0};
    w.options.threads = call->threads;
    w.options.seed = call->seed;
    if (call->n_inputs % 2)
        return airy_error_set(err, AIRY_EARGUMENT, "maps come in pairs: A.h5:map B.h5:map");
    airy_code code = airy_output_check(call->output, NULL, call->overwrite, err);
    if (code == AIRY_OK)
        code =
            airy_table_init(table, "a b estimator spearman low high p n n_effective pearson", err);
    for (int i = 0; code == AIRY_OK && i + 1 < call->n_inputs; i += 2)
        code = relate_pair(&w, call->inputs + i, err);
    if (code == AIRY_OK && call->output)
        code = record(call, &table->history, err);
    if (code == AIRY_OK && call->output)
        code = airy_table_write(call->output, table, call->overwrite, err);
    return code;
}
