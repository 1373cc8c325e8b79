// SPDX-License-Identifier: GPL-3.0-or-later
// What is made of a correlation, and its tables.
#include "airy/speckle.h"
#include "findings.h"

#include <math.h>
#include <stdio.h>

void airy_findings_release(airy_findings *findings)
{
    for (int r = 0; findings->g2 && r < findings->regions; r++)
        airy_memory_free(findings->g2[r]);
    airy_memory_free(findings->g2);
    airy_memory_free(findings->n);
    airy_memory_free(findings->result);
    airy_memory_free(findings->steps);
    *findings = (airy_findings){0};
}

airy_code airy_findings_make(const airy_correlation *of, const airy_findings_options *options,
                             airy_findings *findings, airy_error *err)
{
    size_t regions = (size_t)of->regions.n;
    *findings = (airy_findings){.regions = of->regions.n, .timed = options->period_s > 0};
    findings->period_s = findings->timed ? options->period_s : 1;
    findings->g2 = airy_memory_new(regions, sizeof *findings->g2);
    findings->n = airy_memory_new(regions, sizeof *findings->n);
    findings->result = airy_memory_new(regions, sizeof *findings->result);
    airy_code code = findings->g2 && findings->n && findings->result
                         ? AIRY_OK
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for %zu regions", regions);
    for (int r = 0; code == AIRY_OK && r < of->regions.n; r++) {
        code = airy_g2_curves(of, r, &options->curve, &findings->g2[r], &findings->n[r], err);
        if (code == AIRY_OK)
            code = airy_region_results(of, r, findings->g2[r], findings->n[r], &findings->result[r],
                                       err);
    }
    if (code == AIRY_OK && options->steps)
        code = airy_speckle_steps(of, options->chance, options->seed, &findings->steps,
                                  &findings->n_steps, err);
    if (code != AIRY_OK)
        airy_findings_release(findings);
    return code;
}

// ------------------------------------------------------------------ tables

typedef struct column_name {
    char text[20];
} column_name;

typedef struct number {
    const char *column;
    double value;
} number;

static airy_code add_row(airy_table *table, const number *numbers, size_t n, airy_error *err)
{
    airy_code code = airy_table_add(table, err);
    for (size_t i = 0; code == AIRY_OK && i < n; i++)
        code =
            airy_table_put_double(table, table->rows - 1, numbers[i].column, numbers[i].value, err);
    return code;
}

static bool has_parts(const airy_correlation *of)
{
    return of->planes[0].parts.sum != NULL;
}

// Of the column of g2 without a group of pixels; airy fit knows it.
static column_name part_name(int g)
{
    column_name name;
    snprintf(name.text, sizeof name.text, "g2_less_%d", g + 1);
    return name;
}

// (g2 - baseline) / (plateau - baseline), the plateau that of the row's age: its first delay.
static airy_code add_g2(const airy_correlation *of, const airy_findings *findings, int r, int i,
                        const airy_g2 *plateau, airy_table *table, airy_error *err)
{
    const airy_g2 *row = &findings->g2[r][i];
    double s = findings->period_s, baseline = findings->result[r].baseline;
    double contrast = plateau->g2 - baseline;
    const number numbers[] = {{"roi", of->regions.label[r]},
                              {"q_inv_a", of->regions.q_inv_a[r]},
                              {"phi_deg", of->regions.phi_deg[r]},
                              {"age_s", row->age * s},
                              {"delay_s", row->delay * s},
                              {"g2", row->g2},
                              {"g2_err", row->error},
                              {"pairs", row->pairs},
                              {"r", (row->g2 - baseline) / contrast},
                              {"r_err", row->error / fabs(contrast)}};
    airy_code code = add_row(table, numbers, sizeof numbers / sizeof numbers[0], err);
    for (int g = 0; code == AIRY_OK && has_parts(of) && g < AIRY_SPECKLE_GROUPS; g++)
        code = airy_table_put_double(table, table->rows - 1, part_name(g).text, row->less[g], err);
    return code;
}

airy_code airy_findings_g2(const airy_correlation *of, const airy_findings *findings,
                           airy_table *table, airy_error *err)
{
    airy_text names = {0};
    airy_text_append(&names, "roi q_inv_a phi_deg age_s delay_s g2 g2_err pairs r r_err");
    for (int g = 0; has_parts(of) && g < AIRY_SPECKLE_GROUPS; g++)
        airy_text_append(&names, " %s", part_name(g).text);
    airy_code code = airy_text_whole(&names, err);
    if (code == AIRY_OK)
        code = airy_table_init(table, names.text, err);
    airy_text_release(&names);
    for (int r = 0; r < findings->regions; r++) {
        const airy_g2 *rows = findings->g2[r], *plateau = rows;
        for (int i = 0; code == AIRY_OK && i < findings->n[r]; i++) {
            if (rows[i].age_bin != plateau->age_bin)
                plateau = &rows[i];
            code = add_g2(of, findings, r, i, plateau, table, err);
        }
    }
    return code;
}

airy_code airy_findings_rois(const airy_correlation *of, const airy_findings *findings,
                             airy_table *table, airy_error *err)
{
    airy_code code = airy_table_init(table,
                                     "roi q_inv_a phi_deg pixels photons_per_pixel contrast "
                                     "contrast_err baseline baseline_err tau_first_s plateau "
                                     "plateau_err",
                                     err);
    for (int r = 0; code == AIRY_OK && r < findings->regions; r++) {
        const airy_region_result *result = &findings->result[r];
        const number numbers[] = {{"roi", of->regions.label[r]},
                                  {"q_inv_a", of->regions.q_inv_a[r]},
                                  {"phi_deg", of->regions.phi_deg[r]},
                                  {"pixels", result->pixels},
                                  {"photons_per_pixel", result->photons},
                                  {"contrast", result->contrast},
                                  {"contrast_err", result->contrast_error},
                                  {"baseline", result->baseline},
                                  {"baseline_err", result->baseline_error},
                                  {"tau_first_s", result->tau * findings->period_s},
                                  {"plateau", result->plateau},
                                  {"plateau_err", result->plateau_error}};
        code = add_row(table, numbers, sizeof numbers / sizeof numbers[0], err);
    }
    return code;
}

airy_code airy_findings_steps(const airy_findings *findings, airy_table *table, airy_error *err)
{
    airy_code code = airy_table_init(table, "time_s low_s high_s depth p frame", err);
    for (int i = 0; code == AIRY_OK && i < findings->n_steps; i++) {
        const airy_speckle_step *step = &findings->steps[i];
        double s = findings->period_s;
        const number numbers[] = {{"time_s", step->frame * s}, {"low_s", step->low * s},
                                  {"high_s", step->high * s},  {"depth", step->depth},
                                  {"p", step->chance},         {"frame", step->frame}};
        code = add_row(table, numbers, sizeof numbers / sizeof numbers[0], err);
    }
    return code;
}
