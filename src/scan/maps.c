// SPDX-License-Identifier: GPL-3.0-or-later
// Maps by name, as a file, and as a table.
#include "airy/scan.h"
#include "points.h"
#include "maps.h"

#include <stdio.h>
#include <string.h>

#define MAPS "/entry/maps/"

// One row a map.
static const airy_number rows[] = {
    AIRY_NUMBER(airy_scan_point, tau, "tau_s", "s",
                "relaxation time, m = 2; at flag 1 the length of the record"),
    AIRY_NUMBER(airy_scan_point, tau_err, "tau_err_s", "s", "its error, by leaving out sectors"),
    AIRY_NUMBER(airy_scan_point, contrast, "contrast", "dimensionless", "g - 1 at delay 0"),
    AIRY_NUMBER(airy_scan_point, contrast_err, "contrast_err", "dimensionless", "its error"),
    AIRY_NUMBER(airy_scan_point, gamma, "gamma", "dimensionless", "exponent"),
    AIRY_NUMBER(airy_scan_point, gamma_err, "gamma_err", "dimensionless",
                "its error, 0 where it is held"),
    AIRY_NUMBER(airy_scan_point, v, "v", "dimensionless",
                "<I^2> / <I>^2 - 1, mean over rings and time"),
    AIRY_NUMBER(airy_scan_point, v_err, "v_err", "dimensionless", "its error"),
    AIRY_NUMBER(airy_scan_point, intensity, "intensity", "counts", "mean of the ring"),
    AIRY_NUMBER(airy_scan_point, tau_half[0], "tau_half_a_s", "s",
                "tau of the sectors from 0 to 90 degrees"),
    AIRY_NUMBER(airy_scan_point, tau_half[1], "tau_half_b_s", "s",
                "tau of the sectors from 90 to 180 degrees"),
    AIRY_NUMBER(airy_scan_point, v_half[0], "v_half_a", "dimensionless",
                "V of the sectors from 0 to 90 degrees"),
    AIRY_NUMBER(airy_scan_point, v_half[1], "v_half_b", "dimensionless",
                "V of the sectors from 90 to 180 degrees"),
};
const airy_described airy_scan_numbers = AIRY_DESCRIBED("scan.h5 maps, scan.tsv", rows);
enum { ROWS = sizeof rows / sizeof rows[0] };

static const char *unit_of(const airy_scan_maps *maps, const airy_number *of)
{
    return strcmp(of->unit, "s") == 0 && !maps->timed ? "frames" : of->unit;
}

airy_code airy_scan_map(const airy_scan_maps *maps, const char *name, airy_image *map,
                        airy_error *err)
{
    airy_text names = {0};
    for (int k = 0; k < ROWS; k++) {
        if (strcmp(rows[k].name, name) != 0) {
            airy_text_append(&names, "%s%s", k ? ", " : "", rows[k].name);
            continue;
        }
        airy_text_release(&names);
        airy_code code = airy_image_init(map, maps->ny, maps->nx, err);
        for (int i = 0; code == AIRY_OK && i < maps->ny * maps->nx; i++)
            map->px[i] = (float)airy_number_get(&rows[k], &maps->point[i]);
        return code;
    }
    airy_error_set(err, AIRY_EARGUMENT, "there is no map '%s'; maps are %s", name,
                   names.text ? names.text : "");
    airy_text_release(&names);
    return AIRY_EARGUMENT;
}

// ------------------------------------------------------------------ file

static airy_code put_map(airy_h5 *h5, const airy_scan_maps *maps, const airy_number *of,
                         double *values, airy_error *err)
{
    char path[128];
    const int dims[2] = {maps->ny, maps->nx};
    snprintf(path, sizeof path, MAPS "%s", of->name);
    for (int i = 0; i < maps->ny * maps->nx; i++)
        values[i] = airy_number_get(of, &maps->point[i]);
    airy_h5_put_doubles(h5, path, values, 2, dims, err);
    airy_h5_put_attribute_text(h5, path, "units", unit_of(maps, of), err);
    return airy_h5_put_attribute_text(h5, path, "meaning", of->meaning, err);
}

static airy_code put_flags(airy_h5 *h5, const airy_scan_maps *maps, airy_error *err)
{
    const int dims[2] = {maps->ny, maps->nx};
    int *flag = airy_memory_new((size_t)maps->ny * (size_t)maps->nx, sizeof *flag);
    if (!flag)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a map");
    for (int i = 0; i < maps->ny * maps->nx; i++)
        flag[i] = maps->point[i].flag;
    airy_h5_put_ints(h5, MAPS "flag", flag, 2, dims, err);
    airy_code code = airy_h5_put_attribute_text(
        h5, MAPS "flag", "meaning", "1 longer than the record, 2 no fit, 4 vacuum", err);
    airy_memory_free(flag);
    return code;
}

static airy_code put_rest(airy_h5 *h5, const airy_scan_maps *maps, airy_error *err)
{
    const int rings[3] = {maps->rings, maps->ny, maps->nx}, drift[2] = {maps->frames, 2};
    airy_h5_put_doubles(h5, MAPS "v_ring", maps->v_ring, 3, rings, err);
    airy_h5_put_doubles(h5, MAPS "v_ring_s", maps->ring_s, 1, rings, err);
    airy_h5_put_attribute_text(h5, MAPS "v_ring_s", "units", "1/nm (s = q / 2 pi), or pixels", err);
    airy_h5_put_doubles(h5, "/entry/drift/shift", maps->shift, 2, drift, err);
    airy_h5_put_attribute_text(h5, "/entry/drift/shift", "units", "steps", err);
    airy_h5_put_double(h5, "/entry/scan/period", maps->period_s, err);
    airy_h5_put_attribute_text(h5, "/entry/scan/period", "units", maps->timed ? "s" : "frames",
                               err);
    if (maps->step_nm > 0)
        airy_h5_put_double(h5, "/entry/scan/step_nm", maps->step_nm, err);
    return airy_h5_put_int(h5, "/entry/scan/frames", maps->frames, err);
}

airy_code airy_scan_write(const char *path, const airy_scan_maps *maps, const airy_history *history,
                          bool overwrite, airy_error *err)
{
    airy_h5 *h5 = airy_h5_create(path, overwrite, err);
    double *values = airy_memory_new((size_t)maps->ny * (size_t)maps->nx, sizeof *values);
    airy_code code = h5 ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK && !values)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a map");
    for (int k = 0; code == AIRY_OK && k < ROWS; k++)
        code = put_map(h5, maps, &rows[k], values, err);
    if (code == AIRY_OK)
        code = put_flags(h5, maps, err);
    if (code == AIRY_OK)
        code = put_rest(h5, maps, err);
    if (code == AIRY_OK)
        code = airy_cxi_begin(h5, NULL, history, err);
    if (code == AIRY_OK)
        code = airy_h5_put_attribute_text(h5, "/", "default", "entry", err);
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    airy_memory_free(values);
    return code;
}

// ------------------------------------------------------------------ table

airy_code airy_scan_table(const airy_scan_maps *maps, airy_table *table, airy_error *err)
{
    airy_text names = {0};
    airy_text_append(&names, "y x");
    airy_described_names(&airy_scan_numbers, &names);
    airy_text_append(&names, " flag");
    airy_code code = airy_table_init(table, names.text, err);
    airy_text_release(&names);
    for (int i = 0; code == AIRY_OK && i < maps->ny * maps->nx; i++) {
        code = airy_table_add(table, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(table, i, "y", i / maps->nx, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(table, i, "x", i % maps->nx, err);
        if (code == AIRY_OK)
            code = airy_described_put_row(table, i, &airy_scan_numbers, &maps->point[i], err);
        if (code == AIRY_OK)
            code = airy_table_put_double(table, i, "flag", maps->point[i].flag, err);
    }
    return code;
}
