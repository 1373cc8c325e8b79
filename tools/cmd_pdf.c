// SPDX-License-Identifier: GPL-3.0-or-later
// airy pdf: structure factor and pair distribution of an intensity.
#include "airy/scattering.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// What the command line says, as words.
typedef struct work {
    airy_pdf_step step;
    int iterate; // of its choices
    const char *composition, *background, *shells;
    char *background_file;
    double mass_density;
} work;

// ------------------------------------------------------------------ options

static bool read_shells(const char *text, airy_pdf_recipe *recipe)
{
    double ranges[AIRY_SHELLS_MAX][2];
    if (text && !airy_text_ranges(text, ranges, AIRY_SHELLS_MAX, &recipe->n_shells))
        return false;
    for (int i = 0; i < recipe->n_shells; i++)
        recipe->shell[i] = (airy_shell){.low = ranges[i][0], .high = ranges[i][1]};
    return true;
}

// "FILE:0.93" and "FILE:fit".
static bool read_background(work *w)
{
    airy_structure_options *o = &w->step.recipe.structure;
    w->background_file = w->background ? airy_text_copy(w->background) : NULL;
    char *colon = w->background_file ? strrchr(w->background_file, ':') : NULL;
    if (!colon)
        return !w->background || w->background_file;
    o->fit_background = strcmp(colon + 1, "fit") == 0;
    if (o->fit_background || airy_text_double(colon + 1, &o->background_scale, NULL) == AIRY_OK)
        *colon = '\0';
    return isfinite(o->background_scale) && o->background_scale >= 0;
}

static airy_code check(work *w, airy_error *err)
{
    airy_pdf_recipe *r = &w->step.recipe;
    airy_code code = AIRY_OK;
    r->pdf.multiplicative = w->iterate == 2;
    if (w->iterate == 0)
        r->pdf.rounds = 0;
    if (!read_shells(w->shells, r))
        return airy_error_set(err, AIRY_EARGUMENT, "--shells: at most %d ranges A:B,A:B are wanted",
                              AIRY_SHELLS_MAX);
    if (!read_background(w))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "--background: FILE, FILE:SCALE (0 or more) or FILE:fit");
    if (w->step.full_rings && !(r->form.energy_ev > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "--polarisation ring wants --energy");
    const airy_setup setup = {.energy_ev = r->form.energy_ev};
    if (airy_setup_check(&setup, AIRY_FOR_RINGS, err) != AIRY_OK)
        return AIRY_EVALUE;
    if (!r->is_structure && !w->composition)
        return airy_error_set(err, AIRY_EARGUMENT, "--composition is needed, as in Zr50Cu40Al10");
    if (w->composition)
        code = airy_composition_parse(w->composition, &w->step.atoms, err);
    if (code == AIRY_OK && w->mass_density > 0 && (!w->composition || r->pdf.density > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "--mass-density wants --composition, and no --density beside it");
    if (code == AIRY_OK && w->mass_density > 0)
        r->pdf.density = airy_composition_density(&w->step.atoms, w->mass_density);
    r->structure.density = r->pdf.density;
    if (code == AIRY_OK && !r->is_structure)
        code = airy_structure_options_check(&r->structure, err);
    return code == AIRY_OK ? airy_pdf_options_check(&r->pdf, err) : code;
}

static bool parse(invocation *call, work *w)
{
    const option table[] = {
        {"composition", OPTION_TEXT, &w->composition, .unit = "FORMULA",
         .help = "of the sample, as Zr46.8Ti8.2Cu7.5Ni10Be27.5"},
        {"options", OPTION_ROWS, &w->step, .rows = airy_pdf_step_rows},
        {"mass-density", OPTION_DOUBLE, &w->mass_density, .low = 0, .high = 100, .unit = "g/cm^3",
         .help = "instead of it"},
        {"background", OPTION_TEXT, &w->background, .unit = "FILE[:SCALE|:fit]",
         .help = "taken off, scaled, or as fits the tail"},
        {"iterate", OPTION_CHOICE, &w->iterate, .choices = "none|kaplow|eggert",
         .help = "correct S by what G is below --r-cut, as an error of offset or of scale"},
        {"shells", OPTION_TEXT, &w->shells, .unit = "A:B,...",
         .help = "ranges of r whose neighbours are counted"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT, 1, 1))
        return false;
    airy_error err = {0};
    call->status = 0;
    if (check(w, &err) != AIRY_OK)
        call->status = options_wrong(call, "%s", err.message);
    return call->status == 0;
}

int cmd_pdf(invocation *call)
{
    work w = {.step.recipe.form = {.recoil = 2, .compton = true}};
    airy_pdf_told told = {0};
    airy_error err = {0};
    airy_structure_options_defaults(&w.step.recipe.structure);
    airy_pdf_options_defaults(&w.step.recipe.pdf);
    w.step.recipe.pdf.rounds = 5;
    if (parse(call, &w)) {
        w.step.background = w.background_file;
        airy_code code = airy_pdf_step_run(&call->run, &w.step, &told, &err);
        if (code == AIRY_OK)
            code = results_print(&told.numbers, &err);
        call->status = say_done(call, code, &err);
    }
    free(w.background_file);
    return call->status;
}
