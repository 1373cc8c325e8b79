// SPDX-License-Identifier: GPL-3.0-or-later
// airy montecarlo: the model of band formation, and the angles of the bands that it forms.
#include "airy/bandmodel.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <math.h>
#include <stdio.h>

enum { DATA_MOST = 100000 };

// The frictions as one sentence, behind the table.
static void say_friction(const airy_montecarlo_step *step, const airy_friction *found)
{
    const char *load = step->model.slips.tension ? "tension" : "compression";
    double level = step->how.population.level;
    if (isnan(found->low_deg))
        printf("# none of the frictions tried, %g to %g deg, gives these angles under %s (p < %g "
               "for all)\n",
               step->friction_deg[0], step->friction_deg[step->frictions - 1], load, 1 - level);
    else
        printf("# under %s, these angles imply a friction of %g deg, %.0f %%: %s%g to %g%s, the "
               "nearest tried that are rejected\n",
               load, found->best_deg, 100 * level, found->open_low ? "at most " : "",
               found->low_deg, found->high_deg, found->open_high ? " or more" : "");
}

// Which frictions are to be tried.
static airy_code read_frictions(const invocation *call, const char *said,
                                airy_montecarlo_step *step, airy_error *err)
{
    const char *list = said ? said : "0,5,10,15,20,25,30,35,40,45,50";
    step->frictions = said || call->n_inputs > 0;
    if (!step->frictions || step->model.model != AIRY_MODEL_SLIPS)
        return AIRY_OK;
    airy_code code =
        airy_text_doubles(list, step->friction_deg, AIRY_FRICTIONS_MAX, &step->frictions, err);
    return code ? airy_error_prefix(err, "--frictions") : AIRY_OK;
}

int cmd_montecarlo(invocation *call)
{
    airy_montecarlo_step step;
    airy_montecarlo_found found = {0};
    const char *frictions = NULL;
    airy_montecarlo_step_defaults(&step);
    airy_error err = {0};
    const option table[] = {
        {"options", OPTION_ROWS, &step, .rows = airy_montecarlo_step_rows},
        {"frictions", OPTION_TEXT, &frictions, .unit = "DEG,...",
         .help = "elastoplastic: these one after the other, and a table of them"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, DATA_MOST))
        return call->status;
    if (read_frictions(call, frictions, &step, &err) ||
        airy_options_check(airy_montecarlo_step_rows, &step, &err))
        return options_wrong(call, "%s", err.message);
    airy_code code = airy_montecarlo_step_run(&call->run, &step, &found, &err);
    if (!code)
        code = results_print_table(&found.table, &err);
    if (!code && found.judged)
        say_friction(&step, &found.friction);
    airy_table_release(&found.table);
    return say_done(call, code, &err);
}
