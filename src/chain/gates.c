// SPDX-License-Identifier: GPL-3.0-or-later
// Quality gates: limits that a shot must keep, and the table of how it did.
#include "chain.h"

#include <math.h>

// A number that a shot must not have below or above its limits.
typedef struct gate {
    const char *name;
    double value, low, high;
    bool may_miss;    // a shot that cannot tell it passes
    const char *look; // where to look when it fails
} gate;

const airy_option airy_series_gates_rows[] = {
    AIRY_OPTION(airy_series_options, least_photons, "least-photons", .low = 0, .high = 1e15,
                .help = "gate: photons of a shot"),
    AIRY_OPTION(airy_series_options, most_saturated, "most-saturated", .low = 0, .high = 1e9,
                .unit = "pixels", .help = "gate: saturated pixels of the detector; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_center_error_px, "most-center-error", .low = 0,
                .high = 1e4, .unit = "pixels",
                .help = "gate: standard error of the center; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_center_chi2, "most-center-chi2", .low = 0, .high = 1e9,
                .help = "gate: chi2 of Friedel mates about the center; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_double_hit, "most-double-hit", .low = 0, .high = 10,
                .help = "gate: visibility of a second particle's fringes; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_ring_chi2, "most-ring-chi2", .low = 0, .high = 1e9,
                .help = "gate: rings against those of a spheroid; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_chi2, "most-chi2", .low = 0, .high = 1e9,
                .help = "gate: residual of condensing; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_r, "most-r", .low = 0, .high = 100,
                .help = "gate: R of the image; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_outside, "most-outside", .low = 0, .high = 1,
                .help = "gate: share of the power outside the support; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_at_edge, "most-at-edge", .low = 0, .high = 10,
                .help = "gate: density at the support's edge / largest; 0 = no limit"),
    AIRY_OPTION(airy_series_options, least_agree, "least-agree", .low = 0, .high = 1,
                .help = "gate: share of searches that ended at the same image; 0 = no limit"),
    AIRY_OPTION(airy_series_options, least_odd, "least-odd", .low = 0, .high = 1,
                .help = "gate: correlation of odd parts with photons drawn again; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_body, "most-body", .low = 0, .high = 3,
                .help = "gate: 1 spheroids, 2 other convex bodies, too; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_misfit, "most-misfit", .low = 0, .high = 1e6,
                .help = "gate: deviance over what photon noise makes expect; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_ambiguous, "most-ambiguous", .low = 0, .high = 1,
                .help = "gate: share of averaged images with an ambiguous twin; 0 = no limit"),
    AIRY_OPTION(airy_series_options, most_apart_nm, "most-apart", .low = 0, .high = 1e6,
                .unit = "nm", .help = "gate: sizes by rings and by the rim; 0 = no limit"),
    {0},
};

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

// Why a shot fails a gate, and where to look.
static airy_code add_failed(airy_table *gates, int shot, const gate *of, airy_error *err)
{
    airy_text why = {0};
    airy_text_append(&why, "too %s: %s", of->value < of->low ? "little" : "much", of->look);
    airy_code code = airy_text_whole(&why, err);
    if (code == AIRY_OK)
        code = add_gate(gates, shot, of, false, why.text, err);
    airy_text_release(&why);
    return code;
}

airy_code airy_gates_judge(airy_record *record, const airy_series_options *options,
                           airy_table *gates, airy_error *err)
{
    airy_shot_row *row = &record->row;
    const airy_series_options *o = options;
    const airy_checks *c = &record->checks;
    const bool failed = record->why.code != AIRY_OK;
    const gate all[] = {
        {"photons", row->photons, o->least_photons, INFINITY, false,
         "a weak hit, or a wrong --energy"},
        {"saturated", c->saturated, 0, limit(o->most_saturated), false,
         "brighter than the detector counts"},
        {"center_error_px", c->center_error_px, 0, limit(o->most_center_error_px), false,
         "few pixels have a measured mate"},
        {"center_chi2", c->center_chi2, 0, limit(o->most_center_chi2), false,
         "is a beam stop or a hot pixel unmasked (--beamstop, --mask.hot)?"},
        {"double_hit", c->double_hit, 0, limit(o->most_double_hit), true, "two particles"},
        {"ring_chi2", c->ring_chi2, 0, limit(o->most_ring_chi2), false,
         "no spheroid, or a beam stop unmasked (--beamstop)"},
        {"condense_chi2", c->condense_chi2, 0, limit(o->most_chi2), false,
         "is a beam stop or a hot pixel unmasked (--beamstop, --mask.hot), or the object wider "
         "(--condense.diameter)?"},
        {"r_factor", row->r_factor, 0, limit(o->most_r), false,
         "the image does not explain the pattern"},
        {"outside", c->outside, 0, limit(o->most_outside), false,
         "light that no support holds: background, or a support too small (--margin)"},
        {"at_edge", c->at_edge, -INFINITY, limit(o->most_at_edge), false,
         "the support cuts the particle (--margin)"},
        {"agree", c->agree, o->least_agree, INFINITY, true, "searches ended at different images"},
        {"odd_redrawn", c->odd_redrawn, o->least_odd, INFINITY, true,
         "these photons do not tell the odd part"},
        {"search_body", c->body, 0, limit(o->most_body), true, "the particle is no spheroid"},
        {"misfit", c->misfit, 0, limit(o->most_misfit), true,
         "the image leaves photons unexplained"},
        {"ambiguous", c->ambiguous, 0, limit(o->most_ambiguous), false,
         "the average may mix images with their twins"},
        {"apart_nm", row->apart_nm, 0, limit(o->most_apart_nm), false,
         "rings and rim tell different sizes"},
    };
    airy_code code = AIRY_OK;
    row->gate = !failed;
    if (failed)
        code = add_gate(gates, row->shot,
                        &(gate){.name = "chain", .value = NAN, .low = NAN, .high = NAN}, false,
                        record->why.message, err);
    for (size_t i = 0; code == AIRY_OK && i < sizeof all / sizeof *all; i++) {
        bool missed = isnan(all[i].value);
        bool passed =
            missed ? all[i].may_miss : all[i].value >= all[i].low && all[i].value <= all[i].high;
        if (failed && isnan(all[i].value))
            continue; // the chain did not get there
        row->gate = row->gate && passed;
        code = passed || missed
                   ? add_gate(gates, row->shot, &all[i], passed, missed ? "not known" : "-", err)
                   : add_failed(gates, row->shot, &all[i], err);
    }
    return code;
}

airy_code airy_gates_same(const char *folder, const char *parameters, airy_error *err)
{
    airy_text path = {0}, how = {0};
    airy_history history = {0};
    airy_text_append(&path, "%s/shots.tsv", folder);
    airy_code code = airy_text_whole(&path, err);
    if (code == AIRY_OK) // without a table there are no gates to compare
        code = airy_history_read_any(path.text, &history, err);
    const char *old = history.n ? history.steps[history.n - 1].parameters : NULL;
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
