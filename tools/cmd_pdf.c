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
    int formalism, normalise, window, compton, unit, input, iterate, polarisation; // choices
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
    r->is_structure = w->input == 1;
    w->step.unit = (airy_radial)w->unit;
    w->step.full_rings = w->polarisation == 1;
    r->structure.formalism = (airy_formalism)w->formalism;
    r->structure.normalise = (airy_normalise)w->normalise;
    r->pdf.window = (airy_window_kind)w->window;
    r->form.compton = w->compton == 0;
    r->pdf.multiplicative = w->iterate == 2;
    if (w->iterate == 0)
        r->pdf.rounds = 0;
    if (!read_shells(w->shells, r))
        return airy_error_set(err, AIRY_EARGUMENT, "--shells: at most %d ranges A:B,A:B are wanted",
                              AIRY_SHELLS_MAX);
    if (!read_background(w))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "--background: FILE, FILE:SCALE (0 or more) or FILE:fit");
    if (w->polarisation == 1 && !(r->form.energy_ev > 0))
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
    airy_structure_options *s = &w->step.recipe.structure;
    airy_pdf_options *p = &w->step.recipe.pdf;
    airy_form_options *f = &w->step.recipe.form;
    const option table[] = {
        {"composition", OPTION_TEXT, &w->composition, .unit = "FORMULA",
         .help = "of the sample, as Zr46.8Ti8.2Cu7.5Ni10Be27.5"},
        {"density", OPTION_DOUBLE, &p->density, .low = 0, .high = 1, .unit = "1/A^3",
         .help = "atoms; 0 = not known"},
        {"mass-density", OPTION_DOUBLE, &w->mass_density, .low = 0, .high = 100, .unit = "g/cm^3",
         .help = "instead of it"},
        {"energy", OPTION_DOUBLE, &f->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "of the photons, for anomalous terms and recoil; 0 = neither"},
        {"input", OPTION_CHOICE, &w->input, .choices = "intensity|sq",
         .help = "what the table holds: an intensity, or S(q) already"},
        {"unit", OPTION_CHOICE, &w->unit, .choices = "q_inv_a|q_inv_nm|two_theta_deg|s_inv_nm",
         .help = "of the first column of files without a header"},
        {"background", OPTION_TEXT, &w->background, .unit = "FILE[:SCALE|:fit]",
         .help = "taken off, scaled, or as fits the tail"},
        {"polarisation", OPTION_CHOICE, &w->polarisation, .choices = "none|ring",
         .help = "correct for what full rings lose of a beam of any polarisation"},
        {"compton", OPTION_CHOICE, &w->compton, .choices = "on|off",
         .help = "inelastic scattering is in the intensity"},
        {"recoil", OPTION_DOUBLE, &f->recoil, .low = 0, .high = 5,
         .help = "power of E'/E it is counted with: 2 photons, 3 energy"},
        {"tables", OPTION_TEXT, &w->step.tables, .unit = "FILE",
         .help = "form factors and Compton scattering of elements in place of xraylib's"},
        {"formalism", OPTION_CHOICE, &w->formalism,
         .choices = "faber-ziman|ashcroft-langreth|eggert", .help = "what S(q) is"},
        {"normalise", OPTION_CHOICE, &w->normalise, .choices = "krogh-moe|polynomial|tail",
         .help = "by the density, by the tail less a polynomial, by the tail"},
        {"tail", OPTION_DOUBLE, &s->tail, .low = 0.01, .high = 1, .unit = "SHARE",
         .help = "the last of the range of q"},
        {"degree", OPTION_INT, &s->degree, .low = 0, .high = 20, .help = "of the polynomial"},
        {"q-min", OPTION_DOUBLE, &s->q_min, .low = 0, .high = 1000, .unit = "1/A",
         .help = "0 = all there is"},
        {"q-max", OPTION_DOUBLE, &s->q_max, .low = 0, .high = 1000, .unit = "1/A",
         .help = "0 = all there is"},
        {"window", OPTION_CHOICE, &w->window, .choices = "none|lorch",
         .help = "that ends q smoothly"},
        {"r-max", OPTION_DOUBLE, &p->r_max, .low = 0.1, .high = 1000, .unit = "A",
         .help = "end of G(r)"},
        {"r-step", OPTION_DOUBLE, &p->r_step, .low = 1e-4, .high = 1, .unit = "A",
         .help = "its step"},
        {"r-cut", OPTION_DOUBLE, &p->r_cut, .low = 0, .high = 100, .unit = "A",
         .help = "no two atoms are nearer: low_r and --iterate look below it"},
        {"iterate", OPTION_CHOICE, &w->iterate, .choices = "none|kaplow|eggert",
         .help = "correct S by what G is below --r-cut, as an error of offset or of scale"},
        {"rounds", OPTION_INT, &p->rounds, .low = 1, .high = 1000, .help = "of that"},
        {"shells", OPTION_TEXT, &w->shells, .unit = "A:B,...",
         .help = "ranges of r whose neighbours are counted"},
        {"against", OPTION_TEXT, &w->step.against, .unit = "FILE",
         .help = "gr.tsv of another sample, to be taken off"},
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
    work w = {.step.recipe.form.recoil = 2};
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
