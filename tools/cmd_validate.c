// SPDX-License-Identifier: GPL-3.0-or-later
// airy validate: what the same chain makes of a plain body, of the image itself as truth, and of
// halves of the photons.
#include "airy/trials.h"
#include "commands.h"
#include "results.h"
#include "say.h"

int cmd_validate(invocation *call)
{
    airy_validate_step step;
    airy_results numbers = {0};
    airy_error err = {0};
    int model = AIRY_BODY_SPHEROID;
    airy_validate_step_defaults(&step, &call->run);
    option judging[] = {
        {"nulls", OPTION_INT, &step.nulls, 0, AIRY_TRIALS_MAX / 4, NULL,
         .help = "plain bodies tried"},
        {"recoveries", OPTION_INT, &step.recoveries, 0, AIRY_TRIALS_MAX / 4, NULL,
         .help = "times the image is taken as truth"},
        {"half-trials", OPTION_INT, &step.halves, 0, AIRY_TRIALS_MAX / 4, NULL,
         .help = "times the photons are dealt out to two halves", .was = "halves"},
        {"tsv", OPTION_TEXT, &step.tsv, 0, 0, "FILE.tsv",
         .help = "write the image's branches with a verdict each there"},
        {0},
    };
    const option table[] = {
        {"best", OPTION_INT, &step.average.best, 1, 100000, "images", .help = "as for average"},
        {"model", OPTION_CHOICE, &model, .help = "as for difference", .choices = "sphere|spheroid"},
        {"polarization", OPTION_DOUBLE, &step.bands.polarization_deg, -360, 360, "degrees",
         .help = "as for difference and bands"},
        {"search", OPTION_ROWS, &step.search, .rows = airy_retrieve_step_rows},
        {"judged", OPTION_AFTERWARDS, &step.bands, .rows = airy_bands_rows,
         .but = "polarization rule threshold depth resolution bend edge dense draws"},
        {"judged", OPTION_AFTERWARDS, .at = judging},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 2, 2))
        return call->status;
    step.body.kind = (airy_body_kind)model;
    step.body.axis_deg = step.bands.polarization_deg;
    step.decides = call->made_by.text;
    if (airy_retrieve_step_read(&step.search, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    airy_code code = airy_validate_step_run(&call->run, &step, &numbers, &err);
    if (code == AIRY_OK)
        code = results_print(&numbers, &err);
    airy_validate_step_release(&step);
    return say_done(call, code, &err);
}
