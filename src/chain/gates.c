// SPDX-License-Identifier: GPL-3.0-or-later
// Quality gates: limits that a shot must keep, and the table of how it did.
#include "chain.h"

#include <math.h>

// A number that a shot must not have below or above its limits.
typedef struct gate {
    const char *name;
    double value, low, high;
    bool may_miss; // a shot that cannot tell it passes
} gate;

airy_code airy_gates_init(airy_table *gates, airy_error *err)
{
    return airy_table_init(gates, "shot gate value low high passed why", err);
}

static airy_code add_gate(airy_table *gates, int shot, const gate *of, bool passed, const char *why,
                          airy_error *err)
{
    const airy_result_row numbers[] = {{"shot", shot},
                                       {"value", of->value},
                                       {"low", of->low},
                                       {"high", of->high},
                                       {"passed", passed}};
    airy_code code = airy_table_add_row(gates, numbers, sizeof numbers / sizeof *numbers, err);
    int row = gates->rows - 1;
    if (code == AIRY_OK)
        code = airy_table_put(gates, row, "gate", of->name, err);
    return code == AIRY_OK ? airy_table_put(gates, row, "why", why, err) : code;
}

// A limit that is 0 is none.
static double limit(double most)
{
    return most > 0 ? most : INFINITY;
}

static const char *reason(const gate *of)
{
    return isnan(of->value) ? "not known" : of->value < of->low ? "too little" : "too much";
}

airy_code airy_gates_judge(airy_record *record, const airy_series_options *options,
                           airy_table *gates, airy_error *err)
{
    airy_shot_row *row = &record->row;
    const airy_series_options *o = options;
    const airy_checks *c = &record->checks;
    const bool failed = record->why.code != AIRY_OK;
    const gate all[] = {
        {"photons", row->photons, o->least_photons, INFINITY, false},
        {"saturated", c->saturated, 0, limit(o->most_saturated), false},
        {"center_error_px", c->center_error_px, 0, limit(o->most_center_error_px), false},
        {"center_chi2", c->center_chi2, 0, limit(o->most_center_chi2), false},
        {"double_hit", c->double_hit, 0, limit(o->most_double_hit), true},
        {"ring_chi2", c->ring_chi2, 0, limit(o->most_ring_chi2), false},
        {"condense_chi2", c->condense_chi2, 0, limit(o->most_chi2), false},
        {"r_factor", row->r_factor, 0, limit(o->most_r), false},
        {"outside", c->outside, 0, limit(o->most_outside), false},
        {"at_edge", c->at_edge, -INFINITY, limit(o->most_at_edge), false},
        {"agree", c->agree, o->least_agree, INFINITY, true},
        {"odd_redrawn", c->odd_redrawn, o->least_odd, INFINITY, true},
        {"search_body", c->body, 0, limit(o->most_body), true},
        {"misfit", c->misfit, 0, limit(o->most_misfit), true},
        {"ambiguous", c->ambiguous, 0, limit(o->most_ambiguous), false},
        {"apart_nm", row->apart_nm, 0, limit(o->most_apart_nm), false},
    };
    airy_code code = AIRY_OK;
    row->gate = !failed;
    if (failed)
        code = add_gate(gates, row->shot,
                        &(gate){.name = "chain", .value = NAN, .low = NAN, .high = NAN}, false,
                        record->why.message, err);
    for (size_t i = 0; code == AIRY_OK && i < sizeof all / sizeof *all; i++) {
        bool missed = isnan(all[i].value) && all[i].may_miss;
        bool passed = missed || (all[i].value >= all[i].low && all[i].value <= all[i].high);
        if (failed && isnan(all[i].value))
            continue; // the chain did not get there
        row->gate = row->gate && passed;
        const char *why = passed && !missed ? "-" : reason(&all[i]);
        code = add_gate(gates, row->shot, &all[i], passed, why, err);
    }
    return code;
}

airy_code airy_gates_same(const char *folder, const char *parameters, airy_error *err)
{
    airy_text path = {0}, how = {0};
    airy_history history = {0};
    airy_error why = {0}; // without a table there are no gates to compare
    airy_text_append(&path, "%s/shots.tsv", folder);
    airy_code code = airy_text_whole(&path, err);
    bool there = code == AIRY_OK && airy_history_read_file(path.text, &history, &why) == AIRY_OK &&
                 history.n > 0;
    if (why.code == AIRY_EMEMORY)
        code = airy_error_set(err, why.code, "%s", why.message);
    const char *old = there ? history.steps[history.n - 1].parameters : NULL;
    airy_parameters_compare(old, parameters, "most-", &how);
    airy_parameters_compare(old, parameters, "least-", &how);
    if (code == AIRY_OK)
        code = airy_text_whole(&how, err);
    if (code == AIRY_OK && how.length)
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "%s was judged by other gates (%s): --only shots judges anew, and "
                              "does no shot again",
                              path.text, how.text);
    airy_history_release(&history);
    airy_text_release(&path);
    airy_text_release(&how);
    return code;
}
