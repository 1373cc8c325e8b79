// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles and variances as tables and in HDF5.
#include "variance.h"
#include "profile.h"
#include "files.h"
#include "scattering/integrator.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 96 };

// The arrays of a result that are as long as its bins, and what computes them.
typedef struct column {
    const char *name;
    const double *values;
} column;

enum { COLUMNS = 5 };

typedef struct columns {
    double *own; // q, systematic error, pixels of a frame
    column column[COLUMNS];
} columns;

static airy_code make_columns(const airy_rings_result *r, columns *c, airy_error *err)
{
    const airy_integrator *in = r->integrator;
    size_t n = (size_t)in->bins.n;
    *c = (columns){.own = airy_memory_new(3 * n, sizeof *c->own)};
    if (!c->own)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a table of %zu rows", n);
    for (size_t b = 0; b < n; b++)
        c->own[b] = airy_radial_to_q(in->o.unit, in->bins.bin[b].radial, in->polar.energy_ev);
    airy_profile_systematic(r->mean, in, c->own + n);
    for (size_t b = 0; b < n; b++)
        c->own[2 * n + b] = r->mean->pixels[b] / r->mean->frames;
    const column all[COLUMNS] = {{"q_inv_a", c->own},
                                 {"intensity", r->mean->intensity},
                                 {"sigma", r->mean->sigma},
                                 {"sigma_systematic", c->own + n},
                                 {"pixels", c->own + 2 * n}};
    memcpy(c->column, all, sizeof all);
    return AIRY_OK;
}

// ------------------------------------------------------------------ the table

static void name_columns(const airy_rings_result *r, airy_text *names)
{
    const airy_integrator *in = r->integrator;
    airy_text_append(names, "q_inv_a intensity sigma sigma_systematic pixels");
    if (in->o.unit != AIRY_RADIAL_Q_INV_A)
        airy_text_append(names, " %s", airy_radial_names[in->o.unit]);
    if (in->bins.sectors > 1)
        airy_text_append(names, " phi_deg");
    const char *kind = airy_variance_names[r->kind];
    if (r->variance)
        airy_text_append(names, " v_%s v_%s_err v_%s_corrected", kind, kind, kind);
}

static airy_code put_bin(const airy_rings_result *r, const columns *c, int b, airy_table *table,
                         airy_error *err)
{
    const airy_integrator *in = r->integrator;
    const airy_bin *bin = &in->bins.bin[b];
    airy_code code = airy_table_add(table, err);
    for (int i = 0; i < COLUMNS && code == AIRY_OK; i++)
        code = airy_table_put_double(table, b, c->column[i].name, c->column[i].values[b], err);
    if (code == AIRY_OK && in->o.unit != AIRY_RADIAL_Q_INV_A)
        code = airy_table_put_double(table, b, airy_radial_names[in->o.unit], bin->radial, err);
    if (code == AIRY_OK && in->bins.sectors > 1)
        code = airy_table_put_double(table, b, "phi_deg", bin->phi_deg, err);
    return code;
}

static airy_code put_variance(airy_table *table, int b, const char *kind,
                              const airy_variance_row *row, airy_error *err)
{
    const struct {
        const char *ending;
        double value;
    } cells[] = {{"", row->v}, {"_err", row->error}, {"_corrected", row->corrected}};
    airy_code code = AIRY_OK;
    for (int i = 0; i < 3 && code == AIRY_OK; i++) {
        char name[NAME];
        snprintf(name, sizeof name, "v_%s%s", kind, cells[i].ending);
        code = airy_table_put_double(table, b, name, cells[i].value, err);
    }
    return code;
}

static airy_code add_variance(const airy_rings_result *r, airy_table *table, airy_error *err)
{
    int n = r->integrator->bins.n;
    airy_variance_row *rows = airy_memory_new((size_t)n, sizeof *rows);
    if (!rows)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d variances", n);
    airy_code code = airy_variance_rows(r->variance, r->kind, rows, err);
    for (int b = 0; b < n && code == AIRY_OK; b++)
        code = put_variance(table, b, airy_variance_names[r->kind], &rows[b], err);
    airy_memory_free(rows);
    return code;
}

airy_code airy_rings_table(const airy_rings_result *r, airy_table *table, airy_error *err)
{
    columns c;
    airy_text names = {0};
    airy_code code = make_columns(r, &c, err);
    name_columns(r, &names);
    if (code == AIRY_OK)
        code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                            : airy_table_init(table, names.text, err);
    for (int b = 0; b < r->integrator->bins.n && code == AIRY_OK; b++)
        code = put_bin(r, &c, b, table, err);
    if (code == AIRY_OK && r->variance)
        code = add_variance(r, table, err);
    airy_text_release(&names);
    airy_memory_free(c.own);
    return code;
}

// ------------------------------------------------------------------ HDF5

// Values of every bin as (rings) or, from ring by ring, (sectors, rings).
static airy_code put_bins(const airy_bins *bins, airy_h5 *h5, const char *path,
                          const double *values, airy_error *err)
{
    const int dims[2] = {bins->sectors, bins->rings};
    if (bins->sectors == 1)
        return airy_h5_put_doubles(h5, path, values, 1, &bins->rings, err);
    double *turned = airy_memory_new((size_t)bins->n, sizeof *turned);
    if (!turned)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d bins", bins->n);
    for (int b = 0; b < bins->n; b++)
        // every column has its values, NOLINTNEXTLINE(*NullDereference)
        turned[b % bins->sectors * bins->rings + b / bins->sectors] = values[b];
    airy_code code = airy_h5_put_doubles(h5, path, turned, 2, dims, err);
    airy_memory_free(turned);
    return code;
}

static airy_code put_variances(const airy_rings_result *r, airy_h5 *h5, airy_error *err)
{
    const airy_bins *bins = &r->integrator->bins;
    static const struct {
        const char *ending;
        size_t offset;
    } parts[] = {{"v", offsetof(airy_variance_row, v)},
                 {"err", offsetof(airy_variance_row, error)},
                 {"corrected", offsetof(airy_variance_row, corrected)}};
    airy_variance_row *rows = airy_memory_new((size_t)bins->n, sizeof *rows);
    double *values = airy_memory_new((size_t)bins->n, sizeof *values);
    airy_code code = rows && values
                         ? AIRY_OK
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for %d bins", bins->n);
    for (int kind = 0; kind < AIRY_VARIANCE_KINDS && code == AIRY_OK; kind++) {
        code = airy_variance_rows(r->variance, (airy_variance_kind)kind, rows, err);
        for (int i = 0; i < 3 && code == AIRY_OK; i++) {
            char path[NAME];
            snprintf(path, sizeof path, "/entry/variance/%s_%s", airy_variance_names[kind],
                     parts[i].ending);
            for (int b = 0; b < bins->n; b++)
                memcpy(&values[b], (const char *)&rows[b] + parts[i].offset, sizeof values[b]);
            code = put_bins(bins, h5, path, values, err);
        }
    }
    airy_memory_free(rows);
    airy_memory_free(values);
    return code;
}

// The coordinates of rings and sectors that are no column of their own.
static void put_axes(const airy_integrator *in, airy_h5 *h5, const double *q, airy_error *err)
{
    const airy_bins *bins = &in->bins;
    double *axis = airy_memory_new((size_t)bins->n, sizeof *axis);
    if (!axis) {
        airy_h5_no_memory(h5, "/entry/data/q_inv_a", err);
        return;
    }
    for (int ring = 0; ring < bins->rings; ring++)
        axis[ring] = q[ring * bins->sectors]; // the first column, NOLINT(*NullDereference)
    airy_h5_put_doubles(h5, "/entry/data/q_inv_a", axis, 1, &bins->rings, err);
    airy_h5_put_attribute_text(h5, "/entry/data/q_inv_a", "units", "1/angstrom", err);
    for (int sector = 0; sector < bins->sectors; sector++)
        axis[sector] = bins->bin[sector].phi_deg;
    if (bins->sectors > 1)
        airy_h5_put_doubles(h5, "/entry/data/phi_deg", axis, 1, &bins->sectors, err);
    airy_h5_put_text(h5, "/entry/data/binned_in", airy_radial_names[in->o.unit], err);
    airy_memory_free(axis);
}

airy_code airy_rings_put(const airy_rings_result *r, airy_h5 *h5, airy_error *err)
{
    columns c;
    airy_code code = make_columns(r, &c, err);
    if (code == AIRY_OK)
        put_axes(r->integrator, h5, c.column[0].values, err);
    for (int i = 1; i < COLUMNS && code == AIRY_OK; i++) {
        char path[NAME];
        snprintf(path, sizeof path, "/entry/data/%s", c.column[i].name);
        code = put_bins(&r->integrator->bins, h5, path, c.column[i].values, err);
    }
    if (code == AIRY_OK)
        code = airy_h5_put_int(h5, "/entry/data/frames", r->mean->frames, err);
    if (code == AIRY_OK && r->variance)
        code = put_variances(r, h5, err);
    airy_memory_free(c.own);
    return code;
}

airy_code airy_rings_append(const airy_integrator *in, const airy_profile *profile, airy_h5 *h5,
                            airy_error *err)
{
    const struct {
        const char *path;
        const double *values;
    } rows[] = {{"/entry/each/intensity", profile->intensity},
                {"/entry/each/sigma", profile->sigma}};
    const airy_bins *bins = &in->bins;
    airy_image image = {0};
    airy_code code = airy_image_init(&image, bins->sectors, bins->rings, err);
    for (int i = 0; i < 2 && code == AIRY_OK; i++) {
        for (int b = 0; b < bins->n; b++)
            image.px[b % bins->sectors * bins->rings + b / bins->sectors] =
                (float)rows[i].values[b];
        code = airy_h5_append_image(h5, rows[i].path, &image, err);
    }
    airy_image_release(&image);
    return code;
}
