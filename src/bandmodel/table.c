// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of the Monte Carlo model: its images, and a table of its bands by snapshot.
#include "airy/bandmodel.h"
#include "table.h"
#include "friction.h"
#include "airy/source.h"

#include <stdio.h>

#define RESULT "/entry_1/result_1/"

static double mean_accepted(const airy_montecarlo *model, int snapshot)
{
    double sum = 0;
    for (int run = 0; run < model->runs; run++)
        sum += model->accepted[run * model->snapshots + snapshot];
    return sum / model->runs;
}

airy_code airy_montecarlo_to_table(const airy_montecarlo *model, const airy_population *formed,
                                   airy_table *table, airy_error *err)
{
    airy_code code = airy_table_init(table,
                                     "sweep accepted n_branches band_length_nm folded_mean_deg "
                                     "folded_sd_deg fraction_20_40 fraction_20_40_error "
                                     "p_20_40 p_uniform",
                                     err);
    for (int s = 0; code == AIRY_OK && s < model->snapshots; s++) {
        const airy_angles *angles = &formed[s].angles;
        const airy_result_row cells[] = {
            {"sweep", model->sweep[s]},
            {"accepted", mean_accepted(model, s)},
            {"n_branches", (double)formed[s].branches / model->runs},
            {"band_length_nm", angles->length_nm / model->runs},
            {"folded_mean_deg", angles->folded_mean_deg},
            {"folded_sd_deg", angles->folded_sd_deg},
            {"fraction_20_40", angles->fraction_20_40},
            {"fraction_20_40_error", angles->fraction_20_40_error},
            {"p_20_40", formed[s].p_20_40},
            {"p_uniform", formed[s].p_uniform},
        };
        code = airy_table_add_row(table, cells, sizeof cells / sizeof *cells, err);
    }
    return code;
}

static airy_code put_judged(airy_table *table, const airy_judged *of, airy_error *err)
{
    const airy_population *formed = &of->formed;
    const airy_result_row cells[] = {
        {"friction_deg", of->friction_deg},
        {"runs", formed->members},
        {"n_branches", (double)formed->branches / formed->members},
        {"band_length_nm", formed->angles.length_nm / formed->members},
        {"folded_mean_deg", formed->angles.folded_mean_deg},
        {"folded_mean_error_deg", formed->angles.folded_mean_error_deg},
        {"folded_sd_deg", formed->angles.folded_sd_deg},
        {"fraction_20_40", formed->angles.fraction_20_40},
        {"fraction_low", formed->fraction_low},
        {"fraction_high", formed->fraction_high},
        {"p_20_40", formed->p_20_40},
        {"p_uniform", formed->p_uniform},
        {"distance_deg", of->agreement.distance_deg},
        {"p_data", of->agreement.p},
    };
    return airy_table_add_row(table, cells, sizeof cells / sizeof *cells, err);
}

airy_code airy_judged_to_table(const airy_judged *of, int n, airy_table *table, airy_error *err)
{
    airy_code code = airy_table_init(table,
                                     "friction_deg runs n_branches band_length_nm folded_mean_deg "
                                     "folded_mean_error_deg folded_sd_deg fraction_20_40 "
                                     "fraction_low fraction_high p_20_40 p_uniform distance_deg "
                                     "p_data",
                                     err);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        code = put_judged(table, &of[i], err);
    return code;
}

// The table's columns as datasets.
static airy_code put_table(airy_h5 *h5, const airy_table *table, airy_error *err)
{
    double *values = airy_memory_new((size_t)table->rows + 1, sizeof *values);
    airy_code code = values ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for a column");
    for (int c = 0; code == AIRY_OK && c < table->columns; c++) {
        char path[96];
        for (int i = 0; code == AIRY_OK && i < table->rows; i++)
            code = airy_table_get_double(table, i, table->name[c], &values[i], err);
        snprintf(path, sizeof path, RESULT "snapshots/%s", table->name[c]);
        if (code == AIRY_OK)
            code = airy_h5_put_doubles(h5, path, values, 1, &table->rows, err);
    }
    airy_memory_free(values);
    return code;
}

airy_code airy_montecarlo_write(const airy_montecarlo *model, const airy_table *table,
                                const char *path, bool overwrite, airy_error *err)
{
    airy_h5 *h5 = airy_h5_create(path, overwrite, err);
    if (!h5)
        return airy_error_code(err, AIRY_EIO);
    airy_cxi_begin(h5, NULL, &table->history, err);
    airy_cxi_put_images(h5, &model->projection, model->pitch_nm * 1e-9, err);
    airy_h5_put_stack(h5, RESULT "section", &model->section, err);
    airy_code code = put_table(h5, table, err);
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}
