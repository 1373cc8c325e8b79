// SPDX-License-Identifier: GPL-3.0-or-later
// One table of columns for both ways out.
#include "airy/image.h"

#include <math.h>
#include <stdio.h>

// The period is in pixels where those of the image are not known.
static const airy_number period[] = {
    AIRY_NUMBER(airy_ring, period_nm, "period_nm", "nm", "full period at the middle of the ring"),
    AIRY_NUMBER(airy_ring, period_nm, "period_pixels", "pixels", "the same, of unknown pixels"),
};
static const airy_number rest[] = {
    AIRY_NUMBER(airy_ring, photons, "photons", "photons", "on the ring"),
    AIRY_NUMBER(airy_ring, r_factor, "r_factor", "1", "sum | |F| - b | / sum b"),
    AIRY_NUMBER(airy_ring, r_free, "r_free", "1", "the same of pixels that were held out"),
    AIRY_NUMBER(airy_ring, deviance, "deviance", "1", "Poisson deviance a pixel"),
    AIRY_NUMBER(airy_ring, deviance_mean, "deviance_mean", "1", "the same of the mean image"),
    AIRY_NUMBER(airy_ring, prtf, "prtf", "1",
                "phase retrieval transfer function (Chapman et al., JOSA A 23, 1179, 2006)"),
    AIRY_NUMBER(airy_ring, prtf_phasor, "prtf_phasor", "1", "the same of phases alone"),
    AIRY_NUMBER(airy_ring, outside, "outside", "1", "share of the power outside the support"),
    AIRY_NUMBER(airy_ring, frc, "frc", "1", "correlation of halves of the images"),
    AIRY_NUMBER(airy_ring, half_bit, "half_bit", "1",
                "its half-bit limit (van Heel and Schatz, J. Struct. Biol. 151, 250, 2005)"),
    AIRY_NUMBER(airy_ring, one_seventh, "one_seventh", "1", "1/7, the limit of others"),
};
const airy_described airy_ring_numbers = AIRY_DESCRIBED("image.cxi rings", rest);
const airy_described airy_ring_period_numbers = AIRY_DESCRIBED("image.cxi rings", period);

static airy_described period_of(const airy_ring_table *rings)
{
    return (airy_described){airy_ring_period_numbers.product, &period[rings->in_pixels], 1};
}

// Periods, in pixels where those of the image are not known.
static const airy_number in_nm[AIRY_RINGS_RESOLUTIONS] = {
    AIRY_NUMBER(airy_ring_table, resolution_half_bit_nm, "resolution_half_bit_nm", "nm",
                "period where frc falls below half_bit"),
    AIRY_NUMBER(airy_ring_table, resolution_seventh_nm, "resolution_seventh_nm", "nm",
                "where frc falls below 1/7"),
    AIRY_NUMBER(airy_ring_table, resolution_prtf_nm, "resolution_prtf_nm", "nm",
                "where prtf_phasor falls below 1/e"),
    AIRY_NUMBER(airy_ring_table, resolution_r_nm, "resolution_r_nm", "nm",
                "where r_factor exceeds 1/2"),
    AIRY_NUMBER(airy_ring_table, resolution_outside_nm, "resolution_outside_nm", "nm",
                "where more than half of the power is outside the support"),
    AIRY_NUMBER(airy_ring_table, resolution_deviance_nm, "resolution_deviance_nm", "nm",
                "where deviance exceeds deviance_mean"),
};
static const airy_number in_pixels[AIRY_RINGS_RESOLUTIONS] = {
    AIRY_NUMBER(airy_ring_table, resolution_half_bit_nm, "resolution_half_bit_pixels", "pixels",
                "period where frc falls below half_bit"),
    AIRY_NUMBER(airy_ring_table, resolution_seventh_nm, "resolution_seventh_pixels", "pixels",
                "where frc falls below 1/7"),
    AIRY_NUMBER(airy_ring_table, resolution_prtf_nm, "resolution_prtf_pixels", "pixels",
                "where prtf_phasor falls below 1/e"),
    AIRY_NUMBER(airy_ring_table, resolution_r_nm, "resolution_r_pixels", "pixels",
                "where r_factor exceeds 1/2"),
    AIRY_NUMBER(airy_ring_table, resolution_outside_nm, "resolution_outside_pixels", "pixels",
                "where more than half of the power is outside the support"),
    AIRY_NUMBER(airy_ring_table, resolution_deviance_nm, "resolution_deviance_pixels", "pixels",
                "where deviance exceeds deviance_mean"),
};
static const airy_described resolutions[2] = {
    AIRY_DESCRIBED("image.cxi, resolve.h5", in_nm),
    AIRY_DESCRIBED("image.cxi, resolve.h5", in_pixels),
};

void airy_ring_table_resolutions(const airy_ring_table *rings,
                                 airy_result_row rows[AIRY_RINGS_RESOLUTIONS])
{
    const airy_number *number = resolutions[rings->in_pixels].number;
    for (int i = 0; i < AIRY_RINGS_RESOLUTIONS; i++)
        rows[i] = (airy_result_row){
            number[i].name, rings->n > 0 ? airy_number_get(&number[i], rings) : (double)NAN};
}

void airy_ring_table_length(const airy_ring_table *rings, double resolution,
                            char text[AIRY_RINGS_LENGTH])
{
    snprintf(text, AIRY_RINGS_LENGTH, "%.3g %s%s", resolution, rings->in_pixels ? "pixels" : "nm",
             airy_rings_at_edge(rings, resolution) ? " or finer" : "");
}

void airy_ring_table_put(airy_h5 *h5, const airy_ring_table *rings, airy_error *err)
{
    static const char group[] = "/entry_1/result_1/rings";
    const airy_described of_period = period_of(rings);
    const airy_rows rows = {rings->ring, sizeof *rings->ring, rings->n};
    airy_described_put(h5, group, &of_period, &rows, err);
    airy_described_put(h5, group, &airy_ring_numbers, &rows, err);
}

static airy_code add_row(airy_table *table, int r, const airy_ring_table *rings, airy_error *err)
{
    const airy_ring *ring = &rings->ring[r];
    const airy_described of_period = period_of(rings);
    const airy_result_row counts[] = {{"ring", r}, {"pixels", ring->pixels}, {"used", ring->used}};
    airy_code code = airy_table_add_row(table, counts, sizeof counts / sizeof *counts, err);
    if (!code)
        code = airy_described_put_row(table, r, &of_period, ring, err);
    return code ? code : airy_described_put_row(table, r, &airy_ring_numbers, ring, err);
}

airy_code airy_ring_table_write(const char *path, const airy_ring_table *rings,
                                const airy_history *history, bool overwrite, airy_error *err)
{
    airy_table table = {0};
    airy_text names = {0};
    airy_text_append(&names, "ring pixels used");
    const airy_described of_period = period_of(rings);
    airy_described_names(&of_period, &names);
    airy_described_names(&airy_ring_numbers, &names);
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                                  : airy_table_init(&table, names.text, err);
    for (int r = 0; !code && r < rings->n; r++)
        code = add_row(&table, r, rings, err);
    if (!code)
        code = airy_table_write_under(path, &table, history, overwrite, err);
    airy_table_release(&table);
    airy_text_release(&names);
    return code;
}
