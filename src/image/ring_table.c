// SPDX-License-Identifier: GPL-3.0-or-later
// One table of columns for both ways out.
#include "airy/image.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const airy_ring_table_column columns[] = {
    {"period_nm", offsetof(airy_ring, period_nm)},
    {"photons", offsetof(airy_ring, photons)},
    {"r_factor", offsetof(airy_ring, r_factor)},
    {"r_free", offsetof(airy_ring, r_free)},
    {"deviance", offsetof(airy_ring, deviance)},
    {"deviance_mean", offsetof(airy_ring, deviance_mean)},
    {"prtf", offsetof(airy_ring, prtf)},
    {"prtf_phasor", offsetof(airy_ring, prtf_phasor)},
    {"outside", offsetof(airy_ring, outside)},
    {"frc", offsetof(airy_ring, frc)},
    {"half_bit", offsetof(airy_ring, half_bit)},
    {"one_seventh", offsetof(airy_ring, one_seventh)},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

double airy_ring_table_field(const void *row, const airy_ring_table_column *column)
{
    double value;
    memcpy(&value, (const char *)row + column->offset, sizeof value);
    return value;
}

// A column's name in a table whose periods are in pixels.
static const char *name_of(const airy_ring_table *rings, const char *name)
{
    return rings->in_pixels && strcmp(name, "period_nm") == 0 ? "period_pixels" : name;
}

void airy_ring_table_resolutions(const airy_ring_table *rings,
                                 airy_result_row rows[AIRY_RINGS_RESOLUTIONS])
{
    static const char *const in_pixels[AIRY_RINGS_RESOLUTIONS] = {
        "resolution_half_bit_pixels", "resolution_seventh_pixels", "resolution_prtf_pixels",
        "resolution_r_pixels",        "resolution_outside_pixels", "resolution_deviance_pixels"};
    bool known = rings->n > 0;
    const airy_result_row all[AIRY_RINGS_RESOLUTIONS] = {
        {"resolution_half_bit_nm", known ? rings->resolution_half_bit_nm : NAN},
        {"resolution_seventh_nm", known ? rings->resolution_seventh_nm : NAN},
        {"resolution_prtf_nm", known ? rings->resolution_prtf_nm : NAN},
        {"resolution_r_nm", known ? rings->resolution_r_nm : NAN},
        {"resolution_outside_nm", known ? rings->resolution_outside_nm : NAN},
        {"resolution_deviance_nm", known ? rings->resolution_deviance_nm : NAN},
    };
    memcpy(rows, all, sizeof all);
    for (int i = 0; rings->in_pixels && i < AIRY_RINGS_RESOLUTIONS; i++)
        rows[i].name = in_pixels[i];
}

void airy_ring_table_length(const airy_ring_table *rings, double resolution,
                            char text[AIRY_RINGS_LENGTH])
{
    snprintf(text, AIRY_RINGS_LENGTH, "%.3g %s%s", resolution, rings->in_pixels ? "pixels" : "nm",
             airy_rings_at_edge(rings, resolution) ? " or finer" : "");
}

void airy_ring_table_put(airy_h5 *h5, const airy_ring_table *rings, airy_error *err)
{
    double *values = airy_memory_new((size_t)rings->n + 1, sizeof *values);
    for (int c = 0; values && c < COLUMNS; c++) {
        for (int r = 0; r < rings->n; r++)
            values[r] = airy_ring_table_field(&rings->ring[r], &columns[c]);
        airy_results_put_column(h5, "rings", name_of(rings, columns[c].name), values, rings->n,
                                err);
    }
    airy_memory_free(values);
}

static airy_code add_row(airy_table *table, int r, const airy_ring_table *rings, airy_error *err)
{
    const airy_ring *ring = &rings->ring[r];
    const airy_result_row counts[] = {{"ring", r}, {"pixels", ring->pixels}, {"used", ring->used}};
    airy_code code = airy_table_add(table, err);
    for (int i = 0; !code && i < 3; i++)
        code = airy_table_put_double(table, r, counts[i].name, counts[i].value, err);
    for (int c = 0; !code && c < COLUMNS; c++)
        code = airy_table_put_double(table, r, name_of(rings, columns[c].name),
                                     airy_ring_table_field(ring, &columns[c]), err);
    return code;
}

airy_code airy_ring_table_write(const char *path, const airy_ring_table *rings,
                                const airy_history *history, bool overwrite, airy_error *err)
{
    airy_table table = {0};
    airy_text names = {0};
    airy_text_append(&names, "ring pixels used");
    for (int c = 0; c < COLUMNS; c++)
        airy_text_append(&names, " %s", name_of(rings, columns[c].name));
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                                  : airy_table_init(&table, names.text, err);
    if (!code)
        code = airy_history_copy(&table.history, history, err);
    for (int r = 0; !code && r < rings->n; r++)
        code = add_row(&table, r, rings, err);
    if (!code)
        code = airy_table_write(path, &table, overwrite, err);
    airy_table_release(&table);
    airy_text_release(&names);
    return code;
}
