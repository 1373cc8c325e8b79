// SPDX-License-Identifier: GPL-3.0-or-later
// Quality gates: limits that a shot must keep, and the table of how it did.
#include "chain.h"

#include <math.h>

// A number that a shot must not have below or above its limits.
typedef struct gate {
    const char *name;
    double value, low, high;
} gate;

airy_code airy_gates_init(airy_table *gates, airy_error *err)
{
    return airy_table_init(gates, "shot gate value low high passed why", err);
}

static airy_code add_gate(airy_table *gates, int shot, const gate *of, bool passed, const char *why,
                          airy_error *err)
{
    airy_code code = airy_table_add(gates, err);
    int row = gates->rows - 1;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"shot", shot},
                   {"value", of->value},
                   {"low", of->low},
                   {"high", of->high},
                   {"passed", passed}};
    for (size_t i = 0; code == AIRY_OK && i < sizeof numbers / sizeof *numbers; i++)
        code = airy_table_put_double(gates, row, numbers[i].name, numbers[i].value, err);
    if (code == AIRY_OK)
        code = airy_table_put(gates, row, "gate", of->name, err);
    return code == AIRY_OK ? airy_table_put(gates, row, "why", why, err) : code;
}

airy_code airy_gates_judge(airy_record *record, const airy_series_options *options,
                           airy_table *gates, airy_error *err)
{
    airy_shot_row *row = &record->row;
    const airy_checks *checks = &record->checks;
    row->gate = record->why.code == AIRY_OK;
    if (!row->gate)
        return add_gate(gates, row->shot, &(gate){"chain", NAN, NAN, NAN}, false,
                        record->why.message, err);
    double apart =
        fmax(fabs(row->r_par_nm - row->rim_par_nm), fabs(row->r_perp_nm - row->rim_perp_nm));
    const gate all[] = {
        {"photons", row->photons, options->least_photons, INFINITY},
        {"r_factor", row->r_factor, 0, options->most_r},
        {"condense_chi2", checks->condense_chi2, 0, options->most_chi2},
        {"rings_and_rim_nm", apart, 0, options->most_disagreement_nm},
    };
    airy_code code = AIRY_OK;
    for (size_t i = 0; code == AIRY_OK && i < sizeof all / sizeof *all; i++) {
        bool passed = all[i].value >= all[i].low && all[i].value <= all[i].high;
        row->gate = row->gate && passed;
        code =
            add_gate(gates, row->shot, &all[i], passed, passed ? "-" : "outside its limits", err);
    }
    return code;
}
