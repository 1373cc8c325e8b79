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
    airy_montecarlo_options *o = &step.model;
    airy_error err = {0};
    const option table[] = {
        {"model", OPTION_CHOICE, &o->model, .choices = "pushes|elastoplastic",
         .help = "low cells push mass away, or cells slip under stress"},
        {"runs", OPTION_INT, &o->runs, .low = 1, .high = 10000, .help = "independent runs"},
        {"sweeps", OPTION_INT, &o->sweeps, .low = 1, .high = 1e6, .help = "attempts per cell"},
        {"snapshots", OPTION_INT, &o->snapshots, .low = 2, .high = 100,
         .help = "images kept of a run, the first before any move"},
        {"cells", OPTION_INT, &o->cells, .low = 16, .high = 512, .help = "across the particle"},
        {"diameter", OPTION_DOUBLE, &o->diameter_nm, .low = 1, .high = 1e5, .unit = "nm",
         .help = "of the particle"},
        {"spots", OPTION_INT, &o->spots, .low = 0, .high = 1000,
         .help = "dipoles of a low- and a high-density spot along the axis"},
        {"spot-size", OPTION_DOUBLE, &o->spot_size, .low = 0.01, .high = 0.5,
         .help = "radius of a spot, share of the particle's"},
        {"depth", OPTION_DOUBLE, &o->depth, .low = 0, .high = 1,
         .help = "share of the density that a low spot lacks"},
        {"axis-bias", OPTION_DOUBLE, &o->axis_bias, .low = 0.01, .high = 1000,
         .help = "odds of a push along the axis against one across"},
        {"hardness", OPTION_DOUBLE, &o->hardness, .low = 0, .high = 100,
         .help = "how strongly density ahead resists"},
        {"reach", OPTION_INT, &o->reach, .low = 0, .high = 1000, .unit = "cells",
         .help = "that pushed mass travels before it settles"},
        {"friction", OPTION_DOUBLE, &o->slips.friction_deg, .low = 0, .high = 60, .unit = "deg",
         .help = "elastoplastic: angle of internal friction"},
        {"frictions", OPTION_TEXT, &frictions, .unit = "DEG,...",
         .help = "elastoplastic: these one after the other, and a table of them"},
        {"dilatancy", OPTION_DOUBLE, &o->slips.dilatancy_deg, .low = -1, .high = 60, .unit = "deg",
         .help = "elastoplastic: slips open by its sine; -1 = the friction's"},
        {"tension", OPTION_FLAG, &o->slips.tension,
         .help = "elastoplastic: pulled along the axis, not compressed"},
        {"surface", OPTION_FLAG, &o->slips.surface,
         .help = "elastoplastic: the particle ends at its rim; --no-surface: cut from a plane"},
        {"axis", OPTION_DOUBLE, &o->slips.axis_deg, .low = -180, .high = 180, .unit = "deg",
         .help = "elastoplastic: direction of the load in the section"},
        {"end-strain", OPTION_DOUBLE, &o->slips.strain, .low = 0.01, .high = 100,
         .help = "elastoplastic: at the end, in strains at which an even material would slip",
         .was = "strain"},
        {"slip", OPTION_DOUBLE, &o->slips.slip, .low = 1e-3, .high = 10,
         .help = "elastoplastic: mean strain of one, in cohesions over E'"},
        {"disorder", OPTION_DOUBLE, &o->slips.disorder, .low = 0, .high = 1,
         .help = "elastoplastic: cohesion is even within 1 -+ this"},
        {"softening", OPTION_DOUBLE, &o->slips.softening, .low = 0, .high = 1,
         .help = "elastoplastic: share of cohesion lost where a cell has slipped"},
        {"section", OPTION_FLAG, &step.how.section,
         .help = "measure bands in the section; --no-section: in the projection"},
        {"blur", OPTION_DOUBLE, &step.how.blur_nm, .low = 0, .high = 1e4, .unit = "nm",
         .help = "standard deviation of the images' blur"},
        {"angles", OPTION_TEXT, &step.angles, .unit = "FILE",
         .help = "angles of the bands as a table, beside even directions"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, DATA_MOST))
        return call->status;
    if (read_frictions(call, frictions, &step, &err) || airy_montecarlo_step_check(&step, &err))
        return options_wrong(call, "%s", err.message);
    airy_code code = airy_montecarlo_step_run(&call->run, &step, &found, &err);
    if (!code)
        code = results_print_table(&found.table, &err);
    if (!code && found.judged)
        say_friction(&step, &found.friction);
    airy_table_release(&found.table);
    return say_done(call, code, &err);
}
